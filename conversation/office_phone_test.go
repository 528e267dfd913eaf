package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
)

// fromPhone steps what the office wrote to the reporter of r by itself.
func fromPhone(m *Machine, s Session, r reports.Report, in FromOffice) (Session, []Effect) {
	return m.Step(s, Event{At: now, Input: in, Person: theReporter, Chat: int64(theReporter), About: r.ID, Reports: []reports.Report{r}})
}

func TestWhatTheOfficeWroteByItselfIsKeptAndAnsweredByNobody(t *testing.T) {
	m := office(t)
	for _, r := range situations(t) {
		_, effects := fromPhone(m, Session{}, r, FromOffice{Text: "Tim kami datang besok pagi."})
		if !r.State.Open() {
			if len(effects) > 0 {
				t.Fatalf("%s: %+v", r.State, effects)
			}
			continue
		}
		if len(effects) != 1 {
			t.Fatalf("%s: %+v", r.State, effects)
		}
		act, is := effects[0].(Act)
		if !is || act.Words != "Tim kami datang besok pagi." || !act.ByPhone || act.Note || act.Change.Actor != (reports.Actor{Kind: reports.ByAdmin}) {
			t.Fatalf("%s: %+v", r.State, effects[0])
		}
		if _, _, err := reports.Apply(r, act.Change); err != nil {
			t.Fatalf("%s: %v", r.State, err)
		}
	}
}

// As with any words of the administrator the closing clock ends, and it is the
// body's turn again.
func TestWhatTheOfficeWroteByItselfEndsTheClosingClock(t *testing.T) {
	m := office(t)
	filed := reports.Draft{Agency: "HST-PUPR", Chronology: []reports.Passage{{Text: "jalan rusak"}}}.Open(theReporter, "whatsapp", now)
	filed.ID = 7
	r := filed
	var history []reports.Entry
	do := func(c reports.Change) {
		t.Helper()
		after, e, err := reports.Apply(r, c)
		if err != nil {
			t.Fatal(err)
		}
		r, history = after, append(history, e)
	}
	do(reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin, Person: anAdmin}, At: now, Agency: "HST-PUPR"})
	do(reports.Change{Action: reports.FollowUp, Actor: reports.Actor{Kind: reports.ByLiaison, Person: aLiaison}, At: now})
	_, effects := fromPhone(m, Session{}, r, FromOffice{Text: "Kami cek lagi."})
	do(effects[0].(Act).Change)
	runs, err := reports.Runs(filed, history)
	if err != nil {
		t.Fatal(err)
	}
	running := map[reports.Clock]bool{}
	for _, run := range runs {
		if run.Running() {
			running[run.Clock] = true
		}
	}
	if running[reports.ClockClose] || !running[reports.ClockAfterReply] {
		t.Errorf("running: %v", running)
	}
}

func TestOnlyWordsAndFilesOfTheOfficeAreKept(t *testing.T) {
	m := office(t)
	r := reports.Draft{Chronology: []reports.Passage{{Text: "jalan rusak"}}}.Open(theReporter, "whatsapp", now)
	r.ID = 7
	others := r
	others.Reporter = aCitizen
	for name, c := range map[string]struct {
		in    FromOffice
		about reports.Report
		want  string // empty: nothing is kept
	}{
		"a file":                  {FromOffice{File: true}, r, "📎"},
		"a file with words":       {FromOffice{File: true, Text: "surat tugas"}, r, "📎 surat tugas"},
		"an identity number":      {FromOffice{Text: "NIK 6307011203850004 ya?"}, r, "NIK"},
		"nothing":                 {FromOffice{Text: " "}, r, ""},
		"of no report":            {FromOffice{Text: "halo"}, reports.Report{}, ""},
		"of somebody else's":      {FromOffice{Text: "halo"}, others, ""},
		"more than anybody reads": {FromOffice{Text: strings.Repeat("a", 5000)}, r, "aaa"},
	} {
		_, effects := fromPhone(m, Session{}, c.about, c.in)
		words := ""
		if len(effects) == 1 {
			words = effects[0].(Act).Words
		}
		if !strings.HasPrefix(words, c.want) || c.want == "" && len(effects) > 0 || len([]rune(words)) > maxWorkWords || strings.Contains(words, "6307011203850004") {
			t.Errorf("%s: kept %.40q of %d effects", name, words, len(effects))
		}
	}
}

// What the person is in the middle of goes on, and their next words may belong
// to the report.
func TestWhatTheOfficeWroteByItselfLeavesTheTalkAsItIs(t *testing.T) {
	m := office(t)
	r := reports.Draft{Chronology: []reports.Passage{{Text: "jalan rusak"}}}.Open(theReporter, "whatsapp", now.Add(-time.Hour))
	r.ID, r.TrackingID = 7, "KTG-FA49-Z2N3"
	s, _ := m.Step(Session{}, Event{ID: 1, At: now, Ref: "a", Input: Text{Text: "Sampah di pasar menumpuk sejak kemarin."}, Person: theReporter})
	after, _ := fromPhone(m, s, r, FromOffice{Text: "Halo"})
	if after.Asked != s.Asked || after.Serial != s.Serial || len(after.Burst) != len(s.Burst) || !after.BurstEnd.Equal(s.BurstEnd) {
		t.Errorf("%+v became %+v", s, after)
	}
	if !slices.ContainsFunc(after.Threads, func(th Thread) bool { return th.Report == r.ID }) {
		t.Error("their next words cannot belong to the report")
	}
	asked := Session{Threads: []Thread{{Report: 7, Awaits: awaitsAnswer, At: now}}}
	r.State = reports.NeedsInfo
	if after, _ := fromPhone(m, asked, r, FromOffice{Text: "Halo"}); after.Threads[0].Awaits != awaitsAnswer {
		t.Error("what was asked is asked no more")
	}
}
