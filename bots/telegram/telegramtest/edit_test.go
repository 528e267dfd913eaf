package telegramtest_test

import (
	"strings"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

const notModified = "Bad Request: message is not modified: specified new message content and reply markup are exactly " +
	"the same as a current content and reply markup of the message"

func TestEdits(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	theirs := p.Text("halo")
	send := func(markup any) int64 {
		var m tgMessage
		ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a", "reply_markup": markup}, &m)
		return m.MessageID
	}
	withButtons, plain := send(buttons("Ya")), send("")
	withKeyboard, removing := send(args{"keyboard": [][]string{{"x"}}}), send(args{"remove_keyboard": true})
	document := func() int64 {
		var m tgMessage
		ok(t, s, "sendDocument", args{"chat_id": 7001, "document": s.Upload("a.pdf", []byte("x"))}, &m)
		return m.MessageID
	}()
	for _, try := range []struct {
		name   string
		method string
		args   args
		want   string
	}{
		{"no message", "editMessageText", args{"text": "b"}, "Bad Request: message identifier is not specified"},
		{"no text", "editMessageText", args{"chat_id": 7001, "message_id": plain}, "Bad Request: message text is empty"},
		{"unknown", "editMessageText", args{"chat_id": 7001, "message_id": 99, "text": "b"}, "Bad Request: message to edit not found"},
		{"a person's", "editMessageText", args{"chat_id": 7001, "message_id": theirs, "text": "b"}, "Bad Request: message can't be edited"},
		{"came with a keyboard", "editMessageText", args{"chat_id": 7001, "message_id": withKeyboard, "text": "b"}, "Bad Request: message can't be edited"},
		{"took a keyboard away", "editMessageText", args{"chat_id": 7001, "message_id": removing, "text": "b"}, "Bad Request: message can't be edited"},
		{"no text in it", "editMessageText", args{"chat_id": 7001, "message_id": document, "text": "b"}, "Bad Request: there is no text in the message to edit"},
		{"no caption in it", "editMessageCaption", args{"chat_id": 7001, "message_id": plain, "caption": "b"}, "Bad Request: there is no caption in the message to edit"},
		{"the same", "editMessageText", args{"chat_id": 7001, "message_id": withButtons, "text": " a ", "reply_markup": buttons("Ya")}, notModified},
		{"the same keyboard", "editMessageReplyMarkup", args{"chat_id": 7001, "message_id": withButtons, "reply_markup": buttons("Ya")}, notModified},
		{"no keyboard as before", "editMessageReplyMarkup", args{"chat_id": 7001, "message_id": plain}, notModified},
		{"with a reply keyboard", "editMessageText", args{"chat_id": 7001, "message_id": plain, "text": "b", "reply_markup": args{"keyboard": [][]string{{"x"}}}}, "Bad Request: inline keyboard expected"},
		{"too long", "editMessageText", args{"chat_id": 7001, "message_id": plain, "text": strings.Repeat("a", 4097)}, "Bad Request: message is too long"},
	} {
		t.Run(try.name, func(t *testing.T) { refused(t, s, try.method, try.args, 400, try.want) })
	}
	ok(t, s, "editMessageReplyMarkup", args{"chat_id": 7001, "message_id": withButtons, "reply_markup": buttons("Tidak")}, nil)
	if err := p.Press("Tidak"); err != nil {
		t.Error(err)
	}
	var edited tgMessage
	ok(t, s, "editMessageText", args{"chat_id": 7001, "message_id": withButtons, "text": "a"}, &edited)
	if edited.EditDate == 0 || edited.ReplyMarkup != nil {
		t.Errorf("an edit without a keyboard left %+v", edited)
	}
	if err := p.Press("Tidak"); err == nil {
		t.Error("pressed a button that an edit took away")
	}
	ok(t, s, "editMessageCaption", args{"chat_id": 7001, "message_id": document, "caption": "b"}, nil)
}

func TestDeleting(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	g := s.Supergroup(-1001, "Dinas", p)
	g.AddBot(p)
	theirs, inGroup := p.Text("halo"), g.Text(p, "/lapor")
	var old, own tgMessage
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "lama"}, &old)
	var oldInGroup tgMessage
	ok(t, s, "sendMessage", args{"chat_id": -1001, "text": "lama"}, &oldInGroup)
	s.Advance(49 * time.Hour)
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "baru"}, &own)
	incoming := p.Text("salah kirim")
	for _, try := range []struct {
		chat, message int64
		want          string
	}{
		{7001, 0, "Bad Request: message identifier is not specified"},
		{7001, 99, "Bad Request: message to delete not found"},
		{7001, old.MessageID, "Bad Request: message can't be deleted for everyone"},
		{7001, theirs, "Bad Request: message can't be deleted for everyone"},
		{-1001, oldInGroup.MessageID, "Bad Request: message can't be deleted"},
		{-1001, inGroup, "Bad Request: message can't be deleted"},
	} {
		refused(t, s, "deleteMessage", args{"chat_id": try.chat, "message_id": try.message}, 400, try.want)
	}
	refused(t, s, "deleteMessage", args{"message_id": 1}, 400, "Bad Request: chat identifier is not specified")
	ok(t, s, "deleteMessage", args{"chat_id": 7001, "message_id": own.MessageID}, nil)
	ok(t, s, "deleteMessage", args{"chat_id": 7001, "message_id": incoming}, nil)
	refused(t, s, "deleteMessage", args{"chat_id": 7001, "message_id": own.MessageID}, 400, "Bad Request: message to delete not found")
	refused(t, s, "editMessageText", args{"chat_id": 7001, "message_id": own.MessageID, "text": "x"}, 400, "Bad Request: message to edit not found")
	if shown := p.Shown(); len(shown) != 1 || shown[0].Text != "lama" {
		t.Errorf("shown %+v", shown)
	}
	g.PromoteBot(p)
	ok(t, s, "deleteMessage", args{"chat_id": -1001, "message_id": g.Text(p, "kasar")}, nil)
}

func TestSeveralMessagesAreDeletedAtOnce(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	p.Text("halo")
	says := func(text string) int64 {
		var m tgMessage
		ok(t, s, "sendMessage", args{"chat_id": 7001, "text": text}, &m)
		return m.MessageID
	}
	one, two := says("satu"), says("dua")
	ok(t, s, "deleteMessages", args{"chat_id": 7001, "message_ids": []int64{one, two, 99}}, nil)
	if shown := p.Shown(); len(shown) != 0 {
		t.Errorf("shown %+v", shown)
	}
	old := says("lama")
	s.Advance(49 * time.Hour)
	young := says("baru")
	refused(t, s, "deleteMessages", args{"chat_id": 7001, "message_ids": []int64{young, old}}, 400, "Bad Request: message can't be deleted for everyone")
	refused(t, s, "deleteMessages", args{"chat_id": 7001, "message_ids": []int64{}}, 400, "Bad Request: message identifiers are not specified")
	if shown := p.Shown(); len(shown) != 2 {
		t.Errorf("shown %+v", shown)
	}
}

func TestPressesAreAnsweredOnceAndSoon(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	first, late := p.PressData(p.Text("a"), "x"), p.PressData(1, "y")
	refused(t, s, "answerCallbackQuery", args{"callback_query_id": first, "text": strings.Repeat("x", 201)}, 400, "Bad Request: MESSAGE_TOO_LONG")
	ok(t, s, "answerCallbackQuery", args{"callback_query_id": first}, nil)
	refused(t, s, "answerCallbackQuery", args{"callback_query_id": first}, 400, tooOld)
	s.Advance(16 * time.Second)
	refused(t, s, "answerCallbackQuery", args{"callback_query_id": late}, 400, tooOld)
	refused(t, s, "answerCallbackQuery", args{"callback_query_id": "7"}, 400, tooOld)
}

func TestAPressOfADeletedMessageSaysSo(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	var m tgMessage
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a", "reply_markup": buttons("Ya")}, &m)
	p.PressData(m.MessageID, "Ya")
	p.Delete(m.MessageID)
	p.PressData(m.MessageID, "Ya")
	got := updates(t, s, nil)
	if len(got) != 2 || got[0].Callback.Message.Date == 0 || got[0].Callback.Message.ReplyMarkup == nil {
		t.Fatalf("got %+v", got)
	}
	if gone := got[1].Callback.Message; gone.Date != 0 || gone.Text != "" || gone.MessageID != m.MessageID || gone.Chat.ID != 7001 {
		t.Errorf("a message that is gone is %+v", gone)
	}
}
