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
	due, owed := m.due(r, clock)
	return due.On, owed
}

// Late reports whether somebody else than the reporter is late for r at now.
func (m *Machine) Late(r reports.Report, now time.Time) bool { return m.rules.Overdue(r, now) }

// due is when what a clock of r waits for is due, see [Machine.Due].
func (m *Machine) due(r reports.Report, clock reports.Clock) (Due, bool) {
	run, runs := r.Clocked(clock)
	if !runs {
		return Due{}, false
	}
	due, owed := m.rules.Due(r, run)
	return dueOf(clock, due, owed)
}

// dueFrom is the last day of a clock of r that starts at at and does not stand
// still, where a limit applies.
func (m *Machine) dueFrom(r reports.Report, clock reports.Clock, at time.Time) (Due, bool) {
	due, owed := m.rules.DueFrom(r, clock, at)
	return dueOf(clock, due, owed)
}

func dueOf(clock reports.Clock, due deadline.Due, owed bool) (Due, bool) {
	if !owed {
		return Due{}, false
	}
	return Due{Clock: clock, On: due.Date(), Hours: !due.At.IsZero(), Provisional: due.Provisional}, true
}

// dues lists what is owed to r now, what is due first first. A clock that
// stands still owes nothing for the moment.
func (m *Machine) dues(r reports.Report) []Due {
	var list []Due
	for _, run := range r.Clocks {
		if run.Clock == reports.ClockClose || run.Clock == reports.ClockHandOn {
			continue
		}
		if due, owed := m.due(r, run.Clock); owed {
			list = append(list, due)
		}
	}
	slices.SortStableFunc(list, func(a, b Due) int { return a.On.Compare(b.On) })
	return list
}

// dated is the day of due in words of lang, with the time of day of a limit in
// hours. Where a decree is still to come it says so.
func (m *Machine) dated(lang string, due Due) string {
	text := formatDate(lang, due.On)
	if due.Hours {
		text += " " + due.On.Format("15.04")
	}
	if due.Provisional {
		return m.config.Phrases.Text(lang, "due.provisional", text)
	}
	return text
}
