package scheduler

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
)

// recount brings the rows of clocks in line that nothing of the report's has
// made stale: an amended calendar those that stood still once, a changed office
// its own, and a report that nobody has looked at yet its first. Clocks that
// never paused are not touched by a calendar: they hold nothing that depends on it.
func (s *Scheduler) recount(ctx context.Context, now time.Time) error {
	but := []reports.ID{}
	for id, until := range s.shelved {
		if until.After(now) {
			but = append(but, id)
			continue
		}
		delete(s.shelved, id)
	}
	for ctx.Err() == nil {
		// Asked anew each time: two processes, of which one has not heard of a decree
		// yet, would otherwise undo each other's work without an end.
		rules := s.cfg.Rules()
		ids, err := s.cfg.Register.Stale(ctx, s.cfg.Pool, rules, s.cfg.Batch, but)
		if err != nil || len(ids) == 0 {
			return err
		}
		n, err := s.rewind(ctx, rules, ids)
		if err == nil && n == 0 {
			return nil // somebody else holds all of them
		}
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return err
		}
		s.cfg.Log.Warn("counting clocks again failed, the reports are tried one by one", "reports", len(ids), "error", err)
		for _, id := range ids {
			if _, err := s.rewind(ctx, rules, []reports.ID{id}); err == nil {
				continue
			} else if ctx.Err() != nil {
				return err
			} else {
				s.trouble(id, err)
			}
			but = append(but, id)
			s.shelved[id] = now.Add(troubleWait)
			if err := s.cfg.Register.Later(ctx, s.cfg.Pool, []reports.ID{id}, "", now.Add(troubleWait), register.Failed); err != nil {
				return fmt.Errorf("count clocks again: %w", err)
			}
		}
	}
	return ctx.Err()
}

func (s *Scheduler) rewind(ctx context.Context, rules *deadline.Rules, ids []reports.ID) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	err = s.safely("count clocks again", func() error {
		return pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
			held, err := s.cfg.Register.LockFree(ctx, tx, ids)
			if err != nil {
				return err
			}
			for i, p := range held {
				if p.Clocks != nil {
					continue
				}
				if held[i].Clocks, err = s.unwound(ctx, tx, p); err != nil {
					return err
				}
			}
			n = len(held)
			var b pgx.Batch
			s.cfg.Register.QueueClocks(&b, rules, held...)
			return tx.SendBatch(ctx, &b).Close()
		})
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
