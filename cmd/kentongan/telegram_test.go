package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/migrations/pgtest"
)

// roughWeather is what the network does to every call in the tests of crashes.
var roughWeather = telegramtest.Faults{
	DropBefore: 0.03, DropAfter: 0.03,
	JSONBefore: 0.005, JSONAfter: 0.005, HTMLBefore: 0.005, HTMLAfter: 0.005,
	Slow: 0.05, Delay: 200 * time.Millisecond,
	Redeliver: 0.05,
}

// Two hundred citizens report on Telegram at once, with Telegram's limits,
// while connections break, servers fail, updates come twice and the only
// process is killed five times.
func TestNothingIsLostOnTelegram(t *testing.T) {
	again(t, func(t *testing.T) {
		t.Run("polling", func(t *testing.T) {
			t.Parallel()
			killedOnTelegram(t, false)
		})
		t.Run("webhook", func(t *testing.T) {
			t.Parallel()
			killedOnTelegram(t, true)
		})
	})
}

func killedOnTelegram(t *testing.T, webhook bool) {
	const people = 200
	server := telegramtest.Start(t, telegramtest.Options{Scale: 0.3})
	server.SetLimits(telegramtest.RealLimits)
	database := pgtest.New(t)
	p := newProcess(t, binary(t), database, filepath.Join(t.TempDir(), "data"),
		"TELEGRAM_BOT_TOKEN="+server.Token(), "TELEGRAM_API_URL="+server.URL())
	if webhook {
		p.env = append(p.env, "TELEGRAM_WEBHOOK_URL=http://"+p.address)
	}
	p.start(t)
	server.SetFaults(roughWeather)
	kills := 0
	crowd(t, openPool(t, database), people, func(n int) (told, error) {
		return (&chatter{p: server.Person(int64(7001+n), "Warga")}).report(t, n)
	}, func(done <-chan struct{}) { kills = p.killAgain(t, done, 4*time.Second, 12*time.Second) })
	if kills < maxKills {
		t.Errorf("only %d kills fell into the talk", kills)
	}
	channeltest.Eventually(t, "Telegram holds nothing back", func() bool { return server.Pending() == 0 })

	tried, tooMany := server.Sends()
	if tooMany*50 > tried {
		t.Errorf("%d of %d sends got 429, more than 2 %%", tooMany, tried)
	}
	// A kill may show one message twice, on a machine that is very busy two; of
	// those whose answer the network lost nearly all are found again.
	lost := 0
	for _, call := range server.Log() {
		if call.Method == "sendmessage" && strings.HasSuffix(call.Fault, "after") {
			lost++
		}
	}
	shown := 0
	for _, d := range server.Duplicates() {
		if d.Between {
			continue // asked again
		}
		shown++
		t.Logf("shown twice, %s apart, answer lost %v: %.40q", d.Second.At.Sub(d.First.At).Round(time.Millisecond), d.AnswerLost, d.First.Text)
	}
	t.Logf("%d sends, %d got 429, %d answers lost; %d shown twice after %d kills", tried, tooMany, lost, shown, kills)
	if shown > 2*kills+lost/10 {
		t.Errorf("%d messages were shown twice, with %d kills and %d lost answers", shown, kills, lost)
	}
}

// chatter is a citizen on Telegram.
type chatter struct{ p *telegramtest.Person }

// awaits waits for a message that has part in it.
func (c *chatter) awaits(part string) (telegramtest.Shown, error) {
	m, err := c.p.Await(func(m telegramtest.Shown) bool { return strings.Contains(m.Text, part) }, 4*time.Minute)
	if err != nil {
		last, _ := c.p.Last()
		return m, fmt.Errorf("waited in vain for %q; the last was %q", part, last.Text)
	}
	return m, nil
}

// presses waits for a message that has part in it, and presses its button.
func (c *chatter) presses(part, label string) error {
	if _, err := c.awaits(part); err != nil {
		return err
	}
	return c.p.Press(label)
}

// report has a citizen file a whole report with a photo, by buttons where there
// are any.
func (c *chatter) report(t *testing.T, n int) (told, error) {
	var d told
	tell := func(text string) {
		d.story = append(d.story, text)
		c.p.Text(text)
	}
	answer := func(part string, act func()) func() error {
		return func() error {
			_, err := c.awaits(part)
			if err == nil {
				act()
			}
			return err
		}
	}
	steps := []func() error{
		func() error { tell(fmt.Sprintf("Warga %03d bagian 0: jalan rusak.", n)); return nil },
		func() error {
			for i := 1; i < 5; i++ {
				tell(fmt.Sprintf("Warga %03d bagian %d: sudah lama.", n, i))
			}
			return nil
		},
		func() error { return c.presses("Tidak setuju", "Setuju") },
		answer("Di mana", func() { c.p.Text(fmt.Sprintf("Desa nomor %03d", n)) }),
		func() error { return c.presses("Kapan kejadiannya", "Lewati") },
		answer("Ada foto", func() { c.p.Photo(channeltest.Photo(), "", "") }),
		func() error { return c.presses("1 berkas", "Selesai") },
		func() error { return c.presses("Periksa laporan", "Kirim") },
		func() error { _, err := c.awaits("KTG-"); return err },
	}
	for i, step := range steps {
		sleep(t.Context(), rand.N(1200*time.Millisecond)) // people think
		if err := step(); err != nil {
			return d, fmt.Errorf("citizen %d, step %d: %w", n, i, err)
		}
	}
	receipts := map[string]bool{}
	for _, m := range c.p.Shown() {
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

// A token is all that the demo needs to serve Telegram, too.
func TestTheDemoServesTelegram(t *testing.T) {
	server := telegramtest.Start(t)
	dir := demoFolder(t)
	environ := append(os.Environ(), "DATABASE_URL="+pgtest.New(t), "KENTONGAN_SECRET_KEY=", "KENTONGAN_DATA_DIR="+dir,
		"KENTONGAN_LISTEN=127.0.0.1:0", "KENTONGAN_BURST_QUIET=100ms", "TELEGRAM_BOT_TOKEN="+server.Token(), "TELEGRAM_API_URL="+server.URL())
	d := startDemo(t, binary(t), environ)
	want := "Telegram: https://t.me/" + server.BotUsername()
	for deadline := time.After(20 * time.Second); ; {
		select {
		case line := <-d.more:
			if line == want {
				break
			}
			continue
		case <-deadline:
			t.Fatalf("it does not print %q", want)
		}
		break
	}
	c := &chatter{p: server.Person(7001, "Warga")}
	c.p.Start("k_barababai")
	if _, err := c.awaits("Kabupaten Hulu Sungai Tengah"); err != nil {
		t.Error(err)
	}
	c.p.Text("Lampu jalan di depan pasar mati, gelap sekali.")
	if err := c.presses("Tidak setuju", "Setuju"); err != nil {
		t.Error(err)
	}
	if _, err := c.awaits("Kapan kejadiannya"); err != nil { // the place was told
		t.Error(err)
	}
	if got := d.get(t, "/readyz"); !strings.HasPrefix(got, "ready\n") {
		t.Errorf("readyz says %q", got)
	}
	if menu := server.Calls("setMyCommands"); menu != 4 {
		t.Errorf("menus were set %d times, want once a language, in private and in groups", menu)
	}
	d.stop(t)
}

func TestTheDoctorAsksTelegram(t *testing.T) {
	server := telegramtest.Start(t)
	environ := append(os.Environ(), "DATABASE_URL="+pgtest.New(t), "KENTONGAN_SECRET_KEY="+testKey,
		"KENTONGAN_DATA_DIR="+t.TempDir(), "TELEGRAM_API_URL="+server.URL())
	path := binary(t)
	doctor := func(want string, more ...string) {
		t.Helper()
		cmd := exec.Command(path, "doctor")
		cmd.Env = append(slices.Clone(environ), more...)
		out, _ := cmd.Output() // it fails for want of people
		if !strings.Contains(string(out), want) || strings.Contains(string(out), "AAF") {
			t.Errorf("%q is not in, or the token is:\n%s", want, out)
		}
	}
	token := "TELEGRAM_BOT_TOKEN=" + server.Token()
	doctor("ok    telegram: @"+server.BotUsername()+" answers, 0 updates waiting", token)
	doctor("fail  telegram: getMe: unauthorized", "TELEGRAM_BOT_TOKEN=987654321:AAF-contoh_token_contoh_token")
	doctor("warn  telegram: @"+server.BotUsername()+" has not the webhook that the settings say", token, "TELEGRAM_WEBHOOK_URL=https://lapor.example.go.id")
	doctor("fail  telegram: getMe: ", token, "TELEGRAM_API_URL=http://127.0.0.1:1")
}
