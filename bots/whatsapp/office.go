package whatsapp

import (
	"context"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots"
	"kentongan/conversation"
)

// office takes in what somebody wrote to a person as the account itself, on its
// phone or on another device that is linked to it. Of people who never wrote to
// the account nothing is kept: whom the phone's owner writes to is their own
// business.
func (l *link) office(ctx context.Context, e *events.Message) error {
	c := l.client
	if !private(e.Info.Chat) || l.isOwn(e.Info.Chat) || e.Info.Category == "peer" || e.RawMessage == nil {
		return nil
	}
	m := slim(e.RawMessage)
	if said, _ := fromOffice(m); said == nil {
		return nil
	}
	chat, alt := e.Info.Chat, e.Info.RecipientAlt
	if chat.Server == types.DefaultUserServer && alt.IsEmpty() {
		lid, err := c.lids.GetLIDForPN(ctx, chat)
		if err != nil {
			return err
		}
		alt = lid
	}
	who, _ := known(chat, alt)
	address := addressOf(who)
	wrote, _, err := c.mayWrite(ctx, l.number, address)
	if err != nil || !wrote {
		return err
	}
	// What the service wrote by way of another device comes back as the account's own.
	if _, ours, err := c.stored(ctx, e.Info.ID); err != nil || ours != nil {
		return err
	}
	env := envelope{ID: e.Info.ID, Chat: string(address), Office: true, message: m}
	body, err := env.pack()
	if err != nil {
		return err
	}
	return l.in.Accept(ctx, c, bots.Incoming{
		Chat: address, Key: env.Chat + "/office/" + env.ID, Order: e.Info.Timestamp.Unix(), Body: body,
	})
}

// isOwn reports whether a chat is the account's with itself.
func (l *link) isOwn(chat types.JID) bool {
	return chat.User == l.jid.User || chat.User == l.device.GetLID().User
}

// fromOffice reads what the account's owner wrote, and which message it answers.
// nil: nothing that anybody said.
func fromOffice(m *waE2E.Message) (said conversation.Input, answers string) {
	inner, viewOnce := content(m)
	answers = contextOf(inner).GetStanzaID()
	if f := fileOf(inner); f != nil || viewOnce {
		caption := ""
		if f != nil {
			caption = f.caption
		}
		return conversation.FromOffice{Text: plain(caption), File: true}, answers
	}
	if inner.Conversation == nil && inner.GetExtendedTextMessage() == nil {
		return nil, ""
	}
	text, _ := written(inner)
	return conversation.FromOffice{Text: plain(text)}, answers
}
