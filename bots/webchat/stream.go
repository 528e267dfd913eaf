package webchat

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kentongan/bots"
)

const (
	heartbeatEvery = 15 * time.Second
	writeWithin    = 20 * time.Second // a browser that takes nothing for so long is gone
	streamBatch    = 100
)

// serveStream sends a chat's messages as server-sent events, first those that
// wait, then each as it comes:
//
//	event: hello    data: {"now": …, "epoch": …}
//	event: message  id: the number to acknowledge   data: a message
//	event: typing
//
// A reader that goes on names the last number it has in Last-Event-ID.
func (c *Channel) serveStream(w http.ResponseWriter, r *http.Request, chat bots.Address) {
	run := c.current()
	if run == nil {
		unavailable(w, time.Second)
		return
	}
	if !mayGoOn(w, &c.talk, chat, 2) {
		return
	}
	after, err := c.resumeAfter(r)
	if err != nil {
		if r.Context().Err() == nil {
			c.cfg.Log.Error("web chat: stream not started", "error", err)
		}
		unavailable(w, 2*time.Second)
		return
	}
	l := c.hub.join(chat, c.addressHashes(chat))
	if l == nil {
		unavailable(w, 15*time.Second)
		return
	}
	defer c.hub.leave(chat, l)
	l.after.Store(after)

	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	s := stream{w: w, c: http.NewResponseController(w)}
	if err := s.event("hello", 0, hello{Now: c.cfg.Now().UTC(), Epoch: epoch(c.cfg)}); err != nil {
		return
	}
	heartbeat := time.NewTicker(heartbeatEvery)
	defer heartbeat.Stop()
	for {
		// Listening began before looking, so nothing falls between the two.
		messages, err := c.waiting(r.Context(), chat, l.after.Load(), streamBatch)
		if err != nil {
			if r.Context().Err() == nil {
				c.cfg.Log.Error("web chat: stream ended", "error", err)
			}
			return // the page comes back
		}
		if len(messages) > 0 {
			select {
			case <-l.types: // what was announced is here
			default:
			}
		}
		for _, m := range messages {
			if err := s.event("message", m.seq, m); err != nil {
				return
			}
			l.after.Store(m.seq)
		}
		if len(messages) == streamBatch {
			continue
		}
	idle:
		for {
			select {
			case <-r.Context().Done():
				return
			case <-run.done:
				return
			case <-l.woken:
				break idle
			case <-l.types:
				if err := s.event("typing", 0, struct{}{}); err != nil {
					return
				}
			case <-heartbeat.C:
				if err := s.write(": \n\n"); err != nil {
					return
				}
			}
		}
	}
}

// hello is what a stream begins with.
type hello struct {
	Now   time.Time `json:"now"`
	Epoch string    `json:"epoch"`
}

// resumeAfter reads where the page wants to go on. A number that was never
// given out comes from another database, whose numbers mean nothing here.
func (c *Channel) resumeAfter(r *http.Request) (int64, error) {
	after, _ := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64) // what is no number is 0
	if after <= 0 {
		return 0, nil
	}
	newest, err := c.newest(r.Context())
	if err != nil || after > newest {
		return 0, err
	}
	return after, nil
}

// stream writes server-sent events.
type stream struct {
	w http.ResponseWriter
	c *http.ResponseController
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
