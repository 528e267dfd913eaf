package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kentongan/bots"
	"kentongan/migrations"
	"kentongan/reports/register"
)

// readyTimeout is how long the database may take before the service counts as
// not ready.
const readyTimeout = 2 * time.Second

// pages serves health, metrics and the web chat.
func (v *service) pages(ctx context.Context, listener net.Listener, f flavour) *pageServer {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", v.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(v.metrics, promhttp.HandlerOpts{}))
	if v.telegram != nil {
		mux.Handle("POST "+webhookPath, v.telegram.Handler())
	}
	if v.web != nil {
		mux.Handle("/", v.web.Handler())
	}
	if f.demo {
		v.pairing(ctx, mux)
		v.movableClock(ctx, mux)
	}
	return newPageServer(listener, mux, v.log)
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // whoever left does not hear it
}

// ready says whether messages can be taken in: the database answers and has
// this program's schema, and no channel has been in trouble for a while. It
// tells strangers nothing but yes or no, and what somebody should look at: a year
// without decree, reports that nobody may be shown. No other instance could do
// better, so that is no reason to take this one out.
func (v *service) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	status, err := migrations.Check(ctx, v.db.pool)
	if err == nil {
		err = status.Err()
	}
	for _, c := range v.channels {
		if reporter, can := c.(bots.Reporter); can {
			err = errors.Join(err, reporter.Health())
		}
	}
	if err != nil {
		v.log.Warn("not ready", "error", oneLine(err))
		say(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	text := "ready"
	// What cannot be read now is no reason either.
	if missing, err := v.missingYears(ctx); err == nil && len(missing) > 0 {
		text += "\nwarning: no decree of holidays for " + years(missing) + ", dates are provisional"
	}
	var unshown bool
	if err := v.db.pool.QueryRow(ctx, `select exists (select from unshown)`).Scan(&unshown); err == nil && unshown {
		text += "\nwarning: run 'kentongan doctor'"
	}
	say(w, http.StatusOK, text)
}

// missingYears are the years without decree that dates are needed of today.
func (v *service) missingYears(ctx context.Context) ([]int, error) {
	return register.NewCatalog(v.db.pool, nil).MissingYears(ctx, v.now().In(v.settings.zone))
}

// debug serves pprof on an address of its own; nil where none is set.
func (v *service) debug(ctx context.Context) (*pageServer, error) {
	if v.settings.debugListen == "" {
		return nil, nil //nolint:nilnil // there being none is no error
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", v.settings.debugListen)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	v.log.Info("serving pprof", "address", listener.Addr().String())
	return newPageServer(listener, mux, v.log), nil
}

// queueMetrics measures at each scrape what waits in the database, for all
// processes together, and which year's decree is missing in it.
type queueMetrics struct {
	pool    *pgxpool.Pool
	now     func() time.Time
	waiting *prometheus.Desc
	oldest  *prometheus.Desc
	missing *prometheus.Desc
	years   func(context.Context) ([]int, error) // without decree
}

func newQueueMetrics(pool *pgxpool.Pool, now func() time.Time, years func(context.Context) ([]int, error)) *queueMetrics {
	return &queueMetrics{
		pool: pool, now: now, years: years,
		waiting: prometheus.NewDesc("kentongan_queue_rows", "Rows by queue: inbox, outbox, dead_letters, unshown_reports.", []string{"queue"}, nil),
		oldest:  prometheus.NewDesc("kentongan_queue_oldest_seconds", "Age of the oldest row that waits and may go now.", []string{"queue"}, nil),
		missing: prometheus.NewDesc("kentongan_calendar_missing_year",
			"The first year without decree of holidays that dates are needed of (from October on, the next one too); 0: none.", nil, nil),
	}
}

// Describe is [prometheus.Collector]'s.
func (m *queueMetrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- m.waiting
	ch <- m.oldest
	ch <- m.missing
}

// Collect is [prometheus.Collector]'s. A database that does not answer is seen
// by the absence of these.
func (m *queueMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
	defer cancel()
	now := m.now()
	rows := map[string]*float64{"inbox": new(float64), "outbox": new(float64), "dead_letters": new(float64), "unshown_reports": new(float64)}
	var inbox, outbox *time.Time
	err := m.pool.QueryRow(ctx, `
		select (select count(*)::float8 from inbox where state = 'waiting'),
		       (select count(*)::float8 from outbox where state = 'waiting'),
		       (select count(*)::float8 from inbox where state = 'dead'),
		       (select count(*)::float8 from unshown),
		       (select min(received_at) from inbox where state = 'waiting'),
		       (select min(created_at) from outbox where state = 'waiting' and (hold_until is null or hold_until <= $1))`, now).
		Scan(rows["inbox"], rows["outbox"], rows["dead_letters"], rows["unshown_reports"], &inbox, &outbox)
	if err != nil {
		return
	}
	for queue, count := range rows {
		ch <- prometheus.MustNewConstMetric(m.waiting, prometheus.GaugeValue, *count, queue)
	}
	for queue, oldest := range map[string]*time.Time{"inbox": inbox, "outbox": outbox} {
		age := 0.0
		if oldest != nil {
			age = max(0, now.Sub(*oldest).Seconds())
		}
		ch <- prometheus.MustNewConstMetric(m.oldest, prometheus.GaugeValue, age, queue)
	}
	missing, err := m.years(ctx)
	if err != nil {
		return
	}
	first := 0
	if len(missing) > 0 {
		first = missing[0]
	}
	ch <- prometheus.MustNewConstMetric(m.missing, prometheus.GaugeValue, float64(first))
}
