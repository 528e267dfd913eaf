package conversation

import (
	"strings"
	"time"
	"unicode/utf8"

	"kentongan/reports"
)

// Step answers one event: it returns the session as the event leaves it and
// what the shell has to do. It is a pure function of its arguments, changes
// neither, never panics, and always answers: with words, by showing that an
// answer is coming, or by asking the shell for what it must know first. Silent
// are only ticks with nothing due, files that arrive safely or that nobody waits
// for any more, edits that
// change no word, edits and deletions of what was never kept, and what the office
// wrote by itself: the person has it.
func (m *Machine) Step(s Session, e Event) (Session, []Effect) {
	t := turn{m: m, s: s, e: e, at: instant(e.At)}
	t.mend()
	t.expireWork()
	if t.byPerson() && t.e.About != 0 && t.quoted() {
		t.person()
		t.finish()
		return t.s, t.effects
	}
	switch in := e.Input.(type) {
	case Text:
		t.person()
		t.text(clean(in.Text))
	case Press:
		t.person()
		t.press(in.Token)
	case Attachment:
		t.person()
		t.attachment(in)
	case Pin:
		t.person()
		t.pin(in)
	case Unsupported:
		t.person()
		t.unsupported(in.What)
	case Edited:
		t.person()
		t.edited(in.Ref, clean(in.Text))
	case Deleted:
		t.person()
		t.deleted(in.Ref)
	case Tick:
		t.tick()
	case FileStored:
		t.stored(in)
	case FileRefused:
		t.refused(in)
	case ReportFiled:
		t.filed(in)
	case ReportsListed:
		t.listed(in.Reports)
	case CodeIssued:
		t.codeIssued(in)
	case InviteRedeemed:
		t.redeemed(in)
	case Told:
		t.told(in)
	case Nudged:
		t.nudged()
	case Handed:
		t.handed(in)
	case ReportFound:
		t.found(in)
	case QueueListed:
		t.queued(in)
	case ReportShown:
		t.shown(in)
	case Recapped:
		t.recapped(in)
	case ActRefused:
		t.actRefused(in)
	case Failed:
		t.say("failed")
		t.resume()
	case FromOffice:
		t.fromOffice(in)
	case Joined, RightsChanged, TopicOpened, GroupBound: // what happens in groups
	}
	t.finish()
	return t.s, t.effects
}

// turn is one step at work. The session in it is a copy of which nothing that
// the caller can see may be written: slices are replaced, never changed in place.
type turn struct {
	m  *Machine
	s  Session
	e  Event
	at time.Time

	unseen  bool   // the open question was not put to the person before this event
	acted   bool   // the person did something
	added   string // what came before consent besides what was read back
	extra   bool   // this turn offers the choice of [Session.Extra]
	prompt  prompting
	slot    string
	copied  string
	proof   string // of what is said, see [Say.Proof]
	paras   []Phrase
	args    []string
	typing  bool
	effects []Effect
	about   reports.ID // what is said tells of this report
	dayTold bool       // what is said tells by when an answer is due
	offers  []Choice   // what is said offers, beside the open question
}

// prompting is how the open question is put at the end of a Say.
type prompting byte

const (
	silent  prompting = iota
	briefly           // without what the person has seen already
	whole
)

// instant is at without a zone of its own and without a monotonic reading, so
// that it survives JSON. Years that JSON cannot hold are cut.
func instant(at time.Time) time.Time {
	at = at.UTC().Round(0)
	if y := at.Year(); y < 1 || y > 9000 {
		return time.Time{}
	}
	return at
}

// clean drops what no text may hold: broken UTF-8, NUL, and the other controls
// but line breaks and tabs. Whoever reads a session's texts need not look again.
func clean(text string) string {
	ok := true
	for i := 0; i < len(text) && ok; i++ {
		c := text[i]
		ok = c < utf8.RuneSelf && !control(rune(c))
	}
	if ok {
		return text
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// control reports whether r is a control character that no text needs.
func control(r rune) bool { return (r < ' ' && r != '\n' && r != '\t') || (r >= 0x7f && r < 0xa0) }

// person notes that the person did something: every silence starts anew.
func (t *turn) person() {
	if t.at.After(t.s.Touched) {
		t.s.Touched = t.at
	}
	t.s.Reminded = false
	t.acted = true
}

// mend makes sense of a session whatever it was: one of an older release, one
// that a changed consent text has overtaken, a damaged one.
func (t *turn) mend() {
	s := &t.s
	if s.Serial < 0 || s.Serial > maxSerial {
		s.Serial = 0
	}
	if s.Telling.Number < 0 || s.Telling.Number > maxSerial {
		s.Telling.Number = max(s.Drafts, 1)
	}
	if s.Drafts < s.Telling.Number {
		s.Drafts = s.Telling.Number
	}
	if s.Touched.IsZero() || s.Touched.After(t.at) {
		s.Touched = t.at
	}
	if end := t.at.Add(maxQuiet * t.m.config.Burst); s.BurstEnd.After(end) {
		s.BurstEnd = end
	}
	if len(s.Options) > maxOffered {
		s.Options = s.Options[:maxOffered:maxOffered]
	}
	if !known(s.Under) || s.Under.side() || (s.Under.needsDraft() && !s.Telling.holds()) {
		s.Under = asksNothing
	}
	if (s.Asked.work() && s.Work == nil) || (s.Asked == asksLeave && s.Leaving == 0) {
		s.Asked, s.Under = s.Under, asksNothing
	}
	if !t.byPerson() {
		return // who is not there is asked nothing new
	}
	open := s.Asked
	if open.side() {
		open = s.Under
	}
	switch {
	case !s.Telling.holds():
		if known(s.Asked) && !s.Asked.needsDraft() {
			return
		}
		s.Asked = asksNothing
	case s.BurstEnd.IsZero() && s.Consent != consentVersion && open != asksConsent,
		s.BurstEnd.IsZero() && open == asksNothing, !known(s.Asked),
		open == asksReview && len(s.Telling.Draft.Chronology) == 0:
		s.Under = asksNothing
		t.ask(t.next())
		t.prompt, t.unseen = silent, true
	}
}

// byPerson reports whether the event is the person's own doing.
func (t *turn) byPerson() bool {
	switch t.e.Input.(type) {
	case Text, Press, Attachment, Pin, Unsupported, Edited, Deleted:
		return true
	default:
		return false
	}
}

const maxSerial = 1_000_000_000

// known reports whether q is a question of this release.
func known(q question) bool {
	switch q {
	case asksNothing, asksStory, asksConsent, asksSecrecy, asksMore, asksPlace, asksRegion, asksWhen, asksWhich, asksFuture, asksEvidence, asksReview,
		asksField, asksKind, asksAgency, asksAgencyWords, asksPrivacy, asksCancel, asksLanguage, asksLeave, asksThread,
		asksWorkAs, asksWorkBody, asksWorkWords, asksWorkDate, asksWorkMain, asksWorkSure, asksWorkSend:
		return true
	}
	return false
}

// say adds a paragraph to the answer.
func (t *turn) say(key string, args ...string) { t.add(key, false, args) }

// line adds a line to the paragraph before.
func (t *turn) line(key string, args ...string) { t.add(key, true, args) }

func (t *turn) add(key string, tight bool, args []string) {
	if t.paras == nil {
		var room struct { // a review's, in one allocation
			paras [9]Phrase
			args  [6]string
		}
		t.paras, t.args = room.paras[:0], room.args[:0]
	}
	from := len(t.args)
	t.args = append(t.args, args...)
	p := Phrase{Key: key, Tight: tight && len(t.paras) > 0}
	if len(args) > 0 {
		p.Args = t.args[from:len(t.args):len(t.args)]
	}
	t.paras = append(t.paras, p)
}

// do adds an effect.
func (t *turn) do(e Effect) { t.effects = append(t.effects, e) }

// ask opens q, which gets a number of its own and is put to the person.
func (t *turn) ask(q question) {
	t.s.Asked = q
	t.s.Extra = ""
	t.s.Options = nil
	if q == asksReview {
		t.s.Telling.Editing = false
		t.adoptRegion()
	}
	if !q.side() {
		t.s.Under = asksNothing
	}
	if q != asksStory {
		t.s.Telling.Rewrite = false
	}
	if q == asksAgency {
		t.s.Options = t.m.offered
	}
	t.s.Serial++
	t.prompt = whole
	if t.at.After(t.s.Touched) {
		t.s.Touched = t.at
	}
}

// proceed asks what the draft still needs.
func (t *turn) proceed() { t.ask(t.next()) }

// repeat puts the open question again, with the number that it has.
func (t *turn) repeat() { t.prompt = max(t.prompt, whole) }

// remind puts the open question again in short.
func (t *turn) remind() { t.prompt = max(t.prompt, briefly) }

// resume says where the draft stands and puts the open question again. While a
// burst runs its end will do that.
func (t *turn) resume() {
	if !t.s.BurstEnd.IsZero() {
		t.typing = true
		return
	}
	if t.s.Telling.holds() && t.s.Asked != asksConsent && !t.s.Asked.work() {
		t.where()
	}
	if t.s.Asked == asksReview {
		t.remind()
	} else {
		t.repeat()
	}
}

// wait lets the burst go on until it has been quiet.
func (t *turn) wait() {
	if !t.s.BurstEnd.IsZero() && !t.s.Heard.IsZero() {
		t.s.Pace = max(t.s.Pace, t.at.Sub(t.s.Heard))
	}
	t.s.Heard = t.at
	t.s.BurstEnd = t.at.Add(t.quiet())
	t.typing = true
}

// maxQuiet is how many times longer than usual the quiet time at the end of a
// burst can get.
const maxQuiet = 3

// quiet is how long the burst may be silent before it is answered. Who pauses
// for long between messages is given longer, and so is who stopped in the middle
// of a sentence.
func (t *turn) quiet() time.Duration {
	base := t.m.config.Burst
	quiet := max(base, t.s.Pace*3/2)
	if n := len(t.s.Burst); n > 0 && unfinished(t.s.Burst[n-1].Text) {
		quiet = max(quiet, base*2)
	}
	return min(quiet, maxQuiet*base)
}

// finish turns what was collected into effects and sets the timer.
func (t *turn) finish() {
	if t.typing {
		t.do(Typing{})
	}
	if t.acted && !t.extra {
		t.s.Extra = ""
	}
	say := Say{Slot: t.slot, Copy: t.copied, Proof: t.proof}
	if t.prompt != silent {
		if say.Choices = t.put(); say.Choices != nil {
			say.Question = tokenFront(t.s.Serial, t.s.Telling.Number)
		}
		say.AskLocation = t.s.Asked == asksPlace
	} else if len(t.offers) > 0 {
		say.Choices = t.offers
	}
	say.About = t.about
	if say.Paragraphs = t.paras; len(say.Paragraphs) > 0 {
		t.do(say)
	}
	t.s.Wake = t.wake()
}

// forget ends the draft, however it ended.
func (t *turn) forget() {
	t.s.Telling = Telling{}
	t.s.Asked, t.s.Under, t.s.Options, t.s.Extra = asksNothing, asksNothing, nil, ""
	t.s.Burst, t.s.BurstEnd, t.s.Pace, t.s.Heard = nil, time.Time{}, 0, time.Time{}
	t.s.Danger, t.s.Reminded, t.s.Keyword = false, false, ""
	t.prompt = silent
}

// discard forgets the draft and its files.
func (t *turn) discard() {
	if files := t.s.Telling.files(); len(files) > 0 {
		t.do(Drop{Files: files})
	}
	t.forget()
}

func (t *Telling) files() []int64 {
	if len(t.Draft.Evidence) == 0 {
		return nil
	}
	files := make([]int64, len(t.Draft.Evidence))
	for i, e := range t.Draft.Evidence {
		files[i] = e.File
	}
	return files
}

// begin makes sure that there is a draft.
func (t *turn) begin() {
	if t.s.Telling.holds() {
		return
	}
	t.s.Drafts++
	t.s.Telling = Telling{Number: t.s.Drafts, Agreed: t.consented()}
	if t.s.Asked != asksLanguage {
		t.s.Asked = asksNothing
	}
	if code := t.m.keywords[t.s.Keyword]; code != "" && t.s.Keyword != "" {
		t.s.Telling.Draft.Keyword, t.s.Telling.Draft.Agency = t.s.Keyword, code
	}
	if t.s.Keyword == "" {
		t.doubtThread()
	}
	t.s.Keyword = ""
}

// consented reports whether the person agreed to the text as it is today.
func (t *turn) consented() bool { return t.s.Consent == consentVersion }

// storable is o so that it survives JSON.
func storable(o reports.OccurredAt) reports.OccurredAt {
	o.Words = clip(o.Words, maxShort)
	if !o.From.IsZero() {
		o.From = instant(o.From)
	}
	if !o.To.IsZero() {
		o.To = instant(o.To)
	}
	return o
}

// maxShort is how many characters a place, a time or a body is given in; who
// writes more is telling what happened.
const maxShort = 500
