package webchat

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"kentongan/bots"
	"kentongan/reports/evidence"
)

// maxSent is how many files one message may have.
const maxSent = 100

// sentFile is a file of a message, as the page reads it. Its content is fetched
// by the message's id and its place.
type sentFile struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Type  string `json:"type"`
	Bytes int64  `json:"bytes"`
}

// keepFiles stores the files of m, sealed, each under a name that follows from
// the chat and the message: sending m again replaces them.
func (c *Channel) keepFiles(ctx context.Context, to bots.Address, m bots.Outgoing) ([]sentFile, error) {
	if len(m.Files) > maxSent {
		return nil, &bots.SendError{Problem: bots.Refused, Err: fmt.Errorf("%d files; a message may have %d", len(m.Files), maxSent)}
	}
	var kept []sentFile
	for i, f := range m.Files {
		n, err := c.keepFile(ctx, c.fileNames(to, m.ID, i)[0], f)
		if err != nil {
			return nil, fmt.Errorf("keep file %d of a message: %w", i+1, err)
		}
		kept = append(kept, sentFile{Kind: f.Kind, Name: f.Name, Type: f.Type, Bytes: n})
	}
	return kept, nil
}

func (c *Channel) keepFile(ctx context.Context, name string, f bots.File) (int64, error) {
	content, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = content.Close() }() // it was only read
	n, err := c.cfg.Vault.Stage(ctx, name, c.cfg.Sealer, content, max(c.cfg.MaxFile, f.Bytes))
	if refusal, refused := errors.AsType[*evidence.Refusal](err); refused {
		problem := bots.Refused
		if refusal.Reason == evidence.TooLarge {
			problem = bots.TooLarge
		}
		return 0, &bots.SendError{Problem: problem, Err: err}
	}
	return n, err
}

// forgetFiles erases the files of a message, however many it has.
func (c *Channel) forgetFiles(to bots.Address, message string) error {
	for i := range maxSent {
		for _, name := range c.fileNames(to, message, i) {
			if err := c.cfg.Vault.Unstage(name); err != nil {
				return fmt.Errorf("erase a file of a message: %w", err)
			}
		}
	}
	return nil
}

// fileNames are the names in the vault of a message's file, under the newest key
// first. Nobody can name the file of a chat that is not theirs.
func (c *Channel) fileNames(to bots.Address, message string, i int) []string {
	var names []string
	for _, hash := range c.cfg.Sealer.Hashes("webchat file", []byte(to), []byte(message), []byte(strconv.Itoa(i))) {
		names = append(names, hex.EncodeToString(hash))
	}
	return names
}

// serveFile gives out a file of a message: GET /chat/files/{message}/{number},
// counted from 0. What kind of file it is the page knows from the message; to
// a browser that is led here it is nothing to show.
func (c *Channel) serveFile(w http.ResponseWriter, r *http.Request, chat bots.Address) {
	if !mayGoOn(w, &c.talk, chat, 1) {
		return
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || number < 0 || number >= maxSent || len(r.PathValue("message")) > maxShort {
		refuse(w, http.StatusNotFound, "gone", "Berkas ini tidak ada.")
		return
	}
	var content io.ReadCloser
	for _, name := range c.fileNames(chat, r.PathValue("message"), number) {
		content, err = c.cfg.Vault.OpenStaged(name, c.cfg.Sealer)
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		refuse(w, http.StatusNotFound, "gone", "Berkas ini sudah tidak tersedia.")
		return
	case err != nil:
		c.cfg.Log.Error("web chat: sent file not opened", "error", err)
		unavailable(w, 5*time.Second)
		return
	}
	defer func() { _ = content.Close() }() // it was only read
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment")
	if _, err := io.Copy(&lively{w: w, c: http.NewResponseController(w)}, content); err != nil {
		if r.Context().Err() == nil {
			c.cfg.Log.Error("web chat: sent file not read", "error", err)
		}
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
}

// lively writes an answer for as long as somebody takes it.
type lively struct {
	w io.Writer
	c *http.ResponseController
}

func (l *lively) Write(b []byte) (int, error) {
	// Not every server can set deadlines; then its own hold.
	_ = l.c.SetWriteDeadline(time.Now().Add(writeWithin))
	return l.w.Write(b)
}
