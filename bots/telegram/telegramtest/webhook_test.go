package telegramtest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

func TestWebhooksAreChecked(t *testing.T) {
	s := telegramtest.Start(t, instant)
	for _, try := range []struct {
		url, secret, want string
	}{
		{"http://", "", "invalid webhook URL specified"},
		{"ftp://127.0.0.1/", "", "invalid webhook URL specified"},
		{"http://127.0.0.1/", strings.Repeat("x", 257), "secret token is too long"},
		{"http://127.0.0.1/", "a b", "secret token contains unallowed characters"},
		{"http://lapor.go.id/", "", "bad webhook: An HTTPS URL must be provided for webhook"},
		{"https://lapor.go.id:444/", "", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"},
		{"https://lapor.go.id/", "", "bad webhook: Failed to resolve host: Name or service not known"},
	} {
		refused(t, s, "setWebhook", args{"url": try.url, "secret_token": try.secret}, 400, "Bad Request: "+try.want)
	}
	type info struct {
		URL  string
		Most int      `json:"max_connections"`
		IP   string   `json:"ip_address"`
		Kind []string `json:"allowed_updates"`
		Left int      `json:"pending_update_count"`
	}
	for _, step := range []struct {
		method string
		args   args
		said   string
		want   info
	}{
		{"deleteWebhook", nil, "Webhook is already deleted", info{}},
		{"setWebhook", args{"url": "http://127.0.0.1:9/a", "max_connections": 7}, "Webhook was set", info{"http://127.0.0.1:9/a", 7, "127.0.0.1", nil, 0}},
		{
			"setWebhook",
			args{"url": "http://127.0.0.1:9/a", "max_connections": 7, "allowed_updates": []string{"message"}},
			"Webhook is already set",
			info{"http://127.0.0.1:9/a", 7, "127.0.0.1", []string{"message"}, 0},
		},
		{"setWebhook", args{"url": "https://localhost:9/b", "max_connections": 999}, "Webhook was set", info{"https://localhost:9/b", 100, "127.0.0.1", []string{"message"}, 0}},
		{"setWebhook", args{"url": ""}, "Webhook was deleted", info{Kind: []string{"message"}}},
	} {
		r, err := call(s, step.method, step.args)
		var got info
		ok(t, s, "getWebhookInfo", nil, &got)
		if err != nil || r.Description != step.said || fmt.Sprint(got) != fmt.Sprint(step.want) {
			t.Errorf("%s %v: %q %+v", step.method, step.args, r.Description, got)
		}
	}
}

func TestWebhooksAreNotSetTwiceASecond(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Scale: 1000})
	ok(t, s, "setWebhook", args{"url": "http://127.0.0.1:9/a"}, nil)
	r := refused(t, s, "setWebhook", args{"url": "http://127.0.0.1:9/b"}, 429, "Too Many Requests: retry after 1")
	if r.Parameters.RetryAfter != 1 || r.Header.Get("Retry-After") != "1" {
		t.Errorf("%+v", r)
	}
	ok(t, s, "deleteWebhook", nil, nil)
}

func TestAWebhookThatIsGoneForADayEnds(t *testing.T) {
	s := telegramtest.Start(t, fast)
	p := s.Person(7001, "Siti")
	h := newHook(t)
	h.answer(func(_ tgUpdate, w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusGone)
		return true
	})
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	p.Text("a")
	soon(t, "it failed", func() bool { _, last := s.Webhook(); return last != "" })
	s.Advance(23*time.Hour + time.Minute)
	p.Text("b")
	soon(t, "the webhook ended", func() bool { address, _ := s.Webhook(); return address == "" })
	if got := texts(updates(t, s, nil)); got != "a b " {
		t.Errorf("left %q", got)
	}
}

func TestFromWebhookToPollsAndBack(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	h := newHook(t)
	began, release := make(chan struct{}, 9), make(chan struct{})
	h.answer(func(tgUpdate, http.ResponseWriter) bool {
		began <- struct{}{}
		<-release
		return false
	})
	ok(t, s, "setWebhook", args{"url": h.URL}, nil)
	p.Text("a")
	<-began
	ok(t, s, "deleteWebhook", nil, nil)
	close(release)
	// What was out when the webhook ended is delivered again.
	if got := texts(updates(t, s, nil)); got != "a " {
		t.Errorf("got %q", got)
	}
	p.Text("tidak pernah")
	if ok(t, s, "deleteWebhook", args{"drop_pending_updates": true}, nil); s.Pending() != 0 {
		t.Errorf("%d updates are left", s.Pending())
	}
	h.answer(nil)
	for range 2 {
		r, err := call(s, "setWebhook", args{"url": h.URL, "drop_pending_updates": true})
		if err != nil || r.Description != "Webhook was set" {
			t.Errorf("set: %v, %q", err, r.Description)
		}
	}
	p.Text("b")
	soon(t, "all are delivered", func() bool { return s.Pending() == 0 })
	if got := h.taken(); !slices.Contains(got, "b") {
		t.Errorf("got %v", got)
	}
}
