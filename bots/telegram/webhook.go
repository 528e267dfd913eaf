package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-telegram/bot"
)

const (
	maxUpdate      = 4 << 20 // bytes; Telegram's largest stay far below
	webhookAtOnce  = 40      // requests of Telegram's at a time
	webhookRecheck = time.Minute
	secretHeader   = "X-Telegram-Bot-Api-Secret-Token" //nolint:gosec // the name of a header, no secret
)

// Handler takes in what Telegram posts: 200 means that it is committed,
// anything else that Telegram has to deliver it again. Without a webhook it
// finds nothing.
func (c *Channel) Handler() http.Handler {
	if c.cfg.Webhook == nil {
		return http.NotFoundHandler()
	}
	want := sha256.Sum256([]byte(c.cfg.Webhook.Secret))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Digests are of one length, so that the comparison takes the same time always.
		got := sha256.Sum256([]byte(r.Header.Get(secretHeader)))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		if !json.Valid(body) {
			// It has the secret, so it is meant for us; somebody has to look at it.
			c.cfg.Log.Error("telegram: an update is no JSON; it is set aside", "bytes", len(body))
		}
		if err := c.accept(r.Context(), []received{open(body, 0)}); err != nil {
			if !errors.Is(err, errNotRunning) {
				c.cfg.Log.Error("telegram: an update was not taken in", "error", reason(err))
			}
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

// keepWebhook has Telegram call this service until ctx ends. It looks again
// every now and then: a webhook that somebody took away would go unnoticed.
func (c *Channel) keepWebhook(ctx context.Context) {
	wait, set := time.Duration(0), false
	for ctx.Err() == nil {
		// Telegram does not tell the secret: at the first look everything is set anew.
		err := c.ensureWebhook(ctx, set)
		set = set || err == nil
		if err != nil && ctx.Err() == nil {
			wait = min(max(2*wait, time.Second), webhookRecheck)
			c.health.trouble(c.cfg.Log, noWebhook, "the webhook could not be set: compare TELEGRAM_WEBHOOK_URL with how Telegram reaches this service", err)
			pause(ctx, wait)
			continue
		}
		c.health.fine()
		wait = 0
		pause(ctx, webhookRecheck)
	}
}

// ensureWebhook sets the webhook, unless it was set before and still is.
func (c *Channel) ensureWebhook(ctx context.Context, set bool) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if set {
		info, err := c.api.GetWebhookInfo(ctx)
		if err != nil || info.URL == c.cfg.Webhook.URL {
			return err
		}
		c.cfg.Log.Warn("telegram: the bot's webhook is another one by now: setting it again; does another service use this bot?")
	}
	_, err := c.api.SetWebhook(ctx, &bot.SetWebhookParams{
		URL: c.cfg.Webhook.URL, SecretToken: c.cfg.Webhook.Secret,
		MaxConnections: webhookAtOnce, AllowedUpdates: allowedUpdates,
	})
	return err
}
