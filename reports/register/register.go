package register

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports"
	"kentongan/reports/seal"
)

var (
	// ErrNotFound says that no report has this number.
	ErrNotFound = errors.New("no such report")
	// ErrStale says that the report was changed by somebody else since it was read.
	ErrStale = errors.New("the report was changed meanwhile")
)

// Register is the register of reports. It is safe for concurrent use, by any
// number of processes on one database.
type Register struct {
	pool   *pgxpool.Pool
	sealer *seal.Sealer

	mu   sync.Mutex
	next reports.ID // of the block of ids that this process has drawn
	last reports.ID
}

// New returns the register in the database of pool. It does no IO.
func New(pool *pgxpool.Pool, sealer *seal.Sealer) *Register {
	return &Register{pool: pool, sealer: sealer}
}

// idBlock is the increment of the sequence report_id.
const idBlock = 64

// NextID draws an id for a report that is about to be filed, so that the rest
// of its transaction can name it. Ids that are not used leave gaps.
func (r *Register) NextID(ctx context.Context) (reports.ID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next >= r.last {
		var first reports.ID
		if err := r.pool.QueryRow(ctx, `select nextval('report_id')`).Scan(&first); err != nil {
			return 0, fmt.Errorf("draw report ids: %w", err)
		}
		r.next, r.last = first, first+idBlock
	}
	id := r.next
	r.next++
	return id, nil
}

// columns are those of row, in its order.
const columns = `id, tracking_id, version, kind, state, origin, asked_by, reporter, source, chronology,
	occurred, location, agency, agency_words, keyword, anonymous, confidential, evidence, filed_at, claimant,
	dispatched, followed_up, returns, asks, held_until, reopening, escalated, oversight, formal, extended, manual, merged_into, closing, clocks,
	coalesce(to_char(promised_on, 'YYYY-MM-DD'), '')`

// row is a report as its table has it.
type row struct {
	ID           reports.ID
	TrackingID   reports.TrackingID
	Version      int
	Kind         reports.Kind
	State        reports.State
	Origin       reports.State
	AskedBy      reports.ActorKind
	Reporter     reports.PersonID
	Source       string
	Chronology   string
	Occurred     reports.OccurredAt
	Location     reports.Location
	Agency       string
	AgencyWords  string
	Keyword      string
	Anonymous    bool
	Confidential bool
	Evidence     int
	FiledAt      time.Time
	Claimant     reports.PersonID
	Dispatched   bool
	FollowedUp   bool
	Returns      int
	Asks         int
	HeldUntil    *time.Time
	Reopening    bool
	Escalated    bool
	Oversight    bool
	Formal       bool
	Extended     bool
	Manual       bool
	MergedInto   reports.ID
	Closing      reports.Closing
	Clocks       []reports.Run
	Promised     string
}

func (w row) report() reports.Report {
	r := reports.Report{
		ID: w.ID, TrackingID: w.TrackingID, Version: w.Version, Kind: w.Kind, State: w.State, Origin: w.Origin,
		AskedBy: w.AskedBy, Reporter: w.Reporter, Source: w.Source, Chronology: w.Chronology,
		OccurredAt: w.Occurred, Location: w.Location, Agency: w.Agency, AgencyWords: w.AgencyWords,
		Keyword: w.Keyword, Anonymous: w.Anonymous, Confidential: w.Confidential, Evidence: w.Evidence,
		FiledAt: w.FiledAt, Claimant: w.Claimant, Dispatched: w.Dispatched, FollowedUp: w.FollowedUp,
		Returns: w.Returns, Asks: w.Asks, Reopening: w.Reopening, Escalated: w.Escalated,
		Oversight: w.Oversight, Formal: w.Formal, Extended: w.Extended, Manual: w.Manual, MergedInto: w.MergedInto,
		Closing: w.Closing, Clocks: w.Clocks, Promised: w.Promised,
	}
	if w.HeldUntil != nil {
		r.HeldUntil = *w.HeldUntil
	}
	return r
}

func collect(rows pgx.Rows, err error) ([]reports.Report, error) {
	return collectUpTo(0, rows, err)
}

// collectUpTo is collect where about n reports are expected.
func collectUpTo(n int, rows pgx.Rows, err error) ([]reports.Report, error) {
	if err != nil {
		return nil, err
	}
	return pgx.AppendRows(make([]reports.Report, 0, n), rows, func(r pgx.CollectableRow) (reports.Report, error) {
		w, err := pgx.RowToStructByPos[row](r)
		return w.report(), err
	})
}

// one is collect where a single report is wanted; none is [ErrNotFound].
func one(rows pgx.Rows, err error) (reports.Report, error) {
	list, err := collect(rows, err)
	switch {
	case err != nil:
		return reports.Report{}, err
	case len(list) == 0:
		return reports.Report{}, ErrNotFound
	}
	return list[0], nil
}

// Report returns the report with this id, or [ErrNotFound].
func (r *Register) Report(ctx context.Context, id reports.ID) (reports.Report, error) {
	found, err := one(r.pool.Query(ctx, `select `+columns+` from reports where id = $1`, id))
	if err != nil {
		return found, fmt.Errorf("report %d: %w", id, err)
	}
	return found, nil
}

// ByTrackingID returns the report that people know by id, or [ErrNotFound].
func (r *Register) ByTrackingID(ctx context.Context, id reports.TrackingID) (reports.Report, error) {
	found, err := one(r.pool.Query(ctx, `select `+columns+` from reports where tracking_id = $1`, id))
	if err != nil {
		return found, fmt.Errorf("report %s: %w", id, err)
	}
	return found, nil
}

// Filter says which reports [Register.List] returns; empty fields filter nothing.
type Filter struct {
	State    reports.State
	Agency   string
	Reporter reports.PersonID
	Before   reports.ID // only reports after this one in the list's order, for the next page; an unknown one: none
	Limit    int        // at most this many; 0: 100
}

// List returns reports in the order of their filing, the newest first. Ids do
// not tell that: every process draws blocks of them.
func (r *Register) List(ctx context.Context, f Filter) ([]reports.Report, error) {
	return r.ListIn(ctx, r.pool, f)
}

// ListIn is [Register.List] inside the caller's transaction.
func (r *Register) ListIn(ctx context.Context, db DB, f Filter) ([]reports.Report, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	// A filter that is not set is left out: a plan for every filter at once could use no index.
	where := []string{"true"}
	for _, c := range []struct {
		set bool
		sql string
	}{
		{f.State != "", "state = @state"},
		{f.Agency != "", "agency = @agency"},
		{f.Reporter != 0, "reporter = @reporter"},
		{f.Before != 0, "(filed_at, id) < (select b.filed_at, b.id from reports b where b.id = @before)"},
	} {
		if c.set {
			where = append(where, c.sql)
		}
	}
	list, err := collect(db.Query(ctx, `select `+columns+` from reports where `+strings.Join(where, " and ")+` order by filed_at desc, id desc limit @limit`,
		pgx.NamedArgs{"state": f.State, "agency": f.Agency, "reporter": f.Reporter, "before": f.Before, "limit": f.Limit}))
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return list, nil
}

// History returns what was done to a report, oldest first; the first entry is
// its filing.
func (r *Register) History(ctx context.Context, id reports.ID) ([]reports.Entry, error) {
	return r.HistoryIn(ctx, r.pool, id)
}

// HistoryIn is [Register.History] inside the caller's transaction.
func (r *Register) HistoryIn(ctx context.Context, db DB, id reports.ID) ([]reports.Entry, error) {
	rows, err := db.Query(ctx, `select version, change, from_state, to_state from history where report = $1 order by version`, id)
	if err == nil {
		var entries []reports.Entry
		if entries, err = pgx.CollectRows(rows, pgx.RowToStructByPos[reports.Entry]); err == nil {
			return entries, nil
		}
	}
	return nil, fmt.Errorf("history of report %d: %w", id, err)
}

// Lock locks these reports in the order of their ids, which is what keeps two
// transactions from waiting for each other, and returns them as they are now.
// Reports that do not exist are left out.
func (r *Register) Lock(ctx context.Context, db DB, ids []reports.ID) (map[reports.ID]reports.Report, error) {
	list, err := collect(db.Query(ctx, `select `+columns+` from reports where id = any($1) order by id for no key update`, ids))
	if err != nil {
		return nil, fmt.Errorf("lock %d reports: %w", len(ids), err)
	}
	locked := make(map[reports.ID]reports.Report, len(list))
	for _, report := range list {
		locked[report.ID] = report
	}
	return locked, nil
}

// staleVersion is the constraint that the function stale_report names.
const staleVersion = "reports_stale_version"

// IsStale reports whether err is [ErrStale], or what the statement of
// [Register.QueueSave] fails with for the same reason.
func IsStale(err error) bool { return errors.Is(err, ErrStale) || violated(err) == staleVersion }

// Retryable reports whether a transaction that failed with err may simply be
// done again from its reading on: a deadlock, a conflict, a stale report, a lock
// that was not to be had, or a database that is out of reach for the moment.
func Retryable(err error) bool {
	var pg *pgconn.PgError
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, ErrNotFound),
		errors.Is(err, ErrNoIdentity), errors.Is(err, ErrTaken), errors.Is(err, reports.ErrRefused):
		return false
	case !errors.As(err, &pg):
		return true // a connection that broke
	case len(pg.Code) < 2:
		return false
	}
	switch pg.Code[:2] {
	case "40", // rollback: deadlock, serialization, stale_report
		"08", // connection
		"53", // insufficient resources
		"57", // operator intervention: shutdown, timeout
		"25": // the transaction was ended under us (idle_in_transaction_session_timeout)
		return true
	}
	if pg.Code == "55P03" { // lock_not_available
		return true
	}
	return pg.ConstraintName == "reports_tracking_id" // another random number will do
}
