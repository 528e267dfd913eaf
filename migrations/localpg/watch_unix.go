//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"io"
	"os/exec"
	"syscall"
)

// watcher is a shell that deletes a throwaway cluster once this process is gone, in whatever way it went.
type watcher struct {
	cmd  *exec.Cmd
	life io.WriteCloser // its other end reads nothing until we are gone
}

// watchScript waits for the end of its input, which comes when we die, then for the server, and deletes the folder $1.
const watchScript = `
cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
n=0
if [ -n "$pid" ]; then
	kill -QUIT "$pid" 2>/dev/null
	while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
fi
rm -rf "$1"
`

// watch starts the watcher of the folder dir. Without a shell there is none, and a crash leaves the folder behind.
func watch(dir string) *watcher {
	cmd := exec.Command("/bin/sh", "-c", watchScript, "sh", dir)
	cmd.Dir = "/"
	// Neither Ctrl-C in the terminal nor a signal to our group may reach it before it has done its work. It has none of our
	// outputs either: whoever waits for these to be closed shall not wait for it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil
	}
	if err := cmd.Start(); err != nil {
		life.Close()
		return nil
	}
	return &watcher{cmd: cmd, life: life}
}

// dismiss ends the watcher without it doing anything.
func (w *watcher) dismiss() {
	if w == nil {
		return
	}
	syscall.Kill(-w.cmd.Process.Pid, syscall.SIGKILL) // its session: the shell and what it runs
	w.cmd.Wait()
	w.life.Close()
}
