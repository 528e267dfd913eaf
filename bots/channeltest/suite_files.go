package channeltest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"kentongan/bots"
	"kentongan/conversation"
)

// FileOf is a file to send that is read from memory.
func FileOf(kind, name, mime string, body []byte) bots.File {
	return bots.File{
		Kind: kind, Name: name, Type: mime, Bytes: int64(len(body)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
	}
}

func sendsFiles(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	running(t, channel, &gate{taken: make(chan bots.Incoming, 8)})
	to := n.Address("warga")
	bodies := [][]byte{Photo(), Photo(), []byte("%PDF-1.4 surat tugas"), []byte("ID3 rekaman"), []byte("ftyp film")}
	const words = "Berkas untuk laporan"
	m := bots.Outgoing{ID: "f1", Message: conversation.Message{Text: words}, Files: []bots.File{
		FileOf("photo", "bukti-1.png", "image/png", bodies[0]),
		FileOf("photo", "bukti-2.png", "image/png", bodies[1]),
		FileOf("document", "bukti-3.pdf", "application/pdf", bodies[2]),
		FileOf("audio", "bukti-4.mp3", "audio/mpeg", bodies[3]),
		FileOf("video", "bukti-5.mp4", "video/mp4", bodies[4]),
	}}
	send(t, channel, to, m)
	send(t, channel, to, m) // nobody could note it
	if got := strings.Count(strings.Join(Texts(n, "warga"), "\n"), words); got != 1 {
		t.Errorf("the text is read %d times: %q", got, Texts(n, "warga"))
	}
	received := n.Received("warga")
	if len(received) != len(bodies) {
		t.Fatalf("%d files arrived, want %d", len(received), len(bodies))
	}
	for i, f := range received {
		named := f.Name == m.Files[i].Name || f.Name == "" && m.Files[i].Kind != "document"
		if !bytes.Equal(f.Body, bodies[i]) || !named {
			t.Errorf("file %d arrived as %q with %d bytes, want %q with %d", i, f.Name, len(f.Body), m.Files[i].Name, len(bodies[i]))
		}
	}

	// A text that is longer than any network puts below a file, and no text at all.
	long := strings.TrimSpace(strings.Repeat("panjang ", 400))
	send(t, channel, to, bots.Outgoing{ID: "f2", Message: conversation.Message{Text: long}, Files: m.Files[:1]})
	if !strings.Contains(strings.Join(Texts(n, "warga"), " "), long) {
		t.Error("a long text with a file did not arrive whole")
	}
	send(t, channel, to, bots.Outgoing{ID: "f3", Files: m.Files[2:3]})
	if got := len(n.Received("warga")); got != len(bodies)+2 {
		t.Errorf("%d files are there, want %d", got, len(bodies)+2)
	}

	// What could not be read is no file, and may be had at the next try.
	broken := FileOf("document", "bukti-6.pdf", "application/pdf", bodies[2])
	good := broken.Open
	broken.Open = func() (io.ReadCloser, error) { return nil, errors.New("the vault is away") }
	if _, err := channel.Send(t.Context(), to, bots.Outgoing{ID: "f4", Files: []bots.File{broken}}); err == nil {
		t.Error("a file was sent that could not be opened")
	}
	broken.Open = good
	send(t, channel, to, bots.Outgoing{ID: "f4", Files: []bots.File{broken}})
	if got := len(n.Received("warga")); got != len(bodies)+3 {
		t.Errorf("%d files are there, want %d", got, len(bodies)+3)
	}
}

func answers(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	g := &gate{taken: make(chan bots.Incoming, 8)}
	g.open.Store(true)
	running(t, channel, g)
	decoded := func(a Action) bots.Decoded {
		t.Helper()
		deliver(t, n, "warga", a)
		e := <-g.taken
		dec, err := channel.Decode(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		return dec
	}
	asked := decoded(Action{ID: "m1", Text: "Sudah sampai mana?"})
	if asked.Ref == "" || asked.ReplyTo != "" {
		t.Fatalf("a message that answers nothing is %q, an answer to %q", asked.Ref, asked.ReplyTo)
	}
	to := n.Address("warga")
	ref := send(t, channel, to, bots.Outgoing{ID: "a1", Message: conversation.Message{Text: "Sedang diperiksa."}, Answers: asked.Ref})
	send(t, channel, to, bots.Outgoing{ID: "a2", Message: conversation.Message{Text: "Mohon ditunggu."}})
	if got := n.Answered("warga"); len(got) != 2 || got[0] != asked.Ref || got[1] != "" {
		t.Errorf("the messages answer %q, want %q and nothing", got, asked.Ref)
	}
	if dec := decoded(Action{ID: "m2", Text: "Baik.", Answers: ref}); dec.ReplyTo != ref {
		t.Errorf("an answer to %q was read as one to %q", ref, dec.ReplyTo)
	}
}
