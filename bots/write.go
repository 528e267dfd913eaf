package bots

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports/register"
)

// writes counts what the second round trip carries, for what follows the commit.
type writes struct {
	direct []direct // messages that are handed to their sender
	queued bool     // others, which it has to look for
	filed  int
	media  bool
}

// direct is a message that this transaction leased to its own process.
type direct struct {
	sender *Sender
	parcel parcel
}

// write is the second round trip: everything that the turns decided, and the
// commit. Statements of one kind are one statement for all conversations.
func (a *attempt) write(ctx context.Context, conn *pgx.Conn) error {
	var b pgx.Batch
	if err := a.queueSessions(&b); err != nil {
		return err
	}
	a.queueInbox(&b)
	a.queueOutbox(&b)
	if len(a.reachable) > 0 {
		a.turns.cfg.Identities.QueueReachable(&b, a.reachable)
	}
	if err := a.queueConsents(&b); err != nil {
		return err
	}
	for _, t := range a.turned {
		for _, f := range t.filing {
			a.turns.cfg.Register.QueueFile(&b, a.machine.Rules(), f)
			a.writes.filed++
		}
	}
	for _, t := range a.turned {
		for _, s := range t.saves {
			if err := a.turns.cfg.Register.QueueSave(&b, a.machine.Rules(), register.Save{After: s.after, Entry: s.entry}); err != nil {
				return err
			}
		}
	}
	a.queueMedia(&b)
	a.queueOffice(&b)
	b.Queue("commit")
	if err := conn.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("write and commit: %w", err)
	}
	return nil
}

func (a *attempt) queueSessions(b *pgx.Batch) error {
	var chats, persons []int64
	var bodies [][]byte
	var wakes []*time.Time
	for _, t := range a.turned {
		if !t.stepped {
			continue
		}
		plain := t.kept
		if plain == nil {
			var err error
			if plain, err = t.rest(); err != nil {
				return fmt.Errorf("encode a session: %w", err)
			}
		}
		chats, persons = append(chats, t.key.chat), append(persons, t.key.person)
		bodies = append(bodies, a.turns.cfg.Sealer.Seal(nil, plain, sessionContext(t.key)))
		var wake *time.Time
		if at := t.wake(); !at.IsZero() {
			wake = &at
		}
		wakes = append(wakes, wake)
	}
	for _, t := range a.turned {
		if t.postpone {
			b.Queue(`update sessions set wake_at = $3 where chat = $1 and person = $2 and wake_at is not null`, t.key.chat, t.key.person, a.now.Add(time.Hour))
		}
	}
	if len(chats) > 0 {
		b.Queue(`update sessions s set body = k.body, wake_at = k.wake_at
			from unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::timestamptz[]) as k (chat, person, body, wake_at)
			where s.chat = k.chat and s.person = k.person`, chats, persons, bodies, wakes)
	}
	return nil
}

// queueInbox erases the bodies of what is done, and notes what failed.
func (a *attempt) queueInbox(b *pgx.Batch) {
	var done []int64
	for _, t := range a.turned {
		done = append(done, t.done...)
		for _, s := range t.aside {
			if s.dead {
				b.Queue(`update inbox set state = 'dead', done_at = $2, failure = $3 where id = $1`, s.id, a.now, s.why)
				continue
			}
			wait := time.Duration(math.Pow(2, float64(min(s.tries, 8)))) * time.Second
			b.Queue(`update inbox set tries = greatest(tries, $2), failure = $3, retry_at = $4 where id = $1`,
				s.id, s.tries, s.why, a.now.Add(wait))
		}
	}
	if len(done) > 0 {
		b.Queue(`update inbox set state = 'done', body = null, done_at = $2 where id = any($1)`, done, a.now)
	}
}

// queueOutbox writes what was said. The only message of a chat that waits for
// no other is leased to this process, which sends it without looking for it; if
// the process dies before that, the lease ends and another finds it.
func (a *attempt) queueOutbox(b *pgx.Batch) {
	var channels, accounts, ids []string
	var slots []*string
	var chats []int64
	var bodies [][]byte
	var leases []bool
	var about []*int64
	var proofs []*string
	handed := map[string]int{} // message id to its place in a.writes.direct
	for _, t := range a.turned {
		key := channelKey{t.channel.Name(), t.channel.Account()}
		for _, m := range t.said {
			channels, accounts = append(channels, key.name), append(accounts, key.account)
			ids, chats, bodies = append(ids, m.id), append(chats, t.key.chat), append(bodies, m.body)
			var slot *string
			if m.slot != "" {
				slot = &m.slot
			}
			slots = append(slots, slot)
			var report *int64
			if m.report != 0 {
				report = new(int64(m.report))
			}
			about = append(about, report)
			var proof *string
			if m.proof != "" {
				proof = &m.proof
			}
			proofs = append(proofs, proof)
			sender := a.turns.senders[key].Load()
			if len(t.said) > 1 || slot != nil || !a.idle[t.key.chat] || sender == nil || t.group && m.report != 0 || slices.Contains(a.reachable, t.key.chat) {
				a.writes.queued = true
				leases = append(leases, false)
				continue
			}
			leases = append(leases, true)
			handed[m.id] = len(a.writes.direct)
			a.writes.direct = append(a.writes.direct, direct{sender: sender, parcel: parcel{
				Chat: t.key.chat, Kind: *t.held.kind, MessageID: m.id, Tries: 1, CreatedAt: a.now, Body: m.body,
				AddressHash: t.held.hash, Sealed: t.held.sealed,
			}})
		}
	}
	if len(ids) == 0 {
		return
	}
	b.Queue(`insert into outbox (channel, account, chat, priority, message_id, slot, created_at, body, lease_until, tries, report, proof)
		select channel, account, chat, $7, message_id, slot, $8, body,
			case when leased then clock_timestamp() + $10::bigint * interval '1 millisecond' end, leased::integer, report, proof
		from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $9::boolean[], $11::bigint[], $12::text[])
			with ordinality as m (channel, account, chat, message_id, slot, body, leased, report, proof, n) order by n
		returning id, message_id, lease_until`,
		channels, accounts, chats, ids, slots, bodies, priorityReply, a.now, leases, sendLease.Milliseconds(), about, proofs).Query(func(rows pgx.Rows) error {
		return forEach(rows, func() error {
			var id int64
			var message string
			var lease *time.Time
			if err := rows.Scan(&id, &message, &lease); err != nil {
				return err
			}
			if i, direct := handed[message]; direct && lease != nil {
				p := &a.writes.direct[i].parcel
				p.ID, p.lease, p.handed = id, *lease, time.Now()
			}
			return nil
		})
	})
}

func (a *attempt) queueConsents(b *pgx.Batch) error {
	for _, t := range a.turned {
		for _, c := range t.agreed {
			b.Queue(`insert into consents (chat, version, granted, at) values ($1, $2, $3, $4)`, t.person(), c.version, c.granted, c.at)
			if c.granted && c.profile != (Profile{}) {
				if err := a.turns.cfg.Identities.QueueProfile(b, int64(t.person()), c.profile); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (a *attempt) queueMedia(b *pgx.Batch) {
	for _, t := range a.turned {
		for _, op := range t.ops {
			switch op.kind {
			case holdMedia:
				b.Queue(`insert into media (id, channel, account, chat, person, state, ref, created_at) values ($1, $2, $3, $4, $5, 'held', $6, $7)
					on conflict (id) do nothing`,
					op.id, t.channel.Name(), t.channel.Account(), t.key.chat, t.key.person,
					a.turns.cfg.Sealer.Seal(nil, op.ref, mediaContext(op.id)), a.now)
			case wantMedia:
				b.Queue(`update media set state = 'wanted' where id = $1 and state = 'held'`, op.id)
				a.writes.media = true
			case dropMedia:
				// What belongs to a report is evidence and is no longer the draft's to drop.
				// The reference stays until the network has let go of the file.
				b.Queue(`update media set state = 'dropped' where id = $1 and chat = $2 and report is null`, op.id, t.key.chat)
				a.writes.media = true
			case attachMedia:
				b.Queue(`update media set report = $2 where id = $1 and chat = $3 and report is null`, op.id, op.report, t.key.chat)
			}
		}
	}
}

func mediaContext(id int64) string { return fmt.Sprintf("media:%d", id) }
