package bots

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
)

func inboxContext(eventKey []byte) string { return fmt.Sprintf("inbox:%x", eventKey) }
func outboxContext(messageID string) string {
	return "outbox:" + messageID
}
func sessionContext(k key) string { return fmt.Sprintf("session:%d:%d", k.chat, k.person) }

// waiting is a row of the inbox whose turn has not come yet.
type waiting struct {
	id         int64
	key        key
	eventKey   []byte
	channel    string
	account    string
	tries      int
	retryAt    *time.Time
	receivedAt time.Time
	body       []byte
}

// locked is a session that this transaction holds.
type locked struct {
	key     key
	body    []byte
	wakeAt  *time.Time
	channel *string // nil: the identity was erased
	account *string
	kind    *string
	hash    []byte // of the address
	sealed  []byte // the address
	// unreachable says that they could not be written to the last time.
	unreachable *bool
}

// attempt does the turns of groups in one transaction: everything that arrived
// is stored, and the conversations whose locks could be had are stepped.
// Others are left to whoever holds them. With first set only the oldest waiting
// event of each is done, so that a failure is that event's.
//
// The common turn costs two round trips: one that stores, locks and reads (each
// a statement of its own, so that the reading sees what was committed before
// the lock was had), and one that writes and commits.
func (t *Turns) attempt(ctx context.Context, groups []*conversationWork, first bool) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	conn, err := t.cfg.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("get a connection: %w", err)
	}
	defer conn.Release()
	committed := false
	defer func() {
		if !committed && !conn.Conn().IsClosed() {
			undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			if _, err := conn.Exec(undo, "rollback"); err != nil {
				_ = conn.Conn().Close(undo) // the server undoes it then
			}
		}
	}()

	a := &attempt{turns: t, db: conn, now: t.cfg.Now(), machine: t.cfg.Machine(), first: first, groups: map[key]*conversationWork{}}
	for _, g := range groups {
		a.groups[g.key] = g
	}
	if err := a.open(ctx, conn.Conn(), groups); err != nil {
		return err
	}
	if err := a.step(ctx); err != nil {
		return err
	}
	if err := a.write(ctx, conn.Conn()); err != nil {
		return err
	}
	committed = true
	a.after(ctx, groups)
	t.cfg.Metrics.turnSeconds.Observe(time.Since(began).Seconds())
	return nil
}

// attempt is one transaction of turns.
type attempt struct {
	turns   *Turns
	db      register.DB
	now     time.Time
	machine *conversation.Machine
	first   bool

	inserted map[int64]bool // rows that this transaction stored
	held     map[key]locked
	rows     map[key][]waiting
	idle     map[int64]bool // chats of which the outbox holds nothing that may go, as far as we looked
	groups   map[key]*conversationWork
	// reachable are chats that write again although they could not be written to.
	reachable []int64

	turned  []*turn
	writes  writes
	catalog bool // somebody was appointed, or a group bound
}

// open is the first round trip.
func (a *attempt) open(ctx context.Context, conn *pgx.Conn, groups []*conversationWork) error {
	var arrivals []arrival
	chats, persons := make([]int64, len(groups)), make([]int64, len(groups))
	for i, g := range groups {
		chats[i], persons[i] = g.key.chat, g.key.person
		arrivals = append(arrivals, g.arrivals...)
	}
	var b pgx.Batch
	b.Queue("begin")
	a.inserted = make(map[int64]bool, len(arrivals))
	if len(arrivals) > 0 {
		queueArrivals(&b, arrivals, a.inserted)
	}
	b.Queue(`select s.chat, s.person, s.body, s.wake_at, i.channel, i.account, i.kind, i.address_hash, i.sealed, i.unreachable_at is not null
		from unnest($1::bigint[], $2::bigint[]) as k (chat, person)
		join sessions s on s.chat = k.chat and s.person = k.person
		left join identities i on i.chat = s.chat
		order by s.chat, s.person for no key update of s skip locked`, chats, persons).Query(func(rows pgx.Rows) error {
		a.held = make(map[key]locked, len(groups))
		return forEach(rows, func() error {
			var l locked
			if err := rows.Scan(&l.key.chat, &l.key.person, &l.body, &l.wakeAt, &l.channel, &l.account, &l.kind, &l.hash, &l.sealed, &l.unreachable); err != nil {
				return err
			}
			a.held[l.key] = l
			return nil
		})
	})
	b.Queue(`select i.id, i.chat, i.person, i.event_key, i.channel, i.account, i.tries, i.retry_at, i.received_at, i.body,
			exists (select 1 from outbox o where o.chat = k.chat and o.state = 'waiting' and (o.hold_until is null or o.hold_until <= $4))
		from unnest($1::bigint[], $2::bigint[]) as k (chat, person)
		cross join lateral (select * from inbox w where w.chat = k.chat and w.person = k.person and w.state = 'waiting'
			order by w.ord, w.id limit $3) i
		order by i.chat, i.person, i.ord, i.id`, chats, persons, maxRows, a.now).Query(func(rows pgx.Rows) error {
		a.rows = make(map[key][]waiting, len(groups))
		a.idle = make(map[int64]bool, len(groups))
		return forEach(rows, func() error {
			var w waiting
			var queued bool
			if err := rows.Scan(&w.id, &w.key.chat, &w.key.person, &w.eventKey, &w.channel, &w.account,
				&w.tries, &w.retryAt, &w.receivedAt, &w.body, &queued); err != nil {
				return err
			}
			a.idle[w.key.chat] = !queued
			a.rows[w.key] = append(a.rows[w.key], w)
			return nil
		})
	})
	if err := conn.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("store and lock: %w", err)
	}
	// Chats whose events are stored here and stepped by somebody else, or whose
	// session is so new that nobody else can see it.
	var others []int64
	for _, g := range groups {
		l, held := a.held[g.key]
		if held && l.channel == nil {
			return fmt.Errorf("chat %d: %w", g.key.chat, register.ErrNoIdentity)
		}
		if len(g.arrivals) > 0 && (!held || len(l.body) == 0) {
			others = append(others, g.key.chat)
			if g.key.person != 0 {
				others = append(others, g.key.person)
			}
		}
	}
	return stillThere(ctx, conn, others)
}

// stillThere makes sure that these chats are not being erased: whoever holds
// the lock of a session may be the sweep that forgets strangers, and events
// that it does not see would be nobody's.
func stillThere(ctx context.Context, db register.DB, chats []int64) error {
	if len(chats) == 0 {
		return nil
	}
	slices.Sort(chats)
	chats = slices.Compact(chats)
	var there int
	err := db.QueryRow(ctx, `select count(*) from (select chat from identities where chat = any($1) order by chat for key share) t`, chats).Scan(&there)
	switch {
	case err != nil:
		return fmt.Errorf("look whether chats are still known: %w", err)
	case there != len(chats):
		return fmt.Errorf("one of %d chats: %w", len(chats), register.ErrNoIdentity)
	}
	return nil
}

// queueArrivals stores what arrived, sorted by key: two transactions that store
// the same events in different orders would wait for each other. Ids are drawn
// in the order of arrival before the sorting.
func queueArrivals(b *pgx.Batch, arrivals []arrival, inserted map[int64]bool) {
	n := len(arrivals)
	keys, bodies := make([][]byte, n), make([][]byte, n)
	channels, accounts := make([]string, n), make([]string, n)
	chats, persons, orders := make([]int64, n), make([]int64, n), make([]int64, n)
	times, holds := make([]time.Time, n), make([]*time.Time, n)
	for i, a := range arrivals {
		if a.hold > 0 {
			until := a.at.Add(a.hold)
			holds[i] = &until
		}
		keys[i], bodies[i], channels[i], accounts[i] = a.eventKey, a.body, a.channel, a.account
		chats[i], persons[i], orders[i], times[i] = a.key.chat, a.key.person, a.order, a.at
	}
	b.Queue(`with arrived as materialized (
			select nextval('inbox_id') as id, u.* from unnest($1::bytea[], $2::text[], $3::text[], $4::bigint[], $5::bigint[],
				$6::bigint[], $7::timestamptz[], $8::bytea[], $9::timestamptz[])
				with ordinality as u (event_key, channel, account, chat, person, ord, received_at, body, retry_at, n)
		), known as (
			insert into sessions (chat, person) select distinct chat, person from arrived order by chat, person
			on conflict on constraint sessions_pkey do nothing
		)
		insert into inbox (id, event_key, channel, account, chat, person, ord, received_at, body, retry_at)
		select id, event_key, channel, account, chat, person, ord, received_at, body, retry_at from arrived order by event_key
		on conflict on constraint inbox_event_key do nothing
		returning id`,
		keys, channels, accounts, chats, persons, orders, times, bodies, holds).Query(func(rows pgx.Rows) error {
		return forEach(rows, func() error {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			inserted[id] = true
			return nil
		})
	})
}

func forEach(rows pgx.Rows, scan func() error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// step is everything between the round trips.
func (a *attempt) step(ctx context.Context) error {
	keys := make([]key, 0, len(a.held))
	for k := range a.held {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, key.compare)

	var names []reports.ID
	for _, k := range keys {
		turn := newTurn(a, a.held[k], a.rows[k])
		if turn == nil {
			continue
		}
		a.turned = append(a.turned, turn)
		if l := a.held[k]; l.unreachable != nil && *l.unreachable && turn.heard() {
			a.reachable = append(a.reachable, k.chat)
		}
		about, err := a.about(ctx, turn)
		if err != nil {
			return err
		}
		names = append(append(names, turn.names()...), about...)
	}
	if err := a.countTries(ctx); err != nil {
		return err
	}
	var rows map[reports.ID]reports.Report
	if len(names) > 0 {
		slices.Sort(names)
		var err error
		if rows, err = a.turns.cfg.Register.Lock(ctx, a.db, slices.Compact(names)); err != nil {
			return err
		}
	}
	for _, turn := range a.turned {
		turn.reports = rows
		if err := turn.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// countTries commits, on a connection of its own, that rows left over from
// earlier are about to be tried. A row that ends the process, by eating its
// memory for one, is thus counted all the same, and set aside in the end.
func (a *attempt) countTries(ctx context.Context) error {
	var left []int64
	for _, t := range a.turned {
		g := a.groups[t.key]
		for i := range t.waiting {
			w := &t.waiting[i]
			if a.inserted[w.id] {
				continue
			}
			if !g.counted[w.id] { // redoing a turn is the same try
				if g.counted == nil {
					g.counted = map[int64]bool{}
				}
				g.counted[w.id] = true
				left = append(left, w.id)
				w.tries++
			}
			if i < len(t.rows) {
				t.rows[i].tries = w.tries
			}
		}
	}
	if len(left) == 0 {
		return nil
	}
	if _, err := a.turns.cfg.Pool.Exec(ctx, `update inbox set tries = tries + 1 where id = any($1) and state = 'waiting'`, left); err != nil {
		return fmt.Errorf("count tries: %w", err)
	}
	return nil
}

// after does what must wait for the commit.
func (a *attempt) after(ctx context.Context, groups []*conversationWork) {
	t := a.turns
	for _, d := range a.writes.direct {
		d.sender.hand(d.parcel)
	}
	if a.writes.queued || a.writes.filed > 0 {
		t.cfg.OnOutbox()
	}
	if a.writes.media {
		t.cfg.OnMedia()
	}
	a.answerPresses(ctx)
	if a.catalog {
		t.cfg.OnCatalog()
	}
	typing := map[key]bool{}
	for _, turn := range a.turned {
		for _, e := range turn.tells {
			t.Kick(e.chat, 0)
		}
		if len(turn.saves)+len(turn.exhibits) > 0 {
			t.cfg.OnOutbox()
		}
		k := turn.key
		typing[k] = turn.typing && len(turn.said) == 0
		t.cfg.Metrics.turns.Add(float64(len(turn.done)))
		switch wake := turn.wake(); {
		case turn.unnoted:
			t.timers.wake(k, noteLook, func() { t.Kick(k.chat, k.person) })
		case turn.left:
			t.timers.wake(k, 0, func() { t.Kick(k.chat, k.person) })
		case wake.IsZero():
			t.timers.clear(k)
		default:
			t.timers.wake(k, wake.Sub(t.cfg.Now()), func() { t.Kick(k.chat, k.person) })
		}
	}
	t.cfg.Metrics.reportsFiled.Add(float64(a.writes.filed))
	for _, g := range groups {
		if typer, can := g.from.(Typer); can && typing[g.key] {
			typer := typer
			go func() {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer cancel()
				_ = typer.Typing(ctx, g.address) // best effort by its nature
			}()
		}
	}
}

// acceptOnly stores what arrived although its turn fails, and notes the
// failure with the oldest waiting row. Its error means that nothing is stored.
func (t *Turns) acceptOnly(ctx context.Context, g *conversationWork, cause error) error {
	inserted := map[int64]bool{}
	now := t.cfg.Now()
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	err := pgx.BeginFunc(ctx, t.cfg.Pool, func(tx pgx.Tx) error {
		var b pgx.Batch
		if len(g.arrivals) > 0 {
			queueArrivals(&b, g.arrivals, inserted)
		}
		b.Queue(`update inbox set tries = tries + case when tries = 0 then 1 else 0 end, failure = $3,
				retry_at = $4::timestamptz + least(power(2, least(tries, 9)), 300) * interval '1 second'
			where id = (select id from inbox where chat = $1 and person = $2 and state = 'waiting' order by ord, id limit 1)`,
			g.key.chat, g.key.person, class(cause), now)
		// A timer that fails is put off like an event.
		b.Queue(`update sessions set wake_at = $3::timestamptz + interval '5 minutes' where chat = $1 and person = $2 and wake_at <= $3`,
			g.key.chat, g.key.person, now)
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		if len(g.arrivals) == 0 {
			return nil
		}
		return stillThere(ctx, tx, []int64{g.key.chat})
	})
	if errors.Is(err, register.ErrNoIdentity) {
		return err
	}
	if err != nil {
		return errors.Join(cause, fmt.Errorf("store without a turn: %w", err))
	}
	return nil
}
