// Package pgtest gives each test a Postgres database of its own, with the schema in place.
//
// The schema is migrated once a process into a template, of which each test gets a clone (12 ms where the cluster is in memory). The server is the one
// that TEST_DATABASE_URL names, or else a throwaway cluster, which the first test of a process starts (about a second) and
// which disappears with the process, even if that crashes. A machine without PostgreSQL fails the tests; it never skips them.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
//	func TestFileStoresTheReport(t *testing.T) {
//		pool := pgtest.Pool(t)
//		…
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations"
	"kentongan/migrations/localpg"
)

// Main runs the tests of a package and then removes what they left on the server. It does not return. Packages that forget
// it leave a template on the server of TEST_DATABASE_URL until the next run; a throwaway cluster disappears without it too.
func Main(m *testing.M) {
	code := m.Run()
	if err := shared.close(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest: clean up:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// New returns the address of a database of t's own: up to date, empty but for what the schema brings, with the time zone UTC.
// It is dropped when t ends, also if t left connections open. Safe for concurrent use.
func New(t testing.TB) string {
	t.Helper()
	return create(t, true)
}

// Empty is New without the schema: a database in which nothing was ever made.
func Empty(t testing.TB) string {
	t.Helper()
	return create(t, false)
}

// Pool returns a pool of at most 10 connections to a database such as New's. It is closed when t ends, and t fails if a
// connection was not given back by then.
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(New(t))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	config.MaxConns = 10
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		closed := make(chan struct{})
		go func() {
			pool.Close()
			close(closed)
		}()
		select {
		case <-closed:
		case <-time.After(10 * time.Second): // Close waits for ever; the database is dropped all the same
			t.Errorf("pgtest: %d connections of the pool were not given back", pool.Stat().AcquiredConns())
		}
	})
	return pool
}

func create(t testing.TB, migrated bool) string {
	t.Helper()
	s, err := shared.get()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	name, err := s.create(migrated)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(name); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	address, err := withDatabase(s.url, name)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return address
}

// shared is the server of this process.
var shared lazy

type lazy struct {
	once   sync.Once
	server *server
	err    error
}

func (l *lazy) get() (*server, error) {
	l.once.Do(func() { l.server, l.err = start(os.Getenv("TEST_DATABASE_URL")) })
	return l.server, l.err
}

func (l *lazy) close() error {
	l.once.Do(func() { l.err = errors.New("pgtest is over") })
	if l.server == nil {
		return nil
	}
	return l.server.close()
}

// server is a Postgres on which this process makes databases. Their names begin with a prefix of the process's own, and the
// process holds an advisory lock named after it, so that others see which databases nobody needs any more.
type server struct {
	url    string
	own    *localpg.Server // nil if the server is not ours
	prefix string

	strategy string // how databases are cloned, where the server's default is not the best

	mu    sync.Mutex // one statement at a time: the connection, and a template that is being cloned, allow no more
	admin *pgx.Conn
	last  int
}

const anyPrefix = "kentongan_test_"

var ofProcess = regexp.MustCompile("^" + anyPrefix + "[0-9]+_[0-9a-f]{8}_")

// start opens the server and makes the template. With an empty address it starts a throwaway cluster.
func start(address string) (_ *server, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	s := &server{url: address}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if address == "" {
		s.own, err = localpg.Open(ctx, localpg.Config{Throwaway: true, Settings: map[string]string{"max_connections": "200"}})
		if err != nil {
			return nil, err
		}
		s.url = s.own.URL()
	}
	config, err := pgxpool.ParseConfig(s.url) // the pool's parser, for an address with pool_* settings
	if err != nil {
		return nil, fmt.Errorf("read TEST_DATABASE_URL: %w", err)
	}
	if s.admin, err = pgx.ConnectConfig(ctx, config.ConnConfig); err != nil {
		return nil, fmt.Errorf("reach the test server: %w", err)
	}
	var tag [4]byte
	rand.Read(tag[:])
	s.prefix = fmt.Sprintf("%s%d_%s_", anyPrefix, os.Getpid(), hex.EncodeToString(tag[:]))
	if _, err := s.admin.Exec(ctx, "select pg_advisory_lock(hashtextextended($1, 0))", s.prefix); err != nil {
		return nil, fmt.Errorf("mark the test databases as in use: %w", err)
	}
	if s.own == nil {
		if err := s.sweep(ctx); err != nil {
			return nil, fmt.Errorf("drop what earlier tests left on the server: %w", err)
		}
	} else if version, err := strconv.Atoi(s.admin.PgConn().ParameterStatus("server_version")[:2]); err == nil && version >= 15 {
		s.strategy = " strategy file_copy" // three times as fast where a checkpoint costs nothing
	}
	if err := s.makeTemplate(ctx); err != nil {
		return nil, fmt.Errorf("make the template: %w", err)
	}
	return s, nil
}

func (s *server) template() string { return s.prefix + "template" }

func (s *server) makeTemplate(ctx context.Context) error {
	if _, err := s.admin.Exec(ctx, "create database "+quote(s.template())+" template template0 encoding 'UTF8'"); err != nil {
		return err
	}
	address, err := withDatabase(s.url, s.template())
	if err != nil {
		return err
	}
	_, err = migrations.Up(ctx, address)
	return err
}

// sweep drops the databases of processes that are gone.
func (s *server) sweep(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, "select datname from pg_database where starts_with(datname, $1) and not starts_with(datname, $2)", anyPrefix, s.prefix)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range all {
		prefix := ofProcess.FindString(name)
		if prefix == "" {
			continue // somebody else's idea of a name
		}
		var free bool
		if err := s.admin.QueryRow(ctx, "select pg_try_advisory_lock(hashtextextended($1, 0))", prefix).Scan(&free); err != nil {
			return err
		}
		if !free {
			continue
		}
		if _, err := s.admin.Exec(ctx, "drop database if exists "+quote(name)+" with (force)"); err != nil {
			return err
		}
		if _, err := s.admin.Exec(ctx, "select pg_advisory_unlock(hashtextextended($1, 0))", prefix); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) create(migrated bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.last++
	name := fmt.Sprintf("%s%d", s.prefix, s.last)
	source := "template0 encoding 'UTF8'"
	if migrated {
		source = quote(s.template())
	}
	source += s.strategy
	for try := 1; ; try++ {
		_, err := s.admin.Exec(ctx, "create database "+quote(name)+" template "+source)
		if err == nil {
			return name, nil
		}
		// Something of the server's own, such as an autovacuum worker, may be in the template for a moment. Postgres has
		// waited five seconds by then.
		if pgErr, ok := errors.AsType[*pgconn.PgError](err); !ok || pgErr.Code != "55006" || try == 3 {
			return "", fmt.Errorf("create database %s: %w", name, err)
		}
	}
}

func (s *server) drop(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := s.admin.Exec(ctx, "drop database if exists "+quote(name)+" with (force)"); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// close removes what the process made and ends a server of its own.
func (s *server) close() error {
	var errs []error
	if s.admin != nil {
		if s.own == nil {
			errs = append(errs, s.drop(s.template()))
		}
		errs = append(errs, s.admin.Close(context.Background()))
	}
	if s.own != nil {
		errs = append(errs, s.own.Close())
	}
	return errors.Join(errs...)
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// withDatabase returns address, a URL or a list of keywords, for another database and with the time zone UTC: a setting of a
// database is not cloned with it.
func withDatabase(address, database string) (string, error) {
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return address + " dbname=" + database + " timezone=UTC", nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("read TEST_DATABASE_URL: %w", err)
	}
	u.Path = "/" + database
	query := u.Query()
	query.Del("dbname")
	query.Del("database")
	query.Set("timezone", "UTC")
	u.RawQuery = query.Encode()
	return u.String(), nil
}
