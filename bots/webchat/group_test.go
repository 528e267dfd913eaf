package webchat

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/conversation"
)

const (
	liaison  = "petugas-pupr-petugas-pupr-petugas"
	operator = "operator-pupr-operator-pupr-operator"
	body     = "grup-pupr-grup-pupr-grup-pupr-grup"
	silent   = "grup-bisu-grup-bisu-grup-bisu-grup"
)

// officePanes are a demo with two groups at work, and one that is only read.
func officePanes() []Pane {
	return append(demoPanes(),
		Pane{Title: "Grup PUPR", Column: "Dinas", Kind: PaneGroup, Token: body, As: []string{liaison, operator}},
		Pane{Title: "Petugas PUPR", Column: "Dinas", Kind: PanePerson, Token: liaison},
		Pane{Title: "Operator PUPR", Column: "Dinas", Kind: PanePerson, Token: operator},
		Pane{Title: "Grup bisu", Column: "Dinas", Kind: PaneGroup, Token: silent},
	)
}

func officeConfig(t testing.TB) Config {
	t.Helper()
	cfg := testConfig(t)
	cfg.Demo, cfg.Panes = true, officePanes()
	return cfg
}

// postAs posts events to a group as somebody.
func (s *server) postAs(t testing.TB, chat, as string, events ...string) (*http.Response, string) {
	t.Helper()
	r := s.request(t, "POST", "/chat/messages", chat, strings.NewReader(`{"events":[`+strings.Join(events, ",")+`]}`))
	if as != "" {
		r.Header.Set(actingAs, as)
	}
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(all)
}

func TestOfficialsActInTheirGroupsAndNobodyElseDoes(t *testing.T) {
	s := serve(t, officeConfig(t))
	text := func(i int) string {
		return fmt.Sprintf(`{"id":"0d9c2a52-8c56-4b51-9a64-%012d","type":"text","text":"halo"}`, i)
	}
	for i, c := range []struct {
		name, chat, as string
		status         int
	}{
		{"a member", body, liaison, 200},
		{"the other member", body, operator, 200},
		{"nobody", body, "", 403},
		{"a member of another group", body, admin, 403},
		{"a citizen", body, citizen, 403},
		{"the group itself", body, body, 403},
		{"rubbish", body, "x", 403},
		{"somebody in a group that is only read", silent, liaison, 403},
		{"an official in a citizen's chat", citizen, liaison, 403},
		{"an official in their own chat", liaison, liaison, 403},
		{"a group in an official's chat", liaison, body, 403},
		{"a citizen's chat taken for a group", citizen, admin, 403},
		{"a citizen", citizen, "", 200},
	} {
		if resp, answered := s.postAs(t, c.chat, c.as, text(i)); resp.StatusCode != c.status {
			t.Errorf("%s: %s %s", c.name, resp.Status, answered)
		}
	}
	type author struct {
		Chat, From bots.Address
		Group      bool
	}
	var got []author
	for _, in := range s.inbox.accepted() {
		got = append(got, author{in.Chat, in.From, in.Group})
	}
	want := []author{
		{AddressOf(body), AddressOf(liaison), true},
		{AddressOf(body), AddressOf(operator), true},
		{AddressOf(citizen), "", false},
	}
	if len(got) != len(want) {
		t.Fatalf("%d events were taken in, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d is of another chat, group or author", i)
		}
	}

	// Outside of a demo there are no groups at all.
	s = serve(t, testConfig(t))
	if resp, _ := s.postAs(t, body, liaison, text(1)); resp.StatusCode != http.StatusForbidden || len(s.inbox.accepted()) != 0 {
		t.Errorf("outside of a demo: %s", resp.Status)
	}
}

func TestAPressIsAnsweredToItsPageAlone(t *testing.T) {
	s := serve(t, officeConfig(t))
	s.inbox.answer = func(c bots.Channel, _ bots.Incoming, d bots.Decoded) {
		if d.Press == "" {
			return
		}
		for _, say := range []string{"Lanjutkan di obrolan pribadi.", "terlambat"} { // answered once
			if err := c.(bots.Answerer).Answer(t.Context(), d.Press, say); err != nil {
				t.Error(err)
			}
		}
	}
	events := s.listen(t, body)
	alerts := func(answered string) []string {
		t.Helper()
		var a accepted
		if err := json.Unmarshal([]byte(answered), &a); err != nil {
			t.Fatal(err)
		}
		return a.Alerts
	}
	press, words := `{"id":"`+id1+`","type":"press","token":"k.1.claim"}`, `{"id":"`+id2+`","type":"text","text":"halo"}`
	if _, answered := s.postAs(t, body, liaison, words); alerts(answered) != nil {
		t.Errorf("a text is answered with %s", answered)
	}
	_, answered := s.postAs(t, body, liaison, press)
	if diff := cmp.Diff([]string{"Lanjutkan di obrolan pribadi."}, alerts(answered)); diff != "" {
		t.Error(diff)
	}
	// Delivered again it was answered already.
	if _, answered = s.postAs(t, body, operator, press); alerts(answered) != nil {
		t.Errorf("again: %s", answered)
	}
	// Whoever pressed is gone, or it is no press at all.
	for _, press := range []string{string(AddressOf(body)) + ":" + id1, "", "x"} {
		if err := s.channel.Answer(t.Context(), press, "terlambat"); err != nil {
			t.Error(err)
		}
	}
	if n := len(s.channel.alerts.waiting); n != 0 {
		t.Errorf("%d presses are still waited for", n)
	}
	send(t, s.channel, body, "a", "kartu")
	if e := next(t, events); e.Data.Message.Text != "kartu" {
		t.Errorf("the others in the group read %+v", e)
	}
}

func TestAStreamCarriesManyChats(t *testing.T) {
	s := serve(t, officeConfig(t))
	send(t, s.channel, citizen, "a", "warga")
	send(t, s.channel, body, "b", "grup, lama")
	first := next(t, s.listen(t, body))
	send(t, s.channel, body, "c", "grup, baru")
	send(t, s.channel, other, "d", "milik orang lain")
	events := s.listen(t, citizen, alsoChats, liaison+"=0 "+body+"="+first.ID)
	send(t, s.channel, liaison, "e", "petugas")
	got := map[string]int{}
	for len(got) < 4 {
		if len(got) == 3 { // a message that comes after it would take its place
			_ = s.channel.Typing(t.Context(), AddressOf(body))
		}
		e := next(t, events)
		got[e.Name+" "+e.Data.Message.Text] = e.Data.Chat
	}
	want := map[string]int{"message warga": 0, "message petugas": 1, "message grup, baru": 2, "typing ": 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAReplyNamesTheMessageThatItAnswers(t *testing.T) {
	s := serve(t, officeConfig(t))
	for _, e := range []string{
		`{"id":"` + id1 + `","type":"text","text":"tiang 12","reply":"pesan-1"}`,
		`{"id":"` + id2 + `","type":"text","text":"tiang 13"}`,
	} {
		if resp, answered := s.postAs(t, body, liaison, e); resp.StatusCode != http.StatusOK {
			t.Fatal(answered)
		}
	}
	if resp, _ := s.postAs(t, body, liaison, `{"id":"`+id3+`","type":"text","reply":"`+strings.Repeat("x", maxShort+1)+`"}`); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a reply to no message: %s", resp.Status)
	}
	var got []bots.Decoded
	for _, in := range s.inbox.accepted() {
		d, err := s.channel.Decode(in.Body)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, d)
	}
	want := []bots.Decoded{
		{Input: conversation.Text{Text: "tiang 12"}, Ref: id1, ReplyTo: "pesan-1"},
		{Input: conversation.Text{Text: "tiang 13"}, Ref: id2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
