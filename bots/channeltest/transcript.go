package channeltest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Stage is where a golden transcript is played: in memory and on a network at
// the same time.
type Stage interface {
	// Advance lets time pass before the next line.
	Advance(d time.Duration)
	// Act has the citizen do what a line says.
	Act(line string)
	// End ends a block: what follows from it has to be seen now.
	End(block string)
	// Direct does what a direction says, a line that begins with @.
	Direct(words []string)
}

// PlayTranscript plays the citizen's lines and the directions of a golden
// transcript, with the pauses of rehearsal.Shell.Play, and returns how many
// blocks it had.
func PlayTranscript(script []byte, s Stage) (blocks int, err error) {
	lines := bufio.NewScanner(bytes.NewReader(script))
	lines.Buffer(nil, 1<<20)
	block := ""
	end := func() {
		if block != "" {
			s.End(block)
			blocks++
		}
		block = ""
	}
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), " \r")
		switch {
		case line == "", line[0] == '#':
			end()
		case line[0] == '@':
			end()
			s.Direct(strings.Fields(line[1:]))
		case line[0] == '>':
			pause := 500 * time.Millisecond
			if block == "" {
				pause = 20 * time.Second
			}
			s.Advance(pause)
			block += line + "\n"
			s.Act(strings.TrimPrefix(line[1:], " "))
		}
	}
	end()
	return blocks, lines.Err()
}

// Tokens numbers what is random, tracking ids and codes, in order of its first
// showing: each side of a comparison has its own first, second …
type Tokens struct{ list []string }

var random = regexp.MustCompile(`KTG-[0-9A-Z]{4}-[0-9A-Z]{4}|\b[0-9]{6}\b`)

// Plain replaces what is random in a text by its number.
func (k *Tokens) Plain(text string) string {
	return random.ReplaceAllStringFunc(text, func(token string) string {
		i := slices.Index(k.list, token)
		if i < 0 {
			i = len(k.list)
			k.list = append(k.list, token)
		}
		return fmt.Sprintf("<%d>", i)
	})
}

// Theirs is a text that mentions the other side's tokens, in whatever spelling,
// with k's own.
func (k *Tokens) Theirs(other *Tokens, text string) string {
	for i, token := range other.list {
		if i < len(k.list) {
			loose := regexp.MustCompile("(?i)" + strings.ReplaceAll(token, "-", "[- ]?"))
			text = loose.ReplaceAllString(text, k.list[i])
		}
	}
	return text
}

// ErrRubbish has a file arrive that is not what it claims to be.
var ErrRubbish = errors.New("rubbish")

// Rubbish is what arrives then.
const Rubbish = "<!DOCTYPE html><script>"

// Gate holds files back until a stage lets them arrive.
type Gate struct {
	mu     sync.Mutex
	closed bool
	files  map[string]chan error
}

// Close has every file wait from now on.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// Closed reports whether files wait.
func (g *Gate) Closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.closed
}

// Pass waits until a file may arrive, and returns what becomes of it: nil, or the
// error that Open was given.
func (g *Gate) Pass(ctx context.Context, file string) error {
	outcome := g.file(file)
	if outcome == nil {
		return nil
	}
	select {
	case err := <-outcome:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Open lets a file arrive. It reports false where that was done before.
func (g *Gate) Open(file string, outcome error) bool {
	select {
	case g.file(file) <- outcome:
		return true
	default:
		return false
	}
}

func (g *Gate) file(name string) chan error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		return nil
	}
	if g.files == nil {
		g.files = map[string]chan error{}
	}
	if g.files[name] == nil {
		g.files[name] = make(chan error, 1)
	}
	return g.files[name]
}

// Body is a small file of a kind as transcripts name them, unlike any other.
func Body(kind string) []byte {
	unique := Photo()
	switch kind {
	case "photo":
		return unique
	case "video":
		return append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"), unique...)
	case "audio", "voice":
		return append([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead"), unique...)
	default:
		return append([]byte("%PDF-1.4\n"), unique...)
	}
}
