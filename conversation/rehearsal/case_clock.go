package rehearsal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// Schedule lets the case's time count from now on: with every full hour that
// passes, what is due is done and told, as the scheduler does it.
func (c *Case) Schedule() { c.scheduled = true }

// Workdays is how long it is until this time of the n-th working day from now.
func (c *Case) Workdays(n int) time.Duration {
	own := c.Machine().Rules().Own()
	today := workday.DateOf(c.now, own.Zone)
	day, _ := own.Calendar.Add(today, n)
	return c.now.AddDate(0, 0, int(day-today)).Sub(c.now)
}

// Block has nothing reach p in private any more, as where they blocked the bot;
// with false what they missed reaches them at once.
func (c *Case) Block(p *Person, blocked bool) {
	p.blocked = blocked
	missed := p.missed
	p.missed = nil
	for _, msg := range missed {
		c.speak(p, nil, msg)
	}
}

// nudges are what one pass has to tell, by chat.
type nudges map[int64][]conversation.Nudge

// pass does what has come due.
func (c *Case) pass() {
	rules := c.Machine().Rules()
	due := nudges{}
	noted := len(c.stored)
	waiting := len(c.waiting)
	for _, f := range c.reports {
		for _, run := range rules.Clocks(f.Report) {
			reached := rules.Reached(f.Report, run, c.now)
			waits := deadline.Waits(run.Clock) || run.Clock == deadline.Hold
			if len(reached) > 0 && (waits || rules.Office(f.Report, run).Open(c.now)) {
				c.reach(f, run, reached, due)
			}
		}
	}
	if len(due) == 0 && len(c.stored) == noted && len(c.waiting) == waiting {
		return
	}
	c.stored = slices.Insert(c.stored, noted, c.now.In(c.config.Zone).Format("2006-01-02 15:04"))
	for _, g := range c.groups {
		if items := due[g.ID]; len(items) > 0 {
			c.nudgeGroup(g, items)
		}
	}
	for _, p := range c.people {
		if items := due[int64(p.ID)]; len(items) > 0 {
			c.waiting = append(c.waiting, internal{p, conversation.Nudged{Items: items}})
		}
	}
	c.settle()
}

// reach does what rungs that a clock has come to ask for. Of several at once the
// last is told.
func (c *Case) reach(f *Filing, run reports.Run, rungs []deadline.Rung, due nudges) {
	rules, r := c.Machine().Rules(), f.Report
	rung := rungs[len(rungs)-1]
	if rung == deadline.Lapse {
		c.lapse(f, run)
		return
	}
	if rung == deadline.Warn && !c.reached(r, conversation.Begun(run.Since)) {
		return // nobody is warned of what they never heard of
	}
	day, _ := rules.Due(r, run)
	f.Report = r.SetClock(rules.Passed(r, run, rungs, c.now))
	for _, n := range conversation.NudgeNotices(run.Clock, rung, f.Report) {
		if n.Group != nil && f.Report.Restricted() {
			c.failf("a nudge of a restricted report to a group")
		}
		if n.To == conversation.Reporter {
			c.waiting = append(c.waiting, internal{c.person(r.Reporter), conversation.Told{
				As: conversation.Reporter, Report: r.ID, Version: run.Since, By: reports.ByClock, At: c.now, Agency: r.Agency,
				Clock: run.Clock, Rung: rung, Due: day.Date(),
			}})
			continue
		}
		item := conversation.Nudge{
			Report: r.ID, TrackingID: r.TrackingID, Agency: r.Agency, Clock: run.Clock, Since: run.Since, Rung: rung,
			Due: conversation.Due{Clock: run.Clock, On: day.Date(), Hours: !day.At.IsZero(), Provisional: day.Provisional},
		}
		for _, chat := range c.Machine().Nudged(n, f.Report) {
			if !slices.Contains(due[chat], item) {
				due[chat] = append(due[chat], item)
			}
		}
	}
	if rung == deadline.National && !f.Report.Escalated {
		c.byClock(f, reports.Escalate)
	}
}

// lapse ends what waited for the reporter, or a hold. Whoever could not be warned is
// not closed, unless nothing reaches them at all.
func (c *Case) lapse(f *Filing, run reports.Run) {
	warned := c.reached(f.Report, conversation.Begun(run.Since)) && c.reached(f.Report, conversation.Warned(run.Since))
	switch {
	case run.Clock == deadline.Hold:
		c.byClock(f, reports.Release)
	case run.Clock == reports.ClockClose && (warned || c.person(f.Report.Reporter).blocked):
		c.byClock(f, reports.Silence)
	case run.Clock == reports.ClockComplete && warned:
		c.byClock(f, reports.LapseAsk)
	}
}

func (c *Case) byClock(f *Filing, action reports.Action) {
	act := conversation.Act{Report: f.Report.ID, Change: reports.Change{Action: action, Actor: reports.Actor{Kind: reports.ByClock}, At: c.now}}
	if !c.act(act, conversation.Event{Reports: []reports.Report{f.Report}}) {
		c.failf("the clock may not %s report %d", action, f.Report.ID)
	}
}

// reached reports whether what proves something of r has reached its reporter.
func (c *Case) reached(r reports.Report, proof string) bool {
	p := c.person(r.Reporter)
	return p.blocked || slices.ContainsFunc(p.sent, func(msg conversation.Message) bool { return msg.About == r.ID && msg.Proof == proof })
}

// nudgeGroup steps what a group is told by nobody.
func (c *Case) nudgeGroup(g *Group, items []conversation.Nudge) {
	e := conversation.Event{At: c.now, Via: StageVia, Input: conversation.Nudged{Items: items}, Chat: g.ID, Group: true}
	c.hand(&e, conversation.NamesInGroup(e))
	_, effects := c.Machine().StepGroup(conversation.GroupSession{}, e)
	c.carryOut(&Person{}, g, e, "id", effects, func() {})
}

// promise keeps by which day the reporter was told to expect an answer.
func (c *Case) promise(effect conversation.Promise, e conversation.Event) {
	f := c.filing(effect.Report)
	if f == nil || !slices.ContainsFunc(e.Reports, func(r reports.Report) bool { return r.ID == effect.Report }) {
		c.failf("report %d is promised without having been named", effect.Report)
		return
	}
	f.Report.Promised = effect.On
}

// dossier prints the file that p asked for.
func (c *Case) dossier(p *Person, effect conversation.Dossier) {
	f := c.filing(effect.Report)
	if f == nil || f.Report.Reporter != p.ID {
		c.failf("%s asks for the file of another's report", p.Name)
		return
	}
	name, body := c.Machine().Dossier(c.Session(p).Lang(), f.Report, f.History, f.Thread, c.now)
	c.notef("berkas %s untuk %s:", name, p.Name)
	for line := range strings.SplitSeq(strings.TrimRight(string(body), "\n"), "\n") {
		c.notef("| %s", line)
	}
}

// workdays reads "+3 hari kerja".
func (c *Case) workdays(words []string) (time.Duration, bool) {
	var n int
	if len(words) != 3 || words[1] != "hari" || words[2] != "kerja" {
		return 0, false
	}
	if _, err := fmt.Sscanf(words[0], "+%d", &n); err != nil || n < 0 {
		return 0, false
	}
	return c.Workdays(n), true
}
