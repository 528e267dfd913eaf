package register

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// The longest limits that are no slip of the pen.
const (
	maxWorkdays = 250     // a year
	maxHours    = 90 * 24 // three months
)

// Limits lists the limits that are built in, and after them those that were
// entered, oldest first. Which one holds is [reports.LimitFor]'s business.
func (c *Catalog) Limits(ctx context.Context) ([]reports.Limit, error) {
	list, err := limits(ctx, c.pool)
	if err != nil {
		return nil, fmt.Errorf("list limits: %w", err)
	}
	return list, nil
}

func limits(ctx context.Context, db DB) ([]reports.Limit, error) {
	rows, err := db.Query(ctx, `
		select clock, coalesce(kind, '') as kind, oversight, formal, coalesce(agency, '') as agency,
		       coalesce(workdays, 0) as workdays, coalesce(hours, 0) as hours, extra, basis, valid_from::text as "from", set_at as set
		from limits order by id`)
	if err != nil {
		return nil, err
	}
	entered, err := pgx.CollectRows(rows, pgx.RowToStructByName[reports.Limit])
	if err != nil {
		return nil, err
	}
	return append(slices.Clone(reports.DefaultLimits), entered...), nil
}

// SetLimit enters l at now, for the clocks that start from then on, and returns
// it as stored; Set is now. Reports keep the rule that their clocks started
// under. Errors wrap [ErrInvalid] or, for the agency, [ErrUnknown].
func (c *Catalog) SetLimit(ctx context.Context, l reports.Limit, now time.Time) (reports.Limit, error) {
	l.Set = now.Truncate(time.Microsecond) // as the database keeps it
	l, err := tidyLimit(l)
	if err == nil {
		_, err = c.pool.Exec(ctx, `
			insert into limits (clock, kind, oversight, formal, agency, workdays, hours, extra, basis, valid_from, set_at)
			values (@clock, nullif(@kind, ''), @oversight, @formal, nullif(@agency, ''), nullif(@workdays::integer, 0), nullif(@hours::integer, 0),
			        @extra, @basis, @from::text::date, @set)`,
			pgx.StrictNamedArgs{
				"clock": l.Clock, "kind": string(l.Kind), "oversight": l.Oversight, "formal": l.Formal, "agency": l.Agency,
				"workdays": l.Workdays, "hours": l.Hours, "extra": l.Extra, "basis": l.Basis, "from": l.From, "set": l.Set,
			})
	}
	if violated(err) == "limits_agency" {
		err = unknownAgency(l.Agency)
	}
	if err != nil {
		return reports.Limit{}, fmt.Errorf("set limit: %w", err)
	}
	return l, nil
}

// tidyLimit checks what can be checked without the database.
func tidyLimit(l reports.Limit) (reports.Limit, error) {
	l.Agency = strings.ToUpper(strings.TrimSpace(l.Agency))
	switch {
	case !slices.Contains(reports.Clocks(), l.Clock):
		return l, fmt.Errorf("%w clock %q: one of %s", ErrInvalid, l.Clock, join(reports.Clocks()))
	case l.Kind != "" && !slices.Contains(reports.Kinds(), l.Kind):
		return l, fmt.Errorf("%w kind %q: one of %s", ErrInvalid, l.Kind, join(reports.Kinds()))
	case (l.Workdays == 0) == (l.Hours == 0):
		return l, fmt.Errorf("%w: give the limit either in working days or in hours", ErrInvalid)
	case l.Hours != 0 && (l.Clock == reports.ClockClose || l.Clock == reports.ClockComplete):
		return l, fmt.Errorf("%w: the clock %s is the reporter's, who gets working days and no hours", ErrInvalid, l.Clock)
	case l.Hours == 0 && (l.Workdays < 1 || l.Workdays > maxWorkdays):
		return l, fmt.Errorf("%w limit of %d working days: 1 to %d", ErrInvalid, l.Workdays, maxWorkdays)
	case l.Workdays == 0 && (l.Hours < 1 || l.Hours > maxHours):
		return l, fmt.Errorf("%w limit of %d hours: 1 to %d", ErrInvalid, l.Hours, maxHours)
	case l.Formal && l.Kind != "" && l.Kind != reports.InformationRequest:
		return l, fmt.Errorf("%w: only an information_request can be formal", ErrInvalid)
	case l.Extra < 0 || l.Extra > maxWorkdays:
		return l, fmt.Errorf("%w extension by %d working days: 0 to %d", ErrInvalid, l.Extra, maxWorkdays)
	case l.Extra > 0 && (l.Clock != reports.ClockAnswer || !l.Formal || l.Workdays == 0):
		return l, fmt.Errorf("%w: only the clock answer of formal requests, in working days, can be extended", ErrInvalid)
	}
	basis, err := tidyName(l.Basis)
	if err != nil {
		return l, fmt.Errorf("basis (the rule that says so): %w", err)
	}
	l.Basis = basis
	from, err := workday.ParseDate(strings.TrimSpace(l.From))
	if err != nil {
		return l, fmt.Errorf("%w day %q from which it is valid: write it like 2027-01-01", ErrInvalid, l.From)
	}
	l.From = from.String()
	return l, nil
}
