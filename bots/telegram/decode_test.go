package telegram

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/conversation"
)

// in wraps the fields of a message into an update of a private chat.
func in(fields string) string {
	return `{"update_id":10,"message":{"message_id":77,"date":1,"chat":{"id":7001,"type":"private"},` +
		`"from":{"id":7001,"is_bot":false,"first_name":"Warga","last_name":"Contoh","username":"warga"},` + fields + `}}`
}

func TestEverythingThatPeopleSendIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		update string
		want   conversation.Input
		media  string
	}{
		"text":               {in(`"text":"jalan rusak"`), conversation.Text{Text: "jalan rusak"}, ""},
		"empty text":         {in(`"text":""`), conversation.Text{}, ""},
		"marks of the bot's": {in("\"text\":\"a\\u0002b\\u0003\""), conversation.Text{Text: "ab"}, ""},
		"forwarded": {
			in(`"text":"kabar","forward_origin":{"type":"a kind of tomorrow"}`),
			conversation.Text{Text: "kabar", Forwarded: true},
			"",
		},
		"a link behind words": {
			in(`"text":"baca di sini","entities":[{"type":"text_link","offset":8,"length":4,"url":"https://contoh.id/a"}]`),
			conversation.Text{Text: "baca di sini\nhttps://contoh.id/a"},
			"",
		},
		"a reply with a quote": {
			in(`"text":"ini","quote":{"text":"yang mana","position":0},"reply_to_message":{"message_id":5,"chat":{"id":7001},"text":"yang mana?"}`),
			conversation.Text{Text: "ini"},
			"",
		},
		"the largest size of a photo": {
			in(`"caption":"lubang","media_group_id":"g","photo":[{"file_id":"m","width":320,"height":200,"file_size":9},` +
				`{"file_id":"l","width":1280,"height":800,"file_size":99},{"file_id":"s","width":90,"height":60,"file_size":2}]`),
			conversation.Attachment{Kind: "photo", Type: "image/jpeg", Bytes: 99, Caption: "lubang", Album: "g"},
			"l",
		},
		"a photo of unknown size": {
			in(`"photo":[{"file_id":"m","width":1,"height":1}]`), conversation.Attachment{Kind: "photo", Type: "image/jpeg", Bytes: -1}, "m",
		},
		"video": {
			in(`"video":{"file_id":"v","file_name":"a.mp4","mime_type":"video/mp4","file_size":3000000000}`),
			conversation.Attachment{Kind: "video", Name: "a.mp4", Type: "video/mp4", Bytes: 3_000_000_000},
			"v",
		},
		"a moving picture is not a document": {
			in(`"document":{"file_id":"d"},"animation":{"file_id":"a","mime_type":"video/mp4","file_size":7}`),
			conversation.Attachment{Kind: "video", Type: "video/mp4", Bytes: 7},
			"a",
		},
		"video note": {
			in(`"video_note":{"file_id":"n","length":240,"file_size":8}`), conversation.Attachment{Kind: "video", Type: "video/mp4", Bytes: 8}, "n",
		},
		"voice": {
			in(`"voice":{"file_id":"o","mime_type":"audio/ogg","file_size":5}`), conversation.Attachment{Kind: "voice", Type: "audio/ogg", Bytes: 5}, "o",
		},
		"audio": {
			in(`"audio":{"file_id":"u","file_name":"r.mp3","mime_type":"audio/mpeg","file_size":6}`),
			conversation.Attachment{Kind: "audio", Name: "r.mp3", Type: "audio/mpeg", Bytes: 6},
			"u",
		},
		"an empty document": {
			in(`"document":{"file_id":"d","file_name":"surat.pdf","mime_type":"application/pdf","file_size":0}`),
			conversation.Attachment{Kind: "document", Name: "surat.pdf", Type: "application/pdf"},
			"d",
		},
		"location":      {in(`"location":{"latitude":-2.58,"longitude":115.38}`), conversation.Pin{Lat: -2.58, Lon: 115.38}, ""},
		"live location": {in(`"location":{"latitude":-2.5,"longitude":115.3,"live_period":900}`), conversation.Pin{Lat: -2.5, Lon: 115.3, Live: true}, ""},
		"venue": {
			in(`"location":{"latitude":-2.5,"longitude":115.3},"venue":{"location":{"latitude":-2.5,"longitude":115.3},"title":"Pasar","address":"Jl. Murakata"}`),
			conversation.Pin{Lat: -2.5, Lon: 115.3, Name: "Pasar", Address: "Jl. Murakata"},
			"",
		},
		"sticker":           {in(`"sticker":{"file_id":"x"}`), conversation.Unsupported{What: "sticker"}, ""},
		"dice":              {in(`"dice":{"emoji":"🎲","value":3}`), conversation.Unsupported{What: "sticker"}, ""},
		"contact":           {in(`"contact":{"phone_number":"1","first_name":"W"}`), conversation.Unsupported{What: "contact"}, ""},
		"poll":              {in(`"poll":{"id":"1"}`), conversation.Unsupported{What: "poll"}, ""},
		"a kind to come":    {in(`"hologram":{"id":"1"}`), conversation.Unsupported{What: "unknown"}, ""},
		"a service message": {in(`"pinned_message":{"message_id":1}`), nil, ""},
		"an edit": {
			strings.Replace(in(`"text":"baru","edit_date":2`), `"message":`, `"edited_message":`, 1), conversation.Edited{Ref: "77", Text: "baru"}, "",
		},
		"a caption's edit": {
			strings.Replace(in(`"caption":"baru","photo":[{"file_id":"m","width":1,"height":1}]`), `"message":`, `"edited_message":`, 1),
			conversation.Edited{Ref: "77", Text: "baru"},
			"",
		},
		"a live location that moves": {
			strings.Replace(in(`"location":{"latitude":-2.6,"longitude":115.3,"live_period":900}`), `"message":`, `"edited_message":`, 1), nil, "",
		},
		"a press": {
			`{"update_id":11,"callback_query":{"id":"5","from":{"id":7001,"first_name":"W"},"message":{"message_id":3,"date":0,"chat":{"id":7001}},"data":"1.2.send"}}`,
			conversation.Press{Token: "1.2.send"},
			"",
		},
		"a press on a game":   {`{"update_id":11,"callback_query":{"id":"5","from":{"id":7001},"game_short_name":"g"}}`, nil, ""},
		"a block":             {`{"update_id":12,"my_chat_member":{"chat":{"id":7001},"from":{"id":7001},"new_chat_member":{"status":"kicked"}}}`, nil, ""},
		"an unknown standing": {`{"update_id":12,"my_chat_member":{"chat":{"id":-5},"from":{"id":7001},"new_chat_member":{"status":"ghost"}}}`, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode([]byte(c.update), "77000")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Input); diff != "" {
				t.Errorf("read otherwise (-want +got)\n%s", diff)
			}
			media := ""
			if c.media != "" {
				media = fmt.Sprintf(`{"file_id":%q}`, c.media)
			}
			if string(got.Media) != media {
				t.Errorf("the file is %s, want %s", got.Media, media)
			}
			if strings.Contains(c.update, `"message_id":77`) && got.Ref != "77" {
				t.Errorf("the message is %q", got.Ref)
			}
		})
	}
}

func TestTheSenderIsKnownByName(t *testing.T) {
	got, err := decode([]byte(in(`"text":"a"`)), "77000")
	if want := (bots.Profile{Name: "Warga Contoh", Username: "warga"}); err != nil || got.Profile != want {
		t.Errorf("%+v, %v", got.Profile, err)
	}
}

func TestWhatCannotBeReadIsNotGuessed(t *testing.T) {
	for _, body := range []string{
		``, `{`, `[]`, `"x"`, `{}`, `{"update_id":1}`, `{"update_id":1,"message":{"text":"a"}}`, `{"update_id":1,"message":7}`,
		`{"update_id":1,"message":{"message_id":5,"text":"a"}}`, in(`"text":["a"]`), in(`"photo":{"file_id":"a"}`),
	} {
		if got, err := decode([]byte(body), "77000"); err == nil {
			t.Errorf("%s was read as %+v", body, got)
		} else if strings.Contains(body, "Warga") && strings.Contains(err.Error(), "Warga") {
			t.Errorf("the error repeats what it read: %v", err)
		}
	}
}

func TestAnUpdateIsStoredUnderWhomItIsFrom(t *testing.T) {
	group := `"chat":{"id":-4001,"type":"group"},"from":{"id":7001}`
	for name, c := range map[string]struct {
		update string
		last   int64
		want   bots.Incoming
		keep   bool
		press  string
	}{
		"a private message": {`{"update_id":10,"message":{"message_id":3,"chat":{"id":7001},"from":{"id":7001}}}`, 0, bots.Incoming{Chat: "7001", Key: "10", Order: 10}, true, ""},
		"in a group":        {`{"update_id":10,"message":{"message_id":3,` + group + `}}`, 0, bots.Incoming{Chat: "-4001", Group: true, From: "7001", Key: "10", Order: 10}, true, ""},
		"a group that moves": {
			`{"update_id":10,"message":{"message_id":3,` + group + `,"migrate_to_chat_id":-1009}}`, 0,
			bots.Incoming{Chat: "-4001", Group: true, From: "7001", Key: "10", Order: 10, Moved: "-1009"},
			true, "",
		},
		"a press": {
			`{"update_id":11,"callback_query":{"id":"q","from":{"id":7001},"message":{"message_id":3,` + group + `},"data":"x"}}`, 0,
			bots.Incoming{Chat: "-4001", Group: true, From: "7001", Key: "11", Order: 11},
			true, "q",
		},
		"a press on a message that is gone": {
			`{"update_id":11,"callback_query":{"id":"q","from":{"id":7001},"data":"x"}}`, 0,
			bots.Incoming{Chat: "7001", Key: "11", Order: 11},
			true, "q",
		},
		"somebody blocks the bot": {`{"update_id":12,"my_chat_member":{"chat":{"id":7001},"from":{"id":7001},"new_chat_member":{"status":"kicked"}}}`, 0, bots.Incoming{Chat: nobody, Group: true, Key: "12"}, true, ""},
		"somebody lets it in again": {
			`{"update_id":12,"my_chat_member":{"chat":{"id":7001},"from":{"id":7001},"new_chat_member":{"status":"member"}}}`, 0,
			bots.Incoming{Chat: "7001", Key: "12", Order: 12},
			true, "",
		},
		"a kind that was not asked for": {`{"update_id":13,"inline_query":{"id":"1"}}`, 0, bots.Incoming{}, false, ""},
		"nobody to be named":            {`{"update_id":14,"message":{"chat":{"id":"x"}}}`, 13, bots.Incoming{Chat: nobody, Group: true, Key: "14"}, true, ""},
		"without an id":                 {`{"message":{"chat":{"id":7001},"from":{"id":7001}}}`, 14, bots.Incoming{Chat: "7001", Key: "15", Order: 15}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := open([]byte(c.update), c.last)
			if got.keep != c.keep || got.callback != c.press {
				t.Errorf("kept %v, press %q", got.keep, got.callback)
			}
			if !c.keep {
				return
			}
			c.want.Body = []byte(c.update)
			if diff := cmp.Diff(c.want, got.incoming); diff != "" {
				t.Errorf("stored otherwise (-want +got)\n%s", diff)
			}
		})
	}
	one, other := open([]byte("x"), 0), open([]byte("y"), 0)
	if one.incoming.Key == other.incoming.Key || one.incoming.Chat != nobody || !one.keep {
		t.Errorf("without any id: %+v and %+v", one.incoming, other.incoming)
	}
}

func FuzzUpdatesAreReadWithoutPanic(f *testing.F) {
	f.Add([]byte(in(`"text":"a"`)), int64(9))
	f.Add([]byte(`{"update_id":11,"callback_query":{"id":"q","from":{"id":7001},"data":"x"}}`), int64(0))
	f.Fuzz(func(t *testing.T, body []byte, last int64) {
		got := open(body, last)
		if got.keep && (got.incoming.Key == "" || got.incoming.Chat == "") {
			t.Errorf("kept without key or chat: %+v", got)
		}
		if d, err := decode(body, "77000"); err != nil && d.Input != nil {
			t.Errorf("an input with an error: %+v", d)
		}
	})
}
