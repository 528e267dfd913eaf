package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

func download(s *telegramtest.Server, path string) (status int, length int64, body []byte, err error) {
	response, err := http.Get(s.URL() + "/file/bot" + s.Token() + "/" + path)
	if err != nil {
		return 0, 0, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, response.ContentLength, body, err
}

func TestFilesAreFetchedForAnHour(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	want := bytes.Repeat([]byte("bukti "), 1000)
	p.Document("bukti.pdf", "", want, "ini", "")
	sent := updates(t, s, nil)[0].Message
	if sent.Caption != "ini" || sent.Document.FileName != "bukti.pdf" || sent.Document.FileSize != int64(len(want)) {
		t.Fatalf("sent %+v", sent)
	}
	var f tgFile
	ok(t, s, "getFile", args{"file_id": sent.Document.FileID}, &f)
	status, length, body, err := download(s, f.FilePath)
	if status != 200 || length != int64(len(want)) || !bytes.Equal(body, want) || err != nil {
		t.Errorf("%d, %d bytes, %v", status, length, err)
	}
	s.Advance(time.Hour + time.Second)
	if status, _, _, _ := download(s, f.FilePath); status != 404 {
		t.Errorf("an old link gives %d", status)
	}
	refused(t, s, "getFile", nil, 400, "Bad Request: file_id not specified")
	refused(t, s, "getFile", args{"file_id": "x"}, 400, "Bad Request: invalid file_id")
	p.BigFile("film.mp4", 2<<30)
	p.BigFile("batas.mp4", 20<<20)
	got := updates(t, s, args{"offset": -2})
	refused(t, s, "getFile", args{"file_id": got[0].Message.Document.FileID}, 400, "Bad Request: file is too big")
	ok(t, s, "getFile", args{"file_id": got[1].Message.Document.FileID}, nil)
}

func TestPhotosHaveSizesInNoOrder(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	picture := bytes.Repeat([]byte("x"), 900)
	p.Photo(picture, "", "album")
	p.Photo(picture, "", "album")
	var largestAt []int
	for _, u := range updates(t, s, nil) {
		sizes := u.Message.Photo
		if len(sizes) != 3 || u.Message.Album != "album" {
			t.Fatalf("photo %+v", u.Message)
		}
		largest := slices.MaxFunc(sizes, func(a, b tgFile) int { return a.Width - b.Width })
		largestAt = append(largestAt, slices.Index(sizes, largest))
		var f tgFile
		ok(t, s, "getFile", args{"file_id": largest.FileID}, &f)
		if _, _, body, _ := download(s, f.FilePath); !bytes.Equal(body, picture) {
			t.Errorf("the largest size has %d bytes", len(body))
		}
	}
	if !slices.Contains(largestAt, 0) || !slices.Contains(largestAt, 2) {
		t.Errorf("the largest is at %v", largestAt)
	}
}

func TestFilesGoWrong(t *testing.T) {
	s := telegramtest.Start(t)
	id := s.Upload("bukti.pdf", bytes.Repeat([]byte("x"), 100_000))
	var f tgFile
	ok(t, s, "getFile", args{"file_id": id}, &f)
	s.SetFaults(telegramtest.Faults{Methods: []string{"file"}, TruncateFile: 1}, telegramtest.Faults{FileUnavailable: 1})
	if status, length, body, err := download(s, f.FilePath); status != 200 || length != 100_000 || len(body) >= 100_000 || err == nil {
		t.Errorf("truncated: %d, %d of %d bytes, %v", status, len(body), length, err)
	}
	refused(t, s, "getFile", args{"file_id": id}, 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
	s.SetFaults(telegramtest.Faults{MissingFile: 1})
	if status, _, _, err := download(s, f.FilePath); status != 404 || err != nil {
		t.Errorf("missing: %d, %v", status, err)
	}
}

func TestBotSendsFiles(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	upload := func(method string, fields map[string]string, files ...string) reply {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name, value := range fields {
			_ = w.WriteField(name, value)
		}
		for _, name := range files {
			part, _ := w.CreateFormFile(name, name+".pdf")
			_, _ = part.Write([]byte("isi " + name))
		}
		_ = w.Close()
		r, err := post(s.URL()+"/bot"+s.Token()+"/"+method, w.FormDataContentType(), b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := upload("sendDocument", map[string]string{"chat_id": "7001", "caption": " <b>Surat</b>", "parse_mode": "HTML"}, "document")
	var m tgMessage
	if err := json.Unmarshal(r.Result, &m); err != nil || m.Document == nil {
		t.Fatalf("%v, %s", err, r.Description)
	}
	shown, _ := p.Last()
	if shown.Text != "Surat" || shown.File.Name != "document.pdf" || string(shown.File.Body) != "isi document" {
		t.Errorf("shown %+v", shown)
	}
	ok(t, s, "sendDocument", args{"chat_id": 7001, "document": m.Document.FileID}, nil)
	media := `[{"type":"document","media":"attach://satu","caption":"a"},{"type":"document","media":"attach://dua"}]`
	if r := upload("sendMediaGroup", map[string]string{"chat_id": "7001", "media": media}, "satu", "dua"); !r.OK {
		t.Error(r.Description)
	}
	if n := len(p.Shown()); n != 4 {
		t.Errorf("%d shown", n)
	}
	refused(t, s, "sendDocument", args{"chat_id": 7001}, 400, "Bad Request: there is no document in the request")
	refused(t, s, "sendDocument", args{"chat_id": 7001, "document": "x"}, 400, "Bad Request: wrong file identifier/HTTP URL specified")
	refused(t, s, "sendPhoto", args{"chat_id": 7001}, 400, "Bad Request: there is no photo in the request")
	refused(t, s, "sendDocument", args{"chat_id": 7001, "document": m.Document.FileID, "caption": string(bytes.Repeat([]byte("x"), 1025))},
		400, "Bad Request: message caption is too long")
	refused(t, s, "sendMediaGroup", args{"chat_id": 7001}, 400, `Bad Request: parameter "media" is required`)
	refused(t, s, "sendMediaGroup", args{"chat_id": 7001, "media": []args{{"type": "document", "media": "attach://x"}}},
		400, "Bad Request: can't parse InputMedia: media not found")
}
