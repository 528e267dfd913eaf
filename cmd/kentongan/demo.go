package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"kentongan/bots/webchat"
	"kentongan/migrations/localpg"
	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

type demoCommand struct {
	Fresh bool `help:"Forget everything that earlier demos kept in KENTONGAN_DATA_DIR."`
}

// sampleAgencies are the bodies of the demo: plain sample data, not a claim
// about how these governments work.
var sampleAgencies = []reports.Agency{
	{Code: "HST", Name: "Kabupaten Hulu Sungai Tengah", Level: reports.Regency, Zone: "Asia/Makassar", Keywords: []string{"barababai"}},
	{Code: "HST-PUPR", Parent: "HST", Name: "Dinas PUPR Kabupaten Hulu Sungai Tengah", Level: reports.Unit},
	{Code: "HST-DINKES", Parent: "HST", Name: "Dinas Kesehatan Kabupaten Hulu Sungai Tengah", Level: reports.Unit, Week: 6, Hours: "08:00-14:00"},
	{Code: "HST-DUKCAPIL", Parent: "HST", Name: "Disdukcapil Kabupaten Hulu Sungai Tengah", Level: reports.Unit},
	{Code: "BNA", Name: "Kabupaten Banjarnegara", Level: reports.Regency, Zone: "Asia/Jakarta", Keywords: []string{"banjarnegara"}},
	{Code: "BNA-PUPR", Parent: "BNA", Name: "DPUPR Kabupaten Banjarnegara", Level: reports.Unit},
	{Code: "JPR", Name: "Kota Jayapura", Level: reports.Regency, Zone: "Asia/Jayapura", Keywords: []string{"jayapura"}},
	{Code: "JPR-DLH", Parent: "JPR", Name: "Dinas Lingkungan Hidup Kota Jayapura", Level: reports.Unit},
}

// Run serves the demo until it is told to stop.
func (c *demoCommand) Run(ctx context.Context, p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	log := p.logger(demoLevel(s, p.environ))
	if c.Fresh {
		if err := forget(ctx, s); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(s.dataDir, 0o711); err != nil { //nolint:gosec // passable for Postgres's own user; what is secret in it has modes of its own
		return fmt.Errorf("make the data directory (KENTONGAN_DATA_DIR chooses it): %w", err)
	}
	return p.serve(ctx, s, log, flavour{key: demoKey, prepare: prepareDemo, demo: true}, func(v *service, address net.Addr) {
		fmt.Fprintf(p.stdout, "Kentongan demo: http://%s\nData in %s. Ctrl-C stops it; a second start goes on, --fresh forgets.\n",
			localAddress(address.String()), s.dataDir)
		if v.telegram != nil {
			go v.introduceBot(ctx, p.stdout)
		}
	})
}

// introduceBot says where the bot is to be found, once Telegram tells.
func (v *service) introduceBot(ctx context.Context, out io.Writer) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	bot, err := v.telegram.Inspect(ctx)
	switch {
	case errors.Is(ctx.Err(), context.Canceled): // stopping
	case err != nil:
		fmt.Fprintf(out, "Telegram does not answer: %s. 'kentongan doctor' says more.\n", oneLine(err))
	default:
		fmt.Fprintf(out, "Telegram: https://t.me/%s\n", bot.Username)
	}
}

// demoLevel keeps a terminal quiet unless somebody wants to hear more.
func demoLevel(s settings, environ []string) slog.Level {
	if cmp.Or(newReader(environ).text("KENTONGAN_LOG", "")) == "" {
		return slog.LevelWarn
	}
	return s.log
}

// demoMark names the file that says that a data directory is a demo's, and
// may be forgotten.
const demoMark = "demo"

// forget erases what earlier demos kept. It refuses what is no demo's: the
// same directory may hold the reports of a service.
func forget(ctx context.Context, s settings) error {
	if s.databaseURL != "" {
		return usageError{errors.New("--fresh forgets the private Postgres only: remove DATABASE_URL, or empty that database yourself")}
	}
	switch _, err := os.Stat(filepath.Join(s.dataDir, demoMark)); {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(postgresDir(s)); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("%s holds data that no demo made, nothing was forgotten: set KENTONGAN_DATA_DIR to another folder", s.dataDir)
	case err != nil:
		return fmt.Errorf("forget: %w", err)
	}
	if err := localpg.Remove(ctx, postgresDir(s)); err != nil {
		return fmt.Errorf("forget the database: %w", err)
	}
	// The mark goes last: interrupted, it can be done again.
	for _, path := range []string{evidenceDir(s), keyFile(s), filepath.Join(s.dataDir, demoMark)} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("forget: %w", err)
		}
	}
	return nil
}

// demoKey makes the key that production has to be given.
func demoKey(s settings) error {
	if !s.key.IsZero() {
		return nil
	}
	return makeKey(s)
}

// seat is a pane of the demo, and what its chat is in the catalogue.
type seat struct {
	title, column string
	kind          webchat.PaneKind
	key           string                // what its token is derived from; empty: each browser makes its own
	agency        string                // a group's body; empty: the national admin
	roles         []reports.Appointment // a person's
	as            []string              // keys of the seats that act in a group
}

// seats are the demo's, in the order in which a case passes through them.
var seats = []seat{
	{title: "Warga 1", column: "Warga", kind: webchat.PaneCitizen},
	{title: "Warga 2", column: "Warga", kind: webchat.PaneCitizen},
	{title: "Grup admin", column: "Admin", kind: webchat.PaneGroup, key: "admin group", as: []string{"national admin"}},
	{title: "Admin nasional", column: "Admin", kind: webchat.PanePerson, key: "national admin", roles: []reports.Appointment{{Role: reports.NationalAdmin}}},
	{title: "Grup PUPR", column: "Dinas", kind: webchat.PaneGroup, key: "pupr group", agency: "HST-PUPR", as: []string{"pupr liaison", "pupr operator"}},
	{title: "Petugas PUPR", column: "Dinas", kind: webchat.PanePerson, key: "pupr liaison", roles: []reports.Appointment{{Role: reports.Liaison, Agency: "HST-PUPR"}}},
	{title: "Operator PUPR", column: "Dinas", kind: webchat.PanePerson, key: "pupr operator", roles: []reports.Appointment{{Role: reports.Operator, Agency: "HST-PUPR"}}},
	{title: "Grup Dukcapil", column: "Dinas", kind: webchat.PaneGroup, key: "dukcapil group", agency: "HST-DUKCAPIL", as: []string{"dukcapil liaison"}},
	{title: "Petugas Dukcapil", column: "Dinas", kind: webchat.PanePerson, key: "dukcapil liaison", roles: []reports.Appointment{{Role: reports.Liaison, Agency: "HST-DUKCAPIL"}}},
	// Who answers what alleges a breach, at both bodies; no group sees that.
	{title: "Inspektorat", column: "Dinas", kind: webchat.PanePerson, key: "inspectorate", roles: []reports.Appointment{
		{Role: reports.Inspectorate, Agency: "HST-PUPR"}, {Role: reports.Inspectorate, Agency: "HST-DUKCAPIL"},
	}},
}

// prepareDemo adds the sample agencies, binds the groups of the panes and
// appoints their officials. A second start finds them there.
func prepareDemo(ctx context.Context, v *service) ([]webchat.Pane, error) {
	var began string
	if err := v.db.pool.QueryRow(ctx, `select min(tstamp)::text from goose_db_version`).Scan(&began); err != nil {
		return nil, fmt.Errorf("look up when this database began: %w", err)
	}
	if err := v.claim(ctx, began); err != nil {
		return nil, err
	}
	catalog := register.NewCatalog(v.db.pool, v.sealer)
	for _, a := range sampleAgencies {
		if _, err := catalog.AddAgency(ctx, a); err != nil && !errors.Is(err, register.ErrExists) {
			return nil, err
		}
	}
	panes := make([]webchat.Pane, 0, len(seats))
	for _, s := range seats {
		p := webchat.Pane{Title: s.title, Column: s.column, Kind: s.kind}
		if s.key != "" {
			p.Token = demoToken(v.sealer, began, s.key)
			if err := v.take(ctx, catalog, s, p.Token); err != nil {
				return nil, fmt.Errorf("prepare the pane %q: %w", s.title, err)
			}
		}
		for _, key := range s.as {
			p.As = append(p.As, demoToken(v.sealer, began, key))
		}
		panes = append(panes, p)
	}
	return panes, nil
}

// take binds a seat's group, or appoints its official.
func (v *service) take(ctx context.Context, catalog *register.Catalog, s seat, token string) error {
	kind := register.Person
	if s.kind == webchat.PaneGroup {
		kind = register.Group
	}
	chat, err := register.NewIdentities(v.db.pool, v.sealer).Resolve(ctx, "webchat", "", kind, string(webchat.AddressOf(token)), v.now())
	if err != nil {
		return err
	}
	if s.kind == webchat.PaneGroup {
		return catalog.BindGroup(ctx, chat, s.agency, v.now())
	}
	for _, a := range s.roles {
		if err := catalog.Appoint(ctx, reports.PersonID(chat), a.Role, a.Agency, v.now()); err != nil {
			return err
		}
	}
	return nil
}

// claim refuses a database that is in use and that no demo began: sample
// agencies and a pane that shows restricted reports do not belong there. An
// unused one is marked as this folder's demo's.
func (v *service) claim(ctx context.Context, began string) error {
	mark := filepath.Join(v.settings.dataDir, demoMark)
	content, err := os.ReadFile(mark)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look whether the database is a demo's: %w", err)
	}
	if string(content) == began {
		return nil
	}
	var used bool
	err = v.db.pool.QueryRow(ctx, `select exists (select from identities) or exists (select from agencies) or exists (select from officials)`).Scan(&used)
	if err != nil {
		return fmt.Errorf("look whether the database is a demo's: %w", err)
	}
	if used {
		return errors.New("this database is in use and no demo's: remove DATABASE_URL, or set KENTONGAN_DATA_DIR to another folder")
	}
	if err := os.WriteFile(mark, []byte(began), 0o600); err != nil {
		return fmt.Errorf("mark the demo's folder: %w", err)
	}
	return nil
}

// demoToken is the secret of a pane's chat: the same at every start, another
// in every database, which its beginning stands for.
func demoToken(sealer *seal.Sealer, began, pane string) string {
	return base64.RawURLEncoding.EncodeToString(sealer.Hash("demo pane", []byte(began), []byte(pane)))
}
