package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// leaveWord withdraws a report. It forgives nothing and has no number and no
// button: what it does cannot be undone.
const leaveWord = "cabut"

var leaveChoices = []choice{{id: "stay", label: "choice.stay", also: "also.no"}}

// withdraw begins /cabut.
func (t *turn) withdraw(which string) {
	t.endBurst()
	if which == "" {
		t.say("leave.which")
		t.resume()
		return
	}
	id, err := reports.ParseTrackingID(which)
	if err != nil {
		t.say("status.bad", clip(which, 40))
		t.resume()
		return
	}
	t.do(ShowReport{TrackingID: id, For: showLeave})
}

// askLeave asks before a report is withdrawn.
func (t *turn) askLeave(in ReportShown) {
	r := in.Report
	switch {
	case !in.Found || r.Reporter != t.e.Person || t.e.Person == 0:
		t.say("status.unknown", string(in.TrackingID))
		t.resume()
		return
	case !slices.Contains(reports.Allowed(r, reports.Actor{Kind: reports.ByReporter}), reports.Withdraw):
		t.say("leave.over", string(r.TrackingID))
		t.line("state." + stateKey(r))
		t.backToDraft()
		return
	}
	t.s.Leaving, t.s.LeavingID = r.ID, r.TrackingID
	if !t.s.Asked.side() {
		t.s.Under = t.s.Asked
	}
	editing := t.s.Telling.Editing
	t.ask(asksLeave)
	t.s.Telling.Editing = editing
}

// leaving takes what may be meant as the word that withdraws. It reports whether
// it did.
func (t *turn) leaving(text string) bool {
	plain := normalise(text)
	switch {
	case plain == leaveWord && !strings.ContainsAny(text, doubts):
		t.leave()
	case len(text) <= maxChoosing && strings.Contains(plain, leaveWord) && !strings.HasPrefix(strings.TrimSpace(text), "/"):
		t.say("strict.leave")
		t.remind()
	default:
		return false
	}
	return true
}

// leave withdraws the report.
func (t *turn) leave() {
	r, found := t.known(t.s.Leaving)
	id := string(t.s.LeavingID)
	t.s.Leaving, t.s.LeavingID = 0, ""
	by := reports.Actor{Kind: reports.ByReporter, Person: t.e.Person}
	if !found || r.Reporter != t.e.Person || !slices.Contains(reports.Allowed(r, by), reports.Withdraw) {
		t.say("leave.over", id)
		t.surface()
		return
	}
	t.do(Act{Report: r.ID, Change: reports.Change{Action: reports.Withdraw, Actor: by, At: t.at}})
	r.State = reports.Withdrawn
	t.thread(r, "")
	t.say("leave.done", id)
	t.surface()
}

// stay leaves the report as it is.
func (t *turn) stay() {
	id := string(t.s.LeavingID)
	t.s.Leaving, t.s.LeavingID = 0, ""
	t.say("leave.not", id)
	t.surface()
}
