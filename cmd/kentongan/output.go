package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// output is the flag of every command that lists or shows.
type output struct {
	JSON bool `name:"json" help:"Print JSON, for scripts."`
}

// list prints rows as a table under head, or value as JSON; an empty table is
// a sentence on stderr, so that scripts which count lines count none.
func (o output) list(p *program, value any, empty string, head []string, rows [][]string) error {
	if o.JSON {
		return o.json(p, value)
	}
	if len(rows) == 0 {
		fmt.Fprintln(p.stderr, empty)
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper(strings.Join(head, "\t")))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = printable(cell)
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

func (o output) json(p *program, value any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// field is a line of what a command shows.
type field struct{ name, value string }

// fields prints what is not empty, a field a line.
func fields(p *program, list []field) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, f := range list {
		if f.value != "" {
			fmt.Fprintf(w, "%s:\t%s\n", f.name, printable(f.value))
		}
	}
	return w.Flush()
}

// printable takes control characters out of what people wrote: a terminal
// would obey them.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, text)
}

// when writes an instant for people, in zone.
func when(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// yes marks what holds.
func yes(holds bool, word string) string {
	if holds {
		return word
	}
	return ""
}
