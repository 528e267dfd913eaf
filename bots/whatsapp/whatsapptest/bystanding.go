package whatsapptest

import (
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
)

// Status posts a text as the person's status, which all who know them get.
func (p *Person) Status(to *Account, text string) types.MessageID {
	all := &Group{s: p.s, jid: types.StatusBroadcastJID, members: []*user{p.user, to.user}}

	return p.Say(all, &waE2E.Message{Conversation: &text})
}

// Call rings the account.
func (p *Person) Call(to *Account) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	from := p.user.devices[0].lid()
	to.user.eachClient(func(d *device) {
		d.enqueue(waBinary.Node{
			Tag:   "call",
			Attrs: waBinary.Attrs{"id": p.s.stanzaID(), "from": p.user.lid, "t": seconds(now())},
			Content: []waBinary.Node{{Tag: "offer", Attrs: waBinary.Attrs{
				"call-id": p.s.messageID(), "call-creator": from,
			}}},
		}, nil)
	})
}
