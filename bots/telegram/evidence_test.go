package telegram_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/reports"
)

// pdf is a letter that says who wrote it: no copy of it can be made.
var pdf = []byte("%PDF-1.4\n1 0 obj<</Author(" + canary + ")>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")

// An official who acts on a report gets its files in private, by a button, and it
// is recorded who opened them; whoever may not act, or presses in a group, gets
// nothing, and a group never gets what has no copy.
func TestOriginalsGoToOfficialsInPrivateAndAreRecorded(t *testing.T) {
	d := newDesk(t)
	joko := d.s.Person(904, "Joko")
	d.body.Join(joko)
	d.invite(joko, reports.Liaison, "HST", "pejabat penghubung")
	d.siti.Text("Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.")
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	d.hears(d.siti, "Periksa laporan")
	d.siti.Document("surat-siti.pdf", "application/pdf", pdf, "", "")
	d.hears(d.siti, "1 berkas")
	d.siti.Document("rumah-siti.jpg", "image/jpeg", spiked(t), "", "")
	d.hears(d.siti, "2 berkas")
	d.press(d.siti.Press, "Kirim")
	id := d.number()
	d.dispatch(id)
	card := d.shows(d.body, id)
	if strings.Contains(buttons(card), "Lihat bukti") {
		t.Error("the group's card offers to see the evidence")
	}
	d.file(d.body)

	// Forged: from a group, and by a colleague of another body.
	const token = "k.1.evidence"
	d.rudi.In(d.body).PressData(card.MessageID, token)
	channeltest.Eventually(t, "the press in the group is answered", func() bool { return len(d.rudi.Answers()) > 0 })
	joko.Text("/start")
	joko.PressData(1, token)
	d.hears(joko, "tidak ditangani instansi Anda")

	d.rudi.Text("/laporan " + id)
	d.hears(d.rudi, "Bukti: 2 berkas")
	d.press(d.rudi.Press, "Lihat bukti")
	d.hears(d.rudi, "Pembukaannya dicatat")
	var got []telegramtest.Shown
	channeltest.Eventually(t, "the files", func() bool {
		got = filesIn(d.rudi.Shown())
		return len(got) == 2
	})
	names := []string{got[0].File.Name, got[1].File.Name}
	if !slices.Contains(names, "bukti-1.pdf") || strings.Contains(strings.Join(names, " "), "siti") {
		t.Errorf("the files are called %q", names)
	}
	for _, m := range got {
		if whole := bytes.Equal(m.File.Body, pdf); whole != (m.File.Name == "bukti-1.pdf") || !whole && bytes.Contains(m.File.Body, []byte("0812")) {
			t.Errorf("%s is not what it should be", m.File.Name)
		}
	}
	for _, m := range slices.Concat(filesIn(d.body.Shown()), filesIn(d.admins.Shown()), filesIn(joko.Shown())) {
		if bytes.Contains(m.File.Body, []byte("0812")) || m.File.Kind != "photo" {
			t.Errorf("%s got where it may not", m.File.Name)
		}
	}
	if n := len(filesIn(joko.Shown())); n != 0 {
		t.Errorf("a colleague of another body got %d files", n)
	}

	var openings int
	var by, why string
	err := d.w.Pool.QueryRow(t.Context(), `select count(*) over (), o.by, o.why from openings o join reports r on r.id = o.ref
		where o.what = 'evidence' and r.tracking_id = $1`, id).Scan(&openings, &by, &why)
	if err != nil || openings != 1 || !strings.HasPrefix(by, "person ") || why != "as liaison, in chat" {
		t.Errorf("%d openings by %q, %q: %v", openings, by, why, err)
	}
}

// Of an anonymous report only copies leave, but for national admins and the
// inspectorate: a letter tells who wrote it.
func TestOriginalsOfAnonymousReportsStayAway(t *testing.T) {
	d := newDesk(t)
	d.siti.Text("Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, seorang warga jatuh karena gelap.")
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	d.hears(d.siti, "Periksa laporan")
	d.siti.Document("surat-siti.pdf", "application/pdf", pdf, "", "")
	d.hears(d.siti, "1 berkas")
	d.siti.Document("rumah-siti.jpg", "image/jpeg", spiked(t), "", "")
	d.hears(d.siti, "2 berkas")
	d.siti.Text("7")
	d.hears(d.siti, "Anonim")
	d.siti.Text("anonim")
	channeltest.Eventually(t, "the review again", func() bool {
		last, ok := d.siti.Last()
		return ok && strings.Contains(buttons(last), "Kirim")
	})
	d.press(d.siti.Press, "Kirim")
	id := d.number()
	d.dispatch(id)
	d.shows(d.body, id)
	d.rudi.Text("/laporan " + id)
	d.hears(d.rudi, "Bukti: 2 berkas")
	d.press(d.rudi.Press, "Lihat bukti")
	d.hears(d.rudi, "Pelapor ini anonim")
	if m := d.fileOf(d.rudi); m.File.Kind != "photo" {
		t.Errorf("the liaison got %s", m.File.Name)
	}
	d.admin.Text("/laporan " + id)
	d.hears(d.admin, "Bukti: 2 berkas")
	d.press(d.admin.Press, "Lihat bukti")
	channeltest.Eventually(t, "both files reach the national admin", func() bool { return len(filesIn(d.admin.Shown())) == 2 })
	if n := len(filesIn(d.rudi.Shown())); n != 1 {
		t.Errorf("the liaison got %d files", n)
	}
}

func filesIn(shown []telegramtest.Shown) []telegramtest.Shown {
	return slices.DeleteFunc(slices.Clone(shown), func(m telegramtest.Shown) bool { return m.File == nil })
}

// buttons are the labels below a message.
func buttons(m telegramtest.Shown) string {
	var all []string
	for _, row := range m.Inline {
		for _, b := range row {
			all = append(all, b.Text)
		}
	}
	return strings.Join(all, "\n")
}
