package conversation

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// friday is a Friday at 14:20 in Barabai.
var friday = time.Date(2026, 11, 20, 14, 20, 0, 0, wita)

func sayReading(o reports.OccurredAt, zone *time.Location) string {
	const layout = "2006-01-02 15:04"
	s := string(o.Precision) + " "
	if o.From.IsZero() {
		return s + "-"
	}
	s += o.From.In(zone).Format(layout)
	if !o.To.IsZero() {
		s += " > " + o.To.In(zone).Format(layout)
	}
	return s
}

// decreedFeasts are the feasts of the decreed calendar.
var decreedFeasts = func() *almanac {
	c, err := workday.Default().Calendar(workday.Settings{})
	if err != nil {
		panic(err)
	}
	return newAlmanac(c)
}()

func at(now time.Time, zone *time.Location) present {
	return present{now: now.In(zone), feasts: decreedFeasts}
}

// readSure reads text as [readTime] does where nothing has to be asked but
// whether a time ahead is meant.
func readSure(text string, now time.Time, zone *time.Location) (o reports.OccurredAt, future, ok bool) {
	m := readTime(text, at(now, zone))
	if m.why != "" && m.why != whyFuture || !m.known() && m.recurs == "" {
		return o, false, false
	}
	return occurredAt(strings.TrimSpace(text), m), m.why == whyFuture, true
}

func foundIn(text string, now time.Time, zone *time.Location) (reports.OccurredAt, bool) {
	words, found, ok := findTime(text, at(now, zone))
	if !ok {
		return reports.OccurredAt{}, false
	}
	return occurredAt(words, sure(found)), true
}

func TestTimesAreReadAsPeopleSayThem(t *testing.T) {
	day := func(d string) string {
		at, err := time.Parse("2006-01-02", d)
		if err != nil {
			t.Fatal(err)
		}
		return "day " + d + " 00:00 > " + at.AddDate(0, 0, 1).Format("2006-01-02") + " 00:00"
	}
	for _, tt := range []struct{ text, want string }{
		{"hari ini", day("2026-11-20")},
		{"Hari ini pak", day("2026-11-20")},
		{"kemarin", day("2026-11-19")},
		{"Kemarin.", day("2026-11-19")},
		{"kmrn", day("2026-11-19")},
		{"kejadiannya kemarin min", day("2026-11-19")},
		{"hari kemarin", day("2026-11-19")},
		{"kemarin pagi", "part_of_day 2026-11-19 04:00 > 2026-11-19 10:00"},
		{"kemarin siang", "part_of_day 2026-11-19 10:00 > 2026-11-19 15:00"},
		{"kemarin sore", "part_of_day 2026-11-19 15:00 > 2026-11-19 18:00"},
		{"kemarin malam", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{"malam kemarin", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{"kemarin dini hari", "part_of_day 2026-11-19 00:00 > 2026-11-19 04:00"},
		{"kemarin sore jam 3", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"kemarin sore, sekitar jam 3", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"kemarin jam 3 sore", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"jam 3 sore kemarin", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"kemarin sore jam 3 di depan rumah", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"kemarin sore pas pulang sekolah", "part_of_day 2026-11-19 15:00 > 2026-11-19 18:00"},
		{"kemarin jam tiga sore", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"kemarin pukul 14.30", "minute 2026-11-19 14:30 > 2026-11-19 14:31"},
		{"kemarin pkl. 14:30 WITA", "minute 2026-11-19 14:30 > 2026-11-19 14:31"},
		{"kemarin pukul 14.30 WIB", "minute 2026-11-19 15:30 > 2026-11-19 15:31"},
		{"kemarin sekitar pukul 14.30", "hour 2026-11-19 14:30 > 2026-11-19 15:30"},
		{"kemarin 14.30", "minute 2026-11-19 14:30 > 2026-11-19 14:31"},
		{"kemarin jam 03.00", "minute 2026-11-19 03:00 > 2026-11-19 03:01"},
		{"kemarin jam 15", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"kemarin jam 9 malam", "hour 2026-11-19 21:00 > 2026-11-19 22:00"},
		{"kemarin malam jam 9", "hour 2026-11-19 21:00 > 2026-11-19 22:00"},
		{"kemarin siang jam 1", "hour 2026-11-19 13:00 > 2026-11-19 14:00"},
		{"kemarin jam 12 siang", "hour 2026-11-19 12:00 > 2026-11-19 13:00"},
		{"kemarin jam setengah 4 sore", "minute 2026-11-19 15:30 > 2026-11-19 15:31"},
		{"kemarin sore jam 4 kurang 10", "minute 2026-11-19 15:50 > 2026-11-19 15:51"},
		{"kemarin sore jam 4 lewat seperempat", "minute 2026-11-19 16:15 > 2026-11-19 16:16"},
		{"kemarin sore jam 3-an", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"kemarin habis magrib", "part_of_day 2026-11-19 18:00 > 2026-11-19 20:00"},
		{"kemarin subuh", "part_of_day 2026-11-19 04:00 > 2026-11-19 06:00"},

		{"tadi pagi", "part_of_day 2026-11-20 04:00 > 2026-11-20 10:00"},
		{"td pagi jam 7", "hour 2026-11-20 07:00 > 2026-11-20 08:00"},
		{"pagi ini", "part_of_day 2026-11-20 04:00 > 2026-11-20 10:00"},
		{"pagi tadi", "part_of_day 2026-11-20 04:00 > 2026-11-20 10:00"},
		{"tadi siang", "part_of_day 2026-11-20 10:00 > 2026-11-20 15:00"},
		{"tadi malam", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{"semalam", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{"tadi malam habis isya", "part_of_day 2026-11-19 19:00 > 2026-11-19 21:00"},
		{"tadi malam jam 8", "hour 2026-11-19 20:00 > 2026-11-19 21:00"},
		{"tadi malam pukul 22.15", "minute 2026-11-19 22:15 > 2026-11-19 22:16"},
		{"tadi", day("2026-11-20")},
		{"tadi jam 9", "hour 2026-11-20 09:00 > 2026-11-20 10:00"}, // 21:00 has not come
		{"hari ini jam 9", "hour 2026-11-20 09:00 > 2026-11-20 10:00"},
		{"tadi jam 2", "hour 2026-11-20 14:00 > 2026-11-20 15:00"}, // twenty minutes ago, rather than in the night
		{"tadi subuh", "part_of_day 2026-11-20 04:00 > 2026-11-20 06:00"},
		{"barusan", "hour 2026-11-20 14:05 > 2026-11-20 14:21"},
		{"baru saja", "hour 2026-11-20 14:05 > 2026-11-20 14:21"},
		{"sekarang", "hour 2026-11-20 14:05 > 2026-11-20 14:21"},
		{"saat ini", "hour 2026-11-20 14:05 > 2026-11-20 14:21"},
		{"jam 10 pagi", "hour 2026-11-20 10:00 > 2026-11-20 11:00"},
		{"pukul 09.15", "minute 2026-11-20 09:15 > 2026-11-20 09:16"},
		{"2 jam yang lalu", "hour 2026-11-20 12:20 > 2026-11-20 13:20"},
		{"sejam lalu", "hour 2026-11-20 13:20 > 2026-11-20 14:20"},
		{"setengah jam lalu", "hour 2026-11-20 13:50 > 2026-11-20 14:21"},
		{"30 menit yg lalu", "hour 2026-11-20 13:50 > 2026-11-20 14:21"},

		{"2 hari yang lalu", day("2026-11-18")},
		{"dua hari lalu", day("2026-11-18")},
		{"dua belas hari lalu", day("2026-11-08")},
		{"2hari lalu", day("2026-11-18")},
		{"tiga hari yg lalu sore", "part_of_day 2026-11-17 15:00 > 2026-11-17 18:00"},
		{"seminggu yang lalu", "week 2026-11-09 00:00 > 2026-11-16 00:00"},
		{"dua minggu lalu", "week 2026-11-02 00:00 > 2026-11-09 00:00"},
		{"minggu lalu", "week 2026-11-09 00:00 > 2026-11-16 00:00"},
		{"minggu kemarin", "week 2026-11-09 00:00 > 2026-11-16 00:00"},
		{"pekan ini", "week 2026-11-16 00:00 > 2026-11-23 00:00"},
		{"bulan lalu", "month 2026-10-01 00:00 > 2026-11-01 00:00"},
		{"bulan ini", "month 2026-11-01 00:00 > 2026-12-01 00:00"},
		{"3 bulan yang lalu", "month 2026-08-01 00:00 > 2026-09-01 00:00"},
		{"sebulan lalu", "month 2026-10-01 00:00 > 2026-11-01 00:00"},
		{"tahun lalu", "range 2025-01-01 00:00 > 2026-01-01 00:00"},
		{"2 tahun lalu", "range 2024-01-01 00:00 > 2025-01-01 00:00"},

		{"17 Agustus 2026", day("2026-08-17")},
		{"17 agustus", day("2026-08-17")},
		{"tgl 17 agt", day("2026-08-17")},
		{"tgl. 17 Agustus 2025", day("2025-08-17")},
		{"17 Desember", day("2025-12-17")},
		{"20 November", day("2026-11-20")},
		{"tanggal 17 bulan agustus", day("2026-08-17")},
		{"tanggal 17", day("2026-11-17")},
		{"tanggal 25", day("2026-10-25")},
		{"tanggal 17 bulan lalu", day("2026-10-17")},
		{"tanggal 17 kemarin", day("2026-11-17")},
		{"tanggal lima bulan ini", day("2026-11-05")},
		{"17/8/2026", day("2026-08-17")},
		{"17-08-2026", day("2026-08-17")},
		{"17.08.2026", day("2026-08-17")},
		{"2026-08-17", day("2026-08-17")},
		{"17/8/26", day("2026-08-17")},
		{"17/8", day("2026-08-17")},
		{"17 Agustus tahun lalu", day("2025-08-17")},
		{"17 Agustus 2026 jam 10 pagi", "hour 2026-08-17 10:00 > 2026-08-17 11:00"},
		{"17-08-2026 pukul 15.00", "minute 2026-08-17 15:00 > 2026-08-17 15:01"},
		{"Senin, 17 Agustus 2026, pukul 09.30 WITA", "minute 2026-08-17 09:30 > 2026-08-17 09:31"},
		{"jam 3 sore tanggal 17 Agustus 2026", "hour 2026-08-17 15:00 > 2026-08-17 16:00"},
		{"29 Februari 2024", day("2024-02-29")},
		{"Agustus 2026", "month 2026-08-01 00:00 > 2026-09-01 00:00"},
		{"bulan Agustus", "month 2026-08-01 00:00 > 2026-09-01 00:00"},
		{"Desember", "month 2025-12-01 00:00 > 2026-01-01 00:00"},
		{"Agustus tahun lalu", "month 2025-08-01 00:00 > 2025-09-01 00:00"},
		{"tahun 2024", "range 2024-01-01 00:00 > 2025-01-01 00:00"},

		{"Senin lalu", day("2026-11-16")},
		{"hari Senin", day("2026-11-16")},
		{"hari senin kemarin", day("2026-11-16")},
		{"Senin kemarin sore", "part_of_day 2026-11-16 15:00 > 2026-11-16 18:00"},
		{"Senin yang lalu jam 8 pagi", "hour 2026-11-16 08:00 > 2026-11-16 09:00"},
		{"kemarin hari Kamis", day("2026-11-19")},
		{"hari Minggu", day("2026-11-15")},
		{"hari minggu lalu", day("2026-11-15")},
		{"Minggu", day("2026-11-15")},
		{"minggu pagi", "part_of_day 2026-11-15 04:00 > 2026-11-15 10:00"},
		{"Jumat lalu", day("2026-11-13")},
		{"jum'at kemarin", day("2026-11-13")},
		{"Senin minggu lalu", day("2026-11-09")},
		{"Rabu pekan lalu", day("2026-11-11")},
		{"Senin minggu ini", day("2026-11-16")},
		{"Sabtu malam", "part_of_day 2026-11-14 18:00 > 2026-11-15 00:00"},
		{"malam minggu", "part_of_day 2026-11-14 18:00 > 2026-11-15 00:00"},
		{"malam Jumat kemarin", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{"kemarin malam minggu", "part_of_day 2026-11-14 18:00 > 2026-11-15 00:00"},
		{"malam minggu jam 9", "hour 2026-11-14 21:00 > 2026-11-14 22:00"},
		{"baru kemarin", day("2026-11-19")},
		{"malam Senin", "part_of_day 2026-11-15 18:00 > 2026-11-16 00:00"},
		{"hari ini, Jumat", day("2026-11-20")},

		{"setiap hari", "recurring -"},
		{"tiap malam jam 2", "recurring -"},
		{"hampir setiap hari", "recurring -"},
		{"setiap hari Senin dan Kamis", "recurring -"},
		{"setiap hujan deras", "recurring -"},
		{"setiap hari sejak dua minggu lalu", "recurring 2026-11-06 00:00"},
		{"every day", "recurring -"},

		{"sejak kemarin", "range 2026-11-19 00:00"},
		{"sejak dua minggu lalu", "range 2026-11-06 00:00"},
		{"dari 3 hari yang lalu", "range 2026-11-17 00:00"},
		{"sejak seminggu", "range 2026-11-13 00:00"},
		{"sudah 2 bulan", "range 2026-09-20 00:00"},
		{"udah seminggu ini", "range 2026-11-13 00:00"},
		{"selama tiga hari terakhir", "range 2026-11-17 00:00"},
		{"sejak bulan lalu", "range 2026-10-01 00:00"},
		{"sejak Januari", "range 2026-01-01 00:00"},
		{"sejak tahun 2020", "range 2020-01-01 00:00"},
		{"sejak 17 Agustus", "range 2026-08-17 00:00"},
		{"sejak tadi pagi", "range 2026-11-20 04:00"},
		{"dari pagi", "range 2026-11-20 04:00"},
		{"sejak Senin", "range 2026-11-16 00:00"},
		{"dari Senin sampai Rabu", "range 2026-11-16 00:00 > 2026-11-19 00:00"},
		{"sejak Senin sampai sekarang", "range 2026-11-16 00:00"},
		{"17 Agustus 2026 s/d 19 Agustus 2026", "range 2026-08-17 00:00 > 2026-08-20 00:00"},

		{"today", day("2026-11-20")},
		{"yesterday", day("2026-11-19")},
		{"yesterday at 3 pm", "hour 2026-11-19 15:00 > 2026-11-19 16:00"},
		{"last night", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{"this morning", "part_of_day 2026-11-20 04:00 > 2026-11-20 10:00"},
		{"yesterday afternoon", "part_of_day 2026-11-19 12:00 > 2026-11-19 18:00"},
		{"two weeks ago", "week 2026-11-02 00:00 > 2026-11-09 00:00"},
		{"3 days ago", day("2026-11-17")},
		{"a week ago", "week 2026-11-09 00:00 > 2026-11-16 00:00"},
		{"last Monday", day("2026-11-16")},
		{"on Monday", day("2026-11-16")},
		{"last week", "week 2026-11-09 00:00 > 2026-11-16 00:00"},
		{"17 August 2026", day("2026-08-17")},
		{"August 17, 2026", day("2026-08-17")},
		{"since Monday", "range 2026-11-16 00:00"},
	} {
		got, future, ok := readSure(tt.text, friday, wita)
		if !ok {
			t.Errorf("readTime(%q) is unclear, want %s", tt.text, tt.want)
			continue
		}
		if diff := cmp.Diff(tt.want, sayReading(got, wita)); diff != "" {
			t.Errorf("readTime(%q):\n%s", tt.text, diff)
		}
		if future {
			t.Errorf("readTime(%q) lies ahead", tt.text)
		}
		if got.Words != strings.TrimSpace(tt.text) {
			t.Errorf("readTime(%q) keeps %q", tt.text, got.Words)
		}
	}
}

func TestUnclearTimesAreNotRead(t *testing.T) {
	for _, text := range []string{
		"", "  ", "tidak tahu", "lupa", "kemarin jam 3", "dulu", "sudah lama", "kapan-kapan",
		"kemarin-kemarin", "kayaknya kemarin", "mungkin Senin", "kemarin atau hari ini", "kemarin waktu pemilu",
		"kemarin pas hujan", "jam 3", "pagi", "sore hari", "malam", "kemarin jam 12 malam",
		"kemarin malam jam 1", "kemarin tengah malam", "kemarin sore jam 9", "kemarin pagi jam 21", "pukul 25.00", "kemarin pukul 14.75",
		"30 Februari 2026", "31 April", "32 Agustus", "17/13/2026", "13-13-2026", "Agustus 17", "17",
		"Selasa 17 Agustus 2026", "hari Jumat", "Jumat", "hari ini hari Senin", "kemarin hari ini", "pagi siang kemarin", "kemarin pagi/siang",
		"17 Agustus 18 Agustus", "tadi sore", "sejak dulu", "sejak lama", "sampai sekarang", "sejak", "2 hari lagi",
		"jam 5 sore", "pukul 23.00", "nanti", "malam 17 Agustus", "malam tanggal 17", "jam 9 malam Senin", "kemarin malam Kamis", "kemarin 3", "jam 3 kemarin lusa", "0 hari lalu", "5000 hari lalu", "99/99/9999", "jalan rusak",
		"kemarin jam 3 4", "Sabtu malam minggu kemarin lusa", "17.08", "tanggal 17 hari", "bulan 13",
		strings.Repeat("kemarin ", 9000), strings.Repeat("a", 65_536), "kemarin di malam kedua",
	} {
		if got, _, ok := readSure(text, friday, wita); ok {
			t.Errorf("readTime(%.60q) = %s, want unclear", text, sayReading(got, wita))
		}
	}
}

func TestTimesAheadAreToldApart(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"besok", "day 2026-11-21 00:00 > 2026-11-22 00:00"},
		{"besok pagi", "part_of_day 2026-11-21 04:00 > 2026-11-21 10:00"},
		{"lusa", "day 2026-11-22 00:00 > 2026-11-23 00:00"},
		{"minggu depan", "week 2026-11-23 00:00 > 2026-11-30 00:00"},
		{"bulan depan", "month 2026-12-01 00:00 > 2027-01-01 00:00"},
		{"Senin depan", "day 2026-11-23 00:00 > 2026-11-24 00:00"},
		{"17 Agustus 2027", "day 2027-08-17 00:00 > 2027-08-18 00:00"},
		{"nanti malam", "part_of_day 2026-11-20 18:00 > 2026-11-21 00:00"},
		{"hari ini jam 9 malam", "hour 2026-11-20 21:00 > 2026-11-20 22:00"},
		{"tomorrow", "day 2026-11-21 00:00 > 2026-11-22 00:00"},
	} {
		got, future, ok := readSure(tt.text, friday, wita)
		if !ok || !future || sayReading(got, wita) != tt.want {
			t.Errorf("readTime(%q) = %s, ahead %v, %v, want %s", tt.text, sayReading(got, wita), future, ok, tt.want)
		}
	}
}

func TestTheNightDecidesWhatTadiMeans(t *testing.T) {
	clock := func(hour, minute int) time.Time { return time.Date(2026, 11, 20, hour, minute, 0, 0, wita) }
	for _, tt := range []struct {
		now        time.Time
		text, want string
	}{
		{clock(1, 0), "tadi malam", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{clock(1, 0), "tadi sore", "part_of_day 2026-11-19 15:00 > 2026-11-19 18:00"},
		{clock(1, 0), "tadi pagi", "part_of_day 2026-11-19 04:00 > 2026-11-19 10:00"},
		{clock(1, 0), "tadi", ""},
		{clock(8, 0), "tadi malam", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{clock(8, 0), "tadi pagi", "part_of_day 2026-11-20 04:00 > 2026-11-20 10:00"},
		{clock(8, 0), "tadi sore", ""},
		{clock(19, 0), "tadi malam", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{clock(22, 0), "tadi malam", ""},
		{clock(22, 0), "tadi magrib", "part_of_day 2026-11-20 17:00 > 2026-11-20 19:00"},
		{clock(8, 0), "tadi jam 9", ""},
		{clock(8, 0), "tadi jam 7", "hour 2026-11-20 07:00 > 2026-11-20 08:00"},
		{clock(22, 0), "tadi jam 7", ""},
		{clock(20, 0), "malam jumat", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{clock(20, 0), "malam sabtu", ""}, // this evening, or a week ago
		{clock(8, 0), "malam sabtu", "part_of_day 2026-11-13 18:00 > 2026-11-14 00:00"},
	} {
		got, _, ok := readSure(tt.text, tt.now, wita)
		if tt.want == "" {
			if ok {
				t.Errorf("at %s %q is read as %s, want unclear", tt.now.Format("15:04"), tt.text, sayReading(got, wita))
			}
			continue
		}
		if !ok || sayReading(got, wita) != tt.want {
			t.Errorf("at %s %q is read as %s, %v, want %s", tt.now.Format("15:04"), tt.text, sayReading(got, wita), ok, tt.want)
		}
	}
}

func TestTheZoneOfThePlaceCounts(t *testing.T) {
	now := time.Date(2026, 11, 20, 16, 30, 0, 0, time.UTC) // 23:30 WIB, 00:30 WITA of the next day
	for _, tt := range []struct {
		zone *time.Location
		want string
	}{
		{wib, "day 2026-11-20 00:00 > 2026-11-21 00:00"},
		{wita, "day 2026-11-21 00:00 > 2026-11-22 00:00"},
	} {
		got, _, ok := readSure("hari ini", now, tt.zone)
		if !ok || sayReading(got, tt.zone) != tt.want {
			t.Errorf("%s: %s", tt.zone, sayReading(got, tt.zone))
		}
		if got.From.Location() != time.UTC {
			t.Errorf("%s: not in UTC", got.From)
		}
	}
}

func TestTimeIsFoundInAStory(t *testing.T) {
	for _, tt := range []struct{ text, words, want string }{
		{
			"Kemarin sore jam 3 jalan di depan pasar ambles", "Kemarin sore jam 3",
			"hour 2026-11-19 15:00 > 2026-11-19 16:00",
		},
		{"Jalan rusak sejak dua minggu lalu, banyak motor jatuh", "sejak dua minggu lalu", "range 2026-11-06 00:00"},
		{"tadi pagi saya lihat sampah dibakar di sungai", "tadi pagi", "part_of_day 2026-11-20 04:00 > 2026-11-20 10:00"},
		{"Lampu mati tadi malam.", "tadi malam", "part_of_day 2026-11-19 18:00 > 2026-11-20 00:00"},
		{"Pada hari Senin, 17 Agustus 2026 pukul 09.30 petugas datang", "hari Senin, 17 Agustus 2026 pukul 09.30", "minute 2026-08-17 09:30 > 2026-08-17 09:31"},
		{"pada tanggal 17/8/2026 ada pungli", "tanggal 17/8/2026", "day 2026-08-17 00:00 > 2026-08-18 00:00"},
		{"pohon tumbang hari ini di Jl. Mawar No. 5", "hari ini", "day 2026-11-20 00:00 > 2026-11-21 00:00"},
		{"saya antre 3 jam kemarin", "kemarin", "day 2026-11-19 00:00 > 2026-11-20 00:00"},
		{"2 hari yang lalu air mati. Sampai hari ini belum menyala.", "2 hari yang lalu", "day 2026-11-18 00:00 > 2026-11-19 00:00"},
		{"Kejadian: 17-08-2026. Jalan ambles.", "17-08-2026", "day 2026-08-17 00:00 > 2026-08-18 00:00"},
		{"kemarin lusa jalan ambles", "kemarin lusa", "day 2026-11-18 00:00 > 2026-11-19 00:00"},
		{"Yesterday the bridge broke", "Yesterday", "day 2026-11-19 00:00 > 2026-11-20 00:00"},
		{"air mati kemarin. Kemarin juga listrik padam", "kemarin", "day 2026-11-19 00:00 > 2026-11-20 00:00"},
		{"dari kelurahan disuruh balik lagi kemarin pagi", "kemarin pagi", "part_of_day 2026-11-19 04:00 > 2026-11-19 10:00"},
	} {
		got, ok := foundIn(tt.text, friday, wita)
		if !ok || got.Words != tt.words || sayReading(got, wita) != tt.want {
			t.Errorf("findTime(%q) = %q %s, %v,\nwant %q %s", tt.text, got.Words, sayReading(got, wita), ok, tt.words, tt.want)
		}
	}
}

func TestNoTimeIsFoundWhereNoneIsSure(t *testing.T) {
	for _, text := range []string{
		"", "jalan rusak di depan pasar", "setiap orang dipungut", "sampai hari ini belum diperbaiki",
		"kemarin pagi ramai, tadi pagi sepi", "besok mau ada rapat", "rapat 17 Agustus 2027", "lahir 17 Agustus 2025", "surat tanggal 17 Agustus 2026 belum dijawab",
		"SK nomor 17/8/2026", "saya antre 3 jam", "sudah 3 kali lapor", "bayar 17.000", "pagi pak, jalan rusak", "jam 3 sore", "Agustus", "sejak dulu",
		"kemarin saya sudah lapor ke lurah", "3-4 hari lalu", "17 Agustus 1990 saya pindah", "RT 3 RW 2", "jalan 17 Agustus", "Jl. 17 Agustus No. 45",
		"kemarin jam 3 sampai jam 5", "sebelum kemarin", strings.Repeat("panjang ", 300) + "kemarin", strings.Repeat("kemarin lalu ", 5000),
	} {
		if got, ok := foundIn(text, friday, wita); ok {
			t.Errorf("findTime(%.80q) = %q %s, want none", text, got.Words, sayReading(got, wita))
		}
	}
}
