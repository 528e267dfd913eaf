package conversation

import (
	"slices"
	"unicode/utf8"

	"kentongan/reports"
)

// Choices of the questions about work.
var (
	workDrop        = choice{id: "drop", label: "choice.work_drop", also: "also.work_drop"}
	workSendChoices = []choice{{id: "send", label: "choice.send", strict: true, primary: true}, {id: "change", label: "choice.change", also: "also.change"}, workDrop}
	workSureChoices = []choice{{id: "yes", label: "choice.yes", also: "also.yes"}, workDrop}
	workOpenChoices = []choice{workDrop}
	workNoBody      = choice{id: "nobody", label: "choice.work_nobody"}
	noWorkBody      = []choice{workNoBody, workDrop}
	workAsChoices   = func() []choice {
		list := make([]choice, 0, len(answerDeeds))
		for _, d := range answerDeeds {
			list = append(list, choice{id: string(d), label: "deed." + string(d)})
		}
		return list
	}()
)

// workChoices returns what the open question about work offers.
func (t *turn) workChoices() []choice {
	w := t.s.Work
	if w == nil {
		return nil
	}
	switch t.s.Asked {
	case asksWorkSend:
		return workSendChoices
	case asksWorkSure:
		return workSureChoices
	case asksWorkAs:
		choices := make([]choice, 0, len(w.Options)+1)
		for _, d := range w.Options {
			choices = append(choices, choice{id: d, label: "deed." + d})
		}
		return append(choices, workDrop)
	case asksWorkBody:
		choices := make([]choice, 0, len(w.Options)+2)
		for i, code := range w.Options {
			choices = append(choices, choice{id: agencyIDs[i%len(agencyIDs)], label: "choice.plain", name: t.m.bodyName(code)})
		}
		if w.Deed == deedNotOurs {
			choices = append(choices, workNoBody)
		}
		return append(choices, workDrop)
	default:
		return workOpenChoices
	}
}

// putWork asks the open question about work.
func (t *turn) putWork() {
	w := t.s.Work
	if w == nil {
		return
	}
	id := string(w.TrackingID)
	switch t.s.Asked {
	case asksWorkAs:
		if w.Words != "" {
			t.say("ask.work_as", id, clip(w.Words, 300))
		} else {
			t.say("ask.work_as_file", id)
		}
	case asksWorkBody:
		t.say(either(w.Deed == deedNotOurs, "ask.work_body.not_ours", "ask.work_body"), id)
	case asksWorkWords:
		t.say("ask.work."+string(w.Deed), id)
		if n := len(w.Files); n > 0 {
			t.line("now.files", itoa(n))
		}
	case asksWorkDate:
		t.say("ask.work_date", id, itoa(maxHold))
	case asksWorkMain:
		t.say("ask.work_main", id)
	case asksWorkSure:
		t.say("ask.sure."+string(w.Deed), id)
	default:
		t.putWorkPreview(w, id)
	}
}

// putWorkPreview shows what would be done, and who would read it.
func (t *turn) putWorkPreview(w *Work, id string) {
	lang := t.s.Lang()
	switch w.Deed {
	case deedDispatch, deedHandOn:
		t.say("preview."+string(w.Deed), id, t.m.bodyName(w.Body))
	case deedMerge:
		t.say("preview.merge", id, string(w.MainID))
	case deedNotOurs:
		if w.Body != "" {
			t.say("preview.notours_to", id, w.Words, t.m.bodyName(w.Body))
		} else {
			t.say("preview.notours", id, w.Words)
		}
	case deedEscalate:
		r, _ := t.known(w.Report)
		t.say(either(r.Restricted(), "preview.escalate_restricted", "preview.escalate"), id, w.Words)
	case deedExtend:
		r, _ := t.known(w.Report)
		if due, may := t.m.extended(r); may {
			t.say("preview.extend", id, w.Words, t.m.dated(lang, due))
		} else { // it was answered meanwhile
			t.say("preview.extend_late", id, w.Words)
		}
	case deedHold:
		t.say("preview.hold", id, w.Words, formatDate(lang, w.Until.In(t.m.config.Zone)))
	default:
		t.say("preview."+string(w.Deed), id, w.Words)
	}
	if n := len(w.Files); n > 0 {
		t.line("now.files", itoa(n))
	}
	if w.Deed == deedFollowUp && utf8.RuneCountInString(w.Words) < minAnswer && len(w.Files) == 0 {
		t.say("work.short")
	}
}

// workFile takes a file for what an official is about to send.
func (t *turn) workFile(a Attachment) {
	w := *t.s.Work
	switch t.s.Asked {
	case asksWorkWords, asksWorkSend:
	default:
		t.refuseWorkFile()
		return
	}
	switch w.Deed {
	case deedFollowUp, deedRespond, deedWrite, deedAsk, deedAskMore, deedNote:
	default:
		t.refuseWorkFile()
		return
	}
	switch {
	case len(w.Files) >= maxWorkFiles:
		t.do(Drop{Files: []int64{t.e.ID}})
		t.say("refused.many", t.fileName(a.Name, a.Kind), itoa(maxWorkFiles))
		t.again()
		return
	case !t.takable(a):
		t.refuseFile(a)
		t.again()
		return
	}
	w.Files = with(w.Files, reports.Evidence{File: t.e.ID, Kind: a.Kind, Status: reports.EvidenceFetching, Ref: t.e.Ref})
	t.s.Work = &w
	t.do(Fetch{File: t.e.ID})
	switch caption := clean(a.Caption); {
	case !hasWords(caption):
	case t.s.Asked == asksWorkWords:
		t.collect(caption)
		return
	default:
		w.Words = clip(w.Words+"\n"+impersonal(caption), maxWorkWords)
		t.s.Work = &w
	}
	if !t.s.BurstEnd.IsZero() { // the words that are being written come with it
		t.wait()
		return
	}
	t.slot = "work." + itoa(t.s.Serial)
	t.say("evidence.count", itoa(len(w.Files)))
	t.repeat()
}

func (t *turn) refuseWorkFile() {
	t.do(Drop{Files: []int64{t.e.ID}})
	t.say("work.no_files")
	t.repeat()
}

// workStored notes that a file of what an official is about to send is safe, or
// lost. It reports whether it was one.
func (t *turn) workStored(file int64, stored bool) bool {
	if w := t.s.Work; w != nil && w.waitsFor(file) {
		fresh := w.without(file, stored)
		t.s.Work = &fresh
		if !stored {
			t.say("work.file_lost")
			if t.s.Asked.work() {
				t.again()
			}
		}
		return true
	}
	i := slices.IndexFunc(t.s.Sending, func(w Work) bool { return w.waitsFor(file) })
	if i < 0 {
		return false
	}
	w := t.s.Sending[i].without(file, stored)
	switch {
	case !stored && !w.Lost:
		t.s.Sending = without(t.s.Sending, i)
		t.lost(w)
	case w.waits() || w.Lost:
		t.s.Sending = changed(t.s.Sending, i, w)
	default:
		t.s.Sending = without(t.s.Sending, i)
		t.sent(w)
	}
	return true
}

func (w *Work) waitsFor(file int64) bool {
	return slices.ContainsFunc(w.Files, func(e reports.Evidence) bool { return e.File == file })
}

// without is w with the file safe, or without it.
func (w Work) without(file int64, stored bool) Work {
	i := slices.IndexFunc(w.Files, func(e reports.Evidence) bool { return e.File == file })
	if !stored {
		w.Files = without(w.Files, i)
		return w
	}
	e := w.Files[i]
	e.Status = reports.EvidenceStored
	w.Files = changed(w.Files, i, e)
	return w
}
