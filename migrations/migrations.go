// Package migrations brings the database schema up to date and tells whether it is.
//
// The schema is the files sql/NNNNN_name.sql in goose's format, embedded in the program. A file that was released is never
// changed: what was wrong in it is mended by the next one. There is no way down; a backup is.
package migrations

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed sql/*.sql
var embedded embed.FS

// versionTable is where goose keeps what was applied.
const versionTable = goose.DefaultTablename

// lockKey names the advisory lock of migrations in a database; it reads "ktngmigr".
const lockKey int64 = 0x6b746e676d696772

// lockPoll is how often a process that waits for the lock asks for it.
const lockPoll = 100 * time.Millisecond

// Errors that [Up] and [Status.Err] wrap.
var (
	// ErrNewer means that the database has migrations that this program does not know: a newer one, or one of another
	// branch, made them. Nothing was changed.
	ErrNewer = errors.New("the database schema is newer than this program")
	// ErrPending means that this program has migrations that the database lacks.
	ErrPending = errors.New("the database schema is older than this program")
)

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string // its file, such as 00001_spine.sql
}

// Applied is a migration that was carried out by this call, and how long it took.
type Applied struct {
	Migration
	Took time.Duration
}

// Status compares the schema of a database with what this program has. Its zero value is an empty database and a program
// without migrations.
type Status struct {
	Current int64       // the newest version that the database has; 0 if it has none
	Latest  int64       // the newest version that this program has
	Pending []Migration // what the database lacks, oldest first
	Unknown []int64     // what the database has and this program does not know, oldest first
}

// Err returns nil if the schema is exactly what this program has, otherwise one line that wraps [ErrNewer] or [ErrPending]
// and says what to do. A database that is both is newer: it must not be touched.
func (s Status) Err() error {
	switch {
	case len(s.Unknown) > 0:
		return fmt.Errorf("%w: it has version %s and this program knows up to %d; run the newer program, or restore a backup",
			ErrNewer, versions(s.Unknown), s.Latest)
	case len(s.Pending) > 0:
		return fmt.Errorf("%w: it lacks %s; run 'kentongan migrate'", ErrPending, names(s.Pending))
	}
	return nil
}

// Querier is what [Check] needs of a connection; *pgx.Conn, *pgxpool.Pool and pgx.Tx are such.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Check compares the schema of the database behind db with what this program has. It only reads, so it is fit for a health
// check and safe while another process migrates. The error is one of reaching the database, never of what was found there:
// for that see [Status.Err].
func Check(ctx context.Context, db Querier) (Status, error) {
	return check(ctx, db, files())
}

// Up brings the schema of the database at databaseURL up to date and returns what it applied, oldest first: nothing if there
// was nothing to do. Any number of processes may call it at once; one works and the others wait for it, until ctx ends. Each
// migration is a transaction, unless its file says otherwise, so after an error the returned ones are there to stay and the
// next call goes on behind them. It wraps [ErrNewer], having changed nothing, if a newer program was here before.
//
// The URL must lead to Postgres itself, not to a pooler that hands out connections by transaction: the lock is the
// connection's.
func Up(ctx context.Context, databaseURL string) ([]Applied, error) {
	return up(ctx, databaseURL, files())
}

func files() fs.FS {
	sub, err := fs.Sub(embedded, "sql")
	if err != nil {
		panic(err) // impossible: the folder is embedded
	}
	return sub
}

// known lists the migrations of fsys, oldest first. Goose passes over a file whose name has no version; here it is an error,
// because somebody meant it to be applied.
func known(fsys fs.FS) ([]Migration, error) {
	paths, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var all []Migration
	for _, p := range paths {
		version, err := goose.NumericComponent(p)
		if err != nil {
			return nil, fmt.Errorf("migration file %s: %w", p, err)
		}
		all = append(all, Migration{Version: version, Name: path.Base(p)})
	}
	slices.SortFunc(all, func(a, b Migration) int { return cmp.Compare(a.Version, b.Version) })
	return all, nil
}

func check(ctx context.Context, db Querier, fsys fs.FS) (Status, error) {
	all, err := known(fsys)
	if err != nil {
		return Status{}, err
	}
	applied, err := appliedVersions(ctx, db)
	if err != nil {
		return Status{}, fmt.Errorf("read the schema's version: %w", err)
	}
	var s Status
	if len(all) > 0 {
		s.Latest = all[len(all)-1].Version
	}
	if len(applied) > 0 {
		s.Current = applied[len(applied)-1]
	}
	for _, m := range all {
		if !slices.Contains(applied, m.Version) {
			s.Pending = append(s.Pending, m)
		}
	}
	for _, v := range applied {
		if !slices.ContainsFunc(all, func(m Migration) bool { return m.Version == v }) {
			s.Unknown = append(s.Unknown, v)
		}
	}
	return s, nil
}

// appliedVersions returns the versions that the database has, ascending. Version 0 is goose's own mark of an empty schema.
func appliedVersions(ctx context.Context, db Querier) ([]int64, error) {
	rows, err := db.Query(ctx, "select to_regclass($1) is not null", versionTable)
	if err != nil {
		return nil, err
	}
	exists, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[bool])
	if err != nil || !exists {
		return nil, err
	}
	rows, err = db.Query(ctx, "select distinct version_id from "+versionTable+" where is_applied and version_id > 0 order by version_id")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

func up(ctx context.Context, databaseURL string, fsys fs.FS) (applied []Applied, err error) {
	// pgxpool's parser, because it takes the pool_* settings out, which a server would refuse.
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("migrate: read the database URL: %w", err)
	}
	params := config.ConnConfig.RuntimeParams
	params["application_name"] = "kentongan migrate"
	params["timezone"] = "UTC"
	params["statement_timeout"] = "0" // a role's limit is meant for turns, not for building an index

	// One connection only: the lock belongs to it, and what goose does must be done by whoever holds the lock. If the
	// connection breaks, database/sql opens another, and sessionLock takes the lock anew.
	db := stdlib.OpenDB(*config.ConnConfig)
	db.SetMaxOpenConns(1)
	defer func() {
		if cerr := db.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("migrate: close the connection: %w", cerr)
		}
	}()

	status, err := checkOn(ctx, db, fsys)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if !errors.Is(status.Err(), ErrPending) {
		return nil, status.Err()
	}

	// Goose would take the lock itself, but only after it has made its table, over which several processes stumble and then
	// wait for a whole second. So the lock is taken before goose begins. Taking it twice is harmless, closing db frees it.
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	err = sessionLock{}.SessionLock(ctx, conn)
	conn.Close() // back to its pool of one
	if err != nil {
		return nil, fmt.Errorf("migrate: wait for another process that migrates this database: %w", err)
	}

	// What was pending may have been done while we waited, by this program or by a newer one.
	status, err = checkOn(ctx, db, fsys)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if !errors.Is(status.Err(), ErrPending) {
		return nil, status.Err()
	}

	provider, err := goose.NewProvider(goose.DialectPostgres, db, fsys,
		goose.WithSessionLocker(sessionLock{}),
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	results, err := provider.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		results = partial.Applied
		cause := partial.Err
		if pgErr, ok := errors.AsType[*pgconn.PgError](cause); ok {
			cause = pgErr // without the statement, which may be pages
		}
		err = fmt.Errorf("apply migration %s: %w", path.Base(partial.Failed.Source.Path), cause)
	} else if err != nil {
		err = fmt.Errorf("migrate: %w", err)
	}
	for _, r := range results {
		applied = append(applied, Applied{Migration{r.Source.Version, path.Base(r.Source.Path)}, r.Duration})
	}
	return applied, err
}

// checkOn is check on the pgx connection inside db.
func checkOn(ctx context.Context, db *sql.DB, fsys fs.FS) (status Status, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return Status{}, err
	}
	defer conn.Close()
	err = conn.Raw(func(driverConn any) error {
		status, err = check(ctx, driverConn.(*stdlib.Conn).Conn(), fsys)
		return err
	})
	return status, err
}

// sessionLock is an advisory lock of a connection, waited for until the context ends.
//
// It asks again and again in place of waiting in pg_advisory_lock, because a statement that waits holds a snapshot, and
// "create index concurrently" in a migration waits for all snapshots: the two would wait for each other. Goose's own locker
// asks too, but once a second at the most.
type sessionLock struct{}

func (sessionLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	for {
		var locked bool
		if err := conn.QueryRowContext(ctx, "select pg_try_advisory_lock($1)", lockKey).Scan(&locked); err != nil {
			return err
		}
		if locked {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

// SessionUnlock ignores its result: if the connection is broken the lock is already free, and up closes it anyway.
func (sessionLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, _ = conn.ExecContext(ctx, "select pg_advisory_unlock($1)", lockKey)
	return nil
}

func versions(all []int64) string {
	var b strings.Builder
	for i, v := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, v)
	}
	return b.String()
}

func names(all []Migration) string {
	if len(all) > 3 {
		return fmt.Sprintf("%d migrations, the first %s", len(all), all[0].Name)
	}
	var s []string
	for _, m := range all {
		s = append(s, m.Name)
	}
	return strings.Join(s, ", ")
}
