package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/migrations/pgtest"
)

func TestMain(m *testing.M) {
	if os.Getenv(accountDatabase) != "" { // what BenchmarkAccount measures
		if err := beAccount(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	pgtest.Main(m)
}

// hurry is the timing of tests.
var hurry = timing{
	look: 20 * time.Millisecond, backoff: 10 * time.Millisecond, backoffTo: 200 * time.Millisecond, login: 10 * time.Second,
	watch: 100 * time.Millisecond, resend: 400 * time.Millisecond, reupload: 2 * time.Second, better: 500 * time.Millisecond,
	waitTo: 100 * time.Millisecond, unreadable: 30 * time.Second,
}

// rig is an account on a WhatsApp of its own.
type rig struct {
	t      testing.TB
	w      *channeltest.World
	server *whatsapptest.Server
	office *whatsapptest.Account
	c      *Client

	ahead atomic.Int64 // of the machine's clock

	mu     sync.Mutex
	people map[string]*whatsapptest.Person
	sent   map[string]types.MessageID
	logged bytes.Buffer
}

// newRig returns a rig without a linked phone.
func newRig(t testing.TB, w *channeltest.World) *rig {
	t.Helper()
	r := &rig{
		t: t, w: w, server: whatsapptest.New(t), people: map[string]*whatsapptest.Person{}, sent: map[string]types.MessageID{},
	}
	r.office = r.server.Account("628111000111")
	r.c = r.client()
	return r
}

// client returns another process's client of the same account.
func (r *rig) client() *Client {
	r.t.Helper()
	http := r.server.HTTPClient()
	c, err := New(Config{
		Pool: r.w.Pool, Sealer: r.w.Sealer, Now: func() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) },
		Log:       slog.New(slog.NewTextHandler(r, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Transport: &Transport{Websocket: http, PreLogin: http, Media: http}, Manners: &Manners{},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	c.timing = hurry
	return c
}

// Write keeps what is logged.
func (r *rig) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logged.Write(p)
}

func (r *rig) log() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logged.String()
}

// paired is newRig with a linked phone.
func paired(t testing.TB, w *channeltest.World) *rig {
	t.Helper()
	r := newRig(t, w)
	r.pair()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(r.log())
		}
	})
	return r
}

func (r *rig) pair() {
	r.t.Helper()
	unlock, err := r.c.advisory(r.t.Context(), pairingLock) // as Pair does: it is no device until it is whole
	if err != nil {
		r.t.Fatal(err)
	}
	defer unlock()
	s, err := r.c.openStorage(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.close()
	if _, err := r.office.PairedDevice(r.t.Context(), s.container); err != nil {
		r.t.Fatal(err)
	}
}

// run runs c into in until the test ends or stop is called.
func (r *rig) run(c *Client, in bots.Ingress) (stop func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, in) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				r.t.Errorf("Run returned %v", err)
			}
		case <-time.After(20 * time.Second):
			r.t.Error("Run did not end")
		}
	})
	r.t.Cleanup(stop)
	return stop
}

func (r *rig) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	r.t.Cleanup(cancel)
	return ctx
}

// state waits for a state of the connection.
func (r *rig) state(c *Client, want State) {
	r.t.Helper()
	channeltest.Eventually(r.t, string("state "+want), func() bool { return c.Status().State == want })
}

// online runs the client into a box and waits until it is let in.
func (r *rig) online() *box {
	r.t.Helper()
	b := &box{}
	r.run(r.c, b)
	r.state(r.c, StateConnected)
	return b
}

// confirmed waits until WhatsApp was told that a message was taken in.
func (r *rig) confirmed(p *whatsapptest.Person, ids ...types.MessageID) {
	r.t.Helper()
	for _, id := range ids {
		if err := p.AwaitConfirmed(r.within(20*time.Second), id); err != nil {
			r.t.Fatal(err)
		}
	}
}

// box is an Ingress that keeps what it takes in, each key once.
type box struct {
	mu     sync.Mutex
	events []bots.Incoming
	keys   map[string]bool
	calls  int
	// fail decides about every call before it counts; nil: none fails.
	fail func(call int, e bots.Incoming) error
}

func (b *box) Accept(_ context.Context, _ bots.Channel, events ...bots.Incoming) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range events {
		b.calls++
		if b.fail != nil {
			if err := b.fail(b.calls, e); err != nil {
				return err
			}
		}
		if b.keys == nil {
			b.keys = map[string]bool{}
		}
		if !b.keys[e.Key] {
			b.keys[e.Key] = true
			b.events = append(b.events, e)
		}
	}
	return nil
}

func (b *box) Knows(_ context.Context, _ bots.Channel, keys ...string) ([]bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := make([]bool, len(keys))
	for i, k := range keys {
		known[i] = b.keys[k]
	}
	return known, nil
}

func (b *box) Release(context.Context, bots.Channel, string) error { return nil }

func (b *box) all() []bots.Incoming {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]bots.Incoming(nil), b.events...)
}

func (b *box) called() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls
}

// await waits for n events.
func (b *box) await(t testing.TB, n int) []bots.Incoming {
	t.Helper()
	channeltest.Eventually(t, "events", func() bool { return len(b.all()) >= n })
	return b.all()
}

// last decodes the newest event.
func (b *box) last(t testing.TB, c *Client) bots.Decoded {
	t.Helper()
	all := b.all()
	if len(all) == 0 {
		t.Fatal("nothing came")
	}
	d, err := c.Decode(all[len(all)-1].Body)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The rest is WhatsApp's side of the conformance suite.

func (r *rig) person(name string) *whatsapptest.Person {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.people[name] == nil {
		r.people[name] = r.server.Person(name)
	}
	return r.people[name]
}

// Address implements [channeltest.Network]. The account knows the person as
// one who wrote.
func (r *rig) Address(name string) bots.Address {
	address := addressOf(r.person(name).LID())
	if _, err := r.c.noteHeard(context.Background(), r.office.LID().User, envelope{Chat: string(address)}, &types.MessageInfo{}); err != nil {
		r.t.Fatal(err)
	}
	return address
}

// Deliver implements [channeltest.Network].
func (r *rig) Deliver(ctx context.Context, name string, a channeltest.Action) error {
	p := r.person(name)
	r.mu.Lock()
	id, again := r.sent[name+"/"+a.ID]
	r.mu.Unlock()
	if again {
		if p.Sent(id).Confirmed == p.Sent(id).Copies {
			p.Redeliver(id)
		}
	} else {
		id = r.act(p, name, a)
		r.mu.Lock()
		r.sent[name+"/"+a.ID] = id
		r.mu.Unlock()
	}
	return p.AwaitConfirmed(ctx, id)
}

func (r *rig) act(p *whatsapptest.Person, name string, a channeltest.Action) types.MessageID {
	switch {
	case a.Upload != nil && strings.HasPrefix(a.Upload.Type, "image/"):
		return p.Photo(r.office, whatsapptest.File{Type: a.Upload.Type, Body: a.Upload.Body, Caption: a.Upload.Caption})
	case a.Upload != nil:
		return p.Document(r.office, whatsapptest.File{Name: a.Upload.Name, Type: a.Upload.Type, Body: a.Upload.Body, Caption: a.Upload.Caption})
	case a.Pin != nil:
		return p.Location(r.office, a.Pin[0], a.Pin[1], "")
	case a.Sticker:
		return p.Sticker(r.office, whatsapptest.File{Body: channeltest.Photo()})
	case a.Press != "":
		return p.Text(r.office, a.Press)
	case a.Edit != nil:
		r.mu.Lock()
		id := r.sent[name+"/"+a.Edit.ID]
		r.mu.Unlock()
		return p.Edit(r.office, id, a.Edit.Text)
	case a.Answers != "":
		return p.Reply(r.office, a.Answers, a.Text)
	}
	return p.Text(r.office, a.Text)
}

// Answered implements [channeltest.Network].
func (r *rig) Answered(name string) []string {
	var answered []string
	for _, m := range r.person(name).FromBot(r.office) {
		if !m.Waiting {
			answered = append(answered, m.Quoted)
		}
	}
	return answered
}

// Received implements [channeltest.Network].
func (r *rig) Received(name string) []channeltest.Received {
	var all []channeltest.Received
	for _, m := range r.person(name).FromBot(r.office) {
		if m.File != nil {
			all = append(all, channeltest.Received{Name: m.File.Name, Body: m.File.Body})
		}
	}
	return all
}

// Shown implements [channeltest.Network].
func (r *rig) Shown(name string) []channeltest.Shown {
	var shown []channeltest.Shown
	for _, m := range r.person(name).FromBot(r.office) {
		if !m.Waiting {
			shown = append(shown, channeltest.Shown{Text: m.Text, Edited: m.Edited})
		}
	}
	return shown
}

// Upload implements [channeltest.Network]: the file goes to somebody else, so
// that the account is not told of it.
func (r *rig) Upload(name string, u channeltest.Upload) []byte {
	p := r.person(name)
	other := r.server.Account("628999000999")
	p.Document(other, whatsapptest.File{Name: u.Name, Type: u.Type, Body: u.Body})
	shown := p.Shown(other)
	m, _ := content(shown[len(shown)-1].Message)
	ref, err := json.Marshal(mediaOf(envelope{ID: shown[len(shown)-1].ID, Chat: string(addressOf(p.LID()))}, m, fileOf(m)))
	if err != nil {
		r.t.Fatal(err)
	}
	return ref
}

// Age implements [channeltest.Network].
func (r *rig) Age(d time.Duration) bool {
	r.ahead.Add(int64(d))
	r.server.Age(d)
	return true
}

func readAll(t testing.TB, f io.ReadCloser, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

var errAway = errors.New("the database is away")

// certainly does what a killed connection may keep from being done.
func (r *rig) certainly(sql string) {
	for try := 0; ; try++ {
		_, err := r.w.Pool.Exec(context.Background(), sql)
		if err == nil {
			return
		}
		if try > 50 {
			r.t.Error(errors.Join(errors.New(sql), err))
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
