package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
	"kentongan/reports/seal"
	"kentongan/reports/workday"
)

// console is an installation on whose command line a test types.
type console struct {
	environ []string
	pool    *pgxpool.Pool
	sealer  *seal.Sealer
}

func newConsole(t *testing.T) *console {
	t.Helper()
	key, err := seal.ParseKey(testKey)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	url := pgtest.New(t)
	config, err := register.PoolConfig(url, 4)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return &console{
		environ: []string{"DATABASE_URL=" + url, "KENTONGAN_SECRET_KEY=" + testKey, "KENTONGAN_DATA_DIR=" + t.TempDir()},
		pool:    pool, sealer: sealer,
	}
}

// types runs a command in this process, and fails where its exit status is another.
func (c *console) types(t *testing.T, status int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(t.Context(), args, strings.NewReader(""), &out, &errs, c.environ); got != status {
		t.Errorf("kentongan %s: exit status %d, want %d: %s", strings.Join(args, " "), got, status, errs.String())
	}
	return out.String(), errs.String()
}

// file files a report as a turn does.
func (c *console) file(t *testing.T, r reports.Report) reports.Report {
	t.Helper()
	reg := register.New(c.pool, c.sealer)
	id, err := reg.NextID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.ID, r.Version, r.State, r.TrackingID = id, 1, reports.Submitted, reports.NewTrackingID(uint64(id)*7919)
	var b pgx.Batch
	reg.QueueFile(&b, rules(t), register.Filing{Report: r, Draft: int64(id), AccessCode: "123456", Files: []int64{}})
	if err := c.pool.SendBatch(t.Context(), &b).Close(); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReportsAreListedShownAndExplained(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	now := time.Now().UTC()
	open := c.file(t, reports.Report{
		Kind: reports.Complaint, Reporter: 5, Source: "webchat", Chronology: "Jalan \x1b[31mberlubang", FiledAt: now,
		Location: reports.Location{Words: "Jalan Merdeka", Lat: -2.58, Lon: 115.38, Pin: true},
	})
	secret := c.file(t, reports.Report{
		Kind: reports.Whistleblowing, Reporter: 6, Source: "webchat", Chronology: "Pungutan di loket", FiledAt: now,
		Anonymous: true, Confidential: true,
	})

	out, _ := c.types(t, 0, "report", "list")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 3 || !strings.Contains(lines[1], string(secret.TrackingID)) ||
		!strings.HasSuffix(lines[1], "restricted") {
		t.Errorf("list:\n%s", out)
	}
	out, _ = c.types(t, 0, "report", "list", "--json", "--before", fmt.Sprint(secret.ID))
	var list []map[string]any
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) != 1 || list[0]["tracking_id"] != string(open.TrackingID) {
		t.Errorf("list before %d: %v, %s", secret.ID, err, out)
	}

	out, _ = c.types(t, 0, "report", "show", strings.ToLower(string(open.TrackingID)))
	for _, want := range []string{"Jalan \uFFFD[31mberlubang", "Jalan Merdeka; -2.58000, 115.38000", "person 5", "file", "submitted"} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
	if again, _ := c.types(t, 0, "report", "show", fmt.Sprint(open.ID)); again != out {
		t.Errorf("by number it is another:\n%s", again)
	}
	for _, flag := range []string{"--json=false", "--json"} {
		out, errs := c.types(t, 0, "report", "show", string(secret.TrackingID), flag)
		if strings.Contains(out+errs, "loket") {
			t.Errorf("a restricted report was shown unasked:\n%s%s", out, errs)
		}
	}
	out, errs := c.types(t, 0, "report", "show", string(secret.TrackingID), "--restricted")
	if !strings.Contains(out, "loket") || !strings.Contains(errs, fmt.Sprintf(`"report":%d`, secret.ID)) || strings.Contains(errs, "loket") {
		t.Errorf("asked for:\n%s%s", out, errs)
	}

	out, _ = c.types(t, 0, "report", "explain", string(open.TrackingID))
	if !strings.Contains(out, "verify: 3 working days (PermenPANRB 5/2025, valid from 2025-01-01), calendar 5") || !strings.Contains(out, "day 3") {
		t.Errorf("explain:\n%s", out)
	}
	if _, errs := c.types(t, 1, "report", "show", "99999"); !strings.Contains(errs, "no report 99999: see 'kentongan report list'") {
		t.Error(errs)
	}
}

func TestAFormalRequestIsExplainedWithItsLaw(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	filed := c.file(t, reports.Report{Kind: reports.InformationRequest, Reporter: 5, Source: "webchat", Chronology: "Anggaran", FiledAt: time.Now().UTC()})
	reg := register.New(c.pool, c.sealer)
	for _, step := range []struct {
		action reports.Action
		by     reports.ActorKind
	}{{reports.Dispatch, reports.ByAdmin}, {reports.MarkFormal, reports.ByAdmin}, {reports.Extend, reports.ByLiaison}} {
		change := reports.Change{Action: step.action, Actor: reports.Actor{Kind: step.by, Person: 2}, Agency: "PUPR", At: time.Now()}
		if _, err := reg.Change(t.Context(), rules(t), filed.ID, 0, change); err != nil {
			t.Fatal(err)
		}
	}
	out, _ := c.types(t, 0, "report", "explain", string(filed.TrackingID))
	if !strings.Contains(out, "answer: 10 + 7 working days, extended once (UU 14/2008 pasal 22, valid from 2025-01-01)") || !strings.Contains(out, "day 17") {
		t.Errorf("explain:\n%s", out)
	}
	out, _ = c.types(t, 0, "report", "explain", string(filed.TrackingID), "--json")
	if !strings.Contains(out, `"workdays": 17`) || !strings.Contains(out, `"extended_by": 7`) {
		t.Errorf("explain:\n%s", out)
	}
	if out, _ = c.types(t, 0, "report", "show", string(filed.TrackingID)); !strings.Contains(out, "dispatched, extended, formal") {
		t.Errorf("show:\n%s", out)
	}
}

func TestDeadLettersAreListedShownAndRetried(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	chat, err := register.NewIdentities(c.pool, c.sealer).Resolve(t.Context(), "webchat", "", register.Person, "alamat", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for id, from := range map[int64]int64{7: chat, 9: 4711} { // of 9 nothing else is known any more
		key := []byte{1, 2, byte(id)}
		_, err := c.pool.Exec(t.Context(), `
			insert into inbox (id, event_key, channel, account, chat, person, ord, state, tries, received_at, done_at, failure, body)
			values ($1, $2, 'webchat', '', $3, 0, 0, 'dead', 5, $4, $4, 'panic', $5)`,
			id, key, from, time.Now(), c.sealer.Seal(nil, []byte(`{"text":"nama saya Budi"}`), fmt.Sprintf("inbox:%x", key)))
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"list"}, {"list", "--json"}, {"show", "7"}, {"show", "7", "--json"}} {
		out, errs := c.types(t, 0, append([]string{"deadletter"}, args...)...)
		if !strings.Contains(out, "panic") || strings.Contains(out+errs, "Budi") {
			t.Errorf("deadletter %s:\n%s%s", args, out, errs)
		}
	}
	for _, args := range [][]string{{"--body"}, {"--why=rusak"}, {"--body", "--why="}, {"--body", "--why= "}} {
		if out, errs := c.types(t, 2, append([]string{"deadletter", "show", "7"}, args...)...); strings.Contains(out+errs, "Budi") || !strings.Contains(errs, "--why") {
			t.Errorf("%s: %s%s", args, out, errs)
		}
	}
	c.types(t, 1, "deadletter", "show", "8", "--body", "--why=salah ketik")
	out, errs := c.types(t, 0, "deadletter", "show", "7", "--body", "--why", "gagal dibaca lima kali")
	if !strings.Contains(out, "Budi") || !strings.Contains(errs, `"inbox":7`) || strings.Contains(errs, "Budi") {
		t.Errorf("with --body:\n%s%s", out, errs)
	}
	var what, by, why string
	var ref, openings int64
	if err := c.pool.QueryRow(t.Context(), `select what, ref, by, why, count(*) over () from openings`).Scan(&what, &ref, &by, &why, &openings); err != nil ||
		what != "dead_letter" || ref != 7 || by != operator() || why != "gagal dibaca lima kali" || openings != 1 {
		t.Errorf("recorded: %s %d by %q, %q, one of %d, %v", what, ref, by, why, openings, err)
	}
	if out, _ := c.types(t, 1, "doctor"); !strings.Contains(out, "warn  dead letters: 2 messages") {
		t.Errorf("doctor:\n%s", out)
	}

	c.types(t, 0, "deadletter", "retry", "7")
	var state string
	var tries int
	if err := c.pool.QueryRow(t.Context(), `select i.state, tries from inbox i join sessions s using (chat, person) where id = 7 and i.body is not null`).
		Scan(&state, &tries); err != nil || state != "waiting" || tries != 0 {
		t.Errorf("after a retry: %s, %d tries, %v", state, tries, err)
	}
	for _, args := range [][]string{{"retry", "7"}, {"show", "7"}, {"show", "8"}} {
		if _, errs := c.types(t, 1, append([]string{"deadletter"}, args...)...); !strings.Contains(errs, "see 'kentongan deadletter list'") {
			t.Errorf("deadletter %s: %s", args, errs)
		}
	}
	if _, errs := c.types(t, 1, "deadletter", "retry", "9"); !strings.Contains(errs, "was forgotten") {
		t.Errorf("retrying a stranger's who is forgotten: %s", errs)
	}

	letters := bots.NewDeadLetters(c.pool)
	for _, test := range []struct {
		before time.Duration
		want   int64
	}{{-time.Hour, 0}, {time.Hour, 1}} {
		if n, err := letters.Tidy(t.Context(), time.Now().Add(test.before)); n != test.want || err != nil {
			t.Errorf("erased %d, %v", n, err)
		}
	}
	if out, _ := c.types(t, 0, "deadletter", "show", "9"); !strings.Contains(out, "panic") || !strings.Contains(out, "sealed bytes:  0") {
		t.Errorf("an erased one:\n%s", out)
	}
	if _, errs := c.types(t, 1, "deadletter", "show", "9", "--body", "--why=terlambat"); !strings.Contains(errs, "no such dead letter") {
		t.Errorf("opening an erased one: %s", errs)
	}
}

func TestTheDoctorNoticesAnotherKey(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	identities := register.NewIdentities(c.pool, c.sealer)
	if _, err := identities.Resolve(t.Context(), "webchat", "", register.Person, "alamat", time.Now()); err != nil {
		t.Fatal(err)
	}
	if out, _ := c.types(t, 1, "doctor"); !strings.Contains(out, "ok    key: opens what is stored") {
		t.Errorf("with its key:\n%s", out)
	}
	c.environ = append(c.environ, "KENTONGAN_SECRET_KEY="+seal.NewKey().Encode())
	if out, _ := c.types(t, 1, "doctor"); !strings.Contains(out, "fail  key: KENTONGAN_SECRET_KEY does not open what this database holds") {
		t.Errorf("with another:\n%s", out)
	}
	if _, errs := c.types(t, 1, "official", "invite", "--role", "national-admin"); !strings.Contains(errs, "put back the one") {
		t.Errorf("inviting with another key: %s", errs)
	}
	c.environ = append(c.environ, "KENTONGAN_LISTEN=127.0.0.1:0")
	if _, errs := c.types(t, 1, "serve"); !strings.Contains(errs, "put back the one") {
		t.Errorf("serving with another key: %s", errs)
	}
}

// rules are those of a register without bodies.
func rules(tb testing.TB) *deadline.Rules {
	tb.Helper()
	made, err := deadline.New(deadline.Config{Holidays: workday.Default(), Zone: time.UTC, Limits: reports.DefaultLimits})
	if err != nil {
		tb.Fatal(err)
	}
	return made
}
