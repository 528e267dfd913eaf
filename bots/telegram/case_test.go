package telegram_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/reports"
)

// deskOf is a service on Telegram with an admin and a body at work.
type deskOf struct {
	t      *testing.T
	w      *channeltest.World
	s      *telegramtest.Server
	shell  *bots.Shell
	admins *telegramtest.Group
	body   *telegramtest.Group
	admin  *telegramtest.Person
	rudi   *telegramtest.Person
	siti   *telegramtest.Person
}

const caseWait = 20 * time.Second

func newDesk(t *testing.T) *deskOf {
	t.Helper()
	return newDeskAt(t, func(s *telegramtest.Server) *telegramtest.Group { return s.Supergroup(-100902, "PUPR") })
}

// newDeskAt is newDesk with another kind of group for the body.
func newDeskAt(t *testing.T, group func(*telegramtest.Server) *telegramtest.Group) *deskOf {
	t.Helper()
	return newDeskIn(t, channeltest.NewWorld(t), telegramtest.Start(t, telegramtest.Options{Scale: 0.05}), group)
}

func newDeskIn(t *testing.T, w *channeltest.World, s *telegramtest.Server, group func(*telegramtest.Server) *telegramtest.Group) *deskOf {
	t.Helper()
	d := &deskOf{t: t, w: w, s: s}
	d.shell, _ = d.w.Start(open(t, d.w, d.s, false))
	catalog := d.shell.Catalog()
	for _, a := range []reports.Agency{
		{Code: "HST", Name: "Pemkab HST", Level: reports.Regency, Zone: "Asia/Makassar", Week: 5, Keywords: []string{"barabai"}},
		{Code: "HST-PUPR", Parent: "HST", Name: "Dinas PUPR HST", Level: reports.Unit, Zone: "Asia/Makassar", Week: 5},
	} {
		if _, err := catalog.AddAgency(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	d.admin, d.rudi, d.siti = d.s.Person(901, "Ani"), d.s.Person(902, "Rudi"), d.s.Person(903, "Siti")
	d.admins, d.body = d.s.Supergroup(-100901, "Admin"), group(d.s)
	d.admins.Join(d.admin)
	d.body.Join(d.rudi)
	d.invite(d.admin, reports.NationalAdmin, "", "admin nasional")
	d.invite(d.rudi, reports.Liaison, "HST-PUPR", "pejabat penghubung")
	d.bind(d.admins, d.admin, "", "grup admin nasional")
	d.bind(d.body, d.rudi, "HST-PUPR", "Dinas PUPR HST")
	return d
}

func (d *deskOf) invite(p *telegramtest.Person, role reports.Role, agency, says string) {
	d.t.Helper()
	code, err := d.shell.Catalog().InviteCode(d.t.Context(), role, agency, d.w.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	p.Text("/start " + code.Code)
	d.hears(p, says)
}

func (d *deskOf) bind(g *telegramtest.Group, by *telegramtest.Person, agency, says string) {
	d.t.Helper()
	code, err := d.shell.Catalog().GroupCode(d.t.Context(), agency, d.w.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	g.AddBot(by)
	g.Text(by, "/hubungkan "+code.Code)
	d.shows(g, says)
}

// hears waits until somebody reads part in private.
func (d *deskOf) hears(p *telegramtest.Person, part string) telegramtest.Shown {
	d.t.Helper()
	m, err := p.Await(func(m telegramtest.Shown) bool { return strings.Contains(m.Text, part) }, caseWait)
	if err != nil {
		var all []string
		for _, m := range p.Shown() {
			all = append(all, m.Text)
		}
		d.t.Fatalf("waited in vain for %q; they read\n%s", part, strings.Join(all, "\n--\n"))
	}
	return m
}

func (d *deskOf) shows(g *telegramtest.Group, part string) telegramtest.Shown {
	d.t.Helper()
	m, err := g.Await(func(m telegramtest.Shown) bool { return strings.Contains(m.Text, part) }, caseWait)
	if err != nil {
		var all []string
		for _, m := range g.Shown() {
			all = append(all, m.Text)
		}
		d.t.Fatalf("waited in vain for %q; the group reads\n%s", part, strings.Join(all, "\n--\n"))
	}
	return m
}

func (d *deskOf) press(press func(string) error, label string) {
	d.t.Helper()
	if err := press(label); err != nil {
		d.t.Fatal(err)
	}
}

// filed has Siti file a report and returns its number.
func (d *deskOf) filed() string {
	d.t.Helper()
	d.siti.Text("Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.")
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	review := d.hears(d.siti, "Periksa laporan")
	if review.Inline == nil {
		d.t.Fatal("no buttons")
	}
	d.press(d.siti.Press, "Kirim")
	return d.number()
}

// spiked is a photo that says where it was taken, and by whom.
func spiked(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	comment := []byte(canary)
	out := append([]byte{}, b.Bytes()[:2]...)
	out = append(out, 0xff, 0xfe, 0, byte(len(comment)+2))
	return append(append(out, comment...), b.Bytes()[2:]...)
}

const canary = "kamera Siti 0812-3456-7890"

// Photos reach the body's group, and the reporter, as copies that say nothing of
// who took them; where the report turns out to need oversight they are taken
// back, with the card.
func TestPhotosAreCopiesAndAreTakenBack(t *testing.T) {
	d := newDesk(t)
	d.siti.Text("Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.")
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	d.hears(d.siti, "Periksa laporan")
	d.siti.Document("rumah-siti.jpg", "image/jpeg", spiked(t), "", "")
	d.hears(d.siti, "1 berkas")
	d.press(d.siti.Press, "Kirim")
	id := d.number()
	d.dispatch(id)
	d.shows(d.body, id)
	photo := d.file(d.body)
	if photo.File.Kind != "photo" || strings.Contains(photo.File.Name, "siti") || bytes.Contains(photo.File.Body, []byte("0812")) {
		t.Errorf("the group got %s %s", photo.File.Kind, photo.File.Name)
	}

	d.press(func(l string) error { return d.body.Press(d.rudi, l) }, "Saya tangani")
	d.shows(d.body, "Sudah ada petugas")
	d.press(func(l string) error { return d.body.Press(d.rudi, l) }, "Tindak lanjut")
	d.hears(d.rudi, "apa yang sudah dikerjakan")
	d.rudi.Document("kantor-rudi.jpg", "image/jpeg", spiked(t), "Lampu sudah kami ganti semua, lihat fotonya.", "")
	d.hears(d.rudi, "Pelapor akan membaca")
	d.press(d.rudi.Press, "Kirim")
	d.hears(d.siti, "Apakah sudah beres")
	theirs := d.fileOf(d.siti)
	if bytes.Contains(theirs.File.Body, []byte("0812")) || strings.Contains(theirs.File.Name, "rudi") {
		t.Errorf("the reporter got %s", theirs.File.Name)
	}

	d.press(func(l string) error { return d.admins.Press(d.admin, l) }, "Berkadar pengawasan")
	d.hears(d.admin, "ditandai berkadar pengawasan"[:8])
	d.press(d.admin.Press, "Ya")
	d.shows(d.body, "ditarik dari grup")
	channeltest.Eventually(t, "the files are taken back", func() bool {
		for _, m := range append(d.body.Shown(), d.admins.Shown()...) {
			if m.File != nil {
				return false
			}
		}
		return true
	})
}

// number is the tracking id that Siti was told last.
func (d *deskOf) number() string {
	d.t.Helper()
	receipt := d.hears(d.siti, "Nomor laporan")
	at := strings.Index(receipt.Text, "KTG-")
	return receipt.Text[at : at+13]
}

// dispatch has the admin pass a report on to the body.
func (d *deskOf) dispatch(id string) {
	d.t.Helper()
	d.shows(d.admins, id)
	d.press(func(l string) error { return d.admins.Press(d.admin, l) }, "Teruskan")
	d.hearsLast(d.admin, "diteruskan ke mana")
	d.admin.Text("dinas pupr hst")
	d.hearsLast(d.admin, "akan diteruskan ke")
	d.press(d.admin.Press, "Kirim")
	d.hears(d.siti, "sudah diteruskan ke")
}

// hearsLast waits until the newest that somebody reads in private has part in it.
func (d *deskOf) hearsLast(p *telegramtest.Person, part string) telegramtest.Shown {
	d.t.Helper()
	var last telegramtest.Shown
	channeltest.Eventually(d.t, "they read last: "+part, func() bool {
		last, _ = p.Last()
		return strings.Contains(last.Text, part)
	})
	return last
}

func (d *deskOf) file(g *telegramtest.Group) telegramtest.Shown {
	d.t.Helper()
	m, err := g.Await(func(m telegramtest.Shown) bool { return m.File != nil }, caseWait)
	if err != nil {
		d.t.Fatal("no file in the group")
	}
	return m
}

func (d *deskOf) fileOf(p *telegramtest.Person) telegramtest.Shown {
	d.t.Helper()
	m, err := p.Await(func(m telegramtest.Shown) bool { return m.File != nil }, caseWait)
	if err != nil {
		d.t.Fatal("no file in private")
	}
	return m
}

// A whole case on Telegram: filed, passed on, taken, asked, answered, followed
// up, not settled, followed up again, settled, rated, reopening asked for and
// granted. Each group gets three new messages of it at most: the card, and two
// albums of what the reporter sent.
func TestAWholeCaseOnTelegram(t *testing.T) {
	d := newDesk(t)
	before := map[*telegramtest.Group]int{d.admins: news(d.admins), d.body: news(d.body)}
	d.siti.Text("Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.")
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	d.hears(d.siti, "Periksa laporan")
	d.album("album-1", "", 3)
	d.hears(d.siti, "3 berkas")
	d.press(d.siti.Press, "Kirim")
	id := d.number()
	d.shows(d.admins, id)

	d.press(func(l string) error { return d.admins.Press(d.admin, l) }, "Teruskan")
	d.hears(d.admin, "diteruskan ke mana")
	d.admin.Text("dinas pupr hst")
	d.hears(d.admin, "akan diteruskan ke")
	d.press(d.admin.Press, "Kirim")
	d.hears(d.admin, "sudah diteruskan ke Dinas PUPR HST")
	d.hears(d.siti, "sudah diteruskan ke")
	card := d.shows(d.body, id)
	if !strings.Contains(card.Text, "Respon awal paling lambat") {
		t.Errorf("the card: %s", card.Text)
	}

	d.press(func(l string) error { return d.body.Press(d.rudi, l) }, "Saya tangani")
	d.hears(d.siti, "sedang ditangani")
	d.shows(d.body, "Sudah ada petugas")

	d.press(func(l string) error { return d.body.Press(d.rudi, l) }, "Tanya pelapor")
	d.hears(d.rudi, "Tulis pertanyaan")
	d.rudi.Text("Tiang nomor berapa yang mati?")
	d.hears(d.rudi, "akan membaca")
	d.press(d.rudi.Press, "Kirim")
	question := d.hears(d.siti, "Tiang nomor berapa")
	d.siti.Reply(question.MessageID, "Nomor 12, 13, dan 14.")
	d.hears(d.siti, "sudah kami teruskan")
	d.hears(d.rudi, "Nomor 12, 13, dan 14.")

	d.press(func(l string) error { return d.body.Press(d.rudi, l) }, "Tindak lanjut")
	d.hears(d.rudi, "Tulis *tindak lanjut*"[:6])
	d.hears(d.rudi, "apa yang sudah dikerjakan")
	d.rudi.Document("kantor.jpg", "image/jpeg", spiked(t), "Lampu tiang 12 sampai 14 sudah kami ganti pagi ini.", "")
	d.hears(d.rudi, "Lampu tiang 12 sampai 14")
	d.press(d.rudi.Press, "Kirim")
	d.hears(d.siti, "sudah kami ganti")
	d.fileOf(d.siti)
	d.press(d.siti.Press, "Belum")
	d.hears(d.siti, "Apa yang masih kurang")
	d.album("album-2", "Tiang 14 masih mati, lihat fotonya.", 2)
	d.hears(d.siti, "laporan yang sudah Anda kirim")
	d.press(d.siti.Press, "Untuk "+id)
	d.hears(d.rudi, "menanggapi")
	channeltest.Eventually(t, "what came with it is in the body's group", func() bool { return files(d.body) == 5 })

	// An answer in the group is no answer to the reporter.
	d.body.Reply(d.rudi, card.MessageID, "Siap, pak. Kami cek lagi, ternyata tiang 14 belum menyala.")
	d.hears(d.rudi, "belum* dikirim"[0:5])
	as := d.hears(d.rudi, "Kirim sebagai apa")
	if strings.Contains(d.texts(d.siti), "Siap, pak") {
		t.Error("what was said in the group went to the reporter")
	}
	if as.Inline == nil {
		t.Fatal("no buttons")
	}
	d.press(d.rudi.Press, "Tindak lanjut")
	d.hears(d.rudi, "Pelapor akan membaca:\n“Siap, pak.")
	d.press(d.rudi.Press, "Kirim")
	d.hears(d.siti, "tiang 14 belum menyala")
	d.press(d.siti.Press, "Sudah beres")
	d.hears(d.siti, "Syukurlah")
	d.press(d.siti.Press, "5")
	d.hears(d.siti, "penilaian")
	d.press(d.siti.Press, "Buka kembali")
	d.hears(d.siti, "Admin akan memutuskan")
	d.hears(d.admin, "dibuka kembali")
	d.press(d.admin.Press, "Setujui dibuka kembali")
	d.hears(d.siti, "diproses lagi")

	channeltest.Eventually(t, "evidence stands under the cards", func() bool { return files(d.body) > 0 && files(d.admins) > 0 })
	for g, had := range before {
		if n := news(g) - had; n > 3 || n < 2 {
			t.Errorf("%d new messages in %d", n, g.ID())
		}
	}
	for _, m := range append(d.body.Shown(), d.admins.Shown()...) {
		if strings.Contains(m.Text, "Siti") || strings.Contains(m.Text, "903") {
			t.Errorf("the group reads who it was: %s", m.Text)
		}
	}
}

// album has Siti send photos as one, each with what her camera says of her.
func (d *deskOf) album(id, caption string, n int) {
	for range n {
		d.siti.Photo(spiked(d.t), caption, id)
		caption = ""
	}
}

// news counts what a group was told anew: an album is one message.
func news(g *telegramtest.Group) (n int) {
	albums := map[string]bool{"": true}
	for _, m := range g.Shown() {
		if m.Album == "" || !albums[m.Album] {
			n++
		}
		albums[m.Album] = true
	}
	return n
}

func files(g *telegramtest.Group) (n int) {
	for _, m := range g.Shown() {
		if m.File != nil {
			n++
		}
	}
	return n
}

func (d *deskOf) texts(p *telegramtest.Person) string {
	var all []string
	for _, m := range p.Shown() {
		all = append(all, m.Text)
	}
	return strings.Join(all, "\n")
}
