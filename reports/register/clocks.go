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
				row.DueAt = new(look.At)
			}
			if len(run.Pauses) > 0 {
				row.Counted = new(rules.Epoch())
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// windClocks is a part of a statement: it brings the rows of the clocks of the
// reports in saved, whose new rows are the parameter $2, in line with them. What
// is as it was is not written again.
const windClocks = `wound as materialized (
		select * from jsonb_to_recordset($2::jsonb) as k
			(report bigint, clock text, office text, next_at integer, anchor_on date, due_at timestamptz, counted bigint)
	), unwound as (
		delete from clocks c using saved s where c.report = s.id
			and not exists (select 1 from wound w where w.report = c.report and w.clock = c.clock)
	), rewound as (
		insert into clocks as c (report, clock, office, next_at, anchor_on, due_at, counted)
		select w.* from wound w join saved s on s.id = w.report
		on conflict (report, clock) do update set office = excluded.office, next_at = excluded.next_at, anchor_on = excluded.anchor_on,
			due_at = excluded.due_at, counted = excluded.counted, later_at = null, tries = 0
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
	}
	input := make([]facts, len(list))
	for i, report := range list {
		if input[i] = (facts{report.ID, report.Clocks}); report.Clocks == nil {
			input[i].Clocks = []reports.Run{}
		}
	}
	b.Queue(`with input as materialized (
			select * from jsonb_to_recordset($1::jsonb) as x (id bigint, clocks jsonb)
		), saved as (
			update reports r set clocks = i.clocks from input i where r.id = i.id returning r.id
		), `+windClocks+`
		select 1`, input, clockRows(rules, list...))
}

// QueueNudges adds the statement to b that notes the rungs that clocks came to. A
// rung that was noted already fails it, and its transaction with it: what was
// done is not done twice.
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
	for i, p := range passed {
		input[i] = nudge{p.Before.ID, p.Run.Clock, p.Run.Since, p.Of, p.Rung, !p.Overtaken}
	}
	b.Queue(`insert into nudges (report, clock, since, of, rung, at, told)
		select report, clock, since, of, rung, $2, told from jsonb_to_recordset($1::jsonb) as n
			(report bigint, clock text, since integer, of integer, rung text, told boolean)`, input, now)
}
