package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// pushed is what the reporter of r reads of in, with everything that comes of it.
func pushed(m *Machine, r reports.Report, at time.Time, in Told) (string, Say, []Effect) {
	in.As, in.Report, in.Agency = Reporter, r.ID, r.Agency
	_, effects := m.Step(Session{}, Event{At: at, Person: theReporter, Chat: int64(theReporter), Reports: []reports.Report{r}, Input: in})
	say, _ := find[Say](effects)
	return plainText(m.Render("id", say)), say, effects
}

// rung is the news that a clock of r has come to one.
func rung(r reports.Report, c reports.Clock, on deadline.Rung) Told {
	run, _ := r.Clocked(c)
	return Told{Clock: c, Rung: on, Version: run.Since, By: reports.ByClock}
}

func acts(action reports.Action, by reports.ActorKind, at time.Time) reports.Change {
	return reports.Change{Action: action, Actor: reports.Actor{Kind: by, Person: aLiaison}, At: at}
}

func tokens(say Say) []string {
	var list []string
	for _, c := range say.Choices {
		list = append(list, c.ID)
	}
	return list
}

func TestReportersReadThatItIsLateOnlyWhereItStillIs(t *testing.T) {
	m := office(t)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2))) // an answer by 11 December
	late := time.Date(2026, 12, 14, 1, 0, 0, 0, time.UTC)
	in := rung(r, reports.ClockAnswer, deadline.Late)
	text, say, _ := pushed(m, r, late, in)
	if !strings.HasPrefix(text, "Laporan *KTG-AAAA-AAAA* seharusnya sudah dijawab *Dinas PUPR* paling lambat *Jumat 11 Desember 2026*.") || say.About != 1 {
		t.Errorf("the reporter reads, about %d:\n%s", say.About, text)
	}
	text, say, _ = pushed(m, r, late.AddDate(0, 0, 14), rung(r, reports.ClockAnswer, deadline.National))
	if !strings.Contains(text, "Ombudsman") || !strings.Contains(text, "*137*") || !slices.Equal(tokens(say), []string{"p.1.dossier"}) {
		t.Errorf("at the last rung the reporter reads, with %v\n%s", tokens(say), text)
	}

	answered, _ := apply(t, r, acts(reports.FollowUp, reports.ByLiaison, day(20)))
	asked, _ := apply(t, r, acts(reports.RequestInfo, reports.ByLiaison, day(20)))
	returned, _ := apply(t, r, acts(reports.NotOurs, reports.ByLiaison, day(20)))
	older := in
	older.Version = 1
	for name, tt := range map[string]struct {
		r    reports.Report
		at   time.Time
		in   Told
		want string
	}{
		"it was answered":           {answered, late, in, ""},
		"they are asked themselves": {asked, late, in, ""},
		"another life of the clock": {r, late, older, ""},
		"it is in time once more":   {r, day(20), in, ""},
		"nobody promised them that": {r, late, rung(r, reports.ClockRespond, deadline.Late), ""},
		"nobody has it":             {returned, late, in, "tetapi instansi yang tepat masih dicarikan"},
	} {
		text, _, effects := pushed(m, tt.r, tt.at, tt.in)
		if !strings.Contains(text, tt.want) || (tt.want == "") != (len(effects) == 0) {
			t.Errorf("%s, and the reporter reads %q", name, text)
		}
	}
}

func TestAWarningGivesItsDaysAndProvesItself(t *testing.T) {
	m := office(t)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)), acts(reports.FollowUp, reports.ByLiaison, day(2))) // until 7 December
	in := rung(r, reports.ClockClose, deadline.Warn)
	at := func(day int) time.Time { return time.Date(2026, 12, day, 1, 0, 0, 0, time.UTC) }
	text, say, _ := pushed(m, r, at(2), in)
	if !strings.Contains(text, "sampai *Senin 7 Desember 2026*") || say.Proof != Warned(3) || !slices.Equal(tokens(say), []string{"p.1.done", "p.1.notyet"}) {
		t.Errorf("proof %q, offers %v:\n%s", say.Proof, tokens(say), text)
	}
	// One that comes late leaves three working days all the same.
	if text, _, _ = pushed(m, r, at(15), in); !strings.Contains(text, "sampai *Jumat 18 Desember 2026*") {
		t.Errorf("warned late they read\n%s", text)
	}
	replied, _ := apply(t, r, acts(reports.Reply, reports.ByReporter, at(1)))
	if text, _, _ = pushed(m, replied, at(2), in); text != "" {
		t.Errorf("who has replied reads\n%s", text)
	}

	asked, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), acts(reports.RequestInfo, reports.ByAdmin, day(2)))
	in = rung(asked, reports.ClockComplete, deadline.Warn)
	in.Words = "Jalan mana?"
	text, say, _ = pushed(m, asked, at(2), in)
	if !strings.Contains(text, "“Jalan mana?”") || !strings.Contains(text, "belum dapat diproses") || say.Proof != Warned(2) {
		t.Errorf("proof %q:\n%s", say.Proof, text)
	}
}

func TestWhatStartsTheReportersClockIsProved(t *testing.T) {
	m := office(t)
	followed, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)), acts(reports.FollowUp, reports.ByLiaison, day(2)))
	asked, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)), acts(reports.RequestInfo, reports.ByLiaison, day(2)))
	responded, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)), acts(reports.Respond, reports.ByLiaison, day(2)))
	for _, tt := range []struct {
		r    reports.Report
		in   Told
		want string
	}{
		{followed, Told{Action: reports.FollowUp, Version: 3, Words: "sudah"}, Begun(3)},
		{followed, Told{Action: reports.FollowUp, Version: 3, Words: "sudah", Correction: true}, Begun(3)},
		{asked, Told{Action: reports.RequestInfo, Version: 3, Words: "di mana?"}, Begun(3)},
		{responded, Told{Action: reports.Respond, Version: 3, Words: "baik"}, ""},
	} {
		if _, say, _ := pushed(m, tt.r, day(2), tt.in); say.Proof != tt.want {
			t.Errorf("%s proves %q, want %q", tt.in.Action, say.Proof, tt.want)
		}
	}
}

func TestADateThatMovedIsReadWithTheNextPush(t *testing.T) {
	m := office(t)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)))
	_, _, effects := pushed(m, r, day(2), Told{Action: reports.Dispatch, Version: 2})
	promise, _ := find[Promise](effects)
	if promise != (Promise{Report: 1, On: "2026-12-11"}) {
		t.Fatalf("the dispatch promises %+v", promise)
	}
	r.Promised = promise.On
	claimed, _ := apply(t, r, acts(reports.Claim, reports.ByLiaison, day(3)))
	claim := Told{Action: reports.Claim, Version: 3}
	if text, _, effects := pushed(m, claimed, day(3), claim); strings.Contains(text, "bergeser") || len(effects) != 1 {
		t.Errorf("a date that stands is said to have moved:\n%s", text)
	}

	amended := func(days ...string) *Machine {
		c := m.config
		holidays := workday.Default().Days()
		for _, d := range days {
			on, err := workday.ParseDate(d)
			if err != nil {
				t.Fatal(err)
			}
			holidays = append(holidays, workday.Holiday{Date: on, Kind: workday.PublicHoliday, Name: "Pemilihan Kepala Daerah", Decree: "Keppres"})
		}
		table, err := workday.NewTable(holidays)
		if err != nil {
			t.Fatal(err)
		}
		c.Holidays = table
		return made(t, c)
	}
	const moved = "Tanggalnya bergeser: jawaban paling lambat *Senin 14 Desember 2026* (semula Jumat 11 Desember 2026)"
	text, _, effects := pushed(amended("2026-12-09"), claimed, day(3), claim)
	if !strings.HasSuffix(text, moved+", karena 9 Desember ditetapkan libur (Pemilihan Kepala Daerah).") {
		t.Errorf("the reporter reads\n%s", text)
	}
	if promise, _ = find[Promise](effects); promise.On != "2026-12-14" {
		t.Errorf("promised %q", promise.On)
	}
	if text, _, _ = pushed(amended("2026-12-08", "2026-12-09"), claimed, day(3), claim); !strings.HasSuffix(text, "*Selasa 15 Desember 2026* (semula Jumat 11 Desember 2026).") {
		t.Errorf("of two new days the reporter reads\n%s", text)
	}
	never := claimed
	never.Promised = ""
	followed, _ := apply(t, claimed, acts(reports.FollowUp, reports.ByLiaison, day(4)))
	for name, p := range map[string]struct {
		r  reports.Report
		in Told
	}{
		"nothing was promised":        {never, claim},
		"nothing is waited for":       {followed, Told{Action: reports.FollowUp, Version: 4, Words: "sudah"}},
		"the new date is told anyway": {claimed, Told{Action: reports.Dispatch, Version: 2}},
	} {
		if text, _, _ := pushed(amended("2026-12-09"), p.r, day(4), p.in); strings.Contains(text, "bergeser") {
			t.Errorf("%s, and the reporter reads\n%s", name, text)
		}
	}
	// What held it up was a question: the date moves, and no decree is blamed.
	back, _ := apply(t, r, acts(reports.RequestInfo, reports.ByLiaison, day(3)), acts(reports.WithdrawAsk, reports.ByLiaison, day(4)))
	if text, _, _ = pushed(amended("2026-12-10"), back, day(4), Told{Action: reports.WithdrawAsk, Version: 4}); !strings.Contains(text, "bergeser") || strings.Contains(text, "libur") {
		t.Errorf("after a question the reporter reads\n%s", text)
	}
}

func TestDatesWithoutADecreeAreMarked(t *testing.T) {
	m := office(t)
	r := filedAs(1, "KTG-AAAA-AAAA")
	r.FiledAt = time.Date(2031, 5, 5, 3, 0, 0, 0, time.UTC)
	r.Clocks[0].Start = r.FiledAt
	r, history := apply(t, r, dispatched(r.FiledAt))
	const estimate = "(perkiraan, menunggu SKB hari libur)"
	if text, _, effects := pushed(m, r, r.FiledAt, Told{Action: reports.Dispatch, Version: 2}); !strings.Contains(text, "*Jumat 23 Mei 2031 "+estimate+"*") || len(effects) != 2 {
		t.Errorf("the push says\n%s", text)
	}
	if card := plainText(m.PrivateCard("id", r, aLiaison)); strings.Count(card, estimate) != 2 {
		t.Errorf("the card says\n%s", card)
	}
	_, effects := m.Step(Session{}, Event{At: r.FiledAt, Person: theReporter, Chat: int64(theReporter), Input: ReportShown{For: showStatus, TrackingID: r.TrackingID, Found: true, Report: r, History: history}})
	if say, _ := find[Say](effects); !strings.Contains(plainText(m.Render("id", say)), "Jawaban paling lambat Jumat 23 Mei 2031 "+estimate) {
		t.Errorf("/status says\n%s", plainText(m.Render("id", say)))
	}
	track := plainText(m.Render("id", Say{Paragraphs: m.track("id", r, history, r.FiledAt)}))
	if !strings.Contains(track, "Paling lambat Jumat 23 Mei 2031 "+estimate) || !strings.Contains(track, "SKB hari libur 2031 belum terbit") {
		t.Errorf("/jejak says\n%s", track)
	}
}

func TestAnEndOfAHoldIsToldWhereItStillIsOne(t *testing.T) {
	m := office(t)
	held := acts(reports.Hold, reports.ByAdmin, day(2))
	held.Until = day(5)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), held, acts(reports.Release, reports.ByClock, day(5)))
	in := Told{Action: reports.Release, Version: 3}
	if text, _, _ := pushed(m, r, day(5), in); !strings.Contains(text, "sudah berakhir") || !strings.Contains(text, "Diperiksa paling lambat Senin 30 November 2026") {
		t.Errorf("the reporter reads\n%s", text)
	}
	gone, _ := apply(t, r, dispatched(day(5)))
	if text, _, _ := pushed(m, gone, day(5), in); text != "" {
		t.Errorf("what has gone on since is told as\n%s", text)
	}
}

func TestWhoWasUnreachableIsToldSo(t *testing.T) {
	m := office(t)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)), acts(reports.FollowUp, reports.ByLiaison, day(2)), acts(reports.Silence, reports.ByClock, day(20)))
	text, say, _ := pushed(m, r, day(20), Told{Action: reports.Silence, Version: 4, Unreachable: true})
	if !strings.Contains(text, "tidak dapat kami hubungi") || !strings.Contains(text, "BUKA KEMBALI") || !slices.Equal(tokens(say), []string{"p.1.reopen"}) {
		t.Errorf("offers %v:\n%s", tokens(say), text)
	}
}

func TestOnlyTheReporterIsSentTheFile(t *testing.T) {
	m := office(t)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)))
	for person, want := range map[reports.PersonID]bool{theReporter: true, aCitizen: false, anAdmin: false} {
		_, effects := m.Step(Session{}, Event{At: day(3), Person: person, Chat: int64(person), Reports: []reports.Report{r}, Input: Press{Token: "p.1.dossier"}})
		if sent, is := find[Dossier](effects); is != want || is && sent.Report != 1 {
			t.Errorf("%d is sent it: %v", person, is)
		}
	}
}
