package telegram_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
)

func newForumDesk(t *testing.T) *deskOf {
	t.Helper()
	return newDeskAt(t, func(s *telegramtest.Server) *telegramtest.Group { return s.Forum(-100902, "PUPR") })
}

// manages lets the bot make topics, and waits until that is known.
func (d *deskOf) manages() {
	d.t.Helper()
	d.body.LetBotManageTopics(d.rudi, true)
	channeltest.Eventually(d.t, "the right is known", func() bool {
		var right string
		err := d.w.Pool.QueryRow(d.t.Context(), `select topics from groups where agency is not null`).Scan(&right)
		return err == nil && right == "allowed"
	})
}

// topicFor waits until the group shows the report in a topic of its own.
func (d *deskOf) topicFor(id string) telegramtest.Topic {
	d.t.Helper()
	card := d.shows(d.body, id)
	var mine []telegramtest.Topic
	for _, topic := range d.body.Topics() {
		if strings.Contains(topic.Name, id) {
			mine = append(mine, topic)
		}
	}
	if len(mine) != 1 || card.Topic != mine[0].ID {
		d.t.Fatalf("the card stands in %d, the topics are %+v", card.Topic, d.body.Topics())
	}
	return mine[0]
}

func (d *deskOf) until(what string, ok func() bool) {
	d.t.Helper()
	channeltest.Eventually(d.t, what, ok)
}

// In a group with topics each report has one: the card, its files and what is told
// of it stand there, replies in it find the report, and it is closed with it and
// opened again.
func TestAReportHasATopicOfItsOwn(t *testing.T) {
	d := newForumDesk(t)
	d.shows(d.body, "Kelola topik")
	d.manages()
	d.siti.Text("Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, kata Siti Aminah gelap sekali.")
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	d.hears(d.siti, "Periksa laporan")
	d.siti.Document("rumah-siti.jpg", "image/jpeg", spiked(t), "", "")
	d.hears(d.siti, "1 berkas")
	d.press(d.siti.Press, "Kirim")
	id := d.number()
	d.dispatch(id)
	topic := d.topicFor(id)
	if topic.Name != id+" Pengaduan" || topic.Closed {
		t.Errorf("the topic is %+v", topic)
	}
	if photo := d.file(d.body); photo.Topic != topic.ID {
		t.Errorf("the photo stands in %d", photo.Topic)
	}
	d.rudi.In(d.body).Text("/laporan " + id)
	d.until("what is told of it stands in the topic", func() bool {
		n := 0
		for _, m := range d.body.Shown() {
			if m.File == nil && m.Topic == topic.ID {
				n++
			}
		}
		return n == 2
	})

	d.rudi.In(d.body).InTopic(topic.ID).Text("Rapat jam tiga.") // answers nothing but the topic
	card := d.shows(d.body, id)
	d.body.Reply(d.rudi, card.MessageID, "Lampu sudah kami ganti semua pagi ini.")
	d.hears(d.rudi, "Kirim sebagai apa")
	d.press(d.rudi.Press, "Tindak lanjut")
	d.hears(d.rudi, "Pelapor akan membaca")
	d.press(d.rudi.Press, "Kirim")
	d.hears(d.siti, "sudah kami ganti")
	d.press(d.siti.Press, "Sudah beres")
	d.until("the topic is closed", func() bool { return d.body.Topics()[0].Closed })
	d.hears(d.siti, "Syukurlah")
	d.press(d.siti.Press, "5")
	d.hears(d.siti, "penilaian")
	d.press(d.siti.Press, "Buka kembali")
	d.until("the topic is open again", func() bool { return !d.body.Topics()[0].Closed })
	d.hears(d.admin, "dibuka kembali")
	d.press(d.admin.Press, "Setujui dibuka kembali")
	d.hears(d.siti, "diproses lagi")

	d.until("the admin's card offers it", func() bool { return d.admins.Press(d.admin, "Berkadar pengawasan") == nil })
	d.hears(d.admin, "pengawasan")
	d.press(d.admin.Press, "Ya")
	d.until("what is restricted leaves no number behind", func() bool {
		topic := d.body.Topics()[0]
		return topic.Name == "Laporan ditarik" && topic.Closed
	})
	if n := d.s.Calls("createForumTopic"); n != 1 {
		t.Errorf("%d topics were asked for", n)
	}
}

// Where the answer to what made a topic gets lost, as where the process is killed
// before it could note it, the topic is known by the message that tells of it.
func TestATopicIsMadeOnceAlthoughNobodyHeard(t *testing.T) {
	d := newForumDesk(t)
	d.manages()
	d.s.SetFaults(telegramtest.Faults{Methods: []string{"createForumTopic"}, DropAfter: 1})
	id := d.filed()
	d.dispatch(id)
	d.topicFor(id)
	if n := len(d.body.Topics()); n != 1 {
		t.Errorf("%d topics", n)
	}
}

// Without the right the group is told once, cards stand where everything does, and
// stay there; a group that becomes a forum, or is none any more, gets its cards.
func TestGroupsComeToKeepTopicsAndCease(t *testing.T) {
	d := newForumDesk(t)
	d.shows(d.body, "Kelola topik")
	first := d.filed()
	d.dispatch(first)
	if card := d.shows(d.body, first); card.Topic != 0 || len(d.body.Topics()) != 0 {
		t.Errorf("the card stands in %d", card.Topic)
	}
	d.manages()
	d.press(func(l string) error { return d.body.Press(d.rudi, l) }, "Saya tangani")
	if card := d.shows(d.body, "Sudah ada petugas"); card.Topic != 0 {
		t.Errorf("the card has moved to %d", card.Topic)
	}
	d.body.KeepTopics(false)
	d.siti = d.s.Person(904, "Budi")
	second := d.filed()
	d.dispatch(second)
	if card := d.shows(d.body, second); card.Topic != 0 {
		t.Errorf("without topics it stands in %d", card.Topic)
	}
	n := 0
	for _, m := range d.body.Shown() {
		if strings.Contains(m.Text, "Kelola topik") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("it was told of its right %d times", n)
	}
}

// Through the whole shell, too, with names, files and what surrounds them, nothing of
// a reporter gets into a group: not into words, buttons, topics, names of files or files.
func TestNothingOfAReporterReachesAGroup(t *testing.T) {
	d := newForumDesk(t)
	d.manages()
	random := rand.New(rand.NewPCG(4, 2))
	i := identify(random)
	d.siti = d.s.Person(i.chat, i.first).Called(i.last, i.username, "id")
	d.siti.Forward(i.friend, "Tiga lampu jalan di depan Pasar Keramat Barabai mati sejak kemarin sore, hubungi 0"+i.phone+" atau t.me/"+i.username)
	d.hears(d.siti, "Tidak setuju")
	d.press(d.siti.Press, "Setuju")
	d.hears(d.siti, "Periksa laporan")
	d.siti.Contact("+62"+i.phone, i.friend, true)
	picture := bytes.ReplaceAll(spiked(t), []byte(canary), []byte(fmt.Sprintf("%-*.*s", len(canary), len(canary), i.first+" "+i.phone)))
	d.siti.Document(i.file+".jpg", "image/jpeg", picture, "Foto dari @"+i.username, "")
	d.hears(d.siti, "1 berkas")
	d.press(d.siti.Press, "Kirim")
	id := d.number()
	d.dispatch(id)
	d.topicFor(id)
	d.file(d.body)
	d.rudi.In(d.body).Text("/laporan " + id)
	d.until("the group reads the thread", func() bool { return len(d.body.Shown()) >= 5 })
	for _, g := range []*telegramtest.Group{d.admins, d.body} {
		var all strings.Builder
		for _, m := range g.Shown() {
			all.WriteString(strings.Join(append(m.Earlier, m.Text), "\n") + "\n")
			for _, row := range m.Inline {
				for _, b := range row {
					fmt.Fprintln(&all, b.Text, b.Data, b.Copy, b.URL)
				}
			}
			if m.File != nil {
				fmt.Fprintln(&all, m.File.Name, string(m.File.Body))
			}
		}
		for _, topic := range g.Topics() {
			fmt.Fprintln(&all, topic.Name)
		}
		if what := i.leaked(all.String()); what != "" {
			t.Errorf("%d reads %q in\n%q", g.ID(), what, all.String())
		}
	}
}
