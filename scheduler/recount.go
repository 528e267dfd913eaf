package scheduler

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// recount brings the rows of clocks in line that nothing of the report's has
// made stale: an amended calendar those that stood still once, a changed office
// its own, and a report that nobody has looked at yet its first. Clocks that
// never paused are not touched by a calendar: they hold nothing that depends on it.
func (s *Scheduler) recount(ctx context.Context, rules *deadline.Rules) error {
	for ctx.Err() == nil {
		ids, err := s.cfg.Register.Stale(ctx, s.cfg.Pool, rules, s.cfg.Batch)
		if err != nil || len(ids) == 0 {
			return err
		}
		n, err := s.rewind(ctx, rules, ids)
		if err != nil {
			return fmt.Errorf("count clocks again: %w", err)
		}
		if n == 0 {
			return nil // somebody else holds all of them
		}
	}
	return ctx.Err()
}

func (s *Scheduler) rewind(ctx context.Context, rules *deadline.Rules, ids []reports.ID) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
		held, err := s.cfg.Register.LockFree(ctx, tx, ids)
		if err != nil {
			return err
		}
		for i, p := range held {
			if p.Clocks != nil {
				continue
			}
			if held[i].Clocks, err = s.unwound(ctx, tx, p); err != nil {
				s.trouble(p.ID, err)
				held[i].Clocks = []reports.Run{}
			}
		}
		n = len(held)
		var b pgx.Batch
		s.cfg.Register.QueueClocks(&b, rules, held...)
		return tx.SendBatch(ctx, &b).Close()
	})
	return n, err
}

// unwound are the running clocks of a report by its history.
func (s *Scheduler) unwound(ctx context.Context, tx pgx.Tx, p reports.Report) ([]reports.Run, error) {
	history, err := s.cfg.Register.HistoryIn(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	runs, err := reports.Runs(p.AsFiled(), history)
	if err != nil {
		return nil, err
	}
	running := []reports.Run{}
	for _, run := range runs {
		if run.Running() {
			running = append(running, run)
		}
	}
	return running, nil
}
