package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/conversation"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
	"kentongan/reports/register"
)

// stage is the service on WhatsApp, and the talks that are held with it.
type stage struct {
	t       *testing.T
	rig     *rig
	channel *gated
	ingress bots.Ingress
	kick    func(chat, person int64)
	machine *conversation.Machine
	catalog *register.Catalog
	tally   *tally

	now atomic.Pointer[time.Time]

	mu      sync.Mutex
	talks   int                         // that go on
	waiting map[chan struct{}]time.Time // talks that have nothing to do until then
	broken  bool
}

func newStage(t *testing.T, c *tally) *stage {
	t.Helper()
	machine, err := rehearsal.Stage()
	if err != nil {
		t.Fatal(err)
	}
	w := channeltest.NewWorld(t)
	s := &stage{t: t, machine: machine, catalog: register.NewCatalog(w.Pool, w.Sealer), tally: c, waiting: map[chan struct{}]time.Time{}}
	start := rehearsal.StageStart
	s.now.Store(&start)
	w.Now = func() time.Time { return *s.now.Load() }
	s.rig = paired(t, w)
	s.rig.c.cfg.Now, s.rig.c.status.now = w.Now, w.Now
	s.channel = &gated{Client: s.rig.c}
	for _, a := range append(slices.Clone(rehearsal.StageAgencies), reports.Agency{Code: "CONTOH", Name: "Dinas Contoh", Level: reports.Unit}) {
		if _, err := s.catalog.AddAgency(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	shell, _ := w.StartWith(func(cfg *bots.Config) {
		cfg.Machine = func(register.Snapshot) (*conversation.Machine, error) { return machine, nil }
	}, s.channel)
	s.ingress = shell.Ingress()
	s.kick = s.ingress.(interface{ Kick(chat, person int64) }).Kick
	if err := s.rig.office.AwaitOnline(s.rig.within(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return s
}

// gated is a channel whose files arrive when the stage says so. It tries again
// by itself what has to wait: on a stage no time passes.
type gated struct {
	*Client

	gate channeltest.Gate
}

// Send implements [bots.Channel].
func (g *gated) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (ref string, err error) {
	for {
		ref, err = g.Client.Send(ctx, to, m)
		if problemOf(err) != bots.RetryLater || ctx.Err() != nil {
			return ref, err
		}
		pause(ctx, 20*time.Millisecond)
	}
}

// Fetch implements [bots.Channel].
func (g *gated) Fetch(ctx context.Context, ref []byte) (io.ReadCloser, error) {
	id, err := messageOf(ref)
	if err == nil {
		err = g.gate.Pass(ctx, id)
	}
	if errors.Is(err, channeltest.ErrRubbish) {
		return io.NopCloser(strings.NewReader(channeltest.Rubbish)), nil
	}
	if err != nil {
		return nil, err
	}
	return g.Client.Fetch(ctx, ref)
}

// play holds all talks at the same time.
func (s *stage) play(scripts map[string][]byte) {
	s.talks = len(scripts)
	var all sync.WaitGroup
	for i, name := range slices.Sorted(maps.Keys(scripts)) {
		all.Go(func() {
			defer s.leave()
			s.t.Run(name, func(t *testing.T) { newTalk(t, s, i).play(scripts[name]) })
		})
	}
	all.Wait()
}

// until returns when everything that was said to the service is done and
// answered, and its clock shows at. The clock moves on where all talks wait for
// it, by way of every instant at which a timer of a conversation runs out.
func (s *stage) until(t *testing.T, at time.Time) {
	t.Helper()
	come := make(chan struct{})
	s.mu.Lock()
	s.waiting[come] = at
	s.moveIfAll()
	s.mu.Unlock()
	<-come
	if s.isBroken() {
		t.FailNow()
	}
}

func (s *stage) isBroken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

func (s *stage) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.talks--
	s.moveIfAll()
}

// moveIfAll moves the clock on if nobody has anything to do. The caller holds mu.
func (s *stage) moveIfAll() {
	if s.talks > 0 && len(s.waiting) == s.talks {
		next := slices.MinFunc(slices.Collect(maps.Values(s.waiting)), time.Time.Compare)
		go s.move(next)
	}
}

func (s *stage) move(next time.Time) {
	err := s.settle()
	for err == nil {
		var wake *time.Time
		err = s.rig.w.Pool.QueryRow(s.t.Context(), `select min(wake_at) from sessions where wake_at <= $1`, next).Scan(&wake)
		if err != nil || wake == nil {
			break
		}
		if at := wake.UTC(); at.After(s.rig.w.Now()) {
			s.now.Store(&at)
		}
		err = s.settle()
	}
	s.now.Store(&next)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.t.Errorf("at %s: %v", next, err)
		s.broken = true
	}
	for come, at := range s.waiting {
		if s.broken || !at.After(next) {
			delete(s.waiting, come)
			close(come)
		}
	}
}

// settledWithin is how long the service may have something to do at one time.
const settledWithin = time.Minute

// settle waits until the service has nothing to do at its present time.
func (s *stage) settle() error {
	ctx, cancel := context.WithTimeout(s.t.Context(), settledWithin)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for round, quiet := 1, 0; quiet < 2; round++ {
		rows, err := s.rig.w.Pool.Query(ctx, `select chat from sessions where wake_at <= $1
			union all select chat from inbox where state = 'waiting'
			union all select 0 from outbox where state = 'waiting'
			union all select 0 from media where state = 'wanted' and not $2`, s.rig.w.Now(), s.channel.gate.Closed())
		if err != nil {
			return fmt.Errorf("look what is under way: %w", err)
		}
		busy := s.rig.office.Waiting()
		for rows.Next() {
			var chat int64
			if err := rows.Scan(&chat); err != nil {
				return err
			}
			if busy++; chat != 0 {
				s.kick(chat, 0)
			}
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("%d things are under way: %w", busy, err)
		}
		if quiet++; busy > 0 {
			quiet = 0
		}
		if round%200 == 0 { // what failed and is to be tried later would wait for ever
			for _, table := range []string{"inbox", "outbox", "media"} {
				if _, err := s.rig.w.Pool.Exec(ctx, `update `+table+` set retry_at = null where retry_at is not null`); err != nil {
					return err
				}
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d things are still under way: %w", busy, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

// messageOf is the id of the message that brought a file.
func messageOf(ref []byte) (types.MessageID, error) {
	var m media
	err := json.Unmarshal(ref, &m)
	return m.ID, err
}
