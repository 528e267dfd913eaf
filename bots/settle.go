package bots

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// settleLook is how soon [Shell.Settle] looks again.
const settleLook = 10 * time.Millisecond

// pending is something that could be done now. What is tried once more counts
// as another: something happens to it.
type pending struct {
	Kind  string
	A, B  int64
	Tries int64
}

// Settle has everything taken up at once that is due by the shell's clock and
// may go now: timers, events, messages, cards and files of the channels that
// this process serves. It returns when nothing of that is left, or how much is
// once nothing has happened for as long as patience: something may be stuck.
// What has to wait until later, as after a failure, does not count.
//
// Whoever sets the clock forward calls it, so that what falls due does not wait
// for the next look. The shell has to be running.
func (s *Shell) Settle(ctx context.Context, patience time.Duration) (left int, err error) {
	var before []pending
	changed := time.Now()
	calm := 0
	for {
		now, err := s.pending(ctx)
		if err != nil {
			return 0, fmt.Errorf("look what is due: %w", err)
		}
		if len(now) > 0 {
			calm = 0
		} else if calm++; calm > 1 { // what a card brings with it is queued just after it
			return 0, nil
		}
		if !slices.Equal(now, before) {
			before, changed = now, time.Now()
		} else if time.Since(changed) > patience {
			return len(now), nil
		}
		for _, p := range now {
			if p.Kind == "turn" {
				s.turns.Kick(p.A, p.B)
			}
		}
		s.wakeSenders()
		s.wakeMedia()
		pause(ctx, settleLook)
		if err := ctx.Err(); err != nil {
			return len(now), err
		}
	}
}

// pending lists what could be done now, in order. It sees what the claims of
// turns, senders and media see, and what is under way besides.
func (s *Shell) pending(ctx context.Context) ([]pending, error) {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	names, accounts, sending := s.served()
	rows, err := s.cfg.Pool.Query(ctx, `with served as (
			select * from unnest($2::text[], $3::text[], $4::boolean[]) as c (name, account, sending)
		), heads as (
			select distinct on (w.chat, w.person) w.chat, w.person, w.retry_at, w.tries from inbox w
			where w.state = 'waiting' order by w.chat, w.person, w.ord, w.id
		)
		select 'turn', h.chat, h.person, h.tries::bigint from heads h
			join identities i on i.chat = h.chat join served c on c.name = i.channel and c.account = i.account
			where h.retry_at is null or h.retry_at <= $1
		union
		select 'turn', d.chat, d.person, 0 from sessions d
			join identities i on i.chat = d.chat join served c on c.name = i.channel and c.account = i.account
			where d.wake_at <= $1 and not exists (select 1 from heads h where h.chat = d.chat and h.person = d.person and h.retry_at > $1)
		union all
		select 'message', o.id, 0, o.tries from outbox o join served c on c.name = o.channel and c.account = o.account and c.sending
			where o.state = 'waiting' and (o.hold_until is null or o.hold_until <= $1) and (o.retry_at is null or o.retry_at <= $1)
				and not exists (select 1 from outbox p where p.chat = o.chat and p.state = 'waiting' and p.id < o.id
					and (p.hold_until is null or p.hold_until <= $1))
		union all
		select 'card', k.report, k.chat, k.tries from cards k
			join identities i on i.chat = k.chat join served c on c.name = i.channel and c.account = i.account and c.sending
			where k.shown < k.wanted and i.unreachable_at is null and (k.retry_at is null or k.retry_at <= $1)
		union all
		select 'file', e.id, 0, e.tries from exhibits e join identities i on i.chat = e.chat
			join served c on c.name = e.channel and c.account = e.account and c.sending
			where $5 and e.state in ('waiting', 'withdraw') and i.unreachable_at is null and (e.retry_at is null or e.retry_at <= $1)
				and not exists (select 1 from outbox o where o.chat = e.chat and o.state = 'waiting' and o.created_at <= e.created_at
					and (o.hold_until is null or o.hold_until <= $1))
		union all
		select 'media', m.id, 0, m.tries from media m join served c on c.name = m.channel and c.account = m.account
			where $5 and m.state = 'wanted' and (m.retry_at is null or m.retry_at <= $1)
		order by 1, 2, 3, 4`, s.cfg.Now(), names, accounts, sending, s.cfg.Vault != nil)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[pending])
}

// served are this process's channels, and which of them may send now: one that
// its network wants to pause sends nothing, however much is due.
func (s *Shell) served() (names, accounts []string, sending []bool) {
	for _, l := range s.lines {
		names, accounts = append(names, l.channel.Name()), append(accounts, l.channel.Account())
		sending = append(sending, l.sender.parkedFor() <= 0)
	}
	return names, accounts, sending
}

// Next is the first instant after one at which something that conversations
// wait for falls due: a timer, or a message that is held until then. It is zero
// where there is none. Tries after a failure are no such instant: they are due
// when the network may work again, whatever the clock says.
func (s *Shell) Next(ctx context.Context, after time.Time) (time.Time, error) {
	names, accounts, _ := s.served()
	var next *time.Time
	err := s.cfg.Pool.QueryRow(ctx, `with served as (select * from unnest($2::text[], $3::text[]) as c (name, account))
		select least(
			(select min(d.wake_at) from sessions d join identities i on i.chat = d.chat
				join served c on c.name = i.channel and c.account = i.account where d.wake_at > $1),
			(select min(o.hold_until) from outbox o join served c on c.name = o.channel and c.account = o.account
				where o.state = 'waiting' and o.hold_until > $1))`, after, names, accounts).Scan(&next)
	if err != nil {
		return time.Time{}, fmt.Errorf("look what falls due next: %w", err)
	}
	if next == nil {
		return time.Time{}, nil
	}
	return *next, nil
}
