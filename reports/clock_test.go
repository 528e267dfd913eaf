package reports_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports"
)

// lives prints the lives of a report's clocks in hours after filing, such as
// "respond 1–3 paused 2–2.5 (follow_up)".
func lives(t *testing.T, steps ...reports.Change) []string {
	t.Helper()
	_, history := after(t, steps...)
	runs, err := reports.Runs(filed(), history)
	if err != nil {
		t.Fatal(err)
	}
	hour := func(at time.Time) string { return fmt.Sprintf("%g", at.Sub(day).Hours()) }
	var lines []string
	for _, run := range runs {
		line := fmt.Sprintf("%s %s–", run.Clock, hour(run.Start))
		if !run.Running() {
			line += hour(run.Stop)
		}
		for _, p := range run.Pauses {
			line += fmt.Sprintf(" paused %s–", hour(p.From))
			if !p.To.IsZero() {
				line += hour(p.To)
			}
		}
		if !run.Running() {
			line += fmt.Sprintf(" (%s)", run.Stopped)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestClocksStartPauseAndStop(t *testing.T) {
	units := by(admin, reports.Dispatch)
	units.Units = true
	hold := reports.Change{Action: reports.Hold, Actor: admin, Until: day.AddDate(0, 0, 3)}
	tests := []struct {
		name  string
		steps []reports.Change
		want  []string
	}{
		{"verify runs from filing", nil, []string{"verify 0–"}},
		{
			"a question before dispatch pauses verify",
			[]reports.Change{by(admin, reports.RequestInfo), by(reporter, reports.ProvideInfo)},
			[]string{"verify 0– paused 1–2", "complete 1–2 (provide_info)"},
		},
		{
			"a hold pauses verify and ends by itself",
			[]reports.Change{hold, by(clock, reports.Release)},
			[]string{"verify 0– paused 1–2"},
		},
		{
			"dispatch starts respond and answer",
			[]reports.Change{by(admin, reports.Dispatch), by(liaison, reports.Respond)},
			[]string{"verify 0–1 (dispatch)", "respond 1–2 (initial_response)", "answer 1–"},
		},
		{
			"a body with units has to hand it on",
			[]reports.Change{units, by(agency, reports.HandOn)},
			[]string{"verify 0–1 (dispatch)", "hand_on 1–2 (hand_on)", "respond 1–", "answer 1–"},
		},
		{
			"a body with units that answers itself has taken it on",
			[]reports.Change{units, by(liaison, reports.Respond)},
			[]string{"verify 0–1 (dispatch)", "hand_on 1–2 (initial_response)", "respond 1–2 (initial_response)", "answer 1–"},
		},
		{
			"a return does not restart the reporter's clock",
			[]reports.Change{by(admin, reports.Dispatch), by(liaison, reports.NotOurs), by(admin, reports.Dispatch)},
			[]string{"verify 0–1 (dispatch)", "respond 1–2 (not_ours)", "answer 1–", "verify 2–3 (dispatch)", "respond 3–"},
		},
		{
			"an agency's third question pauses nothing",
			[]reports.Change{
				by(admin, reports.Dispatch),
				by(liaison, reports.RequestInfo), by(reporter, reports.ProvideInfo),
				by(liaison, reports.RequestInfo), by(reporter, reports.ProvideInfo),
				by(liaison, reports.RequestInfo), by(reporter, reports.ProvideInfo),
			},
			[]string{
				"verify 0–1 (dispatch)", "respond 1– paused 2–3 paused 4–5", "answer 1– paused 2–3 paused 4–5",
				"complete 2–3 (provide_info)", "complete 4–5 (provide_info)", "complete 6–7 (provide_info)",
			},
		},
		{
			"a reply ends the closing clock and only a follow-up starts it anew",
			[]reports.Change{
				by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(reporter, reports.Reply), by(liaison, reports.FollowUp),
			},
			[]string{
				"verify 0–1 (dispatch)", "respond 1–2 (follow_up)", "answer 1–2 (follow_up)",
				"close 2–3 (reply)", "after_reply 3–4 (follow_up)", "close 4–",
			},
		},
		{
			"a second reply does not lengthen after_reply",
			[]reports.Change{
				by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(reporter, reports.Reply), by(reporter, reports.Reply), by(admin, reports.Write),
			},
			[]string{
				"verify 0–1 (dispatch)", "respond 1–2 (follow_up)", "answer 1–2 (follow_up)", "close 2–3 (reply)", "after_reply 3–",
			},
		},
		{
			"a second follow-up starts the closing clock anew",
			[]reports.Change{by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(liaison, reports.FollowUp)},
			[]string{"verify 0–1 (dispatch)", "respond 1–2 (follow_up)", "answer 1–2 (follow_up)", "close 2–3 (follow_up)", "close 3–"},
		},
		{
			"every clock ends with the report",
			[]reports.Change{by(admin, reports.Dispatch), by(liaison, reports.RequestInfo), by(reporter, reports.Withdraw)},
			[]string{"verify 0–1 (dispatch)", "respond 1–3 paused 2–3 (withdraw)", "answer 1–3 paused 2–3 (withdraw)", "complete 2–3 (withdraw)"},
		},
		{
			"asking for reopening runs verify until it is decided",
			[]reports.Change{
				by(admin, reports.Dispatch), by(liaison, reports.FollowUp), by(clock, reports.Silence), by(reporter, reports.RequestReopen), by(admin, reports.GrantReopen),
			},
			[]string{
				"verify 0–1 (dispatch)", "respond 1–2 (follow_up)", "answer 1–2 (follow_up)", "close 2–3 (silence)",
				"verify 4–5 (grant_reopen)", "after_reply 5–",
			},
		},
		{
			"an archived report that reopens is verified again",
			[]reports.Change{by(admin, reports.Archive), by(reporter, reports.RequestReopen)},
			[]string{"verify 0–1 (archive)", "verify 2–"},
		},
		{
			"silence to a question before dispatch archives",
			[]reports.Change{by(admin, reports.RequestInfo), by(clock, reports.LapseAsk)},
			[]string{"verify 0–2 paused 1–2 (lapse_ask)", "complete 1–2 (lapse_ask)"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lives(t, test.steps...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLimitForPicksTheMostSpecificLimitInForce(t *testing.T) {
	limits := append([]reports.Limit{
		{Clock: reports.ClockRespond, Agency: "JATENG", Hours: 24, Basis: "Pergub", From: "2025-01-01"},
		{Clock: reports.ClockVerify, Workdays: 2, Basis: "baru", From: "2026-06-01"},
	}, reports.DefaultLimits...)
	tests := []struct {
		clock  reports.Clock
		report reports.Report
		day    string
		want   reports.Limit
	}{
		{reports.ClockRespond, reports.Report{Kind: reports.Complaint, Agency: "HST"}, "2026-11-20", reports.Limit{Workdays: 5}},
		{reports.ClockRespond, reports.Report{Kind: reports.Complaint, Agency: "JATENG"}, "2026-11-20", reports.Limit{Hours: 24}},
		{reports.ClockAnswer, reports.Report{Kind: reports.Complaint}, "2026-11-20", reports.Limit{Workdays: 14}},
		{reports.ClockAnswer, reports.Report{Kind: reports.Complaint, Oversight: true}, "2026-11-20", reports.Limit{Workdays: 60}},
		{reports.ClockAnswer, reports.Report{Kind: reports.InformationRequest}, "2026-11-20", reports.Limit{Workdays: 5}},
		{reports.ClockVerify, reports.Report{Kind: reports.Complaint}, "2026-05-31", reports.Limit{Workdays: 3}},
		{reports.ClockVerify, reports.Report{Kind: reports.Complaint}, "2026-06-01", reports.Limit{Workdays: 2}},
	}
	for _, test := range tests {
		got, found := reports.LimitFor(limits, test.clock, test.report, []string{test.report.Agency}, day, test.day)
		if !found || got.Workdays != test.want.Workdays || got.Hours != test.want.Hours {
			t.Errorf("%s of %+v on %s: %d working days, %d hours; want %d, %d", test.clock, test.report, test.day,
				got.Workdays, got.Hours, test.want.Workdays, test.want.Hours)
		}
	}
	if _, found := reports.LimitFor(limits, reports.ClockAnswer, reports.Report{Kind: reports.Complaint}, nil, day, "2024-12-31"); found {
		t.Error("a limit was found for a day before any was valid")
	}
}

func TestEveryClockHasARuleAndALimit(t *testing.T) {
	for _, clock := range reports.Clocks() {
		rules := 0
		for _, rule := range reports.ClockRules {
			if rule.Clock == clock {
				rules++
			}
		}
		if rules != 1 {
			t.Errorf("%s has %d rules", clock, rules)
		}
		for _, kind := range reports.Kinds() {
			if _, found := reports.LimitFor(reports.DefaultLimits, clock, reports.Report{Kind: kind}, nil, day, "2026-11-20"); !found {
				t.Errorf("%s has no limit for %s", clock, kind)
			}
		}
	}
}
