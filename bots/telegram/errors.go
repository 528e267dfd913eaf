package telegram

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/go-telegram/bot"

	"kentongan/bots"
)

// reason is what may be logged of an error: the Bot API's own words, which name
// methods and rules, and otherwise only what kind of failure it was. Errors of
// the HTTP client and of the library can hold addresses and whole pages.
func reason(err error) string {
	var refused *apiError
	var flood *bot.TooManyRequestsError
	switch {
	case errors.As(err, &refused):
		return refused.Error()
	case errors.As(err, &flood):
		return fmt.Sprintf("429, to be tried again after %d s", flood.RetryAfter)
	case is(err, bot.ErrorBadRequest, bot.ErrorForbidden, bot.ErrorUnauthorized, bot.ErrorNotFound, bot.ErrorConflict):
		return err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return fmt.Sprintf("%T", err)
		}
		err = inner
	}
}

func is(err error, list ...error) bool {
	for _, one := range list {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// tokenPause keeps a bot whose token is refused from asking all the time.
const tokenPause = 30 * time.Second

// judge says in the shell's words what became of a call that failed. An error
// that is no [bots.SendError] means that nobody knows whether it was carried out.
func (c *Channel) judge(chat int64, err error) error {
	var flood *bot.TooManyRequestsError
	var moved *bot.MigrateError
	text := strings.ToLower(err.Error())
	problem := func(p bots.SendProblem) *bots.SendError {
		return &bots.SendError{Problem: p, Err: errors.New(reason(err))}
	}
	switch {
	case errors.As(err, &flood):
		wait := max(time.Duration(flood.RetryAfter)*time.Second, time.Second)
		p := problem(bots.Throttled)
		p.Wait, p.Pause = wait, c.floods.note(chat, c.cfg.Now(), wait)
		return p
	case errors.As(err, &moved):
		p := problem(bots.ChatMoved)
		p.NewAddress = address(int64(moved.MigrateToChatID))
		return p
	case contains(text, "request entity too large"): // the proxy's page says so, too
		return problem(bots.TooLarge)
	case errors.Is(err, bot.ErrorForbidden):
		return problem(bots.RecipientGone)
	case is(err, bot.ErrorUnauthorized, bot.ErrorNotFound):
		p := problem(bots.RetryLater)
		p.Wait, p.Pause = tokenPause, tokenPause
		return p
	case errors.Is(err, bot.ErrorConflict):
		p := problem(bots.RetryLater)
		p.Wait = time.Second
		return p
	case !errors.Is(err, bot.ErrorBadRequest):
		return unknownError{err}
	case contains(text, "chat not found", "user not found", "peer_id_invalid", "user is deactivated", "input_user_deactivated"):
		return problem(bots.RecipientGone)
	case contains(text, "message is too long", "message_too_long", "caption is too long", "too big"):
		return problem(bots.TooLarge)
	case contains(text, "message to edit not found", "message can't be edited", "message_id_invalid", "message_edit_time_expired",
		"there is no text in the message to edit"): // a file's
		return problem(bots.EditExpired)
	default:
		return problem(bots.Refused)
	}
}

// unknownError is one after which nobody knows whether the call was
// carried out: no answer, an answer cut short, a proxy's page, a fault at Telegram's.
type unknownError struct{ error }

func (u unknownError) Unwrap() error { return u.error }

// untouched reports whether a call surely never got to Telegram.
func untouched(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// executed reports whether a call was carried out although its result could
// not be read.
func executed(err error) bool {
	return strings.Contains(err.Error(), "error decode response result")
}

func contains(text string, list ...string) bool {
	for _, one := range list {
		if strings.Contains(text, one) {
			return true
		}
	}
	return false
}
