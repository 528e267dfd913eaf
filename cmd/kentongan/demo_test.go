package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/migrations/localpg"
)

// demoFolder is a data directory that an unprivileged Postgres may enter.
func demoFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "kentongan-demo-") //nolint:usetesting // t.TempDir's parent is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "data")
}

// demo is a running demo.
type demo struct {
	url    string
	more   chan string // what it prints after its address
	cmd    *exec.Cmd
	stderr bytes.Buffer
	ended  chan error
}

var demoURL = regexp.MustCompile(`http://[0-9.:]+`)

func startDemo(t *testing.T, path string, environ []string, args ...string) *demo {
	t.Helper()
	d := &demo{ended: make(chan error, 1), more: make(chan string, 16)}
	d.cmd = exec.Command(path, append([]string{"demo"}, args...)...)
	d.cmd.Env = environ
	d.cmd.Stderr = &d.stderr
	stdout, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	lines := bufio.NewScanner(stdout)
	for d.url == "" && lines.Scan() {
		d.url = demoURL.FindString(lines.Text())
	}
	if d.url == "" {
		t.Fatalf("the demo did not start: %v: %s", d.cmd.Wait(), d.stderr.String())
	}
	go func() {
		for lines.Scan() {
			select {
			case d.more <- lines.Text():
			default:
			}
		}
		d.ended <- d.cmd.Wait()
	}()
	return d
}

// stop presses Ctrl-C and returns how long the demo took to end.
func (d *demo) stop(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.ended:
		if err != nil {
			t.Errorf("the demo ended badly: %v: %s", err, d.stderr.String())
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the demo does not stop")
	}
	return time.Since(began)
}

func (d *demo) get(t *testing.T, path string) string {
	t.Helper()
	response, err := http.Get(d.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("%s: %s, %v", path, response.Status, err)
	}
	return string(body)
}

var paneTokens = regexp.MustCompile(`[A-Za-z0-9_-]{43}`)

func TestTheDemoStopsQuicklyGoesOnAndForgets(t *testing.T) {
	path, dir := binary(t), demoFolder(t)
	environ := append(os.Environ(), "DATABASE_URL=", "KENTONGAN_SECRET_KEY=", "KENTONGAN_DATA_DIR="+dir, "KENTONGAN_LISTEN=127.0.0.1:0")
	t.Cleanup(func() { // where the cluster had to lie elsewhere, it is removed there
		if err := localpg.Remove(context.WithoutCancel(t.Context()), filepath.Join(dir, "postgres")); err != nil {
			t.Error(err)
		}
	})
	types := func(args ...string) string {
		t.Helper()
		command := exec.Command(path, args...)
		command.Env = environ
		out, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("kentongan %s: %v: %s", args, err, out)
		}
		return string(out)
	}

	d := startDemo(t, path, environ)
	if d.get(t, "/healthz") != "alive\n" || !strings.HasPrefix(d.get(t, "/readyz"), "ready\n") {
		t.Error("not alive or not ready")
	}
	for _, metric := range []string{`kentongan_queue_rows{queue="inbox"} 0`, "kentongan_turns_total 0", "go_goroutines "} {
		if !strings.Contains(d.get(t, "/metrics"), metric) {
			t.Errorf("metrics lack %s", metric)
		}
	}
	tokens := slices.Compact(paneTokens.FindAllString(d.get(t, "/"), -1))
	if len(tokens) != 8 {
		t.Fatalf("the page has the tokens %q, want those of eight panes", tokens)
	}
	set := d.moveClock(t, `{"advance":"240h"}`)
	// An operator types while the demo runs.
	if out := types("agency", "list"); !strings.Contains(out, "barababai") {
		t.Errorf("sample agencies:\n%s", out)
	}
	types("doctor")
	types("agency", "add", "BARU", "Kota Baru")
	if info, err := os.Stat(filepath.Join(dir, "secret_key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v, %v", info, err)
	}

	// A page that listens must not hold the end up.
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.url+"/chat/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+tokens[0])
	stream, err := http.DefaultClient.Do(request)
	if err != nil || stream.StatusCode != http.StatusOK {
		t.Fatalf("open a stream: %v, %v", stream, err)
	}
	defer stream.Body.Close()
	// Two seconds are promised; a machine that does ten other things at a time may
	// take a little longer, one that waits for the stream would take for ever.
	if took := d.stop(t); took > 8*time.Second {
		t.Errorf("stopping took %s", took)
	} else {
		t.Logf("stopped within %s with an open stream", took)
	}

	// It goes on where it was, even where it was killed.
	d = startDemo(t, path, environ)
	goesOn := func() {
		t.Helper()
		if _, answer := d.clock(t, "", nil); answer.Now.Before(set) || answer.Now.After(set.Add(time.Hour)) {
			t.Errorf("the clock was set to %s and says %s", set, answer.Now)
		}
	}
	goesOn()
	if again := slices.Compact(paneTokens.FindAllString(d.get(t, "/"), -1)); !slices.Equal(again, tokens) {
		t.Error("the panes are others")
	}
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-d.ended
	d = startDemo(t, path, environ)
	goesOn()
	if out := types("agency", "list"); !strings.Contains(out, "BARU") {
		t.Errorf("the added agency is gone:\n%s", out)
	}
	d.stop(t)

	// --fresh forgets, and only what a demo made.
	d = startDemo(t, path, environ, "--fresh")
	if _, answer := d.clock(t, "", nil); time.Until(answer.Now) > time.Hour {
		t.Errorf("the clock still says %s", answer.Now)
	}
	if fresh := slices.Compact(paneTokens.FindAllString(d.get(t, "/"), -1)); len(fresh) != 8 || slices.Contains(fresh, tokens[0]) {
		t.Errorf("the panes are the same as before it was forgotten")
	}
	if out := types("agency", "list"); strings.Contains(out, "BARU") {
		t.Errorf("the added agency is still there:\n%s", out)
	}
	d.stop(t)
	if err := os.Remove(filepath.Join(dir, demoMark)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"demo", "--fresh"}, {"demo"}} {
		command := exec.Command(path, args...)
		command.Env = environ
		out, err := command.CombinedOutput()
		if command.ProcessState.ExitCode() != exitFailed || !strings.Contains(string(out), "KENTONGAN_DATA_DIR") {
			t.Errorf("kentongan %s on data that no demo made: %v, %s", args, err, out)
		}
	}
}
