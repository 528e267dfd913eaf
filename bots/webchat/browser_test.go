package webchat

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/bots/webchat/browsertest"
	"kentongan/conversation"
)

// clerk is a bot of a few lines: it asks for consent, a place and photos, and
// gives a receipt.
type clerk struct {
	mu    sync.Mutex
	last  int
	files map[bots.Address]int
	refs  map[bots.Address]string
}

func (k *clerk) answer(c bots.Channel, in bots.Incoming, d bots.Decoded) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ctx := context.Background()
	_ = c.(bots.Typer).Typing(ctx, in.Chat)
	say := func(to bots.Address, replaces string, m conversation.Message) string {
		k.last++
		ref, err := c.Send(ctx, to, bots.Outgoing{ID: fmt.Sprintf("pesan-%d", k.last), Message: m, Replaces: replaces})
		if err != nil {
			panic(err)
		}
		return ref
	}
	b := func(n int, token, label string) conversation.Button {
		return conversation.Button{Number: n, Token: token, Label: label}
	}
	switch input := d.Input.(type) {
	case conversation.Text:
		if input.Text == "lewati" {
			say(in.Chat, "", conversation.Message{Text: "Baik, dilewati."})
			return
		}
		if strings.Contains(input.Text, "uang") {
			say(AddressOf(admin), "", conversation.Message{
				Text: "\x02KTG-2M8C-1PEA\x03 · Pelaporan pelanggaran · rahasia\nBelum diverifikasi · tenggat Rabu, 25 November 2026\n\n" + input.Text + ".\n\nTempat: belum diketahui\nBukti: tidak ada",
			})
		}
		say(in.Chat, "", conversation.Message{
			Text:    "Sudah kami catat:\n\n\x02" + input.Text + "\x03\n\nData Anda dipakai hanya untuk menangani laporan ini, paling lama dua tahun setelah selesai. Setuju?",
			Choices: []conversation.Button{{Number: 1, Token: "1:setuju", Label: "Setuju", Primary: true}, b(2, "1:tidak", "Tidak setuju")},
		})
	case conversation.Press:
		switch input.Token {
		case "1:setuju":
			say(in.Chat, "", conversation.Message{Text: "Terima kasih. Di mana tempatnya? Bagikan lokasi, atau tulis saja nama jalan dan desanya. Ada foto? Kirim sekarang.", AskLocation: true, Choices: []conversation.Button{b(1, "2:selesai", "Selesai"), b(2, "2:lewati", "Lewati"), b(3, "2:kembali", "Kembali")}})
		case "2:selesai":
			say(in.Chat, "", conversation.Message{
				Text: "Laporan Anda sudah diterima.\n\nNomor laporan: \x02KTG-7F3K-29QX\x03\nKode akses: \x02481 920\x03\n\nKami memeriksanya paling lambat \x02Rabu, 25 November 2026\x03. Kabar berikutnya datang ke obrolan ini.",
				Copy: "KTG-7F3K-29QX",
			})
			say(AddressOf(group), "", conversation.Message{
				Text: "\x02KTG-7F3K-29QX\x03 · Pengaduan\nBelum diverifikasi · tenggat Rabu, 25 November 2026\n\nLampu jalan mati di depan pasar sejak kemarin, sudah dua orang jatuh dari motor.\n\nTempat: Pasar Keramat, Barabai\nBukti: 1 foto",
			})
		default:
			say(in.Chat, "", conversation.Message{Text: "Baik."})
		}
	case conversation.Attachment:
		if k.files == nil {
			k.files, k.refs = map[bots.Address]int{}, map[bots.Address]string{}
		}
		k.files[in.Chat]++
		m := conversation.Message{Text: fmt.Sprintf("%d berkas diterima.", k.files[in.Chat]), Slot: "files", Choices: []conversation.Button{b(1, "2:selesai", "Selesai")}}
		k.refs[in.Chat] = say(in.Chat, k.refs[in.Chat], m)
	case conversation.Edited:
		say(in.Chat, "", conversation.Message{Text: "Sudah kami ubah menjadi: " + input.Text})
	default:
		say(in.Chat, "", conversation.Message{Text: "Baik."})
	}
}

// The browser's hands and eyes.
var (
	browser    = browsertest.Open
	at         = browsertest.At
	id         = browsertest.ID
	do         = browsertest.Do
	click      = browsertest.Click
	keys       = browsertest.Keys
	until      = browsertest.Until
	appears    = browsertest.Appears
	says       = browsertest.Says
	screenshot = browsertest.Screenshot
	photo      = browsertest.Photo
	viewport   = browsertest.Viewport
)

func TestACitizenFilesAReportOnTheDemoPage(t *testing.T) {
	s := serve(t, demoConfig(t))
	k := &clerk{}
	s.inbox.answer = k.answer
	ctx := browser(t)

	do(t, ctx, viewport(1440, 900), chromedp.Navigate(s.URL))
	appears(t, ctx, at(0, id("input")))
	for pane, title := range []string{"Warga 1", "Warga 2", "Grup Admin", "Admin Nasional (pribadi)"} {
		until(t, ctx, fmt.Sprintf("document.querySelector(%q).innerText === %q", at(pane, "h2"), title))
	}
	screenshot(t, ctx, "empty")

	// A text: its tick, the answer with bold words, a button.
	do(t, ctx, click(at(0, id("example"))), keys(at(0, id("input")), kb.Enter))
	says(t, ctx, 0, "Sudah kami catat")
	appears(t, ctx, at(0, `[data-type="text"][data-state="sent"] [aria-label="Terkirim"]`))
	until(t, ctx, fmt.Sprintf("document.querySelector(%q).innerText.startsWith('Lampu jalan mati')", at(0, "strong")))
	appears(t, ctx, at(0, `.primary[data-token="1:setuju"]`))
	screenshot(t, ctx, "consent")
	do(t, ctx, click(at(0, `[data-token="1:setuju"]`)))
	says(t, ctx, 0, "Di mana tempatnya?")
	appears(t, ctx, at(0, `.old [data-token="1:setuju"][aria-pressed="true"]`))

	// A picture: its thumbnail; the count is one message that is replaced.
	attach := chromedp.SetUploadFiles(chromedp.CSS(at(0, id("file-input"))), []string{photo(t)}, chromedp.NodeReady)
	do(t, ctx, attach)
	appears(t, ctx, at(0, id("thumbnail")))
	says(t, ctx, 0, "1 berkas diterima.")
	do(t, ctx, attach)
	says(t, ctx, 0, "2 berkas diterima.")
	until(t, ctx, fmt.Sprintf("!document.querySelector(%q).innerText.includes('1 berkas diterima')", at(0, id("log"))))

	// It follows the files, or its button would scroll away.
	until(t, ctx, fmt.Sprintf("[...document.querySelectorAll(%q)].at(-1).innerText.includes('2 berkas diterima')", at(0, id("message"))))

	// Another citizen's, which only the admin in private may see.
	do(t, ctx, keys(at(1, id("input")), "Saya dimintai uang saat mengurus KTP di kelurahan"+kb.Enter))
	says(t, ctx, 1, "Sudah kami catat")
	says(t, ctx, 3, "KTG-2M8C-1PEA")
	screenshot(t, ctx, "desktop-evidence")

	do(t, ctx, click(at(0, `.msg:not(.old) [data-token="2:selesai"]`)))
	says(t, ctx, 0, "KTG-7F3K-29QX")
	says(t, ctx, 2, "Pasar Keramat")
	appears(t, ctx, at(0, id("copy")))
	screenshot(t, ctx, "desktop")

	// The server forgets what the page has; the page does not, over a reload.
	eventually(t, "delivered messages to be erased", func() bool { return rows(t, s) == 2 }) // what fixed panes show
	do(t, ctx, chromedp.Reload())
	says(t, ctx, 0, "KTG-7F3K-29QX")
	says(t, ctx, 0, "lampu-jalan.jpg") // pictures are not kept, so a chip
	says(t, ctx, 2, "Pasar Keramat")
	if n := len(s.inbox.accepted()); n != 6 {
		t.Errorf("%d events were accepted, want the six that were made", n)
	}

	// On a phone there is one pane at a time, and nothing to scroll sideways.
	do(t, ctx, viewport(390, 844))
	appears(t, ctx, id("column-2"))
	until(t, ctx, `document.querySelectorAll('.pane').length === 4 && [...document.querySelectorAll('.pane')].filter((p) => p.checkVisibility()).length === 1`)
	until(t, ctx, `document.documentElement.scrollWidth <= 390`)
	screenshot(t, ctx, "phone")
	do(t, ctx, click(at(0, id("attach"))))
	appears(t, ctx, at(0, id("location")))
	screenshot(t, ctx, "phone-menu")
	do(t, ctx, click(id("column-1")), click(at(1, `[data-token="1:setuju"]`)))
	says(t, ctx, 1, "Di mana tempatnya?")
	screenshot(t, ctx, "phone-consent")

	// Whoever types the answer needs its buttons no longer.
	appears(t, ctx, at(1, `.msg:not(.old) [data-token="2:lewati"]`))
	do(t, ctx, keys(at(1, id("input")), "lewati"+kb.Enter))
	says(t, ctx, 1, "Baik, dilewati.")
	appears(t, ctx, at(1, `.old [data-token="2:lewati"]`))
	send(t, s.channel, group, "baru", "Laporan kedua")
	until(t, ctx, `document.querySelector('[data-testid="column-2"] .badge').innerText === '1'`)
	do(t, ctx, click(id("column-2")))
	says(t, ctx, 2, "Laporan kedua")
	until(t, ctx, `document.querySelector('[data-testid="column-2"] .badge').innerText === ''`)
}

// open opens the page of a server that is no demo, on a phone.
func open(t *testing.T, ctx context.Context, s *server) {
	t.Helper()
	do(t, ctx, viewport(390, 844), chromedp.Navigate(s.URL))
	appears(t, ctx, at(0, id("input")))
}

func TestMessagesWrittenWhileTheServiceIsAwayAreSentOnceAndInOrder(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.answer = (&clerk{}).answer
	ctx := browser(t)
	open(t, ctx, s)

	s.inbox.setBroken(errBroken)
	for _, text := range []string{"satu", "dua", "tiga"} {
		do(t, ctx, keys(at(0, id("input")), text+kb.Enter))
	}
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS(at(0, id("file-input"))), []string{photo(t)}, chromedp.NodeReady))
	appears(t, ctx, at(0, `[data-state="waiting"] [aria-label="Menunggu dikirim"]`))
	appears(t, ctx, at(0, id("banner")))
	screenshot(t, ctx, "phone-offline")
	// Not even a reload loses what waits, nor the draft.
	do(t, ctx, keys(at(0, id("input")), "belum selesai"))
	until(t, ctx, `Object.keys(localStorage).some((key) => key.startsWith('kentongan.draft.'))`)
	do(t, ctx, chromedp.Reload())
	appears(t, ctx, at(0, `[data-state="waiting"]`))
	until(t, ctx, fmt.Sprintf("document.querySelector(%q).value === 'belum selesai'", at(0, id("input"))))
	if n := len(s.inbox.accepted()); n != 0 {
		t.Fatalf("%d events were accepted", n)
	}

	s.inbox.setBroken(nil)
	says(t, ctx, 0, "1 berkas diterima.")
	until(t, ctx, `document.querySelectorAll('[data-from="me"][data-state="sent"]').length === 4`)
	until(t, ctx, fmt.Sprintf("document.querySelector(%q).hidden", at(0, id("banner"))))
	var got []string
	for _, in := range s.inbox.accepted() {
		d, err := s.channel.Decode(in.Body)
		if err != nil {
			t.Fatal(err)
		}
		switch input := d.Input.(type) {
		case conversation.Text:
			got = append(got, input.Text)
		case conversation.Attachment:
			got = append(got, input.Name)
			f, err := s.channel.Fetch(t.Context(), d.Media)
			if err != nil {
				t.Fatal(err)
			}
			_ = f.Close()
		}
	}
	if diff := cmp.Diff([]string{"satu", "dua", "tiga", "lampu-jalan.jpg"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTextIsNeverMarkup(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.answer = (&clerk{}).answer
	ctx := browser(t)
	open(t, ctx, s)
	const evil = `<img src=x onerror="document.title='jebol'"><script>document.title='jebol'</script>`
	do(t, ctx, keys(at(0, id("input")), evil+kb.Enter))
	says(t, ctx, 0, "Sudah kami catat")
	until(t, ctx, fmt.Sprintf("document.querySelector(%q).innerText === %q", at(0, "strong"), evil))
	until(t, ctx, `document.title === 'Kentongan' && document.querySelectorAll('.log img[src="x"], .log script').length === 0`)
}

func TestTheLastOwnMessageCanBeEdited(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.answer = (&clerk{}).answer
	ctx := browser(t)
	open(t, ctx, s)
	do(t, ctx, keys(at(0, id("input")), "Jalan rusk"+kb.Enter))
	says(t, ctx, 0, "Sudah kami catat")
	do(t, ctx, keys(at(0, id("input")), kb.ArrowUp))
	until(t, ctx, fmt.Sprintf("document.querySelector(%q).value === 'Jalan rusk'", at(0, id("input"))))
	do(t, ctx, keys(at(0, id("input")), kb.Backspace+"ak"+kb.Enter))
	says(t, ctx, 0, "Sudah kami ubah menjadi: Jalan rusak")
	until(t, ctx, fmt.Sprintf("document.querySelector(%q).innerText === 'Jalan rusak'", at(0, `[data-from="me"] .text`)))
	accepted := s.inbox.accepted()
	first, err := s.channel.Decode(accepted[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.channel.Decode(accepted[1].Body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(conversation.Edited{Ref: first.Ref, Text: "Jalan rusak"}, second.Input); diff != "" {
		t.Error(diff)
	}
}

func TestFilesThatCannotBeTakenAreRefusedOnThePageWithTheLimit(t *testing.T) {
	cfg := testConfig(t)
	cfg.MaxFile = 1 << 20
	s := serve(t, cfg)
	ctx := browser(t)
	open(t, ctx, s)
	dir := t.TempDir()
	big, empty := filepath.Join(dir, "besar.mp4"), filepath.Join(dir, "kosong.pdf")
	for path, size := range map[string]int{big: 1<<20 + 1, empty: 0} {
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS(at(0, id("file-input"))), []string{big, empty}, chromedp.NodeReady))
	says(t, ctx, 0, "Paling besar 1 MB")
	says(t, ctx, 0, "kosong")
	screenshot(t, ctx, "phone-refused")
	if n := len(s.inbox.accepted()); n != 0 {
		t.Errorf("%d events were accepted", n)
	}
}

func TestStartingOverLeavesNothingOfTheOldChatInTheBrowser(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.answer = (&clerk{}).answer
	ctx := browser(t)
	open(t, ctx, s)
	do(t, ctx, keys(at(0, id("input")), "Rahasia saya"+kb.Enter))
	says(t, ctx, 0, "Sudah kami catat")
	do(t, ctx, click(at(0, id("renew"))), click(at(0, id("renew-yes"))))
	appears(t, ctx, at(0, id("invitation")))
	until(t, ctx, `!JSON.stringify({ ...localStorage }).includes('Rahasia saya')`)
	do(t, ctx, keys(at(0, id("input")), "Halo"+kb.Enter))
	says(t, ctx, 0, "Sudah kami catat")
	accepted := s.inbox.accepted()
	if len(accepted) != 2 || accepted[0].Chat == accepted[1].Chat {
		t.Error("the new chat is the old one")
	}
}

func TestWhereTheBrowserHasNoRoomMessagesAreSentAndNothingIsErased(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.answer = (&clerk{}).answer
	ctx := browser(t)
	open(t, ctx, s)
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }; 0`),
		keys(at(0, id("input")), "satu"+kb.Enter))
	says(t, ctx, 0, "Sudah kami catat")
	appears(t, ctx, at(0, `[data-type="text"][data-state="sent"]`))
	do(t, ctx, chromedp.Reload())
	says(t, ctx, 0, "Sudah kami catat") // from the server, which kept it
}

func TestTwoTabsShowOneChat(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.answer = (&clerk{}).answer
	first := browser(t)
	open(t, first, s)
	second, cancel := chromedp.NewContext(first)
	defer cancel()
	do(t, second, viewport(390, 844), chromedp.Navigate(s.URL))
	appears(t, second, at(0, id("input")))
	do(t, second, keys(at(0, id("input")), "dari tab kedua"+kb.Enter))
	for _, ctx := range []context.Context{first, second} {
		says(t, ctx, 0, "dari tab kedua")
		says(t, ctx, 0, "Sudah kami catat")
	}
	do(t, first, click(at(0, `[data-token="1:setuju"]`)))
	for _, ctx := range []context.Context{first, second} {
		says(t, ctx, 0, "Di mana tempatnya?")
	}
	if n := len(s.inbox.accepted()); n != 2 {
		t.Errorf("%d events were accepted", n)
	}
}
