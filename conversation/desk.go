package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
)

// capacities are those in which somebody may act on r.
func (m *Machine) capacities(person reports.PersonID, r reports.Report) []reports.ActorKind {
	return m.Capacities(m.config.Officials[person], r)
}

// Capacities are those in which somebody with these appointments may act on r.
func (m *Machine) Capacities(held []reports.Appointment, r reports.Report) []reports.ActorKind {
	if len(held) == 0 {
		return nil
	}
	verifier := m.verifier(r)
	return reports.Capacities(held, r, reports.Desk{
		Verifier: verifier, Above: m.above(r.Agency), VerifierAbove: m.above(verifier),
	})
}

// verifier is the code of the body whose agency admin verifies r: of the
// government whose keyword it began with, where one is appointed; else "".
func (m *Machine) verifier(r reports.Report) string {
	if r.Keyword == "" {
		return ""
	}
	for _, code := range m.above(m.keywords[normalise(r.Keyword)]) {
		if m.verifiers[code] {
			return code
		}
	}
	return ""
}

// MayReadAs reports whether somebody with these appointments may read r.
func (m *Machine) MayReadAs(held []reports.Appointment, r reports.Report) bool {
	if len(held) == 0 {
		return false
	}
	verifier := m.verifier(r)
	return reports.MayRead(held, r, reports.Desk{
		Verifier: verifier, Above: m.above(r.Agency), VerifierAbove: m.above(verifier),
	})
}

// MayRead reports whether person may read r, whether they act on it or not.
func (m *Machine) MayRead(person reports.PersonID, r reports.Report) bool {
	return m.MayReadAs(m.config.Officials[person], r)
}

// Watchers are the leaders and the Ombudsman who may read r and act on nothing in
// it.
func (m *Machine) Watchers(r reports.Report) []reports.PersonID {
	var list []reports.PersonID
	for person, held := range m.config.Officials {
		watches := slices.ContainsFunc(held, func(a reports.Appointment) bool { return a.Role == reports.Leader || a.Role == reports.Ombudsman })
		if watches && !m.MaySee(person, r) && m.MayRead(person, r) {
			list = append(list, person)
		}
	}
	slices.Sort(list)
	return list
}

// Below lists code and the codes of the bodies below it.
func (m *Machine) Below(code string) []string {
	var list []string
	for i := range m.config.Agencies {
		if a := m.config.Agencies[i].Code; slices.Contains(m.above(a), code) {
			list = append(list, a)
		}
	}
	return list
}

// Keywords lists the keywords of which the agency admins of the body with this
// code, or of one above it, verify the reports. With only, it is that body's alone.
func (m *Machine) Keywords(code string, only bool) []string {
	var list []string
	for word := range m.keywords {
		verifier := m.verifier(reports.Report{Keyword: word})
		if verifier != "" && (verifier == code || !only && slices.Contains(m.above(verifier), code)) {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	return list
}

// above lists code and the codes of the bodies above it.
func (m *Machine) above(code string) []string {
	var list []string
	for code != "" && len(list) < 16 && !slices.Contains(list, code) {
		a := m.agency(code)
		if a == nil {
			break
		}
		list = append(list, code)
		code = a.Parent
	}
	return list
}

// isOfficial reports whether person has an appointment.
func (m *Machine) isOfficial(person reports.PersonID) bool {
	return person != 0 && len(m.config.Officials[person]) > 0
}

// official reports whether the person of this event has an appointment.
func (t *turn) official() bool { return t.m.isOfficial(t.e.Person) }

// known returns the report that the shell has handed in with the event.
func (t *turn) known(id reports.ID) (reports.Report, bool) { return t.e.report(id) }

func (e *Event) report(id reports.ID) (reports.Report, bool) {
	i := slices.IndexFunc(e.Reports, func(r reports.Report) bool { return r.ID == id })
	if i < 0 || id == 0 {
		return reports.Report{}, false
	}
	return e.Reports[i], true
}

// mayDo looks whether the person may do d to r at that instant, and in which capacity.
// Otherwise it returns the phrase that says why not.
func (m *Machine) mayDo(person reports.PersonID, d deed, r reports.Report, found bool, at time.Time) (reports.ActorKind, string) {
	row, known := deedOf(d)
	switch {
	case !found || !known:
		return "", "desk.gone"
	case !m.isOfficial(person):
		return "", "desk.not_official"
	}
	capacities := m.capacities(person, r)
	if len(capacities) == 0 {
		return "", "desk.not_yours"
	}
	as, can := row.as(r, capacities)
	switch {
	case can && (d == deedExtend || d == deedFormal) && m.answerLate(r, at):
		return "", "desk.answer_late"
	case can && d == deedExtend && !m.extendable(r):
		return "", "desk.extend_none"
	case can:
		return as, ""
	}
	for _, k := range row.by {
		if slices.Contains(capacities, k) {
			return "", whyRefused(r, d)
		}
	}
	return "", "desk.role"
}

// answerLate reports whether the answer to r is overdue: another limit would hide that.
func (m *Machine) answerLate(r reports.Report, at time.Time) bool {
	run, runs := r.Clocked(reports.ClockAnswer)
	if !runs {
		return false
	}
	due, owed := m.rules.Due(r, run)
	return owed && !at.Before(due.Late)
}

// whyRefused says why a role that may do d cannot do it to r as it is now.
func whyRefused(r reports.Report, d deed) string {
	switch {
	case d == deedClaim && r.State == reports.InProgress && r.Claimant != 0:
		return "desk.claimed"
	case d == deedNotOurs && r.Returns >= reports.MaxReturns:
		return "desk.returned"
	case !r.State.Open():
		return "desk.over"
	case d == deedFormal && r.Kind != reports.InformationRequest:
		return "desk.formal_kind"
	case d == deedFormal && r.Formal:
		return "desk.formal"
	case d == deedExtend && r.Extended:
		return "desk.extended"
	case d == deedExtend && !r.Formal:
		return "desk.extend_formal"
	default:
		return "desk.state"
	}
}

// MaySee reports whether person acts on r in any capacity.
func (m *Machine) MaySee(person reports.PersonID, r reports.Report) bool {
	return len(m.capacities(person, r)) > 0
}

// MayIdentify reports whether person, who acts on r, may get what could tell who
// the reporter is, see [reports.MayIdentify].
func (m *Machine) MayIdentify(person reports.PersonID, r reports.Report) bool {
	return reports.MayIdentify(m.config.Officials[person], r)
}

// Group returns the code of the body that the group chat is bound to, "" for the
// national admin, and false where it is bound to none.
func (m *Machine) Group(chat int64) (agency string, bound bool) {
	agency, bound = m.config.Groups[chat]
	return agency, bound
}

// Admins are the national admins.
func (m *Machine) Admins() []reports.PersonID {
	var list []reports.PersonID
	for person, held := range m.config.Officials {
		if slices.ContainsFunc(held, func(a reports.Appointment) bool { return a.Role == reports.NationalAdmin }) {
			list = append(list, person)
		}
	}
	slices.Sort(list)
	return list
}

// VerifiedBy is the code of the body whose agency admin verifies r, "" where the
// national admin does. What alleges a breach is the national admin's alone.
func (m *Machine) VerifiedBy(r reports.Report) string {
	if r.Oversight || r.Kind == reports.Whistleblowing {
		return ""
	}
	return m.verifier(r)
}

// VerifyingBodies is the body that verifies r, see [Machine.VerifiedBy], and those
// above it, whose admins may, too; nil where the national admin does.
func (m *Machine) VerifyingBodies(r reports.Report) []string {
	if code := m.VerifiedBy(r); code != "" {
		return m.above(code)
	}
	return nil
}

// Verifiers are those who hear of what happens to r before it is with a body:
// whoever dispatched it last, where they still may, else the agency admins who
// verify it, else the national admins.
func (m *Machine) Verifiers(r reports.Report, dispatcher reports.PersonID) []reports.PersonID {
	if dispatcher != 0 && slices.Contains(m.capacities(dispatcher, r), reports.ByAdmin) {
		return []reports.PersonID{dispatcher}
	}
	var list []reports.PersonID
	if code := m.VerifiedBy(r); code != "" {
		above := m.above(code)
		for person, held := range m.config.Officials {
			if slices.ContainsFunc(held, func(a reports.Appointment) bool {
				return a.Role == reports.AgencyAdmin && slices.Contains(above, a.Agency)
			}) {
				list = append(list, person)
			}
		}
	}
	if len(list) == 0 {
		return m.Admins()
	}
	slices.Sort(list)
	return list
}

// Responsible are those who have to hear of what happened to a report: whoever
// took it on, before or after, else everybody who may answer it for its body,
// else, where nobody may, whoever verifies it. What has left a body is told to those who
// had it there.
func (m *Machine) Responsible(before, after reports.Report) []reports.PersonID {
	r := after
	if before.AtBody() && !after.AtBody() {
		r = before
	}
	for _, claimant := range []reports.PersonID{after.Claimant, before.Claimant} {
		if claimant != 0 && len(m.capacities(claimant, r)) > 0 {
			return []reports.PersonID{claimant}
		}
	}
	var list []reports.PersonID
	for person, held := range m.config.Officials {
		if slices.Contains(m.Capacities(held, r), reports.ByLiaison) {
			list = append(list, person)
		}
	}
	if len(list) == 0 || r.Manual || !r.AtBody() {
		return m.Verifiers(r, 0)
	}
	slices.Sort(list)
	return list
}

// hasUnits reports whether bodies stand below code.
func (m *Machine) hasUnits(code string) bool {
	return code != "" && slices.ContainsFunc(m.config.Agencies, func(a reports.Agency) bool { return a.Parent == code })
}

// staffed reports whether somebody may answer r for the body with this code.
func (m *Machine) staffed(code string, r reports.Report) bool {
	r.Agency, r.State = code, reports.Dispatched
	for _, held := range m.config.Officials {
		if slices.Contains(reports.Capacities(held, r, reports.Desk{}), reports.ByLiaison) {
			return true
		}
	}
	return false
}

func (m *Machine) bodyName(code string) string {
	if a := m.agency(code); a != nil {
		return clip(a.Name, 120)
	}
	return code
}
