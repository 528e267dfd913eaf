package telegramtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

// texts are the texts of updates, or what else they are.
func texts(list []tgUpdate) string {
	out := ""
	for _, u := range list {
		switch {
		case u.Message != nil:
			out += u.Message.Text + " "
		case u.Edited != nil:
			out += "~" + u.Edited.Text + " "
		case u.Callback != nil:
			out += "!" + u.Callback.Data + " "
		case u.Status != nil:
			out += u.Status.Old.Status + ">" + u.Status.New.Status + " "
		default:
			out += "? "
		}
	}
	return out
}

func TestOffsetsConfirm(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	for i := range 6 {
		p.Text(fmt.Sprint(i))
	}
	first := updates(t, s, nil)[0].UpdateID
	for _, step := range []struct {
		name   string
		params args
		want   string
		left   int
	}{
		{"nothing confirms nothing", nil, "0 1 2 3 4 5 ", 6},
		{"a limit", args{"limit": 2}, "0 1 ", 6},
		{"a limit below 1 is 1", args{"limit": 0}, "0 ", 6},
		{"an offset confirms what is below", args{"offset": first + 1}, "1 2 3 4 5 ", 5},
		{"a lower one brings nothing back", args{"offset": first - 5}, "1 2 3 4 5 ", 5},
		{"the far future is ignored", args{"offset": first + 17}, "1 2 3 4 5 ", 5},
		{"a negative one keeps the newest", args{"offset": -2}, "4 5 ", 2},
		{"the near future confirms all", args{"offset": first + 16}, "", 0},
	} {
		if got := texts(updates(t, s, step.params)); got != step.want || s.Pending() != step.left {
			t.Errorf("%s: got %q with %d left, want %q with %d", step.name, got, s.Pending(), step.want, step.left)
		}
	}
}

func TestUpdatesExpire(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	p.Text("a")
	p.PressData(1, "x")
	s.Advance(151 * time.Second)
	if got := texts(updates(t, s, nil)); got != "a " {
		t.Errorf("after 151 s: %q", got)
	}
	s.Advance(24 * time.Hour)
	if got := texts(updates(t, s, nil)); got != "" || s.Pending() != 0 {
		t.Errorf("after a day: %q, %d", got, s.Pending())
	}
}

func TestAllowedUpdatesCountWhenAnUpdateIsMade(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	g := s.Supergroup(-1001, "Dinas", p)
	g.AddBot(p)
	g.PromoteBot(p)
	first := updates(t, s, nil)
	next := first[len(first)-1].UpdateID + 1
	g.Promote(s.Person(7002, "Budi"))
	if got := updates(t, s, args{"offset": next}); len(got) != 0 {
		t.Errorf("chat_member came by itself: %+v", got)
	}
	p.Text("a")
	updates(t, s, args{"offset": next, "allowed_updates": []string{"callback_query", "chat_member", "no_such"}})
	p.Text("b")
	p.PressData(1, "x")
	g.Promote(s.Person(7003, "Ani"))
	s.Raw(map[string]any{"message": args{"text": "c"}})
	s.Raw(map[string]any{"thought": args{"text": "d"}})
	got := updates(t, s, args{"offset": next, "allowed_updates": args{}}) // no array: nothing changes
	if texts(got) != "a !x ? ? " || got[2].Member == nil {
		t.Errorf("got %q", texts(got))
	}
	p.Text("e")
	updates(t, s, args{"allowed_updates": []string{}}) // an empty array is the default
	p.Text("f")
	if got := texts(updates(t, s, args{"offset": -1})); got != "f " {
		t.Errorf("got %q", got)
	}
}

func TestPollsWait(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	got := make(chan reply, 1)
	go func() {
		r, _ := call(s, "getUpdates", args{"timeout": 50})
		got <- r
	}()
	soon(t, "the bot polls", s.Polling)
	p.Text("halo")
	if r := <-got; !r.OK || len(r.Result) < 10 {
		t.Errorf("got %s", r.Result)
	}
}

func TestAPollThatComesAgainIsSlowedDown(t *testing.T) {
	// So slow that "again" is always soon.
	s := telegramtest.Start(t, telegramtest.Options{Scale: 1000})
	p := s.Person(7001, "Siti")
	p.Text("a")
	p.Text("b")
	if got := texts(updates(t, s, nil)); got != "a b " {
		t.Fatalf("got %q", got)
	}
	list := updates(t, s, nil)
	if texts(list) != "a " {
		t.Errorf("the same again at once: %q", texts(list))
	}
	updates(t, s, args{"offset": list[0].UpdateID + 1})
	next := list[0].UpdateID + 2
	got := make(chan reply, 1)
	ok(t, s, "getUpdates", args{"offset": next}, nil)
	go func() {
		r, _ := call(s, "getUpdates", args{"offset": next})
		got <- r
	}()
	soon(t, "it is held, though it wants not to wait", s.Polling)
	p.Text("c")
	if r := <-got; !r.OK || len(r.Result) < 10 {
		t.Errorf("got %s", r.Result)
	}
}

func TestTheOlderOfTwoPollersIsTold(t *testing.T) {
	s := telegramtest.Start(t, fast)
	s.Person(7001, "Siti")
	ended := make(chan reply, 3)
	poll := func() {
		before := s.Calls("getUpdates")
		go func() {
			r, _ := call(s, "getUpdates", args{"timeout": 50})
			ended <- r
		}()
		soon(t, "the poll is there", func() bool { return s.Polling() && (before > 0 || s.Calls("getUpdates") == before) })
	}
	poll()
	go func() {
		r, _ := call(s, "getUpdates", args{"timeout": 50})
		ended <- r
	}()
	const want = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
	if r := <-ended; r.Status != 409 || r.Description != want {
		t.Errorf("the older: %d %q", r.Status, r.Description)
	}
	soon(t, "the newer waits on", s.Polling)
	// A second conflict soon after the first is held, but told.
	ok(t, s, "setWebhook", args{"url": "http://127.0.0.1:9/"}, nil)
	if r := <-ended; r.Status != 409 || r.Description != "Conflict: terminated by setWebhook request" {
		t.Errorf("the newer: %d %q", r.Status, r.Description)
	}
	refused(t, s, "getUpdates", nil, 409, "Conflict: can't use getUpdates method while webhook is active; "+
		"use deleteWebhook to delete the webhook first")
}

func TestARepeatedConflictIsHeld(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Scale: 1000})
	second := make(chan error, 1)
	first := make(chan reply, 1)
	go func() {
		r, _ := call(s, "getUpdates", args{"timeout": 50})
		first <- r
	}()
	soon(t, "the first polls", s.Polling)
	go func() {
		_, err := call(s, "getUpdates", args{"timeout": 50})
		second <- err
	}()
	if r := <-first; r.Status != 409 {
		t.Fatalf("the first: %+v", r)
	}
	soon(t, "the second polls", s.Polling)
	ok(t, s, "setWebhook", args{"url": "http://127.0.0.1:9/"}, nil)
	for range 20 {
		ok(t, s, "getMe", nil, nil) // time enough to be told
	}
	s.Close()
	if err := <-second; err == nil {
		t.Error("the second conflict in a row was told at once")
	}
}

func TestIDsBeginAnewAfterSilence(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	p.Text("a")
	before := updates(t, s, nil)[0].UpdateID
	s.Silence()
	p.Text("b")
	got := updates(t, s, args{"offset": before + 1})
	if texts(got) != "b " || got[0].UpdateID >= before {
		t.Errorf("after %d came %+v", before, got)
	}
	if got := texts(updates(t, s, args{"offset": got[0].UpdateID + 1})); got != "" {
		t.Errorf("not confirmed: %q", got)
	}
}

func TestRedelivery(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	p.Text("a")
	p.Text("b")
	list := updates(t, s, nil)
	next := list[1].UpdateID + 1
	updates(t, s, args{"offset": next})
	if n := s.Redeliver(1); n != 1 {
		t.Errorf("redelivered %d", n)
	}
	p.Text("c")
	if got := texts(updates(t, s, args{"offset": next})); got != "b c " {
		t.Errorf("got %q", got)
	}
	s.SetFaults(telegramtest.Faults{Redeliver: 1})
	if got := texts(updates(t, s, args{"offset": next + 1})); got != "c " {
		t.Errorf("by chance: %q", got)
	}
	if got := texts(updates(t, s, args{"offset": next + 2})); got != "" {
		t.Errorf("more than once: %q", got)
	}
}

func TestLargeBatchesAreCut(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	send := func(size int) {
		p.TextWith("a", func(m map[string]any) { m["text"] = strings.Repeat("x", size) })
	}
	if send(1 << 19); s.Pending() != 0 {
		t.Error("an update that is too large was made")
	}
	for range 12 {
		send(400_000)
	}
	if n := len(updates(t, s, nil)); n != 10 {
		t.Errorf("%d updates of 400 kB fit into 4 MB", n)
	}
}
