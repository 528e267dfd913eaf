package conversation

import (
	"strings"

	"kentongan/reports"
)

// impersonal is a text without what only tells who wrote it: identity numbers,
// and of a form the fields for name, number and address.
func impersonal(text string) string {
	if f, is := readForm(text); is && f.Story != "" {
		return f.written()
	}
	return maskIdentity(text)
}

// fillForm takes a form that an office published apart: what is left of it is
// its story, and whoever filled it in needs not tell who they are.
func fillForm(burst []reports.Passage) ([]reports.Passage, form) {
	if len(burst) > 1 { // a field a message
		if f, is := readForm(storyOf(burst)); is && f.Story != "" {
			return []reports.Passage{{Text: f.Story, Ref: burst[0].Ref}}, f
		}
	}
	for i, p := range burst {
		if f, is := readForm(p.Text); is && f.Story != "" {
			return changed(burst, i, reports.Passage{Text: f.Story, Ref: p.Ref}), f
		}
	}
	return burst, form{}
}

// fill keeps what the other fields of a form tell.
func (t *turn) fill(f form) {
	d := &t.s.Telling
	if hasWords(f.Place) && !t.long(f.Place) && !d.Draft.Location.Known() {
		t.setPlace(reports.Location{Words: f.Place})
		d.PlaceRef = ""
	}
	if f.When != "" && !d.Draft.OccurredAt.Known() {
		if got := readTime(f.When, t.present()); got.certain() {
			d.Draft.OccurredAt = storable(occurredAt(f.When, got))
			d.TimeRef = ""
		}
	}
	if f.Agency != "" && d.Draft.Agency == "" && d.Draft.AgencyWords == "" && !t.long(f.Agency) {
		d.Draft.AgencyWords = f.Agency
	}
}

// tellsAll reports whether place and time are known although neither was asked
// for: then only the review stands between the report and its sending, and asks
// what is unclear in them besides.
func (t *Telling) tellsAll() bool {
	return t.Draft.Location.Known() && t.PlaceRef == "" &&
		t.Draft.OccurredAt.Known() && t.TimeRef == "" && !t.Future && (t.Unclear == "" || len(t.Times) > 0)
}

// absorb adds passages to the chronology and reads from them what need not be
// asked any more.
func (t *turn) absorb(passages []reports.Passage) {
	d := &t.s.Telling
	if d.Rewrite {
		d.Draft.Chronology, d.Rewrite = nil, false
	}
	passages, filled := fillForm(passages)
	t.fill(filled)
	kept := make([]reports.Passage, 0, len(d.Draft.Chronology)+len(passages))
	kept = append(kept, d.Draft.Chronology...)
	for _, p := range passages {
		if strings.TrimSpace(p.Text) != "" {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return
	}
	d.Draft.Chronology = kept
	t.weigh()
	text := storyOf(passages)
	if !d.Draft.Location.Known() {
		if lat, lon, ok := coordinates(text); ok && onEarth(lat, lon) {
			d.Draft.Location = reports.Location{Lat: lat, Lon: lon, Pin: true}
		} else if !d.NoPlace {
			t.placeFrom(text)
		}
	}
	if !d.Draft.OccurredAt.Known() {
		t.timeFrom(text)
	}
}

// timeFrom keeps the time that a story tells.
func (t *turn) timeFrom(story string) {
	words, m, ok := findMeaning(story, t.present())
	if !ok {
		return
	}
	d := &t.s.Telling
	d.Draft.OccurredAt, d.TimeRef = storable(occurredAt(words, m)), ""
	if d.Future = m.why == whyFuture; !m.certain() && !d.Future {
		t.unclear(m)
	}
}

// weigh looks in the whole story for a kind and for a reason to keep it secret.
func (t *turn) weigh() {
	d := &t.s.Telling
	story := d.Draft.Story()
	plain := plainWords(story)
	accused := accuses(plain)
	if d.Draft.Kind == "" {
		d.Proposed = proposeKind(plain, accused)
		if d.Proposed == reports.Whistleblowing && d.PrivacyChosen {
			d.Proposed = ""
		}
	}
	if d.Secrecy == "" && !d.PrivacyChosen && (accused || d.Proposed == reports.Whistleblowing) {
		d.Secrecy = secrecyDue
	}
	if d.Coach != coached {
		what, _ := missing(story)
		d.Coach = string(what)
	}
}

// readings says what was read from the story, so that a wrong reading shows.
func (t *turn) readings() {
	d := &t.s.Telling
	if t.next() == asksReview {
		return // which shows everything
	}
	if d.Draft.OccurredAt.Known() && d.TimeRef == "" && t.s.Asked != asksReview {
		t.say("read.when", t.when())
	}
	switch {
	case d.Draft.Location.Pin:
		t.say("read.pin")
	case d.Draft.Location.Words != "" && d.PlaceRef == "":
		t.say("read.place", placeWords(d.Draft.Location, 120))
	}
	if n := len(d.Draft.Evidence); n > 0 {
		t.say("read.files", itoa(n))
	}
}
