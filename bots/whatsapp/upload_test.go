package whatsapp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
)

func TestFilesGoOutAsWhatPhonesCanShow(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	photo := channeltest.Photo()
	for name, c := range map[string]struct {
		file bots.File
		want whatsapptest.Received
	}{
		"a photo": {
			channeltest.FileOf("photo", "bukti-1.png", "image/png", photo),
			whatsapptest.Received{Kind: "image", Type: "image/png", Body: photo},
		},
		"a photo of a type that phones do not show": {
			channeltest.FileOf("photo", "bukti-1.heic", "image/heic", photo),
			whatsapptest.Received{Kind: "document", Name: "bukti-1.heic", Type: "image/heic", Body: photo},
		},
		"a photo that is none": {
			channeltest.FileOf("photo", "bukti-1.jpg", "image/jpeg", []byte("bukan foto")),
			whatsapptest.Received{Kind: "document", Name: "bukti-1.jpg", Type: "image/jpeg", Body: []byte("bukan foto")},
		},
		"a photo of many bytes": {
			claiming(channeltest.FileOf("photo", "bukti-1.png", "image/png", photo), maxPhoto+1),
			whatsapptest.Received{Kind: "document", Name: "bukti-1.png", Type: "image/png", Body: photo},
		},
		"a video": {
			channeltest.FileOf("video", "bukti-1.mp4", "video/mp4", []byte("ftyp")),
			whatsapptest.Received{Kind: "video", Type: "video/mp4", Body: []byte("ftyp")},
		},
		"a long video": {
			claiming(channeltest.FileOf("video", "bukti-1.mp4", "video/mp4", []byte("ftyp")), maxMovie+1),
			whatsapptest.Received{Kind: "document", Name: "bukti-1.mp4", Type: "video/mp4", Body: []byte("ftyp")},
		},
		"a sound": {
			channeltest.FileOf("audio", "bukti-1.mp3", "audio/mpeg", []byte("ID3")),
			whatsapptest.Received{Kind: "audio", Type: "audio/mpeg", Body: []byte("ID3")},
		},
		"a kind to come": {
			channeltest.FileOf("hologram", "bukti-1.bin", "", []byte("x")),
			whatsapptest.Received{Kind: "document", Name: "bukti-1.bin", Type: "application/octet-stream", Body: []byte("x")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ref, err := r.c.Send(t.Context(), to, bots.Outgoing{ID: name, Files: []bots.File{c.file}})
			if err != nil {
				t.Fatal(err)
			}
			shown := siti.FromBot(r.office)
			last := shown[len(shown)-1]
			if got := last.File; got == nil || got.Kind != c.want.Kind || got.Name != c.want.Name || got.Type != c.want.Type || !bytes.Equal(got.Body, c.want.Body) {
				t.Errorf("arrived as %+v, want %+v", got, c.want)
			}
			if last.ID != ref {
				t.Errorf("it is known as %s, and is %s", ref, last.ID)
			}
		})
	}
}

func claiming(f bots.File, n int64) bots.File {
	f.Bytes = n
	return f
}

// What is uploaded again has another key, and a device that asked for the first
// could not read the second: so nothing is.
func TestAFileInDoubtIsUploadedAndShownOnce(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	file := channeltest.FileOf("document", "bukti-1.pdf", "application/pdf", []byte("%PDF-1.4"))
	opened, open := 0, file.Open
	file.Open = func() (io.ReadCloser, error) { opened++; return open() }
	m := bots.Outgoing{ID: "x", Files: []bots.File{file, channeltest.FileOf("photo", "bukti-2.png", "image/png", channeltest.Photo())}}
	r.server.DropAcks(1)
	if _, err := r.c.Send(r.within(1500*time.Millisecond), to, m); err == nil {
		t.Error("a file in doubt was sent")
	}
	c := r.client() // another process's, which knows only what is stored
	c.use(r.c.current())
	for range 2 {
		ref, err := c.Send(t.Context(), to, m)
		if err != nil {
			t.Fatal(err)
		}
		shown := siti.FromBot(r.office)
		if len(shown) != 2 || opened != 1 {
			t.Fatalf("%d messages are shown, the file was opened %d times", len(shown), opened)
		}
		if want := shown[0].ID + refSeparator + shown[1].ID; ref != want {
			t.Errorf("they are known as %s, and are %s", ref, want)
		}
	}
}

func TestADeviceThatCouldNotReadAFileGetsItAgain(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	siti.LoseSession(r.office)
	body := []byte("%PDF-1.4")
	if _, err := r.c.Send(t.Context(), to, bots.Outgoing{ID: "x", Files: []bots.File{channeltest.FileOf("document", "a.pdf", "application/pdf", body)}}); err != nil {
		t.Fatal(err)
	}
	m, err := siti.Await(r.within(20*time.Second), r.office, func(m whatsapptest.Shown) bool { return m.File != nil })
	if err != nil || !m.Late || !bytes.Equal(m.File.Body, body) {
		t.Errorf("%+v, %v", m.File, err)
	}
}

func TestFilesThatWhatsAppTakesInNoFormAreRefused(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	file := channeltest.FileOf("document", "a.pdf", "application/pdf", []byte("%PDF-1.4"))
	huge := bots.Outgoing{ID: "x", Message: say("x", "Bukti").Message, Files: []bots.File{file, claiming(file, maxFile+1)}}
	if _, err := r.c.Send(t.Context(), to, huge); problemOf(err) != bots.TooLarge || len(siti.FromBot(r.office)) != 0 {
		t.Errorf("%v, and %d messages went out", err, len(siti.FromBot(r.office)))
	}
	for name, m := range map[string]bots.Outgoing{
		"an edit with files":   {ID: "y", Message: say("y", "Bukti").Message, Files: []bots.File{file}, Replaces: "3EB0"},
		"an edit without text": {ID: "z", Replaces: "3EB0"},
	} {
		if _, err := r.c.Send(t.Context(), to, m); problemOf(err) != bots.EditExpired && problemOf(err) != bots.Refused {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Nobody knew how long it is.
	_, err := io.Copy(io.Discard, &limitedReader{strings.NewReader("lebih panjang"), 5})
	if !errors.Is(err, errTooLong) || problemOf(r.c.uploadProblem(err)) != bots.TooLarge {
		t.Errorf("a file that is longer than it says: %v", err)
	}
}

func TestAnswersQuoteWhatTheyAnswer(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	asked := siti.Text(r.office, "Sudah sampai mana?")
	r.confirmed(siti, asked)
	first, err := r.c.Send(t.Context(), to, say("a", "Laporan KTG-1 sedang diperiksa.\nTerima kasih."))
	if err != nil {
		t.Fatal(err)
	}
	file := channeltest.FileOf("document", "a.pdf", "application/pdf", []byte("%PDF-1.4"))
	for name, c := range map[string]struct {
		m           bots.Outgoing
		by, text    string
		quotes, ref string
	}{
		"theirs": {bots.Outgoing{ID: "b", Message: say("b", "Sebentar.").Message}, siti.LID().String(), "", asked, asked},
		"ours":   {bots.Outgoing{ID: "c", Files: []bots.File{file, file}}, r.office.LID().String(), "Laporan KTG-1 sedang diperiksa.", first, first},
		"files":  {bots.Outgoing{ID: "d", Files: []bots.File{file}}, r.office.LID().String(), "Laporan KTG-1 sedang diperiksa.", first, first + refSeparator + asked},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(siti.FromBot(r.office))
			c.m.Answers = c.ref
			if _, err := r.c.Send(t.Context(), to, c.m); err != nil {
				t.Fatal(err)
			}
			shown := siti.FromBot(r.office)[before:]
			inner, _ := content(shown[0].Message)
			quote := contextOf(inner)
			if shown[0].Quoted != c.quotes || quote.GetParticipant() != c.by || quote.GetQuotedMessage().GetConversation() != c.text {
				t.Errorf("it answers %s of %s: %q", shown[0].Quoted, quote.GetParticipant(), quote.GetQuotedMessage().GetConversation())
			}
			for _, m := range shown[1:] {
				if m.Quoted != "" {
					t.Error("what goes on answers once more")
				}
			}
		})
	}
}

// In a group nobody can tell from a reference whose message it is.
func TestInGroupsOwnMessagesAreQuoted(t *testing.T) {
	t.Parallel()
	r, siti, _ := greeted(t)
	g := r.server.Group("Dinas", siti, r.office)
	theirs := siti.Text(g, "siap")
	r.confirmed(siti, theirs)
	to := addressOf(g.JID())
	first, err := r.c.Send(t.Context(), to, say("a", "Laporan baru"))
	if err != nil {
		t.Fatal(err)
	}
	for id, c := range map[string]struct{ answers, want string }{"b": {first, first}, "c": {theirs, ""}} {
		m := say(id, "Jawaban "+id)
		m.Answers = c.answers
		if _, err := r.c.Send(t.Context(), to, m); err != nil {
			t.Fatal(err)
		}
		shown, err := siti.Await(r.within(10*time.Second), g, func(s whatsapptest.Shown) bool { return s.Text == m.Message.Text })
		if err != nil || shown.Quoted != c.want {
			t.Errorf("%s answers %q, want %q (%v)", id, shown.Quoted, c.want, err)
		}
	}
}

func TestMessagesAreTakenBackFromEverybody(t *testing.T) {
	t.Parallel()
	for name, age := range map[string]time.Duration{"soon": time.Hour, "after three days": 72 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, siti, _ := greeted(t)
			g := r.server.Group("Dinas", siti, r.office)
			r.confirmed(siti, siti.Text(g, "siap"))
			to := addressOf(g.JID())
			file := channeltest.FileOf("photo", "bukti-1.png", "image/png", channeltest.Photo())
			ref, err := r.c.Send(t.Context(), to, bots.Outgoing{ID: "x", Files: []bots.File{file, file}})
			if err != nil {
				t.Fatal(err)
			}
			r.Age(age)
			kept := func() (n int) {
				for _, m := range siti.Shown(g) {
					if m.File != nil {
						n++
					}
				}
				return n
			}
			if kept() != 2 {
				t.Fatalf("%d files are there", kept())
			}
			for range 2 { // what is gone is no error
				err := r.c.Withdraw(t.Context(), to, ref)
				if late := age > withdrawWindow; late != (problemOf(err) == bots.Refused) || !late && err != nil {
					t.Fatal(err)
				}
			}
			if age > withdrawWindow {
				return
			}
			channeltest.Eventually(t, "the files are gone", func() bool { return kept() == 0 })
			for id := range strings.SplitSeq(ref, refSeparator) {
				if _, m, err := r.c.stored(t.Context(), id); m != nil || err != nil {
					t.Errorf("it is kept for devices that ask: %v", err)
				}
			}
		})
	}
}
