package bots_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/migrations/pgtest"
)

func TestOneProcessAtATimeIsTheOwner(t *testing.T) {
	pool := pgtest.Pool(t)
	var acting, most, terms atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var first atomic.Bool
	for range 3 {
		wg.Go(func() {
			bots.Own(ctx, pool.Config().ConnConfig, "akun", slog.New(slog.DiscardHandler), func(ctx context.Context) {
				if n := acting.Add(1); n > most.Load() {
					most.Store(n)
				}
				terms.Add(1)
				if first.CompareAndSwap(false, true) {
					kill(t, pool, "akun") // the first owner's session is ended under it
				}
				<-ctx.Done()
				acting.Add(-1)
			})
		})
	}
	channeltest.Eventually(t, "a second term", func() bool { return terms.Load() == 2 && acting.Load() == 1 })
	cancel()
	wg.Wait()
	if most.Load() != 1 || acting.Load() != 0 {
		t.Errorf("%d owners at once, %d left over", most.Load(), acting.Load())
	}
}

// kill ends every session that holds an advisory lock.
func kill(t *testing.T, pool *pgxpool.Pool, _ string) {
	t.Helper()
	if _, err := pool.Exec(context.Background(), `select pg_terminate_backend(pid) from pg_locks
		where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`); err != nil {
		t.Error(err)
	}
}

// An owner whose connection no longer answers stops before Postgres gives the
// lock to somebody else.
func TestAHungOwnerFencesItselfBeforeItsLockIsFree(t *testing.T) {
	pool := pgtest.Pool(t)
	config := pool.Config().ConnConfig.Copy()
	proxy := newStoppableProxy(t, config)
	config.DialFunc = proxy.dial
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began, ended := make(chan time.Time, 8), make(chan time.Time, 8)
	var wg sync.WaitGroup
	wg.Go(func() {
		bots.Own(ctx, config, "akun", slog.New(slog.DiscardHandler), func(ctx context.Context) {
			began <- time.Now()
			<-ctx.Done()
			ended <- time.Now()
		})
	})
	<-began
	heir := make(chan time.Time, 1)
	wg.Go(func() {
		bots.Own(ctx, pool.Config().ConnConfig, "akun", slog.New(slog.DiscardHandler), func(ctx context.Context) {
			select {
			case heir <- time.Now():
			default:
			}
			<-ctx.Done()
		})
	})
	proxy.stop()
	fenced, inherited := <-ended, <-heir
	if !fenced.Before(inherited) {
		t.Errorf("the heir began %s before the hung owner stopped", fenced.Sub(inherited))
	}
	cancel()
	wg.Wait()
}
