package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/go-telegram/bot"
)

// maxNote is the longest answer to a press, in UTF-16 units.
const maxNote = 200

// presses remembers the newest presses that somebody took on to answer:
// Telegram takes one answer a press.
type presses struct {
	mu    sync.Mutex
	taken map[string]bool
	order [4096]string // a ring
	next  int
}

// take reports whether the press is the caller's to answer, which it is once.
func (p *presses) take(press string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken[press] {
		return false
	}
	if p.taken == nil {
		p.taken = make(map[string]bool, len(p.order))
	}
	delete(p.taken, p.order[p.next])
	p.order[p.next], p.taken[press] = press, true
	p.next = (p.next + 1) % len(p.order)
	return true
}

// Answer implements [bots.Answerer]: the text, of which 200 characters fit,
// stands in a window that has to be closed; without one the button only stops
// turning. It has to come before [bots.Ingress.Accept] returns with the press:
// then the button is stopped, so that nobody waits for what may never come, and
// no text can be shown any more.
func (c *Channel) Answer(ctx context.Context, press, text string) error {
	if press == "" || !c.presses.take(press) {
		return nil
	}
	text, _ = unmark(text)
	text = strings.TrimSpace(text[:cut(text, maxNote)])
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err := c.api.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{
		CallbackQueryID: press, Text: text, ShowAlert: text != "",
	})
	if err != nil && !refusedFor(err, "query is too old") { // or answered by another process
		return fmt.Errorf("answer a press: %w", errors.New(reason(err)))
	}
	return nil
}

// stopTurning answers a press that nobody answered while it was taken in. It
// waits for no queue, and may fail: what the press led to is said in a message.
func (c *Channel) stopTurning(ctx context.Context, press string) {
	if err := c.Answer(context.WithoutCancel(ctx), press, ""); err != nil {
		c.cfg.Log.Debug("stop a button turning", "error", err.Error())
	}
}
