package webchat

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/conversation"
)

func TestDecodeReadsWhatThePagePosts(t *testing.T) {
	for event, want := range map[string]conversation.Input{
		`"type":"text","text":"halo\u0002tebal\u0003"`: conversation.Text{Text: "halotebal"},
		`"type":"text"`:                                         conversation.Text{},
		`"type":"press","token":"7:kirim"`:                      conversation.Press{Token: "7:kirim"},
		`"type":"pin","lat":-2.58,"lon":115.38,"place":"Pasar"`: conversation.Pin{Lat: -2.58, Lon: 115.38, Name: "Pasar"},
		`"type":"sticker"`:                                      conversation.Unsupported{What: "sticker"},
		`"type":"unsupported","what":"poll"`:                    conversation.Unsupported{What: "poll"},
		`"type":"unsupported","what":"tarian"`:                  conversation.Unsupported{What: "unknown"},
		`"type":"edit","ref":"` + id2 + `","text":"x"`:          conversation.Edited{Ref: id2, Text: "x"},
		`"type":"delete","ref":"` + id2 + `"`:                   conversation.Deleted{Ref: id2},
		`"type":"upload","name":"a.jpg","file_type":"image/jpeg","bytes":7,"caption":"ini","album":"b"`: conversation.Attachment{Kind: "photo", Name: "a.jpg", Type: "image/jpeg", Bytes: 7, Caption: "ini", Album: "b"},
		`"type":"upload","file_type":"video/mp4","bytes":-1`:                                            conversation.Attachment{Kind: "video", Type: "video/mp4", Bytes: -1},
		`"type":"upload","file_type":"AUDIO/ogg"`:                                                       conversation.Attachment{Kind: "audio", Type: "AUDIO/ogg"},
		`"type":"upload","name":"surat"`:                                                                conversation.Attachment{Kind: "document", Name: "surat"},
	} {
		d, err := decode([]byte(`{"event":{"id":"` + id1 + `",` + event + `,"reply":"pesan-7"},"staged":"00ff","press":"tekan-1"}`))
		if err != nil {
			t.Errorf("%s: %v", event, err)
			continue
		}
		wanted := bots.Decoded{Input: want, Ref: id1, ReplyTo: "pesan-7"}
		switch want.(type) {
		case conversation.Attachment:
			wanted.Media = []byte(`{"staged":"00ff"}`)
		case conversation.Press:
			wanted.Press = "tekan-1"
		}
		if diff := cmp.Diff(wanted, d); diff != "" {
			t.Errorf("%s: %s", event, diff)
		}
	}
}

func FuzzDecodeNeverPanicsAndWhatWasTakenInIsReadBack(f *testing.F) {
	f.Add(`{"events":[{"id":"` + id1 + `","type":"text","text":"halo \u0002 🥁"}]}`)
	f.Add(`{"events":[{"id":"` + id1 + `","type":"pin","lat":-1e-9,"lon":180}]}`)
	f.Add(`{"events":[{"id":"` + id1 + `","type":"upload","file_type":"image/","bytes":-1}]}`)
	f.Add(`{"event":{"id":"` + id1 + `","type":"edit","ref":"` + id2 + `"}}`)
	f.Add(`{"events":[{"id":"` + id1 + `","type":"unsupported","what":"\ud800"}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		if d, err := decode([]byte(body)); err == nil && (d.Input == nil || !validUUID(d.Ref)) {
			t.Fatalf("decoded %+v", d)
		}
		events, err := readEvents([]byte(body))
		if err != nil {
			if strings.Contains(body, err.Error()) && len(err.Error()) > 40 {
				t.Fatalf("the error repeats the body: %v", err)
			}
			return
		}
		for _, e := range events {
			kept, err := json.Marshal(stored{Event: e, Staged: "00ff"})
			if err != nil {
				t.Fatal(err)
			}
			d, err := decode(kept)
			if err != nil || d.Ref != e.ID {
				t.Fatalf("taken in, but read back as %+v, %v", d, err)
			}
			if text, ok := d.Input.(conversation.Text); ok && strings.ContainsAny(text.Text, conversation.BoldOn+conversation.BoldOff) {
				t.Fatalf("bold marks in %q", text.Text)
			}
		}
	})
}
