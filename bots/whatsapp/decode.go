package whatsapp

import (
	"fmt"
	"strings"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/reflect/protoreflect"

	"kentongan/bots"
	"kentongan/conversation"
)

// Decode reads a message as [Client.Run] stored it. It is pure.
func (c *Client) Decode(body []byte) (bots.Decoded, error) { return decode(body) }

func decode(body []byte) (bots.Decoded, error) {
	e, err := unpack(body)
	if err != nil {
		return bots.Decoded{}, fmt.Errorf("decode: %w", err)
	}
	d := bots.Decoded{Ref: e.ID, Profile: bots.Profile{Name: plain(strings.TrimSpace(e.Name)), Number: phoneNumber(e.Number)}}
	if e.Office {
		d.Input, d.ReplyTo = fromOffice(e.message)
		return d, nil
	}
	m, viewOnce := content(e.message)
	d.ReplyTo = contextOf(m).GetStanzaID()
	if e.ViewOnce || viewOnce {
		d.Input = conversation.Unsupported{What: "view_once"}
		return d, nil
	}
	if e.Unreadable {
		d.Input = conversation.Unsupported{What: "unknown"}
		return d, nil
	}
	if f := fileOf(m); f != nil {
		if e.Better != "" {
			d.Ref = e.Better // edits and deletions name the first copy
		}
		return decodeFile(d, e, m, f)
	}
	d.Input = input(m)
	return d, nil
}

// input reads what is no file. nil: there is nothing to answer.
func input(m *waE2E.Message) conversation.Input {
	switch {
	case m.Conversation != nil:
		return conversation.Text{Text: plain(m.GetConversation())}
	case m.GetExtendedTextMessage() != nil:
		t := m.GetExtendedTextMessage()
		return conversation.Text{Text: plain(t.GetText()), Forwarded: t.GetContextInfo().GetIsForwarded()}
	case m.GetProtocolMessage() != nil:
		return protocol(m.GetProtocolMessage())
	case m.GetLocationMessage() != nil:
		l := m.GetLocationMessage()
		return conversation.Pin{
			Lat: l.GetDegreesLatitude(), Lon: l.GetDegreesLongitude(),
			Name: plain(l.GetName()), Address: plain(l.GetAddress()), Live: l.GetIsLive(),
		}
	case m.GetLiveLocationMessage() != nil:
		l := m.GetLiveLocationMessage()
		return conversation.Pin{Lat: l.GetDegreesLatitude(), Lon: l.GetDegreesLongitude(), Live: true}
	case m.GetStickerMessage() != nil, m.GetStickerPackMessage() != nil:
		return conversation.Unsupported{What: "sticker"}
	case m.GetContactMessage() != nil, m.GetContactsArrayMessage() != nil:
		return conversation.Unsupported{What: "contact"}
	case has(m, polls):
		return conversation.Unsupported{What: "poll"}
	case chosen(m) != "":
		return conversation.Text{Text: plain(chosen(m))}
	case empty(m), has(m, silent):
		return nil
	}
	return conversation.Unsupported{What: "unknown"}
}

// protocol reads what a message does to an earlier one.
func protocol(p *waE2E.ProtocolMessage) conversation.Input {
	ref := p.GetKey().GetID()
	if ref == "" {
		return nil
	}
	switch p.GetType() {
	case waE2E.ProtocolMessage_REVOKE:
		if p.Type == nil {
			return nil // the zero value: the kind is a newer one
		}
		return conversation.Deleted{Ref: ref}
	case waE2E.ProtocolMessage_MESSAGE_EDIT:
		edited, _ := content(p.GetEditedMessage())
		if text, is := written(edited); is {
			return conversation.Edited{Ref: ref, Text: plain(text)}
		}
		return nil
	default:
		return nil
	}
}

// written returns the words of a message: its text or what stands below its file.
func written(m *waE2E.Message) (string, bool) {
	if f := fileOf(m); f != nil {
		return f.caption, true
	}
	switch {
	case m.GetConversation() != "":
		return m.GetConversation(), true
	case m.GetExtendedTextMessage() != nil:
		return m.GetExtendedTextMessage().GetText(), true
	}
	return "", false
}

// chosen returns the words of a button or a line of a list that somebody
// pressed: an older message of somebody else's, passed on.
func chosen(m *waE2E.Message) string {
	switch {
	case m.GetButtonsResponseMessage() != nil:
		return m.GetButtonsResponseMessage().GetSelectedDisplayText()
	case m.GetTemplateButtonReplyMessage() != nil:
		return m.GetTemplateButtonReplyMessage().GetSelectedDisplayText()
	case m.GetListResponseMessage() != nil:
		return m.GetListResponseMessage().GetTitle()
	}
	return ""
}

// polls are questions with answers to be ticked. What goes on about them is silent.
var polls = []protoreflect.Name{
	"pollCreationMessage", "pollCreationMessageV2", "pollCreationMessageV3", "pollCreationMessageV5", "pollCreationMessageV6",
}

// silent are messages that nobody said: reactions, votes, the head of an album,
// what phones tell each other.
var silent = []protoreflect.Name{
	"reactionMessage", "encReactionMessage", "pollUpdateMessage", "pollResultSnapshotMessage", "pollResultSnapshotMessageV3",
	"pollAddOptionMessage", "albumMessage", "keepInChatMessage", "pinInChatMessage", "stickerSyncRmrMessage", "call",
	"callLogMesssage", "bcallMessage", "scheduledCallEditMessage", "messageHistoryBundle", "messageHistoryNotice",
	"encEventResponseMessage", "placeholderMessage", "requestPhoneNumberMessage", "statusNotificationMessage",
}

// worth reports whether a message is anything to the service, so that it has
// to be stored: whatever Decode answers, or cannot make sense of.
func worth(m *waE2E.Message) bool {
	inner, viewOnce := content(m)
	if viewOnce || fileOf(inner) != nil {
		return !duplicate(inner)
	}
	if inner.GetLiveLocationMessage().GetTimeOffset() > 0 {
		return false // where somebody is by now: where they were first is what they reported
	}
	return input(inner) != nil
}

// plain takes the marks of bold words out of what a person wrote: only the bot
// makes them.
func plain(s string) string {
	return strings.NewReplacer(conversation.BoldOn, "", conversation.BoldOff, "").Replace(s)
}
