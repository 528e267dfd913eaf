package telegram_test

import (
	"strings"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/reports"
)

// Where nobody may be shown a restricted report no date is promised, the admins'
// group hears that one waits and nothing of it, and whoever is appointed gets it.
func TestARestrictedReportThatNobodyMaySee(t *testing.T) {
	d := &deskOf{t: t, w: channeltest.NewWorld(t), s: telegramtest.Start(t, telegramtest.Options{Scale: 0.05})}
	d.shell, _ = d.w.StartWith(func(c *bots.Config) { c.HealthEvery = 50 * time.Millisecond }, open(t, d.w, d.s, false))
	d.admin, d.siti = d.s.Person(901, "Ani"), d.s.Person(903, "Siti")
	d.admins = d.s.Supergroup(-100901, "Admin")
	code, err := d.shell.Catalog().GroupCode(t.Context(), "", d.w.Now())
	if err != nil {
		t.Fatal(err)
	}
	d.admins.AddBotByLink(d.admin, code.Code)
	d.shows(d.admins, "grup admin nasional")
	d.siti.Text("Petugas kelurahan di Barabai meminta uang Rp 200.000 kemarin sore untuk surat pindah saya.")
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	d.hearsLast(d.siti, "Rahasiakan")
	last, _ := d.siti.Last()
	d.press(d.siti.Press, last.Inline[0][0].Text)
	d.hears(d.siti, "Periksa laporan")
	d.press(d.siti.Press, "Kirim")
	id := d.number()
	if receipt := d.hears(d.siti, "Nomor laporan"); strings.Contains(receipt.Text, "paling lambat") {
		t.Errorf("a date is promised that nobody keeps:\n%s", receipt.Text)
	}
	d.shows(d.admins, "belum dapat ditunjukkan")
	d.invite(d.admin, reports.NationalAdmin, "", "admin nasional")
	d.hears(d.admin, id)
	d.shows(d.admins, "kini ada pembacanya")
	for _, m := range d.admins.Shown() {
		if strings.Contains(m.Text, id) || strings.Contains(m.Text, "surat pindah") {
			t.Errorf("the group reads %q", m.Text)
		}
	}
}
