package telegramtest

import (
	"maps"
	"strings"
	"time"
)

// Group is a group or a supergroup. The bot is not in it until [Group.AddBot].
type Group struct {
	s    *Server
	chat *chat
}

// Group is a basic group with this id, a negative number.
func (s *Server) Group(id int64, title string, members ...*Person) *Group {
	return s.newGroup(id, title, group, members)
}

// Supergroup is a supergroup with this id, a negative number that begins with
// -100.
func (s *Server) Supergroup(id int64, title string, members ...*Person) *Group {
	return s.newGroup(id, title, supergroup, members)
}

func (s *Server) newGroup(id int64, title string, kind chatKind, members []*Person) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := newChat(id, kind)
	c.title = title
	s.chats[id] = c
	for i, p := range members {
		c.members[p.user.id] = member
		if i == 0 {
			c.members[p.user.id] = creator
		}
	}
	return &Group{s: s, chat: c}
}

// ID is the group's number.
func (g *Group) ID() int64 { return g.chat.id }

// AddBot has somebody take the bot into the group.
func (g *Group) AddBot(by *Person) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.s.setStatus(g.chat, member, by.user)
	g.s.service(g.chat, by.user, object{
		"new_chat_members": []object{g.s.bot.json()}, "new_chat_member": g.s.bot.json(),
		"new_chat_participant": g.s.bot.json(),
	})
}

// AddBotByLink has somebody take the bot into the group through its link for
// that, https://t.me/<bot>?startgroup=<payload>: their client says the payload.
func (g *Group) AddBotByLink(by *Person, payload string) int64 {
	g.AddBot(by)
	return by.In(g).Text(strings.TrimSpace("/start@" + g.s.opt.Username + " " + payload))
}

// RemoveBot has somebody throw the bot out.
func (g *Group) RemoveBot(by *Person) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.s.service(g.chat, by.user, leftJSON(g.s.bot))
	g.s.setStatus(g.chat, kicked, by.user)
}

// PromoteBot makes the bot an administrator, who sees everything.
func (g *Group) PromoteBot(by *Person) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.s.setStatus(g.chat, admin, by.user)
}

// Promote makes p an administrator. The bot is told if it asked for
// chat_member.
func (g *Group) Promote(p *Person) { g.setState(p, admin) }

// Join takes p into the group.
func (g *Group) Join(p *Person) {
	g.setState(p, member)
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	u := p.user.json()
	g.s.service(g.chat, p.user, object{"new_chat_members": []object{u}, "new_chat_member": u, "new_chat_participant": u})
}

// Leave has p go.
func (g *Group) Leave(p *Person) {
	g.setState(p, left)
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.s.service(g.chat, p.user, leftJSON(p.user))
}

func leftJSON(u *user) object {
	return object{"left_chat_member": u.json(), "left_chat_participant": u.json()}
}

func (g *Group) setState(p *Person, state string) {
	s, c := g.s, g.chat
	s.mu.Lock()
	defer s.mu.Unlock()
	before := c.stateOf(p.user)
	c.members[p.user.id] = state
	if c.status == admin {
		s.push("chat_member", object{
			"chat": c.json(), "from": p.user.json(), "date": s.now().Unix(),
			"old_chat_member": c.memberJSON(p.user, before), "new_chat_member": c.memberJSON(p.user, state),
		}, p.user.id+6<<33, keepUpdates)
	}
}

// setStatus makes something else of the bot in a group.
func (s *Server) setStatus(c *chat, status string, by *user) {
	before := c.status
	c.status = status
	if before != status {
		s.tellStatus(c, by, before, status)
	}
}

// service is a message that nobody wrote.
func (s *Server) service(c *chat, from *user, content object) {
	s.receive(c, &message{service: true, from: from, content: content, out: from == s.bot})
}

// anonymous is who administrators are that hide.
var anonymous = &user{id: 1087968824, first: "Group", username: "GroupAnonymousBot", bot: true}

// Anonymous has an administrator who hides write a text. It comes from a user
// that all groups share, and from the group itself.
func (g *Group) Anonymous(text string) int64 {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return g.s.receive(g.chat, &message{isText: true, text: text, from: anonymous, senderChat: g.chat})
}

// AnonymousReply has an administrator who hides answer a message.
func (g *Group) AnonymousReply(to int64, text string) int64 {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	m := &message{isText: true, text: text, from: anonymous, senderChat: g.chat, replyTo: g.chat.byID[to]}
	if m.replyTo != nil {
		m.topic = m.replyTo.topic
	}
	return g.s.receive(g.chat, m)
}

// Migrate makes a supergroup of a basic group. Members and the bot go along;
// message ids begin anew, and the old group takes nothing any more.
func (g *Group) Migrate(id int64, by *Person) *Group {
	s := g.s
	s.mu.Lock()
	defer s.mu.Unlock()
	c := newChat(id, supergroup)
	c.title, c.status, c.members = g.chat.title, g.chat.status, maps.Clone(g.chat.members)
	s.chats[id] = c
	s.service(g.chat, by.user, object{"migrate_to_chat_id": id})
	g.chat.migratedTo = id
	m := &message{service: true, from: anonymous, senderChat: c, content: object{"migrate_from_chat_id": g.chat.id}}
	s.receive(c, m)
	return &Group{s: s, chat: c}
}

// Text has p write in the group; see [Person.In] for everything else.
func (g *Group) Text(p *Person, text string) int64 { return p.In(g).Text(text) }

// Reply has p answer a message of the group.
func (g *Group) Reply(p *Person, to int64, text string) int64 { return p.In(g).Reply(to, text) }

// Press has p press a button in the group.
func (g *Group) Press(p *Person, label string) error { return p.In(g).Press(label) }

// Shown is what the bot has sent to the group.
func (g *Group) Shown() []Shown { return (&Person{s: g.s, chat: g.chat}).Shown() }

// Await is [Person.Await] for the group.
func (g *Group) Await(match func(Shown) bool, timeout time.Duration) (Shown, error) {
	return (&Person{s: g.s, chat: g.chat}).Await(match, timeout)
}

// given reports whether the bot is given a message of people. In groups, with
// privacy mode on, those are commands, mentions, answers to it and to such
// answers, and what nobody wrote.
func (s *Server) given(m *message) bool {
	c := m.chat
	switch {
	case c.kind == private:
		return true
	case c.status == left || c.status == kicked:
		return false
	case c.status == admin || s.opt.ReadsAll || m.service:
		return true
	case m.replyTo != nil && (m.replyTo.out || m.replyTo.forBot):
		m.forBot = true
		return true
	}
	name := "@" + strings.ToLower(s.opt.Username)
	for _, e := range m.entities {
		if e.Type != "bot_command" {
			continue
		}
		if _, to, named := strings.Cut(slice(m.text, e), "@"); !named || strings.EqualFold("@"+to, name) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(m.text), name)
}

// slice is the part of a text that an entity covers.
func slice(text string, e Entity) string {
	from, to, n := len(text), len(text), 0
	for i, r := range text {
		if n == e.Offset {
			from = i
		}
		if n == e.Offset+e.Length {
			to = i
			break
		}
		n += units(string(r))
	}
	return text[min(from, to):to]
}
