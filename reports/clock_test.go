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
		{Clock: reports.ClockRespond, Agency: "JATENG", Hours: 24, From: "2025-01-01"},
		{Clock: reports.ClockRespond, Agency: "KUDUS", Workdays: 2, From: "2025-01-01"},
		{Clock: reports.ClockRespond, Oversight: true, Workdays: 7, From: "2025-01-01"},
		{Clock: reports.ClockRespond, Formal: true, Workdays: 6, From: "2025-01-01"},
		{Clock: reports.ClockVerify, Workdays: 2, From: "2026-06-01"},
		{Clock: reports.ClockAnswer, Agency: "KUDUS", Kind: reports.Aspiration, Workdays: 4, From: "2025-01-01"},
		{Clock: reports.ClockHandOn, Workdays: 9, From: "2025-01-01", Set: day},
		{Clock: reports.ClockHandOn, Workdays: 8, From: "2025-01-01", Set: day.Add(time.Hour)},
		{Clock: reports.ClockHandOn, Workdays: 7, From: "2025-01-01", Set: day.Add(time.Minute)},
		{Clock: reports.ClockHandOn, Workdays: 6, From: "2024-01-01", Set: day.Add(2 * time.Hour)},
		{Clock: reports.ClockAfterReply, Workdays: 8, From: "2027-01-01", Set: day},
		{Clock: reports.ClockAnswer, Formal: true, Workdays: 8, Extra: 5, From: "2027-01-01", Set: day},
	}, reports.DefaultLimits...)
	complaint := reports.Report{Kind: reports.Complaint}
	overseen := reports.Report{Kind: reports.Complaint, Oversight: true}
	formal := reports.Report{Kind: reports.InformationRequest, Formal: true}
	formalOverseen := reports.Report{Kind: reports.InformationRequest, Formal: true, Oversight: true}
	kudus := []string{"KUDUS-PUPR", "KUDUS", "JATENG"}
	tests := []struct {
		name   string
		clock  reports.Clock
		report reports.Report
		bodies []string
		start  time.Time // zero: a year later
		day    string
		want   string
	}{
		{"of every body", reports.ClockRespond, complaint, []string{"HST"}, time.Time{}, "2026-11-20", "5 days"},
		{"of the body", reports.ClockRespond, complaint, []string{"JATENG"}, time.Time{}, "2026-11-20", "24 hours"},
		{"of a body above", reports.ClockRespond, complaint, []string{"DEMAK", "JATENG"}, time.Time{}, "2026-11-20", "24 hours"},
		{"of the nearest body above", reports.ClockRespond, complaint, kudus, time.Time{}, "2026-11-20", "2 days"},
		{"of a body before oversight", reports.ClockRespond, overseen, []string{"DEMAK", "JATENG"}, time.Time{}, "2026-11-20", "24 hours"},
		{"of no body, for none is known", reports.ClockRespond, reports.Report{Agency: "JATENG"}, nil, time.Time{}, "2026-11-20", "5 days"},
		{"oversight before all", reports.ClockRespond, overseen, nil, time.Time{}, "2026-11-20", "7 days"},
		{"of a kind", reports.ClockAnswer, complaint, nil, time.Time{}, "2026-11-20", "14 days"},
		{"of a kind with oversight", reports.ClockAnswer, overseen, nil, time.Time{}, "2026-11-20", "60 days"},
		{"of another kind", reports.ClockAnswer, reports.Report{Kind: reports.InformationRequest}, nil, time.Time{}, "2026-11-20", "5 days"},
		{"of a formal request", reports.ClockAnswer, formal, nil, time.Time{}, "2026-11-20", "10 days and 7"},
		{"of a formal request, newer and without its kind", reports.ClockAnswer, formal, nil, time.Time{}, "2027-01-01", "8 days and 5"},
		{"of a formal request before oversight", reports.ClockRespond, formalOverseen, nil, time.Time{}, "2026-11-20", "6 days"},
		{"of a body before a formal request", reports.ClockRespond, formalOverseen, []string{"JATENG"}, time.Time{}, "2026-11-20", "24 hours"},
		{"of another kind than the body's", reports.ClockAnswer, complaint, kudus, time.Time{}, "2026-11-20", "14 days"},
		{"of the body's kind", reports.ClockAnswer, reports.Report{Kind: reports.Aspiration}, kudus, time.Time{}, "2026-11-20", "4 days"},
		{"the day before a newer one", reports.ClockVerify, complaint, nil, time.Time{}, "2026-05-31", "3 days"},
		{"the first day of a newer one", reports.ClockVerify, complaint, nil, time.Time{}, "2026-06-01", "2 days"},
		{"started before any was entered", reports.ClockHandOn, complaint, nil, day.Add(-time.Second), "2026-11-20", "3 days"},
		{"started as the first was entered", reports.ClockHandOn, complaint, nil, day, "2026-11-20", "9 days"},
		{"entered between", reports.ClockHandOn, complaint, nil, day.Add(30 * time.Minute), "2026-11-20", "7 days"},
		{"entered last, not listed last", reports.ClockHandOn, complaint, nil, day.Add(time.Hour), "2026-11-20", "8 days"},
		{"a newer From before a newer Set", reports.ClockHandOn, complaint, nil, day.Add(3 * time.Hour), "2026-11-20", "8 days"},
		{"entered for later, before that", reports.ClockAfterReply, complaint, nil, time.Time{}, "2026-12-31", "5 days"},
		{"entered for later", reports.ClockAfterReply, complaint, nil, time.Time{}, "2027-01-01", "8 days"},
	}
	for _, test := range tests {
		if test.start.IsZero() {
			test.start = day.AddDate(1, 0, 0)
		}
		l, found := reports.LimitFor(limits, test.clock, test.report, test.bodies, test.start, test.day)
		got := fmt.Sprintf("%d days", l.Workdays)
		if l.Hours > 0 {
			got = fmt.Sprintf("%d hours", l.Hours)
		}
		if l.Extra > 0 {
			got += fmt.Sprintf(" and %d", l.Extra)
		}
		if !found || got != test.want {
			t.Errorf("%s: %s, %v; want %s", test.name, got, found, test.want)
		}
	}
	if _, found := reports.LimitFor(limits, reports.ClockAnswer, complaint, nil, day, "2024-12-31"); found {
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
