package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// track explains every clock of r: when it started, which days counted, and by
// when it is due. Days off in between are named, for they are what people ask
// about.
func (m *Machine) track(lang string, r reports.Report, history []reports.Entry, now time.Time) []Phrase {
	lines := []Phrase{{Key: "track", Args: []string{string(r.TrackingID)}}}
	runs, err := reports.Runs(r.AsFiled(), history)
	if err != nil || len(runs) == 0 {
		return append(lines, Phrase{Key: "track.none"})
	}
	for _, run := range runs[max(0, len(runs)-maxRuns):] {
		lines = append(lines, m.trackRun(lang, r, run, now)...)
	}
	return lines
}

// maxRuns is how many lives of clocks are explained in one message.
const maxRuns = 8

func (m *Machine) trackRun(lang string, r reports.Report, run reports.Run, now time.Time) []Phrase {
	zone := m.clockZone(r, run.Clock)
	limit, ok := reports.LimitFor(m.config.Limits, run.Clock, r, m.above(r.Agency), run.Start, run.Start.In(zone).Format(time.DateOnly))
	if !ok {
		return nil
	}
	day := func(at time.Time) string { return formatDay(lang, at.In(zone)) }
	name := m.config.Phrases.Text(lang, "clock."+string(run.Clock))
	if !run.Running() {
		counted, _, _, _ := m.countDays(lang, run, workday.DateOf(run.Stop, zone), zone)
		why := m.config.Phrases.Text(lang, "did."+string(run.Stopped))
		return []Phrase{{Key: "track.over", Args: []string{name, day(run.Start), day(run.Stop), itoa(counted), why}}}
	}
	var lines []Phrase
	add := func(key string, args ...string) {
		lines = append(lines, Phrase{Key: key, Args: args, Tight: len(lines) > 0})
	}
	if limit.Hours > 0 {
		add("track.hours", name, itoa(limit.Hours), day(run.Start))
	} else {
		add("track.days", name, itoa(limit.Workdays), day(run.Start))
	}
	for _, p := range run.Pauses {
		switch {
		case p.To.IsZero():
			add("track.paused_since", day(p.From))
		case workday.DateOf(p.From, zone) != workday.DateOf(p.To, zone):
			add("track.paused", day(p.From), day(p.To))
		}
	}
	if limit.Hours == 0 {
		counted, first, last, off := m.countDays(lang, run, workday.DateOf(now, zone), zone)
		switch counted {
		case 0:
			add("track.counted_none")
		case 1:
			add("track.counted_one", first)
		default:
			add("track.counted", itoa(counted), first, last)
		}
		for _, d := range off {
			add("track.off", d)
		}
	}
	if on, _, ok := m.dueOf(r, run); ok && !run.Paused() {
		key := "track.due"
		if overdue, known := m.config.Calendar.OverdueFrom(workday.DateOf(on, zone), zone); known && !now.Before(overdue) {
			key = "track.late"
		}
		add(key, formatDate(lang, on))
	}
	return lines
}

// countDays counts the working days of run up to until, and names those that
// were a holiday. Saturdays and Sundays need no explanation.
func (m *Machine) countDays(lang string, run reports.Run, until workday.Date, zone *time.Location) (counted int, first, last string, off []string) {
	from := workday.DateOf(run.Start, zone)
	stands := func(d workday.Date) bool {
		return slices.ContainsFunc(run.Pauses, func(p reports.Pause) bool {
			return d > workday.DateOf(p.From, zone) && (p.To.IsZero() || d <= workday.DateOf(p.To, zone))
		})
	}
	for d := from + 1; d <= until && d-from < maxTracked; d++ {
		info := m.config.Calendar.Day(d)
		on := formatDay(lang, d.Start(zone))
		switch {
		case stands(d):
		case info.Counts():
			if counted++; first == "" {
				first = on
			}
			last = on
		case info.Holiday.Name != "" && len(off) < maxOff:
			off = append(off, on+" ("+clip(info.Holiday.Name, 60)+")")
		}
	}
	return counted, first, last, off
}

// maxTracked is how many days of a clock are looked at.
const maxTracked = 400

// maxOff is how many days off a clock's explanation names.
const maxOff = 6
