package telegramtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Entity is a part of a text that is shown or acts differently, as the Bot API
// writes it. Offset and Length are in UTF-16 units.
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`             // text_link
	Language string `json:"language,omitempty"`        // pre
	Emoji    string `json:"custom_emoji_id,omitempty"` // custom_emoji
	User     *struct {
		ID int64 `json:"id"`
	} `json:"user,omitempty"` // text_mention
	Unix   int64  `json:"unix_time,omitempty"`        // date_time
	Format string `json:"date_time_format,omitempty"` // date_time
}

// formatted reads a text, or a caption, of a call with its formatting.
func (s *Server) formatted(q *query, text, entities string) (string, []Entity, error) {
	raw := q.arg(text)
	if len(raw) > 1<<15 {
		return "", nil, badRequest("Text is too long")
	}
	mode := strings.ToLower(q.arg("parse_mode"))
	if raw == "" || mode == "" || mode == "none" {
		list, err := s.readEntities(q.arg(entities))
		return raw, list, err
	}
	if q.arg(entities) != "" {
		s.toleratef("%s beside parse_mode are ignored", entities)
	}
	var parse func(string) (string, []Entity, error)
	switch mode {
	case "html":
		parse = parseHTML
	case "markdownv2":
		parse = parseMarkdown
	default:
		// The old Markdown is not part of the double.
		return "", nil, badRequest("Unsupported parse_mode")
	}
	plain, list, err := parse(raw)
	if err != nil {
		return "", nil, badRequest("Can't parse entities: %s", err)
	}
	return plain, list, nil
}

// readEntities reads a JSON array of MessageEntity. What is not an array is
// ignored by the server, silently.
func (s *Server) readEntities(raw string) ([]Entity, error) {
	if raw == "" {
		return nil, nil
	}
	list, is := readArray(raw)
	if !is {
		s.toleratef("entities that are no JSON array are ignored")
		return nil, nil
	}
	result := make([]Entity, 0, len(list))
	for _, item := range list {
		e, known, err := readEntity(item)
		if err != nil {
			return nil, badRequest("Can't parse MessageEntity: %s", err)
		}
		if known {
			result = append(result, e)
		}
	}
	return result, nil
}

// readEntity reads one. known is false for those that Telegram finds by itself.
func readEntity(raw json.RawMessage) (e Entity, known bool, err error) {
	fields, err := readObject(raw, "expected an Object")
	if err != nil {
		return e, false, err
	}
	if e.Offset, err = fields.int("offset"); err != nil {
		return e, false, err
	}
	if e.Length, err = fields.int("length"); err != nil {
		return e, false, err
	}
	if e.Type, err = fields.text("type", true); err != nil {
		return e, false, err
	}
	switch e.Type {
	case "bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote", "expandable_blockquote":
		return e, true, nil
	case "pre":
		e.Language, err = fields.text("language", false)
		return e, true, err
	case "text_link":
		if e.URL, err = fields.text("url", true); err == nil && !strings.HasPrefix(e.URL, "tg://") {
			e.URL, err = checkURL(e.URL)
		}
		return e, true, err
	case "text_mention", "custom_emoji", "date_time":
		if err = json.Unmarshal(raw, &e); err != nil {
			return e, false, fieldError("Field of \"" + e.Type + "\" is of a wrong type")
		}
		return e, true, nil
	case "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number":
		return e, false, nil
	case "":
		return e, false, fieldError("Type is not specified")
	}
	return e, false, fieldError("Unsupported type specified")
}

// fieldError says what is wrong with a JSON object; whoever reads the object
// says which.
type fieldError string

func (e fieldError) Error() string { return string(e) }

func detail(format string, args ...any) error { return fieldError(fmt.Sprintf(format, args...)) }

// fields are those of a JSON object, read as the server's JSON reader does:
// numbers and strings stand for each other, booleans for nothing else.
type fields map[string]json.RawMessage

func readArray(raw string) (list []json.RawMessage, is bool) {
	return list, json.Unmarshal([]byte(raw), &list) == nil
}

func readObject(raw json.RawMessage, otherwise string) (fields, error) {
	var f fields
	if err := json.Unmarshal(raw, &f); err != nil || f == nil {
		return nil, fieldError(otherwise)
	}
	return f, nil
}

func (f fields) has(name string) bool { _, there := f[name]; return there }

func (f fields) int(name string) (int, error) {
	raw, there := f[name]
	if !there {
		return 0, fieldError("Can't find field \"" + name + "\"")
	}
	text := string(bytes.Trim(raw, `"`))
	n, err := strconv.ParseInt(text, 10, 32)
	switch {
	case err == nil:
		return int(n), nil
	case raw[0] == '"' || raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return 0, fieldError("Field \"" + name + "\" must be a valid Number")
	}
	return 0, fieldError("Field \"" + name + "\" must be a Number")
}

func (f fields) text(name string, required bool) (string, error) {
	raw, there := f[name]
	if !there {
		if required {
			return "", fieldError("Can't find field \"" + name + "\"")
		}
		return "", nil
	}
	var text string
	if json.Unmarshal(raw, &text) == nil && raw[0] == '"' {
		return text, nil
	}
	if raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' {
		return string(raw), nil
	}
	return "", fieldError("Field \"" + name + "\" must be of type String")
}

func (f fields) flag(name string) (bool, error) {
	switch raw, there := f[name]; {
	case !there, string(raw) == "false":
		return false, nil
	case string(raw) == "true":
		return true, nil
	}
	return false, fieldError("Field \"" + name + "\" must be of type Boolean")
}
