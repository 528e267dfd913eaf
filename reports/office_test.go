package reports_test

import (
	"slices"
	"testing"

	"kentongan/reports"
)

// at is a report that is with PUPR, changed by change.
func at(change func(*reports.Report)) reports.Report {
	r := reports.Report{Kind: reports.Complaint, State: reports.InProgress, Agency: "HST-PUPR", Dispatched: true}
	change(&r)
	return r
}

func TestCapacitiesOfEveryRole(t *testing.T) {
	desk := reports.Desk{Above: []string{"HST-PUPR", "HST"}}
	verified := reports.Desk{Above: desk.Above, Verifier: "HST", VerifierAbove: []string{"HST"}}
	in := func(state reports.State) reports.Report { return at(func(r *reports.Report) { r.State = state }) }
	ordinary := in(reports.InProgress)
	secret := at(func(r *reports.Report) { r.Confidential = true })
	alleging := at(func(r *reports.Report) { r.Oversight = true })
	whistle := at(func(r *reports.Report) { r.Kind, r.Confidential, r.Anonymous = reports.Whistleblowing, true, true })
	question := at(func(r *reports.Report) { r.Kind = reports.InformationRequest })
	alleged := at(func(r *reports.Report) { r.Kind, r.Oversight = reports.InformationRequest, true })
	asked := at(func(r *reports.Report) { r.State, r.Origin = reports.NeedsInfo, reports.InProgress })
	askedBefore := at(func(r *reports.Report) { r.State, r.Origin = reports.NeedsInfo, reports.Submitted })
	admin, liaison := reports.ByAdmin, reports.ByLiaison
	for _, tt := range []struct {
		name   string
		role   reports.Role
		agency string
		r      reports.Report
		desk   reports.Desk
		want   []reports.ActorKind
	}{
		{"national admin", reports.NationalAdmin, "", ordinary, desk, []reports.ActorKind{admin}},
		{"national admin of what is secret", reports.NationalAdmin, "", secret, desk, []reports.ActorKind{admin}},
		{"national admin of what alleges a breach", reports.NationalAdmin, "", whistle, desk, []reports.ActorKind{admin}},
		{"agency admin of another's verification", reports.AgencyAdmin, "HST", ordinary, desk, []reports.ActorKind{reports.ByAgencyAdmin}},
		{"agency admin who verifies", reports.AgencyAdmin, "HST", in(reports.Submitted), verified, []reports.ActorKind{admin}},
		{"agency admin who verified", reports.AgencyAdmin, "HST", ordinary, verified, []reports.ActorKind{admin, reports.ByAgencyAdmin}},
		{"agency admin and a mere proposal", reports.AgencyAdmin, "HST", in(reports.Submitted), desk, nil},
		{"agency admin and an allegation", reports.AgencyAdmin, "HST", alleging, verified, nil},
		{"agency admin elsewhere", reports.AgencyAdmin, "JATENG", ordinary, desk, nil},
		{"liaison", reports.Liaison, "HST-PUPR", ordinary, desk, []reports.ActorKind{liaison}},
		{"liaison named for what is secret", reports.Liaison, "HST-PUPR", secret, desk, []reports.ActorKind{liaison}},
		{"liaison and an allegation", reports.Liaison, "HST-PUPR", alleging, desk, nil},
		{"liaison and whistleblowing", reports.Liaison, "HST-PUPR", whistle, desk, nil},
		{"liaison of another body", reports.Liaison, "HST-DLH", ordinary, desk, nil},
		{"liaison of the body above", reports.Liaison, "HST", ordinary, desk, nil},
		{"liaison while it was asked", reports.Liaison, "HST-PUPR", asked, desk, []reports.ActorKind{liaison}},
		{"liaison of a body that is proposed", reports.Liaison, "HST-PUPR", in(reports.Submitted), desk, nil},
		{"liaison of a body that gave it back", reports.Liaison, "HST-PUPR", askedBefore, desk, nil},
		{"liaison after archiving", reports.Liaison, "HST-PUPR", in(reports.Archived), desk, nil},
		{"liaison after closing", reports.Liaison, "HST-PUPR", in(reports.Closed), desk, []reports.ActorKind{liaison}},
		{"operator", reports.Operator, "HST-PUPR", ordinary, desk, []reports.ActorKind{reports.ByOperator}},
		{"operator and a secret", reports.Operator, "HST-PUPR", secret, desk, nil},
		{"operator and an allegation", reports.Operator, "HST-PUPR", alleging, desk, nil},
		{"inspectorate", reports.Inspectorate, "HST-PUPR", alleging, desk, []reports.ActorKind{liaison}},
		{"inspectorate and whistleblowing", reports.Inspectorate, "HST-PUPR", whistle, desk, []reports.ActorKind{liaison}},
		{"inspectorate and an ordinary report", reports.Inspectorate, "HST-PUPR", ordinary, desk, nil},
		{"PPID", reports.PPID, "HST-PUPR", question, desk, []reports.ActorKind{liaison}},
		{"PPID and a complaint", reports.PPID, "HST-PUPR", ordinary, desk, nil},
		{"PPID and an allegation", reports.PPID, "HST-PUPR", alleged, desk, nil},
		{"leader", reports.Leader, "HST-PUPR", ordinary, desk, nil},
		{"Ombudsman", reports.Ombudsman, "", alleging, desk, nil},
	} {
		got := reports.Capacities([]reports.Appointment{{Role: tt.role, Agency: tt.agency}}, tt.r, tt.desk)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestCapacitiesAddUpWithoutRepeating(t *testing.T) {
	held := []reports.Appointment{
		{Role: reports.Liaison, Agency: "HST-PUPR"},
		{Role: reports.PPID, Agency: "HST-PUPR"},
		{Role: reports.Operator, Agency: "HST-PUPR"},
		{Role: reports.NationalAdmin},
	}
	r := at(func(r *reports.Report) { r.Kind = reports.InformationRequest })
	want := []reports.ActorKind{reports.ByLiaison, reports.ByOperator, reports.ByAdmin}
	if got := reports.Capacities(held, r, reports.Desk{}); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWhoMayReadWithoutActing(t *testing.T) {
	desk := reports.Desk{Above: []string{"HST-PUPR", "HST"}}
	ordinary := at(func(*reports.Report) {})
	waiting := at(func(r *reports.Report) { r.State, r.Agency = reports.Submitted, "HST-PUPR" })
	secret := at(func(r *reports.Report) { r.Confidential = true })
	alleging := at(func(r *reports.Report) { r.Oversight = true })
	question := at(func(r *reports.Report) { r.Kind = reports.InformationRequest })
	raised := at(func(r *reports.Report) { r.Escalated = true })
	raisedEarly := at(func(r *reports.Report) { r.State, r.Escalated = reports.Submitted, true })
	raisedSecret := at(func(r *reports.Report) { r.Confidential, r.Escalated = true, true })
	gone := at(func(r *reports.Report) { r.State, r.Escalated = reports.Withdrawn, true })
	for _, tt := range []struct {
		name   string
		role   reports.Role
		agency string
		r      reports.Report
		want   bool
	}{
		{"the liaison", reports.Liaison, "HST-PUPR", ordinary, true},
		{"a liaison above", reports.Liaison, "HST", ordinary, false},
		{"the leader", reports.Leader, "HST-PUPR", ordinary, true},
		{"the leader above", reports.Leader, "HST", ordinary, true},
		{"a leader elsewhere", reports.Leader, "HST-DLH", ordinary, false},
		{"a leader of nothing", reports.Leader, "", ordinary, false},
		{"a leader and a proposal", reports.Leader, "HST", waiting, false},
		{"a leader and a secret", reports.Leader, "HST", secret, false},
		{"a leader and an allegation", reports.Leader, "HST-PUPR", alleging, false},
		{"the inspectorate above and an allegation", reports.Inspectorate, "HST", alleging, true},
		{"the inspectorate above and an ordinary report", reports.Inspectorate, "HST", ordinary, false},
		{"the inspectorate above and a secret", reports.Inspectorate, "HST", secret, false},
		{"the inspectorate elsewhere", reports.Inspectorate, "HST-DLH", alleging, false},
		{"the PPID above and a question", reports.PPID, "HST", question, true},
		{"the PPID above and a complaint", reports.PPID, "HST", ordinary, false},
		{"the Ombudsman", reports.Ombudsman, "", ordinary, false},
		{"the Ombudsman and what was escalated", reports.Ombudsman, "", raised, true},
		{"the Ombudsman before dispatch", reports.Ombudsman, "", raisedEarly, true},
		{"the Ombudsman and a secret", reports.Ombudsman, "", raisedSecret, false},
		{"the Ombudsman and what was withdrawn", reports.Ombudsman, "", gone, false},
		{"an operator and a secret", reports.Operator, "HST-PUPR", secret, false},
	} {
		if got := reports.MayRead([]reports.Appointment{{Role: tt.role, Agency: tt.agency}}, tt.r, desk); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

func TestFilesAsTheyCameOfAnonymousReports(t *testing.T) {
	anonymous := at(func(r *reports.Report) { r.Anonymous = true })
	open := at(func(*reports.Report) {})
	back := at(func(r *reports.Report) { r.Anonymous, r.State = true, reports.Submitted })
	for _, tt := range []struct {
		name   string
		role   reports.Role
		agency string
		r      reports.Report
		want   bool
	}{
		{"a liaison", reports.Liaison, "HST-PUPR", open, true},
		{"a liaison and somebody anonymous", reports.Liaison, "HST-PUPR", anonymous, false},
		{"an agency admin and somebody anonymous", reports.AgencyAdmin, "HST", anonymous, false},
		{"a national admin", reports.NationalAdmin, "", anonymous, true},
		{"the inspectorate", reports.Inspectorate, "HST-PUPR", anonymous, true},
		{"the inspectorate of another body", reports.Inspectorate, "HST-DLH", anonymous, false},
		{"the inspectorate of a body that is proposed", reports.Inspectorate, "HST-PUPR", back, false},
	} {
		if got := reports.MayIdentify([]reports.Appointment{{Role: tt.role, Agency: tt.agency}}, tt.r); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}
