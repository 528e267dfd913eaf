package reports_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kentongan/reports"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	reporter = reports.Actor{Kind: reports.ByReporter, Person: 1}
	admin    = reports.Actor{Kind: reports.ByAdmin, Person: 2}
	agency   = reports.Actor{Kind: reports.ByAgencyAdmin, Person: 3}
	liaison  = reports.Actor{Kind: reports.ByLiaison, Person: 4}
	operator = reports.Actor{Kind: reports.ByOperator, Person: 5}
	clock    = reports.Actor{Kind: reports.ByClock}
	actors   = []reports.Actor{reporter, admin, agency, liaison, operator, clock}
)

var actions = []reports.Action{
	reports.Dispatch, reports.HandOn, reports.Claim, reports.Respond, reports.FollowUp, reports.RequestInfo,
	reports.ProvideInfo, reports.WithdrawAsk, reports.LapseAsk, reports.NotOurs, reports.TakeBack, reports.Reply,
	reports.Write, reports.Confirm, reports.Close, reports.Silence, reports.RequestReopen, reports.GrantReopen,
	reports.RefuseReopen, reports.Hold, reports.Release, reports.Archive, reports.Merge, reports.Unmerge,
	reports.Withdraw, reports.MarkOversight, reports.MarkFormal, reports.Extend, reports.Escalate, reports.AttachEvidence,
}

// day is a Friday morning; steps follow an hour apart.
var day = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

func filed() reports.Report { return filedAs(reports.Complaint) }

func filedAs(kind reports.Kind) reports.Report {
	return reports.Draft{Kind: kind, Chronology: []reports.Passage{{Text: "Lampu jalan mati."}}}.Open(1, "webchat", day)
}

// after applies steps such as "dispatch by admin" to a fresh report.
func after(t testing.TB, steps ...reports.Change) (reports.Report, []reports.Entry) {
	t.Helper()
	return afterAs(t, reports.Complaint, steps...)
}

func afterAs(t testing.TB, kind reports.Kind, steps ...reports.Change) (reports.Report, []reports.Entry) {
	t.Helper()
	r, history := filedAs(kind), []reports.Entry(nil)
	for i, c := range steps {
		if c.At.IsZero() {
			c.At = day.Add(time.Duration(i+1) * time.Hour)
		}
		next, entry, err := reports.Apply(r, c)
		if err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
		r, history = next, append(history, entry)
	}
	return r, history
}

func by(a reports.Actor, action reports.Action) reports.Change {
	return reports.Change{Action: action, Actor: a, Agency: "PUPR", Files: 1}
}

// TestTableOfActions writes the whole table as a text that can be laid beside
// the domain's: every action, state and actor that is allowed, and where it leads.
func TestTableOfActions(t *testing.T) {
	situations := []struct {
		name  string
		steps []reports.Change // of a complaint, or where it says so of a request for information
	}{
		{"submitted", nil},
		{"submitted, held", []reports.Change{{Action: reports.Hold, Actor: admin, Until: day.AddDate(0, 0, 7)}}},
		{"submitted, returned twice", []reports.Change{
			by(admin, reports.Dispatch), by(liaison, reports.NotOurs), by(admin, reports.Dispatch), by(liaison, reports.NotOurs),
		}},
		{"dispatched, returned twice", []reports.Change{
			by(admin, reports.Dispatch), by(liaison, reports.NotOurs), by(admin, reports.Dispatch), by(liaison, reports.NotOurs), by(admin, reports.Dispatch),
		}},
		{"needs_info from submitted", []reports.Change{by(admin, reports.RequestInfo)}},
		{"dispatched", []reports.Change{by(admin, reports.Dispatch)}},
		{"dispatched, manual", []reports.Change{{Action: reports.Dispatch, Actor: admin, Manual: true, Agency: "X"}}},
		{"needs_info from dispatched", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.RequestInfo)}},
		{"in_progress, claimed", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.Claim)}},
		{"followed_up", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.FollowUp)}},
		{"reporter_replied", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(reporter, reports.Reply)}},
		{"in_progress after the admin wrote", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(admin, reports.Write)}},
		{"closed", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(clock, reports.Silence)}},
		{"closed, reopening asked", []reports.Change{
			by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(reporter, reports.Confirm), by(reporter, reports.RequestReopen),
		}},
		{"archived", []reports.Change{by(admin, reports.Archive)}},
		{"merged", []reports.Change{by(admin, reports.Merge)}},
		{"withdrawn", []reports.Change{by(reporter, reports.Withdraw)}},
		{"request, submitted", nil},
		{"request, dispatched", []reports.Change{by(admin, reports.Dispatch)}},
		{"request, needs_info from dispatched", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.RequestInfo)}},
		{"request, followed_up", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.FollowUp)}},
		{"formal, submitted", []reports.Change{by(admin, reports.MarkFormal)}},
		{"formal, dispatched", []reports.Change{by(admin, reports.MarkFormal), by(admin, reports.Dispatch)}},
		{"formal, dispatched, manual", []reports.Change{
			by(admin, reports.MarkFormal), {Action: reports.Dispatch, Actor: admin, Manual: true, Agency: "X"},
		}},
		{"formal, needs_info from dispatched", []reports.Change{
			by(admin, reports.MarkFormal), by(admin, reports.Dispatch), by(liaison, reports.RequestInfo),
		}},
		{"formal, in_progress", []reports.Change{by(admin, reports.Dispatch), by(liaison, reports.Respond), by(admin, reports.MarkFormal)}},
		{"formal, extended", []reports.Change{by(admin, reports.MarkFormal), by(admin, reports.Dispatch), by(liaison, reports.Extend)}},
		{"formal, reporter_replied", []reports.Change{
			by(admin, reports.MarkFormal), by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(reporter, reports.Reply),
		}},
		{"formal, in_progress after the admin wrote", []reports.Change{
			by(admin, reports.MarkFormal), by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(admin, reports.Write),
		}},
	}
	var text strings.Builder
	for _, s := range situations {
		kind := reports.Complaint
		if strings.HasPrefix(s.name, "request") || strings.HasPrefix(s.name, "formal") {
			kind = reports.InformationRequest
		}
		r, _ := afterAs(t, kind, s.steps...)
		fmt.Fprintf(&text, "%s\n", s.name)
		for _, action := range actions {
			for _, actor := range actors {
				next, _, err := reports.Apply(r, by(actor, action))
				if err != nil {
					if !errors.Is(err, reports.ErrRefused) {
						t.Errorf("%s by %s: %v", action, actor.Kind, err)
					}
					continue
				}
				fmt.Fprintf(&text, "\t%-16s %-13s -> %s\n", action, actor.Kind, describe(next))
			}
		}
	}
	const golden = "testdata/actions.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("the table of actions changed (-golden +now):\n%s", diff)
	}
}

func describe(r reports.Report) string {
	s := string(r.State)
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"held", !r.HeldUntil.IsZero()},
		{"manual", r.Manual},
		{"reopening", r.Reopening},
		{"oversight", r.Oversight},
		{"formal", r.Formal},
		{"extended", r.Extended},
		{"escalated", r.Escalated},
		{string(r.Closing), r.Closing != ""},
	} {
		if flag.set {
			s += " +" + flag.name
		}
	}
	return s
}

// A request is marked once, and no other kind; its time is extended once, while its
// answer is awaited.
func TestRefusalsOfFormalRequestsSayWhy(t *testing.T) {
	marked, sent, asked := by(admin, reports.MarkFormal), by(admin, reports.Dispatch), by(liaison, reports.RequestInfo)
	extend := by(liaison, reports.Extend)
	for _, tt := range []struct {
		name  string
		kind  reports.Kind
		steps []reports.Change
		next  reports.Change
		why   string // empty: it is done
	}{
		{"marked", reports.InformationRequest, nil, marked, ""},
		{"marked twice", reports.InformationRequest, []reports.Change{marked}, marked, "marked already"},
		{"a complaint marked", reports.Complaint, nil, marked, "no request for information"},
		{"marked by a liaison", reports.InformationRequest, []reports.Change{sent}, by(liaison, reports.MarkFormal), "not for this actor"},
		{"extended", reports.InformationRequest, []reports.Change{marked, sent}, extend, ""},
		{"extended while a question is open", reports.InformationRequest, []reports.Change{marked, sent, asked}, extend, "not in this state"},
		{"extended after a question", reports.InformationRequest, []reports.Change{marked, sent, asked, by(reporter, reports.ProvideInfo)}, extend, ""},
		{"extended twice", reports.InformationRequest, []reports.Change{marked, sent, extend}, extend, "extended already"},
		{"extended twice, handed to another", reports.InformationRequest, []reports.Change{marked, sent, extend, by(liaison, reports.NotOurs), sent}, extend, "extended already"},
		{"extended though not formal", reports.InformationRequest, []reports.Change{sent}, extend, "no formal request"},
		{"extended after the answer", reports.InformationRequest, []reports.Change{marked, sent, by(liaison, reports.FollowUp), by(reporter, reports.Reply)}, extend, "no answer is awaited"},
		{"extended by an operator", reports.InformationRequest, []reports.Change{marked, sent}, by(operator, reports.Extend), "not for this actor"},
		{"extended by the admin of a body that is there", reports.InformationRequest, []reports.Change{marked, sent}, by(admin, reports.Extend), "not for this actor"},
	} {
		r, _ := afterAs(t, tt.kind, tt.steps...)
		next, _, err := reports.Apply(r, tt.next)
		var refused *reports.RefusedError
		switch {
		case errors.As(err, &refused):
			if refused.Why != tt.why || !cmp.Equal(next, r) {
				t.Errorf("%s: %q, want %q", tt.name, refused.Why, tt.why)
			}
		case err != nil || tt.why != "" || !next.Formal || next.Extended != (tt.next.Action == reports.Extend) || next.State != r.State:
			t.Errorf("%s: formal %t, extended %t, %v", tt.name, next.Formal, next.Extended, err)
		}
	}
}

// No order of actions whatsoever closes a report by silence that nobody
// followed up, or leaves a trace that its history does not explain.
func TestNoOrderOfActionsBreaksTheReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := filedAs(rapid.SampledFrom([]reports.Kind{reports.Complaint, reports.InformationRequest}).Draw(t, "kind"))
		begun := r
		answered := false
		history := []reports.Entry(nil)
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			c := by(rapid.SampledFrom(actors).Draw(t, "actor"), rapid.SampledFrom(actions).Draw(t, "action"))
			c.At = day.Add(time.Duration(i+1) * time.Hour)
			c.Until = c.At.AddDate(0, 0, 3)
			c.Manual = rapid.Bool().Draw(t, "manual")
			next, entry, err := reports.Apply(r, c)
			if err != nil {
				if !cmp.Equal(next, r) {
					t.Fatalf("a refused %s changed the report", c.Action)
				}
				continue
			}
			switch c.Action {
			case reports.FollowUp:
				answered = true
			case reports.GrantReopen:
				answered = false
			default:
			}
			if next.Closing == reports.ClosedBySilence && !answered {
				t.Fatal("closed by silence without a follow-up")
			}
			if next.Version != r.Version+1 || entry.Version != next.Version || entry.From != r.State || entry.To != next.State {
				t.Fatalf("entry %+v does not tell how %s became %s", entry, r.State, next.State)
			}
			if next.Formal && next.Kind != reports.InformationRequest || next.Extended && !next.Formal {
				t.Fatalf("a %s is formal %t, extended %t", next.Kind, next.Formal, next.Extended)
			}
			if (next.State == reports.NeedsInfo) != (next.Origin != "") {
				t.Fatalf("state %s with origin %q", next.State, next.Origin)
			}
			r, history = next, append(history, entry)
		}
		runs, err := reports.Runs(begun, history)
		if err != nil {
			t.Fatalf("the history does not replay: %v", err)
		}
		running := map[reports.Clock]int{}
		for _, run := range runs {
			if run.Running() {
				running[run.Clock]++
			}
		}
		for clock, n := range running {
			if n > 1 {
				t.Fatalf("%s runs %d times at once", clock, n)
			}
			if !r.State.Open() && (clock != reports.ClockVerify || !r.Reopening) {
				t.Fatalf("%s still runs although the report is %s", clock, r.State)
			}
		}
		// What a report carries is what its history says.
		replayed := map[reports.Clock]reports.Run{}
		for _, run := range runs {
			if run.Running() {
				replayed[run.Clock] = run
			}
		}
		carried := map[reports.Clock]reports.Run{}
		for _, run := range r.Clocks {
			carried[run.Clock] = run
		}
		if diff := cmp.Diff(replayed, carried); diff != "" {
			t.Fatalf("the report's clocks are not its history's (-history +report):\n%s", diff)
		}
		// Whatever is open and not with the reporter has a clock that makes somebody act.
		if r.State.Open() && len(running) == 0 {
			t.Fatalf("nobody owes the report anything although it is %s", r.State)
		}
	})
}
