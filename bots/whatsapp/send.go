package whatsapp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
)

// answerWithin is how long WhatsApp has to confirm a message. What is not
// confirmed is sent once more under its id, and shown once.
const answerWithin = 15 * time.Second

// Waits before a message is tried again.
const (
	notConnectedWait = 2 * time.Second
	tooFastPause     = 30 * time.Second
	brokenWait       = 10 * time.Second
)

// errNobody is for addresses that are none of WhatsApp's.
var errNobody = errors.New("no chat of WhatsApp's, or nothing to send")

// Send implements [bots.Channel]. The account never writes first: whoever did not
// write to it counts as gone until they do. That is what WhatsApp asks for,
// and the library's encryption is only safe that way: where both sides open a
// session at once it damages its own.
//
// The reference of a message with files is that of its text, and without a text
// that of all its files.
func (c *Client) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	chat, is := jidOf(to)
	parts := layOut(m.Message)
	if !is || m.ID == "" || len(parts)+len(m.Files) == 0 {
		return "", &bots.SendError{Problem: bots.Refused, Err: errNobody}
	}
	if m.Replaces != "" && (len(m.Files) > 0 || len(parts) == 0) {
		return "", &bots.SendError{Problem: bots.EditExpired}
	}
	if oversized(m.Files) {
		return "", &bots.SendError{Problem: bots.TooLarge, Err: errTooLong}
	}
	l := c.connected(ctx)
	if l == nil {
		return "", c.notConnected()
	}
	if wait := c.lockedFor(); wait > 0 {
		return "", &bots.SendError{Problem: bots.RetryLater, Wait: min(wait, time.Hour), Pause: min(wait, time.Hour)}
	}
	may, last, err := c.mayWrite(ctx, l.number, to)
	if err != nil {
		return "", err
	}
	if !may {
		c.metrics.held.WithLabelValues("never_wrote").Inc()
		return "", &bots.SendError{Problem: bots.RecipientGone, Err: errors.New("they never wrote to this account")}
	}
	now := c.cfg.Now()
	if wait := c.same.wait(parts, string(to), now.Sub(last) < conversing, c.manners, now); wait > 0 {
		c.metrics.held.WithLabelValues("same_text").Inc()
		return "", &bots.SendError{Problem: bots.RetryLater, Wait: wait}
	}
	if m.Replaces != "" {
		return c.edit(ctx, l, chat, m, parts)
	}
	return c.sendAll(ctx, l, chat, m, parts)
}

// sendAll sends the texts of a message and then its files, each as a message of
// its own. The first says what all of them answer.
func (c *Client) sendAll(ctx context.Context, l *link, chat types.JID, m bots.Outgoing, parts []string) (string, error) {
	quote, err := c.quote(ctx, l, chat, m.Answers)
	if err != nil {
		return "", err
	}
	var ref string
	for i, part := range parts {
		ref = messageID(m.ID, i)
		if err := c.deliver(ctx, l, chat, ref, textMessage(part, quote), part); err != nil {
			return "", err
		}
		quote = nil
	}
	var files []string
	for i, f := range m.Files {
		id := messageID(m.ID, len(parts)+i)
		if err := c.deliverFile(ctx, l, chat, id, f, quote); err != nil {
			return "", err
		}
		files, quote = append(files, id), nil
	}
	if len(parts) == 0 {
		ref = strings.Join(files, refSeparator)
	}
	return ref, nil
}

// connectedWithin is how long what is to be sent waits for a connection that is
// on its way.
const connectedWithin = 3 * time.Second

// connected returns the link once WhatsApp let it in; nil where that does not
// happen soon.
func (c *Client) connected(ctx context.Context) *link {
	ctx, cancel := context.WithTimeout(ctx, connectedWithin)
	defer cancel()
	for {
		if l := c.current(); l != nil && l.wa.IsLoggedIn() && !l.refuses() {
			return l
		}
		switch c.Status().State {
		case StateIdle, StateConnecting, StateConnected, StateLocked, StateUnreachable, StateDatabase:
		default:
			return nil
		}
		pause(ctx, 20*time.Millisecond)
		if ctx.Err() != nil {
			return nil
		}
	}
}

// notConnected has nothing sent for a moment.
func (c *Client) notConnected() error {
	s := c.Status()
	wait := notConnectedWait
	if left := s.Until.Sub(c.cfg.Now()); s.State == StateBanned && left > 0 {
		wait = min(left, time.Hour)
	}
	return &bots.SendError{Problem: bots.RetryLater, Wait: wait, Pause: wait, Err: errors.New("not connected")}
}

// edit has the message ref read otherwise. Phones ignore an edit that comes
// too late, and WhatsApp does not say so.
func (c *Client) edit(ctx context.Context, l *link, chat types.JID, m bots.Outgoing, parts []string) (string, error) {
	taken, err := c.takenAt(ctx, m.Replaces)
	if err != nil {
		return "", err
	}
	if len(parts) > 1 || taken.IsZero() || c.cfg.Now().Sub(taken) >= editWindow-editMargin {
		return "", &bots.SendError{Problem: bots.EditExpired}
	}
	edit := l.wa.BuildEdit(chat, m.Replaces, &waE2E.Message{Conversation: new(parts[0])})
	if err := c.deliver(ctx, l, chat, messageID(m.ID, 0), edit, parts[0]); err != nil {
		return "", err
	}
	return m.Replaces, nil
}

// editMargin is for clocks that differ.
const editMargin = time.Minute

// deliver sends one message under its id, unless WhatsApp has it already.
func (c *Client) deliver(ctx context.Context, l *link, chat types.JID, id string, m *waE2E.Message, text string) error {
	taken, err := c.noteSending(ctx, id, chat, m)
	if err != nil || !taken.IsZero() {
		return err
	}
	if wait := c.manners.pause(text); wait > 0 {
		l.typing(ctx, chat)
		pause(ctx, wait)
		if ctx.Err() != nil {
			return &bots.SendError{Problem: bots.RetryLater, Err: ctx.Err()} // it did not go out
		}
	}
	if err := l.send(ctx, chat, id, m); err != nil {
		return c.problem(err)
	}
	return c.noteTaken(ctx, id)
}

// send hands one message to WhatsApp while nobody else uses sessions.
func (l *link) send(ctx context.Context, chat types.JID, id string, m *waE2E.Message) error {
	unlock, err := l.takeTurn(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", whatsmeow.ErrNotConnected, err)
	}
	defer unlock()
	if l.refuses() {
		return whatsmeow.ErrNotConnected
	}
	before := l.leftOut.Load()
	_, err = l.wa.SendMessage(ctx, chat, m, whatsmeow.SendRequestExtra{ID: id, Timeout: answerWithin})
	if err == nil && l.leftOut.Load() != before {
		return errLeftOut
	}
	return err
}

// errLeftOut says that a message went out, but not to every device: it is sent
// once more under its id.
var errLeftOut = errors.New("a device was left out")

// problem says in the shell's words what became of a message. An error that is
// no [bots.SendError] means that nobody knows whether it arrived.
func (c *Client) problem(err error) error {
	problem := func(p bots.SendProblem, wait, pause time.Duration) error {
		return &bots.SendError{Problem: p, Wait: wait, Pause: pause, Err: errors.New(class(err))}
	}
	switch {
	case errors.Is(err, whatsmeow.ErrNotConnected), errors.Is(err, whatsmeow.ErrNotLoggedIn):
		return c.notConnected()
	case errors.Is(err, whatsmeow.ErrServerReturnedError):
		code := serverCode(err)
		c.metrics.held.WithLabelValues(strconv.Itoa(code)).Inc()
		c.cfg.Log.Warn("whatsapp: a message was refused", "code", code)
		switch {
		case code == codeNotTrusted: // or the account is kept from writing; trying again makes it worse
			return problem(bots.RecipientGone, 0, 0)
		case code == codeTooFast:
			return problem(bots.RetryLater, tooFastPause, tooFastPause)
		case code >= 500:
			return problem(bots.RetryLater, brokenWait, 0)
		}
		return problem(bots.Refused, 0, 0)
	case errors.Is(err, whatsmeow.ErrIQRateOverLimit):
		return problem(bots.RetryLater, tooFastPause, tooFastPause)
	case errors.Is(err, whatsmeow.ErrNotInGroup), errors.Is(err, whatsmeow.ErrGroupNotFound), notOnWhatsApp(err):
		return problem(bots.RecipientGone, 0, 0)
	case errors.Is(err, whatsmeow.ErrRecipientADJID), errors.Is(err, whatsmeow.ErrUnknownServer):
		return problem(bots.Refused, 0, 0)
	}
	return err
}

// Codes with which WhatsApp refuses a message.
const (
	codeNotTrusted = 463
	codeTooFast    = 429
)

// serverCode reads the code out of the library's sentence, its only place.
func serverCode(err error) int {
	_, digits, _ := strings.Cut(err.Error(), whatsmeow.ErrServerReturnedError.Error()+" ")
	code, bad := strconv.Atoi(digits)
	if bad != nil {
		return 0
	}
	return code
}

// notOnWhatsApp reports whether a number has no account any more. The library
// has a sentence for it and no name.
func notOnWhatsApp(err error) bool {
	return strings.HasPrefix(err.Error(), "no LID found for ")
}

// messageID makes WhatsApp's id of a part of a message out of the shell's: the
// same over restarts, in the form that the web client gives its ids.
func messageID(id string, part int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "kentongan whatsapp message\n%s\n%d", id, part))
	return whatsmeow.WebMessageIDPrefix + strings.ToUpper(hex.EncodeToString(sum[:9]))
}

// Typing implements [bots.Typer].
func (c *Client) Typing(ctx context.Context, to bots.Address) error {
	chat, is := jidOf(to)
	l := c.current()
	if !is || l == nil || !l.wa.IsLoggedIn() || c.lockedFor() > 0 {
		return nil
	}
	l.typing(ctx, chat)
	return nil
}

// typing shows that somebody types. It may fail: what is written follows.
func (l *link) typing(ctx context.Context, chat types.JID) {
	if chat.Server == types.GroupServer {
		return
	}
	_ = l.wa.SendChatPresence(ctx, chat, types.ChatPresenceComposing, types.ChatPresenceMediaText)
}
