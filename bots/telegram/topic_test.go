package telegram_test

import (
	"strconv"
	"strings"
	"testing"

	"kentongan/bots"
	"kentongan/bots/telegram"
	"kentongan/bots/telegram/telegramtest"
)

const forum bots.Address = "-1009"

// world is a forum with an official, and with a bot that may open topics.
type world struct {
	s  *telegramtest.Server
	g  *telegramtest.Group
	by *telegramtest.Person
	c  *telegram.Channel
}

func newWorld(t *testing.T) world {
	t.Helper()
	s := telegramtest.Start(t)
	by := s.Person(7001, "Petugas")
	g := s.Forum(-1009, "Dinas", by)
	g.AddBot(by)
	g.LetBotManageTopics(by, true)
	return world{s: s, g: g, by: by, c: alone(t, s)}
}

func openTopic(t *testing.T, w world, name string) int64 {
	t.Helper()
	topic, err := w.c.OpenTopic(t.Context(), forum, name)
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.ParseInt(topic, 10, 64)
	if err != nil {
		t.Fatalf("the topic is %q", topic)
	}
	return id
}

func TestMessagesGoToTheirTopicOrWhereTheyCan(t *testing.T) {
	for name, c := range map[string]struct {
		prepare  func(w world, topic int64)
		there    bool // in the topic, otherwise in the general one
		reopened bool
	}{
		"an open topic":                    {nil, true, false},
		"a closed topic that it writes in": {func(w world, topic int64) { w.g.CloseTopic(w.by, topic) }, true, false},
		"a closed topic that it opens again": {func(w world, topic int64) {
			w.g.CloseTopic(w.by, topic)
			w.g.LetBotManageTopics(w.by, false)
		}, true, true},
		"a topic that is gone": {func(w world, topic int64) { w.g.DeleteTopic(topic) }, false, false},
	} {
		for with, files := range map[string][]bots.File{"text": nil, "a file": {picture(9, 9)}, "an album": {picture(9, 9), picture(9, 9)}} {
			t.Run(name+" with "+with, func(t *testing.T) {
				w := newWorld(t)
				topic := openTopic(t, w, "KTG-7F3K-29QX")
				if c.prepare != nil {
					c.prepare(w, topic)
				}
				m := text("a", "Laporan baru.")
				m.Topic, m.Files = strconv.FormatInt(topic, 10), files
				send(t, w.c, forum, m)
				want := int64(0)
				if c.there {
					want = topic
				}
				shown := w.g.Shown()
				if len(shown) != max(1, len(files)) {
					t.Fatalf("shown %+v", shown)
				}
				for _, x := range shown {
					if x.Topic != want {
						t.Errorf("posted into %d, want %d", x.Topic, want)
					}
				}
				if c.reopened && w.g.Topics()[0].Closed {
					t.Error("the topic is still closed")
				}
				if left := w.s.Tolerated(); left != nil {
					t.Errorf("tolerated %q", left)
				}
			})
		}
	}
}

func TestATopicThatCannotBeOpenedAgainHoldsNothingUp(t *testing.T) {
	w := newWorld(t)
	topic := w.g.OpenTopic(w.by, "Rapat")
	question := w.by.In(w.g).InTopic(topic).Text("Ada kabar?")
	w.g.CloseTopic(w.by, topic)
	w.g.LetBotManageTopics(w.by, false)
	m := text("a", "Sudah ditangani.")
	m.Topic, m.Answers = strconv.FormatInt(topic, 10), strconv.FormatInt(question, 10)
	send(t, w.c, forum, m)
	if shown := w.g.Shown(); len(shown) != 1 || shown[0].Topic != 0 {
		t.Errorf("shown %+v", shown)
	}
}

func TestAnswersSayWhatTheyAnswer(t *testing.T) {
	w := newWorld(t)
	asked := w.by.In(w.g).Text("/laporan")
	m := question("a", strings.Repeat("satu ", 1000))
	m.Answers, m.Files = strconv.FormatInt(asked, 10), []bots.File{picture(9, 9)}
	send(t, w.c, forum, m)
	var answers []int64
	for _, x := range w.g.Shown() {
		answers = append(answers, x.ReplyTo)
	}
	if len(answers) != 3 || answers[0] != asked || answers[1] != 0 || answers[2] != 0 {
		t.Errorf("the parts answer %v, want the first only to answer %d", answers, asked)
	}
	w.by.In(w.g).Delete(asked)
	m = text("b", "Sudah.")
	m.Answers = strconv.FormatInt(asked, 10)
	send(t, w.c, forum, m)
	m.ID, m.Answers, m.Topic = "c", "bukan nomor", "1" // the general topic is no topic
	send(t, w.c, forum, m)
	for _, x := range w.g.Shown()[3:] {
		if x.ReplyTo != 0 || x.Topic != 0 {
			t.Errorf("shown %+v", x)
		}
	}
	if last, failed := w.s.LastError(); failed {
		t.Errorf("a call failed: %+v", last)
	}
}

func TestTopicsAreOpenedWhereTheyCanBe(t *testing.T) {
	w := newWorld(t)
	id := openTopic(t, w, "\x02KTG-7F3K-29QX\x03\n"+strings.Repeat("jalan rusak ", 20))
	if topics := w.g.Topics(); len(topics) != 1 || topics[0].ID != id || !topics[0].ByBot ||
		!strings.HasPrefix(topics[0].Name, "KTG-7F3K-29QX jalan") || len([]rune(topics[0].Name)) != 128 {
		t.Errorf("topics %+v", topics)
	}
	if left := w.s.Tolerated(); left != nil {
		t.Errorf("tolerated %q", left)
	}
	w.g.LetBotManageTopics(w.by, false)
	plain := w.s.Supergroup(-1010, "Tanpa topik", w.by)
	plain.AddBot(w.by)
	small := w.s.Group(-5, "Kecil", w.by)
	small.AddBot(w.by)
	for name, group := range map[string]bots.Address{
		"without the right": forum, "no forum": "-1010", "a small group": "-5", "a person": "7001",
	} {
		if topic, err := w.c.OpenTopic(t.Context(), group, "KTG"); topic != "" || err != nil {
			t.Errorf("%s: %q, %v", name, topic, err)
		}
		if err := w.c.CloseTopic(t.Context(), group, "77", true); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	small.Migrate(-1011, w.by)
	if _, err := w.c.OpenTopic(t.Context(), "-5", "KTG"); problem(err) != bots.ChatMoved {
		t.Errorf("a group that moved: %v", err)
	}
	w.g.RemoveBot(w.by)
	if _, err := w.c.OpenTopic(t.Context(), forum, "KTG"); problem(err) != bots.RecipientGone {
		t.Errorf("a group that threw it out: %v", err)
	}
}

func TestTopicsAreClosedAndOpenedAgain(t *testing.T) {
	w := newWorld(t)
	id := openTopic(t, w, "KTG-7F3K-29QX")
	topic := strconv.FormatInt(id, 10)
	for i, closed := range []bool{true, true, false, false} {
		if err := w.c.CloseTopic(t.Context(), forum, topic, closed); err != nil || w.g.Topics()[0].Closed != closed {
			t.Errorf("%d: %+v, %v", i, w.g.Topics(), err)
		}
	}
	w.g.DeleteTopic(id)
	if err := w.c.CloseTopic(t.Context(), forum, topic, true); err != nil {
		t.Errorf("a topic that is gone: %v", err)
	}
	theirs := w.g.OpenTopic(w.by, "Rapat")
	w.g.LetBotManageTopics(w.by, false)
	if err := w.c.CloseTopic(t.Context(), forum, strconv.FormatInt(theirs, 10), true); err != nil || w.g.Topics()[0].Closed {
		t.Errorf("a topic that is not its own: %+v, %v", w.g.Topics(), err)
	}
}

func TestLeavingAGroup(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		if err := w.c.Leave(t.Context(), forum); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.c.Send(t.Context(), forum, text("a", "halo")); problem(err) != bots.RecipientGone {
		t.Errorf("it is still there: %v", err)
	}
	for _, address := range []bots.Address{"-4242", "7001"} { // unknown, and no group
		if err := w.c.Leave(t.Context(), address); err != nil {
			t.Errorf("%v", err)
		}
	}
	w.s.SetFaults(telegramtest.Faults{JSONBefore: 1})
	if err := w.c.Leave(t.Context(), forum); err == nil {
		t.Error("a failure was taken for having left")
	}
}
