package conversation

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
)

func TestABurstWaitsForWhoPausesOrIsInTheMiddleOfASentence(t *testing.T) {
	base := 3 * time.Second
	for name, c := range map[string]struct {
		texts []string
		pause time.Duration
		want  time.Duration
	}{
		"one message":          {[]string{"jalan rusak di depan sekolah"}, 0, base},
		"in the middle of one": {[]string{"jalan rusak dan"}, 0, 2 * base},
		"after a comma":        {[]string{"jalan rusak,"}, 0, 2 * base},
		"who writes fast":      {[]string{"jalan rusak", "dekat pasar lama"}, time.Second, base},
		"who writes slowly":    {[]string{"jalan rusak", "dekat pasar lama"}, 2800 * time.Millisecond, 4200 * time.Millisecond},
		"who pauses for long":  {[]string{"jalan rusak,", "dekat pasar lama,", "lalu"}, 5900 * time.Millisecond, 8850 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			m := made(t, config(t))
			s, at := Session{}, time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
			for i, text := range c.texts {
				if i > 0 {
					at = at.Add(c.pause)
				}
				s, _ = m.Step(s, Event{ID: int64(i + 1), At: at, Ref: itoa(i), Input: Text{Text: text}})
			}
			if got := s.BurstEnd.Sub(at); got != c.want {
				t.Errorf("waits for %s, want %s", got, c.want)
			}
		})
	}
}

// The numbers of an identity card are in no session, not even for the seconds
// of a burst; of a form nothing is that only tells who wrote it.
func TestIdentityNumbersAreNeverKept(t *testing.T) {
	m := made(t, config(t))
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	for _, in := range []Input{
		Text{Text: "Nama: Contoh Warga\nNIK: 6307014101900001\nHP: 081234567890\nKab: HST\nDesa: Pagat\nAduan: jembatan putus sejak kemarin"},
		Text{Text: "Contoh Warga/6307014101900001/Kalsel/HST/Batu Benawa/Pagat/jembatan putus sejak kemarin"},
		Text{Text: "tolong, NIK saya 6307 0141 0190 0001, KTP tidak jadi-jadi"},
		Text{Text: "/lapor nik 6307014101900001 ditolak di loket"},
		Attachment{Kind: "photo", Bytes: 5, Caption: "KTP 6307014101900001 ditolak"},
	} {
		s, _ := m.Step(Session{}, Event{ID: 1, At: at, Ref: "m1", Via: Via{MaxFile: 1 << 20}, Input: in})
		kept, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer(" ", "", "-", "").Replace(string(kept))
		if strings.Contains(plain, "6307014101900001") || strings.Contains(plain, "081234567890") || strings.Contains(string(kept), "Contoh Warga") {
			t.Errorf("%+v is kept as %s", in, kept)
		}
	}
}

// A typing error near "Tidak setuju" erases nothing.
func TestNoTypingErrorIsARefusal(t *testing.T) {
	for _, text := range []string{"nggih setuju", "gpp setuju", "tp setuju", "dah setuju", "nah setuju", "aq setuju", "gas setuju", "tdk setuj", "I agree"} {
		m := made(t, config(t))
		p := newPerson(t, m)
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", text)
		if !p.s.Telling.holds() || p.s.Consent != "" {
			t.Errorf("%q: kept %v, consent %q", text, p.s.Telling.holds(), p.s.Consent)
		}
	}
}

func TestPlaceAndTimeMayComeAtOnce(t *testing.T) {
	m := made(t, config(t))
	p := newPerson(t, m)
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju")
	p.writes("di depan stasiun Bogor, tadi malam jam 9")
	d := p.s.Telling.Draft
	if d.Location.Words != "di depan stasiun Bogor" || d.OccurredAt.Words != "tadi malam jam 9" || d.OccurredAt.From.IsZero() {
		t.Errorf("place %+v, time %+v", d.Location, d.OccurredAt)
	}
}

// A message of the story that was still on its way when the place was asked for
// belongs to the story, whatever comes with it.
func TestALateMessageOfTheStoryIsNoPlace(t *testing.T) {
	p := newPerson(t, made(t, config(t)))
	p.writes("Tiga lampu jalan mati dan seorang warga jatuh karena gelap.")
	p.writes("setuju")
	p.mustRead("Di mana kejadiannya")
	p.writes("Warga 198 bagian 3: sudah lama dan tidak ada yang peduli.", "Desa nomor 198")
	p.mustRead("Kapan kejadiannya")
	if d := p.s.Telling.Draft; d.Location.Words != "Desa nomor 198" || len(d.Chronology) != 2 {
		t.Errorf("place %q, story %q", d.Location.Words, d.Story())
	}
}

func TestAThinStoryIsHelpedOnceAndNeverRefused(t *testing.T) {
	m := made(t, config(t))
	p := newPerson(t, m)
	p.writes("jalan rusak", "Setuju")
	if p.s.Asked != asksMore {
		t.Fatalf("asked %q of a thin story", p.s.Asked)
	}
	p.writes("pokoknya rusak")
	if p.s.Asked != asksPlace || !strings.Contains(p.s.Telling.Draft.Story(), "pokoknya rusak") {
		t.Errorf("asked %q, story %q", p.s.Asked, p.s.Telling.Draft.Story())
	}
	p.writes("Pasar Keramat Barabai", "lewati", "lewati", "rusak lagi")
	if p.s.Asked != asksReview {
		t.Errorf("asked %q: a second time", p.s.Asked)
	}
}

func TestEnglishIsAnsweredInEnglish(t *testing.T) {
	for text, want := range map[string]string{
		"the bridge near the market has collapsed and nobody can pass": "en",
		"jalan rusak the best deh di depan pasar yang lama":            "id",
		"lampu mati di jalan": "id",
	} {
		p := newPerson(t, made(t, config(t)))
		p.writes(text)
		if got := p.s.Lang(); got != want {
			t.Errorf("%q is answered in %s", text, got)
		}
	}
}

// What comes before consent is acknowledged in a line; the whole text comes
// again only where somebody asks for it.
func TestAdditionsBeforeConsentDoNotRepeatTheWholeText(t *testing.T) {
	for lang, want := range map[string][3]string{
		"id": {"Sudah kami tambahkan: “lampunya sudah tua” *Setuju?*", "Berkas dari Anda sekarang: 1, belum kami buka. *Setuju?*", "Data Anda dipakai hanya"},
		"en": {"We have added: “lampunya sudah tua” *Do you agree?*", "Attachments from you now, not opened: 1. *Do you agree?*", "Your data is used only"},
	} {
		p := newPerson(t, made(t, config(t)))
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "/bahasa "+lang)
		p.writes("lampunya sudah tua")
		if got := p.reads(); got != want[0] {
			t.Errorf("%s: an addition is answered with\n%s", lang, got)
		}
		if say, ok := find[Say](p.effects); !ok || len(say.Choices) != 2 {
			t.Errorf("%s: an addition is answered without the choices", lang)
		}
		p.does(Attachment{Kind: "photo", Bytes: 5})
		p.at = p.s.BurstEnd
		p.does(Tick{})
		if got := p.reads(); got != want[1] {
			t.Errorf("%s: a photo is answered with\n%s", lang, got)
		}
		p.does(Text{Text: "sudah lama begitu"})
		if say, ok := find[Say](p.effects); ok {
			t.Fatalf("%s: a burst is answered with %v", lang, say)
		}
		p.at = p.s.BurstEnd
		p.does(Tick{})
		for _, asks := range []string{"apa?", "setuju apa?", "tolong ulangi"} {
			p.writes(asks)
			p.mustRead(want[2])
		}
	}
}

// Whoever adds something and agrees at once is not asked again.
func TestAnAdditionBeforeTheButtonIsNotAskedAbout(t *testing.T) {
	p := newPerson(t, made(t, config(t)))
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap")
	token := itoa(p.s.Serial) + "." + itoa(p.s.Telling.Number) + ".agree"
	p.does(Text{Text: "sudah lama begitu"})
	p.does(Press{Token: token})
	if got := p.reads(); strings.Contains(got, "Setuju?") || !strings.HasPrefix(got, "Sudah kami tambahkan pada cerita Anda.") {
		t.Errorf("answered with\n%s", got)
	}
}

func TestWhoNearlyAgreesIsTold(t *testing.T) {
	for lang, want := range map[string]string{
		"id": "Untuk lanjut, ketik *SETUJU* saja, tekan tombolnya, atau balas *1*.",
		"en": "To go on, type just *AGREE*, press the button, or answer *1*.",
	} {
		for _, text := range []string{"sangat setuju", "iyah setuju", "saya setuju sekali", "setuju banget pak", "setujuu", "ya", "I agree", "yes I agree"} {
			if lang == "id" && strings.HasSuffix(text, "agree") {
				continue
			}
			p := newPerson(t, made(t, config(t)))
			p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "/bahasa "+lang, text)
			if p.s.Consent != "" {
				t.Errorf("%s: %q is taken for consent", lang, text)
			}
			if !strings.HasPrefix(p.reads(), want) {
				t.Errorf("%s: %q is answered with\n%s", lang, text, p.reads())
			}
			if say, ok := find[Say](p.effects); !ok || len(say.Choices) != 2 {
				t.Errorf("%s: %q is answered without the choices", lang, text)
			}
		}
	}
}

func TestGoingOnIsNoToCancelling(t *testing.T) {
	for _, text := range []string{"lanjut saja", "lanjut", "terus", "terus aja", "jangan", "tidak", "jangan dihapus", "lanjutkan pak"} {
		p := newPerson(t, made(t, config(t)))
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", "/batal", text)
		if !p.s.Telling.holds() || p.s.Asked != asksPlace {
			t.Errorf("%q: draft %v, asked %q", text, p.s.Telling.holds(), p.s.Asked)
		}
	}
}

func TestWhatCannotBeTakenIsAnsweredInShort(t *testing.T) {
	for _, what := range []string{"sticker", "contact", "poll", "view_once", "other"} {
		p := newPerson(t, made(t, config(t)))
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju")
		p.does(Unsupported{What: what})
		if got := p.reads(); strings.Contains(got, "tiga lampu") || !strings.Contains(got, "Di mana kejadiannya?") {
			t.Errorf("%s is answered with\n%s", what, got)
		}
	}
}

// What is unclear where the first message told all is chosen in the review, or
// left; nobody is asked for it in a turn of its own.
func TestTheReviewAsksWhatIsUnclear(t *testing.T) {
	const story = "tiga lampu mati kemarin sore di kecamatan Sukajadi, seorang warga jatuh karena gelap"
	p := newPerson(t, made(t, config(t)))
	p.writes(story, "Setuju")
	if p.s.Asked != asksReview {
		t.Fatalf("asked %q", p.s.Asked)
	}
	p.mustRead("Kota Pekanbaru atau Kota Bandung?")
	p.writes("Kota Bandung")
	if got := p.s.Telling.Draft.Location.Region; got != "32.73" || p.s.Asked != asksReview {
		t.Errorf("chose %q, asked %q", got, p.s.Asked)
	}
	p.mustRead("kecamatan Sukajadi, Kota Bandung")

	p = newPerson(t, made(t, config(t)))
	p.writes(story, "Setuju", "Kirim")
	if f, ok := find[FileReport](p.effects); !ok || f.Draft.Location.Region != "" {
		t.Errorf("filed %v with the region %q, which nobody chose", ok, f.Draft.Location.Region)
	}
}

func TestNoFilesIsAnAnswerToAReviewThatInvitesThem(t *testing.T) {
	p := newPerson(t, made(t, config(t)))
	p.writes("tiga lampu mati kemarin sore di Pasar Keramat Barabai, seorang warga jatuh karena gelap", "Setuju", "ga ada foto pak")
	if d := p.s.Telling; len(d.Draft.Chronology) != 1 || !d.NoMore || p.s.Asked != asksReview {
		t.Errorf("story %q, done %v, asked %q", d.Draft.Story(), d.NoMore, p.s.Asked)
	}
	p.mustRead("Baik, tanpa berkas")
}

func TestTheWishForSecrecyNeedsNoYes(t *testing.T) {
	for text, want := range map[string]bool{
		"jangan kasih tau guru ya kak aku takut": true, "tolong rahasiakan": true, "saya takut ketahuan": true, "jangan sebut nama saya": true,
		"tidak perlu dirahasiakan": false, "gak usah rahasia": false,
	} {
		p := newPerson(t, made(t, config(t)))
		p.writes("petugas kelurahan minta uang 50 ribu untuk surat pindah", "Setuju", text)
		if got := p.s.Telling.Draft.Confidential; got != want {
			t.Errorf("%q: confidential %v", text, got)
		}
	}
}

func TestQuestionsAfterFilingAreAnswered(t *testing.T) {
	for text, want := range map[string]string{
		"apakah laporan ini bisa dibatalkan nanti?": "/cabut KTG-", "batalkan laporan saya": "/cabut KTG-", "bisa diubah ga?": "tidak dapat diubah lewat chat ini",
		"salah ketik": "tidak dapat diubah lewat chat ini", "eh bukan kemarin, kamis": "sudah terkirim, jadi isinya tidak berubah", "nanti dihubungi siapa?": "kabarkan di chat ini",
		"berapa lama?": "ketik /status", "ini resmi?": "Ini layanan pengaduan", "goblok": "Kami mengerti Anda kesal", "makasih ya": "Sama-sama",
	} {
		p := drafted(t, made(t, config(t)))
		p.writes("Kirim")
		p.does(ReportFiled{Report: 7, TrackingID: "KTG-FA49-Z2N3", AccessCode: "271828"})
		p.writes(text)
		if p.s.Telling.holds() || p.s.Asked != asksNothing {
			t.Errorf("%q begins a report", text)
		}
		p.mustRead(want)
	}
	p := drafted(t, made(t, config(t)))
	p.writes("Kirim")
	p.does(ReportFiled{Report: 7, TrackingID: "KTG-FA49-Z2N3", AccessCode: "271828"})
	p.writes("laporan saya yang kemarin gimana")
	if _, ok := find[ListReports](p.effects); !ok {
		t.Errorf("no list of reports: %s", p.reads())
	}
}

func TestOneYearIsNoYears(t *testing.T) {
	for hours, want := range map[int]string{8760: "at most 1 year after", 17520: "at most 2 years after", 730: "at most 1 month after", 24: "at most 1 day after", 72: "at most 3 days after"} {
		c := config(t)
		c.Retention = time.Duration(hours) * time.Hour
		p := newPerson(t, made(t, c))
		p.writes("the bridge near the market has collapsed and nobody can pass")
		p.mustRead(want)
	}
}

func TestEnglishIsHadForTheAsking(t *testing.T) {
	for text, want := range map[string]string{
		"hi, can i report in english?": "en", "English please": "en", "bahasa inggris": "en", "buku bahasa inggris tidak ada": "id", "boleh bahasa daerah?": "id",
	} {
		p := newPerson(t, made(t, config(t)))
		p.writes(text)
		if got := p.s.Lang(); got != want {
			t.Errorf("%q is answered in %s", text, got)
		}
	}
}

func TestTheReviewAsksWhichHourIsMeant(t *testing.T) {
	p := newPerson(t, made(t, config(t)))
	p.writes("tiga lampu mati di Pasar Keramat Barabai kemarin jam 3, seorang warga jatuh karena gelap", "Setuju")
	p.mustRead("Jumat 20 Nov, 03.00 atau Jumat 20 Nov, 15.00?")
	p.writes("12")
	p.mustRead("sekitar 15.00 WITA")
	if d := p.s.Telling; d.Draft.OccurredAt.Precision != reports.Hour || p.s.Asked != asksReview || d.Unclear != "" {
		t.Errorf("time %+v, asked %q", d.Draft.OccurredAt, p.s.Asked)
	}
}
