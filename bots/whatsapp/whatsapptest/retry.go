package whatsapptest

import (
	"encoding/binary"
	"maps"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/util/optional"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// mostTries is after how many requests a message is given up.
const mostTries = 5

// askAgain asks the sender of a message that cannot be read for another copy. From the
// second time on it sends keys for a new session.
func (h *handset) askAgain(to *device, chat types.JID, id types.MessageID) {
	h.tries[id]++
	count := h.tries[id]
	if count > mostTries {
		return
	}
	a := waBinary.Attrs{"id": id, "type": "retry", "t": seconds(now())}
	h.from(a, chat)
	content := []waBinary.Node{
		{Tag: "retry", Attrs: waBinary.Attrs{"count": count, "id": id, "t": seconds(now()), "v": 1}},
		textNode("registration", binary.BigEndian.AppendUint32(nil, h.device.registration)),
	}
	if count > 1 {
		key := h.store.oneKey()
		list := []waBinary.Node{
			textNode("type", []byte{5}),
			textNode("identity", h.device.identity),
			keyNode("key", &key),
			keyNode("skey", &h.device.signed),
		}
		if h.device.signature != nil {
			list = append(list, textNode("device-identity", h.device.signature))
		}
		content = append(content, waBinary.Node{Tag: "keys", Content: list})
	}
	to.enqueue(waBinary.Node{Tag: "receipt", Attrs: a, Content: content}, nil)
}

// askedAgain answers a client that could not read what somebody wrote: with the
// same message under the same id, encrypted for that client alone.
func (c *conn) askedAgain(n *waBinary.Node) {
	s := c.s
	to, _ := n.Attrs["to"].(types.JID)
	if p, ok := n.Attrs["participant"].(types.JID); ok {
		to = p
	}
	retry, ok := n.GetOptionalChildByTag("retry")
	d := s.device(to)
	if !ok || d == nil || d.handset == nil {
		return
	}
	a := retry.AttrGetter()
	id, count := a.String("id"), a.Int("count")
	m := d.handset.sent[id]
	if m == nil {
		return
	}
	m.asked++
	var bundle *prekey.Bundle
	if list, ok := n.GetOptionalChildByTag("keys"); ok {
		registration, _ := bytesOf(n, "registration")
		bundle = bundleOf(&list, registration, c.device.number)
		if bundle == nil {
			s.complainf("%s: asked for again with keys that are not whole", id)

			return
		}
	} else if count > 1 {
		s.complainf("%s: asked for again for the %d. time without keys", id, count)
	}
	if s.faults.deafToRetries {
		return
	}
	again, err := d.again(c.device, m, count, bundle)
	if err != nil {
		s.complainf("%s: %v", id, err)

		return
	}
	again.Attrs["id"] = id
	d.put(c.device, m, again)
}

// again encrypts a message pairwise for one client. In a group the sender key goes
// with it.
func (d *device) again(to *device, m *said, count int, bundle *prekey.Bundle) (waBinary.Node, error) {
	s := d.user.s
	message := m.message
	n := waBinary.Node{Tag: "message", Attrs: d.names(m)}
	if g := s.groups[m.chat.String()]; g != nil {
		n.Attrs = g.names(d, m)
		key, err := d.handset.senderKey(g.jid)
		if err != nil {
			return n, err
		}
		message = proto.CloneOf(message)
		message.SenderKeyDistributionMessage = key
	}
	if d.user.account != nil {
		n.Attrs = d.user.account.phoneNames(m)
		message = deviceSent(m)
	}
	plaintext, err := proto.Marshal(message)
	if err != nil {
		return n, err
	}
	kind, sealed, err := d.handset.seal(to, plaintext, bundle)
	if err != nil {
		return n, err
	}
	enc := waBinary.Node{Tag: "enc", Attrs: waBinary.Attrs{"type": kind, "count": count}, Content: sealed}
	maps.Copy(enc.Attrs, m.enc)
	n.Content = d.content(enc)

	return n, nil
}

// bundleOf reads the keys of a client that asks again.
func bundleOf(list *waBinary.Node, registration []byte, number uint16) *prekey.Bundle {
	id, ok1 := bytesOf(list, "identity")
	key, ok2 := list.GetOptionalChildByTag("key")
	skey, ok3 := list.GetOptionalChildByTag("skey")
	if !ok1 || !ok2 || !ok3 || len(id) != 32 || len(registration) != 4 {
		return nil
	}
	once, signed := keyOf(&key), keyOf(&skey)
	if !checkSigned(id, signed) {
		return nil
	}

	return prekey.NewBundle(binary.BigEndian.Uint32(registration), uint32(number),
		optional.NewOptionalUint32(once.id), signed.id, ecc.NewDjbECPublicKey(once.pub), ecc.NewDjbECPublicKey(signed.pub),
		[64]byte(signed.signature), identity.NewKey(ecc.NewDjbECPublicKey([32]byte(id))))
}
