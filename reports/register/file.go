package register

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// Filing is a report that is about to be filed.
type Filing struct {
	// Report as [reports.Draft.Open] made it, with ID and TrackingID.
	Report reports.Report
	// Draft is the number of the draft in the reporter's conversation. The
	// register files each at most once: reports_one_per_draft.
	Draft      int64
	AccessCode reports.AccessCode
	Files      []int64 // evidence that lies in the vault already
	// Private sends the card to the named admins only; of a restricted report it
	// never goes to anybody else.
	Private bool
	// Verifiers are the body whose agency admins verify it, and those above; nil
	// where the national admins alone do.
	Verifiers []string
}

// QueueFile adds the statement to b that files the report, begins its history,
// attaches its files and gives a card to whoever verifies: the admin group, or
// the national admins in private where the report is restricted or no group is
// bound; and where a body verifies by itself, its group, or its agency admins in
// private. It takes hold with b's transaction; until then nobody may be told.
func (r *Register) QueueFile(b *pgx.Batch, rules *deadline.Rules, f Filing) {
	p := f.Report
	change := reports.Change{
		Action: reports.File, At: p.FiledAt,
		Actor: reports.Actor{Kind: reports.ByReporter, Person: p.Reporter},
	}
	verifier, verifiers := "", []string{}
	if len(f.Verifiers) > 0 {
		verifier, verifiers = f.Verifiers[0], f.Verifiers
	}
	b.Queue(`with audience as (
			select chat from groups where agency is null and not @restricted
			union
			select chat from officials where role = 'national-admin' and removed_at is null
				and (@restricted or not exists (select 1 from groups where agency is null))
			union
			select chat from groups where agency = @verifier and not @restricted
			union
			select chat from officials where role = 'agency-admin' and agency = any(@verifiers) and removed_at is null
				and (@restricted or not exists (select 1 from groups where agency = @verifier))
		), filed as (
			insert into reports (id, tracking_id, version, kind, state, reporter, person_draft, source, chronology, occurred,
				location, agency, agency_words, keyword, anonymous, confidential, evidence, filed_at, access_hash, clocks)
			values (@id, @tracking_id, @version, @kind, @state, @reporter, @draft, @source, @chronology, @occurred,
				@location, @agency, @agency_words, @keyword, @anonymous, @confidential, @evidence, @filed_at, @access_hash, @clocks)
		), begun as (
			insert into history (report, version, action, actor_kind, actor, from_state, to_state, at, change)
			values (@id, @version, 'file', 'reporter', @reporter, '', @state, @filed_at, @change)
		), attached as (
			update media set report = @id where id = any(@files)
		), wound as (
			insert into clocks (report, clock, office, next_at, anchor_on, due_at)
			select report, clock, office, next_at, anchor_on, due_at from jsonb_to_recordset(@rows::jsonb) as k
				(report bigint, clock text, office text, next_at integer, anchor_on date, due_at timestamptz)
		), shown as (
			insert into cards (report, chat, message_id, wanted)
			select @id, chat, upper(replace(gen_random_uuid()::text, '-', '')), @version from audience
		)
		insert into unshown (report) select @id where not exists (select 1 from audience)`,
		pgx.StrictNamedArgs{
			"restricted": f.Private || p.Restricted(), "id": p.ID, "tracking_id": p.TrackingID, "version": p.Version,
			"kind": p.Kind, "state": p.State, "reporter": p.Reporter, "draft": f.Draft, "source": p.Source,
			"chronology": p.Chronology, "occurred": p.OccurredAt, "location": p.Location, "agency": p.Agency,
			"agency_words": p.AgencyWords, "keyword": p.Keyword, "anonymous": p.Anonymous,
			"confidential": p.Confidential, "evidence": len(f.Files), "filed_at": p.FiledAt,
			"access_hash": r.accessHash(p.ID, f.AccessCode), "change": change, "files": f.Files,
			"verifier": verifier, "verifiers": verifiers, "clocks": p.Clocks, "rows": clockRows(rules, p),
		})
}

// Save is a report as a change left it, and the line of its history.
type Save struct {
	After reports.Report
	Entry reports.Entry
}

// saveColumn is one thing that is stored of each save, as an array of this type: a
// thousand rows of JSON take the server longer to read than to write.
type saveColumn struct {
	name, array string
	of          func([]Save) any
}

func column[T any](name, array string, f func(Save) T) saveColumn {
	return saveColumn{name, array, func(saves []Save) any {
		list := make([]T, len(saves))
		for i, s := range saves {
			list[i] = f(s)
		}
		return list
	}}
}

var saveColumns = []saveColumn{
	column("id", "bigint[]", func(s Save) int64 { return int64(s.After.ID) }),
	column("version", "integer[]", func(s Save) int { return s.After.Version }),
	column("kind", "text[]", func(s Save) string { return string(s.After.Kind) }),
	column("state", "text[]", func(s Save) string { return string(s.After.State) }),
	column("origin", "text[]", func(s Save) string { return string(s.After.Origin) }),
	column("asked_by", "text[]", func(s Save) string { return string(s.After.AskedBy) }),
	column("agency", "text[]", func(s Save) string { return s.After.Agency }),
	column("evidence", "integer[]", func(s Save) int { return s.After.Evidence }),
	column("claimant", "bigint[]", func(s Save) int64 { return int64(s.After.Claimant) }),
	column("dispatched", "boolean[]", func(s Save) bool { return s.After.Dispatched }),
	column("followed_up", "boolean[]", func(s Save) bool { return s.After.FollowedUp }),
	column("returns", "integer[]", func(s Save) int { return s.After.Returns }),
	column("asks", "integer[]", func(s Save) int { return s.After.Asks }),
	column("held_until", "timestamptz[]", func(s Save) *time.Time { return orNull(s.After.HeldUntil) }),
	column("reopening", "boolean[]", func(s Save) bool { return s.After.Reopening }),
	column("escalated", "boolean[]", func(s Save) bool { return s.After.Escalated }),
	column("oversight", "boolean[]", func(s Save) bool { return s.After.Oversight }),
	column("formal", "boolean[]", func(s Save) bool { return s.After.Formal }),
	column("extended", "boolean[]", func(s Save) bool { return s.After.Extended }),
	column("manual", "boolean[]", func(s Save) bool { return s.After.Manual }),
	column("merged_into", "bigint[]", func(s Save) int64 { return int64(s.After.MergedInto) }),
	column("closing", "text[]", func(s Save) string { return string(s.After.Closing) }),
	column("restricted", "boolean[]", func(s Save) bool { return s.After.Restricted() }),
	column("at_body", "boolean[]", func(s Save) bool { return s.After.AtBody() && s.After.State.Open() }),
	column("named", "text[]", func(s Save) string { return strings.Join(namedRoles(s.After), " ") }),
	column("owed", "boolean[]", func(s Save) bool { return s.After.State.Open() || s.After.Reopening }),
	column("action", "text[]", func(s Save) string { return string(s.Entry.Change.Action) }),
	column("actor_kind", "text[]", func(s Save) string { return string(s.Entry.Change.Actor.Kind) }),
	column("actor", "bigint[]", func(s Save) int64 { return int64(s.Entry.Change.Actor.Person) }),
	column("from_state", "text[]", func(s Save) string { return string(s.Entry.From) }),
	column("to_state", "text[]", func(s Save) string { return string(s.Entry.To) }),
	column("at", "timestamptz[]", func(s Save) time.Time { return s.Entry.Change.At }),
}

// saveInput is the part of the statement of [Register.QueueSave] that reads
// [saveColumns], and after them the clocks, those that have a row, and the changes.
var saveInput = func() string {
	var names, arrays []string
	for i, c := range saveColumns {
		names, arrays = append(names, c.name), append(arrays, fmt.Sprintf("$%d::%s", i+2, c.array))
	}
	n := len(saveColumns) + 2
	return fmt.Sprintf(`select %s, clocks::jsonb as clocks, string_to_array(kept, ' ') as kept, change::jsonb as change
		from unnest(%s, $%d::text[], $%d::text[], $%d::text[]) as x (%[1]s, clocks, kept, change)`,
		strings.Join(names, ", "), strings.Join(arrays, ", "), n, n+1, n+2)
}()

func encoded(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode a report: %w", err)
	}
	return string(b), nil
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// QueueSave adds the statement to b that stores what these changes made of
// reports, each of the version before it, and none of a report twice. Where one
// is at another version by now the statement fails, and its transaction with it:
// see [IsStale].
//
// Cards follow the report. One that is restricted by now goes to the national
// admins in private besides, or waits for one; a card that a group has of it
// stays a row, so that its sender takes back what the group was shown.
func (r *Register) QueueSave(b *pgx.Batch, rules *deadline.Rules, saves ...Save) error {
	after := make([]reports.Report, len(saves))
	for i, s := range saves {
		after[i] = s.After
	}
	rows := clockRows(rules, after...)
	kept := keptClocks(rows, after...)
	clocks, names, changes := make([]string, len(saves)), make([]string, len(saves)), make([]string, len(saves))
	for i, s := range saves {
		running := s.After.Clocks
		if running == nil { // none runs: null would say that nobody has looked
			running = []reports.Run{}
		}
		var err error
		if clocks[i], err = encoded(running); err != nil {
			return err
		}
		if changes[i], err = encoded(s.Entry.Change); err != nil {
			return err
		}
		names[i] = strings.Join(kept[i], " ")
	}
	args := []any{rows}
	for _, c := range saveColumns {
		args = append(args, c.of(saves))
	}
	args = append(args, clocks, names, changes)
	// Everything reads from saved: joining two sets of a thousand rows that no index
	// knows compares each with each.
	b.Queue(`with input as materialized (
			`+saveInput+`
		), saved as (
			update reports r set version = i.version, kind = i.kind, state = i.state, origin = i.origin, asked_by = i.asked_by,
				agency = i.agency, evidence = i.evidence, claimant = i.claimant, dispatched = i.dispatched,
				followed_up = i.followed_up, returns = i.returns, asks = i.asks, held_until = i.held_until,
				reopening = i.reopening, escalated = i.escalated, oversight = i.oversight, formal = i.formal, extended = i.extended,
				manual = i.manual, merged_into = i.merged_into, closing = i.closing, clocks = i.clocks
			from input i where r.id = i.id and r.version = i.version - 1
			returning i.*
		), refreshed as (
			update cards c set wanted = s.version, tries = 0, behind_since = case when c.shown < c.wanted then c.behind_since else now() end
			from saved s where c.report = s.id
		), audience as (
			select s.id, s.version, o.chat from saved s join officials o on s.restricted and o.role = 'national-admin' and o.removed_at is null
			union
			select s.id, s.version, g.chat from saved s join groups g on s.at_body and not s.restricted and g.agency = s.agency
			union
			select s.id, s.version, o.chat from saved s join officials o on s.at_body and o.agency = s.agency and o.role = any(string_to_array(s.named, ' ')) and o.removed_at is null
				and (s.restricted or not exists (select 1 from groups g where g.agency = s.agency))
		), shown as (
			insert into cards (report, chat, message_id, wanted)
			select id, chat, upper(replace(gen_random_uuid()::text, '-', '')), version from audience
			on conflict do nothing
		), unseen as (
			insert into unshown (report) select s.id from saved s
			where s.restricted and s.owed and not exists (select 1 from audience a where a.id = s.id)
			on conflict do nothing
		), over as (
			delete from unshown u using saved s where u.report = s.id and not s.owed
		), `+windClocks+`
		insert into history (report, version, action, actor_kind, actor, from_state, to_state, at, change)
		select case when n.all_saved then s.id else stale_report() end, s.version, s.action, s.actor_kind, s.actor, s.from_state, s.to_state, s.at, s.change
		from (select (select count(*) from saved) = (select count(*) from input) as all_saved) n left join saved s on true
		where s.id is not null or not n.all_saved`, args...)
	return nil
}

// namedRoles are the roles whose holders see a report in private: for their body
// where it has no group, and always where it is restricted. It follows
// [reports.Capacities].
func namedRoles(r reports.Report) []string {
	switch {
	case r.Oversight, r.Kind == reports.Whistleblowing:
		return []string{string(reports.Inspectorate)}
	case r.Kind == reports.InformationRequest:
		return []string{string(reports.Liaison), string(reports.PPID)}
	default:
		return []string{string(reports.Liaison)}
	}
}

// Change applies c to a report in a transaction of its own and returns the
// report as it is then. With a version other than 0 it refuses with [ErrStale]
// what is not the report that the caller saw. What the table of actions does
// not allow is a [reports.RefusedError]. Deadlocks and conflicts are redone.
func (r *Register) Change(ctx context.Context, rules *deadline.Rules, id reports.ID, version int, c reports.Change) (reports.Report, error) {
	var after reports.Report
	var err error
	for range 5 {
		after, err = r.change(ctx, rules, id, version, c)
		if err == nil || errors.Is(err, reports.ErrRefused) || errors.Is(err, ErrStale) ||
			errors.Is(err, ErrNotFound) || !Retryable(err) || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return after, fmt.Errorf("%s report %d: %w", c.Action, id, err)
	}
	return after, nil
}

func (r *Register) change(ctx context.Context, rules *deadline.Rules, id reports.ID, version int, c reports.Change) (after reports.Report, err error) {
	err = pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		locked, err := r.Lock(ctx, tx, []reports.ID{id})
		if err != nil {
			return err
		}
		before, found := locked[id]
		switch {
		case !found:
			return ErrNotFound
		case version != 0 && before.Version != version:
			return ErrStale
		}
		var entry reports.Entry
		if after, entry, err = reports.Apply(before, c); err != nil {
			return err
		}
		var b pgx.Batch
		if err := r.QueueSave(&b, rules, Save{after, entry}); err != nil {
			return err
		}
		return tx.SendBatch(ctx, &b).Close()
	})
	return after, err
}

func (r *Register) accessHash(id reports.ID, code reports.AccessCode) []byte {
	return r.sealer.Hash("access code", fmt.Append(nil, int64(id)), []byte(code))
}

// SetAccessCode replaces the access code of the report id if it is reporter's
// own, and reports whether it was. The former code is worth nothing from then on.
func (r *Register) SetAccessCode(ctx context.Context, db DB, id reports.TrackingID, reporter reports.PersonID, code reports.AccessCode) (bool, error) {
	var number reports.ID
	err := db.QueryRow(ctx, `select id from reports where tracking_id = $1 and reporter = $2`, id, reporter).Scan(&number)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		_, err = db.Exec(ctx, `update reports set access_hash = $2 where id = $1`, number, r.accessHash(number, code))
	}
	if err != nil {
		return false, fmt.Errorf("access code of report %s: %w", id, err)
	}
	return true, nil
}

// CheckAccessCode reports whether code opens the report.
func (r *Register) CheckAccessCode(ctx context.Context, id reports.ID, code reports.AccessCode) (bool, error) {
	var hash []byte
	if err := r.pool.QueryRow(ctx, `select access_hash from reports where id = $1`, id).Scan(&hash); err != nil {
		return false, fmt.Errorf("access code of report %d: %w", id, err)
	}
	return r.opens(id, code, hash), nil
}

// opens reports whether code is the one that hash was made of, under any key.
func (r *Register) opens(id reports.ID, code reports.AccessCode, hash []byte) bool {
	for _, known := range r.sealer.Hashes("access code", fmt.Append(nil, int64(id)), []byte(code)) {
		if hmac.Equal(known, hash) {
			return true
		}
	}
	return false
}
