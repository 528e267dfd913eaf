package whatsapp

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"kentongan/conversation"
)

func wrapped(m *waE2E.Message) *waE2E.FutureProofMessage {
	return &waE2E.FutureProofMessage{Message: m}
}

func text(s string) *waE2E.Message { return &waE2E.Message{Conversation: &s} }

func photo() *waE2E.Message {
	return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		Mimetype: new("image/jpeg"), Caption: new("Jalan rusak"), FileLength: proto.Uint64(7), DirectPath: new("/v/x?y"),
		MediaKey: []byte("key"), FileSHA256: []byte("plain"), FileEncSHA256: []byte("sealed"), JPEGThumbnail: []byte("small"),
	}}
}

func key(id string) *waCommon.MessageKey { return &waCommon.MessageKey{ID: &id} }

func TestDecodeReadsEveryKindOfMessage(t *testing.T) {
	t.Parallel()
	jalan := conversation.Attachment{Kind: "photo", Type: "image/jpeg", Bytes: 7, Caption: "Jalan rusak"}
	inAlbum := jalan
	inAlbum.Album = "A1"
	album := &waE2E.MessageContextInfo{MessageAssociation: &waE2E.MessageAssociation{
		AssociationType: waE2E.MessageAssociation_MEDIA_ALBUM.Enum(), ParentMessageKey: key("A1"),
	}}
	child := photo()
	child.MessageContextInfo = album
	protocol := func(kind waE2E.ProtocolMessage_Type, edited *waE2E.Message) *waE2E.Message {
		return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: kind.Enum(), Key: key("M1"), EditedMessage: edited}}
	}
	for name, c := range map[string]struct {
		message *waE2E.Message
		want    conversation.Input
	}{
		"text":            {text("Lampu \x02mati\x03"), conversation.Text{Text: "Lampu mati"}},
		"text with extra": {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: new("halo")}}, conversation.Text{Text: "halo"}},
		"passed on": {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
			Text: new("berita"), ContextInfo: &waE2E.ContextInfo{IsForwarded: new(true)},
		}}, conversation.Text{Text: "berita", Forwarded: true}},
		"disappearing":                  {&waE2E.Message{EphemeralMessage: wrapped(text("halo"))}, conversation.Text{Text: "halo"}},
		"photo":                         {photo(), jalan},
		"disappearing photo":            {&waE2E.Message{EphemeralMessage: wrapped(photo())}, jalan},
		"photo of an album":             {child, inAlbum},
		"photo of an album, associated": {&waE2E.Message{MessageContextInfo: album, AssociatedChildMessage: wrapped(photo())}, inAlbum},
		"head of an album":              {&waE2E.Message{AlbumMessage: &waE2E.AlbumMessage{ExpectedImageCount: proto.Uint32(2)}}, nil},
		"video": {
			&waE2E.Message{VideoMessage: &waE2E.VideoMessage{Mimetype: new("video/mp4")}},
			conversation.Attachment{Kind: "video", Type: "video/mp4", Bytes: -1},
		},
		"video note": {&waE2E.Message{PtvMessage: &waE2E.VideoMessage{FileLength: proto.Uint64(9)}}, conversation.Attachment{Kind: "video", Bytes: 9}},
		"voice": {
			&waE2E.Message{AudioMessage: &waE2E.AudioMessage{PTT: new(true), Mimetype: new("audio/ogg; codecs=opus")}},
			conversation.Attachment{Kind: "voice", Type: "audio/ogg; codecs=opus", Bytes: -1},
		},
		"audio": {&waE2E.Message{AudioMessage: &waE2E.AudioMessage{}}, conversation.Attachment{Kind: "audio", Bytes: -1}},
		"document with words": {&waE2E.Message{DocumentWithCaptionMessage: wrapped(&waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
			FileName: new("surat.pdf"), Caption: new("Surat saya"), FileLength: proto.Uint64(5),
		}})}, conversation.Attachment{Kind: "document", Name: "surat.pdf", Caption: "Surat saya", Bytes: 5}},
		"place": {&waE2E.Message{LocationMessage: &waE2E.LocationMessage{
			DegreesLatitude: new(-2.5), DegreesLongitude: new(115.5), Name: new("Pasar"), Address: new("Barabai"),
		}}, conversation.Pin{Lat: -2.5, Lon: 115.5, Name: "Pasar", Address: "Barabai"}},
		"live place": {&waE2E.Message{LiveLocationMessage: &waE2E.LiveLocationMessage{
			DegreesLatitude: new(-2.5), DegreesLongitude: new(115.5),
		}}, conversation.Pin{Lat: -2.5, Lon: 115.5, Live: true}},
		"contact":        {&waE2E.Message{ContactMessage: &waE2E.ContactMessage{}}, conversation.Unsupported{What: "contact"}},
		"contacts":       {&waE2E.Message{ContactsArrayMessage: &waE2E.ContactsArrayMessage{}}, conversation.Unsupported{What: "contact"}},
		"sticker":        {&waE2E.Message{StickerMessage: &waE2E.StickerMessage{}}, conversation.Unsupported{What: "sticker"}},
		"moving sticker": {&waE2E.Message{LottieStickerMessage: wrapped(&waE2E.Message{StickerMessage: &waE2E.StickerMessage{}})}, conversation.Unsupported{What: "sticker"}},
		"poll":           {&waE2E.Message{PollCreationMessageV3: &waE2E.PollCreationMessage{}}, conversation.Unsupported{What: "poll"}},
		"vote":           {&waE2E.Message{PollUpdateMessage: &waE2E.PollUpdateMessage{}}, nil},
		"reaction":       {&waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Text: new("👍")}}, nil},
		"look at once":   {&waE2E.Message{ViewOnceMessageV2: wrapped(photo())}, conversation.Unsupported{What: "view_once"}},
		"edit":           {protocol(waE2E.ProtocolMessage_MESSAGE_EDIT, text("baru")), conversation.Edited{Ref: "M1", Text: "baru"}},
		"edit, wrapped": {
			&waE2E.Message{EditedMessage: wrapped(protocol(waE2E.ProtocolMessage_MESSAGE_EDIT, text("baru")))},
			conversation.Edited{Ref: "M1", Text: "baru"},
		},
		"edit of what stands below a photo": {protocol(waE2E.ProtocolMessage_MESSAGE_EDIT, photo()), conversation.Edited{Ref: "M1", Text: "Jalan rusak"}},
		"taken back":                        {protocol(waE2E.ProtocolMessage_REVOKE, nil), conversation.Deleted{Ref: "M1"}},
		"time of disappearing":              {protocol(waE2E.ProtocolMessage_EPHEMERAL_SETTING, nil), nil},
		"keys alone":                        {&waE2E.Message{SenderKeyDistributionMessage: &waE2E.SenderKeyDistributionMessage{}}, nil},
		"an invitation":                     {&waE2E.Message{GroupInviteMessage: &waE2E.GroupInviteMessage{}}, conversation.Unsupported{What: "unknown"}},
		"nothing":                           {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := envelope{ID: "M9", Chat: "1@lid", Number: "62811", Name: " Siti "}
			if c.message != nil {
				e.message = slim(c.message)
			}
			body, err := e.pack()
			if err != nil {
				t.Fatal(err)
			}
			d, err := decode(body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, d.Input); diff != "" {
				t.Error(diff)
			}
			if d.Ref != "M9" || d.Profile.Name != "Siti" || d.Profile.Number != "+62811" {
				t.Errorf("ref %q, profile %+v", d.Ref, d.Profile)
			}
			if _, file := c.want.(conversation.Attachment); file != (len(d.Media) > 0) {
				t.Errorf("media %s", d.Media)
			}
			if c.message != nil && worth(c.message) != (c.want != nil) {
				t.Errorf("worth storing: %t", worth(c.message))
			}
		})
	}
}

func TestMediaHoldsWhatFetchNeeds(t *testing.T) {
	t.Parallel()
	p := photo()
	p.ImageMessage.ContextInfo = &waE2E.ContextInfo{PairedMediaType: waE2E.ContextInfo_SD_IMAGE_PARENT.Enum()}
	body, err := envelope{ID: "M1", Chat: "g@g.us", Sender: "1@lid", message: slim(p)}.pack()
	if err != nil {
		t.Fatal(err)
	}
	d, err := decode(body)
	if err != nil {
		t.Fatal(err)
	}
	var m media
	if err := json.Unmarshal(d.Media, &m); err != nil {
		t.Fatal(err)
	}
	want := media{
		Type: "WhatsApp Image Keys", Path: "/v/x?y", Key: []byte("key"), Hash: []byte("plain"), Sealed: []byte("sealed"), Bytes: 7,
		Chat: "g@g.us", Sender: "1@lid", ID: "M1", Paired: true,
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
}

func TestSlimKeepsNoQuotesPicturesAndSecrets(t *testing.T) {
	t.Parallel()
	m := photo()
	m.ImageMessage.ContextInfo = &waE2E.ContextInfo{
		StanzaID: new("3EB01"), QuotedMessage: text("rahasia orang lain"), Participant: new("62811@s.whatsapp.net"),
	}
	m.MessageContextInfo = &waE2E.MessageContextInfo{MessageSecret: []byte("kunci rahasia")}
	whole := &waE2E.Message{EphemeralMessage: wrapped(m)}
	body, err := proto.Marshal(slim(whole))
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"rahasia", "62811", "small"} {
		if strings.Contains(string(body), gone) {
			t.Errorf("%q is kept", gone)
		}
	}
	if m.GetImageMessage().GetContextInfo().GetQuotedMessage() == nil {
		t.Error("the message itself was changed")
	}
	packed, err := envelope{ID: "M1", Chat: "1@lid", message: slim(whole)}.pack()
	if err != nil {
		t.Fatal(err)
	}
	if d, err := decode(packed); err != nil || d.ReplyTo != "3EB01" {
		t.Errorf("it answers %q, %v", d.ReplyTo, err)
	}
}

func TestALiveLocationThatMovesOnIsNotStored(t *testing.T) {
	t.Parallel()
	if worth(&waE2E.Message{LiveLocationMessage: &waE2E.LiveLocationMessage{TimeOffset: proto.Uint32(60)}}) {
		t.Error("it is stored")
	}
}

func TestDecodeRefusesRubbish(t *testing.T) {
	t.Parallel()
	good, err := envelope{ID: "M1", Chat: "1@lid", message: text("halo")}.pack()
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		if d, err := decode(good[:i]); err == nil && d.Input != nil {
			t.Errorf("the first %d bytes were decoded to %+v", i, d.Input)
		}
		changed := append([]byte(nil), good...)
		changed[i] ^= 0xff
		_, _ = decode(changed) // must not panic
	}
}

func FuzzDecode(f *testing.F) {
	good, err := envelope{ID: "M1", Chat: "1@lid", message: photo()}.pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(_ *testing.T, body []byte) { _, _ = decode(body) })
}

func TestTheBetterCopyOfAPhotoIsKnown(t *testing.T) {
	t.Parallel()
	m := photo()
	m.MessageContextInfo = &waE2E.MessageContextInfo{MessageAssociation: &waE2E.MessageAssociation{
		AssociationType: waE2E.MessageAssociation_HD_IMAGE_DUAL_UPLOAD.Enum(), ParentMessageKey: key("M1"),
	}}
	if got := betterOf(m); got != "M1" {
		t.Errorf("it betters %q", got)
	}
	e := envelope{ID: "M2", Chat: "1@lid", Better: "M1", message: m}
	body, err := e.pack()
	if err != nil {
		t.Fatal(err)
	}
	if d, err := decode(body); err != nil || d.Ref != "M1" {
		t.Errorf("alone it is known as %q, %v", d.Ref, err)
	}
	m.MessageContextInfo.MessageAssociation.AssociationType = waE2E.MessageAssociation_MOTION_PHOTO.Enum()
	if betterOf(m) != "" || worth(m) {
		t.Error("the moving part of a photo is taken for a file of its own")
	}
}

func TestIDsAreTheSameOverRestartsAndDifferByPart(t *testing.T) {
	t.Parallel()
	if got, want := messageID("0123456789abcdef", 0), "3EB0FDA5D9CE7824B32D48"; got != want {
		t.Errorf("id %s, want %s: what was sent would be sent again", got, want)
	}
	if messageID("a", 0) == messageID("a", 1) || messageID("a", 0) == messageID("b", 0) {
		t.Error("two parts or messages have one id")
	}
}

func TestManners(t *testing.T) {
	t.Parallel()
	m := Manners{Pause: 500 * time.Millisecond, PerRune: 10 * time.Millisecond, PauseMax: 2 * time.Second}
	for range 100 {
		if short, long := m.pause("Ya"), m.pause(strings.Repeat("a", 5000)); short < 400*time.Millisecond || short > 650*time.Millisecond ||
			long < 1600*time.Millisecond || long > 2400*time.Millisecond {
			t.Fatalf("pauses of %s and %s", short, long)
		}
	}
	if (Manners{}).pause("Ya") != 0 {
		t.Error("no manners pause")
	}
}

func TestOneTextToManyIsSpreadOutAndAnswersAreNot(t *testing.T) {
	t.Parallel()
	m := Manners{SameText: 2, SameWithin: time.Minute}
	now := time.Unix(1e9, 0)
	var s same
	parts := []string{"Laporan Anda diteruskan."}
	for _, to := range []string{"a", "b", "a"} {
		if wait := s.wait(parts, to, false, m, now); wait != 0 {
			t.Errorf("%s waits %s", to, wait)
		}
	}
	if wait := s.wait(parts, "c", false, m, now); wait < 30*time.Second || wait > 90*time.Second {
		t.Errorf("the third waits %s", wait)
	}
	if s.wait(parts, "c", true, m, now) != 0 {
		t.Error("an answer waits")
	}
	if s.wait([]string{"Lain."}, "c", false, m, now) != 0 {
		t.Error("another text waits")
	}
	if s.wait(parts, "c", false, m, now.Add(2*time.Minute)) != 0 {
		t.Error("it waits for ever")
	}
}
