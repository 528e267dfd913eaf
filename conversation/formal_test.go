package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
)

// formally is a request for information that a body has, marked as formal.
func formally(t *testing.T) (reports.Report, []reports.Entry) {
	t.Helper()
	filed := filedAs(7, "KTG-FA49-Z2N3")
	filed.Kind = reports.InformationRequest
	return apply(t, filed, dispatched(day(2)), acts(reports.MarkFormal, reports.ByAdmin, day(3)))
}

// Where there are no buttons words do it, those in brackets or not.
func TestRequestsAreMarkedAndExtendedInWords(t *testing.T) {
	m := office(t)
	formal, _ := formally(t)
	plain := formal
	plain.Formal = false
	for _, c := range []struct {
		text string
		by   reports.PersonID
		r    reports.Report
		want deed
	}{
		{"Permohonan resmi (PPID)", anAdmin, plain, deedFormal},
		{"permohonan resmi", anAdmin, plain, deedFormal},
		{"formal request", anAdmin, plain, deedFormal},
		{"Permohonan resmi", anAdmin, formal, ""},
		{"Permohonan resmi", aPPID, plain, ""},
		{"Perpanjang waktu", aPPID, formal, deedExtend},
		{"perpanjang waktu.", aLiaison, formal, deedExtend},
		{"Perpanjang waktu", aLiaison, plain, ""},
		{"Perpanjang waktu", anOperator, formal, ""},
		{"Perpanjang waktu", anAdmin, formal, ""},
	} {
		if got, _ := m.deedIn(c.text, c.r, c.by); got != c.want {
			t.Errorf("%q by %v, formal %t: %q, want %q", c.text, colleagues[c.by], c.r.Formal, got, c.want)
		}
	}
}

func TestWhyARequestIsNotMarkedOrExtended(t *testing.T) {
	m := office(t)
	formal, _ := formally(t)
	with := func(change func(*reports.Report)) reports.Report {
		r := formal
		change(&r)
		return r
	}
	c := m.config
	c.Limits = append([]reports.Limit{{Clock: reports.ClockAnswer, Agency: "HST-PUPR", Workdays: 3, From: "2026-01-01"}}, c.Limits...)
	never := made(t, c)
	run, _ := formal.Clocked(reports.ClockAnswer)
	due, _ := m.rules.Due(formal, run)
	plain := with(func(r *reports.Report) { r.Formal = false })
	plainDue, _ := m.rules.Due(plain, run)
	for _, test := range []struct {
		at   time.Time
		deed deed
		by   reports.PersonID
		r    reports.Report
		want string
	}{
		{due.Late.Add(-1), deedExtend, aPPID, formal, ""},
		{due.Late, deedExtend, aPPID, formal, "desk.answer_late"},
		{plainDue.Late.Add(-1), deedFormal, anAdmin, plain, ""},
		{plainDue.Late, deedFormal, anAdmin, plain, "desk.answer_late"}, // lateness is not to be hidden
	} {
		if _, why := m.mayDo(test.by, test.deed, test.r, true, test.at); why != test.want {
			t.Errorf("%s at %s: %q, want %q", test.deed, test.at, why, test.want)
		}
	}
	for _, test := range []struct {
		name string
		m    *Machine
		deed deed
		by   reports.PersonID
		r    reports.Report
		want string
	}{
		{"extended", m, deedExtend, aPPID, formal, ""},
		{"marked twice", m, deedFormal, anAdmin, formal, "desk.formal"},
		{"a complaint", m, deedFormal, anAdmin, with(func(r *reports.Report) { r.Kind, r.Formal = reports.Complaint, false }), "desk.formal_kind"},
		{"extended twice", m, deedExtend, aPPID, with(func(r *reports.Report) { r.Extended = true }), "desk.extended"},
		{"not formal", m, deedExtend, aPPID, with(func(r *reports.Report) { r.Formal = false }), "desk.extend_formal"},
		{"answered", m, deedExtend, aPPID, with(func(r *reports.Report) { r.State, r.Clocks = reports.FollowedUp, nil }), "desk.state"},
		{"marked when it was answered", m, deedFormal, anAdmin, with(func(r *reports.Report) { r.Formal, r.State, r.Clocks = false, reports.FollowedUp, nil }), "desk.state"},
		{"over", m, deedExtend, aPPID, with(func(r *reports.Report) { r.State, r.Clocks = reports.Closed, nil }), "desk.over"},
		{"no more by the body's own limit", never, deedExtend, aPPID, formal, "desk.extend_none"},
		{"somebody else's", m, deedExtend, aStranger, formal, "desk.not_yours"},
	} {
		if _, why := test.m.mayDo(test.by, test.deed, test.r, true, day(3)); why != test.want {
			t.Errorf("%s: %q, want %q", test.name, why, test.want)
		}
	}
	for _, test := range []struct {
		m    *Machine
		want bool
	}{{m, true}, {never, false}} {
		if g, _ := test.m.Open(formal, AtBody); slices.Contains(g.Deeds, deedExtend) != test.want || !g.Formal {
			t.Errorf("a card offers %v", g.Deeds)
		}
	}
}

func TestTheFileForTheOmbudsmanTellsTheLawOnce(t *testing.T) {
	m := office(t)
	r, history := formally(t)
	r, more := apply(t, r, acts(reports.Extend, reports.ByLiaison, day(5)))
	_, body := m.Dossier("id", r, slices.Concat(history, more), nil, day(6))
	text := string(body)
	for _, want := range []string{
		"ditandai sebagai permohonan informasi resmi\n", "batas jawaban diperpanjang – Dinas PUPR\n",
		"Tindak lanjut: 17 hari kerja, mulai 23 November\nPermohonan resmi, UU 14/2008 pasal 22\nDiperpanjang satu kali: 10 + 7 hari kerja\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q", want)
		}
	}
	if n := strings.Count(text, "UU 14/2008"); n != 1 {
		t.Errorf("it names the law %d times", n)
	}
	if t.Failed() {
		t.Log(text)
	}
}

// What was said before the answer came is told with its own day, though no clock
// has it any more.
func TestAnExtensionIsToldWithItsDayThoughItWasAnsweredMeanwhile(t *testing.T) {
	m := office(t)
	r, _ := formally(t)
	r, _ = apply(t, r, acts(reports.Extend, reports.ByLiaison, day(5)))
	due, _ := m.Due(r, reports.ClockAnswer)
	r, _ = apply(t, r, acts(reports.FollowUp, reports.ByLiaison, day(6)))
	_, effects := m.Step(Session{}, Event{
		At: day(7), Person: theReporter, Chat: int64(theReporter), Reports: []reports.Report{r},
		Input: Told{As: Reporter, Report: r.ID, Version: 4, Action: reports.Extend, Words: "berkasnya banyak", Due: due, At: day(5), Agency: r.Agency},
	})
	said := ""
	for _, e := range effects {
		if say, is := e.(Say); is {
			said += m.Render("id", say).Text
		}
	}
	for _, want := range []string{"Dinas PUPR", "KTG-FA49-Z2N3", "berkasnya banyak", "Rabu 16 Desember 2026"} {
		if !strings.Contains(said, want) {
			t.Errorf("it lacks %q: %q", want, said)
		}
	}
}

// A formal request is not merged into what has other clocks.
func TestAFormalRequestIsMergedIntoAFormalOneOnly(t *testing.T) {
	formal, _ := formally(t)
	plain := formal
	plain.Formal = false
	for _, test := range []struct {
		r, main reports.Report
		want    bool
	}{{formal, formal, true}, {formal, plain, false}, {plain, formal, true}, {plain, plain, true}} {
		test.main.ID = 8
		turn := &turn{m: office(t), s: Session{Work: &Work{Report: test.r.ID}}, e: Event{Reports: []reports.Report{test.r, test.main}}}
		if got := turn.mergeable(8); got != test.want {
			t.Errorf("formal %t into formal %t: %t", test.r.Formal, test.main.Formal, got)
		}
	}
}

// What was held over night tells of the new day where it says why, not before.
func TestWhatIsHeldBeforeAnExtensionTellsNoNewDay(t *testing.T) {
	c := config(t)
	c.Quiet = Quiet{From: 21 * time.Hour, To: 7 * time.Hour}
	m := made(t, c)
	r, _ := formally(t)
	run, _ := r.Clocked(reports.ClockAnswer)
	due, _ := m.rules.Due(r, run)
	r.Promised, r.Extended, r.State = due.On.String(), true, reports.InProgress
	night := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC) // 23.00 in Jakarta
	s := Session{Touched: night.Add(-5 * time.Hour)}
	for i, action := range []reports.Action{reports.Claim, reports.Extend} {
		s, _ = m.Step(s, Event{At: night, Person: theReporter, Chat: int64(theReporter), Reports: []reports.Report{r}, Input: Told{
			As: Reporter, Report: r.ID, Version: 5 + i, Action: action, Words: "data masih direkap", Agency: r.Agency, At: night,
		}})
	}
	if len(s.Held) != 2 {
		t.Fatalf("%d held", len(s.Held))
	}
	var said []string
	for range 3 {
		var effects []Effect
		s, effects = m.Step(s, Event{At: s.Morning.Add(time.Minute), Person: theReporter, Chat: int64(theReporter), Reports: []reports.Report{r}, Input: Tick{}})
		said = append(said, keys(effects))
		if len(s.Held) == 0 {
			break
		}
	}
	if got := strings.Join(said, "|"); strings.Contains(got, "shifted") || !strings.Contains(got, "push.claim") || !strings.Contains(got, "push.extend") {
		t.Errorf("said %q", got)
	}
}
