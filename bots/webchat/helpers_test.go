package webchat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/migrations/pgtest"
	"kentongan/reports/evidence"
	"kentongan/reports/seal"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const (
	citizen = "warga-satu-warga-satu-warga-satu"
	other   = "warga-dua-warga-dua-warga-dua-00"
	group   = "grup-admin-grup-admin-grup-admin"
	admin   = "admin-nasional-admin-nasional-00"
)

// inbox is an Ingress that keeps what it accepts, each key once, and calls
// answer for each new event after it has committed it.
type inbox struct {
	mu     sync.Mutex
	events []bots.Incoming
	known  map[string]bool
	broken error // what Accept answers, if not nil
	answer func(c bots.Channel, in bots.Incoming, d bots.Decoded)
}

func (b *inbox) Knows(_ context.Context, _ bots.Channel, keys ...string) ([]bool, error) {
	return make([]bool, len(keys)), nil
}

func (b *inbox) Release(context.Context, bots.Channel, string) error { return nil }

func (b *inbox) Accept(_ context.Context, c bots.Channel, events ...bots.Incoming) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil {
		return b.broken
	}
	for _, in := range events {
		if b.known[in.Key] {
			continue
		}
		if b.known == nil {
			b.known = map[string]bool{}
		}
		b.known[in.Key] = true
		b.events = append(b.events, in)
		if b.answer != nil {
			d, err := c.Decode(in.Body)
			if err != nil {
				return err
			}
			b.answer(c, in, d)
		}
	}
	return nil
}

func (b *inbox) setBroken(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = err
}

func (b *inbox) accepted() []bots.Incoming {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]bots.Incoming(nil), b.events...)
}

// server is a channel that runs behind a real HTTP server.
type server struct {
	*httptest.Server
	channel *Channel
	inbox   *inbox
	pool    *pgxpool.Pool
	log     *logged
	stop    func() // ends Run and waits for it
}

// logged is everything that was logged.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func testConfig(t testing.TB) Config {
	t.Helper()
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	vault, err := evidence.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vault.Close() })
	return Config{Pool: pgtest.Pool(t), Sealer: sealer, Vault: vault}
}

func demoPanes() []Pane {
	return []Pane{
		{Title: "Warga 1", Kind: PaneCitizen},
		{Title: "Warga 2", Kind: PaneCitizen},
		{Title: "Grup Admin", Kind: PaneGroup, Token: group, As: []string{admin}},
		{Title: "Admin Nasional (pribadi)", Kind: PanePerson, Token: admin},
	}
}

func demoConfig(t testing.TB) Config {
	t.Helper()
	cfg := testConfig(t)
	cfg.Demo, cfg.Panes = true, demoPanes()
	return cfg
}

func serve(t testing.TB, cfg Config) *server {
	t.Helper()
	log := &logged{}
	cfg.Log = slog.New(slog.NewJSONHandler(log, nil))
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{channel: c, inbox: &inbox{}, pool: cfg.Pool, log: log}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, s.inbox) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	eventually(t, "Run to start", func() bool { return c.current() != nil })
	s.Server = httptest.NewServer(c.Handler())
	t.Cleanup(func() {
		s.stop()
		s.Close()
	})
	return s
}

// eventually waits for something outside of this goroutine.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	timeout := time.After(10 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("waited 10 s for %s", what)
		}
	}
}

// request makes a request of token's chat, as the page does.
func (s *server) request(t testing.TB, method, path, token string, body io.Reader, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	return r
}

// do sends r and returns the answer with its body read and its JSON's error.
func (s *server) do(t testing.TB, r *http.Request) (*http.Response, problem) {
	t.Helper()
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p problem
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(body, &p); err != nil {
			t.Fatalf("answer %q: %v", body, err)
		}
	}
	return resp, p
}

// post posts events, each a JSON object.
func (s *server) post(t testing.TB, token string, events ...string) (*http.Response, problem) {
	t.Helper()
	return s.do(t, s.request(t, "POST", "/chat/messages", token, strings.NewReader(`{"events":[`+strings.Join(events, ",")+`]}`)))
}

func (s *server) upload(t testing.TB, token, id string, content io.Reader) (*http.Response, problem) {
	t.Helper()
	return s.do(t, s.request(t, "POST", "/chat/uploads", token, content, uploadID, id))
}

// sse is an event of a stream.
type sse struct {
	Name, ID string
	Data     struct {
		Chat      int
		ID        string
		Withdrawn bool
		Replaces  string
		At        time.Time
		Message   struct{ Text string }
	}
}

// listen opens a stream. Its events come through the channel, which is closed
// at the stream's end.
func (s *server) listen(t testing.TB, token string, headers ...string) <-chan sse {
	t.Helper()
	resp, err := s.Client().Do(s.request(t, "GET", "/chat/stream", token, nil, headers...))
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("stream: %s, %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	events := make(chan sse, 1000)
	t.Cleanup(func() { _ = resp.Body.Close() })
	go func() {
		defer close(events)
		var rest []byte
		buf := make([]byte, 4096)
		for {
			n, err := resp.Body.Read(buf)
			rest = append(rest, buf[:n]...)
			for {
				block, after, ok := bytes.Cut(rest, []byte("\n\n"))
				if !ok {
					break
				}
				rest = after
				var e sse
				for line := range strings.Lines(string(block) + "\n") {
					key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
					switch key {
					case "event":
						e.Name = value
					case "id":
						e.ID = value
					case "data":
						if err := json.Unmarshal([]byte(value), &e.Data); err != nil {
							t.Errorf("data %q: %v", value, err)
						}
					}
				}
				if e.Name != "" {
					events <- e
				}
			}
			if err != nil {
				return
			}
		}
	}()
	if e := next(t, events); e.Name != "hello" {
		t.Fatalf("a stream began with %q", e.Name)
	}
	return events
}

// next returns the next event of a stream.
func next(t testing.TB, events <-chan sse) sse {
	t.Helper()
	select {
	case e, ok := <-events:
		if !ok {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event for 10 s")
	}
	panic("unreachable")
}

var errBroken = errors.New("the database is away")
