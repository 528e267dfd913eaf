package conversation

import (
	"testing"

	"kentongan/reports"
)

func TestSecrecyIsProposedForPlacesForcedPaymentsAndRefusingPolice(t *testing.T) {
	for _, text := range []string{
		"banyak siswa titipan di SMA 3", "masuk SMP lewat jalur belakang bayar 5 juta", "PPDB kotor, kuota habis oleh titipan pejabat", "yang lolos CPNS orang dalam semua", "honorer titipan kepala dinas", "kursi sekolah dijual, katanya titipan",
		"sekolah mewajibkan, orang tua dipaksa bayar uang gedung", "sumbangan wajib 500 ribu di SMP", "komite sekolah: infaq wajib tiap bulan", "guru memaksa membayar LKS", "petugas kelurahan, kami dipaksa bayar 50 ribu", "wajib beli seragam di koperasi sekolah",
		"laporan saya ditolak polisi", "laporan kehilangan motor ditolak di polsek", "polisi tidak mau terima laporan saya", "SPKT menolak laporan istri saya", "polisi menolak laporan, disuruh pulang", "the police refused my report",
		"ditilang polisi di simpang, diminta 200rb tanpa surat", "petugas loket minta 50 ribu buat ktp", "pak RT minta lima puluh ribu tiap surat", "the officer asked for 200 thousand",
		"tiap minggu jatah preman diambil anggota satpol PP", "japrem untuk kepala pasar",
	} {
		if !wantsSecrecy(text) {
			t.Errorf("wantsSecrecy(%q) = false", text)
		}
	}
	for _, text := range []string{
		"tukang parkir minta 5 ribu", "petugas datang jam 200 meter dari rumah", "polisi minta saya tunggu 3 hari", "minta tolong petugas, 50 rumah gelap",
		"titipan motor di depan sekolah penuh", "tempat titip barang di kampus rusak", "orang dalam rumah jatuh", "sekolah rusak", "guru jarang masuk", "wajib bayar pajak mahal", "polisi tidur terlalu tinggi",
		"saya lapor polisi karena tetangga menolak pindah", "laporan saya ditolak dinas", "jatah preman di pasar malam", "dipaksa bayar parkir preman di ruko", "anak saya tidak diterima di SMA negeri", "ditolak puskesmas",
	} {
		if wantsSecrecy(text) {
			t.Errorf("wantsSecrecy(%q) = true", text)
		}
	}
}

func TestWhistleblowingIsProposedToInsidersOnly(t *testing.T) {
	for _, tt := range []struct {
		text string
		want reports.Kind
	}{
		{"saya pegawai di dinas, kepala dinas korupsi dana perjalanan", reports.Whistleblowing},
		{"di kantor saya ada proyek fiktif", reports.Whistleblowing},
		{"atasan saya menyuruh kami mark up anggaran makan minum", reports.Whistleblowing},
		{"saya guru di SMP 2, kepala sekolah korupsi dana BOS", reports.Whistleblowing},
		{"whistleblowing: lelang diatur", reports.Whistleblowing},
		{"saya pegawai swasta, dimintai uang oleh oknum polisi", ""},
		{"saya kerja di pabrik, kena pungli di samsat", ""},
		{"saya karyawan toko dan diperas petugas", ""},
		{"ada pungli di samsat", ""},
		{"di kantor saya listrik mati", ""},
		{"usul atasan saya, taman diperluas", reports.Aspiration},
	} {
		if got := proposeKind(plainWords(tt.text), wantsSecrecy(tt.text)); got != tt.want {
			t.Errorf("proposeKind(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// The dialogue proposes what [Machine.ReadReport] reads, shows it as a proposal
// and lets go of it where the person wants no secrecy.
func TestTheReviewProposesWhistleblowing(t *testing.T) {
	const story = "saya pegawai di dinas PU Kabupaten Kudus, kepala dinas korupsi dana perjalanan sejak Januari 2026, saya disuruh membuat kuitansi"
	m := made(t, config(t))
	if got := m.ReadReport(story, friday, wib); got.Kind != reports.Whistleblowing || !got.Secrecy {
		t.Errorf("read as %s, secrecy %v", got.Kind, got.Secrecy)
	}
	for answer, want := range map[string]reports.Kind{"Ya": reports.Whistleblowing, "Tidak": reports.Complaint} {
		p := newPerson(t, m)
		p.writes(story, "Setuju", answer, "lewati", "lewati", "lewati")
		if p.s.Asked != asksReview || p.s.Telling.Draft.Kind != "" {
			t.Fatalf("%s: asked %q, kind set to %q", answer, p.s.Asked, p.s.Telling.Draft.Kind)
		}
		if got := p.s.Telling.kind(); got != want {
			t.Errorf("%s: proposes %s, want %s", answer, got, want)
		}
		if want == reports.Whistleblowing {
			p.writes("5", "kembali")
			p.mustRead("Pelaporan pelanggaran (usulan kami)")
		}
	}
}
