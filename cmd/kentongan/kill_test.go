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
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots/channeltest"
	"kentongan/migrations/pgtest"
)

// process is the real binary, serving the web chat on a fixed address.
type process struct {
	path, address string
	env           []string

	mu  sync.Mutex
	cmd *exec.Cmd
}

func newProcess(t *testing.T, path, database, data string) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p := &process{path: path, address: address, env: append(os.Environ(),
		"DATABASE_URL="+database, "KENTONGAN_DATA_DIR="+data, "KENTONGAN_SECRET_KEY="+testKey,
		"KENTONGAN_LISTEN="+address, "KENTONGAN_WEBCHAT=on", "KENTONGAN_BURST_QUIET=150ms", "KENTONGAN_LOG=error",
	)}
	t.Cleanup(p.kill)
	return p
}

// start starts the process and waits until it answers.
func (p *process) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(p.path, "serve")
	cmd.Env = p.env
	log := &lines{t: t}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	p.mu.Lock()
	p.cmd = cmd
	p.mu.Unlock()
	channeltest.Eventually(t, "the service answers", func() bool {
		response, err := http.Get("http://" + p.address + "/healthz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		_ = p.cmd.Process.Kill() // SIGKILL
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		if err := p.cmd.Process.Signal(s); err != nil {
			t.Errorf("signal %s: %v", s, err)
		}
	}
}

// lines logs what a process says, for as long as the test runs.
type lines struct{ t *testing.T }

func (l *lines) Write(b []byte) (int, error) {
	if l.t.Context().Err() == nil {
		l.t.Logf("%s", bytes.TrimSpace(b))
	}
	return len(b), nil
}

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
		ID       string `json:"id"`
		Replaces string `json:"replaces"`
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
		b.shown = append(b.shown, m.Message.Text)
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

// crowd has many citizens report at once while disturb does what it does, and
// then compares what they were told with what the register holds.
func crowd(t *testing.T, pool *pgxpool.Pool, people int, addresses func() string, disturb func(done <-chan struct{})) {
	t.Helper()
	done := make(chan struct{})
	var disturbing sync.WaitGroup
	disturbing.Go(func() { disturb(done) })
	results, errs := make([]told, people), make([]error, people)
	var wg sync.WaitGroup
	for n := range people {
		wg.Go(func() { results[n], errs[n] = newBrowser(t, addresses).report(n) })
	}
	wg.Wait()
	close(done)
	disturbing.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}

	receipts := map[string]bool{}
	for n, d := range results {
		if receipts[d.receipt] {
			t.Errorf("receipt %s was given twice", d.receipt)
		}
		receipts[d.receipt] = true
		var chronology, place string
		err := pool.QueryRow(t.Context(), `select chronology, location->>'words' from reports where tracking_id = $1`, d.receipt).Scan(&chronology, &place)
		if err != nil {
			t.Errorf("citizen %d has the receipt %s: %v", n, d.receipt, err)
			continue
		}
		if want := strings.Join(d.story, "\n"); chronology != want {
			t.Errorf("citizen %d told\n%s\nand the register holds\n%s", n, want, chronology)
		}
		if want := fmt.Sprintf("Desa nomor %03d", n); place != want {
			t.Errorf("citizen %d has the place %q, want %q", n, place, want)
		}
	}
	channeltest.Eventually(t, "every photo is with its report", func() bool {
		return count(t, pool, `select count(*) from reports where evidence = 1`) == people
	})
	channeltest.Eventually(t, "nothing waits any more", func() bool {
		return count(t, pool, `select (select count(*) from inbox where state = 'waiting') + (select count(*) from outbox where state = 'waiting')`) == 0
	})
	for what, sql := range map[string]string{
		"reports":                        `select count(*) - ` + fmt.Sprint(people) + ` from reports`,
		"consents":                       `select count(*) - ` + fmt.Sprint(people) + ` from consents`,
		"dead letters":                   `select count(*) from inbox where state = 'dead'`,
		"bodies that were not erased":    `select count(*) from inbox where body is not null`,
		"files without a report":         `select count(*) from media where report is null`,
		"histories that miss their file": `select count(*) from reports r where (select count(*) from history h where h.report = r.id) <> r.version`,
	} {
		if n := count(t, pool, sql); n != 0 {
			t.Errorf("%s: %d too many", what, n)
		}
	}
}

func count(t *testing.T, pool *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// again runs a test once, or for as long as KENTONGAN_KILL_LONG says.
func again(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	long, err := time.ParseDuration(os.Getenv("KENTONGAN_KILL_LONG"))
	if err != nil {
		test(t)
		return
	}
	for i, until := 1, time.Now().Add(long/2); time.Now().Before(until) && !t.Failed(); i++ {
		t.Run(fmt.Sprint(i), test)
	}
}

// A hundred citizens report at once while the only process is killed five
// times at random moments.
func TestNothingIsLostWhenTheProcessIsKilled(t *testing.T) { again(t, killed) }

func killed(t *testing.T) {
	database := pgtest.New(t)
	p := newProcess(t, binary(t), database, filepath.Join(t.TempDir(), "data"))
	p.start(t)
	kills := 0
	crowd(t, openPool(t, database), 100, func() string { return p.address }, func(done <-chan struct{}) {
		for kills < 5 {
			select {
			case <-done:
				return
			case <-time.After(300*time.Millisecond + rand.N(1200*time.Millisecond)):
			}
			p.kill()
			kills++
			p.start(t)
		}
	})
	if kills < 5 {
		t.Errorf("only %d kills fell into the talk", kills)
	}
}

// Three processes share one database and one folder of evidence; a citizen's
// messages arrive at any of them, and every two seconds one is killed, or
// stopped for longer than a hung holder may keep its locks.
func TestNothingIsLostBetweenThreeProcesses(t *testing.T) { again(t, threeProcesses) }

func threeProcesses(t *testing.T) {
	database, path, data := pgtest.New(t), binary(t), filepath.Join(t.TempDir(), "data")
	var processes []*process
	for range 3 {
		p := newProcess(t, path, database, data)
		p.start(t)
		processes = append(processes, p)
	}
	var next atomic.Uint64
	address := func() string { return processes[next.Add(1)%3].address }
	disturbed := 0
	crowd(t, openPool(t, database), 100, address, func(done <-chan struct{}) {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-time.After(2 * time.Second):
			}
			disturbed++
			p := processes[rand.IntN(3)]
			if i%2 == 0 {
				p.kill()
				p.start(t)
				continue
			}
			p.signal(t, syscall.SIGSTOP)
			select {
			case <-done:
			case <-time.After(6 * time.Second):
			}
			p.signal(t, syscall.SIGCONT)
		}
	})
	if disturbed < 3 {
		t.Errorf("only %d disturbances fell into the talk", disturbed)
	}
}

func openPool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}
