package rehearsal

import (
	"slices"

	"kentongan/conversation"
	"kentongan/reports"
)

// carryOut does what a step asked for. What is done to reports comes first:
// where it is refused, nothing of the step took place.
func (c *Case) carryOut(p *Person, g *Group, e conversation.Event, lang string, effects []conversation.Effect, undo func()) {
	for _, effect := range effects {
		act, is := effect.(conversation.Act)
		if !is || c.act(act, e) {
			continue
		}
		undo()
		c.again(p, g, e, conversation.ActRefused{Report: act.Report, Late: act.Late})
		return
	}
	says := 0
	for _, effect := range effects {
		switch effect := effect.(type) {
		case conversation.Say:
			if says++; says > 1 {
				c.failf("two answers to one event")
			}
			c.speak(p, g, c.Machine().Render(lang, effect))
		case conversation.Alert:
			if g == nil {
				c.failf("an alert outside a group")
			}
			text := c.Machine().Render(lang, conversation.Say{Paragraphs: []conversation.Phrase{effect.Phrase}})
			c.hear(Heard{Group: g, To: p, Message: text, Alert: true})
		default:
			if result := c.do(p, g, e, effect); result != nil {
				c.again(p, g, e, result)
			}
		}
	}
}

// again steps what an effect led to.
func (c *Case) again(p *Person, g *Group, e conversation.Event, in conversation.Input) {
	next := c.own(p, in)
	next.ID, next.About = e.ID, e.About
	if g == nil {
		c.step(p, next)
		return
	}
	next.Group, next.Chat = true, g.ID
	c.stepGroup(g, p, next)
}

// do carries out an effect that says nothing, and returns what the machine is to
// be told of it.
func (c *Case) do(p *Person, g *Group, e conversation.Event, effect conversation.Effect) conversation.Input {
	switch effect := effect.(type) {
	case conversation.Fetch:
		f := c.files[effect.File]
		if f == nil || f.state != "held" {
			c.failf("fetch of file %d, which is not held", effect.File)
			return nil
		}
		f.state = "fetching"
		arrives := internal{p, conversation.FileStored{File: effect.File, Kind: "photo"}}
		if c.hold {
			c.held = append(c.held, arrives)
		} else {
			c.waiting = append(c.waiting, arrives)
		}
	case conversation.Drop:
		for _, number := range effect.Files {
			if f := c.files[number]; f != nil {
				f.state = "dropped"
			}
		}
	case conversation.FileReport:
		return c.file(p, effect)
	case conversation.Attach:
		c.attach(p, e, effect)
	case conversation.ListReports:
		return c.list(p)
	case conversation.IssueCode:
		return c.issue(p, effect.TrackingID)
	case conversation.Hand:
		to := c.person(effect.Person)
		if to == nil {
			c.failf("handed to nobody")
			return nil
		}
		c.waiting = append(c.waiting, internal{to, effect.Handed})
	case conversation.Rate:
		f := c.filing(effect.Report)
		if f == nil || f.Report.Reporter != p.ID {
			c.failf("%s rates another's report", p.Name)
			return nil
		}
		f.Stars, f.Reason = effect.Stars, effect.Words
		c.notef("laporan %d: nilai %d%s", effect.Report, effect.Stars, quotedWords(effect.Words))
	case conversation.Promise:
		c.promise(effect, e)
	case conversation.Dossier:
		c.dossier(p, effect)
	case conversation.FindReport:
		for _, f := range c.reports {
			if f.Report.TrackingID == effect.TrackingID {
				return conversation.ReportFound{TrackingID: effect.TrackingID, Report: f.Report.ID, Found: c.Machine().MaySee(p.ID, f.Report)}
			}
		}
		return conversation.ReportFound{TrackingID: effect.TrackingID}
	case conversation.ShowReport:
		return c.look(effect)
	case conversation.ListQueue:
		return c.queue(p, g)
	case conversation.Recap:
		return c.recap(p, g)
	case conversation.Act, conversation.Say, conversation.Alert, conversation.Typing, conversation.RecordConsent,
		conversation.Redeem, conversation.BindGroup, conversation.Leave,
		conversation.LookAtGroup, conversation.AdoptTopic: // done already, or nothing that shows here
	}
	return nil
}

// Hold keeps files from arriving until [Case.Arrive].
func (c *Case) Hold() { c.hold = true }

// Arrive lets the files that are on their way arrive, or turn out unfit.
func (c *Case) Arrive(fit bool) {
	c.hold = false
	held := c.held
	c.held = nil
	for _, h := range held {
		stored, _ := h.in.(conversation.FileStored)
		if f := c.files[stored.File]; !fit && f.state == "fetching" {
			f.state = "dropped"
			h.in = conversation.FileRefused{File: stored.File, Why: "type"}
		}
		c.waiting = append(c.waiting, h)
	}
	c.settle()
}

func (c *Case) file(p *Person, effect conversation.FileReport) conversation.Input {
	key := [2]int64{int64(p.ID), int64(effect.Number)}
	if slices.ContainsFunc(c.reports, func(f *Filing) bool { return f.draft == key }) {
		c.failf("draft %d of %s is filed twice", effect.Number, p.Name)
		return nil
	}
	id := reports.ID(len(c.reports) + 1)
	r := effect.Draft.Open(p.ID, StageVia.Channel, c.now)
	r.ID, r.TrackingID = id, reports.NewTrackingID(uint64(id)*0x2545F4914F)
	f := &Filing{filed: r, draft: key, code: c.code()}
	for _, e := range effect.Draft.Evidence {
		if e.Status == reports.EvidenceStored {
			f.Files = append(f.Files, e.File)
		}
	}
	r.Evidence = len(f.Files)
	f.Report = r
	c.reports = append(c.reports, f)
	c.notef("laporan %d: %s masuk, untuk %s", id, r.TrackingID, dash(r.Agency))
	return conversation.ReportFiled{Report: id, TrackingID: r.TrackingID, AccessCode: f.code}
}

func (c *Case) code() reports.AccessCode {
	c.codes++
	return reports.NewAccessCode(uint64(c.codes) * 271828)
}

func (c *Case) list(p *Person) conversation.ReportsListed {
	var listed conversation.ReportsListed
	for _, f := range slices.Backward(c.reports) {
		if r := f.Report; r.Reporter == p.ID {
			listed.Reports = append(listed.Reports, conversation.Summary{TrackingID: r.TrackingID, State: r.State, FiledAt: r.FiledAt, Agency: r.Agency})
		}
	}
	return listed
}

func (c *Case) issue(p *Person, id reports.TrackingID) conversation.CodeIssued {
	for _, f := range c.reports {
		if f.Report.TrackingID == id && f.Report.Reporter == p.ID {
			f.code = c.code()
			return conversation.CodeIssued{TrackingID: id, AccessCode: f.code, OK: true}
		}
	}
	return conversation.CodeIssued{TrackingID: id}
}

func (c *Case) look(effect conversation.ShowReport) conversation.ReportShown {
	shown := conversation.ReportShown{For: effect.For, TrackingID: effect.TrackingID}
	for _, f := range c.reports {
		if f.Report.TrackingID != effect.TrackingID {
			continue
		}
		shown.ByCode = effect.Code != "" && effect.Code == string(f.code)
		shown.Found = effect.Code == "" || shown.ByCode
		shown.Report, shown.History, shown.Thread = f.Report, f.History, f.Thread
	}
	return shown
}

func (c *Case) queue(p *Person, g *Group) conversation.QueueListed {
	var listed conversation.QueueListed
	for _, f := range c.reports {
		r := f.Report
		waits := r.State.Open() && r.State != reports.NeedsInfo && r.State != reports.FollowedUp || r.Reopening
		watched := slices.ContainsFunc(c.config.Officials[p.ID], func(a reports.Appointment) bool { return a.Role == reports.Ombudsman })
		waits = waits || watched && r.Escalated && r.State.Open()
		mine := c.Machine().MayRead(p.ID, r)
		if g != nil {
			agency, _ := c.Machine().Group(g.ID)
			mine = !r.Restricted() && ((agency == "") == !r.AtBody()) && (agency == "" || agency == r.Agency)
		}
		if waits && mine {
			listed.Reports = append(listed.Reports, r)
			if c.Machine().Late(r, c.now) {
				listed.Late = append(listed.Late, r.ID)
			}
		}
	}
	return listed
}

func (c *Case) recap(p *Person, g *Group) conversation.Recapped {
	recap := conversation.Recapped{}
	all := slices.ContainsFunc(c.config.Officials[p.ID], func(a reports.Appointment) bool {
		return a.Role == reports.NationalAdmin || a.Role == reports.Ombudsman
	})
	var below []string
	if g != nil {
		recap.Agency, _ = c.Machine().Group(g.ID)
		all = recap.Agency == ""
	} else if held := c.config.Officials[p.ID]; !all && len(held) > 0 {
		recap.Agency = held[0].Agency
		if role := held[0].Role; role == reports.Leader || role == reports.AgencyAdmin {
			below = c.Machine().Below(recap.Agency)
		}
	}
	counts := map[reports.State]int{}
	for _, f := range c.reports {
		r := f.Report
		if !all && (!r.AtBody() || r.Agency != recap.Agency && !slices.Contains(below, r.Agency)) {
			continue
		}
		counts[r.State]++
		if !r.State.Open() {
			continue
		}
		if recap.Oldest.IsZero() || r.FiledAt.Before(recap.Oldest) {
			recap.Oldest = r.FiledAt
		}
		if c.Machine().Late(r, c.now) {
			recap.Late++
		}
	}
	for _, state := range reports.States() {
		recap.States = append(recap.States, conversation.StateCount{State: state, Count: counts[state]})
	}
	return recap
}
