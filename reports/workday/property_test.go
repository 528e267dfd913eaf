package workday_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kentongan/reports/workday"
)

// reference counts as one would on a wall calendar, a day at a time.
type reference struct {
	settings workday.Settings
	rows     map[workday.Date][]workday.Holiday
}

func newReference(table workday.Table, s workday.Settings) reference {
	rows := make(map[workday.Date][]workday.Holiday)
	for _, h := range table.Days() {
		rows[h.Date] = append(rows[h.Date], h)
	}
	return reference{s, rows}
}

func (r reference) works(d workday.Date) bool {
	switch d.Time().Weekday() {
	case time.Sunday:
		return false
	case time.Saturday:
		if !r.settings.SixDays {
			return false
		}
	}
	for _, h := range r.rows[d] {
		mine := h.Region == "" || h.Region == r.settings.Region || strings.HasPrefix(r.settings.Region, h.Region+".")
		if mine && (h.Kind == workday.PublicHoliday || !r.settings.JointLeaveWorked) {
			return false
		}
	}
	return true
}

func (r reference) decreed(d workday.Date) bool {
	for _, h := range r.rows[workday.NewDate(d.Time().Year(), time.January, 1)] {
		if h.Region == "" && h.Kind == workday.PublicHoliday {
			return true
		}
	}
	return false
}

// count returns the working days after a up to b, and whether all of those days are decreed.
func (r reference) count(a, b workday.Date) (n int, ok bool) {
	ok = true
	for d := a + 1; d <= b; d++ {
		ok = ok && r.decreed(d)
		if r.works(d) {
			n++
		}
	}
	return n, ok
}

func (r reference) add(from workday.Date, n int) (workday.Date, bool) {
	due := from
	for n > 0 {
		due++
		if r.works(due) {
			n--
		}
	}
	_, ok := r.count(from, due)
	return due, ok
}

// latest walks back from today to the last anchor for which is holds.
func (r reference) latest(today workday.Date, is func(anchor workday.Date) bool) (workday.Date, bool) {
	anchor := today
	for !is(anchor) {
		anchor--
	}
	_, ok := r.count(anchor, today)
	return anchor, ok
}

func drawSettings(t *rapid.T) workday.Settings {
	return workday.Settings{
		SixDays:          rapid.Bool().Draw(t, "six days"),
		JointLeaveWorked: rapid.Bool().Draw(t, "joint leave worked"),
		Region:           rapid.SampledFrom([]string{"", "63", "63.07", "63.08", "51"}).Draw(t, "region"),
	}
}

// drawTable draws dense holidays of 2025 to 2028, any of these years with or without its decree.
func drawTable(t *rapid.T) workday.Table {
	if rapid.IntRange(0, 4).Draw(t, "embedded") == 0 {
		return workday.Default()
	}
	var days []workday.Holiday
	seen := make(map[string]bool)
	add := func(h workday.Holiday) {
		if key := fmt.Sprint(h.Date, h.Region); !seen[key] {
			seen[key] = true
			h.Name, h.Decree = "Libur", "SKB"
			days = append(days, h)
		}
	}
	for year := 2025; year <= 2028; year++ {
		if rapid.Bool().Draw(t, "decreed") {
			add(workday.Holiday{Date: workday.NewDate(year, time.January, 1), Kind: workday.PublicHoliday})
		}
	}
	for range rapid.IntRange(0, 60).Draw(t, "rows") {
		add(workday.Holiday{
			Date:   workday.NewDate(2025, time.January, rapid.IntRange(1, 4*365).Draw(t, "day")),
			Kind:   rapid.SampledFrom([]workday.Kind{workday.PublicHoliday, workday.JointLeave}).Draw(t, "kind"),
			Region: rapid.SampledFrom([]string{"", "", "", "63", "63.07", "51"}).Draw(t, "of"),
		})
	}
	table, err := workday.NewTable(days)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func drawDate(t *rapid.T, label string) workday.Date {
	return workday.NewDate(2024, time.July, rapid.IntRange(1, 5*365+180).Draw(t, label))
}

func TestCalendarAgreesWithCountingOnAWallCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, s := drawTable(t), drawSettings(t)
		c, err := table.Calendar(s)
		if err != nil {
			t.Fatal(err)
		}
		r := newReference(table, s)

		for range 8 {
			from, n := drawDate(t, "from"), rapid.IntRange(0, 70).Draw(t, "n")

			wantDue, wantOK := r.add(from, n)
			due, ok := c.Add(from, n)
			if due != wantDue || ok != wantOK {
				t.Fatalf("%s: %s + %d = %s, %t; want %s, %t", s.Code(), from, n, due, ok, wantDue, wantOK)
			}
			if n > 0 {
				if used, ok := c.Between(from, due); used != n || ok != wantOK {
					t.Fatalf("%s: Between(%s, %s) = %d, %t; want %d, %t", s.Code(), from, due, used, ok, n, wantOK)
				}
			}

			to := from + workday.Date(rapid.IntRange(0, 200).Draw(t, "days"))
			wantN, wantOK := r.count(from, to)
			if got, ok := c.Between(from, to); got != wantN || ok != wantOK {
				t.Fatalf("%s: Between(%s, %s) = %d, %t; want %d, %t", s.Code(), from, to, got, ok, wantN, wantOK)
			}
			if got, ok := c.Between(to, from); got != -wantN || ok != wantOK {
				t.Fatalf("%s: Between(%s, %s) = %d, %t; want %d, %t", s.Code(), to, from, got, ok, -wantN, wantOK)
			}

			nextDay, nextOK := r.add(due, 1)
			if start, ok := c.OverdueFrom(due, wita); !start.Equal(nextDay.Start(wita)) || ok != nextOK {
				t.Fatalf("%s: due %s overdue from %s, %t; want the start of %s, %t", s.Code(), due, start, ok, nextDay, nextOK)
			}
		}
	})
}

func TestReachedAndCutoffAreTheLatestAnchorsFoundByTrying(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, s := drawTable(t), drawSettings(t)
		c, err := table.Calendar(s)
		if err != nil {
			t.Fatal(err)
		}
		r := newReference(table, s)
		today, n := drawDate(t, "today"), rapid.IntRange(0, 20).Draw(t, "n")

		wantReached, wantOK := r.latest(today, func(anchor workday.Date) bool {
			due, _ := r.add(anchor, n)
			return due <= today
		})
		if got, ok := c.Reached(today, n); got != wantReached || ok != wantOK {
			t.Fatalf("%s: Reached(%s, %d) = %s, %t; want %s, %t", s.Code(), today, n, got, ok, wantReached, wantOK)
		}

		wantCutoff, wantOK := r.latest(today, func(anchor workday.Date) bool {
			due, _ := r.add(anchor, n)
			next, _ := r.add(due, 1)
			return next <= today
		})
		cutoff, ok := c.Cutoff(today, n)
		if cutoff != wantCutoff || ok != wantOK {
			t.Fatalf("%s: Cutoff(%s, %d) = %s, %t; want %s, %t", s.Code(), today, n, cutoff, ok, wantCutoff, wantOK)
		}

		// The promise in the words of the documentation, for anchors all around.
		for anchor := cutoff - 20; anchor <= cutoff+20; anchor++ {
			due, _ := c.Add(anchor, n)
			overdue, _ := c.OverdueFrom(due, wib)
			if has := !today.Start(wib).Before(overdue); has != (anchor <= cutoff) {
				t.Fatalf("%s: on %s a limit of %d from %s is overdue %t, but the cutoff is %s", s.Code(), today, n, anchor, has, cutoff)
			}
			// On a working day it is also what most people mean by it: the due day has passed.
			if r.works(today) && (due < today) != (anchor <= cutoff) {
				t.Fatalf("%s: on the working day %s a limit of %d from %s is due %s, but the cutoff is %s", s.Code(), today, n, anchor, due, cutoff)
			}
		}
	})
}

func TestExplainAgreesWithAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, s := drawTable(t), drawSettings(t)
		c, err := table.Calendar(s)
		if err != nil {
			t.Fatal(err)
		}
		r := newReference(table, s)
		from, n := drawDate(t, "from"), rapid.IntRange(1, 30).Draw(t, "n")
		due, ok := c.Add(from, n)
		days := c.Explain(from, n)

		if len(days) == 0 || days[0].Date != from+1 || days[len(days)-1].Date != due || days[len(days)-1].Number != n {
			t.Fatalf("%s: Explain(%s, %d) = %+v, but the due day is %s", s.Code(), from, n, days, due)
		}
		number, provisional := 0, false
		for i, day := range days {
			if day.Date != from+1+workday.Date(i) || day.Counts() != r.works(day.Date) || day.Provisional == r.decreed(day.Date) {
				t.Fatalf("%s: %+v, but works %t, decreed %t", s.Code(), day, r.works(day.Date), r.decreed(day.Date))
			}
			provisional = provisional || day.Provisional
			want := 0
			if day.Counts() {
				number++
				want = number
			}
			if day.Number != want {
				t.Fatalf("%s: %+v has the wrong number, want %d", s.Code(), day, want)
			}
			if (day.Why == workday.WhyPublicHoliday || day.Why == workday.WhyJointLeave) && (day.Holiday.Name == "" || day.Holiday.Decree == "") {
				t.Fatalf("%s: %+v is off without a name and decree", s.Code(), day)
			}
		}
		if provisional == ok {
			t.Fatalf("%s: Explain(%s, %d) is provisional %t, Add is ok %t", s.Code(), from, n, provisional, ok)
		}
	})
}

func TestDateOfIsTheDayThatTheCalendarShowsInAnyZone(t *testing.T) {
	zones := []*time.Location{time.UTC, wib, wita, wit, time.FixedZone("", -12*3600+1)}
	for _, name := range []string{"Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura", "America/Sao_Paulo", "Europe/Amsterdam", "Pacific/Apia"} {
		if loc, err := time.LoadLocation(name); err == nil {
			zones = append(zones, loc)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		at := time.Unix(rapid.Int64Range(-4e9, 8e9).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).In(rapid.SampledFrom(zones).Draw(t, "written in"))
		y, m, day := at.In(loc).Date()
		d := workday.DateOf(at, loc)
		if want := workday.NewDate(y, m, day); d != want {
			t.Fatalf("DateOf(%s, %s) = %s, want %s", at, loc, d, want)
		}
		if d.Weekday() != at.In(loc).Weekday() || d.Year() != y {
			t.Fatalf("%s is a %s of %d, want %s of %d", d, d.Weekday(), d.Year(), at.In(loc).Weekday(), y)
		}
		if start := d.Start(loc); start.After(at) || workday.DateOf(start, loc) != d {
			t.Fatalf("%s starts at %s in %s, after %s", d, start, loc, at)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("date,kind,name,decree\n2026-01-01,public_holiday,Tahun Baru,SKB\n")
	f.Add("date,kind,name,decree,region\n2026-06-03,joint_leave,\"Hari, Jadi\",Pergub,63.07\n")
	f.Add("\ufeffdate,kind,name,decree\r\n2199-12-31,public_holiday,x,y\r\n2000-01-01,joint_leave,x,y")
	f.Add("date,kind,name,decree\n\"")
	f.Fuzz(func(t *testing.T, csv string) {
		parsed, err := workday.Parse(strings.NewReader(csv))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "holidays: ") || !strings.Contains(err.Error(), "line ") {
				t.Errorf("error without a line: %v", err)
			}
			return
		}
		again, err := workday.NewTable(parsed.Days())
		if err != nil || !cmp.Equal(parsed.Days(), again.Days()) || len(parsed.Days()) == 0 {
			t.Errorf("NewTable does not take what Parse took: %v", err)
		}
		for _, s := range []workday.Settings{{}, {SixDays: true, JointLeaveWorked: true, Region: "63.07"}} {
			c, err := parsed.Calendar(s)
			if err != nil {
				t.Fatal(err)
			}
			from := parsed.Days()[0].Date - 1
			if due, _ := c.Add(from, 5); due <= from {
				t.Errorf("%s + 5 = %s", from, due)
			}
		}
	})
}
