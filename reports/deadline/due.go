package deadline

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// Due is when something is owed.
type Due struct {
	// On is the last day on which acting is in time, in Zone.
	On workday.Date
	// At is the last instant, of a limit in clock hours; zero: the end of the day On.
	At   time.Time
	Zone *time.Location
	// Late is the first instant that is too late.
	Late time.Time
	// Provisional says that a year without a decree is among the days: the date may
	// yet move.
	Provisional bool
}

// Date is the day, or the instant of a limit in hours, in the zone of who owes it.
func (d Due) Date() time.Time {
	if !d.At.IsZero() {
		return d.At.In(d.Zone)
	}
	return d.On.Start(d.Zone)
}

// Due is when run is due for p. It is false where no limit applies and while the
// clock stands still: nothing is owed until it goes on.
func (r *Rules) Due(p reports.Report, run reports.Run) (Due, bool) {
	limit, found := r.Limit(p, run)
	if !found || run.Paused() {
		return Due{}, false
	}
	office := r.Office(p, run)
	if limit.Hours > 0 {
		at := hoursAfter(run, time.Duration(limit.Hours)*time.Hour).In(office.Zone)
		return Due{On: workday.DateOf(at, office.Zone), At: at, Zone: office.Zone, Late: at.Add(time.Nanosecond)}, true
	}
	on, sure := office.day(run, limit.Workdays)
	late, sureNext := office.day(run, limit.Workdays+1)
	for _, p := range run.Pauses {
		// It stood still over working days after its last one: it is in time until it goes on.
		if to := workday.DateOf(p.To, office.Zone); to < late {
			if lost, _ := office.Calendar.Between(on, to); lost > 0 {
				on = to
			}
		}
	}
	return Due{On: on, Zone: office.Zone, Late: late.Start(office.Zone), Provisional: !sure || !sureNext}, true
}

// DueFrom is when a clock of p is due that starts at at and never stands still.
func (r *Rules) DueFrom(p reports.Report, c reports.Clock, at time.Time) (Due, bool) {
	return r.Due(p, reports.Run{Clock: c, Start: at, Body: p.Agency})
}

// Overdue reports whether somebody else than the reporter is late for p at now.
func (r *Rules) Overdue(p reports.Report, now time.Time) bool {
	for _, run := range p.Clocks {
		if run.Clock == reports.ClockClose || run.Clock == reports.ClockComplete {
			continue
		}
		if due, owed := r.Due(p, run); owed && !now.Before(due.Late) {
			return true
		}
	}
	return false
}

// day is the n-th working day of run: the days in which it stood still count for
// nothing. A clock that is paused on one day and goes on upon another has used the
// first, and goes on with the day after the second. What was over before a pause
// stays where it was.
func (o Office) day(run reports.Run, n int) (workday.Date, bool) {
	anchor, left, sure := o.anchor(run, n)
	day, known := o.Calendar.Add(anchor, left)
	return day, sure && known
}

// anchor is the day from which the n-th working day of run is counted without a
// further pause, and how many are left then. Pauses that began when the day had
// come change nothing. With n below one that day is that of the start.
func (o Office) anchor(run reports.Run, n int) (anchor workday.Date, left int, sure bool) {
	anchor, left, sure = workday.DateOf(run.Start, o.Zone), n, true
	for _, p := range run.Pauses {
		from := workday.DateOf(p.From, o.Zone)
		used, known := o.Calendar.Between(anchor, from)
		if used >= left {
			break
		}
		sure = sure && known
		left -= used
		anchor = from
		if !p.To.IsZero() {
			anchor = workday.DateOf(p.To, o.Zone)
		}
	}
	return anchor, left, sure
}

// hoursAfter is the instant at which run has lasted for d, its pauses left out.
func hoursAfter(run reports.Run, d time.Duration) time.Time {
	at := run.Start.Add(d)
	for _, p := range run.Pauses {
		if p.To.IsZero() || !p.From.Before(at) {
			break
		}
		at = at.Add(p.To.Sub(p.From))
	}
	return at
}
