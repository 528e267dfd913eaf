package webchat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"kentongan/bots"
	"kentongan/reports/evidence"
)

const (
	// maxUploads is how many files are received at once, over all chats.
	maxUploads = 64
	// stalledAfter is how long an upload may bring nothing.
	stalledAfter = time.Minute
)

// uploadID is the header that names an upload: the id of the event that refers
// to it. The file's name, type and size are in that event only, which is sealed.
const uploadID = "Upload-Id"

// serveUpload takes a file in, sealed as it comes, for an event that follows.
// The same id again replaces the file.
func (c *Channel) serveUpload(w http.ResponseWriter, r *http.Request, from bots.Address) {
	if !c.private(w, from) {
		return
	}
	id := r.Header.Get(uploadID)
	if !validUUID(id) {
		refuse(w, http.StatusBadRequest, "bad_request", "Berkas ini tidak dapat dikenali.")
		return
	}
	if r.ContentLength > c.cfg.MaxFile {
		c.tooLarge(w)
		return
	}
	if !mayGoOn(w, &c.loads, from, 1) {
		return
	}
	run, done := c.accepting()
	if run == nil {
		unavailable(w, time.Second)
		return
	}
	defer done()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	default:
		unavailable(w, 5*time.Second)
		return
	}

	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() { // a shutdown does not wait for a slow line
		select {
		case <-run.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	body := &patient{r: r.Body, c: http.NewResponseController(w)}
	n, err := c.cfg.Vault.Stage(ctx, c.stagedName(from, id), c.cfg.Sealer, body, c.cfg.MaxFile)
	if err == nil {
		answer(w, http.StatusOK, map[string]int64{"bytes": n})
		return
	}
	refusal, refused := errors.AsType[*evidence.Refusal](err)
	switch {
	case refused && refusal.Reason == evidence.TooLarge:
		c.tooLarge(w)
	case refused && refusal.Reason == evidence.Empty:
		refuse(w, http.StatusUnprocessableEntity, "empty", "Berkas ini kosong (0 bita).")
	case errors.Is(err, evidence.ErrIncomplete), ctx.Err() != nil:
		unavailable(w, time.Second) // if anybody still listens
	default:
		c.cfg.Log.Error("web chat: upload not stored", "error", err)
		unavailable(w, 10*time.Second)
	}
}

func (c *Channel) tooLarge(w http.ResponseWriter) {
	answer(w, http.StatusRequestEntityTooLarge, problem{
		Error: "too_large", Limit: c.cfg.MaxFile,
		Message: fmt.Sprintf("Berkas ini terlalu besar. Paling besar %d MB.", c.cfg.MaxFile>>20),
	})
}

// patient reads a request's body for as long as something comes.
type patient struct {
	r io.Reader
	c *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	// Not every server can set deadlines; then its own hold.
	_ = p.c.SetReadDeadline(time.Now().Add(stalledAfter))
	return p.r.Read(b)
}

// Fetch opens an uploaded file; the caller closes it. ref is the Media of a
// [bots.Decoded], in which the server has named the file. What was swept or
// discarded is [bots.ErrMediaGone].
func (c *Channel) Fetch(_ context.Context, ref []byte) (io.ReadCloser, error) {
	m, err := readMedia(ref)
	if err != nil {
		return nil, fmt.Errorf("fetch upload: %w", err)
	}
	f, err := c.cfg.Vault.OpenStaged(m.Staged, c.cfg.Sealer)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("fetch upload: %w", bots.ErrMediaGone)
	}
	if err != nil {
		return nil, fmt.Errorf("fetch upload: %w", err)
	}
	return f, nil
}

// Discard erases an uploaded file that was fetched, or that nobody will fetch;
// that there was none is no error.
func (c *Channel) Discard(_ context.Context, ref []byte) error {
	m, err := readMedia(ref)
	if err != nil {
		return fmt.Errorf("discard upload: %w", err)
	}
	if err := c.cfg.Vault.Unstage(m.Staged); err != nil {
		return fmt.Errorf("discard upload: %w", err)
	}
	return nil
}

func readMedia(ref []byte) (media, error) {
	var m media
	d := json.NewDecoder(bytes.NewReader(ref))
	if err := d.Decode(&m); err != nil || m.Staged == "" {
		return media{}, errors.New("this is no reference of a web chat upload")
	}
	return m, nil
}

// SweepUploads erases the uploads that came before a time of the service's own
// clock, and the files that were sent before it, and returns how many there
// were. What was swept can no longer be fetched, so that time has to lie before the oldest file that still waits for
// its sender's consent. Files are dated by the machine's clock: where a demo
// moved the service's on, they count as younger than they are, never as older.
func (c *Channel) SweepUploads(ctx context.Context, before time.Time) (int, error) {
	n, err := c.cfg.Vault.SweepStaged(ctx, time.Now().Add(before.Sub(c.cfg.Now())))
	if err != nil {
		return n, fmt.Errorf("sweep web chat uploads: %w", err)
	}
	return n, nil
}
