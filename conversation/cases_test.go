package conversation_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kentongan/conversation/rehearsal"
)

// TestCasesReadAsTheyDid plays every case of conversation/testdata/cases again,
// with everybody in it, and compares it with itself. With -update it is
// rewritten: read it as each of those concerned would before it is committed.
func TestCasesReadAsTheyDid(t *testing.T) {
	names, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(names) < 25 {
		t.Fatalf("found %d cases, want 25 or more (%v)", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			golden, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := stageCase(t).Play(bytes.NewReader(golden))
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
				t.Errorf("the case has changed (-want +got); see -update\n%s", diff)
			}
		})
	}
}

func stageCase(tb testing.TB) *rehearsal.Case {
	tb.Helper()
	c, err := rehearsal.StageCase()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
