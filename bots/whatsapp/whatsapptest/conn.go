package whatsapptest

import (
	"bytes"
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/socket"
)

// parting is how long a line stays open after the server said why it ends it.
// The client reads the reason in a goroutine of its own and would not find it
// on a line that is closed already.
const parting = 300 * time.Millisecond

// conn is one client's line.
type conn struct {
	s           *Server
	ws          *websocket.Conn
	header      bool // the first frame's header was read
	pending     []byte
	read, write cipher.AEAD
	reads       uint32
	writes      uint32
	ctx         context.Context
	cancel      context.CancelFunc

	// Guarded by Server.mu.
	device  *device  // once logged in
	pairing *pairing // before
	active  bool     // the device wants its messages
	silent  bool     // keepalives are not answered
	parting bool     // it was told that this is the end

	// The writer's own.
	lock sync.Mutex
	out  []outgoing
	wake chan struct{}
}

// outgoing is a stanza to write, or the end of the line.
type outgoing struct {
	node waBinary.Node
	end  bool
	wait time.Duration // before it ends
}

func (s *Server) serveLine(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	status, closed := s.faults.refusal(), s.closed
	s.mu.Unlock()
	if closed {
		status = http.StatusServiceUnavailable
	}
	if status != 0 {
		http.Error(w, http.StatusText(status), status)

		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(socket.FrameMaxSize)

	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	c := &conn{s: s, ws: ws, ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1)}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()

		return
	}
	s.conns[c] = struct{}{}
	s.mu.Unlock()
	defer c.gone()

	static, payload, err := c.hello(ctx)
	if err != nil {
		return // lines end at any point
	}
	s.work.Go(c.writer)

	s.mu.Lock()
	c.begin(static, payload)
	s.mu.Unlock()
	for {
		data, err := c.frame(ctx)
		if err != nil {
			return
		}
		node, err := c.decode(data)
		s.mu.Lock()
		if err != nil {
			s.complainf("a frame that cannot be read: %v", err)
			s.mu.Unlock()

			return
		}
		c.take(node)
		s.mu.Unlock()
	}
}

// gone forgets the line.
func (c *conn) gone() {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if c.device != nil && c.device.line == c {
		c.device.line = nil
	}
	if c.pairing != nil {
		c.pairing.forget()
	}
	s.change()
}

// cut ends the line at once: what is not written yet is lost, as on a bad
// network.
func (c *conn) cut() {
	c.cancel()
	s := c.s
	s.work.Go(func() { _ = c.ws.CloseNow() })
}

// part ends the line when the client has had time to read what was sent.
func (c *conn) part() {
	c.parting = true
	c.push(outgoing{end: true, wait: parting})
}

// send queues a stanza. It never waits.
func (c *conn) send(n waBinary.Node) {
	if c.s.log != nil {
		c.s.log("S " + n.String())
	}
	c.push(outgoing{node: n})
}

func (c *conn) push(o outgoing) {
	c.lock.Lock()
	c.out = append(c.out, o)
	c.lock.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *conn) writer() {
	for {
		select {
		case <-c.wake:
		case <-c.ctx.Done():
			return
		}
		c.lock.Lock()
		out := c.out
		c.out = nil
		c.lock.Unlock()
		for _, o := range out {
			if o.end {
				select {
				case <-time.After(o.wait):
				case <-c.ctx.Done():
				}
				c.cancel()
				_ = c.ws.CloseNow()

				return
			}
			if c.ctx.Err() != nil || c.encode(o.node) != nil {
				c.cancel()
				_ = c.ws.CloseNow()

				return
			}
		}
	}
}

func (c *conn) encode(n waBinary.Node) error {
	data, err := waBinary.Marshal(n)
	if err != nil {
		return err
	}
	sealed := c.write.Seal(nil, nonce(c.writes), data, nil)
	c.writes++

	return c.writeFrame(c.ctx, sealed)
}

// writeFrame puts the frame into one message: clients put together wrongly what
// is split.
func (c *conn) writeFrame(ctx context.Context, data []byte) error {
	n := len(data)
	frame := append([]byte{byte(n >> 16), byte(n >> 8), byte(n)}, data...)

	return c.ws.Write(ctx, websocket.MessageBinary, frame)
}

func (c *conn) decode(sealed []byte) (*waBinary.Node, error) {
	data, err := c.read.Open(nil, nonce(c.reads), sealed, nil)
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	c.reads++
	if data, err = waBinary.Unpack(data); err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}

	return waBinary.Unmarshal(data)
}

// frame reads the next frame, through any division into messages.
func (c *conn) frame(ctx context.Context) ([]byte, error) {
	for {
		if !c.header && len(c.pending) >= len(socket.WAConnHeader) {
			if !bytes.HasPrefix(c.pending, socket.WAConnHeader) {
				return nil, errors.New("this is no WhatsApp client")
			}
			c.pending = c.pending[len(socket.WAConnHeader):]
			c.header = true
		}
		if c.header && len(c.pending) >= socket.FrameLengthSize {
			p := c.pending
			n := int(p[0])<<16 | int(p[1])<<8 | int(p[2])
			if len(p) >= socket.FrameLengthSize+n {
				c.pending = p[socket.FrameLengthSize+n:]

				return p[socket.FrameLengthSize : socket.FrameLengthSize+n], nil
			}
		}
		kind, data, err := c.ws.Read(ctx)
		if err != nil {
			return nil, err
		}
		if kind != websocket.MessageBinary {
			return nil, errors.New("this is no WhatsApp client")
		}
		c.pending = append(c.pending, data...)
	}
}

// take handles one stanza of the client. The caller holds Server.mu.
func (c *conn) take(n *waBinary.Node) {
	s := c.s
	if c.parting || c.ctx.Err() != nil {
		return // it came after the end
	}
	if s.log != nil {
		s.log("C " + n.String())
	}
	if s.faults.cutNow() {
		c.cut()

		return
	}
	switch n.Tag {
	case "iq":
		c.query(n)
	case "message":
		c.message(n)
	case "receipt":
		c.receipt(n)
	case "ack":
		c.acknowledged(n)
	case "presence", "chatstate":
		c.presence(n)
	case "ib", "xmlstreamend":
	default:
		s.complainf("a stanza <%s> that nobody understands", n.Tag)
	}
	s.change()
}
