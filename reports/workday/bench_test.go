package workday_test

import (
	"testing"
	"time"

	"kentongan/reports/workday"
)

var (
	sinkDate workday.Date
	sinkOK   bool
)

func TestCountingAllocatesNothing(t *testing.T) {
	c := calendar(t, "5")
	at := time.Date(2026, time.November, 20, 23, 30, 0, 0, wita)
	if n := testing.AllocsPerRun(100, func() {
		sinkDate, sinkOK = c.DueAfter(at, wita, 14)
		sinkDate, sinkOK = c.Add(sinkDate, 900) // beyond the table
		sinkDate, sinkOK = c.Cutoff(sinkDate, 5)
		_, sinkOK = c.Between(sinkDate, sinkDate+30)
		_, sinkOK = c.OverdueFrom(sinkDate, wita)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	c := calendar(b, "5")
	from := date(b, "2026-11-20")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sinkDate, sinkOK = c.Add(from+workday.Date(i&255), 14)
	}
}

func BenchmarkAddBeyondTheTable(b *testing.B) {
	c := calendar(b, "5")
	from := date(b, "2028-11-20")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sinkDate, sinkOK = c.Add(from+workday.Date(i&255), 14)
	}
}

func BenchmarkDueAfterFixedZone(b *testing.B) { benchmarkDueAfter(b, wita) }

func BenchmarkDueAfterLoadedZone(b *testing.B) {
	loc, err := time.LoadLocation("Asia/Makassar")
	if err != nil {
		b.Skip(err)
	}
	benchmarkDueAfter(b, loc)
}

func benchmarkDueAfter(b *testing.B, loc *time.Location) {
	c := calendar(b, "5")
	var at [256]time.Time
	for i := range at {
		at[i] = time.Date(2026, time.November, 20, i, 30, 0, 0, time.UTC)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sinkDate, sinkOK = c.DueAfter(at[i&255], loc, 14)
	}
}

func BenchmarkCutoff(b *testing.B) {
	c := calendar(b, "5")
	today := date(b, "2026-11-20")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sinkDate, sinkOK = c.Cutoff(today+workday.Date(i&255), 10)
	}
}

func BenchmarkBetween(b *testing.B) {
	c := calendar(b, "5")
	today := date(b, "2026-11-20")
	b.ReportAllocs()
	n := 0
	for i := 0; b.Loop(); i++ {
		n, sinkOK = c.Between(today, today+workday.Date(i&255))
	}
	_ = n
}

func BenchmarkOverdueFrom(b *testing.B) {
	c := calendar(b, "5")
	due := date(b, "2026-11-20")
	b.ReportAllocs()
	for b.Loop() {
		_, sinkOK = c.OverdueFrom(due, wita)
	}
}

func BenchmarkExplain(b *testing.B) {
	c := calendar(b, "5")
	from := date(b, "2026-11-20")
	b.ReportAllocs()
	for b.Loop() {
		c.Explain(from, 14)
	}
}

func BenchmarkCalendar(b *testing.B) {
	table := workday.Default()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := table.Calendar(workday.Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}
