package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/workday"
)

// understandCommands show what the bot makes of a text, for whoever checks its
// understanding. They need no database; see [understandReport] for keywords.
type understandCommands struct {
	Time   understandTime   `cmd:"" help:"A text that tells when."`
	Place  understandPlace  `cmd:"" help:"A text that tells where."`
	Report understandReport `cmd:"" help:"A first message: what need not be asked any more."`
}

// Help says what is printed.
func (understandCommands) Help() string {
	return `One JSON object a text, in one line; what is not known is null.

time:   from, to (RFC 3339 in the zone asked for; to is exclusive, null where it is not over or not known), precision (minute hour part_of_day day week month range recurring), recurs (such as "weekly friday evening"), ask (the citizen would be asked), why (for what), reading (as the bot says it back). Where ask is true, from and to are what is sure in spite of it, or the likeliest.

place:  regency, province (official names), lat, lon (degrees), ask, why, reading; where it asks between regions also candidates, the likeliest first.

report: kind, keyword, time (as above, with its words; null where the bot would ask), place (words, regency, province, lat, lon; null where the bot would ask), category (a code), secrecy, danger. Times are meant in the zone of the place. Keywords are those of the database that DATABASE_URL names, else of the private one if there is one already, else of the demo.`
}

// understanding is what the three have in common.
type understanding struct {
	Text []string  `arg:"" help:"The text; several arguments are joined by spaces. A single - reads one text a line from standard input."`
	Now  time.Time `help:"When it was written, in RFC 3339; the clock by default." placeholder:"TIME"`
	Zone string    `help:"The zone of who wrote it, such as Asia/Makassar, WIB, WITA or WIT; KENTONGAN_ZONE by default." placeholder:"ZONE"`
}

// understandArgs returns args so that what is no flag of 'understand' is text
// whatever it begins with: "-2.58, 115.38" is a place.
func understandArgs(args []string) []string {
	if len(args) < 3 || args[0] != "understand" {
		return args
	}
	sorted := []string{args[0], args[1]}
	var text []string
	for i := 2; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--":
			text = append(text, args[i+1:]...)
			i = len(args)
		case (arg == "--now" || arg == "--zone") && i+1 < len(args):
			sorted = append(sorted, arg, args[i+1])
			i++
		case len(arg) == 2 && arg[0] == '-' && isLetter(arg[1]), len(arg) > 2 && arg[:2] == "--" && isLetter(arg[2]):
			sorted = append(sorted, arg)
		default:
			text = append(text, arg)
		}
	}
	if len(text) == 0 {
		return sorted
	}
	return append(append(sorted, "--"), text...)
}

func isLetter(c byte) bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') }

// textReader makes of one text, written at now by somebody in zone, what is printed.
type textReader func(text string, now time.Time, zone *time.Location) any

// builtIn is what the program knows by itself: the demo's governments, and the decreed
// days off and the limits as they were when it was built.
func builtIn() register.Snapshot {
	return register.Snapshot{Agencies: sampleAgencies, Holidays: workday.Default(), Limits: reports.DefaultLimits}
}

type understandTime struct{ understanding }

// Run prints what the bot makes of texts that tell a time.
func (c *understandTime) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, builtIn(), func(m *conversation.Machine) textReader {
		return func(text string, now time.Time, zone *time.Location) any {
			return timeOf(m.ReadTime(text, now, zone), zone)
		}
	})
}

type understandPlace struct{ understanding }

// Run prints what the bot makes of texts that tell a place.
func (c *understandPlace) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, builtIn(), func(*conversation.Machine) textReader {
		return func(text string, _ time.Time, _ *time.Location) any { return placeOf(conversation.ReadPlace(text)) }
	})
}

type understandReport struct{ understanding }

// Run prints what the bot fills in after first messages.
func (c *understandReport) Run(ctx context.Context, p *program) error {
	snapshot, err := c.keywords(ctx, p)
	if err != nil {
		return err
	}
	return c.run(ctx, p, snapshot, func(m *conversation.Machine) textReader {
		return func(text string, now time.Time, zone *time.Location) any {
			return reportOf(m.ReadReport(text, now, zone), zone)
		}
	})
}

// keywords reads the governments and their keywords from the database, if one
// is configured or was made here before, and takes those of the demo if not: a
// private Postgres is not made only to be found empty.
func (c *understandReport) keywords(ctx context.Context, p *program) (s register.Snapshot, err error) {
	known, _ := readSettings(p.environ) // what is wrong with them is said by who needs them
	if known.databaseURL == "" {
		if _, err := os.Stat(filepath.Join(postgresDir(known), "data")); err != nil {
			return builtIn(), nil
		}
	}
	err = p.withCatalog(ctx, func(catalog *register.Catalog) error {
		s, err = catalog.Snapshot(ctx)
		return err
	})
	return s, err
}

// run reads every text and prints what reader makes of it.
func (u *understanding) run(ctx context.Context, p *program, s register.Snapshot, reader func(*conversation.Machine) textReader) error {
	set, err := p.settings()
	if err != nil {
		return err
	}
	zone, err := u.zone(set.zone)
	if err != nil {
		return err
	}
	machine, err := set.machine(s)
	if err != nil {
		return err
	}
	read := reader(machine)
	text := strings.Join(u.Text, " ")
	if text != "-" {
		return newLinePrinter(p.stdout).print(read(text, u.now(p), zone), true)
	}
	ended := make(chan error, 1)
	// A read of a terminal cannot be called off: this ends with the input, or
	// with the process.
	go func() {
		ended <- eachLine(p.stdin, newLinePrinter(p.stdout), func(text string) any { return read(text, u.now(p), zone) })
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}

// now is when the text was written.
func (u *understanding) now(p *program) time.Time {
	if u.Now.IsZero() {
		return p.now()
	}
	return u.Now
}

// zone is where the text was written.
func (u *understanding) zone(fallback *time.Location) (*time.Location, error) {
	name := u.Zone
	switch strings.ToUpper(name) {
	case "":
		return fallback, nil
	case "WIB":
		name = "Asia/Jakarta"
	case "WITA":
		name = "Asia/Makassar"
	case "WIT":
		name = "Asia/Jayapura"
	}
	zone, err := parseZone(name)
	if err != nil {
		return nil, usageError{fmt.Errorf("--zone: %w", err)}
	}
	return zone, nil
}

// maxLine is how long a line may be, in bytes: longer than any message.
const maxLine = 1 << 20

// eachLine prints what read makes of each line of in, as soon as no other line
// waits to be read, so that a program at the other end can take turns.
func eachLine(in io.Reader, out *linePrinter, read func(text string) any) error {
	lines := bufio.NewReaderSize(in, maxLine)
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return errors.Join(out.flush(), fmt.Errorf("line %d is longer than %d bytes: shorten it", n, maxLine))
		case errors.Is(err, io.EOF) && len(line) == 0:
			return out.flush()
		case err != nil && !errors.Is(err, io.EOF):
			return fmt.Errorf("read line %d: %w", n, err)
		}
		text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		if err := out.print(read(text), lines.Buffered() == 0); err != nil {
			return err
		}
	}
}

// linePrinter prints values as JSON, each in a line of its own.
type linePrinter struct {
	buffer  *bufio.Writer
	encoder *json.Encoder
}

func newLinePrinter(out io.Writer) *linePrinter {
	p := &linePrinter{buffer: bufio.NewWriterSize(out, 64<<10)}
	p.encoder = json.NewEncoder(p.buffer)
	p.encoder.SetEscapeHTML(false)
	return p
}

// print writes value, at the latest with the next that is flushed.
func (p *linePrinter) print(value any, flush bool) error {
	if err := p.encoder.Encode(value); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if flush {
		return p.flush()
	}
	return nil
}

func (p *linePrinter) flush() error {
	if err := p.buffer.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
