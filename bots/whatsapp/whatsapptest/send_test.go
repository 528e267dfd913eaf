package whatsapptest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

func TestReceiptsByDevice(t *testing.T) {
	w := newWorld(t)
	laptop := w.siti.Link()
	id := w.says(t, w.siti.LID(), text("halo"))
	for _, device := range []uint16{0, laptop} {
		if shown := w.siti.ShownOn(device, w.account); len(shown) != 1 || shown[0].Text != "halo" {
			t.Errorf("device %d shows %+v", device, shown)
		}
		await(w.bot, func(r *events.Receipt) bool {
			return slices.Contains(r.MessageIDs, id) && r.Sender.Device == device && r.Type == types.ReceiptTypeDelivered
		})
	}
	w.siti.Read(w.account)
	await(w.bot, func(r *events.Receipt) bool {
		return slices.Contains(r.MessageIDs, id) && r.Type == types.ReceiptTypeRead
	})
	w.siti.Played(w.account, id)
	await(w.bot, func(r *events.Receipt) bool {
		return slices.Contains(r.MessageIDs, id) && r.Type == types.ReceiptTypePlayed
	})
}

func TestADeviceThatIsLinkedLaterGetsWhatComesThen(t *testing.T) {
	w := newWorld(t)
	w.says(t, w.siti.LID(), text("satu"))
	laptop := w.siti.Link()
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
	// The client knew the devices by LID only, and that notification does not reach
	// those; the server's hash makes it ask anew.
	w.says(t, w.siti.LID(), text("dua"))
	w.says(t, w.siti.LID(), text("tiga"))
	shown := w.siti.ShownOn(laptop, w.account)
	if len(shown) == 0 || shown[len(shown)-1].Text != "tiga" {
		t.Errorf("the laptop shows %+v", shown)
	}
	w.siti.Unlink(laptop)
	w.says(t, w.siti.LID(), text("empat"))
}

func TestMarksOnWhatPeopleWrote(t *testing.T) {
	w := newWorld(t)
	one, two := w.siti.Text(w.account, "satu"), w.siti.Text(w.account, "dua")
	await(w.bot, message(two))
	if err := w.bot.MarkRead(t.Context(), []types.MessageID{one, two}, time.Now(), w.siti.LID(), types.EmptyJID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []types.MessageID{one, two} {
		if err := w.siti.AwaitRead(patient(t), id); err != nil {
			t.Error(err)
		}
	}
	if err := w.bot.MarkRead(t.Context(), []types.MessageID{one}, time.Now(), w.siti.LID(), types.EmptyJID, types.ReceiptTypePlayed); err != nil {
		t.Fatal(err)
	}
	if err := w.Await(patient(t), "the mark", func() bool { return w.siti.Sent(one).Played }); err != nil {
		t.Error(err)
	}
}

func TestReadReceiptsCanBeHidden(t *testing.T) {
	w := newWorld(t)
	w.account.HideReadReceipts(true)
	id := w.siti.Text(w.account, "satu")
	await(w.bot, message(id))
	if err := w.bot.MarkRead(t.Context(), []types.MessageID{id}, time.Now(), w.siti.LID(), types.EmptyJID); err != nil {
		t.Fatal(err)
	}
	w.says(t, w.siti.LID(), text("ya")) // after the mark
	if w.siti.Sent(id).Read {
		t.Error("she sees that it was read")
	}
	w.siti.HideReadReceipts(true)
	w.siti.Read(w.account)
	await(w.bot, message(w.siti.Text(w.account, "dua")))
	if n := count(w.bot, func(r *events.Receipt) bool { return r.Type == types.ReceiptTypeRead }); n != 0 {
		t.Error("the account was told that she read it")
	}
}

func TestTypingIsSeen(t *testing.T) {
	w := newWorld(t)
	if err := w.bot.SendPresence(t.Context(), types.PresenceAvailable); err != nil {
		t.Fatal(err)
	}
	for _, state := range []types.ChatPresence{types.ChatPresenceComposing, types.ChatPresencePaused} {
		if err := w.bot.SendChatPresence(t.Context(), w.siti.LID(), state, ""); err != nil {
			t.Fatal(err)
		}
	}
	want := []whatsapptest.Typing{{To: w.siti.LID(), Composing: true}, {To: w.siti.LID()}}
	if err := w.Await(patient(t), "both signs", func() bool { return slices.Equal(w.account.Typing(), want) && w.account.Available() }); err != nil {
		t.Errorf("%v: %+v", err, w.account.Typing())
	}
}

func TestWhatAPersonCannotReadIsSentAgain(t *testing.T) {
	w := newWorld(t)
	await(w.bot, message(w.siti.Text(w.account, "halo")))
	w.says(t, w.siti.LID(), text("satu"))
	await(w.bot, message(w.siti.Text(w.account, "ya")))
	// The first time the client asks the server for keys. The second time it does not,
	// for an hour: those that her phone sends must do.
	for _, words := range []string{"dua", "tiga"} {
		w.siti.LoseSession(w.account)
		id := w.says(t, w.siti.LID(), text(words))
		shown, err := w.siti.Await(patient(t), w.account, func(m whatsapptest.Shown) bool { return m.ID == id && !m.Waiting })
		if err != nil || shown.Text != words || !shown.Late {
			t.Fatalf("%v: %+v", err, shown)
		}
		await(w.bot, func(r *events.Receipt) bool {
			return slices.Contains(r.MessageIDs, id) && r.Type == types.ReceiptTypeRetry
		})
	}
	if c := w.siti.Counts(w.account); c.Unreadable == 0 || c.Waiting != 0 {
		t.Errorf("%+v", c)
	}
	await(w.bot, message(w.siti.Text(w.account, "empat")))
}

func TestANewPhoneHasANewIdentity(t *testing.T) {
	w := newWorld(t)
	await(w.bot, message(w.siti.Text(w.account, "halo")))
	w.siti.Reinstall()
	if e := await[*events.IdentityChange](w.bot, nil); e.JID.ToNonAD() != w.siti.PN() {
		t.Errorf("told %+v", e)
	}
	m := await(w.bot, message(w.siti.Text(w.account, "hp baru")))
	if m.Message.GetConversation() != "hp baru" {
		t.Errorf("%v", m.Message)
	}
	w.says(t, w.siti.LID(), text("ya"))
	if shown := w.siti.FromBot(w.account); len(shown) != 1 || shown[0].Waiting {
		t.Errorf("she sees %+v", shown)
	}
}

func TestPeopleMayBeOffline(t *testing.T) {
	w := newWorld(t)
	w.siti.Offline(true)
	id := w.says(t, w.siti.LID(), text("halo"))
	if shown := w.siti.FromBot(w.account); len(shown) != 0 {
		t.Errorf("she sees %+v", shown)
	}
	w.siti.Offline(false)
	await(w.bot, func(r *events.Receipt) bool { return slices.Contains(r.MessageIDs, id) })
	if shown := w.siti.FromBot(w.account); len(shown) != 1 {
		t.Errorf("she sees %+v", shown)
	}
}

func TestTheSameIDIsShownOnce(t *testing.T) {
	w := newWorld(t)
	id := w.says(t, w.siti.LID(), text("halo"))
	if _, err := w.bot.SendMessage(patient(t), w.siti.LID(), text("halo"), whatsmeow.SendRequestExtra{ID: id}); err != nil {
		t.Fatal(err)
	}
	if shown := w.siti.FromBot(w.account); len(shown) != 1 || shown[0].Copies != 2 {
		t.Errorf("she sees %+v", shown)
	}
}

func TestALineCutBeforeTheAckHasTheClientSendAgain(t *testing.T) {
	w := newWorld(t)
	w.CutBeforeAck(1)
	id := w.says(t, w.siti.LID(), text("halo"))
	shown := w.siti.FromBot(w.account)
	if len(shown) != 1 || shown[0].ID != id || shown[0].Waiting || w.account.Logins() != 2 {
		t.Errorf("she sees %+v after %d logins", shown, w.account.Logins())
	}
}

func TestACutFrameIsLost(t *testing.T) {
	w := newWorld(t)
	await(w.bot, message(w.siti.Text(w.account, "halo")))
	w.says(t, w.siti.LID(), text("satu")) // from now on one frame is one message
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
	w.CutAfter(1)
	id := w.says(t, w.siti.LID(), text("dua"))
	shown := w.siti.FromBot(w.account)
	if len(shown) != 2 || shown[1].ID != id || shown[1].Waiting || w.account.Logins() != 2 {
		t.Errorf("she sees %+v after %d logins", shown, w.account.Logins())
	}
}

func TestAcksMayNotComeOrLate(t *testing.T) {
	w := newWorld(t)
	w.DropAcks(1)
	_, err := w.bot.SendMessage(patient(t), w.siti.LID(), text("satu"), whatsmeow.SendRequestExtra{Timeout: 300 * time.Millisecond})
	if !errors.Is(err, whatsmeow.ErrMessageTimedOut) {
		t.Errorf("without ack: %v", err)
	}
	w.SlowAcks(300 * time.Millisecond)
	begun := time.Now()
	w.says(t, w.siti.LID(), text("dua"))
	if took := time.Since(begun); took < 300*time.Millisecond {
		t.Errorf("a slow ack took %v", took)
	}
	if shown := w.siti.FromBot(w.account); len(shown) != 2 {
		t.Errorf("she sees %+v", shown)
	}
}

func TestRefusedMessages(t *testing.T) {
	w := newWorld(t)
	refused := func(code string) {
		t.Helper()
		_, err := w.bot.SendMessage(patient(t), w.siti.LID(), text("halo"))
		if !errors.Is(err, whatsmeow.ErrServerReturnedError) || !strings.HasSuffix(err.Error(), code) {
			t.Errorf("want %s, got %v", code, err)
		}
	}
	w.siti.Refuse(463)
	refused("463")
	w.siti.Refuse(0)
	w.RefuseSends(1, 429)
	refused("429")
	w.says(t, w.siti.LID(), text("halo"))
	if shown := w.siti.FromBot(w.account); len(shown) != 1 {
		t.Errorf("she sees %+v", shown)
	}
}

func TestPrivacyTokens(t *testing.T) {
	w := newWorld(t)
	w.siti.RequireToken(true)
	if _, err := w.bot.SendMessage(patient(t), w.siti.LID(), text("halo")); !errors.Is(err, whatsmeow.ErrServerReturnedError) {
		t.Errorf("without token: %v", err)
	}
	w.siti.GiveToken(w.account)
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
	w.says(t, w.siti.LID(), text("halo"))
	if err := w.Await(patient(t), "a token in return", func() bool { return slices.Contains(w.account.TokensGiven(), w.siti.LID()) }); err != nil {
		t.Error(err)
	}
}

func TestTheReachoutTimelockIsTold(t *testing.T) {
	w := newWorld(t)
	until := time.Now().Add(24 * time.Hour).Truncate(time.Second)
	w.account.ReachoutTimelock("RESTRICT_ALL_COMPANIONS", until)
	e := await[*events.NotifyAccountReachoutTimelock](w.bot, nil)
	if !e.IsActive || e.EnforcementType != "RESTRICT_ALL_COMPANIONS" || !e.TimeEnforcementEnds.Equal(until) {
		t.Errorf("told %+v", e)
	}
}

func TestEditsAndDeletionsOfTheBot(t *testing.T) {
	w := newWorld(t)
	to := w.siti.LID()
	id := w.says(t, to, text("Diterima"))
	w.says(t, to, w.bot.BuildEdit(to, id, text("Diproses")))
	if m := w.siti.FromBot(w.account); len(m) != 1 || m[0].Text != "Diproses" || !m[0].Edited {
		t.Errorf("she sees %+v", m)
	}
	w.Age(21 * time.Minute)
	w.says(t, to, w.bot.BuildEdit(to, id, text("Selesai")))
	if m := w.siti.FromBot(w.account); m[0].Text != "Diproses" {
		t.Errorf("after the time for edits she sees %+v", m)
	}
	w.says(t, to, w.bot.BuildReaction(to, to, w.siti.Text(w.account, "mantap"), "👍"))
	if m := w.siti.Shown(w.account); m[len(m)-1].Reactions[w.account.LID()] != "👍" {
		t.Errorf("she sees %+v", m)
	}
	hers := w.siti.Text(w.account, "kata saya")
	w.says(t, to, w.bot.BuildEdit(to, hers, text("kata bot")))
	if m := w.siti.Shown(w.account); m[len(m)-1].Text != "kata saya" {
		t.Errorf("the bot changed what she wrote: %+v", m)
	}
	w.says(t, to, w.bot.BuildRevoke(to, types.EmptyJID, id))
	// What crosses something of hers may have to be asked for again.
	if _, err := w.siti.Await(patient(t), w.account, func(m whatsapptest.Shown) bool { return m.ID == id && m.Deleted }); err != nil {
		t.Errorf("she sees %+v", w.siti.FromBot(w.account))
	}
}

func TestWhoIsOnWhatsApp(t *testing.T) {
	w := newWorld(t)
	r, err := w.bot.IsOnWhatsApp(patient(t), []string{"+" + w.siti.PN().User, "+6289999999999"})
	if err != nil || len(r) != 2 || !r[0].IsIn || r[0].JID != w.siti.LID() || r[1].IsIn {
		t.Errorf("%+v, %v", r, err)
	}
}
