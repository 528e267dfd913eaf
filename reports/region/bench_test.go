package region_test

import (
	"strings"
	"testing"

	"kentongan/reports/region"
)

const report = "Lapor, jalan di depan pasar Barabai Kabupaten Hulu Sungai Tengah rusak parah sejak hari Senin tanggal 3 " +
	"dan sudah ada pengendara yang jatuh, mohon segera diperbaiki oleh dinas PU Kalimantan Selatan. Terima kasih."

const noRegion = "Lampu jalan di depan rumah saya mati sejak kemarin malam, mohon diperbaiki."

// The texts that cost most, each 65,536 characters.
var hostile = map[string]string{
	"kinds":    full("kota "),
	"short":    full("a "),
	"prefixes": full("kepulauan siau tagulandang "),
	"names":    full(everyName()),
	"names2":   full("banjar "),
	"oneword":  full("x"),
	"unicode":  full("é"),
	"garbage":  full("\xff"),
}

func full(s string) string {
	return strings.Repeat(s, 65536/len([]rune(s))+1)
}

func everyName() string {
	var all strings.Builder
	for _, r := range everything() {
		all.WriteString(r.Name + " ")
	}
	return all.String()
}

func TestFindAllocatesNothingWhereThereIsNoRegion(t *testing.T) {
	for _, text := range []string{noRegion, full("lampu mati ")} {
		if n := testing.AllocsPerRun(10, func() { region.Find(text) }); n != 0 {
			t.Errorf("%d bytes: %v allocations", len(text), n)
		}
	}
}

func BenchmarkFindInAReport(b *testing.B)  { benchmarkFind(b, report) }
func BenchmarkFindNothing(b *testing.B)    { benchmarkFind(b, noRegion) }
func BenchmarkFindInAnAnswer(b *testing.B) { benchmarkFind(b, "kab. banjar") }
func BenchmarkFindInHostileTexts(b *testing.B) {
	for name, text := range hostile {
		b.Run(name, func(b *testing.B) { benchmarkFind(b, text) })
	}
}

func benchmarkFind(b *testing.B, text string) {
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		region.Find(text)
	}
}

func BenchmarkZone(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		region.Zone("63.07")
	}
}
