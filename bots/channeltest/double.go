package channeltest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"kentongan/bots"
	"kentongan/conversation"
)

// doubleText is the longest message of the double, in UTF-16 units.
const doubleText = 4096

// doubleMaxFile is the largest file that can be sent to it, in bytes.
const doubleMaxFile = 16 << 20

// Double is a channel and its network in one, in memory, with the limits of
// the poorest network: no buttons, an edit window of twenty minutes, one
// connection at a time, ids that the sender fixes, files one by one below the
// text, no topics. It is safe for concurrent use.
type Double struct {
	account string

	mu      sync.Mutex
	ingress bots.Ingress
	online  chan struct{} // closed while connected; replaced when the connection ends
	people  map[bots.Address][]shownMessage
	files   map[string][]byte
	aged    time.Duration
	fail    func(bots.Address, bots.Outgoing) error
	owners  int
}

type shownMessage struct {
	id      string
	at      time.Time
	parts   []string
	files   []Received
	answers string
	edited  bool
}

// NewDouble returns a double that nobody is connected to.
func NewDouble(account string) *Double {
	return &Double{
		account: account, online: make(chan struct{}),
		people: map[bots.Address][]shownMessage{}, files: map[string][]byte{},
	}
}

// FailWith has f decide about every Send before it happens; nil: none fails.
func (d *Double) FailWith(f func(bots.Address, bots.Outgoing) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = f
}

// Name implements [bots.Channel].
func (d *Double) Name() string { return "double" }

// Account implements [bots.Channel].
func (d *Double) Account() string { return d.account }

// Via implements [bots.Channel].
func (d *Double) Via() conversation.Via {
	return conversation.Via{Channel: "double", Network: "Double", Abroad: true, MaxFile: doubleMaxFile}
}

// Limits implements [bots.Channel].
func (d *Double) Limits() bots.Limits {
	return bots.Limits{Text: doubleText, EditWindow: 20 * time.Minute, KeepKeys: 60 * 24 * time.Hour, SingleOwner: true}
}

type doubleBody struct {
	ID      string
	Answers string
	Text    *string
	Upload  *doubleUpload
	Pin     *[2]float64
	Other   string
	Edit    *Edit
}

type doubleUpload struct {
	File, Name, Type, Caption string
	Bytes                     int64
}

// Decode implements [bots.Channel].
func (d *Double) Decode(body []byte) (bots.Decoded, error) {
	var b doubleBody
	if err := json.Unmarshal(body, &b); err != nil {
		return bots.Decoded{}, fmt.Errorf("decode: %w", err)
	}
	dec := bots.Decoded{Ref: b.ID, ReplyTo: b.Answers, Profile: bots.Profile{Name: "Warga"}}
	switch {
	case b.Text != nil:
		dec.Input = conversation.Text{Text: *b.Text}
	case b.Upload != nil:
		dec.Input = conversation.Attachment{
			Kind: kindOf(b.Upload.Type), Name: b.Upload.Name, Type: b.Upload.Type,
			Bytes: b.Upload.Bytes, Caption: b.Upload.Caption,
		}
		dec.Media = []byte(b.Upload.File)
	case b.Pin != nil:
		dec.Input = conversation.Pin{Lat: b.Pin[0], Lon: b.Pin[1]}
	case b.Edit != nil:
		dec.Input = conversation.Edited{Ref: b.Edit.ID, Text: b.Edit.Text}
	case b.Other != "":
		dec.Input = conversation.Unsupported{What: b.Other}
	default:
		return bots.Decoded{}, errors.New("decode: nothing in it")
	}
	return dec, nil
}

func kindOf(mime string) string {
	switch prefix, _, _ := strings.Cut(mime, "/"); prefix {
	case "image":
		return "photo"
	case "video", "audio":
		return prefix
	default:
		return "document"
	}
}

// Send implements [bots.Channel].
func (d *Double) Send(_ context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		if err := d.fail(to, m); err != nil {
			return "", err
		}
	}
	files, err := download(m.Files)
	if err != nil {
		return "", err
	}
	var parts []string
	if text := layOut(m.Message); text != "" {
		parts = split(text, doubleText)
	}
	log := d.people[to]
	for i := range log {
		switch {
		case log[i].id == m.ID:
			return m.ID, nil // the network knows the id: shown once
		case m.Replaces != "" && log[i].id == m.Replaces:
			if time.Since(log[i].at)+d.aged > 20*time.Minute {
				return "", &bots.SendError{Problem: bots.EditExpired}
			}
			log[i].parts, log[i].edited = parts, true
			return m.Replaces, nil
		}
	}
	if m.Replaces != "" {
		return "", &bots.SendError{Problem: bots.EditExpired}
	}
	d.people[to] = append(log, shownMessage{
		id: m.ID, at: time.Now().Add(-d.aged), parts: parts, files: files, answers: m.Answers,
	})
	return m.ID, nil
}

// download reads the files of a message, as the network keeps them.
func download(files []bots.File) ([]Received, error) {
	var all []Received
	for _, f := range files {
		if f.Bytes > doubleMaxFile {
			return nil, &bots.SendError{Problem: bots.TooLarge}
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("open a file: %w", err)
		}
		body, err := io.ReadAll(r)
		_ = r.Close() // it was only read
		if err != nil {
			return nil, fmt.Errorf("read a file: %w", err)
		}
		all = append(all, Received{Name: f.Name, Body: body})
	}
	return all, nil
}

// layOut writes choices as numbered lines and bold as stars.
func layOut(m conversation.Message) string {
	var b strings.Builder
	b.WriteString(strings.NewReplacer(conversation.BoldOn, "*", conversation.BoldOff, "*").Replace(m.Text))
	first := true
	for _, c := range m.Choices {
		if c.Listed {
			continue
		}
		if first {
			b.WriteString("\n")
			if m.Pick != "" {
				b.WriteString("\n" + m.Pick)
			}
			first = false
		}
		if c.Number == 0 { // it is chosen by its words
			b.WriteString("\n• " + c.Label)
			continue
		}
		fmt.Fprintf(&b, "\n%d. %s", c.Number, c.Label)
	}
	return b.String()
}

// split cuts text into parts of at most limit UTF-16 units, at line ends or
// spaces where there are any.
func split(text string, limit int) []string {
	var parts []string
	for {
		units, cut, soft := 0, len(text), 0
		for i, r := range text {
			n := utf16.RuneLen(r)
			if units+n > limit {
				cut = i
				break
			}
			units += n
			if r == '\n' || r == ' ' {
				soft = i + 1
			}
		}
		if cut == len(text) {
			return append(parts, text)
		}
		if soft > cut/2 {
			cut = soft
		}
		parts, text = append(parts, text[:cut]), text[cut:]
	}
}

// Fetch implements [bots.Channel].
func (d *Double) Fetch(_ context.Context, media []byte) (io.ReadCloser, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	body, there := d.files[string(media)]
	if !there {
		return nil, bots.ErrMediaGone
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

// Run implements [bots.Channel].
func (d *Double) Run(ctx context.Context, in bots.Ingress) error {
	d.mu.Lock()
	d.owners++
	if d.owners > 1 {
		d.owners--
		d.mu.Unlock()
		return errors.New("replaced: two connections at once")
	}
	d.ingress = in
	close(d.online)
	d.mu.Unlock()
	<-ctx.Done()
	d.mu.Lock()
	d.owners--
	d.ingress, d.online = nil, make(chan struct{})
	d.mu.Unlock()
	return nil
}

// Address implements [Network].
func (d *Double) Address(person string) bots.Address { return bots.Address("double:" + person) }

// Deliver implements [Network].
func (d *Double) Deliver(ctx context.Context, person string, a Action) error {
	b := doubleBody{ID: a.ID, Answers: a.Answers, Pin: a.Pin, Edit: a.Edit}
	switch {
	case a.Upload != nil:
		b.Upload = &doubleUpload{
			File: string(d.Upload(person, *a.Upload)), Name: a.Upload.Name, Type: a.Upload.Type,
			Caption: a.Upload.Caption, Bytes: int64(len(a.Upload.Body)),
		}
	case a.Sticker:
		b.Other = "sticker"
	case a.Press != "":
		b.Text = &a.Press // no buttons: people write the words
	case a.Pin == nil && a.Edit == nil:
		b.Text = &a.Text
	}
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return d.DeliverRaw(ctx, person, a.ID, body)
}

// DeliverRaw delivers any body at all.
func (d *Double) DeliverRaw(ctx context.Context, person, id string, body []byte) error {
	d.mu.Lock()
	online := d.online
	d.mu.Unlock()
	select {
	case <-online:
	case <-ctx.Done():
		return ctx.Err()
	}
	d.mu.Lock()
	in := d.ingress
	d.mu.Unlock()
	if in == nil {
		return errors.New("disconnected")
	}
	return in.Accept(ctx, d, bots.Incoming{Chat: d.Address(person), Key: person + "/" + id, Body: body})
}

// Shown implements [Network].
func (d *Double) Shown(person string) []Shown {
	d.mu.Lock()
	defer d.mu.Unlock()
	var shown []Shown
	for _, m := range d.people[d.Address(person)] {
		for _, part := range m.parts {
			shown = append(shown, Shown{Text: part, Edited: m.edited})
		}
	}
	return shown
}

// Answered implements [Network].
func (d *Double) Answered(person string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var answered []string
	for _, m := range d.people[d.Address(person)] {
		for range m.parts {
			answered = append(answered, m.answers)
		}
	}
	return answered
}

// Received implements [Network].
func (d *Double) Received(person string) []Received {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Received
	for _, m := range d.people[d.Address(person)] {
		all = append(all, m.files...)
	}
	return all
}

// Upload implements [Network].
func (d *Double) Upload(_ string, u Upload) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := fmt.Sprintf("file-%d", len(d.files)+1)
	d.files[id] = bytes.Clone(u.Body)
	return []byte(id)
}

// Age implements [Network].
func (d *Double) Age(by time.Duration) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.aged += by
	return true
}
