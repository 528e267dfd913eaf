package webchat

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/conversation"
)

// card is a message of a group with buttons that belong to no question.
func card(version string) conversation.Message {
	return conversation.Message{Text: "Laporan KTG-7F3K-29QX, " + version, Choices: []conversation.Button{
		{Token: "k.1.claim", Label: "Saya tangani", Primary: true}, {Token: "k.1.followup", Label: "Tindak lanjut"},
	}}
}

func TestOfficialsWorkInTheirGroupsOnTheDemoPage(t *testing.T) {
	s := serve(t, officeConfig(t))
	s.inbox.answer = func(c bots.Channel, in bots.Incoming, d bots.Decoded) {
		ctx := context.Background()
		if d.Press == "" {
			return
		}
		_ = c.(bots.Answerer).Answer(ctx, d.Press, "Lanjutkan \x02KTG-7F3K-29QX\x03 di obrolan pribadi.")
		_, err := c.Send(ctx, in.From, bots.Outgoing{ID: "tanya " + d.Ref, Message: conversation.Message{Text: "Tulis tindak lanjut."}})
		if err != nil {
			t.Error(err)
		}
	}
	ctx := browser(t)
	do(t, ctx, viewport(1700, 900), chromedp.Navigate(s.URL))
	const pane, mine, theirs = 4, 5, 6
	appears(t, ctx, at(pane, id("input")))
	if _, err := s.channel.Send(t.Context(), AddressOf(body), bots.Outgoing{ID: "kartu", Message: card("versi 1")}); err != nil {
		t.Fatal(err)
	}
	says(t, ctx, pane, "versi 1")
	// No numbers: a card is no question.
	until(t, ctx, fmt.Sprintf(`!document.querySelector(%q)`, at(pane, ".number")))
	until(t, ctx, fmt.Sprintf(`!document.querySelector(%q)`, at(pane, id("attach"))))

	// A button: a notice for the one who pressed, and what goes on in private
	// behind its tab.
	do(t, ctx, click(at(pane, `[data-token="k.1.followup"]`)))
	until(t, ctx, fmt.Sprintf(`document.querySelector(%q).innerText.startsWith('Lanjutkan KTG-7F3K-29QX di obrolan pribadi.')`, at(pane, id("notice"))))
	until(t, ctx, `document.querySelector('[data-testid="tab-5"] .badge').innerText === '1'`)
	appears(t, ctx, at(pane, `.msg:not(.old) [data-token="k.1.followup"]`)) // the card stays in force
	screenshot(t, ctx, "office-alert")
	do(t, ctx, click(at(pane, id("go-private"))))
	appears(t, ctx, at(mine, id("input")))
	says(t, ctx, mine, "Tulis tindak lanjut.")
	until(t, ctx, `document.querySelector('[data-testid="tab-5"] .badge').innerText === ''`)

	// The operator answers the card, which is brought up to date meanwhile.
	do(t, ctx, click(id("tab-4")), click(at(pane, `[data-id="kartu"] [data-testid="reply"]`)))
	until(t, ctx, fmt.Sprintf(`document.querySelector(%q).innerText === 'Laporan KTG-7F3K-29QX, versi 1'`, at(pane, id("answering"))))
	if _, err := s.channel.Send(t.Context(), AddressOf(body), bots.Outgoing{ID: "kartu", Replaces: "kartu", Message: card("versi 2")}); err != nil {
		t.Fatal(err)
	}
	says(t, ctx, pane, "versi 2")
	do(t, ctx, keys(at(pane, id("as")), "Op"), keys(at(pane, id("input")), "Sudah saya cek"+kb.Enter))
	until(t, ctx, fmt.Sprintf(`document.querySelector(%q)?.innerText === 'Operator PUPR'`, at(pane, `[data-type="text"][data-state="sent"] .name`)))
	appears(t, ctx, at(pane, `[data-type="text"] [data-testid="quote"]`))
	until(t, ctx, fmt.Sprintf("document.querySelector(%q).hidden", at(pane, id("answering"))))
	screenshot(t, ctx, "office-reply")

	type said struct {
		By      bots.Address
		ReplyTo string
		Input   conversation.Input
	}
	var got []said
	for _, in := range s.inbox.accepted() {
		d, err := s.channel.Decode(in.Body)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, said{in.From, d.ReplyTo, d.Input})
	}
	want := []said{
		{AddressOf(liaison), "", conversation.Press{Token: "k.1.followup"}},
		{AddressOf(operator), "kartu", conversation.Text{Text: "Sudah saya cek"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// What is read only has nothing to write with, and a reload loses nothing.
	do(t, ctx, click(id("tab-7")))
	until(t, ctx, fmt.Sprintf(`!document.querySelector(%q)`, at(7, id("input"))))
	do(t, ctx, chromedp.Reload())
	says(t, ctx, pane, "versi 2")
	until(t, ctx, fmt.Sprintf(`document.querySelector(%q).selectedOptions[0].textContent === 'Operator PUPR'`, at(pane, id("as"))))

	// On a phone the columns lie behind tabs, and theirs below.
	do(t, ctx, viewport(390, 844), click(id("column-4")), click(id("tab-6")))
	appears(t, ctx, at(theirs, id("input")))
	send(t, s.channel, liaison, "baru", "Jawaban pelapor")
	until(t, ctx, `document.querySelector('[data-testid="tab-5"] .badge').innerText === '1'`)
	until(t, ctx, `document.documentElement.scrollWidth <= 390`)
	screenshot(t, ctx, "office-phone")
	do(t, ctx, click(id("column-0")))
	until(t, ctx, `document.querySelector('[data-testid="column-4"] .badge').innerText === '1'`)
	do(t, ctx, click(id("column-4")), click(id("tab-5")))
	until(t, ctx, `document.querySelector('[data-testid="column-4"] .badge').innerText === ''`)
}

func TestFilesOfTheServiceAreShownAndKept(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.answer = (&clerk{}).answer
	ctx := browser(t)
	open(t, ctx, s)
	do(t, ctx, keys(at(0, id("input")), "Jalan rusak"+kb.Enter))
	says(t, ctx, 0, "Sudah kami catat")
	asked, err := s.channel.Decode(s.inbox.accepted()[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	photo, err := os.ReadFile(photo(t))
	if err != nil {
		t.Fatal(err)
	}
	evil := []byte("<script>document.title = 'jebol'</script>")
	_, err = s.channel.Send(t.Context(), AddressOf(tokenOf(t, ctx)), bots.Outgoing{
		ID: "tindak lanjut", Answers: asked.Ref, Message: conversation.Message{Text: "Sudah kami perbaiki."},
		Files: []bots.File{
			channeltest.FileOf("photo", "bukti-1.jpg", "image/jpeg", photo),
			channeltest.FileOf("audio", "bukti-2.mp3", "audio/mpeg", []byte("ID3 rekaman")),
			channeltest.FileOf("video", "bukti-3.mp4", "video/mp4", []byte("ftyp film")),
			channeltest.FileOf("document", "bukti-4.html", "text/html", evil),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, ctx, 0, "Sudah kami perbaiki.")
	pictured := fmt.Sprintf(`document.querySelector(%q)?.naturalWidth === 640`, at(0, id("picture")))
	until(t, ctx, pictured)
	until(t, ctx, fmt.Sprintf(`document.querySelector(%q).textContent === 'Jalan rusak'`, at(0, `[data-id="tindak lanjut"] [data-testid="quote"]`)))
	says(t, ctx, 0, "bukti-4.html")
	screenshot(t, ctx, "phone-files")
	do(t, ctx, click(at(0, `[data-kind="audio"] [data-testid="open-file"]`)))
	appears(t, ctx, at(0, `audio[data-testid="player"]`))
	do(t, ctx, click(at(0, `[data-kind="video"] [data-testid="open-file"]`)))
	appears(t, ctx, at(0, `video[data-testid="player"]`))
	do(t, ctx, click(at(0, `[data-kind="document"] [data-testid="open-file"]`)))
	until(t, ctx, `document.title === 'Kentongan'`)

	// The server lets go of them; the page has what it showed, and says what it
	// has not.
	if _, err := s.channel.Send(t.Context(), AddressOf(tokenOf(t, ctx)), bots.Outgoing{
		ID: "lagi", Files: []bots.File{channeltest.FileOf("document", "surat.pdf", "application/pdf", []byte("%PDF-1.4"))},
	}); err != nil {
		t.Fatal(err)
	}
	says(t, ctx, 0, "surat.pdf")
	if n, err := s.channel.SweepUploads(t.Context(), time.Now().Add(time.Hour)); n != 5 || err != nil {
		t.Fatalf("swept %d, %v", n, err)
	}
	do(t, ctx, chromedp.Reload())
	until(t, ctx, pictured)
	do(t, ctx, click(at(0, `[data-id="lagi"] [data-testid="open-file"]`)))
	says(t, ctx, 0, "surat.pdf sudah tidak tersedia.")

	// What the service takes back is gone.
	if err := s.channel.Withdraw(t.Context(), AddressOf(tokenOf(t, ctx)), "tindak lanjut"); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, fmt.Sprintf(`!document.querySelector(%q)`, at(0, `[data-id="tindak lanjut"]`)))

	// Whoever starts over leaves none behind.
	do(t, ctx, click(at(0, id("renew"))), click(at(0, id("renew-yes"))))
	appears(t, ctx, at(0, id("invitation")))
	kept := func() int {
		n, err := chromedp.Run(ctx, chromedp.Evaluate[int](`new Promise((resolve) => {
			indexedDB.open('kentongan', 1).onsuccess = ({ target: { result: db } }) => {
				const count = db.transaction('files').objectStore('files').count();
				count.onsuccess = () => { db.close(); resolve(count.result); };
			};
		})`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	eventually(t, "the files to be forgotten", func() bool { return kept() == 0 })
}

// tokenOf is the token of the page's own chat.
func tokenOf(t *testing.T, ctx context.Context) string {
	t.Helper()
	token, err := chromedp.Run(ctx, chromedp.Evaluate[string](`JSON.parse(localStorage['kentongan.chat..0']).token`))
	if err != nil {
		t.Fatal(err)
	}
	return token
}
