package whatsapp

import "github.com/prometheus/client_golang/prometheus"

// metrics count what happens on the connection.
type metrics struct {
	states     *prometheus.GaugeVec
	unreadable prometheus.Counter
	retries    prometheus.Counter
	held       *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		states: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "kentongan_whatsapp_state", Help: "1 for the state that the connection is in.",
		}, []string{"state"}),
		unreadable: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kentongan_whatsapp_unreadable_total", Help: "Messages that could not be decrypted at first.",
		}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kentongan_whatsapp_retries_total", Help: "Requests of devices for a message that they could not read.",
		}),
		held: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kentongan_whatsapp_held_total", Help: "Messages that were not sent, by reason.",
		}, []string{"reason"}),
	}
	if r != nil {
		r.MustRegister(m.states, m.unreadable, m.retries, m.held)
	}
	return m
}

func (m *metrics) state(now State) {
	for s := range sentences {
		value := 0.0
		if s == now {
			value = 1
		}
		m.states.WithLabelValues(string(s)).Set(value)
	}
}
