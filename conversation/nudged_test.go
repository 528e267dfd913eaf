package conversation

import (
	"strings"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// apply does one action after the other to r, each at its instant.
func apply(t *testing.T, r reports.Report, changes ...reports.Change) (reports.Report, []reports.Entry) {
	t.Helper()
	var history []reports.Entry
	for _, c := range changes {
		after, e, err := reports.Apply(r, c)
		if err != nil {
			t.Fatal(err)
		}
		r, history = after, append(history, e)
	}
	return r, history
}

func day(d int) time.Time { return now.AddDate(0, 0, d) }

// filedAs is a report of theReporter's for Dinas PUPR, filed at now, a Saturday.
func filedAs(id reports.ID, tracking reports.TrackingID) reports.Report {
	r := reports.Draft{Agency: "HST-PUPR", Chronology: []reports.Passage{{Text: "jalan rusak"}}}.Open(theReporter, "telegram", now)
	r.ID, r.TrackingID = id, tracking
	return r
}

func dispatched(at time.Time) reports.Change {
	return reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin, Person: anAdmin}, At: at, Agency: "HST-PUPR"}
}

// nudge is an item about a clock of r that runs.
func nudge(t *testing.T, r reports.Report, c reports.Clock, rung deadline.Rung) Nudge {
	t.Helper()
	run, runs := r.Clocked(c)
	if !runs {
		t.Fatalf("%s does not run for %s", c, r.TrackingID)
	}
	return Nudge{Report: r.ID, TrackingID: r.TrackingID, Agency: r.Agency, Clock: c, Since: run.Since, Rung: rung}
}

// inGroup is what a group reads of a nudge.
func inGroup(m *Machine, chat int64, at time.Time, list []reports.Report, items ...Nudge) (string, Say) {
	_, effects := m.StepGroup(GroupSession{}, Event{At: at, Chat: chat, Group: true, Reports: list, Input: Nudged{Items: items}})
	say, ok := find[Say](effects)
	if !ok {
		return "", say
	}
	return plainText(m.Render("id", say)), say
}

func plainText(msg Message) string {
	return strings.NewReplacer(BoldOn, "*", BoldOff, "*").Replace(msg.Text)
}

func TestADigestNamesEachReportOnceTheWorstFirst(t *testing.T) {
	m := office(t)
	a, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)))  // Monday: respond by 30 November, answer by 11 December
	b, _ := apply(t, filedAs(2, "KTG-BBBB-BBBB"), dispatched(day(3)))  // respond by 1 December
	c, _ := apply(t, filedAs(3, "KTG-CCCC-CCCC"), dispatched(day(-8))) // respond by 20 November, answer by 3 December
	text, say := inGroup(m, -2, time.Date(2026, 12, 4, 1, 0, 0, 0, time.UTC), []reports.Report{a, b, c},
		nudge(t, b, reports.ClockRespond, deadline.Late), nudge(t, c, reports.ClockRespond, deadline.Late),
		nudge(t, c, reports.ClockAnswer, deadline.Late), nudge(t, a, reports.ClockAnswer, deadline.Soon))
	want := "*Pengingat: 3 laporan menunggu*\n" +
		"KTG-CCCC-CCCC: perlu tindak lanjut, terlambat 1 hari kerja (tenggat 3 Desember)\n" +
		"KTG-BBBB-BBBB: perlu respon awal, terlambat 3 hari kerja (tenggat 1 Desember)\n" +
		"KTG-AAAA-AAAA: perlu tindak lanjut, tenggat Jumat, 11 Desember"
	if text != want {
		t.Errorf("the group reads\n%s\nwant\n%s", text, want)
	}
	if say.About != 0 || len(say.Choices) != 0 {
		t.Errorf("a message about several reports is about %d and offers %v", say.About, say.Choices)
	}
}

func TestTheHighestRungComesFirstWhateverItsDate(t *testing.T) {
	m := office(t)
	a, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)))
	b, _ := apply(t, filedAs(2, "KTG-BBBB-BBBB"), dispatched(day(3)))
	text, _ := inGroup(m, -1, time.Date(2026, 12, 14, 1, 0, 0, 0, time.UTC), []reports.Report{a, b},
		nudge(t, a, reports.ClockRespond, deadline.Late), nudge(t, b, reports.ClockRespond, deadline.National))
	first, second := strings.Index(text, "\nKTG-BBBB-BBBB, Dinas PUPR: "), strings.Index(text, "\nKTG-AAAA-AAAA: ")
	if first < 0 || second < first {
		t.Errorf("the admins read\n%s", text)
	}
}

func TestADigestIsBounded(t *testing.T) {
	m := office(t)
	var list []reports.Report
	var items []Nudge
	for i := range 40 {
		r, _ := apply(t, filedAs(reports.ID(i+1), reports.NewTrackingID(uint64(i+1))), dispatched(day(2)))
		list, items = append(list, r), append(items, nudge(t, r, reports.ClockRespond, deadline.Today))
	}
	text, _ := inGroup(m, -2, day(9), list, items...)
	if got := strings.Count(text, "perlu respon awal"); got != maxNudges {
		t.Errorf("%d lines, want %d", got, maxNudges)
	}
	if !strings.HasSuffix(text, "\ndan 25 lainnya, lihat /antrean") || !strings.Contains(text, "40 laporan") {
		t.Errorf("the rest is not said:\n%s", text)
	}
}

func TestWhatIsOvertakenIsNotNudged(t *testing.T) {
	m := office(t)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)))
	item := nudge(t, r, reports.ClockRespond, deadline.Today)
	answer := nudge(t, r, reports.ClockAnswer, deadline.Soon)
	liaison := reports.Actor{Kind: reports.ByLiaison, Person: aLiaison}
	admin := reports.Actor{Kind: reports.ByAdmin, Person: anAdmin}
	after := func(r reports.Report, action reports.Action, by reports.Actor) reports.Report {
		done, _ := apply(t, r, reports.Change{Action: action, Actor: by, At: day(3)})
		return done
	}
	secret := r
	secret.Confidential = true
	again, _ := apply(t, after(r, reports.TakeBack, admin), dispatched(day(4)))
	other := dispatched(day(4))
	other.Agency = "HST-DLH"
	elsewhere, _ := apply(t, after(r, reports.TakeBack, admin), other)
	for name, tt := range map[string]struct {
		reports []reports.Report
		item    Nudge
	}{
		"nobody handed it in":      {nil, item},
		"it was answered":          {[]reports.Report{after(r, reports.Respond, liaison)}, item},
		"the reporter was asked":   {[]reports.Report{after(r, reports.RequestInfo, liaison)}, item},
		"it was followed up":       {[]reports.Report{after(r, reports.FollowUp, liaison)}, item},
		"another life of it runs":  {[]reports.Report{again}, item},
		"another body has it now":  {[]reports.Report{elsewhere}, answer},
		"it was given back":        {[]reports.Report{after(r, reports.NotOurs, liaison)}, answer},
		"it has become restricted": {[]reports.Report{secret}, item},
	} {
		if text, _ := inGroup(m, -2, day(9), tt.reports, tt.item); text != "" {
			t.Errorf("%s, and the group reads\n%s", name, text)
		}
	}
	if text, _ := inGroup(m, -2, day(9), []reports.Report{r}, item); text == "" {
		t.Error("what still holds is not said")
	}
	if text, _ := inGroup(m, -3, day(9), []reports.Report{r}, item); text != "" {
		t.Errorf("a group that nobody bound reads\n%s", text)
	}
	if text, _ := inGroup(m, -1, day(9), []reports.Report{again}, answer); text == "" {
		t.Error("the reporter's clock, which went on, is not said to the admins")
	}
}

func TestNudgesInPrivateAreForThoseWhoHaveToDoWithIt(t *testing.T) {
	m := office(t)
	r, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(day(2)))
	secret := r
	secret.Confidential, secret.Chronology = true, "kepala dinas meminta uang"
	const line = "KTG-AAAA-AAAA, Dinas PUPR: perlu respon awal, terlambat 2 hari kerja (tenggat 30 November)"
	const short = "KTG-AAAA-AAAA: perlu respon awal, terlambat 2 hari kerja (tenggat 30 November)"
	for name, tt := range map[string]struct {
		person  reports.PersonID
		rung    deadline.Rung
		r       reports.Report
		want    string // "" for silence
		buttons bool
	}{
		"who works on it":                      {aLiaison, deadline.Late, r, short, true},
		"who worked on it":                     {aStranger, deadline.Late, r, "", false},
		"the agency admin":                     {anAgencyAdmin, deadline.Superior, r, line, true},
		"the leader, who only reads":           {aLeader, deadline.Leader, r, line, false},
		"the national admin":                   {anAdmin, deadline.National, r, line, true},
		"a reporter":                           {theReporter, deadline.National, r, "", false},
		"restricted: its liaison":              {aLiaison, deadline.Late, secret, short, true},
		"restricted: the national admin":       {anAdmin, deadline.National, secret, short, true},
		"restricted: the leader never hears":   {aLeader, deadline.Leader, secret, "", false},
		"restricted: nor does an operator, it": {anOperator, deadline.Late, secret, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			e := Event{
				At: time.Date(2026, 12, 2, 1, 0, 0, 0, time.UTC), Person: tt.person, Chat: int64(tt.person), Reports: []reports.Report{tt.r},
				Input: Nudged{Items: []Nudge{nudge(t, tt.r, reports.ClockRespond, tt.rung)}},
			}
			_, effects := m.Step(Session{}, e)
			say, told := find[Say](effects)
			text := plainText(m.Render("id", say))
			if told != (tt.want != "") || !strings.HasSuffix(text, tt.want) {
				t.Errorf("reads %q, want %q", text, tt.want)
			}
			if (len(say.Choices) > 0) != tt.buttons || (told && say.About != 1) {
				t.Errorf("offers %d, about %d", len(say.Choices), say.About)
			}
			if strings.Contains(text, "uang") {
				t.Error("the story is told")
			}
		})
	}
}

func TestNudgesSayHowFarTheLastDayIs(t *testing.T) {
	c := config(t)
	c.Agencies = []reports.Agency{{Code: "HST-PUPR", Name: "Dinas PUPR", Zone: "Asia/Makassar"}}
	c.Groups = map[int64]string{-2: "HST-PUPR"}
	days := made(t, c)
	c.Limits = []reports.Limit{{Clock: reports.ClockRespond, Hours: 24}}
	hours := made(t, c)
	wita := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour-8, 0, 0, 0, time.UTC)
	}
	monday, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(wita(11, 23, 10))) // by 30 November; in hours by the 24th, 10.00
	newYear, _ := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(wita(12, 28, 10)))
	for _, tt := range []struct {
		m    *Machine
		r    reports.Report
		at   time.Time
		want string
	}{
		{days, monday, wita(11, 27, 8), "tenggat Senin, 30 November"},
		{days, monday, wita(11, 29, 8), "tenggat besok, 30 November"},
		{days, monday, wita(11, 30, 23), "tenggat hari ini, 30 November"},
		{days, monday, wita(12, 1, 1), "terlambat 1 hari kerja (tenggat 30 November)"},
		{days, monday, wita(12, 7, 8), "terlambat 5 hari kerja (tenggat 30 November)"},
		{days, newYear, wita(12, 30, 8), "tenggat Rabu, 6 Januari 2027"},
		{hours, monday, wita(11, 23, 23), "tenggat besok, 24 November, 10.00 WITA"},
		{hours, monday, wita(11, 24, 9), "tenggat hari ini, 24 November, 10.00 WITA"},
		{hours, monday, wita(11, 25, 10), "terlambat 24 jam (tenggat 24 November, 10.00 WITA)"},
		{hours, monday, wita(11, 30, 11), "terlambat 6 hari (tenggat 24 November, 10.00 WITA)"},
	} {
		text, _ := inGroup(tt.m, -2, tt.at, []reports.Report{tt.r}, nudge(t, tt.r, reports.ClockRespond, deadline.Today))
		if !strings.HasSuffix(text, ", "+tt.want) {
			t.Errorf("at %s: %s, want %s", tt.at, text, tt.want)
		}
	}
}
