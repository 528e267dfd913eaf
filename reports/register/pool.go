// Package register keeps reports in Postgres: filing, changes by the domain's
// table with optimistic versions, append-only history, and the sealed table of
// identities. It decides nothing that package reports decides.
package register

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// HungHolder is after how long Postgres ends a transaction whose process went
// silent in the middle: a stopped process would keep its rows locked for ever.
const HungHolder = 4 * time.Second

// lockTimeout is how long a statement waits for a lock before its transaction
// is given up and done again.
const lockTimeout = time.Second

// DB is what statements run on: a pool, a connection or a transaction.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// PoolConfig reads a connection string and sets what the service relies on:
// times in UTC, transactions of hung processes ended after [HungHolder], and at
// most size connections.
func PoolConfig(url string, size int) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read DATABASE_URL: %w", err)
	}
	cfg.MaxConns = int32(min(size, 1000))
	params := cfg.ConnConfig.RuntimeParams
	params["timezone"] = "UTC"
	// Every frequent statement looks a few rows up by index, and is prepared. One
	// plan serves all its parameters: made anew each time, planning took longer
	// than the work. A plan that was made while a table was small would scan it for
	// as long as the connection lives, and a turn would cost more with every
	// message kept.
	for name, value := range map[string]string{
		"plan_cache_mode": "force_generic_plan", "jit": "off",
		"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
	} {
		if params[name] == "" {
			params[name] = value
		}
	}
	// A lock that a stopped process holds must not hold everybody else up.
	params["lock_timeout"] = fmt.Sprint(lockTimeout.Milliseconds())
	params["idle_in_transaction_session_timeout"] = fmt.Sprint(HungHolder.Milliseconds())
	if params["application_name"] == "" {
		params["application_name"] = "kentongan"
	}
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	return cfg, nil
}
