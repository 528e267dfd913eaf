package conversation

import (
	"kentongan/reports"
)

// question is the kind of an open question; its texts are under "ask." in the
// catalogue. The zero value asks nothing.
type question string

const (
	asksNothing  question = ""
	asksStory    question = "story"
	asksConsent  question = "consent"
	asksSecrecy  question = "secrecy"
	asksMore     question = "more" // what a thin story lacks, once
	asksPlace    question = "place"
	asksRegion   question = "region"
	asksWhen     question = "when"
	asksWhich    question = "which" // of the readings of an unclear time
	asksFuture   question = "future"
	asksEvidence question = "evidence"
	asksReview   question = "review"

	asksField       question = "field" // from here on: reached from the review only
	asksKind        question = "kind"
	asksAgency      question = "agency"
	asksAgencyWords question = "agency_words"
	asksPrivacy     question = "privacy"

	asksCancel   question = "cancel" // side questions: another waits under them
	asksLanguage question = "language"
	asksLeave    question = "leave" // whether to withdraw a filed report

	asksThread question = "thread" // whether what was told belongs to a report that is filed

	asksWorkAs    question = "work_as" // what an answer to a card in a group is; officials' questions, which lie over others
	asksWorkBody  question = "work_body"
	asksWorkWords question = "work_words"
	asksWorkDate  question = "work_date"
	asksWorkMain  question = "work_main"
	asksWorkSure  question = "work_sure"
	asksWorkSend  question = "work_send"
)

// side reports whether q lays itself over another question.
func (q question) side() bool {
	return q == asksCancel || q == asksLanguage || q == asksLeave || q.work()
}

// work reports whether q is put to an official about a report.
func (q question) work() bool {
	switch q {
	case asksWorkAs, asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain, asksWorkSure, asksWorkSend:
		return true
	default:
		return false
	}
}

// words reports whether q is answered in free words, so that an answer waits
// for the end of its burst.
func (q question) words() bool {
	switch q {
	case asksNothing, asksStory, asksMore, asksPlace, asksRegion, asksWhen, asksWhich, asksAgency, asksAgencyWords,
		asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain:
		return true
	default:
		return false
	}
}

// figures reports whether q is answered in free words that may be a mere number,
// which then is no choice.
func (q question) figures() bool {
	return q == asksWorkWords || q == asksWorkDate || q == asksWorkMain
}

// choice is one answer that a question offers.
type choice struct {
	id      string // in tokens; at most 18 bytes of ASCII letters, digits and dashes
	label   string // key of the catalogue
	also    string // key of synonyms, separated by commas; empty: none
	strict  bool   // no typing error and no synonym is forgiven
	listed  bool   // the question's text shows the number
	primary bool   // what the question is there for
	name    string // fills the label's place
	exact   bool   // typing errors lead elsewhere: it erases everything
}

// Choices that several questions offer.
var (
	back  = choice{id: "back", label: "choice.back", also: "also.back"}
	skip  = choice{id: "skip", label: "choice.skip", also: "also.skip"}
	keep  = choice{id: "keep", label: "choice.keep", also: "also.keep"}
	empty = choice{id: "empty", label: "choice.empty"}
	// noTime has an id of its own: see [turn.press].
	noTime = choice{id: "notime", label: "choice.skip", also: "also.skip"}

	asWritten = choice{id: "written", label: "choice.as_written", also: "also.as_written"}
)

var (
	consentChoices = []choice{{id: "agree", label: "choice.agree", strict: true, primary: true}, {id: "refuse", label: "choice.refuse", also: "also.refuse", exact: true}}
	toldChoices    = []choice{keep, {id: "rewrite", label: "choice.rewrite"}}
	yesNoChoices   = []choice{{id: "yes", label: "choice.yes", also: "also.yes"}, {id: "no", label: "choice.no", also: "also.no"}}
	cancelChoices  = []choice{{id: "yes", label: "choice.yes", also: "also.yes"}, {id: "no", label: "choice.no", also: "also.go_on"}}
	spokenChoices  = []choice{skip}
	futureChoices  = []choice{{id: "yes", label: "choice.right", also: "also.yes"}, {id: "fix", label: "choice.fix", also: "also.no"}, back}
	openChoices    = []choice{skip, back}
	whenChoices    = []choice{noTime, back}
	knownChoices   = []choice{keep, back, empty}
	noFilesChoices = []choice{{id: "skip", label: "choice.skip", also: "also.no_files"}, back}
	filesChoices   = []choice{{id: "skip", label: "choice.done", also: "also.done"}, back, {id: "empty", label: "choice.remove_files"}}
	fieldChoices   = append(listed(fields), back)
	reviewChoices  = append(listed(fields), sendChoice, choice{id: "change", label: "choice.change", also: "also.change"}, choice{id: "cancel", label: "choice.cancel", also: "also.cancel"})
	kindChoices    = []choice{{id: "k1", label: "kind.complaint", listed: true}, {id: "k2", label: "kind.aspiration", listed: true}, {id: "k3", label: "kind.information_request", listed: true}, {id: "k4", label: "kind.whistleblowing", listed: true}, back}
	privacyChoices = []choice{{id: "p1", label: "privacy.open", listed: true}, {id: "p2", label: "privacy.anonymous", listed: true}, {id: "p3", label: "privacy.confidential", listed: true}, {id: "p4", label: "privacy.both", listed: true}, back}
	agencyOther    = choice{id: "other", label: "choice.other"}
	agencyUnknown  = choice{id: "unknown", label: "choice.unknown", also: "also.skip"}
	agencyByWords  = []choice{agencyUnknown, back}
	sendChoice     = choice{id: "send", label: "choice.send", strict: true, primary: true}
	fields         = []choice{
		{id: "f1", label: "field.story"},
		{id: "f2", label: "field.place"},
		{id: "f3", label: "field.when"},
		{id: "f4", label: "field.evidence"},
		{id: "f5", label: "field.kind"},
		{id: "f6", label: "field.agency"},
		{id: "f7", label: "field.privacy"},
	}
	fieldQuestions = [...]question{asksStory, asksPlace, asksWhen, asksEvidence, asksKind, asksAgency, asksPrivacy}
)

func listed(choices []choice) []choice {
	out := make([]choice, len(choices), len(choices)+4)
	for i, c := range choices {
		c.listed = true
		out[i] = c
	}
	return out
}

// codePrefix begins the id of the choice that asks for a new access code; the
// tracking id follows, so that this button works for ever. Only the report's
// own reporter gets an answer, so forging one is of no use.
const codePrefix = "code-"

// choices returns what the open question offers, in the order of its numbers.
// Callers do not change the slice.
func (t *turn) choices() []choice {
	choices := t.plainChoices()
	if t.s.Extra == "" {
		return choices
	}
	return with(choices, choice{id: codePrefix + string(t.s.Extra), label: "choice.new_code"})
}

func (t *turn) plainChoices() []choice {
	d := &t.s.Telling
	switch t.s.Asked {
	case asksConsent:
		return consentChoices
	case asksStory:
		switch {
		case !d.holds():
		case len(d.Draft.Chronology) > 0:
			return toldChoices
		case d.spoken():
			return spokenChoices
		}
	case asksSecrecy:
		return yesNoChoices
	case asksCancel:
		return cancelChoices
	case asksMore:
		return openChoices
	case asksPlace:
		if d.Draft.Location.Known() {
			return knownChoices
		}
		return openChoices
	case asksRegion:
		return t.regionChoices()
	case asksWhen:
		if d.Draft.OccurredAt.Known() {
			return knownChoices
		}
		return whenChoices
	case asksWhich:
		return t.whichChoices()
	case asksFuture:
		return futureChoices
	case asksEvidence:
		if len(d.Draft.Evidence) > 0 {
			return filesChoices
		}
		return noFilesChoices
	case asksReview:
		return t.reviewChoices()
	case asksField:
		return fieldChoices
	case asksKind:
		return kindChoices
	case asksPrivacy:
		return privacyChoices
	case asksAgency:
		choices := make([]choice, 0, len(t.s.Options)+3)
		for i, code := range t.s.Options {
			name := code
			if a := t.m.agency(code); a != nil {
				name = a.Name
			}
			choices = append(choices, choice{id: agencyIDs[i%len(agencyIDs)], label: "choice.plain", name: name})
		}
		return append(choices, agencyOther, agencyUnknown, back)
	case asksAgencyWords:
		return agencyByWords
	case asksLanguage:
		return t.m.languages
	case asksLeave:
		return leaveChoices
	case asksThread:
		return t.threadChoices()
	case asksWorkAs, asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain, asksWorkSure, asksWorkSend:
		return t.workChoices()
	case asksNothing:
	}
	return nil
}

// agencyIDs are the choices behind [Session.Options].
var agencyIDs = [maxOffered]string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"}

// maxOffered is how many bodies are offered by name.
const maxOffered = 8

// next returns the question that the draft still needs.
func (t *turn) next() question {
	d := &t.s.Telling
	switch {
	case !d.holds():
		return asksNothing
	case t.s.Consent != consentVersion:
		return asksConsent
	case d.Thread == threadDue:
		return asksThread
	case len(d.Draft.Chronology) == 0:
		return asksStory
	case d.Secrecy == secrecyDue:
		return asksSecrecy
	case d.needsMore():
		return asksMore
	case d.needsPlace():
		return asksPlace
	case d.Wide, len(d.Regions) > 0 && !d.Whole:
		return asksRegion
	case d.Future:
		return asksFuture
	case d.Unclear != "" && !(d.Whole && len(d.Times) > 0):
		return asksWhich
	case d.needsTime():
		return asksWhen
	case d.needsEvidence():
		return asksEvidence
	default:
		return asksReview
	}
}

func (t *Telling) needsMore() bool  { return t.Coach != "" && t.Coach != coached && !t.Whole }
func (t *Telling) needsPlace() bool { return !t.Draft.Location.Known() && !t.NoPlace }
func (t *Telling) needsTime() bool  { return (!t.Draft.OccurredAt.Known() || t.Future) && !t.NoTime }

func (t *Telling) needsEvidence() bool {
	return len(t.Draft.Evidence) == 0 && !t.NoMore && !t.Whole
}

// needs reports whether q is still without an answer.
func (t *Telling) needs(q question) bool {
	switch q {
	case asksStory:
		return len(t.Draft.Chronology) == 0
	case asksSecrecy:
		return t.Secrecy == secrecyDue
	case asksMore:
		return t.needsMore()
	case asksPlace:
		return t.needsPlace()
	case asksWhen:
		return t.needsTime()
	case asksEvidence:
		return t.needsEvidence()
	default:
		return false
	}
}

// left counts the questions that stand between the draft and its review.
func (t *Telling) left() int {
	n := 0
	for _, q := range [...]question{asksStory, asksSecrecy, asksMore, asksPlace, asksWhen, asksEvidence} {
		if t.needs(q) {
			n++
		}
	}
	return n
}

// before returns the question that Kembali leads to from q, or asksNothing
// where q is the first.
func (t *turn) before(q question) question {
	if t.s.Telling.Editing {
		return asksReview
	}
	switch q {
	case asksSecrecy, asksMore, asksPlace:
		return asksStory
	case asksRegion, asksWhen:
		return asksPlace
	case asksWhich, asksFuture, asksEvidence:
		return asksWhen
	case asksReview:
		return asksEvidence
	case asksField, asksKind, asksAgency, asksPrivacy:
		return asksReview
	case asksAgencyWords:
		return asksAgency
	case asksNothing, asksStory, asksConsent, asksCancel, asksLanguage, asksLeave, asksThread,
		asksWorkAs, asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain, asksWorkSure, asksWorkSend:
	}
	return asksNothing
}

// needsDraft reports whether q makes no sense without a draft.
func (q question) needsDraft() bool {
	return q != asksNothing && q != asksStory && q != asksLanguage && q != asksLeave && !q.work()
}

// agency returns the registered body with this code, or nil.
func (m *Machine) agency(code string) *reports.Agency {
	if i, ok := m.byCode[code]; ok {
		return &m.config.Agencies[i]
	}
	return nil
}
