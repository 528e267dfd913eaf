package whatsapptest_test

import (
	"slices"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

func TestMessagesSayWhoWroteThem(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		how    func()
		sender types.JID
		alt    types.JID
	}{
		{"by LID, with the number", func() {}, w.siti.LID(), w.siti.PN()},
		{"by LID, number hidden", func() { w.siti.HidePN(true) }, w.siti.LID(), types.EmptyJID},
		{"by number", func() { w.siti.Address(whatsapptest.ByNumber) }, w.siti.PN(), w.siti.LID()},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.how()
			m := await(w.bot, message(w.siti.Text(w.account, "halo")))
			if m.Info.Sender != c.sender || m.Info.SenderAlt != c.alt || m.Info.Chat != c.sender || m.Info.IsFromMe || m.Info.PushName != "Siti" {
				t.Errorf("%+v", m.Info)
			}
		})
	}
}

func TestANumberWithoutLIDIsReadAndAnswered(t *testing.T) {
	w := newWorld(t)
	w.siti.Address(whatsapptest.ByNumberOnly)
	m := await(w.bot, message(w.siti.Text(w.account, "halo")))
	if m.Info.Sender != w.siti.PN() || !m.Info.SenderAlt.IsEmpty() {
		t.Errorf("%+v", m.Info)
	}
	// The client asks the server for the LID before it answers.
	id := w.says(t, w.siti.PN(), text("ya"))
	if shown := w.siti.FromBot(w.account); len(shown) != 1 || shown[0].ID != id || shown[0].Waiting {
		t.Errorf("she sees %+v", shown)
	}
	w.siti.Address(whatsapptest.ByLID)
	await(w.bot, message(w.siti.Text(w.account, "terima kasih")))
}

func TestTheTimeAndTheIDAreThoseOfTheSender(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	w.siti.Text(w.account, "tadi", whatsapptest.WithID("AC01"), whatsapptest.At(at))
	if m := await(w.bot, message("AC01")); !m.Info.Timestamp.Equal(at) {
		t.Errorf("at %v", m.Info.Timestamp)
	}
}

func TestWhatWaitsComesAtTheNextLogin(t *testing.T) {
	w := newWorld(t)
	w.bot.Disconnect()
	if err := w.Await(patient(t), "the line to end", func() bool { return !w.account.Online() }); err != nil {
		t.Fatal(err)
	}
	var ids []types.MessageID
	for _, s := range []string{"satu", "dua", "tiga"} {
		ids = append(ids, w.siti.Text(w.account, s))
	}
	if n := w.account.Waiting(); n != 3 {
		t.Errorf("%d wait", n)
	}
	if err := w.bot.Connect(); err != nil {
		t.Fatal(err)
	}
	if e := await(w.bot, func(e *events.OfflineSyncPreview) bool { return e.Total > 0 }); e.Total != 3 || e.Messages != 3 {
		t.Errorf("announced %+v", e)
	}
	if e := await[*events.OfflineSyncCompleted](w.bot, func(e *events.OfflineSyncCompleted) bool { return e.Count > 0 }); e.Count != 3 {
		t.Errorf("completed %+v", e)
	}
	var got []types.MessageID
	for _, id := range ids {
		got = append(got, await(w.bot, message(id)).Info.ID)
	}
	if !slices.Equal(got, ids) {
		t.Errorf("%v in place of %v", got, ids)
	}
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
	if s := w.siti.Sent(ids[0]); s.Confirmed != 1 || s.Copies != 1 || !s.Delivered || s.Read {
		t.Errorf("she sees %+v", s)
	}
}

func TestWhatTheHandlerRefusesComesAtTheNextLoginOnly(t *testing.T) {
	w := newWorld(t)
	w.bot.refuses(func(e any) bool { _, ok := e.(*events.Message); return ok })
	first := w.siti.Text(w.account, "satu")
	await(w.bot, message(first))
	w.bot.refuses(nil)
	second := w.siti.Text(w.account, "dua")
	if err := w.siti.AwaitConfirmed(patient(t), second); err != nil {
		t.Fatal(err)
	}
	if s := w.siti.Sent(first); s.Confirmed != 0 || s.Delivered {
		t.Errorf("what was refused is %+v", s)
	}

	w.bot.ResetConnection()
	if err := w.siti.AwaitConfirmed(patient(t), first); err != nil {
		t.Fatal(err)
	}
	if n := count(w.bot, message(first)); n != 2 {
		t.Errorf("%d times", n)
	}
}

func TestTheSameMessageTwice(t *testing.T) {
	w := newWorld(t)
	id := w.siti.Text(w.account, "satu")
	await(w.bot, message(id))
	t.Run("the same bytes are one event", func(t *testing.T) {
		w.siti.Redeliver(id)
		if err := w.Await(patient(t), "both to be confirmed", func() bool { return w.siti.Sent(id).Confirmed == 2 }); err != nil {
			t.Fatal(err)
		}
		if n := count(w.bot, message(id)); n != 1 {
			t.Errorf("%d events", n)
		}
	})
	t.Run("newly encrypted they are two", func(t *testing.T) {
		w.siti.Text(w.account, "satu", whatsapptest.WithID(id))
		if err := w.Await(patient(t), "all to be confirmed", func() bool { return w.siti.Sent(id).Confirmed == 3 }); err != nil {
			t.Fatal(err)
		}
		if n := count(w.bot, message(id)); n != 2 {
			t.Errorf("%d events", n)
		}
	})
}

func TestWhatIsDamagedIsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	// The client loses its session: what comes next it cannot read.
	await(w.bot, message(w.siti.Text(w.account, "satu")))
	w.says(t, w.siti.LID(), text("ya"))
	await(w.bot, message(w.siti.Text(w.account, "dua")))
	if err := w.bot.Store.Sessions.DeleteAllSessions(t.Context(), w.siti.LID().SignalAddressUser()); err != nil {
		t.Fatal(err)
	}
	id := w.siti.Text(w.account, "tiga")
	m := await(w.bot, message(id))
	if m.RetryCount < 2 || m.Message.GetConversation() != "tiga" {
		t.Errorf("after %d tries: %v", m.RetryCount, m.Message)
	}
	if s := w.siti.Sent(id); s.Asked != 2 || s.Copies != 3 {
		t.Errorf("%+v", s)
	}
	if n := count(w.bot, func(e *events.UndecryptableMessage) bool { return e.Info.ID == id }); n != 2 {
		t.Errorf("%d times unreadable", n)
	}
	await(w.bot, message(w.siti.Text(w.account, "empat")))
}

func TestPhonesMayIgnoreWhoAsksAgain(t *testing.T) {
	w := newWorld(t)
	await(w.bot, message(w.siti.Text(w.account, "satu")))
	w.IgnoreRetries(true)
	w.says(t, w.siti.LID(), text("ya"))
	await(w.bot, message(w.siti.Text(w.account, "dua")))
	if err := w.bot.Store.Sessions.DeleteAllSessions(t.Context(), w.siti.LID().SignalAddressUser()); err != nil {
		t.Fatal(err)
	}
	id := w.siti.Text(w.account, "tiga")
	if err := w.Await(patient(t), "the request", func() bool { return w.siti.Sent(id).Asked == 1 }); err != nil {
		t.Fatal(err)
	}
	if s := w.siti.Sent(id); s.Copies != 1 {
		t.Errorf("%+v", s)
	}
	t.Run("the account's own phone is asked then", func(t *testing.T) {
		if err := w.Await(patient(t), "a request to the phone", func() bool { return slices.Contains(w.account.Requests(), id) }); err != nil {
			t.Fatal(err)
		}
		w.account.AnswersRequests(true)
		next := w.siti.Text(w.account, "empat")
		m := await(w.bot, message(next))
		if m.UnavailableRequestID == "" || m.Message.GetConversation() != "empat" {
			t.Errorf("%+v", m)
		}
	})
}

func TestACompanionOfThePersonWritesToo(t *testing.T) {
	w := newWorld(t)
	n := w.siti.Link()
	id := w.siti.Text(w.account, "dari laptop", whatsapptest.FromDevice(n))
	if m := await(w.bot, message(id)); m.Info.Sender.Device != n {
		t.Errorf("from %v", m.Info.Sender)
	}
}

func TestTheOperatorTypesOnThePhone(t *testing.T) {
	w := newWorld(t)
	await(w.bot, message(w.siti.Text(w.account, "halo")))
	id := w.account.TypesOnPhone(w.siti, "Saya bantu, Bu")
	m := await(w.bot, message(id))
	if !m.Info.IsFromMe || m.Info.Chat != w.siti.LID() || m.Message.GetConversation() != "Saya bantu, Bu" || m.Info.Sender.Device != 0 {
		t.Errorf("%+v %v", m.Info, m.Message)
	}
	if shown := w.siti.FromBot(w.account); len(shown) != 1 || shown[0].Text != "Saya bantu, Bu" {
		t.Errorf("she sees %+v", shown)
	}
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
	t.Run("and sees what the bot wrote", func(t *testing.T) {
		w.says(t, w.siti.LID(), text("Baik"))
		chat := w.account.OnPhone(w.siti)
		if last := chat[len(chat)-1]; len(chat) != 3 || last.Text != "Baik" || last.From != w.account.LID() {
			t.Errorf("the phone shows %+v", chat)
		}
	})
}

func TestAnythingCanBeSaid(t *testing.T) {
	w := newWorld(t)
	id := w.siti.Say(w.account, &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: new("https://lapor.go.id"), Title: new("Lapor")}})
	if m := await(w.bot, message(id)); m.Message.GetExtendedTextMessage().GetTitle() != "Lapor" {
		t.Errorf("%v", m.Message)
	}
}
