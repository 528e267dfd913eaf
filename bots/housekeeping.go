package bots

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports/evidence"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// How long things are kept.
const (
	keepStrangers = 48 * time.Hour // after their last message
	keepOutbox    = 14 * 24 * time.Hour
	// keepDeadLetters is how long an operator has to look and retry.
	keepDeadLetters = 30 * 24 * time.Hour
	keepHeldMedia   = 30 * 24 * time.Hour
	keepUploads     = 48 * time.Hour // that wait for consent, which has a day
	keepTemporary   = 24 * time.Hour // half-written files, files that nobody refers to yet
	placeEvery      = 10 * time.Second
	tidyEvery       = time.Hour
)

// Sweeper is a [Channel] that keeps messages and uploads of its own for a
// while. Both methods erase what is older than before and say how many.
type Sweeper interface {
	Sweep(ctx context.Context, before time.Time) (int64, error)
	SweepUploads(ctx context.Context, before time.Time) (int, error)
}

// HousekeepingConfig is what [Housekeeping] needs.
type HousekeepingConfig struct {
	Pool       *pgxpool.Pool
	Register   *register.Register
	Identities *register.Identities
	Vault      *evidence.Vault
	Sealer     *seal.Sealer
	Log        *slog.Logger
	Now        func() time.Time
	Channels   []Channel
	OnCards    func()
}

// Housekeeping erases what is no longer needed and finds readers for reports
// that had none, until ctx ends. One process at a time does it, see [Own];
// doing it twice harms nothing.
func Housekeeping(ctx context.Context, cfg HousekeepingConfig) {
	var tidied time.Time
	for ctx.Err() == nil {
		if _, err := cfg.Register.RetireCards(ctx); err != nil && ctx.Err() == nil {
			cfg.Log.Error("retire cards", "error", err)
		}
		if placed, err := cfg.Register.PlaceUnshown(ctx); err != nil && ctx.Err() == nil {
			cfg.Log.Error("place unshown reports", "error", err)
		} else if placed > 0 {
			cfg.OnCards()
		}
		if now := cfg.Now(); now.Sub(tidied) >= tidyEvery {
			if err := Tidy(ctx, cfg); err != nil && ctx.Err() == nil {
				cfg.Log.Error("tidy up", "error", err)
			}
			tidied = now
		}
		pause(ctx, placeEvery)
	}
}

// Tidy erases everything whose time is over by cfg.Now(). Each part is tried
// even where another fails.
func Tidy(ctx context.Context, cfg HousekeepingConfig) error {
	now := cfg.Now()
	var failed error
	note := func(what string, err error) {
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", what, err))
		}
	}
	for _, c := range cfg.Channels {
		_, err := cfg.Pool.Exec(ctx, `delete from inbox where received_at < $1 and channel = $2 and account = $3 and state = 'done'`,
			now.Add(-c.Limits().KeepKeys), c.Name(), c.Account())
		note("forget event keys", err)
		if s, can := c.(Sweeper); can {
			_, err := s.Sweep(ctx, now.Add(-keepOutbox))
			note("sweep messages of "+c.Name(), err)
			_, err = s.SweepUploads(ctx, now.Add(-keepUploads))
			note("sweep uploads of "+c.Name(), err)
		}
	}
	// What the service told itself cannot come again: its file's state guards it.
	_, err := cfg.Pool.Exec(ctx, `delete from inbox where received_at < $1 and channel = '' and state = 'done'`, now.Add(-keepOutbox))
	note("forget event keys", err)
	_, err = cfg.Pool.Exec(ctx, `update outbox set state = 'failed', body = null, failure = 'expired'
		where created_at < $1 and state in ('waiting', 'held') and (hold_until is null or hold_until < $1)`, now.Add(-keepUndelivered))
	note("expire messages", err)
	_, err = cfg.Pool.Exec(ctx, `delete from outbox where created_at < $1 and state not in ('waiting', 'held')`, now.Add(-keepOutbox))
	note("forget sent messages", err)
	_, err = cfg.Identities.ForgetStrangers(ctx, now.Add(-keepStrangers))
	note("forget strangers", err)
	_, err = NewDeadLetters(cfg.Pool).Tidy(ctx, now.Add(-keepDeadLetters))
	note("erase old dead letters", err)
	note("tidy files", tidyFiles(ctx, cfg, now, time.Now()))
	return failed
}

// tidyFiles removes files that no draft and no report refers to. Rows are as old
// as the service's clock says, files as the machine's says.
func tidyFiles(ctx context.Context, cfg HousekeepingConfig, now, machine time.Time) error {
	_, err := cfg.Pool.Exec(ctx, `delete from media where report is null and
		(state in ('dropped', 'refused') and created_at < $1 or state = 'held' and created_at < $2)`,
		now.Add(-keepTemporary), now.Add(-keepHeldMedia))
	if err != nil {
		return err
	}
	if _, err := cfg.Vault.Sweep(ctx, machine.Add(-keepTemporary)); err != nil {
		return err
	}
	return cfg.Vault.Walk(ctx, func(d evidence.Digest, info fs.FileInfo) error {
		if info.ModTime().After(machine.Add(-keepTemporary)) {
			return nil
		}
		return removeUnreferenced(ctx, cfg, d)
	})
}

// removeUnreferenced removes d unless a row of media refers to it, under the
// lock that noting a stored file takes too.
func removeUnreferenced(ctx context.Context, cfg HousekeepingConfig, d evidence.Digest) error {
	tx, err := cfg.Pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // nothing to undo: it only holds a lock
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 7))`, d[:]); err != nil {
		return err
	}
	var referred bool
	if err := tx.QueryRow(ctx, `select exists (select 1 from media where sha256 = $1)`, d[:]).Scan(&referred); err != nil {
		return err
	}
	if referred {
		return nil
	}
	return cfg.Vault.Remove(d)
}
