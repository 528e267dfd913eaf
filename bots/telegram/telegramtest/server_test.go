package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

func TestBotAndPersonTalk(t *testing.T) {
	s := telegramtest.Start(t, fast)
	siti := s.Person(7001, "Siti")
	asked := siti.Text("/start halo")
	got := updates(t, s, args{"timeout": 5})
	if len(got) != 1 || got[0].Message == nil || got[0].Message.MessageID != asked || got[0].Message.From.ID != 7001 {
		t.Fatalf("got %+v", got)
	}
	if e := got[0].Message.Entities; len(e) != 1 || e[0].Type != "bot_command" || e[0].Length != 6 {
		t.Errorf("entities %v", e)
	}
	var sent tgMessage
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "Setuju?", "reply_markup": buttons("Ya")}, &sent)
	if sent.MessageID != asked+1 || !sent.From.IsBot || sent.Chat.Type != "private" || sent.Date == 0 {
		t.Errorf("the answer to %d is %+v: one mailbox counts both", asked, sent)
	}
	if shown := siti.Shown(); len(shown) != 1 || shown[0].Text != "Setuju?" || shown[0].Inline[0][0].Data != "Ya" {
		t.Errorf("shown %+v", shown)
	}
	if err := siti.Press("Ya"); err != nil {
		t.Fatal(err)
	}
	got = updates(t, s, args{"offset": got[0].UpdateID + 1})
	if len(got) != 1 || got[0].Callback == nil || got[0].Callback.Data != "Ya" || got[0].Callback.Message.MessageID != sent.MessageID {
		t.Fatalf("got %+v", got)
	}
	ok(t, s, "answerCallbackQuery", args{"callback_query_id": got[0].Callback.ID, "text": "Baik", "show_alert": true}, nil)
	if a := siti.Answers(); len(a) != 1 || a[0].Text != "Baik" || !a[0].Alert {
		t.Errorf("answers %v", a)
	}
	ok(t, s, "editMessageText", args{"chat_id": "7001", "message_id": sent.MessageID, "text": "Terima kasih"}, nil)
	x, err := siti.Await(func(x telegramtest.Shown) bool { return x.Edited }, 20*time.Second)
	if err != nil || x.Text != "Terima kasih" || x.Inline != nil || x.Earlier[0] != "Setuju?" {
		t.Errorf("shown %+v, %v", x, err)
	}
	if left := s.Tolerated(); left != nil {
		t.Errorf("tolerated %q", left)
	}
}

func TestParametersComeInAnyForm(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	method := func(name string) string { return s.URL() + "/bot" + s.Token() + "/" + name }
	form := func(fields map[string]string) (kind string, body []byte) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name, value := range fields {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		if fields != nil {
			_ = w.Close()
		}
		return w.FormDataContentType(), b.Bytes()
	}
	fields := map[string]string{"chat_id": "7001", "text": "halo"}
	multi, multiBody := form(fields)
	empty, emptyBody := form(map[string]string{})
	bare, bareBody := form(nil)
	query := url.Values{"chat_id": {"7001"}, "text": {"halo"}}.Encode()
	for name, try := range map[string]struct {
		url, kind string
		body      []byte
	}{
		"query":                  {method("sendMessage?" + query), "", nil},
		"urlencoded":             {method("sendMessage"), "application/x-www-form-urlencoded", []byte(query)},
		"multipart":              {method("sendMessage"), multi, multiBody},
		"JSON":                   {method("sendMessage"), "application/json", []byte(`{"chat_id":7001,"text":"halo"}`)},
		"JSON and query":         {method("sendMessage?chat_id=7001"), "application/json", []byte(`{"text":"halo"}`)},
		"method in capitals":     {method("SENDMESSAGE?" + query), "", nil},
		"method as a parameter":  {method("?method=sendMessage&" + query), "", nil},
		"test environment":       {method("test/sendMessage?" + query), "", nil},
		"multipart of nothing":   {method("getMe"), empty, emptyBody},
		"multipart without body": {method("getMe"), bare, bareBody},
	} {
		r, err := post(try.url, try.kind, try.body)
		if err != nil || !r.OK {
			t.Errorf("%s: %v %+v", name, err, r)
		}
	}
	if n := len(p.Shown()); n != 8 {
		t.Errorf("%d messages shown", n)
	}
	response, err := http.Get(method("getMe"))
	if err != nil || response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("GET: %v %v", response, err)
	}
}

func TestWrongAddressesAreRefused(t *testing.T) {
	s := telegramtest.Start(t)
	for path, want := range map[string]string{
		"/bot7000000001:falsch/getMe":   "401 Unauthorized",
		"/botfalsch/getMe":              "401 Unauthorized: invalid token specified",
		"/bot" + s.Token() + "/getThem": "404 Not Found: method not found",
		"/bot" + s.Token():              "404 Not Found",
		"/":                             "404 Not Found",
		"/file/bot" + s.Token() + "/documents/file_1.pdf": "404 Not Found",
	} {
		r, err := post(s.URL()+path, "", nil)
		if got := fmt.Sprint(r.Status, " ", r.Description); err != nil || got != want || r.OK || r.ErrorCode != r.Status {
			t.Errorf("%s: %v, got %q, want %q", path, err, got, want)
		}
	}
}

func TestBotKnowsItself(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Token: "42:abc", Username: "Lapor_bot"})
	var me struct {
		tgUser
		ReadsAll bool `json:"can_read_all_group_messages"`
	}
	ok(t, s, "getMe", nil, &me)
	if me.ID != 42 || me.Username != "Lapor_bot" || !me.IsBot || me.ReadsAll {
		t.Errorf("me %+v", me)
	}
}

func TestCommandsAreKeptByScopeAndLanguage(t *testing.T) {
	s := telegramtest.Start(t)
	set := []args{{"command": "/lapor", "description": "Buat laporan"}}
	ok(t, s, "setMyCommands", args{"commands": set, "language_code": "id"}, nil)
	for language, want := range map[string]int{"id": 1, "": 0} {
		var got []struct{ Command, Description string }
		ok(t, s, "getMyCommands", args{"language_code": language}, &got)
		if len(got) != want || want == 1 && got[0].Command != "lapor" {
			t.Errorf("language %q: %v", language, got)
		}
	}
	for _, try := range []struct {
		commands any
		want     string
	}{
		{"[", "Bad Request: can't parse commands JSON object"},
		{args{}, "Bad Request: expected an Array of BotCommand"},
		{[]int{1}, "Bad Request: can't parse BotCommand: expected an Object"},
		{[]args{{"command": "x"}}, `Bad Request: can't parse BotCommand: Can't find field "description"`},
		{[]args{{"command": "x", "description": " "}}, "Bad Request: command description must be non-empty"},
		{[]args{{"command": "Buat", "description": "x"}}, "Bad Request: BOT_COMMAND_INVALID"},
	} {
		refused(t, s, "setMyCommands", args{"commands": try.commands}, 400, try.want)
	}
}

func TestCallsAreKept(t *testing.T) {
	s := telegramtest.Start(t)
	s.Person(7001, "Siti")
	ok(t, s, "sendMessage", args{"chat_id": 7001, "text": "a"}, nil)
	refused(t, s, "sendmessage", args{"chat_id": 7001}, 400, "Bad Request: message text is empty")
	ok(t, s, "sendChatAction", args{"chat_id": 7001, "action": "typing"}, nil)
	refused(t, s, "sendChatAction", args{"chat_id": 7001, "action": "x"}, 400, "Bad Request: wrong parameter action in request")
	if n := s.Calls("sendMessage"); n != 2 {
		t.Errorf("%d calls", n)
	}
	log := s.Log()
	if len(log) != 4 || log[0].Status != 200 || log[1].Chat != "7001" || log[1].Status != 400 {
		t.Errorf("log %+v", log)
	}
	if last, there := s.LastError(); !there || last.Method != "sendchataction" {
		t.Errorf("last error %+v", last)
	}
	if tried, tooMany := s.Sends(); tried != 2 || tooMany != 0 {
		t.Errorf("%d sends, %d too many", tried, tooMany)
	}
}

func TestTheSameSeedMakesTheSameWorld(t *testing.T) {
	world := func(seed uint64) string {
		s := telegramtest.Start(t, telegramtest.Options{Seed: seed})
		s.Person(7001, "Siti").Photo([]byte("gambar"), "", "")
		r, err := call(s, "getUpdates", nil)
		if err != nil {
			t.Fatal(err)
		}
		var list []struct {
			ID      int64 `json:"update_id"`
			Message struct{ Photo []tgFile }
		}
		if err := json.Unmarshal(r.Result, &list); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(list)
	}
	if a, b := world(5), world(5); a != b {
		t.Errorf("%s\n%s", a, b)
	}
	if a, b := world(5), world(6); a == b {
		t.Errorf("both %s", a)
	}
}

func TestManyPeopleAtOnce(t *testing.T) {
	s := telegramtest.Start(t, fast)
	const people, each = 100, 5
	var all sync.WaitGroup
	for id := int64(1); id <= people; id++ {
		p := s.Person(id, "Warga")
		all.Go(func() {
			for range each {
				p.Text("halo")
			}
		})
	}
	answered, offset := map[int64]int{}, int64(0)
	for got := 0; got < people*each; {
		for _, u := range updates(t, s, args{"offset": offset, "timeout": 5}) {
			if u.UpdateID < offset {
				t.Fatalf("update %d comes after %d was confirmed", u.UpdateID, offset-1)
			}
			got++
			offset = u.UpdateID + 1
			answered[u.Message.Chat.ID]++
			all.Go(func() {
				_, _ = call(s, "sendMessage", args{"chat_id": u.Message.Chat.ID, "text": "ya"})
			})
		}
	}
	all.Wait()
	for id := int64(1); id <= people; id++ {
		if n := len(s.Person(id, "Warga").Shown()); n != each || answered[id] != each {
			t.Errorf("person %d wrote %d and was shown %d", id, answered[id], n)
		}
	}
}
