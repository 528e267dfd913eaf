package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// object is a JSON object that is written.
type object = map[string]any

// query is one call of a method, however its parameters came.
type query struct {
	method string // in small letters
	args   map[string]string
	files  map[string]upload
}

// upload is a file that the bot sent.
type upload struct {
	name, mime string
	body       []byte
}

// maxUpload is the largest request that is taken, in bytes, and maxRead how much
// of a larger one is read before it is refused.
const maxUpload, maxRead = 50 << 20, 200 << 20

func (q *query) arg(name string) string { return q.args[name] }

// integer is a number between low and high. What is no number counts as 0.
func (q *query) integer(name string, otherwise, low, high int64) int64 {
	n := otherwise
	if v := q.args[name]; v != "" {
		n = leadingInt(v)
	}
	return max(low, min(high, n))
}

func (q *query) flag(name string) bool {
	switch strings.ToLower(strings.TrimSpace(q.args[name])) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// messageID is 0 where there is none.
func (q *query) messageID() int64 { return max(0, leadingInt(q.args["message_id"])) }

// leadingInt reads as many digits as there are, and never fails.
func leadingInt(s string) int64 {
	rest, negative := strings.CutPrefix(s, "-")
	var n int64
	for i := 0; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
		n = n*10 + int64(rest[i]-'0')
	}
	if negative {
		return -n
	}
	return n
}

// readQuery takes parameters from the URL, a form, multipart or JSON. The
// first of a name wins.
func readQuery(method string, r *http.Request) (q *query, err error) {
	q = &query{method: strings.ToLower(method), args: map[string]string{}, files: map[string]upload{}}
	q.values(r.URL.Query())
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	body := http.MaxBytesReader(nil, r.Body, maxUpload)
	defer func() {
		if errors.As(err, new(*http.MaxBytesError)) {
			_, _ = io.CopyN(io.Discard, r.Body, maxRead) // who is still writing would not see the answer
		}
	}()
	switch kind {
	case "multipart/form-data":
		err = q.multipart(body, params["boundary"])
	case "application/x-www-form-urlencoded", "application/json":
		var raw []byte
		if raw, err = io.ReadAll(body); err == nil {
			err = q.body(kind, raw)
		}
	default:
		_, err = io.Copy(io.Discard, body)
	}
	if q.method == "" {
		q.method = strings.ToLower(q.args["method"])
	}
	return q, err
}

func (q *query) body(kind string, raw []byte) error {
	if kind == "application/json" {
		return q.object(raw)
	}
	form, err := url.ParseQuery(string(raw))
	q.values(form)
	return err
}

func (q *query) set(name, value string) {
	if _, there := q.args[name]; !there {
		q.args[name] = value
	}
}

func (q *query) values(v url.Values) {
	for name, all := range v {
		q.set(name, all[0])
	}
}

// object reads the fields of a JSON object: strings as they are, everything
// else as its JSON.
func (q *query) object(raw []byte) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	for name, value := range fields {
		var text string
		switch {
		case string(value) == "null":
		case json.Unmarshal(value, &text) == nil:
			q.set(name, text)
		default:
			q.set(name, string(value))
		}
	}
	return nil
}

// multipart reads parts until they end. A body of no parts at all is a call
// without parameters, as clients write it.
func (q *query) multipart(body io.Reader, boundary string) error {
	parts := multipart.NewReader(body, boundary)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			q.set(part.FormName(), string(raw))
			continue
		}
		q.files[part.FormName()] = upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), body: raw}
	}
}
