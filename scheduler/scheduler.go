// Package scheduler does what happens because time passes: it nudges whoever is
// late, warns reporters before their silence ends a report, and closes what was
// answered and stayed silent. Cron says when to look; [Scheduler.Pass] does it.
//
// A pass finds by an index what may be due, locks those reports that nobody else
// holds, and asks package deadline what is to be done; that, what is noted of it
// and what people are told of it is one transaction, so that everything happens
// once, however many processes run and wherever one dies. What is due is recomputed
// from the report under its lock: an index that is behind costs a look and nothing else.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/robfig/cron/v3"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
)

// Teller tells people what happened.
type Teller interface {
	// Tell queues, inside the transaction, what people are to hear of each.
	// What groups and officials are to hear it may keep for Gather.
	Tell(ctx context.Context, tx pgx.Tx, now time.Time, list []deadline.Passed) error
	// Gather queues what was kept, one message a chat, and says how many.
	Gather(ctx context.Context, tx pgx.Tx, now time.Time) (int, error)
	// Told is called after a commit: there is something to send.
	Told()
}

// Config is what a [Scheduler] needs.
type Config struct {
	Pool     *pgxpool.Pool
	Register *register.Register
	Rules    func() *deadline.Rules // in force; asked at every pass
	Teller   Teller
	Log      *slog.Logger
	Now      func() time.Time
	Metrics  *Metrics
	// Spec is when to look, as cron has it; "" is every minute.
	Spec string
	// Gap is how long nobody may have looked before the service counts as having
	// been away; 0: it never does, as where the clock can be moved.
	Gap time.Duration
	// Batch is how many reports one transaction takes; 0 is 200.
	Batch int
	// Workers is how many transactions a pass has under way at once where more than
	// one batch is due; 0 is one a core, but four at most: turns go on meanwhile.
	Workers int
}

// Scheduler looks at the clocks of reports. Any number of processes may run one on
// one database.
type Scheduler struct {
	cfg Config

	mu      sync.Mutex               // one pass at a time in one process
	shelved map[reports.ID]time.Time // until when reports that could not be counted again are left alone
}

const (
	everyMinute  = "* * * * *"
	defaultBatch = 200
	maxWorkers   = 4
	// batchTimeout bounds one transaction of a pass.
	batchTimeout = 30 * time.Second
	// arriving is how long a service that has just started takes in what waited at the
	// networks before it looks: an answer may be among it that keeps a report open.
	arriving = 30 * time.Second
	// troubleWait is how long something that failed is put off.
	troubleWait = 10 * time.Minute
)

// New returns a scheduler that does nothing until [Scheduler.Run] or
// [Scheduler.Pass].
func New(cfg Config) *Scheduler {
	if cfg.Batch <= 0 {
		cfg.Batch = defaultBatch
	}
	if cfg.Workers <= 0 {
		cfg.Workers = min(maxWorkers, runtime.GOMAXPROCS(0))
	}
	if cfg.Spec == "" {
		cfg.Spec = everyMinute
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	return &Scheduler{cfg: cfg, shelved: map[reports.ID]time.Time{}}
}

// Run looks once, and then whenever cron says so, until ctx ends; where the service
// can have been away, not before what came meanwhile has had time to arrive. A pass
// that is under way is ended with ctx and undone. It fails only where the spec is
// none.
func (s *Scheduler) Run(ctx context.Context) error {
	runner := cron.New(cron.WithLogger(cron.DiscardLogger), cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger)))
	began := time.Now()
	look := func() {
		if s.cfg.Gap > 0 && time.Since(began) < arriving {
			return
		}
		if err := s.Pass(ctx, s.cfg.Now()); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("look at the clocks", "error", err)
		}
	}
	if _, err := runner.AddFunc(s.cfg.Spec, look); err != nil {
		return fmt.Errorf("when to look at the clocks: %w", err)
	}
	look()
	runner.Start()
	<-ctx.Done()
	<-runner.Stop().Done()
	return nil
}

// Pass does everything that is due by now. A panic or an error of one report puts
// that one off and stops no other; the error that is returned means that the
// database failed.
func (s *Scheduler) Pass(ctx context.Context, now time.Time) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Log.Error("a pass panicked", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = errors.New("a pass panicked")
		}
	}()
	if s.cfg.Gap > 0 {
		if err := s.cfg.Register.Beat(ctx, now, s.cfg.Gap); err != nil {
			return fmt.Errorf("note a pass: %w", err)
		}
	}
	if err := s.recount(ctx, now); err != nil {
		return err
	}
	look := look{rules: s.cfg.Rules(), now: now, idle: map[reports.ID]bool{}}
	for ctx.Err() == nil {
		n, err := s.round(ctx, look)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	return s.gather(ctx, look)
}

// Next is the first instant after now at which a pass may have something to do, in
// the hours of the offices, where everything that is due by now was done; zero where
// nothing waits for a day. It is for whoever moves the clock.
func (s *Scheduler) Next(ctx context.Context, now time.Time) (time.Time, error) {
	return s.cfg.Register.Ahead(ctx, s.cfg.Pool, s.cfg.Rules(), now)
}

// look is one pass: what it judges by.
type look struct {
	rules *deadline.Rules
	now   time.Time
	// idle are reports about which nothing was to be done. One that the index shows
	// once more all the same would be looked at for ever. It is written between rounds.
	idle map[reports.ID]bool
}

// errIdle says that the index shows a report again and again about which there is
// nothing to be done.
var errIdle = errors.New("nothing is to be done about what the index says is due")

// round does what is due, as many batches at once as there are workers, and
// returns how many reports it was about.
func (s *Scheduler) round(ctx context.Context, l look) (int, error) {
	ids, err := s.due(ctx, l)
	if err != nil {
		return 0, err
	}
	var mu sync.Mutex
	var workers sync.WaitGroup
	var errs []error
	done, idle := 0, []reports.ID(nil)
	for batch := range slices.Chunk(ids, s.cfg.Batch) {
		workers.Go(func() {
			var n int
			var without []reports.ID
			err := s.safely("a batch", func() (err error) {
				n, without, err = s.batch(ctx, l, batch)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			done, idle, errs = done+n, append(idle, without...), append(errs, err)
		})
	}
	workers.Wait()
	for _, id := range idle {
		l.idle[id] = true
	}
	return done, errors.Join(errs...)
}

// batch does what is due for these reports, in one transaction where it can. It
// returns about how many it was, and about which of them there was nothing to do.
func (s *Scheduler) batch(ctx context.Context, l look, ids []reports.ID) (n int, idle []reports.ID, err error) {
	n, idle, err = s.together(ctx, l, ids)
	if register.Retryable(err) && ctx.Err() == nil { // nobody's fault: somebody else was in the way
		n, idle, err = s.together(ctx, l, ids)
	}
	if err == nil || ctx.Err() != nil {
		return n, idle, err
	}
	// One of them spoils it for all: each by itself, and that one later.
	s.cfg.Log.Warn("a batch of clocks failed, its reports are tried one by one", "reports", len(ids), "error", err)
	for i, id := range ids {
		_, without, err := s.together(ctx, l, []reports.ID{id})
		idle = append(idle, without...)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return i, idle, err
		}
		s.trouble(id, err)
		if err := s.cfg.Register.Later(ctx, s.cfg.Pool, []reports.ID{id}, "", l.now.Add(troubleWait), register.Failed); err != nil {
			return i, idle, err
		}
	}
	return len(ids), idle, nil
}

func (s *Scheduler) due(ctx context.Context, l look) ([]reports.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	return s.cfg.Register.Due(ctx, s.cfg.Pool, l.rules, l.now, s.cfg.Batch*s.cfg.Workers)
}

func (s *Scheduler) trouble(id reports.ID, err error) {
	s.cfg.Metrics.failures.Inc()
	s.cfg.Log.Error("a report's clocks are put off", "report", id, "error", err)
}

// safely runs f; a panic is its error.
func (s *Scheduler) safely(what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panicked: %T", p)
			s.cfg.Log.Error("a look at clocks panicked", "doing", what, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	return f()
}

// together does what is due for these reports in one transaction. Those that
// somebody else holds are left to them. idle are those about which there was
// nothing to do.
func (s *Scheduler) together(ctx context.Context, l look, ids []reports.ID) (done int, idle []reports.ID, err error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	var w work
	err = s.safely("do what is due", func() error {
		return pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
			// Gathering waits until nobody notes anything more, see gather.
			if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock_shared($1)`, gatherLock); err != nil {
				return err
			}
			held, err := s.cfg.Register.LockFree(ctx, tx, ids)
			if err != nil {
				return err
			}
			done = len(held)
			if w, err = s.judge(ctx, tx, l, held); err != nil {
				return err
			}
			return w.write(ctx, tx, s, l)
		})
	})
	if err != nil {
		return 0, nil, err
	}
	for _, p := range w.passed {
		s.cfg.Metrics.rungs.WithLabelValues(string(p.Run.Clock), string(p.Rung)).Inc()
	}
	for _, why := range w.obstacles {
		s.cfg.Metrics.obstacles.WithLabelValues(string(why)).Inc()
	}
	if len(w.passed) > 0 {
		s.cfg.Teller.Told()
	}
	return done, w.idle, nil
}

// work is what a transaction is about to write.
type work struct {
	saves     []register.Save
	wound     []reports.Report // whose clocks have moved on, or whose rows were behind
	passed    []deadline.Passed
	later     map[putOff][]reports.ID
	idle      []reports.ID
	obstacles []deadline.Obstacle
}

// putOff is until when a clock is put off, "" all of a report's, and why.
type putOff struct {
	clock reports.Clock
	at    time.Time
	why   deadline.Obstacle
}

// judge decides what is to be done about each of these reports.
func (s *Scheduler) judge(ctx context.Context, tx pgx.Tx, l look, held []reports.Report) (work, error) {
	w := work{later: map[putOff][]reports.ID{}, saves: make([]register.Save, 0, len(held)), passed: make([]deadline.Passed, 0, len(held))}
	var asked []reports.ID
	oldest := l.now
	for _, p := range held {
		for _, run := range p.Clocks {
			if deadline.Waits(run.Clock) && len(l.rules.Reached(p, run, l.now)) > 0 {
				asked = append(asked, p.ID)
				if run.Start.Before(oldest) {
					oldest = run.Start
				}
			}
		}
	}
	hearings, err := s.cfg.Register.Hearings(ctx, tx, asked)
	if err != nil {
		return w, err
	}
	var outages []register.Outage
	if len(asked) > 0 {
		if outages, err = s.cfg.Register.Outages(ctx, tx, oldest); err != nil {
			return w, err
		}
	}
	for _, p := range held {
		o, err := s.pass(l, p, hearings[p.ID], outages)
		nothing := err == nil && !o.Changed && o.Obstacle == ""
		if nothing && l.idle[p.ID] {
			err = errIdle
		}
		switch {
		case err != nil:
			s.trouble(p.ID, err)
			at := putOff{"", l.now.Add(troubleWait), register.Failed}
			w.later[at] = append(w.later[at], p.ID)
			continue
		case o.Entry.Version != 0:
			w.saves = append(w.saves, register.Save{After: o.After, Entry: o.Entry})
		case o.Obstacle != "" && !o.Changed:
			w.obstacles = append(w.obstacles, o.Obstacle)
			at := putOff{o.Waiting, o.Again, o.Obstacle}
			w.later[at] = append(w.later[at], p.ID)
		default: // its row is brought in line, which takes it out of the way
			w.wound = append(w.wound, o.After)
		}
		if nothing {
			w.idle = append(w.idle, p.ID)
		}
		w.passed = append(w.passed, o.Passed...)
	}
	return w, nil
}

// pass asks what is due for one report. A panic is its error.
func (s *Scheduler) pass(l look, p reports.Report, h register.Hearing, outages []register.Outage) (o deadline.Outcome, err error) {
	err = s.safely("what is due for a report", func() error {
		o, err = l.rules.Pass(p, func(run reports.Run) deadline.Heard { return heardOf(run, h, outages) },
			func(o deadline.Office) bool { return o.Open(l.now) }, l.now)
		return err
	})
	return o, err
}

// write carries w out inside tx.
func (w work) write(ctx context.Context, tx pgx.Tx, s *Scheduler, l look) error {
	var b pgx.Batch
	if len(w.saves) > 0 {
		if err := s.cfg.Register.QueueSave(&b, l.rules, w.saves...); err != nil {
			return err
		}
	}
	if len(w.wound) > 0 {
		s.cfg.Register.QueueClocks(&b, l.rules, w.wound...)
	}
	if len(w.passed) > 0 {
		s.cfg.Register.QueueNudges(&b, w.passed, l.now)
	}
	if b.Len() > 0 {
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return fmt.Errorf("note what is due: %w", err)
		}
	}
	for off, ids := range w.later { // after the rows were brought in line
		if err := s.cfg.Register.Later(ctx, tx, ids, off.clock, off.at, off.why); err != nil {
			return err
		}
	}
	if len(w.passed) == 0 {
		return nil
	}
	if err := s.cfg.Teller.Tell(ctx, tx, l.now, w.passed); err != nil {
		return fmt.Errorf("tell what is due: %w", err)
	}
	return nil
}

// gatherLock is the advisory lock that keeps gathering and noting apart.
const gatherLock = 0x6b656e746f6e67 // "kentong"

// gather has each chat told in one message what was noted for it. It waits for
// those that note something at this moment, and leaves it to them where they have
// not come to an end, so that several processes make one message too.
func (s *Scheduler) gather(ctx context.Context, l look) error {
	for ctx.Err() == nil {
		switch told, err := s.gatherSome(ctx, l); {
		case register.Retryable(err): // others are at it: the next pass will do
			s.cfg.Log.Debug("gathering nudges has to wait", "error", err)
			return nil
		case err != nil:
			return fmt.Errorf("gather nudges: %w", err)
		case told == 0:
			return nil
		}
		s.cfg.Teller.Told()
	}
	return ctx.Err()
}

func (s *Scheduler) gatherSome(ctx context.Context, l look) (told int, err error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
		var kept bool
		if err := tx.QueryRow(ctx, `select exists (select 1 from gathered)`).Scan(&kept); err != nil || !kept {
			return err
		}
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, gatherLock); err != nil {
			return err
		}
		// Somebody is between two batches: what they note belongs into the same message.
		if due, err := s.cfg.Register.Due(ctx, tx, l.rules, l.now, 1); err != nil || len(due) > 0 {
			return err
		}
		told, err = s.cfg.Teller.Gather(ctx, tx, l.now)
		return err
	})
	return told, err
}
