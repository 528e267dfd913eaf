package telegramtest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"kentongan/bots/telegram/telegramtest"
)

func TestEveryKindOfMessageHasItsField(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti").Called("Aminah", "siti", "id")
	body := []byte("isi")
	for field, send := range map[string]func() int64{
		"photo":          func() int64 { return p.Photo(body, "a", "") },
		"document":       func() int64 { return p.Document("a.pdf", "application/pdf", body, "", "") },
		"video":          func() int64 { return p.Video(body, "", "") },
		"video_note":     func() int64 { return p.VideoNote(body) },
		"animation":      func() int64 { return p.Animation(body, "") },
		"voice":          func() int64 { return p.Voice(body) },
		"audio":          func() int64 { return p.Audio("a.mp3", "audio/mpeg", body, "", "") },
		"sticker":        func() int64 { return p.Sticker(body) },
		"contact":        func() int64 { return p.Contact("+62812", "Budi", false) },
		"poll":           func() int64 { return p.Poll("Ya?", "ya", "tidak") },
		"dice":           p.Dice,
		"location":       func() int64 { return p.Location(-6.2, 106.8) },
		"venue":          func() int64 { return p.Venue(-6.2, 106.8, "Balai Kota", "Jalan Merdeka") },
		"forward_origin": func() int64 { return p.Forward("Budi", "lihat ini") },
		"via_bot": func() int64 {
			return p.TextWith("a", func(m map[string]any) { m["via_bot"] = args{"id": 1, "is_bot": true, "first_name": "x"} })
		},
	} {
		t.Run(field, func(t *testing.T) {
			id := send()
			var list []struct{ Message map[string]json.RawMessage }
			ok(t, s, "getUpdates", args{"offset": -1}, &list)
			m := list[0].Message
			var from map[string]any
			if err := json.Unmarshal(m["from"], &from); err != nil || from["last_name"] != "Aminah" || from["language_code"] != "id" {
				t.Errorf("from %v, %v", from, err)
			}
			if m[field] == nil || m["chat"] == nil || m["date"] == nil || id == 0 {
				t.Errorf("message %v", m)
			}
			var got tgMessage
			raw, _ := json.Marshal(m)
			if err := json.Unmarshal(raw, &got); err != nil || got.MessageID != id {
				t.Errorf("message %d is %d, %v", id, got.MessageID, err)
			}
		})
	}
}

func TestCommandsAreFound(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	for text, want := range map[string][][2]int{
		"/start":                  {{0, 6}},
		"😀 /lapor@uji_bot dan /x": {{3, 14}, {22, 2}},
		"a/b /c/d </e> //f /":     nil,
		"/@bot /g@b":              nil,
		"tanggal 1/2":             nil,
	} {
		p.Text(text)
		var got [][2]int
		for _, e := range updates(t, s, args{"offset": -1})[0].Message.Entities {
			got = append(got, [2]int{e.Offset, e.Length})
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestLongTextsAreCutAsClientsDo(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	words := strings.Repeat("jalan 😀 rusak\n", 900)
	ids := p.LongText(words)
	got := updates(t, s, nil)
	joined := ""
	for _, u := range got {
		if n := len(utf16.Encode([]rune(u.Message.Text))); n > 4096 || n == 0 {
			t.Errorf("a part of %d units", n)
		}
		joined += u.Message.Text + " "
	}
	if len(got) != len(ids) || len(ids) < 3 || strings.Join(strings.Fields(joined), " ") != strings.Join(strings.Fields(words), " ") {
		t.Errorf("%d parts for %d messages", len(got), len(ids))
	}
	if n := len(p.LongText(strings.Repeat("x", 4097))); n != 2 {
		t.Errorf("one word in %d", n)
	}
}

func TestEditsOfPeople(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	id, photo, live := p.Text("jalan rusk"), p.Photo([]byte("x"), "ini", ""), p.LiveLocation(-6, 106, 900)
	p.Edit(id, "jalan rusak")
	p.EditCaption(photo, "itu")
	p.Move(live, -6.5, 106.5)
	p.Edit(photo, "keterangan") // a photo has no text
	p.Edit(99, "x")
	got := updates(t, s, nil)[3:]
	if len(got) != 3 {
		t.Fatalf("%d edits", len(got))
	}
	if m := got[0].Edited; m.Text != "jalan rusak" || m.MessageID != id || m.EditDate == 0 {
		t.Errorf("text %+v", m)
	}
	if m := got[1].Edited; m.Caption != "itu" || m.Photo == nil {
		t.Errorf("caption %+v", m)
	}
	if m := got[2].Edited; m.Location.Latitude != -6.5 {
		t.Errorf("place %+v", m)
	}
}

func TestBlockingAndGoing(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	send := args{"chat_id": 7001, "text": "a"}
	p.Block()
	p.Block()
	refused(t, s, "sendMessage", send, 403, "Forbidden: bot was blocked by the user")
	refused(t, s, "sendChatAction", args{"chat_id": 7001, "action": "typing"}, 403, "Forbidden: bot was blocked by the user")
	p.Unblock()
	ok(t, s, "sendMessage", send, nil)
	p.Block()
	p.Text("halo lagi") // clients unblock first
	ok(t, s, "sendMessage", send, nil)
	if got := texts(updates(t, s, nil)); got != "member>kicked kicked>member member>kicked kicked>member halo lagi " {
		t.Errorf("got %q", got)
	}
	p.Deactivate()
	if p.Text("masih?") != 0 || s.Pending() != 5 {
		t.Error("somebody who is gone writes")
	}
	q := s.Stranger(7002, "Budi")
	refused(t, s, "sendMessage", args{"chat_id": 7002, "text": "a"}, 403, "Forbidden: bot can't initiate conversation with a user")
	q.Start("abc")
	ok(t, s, "sendMessage", args{"chat_id": 7002, "text": "a"}, nil)
}

func TestOnSentMayAnswerAtOnce(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	s.OnSent(func(chat int64, m telegramtest.Shown) {
		if chat == 7001 && len(m.Inline) > 0 {
			_ = p.Press(m.Inline[0][0].Text)
		}
	})
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a", "reply_markup": buttons("Ya")}, nil)
	if got := texts(updates(t, s, nil)); got != "!Ya " {
		t.Errorf("got %q", got)
	}
}

func TestAwaitEnds(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	if _, err := p.Await(func(telegramtest.Shown) bool { return true }, time.Millisecond); err == nil {
		t.Error("something was shown")
	}
	got := make(chan error, 1)
	go func() {
		_, err := p.Await(func(x telegramtest.Shown) bool { return x.Text == "b" }, 20*time.Second)
		got <- err
	}()
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a"}, nil)
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "b"}, nil)
	if err := <-got; err != nil {
		t.Error(err)
	}
}
