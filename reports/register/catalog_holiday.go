package register

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports/workday"
)

// Holidays returns the table in force: the one compiled in, with the years that
// were imported as they were.
func (c *Catalog) Holidays(ctx context.Context) (workday.Table, error) {
	table, err := holidays(ctx, c.pool)
	if err != nil {
		return workday.Table{}, fmt.Errorf("read the holidays: %w", err)
	}
	return table, nil
}

// MissingYears returns the years without decree that dates are needed of on the
// day that it is in now's own zone: see [workday.Table.Missing].
func (c *Catalog) MissingYears(ctx context.Context, now time.Time) ([]int, error) {
	table, err := c.Holidays(ctx)
	if err != nil {
		return nil, err
	}
	return table.Missing(workday.DateOf(now, now.Location())), nil
}

func holidays(ctx context.Context, db DB) (workday.Table, error) {
	rows, err := db.Query(ctx, `select date, kind, name, decree, region from holidays`)
	if err != nil {
		return workday.Table{}, err
	}
	days, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (workday.Holiday, error) {
		var h workday.Holiday
		var date time.Time
		err := row.Scan(&date, &h.Kind, &h.Name, &h.Decree, &h.Region)
		h.Date = workday.DateOf(date, time.UTC)
		return h, err
	})
	if err != nil {
		return workday.Table{}, err
	}
	imported, err := workday.NewTable(days)
	if err != nil {
		return workday.Table{}, err
	}
	return workday.Default().Replace(imported), nil
}

// Import says what an import of holidays has changed.
type Import struct {
	Years   []int // replaced
	Added   int
	Removed int
	Changed int
	Days    []workday.Amendment // by date and region
}

// ImportHolidays replaces the years that table mentions, all or nothing, records
// at now what that changes, and returns it. No report is rewritten: due dates are
// computed when they are looked at. Whether a year is whole ([workday.Table.Partial])
// is for the caller to ask.
func (c *Catalog) ImportHolidays(ctx context.Context, table workday.Table, now time.Time) (Import, error) {
	done := Import{Years: table.Mentions()}
	err := pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		// Of two imports at once the second compares with what the first has left.
		if _, err := tx.Exec(ctx, `lock table holidays in share row exclusive mode`); err != nil {
			return err
		}
		before, err := holidays(ctx, tx)
		if err != nil {
			return err
		}
		_, done.Days = before.Amend(table)
		for _, day := range done.Days {
			switch {
			case day.Was == workday.Holiday{}:
				done.Added++
			case day.Is == workday.Holiday{}:
				done.Removed++
			default:
				done.Changed++
			}
		}
		if _, err := tx.Exec(ctx, `delete from holidays where extract(year from date)::integer = any($1)`, done.Years); err != nil {
			return err
		}
		days := table.Days()
		_, err = tx.CopyFrom(ctx, pgx.Identifier{"holidays"}, []string{"date", "kind", "name", "decree", "region"},
			pgx.CopyFromSlice(len(days), func(i int) ([]any, error) {
				h := days[i]
				return []any{h.Date.Time(), string(h.Kind), h.Name, h.Decree, h.Region}, nil
			}))
		if err != nil {
			return err
		}
		record, err := done.record()
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into holiday_imports (at, years, added, removed, changed, days) values ($1, $2, $3, $4, $5, $6)`,
			now, done.Years, done.Added, done.Removed, done.Changed, record)
		return err
	})
	if err != nil {
		return Import{}, fmt.Errorf("import holidays: %w", err)
	}
	return done, nil
}

// record is what the row of an import keeps of its days.
func (i Import) record() ([]byte, error) {
	type half struct {
		Kind   workday.Kind `json:"kind"`
		Name   string       `json:"name"`
		Decree string       `json:"decree"`
	}
	type day struct {
		Date   workday.Date `json:"date"`
		Region string       `json:"region,omitempty"`
		Was    *half        `json:"was,omitempty"`
		Is     *half        `json:"is,omitempty"`
	}
	of := func(h workday.Holiday) *half {
		if h == (workday.Holiday{}) {
			return nil
		}
		return &half{h.Kind, h.Name, h.Decree}
	}
	days := make([]day, 0, len(i.Days))
	for _, a := range i.Days {
		days = append(days, day{a.Day().Date, a.Day().Region, of(a.Was), of(a.Is)})
	}
	return json.Marshal(days)
}
