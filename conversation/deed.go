package conversation

import (
	"slices"
	"strconv"
	"strings"

	"kentongan/reports"
)

// deed is something that an official can do to a report from its card. Its
// label is the phrase "deed." + deed.
type deed string

// The deeds, as tokens carry them.
const (
	deedDispatch  deed = "dispatch"
	deedHandOn    deed = "handon"
	deedAskMore   deed = "askmore" // minta kelengkapan, before dispatch
	deedHold      deed = "hold"
	deedRelease   deed = "release"
	deedArchive   deed = "archive"
	deedMerge     deed = "merge"
	deedUnmerge   deed = "unmerge"
	deedOversight deed = "oversight"
	deedFormal    deed = "formal" // permohonan resmi (PPID)
	deedExtend    deed = "extend" // perpanjang waktu
	deedClaim     deed = "claim"
	deedRespond   deed = "respond"
	deedFollowUp  deed = "followup"
	deedAsk       deed = "ask" // tanya pelapor
	deedUnask     deed = "unask"
	deedNotOurs   deed = "notours"
	deedNote      deed = "note"
	deedEvidence  deed = "evidence" // lihat bukti
	deedEscalate  deed = "escalate" // eskalasi: the leaders and the Ombudsman look at it
	deedTakeBack  deed = "takeback"
	deedWrite     deed = "write" // tanggapi
	deedClose     deed = "close"
	deedGrant     deed = "grant"
	deedRefuse    deed = "refuse"
	deedExternal  deed = "external" // the number in LAPOR!
	deedFix       deed = "fix"      // perbaiki: of one's own follow-up, below its receipt only
)

// deedRow is one row of the table of deeds.
type deedRow struct {
	deed   deed
	action reports.Action // empty: it changes no state
	by     []reports.ActorKind
	// asks is what has to be known first; asksNothing: it is done at once.
	asks question
	// before and after mark what is shown only while nobody was handed the report,
	// or only once somebody was.
	before, after bool
	primary       bool
	own           bool // on no card: its author alone is offered it
	private       bool // on no card of a group: it hands something to one person
}

// deedTable is the table of what cards offer, in the order in which they do.
var deedTable = []deedRow{
	{deed: deedDispatch, action: reports.Dispatch, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkBody, primary: true},
	{deed: deedHandOn, action: reports.HandOn, by: []reports.ActorKind{reports.ByAgencyAdmin}, asks: asksWorkBody},
	{deed: deedAskMore, action: reports.RequestInfo, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords, before: true},
	{deed: deedRelease, action: reports.Release, by: []reports.ActorKind{reports.ByAdmin}},
	{deed: deedHold, action: reports.Hold, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkDate},
	{deed: deedArchive, action: reports.Archive, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedMerge, action: reports.Merge, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkMain},
	{deed: deedUnmerge, action: reports.Unmerge, by: []reports.ActorKind{reports.ByAdmin}},
	{deed: deedClaim, action: reports.Claim, by: []reports.ActorKind{reports.ByLiaison, reports.ByOperator}, primary: true},
	{deed: deedRespond, action: reports.Respond, by: []reports.ActorKind{reports.ByLiaison, reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedFollowUp, action: reports.FollowUp, by: []reports.ActorKind{reports.ByLiaison, reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedAsk, action: reports.RequestInfo, by: []reports.ActorKind{reports.ByLiaison, reports.ByAdmin}, asks: asksWorkWords, after: true},
	{deed: deedUnask, action: reports.WithdrawAsk, by: []reports.ActorKind{reports.ByLiaison, reports.ByAdmin}},
	{deed: deedNotOurs, action: reports.NotOurs, by: []reports.ActorKind{reports.ByLiaison}, asks: asksWorkWords},
	{deed: deedExtend, action: reports.Extend, by: []reports.ActorKind{reports.ByLiaison, reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedWrite, action: reports.Write, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedTakeBack, action: reports.TakeBack, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedClose, action: reports.Close, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedGrant, action: reports.GrantReopen, by: []reports.ActorKind{reports.ByAdmin}},
	{deed: deedRefuse, action: reports.RefuseReopen, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedOversight, action: reports.MarkOversight, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkSure},
	{deed: deedFormal, action: reports.MarkFormal, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkSure},
	{deed: deedEscalate, action: reports.Escalate, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords},
	{deed: deedExternal, by: []reports.ActorKind{reports.ByAdmin}, asks: asksWorkWords, after: true},
	{deed: deedFix, by: []reports.ActorKind{reports.ByLiaison, reports.ByAdmin}, asks: asksWorkWords, own: true},
	{deed: deedNote, by: []reports.ActorKind{reports.ByAdmin, reports.ByAgencyAdmin, reports.ByLiaison, reports.ByOperator}, asks: asksWorkWords},
	{deed: deedEvidence, by: []reports.ActorKind{reports.ByAdmin, reports.ByAgencyAdmin, reports.ByLiaison, reports.ByOperator}, private: true},
}

func deedOf(d deed) (deedRow, bool) {
	i := slices.IndexFunc(deedTable, func(row deedRow) bool { return row.deed == d })
	if i < 0 {
		return deedRow{}, false
	}
	return deedTable[i], true
}

// as returns the capacity in which somebody who has capacities would do row to r now.
func (row deedRow) as(r reports.Report, capacities []reports.ActorKind) (reports.ActorKind, bool) {
	if submitted := r.State == reports.Submitted; (row.before && !submitted) || (row.after && submitted) || row.deed == deedEvidence && r.Evidence == 0 || row.deed == deedEscalate && r.Escalated {
		return "", false
	}
	for _, k := range row.by {
		if !slices.Contains(capacities, k) {
			continue
		}
		if row.action == "" {
			if r.State.Open() || row.deed == deedEvidence && r.State == reports.Closed { // reopening is decided with it
				return k, true
			}
			continue
		}
		if slices.Contains(reports.Allowed(r, reports.Actor{Kind: k}), row.action) {
			return k, true
		}
	}
	return "", false
}

// deedsFor lists what a card of r offers to people with these capacities: what may be
// done, but for an extension where the limit in force gives none.
func (m *Machine) deedsFor(r reports.Report, capacities []reports.ActorKind) []deed {
	return slices.DeleteFunc(offeredDeeds(r, capacities), func(d deed) bool { return d == deedExtend && !m.extendable(r) })
}

// extendable reports whether an extension gives the answer to r more days.
func (m *Machine) extendable(r reports.Report) bool {
	_, longer := m.extended(r)
	return longer
}

// extended is by when r has to be answered once its time has been extended.
func (m *Machine) extended(r reports.Report) (Due, bool) {
	due, longer := m.rules.Extended(r)
	return dueOf(reports.ClockAnswer, due, longer)
}

// offeredDeeds lists what people with these capacities may do to r, of what cards offer.
func offeredDeeds(r reports.Report, capacities []reports.ActorKind) []deed {
	var list []deed
	for _, row := range deedTable {
		if _, can := row.as(r, capacities); can && !row.own {
			list = append(list, row.deed)
		}
	}
	return list
}

// deedIn returns the deed of which text is the label, of those that person may do
// to r: on networks without buttons people answer a card with its words. Nothing but the
// label counts, with what it has in brackets or without, for everything else that is
// answered is words.
func (m *Machine) deedIn(text string, r reports.Report, person reports.PersonID) (deed, bool) {
	if len(text) > maxChoosing {
		return "", false
	}
	var options []option
	for _, d := range m.deedsFor(r, m.capacities(person, r)) {
		var labels []string
		for _, lang := range m.config.Phrases.Languages() {
			label := m.config.Phrases.Text(lang, "deed."+string(d))
			labels = append(labels, label)
			if short, _, more := strings.Cut(label, " ("); more {
				labels = append(labels, short)
			}
		}
		options = append(options, option{ID: string(d), Labels: labels, Strict: true})
	}
	id, found := match(text, options)
	return deed(id), found
}

// workPrefix begins the tokens of cards. They are not bound to a session: who
// presses is checked against their appointments, so forging one is of no use.
const workPrefix = "k."

func workToken(d deed, id reports.ID) string {
	return workPrefix + strconv.FormatInt(int64(id), 36) + "." + string(d)
}

func parseWorkToken(token string) (d deed, id reports.ID, ok bool) {
	rest, ok := strings.CutPrefix(token, workPrefix)
	if !ok || len(token) >= 40 {
		return "", 0, false
	}
	number, name, _ := strings.Cut(rest, ".")
	n, err := strconv.ParseInt(number, 36, 64)
	if err != nil || n <= 0 {
		return "", 0, false
	}
	_, known := deedOf(deed(name))
	return deed(name), reports.ID(n), known
}
