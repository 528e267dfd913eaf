package whatsapptest

import (
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// receipt tells the sender of a message what became of it: delivered, or of a kind.
func (h *handset) receipt(to *device, chat types.JID, id types.MessageID, kind string) {
	a := waBinary.Attrs{"id": id, "t": seconds(now())}
	h.from(a, chat)
	if kind != "" {
		a["type"] = kind
	}
	to.user.eachClient(func(d *device) {
		if d == to || kind == "read" || kind == "played" {
			d.enqueue(waBinary.Node{Tag: "receipt", Attrs: a}, nil)
		}
	})
}

// from says in attributes that a stanza is of this device, in that chat.
func (h *handset) from(a waBinary.Attrs, chat types.JID) {
	if chat.Server == types.GroupServer {
		a["from"], a["participant"] = chat, h.device.lid()
	} else {
		a["from"] = h.device.lid()
	}
}

// receipt takes a client's receipt. All but read marks confirm a stanza.
func (c *conn) receipt(n *waBinary.Node) {
	a := n.AttrGetter()
	id, kind := a.String("id"), a.OptionalString("type")
	switch kind {
	case "read", "played", "read-self":
		ids := []types.MessageID{id}
		if list, ok := n.GetOptionalChildByTag("list"); ok {
			for _, item := range list.GetChildren() {
				ids = append(ids, item.AttrGetter().String("id"))
			}
		}
		c.marked(n, ids, kind)
		c.ack(n, nil)
	case "retry":
		c.askedAgain(n)
		c.ack(n, nil)
	case "server-error":
		c.mediaGone(n)
		c.ack(n, nil)
	case "hist_sync", "peer_msg", "sender", "inactive", "":
		c.confirm("message", id, 0)
		if kind == "inactive" || kind == "" {
			c.marked(n, []types.MessageID{id}, "")
		}
	default:
		c.s.complainf("a receipt of type %q", kind)
	}
}

// marked puts ticks on what people wrote.
func (c *conn) marked(n *waBinary.Node, ids []types.MessageID, kind string) {
	to, _ := n.Attrs["to"].(types.JID)
	if p, ok := n.Attrs["participant"].(types.JID); ok {
		to = p
	}
	u := c.s.user(to)
	if u == nil || u.person == nil {
		return
	}
	for _, id := range ids {
		m := u.person.said(id)
		if m == nil {
			continue
		}
		switch kind {
		case "read":
			m.received, m.read = true, true
		case "played":
			m.received, m.read, m.played = true, true, true
		case "":
			m.received = true
		}
	}
}

// Read has the person open the chat and read everything in it. The account is
// told.
func (p *Person) Read(in Chat) {
	p.mark(in, "read", func(*Shown) bool { return true })
}

// Played has the person listen to a voice note.
func (p *Person) Played(in Chat, id types.MessageID) {
	p.mark(in, "played", func(m *Shown) bool { return m.ID == id })
}

func (p *Person) mark(in Chat, kind string, which func(*Shown) bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.noReceipts {
		return
	}
	h := p.user.devices[0].handset
	for _, m := range h.screen(in.chat()).messages {
		u := p.s.user(m.From)
		if u == nil || u.account == nil || m.Waiting || !which(m) {
			continue
		}
		h.receipt(u.devices[0], in.chat(), m.ID, kind)
	}
	p.s.change()
}

// HideReadReceipts turns off that others see what the person has read.
func (p *Person) HideReadReceipts(hide bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.noReceipts = hide
}

// Typing is a sign in a chat that the account writes, or has stopped.
type Typing struct {
	To        types.JID
	Composing bool
	Recording bool
}

// presence takes signs of life and of typing.
func (c *conn) presence(n *waBinary.Node) {
	if c.device == nil {
		return
	}
	account := c.device.user.account
	if n.Tag == "presence" {
		switch n.Attrs["type"] {
		case "available":
			account.available = true
		case "unavailable":
			account.available = false
		}

		return
	}
	to, _ := n.Attrs["to"].(types.JID)
	if u := c.s.user(to); u != nil {
		to = u.lid
	}
	t := Typing{To: to}
	if child, ok := n.GetOptionalChildByTag("composing"); ok {
		t.Composing, t.Recording = true, child.Attrs["media"] == "audio"
	}
	account.typing = append(account.typing, t)
}

// Typing is every sign of typing that the account sent, oldest first.
func (a *Account) Typing() []Typing {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()

	return append([]Typing(nil), a.typing...)
}

// Available reports whether the account was last said to be there.
func (a *Account) Available() bool {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()

	return a.available
}
