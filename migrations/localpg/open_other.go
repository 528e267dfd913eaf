//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package localpg

import (
	"context"
	"fmt"
	"runtime"
)

func open(context.Context, Config) (*Server, error) {
	return nil, fmt.Errorf("%w: a private one is not supported on %s: set DATABASE_URL", ErrNoPostgres, runtime.GOOS)
}

func remove(context.Context, string) error { return nil }
