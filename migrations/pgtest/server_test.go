package pgtest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"kentongan/migrations"
)

// These tests run against the server of the process as if TEST_DATABASE_URL named it.

func TestOnASharedServerNothingIsLeftBehind(t *testing.T) {
	s := startOn(t, address(t))
	for _, migrated := range []bool{true, false} {
		if _, err := s.create(migrated); err != nil {
			t.Fatal(err)
		}
	}
	if got := databasesOf(t, s.prefix); len(got) != 3 {
		t.Fatalf("there are %v, want a template and two", got)
	}
	for i := range 2 {
		if err := s.drop(fmt.Sprintf("%s%d", s.prefix, i+1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if got := databasesOf(t, s.prefix); len(got) != 0 {
		t.Errorf("%v are left behind", got)
	}
}

func TestOnASharedServerTheRemainsOfACrashAreSweptAndNothingElse(t *testing.T) {
	alive := startOn(t, address(t))
	defer alive.close()
	crashed := startOn(t, address(t))
	if _, err := crashed.create(true); err != nil {
		t.Fatal(err)
	}
	foreign := anyPrefix + "of_somebody"
	if _, err := alive.admin.Exec(t.Context(), "create database "+quote(foreign)); err != nil {
		t.Fatal(err)
	}
	defer alive.drop(foreign)
	crashed.admin.Close(t.Context())

	// The server notices a moment after the client is gone.
	for try := 0; len(databasesOf(t, crashed.prefix)) > 0 && try < 50; try++ {
		next := startOn(t, address(t))
		if err := next.close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := databasesOf(t, crashed.prefix); len(got) != 0 {
		t.Errorf("%v are left behind", got)
	}
	if got := databasesOf(t, alive.prefix); len(got) != 1 {
		t.Errorf("of a process at work there are %v, want its template", got)
	}
	if got := databasesOf(t, foreign); len(got) != 1 {
		t.Error("a database that is not ours is gone")
	}
}

func TestTheAddressMayBeAListOfKeywords(t *testing.T) {
	config, err := pgx.ParseConfig(address(t))
	if err != nil {
		t.Fatal(err)
	}
	s := startOn(t, fmt.Sprintf("host='%s' port=%d user=%s dbname=%s pool_max_conns=2", config.Host, config.Port, config.User, config.Database))
	defer s.close()
	of, err := withDatabase(s.url, s.template())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), of); err != nil { // connects, and finds nothing to do
		t.Error(err)
	}
}

func address(t *testing.T) string {
	t.Helper()
	s, err := shared.get()
	if err != nil {
		t.Fatal(err)
	}
	return s.url
}

func startOn(t *testing.T, address string) *server {
	t.Helper()
	s, err := start(address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func databasesOf(t *testing.T, prefix string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), "select datname from pg_database where starts_with(datname, $1)", prefix)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(slices.Values(all))
}
