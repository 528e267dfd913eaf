package conversation

import "testing"

func TestQuestionsAboutTheServiceAreRemarks(t *testing.T) {
	for is, texts := range map[remark][]string{
		remarkOfficial: {
			"apakah ini resmi?", "ini resmi ga", "ini resmi?", "resmi gak sih ini", "ini layanan resmi pemerintah?", "ini punya pemerintah ya?", "apa ini bukan penipuan?", "ini penipuan bukan", "ini beneran?",
			"apakah layanan ini resmi dari pemerintah", "nomor ini resmi kan?", "ini punya siapa?", "is this official?", "ini dari pemerintah?", "ini hoax bukan?", "bisa dipercaya ga ini", "ini asli apa tipu?",
		},
		remarkBot: {"ini bot apa orang?", "ini bot apa orang", "ini robot atau manusia", "yang jawab ini orang apa bot?", "kamu manusia?", "bot ya?", "ini mesin ya"},
		remarkWhy: {
			"kenapa harus tanya?", "kenapa nanya terus", "kok banyak banget pertanyaannya", "banyak tanya amat", "buat apa ditanya?", "kenapa banyak pertanyaan?", "kok ribet", "kok ribet banget sih", "nanya mulu", "why do you ask?",
			"untuk apa pertanyaan ini?", "kenapa saya harus jawab pertanyaan ini",
		},
		remarkSecret: {
			"aman ga nama saya", "aman gak nama saya?", "nama saya aman ga", "apakah pak lurah tahu saya yang lapor?", "nanti pak RT tau ga kalau saya lapor?", "siapa yang tahu nama saya?", "identitas saya dijamin aman?",
			"apa nama saya bakal ketahuan", "data saya aman?", "rahasia gak ini",
		},
		remarkPhone: {"bisa lapor lewat telepon?", "bisa lapor lewat telepon", "boleh lapor via telpon?", "lapor lewat telepon bisa gak", "ada nomor teleponnya?", "ada nomor WA?", "nomor telepon layanan ini berapa?", "ada hotline?", "can I report by phone?"},
		remarkOffice: {
			"kantornya dimana?", "kantornya dimana", "kantor di mana ya", "alamat kantornya mana?", "harus datang ke kantor?", "perlu datang langsung ga?", "bisa lapor langsung ke kantor?", "di mana kantor kalian", "where is your office?",
			"apa harus datang?", "poskonya dimana min",
		},
		remarkLanguage: {
			"boleh bahasa daerah?", "boleh bahasa daerah", "boleh pakai bahasa jawa?", "bisa bahasa sunda ga", "harus bahasa indonesia?", "pakai bahasa banjar boleh?", "can I write in English?", "boleh ga pake bhs madura", "bisa bahasa inggris?",
			"tulisnya harus bahasa baku?",
		},
		remarkContact: {
			"nanti dihubungi siapa?", "nanti dihubungi siapa", "siapa yang menghubungi saya?", "siapa yg akan hubungi saya nanti", "apakah saya akan dihubungi?", "nanti saya dikabari ga?", "hasilnya dikirim lewat mana?", "kabarnya lewat apa?",
			"saya tahu hasilnya dari mana?", "apakah nanti ada petugas yang menghubungi?", "who will contact me?",
		},
		remarkWithdraw: {
			"apakah laporan ini bisa dibatalkan nanti?", "laporannya bisa dibatalkan?", "bisa dicabut ga", "bisa dicabut nanti?", "kalau berubah pikiran bisa dibatalkan?", "cara mencabut laporan gimana", "gimana cara batalkan laporan yang sudah terkirim",
			"saya mau cabut laporan", "tolong hapus laporan saya", "can I withdraw it later?", "laporan yang tadi bisa ditarik lagi?", "mau batalin laporan yang kemarin",
		},
		remarkChange: {"bisa diubah nanti?", "apakah nanti bisa diedit?", "laporannya masih bisa diubah ga?", "boleh tambah bukti nanti?", "cara mengubah laporan gimana?", "kalau salah bisa diganti jawabannya?", "can it be changed later?", "bisa nambah cerita lagi?"},
		remarkAgain:  {"apa?", "apa", "apa ya?", "ulangi", "tolong ulangi", "bisa diulangi?", "setuju apa?", "setuju untuk apa ya", "tadi tanya apa?", "pertanyaannya apa tadi", "what?", "apaan sih"},
		remarkWhen: {
			"berapa lama?", "berapa lama", "kok lama", "lama ga?", "lama gak prosesnya?", "berapa lama diprosesnya", "butuh waktu berapa lama?", "apakah pasti ditindaklanjuti?", "beneran diproses ga?", "prosesnya lama?", "berapa hari ditanggapi?",
		},
		remarkCost: {"bayar ga", "bayar ga?", "ada bayarnya?", "apakah dipungut biaya?", "gratis kah?", "kena biaya gak"},
		remarkStatus: {
			"laporan saya yang kemarin gimana", "laporan saya yang kemarin gimana?", "laporan saya minggu lalu sudah sampai mana?", "kabar laporan saya yang dulu gimana", "gimana laporan saya kemarin", "laporan kemarin diproses ga?",
			"perkembangan laporan saya gimana?",
		},
	} {
		for _, text := range texts {
			if got, _ := sideRemark(text); got != is {
				t.Errorf("sideRemark(%q) = %q, want %q", text, got, is)
			}
		}
	}
}

func TestStoriesWithTheWordsOfServiceQuestionsStayStories(t *testing.T) {
	for _, text := range []string{
		"pungutan tidak resmi di pasar", "biaya resmi 50 ribu diminta 200 ribu", "apakah pungutan ini resmi?", "apakah biaya parkir ini resmi?", "tukang parkir tidak resmi", "saya kena penipuan", "ini penipuan", "penipuan berkedok bansos", "penipuan online",
		"undangan palsu dari dinas", "ijazah palsu", "petugas tanya-tanya terus", "ditanya petugas berbelit", "pelayanannya ribet", "kok ribet ngurus KTP", "kenapa urus KK ribet?", "guru tanya uang komite terus", "kenapa listrik mati terus?",
		"telepon kantor dinas tidak diangkat", "tidak bisa lapor lewat telepon", "sudah lapor lewat telepon tapi tidak ditanggapi", "call center PLN tidak bisa dihubungi", "nomor telepon saya disebar petugas", "kantornya kosong", "kantor lurah dimana?", "kantor pos tutup",
		"kantor desa selalu tutup", "di kantor kecamatan", "kantor camat", "alamat saya salah di KK", "loket 3 tutup", "petugas datang minta uang", "saya disuruh datang lagi besok", "sudah datang ke kantor tapi tutup", "guru tidak bisa bahasa daerah", "buku bahasa jawa tidak ada",
		"guru bahasa inggris jarang masuk", "petugas pakai bahasa kasar", "siapa yang bisa dihubungi kalau lampu mati", "petugas tidak pernah menghubungi", "nomor pengaduan PDAM tidak bisa dihubungi", "bansos saya dicabut", "kenapa bansos saya dicabut?", "izin tidak bisa dicabut",
		"laporan saya dibatalkan sepihak", "KIS saya dihapus", "data saya dihapus dari DTKS", "nama saya bisa dihapus dari daftar?", "bisakah jalan ini diperbaiki?", "bisa diperbaiki?", "tolong diperbaiki", "mohon ditambah lampu", "bisa ditambah lampu jalan?", "jadwal kereta diubah",
		"nama di sertifikat diubah tanpa izin", "apa yang terjadi di kantor lurah", "apa solusinya jalan rusak ini", "apa boleh sekolah minta uang?", "apakah boleh RT minta iuran", "pak lurah tahu saya lapor lalu mengancam", "lama tidak diproses", "sudah lama tidak ditanggapi",
		"laporan saya ke polisi kemarin ditolak", "kemarin", "tahun lalu", "tidak tahu", "tahu tempe basi", "siapa tahu bisa dibantu jalannya", "what a mess at the clinic", "the officer asked for money", "can the road be fixed",
		"gimana nasib KTP saya", "resmi", "asli", "kantor", "telepon", "bahasa", "ubah", "Ubah", "batalkan bantuan itu", "cabut izinnya",
	} {
		if got, ok := sideRemark(text); ok {
			t.Errorf("sideRemark(%q) = %q", text, got)
		}
	}
}
