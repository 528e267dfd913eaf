package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
)

// refSeparator stands between the ids of files that were sent without a text. It is
// in no id, and the register finds the report of whoever answers the first.
const refSeparator = "x"

// withdrawWindow is for how long a message may be deleted for everybody: two
// days and twelve hours, as WhatsApp's help pages say, less what clocks may differ by.
const withdrawWindow = 60*time.Hour - time.Hour

// Withdraw implements [bots.Withdrawer]: everybody's phone shows that a message was
// deleted. Phones ignore what comes too late, and WhatsApp does not say so: then it
// is refused.
func (c *Client) Withdraw(ctx context.Context, to bots.Address, ref string) error {
	chat, is := jidOf(to)
	if !is || ref == "" {
		return &bots.SendError{Problem: bots.Refused, Err: errNobody}
	}
	l := c.connected(ctx)
	if l == nil {
		return c.notConnected()
	}
	if wait := c.lockedFor(); wait > 0 {
		return &bots.SendError{Problem: bots.RetryLater, Wait: min(wait, time.Hour), Pause: min(wait, time.Hour)}
	}
	var late error
	for id := range strings.SplitSeq(ref, refSeparator) {
		err := c.withdraw(ctx, l, chat, id)
		if errors.Is(err, errTooLate) {
			late = &bots.SendError{Problem: bots.Refused, Err: errTooLate}
		} else if err != nil {
			return err
		}
	}
	return late
}

var errTooLate = errors.New("too late to delete it for everybody")

// withdraw takes one message back, and forgets it: no device gets it any more
// that asks for it again.
func (c *Client) withdraw(ctx context.Context, l *link, chat types.JID, id string) error {
	revocation := messageID("withdraw "+id, 0)
	done, err := c.takenAt(ctx, revocation)
	if err != nil {
		return err
	}
	if done.IsZero() {
		taken, err := c.takenAt(ctx, id)
		if err != nil {
			return err
		}
		if c.cfg.Now().Sub(taken) >= withdrawWindow { // or it is remembered no more
			return errTooLate
		}
		if err := c.deliver(ctx, l, chat, revocation, l.wa.BuildRevoke(chat, types.EmptyJID, id), ""); err != nil {
			return err
		}
	}
	if _, err := c.cfg.Pool.Exec(ctx, `delete from whatsapp.sent where id = $1`, id); err != nil {
		return fmt.Errorf("forget a message that was taken back: %w", err)
	}
	return nil
}
