package bots

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// The owner's clockwork. A holder that hangs loses the lock after
// ownerIdle, because Postgres ends its session; it has stopped acting by then,
// because it fences itself ownerFence after the last ping that was answered.
const (
	ownerIdle  = 4 * time.Second
	ownerPing  = time.Second
	ownerFence = 3 * time.Second
	ownerRetry = time.Second
	// ownerSettle is how long a new owner waits before it acts: a former one whose
	// session was ended under it finds out with its next ping.
	ownerSettle = ownerPing + 500*time.Millisecond
)

// Own runs f whenever this process is the one that owns name on the database
// that config names: at most one process does at a time. f's context ends as
// soon as the ownership is in doubt, and f has to return then. When f returns,
// by itself or not, the lock is given up, and f is run again when it is had again. Own returns when ctx ends and f has returned.
func Own(ctx context.Context, config *pgx.ConnConfig, name string, log *slog.Logger, f func(ctx context.Context)) {
	config = config.Copy()
	config.RuntimeParams["idle_session_timeout"] = fmt.Sprint(ownerIdle.Milliseconds())
	for ctx.Err() == nil {
		if err := ownOnce(ctx, config, name, f); err != nil && ctx.Err() == nil {
			log.Warn("ownership lost or not had", "name", name, "error", err)
		}
		pause(ctx, ownerRetry)
	}
}

// ownOnce takes the lock if it is free, and keeps it for as long as it can.
func ownOnce(ctx context.Context, config *pgx.ConnConfig, name string, f func(ctx context.Context)) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing) // the lock goes with the session
	}()
	var had bool
	if err := conn.QueryRow(ctx, `select pg_try_advisory_lock(hashtextextended($1, 11))`, "kentongan owner "+name).Scan(&had); err != nil {
		return fmt.Errorf("take the lock: %w", err)
	}
	if !had {
		return nil
	}
	pause(ctx, ownerSettle)
	settled, cancel := context.WithTimeout(ctx, ownerFence)
	err = conn.Ping(settled)
	cancel()
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	acting, fence := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f(acting)
	}()
	defer func() { <-ended }()
	defer fence(context.Canceled)
	for {
		asked := time.Now()
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
			return nil // somebody else may have a try, and so may we
		case <-time.After(ownerPing):
		}
		ping, cancel := context.WithDeadline(ctx, asked.Add(ownerFence))
		err := conn.Ping(ping)
		cancel()
		// A process that was stopped in between finds out by its own clock, without
		// asking anybody.
		if late := time.Since(asked); err == nil && late > ownerFence {
			err = fmt.Errorf("hung for %s", late.Round(time.Millisecond))
		}
		if err != nil {
			err = fmt.Errorf("owner of %s: %w", name, err)
			fence(err)
			return err
		}
	}
}
