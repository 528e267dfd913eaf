package conversation

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestFormsAreReadInManyLayouts(t *testing.T) {
	const nik = "6307014101900001"
	place := "Desa Pagat, Kec. Batu Benawa, Kab. HST, Kalsel"
	whole := form{Story: "jembatan rusak sejak banjir", Place: place, Name: true, NIK: true}
	unnumbered := whole
	unnumbered.NIK = false
	for _, text := range []string{
		"Nama: Siti\nNIK: " + nik + "\nProv: Kalsel\nKab: HST\nKec: Batu Benawa\nDesa: Pagat\nAduan: jembatan rusak sejak banjir",
		"Nama: Siti\r\nNIK: " + nik + "\r\nProv: Kalsel\r\nKab: HST\r\nKec: Batu Benawa\r\nDesa: Pagat\r\nAduan: jembatan rusak sejak banjir\r\n",
		"Siti/" + nik + "/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Siti / " + nik + " / Kalsel / HST / Batu Benawa / Pagat / jembatan rusak sejak banjir",
		"Siti#" + nik + "#Kalsel#HST#Batu Benawa#Pagat#jembatan rusak sejak banjir",
		"Siti;" + nik + ";Kalsel;HST;Batu Benawa;Pagat;jembatan rusak sejak banjir",
		"Siti | " + nik + " | Kalsel | HST | Batu Benawa | Pagat | jembatan rusak sejak banjir",
		"Siti - " + nik + " - Kalsel - HST - Batu Benawa - Pagat - jembatan rusak sejak banjir",
		"Siti-" + nik + "-Kalsel-HST-Batu Benawa-Pagat-jembatan rusak sejak banjir",
		"Siti, " + nik + ", Kalsel, HST, Batu Benawa, Pagat, jembatan rusak sejak banjir",
		"Siti*" + nik + "*Kalsel*HST*Batu Benawa*Pagat*jembatan rusak sejak banjir",
		"Siti\n" + nik + "\nKalsel\nHST\nBatu Benawa\nPagat\njembatan rusak sejak banjir",
		"1. Siti\n2. " + nik + "\n3. Kalsel\n4. HST\n5. Batu Benawa\n6. Pagat\n7. jembatan rusak sejak banjir",
		nik + "/Siti/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Siti/6307 0141 0190 0001/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Siti/630701410190001/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Assalamualaikum\nSiti/" + nik + "/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Nama/NIK/Prov/Kab/Kec/Desa/Aduan: Siti/" + nik + "/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Nama/NIK/Prov/Kab/Kec/Desa/Aduan\nSiti/" + nik + "/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Format: Nama/NIK/Prov/Kab/Kec/Desa/Aduan\n\nSiti#" + nik + "#Kalsel#HST#Batu Benawa#Pagat#jembatan rusak sejak banjir",
		"NIK/Nama/Aduan/Prov/Kab/Kec/Desa\n" + nik + "/Siti/jembatan rusak sejak banjir/Kalsel/HST/Batu Benawa/Pagat",
		"LAPOR#Siti#" + nik + "#Kalsel#HST#Batu Benawa#Pagat#jembatan rusak sejak banjir",
		"LAPOR/Siti/" + nik + "/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Aduan <spasi> Siti/" + nik + "/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Nama: Siti NIK: " + nik + " Prov: Kalsel Kab: HST Kec: Batu Benawa Desa: Pagat Aduan: jembatan rusak sejak banjir",
		"Nama=Siti;NIK=" + nik + ";Prov=Kalsel;Kab=HST;Kec=Batu Benawa;Desa=Pagat;Aduan=jembatan rusak sejak banjir",
		"Nama: Siti/NIK: " + nik + "/Prov: Kalsel/Kab: HST/Kec: Batu Benawa/Desa: Pagat/Aduan: jembatan rusak sejak banjir",
		"Nama: Siti, NIK: " + nik + ", Desa: Pagat, Kec: Batu Benawa, Kab: HST, Prov: Kalsel, Aduan: jembatan rusak sejak banjir",
		"Nama Siti\nNIK " + nik + "\nProv Kalsel\nKab HST\nKec Batu Benawa\nDesa Pagat\nAduan jembatan rusak sejak banjir",
		"Nama\tSiti\nNIK\t" + nik + "\nProv\tKalsel\nKab\tHST\nKec\tBatu Benawa\nDesa\tPagat\nAduan\tjembatan rusak sejak banjir",
		"| Nama | Siti |\n| NIK | " + nik + " |\n| Prov | Kalsel |\n| Kab | HST |\n| Kec | Batu Benawa |\n| Desa | Pagat |\n| Aduan | jembatan rusak sejak banjir |",
		"Nama - Siti\nNIK - " + nik + "\nPropinsi - Kalsel\nKab. - HST\nKec. - Batu Benawa\nDesa - Pagat\nKeluhan - jembatan rusak sejak banjir",
		"Nama#Siti\nNIK#" + nik + "\nProvinsi#Kalsel\nKabupaten#HST\nKecamatan#Batu Benawa\nDesa#Pagat\nIsi laporan#jembatan rusak sejak banjir",
		"Nama:\nSiti\nNIK:\n" + nik + "\nProv:\nKalsel\nKab:\nHST\nKec:\nBatu Benawa\nDesa:\nPagat\nAduan:\njembatan rusak sejak banjir",
		"*Nama Lengkap* : Siti\n*No. KTP/NIK* : " + nik + "\n*Propinsi* : Kalsel\n*Kabupaten* : HST\n*Kec.* : Batu Benawa\n*Desa* : Pagat\n*Isi Aduan* : jembatan rusak sejak banjir",
		"1. NAMA : Siti\n2. NIK : " + nik + "\n3. PROVINSI : Kalsel\n4. KABUPATEN : HST\n5. KECAMATAN : Batu Benawa\n6. DESA : Pagat\n7. KRONOLOGI : jembatan rusak sejak banjir",
		"a) nama : Siti\nb) no ktp : " + nik + "\nc) prop : Kalsel\nd) kab : HST\ne) kec : Batu Benawa\nf) ds : Pagat\ng) pengaduan : jembatan rusak sejak banjir",
		"• Nama：Siti\n• NIK：" + nik + "\n• Prov：Kalsel\n• Kab：HST\n• Kec：Batu Benawa\n• Desa：Pagat\n• Laporan：jembatan rusak sejak banjir",
		"Desa : Pagat\nKejadian : jembatan rusak sejak banjir\nKec : Batu Benawa\nNama pelapor : Siti\nKab : HST\nNIK (wajib) : " + nik + "\nProv : Kalsel",
		"Selamat pagi min, saya mau lapor\nNama lengkap anda: Siti\nNIK: " + nik + "\nUmur: 40\nPekerjaan: petani\nProv: Kalsel\nKab: HST\nKec: Batu Benawa\nDesa: Pagat\nUraian: jembatan rusak sejak banjir",
	} {
		if got, ok := readForm(text); !ok || got != whole {
			t.Errorf("%q\n%v %+v", text, ok, got)
		}
	}
	for _, text := range []string{
		"Siti/-/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Siti//Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Siti/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak sejak banjir",
		"Nama: Siti\nNIK:\nProv: Kalsel\nKab: HST\nKec: Batu Benawa\nDesa: Pagat\nAduan: jembatan rusak sejak banjir",
		"Nama: Siti\nNIK: ........\nProv: Kalsel\nKab: HST\nKec: Batu Benawa\nDesa: Pagat\nAduan: jembatan rusak sejak banjir",
	} {
		if got, ok := readForm(text); !ok || got != unnumbered {
			t.Errorf("%q\n%v %+v", text, ok, got)
		}
	}
}

func TestFormsTellWhatTheirFieldsTell(t *testing.T) {
	for _, tt := range []struct {
		text string
		want form
	}{
		{
			"Nama : Siti\nAlamat : Pagat RT 3\nNo. Hp : 0812 3456 7890\nIsi Pengaduan : PDAM mati 3 hari. Sudah telepon 0517-41234 tidak diangkat.",
			form{Story: "PDAM mati 3 hari. Sudah telepon 0517-41234 tidak diangkat.", Place: "Pagat RT 3", Name: true, Phone: true},
		},
		{
			"Judul: Jalan rusak\nIsi: jalan berlubang dan gelap\nTanggal: 5/11/2026\nJam: 10.00\nLokasi: Barabai\nInstansi tujuan: Dinas PU",
			form{Story: "Jalan rusak\njalan berlubang dan gelap", Place: "Barabai", When: "5/11/2026 jam 10.00", Agency: "Dinas PU"},
		},
		{
			"Nama: Siti\nAlamat: Jl. Melati 3, Barabai\nEmail: siti@contoh.id\nLokasi Kejadian: depan Pasar Keramat\nWaktu: kemarin sore\nKronologi: petugas minta uang.\nSaya tolak.\n\nHubungi saya di +62 812-3456-7890, petugas itu 085211112222\nNo HP/WA: 081234567890",
			form{
				Story: "petugas minta uang.\nSaya tolak.\n\nHubungi saya di [nomor HP], petugas itu 085211112222", Place: "depan Pasar Keramat", When: "kemarin sore",
				Name: true, Phone: true, Email: true,
			},
		},
		{
			"Keluhan: lampu jalan mati\nsejak Senin\nRT/RW: 04/02\nDusun: Bawah\nKelurahan: Barabai Timur\nKota: Banjarmasin",
			form{Story: "lampu jalan mati\nsejak Senin", Place: "RT/RW 04/02, Dusun Bawah, Kel. Barabai Timur, Kota Banjarmasin"},
		},
		{
			"Kabupaten/Kota: Kota Banjarmasin\nKelurahan/Desa: Kuripan\nKec: Kec. Banjarmasin Timur\nMasalah: sampah",
			form{Story: "sampah", Place: "Kuripan, Kec. Banjarmasin Timur, Kota Banjarmasin"},
		},
		{"Nama: Siti\nAlamat: Jl. Melati\nDesa Pagat\nAduan: sampah", form{Story: "sampah", Place: "Jl. Melati, Desa Pagat", Name: true}},
		{"Lokasi: Pasar Keramat. Waktu: kemarin sore. Jalan berlubang dalam sekali", form{Story: "Jalan berlubang dalam sekali", Place: "Pasar Keramat", When: "kemarin sore"}},
		{"Jembatan rusak pak\nNama: Siti\nDesa: Pagat\nKec: Batu Benawa", form{Story: "Jembatan rusak pak", Place: "Desa Pagat, Kec. Batu Benawa", Name: true}},
		{"Nama: Siti\nAlamat: Pagat\n\nDengan ini saya melaporkan jembatan rusak", form{Story: "Dengan ini saya melaporkan jembatan rusak", Place: "Pagat", Name: true}},
		{"Nama: Siti, NIK: 6307014101900001, jembatan di Pagat rusak parah", form{Story: "jembatan di Pagat rusak parah", Name: true, NIK: true}},
		{"Nama: Siti\nDesa: Pagat\nKeluhan: air mati\nHarapan: segera mengalir", form{Story: "air mati\nHarapan: segera mengalir", Place: "Desa Pagat", Name: true}},
		{"Siti/6307014101900001/Kalsel/HST/Batu Benawa/Pagat/jalan A/B rusak, jam 08:00/09:00", form{
			Story: "jalan A/B rusak, jam 08:00/09:00", Place: "Desa Pagat, Kec. Batu Benawa, Kab. HST, Kalsel", Name: true, NIK: true,
		}},
		{"Siti/6307014101900001/Pagat/jembatan rusak", form{Story: "jembatan rusak", Place: "Pagat", Name: true, NIK: true}},
		{"Nama/Alamat/No HP/Aduan\nSiti/Pagat/081234567890/jembatan rusak, hubungi 081234567890", form{
			Story: "jembatan rusak, hubungi [nomor HP]", Place: "Pagat", Name: true, Phone: true,
		}},
		{"Format: Nama/NIK/Aduan\nNama: Siti\nNIK: 6307014101900001\nAduan: jembatan rusak", form{Story: "jembatan rusak", Name: true, NIK: true}},
		{"LAPOR#jembatan rusak di Pagat", form{Story: "jembatan rusak di Pagat"}},
		{"LAPOR#6307014101900001#jembatan rusak#081234567890#", form{Story: "jembatan rusak", NIK: true, Phone: true}},
		{"ADUAN <spasi> jembatan rusak di Pagat", form{Story: "jembatan rusak di Pagat"}},
		{"ADUAN jembatan rusak di Pagat", form{Story: "jembatan rusak di Pagat"}},
		{"aduan (spasi) jembatan rusak", form{Story: "jembatan rusak"}},

		// Nothing filled in, or no story yet.
		{"Nama/NIK/Prov/Kab/Kec/Desa/Aduan", form{}},
		{"Nama:\nNIK:\nAduan:", form{}},
		{"Siti/6307014101900001/Kalsel/HST/Batu Benawa/Pagat", form{Place: "Desa Pagat, Kec. Batu Benawa, Kab. HST, Kalsel", Name: true, NIK: true}},
		{"Nama: Siti\nNIK: 6307014101900001\nHP: 081234567890", form{Name: true, NIK: true, Phone: true}},
		{"Tempat: Puskesmas Pagat\nJam: 08:00", form{Place: "Puskesmas Pagat", When: "jam 08:00"}},

		// Whoever is complained of is no writer.
		{"Pelapor:\nNama: Siti\nHP: 081234567890\nTerlapor:\nNama: Budi\nHP: 085211112222\nKronologi: minta uang 50 ribu", form{
			Story: "Terlapor:\nNama: Budi\nHP: 085211112222\nminta uang 50 ribu", Name: true, Phone: true,
		}},
		{"Nama: Budi\nJabatan: lurah\nKejadian: minta uang 50rb", form{Story: "Nama: Budi\nJabatan: lurah\nminta uang 50rb"}},
		{"Nama pelapor: Siti\nNama petugas: Budi\nKejadian: minta uang", form{Story: "Nama petugas: Budi\nminta uang", Name: true}},
		{"Nama: Siti\nDesa: Pagat\nNama: Budi\nAduan: ditipu", form{Story: "Nama: Budi\nditipu", Place: "Desa Pagat", Name: true}},
		{"Aduan: petugas bilang waktu: jam 10 harus datang, lokasi: loket 3\nNama: Siti", form{Story: "petugas bilang waktu: jam 10 harus datang, lokasi: loket 3", Name: true}},
	} {
		got, ok := readForm(tt.text)
		if diff := cmp.Diff(tt.want, got); !ok || diff != "" {
			t.Errorf("%q: %v (-want +got)\n%s", tt.text, ok, diff)
		}
	}
}

func TestFormsAreReadAgainAsTheyWereWritten(t *testing.T) {
	for _, text := range []string{
		"Nama: Siti\nDesa: Pagat\nNama: Budi\nAduan: ditipu",
		"Nama: Siti\nDesa: Pagat\nAduan: ditipu\nNama: Budi",
		"Pelapor:\nNama: Siti\nHP: 081234567890\nTerlapor:\nNama: Budi\nHP: 085211112222\nLokasi: Pagat\nKronologi: minta uang 50 ribu",
		"Nama: Budi\nJabatan: lurah\nAlamat: Pagat\nKejadian: minta uang",
		"Siti/6307014101900001/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak\n\nLokasi: ujung desa\nNama: Budi yang merusak",
		"LAPOR#jembatan rusak", "Nama:\nNIK:\nAduan:", "Desa: Pagat\nJam: 10.00\nDinas: PU",
	} {
		f, ok := readForm(text)
		if !ok {
			t.Fatalf("%q is no form", text)
		}
		again, ok := readForm(f.written())
		f.Name, f.NIK, f.Phone, f.Email = false, false, false, false
		if f.Place+f.When+f.Agency == "" && f.written() == f.Story {
			again, ok = form{Story: f.written()}, true
		}
		if diff := cmp.Diff(f, again); !ok || diff != "" {
			t.Errorf("%q: %v (-want +got)\n%s", text, ok, diff)
		}
	}
}

func TestOrdinaryTextsAreNoForms(t *testing.T) {
	for _, text := range []string{
		"", " ", "\n\n", ":", "///////", "#", "LAPOR", "LAPOR#", "ADUAN", "Aduan:", "nama", "Nama: Siti", "Aduan: jembatan rusak", "Lokasi: depan pasar",
		"jalan A/B rusak", "jam 08:00/09:00", "Kepada Yth: Bupati", "Kepada Yth: Bupati HST\nDi tempat\nPerihal: jalan rusak\n\nDengan hormat, saya melaporkan jalan rusak",
		"petugas bertanya nama: siti, alamat: pagat, lalu minta uang", "Petugas: bayar dulu\nSaya: berapa?\nPetugas: 50 ribu", "Harga: 5000\nJumlah: 3\nTotal: 15000",
		"https://maps.app.goo.gl/abc/def/ghi/jkl/mno/pqr", "https://www.google.com/maps/place/Barabai/@-2.58,115.38,17z/data=!3m1!4b1", "-2.58, 115.38",
		"Nama: Budi\nHP: 081234567890", "Rekening: 1234567890\nNama: Budi", "lapor/aduan saya ditolak", "Lapor pak jalan rusak", "LAPOR PAK jalan rusak", "lapor jalan rusak",
		"ADUAN SAYA BELUM DITANGGAPI", "Aduan saya belum ditanggapi", "LAPOR saya belum ditanggapi", "Laporan: jalan rusak, lampu mati", "LAPORAN saya ditolak", "laporan#1234567890123456",
		"KTP/KK/akta hilang semua", "Senin/Selasa/Rabu/Kamis/Jumat/Sabtu tutup/tidak melayani", "RT/RW/lurah/camat/bupati/gubernur/presiden diam saja",
		"jalan rusak; lampu mati; air mati; sampah menumpuk; got mampet; anjing liar; parkir liar", "Pagat/Batu Benawa/HST", "1. jalan rusak\n2. lampu mati\n3. air mati",
		"Desa kami gelap\nKec kami diam\nKab kami juga", "Saya warga desa Pagat, kec. Batu Benawa, kab. HST. Jembatan rusak", "tanggal 5/11/2026 jam 10:00 petugas marah", "biaya: 50 ribu, katanya: resmi",
		"puskesmas buka: jam 8, tutup: jam 10", "NIK saya dipakai orang lain untuk pinjaman", "NIK: 6307014101900001", "barababai jalan rusak", "info: banjir", "Yth. Admin, nama saya Siti, jalan rusak",
		"Budi, 081234567890, minta uang 50 ribu kepada saya", "Lurah Pagat: Budi\nCamat: Anto\nSemua minta uang",
	} {
		if f, ok := readForm(text); ok {
			t.Errorf("%q is read as %+v", text, f)
		}
	}
}

func TestIdentityNumbersAreMasked(t *testing.T) {
	for text, want := range map[string]string{
		"6307014101900001":                                "[NIK]",
		"NIK saya 6307014101900001, tolong":               "NIK saya [NIK], tolong",
		"NIK:6307014101900001.":                           "NIK:[NIK].",
		"nik6307014101900001":                             "nik[NIK]",
		"6307 0141 0190 0001":                             "[NIK]",
		"6307-0141-0190-0001 atas nama Siti":              "[NIK] atas nama Siti",
		"630701.410190.0001":                              "[NIK]",
		"63.07.01.410190.0001":                            "[NIK]",
		"6 3 0 7 0 1 4 1 0 1 9 0 0 0 0 1":                 "[NIK]",
		"630701 4101900001":                               "[NIK]",
		"63070141\u200b01900001":                          "[NIK]",
		"６３０７０１４１０１９００００１":                                "[NIK]",
		"٦٣٠٧٠١٤١٠١٩٠٠٠٠١":                                "[NIK]",
		"laki-laki 6307013112850003 dan 6307017112850004": "laki-laki [NIK] dan [NIK]",
		"petugas minta NIK 6307014101900001 saya":         "petugas minta NIK [NIK] saya",
		"3171234567890001 6307014101900001":               "3171234567890001 [NIK]", // no such day
		"KTP saya 630701410190000":                        "KTP saya [NIK]",         // a digit lost
		"no ktp 63070141019000011":                        "no ktp [NIK]",
		"NIK saya 6307/0141":                              "NIK saya 6307/0141",
		"No KK 6307012201080005":                          "No KK [nomor KK]",
		"kartu keluarga: 6307012201080005":                "kartu keluarga: [nomor KK]",
		"KK 6307012201080005 NIK 6307014101900001":        "KK [nomor KK] NIK [NIK]",
		"Siti/6307014101900001/081234567890/jalan":        "Siti/[NIK]/081234567890/jalan",
		"NIK 6307014101900001 081234567890":               "NIK [NIK] 081234567890",
		"Nama: Siti\nHP: 0812-3456-7890\nAduan: ditipu 085211112222, hubungi saya 0812 3456 7890": "Nama: Siti\nHP: [nomor HP]\nAduan: ditipu 085211112222, hubungi saya [nomor HP]",
		"Nama: Siti\nNo WA: +6281234567890\nEmail: siti@contoh.id\nAduan: jalan rusak":            "Nama: Siti\nNo WA: [nomor HP]\nEmail: [email]\nAduan: jalan rusak",
		"Nama: Siti\nNo. KTP/NIK : 6307 0141 0190 0001\nDesa: Pagat\nAduan: jalan":                "Nama: Siti\nNo. KTP/NIK : [NIK]\nDesa: Pagat\nAduan: jalan",
		strings.Repeat("cerita ", 9000) + "6307014101900001":                                      strings.Repeat("cerita ", 9000) + "[NIK]",
	} {
		if got := maskIdentity(text); got != want {
			t.Errorf("maskIdentity(%.80q) = %.80q, want %.80q", text, got, want)
		}
	}
}

func TestNumbersThatMayBeEvidenceStay(t *testing.T) {
	for _, text := range []string{
		"", "jalan rusak", "petugas minta uang lewat 081234567890", "hubungi 0812 3456 7890", "transfer ke rekening 1234567890", "rekening BRI 002301023456789",
		"rekening 6307014101900001", "virtual account 8888 0812 3456 7890", "nomor resi 6307014101900001", "kartu kredit 5307 0141 0190 0001", "Rp 1.112.010.190.123.456", "Rp 6307014101900001",
		"bayar Rp 20.000.000 lewat calo", "total 1.200.000.000.000.000 rupiah", "plat DA 1234 AB", "KTG-7F3K-29QX", "laporan 6307014101900001", "nomor laporan LAPOR 7654321", "17-08-2026 jam 08.00-12.00",
		"12-11-2026 08.00-12.00", "2026 11 12 2026 11 13", "-2.5833333333333333, 115.3821234567890", "https://www.facebook.com/photo?fbid=6307014101900001", "id pelanggan 512345678901",
		"115.3821205900001 derajat", "1.153.821.205.900.001 rupiah", "11,53 821205900001", "9907014101900001", "6300014101900001", "6307004101900001", "6307017301900001", "6307014113900001", "6307014101900000", "63070141019000011234", "KTP saya 3 tahun lalu", "KTP hubungi 081234567890",
		"no ktp 081234567890", "1234567890123456", "0000000000000000", "surel budi@contoh.id", "Nama: Budi\nHP: 081234567890", "6307x14101900001",
	} {
		if got := maskIdentity(text); got != text {
			t.Errorf("maskIdentity(%q) = %q", text, got)
		}
	}
}

func FuzzFormsAreReadWithoutPanic(f *testing.F) {
	for _, s := range append([]string{
		"Nama: Siti\nNIK: 6307014101900001\nDesa: Pagat\nAduan: jembatan rusak", "Siti/6307014101900001/Kalsel/HST/Batu Benawa/Pagat/jembatan rusak", "Nama/NIK/Aduan: Siti/1/2",
		"LAPOR#a#b", "ADUAN <spasi> x", "nama\nnik\naduan\n", "Terlapor:\nNama: B\nNIK: 6\nDesa: x", "HP: +62\nNama: a\nAduan: +62 812 3456 7890", "\xff:\xff\n：", "1) a: b\n2) c= d",
	}, heavyForms...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := readForm(text)
		if !ok && got != (form{}) {
			t.Fatalf("%q is no form and tells %+v", text, got)
		}
		for _, s := range []string{got.Story, got.Place, got.When, got.Agency} {
			if utf8.ValidString(text) && !utf8.ValidString(s) {
				t.Fatalf("%q is cut inside a letter: %q", text, s)
			}
			if maskNIKs(s) != s {
				t.Fatalf("%q lets an identity number through: %q", text, s)
			}
		}
		if again, _ := readForm(got.written()); got.Place != "" && (again.Story != got.Story || again.Place != got.Place || again.When != got.When || again.Agency != got.Agency) {
			t.Fatalf("%q is written as %q and read as %+v", text, got.written(), again)
		}
		masked := maskIdentity(text)
		if utf8.ValidString(text) && !utf8.ValidString(masked) {
			t.Fatalf("%q is masked inside a letter: %q", text, masked)
		}
	})
}

// heavyForms are beginnings of texts that would cost much if reading looked back.
var heavyForms = []string{
	"a:", "a: ", "nama:", "nama: a\n", "nama: a nik: 6 ", "Desa: a\n", "desa a\n", "-----------", "/", "a/", "#", "1 ", "6307 0141 0190 0001 ", "6307014101900001/", "0812 ", "081234567890 ", "nik ", "kab kota ",
	"a=b;", ". ", "Lokasi: a. ", "a\n", "\n", ":", "aaaa", "é：", "HP: 081234567890\n", "Aduan: x\nNama: a\n", "@ ", "a@a ", "Nama:",
}

// TestFormsCostNoMoreThanTheirLength holds that a text sixteen times as long
// allocates some sixteen times as often at most, whatever it consists of.
func TestFormsCostNoMoreThanTheirLength(t *testing.T) {
	for _, s := range heavyForms {
		for name, read := range map[string]func(string){
			"readForm":     func(text string) { readForm(text) },
			"maskIdentity": func(text string) { maskIdentity(text) },
		} {
			cost := func(n int) float64 {
				text := "Nama: a\nDesa: b\nAduan: " + strings.Repeat(s, n/len(s)+1)[:n]
				return testing.AllocsPerRun(1, func() { read(text) })
			}
			if short, long := cost(4096), cost(65_536); long > 20*short+2000 {
				t.Errorf("%s of %q… allocates %.0f times in 4,096 bytes and %.0f in 65,536", name, s, short, long)
			}
		}
	}
}

func TestFormsHaveAnEnd(t *testing.T) {
	for _, s := range []string{"Desa: a\n", "Nama: a ", "desa a\n", "a: b\n"} {
		if parts, _ := formParts("Nama: a\nDesa: b\n" + strings.Repeat(s, 65_536/len(s))); len(parts) > 1000 {
			t.Errorf("%q… has %d fields", s, len(parts))
		}
	}
}

func BenchmarkForm(b *testing.B) {
	texts := map[string]string{"form": "Nama: Siti\nNIK: 6307014101900001\nProv: Kalsel\nKab: HST\nKec: Batu Benawa\nDesa: Pagat\nAduan: jembatan rusak sejak banjir"}
	for _, s := range heavyForms {
		texts["longest/"+s] = "Nama: a\nDesa: b\n" + strings.Repeat(s, 65_536/len(s))
	}
	for name, text := range texts {
		b.Run("readForm/"+name, func(b *testing.B) {
			for b.Loop() {
				readForm(text)
			}
		})
		b.Run("maskIdentity/"+name, func(b *testing.B) {
			for b.Loop() {
				maskIdentity(text)
			}
		})
	}
}
