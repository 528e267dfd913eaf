package telegramtest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// ErrNoButton says that a person sees no such button.
var ErrNoButton = errors.New("there is no such button")

// Press presses the button with this label of the newest message that has one.
// A button that copies or opens something tells the bot nothing.
func (p *Person) Press(label string) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, m := range slices.Backward(p.chat.log) {
		if m.deleted || m.markup == nil || m.markup.kind != inlineKeyboard {
			continue
		}
		for _, row := range m.markup.rows {
			for _, b := range row {
				if b.Text != label {
					continue
				}
				if b.Data != "" {
					p.press(m.id, b.Data)
				}
				return nil
			}
		}
	}
	return fmt.Errorf("press %q: %w", label, ErrNoButton)
}

// PressData presses a button of a message with any data, also one that is no
// longer there, as a client does that has not seen an edit or is not to be
// trusted. It returns the id of the callback query.
func (p *Person) PressData(message int64, data string) string {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.press(message, data)
}

func (p *Person) press(id int64, data string) string {
	s := p.s
	s.lastPress++
	p.chat.presses = append(p.chat.presses, time.Now())
	query := 4_382_000_000_000_000_000 + s.lastPress*1_000_003
	s.presses[query] = &press{by: p.user, chat: p.chat, at: s.now()}
	// A message that is gone is inaccessible to the bot: date 0 says so.
	pressed := object{"message_id": id, "chat": p.chat.json(), "date": 0}
	if m := p.chat.byID[id]; m != nil {
		pressed = m.json(true)
	}
	s.push("callback_query", object{
		"id": strconv.FormatInt(query, 10), "from": p.user.json(), "message": pressed, "data": data,
		"chat_instance": strconv.FormatInt(p.chat.id*-7_919, 10),
	}, p.user.id+3<<33, keepPresses)
	return strconv.FormatInt(query, 10)
}

// Answers are what the bot answered to p's presses, oldest first.
func (p *Person) Answers() []Answer {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return append([]Answer(nil), p.user.answers...)
}

// Keyboard is the reply keyboard that is open in the chat, row by row; nil:
// none.
func (p *Person) Keyboard() [][]Button {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.chat.keyboard == nil {
		return nil
	}
	return cloneRows(p.chat.keyboard.rows)
}

// PressKeyboard presses a button of the reply keyboard: its label is sent, or,
// where it asks for that, the centre of Jakarta or p's own number.
func (p *Person) PressKeyboard(label string) (int64, error) {
	b, there := p.takeKey(label)
	switch {
	case !there:
		return 0, fmt.Errorf("press %q: %w", label, ErrNoButton)
	case b.RequestLocation:
		return p.Location(-6.1754, 106.8272), nil
	case b.RequestContact:
		return p.Contact("+628120000"+strconv.FormatInt(p.user.id, 10), p.user.first, true), nil
	}
	return p.Text(label), nil
}

// takeKey finds a button, and closes a keyboard that is for one use.
func (p *Person) takeKey(label string) (Button, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	k := p.chat.keyboard
	if k == nil {
		return Button{}, false
	}
	for _, row := range k.rows {
		for _, b := range row {
			if b.Text == label {
				if k.oneTime {
					p.chat.keyboard = nil
				}
				return b, true
			}
		}
	}
	return Button{}, false
}
