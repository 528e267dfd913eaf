package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"strings"
	"testing"

	"kentongan/bots/telegram/telegramtest"
)

// sendFiles calls a method with files, by the names of their parts.
func sendFiles(t *testing.T, s *telegramtest.Server, method string, fields map[string]string, files map[string][]byte) reply {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		_ = w.WriteField(name, value)
	}
	for name, body := range files {
		part, _ := w.CreateFormFile(name, name)
		_, _ = part.Write(body)
	}
	_ = w.Close()
	r, err := post(s.URL()+"/bot"+s.Token()+"/"+method, w.FormDataContentType(), b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func picture(width, height int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)))
	return b.Bytes()
}

func TestPhotosAreLookedAt(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	large := append(picture(9, 9), make([]byte, 10<<20)...)
	for name, try := range map[string]struct {
		body []byte
		want string
	}{
		"a photo":    {picture(9, 9), ""},
		"too wide":   {picture(9600, 500), "Bad Request: PHOTO_INVALID_DIMENSIONS"},
		"too narrow": {picture(10, 201), "Bad Request: PHOTO_INVALID_DIMENSIONS"},
		"no picture": {[]byte("%PDF"), "Bad Request: IMAGE_PROCESS_FAILED"},
		"too many bytes": {
			large, fmt.Sprintf("Bad Request: file of size %d bytes is too big for a photo; the maximum size is 10485760 bytes", len(large)),
		},
		"nothing": {nil, "Bad Request: file must be non-empty"},
	} {
		if r := sendFiles(t, s, "sendPhoto", map[string]string{"chat_id": "7001"}, map[string][]byte{"photo": try.body}); r.OK != (try.want == "") || r.Description != try.want {
			t.Errorf("%s: %q, want %q", name, r.Description, try.want)
		}
	}
	for kind := range strings.FieldsSeq("document video audio") {
		sendFiles(t, s, "send"+kind, map[string]string{"chat_id": "7001"}, map[string][]byte{kind: large})
	}
	shown := p.Shown()
	if len(shown) != 4 || shown[0].File.Kind != "photo" || shown[2].File.Kind != "video" || !bytes.Equal(shown[3].File.Body, large) {
		t.Errorf("%d shown", len(shown))
	}
}

func TestAlbums(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	album := func(kinds string, bodies ...[]byte) reply {
		var media []args
		files := map[string][]byte{}
		for i, kind := range strings.Fields(kinds) {
			name := fmt.Sprint("berkas-", i)
			media = append(media, args{"type": kind, "media": "attach://" + name})
			files[name] = picture(9, 9)
			if i < len(bodies) {
				files[name] = bodies[i]
			}
		}
		raw, _ := json.Marshal(media)
		return sendFiles(t, s, "sendMediaGroup", map[string]string{"chat_id": "7001", "media": string(raw)}, files)
	}
	for kinds, want := range map[string]string{
		"photo video":                "",
		"audio audio":                "",
		"document document":          "",
		"photo document":             "Bad Request: document can't be mixed with other media types",
		"video audio":                "Bad Request: audio can't be mixed with other media types",
		"photo animation":            `Bad Request: can't parse InputMedia: type "animation" is unsupported`,
		strings.Repeat("photo ", 11): "Bad Request: too many messages to send as an album",
		"":                           "Bad Request: there are no messages to send",
	} {
		if r := album(kinds); r.Description != want && (kinds != "" || r.OK) {
			t.Errorf("%q: %q, want %q", kinds, r.Description, want)
		}
	}
	before := len(p.Shown())
	if before != 6 {
		t.Errorf("%d files are shown", before)
	}
	r := album("photo photo", picture(9, 9), picture(500, 10))
	if want := `Bad Request: failed to send message #2 with the error message "PHOTO_INVALID_DIMENSIONS"`; r.Description != want || len(p.Shown()) != before {
		t.Errorf("%q, %d shown", r.Description, len(p.Shown()))
	}
	if left := s.Tolerated(); left != nil {
		t.Errorf("tolerated %q", left)
	}
	if r := album("photo"); !r.OK || len(s.Tolerated()) != 1 {
		t.Errorf("an album of one: %q, tolerated %q", r.Description, s.Tolerated())
	}
	if shown := p.Shown(); shown[0].Album == "" || shown[0].Album != shown[1].Album || shown[1].Album == shown[2].Album {
		t.Errorf("albums %q %q %q", shown[0].Album, shown[1].Album, shown[2].Album)
	}
}

func TestUploadsHaveAnEnd(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	r := sendFiles(t, s, "sendDocument", map[string]string{"chat_id": "7001"}, map[string][]byte{"document": make([]byte, 50<<20)})
	if r.Status != 413 || r.ErrorCode != 413 || r.Description != "Request Entity Too Large" || len(p.Shown()) != 0 {
		t.Errorf("%d %q", r.Status, r.Description)
	}
}
