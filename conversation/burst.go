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
	if t.s.Telling.holds() && t.correct(burst) {
		return
	}
	burst, late := lateCorrections(burst)
	t.take(burst)
	if len(late) > 0 && t.s.Telling.holds() && !t.correct(late) {
		t.absorb(late)
	}
}

// take takes what a burst brought as the answer to the open question.
func (t *turn) take(burst []reports.Passage) {
	drafting := t.s.Telling.holds()
	switch {
	case t.s.Asked.work() && t.s.Work != nil:
		t.workTold(burst)
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
	if !drafting && !invited && t.tooLate(text) {
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
	if keyword != "" && d.Thread == threadDue {
		t.notThread()
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
		if t.next() != asksThread {
			t.readings()
		}
	}
	t.proceed()
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
			t.consentStill(nil)
		} else {
			t.remind()
		}
		return
	}
	first := len(t.s.Telling.Draft.Chronology) == 0
	t.absorb(burst)
	if t.s.Asked == asksConsent && first {
		t.s.Telling.Whole = t.s.Telling.tellsAll()
		t.repeat() // reads back what was told besides the files
		return
	}
	if t.s.Asked == asksConsent {
		t.s.Telling.Whole = t.s.Telling.tellsAll()
		t.consentStill(burst)
		return
	}
	t.say("story.added")
	switch t.s.Asked {
	case asksReview, asksField:
		t.proceed()
	default:
		t.remind()
	}
}

// consentStill says in a line what has come besides, and asks for consent still,
// unless that comes with a button. The whole text has been read, and comes again
// where somebody asks for it.
func (t *turn) consentStill(burst []reports.Passage) {
	d := &t.s.Telling.Draft
	switch n := len(d.Evidence); {
	case len(burst) > 0:
		t.say("story.added")
		t.added = preview(burst, 200)
	case n > 0:
		t.say("evidence.now", itoa(n))
	case d.Location.Pin:
		t.say("ack.pin")
	}
	t.remind()
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

func (t *turn) placeTold(burst []reports.Passage) {
	d := &t.s.Telling
	burst = t.places(burst)
	words := oneLine(burst, ", ")
	switch {
	case t.long(words):
		t.absorb(burst)
		t.say("place.long")
		t.repeat()
		return
	case hasWords(words):
		where, when := t.apart(words)
		if where == "" {
			t.timeFrom(when)
			t.say("ack.when", t.when())
			t.remind()
			return
		}
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
		if !d.Draft.Location.Known() {
			t.remind() // what was said tells what is missing
			return
		}
		t.timeFrom(when) // in the zone of the place
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

// places returns the messages of a burst that answer "where?". Others among them
// are more of the story, such as one that was on its way when the question came.
func (t *turn) places(burst []reports.Passage) []reports.Passage {
	if len(burst) < 2 {
		return burst
	}
	var places, story []reports.Passage
	for _, p := range burst {
		if is, _ := readPlaceAnswer(placeOnly(p.Text)); is == saysStory {
			story = append(story, p)
		} else {
			places = append(places, p)
		}
	}
	if len(places) == 0 || len(story) == 0 {
		return burst
	}
	t.absorb(story)
	return places
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
	switch {
	case !tells(where):
		return "", words // "udah dari tahun lalu" tells no place
	case strings.Contains(where, "  "):
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
	before := t.zone()
	d.Agency, d.AgencyWords = code, words
	t.retime(before)
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

// withoutGreeting drops the messages before the first that tells something: a
// greeting, a question about the service.
func withoutGreeting(burst []reports.Passage) []reports.Passage {
	for i, p := range burst {
		if _, aside := sideRemark(p.Text); tells(p.Text) && !aside {
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
