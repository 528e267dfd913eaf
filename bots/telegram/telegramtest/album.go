package telegramtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"maps"
	"slices"
	"strings"
)

const (
	largestPhoto = 10 << 20 // bytes
	widestPhoto  = 10_000   // width and height together
	longestPhoto = 20       // times as long as it is wide
	mostFiles    = 10       // of an album
)

// fits says what is wrong with a file that the bot uploaded as a photo; of
// others only the size of the request counts. Dimensions are checked by
// Telegram's own servers.
func (f *file) fits(kind string) error {
	if kind != "photo" || f.known {
		return nil
	}
	if f.size > largestPhoto {
		return fieldError(fmt.Sprintf("File of size %d bytes is too big for a photo; the maximum size is %d bytes", f.size, largestPhoto))
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(f.body))
	w, h := config.Width, config.Height
	switch {
	case err != nil:
		return fieldError("IMAGE_PROCESS_FAILED")
	case w+h > widestPhoto, w > longestPhoto*h, h > longestPhoto*w:
		return fieldError("PHOTO_INVALID_DIMENSIONS")
	}
	return nil
}

// checkAlbum follows check_message_group_message_contents of TDLib; what fails
// later does so for all of it.
func (s *Server) checkAlbum(items []*message) error {
	switch {
	case len(items) == 0:
		return badRequest("There are no messages to send")
	case len(items) > mostFiles:
		return badRequest("Too many messages to send as an album")
	case len(items) == 1:
		s.toleratef("an album of one file")
	}
	for _, m := range items {
		if (m.kind == "document" || m.kind == "audio") && slices.ContainsFunc(items, func(x *message) bool { return x.kind != m.kind }) {
			return badRequest("%s can't be mixed with other media types", strings.ToUpper(m.kind[:1])+m.kind[1:])
		}
	}
	for i, m := range items {
		if err := m.file.fits(m.kind); err != nil {
			return badRequest("Failed to send message #%d with the error message %q", i+1, err.Error())
		}
	}
	return nil
}

func sendMediaGroup(s *Server, q *query, c *call) (any, error) {
	var media []json.RawMessage
	switch raw := q.arg("media"); {
	case raw == "":
		return nil, badRequest("Parameter \"media\" is required")
	case !json.Valid([]byte(raw)):
		return nil, badRequest("Can't parse media JSON object")
	case json.Unmarshal([]byte(raw), &media) != nil:
		return nil, badRequest("Expected an Array of InputMedia")
	}
	items := make([]*message, 0, len(media))
	for _, raw := range media {
		m, err := s.readMedia(q, raw)
		if err != nil {
			return nil, badRequest("Can't parse InputMedia: %s", strings.TrimPrefix(err.Error(), "Bad Request: "))
		}
		items = append(items, m)
	}
	out, err := s.outgoing(q)
	if err != nil {
		return nil, err
	}
	if err := s.checkAlbum(items); err != nil {
		return nil, err
	}
	if err := s.admitTo(out); err != nil {
		return nil, err
	}
	album := s.nextAlbum()
	result := make([]object, len(items))
	for i, m := range items {
		m.content["media_group_id"] = album
		result[i] = s.post(out, m, c).json(true)
	}
	return result, nil
}

func (s *Server) readMedia(q *query, raw json.RawMessage) (*message, error) {
	f, err := readObject(raw, "expected an Object")
	if err != nil {
		return nil, err
	}
	source, err := f.text("media", false)
	if err != nil {
		return nil, err
	}
	kind, err := f.text("type", true)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"photo", "document", "video", "audio"}, kind) {
		return nil, fieldError("type \"" + kind + "\" is unsupported")
	}
	stored, err := s.fileOf(q, "", source)
	if err != nil {
		return nil, err
	}
	if stored == nil {
		return nil, fieldError("media not found")
	}
	inner := &query{args: map[string]string{}}
	for _, name := range []string{"caption", "parse_mode"} {
		if inner.args[name], err = f.text(name, false); err != nil {
			return nil, err
		}
	}
	inner.args["caption_entities"] = string(f["caption_entities"])
	caption, entities, err := s.captionOf(inner)
	if err != nil {
		return nil, err
	}
	content := object{}
	maps.Copy(content, stored.content(kind))
	return &message{text: caption, entities: entities, content: content, file: stored, kind: kind}, nil
}
