package deadline_test

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/maphash"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

var length = flag.Int("length", 5, "how many actions an order of the model check has at most")

// A model check takes all orders of what can happen to a report, with the scheduler
// looking at every midnight and after every action, and compares each with facts
// that it keeps itself. States that differ in nothing that matters are one.
type model struct {
	rules [2]*deadline.Rules // by the table, and by the amended one
	works [2][128]bool
	seeds [2]maphash.Seed
	seen  map[[2]uint64]struct{}
	tried int // actions tried
	legal int
	looks int // passes
	ends  map[reports.State]int
}

// node is a report after an order of actions.
type node struct {
	p    reports.Report
	f    facts
	path string
}

// move is something that can happen.
type move struct {
	name   byte
	action reports.Action
	by     reports.ActorKind
	days   int // working days that pass
}

var moves = []move{
	{name: 'D', action: reports.Dispatch, by: reports.ByAdmin},
	{name: 'F', action: reports.FollowUp, by: reports.ByLiaison},
	{name: 'I', action: reports.Respond, by: reports.ByLiaison},
	{name: 'r', action: reports.Reply, by: reports.ByReporter},
	{name: 'w', action: reports.Write, by: reports.ByAdmin},
	{name: '?', action: reports.RequestInfo, by: reports.ByLiaison},
	{name: '!', action: reports.ProvideInfo, by: reports.ByReporter},
	{name: 'N', action: reports.NotOurs, by: reports.ByLiaison},
	{name: 'h'}, // the amended table is imported
	{name: 'd'}, // the channel goes down, and it is known
	{name: 's'}, // pushes are stuck
	{name: 'u'}, // the channel is up again
	{name: 'b'}, // the reporter blocks the bot, which the next push finds out
	{name: '1', days: 1},
	{name: '3', days: 3},
	{name: '8', days: 8},
}

// at is an hour of a day of the model.
func at(day uint8, hour int) time.Time {
	return (firstDay + workday.Date(day)).Start(wita).Add(time.Duration(hour) * time.Hour)
}

func newModel(t *testing.T) *model {
	t.Helper()
	m := &model{
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, seen: map[[2]uint64]struct{}{}, ends: map[reports.State]int{},
	}
	rows := workday.Default().Days()
	for _, day := range amendments {
		rows = append(rows, workday.Holiday{Date: day, Kind: workday.JointLeave, Name: "Cuti bersama", Decree: "perubahan"})
	}
	amended, err := workday.NewTable(rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, table := range []workday.Table{workday.Default(), amended} {
		m.rules[i], err = deadline.New(deadline.Config{
			Holidays: table, Zone: wita, Limits: reports.DefaultLimits, Agencies: []reports.Agency{{Code: "A", Week: 5}},
		})
		if err != nil {
			t.Fatal(err)
		}
		m.works[i] = worked(newNaive(table, workday.Settings{}, wita))
	}
	return m
}

// step is n after a move: false where the move is not possible. What is wrong then
// is an error.
func (m *model) step(n node, v move) (node, bool, error) {
	now := at(n.f.Day, 10)
	n.path += string(v.name)
	switch {
	case v.action != "":
		c := reports.Change{Action: v.action, Actor: reports.Actor{Kind: v.by, Person: 3}, Agency: "A", Units: true, At: now}
		if v.action == reports.RequestInfo && n.p.State == reports.Submitted {
			c.Actor.Kind = reports.ByAdmin
		}
		after, _, err := reports.Apply(n.p, c)
		if errors.Is(err, reports.ErrRefused) {
			return n, false, nil
		}
		n.f.apply(v.action, n.p)
		n.p = after
	case v.days > 0:
		return m.wait(n, v.days)
	case v.name == 'h':
		if n.f.Imported {
			return n, false, nil
		}
		n.f.Imported = true
	case v.name == 'b':
		if n.f.Away {
			return n, false, nil
		}
		n.f.Away = true
	default:
		to := map[byte]channel{'d': down, 's': stuck, 'u': up}[v.name]
		if n.f.Channel == to {
			return n, false, nil
		}
		n.f.Channel = to
		n.f.delivered()
	}
	err := m.look(&n, now)
	return n, true, err
}

// wait lets working days pass.
func (m *model) wait(n node, left int) (node, bool, error) {
	works := &m.works[0]
	if n.f.Imported {
		works = &m.works[1]
	}
	for left > 0 {
		n.f.Day++
		if works[n.f.Day] {
			left--
		}
		if n.f.Channel == down {
			n.f.Down.add(n.f.Day)
		}
		if n.f.pausing(n.p) {
			n.f.Asked.add(n.f.Day)
		}
		if err := m.look(&n, at(n.f.Day, 0)); err != nil {
			return n, true, err
		}
		if !n.p.State.Open() {
			break
		}
	}
	return n, true, nil
}

// look has the scheduler do what is due, and compares that with the facts.
func (m *model) look(n *node, now time.Time) error {
	rules := m.rules[0]
	if n.f.Imported {
		rules = m.rules[1]
	}
	for range 10 {
		m.looks++
		o, err := rules.Pass(n.p, func(run reports.Run) deadline.Heard { return n.f.heard(run) }, always, now)
		if err != nil {
			return err
		}
		for _, x := range o.Passed {
			if wrong := m.passed(&n.f, x); wrong != "" {
				return fmt.Errorf("%s: %s", now, wrong)
			}
		}
		n.p = o.After
		if !o.Changed {
			if wrong := m.wrong(&n.f, n.p); wrong != "" {
				return fmt.Errorf("%s: %s (obstacle %q)", now, wrong, o.Obstacle)
			}
			return nil
		}
	}
	return fmt.Errorf("%s: the scheduler finds no end", now)
}

// heard is what the scheduler is told of what the reporter heard.
func (f *facts) heard(run reports.Run) deadline.Heard {
	a := f.Close
	if run.Clock == reports.ClockComplete {
		a = f.Complete
	}
	h := deadline.Heard{Away: f.Away}
	if a.Begun > 0 {
		h.Begun = at(a.Begun-1, 10)
	}
	if a.WarnHeard > 0 {
		h.Warned = at(a.WarnHeard-1, 10)
	}
	open := false
	for d := a.Start + 1; d <= f.Day; d++ {
		switch is := f.Down.has(d); {
		case is && !open:
			h.Outages, open = append(h.Outages, reports.Pause{From: at(d-1, 10)}), true
		case !is && open:
			h.Outages[len(h.Outages)-1].To, open = at(d-1, 10), false
		}
	}
	switch {
	case f.Channel == down && !open:
		h.Outages = append(h.Outages, reports.Pause{From: at(f.Day, 10)})
	case f.Channel != down && open:
		h.Outages[len(h.Outages)-1].To = at(f.Day, 10)
	}
	return h
}

// key names all that matters of n for what comes.
func (m *model) key(n node) [2]uint64 {
	b := make([]byte, 0, 512)
	b = append(b, n.p.State...)
	b = append(b, '|')
	b = append(b, n.p.Origin...)
	flags := byte(0)
	for i, set := range []bool{n.p.Dispatched, n.p.FollowedUp, n.p.Escalated} {
		if set {
			flags |= 1 << i
		}
	}
	b = append(b, flags, byte(n.p.Returns), byte(min(n.p.Asks, 3)))
	day := func(t time.Time) { b = binary.AppendVarint(b, int64(workday.DateOf(t, wita))) }
	for _, run := range n.p.Clocks {
		b = append(append(b, '|'), run.Clock...)
		day(run.Start)
		day(run.Warned)
		b = append(b, byte(run.Rungs), byte(run.Of), byte(len(run.Pauses)))
		for _, p := range run.Pauses {
			day(p.From)
			day(p.To)
		}
	}
	f := n.f
	f.Asks = min(f.Asks, 3)
	b, err := binary.Append(b, binary.LittleEndian, f)
	if err != nil {
		panic(err) // facts have a fixed size
	}
	return [2]uint64{maphash.Bytes(m.seeds[0], b), maphash.Bytes(m.seeds[1], b)}
}

// TestEveryOrderOfEvents is the promise of the scheduler: no unanswered report is
// ever closed by silence, no answered one stays open for ever, and nothing comes
// early or twice.
func TestEveryOrderOfEvents(t *testing.T) {
	m := newModel(t)
	filed := reports.Draft{}.Open(1, "double", at(0, 10))
	root := node{p: filed}
	root.f.Verify = root.f.start()
	dispatched, _, err := m.step(root, moves[0])
	if err != nil {
		t.Fatal(err)
	}
	dispatched.path = "(D)"
	level := []node{root, dispatched}
	for depth := 1; depth <= *length; depth++ {
		var next []node
		for _, n := range level {
			for _, v := range moves {
				m.tried++
				after, possible, err := m.step(n, v)
				if err != nil {
					t.Fatalf("%s: %v\nfacts %+v\nreport %s, clocks %+v", after.path, err, after.f, after.p.State, after.p.Clocks)
				}
				if !possible {
					continue
				}
				m.legal++
				if !after.p.State.Open() {
					m.ends[after.p.State]++
					continue
				}
				key := m.key(after)
				if _, known := m.seen[key]; known {
					continue
				}
				m.seen[key] = struct{}{}
				if depth < *length {
					next = append(next, after)
				}
			}
		}
		level = next
		t.Logf("%d actions: %d states so far", depth, len(m.seen))
	}
	t.Logf("%d actions tried, %d possible, %d looks of the scheduler, ends %v", m.tried, m.legal, m.looks, m.ends)
	if *length >= 4 && (m.ends[reports.Closed] == 0 || m.ends[reports.Archived] == 0) {
		t.Errorf("no order ended by silence: %v", m.ends)
	}
}
