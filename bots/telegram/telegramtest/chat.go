package telegramtest

import (
	"maps"
	"time"
)

// user is a person or the bot.
type user struct {
	id                    int64
	first, last, username string
	language              string
	bot, deactivated      bool
	answers               []Answer // to presses, newest last
}

func (u *user) json() object {
	o := object{"id": u.id, "is_bot": u.bot, "first_name": u.first}
	for name, value := range map[string]string{
		"last_name": u.last, "username": u.username, "language_code": u.language,
	} {
		if value != "" {
			o[name] = value
		}
	}
	return o
}

// chatKind is a chat's type as the Bot API writes it.
type chatKind string

const (
	private    chatKind = "private"
	group      chatKind = "group"
	supergroup chatKind = "supergroup"
)

// The bot's and people's states in a chat, as the Bot API writes them.
const (
	left    = "left"
	kicked  = "kicked"
	member  = "member"
	admin   = "administrator"
	creator = "creator"
)

type chat struct {
	id    int64
	kind  chatKind
	title string

	user    *user // in a private chat
	started bool  // in a private chat: the person wrote or pressed Start at some time
	blocked bool

	status     string // the bot's, in groups
	members    map[int64]string
	migratedTo int64

	forum        bool
	topics       map[int64]*topic
	manageTopics bool // the bot has the right to

	lastID   int64 // message ids of a supergroup
	log      []*message
	byID     map[int64]*message
	keyboard *markup
	presses  []time.Time   // when buttons were pressed
	changed  chan struct{} // closed at the next change
}

func newChat(id int64, kind chatKind) *chat {
	return &chat{
		id: id, kind: kind, status: left, members: map[int64]string{}, byID: map[int64]*message{},
		changed: make(chan struct{}),
	}
}

func (c *chat) json() object {
	if c.kind == private {
		o := c.user.json()
		for _, name := range []string{"is_bot", "language_code"} {
			delete(o, name)
		}
		o["type"] = private
		return o
	}
	o := object{"id": c.id, "type": c.kind, "title": c.title}
	if c.kind == group {
		o["all_members_are_administrators"] = false
	}
	if c.forum {
		o["is_forum"] = true
	}
	return o
}

// touch wakes whoever waits for something to be seen in c.
func (c *chat) touch() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// message is one message of a chat, of the bot or of a person.
type message struct {
	id         int64
	chat       *chat
	from       *user
	senderChat *chat // an anonymous administrator writes as the chat
	out        bool  // of the bot
	service    bool
	sent       time.Time // by the movable clock
	edited     time.Time
	isText     bool
	text       string   // or the caption
	entities   []Entity // of text
	content    object   // what is neither text nor caption; replaced, never changed
	markup     *markup
	replyTo    *message
	topic      int64          // of a forum; 0: the general one, or none
	with       []func(object) // what a test adds to it

	known     bool // the bot was given it, or wrote it
	deleted   bool
	silent    bool
	protected bool
	lost      bool // the bot never had the answer to it
	at        time.Time
	earlier   []string // texts before edits
	file      *file
	kind      string // as what the bot sent file

	forBot      bool    // in a group: an answer to the bot, or to such an answer
	firstMarkup *markup // with which it was sent
}

// json is m as the Bot API gives it; the message that it answers is in it
// unless that is what it is.
func (m *message) json(withReply bool) object {
	o := object{"message_id": m.id, "chat": m.chat.json(), "date": m.sent.Unix()}
	if m.from != nil {
		o["from"] = m.from.json()
	}
	if m.senderChat != nil {
		o["sender_chat"] = m.senderChat.json()
	}
	if !m.edited.IsZero() {
		o["edit_date"] = m.edited.Unix()
	}
	maps.Copy(o, m.content)
	text, entities := "caption", "caption_entities"
	if m.isText {
		text, entities = "text", "entities"
	}
	if m.text != "" {
		o[text] = m.text
	}
	if len(m.entities) > 0 {
		o[entities] = m.entities
	}
	if m.markup != nil && m.markup.kind == inlineKeyboard {
		o["reply_markup"] = m.markup.json()
	}
	if m.protected {
		o["has_protected_content"] = true
	}
	if thread := m.thread(); thread != 0 {
		o["message_thread_id"] = thread
	}
	if m.topic != 0 {
		o["is_topic_message"] = true
	}
	if r := m.answered(); withReply && r != nil && !r.deleted {
		o["reply_to_message"] = r.json(false)
	}
	for _, f := range m.with {
		f(o)
	}
	return o
}

// add gives m its number and puts it into its chat. Private chats and basic
// groups share one row of numbers, for they are one mailbox; a supergroup
// counts for itself.
func (s *Server) add(m *message) {
	last := &s.lastID
	if m.chat.kind == supergroup {
		last = &m.chat.lastID
	}
	*last++
	m.id, m.sent, m.at = *last, s.now(), time.Now()
	m.chat.log = append(m.chat.log, m)
	m.chat.byID[m.id] = m
	m.chat.touch()
}

func (s *Server) remove(m *message) {
	m.deleted = true
	delete(m.chat.byID, m.id)
	m.chat.touch()
}

// lose notes that the bot was not told of these messages.
func (s *Server) lose(sent []*message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range sent {
		m.lost = true
	}
}

// access is how much of a chat a method needs.
type access int

const (
	toRead access = iota
	toReadMembers
	toEdit
	toWrite
)

// lookUp finds the chat of a call and whether the bot may do this in it. The
// checks and their order are those of check_chat_access.
func (s *Server) lookUp(q *query, need access) (*chat, error) {
	id := q.arg("chat_id")
	if id == "" {
		return nil, badRequest("chat_id is empty")
	}
	c := s.chats[leadingInt(id)]
	if c == nil {
		return nil, badRequest("chat not found")
	}
	switch c.kind {
	case private:
		if c.user.deactivated && need >= toEdit {
			return nil, forbidden("user is deactivated")
		}
	case group:
		switch {
		case c.migratedTo != 0 && (need == toWrite || need == toReadMembers):
			e := badRequest("group chat was upgraded to a supergroup chat")
			e.params = object{"migrate_to_chat_id": c.migratedTo}
			return nil, e
		case c.migratedTo != 0 || need < toReadMembers:
		case c.status == kicked:
			return nil, forbidden("bot was kicked from the group chat")
		case c.status == left:
			return nil, forbidden("bot is not a member of the group chat")
		}
	case supergroup:
		switch c.status {
		case kicked:
			return nil, forbidden("bot was kicked from the supergroup chat")
		case left:
			return nil, forbidden("bot is not a member of the supergroup chat")
		}
	}
	return c, nil
}

// reach is what only Telegram's servers find out about a person when something
// is sent.
func (c *chat) reach() error {
	switch {
	case c.kind != private:
		return nil
	case c.blocked:
		return forbidden("bot was blocked by the user")
	case !c.started:
		return forbidden("bot can't initiate conversation with a user")
	}
	return nil
}
