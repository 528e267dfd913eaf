package telegram_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram"
	"kentongan/bots/telegram/telegramtest"
)

// unlimited is the channel without limits of its own.
type unlimited struct{ *telegram.Channel }

// Limits implements [bots.Channel].
func (u unlimited) Limits() bots.Limits {
	l := u.Channel.Limits()
	l.PerSecond, l.PerChat, l.PerGroup = 0, 0, 0
	return l
}

// BenchmarkBurst has a thousand people write at the same moment, and measures
// how long each waits for the answer: p50-ms and p99-ms. With the limits on the
// time is Telegram's: a thousand answers at 25 a second take 40 s.
func BenchmarkBurst(b *testing.B) {
	for _, limits := range []bool{false, true} {
		for _, webhook := range []bool{false, true} {
			b.Run(fmt.Sprintf("limits=%v/webhook=%v", limits, webhook), func(b *testing.B) { burst(b, limits, webhook) })
		}
	}
}

func burst(b *testing.B, limits, webhook bool) {
	const people = 1000
	s := telegramtest.Start(b)
	w := channeltest.NewWorld(b)
	var c bots.Channel = open(b, w, s, webhook)
	if limits {
		s.SetLimits(telegramtest.RealLimits)
	} else {
		c = unlimited{c.(*telegram.Channel)}
	}
	w.Start(c)
	first := s.Person(1, "Warga")
	first.Text("/bantuan") // until the service is there
	if _, err := first.Await(func(telegramtest.Shown) bool { return true }, time.Minute); err != nil {
		b.Fatal(err)
	}
	var waits []time.Duration
	for n := range b.N {
		took := make([]time.Duration, people)
		errs := make([]error, people)
		var wg sync.WaitGroup
		for i := range people {
			p := s.Person(int64(10_000*(n+1)+i), "Warga")
			wg.Go(func() {
				began := time.Now()
				p.Text("/bantuan")
				_, errs[i] = p.Await(func(telegramtest.Shown) bool { return true }, 5*time.Minute)
				took[i] = time.Since(began)
			})
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				b.Fatal(err)
			}
		}
		waits = append(waits, took...)
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Milliseconds()), "p99-ms")
	if tried, refused := s.Sends(); refused > 0 {
		b.ReportMetric(100*float64(refused)/float64(tried), "429-%")
	}
}
