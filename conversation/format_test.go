package conversation

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kentongan/reports"
)

var (
	wib  = time.FixedZone("WIB", 7*3600)
	wita = time.FixedZone("WITA", 8*3600)
)

func TestDatesAreSaidInBothLanguages(t *testing.T) {
	day := time.Date(2026, 11, 20, 15, 0, 0, 0, wita)
	for lang, want := range map[string]string{
		"id": "Jumat 20 November 2026", "en": "Friday 20 November 2026", "bjn": "Jumat 20 November 2026", "": "Jumat 20 November 2026",
	} {
		if got := formatDate(lang, day); got != want {
			t.Errorf("%q: got %q, want %q", lang, got, want)
		}
	}
}

func TestOccurredAtIsSaidAsExactlyAsItIsKnown(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, wita).UTC() }
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, wita).UTC() }
	for _, tt := range []struct {
		o      reports.OccurredAt
		id, en string
	}{
		{reports.OccurredAt{}, "", ""},
		{reports.OccurredAt{Words: "dulu sekali"}, "dulu sekali", "dulu sekali"},
		{reports.OccurredAt{Words: "x", From: at(20, 15, 0)}, "x", "x"},
		{
			reports.OccurredAt{From: at(20, 15, 30), To: at(20, 15, 31), Precision: reports.Minute},
			"Jumat 20 November 2026, 15.30 WITA", "Friday 20 November 2026, 15:30 WITA",
		},
		{
			reports.OccurredAt{From: at(20, 15, 0), To: at(20, 16, 0), Precision: reports.Hour},
			"Jumat 20 November 2026, sekitar 15.00 WITA", "Friday 20 November 2026, around 15:00 WITA",
		},
		{
			reports.OccurredAt{From: at(20, 4, 0), To: at(20, 10, 0), Precision: reports.PartOfDay},
			"Jumat 20 November 2026, pagi", "Friday 20 November 2026, morning",
		},
		{
			reports.OccurredAt{From: at(20, 18, 0), To: at(21, 0, 0), Precision: reports.PartOfDay},
			"Jumat 20 November 2026, malam", "Friday 20 November 2026, evening",
		},
		{
			reports.OccurredAt{From: at(20, 0, 0), To: at(21, 0, 0), Precision: reports.Day},
			"Jumat 20 November 2026", "Friday 20 November 2026",
		},
		{
			reports.OccurredAt{From: at(9, 0, 0), To: at(16, 0, 0), Precision: reports.Week},
			"Senin 9 November 2026 sampai Minggu 15 November 2026", "Monday 9 November 2026 to Sunday 15 November 2026",
		},
		{reports.OccurredAt{From: at(1, 0, 0), To: at(31, 0, 0), Precision: reports.Month}, "November 2026", "November 2026"},
		{
			reports.OccurredAt{From: at(6, 0, 0), Precision: reports.Range},
			"sejak Jumat 6 November 2026", "since Friday 6 November 2026",
		},
		{
			reports.OccurredAt{From: at(6, 4, 0), Precision: reports.Range},
			"sejak Jumat 6 November 2026, 04.00 WITA", "since Friday 6 November 2026, 04:00 WITA",
		},
		{
			reports.OccurredAt{From: at(6, 0, 0), To: at(8, 0, 0), Precision: reports.Range},
			"Jumat 6 November 2026 sampai Sabtu 7 November 2026", "Friday 6 November 2026 to Saturday 7 November 2026",
		},
		{reports.OccurredAt{From: year(2025), To: year(2026), Precision: reports.Range}, "tahun 2025", "the year 2025"},
		{reports.OccurredAt{Words: "setiap hari", Precision: reports.Recurring}, "setiap hari", "setiap hari"},
		{
			reports.OccurredAt{Words: "setiap malam", From: at(6, 0, 0), Precision: reports.Recurring},
			"setiap malam (sejak Jumat 6 November 2026)", "setiap malam (since Friday 6 November 2026)",
		},
	} {
		if got := formatOccurred("id", tt.o, wita); got != tt.id {
			t.Errorf("%+v:\n got %q\nwant %q", tt.o, got, tt.id)
		}
		if got := formatOccurred("en", tt.o, wita); got != tt.en {
			t.Errorf("%+v:\n got %q\nwant %q", tt.o, got, tt.en)
		}
	}
	o := reports.OccurredAt{From: at(20, 0, 30), To: at(20, 0, 31), Precision: reports.Minute}
	if got := formatOccurred("id", o, wib); got != "Kamis 19 November 2026, 23.30 WIB" {
		t.Errorf("another zone: %q", got)
	}
	if got := formatOccurred("id", o, time.UTC); got != "Kamis 19 November 2026, 16.30 UTC" {
		t.Errorf("UTC: %q", got)
	}
}

func TestBytesAreSaidRoundAndNeverTooHigh(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", -1: "0 B", 512: "512 B", 1024: "1 kB", 1500: "1500 B", 20 << 10: "20 kB", 20 << 20: "20 MB", 20_000_000: "20 MB", 16 << 20: "16 MB",
		2 << 30: "2 GB", 3 << 29: "1536 MB", 100 << 20: "100 MB", 20<<20 - 1: "19 MB", 5 << 20: "5 MB", 1 << 40: "1 TB",
	} {
		if got := formatBytes(n); got != want {
			t.Errorf("formatBytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestClipNeverCutsInsideACharacter(t *testing.T) {
	for _, tt := range []struct {
		text  string
		runes int
		want  string
	}{
		{"", 5, ""},
		{"jalan", 5, "jalan"},
		{"jalan rusak", 11, "jalan rusak"},
		{"jalan rusak", 10, "jalan rus…"},
		{"jalan rusak", 7, "jalan…"},
		{"jalan", 1, "…"},
		{"jalan", 0, ""},
		{"jalan", -3, ""},
		{"道路坏了", 4, "道路坏了"},
		{"道路坏了", 3, "道路…"},
		{"ae\u0301ae\u0301", 3, "a…"},
		{"ae\u0301ae\u0301", 4, "ae\u0301…"},
		{"ab👨‍👩‍👧cd", 5, "ab…"},
		{"ab👨‍👩‍👧cd", 8, "ab👨‍👩‍👧…"},
		{"a🇮🇩🇮🇩b", 4, "a🇮🇩…"},
		{"a🇮🇩🇮🇩b", 5, "a🇮🇩…"},
		{"a👍🏽bc", 3, "a…"},
		{"❤️❤️❤️", 3, "❤️…"},
	} {
		if got := clip(tt.text, tt.runes); got != tt.want {
			t.Errorf("clip(%q, %d) = %q, want %q", tt.text, tt.runes, got, tt.want)
		}
	}
}

func FuzzClipKeepsTheBeginning(f *testing.F) {
	f.Add("ab👨‍👩‍👧cd", 5)
	f.Add("\xff\xfe", 1)
	f.Fuzz(func(t *testing.T, text string, runes int) {
		got := clip(text, runes)
		if runes >= 0 && utf8.RuneCountInString(got) > runes {
			t.Fatalf("clip(%q, %d) = %q is too long", text, runes, got)
		}
		if got != text && got != "" && !strings.HasPrefix(text, strings.TrimSuffix(got, "…")) {
			t.Fatalf("clip(%q, %d) = %q", text, runes, got)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Fatalf("clip(%q, %d) = %q is no UTF-8", text, runes, got)
		}
	})
}

// The hour at which a part of the day begins is nobody's word.
func TestRangesAreNoMoreExactThanTheirWords(t *testing.T) {
	from := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for words, want := range map[string]string{
		"sejak kemarin sore": "sejak Jumat 20 November 2026, sore", "sejak kemarin jam 3 sore": "sejak Jumat 20 November 2026, 15.00 WIB",
		"sejak kemarin 15.00": "sejak Jumat 20 November 2026, 15.00 WIB", "since yesterday 3pm": "sejak Jumat 20 November 2026, 15.00 WIB", "sejak 20 november sore": "sejak Jumat 20 November 2026, sore",
	} {
		o := reports.OccurredAt{Words: words, From: from, Precision: reports.Range}
		if got := formatOccurred("id", o, wib); got != want {
			t.Errorf("%q is said as %q", words, got)
		}
	}
}
