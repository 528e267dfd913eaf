package workday

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind says what sort of day a [Holiday] is. Its values are those of the table's column kind.
type Kind string

const (
	// PublicHoliday (libur nasional) is off for everybody.
	PublicHoliday Kind = "public_holiday"
	// JointLeave (cuti bersama) is off unless an office works it, see [Settings].
	JointLeave Kind = "joint_leave"
)

// Holiday is one row of a table.
type Holiday struct {
	Date   Date
	Kind   Kind
	Name   string // in Indonesian, such as "Idulfitri"
	Decree string // what sets it, such as "SKB 1497/2025, 2/2025, 5/2025"
	Region string // where it holds, as a code of Kemendagri: "51" a province, "63.07" a regency or city; empty: everywhere
}

// Table is the decreed days of some years. It is immutable and safe for concurrent use; the zero value has no days.
type Table struct {
	days []Holiday // by date, then region
}

// Days outside these years are taken for slips of the pen. The bound also keeps a calendar of any table small.
const (
	firstYear = 2000
	lastYear  = 2199
)

//go:embed holidays.csv
var holidays string

var defaultTable = sync.OnceValue(func() Table {
	t, err := Parse(strings.NewReader(holidays))
	if err != nil {
		panic("workday: embedded table: " + err.Error()) // a test reads it, so no build that passed can get here
	}
	return t
})

// Default returns the table compiled in: the joint decrees for 2025 (as amended), 2026 and 2027.
func Default() Table { return defaultTable() }

// NewTable returns a table of these days, in any order. It fails on a day twice for the same region, an unknown kind,
// an empty name or decree, a region that is no code, or a year outside 2000 to 2199; the error names the day.
func NewTable(days []Holiday) (Table, error) {
	seen := make(map[dayKey]int, len(days))
	for i, h := range days {
		if err := h.check(); err != nil {
			return Table{}, fmt.Errorf("holiday %s: %w", h.Date, err)
		}
		if _, twice := seen[h.key()]; twice {
			return Table{}, fmt.Errorf("holiday %s: listed twice%s", h.Date, inRegion(h.Region))
		}
		seen[h.key()] = i
	}
	return sorted(days), nil
}

// Parse reads a table as CSV with the columns date,kind,name,decree and, if regions have days of their own, region.
// The header line is required. Every error but one of r itself names the line, the first of the file being 1. A table
// without days is an error: it would make every weekday a working day.
func Parse(r io.Reader) (Table, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1 // counted below, with a message that says what is expected
	header, err := c.Read()
	switch {
	case errors.Is(err, io.EOF):
		return Table{}, errors.New("holidays: line 1: empty, expected " + columns)
	case err != nil:
		return Table{}, fmt.Errorf("holidays: %w", err)
	}
	// Spreadsheets put a byte order mark before the first column's name.
	head := strings.TrimPrefix(strings.Join(header, ","), "\ufeff")
	line, _ := c.FieldPos(0)
	if head != columns && head != columns+",region" {
		return Table{}, fmt.Errorf("holidays: line %d: header %q, expected %q, perhaps with region after it", line, shorten(head), columns)
	}

	var days []Holiday
	seen := make(map[dayKey]int) // the line
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Table{}, fmt.Errorf("holidays: %w", err) // csv names the line
		}
		line, _ := c.FieldPos(0)
		if len(fields) != len(header) {
			return Table{}, fmt.Errorf("holidays: line %d: %d columns, expected %d", line, len(fields), len(header))
		}
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		day, err := ParseDate(fields[0])
		if err != nil {
			return Table{}, fmt.Errorf("holidays: line %d: %w", line, err)
		}
		h := Holiday{Date: day, Kind: Kind(fields[1]), Name: fields[2], Decree: fields[3]}
		if len(fields) > 4 {
			h.Region = fields[4]
		}
		if err := h.check(); err != nil {
			return Table{}, fmt.Errorf("holidays: line %d: %w", line, err)
		}
		if first, twice := seen[h.key()]; twice {
			return Table{}, fmt.Errorf("holidays: line %d: %s is already on line %d%s", line, h.Date, first, inRegion(h.Region))
		}
		seen[h.key()] = line
		days = append(days, h)
	}
	if len(days) == 0 {
		return Table{}, fmt.Errorf("holidays: line %d: no days after the header", line)
	}
	return sorted(days), nil
}

const columns = "date,kind,name,decree"

type dayKey struct {
	date   Date
	region string
}

func (h Holiday) key() dayKey { return dayKey{h.Date, h.Region} }

func (h Holiday) check() error {
	if year := h.Date.Year(); year < firstYear || year > lastYear {
		return fmt.Errorf("year %d is outside %d to %d", year, firstYear, lastYear)
	}
	if h.Kind != PublicHoliday && h.Kind != JointLeave {
		return fmt.Errorf("unknown kind %q, expected %s or %s", shorten(string(h.Kind)), PublicHoliday, JointLeave)
	}
	for _, text := range []struct{ name, value string }{{"name", h.Name}, {"decree", h.Decree}} {
		if text.value == "" {
			return fmt.Errorf("empty %s", text.name)
		}
		// People read these in chats and on terminals.
		if !utf8.ValidString(text.value) || strings.ContainsFunc(text.value, unicode.IsControl) {
			return fmt.Errorf("%s %q is not plain text on one line", text.name, shorten(text.value))
		}
	}
	if h.Region != "" && !isRegion(h.Region) {
		return fmt.Errorf("region %q is no code like 63 or 63.07", shorten(h.Region))
	}
	return nil
}

// Days returns the rows by date, and on one date the national one before those of regions. The slice is the caller's.
func (t Table) Days() []Holiday { return slices.Clone(t.days) }

// Years returns the years that have a table, in order. A year has one when its 1 January is listed as a public holiday
// for the whole country: every joint decree begins with that day, so a single day that is known or decided ahead of
// the decree (an election, say) does not pass for the decree.
func (t Table) Years() []int {
	var years []int
	for _, h := range t.days {
		if year := h.Date.Year(); h.Region == "" && h.Kind == PublicHoliday && h.Date == NewDate(year, time.January, 1) {
			years = append(years, year)
		}
	}
	return years
}

func sorted(days []Holiday) Table {
	return Table{slices.SortedFunc(slices.Values(days), func(a, b Holiday) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Region, b.Region))
	})}
}

// isRegion reports whether s has the form of Kemendagri's codes for provinces (63) or regencies and cities (63.07).
// Whether there is such a region is not this package's business.
func isRegion(s string) bool {
	switch len(s) {
	case 2:
		return isDigit(s[0]) && isDigit(s[1])
	case 5:
		return isRegion(s[:2]) && s[2] == '.' && isRegion(s[3:])
	}
	return false
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func inRegion(code string) string {
	if code == "" {
		return ""
	}
	return " for region " + code
}

// shorten keeps what goes into an error message to a line's length.
func shorten(s string) string {
	const limit = 60
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
