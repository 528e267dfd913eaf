package telegramtest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Faults are what may go wrong with calls, each with its probability from 0 to
// 1. Before means that the call is not executed; After, that it is, and the
// bot is not told.
type Faults struct {
	// Methods are what it goes wrong with, in any spelling; "file" are downloads,
	// "redelivery" is what Redeliver does. Empty: everything.
	Methods []string

	DropBefore, DropAfter float64 // the connection is closed
	JSONBefore, JSONAfter float64 // 500, as the Bot API words it
	HTMLBefore, HTMLAfter float64 // 502, as the proxy before it does

	Slow  float64       // the call waits for Delay first
	Delay time.Duration // at most; with Slow 0 every call waits

	// Redeliver is how often an update that is confirmed, or whose webhook was
	// answered with 200, is delivered once more.
	Redeliver float64

	TruncateFile    float64 // a download ends in the middle
	MissingFile     float64 // a download gets 404
	FileUnavailable float64 // getFile says that the file cannot be had for now
}

// SetFaults has calls fail from now on as the first of faults says that names
// their method. None: nothing fails.
func (s *Server) SetFaults(faults ...Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Clone(faults)
}

func (s *Server) faultsOf(method string) Faults {
	for _, f := range s.faults {
		if len(f.Methods) == 0 {
			return f
		}
		for _, name := range f.Methods {
			if strings.EqualFold(name, method) {
				return f
			}
		}
	}
	return Faults{}
}

func (s *Server) chance(p float64) bool { return p > 0 && s.rng.Float64() < p }

// fault is what happens to one call.
type fault struct {
	before, after      string // "drop", "json", "html" or nothing
	delay              time.Duration
	truncated, missing bool
}

func (s *Server) drawFault(method string) (f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.faultsOf(method)
	for _, way := range []struct {
		name          string
		before, after float64
	}{
		{"drop", all.DropBefore, all.DropAfter},
		{"json", all.JSONBefore, all.JSONAfter},
		{"html", all.HTMLBefore, all.HTMLAfter},
	} {
		if f.before == "" && s.chance(way.before) {
			f.before = way.name
		}
		if f.after == "" && s.chance(way.after) {
			f.after = way.name
		}
	}
	if all.Delay > 0 && (all.Slow == 0 || s.chance(all.Slow)) {
		f.delay = time.Duration(s.rng.Int64N(int64(all.Delay) + 1))
	}
	f.truncated, f.missing = s.chance(all.TruncateFile), s.chance(all.MissingFile)
	return f
}

func (f fault) breaksBefore() bool { return f.before != "" }

func (f fault) breaksAfter() bool { return f.after != "" }

// name is how a fault is called in [Call].
func (f fault) name() string {
	switch {
	case f.before != "":
		return f.before + " before"
	case f.after != "":
		return f.after + " after"
	case f.truncated:
		return "truncated"
	case f.missing:
		return "missing"
	}
	return ""
}

// status is what the bot is told in place of an answer; 0: nothing.
func (f fault) status() int {
	switch f.way() {
	case "json":
		return http.StatusInternalServerError
	case "html":
		return http.StatusBadGateway
	}
	return 0
}

func (f fault) way() string {
	if f.before != "" {
		return f.before
	}
	return f.after
}

// strike tells the bot nothing, or something wrong.
func (f fault) strike(w http.ResponseWriter) {
	switch f.way() {
	case "json":
		write(w, failure(&apiError{code: http.StatusInternalServerError, text: "Internal Server Error: restart"}))
	case "html":
		htmlPage(w, http.StatusBadGateway)
	default:
		hangUp(w)
	}
}

// Redeliver delivers the newest n confirmed updates once more, and reports how
// many there were.
func (s *Server) Redeliver(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := s.queue.done
	done = done[max(0, len(done)-n):]
	for _, u := range slices.Clone(done) {
		s.redeliver(u)
	}
	if len(done) > 0 {
		s.wake()
	}
	return len(done)
}
