package scheduler_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/scheduler"
)

// Whoever moves the clock from Next to Next sees the same at the same instants as
// somebody who waits every hour out.
func TestNextLeavesNothingOut(t *testing.T) {
	hours := append([]reports.Limit{{Clock: reports.ClockRespond, Agency: "HST", Hours: 24, From: "2026-01-01"}}, reports.DefaultLimits...)
	for name, limits := range map[string][]reports.Limit{"in days": reports.DefaultLimits, "in hours": hours} {
		t.Run(name, func(t *testing.T) {
			waiting, walking := newWorld(t), newWorld(t)
			var from, until time.Time
			for _, w := range []*world{waiting, walking} {
				w.limits = limits
				w.agency()
				id := w.file(time.Date(2026, 11, 19, 9, 0, 0, 0, wita))
				w.do(id, time.Date(2026, 11, 19, 10, 0, 0, 0, wita), reports.Hold)
				never := w.file(time.Date(2026, 11, 16, 9, 0, 0, 0, wita)) // what was done does not reach the reporter
				w.do(never, time.Date(2026, 11, 16, 10, 0, 0, 0, wita), reports.Dispatch)
				w.do(never, time.Date(2026, 11, 16, 11, 0, 0, 0, wita), reports.FollowUp)
				if err := w.pool.QueryRow(t.Context(), `select at + interval '2 days', until from walk`).Scan(&from, &until); err != nil {
					t.Fatal(err)
				}
				w.exec(`update walk set at = $1`, from)
			}
			schedulerOf := func(w *world) *scheduler.Scheduler {
				return scheduler.New(scheduler.Config{
					Pool: w.pool, Register: w.register, Rules: w.rules, Teller: hearing{}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
				})
			}
			if err := walk(t.Context(), waiting.pool, schedulerOf(waiting), func() {}); err != nil {
				t.Fatal(err)
			}
			s := schedulerOf(walking)
			steps := 0
			for at := from; !at.After(until); steps++ {
				walking.passAt(s, at)
				next, err := s.Next(t.Context(), at)
				if err != nil || !next.After(at) {
					t.Fatalf("after %s comes %s: %v", at, next, err)
				}
				at = next
			}
			const said = `select report || ' ' || clock || ' ' || rung || ' ' || action || ' ' || at::text, count(*) from told group by 1`
			got, want := walking.counts(said), waiting.counts(said)
			for what, n := range want {
				if got[what] != n {
					t.Errorf("%s happened %d times, waited for %d", what, got[what], n)
				}
			}
			if len(got) != len(want) || len(want) < 100 {
				t.Errorf("%d things happened, waited for %d", len(got), len(want))
			}
			if steps > 200 {
				t.Errorf("it took %d steps", steps)
			}
			walking.inLine()
		})
	}
}

func TestNextKnowsTheHoursOfOffices(t *testing.T) {
	w := newWorld(t)
	s := w.scheduler()
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, wita) }
	next := func(now time.Time) string {
		t.Helper()
		got, err := s.Next(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		if got.IsZero() {
			return "never"
		}
		return got.In(wita).Format("01-02 15:04")
	}
	if got := next(at(20, 10)); got != "never" {
		t.Errorf("with no report it is %s", got)
	}
	id := w.file(at(20, 10))
	w.do(id, at(20, 10), reports.Dispatch)
	if got := next(at(20, 10)); got != "11-26 08:00" { // respond soon
		t.Errorf("before the office opens it is %s", got)
	}
	if got := next(at(26, 17)); got != "11-27 08:00" {
		t.Errorf("when it was missed and the office is closed it is %s", got)
	}
	if got := next(at(28, 12)); got != "11-30 08:00" { // a Saturday
		t.Errorf("on a day off it is %s", got)
	}
	if got := next(at(26, 9)); got != "11-26 09:01" {
		t.Errorf("of what is due and was not done it is %s", got)
	}
	if err := w.register.Later(t.Context(), w.pool, []reports.ID{id}, "", at(29, 10), deadline.NotHeard); err != nil {
		t.Fatal(err)
	}
	if got := next(at(26, 9)); got != "11-30 08:00" {
		t.Errorf("of what was put off to a Sunday it is %s", got)
	}
}

func TestWhatIsPutOffAgainAndAgainIsCounted(t *testing.T) {
	w := newWorld(t)
	s := w.scheduler()
	at := time.Date(2026, 11, 16, 9, 0, 0, 0, wita)
	id := w.file(at)
	w.do(id, at, reports.Dispatch)
	w.do(id, at, reports.FollowUp) // which never reaches the reporter
	off := func() string {
		t.Helper()
		by, err := w.register.PutOff(t.Context(), w.pool)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(by)
	}
	w.pass(s, at, time.Date(2026, 11, 27, 9, 0, 0, 0, wita)) // the third day of the warning
	if got := off(); got != "map[]" {
		t.Errorf("after three days %s", got)
	}
	w.pass(s, time.Date(2026, 11, 27, 10, 0, 0, 0, wita), time.Date(2026, 11, 30, 9, 0, 0, 0, wita))
	if got := off(); got != "map[not_heard:1]" {
		t.Errorf("after six days %s", got)
	}
	w.do(id, time.Date(2026, 11, 30, 10, 0, 0, 0, wita), reports.Reply)
	if got := off(); got != "map[]" {
		t.Errorf("after an answer %s", got)
	}
}
