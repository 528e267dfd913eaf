package rehearsal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
	"kentongan/reports/workday"
)

func shell(t *testing.T) *rehearsal.Shell {
	t.Helper()
	m, err := conversation.New(conversation.Config{
		Phrases: phrases.Default(), Holidays: workday.Default(), Zone: time.UTC, Limits: reports.DefaultLimits,
	})
	if err != nil {
		t.Fatal(err)
	}
	via := conversation.Via{Channel: "terminal", Network: "Terminal", MaxFile: 20 << 20}
	return rehearsal.New(m, via, time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
}

func TestPlayTakesATranscriptForTheScriptThatItCameFrom(t *testing.T) {
	script := "# catatan\n> jalan rusak, dua motor jatuh di lubangnya\n> [foto a.jpg 1 MB]\n\n> (Setuju)\n\n> [lokasi -2.58 115.38 Pasar]\n\n@ +25h\n> lewati\n\n> kirim\n"
	first, err := shell(t).Play(strings.NewReader(script))
	if err != nil {
		t.Fatal(err)
	}
	second, err := shell(t).Play(strings.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("played again (-first +second)\n%s", diff)
	}
	if !strings.Contains(first, "* ajukan draf 1: complaint, 1 berkas") {
		t.Errorf("nothing was filed:\n%s", first)
	}
}

func TestPlaySaysWhichLineItCannotPlay(t *testing.T) {
	for _, line := range []string{"halo", "> (Tidak ada tombol ini)", "@ terbang", "@ stored 1", "@ network WhatsApp", "@"} {
		if _, err := shell(t).Play(strings.NewReader(line + "\n")); err == nil || !strings.Contains(err.Error(), "script:") {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestCasesSayWhichLineTheyCannotPlay(t *testing.T) {
	for _, line := range []string{
		"halo", "Siti > (Tidak ada)", "Nobody > halo", "Grup X / Siti > halo", "Siti > [balas 3] ya", "Siti > [balas kartu 1] ya",
		"@ terbang", "@ blokir Nobody", "@ +x hari kerja", "@ petugas Rudi raja", "@ jam 1 silence", "@ sampai kemarin", "@ lapor Nobody HST: jalan rusak",
	} {
		c, err := rehearsal.StageCase()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Play(strings.NewReader("@ warga Siti\n" + line + "\n")); err == nil || !strings.Contains(err.Error(), "script:") {
			t.Errorf("%q: %v", line, err)
		}
	}
}
