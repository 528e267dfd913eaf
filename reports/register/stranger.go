package register

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
)

// strangerBatch is how many people one transaction of [Identities.ForgetStrangers] looks at.
const strangerBatch = 200

// ForgetStrangers erases what is known of people who never agreed to anything,
// filed nothing, hold no office and are owed no message, once they were silent
// since before: identity, conversation, refusals, and the bodies of what was
// set aside. It returns how many people.
func (i *Identities) ForgetStrangers(ctx context.Context, before time.Time) (int64, error) {
	var forgotten int64
	for after := int64(math.MinInt64); ; {
		// Whoever was spared would come back for ever: the next batch begins behind the last.
		seen, n, err := i.forgetStrangers(ctx, after, before)
		if err != nil {
			return forgotten, fmt.Errorf("forget strangers: %w", err)
		}
		forgotten += n
		if len(seen) < strangerBatch {
			return forgotten, nil
		}
		after = seen[len(seen)-1]
	}
}

// forgetStrangers is one batch: it returns the people that it looked at, who
// have higher numbers than after, and how many of them it forgot.
//
// A turn may be storing a message of theirs at the same time. Both meet on
// locks: the turn holds the session, or, where it could not have it, the
// identity (for key share). What the sweep locked no turn can be in the middle
// of, and its last statement, whose snapshot is younger than the locks, sees all
// that was committed before. Sessions come before identities, as in a turn.
func (i *Identities) forgetStrangers(ctx context.Context, after int64, before time.Time) (seen []int64, forgotten int64, err error) {
	err = pgx.BeginFunc(ctx, i.pool, func(tx pgx.Tx) error {
		seen, err = numbers(tx.Query(ctx, `select i.chat from identities i
			where i.chat > $1 and i.kind = 'person' and i.created_at < $2
				and not exists (select 1 from consents c where c.chat = i.chat and c.granted)
				and not exists (select 1 from reports r where r.reporter = i.chat)
				and not exists (select 1 from officials o where o.chat = i.chat)
			order by i.chat limit $3`, after, before, strangerBatch))
		if err != nil || len(seen) == 0 {
			return err
		}
		// Where there is no session a turn makes one, and holds it, unseen: this
		// waits for that turn, or keeps the next from holding it.
		if _, err = tx.Exec(ctx, `insert into sessions (chat, person) select chat, 0 from unnest($1::bigint[]) as k (chat) order by chat
			on conflict on constraint sessions_pkey do nothing`, seen); err != nil {
			return err
		}
		chats, persons, err := lockSessions(ctx, tx, seen)
		if err != nil {
			return err
		}
		locked, err := numbers(tx.Query(ctx, `select chat from identities where chat = any($1) order by chat for update skip locked`, seen))
		if err != nil || len(locked) == 0 {
			return err
		}
		return tx.QueryRow(ctx, `with locked as (
				select chat, person from unnest(@chats::bigint[], @persons::bigint[]) as k (chat, person)
			), stranger as materialized (
				select i.chat from identities i
				where i.chat = any(@locked)
					and not exists (select 1 from consents c where c.chat = i.chat and c.granted)
					and not exists (select 1 from reports r where r.reporter = i.chat)
					and not exists (select 1 from officials o where o.chat = i.chat)
					and not exists (select 1 from outbox b where b.chat = i.chat and b.state = 'waiting')
					and i.chat not in (
						select unnest(array[n.chat, n.person]) from inbox n
						where n.received_at >= @before and (n.chat = any(@locked) or n.person = any(@locked))
						union all
						select unnest(array[n.chat, n.person]) from inbox n
						where n.state = 'waiting' and (n.chat = any(@locked) or n.person = any(@locked))
						union all
						select unnest(array[s.chat, s.person]) from sessions s
						where (s.chat = any(@locked) or s.person <> 0 and s.person = any(@locked))
							and (s.wake_at is not null or (s.chat, s.person) not in (select chat, person from locked)))
			), refused as (
				delete from consents where chat in (select chat from stranger)
			), silent as (
				delete from sessions s using locked l
				where s.chat = l.chat and s.person = l.person
					and (s.chat in (select chat from stranger) or s.person in (select chat from stranger))
			), dead as (
				update inbox set body = null
				where state = 'dead' and body is not null
					and (chat in (select chat from stranger) or person in (select chat from stranger))
			), gone as (
				delete from identities where chat in (select chat from stranger) returning chat
			)
			select count(*) from gone`,
			pgx.StrictNamedArgs{"chats": chats, "persons": persons, "locked": locked, "before": before}).Scan(&forgotten)
	})
	return seen, forgotten, err
}

// lockSessions locks the conversations of people, in private and in groups, as
// far as nobody holds them, and returns their keys.
func lockSessions(ctx context.Context, tx pgx.Tx, people []int64) (chats, persons []int64, err error) {
	rows, err := tx.Query(ctx, `select chat, person from sessions
		where chat = any($1) or person <> 0 and person = any($1)
		order by chat, person for update skip locked`, people)
	if err != nil {
		return nil, nil, err
	}
	var chat, person int64
	chats, persons = []int64{}, []int64{}
	_, err = pgx.ForEachRow(rows, []any{&chat, &person}, func() error {
		chats, persons = append(chats, chat), append(persons, person)
		return nil
	})
	return chats, persons, err
}

// numbers collects a column of numbers.
func numbers(rows pgx.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
