package telegramtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/jpeg" // sizes of photos
	_ "image/png"  // the same
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

const (
	largestDownload = 20 << 20  // bytes
	linkValid       = time.Hour // what Telegram promises at least
)

// file is something that can be downloaded, in one size.
type file struct {
	id, unique    string
	kind          string // the field of a message that it belongs to
	name, mime    string
	body          []byte
	size          int64 // what it claims; body may be missing
	number        int64
	known         bool    // it was sent before
	sizes         []*file // of a photo
	width, height int
}

func (f *file) same(other *file) bool {
	return f == other || f != nil && other != nil && f.unique == other.unique
}

// link is where a file can be had for a while.
type link struct {
	file  *file
	until time.Time
}

// keep numbers a file, so that it can be asked for.
func (s *Server) keep(f *file) *file {
	s.lastFile++
	f.number = s.lastFile
	var raw [24]byte
	binary.BigEndian.PutUint64(raw[:], uint64(f.number))
	binary.BigEndian.PutUint64(raw[8:], s.rng.Uint64())
	binary.BigEndian.PutUint64(raw[16:], s.rng.Uint64())
	f.id = "BQACAgUAAxkBAAI" + base64.RawURLEncoding.EncodeToString(raw[:])
	sum := sha256.Sum256(append([]byte(f.name), f.body...))
	f.unique = "AgAD" + base64.RawURLEncoding.EncodeToString(sum[:8])
	s.files[f.id] = f
	return f
}

// json is what every kind of file has.
func (f *file) json() object {
	return object{"file_id": f.id, "file_unique_id": f.unique, "file_size": f.size}
}

// content is f in a message, in the given field.
func (f *file) content(field string) object {
	if field == "photo" {
		sizes := make([]object, 0, len(f.sizes))
		for _, size := range f.sizes {
			o := size.json()
			o["width"], o["height"] = size.width, size.height
			sizes = append(sizes, o)
		}
		if len(sizes) == 0 {
			o := f.json()
			o["width"], o["height"] = 1280, 960
			sizes = append(sizes, o)
		}
		return object{"photo": sizes}
	}
	o := f.json()
	for name, value := range map[string]string{"file_name": f.name, "mime_type": f.mime} {
		if value != "" {
			o[name] = value
		}
	}
	return object{field: o}
}

// photo keeps a picture in the sizes that Telegram makes. Which of them is
// first is not promised: every second photo has the largest first.
func (s *Server) photo(body []byte) *file {
	width, height := 1280, 960
	if config, _, err := image.DecodeConfig(bytes.NewReader(body)); err == nil {
		width, height = config.Width, config.Height
	}
	whole := &file{kind: "photo", body: body, size: int64(len(body))}
	for _, part := range []int{8, 3, 1} {
		// A small size is the front of the picture, which no reader takes for it.
		piece := body[:max(1, len(body)/part)]
		if len(body) == 0 {
			piece = nil
		}
		whole.sizes = append(whole.sizes, s.keep(&file{
			kind: "photo", body: piece, size: int64(len(piece)),
			width: max(1, width/part), height: max(1, height/part),
		}))
	}
	if s.lastFile%2 == 0 {
		first, last := whole.sizes[0], whole.sizes[2]
		whole.sizes[0], whole.sizes[2] = last, first
	}
	return whole
}

func (f *file) path() string {
	extension := path.Ext(f.name)
	if f.kind == "photo" {
		extension = ".jpg"
	}
	return fmt.Sprintf("%ss/file_%d%s", f.kind, f.number, extension)
}

func getFile(s *Server, q *query, _ *call) (any, error) {
	id := q.arg("file_id")
	if id == "" {
		return nil, badRequest("file_id not specified")
	}
	f := s.files[id]
	switch {
	case f == nil:
		return nil, badRequest("invalid file_id")
	case f.size > largestDownload:
		return nil, badRequest("file is too big")
	case s.chance(s.faultsOf(q.method).FileUnavailable):
		return nil, badRequest("wrong file_id or the file is temporarily unavailable")
	}
	s.links[f.path()] = &link{file: f, until: s.now().Add(linkValid)}
	o := f.json()
	o["file_path"] = f.path()
	return o, nil
}

// Upload keeps a file as if somebody had sent it before, and returns its
// file_id. The bot is told of no message.
func (s *Server) Upload(name string, body []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keep(&file{kind: "document", name: name, mime: typeOf(name), body: body, size: int64(len(body))}).id
}

// serveFile is a download.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, token, name string) {
	q := &query{method: "file", args: map[string]string{}}
	fault := s.drawFault(q.method)
	sleep(r.Context(), fault.delay)
	if fault.breaksBefore() {
		s.note(q, fault.status(), fault.name())
		fault.strike(w)
		return
	}
	s.mu.Lock()
	found := s.links[name]
	gone := token != s.opt.Token || found == nil || s.now().After(found.until) || fault.missing
	s.mu.Unlock()
	if gone {
		s.note(q, http.StatusNotFound, fault.name())
		write(w, failure(&apiError{code: http.StatusNotFound, text: "Not Found"}))
		return
	}
	body := found.file.body
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	if fault.truncated || fault.breaksAfter() {
		s.note(q, http.StatusOK, fault.name())
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // closes the connection in the middle
	}
	s.note(q, http.StatusOK, "")
	_, _ = w.Write(body)
}

// nextAlbum is a media_group_id.
func (s *Server) nextAlbum() string {
	return strconv.FormatInt(13_000_000_000_000_000+s.rng.Int64N(1_000_000_000_000_000), 10)
}

// typeOf guesses the type of a file as clients do, by its name.
func typeOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".pdf":
		return "application/pdf"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".mp4":
		return "video/mp4"
	}
	return "application/octet-stream"
}
