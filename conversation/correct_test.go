package conversation

import (
	"strings"
	"testing"
	"time"
)

func TestCorrectionsAreReadApart(t *testing.T) {
	for _, tt := range []struct {
		text         string
		wrong, right string
		about        topic
		sure         bool
	}{
		{"eh bukan kemarin, kamis", "kemarin", "kamis", aboutAnything, true},
		{"bukan kemarin tapi kamis", "kemarin", "kamis", aboutAnything, false},
		{"maksud saya di pasar minggu bukan pasar senen", "pasar senen", "di pasar minggu", aboutAnything, true},
		{"salah, jamnya 3 sore", "", "jam 3 sore", aboutTime, true},
		{"ralat: kamis sore", "", "kamis sore", aboutAnything, true},
		{"maaf salah ketik, yang benar jam 15:30", "", "jam 15:30", aboutAnything, true},
		{"eh kamis ding", "", "kamis", aboutAnything, true},
		{"kamis maksud saya pak", "", "kamis", aboutAnything, true},
		{"tempatnya salah", "", "", aboutAnything, false},
		{"ralat, bukan dua orang tapi tiga orang", "dua orang", "tiga orang", aboutAnything, true},
		{"sorry, I meant Thursday", "", "Thursday", aboutAnything, true},
		{"desanya Pagat, maaf", "", "", aboutAnything, false},
		{"salah satu lampu mati", "", "", aboutAnything, false},
		{"salah obat pasiennya", "", "", aboutAnything, false},
		{"kapan kejadiannya bukan kemarin?", "", "", aboutAnything, false},
		{"", "", "", aboutAnything, false},
		{"eh", "", "", aboutAnything, false},
		{"ralat " + strings.Repeat("kamis ", 60), "", "", aboutAnything, false},
	} {
		c, ok := readCorrection(tt.text)
		if !ok {
			c = correction{}
		}
		if c.wrong != tt.wrong || c.right != tt.right || c.about != tt.about || c.sure != tt.sure {
			t.Errorf("readCorrection(%q) = %+v, %v", tt.text, c, ok)
		}
	}
}

// What is put right is said back, takes the place of what was told, and is no
// part of the story.
func TestCorrectionsReplaceWhatWasTold(t *testing.T) {
	const story = "tiga lampu jalan mati dan seorang warga jatuh karena gelap"
	for _, tt := range []struct {
		name           string
		says           []string
		place, day     string // of the draft afterwards; day and hour in Jakarta
		reads          string
		asked          question
		inStory, notIn string
	}{
		{"the day", []string{"Pasar Keramat Barabai", "kemarin", "eh bukan kemarin, kamis"}, "Pasar Keramat Barabai", "2026-11-18 23:00", "waktunya kami perbaiki: Kamis 19 November 2026", asksEvidence, "", "kamis"},
		{"the day, not its hour", []string{"Pasar Minggu Jakarta", "kemarin sore jam 3", "eh bukan kemarin kamis"}, "Pasar Minggu Jakarta", "2026-11-19 15:00", "Kamis 19 November 2026, sekitar 15.00", asksEvidence, "", "kamis"},
		{"the day alone", []string{"Pasar Minggu Jakarta", "kemarin sore jam 3", "ralat: selasa"}, "Pasar Minggu Jakarta", "2026-11-17 15:00", "Selasa 17 November 2026, sekitar 15.00", asksEvidence, "", "selasa"},
		{"the hour", []string{"Pasar Minggu Jakarta", "kemarin sore jam 3", "salah, jamnya 5 sore"}, "Pasar Minggu Jakarta", "2026-11-20 17:00", "Jumat 20 November 2026, sekitar 17.00", asksEvidence, "", "jam"},
		{"an hour to a day", []string{"Pasar Minggu Jakarta", "kemarin", "maksudnya jam 5 sore"}, "Pasar Minggu Jakarta", "2026-11-20 17:00", "sekitar 17.00", asksEvidence, "", "jam"},
		{"the place", []string{"di Pasar Senen", "maksud saya di Pasar Minggu bukan Pasar Senen"}, "Pasar Minggu", "", "tempatnya kami perbaiki: Pasar Minggu", asksWhen, "", "Minggu"},
		{"part of the place", []string{"depan warung Bu Sri, Desa Pagat, HST", "eh bukan warung Bu Sri tapi bengkel Pak Min"}, "depan bengkel Pak Min, Desa Pagat, HST", "", "depan bengkel Pak Min", asksWhen, "", "bengkel"},
		{"the place at the review", []string{"Pasar Keramat Barabai", "kemarin", "lewati", "ralat: di Jalan Merdeka Barabai"}, "Jalan Merdeka Barabai", "2026-11-19 23:00", "tempatnya kami perbaiki: Jalan Merdeka Barabai", asksReview, "", "Merdeka"},
		{"in the same burst", []string{"Pasar Keramat Barabai\neh maksudnya Jalan Merdeka Barabai"}, "Jalan Merdeka Barabai", "", "perbaiki: Jalan Merdeka Barabai", asksWhen, "", "Merdeka"},
		{"the story", []string{"Pasar Keramat Barabai", "ralat: bukan tiga lampu tapi lima lampu"}, "Pasar Keramat Barabai", "", "lima lampu jalan mati", asksWhen, "lima lampu jalan mati", "tiga lampu"},
		{"nothing known: more of the story", []string{"Pasar Keramat Barabai", "kemarin", "salah satu lampu pecah kena batu"}, "Pasar Keramat Barabai", "2026-11-19 23:00", "tambahkan", asksEvidence, "salah satu lampu pecah", "perbaiki"},
		{"what was never said", []string{"Pasar Keramat Barabai", "kemarin", "bukan petugas tapi warga yang menolong"}, "Pasar Keramat Barabai", "2026-11-19 23:00", "tambahkan", asksEvidence, "bukan petugas tapi warga", "kami"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPerson(t, made(t, config(t)))
			p.writes(story, "Setuju")
			for _, says := range tt.says {
				p.at = p.at.Add(20 * time.Second)
				for text := range strings.SplitSeq(says, "\n") {
					p.does(Text{Text: text})
				}
				if !p.s.BurstEnd.IsZero() {
					p.at = p.s.BurstEnd
					p.does(Tick{})
				}
			}
			p.mustRead(tt.reads)
			d := p.s.Telling.Draft
			day := ""
			if !d.OccurredAt.From.IsZero() {
				day = d.OccurredAt.From.In(wib).Format("2006-01-02 15:04")
			}
			if d.Location.Words != tt.place || day != tt.day || p.s.Asked != tt.asked {
				t.Errorf("place %q, from %q, asked %q", d.Location.Words, day, p.s.Asked)
			}
			if s := d.Story(); !strings.Contains(s, tt.inStory) || strings.Contains(s, tt.notIn) {
				t.Errorf("story %q", s)
			}
		})
	}
}

// An answer to the open question is one although it begins like a correction.
func TestAFirstAnswerIsNoCorrection(t *testing.T) {
	p := newPerson(t, made(t, config(t)))
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", "Pasar Keramat Barabai", "eh kamis")
	if d := p.s.Telling.Draft; d.OccurredAt.From.IsZero() || p.s.Asked != asksEvidence {
		t.Errorf("time %+v, asked %q", d.OccurredAt, p.s.Asked)
	}
}

func FuzzCorrectionsAreReadWithoutPanic(f *testing.F) {
	for _, s := range []string{"eh bukan kemarin, kamis", "ralat: 15:30", "maksud", "bukan", "x bukan", "eh yang benar bukan tapi", "\xff bukan,", "salah :", "İ bukan i"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok := readCorrection(text); ok && c.right == "" {
			t.Errorf("%q corrects nothing", text)
		}
	})
}
