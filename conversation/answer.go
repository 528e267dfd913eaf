package conversation

import (
	"slices"
	"strconv"
	"strings"

	"kentongan/reports"
)

func itoa(n int) string { return strconv.Itoa(n) }

// press takes a button. One of an older question, of another draft or from a
// forger changes nothing.
func (t *turn) press(token string) {
	if d, id, ok := parseWorkToken(token); ok {
		t.workPress(d, id)
		return
	}
	if id, what, ok := parsePushToken(token); ok {
		t.pressPush(id, what)
		return
	}
	serial, draft, id, ok := parseToken(token)
	if ok {
		if code, isCode := strings.CutPrefix(id, codePrefix); isCode {
			if id, err := reports.ParseTrackingID(code); err == nil {
				t.do(IssueCode{TrackingID: id})
				return
			}
		}
		if serial == t.s.Serial && draft == t.s.Telling.Number && !t.unseen {
			for _, c := range t.choices() {
				if c.id == id {
					t.pick(id)
					return
				}
			}
		}
		if id == noTime.id && draft == t.s.Telling.Number && t.s.Asked == asksWhich && !t.unseen {
			t.pick(asWritten.id) // words came between the question and its button: they stay as they are
			return
		}
		if id == sendChoice.id {
			for i := range t.s.Filed {
				if f := &t.s.Filed[i]; f.Number == draft {
					t.alreadySent(f)
					return
				}
			}
		}
	}
	t.say("stale")
	if t.s.Asked == asksNothing && t.s.BurstEnd.IsZero() {
		t.line("stale.idle")
	}
	t.again()
}

// again puts the open question again, unless a burst runs, whose end will.
func (t *turn) again() {
	if t.s.BurstEnd.IsZero() {
		t.repeat()
	} else {
		t.typing = true
	}
}

// tokenFront is what the tokens of one question's choices begin with: question
// and draft. The choice's id comes behind it.
func tokenFront(serial, draft int) string {
	var room [40]byte
	b := strconv.AppendInt(room[:0], int64(serial), 10)
	b = append(b, '.')
	b = strconv.AppendInt(b, int64(draft), 10)
	return string(append(b, '.'))
}

func parseToken(token string) (serial, draft int, id string, ok bool) {
	if len(token) >= 40 {
		return 0, 0, "", false
	}
	first, rest, _ := strings.Cut(token, ".")
	second, id, found := strings.Cut(rest, ".")
	serial, err1 := strconv.Atoi(first)
	draft, err2 := strconv.Atoi(second)
	return serial, draft, id, found && err1 == nil && err2 == nil && id != ""
}

// pick carries out one of the open question's choices.
func (t *turn) pick(id string) {
	if code, ok := strings.CutPrefix(id, codePrefix); ok {
		t.do(IssueCode{TrackingID: reports.TrackingID(code)})
		return
	}
	if !t.s.BurstEnd.IsZero() {
		// What was written just before answers the question that it was written to.
		q, spoken := t.s.Asked, len(t.paras)
		t.endBurst()
		if t.s.Asked != q && id != back.id && id != "cancel" {
			return
		}
		if q.words() && t.s.Asked == q {
			t.paras = t.paras[:spoken] // it was no answer, and this is one
		}
	}
	if id == back.id {
		t.goBack()
		return
	}
	switch t.s.Asked {
	case asksConsent:
		t.decideConsent(id)
	case asksStory:
		t.pickStory(id)
	case asksSecrecy:
		t.pickSecrecy(id)
	case asksMore:
		t.s.Telling.Coach = coached
		t.proceed()
	case asksPlace:
		t.pickPlace(id)
	case asksRegion:
		t.pickRegion(id)
	case asksWhen, asksFuture:
		t.pickTime(id)
	case asksWhich:
		t.pickWhich(id)
	case asksEvidence:
		t.pickEvidence(id)
	case asksReview, asksField:
		t.pickReview(id)
	case asksKind:
		t.pickKind(id)
	case asksAgency, asksAgencyWords:
		t.pickAgency(id)
	case asksPrivacy:
		t.pickPrivacy(id)
	case asksCancel:
		t.pickCancel(id)
	case asksLanguage:
		t.pickLanguage(id)
	case asksLeave:
		t.stay()
	case asksThread:
		t.pickThread(id)
	case asksWorkAs, asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain, asksWorkSure, asksWorkSend:
		t.pickWork(id)
	case asksNothing:
		t.invite()
	}
}

func (t *turn) decideConsent(id string) {
	if id != "agree" {
		t.do(RecordConsent{Version: consentVersion})
		t.discard()
		t.s.Consent = ""
		t.say("consent.refused")
		return
	}
	t.s.Consent, t.s.Telling.Agreed = consentVersion, true
	t.do(RecordConsent{Version: consentVersion, Granted: true})
	for _, e := range t.s.Telling.Draft.Evidence {
		if e.Status == reports.EvidenceFetching {
			t.do(Fetch{File: e.File})
		}
	}
	t.say("consent.thanks")
	t.readings()
	t.proceed()
}

func (t *turn) pickStory(id string) {
	if id == "rewrite" {
		t.ask(asksStory)
		t.s.Telling.Rewrite = true
		return
	}
	if d := &t.s.Telling; id == skip.id && d.spoken() && len(d.Draft.Chronology) == 0 {
		// What is said counts as told; officials read where to listen.
		d.Draft.Chronology = []reports.Passage{{Text: t.m.config.Phrases.Text(defaultLanguage, "story.spoken")}}
		t.say("spoken.kept")
	}
	t.proceed()
}

func (t *turn) pickPlace(id string) {
	d := &t.s.Telling
	switch id {
	case skip.id:
		d.NoPlace = true
		t.skipped()
	case empty.id:
		t.noPlace()
		d.NoPlace = true
		t.say("emptied")
	}
	t.proceed()
}

func (t *turn) pickTime(id string) {
	d := &t.s.Telling
	d.Unclear, d.Times = "", nil
	switch id {
	case "yes":
		d.Future = false
	case "fix":
		d.Draft.OccurredAt, d.TimeRef, d.Future, d.NoTime = reports.OccurredAt{}, "", false, false
		t.ask(asksWhen)
		return
	case noTime.id:
		d.NoTime = true
		t.skipped()
	case empty.id:
		d.Draft.OccurredAt, d.TimeRef, d.Future, d.NoTime = reports.OccurredAt{}, "", false, true
		t.say("emptied")
	}
	t.proceed()
}

func (t *turn) pickEvidence(id string) {
	d := &t.s.Telling
	if id == empty.id {
		t.do(Drop{Files: d.files()})
		d.Draft.Evidence, d.Fetching = nil, nil
		t.say("evidence.removed")
		t.ask(asksEvidence)
		return
	}
	d.NoMore = true
	if len(d.Draft.Evidence) == 0 {
		t.skipped()
	}
	t.proceed()
}

// skipped says once a draft what leaving a question open costs.
func (t *turn) skipped() {
	d := &t.s.Telling
	switch {
	case d.CostTold:
		t.say("skipped")
		return
	case t.s.Asked == asksEvidence && d.Draft.Location.Known() && d.Draft.OccurredAt.Known():
		t.say("skipped.files") // nobody should think that the rest was in vain
	default:
		t.say("skipped.cost")
	}
	d.CostTold = true
}

func (t *turn) pickReview(id string) {
	switch id {
	case sendChoice.id:
		t.send()
		return
	case "change":
		t.ask(asksField)
		return
	case "cancel":
		t.cancel()
		return
	}
	for i, f := range fields {
		if f.id == id {
			t.ask(fieldQuestions[i])
			t.s.Telling.Editing = true
			return
		}
	}
	switch {
	case slices.Contains(regionIDs[:], id):
		t.pickRegion(id)
	case slices.Contains(timeIDs[:], id):
		t.pickWhich(id)
	default:
		t.repeat()
	}
}

func (t *turn) pickKind(id string) {
	d := &t.s.Telling
	for i, k := range reports.Kinds() {
		if kindChoices[i].id == id {
			d.Draft.Kind, d.Proposed = k, ""
		}
	}
	if d.Draft.Kind == reports.Whistleblowing {
		d.Draft.Anonymous, d.Draft.Confidential = true, true
		d.Secrecy, d.PrivacyChosen = secrecyDone, true
		t.say("kind.seals")
	}
	t.ask(asksReview)
}

func (t *turn) pickAgency(id string) {
	switch id {
	case agencyOther.id:
		t.ask(asksAgencyWords)
		t.s.Telling.Editing = false // so that Kembali leads to the list
		return
	case agencyUnknown.id:
		t.setAgency("", "")
	default:
		for i, code := range t.s.Options {
			if agencyIDs[i] == id {
				t.setAgency(code, "")
			}
		}
	}
	t.ask(asksReview)
}

func (t *turn) pickPrivacy(id string) {
	d := &t.s.Telling
	d.Draft.Anonymous = id == "p2" || id == "p4"
	d.Draft.Confidential = id == "p3" || id == "p4"
	d.Secrecy, d.PrivacyChosen = secrecyDone, true
	if id != "p4" {
		if d.Draft.Kind == reports.Whistleblowing {
			d.Draft.Anonymous, d.Draft.Confidential = true, true
			t.say("privacy.sealed")
		}
		if d.Proposed == reports.Whistleblowing {
			d.Proposed = "" // the person wants it otherwise
		}
	}
	t.ask(asksReview)
}

func (t *turn) pickCancel(id string) {
	if id == "yes" {
		t.discard()
		t.say("cancelled")
		return
	}
	t.say("continued")
	t.surface()
}

// surface returns from a side question to the one under it.
func (t *turn) surface() {
	if w := t.s.Work; w != nil && w.Asked.work() {
		t.over(w.Asked)
		return
	}
	if t.askLost() {
		return
	}
	q := t.s.Under
	t.s.Under = asksNothing
	switch {
	case q == asksNothing && t.s.Telling.holds():
		t.proceed()
	case q == asksNothing:
		t.s.Asked = asksNothing
	default:
		editing := t.s.Telling.Editing
		t.ask(q)
		t.s.Telling.Editing = editing && q != asksReview
	}
}

func (t *turn) pickLanguage(id string) {
	t.s.Language = strings.TrimPrefix(id, "lang-")
	if t.s.Language == defaultLanguage {
		t.s.Language = ""
	}
	t.say("language.set")
	t.surface()
	if t.s.Asked == asksNothing {
		t.prompt = silent
		t.say("start.any")
	}
}

// goBack returns to the question before.
func (t *turn) goBack() {
	t.endBurst()
	q := t.s.Asked
	if q.work() && t.s.Work != nil {
		t.dropWork()
		return
	}
	if q.side() {
		t.say("continued")
		t.surface()
		return
	}
	to := t.before(q)
	if q == asksReview {
		to = asksEvidence
	}
	switch {
	case !t.s.Telling.holds():
		t.say("back.nothing")
		t.invite()
	case to == asksNothing:
		t.say("back.first")
		t.repeat()
	default:
		t.ask(to)
	}
}

// cancel asks before it discards.
func (t *turn) cancel() {
	t.endBurst()
	switch {
	case t.s.Asked.work() && t.s.Work != nil:
		t.dropWork()
	case !t.s.Telling.holds():
		t.s.Asked, t.s.Under, t.s.Keyword = asksNothing, asksNothing, ""
		t.prompt = silent
		if t.lastFiled() != nil {
			t.say("leave.how", string(t.lastFiled().TrackingID))
			return
		}
		t.say("cancel.nothing")
	case t.s.Asked == asksCancel:
		t.repeat()
	default:
		if !t.s.Asked.side() {
			t.s.Under = t.s.Asked
		}
		editing := t.s.Telling.Editing
		t.ask(asksCancel)
		t.s.Telling.Editing = editing
	}
}
