package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kentongan/bots/webchat/browsertest"
)

// text returns what an element says.
func (v *visit) text(selector string) string {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q).textContent", selector)))
	if err != nil {
		v.t.Fatal(err)
	}
	return text
}

// rested waits until no walk of the clock is under way.
func (v *visit) rested() {
	v.t.Helper()
	browsertest.Until(v.t, v.ctx, fmt.Sprintf(`document.querySelector(%q).getAttribute('aria-busy') === 'false'`, browsertest.ID("clock")))
}

// Somebody begins a report, presses the clock on, and reads in their pane what
// became of it meanwhile, under the days of the demo's clock.
func TestTheClockOfTheDemoIsPressedOn(t *testing.T) {
	v := visitDemo(t)
	id := browsertest.ID
	now := id("clock-now")
	browsertest.Appears(t, v.ctx, now)
	if face := v.text(now); !regexp.MustCompile(`^\pL+, \d+ \pL+ 20\d\d, \d\d\.\d\d WIB$`).MatchString(face) {
		t.Errorf("the clock says %q", face)
	}
	v.shows("clock-0-start")
	v.types(citizenPane, "Jalan depan Pasar Keramat Barabai rusak parah.")
	v.says(citizenPane, "Tidak setuju")
	v.press(citizenPane, "Setuju")
	v.says(citizenPane, "Kapan kejadiannya")

	// With the keyboard, and without losing the place.
	before := v.text(now)
	browsertest.Do(t, v.ctx, browsertest.Keys(id("clock-10d"), kb.Enter))
	browsertest.Until(t, v.ctx, fmt.Sprintf(`document.querySelector(%q).textContent.includes('dimajukan')`, id("clock-status")))
	v.shows("clock-1-walking")
	v.says(citizenPane, "belum dikirim")
	v.rested()
	if v.text(now) == before {
		t.Errorf("the clock still says %q", before)
	}
	browsertest.Until(t, v.ctx, fmt.Sprintf(`document.querySelector(%q).textContent.includes(', 10.0')`, now))
	browsertest.Until(t, v.ctx, fmt.Sprintf(`document.activeElement === document.querySelector(%q)`, id("clock-10d")))
	browsertest.Until(t, v.ctx, fmt.Sprintf(`document.querySelector(%q).textContent.startsWith('Sekarang ')`, id("clock-status")))
	// What was today is a day in the past, and what is said now is today.
	v.types(citizenPane, "lewati")
	v.says(citizenPane, "Hari ini")
	v.says(citizenPane, "Ada foto")
	if _, answer, _ := strings.Cut(v.reads(citizenPane), "Ada foto"); !strings.Contains(answer, "10.0") {
		t.Errorf("the answer does not stand under the time of the demo's clock: %q", answer)
	}
	v.shows("clock-2-later")

	// Another press, by mouse; what another page moves is seen here too.
	browsertest.Do(t, v.ctx, browsertest.Click(id("clock-3h")))
	browsertest.Until(t, v.ctx, fmt.Sprintf(`document.querySelector(%q).textContent.includes(', 13.0')`, now))
	v.rested()
	v.demo.moveClock(t, `{"advance":"2h"}`)
	browsertest.Until(t, v.ctx, fmt.Sprintf(`document.querySelector(%q).textContent.includes(', 15.0')`, now))
	for name, width := range map[string]int64{"phone": 390, "narrow": 1100, "tablet": 800} {
		browsertest.Do(t, v.ctx, browsertest.Viewport(width, 844))
		browsertest.Until(t, v.ctx, `document.documentElement.scrollWidth <= innerWidth`)
		v.shows("clock-" + name)
	}
	v.demo.stop(t)
}

// What a newcomer wants to see within a minute: a nudge, the warning, the close.
func TestTimePassesInTheDemo(t *testing.T) {
	v := visitDemo(t)
	id := browsertest.ID
	press := func(button string) {
		browsertest.Do(t, v.ctx, browsertest.Click(id(button)))
		v.rested()
	}
	v.types(citizenPane, "Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.")
	v.says(citizenPane, "Tidak setuju")
	v.press(citizenPane, "Setuju")
	v.says(citizenPane, "Periksa laporan")
	v.press(citizenPane, "Kirim")
	v.says(citizenPane, "Nomor laporan")
	v.says(adminsPane, "Pasar Keramat")
	press("clock-10d") // nobody has verified it
	v.says(adminsPane, "Terlambat: 1 laporan")
	v.says(citizenPane, "seharusnya sudah diperiksa")
	v.shows("time-1-late")

	v.press(adminsPane, "Teruskan")
	v.says(adminPane, "diteruskan ke mana")
	v.types(adminPane, "HST-PUPR")
	v.says(adminPane, "akan diteruskan ke")
	v.press(adminPane, "Kirim")
	v.says(bodyPane, "Pasar Keramat")
	v.press(bodyPane, "Tindak lanjut")
	v.says(liaisonPane, "apa yang sudah dikerjakan")
	v.types(liaisonPane, "Lampu sudah kami ganti pagi ini.")
	v.says(liaisonPane, "akan membaca")
	v.press(liaisonPane, "Kirim")
	v.says(citizenPane, "sudah kami ganti")
	press("clock-10d")
	v.says(citizenPane, "kami anggap selesai")
	v.shows("time-2-warned")
	press("clock-1d")
	v.says(citizenPane, "Buka kembali")
	v.says(bodyPane, "Selesai")
	v.shows("time-3-closed")
}
