package telegramtest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is what a call gets.
type answer struct {
	status     int
	retryAfter int
	body       []byte
	after      []func() // to be done without the lock, before the answer is written
	sent       []*message
}

// ServeHTTP implements [http.Handler]: /bot<token>/<method>,
// /bot<token>/test/<method> and /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, isFile := strings.CutPrefix(r.URL.Path, "/file/bot"); isFile {
		token, path, _ := strings.Cut(rest, "/")
		s.serveFile(w, r, token, strings.TrimPrefix(path, "test/"))
		return
	}
	rest, isBot := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, cut := strings.Cut(rest, "/")
	if !isBot || !cut {
		write(w, failure(&apiError{code: http.StatusNotFound, text: "Not Found"}))
		return
	}
	q, err := readQuery(strings.TrimPrefix(method, "test/"), r)
	if errors.As(err, new(*http.MaxBytesError)) {
		q = &query{method: strings.ToLower(method)}
		s.note(q, http.StatusRequestEntityTooLarge, "")
		write(w, failure(&apiError{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}))
		return
	}
	if err != nil {
		// What was cut off in the middle never was a call.
		write(w, failure(badRequest("can't read the request")))
		return
	}
	if token != s.opt.Token {
		write(w, failure(unauthorized(token)))
		return
	}
	s.serveCall(w, r, q)
}

func unauthorized(token string) *apiError {
	text := "Unauthorized"
	if id, _, cut := strings.Cut(token, ":"); !cut || len(token) > 80 || leadingInt(id) <= 0 {
		text = "Unauthorized: invalid token specified"
	}
	return &apiError{code: http.StatusUnauthorized, text: text}
}

// serveCall answers one call, or fails it as the faults of the hour want.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request, q *query) {
	fault := s.drawFault(q.method)
	sleep(r.Context(), fault.delay)
	if fault.breaksBefore() {
		s.note(q, fault.status(), fault.name())
		fault.strike(w)
		return
	}
	a := s.execute(r.Context(), q)
	for _, f := range a.after {
		f()
	}
	if fault.breaksAfter() || r.Context().Err() != nil {
		s.lose(a.sent)
		name := fault.name()
		if name == "" {
			name = "caller gone"
		}
		s.note(q, a.status, name)
		fault.strike(w)
		return
	}
	s.note(q, a.status, "")
	write(w, a)
}

// execute does what the call says. Only getUpdates waits in it.
func (s *Server) execute(ctx context.Context, q *query) answer {
	if q.method == "getupdates" {
		return s.getUpdates(ctx, q)
	}
	f, known := s.methods[q.method]
	if !known {
		return failure(&apiError{code: http.StatusNotFound, text: "Not Found: method not found"})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var c call
	result, err := f(s, q, &c)
	a := success(result, c.description)
	if err != nil {
		a = failure(err)
	}
	a.sent = slices.Clone(c.sent)
	for _, m := range append(c.sent, c.edited...) {
		for _, f := range s.onSent {
			id, shown := m.chat.id, m.shown()
			a.after = append(a.after, func() { f(id, shown) })
		}
	}
	return a
}

// call is what a method tells beside its result.
type call struct {
	description string
	sent        []*message
	edited      []*message
}

func success(result any, description string) answer {
	body := object{"ok": true, "result": result}
	if description != "" {
		body["description"] = description
	}
	return answer{status: http.StatusOK, body: encode(body)}
}

func failure(err error) answer {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{code: http.StatusInternalServerError, text: "Internal Server Error: " + err.Error()}
	}
	body := object{"ok": false, "error_code": e.code, "description": e.text}
	a := answer{status: e.code}
	if e.params != nil {
		body["parameters"] = e.params
		if seconds, is := e.params["retry_after"].(int); is {
			a.retryAfter = seconds
		}
	}
	a.body = encode(body)
	return a
}

// encode is JSON without the escapes that only pages need.
func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("telegramtest: " + err.Error()) // everything that is written is plain
	}
	return raw
}

func write(w http.ResponseWriter, a answer) {
	if a.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(a.retryAfter))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// hangUp closes the connection without a word.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // ends the connection as well
	}
	_ = conn.Close()
}

// htmlPage is what the proxy before the server says when the server is away.
func htmlPage(w http.ResponseWriter, status int) {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<html>\r\n<head><title>"+title+"</title></head>\r\n<body>\r\n<center><h1>"+title+
		"</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n")
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
