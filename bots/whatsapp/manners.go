package whatsapp

import (
	"crypto/sha256"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// pause is how long somebody would need to write text, more or less.
func (m Manners) pause(text string) time.Duration {
	return jitter(min(m.Pause+m.PerRune*time.Duration(utf8.RuneCountInString(text)), m.PauseMax))
}

// jitter is d and up to a fifth more or less.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d - d/5 + rand.N(2*d/5+1)
}

// conversing is for how long after their last message what is written to
// somebody is an answer.
const conversing = 10 * time.Minute

// same notices one text that goes to many people who did not ask for it just
// now. WhatsApp bans accounts for that.
type same struct {
	mu   sync.Mutex
	went map[[16]byte]map[string]time.Time // by text, to whom and when
}

// wait is how long a text has to wait, 0 where it may go now.
func (s *same) wait(parts []string, to string, answer bool, m Manners, now time.Time) time.Duration {
	if answer || m.SameText <= 0 || len(parts) == 0 {
		return 0
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	text := [16]byte(sum[:16])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.went == nil {
		s.went = map[[16]byte]map[string]time.Time{}
	}
	for t, people := range s.went {
		for who, at := range people {
			if now.Sub(at) > m.SameWithin {
				delete(people, who)
			}
		}
		if len(people) == 0 {
			delete(s.went, t)
		}
	}
	people := s.went[text]
	if _, again := people[to]; !again && len(people) >= m.SameText {
		return m.SameWithin/2 + rand.N(m.SameWithin)
	}
	if people == nil {
		people = map[string]time.Time{}
		s.went[text] = people
	}
	people[to] = now
	return 0
}
