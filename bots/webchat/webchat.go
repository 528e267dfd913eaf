// Package webchat is the web chat: a channel of its own, whose network is this
// program. A page made of plain files is served to the browser; what it posts
// goes to the shell, what the shell sends waits sealed in Postgres until the
// page has it.
//
// A citizen's chat is a random token that the page makes and keeps; nothing
// else is asked or known. The address is the token's SHA-256, so that neither
// the database nor the shell ever holds what opens the chat.
package webchat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/conversation"
	"kentongan/reports/evidence"
	"kentongan/reports/seal"
)

// DefaultMaxFile is how many bytes a file may have where Config says nothing.
const DefaultMaxFile = 25 << 20

// keepKeys is how long the page sends an event again by itself. What it tried
// longer ago and heard no answer about, it asks the person about: the shell
// may have forgotten the event's key by then. The page gives up half a day
// earlier; see page/queue.js.
const keepKeys = 3 * 24 * time.Hour

// pollEvery is how soon a message that another process inserted is seen.
const pollEvery = 500 * time.Millisecond

// PaneKind says what a pane of the demo's page shows.
type PaneKind string

// The kinds of panes.
const (
	PaneCitizen PaneKind = "citizen" // a citizen's private chat
	PaneGroup   PaneKind = "group"   // a group, which can only be read where nobody acts in it
	PanePerson  PaneKind = "person"  // an official's private chat
)

// Pane is one of the chats that the demo's page shows side by side.
type Pane struct {
	Title string
	Kind  PaneKind
	// Token fixes the chat, so that others can know its address beforehand; see
	// [AddressOf]. It is written into the page for whoever loads it. Empty: each
	// browser makes its own, as citizens' panes should.
	Token string
	// As are the tokens of the persons' panes that act in a group, at the page's
	// choice. Empty: it can only be read here.
	As []string
	// Column names the column that the pane shares with others where the page is
	// wide, behind tabs. Empty: a column of its own.
	Column string
}

// Config is what a [Channel] needs. Pool, Sealer and Vault are required; the
// caller closes Pool after Run has returned.
type Config struct {
	Pool   *pgxpool.Pool
	Sealer *seal.Sealer
	Vault  *evidence.Vault
	Log    *slog.Logger     // nil: nothing is logged
	Now    func() time.Time // the service's time, which a demo moves on; nil: time.Now
	// MaxFile is how many bytes an uploaded file may have; 0: DefaultMaxFile.
	MaxFile int64
	// Panes are shown by a demo only; without any the page is one citizen's chat.
	// When the demo forgets its data, their tokens must be new ones: the browser
	// keeps what was said under them.
	Panes []Pane
	// Demo says that this is a demonstration on somebody's own machine: the page
	// shows Panes and says what to try, and is served under names of this machine
	// only.
	Demo bool
	// Zone names the zone in which a demo's page says times, beside a clock that
	// stands in it; empty: the browser's own, as everywhere else.
	Zone string
}

// Channel is the web chat. Make one with [New]; all methods are safe for
// concurrent use.
type Channel struct {
	cfg    Config
	groups map[bots.Address][]bots.Address // who acts in which group
	hub    hub
	alerts alerts
	talk   rates         // what is posted and asked for
	loads  rates         // what is uploaded
	slots  chan struct{} // one for each upload under way
	page   []byte
	files  map[string]pageFile // by path

	mu      sync.RWMutex
	running *running // nil: not taking anything in
}

// running is one Run of a Channel.
type running struct {
	in        bots.Ingress
	done      chan struct{}  // closed once Run was told to end
	accepting sync.WaitGroup // what is being taken in
}

var (
	_ bots.Channel   = (*Channel)(nil)
	_ bots.Typer     = (*Channel)(nil)
	_ bots.Discarder = (*Channel)(nil)
	_ bots.Sweeper   = (*Channel)(nil)
	_ bots.Answerer  = (*Channel)(nil)
)

// New returns the web chat. It does no IO. The error is about cfg.
func New(cfg Config) (*Channel, error) {
	if cfg.Pool == nil || cfg.Sealer == nil || cfg.Vault == nil {
		return nil, errors.New("webchat: Pool, Sealer and Vault are needed")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.MaxFile == 0 {
		cfg.MaxFile = DefaultMaxFile
	}
	if !cfg.Demo {
		if len(cfg.Panes) > 0 {
			return nil, errors.New("webchat: panes are for a demo: their tokens open a chat for whoever loads the page")
		}
		cfg.Panes = []Pane{{Title: "Kentongan", Kind: PaneCitizen}}
	}
	// What a person types, presses and photographs stays far below these.
	c := &Channel{
		cfg: cfg, groups: map[bots.Address][]bots.Address{},
		talk: rates{burst: 240, refill: 5}, loads: rates{burst: 60, refill: 0.2},
		slots: make(chan struct{}, maxUploads),
	}
	var err error
	for _, p := range cfg.Panes {
		switch p.Kind {
		case PaneCitizen, PanePerson:
		case PaneGroup:
			if p.Token == "" {
				return nil, fmt.Errorf("webchat: the group pane %q needs a token", p.Title)
			}
			if c.groups[AddressOf(p.Token)], err = members(p, cfg.Panes); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("webchat: the pane %q has the unknown kind %q", p.Title, p.Kind)
		}
		if len(p.As) > 0 && p.Kind != PaneGroup {
			return nil, fmt.Errorf("webchat: the pane %q is no group that others act in", p.Title)
		}
		if p.Token != "" && !validToken(p.Token) {
			return nil, fmt.Errorf("webchat: the token of pane %q is not 22 to 128 characters of A-Z a-z 0-9 - _", p.Title)
		}
	}
	if c.page, err = renderPage(cfg); err != nil {
		return nil, fmt.Errorf("webchat: %w", err)
	}
	if c.files, err = readPageFiles(); err != nil {
		return nil, fmt.Errorf("webchat: %w", err)
	}
	return c, nil
}

// members are the addresses of those who act in the group of a pane.
func members(group Pane, panes []Pane) ([]bots.Address, error) {
	list := make([]bots.Address, 0, len(group.As))
	for _, token := range group.As {
		if token == "" || !slices.ContainsFunc(panes, func(p Pane) bool { return p.Kind == PanePerson && p.Token == token }) {
			return nil, fmt.Errorf("webchat: somebody acts in the group pane %q who has no pane", group.Title)
		}
		list = append(list, AddressOf(token))
	}
	return list, nil
}

// AddressOf returns the address of the chat that token opens.
func AddressOf(token string) bots.Address {
	sum := sha256.Sum256([]byte(token))
	return bots.Address(hex.EncodeToString(sum[:]))
}

// validAddress tells whether AddressOf may have made a.
func validAddress(a bots.Address) bool {
	raw, err := hex.DecodeString(string(a))
	return err == nil && len(raw) == sha256.Size
}

// validToken tells whether token has the form of one: base64url of 128 to 768 bits.
func validToken(token string) bool {
	if len(token) < 22 || len(token) > 128 {
		return false
	}
	for _, r := range token {
		if (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return false
		}
	}
	return true
}

// Name returns "webchat".
func (c *Channel) Name() string { return "webchat" }

// Account returns "": there is one web chat.
func (c *Channel) Account() string { return "" }

// Via says that messages stay in the country: they never leave this service.
func (c *Channel) Via() conversation.Via {
	return conversation.Via{Channel: "webchat", Network: "web", MaxFile: c.cfg.MaxFile}
}

// Limits says that there are buttons, that everything can be edited for ever,
// and how long the page sends an event again.
func (c *Channel) Limits() bots.Limits {
	return bots.Limits{Buttons: true, EditWindow: -1, KeepKeys: keepKeys}
}

// Handler serves the page and what it talks to: GET /, /page/… and /chat/….
// It answers 503 while Run is not running.
func (c *Channel) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.servePage)
	mux.HandleFunc("GET /page/", c.servePageFile)
	mux.Handle("POST /chat/messages", c.chat(c.serveMessages))
	mux.Handle("POST /chat/uploads", c.chat(c.serveUpload))
	mux.Handle("GET /chat/stream", c.chat(c.serveStream))
	mux.Handle("GET /chat/files/{message}/{number}", c.chat(c.serveFile))
	mux.Handle("POST /chat/ack", c.chat(c.serveAck))
	return c.guard(mux)
}

// Run lets the handler take messages in until ctx ends, and tells browsers of
// messages that other processes sent. It returns nil once nothing is being
// accepted any more and the streams have been told to end. One Run at a time.
func (c *Channel) Run(ctx context.Context, in bots.Ingress) error {
	r := &running{in: in, done: make(chan struct{})}
	c.mu.Lock()
	if c.running != nil {
		c.mu.Unlock()
		return errors.New("webchat: runs already")
	}
	c.running = r
	c.mu.Unlock()

	c.pollUntil(ctx)

	c.mu.Lock()
	c.running = nil
	c.mu.Unlock()
	close(r.done)
	r.accepting.Wait()
	return nil
}

// accepting returns the Run to take something in for, and a function to call
// once that is done; nil if none runs.
func (c *Channel) accepting() (*running, func()) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.running == nil {
		return nil, nil
	}
	c.running.accepting.Add(1)
	return c.running, c.running.accepting.Done
}

// current returns the Run whose end ends a stream; nil if none runs.
func (c *Channel) current() *running {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.running
}
