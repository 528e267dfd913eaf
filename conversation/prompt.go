package conversation

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kentongan/reports"
)

// put adds the open question's text and returns its choices.
func (t *turn) put() []Choice {
	switch q := t.s.Asked; q {
	case asksNothing:
	case asksStory:
		t.putStory()
	case asksConsent:
		switch {
		case t.prompt != briefly:
			t.putConsent()
		case !t.askedAlready():
			t.say("ask.consent.short")
		}
	case asksSecrecy, asksMore, asksPlace, asksWhen, asksEvidence:
		t.putOpen(q)
	case asksRegion:
		t.putRegion()
	case asksFuture:
		t.say("ask.future", t.when())
	case asksWhich:
		t.putWhich()
	case asksReview:
		if t.prompt == briefly {
			t.say("ask.review.short")
		} else {
			t.putReview()
		}
	case asksField:
		t.say("ask.field")
		t.putFields()
	case asksKind:
		t.say("ask.kind")
	case asksAgency:
		t.say("ask.agency")
	case asksAgencyWords:
		t.say("ask.agency_words")
	case asksPrivacy:
		t.say("ask.privacy")
	case asksCancel:
		t.say("ask.cancel")
	case asksLanguage:
		t.say("ask.language")
	case asksLeave:
		t.say("ask.leave", string(t.s.LeavingID))
	case asksThread:
		t.say("ask.thread")
		t.aboutThreads(t.s.Telling.Threads)
	case asksWorkAs, asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain, asksWorkSure, asksWorkSend:
		t.putWork()
	}
	out := outgoing(t.choices())
	if t.s.Asked.figures() {
		for i := range out { // built for this turn alone
			out[i].Number = 0
		}
	}
	return out
}

// fixed are the choices of the questions that always offer the same, as they
// go out, by the first of them.
var fixed = func() map[*choice][]Choice {
	sets := map[*choice][]Choice{}
	for _, choices := range [][]choice{
		consentChoices, toldChoices, spokenChoices, yesNoChoices, cancelChoices, futureChoices, openChoices, whenChoices, knownChoices, noFilesChoices,
		filesChoices, fieldChoices, reviewChoices, kindChoices, privacyChoices, agencyByWords,
	} {
		sets[&choices[0]] = arranged(choices)
	}
	return sets
}()

// outgoing returns choices as they go out. Callers do not change the slice.
func outgoing(choices []choice) []Choice {
	if len(choices) == 0 {
		return nil
	}
	if out := fixed[&choices[0]]; len(out) == len(choices) {
		return out
	}
	return arranged(choices)
}

// arranged returns choices in the order in which they are shown: what the question
// is there for comes first, with the number that it has.
func arranged(choices []choice) []Choice {
	out := make([]Choice, 0, len(choices))
	for i := range choices {
		c := &choices[i]
		o := Choice{Number: i + 1, ID: c.id, Label: Phrase{Key: c.label}, Listed: c.listed, Primary: c.primary}
		if c.name != "" {
			o.Label.Args = []string{c.name}
		}
		if c.primary {
			out = slices.Insert(out, 0, o)
		} else {
			out = append(out, o)
		}
	}
	return out
}

func (t *turn) putStory() {
	d := &t.s.Telling
	switch {
	case d.spoken() && len(d.Draft.Chronology) == 0:
		t.say("ask.story.spoken")
	case !d.holds() || len(d.Draft.Chronology) == 0:
		t.say("ask.story")
	case d.Rewrite:
		t.say("ask.story.rewrite")
	default:
		t.say("ask.story.more", preview(d.Draft.Chronology, 500))
	}
}

// putConsent reads back what was told and asks whether we may go on with it.
func (t *turn) putConsent() {
	d := &t.s.Telling.Draft
	if len(d.Chronology) > 0 {
		t.say("consent.noted", preview(d.Chronology, 500))
		if n := len(d.Evidence); n > 0 {
			t.line("consent.and_files", itoa(n))
		}
		if d.Location.Pin {
			t.line("consent.and_pin")
		}
	} else {
		switch n := len(d.Evidence); {
		case n > 0 && d.Location.Pin:
			t.say("consent.files_and_pin", itoa(n))
		case n > 0:
			t.say("consent.files", itoa(n))
		default:
			t.say("consent.pin")
		}
	}
	t.addressee()
	key, n := t.m.retention()
	t.say("consent.use."+key, n)
	if t.e.Via.Abroad {
		network := clip(t.e.Via.Network, 40)
		if network == "" {
			t.line("consent.abroad_unnamed")
		} else {
			t.line("consent.abroad", network)
		}
	}
	t.say("ask.consent")
}

// addressee says which government a keyword chose.
func (t *turn) addressee() {
	d := &t.s.Telling.Draft
	if a := t.m.agency(d.Agency); d.Keyword != "" && a != nil {
		t.line("keyword", clip(a.Name, 120))
	}
}

// askedAlready reports whether what was just said asks for consent itself, or
// can be put so that it does.
func (t *turn) askedAlready() bool {
	if len(t.paras) == 0 {
		return false
	}
	switch last := &t.paras[len(t.paras)-1]; last.Key {
	case "story.added":
		if t.added == "" {
			return false
		}
		last.Key, last.Args = "consent.added", []string{t.added}
	case "evidence.now":
		last.Key = "consent.added_files"
	case "strict.consent":
	default:
		return false
	}
	return true
}

// retention is how long identities are kept, in the largest unit that fits.
func (m *Machine) retention() (unit, n string) {
	hours := int(m.config.Retention.Hours())
	unit, count := "day", (hours+23)/24
	switch {
	case hours >= 8760 && hours%8760 == 0:
		unit, count = "year", hours/8760
	case hours >= 730 && hours%730 == 0:
		unit, count = "month", hours/730
	}
	if count != 1 {
		unit += "s"
	}
	return unit, itoa(count)
}

// putOpen asks one of the questions of which the number left is said.
func (t *turn) putOpen(q question) {
	d := &t.s.Telling
	if !d.Editing && t.prompt == whole {
		n := d.left()
		if !d.needs(q) {
			n++ // asked again
		}
		switch {
		case n == 1:
			t.say("left.last")
		case n > 1:
			t.say("left", itoa(n))
		}
	}
	switch q {
	case asksSecrecy:
		t.tightly("ask.secrecy")
	case asksMore:
		t.tightly("coach." + d.Coach)
	case asksPlace:
		if d.Draft.Location.Known() {
			t.say("now.place", t.place(300))
		}
		t.tightly("ask.place")
	case asksWhen:
		if d.Draft.OccurredAt.Known() {
			t.say("now.when", t.when())
		}
		t.tightly("ask.when")
	default:
		if n := len(d.Draft.Evidence); n > 0 {
			if t.slot == "" {
				t.say("now.files", itoa(n))
			}
			t.tightly("ask.evidence.more")
			return
		}
		if t.e.Via.MaxFile > 0 {
			t.tightly("ask.evidence", formatBytes(t.e.Via.MaxFile))
		} else {
			t.tightly("ask.evidence.none")
		}
	}
}

// tightly adds a line below what was just said about the same question.
func (t *turn) tightly(key string, args ...string) {
	tight := false
	if n := len(t.paras); n > 0 {
		switch t.paras[n-1].Key {
		case "left", "left.last", "now.place", "now.when", "now.files", "evidence.count", "evidence.now":
			tight = true
		}
	}
	t.add(key, tight, args)
}

// putReview shows the whole report. Its fields carry the numbers of the choices.
func (t *turn) putReview() {
	t.say("review")
	t.putFields()
	if t.s.Telling.unsure() {
		t.say("ask.review.unclear")
	} else {
		t.say("ask.review")
	}
}

func (t *turn) putFields() {
	d := &t.s.Telling
	text, cut := storyPreview(d.Draft.Chronology, storyShown)
	if cut > 0 {
		t.add("review.story_cut", false, []string{text, groups(t.s.Lang(), cut)})
	} else {
		t.add("review.story", false, []string{text})
	}
	t.putPlaceField()
	if d.Draft.OccurredAt.Known() {
		t.putWhenField()
	} else {
		t.line("review.when_none")
	}
	switch n := len(d.Draft.Evidence); {
	case n > 0:
		t.line("review.evidence", itoa(n))
	case d.Whole && !d.NoMore && t.e.Via.MaxFile > 0:
		t.line("review.evidence_invited", formatBytes(t.e.Via.MaxFile))
	default:
		t.line("review.evidence_none")
	}
	t.line(kindLine(d.kind(), d.Draft.Kind == "" && d.Proposed != ""))
	switch {
	case d.Draft.Agency != "":
		name := d.Draft.Agency
		if a := t.m.agency(name); a != nil {
			name = a.Name
		}
		t.line("review.agency", clip(name, 120))
	case d.Draft.AgencyWords != "":
		t.line("review.agency", clip(d.Draft.AgencyWords, 120))
	default:
		t.line("review.agency_none")
	}
	anonymous, confidential := d.Draft.Anonymous, d.Draft.Confidential
	if d.kind() == reports.Whistleblowing {
		anonymous, confidential = true, true
	}
	switch {
	case anonymous && confidential:
		t.line("review.privacy_both")
	case anonymous:
		t.line("review.privacy_anonymous")
	case confidential:
		t.line("review.privacy_confidential")
	default:
		t.line("review.privacy_open")
	}
}

func kindLine(k reports.Kind, proposed bool) string {
	switch k {
	case reports.Aspiration:
		return either(proposed, "review.kind_aspiration_ours", "review.kind_aspiration")
	case reports.InformationRequest:
		return either(proposed, "review.kind_information_ours", "review.kind_information")
	case reports.Whistleblowing:
		return either(proposed, "review.kind_whistleblowing_ours", "review.kind_whistleblowing")
	case reports.Complaint:
		return either(proposed, "review.kind_complaint_ours", "review.kind_complaint")
	}
	return "review.kind_complaint"
}

// where says in a few lines what the draft has so far.
func (t *turn) where() {
	d := &t.s.Telling
	t.say("where")
	if len(d.Draft.Chronology) > 0 {
		t.line("where.story", preview(d.Draft.Chronology, 100))
	}
	if d.Draft.Location.Known() {
		t.line("where.place", t.place(100))
	}
	if d.Draft.OccurredAt.Known() {
		t.line("where.when", t.when())
	}
	if n := len(d.Draft.Evidence); n > 0 {
		t.line("where.files", itoa(n))
	}
}

// place is the draft's place as it is shown.
func (t *turn) place(runes int) string {
	l := t.s.Telling.Draft.Location
	switch {
	case l.Words == "":
		return t.m.config.Phrases.Text(t.s.Lang(), "place.pin", coordinate(l.Lat), coordinate(l.Lon))
	case l.Pin:
		return t.m.config.Phrases.Text(t.s.Lang(), "place.words_and_pin", placeWords(l, runes))
	default:
		return placeWords(l, runes)
	}
}

func coordinate(d float64) string { return strconv.FormatFloat(d, 'f', 5, 64) }

// when is the draft's time as it was understood.
func (t *turn) when() string {
	d := &t.s.Telling.Draft
	return clip(formatOccurred(t.s.Lang(), d.OccurredAt, t.zone()), 200)
}

// storyShown is how many characters of a story a review shows.
const storyShown = 700

// preview is the beginning of a story.
func preview(passages []reports.Passage, runes int) string {
	text, _ := storyPreview(passages, runes)
	return text
}

// storyPreview returns the beginning of a story and, where that is not all of
// it, how many characters the whole has. It reads no more than it must.
func storyPreview(passages []reports.Passage, runes int) (text string, whole int) {
	size, enough := 0, 0
	for i, p := range passages {
		size += len(p.Text) + 1
		if enough = i + 1; size > 4*runes+8 {
			break
		}
	}
	var story string
	if enough == 1 {
		story = passages[0].Text
	} else {
		var b strings.Builder
		b.Grow(size)
		for i, p := range passages[:enough] {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(p.Text)
		}
		story = b.String()
	}
	if len(story) <= runes && enough == len(passages) {
		return story, 0
	}
	text = clip(story, runes)
	if text == story && enough == len(passages) {
		return text, 0
	}
	for i, p := range passages {
		whole += utf8.RuneCountInString(p.Text)
		if i > 0 {
			whole++
		}
	}
	return text, whole
}

// groups writes n as people read it: 65.536, in English 65,536.
func groups(lang string, n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + either(lang == "en", ",", ".") + s[i:]
	}
	return s
}
