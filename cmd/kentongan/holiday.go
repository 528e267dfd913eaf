package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"kentongan/reports/register"
	"kentongan/reports/workday"
)

type holidayCommands struct {
	List   holidayList   `cmd:"" help:"List the days off of a year."`
	Import holidayImport `cmd:"" help:"Replace the years that a file mentions."`
}

// holidayJSON is a day as scripts read it.
type holidayJSON struct {
	Date   workday.Date `json:"date"`
	Kind   workday.Kind `json:"kind"`
	Name   string       `json:"name"`
	Decree string       `json:"decree"`
	Region string       `json:"region,omitempty"`
}

type holidayList struct {
	Year int `arg:"" help:"Such as 2027."`
	output
}

// Run lists the table in force.
func (c *holidayList) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		table, err := catalog.Holidays(ctx)
		if err != nil {
			return err
		}
		encoded := []holidayJSON{}
		var rows [][]string
		for _, h := range table.Days() {
			if h.Date.Year() == c.Year {
				encoded = append(encoded, holidayJSON(h))
				rows = append(rows, []string{h.Date.String(), h.Date.Weekday().String()[:3], kindName(h.Kind), cmp.Or(h.Region, "-"), h.Name, h.Decree})
			}
		}
		none := fmt.Sprintf("no decree for %d yet: dates in it are provisional; 'kentongan holiday import FILE.csv' brings one", c.Year)
		if len(rows) > 0 && !slices.Contains(table.Years(), c.Year) {
			fmt.Fprintln(p.stderr, none)
		}
		return c.list(p, encoded, none, []string{"date", "day", "kind", "region", "name", "decree"}, rows)
	})
}

func kindName(k workday.Kind) string { return strings.ReplaceAll(string(k), "_", " ") }

type holidayImport struct {
	File  string `arg:"" help:"CSV with the columns date,kind,name,decree and perhaps region; - is standard input."`
	Force bool   `help:"Also if it holds only a part of a year's decree: its other days become working days."`
	output
}

// amendmentJSON is a day that an import has changed; was is absent where it
// was added, is where it was removed.
type amendmentJSON struct {
	Was *holidayJSON `json:"was,omitempty"`
	Is  *holidayJSON `json:"is,omitempty"`
}

func encodeHoliday(h workday.Holiday) *holidayJSON {
	if h == (workday.Holiday{}) {
		return nil
	}
	encoded := holidayJSON(h)
	return &encoded
}

// Run replaces the years and says which days that changes.
func (c *holidayImport) Run(ctx context.Context, p *program) error {
	table, err := c.read(p)
	if err != nil {
		return fmt.Errorf("import %s (nothing was changed): %w", c.File, err)
	}
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		before, err := catalog.Holidays(ctx)
		if err != nil {
			return err
		}
		if partial := before.Partial(table); len(partial) > 0 && !c.Force {
			return fmt.Errorf("import %s (nothing was changed): it holds only a part of the decree for %s, whose other days off would become working days: "+
				"list the whole year, or say --force", c.File, years(partial))
		}
		done, err := catalog.ImportHolidays(ctx, table, p.now())
		if err != nil {
			return err
		}
		return c.print(p, done)
	})
}

func (c *holidayImport) read(p *program) (workday.Table, error) {
	if c.File == "-" {
		return workday.Parse(p.stdin)
	}
	file, err := os.Open(c.File)
	if err != nil {
		return workday.Table{}, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return workday.Parse(file)
}

func (c *holidayImport) print(p *program, done register.Import) error {
	if c.JSON {
		days := make([]amendmentJSON, 0, len(done.Days))
		for _, a := range done.Days {
			days = append(days, amendmentJSON{encodeHoliday(a.Was), encodeHoliday(a.Is)})
		}
		return c.json(p, struct {
			Years   []int           `json:"years"`
			Added   int             `json:"added"`
			Removed int             `json:"removed"`
			Changed int             `json:"changed"`
			Days    []amendmentJSON `json:"days"`
		}{done.Years, done.Added, done.Removed, done.Changed, days})
	}
	var lines strings.Builder
	fmt.Fprintf(&lines, "replaced %s: %d added, %d removed, %d changed\n", years(done.Years), done.Added, done.Removed, done.Changed)
	for _, a := range done.Days {
		sign := "~"
		switch {
		case a.Was == workday.Holiday{}:
			sign = "+"
		case a.Is == workday.Holiday{}:
			sign = "-"
		}
		h := a.Day()
		fmt.Fprintf(&lines, "  %s %s %s  %s, %s%s\n", sign, h.Date, h.Date.Weekday().String()[:3], h.Name, kindName(h.Kind), yes(h.Region != "", ", region "+h.Region))
	}
	_, err := io.WriteString(p.stdout, lines.String())
	return err
}

// years lists years for people.
func years(list []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ", "), "[]")
}
