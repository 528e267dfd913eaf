package deadline

import (
	"fmt"
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// Heard is what is known of whether a reporter heard what a clock waits for.
type Heard struct {
	// Begun and Warned are when what started the clock, and the warning, reached
	// their channel; zero: they did not, or not yet.
	Begun, Warned time.Time
	// Away: they could not be written to the last time.
	Away bool
	// Waiting: a message of theirs, or one about the report to them, is on its way.
	Waiting bool
	// Outages are when nobody could be reached where they are; To is zero while it lasts.
	Outages []reports.Pause
}

// Passed is one thing that happened to a report because time passed.
type Passed struct {
	Before reports.Report
	After  reports.Report
	Entry  reports.Entry // Change.Action is "" where nothing was done to it
	Run    reports.Run   // as it was
	Rung   Rung
	Of     int // the limit that the rung was counted for
	Due    Due
	// Overtaken: a later rung came at the same time, and says it to the same people.
	Overtaken bool
	// Last: no later rung of the clock came at the same time.
	Last bool
	// Unreachable: the reporter could not be reached, which is why it is closed.
	Unreachable bool
}

// Obstacle is why something that is due is not done yet.
type Obstacle string

// The obstacles.
const (
	NotHeard  Obstacle = "not_heard"  // what the clock waits for did not reach the reporter
	OnItsWay  Obstacle = "on_its_way" // a message is between the reporter and the report
	Outage    Obstacle = "outage"     // the reporter's channel was away
	Undecreed Obstacle = "undecreed"  // a year without a table is among the days
)

// Outcome is what a look at a report comes to.
type Outcome struct {
	After reports.Report // with what is noted in its clocks
	// Entry is the line of history where a transition was applied.
	Entry   reports.Entry
	Changed bool // After differs from what was looked at
	Passed  []Passed
	// Obstacle, where one stands in the way of what is due for the clock Waiting: look
	// again at Again.
	Obstacle Obstacle
	Waiting  reports.Clock
	Again    time.Time
}

// Pass does what is due for p by now: it notes the rungs that its clocks have come
// to, and applies at most one transition of the table of actions. Nudges wait until
// open says that the office is where the clock is counted. Equal inputs
// give equal outcomes; doing it again with what came out does nothing. Its error
// means that the table of actions refuses what the table of clocks asks for.
func (r *Rules) Pass(p reports.Report, heard func(reports.Run) Heard, open func(Office) bool, now time.Time) (Outcome, error) {
	o := Outcome{After: p}
	for _, run := range r.Clocks(p) {
		rungs := r.Reached(o.After, run, now)
		if len(rungs) == 0 {
			continue
		}
		var err error
		switch {
		case run.Clock == Hold:
			err = r.apply(&o, run, Lapse, reports.Release, now)
		case Waits(run.Clock):
			err = r.wait(&o, run, rungs[0], heard(run), now)
		case open(r.Office(o.After, run)):
			err = r.climb(&o, run, rungs, now)
		}
		if err != nil {
			return Outcome{After: p}, err
		}
		if o.Entry.Version != 0 {
			break // what else is due is due for the report as it is now
		}
	}
	return o, nil
}

// apply applies a transition that time brings.
func (r *Rules) apply(o *Outcome, run reports.Run, rung Rung, action reports.Action, now time.Time) error {
	before := o.After
	limit, _ := r.Limit(before, run)
	due, _ := r.Due(before, run)
	after, entry, err := reports.Apply(before, reports.Change{Action: action, Actor: reports.Actor{Kind: reports.ByClock}, At: now})
	if err != nil {
		return fmt.Errorf("clock %s: %w", run.Clock, err)
	}
	o.After, o.Entry, o.Changed = after, entry, true
	o.Passed = append(o.Passed, Passed{
		Before: before, After: after, Entry: entry, Run: run, Rung: rung, Of: number(limit), Due: due, Last: true,
	})
	return nil
}

// climb notes the rungs of a clock that somebody in an office owes.
func (r *Rules) climb(o *Outcome, run reports.Run, rungs []Rung, now time.Time) error {
	before := o.After
	limit, _ := r.Limit(before, run)
	due, _ := r.Due(before, run)
	o.After, o.Changed = before.SetClock(r.Passed(before, run, rungs, now)), true
	for i, rung := range rungs {
		// Soon, Today and Late are told to the same people; of what a long absence left
		// behind they hear what matters now.
		overtaken := i+1 < len(rungs) && (rungs[i+1] == Today || rungs[i+1] == Late)
		o.Passed = append(o.Passed, Passed{
			Before: before, After: o.After, Run: run, Rung: rung, Of: number(limit), Due: due,
			Overtaken: overtaken, Last: i == len(rungs)-1,
		})
	}
	if rungs[len(rungs)-1] != National || before.Escalated || !before.State.Open() {
		return nil
	}
	after, entry, err := reports.Apply(o.After, reports.Change{
		Action: reports.Escalate, Actor: reports.Actor{Kind: reports.ByClock}, At: now,
	})
	if err != nil {
		return fmt.Errorf("clock %s: %w", run.Clock, err)
	}
	o.After, o.Entry = after, entry
	for i := range o.Passed {
		o.Passed[i].After = after
	}
	return nil
}

// wait does what a clock of the reporter's has come to: a warning first, and what
// it warned of when they have had their days since, both heard.
func (r *Rules) wait(o *Outcome, run reports.Run, rung Rung, heard Heard, now time.Time) error {
	p := o.After
	office := r.Office(p, run)
	tomorrow := workday.DateOf(now, office.Zone) + 1
	later := func(why Obstacle, at time.Time) { o.Obstacle, o.Waiting, o.Again = why, run.Clock, at }
	// While their channel was away the clock stood still.
	still := run
	still.Pauses = heard.Outages
	reached := r.Reached(p, still, now)
	switch {
	case len(reached) == 0:
		later(Outage, tomorrow.Start(office.Zone))
		return nil
	case heard.Waiting:
		later(OnItsWay, now.Add(obstacleWait))
		return nil
	}
	unheard := heard.Begun.IsZero()
	if unheard && (!heard.Away || run.Clock == reports.ClockComplete) {
		later(NotHeard, tomorrow.Start(office.Zone))
		return nil
	}
	if rung == Warn {
		limit, _ := r.Limit(p, run)
		due, _ := r.Due(p, run)
		warned := r.Passed(p, run, []Rung{Warn}, now)
		o.After, o.Changed = p.SetClock(warned), true
		// Silence ends when they have had their days since the warning.
		if since, sure := office.Calendar.Add(workday.DateOf(now, office.Zone), WarnDays); since > due.On {
			due.On, due.Provisional = since, due.Provisional || !sure
		}
		o.Passed = append(o.Passed, Passed{Before: p, After: o.After, Run: run, Rung: Warn, Of: number(limit), Due: due, Last: true})
		return nil
	}
	if heard.Warned.IsZero() && !heard.Away {
		later(NotHeard, tomorrow.Start(office.Zone))
		return nil
	}
	if heard.Warned.After(run.Warned) && workday.DateOf(heard.Warned, office.Zone) > workday.DateOf(run.Warned, office.Zone) {
		// It reached them on a later day than it was made: their days count from then.
		run.Warned = heard.Warned
		o.After, o.Changed = p.SetClock(run), true
		return nil
	}
	// All that was counted, outages and the days since the warning too, lies before now.
	if _, sure := office.Calendar.Between(workday.DateOf(run.Start, office.Zone), tomorrow-1); !sure {
		later(Undecreed, tomorrow.Start(office.Zone))
		return nil
	}
	action := reports.Silence
	if run.Clock == reports.ClockComplete {
		action = reports.LapseAsk
	}
	if err := r.apply(o, run, Lapse, action, now); err != nil {
		return err
	}
	o.Passed[len(o.Passed)-1].Unreachable = unheard || heard.Warned.IsZero()
	return nil
}

// obstacleWait is how soon something is looked at again that a message on its way
// held up.
const obstacleWait = 10 * time.Minute
