package pgtest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"kentongan/migrations"
	"kentongan/migrations/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestPoolHasTheWholeSchemaAndUTC(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	status, err := migrations.Check(t.Context(), pool)
	if err != nil || status.Err() != nil {
		t.Fatal(err, status.Err())
	}
	var zone, encoding string
	if err := pool.QueryRow(t.Context(), "select current_setting('timezone'), current_setting('server_encoding')").Scan(&zone, &encoding); err != nil {
		t.Fatal(err)
	}
	if zone != "UTC" || encoding != "UTF8" {
		t.Errorf("time zone %s, encoding %s", zone, encoding)
	}
}

func TestEmptyHasNoTables(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.Empty(t))
	var n int
	if err := conn.QueryRow(t.Context(), "select count(*) from pg_tables where schemaname = 'public'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n != 0 {
		t.Errorf("%d tables", n)
	}
}

func TestDatabasesMadeAtOnceAreIndependent(t *testing.T) {
	t.Parallel()
	const n = 6
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			pool := pgtest.Pool(t)
			if _, err := pool.Exec(t.Context(), fmt.Sprintf("create table mine as select %d as i", i)); err != nil {
				t.Error(err)
				return
			}
			var got int
			if err := pool.QueryRow(t.Context(), "select i from mine").Scan(&got); err != nil || got != i {
				t.Errorf("database %d has %d, %v", i, got, err)
			}
		})
	}
	wg.Wait()
}

func TestTheDatabaseGoesWithItsTestThoughAConnectionIsOpen(t *testing.T) {
	var address string
	t.Run("a test that forgets to close", func(t *testing.T) {
		address = pgtest.New(t)
		if _, err := pgx.Connect(t.Context(), address); err != nil {
			t.Fatal(err)
		}
	})
	_, err := pgx.Connect(t.Context(), address)
	if err == nil {
		t.Fatal("the database is still there")
	}
	if !isCode(err, "3D000") {
		t.Fatal(err)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		pgtest.New(b)
	}
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

func isCode(err error, code string) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == code
}
