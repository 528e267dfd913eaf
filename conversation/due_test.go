package conversation

import (
	"slices"
	"testing"
	"time"

	"kentongan/reports"
)

// A limit of a body above holds, unless it was entered after the clock started.
func TestDueFollowsTheLimitsOfTheBodiesAbove(t *testing.T) {
	filed := reports.Report{ID: 1, Version: 1, Kind: reports.Complaint, State: reports.Submitted, FiledAt: now}
	dispatch := reports.Change{
		Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin, Person: 9}, Agency: "HST", At: now.Add(time.Hour),
	}
	r, _, err := reports.Apply(filed, dispatch)
	if err != nil {
		t.Fatal(err)
	}
	c := config(t)
	c.Agencies = []reports.Agency{
		{Code: "KALSEL", Name: "Kalimantan Selatan", Level: reports.Province, Week: 5},
		{Code: "HST", Name: "Hulu Sungai Tengah", Parent: "KALSEL", Level: reports.Regency, Week: 5},
	}
	c.Limits = append(slices.Clone(reports.DefaultLimits),
		reports.Limit{Clock: reports.ClockRespond, Agency: "KALSEL", Hours: 24, From: "2026-01-01", Set: now},
		reports.Limit{Clock: reports.ClockRespond, Agency: "HST", Hours: 12, From: "2026-01-01", Set: dispatch.At.Add(time.Second)})
	due, found := made(t, c).Due(r, reports.ClockRespond)
	if want := dispatch.At.Add(24 * time.Hour); !found || !due.Equal(want) {
		t.Errorf("due %s, %v; want %s", due, found, want)
	}
}
