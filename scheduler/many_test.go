package scheduler_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
	"kentongan/scheduler"
)

// both tells through the service's own teller, and keeps rows of it.
type both struct {
	teller
	*bots.Passing
}

func (b both) Tell(ctx context.Context, tx pgx.Tx, now time.Time, list []deadline.Passed) error {
	if err := b.teller.Tell(ctx, tx, now, list); err != nil {
		return err
	}
	return b.Passing.Tell(ctx, tx, now, list)
}

func (b both) Gather(ctx context.Context, tx pgx.Tx, now time.Time) (int, error) {
	return b.Passing.Gather(ctx, tx, now)
}
func (b both) Told() {}

// passing is the service's own teller over the world's database.
func (w *world) passing() *bots.Passing {
	w.t.Helper()
	shell, err := bots.Open(w.t.Context(), bots.Config{
		Pool: w.pool, Sealer: w.sealer, Log: slog.New(slog.DiscardHandler), Now: time.Now, Machine: channeltest.Machine,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return shell.Passing()
}

// another is a pool of its own on the world's database, as another process has it.
func (w *world) another() *pgxpool.Pool {
	w.t.Helper()
	pool, err := pgxpool.NewWithConfig(w.t.Context(), w.pool.Config())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(pool.Close)
	return pool
}

// counts are the rows of a statement with a name and a number.
func (w *world) counts(sql string) map[string]int {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), sql)
	if err != nil {
		w.t.Fatal(err)
	}
	counts := map[string]int{}
	var name string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&name, &n}, func() error { counts[name] = n; return nil }); err != nil {
		w.t.Fatal(err)
	}
	return counts
}

// Three processes look at the same time at several hundred reports of which
// something is due: everything happens once, and each chat gets one message.
func TestThreeProcessesDoEverythingOnce(t *testing.T) {
	w := newWorld(t)
	day := func(d int) time.Time { return time.Date(2026, 11, d, 9, 0, 0, 0, wita) }
	w.exec(`insert into identities (chat, channel, account, kind, address_hash, sealed, created_at) overriding system value
		select n, 'double', '', 'group', int8send(n), '', now() from generate_series(900, 901) n`)
	w.exec(`insert into groups (chat, agency, bound_at) values (900, 'HST', now()), (901, null, now())`)

	// Holds that end, and questions that lapse, on the 25th.
	const few = 15
	for range few {
		held := w.file(day(19))
		w.do(held, day(21), reports.Hold) // for four days
		asked := w.file(day(9))
		w.do(asked, day(9), reports.Dispatch)
		r := w.do(asked, day(10), reports.RequestInfo)
		w.heard(asked, deadline.ProofBegun(r.Version), day(10))
	}
	// Each has a reporter of their own: what waits for one of them holds up theirs.
	w.exec(`insert into identities (chat, channel, account, kind, address_hash, sealed, created_at) overriding system value
		select 100000 + id, 'double', '', 'person', int8send(100000 + id), '', now() from reports`)
	w.exec(`update reports set reporter = 100000 + id`)
	w.passAt(w.scheduler(), day(19).Add(-time.Hour))
	for id := range w.ids(`select id from reports where state = 'needs_info'`) {
		r, err := w.register.Report(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		run, _ := r.Clocked(reports.ClockComplete)
		w.heard(id, deadline.ProofWarned(run.Since), day(19))
	}
	w.exec(`truncate told`)
	silence := reports.Run{Clock: reports.ClockClose, Since: 3, Start: day(16), Body: "HST"}
	w.insert(100, reports.FollowedUp, []reports.Run{silence}) // to be warned of
	silence.Start, silence.Rungs, silence.Of, silence.Warned = day(10), 1, 10, day(19)
	w.insert(150, reports.FollowedUp, []reports.Run{silence}) // to be closed
	w.insert(200, reports.Dispatched, []reports.Run{{Clock: reports.ClockRespond, Since: 2, Start: day(19), Body: "HST"}})

	var wg sync.WaitGroup
	for range 3 {
		pool := w.another()
		s := scheduler.New(scheduler.Config{
			Pool: pool, Register: register.New(pool, w.sealer), Rules: w.rules, Teller: both{Passing: w.passing()},
			Log: slog.New(slog.DiscardHandler), Now: time.Now, Batch: 10, Gap: time.Hour,
		})
		wg.Go(func() {
			for range 3 {
				if err := s.Pass(t.Context(), day(25)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()

	want := map[string]int{"respond soon": 200, "close warn": 100, "close lapse": 150, "complete lapse": few, "hold lapse": few}
	got := w.counts(`select clock || ' ' || rung, count(*) from told group by 1`)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("people were told %v, want %v", got, want)
	}
	if twice := w.counts(`select report || ' ' || clock || ' ' || rung, count(*) from told group by 1 having count(*) > 1`); len(twice) > 0 {
		t.Errorf("told more than once: %v", twice)
	}
	nudges := w.counts(`select clock || ' ' || rung, count(*) from nudges where at = '2026-11-25 09:00+08' group by 1`)
	if fmt.Sprint(nudges) != fmt.Sprint(want) {
		t.Errorf("noted are %v, want %v", nudges, want)
	}
	if states := w.counts(`select state || ' ' || closing, count(*) from reports group by 1`); states["closed silence"] != 150 || states["needs_info "] != 0 {
		t.Errorf("the reports are %v", states)
	}
	if messages := w.counts(`select chat::text, count(*) from inbox where chat in (900, 901) group by 1`); messages["900"] != 1 {
		t.Errorf("the body's group gets %d messages, want one", messages["900"])
	}
	if left := w.counts(`select 'gathered', count(*) from gathered`); left["gathered"] != 0 {
		t.Errorf("%d nudges were not told", left["gathered"])
	}
	w.inLine()
}

// While somebody else still notes what is due, what was noted waits: it all belongs
// into one message.
func TestGatheringWaitsForWhoeverIsNotDone(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 11, 19, 9, 0, 0, 0, wita)
	w.exec(`insert into identities (chat, channel, account, kind, address_hash, sealed, created_at) overriding system value
		values (900, 'double', '', 'group', 'g', '', now())`)
	w.exec(`insert into groups (chat, agency, bound_at) values (900, 'HST', now())`)
	w.insert(20, reports.Dispatched, []reports.Run{{Clock: reports.ClockRespond, Since: 2, Start: at, Body: "HST"}})
	s := scheduler.New(scheduler.Config{
		Pool: w.pool, Register: w.register, Rules: w.rules, Teller: both{Passing: w.passing()}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	soon := at.AddDate(0, 0, 6)
	messages := func() int { return w.counts(`select 'messages', count(*) from inbox where chat = 900`)["messages"] }
	other, err := w.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(t.Context(), `select 1 from reports where id = 7 for no key update`); err != nil {
		t.Fatal(err)
	}
	w.passAt(s, soon)
	if noted, told := w.counts(`select 'noted', count(*) from nudges`)["noted"], messages(); noted != 19 || told != 0 {
		t.Errorf("%d are noted and %d messages made while one report is held", noted, told)
	}
	if err := other.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.passAt(s, soon.Add(time.Minute))
	if noted, told := w.counts(`select 'noted', count(*) from nudges`)["noted"], messages(); noted != 20 || told != 1 {
		t.Errorf("%d are noted and %d messages made in the end", noted, told)
	}
}

// ids are those that a statement finds.
func (w *world) ids(sql string, args ...any) map[reports.ID]bool {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), sql, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[reports.ID])
	if err != nil {
		w.t.Fatal(err)
	}
	set := map[reports.ID]bool{}
	for _, id := range list {
		set[id] = true
	}
	return set
}

// inLine compares the rows of all clocks with those that the facts make, and the
// facts with the histories, where there are any.
func (w *world) inLine() {
	w.t.Helper()
	rules := w.rules()
	for id := range w.ids(`select id from reports`) {
		r, err := w.register.Report(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		var want []string
		for _, run := range rules.Clocks(r) {
			look, found := rules.Look(r, run)
			switch {
			case !found:
			case look.At.IsZero():
				want = append(want, fmt.Sprintf("%s %s %d %s", run.Clock, look.Office.Key(), look.Next, look.Anchor))
			default:
				want = append(want, fmt.Sprintf("%s %s %s", run.Clock, look.Office.Key(), look.At.UTC().Format(time.RFC3339)))
			}
		}
		slices.Sort(want)
		rows, err := w.pool.Query(w.t.Context(), `select concat_ws(' ', clock, office, next_at, anchor_on, to_char(due_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) from clocks where report = $1`, id)
		if err != nil {
			w.t.Fatal(err)
		}
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			w.t.Fatal(err)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			w.t.Errorf("the clocks of report %d wait as %q, by its facts as %q", id, got, want)
		}
		history, err := w.register.History(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(history) != r.Version {
			continue // it was made without one
		}
		runs, err := reports.Runs(r.AsFiled(), history)
		if err != nil {
			w.t.Fatal(err)
		}
		facts := func(list []reports.Run) (lines []string) {
			for _, run := range list {
				if run.Running() {
					lines = append(lines, fmt.Sprintf("%s %d %d %d", run.Clock, run.Since, run.Start.Unix(), len(run.Pauses)))
				}
			}
			slices.Sort(lines)
			return lines
		}
		if got, want := facts(r.Clocks), facts(runs); !slices.Equal(got, want) {
			w.t.Errorf("report %d keeps the clocks %q, by its history %q run", id, got, want)
		}
	}
}
