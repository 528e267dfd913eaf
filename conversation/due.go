package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// Due is the last day of a clock of r that runs now, by its history: the day's
// first instant in the zone of who owes it, or the very instant of a limit in
// hours. It returns false where the clock does not run or stands still, where no
// limit applies, and where the calendar does not reach that far.
func (m *Machine) Due(r reports.Report, history []reports.Entry, clock reports.Clock) (time.Time, bool) {
	runs, err := reports.Runs(r.AsFiled(), history)
	if err != nil {
		return time.Time{}, false
	}
	for _, run := range slices.Backward(runs) {
		if run.Clock == clock && run.Running() && !run.Paused() {
			on, _, ok := m.dueOf(r, run)
			return on, ok
		}
	}
	return time.Time{}, false
}

// Late reports whether something is overdue for r at now.
func (m *Machine) Late(r reports.Report, history []reports.Entry, now time.Time) bool {
	for _, due := range m.dues(r, history) {
		if due.Clock == reports.ClockComplete { // the reporter's own
			continue
		}
		if due.Hours && now.After(due.On) {
			return true
		}
		zone := m.clockZone(r, due.Clock)
		if from, ok := m.config.Calendar.OverdueFrom(workday.DateOf(due.On, zone), zone); ok && !due.Hours && !now.Before(from) {
			return true
		}
	}
	return false
}

// clockZone is where the days of a clock of r are counted.
func (m *Machine) clockZone(r reports.Report, clock reports.Clock) *time.Location {
	if r.Dispatched && clock != reports.ClockVerify {
		return m.zone(r.Agency)
	}
	return m.config.Zone
}

// dues lists what is owed to r now, what is due first first. A clock that
// stands still owes nothing for the moment.
func (m *Machine) dues(r reports.Report, history []reports.Entry) []Due {
	runs, err := reports.Runs(r.AsFiled(), history)
	if err != nil {
		return nil
	}
	var list []Due
	for _, run := range runs {
		if !run.Running() || run.Paused() || run.Clock == reports.ClockClose || run.Clock == reports.ClockHandOn {
			continue
		}
		if on, hours, ok := m.dueOf(r, run); ok {
			list = append(list, Due{Clock: run.Clock, On: on, Hours: hours})
		}
	}
	slices.SortStableFunc(list, func(a, b Due) int { return a.On.Compare(b.On) })
	return list
}

// dueOf is the last day of run. Pauses put it off by the working days in them.
func (m *Machine) dueOf(r reports.Report, run reports.Run) (on time.Time, hours, ok bool) {
	zone := m.clockZone(r, run.Clock)
	limit, ok := reports.LimitFor(m.config.Limits, run.Clock, r, m.above(r.Agency), run.Start, run.Start.In(zone).Format(time.DateOnly))
	switch {
	case !ok:
		return time.Time{}, false, false
	case limit.Hours > 0:
		on = run.Start.Add(time.Duration(limit.Hours) * time.Hour)
		for _, p := range run.Pauses {
			on = on.Add(p.To.Sub(p.From))
		}
		return on.In(zone), true, true
	}
	days := limit.Workdays
	for _, p := range run.Pauses {
		if still, counted := m.config.Calendar.Between(workday.DateOf(p.From, zone), workday.DateOf(p.To, zone)); counted {
			days += still
		}
	}
	day, ok := m.config.Calendar.Add(workday.DateOf(run.Start, zone), days)
	return day.Start(zone), false, ok
}
