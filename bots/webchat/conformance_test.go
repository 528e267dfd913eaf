package webchat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
)

// visitor is the other side of the web chat: browsers that speak HTTP and keep
// what they read.
type visitor struct {
	t       *testing.T
	channel *Channel
	server  *httptest.Server
}

func (v *visitor) token(person string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(person)))
}

// uuid is the page's id for what the suite calls id.
func (v *visitor) uuid(person, id string) string {
	x := fmt.Sprintf("%x", sha256.Sum256([]byte(person+" "+id)))
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:32]
}

func (v *visitor) Address(person string) bots.Address { return AddressOf(v.token(person)) }

func (v *visitor) Age(time.Duration) bool { return false }

// request repeats a request until it is answered with 200, as the page does.
func (v *visitor) request(ctx context.Context, path, person string, body []byte, headers ...string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.server.URL+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+v.token(person))
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		resp, err := v.server.Client().Do(r)
		if err != nil {
			return err
		}
		answer, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		switch resp.StatusCode {
		case http.StatusOK:
			return nil
		case http.StatusServiceUnavailable:
		default:
			return fmt.Errorf("%s: %s", resp.Status, answer)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (v *visitor) Deliver(ctx context.Context, person string, a channeltest.Action) error {
	e := event{ID: v.uuid(person, a.ID), Reply: a.Answers}
	switch {
	case a.Press != "":
		e.Type = "press"
		for _, m := range v.messages(person) {
			for _, b := range m.Message.Choices {
				if b.Label == a.Press {
					e.Token = b.Token
				}
			}
		}
	case a.Upload != nil:
		e.Type, e.Name, e.FileType, e.Caption = "upload", a.Upload.Name, a.Upload.Type, a.Upload.Caption
		e.Bytes = int64(len(a.Upload.Body))
		if err := v.request(ctx, "/chat/uploads", person, a.Upload.Body, uploadID, e.ID); err != nil {
			return err
		}
	case a.Pin != nil:
		e.Type, e.Lat, e.Lon = "pin", &a.Pin[0], &a.Pin[1]
	case a.Sticker:
		e.Type = "sticker"
	case a.Edit != nil:
		e.Type, e.Ref, e.Text = "edit", v.uuid(person, a.Edit.ID), a.Edit.Text
	default:
		e.Type, e.Text = "text", a.Text
	}
	body, err := json.Marshal(map[string]any{"events": []event{e}})
	if err != nil {
		return err
	}
	return v.request(ctx, "/chat/messages", person, body)
}

// messages are what waits for a person who never acknowledges anything.
func (v *visitor) messages(person string) []message {
	waiting, err := v.channel.waiting(context.Background(), v.Address(person), 0, 10_000)
	if err != nil {
		v.t.Error(err)
	}
	return waiting
}

func (v *visitor) Shown(person string) []channeltest.Shown {
	var shown []channeltest.Shown
	place := map[string]int{} // of a message's id
	for _, m := range v.messages(person) {
		s := channeltest.Shown{Edited: m.Replaces != ""}
		for _, b := range m.Message.Choices {
			s.Buttons = append(s.Buttons, b.Label)
		}
		s.Text = plain(m.Message.Text) // the page makes elements of the marks
		if i, known := place[m.Replaces]; known {
			shown[i] = s
			continue
		}
		place[m.ID] = len(shown)
		shown = append(shown, s)
	}
	return shown
}

func (v *visitor) Answered(person string) []string {
	var answered []string
	for _, m := range v.messages(person) {
		answered = append(answered, m.Answers)
	}
	return answered
}

func (v *visitor) Received(person string) []channeltest.Received {
	var received []channeltest.Received
	for _, m := range v.messages(person) {
		for i, f := range m.Files {
			r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, fmt.Sprintf("%s/chat/files/%s/%d", v.server.URL, m.ID, i), nil)
			if err != nil {
				v.t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+v.token(person))
			resp, err := v.server.Client().Do(r)
			if err != nil {
				v.t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK || int64(len(body)) != f.Bytes {
				v.t.Errorf("file %s of %d bytes: %s, %d bytes, %v", f.Name, f.Bytes, resp.Status, len(body), err)
			}
			received = append(received, channeltest.Received{Name: f.Name, Body: body})
		}
	}
	return received
}

func (v *visitor) Upload(person string, u channeltest.Upload) []byte {
	id := v.uuid(person, u.Name)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := v.request(ctx, "/chat/uploads", person, u.Body, uploadID, id); err != nil {
		v.t.Error(err)
	}
	ref, err := json.Marshal(media{Staged: v.channel.stagedName(v.Address(person), id)})
	if err != nil {
		v.t.Error(err)
	}
	return ref
}

func TestTheWebChatConforms(t *testing.T) {
	channeltest.Run(t, func(t *testing.T, w *channeltest.World) (bots.Channel, channeltest.Network) {
		c, err := New(Config{Pool: w.Pool, Sealer: w.Sealer, Vault: w.Vault, Log: w.Log, Now: w.Now})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(c.Handler())
		t.Cleanup(server.Close)
		return c, &visitor{t: t, channel: c, server: server}
	})
}
