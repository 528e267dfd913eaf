package whatsapptest

import (
	"context"
	"crypto/rand"
	"fmt"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// Person is a citizen: a phone, and further devices if they Link some.
type Person struct {
	s    *Server
	user *user

	// Guarded by Server.mu.
	numberHidden bool
	addressing   Addressing
	disappearing uint32 // seconds
	refused      int    // error code for whoever writes to them
	needsToken   bool
	tokens       map[types.JID][]byte // given, by account
	noReceipts   bool
}

// Chat is where a person writes: to an Account, or in a Group.
type Chat interface {
	chat() types.JID
}

// Addressing is how what a person writes names them.
type Addressing int

// Ways to name a person. Today nearly all messages come ByLID.
const (
	ByLID        Addressing = iota // from a LID; the number beside it, unless hidden
	ByNumber                       // from the number; the LID beside it
	ByNumberOnly                   // from the number, the LID not told
)

// Person registers somebody new, with a number and a LID of their own.
func (s *Server) Person(name string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.register(name, fmt.Sprintf("62812%08d", s.number()))
	u.person = &Person{s: s, user: u, tokens: map[types.JID][]byte{}}

	return u.person
}

// Name is what the person calls themself.
func (p *Person) Name() string { return p.user.name }

// LID is the person's lasting name.
func (p *Person) LID() types.JID { return p.user.lid }

// PN is the person's number.
func (p *Person) PN() types.JID { return p.user.pn }

// HidePN has the number not told with messages, groups and queries any more, or
// told again.
func (p *Person) HidePN(hide bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.numberHidden = hide
}

// Address sets how messages name the person, from the next one on.
func (p *Person) Address(a Addressing) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.addressing = a
}

// Disappearing has what the person writes wrapped as an ephemeral message that lives for
// that many seconds; 0 ends it.
func (p *Person) Disappearing(seconds uint32) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.disappearing = seconds
}

// Refuse has the server refuse with that code what accounts write to the
// person: 463 not allowed to reach out, 429 too fast, 479 and others. 0 ends it.
func (p *Person) Refuse(code int) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.refused = code
}

// RequireToken has the server refuse, with 463, what comes without the privacy
// token that the person gave.
func (p *Person) RequireToken(require bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.needsToken = require
}

// GiveToken has the person's phone give the account a privacy token, as phones
// do when they write to somebody.
func (p *Person) GiveToken(to *Account) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	token := make([]byte, 16)
	_, _ = rand.Read(token)
	p.tokens[to.user.lid] = token
	to.user.eachClient(func(d *device) {
		d.notify("privacy_token", p.user.pn, waBinary.Attrs{"sender_lid": p.user.lid}, waBinary.Node{
			Tag: "tokens",
			Content: []waBinary.Node{{
				Tag: "token", Attrs: waBinary.Attrs{"type": "trusted_contact", "t": seconds(now())}, Content: token,
			}},
		})
	})
}

// Link adds a companion to the person's devices and returns its number.
// Accounts are told; what they write from then on is encrypted for it too.
func (p *Person) Link() uint16 {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	u := p.user
	d := newHandset(u, u.next)
	u.next++
	phone := u.devices[0]
	adv := phone.handset.vouchFor(d.identity, d.number)
	adv.DeviceSignature = sign(d.handset.signal.IdentityKey, []byte{6, 1}, adv.GetDetails(), d.identity, adv.GetAccountSignatureKey())
	d.signature = companionIdentity(adv)
	u.devices[d.number] = d
	u.announce("add", d)

	return d.number
}

// Unlink removes a companion.
func (p *Person) Unlink(number uint16) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	d := p.user.devices[number]
	if d == nil || number == 0 {
		return
	}
	delete(p.user.devices, number)
	p.user.announce("remove", d)
}

// announce tells accounts that a device came or went. Their clients check the hash
// of what they know then.
func (u *user) announce(change string, d *device) {
	hash, lidHash := participantHash(u.jids((*device).pn)), participantHash(u.jids((*device).lid))
	for _, a := range u.s.accounts() {
		a.user.eachClient(func(c *device) {
			c.notify("devices", u.pn, waBinary.Attrs{"lid": u.lid}, waBinary.Node{
				Tag:   change,
				Attrs: waBinary.Attrs{"device_hash": hash, "device_lid_hash": lidHash},
				Content: []waBinary.Node{
					{Tag: "device", Attrs: waBinary.Attrs{"jid": d.pn(), "lid": d.lid()}},
					{Tag: "key-index-list", Attrs: waBinary.Attrs{"ts": seconds(now())}},
				},
			})
		})
	}
}

// Reinstall is a new phone with the old number: new keys, no old sessions, an
// empty screen. Accounts are told that the identity changed.
func (p *Person) Reinstall() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	u := p.user
	u.devices = map[uint16]*device{0: newHandset(u, 0)}
	for _, a := range p.s.accounts() {
		a.user.eachClient(func(c *device) {
			c.notify("encrypt", u.pn, waBinary.Attrs{"lid": u.lid}, waBinary.Node{Tag: "identity"})
		})
	}
}

// LoseSession has the person's phone forget its session with the account's
// companions, so that what comes next cannot be read and is asked for again.
func (p *Person) LoseSession(a *Account) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, d := range p.user.devices {
		a.user.eachClient(func(c *device) { d.handset.store.forget(c.lid().SignalAddress().String()) })
	}
}

// LoseSenderKeys has the person's devices forget the keys that others use in the group.
func (p *Person) LoseSenderKeys(g *Group) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, d := range p.user.devices {
		deletePrefix(d.handset.store.senderKeys, g.jid.String()+" ")
		delete(d.handset.given, g.jid)
	}
}

// NewSenderKey has the person's phone use a new key in the group without handing it
// to those who have the old one, so that they cannot read what comes next.
func (p *Person) NewSenderKey(g *Group) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	d := p.user.devices[0]
	delete(d.handset.store.senderKeys, g.jid.String()+" "+d.lid().SignalAddress().String())
}

// Offline takes the person's devices off the network, or brings them back: what
// was written to them meanwhile waits at the server with one tick.
func (p *Person) Offline(off bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, d := range p.user.sorted() {
		h := d.handset
		h.offline = off
		if off {
			continue
		}
		held := h.held
		h.held = nil
		for _, f := range held {
			f()
		}
	}
	p.s.change()
}

// AwaitConfirmed waits until a companion of the account has confirmed what the
// person wrote under that id: it will not be delivered again.
func (p *Person) AwaitConfirmed(ctx context.Context, id types.MessageID) error {
	return p.s.await(ctx, "confirmation of "+id, func() bool {
		m := p.said(id)

		return m != nil && m.confirmed > 0 && m.confirmed >= m.delivered
	})
}

// Sent is what became of a message that a person wrote.
type Sent struct {
	ID types.MessageID
	// Delivered, Read, Played: the ticks that the person sees. Delivered counts
	// receipts of clients that are not in the foreground too, which phones do not show.
	Delivered, Read, Played bool
	// Confirmed counts how often a companion confirmed it, Copies how often it was
	// put into a companion's queue, Asked how often one asked for it again.
	Confirmed, Copies, Asked int
	// Errors are the codes with which companions refused it.
	Errors []int
}

// Sent tells what became of the message.
func (p *Person) Sent(id types.MessageID) Sent {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.said(id)
	if m == nil {
		return Sent{ID: id}
	}

	return Sent{
		ID: id, Delivered: m.received, Read: m.read, Played: m.played,
		Confirmed: m.confirmed, Copies: m.delivered, Asked: m.asked, Errors: append([]int(nil), m.errors...),
	}
}

// AwaitRead waits until the account has marked the message as read.
func (p *Person) AwaitRead(ctx context.Context, id types.MessageID) error {
	return p.s.await(ctx, "a read mark of "+id, func() bool { m := p.said(id); return m != nil && m.read })
}

// said finds a message on whichever device it was written.
func (p *Person) said(id types.MessageID) *said {
	for _, d := range p.user.devices {
		if m := d.handset.sent[id]; m != nil {
			return m
		}
	}

	return nil
}

func (s *Server) accounts() []*Account {
	seen := map[*Account]bool{}
	var as []*Account
	for _, u := range s.users {
		if u.account != nil && !seen[u.account] {
			seen[u.account] = true
			as = append(as, u.account)
		}
	}

	return as
}
