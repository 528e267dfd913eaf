package bots

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what the shell does. No label holds anything of a person.
type Metrics struct {
	turns        prometheus.Counter
	turnSeconds  prometheus.Histogram
	failedTurns  prometheus.Counter
	deadLetters  prometheus.Counter
	reportsFiled prometheus.Counter
	sent         *prometheus.CounterVec
	cards        *prometheus.CounterVec
	media        *prometheus.CounterVec
}

// NewMetrics returns counters, registered with r unless it is nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	count := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "kentongan", Name: name, Help: help})
	}
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "kentongan", Name: name, Help: help}, labels)
	}
	m := &Metrics{
		turns:        count("turns_total", "Events whose turn is done."),
		failedTurns:  count("turns_failed_total", "Turns that failed alone and will be tried again."),
		deadLetters:  count("dead_letters_total", "Events that were set aside."),
		reportsFiled: count("reports_filed_total", "Reports filed."),
		sent:         vec("messages_total", "Messages to people by outcome.", "channel", "outcome"),
		cards:        vec("cards_total", "Cards brought up to date by outcome.", "channel", "outcome"),
		media:        vec("media_total", "Files fetched by outcome.", "channel", "outcome"),
		turnSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "kentongan", Name: "turn_transaction_seconds", Help: "Time of a transaction of turns.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}),
	}
	if r != nil {
		r.MustRegister(m.turns, m.turnSeconds, m.failedTurns, m.deadLetters, m.reportsFiled, m.sent, m.cards, m.media)
	}
	return m
}
