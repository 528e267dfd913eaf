package telegramtest_test

import (
	"strings"
	"testing"

	"kentongan/bots/telegram/telegramtest"
)

func TestSendMessageRefusesWhatTelegramRefuses(t *testing.T) {
	s := telegramtest.Start(t)
	s.Person(7001, "Siti")
	s.Stranger(7002, "Budi")
	s.Person(7003, "Ani").Block()
	s.Person(7004, "Tono").Deactivate()
	long := strings.Repeat("a", 4095)
	for _, try := range []struct {
		name string
		args args
		code int
		want string
	}{
		{"no text", args{"chat_id": 7001}, 400, "Bad Request: message text is empty"},
		{"blank text", args{"chat_id": 7001, "text": " \n\t"}, 400, "Bad Request: text must be non-empty"},
		{"text without width", args{"chat_id": 7001, "text": "\u200b\u200d"}, 400, "Bad Request: text must be non-empty"},
		{"too long in UTF-16", args{"chat_id": 7001, "text": long + "😀"}, 400, "Bad Request: message is too long"},
		{"far too long", args{"chat_id": 7001, "text": strings.Repeat("a", 1<<15+1)}, 400, "Bad Request: text is too long"},
		{"no chat", args{"text": "a"}, 400, "Bad Request: chat_id is empty"},
		{"unknown chat", args{"chat_id": 9, "text": "a"}, 400, "Bad Request: chat not found"},
		{"a name", args{"chat_id": "@siti", "text": "a"}, 400, "Bad Request: chat not found"},
		{"never started", args{"chat_id": 7002, "text": "a"}, 403, "Forbidden: bot can't initiate conversation with a user"},
		{"blocked", args{"chat_id": 7003, "text": "a"}, 403, "Forbidden: bot was blocked by the user"},
		{"gone", args{"chat_id": 7004, "text": "a"}, 403, "Forbidden: user is deactivated"},
		{
			"unknown answered message",
			args{"chat_id": 7001, "text": "a", "reply_parameters": args{"message_id": 99}},
			400,
			"Bad Request: message to be replied not found",
		},
		{
			"answer without a message",
			args{"chat_id": 7001, "text": "a", "reply_parameters": args{"chat_id": 7001}},
			400,
			`Bad Request: can't find field "message_id"`,
		},
		{
			"reply parameters no JSON",
			args{"chat_id": 7001, "text": "a", "reply_parameters": "{"},
			400,
			"Bad Request: can't parse reply parameters JSON object",
		},
		{
			"link preview no object",
			args{"chat_id": 7001, "text": "a", "link_preview_options": "1"},
			400,
			"Bad Request: object expected as link preview options",
		},
		{"unknown formatting", args{"chat_id": 7001, "text": "a", "parse_mode": "rtf"}, 400, "Bad Request: unsupported parse_mode"},
	} {
		t.Run(try.name, func(t *testing.T) { refused(t, s, "sendMessage", try.args, try.code, try.want) })
	}
}

func TestSendMessageTidiesTheText(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	bold := func(offset, length int) []args {
		return []args{{"type": "bold", "offset": offset, "length": length}}
	}
	for _, try := range []struct {
		name, text string
		entities   []args
		want       string
		bold       [2]int
	}{
		{"white space around", " \n halo \n", nil, "halo", [2]int{}},
		{"control characters", "a\tb\r\nc\u202ed", nil, "a b\ncd", [2]int{}},
		{"an entity moves along", "  ha lo", bold(5, 2), "ha lo", [2]int{3, 2}},
		{"what is taken out moves it", "a\r\r😀b", bold(3, 3), "a😀b", [2]int{1, 3}},
		{"white space in an entity stays in front", "  halo", bold(1, 5), " halo", [2]int{0, 5}},
		{"and goes behind", "halo  ", bold(0, 6), "halo", [2]int{0, 4}},
		{"touching ones are one", "halo", append(bold(0, 2), bold(2, 2)...), "halo", [2]int{0, 4}},
		{"found ones are ignored", "#halo", []args{{"type": "hashtag", "offset": 0, "length": 5}}, "#halo", [2]int{}},
		{"4096 units", strings.Repeat("😀", 2048), nil, strings.Repeat("😀", 2048), [2]int{}},
	} {
		t.Run(try.name, func(t *testing.T) {
			ok(t, s, "sendMessage", args{"chat_id": 7001, "text": try.text, "entities": try.entities}, nil)
			shown, _ := p.Last()
			var got [2]int
			if len(shown.Entities) == 1 {
				got = [2]int{shown.Entities[0].Offset, shown.Entities[0].Length}
			}
			if shown.Text != try.want || got != try.bold || len(shown.Entities) > 1 {
				t.Errorf("got %q %v, want %q %v", shown.Text, shown.Entities, try.want, try.bold)
			}
		})
	}
}

func TestEntitiesAreChecked(t *testing.T) {
	s := telegramtest.Start(t)
	s.Person(7001, "Siti")
	for want, entities := range map[string]any{
		"can't parse MessageEntity: expected an Object":                    []int{1},
		`can't parse MessageEntity: Can't find field "offset"`:             []args{{"type": "bold", "length": 1}},
		`can't parse MessageEntity: Field "length" must be a Number`:       []args{{"type": "bold", "offset": 0, "length": true}},
		`can't parse MessageEntity: Field "length" must be a valid Number`: []args{{"type": "bold", "offset": 0, "length": 1.5}},
		"can't parse MessageEntity: Unsupported type specified":            []args{{"type": "loud", "offset": 0, "length": 1}},
		`can't parse MessageEntity: Can't find field "url"`:                []args{{"type": "text_link", "offset": 0, "length": 1}},
		"receive an entity with incorrect offset -1":                       []args{{"type": "bold", "offset": -1, "length": 1}},
		"receive an entity with incorrect length -1":                       []args{{"type": "bold", "offset": 0, "length": -1}},
		"entity begins after the end of the text at UTF-16 offset 7":       []args{{"type": "bold", "offset": 7, "length": 1}},
		"entity begins in a middle of a UTF-16 symbol at UTF-16 offset 1":  []args{{"type": "bold", "offset": 1, "length": 1}},
		"entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 7": []args{
			{"type": "bold", "offset": 2, "length": 5},
		},
	} {
		refused(t, s, "sendMessage", args{"chat_id": 7001, "text": "😀halo", "entities": entities}, 400, "Bad Request: "+want)
	}
	if left := s.Tolerated(); left != nil {
		t.Errorf("tolerated %q", left)
	}
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "halo", "entities": "[{"}, nil)
	if left := s.Tolerated(); len(left) != 1 {
		t.Errorf("entities that are no JSON were noted as %q", left)
	}
}

func TestHTML(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	for _, try := range []struct {
		html, want string
		entities   []telegramtest.Entity
	}{
		{"<b>Nomor</b> &lt;1&gt; &amp; &quot;&#65;&#x1F600;", `Nomor <1> & "A😀`, []telegramtest.Entity{{Type: "bold", Length: 5}}},
		{"&nbsp;&", "&nbsp;&", nil},
		{"😀<i>a<B>b</B></i>", "😀ab", []telegramtest.Entity{{Type: "italic", Offset: 2, Length: 2}, {Type: "bold", Offset: 3, Length: 1}}},
		{"<a href='https://kpk.go.id/?a=1&amp;b'>sini</a>", "sini", []telegramtest.Entity{{Type: "text_link", Length: 4, URL: "https://kpk.go.id/?a=1&b"}}},
		{"<a href=\"x\">sini</a>", "sini", nil},
		{"<pre><code class=\"language-go\">x</code></pre>", "x", []telegramtest.Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{"<blockquote expandable>x</blockquote>", "x", []telegramtest.Entity{{Type: "expandable_blockquote", Length: 1}}},
		{"<span class=\"tg-spoiler\">x</span><b></b>", "x", []telegramtest.Entity{{Type: "spoiler", Length: 1}}},
	} {
		ok(t, s, "sendMessage", args{"chat_id": 7001, "text": try.html, "parse_mode": "HTML"}, nil)
		shown, _ := p.Last()
		if shown.Text != try.want || !sameEntities(shown.Entities, try.entities) {
			t.Errorf("%s: got %q %v", try.html, shown.Text, shown.Entities)
		}
	}
	for html, want := range map[string]string{
		"a <b>x":                 `Can't find end tag corresponding to start tag "b"`,
		"a <x>":                  `Unsupported start tag "x" at byte offset 2`,
		"a < b":                  `Unsupported start tag "" at byte offset 2`,
		"a <b":                   "Unclosed start tag at byte offset 2",
		"a </b>":                 "Unexpected end tag at byte offset 2",
		"<b>x</i>":               `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`,
		"<b>x</b":                "Unclosed end tag at byte offset 4",
		"<span>x</span>":         `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"<a =x>":                 `Empty attribute name in the tag "a" at byte offset 0`,
		"<a href=a/b>x</a>":      "Unexpected end of name token at byte offset 8",
		"<tg-emoji>x</tg-emoji>": "Invalid custom emoji identifier specified",
	} {
		refused(t, s, "sendMessage", args{"chat_id": 7001, "text": html, "parse_mode": "html"}, 400,
			"Bad Request: can't parse entities: "+want)
	}
}

func TestMarkdown(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	for _, try := range []struct {
		text, want string
		entities   []telegramtest.Entity
	}{
		{`*Nomor* 1\.`, "Nomor 1.", []telegramtest.Entity{{Type: "bold", Length: 5}}},
		{"__a__ _b_ ~c~ ||d||", "a b c d", []telegramtest.Entity{
			{Type: "underline", Length: 1},
			{Type: "italic", Offset: 2, Length: 1},
			{Type: "strikethrough", Offset: 4, Length: 1},
			{Type: "spoiler", Offset: 6, Length: 1},
		}},
		{"`KTG-7F3K.`", "KTG-7F3K.", []telegramtest.Entity{{Type: "code", Length: 9}}},
		{"```go\nx```", "x", []telegramtest.Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{`[sini](https://kpk.go.id/a\)b)`, "sini", []telegramtest.Entity{{Type: "text_link", Length: 4, URL: "https://kpk.go.id/a)b"}}},
	} {
		ok(t, s, "sendMessage", args{"chat_id": 7001, "text": try.text, "parse_mode": "MarkdownV2"}, nil)
		shown, _ := p.Last()
		if shown.Text != try.want || !sameEntities(shown.Entities, try.entities) {
			t.Errorf("%s: got %q %v", try.text, shown.Text, shown.Entities)
		}
	}
	for text, want := range map[string]string{
		"1. Nomor":        `Character '.' is reserved and must be escaped with the preceding '\'`,
		"a-b":             `Character '-' is reserved and must be escaped with the preceding '\'`,
		"a *b":            "Can't find end of Bold entity at byte offset 2",
		"[a](https://b.c": "Can't find end of a URL at byte offset 4",
	} {
		refused(t, s, "sendMessage", args{"chat_id": 7001, "text": text, "parse_mode": "MarkdownV2"}, 400,
			"Bad Request: can't parse entities: "+want)
	}
}

func sameEntities(a, b []telegramtest.Entity) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestAnswersAndOptions(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	id := p.Text("halo")
	var m tgMessage
	ok(t, s, "sendMessage", args{
		"chat_id": 7001, "text": "ya", "reply_parameters": args{"message_id": id}, "disable_notification": true,
		"protect_content": true, "link_preview_options": args{"is_disabled": true},
	}, &m)
	if m.ReplyTo == nil || m.ReplyTo.MessageID != id {
		t.Errorf("sent %+v", m)
	}
	ok(t, s, "sendMessage", args{
		"chat_id": 7001, "text": "tidak", "reply_parameters": args{"message_id": 999, "allow_sending_without_reply": true},
	}, nil)
	shown := p.Shown()
	if len(shown) != 2 || shown[0].ReplyTo != id || !shown[0].Silent || !shown[0].Protected || shown[1].ReplyTo != 0 {
		t.Errorf("shown %+v", shown)
	}
}
