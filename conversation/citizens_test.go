package conversation_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kentongan/conversation"
)

// What the first line of a citizen's talk may end with.
const (
	noReport   = "(tidak melapor)"                // never files, on purpose: left out of the ratio
	oneMessage = "(satu pesan)"                   // tells what, where and when before anything is asked
	halfRead   = "(satu pesan, terbaca sebagian)" // so does this one, but is asked again for what was said
	stumbles   = "(satu pesan, tersandung)"       // so does this one and is asked nothing again, but mistypes an answer
)

// citizen is what one talk of testdata/citizens came to. Only the first report
// that somebody files is measured.
type citizen struct {
	name     string
	note     string // the first line of the talk
	turns    int    // until the report was filed; a burst is one
	filed    bool
	complete bool // something is known of the story, the place and the time
	usable   bool // complete, with a regency, pin or government, and a time that was understood
	atOnce   bool // the second message, the consent, is answered with the whole review
	asked    bool // the place or the time is asked for
}

// TestCitizensGetThrough plays the talks of testdata/citizens, people of many
// kinds who each want something, and compares each with itself as
// [TestTranscriptsReadAsTheyDid] does. It measures how many file a report and
// how often they have to write for it.
func TestCitizensGetThrough(t *testing.T) {
	names, err := filepath.Glob("testdata/citizens/*.txt")
	if err != nil || len(names) < 60 {
		t.Fatalf("found %d citizens, want 60 at least (%v)", len(names), err)
	}
	m := machine(t)
	var turns, short []int
	willing, filed, complete, usable, refusers, again, stumbling := 0, 0, 0, 0, 0, 0, 0
	for _, name := range names {
		c := listen(t, m, name)
		if strings.Contains(c.note, noReport) {
			refusers++
			if c.filed {
				t.Errorf("%s: files a report, and is not meant to", c.name)
			}
			continue
		}
		willing++
		if strings.Contains(c.note, halfRead) {
			again++
			if c.atOnce {
				t.Errorf("%s: is understood whole by now: change its first line to %s", c.name, oneMessage)
			}
		}
		if strings.Contains(c.note, stumbles) {
			stumbling++
			if c.asked {
				t.Errorf("%s: is asked again for what was said", c.name)
			}
		}
		if !c.filed {
			t.Logf("%s: files nothing", c.name)
			continue
		}
		filed++
		turns = append(turns, c.turns)
		if c.complete {
			complete++
		} else {
			t.Logf("%s: files without a story, a place or a time", c.name)
		}
		if c.usable {
			usable++
		}
		if strings.Contains(c.note, oneMessage) {
			short = append(short, c.turns)
			if c.turns > 3 || !c.complete {
				t.Errorf("%s: tells all in one message and needs %d turns (complete: %v), want 3 at most", c.name, c.turns, c.complete)
			}
		}
	}
	if willing == 0 || len(turns) == 0 || len(short) == 0 {
		t.Fatalf("%d citizens want to report, %d do, %d in one message", willing, len(turns), len(short))
	}
	slices.Sort(turns)
	median := float64(turns[(len(turns)-1)/2]+turns[len(turns)/2]) / 2
	share := percent(filed, willing)
	t.Logf("%d citizens, %d of them without a report on purpose", len(names), refusers)
	t.Logf("filed: %d of %d (%.1f %%)", filed, willing, share)
	t.Logf("complete, with some story, place and time: %d (%.1f %%); with a regency, pin or government and a time understood: %d (%.1f %%)",
		complete, percent(complete, willing), usable, percent(usable, willing))
	t.Logf("turns until filed: median %.1f, most %d", median, turns[len(turns)-1])
	t.Logf("all in one message: %d, most turns %d; %d more are asked again for what they said, %d mistype an answer", len(short), slices.Max(short), again, stumbling)
	if refusers > 3 {
		t.Errorf("%d citizens never report, want 3 at most", refusers)
	}
	if share < 95 {
		t.Errorf("%.1f %% file a report, want 95 %% at least", share)
	}
	if median > 7 {
		t.Errorf("the median needs %.1f turns, want 7 at most", median)
	}
}

// listen plays the talk in the file name.
func listen(t *testing.T, m *conversation.Machine, name string) citizen {
	t.Helper()
	c := citizen{name: filepath.Base(name)}
	golden, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c.note, _, _ = strings.Cut(string(golden), "\n")
	shell := talk(m)
	got, err := shell.Play(bytes.NewReader(golden))
	if err != nil {
		t.Fatalf("%s: %v\n%s", c.name, err, got)
	}
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(golden), got); diff != "" {
		t.Errorf("%s: the talk has changed (-want +got); see -update\n%s", c.name, diff)
	}
	c.turns, c.filed = turnsUntilFiled(got)
	c.asked = askedForPlaceOrTime.MatchString(got)
	c.atOnce = strings.Contains(block(got, 2), "pertanyaan: review")
	if c.filed {
		d := shell.Filed[slices.Min(slices.Collect(maps.Keys(shell.Filed)))].Draft
		c.complete = d.Story() != "" && d.Location.Known() && d.OccurredAt.Known()
		c.usable = c.complete && (d.Location.Region != "" || d.Location.Pin || d.Agency != "") && d.OccurredAt.Precision != ""
	}
	return c
}

var askedForPlaceOrTime = regexp.MustCompile(`pertanyaan: (place|region|when|which|future)\b`)

// turnsUntilFiled counts the blocks in which the citizen of a transcript
// writes, up to the one that files the first report.
func turnsUntilFiled(transcript string) (turns int, filed bool) {
	writing := false
	for line := range strings.Lines(transcript) {
		switch {
		case line == "\n":
			writing = false
		case line[0] == '>' && !writing:
			writing = true
			turns++
		case strings.HasPrefix(line, "* ajukan draf"):
			return turns, true
		}
	}
	return turns, false
}

// block is the nth block of a transcript in which its citizen writes.
func block(transcript string, n int) string {
	for b := range strings.SplitSeq(transcript, "\n\n") {
		if !strings.HasPrefix(b, ">") {
			continue
		}
		if n--; n == 0 {
			return b
		}
	}
	return ""
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(whole) }
