package conversation

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports"
)

func TestReadTimeSaysWhatWasUnderstoodAndWhatIsAsked(t *testing.T) {
	m := made(t, config(t))
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, wita).UTC() }
	for _, tt := range []struct {
		text string
		want TimeReading
	}{
		{"kemarin sore jam 3", TimeReading{
			From: at(19, 15, 0), To: at(19, 16, 0), Precision: reports.Hour, Reading: "Kamis 19 November 2026, sekitar 15.00 WITA",
		}},
		{"kemarin jam 3", TimeReading{
			From: at(19, 0, 0), To: at(20, 0, 0), Precision: reports.Day, Ask: true, Why: "clock_without_part", Reading: "Kamis 19 November 2026",
		}},
		{"tiap Jumat malam", TimeReading{Precision: reports.Recurring, Recurs: "weekly friday evening", Reading: "tiap Jumat malam"}},
		{"setiap hari sejak Senin", TimeReading{
			From: at(16, 0, 0), Precision: reports.Recurring, Recurs: "daily", Reading: "setiap hari sejak Senin (sejak Senin 16 November 2026)",
		}},
		{"sejak Senin", TimeReading{From: at(16, 0, 0), Precision: reports.Range, Reading: "sejak Senin 16 November 2026"}},
		{"besok", TimeReading{
			From: at(21, 0, 0), To: at(22, 0, 0), Precision: reports.Day, Ask: true, Why: "future", Reading: "Sabtu 21 November 2026",
		}},
		{"sudah lama", TimeReading{Ask: true, Why: "too_vague"}},
		{"jalan rusak", TimeReading{Ask: true, Why: "not_understood"}},
		{"", TimeReading{Ask: true, Why: "not_understood"}},
		{strings.Repeat("Jalan di depan pasar rusak parah. ", 20) + "Kemarin sore ada yang jatuh.", TimeReading{
			From: at(19, 15, 0), To: at(19, 18, 0), Precision: reports.PartOfDay, Reading: "Kamis 19 November 2026, sore",
		}},
	} {
		if diff := cmp.Diff(tt.want, m.ReadTime(tt.text, friday, wita)); diff != "" {
			t.Errorf("ReadTime(%.60q) (-want +got)\n%s", tt.text, diff)
		}
	}
}

func TestAGuessIsNotKeptBesideTheWords(t *testing.T) {
	for _, tt := range []struct {
		text string
		kept reports.Precision
	}{
		{"kemarin jam 3", reports.Day}, // whatever the hour, the day is sure
		{"jam 3", ""},
		{"Jumat", ""},
		{"mungkin kemarin", ""},
		{"kemarin malam jam 1", ""},
		{"besok", reports.Day}, // asked about by another question
		{"setiap hari", reports.Recurring},
	} {
		o := occurredAt(tt.text, readTime(tt.text, at(friday, wita)))
		if o.Words != tt.text || o.Precision != tt.kept {
			t.Errorf("of %q is kept %+v, want %q", tt.text, o, tt.kept)
		}
	}
}

func TestAnUnclearTimeIsOfferedInFewLetters(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"kemarin jam 3", "Kamis 19 Nov, 03.00/Kamis 19 Nov, 15.00"},
		{"Jumat pagi", "Jumat 20 Nov, pagi/Jumat 13 Nov, pagi"},
		{"25 November", "Selasa 25 Nov 2025/Rabu 25 Nov"},
		{"seminggu", "sejak Jumat 13 Nov/Senin 9 Nov – Minggu 15 Nov"},
		{"jam 2 sampai jam 4", "Jumat 20 Nov, 02.00–04.00/Jumat 20 Nov, 14.00–16.00"},
	} {
		var got []string
		for _, o := range readTime(tt.text, at(friday, wita)).others {
			got = append(got, briefTime("id", occurredAt("", sure(o)), friday))
		}
		if s := strings.Join(got, "/"); s != tt.want {
			t.Errorf("%q is offered as %s, want %s", tt.text, s, tt.want)
		}
	}
}
