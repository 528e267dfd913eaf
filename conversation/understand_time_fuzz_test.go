package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
)

var whys = []string{
	"", whyNotUnderstood, whyVague, whyAmbiguous, whyClock, whyDay, whyContradiction, whyNoSuchDay, whyUnsure, whySeveral, whyCalendar, whyFuture,
}

func FuzzTimesAreReadWithoutPanic(f *testing.F) {
	for _, s := range append([]string{
		"kemarin sore jam 3", "sejak dua minggu lalu", "17/8/2026", "tanggal lima bulan 8", "setengah 4", "jam 4 kurang 10", "s/d", "malam minggu",
		"hari minggu lalu", "999999999999999999 hari lalu", "31 bulan lalu", "2-3", "jam", "tanggal", "ke belas", "this", "ini", "\xff17\xff", "dua puluh satu hari lalu",
		"H-999 lebaran", "puasa hari ke-99", "malam jumat kliwon", "senin-jumat", "antara jam 2 dan jam 4", "setiap tanggal", "setiap", "2x", "kalau", "1 suro", "jam 24.00 tanggal 31",
		"minggu ke-9 bulan lalu", "kemarin malam jam 1 sampai jam 0", "akhir pekan depan", "3 hari", "tahun 9999", "5 Nov 26", "lebaran 9999", "±", "pagi-", "--", "h+", "s.d.", "29 februari",
	}, twisted...) {
		f.Add(s, int64(1_795_000_000))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		p := at(time.Unix(unix%4_000_000_000, 0), wita)
		valid := func(s span) {
			if s.precision == "" || s.from.IsZero() || !s.to.IsZero() && !s.from.Before(s.to) {
				t.Fatalf("%q at %s: %+v is no stretch of time", text, p.now, s)
			}
			formatOccurred("id", occurredAt("x", sure(s)), wita)
			briefTime("en", occurredAt("x", sure(s)), p.now)
		}
		m := readTime(text, p)
		if !slices.Contains(whys, m.why) || m.why == "" && !m.known() && m.recurs == "" {
			t.Fatalf("%q at %s: %+v says nothing and asks nothing", text, p.now, m)
		}
		if m.known() {
			valid(m.at)
		}
		if m.known() && m.recurs == "" && m.why == "" && m.at.from.After(p.now) {
			t.Fatalf("%q at %s lies ahead, and is not asked about: %+v", text, p.now, m.at)
		}
		for _, o := range m.others {
			valid(o)
		}
		if o := occurredAt(text, m); !o.To.IsZero() && o.Precision == reports.Recurring {
			t.Fatalf("%q recurs and ends: %+v", text, o)
		}
		if words, found, ok := findTime(text, p); ok {
			if found.precision != reports.Recurring {
				valid(found)
			}
			for piece := range strings.SplitSeq(words, ", ") {
				if !strings.Contains(text, piece) || piece == "" || found.from.After(p.now) {
					t.Fatalf("findTime(%q) at %s keeps %q for %+v", text, p.now, words, found)
				}
			}
		}
	})
}

// twisted are beginnings of texts that would cost much if reading looked back.
var twisted = []string{
	"kemarin ", "ya ", "dari ", "senin sampai ", "5-7 ", "kalau a ", "setiap ", "1 ", "sejak sejak ", "a-a ", "jam 3 ", "lebaran ", "17 an ", "2 kali ", "hari ini ya ", "antara ", "tgl ", "malam ", "xxxxxx", "dan ", "99999999", "-", "é",
	"kemarin ya pak ya pak ", "tanggal 5 atau ", "besok lusa ", "pagi pagi ", "kemari kemarix ",
}

// TestTimesCostNoMoreInLongTexts holds that what is read of a text is bounded:
// one of 65,536 characters costs no more than one of 4,096.
func TestTimesCostNoMoreInLongTexts(t *testing.T) {
	p := at(friday, wita)
	for _, s := range twisted {
		cost := func(n int, read func(string)) float64 {
			text := strings.Repeat(s, n/len(s)+1)[:n]
			return testing.AllocsPerRun(3, func() { read(text) })
		}
		for name, read := range map[string]func(string){
			"readTime": func(text string) { readTime(text, p) },
			"findTime": func(text string) { findTime(text, p) },
		} {
			short, long := cost(4096, read), cost(65_536, read)
			if long > short || long > 3000 {
				t.Errorf("%s of %q… allocates %.0f times in 4,096 bytes and %.0f in 65,536", name, s, short, long)
			}
		}
	}
}

// TestTimesCostInProportion holds that an answer twice as long allocates about
// twice as often at most.
func TestTimesCostInProportion(t *testing.T) {
	p := at(friday, wita)
	for _, s := range twisted {
		cost := func(n int) float64 {
			text := strings.Repeat(s, n/len(s)+1)[:n]
			return testing.AllocsPerRun(3, func() { readTime(text, p) })
		}
		if half, whole := cost(maxTime/2), cost(maxTime); whole > 3*half+16 {
			t.Errorf("readTime of %q… allocates %.0f times in %d bytes and %.0f in %d", s, half, maxTime/2, whole, maxTime)
		}
	}
}

func BenchmarkTime(b *testing.B) {
	now := at(friday, wita)
	story := "Selamat pagi pak, jalan berlubang di depan pasar Barabai sejak dua minggu lalu, sudah banyak motor jatuh. "
	texts := []struct{ name, text string }{
		{"answer", "kemarin sore jam 3"},
		{"range", "antara jam 2 dan jam 4 sore kemarin"},
		{"feast", "malam tahun baru"},
		{"story", story},
		{"longest", strings.Repeat(story, 600)},
		{"twisted", strings.Repeat("kemarin ya pak ya pak ", 3000)},
	}
	for _, bb := range texts {
		b.Run("readTime/"+bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readTime(bb.text, now)
			}
		})
		b.Run("findTime/"+bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				findTime(bb.text, now)
			}
		})
	}
}
