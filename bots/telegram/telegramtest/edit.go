package telegramtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	deletable   = 48 * time.Hour
	mostDeleted = 100 // messages at once
	longestNote = 200 // UTF-16 units of an answer to a press
)

// edited finds the message that a call edits, and whether it may be. That a
// message which came with a reply keyboard, or took one away, cannot be edited
// is TDLib's rule (can_edit_message).
func (s *Server) edited(q *query) (*message, error) {
	if q.arg("chat_id") == "" && q.messageID() == 0 {
		if q.arg("inline_message_id") == "" {
			return nil, badRequest("Message identifier is not specified")
		}
		return nil, badRequest("MESSAGE_ID_INVALID") // the double has no inline messages
	}
	c, err := s.lookUp(q, toEdit)
	if err != nil {
		return nil, err
	}
	m := c.byID[q.messageID()]
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case !m.out || m.service || m.markup != nil && m.markup.kind != inlineKeyboard:
		return nil, badRequest("Message can't be edited")
	}
	return m, nil
}

// inlineOnly reads the reply_markup of an edit.
func inlineOnly(k *markup, c *chat) error {
	if k != nil && k.kind != inlineKeyboard {
		return badRequest("Inline keyboard expected")
	}
	return k.check(c)
}

const notModified = "message is not modified: specified new message content and reply markup are exactly the same " +
	"as a current content and reply markup of the message"

// change gives m its new content. A keyboard that is not given again goes.
func (s *Server) change(m *message, text string, entities []Entity, k *markup, c *call) (any, error) {
	if err := s.admit(m.chat); err != nil {
		return nil, err
	}
	if m.text == text && slices.Equal(m.entities, entities) && m.markup.equal(k) {
		return nil, badRequest(notModified)
	}
	if m.text != text {
		m.earlier = append(m.earlier, m.text)
	}
	m.text, m.entities, m.markup, m.edited = text, entities, k, s.now()
	m.chat.touch()
	c.edited = append(c.edited, m)
	return m.json(false), nil
}

func editMessageText(s *Server, q *query, c *call) (any, error) {
	text, entities, err := s.textOf(q)
	if err != nil {
		return nil, err
	}
	k, err := s.readMarkup(q)
	if err != nil {
		return nil, err
	}
	m, err := s.edited(q)
	if err != nil {
		return nil, err
	}
	if !m.isText {
		return nil, badRequest("There is no text in the message to edit")
	}
	if err := inlineOnly(k, m.chat); err != nil {
		return nil, err
	}
	if text, entities, err = tidyText(text, entities); err != nil {
		return nil, err
	}
	return s.change(m, text, entities, k, c)
}

func editMessageCaption(s *Server, q *query, c *call) (any, error) {
	k, err := s.readMarkup(q)
	if err != nil {
		return nil, err
	}
	caption, entities, err := s.captionOf(q)
	if err != nil {
		return nil, err
	}
	m, err := s.edited(q)
	if err != nil {
		return nil, err
	}
	if m.isText {
		return nil, badRequest("There is no caption in the message to edit")
	}
	if err := inlineOnly(k, m.chat); err != nil {
		return nil, err
	}
	return s.change(m, caption, entities, k, c)
}

func editMessageReplyMarkup(s *Server, q *query, c *call) (any, error) {
	k, err := s.readMarkup(q)
	if err != nil {
		return nil, err
	}
	m, err := s.edited(q)
	if err != nil {
		return nil, err
	}
	if err := inlineOnly(k, m.chat); err != nil {
		return nil, err
	}
	return s.change(m, m.text, m.entities, k, c)
}

// deleteMessage follows can_delete_message and can_revoke_message of TDLib.
func deleteMessage(s *Server, q *query, _ *call) (any, error) {
	switch {
	case q.arg("chat_id") == "":
		return nil, badRequest("Chat identifier is not specified")
	case q.messageID() == 0:
		return nil, badRequest("Message identifier is not specified")
	}
	c, err := s.lookUp(q, toWrite)
	if err != nil {
		return nil, err
	}
	m := c.byID[q.messageID()]
	if m == nil {
		return nil, badRequest("message to delete not found")
	}
	if err := s.removable(m); err != nil {
		return nil, err
	}
	s.remove(m)
	return true, nil
}

// removable reports why the bot may not delete m.
func (s *Server) removable(m *message) error {
	age := s.now().Sub(m.sent)
	foreign := (!m.out || m.service) && m.chat.status != admin
	switch m.chat.kind {
	case private:
		if age > deletable || m.content["dice"] != nil && age < 24*time.Hour {
			return badRequest("Message can't be deleted for everyone")
		}
	case group:
		if age > deletable || foreign {
			return badRequest("Message can't be deleted for everyone")
		}
	case supergroup:
		if age >= deletable || m.id == 1 || foreign {
			return badRequest("Message can't be deleted")
		}
	}
	return nil
}

// deleteMessages passes over what it does not find, and deletes nothing where it
// may not delete all of the rest.
func deleteMessages(s *Server, q *query, _ *call) (any, error) {
	if q.arg("chat_id") == "" {
		return nil, badRequest("Chat identifier is not specified")
	}
	var ids []int64
	if json.Unmarshal([]byte(q.arg("message_ids")), &ids) != nil {
		return nil, badRequest("Can't parse message identifiers JSON object")
	}
	switch {
	case len(ids) == 0:
		return nil, badRequest("Message identifiers are not specified")
	case len(ids) > mostDeleted:
		return nil, badRequest("Too many message identifiers specified")
	}
	c, err := s.lookUp(q, toWrite)
	if err != nil {
		return nil, err
	}
	var found []*message
	for _, id := range ids {
		m := c.byID[id]
		if m == nil {
			continue
		}
		if err := s.removable(m); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	for _, m := range found {
		s.remove(m)
	}
	return true, nil
}

// editMessageMedia puts another file in the place of one; the caption is the new
// one's, too.
func editMessageMedia(s *Server, q *query, c *call) (any, error) {
	k, err := s.readMarkup(q)
	if err != nil {
		return nil, err
	}
	item, err := s.readMedia(q, json.RawMessage(q.arg("media")))
	if err != nil {
		return nil, badRequest("Can't parse InputMedia: %s", strings.TrimPrefix(err.Error(), "Bad Request: "))
	}
	m, err := s.edited(q)
	if err != nil {
		return nil, err
	}
	if err := inlineOnly(k, m.chat); err != nil {
		return nil, err
	}
	if err := s.admit(m.chat); err != nil {
		return nil, err
	}
	if album := m.content["media_group_id"]; album != nil {
		item.content["media_group_id"] = album
	}
	m.content, m.file, m.kind, m.isText = item.content, item.file, item.kind, false
	m.text, m.entities, m.markup, m.edited = item.text, item.entities, k, s.now()
	m.chat.touch()
	c.edited = append(c.edited, m)
	return m.json(false), nil
}

// press is one press of a button of an inline keyboard.
type press struct {
	by       *user
	chat     *chat
	at       time.Time
	answered bool
}

// Answer is what a person is told about a press: a line that passes, or an
// alert. Both may be empty, which only ends the waiting.
type Answer struct {
	Text  string
	Alert bool
}

func answerCallbackQuery(s *Server, q *query, _ *call) (any, error) {
	p := s.presses[leadingInt(q.arg("callback_query_id"))]
	if p == nil || p.answered || s.now().Sub(p.at) > s.opt.AnswerWithin {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	if units(q.arg("text")) > longestNote {
		return nil, &apiError{code: http.StatusBadRequest, text: "Bad Request: MESSAGE_TOO_LONG"}
	}
	p.answered = true
	p.by.answers = append(p.by.answers, Answer{Text: q.arg("text"), Alert: q.flag("show_alert")})
	p.chat.touch()
	return true, nil
}
