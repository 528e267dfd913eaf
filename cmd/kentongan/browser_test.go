package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kentongan/bots/webchat/browsertest"
	"kentongan/migrations/localpg"
)

// The panes of the demo's page, in their order.
const (
	citizenPane = iota
	otherCitizenPane
	adminsPane
	adminPane
	bodyPane
	liaisonPane
	operatorPane
)

// visit is somebody at the demo's page: the binary, its Postgres and Chromium.
type visit struct {
	t       *testing.T
	ctx     context.Context //nolint:containedctx // the browser's life
	demo    *demo
	path    string
	environ []string
}

// visitDemo starts a demo of its own and opens its page.
func visitDemo(t *testing.T) *visit {
	t.Helper()
	path, dir := binary(t), demoFolder(t)
	environ := append(os.Environ(), "DATABASE_URL=", "KENTONGAN_SECRET_KEY=", "KENTONGAN_DATA_DIR="+dir,
		"KENTONGAN_LISTEN=127.0.0.1:0", "KENTONGAN_BURST_QUIET=300ms")
	t.Cleanup(func() {
		if err := localpg.Remove(context.WithoutCancel(t.Context()), filepath.Join(dir, "postgres")); err != nil {
			t.Error(err)
		}
	})
	v := &visit{t: t, demo: startDemo(t, path, environ), path: path, environ: environ, ctx: browsertest.Open(t)}
	browsertest.Do(t, v.ctx, browsertest.Viewport(1440, 900), chromedp.Navigate(v.demo.url))
	browsertest.Appears(t, v.ctx, browsertest.At(0, browsertest.ID("input")))
	return v
}

// open brings a pane to the front of its column.
func (v *visit) open(pane int) {
	v.t.Helper()
	browsertest.Do(v.t, v.ctx, browsertest.Click(browsertest.ID(fmt.Sprintf("tab-%d", pane))))
}

func (v *visit) types(pane int, text string) {
	v.t.Helper()
	v.open(pane)
	browsertest.Do(v.t, v.ctx, browsertest.Keys(browsertest.At(pane, browsertest.ID("input")), text+kb.Enter))
}

// press presses the newest button of a pane that has this label and is not out
// of date. It is found and pressed at once: a card that is brought up to date in
// between has another button in its place.
func (v *visit) press(pane int, label string) {
	v.t.Helper()
	v.open(pane)
	browsertest.Until(v.t, v.ctx, fmt.Sprintf(`(() => {
		const button = [...document.querySelectorAll(%q)].findLast((b) => b.lastChild.textContent === %q);
		if (!button?.checkVisibility()) return false;
		button.click();
		return true;
	})()`, browsertest.At(pane, `.msg:not(.old) .choice`), label))
}

func (v *visit) says(pane int, text string) {
	v.t.Helper()
	browsertest.Says(v.t, v.ctx, pane, text)
}

// reads returns what a pane's log says.
func (v *visit) reads(pane int) string {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q).innerText", browsertest.At(pane, browsertest.ID("log")))))
	if err != nil {
		v.t.Fatal(err)
	}
	return text
}

func (v *visit) attach(pane int, path string) {
	v.t.Helper()
	browsertest.Do(v.t, v.ctx, chromedp.SetUploadFiles(chromedp.CSS(browsertest.At(pane, browsertest.ID("file-input"))), []string{path}, chromedp.NodeReady))
}

// answers answers the newest message of a pane that has a text, as a quote.
func (v *visit) answers(pane int, part, text string) {
	v.t.Helper()
	v.open(pane)
	browsertest.Until(v.t, v.ctx, fmt.Sprintf(`(() => {
		const message = [...document.querySelectorAll(%q)].findLast((m) => m.innerText.includes(%q));
		message?.querySelector('[data-testid="reply"]').click();
		return Boolean(message);
	})()`, browsertest.At(pane, `[data-from="bot"]`), part))
	browsertest.Appears(v.t, v.ctx, browsertest.At(pane, browsertest.ID("answering")))
	v.types(pane, text)
}

func (v *visit) shows(name string) {
	v.t.Helper()
	browsertest.Screenshot(v.t, v.ctx, name)
}

// One person plays a whole case: filed, passed on, taken, asked, answered,
// followed up with a photo, not settled, followed up again, settled, rated,
// reopening asked for and granted.
func TestOnePersonPlaysAWholeCaseInTheDemo(t *testing.T) {
	v := visitDemo(t)
	id := browsertest.ID
	v.shows("case-0-start")
	v.types(citizenPane, "Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.")
	v.says(citizenPane, "Tidak setuju")
	v.press(citizenPane, "Setuju")
	v.says(citizenPane, "Periksa laporan")
	v.press(citizenPane, "Kirim")
	v.says(citizenPane, "Nomor laporan")
	v.says(adminsPane, "Pasar Keramat")
	v.shows("case-1-filed")

	// What needs words goes on in private; only the presser is told so.
	v.press(adminsPane, "Teruskan")
	browsertest.Appears(t, v.ctx, browsertest.At(adminsPane, id("go-private")))
	v.says(adminPane, "diteruskan ke mana")
	v.shows("case-2-alert")
	browsertest.Do(t, v.ctx, browsertest.Click(browsertest.At(adminsPane, id("go-private"))))
	browsertest.Appears(t, v.ctx, browsertest.At(adminPane, id("input")))
	v.types(adminPane, "HST-PUPR")
	v.says(adminPane, "akan diteruskan ke")
	v.press(adminPane, "Kirim")
	v.says(citizenPane, "sudah diteruskan ke")
	v.says(bodyPane, "Pasar Keramat")
	v.press(bodyPane, "Saya tangani")
	v.says(citizenPane, "sedang ditangani")
	v.says(bodyPane, "Sudah ada petugas")
	v.shows("case-3-claimed")

	v.press(bodyPane, "Tanya pelapor")
	v.says(liaisonPane, "Tulis pertanyaan")
	v.types(liaisonPane, "Tiang nomor berapa yang mati?")
	v.says(liaisonPane, "akan membaca")
	v.press(liaisonPane, "Kirim")
	v.says(citizenPane, "Tiang nomor berapa")
	v.answers(citizenPane, "Tiang nomor berapa", "Nomor 12, 13, dan 14.")
	v.says(citizenPane, "sudah kami teruskan")
	v.says(liaisonPane, "Nomor 12, 13, dan 14.")
	v.shows("case-4-answered")

	v.press(bodyPane, "Tindak lanjut")
	v.says(liaisonPane, "apa yang sudah dikerjakan")
	v.open(liaisonPane)
	v.attach(liaisonPane, browsertest.Photo(t))
	v.says(liaisonPane, "1 berkas diterima")
	v.types(liaisonPane, "Lampu tiang 12 sampai 14 sudah kami ganti pagi ini.")
	v.says(liaisonPane, "akan membaca")
	v.shows("case-5-preview")
	v.press(liaisonPane, "Kirim")
	v.says(citizenPane, "sudah kami ganti")
	browsertest.Appears(t, v.ctx, browsertest.At(citizenPane, id("picture")))
	v.shows("case-6-followed-up")
	v.press(citizenPane, "Belum")
	v.says(citizenPane, "Apa yang masih kurang")
	v.says(liaisonPane, "menanggapi")

	// An answer in the group is no answer to the reporter.
	v.answers(bodyPane, "Pasar Keramat", "Siap, pak. Kami cek lagi, ternyata tiang 14 belum menyala.")
	v.says(liaisonPane, "Kirim sebagai apa")
	v.shows("case-7-as")
	if strings.Contains(v.reads(citizenPane), "Siap, pak") {
		t.Error("what was said in the group went to the reporter")
	}
	v.press(liaisonPane, "Tindak lanjut")
	v.press(liaisonPane, "Kirim")
	v.says(citizenPane, "tiang 14 belum menyala")
	v.press(citizenPane, "Sudah beres")
	v.says(citizenPane, "Syukurlah")
	v.press(citizenPane, "5")
	v.says(citizenPane, "penilaian")
	v.shows("case-8-rated")
	v.press(citizenPane, "Buka kembali")
	v.says(citizenPane, "Admin akan memutuskan")
	v.says(adminPane, "dibuka kembali")
	v.press(adminPane, "Setujui dibuka kembali")
	v.says(citizenPane, "diproses lagi")
	v.shows("case-9-reopened")
	browsertest.Do(t, v.ctx, browsertest.Viewport(390, 844))
	v.shows("case-phone")
	v.demo.stop(t)
}

// A person at the demo's page tells, agrees, answers, sends a photo and files;
// the admin group sees it. A second, about an official who takes money, only
// the national admin sees. Everything is the real thing: the binary, its
// Postgres, and Chromium.
func TestACitizenFilesAWholeReportInTheDemo(t *testing.T) {
	v := visitDemo(t)
	ctx, at, id := v.ctx, browsertest.At, browsertest.ID
	types, press, says := v.types, v.press, v.says

	types(0, "Lampu jalan di depan Pasar Keramat mati, sudah dua orang jatuh dari motor.")
	says(0, "Sudah kami catat")
	press(0, "Setuju")
	says(0, "Di mana kejadiannya?")
	types(0, "Pasar Keramat, Barabai")
	says(0, "Kapan kejadiannya?")
	types(0, "kemarin sore jam 3")
	says(0, "Ada foto")
	browsertest.Do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS(at(0, id("file-input"))), []string{browsertest.Photo(t)}, chromedp.NodeReady))
	says(0, "1 berkas diterima")
	types(0, "selesai")
	says(0, "Periksa laporan Anda")
	browsertest.Screenshot(t, ctx, "review")
	press(0, "Kirim")
	says(0, "Nomor laporan: KTG-")
	says(0, "Kode akses:")
	says(0, "paling lambat")
	says(2, "Pasar Keramat")
	says(2, "1 berkas")
	browsertest.Appears(t, ctx, at(2, id("picture")))

	types(1, "Oknum petugas minta uang pungli untuk urus surat tanah")
	says(1, "Sudah kami catat")
	types(1, "Setuju")
	says(1, "Rahasiakan isi dan nama Anda?")
	types(1, "ya")
	says(1, "Di mana kejadiannya?")
	for _, next := range []string{"Kapan kejadiannya?", "Ada foto", "Periksa laporan Anda"} {
		types(1, "lewati")
		says(1, next)
	}
	types(1, "KIRIM")
	says(1, "Nomor laporan: KTG-")
	says(3, "surat tanah")
	browsertest.Screenshot(t, ctx, "whole")
	group := v.reads(adminsPane)
	if strings.Contains(group, "surat tanah") || strings.Count(group, "Salin KTG-") != 1 {
		t.Errorf("the group sees %q", group)
	}

	// Stopped and started again, it goes on with the same data: the page finds its
	// way back by itself, and what is asked now is known.
	port := strings.TrimPrefix(v.demo.url, "http://")
	v.demo.stop(t)
	d := startDemo(t, v.path, append(v.environ, "KENTONGAN_LISTEN="+port))
	types(0, "/status")
	says(0, "Belum diverifikasi")
	browsertest.Do(t, ctx, browsertest.Viewport(390, 844))
	browsertest.Screenshot(t, ctx, "whole-phone")
	d.stop(t)
}
