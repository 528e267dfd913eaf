package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"kentongan/conversation"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/workday"
)

type chatCommand struct {
	Save string `help:"Write the talk as a golden transcript, for conversation/testdata." placeholder:"FILE"`
}

// chatIntro says what a terminal has no buttons for.
const chatIntro = `Write as a citizen would; a choice by its number or its words. Beside that:
  [foto jalan.jpg 2 MB]   a file: foto, video, rekaman, suara, dokumen
  [lokasi -2.58 115.38]   a location, also [stiker]
  (Kirim)                 a button
  @ +25h                  time passes
Ctrl-D ends the talk.
`

// The pace of a talk that is piped in, as in transcripts.
const (
	pipedMessage = 500 * time.Millisecond
	pipedBlock   = 20 * time.Second
)

// Run holds the conversation until the input ends or ctx does.
func (c *chatCommand) Run(ctx context.Context, p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	machine, err := s.machine(register.Snapshot{
		Agencies: sampleAgencies, Verifier: true, Restricted: true, Limits: reports.DefaultLimits, Holidays: workday.Default(),
	})
	if err != nil {
		return err
	}
	start := p.now().Truncate(time.Second)
	begin := func() *rehearsal.Shell {
		return rehearsal.New(machine, conversation.Via{Channel: "terminal", Network: "terminal", MaxFile: 20 << 20}, start)
	}
	t := &talk{shell: begin(), out: p.stdout, now: p.now, live: terminal(p.stdin) && terminal(p.stdout)}
	if t.live {
		fmt.Fprint(p.stdout, chatIntro)
	}
	err = t.hold(ctx, p.stdin)
	if c.Save == "" {
		return err
	}
	// Played once more, so that the file is what its golden test will see.
	transcript, failed := begin().Play(strings.NewReader(t.script.String()))
	if err = errors.Join(err, failed); err != nil {
		return fmt.Errorf("save the talk: %w", err)
	}
	if err := os.WriteFile(c.Save, []byte(transcript), 0o644); err != nil { //nolint:gosec // a test file, to be read by all
		return fmt.Errorf("save the talk: %w", err)
	}
	return nil
}

// talk is a conversation on standard input and output.
type talk struct {
	shell  *rehearsal.Shell
	out    io.Writer
	now    func() time.Time
	live   bool // somebody types: time passes as it does
	ahead  time.Duration
	script strings.Builder
}

func (t *talk) hold(ctx context.Context, in io.Reader) error {
	lines := make(chan string)
	ended := make(chan error, 1)
	// A read of a terminal cannot be called off: this ends with the input, or
	// with the process.
	go func() {
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
		ended <- scanner.Err()
	}()
	for t.shell.Err() == nil {
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			t.say(t.shell.Settle())
			return errors.Join(err, t.shell.Err())
		case <-t.wake():
			t.say(t.shell.Advance(t.clock().Sub(t.shell.Now())))
		case line := <-lines:
			t.line(strings.TrimRight(line, " \r"))
		}
	}
	return t.shell.Err()
}

// clock is the time of the talk while somebody types.
func (t *talk) clock() time.Time { return t.now().Add(t.ahead) }

// wake fires when the machine wants a tick; never where the input is piped.
func (t *talk) wake() <-chan time.Time {
	wake := t.shell.Session().Wake
	if !t.live || wake.IsZero() {
		return nil
	}
	return time.After(max(0, wake.Sub(t.clock())))
}

func (t *talk) line(line string) {
	if line == "" {
		t.say(t.shell.Settle())
		return
	}
	stage, isStage := strings.CutPrefix(line, "@")
	burst := !t.shell.Session().BurstEnd.IsZero()
	if isStage {
		t.say(t.shell.Settle())
		burst = false
	}
	switch {
	case t.live:
		t.say(t.shell.Advance(max(0, t.clock().Sub(t.shell.Now()))))
	case burst:
		t.say(t.shell.Advance(pipedMessage))
	case !isStage:
		t.say(t.shell.Advance(pipedBlock))
	}
	if isStage {
		line = stage
	}
	said, err := t.shell.Line(line, isStage)
	if err != nil {
		fmt.Fprintf(t.out, "! %v\n", err)
		return
	}
	t.record(line, isStage, burst)
	t.say(said)
	if t.live {
		t.ahead = max(t.ahead, t.shell.Now().Sub(t.now()))
	}
}

// record adds a line to the script of the talk: an empty one parts two bursts.
func (t *talk) record(line string, stage, burst bool) {
	if !burst {
		t.script.WriteByte('\n')
	}
	if stage {
		t.script.WriteString("@" + line + "\n")
		return
	}
	t.script.WriteString("> " + line + "\n")
}

func (t *talk) say(messages []conversation.Message) {
	for _, m := range messages {
		fmt.Fprintf(t.out, "\n%s\n", rehearsal.Plain(m))
	}
	if len(messages) > 0 {
		fmt.Fprintln(t.out)
	}
}
