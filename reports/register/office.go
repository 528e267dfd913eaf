package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// appointments reads who holds what, of the officials that where selects.
func appointments(ctx context.Context, db DB, where string, args ...any) (map[reports.PersonID][]reports.Appointment, error) {
	rows, err := db.Query(ctx, `select chat, role, coalesce(agency, '') from officials where `+where+` order by id`, args...)
	if err != nil {
		return nil, err
	}
	held := map[reports.PersonID][]reports.Appointment{}
	var person reports.PersonID
	var a reports.Appointment
	_, err = pgx.ForEachRow(rows, []any{&person, &a.Role, &a.Agency}, func() error {
		held[person] = append(held[person], a)
		return nil
	})
	return held, err
}

// Appointments are what person holds now, as the caller's transaction sees it:
// somebody who was removed holds nothing from the moment that is committed.
func (c *Catalog) Appointments(ctx context.Context, db DB, person reports.PersonID) ([]reports.Appointment, error) {
	held, err := appointments(ctx, db, `removed_at is null and chat = $1`, person)
	if err != nil {
		return nil, fmt.Errorf("appointments of a person: %w", err)
	}
	return held[person], nil
}

func groups(ctx context.Context, db DB) (map[int64]string, error) {
	rows, err := db.Query(ctx, `select chat, coalesce(agency, '') from groups`)
	if err != nil {
		return nil, err
	}
	bound := map[int64]string{}
	var chat int64
	var agency string
	_, err = pgx.ForEachRow(rows, []any{&chat, &agency}, func() error {
		bound[chat] = agency
		return nil
	})
	return bound, err
}

// ThreadEntry is something that was said about a report.
type ThreadEntry struct {
	ID      int64
	Report  reports.ID
	Version int
	Speaker reports.ActorKind
	Person  reports.PersonID
	Office  bool // the reporter never sees it
	At      time.Time
	Words   string
	Files   []int64
	// Corrects is the version of the follow-up whose words these replace; 0: none.
	Corrects int
}

// QueueThread adds the statement to b that keeps e in its report's thread.
func (r *Register) QueueThread(b *pgx.Batch, e ThreadEntry) {
	audience := "all"
	if e.Office {
		audience = "office"
	}
	files := e.Files
	if files == nil {
		files = []int64{}
	}
	b.Queue(`insert into thread (report, version, speaker, person, audience, at, words, files, corrects) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.Report, e.Version, e.Speaker, e.Person, audience, e.At, e.Words, files, e.Corrects)
	if len(e.Files) > 0 {
		b.Queue(`update media set report = $2 where id = any($1) and report is null`, e.Files, e.Report)
	}
}

// Thread returns what was said about a report, oldest first.
func (r *Register) Thread(ctx context.Context, id reports.ID) ([]ThreadEntry, error) {
	return r.ThreadIn(ctx, r.pool, id)
}

// ThreadIn is [Register.Thread] inside the caller's transaction.
func (r *Register) ThreadIn(ctx context.Context, db DB, id reports.ID) ([]ThreadEntry, error) {
	rows, err := db.Query(ctx, `select id, report, version, speaker, person, audience = 'office', at, words, files, corrects
		from thread where report = $1 order by id`, id)
	if err != nil {
		return nil, fmt.Errorf("thread of report %d: %w", id, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ThreadEntry])
	if err != nil {
		return nil, fmt.Errorf("thread of report %d: %w", id, err)
	}
	return list, nil
}

// Said returns, of each of these reports, what was said to its reporter by the
// change that led to the version beside it.
func (r *Register) Said(ctx context.Context, db DB, ids []reports.ID, versions []int) (map[reports.ID]string, error) {
	rows, err := db.Query(ctx, `select t.report, t.words from unnest($1::bigint[], $2::integer[]) as k (report, version)
		join thread t on t.report = k.report and t.version = k.version and t.audience = 'all' order by t.id`, ids, versions)
	if err != nil {
		return nil, fmt.Errorf("what was said about reports: %w", err)
	}
	said := make(map[reports.ID]string, len(ids))
	var id reports.ID
	var words string
	_, err = pgx.ForEachRow(rows, []any{&id, &words}, func() error {
		if said[id] == "" { // what came later was said beside it
			said[id] = words
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("what was said about reports: %w", err)
	}
	return said, nil
}

// QueueExternal adds the statement to b that keeps the number that a report has
// in SP4N-LAPOR!.
func (r *Register) QueueExternal(b *pgx.Batch, id reports.ID, number string) {
	b.Queue(`update reports set external_id = $2 where id = $1`, id, number)
}

// QueueRating adds the statement to b that keeps how content a reporter is; a
// later rating replaces an earlier one.
func (r *Register) QueueRating(b *pgx.Batch, id reports.ID, stars int, reason string, at time.Time) {
	b.Queue(`insert into ratings (report, stars, reason, at) values ($1, $2, $3, $4)
		on conflict (report) do update set stars = excluded.stars, at = excluded.at,
			reason = case when excluded.reason <> '' then excluded.reason else ratings.reason end`, id, stars, reason, at)
}

// QueuePromise adds the statement to b that keeps the day, 2006-01-02, by which the
// reporter was told to expect an answer.
func (r *Register) QueuePromise(b *pgx.Batch, id reports.ID, on string) {
	b.Queue(`update reports set promised_on = $2::text::date where id = $1`, id, on)
}

// Merged are the reports that were merged into each of these, or into one that was,
// and not taken out again.
func (r *Register) Merged(ctx context.Context, db DB, ids ...reports.ID) (map[reports.ID][]reports.Report, error) {
	rows, err := db.Query(ctx, `with recursive f as (
			select id, merged_into as main from reports where merged_into = any($1) and merged_into <> 0 and state = 'merged'
			union select p.id, f.main from f join reports p on p.merged_into = f.id and p.merged_into <> 0 and p.state = 'merged'
		) select id, main from f order by id`, ids)
	if err != nil {
		return nil, fmt.Errorf("reports merged into others: %w", err)
	}
	mains := map[reports.ID][]reports.ID{}
	var id, main reports.ID
	if _, err := pgx.ForEachRow(rows, []any{&id, &main}, func() error {
		mains[id] = append(mains[id], main)
		return nil
	}); err != nil {
		return nil, fmt.Errorf("reports merged into others: %w", err)
	}
	merged := map[reports.ID][]reports.Report{}
	if len(mains) == 0 {
		return merged, nil
	}
	list, err := collect(db.Query(ctx, `select `+columns+` from reports where id = any($1) order by id`, slices.Collect(maps.Keys(mains))))
	if err != nil {
		return nil, fmt.Errorf("reports merged into others: %w", err)
	}
	for _, p := range list {
		for _, main := range mains[p.ID] {
			merged[main] = append(merged[main], p)
		}
	}
	return merged, nil
}

// Wrong access codes lock a report's look-up from other chats.
const (
	codeTries = 5
	codeLock  = time.Hour
)

// OpenWithCode reports whether code opens the report, and counts wrong ones: after
// five none opens it for an hour. It writes through db, the caller's transaction.
func (r *Register) OpenWithCode(ctx context.Context, db DB, id reports.ID, code reports.AccessCode, now time.Time) (bool, error) {
	var hash []byte
	var tries int
	var locked *time.Time
	err := db.QueryRow(ctx, `select p.access_hash, coalesce(l.tries, 0), l.locked_until from reports p left join lookups l on l.report = p.id where p.id = $1`, id).
		Scan(&hash, &tries, &locked)
	if err != nil {
		return false, fmt.Errorf("look a report up by its code: %w", err)
	}
	if locked != nil && locked.After(now) {
		return false, nil
	}
	if locked != nil {
		tries = 0
	}
	if r.opens(id, code, hash) {
		_, err = db.Exec(ctx, `delete from lookups where report = $1`, id)
	} else {
		var until *time.Time
		if tries++; tries >= codeTries {
			until = new(now.Add(codeLock))
		}
		_, err = db.Exec(ctx, `insert into lookups (report, tries, locked_until) values ($1, $2, $3)
			on conflict (report) do update set tries = excluded.tries, locked_until = excluded.locked_until`, id, tries, until)
	}
	if err != nil {
		return false, fmt.Errorf("count a look-up: %w", err)
	}
	return r.opens(id, code, hash), nil
}

// Tally is how the reports of some bodies stand.
type Tally struct {
	States map[reports.State]int
	Oldest time.Time // when the oldest open one was filed; zero: none is open
	Late   int       // open ones for which somebody else than the reporter is late
}

// Tally counts the reports of these bodies, of all bodies where there are none. It
// reads those of which somebody was reminded already: what became late within these
// hours counts from the next pass on.
func (r *Register) Tally(ctx context.Context, db DB, rules *deadline.Rules, agencies []string, now time.Time) (Tally, error) {
	const theirs = ` where (cardinality($1::text[]) = 0 or (agency = any($1) and dispatched))`
	bodies := append([]string{}, agencies...)
	tally := Tally{States: map[reports.State]int{}}
	rows, err := db.Query(ctx, `select state, count(*), min(filed_at) from reports`+theirs+` group by state`, bodies)
	if err != nil {
		return Tally{}, fmt.Errorf("count reports: %w", err)
	}
	var state reports.State
	var n int
	var first time.Time
	if _, err = pgx.ForEachRow(rows, []any{&state, &n, &first}, func() error {
		tally.States[state] = n
		if state.Open() && (tally.Oldest.IsZero() || first.Before(tally.Oldest)) {
			tally.Oldest = first
		}
		return nil
	}); err != nil {
		return Tally{}, fmt.Errorf("count reports: %w", err)
	}
	rows, err = db.Query(ctx, `select `+columns+` from reports`+theirs+` and state = any($2) and jsonb_path_exists(clocks, '$[*] ? (@.rungs >= 1)')`,
		bodies, openStates())
	if err != nil {
		return Tally{}, fmt.Errorf("count late reports: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		w, err := pgx.RowToStructByPos[row](rows)
		if err != nil {
			return Tally{}, fmt.Errorf("count late reports: %w", err)
		}
		if rules.Overdue(w.report(), now) {
			tally.Late++
		}
	}
	if rows.Err() != nil {
		return Tally{}, fmt.Errorf("count late reports: %w", rows.Err())
	}
	return tally, nil
}

// About returns the report that the message ref in chat tells of, or is the card
// of; 0 where it is neither. Then telling reports whether a message about some
// report may have gone to chat without its having been noted yet under which name:
// such a one is leased to a sender, and stays so if that dies, until it is noted.
func (r *Register) About(ctx context.Context, db DB, chat int64, ref string) (id reports.ID, telling bool, err error) {
	var found *reports.ID
	err = db.QueryRow(ctx, `select (select report from (
				select report from cards where chat = $1 and sent_ref = $2
				union all (select report from exhibits where chat = $1 and (sent_ref = $2 or sent_ref like $2 || 'x%') limit 1)
				union all (select report from outbox where chat = $1 and sent_ref = $2 and report is not null order by id desc limit 1)
			) m limit 1),
			exists (select 1 from outbox where chat = $1 and state = 'waiting' and report is not null and (lease_until is not null or failure = 'unknown'))
				or exists (select 1 from cards where chat = $1 and lease_until is not null and shown < wanted)
				or exists (select 1 from exhibits where chat = $1 and lease_until is not null and state = 'waiting')`, chat, ref).Scan(&found, &telling)
	if err != nil {
		return 0, false, fmt.Errorf("what a message is about: %w", err)
	}
	if found != nil {
		return *found, false, nil
	}
	return 0, telling, nil
}

// NewestOpen is the newest report of somebody's that is open; 0: none is.
func (r *Register) NewestOpen(ctx context.Context, db DB, reporter reports.PersonID) (reports.ID, error) {
	var id reports.ID
	err := db.QueryRow(ctx, `select id from reports where reporter = $1 and state = any($2) order by filed_at desc, id desc limit 1`,
		reporter, openStates()).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("newest open report: %w", err)
	}
	return id, nil
}

func openStates() []string {
	var open []string
	for _, s := range reports.States() {
		if s.Open() {
			open = append(open, string(s))
		}
	}
	return open
}

// ByTracking returns the report that people know by id inside the caller's
// transaction, or [ErrNotFound].
func (r *Register) ByTracking(ctx context.Context, db DB, id reports.TrackingID) (reports.Report, error) {
	found, err := one(db.Query(ctx, `select `+columns+` from reports where tracking_id = $1`, id))
	if err != nil {
		return found, fmt.Errorf("report by tracking id: %w", err)
	}
	return found, nil
}

// LastBy returns who did action to a report last, 0 where nobody did.
func (r *Register) LastBy(ctx context.Context, db DB, id reports.ID, action reports.Action) (reports.PersonID, error) {
	var person reports.PersonID
	err := db.QueryRow(ctx, `select actor from history where report = $1 and action = $2 order by version desc limit 1`, id, action).Scan(&person)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("who did something to report %d: %w", id, err)
	}
	return person, nil
}

// Desk says whose queue [Register.Queue] lists.
type Desk struct {
	Verifies  bool     // what waits for a national admin
	Keywords  []string // what began with these waits for an agency admin
	Agencies  []string // what these bodies have to answer, but for allegations
	Watches   []string // what these have, but for what is restricted
	Alleging  []string // the allegations that these have
	Asking    []string // the requests for information that these have
	Escalated bool     // what was escalated, but for what is restricted
	Public    bool     // nothing restricted: it is for a group
}

// Parts of the conditions of [Register.Queue].
const (
	notRestricted = ` and not (confidential or oversight or kind = 'whistleblowing')`
	alleging      = `(oversight or kind = 'whistleblowing')`
	atWork        = ` and to_answer `
	// waitingFor has an index for each of its arms.
	waitingFor = ` where (($1 and to_verify)
			or (agency = any($2)` + atWork + `and not ` + alleging + `)
			or (to_verify and keyword = any($4) and not ` + alleging + `)
			or (agency = any($5)` + atWork + notRestricted + `)
			or (agency = any($6)` + atWork + `and ` + alleging + `)
			or (agency = any($7)` + atWork + `and kind = 'information_request'` + notRestricted + `))
		and not ($3 and (confidential or oversight or kind = 'whistleblowing')) `
	wasEscalated = ` where raised` + notRestricted + ` `
)

// Queue lists what waits, oldest first, at most limit reports, and how many more
// there are, up to a thousand. What waits in two ways is counted twice among these.
func (r *Register) Queue(ctx context.Context, db DB, d Desk, limit int) (list []reports.Report, more int, err error) {
	some := func(codes []string) []string { return append([]string{}, codes...) }
	list, more, err = waits(ctx, db, waitingFor, limit,
		d.Verifies, some(d.Agencies), d.Public, some(d.Keywords), some(d.Watches), some(d.Alleging), some(d.Asking))
	if err != nil || !d.Escalated {
		return list, more, err
	}
	raised, rest, err := waits(ctx, db, wasEscalated, limit)
	if err != nil {
		return nil, 0, err
	}
	for _, one := range raised {
		if !slices.ContainsFunc(list, func(r reports.Report) bool { return r.ID == one.ID }) {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b reports.Report) int { return cmp.Or(a.FiledAt.Compare(b.FiledAt), cmp.Compare(a.ID, b.ID)) })
	more += rest + max(0, len(list)-limit)
	return list[:min(len(list), limit)], more, nil
}

// waits lists at most limit reports that where selects, and how many more there are.
func waits(ctx context.Context, db DB, where string, limit int, args ...any) (list []reports.Report, more int, err error) {
	list, err = collect(db.Query(ctx, `select `+columns+` from reports`+where+fmt.Sprintf(`order by filed_at, id limit $%d`, len(args)+1), append(args, limit)...))
	if err == nil && len(list) == limit {
		var n int
		err = db.QueryRow(ctx, `select count(*) from (select 1 from reports`+where+`limit 1000) q`, args...).Scan(&n)
		more = max(0, n-limit)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list what waits: %w", err)
	}
	return list, more, nil
}
