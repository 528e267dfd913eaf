package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Limits of polling.
const (
	pollTimeout = 30 * time.Second // that Telegram holds a poll without updates
	pollLimit   = 100              // updates at once
	maxBackoff  = 15 * time.Second
)

// allowedUpdates are the kinds of update that are asked for. The list stays
// with Telegram, so it is always named.
var allowedUpdates = []string{"message", "edited_message", "callback_query", "my_chat_member"}

type getUpdates struct {
	Offset         int64    `json:"offset,omitempty"`
	Limit          int      `json:"limit"`
	Timeout        int      `json:"timeout"`
	AllowedUpdates []string `json:"allowed_updates"`
}

// poll takes updates in, one batch after the other, until ctx ends.
//
// The offset says what Telegram may forget: it is the id of the last update
// received plus one, and goes out with the poll after the commit. It is never
// the highest id known, for ids begin anew at any number after a quiet week;
// and it is not stored, because without one Telegram begins with the oldest
// that it still holds, and what was taken in before is known by its key.
func (c *Channel) poll(ctx context.Context) {
	var last int64
	wait := time.Duration(0)
	for ctx.Err() == nil {
		id, err := c.pollOnce(ctx, last)
		if err == nil {
			last, wait = id, 0
			c.health.fine()
			continue
		}
		if ctx.Err() != nil {
			return
		}
		wait = min(max(2*wait, 250*time.Millisecond), maxBackoff)
		pause(ctx, max(wait, c.pollTrouble(ctx, err)))
	}
}

// pollOnce asks for what comes after the update last, 0 for whatever there is,
// stores it, and returns the id of the last one received.
func (c *Channel) pollOnce(ctx context.Context, last int64) (int64, error) {
	request := getUpdates{Limit: pollLimit, Timeout: int(pollTimeout.Seconds()), AllowedUpdates: allowedUpdates}
	if last != 0 {
		request.Offset = last + 1
	}
	asking, cancel := context.WithTimeout(ctx, pollTimeout+15*time.Second)
	defer cancel()
	result, err := c.call(asking, "getUpdates", request)
	if err != nil {
		return last, err
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(result, &raw); err != nil {
		return last, errors.New("getUpdates: the result is no list")
	}
	updates := make([]received, len(raw))
	for i := range raw {
		updates[i] = open(raw[i], last)
		last = updates[i].id
	}
	if len(updates) == 0 {
		return last, nil
	}
	return last, c.accept(ctx, updates)
}

// pollTrouble tells the operators what is wrong, mends what it can, and
// returns how long to wait at least.
func (c *Channel) pollTrouble(ctx context.Context, err error) time.Duration {
	var refused *apiError
	if !errors.As(err, &refused) {
		c.health.trouble(c.cfg.Log, outOfReach, "Telegram is out of reach, or the database is; trying again", err)
		return 0
	}
	switch {
	case refused.Code == http.StatusTooManyRequests:
		return time.Duration(refused.Parameters.RetryAfter) * time.Second
	case refused.Code == http.StatusConflict && strings.Contains(strings.ToLower(refused.Text), "webhook"):
		// Whoever starts a service that polls wants no webhook any more.
		c.cfg.Log.Warn("the bot has a webhook, which keeps updates from the service that polls: removing it")
		if _, err := c.call(ctx, "deleteWebhook", struct{}{}); err != nil {
			c.health.trouble(c.cfg.Log, noWebhook, "the bot's webhook could not be removed", err)
		}
		return 0
	case refused.Code == http.StatusConflict:
		c.health.trouble(c.cfg.Log, twoPollers, "somebody else polls with this bot's token: stop the other service, or give each a bot of its own", err)
		return 2 * time.Second
	case refused.Code == http.StatusUnauthorized, refused.Code == http.StatusNotFound:
		c.health.trouble(c.cfg.Log, wrongToken, "Telegram does not know this token: compare TELEGRAM_BOT_TOKEN with what @BotFather says", err)
		return maxBackoff
	default:
		c.health.trouble(c.cfg.Log, handsOutNone, "Telegram refuses to hand out updates; trying again", err)
		return 0
	}
}
