package conversation

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kentongan/reports"
)

// endBurst takes what a burst brought as the answer to the open question.
// Without a burst it does nothing.
func (t *turn) endBurst() {
	if t.s.BurstEnd.IsZero() {
		return
	}
	burst := t.s.Burst
	t.s.Burst, t.s.BurstEnd, t.s.Pace, t.s.Heard = nil, time.Time{}, 0, time.Time{}
	drafting := t.s.Telling.holds()
	switch {
	case drafting && t.s.Asked == asksMore:
		t.detailTold(burst)
	case drafting && t.s.Asked == asksPlace:
		t.placeTold(burst)
	case drafting && t.s.Asked == asksRegion:
		t.regionTold(burst)
	case drafting && (t.s.Asked == asksWhen || t.s.Asked == asksWhich):
		t.timeTold(burst)
	case drafting && (t.s.Asked == asksAgency || t.s.Asked == asksAgencyWords):
		t.agencyTold(burst)
	case !drafting || t.s.Asked == asksStory || t.s.Asked == asksNothing:
		t.storyTold(burst)
	default:
		t.moreTold(burst)
	}
}

// storyTold takes the first words of a report, or those that the question for
// the story asked for.
func (t *turn) storyTold(burst []reports.Passage) {
	invited := t.s.Asked == asksStory
	drafting := t.s.Telling.holds()
	burst, keyword := t.cutKeyword(burst)
	if keyword != "" && !drafting {
		t.s.Keyword = keyword
	}
	text := storyOf(burst)
	if content := t.content(text, drafting || invited); !content {
		switch {
		case drafting && len(t.s.Telling.Draft.Chronology) > 0:
			t.repeat()
		case drafting:
			if invited && hasWords(text) {
				t.say("not_told")
			}
			if t.consented() {
				t.readings()
			}
			t.proceed()
		default:
			switch {
			case !invited:
				t.say("hello")
			case hasWords(text) && !greeting(text):
				t.say("not_told")
			}
			t.invite()
		}
		return
	}
	if !drafting && t.s.Language == "" && inEnglish(text) && slices.Contains(t.m.config.Phrases.Languages(), "en") {
		t.s.Language = "en"
	}
	t.begin()
	d := &t.s.Telling
	again := len(d.Draft.Chronology) > 0 && !d.Rewrite
	if keyword != "" && d.Draft.Agency == "" && d.Draft.AgencyWords == "" {
		d.Draft.Keyword, d.Draft.Agency = keyword, t.m.keywords[keyword]
	}
	if len(d.Draft.Chronology) == 0 {
		burst = withoutGreeting(burst)
	}
	t.absorb(burst)
	d.Whole = d.tellsAll()
	if t.consented() {
		switch {
		case again:
			t.say("story.added")
		case t.next() != asksReview:
			t.say("noted", preview(d.Draft.Chronology, 200))
			t.addressee()
		}
		t.readings()
	}
	t.proceed()
}

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

// tellsAll reports whether place and time are known for sure although neither
// was asked for: then only the review stands between the report and its sending.
func (t *Telling) tellsAll() bool {
	return t.Draft.Location.Words != "" && t.PlaceRef == "" && len(t.Regions) == 0 &&
		t.Draft.OccurredAt.Known() && t.TimeRef == "" && !t.Future && t.Unclear == ""
}

// content reports whether text tells something; expected lowers the bar,
// because we had asked.
func (t *turn) content(text string, expected bool) bool {
	if len(text) <= maxChoosing {
		if plain := normalise(text); t.m.talk[plain] != "" || t.m.thanking(plain) {
			return false
		}
	}
	return tells(text) || (expected && hasWords(text) && !greeting(text))
}

// moreTold takes words that answer no question as more of the story.
func (t *turn) moreTold(burst []reports.Passage) {
	text := storyOf(burst)
	if !hasWords(text) {
		if t.s.Asked == asksConsent {
			t.repeat() // files may have come: the read-back counts them
		} else {
			t.remind()
		}
		return
	}
	t.absorb(burst)
	t.say("story.added")
	switch t.s.Asked {
	case asksReview, asksField:
		t.proceed()
	case asksConsent:
		t.repeat()
	default:
		t.remind()
	}
}

// detailTold takes the answer to what the story lacked, whatever it is.
func (t *turn) detailTold(burst []reports.Passage) {
	t.s.Telling.Coach = coached
	if hasWords(storyOf(burst)) {
		t.absorb(burst)
		t.say("story.added")
		t.readings()
	}
	t.proceed()
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
		if words, at, ok := findTime(text, t.present()); ok {
			d.Draft.OccurredAt = storable(occurredAt(words, sure(at)))
			d.TimeRef = ""
		}
	}
}

// weigh looks in the whole story for a kind and for a reason to keep it secret.
func (t *turn) weigh() {
	d := &t.s.Telling
	story := d.Draft.Story()
	if d.Draft.Kind == "" {
		d.Proposed = suggestKind(story)
		if d.Proposed == reports.Whistleblowing && d.PrivacyChosen {
			d.Proposed = ""
		}
	}
	if d.Secrecy == "" && !d.PrivacyChosen && wantsSecrecy(story) {
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

func (t *turn) placeTold(burst []reports.Passage) {
	d := &t.s.Telling
	words := oneLine(burst, ", ")
	switch {
	case t.long(words):
		t.absorb(burst)
		t.say("place.long")
		t.repeat()
		return
	case hasWords(words):
		where, when := t.apart(words)
		l := reports.Location{Words: where}
		if d.FreshPin {
			l.Lat, l.Lon, l.Pin = d.Draft.Location.Lat, d.Draft.Location.Lon, true
		}
		hidden := d.NoPin
		if old := d.Draft.Location.Words; hidden && !t.long(words+", "+old) {
			l.Words += ", " + old // the link may yet serve somebody
		}
		t.setPlace(l)
		d.PlaceRef = burst[0].Ref
		if _, at, ok := findTime(when, t.present()); ok { // in the zone of the place
			d.Draft.OccurredAt = storable(occurredAt(when, sure(at)))
			d.TimeRef = ""
		}
		if d.NoPin && !hidden {
			t.say("place.short_link")
			t.repeat()
			return
		}
	case !d.FreshPin:
		t.say("place.empty")
		t.repeat()
		return
	}
	d.FreshPin, d.NoPlace = false, false
	if t.after() != asksReview && t.after() != asksRegion {
		t.ackPlace()
	}
	t.proceed()
}

// apart splits an answer that tells place and time at once, as in "di depan
// stasiun, tadi malam jam 9". Where the time is known already, or nothing would
// be left of the place, all of it is the place.
func (t *turn) apart(words string) (where, when string) {
	if t.s.Telling.Draft.OccurredAt.Known() {
		return words, ""
	}
	when, _, ok := findTime(words, t.present())
	if !ok || when == "" {
		return words, ""
	}
	where = strings.Trim(strings.Replace(words, when, "", 1), " ,.;:-")
	if !hasWords(where) || strings.Contains(where, "  ") {
		return words, ""
	}
	return where, when
}

// after is the question that comes once the open one is answered.
func (t *turn) after() question { return t.next() }

func (t *turn) ackPlace() {
	l := t.s.Telling.Draft.Location
	switch {
	case l.Words != "":
		t.say("ack.place", placeWords(l, 120))
	case l.Pin:
		t.say("ack.pin")
	}
}

func (t *turn) agencyTold(burst []reports.Passage) {
	words := oneLine(burst, " ")
	switch {
	case t.long(words):
		t.absorb(burst)
		t.say("agency.long")
		t.repeat()
		return
	case !hasWords(words):
		t.say("agency.empty")
		t.repeat()
		return
	}
	plain := normalise(words)
	code := t.m.byName[plain]
	if code == "" {
		code = t.m.keywords[plain]
	}
	if code != "" {
		words = ""
	}
	t.setAgency(code, words)
	t.ask(asksReview)
}

// setAgency keeps the body that the person wants; the keyword that the report
// began with loses its say when that is another one.
func (t *turn) setAgency(code, words string) {
	d := &t.s.Telling.Draft
	if d.Agency != code {
		d.Keyword = ""
	}
	d.Agency, d.AgencyWords = code, words
}

// long reports whether words are more than an answer to a short question.
func (t *turn) long(words string) bool {
	return len(words) > maxShort && utf8.RuneCountInString(words) > maxShort
}

// storyOf is the text of passages, one a line.
func storyOf(passages []reports.Passage) string {
	return strings.TrimSpace(reports.Draft{Chronology: passages}.Story())
}

// oneLine is the text of passages with between in the place of line breaks.
func oneLine(passages []reports.Passage, between string) string {
	text := storyOf(passages)
	if !strings.Contains(text, "\n") {
		return text
	}
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(between)
		}
		b.WriteString(line)
	}
	return b.String()
}

// withoutGreeting drops the messages before the first that tells something.
func withoutGreeting(burst []reports.Passage) []reports.Passage {
	for i, p := range burst {
		if tells(p.Text) {
			return burst[i:len(burst):len(burst)]
		}
	}
	return burst
}

// cutKeyword takes a registered keyword from the front of the first words and
// returns it as it is registered, or "".
func (t *turn) cutKeyword(burst []reports.Passage) ([]reports.Passage, string) {
	if len(burst) == 0 || (t.s.Telling.holds() && len(t.s.Telling.Draft.Chronology) > 0) {
		return burst, ""
	}
	keyword, rest := t.m.splitKeyword(burst[0].Text)
	if keyword == "" {
		return burst, ""
	}
	if strings.TrimSpace(rest) == "" {
		return without(burst, 0), keyword
	}
	return changed(burst, 0, reports.Passage{Text: rest, Ref: burst[0].Ref}), keyword
}

// splitKeyword splits a registered keyword off the front of text.
func (m *Machine) splitKeyword(text string) (keyword, rest string) {
	text = strings.TrimSpace(text)
	first := text
	if i := strings.IndexAny(text, " \n\t:,"); i >= 0 {
		first, rest = text[:i], strings.TrimLeft(text[i:], " \n\t:,")
	}
	if len(first) > maxChoosing {
		return "", text
	}
	if keyword = normalise(first); m.keywords[keyword] == "" {
		return "", text
	}
	return keyword, rest
}

// invite asks somebody who has told nothing yet to tell what happened.
func (t *turn) invite() {
	if t.s.Telling.holds() {
		t.resume()
		return
	}
	if code := t.m.keywords[t.s.Keyword]; t.s.Keyword != "" && code != "" {
		t.say("keyword", t.m.agency(code).Name)
	}
	t.ask(asksStory)
}
