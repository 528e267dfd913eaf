package telegramtest

import (
	"encoding/json"
	"strings"
)

// markupKind is one of the four things that reply_markup can be.
type markupKind int

const (
	inlineKeyboard markupKind = iota + 1
	replyKeyboard
	removeKeyboard
	forceReply
)

// markup is a reply_markup that was accepted.
type markup struct {
	kind    markupKind
	rows    [][]Button
	oneTime bool
}

// Button is a button as a person sees it. What is not set it has not.
type Button struct {
	Text, Style string

	Data, URL, Copy string // inline keyboards
	Other           string // inline keyboards: the field that says what it does, where the double does nothing with it

	RequestLocation, RequestContact bool // reply keyboards
}

const (
	longestData  = 64     // bytes of callback_data
	longestCopy  = 256    // UTF-16 units of copy_text
	mostButtons  = 100    // of an inline keyboard
	widestRow    = 12     // TDLib leaves out what goes beyond
	largestBoard = 10_240 // bytes of an inline keyboard's labels and data
)

func (k *markup) json() object {
	rows := make([][]object, len(k.rows))
	for i, row := range k.rows {
		rows[i] = make([]object, len(row))
		for j, b := range row {
			o := object{"text": b.Text}
			for name, value := range map[string]string{"callback_data": b.Data, "url": b.URL, "style": b.Style} {
				if value != "" {
					o[name] = value
				}
			}
			if b.Copy != "" {
				o["copy_text"] = object{"text": b.Copy}
			}
			rows[i][j] = o
		}
	}
	return object{"inline_keyboard": rows}
}

// readMarkup reads the reply_markup of a call. nil without an error: none.
func (s *Server) readMarkup(q *query) (*markup, error) {
	raw := q.arg("reply_markup")
	if raw == "" {
		return nil, nil
	}
	if !json.Valid([]byte(raw)) {
		return nil, badRequest("Can't parse reply keyboard markup JSON object")
	}
	f, err := readObject(json.RawMessage(raw), "Object expected as reply markup")
	if err != nil {
		return nil, badRequest("%s", err)
	}
	keyboard, err := s.readRows(f, "keyboard", "keyboard button", "", readKeyboardButton)
	if err != nil {
		return nil, err
	}
	inline, err := s.readRows(f, "inline_keyboard", "inline keyboard button", " of the InlineKeyboardMarkup",
		s.readInlineButton)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{
		"remove_keyboard", "hide_keyboard", "selective", "force_reply", "resize_keyboard", "one_time_keyboard",
		"is_persistent",
	} {
		if _, err = f.flag(name); err != nil {
			return nil, badRequest("%s", err)
		}
	}
	on := func(name string) bool { return string(f[name]) == "true" }
	switch {
	case len(keyboard) > 0:
		return &markup{kind: replyKeyboard, rows: keyboard, oneTime: on("one_time_keyboard")}, nil
	case len(inline) > 0:
		return &markup{kind: inlineKeyboard, rows: inline}, nil
	case on("remove_keyboard") || on("hide_keyboard"):
		return &markup{kind: removeKeyboard}, nil
	case on("force_reply"):
		return &markup{kind: forceReply}, nil
	}
	return nil, nil
}

// readRows reads the buttons of one field. Buttons without a label and those
// beyond the end of a row are left out without a word.
func (s *Server) readRows(
	f fields, name, what, of string, read func(json.RawMessage) (Button, error),
) ([][]Button, error) {
	if !f.has(name) {
		return nil, nil
	}
	var rows []json.RawMessage
	if json.Unmarshal(f[name], &rows) != nil {
		return nil, badRequest("Field \"%s\" must be of type Array", name)
	}
	var result [][]Button
	for _, rawRow := range rows {
		var raw []json.RawMessage
		if json.Unmarshal(rawRow, &raw) != nil {
			return nil, badRequest("Field \"%s\"%s must be an Array of Arrays", name, of)
		}
		var row []Button
		for _, item := range raw {
			b, err := read(item)
			switch {
			case err != nil:
				return nil, badRequest("Can't parse %s: %s", what, err)
			case b.Text == "":
				s.toleratef("a button without a label is left out")
			case len(row) == widestRow:
				s.toleratef("the button %q is left out: its row has %d already", b.Text, widestRow)
			default:
				row = append(row, b)
			}
		}
		if len(row) > 0 {
			result = append(result, row)
		}
	}
	return result, nil
}

func readKeyboardButton(raw json.RawMessage) (b Button, err error) {
	if json.Unmarshal(raw, &b.Text) == nil {
		return b, nil
	}
	f, err := readObject(raw, "KeyboardButton must be a String or an Object")
	if err != nil {
		return b, err
	}
	if err := b.label(f); err != nil {
		return b, err
	}
	if b.RequestContact, err = f.flag("request_contact"); err != nil || b.RequestContact {
		return b, err
	}
	b.RequestLocation, err = f.flag("request_location")
	return b, err
}

// label reads what all buttons have.
func (b *Button) label(f fields) (err error) {
	if b.Text, err = f.text("text", true); err != nil {
		return err
	}
	b.Text, _ = cleanText(b.Text)
	if b.Style, err = f.text("style", false); err != nil {
		return err
	}
	switch b.Style = strings.ToLower(b.Style); b.Style {
	case "", "primary", "danger", "success":
	case "default":
		b.Style = ""
	default:
		return fieldError("invalid button style specified")
	}
	return nil
}

// inlineActions are what a button of an inline keyboard can do, in the order
// in which the server looks.
var inlineActions = []string{
	"url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
	"switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
}

func (s *Server) readInlineButton(raw json.RawMessage) (b Button, err error) {
	f, err := readObject(raw, "InlineKeyboardButton must be an Object")
	if err != nil {
		return b, err
	}
	if err := b.label(f); err != nil {
		return b, err
	}
	var does []string
	for _, action := range inlineActions {
		if !f.has(action) {
			continue
		}
		if action == "url" || action == "callback_data" {
			value, err := f.text(action, false)
			if err != nil {
				return b, err
			}
			if value == "" {
				continue
			}
		}
		does = append(does, action)
	}
	if len(does) == 0 {
		return b, fieldError("Text buttons are unallowed in the inline keyboard")
	}
	if len(does) > 1 {
		s.toleratef("the button %q does %s, but only the first counts", b.Text, strings.Join(does, " and "))
	}
	switch does[0] {
	case "url":
		b.URL, err = f.text("url", false)
	case "callback_data":
		b.Data, err = f.text("callback_data", false)
	case "copy_text":
		var inner fields
		if inner, err = readObject(f["copy_text"], "Field \"copy_text\" must be of type Object"); err == nil {
			b.Copy, err = inner.text("text", true)
		}
	default:
		b.Other = does[0]
	}
	return b, err
}

// check is what TDLib says of a keyboard, and then Telegram's servers, of
// whose errors the names are known and the figures documented.
func (k *markup) check(c *chat) error {
	if k == nil {
		return nil
	}
	size, count := 0, 0
	for _, row := range k.rows {
		for _, b := range row {
			count++
			size += len(b.Text) + len(b.Data) + len(b.URL) + len(b.Copy)
			if err := b.check(c); err != nil {
				return err
			}
		}
	}
	if k.kind == inlineKeyboard && (count > mostButtons || size > largestBoard) {
		return badRequest("reply markup is too long")
	}
	return nil
}

func (b Button) check(c *chat) error {
	switch {
	case b.RequestContact && c.kind != private:
		return badRequest("Phone number can be requested in private chats only")
	case b.RequestLocation && c.kind != private:
		return badRequest("Location can be requested in private chats only")
	case len(b.Data) > longestData:
		return badRequest("BUTTON_DATA_INVALID")
	case units(b.Copy) > longestCopy:
		return badRequest("BUTTON_COPY_TEXT_INVALID")
	case b.URL != "" && !strings.HasPrefix(b.URL, "tg://"):
		if _, err := checkURL(b.URL); err != nil {
			return badRequest("Inline keyboard button %s", err)
		}
	}
	return nil
}

func (k *markup) equal(other *markup) bool {
	a, b := [][]Button(nil), [][]Button(nil)
	if k != nil {
		a = k.rows
	}
	if other != nil {
		b = other.rows
	}
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return false
		}
		for j := range a[i] {
			if a[i][j] != b[i][j] {
				return false
			}
		}
	}
	return true
}
