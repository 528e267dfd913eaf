package main

import (
	"slices"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/workday"
)

// history replays changes on a report as it is filed, and returns what the
// register would hold of it.
func history(t *testing.T, filed reports.Report, changes ...reports.Change) (reports.Report, []reports.Entry) {
	t.Helper()
	r := filed
	entries := []reports.Entry{{Version: 1, Change: reports.Change{Action: reports.File, At: filed.FiledAt}, To: reports.Submitted}}
	for _, c := range changes {
		after, entry, err := reports.Apply(r, c)
		if err != nil {
			t.Fatal(err)
		}
		r, entries = after, append(entries, entry)
	}
	return r, entries
}

var (
	jakarta = zoneOf("Asia/Jakarta")
	wita    = zoneOf("Asia/Makassar")
)

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func change(action reports.Action, by reports.ActorKind, day, hour int) reports.Change {
	return reports.Change{
		Action: action, Actor: reports.Actor{Kind: by, Person: 9}, Agency: "HST",
		At: time.Date(2026, time.November, day, hour, 0, 0, 0, jakarta),
	}
}

// builtIn are the rules of a register in which nothing but these bodies was entered.
func builtIn(agencies ...reports.Agency) register.Snapshot {
	return register.Snapshot{Agencies: agencies, Limits: reports.DefaultLimits, Holidays: workday.Default()}
}

func TestExplainSaysWhichDaysCounted(t *testing.T) {
	filed := reports.Report{
		ID: 1, Version: 1, Kind: reports.Complaint, State: reports.Submitted,
		FiledAt: time.Date(2026, time.November, 16, 23, 30, 0, 0, jakarta), // a Monday; already Tuesday in WITA
	}
	r, entries := history(
		t, filed,
		change(reports.Dispatch, reports.ByAdmin, 17, 10),
		change(reports.RequestInfo, reports.ByLiaison, 18, 10),
		change(reports.ProvideInfo, reports.ByReporter, 20, 10),
		change(reports.FollowUp, reports.ByLiaison, 20, 15),
	)
	rules := builtIn(reports.Agency{Code: "HST", Zone: "Asia/Makassar", Week: 5})
	now := time.Date(2026, time.December, 4, 23, 30, 0, 0, wita)
	clocks, err := explain(r, entries, rules, jakarta, now)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		clock   reports.Clock
		zone    string
		due     string
		used    int
		by      reports.Action
		overdue bool
	}
	got := make([]row, 0, len(clocks))
	for _, c := range clocks {
		got = append(got, row{c.Clock, c.Zone, c.DueOn, c.Used, c.StoppedBy, c.Overdue})
	}
	want := []row{
		{reports.ClockVerify, "Asia/Jakarta", "2026-11-19", 1, reports.Dispatch, false},
		{reports.ClockRespond, "Asia/Makassar", "2026-11-26", 1, reports.FollowUp, false},
		{reports.ClockAnswer, "Asia/Makassar", "2026-12-09", 1, reports.FollowUp, false},
		{reports.ClockComplete, "Asia/Makassar", "2026-12-02", 2, reports.ProvideInfo, false},
		// domain.md: followed up 2026-11-20, closed 12-07, the first working day after the tenth.
		{reports.ClockClose, "Asia/Makassar", "2026-12-04", 10, "", false},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	respond := clocks[1]
	var days []string
	for _, d := range respond.Days {
		days = append(days, d.Date[8:]+" "+d.Why)
	}
	if want := []string{
		"18 workday", "19 paused", "20 paused", "21 weekend", "22 weekend", "23 workday", "24 workday", "25 workday", "26 workday",
	}; !slices.Equal(days, want) {
		t.Errorf("days of respond: %q, want %q", days, want)
	}

	monday := time.Date(2026, time.December, 7, 0, 0, 0, 0, wita)
	for _, at := range []struct {
		now  time.Time
		late bool
	}{{monday.Add(-time.Nanosecond), false}, {monday, true}} {
		clocks, err := explain(r, entries, rules, jakarta, at.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := clocks[4].Overdue; got != at.late {
			t.Errorf("at %s overdue is %v", at.now, got)
		}
	}
}

func TestExplainGivesNoDateWhileAClockStandsStill(t *testing.T) {
	filed := reports.Report{ID: 1, Version: 1, Kind: reports.Complaint, State: reports.Submitted, FiledAt: change("", "", 16, 10).At}
	r, entries := history(t, filed, change(reports.Dispatch, reports.ByAdmin, 17, 10), change(reports.RequestInfo, reports.ByLiaison, 19, 10))
	clocks, err := explain(r, entries, builtIn(), jakarta, change("", "", 23, 10).At)
	if err != nil {
		t.Fatal(err)
	}
	respond := clocks[1]
	if respond.DueOn != "" || respond.Used != 2 || respond.Overdue || len(respond.Days) != 6 {
		t.Errorf("got %+v", respond)
	}
}

func TestOversightGivesTheClockItsNewLimitFromTheSameStart(t *testing.T) {
	filed := reports.Report{ID: 1, Version: 1, Kind: reports.Complaint, State: reports.Submitted, FiledAt: change("", "", 16, 10).At}
	r, entries := history(t, filed, change(reports.Dispatch, reports.ByAdmin, 17, 10), change(reports.MarkOversight, reports.ByAdmin, 19, 10))
	clocks, err := explain(r, entries, builtIn(), jakarta, change("", "", 20, 10).At)
	if err != nil {
		t.Fatal(err)
	}
	answer := clocks[2]
	if answer.Clock != reports.ClockAnswer || answer.Workdays != 60 || answer.StartedAt.Day() != 17 {
		t.Errorf("got %s, %d days from %s", answer.Clock, answer.Workdays, answer.StartedAt)
	}
}

func TestHoursRunThroughNightsButNotThroughPauses(t *testing.T) {
	start := change("", "", 20, 16).At // a Friday
	c := clockJSON{StartedAt: start, Hours: 24}
	run := reports.Run{Start: start, Pauses: []reports.Pause{{From: start.Add(2 * time.Hour), To: start.Add(5 * time.Hour)}}}
	c.hours(run, start.Add(27*time.Hour+time.Second))
	if c.DueAt == nil || !c.DueAt.Equal(start.Add(27*time.Hour)) || !c.Overdue {
		t.Errorf("due %v, overdue %v", c.DueAt, c.Overdue)
	}
	run.Pauses = append(run.Pauses, reports.Pause{From: start.Add(6 * time.Hour)})
	c = clockJSON{StartedAt: start, Hours: 24}
	if c.hours(run, start.Add(48*time.Hour)); c.DueAt != nil || c.Overdue {
		t.Errorf("paused: due %v, overdue %v", c.DueAt, c.Overdue)
	}
}

func TestExplainCountsByTheRulesOfTheBody(t *testing.T) {
	filed := reports.Report{ID: 1, Version: 1, Kind: reports.Complaint, State: reports.Submitted, FiledAt: change("", "", 16, 10).At}
	r, entries := history(t, filed, change(reports.Dispatch, reports.ByAdmin, 17, 10))
	anniversary, err := workday.NewTable([]workday.Holiday{
		{Date: workday.NewDate(2026, time.November, 18), Kind: workday.PublicHoliday, Name: "Hari Jadi", Decree: "Perda", Region: "63"},
		{Date: workday.NewDate(2026, time.November, 19), Kind: workday.JointLeave, Name: "Cuti", Decree: "SKB"},
	})
	if err != nil {
		t.Fatal(err)
	}
	rules := builtIn(
		reports.Agency{Code: "KALSEL", Week: 5},
		reports.Agency{Code: "HST", Parent: "KALSEL", Week: 6, JointLeaveWorked: true, Region: "63.07"},
	)
	rules.Holidays = anniversary
	rules.Limits = append(slices.Clone(rules.Limits),
		reports.Limit{Clock: reports.ClockRespond, Agency: "KALSEL", Workdays: 3, From: "2026-01-01", Set: change("", "", 17, 9).At},
		reports.Limit{Clock: reports.ClockRespond, Agency: "HST", Workdays: 1, From: "2026-01-01", Set: change("", "", 17, 11).At})
	clocks, err := explain(r, entries, rules, jakarta, change("", "", 18, 10).At)
	if err != nil {
		t.Fatal(err)
	}
	// The 18th is a day off of the province, the 19th is worked, and so is Saturday the 21st.
	if got := clocks[1]; got.Clock != reports.ClockRespond || got.Workdays != 3 || got.DueOn != "2026-11-21" || got.Calendar != "6j@63.07" || !got.Unsure {
		t.Errorf("got %s: %d days by %s, due %s, provisional %v", got.Clock, got.Workdays, got.Calendar, got.DueOn, got.Unsure)
	}
}
