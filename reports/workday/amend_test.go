package workday_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports/workday"
)

// rows makes a table of national public holidays on these dates.
func rows(t *testing.T, dates ...string) workday.Table {
	t.Helper()
	days := make([]workday.Holiday, 0, len(dates))
	for _, text := range dates {
		days = append(days, workday.Holiday{Date: date(t, text), Kind: workday.PublicHoliday, Name: "Libur", Decree: "SKB"})
	}
	table, err := workday.NewTable(days)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// year makes a whole decree of a year, with its 1 January unless it is to begin later.
func year(t *testing.T, of, from, days int) workday.Table {
	t.Helper()
	dates := make([]string, 0, days)
	for i := range days {
		dates = append(dates, workday.NewDate(of, time.January, from+i).String())
	}
	return rows(t, dates...)
}

func TestAmendReplacesWholeYearsAndSaysWhatChanged(t *testing.T) {
	before := rows(t, "2026-01-01", "2026-03-01", "2027-01-01")
	other, err := workday.NewTable([]workday.Holiday{
		{Date: date(t, "2026-01-01"), Kind: workday.PublicHoliday, Name: "Libur", Decree: "SKB perubahan"},
		{Date: date(t, "2026-08-18"), Kind: workday.JointLeave, Name: "Libur", Decree: "SKB perubahan"},
		{Date: date(t, "2026-08-18"), Kind: workday.PublicHoliday, Name: "Libur", Decree: "Perda", Region: "63"},
	})
	if err != nil {
		t.Fatal(err)
	}
	after, changes := before.Amend(other)
	if diff := cmp.Diff(append(other.Days(), before.Days()[2]), after.Days()); diff != "" {
		t.Error(diff)
	}
	want := []workday.Amendment{
		{Was: before.Days()[0], Is: other.Days()[0]},
		{Was: before.Days()[1]},
		{Is: other.Days()[1]},
		{Is: other.Days()[2]},
	}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Error(diff)
	}
	if len(before.Days()) != 3 || before.Days()[0].Decree != "SKB" {
		t.Error("the table that was amended changed itself")
	}
}

func TestPartOfADecreeIsSeen(t *testing.T) {
	known := workday.Default()
	tests := []struct {
		name string
		file workday.Table
		want []int
	}{
		{"the table itself", known, nil},
		{"a new year's decree", year(t, 2028, 1, 15), nil},
		{"a new year's decree, cut off", year(t, 2028, 1, 11), []int{2028}},
		{"a day ahead of a decree", rows(t, "2028-02-14"), nil},
		{"one day of a year that is known", rows(t, "2026-08-18"), []int{2026}},
		{"a known year from 2 January on", year(t, 2026, 2, 20), []int{2026}},
		{"one of two years", year(t, 2028, 1, 15).Replace(rows(t, "2027-05-01")), []int{2027}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, known.Partial(test.file)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestMissingAsksForTheNextYearFromOctoberOn(t *testing.T) {
	table := rows(t, "2026-01-01", "2028-02-14")
	for _, test := range []struct {
		today string
		want  []int
	}{
		{"2026-09-30", nil},
		{"2026-10-01", []int{2027}},
		{"2026-12-31", []int{2027}},
		{"2027-01-01", []int{2027}},
		{"2027-10-01", []int{2027, 2028}}, // one day is no decree
		{"2025-10-01", []int{2025}},
	} {
		if got := table.Missing(date(t, test.today)); !slices.Equal(got, test.want) {
			t.Errorf("on %s: %v, want %v", test.today, got, test.want)
		}
	}
}
