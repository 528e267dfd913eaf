package bots_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kentongan/bots"
	"kentongan/bots/channeltest"
)

// safeBuffer is what a test logs into.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// After a whole report, with a failure on the way, no table, log line or metric
// tells who it was, and nothing but the report itself tells what they wrote.
func TestNobodyIsNamedOutsideTheSealedTable(t *testing.T) {
	w := channeltest.NewWorld(t)
	var log safeBuffer
	w.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := crowd{channeltest.NewDouble("satu")}
	metrics := prometheus.NewRegistry()
	shell, stop := w.StartWith(func(cfg *bots.Config) { cfg.Metrics = metrics }, c)
	const person, story, place = "62811555000111", "Jembatan kuning itu putus dan warga tidak bisa menyeberang", "Desa Rahasiaku"
	c.say(t, shell.Ingress(), person, "1", story, "Setuju")
	if err := shell.Ingress().Accept(t.Context(), c, bots.Incoming{Chat: c.Address(person), Key: person + "x", Body: []byte(`{"rubbish ` + story)}); err != nil {
		t.Fatal(err)
	}
	c.say(t, shell.Ingress(), person, "2", "Setuju", "Di mana")
	c.say(t, shell.Ingress(), person, "3", place, "Kapan")
	for i := range 2 {
		before := len(channeltest.Texts(c, person))
		if err := c.deliver(t.Context(), shell.Ingress(), person, fmt.Sprintf("l%d", i), "Lewati"); err != nil {
			t.Fatal(err)
		}
		channeltest.Eventually(t, "the next question", func() bool { return len(channeltest.Texts(c, person)) > before })
	}
	c.say(t, shell.Ingress(), person, "k", "Kirim", "KTG-")
	stop()

	hidden := []string{person, "Warga\"", `"name"`}
	tables, err := w.Pool.Query(t.Context(), `select tablename from pg_tables where schemaname = 'public'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range names {
		rows, err := w.Pool.Query(t.Context(), `select coalesce(string_agg(t::text, E'\n'), '') from `+pgx.Identifier{table}.Sanitize()+` t`)
		if err != nil {
			t.Fatal(err)
		}
		dump, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		// Bytes are shown in hexadecimal; what is sealed must not read there either.
		for _, word := range hidden {
			if strings.Contains(dump, word) || strings.Contains(dump, fmt.Sprintf("%x", word)) {
				t.Errorf("table %s holds %q", table, word)
			}
		}
		for _, word := range []string{story, place} {
			if table != "reports" && (strings.Contains(dump, word) || strings.Contains(dump, fmt.Sprintf("%x", word))) {
				t.Errorf("table %s holds %q", table, word)
			}
		}
	}
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	exposed := answer.Body.String()
	for _, word := range append(hidden[:1], story, place, "KTG-") {
		if strings.Contains(log.String(), word) {
			t.Errorf("the log says %q:\n%s", word, log.String())
		}
		if strings.Contains(exposed, word) {
			t.Errorf("a metric says %q", word)
		}
	}
	if !strings.Contains(log.String(), "set an event aside") || !strings.Contains(exposed, "kentongan_dead_letters_total 1") {
		t.Errorf("the failure on the way was not noted: %s", log.String())
	}
}
