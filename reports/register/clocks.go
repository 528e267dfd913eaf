package register

import (
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// clockRow is when a clock has to be looked at next, as the table of clocks has it.
type clockRow struct {
	Report   reports.ID `json:"report"`
	Clock    string     `json:"clock"`
	Office   string     `json:"office"`
	NextAt   *int       `json:"next_at"`
	AnchorOn *string    `json:"anchor_on"`
	DueAt    *time.Time `json:"due_at"`
	Counted  *int64     `json:"counted"`
}

// clockRows are those of reports as they are now.
func clockRows(rules *deadline.Rules, list ...reports.Report) []clockRow {
	rows := make([]clockRow, 0, 2*len(list))
	for _, r := range list {
		for _, run := range rules.Clocks(r) {
			look, found := rules.Look(r, run)
			if !found {
				continue
			}
			row := clockRow{Report: r.ID, Clock: string(run.Clock), Office: look.Office.Key()}
			if look.At.IsZero() {
				row.NextAt, row.AnchorOn = new(look.Next), new(look.Anchor.String())
			} else {
				// The table's instants are whole microseconds: never one before the clock's.
				row.DueAt = new(look.At.Add(time.Microsecond - time.Nanosecond).Truncate(time.Microsecond))
			}
			if len(run.Pauses) > 0 {
				row.Counted = new(rules.Epoch())
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// keptClocks names, for each of these reports in their order, the clocks that have
// a row.
func keptClocks(rows []clockRow, list ...reports.Report) [][]string {
	by := make(map[reports.ID][]string, len(list))
	for _, row := range rows {
		by[row.Report] = append(by[row.Report], row.Clock)
	}
	kept := make([][]string, len(list))
	for i, r := range list {
		if kept[i] = by[r.ID]; kept[i] == nil {
			kept[i] = []string{}
		}
	}
	return kept
}

// windClocks is a part of a statement: it brings the rows of the clocks of the
// reports in saved, which names those that are kept, in line with their new rows,
// the parameter $1. What is as it was is not written again.
const windClocks = `unwound as (
		delete from clocks c using saved s where c.report = s.id and c.clock <> all(s.kept)
	), rewound as (
		insert into clocks as c (report, clock, office, next_at, anchor_on, due_at, counted)
		select report, clock, office, next_at, anchor_on, due_at, counted from jsonb_to_recordset($1::jsonb) as w
			(report bigint, clock text, office text, next_at integer, anchor_on date, due_at timestamptz, counted bigint)
		on conflict (report, clock) do update set office = excluded.office, next_at = excluded.next_at, anchor_on = excluded.anchor_on,
			due_at = excluded.due_at, counted = excluded.counted, later_at = null, why = '', tries = 0
		where (c.office, c.next_at, c.anchor_on, c.due_at, c.counted, c.later_at)
			is distinct from (excluded.office, excluded.next_at, excluded.anchor_on, excluded.due_at, excluded.counted, null)
	)`

// QueueClocks adds the statement to b that keeps what became of the clocks of
// these reports because time passed; their versions stay as they are. The caller
// holds their locks, see [Register.Lock].
func (r *Register) QueueClocks(b *pgx.Batch, rules *deadline.Rules, list ...reports.Report) {
	type facts struct {
		ID     reports.ID    `json:"id"`
		Clocks []reports.Run `json:"clocks"`
		Kept   []string      `json:"kept"`
	}
	rows := clockRows(rules, list...)
	kept := keptClocks(rows, list...)
	input := make([]facts, len(list))
	for i, report := range list {
		if input[i] = (facts{report.ID, report.Clocks, kept[i]}); report.Clocks == nil {
			input[i].Clocks = []reports.Run{}
		}
	}
	b.Queue(`with input as materialized (
			select * from jsonb_to_recordset($2::jsonb) as x (id bigint, clocks jsonb, kept text[])
		), saved as (
			update reports r set clocks = i.clocks from input i where r.id = i.id returning r.id, i.kept
		), `+windClocks+`
		select 1`, rows, input)
}

// QueueNudges adds the statement to b that notes the rungs that clocks came to. One
// that was noted before, under a limit that the clock has again, is marked as
// overtaken when the batch is read: nobody is told twice.
func (r *Register) QueueNudges(b *pgx.Batch, passed []deadline.Passed, now time.Time) {
	type nudge struct {
		Report reports.ID    `json:"report"`
		Clock  reports.Clock `json:"clock"`
		Since  int           `json:"since"`
		Of     int           `json:"of"`
		Rung   deadline.Rung `json:"rung"`
		Told   bool          `json:"told"`
	}
	input := make([]nudge, len(passed))
	at := make(map[nudge]int, len(passed))
	for i, p := range passed {
		key := nudge{Report: p.Before.ID, Clock: p.Run.Clock, Since: p.Run.Since, Of: p.Of, Rung: p.Rung}
		at[key] = i
		key.Told = !p.Overtaken
		input[i] = key
	}
	b.Queue(`insert into nudges (report, clock, since, of, rung, at, told)
		select report, clock, since, of, rung, $2, told from jsonb_to_recordset($1::jsonb) as n
			(report bigint, clock text, since integer, of integer, rung text, told boolean)
		on conflict do nothing returning report, clock, since, of, rung`, input, now).Query(func(rows pgx.Rows) error {
		var n nudge
		_, err := pgx.ForEachRow(rows, []any{&n.Report, &n.Clock, &n.Since, &n.Of, &n.Rung}, func() error {
			delete(at, n)
			return nil
		})
		for _, i := range at {
			passed[i].Overtaken = true
		}
		return err
	})
}
