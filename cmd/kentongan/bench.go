package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/conversation"
	"kentongan/migrations"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

type benchCommand struct {
	InFlight []int         `default:"1,8,32,128" help:"How many people write at a time."`
	Time     time.Duration `default:"3s" help:"Of each measurement."`
	Rounds   int           `default:"3" help:"Measurements of each kind, taken in turns; the median counts."`
}

// benchPeople is how many people take turns writing: more than are in flight,
// so that sessions are not always the same few.
const benchPeople = 512

// benchStory is how many messages lead to the review.
const benchStory = 5

// benchResult is one measurement.
type benchResult struct {
	rate     float64 // turns a second
	p50, p99 time.Duration
}

// Run loads the whole pipeline, from the inbox to a message sent over a
// channel without a network, and the same rows written by pgbench as one
// statement, in turns on the same database.
func (c *benchCommand) Run(ctx context.Context, p *program) (err error) {
	s, err := p.settings()
	if err != nil {
		return err
	}
	pgbench, err := findPgbench()
	if err != nil {
		return err
	}
	db, err := locate(ctx, s, true, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	url, drop, err := benchDatabase(ctx, db.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	s.burst = time.Millisecond // nobody is waited for
	b, err := newBench(ctx, s, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()

	fmt.Fprintf(p.stdout, "%d cores, %s a measurement, median of %d, in turns on one database.\n", runtime.GOMAXPROCS(0), c.Time, c.Rounds)
	fmt.Fprintln(p.stdout, "A turn takes an answer by number in, steps the conversation, and sends what it says;")
	fmt.Fprintln(p.stdout, "pgbench writes the same rows (inbox, session, outbox) as one prepared statement.")
	fmt.Fprintf(p.stdout, "%9s %12s %12s %12s %12s %12s %7s\n", "in flight", "turns/s", "p50", "p99", "pgbench/s", "its mean", "ratio")
	for _, n := range c.InFlight {
		var ours, theirs []benchResult
		for range c.Rounds {
			ours = append(ours, b.measure(ctx, n, c.Time))
			other, err := runPgbench(ctx, pgbench, url, n, c.Time)
			if err != nil {
				return err
			}
			theirs = append(theirs, other)
		}
		if err := b.failed(); err != nil {
			return err
		}
		o, t := medianOf(ours), medianOf(theirs)
		fmt.Fprintf(p.stdout, "%9d %12.0f %12s %12s %12.0f %12s %7.2f\n", n, o.rate,
			o.p50.Round(10*time.Microsecond), o.p99.Round(10*time.Microsecond), t.rate, t.p50.Round(10*time.Microsecond), o.rate/t.rate)
	}
	return nil
}

func medianOf(results []benchResult) benchResult {
	slices.SortFunc(results, func(a, b benchResult) int { return int(a.rate - b.rate) })
	return results[len(results)/2]
}

// benchDatabase makes a database for the measurement beside the service's own.
func benchDatabase(ctx context.Context, url string) (bench string, drop func() error, err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return "", nil, fmt.Errorf("read DATABASE_URL: %w", err)
	}
	name := fmt.Sprintf("kentongan_bench_%08x", rand.Uint32())
	if err := onServer(ctx, config, "create database "+name); err != nil {
		return "", nil, fmt.Errorf("make a database for the measurement: %w", err)
	}
	drop = func() error {
		if err := onServer(context.WithoutCancel(ctx), config, "drop database "+name+" with (force)"); err != nil {
			return fmt.Errorf("drop the database of the measurement: %w", err)
		}
		return nil
	}
	url = withDatabase(config, name)
	if _, err := migrations.Up(ctx, url); err != nil {
		return "", nil, errors.Join(err, drop())
	}
	return url, drop, nil
}

func onServer(ctx context.Context, config *pgx.ConnConfig, sql string) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// withDatabase writes the connection to another database of the same server as
// keywords, which pgx and pgbench both read.
func withDatabase(config *pgx.ConnConfig, name string) string {
	dsn := fmt.Sprintf("host='%s' port=%d user='%s' dbname='%s'", config.Host, config.Port, config.User, name)
	if config.Password != "" {
		dsn += fmt.Sprintf(" password='%s'", config.Password)
	}
	return dsn
}

func findPgbench() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench") // the pattern is sound
	if len(found) == 0 {
		return "", errors.New("pgbench is not installed: on Debian it comes with the package postgresql-contrib or postgresql")
	}
	return found[len(found)-1], nil
}

// benchStatement writes what a turn writes: the inbox row, taken and done, the
// session, and the answer, written and sent.
const benchStatement = `\set chat random(1, 512)
with arrived as (
	insert into inbox (id, event_key, channel, account, chat, person, ord, state, received_at, done_at)
	values (nextval('inbox_id'), decode(md5(random()::text), 'hex'), 'pgbench', '', 1000000 + :chat, 0, 0, 'done', now(), now())
), stepped as (
	update sessions set body = set_byte(body, 40, :chat % 256), wake_at = now() + interval '1 day'
	where chat = 1000000 + :chat and person = 0
)
insert into outbox (channel, account, chat, priority, message_id, state, created_at, sent_at)
values ('pgbench', '', 1000000 + :chat, 0, md5(random()::text), 'sent', now(), now());
`

var (
	pgbenchRate = regexp.MustCompile(`tps = ([0-9.]+)`)
	pgbenchMean = regexp.MustCompile(`latency average = ([0-9.]+) ms`)
)

func runPgbench(ctx context.Context, path, url string, n int, d time.Duration) (benchResult, error) {
	script, err := os.CreateTemp("", "kentongan-bench-*.sql")
	if err != nil {
		return benchResult{}, fmt.Errorf("write the script for pgbench: %w", err)
	}
	defer func() { _ = os.Remove(script.Name()) }()
	if _, err := script.WriteString(benchStatement); err != nil {
		return benchResult{}, errors.Join(err, script.Close())
	}
	if err := script.Close(); err != nil {
		return benchResult{}, fmt.Errorf("write the script for pgbench: %w", err)
	}
	jobs := min(n, runtime.GOMAXPROCS(0))
	seconds := max(1, int(d.Round(time.Second).Seconds()))
	//nolint:gosec // the program that was found, with numbers and our own file
	out, err := exec.CommandContext(ctx, path, "-n", "-M", "prepared", "-c", strconv.Itoa(n), "-j", strconv.Itoa(jobs),
		"-T", strconv.Itoa(seconds), "-f", script.Name(), url).CombinedOutput()
	if err != nil {
		return benchResult{}, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	rate, mean := pgbenchRate.FindSubmatch(out), pgbenchMean.FindSubmatch(out)
	if rate == nil || mean == nil {
		return benchResult{}, fmt.Errorf("pgbench answered what is not understood: %s", out)
	}
	r, _ := strconv.ParseFloat(string(rate[1]), 64)  // the pattern is a number's
	ms, _ := strconv.ParseFloat(string(mean[1]), 64) // the pattern is a number's
	return benchResult{rate: r, p50: time.Duration(ms * float64(time.Millisecond))}, nil
}

// bench is the whole service on the measurement's database, with a channel
// that has no network.
type bench struct {
	pool    *pgxpool.Pool
	channel *benchChannel
	shell   *bots.Shell
	stop    context.CancelFunc
	ended   chan error
	turns   []int // per person, how many messages were sent

	mu  sync.Mutex
	err error
}

func newBench(ctx context.Context, s settings, url string) (*bench, error) {
	config, err := register.PoolConfig(url, 8+4*runtime.GOMAXPROCS(0))
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to the measurement's database: %w", err)
	}
	b := &bench{pool: pool, channel: newBenchChannel(), ended: make(chan error, 1), turns: make([]int, benchPeople)}
	if err := b.open(ctx, s); err != nil {
		pool.Close()
		return nil, err
	}
	return b, nil
}

func (b *bench) open(ctx context.Context, s settings) error {
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		return err
	}
	b.shell, err = bots.Open(ctx, bots.Config{
		Pool: b.pool, Sealer: sealer, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Now: time.Now, Channels: []bots.Channel{b.channel}, Machine: s.machine,
	})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = stop
	go func() { b.ended <- b.shell.Run(running) }()
	if err := b.seed(ctx); err != nil {
		b.stop()
		return errors.Join(err, <-b.ended)
	}
	return nil
}

// seed leads everybody to the review of a report, by the same road as the
// measurement, and lays sessions of the same size beside them for pgbench.
func (b *bench) seed(ctx context.Context) error {
	story := [benchStory]string{
		"Lampu jalan di depan Pasar Keramat mati sejak seminggu lalu, sudah dua orang jatuh karena jalannya gelap dan berlubang.",
		"Setuju", "Pasar Keramat, Barabai", "lewati", "lewati",
	}
	var wg sync.WaitGroup
	for worker := range 32 {
		wg.Go(func() {
			for person := worker; person < benchPeople; person += 32 {
				for _, text := range story {
					if _, err := b.says(ctx, person, text); err != nil {
						b.fail(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if err := b.failed(); err != nil {
		return fmt.Errorf("lead everybody to the review: %w", err)
	}
	_, err := b.pool.Exec(ctx, `insert into sessions (chat, person, body, wake_at)
		select 1000000 + g, 0, s.body, s.wake_at from generate_series(1, $1) g, (select body, wake_at from sessions order by chat limit 1) s`, benchPeople)
	if err != nil {
		return fmt.Errorf("lay out sessions for pgbench: %w", err)
	}
	return nil
}

// measure has n people write at a time for d, each as soon as they are answered.
func (b *bench) measure(ctx context.Context, n int, d time.Duration) benchResult {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	began := time.Now()
	until := began.Add(d)
	for worker := range n {
		wg.Go(func() {
			var times []time.Duration
			for person := worker; time.Now().Before(until); person += n {
				took, err := b.turn(ctx, person%benchPeople)
				if err != nil {
					b.fail(err)
					return
				}
				times = append(times, took)
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, times...)
		})
	}
	wg.Wait()
	elapsed := time.Since(began)
	if len(all) == 0 {
		return benchResult{}
	}
	slices.Sort(all)
	return benchResult{rate: float64(len(all)) / elapsed.Seconds(), p50: all[len(all)/2], p99: all[len(all)*99/100]}
}

// turn has a person answer the open question.
func (b *bench) turn(ctx context.Context, person int) (time.Duration, error) {
	answers := [...]string{"7", "1"} // change the privacy; leave it as it is
	return b.says(ctx, person, answers[(b.turns[person]-benchStory)%len(answers)])
}

// says delivers a message and returns how long it took until the answer was sent.
func (b *bench) says(ctx context.Context, person int, text string) (time.Duration, error) {
	b.turns[person]++
	address := benchAddress(person)
	sent := b.channel.expect(address)
	began := time.Now()
	err := b.shell.Ingress().Accept(ctx, b.channel, bots.Incoming{
		Chat: address, Key: fmt.Sprintf("%d/%d", person, b.turns[person]), Body: []byte(text),
	})
	if err != nil {
		return 0, err
	}
	select {
	case <-sent:
		return time.Since(began), nil
	case <-time.After(30 * time.Second):
		return 0, errors.New("no answer within 30 s")
	}
}

func (b *bench) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = errors.Join(b.err, err)
}

func (b *bench) failed() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

func (b *bench) close() error {
	b.stop()
	err := <-b.ended
	b.pool.Close()
	return err
}

func benchAddress(person int) bots.Address { return bots.Address(fmt.Sprintf("bench-%d", person)) }

// benchChannel is a channel without a network: what is sent is there at once.
type benchChannel struct {
	mu      sync.Mutex
	waiting map[bots.Address]chan struct{}
}

func newBenchChannel() *benchChannel { return &benchChannel{waiting: map[bots.Address]chan struct{}{}} }

func (c *benchChannel) expect(address bots.Address) <-chan struct{} {
	sent := make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting[address] = sent
	return sent
}

// Name implements [bots.Channel].
func (c *benchChannel) Name() string { return "bench" }

// Account implements [bots.Channel].
func (c *benchChannel) Account() string { return "" }

// Via implements [bots.Channel].
func (c *benchChannel) Via() conversation.Via {
	return conversation.Via{Channel: "bench", Network: "Bench", MaxFile: 20 << 20}
}

// Limits implements [bots.Channel].
func (c *benchChannel) Limits() bots.Limits { return bots.Limits{KeepKeys: time.Hour} }

// Decode implements [bots.Channel].
func (c *benchChannel) Decode(body []byte) (bots.Decoded, error) {
	return bots.Decoded{Input: conversation.Text{Text: string(body)}}, nil
}

// Send implements [bots.Channel].
func (c *benchChannel) Send(_ context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if sent := c.waiting[to]; sent != nil {
		delete(c.waiting, to)
		sent <- struct{}{}
	}
	return m.ID, nil
}

// Fetch implements [bots.Channel].
func (c *benchChannel) Fetch(context.Context, []byte) (io.ReadCloser, error) {
	return nil, bots.ErrMediaGone
}

// Run implements [bots.Channel].
func (c *benchChannel) Run(ctx context.Context, _ bots.Ingress) error {
	<-ctx.Done()
	return nil
}
