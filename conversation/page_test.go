package conversation_test

import (
	_ "embed"
	"flag"
	"html"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var page = flag.String("page", "", "write every golden transcript into this HTML file")

//go:embed testdata/page.html
var pageLayout string

// TestTranscriptsAsOnePage writes the talks of testdata and testdata/citizens
// into the file that -page names, for people who read no test data. Without the
// flag the page is built and thrown away, so that a talk that it cannot show is
// noticed.
func TestTranscriptsAsOnePage(t *testing.T) {
	layout := template.Must(template.New("page").Parse(pageLayout))
	var chapters []chapter
	for _, c := range []struct{ title, pattern string }{
		{"Warga", "testdata/citizens/*.txt"},
		{"Kejadian khusus", "testdata/*.txt"},
	} {
		names, err := filepath.Glob(c.pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("found no talk in %s (%v)", c.pattern, err)
		}
		next := chapter{Title: c.title}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			next.Talks = append(next.Talks, readTalk(t, name, string(text)))
		}
		chapters = append(chapters, next)
	}
	var out strings.Builder
	if err := layout.Execute(&out, chapters); err != nil {
		t.Fatal(err)
	}
	if *page == "" {
		return
	}
	if err := os.WriteFile(*page, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("written: %s", *page)
}

type chapter struct {
	Title string
	Talks []shownTalk
}

type shownTalk struct {
	ID, Title string
	Turns     int // until the first report was filed; 0: none was
	Lines     []shown
}

// shown is one bubble or line of a talk. Kind is "note", "citizen", "bot",
// "stage", "effect" or "draft".
type shown struct {
	Kind    string
	Text    template.HTML
	Choices []string
}

var kindOf = map[byte]string{'#': "note", '>': "citizen", '<': "bot", '@': "stage", '*': "effect", '=': "draft"}

// readTalk takes a transcript apart. Lines of one kind belong together until
// another begins, but for what a citizen writes: that is a message a line.
func readTalk(t *testing.T, name, transcript string) shownTalk {
	t.Helper()
	talk := shownTalk{ID: strings.TrimSuffix(filepath.ToSlash(strings.TrimPrefix(name, "testdata/")), ".txt")}
	if turns, filed := turnsUntilFiled(transcript); filed {
		talk.Turns = turns
	}
	var lines, choices []string
	kind := ""
	flush := func() {
		if kind != "" {
			text := strings.TrimSpace(strings.Join(lines, "\n"))
			talk.Lines = append(talk.Lines, shown{Kind: kind, Text: bold(text), Choices: choices})
		}
		lines, choices, kind = nil, nil, ""
	}
	for line := range strings.Lines(transcript) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			flush()
			continue
		}
		next := kindOf[line[0]]
		if next == "" {
			t.Fatalf("%s: %q is no line of a transcript", name, line)
		}
		text := strings.TrimPrefix(line[1:], " ")
		if next == "note" && talk.Title == "" {
			talk.Title = text
			continue
		}
		// A message behind its predecessor's choices is another one.
		choice := next == "bot" && strings.HasPrefix(text, "  ")
		if next != kind || next == "citizen" || (len(choices) > 0 && !choice) {
			flush()
		}
		kind = next
		if choice {
			choices = append(choices, strings.TrimSpace(text))
		} else {
			lines = append(lines, text)
		}
	}
	flush()
	return talk
}

var starred = regexp.MustCompile(`\*([^*\n]+)\*`)

// bold is text, escaped, with the words between stars as phones show them.
func bold(text string) template.HTML {
	return template.HTML(starred.ReplaceAllString(html.EscapeString(text), "<b>$1</b>"))
}
