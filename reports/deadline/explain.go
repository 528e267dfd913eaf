package deadline

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// Explained is one life of a clock, with every day that counted or did not.
type Explained struct {
	Run    reports.Run
	Limit  reports.Limit // with Extra
	Extra  int           // working days by which it was extended
	Office Office
	Days   []Day // none where the limit is in hours
	Used   int   // working days up to the instant asked for, or to where it stopped
	Due    Due   // where Owed
	Owed   bool  // a limit applies and it does not stand still
	// Overdue says that it was late by then.
	Overdue bool
}

// Day is a day of an explanation.
type Day struct {
	workday.Day
	// Paused says that the clock stood still: the day does not count, whatever it is.
	Paused bool
}

// maxDays bounds the explanation of a clock that stands still for years.
const maxDays = 1500

// Explain tells every life of every clock of p by its history, in the order in
// which they started, up to now. It fails where the history does not follow the
// table of actions.
func (r *Rules) Explain(p reports.Report, history []reports.Entry, now time.Time) ([]Explained, error) {
	filed := p.AsFiled()
	runs, err := reports.Runs(filed, history)
	if err != nil {
		return nil, err
	}
	list := make([]Explained, 0, len(runs))
	for _, run := range runs {
		until := run.Stop
		at := p
		if run.Running() {
			until = now
		} else {
			at = before(filed, history, run.Stop) // with whom it was when it ended
		}
		list = append(list, r.explain(at, run, until))
	}
	return list, nil
}

// before is p as it was just before what was done at that instant.
func before(filed reports.Report, history []reports.Entry, at time.Time) reports.Report {
	p := filed
	for _, e := range history {
		if e.Change.Action == reports.File {
			continue
		}
		if !e.Change.At.Before(at) {
			break
		}
		if after, _, err := reports.Apply(p, e.Change); err == nil { // Runs has refused a wrong history
			p = after
		}
	}
	return p
}

func (r *Rules) explain(p reports.Report, run reports.Run, until time.Time) Explained {
	x := Explained{Run: run, Office: r.Office(p, run)}
	limit, found := r.Limit(p, run)
	if !found {
		return x
	}
	x.Limit, x.Extra = limit, extension(p, limit)
	if x.Due, x.Owed = r.Due(p, run); x.Owed {
		x.Overdue = !until.Before(x.Due.Late)
	}
	if limit.Hours > 0 {
		return x
	}
	zone := x.Office.Zone
	today := workday.DateOf(until, zone)
	number := 0
	for d := workday.DateOf(run.Start, zone) + 1; len(x.Days) < maxDays; d++ {
		if number >= limit.Workdays && (!x.Owed || d > x.Due.On) {
			break // all that counts is told, and what it stood still over then
		}
		paused, still := standsStill(run.Pauses, d, zone)
		if still && d > today {
			break // nothing is due until it goes on
		}
		day := Day{Day: x.Office.Calendar.Day(d), Paused: paused}
		if day.Counts() {
			number++
			day.Number = number
			if d <= today {
				x.Used = number
			}
		}
		x.Days = append(x.Days, day)
	}
	return x
}

// Counts reports whether the day is one of the limit's.
func (d Day) Counts() bool { return !d.Paused && d.Day.Counts() }

// standsStill reports whether d lies in a pause, and whether in one that lasts.
func standsStill(pauses []reports.Pause, d workday.Date, zone *time.Location) (paused, still bool) {
	for _, pause := range pauses {
		if d <= workday.DateOf(pause.From, zone) {
			continue
		}
		if pause.To.IsZero() {
			return true, true
		}
		if d <= workday.DateOf(pause.To, zone) {
			return true, false
		}
	}
	return false, false
}
