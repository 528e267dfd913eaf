package conversation

import (
	"slices"

	"kentongan/reports"
)

// At says where a card stands: at whoever verifies, or at the body in charge.
type At string

// The places of cards.
const (
	AtVerifier At = "verifier"
	AtBody     At = "body"
)

// Card is g as it is posted to a group.
func (m *Machine) Card(lang string, g GroupReport) Message {
	return m.Render(lang, m.cardSay(lang, "card", g))
}

// Open returns what the card of a group at may show of r and offer, and false
// where it may show nothing.
func (m *Machine) Open(r reports.Report, at At) (GroupReport, bool) {
	g, ok := ForGroup(r)
	if !ok {
		return g, false
	}
	return m.offers(g, r, at), true
}

// PrivateCard is r as named officials see it in private, marked RAHASIA where it
// is restricted.
func (m *Machine) PrivateCard(lang string, r reports.Report, person reports.PersonID) Message {
	return m.Render(lang, m.privateSay(lang, r, person))
}

func (m *Machine) privateSay(lang string, r reports.Report, person reports.PersonID) Say {
	capacities := m.capacities(person, r)
	g := shown(r)
	g.Oversees = slices.Contains(capacities, reports.ByAdmin)
	g.Dues, g.Deeds = m.dues(r), m.deedsFor(r, capacities)
	return m.cardSay(lang, either(r.Restricted(), "card.secret", "card"), g)
}

// CardFor is what chat may see of r now, and whether that tells anything of it;
// where it does not, a card that stands there already is replaced by it, and none
// is sent. A group sees what cannot hold an identity, and nothing of a restricted
// report; who has a card in private sees the report as long as they act on it.
func (m *Machine) CardFor(lang string, r reports.Report, chat int64, group bool) (card Message, tells bool) {
	if !group {
		if person := reports.PersonID(chat); m.MaySee(person, r) {
			return m.PrivateCard(lang, r, person), true
		}
		return m.MovedCard(lang, r.TrackingID), false
	}
	if r.Restricted() {
		return m.WithdrawnCard(lang), false
	}
	say, tells := m.groupSay(lang, r, chat)
	if !tells {
		return m.MovedCard(lang, r.TrackingID), false
	}
	return m.Render(lang, say), true
}

// groupSay is the card of r in a group, and false where that group has none.
func (m *Machine) groupSay(lang string, r reports.Report, chat int64) (Say, bool) {
	agency, bound := m.Group(chat)
	at := AtVerifier
	if agency != "" && (r.AtBody() || agency != m.VerifiedBy(r)) {
		at = AtBody
		// One that was withdrawn while they had it stays where they look for it.
		if agency != r.Agency || !r.AtBody() && (r.State != reports.Withdrawn || !r.Dispatched) {
			return Say{}, false
		}
	}
	g, open := m.Open(r, at)
	if !bound || !open {
		return Say{}, false
	}
	return m.cardSay(lang, "card", g), true
}

// offers is g with what is due and what the people of a group may do.
func (m *Machine) offers(g GroupReport, r reports.Report, at At) GroupReport {
	capacities := []reports.ActorKind{reports.ByLiaison, reports.ByOperator}
	if m.hasUnits(r.Agency) {
		capacities = append(capacities, reports.ByAgencyAdmin)
	}
	if at == AtVerifier {
		capacities = []reports.ActorKind{reports.ByAdmin}
	}
	g.Oversees = at == AtVerifier
	g.Dues, g.Deeds = m.dues(r), slices.DeleteFunc(m.deedsFor(r, capacities), func(d deed) bool {
		row, _ := deedOf(d)
		return row.private
	})
	return g
}

// cardSay is what a card says and offers, not yet rendered.
func (m *Machine) cardSay(lang, head string, g GroupReport) Say {
	kind := g.Kind
	if !kind.Valid() {
		kind = reports.Complaint
	}
	lines := []Phrase{
		{Key: head, Args: []string{string(g.TrackingID)}},
		{Key: "card.kind." + string(kind), Tight: true},
	}
	add := func(key string, args ...string) {
		lines = append(lines, Phrase{Key: key, Args: args, Tight: true})
	}
	switch a := m.agency(g.Agency); {
	case a != nil:
		add("card.agency", clip(a.Name, 120))
	case g.Wanted != "":
		add("card.agency", m.unmask(lang, g.Wanted))
	default:
		add("card.agency_none")
	}
	if g.Place != "" {
		add("card.place", m.unmask(lang, g.Place))
	} else {
		add("card.place_none")
	}
	if g.OccurredAt.Known() {
		add("card.when", m.unmask(lang, clip(formatOccurred(lang, g.OccurredAt, m.occurredZone(g.OccurredAt, g.Agency)), 200)))
	} else {
		add("card.when_none")
	}
	if g.Evidence > 0 {
		add("card.files", itoa(g.Evidence))
	} else {
		add("card.files_none")
	}
	key := string(g.State)
	if g.State == reports.Dispatched {
		key = "dispatched_somewhere"
	}
	add("state." + key)
	switch {
	case g.State == reports.Submitted && !g.Held.IsZero():
		add("card.held", formatDate(lang, g.Held.In(m.config.Zone)))
	case g.Reopen:
		add("card.reopen")
	case g.Claimed && g.State.Open() && g.State != reports.Submitted:
		add("card.claimed")
	}
	if g.Formal {
		add("card.formal")
	}
	if g.Extended && g.State.Open() {
		add("card.extended")
	}
	if g.Raised && g.State.Open() {
		add("card.escalated")
	}
	if g.Manual && g.Oversees {
		add("card.manual")
	}
	if g.Returns > 0 && g.Oversees && g.State == reports.Submitted {
		add("card.returned", itoa(g.Returns))
	}
	lines = append(lines, Phrase{Key: "card.story", Args: []string{m.unmask(lang, g.Story)}})
	lines = append(lines, Phrase{Key: "card.filed", Args: []string{formatDate(lang, g.FiledAt.In(m.config.Zone))}})
	for i, due := range g.Dues {
		if i == maxDues {
			break
		}
		add("card.due."+string(due.Clock), m.dated(lang, due))
	}
	say := Say{Paragraphs: lines}
	for _, d := range g.Deeds {
		row, _ := deedOf(d)
		say.Choices = append(say.Choices, Choice{ID: workToken(d, g.ID), Label: Phrase{Key: "deed." + string(d)}, Primary: row.primary})
	}
	say.Copy, say.About = string(g.TrackingID), g.ID
	return say
}

// maxDues is how many dates a card shows.
const maxDues = 2

// TopicName names the topic of r's card in a group: by its number and kind, for a
// name is read by whoever passes by. Of what is restricted it says nothing.
func (m *Machine) TopicName(lang string, r reports.Report) string {
	if r.Restricted() {
		return m.config.Phrases.Text(lang, "topic.withdrawn")
	}
	kind := r.Kind
	if !kind.Valid() {
		kind = reports.Complaint
	}
	return m.config.Phrases.Text(lang, "topic", string(r.TrackingID), m.config.Phrases.Text(lang, "kind."+string(kind)))
}

// TopicOver reports whether the topic of r's card in the group chat is to be closed:
// nothing more is to be done about it, there at least.
func (m *Machine) TopicOver(r reports.Report, chat int64) bool {
	if r.Restricted() || !r.State.Open() && !r.Reopening {
		return true
	}
	_, tells := m.groupSay(defaultLanguage, r, chat)
	return !tells
}

// TopicsForbidden tells a group with topics that the bot may make none there.
func (m *Machine) TopicsForbidden(lang string) Message {
	return m.Render(lang, Say{Paragraphs: []Phrase{{Key: "group.topics_forbidden"}}})
}

// WithdrawnCard is what stands in a group where the card of a report stood that
// has become restricted since. It says nothing of the report.
func (m *Machine) WithdrawnCard(lang string) Message {
	return m.Render(lang, Say{Paragraphs: []Phrase{{Key: "card.withdrawn"}}})
}

// MovedCard is what stands in a body's group where the card of a report stood
// that is with somebody else now.
func (m *Machine) MovedCard(lang string, id reports.TrackingID) Message {
	return m.Render(lang, Say{Paragraphs: []Phrase{{Key: "card.moved", Args: []string{string(id)}}}})
}
