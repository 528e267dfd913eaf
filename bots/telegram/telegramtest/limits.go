package telegramtest

import (
	"math"
	"time"
)

// Limits are how much a bot may send before it gets 429. What is 0 is not
// limited. Edits count as sends.
type Limits struct {
	PrivatePerSecond float64 // to one person
	PrivateBurst     int     // at once, after a pause
	GroupPerMinute   float64 // to one group
	OverallPerSecond float64 // to all
}

// RealLimits are near what Telegram documents and bots meet: one message a
// second to a person with a short burst, twenty a minute to a group, thirty a
// second to all. The real ones adapt themselves; only retry_after is certain.
var RealLimits = Limits{PrivatePerSecond: 1, PrivateBurst: 4, GroupPerMinute: 20, OverallPerSecond: 30}

// SetLimits puts limits in force with full buckets; Limits{} takes them away.
func (s *Server) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.Limits, s.limits.buckets = l, map[int64]*bucket{}
}

// Flood makes every send to chat, or to everyone where chat is 0, wait for d
// from now on. What is sent before gets 429 with what is left.
func (s *Server) Flood(chat int64, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.limits.buckets[chat]
	if b == nil {
		b = &bucket{}
		s.limits.buckets[chat] = b
	}
	b.blocked = s.opt.Clock().Add(d)
}

// limiter counts by the clock of the options, chat 0 standing for all.
type limiter struct {
	Limits

	buckets map[int64]*bucket
}

// bucket is a token bucket that stays shut for as long as it told somebody to
// wait.
type bucket struct {
	tokens  float64
	at      time.Time // when tokens was right
	blocked time.Time
}

// wait is how long this bucket wants one to wait; rate is tokens a second.
func (b *bucket) wait(now time.Time, rate, burst float64) time.Duration {
	if now.Before(b.blocked) {
		return b.blocked.Sub(now)
	}
	if rate <= 0 {
		return 0
	}
	if b.at.IsZero() {
		b.tokens = burst
	} else {
		b.tokens = min(burst, b.tokens+now.Sub(b.at).Seconds()*rate)
	}
	b.at = now
	if b.tokens >= 1 {
		return 0
	}
	// Whole seconds, as they are told.
	d := time.Duration(math.Ceil((1-b.tokens)/rate)) * time.Second
	b.blocked = now.Add(d)
	return d
}

// flood takes what one send costs, or says how long to wait.
func (s *Server) flood(c *chat) error {
	l := &s.limits
	rate, burst := l.PrivatePerSecond, float64(l.PrivateBurst)
	if c.kind != private {
		rate, burst = l.GroupPerMinute/60, l.GroupPerMinute
	}
	now := s.opt.Clock()
	var taken []*bucket
	for _, limit := range []struct {
		chat        int64
		rate, burst float64
	}{{0, l.OverallPerSecond, l.OverallPerSecond}, {c.id, rate, max(1, burst)}} {
		b := l.buckets[limit.chat]
		if b == nil {
			if limit.rate <= 0 {
				continue
			}
			b = &bucket{}
			l.buckets[limit.chat] = b
		}
		if d := b.wait(now, limit.rate, limit.burst); d > 0 {
			return tooMany(max(1, int(math.Ceil(d.Seconds()))))
		}
		taken = append(taken, b)
	}
	for _, b := range taken {
		b.tokens--
	}
	return nil
}
