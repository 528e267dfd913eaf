package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// clock is the demo's: the machine's, set forward. By how much is kept in the
// database, so that a second start goes on where it was. It never goes back.
type clock struct {
	pool    *pgxpool.Pool
	machine func() time.Time
	ahead   atomic.Int64 // a [time.Duration]
}

// openClock reads where the demo's clock stood.
func openClock(ctx context.Context, pool *pgxpool.Pool, machine func() time.Time) (*clock, error) {
	ahead, err := clockAhead(ctx, pool)
	if err != nil {
		return nil, err
	}
	c := &clock{pool: pool, machine: machine}
	c.ahead.Store(int64(ahead))
	return c, nil
}

// clockAhead is by how much the database's times are ahead of the machine's:
// nothing, unless a demo set its clock forward.
func clockAhead(ctx context.Context, pool *pgxpool.Pool) (time.Duration, error) {
	var micros int64
	err := pool.QueryRow(ctx, `select ahead from demo_clock`).Scan(&micros)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return 0, fmt.Errorf("read the demo's clock: %w", err)
	}
	return time.Duration(micros) * time.Microsecond, nil
}

// Now is the demo's time.
func (c *clock) Now() time.Time { return c.machine().Add(time.Duration(c.ahead.Load())) }

// moveTo sets the clock forward to t; what has passed already leaves it as it
// is. It is stored first: what is then said under the new time never meets an
// older one after a restart.
func (c *clock) moveTo(ctx context.Context, t time.Time) error {
	ahead := (t.Sub(c.machine()) + time.Microsecond).Truncate(time.Microsecond)
	if ahead <= time.Duration(c.ahead.Load()) {
		return nil
	}
	if _, err := c.pool.Exec(ctx, `insert into demo_clock as d (ahead) values ($1)
		on conflict on constraint demo_clock_pkey do update set ahead = greatest(d.ahead, excluded.ahead)`, ahead.Microseconds()); err != nil {
		return fmt.Errorf("store the demo's clock: %w", err)
	}
	c.ahead.Store(int64(ahead))
	return nil
}
