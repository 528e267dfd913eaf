package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waMmsRetry"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots"
)

func encodeMedia(m media) ([]byte, error) {
	ref, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode the reference of a file: %w", err)
	}
	return ref, nil
}

// Fetch implements [bots.Channel]. The file comes in parts into a temporary one
// that has no name any more, never whole into memory.
func (c *Client) Fetch(ctx context.Context, ref []byte) (io.ReadCloser, error) {
	var m media
	if err := json.Unmarshal(ref, &m); err != nil || m.Path == "" || m.ID == "" {
		return nil, fmt.Errorf("not a file of WhatsApp's: %w", bots.ErrMediaGone)
	}
	if m.Bytes > maxFile {
		return nil, bots.ErrMediaTooLarge
	}
	m, err := c.bestCopy(ctx, m)
	if err != nil {
		return nil, err
	}
	l := c.connected(ctx)
	if l == nil {
		return nil, whatsmeow.ErrNotConnected
	}
	f, err := l.download(ctx, m)
	if !lost(err) {
		return f, err
	}
	// WhatsApp holds files for some weeks only; the phone that sent this one can
	// upload it again.
	if m, err = l.reupload(ctx, m); err != nil {
		return nil, err
	}
	if f, err = l.download(ctx, m); lost(err) {
		return nil, fmt.Errorf("%w: %s", bots.ErrMediaGone, class(err))
	}
	return f, err
}

// bestCopy returns the better copy of a picture where there is one. It waits
// for one that was announced: it comes right behind.
func (c *Client) bestCopy(ctx context.Context, m media) (media, error) {
	deadline := time.Now().Add(c.timing.better)
	for {
		body, err := c.keptThing(ctx, keptBetter, m.Chat, m.Sender, m.ID)
		if err != nil {
			return m, err
		}
		if body != nil {
			better := m
			if err := json.Unmarshal(body, &better); err != nil {
				return m, nil //nolint:nilerr // the copy at hand does
			}
			return better, nil
		}
		if !m.Paired || !time.Now().Before(deadline) {
			return m, nil
		}
		pause(ctx, min(time.Second, c.timing.better/4+time.Millisecond))
		if ctx.Err() != nil {
			return m, ctx.Err()
		}
	}
}

// lost reports whether a download failed in a way that only the sender's phone
// can mend: the file is gone, or it is not what was sent.
func lost(err error) bool {
	for _, known := range []error{
		whatsmeow.ErrMediaDownloadFailedWith403, whatsmeow.ErrMediaDownloadFailedWith404, whatsmeow.ErrMediaDownloadFailedWith410,
		whatsmeow.ErrInvalidMediaEncSHA256, whatsmeow.ErrInvalidMediaSHA256, whatsmeow.ErrInvalidMediaHMAC, whatsmeow.ErrTooShortFile,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// sealedMore is by how much an encrypted file may be longer than the file.
const sealedMore = 64

// download fetches a file, decrypts it and compares its hashes.
func (l *link) download(ctx context.Context, m media) (io.ReadCloser, error) {
	f, err := os.CreateTemp("", "kentongan-whatsapp-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	_ = os.Remove(f.Name()) // nobody else opens it, and it ends with the process
	limited := &limitedFile{File: f, left: maxFile + sealedMore}
	err = l.wa.DownloadMediaWithPathToFile(ctx, m.Path, m.Sealed, m.Hash, m.Key, whatsmeow.MediaType(m.Type), "", false, limited)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = f.Close()
		if errors.Is(err, errTooLong) {
			return nil, bots.ErrMediaTooLarge
		}
		return nil, fmt.Errorf("download: %w", err)
	}
	return f, nil
}

// limitedFile takes no more than it may, whatever the sender claimed. It is not
// the *os.File that the library would reserve the claimed space in.
type limitedFile struct {
	*os.File

	left int64
}

var errTooLong = errors.New("the file is longer than it may be")

func (f *limitedFile) Write(p []byte) (int, error) {
	if f.left -= int64(len(p)); f.left < 0 {
		return 0, errTooLong
	}
	return f.File.Write(p)
}

// ReadFrom hides the one of the file, which would pass Write by.
func (f *limitedFile) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{f}, r)
}

// Seek begins to count anew with every try.
func (f *limitedFile) Seek(offset int64, whence int) (int64, error) {
	if offset == 0 && whence == io.SeekStart {
		f.left = maxFile + sealedMore
	}
	return f.File.Seek(offset, whence)
}

// reupload asks the phone that sent a file to upload it again, and waits a
// while for it. A phone that is off is asked again with the next try.
func (l *link) reupload(ctx context.Context, m media) (media, error) {
	chat, is := jidOf(bots.Address(m.Chat))
	if !is {
		return m, bots.ErrMediaGone
	}
	info := &types.MessageInfo{ID: m.ID, MessageSource: types.MessageSource{Chat: chat, Sender: chat}}
	if sender, is := jidOf(bots.Address(m.Sender)); is {
		info.Sender, info.IsGroup = sender, true
	}
	answer, done := l.retries.wait(m.ID)
	defer done()
	if err := l.wa.SendMediaRetryReceipt(ctx, info, m.Key); err != nil {
		return m, fmt.Errorf("ask for a file again: %w", err)
	}
	timer := time.NewTimer(l.client.timing.reupload)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return m, ctx.Err()
	case <-timer.C:
		return m, errors.New("the sender's phone does not answer")
	case e := <-answer:
		again, err := whatsmeow.DecryptMediaRetryNotification(e, m.Key)
		if errors.Is(err, whatsmeow.ErrMediaNotAvailableOnPhone) || err == nil && again.GetResult() == waMmsRetry.MediaRetryNotification_NOT_FOUND {
			return m, bots.ErrMediaGone
		}
		if err != nil {
			return m, fmt.Errorf("read the answer of the sender's phone: %w", err)
		}
		if again.GetResult() != waMmsRetry.MediaRetryNotification_SUCCESS || again.GetDirectPath() == "" {
			return m, errors.New("the sender's phone could not upload the file again")
		}
		m.Path = again.GetDirectPath()
		return m, nil
	}
}

// waiters are those who wait for an answer about a message.
type waiters struct {
	mu sync.Mutex
	by map[types.MessageID]chan *events.MediaRetry
}

func (w *waiters) wait(id types.MessageID) (answer <-chan *events.MediaRetry, done func()) {
	ch := make(chan *events.MediaRetry, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by == nil {
		w.by = map[types.MessageID]chan *events.MediaRetry{}
	}
	w.by[id] = ch
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.by[id] == ch {
			delete(w.by, id)
		}
	}
}

func (w *waiters) answer(e *events.MediaRetry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch := w.by[e.MessageID]; ch != nil {
		select {
		case ch <- e:
		default:
		}
	}
}
