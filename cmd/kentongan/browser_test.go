package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kentongan/bots/webchat/browsertest"
	"kentongan/migrations/localpg"
)

// A person at the demo's page tells, agrees, answers, sends a photo and files;
// the admin group sees it. A second, about an official who takes money, only
// the national admin sees. Everything is the real thing: the binary, its
// Postgres, and Chromium.
func TestACitizenFilesAWholeReportInTheDemo(t *testing.T) {
	path, dir := binary(t), demoFolder(t)
	environ := append(os.Environ(), "DATABASE_URL=", "KENTONGAN_SECRET_KEY=", "KENTONGAN_DATA_DIR="+dir,
		"KENTONGAN_LISTEN=127.0.0.1:0", "KENTONGAN_BURST_QUIET=300ms")
	t.Cleanup(func() {
		if err := localpg.Remove(t.Context(), filepath.Join(dir, "postgres")); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	d := startDemo(t, path, environ)
	ctx := browsertest.Open(t)
	at, id := browsertest.At, browsertest.ID
	types := func(pane int, text string) {
		t.Helper()
		browsertest.Do(t, ctx, browsertest.Keys(at(pane, id("input")), text+kb.Enter))
	}
	press := func(pane int, choice string) {
		t.Helper()
		selector := at(pane, `.msg:not(.old) [data-token$=".`+choice+`"]`)
		browsertest.Appears(t, ctx, selector)
		browsertest.Do(t, ctx, browsertest.Click(selector))
	}
	says := func(pane int, text string) {
		t.Helper()
		browsertest.Says(t, ctx, pane, text)
	}

	browsertest.Do(t, ctx, browsertest.Viewport(1440, 900), chromedp.Navigate(d.url))
	browsertest.Appears(t, ctx, at(0, id("input")))
	types(0, "Lampu jalan di depan Pasar Keramat mati, sudah dua orang jatuh dari motor.")
	says(0, "Sudah kami catat")
	press(0, "agree")
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
	press(0, "send")
	says(0, "Nomor laporan: KTG-")
	says(0, "Kode akses:")
	says(0, "paling lambat")
	says(2, "Pasar Keramat")
	says(2, "1 berkas")

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
	group, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector('`+at(2, id("log"))+`').innerText`))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(group, "surat tanah") || strings.Count(group, "Laporan KTG-") != 1 {
		t.Errorf("the group sees %q", group)
	}

	// Stopped and started again, it goes on with the same data: the page finds its
	// way back by itself, and what is asked now is known.
	port := strings.TrimPrefix(d.url, "http://")
	d.stop(t)
	d = startDemo(t, path, append(environ, "KENTONGAN_LISTEN="+port))
	types(0, "/status")
	says(0, "Belum diverifikasi")
	browsertest.Do(t, ctx, browsertest.Viewport(390, 844))
	browsertest.Screenshot(t, ctx, "whole-phone")
	d.stop(t)
}
