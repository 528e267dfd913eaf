package localpg

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// dieWithParent makes the kernel send sig when the thread that starts the process ends.
func dieWithParent(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }

// isPostmaster tells whether the process pid is alive and a PostgreSQL at work in data.
func isPostmaster(pid int, data string) bool {
	proc := fmt.Sprintf("/proc/%d", pid)
	name, err := os.ReadFile(filepath.Join(proc, "comm"))
	if err != nil || !strings.HasPrefix(string(name), "postgres") {
		return false
	}
	cwd, err := os.Readlink(filepath.Join(proc, "cwd")) // fails if it is a zombie
	return err == nil && cwd == data
}

// memoryDir returns a folder in memory with room for a throwaway cluster, or "".
func memoryDir() string {
	const (
		dir   = "/dev/shm"
		tmpfs = 0x01021994
		room  = 1 << 30 // a container often has 64 MB here
	)
	var fs syscall.Statfs_t
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(dir, &fs) != nil || fs.Type != tmpfs || fs.Bavail*uint64(fs.Bsize) < room {
		return ""
	}
	return dir
}
