package bots

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports/seal"
)

// ErrNoDeadLetter says that no message of this number is set aside.
var ErrNoDeadLetter = errors.New("no such dead letter")

// DeadLetter is an event that was set aside after several tries. It tells
// nothing of what was written or by whom.
type DeadLetter struct {
	ID         int64
	Channel    string // empty: the service told itself, as of a fetched file
	Account    string
	Chat       int64
	Person     int64
	Tries      int
	ReceivedAt time.Time
	SetAsideAt time.Time
	Failure    string // the class of the last failure
	Bytes      int    // of the sealed body; 0: it was erased
}

// DeadLetters are for operators: to look at what was set aside, and to have it
// tried again once the cause is mended. It is safe for concurrent use.
type DeadLetters struct {
	pool *pgxpool.Pool
}

// NewDeadLetters returns the dead letters in pool's database. It does no IO.
func NewDeadLetters(pool *pgxpool.Pool) *DeadLetters { return &DeadLetters{pool: pool} }

const deadLetterColumns = `id, channel, account, chat, person, tries, received_at,
	coalesce(done_at, received_at), coalesce(failure, ''), coalesce(length(body), 0)`

// List returns the newest limit dead letters, the newest first.
func (d *DeadLetters) List(ctx context.Context, limit int) ([]DeadLetter, error) {
	rows, err := d.pool.Query(ctx, `select `+deadLetterColumns+` from inbox where state = 'dead' order by id desc limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[DeadLetter])
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	return list, nil
}

// DeadLetter returns one of them, or [ErrNoDeadLetter].
func (d *DeadLetters) DeadLetter(ctx context.Context, id int64) (DeadLetter, error) {
	rows, err := d.pool.Query(ctx, `select `+deadLetterColumns+` from inbox where state = 'dead' and id = $1`, id)
	if err != nil {
		return DeadLetter{}, fmt.Errorf("dead letter %d: %w", id, err)
	}
	letter, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[DeadLetter])
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNoDeadLetter
	}
	if err != nil {
		return DeadLetter{}, fmt.Errorf("dead letter %d: %w", id, err)
	}
	return letter, nil
}

// Opening is who looks at what was written, and why.
type Opening struct {
	By  string // the operator's name on the machine
	Why string // must not be empty
	At  time.Time
}

// Open opens what was set aside, as the channel's Decode reads it. It is
// personal data: that somebody opened it, and why, is committed to the table of
// openings before. It is [ErrNoDeadLetter] where there is none any more, or its
// body was erased; nothing is recorded then.
func (d *DeadLetters) Open(ctx context.Context, sealer *seal.Sealer, id int64, o Opening) ([]byte, error) {
	if o.By == "" || o.Why == "" {
		return nil, fmt.Errorf("open dead letter %d: who opens it, and why?", id)
	}
	var eventKey, body []byte
	tag, err := d.pool.Exec(ctx, `insert into openings (at, what, ref, by, why)
		select $2, 'dead_letter', $1, $3, $4 where exists (select 1 from inbox where id = $1 and state = 'dead' and body is not null)`,
		id, o.At, o.By, o.Why)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNoDeadLetter
	}
	if err == nil {
		err = d.pool.QueryRow(ctx, `select event_key, body from inbox where state = 'dead' and id = $1 and body is not null`, id).
			Scan(&eventKey, &body)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNoDeadLetter
	}
	if err == nil {
		body, err = sealer.Open(nil, body, inboxContext(eventKey))
	}
	if err != nil {
		return nil, fmt.Errorf("open dead letter %d: %w", id, err)
	}
	return body, nil
}

// Retry puts a dead letter back in its place, with all its tries before it:
// the service takes it up within a second. It is [ErrNoDeadLetter] where there
// is none, or its body was erased, and [register.ErrNoIdentity] where whoever
// wrote it was forgotten: nobody could be answered.
func (d *DeadLetters) Retry(ctx context.Context, id int64) error {
	err := pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		var chat, person int64
		err := tx.QueryRow(ctx, `select chat, person from inbox where id = $1 and state = 'dead' and body is not null`, id).Scan(&chat, &person)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNoDeadLetter
		}
		if err != nil {
			return err
		}
		// The lock keeps strangers from being forgotten until the letter waits again.
		if err := stillThere(ctx, tx, slices.DeleteFunc([]int64{chat, person}, func(n int64) bool { return n == 0 })); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into sessions (chat, person) values ($1, $2) on conflict do nothing`, chat, person); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			update inbox set state = 'waiting', tries = 0, retry_at = null, done_at = null, failure = null
			where id = $1 and state = 'dead' and body is not null`, id)
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrNoDeadLetter
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("retry dead letter %d: %w", id, err)
	}
	return nil
}

// Tidy erases the bodies of what was set aside before, and returns how many.
// That something failed, and how, stays.
func (d *DeadLetters) Tidy(ctx context.Context, before time.Time) (int64, error) {
	tag, err := d.pool.Exec(ctx, `update inbox set body = null
		where state = 'dead' and coalesce(done_at, received_at) < $1 and body is not null`, before)
	if err != nil {
		return 0, fmt.Errorf("erase old dead letters: %w", err)
	}
	return tag.RowsAffected(), nil
}
