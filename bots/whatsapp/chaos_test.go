//go:build !race

// The library races with itself where lines are cut: exsync.Event.GetChan notes
// under a read lock that somebody waits, and two requests may wait for one line.
// It harms nothing.

package whatsapp

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/conversation"
)

// TestChaos has six people write a thousand messages, to the account and in a
// group, while lines are cut, processes restarted, connections to the database
// killed, a table taken away, and taking in fails and panics. Everything has to
// come in, once and as it was written, and every answer has to be read.
// KENTONGAN_WHATSAPP_CHAOS=1h does it again and again for that long.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	seed := uint64(time.Now().UnixNano())
	chaos(t, seed, 1000)
	if long, err := time.ParseDuration(os.Getenv("KENTONGAN_WHATSAPP_CHAOS")); err == nil {
		for end := time.Now().Add(long); time.Now().Before(end) && !t.Failed(); {
			seed++
			t.Run(fmt.Sprint(seed), func(t *testing.T) { chaos(t, seed, 1000) })
		}
	}
}

// office answers what comes in, as the shell would: each answer has its id
// from the beginning and is sent until it is gone.
type office struct {
	box

	answers chan answer
}

type answer struct {
	to bots.Address
	m  bots.Outgoing
}

func (o *office) Accept(ctx context.Context, c bots.Channel, events ...bots.Incoming) error {
	before := len(o.all())
	if err := o.box.Accept(ctx, c, events...); err != nil {
		return err
	}
	for _, e := range o.all()[before:] {
		d, err := c.Decode(e.Body)
		if text, is := d.Input.(conversation.Text); err == nil && is && !e.Group {
			o.answers <- answer{e.Chat, say(e.Key, "Jawaban "+text.Text)}
		}
	}
	return nil
}

func chaos(t *testing.T, seed uint64, messages int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	var dice sync.Mutex
	roll := func(n int) int {
		dice.Lock()
		defer dice.Unlock()
		return rng.IntN(n)
	}
	r := paired(t, channeltest.NewWorld(t))
	o := &office{answers: make(chan answer, messages)}
	o.fail = func(int, bots.Incoming) error {
		switch roll(60) {
		case 0:
			return errAway
		case 1:
			panic("on purpose")
		}
		return nil
	}
	var people []*whatsapptest.Person
	var members []whatsapptest.Member
	for i := range 6 {
		p := r.person(fmt.Sprint("Warga ", i))
		people, members = append(people, p), append(members, p)
	}
	g := r.server.Group("Dinas", append(members, r.office)...)

	client, stop := r.c, r.run(r.c, o)
	var current sync.RWMutex
	use := func() *Client {
		current.RLock()
		defer current.RUnlock()
		return client
	}
	r.state(client, StateConnected)
	began := time.Now()

	ctx, end := context.WithCancel(t.Context())
	var beside sync.WaitGroup
	defer beside.Wait()
	defer end()
	left := sync.WaitGroup{}
	left.Add(messages)
	for range 4 {
		beside.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case a := <-o.answers:
					for ctx.Err() == nil {
						sending, cancel := context.WithTimeout(ctx, 10*time.Second)
						_, err := use().Send(sending, a.to, a.m)
						cancel()
						if err == nil {
							break
						}
						if p := problemOf(err); p == bots.Refused || p == bots.RecipientGone {
							t.Errorf("an answer was given up: %v", err)
							break
						}
						pause(ctx, 20*time.Millisecond)
					}
					left.Done()
				}
			}
		})
	}

	counts := map[string]int{}
	said := make(chan struct{})
	var breaking sync.WaitGroup
	breaking.Go(func() {
		for {
			select {
			case <-said:
				return
			case <-time.After(time.Duration(100+roll(400)) * time.Millisecond):
			}
			kind := roll(6)
			counts[[]string{"cut lines", "cut before the word", "killed backends", "tables away", "restarts", "slow words"}[kind]]++
			switch kind {
			case 0:
				r.office.Drop()
			case 1:
				r.server.CutBeforeAck(1)
			case 2:
				_, _ = r.w.Pool.Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity
					where datname = current_database() and pid <> pg_backend_pid()`)
			case 3:
				table := []string{"whatsmeow_sessions", "whatsmeow_event_buffer", "whatsmeow_sender_keys", "whatsmeow_identity_keys"}[roll(4)]
				r.certainly(`alter table whatsapp.` + table + ` rename to away`)
				pause(t.Context(), time.Duration(50+roll(250))*time.Millisecond)
				r.certainly(`alter table whatsapp.away rename to ` + table)
			case 4:
				stop()
				next := r.client()
				current.Lock()
				client, stop = next, r.run(next, o)
				current.Unlock()
			case 5:
				r.server.SlowAcks(20 * time.Millisecond)
				pause(ctx, 200*time.Millisecond)
				r.server.SlowAcks(0)
			}
		}
	})

	want := map[string]bool{}
	direct := 0
	for i := range messages {
		p := people[i%len(people)]
		text := fmt.Sprintf("pesan %d dari %s", i, p.Name())
		want[text] = true
		if roll(5) == 0 {
			p.Text(g, text)
		} else {
			p.Text(r.office, text)
			direct++
		}
		pause(ctx, time.Duration(roll(40))*time.Millisecond)
	}
	left.Add(direct - messages)
	close(said)
	breaking.Wait()

	if err := r.office.AwaitDrained(r.within(90 * time.Second)); err != nil {
		t.Error(err)
	}
	answered := make(chan struct{})
	go func() { left.Wait(); close(answered) }()
	select {
	case <-answered:
	case <-time.After(90 * time.Second):
		t.Error("not all answers were sent")
	}
	end()
	beside.Wait()

	taken, twice, wrong := map[string]bool{}, 0, 0
	for _, e := range o.all() {
		d, err := client.Decode(e.Body)
		text, is := d.Input.(conversation.Text)
		switch {
		case err != nil || !is || !want[text.Text]:
			wrong++
		case taken[text.Text]:
			twice++
		}
		taken[text.Text] = true
	}
	var unread, late, repeated int
	channeltest.Eventually(t, "everybody reads their answers", func() bool {
		unread, late, repeated = 0, 0, 0
		for _, p := range people {
			seen := map[string]int{}
			for _, m := range p.FromBot(r.office) {
				if m.Waiting {
					unread++
				}
				if m.Late {
					late++
				}
				seen[m.Text]++
			}
			for text := range want {
				if strings.HasSuffix(text, p.Name()) && taken[text] && seen["Jawaban "+text] > 1 {
					repeated++
				}
			}
		}
		return unread == 0
	})
	shown := 0
	for _, p := range people {
		shown += len(p.FromBot(r.office))
	}
	t.Logf("seed %d: %d messages in %s: %d lost, %d twice, %d wrong; %d of %d answers shown, %d twice, %d readable late; %v",
		seed, messages, time.Since(began).Round(time.Second), messages-len(taken), twice, wrong, shown, direct, repeated, late, counts)
	if len(taken) != messages || twice+wrong+repeated != 0 || shown != direct {
		t.Error("something was lost or doubled")
	}
}
