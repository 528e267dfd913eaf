package whatsapptest

import "go.mau.fi/whatsmeow/proto/waE2E"

// inner takes the wrappers off a message.
func inner(m *waE2E.Message) *waE2E.Message {
	for range 5 {
		var wrapped *waE2E.FutureProofMessage
		switch {
		case m.GetEphemeralMessage() != nil:
			wrapped = m.GetEphemeralMessage()
		case m.GetViewOnceMessage() != nil:
			wrapped = m.GetViewOnceMessage()
		case m.GetViewOnceMessageV2() != nil:
			wrapped = m.GetViewOnceMessageV2()
		case m.GetDocumentWithCaptionMessage() != nil:
			wrapped = m.GetDocumentWithCaptionMessage()
		case m.GetEditedMessage() != nil:
			wrapped = m.GetEditedMessage()
		case m.GetAssociatedChildMessage() != nil:
			wrapped = m.GetAssociatedChildMessage()
		case m.GetDeviceSentMessage() != nil:
			m = m.GetDeviceSentMessage().GetMessage()

			continue
		default:
			return m
		}
		m = wrapped.GetMessage()
	}

	return m
}

// kindOf is what stanzas tell of a message in the clear: its kind, and that of
// its file.
func kindOf(m *waE2E.Message) (kind, media string) {
	m = inner(m)
	switch {
	case m.GetReactionMessage() != nil:
		return "reaction", ""
	case m.GetPollCreationMessage() != nil, m.GetPollCreationMessageV3() != nil, m.GetPollUpdateMessage() != nil:
		return "poll", ""
	case m.GetImageMessage() != nil:
		return "media", "image"
	case m.GetVideoMessage() != nil:
		return "media", "video"
	case m.GetAudioMessage().GetPTT():
		return "media", "ptt"
	case m.GetAudioMessage() != nil:
		return "media", "audio"
	case m.GetDocumentMessage() != nil:
		return "media", "document"
	case m.GetStickerMessage() != nil:
		return "media", "sticker"
	case m.GetLocationMessage() != nil:
		return "media", "location"
	case m.GetLiveLocationMessage() != nil:
		return "media", "livelocation"
	case m.GetContactMessage() != nil:
		return "media", "vcard"
	case m.GetContactsArrayMessage() != nil:
		return "media", "contact_array"
	default:
		return "text", ""
	}
}

// textOf is what a message says in words, captions included.
func textOf(m *waE2E.Message) string {
	m = inner(m)
	for _, t := range []string{
		m.GetConversation(), m.GetExtendedTextMessage().GetText(), m.GetImageMessage().GetCaption(),
		m.GetVideoMessage().GetCaption(), m.GetDocumentMessage().GetCaption(), m.GetPollCreationMessage().GetName(),
		m.GetPollCreationMessageV3().GetName(), m.GetLocationMessage().GetName(),
	} {
		if t != "" {
			return t
		}
	}

	return ""
}

// contextOf is what a message says of others: which it answers, whether it was forwarded.
func contextOf(m *waE2E.Message) *waE2E.ContextInfo {
	m = inner(m)
	for _, c := range []*waE2E.ContextInfo{
		m.GetExtendedTextMessage().GetContextInfo(), m.GetImageMessage().GetContextInfo(), m.GetVideoMessage().GetContextInfo(),
		m.GetDocumentMessage().GetContextInfo(), m.GetAudioMessage().GetContextInfo(), m.GetPollCreationMessage().GetContextInfo(),
		m.GetPollCreationMessageV3().GetContextInfo(), m.GetLocationMessage().GetContextInfo(), m.GetContactMessage().GetContextInfo(),
		m.GetStickerMessage().GetContextInfo(),
	} {
		if c != nil {
			return c
		}
	}

	return nil
}
