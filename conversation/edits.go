package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// edited replaces the passage that the person changed. What is filed stays.
func (t *turn) edited(ref, text string) {
	text = impersonal(text)
	working := t.s.Asked.work() && t.s.Work != nil
	if !working && !t.s.Danger && danger(text) {
		t.s.Danger = true
		t.say("danger")
	}
	d := &t.s.Telling
	find := func(list []reports.Passage) int {
		return slices.IndexFunc(list, func(p reports.Passage) bool { return p.Ref == ref && ref != "" })
	}
	if i := find(t.s.Burst); i >= 0 {
		p := t.s.Burst[i]
		if p.Text == text {
			return // networks tell of edits that change no word
		}
		if t.tooMuch(len(text) - len(p.Text)) {
			t.say("story.full", itoa(maxStory>>10))
			return
		}
		p.Text = text
		t.s.Burst = changed(t.s.Burst, i, p)
		t.wait()
		return
	}
	if i := find(d.Draft.Chronology); i >= 0 {
		t.editPassage(i, text)
		return
	}
	switch {
	case working:
		t.say("work.edited")
		t.again()
	case d.holds() && ref != "" && ref == d.PlaceRef && hasWords(text) && !t.long(text):
		l := d.Draft.Location
		l.Words = strings.TrimSpace(text)
		t.setPlace(l)
		t.say("edited")
		t.afterEdit()
	case d.holds() && ref != "" && ref == d.TimeRef && hasWords(text) && !t.long(text):
		m := readTime(text, t.present())
		d.Draft.OccurredAt, d.Future = storable(occurredAt(strings.TrimSpace(text), m)), m.why == whyFuture
		d.Unclear, d.Times = "", nil
		t.say("edited")
		if d.Future && t.s.Asked != asksFuture {
			t.proceed()
			return
		}
		t.afterEdit()
	case d.holds():
		t.say("edited.not")
		t.again()
	case t.lastFiled() != nil:
		t.say("edited.filed", string(t.lastFiled().TrackingID))
	case t.official(): // better words for what they wrote on somebody's report are no report of theirs
		t.say("work.edited_sent")
	default:
		t.text(text) // a greeting, say, that has become a report
	}
}

func (t *turn) editPassage(i int, text string) {
	d := &t.s.Telling
	p := d.Draft.Chronology[i]
	if i == 0 && d.Draft.Keyword != "" {
		if keyword, rest := t.m.splitKeyword(text); keyword == d.Draft.Keyword {
			text = rest
		}
	}
	if text == p.Text {
		return
	}
	if !hasWords(text) {
		t.removePassage(i)
		return
	}
	if t.tooMuch(len(text) - len(p.Text)) {
		t.say("story.full", itoa(maxStory>>10))
		t.again()
		return
	}
	p.Text = text
	d.Draft.Chronology = changed(d.Draft.Chronology, i, p)
	t.weigh()
	t.say("edited")
	t.afterEdit()
}

func (t *turn) removePassage(i int) {
	d := &t.s.Telling
	d.Draft.Chronology = without(d.Draft.Chronology, i)
	t.say("deleted")
	t.afterEdit()
}

// afterEdit shows a review anew, for its old one no longer tells what would be
// filed, and repeats any other question.
func (t *turn) afterEdit() {
	switch {
	case !t.s.BurstEnd.IsZero():
		t.typing = true
	case t.s.Asked == asksReview || (len(t.s.Telling.Draft.Chronology) == 0 && t.s.Asked != asksConsent && !t.s.Asked.side()):
		t.proceed()
	default:
		t.repeat()
	}
}

// deleted takes back what the person took back, while it is not filed.
func (t *turn) deleted(ref string) {
	d := &t.s.Telling
	found := false
	if ref != "" && t.deletedWork(ref) {
		return
	}
	if ref != "" {
		if i := slices.IndexFunc(t.s.Burst, func(p reports.Passage) bool { return p.Ref == ref }); i >= 0 {
			t.s.Burst = without(t.s.Burst, i)
			found = true
		}
		if i := slices.IndexFunc(d.Draft.Evidence, func(e reports.Evidence) bool { return e.Ref == ref }); i >= 0 {
			t.do(Drop{Files: []int64{d.Draft.Evidence[i].File}})
			_, d.Fetching = take(d.Fetching, d.Draft.Evidence[i].File)
			d.Draft.Evidence = without(d.Draft.Evidence, i)
			found = true
		}
		if i := slices.IndexFunc(d.Draft.Chronology, func(p reports.Passage) bool { return p.Ref == ref }); i >= 0 {
			t.removePassage(i)
			return
		}
		if d.holds() && ref == d.PlaceRef {
			t.noPlace()
			found = true
		}
		if d.holds() && ref == d.TimeRef {
			d.Draft.OccurredAt, d.TimeRef, d.Future, found = reports.OccurredAt{}, "", false, true
			d.Unclear, d.Times = "", nil
		}
	}
	switch {
	case found:
		t.say("deleted")
		t.afterEdit()
	case d.holds():
		t.say("deleted.not")
		t.again()
	case t.lastFiled() != nil:
		t.say("deleted.filed", string(t.lastFiled().TrackingID))
	}
}

// deletedWork drops a file that an official took back before it went to the
// reporter. It reports whether there was one.
func (t *turn) deletedWork(ref string) bool {
	of := func(w *Work) int64 {
		i := slices.IndexFunc(w.Files, func(e reports.Evidence) bool { return e.Ref == ref })
		if i < 0 {
			return 0
		}
		return w.Files[i].File
	}
	if t.s.Work != nil {
		if file := of(t.s.Work); file != 0 {
			w := t.s.Work.without(file, false)
			t.s.Work = &w
			t.do(Drop{Files: []int64{file}})
			t.say("deleted")
			t.again()
			return true
		}
	}
	for i := range t.s.Sending {
		if file := of(&t.s.Sending[i]); file != 0 {
			w := t.s.Sending[i].without(file, false)
			t.s.Sending = without(t.s.Sending, i)
			t.do(Drop{Files: []int64{file}})
			t.lost(w)
			return true
		}
	}
	return false
}
