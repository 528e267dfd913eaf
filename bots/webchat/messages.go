package webchat

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"kentongan/bots"
)

// acceptWithin is how long taking messages in may last before the page is told
// to try again.
const acceptWithin = 30 * time.Second

// serveMessages takes in what the page posts. 200 means that it is committed;
// until it reads that, the page sends the same events again, with the same ids.
// The answer also has what only the one who pressed a button is to see.
func (c *Channel) serveMessages(w http.ResponseWriter, r *http.Request, chat bots.Address) {
	person, ok := c.author(w, r, chat)
	if !ok {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			answer(w, http.StatusRequestEntityTooLarge, problem{
				Error: "too_large", Message: "Pesan ini terlalu panjang untuk dikirim sekaligus.", Limit: maxRequest,
			})
			return
		}
		refuse(w, http.StatusBadRequest, "bad_request", "Pesan tidak sampai dengan utuh.")
		return
	}
	events, err := readEvents(body)
	if err != nil {
		answer(w, http.StatusBadRequest, problem{
			Error: "bad_request", Message: "Pesan ini tidak dapat dibaca.", Detail: err.Error(),
		})
		return
	}
	if !mayGoOn(w, &c.talk, chat, float64(len(events))) {
		return
	}
	incoming, err := c.incoming(chat, person, events)
	if err != nil {
		c.cfg.Log.Error("web chat: events not encoded", "error", err)
		unavailable(w, 5*time.Second)
		return
	}

	run, done := c.accepting()
	if run == nil {
		unavailable(w, time.Second)
		return
	}
	defer done()
	ctx, cancel := context.WithTimeout(r.Context(), acceptWithin)
	defer cancel()
	collect := c.alerts.expect(incoming)
	defer collect()
	if err := run.in.Accept(ctx, c, incoming...); err != nil {
		if r.Context().Err() == nil { // nobody to answer otherwise, and no fault of ours
			c.cfg.Log.Error("web chat: messages not taken in", "error", err, "events", len(events))
		}
		unavailable(w, 2*time.Second)
		return
	}
	answer(w, http.StatusOK, accepted{Accepted: len(events), Now: c.cfg.Now().UTC(), Alerts: collect()})
}

// accepted is the JSON of the answer to what was taken in.
type accepted struct {
	Accepted int       `json:"accepted"`
	Now      time.Time `json:"now"`
	Alerts   []string  `json:"alerts,omitempty"`
}

func (c *Channel) incoming(chat, person bots.Address, events []event) ([]bots.Incoming, error) {
	incoming := make([]bots.Incoming, len(events))
	for i, e := range events {
		s := stored{Event: e}
		if e.Type == "upload" {
			s.Staged = c.stagedName(chat, e.ID)
		}
		key := string(chat) + ":" + e.ID
		if e.Type == "press" {
			s.Press = key
		}
		body, err := json.Marshal(s)
		if err != nil {
			return nil, err
		}
		incoming[i] = bots.Incoming{Chat: chat, Group: person != "", From: person, Key: key, Body: body}
	}
	return incoming, nil
}

// stagedName is the name of an upload in the vault: the same for the same chat
// and id, and not to be guessed by another.
func (c *Channel) stagedName(from bots.Address, id string) string {
	return hex.EncodeToString(c.cfg.Sealer.Hash("webchat upload", []byte(from), []byte(id)))
}

// serveAck erases what the page has and keeps itself.
func (c *Channel) serveAck(w http.ResponseWriter, r *http.Request, from bots.Address) {
	if !c.private(w, from) {
		return
	}
	var request struct {
		Upto int64 `json:"upto"`
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<10))
	if err == nil {
		err = decodeStrictly(body, &request)
	}
	if err != nil || request.Upto < 1 {
		refuse(w, http.StatusBadRequest, "bad_request", "Permintaan ini tidak dapat dibaca.")
		return
	}
	if !mayGoOn(w, &c.talk, from, 1) {
		return
	}
	if err := c.erase(r.Context(), from, request.Upto); err != nil {
		if r.Context().Err() == nil {
			c.cfg.Log.Error("web chat: delivered messages not erased", "error", err)
		}
		unavailable(w, 5*time.Second)
		return
	}
	answer(w, http.StatusOK, struct{}{})
}
