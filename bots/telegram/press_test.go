package telegram_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
)

// turn is an [bots.Ingress] that does something with each event before it is accepted.
type turn struct {
	do func(bots.Decoded)

	mu   sync.Mutex
	done []bots.Decoded
}

func (a *turn) Accept(_ context.Context, c bots.Channel, events ...bots.Incoming) error {
	for _, e := range events {
		d, err := c.Decode(e.Body)
		if err != nil {
			return err
		}
		if a.do != nil {
			a.do(d)
		}
		a.mu.Lock()
		a.done = append(a.done, d)
		a.mu.Unlock()
	}
	return nil
}

func (a *turn) Knows(_ context.Context, _ bots.Channel, keys ...string) ([]bool, error) {
	known := make([]bool, len(keys))
	for i := range known {
		known[i] = true
	}
	return known, nil
}

func (a *turn) Release(context.Context, bots.Channel, string) error { return nil }

// run has a channel receive until the test ends.
func run(t *testing.T, c bots.Channel, in bots.Ingress) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, in) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestAPressIsAnsweredOnceAndOnlyToWhoPressed(t *testing.T) {
	long := strings.Repeat("Hanya petugas yang terdaftar. ", 20)
	for name, c := range map[string]struct {
		answers []string // during the turn
		want    telegramtest.Answer
	}{
		"nobody has anything to say": {nil, telegramtest.Answer{}},
		"a text":                     {[]string{"Sudah \x02ditangani\x03 petugas lain."}, telegramtest.Answer{Text: "Sudah ditangani petugas lain.", Alert: true}},
		"the first counts":           {[]string{"Satu.", "Dua."}, telegramtest.Answer{Text: "Satu.", Alert: true}},
		"no text":                    {[]string{"", "Terlambat."}, telegramtest.Answer{}},
		"a text that is too long":    {[]string{long}, telegramtest.Answer{Text: strings.TrimSpace(long[:199]), Alert: true}},
	} {
		for mode, webhook := range map[string]bool{"polling": false, "webhook": true} {
			t.Run(name+" "+mode, func(t *testing.T) {
				s := telegramtest.Start(t, telegramtest.Options{Scale: 0.05})
				ani, budi := s.Person(7001, "Ani"), s.Person(7002, "Budi")
				g := s.Supergroup(-1009, "Dinas", ani, budi)
				g.AddBot(ani)
				channel := open(t, &channeltest.World{Now: time.Now}, s, webhook)
				send(t, channel, "-1009", question("a", "Laporan baru."))
				in := &turn{do: func(d bots.Decoded) {
					if d.Press == "" {
						return
					}
					for _, text := range c.answers {
						if err := channel.Answer(t.Context(), d.Press, text); err != nil {
							t.Error(err)
						}
					}
				}}
				run(t, channel, in)
				if err := g.Press(ani, "Ya"); err != nil {
					t.Fatal(err)
				}
				channeltest.Eventually(t, "an answer", func() bool { return len(ani.Answers()) > 0 })
				channeltest.Eventually(t, "Telegram holds nothing back", func() bool { return s.Pending() == 0 })
				in.mu.Lock()
				press := in.done[len(in.done)-1].Press
				in.mu.Unlock()
				if err := channel.Answer(t.Context(), press, "Terlambat."); err != nil {
					t.Errorf("an answer that comes too late: %v", err)
				}
				got := ani.Answers()
				if len(got) != 1 || got[0] != c.want {
					t.Errorf("answered %+v, want %+v", got, c.want)
				}
				if others := budi.Answers(); len(others) != 0 {
					t.Errorf("somebody else reads %+v", others)
				}
				if n := s.Calls("answerCallbackQuery"); n != 1 {
					t.Errorf("Telegram was told %d times", n)
				}
			})
		}
	}
}
