package conversation

import (
	"slices"
	"strings"
	"unicode"

	"kentongan/reports"
)

// text takes a written message: a command, an answer to the open question, a
// few words of talk, or something told.
func (t *turn) text(text string) {
	if t.s.Asked.work() && t.s.Work != nil {
		t.workText(text)
		return
	}
	if !t.s.Danger && len(text) > 2 && danger(text) {
		t.s.Danger = true
		t.say("danger")
	}
	if t.command(text) {
		return
	}
	if t.unseen {
		// The question that numbers and labels would answer has never been put.
		if !tells(text) {
			t.repeat()
			return
		}
	} else if t.answer(text) {
		return
	}
	if t.s.Asked == asksLeave && t.leaving(text) {
		return
	}
	if t.waitingAnswer(text) || t.wantsEnglish(text) || t.askedForSecrecy(text) || t.noFiles(text) || t.aside(text) || t.smalltalk(text) || t.nothingWaits(text) {
		return
	}
	t.collect(text)
}

// noFiles takes the answer to a review that invites files: there are none. It
// reports whether text was that.
func (t *turn) noFiles(text string) bool {
	d := &t.s.Telling
	if t.s.Asked != asksReview || !t.s.BurstEnd.IsZero() || !d.Whole || d.NoMore || len(d.Draft.Evidence) > 0 || len(text) > maxChoosing {
		return false
	}
	if !slices.ContainsFunc(strings.Fields(plainWords(text)), func(word string) bool { return filesLacking[word] || filesLacking[squeezed(word)] }) {
		return false // "tidak" alone may mean the review
	}
	c := noFilesChoices[0]
	if _, ok := match(text, []option{{ID: c.id, Labels: t.m.labels[labelKey{t.s.Lang(), c.label, c.also}].loose}}); !ok {
		return false
	}
	d.NoMore = true
	t.say("skipped.files")
	t.remind()
	return true
}

// filesLacking are words of which one stands in every answer that there are no
// files.
var filesLacking = wordSet(`ada punya foto bukti aya wonten kadada none nothing have photos files`)

// aside answers what somebody asks or remarks besides, in a line, and goes on
// where the talk was. It reports whether it did. In the middle of a burst of
// free words everything belongs to them.
func (t *turn) aside(text string) bool {
	if !t.s.BurstEnd.IsZero() && (t.s.Asked.words() || t.s.Asked == asksConsent) {
		return false
	}
	is, ok := sideRemark(text)
	if !ok {
		return false
	}
	drafting := t.s.Telling.holds()
	filed := !drafting && t.lastFiled() != nil
	switch is {
	case remarkThanks, remarkOK:
		return false // which smalltalk knows by the open question
	case remarkCancel:
		t.cancel()
		return true
	case remarkHow:
		t.help()
		return true
	case remarkAgain:
		if !drafting && t.s.Asked == asksNothing {
			t.help()
			return true
		}
		t.say("side.again")
		t.repeat()
		return true
	case remarkHere:
		if !drafting {
			return false
		}
	case remarkStatus, remarkNumber:
		if filed {
			t.status("")
			return true
		}
	case remarkMistake:
		if filed {
			is = remarkChange
		}
	case remarkInsult, remarkWhen:
		if filed {
			t.say(either(is == remarkWhen, "side.when_filed", "side.insult_filed"))
			return true
		}
	case remarkWithdraw:
		if filed {
			t.say("leave.how", string(t.lastFiled().TrackingID))
			return true
		}
	case remarkWait, remarkCost, remarkReaders, remarkSecret, remarkNIK, remarkBot, remarkHuman, remarkFiles,
		remarkOfficial, remarkWhy, remarkPhone, remarkOffice, remarkLanguage, remarkContact, remarkChange:
	}
	t.say("side." + string(is))
	switch {
	case drafting:
		t.remind()
	case t.s.Asked == asksNothing && t.lastFiled() == nil && is != remarkWait && is != remarkMistake:
		t.invite()
	}
	return true
}

// answer reports whether text chose one of the open question's answers.
func (t *turn) answer(text string) bool {
	choices := t.choices()
	if len(choices) == 0 {
		return false
	}
	// In the middle of a burst of free words a number is one of these words.
	byNumber := (len(t.s.Burst) == 0 || !t.s.Asked.words()) && !t.s.Asked.figures()
	k, isNumber := number(text)
	if isNumber && byNumber && k >= 1 && k <= len(choices) {
		t.pick(choices[k-1].id)
		return true
	}
	var options [20]option
	n := 0
	for ; n < len(choices) && n < len(options) && len(text) <= maxChoosing; n++ {
		options[n] = t.option(choices, n, byNumber)
	}
	if id, ok := match(text, options[:n]); ok {
		t.pick(id)
		return true
	}
	if isNumber && byNumber && (k < 1 || k > len(choices)) && t.s.Asked != asksWhen && t.s.Asked != asksWhich && t.s.Asked != asksStory {
		t.say("no_such_number", itoa(len(choices)))
		t.remind()
		return true
	}
	return false
}

// option is the i-th choice with all the ways to say it.
func (t *turn) option(choices []choice, i int, byNumber bool) option {
	c := &choices[i]
	o := option{ID: c.id, Number: i + 1, ByNumber: byNumber, Strict: c.strict, Exact: c.exact}
	if c.name != "" {
		if o.Labels = t.m.names[c.name]; o.Labels == nil {
			o.Labels = []string{c.name}
		}
		return o
	}
	l := t.m.labels[labelKey{t.s.Lang(), c.label, c.also}]
	if o.Labels = l.loose; c.strict {
		o.Labels = l.strict
	}
	return o
}

// maxChoosing is beyond the length in bytes of anything that chooses.
const maxChoosing = 120

// smalltalk answers words that are no content: thanks, a yes to nothing, a
// strict word at another time, and the words of commands. It reports whether
// it did.
func (t *turn) smalltalk(text string) bool {
	if len(text) > maxChoosing {
		return false
	}
	plain := normalise(text)
	is := t.m.talk[plain]
	if is == "" && t.m.thanking(plain) {
		is = talkThanks
	}
	drafting := t.s.Telling.holds()
	if t.s.Asked == asksNothing && !t.s.BurstEnd.IsZero() && is != talkCancel && is != talkDone && is != talkHelp {
		return false // a burst is being told; "ya" in the middle is part of it
	}
	switch is {
	case talkBack:
		t.goBack()
	case talkCancel:
		t.cancel()
	case talkHelp:
		t.help()
	case talkThanks:
		if !t.s.BurstEnd.IsZero() {
			return false
		}
		t.say("welcome")
		if drafting {
			t.remind()
		}
	case talkSend:
		switch {
		case !drafting && t.lastFiled() != nil:
			t.alreadySent(t.lastFiled())
		case drafting && t.s.Asked != asksConsent:
			t.endBurst()
			switch {
			case t.s.Asked == asksEvidence:
				t.pickEvidence(skip.id) // "kirim" after the last file, or without one: that was all
				return true
			case t.s.Asked == asksReview:
				t.repeat()
				return true
			}
			t.say("send.early")
			t.remind()
		default:
			return t.hint(plain)
		}
	case talkDone:
		if t.s.BurstEnd.IsZero() {
			return t.hint(plain)
		}
		t.endBurst()
		if t.prompt == silent {
			t.invite()
		}
	case talkYes, talkNo, talkAgree, "":
		return t.hint(plain)
	}
	return true
}

// hint answers what looks like an answer to the open question and is none. It
// reports whether it did; what tells something is never answered with a hint.
func (t *turn) hint(plain string) bool {
	if !t.s.BurstEnd.IsZero() && t.s.Asked.words() {
		return false
	}
	is := t.m.talk[plain]
	chat := is != "" || !hasWords(plain)
	if !t.s.Asked.words() {
		chat = is != "" || !tells(plain)
	}
	switch t.s.Asked {
	case asksConsent:
		if !chat && !t.resembles(plain, consentChoices) && !t.m.agreeing(plain) {
			return false
		}
		t.say("strict.consent")
		t.remind()
	case asksReview:
		unknowing := deniesKnowing(plain) == len(plain) // "ga tau" tells nothing more
		if !chat && !unknowing && !t.resembles(plain, reviewChoices) && strings.Contains(plain, " ") {
			return false // more of the story
		}
		t.say("strict.send")
		t.remind()
	case asksNothing, asksStory:
		if t.s.Telling.holds() {
			if !chat && !greeting(plain) {
				return false
			}
			t.repeat()
			return true
		}
		if _, isNumber := number(plain); (isNumber || chat) && t.s.Asked == asksNothing && t.lastFiled() != nil && t.s.BurstEnd.IsZero() {
			t.say("nothing_open", string(t.lastFiled().TrackingID))
			return true
		}
		return false
	case asksMore, asksPlace, asksRegion, asksWhen, asksWhich, asksAgency, asksAgencyWords:
		switch {
		case t.s.Asked == asksWhich && t.settles(plain):
			return false
		case !hasWords(plain):
			t.say(notUnderstood(t.s.Asked))
		case chat || greeting(plain):
			t.say("not_an_answer")
		default:
			return false
		}
		t.remind()
	case asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain:
		return false
	default:
		if !chat && strings.Contains(plain, " ") {
			return false // more of the story
		}
		t.say("choose")
		t.remind()
	}
	return true
}

// notUnderstood is the key that says what is missing in an answer without words.
func notUnderstood(q question) string {
	switch q {
	case asksMore:
		return "not_told"
	case asksPlace, asksRegion:
		return "place.empty"
	case asksWhen, asksWhich:
		return "when.empty"
	default:
		return "agency.empty"
	}
}

// agreeing reports whether a few words have the word for agreement among them:
// "nggih setuju" is no agreement in full, and no refusal either.
func (m *Machine) agreeing(plain string) bool {
	if strings.Count(plain, " ") > 4 {
		return false
	}
	for word := range strings.SplitSeq(plain, " ") {
		if m.talk[word] == talkAgree {
			return true
		}
	}
	return false
}

// resembles reports whether text would choose one of choices if no word were strict.
func (t *turn) resembles(text string, choices []choice) bool {
	options := make([]option, 0, len(choices))
	for _, c := range choices {
		if c.strict {
			options = append(options, option{ID: c.id, Labels: t.m.labels[labelKey{t.s.Lang(), c.label, c.also}].loose})
		}
	}
	_, ok := match(text, options)
	return ok
}

func (m *Machine) thanking(plain string) bool {
	for _, w := range m.thanks {
		if rest, ok := strings.CutPrefix(plain, w); ok && (rest == "" || rest[0] == ' ') {
			return strings.Count(rest, " ") <= 3
		}
	}
	return false
}

// hasWords reports whether text has a letter or a digit.
func hasWords(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
}

// collect keeps text for the end of its burst.
func (t *turn) collect(text string) {
	if len(text) > maxChoosing && !hasWords(text) {
		text = "" // a page of emoji takes no room from the story
	}
	if t.keepPassage(reports.Passage{Text: text, Ref: t.e.Ref}) {
		t.wait()
	}
}

// keepPassage adds p to the burst, unless the draft would grow beyond what one
// report can hold; then it says so and what is there stays.
func (t *turn) keepPassage(p reports.Passage) bool {
	p.Text = impersonal(p.Text) // before anything of it is kept
	if t.tooMuch(len(p.Text)) {
		t.say("story.full", itoa(maxStory>>10))
		t.resume()
		return false
	}
	t.s.Burst = with(t.s.Burst, p)
	return true
}

const (
	// maxStory is how many bytes the chronology of one report may have. It holds
	// 65,536 characters of any kind.
	maxStory = 256 << 10
	// maxPassages is of how many messages a chronology may consist.
	maxPassages = 1000
	// maxFiles is how many files one report may have.
	maxFiles = 100
)

func (t *turn) tooMuch(more int) bool {
	n := len(t.s.Burst) + len(t.s.Telling.Draft.Chronology)
	if n >= maxPassages {
		return true
	}
	for _, p := range t.s.Burst {
		more += len(p.Text)
	}
	for _, p := range t.s.Telling.Draft.Chronology {
		more += len(p.Text)
	}
	return more > maxStory
}
