package conversation

import (
	"strings"
	"testing"

	"kentongan/conversation/phrases"
)

func TestRemarksAreToldFromStories(t *testing.T) {
	for is, texts := range map[remark][]string{
		remarkWhen: {
			"kapan diproses?", "Kapan diprosesnya pak", "berapa lama?", "brp lama min", "berapa lama prosesnya ya", "kok lama", "kok lama banget sih", "lama amat", "kapan selesai", "kapan ada kabar?", "kpn ditindaklanjuti",
			"laporan saya kapan diproses", "kenapa lama sekali", "berapa hari prosesnya?", "kok ga dibalas", "kenapa belum dijawab?", "how long does it take?", "when will it be processed", "maaf, kapan diproses ya?", "masih lama?",
			"proses berapa hari?", "kok ga ada jawaban", "laporan saya kapan ditindak lanjuti?",
		},
		remarkCost:    {"ini gratis?", "gratis kan?", "bayar ga?", "bayar gak min", "ada biayanya?", "berapa biayanya", "apakah dikenakan biaya?", "harus bayar?", "gratis ga sih", "is it free?", "bayar berapa ya", "apakah gratis"},
		remarkReaders: {"siapa yang baca?", "siapa yg membaca laporan ini", "laporan ini diteruskan ke siapa?", "yang terima siapa", "who reads this?", "ada yang baca ga", "dibaca siapa ya"},
		remarkSecret: {
			"aman ga nama saya?", "nama saya aman?", "identitas saya dirahasiakan kan?", "boleh anonim?", "bisa anonim ga", "apakah nama saya disebut?", "boleh tanpa nama?", "aman ga?", "takut ketahuan", "saya takut ketahuan pak",
			"data saya dipakai untuk apa?", "nanti ketahuan ga?", "is my name safe?", "can I stay anonymous?",
		},
		remarkNIK:    {"harus isi NIK?", "perlu KTP?", "apakah harus pakai nama asli?", "wajib isi nik ya", "kok minta NIK?", "NIK buat apa?", "nama lengkap harus?", "do you need my ID?"},
		remarkBot:    {"ini robot ya?", "ini bot?", "ini siapa?", "siapa ini", "kamu siapa", "anda robot?", "robot atau manusia?", "ini AI ya", "who are you?", "dengan siapa saya bicara?", "are you a bot?"},
		remarkHuman:  {"bisa bicara dengan orang?", "saya mau bicara dengan petugas", "minta nomor admin", "boleh telepon?", "sambungkan ke admin dong", "adminnya mana?", "ada orang?", "can I talk to a human?", "mau ngobrol sama manusia"},
		remarkFiles:  {"bagaimana cara kirim foto", "cara kirim foto gimana?", "kirim fotonya kemana?", "bisa kirim video?", "boleh pakai voice note?", "foto dikirim di mana ya?", "gak bisa kirim foto", "how do I send a photo?"},
		remarkNumber: {"nomor laporannya berapa?", "lupa nomor laporan", "kode aksesnya apa ya", "mana nomor laporan saya?", "dapat nomor tiket ga?", "no laporan saya berapa"},
		remarkStatus: {"udah masuk belum laporannya?", "laporan saya sudah masuk?", "sudah terkirim belum?", "gimana laporan saya", "status laporan saya", "cek laporan", "laporan saya sampai mana ya", "sudah diterima?", "sudah diproses belum min laporannya"},
		remarkHow:    {"caranya gimana?", "gimana caranya", "bingung", "saya ga ngerti", "maksudnya apa?", "maksudnya?", "saya harus apa?", "ini apa ya?", "cara lapor gimana"},
		remarkCancel: {"ga jadi", "gak jadi deh", "nggak jadi lapor", "batal", "batal aja min", "maaf ga jadi", "never mind", "laporannya ga jadi"},
		remarkInsult: {"bangsat", "BANGSAT!!!", "bot bego", "dasar bot goblok", "percuma lapor", "percuma lapor di sini", "ga guna", "goblok lu", "tolol banget sih", "anjing lu", "sia-sia aja", "🖕", "fuck you", "stupid bot", "gak berguna"},
		remarkWait:   {"sebentar", "bentar ya", "tunggu dulu ya nanti saya lanjut", "tunggu sebentar", "nanti dulu", "ntar ya min", "fotonya nanti menyusul", "sebentar saya cari dulu", "wait", "hold on", "nanti saya kirim fotonya"},
		remarkMistake: {
			"salah kirim", "maaf salah kirim", "salah kirim pak maaf", "maaf", "Maaf ya", "typo", "eh salah ketik", "abaikan pesan tadi", "maaf mengganggu", "sorry, wrong chat", "maaf kepencet", "maaf bukan itu maksud saya",
		},
		remarkThanks: {"makasih min", "tks", "🙏", "🙏🙏🙏", "terima kasih banyak pak", "terima kasih atas bantuannya", "ok makasih ya", "thanks", "thank you very much", "makasiiih", "alhamdulillah terima kasih", "❤️"},
		remarkOK:     {"ok", "OK", "oke siap", "sip", "siap pak", "baik", "baik bu", "oh gitu", "mantap", "paham", "👍", "wkwkwk", "hmm", "okee", "siap 86"},
		remarkHere:   {"halo?", "halo", "haloooo", "p", "min?", "masih di situ?", "assalamualaikum", "?", "???", "selamat pagi pak", "hello?"},
	} {
		for _, text := range texts {
			if got, _ := sideRemark(text); got != is {
				t.Errorf("sideRemark(%q) = %q, want %q", text, got, is)
			}
		}
	}
}

func TestStoriesAndAnswersAreNoRemarks(t *testing.T) {
	for _, text := range []string{
		// Stories with the words of remarks.
		"petugas bilang gratis tapi minta uang", "sudah bayar tapi tidak diproses", "orang itu bilang bangsat ke saya", "katanya gratis", "gratis tapi bayar", "saya disuruh bayar", "disuruh bayar 50 ribu", "sudah bayar", "tidak gratis",
		"bayar KTP berapa?", "berapa biaya bikin KTP?", "biaya sekolah mahal", "harus bayar di loket", "harus bayar", "minta biaya", "kapan jalan diperbaiki?", "kapan KTP saya jadi?", "kapan bansos cair?", "kapan air mengalir lagi",
		"lama sekali antrean di puskesmas", "sudah lama", "lama", "antre lama", "pelayanan lama banget", "disuruh tunggu", "disuruh nunggu terus", "menunggu 3 jam", "tunggu 3 jam tidak dilayani", "sudah sebulan tidak diproses",
		"laporan saya ditolak polisi", "laporan saya belum diproses", "aduan saya tidak ditanggapi dinas", "berkas saya sudah masuk tapi hilang", "air sudah masuk rumah", "sudah masuk", "sudah dikirim", "nomor antrean hilang", "nomor rumah 12",
		"lupa nomor rumahnya", "NIK saya salah", "NIK tidak terdaftar", "KTP", "KTP hilang", "KTP saya belum jadi", "petugas minta KTP", "petugas minta NIK saya", "minta KTP", "nama saya salah di KTP", "nama saya tidak ada di daftar bansos",
		"data saya bocor", "data saya disalahgunakan", "identitas saya disebar petugas", "nama saya dicoret", "tidak aman", "lingkungan tidak aman", "jalan tidak aman", "rahasiakan nama saya", "tolong dirahasiakan", "mohon dirahasiakan ya", "jangan sebut nama saya",
		"tidak bisa bicara dengan petugas", "saya mau bicara dengan bupati", "petugas tidak ada", "adminnya marah", "petugas mana ada di kantor", "petugas tidak bisa dihubungi", "telepon tidak diangkat", "tidak bisa telepon",
		"saya kirim foto", "foto menyusul di email", "petugas minta foto", "tidak ada foto", "foto KTP ditolak", "saya sudah kirim berkas", "anjing", "tai", "anjing liar banyak", "anjing tetangga menggigit", "babi hutan masuk kebun", "monyet masuk rumah",
		"sampah", "lurah bangsat", "polisi goblok", "guru bilang anak saya bodoh", "kepala desa tidak becus", "petugasnya bego", "jalan bangsat", "percuma lapor polisi", "percuma ada puskesmas", "bupati payah", "sapi mati", "penipuan", "korupsi",
		"salah obat", "salah alamat", "petugas salah ketik nama saya", "salah kirim obat", "KTP saya salah ketik", "salah", "petugas minta maaf", "terima kasih tapi jalannya masih rusak", "uang terima kasih", "minta uang terima kasih", "terima kasih jalannya sudah diperbaiki",
		"pesanan batal", "antrean saya batal", "batal nikah karena KUA", "KTP tidak jadi", "sertifikat tidak jadi jadi", "laporan saya dibatalkan", "saya bingung ke mana melapor pungli", "tidak ada orang di kantor", "kantor masih tutup", "lampu mati", "tes CPNS curang",
		"halo pak lurah minta uang", "halo jalan rusak", "selamat malam, lampu mati", "robot", "ok tapi jalannya rusak", "baik-baik saja sampai petugas datang", "siapa yang bertanggung jawab", "siapa yang rusak jalan", "siapa lurahnya?", "ini siapa yang buang sampah",
		// Answers to what the dialogue asks.
		"kemarin", "di pasar", "lewati", "ya", "tidak", "iya pak", "nggak", "tadi sore", "nanti malam", "sebentar lagi", "barusan", "kapan saja", "kapan ya?", "setiap hari", "lupa", "tidak tahu", "belum tahu", "entah", "Setuju", "tidak setuju", "Kirim", "kirim", "hapus",
		"1", "2.", "dua", "Selesai", "sudah", "belum", "kembali", "lanjut", "biarkan", "rahasiakan", "anonim", "rahasia", "biasa", "Barabai", "di mana saja", "depan rumah saya", "Dinas PU", "jam 3", "tidak ada", "tidak perlu", "tidak usah", "Lewati saja",
		"", " ", "...", "!!!", "🤔", "道路", strings.Repeat("ok ", 50), strings.Repeat("a", 200), "halo " + strings.Repeat("pak ", 20),
	} {
		if got, ok := sideRemark(text); ok {
			t.Errorf("sideRemark(%q) = %q", text, got)
		}
	}
}

func TestEveryRemarkHasItsPhrase(t *testing.T) {
	c := phrases.Default()
	seen := map[remark]bool{}
	for _, d := range sides {
		if seen[d.is] {
			t.Errorf("%s is there twice", d.is)
		}
		seen[d.is] = true
		switch d.is {
		case remarkThanks, remarkOK, remarkCancel, remarkHow:
			continue // answered as the command or the small talk that they are
		}
		for _, lang := range []string{"id", "en"} {
			key := "side." + string(d.is)
			text := c.Text(lang, key)
			if text == key {
				t.Errorf("%s lacks [%s]", lang, key)
			}
			if strings.Contains(text, "\n") || len(strings.Fields(text)) > 30 {
				t.Errorf("%s [%s] is no short line: %q", lang, key, text)
			}
		}
	}
}

func FuzzRemarksAreHeardWithoutPanic(f *testing.F) {
	for _, s := range []string{"kapan diproses?", "ga jadi", "bangsat", "🙏", "halo?", "yaaaaa", "ga", "nya", "kah", "\xff", "maaf-nya"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		is, ok := sideRemark(text)
		if ok == (is == "") {
			t.Fatalf("sideRemark(%q) = %q, %v", text, is, ok)
		}
		if ok && danger(text) {
			t.Fatalf("%q speaks of danger and is taken for a remark: %s", text, is)
		}
	})
}

// TestRemarksCostNothingInLongTexts holds that long texts are not even read.
func TestRemarksCostNothingInLongTexts(t *testing.T) {
	for _, s := range []string{"ok ", "kapan diproses ", "🙏", "?", "aaaa"} {
		text := strings.Repeat(s, 65_536/len(s))
		if n := testing.AllocsPerRun(3, func() { sideRemark(text) }); n > 0 {
			t.Errorf("%q… allocates %.0f times", s, n)
		}
	}
}

func BenchmarkRemark(b *testing.B) {
	for _, text := range []string{"kapan diproses?", "makasih min", "Jalan di depan pasar Barabai berlubang, sudah banyak yang jatuh", strings.Repeat("ok ", 21_845)} {
		b.Run(head(text, 16), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sideRemark(text)
			}
		})
	}
}
