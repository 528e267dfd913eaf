package workday_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports/workday"
)

var (
	wib  = time.FixedZone("WIB", 7*3600)
	wita = time.FixedZone("WITA", 8*3600)
	wit  = time.FixedZone("WIT", 9*3600)
)

func date(t testing.TB, s string) workday.Date {
	t.Helper()
	d, err := workday.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func calendar(t testing.TB, code string) *workday.Calendar {
	t.Helper()
	return calendarOf(t, workday.Default(), code)
}

func calendarOf(t testing.TB, table workday.Table, code string) *workday.Calendar {
	t.Helper()
	s, err := workday.ParseSettings(code)
	if err != nil {
		t.Fatal(err)
	}
	c, err := table.Calendar(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func table(t testing.TB, rows ...string) workday.Table {
	t.Helper()
	parsed, err := workday.Parse(strings.NewReader("date,kind,name,decree,region\n" + strings.Join(rows, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// The check values of domain.md, "Working days".
func TestAddGivesTheCheckValuesOfTheDomain(t *testing.T) {
	for _, test := range []struct {
		calendar, event string
		n               int
		due             string
	}{
		{"5", "2026-11-20", 3, "2026-11-25"},
		{"5", "2026-11-20", 5, "2026-11-27"},
		{"5", "2026-11-20", 10, "2026-12-04"},
		{"5", "2026-11-20", 14, "2026-12-10"},
		{"5", "2026-11-20", 60, "2027-02-19"},
		{"5j", "2026-11-20", 5, "2026-11-27"},

		{"5", "2026-12-18", 3, "2026-12-23"},
		{"5", "2026-12-18", 5, "2026-12-29"},
		{"5", "2026-12-18", 10, "2027-01-07"},
		{"5", "2026-12-18", 14, "2027-01-13"},
		{"5", "2026-12-18", 60, "2027-03-31"},
		{"5j", "2026-12-18", 5, "2026-12-28"},

		{"5", "2027-03-03", 3, "2027-03-16"},
		{"5", "2027-03-03", 5, "2027-03-18"},
		{"5", "2027-03-03", 10, "2027-03-29"},
		{"5", "2027-03-03", 14, "2027-04-02"},
		{"5", "2027-03-03", 60, "2027-06-15"},
		{"5j", "2027-03-03", 5, "2027-03-15"},
	} {
		due, ok := calendar(t, test.calendar).Add(date(t, test.event), test.n)
		if due.String() != test.due || !ok {
			t.Errorf("calendar %s: %s + %d = %s, %t; want %s, true", test.calendar, test.event, test.n, due, ok, test.due)
		}
	}
}

func TestBetweenCountsTheWorkingDaysOfEachDecreedYear(t *testing.T) {
	for year, want := range map[int]int{2025: 237, 2026: 240, 2027: 242} {
		n, ok := calendar(t, "5").Between(workday.NewDate(year-1, time.December, 31), workday.NewDate(year, time.December, 31))
		if n != want || !ok {
			t.Errorf("%d has %d working days, %t; want %d, true", year, n, ok, want)
		}
	}
}

// A follow-up is warned of on the seventh working day and closed on the first working day after the tenth.
func TestReachedAndCutoffFallOnTheDomainsWarningAndClosingDays(t *testing.T) {
	c := calendar(t, "5")
	for _, test := range []struct{ followUp, warned, closed string }{
		{"2026-11-20", "2026-12-01", "2026-12-07"},
		{"2026-12-18", "2026-12-31", "2027-01-08"},
		{"2027-03-03", "2027-03-22", "2027-03-30"},
	} {
		anchor := date(t, test.followUp)
		var warned, closed []string
		for today := anchor; today < anchor+60; today++ {
			if cutoff, ok := c.Reached(today, 7); anchor <= cutoff && ok && warned == nil {
				warned = append(warned, today.String())
			}
			if cutoff, ok := c.Cutoff(today, 10); anchor <= cutoff && ok && closed == nil {
				closed = append(closed, today.String())
			}
		}
		if diff := cmp.Diff([][]string{{test.warned}, {test.closed}}, [][]string{warned, closed}); diff != "" {
			t.Errorf("follow-up %s, warned and closed (-want +got):\n%s", test.followUp, diff)
		}
	}
}

func TestAnEventOnADayOffCountsFromTheNextWorkingDayAsDayOne(t *testing.T) {
	c := calendar(t, "5")
	for _, test := range []struct{ name, event, first, third string }{
		{"Friday", "2026-11-20", "2026-11-23", "2026-11-25"},
		{"Saturday", "2026-11-21", "2026-11-23", "2026-11-25"},
		{"Sunday", "2026-11-22", "2026-11-23", "2026-11-25"},
		{"Monday", "2026-11-23", "2026-11-24", "2026-11-26"},
		{"joint leave on Thursday", "2026-12-24", "2026-12-28", "2026-12-30"},
		{"Christmas on Friday", "2026-12-25", "2026-12-28", "2026-12-30"},
		{"Idulfitri on Wednesday", "2027-03-10", "2027-03-16", "2027-03-18"},
	} {
		for n, want := range map[int]string{1: test.first, 3: test.third} {
			if due, ok := c.Add(date(t, test.event), n); due.String() != want || !ok {
				t.Errorf("%s %s + %d = %s, %t; want %s, true", test.name, test.event, n, due, ok, want)
			}
		}
	}
}

func TestDueAfterTakesTheDayOfTheZoneEvenLateInTheEvening(t *testing.T) {
	c := calendar(t, "5")
	for _, test := range []struct {
		at   string
		zone *time.Location
		due  string
	}{
		{"2026-11-23T23:30:00+07:00", wib, "2026-11-24"},  // still Monday
		{"2026-11-23T23:30:00+07:00", wita, "2026-11-25"}, // Tuesday 00:30 already
		{"2026-11-23T23:30:00+07:00", wit, "2026-11-25"},
		{"2026-11-20T23:30:00+08:00", wita, "2026-11-23"}, // Friday night
		{"2026-11-20T16:00:00Z", wib, "2026-11-23"},       // Friday 23:00
		{"2026-11-20T16:00:00Z", wita, "2026-11-23"},      // Saturday 00:00
		{"2026-11-22T15:59:59.999999999Z", wita, "2026-11-23"},
		{"2026-11-22T16:00:00Z", wita, "2026-11-24"}, // Monday 00:00
	} {
		at, err := time.Parse(time.RFC3339Nano, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if due, ok := c.DueAfter(at, test.zone, 1); due.String() != test.due || !ok {
			t.Errorf("%s in %s + 1 = %s, %t; want %s, true", test.at, test.zone, due, ok, test.due)
		}
	}
}

func TestOverdueBeginsWithTheFirstInstantOfTheNextWorkingDay(t *testing.T) {
	c := calendar(t, "5")
	for _, test := range []struct {
		due  string
		zone *time.Location
		want string
	}{
		{"2026-11-25", wib, "2026-11-26T00:00:00+07:00"},
		{"2026-11-27", wita, "2026-11-30T00:00:00+08:00"}, // due on Friday, in time all weekend
		{"2026-12-23", wit, "2026-12-28T00:00:00+09:00"},  // Christmas and the leave before it
	} {
		start, ok := c.OverdueFrom(date(t, test.due), test.zone)
		if got := start.Format(time.RFC3339Nano); got != test.want || !ok {
			t.Errorf("due %s is overdue from %s, %t; want %s, true", test.due, got, ok, test.want)
		}
	}
}

func TestCutoffLeavesWhatWasDueOnFridayInTimeUntilMonday(t *testing.T) {
	c := calendar(t, "5")
	anchor := date(t, "2026-11-20") // +5 is Friday 11-27
	for day, want := range map[string]bool{"2026-11-27": false, "2026-11-28": false, "2026-11-29": false, "2026-11-30": true} {
		cutoff, _ := c.Cutoff(date(t, day), 5)
		if overdue := anchor <= cutoff; overdue != want {
			t.Errorf("on %s overdue is %t, want %t", day, overdue, want)
		}
	}
}

func TestALimitOfNoDaysIsDueOnItsOwnDay(t *testing.T) {
	c := calendar(t, "5")
	friday := date(t, "2026-11-27")
	for _, n := range []int{0, -1, math.MinInt} {
		if due, ok := c.Add(friday, n); due != friday || !ok {
			t.Errorf("Add(%d) = %s, %t; want the day itself", n, due, ok)
		}
		if anchor, ok := c.Reached(friday, n); anchor != friday || !ok {
			t.Errorf("Reached(%d) = %s, %t; want the day itself", n, anchor, ok)
		}
		if days := c.Explain(friday, n); days != nil {
			t.Errorf("Explain(%d) = %v, want none", n, days)
		}
		if anchor, ok := c.Cutoff(friday, n); anchor.String() != "2026-11-26" || !ok {
			t.Errorf("Cutoff(%d) = %s, %t; want the day before", n, anchor, ok)
		}
	}
}

func TestSettingsChangeWhichDaysCount(t *testing.T) {
	days := table(t,
		"2026-01-01,public_holiday,Tahun Baru,SKB,",
		"2026-06-01,public_holiday,Pancasila,SKB,",
		"2026-06-02,joint_leave,Cuti,SKB,",
		"2026-06-03,public_holiday,Hari Jadi,Pergub Kalsel,63",
		"2026-06-04,public_holiday,Hari Jadi,Perbup HST,63.07",
		"2026-06-05,public_holiday,Pilkada,Keppres,51",
		"2026-06-02,public_holiday,Hari Jadi,Perda Bali,51",
	)
	// From Friday 29 May: Saturday 30, Sunday 31, then the week of 1 June.
	for _, test := range []struct{ calendar, first string }{
		{"5", "2026-06-03"},
		{"6", "2026-05-30"},
		{"5j", "2026-06-02"},
		{"6j", "2026-05-30"},
		{"5@63", "2026-06-04"},
		{"5@63.07", "2026-06-05"}, // its own day and its province's
		{"5@63.08", "2026-06-04"},
		{"5j@63.07", "2026-06-02"},
		{"5j@51", "2026-06-03"}, // the province's public holiday outweighs joint leave that is worked
		{"5@51", "2026-06-03"},
		{"5@52", "2026-06-03"},
	} {
		due, ok := calendarOf(t, days, test.calendar).Add(date(t, "2026-05-29"), 1)
		if due.String() != test.first || !ok {
			t.Errorf("calendar %s: first working day %s, %t; want %s, true", test.calendar, due, ok, test.first)
		}
	}
}

func TestAYearWithoutATableIsAnsweredButNeverSilently(t *testing.T) {
	c := calendar(t, "5")
	for _, test := range []struct {
		from string
		n    int
		due  string
		ok   bool
	}{
		{"2027-12-29", 2, "2027-12-31", true},
		{"2027-12-29", 3, "2028-01-03", false}, // 1 January 2028 is a Saturday
		{"2027-12-31", 1, "2028-01-03", false},
		{"2028-05-01", 1, "2028-05-02", false},
		{"2024-12-31", 1, "2025-01-02", true}, // the event's own day is not counted, so 2024 does not matter
		{"2024-12-30", 1, "2024-12-31", false},
		{"2024-12-30", 2, "2025-01-02", false},
		{"2024-12-30", 800, "2028-04-21", false},
	} {
		from := date(t, test.from)
		due, ok := c.Add(from, test.n)
		if due.String() != test.due || ok != test.ok {
			t.Errorf("%s + %d = %s, %t; want %s, %t", test.from, test.n, due, ok, test.due, test.ok)
		}
		if _, ok := c.Between(from, due); ok != test.ok {
			t.Errorf("Between(%s, %s) is ok %t, want %t", from, due, ok, test.ok)
		}
	}
	if _, ok := c.Cutoff(date(t, "2028-01-03"), 5); ok {
		t.Error("a cutoff seen from a year without a table passes for certain")
	}
	if _, ok := c.OverdueFrom(date(t, "2027-12-31"), wib); ok {
		t.Error("the day after the last decreed one passes for certain")
	}
	if diff := cmp.Diff([]int{2025, 2026, 2027}, c.Years()); diff != "" {
		t.Errorf("years (-want +got):\n%s", diff)
	}
}

func TestAYearBetweenTwoTablesIsProvisionalToo(t *testing.T) {
	c := calendarOf(t, table(t,
		"2025-01-01,public_holiday,Tahun Baru,SKB,",
		"2027-01-01,public_holiday,Tahun Baru,SKB,",
	), "5")
	for from, want := range map[string]bool{"2025-12-29": true, "2025-12-31": false, "2026-06-01": false, "2026-12-31": true} {
		if due, ok := c.Add(date(t, from), 1); ok != want {
			t.Errorf("%s + 1 = %s is ok %t, want %t", from, due, ok, want)
		}
	}
	if c.Covers(date(t, "2026-06-01")) || !c.Covers(date(t, "2027-12-31")) {
		t.Error("Covers does not tell the years apart")
	}
}

func TestADayListedAheadOfItsDecreeIsOffButTheYearStaysProvisional(t *testing.T) {
	c := calendarOf(t, table(t,
		"2025-01-01,public_holiday,Tahun Baru,SKB,",
		"2026-02-11,public_holiday,Pemilu,Keppres,",
		"2026-01-01,public_holiday,Hari Jadi,Pergub,63", // a region's day says nothing of the decree
	), "5@63")
	if due, ok := c.Add(date(t, "2026-02-10"), 1); due.String() != "2026-02-12" || ok {
		t.Errorf("got %s, %t; want 2026-02-12, false", due, ok)
	}
}

func TestACalendarWithoutATableKnowsOnlyWeekends(t *testing.T) {
	empty, err := workday.Table{}.Calendar(workday.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*workday.Calendar{empty, {}} {
		if due, ok := c.Add(date(t, "2026-12-24"), 2); due.String() != "2026-12-28" || ok {
			t.Errorf("Add = %s, %t; want 2026-12-28, false", due, ok)
		}
		if n, ok := c.Between(date(t, "1969-12-01"), date(t, "1970-01-31")); n != 44 || ok {
			t.Errorf("Between = %d, %t; want 44, false", n, ok)
		}
		if d := c.Day(date(t, "2026-12-25")); !d.Counts() || !d.Provisional {
			t.Errorf("Day = %+v, want a provisional working day", d)
		}
	}
}

func TestExplainGivesTheReasonOfEveryDay(t *testing.T) {
	decree := "SKB 1497/2025, 2/2025, 5/2025"
	leave := workday.Holiday{Date: date(t, "2026-12-24"), Kind: workday.JointLeave, Name: "Natal", Decree: decree}
	christmas := workday.Holiday{Date: date(t, "2026-12-25"), Kind: workday.PublicHoliday, Name: "Natal", Decree: decree}

	want := []workday.Day{
		{Date: date(t, "2026-12-24"), Why: workday.WhyJointLeave, Holiday: leave},
		{Date: date(t, "2026-12-25"), Why: workday.WhyPublicHoliday, Holiday: christmas},
		{Date: date(t, "2026-12-26"), Why: workday.WhyWeekend},
		{Date: date(t, "2026-12-27"), Why: workday.WhyWeekend},
		{Date: date(t, "2026-12-28"), Why: workday.WhyWorkday, Number: 1},
		{Date: date(t, "2026-12-29"), Why: workday.WhyWorkday, Number: 2},
	}
	if diff := cmp.Diff(want, calendar(t, "5").Explain(date(t, "2026-12-23"), 2)); diff != "" {
		t.Errorf("five days, leave off (-want +got):\n%s", diff)
	}

	want = []workday.Day{
		{Date: date(t, "2026-12-24"), Why: workday.WhyWorkday, Number: 1, Holiday: leave}, // worked, and still named
		{Date: date(t, "2026-12-25"), Why: workday.WhyPublicHoliday, Holiday: christmas},
		{Date: date(t, "2026-12-26"), Why: workday.WhyWorkday, Number: 2},
	}
	if diff := cmp.Diff(want, calendar(t, "6j").Explain(date(t, "2026-12-23"), 2)); diff != "" {
		t.Errorf("six days, leave worked (-want +got):\n%s", diff)
	}

	want = []workday.Day{
		{Date: date(t, "2028-01-01"), Why: workday.WhyWeekend, Provisional: true},
		{Date: date(t, "2028-01-02"), Why: workday.WhyWeekend, Provisional: true},
		{Date: date(t, "2028-01-03"), Why: workday.WhyWorkday, Number: 1, Provisional: true},
	}
	if diff := cmp.Diff(want, calendar(t, "5").Explain(date(t, "2027-12-31"), 1)); diff != "" {
		t.Errorf("a year without a table (-want +got):\n%s", diff)
	}
}

func TestExplainNamesAHolidayOnAWeekend(t *testing.T) {
	day := calendar(t, "5").Day(date(t, "2025-08-17"))
	if day.Date.Weekday() != time.Sunday || day.Why != workday.WhyPublicHoliday || day.Holiday.Name != "Hari Kemerdekaan" {
		t.Errorf("got %+v", day)
	}
}

func TestExplainIsBounded(t *testing.T) {
	if n := len(calendar(t, "5").Explain(date(t, "2026-01-01"), math.MaxInt)); n < 1000 || n > 2000 {
		t.Errorf("%d days explained", n)
	}
}

func TestExtremeArgumentsNeitherPanicNorOverflow(t *testing.T) {
	const far = 1<<31 - 1
	for _, code := range []string{"5", "6"} {
		c := calendar(t, code)
		for _, from := range []workday.Date{-far - 1, -far, -1, 0, 1, far - 1, far} {
			for _, n := range []int{1, 2, far, math.MaxInt - 1, math.MaxInt} {
				if due, ok := c.Add(from, n); due < from || ok {
					t.Errorf("Add(%d, %d) = %d, %t", from, n, due, ok)
				}
				if anchor, ok := c.Reached(from, n); anchor > from || ok {
					t.Errorf("Reached(%d, %d) = %d, %t", from, n, anchor, ok)
				}
				if anchor, ok := c.Cutoff(from, n); anchor > from || ok {
					t.Errorf("Cutoff(%d, %d) = %d, %t", from, n, anchor, ok)
				}
			}
		}
		if n, ok := c.Between(-far-1, far); n < far || ok {
			t.Errorf("Between over all days = %d, %t", n, ok)
		}
	}
}

func TestSettingsCodesGoBothWays(t *testing.T) {
	for code, want := range map[string]workday.Settings{
		"5":        {},
		"6":        {SixDays: true},
		"5j":       {JointLeaveWorked: true},
		"6j":       {SixDays: true, JointLeaveWorked: true},
		"5@63":     {Region: "63"},
		"6j@63.07": {SixDays: true, JointLeaveWorked: true, Region: "63.07"},
	} {
		got, err := workday.ParseSettings(code)
		if err != nil || got != want {
			t.Errorf("ParseSettings(%q) = %+v, %v; want %+v", code, got, err, want)
		}
		if got := want.Code(); got != code {
			t.Errorf("%+v has code %q, want %q", want, got, code)
		}
	}
}

func TestParseSettingsRefusesWhatCodeNeverWrites(t *testing.T) {
	for _, code := range []string{"", "7", "5J", "j5", "5 ", "5@", "5@6", "5@63.", "5@63.7", "5@63.071", "5@HST", "5@63@63", strings.Repeat("5", 1e6)} {
		if s, err := workday.ParseSettings(code); err == nil {
			t.Errorf("ParseSettings(%.20q) = %+v, want an error", code, s)
		} else if len(err.Error()) > 300 {
			t.Errorf("ParseSettings(%.20q): an error of %d bytes", code, len(err.Error()))
		}
	}
}

func TestCalendarRefusesARegionThatIsNoCode(t *testing.T) {
	if _, err := workday.Default().Calendar(workday.Settings{Region: "Kalsel"}); err == nil {
		t.Error("no error")
	}
}

func TestParseNamesTheLineOfWhatIsWrong(t *testing.T) {
	const (
		head     = "date,kind,name,decree\n"
		regional = "date,kind,name,decree,region\n"
		newYear  = "2026-01-01,public_holiday,Tahun Baru,SKB 1\n"
	)
	for _, test := range []struct{ name, csv, want string }{
		{"nothing", "", "holidays: line 1: empty, expected date,kind,name,decree"},
		{"no header", newYear, `holidays: line 1: header "2026-01-01,public_holiday,Tahun Baru,SKB 1", expected "date,kind,name,decree", perhaps with region after it`},
		{"semicolons", "date;kind;name;decree\n", `holidays: line 1: header "date;kind;name;decree", expected "date,kind,name,decree", perhaps with region after it`},
		{"no days", head, "holidays: line 1: no days after the header"},
		{"bad date", head + newYear + "2026-02-30,public_holiday,X,SKB\n", `holidays: line 3: date "2026-02-30" is not a day written like 2006-01-02`},
		{"date another way", head + "1/2/2026,public_holiday,X,SKB\n", `holidays: line 2: date "1/2/2026" is not a day written like 2006-01-02`},
		{"slip in the year", head + "0226-01-01,public_holiday,X,SKB\n", "holidays: line 2: year 226 is outside 2000 to 2199"},
		{"unknown kind", head + newYear + "\n2026-01-02,libur,X,SKB\n", `holidays: line 4: unknown kind "libur", expected public_holiday or joint_leave`},
		{"twice", head + newYear + newYear, "holidays: line 3: 2026-01-01 is already on line 2"},
		{"twice in a region", regional + "2026-06-03,joint_leave,X,SKB,63\n2026-06-03,public_holiday,Y,SKB,63\n", "holidays: line 3: 2026-06-03 is already on line 2 for region 63"},
		{"no name", head + "2026-01-01,public_holiday, ,SKB\n", "holidays: line 2: empty name"},
		{"no decree", head + "2026-01-01,public_holiday,X,\n", "holidays: line 2: empty decree"},
		{"two lines", head + "2026-01-01,public_holiday,\"X\nY\",SKB\n", `holidays: line 2: name "X\nY" is not plain text on one line`},
		{"not UTF-8", head + "2026-01-01,public_holiday,\xff,SKB\n", `holidays: line 2: name "\xff" is not plain text on one line`},
		{"bad region", regional + "2026-01-01,public_holiday,X,SKB,Bali\n", `holidays: line 2: region "Bali" is no code like 63 or 63.07`},
		{"column missing", head + newYear + "2026-01-02,public_holiday,X\n", "holidays: line 3: 3 columns, expected 4"},
		{"column too many", head + "2026-01-01,public_holiday,X,SKB,63\n", "holidays: line 2: 5 columns, expected 4"},
		{"stray quote", head + newYear + "2026-01-02,public\"holiday,X,SKB\n", `holidays: parse error on line 3, column 18: bare " in non-quoted-field`},
	} {
		parsed, err := workday.Parse(strings.NewReader(test.csv))
		switch {
		case err == nil:
			t.Errorf("%s: no error, days %v", test.name, parsed.Days())
		case strings.ReplaceAll(err.Error(), "non-quoted field", "non-quoted-field") != test.want:
			t.Errorf("%s:\n got %s\nwant %s", test.name, err, test.want)
		}
	}
}

func TestParseTakesWhatSpreadsheetsWrite(t *testing.T) {
	parsed, err := workday.Parse(strings.NewReader("\ufeffdate,kind,name,decree,region\r\n2026-06-03, public_holiday ,\"Hari Jadi, ke-10\",Pergub,63\r\n2026-01-01,public_holiday,Tahun Baru,SKB,\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []workday.Holiday{
		{Date: date(t, "2026-01-01"), Kind: workday.PublicHoliday, Name: "Tahun Baru", Decree: "SKB"},
		{Date: date(t, "2026-06-03"), Kind: workday.PublicHoliday, Name: "Hari Jadi, ke-10", Decree: "Pergub", Region: "63"},
	}
	if diff := cmp.Diff(want, parsed.Days()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNewTableTakesBackWhatDaysGaveAndRefusesTheRest(t *testing.T) {
	days := workday.Default().Days()
	again, err := workday.NewTable(days)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(days, again.Days()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := workday.NewTable(append(days, days[0])); err == nil || err.Error() != "holiday 2025-01-01: listed twice" {
		t.Errorf("a day twice: %v", err)
	}
	if _, err := workday.NewTable([]workday.Holiday{{}}); err == nil {
		t.Error("the zero holiday is taken")
	}
}

func TestATableCannotBeChangedThroughWhatItHandsOut(t *testing.T) {
	days := workday.Default().Days()
	days[0].Name = "changed"
	c := calendar(t, "5")
	c.Years()[0] = 1
	if workday.Default().Days()[0].Name == "changed" || c.Years()[0] == 1 {
		t.Error("it can")
	}
}

func TestDefaultHoldsTheDecreesOf2025To2027(t *testing.T) {
	if diff := cmp.Diff([]int{2025, 2026, 2027}, workday.Default().Years()); diff != "" {
		t.Errorf("years (-want +got):\n%s", diff)
	}
	// Added eleven days ahead by an amendment: the row that shows that the amended table was taken.
	if day := calendar(t, "5").Day(date(t, "2025-08-18")); day.Why != workday.WhyJointLeave {
		t.Errorf("2025-08-18 is %s", day.Why)
	}
}

func TestDatesGoThroughTextAndBack(t *testing.T) {
	for _, s := range []string{"1970-01-01", "1969-12-31", "2026-11-20", "2028-02-29", "0000-01-01", "9999-12-31"} {
		d := date(t, s)
		text, err := d.MarshalText()
		if err != nil || string(text) != s || d.String() != s {
			t.Errorf("%s became %s, %s, %v", s, text, d, err)
		}
		var back workday.Date
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Errorf("%s came back as %d, %v; want %d", s, back, err, d)
		}
		if got := workday.DateOf(d.Time(), time.UTC); got != d {
			t.Errorf("%s came back from Time as %s", s, got)
		}
	}
	for _, s := range []string{"", "2026-1-2", "2026-02-30", "20-11-2026", "2026-11-20 ", "2026-11-20T00:00:00Z", "12026-11-20"} {
		d := workday.Date(7)
		if err := d.UnmarshalText([]byte(s)); err == nil || d != 7 {
			t.Errorf("%q was read as %s, %v", s, d, err)
		}
	}
	if text, err := workday.Date(1 << 30).MarshalText(); err == nil {
		t.Errorf("a day millions of years ahead became %s", text)
	}
}

// Zones of other countries show that nothing rests on a fixed offset.
func TestStartIsTheFirstInstantOfTheDayInAnyZone(t *testing.T) {
	for _, test := range []struct{ zone, day, want string }{
		{"Asia/Makassar", "2026-11-20", "2026-11-20T00:00:00+08:00"},
		{"Asia/Jakarta", "1963-05-01", "1963-05-01T00:00:00+07:30"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"}, // clocks forward at midnight
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T00:00:00-03:00"}, // and back at midnight
		{"America/Havana", "2025-11-02", "2025-11-02T00:00:00-04:00"},    // 00:00 to 00:59 come twice
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},      // a day that never was
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"},
	} {
		loc, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Skipf("no zone database: %v", err)
		}
		if got := date(t, test.day).Start(loc).Format(time.RFC3339Nano); got != test.want {
			t.Errorf("%s in %s starts at %s, want %s", test.day, test.zone, got, test.want)
		}
	}
	far := time.FixedZone("far", 60*3600)
	if d := date(t, "2026-11-20"); workday.DateOf(d.Start(far), far) != d || workday.DateOf(d.Start(far).Add(-1), far) != d-1 {
		t.Error("a zone of the mind's own is wrong")
	}
}
