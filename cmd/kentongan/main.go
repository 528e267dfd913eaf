// Command kentongan takes in public complaints by chat: the service itself,
// and what its operators type.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zones on machines and images that have none

	"github.com/alecthomas/kong"

	"kentongan/bots/whatsapp"
	"kentongan/reports/register"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(status)
}

// program is what a command may touch of the world outside.
type program struct {
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	environ []string
	now     func() time.Time
	// whatsapp leads elsewhere than to WhatsApp; nil but in tests.
	whatsapp *whatsapp.Transport
}

// cli is the command line, in the order of its help.
type cli struct {
	Demo    demoCommand    `cmd:"" help:"Everything on this machine: a private Postgres, sample agencies, a page to play citizen and admin."`
	Serve   serveCommand   `cmd:"" help:"The service, as in production."`
	Migrate migrateCommand `cmd:"" help:"Bring the database schema up to date."`
	Chat    chatCommand    `cmd:"" help:"Talk to the bot in this terminal, without network and database."`

	Agency     agencyCommands     `cmd:"" help:"The tree of bodies that reports are handed to."`
	Official   officialCommands   `cmd:"" help:"Who may act for which body."`
	Limit      limitCommands      `cmd:"" help:"How long each clock of a report may run."`
	Holiday    holidayCommands    `cmd:"" help:"The decreed days off."`
	Category   categoryCommands   `cmd:"" help:"The areas that reports belong to."`
	Keyword    keywordCommands    `cmd:"" help:"First words that lead to a government."`
	Report     reportCommands     `cmd:"" help:"Look at reports and their clocks."`
	Deadletter deadletterCommands `cmd:"" help:"Messages that failed several times and were set aside."`

	WhatsApp whatsappCommands `cmd:"" name:"whatsapp" help:"The office's phone on WhatsApp."`

	Understand understandCommands `cmd:"" help:"What the bot makes of a text, as JSON."`

	Doctor doctorCommand `cmd:"" help:"Check the installation, and say how to mend it."`
	Health healthCommand `cmd:"" help:"Ask the service on this machine whether it is alive."`
	Bench  benchCommand  `cmd:"" help:"Load the real pipeline, beside the bare database."`
}

// usageError is a mistake in what was typed.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// quietError ends a command that has said everything already.
type quietError struct{ status int }

func (e quietError) Error() string { return fmt.Sprintf("exit status %d", e.status) }

// exited carries kong's wish to end the program, after --help.
type exited int

// run is the whole program: it parses args, carries the command out until it
// is done or ctx ends, and returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, environ []string) (status int) {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, environ: environ, now: time.Now}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			status = int(r)
		default:
			panic(r)
		}
	}()
	return p.report(p.command(ctx, args))
}

func (p *program) command(ctx context.Context, args []string) error {
	var grammar cli
	parser, err := kong.New(&grammar,
		kong.Name("kentongan"),
		kong.Description("Public complaints by chat, from the first message to the answer."),
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(status int) { panic(exited(status)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(p),
	)
	if err != nil {
		return fmt.Errorf("the grammar of the command line: %w", err)
	}
	parsed, err := parser.Parse(understandArgs(args))
	if err != nil {
		return usageError{fmt.Errorf("%w: see 'kentongan --help'", err)}
	}
	return parsed.Run()
}

// report prints err in one line and returns the exit status for it.
func (p *program) report(err error) int {
	status := exitFailed
	if quiet, ok := errors.AsType[quietError](err); ok {
		return quiet.status
	}
	switch _, usage := errors.AsType[usageError](err); {
	case err == nil:
		return exitDone
	case usage, errors.Is(err, register.ErrInvalid):
		status = exitUsage
	}
	fmt.Fprintln(p.stderr, "kentongan: "+oneLine(err))
	return status
}

// oneLine is err's text without line breaks, which errors of connecting have.
func oneLine(err error) string {
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' })
	return strings.Join(lines, "; ")
}

// settings reads the environment and says on stderr what has no effect.
func (p *program) settings() (settings, error) {
	s, err := readSettings(p.environ)
	for _, warning := range s.warnings {
		fmt.Fprintln(p.stderr, "kentongan: warning: "+warning)
	}
	if err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	return s, nil
}

// logger writes to stderr: JSON for machines, plain lines for a terminal.
func (p *program) logger(level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if terminal(p.stderr) {
		return slog.New(slog.NewTextHandler(p.stderr, options))
	}
	return slog.New(slog.NewJSONHandler(p.stderr, options))
}

// terminal reports whether stream is one that somebody may be looking at or
// typing into.
func terminal(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && file.Name() != os.DevNull
}
