package conversation

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// track explains every clock of r: when it started, which days counted, and by
// when it is due. Days off in between are named, for they are what people ask
// about.
func (m *Machine) track(lang string, r reports.Report, history []reports.Entry, now time.Time) []Phrase {
	lines := []Phrase{{Key: "track", Args: []string{string(r.TrackingID)}}}
	list, err := m.rules.Explain(r, history, now)
	if err != nil || len(list) == 0 {
		return append(lines, Phrase{Key: "track.none"})
	}
	for _, x := range list[max(0, len(list)-maxRuns):] {
		lines = append(lines, m.trackRun(lang, x)...)
	}
	return lines
}

// maxRuns is how many lives of clocks are explained in one message.
const maxRuns = 8

func (m *Machine) trackRun(lang string, x deadline.Explained) []Phrase {
	run, limit, zone := x.Run, x.Limit, x.Office.Zone
	if limit.Workdays+limit.Hours == 0 {
		return nil
	}
	day := func(at time.Time) string { return formatDay(lang, at.In(zone)) }
	name := m.config.Phrases.Text(lang, "clock."+string(run.Clock))
	if !run.Running() {
		why := m.config.Phrases.Text(lang, "did."+string(run.Stopped))
		return []Phrase{{Key: "track.over", Args: []string{name, day(run.Start), day(run.Stop), itoa(x.Used), why}}}
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
		case day(p.From) != day(p.To):
			add("track.paused", day(p.From), day(p.To))
		}
	}
	if limit.Hours == 0 {
		var first, last string
		var off []string
		for _, d := range x.Days {
			on := formatDay(lang, d.Date.Start(zone))
			switch {
			case d.Counts() && d.Number <= x.Used:
				if first == "" {
					first = on
				}
				last = on
			case !d.Paused && d.Holiday.Name != "" && !d.Counts() && len(off) < maxOff:
				off = append(off, on+" ("+clip(d.Holiday.Name, 60)+")")
			}
		}
		switch x.Used {
		case 0:
			add("track.counted_none")
		case 1:
			add("track.counted_one", first)
		default:
			add("track.counted", itoa(x.Used), first, last)
		}
		for _, d := range off {
			add("track.off", d)
		}
	}
	if x.Owed {
		add(either(x.Overdue, "track.late", "track.due"), formatDate(lang, x.Due.Date()))
	}
	return lines
}

// maxOff is how many days off a clock's explanation names.
const maxOff = 6
