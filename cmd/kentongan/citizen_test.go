package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/bots/channeltest"
)

// browser is a citizen at the web chat: it sends one message at a time, again
// and again with the same id until one of the services has it, and reads the
// stream of any of them.
type browser struct {
	t         *testing.T
	addresses func() string // of a service to try
	token     string
	client    *http.Client

	mu    sync.Mutex
	shown []string // texts in the order of their first showing
	at    []time.Time
	ids   map[string]int
	more  chan struct{}
}

func newBrowser(t *testing.T, addresses func() string) *browser {
	t.Helper()
	token := make([]byte, 24)
	for i := range token {
		token[i] = byte(rand.Uint32())
	}
	b := &browser{
		t: t, addresses: addresses, token: base64.RawURLEncoding.EncodeToString(token),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1, ResponseHeaderTimeout: 2 * time.Second}},
		ids:    map[string]int{}, more: make(chan struct{}, 1),
	}
	return b
}

func newUUID() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// try posts once and reports whether it was acknowledged.
func (b *browser) try(ctx context.Context, path string, header map[string]string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+b.addresses()+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+b.token)
	request.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		request.Header.Set(k, v)
	}
	response, err := b.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	switch {
	case response.StatusCode < 300:
		return nil
	case response.StatusCode < 500 && response.StatusCode != http.StatusTooManyRequests:
		return refusedError{fmt.Errorf("%s: %s: %s", path, response.Status, answer)}
	}
	return fmt.Errorf("%s: %s: %s", path, response.Status, answer)
}

// refusedError is an answer that trying again will not change.
type refusedError struct{ error }

// post posts until it is acknowledged.
func (b *browser) post(path string, header map[string]string, body []byte) error {
	deadline := time.Now().Add(90 * time.Second)
	for {
		err := b.try(b.t.Context(), path, header, body)
		if err == nil {
			return nil
		}
		if refused := new(refusedError); errors.As(err, refused) || time.Now().After(deadline) {
			return fmt.Errorf("never acknowledged: %w", err)
		}
		sleep(b.t.Context(), 100*time.Millisecond)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (b *browser) send(events ...map[string]any) error {
	for _, e := range events {
		if e["id"] == nil {
			e["id"] = newUUID()
		}
	}
	body, err := json.Marshal(map[string]any{"events": events})
	if err != nil {
		return err
	}
	return b.post("/chat/messages", nil, body)
}

func (b *browser) says(text string) error {
	return b.send(map[string]any{"type": "text", "text": text})
}

// uploads sends a file, and then the message that brings it.
func (b *browser) uploads(name string, file []byte) error {
	id := newUUID()
	if err := b.post("/chat/uploads", map[string]string{"Upload-Id": id, "Content-Type": "image/png"}, file); err != nil {
		return err
	}
	return b.send(map[string]any{"id": id, "type": "upload", "name": name, "file_type": "image/png", "bytes": len(file)})
}

// read follows the stream of one service after the other until ctx ends.
func (b *browser) read(ctx context.Context) {
	last := ""
	for ctx.Err() == nil {
		b.stream(ctx, &last)
		sleep(ctx, 50*time.Millisecond)
	}
}

func (b *browser) stream(ctx context.Context, last *string) {
	// A stopped service answers nothing, and closes nothing: go elsewhere in time.
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+b.addresses()+"/chat/stream", nil)
	if err != nil {
		return
	}
	request.Header.Set("Authorization", "Bearer "+b.token)
	request.Header.Set("Last-Event-ID", *last)
	response, err := b.client.Do(request)
	if err != nil {
		return
	}
	defer func() { _ = response.Body.Close() }()
	id, data := "", ""
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "id: "):
			id = line[4:]
		case strings.HasPrefix(line, "data: "):
			data = line[6:]
		case line == "" && id != "":
			b.take(data)
			*last, id, data = id, "", ""
		}
	}
}

func (b *browser) take(data string) {
	var m struct {
		ID       string    `json:"id"`
		At       time.Time `json:"at"`
		Replaces string    `json:"replaces"`
		Message  struct {
			Text string `json:"text"`
		} `json:"message"`
	}
	if err := json.Unmarshal([]byte(data), &m); err != nil || m.ID == "" {
		return
	}
	b.mu.Lock()
	b.ids[m.ID]++
	if b.ids[m.ID] == 1 {
		b.shown, b.at = append(b.shown, m.Message.Text), append(b.at, m.At)
	}
	b.mu.Unlock()
	select {
	case b.more <- struct{}{}:
	default:
	}
}

func (b *browser) texts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.shown...)
}

// said returns when each text came that has part in it.
func (b *browser) said(part string) (times []time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, text := range b.shown {
		if strings.Contains(text, part) {
			times = append(times, b.at[i])
		}
	}
	return times
}

// awaits waits for a text that has part in it.
func (b *browser) awaits(part string) error {
	deadline := time.After(90 * time.Second)
	for {
		texts := b.texts()
		for _, text := range texts {
			if strings.Contains(text, part) {
				return nil
			}
		}
		select {
		case <-b.more:
		case <-time.After(time.Second):
		case <-deadline:
			return fmt.Errorf("waited in vain for %q; read %q", part, texts)
		}
	}
}

// told is what one citizen has told, for comparison with the register.
type told struct {
	story   []string
	receipt string
}

var trackingID = regexp.MustCompile(`KTG-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// report has a citizen file a whole report with a photo.
func (b *browser) report(n int) (told, error) {
	reading, stop := context.WithCancel(b.t.Context())
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { b.read(reading) })

	var d told
	tell := func(text string) string {
		d.story = append(d.story, text)
		return text
	}
	steps := []func() error{
		// One message after the other's acknowledgement, and three at once.
		func() error { return b.says(tell(fmt.Sprintf("Warga %03d bagian 0: jalan rusak.", n))) },
		func() error { return b.says(tell(fmt.Sprintf("Warga %03d bagian 1: sudah lama.", n))) },
		func() error {
			return b.send(
				map[string]any{"type": "text", "text": tell(fmt.Sprintf("Warga %03d bagian 2: ada korban.", n))},
				map[string]any{"type": "text", "text": tell(fmt.Sprintf("Warga %03d bagian 3: dua orang.", n))},
				map[string]any{"type": "text", "text": tell(fmt.Sprintf("Warga %03d bagian 4: tolong.", n))})
		},
		func() error { return b.awaits("Tidak setuju") },
		func() error { return b.says("Setuju") },
		func() error { return b.awaits("Di mana") },
		func() error { return b.says(fmt.Sprintf("Desa nomor %03d", n)) },
		func() error { return b.awaits("Kapan kejadiannya") },
		func() error { return b.says("lewati") },
		func() error { return b.awaits("Ada foto") },
		func() error { return b.uploads("jalan.png", channeltest.Photo()) },
		func() error { return b.awaits("1 berkas") },
		func() error { return b.says("Selesai") },
		func() error { return b.awaits("Periksa laporan") },
		func() error { return b.says("Kirim") },
		func() error { return b.awaits("KTG-") },
	}
	for i, step := range steps {
		sleep(b.t.Context(), rand.N(1200*time.Millisecond)) // people think
		if err := step(); err != nil {
			return d, fmt.Errorf("citizen %d, step %d: %w", n, i, err)
		}
	}
	receipts := map[string]bool{}
	for _, text := range b.texts() {
		for _, id := range trackingID.FindAllString(text, -1) {
			receipts[id] = true
			d.receipt = id
		}
	}
	if len(receipts) != 1 {
		return d, fmt.Errorf("citizen %d has the receipts %v", n, receipts)
	}
	return d, nil
}
