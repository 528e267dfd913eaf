package conversation

import (
	"math"
	"strings"
	"testing"

	"kentongan/reports"
)

func TestGreetingsTellNothing(t *testing.T) {
	for _, text := range []string{
		"p", "P", "PP", "p p p", "assalamualaikum", "Assalamu'alaikum wr. wb.", "Assalamualaikum warahmatullahi wabarakatuh",
		"ass", "السلام عليكم", "halo", "halooo", "Halo min", "hallo admin 🙏", "hai kak", "hi", "Hello", "selamat pagi", "selamat pagi pak",
		"pagi bu", "met malam min", "Permisi", "permisi, mau tanya", "punten", "sampurasun", "om swastiastu", "tes", "test", "testing 123", "ping",
		"mau lapor", "min saya mau lapor dong", "saya ingin melaporkan sesuatu", "Mau lapor pak, bisa?", "bisa lapor di sini?", "lapor", "LAPOR!!",
		"apakah ini nomor pengaduan?", "saya mau mengadu", "mau ngadu min", "mau tanya boleh kak?", "saya mau buat laporan", "cara lapor gimana ya",
		"👋", "🙏🙏", "?", "hi, I want to report", "good morning", "/lapor", "Lapor pak", "mau komplain dong",
	} {
		if !greeting(text) {
			t.Errorf("greeting(%q) = false", text)
		}
		if tells(text) {
			t.Errorf("tells(%q) = true", text)
		}
	}
}

func TestWhatTellsSomethingIsNoGreeting(t *testing.T) {
	for _, text := range []string{
		"jalan", "Jalan rusak di depan pasar", "assalamualaikum, lampu jalan mati", "min banjir", "selamat pagi pak, saya mau lapor jalan berlubang",
		"halo min saya mau lapor polisi tidur terlalu tinggi", "pungli", "tolong saya dipukuli", "listrik padam", "barababai jalan rusak",
		"mau tanya syarat ktp", "KTP", "saya mau lapor pak lurah", "道路坏了", "الطريق مكسور", "ꦢꦭꦤ꧀ꦫꦸꦱꦏ꧀", "дорога", "good morning the bridge broke",
		"tadi malam", "hari ini", "2 lubang", "jl. Ahmad Yani", "sampah!!!", "https://example.org/foto", "aer ndak mengalir", strings.Repeat("halo ", 300) + "jalan rusak",
	} {
		if greeting(text) {
			t.Errorf("greeting(%q) = true", text)
		}
		if !tells(text) {
			t.Errorf("tells(%q) = false", text)
		}
	}
}

func TestSmallTalkIsNeitherGreetingNorTold(t *testing.T) {
	for _, text := range []string{
		"", "   ", "😀", "...", "!!!", "123", "2", "ok", "oke siap", "ya", "iya pak", "tidak", "makasih banyak", "terima kasih min 🙏",
		"wkwkwk", "haha", "hmm", "x", "sudah", "ok makasih ya", "\u200b", "thanks",
	} {
		if greeting(text) && !strings.ContainsAny(text, "🙏") {
			t.Errorf("greeting(%q) = true", text)
		}
		if tells(text) {
			t.Errorf("tells(%q) = true", text)
		}
	}
}

func TestSecrecyIsProposedWhereOfficialsAreAccused(t *testing.T) {
	for _, text := range []string{
		"ada pungli di samsat", "PUNGLI!!", "punglinya 50 ribu", "pungutan liar di sekolah", "saya dimintai uang oleh petugas", "dia minta uang 200rb",
		"petugas meminta uang pelicin", "oknum polisi", "oknumnya masih di situ", "oknum2 kelurahan", "kasus suap", "saya disuap", "penyuapan",
		"harus nyogok dulu", "uang rokok", "pemerasan oleh satpol", "korupsi dana desa", "kepala desa korup", "koropsi", "gratifikasi", "setoran tiap bulan",
		"Bansos dipotong RT", "dana BOS diselewengkan", "jual beli jabatan di pemkab", "proyek fiktif", "minta jatah", "pak camat mark-up anggaran",
		"they asked for money", "bribery at the office", "pungutan/liar", "minta\nuang", "tolong rahasiakan identitas saya",
		strings.Repeat("cerita panjang ", 4000) + "lalu minta uang",
	} {
		if !wantsSecrecy(text) {
			t.Errorf("wantsSecrecy(%.60q) = false", text)
		}
	}
	for _, text := range []string{
		"", "usul pembangunan jembatan", "jalan rusak", "menyuapi anak makan", "minta tolong", "minta perbaikan", "uang kuliah mahal", "air mati",
		"permintaan informasi", "mohon bantuan uang duka", "suapan", "peras jeruk", "biaya resmi", "koperasi", "setor sampah", "mintalah uangnya kembali",
	} {
		if wantsSecrecy(text) {
			t.Errorf("wantsSecrecy(%q) = true", text)
		}
	}
}

func TestKindIsSuggestedOnlyWhereTheWordsAskForIt(t *testing.T) {
	for _, tt := range []struct {
		text string
		want reports.Kind
	}{
		{"Usul: taman bermain di alun-alun", reports.Aspiration},
		{"usulan saya, pasar malam dipindah", reports.Aspiration},
		{"saran saya jam layanan ditambah", reports.Aspiration},
		{"mohon dibangun jembatan di desa kami", reports.Aspiration},
		{"alangkah baiknya kalau ada trotoar", reports.Aspiration},
		{"I suggest a bus stop near the school", reports.Aspiration},
		{"Mohon informasi syarat pindah domisili", reports.InformationRequest},
		{"apa syarat membuat KTP?", reports.InformationRequest},
		{"apa saja syaratnya bikin KK", reports.InformationRequest},
		{"bagaimana cara mengurus akta lahir", reports.InformationRequest},
		{"gimana caranya daftar BPJS", reports.InformationRequest},
		{"puskesmas buka jam berapa ya", reports.InformationRequest},
		{"how do I apply for a permit", reports.InformationRequest},

		{"", ""},
		{"jalan rusak di depan pasar", ""},
		{"mau tanya kenapa jalan rusak tidak diperbaiki", ""},
		{"usul jalan berlubang diperbaiki", ""},
		{"mohon informasi, laporan saya belum juga ditanggapi", ""},
		{"saran dan mohon informasi", ""},
		{"usul: berantas pungli", ""},
		{"petugas tidak memberi informasi", ""},
		{"sarang lebah di sekolah", ""},
		{"bagaimana ini pak, air tidak jalan", ""},
	} {
		if got := suggestKind(tt.text); got != tt.want {
			t.Errorf("suggestKind(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestDangerIsNoticed(t *testing.T) {
	for _, text := range []string{
		"kebakaran di pasar!", "Ada KEBAKARAN tolong", "tolong ada yang sedang dipukuli", "tetangga saya mau bunuh diri", "saya ingin mati",
		"anak itu disiksa ibunya", "saya korban KDRT", "dia diculik", "rumah terbakar", "anak tenggelam di sungai", "saya diancam akan dibunuh", "gas bocor di rumah",
		"I want to kill myself", "a house is on fire", "kebakarannya besar", "pengen mati aja rasanya", "anak dicabuli gurunya", "ada tawuran pelajar",
	} {
		if !danger(text) {
			t.Errorf("danger(%q) = false", text)
		}
	}
	for _, text := range []string{
		"", "jalan rusak", "pemadam kebakaran lambat datang", "mobil kebakaran kurang", "dinas kebakaran", "bekas kebakaran belum dibersihkan",
		"kebakaran bulan lalu belum ada bantuan", "kebakaran kemarin", "alat pemadam kebakaran kedaluwarsa", "korban kebakaran", "lampu mati", "mati lampu", "tenggelam dalam utang",
		"ikan mati", "kabel terbakar sudah diganti", "pohon tumbang", "rapat kebakaran jenggot",
	} {
		if danger(text) {
			t.Errorf("danger(%q) = true", text)
		}
	}
}

func TestCoordinatesAreFound(t *testing.T) {
	for _, tt := range []struct {
		text     string
		lat, lon float64
	}{
		{"-2.58, 115.38", -2.58, 115.38},
		{"-2.58,115.38", -2.58, 115.38},
		{"lokasi -7.795580 110.369490 dekat tugu", -7.79558, 110.36949},
		{"Koordinat: -2.5812; 115.3821.", -2.5812, 115.3821},
		{"3.5952, 98.6722", 3.5952, 98.6722},
		{"115.3821, -2.5812", -2.5812, 115.3821},
		{"-2.500, 115.000", -2.5, 115},
		{"https://www.google.com/maps/@-2.5833,115.3833,17z", -2.5833, 115.3833},
		{"https://maps.google.com/?q=-2.5833,115.3833", -2.5833, 115.3833},
		{"https://www.google.com/maps?q=-2.5833%2C115.3833&z=17", -2.5833, 115.3833},
		{"https://www.google.com/maps/place/Barabai/@-2.60,115.30,14z/data=!3m1!4b1!4m6!3m5!8m2!3d-2.5833!4d115.3833", -2.5833, 115.3833},
		{"https://www.google.com/maps/search/-2.5833,+115.3833?entry=tts", -2.5833, 115.3833},
		{"https://www.google.com/maps/search/?api=1&query=-2.5833,115.3833", -2.5833, 115.3833},
		{"geo:-2.5833,115.3833?z=15", -2.5833, 115.3833},
		{"https://www.openstreetmap.org/?mlat=-2.5833&mlon=115.3833#map=15/-2.6/115.3", -2.5833, 115.3833},
		{"https://maps.google.com/?q=3.1390,101.6869 KBRI", 3.139, 101.6869},
		{`2°35'00.0"S 115°23'00.0"E`, -2.583333, 115.383333},
		{`Titik 2°35’00.0”LS 115°23’00.0”BT`, -2.583333, 115.383333},
		{"-2.58, 115.38 ya, sekali lagi -2.58, 115.38", -2.58, 115.38},
	} {
		lat, lon, ok := coordinates(tt.text)
		if !ok || math.Abs(lat-tt.lat) > 1e-6 || math.Abs(lon-tt.lon) > 1e-6 {
			t.Errorf("coordinates(%q) = %v, %v, %v, want %v, %v", tt.text, lat, lon, ok, tt.lat, tt.lon)
		}
	}
	for _, text := range []string{
		"", "jalan rusak", "harga 1.500, 115.000", "Rp 2.50, 115.38", "-2.58", "40.7128, -74.0060", "999.99, 999.99", "2.5, 115.3",
		"1.234.567, 115.38", "-2.58, 115.38.77", "https://maps.app.goo.gl/AbCdEf", "0.0, 0.00", "https://maps.google.com/?q=95.0,200.5",
		"-2.58, 115.38 atau -3.00, 114.59", "tinggi 1.75 berat 68.20", "https://maps.google.com/?q=0.0,0.0", "99°99'99\"S 115°23'00\"E",
	} {
		if lat, lon, ok := coordinates(text); ok {
			t.Errorf("coordinates(%q) = %v, %v, want none", text, lat, lon)
		}
	}
}

func FuzzFirstMessagesAreReadWithoutPanic(f *testing.F) {
	for _, s := range []string{"halo", "pungli2nya", "kebakaran", "-2.58, 115.38", "2°35'00.0\"S 115°23'00.0\"E", "usul", "\xff", "minta uang-nya", "aaaa"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if greeting(text) && tells(text) {
			t.Fatalf("%q greets and tells", text)
		}
		wantsSecrecy(text)
		suggestKind(text)
		danger(text)
		if lat, lon, ok := coordinates(text); ok && !onEarth(lat, lon) {
			t.Fatalf("coordinates(%q) = %v, %v", text, lat, lon)
		}
	})
}

func BenchmarkFirst(b *testing.B) {
	story := "Selamat pagi pak, saya mau lapor jalan berlubang di depan pasar Barabai sejak dua minggu lalu, sudah banyak motor jatuh. "
	for _, bb := range []struct{ name, text string }{{"story", story}, {"longest", strings.Repeat(story, 65_536/len(story))}} {
		for _, f := range []struct {
			name string
			do   func(string)
		}{
			{"tells", func(s string) { tells(s) }},
			{"wantsSecrecy", func(s string) { wantsSecrecy(s) }},
			{"suggestKind", func(s string) { suggestKind(s) }},
			{"danger", func(s string) { danger(s) }},
			{"coordinates", func(s string) { coordinates(s) }},
		} {
			b.Run(f.name+"/"+bb.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f.do(bb.text)
				}
			})
		}
	}
}
