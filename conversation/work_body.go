package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// bodiesFor lists the bodies to propose for r: the one that the reporter or a
// colleague proposed first, then those where somebody is to answer, then others;
// of these the nearest to the proposed one first, or to the verifier's. Who hands
// on is offered what is inside the body that has it, and then what else they may.
func (m *Machine) bodiesFor(person reports.PersonID, r reports.Report, as reports.ActorKind) []string {
	var list []string
	add := func(codes ...string) {
		for _, code := range codes {
			if code != "" && m.agency(code) != nil && !slices.Contains(list, code) {
				list = append(list, code)
			}
		}
	}
	children := func(parent string) {
		for i := range m.config.Agencies {
			if a := &m.config.Agencies[i]; a.Parent == parent {
				add(a.Code)
			}
		}
	}
	if as == reports.ByAgencyAdmin {
		children(r.Agency)
		add(m.Below(r.Agency)...)
		add(m.otherBodies(r)...)
		list = slices.DeleteFunc(list, func(code string) bool { return !m.mayHandOn(person, r, code) })
		return m.staffedFirst(list, 0, r)
	}
	add(r.Agency)
	if r.AgencyWords != "" {
		add(m.byName[normalise(r.AgencyWords)])
	}
	proposed := len(list)
	if r.Agency != "" { // where a government is proposed, its offices are what is wanted
		children(r.Agency)
	}
	if a := m.agency(r.Agency); a != nil && a.Parent != "" {
		add(m.otherBodies(r)...)
	}
	children(m.verifier(r))
	add(m.offered...)
	staffed := m.staffedBodies(r)
	for i := range m.config.Agencies {
		if code := m.config.Agencies[i].Code; staffed[code] {
			add(code)
		}
	}
	return m.staffedFirst(list, proposed, r)
}

// staffedFirst is list, as much of it as is offered, with the first ones where they
// are and those where somebody is to answer before the rest.
func (m *Machine) staffedFirst(list []string, first int, r reports.Report) []string {
	if len(list) == 0 {
		return nil
	}
	staffed := m.staffedBodies(r)
	slices.SortStableFunc(list[first:], func(a, b string) int {
		switch {
		case staffed[a] == staffed[b]:
			return 0
		case staffed[a]:
			return -1
		default:
			return 1
		}
	})
	return list[:min(len(list), maxOffered):min(len(list), maxOffered)]
}

// staffedBodies are the bodies for which somebody may answer r.
func (m *Machine) staffedBodies(r reports.Report) map[string]bool {
	bodies := map[string]bool{}
	r.State = reports.Dispatched
	for _, held := range m.config.Officials {
		for _, a := range held {
			if r.Agency = a.Agency; a.Agency != "" && slices.Contains(reports.Capacities(held, r, reports.Desk{}), reports.ByLiaison) {
				bodies[a.Agency] = true
			}
		}
	}
	return bodies
}

// otherBodies are those to propose in the place of the one that says it is not theirs.
func (m *Machine) otherBodies(r reports.Report) []string {
	var list []string
	own := m.agency(r.Agency)
	for i := range m.config.Agencies {
		a := &m.config.Agencies[i]
		if own != nil && a.Code != r.Agency && a.Parent == own.Parent && len(list) < maxOffered {
			list = append(list, a.Code)
		}
	}
	return list
}

// mayHandOn reports whether person may hand r, which their body has, to the body
// with this code: one inside the body whose agency admin they are.
func (m *Machine) mayHandOn(person reports.PersonID, r reports.Report, code string) bool {
	from, to := m.above(r.Agency), m.above(code)
	return code != r.Agency && slices.ContainsFunc(m.config.Officials[person], func(a reports.Appointment) bool {
		return a.Role == reports.AgencyAdmin && slices.Contains(from, a.Agency) && slices.Contains(to, a.Agency)
	})
}

// bodyTold takes words as a body: its name, its code, or a part of them, which may
// leave several to choose from.
func (t *turn) bodyTold(words string) {
	w := *t.s.Work
	if code := t.m.findBody(words); code != "" {
		t.pickWorkBody(code)
		return
	}
	r, _ := t.known(w.Report)
	found := slices.DeleteFunc(t.m.searchBodies(words), func(code string) bool {
		return w.Deed == deedHandOn && !t.m.mayHandOn(t.e.Person, r, code) || w.Deed == deedNotOurs && code == r.Agency
	})
	switch len(found) {
	case 0:
		t.say("work.no_such_body")
		t.repeat()
	case 1:
		t.pickWorkBody(found[0])
	default:
		t.say(either(len(found) > maxOffered, "work.many_bodies", "work.which_body"), itoa(len(found)))
		w.Options = t.m.staffedFirst(found, 0, r)
		t.s.Work = &w
		t.over(asksWorkBody)
	}
}

// searchBodies lists the bodies in whose name or code every one of words begins a
// word.
func (m *Machine) searchBodies(words string) []string {
	wanted := strings.Fields(normalise(words))
	if len(wanted) == 0 {
		return nil
	}
	var list []string
	for i := range m.config.Agencies {
		a := &m.config.Agencies[i]
		have := strings.Fields(normalise(a.Name) + " " + normalise(strings.NewReplacer("-", " ", "_", " ").Replace(a.Code)))
		if !slices.ContainsFunc(wanted, func(word string) bool {
			return !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, word) })
		}) {
			list = append(list, a.Code)
		}
	}
	return list
}

// findBody returns the code of the body that words name, or "".
func (m *Machine) findBody(words string) string {
	plain := normalise(words)
	if code := m.byName[plain]; code != "" {
		return code
	}
	if code := m.keywords[plain]; code != "" {
		return code
	}
	if a := m.agency(strings.ToUpper(strings.TrimSpace(words))); a != nil {
		return a.Code
	}
	return ""
}
