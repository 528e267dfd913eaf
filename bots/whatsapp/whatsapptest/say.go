package whatsapptest

import (
	"crypto/rand"
	"maps"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// said is a message that a handset sent.
type said struct {
	id      types.MessageID
	chat    types.JID
	message *waE2E.Message
	secret  []byte
	attrs   waBinary.Attrs // of its stanza, besides names
	enc     waBinary.Attrs // of its <enc>
	at      time.Time
	nodes   map[*device]waBinary.Node // as it was sent, to deliver it twice

	delivered, confirmed, asked int
	received, read, played      bool
	errors                      []int
}

// How changes the way in which a message is sent.
type How func(*saying)

type saying struct {
	id          types.MessageID
	at          time.Time
	device      uint16
	edit        types.EditAttribute
	unavailable string
	album       types.MessageID
	plain       bool // no wrapping, no secret
}

// WithID sends it under that id. Under an id that was used before it is the same message
// once more, newly encrypted.
func WithID(id types.MessageID) How { return func(s *saying) { s.id = id } }

// At sends it with that time, of which seconds are told.
func At(t time.Time) How { return func(s *saying) { s.at = t } }

// FromDevice sends it from a companion of the person instead of the phone.
func FromDevice(number uint16) How { return func(s *saying) { s.device = number } }

func withEdit(e types.EditAttribute) How { return func(s *saying) { s.edit = e } }

// Say sends any message, and returns its id. It never waits: what companions do not
// take now they get when they come.
func (p *Person) Say(to Chat, m *waE2E.Message, how ...How) types.MessageID {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()

	return p.say(to, m, how...)
}

func (p *Person) say(to Chat, m *waE2E.Message, how ...How) types.MessageID {
	s := p.s
	saying := saying{at: now()}
	for _, h := range how {
		h(&saying)
	}
	if saying.id == "" {
		saying.id = s.messageID()
	}
	d := p.user.devices[saying.device]
	if d == nil {
		s.complainf("%s has no device %d", p.user.name, saying.device)

		return saying.id
	}
	m = proto.CloneOf(m)
	if saying.album != "" {
		m.MessageContextInfo = p.associate(to, saying.album, waE2E.MessageAssociation_MEDIA_ALBUM)
	}
	if p.disappearing > 0 && !saying.plain && m.GetProtocolMessage() == nil && m.GetReactionMessage() == nil {
		m = &waE2E.Message{EphemeralMessage: &waE2E.FutureProofMessage{Message: m}}
	}
	secret := m.GetMessageContextInfo().GetMessageSecret()
	if secret == nil && !saying.plain {
		secret = make([]byte, 32)
		_, _ = rand.Read(secret)
		if m.GetMessageContextInfo() == nil {
			m.MessageContextInfo = &waE2E.MessageContextInfo{}
		}
		m.MessageContextInfo.MessageSecret = secret
	}

	sent := d.handset.sent[saying.id]
	if sent == nil {
		sent = &said{id: saying.id, nodes: map[*device]waBinary.Node{}}
		d.handset.sent[saying.id] = sent
	}
	sent.chat, sent.message, sent.secret, sent.at = to.chat(), m, secret, saying.at
	kind, media := kindOf(m)
	sent.attrs = waBinary.Attrs{"type": kind}
	sent.enc = waBinary.Attrs{"v": "2"}
	if media != "" {
		sent.enc["mediatype"] = media
	}
	if saying.edit != "" {
		sent.attrs["edit"] = string(saying.edit)
		sent.enc["decrypt-fail"] = "hide"
	}
	if kind == "reaction" {
		sent.enc["decrypt-fail"] = "hide"
	}
	p.show(to, sent)

	switch c := to.(type) {
	case *Account:
		c.user.devices[0].handset.keep(p.user.lid, d, sent)
		c.user.eachClient(func(to *device) { d.deliver(to, sent, saying.unavailable) })
	case *Group:
		c.deliver(d, sent)
	default:
		s.complainf("a chat that this package does not know")
	}
	s.change()

	return saying.id
}

// show puts a message on the screens of those for whom nothing is encrypted: the
// person's own devices, and in a group everybody whom this package plays.
func (p *Person) show(to Chat, m *said) {
	users := []*user{p.user}
	if g, ok := to.(*Group); ok {
		users = g.members
	}
	for _, u := range users {
		for _, d := range u.devices {
			if d.handset != nil {
				d.handset.screen(to.chat()).put(p.user.lid, m.id, m.message, m.at)
			}
		}
	}
}

// deliver encrypts a direct message for one companion and puts it into its
// queue.
func (d *device) deliver(to *device, m *said, unavailable string) {
	n := waBinary.Node{Tag: "message", Attrs: d.names(m)}
	if unavailable != "" {
		n.Content = []waBinary.Node{{Tag: "unavailable", Attrs: waBinary.Attrs{"type": unavailable}}}
	} else {
		enc, err := d.enc(to, m, m.message, 0)
		if err != nil {
			d.user.s.complainf("%v", err)

			return
		}
		n.Content = d.content(enc)
	}
	m.nodes[to] = n
	d.put(to, m, n)
}

// put queues a copy of m and notes its confirmation.
func (d *device) put(to *device, m *said, n waBinary.Node) {
	m.delivered++
	to.enqueue(n, func(code int) {
		m.confirmed++
		if code != 0 {
			m.errors = append(m.errors, code)
		}
	})
}

// enc encrypts message for one companion. From the second try on it says which it is.
func (d *device) enc(to *device, m *said, message *waE2E.Message, try int) (waBinary.Node, error) {
	plaintext, err := proto.Marshal(message)
	if err != nil {
		return waBinary.Node{}, err
	}
	kind, sealed, err := d.handset.seal(to, plaintext, nil)
	if err != nil {
		return waBinary.Node{}, err
	}
	n := waBinary.Node{Tag: "enc", Attrs: waBinary.Attrs{"type": kind}, Content: sealed}
	maps.Copy(n.Attrs, m.enc)
	if try > 0 {
		n.Attrs["count"] = try
	}

	return n, nil
}

// content puts the proof of who the device is beside a first message, if it is a
// companion.
func (d *device) content(encs ...waBinary.Node) []waBinary.Node {
	for _, e := range encs {
		if e.Attrs["type"] == "pkmsg" && d.signature != nil {
			return append(encs, textNode("device-identity", d.signature))
		}
	}

	return encs
}

// names are the attributes of a stanza that says who wrote.
func (d *device) names(m *said) waBinary.Attrs {
	p := d.user.person
	a := waBinary.Attrs{"id": m.id, "t": seconds(m.at)}
	maps.Copy(a, m.attrs)
	if d.user.name != "" {
		a["notify"] = d.user.name
	}
	switch {
	case p == nil || p.addressing == ByLID:
		a["from"] = d.lid()
		if p != nil && !p.numberHidden {
			a["sender_pn"] = d.user.pn
		}
	case p.addressing == ByNumber:
		a["from"], a["sender_lid"] = d.pn(), d.user.lid
	default:
		a["from"] = d.pn()
	}

	return a
}

// Redeliver gives companions the same stanza of the person's once more, as if
// the network had repeated it: the encrypted bytes are those that were sent.
func (p *Person) Redeliver(id types.MessageID) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, d := range p.user.devices {
		m := d.handset.sent[id]
		if m == nil {
			continue
		}
		for to, n := range m.nodes {
			d.put(to, m, n)
		}
	}
}
