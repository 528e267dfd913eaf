package whatsapp

import (
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"

	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
)

func TestWhatTheOfficeTypesIsTakenIn(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	box := r.online()
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "halo"))
	to := addressOf(siti.LID())
	ours, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima"))
	if err != nil {
		t.Fatal(err)
	}
	budi := r.person("Budi") // who never wrote
	for name, c := range map[string]struct {
		say  func() types.MessageID
		want conversation.Input
	}{
		"a text":  {func() types.MessageID { return r.office.TypesOnPhone(siti, "Tim datang besok") }, conversation.FromOffice{Text: "Tim datang besok"}},
		"a photo": {func() types.MessageID { return r.office.Says(siti, photo()) }, conversation.FromOffice{Text: "Jalan rusak", File: true}},
		"reaction": {func() types.MessageID {
			return r.office.Says(siti, &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{}})
		}, nil},
		"stranger": {func() types.MessageID { return r.office.TypesOnPhone(budi, "Halo Budi") }, nil},
	} {
		before := len(box.all())
		c.say()
		if err := r.office.AwaitDrained(r.within(20 * time.Second)); err != nil {
			t.Fatal(name, err)
		}
		if c.want == nil {
			if len(box.all()) != before {
				t.Errorf("%s was taken in", name)
			}
			continue
		}
		if len(box.all()) != before+1 {
			t.Errorf("%s was not taken in", name)
			continue
		}
		if d := box.last(t, r.c); d.Input != c.want || d.Profile.Name != "" || box.all()[before].Chat != to {
			t.Errorf("%s: %+v to %v", name, d, box.all()[before].Chat == to)
		}
	}
	if ours == "" || r.c.mayWriteTo(t, r, budi) {
		t.Error("whom the office wrote to may be written to by the service")
	}
}

func (c *Client) mayWriteTo(t *testing.T, r *rig, p *whatsapptest.Person) bool {
	t.Helper()
	may, _, err := c.mayWrite(t.Context(), r.office.LID().User, addressOf(p.LID()))
	if err != nil {
		t.Fatal(err)
	}
	return may
}

// A person answered: the words are in the thread of the newest open report, or of
// the one that they quote, as the administrator's, and the service says nothing.
func TestWhatTheOfficeTypesIsKeptWithTheReport(t *testing.T) {
	t.Parallel()
	w := channeltest.NewWorld(t)
	r := paired(t, w)
	shell, _ := w.Start(r.c)
	r.state(r.c, StateConnected)
	siti := r.person("Siti")
	says := func(text, answer string) (m whatsapptest.Shown) {
		t.Helper()
		before := len(siti.FromBot(r.office))
		r.confirmed(siti, siti.Text(r.office, text))
		channeltest.Eventually(t, "an answer to "+text, func() bool {
			for _, m = range siti.FromBot(r.office)[before:] {
				if strings.Contains(m.Text, answer) {
					return true
				}
			}
			return false
		})
		return m
	}
	says("Lampu jalan di depan pasar Barabai mati dan gelap sekali sejak kemarin.", "Setuju")
	says("Setuju", "Periksa laporan")
	receipt := says("Kirim", "Nomor laporan")
	says("/lapor", "")
	says("Sampah di Jalan Merdeka Barabai menumpuk dan berbau sejak kemarin pagi.", "Periksa laporan")
	says("Kirim", "Nomor laporan")
	filed, err := shell.Register().List(t.Context(), register.Filter{}) // the newest first
	if err != nil || len(filed) != 2 {
		t.Fatalf("%d reports, %v", len(filed), err)
	}
	before := len(siti.FromBot(r.office))

	const newest, quoting = "Petugas kami sudah menuju lokasi.", "Lampu sudah kami ganti."
	r.office.TypesOnPhone(siti, newest)
	r.office.Says(siti, &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text: new(quoting), ContextInfo: &waE2E.ContextInfo{StanzaID: new(receipt.ID), Participant: new(r.office.LID().String())},
	}})
	for i, want := range []string{newest, quoting} {
		var thread []register.ThreadEntry
		channeltest.Eventually(t, want, func() bool {
			if thread, err = shell.Register().Thread(t.Context(), filed[i].ID); err != nil {
				t.Fatal(err)
			}
			return len(thread) > 0
		})
		if len(thread) != 1 || thread[0].Words != want || thread[0].Speaker != reports.ByAdmin || thread[0].Person != 0 || thread[0].Office {
			t.Errorf("kept %+v", thread)
		}
		history, err := shell.Register().History(t.Context(), filed[i].ID)
		if err != nil || history[len(history)-1].Change.Action != reports.Write {
			t.Errorf("%+v, %v", history, err)
		}
	}
	// Whoever is told is told by the same transaction.
	var told int
	if err := w.Pool.QueryRow(t.Context(), `select count(*) from inbox where channel = ''`).Scan(&told); err != nil || told != 0 {
		t.Errorf("%d people are told, %v", told, err)
	}
	// What comes after it in the chat has been answered by then.
	says("/status", "KTG")
	if shown := siti.FromBot(r.office)[before:]; shown[0].Text != newest || len(shown) != 3 {
		t.Errorf("after it she reads %d messages, the first %q", len(shown), shown[0].Text)
	}
	if strings.Contains(r.log(), "Petugas") {
		t.Error("the words are in the log")
	}
}
