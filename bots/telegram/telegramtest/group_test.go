package telegramtest_test

import (
	"testing"

	"kentongan/bots/telegram/telegramtest"
)

func TestPrivacyMode(t *testing.T) {
	for name, options := range map[string]telegramtest.Options{
		"privacy": {Scale: 1e-9, Username: "lapor_bot"},
		"all":     {Scale: 1e-9, Username: "lapor_bot", ReadsAll: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := telegramtest.Start(t, options)
			p := s.Person(7001, "Siti")
			g := s.Supergroup(-1001, "Dinas", p)
			g.Text(p, "sebelum bot ada")
			g.AddBot(p)
			var m tgMessage
			ok(t, s, "sendMessage", args{"chat_id": -1001, "text": "Laporan 1"}, &m)
			g.Text(p, "bicara sendiri")
			g.Text(p, "/bantuan")
			g.Text(p, "/bantuan@LAPOR_bot")
			g.Text(p, "/bantuan@lain_bot")
			g.Text(p, "tanya @Lapor_bot")
			answer := g.Reply(p, m.MessageID, "sudah")
			g.Reply(p, answer, "terima kasih")
			g.Reply(p, g.Text(p, "x"), "y")
			g.Anonymous("/admin")
			g.Join(s.Person(7002, "Budi"))
			want := "left>member  /bantuan /bantuan@LAPOR_bot tanya @Lapor_bot sudah terima kasih /admin  "
			if options.ReadsAll {
				want = "left>member  bicara sendiri /bantuan /bantuan@LAPOR_bot /bantuan@lain_bot tanya @Lapor_bot sudah " +
					"terima kasih x y /admin  "
			}
			got := updates(t, s, nil)
			if texts(got) != want {
				t.Errorf("got  %q\nwant %q", texts(got), want)
			}
			for _, u := range got {
				if u.Message != nil && u.Message.Text == "sudah" && (u.Message.ReplyTo == nil || !u.Message.ReplyTo.From.IsBot) {
					t.Errorf("an answer to nothing: %+v", u.Message)
				}
				if u.Message != nil && u.Message.Text == "/admin" && (u.Message.From.ID != 1087968824 || u.Message.SenderChat.ID != -1001) {
					t.Errorf("anonymous: %+v", u.Message)
				}
			}
		})
	}
}

func TestAdministratorsSeeEverything(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	g := s.Group(-4001, "Grup", p)
	g.AddBot(p)
	g.Text(p, "a")
	g.PromoteBot(p)
	g.Text(p, "b")
	if got := texts(updates(t, s, nil)); got != "left>member  member>administrator b " {
		t.Errorf("got %q", got)
	}
}

func TestMessageIDs(t *testing.T) {
	s := telegramtest.Start(t)
	p := s.Person(7001, "Siti")
	small, big := s.Group(-4001, "Grup", p), s.Supergroup(-1001, "Dinas", p)
	small.AddBot(p)
	big.AddBot(p)
	send := func(chat int64) int64 {
		var m tgMessage
		ok(t, s, "sendMessage", args{"chat_id": chat, "text": "a"}, &m)
		return m.MessageID
	}
	if a, b, c := p.Text("a"), send(7001), send(-4001); b != a+1 || c != b+1 {
		t.Errorf("one mailbox counts %d, %d, %d", a, b, c)
	}
	if a, b, c := send(-1001), big.Text(p, "unseen"), send(-1001); a != 2 || b != 3 || c != 4 {
		t.Errorf("a supergroup counts %d, %d, %d", a, b, c)
	}
}

func TestOutOfAGroup(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	small, big := s.Group(-4001, "Grup", p), s.Supergroup(-1001, "Dinas", p)
	send := func(chat int64) args { return args{"chat_id": chat, "text": "a"} }
	refused(t, s, "sendMessage", send(-4001), 403, "Forbidden: bot is not a member of the group chat")
	refused(t, s, "sendMessage", send(-1001), 403, "Forbidden: bot is not a member of the supergroup chat")
	refused(t, s, "getChat", send(-1001), 403, "Forbidden: bot is not a member of the supergroup chat")
	for _, g := range []*telegramtest.Group{small, big} {
		g.AddBot(p)
		g.RemoveBot(p)
		g.Text(p, "/unseen")
	}
	refused(t, s, "sendMessage", send(-4001), 403, "Forbidden: bot was kicked from the group chat")
	refused(t, s, "sendMessage", send(-1001), 403, "Forbidden: bot was kicked from the supergroup chat")
	if got := texts(updates(t, s, nil)); got != "left>member   member>kicked left>member   member>kicked " {
		t.Errorf("got %q", got)
	}
	big.AddBot(p)
	ok(t, s, "leaveChat", args{"chat_id": -1001}, nil)
	refused(t, s, "leaveChat", args{"chat_id": -1001}, 403, "Forbidden: bot is not a member of the supergroup chat")
}

func TestMigration(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	g := s.Group(-4001, "Grup", p)
	g.AddBot(p)
	var m tgMessage
	ok(t, s, "sendMessage", args{"chat_id": -4001, "text": "a"}, &m)
	next := updates(t, s, nil)
	big := g.Migrate(-1001, p)
	r := refused(t, s, "sendMessage", args{"chat_id": -4001, "text": "b"}, 400, "Bad Request: group chat was upgraded to a supergroup chat")
	if r.Parameters.MigrateTo != -1001 {
		t.Errorf("to %d", r.Parameters.MigrateTo)
	}
	got := updates(t, s, args{"offset": next[len(next)-1].UpdateID + 1})
	if len(got) != 2 || got[0].Message.Chat.ID != -4001 || got[0].Message.MigrateTo != -1001 ||
		got[1].Message.Chat.ID != -1001 || got[1].Message.MigrateFrom != -4001 || got[1].Message.MessageID != 1 {
		t.Errorf("got %+v", got)
	}
	refused(t, s, "sendMessage", args{"chat_id": -1001, "text": "b", "reply_parameters": args{"message_id": m.MessageID}}, 400,
		"Bad Request: message to be replied not found")
	ok(t, s, "sendMessage", args{"chat_id": -1001, "text": "b"}, nil)
	if shown := big.Shown(); len(shown) != 1 || len(g.Shown()) != 1 {
		t.Errorf("shown %+v", shown)
	}
}

func TestMembers(t *testing.T) {
	s := telegramtest.Start(t)
	siti, budi, out := s.Person(7001, "Siti"), s.Person(7002, "Budi"), s.Person(7003, "Ani")
	g := s.Supergroup(-1001, "Dinas", siti, budi)
	g.AddBot(siti)
	g.Promote(budi)
	g.Join(out)
	g.Leave(out)
	for _, try := range []struct {
		chat, user int64
		want       string
	}{
		{-1001, 7001, "creator"},
		{-1001, 7002, "administrator"},
		{-1001, 7003, "left"},
		{-1001, s.BotID(), "member"},
		{7001, 7001, "member"},
	} {
		var m struct{ Status string }
		ok(t, s, "getChatMember", args{"chat_id": try.chat, "user_id": try.user}, &m)
		if m.Status != try.want {
			t.Errorf("%d in %d is %s, want %s", try.user, try.chat, m.Status, try.want)
		}
	}
	refused(t, s, "getChatMember", args{"chat_id": -1001}, 400, "Bad Request: invalid user_id specified")
	refused(t, s, "getChatMember", args{"chat_id": -1001, "user_id": 9}, 400, "Bad Request: member not found")
	refused(t, s, "getChatMember", args{"chat_id": 7001, "user_id": 7002}, 400, "Bad Request: member not found")
	var c struct{ Title, Type string }
	ok(t, s, "getChat", args{"chat_id": -1001}, &c)
	if c.Title != "Dinas" || c.Type != "supergroup" {
		t.Errorf("chat %+v", c)
	}
}

func TestPressesInGroupsAreOfPeople(t *testing.T) {
	s := telegramtest.Start(t, instant)
	p := s.Person(7001, "Siti")
	g := s.Supergroup(-1001, "Dinas", p)
	g.AddBot(p)
	ok(t, s, "sendMessage", args{"chat_id": -1001, "text": "a", "reply_markup": buttons("Terima")}, nil)
	if err := g.Press(p, "Terima"); err != nil {
		t.Fatal(err)
	}
	got := updates(t, s, args{"offset": -1})[0].Callback
	if got == nil || got.From.ID != 7001 || got.Message.Chat.ID != -1001 || got.Data != "Terima" {
		t.Errorf("got %+v", got)
	}
}
