package whatsapptest_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

func TestServersAreIndependent(t *testing.T) {
	one, two := newWorld(t), newWorld(t)
	a, b := one.siti.Text(one.account, "satu"), two.siti.Text(two.account, "dua")
	await(one.bot, message(a))
	await(two.bot, message(b))
	if n := count(one.bot, func(m *events.Message) bool { return m.Message.GetConversation() == "dua" }); n != 0 {
		t.Error("one got what was for two")
	}
}

func TestHTTPClientReachesTheServerOnly(t *testing.T) {
	s := whatsapptest.New(t)
	r, err := s.HTTPClient().Get("https://web.whatsapp.com/nothing")
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusNotFound {
		t.Errorf("answered %d", r.StatusCode)
	}
	if r, err = s.HTTPClient().Get("https://example.com/"); err == nil {
		_ = r.Body.Close()
		t.Error("it speaks for a host that is not WhatsApp's")
	}
}

func TestEveryStanzaIsLogged(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex
	var lines []string
	w.Log(func(l string) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, l)
	})
	await(w.bot, message(w.siti.Text(w.account, "rahasia")))
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	all := strings.Join(lines, "\n")
	if !strings.Contains(all, "S <message") || !strings.Contains(all, "C <receipt") || strings.Contains(all, "rahasia") {
		t.Error(all)
	}
	w.Log(nil)
}

func TestCloseEndsEverything(t *testing.T) {
	w := newWorld(t)
	w.SlowAcks(1 << 40)
	go func() { _, _ = w.bot.SendMessage(patient(t), w.siti.LID(), text("halo")) }()
	if _, err := w.siti.Await(patient(t), w.account, func(whatsapptest.Shown) bool { return true }); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if n := w.Lines(); n != 0 {
		t.Errorf("%d lines stand", n)
	}
	if err := w.Await(patient(t), "what never comes", func() bool { return false }); err == nil {
		t.Error("one can wait for ever")
	}
	w.Close() // once more does no harm
}

func TestWhatAClientDoesWrongIsTold(t *testing.T) {
	t.Run("a device identity that the phone has not signed", func(t *testing.T) {
		w := newWorld(t)
		w.device.Account.AccountSignature = bytes.Repeat([]byte{1}, 64)
		w.says(t, w.siti.LID(), text("halo"))
		told(t, w, "the phone has not signed")
	})
	t.Run("an upload whose hash does not fit", func(t *testing.T) {
		w := newWorld(t)
		r, err := w.HTTPClient().Post("https://mmg.whatsapp.net/mms/image/x?auth=auth", "", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		told(t, w, "hash")
	})
	t.Run("a file of other sums than its message says", func(t *testing.T) {
		w := newWorld(t)
		up, err := w.bot.Upload(patient(t), body, whatsmeow.MediaDocument)
		if err != nil {
			t.Fatal(err)
		}
		w.says(t, w.siti.LID(), &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
			DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileEncSHA256,
			FileLength: &up.FileLength, Mimetype: new("application/pdf"),
		}})
		told(t, w, "other sums")
		if m := w.siti.FromBot(w.account); len(m) != 1 || m[0].File != nil {
			t.Errorf("she sees %+v", m)
		}
	})
	t.Run("a quotation of nobody", func(t *testing.T) {
		w := newWorld(t)
		w.says(t, w.siti.LID(), &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
			Text: new("halo"), ContextInfo: &waE2E.ContextInfo{StanzaID: new("3EB0")},
		}})
		told(t, w, "whom or what it quotes")
	})
	t.Run("a write of somebody who is not in the group", func(t *testing.T) {
		w := newWorld(t)
		w.Person("Budi").Text(w.Group("RT 05", w.siti), "halo")
		told(t, w, "without being in it")
	})
}

// told checks that the server complains, and forgives it.
func told(t *testing.T, w *world, what string) {
	t.Helper()
	if all := w.Wrong(); !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, what) }) {
		t.Errorf("told %q", all)
	}
	w.ForgiveWrong()
}

func TestTheAccountsOtherCompanionsGetWhatOneWrites(t *testing.T) {
	w := newWorld(t)
	d, err := w.account.PairedDevice(t.Context(), container(t))
	if err != nil {
		t.Fatal(err)
	}
	other := connect(t, w.Server, d)
	if err := w.Await(patient(t), "both to be there", func() bool { return w.account.Logins() == 2 && w.account.Online() }); err != nil {
		t.Fatal(err)
	}
	id := w.says(t, w.siti.LID(), text("halo"))
	if m := await(other, message(id)); !m.Info.IsFromMe || m.Info.Chat != w.siti.LID() || m.Message.GetConversation() != "halo" {
		t.Errorf("%+v %v", m.Info, m.Message)
	}
	from := w.siti.Text(w.account, "ya")
	await(w.bot, message(from))
	await(other, message(from))
}

func TestWhatIsNoMessageToTheAccount(t *testing.T) {
	w := newWorld(t)
	id := w.siti.Status(w.account, "liburan")
	m := await(w.bot, func(m *events.Message) bool { return m.Info.ID == id && m.Message.GetConversation() == "liburan" })
	if m.Info.Chat != types.StatusBroadcastJID || m.Info.Sender != w.siti.LID() {
		t.Errorf("%+v", m.Info)
	}
	w.siti.Call(w.account)
	if e := await[*events.CallOffer](w.bot, nil); e.From != w.siti.LID() {
		t.Errorf("%+v", e)
	}
	if err := w.account.AwaitDrained(patient(t)); err != nil {
		t.Fatal(err)
	}
}
