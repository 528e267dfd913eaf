package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kentongan/bots/whatsapp"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/migrations/pgtest"
)

// TestMain makes this binary the real command where it is called by its name:
// scripts and the tests of crashes start it so.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "kentongan" {
		if loopback := whatsapptest.FromEnviron(); loopback != nil {
			os.Exit(onLoopback(loopback))
		}
		main()
		return
	}
	pgtest.Main(m)
}

// onLoopback is main with WhatsApp on loopback, where the account writes faster
// than anybody should.
func onLoopback(client *http.Client) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	whatsapp.DefaultManners = whatsapp.Manners{
		Pause: 50 * time.Millisecond, PerRune: time.Millisecond, PauseMax: 200 * time.Millisecond, PerSecond: 10, PerChat: 3, PerGroup: 60,
	}
	p := &program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(), now: time.Now,
		whatsapp: &whatsapp.Transport{Websocket: client, PreLogin: client, Media: client},
	}
	return p.report(p.command(ctx, os.Args[1:]))
}

// binary returns the path of the real command.
func binary(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kentongan")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// testKey is the secret key of the scripts: the sum of nothing.
const testKey = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

func TestOperatorsType(t *testing.T) {
	bin := filepath.Dir(binary(t))
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("KENTONGAN_DATA_DIR", filepath.Join(env.WorkDir, "data"))
			env.Setenv("KENTONGAN_SECRET_KEY", testKey)
			// Scripts that begin without a schema make it themselves.
			if strings.Contains(env.WorkDir, "script-empty") {
				env.Setenv("DATABASE_URL", pgtest.Empty(env.T().(testing.TB)))
			} else {
				env.Setenv("DATABASE_URL", pgtest.New(env.T().(testing.TB)))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": exitStatus,
		},
	})
}

// exitStatus is the script command "status N kentongan …": it runs the command
// and compares its exit status, which "!" alone does not tell.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [arg …]")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}
