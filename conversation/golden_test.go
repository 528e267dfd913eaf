package conversation_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
	"kentongan/reports/workday"
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

// talk begins on Saturday 21 November 2026, 09:00 in Jakarta.
func talk(m *conversation.Machine) *rehearsal.Shell {
	via := conversation.Via{Channel: "telegram", Network: "Telegram", Abroad: true, MaxFile: 20 << 20}
	s := rehearsal.New(m, via, time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
	s.Zone = time.FixedZone("WIB", 7*3600)
	return s
}

func machine(t testing.TB) *conversation.Machine {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := workday.Default().Calendar(workday.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := conversation.New(conversation.Config{
		Phrases: phrases.Default(), Calendar: calendar, Zone: zone, Limits: reports.DefaultLimits,
		Desk: conversation.Desk{Verifier: true, Restricted: true},
		Agencies: []reports.Agency{
			{Code: "HST", Name: "Pemerintah Kabupaten Hulu Sungai Tengah", Level: reports.Regency, Zone: "Asia/Makassar", Week: 5, Keywords: []string{"barabai", "barababai", "HST"}},
			{Code: "HST-PUPR", Name: "Dinas PUPR Hulu Sungai Tengah", Parent: "HST", Level: reports.Unit, Zone: "Asia/Makassar", Week: 5},
			{Code: "JATENG", Name: "Pemerintah Provinsi Jawa Tengah", Level: reports.Province, Zone: "Asia/Jakarta", Week: 5, Keywords: []string{"jateng"}},
			{Code: "KEMENPAN", Name: "Kementerian PANRB", Level: reports.National, Zone: "Asia/Jakarta", Week: 5},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
