package bots

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"kentongan/conversation"
	"kentongan/reports/deadline"
	"kentongan/reports/evidence"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// Config is what a [Shell] is made of. Lanes, Metrics and Vault may be left
// out; without a vault no files are fetched.
type Config struct {
	Pool   *pgxpool.Pool
	Sealer *seal.Sealer
	Vault  *evidence.Vault
	Log    *slog.Logger
	Now    func() time.Time
	// Network is the clock that networks go by; nil: the machine's.
	Network  func() time.Time
	Channels []Channel
	// Machine makes the conversation for a state of the catalogue. It is called
	// again whenever that changes.
	Machine func(register.Snapshot) (*conversation.Machine, error)
	Lanes   int
	Metrics prometheus.Registerer
	// HealthEvery is how often channels are asked how they fare; 0 means every
	// five seconds.
	HealthEvery time.Duration
}

// Shell wires inbox, turns, outbox, cards, media and housekeeping of all
// channels together. Any number of processes may run one on one database.
type Shell struct {
	cfg        Config
	register   *register.Register
	identities *register.Identities
	catalog    *register.Catalog
	turns      *Turns
	alarms     *alarms
	look       chan struct{} // the catalogue has changed
	lines      []line
	machine    atomic.Pointer[conversation.Machine]
	version    int64 // of the catalogue that the machine was made for
}

// line is what sends and fetches over one channel.
type line struct {
	channel Channel
	sender  *Sender
	media   *Media // nil without a vault
}

// catalogEvery is how soon a change of bodies, keywords or officials counts.
const catalogEvery = 2 * time.Second

// Open reads the catalogue and returns a Shell that does nothing until Run.
func Open(ctx context.Context, cfg Config) (*Shell, error) {
	s := &Shell{
		cfg:        cfg,
		register:   register.New(cfg.Pool, cfg.Sealer),
		identities: register.NewIdentities(cfg.Pool, cfg.Sealer),
		catalog:    register.NewCatalog(cfg.Pool, cfg.Sealer),
		look:       make(chan struct{}, 1),
	}
	if err := s.reload(ctx); err != nil {
		return nil, err
	}
	metrics := NewMetrics(cfg.Metrics)
	s.turns = NewTurns(TurnsConfig{
		Pool: cfg.Pool, Register: s.register, Identities: s.identities, Catalog: s.catalog, Sealer: cfg.Sealer,
		Machine: s.machine.Load, Log: cfg.Log, Now: cfg.Now, Channels: cfg.Channels, Lanes: cfg.Lanes,
		OnOutbox: s.wakeSenders, OnCatalog: s.lookAtCatalog, OnMedia: s.wakeMedia, Metrics: metrics,
	})
	s.alarms = &alarms{
		pool: cfg.Pool, sealer: cfg.Sealer, machine: s.machine.Load, log: cfg.Log, now: cfg.Now, wake: s.wakeSenders,
		every: cmp.Or(cfg.HealthEvery, healthEvery), missing: s.catalog.MissingYears,
	}
	for _, c := range cfg.Channels {
		l := line{channel: c, sender: NewSender(SenderConfig{
			Pool: cfg.Pool, Identities: s.identities, Register: s.register, Sealer: cfg.Sealer,
			Machine: s.machine.Load, Log: cfg.Log, Now: cfg.Now, Network: cfg.Network, Channel: c, Metrics: metrics, Vault: cfg.Vault,
		})}
		if cfg.Vault != nil {
			l.media = NewMedia(MediaConfig{
				Pool: cfg.Pool, Sealer: cfg.Sealer, Vault: cfg.Vault, Log: cfg.Log, Now: cfg.Now, Channel: c,
				Kick: s.turns.Kick, Metrics: metrics,
			})
		}
		s.lines = append(s.lines, l)
	}
	return s, nil
}

// Ingress is where channels that are driven from outside, as by HTTP, put what
// they receive.
func (s *Shell) Ingress() Ingress { return s.turns }

// Identities gives access to the numbers of chats.
func (s *Shell) Identities() *register.Identities { return s.identities }

// Register is the register of reports.
func (s *Shell) Register() *register.Register { return s.register }

// Catalog is what the machine knows of bodies and officials.
func (s *Shell) Catalog() *register.Catalog { return s.catalog }

// Rules are the limits, calendars and offices in force.
func (s *Shell) Rules() *deadline.Rules { return s.machine.Load().Rules() }

func (s *Shell) wakeSenders() {
	for _, l := range s.lines {
		l.sender.Wake()
	}
}

func (s *Shell) wakeMedia() {
	for _, l := range s.lines {
		if l.media != nil {
			l.media.Wake()
		}
	}
}

func (s *Shell) reload(ctx context.Context) error {
	snapshot, err := s.catalog.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("read the catalogue: %w", err)
	}
	machine, err := s.cfg.Machine(snapshot)
	if err != nil {
		return fmt.Errorf("make the conversation: %w", err)
	}
	s.machine.Store(machine)
	s.version = snapshot.Version
	return nil
}

// Run serves until ctx ends. Then it stops in reverse: first nothing is taken
// in any more, then what was taken in is done, then what is being sent and
// fetched is noted. It returns the error of a channel that ended by itself.
func (s *Shell) Run(ctx context.Context) error {
	var background, turns sync.WaitGroup
	var receivers sync.RWMutex // held for reading by every channel that receives
	later, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	stepping, stopTurns := context.WithCancel(context.WithoutCancel(ctx))
	receiving, stopChannels := context.WithCancelCause(ctx)
	defer stopBackground()
	defer stopTurns()
	defer stopChannels(nil)

	background.Go(func() { s.watchCatalog(later) })
	background.Go(func() { s.alarms.watchDesk(later) })
	background.Go(func() { s.alarms.watchCalendar(later) })
	if s.cfg.Vault != nil {
		background.Go(func() {
			Own(later, s.cfg.Pool.Config().ConnConfig, "housekeeping", s.cfg.Log, func(ctx context.Context) {
				Housekeeping(ctx, HousekeepingConfig{
					Pool: s.cfg.Pool, Register: s.register, Identities: s.identities, Vault: s.cfg.Vault, Sealer: s.cfg.Sealer,
					Log: s.cfg.Log, Now: s.cfg.Now, Channels: s.cfg.Channels, OnCards: s.wakeSenders,
				})
			})
		})
	}
	turns.Go(func() { s.turns.Run(stepping) })
	for _, l := range s.lines {
		background.Go(func() {
			serve := func(owned context.Context) { s.serve(owned, receiving, &receivers, l, stopChannels) }
			if !l.channel.Limits().SingleOwner {
				serve(later)
				return
			}
			// Whoever holds the connection receives, sends and fetches; nobody else can.
			Own(later, s.cfg.Pool.Config().ConnConfig, "channel "+l.channel.Name()+" "+l.channel.Account(), s.cfg.Log, serve)
		})
	}

	<-receiving.Done()
	stopChannels(nil)
	receivers.Lock() // until no channel receives; none begins any more
	stopTurns()
	turns.Wait()
	stopBackground()
	background.Wait()
	if cause := context.Cause(receiving); !errors.Is(cause, context.Canceled) && ctx.Err() == nil {
		return cause
	}
	return nil
}

// serve runs one channel for as long as it is this process's: it sends and
// fetches until owned ends, and receives until either context does.
func (s *Shell) serve(owned, receiving context.Context, receivers *sync.RWMutex, l line, failed context.CancelCauseFunc) {
	owned, stop := context.WithCancel(owned)
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	defer s.turns.SendThrough(l.sender)()
	wg.Go(func() { l.sender.Run(owned) })
	if l.media != nil {
		wg.Go(func() { l.media.Run(owned) })
	}
	wg.Go(func() { s.alarms.watch(owned, l.channel) })

	if err := s.receive(owned, receiving, receivers, l.channel); err != nil {
		if !l.channel.Limits().SingleOwner {
			failed(fmt.Errorf("channel %s: %w", l.channel.Name(), err))
			return
		}
		s.cfg.Log.Error("a channel ended; it is started again", "channel", l.channel.Name(), "error", scrub(err))
		return
	}
	<-owned.Done()
}

// receive runs the channel until one of the contexts ends. An error is the
// channel's own.
func (s *Shell) receive(owned, receiving context.Context, receivers *sync.RWMutex, c Channel) error {
	if !receivers.TryRLock() {
		return nil // stopping
	}
	defer receivers.RUnlock()
	if receiving.Err() != nil {
		return nil
	}
	ctx, stop := context.WithCancel(owned)
	defer stop()
	defer context.AfterFunc(receiving, stop)()
	err := c.Run(ctx, s.turns)
	if ctx.Err() != nil {
		return nil
	}
	if err == nil {
		err = errors.New("it stopped receiving by itself")
	}
	return err
}

// lookAtCatalog has the catalogue looked at now. It never blocks.
func (s *Shell) lookAtCatalog() {
	select {
	case s.look <- struct{}{}:
	default:
	}
}

func (s *Shell) watchCatalog(ctx context.Context) {
	tick := time.NewTicker(catalogEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-s.look:
		case <-tick.C:
		}
		version, err := s.catalog.Version(ctx)
		if err == nil && version != s.version {
			err = s.reload(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("follow the catalogue", "error", err)
		}
	}
}
