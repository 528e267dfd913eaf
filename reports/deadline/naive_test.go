package deadline_test

import (
	"strings"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// naive counts as one would on a wall calendar: a day at a time, from the rows of
// the table. It shares nothing with the code under test.
type naive struct {
	settings workday.Settings
	zone     *time.Location
	rows     map[string][]workday.Holiday // by 2006-01-02
	known    map[time.Time]bool           // what works has said
}

func newNaive(table workday.Table, s workday.Settings, zone *time.Location) naive {
	rows := map[string][]workday.Holiday{}
	for _, h := range table.Days() {
		day := h.Date.String()
		rows[day] = append(rows[day], h)
	}
	return naive{s, zone, rows, map[time.Time]bool{}}
}

// day is the calendar day of an instant, as its noon in UTC.
func (n naive) day(at time.Time) time.Time {
	y, m, d := at.In(n.zone).Date()
	return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
}

func (n naive) works(day time.Time) bool {
	works, known := n.known[day]
	if !known {
		works = n.look(day)
		n.known[day] = works
	}
	return works
}

func (n naive) look(day time.Time) bool {
	weekday := day.Weekday()
	if weekday == time.Sunday || weekday == time.Saturday && !n.settings.SixDays {
		return false
	}
	for _, h := range n.rows[day.Format(time.DateOnly)] {
		here := h.Region == "" || h.Region == n.settings.Region || strings.HasPrefix(n.settings.Region, h.Region+".")
		if here && (h.Kind == workday.PublicHoliday || !n.settings.JointLeaveWorked) {
			return false
		}
	}
	return true
}

// stands reports whether a clock stands still over the whole of a day: since an
// earlier one, and not yet gone on by the day before.
func (n naive) stands(pauses []reports.Pause, day time.Time) bool {
	for _, p := range pauses {
		if n.day(p.From).Before(day) && (p.To.IsZero() || !n.day(p.To).Before(day)) {
			return true
		}
	}
	return false
}

// nth is the nth day that counts for run, and the day of the start for none.
func (n naive) nth(run reports.Run, number int) time.Time {
	day := n.day(run.Start)
	for number > 0 {
		day = day.AddDate(0, 0, 1)
		if n.works(day) && !n.stands(run.Pauses, day) {
			number--
		}
	}
	return day
}

// due is the last day in time of a limit in working days, and the day that is too
// late: a clock that stood still between them is in time until it went on.
func (n naive) due(run reports.Run, number int) (on, late time.Time) {
	on, late = n.nth(run, number), n.nth(run, number+1)
	for day := late.AddDate(0, 0, -1); day.After(on); day = day.AddDate(0, 0, -1) {
		if !n.works(day) {
			continue
		}
		for _, p := range run.Pauses { // the last that it stood still over
			if n.stands([]reports.Pause{p}, day) {
				return n.day(p.To), late
			}
		}
	}
	return on, late
}

// rungDays are the days of the ladder in working days: so many after the limit.
var rungDays = map[deadline.Rung]int{
	deadline.Soon: -1, deadline.Today: 0, deadline.Late: 1, deadline.Superior: 2, deadline.Leader: 4, deadline.National: 7,
	deadline.Warn: -3, deadline.Lapse: 1,
}

// lasted is for how long run has run at an instant, its pauses left out: a minute
// at a time.
func lasted(run reports.Run, at time.Time) time.Duration {
	var sum time.Duration
	for t := run.Start; t.Before(at); t = t.Add(time.Minute) {
		still := false
		for _, p := range run.Pauses {
			still = still || !t.Before(p.From) && (p.To.IsZero() || t.Before(p.To))
		}
		if !still {
			sum += time.Minute
		}
	}
	return sum
}
