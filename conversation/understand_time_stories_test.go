package conversation

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTheTimesOfStoriesAreFound searches every story of
// conversation/testdata/times/stories for when it happened, as its line says:
//
//	@ 2026-11-20 14:20 WITA        when and where the following are told
//	pohon tumbang tadi malam = part_of_day 2026-11-19 18:00 .. 2026-11-20 00:00
//	jam kerja kok tutup = none
//
// where "none" is asked for. With -update-times the tables are rewritten: read
// each changed line before it is kept.
func TestTheTimesOfStoriesAreFound(t *testing.T) {
	names, err := filepath.Glob("testdata/times/stories/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("found %d tables (%v)", len(names), err)
	}
	stories := 0
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
			story, want, isStory := strings.Cut(text, " = ")
			switch {
			case strings.HasPrefix(text, "@ "):
				now = parsePresent(t, text[2:])
			case isStory:
				stories++
				got := "none"
				if words, m, ok := findMeaning(story, at(now, now.Location())); ok {
					got = sayMeaning(m, now)
					checkWords(t, story, words, m, at(now, now.Location()))
				}
				if got != want && !*updateTimes {
					t.Errorf("%s:%d: at %s %q\n got %s\nwant %s", filepath.Base(name), line, now.Format("Mon 2006-01-02 15:04"), story, got, want)
				}
				text = story + " = " + got
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
	if stories < 500 {
		t.Errorf("the tables have %d stories, want 500 at least", stories)
	}
}

// checkWords holds that the words kept of a story stand in it, and tell the same
// repetition where they are read alone.
func checkWords(t *testing.T, story, words string, m meaning, p present) {
	t.Helper()
	for piece := range strings.SplitSeq(words, ", ") {
		if piece == "" || !strings.Contains(story, piece) {
			t.Errorf("%q keeps %q", story, words)
		}
	}
	if m.recurs != "" {
		if alone := readTime(words, p); alone.recurs != m.recurs {
			t.Errorf("%q keeps %q, which recurs %q and not %q", story, words, alone.recurs, m.recurs)
		}
	}
}
