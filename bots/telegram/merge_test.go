package telegram_test

import (
	"strings"
	"testing"

	"kentongan/bots/channeltest"
)

// A report is merged into another, and its reporter hears of that one from then
// on; where its own reporter withdraws it, the admin hears that the merged one
// stands alone.
func TestAMergedReportsReporterHearsOfTheMainOne(t *testing.T) {
	d := newDesk(t)
	main := d.filed()
	budi := d.s.Person(905, "Budi")
	budi.Text("Lampu jalan di depan Pasar Keramat Barabai mati semua sejak kemarin, gelap sekali dan sudah ada yang jatuh.")
	d.hears(budi, "Tidak setuju")
	d.press(budi.Press, "Setuju")
	d.hears(budi, "Periksa laporan")
	d.press(budi.Press, "Kirim")
	receipt := d.hears(budi, "Nomor laporan")
	at := strings.Index(receipt.Text, "KTG-")
	own := receipt.Text[at : at+13]
	d.shows(d.admins, own)
	d.press(func(l string) error { return d.admins.Press(d.admin, l) }, "Gabungkan")
	d.hears(d.admin, "digabungkan ke laporan mana")
	d.admin.Text(main)
	d.hears(d.admin, "akan digabungkan ke "+main)
	d.press(d.admin.Press, "Kirim")
	d.hears(budi, "digabungkan dengan laporan lain")
	d.shows(d.admins, "Digabung dengan laporan lain")

	d.dispatch(main)
	d.hears(budi, "sudah diteruskan ke")
	d.siti.Text("/cabut " + main)
	d.hears(d.siti, "Cabut laporan")
	d.siti.Text("cabut")
	d.hears(d.siti, "sudah dicabut")
	d.hears(budi, "dicabut pelapornya")
	channeltest.Eventually(t, "the admin is told", func() bool {
		return strings.Contains(d.texts(d.admin), "digabungkan ke "+main+", yang baru dicabut")
	})
	d.press(d.admin.Press, "Batal gabung")
	d.hears(budi, "diproses sendiri lagi")
}
