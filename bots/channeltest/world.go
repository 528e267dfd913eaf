package channeltest

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/migrations/pgtest"
	"kentongan/reports/evidence"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// Burst is the quiet time that ends a burst in the test kit.
const Burst = 60 * time.Millisecond

// World is the whole service on a database of its own, in this process.
type World struct {
	Pool   *pgxpool.Pool
	Sealer *seal.Sealer
	Vault  *evidence.Vault
	Log    *slog.Logger
	Now    func() time.Time
	// Network is the clock that networks go by; nil: the machine's.
	Network func() time.Time

	t testing.TB
}

// NewWorld returns a world in which nothing runs yet. Everything in it ends
// with the test.
func NewWorld(t testing.TB) *World {
	t.Helper()
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	vault, err := evidence.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vault.Close() })
	cfg, err := register.PoolConfig(pgtest.New(t), 16)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return &World{
		Pool: pool, Sealer: sealer, Vault: vault, Now: time.Now, t: t,
		Log: slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

// Machine makes the conversation that worlds run, with a short burst.
func Machine(s register.Snapshot) (*conversation.Machine, error) {
	return conversation.New(conversation.Config{
		Phrases: phrases.Default(), Holidays: s.Holidays, Zone: time.FixedZone("WIB", 7*3600),
		Agencies: s.Agencies, Officials: s.Officials, Groups: s.Groups, Limits: s.Limits, Burst: Burst,
		Desk: conversation.Desk{Verifier: s.Verifier, Restricted: s.Restricted},
	})
}

// Start runs a shell over these channels until the test ends or stop is called.
func (w *World) Start(channels ...bots.Channel) (shell *bots.Shell, stop func()) {
	w.t.Helper()
	return w.StartWith(func(*bots.Config) {}, channels...)
}

// StartWith is Start with a configuration that change has had its way with.
func (w *World) StartWith(change func(*bots.Config), channels ...bots.Channel) (shell *bots.Shell, stop func()) {
	w.t.Helper()
	cfg := bots.Config{
		Pool: w.Pool, Sealer: w.Sealer, Vault: w.Vault, Log: w.Log, Now: w.Now, Network: w.Network, Channels: channels, Machine: Machine,
	}
	change(&cfg)
	shell, err := bots.Open(w.t.Context(), cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- shell.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				w.t.Errorf("the shell ended with %v", err)
			}
		case <-time.After(20 * time.Second):
			w.t.Error("the shell did not stop")
		}
	})
	w.t.Cleanup(stop)
	return shell, stop
}

// Eventually waits until ok, and fails the test where that takes too long.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		<-tick.C
	}
}

// testWriter logs to a test for as long as it runs.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	if w.t.Context().Err() != nil {
		return io.Discard.Write(p)
	}
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}
