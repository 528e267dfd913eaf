package telegramtest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

func TestCallsFailBeforeAndAfter(t *testing.T) {
	for _, try := range []struct {
		name     string
		faults   telegramtest.Faults
		executed bool
		status   int // 0: the connection ends
	}{
		{"dropped before", telegramtest.Faults{DropBefore: 1}, false, 0},
		{"dropped after", telegramtest.Faults{DropAfter: 1}, true, 0},
		{"JSON before", telegramtest.Faults{JSONBefore: 1}, false, 500},
		{"JSON after", telegramtest.Faults{JSONAfter: 1}, true, 500},
		{"page before", telegramtest.Faults{HTMLBefore: 1}, false, 502},
		{"page after", telegramtest.Faults{HTMLAfter: 1}, true, 502},
		{"another method", telegramtest.Faults{Methods: []string{"getMe"}, DropBefore: 1}, true, 200},
		{"slow", telegramtest.Faults{Delay: time.Millisecond}, true, 200},
	} {
		t.Run(try.name, func(t *testing.T) {
			s := telegramtest.Start(t)
			p := s.Person(7001, "Siti")
			s.SetFaults(try.faults)
			response, err := http.Get(s.URL() + "/bot" + s.Token() + "/sendMessage?chat_id=7001&text=a")
			status := 0
			if err == nil {
				status = response.StatusCode
				body, _ := io.ReadAll(response.Body)
				page := strings.HasPrefix(string(body), "<html>") && strings.Contains(string(body), "502 Bad Gateway")
				if page != (status == 502) {
					t.Errorf("body %s", body)
				}
			}
			if status != try.status {
				t.Errorf("status %d, %v", status, err)
			}
			if got := len(p.Shown()) == 1; got != try.executed {
				t.Errorf("executed: %v", got)
			}
			if calls := s.Log(); len(calls) != 1 || (calls[0].Fault == "") != (try.status == 200) {
				t.Errorf("log %+v", calls)
			}
		})
	}
}

func TestADropOfUpdatesLosesNone(t *testing.T) {
	s := telegramtest.Start(t, instant)
	s.Person(7001, "Siti").Text("a")
	s.SetFaults(telegramtest.Faults{DropAfter: 1})
	if _, err := call(s, "getUpdates", nil); err == nil {
		t.Fatal("not dropped")
	}
	s.SetFaults()
	if got := texts(updates(t, s, nil)); got != "a " {
		t.Errorf("got %q", got)
	}
}

func TestFaultsAreDrawnBySeed(t *testing.T) {
	run := func() string {
		s := telegramtest.Start(t, telegramtest.Options{Seed: 9})
		s.SetFaults(telegramtest.Faults{JSONBefore: 0.3, JSONAfter: 0.3})
		var b strings.Builder
		for range 40 {
			r, err := call(s, "getMe", nil)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(map[bool]string{true: "+", false: "-"}[r.OK])
		}
		return b.String()
	}
	one := run()
	if two := run(); one != two || strings.Count(one, "-") < 5 || strings.Count(one, "+") < 5 {
		t.Errorf("%s\n%s", one, two)
	}
}

func TestDuplicatesAreToldApart(t *testing.T) {
	s := telegramtest.Start(t)
	p, q := s.Person(7001, "Siti"), s.Person(7002, "Budi")
	send := func(chat int64, text string) { _, _ = call(s, "sendMessage", args{"chat_id": chat, "text": text}) }
	s.SetFaults(telegramtest.Faults{DropAfter: 1})
	send(7001, "Diterima")
	s.SetFaults()
	send(7001, "Diterima")
	send(7001, "Lain")
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "Lain", "reply_markup": buttons("Ya")}, nil)
	send(7002, "Menu")
	send(7002, "Menu")
	q.Text("menu")
	send(7002, "Menu")
	q.PressData(1, "menu")
	send(7002, "Menu")
	p.Text("halo")
	got := s.Duplicates()
	if len(got) != 4 {
		t.Fatalf("%d duplicates: %+v", len(got), got)
	}
	for i, want := range []struct {
		chat          int64
		lost, between bool
	}{{7001, true, false}, {7002, false, false}, {7002, false, true}, {7002, false, true}} {
		if d := got[i]; d.Chat != want.chat || d.AnswerLost != want.lost || d.Between != want.between || d.First.Text != d.Second.Text {
			t.Errorf("%d: %+v", i, d)
		}
	}
}

func TestLimits(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	s.Person(7002, "Budi")
	g := s.Group(-4001, "Grup", p)
	g.AddBot(p)
	send := func(chat int64) reply {
		r, err := call(s, "sendMessage", args{"chat_id": chat, "text": "a"})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	// So slow that nothing is given back while the test runs.
	s.SetLimits(telegramtest.Limits{PrivatePerSecond: 0.001, PrivateBurst: 2, GroupPerMinute: 1, OverallPerSecond: 100})
	for range 2 {
		if !send(7001).OK {
			t.Error("the burst was not let through")
		}
	}
	for range 2 {
		r := send(7001)
		if r.Status != 429 || r.Parameters.RetryAfter < 900 || r.Header.Get("Retry-After") == "" ||
			!strings.HasPrefix(r.Description, "Too Many Requests: retry after ") {
			t.Errorf("beyond the burst: %+v", r)
		}
	}
	if r, _ := call(s, "editMessageText", args{"chat_id": 7001, "message_id": p.Shown()[0].MessageID, "text": "b"}); r.Status != 429 {
		t.Errorf("an edit does not count: %+v", r)
	}
	ok(t, s, "sendChatAction", args{"chat_id": 7001, "action": "typing"}, nil)
	if !send(7002).OK || !send(-4001).OK {
		t.Error("others wait too")
	}
	if r := send(-4001); r.Status != 429 || r.Parameters.RetryAfter > 60 {
		t.Errorf("a group's second in a minute: %+v", r)
	}
	if tried, tooMany := s.Sends(); tried != 8 || tooMany != 4 {
		t.Errorf("%d tried, %d too many", tried, tooMany)
	}
	s.SetLimits(telegramtest.Limits{OverallPerSecond: 1})
	if !send(7001).OK || send(7002).Status != 429 {
		t.Error("there is no limit over all")
	}
	s.SetLimits(telegramtest.Limits{})
	for range 20 {
		if !send(7001).OK {
			t.Fatal("limits stay")
		}
	}
}

func TestFloodByHand(t *testing.T) {
	s := telegramtest.Start(t)
	s.Person(7001, "Siti")
	s.Person(7002, "Budi")
	s.Flood(7001, time.Hour)
	refused(t, s, "sendMessage", args{"chat_id": 7001, "text": "a"}, 429, "Too Many Requests: retry after 3600")
	ok(t, s, "sendMessage", args{"chat_id": 7002, "text": "a"}, nil)
	s.Flood(7001, 0)
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a"}, nil)
	s.Flood(0, time.Minute)
	refused(t, s, "sendMessage", args{"chat_id": 7002, "text": "a"}, 429, "Too Many Requests: retry after 60")
}
