package bots_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/migrations/pgtest"
)

// stuck is a crowd whose first Send hangs until it is let go, and then fails.
type stuck struct {
	crowd
	sends *atomic.Int32
	began chan struct{}
	letGo chan struct{}
}

func (s stuck) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	if s.sends.Add(1) == 1 {
		close(s.began)
		<-s.letGo
		return "", errors.New("deadline exceeded")
	}
	return s.crowd.Send(ctx, to, m)
}

// A sender that hangs for longer than its lease finds that another has sent
// the message: it notes nothing over that, and the chat goes on.
func TestASenderThatHungNotesNothingOverAnother(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := stuck{crowd{channeltest.NewDouble("satu")}, &atomic.Int32{}, make(chan struct{}), make(chan struct{})}
	shell, _ := w.Start(c)
	chat := chatOf(t, shell, c, c, "warga")
	put(t, w, c, chat, "a", "", "pertama", nil)
	<-c.began
	// As it is when the lease has run out.
	if _, err := w.Pool.Exec(t.Context(), `update outbox set lease_until = now() - interval '1 second'`); err != nil {
		t.Fatal(err)
	}
	w.Start(c)
	sent := func(want ...string) func() bool {
		return func() bool { return slices.Equal(channeltest.Texts(c, "warga"), want) }
	}
	channeltest.Eventually(t, "the other sends it", sent("pertama"))
	channeltest.Eventually(t, "the other notes it", func() bool {
		return scalar(t, w, `select count(*) from outbox where state = 'sent'`) == 1
	})
	close(c.letGo)
	put(t, w, c, chat, "b", "", "kedua", nil)
	channeltest.Eventually(t, "the next message", sent("pertama", "kedua"))
	channeltest.Eventually(t, "both are noted as sent", func() bool {
		return scalar(t, w, `select count(*) from outbox where state = 'sent' and body is null`) == 2
	})
}

// begin begins a transaction that ends with the test, if not before.
func begin(t *testing.T, w *channeltest.World) pgx.Tx {
	t.Helper()
	tx, err := w.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }) // ended already, as a rule
	return tx
}

func scalar(t *testing.T, w *channeltest.World, sql string) (n int) {
	t.Helper()
	if err := w.Pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// What an owner does may end by itself; then somebody has to do it again.
func TestAnOwnerWhoseTaskEndsGivesTheLockUp(t *testing.T) {
	pool := pgtest.Pool(t)
	var terms atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		bots.Own(ctx, pool.Config().ConnConfig, "akun", slog.New(slog.DiscardHandler), func(context.Context) { terms.Add(1) })
	})
	channeltest.Eventually(t, "a third term", func() bool { return terms.Load() >= 3 })
	cancel()
	wg.Wait()
}

// A process that does not serve a channel leaves its events alone: it may not
// use up their tries.
func TestEventsOfAChannelThatIsNotServedWaitUntried(t *testing.T) {
	w := channeltest.NewWorld(t)
	c, other := crowd{channeltest.NewDouble("satu")}, crowd{channeltest.NewDouble("dua")}
	shell, stop := w.Start(c)
	c.say(t, shell.Ingress(), "warga", "0", "Tiga lampu jalan mati dan seorang warga jatuh karena gelap.", "Setuju")
	holder := begin(t, w)
	if _, err := holder.Exec(t.Context(), `select 1 from sessions for no key update`); err != nil {
		t.Fatal(err)
	}
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "1", "Setuju"); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}

	elsewhere, stop := w.Start(other)
	// Long enough for several polls: the other process answers somebody of its own.
	other.say(t, elsewhere.Ingress(), "lain", "0", "Jembatan desa putus dan warga tidak bisa menyeberang.", "Setuju")
	other.say(t, elsewhere.Ingress(), "lain", "1", "Setuju", "Di mana")
	if n := scalar(t, w, `select coalesce(max(tries), -1) from inbox where state = 'waiting'`); n != 0 {
		t.Errorf("the waiting event has %d tries", n)
	}
	stop()
	w.Start(c)
	channeltest.Eventually(t, "the answer, once its channel is served again", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "warga"), "\n"), "Di mana")
	})
}

// Somebody who writes in the very moment in which they are forgotten is
// answered all the same, under a new number.
func TestWhoWritesWhileBeingForgottenIsAnswered(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	c.say(t, shell.Ingress(), "warga", "0", "halo", "Silakan")
	// The sweep, stopped between its locks and its deletions.
	sweep := begin(t, w)
	for _, sql := range []string{`select 1 from sessions for update`, `select 1 from identities for update`} {
		if _, err := sweep.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	delivered := make(chan error, 1)
	go func() {
		delivered <- c.deliver(t.Context(), shell.Ingress(), "warga", "1", "Jembatan desa kami roboh.")
	}()
	channeltest.Eventually(t, "the turn waits for the sweep", func() bool {
		return scalar(t, w, `select count(*) from pg_locks where not granted`) > 0
	})
	for _, sql := range []string{`delete from sessions`, `delete from identities`} {
		if _, err := sweep.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := sweep.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-delivered; err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the story is read back", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "warga"), "\n"), "Jembatan desa kami roboh")
	})
	if n := scalar(t, w, `select count(*) from inbox where state = 'waiting'`); n != 0 {
		t.Errorf("%d events are nobody's", n)
	}
}

// seat is one process's place at a network that takes one connection at a time.
type seat struct {
	*channeltest.Double
	running, wrong *atomic.Int32 // connections; sends without one
	sends          atomic.Int32
	here           atomic.Bool
}

func (s *seat) Run(ctx context.Context, in bots.Ingress) error {
	s.here.Store(true)
	defer s.here.Store(false)
	if s.running.Add(1) > 1 {
		s.wrong.Add(1)
	}
	defer s.running.Add(-1)
	return s.Double.Run(ctx, in)
}

func (s *seat) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	s.sends.Add(1)
	return s.Double.Send(ctx, to, m)
}

// Of a network with one connection only its owner receives and sends; when the
// owner goes, the other process takes over.
func TestOnlyTheOwnerOfAConnectionSends(t *testing.T) {
	w := channeltest.NewWorld(t)
	d := channeltest.NewDouble("satu")
	running, wrong := &atomic.Int32{}, &atomic.Int32{}
	first := &seat{Double: d, running: running, wrong: wrong}
	second := &seat{Double: d, running: running, wrong: wrong}
	_, stop := w.Start(first)
	channeltest.Eventually(t, "the first is connected", func() bool { return first.here.Load() })
	w.Start(second)
	tell := func(id, text, answer string) {
		t.Helper()
		if err := d.Deliver(t.Context(), "warga", channeltest.Action{ID: id, Text: text}); err != nil {
			t.Fatal(err)
		}
		channeltest.Eventually(t, answer, func() bool {
			return strings.Contains(strings.Join(channeltest.Texts(d, "warga"), "\n"), answer)
		})
	}
	tell("1", "Tiga lampu jalan mati dan seorang warga jatuh karena gelap.", "Setuju")
	tell("2", "Setuju", "Di mana")
	if first.sends.Load() == 0 || second.sends.Load() != 0 {
		t.Errorf("the owner sent %d, the other %d", first.sends.Load(), second.sends.Load())
	}
	stop()
	channeltest.Eventually(t, "the second is connected", func() bool { return second.here.Load() })
	tell("3", "Barabai", "Kapan")
	if second.sends.Load() == 0 || wrong.Load() != 0 {
		t.Errorf("the heir sent %d, %d connections too many", second.sends.Load(), wrong.Load())
	}
}

// late is a crowd in which it takes a while until the sender hears that a
// message which tells of a report has arrived.
type late struct {
	crowd
	arrived chan string // under which name
	letGo   chan struct{}
}

func (l late) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	ref, err := l.crowd.Send(ctx, to, m)
	if strings.Contains(m.Message.Text, "Nomor laporan") {
		l.arrived <- ref
		<-l.letGo
	}
	return ref, err
}

// Who answers a message sooner than its sending is noted is understood all the
// same, and what they write after it waits its turn.
func TestAnAnswerMayOvertakeTheNoteOfWhatItAnswers(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := late{crowd{channeltest.NewDouble("satu")}, make(chan string, 1), make(chan struct{})}
	shell, _ := w.Start(c)
	letGo := sync.OnceFunc(func() { close(c.letGo) })
	t.Cleanup(letGo)
	c.say(t, shell.Ingress(), "warga", "1", "Lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.", "Setuju")
	c.say(t, shell.Ingress(), "warga", "2", "Setuju", "Periksa laporan")
	c.say(t, shell.Ingress(), "warga", "3", "Kirim", "Nomor laporan")
	answer := fmt.Appendf(nil, `{"ID":"4","Answers":%q,"Text":"Tiangnya nomor 12."}`, <-c.arrived)
	if err := shell.Ingress().Accept(t.Context(), c, bots.Incoming{Chat: c.Address("warga"), Key: "warga/4", Body: answer}); err != nil {
		t.Fatal(err)
	}
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "5", "Terima kasih"); err != nil {
		t.Fatal(err)
	}
	if n := scalar(t, w, `select count(*) from inbox where state = 'waiting'`); n != 2 {
		t.Errorf("%d messages wait, want the answer and what came after it", n)
	}
	letGo()
	channeltest.Eventually(t, "the answer is in the report's thread", func() bool {
		return scalar(t, w, `select count(*) from thread where speaker = 'reporter'`) == 1 &&
			scalar(t, w, `select count(*) from inbox where state = 'waiting'`) == 0
	})
	if n := scalar(t, w, `select count(*) from inbox where tries > 1`); n != 0 {
		t.Errorf("%d messages count as having failed", n)
	}
}
