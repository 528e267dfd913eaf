package whatsapp

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/conversation"
)

// TestNothingIsConfirmedThatIsNotInTheInbox goes through all that may happen
// between WhatsApp and the inbox, with the adapter whole and with a part of it
// left out that is to be missed.
func TestNothingIsConfirmedThatIsNotInTheInbox(t *testing.T) {
	t.Parallel()
	refuse := func(call int, _ bots.Incoming) error {
		if call == 2 {
			return errAway
		}
		return nil
	}
	panics := func(call int, _ bots.Incoming) error {
		if call == 2 {
			panic("on purpose")
		}
		return nil
	}
	rename := func(r *rig) (undo func()) {
		r.exec(`alter table whatsapp.whatsmeow_sessions rename to away`)
		return func() { r.exec(`alter table whatsapp.away rename to whatsmeow_sessions`) }
	}
	for name, c := range map[string]struct {
		fail func(call int, e bots.Incoming) error
		cut  func(*rig) (undo func())
		miss without // with this left out the message is lost
	}{
		"the inbox refuses once":        {fail: refuse, miss: without{buffer: true}},
		"taking it in panics once":      {fail: panics, miss: without{rescue: true}},
		"the database fails in between": {cut: rename, miss: without{guard: true}},
	} {
		for _, whole := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, whole %t", name, whole), func(t *testing.T) {
				t.Parallel()
				r := paired(t, channeltest.NewWorld(t))
				if !whole {
					r.c.without = c.miss
				}
				b := &box{fail: c.fail}
				r.run(r.c, b)
				r.state(r.c, StateConnected)
				siti := r.person("Siti")
				r.confirmed(siti, siti.Text(r.office, "satu"))
				undo := func() {}
				if c.cut != nil {
					undo = c.cut(r)
				}
				two := siti.Text(r.office, "dua")
				if c.cut != nil {
					pause(r.within(time.Second), 500*time.Millisecond)
					undo()
				}
				r.confirmed(siti, two)
				three := siti.Text(r.office, "tiga")
				r.confirmed(siti, three)
				if got := texts(t, r.c, b); whole != (got == "satu dua tiga ") {
					t.Errorf("came in: %s", got)
				}
			})
		}
	}
}

func (r *rig) exec(sql string) {
	r.t.Helper()
	if _, err := r.w.Pool.Exec(context.Background(), sql); err != nil {
		r.t.Fatal(err)
	}
}

func texts(t testing.TB, c *Client, b *box) (all string) {
	t.Helper()
	for _, e := range b.all() {
		d, err := c.Decode(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, is := d.Input.(conversation.Text); is {
			all += text.Text + " "
		} else {
			all += fmt.Sprintf("%T ", d.Input)
		}
	}
	return all
}

func TestWithoutTheKeyFilterAGroupMemberLosesTheirFirstWords(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.c.without.keyFilter = true
	b := r.online()
	siti := r.person("Siti")
	g := r.server.Group("Dinas", siti, r.office)
	r.confirmed(siti, siti.Text(g, "satu"))
	if got := texts(t, r.c, b); got == "satu " {
		t.Error("the filter is not needed any more")
	}
}

func TestWhatFollowsARefusedMessageDoesNotOvertakeIt(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := &box{fail: func(call int, _ bots.Incoming) error {
		if call%7 == 3 {
			return errAway
		}
		return nil
	}}
	r.run(r.c, b)
	r.state(r.c, StateConnected)
	siti := r.person("Siti")
	var ids []types.MessageID
	want := ""
	for i := range 40 {
		ids = append(ids, siti.Text(r.office, fmt.Sprint(i)))
		want += fmt.Sprint(i) + " "
	}
	r.confirmed(siti, ids...)
	if got := texts(t, r.c, b); got != want {
		t.Errorf("came in: %s", got)
	}
}

func TestAProcessThatDiesInTheMiddleLosesNothing(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	siti := r.person("Siti")
	dying, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	first := &box{fail: func(call int, _ bots.Incoming) error {
		if call == 2 {
			once.Do(func() { close(dying) })
			<-release
			return errAway
		}
		return nil
	}}
	stop := r.run(r.c, first)
	r.state(r.c, StateConnected)
	r.confirmed(siti, siti.Text(r.office, "satu"))
	two := siti.Text(r.office, "dua")
	<-dying
	stopped := make(chan struct{})
	go func() { defer close(stopped); stop() }()
	pause(t.Context(), 50*time.Millisecond)
	close(release)
	<-stopped
	second := &box{}
	r.run(r.client(), second)
	r.confirmed(siti, two)
	if got := texts(t, r.c, second); got != "dua " {
		t.Errorf("the next process took in: %s", got)
	}
}

func TestAfterTheFenceNothingIsWritten(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := &box{}
	stop := r.run(r.c, b)
	r.state(r.c, StateConnected)
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "satu"))
	l := r.c.current()
	stop()
	if l.handle(nil) {
		t.Error("an event after the end is confirmed")
	}
	err := l.device.EventBuffer.DoDecryptionTxn(t.Context(), func(context.Context) error {
		t.Error("decrypted after the end")
		return nil
	})
	if err == nil {
		t.Error("a transaction after the end is committed")
	}
	if _, err := r.c.Send(t.Context(), addressOf(siti.LID()), bots.Outgoing{ID: "x", Message: conversation.Message{Text: "x"}}); err == nil {
		t.Error("something was sent after the end")
	}
}

// TestSendingAndReceivingAtOnceDamagesNoSession writes 150 messages each way
// at the same time.
func TestSendingAndReceivingAtOnceDamagesNoSession(t *testing.T) {
	if got := writeBothWays(t, false); got != "" {
		t.Error(got)
	}
}

func TestWithoutTurnsSendingAndReceivingAtOnceLosesAnswers(t *testing.T) {
	for range 5 { // it takes two that meet
		if writeBothWays(t, true) != "" {
			return
		}
	}
	t.Error("turns are not needed any more")
}

// writeBothWays says what went wrong; "": nothing.
func writeBothWays(t *testing.T, withoutTurns bool) string {
	t.Helper()
	const n = 150
	r := paired(t, channeltest.NewWorld(t))
	r.c.without.turns = withoutTurns
	b := r.online()
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "halo"))
	var wg sync.WaitGroup
	var ids []types.MessageID
	wg.Go(func() {
		for i := range n {
			ids = append(ids, siti.Text(r.office, fmt.Sprint(i)))
			pause(t.Context(), 8*time.Millisecond)
		}
	})
	failed := 0
	wg.Go(func() {
		for i := range n {
			m := bots.Outgoing{ID: fmt.Sprint("a", i), Message: conversation.Message{Text: fmt.Sprint("jawab ", i)}}
			if _, err := r.c.Send(t.Context(), addressOf(siti.LID()), m); err != nil {
				failed++
			}
		}
	})
	began := time.Now()
	wg.Wait()
	if !withoutTurns {
		r.confirmed(siti, ids...)
	}
	asked := 0
	for _, id := range ids {
		asked += siti.Sent(id).Asked
	}
	shown, unreadable, taken := len(r.Shown("Siti")), siti.Counts(r.office).Unreadable, len(b.all())
	told := fmt.Sprintf("%s: %d answers shown, %d unreadable at first, %d messages taken in, %d asked for again, %d sends failed",
		time.Since(began).Round(time.Millisecond), shown, unreadable, taken, asked, failed)
	t.Log(told)
	if unreadable == 0 && asked == 0 && failed == 0 && shown == n && taken == n+1 {
		return ""
	}
	return told
}

func TestWhatCanNeverBeReadIsTold(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.c.timing.unreadable = 400 * time.Millisecond
	b := r.online()
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "satu"))
	if _, err := r.c.Send(t.Context(), addressOf(siti.LID()), say("x", "Baik")); err != nil {
		t.Fatal(err)
	}
	r.confirmed(siti, siti.Text(r.office, "dua"))
	lose := func() {
		r.exec(`delete from whatsapp.whatsmeow_sessions where their_id like '` + siti.LID().User + `%'`)
	}
	lose()
	r.confirmed(siti, siti.Text(r.office, "tiga")) // the phone answers with a copy that can be read
	b.await(t, 3)
	pause(t.Context(), time.Second)
	if got := texts(t, r.c, b); got != "satu dua tiga " {
		t.Errorf("came in: %s", got)
	}
	r.server.IgnoreRetries(true)
	lose()
	siti.Text(r.office, "empat")
	b.await(t, 4)
	if d := b.last(t, r.c); d.Input != (conversation.Unsupported{What: "unknown"}) {
		t.Errorf("%+v", d.Input)
	}
}
