package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// looseScan lists the offices, and of each the working days, that clocks wait for:
// a step of the index for each, however many clocks there are.
const looseScan = `with recursive places as (
		(select office, next_at from clocks where next_at is not null order by office, next_at limit 1)
		union all
		select n.office, n.next_at from places p cross join lateral (
			select office, next_at from clocks where next_at is not null and (office, next_at) > (p.office, p.next_at)
			order by office, next_at limit 1) n
	), timed as (
		(select office from clocks where due_at is not null order by office limit 1)
		union all
		select n.office from timed t cross join lateral (
			select office from clocks where due_at is not null and office > t.office order by office limit 1) n
	)
	select office, next_at from places union all select office, null from timed`

// waitingPlace is where clocks wait: an office and a number of working days, or
// [inHours].
type waitingPlace struct {
	office string
	next   int
}

func places(ctx context.Context, db DB) ([]waitingPlace, error) {
	rows, err := db.Query(ctx, looseScan)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (waitingPlace, error) {
		var p waitingPlace
		var next *int
		err := row.Scan(&p.office, &next)
		if p.next = inHours; next != nil {
			p.next = *next
		}
		return p, err
	})
}

// inHours is the next of a place where clocks wait for an instant, not for a day.
const inHours = -1 << 30

// Due finds reports of which a clock may have come to its next rung by now, in
// offices that are open, at most limit of them. It finds by an index over what was
// written when the clocks last changed: its cost does not grow with the number of
// reports. It locks nothing.
func (r *Register) Due(ctx context.Context, db DB, rules *deadline.Rules, now time.Time, limit int) ([]reports.ID, error) {
	waiting, err := places(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("look where clocks wait: %w", err)
	}
	offices := rules.Offices()
	var names, timed []string
	var nexts []int
	var cutoffs []string
	for _, w := range waiting {
		office, known := offices[w.office]
		switch {
		case !known || !office.Open(now): // unknown: to be counted again, see Recount
		case w.next == inHours:
			timed = append(timed, w.office)
		default:
			cutoff, _ := office.Calendar.Reached(workday.DateOf(now, office.Zone), w.next)
			names, nexts, cutoffs = append(names, w.office), append(nexts, w.next), append(cutoffs, cutoff.String())
		}
	}
	rows, err := db.Query(ctx, `
		select c.report from unnest($1::text[], $2::integer[], $3::date[]) as p (office, next_at, cutoff) cross join lateral (
			select report from clocks where office = p.office and next_at = p.next_at and anchor_on <= p.cutoff
				and (later_at is null or later_at <= $5) order by anchor_on, report limit $6) c
		union
		select c.report from unnest($4::text[]) as p (office) cross join lateral (
			select report from clocks where office = p.office and due_at <= $5
				and (later_at is null or later_at <= $5) order by due_at, report limit $6) c
		limit $6`, names, nexts, cutoffs, timed, now, limit)
	if err != nil {
		return nil, fmt.Errorf("find what is due: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[reports.ID])
	if err != nil {
		return nil, fmt.Errorf("find what is due: %w", err)
	}
	return ids, nil
}

// Stale finds reports whose clocks have to be counted again, at most limit: those
// that stood still and were counted by other holidays, those of offices that have
// changed, and those that nobody has looked at yet. Those in but are left out.
func (r *Register) Stale(ctx context.Context, db DB, rules *deadline.Rules, limit int, but []reports.ID) ([]reports.ID, error) {
	waiting, err := places(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("look where clocks wait: %w", err)
	}
	known := rules.Offices()
	var gone []string
	for _, w := range waiting {
		if _, is := known[w.office]; !is && !slices.Contains(gone, w.office) {
			gone = append(gone, w.office)
		}
	}
	rows, err := db.Query(ctx, `(select report from clocks where (counted < $1 or counted > $1) and report <> all($4) limit $3)
		union (select c.report from unnest($2::text[]) as o (office) cross join lateral (
			select report from clocks where office = o.office and report <> all($4) limit $3) c)
		union (select id from reports where unwound and id <> all($4) order by id limit $3)
		limit $3`, rules.Epoch(), gone, limit, append([]reports.ID{}, but...))
	if err != nil {
		return nil, fmt.Errorf("find clocks to count again: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[reports.ID])
	if err != nil {
		return nil, fmt.Errorf("find clocks to count again: %w", err)
	}
	return ids, nil
}

// LockFree is [Register.Lock] for those of the reports that nobody else holds.
func (r *Register) LockFree(ctx context.Context, db DB, ids []reports.ID) ([]reports.Report, error) {
	rows, err := db.Query(ctx, `select `+columns+` from reports where id = any($1) order by id for no key update skip locked`, ids)
	list, err := collectUpTo(len(ids), rows, err)
	if err != nil {
		return nil, fmt.Errorf("lock %d reports: %w", len(ids), err)
	}
	return list, nil
}

// Failed is why clocks are put off where it was an error, in the place of an
// obstacle.
const Failed deadline.Obstacle = "failed"

// Later puts a clock of these reports off until at, "" all of theirs, for what stood
// in the way.
func (r *Register) Later(ctx context.Context, db DB, ids []reports.ID, clock reports.Clock, at time.Time, why deadline.Obstacle) error {
	_, err := db.Exec(ctx, `update clocks set later_at = $2, why = $3, tries = tries + 1 where report = any($1) and ($4 = '' or clock = $4)`,
		ids, at, why, clock)
	if err != nil {
		return fmt.Errorf("put clocks off: %w", err)
	}
	return nil
}

// Hearing is what is known of whether a reporter heard what a clock waits for.
type Hearing struct {
	// Proofs are what reached their channel, and when.
	Proofs map[string]time.Time
	// Away: they could not be written to the last time.
	Away bool
	// Unread: a message of theirs waits for its turn, or was set aside.
	Unread bool
	// Queued: something about the report is still on its way to them. What is held
	// until they write is not: they are away.
	Queued bool
	// Channel and Account are where they are.
	Channel, Account string
}

// Hearings tells of these reports what their reporters heard.
func (r *Register) Hearings(ctx context.Context, db DB, ids []reports.ID) (map[reports.ID]Hearing, error) {
	heard := make(map[reports.ID]Hearing, len(ids))
	if len(ids) == 0 {
		return heard, nil
	}
	rows, err := db.Query(ctx, `select p.id, coalesce(i.channel, ''), coalesce(i.account, ''), i.chat is null or i.unreachable_at is not null,
			exists (select 1 from inbox w where w.chat = p.reporter and w.person = 0 and w.channel <> '' and w.state = 'waiting')
				or p.reporter in (select chat from inbox where person = 0 and channel <> '' and state = 'dead'), -- an index for each
			exists (select 1 from outbox o where o.chat = p.reporter and o.report = p.id and o.state = 'waiting'),
			coalesce(h.proof, ''), h.at
		from reports p left join identities i on i.chat = p.reporter left join heard h on h.report = p.id
		where p.id = any($1)`, ids)
	if err != nil {
		return nil, fmt.Errorf("look who heard: %w", err)
	}
	var id reports.ID
	var h Hearing
	var proof string
	var at pgtype.Timestamptz
	_, err = pgx.ForEachRow(rows, []any{&id, &h.Channel, &h.Account, &h.Away, &h.Unread, &h.Queued, &proof, &at}, func() error {
		known, found := heard[id]
		if !found {
			known = h
			known.Proofs = map[string]time.Time{}
			heard[id] = known
		}
		if proof != "" {
			known.Proofs[proof] = at.Time
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look who heard: %w", err)
	}
	return heard, nil
}

// Outage is a time in which people could not be reached.
type Outage struct {
	Channel, Account string // "": the whole service
	Since            time.Time
	Until            time.Time // zero while it lasts
}

// Outages lists those that lasted after since, oldest first.
func (r *Register) Outages(ctx context.Context, db DB, since time.Time) ([]Outage, error) {
	rows, err := db.Query(ctx, `select channel, account, since, until from outages where until is null or until > $1 order by since`, since)
	if err != nil {
		return nil, fmt.Errorf("list outages: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Outage, error) {
		var o Outage
		var until *time.Time
		err := row.Scan(&o.Channel, &o.Account, &o.Since, &until)
		if until != nil {
			o.Until = *until
		}
		return o, err
	})
}

// Beat notes that the scheduler looks at now. Where nobody did for longer than gap
// the service was away in between: nobody could be reached, and nobody's answer
// could come in.
func (r *Register) Beat(ctx context.Context, now time.Time, gap time.Duration) error {
	return pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		var last time.Time
		err := tx.QueryRow(ctx, `select at from passes for update`).Scan(&last)
		if errors.Is(err, pgx.ErrNoRows) {
			_, err = tx.Exec(ctx, `insert into passes (at) values ($1) on conflict do nothing`, now)
			return err
		}
		if err != nil || !now.After(last) {
			return err
		}
		if now.Sub(last) > gap {
			if _, err := tx.Exec(ctx, `insert into outages (channel, account, since, until) values ('', '', $1, $2)`, last, now); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `update passes set at = $1`, now)
		return err
	})
}
