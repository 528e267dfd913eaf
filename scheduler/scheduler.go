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
	"runtime/debug"
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
}

// Scheduler looks at the clocks of reports. Any number of processes may run one on
// one database.
type Scheduler struct {
	cfg Config
	mu  sync.Mutex // one pass at a time in one process
}

const (
	everyMinute  = "* * * * *"
	defaultBatch = 200
	// passTimeout bounds one transaction of a pass.
	batchTimeout = 30 * time.Second
	// troubleWait is how long something that failed is put off.
	troubleWait = 10 * time.Minute
)

// New returns a scheduler that does nothing until [Scheduler.Run] or
// [Scheduler.Pass].
func New(cfg Config) *Scheduler {
	if cfg.Batch <= 0 {
		cfg.Batch = defaultBatch
	}
	if cfg.Spec == "" {
		cfg.Spec = everyMinute
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	return &Scheduler{cfg: cfg}
}

// Run looks once, and then whenever cron says so, until ctx ends; a pass that is
// under way is finished first. It fails only where the spec is none.
func (s *Scheduler) Run(ctx context.Context) error {
	runner := cron.New(cron.WithLogger(cron.DiscardLogger), cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger)))
	look := func() {
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
	rules := s.cfg.Rules()
	if err := s.recount(ctx, rules); err != nil {
		return err
	}
	for ctx.Err() == nil {
		n, err := s.batch(ctx, rules, now)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	return s.gather(ctx, now)
}

// batch does one transaction of what is due and returns how many reports it was
// about.
func (s *Scheduler) batch(ctx context.Context, rules *deadline.Rules, now time.Time) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	ids, err := s.cfg.Register.Due(ctx, s.cfg.Pool, rules, now, s.cfg.Batch)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	n, err := s.together(ctx, rules, now, ids)
	if err == nil || ctx.Err() != nil {
		return n, err
	}
	// One of them spoils it for all: each by itself, and that one later.
	s.cfg.Log.Warn("a batch of clocks failed, its reports are tried one by one", "reports", len(ids), "error", err)
	total := 0
	for _, id := range ids {
		n, err := s.together(ctx, rules, now, []reports.ID{id})
		total += n
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return total, err
		}
		s.trouble(id, err)
		if err := s.cfg.Register.Later(ctx, s.cfg.Pool, []reports.ID{id}, now.Add(troubleWait)); err != nil {
			return total, err
		}
		total++
	}
	return total, nil
}

func (s *Scheduler) trouble(id reports.ID, err error) {
	s.cfg.Metrics.failures.Inc()
	s.cfg.Log.Error("a report's clocks are put off", "report", id, "error", err)
}

// together does what is due for these reports in one transaction. Those that
// somebody else holds are left to them.
func (s *Scheduler) together(ctx context.Context, rules *deadline.Rules, now time.Time, ids []reports.ID) (done int, err error) {
	var all []deadline.Passed
	err = pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
		// Gathering waits until nobody notes anything more, see gather.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock_shared($1)`, gatherLock); err != nil {
			return err
		}
		held, err := s.cfg.Register.LockFree(ctx, tx, ids)
		if err != nil {
			return err
		}
		done = len(held)
		w, err := s.judge(ctx, tx, rules, now, held)
		if err != nil {
			return err
		}
		all = w.passed
		return w.write(ctx, tx, s, rules, now)
	})
	if err != nil {
		return 0, err
	}
	for _, p := range all {
		s.cfg.Metrics.rungs.WithLabelValues(string(p.Run.Clock), string(p.Rung)).Inc()
	}
	if len(all) > 0 {
		s.cfg.Teller.Told()
	}
	return done, nil
}

// work is what a transaction is about to write.
type work struct {
	saves  []register.Save
	wound  []reports.Report // whose clocks have moved on, or whose rows were behind
	passed []deadline.Passed
	later  map[time.Time][]reports.ID
}

// judge decides what is to be done about each of these reports.
func (s *Scheduler) judge(ctx context.Context, tx pgx.Tx, rules *deadline.Rules, now time.Time, held []reports.Report) (work, error) {
	w := work{later: map[time.Time][]reports.ID{}}
	var asked []reports.ID
	oldest := now
	for _, p := range held {
		for _, run := range p.Clocks {
			if deadline.Waits(run.Clock) && len(rules.Reached(p, run, now)) > 0 {
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
		o, err := s.pass(rules, p, hearings[p.ID], outages, now)
		if err != nil {
			s.trouble(p.ID, err)
			at := now.Add(troubleWait)
			w.later[at] = append(w.later[at], p.ID)
			continue
		}
		switch {
		case o.Entry.Version != 0:
			w.saves = append(w.saves, register.Save{After: o.After, Entry: o.Entry})
		default: // its row is brought in line, which takes it out of the way
			w.wound = append(w.wound, o.After)
		}
		if o.Obstacle != "" && !o.Changed {
			s.cfg.Metrics.obstacles.WithLabelValues(string(o.Obstacle)).Inc()
			w.later[o.Again] = append(w.later[o.Again], p.ID)
		}
		w.passed = append(w.passed, o.Passed...)
	}
	return w, nil
}

// pass asks what is due for one report. A panic is its error.
func (s *Scheduler) pass(rules *deadline.Rules, p reports.Report, h register.Hearing, outages []register.Outage, now time.Time) (o deadline.Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panicked: %T", p)
			s.cfg.Log.Error("what is due for a report", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	return rules.Pass(p, func(run reports.Run) deadline.Heard { return heardOf(run, h, outages) }, now)
}

// write carries w out inside tx.
func (w work) write(ctx context.Context, tx pgx.Tx, s *Scheduler, rules *deadline.Rules, now time.Time) error {
	var b pgx.Batch
	if len(w.saves) > 0 {
		s.cfg.Register.QueueSave(&b, rules, w.saves...)
	}
	if len(w.wound) > 0 {
		s.cfg.Register.QueueClocks(&b, rules, w.wound...)
	}
	if len(w.passed) > 0 {
		s.cfg.Register.QueueNudges(&b, w.passed, now)
	}
	if b.Len() > 0 {
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return fmt.Errorf("note what is due: %w", err)
		}
	}
	for at, ids := range w.later { // after the rows were brought in line
		if err := s.cfg.Register.Later(ctx, tx, ids, at); err != nil {
			return err
		}
	}
	if len(w.passed) == 0 {
		return nil
	}
	if err := s.cfg.Teller.Tell(ctx, tx, now, w.passed); err != nil {
		return fmt.Errorf("tell what is due: %w", err)
	}
	return nil
}

// gatherLock is the advisory lock that keeps gathering and noting apart.
const gatherLock = 0x6b656e746f6e67 // "kentong"

// gather has each chat told in one message what was noted for it. It waits for
// passes that note something at this moment, so that several processes make one
// message too.
func (s *Scheduler) gather(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	told := 0
	err := pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
		var any bool
		if err := tx.QueryRow(ctx, `select exists (select 1 from gathered)`).Scan(&any); err != nil || !any {
			return err
		}
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, gatherLock); err != nil {
			return err
		}
		var err error
		told, err = s.cfg.Teller.Gather(ctx, tx, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("gather nudges: %w", err)
	}
	if told > 0 {
		s.cfg.Teller.Told()
	}
	return nil
}
