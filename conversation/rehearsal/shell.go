// Package rehearsal holds a talk with a [conversation.Machine] in memory: it
// keeps the session, fetches files, files reports and moves the clock, as the
// real shell does with a database and networks. Tests play golden transcripts
// with it, and the terminal chat is held with it. Nothing in it is random:
// equal scripts give equal transcripts.
package rehearsal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"kentongan/conversation"
	"kentongan/reports"
)

// Shell is one person's talk. It is for one goroutine at a time.
type Shell struct {
	// Via is the network that the next events come over.
	Via conversation.Via
	// Hold keeps files from arriving by themselves; see [Shell.Stored].
	Hold bool
	// Zone is where the draft's times are printed; nil: UTC.
	Zone *time.Location
	// Filed are the reports filed so far, by their draft's number.
	Filed map[int]*Report
	// Answered are the effects of the latest event and of those that it led to.
	Answered []conversation.Effect

	machine *conversation.Machine
	session []byte // as JSON, as it rests between any two events
	now     time.Time
	events  int64
	files   map[int64]*file
	order   []int64 // numbers of files in the order in which they came
	slots   map[string]bool
	old     []conversation.Button // every button that was ever shown, newest last
	codes   int
	err     error
}

// Report is a filed report.
type Report struct {
	Number     int
	ID         reports.ID
	TrackingID reports.TrackingID
	Draft      reports.Draft
	At         time.Time
	Attached   []int64
	// Report is the report as it is now.
	Report reports.Report
}

type file struct {
	number int64
	name   string
	kind   string
	state  string // "held", "fetching", "stored", "refused", "dropped"
}

// New begins a talk at start with somebody who has never written.
func New(m *conversation.Machine, via conversation.Via, start time.Time) *Shell {
	return &Shell{
		Via: via, machine: m, session: []byte("{}"), now: start, Filed: map[int]*Report{},
		files: map[int64]*file{}, slots: map[string]bool{},
	}
}

// Session is the session as it rests now.
func (s *Shell) Session() conversation.Session {
	var session conversation.Session
	if err := json.Unmarshal(s.session, &session); err != nil {
		s.fail(fmt.Errorf("read session: %w", err))
	}
	return session
}

// Now is the time of the rehearsal.
func (s *Shell) Now() time.Time { return s.now }

// Err returns the first thing that went against what a machine owes its shell.
func (s *Shell) Err() error { return s.err }

func (s *Shell) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Send lets an event happen now and carries out what follows from it. It
// returns the answers in the order in which they were given.
func (s *Shell) Send(in conversation.Input, ref string) []conversation.Message {
	s.Answered = nil
	e := s.result(in)
	e.Ref = ref
	switch in := in.(type) {
	case conversation.Text, conversation.Press, conversation.Pin, conversation.Unsupported, conversation.Edited, conversation.Deleted:
		s.events++
		e.ID = s.events
	case conversation.Attachment:
		s.events++
		e.ID = s.events
		s.files[e.ID] = &file{number: e.ID, name: in.Name, kind: in.Kind, state: "held"}
		s.order = append(s.order, e.ID)
	default: // the shell's own: no row of an inbox
	}
	said := s.step(e)
	s.account()
	return said
}

// Tick tells the machine that its time has come, whether it has or not.
func (s *Shell) Tick() []conversation.Message {
	s.Answered = nil
	said := s.step(s.result(conversation.Tick{}))
	s.account()
	return said
}

// Advance moves the clock on, with a tick at every instant on the way at which
// the machine wants one.
func (s *Shell) Advance(d time.Duration) []conversation.Message {
	var said []conversation.Message
	end := s.now.Add(d)
	for range 1000 {
		wake := s.Session().Wake
		if wake.IsZero() || wake.After(end) {
			s.now = end
			return said
		}
		if wake.After(s.now) {
			s.now = wake
		}
		said = append(said, s.Tick()...)
		if again := s.Session().Wake; !again.IsZero() && !again.After(s.now) {
			s.fail(fmt.Errorf("a tick at %s leaves the machine wanting one at %s", s.now, again))
			return said
		}
	}
	s.fail(fmt.Errorf("a thousand ticks within %s", d))
	return said
}

// Settle ends a running burst, and nothing else.
func (s *Shell) Settle() []conversation.Message {
	session := s.Session()
	if session.BurstEnd.IsZero() {
		return nil
	}
	return s.Advance(session.BurstEnd.Sub(s.now))
}

func (s *Shell) step(e conversation.Event) []conversation.Message {
	before := s.Session()
	names := before.Names(e)
	e.Reports = nil
	for _, r := range s.reports() {
		if slices.Contains(names, r.ID) {
			e.Reports = append(e.Reports, r.Report)
		}
	}
	session, effects := s.machine.Step(before, e)
	if again, err := json.Marshal(before); err != nil || string(again) != string(s.session) {
		s.fail(fmt.Errorf("the step changed the session that it was given (%w)", err))
	}
	stored, err := json.Marshal(session)
	if err != nil {
		s.fail(fmt.Errorf("write session: %w", err))
		return nil
	}
	undo := s.session
	s.session = stored
	if again := s.Session(); !reflect.DeepEqual(again, session) {
		s.fail(fmt.Errorf("the session does not survive JSON: %+v became %+v", session, again))
	}
	// What is done to reports comes first: where it is refused, nothing of the step
	// took place.
	for _, effect := range effects {
		if act, is := effect.(conversation.Act); is && !s.act(act, names) {
			s.session = undo
			return s.step(s.result(conversation.ActRefused{Report: act.Report, Late: act.Late}))
		}
	}

	var said []conversation.Message
	says := 0
	for _, effect := range effects {
		s.Answered = append(s.Answered, effect)
		switch effect := effect.(type) {
		case conversation.Say:
			if says++; says > 1 {
				s.fail(fmt.Errorf("two answers to one event"))
			}
			said = append(said, s.speak(session.Lang(), effect))
		case conversation.Typing:
		case conversation.Fetch:
			if f := s.files[effect.File]; f != nil && f.state == "held" {
				f.state = "fetching"
			} else {
				s.fail(fmt.Errorf("fetch of file %d, which is not held", effect.File))
			}
		case conversation.Drop:
			for _, number := range effect.Files {
				if f := s.files[number]; f != nil {
					f.state = "dropped"
				}
			}
		case conversation.FileReport:
			said = append(said, s.file(effect)...)
		case conversation.Attach:
			s.attach(effect, names)
		case conversation.RecordConsent:
		case conversation.ListReports:
			said = append(said, s.step(s.result(conversation.ReportsListed{Reports: s.list()}))...)
		case conversation.IssueCode:
			said = append(said, s.step(s.result(s.issue(effect.TrackingID)))...)
		case conversation.Redeem:
			said = append(said, s.step(s.result(redeem(effect.Code)))...)
		case conversation.ShowReport:
			said = append(said, s.step(s.result(s.look(effect)))...)
		case conversation.Act: // done already
		case conversation.Alert, conversation.BindGroup, conversation.FindReport, conversation.Hand,
			conversation.Leave, conversation.ListQueue, conversation.Rate, conversation.Promise, conversation.Dossier, conversation.Recap,
			conversation.LookAtGroup, conversation.AdoptTopic: // what a [Case] is for
		}
	}
	return said
}

// account checks that no file is left lying about: each belongs to the talk or
// to a report, or was refused or dropped.
func (s *Shell) account() {
	session := s.Session()
	known := map[int64]bool{}
	for _, e := range session.Telling.Draft.Evidence {
		known[e.File] = true
	}
	for i := range session.Filed {
		for _, f := range session.Filed[i].Fetching {
			known[f.File] = true
		}
	}
	for _, r := range s.Filed {
		for _, number := range r.Attached {
			known[number] = true
		}
	}
	for _, number := range s.order {
		if state := s.files[number].state; state != "dropped" && state != "refused" && !known[number] {
			s.fail(fmt.Errorf("file %d is %s and nobody's", number, state))
		}
	}
}

func (s *Shell) result(in conversation.Input) conversation.Event {
	return conversation.Event{At: s.now, Via: s.Via, Input: in, Person: talker}
}

// talker is who holds a talk of one person.
const talker reports.PersonID = 1

// act does what the reporter may do to a report. It reports whether that was
// allowed.
func (s *Shell) act(act conversation.Act, names []reports.ID) bool {
	if !slices.Contains(names, act.Report) {
		s.fail(fmt.Errorf("report %d is touched without having been named", act.Report))
	}
	for _, r := range s.Filed {
		if r.ID != act.Report {
			continue
		}
		after, _, err := reports.Apply(r.Report, act.Change)
		if err != nil || act.Change.Actor.Person != talker {
			return false
		}
		after.Evidence += len(act.Files)
		r.Report, r.Attached = after, append(r.Attached, act.Files...)
		return true
	}
	return false
}

// look answers what a report is shown for.
func (s *Shell) look(effect conversation.ShowReport) conversation.ReportShown {
	shown := conversation.ReportShown{For: effect.For, TrackingID: effect.TrackingID}
	for _, r := range s.Filed {
		if r.TrackingID == effect.TrackingID {
			shown.Found, shown.Report = true, r.Report
		}
	}
	return shown
}

func (s *Shell) speak(lang string, say conversation.Say) conversation.Message {
	msg := s.machine.Render(lang, say)
	s.old = append(s.old, msg.Choices...)
	return msg
}

func (s *Shell) file(effect conversation.FileReport) []conversation.Message {
	filed := conversation.ReportFiled{}
	if r := s.Filed[effect.Number]; r != nil {
		s.fail(fmt.Errorf("draft %d is filed twice", effect.Number))
		filed.Report, filed.TrackingID = r.ID, r.TrackingID
	} else {
		id := reports.ID(len(s.Filed) + 1)
		r := &Report{
			Number: effect.Number, ID: id, Draft: effect.Draft, At: s.now,
			TrackingID: reports.NewTrackingID(uint64(id) * 0x2545F4914F),
		}
		for _, e := range effect.Draft.Evidence {
			if e.Status == reports.EvidenceStored {
				r.Attached = append(r.Attached, e.File)
			}
		}
		s.Filed[effect.Number] = r
		r.Report = effect.Draft.Open(talker, s.Via.Channel, s.now)
		r.Report.ID, r.Report.TrackingID, r.Report.Evidence = id, r.TrackingID, len(r.Attached)
		filed.Report, filed.TrackingID, filed.AccessCode = id, r.TrackingID, s.code()
	}
	return s.step(s.result(filed))
}

func (s *Shell) code() reports.AccessCode {
	s.codes++
	return reports.NewAccessCode(uint64(s.codes) * 271828)
}

func (s *Shell) attach(effect conversation.Attach, names []reports.ID) {
	if !slices.Contains(names, effect.Report) {
		s.fail(fmt.Errorf("report %d is touched without having been named", effect.Report))
	}
	for _, r := range s.Filed {
		if r.ID == effect.Report {
			r.Attached = append(r.Attached, effect.Files...)
			r.Report.Evidence += len(effect.Files)
		}
	}
}

func (s *Shell) reports() []*Report {
	var list []*Report
	for _, r := range s.Filed {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *Report) int { return int(b.ID - a.ID) })
	return list
}

func (s *Shell) list() []conversation.Summary {
	var list []conversation.Summary
	for _, r := range s.reports() {
		list = append(list, conversation.Summary{TrackingID: r.TrackingID, State: r.Report.State, FiledAt: r.At})
	}
	return list
}

func (s *Shell) issue(id reports.TrackingID) conversation.CodeIssued {
	for _, r := range s.Filed {
		if r.TrackingID == id {
			return conversation.CodeIssued{TrackingID: id, AccessCode: s.code(), OK: true}
		}
	}
	return conversation.CodeIssued{TrackingID: id}
}

// Invitation is the code that is good in a rehearsal.
const Invitation = "i_CONTOH"

func redeem(code string) conversation.InviteRedeemed {
	if code == Invitation {
		return conversation.InviteRedeemed{Role: reports.Liaison, Agency: "Dinas Contoh"}
	}
	return conversation.InviteRedeemed{}
}

// Fetching lists the files that are on their way, oldest first.
func (s *Shell) Fetching() []int64 {
	var list []int64
	for _, number := range s.order {
		if s.files[number].state == "fetching" {
			list = append(list, number)
		}
	}
	return list
}

// Stored lets a file that was on its way arrive safely.
func (s *Shell) Stored(number int64) []conversation.Message {
	f := s.files[number]
	if f == nil || f.state != "fetching" {
		return nil
	}
	f.state = "stored"
	kind := f.kind
	if kind == "voice" {
		kind = "audio"
	}
	return s.Send(conversation.FileStored{File: number, Kind: kind}, "")
}

// Refused lets a file that was on its way turn out unfit.
func (s *Shell) Refused(number int64, why string) []conversation.Message {
	f := s.files[number]
	if f == nil || f.state != "fetching" {
		return nil
	}
	f.state = "refused"
	return s.Send(conversation.FileRefused{File: number, Why: why, Limit: s.Via.MaxFile}, "")
}

// Button returns the token of the newest button with this label, or of the
// back-th one before it.
func (s *Shell) Button(label string, back int) (token string, ok bool) {
	for _, b := range slices.Backward(s.old) {
		if b.Label != label {
			continue
		}
		if back == 0 {
			return b.Token, true
		}
		back--
	}
	return "", false
}
