package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// pickWork carries out a choice of a question about work.
func (t *turn) pickWork(id string) {
	w := t.s.Work
	if w == nil {
		t.surface()
		return
	}
	r, found := t.known(w.Report)
	fresh := *w
	switch {
	case id == workDrop.id:
		t.dropWork()
	case id == "change":
		row, _ := deedOf(w.Deed)
		fresh.Words, fresh.Body, fresh.NoBody = "", "", false
		if row.asks == asksWorkBody {
			as, _ := t.m.mayDo(t.e.Person, w.Deed, r, found, t.at)
			fresh.Options = t.m.bodiesFor(t.e.Person, r, as)
		}
		t.s.Work = &fresh
		t.over(row.asks)
	case id == workNoBody.id:
		fresh.NoBody = true
		t.s.Work = &fresh
		t.over(asksWorkSend)
	case t.s.Asked == asksWorkAs:
		as, why := t.m.mayDo(t.e.Person, deed(id), r, found, t.at)
		if why != "" {
			t.refuseWork(why, r)
			return
		}
		fresh.Deed = deed(id)
		t.s.Work = nil // it goes on as fresh
		t.work(fresh, r, as)
	case t.s.Asked == asksWorkBody:
		for i, code := range w.Options {
			if i < len(agencyIDs) && agencyIDs[i] == id {
				t.pickWorkBody(code)
				return
			}
		}
		t.repeat()
	case id == "send" || id == "yes":
		t.sendWork(w, r, found)
	default:
		t.repeat()
	}
}

// sendWork does what was shown, if it still may be done.
func (t *turn) sendWork(w *Work, r reports.Report, found bool) {
	if w.Deed == deedFix {
		t.sendCorrection(w, r, found)
		return
	}
	as, why := t.m.mayDo(t.e.Person, w.Deed, r, found, t.at)
	switch {
	case why != "":
		t.refuseWork(why, r)
	case w.Deed == deedHandOn && !t.m.mayHandOn(t.e.Person, r, w.Body):
		t.refuseWork("desk.state", r)
	case w.overtaken(r):
		fresh := *w
		fresh.Seen = r.State
		t.s.Work = &fresh
		t.say("work.overtaken", string(r.TrackingID), t.m.stateName(t.s.Lang(), r.State))
		t.over(asksWorkSend) // anew, so that a second press on the old button sends nothing
	case w.Deed == deedMerge && !t.mergeable(w.Main):
		t.refuseWork("work.main_over", reports.Report{TrackingID: w.MainID})
	case w.waits() && len(t.s.Sending) >= maxSending:
		t.say("work.files_full")
		t.repeat()
	case w.waits():
		t.s.Work = nil
		t.s.Sending = with(t.s.Sending, *w)
		t.say("work.files_wait", string(w.TrackingID))
		t.surface()
	default:
		t.s.Work = nil
		t.carryOut(*w, r, as)
		t.surface()
		if len(t.offers) > 0 && t.s.Work == nil {
			t.prompt = silent // what may be corrected for a while only goes first
		}
	}
}

// overtaken reports whether r was answered, asked about or replied to since what
// goes to its reporter was begun: a colleague may have said it already.
func (w *Work) overtaken(r reports.Report) bool {
	switch w.Deed {
	case deedFollowUp, deedRespond, deedAsk, deedWrite:
		return w.Seen != "" && w.Seen != r.State && (r.State == reports.FollowedUp || r.State == reports.NeedsInfo || r.State == reports.ReporterReplied)
	default:
		return false
	}
}

// waits reports whether files of w are still on their way.
func (w *Work) waits() bool {
	return slices.ContainsFunc(w.Files, func(e reports.Evidence) bool { return e.Status == reports.EvidenceFetching })
}

// maxSending is how much confirmed work waits for its files.
const maxSending = 5

// sent does what was confirmed while its files were still on their way, if it
// still may be done. Who is in the middle of something else is left there.
func (t *turn) sent(w Work) {
	r, found := t.known(w.Report)
	if as, why := t.m.mayDo(t.e.Person, w.Deed, r, found, t.at); why != "" {
		t.unsent(w, why, r)
	} else {
		t.carryOut(w, r, as)
	}
	t.backToDraft()
}

// unsent says why what was confirmed cannot be done any more.
func (t *turn) unsent(w Work, why string, r reports.Report) {
	t.dropFiles(w.Files)
	t.sayWhy(why, r)
	t.sayBack(&w)
}

// lost asks about what was confirmed and has lost a file: at once, or when what
// is open is done.
func (t *turn) lost(w Work) {
	if t.s.Work != nil || !t.s.BurstEnd.IsZero() {
		w.Lost = true
		t.s.Sending = with(t.s.Sending, w)
		t.say("work.file_lost_of", string(w.TrackingID))
		t.backToDraft()
		return
	}
	t.say("work.file_lost")
	t.s.Work = &w
	t.over(asksWorkSend)
}

// askLost asks about what has lost a file meanwhile. It reports whether there was
// any.
func (t *turn) askLost() bool {
	i := slices.IndexFunc(t.s.Sending, func(w Work) bool { return w.Lost })
	if i < 0 || t.s.Work != nil {
		return false
	}
	w := t.s.Sending[i]
	t.s.Sending = without(t.s.Sending, i)
	w.Lost = false
	t.s.Work = &w
	t.over(asksWorkSend)
	return true
}

// refuseWork says why what was prepared cannot be done any more. What was
// written is said back, so that nobody has to write it again.
func (t *turn) refuseWork(why string, r reports.Report) {
	w := t.s.Work
	t.endWork()
	t.sayWhy(why, r)
	if w != nil {
		t.sayBack(w)
	}
	t.surface()
}

// actRefused takes back what turned out not to be possible.
func (t *turn) actRefused(in ActRefused) {
	r, found := t.known(in.Report)
	why := either(found, "desk.state", "desk.gone")
	if in.Late {
		i := slices.IndexFunc(t.s.Sending, func(w Work) bool { return w.Report == in.Report })
		if i >= 0 {
			w := t.s.Sending[i]
			t.s.Sending = without(t.s.Sending, i)
			t.unsent(w, why, r)
			t.backToDraft()
		}
		return
	}
	if w := t.s.Work; w != nil && w.Report == in.Report {
		t.refuseWork(why, r)
		return
	}
	t.sayWhy(why, r)
	t.again()
}

// carryOut does w to r.
func (t *turn) carryOut(w Work, r reports.Report, as reports.ActorKind) {
	row, _ := deedOf(w.Deed)
	files := make([]int64, 0, len(w.Files))
	for _, e := range w.Files {
		files = append(files, e.File)
	}
	_, confirmed := t.e.Input.(FileStored)
	act := Act{Report: r.ID, Late: confirmed, Words: w.Words, Files: files, Change: reports.Change{
		Action: row.action, Actor: reports.Actor{Kind: as, Person: t.e.Person}, At: t.at,
		Agency: w.Body, Until: w.Until, Into: w.Main,
	}}
	switch w.Deed {
	case deedNote, deedNotOurs, deedTakeBack, deedEscalate: // between officials
		act.Note = true
	case deedEvidence:
		act.Evidence = true
	case deedExternal:
		act.Note, act.External = true, clip(strings.TrimSpace(w.Words), 60)
	case deedDispatch:
		act.Change.Units, act.Change.Manual = t.m.hasUnits(w.Body), !t.m.staffed(w.Body, r)
	case deedHandOn:
		act.Change.Manual = !t.m.staffed(w.Body, r)
	case deedOversight:
		marked := r
		marked.Oversight = true
		act.Change.Manual = r.AtBody() && !t.m.staffed(r.Agency, marked)
	default:
	}
	t.do(act)
	t.doneWork(w, r, act.Change)
}

// doneWork says what has been done.
func (t *turn) doneWork(w Work, r reports.Report, c reports.Change) {
	id, key := string(r.TrackingID), "done."+string(w.Deed)
	switch w.Deed {
	case deedDispatch, deedHandOn:
		if !c.Manual {
			t.say(key, id, t.m.bodyName(w.Body))
			return
		}
		t.say("done.manual", id, t.m.bodyName(w.Body))
		if c.Actor.Kind == reports.ByAdmin {
			r.Agency = w.Body
			t.form(r)
		}
	case deedOversight:
		t.say(key, id)
		if c.Manual {
			t.say("done.oversight_manual", t.m.bodyName(r.Agency))
		}
	case deedExtend:
		due, _ := t.m.extended(r)
		t.say(key, id, t.m.dated(t.s.Lang(), due))
	case deedAsk:
		// The clocks of a body stand still for its first questions only.
		t.say(either(r.Asks < reports.MaxAsks, key, "done.ask_running"), id)
	case deedFollowUp:
		t.say(key, id)
		t.correctable(w, r, c)
	case deedEscalate:
		t.say(either(r.Restricted(), "done.escalate_restricted", key), id)
	case deedEvidence:
		t.say(either(t.m.MayIdentify(t.e.Person, r), key, "done.evidence_copies"), id)
	default:
		t.say(key, id)
	}
}

// form writes the fields of the LAPOR! form, ready to copy: somebody has to
// enter the report where its body reads.
func (t *turn) form(r reports.Report) {
	lang := defaultLanguage
	show := func(text string) string { return t.m.unmask(lang, redact(text)) }
	text := func(key string) string { return t.m.config.Phrases.Text(lang, key) }
	o := r.OccurredAt
	o.Words = redact(o.Words) // what was understood of it is no number to hide
	place, when := show(r.Location.Words), t.m.unmask(lang, formatOccurred(lang, o, t.m.occurredZone(o, r.Agency)))
	if r.Location.Pin {
		place = strings.TrimSpace(place + " " + pinned(r.Location.Lat, r.Location.Lon, ""))
	}
	story := show(clip(r.Chronology, 1500))
	title, _, _ := strings.Cut(story, "\n")
	form := t.m.config.Phrases.Text(lang, "lapor.form",
		clip(title, 80), story, either(when != "", when, "-"), either(place != "", place, "-"), t.m.bodyName(r.Agency),
		text("kind."+string(r.Kind)), itoa(r.Evidence),
		text(either(r.Anonymous, "choice.yes", "choice.no")), text(either(r.Confidential, "choice.yes", "choice.no")))
	t.say("lapor.copy", form)
	t.copied = form
}
