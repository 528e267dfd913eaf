package conversation

import (
	"time"

	"kentongan/reports"
)

// Audience is who hears of a change.
type Audience string

// The audiences of a [Notice].
const (
	// AdminGroup is the group of the admins; it may hold people whom nobody knows.
	AdminGroup Audience = "admin_group"
	// NationalAdmins are the national admins, each in private.
	NationalAdmins Audience = "national_admins"
)

// Notice tells one audience of a change. Group is set where the audience is a
// group, and then is all that may be posted there; where it is nil the report
// itself is shown, by [Machine.PrivateCard], to named people only.
type Notice struct {
	To    Audience
	Group *GroupReport
}

// Notices says who hears of change, which has made r what it is. It is the one
// place that decides this: a restricted report never yields a notice to a group.
func Notices(change reports.Change, r reports.Report) []Notice {
	if change.Action != reports.File {
		return nil // the other actions come with the officials' work
	}
	if card, ok := ForGroup(r); ok {
		return []Notice{{To: AdminGroup, Group: &card}}
	}
	return []Notice{{To: NationalAdmins}}
}

// GroupReport is what a group may see of a report. It has no place for an
// identity, nor for a file: whoever wants to post to a group has nothing else
// to post.
type GroupReport struct {
	TrackingID reports.TrackingID
	Kind       reports.Kind
	State      reports.State
	Agency     string // code of the body in charge or proposed
	Wanted     string // the body in the reporter's words, where none is registered; redacted
	Place      string // redacted words
	OccurredAt reports.OccurredAt
	Story      string // redacted and clipped
	Evidence   int
	FiledAt    time.Time
}

// storyOnCard is how many characters of a chronology a card shows.
const storyOnCard = 900

// ForGroup returns what a group may see of r. It returns false, and nothing,
// where r is restricted.
func ForGroup(r reports.Report) (GroupReport, bool) {
	if r.Restricted() {
		return GroupReport{}, false
	}
	return shown(r), true
}

// shown is r as officials see it on a card: without anything by which its
// reporter could be reached. A card in private shows no more than this.
func shown(r reports.Report) GroupReport {
	o := r.OccurredAt
	o.Words = redact(clip(o.Words, 150))
	return GroupReport{
		TrackingID: r.TrackingID, Kind: r.Kind, State: r.State, Agency: r.Agency,
		Wanted: redact(clip(r.AgencyWords, 120)), Place: redact(clip(r.Location.Words, 300)), OccurredAt: o,
		// Redacted before clipped, so that no half of a number is left over; what is
		// read is bounded, for a chronology may be long.
		Story:    clip(redact(clip(r.Chronology, 2*storyOnCard)), storyOnCard),
		Evidence: r.Evidence, FiledAt: r.FiledAt,
	}
}

// Card is g as it is posted to a group.
func (m *Machine) Card(lang string, g GroupReport) Message {
	return m.card(lang, "card", g)
}

// PrivateCard is r as named admins see it in private, marked RAHASIA where it
// is restricted.
func (m *Machine) PrivateCard(lang string, r reports.Report) Message {
	return m.card(lang, either(r.Restricted(), "card.secret", "card"), shown(r))
}

func (m *Machine) card(lang, head string, g GroupReport) Message {
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
		add("card.when", m.unmask(lang, clip(formatOccurred(lang, g.OccurredAt, m.zone(g.Agency)), 200)))
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
	lines = append(lines, Phrase{Key: "card.story", Args: []string{m.unmask(lang, g.Story)}})
	lines = append(lines, Phrase{Key: "card.filed", Args: []string{formatDate(lang, g.FiledAt.In(m.config.Zone))}})
	due, hours, ok := m.verifyDue(reports.Report{Kind: g.Kind, Agency: g.Agency}, g.FiledAt)
	if ok && g.State == reports.Submitted {
		text := formatDate(lang, due)
		if hours {
			text += " " + due.Format("15.04")
		}
		add("card.due", text)
	}
	msg := m.Render(lang, Say{Paragraphs: lines})
	msg.Copy = string(g.TrackingID)
	return msg
}

// WithdrawnCard is what stands in a group where the card of a report stood that
// has become restricted since. It says nothing of the report.
func (m *Machine) WithdrawnCard(lang string) Message {
	return m.Render(lang, Say{Paragraphs: []Phrase{{Key: "card.withdrawn"}}})
}
