package conversation_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
	"kentongan/reports/workday"
)

// A third language is one file and no code: with it the bot offers the
// language, speaks it from the greeting to the receipt, and understands its
// labels.
func TestAThirdLanguageIsOneFile(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"id.txt", "en.txt"} {
		text, err := os.ReadFile("phrases/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	files["zz.txt"] = &fstest.MapFile{Data: translated(string(files["en.txt"].Data))}
	catalogue, err := phrases.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	m, err := conversation.New(conversation.Config{
		Phrases: catalogue, Holidays: workday.Default(), Zone: time.UTC, Limits: reports.DefaultLimits,
		Desk: conversation.Desk{Verifier: true, Restricted: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := rehearsal.New(m, rehearsal.StageVia, rehearsal.StageStart)
	transcript, err := s.Play(strings.NewReader("> /bahasa\n\n> Zz\n\n> the bridge over the river has collapsed, nobody can pass\n\n" +
		"> zagree\n\n> near the market\n\n> zskip\n\n> zskip\n\n> zsend\n\n> /status\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Filed) != 1 {
		t.Errorf("%d reports were filed:\n%s", len(s.Filed), transcript)
	}
	_, spoken, _ := strings.Cut(transcript, "> the bridge")
	for line := range strings.SplitSeq(spoken, "\n") {
		said, is := strings.CutPrefix(line, "< ")
		said = strings.TrimLeft(said, " *1234567890.[~“")
		if is && said != "" && said[0] != 'z' && said[0] != 'Z' && !strings.HasPrefix(said, "kirim lokasi") && !strings.HasPrefix(said, "KTG-") {
			t.Errorf("said in another language: %q", line)
		}
	}
}

// translated puts a z before every line of every text, and before every label.
func translated(english string) []byte {
	var out strings.Builder
	for line := range strings.SplitSeq(english, "\n") {
		switch {
		case line == "", strings.HasPrefix(line, "#"), strings.HasPrefix(line, "["):
			out.WriteString(line)
		case line == "English":
			out.WriteString("Zz")
		default:
			marks := len(line) - len(strings.TrimLeft(line, "*1234567890. "))
			out.WriteString(line[:marks] + "z" + line[marks:])
		}
		out.WriteByte('\n')
	}
	return []byte(out.String())
}
