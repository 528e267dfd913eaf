package register

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// ErrTaken says that a chat cannot have an address because it is the address of
// somebody else, about whom something is kept.
var ErrTaken = errors.New("the address is somebody else's")

// Move notes that the chat has another address by now, as when a group
// becomes a supergroup. Its number stays, and it counts as reachable again.
//
// Somebody may have written from the new address before anybody noticed, and it
// has a number of its own then. Where both are groups that number is given up:
// what waits under it, its files, cards and binding become those of chat, and
// of two bindings the younger counts. Half-finished dialogs in the new group
// begin anew, because their sealed state belongs to that number.
//
// Where both are people they are one person, known by two addresses: the record
// of the two in which nothing is half-finished is given up, and its reports,
// files and appointments become the other's. While both tell something they
// stay apart, which is [ErrTaken], as is anybody else's address; a chat that is
// not known is [ErrNoIdentity].
func (i *Identities) Move(ctx context.Context, chat int64, address string) error {
	var err error
	for range 3 {
		if err = i.move(ctx, chat, address); err == nil || !Retryable(err) || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("move chat %d: %w", chat, err)
	}
	return nil
}

func (i *Identities) move(ctx context.Context, chat int64, address string) error {
	var channel, account, kind string
	err := i.pool.QueryRow(ctx, `select channel, account, kind from identities where chat = $1`, chat).Scan(&channel, &account, &kind)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNoIdentity
	}
	if err != nil {
		return err
	}
	hashes := i.hashes(channel, account, address)
	err = pgx.BeginFunc(ctx, i.pool, func(tx pgx.Tx) error {
		other, err := i.holder(ctx, tx, channel, account, hashes)
		if err != nil {
			return err
		}
		if other != 0 && other != chat {
			if kind != Group {
				given, err := mergePersons(ctx, tx, chat, other)
				if err != nil || given == chat { // the other has the address already
					return err
				}
			} else if err := merge(ctx, tx, other, chat); err != nil {
				return err
			}
		}
		tag, err := tx.Exec(ctx, `update identities set address_hash = $2, sealed = $3, unreachable_at = null where chat = $1`,
			chat, hashes[0], i.sealer.Seal(nil, []byte(address), addressContext(hashes[0])))
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrNoIdentity
		}
		if violated(err) == "identities_address" {
			return errMeanwhile // the new group wrote just now: look again
		}
		return err
	})
	if err == nil {
		i.Forget(channel, account, address)
	}
	return err
}

// errMeanwhile is for [Retryable].
var errMeanwhile = errors.New("the address got a number meanwhile")

// holder returns the number that an address has, or 0.
func (i *Identities) holder(ctx context.Context, db DB, channel, account string, hashes [][]byte) (int64, error) {
	var chat int64
	err := db.QueryRow(ctx, `select chat from identities where channel = $1 and account = $2 and address_hash = any($3)`,
		channel, account, hashes).Scan(&chat)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return chat, err
}

// merge gives the group chat all that waits under the number fresh, and erases
// that identity. Turns of fresh are waited for, and later ones find that it is
// gone: they meet on sessions and identities, in this order, as in
// [Identities.ForgetStrangers].
func merge(ctx context.Context, tx pgx.Tx, fresh, chat int64) error {
	if _, err := tx.Exec(ctx, `select 1 from sessions where chat = $1 order by person for update`, fresh); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `select 1 from identities where chat = any($1) order by chat for update`, []int64{fresh, chat}); err != nil {
		return err
	}
	var free bool
	err := tx.QueryRow(ctx, `select not exists (select 1 from reports where reporter = $1)
			and not exists (select 1 from officials where chat = $1)
			and not exists (select 1 from consents where chat = $1)
			and exists (select 1 from identities where chat = $1 and kind = 'group')`, fresh).Scan(&free)
	if err != nil {
		return err
	}
	if !free {
		return ErrTaken
	}
	var b pgx.Batch
	for _, sql := range []string{
		// Without a session nobody would look at what is in the inbox.
		`insert into sessions (chat, person)
			select $2::bigint, person from sessions where chat = $1
			union select $2::bigint, person from inbox where chat = $1 and state in ('waiting', 'dead')
			order by 2 on conflict do nothing`,
		`delete from sessions where chat = $1`,
		`update inbox set chat = $2 where chat = $1 and state in ('waiting', 'dead')`,
		`update outbox set chat = $2 where chat = $1 and state = 'waiting'`,
		`update media set chat = $2 where chat = $1`,
		`update cards set chat = $2 where chat = $1 and report not in (select report from cards where chat = $2)`,
		`delete from cards where chat = $1`,
		`insert into groups (chat, agency, bound_at) select $2::bigint, agency, bound_at from groups where chat = $1
			on conflict (chat) do update set agency = excluded.agency, bound_at = excluded.bound_at
			where excluded.bound_at > groups.bound_at`,
		`delete from groups where chat = $1`,
		`delete from identities where chat = $1`,
	} {
		if sql[0] == 'd' {
			b.Queue(sql, fresh)
		} else {
			b.Queue(sql, fresh, chat)
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}

// mergePersons makes one of two people who are the same, and returns the number
// that was given up.
func mergePersons(ctx context.Context, tx pgx.Tx, old, fresh int64) (given int64, err error) {
	both := []int64{old, fresh}
	if _, err := tx.Exec(ctx, `select 1 from sessions where chat = any($1) or person = any($1) order by chat, person for update`, both); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `select 1 from identities where chat = any($1) order by chat for update`, both); err != nil {
		return 0, err
	}
	// A timer runs for as long as there is a draft, or a burst; what waits in the
	// inbox may begin one.
	err = tx.QueryRow(ctx, `select coalesce((select i.chat from identities i where i.chat = any($1) and i.kind = 'person'
			and not exists (select 1 from sessions s where s.chat = i.chat and s.wake_at is not null)
			and not exists (select 1 from inbox w where w.chat = i.chat and w.state = 'waiting')
			and (select count(*) from identities where chat = any($1) and kind = 'person') = 2
		order by i.chat <> $2 limit 1), 0)`, both, old).Scan(&given)
	if err != nil {
		return 0, err
	}
	if given == 0 {
		return 0, ErrTaken
	}
	kept := old + fresh - given
	var b pgx.Batch
	for _, sql := range []string{
		`update reports set reporter = $2, person_draft = -id where reporter = $1`, // drafts are numbered by conversation
		`update reports set claimant = $2 where claimant = $1`,
		`update consents set chat = $2 where chat = $1`,
		`update officials o set chat = $2 where o.chat = $1 and not exists (select 1 from officials k
			where k.chat = $2 and k.role = o.role and k.agency is not distinct from o.agency and k.removed_at is null)`,
		`update officials set chat = $2, removed_at = now() where chat = $1 and removed_at is null`,
		`update inbox set chat = $2 where chat = $1 and state in ('waiting', 'dead')`,
		`update inbox set person = $2 where person = $1 and state in ('waiting', 'dead')`,
		`insert into sessions (chat, person) select chat, $2 from sessions where person = $1 and chat <> $1 on conflict do nothing`,
		`delete from sessions where chat = $1 or person = $1`,
		`update outbox set chat = $2 where chat = $1 and state in ('waiting', 'held')`,
		`update media set chat = $2 where chat = $1`,
		`update media set person = $2 where person = $1`,
		`update cards set chat = $2 where chat = $1 and report not in (select report from cards where chat = $2)`,
		`delete from cards where chat = $1`,
		`delete from identities where chat = $1`,
	} {
		if strings.Contains(sql, "$2") {
			b.Queue(sql, given, kept)
		} else {
			b.Queue(sql, given)
		}
	}
	return given, tx.SendBatch(ctx, &b).Close()
}
