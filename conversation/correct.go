package conversation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kentongan/reports"
)

// correct takes a burst that puts right what was told before: the time, the
// place, or words of the story. It reports whether it did; a burst that does
// not surely do so is an answer or more of the story.
func (t *turn) correct(burst []reports.Passage) bool {
	d := &t.s.Telling
	if len(burst) == 0 || d.Rewrite {
		return false
	}
	words := oneLine(burst, ", ")
	c, ok := readCorrection(words)
	if !ok && !t.retold(words) {
		return false
	}
	if !ok {
		c = correction{about: aboutTime, right: words, sure: true}
	}
	ref := burst[len(burst)-1].Ref
	switch {
	case t.correctTime(c, ref), t.correctPlace(c, ref):
	case t.correctStory(c):
		t.weigh()
	default:
		return false
	}
	switch {
	case t.s.Asked == asksConsent:
		d.Whole = d.tellsAll()
		t.remind()
	case t.s.Asked.side():
		t.remind()
	case t.s.Asked == asksReview || t.s.Asked == asksField || !d.needs(t.s.Asked),
		t.next() == asksRegion, t.next() == asksWhich, t.next() == asksFuture:
		t.proceed()
	default:
		t.remind()
	}
	return true
}

// retold reports whether words tell a time and nothing else where none is asked
// for: it takes the place of the one that is known.
func (t *turn) retold(words string) bool {
	switch {
	case t.s.Asked == asksWhen, t.s.Asked == asksStory, t.free(), len(words) > maxChoosing, strings.Contains(words, "?"):
		return false
	}
	return readTime(words, t.present()).certain() && t.onlyTime(words)
}

// lateCorrections splits off the messages at the end of a burst that correct
// what the same burst told before.
func lateCorrections(burst []reports.Passage) (told, late []reports.Passage) {
	i := len(burst)
	for i > 1 {
		if c, ok := readCorrection(burst[i-1].Text); !ok || !c.sure || !tells(burst[i-2].Text) {
			break
		}
		i--
	}
	return burst[:i:i], burst[i:]
}

// free reports whether the open question takes any words, so that only a
// correction which names what was wrong is one.
func (t *turn) free() bool {
	switch t.s.Asked {
	case asksMore, asksAgency, asksAgencyWords, asksRegion, asksStory:
		return true
	default:
		return false
	}
}

func (t *turn) correctTime(c correction, ref string) bool {
	d := &t.s.Telling
	old := d.Draft.OccurredAt
	if !old.Known() || c.about == aboutPlace || t.s.Asked == asksWhich {
		return false
	}
	c = c.apart(old.Words)
	named := c.wrong != "" && wordsIn(old.Words, c.wrong) >= 0
	switch {
	case named:
	case !c.sure, t.free(), c.wrong != "" && d.Draft.Location.Words != "" && wordsIn(d.Draft.Location.Words, c.wrong) >= 0:
		return false
	}
	if !t.onlyTime(c.right) {
		return false
	}
	words, m := t.corrected(old, c)
	if !m.certain() && m.why != whyFuture && len(m.others) == 0 && !m.known() {
		return false
	}
	d.Draft.OccurredAt = storable(occurredAt(words, m))
	d.Future, d.NoTime = m.why == whyFuture, false
	d.Unclear, d.Times = "", nil
	if !m.certain() && !d.Future {
		t.unclear(m)
	}
	if d.TimeRef != "" {
		d.TimeRef = ref
	}
	t.say("corrected.when", t.when())
	return true
}

// corrected returns the words of the time as c has it, with what of the old one
// still holds: the hour where only the day was wrong, and the other way round.
func (t *turn) corrected(old reports.OccurredAt, c correction) (words string, m meaning) {
	p := t.present()
	alone := readTime(c.right, p)
	var tries []string
	if c.wrong != "" {
		if i := wordsIn(old.Words, c.wrong); i >= 0 {
			tries = append(tries, old.Words[:i]+c.right+old.Words[i+len(c.wrong):])
		}
	}
	if old.Precision == reports.Recurring && alone.certain() && alone.recurs == "" && alone.at.to.IsZero() { // tiap hujan; sejak Senin
		words := old.Words + ", " + c.right
		if m := readTime(words, p); m.certain() && m.recurs != "" {
			return words, m
		}
	}
	from := old.From.In(p.now.Location())
	switch old.Precision {
	case reports.Minute, reports.Hour, reports.PartOfDay, reports.Day:
		date := itoa(from.Day()) + " " + datesIn(defaultLanguage).months[from.Month()-1] + " " + itoa(from.Year())
		if old.Precision == reports.Day {
			tries = append(tries, old.Words+" "+c.right)
		}
		tries = append(tries, date+" "+c.right)
	default:
	}
	for _, words := range tries {
		if m := readTime(words, p); m.certain() && m.recurs == alone.recurs {
			return words, m
		}
	}
	if timed := old.Precision == reports.Minute || old.Precision == reports.Hour; timed && alone.certain() && alone.at.precision == reports.Day {
		words := c.right + " jam " + from.Format("15.04")
		if m := readTime(words, p); m.certain() {
			m.at = span{m.at.from, m.at.from.Add(old.To.Sub(old.From)), old.Precision}
			return words, m
		}
	}
	return c.right, alone
}

func (t *turn) correctPlace(c correction, ref string) bool {
	d := &t.s.Telling
	old := d.Draft.Location
	if !old.Known() || c.about == aboutTime {
		return false
	}
	c = c.apart(old.Words)
	c.right = withoutAt(c.right)
	i := -1
	if c.wrong != "" {
		c.wrong = withoutAt(c.wrong)
		i = wordsIn(old.Words, c.wrong)
	}
	switch {
	case i >= 0 && (c.sure || len(c.wrong) > 3 || alike(c.right, old.Words)):
	case !c.sure, t.free():
		return false
	case c.about != aboutPlace && !onlyPlace(c.right):
		return false
	}
	words := c.right
	if p := ReadPlace(c.right); i >= 0 && p.region() == "" && !p.Ask {
		words = old.Words[:i] + c.right + old.Words[i+len(c.wrong):]
	}
	if t.long(words) || !hasWords(words) {
		return false
	}
	l := old
	l.Words = words
	d.NoPlace = false
	t.keepPlace(l)
	if d.PlaceRef != "" {
		d.PlaceRef = ref
	}
	t.say("corrected.place", placeWords(d.Draft.Location, 120))
	return true
}

// correctStory replaces the words of the story that are said to be wrong, where
// they stand in it once.
func (t *turn) correctStory(c correction) bool {
	d := &t.s.Telling
	if !c.sure || c.open || len(c.wrong) < 3 || strings.Count(c.right, " ") > 5 || t.free() {
		return false
	}
	at, passage := -1, 0
	for i, p := range d.Draft.Chronology {
		n := wordsIn(p.Text, c.wrong)
		switch {
		case n < 0:
		case at >= 0 || wordsIn(p.Text[n+len(c.wrong):], c.wrong) >= 0:
			return false
		default:
			at, passage = n, i
		}
	}
	if at < 0 || t.tooMuch(len(c.right)) {
		return false
	}
	p := d.Draft.Chronology[passage]
	right := maskIdentity(c.right)
	if first, _ := utf8.DecodeRuneInString(p.Text[at:]); unicode.IsUpper(first) { // of a sentence
		begins, size := utf8.DecodeRuneInString(right)
		right = string(unicode.ToUpper(begins)) + right[size:]
	}
	p.Text = p.Text[:at] + right + p.Text[at+len(c.wrong):]
	d.Draft.Chronology = changed(d.Draft.Chronology, passage, p)
	t.say("corrected.story", clip(p.Text, 200))
	return true
}

// tooLate answers a correction of a report that was sent. It reports whether
// text was one.
func (t *turn) tooLate(text string) bool {
	f := t.lastFiled()
	if f == nil || t.at.Sub(f.At) > consentWait {
		return false
	}
	c, ok := readCorrection(text)
	if !ok || !c.sure || !t.onlyTime(c.right) && !onlyPlace(withoutAt(c.right)) {
		return false
	}
	t.say("corrected.filed", string(f.TrackingID))
	return true
}

// apart finds out where the wrong words end that old holds.
func (c correction) apart(old string) correction {
	if !c.open {
		return c
	}
	for i := len(c.right) - 1; i > 0; i-- {
		if c.right[i] == ' ' && wordsIn(old, c.right[:i]) >= 0 {
			c.wrong, c.right, c.open = c.right[:i], strings.TrimSpace(c.right[i:]), false
			return c
		}
	}
	return c
}

// onlyTime reports whether words tell a time and nothing else.
func (t *turn) onlyTime(words string) bool {
	m := readTime(words, t.present())
	if !m.known() && m.recurs == "" && len(m.others) == 0 {
		return false
	}
	for _, token := range lexTime(words) {
		switch token.kind {
		case kPlace, kEvent:
			return false
		case kUnknown:
			if token.count == 0 && token.word != "" && hasWords(token.word) && !aside[token.word] {
				return false
			}
		default:
		}
	}
	return true
}

// onlyPlace reports whether words tell a place and nothing else.
func onlyPlace(words string) bool {
	found, ok := findPlace("di " + words)
	return ok && plainWords(found) == plainWords(words)
}

// alike reports whether two places share a word that tells something.
func alike(a, b string) bool {
	words := strings.Fields(plainWords(b))
	return slices.ContainsFunc(strings.Fields(plainWords(a)), func(word string) bool {
		return len(word) > 3 && telling(word) && slices.Contains(words, word)
	})
}

// withoutAt is words without the "di" before a place and the -nya of its first word.
func withoutAt(words string) string {
	if rest, ok := cutFold(words, "di "); ok {
		words = strings.TrimSpace(rest)
	}
	first, rest, _ := strings.Cut(words, " ")
	if stem, ok := strings.CutSuffix(first, "nya"); ok && rest != "" && len(stem) > 3 { // "puskesmasnya Sewon 2"
		return stem + " " + rest
	}
	return words
}

// wordsIn returns where the whole words of part stand in text, letters large or
// small, or -1. Letters of which the two take different room are not looked for.
func wordsIn(text, part string) int {
	if part == "" {
		return -1
	}
	for i := 0; i+len(part) <= len(text); i++ {
		if !strings.EqualFold(text[i:i+len(part)], part) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(part):])
		if !letterOrDigit(before) && !letterOrDigit(after) {
			return i
		}
	}
	return -1
}

func letterOrDigit(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
