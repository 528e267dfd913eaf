package scheduler_test

import (
	"slices"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

func TestSilenceIsWarnedOfAndClosesOnItsDay(t *testing.T) {
	// domain.md's check values.
	for _, test := range []struct{ followedUp, warned, closed string }{
		{"2026-11-20", "2026-12-01", "2026-12-07"},
		{"2026-12-18", "2026-12-31", "2027-01-08"},
		{"2027-03-03", "2027-03-22", "2027-03-30"},
	} {
		t.Run(test.followedUp, func(t *testing.T) {
			w := newWorld(t)
			s := w.scheduler()
			at, _ := time.ParseInLocation("2006-01-02 15:04", test.followedUp+" 10:00", wita)
			id := w.file(at.Add(-2 * time.Hour))
			w.do(id, at.Add(-time.Hour), reports.Dispatch)
			r := w.do(id, at, reports.FollowUp)
			w.heard(id, deadline.ProofBegun(r.Version), at.Add(time.Minute))
			warned, _ := time.ParseInLocation(time.DateOnly, test.warned, wita)
			closed, _ := time.ParseInLocation(time.DateOnly, test.closed, wita)
			w.pass(s, at, warned.Add(6*time.Hour))
			w.heard(id, deadline.ProofWarned(r.Version), warned.Add(7*time.Hour))
			w.pass(s, warned.Add(7*time.Hour), closed.Add(48*time.Hour))
			want := []string{warned.Format("01-02 15") + " close warn", closed.Format("01-02 15") + " close lapse silence"}
			if got := w.told(id); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			if r, _ := w.register.Report(t.Context(), id); r.State != reports.Closed || r.Closing != reports.ClosedBySilence || len(r.Clocks) != 0 {
				t.Errorf("the report is %s (%s) with clocks %v", r.State, r.Closing, r.Clocks)
			}
		})
	}
}

func TestWhoeverIsLateIsNudgedUpTheLadderOnceEach(t *testing.T) {
	w := newWorld(t)
	s := w.scheduler()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita) // a Friday
	id := w.file(at)
	w.do(id, at, reports.Dispatch)
	w.pass(s, at, at.AddDate(0, 0, 33))
	want := []string{
		"11-26 08 respond soon", "11-27 08 respond today", "11-30 08 respond late", "12-01 08 respond superior", "12-03 08 respond leader",
		"12-08 08 respond national",
		"12-09 08 answer soon", "12-10 08 answer today", "12-11 08 answer late", "12-14 08 answer superior", "12-16 08 answer leader", "12-21 08 answer national",
	}
	if got := w.told(id); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if r, _ := w.register.Report(t.Context(), id); r.State != reports.Dispatched || !r.Escalated {
		t.Errorf("it is %s, escalated %t", r.State, r.Escalated)
	}
}

// What is late is counted when its office has heard so: under limits in days, in one
// day, and in hours; not while it stands still, nor under a longer limit that counts
// by now; and what is silent never is.
func TestATallyCountsWhatIsLate(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita) // a Friday
	for name, test := range map[string]struct {
		limit reports.Limit // of respond; zero: five working days
		onto  []reports.Action
		on    time.Time
		late  int
	}{
		"not yet":  {on: at.AddDate(0, 0, 9)},
		"days":     {on: at.AddDate(0, 0, 11), late: 1},
		"one day":  {limit: reports.Limit{Workdays: 1}, on: at.AddDate(0, 0, 4), late: 1},
		"hours":    {limit: reports.Limit{Hours: 24}, on: at.AddDate(0, 0, 3), late: 1},
		"paused":   {on: at.AddDate(0, 0, 11), onto: []reports.Action{reports.RequestInfo}},
		"answered": {on: at.AddDate(0, 0, 11), onto: []reports.Action{reports.FollowUp}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if test.limit != (reports.Limit{}) {
				test.limit.Clock, test.limit.Basis, test.limit.From = reports.ClockRespond, "aturan", "2026-01-01"
				w.limits = append(slices.Clone(w.limits), test.limit)
			}
			s := w.scheduler()
			id := w.file(at)
			w.do(id, at, reports.Dispatch)
			silent := w.file(at)
			w.do(silent, at, reports.Dispatch)
			w.heard(silent, deadline.ProofBegun(w.do(silent, at, reports.FollowUp).Version), at)
			w.pass(s, at, test.on)
			for _, action := range test.onto {
				w.do(id, test.on, action)
			}
			for _, bodies := range [][]string{nil, {"HST"}} {
				tally, err := w.register.Tally(t.Context(), w.pool, w.rules(), bodies, test.on)
				if err != nil || tally.Late != test.late {
					t.Errorf("%+v of %v, want %d late: %v", tally, bodies, test.late, err)
				}
			}
			if tally, err := w.register.Tally(t.Context(), w.pool, w.rules(), []string{"ELSEWHERE"}, test.on); err != nil || tally.Late != 0 {
				t.Errorf("elsewhere: %+v, %v", tally, err)
			}
		})
	}
}

func TestAfterDowntimePeopleHearWhatMattersNow(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	id := w.file(at)
	w.do(id, at, reports.Dispatch)
	back := time.Date(2026, 12, 1, 9, 0, 0, 0, wita)
	w.pass(w.scheduler(), back, back)
	if got, want := w.told(id), []string{"12-01 09 respond late", "12-01 09 respond superior"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
