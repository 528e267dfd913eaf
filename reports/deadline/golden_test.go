package deadline_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

var update = flag.Bool("update", false, "rewrite the golden dates")

var jayapura = zoneOf("Asia/Jayapura")

// regional is the decreed table with days of a province and of a regency.
func regional(tb testing.TB) workday.Table {
	tb.Helper()
	days := workday.Default().Days()
	for _, d := range []struct{ date, region string }{
		{"2025-08-14", "63"},
		{"2026-08-14", "63"},
		{"2027-08-13", "63"},
		{"2025-12-24", "63.07"},
		{"2026-12-23", "63.07"},
		{"2027-12-23", "63.07"},
		{"2026-12-22", "51"},
	} {
		date, err := workday.ParseDate(d.date)
		if err != nil {
			tb.Fatal(err)
		}
		days = append(days, workday.Holiday{Date: date, Kind: workday.PublicHoliday, Name: "Hari jadi", Decree: "Perda", Region: d.region})
	}
	table, err := workday.NewTable(days)
	if err != nil {
		tb.Fatal(err)
	}
	return table
}

// within are rules under which body A, which verifies too, works by these settings.
func within(tb rapid.TB, table workday.Table, s workday.Settings, zone *time.Location, limits ...reports.Limit) *deadline.Rules {
	tb.Helper()
	rules, err := deadline.New(deadline.Config{
		Holidays: table, Zone: jakarta, Limits: append(limits, reports.DefaultLimits...),
		Agencies: []reports.Agency{{Code: "A"}}, Verifier: func(reports.Report) string { return "A" },
	})
	if err != nil {
		tb.Fatal(err)
	}
	calendar, err := table.Calendar(s)
	if err != nil {
		tb.Fatal(err)
	}
	rules.SetOffice("A", deadline.Office{Calendar: calendar, Zone: zone})
	return rules
}

// atA is a report that body A has.
var atA = reports.Report{Kind: reports.Complaint, State: reports.InProgress, Dispatched: true, Agency: "A"}

// count is one number of working days, and the clock of atA that has it.
type count struct {
	days      int
	clock     reports.Clock
	oversight bool
}

var counts = []count{
	{3, reports.ClockVerify, false},
	{5, reports.ClockRespond, false},
	{10, reports.ClockClose, false},
	{14, reports.ClockAnswer, false},
	{60, reports.ClockAnswer, true},
}

func (c count) report() reports.Report {
	p := atA
	p.Oversight = c.oversight
	return p
}

// rungsOf walks run up its ladder by what the index would hold of it, and fails
// where [deadline.Rules.Reached] sees another instant.
func rungsOf(tb rapid.TB, rules *deadline.Rules, p reports.Report, run reports.Run) (days []workday.Date, rungs []deadline.Rung) {
	tb.Helper()
	for {
		look, ok := rules.Look(p, run)
		if !ok {
			return days, rungs
		}
		at := look.At
		if at.IsZero() {
			day, _ := look.Office.Calendar.Add(look.Anchor, look.Next)
			at = day.Start(look.Office.Zone)
		}
		if early := rules.Reached(p, run, at.Add(-time.Nanosecond)); len(early) > 0 {
			tb.Fatalf("%s from %s: %s before %s", run.Clock, run.Start, early, at)
		}
		reached := rules.Reached(p, run, at)
		if len(reached) == 0 {
			tb.Fatalf("%s from %s: nothing at %s", run.Clock, run.Start, at)
		}
		days, rungs = append(days, workday.DateOf(at, look.Office.Zone)), append(rungs, reached[0])
		run = rules.Passed(p, run, reached[:1], at.Add(10*time.Hour))
	}
}

// events are instants over three years: one in every week, on all days of the
// week and at odd hours, and around every holiday.
func events(table workday.Table) []time.Time {
	var list []time.Time
	hours := []time.Duration{9 * time.Hour, 23*time.Hour + 30*time.Minute, 15 * time.Hour, 22*time.Hour + 59*time.Minute, 0}
	for week := range 157 {
		day := time.Date(2024, 12, 30, 0, 0, 0, 0, jakarta).AddDate(0, 0, 7*week+week%7)
		if week%3 == 0 { // a Friday, late
			day = time.Date(2025, 1, 3, 0, 0, 0, 0, jakarta).AddDate(0, 0, 7*week)
		}
		list = append(list, day.Add(hours[week%5]))
	}
	for i, h := range table.Days() {
		if day := h.Date.Start(jakarta); i%2 == 0 && i > 0 {
			list = append(list, day.Add(-30*time.Minute))
		} else {
			list = append(list, day.Add(11*time.Hour))
		}
	}
	return list
}

// noon is a day as the naive counter has it.
func noon(d workday.Date) time.Time { return d.Time().Add(12 * time.Hour) }

func TestGoldenDates(t *testing.T) {
	table := regional(t)
	for _, zone := range []*time.Location{jakarta, wita, jayapura} {
		for _, code := range []string{"5", "5j", "6", "6j", "5@63", "6j@63.07", "5@51.03"} {
			settings, err := workday.ParseSettings(code)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.ReplaceAll(code+" "+zone.String(), "/", "-")
			t.Run(name, func(t *testing.T) {
				lines := goldenDates(t, table, settings, zone)
				switch name { // the others are recomputed, and not kept
				case "5 Asia-Jakarta", "5j Asia-Makassar", "6 Asia-Jayapura", "6j Asia-Jakarta", "5@63 Asia-Makassar", "6j@63.07 Asia-Makassar":
					golden(t, strings.ReplaceAll(name, " ", "-"), lines)
				}
			})
		}
	}
}

// goldenDates are the dates of an office, each of which the naive counter agrees
// with.
func goldenDates(t *testing.T, table workday.Table, s workday.Settings, zone *time.Location) string {
	t.Helper()
	rules, counter := within(t, table, s, zone), newNaive(table, s, zone)
	var b strings.Builder
	b.WriteString("# event in WIB: last day of 3, 5, 10, 14, 60 working days; the ladder of 5; warning and close of 10; ? is provisional\n")
	for _, at := range events(table) {
		fmt.Fprintf(&b, "%s:", at.Format("Mon 2006-01-02 15:04"))
		for _, c := range counts {
			run := reports.Run{Clock: c.clock, Start: at, Body: "A"}
			due, owed := rules.Due(c.report(), run)
			on, late := counter.due(run, c.days)
			if !owed || !noon(due.On).Equal(on) || !due.Late.Equal(workday.DateOf(late, time.UTC).Start(zone)) {
				t.Errorf("%s +%d: due %s, late %s; counted %s, %s", at, c.days, due.On, due.Late, on, late)
			}
			if want := late.Year() > 2027; due.Provisional != want || due.Date() != due.On.Start(zone) {
				t.Errorf("%s +%d: provisional %t, on %s", at, c.days, due.Provisional, due.Date())
			}
			b.WriteString(" " + short(due.On, due.Provisional))
		}
		for _, c := range []count{counts[1], counts[2]} {
			b.WriteString(" |")
			run := reports.Run{Clock: c.clock, Start: at, Body: "A"}
			days, rungs := rungsOf(t, rules, c.report(), run)
			for i, day := range days {
				if want := counter.nth(run, c.days+rungDays[rungs[i]]); !noon(day).Equal(want) {
					t.Errorf("%s +%d: %s on %s, counted %s", at, c.days, rungs[i], day, want)
				}
				b.WriteString(" " + short(day, false))
			}
			if want := map[bool]int{true: 2, false: 6}[c.clock == reports.ClockClose]; len(days) != want {
				t.Errorf("%s: %d rungs of %s", at, len(days), c.clock)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func short(d workday.Date, provisional bool) string {
	if provisional {
		return d.Time().Format("06-01-02?")
	}
	return d.Time().Format("06-01-02")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("golden dates differ (rewrite them with -update):\n%s", diff)
	}
}

// The values that the domain's description gives.
func TestCheckValues(t *testing.T) {
	worked := within(t, workday.Default(), workday.Settings{JointLeaveWorked: true}, jakarta)
	ordinary := within(t, workday.Default(), workday.Settings{}, jakarta)
	for _, test := range []struct {
		event string
		want  [5]string // +3, +5, +10, +14, +60
		five  string    // +5 when joint leave is worked
	}{
		{"2026-11-20", [5]string{"2026-11-25", "2026-11-27", "2026-12-04", "2026-12-10", "2027-02-19"}, "2026-11-27"},
		{"2026-12-18", [5]string{"2026-12-23", "2026-12-29", "2027-01-07", "2027-01-13", "2027-03-31"}, "2026-12-28"},
		{"2027-03-03", [5]string{"2027-03-16", "2027-03-18", "2027-03-29", "2027-04-02", "2027-06-15"}, "2027-03-15"},
	} {
		for _, hour := range []string{"00:00", "10:00", "23:30"} {
			at, err := time.ParseInLocation("2006-01-02 15:04", test.event+" "+hour, jakarta)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range counts {
				due, _ := ordinary.Due(c.report(), reports.Run{Clock: c.clock, Start: at, Body: "A"})
				if due.On.String() != test.want[i] {
					t.Errorf("%s +%d is %s, want %s", at, c.days, due.On, test.want[i])
				}
			}
			due, _ := worked.Due(atA, reports.Run{Clock: reports.ClockRespond, Start: at, Body: "A"})
			if due.On.String() != test.five {
				t.Errorf("%s +5 with joint leave worked is %s, want %s", at, due.On, test.five)
			}
		}
	}
	for _, test := range []struct{ followedUp, warned, closed string }{
		{"2026-11-20", "2026-12-01", "2026-12-07"},
		{"2026-12-18", "2026-12-31", "2027-01-08"},
		{"2027-03-03", "2027-03-22", "2027-03-30"},
	} {
		day, _ := workday.ParseDate(test.followedUp)
		run := reports.Run{Clock: reports.ClockClose, Start: day.Start(jakarta).Add(15 * time.Hour), Body: "A"}
		days, _ := rungsOf(t, ordinary, atA, run)
		if len(days) != 2 {
			t.Fatalf("followed up %s: %d rungs", test.followedUp, len(days))
		}
		if days[0].String() != test.warned || days[1].String() != test.closed {
			t.Errorf("followed up %s: warned %s, closed %s", test.followedUp, days[0], days[1])
		}
	}
	for year, want := range map[int]int{2025: 237, 2026: 240, 2027: 242} {
		got, sure := ordinary.OfficeOf("A").Calendar.Between(workday.NewDate(year-1, 12, 31), workday.NewDate(year, 12, 31))
		if got != want || !sure && year > 2025 {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
	// Saturday, a holiday, and 23:30 on the Friday before have the same first day.
	for _, same := range [][]string{
		{"2026-11-20 23:30", "2026-11-21 10:00", "2026-11-22 23:30"},
		{"2026-12-23 23:30", "2026-12-24 09:00", "2026-12-25 09:00", "2026-12-27 12:00"},
		{"2027-03-05 23:30", "2027-03-08 09:00", "2027-03-12 09:00", "2027-03-15 23:59"},
	} {
		var first workday.Date
		for i, text := range same {
			at, err := time.ParseInLocation("2006-01-02 15:04", text, jakarta)
			if err != nil {
				t.Fatal(err)
			}
			due, _ := ordinary.DueFrom(atA, reports.ClockRespond, at)
			if i == 0 {
				first = due.On
			}
			if due.On != first {
				t.Errorf("%s is due on %s, %s on %s", same[0], first, text, due.On)
			}
		}
	}
}
