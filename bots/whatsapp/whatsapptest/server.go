package whatsapptest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// Hosts that a client asks for. HTTPClient leads all of them to the Server.
const (
	webHost   = "web.whatsapp.com"
	mediaHost = "mmg.whatsapp.net"
)

// Server is WhatsApp: its connection host, its media host, and the phones on its
// other side. It is safe for concurrent use, and any number may run at once.
type Server struct {
	http   *httptest.Server
	client *http.Client
	static *keys.KeyPair // of the Noise handshake
	chain  []byte        // the certificates that vouch for static
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	// mu guards everything below and all that hangs on it: people, devices, their
	// Signal sessions, queues, files. Nothing waits while it holds it.
	mu       sync.Mutex
	changed  chan struct{} // closed and made anew whenever something changes
	closed   bool
	numbers  uint64
	users    map[string]*user // by the user part of LID and number, with the server
	groups   map[string]*Group
	conns    map[*conn]struct{}
	pairings map[string]*pairing // by ref
	files    map[string]*file    // by path
	faults   faults
	log      func(string)
	wrong    []string // what a client did that it must not
	revision uint64
}

// New starts a Server and ends it with the test. What a client did against the
// protocol fails the test then.
func New(tb testing.TB) *Server {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	static := keys.NewKeyPair()
	s := &Server{
		static:   static,
		chain:    certificates(static),
		ctx:      ctx,
		cancel:   cancel,
		changed:  make(chan struct{}),
		users:    map[string]*user{},
		groups:   map[string]*Group{},
		conns:    map[*conn]struct{}{},
		pairings: map[string]*pairing{},
		files:    map[string]*file{},
		revision: 1_045_649_367,
	}
	s.faults.media = map[string]MediaFault{}

	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0) // lines that tests cut
	s.http.TLS = serverTLS()
	s.http.StartTLS()
	s.client = httpClient(s.http.Listener.Addr().String(), clientTLS())

	tb.Cleanup(func() {
		s.Close()
		for _, w := range s.Wrong() {
			tb.Error("whatsapptest: " + w)
		}
	})

	return s
}

// HTTPClient is for all three of a client's doors: SetWebsocketHTTPClient,
// SetPreLoginHTTPClient, SetMediaHTTPClient. Whatever host it is asked for, it
// dials this Server and nothing else.
func (s *Server) HTTPClient() *http.Client { return s.client }

// Close cuts all lines and waits until nothing of the Server runs. New arranges
// that it is called.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.change()
	s.mu.Unlock()

	s.cancel() // all lines
	s.client.CloseIdleConnections()
	s.http.CloseClientConnections()
	s.http.Close()
	s.work.Wait()
}

// Log has write called with every stanza, from now on; nil ends it. Bodies that
// are encrypted stay so.
func (s *Server) Log(write func(line string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = write
}

// Wrong is what clients did against the protocol so far: signatures that do not
// fit, identities missing, stanzas that nobody understands.
func (s *Server) Wrong() []string {
	s.mu.Lock()
	defer s.mu.Unlock()

	return append([]string(nil), s.wrong...)
}

// ForgiveWrong forgets what Wrong tells, for tests that provoke it.
func (s *Server) ForgiveWrong() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = nil
}

// SetRevision sets the version that the page of WhatsApp Web tells, as
// whatsmeow.GetLatestVersion reads it.
func (s *Server) SetRevision(r uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revision = uint64(r)
}

// Age makes everything that was sent so far older by d, as far as editing goes.
func (s *Server) Age(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		for _, d2 := range u.devices {
			if d2.handset != nil {
				d2.handset.age(d)
			}
		}
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.work.Add(1)
	defer s.work.Done()
	switch {
	case r.URL.Path == "/ws/chat":
		s.serveLine(w, r)
	case strings.HasPrefix(r.URL.Path, "/mms/") || strings.HasPrefix(r.URL.Path, "/v/"):
		s.serveMedia(w, r)
	case r.URL.Path == "/" || r.URL.Path == "":
		s.mu.Lock()
		revision := s.revision
		s.mu.Unlock()
		_, _ = fmt.Fprintf(w, `<script>{"client_revision":%d,"x":1}</script>`, revision)
	default:
		http.NotFound(w, r)
	}
}

// change wakes whoever waits for a condition. The caller holds mu.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns when done, which is called with mu held, reports true.
func (s *Server) await(ctx context.Context, what string, done func() bool) error {
	for {
		s.mu.Lock()
		if done() {
			s.mu.Unlock()

			return nil
		}
		changed, closed := s.changed, s.closed
		s.mu.Unlock()
		if closed {
			return fmt.Errorf("wait for %s: the server is closed", what)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		}
	}
}

// Await returns when done reports true. It is called whenever something changes, and
// may call any method.
func (s *Server) Await(ctx context.Context, what string, done func() bool) error {
	for {
		s.mu.Lock()
		changed, closed := s.changed, s.closed
		s.mu.Unlock()
		if done() {
			return nil
		}
		if closed {
			return fmt.Errorf("wait for %s: the server is closed", what)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		}
	}
}

// Lines counts the connections that stand, of clients that are paired or not.
func (s *Server) Lines() int {
	s.mu.Lock()
	defer s.mu.Unlock()

	return len(s.conns)
}

// after calls f with mu held, once d has passed, unless the server closes first.
func (s *Server) after(d time.Duration, f func()) {
	s.work.Go(func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.ctx.Done():
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		f()
	})
}

// complainf notes what a client must not do. The caller holds mu.
func (s *Server) complainf(format string, args ...any) {
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
}

// number draws a number that this server has not drawn before.
func (s *Server) number() uint64 {
	s.numbers++

	return s.numbers
}

// messageID makes an id as phones do. Their real way is not known; they look
// like 32 hexadecimal digits.
func (s *Server) messageID() types.MessageID {
	sum := sha256.Sum256([]byte("message " + strconv.FormatUint(s.number(), 10) + s.http.URL))

	return fmt.Sprintf("AC%030X", sum[:15])
}

// stanzaID makes an id for a stanza of the server's own.
func (s *Server) stanzaID() string { return strconv.FormatUint(1000+s.number(), 10) }

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func textNode(tag string, content []byte) waBinary.Node {
	return waBinary.Node{Tag: tag, Content: content}
}
