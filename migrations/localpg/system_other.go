//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent does nothing: these systems have no such signal. The next Open stops what was left over.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}

// isPostmaster tells whether the process pid is alive and a PostgreSQL at work in data.
func isPostmaster(pid int, data string) bool {
	out, err := exec.Command("ps", "-ww", "-p", strconv.Itoa(pid), "-o", "command=").Output()
	return err == nil && strings.Contains(string(out), "postgres") && strings.Contains(string(out), "-D "+data+" ")
}

// memoryDir returns "": these systems have no folder in memory.
func memoryDir() string { return "" }
