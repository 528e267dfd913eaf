package telegram

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/conversation"
)

// inGroup wraps the fields of a message into an update of a group.
func inGroup(from, fields string) string {
	return `{"update_id":10,"message":{"message_id":77,"date":1,"chat":{"id":-1009,"type":"supergroup"},` + from + `,` + fields + `}}`
}

const (
	official  = `"from":{"id":7001,"first_name":"Petugas","username":"petugas"}`
	anonymous = `"from":{"id":1087968824,"is_bot":true,"first_name":"Group","username":"GroupAnonymousBot"},"sender_chat":{"id":-1009,"type":"supergroup"}`
)

func TestOnlyAnswersToTheBotAreAnswers(t *testing.T) {
	ours := `"from":{"id":77000,"is_bot":true}`
	for name, c := range map[string]struct{ fields, want string }{
		"to the bot":                    {`"text":"a","reply_to_message":{"message_id":5,` + ours + `,"text":"Laporan 1"}`, "5"},
		"with a file":                   {`"photo":[{"file_id":"x","width":1,"height":1}],"reply_to_message":{"message_id":5,` + ours + `}`, "5"},
		"to a file of the bot's":        {`"text":"a","reply_to_message":{"message_id":6,` + ours + `,"media_group_id":"g","photo":[]}`, "6"},
		"by an administrator who hides": {`"text":"a","reply_to_message":{"message_id":5,` + ours + `}`, "5"},
		"to nothing":                    {`"text":"a"`, ""},
		"to somebody else":              {`"text":"a","reply_to_message":{"message_id":5,"from":{"id":7002}}`, ""},
		"to another bot":                {`"text":"a","reply_to_message":{"message_id":5,"from":{"id":77001,"is_bot":true}}`, ""},
		"to nothing, in a topic of the bot's": {
			`"text":"a","is_topic_message":true,"message_thread_id":5,"reply_to_message":{"message_id":5,` + ours + `,"forum_topic_created":{"name":"KTG"}}`, "",
		},
		"to the bot, in a topic": {
			`"text":"a","is_topic_message":true,"message_thread_id":5,"reply_to_message":{"message_id":8,"is_topic_message":true,` + ours + `}`, "8",
		},
	} {
		t.Run(name, func(t *testing.T) {
			from := official
			if strings.Contains(name, "hides") {
				from = anonymous
			}
			update := inGroup(from, c.fields)
			for _, body := range []string{update, strings.Replace(update, `"message":{`, `"edited_message":{`, 1)} {
				got, err := decode([]byte(body), "77000")
				if err != nil || got.ReplyTo != c.want {
					t.Errorf("it answers %q, %v, want %q", got.ReplyTo, err, c.want)
				}
			}
		})
	}
}

func TestNobodyHasTheAuthorityOfWhoHides(t *testing.T) {
	channelPost := `"from":{"id":777000,"first_name":"Telegram"},"sender_chat":{"id":-1008,"type":"channel"}`
	asChannel := `"from":{"id":136817688,"username":"Channel_Bot"},"sender_chat":{"id":-1007,"type":"channel"}`
	for name, c := range map[string]struct {
		update string
		from   bots.Address
		who    string
	}{
		"an official":                      {inGroup(official, `"text":"a"`), "7001", "petugas"},
		"an administrator who hides":       {inGroup(anonymous, `"text":"a"`), "", ""},
		"who hides, without the chat":      {inGroup(strings.Split(anonymous, `,"sender_chat"`)[0], `"text":"a"`), "", ""},
		"an official who writes as a chat": {inGroup(official+`,"sender_chat":{"id":-1009}`, `"text":"a"`), "", ""},
		"a post of the group's channel":    {inGroup(channelPost, `"text":"a"`), "", ""},
		"who writes as a channel":          {inGroup(asChannel, `"text":"a"`), "", ""},
		"an edit by who hides":             {strings.Replace(inGroup(anonymous, `"text":"a"`), `"message":{`, `"edited_message":{`, 1), "", ""},
		"a press by who hides is theirs": {
			`{"update_id":10,"callback_query":{"id":"q","from":{"id":7001,"username":"petugas"},"data":"x",` +
				`"message":{"message_id":5,"chat":{"id":-1009}}}}`, "7001", "petugas",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := open([]byte(c.update), 0)
			if r.incoming.Chat != "-1009" || !r.incoming.Group || r.incoming.From != c.from {
				t.Errorf("stored for %q as from %q, want %q", string(r.incoming.Chat), string(r.incoming.From), string(c.from))
			}
			d, err := decode([]byte(c.update), "77000")
			if err != nil || d.Profile.Username != c.who || c.who == "" && d.Profile != (bots.Profile{}) {
				t.Errorf("written by %+v, %v", d.Profile, err)
			}
		})
	}
}

func TestAPressCanBeAnswered(t *testing.T) {
	d, err := decode([]byte(`{"update_id":11,"callback_query":{"id":"438","from":{"id":7001},"data":"k.1"}}`), "77000")
	if err != nil || d.Press != "438" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestWhoLetsTheBotIntoAGroupIsKnown(t *testing.T) {
	const member = `{"status":"member"}`
	change := func(chat, was, is string) string {
		return `{"update_id":12,"my_chat_member":{"chat":` + chat + `,` + official + `,"date":1,"old_chat_member":` + was + `,"new_chat_member":` + is + `}}`
	}
	group := `{"id":-1009,"type":"supergroup"}`
	for _, c := range [][2]string{{member, `{"status":"administrator"}`}, {`{"status":"administrator"}`, member}} {
		got, err := decode([]byte(change(group, c[0], c[1])), "77000")
		if diff := cmp.Diff(conversation.Input(conversation.RightsChanged{}), got.Input); err != nil || diff != "" {
			t.Errorf("%s after %s: %v (-want +got)\n%s", c[1], c[0], err, diff)
		}
	}
	for name, c := range map[string]struct {
		update string
		joined bool
	}{
		"as a member":                  {change(group, `{"status":"left"}`, member), true},
		"as an administrator":          {change(group, `{"status":"left"}`, `{"status":"administrator"}`), true},
		"a small group":                {change(`{"id":-5,"type":"group"}`, `{"status":"left"}`, member), true},
		"after it was thrown out":      {change(group, `{"status":"kicked"}`, member), true},
		"with less than others may":    {change(group, `{"status":"left"}`, `{"status":"restricted","is_member":true}`), true},
		"an old server":                {change(group, `null`, member), true},
		"who is thrown out":            {change(group, member, `{"status":"kicked"}`), false},
		"who leaves":                   {change(group, member, `{"status":"left"}`), false},
		"who is restricted and not in": {change(group, `{"status":"left"}`, `{"status":"restricted","is_member":false}`), false},
		"a channel":                    {change(`{"id":-1009,"type":"channel"}`, `{"status":"left"}`, `{"status":"administrator"}`), false},
		"a person lets it in again":    {change(`{"id":7001,"type":"private"}`, `{"status":"kicked"}`, member), false},
	} {
		t.Run(name, func(t *testing.T) {
			var want conversation.Input
			if c.joined {
				want = conversation.Joined{}
			}
			got, err := decode([]byte(c.update), "77000")
			if diff := cmp.Diff(want, got.Input); err != nil || diff != "" {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
			if in := open([]byte(c.update), 0).incoming; c.joined && in.From != "7001" {
				t.Errorf("let in by %q", string(in.From))
			}
		})
	}
}
