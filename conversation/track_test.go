package conversation

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// tracked is what /jejak says of r to m's officials, without its heading.
func tracked(m *Machine, r reports.Report, history []reports.Entry, at time.Time) string {
	return plainText(m.Render("id", Say{Paragraphs: m.track("id", r, history, at)[1:]}))
}

func TestTrackListsEveryDayThatDoesNotCount(t *testing.T) {
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 3, 0, 0, 0, time.UTC) }
	r := filedAs(1, "KTG-AAAA-AAAA")
	r.FiledAt, r.Clocks[0].Start = at(12, 22), at(12, 22)
	agency := reports.Agency{Code: "HST-PUPR", Name: "Dinas PUPR", Week: 6}
	liaison := reports.Actor{Kind: reports.ByLiaison, Person: aLiaison}
	asked := reports.Change{Action: reports.RequestInfo, Actor: liaison, At: at(12, 28)}
	answered := reports.Change{Action: reports.ProvideInfo, Actor: reports.Actor{Kind: reports.ByReporter, Person: theReporter}, At: at(12, 30)}
	const holidays = "24 Desember: cuti bersama, Natal (SKB 1497/2025, 2/2025, 5/2025)\n25 Desember: libur nasional, Natal (SKB 1497/2025, 2/2025, 5/2025)\n"
	for name, tt := range map[string]struct {
		week    int
		changes []reports.Change
		want    string
	}{
		"five days a week": {5, nil, "*Respon awal*: 5 hari kerja, mulai 22 Desember\n" +
			"hari ke-1: 23 Desember\n" + holidays + "hari ke-2–5: 28–31 Desember\nSabtu dan Minggu tidak dihitung.\n" +
			"Terhitung 5 dari 5 hari kerja.\nPaling lambat Kamis 31 Desember 2026"},
		"six": {6, nil, "hari ke-1: 23 Desember\n" + holidays + "hari ke-2–5: 26–30 Desember\nMinggu tidak dihitung.\n"},
		"asked and answered": {5, []reports.Change{asked, answered}, "hari ke-1: 23 Desember\n" + holidays + "hari ke-2: 28 Desember\n" +
			"29–30 Desember: berhenti sementara\nhari ke-3: 31 Desember\n" +
			"1 Januari 2027: libur nasional, Tahun Baru Masehi (SKB 1205/2026, 3/2026, 2/2026)\nhari ke-4: 4 Januari 2027\n" +
			"5 Januari 2027: libur nasional, Isra Mikraj (SKB 1205/2026, 3/2026, 2/2026)\nhari ke-5: 6 Januari 2027\n"},
		"asked": {5, []reports.Change{asked}, "hari ke-2: 28 Desember\nBerhenti sementara sejak 28 Desember\nSabtu dan Minggu tidak dihitung.\nTerhitung 2 dari 5 hari kerja.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config(t)
			agency.Week = tt.week
			c.Agencies = []reports.Agency{agency}
			p, history := apply(t, r, append([]reports.Change{dispatched(at(12, 22))}, tt.changes...)...)
			if text := tracked(made(t, c), p, history, at(12, 31)); !strings.Contains(text, tt.want) {
				t.Errorf("it says\n%s\nwithout\n%s", text, tt.want)
			}
		})
	}
}

func TestTrackSaysThatJointLeaveIsWorked(t *testing.T) {
	m := office(t)
	calendar, err := workday.Default().Calendar(workday.Settings{JointLeaveWorked: true})
	if err != nil {
		t.Fatal(err)
	}
	r, history := apply(t, filedAs(1, "KTG-AAAA-AAAA"), dispatched(time.Date(2026, 12, 22, 3, 0, 0, 0, time.UTC)))
	list, err := m.rules.Explain(r, history, day(40))
	if err != nil {
		t.Fatal(err)
	}
	x := list[1]
	x.Office.Calendar = calendar
	for i, d := range calendar.Explain(x.Days[0].Date-1, len(x.Days)) {
		if i < len(x.Days) {
			x.Days[i].Day = d
		}
	}
	text := plainText(m.Render("id", Say{Paragraphs: m.days("id", x)}))
	if want := "hari ke-1–2: 23–24 Desember\n24 Desember: cuti bersama Natal (SKB 1497/2025, 2/2025, 5/2025), tetapi dihitung karena kantor ini buka\n25 Desember: libur nasional"; !strings.HasPrefix(text, want) {
		t.Errorf("it says\n%s\nwant\n%s", text, want)
	}
}

func TestTrackFitsIntoAMessage(t *testing.T) {
	m := office(t)
	changes := []reports.Change{dispatched(day(2))}
	for i := range 40 { // as long as an argument can get
		changes = append(changes, acts(reports.FollowUp, reports.ByLiaison, day(3+10*i)), acts(reports.Reply, reports.ByReporter, day(8+10*i)))
	}
	r, history := apply(t, filedAs(1, "KTG-AAAA-AAAA"), changes...)
	text := tracked(m, r, history, day(410))
	if n := utf8.RuneCountInString(text); n > 4000 || n < 2000 {
		t.Errorf("it has %d characters", n)
	}
	if !strings.HasSuffix(text, "kentongan report explain KTG-AAAA-AAAA") || !strings.Contains(text, "*Jawaban lagi*: 5 hari kerja, mulai 24 Desember 2027") {
		t.Errorf("what is left out is not said, or what runs is left out:\n%s", text)
	}
}
