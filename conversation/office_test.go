package conversation

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kentongan/reports"
)

// The people of these tests, by the role that they hold.
const (
	anAdmin reports.PersonID = 11 + iota
	anAgencyAdmin
	aLiaison
	anOperator
	aLeader
	anInspector
	aPPID
	anOmbudsman
	aStranger // a liaison of another body
	aCitizen
	theReporter
)

var colleagues = map[reports.PersonID][]reports.Appointment{
	anAdmin:       {{Role: reports.NationalAdmin}},
	anAgencyAdmin: {{Role: reports.AgencyAdmin, Agency: "HST"}},
	aLiaison:      {{Role: reports.Liaison, Agency: "HST-PUPR"}},
	anOperator:    {{Role: reports.Operator, Agency: "HST-PUPR"}},
	aLeader:       {{Role: reports.Leader, Agency: "HST-PUPR"}},
	anInspector:   {{Role: reports.Inspectorate, Agency: "HST-PUPR"}},
	aPPID:         {{Role: reports.PPID, Agency: "HST-PUPR"}},
	anOmbudsman:   {{Role: reports.Ombudsman}},
	aStranger:     {{Role: reports.Liaison, Agency: "HST-DLH"}},
}

func office(t *testing.T) *Machine {
	t.Helper()
	c := config(t)
	c.Agencies = []reports.Agency{
		{Code: "HST", Name: "Pemkab HST", Zone: "Asia/Makassar", Keywords: []string{"barabai"}},
		{Code: "HST-PUPR", Name: "Dinas PUPR", Parent: "HST"},
		{Code: "HST-PUPR-JLN", Name: "Bidang Jalan", Parent: "HST-PUPR"},
		{Code: "HST-DLH", Name: "Dinas Lingkungan Hidup", Parent: "HST"},
	}
	c.Officials = colleagues
	c.Groups = map[int64]string{-1: "", -2: "HST-PUPR"}
	return made(t, c)
}

// situations are reports in every situation that a few actions lead to.
func situations(t *testing.T) []reports.Report {
	t.Helper()
	var all []reports.Report
	seen := map[string]bool{}
	key := func(r reports.Report) string {
		r.Version, r.Asks, r.Evidence, r.Escalated, r.Chronology = 0, min(r.Asks, 3), 0, false, ""
		return fmt.Sprintf("%+v", r)
	}
	var next []reports.Report
	for _, kind := range []reports.Kind{reports.Complaint, reports.InformationRequest, reports.Whistleblowing} {
		for _, secret := range []bool{false, true} {
			r := reports.Draft{Kind: kind, Confidential: secret, Agency: "HST-PUPR", Chronology: []reports.Passage{{Text: "jalan rusak"}}}.Open(theReporter, "telegram", now)
			r.ID, r.TrackingID, r.Evidence = 7, "KTG-FA49-Z2N3", 1
			next = append(next, r)
		}
	}
	for depth := 0; depth < 6 && len(all) < 2500; depth++ {
		var found []reports.Report
		for _, r := range next {
			if k := key(r); seen[k] {
				continue
			} else {
				seen[k] = true
			}
			all = append(all, r)
			for _, row := range reports.Transitions {
				for _, by := range row.By {
					for _, manual := range []bool{false, true} {
						after, _, err := reports.Apply(r, reports.Change{
							Action: row.Action, Actor: reports.Actor{Kind: by, Person: aLiaison}, At: now, Agency: "HST-PUPR", Manual: manual, Until: now.AddDate(0, 0, 3), Into: 8,
						})
						if err == nil {
							found = append(found, after)
						}
					}
				}
			}
		}
		next = found
	}
	return all
}

// TestCardsOfferWhatTheTableAllows compares, for every role and situation, what
// a card offers in private with what the table of actions allows.
func TestCardsOfferWhatTheTableAllows(t *testing.T) {
	m := office(t)
	all := situations(t)
	for _, r := range all {
		for person := range colleagues {
			capacities := m.capacities(person, r)
			var want []reports.Action
			for _, k := range capacities {
				for _, a := range reports.Allowed(r, reports.Actor{Kind: k, Person: person}) {
					if !(a == reports.Escalate && r.Escalated) && !slices.Contains(want, a) { // once is enough
						want = append(want, a)
					}
				}
			}
			var got []reports.Action
			for _, d := range offeredDeeds(r, capacities) {
				if row, _ := deedOf(d); row.action != "" {
					if slices.Contains(got, row.action) {
						t.Fatalf("%s is offered twice to %v: %+v", row.action, colleagues[person], r)
					}
					got = append(got, row.action)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("%v are offered %v and may %v: %+v", colleagues[person], got, want, r)
			}
		}
	}
	t.Logf("%d situations, %d roles", len(all), len(colleagues))
}

// TestPressesDoWhatTheTableAllows has everybody press every button of every
// situation, in private and in a group, answers what is asked, and looks whether
// what comes of it is what the table allows, and nothing where it does not.
func TestPressesDoWhatTheTableAllows(t *testing.T) {
	m := office(t)
	done, refused := 0, 0
	for i, r := range situations(t) {
		for person := aCitizen; person >= anAdmin; person-- {
			capacities := m.capacities(person, r)
			if len(capacities) == 0 && (i+int(person))%9 != 0 {
				continue // refused for the same reason everywhere
			}
			for _, row := range deedTable {
				_, may := row.as(r, capacities)
				may = may && !row.own
				if row.deed == deedHandOn && may && r.Agency != "HST-PUPR" {
					continue
				}
				act, ok := drive(t, m, person, row.deed, r)
				if ok != may {
					t.Fatalf("%s by %v: done %t, allowed %t: %+v", row.deed, colleagues[person], ok, may, r)
				}
				switch {
				case !ok:
					refused++
				case row.action == "" && act.Change.Action == "":
					done++
				default:
					done++
					if _, _, err := reports.Apply(r, act.Change); err != nil || act.Change.Action != row.action || act.Report != r.ID {
						t.Fatalf("%s by %v leads to %+v: %v", row.deed, colleagues[person], act, err)
					}
				}
				pressInGroup(t, m, person, row, r, may)
			}
		}
	}
	t.Logf("%d done, %d refused", done, refused)
}

// drive presses a button in private and answers what is asked because of it.
func drive(t *testing.T, m *Machine, person reports.PersonID, d deed, r reports.Report) (Act, bool) {
	t.Helper()
	var s Session
	in := Input(Press{Token: workToken(d, r.ID)})
	main := reports.Report{ID: 8, TrackingID: "KTG-YM8J-Y5AK", State: reports.Submitted, Formal: r.Formal}
	at := now
	for range 12 {
		var effects []Effect
		at = at.Add(10 * time.Second)
		s, effects = m.Step(s, Event{ID: 1, At: at, Input: in, Person: person, Chat: int64(person), Reports: []reports.Report{r, main}})
		in = nil
		for _, e := range effects {
			switch e := e.(type) {
			case Act:
				return e, true
			case FindReport:
				in = ReportFound{TrackingID: e.TrackingID, Report: main.ID, Found: true}
			default:
			}
		}
		if in != nil {
			continue
		}
		switch {
		case s.Work == nil:
			return Act{}, false
		case !s.BurstEnd.IsZero():
			in = Tick{}
		default:
			in = Text{Text: map[question]string{
				asksWorkBody: "HST-PUPR-JLN", asksWorkDate: "3 hari", asksWorkMain: "KTG-YM8J-Y5AK", asksWorkSure: "ya", asksWorkSend: "Kirim",
				asksWorkWords: "Sudah kami kerjakan hari ini dan hasilnya baik.",
			}[s.Asked]}
		}
	}
	t.Fatalf("%s by %v never ends: %+v", d, colleagues[person], s)
	return Act{}, false
}

// pressInGroup presses the same button in a group: it is done there, goes on in
// private, or is refused to that person alone; and nothing is said to the group.
func pressInGroup(t *testing.T, m *Machine, person reports.PersonID, row deedRow, r reports.Report, may bool) {
	t.Helper()
	_, effects := m.StepGroup(GroupSession{}, Event{
		At: now, Input: Press{Token: workToken(row.deed, r.ID)}, Person: person, Chat: -2, Group: true, Reports: []reports.Report{r},
	})
	acts, alerts := 0, 0
	for _, e := range effects {
		switch e.(type) {
		case Act, Hand:
			acts++
		case Alert:
			alerts++
		default:
			t.Fatalf("%s in a group leads to %#v", row.deed, e)
		}
	}
	if may = may && !r.Restricted() && !row.private; alerts != 1 || (acts == 1) != may {
		t.Fatalf("%s in a group by %v: %d acts, %d alerts, allowed %t: %+v", row.deed, colleagues[person], acts, alerts, may, r)
	}
}

// TestReportersDoWhatTheTableAllows has the reporter, and somebody else, press
// and write everything in every situation.
func TestReportersDoWhatTheTableAllows(t *testing.T) {
	m := office(t)
	for _, r := range situations(t) {
		allowed := reports.Allowed(r, reports.Actor{Kind: reports.ByReporter, Person: theReporter})
		may := func(a reports.Action) bool { return slices.Contains(allowed, a) }
		reply := reports.Reply
		if may(reports.ProvideInfo) {
			reply = reports.ProvideInfo
		}
		for _, tt := range []struct {
			name   string
			in     Input
			action reports.Action
			may    bool
		}{
			{"sudah beres", Press{Token: pushToken(r.ID, "done")}, reports.Confirm, may(reports.Confirm)},
			{"belum", Press{Token: pushToken(r.ID, "notyet")}, reports.Reply, r.State == reports.FollowedUp},
			{"buka kembali", Press{Token: pushToken(r.ID, "reopen")}, reports.RequestReopen, may(reports.RequestReopen)},
			{"a reply", Text{Text: "masih ada yang kurang di sebelah kiri"}, reply, may(reply)},
			// A picture without words ends the clock that closes, and answers a question.
			{"a photo", Attachment{Kind: "photo", Bytes: 5}, reply, may(reply) && (r.State == reports.FollowedUp || r.State == reports.NeedsInfo)},
			{"a pin", Pin{Lat: -2.5, Lon: 115.3}, reply, may(reply)},
		} {
			for _, person := range []reports.PersonID{theReporter, aCitizen, aStranger} {
				s, effects := m.Step(Session{Consent: consentVersion}, Event{
					ID: 5, At: now, Via: Via{MaxFile: 1 << 20}, Input: tt.in, Person: person, Chat: int64(person), About: r.ID, Reports: []reports.Report{r},
				})
				var acts []Act
				for _, e := range effects {
					if act, is := e.(Act); is {
						acts = append(acts, act)
					}
				}
				want := tt.may && person == theReporter
				if len(acts) > 1 || (len(acts) == 1) != want || (want && acts[0].Change.Action != tt.action) {
					t.Fatalf("%s by %d: %+v, allowed %t: %+v", tt.name, person, acts, want, r)
				}
				if len(effects) == 0 {
					t.Fatalf("%s by %d is met with silence: %+v", tt.name, person, s)
				}
			}
		}
		withdrawn := false
		s, effects := m.Step(Session{}, Event{At: now, Person: theReporter, Input: ReportShown{For: showLeave, Found: true, TrackingID: r.TrackingID, Report: r}})
		if s.Asked == asksLeave {
			for _, word := range []string{"1 cabut", "cabutt", "ya", "cabut?"} {
				if _, effects := m.Step(s, Event{At: now, Person: theReporter, Input: Text{Text: word}, Reports: []reports.Report{r}}); slices.ContainsFunc(effects, isAct) {
					t.Fatalf("%q withdraws", word)
				}
			}
			_, effects = m.Step(s, Event{At: now, Person: theReporter, Input: Text{Text: " CABUT "}, Reports: []reports.Report{r}})
			withdrawn = slices.ContainsFunc(effects, isAct)
		}
		if withdrawn != may(reports.Withdraw) || len(effects) == 0 {
			t.Fatalf("withdrawn %t: %+v", withdrawn, r)
		}
	}
}

func isAct(e Effect) bool { _, is := e.(Act); return is }
