//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	fastWithin      = 3 * time.Second // a fast shutdown
	immediateWithin = 7 * time.Second // an immediate one: the server itself kills its children after five
)

// identity is a user of this machine who runs PostgreSQL.
type identity struct {
	uid, gid uint32
	name     string // empty if the user is not in passwd
	drop     bool   // we are root and must become this user
}

func lookUp(name string) (identity, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return identity{}, false
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err1 != nil || err2 != nil || uid == 0 {
		return identity{}, false
	}
	return identity{uid: uint32(uid), gid: uint32(gid), name: name, drop: true}, true
}

func nameOf(uid int) string {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return ""
	}
	return u.Username
}

// command prepares a program of PostgreSQL to run in dir as who, and to get the signal dies when this process dies. The
// caller must start it on a locked thread that outlives it: the signal comes when the thread ends.
func command(who identity, dir string, dies syscall.Signal, path string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	// Not our own environment: it may hold keys and tokens, and PG* variables that would change what happens.
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "LOCPATH", "LOCALE_ARCHIVE"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	// A session of its own: Ctrl-C in the terminal is for us, who stop the server when we no longer need it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if who.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: who.uid, Gid: who.gid}
	}
	dieWithParent(cmd.SysProcAttr, dies)
	cmd.WaitDelay = 300 * time.Millisecond // a grandchild may still hold the pipe
	return cmd
}

// run runs a program of PostgreSQL to its end and returns all that it said.
func run(ctx context.Context, who identity, dir, path string, args ...string) (string, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := command(who, dir, syscall.SIGKILL, path, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return "", err
	}
	killed := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	defer killed()
	err := cmd.Wait()
	return out.String(), err
}

// canEnter tells whether who may go to dir, by going there: permissions are more than mode bits.
func canEnter(ctx context.Context, who identity, pg installation, dir string) bool {
	_, err := run(ctx, who, dir, pg.path("postgres"), "--version")
	return err == nil
}

// process is a running postmaster.
type process struct {
	cmd   *exec.Cmd
	lines *lines
	asked atomic.Bool // to end; or it never was ready
	done  chan struct{}
}

// launch starts cmd on a thread that lives as long as it does.
func launch(cmd *exec.Cmd, log *slog.Logger) (*process, error) {
	p := &process{cmd: cmd, lines: &lines{log: log}, done: make(chan struct{})}
	p.asked.Store(true)
	cmd.Stdout, cmd.Stderr = p.lines, p.lines
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		err = cmd.Wait()
		if !p.asked.Load() {
			log.Error("private PostgreSQL ended by itself", "err", err, "last_line", telling(p.lines.String()))
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		if errors.Is(err, fs.ErrPermission) {
			err = fmt.Errorf("%w (as the owner of %s: make every folder on the way passable, chmod a+x)", err, cmd.Dir)
		}
		return nil, err
	}
	return p, nil
}

// waitReady returns when the postmaster has written down that it accepts connections.
func (p *process) waitReady(ctx context.Context, data string) error {
	for {
		select {
		case <-p.done:
			return errors.New(telling(p.lines.String()))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(poll):
		}
		if m, err := readPidFile(data); err == nil && m.pid == p.cmd.Process.Pid && m.ready {
			p.asked.Store(false)
			return nil
		}
	}
}

// stop ends the server: with the signal first, then harder. It always waits until nothing is left of it.
func (p *process) stop(ctx context.Context, first syscall.Signal) error {
	p.asked.Store(true)
	p.cmd.Process.Signal(first)
	if p.gone(ctx.Done(), fastWithin) {
		return nil
	}
	p.cmd.Process.Signal(syscall.SIGQUIT)
	if p.gone(nil, immediateWithin) {
		return nil
	}
	p.cmd.Process.Kill()
	<-p.done
	return errors.New("stop the private PostgreSQL: it did not end and was killed; the next start recovers")
}

func (p *process) gone(cut <-chan struct{}, within time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-cut:
	case <-time.After(within):
	}
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// postmaster is what a postmaster writes about itself into its folder.
type postmaster struct {
	pid       int
	socketDir string
	ready     bool
}

func pidFile(data string) string { return filepath.Join(data, "postmaster.pid") }

func readPidFile(data string) (postmaster, error) {
	b, err := os.ReadFile(pidFile(data))
	if err != nil {
		return postmaster{}, err
	}
	// pid, data folder, start time, port, first socket folder, listen address, shared memory, status
	line := strings.Split(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line[0]))
	if err != nil {
		return postmaster{}, fmt.Errorf("read %s: %w", pidFile(data), err)
	}
	m := postmaster{pid: pid}
	if len(line) > 4 {
		m.socketDir = line[4]
	}
	if len(line) > 7 {
		m.ready = strings.TrimSpace(line[7]) == "ready"
	}
	return m, nil
}

// stopLeftover ends a postmaster that an earlier process left running in data, whose lock we have. If the file names a
// process that is something else by now, as happens when a container starts anew, the file goes, or PostgreSQL would refuse.
func stopLeftover(ctx context.Context, data string, log *slog.Logger) error {
	m, err := readPidFile(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if dead := err == nil && syscall.Kill(m.pid, 0) != nil; dead {
		return nil // PostgreSQL itself clears this up, with more care than we could
	}
	if err != nil || !isPostmaster(m.pid, data) {
		return os.Remove(pidFile(data))
	}
	log.Info("stopping a private PostgreSQL that an earlier process left running", "pid", m.pid, "dir", data)
	for _, try := range []struct {
		signal syscall.Signal
		within time.Duration
	}{{syscall.SIGINT, fastWithin}, {syscall.SIGQUIT, immediateWithin}} {
		syscall.Kill(m.pid, try.signal)
		for end := time.Now().Add(try.within); time.Now().Before(end); {
			if !isPostmaster(m.pid, data) {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(poll):
			}
		}
	}
	return fmt.Errorf("the PostgreSQL with process id %d, which an earlier run left in %s, does not stop: end it (kill -9 %d) and try again", m.pid, data, m.pid)
}

// telling picks the line that says what is wrong out of what a program of PostgreSQL said.
func telling(out string) string {
	var last string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		for _, mark := range []string{"FATAL:", "PANIC:", "error:"} {
			if _, what, ok := strings.Cut(line, mark); ok {
				return strings.TrimSpace(what)
			}
		}
		if line != "" {
			last = line
		}
	}
	if last == "" {
		return "it ended without a word"
	}
	return last
}

// lines hands what a server says to the log and keeps the last of it. Safe for concurrent use.
type lines struct {
	log *slog.Logger

	mu      sync.Mutex
	partial []byte
	last    []string
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, b...)
	for {
		line, rest, ok := bytes.Cut(l.partial, []byte("\n"))
		if !ok {
			return len(b), nil
		}
		text := string(line)
		l.partial = rest
		l.log.Debug("postgres", "line", text)
		if l.last = append(l.last, text); len(l.last) > 20 {
			l.last = l.last[1:]
		}
	}
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.last, "\n") + "\n" + string(l.partial)
}
