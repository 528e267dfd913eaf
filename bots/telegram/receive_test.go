package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/reports/register"
)

// service runs the whole service beside a server, and returns its shell.
func service(t *testing.T, s *telegramtest.Server, webhook bool) (*channeltest.World, *bots.Shell) {
	t.Helper()
	w := channeltest.NewWorld(t)
	shell, _ := w.Start(open(t, w, s, webhook))
	return w, shell
}

func count(t *testing.T, w *channeltest.World, sql string) (n int) {
	t.Helper()
	if err := w.Pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// One update that nobody can read is set aside; everybody else goes on.
func TestAnUpdateThatCannotBeReadHoldsNobodyUp(t *testing.T) {
	for name, webhook := range map[string]bool{"polling": false, "webhook": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.Start(t, telegramtest.Options{Scale: 0.05})
			w, _ := service(t, s, webhook)
			p := s.Person(7001, "Warga")
			s.Raw(map[string]any{"message": map[string]any{"chat": "?"}})
			s.Raw(map[string]any{"a kind of tomorrow": 7})
			s.Raw(map[string]any{"my_chat_member": map[string]any{
				"chat": map[string]any{"id": 7001}, "from": map[string]any{"id": 7001}, "new_chat_member": []int{1},
			}})
			p.TextWith("halo", func(m map[string]any) { m["text"] = []string{"halo"} })
			p.Text("/bantuan")
			await(t, p, "Untuk melapor")
			channeltest.Eventually(t, "three are set aside", func() bool {
				return count(t, w, `select count(*) from inbox where state = 'dead'`) == 3
			})
			channeltest.Eventually(t, "Telegram holds nothing back", func() bool { return s.Pending() == 0 })
			// Only the one whose message it was is told of it.
			await(t, p, "Mohon maaf")
			if n := count(t, w, `select count(distinct chat) from outbox`); n != 1 {
				t.Errorf("%d chats were written to", n)
			}
		})
	}
}

// After a quiet week ids begin anew, lower than before.
func TestIDsMayBeginAnew(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Scale: 0.05})
	w, _ := service(t, s, false)
	p := s.Person(7001, "Warga")
	p.Text("/bantuan")
	await(t, p, "")
	channeltest.Eventually(t, "it is confirmed", func() bool { return s.Pending() == 0 })
	s.Silence()
	for i := range 3 {
		p.Text("/bantuan")
		channeltest.Eventually(t, "an answer", func() bool { return len(p.Shown()) == i+2 })
	}
	channeltest.Eventually(t, "Telegram holds nothing back", func() bool { return s.Pending() == 0 })
	if n := count(t, w, `select count(*) from inbox`); n != 4 {
		t.Errorf("%d updates were stored, want 4", n)
	}
}

// Whoever polls where a webhook was set wants no webhook any more; and two
// services with one token get in each other's way, which is said.
func TestWhatKeepsUpdatesAwayIsMendedOrSaid(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Scale: 0.05})
	response, err := http.Get(s.URL() + "/bot" + s.Token() + "/setWebhook?url=http://127.0.0.1:1/lama")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	w := channeltest.NewWorld(t)
	var mu sync.Mutex
	later := time.Duration(0)
	w.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return time.Now().Add(later)
	}
	c := open(t, w, s, false)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in := &inbox{}
	go func() { _ = c.Run(ctx, in) }()
	p := s.Person(7001, "Warga")
	p.Text("halo")
	channeltest.Eventually(t, "the webhook is gone and the update here", func() bool { return in.count() == 1 })

	stolen := make(chan struct{})
	go func() {
		defer close(stolen)
		for ctx.Err() == nil {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/bot"+s.Token()+"/getUpdates?timeout=50", http.NoBody)
			if err != nil {
				return
			}
			if response, err := http.DefaultClient.Do(request); err == nil {
				_ = response.Body.Close()
			}
		}
	}()
	channeltest.Eventually(t, "it is said", func() bool {
		mu.Lock()
		later += time.Minute
		mu.Unlock()
		err := c.Health()
		return err != nil && strings.Contains(err.Error(), "somebody else polls")
	})
	cancel()
	<-stolen
	channeltest.Eventually(t, "who does not run is not in trouble", func() bool { return c.Health() == nil })
}

// inbox is an Ingress that takes everything, unless it is told not to.
type inbox struct {
	mu     sync.Mutex
	broken error
	taken  []bots.Incoming
}

func (i *inbox) Accept(_ context.Context, _ bots.Channel, events ...bots.Incoming) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.broken != nil {
		return i.broken
	}
	i.taken = append(i.taken, events...)
	return nil
}

func (i *inbox) Knows(_ context.Context, _ bots.Channel, keys ...string) ([]bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	known := make([]bool, len(keys))
	for n, key := range keys {
		for _, e := range i.taken {
			known[n] = known[n] || e.Key == key
		}
	}
	return known, nil
}

func (i *inbox) Release(context.Context, bots.Channel, string) error { return nil }

func (i *inbox) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.taken)
}

func (i *inbox) breaks(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.broken = err
}

// post posts an update to a webhook as Telegram does, and returns the status.
func post(t *testing.T, h http.Handler, secret, body string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/telegram/webhook", strings.NewReader(body))
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

func message(update, id int, text string) string {
	return `{"update_id":` + strconv.Itoa(update) + `,"message":{"message_id":` + strconv.Itoa(id) +
		`,"date":1,"chat":{"id":7001,"type":"private"},"from":{"id":7001,"first_name":"Warga"},"text":"` + text + `"}}`
}

func press(update int, data string) string {
	return `{"update_id":` + strconv.Itoa(update) + `,"callback_query":{"id":"1","from":{"id":7001,"first_name":"Warga"},` +
		`"message":{"message_id":1,"date":1,"chat":{"id":7001,"type":"private"}},"data":"` + data + `"}}`
}

func TestTheWebhookTakesOnlyWhatItHasStored(t *testing.T) {
	s := telegramtest.Start(t)
	c := open(t, &channeltest.World{Now: time.Now}, s, true)
	h := c.Handler()
	const secret = "rahasia-uji"
	if got := post(t, h, secret, message(1, 1, "a")); got != http.StatusInternalServerError {
		t.Errorf("before it runs: %d", got)
	}
	in := &inbox{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, in) }()
	channeltest.Eventually(t, "it runs", func() bool { return post(t, h, secret, message(1, 1, "a")) == http.StatusOK })
	for _, wrong := range []string{"", "rahasia-ujj", "rahasia-uji2", "RAHASIA-UJI"} {
		if got := post(t, h, wrong, message(2, 2, "b")); got != http.StatusForbidden {
			t.Errorf("with the secret %q: %d", wrong, got)
		}
	}
	in.breaks(errors.New("the database is away"))
	if got := post(t, h, secret, message(3, 3, "c")); got != http.StatusInternalServerError {
		t.Errorf("not stored: %d", got)
	}
	in.breaks(nil)
	if got := post(t, h, secret, "<html>"); got != http.StatusOK {
		t.Errorf("no JSON: %d", got)
	}
	if got := post(t, h, secret, strings.Repeat("x", 5<<20)); got != http.StatusInternalServerError {
		t.Errorf("without end: %d", got)
	}
	if n := in.count(); n != 2 || !bytes.Equal(in.taken[1].Body, []byte("<html>")) {
		t.Errorf("%d were stored: %+v", n, in.taken)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := post(t, h, secret, message(4, 4, "d")); got != http.StatusInternalServerError {
		t.Errorf("after the end: %d", got)
	}
}

// A press that comes before a text with a lower number waits for it.
func TestAPressWaitsForWhatItHasOvertaken(t *testing.T) {
	s := telegramtest.Start(t)
	w := channeltest.NewWorld(t)
	c := open(t, w, s, true)
	p := s.Person(7001, "Warga")
	w.Start(c)
	h := c.Handler()
	hand := func(body string) {
		t.Helper()
		channeltest.Eventually(t, "it is taken", func() bool { return post(t, h, "rahasia-uji", body) == http.StatusOK })
	}
	hand(message(101, 1, "Jalan rusak di depan sekolah, sudah lama sekali."))
	await(t, p, "Tidak setuju")
	asked, _ := p.Last()
	hand(press(103, asked.Inline[0][0].Data))
	hand(message(102, 2, "Ada anak yang jatuh ke lubang itu."))
	await(t, p, "Di mana")
	await(t, p, "Sudah kami tambahkan pada cerita Anda.")
	for _, m := range p.Shown() {
		if strings.Contains(m.Text, "Tempat:") {
			t.Errorf("what came late was taken for the place: %q", m.Text)
		}
	}
	if n := count(t, w, `select count(*) from inbox where state = 'waiting'`); n != 0 {
		t.Errorf("%d are waiting", n)
	}
	// With nothing missing nobody waits: the next press is done at once.
	hand(message(104, 3, "Pasar Keramat"))
	await(t, p, "Kapan kejadiannya")
	asked, _ = p.Last()
	began := count(t, w, `select count(*) from inbox where retry_at is not null`)
	hand(press(105, asked.Inline[0][0].Data))
	if held := count(t, w, `select count(*) from inbox where retry_at is not null`); held != began {
		t.Error("a press was held although nothing was missing")
	}
}

func TestWhoBlocksTheBotIsUnreachableUntilTheyWrite(t *testing.T) {
	s := telegramtest.Start(t)
	w, _ := service(t, s, false)
	p := s.Person(7001, "Warga")
	p.Text("Jalan rusak di depan sekolah, sudah lama sekali.")
	await(t, p, "Tidak setuju")
	s.SetFaults(telegramtest.Faults{Methods: []string{"sendMessage"}, JSONBefore: 1})
	p.Text("Setuju")
	channeltest.Eventually(t, "an answer waits", func() bool {
		return count(t, w, `select count(*) from outbox where state = 'waiting'`) == 1
	})
	p.Block()
	s.SetFaults()
	unreachable := func() int { return count(t, w, `select count(*) from identities where unreachable_at is not null`) }
	channeltest.Eventually(t, "they are noted as unreachable", func() bool { return unreachable() == 1 })
	channeltest.Eventually(t, "the block itself is taken in", func() bool { return s.Pending() == 0 })
	if unreachable() != 1 {
		t.Error("blocking the bot was taken for a message")
	}
	p.Unblock()
	channeltest.Eventually(t, "they can be reached again", func() bool { return unreachable() == 0 })
	p.Text("/bantuan")
	await(t, p, "Di mana")
}

func TestAGroupThatBecomesASupergroupStaysTheSame(t *testing.T) {
	s := telegramtest.Start(t)
	w, shell := service(t, s, false)
	by := s.Person(7001, "Petugas")
	g := s.Group(-4001, "Grup Admin", by)
	g.AddBot(by)
	chat, err := shell.Identities().Resolve(t.Context(), "telegram", strconv.FormatInt(s.BotID(), 10), register.Group, "-4001", w.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Catalog().BindGroup(t.Context(), chat, "", w.Now()); err != nil {
		t.Fatal(err)
	}
	fresh := g.Migrate(-1_001_000_000_009, by)
	channeltest.Eventually(t, "Telegram holds nothing back", func() bool { return s.Pending() == 0 })
	citizen := s.Person(7002, "Warga")
	citizen.Text("Jalan rusak di depan sekolah, sudah lama sekali.")
	await(t, citizen, "Tidak setuju")
	citizen.Text("Setuju")
	await(t, citizen, "Di mana")
	citizen.Text("lewati")
	await(t, citizen, "Kapan")
	citizen.Text("lewati")
	await(t, citizen, "Ada foto")
	citizen.Text("lewati")
	await(t, citizen, "Periksa")
	citizen.Text("Kirim")
	await(t, citizen, "KTG-")
	if _, err := fresh.Await(func(m telegramtest.Shown) bool { return strings.Contains(m.Text, "KTG-") }, 20*time.Second); err != nil {
		t.Errorf("no card in the new group: %v", err)
	}
	if n := count(t, w, `select count(*) from groups`); n != 1 {
		t.Errorf("%d groups are bound", n)
	}
	for _, call := range s.Log() {
		if call.Chat == "-4001" && !strings.HasPrefix(call.Method, "get") {
			t.Errorf("the old group was still written to: %+v", call)
		}
	}
}

// Files that Telegram gives no bot are refused by name, with the limit and what
// to do; a size that nobody told is found out by asking.
func TestFilesThatAreTooLargeAreRefusedByName(t *testing.T) {
	s := telegramtest.Start(t)
	w, _ := service(t, s, false)
	p := s.Person(7001, "Warga")
	p.Text("Jalan rusak di depan sekolah, sudah lama sekali.")
	await(t, p, "Tidak setuju")
	p.Text("Setuju")
	await(t, p, "Di mana")
	p.Text("lewati")
	await(t, p, "Kapan")
	p.Text("lewati")
	await(t, p, "tiap berkas sampai 20 MB")
	p.BigFile("rekaman-rapat.mp4", 2<<30)
	await(t, p, "“rekaman-rapat.mp4” terlalu besar. Batasnya 20 MB.")
	p.Send(telegramtest.Media{Kind: "document", Name: "arsip.pdf", Size: 21 << 20, More: map[string]any{"file_size": nil}})
	await(t, p, "“arsip.pdf” terlalu besar. Batasnya 20 MB.")
	p.Photo(channeltest.Photo(), "", "")
	await(t, p, "1 berkas diterima")
	channeltest.Eventually(t, "the photo is in the vault", func() bool {
		return count(t, w, `select count(*) from media where state = 'stored'`) == 1
	})
}

// A press stops turning at once, whatever becomes of its answer.
func TestAPressIsAnsweredBesideTheQueue(t *testing.T) {
	s := telegramtest.Start(t)
	service(t, s, false)
	p := s.Person(7001, "Warga")
	p.Text("Jalan rusak di depan sekolah, sudah lama sekali.")
	await(t, p, "Tidak setuju")
	s.Flood(p.ID(), time.Hour)
	if err := p.Press("Setuju"); err != nil {
		t.Fatal(err)
	}
	p.PressData(1, "palsu")
	channeltest.Eventually(t, "both presses are answered", func() bool { return len(p.Answers()) == 2 })
	if n := len(p.Shown()); n != 1 {
		t.Errorf("%d messages are shown although the chat has to wait", n)
	}
}
