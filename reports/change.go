package reports

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// MaxReturns is how often bodies may say bukan wewenang before the admin has
// to decide; MaxAsks is how often a body's questions pause its clocks.
const (
	MaxReturns = 2
	MaxAsks    = 2
)

// Change is one action with what it carries. Fields that an action has no use
// for are ignored.
type Change struct {
	Action Action    `json:"action"`
	Actor  Actor     `json:"actor"`
	At     time.Time `json:"at"`

	Agency string    `json:"agency,omitempty"` // Dispatch, HandOn: the body; NotOurs: the body proposed
	Units  bool      `json:"units,omitempty"`  // Dispatch: the body has units below it, so hand_on runs
	Manual bool      `json:"manual,omitempty"` // Dispatch, HandOn, MarkOversight: nobody may act there
	Until  time.Time `json:"until,omitzero"`   // Hold: the date when it ends by itself
	Into   ID        `json:"into,omitempty"`   // Merge: the main report
	Files  int       `json:"files,omitempty"`  // AttachEvidence: how many
}

// Entry is a line of a report's history: the change and the state it led to.
// The history is append-only; replaying it gives the report's state again.
type Entry struct {
	Version int
	Change  Change
	From    State
	To      State
}

// ErrRefused is wrapped by every refusal of [Apply].
var ErrRefused = errors.New("not allowed")

// RefusedError says why an action is not possible. Its text is for operators
// and logs; people are answered from the phrase catalogue.
type RefusedError struct {
	Action Action
	State  State
	Actor  ActorKind
	Why    string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s by %s of a report that is %s: %s", e.Action, e.Actor, e.State, e.Why)
}

// Unwrap makes errors.Is(err, ErrRefused) true.
func (e *RefusedError) Unwrap() error { return ErrRefused }

// Apply returns r as c leaves it, with the next version, and the line of
// history to append. It changes nothing else and refuses what is not in
// [Transitions] with a [RefusedError].
func Apply(r Report, c Change) (Report, Entry, error) {
	row, why := find(r, c)
	if why != "" {
		return r, Entry{}, &RefusedError{Action: c.Action, State: r.State, Actor: c.Actor.Kind, Why: why}
	}
	before, from := r, r.State
	if row.To != "" {
		r.State = row.To
	}
	effect(&r, c, from)
	if r.State != NeedsInfo {
		r.Origin, r.AskedBy = "", ""
	}
	if r.State != Submitted {
		r.HeldUntil = time.Time{}
	}
	r.Version++
	e := Entry{Version: r.Version, Change: c, From: from, To: r.State}
	r.Clocks, _ = wind(before, r, e)
	return r, e, nil
}

// Allowed lists the actions that actor may take on r now, in the table's order.
func Allowed(r Report, actor Actor) []Action {
	var actions []Action
	for _, row := range Transitions {
		if slices.Contains(actions, row.Action) {
			continue
		}
		if _, why := find(r, Change{Action: row.Action, Actor: actor}); why == "" {
			actions = append(actions, row.Action)
		}
	}
	return actions
}

func find(r Report, c Change) (Transition, string) {
	known, state := false, false
	for _, row := range Transitions {
		if row.Action != c.Action {
			continue
		}
		known = true
		if !slices.Contains(row.From, r.State) {
			continue
		}
		state = true
		if !slices.Contains(row.By, c.Actor.Kind) || (row.Manual && !r.Manual) {
			continue
		}
		if why := guard(r, c); why != "" {
			return Transition{}, why
		}
		return row, ""
	}
	switch {
	case !known:
		return Transition{}, "no such action"
	case !state:
		return Transition{}, "not in this state"
	default:
		return Transition{}, "not for this actor"
	}
}

// guard holds the conditions that a table of states cannot say.
func guard(r Report, c Change) string {
	switch c.Action {
	case Claim:
		if r.State == InProgress && r.Claimant != 0 {
			return "somebody else is on it"
		}
	case FollowUp:
		if r.State == NeedsInfo && r.Origin == Submitted {
			return "asked before dispatch"
		}
	case NotOurs:
		if r.Returns >= MaxReturns {
			return "returned twice already: the admin decides"
		}
	case WithdrawAsk:
		if c.Actor.Kind != r.AskedBy {
			return "asked by somebody else"
		}
	case Confirm:
		if !r.FollowedUp {
			return "nothing was followed up yet"
		}
	case Silence:
		if !r.FollowedUp {
			return "an unanswered report is never closed by silence"
		}
	case Release:
		if r.HeldUntil.IsZero() {
			return "not held"
		}
	case GrantReopen, RefuseReopen:
		if !r.Reopening {
			return "nobody asked for reopening"
		}
	case RequestReopen:
		if r.Reopening {
			return "asked for already"
		}
	case MarkOversight:
		if r.Oversight {
			return "marked already"
		}
	case MarkFormal:
		_, runs := r.Clocked(ClockAnswer)
		switch {
		case r.Kind != InformationRequest:
			return "no request for information"
		case r.Formal:
			return "marked already"
		case r.Dispatched && !runs:
			return "no answer is awaited"
		}
	case Extend:
		run, runs := r.Clocked(ClockAnswer)
		switch {
		case !r.Formal:
			return "no formal request"
		case r.Extended:
			return "extended already"
		case !runs || run.Paused():
			return "no answer is awaited"
		}
	case File, Dispatch, HandOn, Respond, RequestInfo, ProvideInfo, LapseAsk, TakeBack, Reply, Write,
		Close, Hold, Archive, Merge, Unmerge, Withdraw, Escalate, AttachEvidence:
	}
	return ""
}

// effect changes what a report carries beside its state.
func effect(r *Report, c Change, from State) {
	switch c.Action {
	case Dispatch:
		r.Agency, r.Manual, r.Dispatched, r.Claimant = c.Agency, c.Manual, true, 0
	case HandOn:
		r.Agency, r.Manual, r.Claimant = c.Agency, c.Manual, 0
	case Claim, Respond:
		r.Claimant = c.Actor.Person
	case FollowUp:
		r.FollowedUp = true
		if r.Claimant == 0 {
			r.Claimant = c.Actor.Person
		}
	case RequestInfo:
		r.Origin, r.AskedBy = from, c.Actor.Kind
		if from != Submitted {
			r.Asks++
		}
	case ProvideInfo, WithdrawAsk:
		r.State = r.Origin
	case LapseAsk:
		r.State = r.Origin
		if r.Origin == Submitted {
			r.State = Archived
		}
	case NotOurs:
		r.Returns++
		r.Claimant, r.Manual = 0, false
		if c.Agency != "" {
			r.Agency = c.Agency
		}
	case TakeBack:
		r.Claimant, r.Manual = 0, false
	case Confirm:
		r.Closing = ClosedConfirmed
	case Close:
		r.Closing = ClosedByAdmin
	case Silence:
		r.Closing = ClosedBySilence
	case RequestReopen:
		r.Reopening = r.State == Closed
	case GrantReopen:
		r.Reopening, r.Closing, r.FollowedUp = false, "", false
	case RefuseReopen:
		r.Reopening = false
	case Hold:
		r.HeldUntil = c.Until
	case Release:
		r.HeldUntil = time.Time{}
	case Merge:
		r.MergedInto = c.Into
	case Unmerge:
		r.MergedInto = 0
	case MarkOversight:
		// Whoever took it on may not read it any more.
		r.Oversight, r.Claimant, r.Manual = true, 0, r.Manual || c.Manual
	case MarkFormal:
		r.Formal = true
	case Extend:
		r.Extended = true
	case Escalate:
		r.Escalated = true
	case AttachEvidence:
		r.Evidence += c.Files
	case File, Reply, Write, Archive, Withdraw:
	}
}
