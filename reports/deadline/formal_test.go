package deadline_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// asked is a request for information that body A has.
var asked = reports.Report{Kind: reports.InformationRequest, State: reports.InProgress, Dispatched: true, Agency: "A"}

// formally is a request as it is marked, and extended.
func formally(extended bool) reports.Report {
	p := asked
	p.Formal, p.Extended = true, extended
	return p
}

func TestAFormalRequestHasTenDaysAndSevenMore(t *testing.T) {
	table := regional(t)
	for _, code := range []string{"5", "5j", "6@63.07"} {
		settings, err := workday.ParseSettings(code)
		if err != nil {
			t.Fatal(err)
		}
		rules, counter := within(t, table, settings, wita), newNaive(table, settings, wita)
		for _, at := range events(table) {
			run := reports.Run{Clock: reports.ClockAnswer, Start: at, Body: "A"}
			for _, c := range []struct {
				p    reports.Report
				days int
			}{{asked, 5}, {formally(false), 10}, {formally(true), 17}} {
				due, owed := rules.Due(c.p, run)
				on, late := counter.due(run, c.days)
				if !owed || !noon(due.On).Equal(on) || !due.Late.Equal(workday.DateOf(late, time.UTC).Start(wita)) {
					t.Errorf("%s, %s +%d: due %s, late %s; counted %s, %s", code, at, c.days, due.On, due.Late, on, late)
				}
				days, rungs := rungsOf(t, rules, c.p, run)
				if len(rungs) != 6 {
					t.Fatalf("%s, %s +%d: %s", code, at, c.days, rungs)
				}
				for i, day := range days {
					if want := counter.nth(run, c.days+rungDays[rungs[i]]); !noon(day).Equal(want) {
						t.Errorf("%s, %s +%d: %s on %s, counted %s", code, at, c.days, rungs[i], day, want)
					}
				}
			}
		}
	}
	rules := within(t, workday.Default(), workday.Settings{}, jakarta)
	for event, want := range map[string][2]string{ // the tenth are the domain's check values
		"2026-11-20": {"2026-12-04", "2026-12-15"},
		"2026-12-18": {"2027-01-07", "2027-01-18"},
		"2027-03-03": {"2027-03-29", "2027-04-07"},
	} {
		day, _ := workday.ParseDate(event)
		run := reports.Run{Clock: reports.ClockAnswer, Start: day.Start(jakarta).Add(23 * time.Hour), Body: "A"}
		ten, _ := rules.Due(formally(false), run)
		more, _ := rules.Due(formally(true), run)
		if got := [2]string{ten.On.String(), more.On.String()}; got != want {
			t.Errorf("%s: %s, want %s", event, got, want)
		}
	}
}

// Nothing but the clock of the answer is longer because of it.
func TestAnExtensionIsOfTheAnswerAlone(t *testing.T) {
	rules := within(
		t, workday.Default(), workday.Settings{}, jakarta,
		reports.Limit{Clock: reports.ClockRespond, Formal: true, Workdays: 3, Extra: 9},
	)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	for _, clock := range reports.Clocks() {
		run := reports.Run{Clock: clock, Start: at, Body: "A"}
		ten, _ := rules.Due(formally(false), run)
		more, _ := rules.Due(formally(true), run)
		if longer := more.On > ten.On; longer != (clock == reports.ClockAnswer) {
			t.Errorf("%s: %s, extended %s", clock, ten.On, more.On)
		}
	}
}

func TestAnExtensionIsOfferedWhereItGivesDays(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta)
	running := reports.Run{Clock: reports.ClockAnswer, Start: at, Body: "A"}
	paused := running
	paused.Pauses = []reports.Pause{{From: at.Add(time.Hour)}}
	own := func(l reports.Limit) *deadline.Rules {
		l.Clock, l.Agency, l.Formal = reports.ClockAnswer, "A", true
		return within(t, workday.Default(), workday.Settings{}, jakarta, l)
	}
	builtIn := within(t, workday.Default(), workday.Settings{}, jakarta)
	for _, test := range []struct {
		name  string
		rules *deadline.Rules
		p     reports.Report
		run   reports.Run
		want  string // empty: none
	}{
		{"built in", builtIn, formally(false), running, "2026-12-15"},
		{"extended before", builtIn, formally(true), running, ""},
		{"no formal request", builtIn, asked, running, ""},
		{"it stands still", builtIn, formally(false), paused, ""},
		{"another clock", builtIn, formally(false), reports.Run{Clock: reports.ClockAfterReply, Start: at, Body: "A"}, ""},
		{"a body's own, longer", own(reports.Limit{Workdays: 10, Extra: 1}), formally(false), running, "2026-12-07"},
		{"a body's own, never", own(reports.Limit{Workdays: 10}), formally(false), running, ""},
		{"a body's own, in hours", own(reports.Limit{Hours: 48, Extra: 7}), formally(false), running, ""},
	} {
		test.p.Clocks = []reports.Run{test.run}
		due, may := test.rules.Extended(test.p)
		if may != (test.want != "") || may && due.On.String() != test.want {
			t.Errorf("%s: %s, %t; want %q", test.name, due.On, may, test.want)
		}
	}
}

// step is something that is done at an instant.
func step(action reports.Action, by reports.ActorKind, at time.Time) reports.Change {
	return reports.Change{Action: action, Actor: reports.Actor{Kind: by, Person: 3}, Agency: "A", At: at}
}

func TestMarkingAndExtendingBeginTheLadderAnew(t *testing.T) {
	rules := within(t, workday.Default(), workday.Settings{}, jakarta)
	on := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 9, 0, 0, 0, jakarta) }
	p, _ := history(
		t, reports.Draft{Kind: reports.InformationRequest}.Open(1, "double", on(11, 20)),
		step(reports.Dispatch, reports.ByAdmin, on(11, 20)), step(reports.Respond, reports.ByLiaison, on(11, 20)),
	)
	for _, look := range []struct {
		do  *reports.Change // before the look
		now time.Time
		due string
		of  int
		got []string
	}{
		{nil, on(11, 27), "2026-11-27", 5, []string{"answer soon 5", "answer today 5"}},
		{new(step(reports.MarkFormal, reports.ByAdmin, on(11, 27))), on(12, 2), "2026-12-04", 10, nil},
		{nil, on(12, 3), "2026-12-04", 10, []string{"answer soon 10"}},
		{nil, on(12, 7), "2026-12-04", 10, []string{"answer today 10", "answer late 10"}},
		{new(step(reports.Extend, reports.ByLiaison, on(12, 7))), on(12, 11), "2026-12-15", 17, nil},
		{nil, on(12, 14), "2026-12-15", 17, []string{"answer soon 17"}},
		{nil, on(12, 16), "2026-12-15", 17, []string{"answer today 17", "answer late 17"}},
		{nil, on(12, 31), "2026-12-15", 17, []string{"answer superior 17", "answer leader 17", "answer national 17"}},
	} {
		if look.do != nil {
			next, _, err := reports.Apply(p, *look.do)
			if err != nil {
				t.Fatal(err)
			}
			p = next
		}
		var passed []deadline.Passed
		p, passed, _ = passes(t, rules, p, deadline.Heard{}, look.now)
		run, _ := p.Clocked(reports.ClockAnswer)
		due, _ := rules.Due(p, run)
		if got := rungNames(passed); !slices.Equal(got, look.got) || due.On.String() != look.due || len(passed) > 0 && run.Of != look.of {
			t.Errorf("on %s: %q, due %s, of %d; want %q, %s, %d", look.now.Format(time.DateOnly), got, due.On, run.Of, look.got, look.due, look.of)
		}
	}
}

// Whenever a request is marked and extended, each rung comes once for a limit, on
// its day as a wall calendar has it, and those of a limit that is no more do not.
func TestNoRungComesTwiceForALimit(t *testing.T) {
	table := workday.Default()
	counter := newNaive(table, workday.Settings{}, jakarta)
	rules := within(t, table, workday.Settings{}, jakarta)
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2026, 11, 2, 9, 0, 0, 0, jakarta).AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "start"))
		p := reports.Draft{Kind: reports.InformationRequest}.Open(1, "double", start)
		do := func(c reports.Change) {
			next, _, err := reports.Apply(p, c)
			if err != nil {
				t.Fatal(err)
			}
			p = next
		}
		do(step(reports.Dispatch, reports.ByAdmin, start))
		do(step(reports.Respond, reports.ByLiaison, start))
		marked := rapid.IntRange(0, 30).Draw(t, "marked")
		extended := marked + rapid.IntRange(0, 30).Draw(t, "extended")
		limit, begun, seen := 5, 0, map[string]int{}
		run := reports.Run{Start: start}
		for day := range 75 {
			now := start.AddDate(0, 0, day)
			if day == marked {
				do(step(reports.MarkFormal, reports.ByAdmin, now))
				limit, begun = 10, day
			}
			if day == extended {
				do(step(reports.Extend, reports.ByLiaison, now))
				limit, begun = 17, day
			}
			o, err := rules.Pass(p, func(reports.Run) deadline.Heard { return deadline.Heard{} }, always, now)
			if err != nil {
				t.Fatal(err)
			}
			p = o.After
			for _, passed := range o.Passed {
				name := fmt.Sprintf("%s %d", passed.Rung, passed.Of)
				seen[name]++
				comes := counter.nth(run, limit+rungDays[passed.Rung])
				today, since := counter.day(now), counter.day(start.AddDate(0, 0, begun))
				if seen[name] > 1 || passed.Of != limit || comes.After(today) || comes.Before(today) && !comes.Before(since) {
					t.Fatalf("day %d: %s, which comes on %s; the limit of %d since day %d", day, name, comes.Format(time.DateOnly), limit, begun)
				}
			}
		}
		for rung, n := range rungDays {
			if name := fmt.Sprintf("%s 17", rung); n != -3 && rung != deadline.Lapse && seen[name] != 1 {
				t.Fatalf("%s came %d times: %v", name, seen[name], seen)
			}
		}
	})
}

func TestExplainTellsTheLawAndTheExtension(t *testing.T) {
	filed := reports.Report{ID: 1, Version: 1, Kind: reports.InformationRequest, State: reports.Submitted, FiledAt: change("", "", 16, 10).At}
	r, entries := history(
		t, filed, change(reports.Dispatch, reports.ByAdmin, 17, 10), change(reports.MarkFormal, reports.ByAdmin, 19, 10),
		change(reports.Extend, reports.ByLiaison, 20, 10),
	)
	answer := func(r reports.Report, entries []reports.Entry) deadline.Explained {
		clocks, err := rulesOf(t).Explain(r, entries, change("", "", 20, 11).At)
		if err != nil {
			t.Fatal(err)
		}
		return clocks[2]
	}
	x := answer(r, entries)
	if x.Limit.Workdays != 17 || x.Extra != 7 || !x.Limit.Formal || x.Limit.Basis != "UU 14/2008 pasal 22" || len(x.Days) < 17 || x.Due.On.String() != "2026-12-10" {
		t.Errorf("extended: %+v, %d days more, due %s", x.Limit, x.Extra, x.Due.On)
	}
	// What ended before it was marked ended under the shorter limit.
	filed.Kind = reports.Complaint
	r, entries = history(
		t, filed, change(reports.Dispatch, reports.ByAdmin, 17, 10), change(reports.FollowUp, reports.ByLiaison, 18, 10),
		change(reports.MarkOversight, reports.ByAdmin, 19, 10),
	)
	if x := answer(r, entries); x.Limit.Workdays != 14 || x.Extra != 0 || x.Limit.Oversight {
		t.Errorf("answered before: %+v, %d days more", x.Limit, x.Extra)
	}
}
