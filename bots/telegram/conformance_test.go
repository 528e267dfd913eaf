package telegram_test

import (
	"testing"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
)

func TestPollingConforms(t *testing.T) { conforms(t, false) }

func TestTheWebhookConforms(t *testing.T) { conforms(t, true) }

func conforms(t *testing.T, webhook bool) {
	channeltest.Run(t, func(t *testing.T, w *channeltest.World) (bots.Channel, channeltest.Network) {
		s := telegramtest.Start(t, telegramtest.Options{Scale: 0.05})
		return open(t, w, s, webhook), newNetwork(s)
	})
}
