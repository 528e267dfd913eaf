package deadline_test

import (
	"slices"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
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
	agencies := []reports.Agency{{Code: "HST", Zone: "Asia/Makassar", Week: 5}}
	now := time.Date(2026, time.December, 4, 23, 30, 0, 0, wita)
	clocks, err := rulesOf(t, agencies...).Explain(r, entries, now)
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
		got = append(got, row{c.Run.Clock, c.Office.Zone.String(), c.Due.On.String(), c.Used, c.Run.Stopped, c.Overdue})
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
		days = append(days, d.Date.String()[8:]+" "+why(d))
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
		clocks, err := rulesOf(t, agencies...).Explain(r, entries, at.now)
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
	clocks, err := rulesOf(t).Explain(r, entries, change("", "", 23, 10).At)
	if err != nil {
		t.Fatal(err)
	}
	respond := clocks[1]
	if respond.Owed || respond.Used != 2 || respond.Overdue || len(respond.Days) != 6 {
		t.Errorf("got %+v", respond)
	}
}

func TestAClockThatStoodStillAfterItsLastDayIsInTimeUntilItGoesOn(t *testing.T) {
	filed := reports.Report{ID: 1, Version: 1, Kind: reports.Complaint, State: reports.Submitted, FiledAt: change("", "", 13, 10).At}
	r, entries := history(
		t, filed,
		change(reports.Dispatch, reports.ByAdmin, 13, 10), // a Friday
		change(reports.RequestInfo, reports.ByLiaison, 20, 10),
		change(reports.ProvideInfo, reports.ByReporter, 25, 10),
	)
	now := change("", "", 25, 11).At
	clocks, err := rulesOf(t).Explain(r, entries, now)
	if err != nil {
		t.Fatal(err)
	}
	respond := clocks[1]
	days := respond.Days
	if respond.Due.On.String() != "2026-11-25" || respond.Overdue || rulesOf(t).Overdue(r, now) || respond.Used != 5 {
		t.Errorf("due on %s, overdue %t, used %d", respond.Due.On, respond.Overdue, respond.Used)
	}
	if len(days) != 12 || days[6].Number != 5 || !days[11].Paused || days[11].Date != respond.Due.On {
		t.Errorf("days %+v", days)
	}
	if late := respond.Due.Late; !late.Equal(change("", "", 26, 0).At) || !rulesOf(t).Overdue(r, late) {
		t.Errorf("late from %s", late)
	}
}

func TestOversightGivesTheClockItsNewLimitFromTheSameStart(t *testing.T) {
	filed := reports.Report{ID: 1, Version: 1, Kind: reports.Complaint, State: reports.Submitted, FiledAt: change("", "", 16, 10).At}
	r, entries := history(t, filed, change(reports.Dispatch, reports.ByAdmin, 17, 10), change(reports.MarkOversight, reports.ByAdmin, 19, 10))
	clocks, err := rulesOf(t).Explain(r, entries, change("", "", 20, 10).At)
	if err != nil {
		t.Fatal(err)
	}
	answer := clocks[2]
	if answer.Run.Clock != reports.ClockAnswer || answer.Limit.Workdays != 60 || answer.Run.Start.Day() != 17 {
		t.Errorf("got %s, %d days from %s", answer.Run.Clock, answer.Limit.Workdays, answer.Run.Start)
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
	limits := append(slices.Clone(reports.DefaultLimits),
		reports.Limit{Clock: reports.ClockRespond, Agency: "KALSEL", Workdays: 3, From: "2026-01-01", Set: change("", "", 17, 9).At},
		reports.Limit{Clock: reports.ClockRespond, Agency: "HST", Workdays: 1, From: "2026-01-01", Set: change("", "", 17, 11).At})
	rules, err := deadline.New(deadline.Config{
		Holidays: anniversary, Zone: jakarta, Limits: limits,
		Agencies: []reports.Agency{{Code: "KALSEL", Week: 5}, {Code: "HST", Parent: "KALSEL", Week: 6, JointLeaveWorked: true, Region: "63.07"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	clocks, err := rules.Explain(r, entries, change("", "", 18, 10).At)
	if err != nil {
		t.Fatal(err)
	}
	// The 18th is a day off of the province, the 19th is worked, and so is Saturday the 21st.
	if got := clocks[1]; got.Run.Clock != reports.ClockRespond || got.Limit.Workdays != 3 || got.Due.On.String() != "2026-11-21" ||
		got.Office.Calendar.Settings().Code() != "6j@63.07" || !got.Due.Provisional {
		t.Errorf("got %s: %d days by %s, due %s, provisional %v", got.Run.Clock, got.Limit.Workdays,
			got.Office.Calendar.Settings().Code(), got.Due.On, got.Due.Provisional)
	}
}

func why(d deadline.Day) string {
	if d.Paused {
		return "paused"
	}
	return string(d.Why)
}

// rulesOf are those of these bodies, with the limits of a new register, in WIB.
func rulesOf(tb testing.TB, agencies ...reports.Agency) *deadline.Rules {
	tb.Helper()
	rules, err := deadline.New(deadline.Config{Holidays: workday.Default(), Zone: jakarta, Limits: reports.DefaultLimits, Agencies: agencies})
	if err != nil {
		tb.Fatal(err)
	}
	return rules
}
