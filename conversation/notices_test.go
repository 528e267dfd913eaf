package conversation

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kentongan/reports"
)

func filedReport() reports.Report {
	return reports.Draft{
		Kind:       reports.Complaint,
		Chronology: []reports.Passage{{Text: "Lampu jalan mati. Hubungi saya di 0812-3456-7890 atau budi@contoh.id"}},
		Location:   reports.Location{Words: "Jalan Merdeka, rumah @budi_lapor"}, OccurredAt: reports.OccurredAt{Words: "kemarin"},
		Agency: "HST",
	}.Open(4711, "telegram", now)
}

func TestFilingIsToldToTheGroupOnlyWhereTheReportIsNotRestricted(t *testing.T) {
	open := filedReport()
	secret, whistle, oversight := open, open, open
	secret.Confidential, whistle.Kind, oversight.Oversight = true, reports.Whistleblowing, true
	for _, tt := range []struct {
		name string
		r    reports.Report
		want Audience
	}{{"ordinary", open, AdminGroup}, {"rahasia", secret, NationalAdmins}, {"whistleblowing", whistle, NationalAdmins}, {"oversight", oversight, NationalAdmins}} {
		got := Notices(reports.Change{Action: reports.File}, tt.r)
		if len(got) != 1 || got[0].To != tt.want || (got[0].Group != nil) != (tt.want == AdminGroup) {
			t.Errorf("%s: %+v", tt.name, got)
		}
		if g, ok := ForGroup(tt.r); ok != (tt.want == AdminGroup) || (!ok && !reflect.DeepEqual(g, GroupReport{})) {
			t.Errorf("%s: a group may see %+v", tt.name, g)
		}
	}
	if got := Notices(reports.Change{Action: reports.Claim}, open); len(got) != 1 || got[0].To != Reporter {
		t.Errorf("claim is told to %+v", got)
	}
}

func TestCardsShowTheReportAndNobody(t *testing.T) {
	m := made(t, config(t))
	r := filedReport()
	r.TrackingID, r.Evidence = "KTG-FA49-Z2N3", 2
	g, _ := m.Open(r, AtVerifier)
	got := strings.NewReplacer(BoldOn, "*", BoldOff, "*").Replace(m.Card("id", g).Text)
	want := `*Laporan KTG-FA49-Z2N3*
Jenis: Pengaduan
Tujuan: Pemkab HST
Tempat: Jalan Merdeka, rumah [disamarkan]
Waktu: kemarin
Bukti: 2 berkas
Status: Belum diverifikasi

Lampu jalan mati. Hubungi saya di [disamarkan] atau [disamarkan]

Masuk: Sabtu 21 November 2026
Diperiksa paling lambat: *Rabu 25 November 2026*`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("card (-want +got)\n%s", diff)
	}
	r.Confidential = true
	private := m.PrivateCard("id", r, 0).Text
	if !strings.Contains(private, "RAHASIA") || !strings.Contains(private, "Lampu jalan mati") || strings.Contains(private, "0812") || strings.Contains(private, "4711") {
		t.Errorf("private card:\n%s", private)
	}
	if english := m.Card("en", g).Text; !strings.Contains(english, "[redacted]") || strings.Contains(english, mask) {
		t.Errorf("English card:\n%s", english)
	}
	for _, state := range reports.States() {
		g.State, g.FiledAt, g.Kind = state, time.Time{}, ""
		if m.Card("id", g).Text == "" {
			t.Errorf("no card for %s", state)
		}
	}
}

func TestRedactHidesHowPeopleAreReached(t *testing.T) {
	for text, want := range map[string]string{
		"hubungi 081234567890":           "hubungi X",
		"hubungi 0812 3456 7890 ya":      "hubungi X ya",
		"hubungi 0812-3456-7890, trims":  "hubungi X, trims",
		"wa +62 812-3456-7890":           "wa X",
		"wa +62(812)34567890.":           "wa X.",
		"telp 0812.3456.7890":            "telp X",
		"telp 0812\u200b3456\u200b7890":  "telp X",
		"telp ٠٨١٢٣٤٥٦٧٨٩٠":              "telp X",
		"telp ０８１２３４５６７８９０":              "telp X",
		"NIK 6307051708900001 atas nama": "NIK X atas nama",
		"NIK 6307 0517 0890 0001":        "NIK X",
		"surel budi.s+1@contoh.co.id ya": "surel X ya",
		"kirim ke (budi@contoh.id)":      "kirim ke X",
		"akun @budi_lapor ini":           "akun X ini",
		"akun：＠budi":                     "X",
		"lihat t.me/budi_l saja":         "lihat X saja",
		"(https://www.Instagram.com/b/)": "X",
		"wa.me/6281 atau x.com/budi":     "X atau X",
		"klik tg://user?id=12":           "klik X",
		"lapor.go.id/a dan linux.com/b":  "lapor.go.id/a dan linux.com/b",
		"jalan 1/2, RT 03/RW 05":         "jalan 1/2, RT 03/RW 05",
		"pada 17-08-2026 dan 2026/08/17": "pada 17-08-2026 dan 2026/08/17",
		"bayar Rp 20.000.000 lewat calo": "bayar Rp 20.000.000 lewat calo",
		"bayar rp.150.000.000,00":        "bayar rp.150.000.000,00",
		"bayar Rp 0812.345.678.90":       "bayar Rp X",
		"jam 08.00-12.00":                "jam 08.00-12.00",
		"jam 08:00":                      "jam 08:00",
		"RT 03 RW 05, Jalan 2 No. 17":    "RT 03 RW 05, Jalan 2 No. 17",
		"harga 2 @ 5000":                 "harga 2 @ 5000",
		"1\n2\n3\n4\n5\n6\n7\n8":         "1\n2\n3\n4\n5\n6\n7\n8",
		"nomor 0812345":                  "nomor 0812345",
		"dari 2024 sampai 2026, 3 kali":  "dari 2024 sampai 2026, 3 kali",
		"":                               "",
	} {
		if got := strings.ReplaceAll(redact(text), mask, "X"); got != want {
			t.Errorf("redact(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestRedactLeavesNoNumberHoweverItIsWritten hides a telephone number in a
// story, broken up in any of the ways in which people break them.
func TestRedactLeavesNoNumberHoweverItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := "08" + rapid.StringMatching(`[0-9]{8,11}`).Draw(t, "digits")
		var b strings.Builder
		for i, c := range digits {
			if i > 0 && i%rapid.SampledFrom([]int{3, 4}).Draw(t, "group") == 0 {
				b.WriteString(rapid.SampledFrom([]string{"", " ", "-", ".", " - ", "\u00a0", "\u200b"}).Draw(t, "between"))
			}
			b.WriteRune(c)
		}
		got := redact("tolong hubungi " + b.String() + " segera")
		if strings.ContainsAny(got, "0123456789") {
			t.Fatalf("%q leaves %q", b.String(), got)
		}
	})
}
