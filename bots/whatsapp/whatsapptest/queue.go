package whatsapptest

import (
	"maps"
	"strconv"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// stanza waits for a device until the device confirms it, over any number of
// lines. On one line it is sent once.
type stanza struct {
	node      waBinary.Node
	sentOn    *conn
	confirmed func(errorCode int) // may be nil
}

// enqueue gives d a stanza: now if it listens, else when it next does.
func (d *device) enqueue(n waBinary.Node, confirmed func(errorCode int)) {
	q := &stanza{node: n, confirmed: confirmed}
	d.queue = append(d.queue, q)
	if d.line != nil && d.line.active && !d.held {
		q.sentOn = d.line
		d.line.send(n)
	}
	d.user.s.change()
}

// activate begins delivery: what waited first, oldest first, then what comes.
func (c *conn) activate() {
	if c.active {
		return
	}
	c.active = true
	var waiting []*stanza
	if !c.device.held {
		waiting = c.device.queue
	}
	counts := map[string]int{}
	for _, q := range waiting {
		counts[q.node.Tag]++
	}
	c.send(waBinary.Node{Tag: "ib", Content: []waBinary.Node{{Tag: "offline_preview", Attrs: waBinary.Attrs{
		"count": len(waiting), "message": counts["message"], "receipt": counts["receipt"],
		"notification": counts["notification"], "appdata": 0,
	}}}})
	for i, q := range waiting {
		q.sentOn = c
		n := q.node
		n.Attrs = waBinary.Attrs{"offline": strconv.Itoa(i)}
		maps.Copy(n.Attrs, q.node.Attrs)
		c.send(n)
	}
	c.send(waBinary.Node{Tag: "ib", Content: []waBinary.Node{{Tag: "offline", Attrs: waBinary.Attrs{"count": len(waiting)}}}})
}

// HoldDelivery leaves what comes for the account's companions at the server, as on
// a slow line, or lets it go on its way. Answers to questions are not held.
func (a *Account) HoldDelivery(hold bool) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.user.eachClient(func(d *device) {
		d.held = hold
		if hold || d.line == nil || !d.line.active {
			return
		}
		for _, q := range d.queue {
			if q.sentOn != d.line {
				q.sentOn = d.line
				d.line.send(q.node)
			}
		}
	})
}

// confirm ends the waiting of the oldest stanza of that class and id which went
// over this line.
func (c *conn) confirm(class, id string, errorCode int) {
	if c.device == nil {
		return
	}
	for i, q := range c.device.queue {
		if q.sentOn != c || q.node.Tag != class || q.node.Attrs["id"] != id {
			continue
		}
		c.device.queue = append(c.device.queue[:i:i], c.device.queue[i+1:]...)
		if q.confirmed != nil {
			q.confirmed(errorCode)
		}

		return
	}
}

// acknowledged takes a client's <ack>.
func (c *conn) acknowledged(n *waBinary.Node) {
	a := n.AttrGetter()
	c.confirm(a.String("class"), a.String("id"), a.OptionalInt("error"))
}

// ack answers what a client sent.
func (c *conn) ack(n *waBinary.Node, more waBinary.Attrs) {
	attrs := waBinary.Attrs{"class": n.Tag, "id": n.Attrs["id"], "from": n.Attrs["to"], "t": seconds(now())}
	if p, ok := n.Attrs["participant"]; ok {
		attrs["participant"] = p
	}
	if t, ok := n.Attrs["type"]; ok && n.Tag == "receipt" {
		attrs["type"] = t
	}
	maps.Copy(attrs, more)
	c.send(waBinary.Node{Tag: "ack", Attrs: attrs})
}

// notify gives d a notification of the server.
func (d *device) notify(kind string, from types.JID, more waBinary.Attrs, content ...waBinary.Node) {
	attrs := waBinary.Attrs{"id": d.user.s.stanzaID(), "type": kind, "from": from, "t": seconds(now())}
	maps.Copy(attrs, more)
	d.enqueue(waBinary.Node{Tag: "notification", Attrs: attrs, Content: content}, nil)
}

// queueFewKeys tells a device that its one-time keys run out.
func (d *device) queueFewKeys() {
	d.notify("encrypt", types.ServerJID, nil,
		waBinary.Node{Tag: "count", Attrs: waBinary.Attrs{"value": len(d.once)}})
}
