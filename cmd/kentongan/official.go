package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports"
	"kentongan/reports/register"
)

type officialCommands struct {
	Invite officialInvite `cmd:"" help:"Make a one-time code by which an official takes up a role."`
	List   officialList   `cmd:"" help:"List who is appointed."`
	Remove officialRemove `cmd:"" help:"End an appointment."`
}

type officialInvite struct {
	Role   reports.Role `required:"" help:"national-admin, agency-admin, liaison, operator, leader, inspectorate, ppid or ombudsman."`
	Agency string       `help:"Code of the body; not for national-admin and ombudsman." placeholder:"CODE"`
	output
}

// Run prints the code.
func (c *officialInvite) Run(ctx context.Context, p *program) error {
	return p.withCodes(ctx, func(s settings, catalog *register.Catalog) error {
		code, err := catalog.InviteCode(ctx, c.Role, c.Agency, p.now())
		if err != nil {
			return err
		}
		return c.code(p, s, code, "", "the official sends it to the bot in private: /start "+code.Code)
	})
}

type officialList struct{ output }

// Run lists officials by number: the register does not say who they are.
func (c *officialList) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(s settings, pool *pgxpool.Pool) error {
		list, err := register.NewCatalog(pool, nil).Officials(ctx)
		if err != nil {
			return err
		}
		type entry struct {
			ID          int64            `json:"id"`
			Person      reports.PersonID `json:"person"`
			Role        reports.Role     `json:"role"`
			Agency      string           `json:"agency,omitempty"`
			AppointedAt time.Time        `json:"appointed_at"`
		}
		encoded := make([]entry, 0, len(list))
		rows := make([][]string, 0, len(list))
		for _, o := range list {
			encoded = append(encoded, entry(o))
			rows = append(rows, []string{
				strconv.FormatInt(o.ID, 10), string(o.Role), o.Agency,
				strconv.FormatInt(int64(o.Person), 10), when(o.AppointedAt, s.zone),
			})
		}
		return c.list(p, encoded, "no officials yet: invite one with 'kentongan official invite --role national-admin'",
			[]string{"id", "role", "agency", "person", "appointed"}, rows)
	})
}

type officialRemove struct {
	ID int64 `arg:"" help:"Number of the appointment, from 'kentongan official list'."`
}

// Run ends the appointment, and warns where nobody is left for restricted reports.
func (c *officialRemove) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		if err := catalog.RemoveOfficial(ctx, c.ID, p.now()); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "removed %d\n", c.ID)
		snapshot, err := catalog.Snapshot(ctx)
		if err != nil {
			return err
		}
		if !snapshot.Restricted {
			fmt.Fprintln(p.stderr, "kentongan: warning: no national admin is left, nobody is shown restricted reports: "+
				"invite one with 'kentongan official invite --role national-admin'")
		}
		return nil
	})
}
