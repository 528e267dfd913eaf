package whatsapptest

import (
	"bytes"
	"strconv"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/types"
)

func now() time.Time { return time.Now() }

// begin logs a client in or offers it to be paired. The caller holds Server.mu.
func (c *conn) begin(static []byte, p *waWa6.ClientPayload) {
	s := c.s
	if f, ok := s.faults.failure(); ok {
		c.fail(f)

		return
	}
	switch {
	case p.Username != nil:
		c.login(static, p)
	case p.GetDevicePairingData() != nil:
		c.offer(static, p.GetDevicePairingData())
	default:
		s.complainf("a client that wants neither to log in nor to pair")
		c.fail(Failure{Reason: 400})
	}
	s.change()
}

func (c *conn) login(static []byte, p *waWa6.ClientPayload) {
	s := c.s
	pn := types.NewJID(strconv.FormatUint(p.GetUsername(), 10), types.DefaultUserServer)
	pn.Device = uint16(p.GetDevice())
	d := s.device(pn)
	if d == nil || d.noise == nil || !bytes.Equal(d.noise, static) {
		c.fail(Failure{Reason: 401})

		return
	}
	if f := d.user.account.failure; f != nil {
		c.fail(*f)

		return
	}
	if old := d.line; old != nil {
		old.streamError(waBinary.Attrs{}, waBinary.Node{Tag: "conflict", Attrs: waBinary.Attrs{"type": "replaced"}})
	}
	c.device, d.line = d, c
	d.user.account.logins++
	c.send(waBinary.Node{Tag: "success", Attrs: waBinary.Attrs{
		"t": seconds(now()), "lid": d.lid(), "creation": seconds(now()), "location": "cgk",
	}})
}

// Failure is how the server refuses a client that has shown who it is.
type Failure struct {
	// Reason: 400 unknown, 401 logged out, 402 banned for a time, 403 account
	// locked, 405 client outdated, 406 banned, 500 and 503 try again.
	Reason int
	// Code and Expire belong to 402: why, and for how long.
	Code   int
	Expire time.Duration
	// Message is an explanation that some failures carry.
	Message string
}

func (c *conn) fail(f Failure) {
	attrs := waBinary.Attrs{"reason": f.Reason, "location": "cgk"}
	if f.Code != 0 {
		attrs["code"] = f.Code
	}
	if f.Expire != 0 {
		attrs["expire"] = int(f.Expire / time.Second)
	}
	if f.Message != "" {
		attrs["message"] = f.Message
	}
	c.send(waBinary.Node{Tag: "failure", Attrs: attrs})
	c.part()
}

// streamError ends a line that was logged in.
func (c *conn) streamError(attrs waBinary.Attrs, content ...waBinary.Node) {
	c.active = false
	if c.device != nil && c.device.line == c {
		c.device.line = nil
	}
	n := waBinary.Node{Tag: "stream:error", Attrs: attrs}
	if len(content) > 0 {
		n.Content = content
	}
	c.send(n)
	c.part()
}
