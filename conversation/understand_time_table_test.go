package conversation

import (
	"bufio"
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
)

var wit = time.FixedZone("WIT", 9*3600)

var updateTimes = flag.Bool("update-times", false, "rewrite the tables of testdata/times")

// TestTheTablesOfTimesHold reads every phrase of conversation/testdata/times as
// its line says. A table is made of lines
//
//	@ 2026-11-20 14:20 WITA        when and where the following are said
//	kemarin sore jam 3 = hour 2026-11-19 15:00 .. 16:00
//	kemarin jam 3 = ? clock_without_part day 2026-11-19 | 03:00 | 15:00
//
// with a question mark, and why, before what is asked about, and behind it the
// readings that are offered. With -update-times the tables are rewritten: read
// each changed line before it is kept.
func TestTheTablesOfTimesHold(t *testing.T) {
	names, err := filepath.Glob("testdata/times/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("found %d tables (%v)", len(names), err)
	}
	phrases := 0
	for _, name := range names {
		table, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		var now time.Time
		line := 0
		for lines := bufio.NewScanner(bytes.NewReader(table)); lines.Scan(); {
			line++
			text := lines.Text()
			phrase, want, isPhrase := strings.Cut(text, " = ")
			switch {
			case strings.HasPrefix(text, "@ "):
				now = parsePresent(t, text[2:])
			case isPhrase:
				phrases++
				got := sayMeaning(readTime(phrase, at(now, now.Location())), now)
				if got != want && !*updateTimes {
					t.Errorf("%s:%d: at %s %q\n got %s\nwant %s", filepath.Base(name), line, now.Format("Mon 2006-01-02 15:04"), phrase, got, want)
				}
				text = phrase + " = " + got
			case text != "" && !strings.HasPrefix(text, "#"):
				t.Fatalf("%s:%d: %q is no line of a table", name, line, text)
			}
			out.WriteString(text + "\n")
		}
		if *updateTimes {
			if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if phrases < 250 {
		t.Errorf("the tables have %d phrases, want 250 at least", phrases)
	}
}

func parsePresent(t *testing.T, text string) time.Time {
	t.Helper()
	day, name, _ := strings.Cut(text, " W")
	zone := map[string]*time.Location{"IB": wib, "ITA": wita, "IT": wit}[name]
	if zone == nil {
		t.Fatalf("no zone in %q", text)
	}
	now, err := time.ParseInLocation("2006-01-02 15:04", day, zone)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// sayMeaning is m as the tables have it.
func sayMeaning(m meaning, now time.Time) string {
	s := ""
	if m.why != "" {
		s = "? " + m.why + " "
	}
	if m.recurs != "" {
		s += "recurring " + m.recurs + " "
		if m.known() {
			s += "since "
		}
	}
	if m.known() {
		s += saySpan(m.at, now.Location(), m.recurs == "")
	}
	for _, o := range m.others {
		s += " | " + saySpan(o, now.Location(), o.precision != m.at.precision)
	}
	return strings.TrimSpace(s)
}

func saySpan(s span, zone *time.Location, precision bool) string {
	const date, clock = "2006-01-02", "15:04"
	from, to := s.from.In(zone), s.to.In(zone)
	out := ""
	if precision {
		out = string(s.precision) + " "
	}
	out += from.Format(date)
	whole := from.Equal(midnight(from)) && (s.to.IsZero() || to.Equal(midnight(to)))
	switch {
	case s.precision == reports.Day && whole, s.precision == reports.Day:
	case s.to.IsZero() && whole:
		out += " .."
	case s.to.IsZero():
		out += " " + from.Format(clock) + " .."
	case whole:
		out += " .. " + to.AddDate(0, 0, -1).Format(date)
	case to.Sub(from) <= time.Minute:
		out += " " + from.Format(clock)
	case midnight(to).Equal(midnight(from)):
		out += " " + from.Format(clock) + " .. " + to.Format(clock)
	default:
		out += " " + from.Format(clock) + " .. " + to.Format(date+" "+clock)
	}
	return out
}
