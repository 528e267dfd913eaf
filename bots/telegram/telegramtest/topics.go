package telegramtest

import (
	"maps"
	"slices"
	"strings"
)

const (
	// generalTopic is what every forum has; messages in it are of no topic.
	generalTopic = 1
	longestTopic = 128 // characters of a name; more is cut
)

// topic is a topic of a forum. Its number is that of the message that made it.
type topic struct {
	id     int64
	name   string
	closed bool
	by     *user
}

// Forum is a supergroup with topics, and with this id, a negative number that
// begins with -100. What is written in no topic is in the general one.
func (s *Server) Forum(id int64, title string, members ...*Person) *Group {
	g := s.Supergroup(id, title, members...)
	s.mu.Lock()
	defer s.mu.Unlock()
	g.chat.forum, g.chat.topics = true, map[int64]*topic{}
	return g
}

// KeepTopics makes a supergroup a forum, or a forum one without topics, whose
// messages all stand together then. The bot is not told.
func (g *Group) KeepTopics(keep bool) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if g.chat.forum = keep; keep && g.chat.topics == nil {
		g.chat.topics = map[int64]*topic{}
	}
}

// LetBotManageTopics makes the bot an administrator who may open and close
// topics, and write in closed ones, or one who may not.
func (g *Group) LetBotManageTopics(by *Person, may bool) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	before := g.chat.status
	g.chat.status, g.chat.manageTopics = admin, may
	g.s.tellStatus(g.chat, by.user, before, admin)
}

// Topic is a topic as people see it.
type Topic struct {
	ID     int64
	Name   string
	Closed bool
	ByBot  bool // the bot opened it
}

// Topics are those of the group but the general one, by number.
func (g *Group) Topics() []Topic {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	var list []Topic
	for _, id := range slices.Sorted(maps.Keys(g.chat.topics)) {
		t := g.chat.topics[id]
		list = append(list, Topic{ID: id, Name: t.name, Closed: t.closed, ByBot: t.by == g.s.bot})
	}
	return list
}

// OpenTopic has p open a topic, and returns its number.
func (g *Group) OpenTopic(p *Person, name string) int64 {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return g.s.openTopic(g.chat, p.user, name).id
}

// CloseTopic has p close a topic.
func (g *Group) CloseTopic(p *Person, id int64) { g.setClosed(p, id, true) }

// ReopenTopic has p open a topic again.
func (g *Group) ReopenTopic(p *Person, id int64) { g.setClosed(p, id, false) }

func (g *Group) setClosed(p *Person, id int64, closed bool) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if t := g.chat.topics[id]; t != nil && t.closed != closed {
		g.s.closeTopic(g.chat, t, p.user, closed)
	}
}

// DeleteTopic takes a topic away with everything in it. The bot is not told.
func (g *Group) DeleteTopic(id int64) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	delete(g.chat.topics, id)
	for _, m := range g.chat.log {
		if m.topic == id && !m.deleted {
			g.s.remove(m)
		}
	}
}

// InTopic is the same person in a topic of the group: what they do through it
// they do there.
func (p *Person) InTopic(id int64) *Person {
	return &Person{s: p.s, user: p.user, chat: p.chat, topic: id}
}

func (s *Server) openTopic(c *chat, by *user, name string) *topic {
	m := &message{chat: c, service: true, from: by, out: by == s.bot, content: object{
		"forum_topic_created": object{"name": name, "icon_color": 7322096},
	}}
	s.add(m)
	m.topic = m.id
	t := &topic{id: m.id, name: name, by: by}
	c.topics[t.id] = t
	s.tell(m)
	return t
}

func (s *Server) closeTopic(c *chat, t *topic, by *user, closed bool) {
	t.closed = closed
	what := "forum_topic_reopened"
	if closed {
		what = "forum_topic_closed"
	}
	m := &message{chat: c, topic: t.id, service: true, from: by, out: by == s.bot, content: object{what: object{}}}
	s.add(m)
	s.tell(m)
}

// thread is the message_thread_id of m: its topic, or in a supergroup the first
// of the messages that it answers one by one.
func (m *message) thread() int64 {
	if m.topic != 0 || m.chat.kind != supergroup || m.replyTo == nil {
		return m.topic
	}
	root := m.replyTo
	for root.replyTo != nil {
		root = root.replyTo
	}
	return root.id
}

// answered is the message that m comes as an answer to: in a topic all do that
// answer nothing else, to the message that made it.
func (m *message) answered() *message {
	if m.replyTo != nil || m.topic == 0 || m.topic == m.id {
		return m.replyTo
	}
	return m.chat.byID[m.topic]
}

// managesTopics reports whether the bot may do with topics what it likes.
func (c *chat) managesTopics() bool { return c.status == admin && c.manageTopics }

// topicOf is the topic that a call wants something sent to.
func (s *Server) topicOf(q *query, c *chat) (int64, error) {
	id := max(0, leadingInt(q.arg("message_thread_id")))
	switch {
	case id == 0:
	case c.kind == private, c.forum && (id == generalTopic || c.topics[id] == nil):
		return 0, badRequest("message thread not found")
	case !c.forum:
		s.toleratef("message_thread_id %d is ignored: the group is no forum", id)
		return 0, nil
	}
	return id, nil
}

func (s *Server) forumOf(q *query) (*chat, error) {
	c, err := s.lookUp(q, toWrite)
	if err == nil && !c.forum {
		return nil, badRequest("The chat is not a forum")
	}
	return c, err
}

func createForumTopic(s *Server, q *query, _ *call) (any, error) {
	c, err := s.forumOf(q)
	if err != nil {
		return nil, err
	}
	if !c.managesTopics() {
		return nil, badRequest("Not enough rights to create a topic")
	}
	name, _ := cleanText(q.arg("name"))
	name = strings.TrimSpace(name)
	if all := []rune(name); len(all) > longestTopic {
		s.toleratef("the name of a topic is cut")
		name = string(all[:longestTopic])
	}
	if name == "" {
		return nil, badRequest("Name must be non-empty")
	}
	t := s.openTopic(c, s.bot, name)
	return object{"message_thread_id": t.id, "name": t.name, "icon_color": 7322096}, nil
}

// closeForumTopic is reopenForumTopic too.
func closeForumTopic(closed bool) method {
	return func(s *Server, q *query, _ *call) (any, error) {
		c, err := s.forumOf(q)
		if err != nil {
			return nil, err
		}
		id := leadingInt(q.arg("message_thread_id"))
		t := c.topics[id]
		switch {
		case id <= 0:
			return nil, badRequest("Invalid forum topic identifier specified")
		case t == nil:
			return nil, badRequest("TOPIC_ID_INVALID")
		case !c.managesTopics() && t.by != s.bot:
			return nil, badRequest("Not enough rights to close or open the topic")
		case t.closed == closed:
			return nil, badRequest("TOPIC_NOT_MODIFIED")
		}
		s.closeTopic(c, t, s.bot, closed)
		return true, nil
	}
}

func editForumTopic(s *Server, q *query, _ *call) (any, error) {
	c, err := s.forumOf(q)
	if err != nil {
		return nil, err
	}
	id := leadingInt(q.arg("message_thread_id"))
	t := c.topics[id]
	name, _ := cleanText(q.arg("name"))
	name = strings.TrimSpace(name)
	switch {
	case id <= 0:
		return nil, badRequest("Invalid forum topic identifier specified")
	case t == nil:
		return nil, badRequest("TOPIC_ID_INVALID")
	case !c.managesTopics() && t.by != s.bot:
		return nil, badRequest("Not enough rights to edit the topic")
	case name == "" || name == t.name:
		return nil, badRequest("TOPIC_NOT_MODIFIED")
	}
	if all := []rune(name); len(all) > longestTopic {
		s.toleratef("the name of a topic is cut")
		name = string(all[:longestTopic])
	}
	t.name = name
	m := &message{chat: c, topic: t.id, service: true, from: s.bot, out: true, content: object{"forum_topic_edited": object{"name": name}}}
	s.add(m)
	s.tell(m)
	return true, nil
}
