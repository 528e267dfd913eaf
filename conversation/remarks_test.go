package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
)

// inProgress is a report that aLiaison has taken on.
func inProgress() reports.Report {
	return reports.Report{
		ID: 7, TrackingID: "KTG-FA49-Z2N3", Kind: reports.Complaint, State: reports.InProgress, Agency: "HST-PUPR",
		Reporter: theReporter, Dispatched: true, Claimant: aLiaison, Version: 4, Chronology: "jalan rusak",
	}
}

// keys are the phrases of what is said.
func keys(effects []Effect) string {
	var list []string
	for _, e := range effects {
		switch e := e.(type) {
		case Say:
			for _, p := range e.Paragraphs {
				list = append(list, p.Key)
			}
		case Alert:
			list = append(list, e.Phrase.Key)
		default:
		}
	}
	return strings.Join(list, " ")
}

// Who writes as the group is nobody that we know: what they wrote is kept for
// nobody, and they are offered the buttons that tell who they are.
func TestWhoWritesAsTheGroupIsOfferedButtons(t *testing.T) {
	m := office(t)
	for _, tt := range []struct {
		name   string
		person reports.PersonID
		text   string
		change func(*reports.Report)
		want   string
	}{
		{"nameless", 0, "sudah kami kerjakan pagi ini di lapangan", func(*reports.Report) {}, "group.nameless"},
		{"nameless talk", 0, "siap, pak", func(*reports.Report) {}, ""},
		{"nameless, of what became restricted", 0, "sudah kami kerjakan pagi ini", func(r *reports.Report) { r.Confidential = true }, ""},
		{"nameless, of what moved elsewhere", 0, "sudah kami kerjakan pagi ini", func(r *reports.Report) { r.Agency = "HST-DLH" }, ""},
		{"somebody known", aLiaison, "sudah kami kerjakan pagi ini di lapangan", func(*reports.Report) {}, ""},
	} {
		r := inProgress()
		tt.change(&r)
		_, effects := m.StepGroup(GroupSession{}, Event{
			At: now, Person: tt.person, Chat: -2, Group: true, About: r.ID, Reports: []reports.Report{r}, Input: Text{Text: tt.text},
		})
		if got := keys(effects); got != tt.want {
			t.Errorf("%s: %q", tt.name, got)
		}
		for _, e := range effects {
			if say, is := e.(Say); is && (len(say.Choices) < 3 || say.About != r.ID) {
				t.Errorf("%s: offered %+v", tt.name, say.Choices)
			}
			if _, handed := e.(Hand); handed && tt.person == 0 {
				t.Errorf("%s: handed to nobody", tt.name)
			}
		}
	}
}

// What an official took back, or put in other words, before or after Kirim is no
// report of theirs, and a photo that they deleted does not go to the reporter.
func TestOfficialsTakeBackWhatTheyWrote(t *testing.T) {
	m := office(t)
	r := inProgress()
	work := Work{Report: 7, TrackingID: r.TrackingID, Deed: deedFollowUp, Words: "sudah kami kerjakan", Asked: asksWorkSend, Files: []reports.Evidence{
		{File: 5, Kind: "photo", Status: reports.EvidenceStored, Ref: "a"},
		{File: 6, Kind: "photo", Status: reports.EvidenceFetching, Ref: "b"},
	}}
	step := func(s Session, in Input) (Session, []Effect) {
		return m.Step(s, Event{ID: 9, At: now, Person: aLiaison, Chat: int64(aLiaison), Input: in, Reports: []reports.Report{r}})
	}
	dropped := func(effects []Effect) []int64 {
		var files []int64
		for _, e := range effects {
			if d, is := e.(Drop); is {
				files = append(files, d.Files...)
			}
		}
		return files
	}
	s, effects := step(Session{Asked: asksWorkSend, Work: &work}, Deleted{Ref: "a"})
	if len(s.Work.Files) != 1 || !slices.Equal(dropped(effects), []int64{5}) || !strings.HasPrefix(keys(effects), "deleted preview.followup") {
		t.Errorf("before Kirim: %v dropped, %q", dropped(effects), keys(effects))
	}
	if len(work.Files) != 2 {
		t.Error("the session that it was given has changed")
	}
	s, effects = step(Session{Sending: []Work{work}}, Deleted{Ref: "b"})
	if s.Sending != nil || s.Asked != asksWorkSend || len(s.Work.Files) != 1 || !slices.Equal(dropped(effects), []int64{6}) {
		t.Errorf("after Kirim: %v dropped, %q, %+v", dropped(effects), keys(effects), s)
	}
	s, effects = step(Session{}, Edited{Ref: "x", Text: "Lampu sudah kami ganti semua dengan yang baru"})
	if s.Telling.holds() || !s.BurstEnd.IsZero() || keys(effects) != "work.edited_sent" {
		t.Errorf("an edit after Kirim: %q, draft %t", keys(effects), s.Telling.holds())
	}
}

// Somebody whose report was merged hears of a restricted main report no more than
// how it stands.
func TestFollowersHearNoWordsOfWhatIsRestricted(t *testing.T) {
	m := office(t)
	main, own := inProgress(), inProgress()
	own.ID, own.TrackingID, own.State, own.MergedInto = 8, "KTG-YM8J-Y5AK", reports.Merged, main.ID
	for _, secret := range []bool{false, true} {
		main.Oversight = secret
		_, effects := m.Step(Session{}, Event{
			At: now, Person: theReporter, Chat: int64(theReporter), Reports: []reports.Report{main, own},
			Input: Told{As: Follower, Report: main.ID, Own: own.ID, Action: reports.Respond, Words: "rahasia kami", Agency: main.Agency, At: now},
		})
		said := ""
		for _, e := range effects {
			if say, is := e.(Say); is {
				said += m.Render("id", say).Text
			}
		}
		if strings.Contains(said, "rahasia kami") == secret || !strings.Contains(said, string(own.TrackingID)) {
			t.Errorf("restricted %t: %q", secret, said)
		}
	}
}

// Who writes at night is awake: what was held for the morning comes at once then,
// before what came later.
func TestWhatWasHeldComesBeforeWhatCameLater(t *testing.T) {
	c := config(t)
	c.Quiet = Quiet{From: 21 * time.Hour, To: 7 * time.Hour}
	m := made(t, c)
	r := inProgress()
	night := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC) // 23.00 in Jakarta
	told := func(s Session, at time.Time, version int, action reports.Action) (Session, []Effect) {
		return m.Step(s, Event{At: at, Person: theReporter, Chat: int64(theReporter), Reports: []reports.Report{r}, Input: Told{
			As: Reporter, Report: r.ID, Version: version, Action: action, Words: "kabar", Agency: r.Agency, At: at,
		}})
	}
	s, effects := told(Session{Touched: night.Add(-5 * time.Hour)}, night, 5, reports.Claim)
	if keys(effects) != "" || len(s.Held) != 1 {
		t.Fatalf("woken with %q", keys(effects))
	}
	s.Touched = night.Add(time.Minute)
	var said []string
	s, effects = told(s, night.Add(2*time.Minute), 6, reports.Respond)
	said = append(said, keys(effects))
	for range 3 {
		if s.Wake.IsZero() || s.Wake.After(night.Add(2*time.Minute)) {
			break
		}
		s, effects = m.Step(s, Event{At: night.Add(2 * time.Minute), Person: theReporter, Chat: int64(theReporter), Reports: []reports.Report{r}, Input: Tick{}})
		said = append(said, keys(effects))
	}
	if got := strings.Join(said, "|"); got != "|push.claim|push.respond" || len(s.Held) != 0 || !s.Morning.IsZero() {
		t.Errorf("said %q, %d held", got, len(s.Held))
	}
}

// What was confirmed and turns out not to be possible any more is said back, and
// what is being written meanwhile stays.
func TestARefusalOfWhatWaitedForFilesLeavesTheRestAlone(t *testing.T) {
	m := office(t)
	r := inProgress()
	late := Work{Report: 7, TrackingID: r.TrackingID, Deed: deedFollowUp, Words: "sudah kami kerjakan", Files: []reports.Evidence{{File: 5, Kind: "photo", Status: reports.EvidenceFetching}}}
	open := Work{Report: 7, TrackingID: r.TrackingID, Deed: deedNote, Words: "catatan kami", Asked: asksWorkSend}
	for _, refused := range []bool{true, false} {
		s, effects := m.Step(Session{Asked: asksWorkSend, Work: &open, Sending: []Work{late}}, Event{
			At: now, Person: aLiaison, Chat: int64(aLiaison), Reports: []reports.Report{r}, Input: ActRefused{Report: 7, Late: refused},
		})
		said := ""
		for _, e := range effects {
			if say, is := e.(Say); is {
				said += m.Render("id", say).Text
			}
		}
		if refused {
			dropped := slices.ContainsFunc(effects, func(e Effect) bool { d, is := e.(Drop); return is && d.Files[0] == 5 })
			if s.Sending != nil || s.Work == nil || s.Asked != asksWorkSend || !dropped || !strings.Contains(said, "sudah kami kerjakan") {
				t.Errorf("late: %q, %+v", said, s)
			}
		} else if len(s.Sending) != 1 || s.Work != nil || !strings.Contains(said, "catatan kami") {
			t.Errorf("now: %q, %+v", said, s)
		}
	}
}
