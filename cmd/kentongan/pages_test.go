package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// A year without decree is said by the pages that machines read, and takes no
// instance out of service.
func TestAYearWithoutDecreeIsAWarningOnly(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	for _, test := range []struct {
		now    time.Time // in UTC; the service's zone is seven hours ahead
		ready  string
		metric string
	}{
		{time.Date(2027, time.September, 30, 16, 59, 0, 0, time.UTC), "ready\n", "kentongan_calendar_missing_year 0"},
		{
			time.Date(2027, time.September, 30, 17, 0, 0, 0, time.UTC),
			"ready\nwarning: no decree of holidays for 2028, dates are provisional\n", "kentongan_calendar_missing_year 2028",
		},
	} {
		v := &service{
			settings: settings{zone: time.FixedZone("WIB", 7*3600)}, log: slog.New(slog.DiscardHandler), now: func() time.Time { return test.now },
			db: &database{pool: c.pool}, metrics: prometheus.NewRegistry(),
		}
		v.metrics.MustRegister(newQueueMetrics(c.pool, v.now, v.missingYears))
		ready := httptest.NewRecorder()
		v.ready(ready, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
		if ready.Code != http.StatusOK || ready.Body.String() != test.ready {
			t.Errorf("at %s: %d %q", test.now, ready.Code, ready.Body)
		}
		metrics := httptest.NewRecorder()
		promhttp.HandlerFor(v.metrics, promhttp.HandlerOpts{}).ServeHTTP(metrics, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
		if !strings.Contains(metrics.Body.String(), "\n"+test.metric+"\n") {
			t.Errorf("at %s: no %s in\n%s", test.now, test.metric, metrics.Body)
		}

		d := &doctor{now: test.now, settings: v.settings}
		d.checkCalendar(t.Context(), c.pool)
		if got, want := d.findings[0].Verdict, map[bool]verdict{true: ok, false: warn}[test.ready == "ready\n"]; got != want {
			t.Errorf("at %s the doctor says %+v", test.now, d.findings)
		}
	}
	d := &doctor{now: time.Date(2028, time.January, 1, 3, 0, 0, 0, time.UTC), settings: settings{zone: time.FixedZone("WIB", 7*3600)}}
	d.checkCalendar(t.Context(), nil)
	if f := d.findings[0]; f.Verdict != fail || !strings.Contains(f.Says, "none for 2028") || !strings.Contains(f.Mend, "kentongan holiday import") {
		t.Errorf("in a year without decree the doctor says %+v", f)
	}
}
