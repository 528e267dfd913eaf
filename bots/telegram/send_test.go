package telegram_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/conversation"
)

// alone is a channel without a service: tests of sending need no more.
func alone(t *testing.T, s *telegramtest.Server) *telegram.Channel {
	t.Helper()
	return open(t, &channeltest.World{Now: time.Now}, s, false)
}

func to(p *telegramtest.Person) bots.Address { return bots.Address(strconv.FormatInt(p.ID(), 10)) }

func text(id, s string) bots.Outgoing {
	return bots.Outgoing{ID: id, Message: conversation.Message{Text: s}}
}

func question(id, s string) bots.Outgoing {
	m := text(id, s)
	m.Message.Choices = []conversation.Button{{Number: 1, Token: "1.1.yes", Label: "Ya"}}
	return m
}

func place(id, s string) bots.Outgoing {
	m := question(id, s)
	m.Message.AskLocation, m.Message.Share = true, "Kirim lokasi saya"
	return m
}

// problem is what kind of failure err is.
func problem(err error) bots.SendProblem {
	var e *bots.SendError
	if !errors.As(err, &e) {
		return ""
	}
	return e.Problem
}

func TestTelegramsRefusalsAreUnderstood(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(s *telegramtest.Server, p *telegramtest.Person)
		message bots.Outgoing
		want    bots.SendProblem
	}{
		"blocked":        {func(_ *telegramtest.Server, p *telegramtest.Person) { p.Block() }, text("a", "halo"), bots.RecipientGone},
		"deleted":        {func(_ *telegramtest.Server, p *telegramtest.Person) { p.Deactivate() }, text("a", "halo"), bots.RecipientGone},
		"flood":          {func(s *telegramtest.Server, p *telegramtest.Person) { s.Flood(p.ID(), 3*time.Hour) }, text("a", "halo"), bots.Throttled},
		"nothing to say": {nil, text("a", " \n "), bots.Refused},
		"no such message": {nil, bots.Outgoing{
			ID: "a", Replaces: "4711", Message: conversation.Message{Text: "halo"},
		}, bots.EditExpired},
		"too long for an edit": {nil, bots.Outgoing{
			ID: "a", Replaces: "1", Message: conversation.Message{Text: strings.Repeat("a ", 3000)},
		}, bots.EditExpired},
		"a keyboard by an edit": {nil, func() bots.Outgoing { m := place("a", "Di mana?"); m.Replaces = "1"; return m }(), bots.EditExpired},
	} {
		t.Run(name, func(t *testing.T) {
			s := telegramtest.Start(t)
			p := s.Person(7001, "Warga")
			if c.prepare != nil {
				c.prepare(s, p)
			}
			_, err := alone(t, s).Send(t.Context(), to(p), c.message)
			if got := problem(err); got != c.want {
				t.Fatalf("%v is %q, want %q", err, got, c.want)
			}
			var e *bots.SendError
			if errors.As(err, &e) && c.want == bots.Throttled && (e.Wait < 2*time.Hour || e.Pause != 0) {
				t.Errorf("one chat's wait is %s, everybody's %s", e.Wait, e.Pause)
			}
		})
	}
	s := telegramtest.Start(t)
	if _, err := alone(t, s).Send(t.Context(), to(s.Stranger(7002, "Warga")), text("a", "halo")); problem(err) != bots.RecipientGone {
		t.Errorf("somebody who never wrote: %v", err)
	}
	if _, err := alone(t, s).Send(t.Context(), "bukan angka", text("a", "halo")); problem(err) != bots.Refused {
		t.Errorf("an address of another network: %v", err)
	}
}

func TestAFloodOfManyIsAFloodOfAll(t *testing.T) {
	s := telegramtest.Start(t)
	c := alone(t, s)
	s.Flood(0, 10*time.Minute)
	var pauses []time.Duration
	for i := range int64(4) {
		p := s.Person(7001+i, "Warga")
		_, err := c.Send(t.Context(), to(p), text("a"+strconv.FormatInt(i, 10), "halo"))
		var e *bots.SendError
		if !errors.As(err, &e) || e.Problem != bots.Throttled {
			t.Fatal(err)
		}
		pauses = append(pauses, e.Pause)
	}
	if pauses[0] != 0 || pauses[1] != 0 || pauses[2] != 30*time.Second || pauses[3] != 30*time.Second {
		t.Errorf("everybody waits for %v", pauses)
	}
}

func TestAGroupThatMovedIsFollowed(t *testing.T) {
	s := telegramtest.Start(t)
	by := s.Person(7001, "Petugas")
	old := s.Group(-4001, "Grup Admin", by)
	old.AddBot(by)
	c := alone(t, s)
	if _, err := c.Send(t.Context(), "-4001", question("a", "halo")); err != nil {
		t.Fatal(err)
	}
	fresh := old.Migrate(-1_001_000_000_009, by)
	_, err := c.Send(t.Context(), "-4001", text("b", "halo lagi"))
	var e *bots.SendError
	if !errors.As(err, &e) || e.Problem != bots.ChatMoved || string(e.NewAddress) != "-1001000000009" {
		t.Fatalf("%#v", e)
	}
	if _, err := c.Send(t.Context(), e.NewAddress, text("b", "halo lagi")); err != nil || len(fresh.Shown()) != 1 {
		t.Errorf("the new group shows %d messages, %v", len(fresh.Shown()), err)
	}
}

// What Telegram carried out although its answer got lost is found again, and
// not sent twice.
func TestAnAnswerThatGotLostShowsNothingTwice(t *testing.T) {
	for name, message := range map[string]bots.Outgoing{
		"plain": text("a", "Terima kasih."), "with buttons": question("a", "Setuju?"),
		"long": question("a", strings.Repeat("satu ", 800)+strings.Repeat("dua ", 1000)+strings.Repeat("tiga ", 300)),
	} {
		for _, faults := range []telegramtest.Faults{{DropAfter: 1}, {JSONAfter: 1}, {HTMLAfter: 1}} {
			t.Run(name, func(t *testing.T) {
				s := telegramtest.Start(t)
				p, other := s.Person(7001, "Warga"), s.Person(7002, "Warga Lain")
				c := alone(t, s)
				before := send(t, c, to(p), text("0", "Halo."))
				faults.Methods = []string{"sendMessage"}
				s.SetFaults(faults)
				if _, err := c.Send(t.Context(), to(p), message); err == nil || problem(err) != "" {
					t.Fatalf("an outcome that nobody knows is %v", err)
				}
				s.SetFaults()
				other.Text("sementara itu")
				send(t, c, to(other), text("b", "Di percakapan lain."))
				ref := send(t, c, to(p), message)
				var want string
				seen := map[string]int{}
				for _, m := range p.Shown() {
					seen[m.Text]++
					want = strconv.FormatInt(m.MessageID, 10)
				}
				for part, n := range seen {
					if n != 1 {
						t.Errorf("%.20q… is shown %d times", part, n)
					}
				}
				if ref != want || ref == before {
					t.Errorf("it is known as %s, and is %s", ref, want)
				}
				if len(other.Shown()) != 1 {
					t.Errorf("somebody else sees %d messages", len(other.Shown()))
				}
			})
		}
	}
}

func send(t *testing.T, c *telegram.Channel, to bots.Address, m bots.Outgoing) string {
	t.Helper()
	ref, err := c.Send(t.Context(), to, m)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestWhatWasNeverSentIsSentOnce(t *testing.T) {
	for _, faults := range []telegramtest.Faults{{DropBefore: 1}, {JSONBefore: 1}, {HTMLBefore: 1}} {
		s := telegramtest.Start(t)
		p := s.Person(7001, "Warga")
		p.Text("halo")
		c := alone(t, s)
		send(t, c, to(p), text("0", "Halo."))
		s.SetFaults(faults)
		for range 3 {
			if _, err := c.Send(t.Context(), to(p), place("a", "Di mana?")); err == nil || problem(err) != "" {
				t.Fatalf("an outcome that nobody knows is %v", err)
			}
		}
		s.SetFaults()
		send(t, c, to(p), place("a", "Di mana?"))
		send(t, c, to(p), place("a", "Di mana?")) // nobody could note it
		if n := len(p.Shown()); n != 2 {
			t.Errorf("%d messages are shown", n)
		}
	}
}

// A keyboard's message cannot be edited; a poll that has gone past it shows
// whose it was.
func TestAKeyboardWhoseAnswerGotLostIsFoundWhilePolling(t *testing.T) {
	w := channeltest.NewWorld(t)
	s := telegramtest.Start(t)
	c := open(t, w, s, false)
	w.Start(c)
	p, other := s.Person(7001, "Warga"), s.Person(7002, "Warga Lain")
	p.Text("/bantuan")
	await(t, p, "")
	s.SetFaults(telegramtest.Faults{Methods: []string{"sendMessage"}, DropAfter: 1})
	if _, err := c.Send(t.Context(), to(p), place("a", "Di mana?")); err == nil {
		t.Fatal("nothing got lost")
	}
	s.SetFaults()
	other.Text("/bantuan")
	await(t, other, "")
	send(t, c, to(p), place("a", "Di mana?"))
	if n := len(p.Shown()); n != 2 {
		t.Errorf("%d messages are shown", n)
	}
}

func await(t *testing.T, p *telegramtest.Person, part string) telegramtest.Shown {
	t.Helper()
	m, err := p.Await(func(m telegramtest.Shown) bool { return strings.Contains(m.Text, part) }, 20*time.Second)
	if err != nil {
		t.Fatalf("%q: %v; shown: %+v", part, err, p.Shown())
	}
	return m
}

func TestAKeyboardIsTakenAwayByTheNextMessageThatMay(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Warga")
	c := alone(t, s)
	send(t, c, to(p), place("a", "Di mana?"))
	if len(p.Keyboard()) != 2 {
		t.Fatalf("the keyboard is %v", p.Keyboard())
	}
	counted := text("b", "1 berkas diterima.")
	counted.Message.Slot = "files"
	ref := send(t, c, to(p), counted)
	counted.ID, counted.Replaces, counted.Message.Text = "c", ref, "2 berkas diterima."
	send(t, c, to(p), counted)
	send(t, c, to(p), text("d", "Terima kasih."))
	if p.Keyboard() != nil {
		t.Error("the keyboard is still there")
	}
	send(t, c, to(p), text("e", "Sampai jumpa."))
	shown := p.Shown()
	if !shown[2].RemovesKeyboard || shown[3].RemovesKeyboard || shown[1].Text != "2 berkas diterima." {
		t.Errorf("shown %+v", shown)
	}
}

func TestAnEditThatChangesNothingIsNoFault(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Warga")
	c := alone(t, s)
	m := question("a", "Setuju?")
	m.Replaces = send(t, c, to(p), m)
	m.ID = "b"
	send(t, c, to(p), m)
	if shown := p.Shown(); len(shown) != 1 || len(shown[0].Inline) != 1 {
		t.Errorf("shown %+v", shown)
	}
}

// A server that cannot parse what is bold gets the words alone.
func TestWordsArriveWhereFormattingDoesNot(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Error(err)
		}
		got = append(got, r.FormValue("entities"))
		if r.FormValue("entities") != "" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities: unexpected end"}`)
			return
		}
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":5,"date":1,"chat":{"id":7001,"type":"private"}}}`)
	}))
	t.Cleanup(server.Close)
	c := channel(t, telegram.Config{Token: sampleToken, Server: server.URL, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	m := text("a", conversation.BoldOn+"Halo"+conversation.BoldOff)
	if ref := send(t, c, "7001", m); ref != "5" || len(got) != 2 || got[0] == "" || got[1] != "" {
		t.Errorf("sent as %s after %q", ref, got)
	}
}

const sampleToken = "123456789:AAF-contoh_token_contoh_token"

// What Telegram did is not done again because its answer has become unreadable.
func TestAnAnswerOfALaterReleaseIsAnAnswer(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":5,"date":"tomorrow","chat":{"id":7001,"type":"private"}}}`)
	}))
	t.Cleanup(server.Close)
	c := channel(t, telegram.Config{Token: sampleToken, Server: server.URL, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	send(t, c, "7001", text("a", "Halo"))
	send(t, c, "7001", text("a", "Halo"))
	if calls != 1 {
		t.Errorf("it was sent %d times", calls)
	}
}

// Errors are logged and stored: they hold neither the token nor what people wrote.
func TestErrorsTellNoSecret(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<html>"+r.URL.Path+"</html>")
	}))
	c := channel(t, telegram.Config{Token: sampleToken, Server: server.URL, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	media, err := json.Marshal(map[string]string{"file_id": "x"})
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s succeeded", what)
		} else if what != "send" && strings.Contains(err.Error(), "contoh_token") {
			t.Errorf("%s: %v", what, err) // what Send returns is logged by its type only
		}
	}
	for range 2 {
		_, err = c.Send(t.Context(), "7001", text("a", "rahasia"))
		check("send", err)
		_, err = c.Fetch(t.Context(), media)
		check("fetch", err)
		_, err = c.Inspect(t.Context())
		check("inspect", err)
		server.Close() // and once without anybody who answers
	}
}
