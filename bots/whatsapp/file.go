package whatsapp

import (
	"encoding/json"
	"fmt"
	"math"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"

	"kentongan/bots"
	"kentongan/conversation"
)

// file is what a message tells of the file that it brings.
type file struct {
	whatsmeow.DownloadableMessage
	kind      string // as in conversation.Attachment
	mediaType whatsmeow.MediaType
	mimeType  string
	name      string
	caption   string
	length    uint64
	known     bool // whether the length is
}

// fileOf returns the file of a message; nil where it brings none.
func fileOf(m *waE2E.Message) *file {
	switch {
	case m.GetImageMessage() != nil:
		f := m.GetImageMessage()
		return &file{f, "photo", whatsmeow.MediaImage, f.GetMimetype(), "", f.GetCaption(), f.GetFileLength(), f.FileLength != nil}
	case m.GetVideoMessage() != nil:
		f := m.GetVideoMessage()
		return &file{f, "video", whatsmeow.MediaVideo, f.GetMimetype(), "", f.GetCaption(), f.GetFileLength(), f.FileLength != nil}
	case m.GetPtvMessage() != nil:
		f := m.GetPtvMessage()
		return &file{f, "video", whatsmeow.MediaVideo, f.GetMimetype(), "", f.GetCaption(), f.GetFileLength(), f.FileLength != nil}
	case m.GetAudioMessage() != nil:
		f := m.GetAudioMessage()
		kind := "audio"
		if f.GetPTT() {
			kind = "voice"
		}
		return &file{f, kind, whatsmeow.MediaAudio, f.GetMimetype(), "", "", f.GetFileLength(), f.FileLength != nil}
	case m.GetDocumentMessage() != nil:
		f := m.GetDocumentMessage()
		name := f.GetFileName()
		if name == "" {
			name = f.GetTitle()
		}
		return &file{f, "document", whatsmeow.MediaDocument, f.GetMimetype(), name, f.GetCaption(), f.GetFileLength(), f.FileLength != nil}
	}
	return nil
}

// size is the length in bytes that the sender claims; -1: not known.
func (f *file) size() int64 {
	if !f.known || f.length > math.MaxInt64 {
		return -1
	}
	return int64(f.length)
}

// media is what Fetch needs; the shell keeps it sealed.
type media struct {
	Type   string `json:"type"` // whatsmeow's name of the kind of key
	Path   string `json:"path"`
	Key    []byte `json:"key,omitempty"`
	Hash   []byte `json:"hash"`             // SHA-256 of the file
	Sealed []byte `json:"sealed,omitempty"` // SHA-256 of what WhatsApp holds
	Bytes  int64  `json:"bytes"`            // as claimed; -1: not known
	Chat   string `json:"chat"`             // of the message, to ask its phone once more
	Sender string `json:"sender,omitempty"` // in a group
	ID     string `json:"id"`               // of the message
	Paired bool   `json:"paired,omitempty"` // a better copy is on its way
}

// mediaOf is the reference of the file of a message.
func mediaOf(e envelope, m *waE2E.Message, f *file) media {
	paired := contextOf(m).GetPairedMediaType()
	return media{
		Type: string(f.mediaType), Path: f.GetDirectPath(), Key: f.GetMediaKey(), Hash: f.GetFileSHA256(),
		Sealed: f.GetFileEncSHA256(), Bytes: f.size(), Chat: e.Chat, Sender: e.Sender, ID: e.ID,
		Paired: paired == waE2E.ContextInfo_SD_IMAGE_PARENT || paired == waE2E.ContextInfo_SD_VIDEO_PARENT,
	}
}

func decodeFile(d bots.Decoded, e envelope, m *waE2E.Message, f *file) (bots.Decoded, error) {
	a := conversation.Attachment{
		Kind: f.kind, Name: plain(f.name), Type: plain(f.mimeType), Bytes: f.size(), Caption: plain(f.caption),
	}
	if association := m.GetMessageContextInfo().GetMessageAssociation(); association.GetAssociationType() == waE2E.MessageAssociation_MEDIA_ALBUM {
		a.Album = plain(association.GetParentMessageKey().GetID())
	}
	ref, err := json.Marshal(mediaOf(e, m, f))
	if err != nil {
		return bots.Decoded{}, fmt.Errorf("decode a file: %w", err)
	}
	d.Input, d.Media = a, ref
	return d, nil
}
