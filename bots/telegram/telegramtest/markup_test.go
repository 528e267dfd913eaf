package telegramtest_test

import (
	"slices"
	"strings"
	"testing"

	"kentongan/bots/telegram/telegramtest"
)

func TestKeyboardsAreChecked(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	g := s.Group(-4001, "Grup", p)
	g.AddBot(p)
	inline := func(b ...args) args { return args{"inline_keyboard": [][]args{b}} }
	many := make([][]args, 26)
	for i := range many {
		many[i] = slices.Repeat([]args{{"text": "x", "callback_data": "x"}}, 4)
	}
	for _, try := range []struct {
		name   string
		chat   int64
		markup any
		want   string
	}{
		{"no JSON", 7001, "{", "can't parse reply keyboard markup JSON object"},
		{"no object", 7001, "1", "object expected as reply markup"},
		{"no array", 7001, args{"inline_keyboard": 1}, `field "inline_keyboard" must be of type Array`},
		{"flat", 7001, args{"inline_keyboard": []args{{"text": "x"}}}, `field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`},
		{"no label", 7001, inline(args{"callback_data": "x"}), `can't parse inline keyboard button: Can't find field "text"`},
		{"does nothing", 7001, inline(args{"text": "x"}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"empty data", 7001, inline(args{"text": "x", "callback_data": ""}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"65 bytes of data", 7001, inline(args{"text": "x", "callback_data": strings.Repeat("x", 63) + "é"}), "BUTTON_DATA_INVALID"},
		{"long copy", 7001, inline(args{"text": "x", "copy_text": args{"text": strings.Repeat("x", 257)}}), "BUTTON_COPY_TEXT_INVALID"},
		{"copy of nothing", 7001, inline(args{"text": "x", "copy_text": args{}}), `can't parse inline keyboard button: Can't find field "text"`},
		{"unknown style", 7001, inline(args{"text": "x", "callback_data": "x", "style": "red"}), "can't parse inline keyboard button: invalid button style specified"},
		{"link to nowhere", 7001, inline(args{"text": "x", "url": "http://localhost/x"}), "inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL"},
		{"104 buttons", 7001, args{"inline_keyboard": many}, "reply markup is too long"},
		{"location in a group", -4001, args{"keyboard": [][]args{{{"text": "x", "request_location": true}}}}, "location can be requested in private chats only"},
		{"number in a group", -4001, args{"keyboard": [][]args{{{"text": "x", "request_contact": true}}}}, "phone number can be requested in private chats only"},
		{"flag no boolean", 7001, args{"keyboard": [][]string{{"x"}}, "one_time_keyboard": 1}, `field "one_time_keyboard" must be of type Boolean`},
	} {
		t.Run(try.name, func(t *testing.T) {
			refused(t, s, "sendMessage", args{"chat_id": try.chat, "text": "a", "reply_markup": try.markup}, 400, "Bad Request: "+try.want)
		})
	}
	if len(p.Shown())+len(g.Shown()) > 0 {
		t.Error("something was shown")
	}
}

func TestWhatTelegramOnlyIgnoresIsNoted(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	row := slices.Repeat([]args{{"text": "x", "callback_data": "x"}}, 13)
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a", "reply_markup": args{"inline_keyboard": [][]args{
		{{"text": "", "callback_data": "x"}},
		{{"text": "dua", "callback_data": "x", "url": "https://kpk.go.id"}},
		row,
	}}}, nil)
	shown, _ := p.Last()
	if len(shown.Inline) != 2 || shown.Inline[0][0].URL == "" || shown.Inline[0][0].Data != "" || len(shown.Inline[1]) != 12 {
		t.Errorf("shown %+v", shown.Inline)
	}
	if left := s.Tolerated(); len(left) != 3 {
		t.Errorf("tolerated %q", left)
	}
}

func TestButtonsAreShown(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a", "reply_markup": args{"inline_keyboard": [][]args{
		{{"text": "Kirim", "callback_data": strings.Repeat("x", 64), "style": "success"}},
		{{"text": "Salin", "copy_text": args{"text": "KTG-7F3K-29QX"}}, {"text": "Buka", "url": "kpk.go.id"}},
	}}}, nil)
	shown, _ := p.Last()
	want := [][]telegramtest.Button{
		{{Text: "Kirim", Data: strings.Repeat("x", 64), Style: "success"}},
		{{Text: "Salin", Copy: "KTG-7F3K-29QX"}, {Text: "Buka", URL: "kpk.go.id"}},
	}
	if !slices.EqualFunc(shown.Inline, want, slices.Equal) {
		t.Errorf("shown %+v", shown.Inline)
	}
	if err := p.Press("Salin"); err != nil || s.Pending() != 0 {
		t.Errorf("copying: %v, %d updates", err, s.Pending())
	}
	if err := p.Press("Tidak ada"); err == nil {
		t.Error("pressed what is not there")
	}
}

func TestReplyKeyboardsComeAndGo(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	send := func(markup any) {
		ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a", "reply_markup": markup}, nil)
	}
	send(args{"keyboard": [][]any{{"Lapor"}, {args{"text": "Lokasi", "request_location": true}, args{"text": "Nomor", "request_contact": true}}}})
	if k := p.Keyboard(); len(k) != 2 || k[0][0].Text != "Lapor" || !k[1][0].RequestLocation {
		t.Fatalf("keyboard %+v", k)
	}
	for _, label := range []string{"Lapor", "Lokasi", "Nomor"} {
		if _, err := p.PressKeyboard(label); err != nil {
			t.Fatal(err)
		}
	}
	got := updates(t, s, nil)
	if len(got) != 3 || got[0].Message.Text != "Lapor" || got[1].Message.Location == nil || got[2].Message.Contact.UserID != 7001 {
		t.Errorf("got %+v", got)
	}
	send(buttons("Ya"))
	if p.Keyboard() == nil {
		t.Error("an inline keyboard closed the reply keyboard")
	}
	send(args{"remove_keyboard": true})
	if last, _ := p.Last(); p.Keyboard() != nil || !last.RemovesKeyboard {
		t.Error("the keyboard is still there")
	}
	send(args{"keyboard": [][]string{{"Sekali"}}, "one_time_keyboard": true})
	if _, err := p.PressKeyboard("Sekali"); err != nil || p.Keyboard() != nil {
		t.Errorf("a keyboard for once is still there, %v", err)
	}
	if _, err := p.PressKeyboard("Sekali"); err == nil {
		t.Error("pressed a key that is gone")
	}
	send(args{"force_reply": true})
	if last, _ := p.Last(); !last.ForcesReply {
		t.Error("no answer is asked for")
	}
}
