//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	role     = "kentongan" // also the database
	port     = "5432"      // only a part of the socket's name
	lockWait = 3 * time.Second
	poll     = 3 * time.Millisecond

	// maxSocketPath is what a socket's path may be long, in bytes: 103 on macOS and the BSDs, 107 on Linux.
	maxSocketPath = 103
)

// fallbackRoot holds clusters whose Config.Dir the unprivileged user may not enter. Tests move it.
var fallbackRoot = "/var/lib/kentongan"

// settings are for one small office on one small machine. They are given on the command line, so that a later version may
// change them; what is edited in postgresql.conf works where they are silent.
var settings = map[string]string{
	"listen_addresses":        "",
	"port":                    port,
	"unix_socket_permissions": "0700",
	"fsync":                   "on",
	"full_page_writes":        "on",
	"timezone":                "UTC",
	"log_timezone":            "UTC",
	"max_connections":         "200",
	"shared_buffers":          "64MB",
	"max_wal_size":            "512MB",
	"jit":                     "off",
	// No replication here; one process fewer.
	"max_logical_replication_workers": "0",
	// Lines go to Config.Log, and no line may hold what people wrote: no statements, no details, no errors of statements
	// (the caller has these), only what the server says of itself.
	"logging_collector":       "off",
	"log_destination":         "stderr",
	"log_line_prefix":         "",
	"log_min_messages":        "log",
	"log_min_error_statement": "panic",
	"log_error_verbosity":     "terse",
	"log_statement":           "none",
}

// throwawaySettings trade everything for speed.
var throwawaySettings = map[string]string{
	"fsync":              "off",
	"full_page_writes":   "off",
	"synchronous_commit": "off",
	"wal_level":          "minimal",
	"max_wal_senders":    "0",
	"shared_buffers":     "32MB",
	"autovacuum":         "off",
}

// cluster is one folder with one PostgreSQL, and what is known of it while it is opened.
type cluster struct {
	Config
	place string   // the folder, where it really is
	who   identity // who runs it
	file  *os.File // the lock
}

func (c *cluster) data() string { return filepath.Join(c.place, "data") }

func open(ctx context.Context, cfg Config) (*Server, error) {
	s, err := openCluster(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("start the private PostgreSQL: %w", err)
	}
	return s, nil
}

func openCluster(ctx context.Context, cfg Config) (_ *Server, err error) {
	began := time.Now()
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	installed, err := findInstalled(ctx, who)
	if err != nil {
		return nil, err
	}
	c := &cluster{Config: cfg, who: who}

	if cfg.Throwaway {
		c.place, err = temporary(ctx, who, installed[0])
	} else {
		c.place, err = settle(ctx, cfg.Dir, who, installed[0])
	}
	if err != nil {
		return nil, err
	}
	var guard *watcher
	if cfg.Throwaway {
		guard = watch(c.place)
	}
	// Until the server runs, whatever fails gives back what was taken.
	cleanUp := func() {
		if cfg.Throwaway {
			os.RemoveAll(c.place)
			guard.dismiss()
		}
		if c.file != nil {
			c.file.Close()
		}
	}
	defer func() {
		if err != nil {
			cleanUp()
		}
	}()

	guest, err := c.lock(ctx)
	if err != nil || guest != nil {
		return guest, err
	}
	if err := c.useOwner(); err != nil {
		return nil, err
	}
	if err := stopLeftover(ctx, c.data(), cfg.Log); err != nil {
		return nil, err
	}
	pg, err := c.prepare(ctx, installed)
	if err != nil {
		return nil, err
	}
	socket, err := c.socketDir()
	if err != nil {
		return nil, err
	}
	p, err := c.start(ctx, pg, socket)
	if err != nil {
		return nil, err
	}
	address := urlOf(socket)
	if err := ensureDatabase(ctx, address); err != nil {
		p.stop(context.WithoutCancel(ctx), syscall.SIGQUIT)
		return nil, err
	}

	cfg.Log.Info("private PostgreSQL is ready", "dir", c.place, "version", pg.version, "os_user", c.who.name,
		"took_ms", time.Since(began).Milliseconds())
	how := syscall.SIGINT
	if cfg.Throwaway {
		how = syscall.SIGQUIT // nothing is worth writing down
	}
	return &Server{
		url:  address,
		dir:  c.place,
		done: p.done,
		stop: func(ctx context.Context) error {
			err := p.stop(ctx, how)
			if filepath.Dir(socket) != c.place {
				os.Remove(socket) // ours in the temporary folder; empty now
			}
			cleanUp()
			return err
		},
	}, nil
}

// unprivileged returns who runs a new cluster: this user, or if that is root, one that PostgreSQL accepts.
func unprivileged() (identity, error) {
	if os.Geteuid() != 0 {
		return identity{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid()), name: nameOf(os.Geteuid())}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if who, ok := lookUp(name); ok {
			return who, nil
		}
	}
	return identity{}, errors.New("PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody: run kentongan as another user, or set DATABASE_URL")
}

// settle returns the folder of the cluster: dir, or the fallback if the unprivileged user may not enter dir. Wherever data
// already lies is right, so that a change of permissions does not look like an empty database.
func settle(ctx context.Context, dir string, who identity, pg installation) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if !who.drop {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", err
		}
		return filepath.EvalSymlinks(dir)
	}

	fallback := fallbackFor(dir)
	switch {
	case exists(filepath.Join(dir, "data")):
		return filepath.EvalSymlinks(dir)
	case exists(filepath.Join(fallback, "data")):
		return filepath.EvalSymlinks(fallback)
	}

	existed := exists(dir)
	if err := mkdirPassable(dir); err != nil {
		return "", err
	}
	if canEnter(ctx, who, pg, dir) {
		return filepath.EvalSymlinks(dir)
	}
	if !existed {
		os.Remove(dir)
	}
	if err := mkdirPassable(fallback); err != nil {
		return "", err
	}
	if !canEnter(ctx, who, pg, fallback) {
		return "", fmt.Errorf("the user %s may enter neither %s nor %s: choose another data folder, or set DATABASE_URL", who.name, dir, fallback)
	}
	return filepath.EvalSymlinks(fallback)
}

func fallbackFor(dir string) string { return filepath.Join(fallbackRoot, short(dir)) }

// temporary makes the folder of a throwaway cluster: in memory if there is plenty and TMPDIR does not say otherwise, because
// a database is some 300 files, and making these is all that cloning one costs.
func temporary(ctx context.Context, who identity, pg installation) (string, error) {
	var failed error
	for _, base := range []string{memoryDir(), os.TempDir(), "/tmp"} {
		if base == "" || who.drop && !canEnter(ctx, who, pg, base) {
			continue
		}
		sweep(base)
		dir, err := os.MkdirTemp(base, throwawayPrefix+"*")
		if err != nil {
			failed = err
			continue
		}
		if who.drop {
			if err := os.Chmod(dir, 0o711); err != nil {
				return "", err
			}
		}
		return filepath.EvalSymlinks(dir)
	}
	if failed == nil {
		failed = fmt.Errorf("the user %s may not enter %s", who.name, os.TempDir())
	}
	return "", fmt.Errorf("make a temporary folder: %w", failed)
}

const throwawayPrefix = "kentongan-pg-"

// sweep deletes throwaway clusters in base whose process and watcher were both killed.
func sweep(base string) {
	dirs, _ := filepath.Glob(filepath.Join(escapeGlob(base), throwawayPrefix+"*"))
	for _, dir := range dirs {
		// A folder this young may be one that its process has not locked yet.
		if info, err := os.Stat(dir); err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
		if err != nil {
			continue // not ours
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(dir)
		}
		f.Close()
	}
}

// mkdirPassable makes dir and what is missing above it, all passable for others whatever the umask, and makes dir itself
// passable if it is there. What was there above it is left alone.
func mkdirPassable(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
		if mode := info.Mode().Perm(); mode&0o111 != 0o111 {
			return os.Chmod(dir, mode|0o111)
		}
		return nil
	}
	if parent := filepath.Dir(dir); !exists(parent) {
		if err := mkdirPassable(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(dir, 0o711)
}

// lock makes this process the only one that runs the cluster, until the lock's file is closed or the process dies. With
// Share it may return another process's server in place of the lock.
func (c *cluster) lock(ctx context.Context) (guest *Server, err error) {
	f, err := os.OpenFile(filepath.Join(c.place, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(lockWait)
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			c.file = f
			return nil, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		if c.Share {
			if guest := c.visit(ctx); guest != nil {
				f.Close()
				return guest, nil
			}
		}
		select {
		case <-time.After(10 * poll):
		case <-ctx.Done():
			deadline = time.Time{}
		}
		if time.Now().After(deadline) {
			f.Close()
			return nil, fmt.Errorf("the folder %s is %w: stop that one first, or give this one another data folder", c.place, ErrInUse)
		}
	}
}

// visit returns the server that another process runs in this folder, or nil if it does not answer (yet, or any more).
func (c *cluster) visit(ctx context.Context) *Server {
	m, err := readPidFile(c.data())
	if err != nil || !m.ready {
		return nil
	}
	address := urlOf(m.socketDir)
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil
	}
	conn.Close(ctx)
	return &Server{url: address, dir: c.place, shared: true, done: make(chan struct{})}
}

// useOwner makes whoever owns the data run it, if root may choose: a user postgres may have come later than the data.
func (c *cluster) useOwner() error {
	info, err := os.Stat(c.data())
	if errors.Is(err, fs.ErrNotExist) || !c.who.drop {
		return nil
	}
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	if owner.Uid == 0 {
		return fmt.Errorf("the folder %s belongs to root, as which PostgreSQL refuses to run: chown -R %s it", c.data(), c.who.name)
	}
	if owner.Uid != c.who.uid {
		c.who = identity{uid: owner.Uid, gid: owner.Gid, name: nameOf(int(owner.Uid)), drop: true}
	}
	return nil
}

// prepare returns the installation that fits the data, having made the data if there is none.
func (c *cluster) prepare(ctx context.Context, installed []installation) (installation, error) {
	written, err := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	switch {
	case err == nil:
		major, _ := strconv.Atoi(strings.TrimSpace(string(written)))
		for _, pg := range installed {
			if pg.major == major {
				return pg, nil
			}
		}
		return installation{}, fmt.Errorf("%s was %w, %s, and this machine has %d: install PostgreSQL %s, or dump and load it, or give another data folder",
			c.data(), ErrOtherMajor, strings.TrimSpace(string(written)), installed[0].major, strings.TrimSpace(string(written)))
	case exists(c.data()):
		return installation{}, fmt.Errorf("%s is not the data of a PostgreSQL: give another data folder", c.data())
	}
	return installed[0], c.initialise(ctx, installed[0])
}

// initialise makes the data beside its place and moves it there when it is whole, so that there is never half a cluster.
func (c *cluster) initialise(ctx context.Context, pg installation) error {
	if left, err := filepath.Glob(filepath.Join(escapeGlob(c.place), "unfinished-*")); err == nil {
		for _, dir := range left {
			os.RemoveAll(dir) // of a start that was killed; we have the lock
		}
	}
	if c.who.name == "" {
		return fmt.Errorf("the user %d is not in /etc/passwd, and initdb wants it there: add it, or set DATABASE_URL", c.who.uid)
	}
	dir, err := os.MkdirTemp(c.place, "unfinished-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) // nothing is there any more if all went well
	if err := c.give(dir); err != nil {
		return err
	}
	c.Log.Info("making a private PostgreSQL cluster, once", "dir", c.place, "version", pg.version, "os_user", c.who.name)
	args := []string{
		"--pgdata=" + dir, "--username=" + role, "--encoding=UTF8", "--lc-messages=C",
		"--auth-local=trust", "--auth-host=reject", "--no-instructions",
	}
	if c.Throwaway {
		args = append(args, "--no-sync", "--wal-segsize=1")
	}
	// C.UTF-8 sorts by bytes and knows the letters of all scripts; older systems lack it and get plain C.
	out, err := run(ctx, c.who, dir, pg.path("initdb"), append(args, "--locale=C.UTF-8")...)
	if err != nil && strings.Contains(out, "locale") {
		out, err = run(ctx, c.who, dir, pg.path("initdb"), append(args, "--locale=C")...)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("make the cluster in %s: %s (%w)", c.place, telling(out), err)
	}
	if err := os.Rename(dir, c.data()); err != nil {
		return err
	}
	if c.Throwaway {
		return nil
	}
	return syncDir(c.place)
}

// socketDir makes the folder of the socket: run in the cluster's folder, or one in the temporary folder if the path of the
// former is too long for a socket.
func (c *cluster) socketDir() (string, error) {
	dir := filepath.Join(c.place, "run")
	var candidates []string
	for _, base := range []string{os.TempDir(), "/tmp"} {
		candidates = append(candidates, filepath.Join(base, fmt.Sprintf("kentongan-%s-%d", short(c.place), c.who.uid)))
	}
	if fits(dir) {
		candidates = []string{dir}
	}
	var failed error
	for _, dir := range candidates {
		if !fits(dir) {
			continue
		}
		if failed = c.private(dir); failed == nil {
			return dir, nil
		}
	}
	if failed == nil {
		failed = errors.New("every path is too long")
	}
	return "", fmt.Errorf("make a folder for the socket: %w: choose a shorter data folder", failed)
}

// private makes dir, or accepts it if nobody but the cluster's user can have made it and can enter it. That user, not a
// password, is what guards the server.
func (c *cluster) private(dir string) error {
	switch err := os.Mkdir(dir, 0o700); {
	case err == nil:
		return c.give(dir)
	case !errors.Is(err, fs.ErrExist):
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || owner.Uid != c.who.uid && owner.Uid != uint32(os.Geteuid()) {
		return fmt.Errorf("%s is there already and is not a private folder of the user %s", dir, c.who.name)
	}
	return c.give(dir)
}

// give hands a folder to the cluster's user.
func (c *cluster) give(dir string) error {
	if !c.who.drop {
		return nil
	}
	return os.Lchown(dir, int(c.who.uid), int(c.who.gid))
}

// start runs the server and returns when it accepts connections.
func (c *cluster) start(ctx context.Context, pg installation, socket string) (*process, error) {
	all := maps.Clone(settings)
	if c.Throwaway {
		maps.Copy(all, throwawaySettings)
	}
	all["unix_socket_directories"] = `"` + strings.ReplaceAll(socket, `"`, `""`) + `"`
	maps.Copy(all, c.Settings)
	args := []string{"-D", c.data()}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		args = append(args, "-c", name+"="+all[name])
	}

	dies := syscall.SIGINT
	if c.Throwaway {
		dies = syscall.SIGQUIT
	}
	patience := time.Now().Add(5 * time.Second)
	for {
		p, err := launch(command(c.who, c.data(), dies, pg.path("postgres"), args...), c.Log)
		if err != nil {
			return nil, err
		}
		if err = p.waitReady(ctx, c.data()); err == nil {
			return p, nil
		}
		p.stop(context.WithoutCancel(ctx), syscall.SIGQUIT)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// Backends of a postmaster that was killed need a moment to notice; until then its memory is in use.
		if !strings.Contains(p.lines.String(), "shared memory block") || time.Now().After(patience) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * poll):
		}
	}
}

// ensureDatabase connects, which proves that the server answers, and makes the database if it is missing.
func ensureDatabase(ctx context.Context, address string) error {
	conn, err := pgx.Connect(ctx, address)
	if err == nil {
		return conn.Close(ctx)
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); !ok || pgErr.Code != "3D000" {
		return err
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return err
	}
	config.Database = "postgres"
	conn, err = pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "create database "+pgx.Identifier{role}.Sanitize()); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return nil
}

func remove(ctx context.Context, dir string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for _, place := range []string{abs, fallbackFor(abs)} {
		if !exists(filepath.Join(place, "lock")) {
			continue
		}
		if place, err = filepath.EvalSymlinks(place); err == nil {
			err = removeAt(ctx, place)
		}
		if err != nil {
			return fmt.Errorf("remove the private PostgreSQL: %w", err)
		}
	}
	return nil
}

func removeAt(ctx context.Context, place string) error {
	c := &cluster{Config: Config{Log: slog.New(slog.DiscardHandler)}, place: place}
	if _, err := c.lock(ctx); err != nil {
		return err
	}
	// The lock's file stays: to delete it would let two processes lock two different files of the same name.
	defer c.file.Close()
	if err := stopLeftover(ctx, c.data(), c.Log); err != nil {
		return err
	}
	// Moved aside first, so that being killed in the middle leaves no half cluster in the place of a whole one.
	if exists(c.data()) {
		aside, err := os.MkdirTemp(place, "unfinished-*")
		if err != nil {
			return err
		}
		if err := os.Rename(c.data(), filepath.Join(aside, "data")); err != nil {
			return err
		}
	}
	left, err := filepath.Glob(filepath.Join(escapeGlob(place), "unfinished-*"))
	if err != nil {
		return err
	}
	for _, dir := range append(left, filepath.Join(place, "run")) {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

func urlOf(socket string) string {
	u := url.URL{Scheme: "postgres", Path: "/" + role, RawQuery: url.Values{
		"host": {socket}, "port": {port}, "user": {role},
	}.Encode()}
	return u.String()
}

func fits(dir string) bool { return len(filepath.Join(dir, ".s.PGSQL."+port)) <= maxSocketPath }

// short names a path in twelve characters.
func short(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:6])
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
