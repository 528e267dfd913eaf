package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports"
	"kentongan/reports/seal"
	"kentongan/reports/workday"
)

// What the methods of [Catalog] answer to what cannot be done. They are
// wrapped by errors of one line that say what to do.
var (
	// ErrInvalid says that a value can never be taken.
	ErrInvalid = errors.New("invalid")
	// ErrExists says that the code or word is taken.
	ErrExists = errors.New("exists already")
	// ErrUnknown says that nothing has this code, word or number.
	ErrUnknown = errors.New("unknown")
)

// Catalog keeps what an operator maintains by command: bodies, keywords,
// categories, officials, the groups they work in, limits, holidays, and one-time
// codes. It is safe for concurrent use.
type Catalog struct {
	pool   *pgxpool.Pool
	sealer *seal.Sealer
}

// NewCatalog returns the catalogue in pool's database. The sealer hashes
// one-time codes; it may be nil where none are made or redeemed.
func NewCatalog(pool *pgxpool.Pool, sealer *seal.Sealer) *Catalog {
	return &Catalog{pool: pool, sealer: sealer}
}

// Snapshot is what a process must know of the catalogue to talk to people.
type Snapshot struct {
	Version  int64            // of the catalogue; a higher one is newer
	Agencies []reports.Agency // by code, each with its keywords
	// Verifier says that somebody verifies reports: a group of the national
	// admin is bound, or a national admin is appointed.
	Verifier bool
	// Officials are the appointments by person; Groups the bodies of bound groups by
	// the number of the chat, "" for the national admin's.
	Officials map[reports.PersonID][]reports.Appointment
	Groups    map[int64]string
	// Restricted says that somebody may be shown restricted reports: a national
	// admin is appointed.
	Restricted bool
	// Limits are those built in and after them those that were entered, oldest
	// first; Holidays is the table in force.
	Limits   []reports.Limit
	Holidays workday.Table
}

// Snapshot reads the whole catalogue as it is at one instant.
func (c *Catalog) Snapshot(ctx context.Context) (Snapshot, error) {
	var s Snapshot
	// Under read committed each statement sees its own instant, and the version
	// might be newer than the agencies: a process would then never notice.
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, c.pool, options, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			select version,
			       exists (select from officials where role = $1 and removed_at is null),
			       exists (select from groups where agency is null)
			from catalog`, reports.NationalAdmin).Scan(&s.Version, &s.Restricted, &s.Verifier)
		if err != nil {
			return err
		}
		s.Verifier = s.Verifier || s.Restricted
		if s.Agencies, err = agencies(ctx, tx); err != nil {
			return err
		}
		if s.Officials, err = appointments(ctx, tx, `removed_at is null`); err != nil {
			return err
		}
		if s.Groups, err = groups(ctx, tx); err != nil {
			return err
		}
		if s.Limits, err = limits(ctx, tx); err != nil {
			return err
		}
		s.Holidays, err = holidays(ctx, tx)
		return err
	})
	if err != nil {
		return Snapshot{}, fmt.Errorf("read the catalogue: %w", err)
	}
	return s, nil
}

// Version returns the catalogue's version alone: where it is higher than that
// of a snapshot, the snapshot is old.
func (c *Catalog) Version(ctx context.Context) (int64, error) {
	var version int64
	if err := c.pool.QueryRow(ctx, `select version from catalog`).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the catalogue's version: %w", err)
	}
	return version, nil
}

// violated returns the name of the constraint that err broke, or "".
func violated(err error) string {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.ConstraintName
	}
	return ""
}
