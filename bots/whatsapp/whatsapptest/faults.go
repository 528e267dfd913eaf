package whatsapptest

import (
	"encoding/json"
	"strconv"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// faults are what goes wrong next. Guarded by Server.mu.
type faults struct {
	refusals      int // connections refused with status
	status        int
	failures      []Failure
	cutAfter      int // frames of clients left; 0 is no fault
	cutBeforeAck  int
	dropAcks      int
	ackDelay      time.Duration
	sendErrors    int
	sendError     int
	deafToRetries bool
	media         map[string]MediaFault
	nextMedia     []MediaFault
}

func (f *faults) refusal() int {
	if f.refusals == 0 {
		return 0
	}
	f.refusals--

	return f.status
}

func (f *faults) failure() (Failure, bool) {
	if len(f.failures) == 0 {
		return Failure{}, false
	}
	next := f.failures[0]
	f.failures = f.failures[1:]

	return next, true
}

func (f *faults) cutNow() bool {
	if f.cutAfter == 0 {
		return false
	}
	f.cutAfter--

	return f.cutAfter == 0
}

func (f *faults) sendCode() int {
	if f.sendErrors == 0 {
		return 0
	}
	f.sendErrors--

	return f.sendError
}

// RefuseConnections has the next n connections refused with that HTTP status.
func (s *Server) RefuseConnections(n, status int) {
	s.with(func(f *faults) { f.refusals, f.status = n, status })
}

// FailNext has the next clients, one each, refused once they said who they are.
func (s *Server) FailNext(fs ...Failure) {
	s.with(func(f *faults) { f.failures = append(f.failures, fs...) })
}

// CutAfter cuts the line over which the n-th frame from now on comes in. That
// frame is lost.
func (s *Server) CutAfter(n int) { s.with(func(f *faults) { f.cutAfter = n }) }

// CutBeforeAck has the next n messages of clients delivered, but their line cut
// before they learn of it.
func (s *Server) CutBeforeAck(n int) { s.with(func(f *faults) { f.cutBeforeAck = n }) }

// DropAcks has the next n messages of clients delivered without a word.
func (s *Server) DropAcks(n int) { s.with(func(f *faults) { f.dropAcks = n }) }

// SlowAcks has clients wait that long for the word that a message was taken.
func (s *Server) SlowAcks(d time.Duration) { s.with(func(f *faults) { f.ackDelay = d }) }

// RefuseSends refuses the next n messages of clients with that code: 429 too fast, 463,
// 500 and others.
func (s *Server) RefuseSends(n, code int) {
	s.with(func(f *faults) { f.sendErrors, f.sendError = n, code })
}

// IgnoreRetries has phones not answer who asks for a copy again.
func (s *Server) IgnoreRetries(ignore bool) { s.with(func(f *faults) { f.deafToRetries = ignore }) }

func (s *Server) with(change func(*faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.faults)
}

// Drop cuts the lines of the account's companions now.
func (a *Account) Drop() {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.user.eachClient(func(d *device) {
		if d.line != nil {
			d.line.cut()
			d.line = nil
		}
	})
	a.s.change()
}

// Fail refuses whoever logs in to the account, until Recover. Lines that stand
// are cut.
func (a *Account) Fail(f Failure) {
	a.s.mu.Lock()
	a.failure = &f
	a.s.mu.Unlock()
	a.Drop()
}

// TemporaryBan is Fail with a ban for that long.
func (a *Account) TemporaryBan(code int, expire time.Duration) {
	a.Fail(Failure{Reason: 402, Code: code, Expire: expire})
}

// ClientOutdated is Fail with the word that the client is too old.
func (a *Account) ClientOutdated() { a.Fail(Failure{Reason: 405}) }

// Recover ends Fail.
func (a *Account) Recover() {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.failure = nil
}

// Replace tells the companions that another connection has taken their place.
func (a *Account) Replace() {
	a.end(waBinary.Attrs{}, waBinary.Node{Tag: "conflict", Attrs: waBinary.Attrs{"type": "replaced"}})
}

// EndStream ends the companions' lines with that code: 515 come again at once,
// 503 the server restarts.
func (a *Account) EndStream(code int) { a.end(waBinary.Attrs{"code": strconv.Itoa(code)}) }

func (a *Account) end(attrs waBinary.Attrs, content ...waBinary.Node) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.user.eachClient(func(d *device) {
		if d.line != nil {
			d.line.streamError(attrs, content...)
		}
	})
	a.s.change()
}

// SilenceKeepAlive leaves the keepalives of the lines that stand now unanswered.
func (a *Account) SilenceKeepAlive(silent bool) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.user.eachClient(func(d *device) {
		if d.line != nil {
			d.line.silent = silent
		}
	})
}

// ReachoutTimelock tells companions that the account may not write first until
// then; a time in the past ends the lock.
func (a *Account) ReachoutTimelock(kind string, until time.Time) {
	data, err := json.Marshal(map[string]any{"data": map[string]any{
		"xwa2_notify_account_reachout_timelock": map[string]any{
			"enforcement_type":      kind,
			"is_active":             until.After(now()),
			"time_enforcement_ends": seconds(until),
		},
	}})
	if err != nil {
		panic(err)
	}
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.user.eachClient(func(d *device) {
		d.notify("mex", types.ServerJID, nil, waBinary.Node{
			Tag: "update", Attrs: waBinary.Attrs{"op_name": "NotificationUserReachoutTimelockUpdate"}, Content: data,
		})
	})
}

// UseUpKeys throws the one-time keys of the companions away but for n, as many
// first messages would.
func (a *Account) UseUpKeys(n int) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.user.eachClient(func(d *device) {
		if len(d.once) > n {
			d.once = d.once[:n]
		}
		d.queueFewKeys()
	})
}

// Keys counts the one-time keys that the server holds of the companions.
func (a *Account) Keys() int {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	n := 0
	a.user.eachClient(func(d *device) { n += len(d.once) })

	return n
}

// issued notes to whom a client gave a privacy token.
func (c *conn) issued(tokens *waBinary.Node) {
	for _, t := range tokens.GetChildren() {
		if j, ok := t.Attrs["jid"].(types.JID); ok {
			a := c.device.user.account
			a.issues = append(a.issues, j)
		}
	}
}

// TokensGiven are those to whom companions gave privacy tokens.
func (a *Account) TokensGiven() []types.JID {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()

	return append([]types.JID(nil), a.issues...)
}
