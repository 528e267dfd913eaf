package whatsapptest

import (
	"maps"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waWeb"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// keep notes on the account's phone what somebody wrote to it. The phone is not
// asked through encryption: nothing that a client could see depends on it.
func (h *handset) keep(chat types.JID, from *device, m *said) {
	h.screen(chat).put(from.user.lid, m.id, m.message, m.at)
}

// toOwnDevice brings another device of the account what one of its clients
// wrote.
func (c *conn) toOwnDevice(d *device, to *user, id types.MessageID, n, enc *waBinary.Node) func() {
	from := c.device
	sealed := *enc
	if d.handset == nil {
		return func() {
			a := waBinary.Attrs{
				"id": id, "from": from.lid(), "recipient": to.lid, "peer_recipient_pn": to.pn,
				"type": n.Attrs["type"], "t": seconds(now()), "notify": from.user.name,
			}
			d.enqueue(waBinary.Node{Tag: "message", Attrs: a, Content: []waBinary.Node{sealed, textNode("device-identity", from.signature)}}, nil)
		}
	}

	return func() {
		s := d.user.s
		bytes, _ := sealed.Content.([]byte)
		kind, _ := sealed.Attrs["type"].(string)
		plaintext, _, err := d.handset.open(from, kind, bytes)
		if err != nil {
			d.handset.screen(to.lid).unreadable++

			return
		}
		var m waE2E.Message
		if err := proto.Unmarshal(plaintext, &m); err != nil || m.GetDeviceSentMessage() == nil {
			s.complainf("%s: the copy for the own phone does not say for whom it is", id)

			return
		}
		if want := m.GetDeviceSentMessage().GetDestinationJID(); want != to.lid.String() && want != to.pn.String() {
			s.complainf("%s: the copy for the own phone says that it is for %s", id, want)
		}
		d.handset.screen(to.lid).put(d.user.lid, id, m.GetDeviceSentMessage().GetMessage(), now())
	}
}

// toOwnPhone takes a request to the own phone.
func (c *conn) toOwnPhone(u *user, id types.MessageID, n *waBinary.Node) []func() {
	s := c.s
	enc, ok := n.GetOptionalChildByTag("enc")
	if !ok || u != c.device.user {
		s.complainf("%s: a request to a phone that is not the own one", id)

		return nil
	}
	phone, from := u.devices[0], c.device

	return []func(){func() {
		bytes, _ := enc.Content.([]byte)
		kind, _ := enc.Attrs["type"].(string)
		plaintext, _, err := phone.handset.open(from, kind, bytes)
		if err != nil {
			return
		}
		var m waE2E.Message
		if err := proto.Unmarshal(plaintext, &m); err != nil {
			s.complainf("%s: this is no message: %v", id, err)

			return
		}
		r := m.GetProtocolMessage().GetPeerDataOperationRequestMessage()
		for _, p := range r.GetPlaceholderMessageResendRequest() {
			u.account.requests = append(u.account.requests, p.GetMessageKey().GetID())
			if u.account.answers {
				phone.resend(from, id, p.GetMessageKey())
			}
		}
	}}
}

// resend gives a companion what it could not read from the phone's own memory.
func (d *device) resend(to *device, request types.MessageID, key *waCommon.MessageKey) {
	jid, err := types.ParseJID(key.GetRemoteJID())
	if err != nil {
		return
	}
	if u := d.user.s.user(jid); u != nil {
		jid = u.lid
	}
	shown := d.handset.screen(jid).byID[key.GetID()]
	if shown == nil || shown.Message == nil {
		return
	}
	web, err := proto.Marshal(&waWeb.WebMessageInfo{
		Key: key, Message: shown.Message, MessageTimestamp: new(uint64(shown.At.Unix())),
	})
	if err != nil {
		panic(err)
	}
	d.peer(to, &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE.Enum(),
		PeerDataOperationRequestResponseMessage: &waE2E.PeerDataOperationRequestResponseMessage{
			PeerDataOperationRequestType: waE2E.PeerDataOperationRequestType_PLACEHOLDER_MESSAGE_RESEND.Enum(),
			StanzaID:                     new(request),
			PeerDataOperationResult: []*waE2E.PeerDataOperationRequestResponseMessage_PeerDataOperationResult{{
				PlaceholderMessageResendResponse: &waE2E.PeerDataOperationRequestResponseMessage_PeerDataOperationResult_PlaceholderMessageResendResponse{
					WebMessageInfoBytes: web,
				},
			}},
		},
	}})
}

// peer sends a companion a message of its own phone.
func (d *device) peer(to *device, m *waE2E.Message) {
	s := d.user.s
	sent := &said{id: s.messageID(), chat: d.user.lid, message: m, at: now(), nodes: map[*device]waBinary.Node{}}
	plaintext, err := proto.Marshal(m)
	if err != nil {
		panic(err)
	}
	kind, sealed, err := d.handset.seal(to, plaintext, nil)
	if err != nil {
		s.complainf("%v", err)

		return
	}
	d.put(to, sent, waBinary.Node{
		Tag: "message",
		Attrs: waBinary.Attrs{
			"id": sent.id, "from": d.user.pn, "type": "text", "category": "peer", "t": seconds(now()),
		},
		Content: []waBinary.Node{{Tag: "enc", Attrs: waBinary.Attrs{"v": "2", "type": kind}, Content: sealed}},
	})
}

// AnswersRequests has the phone answer companions that ask it for what they could
// not read. Without it, requests are only noted.
func (a *Account) AnswersRequests(answer bool) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.answers = answer
}

// Requests are the messages that companions asked the phone for.
func (a *Account) Requests() []types.MessageID {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()

	return append([]types.MessageID(nil), a.requests...)
}

// TypesOnPhone has the operator write to somebody on the account's own phone:
// companions get it as their own message, the person as one of the account's.
func (a *Account) TypesOnPhone(to *Person, text string) types.MessageID {
	return a.Says(to, &waE2E.Message{Conversation: new(text)})
}

// Says is TypesOnPhone for any message.
func (a *Account) Says(to *Person, m *waE2E.Message) types.MessageID {
	s := a.s
	s.mu.Lock()
	defer s.mu.Unlock()
	phone := a.user.devices[0]
	kind, media := kindOf(m)
	sent := &said{
		id: s.messageID(), chat: to.user.lid, message: m, at: now(),
		attrs: waBinary.Attrs{"type": kind}, enc: waBinary.Attrs{"v": "2"}, nodes: map[*device]waBinary.Node{},
	}
	if media != "" {
		sent.enc["mediatype"] = media
	}
	phone.handset.sent[sent.id] = sent
	phone.handset.screen(to.user.lid).put(a.user.lid, sent.id, m, sent.at)
	for _, d := range to.user.devices {
		d.handset.screen(a.user.lid).put(a.user.lid, sent.id, m, sent.at)
	}
	a.user.eachClient(func(d *device) {
		enc, err := phone.enc(d, sent, deviceSent(sent), 0)
		if err != nil {
			s.complainf("%v", err)

			return
		}
		n := waBinary.Node{Tag: "message", Attrs: a.phoneNames(sent), Content: []waBinary.Node{enc}}
		sent.nodes[d] = n
		phone.put(d, sent, n)
	})
	s.change()

	return sent.id
}

// phoneNames are the attributes of what the own phone wrote to somebody.
func (a *Account) phoneNames(m *said) waBinary.Attrs {
	attrs := waBinary.Attrs{"id": m.id, "from": a.user.lid, "recipient": m.chat, "t": seconds(m.at), "notify": a.user.name}
	if u := a.s.user(m.chat); u != nil {
		attrs["peer_recipient_pn"] = u.pn
	}
	maps.Copy(attrs, m.attrs)

	return attrs
}

// deviceSent is how a device tells the user's others what it wrote.
func deviceSent(m *said) *waE2E.Message {
	return &waE2E.Message{DeviceSentMessage: &waE2E.DeviceSentMessage{
		DestinationJID: new(m.chat.String()), Message: m.message,
	}}
}

// OnPhone is what the account's own phone shows of the chat with somebody.
func (a *Account) OnPhone(with *Person) []Shown {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()

	return a.user.devices[0].handset.screen(with.user.lid).list()
}
