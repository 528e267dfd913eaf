package conversation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports"
	"kentongan/reports/region"
)

// reportMachine knows the keyword of a government in the middle zone.
func reportMachine(t testing.TB) *Machine {
	t.Helper()
	c := config(t)
	c.Agencies = []reports.Agency{{Code: "HST", Name: "Kabupaten Hulu Sungai Tengah", Level: reports.Regency, Zone: "Asia/Makassar", Keywords: []string{"barababai"}}}
	return made(t, c)
}

func TestReadReportFillsInWhatTheFirstMessageTells(t *testing.T) {
	m := reportMachine(t)
	for _, tt := range []struct {
		text string
		want ReportReading
	}{
		{"barababai lampu jalan mati di pasar sejak kemarin", ReportReading{
			Kind: reports.Complaint, Keyword: "barababai", Category: "infrastruktur",
			TimeWords: "sejak kemarin",
			Time: TimeReading{
				From: time.Date(2026, 11, 19, 0, 0, 0, 0, wita).UTC(), Precision: reports.Range, Reading: "sejak Kamis 19 November 2026",
			},
			PlaceWords: "pasar", Place: PlaceReading{Why: region.WhyUnknown},
		}},
		{"Kemarin sore jam 3 ada tabrakan, lampu merah mati di Jalan Diponegoro, Kudus", ReportReading{
			Kind: reports.Complaint, Category: "perhubungan",
			TimeWords: "Kemarin sore jam 3",
			Time: TimeReading{
				From: time.Date(2026, 11, 19, 15, 0, 0, 0, wib).UTC(), To: time.Date(2026, 11, 19, 16, 0, 0, 0, wib).UTC(),
				Precision: reports.Hour, Reading: "Kamis 19 November 2026, sekitar 15.00 WIB",
			},
			PlaceWords: "Jalan Diponegoro, Kudus",
			Place:      PlaceReading{Regency: "33.19", Province: "33", Why: region.WhyName, Reading: "Kabupaten Kudus, Jawa Tengah"},
		}},
		{"jalan rusak -2.58, 115.38", ReportReading{
			Kind: reports.Complaint, Category: "infrastruktur", Place: PlaceReading{Lat: -2.58, Lon: 115.38, Pin: true, Why: whyPin},
		}},
		{"Nama: Siti Aminah\nNIK: 6307014101900001\nKab: HST\nDesa: Pagat\nTanggal kejadian: 17 November 2026\nAduan: bidan tidak pernah ada di pustu", ReportReading{
			Kind: reports.Complaint, Category: "kesehatan",
			TimeWords: "17 November 2026",
			Time: TimeReading{
				From: time.Date(2026, 11, 17, 0, 0, 0, 0, wita).UTC(), To: time.Date(2026, 11, 18, 0, 0, 0, 0, wita).UTC(),
				Precision: reports.Day, Reading: "Selasa 17 November 2026",
			},
			PlaceWords: "Desa Pagat, Kab. HST",
			Place:      PlaceReading{Regency: "63.07", Province: "63", Why: region.WhyTown, Reading: "Kabupaten Hulu Sungai Tengah, Kalimantan Selatan"},
		}},
		{"Nama: Siti\nKab: Kudus\nWaktu: tiap hari\nAduan: sampah menumpuk", ReportReading{
			Kind: reports.Complaint, Category: "lingkungan",
			TimeWords: "tiap hari", Time: TimeReading{Precision: reports.Recurring, Recurs: "daily", Reading: "tiap hari"},
			PlaceWords: "Kab. Kudus", Place: PlaceReading{Regency: "33.19", Province: "33", Why: region.WhyName, Reading: "Kabupaten Kudus, Jawa Tengah"},
		}},
		{"Warga Barabai mengeluh, sampah menumpuk di pasar", ReportReading{
			Kind: reports.Complaint, Category: "lingkungan", PlaceWords: "pasar",
			Place: PlaceReading{Regency: "63.07", Province: "63", Why: region.WhyTown, Reading: "Kabupaten Hulu Sungai Tengah, Kalimantan Selatan"},
		}},
		{"sampah menumpuk di kecamatan Sukajadi", ReportReading{
			Kind: reports.Complaint, Category: "lingkungan", PlaceWords: "kecamatan Sukajadi",
			Place: PlaceReading{Ask: true, Candidates: []region.Code{"14.71", "32.73"}, Why: region.WhyAmbiguous},
		}},
		{"halo min mau lapor", ReportReading{Kind: reports.Complaint}},
		{"barababai", ReportReading{Kind: reports.Complaint, Keyword: "barababai"}},
		{"", ReportReading{Kind: reports.Complaint}},
	} {
		if diff := cmp.Diff(tt.want, m.ReadReport(tt.text, friday, wib)); diff != "" {
			t.Errorf("ReadReport(%q) (-want +got)\n%s", tt.text, diff)
		}
	}
}

func TestReadReportProposesKindSecrecyAndHelp(t *testing.T) {
	m := reportMachine(t)
	for _, tt := range []struct{ text, want string }{
		{"jalan rusak di depan pasar", "complaint"},
		{"usul dibuatkan taman bermain di alun-alun", "aspiration"},
		{"apa syarat membuat KTP?", "information_request"},
		{"mohon informasi jadwal imunisasi", "information_request"},
		{"ada pungli di samsat", "complaint secrecy"},
		{"oknum petugas minta uang 500 ribu", "complaint secrecy"},
		{"saya pegawai di dinas, kepala dinas korupsi dana perjalanan", "whistleblowing secrecy"},
		{"atasan saya menyuruh mark up anggaran", "whistleblowing secrecy"},
		{"whistleblowing: lelang diatur", "whistleblowing secrecy"},
		{"atasan saya jarang masuk", "complaint"},
		{"usul atasan saya, taman diperluas", "aspiration"},
		{"kebakaran di pasar, tolong!", "complaint danger"},
		{"kebak\x00aran di pasar, tolong!", "complaint danger"},
		{"tetangga saya dipukuli suaminya", "complaint danger"},
		{"saya dipukuli oknum polisi karena tidak mau bayar uang damai", "complaint secrecy danger"},
		{"pemadam kebakaran lambat datang", "complaint"},
	} {
		r := m.ReadReport(tt.text, friday, wib)
		got := string(r.Kind)
		for _, f := range []struct {
			is   bool
			name string
		}{{r.Secrecy, " secrecy"}, {r.Danger, " danger"}} {
			if f.is {
				got += f.name
			}
		}
		if got != tt.want {
			t.Errorf("%q is %s, want %s", tt.text, got, tt.want)
		}
	}
}

// What is read here is what the dialogue shows, with the same words and zone.
func TestReadReportIsWhatTheDialogueFillsIn(t *testing.T) {
	m := reportMachine(t)
	for _, text := range []string{
		"barababai air mati di Desa Pagat tadi pagi", "jam 7 pagi tadi listrik padam di Jayapura", "ada pungli di Kudus tanggal 3 November",
		"jembatan putus di Kab. Bogor sejak dua minggu lalu", "usul: taman di Barabai", "makasih", "/lapor sampah di Pasar Keramat, Barabai",
	} {
		p := newPerson(t, m)
		p.at = friday
		p.writes(text)
		d := p.s.Telling
		got := m.ReadReport(text, p.s.Touched, m.config.Zone)
		want := fmt.Sprint(d.kind(), d.Draft.Keyword, d.Draft.OccurredAt.Words, d.Draft.OccurredAt.From, d.Draft.OccurredAt.To, d.Draft.Location.Words, d.Draft.Location.Region, d.Secrecy == secrecyDue)
		if has := fmt.Sprint(got.Kind, got.Keyword, got.TimeWords, got.Time.From, got.Time.To, got.PlaceWords, got.Place.region(), got.Secrecy); has != want {
			t.Errorf("%q is read as %s, and the dialogue has %s", text, has, want)
		}
	}
}

func TestReadReportMeansTimesWhereThePlaceIs(t *testing.T) {
	m := reportMachine(t)
	for _, tt := range []struct {
		text string
		zone *time.Location
		want time.Time
	}{
		{"pohon tumbang kemarin jam 8 pagi di Jayapura", wib, time.Date(2026, 11, 19, 8, 0, 0, 0, wit)},
		{"barababai pohon tumbang kemarin jam 8 pagi", wib, time.Date(2026, 11, 19, 8, 0, 0, 0, wita)},
		{"pohon tumbang kemarin jam 8 pagi", wita, time.Date(2026, 11, 19, 8, 0, 0, 0, wita)},
		{"pohon tumbang kemarin jam 8 pagi", nil, time.Date(2026, 11, 19, 8, 0, 0, 0, wib)},
	} {
		if got := m.ReadReport(tt.text, friday, tt.zone).Time.From; !got.Equal(tt.want) {
			t.Errorf("%q in %v is at %v, want %v", tt.text, tt.zone, got, tt.want)
		}
	}
}

func FuzzReadReport(f *testing.F) {
	m := made(f, config(f))
	f.Add("barabai lampu jalan mati di pasar sejak kemarin")
	f.Add("Nama: Siti\nAduan: saya pns, korupsi di dinas saya di Kudus tiap hari")
	f.Add("/lapor -2.58, 115.38\xff")
	f.Fuzz(func(t *testing.T, text string) {
		r := m.ReadReport(text, friday, wita)
		if !r.Kind.Valid() || (r.TimeWords == "") != (r.Time == TimeReading{}) {
			t.Errorf("%q: %+v", text, r)
		}
	})
}

func BenchmarkReadReport(b *testing.B) {
	m := reportMachine(b)
	story := "barababai lampu jalan mati di depan pasar Keramat sejak dua minggu lalu, sudah banyak motor jatuh. "
	for _, bb := range []struct{ name, text string }{{"story", story}, {"longest", strings.Repeat(story, 65_536/len(story))}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.ReadReport(bb.text, friday, wita)
			}
		})
	}
}
