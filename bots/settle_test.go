package bots_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
)

// movable is a world whose clock can be set forward.
func movable(t *testing.T) (w *channeltest.World, ahead func(time.Duration)) {
	t.Helper()
	w = channeltest.NewWorld(t)
	var by atomic.Int64
	w.Now = func() time.Time { return time.Now().Add(time.Duration(by.Load())) }
	return w, func(d time.Duration) { by.Add(int64(d)) }
}

func settle(t *testing.T, shell *bots.Shell, patience time.Duration, want int) {
	t.Helper()
	left, err := shell.Settle(t.Context(), patience)
	if err != nil || left != want {
		t.Fatalf("settled with %d left, %v; want %d", left, err, want)
	}
}

func nextOf(t *testing.T, shell *bots.Shell, after time.Time) time.Time {
	t.Helper()
	next, err := shell.Next(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

const long = 20 * time.Second // longer than anything here takes

// When Settle returns, everything has been done and sent that a jump of the
// clock made due, and whatever followed from it.
func TestWhatAJumpOfTheClockMakesDueIsDoneWhenItHasSettled(t *testing.T) {
	w, ahead := movable(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	const people = 40
	name := func(i int) string { return "warga" + strings.Repeat("i", i) }
	for i := range people {
		if err := c.deliver(t.Context(), shell.Ingress(), name(i), "1", "Jalan di depan rumah saya rusak parah sejak kemarin."); err != nil {
			t.Fatal(err)
		}
	}
	ahead(channeltest.Burst)
	settle(t, shell, long, 0)
	for i := range people {
		if texts := channeltest.Texts(c, name(i)); len(texts) != 1 || !strings.Contains(texts[0], "Tidak setuju") {
			t.Fatalf("person %d reads %q", i, texts)
		}
	}
	next := nextOf(t, shell, w.Now())
	if until := next.Sub(w.Now()); until < 23*time.Hour || until > 24*time.Hour {
		t.Errorf("the next instant is in %s, want a day without consent", until)
	}
	ahead(25 * time.Hour)
	settle(t, shell, long, 0)
	for i := range people {
		if texts := channeltest.Texts(c, name(i)); len(texts) != 2 {
			t.Fatalf("person %d reads %q a day later", i, texts)
		}
	}
	if next := nextOf(t, shell, w.Now()); !next.IsZero() {
		t.Errorf("nothing waits, and the next instant is %s", next)
	}
}

func TestAHeldMessageIsAnInstantAndGoesThen(t *testing.T) {
	w, ahead := movable(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	morning := w.Now().Add(9 * time.Hour).Truncate(time.Microsecond)
	put(t, w, c, chatOf(t, shell, c, c, "warga"), "a", "", "selamat pagi", &morning)
	settle(t, shell, long, 0)
	if texts := channeltest.Texts(c, "warga"); len(texts) != 0 {
		t.Errorf("sent at night: %q", texts)
	}
	if next := nextOf(t, shell, w.Now()); !next.Equal(morning) {
		t.Errorf("the next instant is %s, want %s", next, morning)
	}
	ahead(9 * time.Hour)
	settle(t, shell, long, 0)
	if texts := channeltest.Texts(c, "warga"); !slices.Equal(texts, []string{"selamat pagi"}) {
		t.Errorf("in the morning they read %q", texts)
	}
}

func TestWhatIsStuckHoldsNothingUp(t *testing.T) {
	w, ahead := movable(t)
	away, slow, paused := crowd{channeltest.NewDouble("jauh")}, crowd{channeltest.NewDouble("lambat")}, crowd{channeltest.NewDouble("jeda")}
	shell, _ := w.Start(away, slow, paused)
	release := make(chan struct{})
	away.FailWith(func(bots.Address, bots.Outgoing) error { return errors.New("no route to host") })
	slow.FailWith(func(bots.Address, bots.Outgoing) error { <-release; return nil })
	paused.FailWith(func(bots.Address, bots.Outgoing) error {
		return &bots.SendError{Problem: bots.Throttled, Wait: time.Second, Pause: time.Hour}
	})
	var chats []int64
	for _, c := range []crowd{away, slow, paused} {
		chat := chatOf(t, shell, c, c, "warga")
		chats = append(chats, chat)
		put(t, w, c, chat, "m-"+c.Account(), "", "Halo.", nil)
	}
	// The network that is away and the one that wants a pause are tried and then
	// left alone; the one that hangs is waited for, and not for ever.
	settle(t, shell, 300*time.Millisecond, 1)
	// A pause lasts by the network's clock, however far ours is set forward.
	ahead(3 * time.Hour)
	settle(t, shell, 300*time.Millisecond, 1)
	var tries int
	if err := w.Pool.QueryRow(t.Context(), `select tries from outbox where chat = $1`, chats[2]).Scan(&tries); err != nil || tries != 1 {
		t.Errorf("a channel that has to pause was tried %d times, %v", tries, err)
	}
	if next := nextOf(t, shell, w.Now()); !next.IsZero() {
		t.Errorf("a retry is an instant: %s", next)
	}
	close(release)
	settle(t, shell, long, 0)
	if texts := channeltest.Texts(slow, "warga"); len(texts) != 1 {
		t.Errorf("the slow one has %q", texts)
	}
}

// sparing is a network that takes one message a day from a chat.
type sparing struct{ crowd }

func (s sparing) Limits() bots.Limits {
	l := s.crowd.Limits()
	l.PerChat = 1.0 / 86_400
	return l
}

func TestNoNetworkGetsMoreThanItAllowsWhenTheClockIsSetForward(t *testing.T) {
	w, ahead := movable(t)
	c := sparing{crowd{channeltest.NewDouble("hemat")}}
	shell, _ := w.Start(c)
	chat := chatOf(t, shell, c, c, "warga")
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		put(t, w, c, chat, id, "", "pesan "+id, nil)
	}
	for range 3 {
		settle(t, shell, long, 0) // what waits for the network's limit is not stuck
		ahead(48 * time.Hour)
	}
	if texts := channeltest.Texts(c, "warga"); len(texts) != 3 {
		t.Errorf("%d messages went out, want the three of a burst", len(texts))
	}
}
