package scheduler_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
	"kentongan/reports/seal"
	"kentongan/scheduler"
)

// walkerEnv names the database in which a process of these tests walks through the
// days, in the place of tests.
const walkerEnv = "KENTONGAN_CLOCKS_WALKER"

func TestMain(m *testing.M) {
	if address := os.Getenv(walkerEnv); address != "" {
		if err := walkProcess(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	pgtest.Main(m)
}

// hearing is a teller of rows whose reporters hear every warning at once.
type hearing struct{ teller }

func (h hearing) Tell(ctx context.Context, tx pgx.Tx, now time.Time, list []deadline.Passed) error {
	for _, x := range list {
		if x.Rung != deadline.Warn {
			continue
		}
		_, err := tx.Exec(ctx, `insert into heard (report, proof, at) values ($1, $2, $3)`, x.After.ID, deadline.ProofWarned(x.Run.Since), now)
		if err != nil {
			return err
		}
	}
	return h.teller.Tell(ctx, tx, now, list)
}

func walkProcess(address string) error {
	ctx := context.Background()
	cfg, err := register.PoolConfig(address, 4)
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		return err
	}
	rules, err := rulesOf(defaultWorld())
	if err != nil {
		return err
	}
	return walk(ctx, pool, scheduler.New(scheduler.Config{
		Pool: pool, Register: register.New(pool, sealer), Rules: func() *deadline.Rules { return rules }, Teller: hearing{},
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Now: time.Now, Batch: 7,
	}), func() { fmt.Println("walking") })
}

// walk looks at every full hour from the one that the database says on.
func walk(ctx context.Context, pool *pgxpool.Pool, s *scheduler.Scheduler, started func()) error {
	for n := 0; ; n++ {
		var at, until time.Time
		if err := pool.QueryRow(ctx, `select at, until from walk`).Scan(&at, &until); err != nil {
			return err
		}
		if n == 0 {
			started()
		}
		if at.After(until) {
			return nil
		}
		if err := s.Pass(ctx, at); err != nil {
			return err
		}
		if _, err := pool.Exec(ctx, `update walk set at = at + interval '1 hour'`); err != nil {
			return err
		}
	}
}

// agency files reports of all sorts over some days, with weeks ahead of them.
func (w *world) agency() {
	w.t.Helper()
	at := time.Date(2026, 11, 16, 9, 0, 0, 0, wita)
	for n := range 60 {
		filed := at.Add(time.Duration(n%30) * time.Hour)
		id := w.file(filed)
		if n%4 == 0 {
			continue // nobody verifies it
		}
		w.do(id, filed.Add(time.Hour), reports.Dispatch)
		switch n % 4 {
		case 1: // nobody answers it
		case 2:
			r := w.do(id, filed.Add(2*time.Hour), reports.FollowUp)
			w.heard(id, deadline.ProofBegun(r.Version), filed.Add(3*time.Hour))
		case 3:
			r := w.do(id, filed.Add(2*time.Hour), reports.RequestInfo)
			w.heard(id, deadline.ProofBegun(r.Version), filed.Add(3*time.Hour))
		}
	}
	w.exec(`create table walk (at timestamptz, until timestamptz)`)
	w.exec(`insert into walk values ($1, $2)`, at, at.AddDate(0, 0, 32))
}

// A process that is killed at any moment and started again does what one does that
// nobody disturbs, and at the same hours.
func TestEverythingHappensOnceThoughTheProcessIsKilled(t *testing.T) {
	w, calm := newWorld(t), newWorld(t)
	w.agency()
	calm.agency()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	start := func() *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), walkerEnv+"="+w.address)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatalf("the process says %q: %v", line, err)
		}
		return cmd
	}
	const kills = 22
	for range kills {
		cmd := start()
		time.Sleep(rand.N(100 * time.Millisecond))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	var over bool
	if err := w.pool.QueryRow(t.Context(), `select at > until from walk`).Scan(&over); err != nil || over {
		t.Fatalf("the walk was over before the last kill: %v", err)
	}
	if err := start().Wait(); err != nil {
		t.Fatal(err)
	}
	undisturbed := scheduler.New(scheduler.Config{
		Pool: calm.pool, Register: calm.register, Rules: calm.rules, Teller: hearing{}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err := walk(t.Context(), calm.pool, undisturbed, func() {}); err != nil {
		t.Fatal(err)
	}
	const said = `select report || ' ' || clock || ' ' || rung || ' ' || action || ' ' || at::text, count(*) from told group by 1`
	got, want := w.counts(said), calm.counts(said)
	for what, n := range want {
		if got[what] != n || n != 1 {
			t.Errorf("%s happened %d times, undisturbed %d", what, got[what], n)
		}
	}
	if len(got) != len(want) || len(want) < 400 {
		t.Errorf("%d things happened, undisturbed %d", len(got), len(want))
	}
	const noted = `select report || ' ' || clock || ' ' || since || ' ' || rung || ' ' || at::text || told, count(*) from nudges group by 1`
	if got, want := w.counts(noted), calm.counts(noted); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%d rungs are noted, undisturbed %d", len(got), len(want))
	}
	const versions = `select id || ' ' || state || ' ' || closing, version from reports`
	if got, want := w.counts(versions), calm.counts(versions); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the reports are %v, undisturbed %v", got, want)
	}
	w.inLine()
	calm.inLine()
}
