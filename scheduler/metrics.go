package scheduler

import "github.com/prometheus/client_golang/prometheus"

// Metrics count what passes do. None names a person or a report.
type Metrics struct {
	rungs     *prometheus.CounterVec
	obstacles *prometheus.CounterVec
	failures  prometheus.Counter
}

// NewMetrics returns metrics that are registered with r; nil registers none.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		rungs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kentongan_clock_rungs_total", Help: "What clocks of reports came to: nudges, warnings, ends.",
		}, []string{"clock", "rung"}),
		obstacles: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kentongan_clock_obstacles_total", Help: "Looks at something due that could not be done yet.",
		}, []string{"obstacle"}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kentongan_clock_failures_total", Help: "Reports whose clocks were put off because of an error.",
		}),
	}
	if r != nil {
		r.MustRegister(m.rungs, m.obstacles, m.failures)
	}
	return m
}
