package conversation

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
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
