package telegram_test

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/migrations/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// network is Telegram's side of the conformance suite.
type network struct {
	s *telegramtest.Server

	mu    sync.Mutex
	sent  map[string]int64 // message ids by person and action
	names map[string]*telegramtest.Person
}

func newNetwork(s *telegramtest.Server) *network {
	return &network{s: s, sent: map[string]int64{}, names: map[string]*telegramtest.Person{}}
}

// open makes a channel of a world to a server, polling or with a webhook.
func open(t testing.TB, w *channeltest.World, s *telegramtest.Server, webhook bool) *telegram.Channel {
	t.Helper()
	cfg := telegram.Config{Token: s.Token(), Server: s.URL(), Log: w.Log, Now: w.Now}
	if w.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if !webhook {
		return channel(t, cfg)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Webhook = &telegram.Webhook{URL: "http://" + l.Addr().String() + "/telegram/webhook", Secret: "rahasia-uji"}
	c := channel(t, cfg)
	mux := http.NewServeMux()
	mux.Handle("POST /telegram/webhook", c.Handler())
	pages := &httptest.Server{Listener: l, Config: &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}}
	pages.Start()
	t.Cleanup(pages.Close)
	return c
}

func channel(t testing.TB, cfg telegram.Config) *telegram.Channel {
	t.Helper()
	c, err := telegram.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (n *network) person(name string) *telegramtest.Person {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.names[name] == nil {
		h := fnv.New32a()
		_, _ = h.Write([]byte(name))
		n.names[name] = n.s.Person(int64(h.Sum32())+1, "Warga")
	}
	return n.names[name]
}

// Address implements [channeltest.Network].
func (n *network) Address(person string) bots.Address {
	return bots.Address(strconv.FormatInt(n.person(person).ID(), 10))
}

// Deliver implements [channeltest.Network]: an update is delivered once
// Telegram holds nothing any more.
func (n *network) Deliver(ctx context.Context, person string, a channeltest.Action) error {
	p := n.person(person)
	n.mu.Lock()
	key := person + "/" + a.ID
	_, again := n.sent[key]
	n.mu.Unlock()
	if again {
		if n.s.Pending() == 0 {
			n.s.Redeliver(1)
		}
	} else {
		id := n.act(p, person, a)
		n.mu.Lock()
		n.sent[key] = id
		n.mu.Unlock()
	}
	for n.s.Pending() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

func (n *network) act(p *telegramtest.Person, person string, a channeltest.Action) int64 {
	switch {
	case a.Upload != nil && strings.HasPrefix(a.Upload.Type, "image/"):
		return p.Photo(a.Upload.Body, a.Upload.Caption, "")
	case a.Upload != nil:
		return p.Document(a.Upload.Name, a.Upload.Type, a.Upload.Body, a.Upload.Caption, "")
	case a.Pin != nil:
		return p.Location(a.Pin[0], a.Pin[1])
	case a.Sticker:
		return p.Sticker(channeltest.Photo())
	case a.Press != "":
		if err := p.Press(a.Press); err != nil {
			return p.Text(a.Press)
		}
		return 0
	case a.Edit != nil:
		n.mu.Lock()
		id := n.sent[person+"/"+a.Edit.ID]
		n.mu.Unlock()
		p.Edit(id, a.Edit.Text)
		return id
	}
	if a.Answers != "" {
		ref, err := strconv.ParseInt(a.Answers, 10, 64)
		if err != nil {
			panic(err)
		}
		return p.Reply(ref, a.Text)
	}
	return p.Text(a.Text)
}

// Answered implements [channeltest.Network].
func (n *network) Answered(person string) []string {
	var answered []string
	for _, m := range n.person(person).Shown() {
		ref := ""
		if m.ReplyTo != 0 {
			ref = strconv.FormatInt(m.ReplyTo, 10)
		}
		answered = append(answered, ref)
	}
	return answered
}

// Received implements [channeltest.Network].
func (n *network) Received(person string) []channeltest.Received {
	var all []channeltest.Received
	for _, m := range n.person(person).Shown() {
		if m.File != nil {
			all = append(all, channeltest.Received{Name: m.File.Name, Body: m.File.Body})
		}
	}
	return all
}

// Shown implements [channeltest.Network].
func (n *network) Shown(person string) []channeltest.Shown {
	var shown []channeltest.Shown
	for _, m := range n.person(person).Shown() {
		shown = append(shown, channeltest.Shown{Text: m.Text, Buttons: labels(m), Edited: m.Edited})
	}
	return shown
}

// labels are what can be pressed at a message, in order.
func labels(m telegramtest.Shown) []string {
	var list []string
	for _, row := range slices.Concat(m.Inline, m.Keyboard) {
		for _, b := range row {
			list = append(list, b.Text)
		}
	}
	return list
}

// Upload implements [channeltest.Network].
func (n *network) Upload(_ string, u channeltest.Upload) []byte {
	media, err := json.Marshal(map[string]string{"file_id": n.s.Upload(u.Name, u.Body)})
	if err != nil {
		panic(err)
	}
	return media
}

// Age implements [channeltest.Network]: bots may edit what they sent for ever.
func (n *network) Age(time.Duration) bool { return false }

// starred is a text with its bold words between stars.
func starred(m telegramtest.Shown) string {
	text := utf16.Encode([]rune(m.Text))
	star := utf16.Encode([]rune("*"))
	var out []uint16
	for i := range len(text) + 1 {
		for _, e := range m.Entities {
			if e.Type == "bold" && (e.Offset == i || e.Offset+e.Length == i) {
				out = append(out, star...)
			}
		}
		if i < len(text) {
			out = append(out, text[i])
		}
	}
	return string(utf16.Decode(out))
}
