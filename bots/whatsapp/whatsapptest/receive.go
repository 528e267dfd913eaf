package whatsapptest

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"sort"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// message takes a message that a client sends. The caller holds Server.mu.
func (c *conn) message(n *waBinary.Node) {
	s := c.s
	if c.device == nil {
		s.complainf("a message of a client that is not logged in")

		return
	}
	a := n.AttrGetter()
	to := a.JID("to")
	id := a.String("id")
	if !a.OK() {
		s.complainf("a message without id or receiver: %v", a.Error())

		return
	}
	account := c.device.user.account
	if code := s.refusalFor(account, to, n); code != 0 {
		c.ack(n, waBinary.Attrs{"error": code})

		return
	}
	var late []func()
	switch {
	case to.Server == types.GroupServer:
		g := s.groups[to.String()]
		if g == nil || !g.has(c.device.user) {
			c.ack(n, waBinary.Attrs{"error": 403})

			return
		}
		late = c.toGroup(g, id, n)
	case s.user(to) == nil:
		c.ack(n, waBinary.Attrs{"error": 404})

		return
	default:
		late = c.toUser(s.user(to), id, n)
	}

	if s.faults.cutBeforeAck > 0 {
		s.faults.cutBeforeAck--
		c.cut()
	} else if d := s.faults.ackDelay; d > 0 {
		s.after(d, func() { c.ack(n, s.phash(c.device, to, n)) })
	} else if s.faults.dropAcks > 0 {
		s.faults.dropAcks--
	} else {
		c.ack(n, s.phash(c.device, to, n))
	}
	for _, f := range late {
		f()
	}
}

// refusalFor is the code with which the server refuses a message, or 0.
func (s *Server) refusalFor(a *Account, to types.JID, n *waBinary.Node) int {
	if code := s.faults.sendCode(); code != 0 {
		return code
	}
	u := s.user(to)
	if u == nil || u.person == nil {
		return 0
	}
	p := u.person
	if p.refused != 0 {
		return p.refused
	}
	if p.needsToken {
		token, _ := bytesOf(n, "tctoken")
		if given := p.tokens[a.user.lid]; given == nil || string(given) != string(token) {
			return 463
		}
	}

	return 0
}

// toUser hands the copies of a direct message to their devices. What it returns is done
// once the client has its ack.
func (c *conn) toUser(u *user, id types.MessageID, n *waBinary.Node) (late []func()) {
	s := c.s
	a := n.AttrGetter()
	if a.OptionalString("category") == "peer" {
		return c.toOwnPhone(u, id, n)
	}
	proof, proven := bytesOf(n, "device-identity")
	if proven {
		c.device.checkIdentity(proof)
	}
	for _, part := range copies(n) {
		enc := &part.enc
		if enc.Attrs["type"] == "pkmsg" && !proven {
			s.complainf("%s: a first message without device identity", id)
		}
		d := s.device(part.to)
		if d == nil {
			continue // it was unlinked
		}
		if d.user == c.device.user && d != c.device {
			late = append(late, c.toOwnDevice(d, u, id, n, enc))

			continue
		}
		if d.handset == nil {
			s.complainf("%s: a message from account to account, which this package does not do", id)

			continue
		}
		late = append(late, d.inbound(func() {
			d.handset.receive(c.device, c.device.user.lid, id, enc)
		}))
	}

	return late
}

// copied is the part of a message that is for one device.
type copied struct {
	to  types.JID
	enc waBinary.Node
}

// copies are the parts of a message: a list of them, or one alone where it is
// sent again.
func copies(n *waBinary.Node) []copied {
	var cs []copied
	if list, ok := n.GetOptionalChildByTag("participants"); ok {
		for _, to := range list.GetChildren() {
			enc, ok := to.GetOptionalChildByTag("enc")
			if j, isJID := to.Attrs["jid"].(types.JID); ok && isJID {
				cs = append(cs, copied{j, enc})
			}
		}

		return cs
	}
	if enc, ok := n.GetOptionalChildByTag("enc"); ok && enc.Attrs["type"] != "skmsg" {
		to, _ := n.Attrs["to"].(types.JID)
		if p, ok := n.Attrs["participant"].(types.JID); ok {
			to = p
		}
		cs = append(cs, copied{to, enc})
	}

	return cs
}

// inbound is f now, or when the handset is back on the network.
func (d *device) inbound(f func()) func() {
	return func() {
		if d.handset.offline {
			d.handset.held = append(d.handset.held, f)

			return
		}
		f()
	}
}

// receive reads one copy of a direct message.
func (h *handset) receive(from *device, chat types.JID, id types.MessageID, enc *waBinary.Node) {
	sealed, _ := enc.Content.([]byte)
	kind, _ := enc.Attrs["type"].(string)
	plaintext, identity, err := h.open(from, kind, sealed)
	screen := h.screen(chat)
	if err != nil {
		h.unreadable(from, chat, screen, id)

		return
	}
	s := from.user.s
	if identity != nil && string(identity) != string(from.identity) {
		s.complainf("%s: encrypted with another identity than the sender's", id)
	}
	var m waE2E.Message
	if err := proto.Unmarshal(plaintext, &m); err != nil {
		s.complainf("%s: this is no message: %v", id, err)

		return
	}
	screen.put(from.user.lid, id, &m, now())
	s.complete(screen, id)
	h.receipt(from, chat, id, "")
	s.change()
}

// unreadable asks for a copy that cannot be read once more, unless the message was
// read before: then it is a frame that was sent twice.
func (h *handset) unreadable(from *device, chat types.JID, screen *screen, id types.MessageID) {
	if known := screen.byID[id]; known != nil && !known.Waiting {
		screen.repeated++

		return
	}
	screen.wait(from.user.lid, id)
	h.askAgain(from, chat, id)
	from.user.s.change()
}

// phash tells a client that the devices it wrote to are not those that there
// are.
func (s *Server) phash(from *device, to types.JID, n *waBinary.Node) waBinary.Attrs {
	list, ok := n.GetOptionalChildByTag("participants")
	if !ok || to.Server == types.GroupServer {
		return nil
	}
	u := s.user(to)
	if u == nil {
		return nil
	}
	want := map[types.JID]bool{}
	jids := append(u.jids((*device).lid), from.user.jids((*device).lid)...)
	for _, j := range jids {
		if j != from.lid() {
			want[j] = true
		}
	}
	for _, c := range list.GetChildren() {
		j, _ := c.Attrs["jid"].(types.JID)
		if !want[j] {
			return waBinary.Attrs{"phash": participantHash(jids)}
		}
		delete(want, j)
	}
	if len(want) > 0 {
		return waBinary.Attrs{"phash": participantHash(jids)}
	}

	return nil
}

func (u *user) jids(form func(d *device) types.JID) []types.JID {
	var js []types.JID
	for _, d := range u.sorted() {
		js = append(js, form(d))
	}

	return js
}

// participantHash is the hash of a set of devices on which both sides must agree.
func participantHash(js []types.JID) string {
	names := make([]string, 0, len(js))
	for _, j := range js {
		names = append(names, j.ADString())
	}
	sort.Strings(names)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(names), "")))

	return "2:" + base64.RawStdEncoding.EncodeToString(sum[:6])
}
