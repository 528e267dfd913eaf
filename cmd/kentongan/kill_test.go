package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
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

func newProcess(t *testing.T, path, database, data string, env ...string) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p := &process{path: path, address: address, env: append(append(os.Environ(),
		"DATABASE_URL="+database, "KENTONGAN_DATA_DIR="+data, "KENTONGAN_SECRET_KEY="+testKey,
		"KENTONGAN_LISTEN="+address, "KENTONGAN_WEBCHAT=on", "KENTONGAN_BURST_QUIET=150ms", "KENTONGAN_LOG=error",
	), env...)}
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

// crowd has many citizens report at once while disturb does what it does, and
// then compares what they were told with what the register holds.
func crowd(t *testing.T, pool *pgxpool.Pool, people int, report func(n int) (told, error), disturb func(done <-chan struct{})) {
	t.Helper()
	done := make(chan struct{})
	var disturbing sync.WaitGroup
	disturbing.Go(func() { disturb(done) })
	results, errs := make([]told, people), make([]error, people)
	var wg sync.WaitGroup
	for n := range people {
		wg.Go(func() { results[n], errs[n] = report(n) })
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
	address := func() string { return p.address }
	crowd(t, openPool(t, database), 100, func(n int) (told, error) { return newBrowser(t, address).report(n) },
		func(done <-chan struct{}) { kills = p.killAgain(t, done, 300*time.Millisecond, 1500*time.Millisecond) })
	if kills < maxKills {
		t.Errorf("only %d kills fell into the talk", kills)
	}
}

const maxKills = 5

// killAgain kills the process and starts it again, with pauses between least
// and most, until it was killed often enough or done is closed. It returns how
// often that was.
func (p *process) killAgain(t *testing.T, done <-chan struct{}, least, most time.Duration) (kills int) {
	t.Helper()
	for kills < maxKills {
		select {
		case <-done:
			return kills
		case <-time.After(least + rand.N(most-least)):
		}
		p.kill()
		kills++
		p.start(t)
	}
	return kills
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
	report := func(n int) (told, error) { return newBrowser(t, address).report(n) }
	crowd(t, openPool(t, database), 100, report, func(done <-chan struct{}) {
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
