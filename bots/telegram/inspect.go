package telegram

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Inspection is what Telegram tells of the bot and of what comes in.
type Inspection struct {
	Username  string // without @
	Webhook   string // where Telegram delivers; empty: it waits to be polled
	Pending   int    // updates that wait
	LastError string // of delivering, in Telegram's words
	FailedAt  time.Time
}

// Inspect asks Telegram about the bot. The error is a sentence without the token.
func (c *Channel) Inspect(ctx context.Context) (Inspection, error) {
	me, err := c.api.GetMe(ctx)
	if err != nil {
		return Inspection{}, fmt.Errorf("getMe: %w", errors.New(reason(err)))
	}
	info, err := c.api.GetWebhookInfo(ctx)
	if err != nil {
		return Inspection{}, fmt.Errorf("getWebhookInfo: %w", errors.New(reason(err)))
	}
	i := Inspection{Username: me.Username, Webhook: info.URL, Pending: info.PendingUpdateCount, LastError: info.LastErrorMessage}
	if info.LastErrorDate != 0 {
		i.FailedAt = time.Unix(int64(info.LastErrorDate), 0)
	}
	return i, nil
}
