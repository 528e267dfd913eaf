package bots_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/register"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// crowd is a double whose connection every shell of a world may hold at once,
// as a webhook behind a load balancer would.
type crowd struct{ *channeltest.Double }

func (c crowd) Limits() bots.Limits {
	l := c.Double.Limits()
	l.SingleOwner = false
	return l
}

func (c crowd) Run(ctx context.Context, _ bots.Ingress) error {
	<-ctx.Done()
	return nil
}

func (c crowd) deliver(ctx context.Context, in bots.Ingress, person, id, text string) error {
	body := fmt.Appendf(nil, `{"ID":%q,"Text":%q}`, id, text)
	return in.Accept(ctx, c, bots.Incoming{Chat: c.Address(person), Key: person + "/" + id, Body: body})
}

// say delivers until it is acknowledged and waits for what person reads then.
func (c crowd) say(t *testing.T, in bots.Ingress, person, id, text, answer string) {
	t.Helper()
	if err := c.deliver(t.Context(), in, person, id, text); err != nil {
		t.Fatalf("%s says %q: %v", person, text, err)
	}
	channeltest.Eventually(t, fmt.Sprintf("%s reads %q after %q", person, answer, text), func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, person), "\n"), answer)
	})
}

func filedReports(t *testing.T, shell *bots.Shell) []reports.Report {
	t.Helper()
	filed, err := shell.Register().List(t.Context(), register.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return filed
}

// Three shells on one database take a person's messages in turn, some of them
// delivered to two at once. Every report is there once, and in its order.
func TestThreeShellsKeepOneOrder(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	var shells []*bots.Shell
	for range 3 {
		shell, _ := w.Start(c)
		shells = append(shells, shell)
	}
	const people, messages = 30, 8
	var wg sync.WaitGroup
	for p := range people {
		random := rand.New(rand.NewPCG(7, uint64(p)))
		wg.Go(func() {
			person := fmt.Sprintf("warga-%d", p)
			for m := range messages {
				id, text := fmt.Sprintf("m%d", m), fmt.Sprintf("Kejadian %02d di jalan.", m)
				var both sync.WaitGroup
				for range 1 + random.IntN(2) {
					in := shells[random.IntN(3)].Ingress()
					both.Go(func() {
						if err := c.deliver(t.Context(), in, person, id, text); err != nil {
							t.Errorf("deliver: %v", err)
						}
					})
				}
				both.Wait()
			}
			seen := func(what string) func() bool {
				return func() bool { return strings.Contains(strings.Join(channeltest.Texts(c, person), "\n"), what) }
			}
			answer := func(id, text, what string) {
				in := shells[random.IntN(3)].Ingress()
				if err := c.deliver(t.Context(), in, person, id, text); err != nil {
					t.Errorf("deliver: %v", err)
				}
				channeltest.Eventually(t, what, seen(what))
			}
			channeltest.Eventually(t, "the read-back", seen("Setuju"))
			answer("setuju", "Setuju", "Di mana")
			for i := range 3 {
				before := len(channeltest.Texts(c, person))
				if err := c.deliver(t.Context(), shells[random.IntN(3)].Ingress(), person, fmt.Sprintf("lewati%d", i), "Lewati"); err != nil {
					t.Errorf("deliver: %v", err)
				}
				channeltest.Eventually(t, "the next question", func() bool { return len(channeltest.Texts(c, person)) > before })
			}
			answer("kirim", "Kirim", "KTG-")
		})
	}
	wg.Wait()

	filed := filedReports(t, shells[0])
	if len(filed) != people {
		t.Fatalf("%d reports for %d people", len(filed), people)
	}
	for _, r := range filed {
		last := -1
		for m := range messages {
			text := fmt.Sprintf("Kejadian %02d di jalan.", m)
			at := strings.Index(r.Chronology, text)
			if strings.Count(r.Chronology, text) != 1 || at < last {
				t.Fatalf("message %d is lost, double or out of order in %q", m, r.Chronology)
			}
			last = at
		}
	}
	var waiting, bodies int
	if err := w.Pool.QueryRow(t.Context(), `select count(*) filter (where state = 'waiting'), count(body) from inbox`).Scan(&waiting, &bodies); err != nil {
		t.Fatal(err)
	}
	if waiting != 0 || bodies != 0 {
		t.Errorf("%d events still wait, %d bodies were not erased", waiting, bodies)
	}
}

// What one person sends and nobody can digest is set aside after a few tries,
// the person is told, and nobody else notices.
func TestAPoisonedMessageSinksNobodyElse(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	// The database refuses one person's reports, as a bug of ours would make it do.
	if _, err := w.Pool.Exec(t.Context(), `alter table reports add constraint poison check (chronology not like '%racun%')`); err != nil {
		t.Fatal(err)
	}
	people := map[string]string{"sehat": "Tiga lampu jalan mati dan seorang warga jatuh karena gelap.", "sakit": "Ada racun di sungai, ikan mati dan warga sakit perut."}
	var wg sync.WaitGroup
	for person, story := range people {
		wg.Go(func() {
			c.say(t, shell.Ingress(), person, "1", story, "Setuju")
			c.say(t, shell.Ingress(), person, "2", "Setuju", "Di mana")
			for i := range 3 {
				before := len(channeltest.Texts(c, person))
				if err := c.deliver(t.Context(), shell.Ingress(), person, fmt.Sprintf("l%d", i), "Lewati"); err != nil {
					t.Error(err)
				}
				channeltest.Eventually(t, "the next question", func() bool { return len(channeltest.Texts(c, person)) > before })
			}
		})
	}
	wg.Wait()
	for range 3 { // pressed three times: the first poisons, the others wait behind it
		for person := range people {
			if err := c.deliver(t.Context(), shell.Ingress(), person, "kirim", "Kirim"); err != nil {
				t.Errorf("%s: a turn that failed was not accepted: %v", person, err)
			}
		}
	}
	channeltest.Eventually(t, "the healthy report", func() bool { return len(filedReports(t, shell)) == 1 })
	// The tries are minutes apart; here they are due at once.
	channeltest.Eventually(t, "the dead letter", func() bool {
		var dead int
		if _, err := w.Pool.Exec(t.Context(), `update inbox set retry_at = null where state = 'waiting'`); err != nil {
			t.Fatal(err)
		}
		if err := w.Pool.QueryRow(t.Context(), `select count(*) from inbox where state = 'dead' and body is not null`).Scan(&dead); err != nil {
			t.Fatal(err)
		}
		return dead == 1
	})
	channeltest.Eventually(t, "the person is told", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "sakit"), "\n"), "belum dapat kami proses")
	})

	// Once the bug is mended, the operator's retry files it.
	if _, err := w.Pool.Exec(t.Context(), `alter table reports drop constraint poison`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Pool.Exec(t.Context(), `update inbox set state = 'waiting', tries = 0, retry_at = null where state = 'dead'`); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the retried report", func() bool { return len(filedReports(t, shell)) == 2 })
}

func TestWhatCannotBeDecodedIsSetAsideAtOnce(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	err := shell.Ingress().Accept(t.Context(), c,
		bots.Incoming{Chat: c.Address("warga"), Key: "a", Body: []byte(`{"no such thing"`)},
		bots.Incoming{Chat: c.Address("warga"), Key: "b", Body: []byte(`{"ID":"b","Text":"Jembatan desa kami roboh."}`)})
	if err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the readable message is read back", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "warga"), "\n"), "Jembatan")
	})
	var failure string
	if err := w.Pool.QueryRow(t.Context(), `select failure from inbox where state = 'dead'`).Scan(&failure); err != nil || failure != "undecodable" {
		t.Errorf("failure %q, %v", failure, err)
	}
}

// A database that goes away in the middle is not acknowledged, and what is
// delivered again afterwards counts once.
func TestNothingIsAcknowledgedWithoutADatabase(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	c.say(t, shell.Ingress(), "warga", "0", "Tiga lampu jalan mati dan seorang warga jatuh karena gelap.", "Setuju")
	if _, err := w.Pool.Exec(t.Context(), `alter table inbox rename to inbox_away`); err != nil {
		t.Fatal(err)
	}
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "1", "Sudah seminggu gelap."); err == nil {
		t.Fatal("acknowledged although it is nowhere")
	}
	if _, err := w.Pool.Exec(t.Context(), `alter table inbox_away rename to inbox`); err != nil {
		t.Fatal(err)
	}
	c.say(t, shell.Ingress(), "warga", "1", "Sudah seminggu gelap.", "gelap")
}

// An answer waits for its session's holder, and not for ever: a process that
// stops in the middle of a transaction loses its locks.
func TestAHungHolderLosesItsConversation(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	c.say(t, shell.Ingress(), "warga", "0", "Tiga lampu jalan mati dan seorang warga jatuh karena gelap.", "Setuju")
	conn, err := w.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(t.Context(), `begin`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `select 1 from sessions for no key update`); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "1", "Setuju"); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(began); waited > 2*time.Second {
		t.Errorf("accepting waited %s for the holder", waited)
	}
	channeltest.Eventually(t, "the answer after the holder hung", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "warga"), "\n"), "Di mana")
	})
}

// A session that this key does not open is never overwritten.
func TestASessionOfAnotherKeyIsLeftAlone(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	c.say(t, shell.Ingress(), "warga", "0", "Tiga lampu jalan mati dan seorang warga jatuh karena gelap.", "Setuju")
	if _, err := w.Pool.Exec(t.Context(), `update sessions set body = '\x0102030405', wake_at = null`); err != nil {
		t.Fatal(err)
	}
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "1", "Setuju"); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the row notes why", func() bool {
		var n int
		if err := w.Pool.QueryRow(t.Context(), `select count(*) from inbox where state = 'waiting' and failure = 'session' and body is not null`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n == 1
	})
	var body []byte
	if err := w.Pool.QueryRow(t.Context(), `select body from sessions`).Scan(&body); err != nil || len(body) != 5 {
		t.Errorf("the session was overwritten: %d bytes, %v", len(body), err)
	}
}
