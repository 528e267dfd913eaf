package webchat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/conversation"
	"kentongan/reports/seal"
)

const (
	id1 = "0d9c2a52-8c56-4b51-9a64-0d6f2f3a0001"
	id2 = "0d9c2a52-8c56-4b51-9a64-0d6f2f3a0002"
	id3 = "0d9c2a52-8c56-4b51-9a64-0d6f2f3a0003"
)

func send(t *testing.T, c *Channel, token, id, text string) {
	t.Helper()
	ref, err := c.Send(t.Context(), AddressOf(token), bots.Outgoing{ID: id, Message: conversation.Message{Text: text}})
	if err != nil || ref != id {
		t.Fatalf("Send: %q, %v", ref, err)
	}
}

func edit(t *testing.T, c *Channel, token, id, replaces, text string) {
	t.Helper()
	ref, err := c.Send(t.Context(), AddressOf(token), bots.Outgoing{ID: id, Replaces: replaces, Message: conversation.Message{Text: text}})
	if err != nil || ref != replaces {
		t.Fatalf("Send: %q, %v, want the reference of what was first shown", ref, err)
	}
}

func rows(t *testing.T, s *server) (n int) {
	t.Helper()
	if err := s.pool.QueryRow(t.Context(), "select count(*) from webchat_messages").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// take reads n messages and returns their ids and texts.
func take(t *testing.T, events <-chan sse, n int) []string {
	t.Helper()
	var got []string
	for len(got) < n {
		if e := next(t, events); e.Name == "message" {
			got = append(got, strings.TrimSuffix(e.Data.ID+" "+e.Data.Replaces, " ")+": "+e.Data.Message.Text)
		}
	}
	return got
}

func TestWhatWasSentReachesItsChatInOrderAndNobodyElses(t *testing.T) {
	s := serve(t, testConfig(t))
	send(t, s.channel, citizen, "a", "satu")
	send(t, s.channel, other, "b", "milik orang lain")
	send(t, s.channel, citizen, "c", "dua")
	events := s.listen(t, citizen)
	send(t, s.channel, citizen, "d", "tiga")
	if diff := cmp.Diff([]string{"a: satu", "c: dua", "d: tiga"}, take(t, events, 3)); diff != "" {
		t.Error(diff)
	}
}

func TestSendingTheSameMessageAgainStoresItOnce(t *testing.T) {
	s := serve(t, testConfig(t))
	for range 3 {
		send(t, s.channel, citizen, "a", "satu")
	}
	if n := rows(t, s); n != 1 {
		t.Errorf("%d rows", n)
	}
}

func TestOfTheEditsOfAMessageThePageGetsTheNewestAfterTheMessage(t *testing.T) {
	s := serve(t, testConfig(t))
	send(t, s.channel, citizen, "a", "1 berkas")
	edit(t, s.channel, citizen, "b", "a", "2 berkas")
	send(t, s.channel, citizen, "c", "lanjut")
	edit(t, s.channel, citizen, "d", "a", "3 berkas")
	events := s.listen(t, citizen)
	if diff := cmp.Diff([]string{"a: 1 berkas", "c: lanjut", "d a: 3 berkas"}, take(t, events, 3)); diff != "" {
		t.Error(diff)
	}
	// A card keeps one id through all its versions, and may go back to an old one.
	for _, text := range []string{"4 berkas", "3 berkas"} {
		edit(t, s.channel, citizen, "a", "a", text)
		if diff := cmp.Diff([]string{"a a: " + text}, take(t, events, 1)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAnEditCannotReplaceAMessageOfAnotherChat(t *testing.T) {
	s := serve(t, testConfig(t))
	send(t, s.channel, citizen, "a", "milik warga")
	edit(t, s.channel, citizen, "b", "a", "diubah")
	edit(t, s.channel, other, "x", "a", "milik orang lain")
	if diff := cmp.Diff([]string{"a: milik warga", "b a: diubah"}, take(t, s.listen(t, citizen), 2)); diff != "" {
		t.Error(diff)
	}
}

func TestSendRefusesWhatIsNoAddressOfTheWebChat(t *testing.T) {
	s := serve(t, testConfig(t))
	for _, to := range []bots.Address{"", "628123456789", bots.Address(citizen)} {
		_, err := s.channel.Send(t.Context(), to, bots.Outgoing{ID: "a"})
		problem, ok := errors.AsType[*bots.SendError](err)
		if !ok || problem.Problem != bots.Refused {
			t.Errorf("%d characters: %v, want refused", len(to), err)
		}
	}
}

func TestWhatLiesInTheDatabaseIsSealedAndBoundToItsChat(t *testing.T) {
	s := serve(t, testConfig(t))
	send(t, s.channel, citizen, "a", "Bupati menerima uang")
	var dump string
	if err := s.pool.QueryRow(t.Context(), "select string_agg(m::text || encode(body, 'escape'), '') from webchat_messages m").Scan(&dump); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Bupati", citizen, string(AddressOf(citizen))} {
		if strings.Contains(dump, secret) {
			t.Errorf("a row shows %q", secret)
		}
	}
	// Somebody with the database gives the row to another chat.
	if _, err := s.pool.Exec(t.Context(), "update webchat_messages set address_hash = $1", s.channel.addressHash(AddressOf(other))); err != nil {
		t.Fatal(err)
	}
	send(t, s.channel, other, "b", "pesan sendiri")
	if got := take(t, s.listen(t, other), 2); got[0] != ": " || got[1] != "b: pesan sendiri" {
		t.Errorf("the other chat read %q", got)
	}
	if !strings.Contains(s.log.String(), "unreadable") {
		t.Error("an operator would not know")
	}
}

func TestMessagesSentUnderAnOlderKeyStillArrive(t *testing.T) {
	cfg := testConfig(t)
	older, newer := seal.NewKey(), seal.NewKey()
	cfg.Sealer, _ = seal.New(older)
	s := serve(t, cfg)
	send(t, s.channel, citizen, "a", "kunci lama")
	cfg.Sealer, _ = seal.New(newer, older)
	s = serve(t, cfg)
	send(t, s.channel, citizen, "b", "kunci baru")
	if diff := cmp.Diff([]string{"a: kunci lama", "b: kunci baru"}, take(t, s.listen(t, citizen), 2)); diff != "" {
		t.Error(diff)
	}
}

func TestAStreamSeesWhatAnotherProcessSent(t *testing.T) {
	cfg := testConfig(t)
	s := serve(t, cfg)
	elsewhere, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	events := s.listen(t, citizen)
	for i := range 3 {
		send(t, elsewhere, citizen, fmt.Sprint(i), "dari proses lain")
		take(t, events, 1)
	}
}

func TestManySendersAtOnceLoseNothingAndAStreamMissesNothing(t *testing.T) {
	cfg := testConfig(t)
	s := serve(t, cfg)
	elsewhere, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	const senders, each = 6, 40
	events := s.listen(t, citizen)
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() {
			for j := range each {
				c := []*Channel{s.channel, elsewhere}[i%2]
				_, err := c.Send(context.Background(), AddressOf(citizen), bots.Outgoing{ID: fmt.Sprintf("%d/%03d", i, j)})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	last := map[byte]string{}
	for range senders * each {
		e := next(t, events)
		if before := last[e.Data.ID[0]]; e.Data.ID <= before {
			t.Fatalf("%s came after %s", e.Data.ID, before)
		}
		last[e.Data.ID[0]] = e.Data.ID
	}
	all.Wait()
}

func TestTypingReachesWhoListensHere(t *testing.T) {
	s := serve(t, testConfig(t))
	events := s.listen(t, citizen)
	if err := s.channel.Typing(t.Context(), AddressOf(citizen)); err != nil {
		t.Fatal(err)
	}
	if e := next(t, events); e.Name != "typing" {
		t.Errorf("got %q", e.Name)
	}
}

func TestTypingIsNotShownAfterTheAnswerItAnnounced(t *testing.T) {
	s := serve(t, testConfig(t))
	events := s.listen(t, citizen)
	for i := range 50 {
		_ = s.channel.Typing(t.Context(), AddressOf(citizen))
		send(t, s.channel, citizen, fmt.Sprint(i), "jawaban")
		for e := next(t, events); e.Name != "message"; e = next(t, events) {
		}
		select {
		case e := <-events:
			t.Fatalf("%q after the answer", e.Name)
		default:
		}
	}
}

func TestSweepErasesWhatIsOlder(t *testing.T) {
	cfg := testConfig(t)
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	cfg.Now = func() time.Time { return now }
	s := serve(t, cfg)
	send(t, s.channel, citizen, "a", "lama")
	now = now.Add(14*24*time.Hour + time.Minute)
	send(t, s.channel, citizen, "b", "baru")
	n, err := s.channel.Sweep(t.Context(), now.Add(-14*24*time.Hour))
	if err != nil || n != 1 {
		t.Fatalf("swept %d, %v", n, err)
	}
	if diff := cmp.Diff([]string{"b: baru"}, take(t, s.listen(t, citizen), 1)); diff != "" {
		t.Error(diff)
	}
}

// Months may pass in a demo between what was said and the first page that asks.
func TestADemoSweepsNoMessages(t *testing.T) {
	cfg := testConfig(t)
	cfg.Demo = true
	s := serve(t, cfg)
	send(t, s.channel, citizen, "a", "lama")
	if n, err := s.channel.Sweep(t.Context(), time.Now().Add(time.Hour)); err != nil || n != 0 {
		t.Errorf("swept %d, %v", n, err)
	}
	if diff := cmp.Diff([]string{"a: lama"}, take(t, s.listen(t, citizen), 1)); diff != "" {
		t.Error(diff)
	}
}

func TestRunEndsStreamsAndTakesNothingInAfterwards(t *testing.T) {
	s := serve(t, testConfig(t))
	events := s.listen(t, citizen)
	s.stop()
	for range events { // ends only where the stream does
	}
	for _, request := range []struct{ method, path string }{{"GET", "/chat/stream"}, {"POST", "/chat/messages"}, {"POST", "/chat/uploads"}} {
		r := s.request(t, request.method, request.path, citizen, strings.NewReader(`{"events":[{"id":"`+id1+`","type":"text"}]}`), uploadID, id1)
		resp, _ := s.do(t, r)
		if resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s", request.path, resp.Status)
		}
	}
}

func TestRunWaitsForWhatIsBeingAccepted(t *testing.T) {
	s := serve(t, testConfig(t))
	arrived, release := make(chan struct{}), make(chan struct{})
	s.inbox.answer = func(bots.Channel, bots.Incoming, bots.Decoded) {
		close(arrived)
		<-release
	}
	var posted, stopped sync.WaitGroup
	status := 0
	posted.Go(func() {
		resp, _ := s.post(t, citizen, `{"id":"`+id1+`","type":"text","text":"halo"}`)
		status = resp.StatusCode
	})
	<-arrived
	over := make(chan struct{})
	stopped.Go(func() {
		s.stop()
		close(over)
	})
	eventually(t, "Run to be told", func() bool { return s.channel.current() == nil })
	select {
	case <-over:
		t.Error("Run returned while a message was being accepted")
	default:
	}
	close(release)
	posted.Wait()
	stopped.Wait()
	if status != 200 {
		t.Errorf("the message was answered with %d", status)
	}
}

func TestFetchOpensAnUploadUntilItIsDiscarded(t *testing.T) {
	s := serve(t, testConfig(t))
	content := bytes.Repeat([]byte("foto "), 100_000)
	if resp, p := s.upload(t, citizen, id1, bytes.NewReader(content)); resp.StatusCode != 200 {
		t.Fatalf("upload: %s %v", resp.Status, p)
	}
	s.post(t, citizen, `{"id":"`+id1+`","type":"upload","name":"foto.jpg","file_type":"image/jpeg","bytes":500000}`)
	// Another chat names the same upload.
	s.post(t, other, `{"id":"`+id1+`","type":"upload","name":"foto.jpg"}`)

	accepted := s.inbox.accepted()
	if len(accepted) != 2 {
		t.Fatalf("%d events", len(accepted))
	}
	d, err := s.channel.Decode(accepted[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.channel.Fetch(t.Context(), d.Media)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	_ = f.Close()
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	foreign, err := s.channel.Decode(accepted[1].Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.channel.Fetch(t.Context(), foreign.Media); !errors.Is(err, bots.ErrMediaGone) {
		t.Errorf("another chat's reference: %v", err)
	}
	for range 2 {
		if err := s.channel.Discard(t.Context(), d.Media); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.channel.Fetch(t.Context(), d.Media); !errors.Is(err, bots.ErrMediaGone) {
		t.Errorf("after Discard: %v", err)
	}
}

func TestSweepUploadsErasesWhatIsOlderByTheServicesClock(t *testing.T) {
	cfg := testConfig(t)
	ahead := 30 * 24 * time.Hour // a demo's clock
	cfg.Now = func() time.Time { return time.Now().Add(ahead) }
	s := serve(t, cfg)
	s.upload(t, citizen, id1, strings.NewReader("foto"))
	if n, err := s.channel.SweepUploads(t.Context(), cfg.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("an hour back: %d, %v", n, err)
	}
	if n, err := s.channel.SweepUploads(t.Context(), cfg.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("all: %d, %v", n, err)
	}
}

func TestNewRefusesPanesOutsideOfADemoAndGroupsWithoutAToken(t *testing.T) {
	cfg := testConfig(t)
	for name, change := range map[string]func(*Config){
		"no pool":             func(c *Config) { c.Pool = nil },
		"panes without demo":  func(c *Config) { c.Panes = demoPanes() },
		"group without token": func(c *Config) { c.Demo, c.Panes = true, []Pane{{Title: "Grup", Kind: PaneGroup}} },
		"kind that is none":   func(c *Config) { c.Demo, c.Panes = true, []Pane{{Title: "Warga", Kind: "warga"}} },
		"member without a pane": func(c *Config) {
			c.Demo, c.Panes = true, []Pane{{Title: "Grup", Kind: PaneGroup, Token: group, As: []string{admin}}}
		},
		"citizen in a group": func(c *Config) {
			c.Demo, c.Panes = true, []Pane{{Title: "Grup", Kind: PaneGroup, Token: group, As: []string{citizen}}, {Title: "Warga", Kind: PaneCitizen, Token: citizen}}
		},
		"member of a private chat": func(c *Config) {
			c.Demo, c.Panes = true, []Pane{{Title: "Admin", Kind: PanePerson, Token: admin}, {Title: "Warga", Kind: PaneCitizen, As: []string{admin}}}
		},
		"token that is guessed": func(c *Config) { c.Demo, c.Panes = true, []Pane{{Title: "Warga", Kind: PaneCitizen, Token: "1234"}} },
	} {
		changed := cfg
		change(&changed)
		if _, err := New(changed); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
