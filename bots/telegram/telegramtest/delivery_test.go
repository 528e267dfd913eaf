package telegramtest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

// hook is a bot that is called.
type hook struct {
	*httptest.Server

	mu      sync.Mutex
	got     []string // texts, in the order of their first arrival being taken
	secrets []string
	respond func(u tgUpdate, w http.ResponseWriter) bool // true: answered, and not taken
}

func newHook(t *testing.T) *hook {
	h := &hook{}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var u tgUpdate
	raw, _ := io.ReadAll(r.Body)
	if json.Unmarshal(raw, &u) != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	respond := h.respond
	h.secrets = append(h.secrets, r.Header.Get("X-Telegram-Bot-Api-Secret-Token"))
	h.mu.Unlock()
	if respond != nil && respond(u, w) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.got = append(h.got, strings.TrimSpace(texts([]tgUpdate{u})))
}

func (h *hook) answer(f func(tgUpdate, http.ResponseWriter) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.respond = f
}

func (h *hook) taken() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.got)
}

func TestWebhookDelivers(t *testing.T) {
	s := telegramtest.Start(t, fast)
	p := s.Person(7001, "Siti")
	h := newHook(t)
	p.Text("sebelum")
	ok(t, s, "setWebhook", args{"url": h.URL, "secret_token": "rahasia_-1"}, nil)
	for i := range 9 {
		p.Text(fmt.Sprint(i))
	}
	soon(t, "all are delivered", func() bool { return s.Pending() == 0 })
	if got := fmt.Sprint(h.taken()); got != "[sebelum 0 1 2 3 4 5 6 7 8]" {
		t.Errorf("got %s", got)
	}
	for _, secret := range h.secrets {
		if secret != "rahasia_-1" {
			t.Errorf("secret %q", secret)
		}
	}
}

func TestLanesWaitForThemselvesOnly(t *testing.T) {
	s := telegramtest.Start(t)
	siti, budi := s.Person(7001, "Siti"), s.Person(7002, "Budi")
	h := newHook(t)
	release := make(chan struct{})
	h.answer(func(u tgUpdate, _ http.ResponseWriter) bool {
		if u.Message != nil && u.Message.Text == "a" {
			<-release
		}
		return false
	})
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	budi.Text("dulu") // after a first success there may be many requests at once
	soon(t, "the webhook is awake", func() bool { return s.Pending() == 0 })
	siti.Text("a")
	siti.Text("b")
	siti.PressData(1, "x") // a press has another lane
	siti.Block()           // and so has what becomes of the bot
	budi.Text("c")
	soon(t, "others overtake", func() bool { return len(h.taken()) == 4 })
	if slices.Contains(h.taken(), "b") {
		t.Error("two messages of one chat were out at once")
	}
	close(release)
	soon(t, "all are delivered", func() bool { return s.Pending() == 0 })
	if got := h.taken(); fmt.Sprint(got[4:]) != "[a b]" {
		t.Errorf("got %v", got)
	}
}

func TestAWebhookThatNeverWorkedGetsOneRequestAtATime(t *testing.T) {
	s := telegramtest.Start(t, fast)
	h := newHook(t)
	var now, most, tries atomic.Int32
	h.answer(func(_ tgUpdate, w http.ResponseWriter) bool {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(2 * time.Millisecond)
		now.Add(-1)
		tries.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
		return true
	})
	for id := range int64(10) {
		s.Person(id+1, "Warga").Text("a")
	}
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	soon(t, "it failed often", func() bool { return tries.Load() >= 30 })
	if most.Load() != 1 {
		t.Errorf("%d requests at once", most.Load())
	}
}

func TestMaxConnections(t *testing.T) {
	s := telegramtest.Start(t)
	h := newHook(t)
	var mu sync.Mutex
	now, most := 0, 0
	h.answer(func(tgUpdate, http.ResponseWriter) bool {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
		return false
	})
	ok(t, s, "setWebhook", args{"url": h.URL, "max_connections": 3}, nil)
	for id := range int64(30) {
		s.Person(id+1, "Warga").Text("a")
	}
	soon(t, "all are delivered", func() bool { return s.Pending() == 0 })
	if most < 2 || most > 3 {
		t.Errorf("%d requests at once", most)
	}
}

func TestFailedDeliveriesAreTriedAgain(t *testing.T) {
	s := telegramtest.Start(t, fast)
	p := s.Person(7001, "Siti")
	h := newHook(t)
	tries := 0
	h.answer(func(_ tgUpdate, w http.ResponseWriter) bool {
		tries++
		switch tries {
		case 1:
			w.WriteHeader(http.StatusInternalServerError)
		case 2:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		case 3:
			http.Redirect(w, httptest.NewRequest(http.MethodGet, "/", nil), "/x", http.StatusFound)
		case 4:
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	})
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	p.Text("a")
	p.Text("b")
	soon(t, "all are delivered", func() bool { return s.Pending() == 0 })
	if got := fmt.Sprint(h.taken()); got != "[a b]" || tries != 6 {
		t.Errorf("got %s after %d tries", got, tries)
	}
	if _, last := s.Webhook(); last != "Webhook connection closed" {
		t.Errorf("last error %q", last)
	}
	var info struct {
		Date    int64  `json:"last_error_date"`
		Message string `json:"last_error_message"`
	}
	ok(t, s, "getWebhookInfo", nil, &info)
	if info.Date == 0 || info.Message == "" {
		t.Errorf("info %+v", info)
	}
}

func TestWhatTheWebhookSaysIsTold(t *testing.T) {
	for want, answer := range map[string]func(tgUpdate, http.ResponseWriter) bool{
		"Wrong response from the webhook: 403 Forbidden": func(_ tgUpdate, w http.ResponseWriter) bool {
			w.WriteHeader(http.StatusForbidden)
			return true
		},
		"Wrong response from the webhook: 302 Found": func(_ tgUpdate, w http.ResponseWriter) bool {
			w.Header().Set("Location", "/")
			w.WriteHeader(http.StatusFound)
			return true
		},
		"Read timeout expired": func(tgUpdate, http.ResponseWriter) bool {
			time.Sleep(200 * time.Millisecond)
			return true
		},
		"Connection refused": nil,
	} {
		t.Run(want, func(t *testing.T) {
			s := telegramtest.Start(t, telegramtest.Options{Scale: 0.01, WebhookTimeout: 100 * time.Millisecond})
			h := newHook(t)
			h.answer(answer)
			if answer == nil {
				h.Close()
			}
			ok(t, s, "setWebhook", args{"url": h.URL}, nil)
			s.Person(7001, "Siti").Text("a")
			soon(t, "it failed", func() bool { _, last := s.Webhook(); return last == want })
			if s.Pending() != 1 {
				t.Error("the update is gone")
			}
		})
	}
}

func TestDeliveriesEndWithTheUpdate(t *testing.T) {
	s := telegramtest.Start(t, fast)
	h := newHook(t)
	h.answer(func(_ tgUpdate, w http.ResponseWriter) bool {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusInternalServerError)
		return true
	})
	s.Person(7001, "Siti").PressData(1, "x") // kept for 150 s
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	soon(t, "it is dropped", func() bool { return s.Pending() == 0 })
	if h.taken() != nil {
		t.Errorf("got %v", h.taken())
	}
}

func TestAnswersMayCarryACall(t *testing.T) {
	s := telegramtest.Start(t, fast)
	p := s.Person(7001, "Siti")
	h := newHook(t)
	h.answer(func(u tgUpdate, w http.ResponseWriter) bool {
		w.Header().Set("Content-Type", "application/json")
		method := map[string]string{"kirim": "sendMessage", "hapus": "deleteWebhook", "siapa": "getMe"}[u.Message.Text]
		_ = json.NewEncoder(w).Encode(args{"method": method, "chat_id": u.Message.Chat.ID, "text": "ya"})
		return false
	})
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	for _, text := range []string{"hapus", "siapa", "kirim"} {
		p.Text(text)
	}
	if _, err := p.Await(func(x telegramtest.Shown) bool { return x.Text == "ya" }, 20*time.Second); err != nil {
		t.Error(err)
	}
	if address, _ := s.Webhook(); address == "" || s.Calls("getMe") != 0 {
		t.Error("a call was made that an answer may not carry")
	}
}

func TestWebhooksGetUpdatesAgain(t *testing.T) {
	s := telegramtest.Start(t, fast)
	p := s.Person(7001, "Siti")
	h := newHook(t)
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	p.Text("a")
	soon(t, "it is delivered", func() bool { return s.Pending() == 0 })
	if s.Redeliver(9) != 1 {
		t.Error("nothing to redeliver")
	}
	soon(t, "it came again", func() bool { return fmt.Sprint(h.taken()) == "[a a]" })
	s.SetFaults(telegramtest.Faults{Redeliver: 1})
	p.Text("b")
	soon(t, "it came twice", func() bool { return fmt.Sprint(h.taken()) == "[a a b b]" })
}

func TestLanesThatFailCanKeepOthersOut(t *testing.T) {
	s := telegramtest.Start(t, fast)
	h := newHook(t)
	h.answer(func(u tgUpdate, w http.ResponseWriter) bool {
		if u.Message.Chat.ID > 2 {
			return false
		}
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusInternalServerError)
		return true
	})
	ok(t, s, "setWebhook", args{"url": h.URL, "max_connections": 1}, nil)
	for id := range int64(3) {
		s.Person(id+1, "Warga").Text(fmt.Sprint(id + 1))
	}
	soon(t, "both fail and fail", func() bool { h.mu.Lock(); defer h.mu.Unlock(); return len(h.secrets) >= 12 })
	if got := h.taken(); len(got) != 0 {
		t.Errorf("two lanes that fail let %v through", got)
	}
}
