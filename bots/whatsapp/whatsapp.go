package whatsapp

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.mau.fi/whatsmeow"

	"kentongan/bots"
	"kentongan/conversation"
	"kentongan/reports/seal"
)

// Limits of WhatsApp, and of manners on it.
const (
	// maxText is the longest message: phones take sixteen times as much, but show
	// no more than about this at once, and business accounts may send no more.
	maxText = 4096
	// maxFile is the largest file that is fetched. Phones send documents of up to
	// 2 GB; business accounts take 100 MB.
	maxFile    = 100 << 20
	editWindow = 20 * time.Minute
	// keepKeys is how long events are known again: WhatsApp holds what was not
	// confirmed for about two weeks, and a phone tells what was before it was paired.
	keepKeys = 60 * 24 * time.Hour
)

// accountName is what the account is called in the database for good. The
// office's phone may be paired anew, or replaced: people are known by ids that
// are the same for every account.
const accountName = "main"

// Config is what [New] needs. Transport, Manners, Metrics and Name may be left out.
type Config struct {
	Pool      *pgxpool.Pool
	Sealer    *seal.Sealer
	Log       *slog.Logger
	Now       func() time.Time
	Transport *Transport // nil: the network
	Manners   *Manners   // nil: [DefaultManners]
	Metrics   prometheus.Registerer
	Name      string // that people see where the account has none; empty: Kentongan
}

// Transport leads the client elsewhere than to WhatsApp.
type Transport struct {
	Websocket, PreLogin, Media *http.Client
	// AskVersion has the version that WhatsApp's own page uses asked for.
	AskVersion bool
}

// Manners is how fast the account writes. Zero means without pause and without limit.
type Manners struct {
	Pause     time.Duration // before the shortest message
	PerRune   time.Duration // more for each character
	PauseMax  time.Duration
	PerSecond float64 // messages a second to all chats
	PerChat   float64 // messages a second to one person
	PerGroup  float64 // messages a minute to one group
	// SameText is to how many people who did not just write one text may go
	// within SameWithin.
	SameText   int
	SameWithin time.Duration
}

// DefaultManners are about those of somebody who types fast and writes to
// nobody unasked. WhatsApp publishes no figures.
var DefaultManners = Manners{
	Pause: 500 * time.Millisecond, PerRune: 8 * time.Millisecond, PauseMax: 2 * time.Second,
	PerSecond: 4, PerChat: 1, PerGroup: 10, SameText: 5, SameWithin: time.Minute,
}

// Client is an account on WhatsApp. It implements [bots.Channel],
// [bots.Reporter], [bots.Typer] and [bots.Withdrawer].
type Client struct {
	cfg     Config
	manners Manners
	library quiet // what the client library logs
	lids    *lids
	status  status
	heard   heard
	same    same
	metrics *metrics
	without without // what tests leave out to see it missed
	timing  timing

	mu   sync.Mutex
	link *link // nil: not running
}

// timing is how long things last; tests are in a hurry.
type timing struct {
	look      time.Duration // how often a device is looked for
	backoff   time.Duration // before the first try to connect again
	backoffTo time.Duration
	stand     time.Duration // that a connection that took in all that waited has to last
	login     time.Duration // that may pass between connecting and being let in
	watch     time.Duration // how often the connection is looked at
	resend    time.Duration // after which a device that asked for a message gets it again
	reupload  time.Duration // that a phone has to upload a file again
	better    time.Duration // that the better copy of a picture has to come
	// unreadable is how long a message that could not be decrypted has to come again.
	unreadable time.Duration
	waitTo     time.Duration // the longest wait before connecting again; 0: as long as it takes
}

var realTime = timing{
	look: 2 * time.Second, backoff: 500 * time.Millisecond, backoffTo: time.Minute, stand: 5 * time.Second, login: 2 * time.Minute,
	watch: 10 * time.Second, resend: 5 * time.Second, reupload: 30 * time.Second, better: 20 * time.Second,
	unreadable: 2 * time.Minute,
}

// without says what is left out.
type without struct{ buffer, guard, rescue, turns, keyFilter bool }

// New returns a Client that is not connected until [Client.Run].
func New(cfg Config) (*Client, error) {
	if cfg.Pool == nil || cfg.Sealer == nil || cfg.Log == nil || cfg.Now == nil {
		return nil, errors.New("whatsapp: pool, sealer, log and clock are needed")
	}
	if cfg.Name == "" {
		cfg.Name = "Kentongan"
	}
	c := &Client{cfg: cfg, manners: DefaultManners, library: quiet{cfg.Log}, timing: realTime, metrics: newMetrics(cfg.Metrics)}
	if cfg.Manners != nil {
		c.manners = *cfg.Manners
	}
	if c.cfg.Transport == nil {
		c.cfg.Transport = network()
	}
	c.lids = newLIDs(c)
	c.status.now = cfg.Now
	return c, nil
}

// Name implements [bots.Channel].
func (c *Client) Name() string { return "whatsapp" }

// Account implements [bots.Channel].
func (c *Client) Account() string { return accountName }

// Via implements [bots.Channel].
func (c *Client) Via() conversation.Via {
	return conversation.Via{Channel: "whatsapp", Network: "WhatsApp", Abroad: true, MaxFile: maxFile}
}

// Limits implements [bots.Channel]. A device has one connection: a second one
// ends the first.
func (c *Client) Limits() bots.Limits {
	return bots.Limits{
		Text: maxText, EditWindow: editWindow, KeepKeys: keepKeys, SingleOwner: true,
		PerSecond: c.manners.PerSecond, PerChat: c.manners.PerChat, PerGroup: c.manners.PerGroup,
	}
}

// Run receives until ctx ends, which is also when this process may no longer
// hold the connection. Nothing of the account is in memory before: keys that
// another process moved on must never be used again. Without a paired device it
// waits for one.
func (c *Client) Run(ctx context.Context, in bots.Ingress) error {
	defer c.status.leave(c)
	for ctx.Err() == nil {
		if err := c.serve(ctx, in); err != nil && ctx.Err() == nil {
			c.status.set(c, Status{State: StateDatabase})
			c.cfg.Log.Error("whatsapp: open the account", "error", class(err))
			pause(ctx, jittered(c.timing.look))
		}
	}
	return nil
}

// serve waits for a device and holds its connection until the device is gone
// or ctx ends.
func (c *Client) serve(ctx context.Context, in bots.Ingress) error {
	s, err := c.openStorage(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if err := c.recall(ctx); err != nil {
		return err
	}
	waited := false
	for ctx.Err() == nil {
		device, err := c.device(ctx, s)
		if err != nil {
			return err
		}
		if device == nil {
			waited = true
			c.status.unpaired(c)
			pause(ctx, c.timing.look)
			continue
		}
		if waited { // somebody has the phone in their hands
			c.phoneSeen(c.cfg.Now())
		}
		l := newLink(ctx, c, s, device, in)
		c.dress(device, l)
		l.hold(ctx)
	}
	return nil
}

// current returns the link in use; nil where there is none.
func (c *Client) current() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.link
}

func (c *Client) use(l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.link = l
}

// lead gives a client of the library its way to the network.
func (c *Client) lead(wa *whatsmeow.Client) {
	t := c.cfg.Transport
	wa.SetWebsocketHTTPClient(t.Websocket)
	wa.SetPreLoginHTTPClient(t.PreLogin)
	wa.SetMediaHTTPClient(t.Media)
}

// headersWithin is how long a server may think about a request. The library
// waits for ever, and nothing else can be done with its connection meanwhile.
const headersWithin = 30 * time.Second

// network is the way to WhatsApp, through a proxy where the environment names one.
func network() *Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = headersWithin
	client := &http.Client{Transport: transport}
	return &Transport{Websocket: client, PreLogin: client, Media: client, AskVersion: true}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// jittered is between half of d and one and a half times as much.
func jittered(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d/2 + rand.N(d+1)
}
