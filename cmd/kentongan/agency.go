package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots/telegram"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
)

type agencyCommands struct {
	Add  agencyAdd  `cmd:"" help:"Add a body."`
	Set  agencySet  `cmd:"" help:"Change a body: only what is given."`
	List agencyList `cmd:"" help:"List the bodies as a tree."`
	Code agencyCode `cmd:"" help:"Make a one-time code that binds a group chat to a body."`
}

type agencyAdd struct {
	Code    string        `arg:"" help:"Short and unique, such as HST-PUPR."`
	Name    string        `arg:"" help:"As people know it."`
	Parent  string        `help:"Code of the body above." placeholder:"CODE"`
	Zone    string        `help:"WIB, WITA, WIT or an IANA name; else the parent's, else KENTONGAN_ZONE."`
	Keyword []string      `help:"First word that leads here; may be repeated." placeholder:"WORD"`
	Level   reports.Level `help:"national, province, regency, district, village or unit; else regency, below a parent unit." placeholder:"LEVEL"`
	Week    int           `help:"Working days a week: 5 or 6." default:"5"`
	Hours   string        `help:"Office hours." default:"08:00-16:00"`

	JointLeaveWorked bool   `help:"Joint leave (cuti bersama) counts as working days here."`
	Region           string `help:"Kemendagri's code, such as 63 or 63.07: its own days off count too; else the parent's." placeholder:"CODE"`
	output
}

// agencyJSON is a body as scripts read it.
type agencyJSON struct {
	Code     string        `json:"code"`
	Name     string        `json:"name"`
	Parent   string        `json:"parent,omitempty"`
	Zone     string        `json:"zone,omitempty"`
	Level    reports.Level `json:"level"`
	Week     int           `json:"week"`
	Hours    string        `json:"hours"`
	Keywords []string      `json:"keywords"`

	JointLeaveWorked bool   `json:"joint_leave_worked"`
	Region           string `json:"region,omitempty"`
}

func encodeAgency(a reports.Agency) agencyJSON {
	if a.Keywords == nil {
		a.Keywords = []string{}
	}
	return agencyJSON(a)
}

// Run adds the body and says how it stands in the tree.
func (c *agencyAdd) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		a, err := catalog.AddAgency(ctx, reports.Agency{
			Code: c.Code, Name: c.Name, Parent: c.Parent, Zone: c.Zone,
			Level: c.Level, Week: c.Week, Hours: c.Hours, Keywords: c.Keyword,
			JointLeaveWorked: c.JointLeaveWorked, Region: c.Region,
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return c.json(p, encodeAgency(a))
		}
		fmt.Fprintf(p.stdout, "added %s, %s (%s)\n", a.Code, a.Name, a.Level)
		return nil
	})
}

type agencySet struct {
	Code             string  `arg:"" help:"Code of the body."`
	Name             *string `help:"As people know it."`
	Zone             *string `help:"WIB, WITA, WIT or an IANA name; empty is KENTONGAN_ZONE."`
	Week             *int    `help:"Working days a week: 5 or 6." placeholder:"DAYS"`
	Hours            *string `help:"Office hours, such as 08:00-16:00."`
	JointLeaveWorked *bool   `help:"Joint leave (cuti bersama) counts as working days: true or false." placeholder:"BOOL"`
	Region           *string `help:"Kemendagri's code, such as 63 or 63.07; empty is none." placeholder:"CODE"`
	output
}

// Run changes what is given, and says how the body's days are counted now.
func (c *agencySet) Run(ctx context.Context, p *program) error {
	change := register.AgencyChange{
		Name: c.Name, Zone: c.Zone, Week: c.Week, Hours: c.Hours, JointLeaveWorked: c.JointLeaveWorked, Region: c.Region,
	}
	if change == (register.AgencyChange{}) {
		return usageError{errors.New("nothing to change: see 'kentongan agency set --help'")}
	}
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		a, err := catalog.ChangeAgency(ctx, c.Code, change)
		if err != nil {
			return err
		}
		if c.JSON {
			return c.json(p, encodeAgency(a))
		}
		fmt.Fprintf(p.stdout, "changed %s, %s: calendar %s, %s%s\n", a.Code, a.Name, deadline.SettingsOf(a).Code(), a.Hours, yes(a.Zone != "", " "+a.Zone))
		return nil
	})
}

type agencyList struct{ output }

// Run lists every body under its parent.
func (c *agencyList) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		list, err := catalog.Agencies(ctx)
		if err != nil {
			return err
		}
		encoded := make([]agencyJSON, 0, len(list))
		rows := make([][]string, 0, len(list))
		for _, a := range list {
			encoded = append(encoded, encodeAgency(a))
		}
		children := map[string][]reports.Agency{}
		for _, a := range list {
			children[a.Parent] = append(children[a.Parent], a)
		}
		var grow func(parent string, depth int)
		grow = func(parent string, depth int) {
			for _, a := range children[parent] {
				rows = append(rows, []string{
					strings.Repeat("  ", depth) + a.Code, a.Name, string(a.Level), a.Zone,
					deadline.SettingsOf(a).Code(), a.Hours, strings.Join(a.Keywords, " "),
				})
				grow(a.Code, depth+1)
			}
		}
		grow("", 0)
		return c.list(p, encoded, "no agencies yet: add one with 'kentongan agency add CODE NAME'",
			[]string{"code", "name", "level", "zone", "calendar", "hours", "keywords"}, rows)
	})
}

type agencyCode struct {
	Agency string `arg:"" optional:"" name:"code" help:"Code of the body."`
	Admin  bool   `help:"For the group of the national admin."`
	output
}

// Run prints a one-time code for /hubungkan.
func (c *agencyCode) Run(ctx context.Context, p *program) error {
	if c.Admin == (c.Agency != "") {
		return usageError{errors.New("name either the CODE of a body or --admin: see 'kentongan agency code --help'")}
	}
	return p.withCodes(ctx, func(s settings, catalog *register.Catalog) error {
		code, err := catalog.GroupCode(ctx, c.Agency, p.now())
		if err != nil {
			return err
		}
		how := "write it in the group: /hubungkan " + code.Code
		link := ""
		if name := botName(ctx, p, s); name != "" {
			link = "https://t.me/" + name + "?startgroup=" + code.Code
			how += ", or add the bot to the group with " + link
		}
		return c.code(p, s, code, link, how)
	})
}

// botName is the user name of the bot on Telegram, "" where there is none or
// Telegram does not say.
func botName(ctx context.Context, p *program, s settings) string {
	if s.telegram.token == "" {
		return ""
	}
	c, err := telegram.New(telegram.Config{Token: s.telegram.token, Server: s.telegram.server, Log: slog.New(slog.DiscardHandler), Now: p.now})
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	bot, err := c.Inspect(ctx)
	if err != nil {
		return ""
	}
	return bot.Username
}

// withCodes is with, for commands that make one-time codes.
func (p *program) withCodes(ctx context.Context, do func(settings, *register.Catalog) error) error {
	return p.with(ctx, func(s settings, pool *pgxpool.Pool) error {
		sealer, err := s.sealer()
		if err != nil {
			return err
		}
		if err := checkKey(ctx, pool, sealer); err != nil {
			return err
		}
		return do(s, register.NewCatalog(pool, sealer))
	})
}

// code prints a one-time code alone on stdout, so that it can be piped, and
// what to do with it on stderr.
func (o output) code(p *program, s settings, code register.Code, link, how string) error {
	if o.JSON {
		return o.json(p, struct {
			Code      string       `json:"code"`
			Role      reports.Role `json:"role,omitempty"`
			Agency    string       `json:"agency,omitempty"`
			ExpiresAt time.Time    `json:"expires_at"`
			Link      string       `json:"link,omitempty"` // that adds the bot to a group with the code
		}{code.Code, code.Role, code.Agency, code.ExpiresAt.UTC(), link})
	}
	if _, err := io.WriteString(p.stdout, code.Code+"\n"); err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "%s (once, until %s)\n", how, when(code.ExpiresAt, s.zone))
	return nil
}
