package whatsapptest

import (
	"fmt"
	"strings"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// File is a file that somebody sends.
type File struct {
	Name, Type, Caption string
	Body                []byte
	// Claims is how long the message says that the file is; 0: as long as it is.
	Claims uint64
}

// Text sends a text. Texts without link and quotation come as a plain
// conversation.
func (p *Person) Text(to Chat, text string, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{Conversation: new(text)}, how...)
}

// Reply sends a text that answers a message of the chat.
func (p *Person) Reply(to Chat, id types.MessageID, text string, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text: new(text), ContextInfo: p.quote(to, id),
	}}, how...)
}

// Forward sends a text as a forwarded one.
func (p *Person) Forward(to Chat, text string, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text:        new(text),
		ContextInfo: &waE2E.ContextInfo{IsForwarded: new(true), ForwardingScore: proto.Uint32(1)},
	}}, how...)
}

func (p *Person) quote(in Chat, id types.MessageID) *waE2E.ContextInfo {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	c := &waE2E.ContextInfo{StanzaID: new(id)}
	if m := p.user.devices[0].handset.screen(in.chat()).byID[id]; m != nil {
		c.Participant, c.QuotedMessage = new(m.From.String()), m.Message
	}

	return c
}

// Photo sends a picture.
func (p *Person) Photo(to Chat, f File, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{ImageMessage: p.image(f)}, how...)
}

func (p *Person) image(f File) *waE2E.ImageMessage {
	m := p.put(f, "WhatsApp Image Keys")

	return &waE2E.ImageMessage{
		URL: &m.url, DirectPath: &m.directPath, MediaKey: m.key, FileSHA256: m.sum, FileEncSHA256: m.encrypted,
		FileLength: &m.length, MediaKeyTimestamp: &m.keyTime, Mimetype: kindOr(f.Type, "image/jpeg"), Caption: orNil(f.Caption),
		Width: proto.Uint32(1200), Height: proto.Uint32(1600),
	}
}

// Video sends a video.
func (p *Person) Video(to Chat, f File, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{VideoMessage: p.video(f)}, how...)
}

func (p *Person) video(f File) *waE2E.VideoMessage {
	m := p.put(f, "WhatsApp Video Keys")

	return &waE2E.VideoMessage{
		URL: &m.url, DirectPath: &m.directPath, MediaKey: m.key, FileSHA256: m.sum, FileEncSHA256: m.encrypted,
		FileLength: &m.length, MediaKeyTimestamp: &m.keyTime, Mimetype: kindOr(f.Type, "video/mp4"), Caption: orNil(f.Caption),
		Seconds: proto.Uint32(7),
	}
}

// Voice sends a voice note.
func (p *Person) Voice(to Chat, f File, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{AudioMessage: p.audio(f, "audio/ogg; codecs=opus", true)}, how...)
}

// Audio sends a sound file.
func (p *Person) Audio(to Chat, f File, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{AudioMessage: p.audio(f, "audio/mpeg", false)}, how...)
}

func (p *Person) audio(f File, kind string, note bool) *waE2E.AudioMessage {
	m := p.put(f, "WhatsApp Audio Keys")

	return &waE2E.AudioMessage{
		URL: &m.url, DirectPath: &m.directPath, MediaKey: m.key, FileSHA256: m.sum, FileEncSHA256: m.encrypted,
		FileLength: &m.length, MediaKeyTimestamp: &m.keyTime, Mimetype: kindOr(f.Type, kind),
		PTT: new(note), Seconds: proto.Uint32(7),
	}
}

// Document sends a file as it is. With a caption it comes in a wrapper of its
// own.
func (p *Person) Document(to Chat, f File, how ...How) types.MessageID {
	s := p.put(f, "WhatsApp Document Keys")
	m := &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
		URL: &s.url, DirectPath: &s.directPath, MediaKey: s.key, FileSHA256: s.sum, FileEncSHA256: s.encrypted,
		FileLength: &s.length, MediaKeyTimestamp: &s.keyTime, Mimetype: kindOr(f.Type, "application/pdf"),
		FileName: orNil(f.Name), Title: orNil(f.Name), Caption: orNil(f.Caption),
	}}
	if f.Caption != "" {
		m = &waE2E.Message{DocumentWithCaptionMessage: &waE2E.FutureProofMessage{Message: m}}
	}

	return p.Say(to, m, how...)
}

// Sticker sends a sticker.
func (p *Person) Sticker(to Chat, f File, how ...How) types.MessageID {
	m := p.put(f, "WhatsApp Image Keys")

	return p.Say(to, &waE2E.Message{StickerMessage: &waE2E.StickerMessage{
		URL: &m.url, DirectPath: &m.directPath, MediaKey: m.key, FileSHA256: m.sum, FileEncSHA256: m.encrypted,
		FileLength: &m.length, MediaKeyTimestamp: &m.keyTime, Mimetype: kindOr(f.Type, "image/webp"),
	}}, how...)
}

// Album sends pictures and videos as one album: a message that announces it, and
// one for each file that refers to it. It returns their ids in this order.
func (p *Person) Album(to Chat, files []File, how ...How) []types.MessageID {
	var images, videos uint32
	for _, f := range files {
		if strings.HasPrefix(f.Type, "video/") {
			videos++
		} else {
			images++
		}
	}
	parent := p.Say(to, &waE2E.Message{AlbumMessage: &waE2E.AlbumMessage{
		ExpectedImageCount: &images, ExpectedVideoCount: &videos,
	}}, how...)
	ids := []types.MessageID{parent}
	for _, f := range files {
		m := &waE2E.Message{MessageContextInfo: p.associate(to, parent, waE2E.MessageAssociation_MEDIA_ALBUM)}
		if strings.HasPrefix(f.Type, "video/") {
			m.VideoMessage = p.video(f)
		} else {
			m.ImageMessage = p.image(f)
		}
		ids = append(ids, p.Say(to, m))
	}

	return ids
}

// InAlbum sends a picture or video as a later part of the album with that id,
// the first that Album returned.
func InAlbum(id types.MessageID) How { return func(s *saying) { s.album = id } }

// HDPhoto sends a picture in two messages: a small one at once, and the same in
// full quality that belongs to it.
func (p *Person) HDPhoto(to Chat, small, full File, how ...How) (first, hd types.MessageID) {
	first = p.Photo(to, small, how...)
	hd = p.Say(to, &waE2E.Message{
		MessageContextInfo: p.associate(to, first, waE2E.MessageAssociation_HD_IMAGE_DUAL_UPLOAD),
		AssociatedChildMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{
			ImageMessage: p.image(full),
		}},
	})

	return first, hd
}

func (p *Person) associate(in Chat, parent types.MessageID, kind waE2E.MessageAssociation_AssociationType) *waE2E.MessageContextInfo {
	return &waE2E.MessageContextInfo{MessageAssociation: &waE2E.MessageAssociation{
		AssociationType: kind.Enum(), ParentMessageKey: p.key(in, parent, true),
	}}
}

// key names a message of the chat as phones do: from the point of view of who
// names it.
func (p *Person) key(in Chat, id types.MessageID, mine bool) *waCommon.MessageKey {
	k := &waCommon.MessageKey{RemoteJID: new(in.chat().String()), ID: new(id), FromMe: &mine}
	if g, ok := in.(*Group); ok {
		k.Participant = new(p.user.lid.String())
		if !mine {
			p.s.mu.Lock()
			defer p.s.mu.Unlock()
			if m := p.user.devices[0].handset.screen(g.jid).byID[id]; m != nil {
				k.Participant = new(m.From.String())
			}
		}
	}

	return k
}

// Location sends a place.
func (p *Person) Location(to Chat, latitude, longitude float64, name string, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{LocationMessage: &waE2E.LocationMessage{
		DegreesLatitude: &latitude, DegreesLongitude: &longitude, Name: orNil(name),
	}}, how...)
}

// LiveLocation begins to share where the person is; the updates that follow are
// messages of the same kind with higher numbers.
func (p *Person) LiveLocation(to Chat, latitude, longitude float64, sequence int64, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{LiveLocationMessage: &waE2E.LiveLocationMessage{
		DegreesLatitude: &latitude, DegreesLongitude: &longitude, SequenceNumber: &sequence, AccuracyInMeters: proto.Uint32(20),
	}}, how...)
}

// Contact sends somebody's card.
func (p *Person) Contact(to Chat, name, number string, how ...How) types.MessageID {
	card := fmt.Sprintf("BEGIN:VCARD\nVERSION:3.0\nN:;%s;;;\nFN:%s\nTEL;type=CELL;waid=%s:+%s\nEND:VCARD", name, name, digits(number), digits(number))

	return p.Say(to, &waE2E.Message{ContactMessage: &waE2E.ContactMessage{DisplayName: &name, Vcard: &card}}, how...)
}

// React puts a sign on a message of the account or, in a group, of anybody; none takes it back.
func (p *Person) React(to Chat, id types.MessageID, sign string, how ...How) types.MessageID {
	if sign == "" {
		how = append(how, withEdit(types.EditAttributeSenderRevoke))
	}

	return p.Say(to, &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{
		Key: p.key(to, id, p.wrote(id)), Text: &sign, SenderTimestampMS: new(now().UnixMilli()),
	}}, how...)
}

func (p *Person) wrote(id types.MessageID) bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()

	return p.said(id) != nil
}

// Edit changes a text that the person sent, as phones did until 2026. The edit
// has an id of its own.
func (p *Person) Edit(to Chat, id types.MessageID, text string, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{EditedMessage: &waE2E.FutureProofMessage{Message: p.edit(to, id, text)}},
		append(how, withEdit(types.EditAttributeMessageEdit))...)
}

func (p *Person) edit(to Chat, id types.MessageID, text string) *waE2E.Message {
	return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Key: p.key(to, id, true), Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(),
		EditedMessage: &waE2E.Message{Conversation: &text}, TimestampMS: new(now().UnixMilli()),
	}}
}

// Delete deletes a message of the person's for everybody.
func (p *Person) Delete(to Chat, id types.MessageID, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Key: p.key(to, id, true), Type: waE2E.ProtocolMessage_REVOKE.Enum(),
	}}, append(how, withEdit(types.EditAttributeSenderRevoke))...)
}

// ViewOnce sends a picture that may be seen once. Companions get no more than
// that there was one.
func (p *Person) ViewOnce(to Chat, f File, how ...How) types.MessageID {
	return p.Say(to, &waE2E.Message{ViewOnceMessageV2: &waE2E.FutureProofMessage{
		Message: &waE2E.Message{ImageMessage: p.image(f)},
	}}, append(how, func(s *saying) { s.unavailable = "view_once" })...)
}

func (p *Person) put(f File, info string) stored {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.s.upload(f.Body, info)
	if f.Claims > 0 {
		m.length = f.Claims
	}

	return m
}

// media is what all kinds of files have in their messages.
type media interface {
	GetDirectPath() string
	GetMediaKey() []byte
	GetFileSHA256() []byte
	GetFileEncSHA256() []byte
	GetFileLength() uint64
	GetMimetype() string
}

func downloadable(m *waE2E.Message) media {
	m = inner(m)
	switch {
	case m.GetImageMessage() != nil:
		return m.GetImageMessage()
	case m.GetVideoMessage() != nil:
		return m.GetVideoMessage()
	case m.GetAudioMessage() != nil:
		return m.GetAudioMessage()
	case m.GetDocumentMessage() != nil:
		return m.GetDocumentMessage()
	case m.GetStickerMessage() != nil:
		return m.GetStickerMessage()
	default:
		return nil
	}
}

func kindOr(kind, otherwise string) *string {
	if kind == "" {
		kind = otherwise
	}

	return &kind
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}

	return &s
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}

		return r
	}, s)
}
