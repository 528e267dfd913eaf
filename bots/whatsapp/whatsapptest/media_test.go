package whatsapptest_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waMmsRetry"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"kentongan/bots/whatsapp/whatsapptest"
)

var body = bytes.Repeat([]byte("isi berkas "), 3000)

func TestFilesOfAllKindsAreFetched(t *testing.T) {
	w := newWorld(t)
	f := whatsapptest.File{Name: "surat.pdf", Caption: "ini", Body: body}
	for _, c := range []struct {
		name string
		id   types.MessageID
		of   func(*waE2E.Message) whatsmeow.DownloadableMessage
	}{
		{"photo", w.siti.Photo(w.account, f), func(m *waE2E.Message) whatsmeow.DownloadableMessage { return m.GetImageMessage() }},
		{"video", w.siti.Video(w.account, f), func(m *waE2E.Message) whatsmeow.DownloadableMessage { return m.GetVideoMessage() }},
		{"voice", w.siti.Voice(w.account, f), func(m *waE2E.Message) whatsmeow.DownloadableMessage { return m.GetAudioMessage() }},
		{"audio", w.siti.Audio(w.account, f), func(m *waE2E.Message) whatsmeow.DownloadableMessage { return m.GetAudioMessage() }},
		{"document", w.siti.Document(w.account, f), func(m *waE2E.Message) whatsmeow.DownloadableMessage { return m.GetDocumentMessage() }},
		{"sticker", w.siti.Sticker(w.account, f), func(m *waE2E.Message) whatsmeow.DownloadableMessage { return m.GetStickerMessage() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := await(w.bot, message(c.id))
			got, err := w.bot.Download(patient(t), c.of(m.Message))
			if err != nil || !bytes.Equal(got, body) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			file, err := os.Create(filepath.Join(t.TempDir(), "file"))
			if err != nil {
				t.Fatal(err)
			}
			if err := w.bot.DownloadToFile(patient(t), c.of(m.Message), file); err != nil {
				t.Error(err)
			}
			if got, err := os.ReadFile(file.Name()); err != nil || !bytes.Equal(got, body) {
				t.Errorf("into a file: %d bytes, %v", len(got), err)
			}
			_ = file.Close()
			if n := w.siti.Served(c.id); n != 2 {
				t.Errorf("served %d times", n)
			}
		})
	}
}

func TestFilesGoWrong(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		fault whatsapptest.MediaFault
		want  error
	}{
		{"403", whatsapptest.MediaFault{Status: 403}, whatsmeow.ErrMediaDownloadFailedWith403},
		{"404", whatsapptest.MediaFault{Status: 404}, whatsmeow.ErrMediaDownloadFailedWith404},
		{"410", whatsapptest.MediaFault{Status: 410}, whatsmeow.ErrMediaDownloadFailedWith410},
		{"damaged", whatsapptest.MediaFault{Damaged: true}, whatsmeow.ErrInvalidMediaEncSHA256},
		{"short", whatsapptest.MediaFault{Short: true}, whatsmeow.ErrInvalidMediaEncSHA256},
		{"once", whatsapptest.MediaFault{Status: 503, Times: 1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := w.siti.Photo(w.account, whatsapptest.File{Body: body})
			w.siti.SpoilMedia(id, c.fault)
			_, err := w.bot.Download(patient(t), await(w.bot, message(id)).Message.GetImageMessage())
			if !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestThePhoneUploadsAgain(t *testing.T) {
	w := newWorld(t)
	ask := func(t *testing.T, id types.MessageID) (*events.Message, *waMmsRetry.MediaRetryNotification, error) {
		t.Helper()
		m := await(w.bot, message(id))
		if err := w.bot.SendMediaRetryReceipt(patient(t), &m.Info, m.Message.GetImageMessage().GetMediaKey()); err != nil {
			t.Fatal(err)
		}
		e := await(w.bot, func(e *events.MediaRetry) bool { return e.MessageID == id })
		n, err := whatsmeow.DecryptMediaRetryNotification(e, m.Message.GetImageMessage().GetMediaKey())

		return m, n, err
	}
	t.Run("what it has", func(t *testing.T) {
		w.SpoilNextMedia(whatsapptest.MediaFault{Status: 410})
		m, n, err := ask(t, w.siti.Photo(w.account, whatsapptest.File{Body: body}))
		if err != nil || n.GetResult() != waMmsRetry.MediaRetryNotification_SUCCESS {
			t.Fatalf("%v, %v", n, err)
		}
		image := proto.CloneOf(m.Message.GetImageMessage())
		image.DirectPath = n.DirectPath
		if got, err := w.bot.Download(patient(t), image); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
	t.Run("not what it lost", func(t *testing.T) {
		w.account.LosesMedia(true)
		if _, _, err := ask(t, w.siti.Photo(w.account, whatsapptest.File{Body: body})); !errors.Is(err, whatsmeow.ErrMediaNotAvailableOnPhone) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTheBotSendsFiles(t *testing.T) {
	w := newWorld(t)
	up, err := w.bot.Upload(patient(t), body, whatsmeow.MediaImage)
	if err != nil {
		t.Fatal(err)
	}
	w.says(t, w.siti.LID(), &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		Caption: new("peta"), URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey,
		FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256, FileLength: &up.FileLength, Mimetype: new("image/png"),
	}})
	m := w.siti.FromBot(w.account)
	if len(m) != 1 || m[0].Text != "peta" {
		t.Fatalf("she sees %+v", m)
	}
	if got, err := w.siti.Fetch(m[0]); err != nil || !bytes.Equal(got, body) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if f := m[0].File; f == nil || f.Kind != "image" || f.Type != "image/png" || !bytes.Equal(f.Body, body) {
		t.Errorf("she has %+v", f)
	}
}
