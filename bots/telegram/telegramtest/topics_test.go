package telegramtest_test

import (
	"strings"
	"testing"

	"kentongan/bots/telegram/telegramtest"
)

// forumWith is a forum with the bot in it, who manages topics or does not.
func forumWith(t *testing.T, manages bool) (*telegramtest.Server, *telegramtest.Group, *telegramtest.Person) {
	t.Helper()
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	g := s.Forum(-1009, "Dinas", p)
	g.AddBot(p)
	if manages {
		g.LetBotManageTopics(p, true)
	}
	return s, g, p
}

// newest is the newest update, which is a message.
func newest(t *testing.T, s *telegramtest.Server) *tgMessage {
	t.Helper()
	got := updates(t, s, args{"offset": -1})
	if len(got) != 1 || got[0].Message == nil {
		t.Fatalf("got %+v", got)
	}
	return got[0].Message
}

func TestTopicsOfAForum(t *testing.T) {
	s, g, p := forumWith(t, false)
	topic := g.OpenTopic(p, "Jalan rusak")
	if m := newest(t, s); m.MessageID != topic || m.Thread != topic || !m.IsTopic || m.ReplyTo != nil || m.Created == nil || m.Created.Name != "Jalan rusak" {
		t.Errorf("opening is told as %+v", m)
	}
	send := func(topic int64) args { return args{"chat_id": -1009, "text": "a", "message_thread_id": topic} }
	var m tgMessage
	ok(t, s, "sendMessage", send(topic), &m)
	if m.Thread != topic || !m.IsTopic || m.ReplyTo == nil || m.ReplyTo.Created == nil {
		t.Errorf("sent %+v", m)
	}
	inside := p.In(g).InTopic(topic)
	inside.Text("/halo")
	if got := newest(t, s); got.Thread != topic || !got.IsTopic || got.ReplyTo == nil || got.ReplyTo.MessageID != topic || got.ReplyTo.Created == nil {
		t.Errorf("what answers nothing is %+v", got)
	}
	answer := g.Reply(p, m.MessageID, "sudah")
	if got := newest(t, s); got.Thread != topic || !got.IsTopic || got.ReplyTo.MessageID != m.MessageID || got.ReplyTo.Created != nil {
		t.Errorf("an answer is %+v", got)
	}
	ok(t, s, "sendMessage", args{"chat_id": -1009, "text": "a", "reply_parameters": args{"message_id": answer}}, &m)
	if m.Thread != topic {
		t.Errorf("an answer goes to %d", m.Thread)
	}
	m = tgMessage{}
	ok(t, s, "sendMessage", args{"chat_id": -1009, "text": "a"}, &m)
	if m.Thread != 0 || m.IsTopic {
		t.Errorf("in the general topic it is %+v", m)
	}
	g.Reply(p, m.MessageID, "sudah")
	if got := newest(t, s); got.Thread != m.MessageID || got.IsTopic {
		t.Errorf("an answer in the general topic is %+v", got)
	}
	refused(t, s, "sendMessage", send(1), 400, "Bad Request: message thread not found")
	refused(t, s, "sendMessage", send(999), 400, "Bad Request: message thread not found")
	refused(t, s, "sendMessage", args{"chat_id": 7001, "text": "a", "message_thread_id": 5}, 400, "Bad Request: message thread not found")
	g.CloseTopic(p, topic)
	if got := newest(t, s); got.Closed == nil || got.Thread != topic {
		t.Errorf("closing is told as %+v", got)
	}
	refused(t, s, "sendMessage", send(topic), 400, "Bad Request: TOPIC_CLOSED")
	g.LetBotManageTopics(p, true)
	ok(t, s, "sendMessage", send(topic), nil)
	g.ReopenTopic(p, topic)
	g.LetBotManageTopics(p, false)
	ok(t, s, "sendMessage", send(topic), nil)
	g.DeleteTopic(topic)
	refused(t, s, "sendMessage", send(topic), 400, "Bad Request: message thread not found")
	if n := len(g.Shown()); n != 1 {
		t.Errorf("%d messages are left", n)
	}
	if left := s.Tolerated(); left != nil {
		t.Errorf("tolerated %q", left)
	}
	s.Supergroup(-1010, "Tanpa topik", p).AddBot(p)
	m = tgMessage{}
	ok(t, s, "sendMessage", args{"chat_id": -1010, "text": "a", "message_thread_id": 5}, &m)
	if m.Thread != 0 || len(s.Tolerated()) != 1 {
		t.Errorf("outside a forum it is %+v, tolerated %q", m, s.Tolerated())
	}
}

func TestOpeningAndClosingTopics(t *testing.T) {
	s, g, p := forumWith(t, true)
	create := func(name string) args { return args{"chat_id": -1009, "name": name} }
	var made struct {
		Thread int64 `json:"message_thread_id"`
		Name   string
	}
	ok(t, s, "createForumTopic", create(" KTG-7F3K-29QX "), &made)
	if topics := g.Topics(); len(topics) != 1 || topics[0] != (telegramtest.Topic{ID: made.Thread, Name: "KTG-7F3K-29QX", ByBot: true}) {
		t.Errorf("made %+v, topics %+v", made, topics)
	}
	if m := newest(t, s); !m.From.IsBot || m.Created == nil {
		t.Errorf("the bot is told of its own topic as %+v", m)
	}
	refused(t, s, "createForumTopic", create(" "), 400, "Bad Request: name must be non-empty")
	ok(t, s, "createForumTopic", create(strings.Repeat("a", 200)), &made)
	if len(made.Name) != 128 || len(s.Tolerated()) != 1 {
		t.Errorf("a long name is %q", made.Name)
	}
	own := args{"chat_id": -1009, "message_thread_id": g.Topics()[0].ID}
	theirs := args{"chat_id": -1009, "message_thread_id": g.OpenTopic(p, "Rapat")}
	ok(t, s, "closeForumTopic", own, nil)
	refused(t, s, "closeForumTopic", own, 400, "Bad Request: TOPIC_NOT_MODIFIED")
	refused(t, s, "closeForumTopic", args{"chat_id": -1009}, 400, "Bad Request: invalid forum topic identifier specified")
	refused(t, s, "closeForumTopic", args{"chat_id": -1009, "message_thread_id": 999}, 400, "Bad Request: TOPIC_ID_INVALID")
	g.LetBotManageTopics(p, false)
	refused(t, s, "createForumTopic", create("a"), 400, "Bad Request: not enough rights to create a topic")
	refused(t, s, "closeForumTopic", theirs, 400, "Bad Request: not enough rights to close or open the topic")
	ok(t, s, "reopenForumTopic", own, nil)
	s.Supergroup(-1010, "Tanpa topik", p).AddBot(p)
	refused(t, s, "createForumTopic", args{"chat_id": -1010, "name": "a"}, 400, "Bad Request: the chat is not a forum")
}

func TestABotComesByLink(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Scale: 1e-9, Username: "lapor_bot"})
	p := s.Person(7001, "Siti")
	g := s.Supergroup(-1009, "Dinas", p)
	g.AddBotByLink(p, "dinas-7f3k")
	if got := texts(updates(t, s, nil)); got != "left>member  /start@lapor_bot dinas-7f3k " {
		t.Errorf("got %q", got)
	}
	if m := newest(t, s); m.From.ID != 7001 {
		t.Errorf("it was said by %+v", m.From)
	}
	var sent tgMessage
	ok(t, s, "sendMessage", args{"chat_id": -1009, "text": "Selamat datang."}, &sent)
	g.AnonymousReply(sent.MessageID, "sudah")
	if m := newest(t, s); m.From.ID != 1087968824 || m.SenderChat == nil || m.ReplyTo == nil || m.ReplyTo.MessageID != sent.MessageID {
		t.Errorf("who hides answers as %+v", m)
	}
	g.Leave(p)
	var member struct{ Status string }
	ok(t, s, "getChatMember", args{"chat_id": -1009, "user_id": 7001}, &member)
	if member.Status != "left" {
		t.Errorf("who left is %q", member.Status)
	}
}
