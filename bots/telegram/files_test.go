package telegram_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/conversation"
)

// picture is a photo of this size in pixels.
func picture(width, height int) bots.File {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		panic(err)
	}
	return channeltest.FileOf("photo", fmt.Sprintf("bukti-%dx%d.png", width, height), "image/png", b.Bytes())
}

func other(kind, name string) bots.File {
	return channeltest.FileOf(kind, name, "application/octet-stream", []byte("isi "+name))
}

// zeros is a file of so many bytes that says it has claims.
func zeros(kind, name string, size, claims int64) bots.File {
	return bots.File{Kind: kind, Name: name, Bytes: claims, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(endless{}, size)), nil
	}}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// laidOut writes what people see: kinds, albums in brackets, texts in quotes.
func laidOut(shown []telegramtest.Shown) string {
	var b strings.Builder
	album := ""
	for _, m := range shown {
		if album != "" && m.Album != album {
			b.WriteString("] ")
		}
		if m.Album != "" && m.Album != album {
			b.WriteString("[")
		}
		album = m.Album
		if m.File != nil {
			b.WriteString(m.File.Kind + " ")
		}
		if m.Text != "" {
			fmt.Fprintf(&b, "%.12q ", m.Text)
		}
		if len(m.Inline) > 0 {
			b.WriteString("(button) ")
		}
	}
	if album != "" {
		b.WriteString("]")
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), " ]", "]"))
}

func TestFilesAreLaidOut(t *testing.T) {
	photo := picture(9, 9)
	many := make([]bots.File, 12)
	for i := range many {
		many[i] = photo
	}
	video, audio, document := other("video", "a.mp4"), other("audio", "a.mp3"), other("document", "a.pdf")
	huge := func(n int64) bots.File { return zeros("document", "besar.bin", n<<20, n<<20) }
	for name, c := range map[string]struct {
		text    string
		buttons bool
		files   []bots.File
		want    string
	}{
		"a photo":                       {"Bukti", false, []bots.File{photo}, `photo "Bukti"`},
		"a video":                       {"Bukti", false, []bots.File{video}, `video "Bukti"`},
		"a sound":                       {"Bukti", false, []bots.File{audio}, `audio "Bukti"`},
		"a document":                    {"Bukti", false, []bots.File{document}, `document "Bukti"`},
		"a kind to come":                {"Bukti", false, []bots.File{other("hologram", "a.holo")}, `document "Bukti"`},
		"without a text":                {"", false, []bots.File{photo}, `photo`},
		"with buttons":                  {"Bukti", true, []bots.File{photo}, `"Bukti" (button) photo`},
		"a long text":                   {strings.Repeat("panjang ", 200), false, []bots.File{photo}, `"panjang panj" photo`},
		"photos and videos mix":         {"Bukti", false, []bots.File{photo, video, photo}, `[photo "Bukti" video photo]`},
		"documents stay apart":          {"Bukti", false, []bots.File{photo, document, document, photo}, `photo "Bukti" [document document] photo`},
		"sounds stay apart":             {"Bukti", false, []bots.File{audio, audio, document}, `[audio "Bukti" audio] document`},
		"more than an album":            {"Bukti", false, many, `[photo "Bukti" ` + strings.Repeat("photo ", 8) + `photo] [photo photo]`},
		"more than a request":           {"Bukti", false, []bots.File{huge(17), huge(17), huge(17)}, `[document "Bukti" document] document`},
		"a photo of many bytes":         {"Bukti", false, []bots.File{zeros("photo", "a.png", 11<<20, 11<<20)}, `document "Bukti"`},
		"a photo that is too wide":      {"Bukti", false, []bots.File{picture(9600, 500)}, `document "Bukti"`},
		"a photo that is too narrow":    {"Bukti", false, []bots.File{picture(500, 10)}, `document "Bukti"`},
		"a photo that is none":          {"Bukti", false, []bots.File{other("photo", "a.png")}, `document "Bukti"`},
		"an album with such a photo":    {"Bukti", false, []bots.File{photo, picture(500, 10), photo}, `photo "Bukti" document photo`},
		"two albums, and one such":      {"Bukti", false, []bots.File{document, document, photo, picture(500, 10)}, `[document "Bukti" document] photo document`},
		"such an album below a text":    {"Bukti", true, []bots.File{photo, picture(500, 10)}, `"Bukti" (button) photo document`},
		"more bytes than it claims for": {"Bukti", false, []bots.File{zeros("photo", "a.png", 11<<20, 0)}, `document "Bukti"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := telegramtest.Start(t)
			p := s.Person(7001, "Warga")
			channel := alone(t, s)
			m := text("a", c.text)
			if c.buttons {
				m = question("a", c.text)
			}
			m.Files = c.files
			ref := send(t, channel, to(p), m)
			if got := laidOut(p.Shown()); got != c.want {
				t.Errorf("shown  %s\nwanted %s", got, c.want)
			}
			// Without a text it also tells how many there are.
			if first, _, _ := strings.Cut(ref, "x"); first != fmt.Sprint(p.Shown()[0].MessageID) {
				t.Errorf("it is known as %s, and begins with %d", ref, p.Shown()[0].MessageID)
			}
			if again := send(t, channel, to(p), m); again != ref || laidOut(p.Shown()) != c.want {
				t.Errorf("once more it is %s, and shown as %s", again, laidOut(p.Shown()))
			}
			if left := s.Tolerated(); left != nil {
				t.Errorf("tolerated %q", left)
			}
		})
	}
}

func TestBoldWordsBelowFilesStayBold(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Warga")
	c := alone(t, s)
	m := text("a", "Laporan "+conversation.BoldOn+"KTG"+conversation.BoldOff+".")
	for id, files := range map[string][]bots.File{"one": {picture(9, 9)}, "album": {picture(9, 9), picture(9, 9)}} {
		m.ID, m.Files = id, files
		send(t, c, to(p), m)
	}
	for _, x := range p.Shown() {
		if x.Text != "" && starred(x) != "Laporan *KTG*." {
			t.Errorf("shown %q", starred(x))
		}
	}
}

func TestFilesThatTelegramTakesInNoFormAreRefused(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Warga")
	c := alone(t, s)
	m := text("a", strings.Repeat("panjang ", 200))
	m.Files = []bots.File{picture(9, 9), zeros("video", "a.mp4", 51<<20, 51<<20)}
	if _, err := c.Send(t.Context(), to(p), m); problem(err) != bots.TooLarge || len(p.Shown()) != 0 {
		t.Errorf("%v after %s", err, laidOut(p.Shown()))
	}
	m = text("b", "Bukti")
	m.Files = []bots.File{zeros("video", "a.mp4", 51<<20, 0)} // nobody knew
	if _, err := c.Send(t.Context(), to(p), m); problem(err) != bots.TooLarge {
		t.Errorf("too much for the server: %v", err)
	}
	m.Replaces = "5"
	if _, err := c.Send(t.Context(), to(p), m); problem(err) != bots.EditExpired {
		t.Errorf("an edit with files: %v", err)
	}
	m = text("c", "Bukti")
	m.Files = []bots.File{other("document", "a.pdf")}
	ref := send(t, c, to(p), m)
	m = text("d", "Lain")
	m.Replaces = ref
	if _, err := c.Send(t.Context(), to(p), m); problem(err) != bots.EditExpired {
		t.Errorf("an edit of a file: %v", err)
	}
}

// What arrived although its answer got lost is found by what stands below it.
func TestFilesWhoseAnswerGotLostAreFound(t *testing.T) {
	photo := picture(9, 9)
	for name, c := range map[string]struct {
		group bool
		files []bots.File
		text  string
	}{
		"a photo":                {false, []bots.File{photo}, "Bukti"},
		"an album":               {false, []bots.File{photo, picture(8, 8), other("video", "a.mp4")}, "Bukti"},
		"a document":             {false, []bots.File{other("document", "a.pdf")}, "Bukti"},
		"nothing below":          {false, []bots.File{photo}, ""},
		"an album without words": {false, []bots.File{photo, photo}, ""},
		"files below a text":     {false, []bots.File{photo, photo, other("document", "a.pdf")}, strings.Repeat("panjang ", 200)},
		"in a supergroup":        {true, []bots.File{photo, photo}, "Bukti"},
	} {
		for _, faults := range []telegramtest.Faults{{DropAfter: 1}, {HTMLAfter: 1}} {
			t.Run(name, func(t *testing.T) {
				s := telegramtest.Start(t)
				p, elsewhere := s.Person(7001, "Warga"), s.Person(7002, "Warga Lain")
				g := s.Supergroup(-1009, "Dinas", p)
				g.AddBot(p)
				channel := alone(t, s)
				address, shown := to(p), p.Shown
				if c.group {
					address, shown = "-1009", g.Shown
				}
				send(t, channel, address, text("0", "Halo."))
				faults.Methods = []string{"sendPhoto", "sendDocument", "sendMediaGroup"}
				m := text("a", c.text)
				m.Files = c.files
				for tries := 0; ; tries++ {
					s.SetFaults(faults)
					_, err := channel.Send(t.Context(), address, m)
					if err == nil {
						break
					}
					if problem(err) != "" || tries > 5 {
						t.Fatalf("an outcome that nobody knows is %v", err)
					}
					s.SetFaults()
					send(t, channel, to(elsewhere), text(fmt.Sprint("b", tries), "Di percakapan lain."))
				}
				sent := 0
				for _, x := range shown() {
					if x.File != nil {
						sent++
					}
				}
				if sent != len(c.files) {
					t.Errorf("shown %s", laidOut(shown()))
				}
			})
		}
	}
}

func TestFilesThatWereNeverSentAreSentOnce(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Warga")
	c := alone(t, s)
	send(t, c, to(p), text("0", "Halo."))
	m := text("a", "Bukti")
	opened := 0
	file := picture(9, 9)
	good := file.Open
	file.Open = func() (io.ReadCloser, error) { opened++; return good() }
	m.Files = []bots.File{file, picture(8, 8)}
	s.SetFaults(telegramtest.Faults{DropBefore: 1})
	for range 2 {
		if _, err := c.Send(t.Context(), to(p), m); err == nil || problem(err) != "" {
			t.Fatalf("an outcome that nobody knows is %v", err)
		}
	}
	s.SetFaults()
	send(t, c, to(p), m)
	if got := laidOut(p.Shown()); got != `"Halo." [photo "Bukti" photo]` || opened < 2 {
		t.Errorf("shown %s, opened %d times", got, opened)
	}
}

// A file that breaks off is no file: nothing arrives, and nothing is looked for.
func TestAFileThatCannotBeReadIsNotSent(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Warga")
	c := alone(t, s)
	send(t, c, to(p), text("0", "Halo."))
	away := errors.New("the vault is away")
	m := text("a", "Bukti")
	m.Files = []bots.File{picture(9, 9), {Kind: "photo", Name: "b.png", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(io.LimitReader(endless{}, 1<<20), broken{away})), nil
	}}}
	if _, err := c.Send(t.Context(), to(p), m); !errors.Is(err, away) {
		t.Errorf("it ended with %v", err)
	}
	m.Files[1].Open = func() (io.ReadCloser, error) { return nil, away }
	if _, err := c.Send(t.Context(), to(p), m); !errors.Is(err, away) {
		t.Errorf("it ended with %v", err)
	}
	m.Files[1] = picture(8, 8)
	send(t, c, to(p), m)
	if got := laidOut(p.Shown()); got != `"Halo." [photo "Bukti" photo]` || s.Calls("editMessageCaption") != 0 {
		t.Errorf("shown %s after %d looks", got, s.Calls("editMessageCaption"))
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// The end of a file is read only after its beginning is with Telegram: it is
// nowhere as a whole.
func TestFilesAreNotHeldInMemory(t *testing.T) {
	arrived := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.CopyN(io.Discard, r.Body, 1<<20); err != nil {
			t.Error(err)
		}
		close(arrived)
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":5,"date":1,"chat":{"id":7001,"type":"private"}}}`)
	}))
	t.Cleanup(server.Close)
	c := channel(t, telegram.Config{Token: sampleToken, Server: server.URL, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	m := text("a", "Bukti")
	m.Files = []bots.File{{Kind: "document", Name: "a.bin", Bytes: 40 << 20, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(io.LimitReader(endless{}, 20<<20), waits{arrived}, io.LimitReader(endless{}, 20<<20))), nil
	}}}
	if ref := send(t, c, "7001", m); ref != "5" {
		t.Errorf("sent as %s", ref)
	}
}

// waits ends once the beginning has arrived, and fails where it does not.
type waits struct{ arrived chan struct{} }

func (w waits) Read([]byte) (int, error) {
	select {
	case <-w.arrived:
		return 0, io.EOF
	case <-time.After(20 * time.Second):
		return 0, errors.New("nothing arrived before the whole was read")
	}
}

func TestTheMenusOfCommandsAreSet(t *testing.T) {
	s := telegramtest.Start(t)
	c := channel(t, telegram.Config{
		Token: s.Token(), Server: s.URL(), Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Commands: []telegram.Commands{
			{List: []telegram.Command{{Name: "lapor", Text: "Membuat laporan"}}, Groups: []telegram.Command{{Name: "daftar", Text: "Mendaftarkan grup"}}},
			{Language: "en", List: []telegram.Command{{Name: "lapor", Text: "Report"}}},
		},
	})
	run(t, c, &turn{})
	channeltest.Eventually(t, "three menus", func() bool { return s.Calls("setMyCommands") == 3 })
	for scope, want := range map[string]string{"all_private_chats/": "lapor", "all_group_chats/": "daftar", "all_private_chats/en": "lapor", "all_group_chats/en": ""} {
		if got := strings.Join(s.Commands(scope), " "); got != want {
			t.Errorf("%s offers %q, want %q", scope, got, want)
		}
	}
}

// Files are taken back for good while that is possible; later a grey picture
// takes the place of each.
func TestFilesAreTakenBack(t *testing.T) {
	for name, age := range map[string]time.Duration{"soon": time.Hour, "after two days": 49 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			s := telegramtest.Start(t)
			p := s.Person(7001, "Warga")
			c := alone(t, s)
			m := bots.Outgoing{ID: "a", Files: []bots.File{picture(9, 9), picture(10, 10), other("document", "rumah.pdf")}}
			ref := send(t, c, to(p), m)
			before := p.Shown()
			s.Advance(age)
			for range 2 { // what is gone is no error
				if err := c.Withdraw(t.Context(), to(p), ref); err != nil {
					t.Fatal(err)
				}
			}
			after := p.Shown()
			if age < 48*time.Hour {
				if len(after) != 0 {
					t.Errorf("still there: %s", laidOut(after))
				}
				return
			}
			if len(after) != len(before) {
				t.Fatalf("%s in place of %s", laidOut(after), laidOut(before))
			}
			for i, m := range after {
				if m.File == nil || m.File.Name == before[i].File.Name && bytes.Equal(m.File.Body, before[i].File.Body) {
					t.Errorf("file %d still is what it was", i)
				}
			}
		})
	}
}
