package webchat

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/conversation"
	"kentongan/reports/seal"
)

// getFile asks for a file of a message, as the page does.
func (s *server) getFile(t testing.TB, token, path string) (*http.Response, []byte) {
	t.Helper()
	resp, err := s.Client().Do(s.request(t, "GET", "/chat/files/"+path, token, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, content
}

func sendFiles(t *testing.T, c *Channel, token, id string, files ...bots.File) error {
	t.Helper()
	_, err := c.Send(t.Context(), AddressOf(token), bots.Outgoing{ID: id, Message: conversation.Message{Text: "Bukti"}, Files: files})
	return err
}

func TestTheFilesOfAMessageAreItsChatsAlone(t *testing.T) {
	s := serve(t, testConfig(t))
	film := bytes.Repeat([]byte("film "), 400_000)
	if err := sendFiles(t, s.channel, citizen, "a", channeltest.FileOf("photo", "foto.png", "image/png", channeltest.Photo()),
		channeltest.FileOf("video", "film.mp4", "video/mp4", film)); err != nil {
		t.Fatal(err)
	}
	resp, content := s.getFile(t, citizen, "a/1")
	if resp.StatusCode != http.StatusOK || !bytes.Equal(content, film) {
		t.Errorf("%s with %d bytes", resp.Status, len(content))
	}
	// A browser that is led there shows nothing.
	if resp.Header.Get("Content-Type") != "application/octet-stream" || resp.Header.Get("Content-Disposition") != "attachment" ||
		resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", resp.Header)
	}
	for name, c := range map[string]struct{ token, path string }{
		"another's":        {other, "a/0"},
		"a third one":      {citizen, "a/2"},
		"before the first": {citizen, "a/-1"},
		"no number":        {citizen, "a/x"},
		"a far one":        {citizen, "a/100"},
		"of no message":    {citizen, "b/0"},
		"a way out":        {citizen, "..%2F..%2Fetc/0"},
	} {
		if resp, content := s.getFile(t, c.token, c.path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s with %d bytes", name, resp.Status, len(content))
		}
	}
	var size int
	if err := s.pool.QueryRow(t.Context(), "select max(length(body)) from webchat_messages").Scan(&size); err != nil || size > 2000 {
		t.Errorf("the row of a message with files has %d bytes, %v", size, err)
	}
}

func TestWhatCannotBeSentAsAFileSaysWhy(t *testing.T) {
	cfg := testConfig(t)
	cfg.MaxFile = 1 << 20
	s := serve(t, cfg)
	large := channeltest.FileOf("video", "film.mp4", "video/mp4", make([]byte, 2<<20))
	large.Bytes = 1 // it says
	for name, c := range map[string]struct {
		files []bots.File
		want  bots.SendProblem
	}{
		"too large": {[]bots.File{large}, bots.TooLarge},
		"empty":     {[]bots.File{channeltest.FileOf("photo", "foto.png", "image/png", nil)}, bots.Refused},
		"too many":  {make([]bots.File, maxSent+1), bots.Refused},
	} {
		problem, ok := errors.AsType[*bots.SendError](sendFiles(t, s.channel, citizen, "a", c.files...))
		if !ok || problem.Problem != c.want {
			t.Errorf("%s: %v, want %s", name, problem, c.want)
		}
	}
	if n := rows(t, s); n != 0 {
		t.Errorf("%d messages were stored without their files", n)
	}
	announced := channeltest.FileOf("video", "film.mp4", "video/mp4", make([]byte, 2<<20))
	if err := sendFiles(t, s.channel, citizen, "b", announced); err != nil {
		t.Errorf("a file that another network took in: %v", err)
	}
}

func TestSentFilesOutliveAChangeOfKeysAndAreSwept(t *testing.T) {
	cfg := testConfig(t)
	older, newer := seal.NewKey(), seal.NewKey()
	cfg.Sealer, _ = seal.New(older)
	s := serve(t, cfg)
	if err := sendFiles(t, s.channel, citizen, "a", channeltest.FileOf("document", "surat.txt", "text/plain", []byte("surat"))); err != nil {
		t.Fatal(err)
	}
	cfg.Sealer, _ = seal.New(newer, older)
	s = serve(t, cfg)
	if resp, content := s.getFile(t, citizen, "a/0"); resp.StatusCode != http.StatusOK || string(content) != "surat" {
		t.Errorf("under a new key: %s %q", resp.Status, content)
	}
	if n, err := s.channel.SweepUploads(t.Context(), time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if resp, content := s.getFile(t, citizen, "a/0"); resp.StatusCode != http.StatusNotFound || !strings.Contains(string(content), "sudah tidak tersedia") {
		t.Errorf("swept: %s %s", resp.Status, content)
	}
}

func TestAMessageThatWasWithdrawnIsGoneWithItsFiles(t *testing.T) {
	s := serve(t, testConfig(t))
	photo := channeltest.FileOf("photo", "foto.png", "image/png", channeltest.Photo())
	for _, token := range []string{citizen, other} {
		if err := sendFiles(t, s.channel, token, "bukti "+token, photo); err != nil {
			t.Fatal(err)
		}
	}
	events := s.listen(t, citizen)
	next(t, events)
	for range 2 { // nobody could note it
		if err := s.channel.Withdraw(t.Context(), AddressOf(citizen), "bukti "+citizen); err != nil {
			t.Fatal(err)
		}
		if e := next(t, events); !e.Data.Withdrawn || e.Data.Replaces != "bukti "+citizen {
			t.Errorf("the page reads %+v", e.Data)
		}
	}
	// Somebody else's, by a reference that is not theirs.
	if err := s.channel.Withdraw(t.Context(), AddressOf(citizen), "bukti "+other); err != nil {
		t.Fatal(err)
	}
	if resp, _ := s.getFile(t, citizen, "bukti%20"+citizen+"/0"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the file: %s", resp.Status)
	}
	if resp, _ := s.getFile(t, other, "bukti%20"+other+"/0"); resp.StatusCode != http.StatusOK {
		t.Errorf("another's file: %s", resp.Status)
	}
	if e := next(t, s.listen(t, other)); e.Data.ID != "bukti "+other || e.Data.Withdrawn {
		t.Errorf("another's message: %+v", e.Data)
	}
	if e := next(t, s.listen(t, citizen)); !e.Data.Withdrawn {
		t.Errorf("who comes later reads %+v", e.Data)
	}
}
