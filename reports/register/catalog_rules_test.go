package register

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports"
	"kentongan/reports/workday"
)

func TestLimitsThatWereEnteredFollowThoseBuiltIn(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "JATENG", Name: "Jawa Tengah", Level: reports.Province})
	if list, err := c.Limits(t.Context()); err != nil || cmp.Diff(reports.DefaultLimits, list) != "" {
		t.Fatalf("before: %+v, %v", list, err)
	}
	entered := []reports.Limit{
		{Clock: reports.ClockRespond, Agency: "JATENG", Hours: 24, Basis: "Pergub 1/2026", From: "2026-01-01", Set: someTime},
		{
			Clock: reports.ClockAnswer, Kind: reports.Complaint, Oversight: true, Workdays: 30, Basis: "Perda", From: "2027-01-01",
			Set: someTime.Add(time.Second),
		},
		{
			Clock: reports.ClockAnswer, Kind: reports.InformationRequest, Formal: true, Workdays: 8, Extra: 5, Basis: "Perki", From: "2027-01-01",
			Set: someTime.Add(2 * time.Second),
		},
		{Clock: reports.ClockRespond, Formal: true, Hours: 24, Basis: "Perki", From: "2027-01-01", Set: someTime.Add(3 * time.Second)},
	}
	for _, l := range entered {
		in := l
		in.Agency, in.Basis, in.Set = strings.ToLower(l.Agency), "  "+l.Basis+" ", time.Time{}
		got, err := c.SetLimit(t.Context(), in, l.Set.Add(time.Nanosecond)) // finer than what is stored
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(l, got); diff != "" {
			t.Error(diff)
		}
	}
	got, err := c.Limits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := append(append([]reports.Limit{}, reports.DefaultLimits...), entered...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	s, err := c.Snapshot(t.Context())
	if err != nil || cmp.Diff(want, s.Limits) != "" {
		t.Errorf("the snapshot has %+v, %v", s.Limits, err)
	}
}

func TestSetLimitSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	good := reports.Limit{Clock: reports.ClockRespond, Workdays: 5, Basis: "Pergub", From: "2026-01-01"}
	if _, err := c.SetLimit(t.Context(), good, someTime); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*reports.Limit)
		is     error
		says   string
	}{
		{"no such clock", func(l *reports.Limit) { l.Clock = "reply" }, ErrInvalid, "one of verify, hand_on"},
		{"no such kind", func(l *reports.Limit) { l.Kind = "keluhan" }, ErrInvalid, "one of complaint"},
		{"no such body", func(l *reports.Limit) { l.Agency = "nil" }, ErrUnknown, `agency "NIL"`},
		{"neither length", func(l *reports.Limit) { l.Workdays = 0 }, ErrInvalid, "either"},
		{"both lengths", func(l *reports.Limit) { l.Hours = 5 }, ErrInvalid, "either"},
		{"days below nothing", func(l *reports.Limit) { l.Workdays = -1 }, ErrInvalid, "1 to 250"},
		{"more than a year", func(l *reports.Limit) { l.Workdays = 251 }, ErrInvalid, "1 to 250"},
		{"hours of half a year", func(l *reports.Limit) { l.Workdays, l.Hours = 0, 4000 }, ErrInvalid, "1 to 2160"},
		{"closing in hours", func(l *reports.Limit) { l.Clock, l.Workdays, l.Hours = reports.ClockClose, 0, 24 }, ErrInvalid, "working days"},
		{"completing in hours", func(l *reports.Limit) { l.Clock, l.Workdays, l.Hours = reports.ClockComplete, 0, 24 }, ErrInvalid, "working days"},
		{"a formal complaint", func(l *reports.Limit) { l.Formal, l.Kind = true, reports.Complaint }, ErrInvalid, "only an information_request"},
		{"fewer by extending", func(l *reports.Limit) { l.Extra = -1 }, ErrInvalid, "0 to 250"},
		{"another clock extended", func(l *reports.Limit) { l.Formal, l.Extra = true, 7 }, ErrInvalid, "only the clock answer"},
		{"everybody's extended", func(l *reports.Limit) { l.Clock, l.Extra = reports.ClockAnswer, 7 }, ErrInvalid, "only the clock answer"},
		{"hours extended by days", func(l *reports.Limit) {
			l.Clock, l.Formal, l.Extra, l.Workdays, l.Hours = reports.ClockAnswer, true, 7, 0, 24
		}, ErrInvalid, "in working days"},
		{"no basis", func(l *reports.Limit) { l.Basis = " " }, ErrInvalid, "basis"},
		{"no such day", func(l *reports.Limit) { l.From = "2026-02-30" }, ErrInvalid, "2027-01-01"},
	}
	for _, test := range tests {
		l := good
		test.change(&l)
		_, err := c.SetLimit(t.Context(), l, someTime)
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if list, err := c.Limits(t.Context()); err != nil || len(list) != len(reports.DefaultLimits)+1 {
		t.Errorf("what was refused left %d limits, %v", len(list), err)
	}
}

// decree is a table of 2026 and 2028 with these days more; region 63 has one of its own.
func decree(t *testing.T, more ...workday.Holiday) workday.Table {
	t.Helper()
	days := more
	for _, h := range workday.Default().Days() {
		if h.Date.Year() == 2026 {
			days = append(days, h)
		}
	}
	table, err := workday.NewTable(days)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func dayOff(t *testing.T, date, name, region string) workday.Holiday {
	t.Helper()
	d, err := workday.ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	return workday.Holiday{Date: d, Kind: workday.PublicHoliday, Name: name, Decree: "SKB", Region: region}
}

func TestAnImportReplacesTheYearsThatItMentions(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	if table, err := c.Holidays(t.Context()); err != nil || cmp.Diff(workday.Default().Days(), table.Days()) != "" {
		t.Fatalf("before: %v", err)
	}
	election := dayOff(t, "2028-02-14", "Pemilu", "")
	harvest := dayOff(t, "2026-08-14", "Hari Jadi", "63")
	first, err := c.ImportHolidays(t.Context(), decree(t, election, harvest), someTime)
	if err != nil {
		t.Fatal(err)
	}
	want := Import{Years: []int{2026, 2028}, Added: 2, Days: []workday.Amendment{{Is: harvest}, {Is: election}}}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}

	// The second moves a name, takes the region's day away, and says nothing of 2028.
	renamed := harvest
	renamed.Name, renamed.Region = "Hari Jadi Provinsi", ""
	second, err := c.ImportHolidays(t.Context(), decree(t, renamed), someTime)
	if err != nil {
		t.Fatal(err)
	}
	third, err := c.ImportHolidays(t.Context(), decree(t, harvest, renamed), someTime)
	if err != nil {
		t.Fatal(err)
	}
	renamed.Decree = "SKB perubahan"
	fourth, err := c.ImportHolidays(t.Context(), decree(t, harvest, renamed), someTime)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range []struct {
		Import
		added, removed, changed int
	}{{second, 1, 1, 0}, {third, 1, 0, 0}, {fourth, 0, 0, 1}} {
		if got.Added != got.added || got.Removed != got.removed || got.Changed != got.changed || len(got.Years) != 1 {
			t.Errorf("import %d: %+v", i+2, got.Import)
		}
	}

	s, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(workday.Default().Replace(decree(t, harvest, renamed, election)).Days(), s.Holidays.Days()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{2025, 2026, 2027}, s.Holidays.Years()); diff != "" { // one day is no decree of 2028
		t.Error(diff)
	}

	var record string
	var years []int
	err = c.pool.QueryRow(t.Context(), `select years, days from holiday_imports where changed = 1 and added = 0 and removed = 0`).Scan(&years, &record)
	if err != nil || !cmp.Equal(years, []int{2026}) {
		t.Fatalf("the record of the last import: %v, %v", years, err)
	}
	var days []struct {
		Date    string
		Was, Is struct{ Decree string }
	}
	if err := json.Unmarshal([]byte(record), &days); err != nil || len(days) != 1 ||
		days[0].Date != "2026-08-14" || days[0].Was.Decree != "SKB" || days[0].Is.Decree != "SKB perubahan" {
		t.Errorf("recorded %s, %v", record, err)
	}
}

func TestImportsAtOnceAreRecordedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	const many = 4
	results := make(chan Import, many)
	table := decree(t, dayOff(t, "2026-08-14", "Hari Jadi", ""))
	for range many {
		go func() {
			done, err := c.ImportHolidays(t.Context(), table, someTime)
			if err != nil {
				t.Error(err)
			}
			results <- done
		}()
	}
	added := 0
	for range many {
		added += (<-results).Added
	}
	if added != 1 {
		t.Errorf("the day was added %d times", added)
	}
}

func TestChangedRulesAreSeenByTheVersion(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "HST", Name: "HST", Region: "63.07"})
	week, worked, region := 6, true, "63"
	last, err := c.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name   string
		change func() error
	}{
		{"a limit", func() error {
			_, err := c.SetLimit(t.Context(), reports.Limit{Clock: reports.ClockVerify, Workdays: 2, Basis: "SE", From: "2026-01-01"}, someTime)
			return err
		}},
		{"holidays", func() error {
			_, err := c.ImportHolidays(t.Context(), decree(t), someTime)
			return err
		}},
		{"a body's calendar", func() error {
			_, err := c.ChangeAgency(t.Context(), "hst", AgencyChange{Week: &week, JointLeaveWorked: &worked, Region: &region})
			return err
		}},
	} {
		if err := step.change(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		version, err := c.Version(t.Context())
		if err != nil || version <= last {
			t.Errorf("%s: version %d after %d, %v", step.name, version, last, err)
		}
		last = version
	}
	got, err := c.Agencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []reports.Agency{{
		Code: "HST", Name: "HST", Level: reports.Regency, Week: 6, Hours: "08:00-16:00", Keywords: []string{},
		JointLeaveWorked: true, Region: "63",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
