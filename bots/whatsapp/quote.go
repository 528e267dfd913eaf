package whatsapp

import (
	"context"
	"strings"
	"unicode/utf8"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
)

// quoted is how much of a message is quoted, in characters: enough to know it by.
const quoted = 80

// quote is what a message says of the one that it answers. Phones show what is
// quoted as the answer tells it, and lead to the original where they have it.
// nil: nobody could tell who wrote it.
func (c *Client) quote(ctx context.Context, l *link, chat types.JID, ref string) (*waE2E.ContextInfo, error) {
	// Of files that were sent together the first is answered.
	ref, _, _ = strings.Cut(ref, refSeparator)
	if ref == "" {
		return nil, nil
	}
	where, m, err := c.stored(ctx, ref)
	switch {
	case err != nil:
		return nil, err
	case m != nil && where == chat:
		return quotation(ref, l.own(), beginning(m)), nil
	case chat.Server == types.GroupServer:
		return nil, nil // the reference does not say which member's it is
	}
	// What people wrote is not kept.
	return quotation(ref, chat, ""), nil
}

func quotation(id string, by types.JID, text string) *waE2E.ContextInfo {
	return &waE2E.ContextInfo{
		StanzaID: new(id), Participant: new(by.ToNonAD().String()),
		QuotedMessage: &waE2E.Message{Conversation: new(text)},
	}
}

// own is the account as people know it.
func (l *link) own() types.JID {
	if lid := l.device.GetLID(); !lid.IsEmpty() {
		return lid.ToNonAD()
	}
	return l.jid.ToNonAD()
}

// beginning is the first line of a message.
func beginning(m *waE2E.Message) string {
	text, _ := written(m)
	text, _, _ = strings.Cut(text, "\n")
	if utf8.RuneCountInString(text) > quoted {
		text = string([]rune(text)[:quoted]) + "…"
	}
	return text
}

// textMessage is a text, and what it answers; nil: nothing.
func textMessage(text string, quote *waE2E.ContextInfo) *waE2E.Message {
	if quote == nil {
		return &waE2E.Message{Conversation: new(text)}
	}
	return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: new(text), ContextInfo: quote}}
}

// setContext has a file say what it answers.
func setContext(m *waE2E.Message, quote *waE2E.ContextInfo) {
	switch {
	case quote == nil:
	case m.GetImageMessage() != nil:
		m.ImageMessage.ContextInfo = quote
	case m.GetVideoMessage() != nil:
		m.VideoMessage.ContextInfo = quote
	case m.GetAudioMessage() != nil:
		m.AudioMessage.ContextInfo = quote
	case m.GetDocumentMessage() != nil:
		m.DocumentMessage.ContextInfo = quote
	}
}
