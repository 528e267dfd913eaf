package telegramtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// sending is what all methods that send have in common.
type sending struct {
	chat    *chat
	replyTo *message
	topic   int64
	markup  *markup
	silent  bool
	protect bool
}

// outgoing checks a call that sends, in the server's order: the parameters by
// themselves, the chat, the topic, the message that is answered.
func (s *Server) outgoing(q *query) (sending, error) {
	reply, err := readReply(q)
	if err != nil {
		return sending{}, err
	}
	keyboard, err := s.readMarkup(q)
	if err != nil {
		return sending{}, err
	}
	c, err := s.lookUp(q, toWrite)
	if err != nil {
		return sending{}, err
	}
	out := sending{chat: c, markup: keyboard, silent: q.flag("disable_notification"), protect: q.flag("protect_content")}
	if out.topic, err = s.topicOf(q, c); err != nil {
		return sending{}, err
	}
	if reply.id > 0 {
		out.replyTo = c.byID[reply.id]
		if out.replyTo == nil && !reply.optional {
			return sending{}, badRequest("message to be replied not found")
		}
	}
	if out.topic == 0 && out.replyTo != nil {
		out.topic = out.replyTo.topic // an answer goes where the question is
	}
	return out, nil
}

// reply is what reply_parameters say.
type reply struct {
	id       int64
	optional bool
}

func readReply(q *query) (r reply, err error) {
	raw, there := q.args["reply_parameters"]
	if !there {
		return reply{id: max(0, leadingInt(q.arg("reply_to_message_id"))), optional: q.flag("allow_sending_without_reply")}, nil
	}
	if raw == "" {
		return r, nil
	}
	if !json.Valid([]byte(raw)) {
		return r, badRequest("Can't parse reply parameters JSON object")
	}
	f, err := readObject(json.RawMessage(raw), "Object expected as reply parameters")
	if err != nil {
		return r, badRequest("%s", err)
	}
	if len(f) == 0 {
		return r, nil
	}
	id, err := f.int("message_id")
	if err != nil {
		return r, badRequest("%s", err)
	}
	if r.optional, err = f.flag("allow_sending_without_reply"); err != nil {
		return r, badRequest("%s", err)
	}
	r.id = int64(max(0, id))
	return r, nil
}

// admit asks Telegram's own servers: does the person take it, and is it not
// too much.
func (s *Server) admit(c *chat) error {
	if err := c.reach(); err != nil {
		return err
	}
	return s.flood(c)
}

// admitTo is admit for something new, which a closed topic takes from those only
// who may manage it.
func (s *Server) admitTo(out sending) error {
	if t := out.chat.topics[out.topic]; t != nil && t.closed && !out.chat.managesTopics() {
		return badRequest("TOPIC_CLOSED")
	}
	return s.admit(out.chat)
}

// post puts a message of the bot into its chat.
func (s *Server) post(out sending, m *message, c *call) *message {
	m.chat, m.from, m.out, m.known = out.chat, s.bot, true, true
	m.firstMarkup = out.markup
	m.replyTo, m.topic = out.replyTo, out.topic
	m.markup, m.silent, m.protected = out.markup, out.silent, out.protect
	switch {
	case m.markup == nil:
	case m.markup.kind == replyKeyboard:
		out.chat.keyboard = m.markup
	case m.markup.kind == removeKeyboard:
		out.chat.keyboard = nil
	}
	s.add(m)
	c.sent = append(c.sent, m)
	return m
}

func sendMessage(s *Server, q *query, c *call) (any, error) {
	text, entities, err := s.textOf(q)
	if err != nil {
		return nil, err
	}
	options, err := linkPreview(q)
	if err != nil {
		return nil, err
	}
	out, err := s.outgoing(q)
	if err != nil {
		return nil, err
	}
	if text, entities, err = tidyText(text, entities); err != nil {
		return nil, err
	}
	if err := out.markup.check(out.chat); err != nil {
		return nil, err
	}
	if err := s.admitTo(out); err != nil {
		return nil, err
	}
	m := s.post(out, &message{isText: true, text: text, entities: entities, content: options}, c)
	return m.json(true), nil
}

// textOf reads the text of sendMessage and editMessageText.
func (s *Server) textOf(q *query) (string, []Entity, error) {
	if q.arg("text") == "" {
		return "", nil, badRequest("message text is empty")
	}
	return s.formatted(q, "text", "entities")
}

func tidyText(text string, entities []Entity) (string, []Entity, error) {
	text, entities, err := tidy(text, entities)
	if err == nil && units(text) > longestText {
		err = badRequest("message is too long")
	}
	return text, entities, err
}

func linkPreview(q *query) (object, error) {
	raw := q.arg("link_preview_options")
	if raw == "" {
		return nil, nil
	}
	if !json.Valid([]byte(raw)) {
		return nil, badRequest("Can't parse link preview options JSON object")
	}
	f, err := readObject(json.RawMessage(raw), "Object expected as link preview options")
	if err != nil {
		return nil, badRequest("%s", err)
	}
	for _, name := range []string{"is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"} {
		if _, err := f.flag(name); err != nil {
			return nil, badRequest("%s", err)
		}
	}
	if len(f) == 0 {
		return nil, nil
	}
	return object{"link_preview_options": f}, nil
}

// sendFile is sendPhoto, sendVideo, sendAudio and sendDocument.
func sendFile(field string) method {
	return func(s *Server, q *query, c *call) (any, error) {
		f, err := s.fileOf(q, field, q.arg(field))
		if err != nil {
			return nil, err
		}
		if f == nil {
			return nil, badRequest("There is no %s in the request", field)
		}
		caption, entities, err := s.captionOf(q)
		if err != nil {
			return nil, err
		}
		out, err := s.outgoing(q)
		if err != nil {
			return nil, err
		}
		if err := out.markup.check(out.chat); err != nil {
			return nil, err
		}
		if err := f.fits(field); err != nil {
			return nil, badRequest("%s", err)
		}
		if err := s.admitTo(out); err != nil {
			return nil, err
		}
		m := s.post(out, &message{text: caption, entities: entities, content: f.content(field), file: f, kind: field}, c)
		return m.json(true), nil
	}
}

func (s *Server) captionOf(q *query) (string, []Entity, error) {
	caption, entities, err := s.formatted(q, "caption", "caption_entities")
	if err != nil || strings.Trim(caption, " \n") == "" {
		return "", nil, err
	}
	if caption, entities, err = tidy(caption, entities); err == nil && units(caption) > longestCaption {
		err = badRequest("message caption is too long")
	}
	return caption, entities, err
}

// fileOf is the file of a field: uploaded, named by attach://, or known by its
// file_id. nil: none.
func (s *Server) fileOf(q *query, field, value string) (*file, error) {
	if name, attached := strings.CutPrefix(value, "attach://"); attached {
		field = name
	} else if value != "" {
		if f := s.files[value]; f != nil {
			f.known = true
			return f, nil
		}
		return nil, badRequest("Wrong file identifier/HTTP URL specified")
	}
	up, there := q.files[field]
	if !there {
		return nil, nil
	}
	if len(up.body) == 0 {
		return nil, badRequest("file must be non-empty")
	}
	return s.keep(&file{kind: "document", name: up.name, mime: up.mime, body: up.body, size: int64(len(up.body))}), nil
}

var chatActions = strings.Fields(`cancel typing record_video upload_video record_audio record_voice upload_audio
	upload_voice upload_photo upload_document choose_sticker pick_up_location find_location record_video_note
	upload_video_note`)

func sendChatAction(s *Server, q *query, _ *call) (any, error) {
	if !slices.Contains(chatActions, strings.ToLower(q.arg("action"))) {
		return nil, &apiError{code: http.StatusBadRequest, text: "Bad Request: wrong parameter action in request"}
	}
	c, err := s.lookUp(q, toWrite)
	if err != nil {
		return nil, err
	}
	return true, c.reach()
}
