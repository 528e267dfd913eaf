package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations"
	"kentongan/migrations/localpg"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// commandConns is how many connections a command needs that is typed.
const commandConns = 4

// database is where the service keeps everything but files.
type database struct {
	url    string
	server *localpg.Server // nil: somebody else runs it
	pool   *pgxpool.Pool
}

// locate finds the database that the settings name, and starts the private
// one where they name none. Share is for short commands beside a service that
// runs it already.
func locate(ctx context.Context, s settings, share bool, log *slog.Logger) (*database, error) {
	if s.databaseURL != "" {
		return &database{url: s.databaseURL}, nil
	}
	server, err := localpg.Open(ctx, localpg.Config{Dir: postgresDir(s), Share: share, Log: log})
	if err != nil {
		return nil, fmt.Errorf("start the private Postgres (DATABASE_URL names another): %w", err)
	}
	return &database{url: server.URL(), server: server}, nil
}

// connect makes the pool and proves that the server answers.
func (d *database) connect(ctx context.Context, size int) error {
	config, err := register.PoolConfig(d.url, size)
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return fmt.Errorf("reach the database (check DATABASE_URL, and that the server runs): %w", err)
	}
	d.pool = pool
	return nil
}

// close ends the pool, and the private Postgres if this process runs it.
func (d *database) close() error {
	if d.pool != nil {
		d.pool.Close()
	}
	if d.server == nil {
		return nil
	}
	if err := d.server.Close(); err != nil {
		return fmt.Errorf("stop the private Postgres: %w", err)
	}
	return nil
}

// with runs a short command on the database, whose schema must be this
// program's. From then on p.now is the time that the database's service goes by:
// in a demo's, codes and dates are those of its clock.
func (p *program) with(ctx context.Context, do func(s settings, pool *pgxpool.Pool) error) (err error) {
	s, err := p.settings()
	if err != nil {
		return err
	}
	db, err := locate(ctx, s, true, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.connect(ctx, commandConns); err != nil {
		return err
	}
	status, err := migrations.Check(ctx, db.pool)
	if err != nil {
		return err
	}
	if err := status.Err(); err != nil {
		return err
	}
	ahead, err := clockAhead(ctx, db.pool)
	if err != nil {
		return err
	}
	if machine := p.now; ahead > 0 {
		p.now = func() time.Time { return machine().Add(ahead) }
	}
	return do(s, db.pool)
}

// withCatalog is with, for commands that need the catalogue and no key.
func (p *program) withCatalog(ctx context.Context, do func(*register.Catalog) error) error {
	return p.with(ctx, func(_ settings, pool *pgxpool.Pool) error {
		return do(register.NewCatalog(pool, nil))
	})
}

// postgresDir is where the private Postgres lives.
func postgresDir(s settings) string { return filepath.Join(s.dataDir, "postgres") }

// keyFile is where the demo keeps the key that it made.
func keyFile(s settings) string { return filepath.Join(s.dataDir, "secret_key") }

// errNoKey says that nothing sealed can be read or written.
var errNoKey = errors.New("KENTONGAN_SECRET_KEY is not set: it seals who reporters are; make one with `openssl rand -base64 32` and keep a copy")

// sealer is made of the key in the settings, or of the demo's. The error
// wraps errNoKey where there is neither.
func (s settings) sealer() (*seal.Sealer, error) {
	key := s.key
	if key.IsZero() {
		content, err := os.ReadFile(keyFile(s))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errNoKey
		}
		if err != nil {
			return nil, fmt.Errorf("read the key: %w", err)
		}
		if key, err = seal.ParseKey(string(content)); err != nil {
			return nil, fmt.Errorf("read the key in %s: %w", keyFile(s), err)
		}
	}
	return seal.New(key)
}

// makeKey writes a new key for the demo, readable by its owner only, and
// keeps the one that is there.
func makeKey(s settings) error {
	if _, err := os.Stat(keyFile(s)); err == nil {
		return nil
	}
	file, err := os.CreateTemp(s.dataDir, ".secret_key-*") // with mode 0600
	if err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.WriteString(seal.NewKey().Encode() + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	// A link appears with its content or not at all, and replaces nothing.
	if err := os.Link(file.Name(), keyFile(s)); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the key: %w", err)
	}
	return nil
}

// checkKey proves that sealer opens what the database holds: with another key
// every reporter would be a stranger, and nobody would notice before it is
// too late.
func checkKey(ctx context.Context, pool *pgxpool.Pool, sealer *seal.Sealer) error {
	rows, err := pool.Query(ctx, `
		(select address_hash, sealed from identities order by chat limit 1)
		union all
		(select address_hash, sealed from identities order by chat desc limit 1)`)
	if err != nil {
		return fmt.Errorf("check the key: %w", err)
	}
	defer rows.Close()
	identities := register.NewIdentities(pool, sealer)
	for rows.Next() {
		var hash, sealed []byte
		if err := rows.Scan(&hash, &sealed); err != nil {
			return fmt.Errorf("check the key: %w", err)
		}
		if _, err := identities.OpenAddress(hash, sealed); err != nil {
			return fmt.Errorf("KENTONGAN_SECRET_KEY does not open what this database holds, put back the one it was sealed with: %w", err)
		}
	}
	return rows.Err()
}

type migrateCommand struct{}

// Run brings the schema up to date.
func (c *migrateCommand) Run(ctx context.Context, p *program) (err error) {
	s, err := p.settings()
	if err != nil {
		return err
	}
	db, err := locate(ctx, s, true, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	applied, err := migrations.Up(ctx, db.url)
	for _, m := range applied {
		fmt.Fprintf(p.stdout, "applied %s\n", m.Name)
	}
	if err == nil && len(applied) == 0 {
		fmt.Fprintln(p.stdout, "the schema is up to date")
	}
	return err
}
