package conversation

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kentongan/reports"
)

func TestTheFileForTheOmbudsmanTellsTheCaseAndNobodysName(t *testing.T) {
	c := office(t).config
	c.Agencies[1].Zone = "Asia/Makassar"
	m := made(t, c)
	filed := filedAs(1, "KTG-AAAA-AAAA")
	filed.Chronology = "Jalan di depan pasar berlubang.\nDua motor jatuh."
	filed.Location.Words, filed.Evidence = "depan Pasar Haruyan", 2
	r, history := apply(t, filed, dispatched(day(2)), acts(reports.Respond, reports.ByLiaison, day(4)))
	thread := []Spoken{
		{Version: 3, By: reports.ByLiaison, At: day(4), Words: "Kami periksa malm ini."},
		{Version: 3, By: reports.ByLiaison, At: day(4).Add(time.Minute), Words: "Kami periksa malam ini.", Corrects: 3},
		{Version: 3, By: reports.ByOperator, At: day(5), Words: "anggaran habis", Office: true},
		{Version: 3, By: reports.ByReporter, At: day(9), Words: "masih berlubang", Files: 1},
		{Version: 3, By: reports.ByAdmin, At: day(10), Words: "Mohon bersabar."},
	}
	at := time.Date(2026, 12, 28, 3, 0, 0, 0, time.UTC)
	for lang, want := range map[string][]string{
		"id": {
			"BERKAS LAPORAN KTG-AAAA-AAAA\n", "\nNama:\n", "Jenis: Pengaduan\n", "Instansi: Dinas PUPR\n", "Dikirim: Sabtu 21 November 2026\n",
			"Tempat kejadian: depan Pasar Haruyan\n", "Waktu kejadian: tidak ada\n", "Bukti: 2 berkas\n", "Jalan di depan pasar berlubang.\nDua motor jatuh.\n",
			"Senin 23 November 2026: diteruskan – Dinas PUPR\n", "Rabu 25 November 2026: respon awal – Dinas PUPR\n",
			"Tindak lanjut: 14 hari kerja, mulai 23 November\nhari ke-1–14: 24 November–11 Desember\n", "Terlambat, batasnya Jumat 11 Desember 2026\nTerlambat 9 hari kerja, dihitung sesudah batasnya:\nhari ke-1–8: 14–23 Desember\n24 Desember: cuti bersama, Natal (SKB",
			"Rabu 25 November 2026, Dinas PUPR: “Kami periksa malam ini.”\n", "Senin 30 November 2026, Pelapor: “masih berlubang”\nBerkas: 1\n", "Selasa 1 Desember 2026, Admin: “Mohon bersabar.”\n",
		},
		"en": {"FILE OF REPORT KTG-AAAA-AAAA\n", "Monday 23 November 2026: passed on – Dinas PUPR\n", "9 working days late"},
	} {
		name, body := m.Dossier(lang, r, history, thread, at)
		text := string(body)
		if name != "berkas-KTG-AAAA-AAAA.txt" || !utf8.Valid(body) {
			t.Errorf("the file %q is no text", name)
		}
		for _, line := range want {
			if !strings.Contains(text, line) {
				t.Errorf("%s: it lacks %q", lang, line)
			}
		}
		for _, never := range []string{"malm", "anggaran", BoldOn, BoldOff, "[", "telegram"} {
			if strings.Contains(text, never) {
				t.Errorf("%s: it holds %q", lang, never)
			}
		}
		if t.Failed() {
			t.Log(text)
		}
	}
}
