package bots

import (
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
	"kentongan/reports/evidence"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// Config is what a [Shell] is made of. Lanes, Metrics and Vault may be left
// out; without a vault no files are fetched.
type Config struct {
	Pool     *pgxpool.Pool
	Sealer   *seal.Sealer
	Vault    *evidence.Vault
	Log      *slog.Logger
	Now      func() time.Time
	Channels []Channel
	// Machine makes the conversation for a state of the catalogue. It is called
	// again whenever that changes.
	Machine func(register.Snapshot) (*conversation.Machine, error)
	Lanes   int
	Metrics prometheus.Registerer
}

// Shell wires inbox, turns, outbox, cards, media and housekeeping of all
// channels together. Any number of processes may run one on one database.
type Shell struct {
	cfg        Config
	register   *register.Register
	identities *register.Identities
	catalog    *register.Catalog
	turns      *Turns
	senders    []*Sender
	media      []*Media
	machine    atomic.Pointer[conversation.Machine]
	version    int64 // of the catalogue that the machine was made for
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
	}
	if err := s.reload(ctx); err != nil {
		return nil, err
	}
	metrics := NewMetrics(cfg.Metrics)
	s.turns = NewTurns(TurnsConfig{
		Pool: cfg.Pool, Register: s.register, Identities: s.identities, Catalog: s.catalog, Sealer: cfg.Sealer,
		Machine: s.machine.Load, Log: cfg.Log, Now: cfg.Now, Channels: cfg.Channels, Lanes: cfg.Lanes,
		OnOutbox: s.wakeSenders, OnMedia: s.wakeMedia, Metrics: metrics,
	})
	for _, c := range cfg.Channels {
		sender := NewSender(SenderConfig{
			Pool: cfg.Pool, Identities: s.identities, Register: s.register, Sealer: cfg.Sealer,
			Machine: s.machine.Load, Log: cfg.Log, Now: cfg.Now, Channel: c, Metrics: metrics,
		})
		s.senders = append(s.senders, sender)
		s.turns.SendThrough(sender)
		if cfg.Vault != nil {
			s.media = append(s.media, NewMedia(MediaConfig{
				Pool: cfg.Pool, Sealer: cfg.Sealer, Vault: cfg.Vault, Log: cfg.Log, Now: cfg.Now, Channel: c,
				Kick: s.turns.Kick, Metrics: metrics,
			}))
		}
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

func (s *Shell) wakeSenders() {
	for _, sender := range s.senders {
		sender.Wake()
	}
}

func (s *Shell) wakeMedia() {
	for _, m := range s.media {
		m.Wake()
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
	var background, turns, channels sync.WaitGroup
	later, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	stepping, stopTurns := context.WithCancel(context.WithoutCancel(ctx))
	receiving, stopChannels := context.WithCancelCause(ctx)
	defer stopBackground()
	defer stopTurns()
	defer stopChannels(nil)

	for _, sender := range s.senders {
		background.Go(func() { sender.Run(later) })
	}
	for _, m := range s.media {
		background.Go(func() { m.Run(later) })
	}
	background.Go(func() { s.watchCatalog(later) })
	if s.cfg.Vault != nil {
		background.Go(func() {
			Own(later, s.cfg.Pool.Config().ConnConfig, "housekeeping", s.cfg.Log, func(ctx context.Context) {
				Housekeeping(ctx, HousekeepingConfig{
					Pool: s.cfg.Pool, Register: s.register, Identities: s.identities, Vault: s.cfg.Vault,
					Log: s.cfg.Log, Now: s.cfg.Now, Channels: s.cfg.Channels, OnCards: s.wakeSenders,
				})
			})
		})
	}
	turns.Go(func() { s.turns.Run(stepping) })
	for _, c := range s.cfg.Channels {
		channels.Go(func() {
			if err := s.receive(receiving, c); err != nil && receiving.Err() == nil {
				stopChannels(fmt.Errorf("channel %s: %w", c.Name(), err))
			}
		})
	}

	<-receiving.Done()
	stopChannels(nil)
	channels.Wait()
	stopTurns()
	turns.Wait()
	stopBackground()
	background.Wait()
	if cause := context.Cause(receiving); !errors.Is(cause, context.Canceled) && ctx.Err() == nil {
		return cause
	}
	return nil
}

func (s *Shell) receive(ctx context.Context, c Channel) error {
	if !c.Limits().SingleOwner {
		return c.Run(ctx, s.turns)
	}
	Own(ctx, s.cfg.Pool.Config().ConnConfig, "channel "+c.Name()+" "+c.Account(), s.cfg.Log, func(ctx context.Context) {
		if err := c.Run(ctx, s.turns); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("a channel ended; it is started again", "channel", c.Name(), "error", err)
			pause(ctx, ownerRetry)
		}
	})
	return nil
}

func (s *Shell) watchCatalog(ctx context.Context) {
	for ctx.Err() == nil {
		pause(ctx, catalogEvery)
		version, err := s.catalog.Version(ctx)
		if err == nil && version != s.version {
			err = s.reload(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("follow the catalogue", "error", err)
		}
	}
}
