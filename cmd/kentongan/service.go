package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kentongan/bots"
	"kentongan/bots/telegram"
	"kentongan/bots/webchat"
	"kentongan/bots/whatsapp"
	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/migrations"
	"kentongan/reports/evidence"
	"kentongan/reports/register"
	"kentongan/reports/seal"
	"kentongan/scheduler"
)

// service is everything that runs, from the settings to the page. Its parts
// are started in the order of the fields and stopped in reverse.
type service struct {
	settings settings
	log      *slog.Logger
	now      func() time.Time // the service's time, which a demo moves
	machine  func() time.Time // the machine's, which networks share
	clock    *clock           // nil but in a demo
	db       *database
	sealer   *seal.Sealer
	vault    *evidence.Vault
	web      *webchat.Channel  // nil: not offered
	telegram *telegram.Channel // nil: no token
	whatsapp *whatsapp.Client
	channels []bots.Channel
	shell    *bots.Shell
	clocks   *scheduler.Scheduler
	metrics  *prometheus.Registry
}

// flavour is what sets the demo apart from production.
type flavour struct {
	// key makes the secret key before it is looked for; nil: it must be set.
	key func(settings) error
	// prepare puts sample data in; nil: none.
	prepare func(context.Context, *service) ([]webchat.Pane, error)
	demo    bool
}

// The time that parts of the service may take to stop; together they stay
// under two seconds.
const (
	stopPages    = 1200 * time.Millisecond
	stopDatabase = 500 * time.Millisecond
)

// serve starts the service, calls started once it answers, and runs it until
// ctx ends or something it stands on breaks. Then it stops everything.
func (p *program) serve(ctx context.Context, s settings, log *slog.Logger, f flavour, started func(*service, net.Addr)) (err error) {
	v := &service{settings: s, log: log, now: p.now, machine: p.now, metrics: prometheus.NewRegistry()}
	defer func() { err = errors.Join(err, v.close()) }()
	if err := v.open(ctx, p, f); err != nil {
		return err
	}
	// The address is taken before anything is received: two services on one
	// machine must not both believe that they run.
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return fmt.Errorf("listen (KENTONGAN_LISTEN chooses the address): %w", err)
	}
	pages := v.pages(ctx, listener, f)
	debug, err := v.debug(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return v.run(ctx, pages, debug, func() { started(v, listener.Addr()) })
}

// open starts what the service stands on.
func (v *service) open(ctx context.Context, p *program, f flavour) error {
	var err error
	if v.db, err = locate(ctx, v.settings, false, v.log); err != nil {
		return err
	}
	applied, err := migrations.Up(ctx, v.db.url)
	for _, m := range applied {
		v.log.Info("applied a migration", "name", m.Name, "took", m.Took)
	}
	if err != nil {
		return err
	}
	if err := v.db.connect(ctx, 8+4*runtime.GOMAXPROCS(0)); err != nil {
		return err
	}
	if err := v.setClock(ctx, f); err != nil {
		return err
	}
	if f.key != nil {
		if err := f.key(v.settings); err != nil {
			return err
		}
	}
	if v.sealer, err = v.settings.sealer(); err != nil {
		return err
	}
	if err := checkKey(ctx, v.db.pool, v.sealer); err != nil {
		return err
	}
	if v.vault, err = evidence.Open(evidenceDir(v.settings)); err != nil {
		return err
	}
	if err := v.vault.Check(ctx); err != nil {
		return err
	}
	var panes []webchat.Pane
	if f.prepare != nil {
		if panes, err = f.prepare(ctx, v); err != nil {
			return err
		}
	}
	var channels []bots.Channel
	if f.demo || v.settings.webchat {
		v.web, err = webchat.New(webchat.Config{
			Pool: v.db.pool, Sealer: v.sealer, Vault: v.vault, Log: v.log, Now: v.now, Panes: panes, Demo: f.demo, Zone: v.settings.zone.String(),
		})
		if err != nil {
			return err
		}
		channels = append(channels, v.web)
	}
	if v.settings.telegram.token != "" {
		if v.telegram, err = v.openTelegram(); err != nil {
			return err
		}
		channels = append(channels, v.telegram)
	}
	if v.whatsapp, err = v.openWhatsApp(p); err != nil {
		return err
	}
	if len(channels) == 0 {
		if status, err := v.whatsapp.Report(ctx); err != nil || status.Paired.IsZero() {
			v.log.Warn("no channel is configured, nobody can reach the service: " +
				"set TELEGRAM_BOT_TOKEN, link a phone ('kentongan whatsapp pair'), or KENTONGAN_WEBCHAT=on")
		}
	}
	channels = append(channels, v.whatsapp)
	v.channels = channels
	v.metrics.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		newQueueMetrics(v.db.pool, v.now, v.missingYears),
	)
	v.shell, err = bots.Open(ctx, bots.Config{
		Pool: v.db.pool, Sealer: v.sealer, Vault: v.vault, Log: v.log, Now: v.now, Channels: channels,
		Machine: v.settings.machine, Metrics: v.metrics,
	})
	if err != nil {
		return err
	}
	clocks := scheduler.Config{
		Pool: v.db.pool, Register: v.shell.Register(), Rules: v.shell.Rules, Teller: v.shell.Passing(),
		Log: v.log, Now: v.now, Metrics: scheduler.NewMetrics(v.metrics),
	}
	if !f.demo { // whose clock is moved
		clocks.Gap = absence
	}
	v.clocks = scheduler.New(clocks)
	return nil
}

// absence is how long nobody may have looked at the clocks before the service
// counts as having been away.
const absence = 15 * time.Minute

// setClock has a demo go on at the time where it stood. Nobody else's service
// knows any time but the machine's.
func (v *service) setClock(ctx context.Context, f flavour) error {
	if f.demo {
		var err error
		if v.clock, err = openClock(ctx, v.db.pool, v.machine); err == nil {
			v.now = v.clock.Now
		}
		return err
	}
	ahead, err := clockAhead(ctx, v.db.pool)
	if ahead > 0 {
		v.log.Warn("a demo set the clock of this database forward; the service goes by the machine's, so what the demo left lies in the future", "ahead", ahead)
	}
	return err
}

// openTelegram makes the channel of the bot that the settings name.
func (v *service) openTelegram() (*telegram.Channel, error) {
	s := v.settings.telegram
	cfg := telegram.Config{Token: s.token, Server: s.server, Log: v.log, Now: v.machine}
	if s.webhookURL != "" {
		// Every process derives the same secret, and another for every bot.
		secret := cmp.Or(s.secret, base64.RawURLEncoding.EncodeToString(v.sealer.Hash("telegram webhook", []byte(s.token))))
		cfg.Webhook = &telegram.Webhook{URL: s.webhookURL, Secret: secret}
	}
	words := phrases.Default()
	for _, lang := range words.Languages() {
		menu := telegram.Commands{Language: lang}
		if lang == "id" { // and for everybody whose language we do not speak
			menu.Language = ""
		}
		for _, item := range conversation.Menu(words, lang) {
			menu.List = append(menu.List, telegram.Command{Name: item.Command, Text: item.Text})
		}
		for _, item := range conversation.GroupMenu(words, lang) {
			menu.Groups = append(menu.Groups, telegram.Command{Name: item.Command, Text: item.Text})
		}
		cfg.Commands = append(cfg.Commands, menu)
	}
	return telegram.New(cfg)
}

// machine makes the conversation for a state of the catalogue.
func (s settings) machine(c register.Snapshot) (*conversation.Machine, error) {
	return conversation.New(conversation.Config{
		Phrases: phrases.Default(), Holidays: c.Holidays, Zone: s.zone, Agencies: c.Agencies, Officials: c.Officials, Groups: c.Groups,
		Limits: c.Limits, Desk: conversation.Desk{Verifier: c.Verifier, Restricted: c.Restricted},
		Quiet: conversation.Quiet{From: time.Duration(s.quiet.from) * time.Minute, To: time.Duration(s.quiet.to) * time.Minute},
		Burst: s.burst, Remind: s.remind, Expire: s.expire, Retention: s.retention,
	})
}

// run serves until ctx ends, or the shell, the pages or the private Postgres
// do. What it started has ended when it returns.
func (v *service) run(ctx context.Context, pages, debug *pageServer, started func()) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var broken <-chan struct{}
	if v.db.server != nil {
		broken = v.db.server.Done()
	}
	servers := []*pageServer{pages}
	if debug != nil {
		servers = append(servers, debug)
	}
	for _, server := range servers {
		go server.serve(stop)
	}
	shell := make(chan error, 1)
	go func() { shell <- v.shell.Run(ctx) }()
	looking := make(chan error, 1)
	go func() { looking <- v.clocks.Run(ctx) }()
	started()

	var failed error
	select {
	case <-ctx.Done():
	case failed = <-shell:
		shell <- nil
		if ctx.Err() == nil || failed != nil {
			failed = errors.Join(errors.New("the service stopped by itself"), failed)
		}
	case <-broken:
		failed = errors.New("the private Postgres ended by itself: its log lines above say why")
	}
	stop(failed)
	v.log.Info("stopping")
	// At the same time: streams end when their channel does, and requests that
	// are being accepted keep the channel until they are done.
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for _, server := range servers {
			server.stop()
		}
	}()
	failed = errors.Join(failed, <-shell, <-looking)
	<-stopped
	if cause := context.Cause(ctx); failed == nil && !errors.Is(cause, context.Canceled) {
		failed = cause
	}
	return failed
}

// close stops what open started, in reverse.
func (v *service) close() error {
	var failed error
	if v.vault != nil {
		failed = v.vault.Close()
	}
	if v.db == nil {
		return failed
	}
	if v.db.pool != nil {
		// Close waits for connections that are in use. Nobody uses one any more;
		// if somebody does, ending the process ends it too.
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			v.db.pool.Close()
		}()
		select {
		case <-closed:
		case <-time.After(stopDatabase):
			v.log.Warn("database connections were still in use at the end")
		}
		v.db.pool = nil
	}
	return errors.Join(failed, v.db.close())
}

type serveCommand struct{}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	if s.key.IsZero() {
		return errNoKey
	}
	log := p.logger(s.log)
	return p.serve(ctx, s, log, flavour{}, func(_ *service, address net.Addr) {
		log.Info("serving", "address", address.String())
	})
}

// pageServer is an HTTP server on its listener.
type pageServer struct {
	*http.Server
	listener net.Listener
	end      context.CancelFunc // ends the context of requests that are still served
	done     chan struct{}
}

func newPageServer(listener net.Listener, handler http.Handler, log *slog.Logger) *pageServer {
	ctx, end := context.WithCancel(context.Background())
	return &pageServer{
		Server: &http.Server{
			Handler: handler,
			// No limit on writing: streams last as long as a page is open. Uploads have
			// limits of their own.
			ReadHeaderTimeout: 10 * time.Second,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    32 << 10,
			BaseContext:       func(net.Listener) context.Context { return ctx },
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		},
		listener: listener, end: end, done: make(chan struct{}),
	}
}

// serve serves until stop; what ends it otherwise is given to failed.
func (p *pageServer) serve(failed context.CancelCauseFunc) {
	defer close(p.done)
	if err := p.Serve(p.listener); !errors.Is(err, http.ErrServerClosed) {
		failed(fmt.Errorf("serve pages: %w", err))
	}
}

// stop ends the server: requests get a moment to finish.
func (p *pageServer) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), stopPages)
	defer cancel()
	if err := p.Shutdown(ctx); err != nil {
		p.end()
		_ = p.Close() // what still hangs is cut off
	}
	p.end()
	<-p.done
}
