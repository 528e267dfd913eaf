package webchat

import (
	"context"
	"fmt"
	"testing"

	"kentongan/bots"
	"kentongan/conversation"
)

func BenchmarkSend(b *testing.B) {
	c, err := New(testConfig(b))
	if err != nil {
		b.Fatal(err)
	}
	m := conversation.Message{Text: "Sudah kami catat. Setuju?", Choices: []conversation.Button{{Number: 1, Token: "1.0.agree", Label: "Setuju"}}}
	to := AddressOf(citizen)
	for i := 0; b.Loop(); i++ {
		if _, err := c.Send(context.Background(), to, bots.Outgoing{ID: fmt.Sprint(i), Message: m}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPoll asks for 1,000 open pages at once, as every process does twice
// a second.
func BenchmarkPoll(b *testing.B) {
	c, err := New(testConfig(b))
	if err != nil {
		b.Fatal(err)
	}
	for i := range 1000 {
		a := AddressOf(fmt.Sprint(i))
		c.hub.join(a, c.addressHashes(a), make(chan struct{}, 1))
		if _, err := c.Send(context.Background(), a, bots.Outgoing{ID: fmt.Sprint(i)}); err != nil {
			b.Fatal(err)
		}
	}
	for _, l := range c.hub.everyone() {
		l.after.Store(1 << 40)
	}
	for b.Loop() {
		if err := c.poll(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
