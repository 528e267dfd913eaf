package rehearsal

import (
	"fmt"
	"slices"
	"strings"

	"kentongan/conversation"
	"kentongan/reports"
)

// Clock does to a report what only the clock does.
func (c *Case) Clock(id reports.ID, action reports.Action) error {
	act := conversation.Act{Report: id, Change: reports.Change{Action: action, Actor: reports.Actor{Kind: reports.ByClock}, At: c.now}}
	if f := c.filing(id); f == nil || !c.act(act, conversation.Event{Reports: []reports.Report{f.Report}}) {
		return fmt.Errorf("%s by the clock is refused", action)
	}
	c.settle()
	return nil
}

// act does something to a report and tells whom it concerns. It reports whether
// that was allowed.
func (c *Case) act(act conversation.Act, e conversation.Event) bool {
	f := c.filing(act.Report)
	if f == nil || !slices.ContainsFunc(e.Reports, func(r reports.Report) bool { return r.ID == act.Report }) {
		c.failf("report %d is touched without having been named", act.Report)
		return false
	}
	if !c.stillMay(act.Change.Actor, f.Report) {
		return false
	}
	if act.Evidence {
		p := c.person(act.Change.Actor.Person)
		c.notef("laporan %d: bukti dibuka oleh %s%s", act.Report, p.Name, map[bool]string{true: "", false: ", hanya salinan"}[c.Machine().MayIdentify(p.ID, f.Report)])
		return true
	}
	before, change := f.Report, act.Change
	if change.Action != "" {
		after, entry, err := reports.Apply(before, change)
		if err != nil {
			return false
		}
		if change.Actor.Kind == reports.ByReporter {
			after.Evidence += len(act.Files)
		}
		f.Report, f.History = after, append(f.History, entry)
		c.replays(f)
	}
	for _, number := range act.Files {
		if file := c.files[number]; file == nil || file.state != "stored" {
			c.failf("file %d is sent and does not lie in the vault", number)
		}
	}
	f.Files = append(f.Files, act.Files...)
	c.keep(f, before, act)
	told := conversation.Told{
		Report: act.Report, Version: f.Report.Version, Action: change.Action, By: change.Actor.Kind, From: before.State,
		Words: act.Words, Files: len(act.Files), Until: change.Until, At: change.At, Agency: f.Report.Agency,
	}
	told.Unreachable = change.Action == reports.Silence && c.person(f.Report.Reporter).blocked
	switch {
	case act.Corrects != 0:
		told.Action, told.Version, told.Correction, change.Action = reports.FollowUp, act.Corrects, true, reports.FollowUp
	case change.Action == "":
		return true
	case change.Action == reports.NotOurs:
		told.Agency = before.Agency
	}
	if change.Action.Dates() {
		told.Due, _ = c.Machine().Due(f.Report, reports.ClockAnswer)
	}
	c.notify(change, before, f, told)
	return true
}

// stillMay reports whether whoever acts holds what they act by.
func (c *Case) stillMay(by reports.Actor, r reports.Report) bool {
	switch by.Kind {
	case reports.ByClock:
		return true
	case reports.ByReporter:
		return r.Reporter == by.Person
	default:
		return slices.Contains(c.Machine().Capacities(c.config.Officials[by.Person], r), by.Kind)
	}
}

// replays checks that the history leads from the report as it was filed to the
// report as it is.
func (c *Case) replays(f *Filing) {
	r := f.filed.AsFiled()
	for _, e := range f.History {
		var err error
		if r, _, err = reports.Apply(r, e.Change); err != nil {
			c.failf("the history of report %d does not replay: %w", f.Report.ID, err)
			return
		}
	}
	if r.State != f.Report.State || r.Version != f.Report.Version || r.Claimant != f.Report.Claimant {
		c.failf("the history of report %d leads to %s, and it is %s", f.Report.ID, r.State, f.Report.State)
	}
}

// keep puts what was said into the report's thread, and notes what was done.
func (c *Case) keep(f *Filing, before reports.Report, act conversation.Act) {
	id := act.Report
	switch {
	case act.External != "":
		f.External = act.External
		c.notef("laporan %d: nomor LAPOR %s", id, act.External)
		return
	case act.Words != "" || len(act.Files) > 0:
		f.Thread = append(f.Thread, conversation.Spoken{
			Version: f.Report.Version, By: act.Change.Actor.Kind, At: act.Change.At, Words: act.Words, Files: len(act.Files), Office: act.Note, Corrects: act.Corrects,
		})
	}
	switch what := act.Change.Action; {
	case act.Corrects != 0:
		c.notef("laporan %d: tindak lanjut diperbaiki", id)
	case what == "":
		c.notef("laporan %d: catatan%s", id, quotedWords(act.Words))
	case before.State == f.Report.State:
		c.notef("laporan %d: %s, tetap %s", id, what, f.Report.State)
	default:
		c.notef("laporan %d: %s, %s → %s", id, what, before.State, f.Report.State)
	}
}

func quotedWords(words string) string {
	if words == "" {
		return ""
	}
	return " “" + strings.ReplaceAll(words, "\n", " / ") + "”"
}

// attach adds a file that came after filing.
func (c *Case) attach(p *Person, e conversation.Event, effect conversation.Attach) {
	f := c.filing(effect.Report)
	if f == nil || !slices.ContainsFunc(e.Reports, func(r reports.Report) bool { return r.ID == effect.Report }) {
		c.failf("a file is attached to report %d, which was not named", effect.Report)
		return
	}
	change := reports.Change{
		Action: reports.AttachEvidence, At: c.now, Files: len(effect.Files), Actor: reports.Actor{Kind: reports.ByReporter, Person: p.ID},
	}
	before := f.Report
	after, entry, err := reports.Apply(before, change)
	if err != nil || f.Report.Reporter != p.ID {
		c.failf("a file of %s cannot be attached to report %d: %w", p.Name, effect.Report, err)
		return
	}
	f.Report, f.History, f.Files = after, append(f.History, entry), append(f.Files, effect.Files...)
	c.notef("laporan %d: %d berkas tambahan", effect.Report, len(effect.Files))
	if after.Dispatched {
		c.notify(change, before, f, conversation.Told{
			Report: effect.Report, Version: after.Version, Action: change.Action, By: change.Actor.Kind, From: before.State,
			Files: len(effect.Files), At: c.now, Agency: after.Agency,
		})
	}
}

// notify tells everybody in private whom [conversation.Notices] names.
func (c *Case) notify(change reports.Change, before reports.Report, f *Filing, told conversation.Told) {
	after := f.Report
	for _, n := range conversation.Notices(change, after) {
		if n.Group != nil && after.Restricted() {
			c.failf("a notice of a restricted report to a group")
		}
		told.As, told.Own = n.To, 0
		var who []reports.PersonID
		switch n.To {
		case conversation.Reporter:
			who = []reports.PersonID{after.Reporter}
		case conversation.Follower:
			for _, other := range c.reports {
				if !c.follows(other.Report, after.ID) {
					continue
				}
				told.Own = other.Report.ID
				c.waiting = append(c.waiting, internal{c.person(other.Report.Reporter), told})
				if change.Action != reports.Withdraw {
					continue
				}
				admins := told
				admins.As = conversation.Verifier
				for _, id := range c.Machine().Verifiers(other.Report, 0) {
					if p := c.person(id); p != nil {
						c.waiting = append(c.waiting, internal{p, admins})
					}
				}
			}
		case conversation.Claimant:
			if !told.Correction {
				who = c.Machine().Responsible(before, after)
			}
		case conversation.Verifier:
			var last reports.PersonID
			for _, e := range f.History {
				if e.Change.Action == reports.Dispatch {
					last = e.Change.Actor.Person
				}
			}
			who = c.Machine().Verifiers(after, last)
		case conversation.Watcher:
			who = c.Machine().Watchers(after)
		case conversation.AdminGroup, conversation.NationalAdmins, conversation.BodyGroup, conversation.Named, // who sees a card
			conversation.Superiors, conversation.Leaders: // who hears of what is late
		}
		for _, id := range who {
			if p := c.person(id); p != nil && (id != change.Actor.Person || n.To == conversation.Reporter) {
				c.waiting = append(c.waiting, internal{p, told})
			}
		}
	}
}

// follows reports whether r was merged into the report with this id, or into one
// that was.
func (c *Case) follows(r reports.Report, id reports.ID) bool {
	for range c.reports {
		if r.State != reports.Merged || r.MergedInto == id {
			break
		}
		r = c.filing(r.MergedInto).Report
	}
	return r.State == reports.Merged && r.MergedInto == id
}

// showCards brings every card up to date, and puts up those that are missing.
func (c *Case) showCards() {
	for _, f := range c.reports {
		r := f.Report
		for _, g := range c.groups {
			agency, _ := c.Machine().Group(g.ID)
			here := r.AtBody() && r.State.Open() && agency == r.Agency
			due := !r.Restricted() && (agency == "" || here || (!r.AtBody() && agency == c.Machine().VerifiedBy(r)))
			c.showCard(Heard{Group: g, Card: r.ID}, &g.place, f, g.ID, due)
		}
		for _, p := range c.people {
			c.showCard(Heard{Person: p, Card: r.ID}, &p.place, f, int64(p.ID), c.cardInPrivate(p, r))
		}
	}
}

// cardInPrivate reports whether p gets a card of r in private: a national admin
// of what is restricted or has no group, and those who may answer for the body.
func (c *Case) cardInPrivate(p *Person, r reports.Report) bool {
	grouped := func(agency string) bool {
		for _, bound := range c.config.Groups {
			if bound == agency {
				return true
			}
		}
		return false
	}
	held := c.config.Officials[p.ID]
	admin := slices.ContainsFunc(held, func(a reports.Appointment) bool { return a.Role == reports.NationalAdmin })
	if admin && (r.Restricted() || !grouped("")) {
		return true
	}
	if by := c.Machine().VerifiedBy(r); by != "" && !r.AtBody() && (r.Restricted() || !grouped(by)) && !admin {
		return slices.Contains(c.Machine().Capacities(held, r), reports.ByAdmin)
	}
	named := slices.Contains(c.Machine().Capacities(held, r), reports.ByLiaison)
	return named && r.State.Open() && (r.Restricted() || !grouped(r.Agency))
}

func (c *Case) showCard(h Heard, at *place, f *Filing, chat int64, due bool) {
	was, stands := at.cards[f.Report.ID]
	if !stands && !due {
		return
	}
	card, tells := c.Machine().CardFor("id", f.Report, chat, h.Group != nil)
	if !stands && !tells {
		return
	}
	now := Plain(card)
	if now == was.text {
		return
	}
	at.cards[f.Report.ID] = standing{text: now, buttons: card.Choices}
	at.buttons = append(at.buttons, card.Choices...)
	h.Message = card
	c.hear(h)
}

func (c *Case) speak(p *Person, g *Group, msg conversation.Message) {
	if g == nil && p.blocked {
		p.missed = append(p.missed, msg)
		return
	}
	at, h := &p.place, Heard{Person: p, Message: msg}
	if g != nil {
		at, h = &g.place, Heard{Group: g, Message: msg}
	}
	at.sent = append(at.sent, msg)
	at.buttons = append(at.buttons, msg.Choices...)
	h.Number = len(at.sent)
	if msg.Slot != "" {
		h.Edited = at.slots[msg.Slot]
		at.slots[msg.Slot] = h.Number
	}
	c.hear(h)
}

func (c *Case) hear(h Heard) {
	if c.Heard != nil {
		c.Heard(h)
	}
}

func (c *Case) notef(format string, args ...any) {
	c.stored = append(c.stored, fmt.Sprintf(format, args...))
}
