package bots

import (
	"errors"
	"fmt"
	"time"
)

// ErrMediaGone says that a network no longer has a file.
var ErrMediaGone = errors.New("the network no longer has the file")

// ErrMediaTooLarge says that a network does not give a file of this size out.
var ErrMediaTooLarge = errors.New("the network does not give out files of this size")

// SendProblem is why a message did not go out: a closed vocabulary, so that
// the sender needs to know no network.
type SendProblem string

// The problems of sending.
const (
	// RetryLater: not now, but Wait from now.
	RetryLater SendProblem = "retry_later"
	// Throttled: nothing may go to this chat for Wait.
	Throttled SendProblem = "throttled"
	// RecipientGone: the person blocked the bot or left; do not try again.
	RecipientGone SendProblem = "recipient_gone"
	// ChatMoved: the chat has the address NewAddress now.
	ChatMoved SendProblem = "chat_moved"
	// TooLarge: the network will never take this message.
	TooLarge SendProblem = "too_large"
	// Refused: the network will never take this message, for another reason.
	Refused SendProblem = "refused"
	// EditExpired: the message to replace can no longer be edited; send it anew.
	EditExpired SendProblem = "edit_expired"
)

// SendError is what [Channel.Send] answers when it knows what went wrong.
type SendError struct {
	Problem    SendProblem
	Wait       time.Duration
	Pause      time.Duration // nothing may go to anybody for so long
	NewAddress Address
	Err        error // may be nil; holds no address and no text
}

func (e *SendError) Error() string {
	if e.Err == nil {
		return string(e.Problem)
	}
	return fmt.Sprintf("%s: %v", e.Problem, e.Err)
}

// Unwrap returns what the network's client said.
func (e *SendError) Unwrap() error { return e.Err }
