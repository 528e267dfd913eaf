package deadline_test

import (
	"slices"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

func TestABodyCountsByItsOwnWeekZoneAndLimits(t *testing.T) {
	entered := time.Date(2026, 11, 20, 8, 0, 0, 0, jakarta)
	rules, err := deadline.New(deadline.Config{
		Holidays: workday.Default(), Zone: jakarta,
		Agencies: []reports.Agency{
			{Code: "SIX", Week: 6},
			{Code: "EAST", Week: 5, Zone: "Asia/Jayapura"},
			{Code: "JATENG", Week: 5},
			{Code: "JATENG-A", Parent: "JATENG", Week: 5},
			{Code: "JATENG-B", Parent: "JATENG-A", Week: 5},
		},
		Limits: append([]reports.Limit{
			{Clock: reports.ClockRespond, Agency: "JATENG", Hours: 24, From: "2025-01-01"},
			{Clock: reports.ClockRespond, Agency: "EAST", Workdays: 2, From: "2025-01-01", Set: entered},
			{Clock: reports.ClockRespond, Agency: "EAST", Workdays: 3, From: "2026-12-01", Set: entered},
		}, reports.DefaultLimits...),
	})
	if err != nil {
		t.Fatal(err)
	}
	friday := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	for _, test := range []struct {
		name, agency string
		start        time.Time
		due          string // in WIB
		overdue      string
	}{
		{"five days a week", "nobody knows it", friday, "2026-11-27 00:00", "2026-11-30 00:00"},
		{"six days a week", "SIX", friday, "2026-11-26 00:00", "2026-11-27 00:00"},
		{"before its limit was entered", "EAST", entered.Add(-time.Second), "2026-11-26 22:00", "2026-11-29 22:00"},
		{"after its limit was entered", "EAST", entered, "2026-11-23 22:00", "2026-11-24 22:00"},
		{"late in the evening, which is tomorrow there", "EAST", friday.AddDate(0, 0, 3).Add(13 * time.Hour), "2026-11-25 22:00", "2026-11-26 22:00"},
		{"on the eve of a newer limit, which is its first day there", "EAST", time.Date(2026, 11, 30, 22, 0, 0, 0, jakarta), "2026-12-03 22:00", "2026-12-06 22:00"},
		{"just before that day begins there", "EAST", time.Date(2026, 11, 30, 21, 59, 0, 0, jakarta), "2026-12-01 22:00", "2026-12-02 22:00"},
		{"a limit of the body two above", "JATENG-B", friday, "2026-11-21 10:00", "2026-11-21 10:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := reports.Report{Kind: reports.Complaint, State: reports.Dispatched, Dispatched: true, Agency: test.agency}
			due, owed := rules.DueFrom(p, reports.ClockRespond, test.start)
			const layout = "2006-01-02 15:04"
			if !owed || due.Date().In(jakarta).Format(layout) != test.due || due.Late.In(jakarta).Format(layout) != test.overdue {
				t.Errorf("due %s, late %s", due.Date().In(jakarta), due.Late.In(jakarta))
			}
		})
	}
}

func TestOfALongAbsenceWhatMattersNowIsTold(t *testing.T) {
	rules := within(t, workday.Default(), workday.Settings{}, jakarta)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	for _, test := range []struct {
		day  int // of December
		told []deadline.Rung
	}{
		{-3, []deadline.Rung{deadline.Today}},
		{0, []deadline.Rung{deadline.Late}},
		{1, []deadline.Rung{deadline.Late, deadline.Superior}},
		{8, []deadline.Rung{deadline.Late, deadline.Superior, deadline.Leader, deadline.National}},
	} {
		p, _ := history(
			t, reports.Draft{}.Open(1, "double", at),
			reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin}, Agency: "A", At: at},
		)
		p, passed, _ := passes(t, rules, p, deadline.Heard{}, time.Date(2026, 12, test.day, 9, 0, 0, 0, jakarta))
		var told []deadline.Rung
		last := 0
		for _, x := range passed {
			if !x.Overtaken {
				told = append(told, x.Rung)
			}
			if x.Last {
				last++
			}
		}
		national := slices.Contains(test.told, deadline.National)
		if !slices.Equal(told, test.told) || last != 1 || p.Escalated != national {
			t.Errorf("on day %d told %s, %d last, escalated %t", test.day, told, last, p.Escalated)
		}
		if _, again, _ := passes(t, rules, p, deadline.Heard{}, time.Date(2026, 12, test.day, 9, 0, 0, 0, jakarta)); len(again) > 0 {
			t.Errorf("on day %d again: %s", test.day, rungNames(again))
		}
	}
}
