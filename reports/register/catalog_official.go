package register

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
)

// Official is somebody who was appointed to a role. Who it is, only the sealed
// identity table knows.
type Official struct {
	ID          int64
	Person      reports.PersonID
	Role        reports.Role
	Agency      string // code; empty for roles over the whole country
	AppointedAt time.Time
}

// nationwide are the roles that belong to no single body.
func nationwide(role reports.Role) bool {
	return role == reports.NationalAdmin || role == reports.Ombudsman
}

// Officials lists who is appointed now, in the order of appointment.
func (c *Catalog) Officials(ctx context.Context) ([]Official, error) {
	rows, err := c.pool.Query(ctx, `
		select id, chat as person, role, coalesce(agency, '') as agency, appointed_at
		from officials where removed_at is null order by id`)
	if err != nil {
		return nil, fmt.Errorf("list officials: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Official])
	if err != nil {
		return nil, fmt.Errorf("list officials: %w", err)
	}
	return list, nil
}

// Appoint gives person a role directly, without a code. Appointing twice is no
// error and keeps the first appointment.
func (c *Catalog) Appoint(ctx context.Context, person reports.PersonID, role reports.Role, agency string, now time.Time) error {
	agency, err := tidyRole(role, agency)
	if err != nil {
		return fmt.Errorf("appoint official: %w", err)
	}
	if err := appoint(ctx, c.pool, person, role, agency, now); err != nil {
		return fmt.Errorf("appoint official: %w", err)
	}
	return nil
}

func appoint(ctx context.Context, db DB, person reports.PersonID, role reports.Role, agency string, now time.Time) error {
	_, err := db.Exec(ctx, `
		insert into officials (chat, role, agency, appointed_at)
		values (@person, @role, nullif(@agency, ''), @now)
		on conflict (chat, role, coalesce(agency, '')) where removed_at is null do nothing`,
		pgx.StrictNamedArgs{"person": person, "role": role, "agency": agency, "now": now})
	if violated(err) == "officials_agency" {
		return unknownAgency(agency)
	}
	return err
}

// RemoveOfficial ends an appointment by its number. A national admin's cards go
// with it: see [Register.RetireCards]. The error wraps [ErrUnknown] where there
// is no such appointment, or where it has ended before.
func (c *Catalog) RemoveOfficial(ctx context.Context, id int64, now time.Time) error {
	err := pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		var chat int64
		err := tx.QueryRow(ctx, `update officials set removed_at = $2 where id = $1 and removed_at is null returning chat`, id, now).Scan(&chat)
		if err != nil {
			return err
		}
		_, err = retireCards(ctx, tx, []int64{chat}, false)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("remove official: %w number %d: see 'kentongan official list'", ErrUnknown, id)
	}
	if err != nil {
		return fmt.Errorf("remove official %d: %w", id, err)
	}
	return nil
}

// tidyRole checks that the role exists and has an agency exactly where it
// needs one.
func tidyRole(role reports.Role, agency string) (string, error) {
	agency = strings.ToUpper(strings.TrimSpace(agency))
	switch {
	case !role.Valid():
		return "", fmt.Errorf("%w role %q: one of %s", ErrInvalid, role, join(reports.Roles()))
	case nationwide(role) && agency != "":
		return "", fmt.Errorf("%w: a %s belongs to no single agency; leave --agency out", ErrInvalid, role)
	case !nationwide(role) && agency == "":
		return "", fmt.Errorf("%w: a %s belongs to an agency; add --agency CODE", ErrInvalid, role)
	}
	return agency, nil
}

// BindGroup makes the group chat the place where agency works; an empty agency
// means the national admin. A group that was bound elsewhere is bound anew.
func (c *Catalog) BindGroup(ctx context.Context, chat int64, agency string, now time.Time) error {
	if err := bindGroup(ctx, c.pool, chat, strings.ToUpper(strings.TrimSpace(agency)), now); err != nil {
		return fmt.Errorf("bind group: %w", err)
	}
	return nil
}

func bindGroup(ctx context.Context, db DB, chat int64, agency string, now time.Time) error {
	tag, err := db.Exec(ctx, `
		insert into groups (chat, agency, bound_at) values (@chat, nullif(@agency, ''), @now)
		on conflict (chat) do update set agency = excluded.agency, bound_at = excluded.bound_at
		where groups.agency is distinct from excluded.agency`,
		pgx.StrictNamedArgs{"chat": chat, "agency": agency, "now": now})
	if violated(err) == "groups_agency" {
		return unknownAgency(agency)
	}
	if err == nil && tag.RowsAffected() > 0 { // what it was shown as another's group is not its business
		_, err = retireCards(ctx, db, []int64{chat}, true)
	}
	return err
}

// mayBind decides whether sender may bind a group to agency (empty: the
// national admin's). Nobody has a role yet when the first group of the
// national admin is bound, so its code is enough.
func mayBind(ctx context.Context, db DB, sender reports.PersonID, agency string) (bool, error) {
	var may bool
	err := db.QueryRow(ctx, `
		with recursive above as (
			select code, parent from agencies where code = @agency
			union all
			select a.code, a.parent from agencies a join above on a.code = above.parent
		)
		select (@agency = '' and not exists (select from groups where agency is null))
		    or exists (
			select from officials o
			where o.chat = @sender and o.removed_at is null
			  and (o.role = @national
			    or o.role = @admin and o.agency in (select code from above)
			    or o.role = @liaison and o.agency = @agency))`,
		pgx.StrictNamedArgs{
			"agency": agency, "sender": sender,
			"national": reports.NationalAdmin, "admin": reports.AgencyAdmin, "liaison": reports.Liaison,
		}).Scan(&may)
	return may, err
}

// agencyName returns the name of a body, or "" for none.
func agencyName(ctx context.Context, db DB, code string) (string, error) {
	var name string
	err := db.QueryRow(ctx, `select name from agencies where code = $1`, code).Scan(&name)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return name, err
}
