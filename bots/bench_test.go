package bots_test

import (
	"context"
	"fmt"
	"testing"

	"kentongan/bots"
	"kentongan/bots/channeltest"
)

// BenchmarkTurn is one person's answer by number through the whole pipeline,
// until it is committed.
func BenchmarkTurn(b *testing.B) {
	w := channeltest.NewWorld(b)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	say := func(id, text string) {
		body := fmt.Appendf(nil, `{"ID":%q,"Text":%q}`, id, text)
		err := shell.Ingress().Accept(context.Background(), c, bots.Incoming{Chat: c.Address("warga"), Key: id, Body: body})
		if err != nil {
			b.Fatal(err)
		}
	}
	for i, text := range []string{"Tiga lampu jalan mati dan seorang warga jatuh karena gelap.", "Setuju", "Lewati", "Lewati", "Lewati"} {
		say(fmt.Sprint("a", i), text)
		if before := len(channeltest.Texts(c, "warga")); i == 0 {
			channeltest.Eventually(b, "an answer", func() bool { return len(channeltest.Texts(c, "warga")) > before })
		}
	}
	n := 0
	for b.Loop() {
		say(fmt.Sprint("b", n), []string{"7", "1"}[n%2])
		n++
	}
}
