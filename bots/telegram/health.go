package telegram

import (
	"log/slog"
	"sync"
	"time"

	"kentongan/bots"
)

// health is what is known of the connection.
type health struct {
	now func() time.Time

	mu      sync.Mutex
	since   time.Time // when the trouble began; zero: there is none
	told    time.Time // when it was last logged
	code    string
	problem string
}

const (
	// patience is how long trouble may last before the service counts as not ready:
	// networks hiccup.
	patience = 30 * time.Second
	// tellEvery is how often lasting trouble is logged.
	tellEvery = 5 * time.Minute
)

// What may be wrong, as [bots.HealthError] names it.
const (
	outOfReach   = "out_of_reach"
	handsOutNone = "hands_out_none"
	twoPollers   = "two_pollers"
	wrongToken   = "wrong_token"
	noWebhook    = "webhook"
)

// trouble notes what is wrong, in a sentence for operators.
func (h *health) trouble(log *slog.Logger, code, problem string, err error) {
	now := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.since.IsZero() {
		h.since = now
	}
	if problem != h.problem || now.Sub(h.told) >= tellEvery {
		h.told = now
		log.Warn("telegram: trouble", "what", problem, "error", reason(err))
	}
	h.code, h.problem = code, problem
}

func (h *health) fine() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.since, h.told, h.code, h.problem = time.Time{}, time.Time{}, "", ""
}

// clear is fine for whoever no longer holds the connection.
func (h *health) clear() { h.fine() }

// Health implements [bots.Reporter].
func (c *Channel) Health() error {
	h := &c.health
	now := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.since.IsZero() || now.Sub(h.since) < patience {
		return nil
	}
	return &bots.HealthError{Code: h.code, Says: "telegram: " + h.problem}
}
