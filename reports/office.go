package reports

import "slices"

// Appointment is a role that somebody holds: in a body, or over the whole
// country where Agency is empty.
type Appointment struct {
	Role   Role
	Agency string
}

// Desk tells which bodies stand where, for [Capacities].
type Desk struct {
	// Verifier is the body whose agency admin verifies the report; empty: the
	// national admin alone does.
	Verifier string
	// Above lists the codes from the body in charge up to the top of the tree,
	// itself first; for the verifier likewise.
	Above         []string
	VerifierAbove []string
}

// AtBody reports whether r is with the body that it names. Before dispatch, and
// after a body gave it back, that body is merely proposed: nobody there is to
// read it.
func (r Report) AtBody() bool {
	switch r.State {
	case Dispatched, InProgress, FollowedUp, ReporterReplied, Closed:
		return true
	case NeedsInfo:
		return r.Origin != Submitted
	case Submitted, Archived, Merged, Withdrawn:
	}
	return false
}

// Capacities lists the capacities in which somebody with these appointments may
// act on r, without a capacity twice. Which actions each allows in which state
// is [Transitions]' business.
//
// A body has a capacity only while the report is with it; a proposal gives none.
// The national admin verifies everything. An agency admin verifies what began
// with their government's keyword and hands on what their body was given. A
// liaison answers for the body in charge; so does its inspectorate where the
// report alleges a breach, and its PPID where it asks for information. An
// operator works on what is not restricted.
func Capacities(held []Appointment, r Report, desk Desk) []ActorKind {
	var kinds []ActorKind
	add := func(k ActorKind) {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	alleges := r.Oversight || r.Kind == Whistleblowing
	there := r.AtBody()
	for _, a := range held {
		mine := there && r.Agency != "" && a.Agency == r.Agency
		switch a.Role {
		case NationalAdmin:
			add(ByAdmin)
		case AgencyAdmin:
			if desk.Verifier != "" && slices.Contains(desk.VerifierAbove, a.Agency) && !alleges {
				add(ByAdmin)
			}
			if there && slices.Contains(desk.Above, a.Agency) && !alleges {
				add(ByAgencyAdmin)
			}
		case Liaison:
			if mine && !alleges {
				add(ByLiaison)
			}
		case Inspectorate:
			if mine && alleges {
				add(ByLiaison)
			}
		case PPID:
			if mine && r.Kind == InformationRequest && !alleges {
				add(ByLiaison)
			}
		case Operator:
			if mine && !r.Restricted() {
				add(ByOperator)
			}
		case Leader, Ombudsman: // they watch
		}
	}
	return kinds
}

// MayRead reports whether somebody with these appointments may read r: whoever has
// a capacity on it, and those who watch. A leader reads what the bodies at and
// below theirs have, the Ombudsman what was escalated, an inspectorate allegations
// and a PPID requests for information at the bodies below. What is restricted
// nobody reads who merely watches, but an inspectorate its allegations.
func MayRead(held []Appointment, r Report, desk Desk) bool {
	if len(Capacities(held, r, desk)) > 0 {
		return true
	}
	alleges := r.Oversight || r.Kind == Whistleblowing
	for _, a := range held {
		below := r.AtBody() && a.Agency != "" && slices.Contains(desk.Above, a.Agency)
		switch a.Role {
		case Leader:
			if below && !r.Restricted() {
				return true
			}
		case Inspectorate:
			if below && alleges {
				return true
			}
		case PPID:
			if below && r.Kind == InformationRequest && !r.Restricted() {
				return true
			}
		case Ombudsman:
			if r.Escalated && r.State != Withdrawn && !r.Restricted() {
				return true
			}
		case NationalAdmin, AgencyAdmin, Liaison, Operator:
		}
	}
	return false
}

// MayIdentify reports whether somebody with these appointments, who has a
// capacity on r, may get files as they came, which may tell who sent them: of an
// anonymous report only a national admin and the inspectorate may.
func MayIdentify(held []Appointment, r Report) bool {
	return !r.Anonymous || slices.ContainsFunc(held, func(a Appointment) bool {
		return a.Role == NationalAdmin || a.Role == Inspectorate && r.AtBody() && a.Agency == r.Agency
	})
}
