package whatsapp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// Variables that make this program an account in a process of its own, so that
// its memory is not that of the servers and phones that it talks to.
const (
	accountDatabase = "WHATSAPP_ACCOUNT_DATABASE"
	accountKey      = "WHATSAPP_ACCOUNT_KEY"
)

// Sizes of the benchmark.
const (
	benchPeople = 100
	benchEach   = 10 // messages of each, and to each
	benchSends  = 8  // at once, as the sender does
)

// BenchmarkAccount measures one account in a process of its own, without pauses
// of manners and without conversation: how long it takes to be let in, a thousand
// messages in until they are confirmed, and a thousand out until WhatsApp has
// them; and after each its heap in use and its resident memory in MB.
func BenchmarkAccount(b *testing.B) {
	for b.Loop() {
		account(b)
	}
}

func account(b *testing.B) {
	b.Helper()
	w := channeltest.NewWorld(b)
	key := seal.NewKey()
	sealer, err := seal.New(key)
	if err != nil {
		b.Fatal(err)
	}
	w.Sealer = sealer
	r := paired(b, w)
	people := make([]*whatsapptest.Person, benchPeople)
	to := make([]bots.Address, benchPeople)
	for i := range people {
		people[i] = r.person(fmt.Sprint("Warga ", i))
		to[i] = addressOf(people[i].LID())
	}
	p := startAccount(b, r, key)
	p.ask("memory", "idle")
	began := time.Now()
	p.ask("run", "")
	if err := r.office.AwaitOnline(r.within(time.Minute)); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(time.Since(began).Milliseconds()), "login-ms")
	p.ask("memory", "connected")

	began = time.Now()
	for n := range benchEach {
		for _, person := range people {
			person.Text(r.office, fmt.Sprintf("Kejadian nomor %d: lampu jalan di depan pasar mati dan gelap sekali.", n))
		}
	}
	if err := r.office.AwaitDrained(r.within(5 * time.Minute)); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(began).Seconds(), "in-s")
	p.ask("memory", "in")

	began = time.Now()
	body, err := json.Marshal(to)
	if err != nil {
		b.Fatal(err)
	}
	p.ask("send "+string(body), "")
	b.ReportMetric(time.Since(began).Seconds(), "out-s")
	p.ask("memory", "out")
	for _, person := range people {
		if n := len(person.FromBot(r.office)); n != benchEach {
			b.Fatalf("%s reads %d messages", person.Name(), n)
		}
	}
}

// accountProcess is the account: a line goes in, a line comes out.
type accountProcess struct {
	b   *testing.B
	in  io.Writer
	out *bufio.Scanner
}

func startAccount(b *testing.B, r *rig, key seal.Key) *accountProcess {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(b.Context()), self) // it ends with its input
	cmd.Env = append(os.Environ(), r.server.Environ(),
		accountDatabase+"="+r.w.Pool.Config().ConnString(), accountKey+"="+key.Encode())
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close() // it ends by that
		if err := cmd.Wait(); err != nil {
			b.Errorf("the account ended with %v: %s", err, complaints.String())
		}
	})
	return &accountProcess{b: b, in: in, out: bufio.NewScanner(out)}
}

// ask has the account do what, and reports the figures that it answers with.
func (p *accountProcess) ask(what, when string) {
	p.b.Helper()
	if _, err := fmt.Fprintln(p.in, what); err != nil {
		p.b.Fatal(err)
	}
	if !p.out.Scan() {
		p.b.Fatalf("no answer to %.20s: %v", what, p.out.Err())
	}
	answer := p.out.Text()
	if reason, failed := strings.CutPrefix(answer, "failed: "); failed {
		p.b.Fatal(reason)
	}
	for figure := range strings.FieldsSeq(answer) {
		name, value, _ := strings.Cut(figure, "=")
		if n, err := strconv.ParseFloat(value, 64); err == nil && when != "" {
			p.b.ReportMetric(n, name+"-"+when+"-MB")
		}
	}
}

// beAccount is the other process.
func beAccount(in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	key, err := seal.ParseKey(os.Getenv(accountKey))
	if err != nil {
		return err
	}
	sealer, err := seal.New(key)
	if err != nil {
		return err
	}
	cfg, err := register.PoolConfig(os.Getenv(accountDatabase), 16)
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	http := whatsapptest.FromEnviron()
	c, err := New(Config{
		Pool: pool, Sealer: sealer, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Transport: &Transport{Websocket: http, PreLogin: http, Media: http}, Manners: &Manners{},
	})
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	defer func() {
		cancel()
		running.Wait()
	}()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		what, rest, _ := strings.Cut(lines.Text(), " ")
		answer := "ok"
		switch what {
		case "run":
			running.Go(func() { _ = c.Run(ctx, &taken{}) })
		case "send":
			if err := sendMany(ctx, c, rest); err != nil {
				answer = "failed: " + err.Error()
			}
		case "memory":
			answer = memory()
		}
		if _, err := fmt.Fprintln(out, answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// taken is an inbox that keeps nothing.
type taken struct{}

func (*taken) Accept(context.Context, bots.Channel, ...bots.Incoming) error { return nil }

func (*taken) Knows(_ context.Context, _ bots.Channel, keys ...string) ([]bool, error) {
	return make([]bool, len(keys)), nil
}

func (*taken) Release(context.Context, bots.Channel, string) error { return nil }

// sendMany writes to all of these people, to each one message after the other.
func sendMany(ctx context.Context, c *Client, list string) error {
	var to []bots.Address
	if err := json.Unmarshal([]byte(list), &to); err != nil {
		return err
	}
	next := make(chan bots.Address)
	failed := make(chan error, len(to))
	var sending sync.WaitGroup
	for range benchSends {
		sending.Go(func() {
			for address := range next {
				for n := range benchEach {
					m := say(fmt.Sprintf("%x %d", string(address), n), fmt.Sprintf("Laporan Anda nomor %d sedang diperiksa oleh petugas.", n))
					if _, err := c.Send(ctx, address, m); err != nil {
						failed <- err
						return
					}
				}
			}
		})
	}
	for _, address := range to {
		next <- address
	}
	close(next)
	sending.Wait()
	close(failed)
	return <-failed
}

// memory is the heap in use once garbage is gone, and the resident set, in MB.
func memory() string {
	runtime.GC()
	runtime.GC() // the first one leaves what had a finalizer
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	resident := 0.0
	status, _ := os.ReadFile("/proc/self/status") // elsewhere there is none
	if _, rest, found := strings.Cut(string(status), "VmRSS:"); found {
		kB, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		resident = kB / 1024
	}
	return fmt.Sprintf("heap=%.1f rss=%.1f", float64(stats.HeapInuse)/(1<<20), resident)
}
