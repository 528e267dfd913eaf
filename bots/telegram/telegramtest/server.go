package telegramtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Options say how a [Server] differs from Telegram's. The zero value is a
// server on a free port, without limits and without faults.
type Options struct {
	Addr     string // where to listen; empty: a free port of 127.0.0.1
	Token    string // of the bot, "<id>:<secret>"; empty: one of the package's own
	Username string // of the bot, without @; empty: "kentongan_uji_bot"
	ReadsAll bool   // the bot sees everything in groups: privacy mode is off
	Seed     uint64 // of update ids, waits and faults; the same seed, the same world

	// Scale multiplies the waits that are the server's own: between tries of a
	// webhook, before a repeated conflict is told, before a poll that comes again
	// too soon is answered. 0 means 1.
	Scale float64
	// Clock is what limits count by, so that a day may pass in minutes; nil: time.Now.
	Clock func() time.Time
	// WebhookTimeout ends a webhook's request; 0 means 60 s.
	WebhookTimeout time.Duration
	// AnswerWithin is how long a press may be answered; 0 means 15 s, which
	// Telegram has never been seen to undercut.
	AnswerWithin time.Duration
}

// Server is Telegram and its Bot API in memory, for one bot. It is safe for
// concurrent use, and never contacts anything but a webhook on this machine.
type Server struct {
	opt      Options
	bot      *user
	listener net.Listener
	http     *http.Server
	stop     context.CancelFunc // ends the webhook
	life     context.Context
	methods  map[string]method

	mu        sync.Mutex
	rng       *rand.Rand
	skew      time.Duration // how far Advance moved the clock
	lastID    int64         // message ids of all private chats and basic groups
	lastFile  int64
	lastPress int64
	users     map[int64]*user
	chats     map[int64]*chat
	files     map[string]*file // by file_id
	links     map[string]*link // by file_path
	presses   map[int64]*press // by callback query id
	commands  map[string][]any // by scope and language
	queue     queue
	hook      *webhook // nil: none is set
	nextSet   time.Time
	limits    limiter
	faults    []Faults
	calls     callLog
	tolerated []string
	onSent    []func(chat int64, m Shown)
}

// Start runs a server that ends with the test. At most one set of options is
// taken.
func Start(tb testing.TB, options ...Options) *Server {
	tb.Helper()
	var opt Options
	if len(options) > 0 {
		opt = options[0]
	}
	s, err := New(opt)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

// New runs a server until Close. It fails where opt.Addr cannot be had.
func New(opt Options) (*Server, error) {
	if opt.Addr == "" {
		opt.Addr = "127.0.0.1:0"
	}
	if opt.Token == "" {
		opt.Token = fmt.Sprintf("%d:%s", 7000000001, strings.Repeat("uji", 11))
	}
	if opt.Username == "" {
		opt.Username = "kentongan_uji_bot"
	}
	if opt.Seed == 0 {
		opt.Seed = 1
	}
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	if opt.Scale == 0 {
		opt.Scale = 1
	}
	if opt.WebhookTimeout == 0 {
		opt.WebhookTimeout = time.Minute
	}
	if opt.AnswerWithin == 0 {
		opt.AnswerWithin = 15 * time.Second
	}
	id, _, _ := strings.Cut(opt.Token, ":")
	botID, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the token has no id: %w", err)
	}
	life, stop := context.WithCancel(context.Background())
	listener, err := new(net.ListenConfig).Listen(life, "tcp", opt.Addr)
	if err != nil {
		stop()
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Server{
		opt: opt, listener: listener, stop: stop, life: life,
		bot:   &user{id: botID, first: "Kentongan", username: opt.Username, bot: true},
		rng:   rand.New(rand.NewPCG(opt.Seed, 0x6b656e746f6e67)),
		users: map[int64]*user{}, chats: map[int64]*chat{}, files: map[string]*file{}, links: map[string]*link{},
		methods: knownMethods(), presses: map[int64]*press{}, commands: map[string][]any{},
	}
	s.users[botID] = s.bot
	s.queue.start(s.firstUpdateID())
	s.limits.buckets = map[int64]*bucket{}
	s.calls.count = map[string]int{}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

// Close ends the server and everything that waits on it.
func (s *Server) Close() {
	s.stop()
	s.mu.Lock()
	if s.hook != nil {
		s.hook.close()
		s.hook = nil
	}
	s.mu.Unlock()
	_ = s.http.Close()
}

// URL is where the server is, without a slash at the end: what a bot takes for
// https://api.telegram.org.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Token is the bot's.
func (s *Server) Token() string { return s.opt.Token }

// BotID is the bot's number, the first half of its token.
func (s *Server) BotID() int64 { return s.bot.id }

// BotUsername is the bot's, without @.
func (s *Server) BotUsername() string { return s.opt.Username }

// Advance moves the server's clock: updates and links expire, messages grow
// old. Waits of the server and limits stay in real time.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew += d
}

// Now is the server's clock.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Server) now() time.Time { return time.Now().Add(s.skew) }

// scaled is one of the server's own waits.
func (s *Server) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) * s.opt.Scale)
}

// Tolerated lists what a bot sent that the real server takes without an error
// but does not do: it ignores or cuts it. A bot that is right leaves nothing
// here.
func (s *Server) Tolerated() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.tolerated...)
}

func (s *Server) toleratef(format string, args ...any) {
	s.tolerated = append(s.tolerated, fmt.Sprintf(format, args...))
}

// OnSent has f called after every message that the bot sends, edits included,
// before the bot has its answer: as people do, f may write or press at once.
func (s *Server) OnSent(f func(chat int64, m Shown)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onSent = append(s.onSent, f)
}
