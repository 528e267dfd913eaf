package whatsapptest

import (
	"encoding/binary"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// query answers an <iq>. The caller holds Server.mu.
func (c *conn) query(n *waBinary.Node) {
	a := n.AttrGetter()
	kind, space := a.String("type"), a.OptionalString("xmlns")
	if kind == "result" || kind == "error" {
		c.answered(n)

		return
	}
	var child waBinary.Node
	if children := n.GetChildren(); len(children) > 0 {
		child = children[0]
	}
	if c.device == nil {
		c.pairingQuery(n, space, &child)

		return
	}
	switch space + " " + kind + " " + child.Tag {
	case "w:p get ":
		if !c.silent {
			c.result(n)
		}
	case "passive set active":
		c.result(n)
		c.activate()
	case "passive set passive":
		c.active = false
		c.result(n)
	case "encrypt get count":
		c.result(n, waBinary.Node{Tag: "count", Attrs: waBinary.Attrs{"value": len(c.device.once)}})
	case "encrypt set registration":
		c.keepKeys(n)
	case "encrypt get key":
		c.handOutKeys(n, &child)
	case "usync get usync":
		c.usync(n, &child)
	case "w:m set media_conn":
		c.result(n, waBinary.Node{
			Tag: "media_conn",
			Attrs: waBinary.Attrs{
				"auth": "auth", "ttl": 3600, "auth_ttl": 3600, "max_buckets": 12, "id": c.s.stanzaID(),
			},
			Content: []waBinary.Node{{Tag: "host", Attrs: waBinary.Attrs{"hostname": mediaHost, "type": "primary"}}},
		})
	case "w:g2 get query":
		c.groupQuery(n)
	case "w:g2 get participating":
		c.groupsQuery(n)
	case "privacy get privacy":
		c.result(n, waBinary.Node{Tag: "privacy", Content: []waBinary.Node{
			{Tag: "category", Attrs: waBinary.Attrs{"name": "readreceipts", "value": c.device.user.account.readReceipts()}},
			{Tag: "category", Attrs: waBinary.Attrs{"name": "last", "value": "all"}},
		}})
	case "privacy set tokens":
		c.issued(&child)
		c.result(n)
	case "md set remove-companion-device":
		c.result(n)
		c.device.user.account.removeDevice(c.device)
	case "blocklist get ":
		c.result(n, waBinary.Node{Tag: "list", Attrs: waBinary.Attrs{"dhash": "0"}})
	case "w:profile:picture get picture":
		c.refuse(n, 404, "item-not-found")
	default:
		c.refuse(n, 501, "feature-not-implemented")
	}
}

// answered takes a client's answer to a question of the server's.
func (c *conn) answered(n *waBinary.Node) {
	if c.pairing != nil {
		c.pairing.answered(n)
	}
}

func (c *conn) result(n *waBinary.Node, content ...waBinary.Node) {
	r := waBinary.Node{Tag: "iq", Attrs: waBinary.Attrs{"id": n.Attrs["id"], "type": "result", "from": from(n)}}
	if len(content) > 0 {
		r.Content = content
	}
	c.send(r)
}

func (c *conn) refuse(n *waBinary.Node, code int, text string) {
	c.send(waBinary.Node{
		Tag:     "iq",
		Attrs:   waBinary.Attrs{"id": n.Attrs["id"], "type": "error", "from": from(n)},
		Content: []waBinary.Node{{Tag: "error", Attrs: waBinary.Attrs{"code": code, "text": text}}},
	})
}

// from is whom an answer to n comes from: whom it was for.
func from(n *waBinary.Node) types.JID {
	if to, ok := n.Attrs["to"].(types.JID); ok {
		return to
	}

	return types.ServerJID
}

// keepKeys takes the keys that a device offers to those who will write to it.
func (c *conn) keepKeys(n *waBinary.Node) {
	d := c.device
	registration, ok1 := bytesOf(n, "registration")
	identity, ok2 := bytesOf(n, "identity")
	skey, ok3 := n.GetOptionalChildByTag("skey")
	list, ok4 := n.GetOptionalChildByTag("list")
	if !ok1 || !ok2 || !ok3 || !ok4 || len(registration) != 4 || len(identity) != 32 {
		c.s.complainf("%s uploads keys that are not whole", d.lid())
		c.refuse(n, 406, "not-acceptable")

		return
	}
	if string(identity) != string(d.identity) {
		c.s.complainf("%s uploads keys of another identity", d.lid())
	}
	signed := keyOf(&skey)
	if !checkSigned(identity, signed) {
		c.s.complainf("%s uploads a signed key whose signature does not fit", d.lid())
		c.refuse(n, 406, "not-acceptable")

		return
	}
	d.registration, d.signed = binary.BigEndian.Uint32(registration), signed
	for _, k := range list.GetChildren() {
		d.once = append(d.once, keyOf(&k))
	}
	d.asked = false
	c.result(n)
}

func checkSigned(identity []byte, k oneKey) bool {
	return signed(identity, k.signature, []byte{5}, k.pub[:])
}

func keyOf(n *waBinary.Node) oneKey {
	var k oneKey
	if id, ok := bytesOf(n, "id"); ok && len(id) == 3 {
		k.id = binary.BigEndian.Uint32(append([]byte{0}, id...))
	}
	if v, ok := bytesOf(n, "value"); ok && len(v) == 32 {
		k.pub = [32]byte(v)
	}
	k.signature, _ = bytesOf(n, "signature")

	return k
}

func bytesOf(n *waBinary.Node, tags ...string) ([]byte, bool) {
	child, ok := n.GetOptionalChildByTag(tags...)
	if !ok {
		return nil, false
	}
	switch v := child.Content.(type) {
	case []byte:
		return v, true
	case string: // short words come as tokens
		return []byte(v), true
	default:
		return nil, false
	}
}

// handOutKeys answers who wants to write first.
func (c *conn) handOutKeys(n, child *waBinary.Node) {
	var users []waBinary.Node
	for _, u := range child.GetChildren() {
		j, ok := u.Attrs["jid"].(types.JID)
		if !ok {
			continue
		}
		d := c.s.device(j)
		if d == nil {
			users = append(users, waBinary.Node{
				Tag: "user", Attrs: waBinary.Attrs{"jid": j},
				Content: []waBinary.Node{{Tag: "error", Attrs: waBinary.Attrs{"code": 404, "text": "item-not-found"}}},
			})

			continue
		}
		users = append(users, waBinary.Node{Tag: "user", Attrs: waBinary.Attrs{"jid": j}, Content: d.keyNodes(true)})
	}
	c.result(n, waBinary.Node{Tag: "list", Content: users})
}

// keyNodes are the keys of d as a client reads them.
func (d *device) keyNodes(withOnce bool) []waBinary.Node {
	nodes := []waBinary.Node{
		textNode("registration", binary.BigEndian.AppendUint32(nil, d.registration)),
		textNode("type", []byte{5}),
		textNode("identity", d.identity),
		keyNode("skey", &d.signed),
	}
	// A device that asks for its own keys, as some builds do, gets no one-time key.
	if withOnce {
		if k := d.pop(); k != nil {
			nodes = append(nodes, keyNode("key", k))
		}
	}
	if d.signature != nil {
		nodes = append(nodes, textNode("device-identity", d.signature))
	}

	return nodes
}

func keyNode(tag string, k *oneKey) waBinary.Node {
	content := []waBinary.Node{
		textNode("id", binary.BigEndian.AppendUint32(nil, k.id)[1:]),
		textNode("value", k.pub[:]),
	}
	if tag == "skey" {
		content = append(content, textNode("signature", k.signature))
	}

	return waBinary.Node{Tag: tag, Content: content}
}

// usync answers who somebody is: devices, LID, whether they are registered.
func (c *conn) usync(n, child *waBinary.Node) {
	query, _ := child.GetOptionalChildByTag("query")
	list, _ := child.GetOptionalChildByTag("list")
	var users []waBinary.Node
	for _, asked := range list.GetChildren() {
		users = append(users, c.usyncUser(&query, &asked))
	}
	c.result(n, waBinary.Node{
		Tag:     "usync",
		Attrs:   waBinary.Attrs{"sid": child.Attrs["sid"], "index": "0", "last": "true", "mode": child.Attrs["mode"], "context": child.Attrs["context"]},
		Content: []waBinary.Node{{Tag: "list", Content: users}},
	})
}

func (c *conn) usyncUser(query, asked *waBinary.Node) waBinary.Node {
	answer := waBinary.Node{Tag: "user", Attrs: waBinary.Attrs{}}
	var content []waBinary.Node
	j, hasJID := asked.Attrs["jid"].(types.JID)
	number, byNumber := bytesOf(asked, "contact")
	if byNumber {
		if parsed, err := types.ParseJID(string(number)); err == nil {
			j = types.NewJID(trimPlus(parsed.User), types.DefaultUserServer)
		}
	}
	u := c.s.user(j)
	if hasJID {
		answer.Attrs["jid"] = j
	}
	for _, q := range query.GetChildren() {
		switch q.Tag {
		case "devices":
			if u != nil {
				content = append(content, u.deviceList())
			}
		case "lid":
			if u != nil {
				content = append(content, waBinary.Node{Tag: "lid", Attrs: waBinary.Attrs{"val": u.lid}})
			}
		case "contact":
			in := "out"
			if u != nil {
				in = "in"
				answer.Attrs["jid"], answer.Attrs["pn_jid"] = u.lid, u.pn
			} else if !hasJID {
				answer.Attrs["pn_jid"] = j
			}
			content = append(content, waBinary.Node{Tag: "contact", Attrs: waBinary.Attrs{"type": in}, Content: number})
		case "status":
			content = append(content, waBinary.Node{Tag: "status", Content: []byte("")})
		}
	}
	answer.Content = content

	return answer
}

func (u *user) deviceList() waBinary.Node {
	var list []waBinary.Node
	for _, d := range u.sorted() {
		a := waBinary.Attrs{"id": int(d.number)}
		if d.number != 0 {
			a["key-index"] = int(d.number)
		}
		list = append(list, waBinary.Node{Tag: "device", Attrs: a})
	}

	return waBinary.Node{Tag: "devices", Content: []waBinary.Node{{Tag: "device-list", Content: list}}}
}

func trimPlus(number string) string {
	if len(number) > 0 && number[0] == '+' {
		return number[1:]
	}

	return number
}
