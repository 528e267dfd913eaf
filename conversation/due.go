package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// Rules are the limits, calendars and offices that the machine counts by.
func (m *Machine) Rules() *deadline.Rules { return m.rules }

// Due is the last day of a clock of r that runs now: the day's first instant in
// the zone of who owes it, or the very instant of a limit in hours. It returns
// false where the clock does not run or stands still, and where no limit applies.
func (m *Machine) Due(r reports.Report, clock reports.Clock) (time.Time, bool) {
	run, runs := r.Clocked(clock)
	if !runs {
		return time.Time{}, false
	}
	due, owed := m.rules.Due(r, run)
	if !owed || due.Provisional {
		return time.Time{}, false
	}
	return due.Date(), true
}

// Late reports whether somebody else than the reporter is late for r at now.
func (m *Machine) Late(r reports.Report, now time.Time) bool { return m.rules.Overdue(r, now) }

// dues lists what is owed to r now, what is due first first. A clock that
// stands still owes nothing for the moment.
func (m *Machine) dues(r reports.Report) []Due {
	var list []Due
	for _, run := range r.Clocks {
		if run.Clock == reports.ClockClose || run.Clock == reports.ClockHandOn {
			continue
		}
		if due, owed := m.rules.Due(r, run); owed && !due.Provisional {
			list = append(list, Due{Clock: run.Clock, On: due.Date(), Hours: !due.At.IsZero()})
		}
	}
	slices.SortStableFunc(list, func(a, b Due) int { return a.On.Compare(b.On) })
	return list
}

// dueFrom is the last day of a clock of r that starts at at and does not stand
// still, where a limit applies and the calendar reaches that far.
func (m *Machine) dueFrom(r reports.Report, clock reports.Clock, at time.Time) (time.Time, bool) {
	due, owed := m.rules.DueFrom(r, clock, at)
	return due.Date(), owed && !due.Provisional
}
