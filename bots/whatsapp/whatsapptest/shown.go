package whatsapptest

import (
	"context"
	"maps"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
)

// editWindow is for how long a message may be edited, as phones see it.
const editWindow = 20 * time.Minute

// Shown is one message as somebody sees it now.
type Shown struct {
	ID   types.MessageID
	From types.JID // a LID
	Text string    // captions and questions of polls too
	// Message is what was sent, with wrappers.
	Message *waE2E.Message
	// Quoted is the id of the message that it answers.
	Quoted types.MessageID
	// File is what an account sent: the phone fetched it, decrypted it and compared
	// its sums.
	File    *Received
	At      time.Time
	Edited  bool
	Deleted bool
	// Waiting: "Waiting for this message. This may take a while."
	Waiting bool
	// Late: it was unreadable at first.
	Late bool
	// Reactions by who gave them.
	Reactions map[types.JID]string
	// Copies counts how often it came. It is shown once.
	Copies int
}

// Received is a file as a phone holds it.
type Received struct {
	Kind string // image, video, audio, document, as in stanzas
	Name string // documents only
	Type string // MIME
	Body []byte
}

// screen is a chat on a device.
type screen struct {
	messages   []*Shown
	byID       map[types.MessageID]*Shown
	unreadable int // copies that could not be read, in all
	repeated   int // copies of what was there already
}

func (h *handset) screen(chat types.JID) *screen {
	s := h.screens[chat]
	if s == nil {
		s = &screen{byID: map[types.MessageID]*Shown{}}
		h.screens[chat] = s
	}

	return s
}

// wait puts a placeholder where a message cannot be read.
func (s *screen) wait(from types.JID, id types.MessageID) {
	s.unreadable++
	if s.byID[id] != nil {
		return
	}
	m := &Shown{ID: id, From: from, At: now(), Waiting: true}
	s.byID[id] = m
	s.messages = append(s.messages, m)
}

// put shows a message, or applies what it says of an earlier one.
func (s *screen) put(from types.JID, id types.MessageID, m *waE2E.Message, at time.Time) {
	if known := s.byID[id]; known != nil && !known.Waiting {
		s.repeated++
		known.Copies++

		return
	}
	in := inner(m)
	if p := in.GetProtocolMessage(); p != nil {
		s.settle(id)
		s.apply(from, p)

		return
	}
	if r := in.GetReactionMessage(); r != nil {
		s.settle(id)
		if t := s.byID[r.GetKey().GetID()]; t != nil {
			if t.Reactions == nil {
				t.Reactions = map[types.JID]string{}
			}
			t.Reactions[from] = r.GetText()
		}

		return
	}
	if in.GetPollUpdateMessage() != nil || in.GetSecretEncryptedMessage() != nil {
		return // nothing of its own to see
	}

	shown := s.byID[id]
	if shown == nil {
		shown = &Shown{ID: id}
		s.byID[id] = shown
		s.messages = append(s.messages, shown)
	}
	shown.Late, shown.Waiting = shown.Waiting, false
	shown.From, shown.Message, shown.Text, shown.At = from, m, textOf(m), at
	shown.Quoted = contextOf(m).GetStanzaID()
	shown.Copies++
}

// settle takes a placeholder away whose message turned out to be about another.
func (s *screen) settle(id types.MessageID) {
	if s.byID[id] == nil {
		return
	}
	delete(s.byID, id)
	for i, m := range s.messages {
		if m.ID == id {
			s.messages = append(s.messages[:i:i], s.messages[i+1:]...)

			break
		}
	}
}

// apply edits or deletes: one's own messages only, edits within their time.
func (s *screen) apply(from types.JID, p *waE2E.ProtocolMessage) {
	t := s.byID[p.GetKey().GetID()]
	if t == nil || t.From != from {
		return
	}
	switch p.GetType() {
	case waE2E.ProtocolMessage_REVOKE:
		t.Deleted, t.Text, t.File = true, "", nil
	case waE2E.ProtocolMessage_MESSAGE_EDIT:
		if now().Sub(t.At) > editWindow {
			return
		}
		t.Text, t.Edited = textOf(p.GetEditedMessage()), true
	default:
	}
}

// Shown is what the person's phone shows of the chat, oldest first: their own messages, those
// of others, and placeholders.
func (p *Person) Shown(in Chat) []Shown { return p.ShownOn(0, in) }

// ShownOn is what one of the person's devices shows of the chat.
func (p *Person) ShownOn(number uint16, in Chat) []Shown {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	d := p.user.devices[number]
	if d == nil {
		return nil
	}

	return d.handset.screen(in.chat()).list()
}

func (s *screen) list() []Shown {
	var list []Shown
	for _, m := range s.messages {
		c := *m
		if m.Reactions != nil {
			c.Reactions = map[types.JID]string{}
			maps.Copy(c.Reactions, m.Reactions)
		}
		list = append(list, c)
	}

	return list
}

// FromBot is what the person's phone shows of the account's own messages in the
// chat with it, placeholders included.
func (p *Person) FromBot(a *Account) []Shown {
	var list []Shown
	for _, m := range p.Shown(a) {
		if m.From == a.user.lid {
			list = append(list, m)
		}
	}

	return list
}

// Await waits until the chat shows a message that is found, and returns it.
func (p *Person) Await(ctx context.Context, in Chat, found func(Shown) bool) (Shown, error) {
	var hit Shown
	err := p.s.await(ctx, "a message to "+p.user.name, func() bool {
		for _, m := range p.user.devices[0].handset.screen(in.chat()).list() {
			if found(m) {
				hit = m

				return true
			}
		}

		return false
	})

	return hit, err
}

// Counts of copies that somebody's phone got in a chat, over all time.
type Counts struct {
	Unreadable int // that could not be read; each is asked for again
	Repeated   int // of messages that were there already
	Waiting    int // placeholders now
}

// Counts tells how the phone fared in the chat.
func (p *Person) Counts(in Chat) Counts {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	s := p.user.devices[0].handset.screen(in.chat())
	c := Counts{Unreadable: s.unreadable, Repeated: s.repeated}
	for _, m := range s.messages {
		if m.Waiting {
			c.Waiting++
		}
	}

	return c
}
