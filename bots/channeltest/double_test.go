package channeltest_test

import (
	"testing"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/migrations/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestDoubleConforms(t *testing.T) {
	channeltest.Run(t, func(*testing.T, *channeltest.World) (bots.Channel, channeltest.Network) {
		d := channeltest.NewDouble("satu")
		return d, d
	})
}
