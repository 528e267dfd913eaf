package telegram

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"kentongan/conversation"
)

// part is a message as Telegram takes it: a text of at most [maxText] UTF-16
// units, with what is bold in it.
type part struct {
	text string
	bold []models.MessageEntity
}

// layOut cuts a text into as many parts as it needs, at the ends of paragraphs,
// lines or words where there are any.
//
// Bold words are named by their place instead of by marks in the text: nothing
// that a person wrote has to be escaped then, or can be taken for a mark.
func layOut(text string) []part {
	plain, bold := unmark(text)
	var parts []part
	for start := 0; start < len(plain); {
		end := start + cut(plain[start:], maxText)
		// Telegram drops white space at both ends, and would shift what is bold.
		from, to := start, end
		for from < to && space(plain[from:to]) > 0 {
			from += space(plain[from:to])
		}
		piece := strings.TrimRightFunc(plain[from:to], unicode.IsSpace)
		if piece != "" {
			parts = append(parts, part{text: piece, bold: within(plain, from, from+len(piece), bold)})
		}
		start = end
	}
	return parts
}

// space is how long the white space is that s begins with.
func space(s string) int {
	if r, n := utf8.DecodeRuneInString(s); unicode.IsSpace(r) {
		return n
	}
	return 0
}

// unmark takes the marks of bold words out, and returns where those words are,
// in bytes.
func unmark(text string) (plain string, bold [][2]int) {
	var b strings.Builder
	b.Grow(len(text))
	open := -1
	for {
		i := strings.IndexAny(text, conversation.BoldOn+conversation.BoldOff)
		if i < 0 {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		switch on := text[i:i+1] == conversation.BoldOn; {
		case on && open < 0:
			open = b.Len()
		case !on && open >= 0:
			bold, open = append(bold, [2]int{open, b.Len()}), -1
		}
		text = text[i+1:]
	}
	if open >= 0 {
		bold = append(bold, [2]int{open, b.Len()})
	}
	return b.String(), bold
}

// cut returns how many bytes of text to take so that they have at most limit
// UTF-16 units.
func cut(text string, limit int) int {
	units, hard := 0, len(text)
	paragraph, line, word := 0, 0, 0
	for i, r := range text {
		n := utf16.RuneLen(r)
		if units+n > limit {
			hard = i
			break
		}
		units += n
		switch {
		case r == '\n' && strings.HasSuffix(text[:i], "\n"):
			paragraph = i + 1
		case r == '\n':
			line = i + 1
		case unicode.IsSpace(r):
			word = i + 1
		}
	}
	if hard == len(text) {
		return hard
	}
	for _, soft := range []int{paragraph, line, word} {
		if soft > hard/2 {
			return soft
		}
	}
	// In the middle of a word, but of no character that is made of several.
	for at := hard; at > hard-64 && at > 0; {
		r, _ := utf8.DecodeRuneInString(text[at:])
		before, n := utf8.DecodeLastRuneInString(text[:at])
		if !joins(r) && before != zeroWidthJoiner {
			return at
		}
		at -= n
	}
	return hard
}

const zeroWidthJoiner = '\u200d'

// joins reports whether r belongs to the character before it.
func joins(r rune) bool {
	return r == zeroWidthJoiner || unicode.Is(unicode.M, r) || 0xfe00 <= r && r <= 0xfe0f || 0x1f3fb <= r && r <= 0x1f3ff
}

// within returns what is bold between two places of text, counted from the
// first one in UTF-16 units.
func within(text string, from, to int, bold [][2]int) []models.MessageEntity {
	var entities []models.MessageEntity
	for _, b := range bold {
		start, end := max(b[0], from), min(b[1], to)
		if start >= end {
			continue
		}
		entities = append(entities, models.MessageEntity{
			Type: models.MessageEntityTypeBold, Offset: units(text[from:start]), Length: units(text[start:end]),
		})
	}
	return entities
}

func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// Rows of buttons hold as much as fits a narrow phone.
const (
	rowWidth   = 26 // characters
	rowButtons = 3
)

// markup returns the buttons of a message; nil where it has none. In a private
// chat a location can be shared with a button of the keyboard, which excludes
// buttons below the message: the choices stand on the keyboard then, and come
// back as words. A message that is edited later, because it counts something,
// can have no keyboard.
func markup(m conversation.Message, private bool) models.ReplyMarkup {
	if m.AskLocation && private && m.Slot == "" {
		return locationKeyboard(m)
	}
	var rows [][]models.InlineKeyboardButton
	for _, row := range rowsOf(m.Choices) {
		buttons := make([]models.InlineKeyboardButton, 0, len(row))
		for _, c := range row {
			if c.Token == "" || len(c.Token) > maxData {
				continue // never one of ours; the others still stand
			}
			b := models.InlineKeyboardButton{Text: c.Label, CallbackData: c.Token}
			if c.Primary {
				b.Style = "primary"
			}
			buttons = append(buttons, b)
		}
		if len(buttons) > 0 {
			rows = append(rows, buttons)
		}
	}
	if n := utf8.RuneCountInString(m.Copy); n > 0 && n <= maxCopy {
		rows = append(rows, []models.InlineKeyboardButton{{Text: "📋 " + m.Copy, CopyText: &models.CopyTextButton{Text: m.Copy}}})
	}
	if len(rows) == 0 {
		return nil
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: rows}
}

// locationKeyboard is what stands in place of the phone's keyboard until
// something is chosen or written. Telegram's desktop programs have no such
// button: there people attach a place, or write it.
func locationKeyboard(m conversation.Message) models.ReplyMarkup {
	rows := [][]models.KeyboardButton{{{Text: "📍 " + m.Share, RequestLocation: true}}}
	for _, row := range rowsOf(m.Choices) {
		buttons := make([]models.KeyboardButton, 0, len(row))
		for _, c := range row {
			buttons = append(buttons, models.KeyboardButton{Text: c.Label})
		}
		rows = append(rows, buttons)
	}
	return &models.ReplyKeyboardMarkup{Keyboard: rows, ResizeKeyboard: true, OneTimeKeyboard: true}
}

// rowsOf lays choices out in rows, in their order.
func rowsOf(choices []conversation.Button) [][]conversation.Button {
	var rows [][]conversation.Button
	width := 0
	for _, c := range choices {
		n := utf8.RuneCountInString(c.Label)
		last := len(rows) - 1
		if last >= 0 && !c.Primary && !rows[last][0].Primary && len(rows[last]) < rowButtons && width+n <= rowWidth {
			rows[last], width = append(rows[last], c), width+n
			continue
		}
		rows, width = append(rows, []conversation.Button{c}), n
	}
	return rows
}
