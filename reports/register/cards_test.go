package register_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

const (
	deskGroup = 101
	firstBoss = 201
	otherBoss = 202
)

func newDesk(t *testing.T, pool *pgxpool.Pool) *register.Register {
	t.Helper()
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	return register.New(pool, sealer)
}

// readers lists who has a card of a report, or that it waits for somebody.
func readers(t *testing.T, pool *pgxpool.Pool, id reports.ID) string {
	t.Helper()
	var list string
	err := pool.QueryRow(t.Context(), `select concat_ws(' ', (select string_agg(chat::text, ' ' order by chat) from cards where report = $1),
		(select 'unshown' from unshown where report = $1))`, id).Scan(&list)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func must(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func appoint(t *testing.T, pool *pgxpool.Pool, chats ...int64) {
	t.Helper()
	must(t, pool, `insert into officials (chat, role, appointed_at) select chat, 'national-admin', $2 from unnest($1::bigint[]) as k (chat)`, chats, friday)
}

func bindDesk(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	must(t, pool, `insert into groups (chat, bound_at) values ($1, $2)`, deskGroup, friday)
}

func fileOne(t *testing.T, reg *register.Register, pool *pgxpool.Pool, draftNumber int64, at time.Time, secret bool) reports.Report {
	t.Helper()
	report := draft().Open(7, "webchat", at)
	report.Confidential = secret
	return file(t, reg, pool, register.Filing{Report: report, Draft: draftNumber, AccessCode: "123456"})
}

func markOversight(t *testing.T, reg *register.Register, id reports.ID) reports.Report {
	t.Helper()
	after, err := reg.Change(t.Context(), rules(t), id, 0, reports.Change{
		Action: reports.MarkOversight, Actor: reports.Actor{Kind: reports.ByAdmin, Person: firstBoss}, At: friday,
	})
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func TestAReportThatBecomesRestrictedFindsNamedReaders(t *testing.T) {
	reg, pool := newRegister(t)
	bindDesk(t, pool)
	lonely := fileOne(t, reg, pool, 1, friday, false)
	if !markOversight(t, reg, lonely.ID).Restricted() {
		t.Fatal("it is not restricted")
	}
	if got := readers(t, pool, lonely.ID); got != "101 unshown" {
		t.Errorf("with nobody appointed it is seen by %q", got)
	}
	appoint(t, pool, firstBoss, otherBoss)
	staffed := fileOne(t, reg, pool, 2, friday, false)
	if got := readers(t, pool, staffed.ID); got != "101" {
		t.Errorf("before, it is seen by %q", got)
	}
	markOversight(t, reg, staffed.ID)
	if got := readers(t, pool, staffed.ID); got != "101 201 202" {
		t.Errorf("then it is seen by %q", got)
	}
	if n, err := reg.PlaceUnshown(t.Context()); n != 1 || err != nil || readers(t, pool, lonely.ID) != "101 201 202" {
		t.Errorf("placed %d, %v: %q", n, err, readers(t, pool, lonely.ID))
	}
}

func TestAStaleSaveFailsItsWholeTransaction(t *testing.T) {
	reg, pool := newRegister(t)
	filed := fileOne(t, reg, pool, 1, friday, false)
	c := reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin, Person: 2}, Agency: "PUPR", At: friday}
	after, entry, err := reports.Apply(filed, c)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	save := func(and string) error {
		var b pgx.Batch
		b.Queue("begin")
		b.Queue(and)
		if err := reg.QueueSave(&b, rules(t), register.Save{After: after, Entry: entry}); err != nil {
			t.Fatal(err)
		}
		b.Queue("commit")
		return conn.SendBatch(t.Context(), &b).Close()
	}
	if err := save(`select 1`); err != nil || register.IsStale(err) {
		t.Fatal(err)
	}
	if err := save(`delete from unshown`); !register.IsStale(err) || !register.Retryable(err) {
		t.Errorf("a stale save: %v", err)
	}
	if _, err := conn.Exec(t.Context(), "rollback"); err != nil {
		t.Fatal(err)
	}
	if got := readers(t, pool, filed.ID); got != "unshown" {
		t.Errorf("what the stale batch wrote was committed: %q", got)
	}
	if now, err := reg.Report(t.Context(), filed.ID); err != nil || now.Version != 2 {
		t.Errorf("version %d, %v", now.Version, err)
	}
}

func TestReportsThatNobodyMaySeeKeepNoOthersWaiting(t *testing.T) {
	reg, pool := newRegister(t)
	secret := fileOne(t, reg, pool, 0, friday, true)
	must(t, pool, `insert into reports (id, tracking_id, version, kind, state, reporter, person_draft, source, chronology, occurred, location,
			agency, agency_words, keyword, anonymous, confidential, evidence, filed_at, access_hash, clocks)
		select -n, 'X' || n, version, kind, state, reporter, n, source, chronology, occurred, location,
			agency, agency_words, keyword, anonymous, confidential, evidence, filed_at, access_hash, clocks
		from reports p, generate_series(1, 600) as n where p.id = $1`, secret.ID)
	must(t, pool, `insert into unshown select id from reports where id < 0`)
	open := fileOne(t, reg, pool, 1000, friday, false)
	if n, err := reg.PlaceUnshown(t.Context()); n != 0 || err != nil {
		t.Errorf("with nobody there %d were placed, %v", n, err)
	}
	bindDesk(t, pool)
	if n, err := reg.PlaceUnshown(t.Context()); n != 1 || err != nil || readers(t, pool, open.ID) != "101" {
		t.Errorf("placed %d, %v: %q", n, err, readers(t, pool, open.ID))
	}
	appoint(t, pool, firstBoss)
	for _, want := range []int64{500, 101, 0} {
		if n, err := reg.PlaceUnshown(t.Context()); n != want || err != nil {
			t.Errorf("placed %d of %d, %v", n, want, err)
		}
	}
}

func TestCardsGoWithTheirReaders(t *testing.T) {
	reg, pool := newRegister(t)
	appoint(t, pool, firstBoss, otherBoss)
	secret := fileOne(t, reg, pool, 1, friday, true) // both see it
	must(t, pool, `update officials set removed_at = $2 where chat = $1`, otherBoss, friday)
	mine := fileOne(t, reg, pool, 2, friday, true) // one sees it
	closed := fileOne(t, reg, pool, 3, friday, true)
	must(t, pool, `update reports set state = 'closed' where id = $1`, closed.ID)
	bindDesk(t, pool)
	open := fileOne(t, reg, pool, 4, friday, false) // the group sees it
	marked := fileOne(t, reg, pool, 5, friday, false)
	markOversight(t, reg, marked.ID)

	if n, err := reg.RetireCards(t.Context()); n != 1 || err != nil {
		t.Errorf("retired %d, %v", n, err)
	}
	check := func(when string, want map[reports.ID]string) {
		t.Helper()
		got := map[reports.ID]string{}
		for id := range want {
			got[id] = readers(t, pool, id)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", when, diff)
		}
	}
	check("after the first left", map[reports.ID]string{secret.ID: "201", mine.ID: "201", closed.ID: "201", open.ID: "101", marked.ID: "101 201"})

	if err := register.NewCatalog(pool, nil).RemoveOfficial(t.Context(), 1, friday); err != nil {
		t.Fatal(err)
	}
	check("after the last left", map[reports.ID]string{
		secret.ID: "unshown", mine.ID: "unshown", closed.ID: "", open.ID: "101", marked.ID: "101 unshown",
	})
	must(t, pool, `insert into agencies (code, name, zone, level, week, hours) values ('HST', 'HST', 'Asia/Makassar', 'regency', 5, '08:00-16:00')`)
	if err := register.NewCatalog(pool, nil).BindGroup(t.Context(), 101, "HST", friday); err != nil {
		t.Fatal(err)
	}
	check("after the group was bound elsewhere", map[reports.ID]string{open.ID: "unshown", marked.ID: "unshown", closed.ID: ""})
	if n, err := reg.RetireCards(t.Context()); n != 0 || err != nil {
		t.Errorf("of no cards retired %d, %v", n, err)
	}
}

func TestReportsAreListedByWhenTheyWereFiled(t *testing.T) {
	reg, pool := newRegister(t)
	second := newDesk(t, pool) // another process, with a block of higher ids
	var want []reports.TrackingID
	for n := range int64(7) {
		by := reg
		if n%3 == 0 {
			by = second
		}
		at := friday.Add(time.Duration(n/2) * time.Minute) // pairs at the same instant
		f := fileOne(t, by, pool, n, at, n%2 == 0)
		want = append(want, f.TrackingID)
	}
	var order, paged []reports.TrackingID
	all, err := reg.List(t.Context(), register.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	last := friday.AddDate(1, 0, 0)
	for _, r := range all {
		if r.FiledAt.After(last) {
			t.Errorf("%s stands below one that was filed before it", r.TrackingID)
		}
		last = r.FiledAt
		order = append(order, r.TrackingID)
	}
	if len(order) != len(want) {
		t.Errorf("%d of %d are listed", len(order), len(want))
	}
	filter := register.Filter{Reporter: 7, State: reports.Submitted, Limit: 2}
	for range want {
		page, err := reg.List(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page {
			paged = append(paged, r.TrackingID)
			filter.Before = r.ID
		}
	}
	if diff := cmp.Diff(order, paged); diff != "" {
		t.Errorf("page by page it is another list:\n%s", diff)
	}
	for what, f := range map[string]register.Filter{"of nobody": {Reporter: 8}, "of no body": {Agency: "X"}, "after none": {Before: 4711}} {
		if list, err := reg.List(t.Context(), f); len(list) != 0 || err != nil {
			t.Errorf("%s: %d, %v", what, len(list), err)
		}
	}
}

func TestTheListOfAReporterIsReadAlongItsIndex(t *testing.T) {
	_, pool := newRegister(t)
	rows, err := pool.Query(t.Context(), `explain select id from reports where reporter = 7 order by filed_at desc, id desc limit 10`)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || !strings.Contains(fmt.Sprint(plan), "reports_by_reporter") {
		t.Errorf("%v: %s", err, plan)
	}
}

func TestWhatMayBeDoneAgainIsRetryable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("broken pipe"), true},
		{&pgconn.PgError{Code: "40P01"}, true},
		{&pgconn.PgError{Code: "55P03"}, true},
		{&pgconn.PgError{Code: "55006"}, false},
		{&pgconn.PgError{Code: "40001", ConstraintName: "reports_stale_version"}, true},
		{&pgconn.PgError{Code: "23505", ConstraintName: "reports_tracking_id"}, true},
		{&pgconn.PgError{Code: "23505", ConstraintName: "reports_one_per_draft"}, false},
		{fmt.Errorf("a turn: %w", register.ErrNoIdentity), false},
	} {
		if got := register.Retryable(test.err); got != test.want {
			t.Errorf("%v: %t", test.err, got)
		}
	}
}
