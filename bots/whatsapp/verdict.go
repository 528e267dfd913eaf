package whatsapp

import (
	"time"

	"go.mau.fi/whatsmeow/types/events"
)

// action is what follows an event of the connection.
type action int

const (
	stay      action = iota // WhatsApp let the device in
	reconnect               // after a while, longer each time
	forget                  // the device is unlinked: wait for another
)

// verdict is what an event means for the connection.
type verdict struct {
	state State
	act   action
	wait  time.Duration // before the next connection; 0: the usual, which grows
}

func (v verdict) status(now time.Time) Status {
	s := Status{State: v.state}
	if v.wait > 0 {
		s.Until = now.Add(v.wait)
	}
	return s
}

// Waits of this account's own choosing.
const (
	replacedWait = 15 * time.Second // whoever took the connection would have it taken back
	refusedWait  = time.Minute
	outdatedWait = 10 * time.Minute
	bannedWait   = time.Hour // where WhatsApp does not say how long
	// tooManyTimeouts is how many keepalives may go without an answer.
	tooManyTimeouts = 2
)

// judge says what an event means for the connection. It reports false for
// events that mean nothing to it.
func judge(evt any) (verdict, bool) {
	switch e := evt.(type) {
	case *events.Connected:
		return verdict{state: StateConnected, act: stay}, true
	case *events.Disconnected:
		return verdict{state: StateUnreachable, act: reconnect}, true
	case *events.KeepAliveTimeout:
		if e.ErrorCount < tooManyTimeouts {
			return verdict{}, false
		}
		return verdict{state: StateUnreachable, act: reconnect}, true
	case *events.StreamReplaced:
		return verdict{state: StateReplaced, act: reconnect, wait: replacedWait}, true
	case *events.LoggedOut:
		return verdict{state: StateLoggedOut, act: forget}, true
	case *events.TemporaryBan:
		wait := e.Expire
		if wait <= 0 {
			wait = bannedWait
		}
		return verdict{state: StateBanned, act: reconnect, wait: wait}, true
	case *events.ClientOutdated:
		return verdict{state: StateOutdated, act: reconnect, wait: outdatedWait}, true
	case *events.ConnectFailure:
		return verdict{state: StateRefused, act: reconnect, wait: refusedWait}, true
	case *events.StreamError:
		return verdict{state: StateUnreachable, act: reconnect}, true
	case *events.CATRefreshError: // another network's
		return verdict{state: StateRefused, act: reconnect, wait: refusedWait}, true
	}
	return verdict{}, false
}
