//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestMain is also the other process of some tests: with LOCALPG_TEST_OPEN it opens what that says, prints where it is, and
// waits to be killed.
func TestMain(m *testing.M) {
	dir := os.Getenv("LOCALPG_TEST_OPEN")
	if dir == "" {
		code := m.Run()
		os.RemoveAll(prototype.dir)
		os.Exit(code)
	}
	cfg := Config{Dir: dir}
	if dir == "throwaway" {
		cfg = Config{Throwaway: true}
	}
	s, err := Open(context.Background(), cfg)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.Dir(), s.URL())
	select {}
}

func TestASecondStartGoesOnWhereTheFirstStopped(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := openIn(t, dir)
	exec1(t, first.URL(), "create table kept as select 'yes' as word")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	second := openIn(t, dir)
	if got := query(t, second.URL(), "select word from kept"); got != "yes" {
		t.Errorf("got %q", got)
	}
}

func TestAFreshServerIsSetUpAsPromised(t *testing.T) {
	t.Setenv("KENTONGAN_SECRET_KEY", "not for the server")
	t.Setenv("PGPORT", "1")
	t.Setenv("PGHOST", "nowhere.invalid")
	s := openWith(t, Config{Dir: folder(t), Settings: map[string]string{"max_connections": "37"}})
	for q, want := range map[string]string{
		"select current_setting('timezone')":         "UTC",
		"select current_setting('fsync')":            "on",
		"select current_setting('server_encoding')":  "UTF8",
		"select current_setting('max_connections')":  "37",
		"select current_setting('listen_addresses')": "",
		"select current_database()":                  "kentongan",
		"select lower('É')":                          "é",

		"select string_agg(w, '' order by w) from unnest(array['b', 'a', 'B', 'A']) as u(w)": "ABab",
	} {
		if got := query(t, s.URL(), q); got != want {
			t.Errorf("%s: %q, want %q", q, got, want)
		}
	}
	info, err := os.Stat(filepath.Join(s.Dir(), "run"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder of the socket: %v, %v", info.Mode(), err)
	}
	pid := postmasterPid(t, s.Dir())
	if environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)); err == nil && bytes.Contains(environ, []byte("not for the server")) {
		t.Error("the server has our secrets in its environment")
	}
	// Ctrl-C reaches every process of the terminal's foreground group: not this one.
	if group, err := syscall.Getpgid(pid); err != nil || group == syscall.Getpgrp() {
		t.Errorf("the server is in our process group %d, %v", group, err)
	}
}

func TestNoValueReachesTheLog(t *testing.T) {
	t.Parallel()
	var log buffer
	s := openWith(t, Config{Throwaway: true, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	conn := connect(t, s.URL())
	exec1(t, s.URL(), "create table u (w text unique); insert into u values ('rahasia')")
	for _, q := range []string{"insert into u values ('rahasia')", "select 'rahasia'::int", "select 'rahasia' from nowhere"} {
		if _, err := conn.Exec(t.Context(), q); err == nil {
			t.Fatalf("%s went well", q)
		}
	}
	s.Close()
	if strings.Contains(log.String(), "rahasia") || !strings.Contains(log.String(), "ready to accept connections") {
		t.Errorf("the log says\n%s", log.String())
	}
}

func TestASecondProcessIsToldThatTheFolderIsInUse(t *testing.T) {
	t.Parallel()
	dir := made(t)
	owner := openIn(t, dir)

	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := Open(short, Config{Dir: dir})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), owner.Dir()) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line with ErrInUse and the folder", err)
	}
	if err := Remove(short, dir); !errors.Is(err, ErrInUse) {
		t.Errorf("Remove: got %v, want ErrInUse", err)
	}

	guest, err := Open(t.Context(), Config{Dir: dir, Share: true})
	if err != nil {
		t.Fatal(err)
	}
	if !guest.Shared() || owner.Shared() || guest.URL() != owner.URL() || guest.Dir() != owner.Dir() {
		t.Errorf("guest %+v of %+v", guest, owner)
	}
	guest.Close()
	if got := query(t, owner.URL(), "select 'alive'"); got != "alive" {
		t.Errorf("after the guest left: %q", got)
	}

	// What is no longer in use is opened, not shared.
	owner.Close()
	heir, err := Open(t.Context(), Config{Dir: dir, Share: true})
	if err != nil || heir.Shared() {
		t.Fatalf("after the owner left: %+v, %v", heir, err)
	}
	heir.Close()
}

func TestOpenWaitsForAProcessThatIsJustStopping(t *testing.T) {
	t.Parallel()
	dir := made(t)
	first := openIn(t, dir)
	go first.Close()
	second, err := Open(t.Context(), Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}

func TestAfterAKillThePostgresEndsAndTheDataIsThere(t *testing.T) {
	t.Parallel()
	dir := made(t)
	other, place, address := openElsewhere(t, dir)
	exec1(t, address, "create table kept as select 'yes' as word")
	pid := postmasterPid(t, place)
	other.Process.Kill()
	other.Wait()
	if runtime.GOOS == "linux" {
		eventually(t, "the server ends by itself", func() bool { return !isPostmaster(pid, filepath.Join(place, "data")) })
	}

	// Now at once: the old server may be shutting down still.
	other, _, _ = openElsewhere(t, dir)
	other.Process.Kill()
	other.Wait()
	s := openIn(t, dir)
	if got := query(t, s.URL(), "select word from kept"); got != "yes" {
		t.Errorf("got %q", got)
	}
}

func TestAPostgresLeftRunningIsStopped(t *testing.T) {
	t.Parallel()
	dir := made(t)
	s := openIn(t, dir)
	place := s.Dir()
	s.Close()

	// The same server, but nobody has the lock.
	c := &cluster{Config: Config{Log: slog.New(slog.DiscardHandler)}, place: place, who: ownerOf(t, place)}
	left, err := c.start(t.Context(), newest(t), filepath.Join(place, "run"))
	if err != nil {
		t.Fatal(err)
	}
	defer left.stop(t.Context(), syscall.SIGQUIT)
	left.asked.Store(true)

	s = openIn(t, dir)
	select {
	case <-left.done:
	case <-time.After(5 * time.Second):
		t.Error("the old one still runs")
	}
	if got := query(t, s.URL(), "select 'new'"); got != "new" {
		t.Errorf("got %q", got)
	}
}

func TestAPidFileThatNamesSomeOtherProcessIsNoHindrance(t *testing.T) {
	t.Parallel()
	dir := made(t)
	s := openIn(t, dir)
	place := s.Dir()
	kept, err := os.ReadFile(pidFile(filepath.Join(place, "data")))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()

	// A process of the same user, or PostgreSQL would see by itself that it is none of its own.
	sleep := command(ownerOf(t, place), "/", syscall.SIGKILL, "/bin/sleep", "60")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	defer sleep.Wait()
	defer sleep.Process.Kill()
	_, rest, _ := strings.Cut(string(kept), "\n")
	writeAs(t, place, pidFile(filepath.Join(place, "data")), fmt.Sprintf("%d\n%s", sleep.Process.Pid, rest))

	s = openIn(t, dir)
	if got := query(t, s.URL(), "select 'well'"); got != "well" {
		t.Errorf("got %q", got)
	}
	if err := syscall.Kill(sleep.Process.Pid, 0); err != nil {
		t.Errorf("the other process was ended: %v", err)
	}
}

func TestAnEndThatNobodyAskedForIsReportedAndRecoveredFrom(t *testing.T) {
	t.Parallel()
	dir := made(t)
	var log buffer
	s := openWith(t, Config{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	exec1(t, s.URL(), "create table kept as select 'yes' as word")
	// A backend at work does not see that the postmaster is gone, and the memory stays in use.
	client := connect(t, s.URL())
	busy := make(chan struct{})
	go func() {
		defer close(busy)
		client.Exec(context.Background(), "do $$ begin while clock_timestamp() < statement_timestamp() + interval '1 s' loop end loop; end $$")
	}()
	eventually(t, "the backend is at work", func() bool {
		return query(t, s.URL(), "select count(*)::text from pg_stat_activity where query like 'do %' and state = 'active'") == "1"
	})
	syscall.Kill(postmasterPid(t, s.Dir()), syscall.SIGKILL)
	select {
	case <-s.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("Done is not closed")
	}
	if !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("the log says\n%s", log.String())
	}
	s.Close()
	s = openIn(t, dir)
	<-busy
	if got := query(t, s.URL(), "select word from kept"); got != "yes" {
		t.Errorf("got %q", got)
	}
}

func TestAKillInTheMiddleOfTheFirstStartLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	other := elsewhere(t, dir)
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "initdb begins", func() bool {
		left, _ := filepath.Glob(filepath.Join(dir, "unfinished-*", "PG_VERSION"))
		return len(left) == 1
	})
	other.Process.Kill()
	other.Wait()
	if exists(filepath.Join(dir, "data")) {
		t.Fatal("killed too late to tell")
	}

	s := openIn(t, dir)
	if got := query(t, s.URL(), "select 'whole'"); got != "whole" {
		t.Errorf("got %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "unfinished-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDataOfAnotherMajorVersionIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	mark := filepath.Join(dir, "data", "PG_VERSION")
	if err := os.Mkdir(filepath.Dir(mark), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mark, []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	give(t, filepath.Dir(mark), mark)
	_, err := Open(t.Context(), Config{Dir: dir})
	if !errors.Is(err, ErrOtherMajor) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "PostgreSQL 9") {
		t.Errorf("got %v, want one line with ErrOtherMajor", err)
	}
	if !exists(mark) {
		t.Error("the data is gone")
	}
}

func TestAFolderThatIsNotPostgresDataIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	mine := filepath.Join(dir, "data", "mine")
	if err := os.Mkdir(filepath.Dir(mine), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	give(t, filepath.Dir(mine), mine)
	if _, err := Open(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "not the data") {
		t.Errorf("got %v", err)
	}
	if !exists(mine) {
		t.Error("the file is gone")
	}
}

func TestALongFolderHasItsSocketElsewhere(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("panjang-sekali-", 8))
	s := openIn(t, dir)
	if got := query(t, s.URL(), "select 'well'"); got != "well" {
		t.Errorf("got %q", got)
	}
	m, err := readPidFile(filepath.Join(s.Dir(), "data"))
	if err != nil || !fits(m.socketDir) || strings.HasPrefix(m.socketDir, dir) {
		t.Errorf("the socket is in %s, %v", m.socketDir, err)
	}
	guest, err := Open(t.Context(), Config{Dir: dir, Share: true})
	if err != nil || guest.URL() != s.URL() {
		t.Errorf("a guest gets %v, %v", guest, err)
	}
	s.Close()
	if exists(m.socketDir) {
		t.Errorf("%s is left behind", m.socketDir)
	}
}

func TestAFolderThatOthersCanEnterIsNotUsedForTheSocket(t *testing.T) {
	t.Parallel()
	c := &cluster{place: folder(t), who: identity{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}}
	dir := filepath.Join(c.place, "run")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := c.private(dir); err == nil {
		t.Error("a folder that everybody can enter was accepted")
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/", dir); err != nil {
		t.Fatal(err)
	}
	if err := c.private(dir); err == nil {
		t.Error("a symbolic link was accepted")
	}
}

func TestRootUsesTheFallbackWhereTheOtherUserMayNotGo(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this user can go wherever the server goes")
	}
	fallback := folder(t)
	defer func(was string) { fallbackRoot = was }(fallbackRoot)
	fallbackRoot = filepath.Join(fallback, "var", "kentongan")

	closed := filepath.Join(folder(t), "root")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "share", "postgres")
	defer syscall.Umask(syscall.Umask(0o077)) // of a careful administrator

	s := openIn(t, dir)
	if !strings.HasPrefix(s.Dir(), fallbackRoot) {
		t.Errorf("the cluster is in %s", s.Dir())
	}
	exec1(t, s.URL(), "create table kept as select 'yes' as word")
	s.Close()

	// Data stays where it is, also when the folder itself would do by now.
	if err := os.Chmod(closed, 0o755); err != nil {
		t.Fatal(err)
	}
	s = openIn(t, dir)
	if got := query(t, s.URL(), "select word from kept"); got != "yes" {
		t.Errorf("got %q", got)
	}
	place := s.Dir()
	s.Close()
	if err := Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if exists(filepath.Join(place, "data")) {
		t.Error("Remove left the data in the fallback")
	}
}

func TestTheDataBelongsToAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	s := openIn(t, filepath.Join(folder(t), "new", "below"))
	if who := ownerOf(t, s.Dir()); who.uid == 0 {
		t.Error("it belongs to root")
	}
}

func TestRemoveForgetsAndOpenBeginsAnew(t *testing.T) {
	t.Parallel()
	dir := made(t)
	if err := Remove(t.Context(), filepath.Join(dir, "nothing")); err != nil {
		t.Errorf("of nothing: %v", err)
	}
	s := openIn(t, dir)
	exec1(t, s.URL(), "create table forgotten ()")
	s.Close()
	if err := Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	s = openIn(t, dir)
	if got := query(t, s.URL(), "select (to_regclass('forgotten') is null)::text"); got != "true" {
		t.Error("the table is still there")
	}
}

func TestAThrowawayClusterDisappears(t *testing.T) {
	t.Parallel()
	s := openWith(t, Config{Throwaway: true})
	if got := query(t, s.URL(), "select current_setting('fsync')"); got != "off" {
		t.Errorf("fsync is %s", got)
	}
	s.Close()
	if exists(s.Dir()) {
		t.Errorf("%s is left behind", s.Dir())
	}
}

func TestAThrowawayClusterDisappearsAfterAKill(t *testing.T) {
	t.Parallel()
	other, dir, address := openElsewhere(t, "throwaway")
	connect(t, address)
	pid := postmasterPid(t, dir)
	other.Process.Kill()
	other.Wait()
	eventually(t, "the server ends", func() bool { return !isPostmaster(pid, filepath.Join(dir, "data")) })
	eventually(t, "the folder goes", func() bool { return !exists(dir) })
}

func TestSweepDeletesOnlyWhatNobodyUses(t *testing.T) {
	t.Parallel()
	base := folder(t)
	old := time.Now().Add(-time.Hour)
	place := func(name string, lock bool) string {
		dir := filepath.Join(base, throwawayPrefix+name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if lock {
			if err := os.WriteFile(filepath.Join(dir, "lock"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	stale, young, used, foreign := place("stale", true), place("young", true), place("used", true), place("foreign", false)
	c := &cluster{place: used}
	if _, err := c.lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer c.file.Close()
	for _, dir := range []string{stale, used, foreign} {
		if err := os.Chtimes(dir, old, old); err != nil {
			t.Fatal(err)
		}
	}
	sweep(base)
	if exists(stale) || !exists(young) || !exists(used) || !exists(foreign) {
		t.Errorf("there are stale %t, young %t, used %t, foreign %t", exists(stale), exists(young), exists(used), exists(foreign))
	}
}

func TestACancelledStartLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if left, _ := filepath.Glob(filepath.Join(dir, "unfinished-*", "PG_VERSION")); len(left) == 1 {
				cancel()
			}
			time.Sleep(poll)
		}
	}()
	if _, err := Open(ctx, Config{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the cancellation", err)
	}
	openIn(t, dir) // nobody has the lock
}

func TestAServerThatDoesNotStartSaysWhyInOneLine(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Config{Throwaway: true, Settings: map[string]string{"no_such_setting": "1"}})
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

func TestAMachineWithoutPostgresIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	who := self(t)
	empty := folder(t)
	_, err := findIn(t.Context(), who, []string{empty}, []string{filepath.Join(empty, "*", "bin")})
	if !errors.Is(err, ErrNoPostgres) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v, want one line with ErrNoPostgres", err)
	}
	for _, want := range []string{"Debian", "Fedora", "Alpine", "macOS", "DATABASE_URL"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %s: %v", want, err)
		}
	}
}

func TestTheNewestPostgresIsTakenUnlessPATHHasOne(t *testing.T) {
	t.Parallel()
	who := self(t)
	base := folder(t)
	fake(t, filepath.Join(base, "9", "bin"), "postgres (PostgreSQL) 9.6.24")
	fake(t, filepath.Join(base, "14", "bin"), "postgres (PostgreSQL) 14.2 (Debian 14.2-1)")
	fake(t, filepath.Join(base, "17", "bin"), "postgres (PostgreSQL) 17beta1")
	fake(t, filepath.Join(base, "broken", "bin"), "")
	fake(t, filepath.Join(base, "path"), "postgres (PostgreSQL) 15.0")
	places := []string{filepath.Join(base, "*", "bin")}

	for name, test := range map[string]struct {
		path []string
		want string
	}{
		"nothing in PATH":  {nil, "17 14"},
		"in PATH":          {[]string{filepath.Join(base, "path")}, "15 17 14"},
		"PATH has too old": {[]string{filepath.Join(base, "9", "bin")}, "17 14"},
	} {
		found, err := findIn(t.Context(), who, test.path, places)
		if err != nil {
			t.Fatal(err)
		}
		var majors []string
		for _, i := range found {
			majors = append(majors, strconv.Itoa(i.major))
		}
		if got := strings.Join(majors, " "); got != test.want {
			t.Errorf("%s: found %s, want %s", name, got, test.want)
		}
	}

	_, err := findIn(t.Context(), who, []string{filepath.Join(base, "9", "bin")}, nil)
	if !errors.Is(err, ErrNoPostgres) || !strings.Contains(err.Error(), "9.6.24") {
		t.Errorf("of an old one only: %v", err)
	}
}

func TestOpenWantsAFolderOrThrowaway(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{{}, {Dir: "x", Throwaway: true}} {
		if _, err := Open(t.Context(), cfg); err == nil {
			t.Errorf("%+v was accepted", cfg)
		}
	}
}

func BenchmarkFirstStart(b *testing.B) {
	for b.Loop() {
		s := openIn(b, folder(b))
		b.StopTimer()
		s.Close()
		b.StartTimer()
	}
}

func BenchmarkLaterStart(b *testing.B) {
	dir := made(b)
	for b.Loop() {
		s := openIn(b, dir)
		b.StopTimer()
		s.Close()
		b.StartTimer()
	}
}

func BenchmarkStop(b *testing.B) {
	dir := made(b)
	for b.Loop() {
		b.StopTimer()
		s := openIn(b, dir)
		b.StartTimer()
		s.Close()
	}
}

func BenchmarkThrowawayStart(b *testing.B) {
	for b.Loop() {
		s := openWith(b, Config{Throwaway: true})
		b.StopTimer()
		s.Close()
		b.StartTimer()
	}
}

// folder is a temporary folder that every user may enter, unlike t.TempDir; in memory if it can be.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func newFolder() (string, error) {
	base := memoryDir()
	if base == "" {
		base = "/tmp"
	}
	dir, err := os.MkdirTemp(base, "localpg-test-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// prototype is a cluster that was made once and is not running.
var prototype struct {
	once sync.Once
	dir  string
	err  error
}

// made is a folder with a cluster in it, a copy of the prototype.
func made(t testing.TB) string {
	t.Helper()
	p := &prototype
	p.once.Do(func() {
		if p.dir, p.err = newFolder(); p.err != nil {
			return
		}
		var s *Server
		if s, p.err = Open(context.Background(), Config{Dir: p.dir}); p.err == nil {
			p.err = s.Close()
		}
	})
	if p.err != nil {
		t.Fatal(p.err)
	}
	dir := folder(t)
	if out, err := exec.Command("cp", "-a", filepath.Join(p.dir, "data"), dir).CombinedOutput(); err != nil {
		t.Fatalf("copy the prototype: %v\n%s", err, out)
	}
	return dir
}

func openIn(t testing.TB, dir string) *Server {
	t.Helper()
	return openWith(t, Config{Dir: dir})
}

func openWith(t testing.TB, cfg Config) *Server {
	t.Helper()
	s, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func elsewhere(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOCALPG_TEST_OPEN="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// openElsewhere opens dir in another process.
func openElsewhere(t *testing.T, dir string) (other *exec.Cmd, place, address string) {
	t.Helper()
	cmd := elsewhere(t, dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	place, address, _ = strings.Cut(strings.TrimSpace(line), " ")
	return cmd, place, address
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func exec1(t *testing.T, address, sql string) {
	t.Helper()
	conn := connect(t, address)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, address, sql string) (s string) {
	t.Helper()
	conn := connect(t, address)
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

func postmasterPid(t *testing.T, place string) int {
	t.Helper()
	m, err := readPidFile(filepath.Join(place, "data"))
	if err != nil {
		t.Fatal(err)
	}
	return m.pid
}

func self(t *testing.T) identity {
	t.Helper()
	who, err := unprivileged()
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func newest(t *testing.T) installation {
	t.Helper()
	installed, err := findInstalled(t.Context(), self(t))
	if err != nil {
		t.Fatal(err)
	}
	return installed[0]
}

// ownerOf is who runs the cluster in place.
func ownerOf(t *testing.T, place string) identity {
	t.Helper()
	info, err := os.Stat(filepath.Join(place, "data"))
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	return identity{uid: owner.Uid, gid: owner.Gid, drop: os.Geteuid() == 0}
}

func writeAs(t *testing.T, place, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	who := ownerOf(t, place)
	if err := os.Chown(path, int(who.uid), int(who.gid)); err != nil {
		t.Fatal(err)
	}
}

// give hands files to whoever would run a cluster.
func give(t *testing.T, paths ...string) {
	t.Helper()
	who := self(t)
	for _, path := range paths {
		if err := os.Chown(path, int(who.uid), int(who.gid)); err != nil {
			t.Fatal(err)
		}
	}
}

// fake makes programs in dir that say they are PostgreSQL.
func fake(t *testing.T, dir, version string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho '"+version+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// eventually waits for what another process does.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !done(); time.Sleep(poll) {
		if time.Now().After(end) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
