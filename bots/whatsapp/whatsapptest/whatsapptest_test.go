package whatsapptest_test

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/migrations/pgtest"
)

func TestMain(m *testing.M) {
	// The client's own, for all clients of a process: set before there is one.
	whatsmeow.KeepAliveResponseDeadline = 300 * time.Millisecond
	whatsmeow.KeepAliveIntervalMin, whatsmeow.KeepAliveIntervalMax = 700*time.Millisecond, 900*time.Millisecond
	pgtest.Main(m)
}

// patience is how long a test waits for what ought to come at once.
const patience = 30 * time.Second

// container is a client's store, in a database of its own.
func container(t *testing.T) *sqlstore.Container {
	t.Helper()
	config, err := pgx.ParseConfig(pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(4)
	if _, err := db.ExecContext(t.Context(), `create schema whatsapp`); err != nil {
		t.Fatal(err)
	}
	config.RuntimeParams["search_path"] = "whatsapp"
	own := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = own.Close() })
	own.SetMaxOpenConns(4)

	return upgraded(t, own)
}

func upgraded(t *testing.T, db *sql.DB) *sqlstore.Container {
	t.Helper()
	c := sqlstore.NewWithDB(db, "pgx", nil)
	if err := c.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}

	return c
}

// bot is a client that answers nobody, and remembers what it was told.
type bot struct {
	*whatsmeow.Client
	t       *testing.T
	mu      sync.Mutex
	events  []any
	changed chan struct{}
	refuse  func(any) bool // events whose handling fails
}

func connect(t *testing.T, s *whatsapptest.Server, d *store.Device) *bot {
	t.Helper()
	b := newBot(t, s, d)
	if err := b.Connect(); err != nil {
		t.Fatal(err)
	}

	return b
}

func newBot(t *testing.T, s *whatsapptest.Server, d *store.Device) *bot {
	t.Helper()
	b := &bot{t: t, Client: whatsmeow.NewClient(d, nil), changed: make(chan struct{})}
	b.SetWebsocketHTTPClient(s.HTTPClient())
	b.SetPreLoginHTTPClient(s.HTTPClient())
	b.SetMediaHTTPClient(s.HTTPClient())
	b.SynchronousAck, b.EnableDecryptedEventBuffer = true, true
	b.AddEventHandlerWithSuccessStatus(b.handle)
	t.Cleanup(b.Disconnect)

	return b
}

func (b *bot) handle(e any) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
	close(b.changed)
	b.changed = make(chan struct{})

	return b.refuse == nil || !b.refuse(e)
}

// refuses has the handling of events fail.
func (b *bot) refuses(which func(any) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = which
}

// await is the first event of that type which is found.
func await[E any](b *bot, found func(E) bool) E {
	b.t.Helper()
	deadline := time.After(patience)
	for {
		b.mu.Lock()
		for _, e := range b.events {
			if e, ok := e.(E); ok && (found == nil || found(e)) {
				b.mu.Unlock()

				return e
			}
		}
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-changed:
		case <-deadline:
			var none E
			b.t.Fatalf("no event %T came", none)
		}
	}
}

// count counts the events of a type that are found.
func count[E any](b *bot, found func(E) bool) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, e := range b.events {
		if e, ok := e.(E); ok && (found == nil || found(e)) {
			n++
		}
	}

	return n
}

func message(id types.MessageID) func(*events.Message) bool {
	return func(m *events.Message) bool { return m.Info.ID == id }
}

func text(s string) *waE2E.Message { return &waE2E.Message{Conversation: new(s)} }

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)

	return ctx
}

// world is a server with an account whose companion is logged in, and somebody
// who writes to it.
type world struct {
	*whatsapptest.Server
	account *whatsapptest.Account
	store   *sqlstore.Container
	device  *store.Device
	bot     *bot
	siti    *whatsapptest.Person
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := whatsapptest.New(t)
	w := &world{Server: s, account: s.Account("6281100001111"), store: container(t), siti: s.Person("Siti")}
	var err error
	if w.device, err = w.account.PairedDevice(t.Context(), w.store); err != nil {
		t.Fatal(err)
	}
	w.bot = connect(t, s, w.device)
	if err := w.account.AwaitOnline(patient(t)); err != nil {
		t.Fatal(err)
	}

	return w
}

// eventually waits for what nobody tells of.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for ctx := patient(t); !done(); {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// says has the bot write.
func (w *world) says(t *testing.T, to types.JID, m *waE2E.Message) types.MessageID {
	t.Helper()
	r, err := w.bot.SendMessage(patient(t), to, m)
	if err != nil {
		t.Fatal(err)
	}

	return r.ID
}
