package scheduler_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
	"kentongan/scheduler"
)

// reportsOpen is how many open reports the benchmarks have: KENTONGAN_CLOCKS, or a
// number that is quick.
func reportsOpen(b *testing.B) int {
	b.Helper()
	text := os.Getenv("KENTONGAN_CLOCKS")
	if text == "" {
		return 20_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		b.Fatalf("KENTONGAN_CLOCKS is %q, expected a number from 1000 on", text)
	}
	return n
}

// The days of the benchmarks: what was warned of comes to its end on these.
var (
	quietDay = time.Date(2026, 11, 23, 12, 0, 0, 0, wita)
	soloDay  = time.Date(2026, 11, 24, 9, 0, 0, 0, wita) // a few reports
	closeDay = time.Date(2026, 11, 25, 9, 0, 0, 0, wita) // a tenth of all
)

// crowd fills the register with open reports, none of which has anything due before
// soloDay: a tenth is closed by silence on closeDay, solo of them a day before; the
// others were dispatched or followed up lately.
func (w *world) crowd(all, solo int) {
	w.t.Helper()
	day := func(d int) time.Time { return time.Date(2026, 11, d, 10, 0, 0, 0, wita) }
	silent := func(since, warned int) []reports.Run {
		return []reports.Run{{Clock: reports.ClockClose, Since: 3, Start: day(since), Body: "HST", Rungs: 1, Of: 10, Warned: day(warned)}}
	}
	owed := func(since int) []reports.Run {
		return []reports.Run{
			{Clock: reports.ClockRespond, Since: 2, Start: day(since), Body: "HST"},
			{Clock: reports.ClockAnswer, Since: 2, Start: day(since), Body: "HST"},
		}
	}
	closing := all / 10
	lately := (all - closing) / 4
	w.insert(solo, reports.FollowedUp, silent(9, 18))
	w.insert(closing-solo, reports.FollowedUp, silent(10, 19))
	w.insert(lately, reports.FollowedUp, []reports.Run{{Clock: reports.ClockClose, Since: 3, Start: day(20), Body: "HST"}})
	for _, since := range []int{20, 22, 23} {
		w.insert(lately, reports.Dispatched, owed(since))
	}
	for _, table := range []string{"reports", "clocks", "heard", "identities"} {
		w.exec(`vacuum analyze ` + table)
	}
}

// insert writes n reports with these clocks as the register would have them.
func (w *world) insert(n int, state reports.State, runs []reports.Run) {
	w.t.Helper()
	if n <= 0 {
		return
	}
	var first int64
	if err := w.pool.QueryRow(w.t.Context(), `select coalesce(max(id), 0) + 1 from reports`).Scan(&first); err != nil {
		w.t.Fatal(err)
	}
	last := first + int64(n) - 1
	p := reports.Report{
		ID: 1, Kind: reports.Complaint, State: state, Agency: "HST", Dispatched: true, FollowedUp: state == reports.FollowedUp, Clocks: runs,
	}
	clocks, err := json.Marshal(runs)
	if err != nil {
		w.t.Fatal(err)
	}
	at := runs[0].Start.Add(-time.Hour)
	w.exec(`insert into identities (chat, channel, account, kind, address_hash, sealed, created_at) overriding system value
		select 1000 + g, 'double', '', 'person', int8send(g), '', $1 from generate_series($2::bigint, $3) g`, at, first, last)
	w.exec(`insert into reports (id, tracking_id, version, kind, state, reporter, person_draft, source, chronology, occurred, location, agency, agency_words,
			keyword, anonymous, confidential, evidence, filed_at, dispatched, followed_up, access_hash, clocks)
		select g, 'KTG-' || g, 3, 'complaint', $3, 1000 + g, g, 'double', 'Lampu jalan di depan pasar mati sejak dua pekan.', '{}', '{}', 'HST', '', '',
			false, false, 0, $4, true, $5, '', $6 from generate_series($1::bigint, $2) g`,
		first, last, state, at, p.FollowedUp, string(clocks))
	for _, run := range runs {
		if run.Clock == reports.ClockClose {
			w.exec(`insert into heard (report, proof, at) select g, p.proof, $3 from generate_series($1::bigint, $2) g cross join (values ('begun 3'), ('warned 3')) p (proof)`,
				first, last, at)
		}
		look, found := w.rules().Look(p, run)
		if !found {
			w.t.Fatalf("%s has no row", run.Clock)
		}
		w.exec(`insert into clocks (report, clock, office, next_at, anchor_on) select g, $3, $4, $5, $6::date from generate_series($1::bigint, $2) g`,
			first, last, run.Clock, look.Office.Key(), look.Next, look.Anchor.String())
	}
}

// times runs each of the functions in turn, rounds times, and returns the median of
// each: what else the machine does meets all alike.
func times(rounds int, functions ...func()) []time.Duration {
	took := make([][]time.Duration, len(functions))
	for range rounds {
		for i, f := range functions {
			start := time.Now()
			f()
			took[i] = append(took[i], time.Since(start))
		}
	}
	medians := make([]time.Duration, len(functions))
	for i, list := range took {
		slices.Sort(list)
		medians[i] = list[len(list)/2]
	}
	return medians
}

// due returns a function that finds what is due at an instant, and fails where that
// is not so many.
func (w *world) due(at time.Time, want int) func() {
	rules := w.rules()
	return func() {
		ids, err := w.register.Due(w.t.Context(), w.pool, rules, at, 200)
		if err != nil || len(ids) != want {
			w.t.Fatalf("%d are due, want %d: %v", len(ids), want, err)
		}
	}
}

// scan returns a function that finds the same by reading the table of clocks.
func (w *world) scan(at time.Time, want int) func() {
	conn, err := w.pool.Acquire(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(conn.Release)
	for _, sql := range []string{
		`set enable_seqscan = on`, `set enable_indexscan = off`, `set enable_indexonlyscan = off`, `set enable_bitmapscan = off`,
		`set max_parallel_workers_per_gather = 0`,
	} {
		if _, err := conn.Exec(w.t.Context(), sql); err != nil {
			w.t.Fatal(err)
		}
	}
	rows, err := w.pool.Query(w.t.Context(), `select distinct office, next_at from clocks`)
	if err != nil {
		w.t.Fatal(err)
	}
	var where []string
	offices := w.rules().Offices()
	for rows.Next() {
		var office string
		var next int
		if err := rows.Scan(&office, &next); err != nil {
			w.t.Fatal(err)
		}
		if o := offices[office]; o.Open(at) {
			cutoff, _ := o.Calendar.Reached(workday.DateOf(at, o.Zone), next)
			where = append(where, fmt.Sprintf(`(office = '%s' and next_at = %d and anchor_on <= '%s')`, office, next, cutoff))
		}
	}
	if rows.Err() != nil {
		w.t.Fatal(rows.Err())
	}
	sql := `select report from clocks where (` + strings.Join(where, " or ") + `) order by anchor_on, report limit 200`
	return func() {
		tag, err := conn.Exec(w.t.Context(), sql)
		if err != nil || int(tag.RowsAffected()) != want {
			w.t.Fatalf("%d are due by scan, want %d: %v", tag.RowsAffected(), want, err)
		}
	}
}

// BenchmarkDue finds what is due among many open reports, beside a scan with the
// same cut-off and beside the same among 10,000.
func BenchmarkDue(b *testing.B) {
	all := reportsOpen(b)
	many, few := newWorld(b), newWorld(b)
	many.crowd(all, 0)
	few.crowd(10_000, 0)
	for _, c := range []struct {
		name string
		at   time.Time
		want int
	}{{"nothing", soloDay.Add(14 * time.Hour), 0}, {"a_batch", closeDay, 200}} {
		b.Run(c.name, func(b *testing.B) {
			index, small, scan := many.due(c.at, c.want), few.due(c.at, c.want), many.scan(c.at, c.want)
			times(5, index, small) // plans are made
			pair := times(201, index, small)
			slow := times(7, index, scan)
			for b.Loop() {
				index()
			}
			b.ReportMetric(float64(pair[0].Microseconds()), "µs/index")
			b.ReportMetric(float64(slow[1])/float64(slow[0]), "scan/index")
			b.ReportMetric(float64(pair[0])/float64(pair[1]), "of-10,000")
		})
	}
}

// BenchmarkClose closes a tenth of all reports by silence, in batches and one a
// transaction, as whole passes.
func BenchmarkClose(b *testing.B) {
	for _, name := range []string{"silent", "told"} {
		b.Run(name, func(b *testing.B) {
			const solo = 500
			all := reportsOpen(b)
			w := newWorld(b)
			w.crowd(all, solo)
			var told scheduler.Teller = teller{}
			if name == "told" { // by the service's own
				told = w.passing()
			}
			pass := func(batch int, at time.Time) time.Duration {
				s := scheduler.New(scheduler.Config{
					Pool: w.pool, Register: w.register, Rules: w.rules, Teller: told, Log: slog.New(slog.DiscardHandler), Now: time.Now, Batch: batch,
				})
				w.passAt(s, quietDay) // plans are made
				start := time.Now()
				w.passAt(s, at)
				return time.Since(start)
			}
			b.ResetTimer()
			one := pass(1, soloDay) / solo
			closing := all/10 - solo
			batches := pass(1000, closeDay) / time.Duration(closing)
			var closed int
			if err := w.pool.QueryRow(b.Context(), `select count(*) from reports where closing = 'silence'`).Scan(&closed); err != nil || closed != closing+solo {
				b.Fatalf("%d were closed, want %d: %v", closed, closing+solo, err)
			}
			b.ReportMetric(float64(time.Second/batches), "closed/s")
			b.ReportMetric(float64(time.Second/one), "closed-alone/s")
			b.ReportMetric(float64(one)/float64(batches), "alone/batch")
		})
	}
}

// BenchmarkImport looks at every clock after a decree was amended.
func BenchmarkImport(b *testing.B) {
	w := newWorld(b)
	w.crowd(reportsOpen(b), 0)
	s := w.scheduler()
	w.passAt(s, quietDay)
	before := w.versions()
	w.table = moved(b, w.table)
	start := time.Now()
	w.passAt(s, quietDay)
	took := time.Since(start)
	if after := w.versions(); after != before {
		b.Errorf("rows were rewritten: %s, before %s", after, before)
	}
	b.ReportMetric(0, "rewritten")
	b.ReportMetric(float64(took.Microseconds()), "µs/pass")
}

// moved is a table in which one more day is off.
func moved(tb testing.TB, table workday.Table) workday.Table {
	tb.Helper()
	day, err := workday.ParseDate("2026-11-26")
	if err != nil {
		tb.Fatal(err)
	}
	holiday := table.Days()[0]
	holiday.Date = day
	other, err := workday.NewTable(append(table.Days(), holiday))
	if err != nil {
		tb.Fatal(err)
	}
	return other
}

// versions sums up which version of each row there is.
func (w *world) versions() (sum string) {
	w.t.Helper()
	err := w.pool.QueryRow(w.t.Context(), `select (select count(*) || ' ' || sum(xmin::text::bigint) from clocks) || ', ' ||
		(select count(*) || ' ' || sum(xmin::text::bigint) from reports)`).Scan(&sum)
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

func (w *world) passAt(s *scheduler.Scheduler, at time.Time) {
	w.t.Helper()
	if err := s.Pass(w.t.Context(), at); err != nil {
		w.t.Fatal(err)
	}
}
