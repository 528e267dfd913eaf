package telegramtest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Call is one call that the bot made.
type Call struct {
	Method string // as Telegram writes it in small letters: "sendmessage"
	Chat   string // its chat_id, if it had one
	Status int    // the answer's; with Fault it may not have reached the bot
	Fault  string // what was done to it, empty if nothing
	At     time.Time
}

type callLog struct {
	all     []Call
	count   map[string]int
	tried   int
	tooMany int
}

// note keeps a call for the test to look at.
func (s *Server) note(q *query, status int, fault string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.count[q.method]++
	if limited(q.method) {
		s.calls.tried++
	}
	if status == http.StatusTooManyRequests {
		s.calls.tooMany++
	}
	s.calls.all = append(s.calls.all, Call{
		Method: q.method, Chat: q.arg("chat_id"), Status: status, Fault: fault, At: time.Now(),
	})
}

// Calls is how often the bot called method, in any spelling, well or badly
// answered.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls.count[strings.ToLower(method)]
}

// Log is every call so far, in the order in which they were answered.
func (s *Server) Log() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls.all...)
}

// LastError is the newest call that was answered with an error; ok is false if
// there was none.
func (s *Server) LastError() (last Call, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range slices.Backward(s.calls.all) {
		if c.Status >= http.StatusBadRequest {
			return c, true
		}
	}
	return Call{}, false
}

// Sends is how many calls that limits apply to were tried, and how many calls
// were answered with 429.
func (s *Server) Sends() (tried, tooMany int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls.tried, s.calls.tooMany
}
