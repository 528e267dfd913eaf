package whatsapptest

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Poll asks a question with options, of which one may be chosen.
func (p *Person) Poll(to Chat, question string, options []string, how ...How) types.MessageID {
	poll := &waE2E.PollCreationMessage{Name: &question, SelectableOptionsCount: proto.Uint32(1)}
	for _, o := range options {
		poll.Options = append(poll.Options, &waE2E.PollCreationMessage_Option{OptionName: &o})
	}

	return p.Say(to, &waE2E.Message{PollCreationMessageV3: poll}, how...)
}

// Vote answers a poll of the chat. It reports false if the person's phone has no
// such poll or no secret of it.
func (p *Person) Vote(to Chat, poll types.MessageID, options ...string) (types.MessageID, bool) {
	by, secret := p.secretOf(to, poll)
	if secret == nil {
		return "", false
	}
	vote := &waE2E.PollVoteMessage{}
	for _, o := range options {
		sum := sha256.Sum256([]byte(o))
		vote.SelectedOptions = append(vote.SelectedOptions, sum[:])
	}
	bound := fmt.Appendf(nil, "%s\x00%s", poll, p.user.lid)
	sealed, iv := underSecret(vote, secret, poll, by, p.user.lid, "Poll Vote", bound)

	return p.Say(to, &waE2E.Message{PollUpdateMessage: &waE2E.PollUpdateMessage{
		PollCreationMessageKey: p.key(to, poll, by == p.user.lid),
		Vote:                   &waE2E.PollEncValue{EncPayload: sealed, EncIV: iv},
		SenderTimestampMS:      new(now().UnixMilli()),
	}}), true
}

// EditEncrypted changes a text that the person sent, as phones do since 2026:
// under a secret that the first message carried.
func (p *Person) EditEncrypted(to Chat, id types.MessageID, text string, how ...How) types.MessageID {
	by, secret := p.secretOf(to, id)
	sealed, iv := underSecret(p.edit(to, id, text), secret, id, by, p.user.lid, "Message Edit", nil)
	p.s.mu.Lock()
	for _, d := range p.user.devices {
		d.handset.screen(to.chat()).apply(p.user.lid, &waE2E.ProtocolMessage{
			Key: &waCommon.MessageKey{ID: new(id)}, Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), EditedMessage: &waE2E.Message{Conversation: &text},
		})
	}
	p.s.mu.Unlock()

	return p.Say(to, &waE2E.Message{SecretEncryptedMessage: &waE2E.SecretEncryptedMessage{
		TargetMessageKey: p.key(to, id, true), EncPayload: sealed, EncIV: iv,
		SecretEncType: waE2E.SecretEncryptedMessage_MESSAGE_EDIT.Enum(),
	}}, append(how, withEdit(types.EditAttributeMessageEdit))...)
}

// secretOf finds who wrote a message and the secret that it carried.
func (p *Person) secretOf(in Chat, id types.MessageID) (by types.JID, secret []byte) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.user.devices[0].handset.screen(in.chat()).byID[id]
	if m == nil {
		return by, nil
	}
	if own := p.said(id); own != nil {
		return p.user.lid, own.secret
	}

	return m.From, m.Message.GetMessageContextInfo().GetMessageSecret()
}

// underSecret encrypts what refers to an earlier message. The key binds it to that message,
// to who wrote it and to who refers to it.
func underSecret(m proto.Message, secret []byte, id types.MessageID, by, from types.JID, use string, bound []byte) (sealed, iv []byte) {
	plain, err := proto.Marshal(m)
	if err != nil {
		panic(err)
	}
	key, err := hkdf.Key(sha256.New, secret, nil, id+by.ToNonAD().String()+from.ToNonAD().String()+use, 32)
	if err != nil {
		panic(err)
	}
	aead, err := gcm(key)
	if err != nil {
		panic(err)
	}
	iv = make([]byte, 12)
	_, _ = rand.Read(iv)

	return aead.Seal(nil, iv, plain, bound), iv
}
