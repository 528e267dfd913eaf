package whatsapp

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/reports"
)

// desk is a service on WhatsApp with an admin and a body at work, each in a group.
type desk struct {
	t                 *testing.T
	w                 *channeltest.World
	r                 *rig
	shell             *bots.Shell
	admins, body      *whatsapptest.Group
	admin, rudi, siti *whatsapptest.Person
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	w := channeltest.NewWorld(t)
	d := &desk{t: t, w: w, r: paired(t, w)}
	d.shell, _ = w.Start(d.r.c)
	d.r.state(d.r.c, StateConnected)
	for _, a := range []reports.Agency{
		{Code: "HST", Name: "Pemkab HST", Level: reports.Regency, Zone: "Asia/Makassar", Week: 5, Keywords: []string{"barabai"}},
		{Code: "HST-PUPR", Parent: "HST", Name: "Dinas PUPR HST", Level: reports.Unit, Zone: "Asia/Makassar", Week: 5},
	} {
		if _, err := d.shell.Catalog().AddAgency(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	d.admin, d.rudi, d.siti = d.r.person("Ani"), d.r.person("Rudi"), d.r.person("Siti")
	d.invite(d.admin, reports.NationalAdmin, "", "admin nasional")
	d.invite(d.rudi, reports.Liaison, "HST-PUPR", "pejabat penghubung")
	d.admins = d.r.server.Group("Admin", d.admin, d.r.office)
	d.body = d.r.server.Group("PUPR", d.rudi, d.r.office)
	d.bind(d.admins, d.admin, "", "grup admin nasional")
	d.bind(d.body, d.rudi, "HST-PUPR", "Dinas PUPR HST")
	return d
}

func (d *desk) invite(p *whatsapptest.Person, role reports.Role, agency, says string) {
	d.t.Helper()
	code, err := d.shell.Catalog().InviteCode(d.t.Context(), role, agency, d.w.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	p.Text(d.r.office, "/start "+code.Code)
	d.reads(p, d.r.office, says)
}

func (d *desk) bind(g *whatsapptest.Group, by *whatsapptest.Person, agency, says string) {
	d.t.Helper()
	code, err := d.shell.Catalog().GroupCode(d.t.Context(), agency, d.w.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	by.Text(g, "/hubungkan "+code.Code)
	d.reads(by, g, says)
}

// fromOffice are the account's messages that p sees in a chat.
func (d *desk) fromOffice(p *whatsapptest.Person, in whatsapptest.Chat) []whatsapptest.Shown {
	var list []whatsapptest.Shown
	for _, m := range p.Shown(in) {
		if m.From == d.r.office.LID() {
			list = append(list, m)
		}
	}
	return list
}

// reads waits until p reads part from the account, and returns the newest such
// message.
func (d *desk) reads(p *whatsapptest.Person, in whatsapptest.Chat, part string) (found whatsapptest.Shown) {
	d.t.Helper()
	there := func() bool {
		for _, m := range d.fromOffice(p, in) {
			if strings.Contains(m.Text, part) {
				found = m
			}
		}
		return found.ID != ""
	}
	if err := d.r.server.Await(d.r.within(20*time.Second), part, there); err != nil {
		var all []string
		for _, m := range d.fromOffice(p, in) {
			all = append(all, m.Text)
		}
		d.t.Fatalf("%s waited in vain for %q, and read\n%s", p.Name(), part, strings.Join(all, "\n--\n"))
	}
	return found
}

// picks answers the newest message with that choice by its words.
func (d *desk) picks(p *whatsapptest.Person, in whatsapptest.Chat, choice string) {
	d.t.Helper()
	d.answers(p, in, d.reads(p, in, "• "+choice), choice)
}

// answers quotes a message once the service has noted which one it was: nobody
// answers faster than that.
func (d *desk) answers(p *whatsapptest.Person, in whatsapptest.Chat, m whatsapptest.Shown, text string) {
	d.t.Helper()
	channeltest.Eventually(d.t, "the message is noted", func() (noted bool) {
		err := d.w.Pool.QueryRow(d.t.Context(), `select exists (select 1 from outbox where sent_ref = $1)
			or exists (select 1 from cards where sent_ref = $1)`, m.ID).Scan(&noted)
		if err != nil {
			d.t.Fatal(err)
		}
		return noted
	})
	p.Reply(in, m.ID, text)
}

// tells writes to the account and waits for what comes of it.
func (d *desk) tells(p *whatsapptest.Person, text, says string) whatsapptest.Shown {
	d.t.Helper()
	p.Text(d.r.office, text)
	return d.reads(p, d.r.office, says)
}

// files are those that p got from the account in a chat.
func (d *desk) files(p *whatsapptest.Person, in whatsapptest.Chat) (files []*whatsapptest.Received) {
	for _, m := range d.fromOffice(p, in) {
		if m.File != nil {
			files = append(files, m.File)
		}
	}
	return files
}

// filed has Siti file a report with a photo, and returns its number.
func (d *desk) filed() string {
	d.t.Helper()
	d.tells(d.siti, "Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.", "Tidak setuju")
	d.tells(d.siti, "Setuju", "Periksa laporan")
	d.siti.Photo(d.r.office, whatsapptest.File{Type: "image/png", Body: channeltest.Photo()})
	d.reads(d.siti, d.r.office, "1 berkas")
	receipt := d.tells(d.siti, "Kirim", "Nomor laporan")
	at := strings.Index(receipt.Text, "KTG-")
	return receipt.Text[at : at+13]
}

// dispatch has the admin pass a report on to the body.
func (d *desk) dispatch(id string) {
	d.t.Helper()
	d.reads(d.admin, d.admins, id)
	d.picks(d.admin, d.admins, "Teruskan")
	d.reads(d.admin, d.r.office, "diteruskan ke mana")
	d.tells(d.admin, "dinas pupr hst", "akan diteruskan ke")
	d.tells(d.admin, "Kirim", "sudah diteruskan ke Dinas PUPR HST")
	d.reads(d.siti, d.r.office, "sudah diteruskan ke")
	d.reads(d.rudi, d.body, id)
}

// A whole case on WhatsApp, where nobody has a button: filed with a photo, passed
// on, taken, asked, answered, followed up with a photo, not settled, followed up
// again, settled and rated.
func TestAWholeCaseOnWhatsApp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	office := d.r.office
	id := d.filed()
	d.dispatch(id)
	channeltest.Eventually(t, "the body's group has the photo", func() bool { return len(d.files(d.rudi, d.body)) == 1 })
	card := d.reads(d.rudi, d.body, id)
	if strings.Contains(card.Text, "\n0.") || !strings.Contains(card.Text, "Balas pesan ini") {
		t.Errorf("the card does not say how to answer it: %s", card.Text)
	}

	d.picks(d.rudi, d.body, "Saya tangani")
	d.reads(d.siti, office, "sedang ditangani")
	d.reads(d.rudi, d.body, "Sudah ada petugas")

	d.picks(d.rudi, d.body, "Tanya pelapor")
	d.reads(d.rudi, office, "Tulis pertanyaan")
	d.tells(d.rudi, "Tiang nomor berapa yang mati?", "akan membaca")
	d.rudi.Text(office, "Kirim")
	question := d.reads(d.siti, office, "Tiang nomor berapa")
	d.answers(d.siti, office, question, "Nomor 12, 13, dan 14.")
	d.reads(d.siti, office, "sudah kami teruskan")
	d.reads(d.rudi, office, "Nomor 12, 13, dan 14.")

	d.picks(d.rudi, d.body, "Tindak lanjut")
	d.reads(d.rudi, office, "apa yang sudah dikerjakan")
	d.rudi.Photo(office, whatsapptest.File{Type: "image/jpeg", Body: spiked(t), Caption: "Lampu tiang 12 sampai 14 sudah kami ganti pagi ini."})
	d.reads(d.rudi, office, "Pelapor akan membaca")
	d.rudi.Text(office, "Kirim")
	d.reads(d.siti, office, "sudah kami ganti")
	channeltest.Eventually(t, "the reporter has the photo", func() bool { return len(d.files(d.siti, office)) == 1 })
	if f := d.files(d.siti, office)[0]; f.Kind != "image" || bytes.Contains(f.Body, []byte(canary)) {
		t.Errorf("the reporter got a %s that says who took it: %t", f.Kind, bytes.Contains(f.Body, []byte(canary)))
	}

	d.tells(d.siti, "Belum", "Apa yang masih kurang")
	d.reads(d.rudi, office, "menanggapi")
	// An answer in the group is no answer to the reporter.
	d.answers(d.rudi, d.body, d.reads(d.rudi, d.body, id), "Siap, pak. Kami cek lagi, ternyata tiang 14 belum menyala.")
	d.reads(d.rudi, office, "Kirim sebagai apa")
	for _, m := range d.fromOffice(d.siti, office) {
		if strings.Contains(m.Text, "Siap, pak") {
			t.Error("what was said in the group went to the reporter")
		}
	}
	d.tells(d.rudi, "Tindak lanjut", "Pelapor akan membaca:\n“Siap, pak.")
	d.rudi.Text(office, "Kirim")
	d.reads(d.siti, office, "tiang 14 belum menyala")
	d.tells(d.siti, "Sudah beres", "Syukurlah")
	d.tells(d.siti, "5", "penilaian")

	for _, g := range []struct {
		by *whatsapptest.Person
		in *whatsapptest.Group
	}{{d.admin, d.admins}, {d.rudi, d.body}} {
		for _, m := range d.fromOffice(g.by, g.in) {
			if strings.Contains(m.Text, "Siti") || strings.Contains(m.Text, d.siti.PN().User) {
				t.Errorf("the group reads who it was: %s", m.Text)
			}
		}
	}
	if n := len(d.fromOffice(d.rudi, d.body)); n > 4 { // what it was bound with, the card, two photos
		t.Errorf("%d messages in the body's group", n)
	}
}

// What is marked for oversight disappears from groups, although cards can be
// edited for some minutes only.
func TestWhatBecomesRestrictedDisappearsFromGroups(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.filed()
	d.dispatch(id)
	channeltest.Eventually(t, "the body's group has the photo", func() bool { return len(d.files(d.rudi, d.body)) == 1 })
	d.r.Age(time.Hour)
	d.picks(d.rudi, d.body, "Saya tangani")
	taken := d.reads(d.rudi, d.body, "Sudah ada petugas")
	channeltest.Eventually(t, "one card is there", func() bool { return d.cards(d.rudi, d.body, id) == 1 })
	d.r.Age(time.Hour)

	d.picks(d.admin, d.admins, "Berkadar pengawasan")
	d.reads(d.admin, d.r.office, "Ya")
	d.admin.Text(d.r.office, "Ya")
	channeltest.Eventually(t, "nothing of it is in the groups", func() bool {
		return len(d.files(d.rudi, d.body))+len(d.files(d.admin, d.admins))+d.cards(d.rudi, d.body, id)+d.cards(d.admin, d.admins, id) == 0
	})
	if taken.ID == "" {
		t.Error("the card that was taken back was never there")
	}
}

// cards counts the messages of a group that tell of a report.
func (d *desk) cards(p *whatsapptest.Person, in whatsapptest.Chat, id string) (n int) {
	for _, m := range d.fromOffice(p, in) {
		if strings.Contains(m.Text, id) {
			n++
		}
	}
	return n
}

const canary = "kamera Rudi 0812-3456-7890"

// spiked is a photo that says who took it.
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
	comment := append([]byte{0xff, 0xfe, 0, byte(len(canary) + 2)}, canary...)
	return slices.Insert(b.Bytes(), 2, comment...)
}
