package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots/telegram"
	"kentongan/bots/whatsapp"
	"kentongan/migrations"
	"kentongan/migrations/localpg"
	"kentongan/reports/deadline"
	"kentongan/reports/evidence"
	"kentongan/reports/register"
	"kentongan/reports/seal"
	"kentongan/reports/workday"
)

type doctorCommand struct{ output }

// verdict is how a check ended.
type verdict string

const (
	ok   verdict = "ok"
	warn verdict = "warn"
	fail verdict = "fail"
)

// finding is what one check says, and how to mend it.
type finding struct {
	Check   string  `json:"check"`
	Verdict verdict `json:"verdict"`
	Says    string  `json:"says"`
	Mend    string  `json:"mend,omitempty"`
}

// doctor gathers findings.
type doctor struct {
	now      time.Time
	settings settings
	findings []finding
}

func (d *doctor) note(check string, v verdict, says, mend string) {
	if v == ok {
		mend = ""
	}
	d.findings = append(d.findings, finding{check, v, says, mend})
}

// patience bounds a check of something that may not answer.
const patience = 10 * time.Second

// Run makes every check, prints one line each, and fails where one failed.
func (c *doctorCommand) Run(ctx context.Context, p *program) error {
	d := &doctor{now: p.now()}
	d.checkSettings(p.environ)
	d.checkEvidence(ctx)
	d.checkChannels(ctx)
	d.checkDatabase(ctx)
	if !slices.ContainsFunc(d.findings, func(f finding) bool { return f.Check == "calendar" }) {
		d.checkCalendar(ctx, nil)
	}
	if err := c.print(p, d.findings); err != nil {
		return err
	}
	for _, f := range d.findings {
		if f.Verdict == fail {
			return quietError{exitFailed}
		}
	}
	return nil
}

func (c *doctorCommand) print(p *program, findings []finding) error {
	if c.JSON {
		return c.json(p, findings)
	}
	for _, f := range findings {
		line := fmt.Sprintf("%-4s  %s: %s", f.Verdict, f.Check, f.Says)
		if f.Mend != "" {
			line += "; " + f.Mend
		}
		if _, err := fmt.Fprintln(p.stdout, printable(line)); err != nil {
			return err
		}
	}
	return nil
}

func (d *doctor) checkSettings(environ []string) {
	var err error
	d.settings, err = readSettings(environ)
	if joined, many := err.(interface{ Unwrap() []error }); many {
		for _, problem := range joined.Unwrap() {
			d.note("settings", fail, oneLine(problem), "set it right or remove it")
		}
	} else {
		d.note("settings", ok, "understood", "")
	}
	for _, warning := range d.settings.warnings {
		d.note("settings", warn, warning, "remove it, or mend its name")
	}
}

// checkCalendar looks at the table in force, or at the one compiled in where
// there is no database to ask.
func (d *doctor) checkCalendar(ctx context.Context, pool *pgxpool.Pool) {
	table := workday.Default()
	if pool != nil {
		var err error
		if table, err = register.NewCatalog(pool, nil).Holidays(ctx); err != nil {
			d.note("calendar", fail, oneLine(err), "look at the database's log")
			return
		}
	}
	says := "decrees for " + years(table.Years())
	mend := "every date in a year without decree is provisional: 'kentongan holiday import FILE.csv' brings one"
	today := workday.DateOf(d.now, d.settings.zone)
	switch missing := table.Missing(today); {
	case len(missing) == 0:
		d.note("calendar", ok, says, "")
	case missing[0] == today.Year():
		d.note("calendar", fail, fmt.Sprintf("%s, none for %s", says, years(missing)), mend)
	default:
		d.note("calendar", warn, fmt.Sprintf("%s, none for %s yet", says, years(missing)), mend)
	}
}

func (d *doctor) checkEvidence(ctx context.Context) {
	dir := evidenceDir(d.settings)
	vault, err := evidence.Open(dir)
	if err == nil {
		err = errors.Join(vault.Check(ctx), vault.Close())
	}
	if err != nil {
		d.note("evidence", fail, oneLine(err), "let this user write in "+dir+", or set KENTONGAN_DATA_DIR")
		return
	}
	d.note("evidence", ok, dir+" takes files and gives them back", "")
}

func evidenceDir(s settings) string { return filepath.Join(s.dataDir, "evidence") }

func (d *doctor) checkChannels(ctx context.Context) {
	if d.settings.webchat {
		d.note("web chat", ok, "serve offers it", "")
	}
	if d.settings.telegram.token != "" {
		d.checkTelegram(ctx)
	}
}

// checkWhatsApp says what whoever holds the connection noted last.
func (d *doctor) checkWhatsApp(ctx context.Context, pool *pgxpool.Pool, sealer *seal.Sealer) {
	c, err := whatsapp.New(whatsapp.Config{
		Pool: pool, Sealer: sealer, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return d.now },
	})
	var status whatsapp.Status
	if err == nil {
		status, err = c.Report(ctx)
	}
	switch {
	case err != nil:
		d.note("whatsapp", fail, oneLine(err), "look at the database's log")
	case !status.Paired.IsZero():
		if err := status.Err(d.now); err != nil {
			d.note("whatsapp", fail, strings.TrimPrefix(oneLine(err), "whatsapp: "), "'kentongan whatsapp status' says more")
			return
		}
		d.note("whatsapp", ok, status.What, "")
	case !d.settings.webchat && d.settings.telegram.token == "":
		d.note("channels", warn, "none for serve: nobody can reach it", "set TELEGRAM_BOT_TOKEN, link a phone ('kentongan whatsapp pair'), or KENTONGAN_WEBCHAT=on")
	}
}

// Updates that wait at Telegram, and how long ago delivering one failed, so
// that somebody should look.
const (
	telegramPending = 100
	telegramFailed  = time.Hour
)

// checkTelegram asks Telegram about the bot: its answer shows that the token
// is right and whether updates come in the way that the settings say.
func (d *doctor) checkTelegram(ctx context.Context) {
	s := d.settings.telegram
	if _, err := telegram.CheckToken(s.token); err != nil {
		return // said with the settings
	}
	c, err := telegram.New(telegram.Config{
		Token: s.token, Server: s.server, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return d.now },
	})
	if err != nil {
		d.note("telegram", fail, oneLine(err), "mend the settings of TELEGRAM_…")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	bot, err := c.Inspect(ctx)
	if err != nil {
		d.note("telegram", fail, oneLine(err), "compare TELEGRAM_BOT_TOKEN with what @BotFather says; this machine has to reach "+cmp.Or(s.server, telegram.OfficialServer))
		return
	}
	name := "@" + bot.Username
	switch failed := d.now.Sub(bot.FailedAt); {
	case s.webhookURL == "" && bot.Webhook != "":
		d.note("telegram", warn, name+" has a webhook, the settings say polling", "start the service, which removes it, or set TELEGRAM_WEBHOOK_URL")
	case s.webhookURL != "" && bot.Webhook != s.webhookURL:
		d.note("telegram", warn, name+" has not the webhook that the settings say", "start the service, which sets it")
	case s.webhookURL != "" && bot.LastError != "" && failed < telegramFailed:
		d.note("telegram", warn, fmt.Sprintf("%s could not deliver %s ago: %s", name, failed.Round(time.Second), bot.LastError),
			"compare TELEGRAM_WEBHOOK_URL with how Telegram reaches this service")
	case bot.Pending > telegramPending:
		d.note("telegram", warn, fmt.Sprintf("%s has %d updates waiting", name, bot.Pending), "is 'kentongan serve' running?")
	default:
		d.note("telegram", ok, fmt.Sprintf("%s answers, %d updates waiting", name, bot.Pending), "")
	}
}

func (d *doctor) checkDatabase(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	db, err := locate(ctx, d.settings, true, nil)
	if err == nil {
		defer func() { _ = db.close() }() // a doctor's visit; what ends badly is said by who needs it
		err = db.connect(ctx, commandConns)
	}
	if err != nil {
		mend := "start it, or mend DATABASE_URL"
		if errors.Is(err, localpg.ErrNoPostgres) {
			mend = "install PostgreSQL (apt-get install postgresql), or set DATABASE_URL"
		}
		d.note("database", fail, oneLine(err), mend)
		return
	}
	var version string
	if err := db.pool.QueryRow(ctx, `select current_setting('server_version')`).Scan(&version); err != nil {
		d.note("database", fail, oneLine(err), "look at the server's log")
		return
	}
	where := "DATABASE_URL"
	if db.server != nil {
		where = "private, in " + db.server.Dir()
	}
	d.note("database", ok, fmt.Sprintf("PostgreSQL %s (%s)", version, where), "")

	status, err := migrations.Check(ctx, db.pool)
	if err != nil {
		d.note("schema", fail, oneLine(err), "look at the server's log")
		return
	}
	if err := status.Err(); err != nil {
		d.note("schema", fail, oneLine(err), "") // it says what to do
		return
	}
	d.note("schema", ok, fmt.Sprintf("version %d", status.Current), "")
	d.checkCalendar(ctx, db.pool)
	d.checkKey(ctx, db.pool)
	d.checkDesk(ctx, db.pool)
	if ahead, err := clockAhead(ctx, db.pool); err == nil && ahead > 0 {
		d.now = d.now.Add(ahead)
		d.note("clock", ok, fmt.Sprintf("a demo's, %s ahead of this machine's", ahead.Round(time.Minute)), "")
	}
	d.checkQueues(ctx, db.pool)
	d.checkClocks(ctx, db.pool)
}

func (d *doctor) checkKey(ctx context.Context, pool *pgxpool.Pool) {
	sealer, err := d.settings.sealer()
	if err != nil {
		d.note("key", fail, oneLine(err), "without the key of old nothing sealed can be opened again")
		return
	}
	if err := checkKey(ctx, pool, sealer); err != nil {
		d.note("key", fail, oneLine(err), "restore the key from its copy")
		return
	}
	d.note("key", ok, "opens what is stored", "")
	d.checkWhatsApp(ctx, pool, sealer)
}

func (d *doctor) checkDesk(ctx context.Context, pool *pgxpool.Pool) {
	snapshot, err := register.NewCatalog(pool, nil).Snapshot(ctx)
	if err != nil {
		d.note("desk", fail, oneLine(err), "look at the database's log")
		return
	}
	var group bool
	var unshown, topicless int
	err = pool.QueryRow(ctx, `select exists (select from groups where agency is null), (select count(*) from unshown),
		(select count(*) from groups where topics = 'forbidden')`).Scan(&group, &unshown, &topicless)
	if err != nil {
		d.note("desk", fail, oneLine(err), "look at the database's log")
		return
	}
	const invite = "invite one: 'kentongan official invite --role national-admin'"
	switch {
	case !snapshot.Restricted:
		d.note("restricted desk", fail, "no national admin is appointed: nobody is shown confidential and whistleblowing reports", invite)
	default:
		d.note("restricted desk", ok, "a national admin is appointed", "")
	}
	switch {
	case group:
		d.note("admin group", ok, "bound", "")
	case snapshot.Verifier:
		d.note("admin group", ok, "none is bound: reports go to the national admins in private", "")
	default:
		d.note("admin group", fail, "none is bound and no national admin appointed: nobody verifies reports", invite)
	}
	if unshown > 0 {
		d.note("unshown reports", fail, fmt.Sprintf("%d reports were shown to nobody yet", unshown), "staff the desks above; they are shown then")
	}
	if topicless > 0 {
		d.note("topics", warn, fmt.Sprintf("%d groups keep topics and let the bot make none: cards stand in General there", topicless),
			"make the bot an administrator of these groups with the right to manage topics")
	}
	if len(snapshot.Agencies) == 0 {
		d.note("agencies", warn, "none", "add one: 'kentongan agency add CODE NAME'")
	}
}

// What may wait how long before somebody should look.
const (
	inboxWarn, inboxFail   = time.Minute, 10 * time.Minute
	outboxWarn, outboxFail = 10 * time.Minute, 2 * time.Hour
)

func (d *doctor) checkQueues(ctx context.Context, pool *pgxpool.Pool) {
	var inbox, outbox *time.Time
	var dead int
	err := pool.QueryRow(ctx, `
		select (select min(received_at) from inbox where state = 'waiting'),
		       (select min(greatest(created_at, coalesce(hold_until, created_at))) from outbox
		        where state = 'waiting' and (hold_until is null or hold_until <= $1)),
		       (select count(*) from inbox where state = 'dead' and body is not null)`, d.now).Scan(&inbox, &outbox, &dead)
	if err != nil {
		d.note("queues", fail, oneLine(err), "look at the database's log")
		return
	}
	d.age("inbox", inbox, inboxWarn, inboxFail, "is 'kentongan serve' running? its log says why turns fail")
	d.age("outbox", outbox, outboxWarn, outboxFail, "is 'kentongan serve' running? its log says why messages do not go out")
	if dead > 0 {
		d.note("dead letters", warn, fmt.Sprintf("%d messages are set aside", dead), "look: 'kentongan deadletter list'")
	}
}

// checkClocks says which reports wait for something that time alone does not bring.
func (d *doctor) checkClocks(ctx context.Context, pool *pgxpool.Pool) {
	off, err := register.New(pool, nil).PutOff(ctx, pool)
	if err != nil {
		d.note("clocks", fail, oneLine(err), "look at the database's log")
		return
	}
	sound := true
	for _, c := range []struct {
		why        deadline.Obstacle
		v          verdict
		says, mend string
	}{
		{register.Failed, fail, "of %d reports nobody is nudged and nothing is closed, because of an error", "the log of 'kentongan serve' says which and why"},
		{deadline.NotHeard, warn, "%d reports cannot be closed: what was done never reached their reporters", "see why with the channels and the outbox above; 'kentongan report explain' tells of one"},
		{deadline.OnItsWay, warn, "%d reports are not closed: a message from or to their reporters is stuck", "see the inbox, the outbox and the dead letters above"},
		{deadline.Outage, warn, "%d reports are not closed: the channel of their reporters is away", "see the channels above"},
		{deadline.Undecreed, warn, "%d reports are not closed: a year without a decree is among their days", "see the calendar above"},
	} {
		if n := off[c.why]; n > 0 {
			sound = false
			d.note("clocks", c.v, fmt.Sprintf(c.says, n), c.mend)
		}
	}
	if sound {
		d.note("clocks", ok, "nothing stands in their way", "")
	}
}

func (d *doctor) age(check string, oldest *time.Time, warnAfter, failAfter time.Duration, mend string) {
	if oldest == nil {
		d.note(check, ok, "nothing waits", "")
		return
	}
	age := max(0, d.now.Sub(*oldest)).Round(time.Second)
	v := ok
	switch {
	case age > failAfter:
		v = fail
	case age > warnAfter:
		v = warn
	}
	d.note(check, v, fmt.Sprintf("the oldest waits for %s", age), mend)
}
