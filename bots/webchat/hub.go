package webchat

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"kentongan/bots"
)

// Chats that are listened to, over all streams, and streams of one chat: a page
// needs one, a page that reconnects has two for a moment.
const (
	maxStreams     = 10_000
	maxChatStreams = 12
)

// hub knows which chats somebody listens to in this process. The zero value is
// ready.
type hub struct {
	mu        sync.Mutex
	listeners map[bots.Address][]*listener
	count     int
}

// listener is one chat of an open stream.
type listener struct {
	chat   bots.Address
	hashes [][]byte
	after  atomic.Int64  // the number of the last message written
	woken  atomic.Bool   // there may be messages
	types  atomic.Bool   // an answer is coming
	signal chan struct{} // holds one: the stream is to look; its chats share it
}

// tell sets what is to be looked at, and has the stream look.
func (l *listener) tell(what *atomic.Bool) {
	what.Store(true)
	select {
	case l.signal <- struct{}{}:
	default: // it was told already and has not looked yet
	}
}

// join returns nil if there are too many already. The first look is due.
func (h *hub) join(chat bots.Address, hashes [][]byte, signal chan struct{}) *listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count >= maxStreams || len(h.listeners[chat]) >= maxChatStreams {
		return nil
	}
	if h.listeners == nil {
		h.listeners = map[bots.Address][]*listener{}
	}
	l := &listener{chat: chat, hashes: hashes, signal: signal}
	l.tell(&l.woken)
	h.listeners[chat] = append(h.listeners[chat], l)
	h.count++
	return l
}

func (h *hub) leave(gone *listener) {
	chat := gone.chat
	h.mu.Lock()
	defer h.mu.Unlock()
	var rest []*listener
	for _, l := range h.listeners[chat] {
		if l != gone {
			rest = append(rest, l)
		}
	}
	h.count -= len(h.listeners[chat]) - len(rest)
	if len(rest) == 0 {
		delete(h.listeners, chat)
	} else {
		h.listeners[chat] = rest
	}
}

func (h *hub) wake(chat bots.Address) {
	h.tell(chat, func(l *listener) *atomic.Bool { return &l.woken })
}

func (h *hub) typing(chat bots.Address) {
	h.tell(chat, func(l *listener) *atomic.Bool { return &l.types })
}

func (h *hub) tell(chat bots.Address, what func(*listener) *atomic.Bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.listeners[chat] {
		l.tell(what(l))
	}
}

// everyone returns all listeners.
func (h *hub) everyone() []*listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*listener, 0, h.count)
	for _, of := range h.listeners {
		all = append(all, of...)
	}
	return all
}

// pollUntil wakes the listeners for whom another process stored something,
// until ctx ends. One statement asks for all of them.
func (c *Channel) pollUntil(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := c.poll(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			c.cfg.Log.Error("web chat: messages of other processes not seen", "error", err)
		}
		failing = err != nil
	}
}

func (c *Channel) poll(ctx context.Context) error {
	var (
		of     []*listener
		hashes [][]byte
		after  []int64
	)
	for _, l := range c.hub.everyone() {
		for _, hash := range l.hashes {
			of = append(of, l)
			hashes = append(hashes, hash)
			after = append(after, l.after.Load())
		}
	}
	if len(of) == 0 {
		return nil
	}
	rows, err := c.cfg.Pool.Query(ctx, `select w.i from unnest($1::bytea[], $2::bigint[]) with ordinality as w (hash, after, i)
		where exists (select from webchat_messages m where m.address_hash = w.hash and m.seq > w.after)`, hashes, after)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var i int64
		if err := rows.Scan(&i); err != nil {
			return err
		}
		of[i-1].tell(&of[i-1].woken)
	}
	return rows.Err()
}
