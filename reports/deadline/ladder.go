package deadline

import (
	"slices"
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// Rung is what happens because a clock has come to a certain day.
type Rung string

// The rungs. A clock that somebody in an office owes has the ladder from Soon to
// National; a clock of the reporter's has Warn and Lapse; a hold has Lapse.
const (
	Soon     Rung = "soon"     // one working day before the limit: whoever has to act hears of it
	Today    Rung = "today"    // on its last day
	Late     Rung = "late"     // on the first working day after it; the reporter hears of it, too
	Superior Rung = "superior" // the agency admin
	Leader   Rung = "leader"
	National Rung = "national" // the national admin; the reporter hears of the Ombudsman
	Warn     Rung = "warn"     // three working days before Lapse: the reporter is told what will happen
	Lapse    Rung = "lapse"    // the reporter stayed silent
)

// WarnDays is how many working days lie between a warning and what it warns of.
const WarnDays = 3

// step is a rung and when it comes: that many working days after the limit, or
// that long after a limit in hours.
type step struct {
	rung  Rung
	days  int
	hours time.Duration
	part  int // of a limit in hours: so much of it before, as 1/part
}

// ladder is the table of nudges.
var ladder = []step{
	{rung: Soon, days: -1, part: 4},
	{rung: Today},
	{rung: Late, days: 1},
	{rung: Superior, days: 2, hours: 24 * time.Hour},
	{rung: Leader, days: 4, hours: 72 * time.Hour},
	{rung: National, days: 7, hours: 144 * time.Hour},
}

// silence is the table of what happens to a reporter who says nothing.
var silence = []step{{rung: Warn, days: -WarnDays}, {rung: Lapse, days: 1}}

// Waits reports whether a clock waits for the reporter: it leads to a warning and
// an end, not to nudges.
func Waits(c reports.Clock) bool {
	return c == reports.ClockClose || c == reports.ClockComplete
}

// steps are those of a clock under a limit, in their order.
func steps(c reports.Clock, limit reports.Limit) []step {
	switch {
	case Waits(c):
		return silence
	case limit.Hours > 0: // its last day is its last instant
		return append([]step{ladder[0]}, ladder[2:]...)
	case limit.Workdays <= 1: // the day before is that of the start
		return ladder[1:]
	}
	return ladder
}

// number is what a limit says, in its unit.
func number(l reports.Limit) int { return l.Workdays + l.Hours }

// done is how many steps of run's ladder are behind it: those of another limit
// count for nothing.
func done(run reports.Run, limit reports.Limit) int {
	if run.Of != number(limit) {
		return 0
	}
	return run.Rungs
}

// Reached lists the rungs of run that have come by now and are not done yet, in
// their order. Of the reporter's clocks it is one at a time: what was warned of
// comes when they have had their days since.
func (r *Rules) Reached(p reports.Report, run reports.Run, now time.Time) []Rung {
	if run.Clock == Hold {
		if now.Before(run.Start) {
			return nil
		}
		return []Rung{Lapse}
	}
	limit, found := r.Limit(p, run)
	if !found || run.Paused() {
		return nil
	}
	var reached []Rung
	all := steps(run.Clock, limit)
	for i := min(done(run, limit), len(all)); i < len(all); i++ {
		if now.Before(r.at(p, run, limit, all[i])) {
			break
		}
		reached = append(reached, all[i].rung)
		if Waits(run.Clock) {
			break
		}
	}
	return reached
}

// at is the first instant of s.
func (r *Rules) at(p reports.Report, run reports.Run, limit reports.Limit, s step) time.Time {
	office := r.Office(p, run)
	var at time.Time
	if limit.Hours > 0 {
		after := time.Duration(limit.Hours)*time.Hour + s.hours
		if s.part > 0 {
			after -= time.Duration(limit.Hours) * time.Hour / time.Duration(s.part)
		}
		at = hoursAfter(run, after)
	} else {
		day, _ := office.day(run, limit.Workdays+s.days)
		at = day.Start(office.Zone)
	}
	if s.rung != Lapse {
		return at
	}
	// Their days since the warning are counted like the clock's own, and are working
	// days whatever the limit is in.
	since := reports.Run{Start: run.Warned}
	for _, p := range run.Pauses {
		if p.To.IsZero() || p.To.After(run.Warned) {
			since.Pauses = append(since.Pauses, reports.Pause{From: later(p.From, run.Warned), To: p.To})
		}
	}
	heard, _ := office.day(since, WarnDays+1)
	return later(at, heard.Start(office.Zone))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Passed returns run with these rungs behind it. A warning is as of now.
func (r *Rules) Passed(p reports.Report, run reports.Run, rungs []Rung, now time.Time) reports.Run {
	limit, _ := r.Limit(p, run)
	run.Rungs, run.Of = done(run, limit)+len(rungs), number(limit)
	for _, rung := range rungs {
		if rung == Warn {
			run.Warned = now
		}
	}
	return run
}

// Look is when the scheduler has to look at a clock next, as its index has it:
// once Next working days after Anchor have been reached in Office, or at At where
// that is set.
type Look struct {
	Office Office
	Anchor workday.Date
	Next   int
	At     time.Time
}

// Look is when run has to be looked at next; false where it stands still, no
// limit applies, or nothing is left to do. Clocks that wait for the reporter are
// looked at whatever the hour: their pushes know the night.
func (r *Rules) Look(p reports.Report, run reports.Run) (Look, bool) {
	if run.Clock == Hold {
		office := r.Office(p, run)
		office.Hours = Hours{}
		return Look{Office: office, At: run.Start}, true
	}
	limit, found := r.Limit(p, run)
	if !found || run.Paused() {
		return Look{}, false
	}
	all := steps(run.Clock, limit)
	i := done(run, limit)
	if i >= len(all) {
		return Look{}, false
	}
	s := all[i]
	look := Look{Office: r.Office(p, run)}
	if Waits(run.Clock) {
		look.Office.Hours = Hours{}
	}
	if limit.Hours > 0 {
		look.At = r.at(p, run, limit, s)
		return look, true
	}
	look.Anchor, look.Next, _ = look.Office.anchor(run, limit.Workdays+s.days)
	if s.rung == Lapse {
		warned := workday.DateOf(run.Warned, look.Office.Zone)
		since, _ := look.Office.Calendar.Add(warned, WarnDays+1)
		if day, _ := look.Office.Calendar.Add(look.Anchor, look.Next); since >= day {
			look.Anchor, look.Next = warned, WarnDays+1
		}
	}
	return look, true
}

// Open reports whether now lies in the hours of o, on a day on which it works. A
// whole day is open on days off, too.
func (o Office) Open(now time.Time) bool {
	if o.Hours == (Hours{}) {
		return true
	}
	local := now.In(o.Zone)
	at := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	return at >= o.Hours.From && at < o.Hours.To && o.Calendar.Day(workday.DateOf(now, o.Zone)).Counts()
}

// Opens is the first instant from now on at which o is open.
func (o Office) Opens(now time.Time) time.Time {
	if o.Open(now) {
		return now
	}
	day := workday.DateOf(now, o.Zone)
	if opens := day.Start(o.Zone).Add(o.Hours.From); o.Calendar.Day(day).Counts() && now.Before(opens) {
		return opens
	}
	next, _ := o.Calendar.Add(day, 1)
	return next.Start(o.Zone).Add(o.Hours.From)
}

// Hold is the clock of a report that is held: it comes to its one rung, [Lapse],
// when the hold ends by itself.
const Hold reports.Clock = "hold"

// Clocks are those of p that have to be looked at some day: its running ones, and
// the end of a hold.
func (r *Rules) Clocks(p reports.Report) []reports.Run {
	if p.HeldUntil.IsZero() {
		return p.Clocks
	}
	return append(slices.Clip(p.Clocks), reports.Run{Clock: Hold, Since: p.Version, Start: p.HeldUntil})
}
