package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/conversation"
	"kentongan/reports/evidence"
	"kentongan/reports/seal"
)

// Limits of fetching.
const (
	fetchAtOnce   = 4
	fetchTimeout  = 10 * time.Minute
	fetchLease    = 12 * time.Second // renewed while it lasts, so that a dead process's file is soon another's
	renewEvery    = fetchLease / 3
	maxFetchTries = 40 // some three hours of a network that is away
)

// MediaConfig is what [NewMedia] needs.
type MediaConfig struct {
	Pool    *pgxpool.Pool
	Sealer  *seal.Sealer
	Vault   *evidence.Vault
	Log     *slog.Logger
	Now     func() time.Time
	Channel Channel
	Kick    func(chat, person int64) // called after an event was put into the inbox
	Metrics *Metrics
}

// Media fetches files of one channel into the vault. What became of a file
// comes back as an event of the same conversation.
type Media struct {
	cfg  MediaConfig
	wake chan struct{}
}

// NewMedia returns Media that do nothing until [Media.Run].
func NewMedia(cfg MediaConfig) *Media {
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	return &Media{cfg: cfg, wake: make(chan struct{}, 1)}
}

// Wake has the waiting files looked at now. It never blocks.
func (m *Media) Wake() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// Run fetches until ctx ends. A fetch that is cut off is done again later.
func (m *Media) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	slots := make(chan struct{}, fetchAtOnce)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if err := m.letGo(ctx); err != nil && ctx.Err() == nil {
			m.cfg.Log.Error("let go of dropped files", "error", err)
		}
		for ctx.Err() == nil {
			slots <- struct{}{}
			f, err := m.claim(ctx)
			if err != nil || f == nil {
				<-slots
				if err != nil && ctx.Err() == nil {
					m.cfg.Log.Error("claim a file", "error", err)
				}
				break
			}
			wg.Go(func() {
				defer func() { <-slots }()
				m.fetch(ctx, *f)
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-m.wake:
		case <-tick.C:
		}
	}
}

type file struct {
	ID     int64
	Chat   int64
	Person int64
	Tries  int
	Ref    []byte
}

func (m *Media) claim(ctx context.Context) (*file, error) {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	rows, err := m.cfg.Pool.Query(ctx, `update media set lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond', tries = tries + 1 where id = (
			select id from media where state = 'wanted' and channel = $1 and account = $2
				and (retry_at is null or retry_at <= $3) and (lease_until is null or lease_until <= clock_timestamp())
			order by id limit 1 for update skip locked)
		returning id, chat, person, tries, ref`, m.cfg.Channel.Name(), m.cfg.Channel.Account(), m.cfg.Now(), fetchLease.Milliseconds())
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[file])
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// fetch brings one file into the vault and tells its conversation.
func (m *Media) fetch(ctx context.Context, f file) {
	defer func() {
		if r := recover(); r != nil { // its lease runs out, and its tries are counted
			m.cfg.Log.Error("fetching panicked", "file", f.ID, "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
		}
	}()
	name := m.cfg.Channel.Name()
	// Before, not after: a file that ends the process must not be tried for ever.
	if f.Tries > maxFetchTries {
		m.cfg.Metrics.media.WithLabelValues(name, "failed").Inc()
		m.cfg.Log.Error("give a file up", "file", f.ID, "tries", f.Tries)
		if err := m.finish(ctx, f, internalEvent{Refused: &conversation.FileRefused{File: f.ID, Why: "failed"}}, nil); err != nil {
			m.cfg.Log.Error("note a file that is given up", "file", f.ID, "error", class(err))
		}
		return
	}
	renewing, stop := context.WithCancel(ctx)
	var renewal sync.WaitGroup
	renewal.Go(func() { m.renew(renewing, f) })
	stored, err := m.store(ctx, f)
	stop()
	renewal.Wait()
	if ctx.Err() != nil {
		m.giveBack(f, 0, 1)
		return
	}
	var refused *evidence.Refusal
	switch {
	case err == nil:
		m.cfg.Metrics.media.WithLabelValues(name, "stored").Inc()
		err = m.finish(ctx, f, internalEvent{Stored: &conversation.FileStored{File: f.ID, Kind: string(stored.Kind)}}, &stored)
	case errors.As(err, &refused):
		m.cfg.Metrics.media.WithLabelValues(name, "refused").Inc()
		err = m.finish(ctx, f, internalEvent{Refused: &conversation.FileRefused{File: f.ID, Why: why(refused.Reason), Limit: refused.Limit}}, nil)
	case errors.Is(err, ErrMediaTooLarge):
		m.cfg.Metrics.media.WithLabelValues(name, "refused").Inc()
		err = m.finish(ctx, f, internalEvent{Refused: &conversation.FileRefused{
			File: f.ID, Why: why(evidence.TooLarge), Limit: m.cfg.Channel.Via().MaxFile,
		}}, nil)
	case errors.Is(err, ErrMediaGone):
		m.cfg.Metrics.media.WithLabelValues(name, "gone").Inc()
		err = m.finish(ctx, f, internalEvent{Refused: &conversation.FileRefused{File: f.ID, Why: "gone"}}, nil)
	default:
		m.cfg.Log.Warn("fetch a file", "file", f.ID, "tries", f.Tries, "error", scrub(err))
		m.giveBack(f, backoff(f.Tries), 0)
		return
	}
	if err != nil {
		m.cfg.Log.Error("note a fetched file", "file", f.ID, "error", err)
		m.giveBack(f, backoff(f.Tries), 0)
		return
	}
	m.discard(ctx, f)
}

// letGo has the network forget files that were dropped before they were wanted.
func (m *Media) letGo(ctx context.Context) error {
	rows, err := m.cfg.Pool.Query(ctx, `select id, chat, person, tries, ref from media
		where state = 'dropped' and ref is not null and channel = $1 and account = $2 order by id limit 100`,
		m.cfg.Channel.Name(), m.cfg.Channel.Account())
	if err != nil {
		return err
	}
	dropped, err := pgx.CollectRows(rows, pgx.RowToStructByPos[file])
	if err != nil || len(dropped) == 0 {
		return err
	}
	ids := make([]int64, len(dropped))
	for i, f := range dropped {
		m.discard(ctx, f)
		ids[i] = f.ID
	}
	_, err = m.cfg.Pool.Exec(ctx, `update media set ref = null where id = any($1) and state = 'dropped'`, ids)
	return err
}

// discard has the network forget a file that is done with. What is left over
// where this fails is swept by age.
func (m *Media) discard(ctx context.Context, f file) {
	d, can := m.cfg.Channel.(Discarder)
	if !can {
		return
	}
	ref, err := m.cfg.Sealer.Open(nil, f.Ref, mediaContext(f.ID))
	if err == nil {
		err = d.Discard(context.WithoutCancel(ctx), ref)
	}
	if err != nil {
		m.cfg.Log.Warn("discard a fetched file", "file", f.ID, "error", scrub(err))
	}
}

// renew keeps the file this process's for as long as it is being fetched.
func (m *Media) renew(ctx context.Context, f file) {
	for pause(ctx, renewEvery); ctx.Err() == nil; pause(ctx, renewEvery) {
		if _, err := m.cfg.Pool.Exec(ctx, `update media set lease_until = clock_timestamp() + $2::bigint * interval '1 millisecond'
			where id = $1 and state = 'wanted'`, f.ID, fetchLease.Milliseconds()); err != nil && ctx.Err() == nil {
			m.cfg.Log.Warn("renew the claim of a file", "file", f.ID, "error", err)
		}
	}
}

func (m *Media) store(ctx context.Context, f file) (evidence.Stored, error) {
	ref, err := m.cfg.Sealer.Open(nil, f.Ref, mediaContext(f.ID))
	if err != nil {
		return evidence.Stored{}, fmt.Errorf("open a reference: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	body, err := m.cfg.Channel.Fetch(ctx, ref)
	if err != nil {
		return evidence.Stored{}, fmt.Errorf("fetch: %w", err)
	}
	defer func(c io.Closer) { _ = c.Close() }(body) // only read from
	return m.cfg.Vault.Put(ctx, body, evidence.Limits{Bytes: m.cfg.Channel.Via().MaxFile})
}

// finish notes what became of a file and tells its conversation, in one
// transaction. A file that was dropped meanwhile is nobody's business any more.
func (m *Media) finish(ctx context.Context, f file, e internalEvent, stored *evidence.Stored) error {
	ctx = context.WithoutCancel(ctx)
	plain, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	now := m.cfg.Now()
	id := m.cfg.Sealer.Hash("event", nil, nil, fmt.Append(nil, "file ", f.ID))[:16]
	body := m.cfg.Sealer.Seal(nil, plain, inboxContext(id))
	err = pgx.BeginFunc(ctx, m.cfg.Pool, func(tx pgx.Tx) error {
		state, digest, bytes, typ, kind := "refused", []byte(nil), (*int64)(nil), (*string)(nil), (*string)(nil)
		if stored != nil {
			k := string(stored.Kind)
			state, digest, bytes, typ, kind = "stored", stored.SHA256[:], &stored.Bytes, &stored.Type, &k
			// The sweep that removes files nobody refers to takes the same lock.
			if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 7))`, digest); err != nil {
				return err
			}
			if there, err := m.cfg.Vault.Has(stored.SHA256); err != nil || !there {
				return fmt.Errorf("the vault lost the file while it was noted: %w", errors.Join(err, io.ErrUnexpectedEOF))
			}
		}
		tag, err := tx.Exec(ctx, `update media set state = $2, sha256 = $3, bytes = $4, type = $5, kind = $6, ref = null, lease_until = null
			where id = $1 and state = 'wanted'`, f.ID, state, digest, bytes, typ, kind)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		var b pgx.Batch
		queueArrivals(&b, []arrival{{key: key{f.Chat, f.Person}, eventKey: id, at: now, body: body}}, map[int64]bool{})
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return err
	}
	m.cfg.Kick(f.Chat, f.Person)
	return nil
}

// giveBack leaves a file for later, with so many tries taken back.
func (m *Media) giveBack(f file, wait time.Duration, untried int) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := m.cfg.Pool.Exec(ctx, `update media set lease_until = null, retry_at = $2, tries = tries - $3 where id = $1 and state = 'wanted'`,
		f.ID, m.cfg.Now().Add(wait), untried); err != nil {
		m.cfg.Log.Error("give a file back", "file", f.ID, "error", err)
	}
}

// why is the conversation's word for what the vault says.
func why(r evidence.Reason) string {
	switch r {
	case evidence.Empty:
		return "empty"
	case evidence.TooLarge:
		return "too_large"
	case evidence.NotAccepted:
		return "type"
	}
	return "failed"
}
