package conversation_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/conversation"
	"kentongan/conversation/rehearsal"
)

var update = flag.Bool("update", false, "rewrite the golden transcripts")

// TestTranscriptsReadAsTheyDid plays every transcript of conversation/testdata
// again and compares it with itself. With -update it is rewritten: read it as a
// citizen would before it is committed.
func TestTranscriptsReadAsTheyDid(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) < 16 {
		t.Fatalf("found %d transcripts, want 16 or more (%v)", len(names), err)
	}
	m := machine(t)
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			golden, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := talk(m).Play(bytes.NewReader(golden))
			if err != nil {
				t.Fatalf("%v\n%s", err, got)
			}
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(golden), got); diff != "" {
				t.Errorf("the talk has changed (-want +got); see -update\n%s", diff)
			}
		})
	}
}

// talk begins as every transcript does.
func talk(m *conversation.Machine) *rehearsal.Shell {
	s := rehearsal.New(m, rehearsal.StageVia, rehearsal.StageStart)
	s.Zone = time.FixedZone("WIB", 7*3600)
	return s
}

func machine(t testing.TB) *conversation.Machine {
	t.Helper()
	m, err := rehearsal.Stage()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
