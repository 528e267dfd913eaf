package deadline_test

import (
	"fmt"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// facts are what a bystander with a wall calendar knows of one report: they are
// kept beside it by the model check, and say what has to happen and what must not.
// They are comparable, and days are numbered from the first.
type facts struct {
	Day      uint8
	Imported bool // the amended table is in force
	Channel  channel
	Away     bool // the reporter blocked the bot

	Verify, HandOn, Respond, Answer, AfterReply owed
	Close, Complete                             awaited
	FollowedUp                                  bool // at least once
	Returns, Asks                               uint8
	Dispatched                                  bool // at least once
	Escalated                                   bool

	Asked days // on which a question had been open since the day before, and clocks stood still
	Down  days // on which the channel had been away since the day before
}

// channel is how the reporter's channel fares.
type channel uint8

const (
	up    channel = iota
	down          // away, and known to be
	stuck         // pushes wait, and nobody knows why
)

// days is a set of days.
type days [2]uint64

func (s *days) add(day uint8)     { s[day/64] |= 1 << (day % 64) }
func (s days) has(day uint8) bool { return s[day/64]&(1<<(day%64)) != 0 }

// owed is a clock that somebody in an office owes.
type owed struct {
	On    bool
	Start uint8
	Told  uint8 // rungs, a bit each
}

// awaited is a clock that waits for the reporter. Days of hearing are one more than
// their number; 0: not heard.
type awaited struct {
	On, Warned       bool
	Start, WarnedOn  uint8
	Begun, WarnHeard uint8
}

// The world of the model: a body with units in WITA, Christmas and Lebaran ahead, and a table
// that is amended four and ten working days ahead.
var (
	firstDay   = workday.NewDate(2026, time.December, 7)
	amendments = []workday.Date{workday.NewDate(2026, time.December, 11), workday.NewDate(2026, time.December, 22)}
	owedDays   = map[reports.Clock]int{
		reports.ClockVerify: 3, reports.ClockHandOn: 3, reports.ClockRespond: 5, reports.ClockAnswer: 14, reports.ClockAfterReply: 5,
	}
	ladderBits = []deadline.Rung{deadline.Soon, deadline.Today, deadline.Late, deadline.Superior, deadline.Leader, deadline.National}
)

// start counts a clock from today on.
func (f *facts) start() owed { return owed{On: true, Start: f.Day} }

// begin waits for the reporter from today on.
func (f *facts) begin() awaited {
	a := awaited{On: true, Start: f.Day}
	if f.hears() {
		a.Begun = f.Day + 1
	}
	return a
}

// hears reports whether a push reaches the reporter now.
func (f *facts) hears() bool { return f.Channel == up && !f.Away }

// delivered gives the reporter what waited for them.
func (f *facts) delivered() {
	if !f.hears() {
		return
	}
	for _, a := range []*awaited{&f.Close, &f.Complete} {
		if a.On && a.Begun == 0 {
			a.Begun = f.Day + 1
		}
		if a.On && a.Warned && a.WarnHeard == 0 {
			a.WarnHeard = f.Day + 1
		}
	}
}

// pausing reports whether a question is open that stops clocks: one before
// dispatch, or one of the first two after it.
func (f *facts) pausing(p reports.Report) bool {
	return f.Complete.On && (p.Origin == reports.Submitted || f.Asks <= 2)
}

// apply notes what an action that was taken means.
func (f *facts) apply(action reports.Action, before reports.Report) {
	switch action {
	case reports.Dispatch:
		f.Verify, f.HandOn, f.Respond = owed{}, f.start(), f.start()
		if !f.Dispatched {
			f.Answer = f.start()
		}
		f.Dispatched = true
	case reports.Respond:
		f.HandOn, f.Respond = owed{}, owed{}
	case reports.FollowUp:
		f.HandOn, f.Respond, f.Answer, f.AfterReply, f.Complete = owed{}, owed{}, owed{}, owed{}, awaited{}
		f.Close, f.FollowedUp = f.begin(), true
	case reports.NotOurs:
		f.HandOn, f.Respond, f.Verify = owed{}, owed{}, f.start()
		f.Returns++
	case reports.RequestInfo:
		f.Complete = f.begin()
		if before.State != reports.Submitted {
			f.Asks++
		}
	case reports.ProvideInfo:
		f.Away, f.Complete = false, awaited{}
		f.delivered()
	case reports.Reply:
		f.Away = false
		f.delivered()
		f.replied()
	case reports.Write:
		f.replied()
	default:
		panic("no action of the model: " + action)
	}
}

// replied ends the waiting for the reporter: it is the body's turn again.
func (f *facts) replied() {
	if f.Close.On {
		f.Close, f.AfterReply = awaited{}, f.start()
	}
}

// worked says of the days of the model whether body and service work.
func worked(counter naive) (list [128]bool) {
	for i := range list {
		list[i] = counter.works(noon(firstDay + workday.Date(i)))
	}
	return list
}

// count is how many days have counted since one, of those that were not lost.
func (m *model) count(f *facts, since uint8, lost days) int {
	works := &m.works[0]
	if f.Imported {
		works = &m.works[1]
	}
	n := 0
	for d := since + 1; d <= f.Day; d++ {
		if works[d] && !lost.has(d) {
			n++
		}
	}
	return n
}

// warnable reports whether the reporter has to be warned now.
func (m *model) warnable(f *facts, a awaited, question bool) bool {
	return a.On && !a.Warned && f.Channel != down && m.count(f, a.Start, f.Down) >= 7 &&
		(a.Begun > 0 || f.Away && !question)
}

// over reports whether their silence has to have its end now.
func (m *model) over(f *facts, a awaited, question bool) bool {
	if !a.On || !a.Warned || f.Channel == down || a.Begun == 0 && (question || !f.Away) || a.WarnHeard == 0 && !f.Away {
		return false
	}
	since := a.WarnedOn
	if a.WarnHeard > 0 {
		since = max(since, a.WarnHeard-1)
	}
	return m.count(f, a.Start, f.Down) >= 11 && m.count(f, since, f.Down) >= 4
}

// owing pairs the clocks of offices with their names.
func (f *facts) owing() [5]struct {
	clock reports.Clock
	of    *owed
} {
	return [5]struct {
		clock reports.Clock
		of    *owed
	}{
		{reports.ClockVerify, &f.Verify},
		{reports.ClockHandOn, &f.HandOn},
		{reports.ClockRespond, &f.Respond},
		{reports.ClockAnswer, &f.Answer},
		{reports.ClockAfterReply, &f.AfterReply},
	}
}

// passed notes a rung that was told, and says what is wrong with it.
func (m *model) passed(f *facts, x deadline.Passed) string {
	switch x.Run.Clock {
	case reports.ClockClose, reports.ClockComplete:
		return m.silence(f, x)
	}
	for _, o := range f.owing() {
		if o.clock != x.Run.Clock {
			continue
		}
		for i, rung := range ladderBits {
			if rung != x.Rung {
				continue
			}
			counted := m.count(f, o.of.Start, f.Asked)
			switch {
			case !o.of.On:
				return fmt.Sprintf("%s of %s, which does not run", rung, o.clock)
			case f.pausing(x.Before):
				return fmt.Sprintf("%s of %s, which stands still", rung, o.clock)
			case o.of.Told&(1<<i) != 0:
				return fmt.Sprintf("%s of %s twice", rung, o.clock)
			case counted < owedDays[o.clock]+rungDays[rung]:
				return fmt.Sprintf("%s of %s after %d days", rung, o.clock, counted)
			}
			o.of.Told |= 1 << i
			f.Escalated = f.Escalated || rung == deadline.National
			return ""
		}
	}
	return fmt.Sprintf("%s of %s is no rung", x.Rung, x.Run.Clock)
}

// silence notes a warning or an end, and says what is wrong with it.
func (m *model) silence(f *facts, x deadline.Passed) string {
	a, question := &f.Close, x.Run.Clock == reports.ClockComplete
	if question {
		a = &f.Complete
	}
	switch x.Rung {
	case deadline.Warn:
		if !m.warnable(f, *a, question) {
			return fmt.Sprintf("warned: %+v after %d days", *a, m.count(f, a.Start, f.Down))
		}
		a.Warned, a.WarnedOn = true, f.Day
		if f.hears() {
			a.WarnHeard = f.Day + 1
		}
	case deadline.Lapse:
		switch {
		case !m.over(f, *a, question):
			return fmt.Sprintf("ended: %+v after %d days, %d since the warning", *a, m.count(f, a.Start, f.Down), m.count(f, a.WarnedOn, f.Down))
		case !question && (!f.FollowedUp || x.After.State != reports.Closed || x.After.Closing != reports.ClosedBySilence):
			return "closed unanswered, or otherwise than by silence"
		case x.Unreachable != (a.Begun == 0 || a.WarnHeard == 0):
			return "says wrongly whether the reporter could be reached"
		case question && x.Before.Origin == reports.Submitted:
			if x.After.State != reports.Archived {
				return "a lapsed question before dispatch left it " + string(x.After.State)
			}
			f.Verify, f.Answer, f.AfterReply = owed{}, owed{}, owed{}
		case question && x.After.State != x.Before.Origin:
			return "a lapsed question left it " + string(x.After.State)
		}
		*a = awaited{}
	default:
		return fmt.Sprintf("%s of %s", x.Rung, x.Run.Clock)
	}
	return ""
}

// wrong says how the report differs from what the facts ask for, once the scheduler
// has done what it does.
func (m *model) wrong(f *facts, p reports.Report) string {
	paused := f.pausing(p)
	for _, o := range f.owing() {
		run, on := p.Clocked(o.clock)
		switch {
		case on != o.of.On:
			return fmt.Sprintf("%s runs: %t", o.clock, on)
		case !on:
			continue
		case workday.DateOf(run.Start, wita) != firstDay+workday.Date(o.of.Start):
			return fmt.Sprintf("%s began %s", o.clock, run.Start)
		case run.Paused() != paused:
			return fmt.Sprintf("%s stands still: %t", o.clock, run.Paused())
		case paused:
			continue
		}
		counted := m.count(f, o.of.Start, f.Asked)
		for i, rung := range ladderBits {
			if counted >= owedDays[o.clock]+rungDays[rung] && o.of.Told&(1<<i) == 0 {
				return fmt.Sprintf("%s of %s is not told after %d days", rung, o.clock, counted)
			}
		}
	}
	for _, w := range []struct {
		clock reports.Clock
		of    awaited
		state reports.State
	}{{reports.ClockClose, f.Close, reports.FollowedUp}, {reports.ClockComplete, f.Complete, reports.NeedsInfo}} {
		_, on := p.Clocked(w.clock)
		question := w.clock == reports.ClockComplete
		switch {
		case on != w.of.On || on != (p.State == w.state):
			return fmt.Sprintf("%s runs: %t, the report is %s", w.clock, on, p.State)
		case m.warnable(f, w.of, question):
			return fmt.Sprintf("not warned of the end of %s after %d days", w.clock, m.count(f, w.of.Start, f.Down))
		case m.over(f, w.of, question):
			return fmt.Sprintf("%s is left open after %d days", w.clock, m.count(f, w.of.Start, f.Down))
		}
	}
	if p.Escalated != f.Escalated {
		return fmt.Sprintf("escalated: %t", p.Escalated)
	}
	if f.Returns > 2 || p.Returns != int(f.Returns) {
		return fmt.Sprintf("%d returns, the report has %d", f.Returns, p.Returns)
	}
	return ""
}
