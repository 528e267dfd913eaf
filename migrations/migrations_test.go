package migrations_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations"
	"kentongan/migrations/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// three is a schema of three steps. Its first fails if it is run twice, its second leaves a mark at each run, and its third
// waits for every snapshot of the server.
var three = fstest.MapFS{
	"00001_first.sql":  {Data: []byte("-- +goose Up\ncreate table runs (step int);\n")},
	"00002_second.sql": {Data: []byte("-- +goose Up\ninsert into runs values (2);\nselect pg_sleep(0.2);\n")},
	"00003_third.sql":  {Data: []byte("-- +goose NO TRANSACTION\n-- +goose Up\ncreate index concurrently runs_step on runs (step);\n")},
}

func TestUpAppliesEachMigrationOnceThoughEightStartAtOnce(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]fs.FS{
		"on an empty database":    nil,
		"on a database behind it": fstest.MapFS{"00001_first.sql": three["00001_first.sql"]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := pgtest.Empty(t)
			want := []string{"00001_first.sql", "00002_second.sql", "00003_third.sql"}
			if before != nil {
				if _, err := migrations.UpFrom(t.Context(), address, before); err != nil {
					t.Fatal(err)
				}
				want = want[1:]
			}
			var (
				wg      sync.WaitGroup
				mu      sync.Mutex
				applied []string
				begin   = make(chan struct{})
			)
			for range 8 {
				wg.Go(func() {
					<-begin
					got, err := migrations.UpFrom(t.Context(), address, three)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					for _, a := range got {
						applied = append(applied, a.Name)
					}
				})
			}
			close(begin)
			wg.Wait()
			if diff := cmp.Diff(want, applied); diff != "" {
				t.Errorf("applied by all together (-want +got):\n%s", diff)
			}
			conn := connect(t, address)
			for _, query := range []string{
				"select count(*) from runs",
				"select max(n) from (select count(*) n from goose_db_version group by version_id) v",
			} {
				if got := number(t, conn, query); got != 1 {
					t.Errorf("%s: %d, want 1", query, got)
				}
			}
			status, err := migrations.CheckWith(t.Context(), conn, three)
			if err != nil || status.Err() != nil {
				t.Error(err, status.Err())
			}
		})
	}
}

func TestUpTwiceDoesNothingTheSecondTime(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	first, err := migrations.Up(t.Context(), address)
	if err != nil || len(first) == 0 {
		t.Fatal(first, err)
	}
	second, err := migrations.Up(t.Context(), address)
	if err != nil || len(second) != 0 {
		t.Errorf("the second time applied %v, %v", second, err)
	}
}

func TestUpTakesTheAddressOfAPool(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	sep := " "
	if strings.Contains(address, "?") {
		sep = "&"
	}
	if _, err := migrations.Up(t.Context(), address+sep+"pool_max_conns=3"); err != nil {
		t.Error(err)
	}
}

func TestUpLeavesADatabaseOfANewerProgramAlone(t *testing.T) {
	t.Parallel()
	for name, lacks := range map[string]string{
		"the newest":          "00003_third.sql",
		"one in the middle":   "00002_second.sql", // of another branch
		"one and has another": "00003_third.sql",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := pgtest.Empty(t)
			if _, err := migrations.UpFrom(t.Context(), address, three); err != nil {
				t.Fatal(err)
			}
			older := maps.Clone(three)
			delete(older, lacks)
			if strings.HasSuffix(name, "another") {
				older["00004_other.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\ndrop table runs;\n")}
			}
			applied, err := migrations.UpFrom(t.Context(), address, older)
			if !errors.Is(err, migrations.ErrNewer) || len(applied) != 0 {
				t.Fatalf("applied %v, %v, want ErrNewer", applied, err)
			}
			if want := " " + strings.Trim(lacks[:5], "0"); !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is not one line with the version%s: %v", want, err)
			}
			conn := connect(t, address)
			if got := number(t, conn, "select count(*) from runs"); got != 1 {
				t.Errorf("%d rows, want 1", got)
			}
			if got := number(t, conn, "select max(version_id) from goose_db_version"); got != 3 {
				t.Errorf("version %d, want 3", got)
			}
		})
	}
}

func TestUpKeepsWhatWentWellAndGoesOnBehindIt(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	broken := maps.Clone(three)
	broken["00002_second.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\ninsert into runs values (2);\ninsert into nowhere values (1);\n")}
	applied, err := migrations.UpFrom(t.Context(), address, broken)
	if err == nil || !strings.Contains(err.Error(), "00002_second.sql") || !strings.Contains(err.Error(), "nowhere") || strings.Contains(err.Error(), "\n") {
		t.Errorf("the error is not one line that names file and cause: %v", err)
	}
	if len(applied) != 1 || applied[0].Version != 1 {
		t.Errorf("applied %v, want the first only", applied)
	}
	conn := connect(t, address)
	if got := number(t, conn, "select count(*) from runs"); got != 0 {
		t.Errorf("%d rows of the failed migration stayed", got)
	}
	applied, err = migrations.UpFrom(t.Context(), address, three)
	if err != nil || len(applied) != 2 {
		t.Errorf("after mending: applied %v, %v, want two", applied, err)
	}
}

func TestUpRefusesAFileWithoutAVersion(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"first.sql": three["00001_first.sql"]}
	if _, err := migrations.UpFrom(t.Context(), pgtest.Empty(t), files); err == nil || !strings.Contains(err.Error(), "first.sql") {
		t.Errorf("got %v, want an error that names first.sql", err)
	}
}

func TestUpWaitsForAnotherProcessNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	other := connect(t, address)
	if _, err := other.Exec(t.Context(), "select pg_advisory_lock($1)", migrations.LockKey); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := migrations.UpFrom(ctx, address, three); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the deadline", err)
	}
	if got := number(t, other, "select count(*) from pg_tables where schemaname = 'public'"); got != 0 {
		t.Errorf("%d tables were made without the lock", got)
	}
}

func TestUpFreesItsLock(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	if _, err := migrations.UpFrom(t.Context(), address, three); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, address)
	// The server ends the connection a moment after the client.
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if number(t, conn, fmt.Sprintf("select pg_try_advisory_lock(%d)::int", migrations.LockKey)) == 1 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("somebody still has the lock")
		}
	}
}

func TestCheckTellsWhatIsPendingAndChangesNothing(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	pool, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()

	status, err := migrations.CheckWith(t.Context(), pool, three)
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(status.Err(), migrations.ErrPending) || status.Current != 0 || status.Latest != 3 || len(status.Pending) != 3 {
		t.Errorf("of an empty database: %+v, %v", status, status.Err())
	}
	var tables int
	if err := pool.QueryRow(t.Context(), "select count(*) from pg_tables where schemaname = 'public'").Scan(&tables); err != nil || tables != 0 {
		t.Errorf("Check made %d tables, %v", tables, err)
	}

	if _, err := migrations.UpFrom(t.Context(), address, without("00003_third.sql")); err != nil {
		t.Fatal(err)
	}
	status, err = migrations.CheckWith(t.Context(), pool, three)
	want := migrations.Status{Current: 2, Latest: 3, Pending: []migrations.Migration{{Version: 3, Name: "00003_third.sql"}}}
	if diff := cmp.Diff(want, status); diff != "" || err != nil {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
	if err := status.Err(); !errors.Is(err, migrations.ErrPending) || !strings.Contains(err.Error(), "kentongan migrate") {
		t.Errorf("the error does not say what to do: %v", err)
	}
}

func TestCheckReportsADatabaseThatIsGone(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.Empty(t))
	conn.Close(t.Context())
	if _, err := migrations.Check(t.Context(), conn); err == nil {
		t.Error("no error")
	}
}

func TestTheFilesOfThisProgramAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	status, err := migrations.Check(t.Context(), connect(t, pgtest.Empty(t)))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range status.Pending {
		if m.Version != int64(i+1) {
			t.Errorf("%s is number %d", m.Name, i+1)
		}
	}
}

func without(name string) fs.FS {
	fsys := maps.Clone(three)
	delete(fsys, name)
	return fsys
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func number(t *testing.T, conn *pgx.Conn, query string) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}
