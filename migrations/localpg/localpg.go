// Package localpg runs a private PostgreSQL from the binaries that it finds on the machine: for the demo, for a small office
// without a database server, and for tests.
//
// The server listens on a Unix socket in a folder that only its own user may enter, never on the network, so it asks for no
// password. It keeps fsync on and ends with the process that opened it, even when that is killed (on Linux; elsewhere the
// next Open ends what was left over). Root may open one: PostgreSQL refuses to run as root, so it runs as the user postgres
// or nobody then.
//
// In Config.Dir it makes data (PostgreSQL's own folder), run (the socket) and lock. It never deletes data; Remove does.
package localpg

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

// MinMajor is the oldest major version of PostgreSQL that is started.
const MinMajor = 14

// Errors that [Open] and [Remove] wrap, each in one line that says what to do.
var (
	// ErrNoPostgres means that this machine has no PostgreSQL that can be started.
	ErrNoPostgres = errors.New("no PostgreSQL to start")
	// ErrInUse means that another process runs the PostgreSQL in this folder.
	ErrInUse = errors.New("in use by another process")
	// ErrOtherMajor means that the data was made by a major version that this machine does not have.
	ErrOtherMajor = errors.New("made by another major version of PostgreSQL")
)

// Config says which cluster to run and how. Dir, or Throwaway, is required.
type Config struct {
	// Dir is the cluster's folder; it is made if it is missing. It should hold nothing else. Opened by root it becomes
	// passable for others (not readable), and if the unprivileged user may not come so far, as under /root, the cluster lies
	// under /var/lib/kentongan in its place: see [Server.Dir].
	Dir string

	// Throwaway makes a fresh cluster in a temporary folder, with fsync off, and deletes it when it stops and also when this
	// process dies in whatever way. Dir must be empty.
	Throwaway bool

	// Share lets Open return the server that another process runs in Dir, where it would otherwise be ErrInUse. That server
	// ends with that process, so this is for short commands beside a running service.
	Share bool

	// Settings are server settings that replace or join those of this package, such as {"max_connections": "200"}.
	Settings map[string]string

	// Log receives the server's own lines at debug level, its start, and an end that nobody asked for. Nil discards. The
	// server is set to log no statements and no values.
	Log *slog.Logger
}

// Server is a running private PostgreSQL. Its methods are safe for concurrent use.
type Server struct {
	url    string
	dir    string
	shared bool
	done   chan struct{}

	stop     func(context.Context) error
	stopOnce sync.Once
	stopErr  error
}

// URL returns the address of the database "kentongan", for pgx and for psql. Its role is a superuser of this cluster.
func (s *Server) URL() string { return s.url }

// Dir returns where the cluster really lies: Config.Dir without symbolic links, or the place that was taken because the
// unprivileged user may not enter it.
func (s *Server) Dir() string { return s.dir }

// Shared tells whether another process runs this server; then Stop leaves it alone.
func (s *Server) Shared() bool { return s.shared }

// Done is closed when the server has ended, asked or not. It stays open for a shared server.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop ends the server and waits for it. Clients are cut off and everything is written down (a fast shutdown, typically
// 50 ms); after three seconds, or when ctx ends, the server is told to leave at once, which loses nothing either but makes the
// next start recover. Every call after the first waits for it and returns the same.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		if s.stop != nil {
			s.stopErr = s.stop(ctx)
		}
	})
	return s.stopErr
}

// Close is Stop without a limit of the caller's own.
func (s *Server) Close() error { return s.Stop(context.Background()) }

// Open starts the PostgreSQL of cfg, making the cluster first if there is none, and returns once it answers: after about a
// second the first time, some 50 ms later on. The caller closes it. A crash of an earlier process leaves nothing to clean up:
// what it left running is stopped and recovered, and a cluster that was only half made is made anew.
//
// The error is one line. It wraps [ErrNoPostgres], [ErrInUse] (after a few seconds, in case that process is just stopping) or
// [ErrOtherMajor] where it is one of these. ctx limits the start, not the server's life; without a deadline a recovery after a
// crash may take as long as it needs.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if (cfg.Dir == "") != cfg.Throwaway {
		return nil, errors.New("start the private PostgreSQL: give either a folder or throwaway")
	}
	return open(ctx, cfg)
}

// Remove deletes the cluster that Open makes for dir, wherever it lies, and all that is in it. It stops what an earlier
// process left running, and wraps [ErrInUse] if another process has it open. A cluster that is not there is no error.
func Remove(ctx context.Context, dir string) error { return remove(ctx, dir) }
