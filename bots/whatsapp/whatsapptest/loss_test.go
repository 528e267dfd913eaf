package whatsapptest_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

// What an adapter must know about losing messages, as the client really behaves:
// the handler fails once, and the line is begun anew.
func TestWhenAClientLosesMessages(t *testing.T) {
	for _, c := range []struct {
		name        string
		synchronous bool
		buffered    bool
		panics      bool
		calls       int // 1: what the handler failed to take is lost
	}{
		{name: "as it comes", calls: 1},
		{name: "acknowledging after the handler", synchronous: true, calls: 1},
		{name: "keeping what it decrypted", buffered: true, calls: 2},
		{name: "both", synchronous: true, buffered: true, calls: 2},
		{name: "both, the handler panics", synchronous: true, buffered: true, panics: true, calls: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.bot.Disconnect()
			b := newBot(t, w.Server, w.device)
			b.SynchronousAck, b.EnableDecryptedEventBuffer = c.synchronous, c.buffered
			b.refuses(func(e any) bool {
				if _, ok := e.(*events.Message); ok && c.panics {
					panic("the handler")
				}
				_, ok := e.(*events.Message)

				return ok
			})
			if err := b.Connect(); err != nil {
				t.Fatal(err)
			}
			id := w.siti.Text(w.account, "penting")
			await(b, message(id))
			if c.panics {
				if err := w.siti.AwaitConfirmed(patient(t), id); err != nil {
					t.Fatal(err)
				}
			}
			b.refuses(nil)
			b.ResetConnection()
			marker := w.siti.Text(w.account, "sesudahnya")
			await(b, message(marker))
			if err := w.account.AwaitDrained(patient(t)); err != nil {
				t.Fatal(err)
			}
			if n := count(b, message(id)); n != c.calls {
				t.Errorf("%d calls", n)
			}
			// Lost or not, she sees that it arrived.
			if s := w.siti.Sent(id); !s.Delivered {
				t.Errorf("she sees %+v", s)
			}
		})
	}
}

// oneAtATime is an event buffer under whose lock is decrypted.
type oneAtATime struct {
	store.EventBuffer
	lock *sync.Mutex
}

func (o oneAtATime) DoDecryptionTxn(ctx context.Context, f func(context.Context) error) error {
	o.lock.Lock()
	defer o.lock.Unlock()

	return o.EventBuffer.DoDecryptionTxn(ctx, f)
}

// Sending to and receiving from one person at once loses session updates, unless a
// lock keeps the two apart. Without it the numbers vary, so they are only told.
func TestTheSessionRace(t *testing.T) {
	for _, locked := range []bool{false, true} {
		t.Run("locked: "+strconv.FormatBool(locked), func(t *testing.T) {
			w := newWorld(t)
			var lock sync.Mutex
			if locked {
				w.device.EventBuffer = oneAtATime{w.device.EventBuffer, &lock}
			}
			await(w.bot, message(w.siti.Text(w.account, "halo")))
			const each = 150
			go func() {
				for i := range each {
					w.siti.Text(w.account, strconv.Itoa(i), whatsapptest.WithID("AC"+strconv.Itoa(i)))
					time.Sleep(time.Millisecond) // both at once, not one after the other
				}
			}()
			for i := range each {
				if locked {
					lock.Lock()
				}
				w.says(t, w.siti.LID(), &waE2E.Message{Conversation: text(strconv.Itoa(i)).Conversation})
				if locked {
					lock.Unlock()
				}
			}
			if err := w.account.AwaitDrained(patient(t)); err != nil {
				t.Fatal(err)
			}
			asked := 0
			for i := range each {
				asked += w.siti.Sent("AC" + strconv.Itoa(i)).Asked
			}
			c := w.siti.Counts(w.account)
			t.Logf("of %d each way the person could not read %d at first, the client asked for %d again", each, c.Unreadable, asked)
			if locked && (c.Unreadable > 0 || asked > 0) {
				t.Error("the lock does not help")
			}
		})
	}
}
