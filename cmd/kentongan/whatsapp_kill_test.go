package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
)

// Forty citizens report on WhatsApp at once while lines break and the only
// process is killed five times.
func TestNothingIsLostOnWhatsApp(t *testing.T) { again(t, killedOnWhatsApp) }

func killedOnWhatsApp(t *testing.T) {
	const people = 40
	o := newOffice(t)
	o.types("migrate")
	o.pair()
	p := &process{path: binary(t), address: o.address, env: append(o.environ, "KENTONGAN_LOG=error", o.server.Environ())}
	t.Cleanup(p.kill)
	p.start(t)
	o.server.SlowAcks(100 * time.Millisecond) // as far away as it is: kills fall between a message and the word that it was taken
	began, logins := time.Now(), o.account.Logins()
	writers := make([]*writer, people)
	for n := range writers {
		writers[n] = &writer{o: o, p: o.server.Person(fmt.Sprint("Warga ", n))}
	}
	kills, cuts := 0, 0
	crowd(t, openPool(t, o.database()), people, func(n int) (told, error) { return writers[n].report(n) }, func(done <-chan struct{}) {
		enough := make(chan struct{})
		var cutting sync.WaitGroup
		cutting.Go(func() { cuts = o.cutLines(enough) })
		kills = p.killAgain(t, done, 2*time.Second, 8*time.Second)
		close(enough)
		cutting.Wait()
	})
	if kills < maxKills {
		t.Errorf("only %d kills fell into the talk", kills)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := o.account.AwaitDrained(ctx); err != nil {
		t.Errorf("WhatsApp holds something back: %v", err)
	}
	channeltest.Eventually(t, "every answer is readable", func() bool {
		unread := 0
		for _, w := range writers {
			unread += w.p.Counts(o.account).Waiting
		}
		return unread == 0
	})

	shown, twice, late, repeated := 0, 0, 0, 0
	for _, w := range writers {
		ids := map[string]string{} // by text
		for _, m := range w.p.FromBot(o.account) {
			shown++
			if before := ids[m.Text]; before != "" {
				twice++
				t.Logf("shown twice, as %s and %s: %.60q", before, m.ID, m.Text)
			}
			if m.Late {
				late++
			}
			ids[m.Text] = m.ID
		}
		repeated += w.p.Counts(o.account).Repeated
	}
	t.Logf("%d answers in %s, with %d kills, %d cut lines, %d logins: %d shown twice, %d readable at a second try, %d copies that phones did not show again",
		shown, time.Since(began).Round(time.Second), kills, cuts, o.account.Logins()-logins, twice, late, repeated)
	if twice > 0 {
		t.Errorf("%d messages were shown twice, although ids are fixed before anything is sent", twice)
	}
}

// cutLines has the account's connection break until done is closed, and returns
// how often it did. Between two kills that is no more than once or twice: who
// loses one connection after the other waits longer each time.
func (o *phoneOffice) cutLines(done <-chan struct{}) (cuts int) {
	for {
		select {
		case <-done:
			return cuts
		case <-time.After(3*time.Second + rand.N(4*time.Second)):
		}
		switch {
		case !o.account.Online():
			continue
		case rand.IntN(2) == 0:
			o.account.Drop()
		default:
			o.server.CutBeforeAck(1)
		}
		cuts++
	}
}

// database is where the office's database is.
func (o *phoneOffice) database() (url string) {
	for _, variable := range o.environ {
		if value, is := strings.CutPrefix(variable, "DATABASE_URL="); is {
			url = value
		}
	}
	return url
}

// writer is a citizen on WhatsApp.
type writer struct {
	o *phoneOffice
	p *whatsapptest.Person
}

// awaits waits for a message that has part in it.
func (w *writer) awaits(part string) (whatsapptest.Shown, error) {
	ctx, cancel := context.WithTimeout(w.o.t.Context(), 2*time.Minute)
	defer cancel()
	m, err := w.p.Await(ctx, w.o.account, func(m whatsapptest.Shown) bool { return m.From == w.o.account.LID() && strings.Contains(m.Text, part) })
	if err != nil {
		last := "nothing"
		for _, m := range w.p.FromBot(w.o.account) {
			last = m.Text
		}
		return m, fmt.Errorf("waited in vain for %q; the last was %q", part, last)
	}
	return m, nil
}

// answers waits for a message that has part in it, and writes text.
func (w *writer) answers(part, text string) error {
	_, err := w.awaits(part)
	if err == nil {
		w.p.Text(w.o.account, text)
	}
	return err
}

var numbered = regexp.MustCompile(`(?m)^(\d+)\. (.+)$`)

// chooses waits for a message that has part in it, and writes the number of one of
// its choices.
func (w *writer) chooses(part, label string) error {
	m, err := w.awaits(part)
	if err != nil {
		return err
	}
	for _, choice := range numbered.FindAllStringSubmatch(m.Text, -1) {
		if choice[2] == label {
			w.p.Text(w.o.account, choice[1])
			return nil
		}
	}
	return fmt.Errorf("there is no choice %q in %q", label, m.Text)
}

// report has a citizen file a whole report with a photo.
func (w *writer) report(n int) (told, error) {
	var d told
	tell := func(text string) {
		d.story = append(d.story, text)
		w.p.Text(w.o.account, text)
	}
	steps := []func() error{
		func() error { tell(fmt.Sprintf("Warga %03d bagian 0: jalan rusak.", n)); return nil },
		func() error {
			for i := 1; i < 5; i++ {
				tell(fmt.Sprintf("Warga %03d bagian %d: sudah lama.", n, i))
			}
			return nil
		},
		func() error { return w.chooses("Tidak setuju", "Setuju") },
		func() error { return w.answers("Di mana", fmt.Sprintf("Desa nomor %03d", n)) },
		func() error { return w.chooses("Kapan kejadiannya", "Lewati") },
		func() error {
			_, err := w.awaits("Ada foto")
			if err == nil {
				w.p.Photo(w.o.account, whatsapptest.File{Type: "image/png", Body: channeltest.Photo()})
			}
			return err
		},
		func() error { return w.answers("1 berkas", "selesai") },
		func() error { return w.chooses("Periksa laporan", "Kirim") },
		func() error { _, err := w.awaits("KTG-"); return err },
	}
	for i, step := range steps {
		sleep(w.o.t.Context(), rand.N(1200*time.Millisecond)) // people think
		if err := step(); err != nil {
			return d, fmt.Errorf("citizen %d, step %d: %w", n, i, err)
		}
	}
	receipts := map[string]bool{}
	for _, m := range w.p.FromBot(w.o.account) {
		for _, id := range trackingID.FindAllString(m.Text, -1) {
			receipts[id] = true
			d.receipt = id
		}
	}
	if len(receipts) != 1 {
		return d, fmt.Errorf("citizen %d has the receipts %v", n, receipts)
	}
	return d, nil
}
