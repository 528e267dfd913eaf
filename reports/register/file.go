package register

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
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
func (r *Register) QueueFile(b *pgx.Batch, f Filing) {
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
				location, agency, agency_words, keyword, anonymous, confidential, evidence, filed_at, access_hash)
			values (@id, @tracking_id, @version, @kind, @state, @reporter, @draft, @source, @chronology, @occurred,
				@location, @agency, @agency_words, @keyword, @anonymous, @confidential, @evidence, @filed_at, @access_hash)
		), begun as (
			insert into history (report, version, action, actor_kind, actor, from_state, to_state, at, change)
			values (@id, @version, 'file', 'reporter', @reporter, '', @state, @filed_at, @change)
		), attached as (
			update media set report = @id where id = any(@files)
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
			"verifier": verifier, "verifiers": verifiers,
		})
}

// QueueSave adds the statement to b that stores after, which entry made of the
// version before it. Where the report is at another version by now the
// statement fails, and its transaction with it: see [IsStale].
//
// Cards follow the report. One that is restricted by now goes to the national
// admins in private besides, or waits for one; a card that a group has of it
// stays a row, so that its sender takes back what the group was shown.
func (r *Register) QueueSave(b *pgx.Batch, after reports.Report, entry reports.Entry) *pgx.QueuedQuery {
	var held *time.Time
	if !after.HeldUntil.IsZero() {
		held = &after.HeldUntil
	}
	return b.Queue(`with saved as (
			update reports set version = @version, kind = @kind, state = @state, origin = @origin, asked_by = @asked_by,
				agency = @agency, evidence = @evidence, claimant = @claimant, dispatched = @dispatched,
				followed_up = @followed_up, returns = @returns, asks = @asks, held_until = @held_until,
				reopening = @reopening, escalated = @escalated, oversight = @oversight, manual = @manual,
				merged_into = @merged_into, closing = @closing
			where id = @id and version = @version - 1
			returning id
		), refreshed as (
			update cards set wanted = @version, tries = 0, behind_since = case when shown < wanted then behind_since else now() end
			where report in (select id from saved)
		), audience as (
			select chat from officials where @restricted and role = 'national-admin' and removed_at is null
			union
			select chat from groups where @at_body and not @restricted and agency = @agency
			union
			select chat from officials where @at_body and agency = @agency and role = any(@named) and removed_at is null
				and (@restricted or not exists (select 1 from groups where agency = @agency))
		), shown as (
			insert into cards (report, chat, message_id, wanted)
			select s.id, a.chat, upper(replace(gen_random_uuid()::text, '-', '')), @version from saved s, audience a
			on conflict do nothing
		), unseen as (
			insert into unshown (report) select id from saved
			where @restricted and @owed and not exists (select 1 from audience)
			on conflict do nothing
		), over as (
			delete from unshown where report in (select id from saved) and not @owed
		)
		insert into history (report, version, action, actor_kind, actor, from_state, to_state, at, change)
		select coalesce((select id from saved), stale_report()), @version, @action, @actor_kind, @actor, @from, @to, @at, @change`,
		pgx.StrictNamedArgs{
			"id": after.ID, "version": after.Version, "kind": after.Kind, "state": after.State, "origin": after.Origin,
			"asked_by": after.AskedBy, "agency": after.Agency, "evidence": after.Evidence, "claimant": after.Claimant,
			"dispatched": after.Dispatched, "followed_up": after.FollowedUp, "returns": after.Returns,
			"asks": after.Asks, "held_until": held, "reopening": after.Reopening, "escalated": after.Escalated,
			"oversight": after.Oversight, "manual": after.Manual, "merged_into": after.MergedInto,
			"closing": after.Closing, "action": entry.Change.Action, "actor_kind": entry.Change.Actor.Kind,
			"actor": entry.Change.Actor.Person, "from": entry.From, "to": entry.To, "at": entry.Change.At,
			"change": entry.Change, "restricted": after.Restricted(),
			"at_body": after.AtBody() && after.State.Open(), "named": namedRoles(after), "owed": after.State.Open() || after.Reopening,
		})
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
func (r *Register) Change(ctx context.Context, id reports.ID, version int, c reports.Change) (reports.Report, error) {
	var after reports.Report
	var err error
	for range 5 {
		after, err = r.change(ctx, id, version, c)
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

func (r *Register) change(ctx context.Context, id reports.ID, version int, c reports.Change) (after reports.Report, err error) {
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
		r.QueueSave(&b, after, entry)
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
