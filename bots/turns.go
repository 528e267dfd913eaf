package bots

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/conversation"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// Limits of a turn.
const (
	maxBatch    = 64 // conversations in one transaction
	maxRows     = 64 // waiting events of one conversation read at once
	maxTries    = 5  // after so many an event is set aside
	turnTimeout = 15 * time.Second
	pollKeys    = 1000 // conversations looked at in one poll
	pollEvery   = 500 * time.Millisecond
	watchedWake = 15 * time.Second // timers due sooner are watched in the process
)

// ErrStopped says that the service is shutting down: nothing was accepted.
var ErrStopped = errors.New("stopping, not accepted")

// TurnsConfig is what [NewTurns] needs. All fields but Lanes, OnOutbox,
// OnMedia and Metrics are required.
type TurnsConfig struct {
	Pool       *pgxpool.Pool
	Register   *register.Register
	Identities *register.Identities
	Catalog    *register.Catalog
	Sealer     *seal.Sealer
	Machine    func() *conversation.Machine // the snapshot in force
	Log        *slog.Logger
	Now        func() time.Time
	Channels   []Channel
	Lanes      int // transactions at once; 0: as many as cores
	// OnOutbox and OnMedia are called after a commit that wrote something to
	// send or a file to fetch; they must not block.
	OnCatalog func() // called after a turn changed the catalogue
	OnOutbox  func()
	OnMedia   func()
	Metrics   *Metrics
}

// Turns is the inbox and what happens to it: events are committed, the
// conversations that they belong to are stepped one after the other under the
// lock of their session, and what follows is written in the same transaction.
// Several processes may do so on one database.
type Turns struct {
	cfg      TurnsConfig
	channels map[channelKey]Channel
	senders  map[channelKey]*atomic.Pointer[Sender]
	lanes    []*lane
	seed     maphash.Seed
	timers   timers

	// Where the next poll goes on; only poll touches them.
	from     key
	fromWake time.Time
}

type channelKey struct{ name, account string }

// key names a conversation: one person in one chat. In private Person is 0.
type key struct{ chat, person int64 }

func (k key) compare(other key) int {
	if k.chat != other.chat {
		return int(min(max(k.chat-other.chat, -1), 1))
	}
	return int(min(max(k.person-other.person, -1), 1))
}

// arrival is an event on its way into the inbox.
type arrival struct {
	key      key
	eventKey []byte // keyed hash of channel, account and the event's own key
	channel  string // "" for what the service tells itself
	account  string
	order    int64
	at       time.Time
	hold     time.Duration
	body     []byte // sealed
}

// work is what a lane takes: a conversation with what arrived for it, which
// may be nothing, when it is only to be looked at.
type work struct {
	key      key
	arrivals []arrival
	address  Address // where Typing goes; empty when not known
	sender   Address // who wrote, in a group
	from     Channel
	done     chan error // nil: nobody waits
}

// NewTurns returns Turns that do nothing until [Turns.Run].
func NewTurns(cfg TurnsConfig) *Turns {
	if cfg.Lanes <= 0 {
		cfg.Lanes = runtime.GOMAXPROCS(0)
	}
	nothing := func() {}
	if cfg.OnOutbox == nil {
		cfg.OnOutbox = nothing
	}
	if cfg.OnCatalog == nil {
		cfg.OnCatalog = nothing
	}
	if cfg.OnMedia == nil {
		cfg.OnMedia = nothing
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	t := &Turns{cfg: cfg, channels: map[channelKey]Channel{}, senders: map[channelKey]*atomic.Pointer[Sender]{}, seed: maphash.MakeSeed()}
	for _, c := range cfg.Channels {
		t.channels[channelKey{c.Name(), c.Account()}] = c
		t.senders[channelKey{c.Name(), c.Account()}] = &atomic.Pointer[Sender]{}
	}
	for range cfg.Lanes {
		t.lanes = append(t.lanes, newLane())
	}
	return t
}

// SendThrough has answers of its channel handed to s as soon as they are
// committed, until the returned function is called.
func (t *Turns) SendThrough(s *Sender) (stop func()) {
	current := t.senders[channelKey{s.cfg.Channel.Name(), s.cfg.Channel.Account()}]
	current.Store(s)
	return func() { current.CompareAndSwap(s, nil) }
}

// Accept is [Ingress.Accept].
func (t *Turns) Accept(ctx context.Context, channel Channel, events ...Incoming) error {
	for try := 0; ; try++ {
		err := t.accept(ctx, channel, events)
		if errors.Is(err, register.ErrNoIdentity) && try < 3 {
			continue // erased between our look and our turn: it gets a new number
		}
		if err != nil {
			return fmt.Errorf("accept %d events of %s: %w", len(events), channel.Name(), err)
		}
		return nil
	}
}

func (t *Turns) accept(ctx context.Context, channel Channel, events []Incoming) error {
	now := t.cfg.Now()
	var parts []*work
	byKey := map[key]*work{}
	for _, e := range events {
		k, err := t.resolve(ctx, channel, e, now)
		if err != nil {
			return err
		}
		if e.Moved != "" {
			if err := t.cfg.Identities.Move(ctx, k.chat, string(e.Moved)); err != nil {
				return err
			}
			e.Chat = e.Moved // of two records of one person either may have been given up
			if k, err = t.resolve(ctx, channel, e, now); err != nil {
				return err
			}
		}
		w := byKey[k]
		if w == nil {
			w = &work{key: k, address: e.Chat, sender: e.From, from: channel, done: make(chan error, 1)}
			byKey[k] = w
			parts = append(parts, w)
		}
		id := t.eventKey(channel, e.Key)
		w.arrivals = append(w.arrivals, arrival{
			key: k, eventKey: id, channel: channel.Name(), account: channel.Account(), order: e.Order, at: now, hold: e.Hold,
			body: t.cfg.Sealer.Seal(nil, e.Body, inboxContext(id)),
		})
	}
	for _, w := range parts {
		if !t.lane(w.key).put(w) {
			return ErrStopped
		}
	}
	var failed error
	for _, w := range parts {
		select {
		case err := <-w.done:
			if errors.Is(err, register.ErrNoIdentity) {
				t.cfg.Identities.Forget(channel.Name(), channel.Account(), string(w.address))
				if w.sender != "" {
					t.cfg.Identities.Forget(channel.Name(), channel.Account(), string(w.sender))
				}
			}
			failed = errors.Join(failed, err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return failed
}

func (t *Turns) eventKey(channel Channel, k string) []byte {
	return t.cfg.Sealer.Hash("event", []byte(channel.Name()), []byte(channel.Account()), []byte(k))[:16]
}

// Knows is [Ingress.Knows].
func (t *Turns) Knows(ctx context.Context, channel Channel, keys ...string) ([]bool, error) {
	hashes := make([][]byte, len(keys))
	for i, k := range keys {
		hashes[i] = t.eventKey(channel, k)
	}
	rows, err := t.cfg.Pool.Query(ctx, `select k.n from unnest($1::bytea[]) with ordinality as k (event_key, n)
		join inbox i on i.event_key = k.event_key`, hashes)
	if err != nil {
		return nil, fmt.Errorf("look events up: %w", err)
	}
	known := make([]bool, len(keys))
	err = forEach(rows, func() error {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return err
		}
		known[n-1] = true
		return nil
	})
	return known, err
}

// Release is [Ingress.Release].
func (t *Turns) Release(ctx context.Context, channel Channel, k string) error {
	var held key
	err := t.cfg.Pool.QueryRow(ctx, `update inbox set retry_at = null
		where event_key = $1 and state = 'waiting' and tries = 0 and retry_at is not null returning chat, person`,
		t.eventKey(channel, k)).Scan(&held.chat, &held.person)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("release an event: %w", err)
	}
	t.Kick(held.chat, held.person)
	return nil
}

func (t *Turns) resolve(ctx context.Context, channel Channel, e Incoming, now time.Time) (key, error) {
	kind := register.Person
	if e.Group {
		kind = register.Group
	}
	chat, err := t.cfg.Identities.Resolve(ctx, channel.Name(), channel.Account(), kind, string(e.Chat), now)
	if err != nil || e.From == "" {
		return key{chat: chat}, err
	}
	person, err := t.cfg.Identities.Resolve(ctx, channel.Name(), channel.Account(), register.Person, string(e.From), now)
	return key{chat: chat, person: person}, err
}

// Kick has a conversation looked at soon, because something of it may be due.
func (t *Turns) Kick(chat, person int64) {
	k := key{chat, person}
	t.lane(k).put(&work{key: k})
}

// lane keeps the turns of one conversation from meeting each other in this
// process. The truth is the lock in the database; this is only a hint.
func (t *Turns) lane(k key) *lane {
	return t.lanes[maphash.Comparable(t.seed, k)%uint64(len(t.lanes))]
}

// Run does turns until ctx ends, and returns when the last one is done. What
// was put in by then is finished; what comes later is refused.
func (t *Turns) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, l := range t.lanes {
		wg.Go(func() {
			// A turn that began is finished: only taking new ones ends with ctx.
			turn := context.WithoutCancel(ctx)
			for {
				batch := l.take(maxBatch)
				if batch == nil {
					return
				}
				t.batch(turn, batch)
			}
		})
	}
	t.poll(ctx)
	for _, l := range t.lanes {
		l.close()
	}
	t.timers.stop()
	wg.Wait()
}

// poll looks for what no lane was told of: events that another process could
// not finish, and timers that are due.
func (t *Turns) poll(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if err := t.lookAround(ctx); err != nil && ctx.Err() == nil {
			t.cfg.Log.Error("look for waiting turns", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (t *Turns) lookAround(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	names, accounts := make([]string, 0, len(t.channels)), make([]string, 0, len(t.channels))
	for c := range t.channels {
		names, accounts = append(names, c.name), append(accounts, c.account)
	}
	// Only what this process can do something about, and going round: what is
	// stuck at the front must not hide what comes after it.
	rows, err := t.cfg.Pool.Query(ctx, `with heads as (
			select distinct on (w.chat, w.person) w.chat, w.person, w.retry_at from inbox w
			where w.state = 'waiting' and (w.chat, w.person) > ($1, $2)
			order by w.chat, w.person, w.ord, w.id limit $3
		), due as (
			select s.chat, s.person from sessions s where s.wake_at <= $4 and s.wake_at > $5 order by s.wake_at limit $3
		)
		select h.chat, h.person, h.retry_at is null or h.retry_at <= $4, true, null::timestamptz from heads h
			join identities i on i.chat = h.chat join unnest($6::text[], $7::text[]) c (name, account) on c.name = i.channel and c.account = i.account
		union all
		select d.chat, d.person, true, false, s.wake_at from due d join sessions s on s.chat = d.chat and s.person = d.person
			join identities i on i.chat = d.chat join unnest($6::text[], $7::text[]) c (name, account) on c.name = i.channel and c.account = i.account`,
		t.from.chat, t.from.person, pollKeys, t.cfg.Now(), t.fromWake, names, accounts)
	if err != nil {
		return err
	}
	var heads, due int
	var last key
	var lastWake time.Time
	err = forEach(rows, func() error {
		var k key
		var ready, head bool
		var wake *time.Time
		if err := rows.Scan(&k.chat, &k.person, &ready, &head, &wake); err != nil {
			return err
		}
		if head {
			heads++
			if last.compare(k) < 0 {
				last = k
			}
		} else {
			due++
			if wake != nil && wake.After(lastWake) {
				lastWake = *wake
			}
		}
		if ready {
			t.Kick(k.chat, k.person)
		}
		return nil
	})
	if heads < pollKeys/2 {
		last = key{}
	}
	if due < pollKeys/2 {
		lastWake = time.Time{}
	}
	t.from, t.fromWake = last, lastWake
	return err
}

// batch does the turns of several conversations in one transaction. Where that
// fails each is done alone, so that one poisoned message sinks nobody else.
func (t *Turns) batch(ctx context.Context, batch []*work) {
	groups := group(batch)
	err := t.attempt(ctx, groups, false)
	if away(err) { // once more with another connection; then the networks have to deliver again
		err = t.attempt(ctx, groups, false)
	}
	if err == nil || away(err) {
		if err != nil {
			t.cfg.Log.Error("the database is out of reach", "turns", len(groups), "error", class(err))
		}
		answer(batch, err)
		return
	}
	if len(groups) > 1 || register.Retryable(err) {
		t.cfg.Log.Warn("redo turns one by one", "turns", len(groups), "error", class(err))
	}
	for _, g := range groups {
		answer(g.works, t.alone(ctx, g))
	}
}

// away reports whether err is that of a database that does not answer at all,
// rather than of one that refuses something, or of a fault of ours.
func away(err error) bool {
	var pg *pgconn.PgError
	if err == nil || errors.As(err, &pg) {
		return false
	}
	var broken net.Error
	var unreached *pgconn.ConnectError
	return errors.As(err, &broken) || errors.As(err, &unreached) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded)
}

// alone does one conversation's turn, its oldest waiting event first and by
// itself. What fails even so keeps its place and is tried again later.
func (t *Turns) alone(ctx context.Context, g *conversationWork) error {
	var err error
	for try := range 4 {
		if err = t.attempt(ctx, []*conversationWork{g}, true); err == nil {
			t.Kick(g.key.chat, g.key.person) // there may be more of it
			return nil
		}
		if errors.Is(err, register.ErrNoIdentity) {
			return err
		}
		if !register.Retryable(err) {
			break
		}
		pause(ctx, time.Duration(try+1)*50*time.Millisecond)
	}
	t.cfg.Log.Error("turn failed", "chat", g.key.chat, "error", class(err))
	t.cfg.Metrics.failedTurns.Inc()
	return t.acceptOnly(ctx, g, err)
}

// group puts the work of one conversation together, in order of keys.
func group(batch []*work) []*conversationWork {
	byKey := make(map[key]*conversationWork, len(batch))
	groups := make([]*conversationWork, 0, len(batch))
	for _, w := range batch {
		g := byKey[w.key]
		if g == nil {
			g = &conversationWork{key: w.key}
			byKey[w.key] = g
			groups = append(groups, g)
		}
		g.works = append(g.works, w)
		g.arrivals = append(g.arrivals, w.arrivals...)
		if w.from != nil {
			g.from, g.address = w.from, w.address
		}
	}
	slices.SortFunc(groups, func(a, b *conversationWork) int { return a.key.compare(b.key) })
	return groups
}

// conversationWork is everything that a batch holds of one conversation.
type conversationWork struct {
	key      key
	works    []*work
	arrivals []arrival
	from     Channel
	address  Address
	counted  map[int64]bool // rows whose try is counted already
}

func answer(works []*work, err error) {
	for _, w := range works {
		if w.done != nil {
			w.done <- err
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// newMessageID draws the id under which a message will be sent for good.
func newMessageID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
