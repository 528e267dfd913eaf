package bots_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// stoppableProxy hands out connections to a database that stop moving bytes,
// without closing, when it is told to: what a hung network does.
type stoppableProxy struct {
	stopped atomic.Bool
	dialed  func(ctx context.Context, network, address string) (net.Conn, error)
	ctx     context.Context
}

func newStoppableProxy(t *testing.T, config *pgx.ConnConfig) *stoppableProxy {
	t.Helper()
	return &stoppableProxy{dialed: config.DialFunc, ctx: t.Context()}
}

func (p *stoppableProxy) stop() { p.stopped.Store(true) }

func (p *stoppableProxy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if p.stopped.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	conn, err := p.dialed(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return stoppableConn{Conn: conn, proxy: p}, nil
}

type stoppableConn struct {
	net.Conn
	proxy *stoppableProxy
}

// Write swallows what is written once stopped: the answer never comes, and the
// reader runs into its deadline.
func (c stoppableConn) Write(b []byte) (int, error) {
	if c.proxy.stopped.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}
