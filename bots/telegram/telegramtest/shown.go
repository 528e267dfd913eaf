package telegramtest

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// Shown is a message of the bot as people see it now.
type Shown struct {
	MessageID int64
	Text      string // or the caption
	Entities  []Entity
	Inline    [][]Button // buttons under it
	Keyboard  [][]Button // the reply keyboard that came with it

	RemovesKeyboard, ForcesReply bool
	Silent, Protected            bool

	Edited  bool
	Earlier []string // its texts before, oldest first
	ReplyTo int64    // the message that it answers; 0: none
	Topic   int64    // of a forum; 0: the general one, or none
	At      time.Time
	File    *File
	Album   string // messages of one album share it
}

// File is a file that the bot sent, with the bytes that people get.
type File struct {
	Kind string // photo, video, audio or document
	Name string
	Body []byte
}

func (m *message) shown() Shown {
	x := Shown{
		MessageID: m.id, Text: m.text, Entities: slices.Clone(m.entities), Silent: m.silent, Protected: m.protected,
		Edited: !m.edited.IsZero(), Earlier: slices.Clone(m.earlier), At: m.at, Topic: m.topic,
	}
	if m.markup != nil {
		switch m.markup.kind {
		case inlineKeyboard:
			x.Inline = cloneRows(m.markup.rows)
		case replyKeyboard:
			x.Keyboard = cloneRows(m.markup.rows)
		case removeKeyboard:
			x.RemovesKeyboard = true
		case forceReply:
			x.ForcesReply = true
		}
	}
	if m.replyTo != nil {
		x.ReplyTo = m.replyTo.id
	}
	if m.file != nil {
		x.File = &File{Kind: m.kind, Name: m.file.name, Body: m.file.body}
		x.Album, _ = m.content["media_group_id"].(string)
	}
	return x
}

func cloneRows(rows [][]Button) [][]Button {
	result := make([][]Button, len(rows))
	for i, row := range rows {
		result[i] = slices.Clone(row)
	}
	return result
}

// Shown is what the bot has sent to the chat, oldest first, as it is seen now.
func (p *Person) Shown() []Shown {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.chat.shown()
}

func (c *chat) shown() []Shown {
	var all []Shown
	for _, m := range c.log {
		if m.out && !m.service && !m.deleted {
			all = append(all, m.shown())
		}
	}
	return all
}

// Last is the newest message of the bot; ok is false if there is none.
func (p *Person) Last() (last Shown, ok bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, m := range slices.Backward(p.chat.log) {
		if m.out && !m.service && !m.deleted {
			return m.shown(), true
		}
	}
	return Shown{}, false
}

// errWaited says that what a test waits for did not come.
var errWaited = errors.New("waited in vain")

// Await waits until the bot shows a message that match accepts, and returns
// the newest such; one that is there already will do. It fails after timeout.
func (p *Person) Await(match func(Shown) bool, timeout time.Duration) (Shown, error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		found, changed, ok := p.find(match)
		if ok {
			return found, nil
		}
		select {
		case <-changed:
		case <-timer.C:
			return Shown{}, errWaited
		case <-p.s.life.Done():
			return Shown{}, errWaited
		}
	}
}

// find looks from the newest message back. changed is closed when looking
// again is worth it. match is called without the lock, for it may ask the
// server something.
func (p *Person) find(match func(Shown) bool) (found Shown, changed <-chan struct{}, ok bool) {
	p.s.mu.Lock()
	all, changed := p.chat.shown(), p.chat.changed
	p.s.mu.Unlock()
	for _, x := range slices.Backward(all) {
		if match(x) {
			return x, changed, true
		}
	}
	return Shown{}, changed, false
}

// Duplicate is a message that was shown twice in a row, the same to the last
// button.
type Duplicate struct {
	Chat          int64
	First, Second Shown
	// AnswerLost says that the bot was never told of the first: it could not know
	// better. Of a bot that was killed the server may not notice; First.At helps.
	AnswerLost bool
	// Between says that somebody wrote or pressed between the two, so that the
	// second may be an answer of its own.
	Between bool
}

// Duplicates finds messages of the bot that repeat the one before, in all
// chats, deleted ones included.
func (s *Server) Duplicates() []Duplicate {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Duplicate
	for _, id := range slices.Sorted(maps.Keys(s.chats)) {
		c := s.chats[id]
		var last *message
		between := false
		for _, m := range c.log {
			if !m.out {
				between = true
				continue
			}
			if last != nil && last.first() == m.first() && last.firstMarkup.equal(m.firstMarkup) && last.file.same(m.file) {
				found = append(found, Duplicate{
					Chat: c.id, First: last.shown(), Second: m.shown(), AnswerLost: last.lost,
					Between: between || pressed(c, last, m),
				})
			}
			last, between = m, false
		}
	}
	return found
}

// first is the text with which m was sent.
func (m *message) first() string {
	if len(m.earlier) > 0 {
		return m.earlier[0]
	}
	return m.text
}

// pressed reports whether somebody pressed a button between two messages.
func pressed(c *chat, first, second *message) bool {
	i, _ := slices.BinarySearchFunc(c.presses, first.at, time.Time.Compare)
	return i < len(c.presses) && c.presses[i].Before(second.at)
}

// Pending is how many updates wait for the bot, whether or not they were
// fetched once.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetExpired()
	return s.queue.live
}
