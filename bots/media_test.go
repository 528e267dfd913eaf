package bots_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
)

// slow is a crowd whose files come when they are let through, or not.
type slow struct {
	crowd
	fetched chan struct{} // one for each file that may come
	failing *atomic.Int32 // how many fetches fail first
}

func (s slow) Fetch(ctx context.Context, media []byte) (io.ReadCloser, error) {
	if s.failing.Add(-1) >= 0 {
		return nil, errors.New("connection reset")
	}
	select {
	case <-s.fetched:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return s.crowd.Fetch(ctx, media)
}

func (s slow) upload(t *testing.T, in bots.Ingress, person, id, name, typ string, body []byte, declared int64) {
	t.Helper()
	file := s.Upload(person, channeltest.Upload{Body: body})
	raw := fmt.Appendf(nil, `{"ID":%q,"Upload":{"File":%q,"Name":%q,"Type":%q,"Bytes":%d}}`, id, file, name, typ, declared)
	if err := in.Accept(t.Context(), s, bots.Incoming{Chat: s.Address(person), Key: person + id, Body: raw}); err != nil {
		t.Fatal(err)
	}
}

func newSlow() slow {
	return slow{crowd: crowd{channeltest.NewDouble("satu")}, fetched: make(chan struct{}, 64), failing: &atomic.Int32{}}
}

// toEvidence leads person to the question for evidence.
func toEvidence(t *testing.T, c crowd, in bots.Ingress, person string) {
	t.Helper()
	c.say(t, in, person, "1", "Jembatan desa putus dan warga tidak bisa menyeberang.", "Setuju")
	c.say(t, in, person, "2", "Setuju", "Di mana")
	for i := range 2 {
		before := len(channeltest.Texts(c, person))
		if err := c.deliver(t.Context(), in, person, fmt.Sprintf("l%d", i), "Lewati"); err != nil {
			t.Fatal(err)
		}
		channeltest.Eventually(t, "the next question", func() bool { return len(channeltest.Texts(c, person)) > before })
	}
}

func TestKirimWhileAFileIsBeingFetchedLosesNothing(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := newSlow()
	shell, _ := w.Start(c)
	toEvidence(t, c.crowd, shell.Ingress(), "warga")
	c.upload(t, shell.Ingress(), "warga", "f1", "jembatan.png", "image/png", channeltest.Photo(), -1)
	channeltest.Eventually(t, "the file is counted", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "warga"), "\n"), "1 berkas")
	})
	before := len(channeltest.Texts(c, "warga"))
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "s", "Selesai"); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the review", func() bool { return len(channeltest.Texts(c, "warga")) > before })
	c.say(t, shell.Ingress(), "warga", "k", "Kirim", "KTG-")
	filed := filedReports(t, shell)
	if len(filed) != 1 || filed[0].Evidence != 0 {
		t.Fatalf("filed %+v", filed)
	}
	c.fetched <- struct{}{}
	channeltest.Eventually(t, "the file follows its report", func() bool { return filedReports(t, shell)[0].Evidence == 1 })
	var report *int64
	if err := w.Pool.QueryRow(t.Context(), `select report from media where state = 'stored'`).Scan(&report); err != nil || report == nil {
		t.Errorf("the file belongs to %v, %v", report, err)
	}
}

func TestFilesThatCannotBeTakenAreNamedAndTheRestGoesOn(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := newSlow()
	shell, _ := w.Start(c)
	toEvidence(t, c.crowd, shell.Ingress(), "warga")
	for range 8 {
		c.fetched <- struct{}{}
	}
	seen := func(part string) {
		t.Helper()
		channeltest.Eventually(t, part, func() bool {
			return strings.Contains(strings.Join(channeltest.Texts(c, "warga"), "\n"), part)
		})
	}
	c.upload(t, shell.Ingress(), "warga", "f1", "kosong.png", "image/png", nil, -1)
	seen("kosong.png")
	c.upload(t, shell.Ingress(), "warga", "f2", "bohong.png", "image/png", []byte("<html><script>alert(1)</script></html>"), -1)
	seen("bohong.png")
	c.upload(t, shell.Ingress(), "warga", "f3", "film.mp4", "video/mp4", []byte("x"), 2<<30)
	seen("film.mp4")
	big := append(channeltest.Photo(), make([]byte, 17<<20)...)
	c.upload(t, shell.Ingress(), "warga", "f4", "besar.png", "image/png", big, -1)
	seen("besar.png")
	c.failing.Store(1) // the next one fails once and is fetched again
	c.upload(t, shell.Ingress(), "warga", "f5", "baik.png", "image/png", channeltest.Photo(), -1)
	channeltest.Eventually(t, "the good file is stored", func() bool {
		var stored int
		if err := w.Pool.QueryRow(t.Context(), `select count(*) from media where state = 'stored'`).Scan(&stored); err != nil {
			t.Fatal(err)
		}
		return stored == 1
	})
}

func TestFilesWaitForConsentAndAreErasedWithoutIt(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := newSlow()
	c.fetched <- struct{}{}
	shell, _ := w.Start(c)
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "1", "Jembatan desa putus dan warga tidak bisa menyeberang."); err != nil {
		t.Fatal(err)
	}
	c.upload(t, shell.Ingress(), "warga", "f1", "jembatan.png", "image/png", channeltest.Photo(), -1)
	channeltest.Eventually(t, "the question of consent", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "warga"), "\n"), "Setuju")
	})
	state := func() (state string) {
		if err := w.Pool.QueryRow(t.Context(), `select state from media order by id limit 1`).Scan(&state); err != nil {
			t.Fatal(err)
		}
		return state
	}
	// Somebody who agreed sends a file later, and it is fetched: the earlier one
	// was not passed over by chance.
	c.fetched <- struct{}{}
	toEvidence(t, c.crowd, shell.Ingress(), "lain")
	c.upload(t, shell.Ingress(), "lain", "f1", "pasar.png", "image/png", channeltest.Photo(), -1)
	channeltest.Eventually(t, "the other's file", func() bool {
		return scalar(t, w, `select count(*) from media where state = 'stored'`) == 1
	})
	if got := state(); got != "held" {
		t.Fatalf("before consent the file is %s", got)
	}
	if err := c.deliver(t.Context(), shell.Ingress(), "warga", "2", "Tidak setuju"); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the file is dropped", func() bool { return state() == "dropped" })
	if len(c.fetched) != 1 {
		t.Error("the file was fetched without consent")
	}

	// Two days later nothing is left of somebody who said no; the other stays.
	later := func() time.Time { return time.Now().Add(72 * time.Hour) }
	tidy := bots.HousekeepingConfig{
		Pool: w.Pool, Register: shell.Register(), Identities: shell.Identities(), Vault: w.Vault, Sealer: w.Sealer, Log: w.Log, Now: later,
		Channels: []bots.Channel{c}, OnCards: func() {},
	}
	channeltest.Eventually(t, "the farewell is sent", func() bool {
		var waiting int
		if err := w.Pool.QueryRow(t.Context(), `select count(*) from outbox where state = 'waiting'`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		return waiting == 0
	})
	if err := bots.Tidy(t.Context(), tidy); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"identities", "sessions", "consents", "media"} {
		if n := scalar(t, w, `select count(*) from `+table); n != 1 {
			t.Errorf("%d rows are left in %s, want the other's", n, table)
		}
	}
	// And they may come back as anybody: the process must not remember the old number.
	c.say(t, shell.Ingress(), "warga", "9", "Jembatan desa putus lagi.", "putus lagi")
}
