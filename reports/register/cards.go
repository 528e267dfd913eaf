package register

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// PlaceUnshown gives cards of reports that nobody could be shown to those who
// verify by now, and returns how many reports found somebody. It takes the 500
// oldest that have an audience: those that have none keep nobody waiting.
func (r *Register) PlaceUnshown(ctx context.Context) (int64, error) {
	tag, err := r.pool.Exec(ctx, `with admins as materialized (
			select distinct chat from officials where role = 'national-admin' and removed_at is null
		), desk as materialized (
			select chat from groups where agency is null
		), waiting as (
			select p.id, p.version, (p.confidential or p.oversight or p.kind = 'whistleblowing') as restricted
			from unshown u join reports p on p.id = u.report
			where exists (select 1 from admins)
				or exists (select 1 from desk) and not (p.confidential or p.oversight or p.kind = 'whistleblowing')
			order by u.report limit 500 for update of u skip locked
		), audience as (
			select w.id, w.version, d.chat from waiting w, desk d where not w.restricted
			union
			select w.id, w.version, a.chat from waiting w, admins a where w.restricted or not exists (select 1 from desk)
		), shown as (
			insert into cards (report, chat, message_id, wanted)
			select id, chat, upper(replace(gen_random_uuid()::text, '-', '')), version from audience
			on conflict do nothing
		)
		delete from unshown where report in (select id from audience)`)
	if err != nil {
		return 0, fmt.Errorf("place cards of unshown reports: %w", err)
	}
	return tag.RowsAffected(), nil
}

// RetireCards deletes the cards of chats that may see no report any more, of
// admins who left and of groups that were bound elsewhere, and returns how
// many. Reports that are still owed something and have no reader left wait for
// [Register.PlaceUnshown].
func (r *Register) RetireCards(ctx context.Context) (int64, error) {
	// Few chats hold all cards: the recursion steps from one to the next along the index.
	rows, err := r.pool.Query(ctx, `with recursive holder as (
			select min(chat) as chat from cards
			union all
			select (select min(c.chat) from cards c where c.chat > h.chat) from holder h where h.chat is not null
		)
		select chat from holder where chat is not null and chat not in (`+cardHolders+`)`)
	var chats []int64
	if err == nil {
		chats, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	}
	var retired int64
	if err == nil && len(chats) > 0 {
		retired, err = retireCards(ctx, r.pool, chats, false)
	}
	if err != nil {
		return 0, fmt.Errorf("retire cards: %w", err)
	}
	return retired, nil
}

// cardHolders selects the chats that may have cards.
const cardHolders = `select chat from officials where removed_at is null union select chat from groups`

// retireCards deletes the cards of those of chats that may have none, or with
// every set of all of them, and returns how many. What was open in them and has no reader left is unshown
// then: the card that a group has of a restricted report is no reader.
func retireCards(ctx context.Context, db DB, chats []int64, every bool) (retired int64, err error) {
	err = db.QueryRow(ctx, `with gone as (
			delete from cards where chat = any($1) and ($2 or chat not in (`+cardHolders+`)) returning report, chat
		), unseen as (
			insert into unshown (report)
			select p.id from reports p
			where p.id in (select report from gone)
				and (p.reopening or p.state in ('submitted', 'needs_info', 'dispatched', 'in_progress', 'followed_up', 'reporter_replied'))
				and not exists (
					select 1 from cards c where c.report = p.id and not (c.chat = any($1) and ($2 or c.chat not in (`+cardHolders+`))) and (
						c.chat in (select chat from officials where role = 'national-admin' and removed_at is null)
						or c.chat in (select chat from groups where agency is null)
							and not (p.confidential or p.oversight or p.kind = 'whistleblowing')))
			on conflict do nothing
		)
		select count(*) from gone`, chats, every).Scan(&retired)
	return retired, err
}
