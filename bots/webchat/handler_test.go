package webchat

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/conversation"
)

func TestMessagesAreAcknowledgedOnlyOnceTheyAreCommitted(t *testing.T) {
	s := serve(t, testConfig(t))
	halo := `{"id":"` + id1 + `","type":"text","text":"halo"}`

	s.inbox.setBroken(errBroken)
	resp, p := s.post(t, citizen, halo)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || p.Message == "" {
		t.Fatalf("not committed: %s, Retry-After %q, %+v", resp.Status, resp.Header.Get("Retry-After"), p)
	}
	s.inbox.setBroken(nil)
	for range 2 { // the page did not hear the first answer
		if resp, p := s.post(t, citizen, halo, `{"id":"`+id2+`","type":"press","token":"1:a"}`); resp.StatusCode != 200 {
			t.Fatalf("%s %+v", resp.Status, p)
		}
	}
	var got []bots.Decoded
	for _, in := range s.inbox.accepted() {
		if in.Chat != AddressOf(citizen) || in.Group || in.From != "" || !strings.HasSuffix(in.Key, id1) && !strings.HasSuffix(in.Key, id2) {
			t.Errorf("accepted %+v", in)
		}
		d, err := s.channel.Decode(in.Body)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, d)
	}
	want := []bots.Decoded{
		{Input: conversation.Text{Text: "halo"}, Ref: id1},
		{Input: conversation.Press{Token: "1:a"}, Ref: id2, Press: string(AddressOf(citizen)) + ":" + id2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameIdFromTwoChatsIsTwoEvents(t *testing.T) {
	s := serve(t, testConfig(t))
	s.post(t, citizen, `{"id":"`+id1+`","type":"text","text":"a"}`)
	s.post(t, other, `{"id":"`+id1+`","type":"text","text":"b"}`)
	if n := len(s.inbox.accepted()); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestWhatCannotBeReadIsRefusedWithAReason(t *testing.T) {
	s := serve(t, testConfig(t))
	text := func(s string) string { return `{"events":[{"id":"` + id1 + `","type":"text","text":"` + s + `"}]}` }
	many := strings.Repeat(`{"id":"`+id1+`","type":"sticker"},`, maxEvents)
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"an empty text":                  {text(""), 200},
		"65,536 characters":              {text(strings.Repeat("ä", 65_536)), 200},
		"64 events":                      {`{"events":[` + strings.TrimSuffix(many, ",") + `]}`, 200},
		"65 events":                      {`{"events":[` + many + `{"id":"` + id1 + `","type":"sticker"}]}`, 400},
		"no events":                      {`{"events":[]}`, 400},
		"nothing":                        {``, 400},
		"no JSON":                        {`halo`, 400},
		"something after it":             {text("a") + `{}`, 400},
		"an unknown field":               {`{"events":[{"id":"` + id1 + `","type":"text","chat":"x"}]}`, 400},
		"an unknown type":                {`{"events":[{"id":"` + id1 + `","type":"shout"}]}`, 400},
		"no id":                          {`{"events":[{"type":"text","text":"a"}]}`, 400},
		"an id in upper case":            {`{"events":[{"id":"` + strings.ToUpper(id1) + `","type":"text"}]}`, 400},
		"a text of 100,001 characters":   {text(strings.Repeat("a", maxText+1)), 400},
		"more than 1 MB":                 {text(strings.Repeat("a", maxRequest)), 413},
		"a pin without place":            {`{"events":[{"id":"` + id1 + `","type":"pin"}]}`, 400},
		"a pin beyond the pole":          {`{"events":[{"id":"` + id1 + `","type":"pin","lat":91,"lon":0}]}`, 400},
		"an edit of nothing":             {`{"events":[{"id":"` + id1 + `","type":"edit","text":"a"}]}`, 400},
		"a press without a button":       {`{"events":[{"id":"` + id1 + `","type":"press"}]}`, 400},
		"one good event and one bad one": {`{"events":[{"id":"` + id2 + `","type":"text"},{"id":"` + id1 + `","type":"x"}]}`, 400},
	} {
		resp, p := s.do(t, s.request(t, "POST", "/chat/messages", fmt.Sprintf("warga-%030d", len(name)), strings.NewReader(c.body)))
		if resp.StatusCode != c.status {
			t.Errorf("%s: %s, want %d", name, resp.Status, c.status)
		}
		if c.status != 200 && (p.Error == "" || p.Message == "") {
			t.Errorf("%s: no reason: %+v", name, p)
		}
	}
}

func TestOnlyThePageItselfIsServed(t *testing.T) {
	s := serve(t, demoConfig(t))
	for name, c := range map[string]struct {
		method, path, token string
		headers             []string
		status              int
	}{
		"no token":                      {"POST", "/chat/ack", "", nil, 401},
		"a short token":                 {"POST", "/chat/ack", "1234", nil, 401},
		"a token that is none":          {"GET", "/chat/stream", strings.Repeat("ä", 20), nil, 401},
		"another site posts":            {"POST", "/chat/messages", citizen, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another port's page posts":     {"POST", "/chat/messages", citizen, []string{"Sec-Fetch-Site", "same-site"}, 403},
		"another origin posts":          {"POST", "/chat/messages", citizen, []string{"Origin", "http://jahat.example"}, 403},
		"another site listens":          {"GET", "/chat/stream", citizen, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a foreign name reads the page": {"GET", "/", "", []string{"Host", "jahat.example:8080"}, 403},
		"a foreign name posts":          {"POST", "/chat/messages", citizen, []string{"Host", "jahat.example"}, 403},
		"a loopback name":               {"GET", "/", "", []string{"Host", "localhost:8080"}, 200},
		"a loopback address":            {"GET", "/", "", []string{"Host", "[::1]:8080"}, 200},
		"a group is written to":         {"POST", "/chat/messages", group, nil, 403},
		"a group is uploaded to":        {"POST", "/chat/uploads", group, nil, 403},
		"a group is acknowledged":       {"POST", "/chat/ack", group, nil, 403},
		"a file by no token":            {"GET", "/chat/files/" + id1 + "/0", "", nil, 401},
		"a stream of no token":          {"GET", "/chat/stream", citizen, []string{alsoChats, "1234=0"}, 400},
		"a stream of very many chats":   {"GET", "/chat/stream", citizen, []string{alsoChats, strings.Repeat(other+"=0 ", maxAlso+1)}, 400},
		"messages by GET":               {"GET", "/chat/messages", citizen, nil, 405},
		"a file that is not there":      {"GET", "/page/rahasia.js", "", nil, 404},
		"a file outside":                {"GET", "/page/../webchat.go", "", nil, 404},
		"the page's template":           {"GET", "/page/index.html", "", nil, 404},
		"a path that is not there":      {"GET", "/admin", "", nil, 404},
	} {
		body := io.Reader(strings.NewReader(`{"events":[{"id":"` + id1 + `","type":"text","text":"a"}]}`))
		resp, _ := s.do(t, s.request(t, c.method, c.path, c.token, body, c.headers...))
		if resp.StatusCode != c.status {
			t.Errorf("%s: %s, want %d", name, resp.Status, c.status)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: the answer lacks protection: %v", name, resp.Header)
		}
	}
	if n := len(s.inbox.accepted()); n != 0 {
		t.Errorf("%d events were taken in", n)
	}
}

func TestThePageHoldsTokensInADemoOnly(t *testing.T) {
	body := func(s *server) string {
		resp, err := s.Client().Do(s.request(t, "GET", "/", "", nil))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		all, err := io.ReadAll(resp.Body)
		if err != nil || resp.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%v, Cache-Control %q", err, resp.Header.Get("Cache-Control"))
		}
		return string(all)
	}
	if demo := body(serve(t, demoConfig(t))); !strings.Contains(demo, group) || !strings.Contains(demo, "Peragaan") {
		t.Error("the demo's page lacks the group's token, or does not say that it is one")
	}
	if page := body(serve(t, testConfig(t))); strings.Contains(page, "token") || strings.Contains(page, "Peragaan") {
		t.Errorf("the page outside of a demo: %s", page)
	}
}

func TestPageFilesAreServedWithTheirTypeAndCheckedForChanges(t *testing.T) {
	s := serve(t, testConfig(t))
	resp, _ := s.do(t, s.request(t, "GET", "/page/app.js", "", nil))
	tag := resp.Header.Get("ETag")
	if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/javascript") || tag == "" {
		t.Fatalf("%s %v", resp.Status, resp.Header)
	}
	if resp, _ := s.do(t, s.request(t, "GET", "/page/app.js", "", nil, "If-None-Match", tag)); resp.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged: %s", resp.Status)
	}
}

func TestAcknowledgedMessagesAreErasedAndOthersAreNot(t *testing.T) {
	s := serve(t, testConfig(t))
	send(t, s.channel, citizen, "a", "satu")
	send(t, s.channel, other, "b", "milik orang lain")
	send(t, s.channel, citizen, "c", "dua")
	events := s.listen(t, citizen)
	first := next(t, events)
	ack := func(body string) int {
		resp, _ := s.do(t, s.request(t, "POST", "/chat/ack", citizen, strings.NewReader(body)))
		return resp.StatusCode
	}
	for _, bad := range []string{``, `{}`, `{"upto":0}`, `{"upto":-1}`, `{"upto":"x"}`, `{"upto":1,"of":"x"}`} {
		if status := ack(bad); status != 400 {
			t.Errorf("%q: %d", bad, status)
		}
	}
	if status := ack(`{"upto":` + first.ID + `}`); status != 200 {
		t.Fatal(status)
	}
	if diff := cmp.Diff([]string{"c: dua"}, take(t, s.listen(t, citizen), 1)); diff != "" {
		t.Error(diff)
	}
	if status := ack(`{"upto":9000000000}`); status != 200 {
		t.Fatal(status)
	}
	if n := rows(t, s); n != 1 {
		t.Errorf("%d rows are left, want the other chat's", n)
	}
}

func TestAStreamGoesOnAfterTheLastEvent(t *testing.T) {
	s := serve(t, demoConfig(t))
	send(t, s.channel, group, "a", "satu")
	send(t, s.channel, group, "b", "dua")
	events := s.listen(t, group)
	first := next(t, events)
	if diff := cmp.Diff([]string{"b: dua"}, take(t, s.listen(t, group, "Last-Event-ID", first.ID), 1)); diff != "" {
		t.Error(diff)
	}
	// A number of a database that is no more, and no number at all.
	for _, id := range []string{"9000000000", "-1", "x"} {
		if diff := cmp.Diff([]string{"a: satu", "b: dua"}, take(t, s.listen(t, group, "Last-Event-ID", id), 2)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

func TestAChatThatFloodsIsAskedToWaitAndOthersAreNot(t *testing.T) {
	s := serve(t, testConfig(t))
	batch := make([]string, maxEvents)
	status, tries := 200, 0
	for ; status == 200 && tries < 50; tries++ {
		for i := range batch {
			batch[i] = fmt.Sprintf(`{"id":"0d9c2a52-8c56-4b51-9a64-%012d","type":"text"}`, tries*maxEvents+i)
		}
		resp, _ := s.post(t, citizen, batch...)
		status = resp.StatusCode
		if status == http.StatusTooManyRequests && resp.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("after %d requests: %d", tries, status)
	}
	if resp, _ := s.post(t, other, batch[0]); resp.StatusCode != 200 {
		t.Errorf("the other chat: %s", resp.Status)
	}
}

func TestABudgetFillsUpAgainAndForgetsChats(t *testing.T) {
	r := rates{burst: 10, refill: 2}
	now := time.Unix(0, 0)
	if wait := r.take("a", 10, now); wait != 0 {
		t.Errorf("all at once: %s", wait)
	}
	if wait := r.take("a", 4, now); wait != 2*time.Second {
		t.Errorf("4 of nothing: %s", wait)
	}
	if wait := r.take("a", 4, now.Add(2*time.Second)); wait != 0 {
		t.Errorf("2 s later: %s", wait)
	}
	for i := range maxBudgets * 3 {
		r.take(bots.Address(fmt.Sprint(i)), 1, now.Add(2*time.Second))
	}
	if len(r.chats) > maxBudgets {
		t.Errorf("%d chats are counted", len(r.chats))
	}
}

func TestUploadsThatCannotBeTakenAreRefusedWithTheirLimit(t *testing.T) {
	cfg := testConfig(t)
	cfg.MaxFile = 1 << 20
	s := serve(t, cfg)
	big := strings.Repeat("x", 1<<20+1)
	for name, body := range map[string]io.Reader{
		"announced":     strings.NewReader(big),
		"not announced": struct{ io.Reader }{strings.NewReader(big)},
	} {
		resp, p := s.upload(t, citizen, id1, body)
		if resp.StatusCode != 413 || p.Error != "too_large" || p.Limit != 1<<20 || !strings.Contains(p.Message, "1 MB") {
			t.Errorf("%s: %s %+v", name, resp.Status, p)
		}
	}
	if resp, p := s.upload(t, citizen, id1, strings.NewReader(big[:1<<20])); resp.StatusCode != 200 {
		t.Errorf("exactly the limit: %s %+v", resp.Status, p)
	}
	if resp, p := s.upload(t, citizen, id2, strings.NewReader("")); resp.StatusCode != 422 || p.Error != "empty" || p.Message == "" {
		t.Errorf("0 bytes: %s %+v", resp.Status, p)
	}
	if resp, p := s.upload(t, citizen, "../../etc/passwd", strings.NewReader("x")); resp.StatusCode != 400 || p.Message == "" {
		t.Errorf("a name that leads out: %s %+v", resp.Status, p)
	}
	half := s.request(t, "POST", "/chat/uploads", citizen, io.MultiReader(strings.NewReader("x"), iotest.ErrReader(errBroken)), uploadID, id3)
	if resp, err := s.Client().Do(half); err == nil {
		_ = resp.Body.Close()
		t.Errorf("half a file: %s", resp.Status)
	}
	ref, err := json.Marshal(media{Staged: s.channel.stagedName(AddressOf(citizen), id3)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.channel.Fetch(t.Context(), ref); !errors.Is(err, bots.ErrMediaGone) {
		t.Errorf("half a file was kept: %v", err)
	}
}

func TestNothingPersonalIsLogged(t *testing.T) {
	s := serve(t, testConfig(t))
	s.inbox.setBroken(errBroken)
	s.post(t, citizen, `{"id":"`+id1+`","type":"text","text":"Nama saya Siti"}`)
	s.post(t, citizen, `{"id":"`+id1+`","type":"tekst","text":"Nama saya Siti"}`)
	s.upload(t, citizen, id1, strings.NewReader("foto"))
	log := s.log.String()
	if log == "" {
		t.Error("an operator would not know that nothing is taken in")
	}
	for _, secret := range []string{"Siti", citizen, string(AddressOf(citizen)), "127.0.0.1"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log says %q: %s", secret, log)
		}
	}
}
