package conversation

import (
	"strings"
	"testing"

	"kentongan/conversation/phrases"
)

func TestThinStoriesAreAskedForWhatIsMissing(t *testing.T) {
	for topic, stories := range map[coaching][]string{
		coachRoad: {
			"jalan rusak", "Jalan rusak pak", "jalanan berlubang", "jembatan putus", "jalan rusak parah", "mohon perbaikan jalan", "tolong jalan diperbaiki", "jl berlubang", "trotoar rusak", "got mampet", "lapor jalan rusak min",
			"jalan di desa kami rusak", "broken road",
		},
		coachPower:      {"lampu mati", "lampu jalan mati", "mati lampu", "listrik padam", "PJU padam pak", "lampu jalan", "tolong lampu", "kabel putus", "tiang miring"},
		coachWater:      {"air mati", "air tidak mengalir", "PDAM", "air keruh", "pipa bocor", "air ledeng kotor", "air tidak jalan"},
		coachMoney:      {"pungli", "ada pungli", "pungli di samsat", "dimintai uang", "petugas minta uang", "ada oknum minta duit", "pungutan liar", "suap", "saya disuruh bayar", "minta uang di loket"},
		coachCorruption: {"korupsi", "ada korupsi", "korupsi dana desa", "proyek fiktif", "dana BOS diselewengkan", "kades korupsi"},
		coachHealth:     {"puskesmas", "puskesmas jelek", "pelayanan puskesmas buruk", "dokter tidak ada", "obat habis", "BPJS ditolak", "rsud penuh"},
		coachSchool:     {"sekolah rusak", "guru", "guru bolos", "sekolah jelek", "PPDB curang"},
		coachAid:        {"bansos", "bansos tidak dapat", "saya tidak dapat bantuan", "blt belum cair", "bantuan salah sasaran"},
		coachEnvironment: {
			"sampah", "sampah menumpuk", "bau", "bising", "limbah pabrik", "sungai tercemar", "banjir", "asap", "tolong angkut sampah",
		},
		coachService: {"pelayanan buruk", "pelayanan lambat", "KTP belum jadi", "urus KK lama", "petugas kasar", "petugas tidak sopan", "antre lama", "kantor tutup", "pelayanan kelurahan jelek sekali", "bad service"},
		coachGeneric: {"tolong", "tolong saya", "saya kecewa", "saya kecewa sekali", "tidak adil", "ada masalah", "curang", "mohon ditindak", "parkir liar", "aer ndak mengalir", "penipuan", "gas langka", "harga beras mahal", "x", "HELP"},
	} {
		for _, story := range stories {
			if got, thin := missing(story); !thin || got != topic {
				t.Errorf("missing(%q) = %q, %v, want %q", story, got, thin, topic)
			}
		}
	}
}

func TestStoriesThatTellEnoughAreNotCoached(t *testing.T) {
	for _, story := range []string{
		"Puskesmas tidak punya obat", "jembatan rusak sejak banjir", "jalan rusak sejak 2 tahun", "lampu jalan mati sudah 3 hari", "lampu mati sejak seminggu lalu", "air mati 3 hari", "air PDAM tidak mengalir sejak Senin", "listrik padam setiap malam",
		"jalan berlubang, sudah dua motor jatuh", "jalan rusak banyak yang kecelakaan", "lubang besar di depan pasar, kemarin ada yang jatuh", "sampah menumpuk sudah seminggu tidak diangkut", "sampah menumpuk berbulan bulan",
		"sungai tercemar limbah pabrik sejak Agustus", "asap pabrik membuat anak saya sesak napas", "petugas puskesmas menolak pasien BPJS", "perawat membentak ibu saya di IGD", "dokter tidak datang, pasien menunggu 4 jam",
		"guru memukul murid kelas 3", "kepala sekolah minta uang 200 ribu untuk seragam", "lurah minta uang 50 ribu untuk surat pindah", "petugas loket minta 50rb buat KTP", "oknum polisi minta uang 100000 di jalan",
		"dimintai uang 150rb sama petugas parkir", "pungli di samsat, petugas minta 200 ribu supaya cepat", "kades korupsi dana desa 300 juta untuk proyek jalan fiktif", "bendahara sekolah menyelewengkan dana BOS untuk membeli mobil",
		"RT memotong bansos 100 ribu setiap keluarga", "bansos dipotong ketua RT 50 ribu", "bantuan tidak cair sejak Juli", "pegawai kelurahan menyuruh saya kembali tiga kali", "petugas loket menolak berkas saya tanpa alasan", "KTP belum jadi sudah 8 bulan",
		"sertifikat tanah belum jadi sejak 2019", "kantor camat tutup setiap Jumat siang", "tetangga membakar sampah setiap pagi", "karaoke berisik setiap malam sampai jam 3", "truk sawit merusak jalan desa, debu masuk rumah setiap hari",
		"pohon tumbang menimpa rumah saya tadi malam", "Jembatan gantung di Desa Pagat putus talinya kemarin sore", "Parkir liar di depan rumah sakit membuat ambulans tidak bisa lewat dan macet",
		"Selamat pagi pak, saya mau lapor jalan berlubang di depan pasar Barabai sejak dua minggu lalu", "pelayanan di kantor pertanahan berbelit, saya diminta melengkapi berkas yang sama sampai empat kali oleh orang berbeda",
		"petugas minta 100 ribu", "sekolah minta sumbangan 500 ribu per siswa", "anak saya ditolak masuk sekolah negeri", "bidan desa tidak pernah ada di tempat", "satpol PP menyita gerobak saya tanpa surat", "saya ditolak berobat karena BPJS mati padahal sudah bayar", "guru honorer belum dibayar sejak Januari", "air sungai bau dan ikan mati, warga gatal gatal", "banjir setinggi lutut masuk rumah setiap hujan",
		"lampu jalan mati di sepanjang jalan Melati depan sekolah SMP 2", "the road has been broken since March", "officer asked me for money 50k at the office", "street lights are dead for 3 weeks",
		"gas elpiji langka sejak Lebaran", "pupuk subsidi tidak ada selama tiga bulan", "dokter salah obat, anak saya muntah",
		"usul: taman bermain di alun-alun", "mohon dibangun jembatan", "apa syarat KTP?", "mohon informasi jadwal puskesmas", "kebakaran di pasar!", "tolong saya dipukuli", "halo min", "saya mau lapor", "", "   ", "🙏", "...", "道路坏了很久了", "الطريق مكسور",
		strings.Repeat("cerita panjang ", 5000),
	} {
		if got, thin := missing(story); thin {
			t.Errorf("missing(%.80q) = %q", story, got)
		}
	}
}

func TestEveryCoachingIsOneQuestion(t *testing.T) {
	c := phrases.Default()
	for _, topic := range coachings() {
		for _, lang := range []string{"id", "en"} {
			key := "coach." + string(topic)
			text := c.Text(lang, key)
			if text == key {
				t.Errorf("%s lacks [%s]", lang, key)
				continue
			}
			if n := len(strings.Fields(text)); strings.Count(text, "?") != 1 || n > 22 || strings.Contains(text, "\n") {
				t.Errorf("%s [%s] is no single short question (%d words): %q", lang, key, n, text)
			}
		}
	}
}

func coachings() []coaching {
	return []coaching{
		coachService, coachRoad, coachPower, coachWater, coachMoney, coachCorruption, coachHealth, coachSchool, coachAid, coachEnvironment, coachGeneric,
	}
}

func TestNoSubjectIsOfTwoTopics(t *testing.T) {
	of := map[string]coaching{}
	for topic, list := range subjectLists {
		for word := range strings.FieldsSeq(list) {
			if other, twice := of[word]; twice {
				t.Errorf("%s is of %s and of %s", word, topic, other)
			}
			of[word] = topic
		}
	}
}

func FuzzThinStoriesAreWeighedWithoutPanic(f *testing.F) {
	for _, s := range []string{"jalan rusak", "50rb", "air tidak jalan", "korupsi", "3 hari", "\xff", "minta", "x", strings.Repeat("a ", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, story string) {
		topic, thin := missing(story)
		if thin == (topic == "") {
			t.Fatalf("missing(%q) = %q, %v", story, topic, thin)
		}
		if thin && tellingWords(story, enoughWords+1) > enoughWords+20 {
			t.Fatalf("%q is long enough", story)
		}
	})
}

// TestThinCostsNoMoreInLongTexts holds that only the beginning of a story is
// looked at.
func TestThinCostsNoMoreInLongTexts(t *testing.T) {
	for _, s := range []string{"jalan ", "ya ", "mohon tolong ", "!!! ", "minta uang ", "é", "3 ", "aaaa"} {
		cost := func(n int) float64 {
			text := strings.Repeat(s, n/len(s)+1)
			return testing.AllocsPerRun(3, func() { missing(text) })
		}
		if short, long := cost(maxThin), cost(65_536); long > short+8 {
			t.Errorf("%q… allocates %.0f times in %d bytes and %.0f in 65,536", s, short, maxThin, long)
		}
	}
}

func TestOnlyTheBeginningOfAStoryIsWeighed(t *testing.T) {
	enough := "jembatan rusak sejak banjir"
	if _, thin := missing(strings.Repeat("ya ", 100) + enough); thin {
		t.Error("a story behind 300 bytes is not seen")
	}
	if _, thin := missing(strings.Repeat("ya ", maxThin/3+1) + enough); !thin {
		t.Errorf("a story behind %d bytes is seen", maxThin)
	}
}

func BenchmarkThin(b *testing.B) {
	for _, story := range []string{"jalan rusak", "Jalan di depan pasar Barabai berlubang, sudah banyak yang jatuh", strings.Repeat("ya tolong ", 6_553)} {
		b.Run(head(story, 16), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				missing(story)
			}
		})
	}
}
