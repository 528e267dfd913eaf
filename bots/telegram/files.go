package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"kentongan/bots"
)

// Limits of files that bots send, from the Bot API's documentation.
const (
	maxPhoto = 10 << 20 // bytes
	maxAlbum = 10       // files; two at least
	// maxUpload is for all files of a request, in bytes: Telegram takes 50 MB, with
	// what surrounds them.
	maxUpload = 50<<20 - 64<<10
)

// batch is files of a message that go in one call: one, or an album.
type batch struct{ from, to int }

// Kinds of files, as the Bot API names them.
const (
	kindPhoto    = "photo"
	kindVideo    = "video"
	kindAudio    = "audio"
	kindDocument = "document"
)

// kindOf is how a file is sent. What Telegram takes as no photo goes as it is.
func kindOf(f bots.File) string {
	switch f.Kind {
	case kindPhoto:
		if f.Bytes <= maxPhoto {
			return kindPhoto
		}
	case kindVideo, kindAudio:
		return f.Kind
	}
	return kindDocument
}

// companions is which files may share an album with one of this kind: photos
// and videos mix, others stay among themselves.
func companions(kind string) string {
	if kind == kindVideo {
		return kindPhoto
	}
	return kind
}

// batches groups files in their order.
func batches(files []bots.File) []batch {
	var list []batch
	var bytes int64
	for i, f := range files {
		if n := len(list) - 1; n >= 0 {
			b := list[n]
			if i-b.from < maxAlbum && bytes+f.Bytes <= maxUpload && companions(kindOf(files[b.from])) == companions(kindOf(f)) {
				list[n].to, bytes = i+1, bytes+f.Bytes
				continue
			}
		}
		list, bytes = append(list, batch{i, i + 1}), f.Bytes
	}
	return list
}

// apart has each file of a batch go by itself.
func apart(list []batch, at int) []batch {
	var result []batch
	for i, b := range list {
		if i != at {
			result = append(result, b)
			continue
		}
		for k := b.from; k < b.to; k++ {
			result = append(result, batch{k, k + 1})
		}
	}
	return result
}

// oversized reports whether Telegram takes one of these files in no form.
func oversized(files []bots.File) bool {
	for _, f := range files {
		if f.Bytes > maxUpload {
			return true
		}
	}
	return false
}

// spoilt reports whether a call was refused for what a file is, so that it may
// still go by itself or as a document.
func spoilt(err error) bool {
	return refusedFor(err, "photo", "image", "video", "audio", "media", "album", "mixed")
}

// errSpoilt says that an album was refused for one of its files; nothing of it
// arrived.
var errSpoilt = errors.New("the album is refused for one of its files")

// upload makes the call that sends the files of msg, and returns the ids that
// they got.
func (c *Channel) upload(ctx context.Context, chat int64, msg outgoing) ([]int64, error) {
	streams := make([]*stream, len(msg.files))
	for i, f := range msg.files {
		streams[i] = &stream{open: f.Open}
	}
	defer func() {
		for _, s := range streams {
			s.close()
		}
	}()
	ids, err := c.sendFiles(ctx, chat, msg, streams)
	if err == nil {
		return ids, nil
	}
	for _, s := range streams {
		if broken := s.broken(); broken != nil {
			return nil, broken
		}
	}
	return nil, err
}

func (c *Channel) sendFiles(ctx context.Context, chat int64, msg outgoing, streams []*stream) ([]int64, error) {
	if len(msg.files) > 1 {
		sent, err := c.uploads.SendMediaGroup(ctx, &bot.SendMediaGroupParams{
			ChatID: chat, MessageThreadID: msg.place.topic, ReplyParameters: msg.place.reply(), Media: album(msg, streams),
		})
		ids := make([]int64, len(sent))
		for i, m := range sent {
			ids[i] = int64(m.ID)
		}
		if err == nil && len(ids) == 0 {
			ids = []int64{0}
		}
		return ids, err
	}
	f, kind := msg.files[0], kindOf(msg.files[0])
	if msg.document {
		kind = kindDocument
	}
	file := &models.InputFileUpload{Filename: fileName(f, 0), Data: streams[0]}
	var sent *models.Message
	var err error
	switch kind {
	case kindPhoto:
		sent, err = c.uploads.SendPhoto(ctx, &bot.SendPhotoParams{
			ChatID: chat, MessageThreadID: msg.place.topic, ReplyParameters: msg.place.reply(),
			Photo: file, Caption: msg.text, CaptionEntities: msg.bold,
		})
	case kindVideo:
		sent, err = c.uploads.SendVideo(ctx, &bot.SendVideoParams{
			ChatID: chat, MessageThreadID: msg.place.topic, ReplyParameters: msg.place.reply(),
			Video: file, Caption: msg.text, CaptionEntities: msg.bold, SupportsStreaming: true,
		})
	case kindAudio:
		sent, err = c.uploads.SendAudio(ctx, &bot.SendAudioParams{
			ChatID: chat, MessageThreadID: msg.place.topic, ReplyParameters: msg.place.reply(),
			Audio: file, Caption: msg.text, CaptionEntities: msg.bold,
		})
	default:
		sent, err = c.uploads.SendDocument(ctx, &bot.SendDocumentParams{
			ChatID: chat, MessageThreadID: msg.place.topic, ReplyParameters: msg.place.reply(),
			Document: file, Caption: msg.text, CaptionEntities: msg.bold, DisableContentTypeDetection: true,
		})
	}
	if err != nil {
		return nil, err
	}
	return []int64{int64(sent.ID)}, nil
}

// album is the files of msg as parts of one call; the text stands below the
// first. The library takes the name of a part for that of its file.
func album(msg outgoing, streams []*stream) []models.InputMedia {
	list := make([]models.InputMedia, len(msg.files))
	taken := map[string]bool{}
	for i, f := range msg.files {
		name := fileName(f, i)
		if taken[name] {
			name = fmt.Sprintf("%d-%s", i+1, name)
		}
		taken[name] = true
		text, bold := "", []models.MessageEntity(nil)
		if i == 0 {
			text, bold = msg.text, msg.bold
		}
		part := "attach://" + name
		switch kindOf(f) {
		case kindPhoto:
			list[i] = &models.InputMediaPhoto{Media: part, MediaAttachment: streams[i], Caption: text, CaptionEntities: bold}
		case kindVideo:
			list[i] = &models.InputMediaVideo{Media: part, MediaAttachment: streams[i], Caption: text, CaptionEntities: bold, SupportsStreaming: true}
		case kindAudio:
			list[i] = &models.InputMediaAudio{Media: part, MediaAttachment: streams[i], Caption: text, CaptionEntities: bold}
		default:
			list[i] = &models.InputMediaDocument{Media: part, MediaAttachment: streams[i], Caption: text, CaptionEntities: bold}
		}
	}
	return list
}

// fileName is what people see; i counts the files of a call.
func fileName(f bots.File, i int) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\":`, r) {
			return '-'
		}
		return r
	}, f.Name)
	if name == "" {
		return fmt.Sprintf("berkas-%d", i+1)
	}
	return name
}

// unreadableError says that a file could not be read to its end: the call was
// never complete, so that Telegram carried nothing out.
type unreadableError struct{ error }

func (u unreadableError) Unwrap() error { return u.error }

// stream reads a file that is opened when it is its turn, and notes what fails.
// The library may still read while its call has returned, which close ends.
type stream struct {
	open func() (io.ReadCloser, error)

	mu     sync.Mutex
	file   io.ReadCloser
	closed bool
	err    error
}

var errClosed = errors.New("the file is closed")

// Read implements [io.Reader].
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return 0, errClosed
	case s.err != nil:
		return 0, s.err
	case s.file == nil:
		file, err := s.open()
		if err != nil {
			s.err = unreadableError{fmt.Errorf("open a file to send: %w", err)}
			return 0, s.err
		}
		s.file = file
	}
	n, err := s.file.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = unreadableError{fmt.Errorf("read a file to send: %w", err)}
		return n, s.err
	}
	return n, err //nolint:wrapcheck // io.EOF comes unwrapped
}

func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.file != nil {
		_ = s.file.Close() // it was only read
	}
}

func (s *stream) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
