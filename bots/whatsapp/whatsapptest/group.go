package whatsapptest

import (
	"fmt"
	"maps"
	"slices"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Group is a group whose members go by LIDs.
type Group struct {
	s       *Server
	jid     types.JID
	name    string
	members []*user
	admins  map[*user]bool
}

// Group makes a group. Its accounts are told that they were added.
func (s *Server) Group(name string, members ...Member) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &Group{
		s: s, name: name, admins: map[*user]bool{},
		jid: types.NewJID(fmt.Sprintf("1203%014d", s.number()), types.GroupServer),
	}
	s.groups[g.jid.String()] = g
	for _, m := range members {
		u := m.member()
		g.members = append(g.members, u)
		if u.account == nil && len(g.admins) == 0 {
			g.admins[u] = true
		}
	}
	for _, u := range g.members {
		g.tellCreated(u)
	}

	return g
}

// Member is who can be in a group: a Person or an Account.
type Member interface{ member() *user }

func (p *Person) member() *user  { return p.user }
func (a *Account) member() *user { return a.user }

// JID names the group.
func (g *Group) JID() types.JID { return g.jid }

func (g *Group) chat() types.JID { return g.jid }

func (g *Group) has(u *user) bool { return slices.Contains(g.members, u) }

// Add makes somebody a member. Accounts are told.
func (g *Group) Add(m Member) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	u := m.member()
	if g.has(u) {
		return
	}
	g.tell(u, "add")
	g.members = append(g.members, u)
	g.tellCreated(u)
}

// Remove ends a membership. Accounts are told, the removed one too; everybody
// else uses a new sender key from then on.
func (g *Group) Remove(m Member) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	u := m.member()
	if !g.has(u) {
		return
	}
	g.tell(u, "remove")
	g.members = slices.DeleteFunc(g.members, func(o *user) bool { return o == u })
	for _, o := range g.members {
		for _, d := range o.devices {
			if d.handset != nil {
				delete(d.handset.given, g.jid)
				delete(d.handset.store.senderKeys, g.jid.String()+" "+d.lid().SignalAddress().String())
			}
		}
	}
}

// tell gives the accounts among the members a change.
func (g *Group) tell(u *user, change string) {
	by := g.members[0]
	for _, m := range g.members {
		m.eachClient(func(d *device) {
			d.notify("w:gp2", g.jid, waBinary.Attrs{"participant": by.lid, "participant_pn": by.pn, "addressing_mode": "lid"},
				waBinary.Node{Tag: change, Attrs: waBinary.Attrs{"v_id": g.s.stanzaID()}, Content: []waBinary.Node{g.participant(u)}})
		})
	}
}

// tellCreated tells an account that it is in the group now.
func (g *Group) tellCreated(u *user) {
	u.eachClient(func(d *device) {
		d.notify("w:gp2", g.jid, waBinary.Attrs{"participant": g.members[0].lid, "addressing_mode": "lid"},
			waBinary.Node{Tag: "create", Attrs: waBinary.Attrs{"type": "new", "reason": "invite"}, Content: []waBinary.Node{g.node()}})
	})
}

func (g *Group) participant(u *user) waBinary.Node {
	a := waBinary.Attrs{"jid": u.lid}
	if u.person == nil || !u.person.numberHidden {
		a["phone_number"] = u.pn
	}
	if g.admins[u] {
		a["type"] = "superadmin"
	}

	return waBinary.Node{Tag: "participant", Attrs: a}
}

func (g *Group) node() waBinary.Node {
	var list []waBinary.Node
	for _, u := range g.members {
		list = append(list, g.participant(u))
	}

	return waBinary.Node{
		Tag: "group",
		Attrs: waBinary.Attrs{
			"id": g.jid.User, "subject": g.name, "creation": seconds(now()), "s_t": seconds(now()),
			"creator": g.members[0].lid, "addressing_mode": "lid", "size": len(list),
		},
		Content: list,
	}
}

// groupQuery answers who is in a group.
func (c *conn) groupQuery(n *waBinary.Node) {
	to, _ := n.Attrs["to"].(types.JID)
	g := c.s.groups[to.String()]
	switch {
	case g == nil:
		c.refuse(n, 404, "item-not-found")
	case !g.has(c.device.user):
		c.refuse(n, 403, "forbidden")
	default:
		c.result(n, g.node())
	}
}

// groupsQuery answers in which groups the account is.
func (c *conn) groupsQuery(n *waBinary.Node) {
	var list []waBinary.Node
	for _, g := range c.s.groups {
		if g.has(c.device.user) {
			list = append(list, g.node())
		}
	}
	c.result(n, waBinary.Node{Tag: "groups", Content: list})
}

// names are the attributes of what a member wrote.
func (g *Group) names(d *device, m *said) waBinary.Attrs {
	a := waBinary.Attrs{
		"id": m.id, "t": seconds(m.at), "from": g.jid, "participant": d.lid(),
		"addressing_mode": "lid", "notify": d.user.name,
	}
	if p := d.user.person; p == nil || !p.numberHidden {
		a["participant_pn"] = d.user.pn
	}
	maps.Copy(a, m.attrs)

	return a
}

// deliver encrypts what a member wrote once for all, and gives those clients the
// sender key who have not got it.
func (g *Group) deliver(d *device, m *said) {
	s := g.s
	if !g.has(d.user) {
		s.complainf("%s writes in a group without being in it", d.user.name)

		return
	}
	h := d.handset
	plaintext, err := proto.Marshal(m.message)
	if err != nil {
		panic(err)
	}
	key, err := h.senderKey(g.jid)
	if err != nil {
		s.complainf("%v", err)

		return
	}
	sealed, err := h.sealGroup(g.jid, plaintext)
	if err != nil {
		s.complainf("%v", err)

		return
	}
	skmsg := waBinary.Node{Tag: "enc", Attrs: waBinary.Attrs{"type": "skmsg"}, Content: sealed}
	maps.Copy(skmsg.Attrs, m.enc)
	if h.given == nil {
		h.given = map[types.JID]map[string]bool{}
	}
	if h.given[g.jid] == nil {
		h.given[g.jid] = map[string]bool{}
	}
	given := h.given[g.jid]
	for _, u := range g.members {
		u.eachClient(func(to *device) {
			encs := []waBinary.Node{skmsg}
			if !given[to.lid().String()] {
				given[to.lid().String()] = true
				pair := &said{id: m.id, enc: waBinary.Attrs{"v": "2"}}
				enc, err := d.enc(to, pair, &waE2E.Message{SenderKeyDistributionMessage: key}, 0)
				if err != nil {
					s.complainf("%v", err)

					return
				}
				encs = []waBinary.Node{enc, skmsg}
			}
			n := waBinary.Node{Tag: "message", Attrs: g.names(d, m), Content: d.content(encs...)}
			m.nodes[to] = n
			d.put(to, m, n)
		})
	}
}

// toGroup hands what a client wrote to the members' devices.
func (c *conn) toGroup(g *Group, id types.MessageID, n *waBinary.Node) (late []func()) {
	s, from := c.s, c.device
	proof, proven := bytesOf(n, "device-identity")
	if proven {
		from.checkIdentity(proof)
	}
	var sealed []byte
	for _, enc := range n.GetChildrenByTag("enc") {
		if enc.Attrs["type"] == "skmsg" {
			sealed, _ = enc.Content.([]byte)
		}
	}
	parts := map[types.JID]*waBinary.Node{}
	for _, p := range copies(n) {
		if p.enc.Attrs["type"] == "pkmsg" && !proven {
			s.complainf("%s: a first message without device identity", id)
		}
		parts[p.to] = &p.enc
	}
	again := sealed == nil // one member asked for it once more
	for _, u := range g.members {
		for _, d := range u.sorted() {
			part := parts[d.lid()]
			if d.handset == nil || d == from || again && part == nil {
				continue
			}
			late = append(late, d.inbound(func() { d.handset.receiveInGroup(g, from, id, part, sealed) }))
		}
	}

	return late
}

// receiveInGroup reads the member's own part, which brings the sender key or all
// of the message, then the part that is for everybody.
func (h *handset) receiveInGroup(g *Group, from *device, id types.MessageID, part *waBinary.Node, sealed []byte) {
	screen := h.screen(g.jid)
	var m waE2E.Message
	if part != nil {
		bytes, _ := part.Content.([]byte)
		kind, _ := part.Attrs["type"].(string)
		plaintext, _, err := h.open(from, kind, bytes)
		if err == nil {
			err = proto.Unmarshal(plaintext, &m)
		}
		if err != nil && sealed == nil {
			h.unreadableInGroup(g, from, screen, id)

			return
		}
		if k := m.GetSenderKeyDistributionMessage(); k != nil {
			if err := h.learn(g.jid, from, k.GetAxolotlSenderKeyDistributionMessage()); err != nil {
				g.s.complainf("%s: a sender key that cannot be read: %v", id, err)
			}
		}
	}
	if sealed != nil {
		plaintext, err := h.openGroup(g.jid, from, sealed)
		if err != nil {
			h.unreadableInGroup(g, from, screen, id)

			return
		}
		m.Reset()
		if err := proto.Unmarshal(plaintext, &m); err != nil {
			g.s.complainf("%s: this is no message: %v", id, err)

			return
		}
	}
	screen.put(from.user.lid, id, &m, now())
	g.s.complete(screen, id)
	if h.device.user.account == nil {
		h.receipt(from, g.jid, id, "")
	}
	g.s.change()
}

func (h *handset) unreadableInGroup(g *Group, from *device, screen *screen, id types.MessageID) {
	if h.device.user.account != nil {
		screen.unreadable++

		return
	}
	h.unreadable(from, g.jid, screen, id)
}
