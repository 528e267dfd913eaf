package webchat

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kentongan/bots"
)

const (
	heartbeatEvery = 15 * time.Second
	writeWithin    = 20 * time.Second // a browser that takes nothing for so long is gone
	streamBatch    = 100
)

// alsoChats is the header that names further chats of a stream, as
// TOKEN=NUMBER separated by spaces: a browser opens few connections to one
// server, and a demo's page has many chats. NUMBER is that of the last message
// that the reader has of the chat, 0 for all that wait.
const alsoChats = "Chat-Also"

// maxAlso is how many further chats a stream may have.
const maxAlso = 24

// serveStream sends a chat's messages as server-sent events, first those that
// wait, then each as it comes:
//
//	event: hello    data: {"now": …, "epoch": …}
//	event: message  id: the number to acknowledge   data: a message
//	event: typing   data: {}
//
// A reader that goes on names the last number it has in Last-Event-ID. Data of
// a further chat of [alsoChats] has its place among them, from 1, as "chat".
func (c *Channel) serveStream(w http.ResponseWriter, r *http.Request, chat bots.Address) {
	run := c.current()
	if run == nil {
		unavailable(w, time.Second)
		return
	}
	chats, ok := streamed(r, chat)
	if !ok {
		refuse(w, http.StatusBadRequest, "bad_request", "Permintaan ini tidak dapat dibaca.")
		return
	}
	if !mayGoOn(w, &c.talk, chat, 2) {
		return
	}
	newest, err := c.newest(r.Context())
	if err != nil {
		if r.Context().Err() == nil {
			c.cfg.Log.Error("web chat: stream not started", "error", err)
		}
		unavailable(w, 2*time.Second)
		return
	}
	s := stream{w: w, c: http.NewResponseController(w), channel: c, signal: make(chan struct{}, 1)}
	defer func() {
		for _, l := range s.listeners {
			c.hub.leave(l)
		}
	}()
	for _, from := range chats {
		l := c.hub.join(from.chat, c.addressHashes(from.chat), s.signal)
		if l == nil {
			unavailable(w, 15*time.Second)
			return
		}
		if from.after <= newest { // one above comes from another database, whose numbers mean nothing here
			l.after.Store(from.after)
		}
		s.listeners = append(s.listeners, l)
	}

	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	if err := s.event("hello", 0, hello{Now: c.cfg.Now().UTC(), Epoch: epoch(c.cfg)}); err != nil {
		return
	}
	heartbeat := time.NewTicker(heartbeatEvery)
	defer heartbeat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-run.done:
			return
		case <-s.signal:
			err = s.look(r.Context())
		case <-heartbeat.C:
			err = s.write(": \n\n")
		}
		if err != nil {
			return // the page comes back
		}
	}
}

// streamedChat is a chat of a stream, and where the reader goes on.
type streamedChat struct {
	chat  bots.Address
	after int64
}

// streamed reads which chats a request wants to hear, its own first. A number
// that is none is 0.
func streamed(r *http.Request, own bots.Address) (chats []streamedChat, ok bool) {
	after, _ := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64)
	chats = []streamedChat{{own, max(0, after)}}
	for further := range strings.FieldsSeq(r.Header.Get(alsoChats)) {
		token, number, _ := strings.Cut(further, "=")
		if !validToken(token) || len(chats) > maxAlso {
			return nil, false
		}
		after, _ := strconv.ParseInt(number, 10, 64)
		chats = append(chats, streamedChat{AddressOf(token), max(0, after)})
	}
	return chats, true
}

// hello is what a stream begins with.
type hello struct {
	Now   time.Time `json:"now"`
	Epoch string    `json:"epoch"`
}

// stream writes server-sent events.
type stream struct {
	w         http.ResponseWriter
	c         *http.ResponseController
	channel   *Channel
	listeners []*listener
	signal    chan struct{}
}

// placed is what the data of a further chat begins with.
type placed struct {
	Chat int `json:"chat,omitempty"`
}

// look writes what came for any of the chats.
func (s stream) look(ctx context.Context) error {
	for i, l := range s.listeners {
		// The mark goes before looking, so nothing falls between the two.
		for more := l.woken.Swap(false); more; {
			messages, err := s.channel.waiting(ctx, l.chat, l.after.Load(), streamBatch)
			if err != nil {
				if ctx.Err() == nil {
					s.channel.cfg.Log.Error("web chat: stream ended", "error", err)
				}
				return err
			}
			if len(messages) > 0 {
				l.types.Store(false) // what was announced is here
			}
			for _, m := range messages {
				if err := s.event("message", m.seq, struct {
					placed
					message
				}{placed{i}, m}); err != nil {
					return err
				}
				l.after.Store(m.seq)
			}
			more = len(messages) == streamBatch
		}
		if l.types.Swap(false) {
			if err := s.event("typing", 0, placed{i}); err != nil {
				return err
			}
		}
	}
	return nil
}

// event writes one event; id 0 stands for none.
func (s stream) event(name string, id int64, data any) error {
	encoded, err := json.Marshal(data) // holds no line breaks
	if err != nil {
		return err
	}
	number := ""
	if id > 0 {
		number = fmt.Sprintf("id: %d\n", id)
	}
	return s.write(fmt.Sprintf("event: %s\n%sdata: %s\n\n", name, number, encoded))
}

func (s stream) write(text string) error {
	// Not every server can set deadlines; then its own hold.
	_ = s.c.SetWriteDeadline(time.Now().Add(writeWithin))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.c.Flush()
}
