package telegramtest

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Person is somebody who uses Telegram, in the private chat with the bot or,
// through [Person.In], in a group. What they do queues updates.
type Person struct {
	s     *Server
	user  *user
	chat  *chat
	topic int64 // of a forum, where they write
}

// Person is the one with this id, who has started the bot.
func (s *Server) Person(id int64, name string) *Person {
	p := s.Stranger(id, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.chat.started = true
	return p
}

// Stranger is a person whom the bot may know, of a group perhaps, but who has
// never started it: it cannot write first.
func (s *Server) Stranger(id int64, name string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[id]
	if u == nil {
		u = &user{id: id, language: "id"}
		s.users[id] = u
		c := newChat(id, private)
		c.user = u
		s.chats[id] = c
	}
	u.first = name
	return &Person{s: s, user: u, chat: s.chats[id]}
}

// Called gives a person more of a name. What is empty they do not have.
func (p *Person) Called(last, username, language string) *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.user.last, p.user.username, p.user.language = last, username, language
	return p
}

// In is the same person in a group: what they do through it they do there.
func (p *Person) In(g *Group) *Person { return &Person{s: p.s, user: p.user, chat: g.chat} }

// ID is the person's number, which is that of their private chat too.
func (p *Person) ID() int64 { return p.user.id }

// send puts a message of p into its chat and returns its id; 0 from a person
// who is gone.
func (p *Person) send(m *message) int64 {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.user.deactivated {
		return 0
	}
	if p.chat.kind == private {
		if p.chat.blocked {
			p.block(false) // clients let nobody write to a bot that is blocked
		}
		p.chat.started = true
	} else if p.chat.members[p.user.id] == "" {
		p.chat.members[p.user.id] = member
	}
	m.from, m.topic = p.user, p.topic
	if m.replyTo != nil {
		m.topic = m.replyTo.topic
	}
	return p.s.receive(p.chat, m)
}

// receive puts a message into a chat and tells the bot if it may see it.
func (s *Server) receive(c *chat, m *message) int64 {
	m.chat = c
	if m.entities == nil && m.text != "" {
		m.entities = commandsIn(m.text)
	}
	s.add(m)
	s.tell(m)
	return m.id
}

// tell gives the bot a message that it may see.
func (s *Server) tell(m *message) {
	if m.known = s.given(m); m.known {
		s.push("message", m.json(true), m.chat.id, keepUpdates)
	}
}

// Text sends a text and returns the id of its last message: clients cut what
// is too long for one.
func (p *Person) Text(text string) int64 {
	ids := p.LongText(text)
	return ids[len(ids)-1]
}

// LongText sends a text in as many messages as it takes and returns their ids.
func (p *Person) LongText(text string) []int64 {
	var ids []int64
	for _, part := range cut(text) {
		ids = append(ids, p.send(&message{isText: true, text: part}))
	}
	return ids
}

// cut divides a text as clients do: behind a line or a word if there is one in
// the second half of a message.
func cut(text string) []string {
	var parts []string
	for units(text) > longestText {
		n, end, soft := 0, 0, 0
		for i, r := range text {
			if n += units(string(r)); n > longestText {
				end = i
				break
			}
			if r == '\n' || r == ' ' {
				soft = i + 1
			}
		}
		if soft > end/2 {
			end = soft
		}
		parts, text = append(parts, strings.TrimRight(text[:end], " \n")), text[end:]
	}
	return append(parts, text)
}

// TextWith sends a text message that f changes first: any field of it may be
// added, replaced or taken away, such as entities, quote, via_bot or
// forward_origin.
func (p *Person) TextWith(text string, f func(m map[string]any)) int64 {
	return p.send(&message{isText: true, text: text, with: []func(object){f}})
}

// Reply sends a text in answer to a message of the chat.
func (p *Person) Reply(to int64, text string) int64 {
	return p.send(&message{isText: true, text: text, replyTo: p.message(to)})
}

// Forward sends on what somebody else wrote, whose name is hidden.
func (p *Person) Forward(from, text string) int64 {
	date := p.s.Now().Add(-time.Hour).Unix()
	return p.send(&message{isText: true, text: text, content: object{
		"forward_origin":      object{"type": "hidden_user", "sender_user_name": from, "date": date},
		"forward_sender_name": from, "forward_date": date,
	}})
}

func (p *Person) message(id int64) *message {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.chat.byID[id]
}

// Edit rewrites a text message of p's. What is unknown, or not theirs, stays
// as it is.
func (p *Person) Edit(id int64, text string) { p.edit(id, text, true) }

// EditCaption rewrites the caption of a message of p's.
func (p *Person) EditCaption(id int64, caption string) { p.edit(id, caption, false) }

func (p *Person) edit(id int64, text string, isText bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.chat.byID[id]
	if m == nil || m.from != p.user || m.isText != isText {
		return
	}
	m.text, m.entities = text, commandsIn(text)
	p.s.tellEdit(m)
}

// tellEdit tells the bot that a message which it was given has changed.
func (s *Server) tellEdit(m *message) {
	m.edited = s.now()
	m.chat.touch()
	if m.known {
		s.push("edited_message", m.json(true), m.chat.id, keepUpdates)
	}
}

// Delete takes a message away for both. The bot is not told.
func (p *Person) Delete(id int64) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if m := p.chat.byID[id]; m != nil {
		p.s.remove(m)
	}
}

// Block stops the bot, which is told so.
func (p *Person) Block() { p.setBlocked(true) }

// Unblock lets the bot write again, and tells it.
func (p *Person) Unblock() { p.setBlocked(false) }

func (p *Person) setBlocked(blocked bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.chats[p.user.id].blocked != blocked {
		p.block(blocked)
	}
}

func (p *Person) block(blocked bool) {
	c := p.s.chats[p.user.id]
	c.blocked = blocked
	before, after := member, kicked
	if !blocked {
		before, after = kicked, member
	}
	p.s.tellStatus(c, p.user, before, after)
}

// tellStatus tells the bot what became of it in a chat. These updates have a
// lane of their own: they may overtake messages.
func (s *Server) tellStatus(c *chat, by *user, before, after string) {
	s.push("my_chat_member", object{
		"chat": c.json(), "from": by.json(), "date": s.now().Unix(),
		"old_chat_member": c.memberJSON(s.bot, before), "new_chat_member": c.memberJSON(s.bot, after),
	}, c.id+5<<33, keepUpdates)
}

// Deactivate deletes the person's account. They write nothing any more.
func (p *Person) Deactivate() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.user.deactivated, p.user.first, p.user.last, p.user.username = true, "", "", ""
}

// Raw queues any update at all; update_id is put into it. What has a kind that
// the double knows is subject to allowed_updates.
func (s *Server) Raw(update map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kinds := slices.Sorted(maps.Keys(update))
	if i := slices.Index(kinds, "update_id"); i >= 0 {
		kinds = slices.Delete(kinds, i, i+1)
	}
	kinds = append(kinds, "")
	s.pushAll(kinds[0], maps.Clone(update), 0, keepUpdates)
}

// Raw is [Server.Raw].
func (p *Person) Raw(update map[string]any) { p.s.Raw(update) }
