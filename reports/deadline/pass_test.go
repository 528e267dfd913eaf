package deadline_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// followedUp is a report of body A with a follow-up at that instant.
func followedUp(t *testing.T, at time.Time) reports.Report {
	t.Helper()
	filed := reports.Draft{}.Open(1, "double", at.Add(-48*time.Hour))
	p, _ := history(
		t, filed,
		reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin}, Agency: "A", At: at.Add(-24 * time.Hour)},
		reports.Change{Action: reports.FollowUp, Actor: reports.Actor{Kind: reports.ByLiaison, Person: 3}, At: at},
	)
	return p
}

// passes does what is due for p at now until nothing more is.
func passes(t *testing.T, rules *deadline.Rules, p reports.Report, heard deadline.Heard, now time.Time) (reports.Report, []deadline.Passed, deadline.Obstacle) {
	t.Helper()
	var all []deadline.Passed
	for range 10 {
		o, err := rules.Pass(p, func(reports.Run) deadline.Heard { return heard }, always, now)
		if err != nil {
			t.Fatal(err)
		}
		p, all = o.After, append(all, o.Passed...)
		if !o.Changed {
			return p, all, o.Obstacle
		}
	}
	t.Fatal("passes find no end")
	return p, nil, ""
}

func TestNothingIsClosedByDaysOfAYearWithoutATable(t *testing.T) {
	rules := within(t, workday.Default(), workday.Settings{}, jakarta)
	at := func(month time.Month, day int) time.Time { return time.Date(2027, month, day, 10, 0, 0, 0, jakarta) }
	for _, test := range []struct {
		name    string
		start   time.Time
		outages []reports.Pause
		warned  time.Time
		heard   time.Time
		now     time.Time
		want    deadline.Obstacle
	}{
		{"within the year", at(12, 1), nil, at(12, 10), at(12, 10), at(12, 16), ""},
		{"due in the next", at(12, 20), nil, at(12, 30), at(12, 30), at(13, 20), deadline.Undecreed},
		{"due in the next because of an outage", at(12, 1), []reports.Pause{{From: at(12, 13), To: at(13, 7)}}, at(12, 10), at(12, 10), at(13, 20), deadline.Undecreed},
		{"warned late", at(12, 1), nil, at(12, 30), at(12, 30), at(13, 20), deadline.Undecreed},
		{"warned in time, heard late", at(12, 1), nil, at(12, 10), at(13, 7), at(13, 20), deadline.Undecreed},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := followedUp(t, test.start)
			run, _ := p.Clocked(reports.ClockClose)
			p = p.SetClock(rules.Passed(p, run, []deadline.Rung{deadline.Warn}, test.warned))
			heard := deadline.Heard{Begun: test.start, Warned: test.heard, Outages: test.outages}
			p, _, obstacle := passes(t, rules, p, heard, test.now)
			if obstacle != test.want || (p.State == reports.Closed) != (test.want == "") {
				t.Errorf("it is %s, obstacle %q, want %q", p.State, obstacle, test.want)
			}
		})
	}
}

func TestAHoldEndsAtItsDate(t *testing.T) {
	rules := within(t, workday.Default(), workday.Settings{}, jakarta)
	filed := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	until := time.Date(2026, 11, 25, 0, 0, 0, 0, jakarta)
	p, _ := history(
		t, reports.Draft{}.Open(1, "double", filed),
		reports.Change{Action: reports.Hold, Actor: reports.Actor{Kind: reports.ByAdmin}, Until: until, At: filed.Add(time.Hour)},
	)
	clocks := rules.Clocks(p)
	if look, ok := rules.Look(p, clocks[len(clocks)-1]); !ok || !look.At.Equal(until) || look.Office.Hours != (deadline.Hours{}) {
		t.Errorf("the hold is looked at %+v", look)
	}
	if _, passed, _ := passes(t, rules, p, deadline.Heard{}, until.Add(-time.Second)); len(passed) > 0 {
		t.Fatalf("before its date: %+v", passed)
	}
	p, passed, _ := passes(t, rules, p, deadline.Heard{}, until)
	if len(passed) != 1 || passed[0].Entry.Change.Action != reports.Release || !p.HeldUntil.IsZero() {
		t.Fatalf("at its date: %+v", passed)
	}
	// Three days from then on: the day of release has been stood still over.
	run, _ := p.Clocked(reports.ClockVerify)
	if due, _ := rules.Due(p, run); due.On.String() != "2026-11-30" {
		t.Errorf("to be verified by %s", due.On)
	}
}

func TestOversightStartsTheLadderOfItsOwnLimit(t *testing.T) {
	rules := within(t, workday.Default(), workday.Settings{}, jakarta)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	p, _ := history(
		t, reports.Draft{}.Open(1, "double", at),
		reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin}, Agency: "A", At: at},
		reports.Change{Action: reports.Respond, Actor: reports.Actor{Kind: reports.ByLiaison, Person: 3}, At: at},
	)
	p, passed, _ := passes(t, rules, p, deadline.Heard{}, time.Date(2026, 12, 14, 9, 0, 0, 0, jakarta))
	if got := rungNames(passed); !slices.Equal(got, []string{"answer soon 14", "answer today 14", "answer late 14", "answer superior 14"}) {
		t.Fatalf("got %q", got)
	}
	p, _, err := reports.Apply(p, reports.Change{Action: reports.MarkOversight, Actor: reports.Actor{Kind: reports.ByAdmin}, At: time.Date(2026, 12, 14, 10, 0, 0, 0, jakarta)})
	if err != nil {
		t.Fatal(err)
	}
	run, _ := p.Clocked(reports.ClockAnswer)
	if due, _ := rules.Due(p, run); due.On.String() != "2027-02-19" { // domain.md: +60
		t.Errorf("due on %s", due.On)
	}
	p, passed, _ = passes(t, rules, p, deadline.Heard{}, time.Date(2026, 12, 30, 9, 0, 0, 0, jakarta))
	if len(passed) > 0 {
		t.Errorf("passed %q", rungNames(passed))
	}
	_, passed, _ = passes(t, rules, p, deadline.Heard{}, time.Date(2027, 2, 18, 9, 0, 0, 0, jakarta))
	if got := rungNames(passed); !slices.Equal(got, []string{"answer soon 60"}) {
		t.Errorf("got %q", got)
	}
}

func rungNames(passed []deadline.Passed) []string {
	var names []string
	for _, p := range passed {
		names = append(names, string(p.Run.Clock)+" "+string(p.Rung)+" "+strconv.Itoa(p.Of))
	}
	return names
}

func TestWhileAMessageIsOnItsWayNothingIsClosed(t *testing.T) {
	rules := within(t, workday.Default(), workday.Settings{}, jakarta)
	start := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	p := followedUp(t, start)
	now := time.Date(2026, 12, 7, 9, 0, 0, 0, jakarta)
	waiting := deadline.Heard{Begun: start, Waiting: true}
	if _, passed, obstacle := passes(t, rules, p, waiting, now); len(passed) > 0 || obstacle != deadline.OnItsWay {
		t.Errorf("passed %q, obstacle %q", rungNames(passed), obstacle)
	}
}

// Whoever verifies may ask before a dispatch, however often bodies asked before:
// the reporter's clock stands still like that of the verifier.
func TestAQuestionBeforeDispatchPausesWhateverBodiesAsked(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	changes := []reports.Change{{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin}, Agency: "A"}}
	for range 3 {
		changes = append(
			changes, reports.Change{Action: reports.RequestInfo, Actor: reports.Actor{Kind: reports.ByLiaison}},
			reports.Change{Action: reports.ProvideInfo, Actor: reports.Actor{Kind: reports.ByReporter}},
		)
	}
	changes = append(
		changes, reports.Change{Action: reports.NotOurs, Actor: reports.Actor{Kind: reports.ByLiaison}},
		reports.Change{Action: reports.RequestInfo, Actor: reports.Actor{Kind: reports.ByAdmin}},
	)
	for i := range changes {
		at = at.Add(time.Hour)
		changes[i].At = at
	}
	p, _ := history(t, reports.Draft{}.Open(1, "double", at.Add(-24*time.Hour)), changes...)
	run, _ := p.Clocked(reports.ClockAnswer)
	if !run.Paused() || len(run.Pauses) != 3 {
		t.Errorf("answer stood still %d times, and does now: %t", len(run.Pauses), run.Paused())
	}
}

// always is an office that never closes.
func always(deadline.Office) bool { return true }

func TestNudgesWaitUntilTheOfficeOpens(t *testing.T) {
	rules := rulesOf(t, reports.Agency{Code: "HST", Zone: "Asia/Makassar", Week: 5, Hours: "08:00-16:00"})
	at := time.Date(2026, time.November, 20, 10, 0, 0, 0, wita)
	p := reports.Draft{}.Open(1, "webchat", at)
	p, _, err := reports.Apply(p, reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin, Person: 2}, Agency: "HST", At: at})
	if err != nil {
		t.Fatal(err)
	}
	for hour, want := range map[int]int{0: 0, 7: 0, 8: 1, 15: 1, 16: 0} {
		now := time.Date(2026, time.November, 26, hour, 30, 0, 0, wita) // a working day before respond is due
		o, err := rules.Pass(p, func(reports.Run) deadline.Heard { return deadline.Heard{} }, func(o deadline.Office) bool { return o.Open(now) }, now)
		if err != nil || len(o.Passed) != want || o.Changed != (want > 0) {
			t.Errorf("at %02d:30 %d rungs were noted, changed %t, %v; want %d", hour, len(o.Passed), o.Changed, err, want)
		}
	}
}
