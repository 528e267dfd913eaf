package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // their sizes are told beside them
	_ "image/png"
	"io"
	"os"
	"strings"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
)

// Limits of files that are sent, in bytes: those of business accounts. Phones
// take more, but what is larger goes as a document, which nobody's phone
// fetches before it is asked to.
const (
	maxPhoto = 5 << 20
	maxMovie = 16 << 20 // a video or a sound
)

// shownAs is the kind of message in which a file goes: what phones may not be
// able to show goes as a document.
func shownAs(f bots.File) whatsmeow.MediaType {
	switch {
	case f.Kind == "photo" && (f.Type == "image/jpeg" || f.Type == "image/png") && f.Bytes <= maxPhoto:
		return whatsmeow.MediaImage
	case f.Kind == "video" && f.Type == "video/mp4" && f.Bytes <= maxMovie:
		return whatsmeow.MediaVideo
	case f.Kind == "audio" && strings.HasPrefix(f.Type, "audio/") && f.Bytes <= maxMovie:
		return whatsmeow.MediaAudio
	}
	return whatsmeow.MediaDocument
}

// oversized reports whether WhatsApp takes one of these files in no form.
func oversized(files []bots.File) bool {
	for _, f := range files {
		if f.Bytes > maxFile {
			return true
		}
	}
	return false
}

// deliverFile sends one file as a message under its id, unless WhatsApp has it
// already. Every upload has a key of its own, so a message that was stored
// before is sent as it is: a device that asks for it again gets the same.
func (c *Client) deliverFile(ctx context.Context, l *link, chat types.JID, id string, f bots.File, quote *waE2E.ContextInfo) error {
	taken, err := c.takenAt(ctx, id)
	if err != nil || !taken.IsZero() {
		return err
	}
	_, m, err := c.stored(ctx, id)
	if err != nil {
		return err
	}
	if m == nil {
		if m, err = l.upload(ctx, f); err != nil {
			return err
		}
		setContext(m, quote)
	}
	return c.deliver(ctx, l, chat, id, m, "")
}

// upload encrypts a file, hands it to WhatsApp's media host, and returns the
// message that leads to it.
func (l *link) upload(ctx context.Context, f bots.File) (*waE2E.Message, error) {
	kind := shownAs(f)
	var width, height uint32
	if kind == whatsmeow.MediaImage {
		var err error
		if width, height, err = measure(f); err != nil {
			return nil, err
		}
		if width == 0 { // no picture, whatever it is called
			kind = whatsmeow.MediaDocument
		}
	}
	plain, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("open a file to send: %w", err)
	}
	defer func() { _ = plain.Close() }() // it was only read
	sealed, err := os.CreateTemp("", "kentongan-whatsapp-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	_ = os.Remove(sealed.Name()) // nobody else opens it, and it ends with the process
	defer func() { _ = sealed.Close() }()
	up, err := l.wa.UploadReader(ctx, &limitedReader{plain, maxFile}, sealed, kind)
	if err != nil {
		return nil, l.client.uploadProblem(err)
	}
	return messageOfFile(f, kind, up, width, height), nil
}

// uploadProblem says in the shell's words why a file was not taken. What has no
// problem of its own may be had at the next try.
func (c *Client) uploadProblem(err error) error {
	switch {
	case errors.Is(err, errTooLong), strings.HasSuffix(err.Error(), "status code 413"):
		return &bots.SendError{Problem: bots.TooLarge, Err: errors.New(class(err))}
	case errors.Is(err, whatsmeow.ErrNotConnected), errors.Is(err, whatsmeow.ErrNotLoggedIn):
		return c.notConnected()
	}
	return fmt.Errorf("upload a file: %s", class(err)) // it names the place, with the word that opens it
}

// measure returns how large a picture is in pixels; 0: it is none that phones
// would show.
func measure(f bots.File) (width, height uint32, err error) {
	r, err := f.Open()
	if err != nil {
		return 0, 0, fmt.Errorf("open a file to send: %w", err)
	}
	defer func() { _ = r.Close() }() // it was only read
	config, _, err := image.DecodeConfig(r)
	if err != nil {
		return 0, 0, nil // it goes as a document
	}
	return uint32(config.Width), uint32(config.Height), nil
}

// messageOfFile is the message that leads to an uploaded file.
func messageOfFile(f bots.File, kind whatsmeow.MediaType, up whatsmeow.UploadResponse, width, height uint32) *waE2E.Message {
	mime := new(f.Type)
	if f.Type == "" {
		mime = new("application/octet-stream")
	}
	switch kind {
	case whatsmeow.MediaImage:
		return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, Mimetype: mime, Width: &width, Height: &height,
			FileSHA256: up.FileSHA256, FileEncSHA256: up.FileEncSHA256, FileLength: &up.FileLength,
		}}
	case whatsmeow.MediaVideo:
		return &waE2E.Message{VideoMessage: &waE2E.VideoMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, Mimetype: mime,
			FileSHA256: up.FileSHA256, FileEncSHA256: up.FileEncSHA256, FileLength: &up.FileLength,
		}}
	case whatsmeow.MediaAudio:
		return &waE2E.Message{AudioMessage: &waE2E.AudioMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, Mimetype: mime,
			FileSHA256: up.FileSHA256, FileEncSHA256: up.FileEncSHA256, FileLength: &up.FileLength,
		}}
	default:
		return &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, Mimetype: mime,
			FileName: new(f.Name), Title: new(f.Name),
			FileSHA256: up.FileSHA256, FileEncSHA256: up.FileEncSHA256, FileLength: &up.FileLength,
		}}
	}
}

// limitedReader fails where a file is longer than it may be, whatever was said
// of it.
type limitedReader struct {
	io.Reader

	left int64
}

// Read implements [io.Reader].
func (r *limitedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return n, errTooLong
	}
	return n, err //nolint:wrapcheck // io.EOF comes unwrapped
}
