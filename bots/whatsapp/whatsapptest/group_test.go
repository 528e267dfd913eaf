package whatsapptest_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

func TestGroups(t *testing.T) {
	w := newWorld(t)
	budi := w.Person("Budi")
	g := w.Group("Dinas PU", w.siti, w.account)
	if e := await[*events.JoinedGroup](w.bot, nil); e.Name != "Dinas PU" || len(e.Participants) != 2 || e.AddressingMode != types.AddressingModeLID {
		t.Errorf("told %+v", e)
	}

	var key uint32
	t.Run("a member's first message brings the key in an event of its own", func(t *testing.T) {
		id := w.siti.Text(g, "halo")
		m := await(w.bot, func(m *events.Message) bool { return m.Info.ID == id && m.Message.GetConversation() == "halo" })
		if m.Info.Chat != g.JID() || m.Info.Sender != w.siti.LID() || m.Info.SenderAlt != w.siti.PN() || !m.Info.IsGroup {
			t.Errorf("%+v", m.Info)
		}
		if n := count(w.bot, message(id)); n != 2 {
			t.Errorf("%d events", n)
		}
		key = senderKey(t, w.bot, id)
		if err := w.siti.AwaitConfirmed(patient(t), id); err != nil {
			t.Error(err)
		}
	})
	t.Run("the second does not", func(t *testing.T) {
		id := w.siti.Text(g, "lagi")
		await(w.bot, message(id))
		if err := w.siti.AwaitConfirmed(patient(t), id); err != nil {
			t.Error(err)
		}
		if n := count(w.bot, message(id)); n != 1 {
			t.Errorf("%d events", n)
		}
	})
	t.Run("who is added gets what comes then", func(t *testing.T) {
		g.Add(budi)
		await(w.bot, func(e *events.GroupInfo) bool { return slices.Contains(e.Join, budi.LID()) })
		id := w.says(t, g.JID(), text("Kartu baru"))
		for _, p := range []*whatsapptest.Person{w.siti, budi} {
			shown := p.Shown(g)
			if last := shown[len(shown)-1]; last.ID != id || last.Text != "Kartu baru" || last.From != w.account.LID() || last.Waiting {
				t.Errorf("%s sees %+v", p.Name(), shown)
			}
			await(w.bot, func(r *events.Receipt) bool {
				return slices.Contains(r.MessageIDs, id) && r.Chat == g.JID() && r.Sender == p.LID()
			})
		}
		reply := budi.Reply(g, id, "siap")
		await(w.bot, func(m *events.Message) bool {
			return m.Info.ID == reply && m.Message.GetExtendedTextMessage().GetContextInfo().GetStanzaID() == id
		})
	})
	t.Run("who is removed gets nothing", func(t *testing.T) {
		g.Remove(budi)
		await(w.bot, func(e *events.GroupInfo) bool { return slices.Contains(e.Leave, budi.LID()) })
		before := len(budi.Shown(g))
		w.says(t, g.JID(), text("rahasia"))
		if n := len(budi.Shown(g)); n != before {
			t.Errorf("he sees %d more", n-before)
		}
		id := w.siti.Text(g, "kunci baru")
		await(w.bot, func(m *events.Message) bool { return m.Info.ID == id && m.Message.GetConversation() == "kunci baru" })
		if senderKey(t, w.bot, id) == key {
			t.Error("she still uses the key that he has")
		}
	})
	t.Run("the account is removed", func(t *testing.T) {
		g.Remove(w.account)
		await(w.bot, func(e *events.GroupInfo) bool { return slices.Contains(e.Leave, w.account.LID()) })
		if _, err := w.bot.SendMessage(patient(t), g.JID(), text("halo")); !errors.Is(err, whatsmeow.ErrServerReturnedError) {
			t.Errorf("to a group that it left: %v", err)
		}
		if _, err := w.bot.GetGroupInfo(patient(t), g.JID()); !errors.Is(err, whatsmeow.ErrNotInGroup) {
			t.Errorf("who is in it: %v", err)
		}
	})
}

// senderKey is the number of the key that came with a message.
func senderKey(t *testing.T, b *bot, id types.MessageID) uint32 {
	t.Helper()
	m := await(b, func(m *events.Message) bool {
		return m.Info.ID == id && m.Message.GetSenderKeyDistributionMessage() != nil
	})
	raw := m.Message.GetSenderKeyDistributionMessage().GetAxolotlSenderKeyDistributionMessage()
	key, err := protocol.NewSenderKeyDistributionMessageFromBytes(raw, store.SignalProtobufSerializer.SenderKeyDistributionMessage)
	if err != nil {
		t.Fatal(err)
	}

	return key.ID()
}

func TestAGroupMessageIsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	g := w.Group("Dinas PU", w.siti, w.account)
	t.Run("by a member", func(t *testing.T) {
		w.says(t, g.JID(), text("satu"))
		w.siti.LoseSession(w.account)
		w.siti.LoseSenderKeys(g)
		id := w.says(t, g.JID(), text("dua"))
		if m, err := w.siti.Await(patient(t), g, func(m whatsapptest.Shown) bool { return m.ID == id && !m.Waiting }); err != nil || m.Text != "dua" || !m.Late {
			t.Errorf("%+v, %v", m, err)
		}
	})
	t.Run("by the client", func(t *testing.T) {
		first := w.siti.Text(g, "dua setengah")
		await(w.bot, func(m *events.Message) bool { return m.Info.ID == first && m.Message.GetConversation() != "" })
		w.siti.NewSenderKey(g)
		id := w.siti.Text(g, "tiga")
		m := await(w.bot, func(m *events.Message) bool { return m.Info.ID == id && m.Message.GetConversation() == "tiga" })
		if m.RetryCount == 0 {
			t.Error("it was not asked for")
		}
	})
}

func TestMembersOfAGroupSeeEachOther(t *testing.T) {
	s := whatsapptest.New(t)
	siti, budi := s.Person("Siti"), s.Person("Budi")
	g := s.Group("RT 05", siti, budi)
	id := siti.Text(g, "halo")
	if m := budi.Shown(g); len(m) != 1 || m[0].ID != id {
		t.Errorf("he sees %+v", m)
	}
}

func TestTheClientKnowsItsGroups(t *testing.T) {
	w := newWorld(t)
	g := w.Group("Dinas PU", w.siti, w.account)
	w.Group("RT 05", w.siti)
	list, err := w.bot.GetJoinedGroups(patient(t))
	if err != nil || len(list) != 1 || list[0].JID != g.JID() {
		t.Errorf("%v, %v", list, err)
	}
	info, err := w.bot.GetGroupInfo(patient(t), g.JID())
	if err != nil || len(info.Participants) != 2 || info.Participants[0].PhoneNumber != w.siti.PN() {
		t.Errorf("%+v, %v", info, err)
	}
}

// Never first to write to people is the rule; a group needs key messages to all
// its members. Members who write at the same moment are what damages sessions.
func TestAGroupWhoseMembersWriteAtTheSameMoment(t *testing.T) {
	w := newWorld(t)
	var members []whatsapptest.Member
	var people []*whatsapptest.Person
	for i := range 5 {
		p := w.Person("Anggota " + strconv.Itoa(i))
		people = append(people, p)
		members = append(members, p)
	}
	g := w.Group("Dinas PU", append(members, w.account)...)
	await[*events.JoinedGroup](w.bot, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 10 {
			for _, p := range people {
				p.Text(g, strconv.Itoa(i))
			}
		}
	}()
	var last types.MessageID
	for i := range 10 {
		last = w.says(t, g.JID(), &waE2E.Message{Conversation: text("kartu " + strconv.Itoa(i)).Conversation})
	}
	<-done
	for _, p := range people {
		if _, err := p.Await(patient(t), g, func(m whatsapptest.Shown) bool { return m.ID == last && !m.Waiting }); err != nil {
			t.Error(err)
		}
	}
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Error(err)
	}
	for _, p := range people {
		if c := p.Counts(g); c.Waiting > 0 {
			t.Errorf("%s: %+v", p.Name(), c)
		}
		t.Logf("%s: %+v", p.Name(), p.Counts(g))
	}
}
