package scheduler_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
	"kentongan/reports/seal"
	"kentongan/reports/workday"
	"kentongan/scheduler"
)

const (
	reporter = reports.PersonID(1)
	admin    = reports.PersonID(2)
	liaison  = reports.PersonID(3)
)

var (
	wib  = mustZone("Asia/Jakarta")
	wita = mustZone("Asia/Makassar")
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// world is a register with a body in WITA, and a scheduler whose words are rows of
// a table.
type world struct {
	t        testing.TB
	address  string
	pool     *pgxpool.Pool
	register *register.Register
	sealer   *seal.Sealer
	table    workday.Table
	limits   []reports.Limit
	drafts   int64
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	address := pgtest.New(tb)
	cfg, err := register.PoolConfig(address, 12)
	if err != nil {
		tb.Fatal(err)
	}
	pool, err := pgxpool.NewWithConfig(tb.Context(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		tb.Fatal(err)
	}
	w := defaultWorld()
	w.t, w.address, w.pool, w.register, w.sealer = tb, address, pool, register.New(pool, sealer), sealer
	w.furnish()
	return w
}

// furnish makes what a world has from the start: where its teller writes, three
// people and a body.
func (w *world) furnish() {
	w.t.Helper()
	w.exec(`create table told (id bigint generated always as identity, report bigint, clock text, rung text, action text, unreachable boolean, at timestamptz)`)
	w.exec(`insert into identities (channel, account, kind, address_hash, sealed, created_at) select 'double', '', 'person', decode(to_hex(n), 'hex'), '', now() from generate_series(16, 18) n`)
	w.exec(`insert into agencies (code, name, zone, level, week, hours) values ('HST', 'Kabupaten', 'Asia/Makassar', 'regency', 5, '08:00-16:00')`)
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.pool.Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// defaultWorld has the calendar and the limits of a new register.
func defaultWorld() *world { return &world{table: workday.Default(), limits: reports.DefaultLimits} }

// rulesOf are those that count in a world.
func rulesOf(w *world) (*deadline.Rules, error) {
	return deadline.New(deadline.Config{
		Holidays: w.table, Zone: wib, Limits: w.limits,
		Agencies: []reports.Agency{{Code: "HST", Zone: "Asia/Makassar", Week: 5, Hours: "08:00-16:00"}},
	})
}

func (w *world) rules() *deadline.Rules {
	rules, err := rulesOf(w)
	if err != nil {
		w.t.Fatal(err)
	}
	return rules
}

func (w *world) scheduler() *scheduler.Scheduler {
	return scheduler.New(scheduler.Config{
		Pool: w.pool, Register: w.register, Rules: w.rules, Teller: teller{}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
}

// teller keeps what people are told in a table.
type teller struct{}

func (teller) Tell(ctx context.Context, tx pgx.Tx, now time.Time, list []deadline.Passed) error {
	var b pgx.Batch
	for _, x := range list {
		if x.Overtaken {
			continue
		}
		b.Queue(`insert into told (report, clock, rung, action, unreachable, at) values ($1, $2, $3, $4, $5, $6)`,
			x.After.ID, x.Run.Clock, x.Rung, x.Entry.Change.Action, x.Unreachable, now)
	}
	return tx.SendBatch(ctx, &b).Close()
}
func (teller) Gather(context.Context, pgx.Tx, time.Time) (int, error) { return 0, nil }
func (teller) Told()                                                  {}

// file files a complaint at that instant.
func (w *world) file(at time.Time) reports.ID {
	w.t.Helper()
	id, err := w.register.NextID(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.drafts++
	r := reports.Draft{Chronology: []reports.Passage{{Text: "Lampu jalan mati."}}}.Open(reporter, "double", at)
	r.ID, r.TrackingID = id, reports.NewTrackingID(uint64(id))
	var b pgx.Batch
	w.register.QueueFile(&b, w.rules(), register.Filing{Report: r, Draft: w.drafts, AccessCode: "123456", Files: []int64{}})
	if err := w.pool.SendBatch(w.t.Context(), &b).Close(); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// do does something to a report.
func (w *world) do(id reports.ID, at time.Time, action reports.Action) reports.Report {
	w.t.Helper()
	by := map[reports.Action]reports.Actor{
		reports.Reply: {Kind: reports.ByReporter, Person: reporter}, reports.ProvideInfo: {Kind: reports.ByReporter, Person: reporter},
		reports.RequestReopen: {Kind: reports.ByReporter, Person: reporter},
		reports.FollowUp:      {Kind: reports.ByLiaison, Person: liaison}, reports.Respond: {Kind: reports.ByLiaison, Person: liaison},
		reports.NotOurs: {Kind: reports.ByLiaison, Person: liaison},
	}[action]
	if by.Kind == "" {
		by = reports.Actor{Kind: reports.ByAdmin, Person: admin}
	}
	r, err := w.register.Change(w.t.Context(), w.rules(), id, 0, reports.Change{Action: action, Actor: by, At: at, Agency: "HST", Until: at.AddDate(0, 0, 4)})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// heard notes that the reporter heard what started or warned of the clock that
// version began.
func (w *world) heard(id reports.ID, proof string, at time.Time) {
	w.t.Helper()
	w.exec(`insert into heard (report, proof, at) values ($1, $2, $3) on conflict do nothing`, id, proof, at)
}

// told are the rungs of a report that people were told of, with their dates in WITA.
func (w *world) told(id reports.ID) []string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `select clock, rung, action, at from told where report = $1 order by at, id`, id)
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var clock, rung, action string
		var at time.Time
		err := row.Scan(&clock, &rung, &action, &at)
		line := at.In(wita).Format("01-02 15") + " " + clock + " " + rung
		if action != "" {
			line += " " + action
		}
		return line, err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// pass looks at every full hour from one instant to another.
func (w *world) pass(s *scheduler.Scheduler, from, to time.Time) {
	w.t.Helper()
	for at := from.Truncate(time.Hour); !at.After(to); at = at.Add(time.Hour) {
		if err := s.Pass(w.t.Context(), at); err != nil {
			w.t.Fatal(err)
		}
	}
}
