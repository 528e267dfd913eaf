package whatsapptest_test

import (
	"slices"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

func TestKindsOfMessages(t *testing.T) {
	w := newWorld(t)
	asked := w.says(t, w.siti.LID(), text("Di mana?"))
	small, full := whatsapptest.File{Body: body[:100]}, whatsapptest.File{Body: body}
	first := w.siti.Text(w.account, "salah")
	for _, c := range []struct {
		name string
		id   types.MessageID
		is   func(m *events.Message) bool
	}{
		{"reply", w.siti.Reply(w.account, asked, "di sini"), func(m *events.Message) bool {
			x := m.Message.GetExtendedTextMessage()

			return x.GetContextInfo().GetStanzaID() == asked && x.GetContextInfo().GetParticipant() == w.account.LID().String() &&
				x.GetContextInfo().GetQuotedMessage().GetConversation() == "Di mana?"
		}},
		{"forward", w.siti.Forward(w.account, "dari grup"), func(m *events.Message) bool {
			return m.Message.GetExtendedTextMessage().GetContextInfo().GetIsForwarded()
		}},
		{"location", w.siti.Location(w.account, -6.2, 106.8, "Monas"), func(m *events.Message) bool {
			return m.Message.GetLocationMessage().GetDegreesLatitude() == -6.2 && m.Info.MediaType == "location"
		}},
		{"live location", w.siti.LiveLocation(w.account, -6.2, 106.8, 2), func(m *events.Message) bool {
			return m.Message.GetLiveLocationMessage().GetSequenceNumber() == 2
		}},
		{"contact", w.siti.Contact(w.account, "Budi", "0812-3"), func(m *events.Message) bool {
			return m.Message.GetContactMessage().GetDisplayName() == "Budi"
		}},
		{"document with caption", w.siti.Document(w.account, whatsapptest.File{Name: "a.pdf", Caption: "surat", Body: body}), func(m *events.Message) bool {
			return m.IsDocumentWithCaption && m.Message.GetDocumentMessage().GetCaption() == "surat"
		}},
		{"reaction", w.siti.React(w.account, asked, "👍"), func(m *events.Message) bool {
			return m.Message.GetReactionMessage().GetText() == "👍" && m.Info.Type == "reaction" && !m.Message.GetReactionMessage().GetKey().GetFromMe()
		}},
		{"reaction taken back", w.siti.React(w.account, asked, ""), func(m *events.Message) bool {
			return m.Message.GetReactionMessage().GetText() == "" && m.Info.Edit == types.EditAttributeSenderRevoke
		}},
		{"edit", w.siti.Edit(w.account, first, "benar"), func(m *events.Message) bool {
			p := m.Message.GetProtocolMessage()

			return m.IsEdit && m.Info.ID != first && p.GetKey().GetID() == first && p.GetEditedMessage().GetConversation() == "benar" &&
				m.Info.Edit == types.EditAttributeMessageEdit
		}},
		{"deletion", w.siti.Delete(w.account, first), func(m *events.Message) bool {
			p := m.Message.GetProtocolMessage()

			return p.GetType() == waE2E.ProtocolMessage_REVOKE && p.GetKey().GetID() == first && m.Info.Edit == types.EditAttributeSenderRevoke
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if m := await(w.bot, message(c.id)); !c.is(m) {
				t.Errorf("%+v %v", m.Info, m.Message)
			}
		})
	}
	t.Run("album", func(t *testing.T) {
		ids := w.siti.Album(w.account, []whatsapptest.File{small, {Type: "video/mp4", Body: body}})
		if m := await(w.bot, message(ids[0])).Message.GetAlbumMessage(); m.GetExpectedImageCount() != 1 || m.GetExpectedVideoCount() != 1 {
			t.Errorf("%v", m)
		}
		for _, id := range ids[1:] {
			a := await(w.bot, message(id)).Message.GetMessageContextInfo().GetMessageAssociation()
			if a.GetAssociationType() != waE2E.MessageAssociation_MEDIA_ALBUM || a.GetParentMessageKey().GetID() != ids[0] {
				t.Errorf("%v", a)
			}
		}
	})
	t.Run("HD twin", func(t *testing.T) {
		one, two := w.siti.HDPhoto(w.account, small, full)
		m := await(w.bot, message(two))
		a := m.RawMessage.GetMessageContextInfo().GetMessageAssociation()
		if a.GetAssociationType() != waE2E.MessageAssociation_HD_IMAGE_DUAL_UPLOAD || a.GetParentMessageKey().GetID() != one {
			t.Errorf("%v", m.RawMessage)
		}
	})
	t.Run("view once", func(t *testing.T) {
		id := w.siti.ViewOnce(w.account, full)
		e := await(w.bot, func(e *events.UndecryptableMessage) bool { return e.Info.ID == id })
		if !e.IsUnavailable || e.UnavailableType != events.UnavailableTypeViewOnce {
			t.Errorf("%+v", e)
		}
	})
	t.Run("disappearing", func(t *testing.T) {
		w.siti.Disappearing(86400)
		if m := await(w.bot, message(w.siti.Text(w.account, "rahasia"))); !m.IsEphemeral || m.Message.GetConversation() != "rahasia" {
			t.Errorf("%v", m.RawMessage)
		}
		w.siti.Disappearing(0)
	})
	if m := w.siti.Shown(w.account); !slices.ContainsFunc(m, func(m whatsapptest.Shown) bool { return m.ID == first && m.Deleted && m.Edited }) {
		t.Error("her phone does not show what she did")
	}
}

func TestEncryptedEdits(t *testing.T) {
	w := newWorld(t)
	first := w.siti.Text(w.account, "salah")
	await(w.bot, message(first))
	m := await(w.bot, message(w.siti.EditEncrypted(w.account, first, "benar")))
	if m.Message.GetSecretEncryptedMessage().GetTargetMessageKey().GetID() != first {
		t.Fatalf("%v", m.Message)
	}
	plain, err := w.bot.DecryptSecretEncryptedMessage(patient(t), m)
	if err != nil || plain.GetProtocolMessage().GetEditedMessage().GetConversation() != "benar" {
		t.Errorf("%v, %v", plain, err)
	}
	if shown := w.siti.Shown(w.account); len(shown) != 1 || shown[0].Text != "benar" || !shown[0].Edited {
		t.Errorf("she sees %+v", shown)
	}
}

func TestPollsAndVotes(t *testing.T) {
	w := newWorld(t)
	t.Run("her poll", func(t *testing.T) {
		m := await(w.bot, message(w.siti.Poll(w.account, "Kapan?", []string{"pagi", "sore"})))
		if p := m.Message.GetPollCreationMessageV3(); p.GetName() != "Kapan?" || len(p.GetOptions()) != 2 || m.Info.Type != "poll" {
			t.Errorf("%v", m.Message)
		}
	})
	t.Run("her vote", func(t *testing.T) {
		poll := w.says(t, w.siti.LID(), w.bot.BuildPollCreation("Setuju?", []string{"ya", "tidak"}, 1))
		vote, ok := w.siti.Vote(w.account, poll, "ya")
		if !ok {
			t.Fatal("she sees no poll")
		}
		v, err := w.bot.DecryptPollVote(patient(t), await(w.bot, message(vote)))
		if err != nil || !slices.EqualFunc(v.GetSelectedOptions(), whatsmeow.HashPollOptions([]string{"ya"}), slices.Equal) {
			t.Errorf("%v, %v", v, err)
		}
	})
	if _, ok := w.siti.Vote(w.account, "unknown", "ya"); ok {
		t.Error("voted in a poll that is not there")
	}
}

func TestHistoryIsSynced(t *testing.T) {
	w := newWorld(t)
	w.bot.Disconnect()
	old := w.siti.Text(w.account, "dulu")
	w.siti.GiveToken(w.account)
	w.account.TypesOnPhone(w.siti, "ya")
	w.account.SyncHistory()
	if err := w.bot.Connect(); err != nil {
		t.Fatal(err)
	}
	h := await[*events.HistorySync](w.bot, nil)
	c := h.Data.GetConversations()
	if len(c) != 1 || len(c[0].GetMessages()) != 2 || c[0].GetTcToken() == nil {
		t.Fatalf("%v", h.Data)
	}
	chat, err := types.ParseJID(c[0].GetID())
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.bot.ParseWebMessage(chat, c[0].GetMessages()[0].GetMessage())
	if err != nil || m.Info.ID != old || m.Info.IsFromMe || m.Info.Sender != w.siti.LID() || m.Message.GetConversation() != "dulu" {
		t.Errorf("%+v, %v", m, err)
	}
	if n, err := w.bot.ParseWebMessage(chat, c[0].GetMessages()[1].GetMessage()); err != nil || !n.Info.IsFromMe {
		t.Errorf("%+v, %v", n, err)
	}
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
}
