// Package telegram is the channel over Telegram's Bot API. It takes updates in
// by itself, by polling or by webhook, because each is in the database before
// Telegram is told so; for what it sends it uses github.com/go-telegram/bot.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/go-telegram/bot"

	"kentongan/bots"
	"kentongan/conversation"
)

// Limits of the Bot API, from its documentation and FAQ; of those on sending
// only the answer 429 counts in the end, so these stay a little below.
const (
	maxText      = 4096             // UTF-16 units of a message
	maxCaption   = 1024             // UTF-16 units below a file
	maxFile      = 20 << 20         // bytes that a bot can download
	maxData      = 64               // bytes of what a button carries
	maxCopy      = 256              // characters that a button copies
	perSecond    = 25               // of 30
	perChat      = 1                // a second
	perGroup     = 18               // a minute, of 20
	keepKeys     = 72 * time.Hour   // updates wait a day at most, and may come again
	answerWithin = 10 * time.Second // presses look dead to people after that
)

// OfficialServer is where Telegram serves the Bot API.
const OfficialServer = "https://api.telegram.org"

// Config is what [New] needs. Token is required.
type Config struct {
	Token  string
	Server string // of the Bot API, without a slash at the end; empty: [OfficialServer]
	// Webhook has Telegram call the service; nil: the service polls.
	Webhook *Webhook
	Log     *slog.Logger
	Now     func() time.Time
	// Commands are offered in the menus of private chats and groups; see [Commands].
	Commands []Commands
}

// Webhook is where Telegram calls the service.
type Webhook struct {
	URL    string // that Telegram reaches, and that ends at [Channel.Handler]
	Secret string // 1 to 256 of A–Z a–z 0–9 _ -
}

// Commands is a menu of commands in one language.
type Commands struct {
	Language string    // ISO 639-1; empty: for everybody else
	List     []Command // in private chats
	Groups   []Command // in groups; empty: none are offered there
}

// Command is a line of the menu.
type Command struct{ Name, Text string }

// Channel is a bot on Telegram. It implements [bots.Channel], [bots.Typer],
// [bots.Reporter], [bots.Answerer], [bots.Leaver] and [bots.Topics].
type Channel struct {
	cfg     Config
	account string
	http    *http.Client
	api     *bot.Bot
	uploads *bot.Bot // for files, whose requests are not held in memory
	ids     *sequence
	sent    *memory
	floods  floods
	health  health

	keyboards keyboards
	arrived   arrived
	presses   presses

	mu      sync.Mutex
	ingress *accepting // nil: not running
}

var (
	tokenPattern  = regexp.MustCompile(`^([0-9]{1,20}):[A-Za-z0-9_-]{10,128}$`)
	secretPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// CheckToken returns the bot's id, which comes before the colon, and an error
// that does not repeat it where token has not the form of one.
func CheckToken(token string) (id string, err error) {
	parts := tokenPattern.FindStringSubmatch(token)
	if parts == nil {
		return "", errors.New("is not a token such as 123456789:AAF… from @BotFather")
	}
	return parts[1], nil
}

// CheckSecret says what is wrong with the secret of a webhook.
func CheckSecret(secret string) error {
	if !secretPattern.MatchString(secret) {
		return errors.New("is not 1 to 256 of the characters A–Z a–z 0–9 _ -")
	}
	return nil
}

// New returns a Channel that contacts nobody until [Channel.Run].
func New(cfg Config) (*Channel, error) {
	account, err := CheckToken(cfg.Token)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	if cfg.Webhook != nil {
		if err := CheckSecret(cfg.Webhook.Secret); err != nil {
			return nil, fmt.Errorf("secret of the webhook: %w", err)
		}
	}
	if cfg.Server == "" {
		cfg.Server = OfficialServer
	}
	cfg.Server = strings.TrimRight(cfg.Server, "/")
	c := &Channel{cfg: cfg, account: account, http: newClient(), ids: newSequence(), sent: newMemory()}
	c.health.now = cfg.Now
	if c.api, err = library(cfg, buffered{c.http}); err != nil {
		return nil, err
	}
	if c.uploads, err = library(cfg, newUploader()); err != nil {
		return nil, err
	}
	return c, nil
}

// library makes typed calls over a client. It contacts nobody.
func library(cfg Config, client bot.HttpClient) (*bot.Bot, error) {
	api, err := bot.New(cfg.Token, bot.WithSkipGetMe(), bot.WithServerURL(cfg.Server), bot.WithHTTPClient(pollTimeout, client),
		// What it has to say comes back as an error, too.
		bot.WithErrorsHandler(func(error) {}), bot.WithDebugHandler(func(string, ...any) {}))
	if err != nil {
		return nil, fmt.Errorf("client: %w", withoutToken(err, cfg.Token))
	}
	return api, nil
}

// Name implements [bots.Channel].
func (c *Channel) Name() string { return "telegram" }

// Account is the bot's id.
func (c *Channel) Account() string { return c.account }

// Via implements [bots.Channel].
func (c *Channel) Via() conversation.Via {
	return conversation.Via{Channel: "telegram", Network: "Telegram", Abroad: true, MaxFile: maxFile}
}

// Limits implements [bots.Channel]. Telegram hands updates to one poller only;
// with a webhook any number of processes may serve one bot.
func (c *Channel) Limits() bots.Limits {
	return bots.Limits{
		Text: maxText, Buttons: true, EditWindow: -1, PerSecond: perSecond, PerChat: perChat, PerGroup: perGroup,
		KeepKeys: keepKeys, SingleOwner: c.cfg.Webhook == nil,
	}
}

// Run receives until ctx ends.
func (c *Channel) Run(ctx context.Context, in bots.Ingress) error {
	end := c.begin(ctx, in)
	defer end()
	go c.offerCommands(ctx)
	if c.cfg.Webhook != nil {
		c.keepWebhook(ctx)
	} else {
		c.poll(ctx)
	}
	return nil
}

// accepting is one [Channel.Run] with what it takes in. Run returns only after
// everything that is being taken in.
type accepting struct {
	in      bots.Ingress
	working sync.WaitGroup
	ctx     context.Context // ends with Run
}

func (c *Channel) begin(ctx context.Context, in bots.Ingress) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	run := &accepting{in: in, ctx: ctx}
	c.mu.Lock()
	c.ingress = run
	c.mu.Unlock()
	return func() {
		c.mu.Lock()
		if c.ingress == run {
			c.ingress = nil
		}
		c.mu.Unlock()
		cancel()
		run.working.Wait()
		c.health.clear() // it is not ours to hold any more
	}
}

// acceptWithin is how long storing updates may last before Telegram is left to
// deliver them again.
const acceptWithin = 30 * time.Second

// errNotRunning says that nothing is taken in now.
var errNotRunning = errors.New("not receiving")

// accept is where polling and webhook meet: it returns nil once everything is
// committed. What began is finished even while the service stops.
func (c *Channel) accept(ctx context.Context, updates []received) error {
	c.mu.Lock()
	run := c.ingress
	if run != nil {
		run.working.Add(1)
	}
	c.mu.Unlock()
	if run == nil {
		return errNotRunning
	}
	defer run.working.Done()
	events := make([]bots.Incoming, 0, len(updates))
	for i := range updates {
		u := &updates[i]
		if u.callback != "" && c.cfg.Webhook != nil && c.overtakes(ctx, run.in, u.id) {
			u.incoming.Hold = holdFor
		}
		if u.keep {
			events = append(events, u.incoming)
		}
		if u.message != 0 {
			c.ids.heard(u.chat, u.message, c.cfg.Webhook == nil)
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), acceptWithin)
	defer cancel()
	if len(events) > 0 {
		if err := run.in.Accept(ctx, c, events...); err != nil {
			return err
		}
	}
	c.arrived.note(updates)
	for _, u := range updates {
		if u.incoming.Hold > 0 {
			run.working.Go(func() { c.watch(run.ctx, run.in, u) })
		}
		if u.callback != "" {
			run.working.Go(func() { c.stopTurning(ctx, u.callback) })
		}
	}
	return nil
}
