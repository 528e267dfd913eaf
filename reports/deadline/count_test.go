package deadline_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// someOffice draws the days that an office works and where it is.
func someOffice(t *rapid.T) (workday.Settings, *time.Location) {
	code := rapid.SampledFrom([]string{"5", "5j", "6", "6j", "5@63", "6@63.07"}).Draw(t, "office")
	s, err := workday.ParseSettings(code)
	if err != nil {
		t.Fatal(err)
	}
	return s, rapid.SampledFrom([]*time.Location{jakarta, wita, jayapura}).Draw(t, "zone")
}

// instant draws a minute of the decreed years.
func instant(t *rapid.T, label string) time.Time {
	minutes := rapid.IntRange(0, 900*24*60).Draw(t, label)
	return time.Date(2025, 1, 2, 0, 0, 0, 0, jakarta).Add(time.Duration(minutes) * time.Minute)
}

// stillness draws pauses that begin after start, in order; the last may last.
func stillness(t *rapid.T, start time.Time, lasting bool) []reports.Pause {
	// Minutes, hours and weeks, so that pauses lie within a day and over holidays.
	span := func(label string) time.Duration {
		unit := rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 24 * time.Hour}).Draw(t, label+" in")
		return unit * time.Duration(rapid.IntRange(0, 30).Draw(t, label))
	}
	var list []reports.Pause
	at := start
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		p := reports.Pause{From: at.Add(span("after"))}
		p.To = p.From.Add(span("for"))
		at = p.To
		list = append(list, p)
	}
	if n := len(list); n > 0 && lasting && rapid.Bool().Draw(t, "lasts") {
		list[n-1].To = time.Time{}
	}
	return list
}

func TestPausesAreCountedAsOnAWallCalendar(t *testing.T) {
	table := regional(t)
	rapid.Check(t, func(t *rapid.T) {
		s, zone := someOffice(t)
		n := rapid.SampledFrom([]int{1, 2, 3, 5, 14, 60}).Draw(t, "limit")
		rules := within(t, table, s, zone, reports.Limit{Clock: reports.ClockRespond, Agency: "A", Workdays: n})
		counter := newNaive(table, s, zone)
		run := reports.Run{Clock: reports.ClockRespond, Start: instant(t, "start"), Body: "A"}
		run.Pauses = stillness(t, run.Start, true)
		due, owed := rules.Due(atA, run)
		if owed == run.Paused() {
			t.Fatalf("owed is %t", owed)
		}
		if run.Paused() {
			if _, look := rules.Look(atA, run); look || len(rules.Reached(atA, run, run.Start.AddDate(2, 0, 0))) > 0 {
				t.Fatal("something is due while the clock stands still")
			}
			return
		}
		if on, late := counter.due(run, n); !noon(due.On).Equal(on) || !due.Late.Equal(workday.DateOf(late, time.UTC).Start(zone)) {
			t.Fatalf("due %s, late %s; counted %s, %s", due.On, due.Late, on, late)
		}
		days, rungs := rungsOf(t, rules, atA, run)
		if want := 6 - max(0, 2-n); len(rungs) != want {
			t.Fatalf("rungs %s, want %d", rungs, want)
		}
		for i, day := range days {
			if want := counter.nth(run, n+rungDays[rungs[i]]); !noon(day).Equal(want) {
				t.Fatalf("%s on %s, counted %s", rungs[i], day, want)
			}
			if rungs[i] == deadline.Late && !day.Start(zone).Equal(due.Late) {
				t.Fatalf("told to be late on %s, late from %s", day, due.Late)
			}
		}
	})
}

func TestSilenceIsCountedWithoutOutages(t *testing.T) {
	table := regional(t)
	rapid.Check(t, func(t *rapid.T) {
		s, zone := someOffice(t)
		rules, counter := within(t, table, s, zone), newNaive(table, s, zone)
		clock := rapid.SampledFrom([]reports.Clock{reports.ClockClose, reports.ClockComplete}).Draw(t, "clock")
		run := reports.Run{Clock: clock, Start: instant(t, "start"), Body: "A"}
		run.Pauses = stillness(t, run.Start, false)
		reachedOn := func(day time.Time, want deadline.Rung) {
			at := workday.DateOf(day, time.UTC).Start(zone)
			if got := rules.Reached(atA, run, at); !slices.Equal(got, []deadline.Rung{want}) {
				t.Fatalf("at %s: %s, want %s", at, got, want)
			}
			if got := rules.Reached(atA, run, at.Add(-time.Nanosecond)); len(got) > 0 {
				t.Fatalf("before %s: %s", at, got)
			}
		}
		reachedOn(counter.nth(run, 7), deadline.Warn)
		warned := workday.DateOf(counter.nth(run, 7), time.UTC).Start(zone).Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "warned")) * time.Minute)
		run = rules.Passed(atA, run, []deadline.Rung{deadline.Warn}, warned)
		end := counter.nth(run, 11)
		if heard := counter.nth(reports.Run{Start: warned, Pauses: run.Pauses}, 4); heard.After(end) {
			end = heard
		}
		reachedOn(end, deadline.Lapse)
	})
}

func TestLimitsInHoursRunThroughNightsAndHolidays(t *testing.T) {
	table := regional(t)
	rapid.Check(t, func(t *rapid.T) {
		s, zone := someOffice(t)
		hours := rapid.SampledFrom([]int{1, 24, 72}).Draw(t, "limit")
		rules := within(t, table, s, zone, reports.Limit{Clock: reports.ClockRespond, Agency: "A", Hours: hours})
		run := reports.Run{Clock: reports.ClockRespond, Start: instant(t, "start"), Body: "A"}
		run.Pauses = stillness(t, run.Start, false)
		due, owed := rules.Due(atA, run)
		limit := time.Duration(hours) * time.Hour
		if !owed || lasted(run, due.At) != limit || lasted(run, due.At.Add(-time.Minute)) != limit-time.Minute {
			t.Fatalf("due at %s, when it has lasted for %s", due.At, lasted(run, due.At))
		}
		if due.Provisional || !due.Date().Equal(due.At) || !due.Late.After(due.At) || due.On != workday.DateOf(due.At, zone) {
			t.Fatalf("due %+v", due)
		}
		for i, want := range []time.Duration{limit * 3 / 4, limit, limit + 24*time.Hour, limit + 72*time.Hour, limit + 144*time.Hour} {
			look, ok := rules.Look(atA, run)
			if !ok || lasted(run, look.At) != want {
				t.Fatalf("rung %d at %s, when it has lasted for %s, want %s", i, look.At, lasted(run, look.At), want)
			}
			reached := rules.Reached(atA, run, look.At)
			if len(reached) == 0 || len(rules.Reached(atA, run, look.At.Add(-time.Nanosecond))) != 0 {
				t.Fatalf("rung %d is %s at %s", i, reached, look.At)
			}
			run = rules.Passed(atA, run, reached[:1], look.At)
		}
		if look, ok := rules.Look(atA, run); ok {
			t.Fatalf("a sixth rung at %s", look.At)
		}
	})
}

func TestSilenceInHoursGivesTheDaysSinceTheWarningToo(t *testing.T) {
	rules := within(t, workday.Default(), workday.Settings{}, jakarta, reports.Limit{Clock: reports.ClockClose, Agency: "A", Hours: 24})
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, jakarta) // a Friday
	run := reports.Run{Clock: reports.ClockClose, Start: at, Body: "A"}
	warned := at.Add(24 * time.Hour)
	if got := rules.Reached(atA, run, warned); !slices.Equal(got, []deadline.Rung{deadline.Warn}) {
		t.Fatalf("a day later: %s", got)
	}
	run = rules.Passed(atA, run, []deadline.Rung{deadline.Warn}, warned)
	closes := time.Date(2026, 11, 26, 0, 0, 0, 0, jakarta)
	if look, _ := rules.Look(atA, run); !look.At.Equal(closes) || len(rules.Reached(atA, run, closes.Add(-time.Second))) > 0 || len(rules.Reached(atA, run, closes)) == 0 {
		t.Errorf("looked at on %s, want %s", look.At, closes)
	}
}

// someRun draws a life of a clock of body A as the register would hold it.
func someRun(random *rand.Rand, rules *deadline.Rules, from time.Time, days int, paused bool) (reports.Report, reports.Run) {
	c := counts[random.IntN(len(counts))]
	run := reports.Run{Clock: c.clock, Body: "A", Start: from.Add(time.Duration(random.IntN(days*24*60)) * time.Minute)}
	p := c.report()
	if deadline.Waits(run.Clock) {
		if look, _ := rules.Look(p, run); random.IntN(2) == 0 {
			day, _ := look.Office.Calendar.Add(look.Anchor, look.Next)
			run = rules.Passed(p, run, []deadline.Rung{deadline.Warn}, day.Start(look.Office.Zone).Add(time.Duration(random.IntN(72))*time.Hour))
		}
		return p, run
	}
	if paused {
		at := run.Start
		for range 1 + random.IntN(2) {
			pause := reports.Pause{From: at.Add(time.Duration(random.IntN(14*24)) * time.Hour)}
			pause.To = pause.From.Add(time.Duration(random.IntN(10*24)) * time.Hour)
			run.Pauses, at = append(run.Pauses, pause), pause.To
		}
	}
	if n := random.IntN(7); n > 0 {
		run = rules.Passed(p, run, make([]deadline.Rung, n-1), run.Start)
	}
	return p, run
}

// What the index finds, and only that, has something to be done.
func TestTheIndexFindsWhatHasBeenReached(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	found, missed := 0, 0
	for range 80 {
		s := workday.Settings{SixDays: random.IntN(2) == 0, JointLeaveWorked: random.IntN(2) == 0}
		zone := []*time.Location{jakarta, wita, jayapura}[random.IntN(3)]
		var limits []reports.Limit
		if random.IntN(4) == 0 {
			limits = append(limits, reports.Limit{Clock: reports.ClockRespond, Agency: "A", Hours: 24})
		}
		rules := within(t, regional(t), s, zone, limits...)
		for range 100 {
			p, run := someRun(random, rules, time.Date(2025, 1, 2, 0, 0, 0, 0, jakarta), 900, random.IntN(2) == 0)
			look, ok := rules.Look(p, run)
			for range 20 {
				now := run.Start.Add(time.Duration(random.IntN(40*24*60)) * time.Minute)
				due := false
				switch {
				case !ok:
				case !look.At.IsZero():
					due = !look.At.After(now)
				default:
					cutoff, _ := look.Office.Calendar.Reached(workday.DateOf(now, look.Office.Zone), look.Next)
					due = look.Anchor <= cutoff
				}
				if reached := rules.Reached(p, run, now); due != (len(reached) > 0) {
					t.Fatalf("%+v at %s: reached %s, the index says %t", run, now, reached, due)
				}
				if due {
					found++
				} else {
					missed++
				}
			}
		}
	}
	if found < 10_000 || missed < 10_000 {
		t.Errorf("only %d and %d", found, missed)
	}
}

// 18 August 2025 was made a holiday on 7 August.
func TestADecreeAmendedInMidYearMovesWhatItShould(t *testing.T) {
	after := workday.Default()
	amended := workday.NewDate(2025, time.August, 18)
	before, err := workday.NewTable(slices.DeleteFunc(after.Days(), func(h workday.Holiday) bool { return h.Date == amended }))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	type tally struct{ moved, stayed, otherRow, sameRow int }
	var plain, paused tally
	for range 60 {
		s := workday.Settings{SixDays: random.IntN(2) == 0, JointLeaveWorked: random.IntN(6) == 0}
		zone := []*time.Location{jakarta, wita, jayapura}[random.IntN(3)]
		old, now := within(t, before, s, zone), within(t, after, s, zone)
		if old.Epoch() == now.Epoch() {
			t.Fatal("both tables have one epoch")
		}
		counter, counterNow := newNaive(before, s, zone), newNaive(after, s, zone)
		for i := range 100 {
			p, run := someRun(random, old, time.Date(2025, 5, 12, 0, 0, 0, 0, jakarta), 110, i%2 == 0)
			if run.Clock == reports.ClockClose && run.Rungs > 0 && run.Warned.After(time.Date(2025, 8, 7, 0, 0, 0, 0, jakarta)) {
				continue // warned when the amended table was in force already
			}
			limit, _ := old.Limit(p, run)
			dueOld, _ := old.Due(p, run)
			dueNow, _ := now.Due(p, run)
			on, late := counter.due(run, limit.Workdays)
			onNow, lateNow := counterNow.due(run, limit.Workdays)
			if !noon(dueOld.On).Equal(on) || !noon(dueNow.On).Equal(onNow) {
				t.Fatalf("%+v: due %s, then %s; counted %s, %s", run, dueOld.On, dueNow.On, on, onNow)
			}
			if !dueOld.Late.Equal(workday.DateOf(late, time.UTC).Start(zone)) || !dueNow.Late.Equal(workday.DateOf(lateNow, time.UTC).Start(zone)) {
				t.Fatalf("%+v: late %s, then %s; counted %s, %s", run, dueOld.Late, dueNow.Late, late, lateNow)
			}
			// It moves what counted that day, and nothing else.
			day := noon(amended)
			counted := counter.works(day) && !counterNow.works(day) && !counter.stands(run.Pauses, day) && day.After(counter.day(run.Start))
			if moved := dueOld.Late != dueNow.Late; moved != (counted && !day.After(late)) {
				t.Fatalf("%+v: late %s, then %s; the day counted: %t", run, dueOld.Late, dueNow.Late, counted)
			}
			lookOld, okOld := old.Look(p, run)
			lookNow, okNow := now.Look(p, run)
			same := lookOld.Anchor == lookNow.Anchor && lookOld.Next == lookNow.Next && lookOld.At.Equal(lookNow.At)
			of := &plain
			if deadline.Paused(run) {
				of = &paused
			}
			switch {
			case okOld != okNow:
				t.Fatalf("%+v: looked at %t, then %t", run, okOld, okNow)
			case !deadline.Paused(run) && !same:
				t.Fatalf("%+v never stood still; its row was %+v, then %+v", run, lookOld, lookNow)
			case !same && (!counted || run.Pauses[len(run.Pauses)-1].From.Before(day.Add(-24*time.Hour))):
				t.Fatalf("%+v: its row was %+v, then %+v", run, lookOld, lookNow)
			}
			if same {
				of.sameRow++
			} else {
				of.otherRow++
			}
			if dueOld.On != dueNow.On {
				of.moved++
			} else {
				of.stayed++
			}
		}
	}
	t.Logf("never paused: %+v; paused: %+v", plain, paused)
	if plain.moved < 200 || plain.stayed < 200 || paused.moved < 200 || paused.stayed < 200 || paused.otherRow < 50 || paused.sameRow < 200 {
		t.Errorf("too few of a kind: never paused %+v, paused %+v", plain, paused)
	}
}
