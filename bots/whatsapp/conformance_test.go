package whatsapp

import (
	"testing"

	"kentongan/bots"
	"kentongan/bots/channeltest"
)

func TestWhatsAppConforms(t *testing.T) {
	channeltest.Run(t, func(t *testing.T, w *channeltest.World) (bots.Channel, channeltest.Network) {
		r := paired(t, w)
		return r.c, r
	})
}
