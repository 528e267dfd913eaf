package whatsapptest_test

import (
	"testing"

	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

// The Signal library changes a session before it knows that a message belongs to it.
// Where both sides have opened one, messages that cross ruin both. To write to
// somebody whose first message was not read opens the second, and so does to write
// to a group that they are in.
func TestSessionsThatBothSidesOpen(t *testing.T) {
	for _, c := range []struct {
		name    string
		greeted bool // her first message was read before
		group   bool // the bot writes to a group that she is in
		damaged bool
	}{
		{"the bot writes first", false, false, true},
		{"the bot writes first, to a group", false, true, true},
		{"she writes first", true, false, false},
		{"she writes first, the bot then to a group", true, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			g := w.Group("Dinas PU", w.siti, w.account)
			await[*events.JoinedGroup](w.bot, nil)
			to := w.siti.LID()
			if c.group {
				to = g.JID()
			}
			if c.greeted {
				await(w.bot, message(w.siti.Text(w.account, "halo")))
			}

			w.account.HoldDelivery(true)
			first := w.siti.Text(w.account, "satu")
			w.says(t, to, text("pertama")) // opens a session, unless there is one
			w.account.HoldDelivery(false)
			await(w.bot, message(first))

			w.account.HoldDelivery(true)
			w.siti.Offline(true)
			w.says(t, w.siti.LID(), text("kedua"))
			second := w.siti.Text(w.account, "dua") // the two cross
			w.account.HoldDelivery(false)
			await(w.bot, message(second))
			w.siti.Offline(false)

			await(w.bot, message(w.siti.Text(w.account, "tiga")))
			id := w.says(t, w.siti.LID(), text("ketiga"))
			if _, err := w.siti.Await(patient(t), w.account, func(m whatsapptest.Shown) bool { return m.ID == id && !m.Waiting }); err != nil {
				t.Error(err)
			}
			unread := count[*events.UndecryptableMessage](w.bot, nil) + w.siti.Counts(w.account).Unreadable
			t.Logf("%d copies could not be read", unread)
			if (unread > 0) != c.damaged {
				t.Errorf("%d copies could not be read", unread)
			}
		})
	}
}
