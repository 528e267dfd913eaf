//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// usualPlaces is where systems put PostgreSQL's server programs, which most keep out of PATH.
var usualPlaces = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // PostgreSQL's own RPMs
	"/usr/libexec/postgresql*",                           // Alpine
	"/usr/lib/postgresql*/bin",                           // SUSE
	"/opt/homebrew/opt/postgresql*/bin",                  // Homebrew on Apple silicon
	"/usr/local/opt/postgresql*/bin",                     // Homebrew on Intel
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",     // Homebrew on Linux
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/opt/local/lib/postgresql*/bin",                     // MacPorts
	"/usr/local/pgsql/bin",                               // from source
	"/usr/local/bin",                                     // the BSDs
}

const howToInstall = "install it (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server; Alpine: apk add postgresql; macOS: brew install postgresql@17) or set DATABASE_URL"

// installation is a PostgreSQL on this machine.
type installation struct {
	bin     string // the folder of its programs
	major   int
	version string
}

func (i installation) path(program string) string { return filepath.Join(i.bin, program) }

var versionLine = regexp.MustCompile(`\) ((\d+)\S*)`)

// findInstalled returns what can be started by who, the preferred one first: what PATH has, because somebody chose it, then
// the newest.
func findInstalled(ctx context.Context, who identity) ([]installation, error) {
	return findIn(ctx, who, filepath.SplitList(os.Getenv("PATH")), usualPlaces)
}

func findIn(ctx context.Context, who identity, path, places []string) ([]installation, error) {
	var found, refused []installation
	var broken error
	seen := map[string]bool{}
	look := func(dirs []string) (here []installation) {
		for _, dir := range dirs {
			initdb, err := filepath.EvalSymlinks(filepath.Join(dir, "initdb"))
			if err != nil {
				continue
			}
			// initdb starts the postgres that lies beside it.
			dir := filepath.Dir(initdb)
			if seen[dir] || !exists(filepath.Join(dir, "postgres")) {
				continue
			}
			seen[dir] = true
			out, err := run(ctx, who, "/", filepath.Join(dir, "postgres"), "--version")
			m := versionLine.FindStringSubmatch(out)
			if err != nil || m == nil {
				broken = fmt.Errorf("%s does not run as the user %s: %s", filepath.Join(dir, "postgres"), who.name, telling(fmt.Sprintf("%s\n%v", out, err)))
				continue
			}
			major, _ := strconv.Atoi(m[2])
			i := installation{bin: dir, major: major, version: m[1]}
			if major < MinMajor {
				refused = append(refused, i)
				continue
			}
			here = append(here, i)
		}
		return here
	}
	found = look(path)
	var elsewhere []string
	for _, pattern := range places {
		dirs, _ := filepath.Glob(pattern)
		elsewhere = append(elsewhere, dirs...)
	}
	others := look(elsewhere)
	slices.SortStableFunc(others, func(a, b installation) int { return cmp.Compare(b.major, a.major) })
	found = append(found, others...)

	switch {
	case len(found) > 0:
		return found, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case len(refused) > 0:
		return nil, fmt.Errorf("%w: %s has version %s, and %d is the oldest that will do: %s", ErrNoPostgres, refused[0].bin, refused[0].version, MinMajor, howToInstall)
	case broken != nil:
		return nil, fmt.Errorf("%w: %w: mend it or set DATABASE_URL", ErrNoPostgres, broken)
	}
	return nil, fmt.Errorf("%w on this machine: %s", ErrNoPostgres, howToInstall)
}
