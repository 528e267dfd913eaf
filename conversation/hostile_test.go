package conversation

import (
	"strings"
	"testing"
	"time"
)

// hostile are the bits of which somebody makes the longest message that a
// network carries, so that reading it costs the most.
var hostile = []string{
	"kemarin jam 3 ", "bukan ", "di Kota Banjar, ", "jalan ", "minta uang ", "saya pegawai di ", "eh bukan kemarin, ", "ok ", "a", "1 ", "2,", ".", "ñ", "🙏", "道",
	"Nama: x\n", "titipan sekolah ", "polisi laporan ", "6307014101900001 ", "-2.58, 115.38 ", "https://maps.app.goo.gl/a ", "tidak ", "kebakaran ", "the ", "/", "=", "*", "\n",
	"tiap hari sejak kemarin ", "dan ", "senin ", "17 ", "usul ", "bagaimana cara ",
}

// hostileStep is the message and the end of its burst.
func hostileStep(m *Machine, s Session, text string) {
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	s, _ = m.Step(s, Event{ID: 1, At: at, Ref: "m1", Input: Text{Text: text}})
	if end := s.BurstEnd; !end.IsZero() {
		m.Step(s, Event{ID: 2, At: end, Input: Tick{}})
	}
}

// BenchmarkHostileStep reads a message of 64 kB, first of all, and as the answer
// to a question: 20 ms at most on a quiet machine.
func BenchmarkHostileStep(b *testing.B) {
	m := made(b, config(b))
	place := newPerson(b, m)
	place.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju")
	for _, bit := range hostile {
		text := strings.Repeat(bit, 65_536/len(bit))
		for name, s := range map[string]Session{"first": {}, "place": place.s} {
			b.Run(name+"/"+strings.TrimSpace(head(bit, 16)), func(b *testing.B) {
				for b.Loop() {
					hostileStep(m, s, text)
				}
			})
		}
	}
}
