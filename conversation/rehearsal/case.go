package rehearsal

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"kentongan/conversation"
	"kentongan/reports"
)

// Case is a whole case in memory: reporters, officials and groups, each with
// their talk, the reports between them, and what one's doing tells another. It
// does what the real shell does with a database and networks, and complains
// where a machine breaks what it owes its shell. It is for one goroutine at a
// time; nothing in it is random.
type Case struct {
	// Heard is called with every message, card and alert, as it is shown.
	Heard func(Heard)

	config  conversation.Config
	machine *conversation.Machine
	stale   bool // the machine is to be made anew
	now     time.Time
	people  []*Person
	groups  []*Group
	reports []*Filing
	events  int64
	files   map[int64]*caseFile
	waiting []internal // what the shell tells somebody, oldest first
	codes   int
	// scheduled: time that passes is time for the scheduler.
	scheduled bool
	stored    []string // what was done to reports since it was last printed
	err       error
}

// Person is somebody who writes to the bot in private.
type Person struct {
	ID   reports.PersonID
	Name string

	session []byte // as JSON, as it rests between any two events
	blocked bool   // nothing reaches them
	missed  []conversation.Message
	place
}

// Group is a chat group.
type Group struct {
	ID   int64
	Name string

	sessions map[reports.PersonID][]byte
	place
}

// place is what stands in a chat.
type place struct {
	sent    []conversation.Message
	slots   map[string]int
	buttons []conversation.Button // every one that was ever shown, newest last
	cards   map[reports.ID]standing
}

// standing is a card as it stands now.
type standing struct {
	text    string
	buttons []conversation.Button
}

// Filing is a report with everything that the register keeps of it.
type Filing struct {
	Report   reports.Report
	History  []reports.Entry
	Thread   []conversation.Spoken
	Files    []int64
	External string
	Stars    int
	Reason   string
	filed    reports.Report // as it was filed
	draft    [2]int64       // whose, and which
	code     reports.AccessCode
}

// Heard is something that somebody sees: a message, a card as it is now, or what
// an alert says.
type Heard struct {
	Person  *Person // nil in a group
	Group   *Group
	To      *Person // of an alert in a group
	Message conversation.Message
	Number  int        // of the message in its chat, from 1; 0: a card or an alert
	Edited  int        // the number of the message whose place it takes; 0: none
	Card    reports.ID // 0: no card
	Alert   bool
}

type caseFile struct {
	state string // "held", "fetching", "stored", "dropped"
	owner *Person
}

// internal is an event that another one causes.
type internal struct {
	to *Person
	in conversation.Input
}

// NewCase begins a case at start with nobody in it. Officials and groups of c
// are the case's own.
func NewCase(c conversation.Config, start time.Time) (*Case, error) {
	c.Officials, c.Groups = map[reports.PersonID][]reports.Appointment{}, map[int64]string{}
	m, err := conversation.New(c)
	return &Case{config: c, machine: m, now: start, files: map[int64]*caseFile{}}, err
}

// Machine is the machine as it is now: another one after every change of
// appointments or groups.
func (c *Case) Machine() *conversation.Machine {
	if !c.stale {
		return c.machine
	}
	config := c.config
	config.Officials, config.Groups = maps.Clone(c.config.Officials), maps.Clone(c.config.Groups)
	m, err := conversation.New(config)
	if err != nil {
		c.failf("make the machine anew: %w", err)
		return c.machine
	}
	c.machine, c.stale = m, false
	return m
}

// Join lets somebody into the case.
func (c *Case) Join(name string) *Person {
	p := &Person{ID: reports.PersonID(101 + len(c.people)), Name: name, session: []byte("{}"), place: newPlace()}
	c.people = append(c.people, p)
	return p
}

// Appoint gives p a role in a body, or nationally where agency is empty.
func (c *Case) Appoint(p *Person, role reports.Role, agency string) {
	c.config.Officials[p.ID] = append(c.config.Officials[p.ID], reports.Appointment{Role: role, Agency: agency})
	c.stale = true
}

// Dismiss ends every appointment of p.
func (c *Case) Dismiss(p *Person) {
	delete(c.config.Officials, p.ID)
	c.stale = true
}

// Bind makes a group of the body with this code, "" for the national admin.
func (c *Case) Bind(name, agency string) *Group {
	g := &Group{ID: int64(-1 - len(c.groups)), Name: name, sessions: map[reports.PersonID][]byte{}, place: newPlace()}
	c.groups = append(c.groups, g)
	c.config.Groups[g.ID], c.stale = agency, true
	return g
}

func newPlace() place {
	return place{slots: map[string]int{}, cards: map[reports.ID]standing{}}
}

// Err returns the first thing that went against what a machine owes its shell.
func (c *Case) Err() error { return c.err }

// Now is the time of the case.
func (c *Case) Now() time.Time { return c.now }

// Reports are the reports of the case in the order in which they were filed.
// Callers change nothing in them.
func (c *Case) Reports() []*Filing { return c.reports }

func (c *Case) failf(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

func (c *Case) filing(id reports.ID) *Filing {
	if i := int(id) - 1; i >= 0 && i < len(c.reports) {
		return c.reports[i]
	}
	return nil
}

func (c *Case) person(id reports.PersonID) *Person {
	i := slices.IndexFunc(c.people, func(p *Person) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return c.people[i]
}

// Session is p's session as it rests now.
func (c *Case) Session(p *Person) conversation.Session {
	var s conversation.Session
	if err := json.Unmarshal(p.session, &s); err != nil {
		c.failf("read the session of %s: %w", p.Name, err)
	}
	return s
}

// Send lets p do something in private, or in g where that is not nil, in answer
// to a message about the report about, 0 for none. What follows from it is
// carried out, and files arrive.
func (c *Case) Send(p *Person, g *Group, in conversation.Input, about reports.ID) {
	c.events++
	e := conversation.Event{
		ID: c.events, At: c.now, Ref: fmt.Sprint("m", c.events), Via: StageVia, Input: in, Person: p.ID, Chat: int64(p.ID), About: about,
	}
	if _, is := in.(conversation.Attachment); is {
		c.files[e.ID] = &caseFile{state: "held", owner: p}
	}
	if g != nil {
		e.Group, e.Chat = true, g.ID
		c.stepGroup(g, p, e)
	} else {
		c.step(p, e)
	}
	c.settle()
}

// settle delivers what the shell tells people, lets files arrive, and brings
// cards up to date.
func (c *Case) settle() {
	for range 1000 {
		if len(c.waiting) == 0 {
			c.account()
			c.showCards()
			return
		}
		next := c.waiting[0]
		c.waiting = c.waiting[1:]
		if stored, is := next.in.(conversation.FileStored); is {
			f := c.files[stored.File]
			if f.state != "fetching" {
				continue
			}
			f.state = "stored"
		}
		c.step(next.to, c.own(next.to, next.in))
	}
	c.failf("what is told leads to more and more")
}

func (c *Case) own(p *Person, in conversation.Input) conversation.Event {
	return conversation.Event{At: c.now, Via: StageVia, Input: in, Person: p.ID, Chat: int64(p.ID)}
}

// Advance moves the clock on, with a tick for everybody at every instant on the
// way at which the machine wants one, and a pass of the scheduler with every hour
// where it runs.
func (c *Case) Advance(d time.Duration) {
	end := c.now.Add(d)
	for range 10_000 {
		var who *Person
		var wake time.Time
		for _, p := range c.people {
			if w := c.Session(p).Wake; !w.IsZero() && !w.After(end) && (who == nil || w.Before(wake)) {
				who, wake = p, w
			}
		}
		if hour := c.now.Truncate(time.Hour).Add(time.Hour); c.scheduled && !hour.After(end) && (who == nil || hour.Before(wake)) {
			c.now = hour
			c.pass()
			continue
		}
		if who == nil {
			c.now = end
			return
		}
		if wake.After(c.now) {
			c.now = wake
		}
		before := who.session
		c.step(who, c.own(who, conversation.Tick{}))
		if string(before) == string(who.session) {
			c.failf("a tick at %s leaves %s's talk as it was, wanting another", c.now, who.Name)
			return
		}
		c.settle()
	}
	c.failf("too many ticks within %s", d)
}

// Settle ends running bursts, and nothing else.
func (c *Case) Settle() {
	for range 100 {
		var last time.Time
		for _, p := range c.people {
			if s := c.Session(p); s.BurstEnd.After(last) {
				last = s.BurstEnd
			}
		}
		if last.IsZero() {
			return
		}
		c.Advance(max(0, last.Sub(c.now)))
	}
	c.failf("bursts never end")
}

// step steps p's talk and carries its effects out.
func (c *Case) step(p *Person, e conversation.Event) {
	before := c.Session(p)
	names := before.Names(e)
	c.hand(&e, names)
	session, effects := c.Machine().Step(before, e)
	if again, err := json.Marshal(before); err != nil || string(again) != string(p.session) {
		c.failf("the step changed the session that it was given (%v)", err)
	}
	stored, err := json.Marshal(session)
	if err != nil {
		c.failf("write a session: %w", err)
		return
	}
	undo := p.session
	p.session = stored
	if again := c.Session(p); !reflect.DeepEqual(again, session) {
		c.failf("the session does not survive JSON: %+v became %+v", session, again)
	}
	c.carryOut(p, nil, e, session.Lang(), effects, func() { p.session = undo })
}

// stepGroup is step for what somebody does in a group.
func (c *Case) stepGroup(g *Group, p *Person, e conversation.Event) {
	c.hand(&e, conversation.NamesInGroup(e))
	var before conversation.GroupSession
	undo := g.sessions[p.ID]
	if undo != nil {
		if err := json.Unmarshal(undo, &before); err != nil {
			c.failf("read a group's session: %w", err)
		}
	}
	session, effects := c.Machine().StepGroup(before, e)
	stored, err := json.Marshal(session)
	if err != nil {
		c.failf("write a group's session: %w", err)
	}
	g.sessions[p.ID] = stored
	c.carryOut(p, g, e, "id", effects, func() { g.sessions[p.ID] = undo })
}

// hand gives e the reports that it names.
func (c *Case) hand(e *conversation.Event, names []reports.ID) {
	e.Reports = nil
	for _, id := range append(names, e.About) {
		if f := c.filing(id); f != nil && !slices.ContainsFunc(e.Reports, func(r reports.Report) bool { return r.ID == id }) {
			e.Reports = append(e.Reports, f.Report)
		}
	}
}

// account checks that no file is left lying about: each belongs to a talk or a
// report, or was dropped.
func (c *Case) account() {
	known := map[int64]bool{}
	for _, p := range c.people {
		s := c.Session(p)
		for _, e := range s.Telling.Draft.Evidence {
			known[e.File] = true
		}
		for i := range s.Filed {
			for _, f := range s.Filed[i].Fetching {
				known[f.File] = true
			}
		}
		if s.Work != nil {
			for _, e := range s.Work.Files {
				known[e.File] = true
			}
		}
	}
	for _, f := range c.reports {
		for _, number := range f.Files {
			known[number] = true
		}
	}
	for number, f := range c.files {
		if f.state != "dropped" && !known[number] {
			c.failf("file %d of %s is %s and nobody's", number, f.owner.Name, f.state)
		}
	}
}

// Buttons are all that were ever shown in this chat, the newest last.
func (a *place) Buttons() []conversation.Button { return a.buttons }

// Offered are the buttons of the cards as they stand in this chat now.
func (a *place) Offered() []conversation.Button {
	var list []conversation.Button
	for _, id := range slices.Sorted(maps.Keys(a.cards)) {
		list = append(list, a.cards[id].buttons...)
	}
	return list
}

// Messages are all that the bot wrote into this chat, cards aside.
func (a *place) Messages() []conversation.Message { return a.sent }
