package conversation

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// track explains every clock of r: when it started, which days counted and which
// did not, by what decree, and by when it is due. It fits into a message: clocks
// that have ended are told in short where there are many, and what has no room is
// left to the command of whoever runs the service.
func (m *Machine) track(lang string, r reports.Report, history []reports.Entry, now time.Time) []Phrase {
	lines := []Phrase{{Key: "track", Args: []string{string(r.TrackingID)}}}
	list, err := m.rules.Explain(r, history, now)
	list = slices.DeleteFunc(list, func(x deadline.Explained) bool { return x.Limit.Workdays+x.Limit.Hours == 0 })
	if err != nil || len(list) == 0 {
		return append(lines, Phrase{Key: "track.none"})
	}
	lives := make([][]Phrase, len(list))
	room := trackRunes
	fits := func(ls []Phrase) bool {
		n := 0
		for _, p := range ls {
			n += utf8.RuneCountInString(m.config.Phrases.Text(lang, p.Key, p.Args...)) + 2
		}
		if n > room {
			return false
		}
		room -= n
		return true
	}
	whole := true
	for _, running := range []bool{true, false} { // what runs now comes first where room is short
		for i := len(list) - 1; i >= 0; i-- {
			if x := list[i]; x.Run.Running() == running {
				if lives[i] = m.trackRun(lang, x, m.days(lang, x), now); fits(lives[i]) {
					continue
				}
				whole = false
				if lives[i] = m.trackRun(lang, x, nil, now); !fits(lives[i]) {
					lives[i] = nil
				}
			}
		}
	}
	lines = append(lines, slices.Concat(lives...)...)
	if !whole {
		lines = append(lines, Phrase{Key: "track.more", Args: []string{string(r.TrackingID)}})
	}
	return lines
}

// trackRunes is how many characters of an explanation one message holds.
const trackRunes = 3200

// trackRun is one life of a clock with its days.
func (m *Machine) trackRun(lang string, x deadline.Explained, days []Phrase, now time.Time) []Phrase {
	run, limit, zone := x.Run, x.Limit, x.Office.Zone
	text := func(key string) string { return m.config.Phrases.Text(lang, key) }
	day := func(at time.Time) string { return dayAndYear(lang, at.In(zone), now) }
	name := text("clock." + string(run.Clock))
	var lines []Phrase
	add := func(key string, args ...string) {
		lines = append(lines, Phrase{Key: key, Args: args, Tight: len(lines) > 0})
	}
	if limit.Hours > 0 {
		add("track.hours", name, itoa(limit.Hours), day(run.Start))
		for _, p := range run.Pauses {
			if p.To.IsZero() {
				add("track.paused_since", day(p.From))
			} else {
				add("track.paused", dayRange(lang, p.From.In(zone), p.To.In(zone), now))
			}
		}
	} else {
		add("track.days", name, itoa(limit.Workdays), day(run.Start))
	}
	if limit.Formal {
		add("track.formal", clip(limit.Basis, 80))
	}
	if x.Extra > 0 {
		add("track.extended", itoa(limit.Workdays-x.Extra), itoa(x.Extra))
	}
	lines = append(lines, days...)
	due, owed := dueOf(run.Clock, x.Due, x.Owed)
	late := x.Overdue && !deadline.Waits(run.Clock) // nobody is late who is waited for
	if !run.Running() {
		add(either(late, "track.over_late", "track.over"), day(run.Stop), text("did."+string(run.Stopped)), m.dated(lang, due))
		return lines
	}
	if limit.Hours == 0 {
		add("track.used", itoa(x.Used), itoa(limit.Workdays))
	}
	if owed {
		add(either(late, "track.late", "track.due"), m.dated(lang, due))
	}
	return lines
}

// days are those of x in few lines: runs of days that counted, or will, and every
// other day with what says so. Of a clock that has ended they reach to its end.
// Weekends are passed over in silence, and mentioned once.
func (m *Machine) days(lang string, x deadline.Explained) []Phrase {
	office, run := x.Office, x.Run
	var lines []Phrase
	add := func(key string, args ...string) {
		lines = append(lines, Phrase{Key: key, Args: args, Tight: true})
	}
	start := func(d workday.Date) time.Time { return d.Start(office.Zone) }
	var block dayBlock
	weekend, undecreed := false, ""
	flush := func() {
		on := dayRange(lang, start(block.from), start(block.to), run.Start)
		switch {
		case block.kind == "":
		case block.kind == dayCounts && block.first == block.last:
			add("track.day", itoa(block.first), on)
		case block.kind == dayCounts:
			add("track.run", itoa(block.first), itoa(block.last), on)
		case block.kind == dayPaused && run.Paused() && block.to >= workday.DateOf(run.Pauses[len(run.Pauses)-1].From, office.Zone):
		case block.kind == dayPaused:
			add("track.paused", on)
		default:
			add(block.kind, on, clip(block.holiday.Name, 60), clip(block.holiday.Decree, 80))
		}
		block = dayBlock{}
	}
	for _, d := range x.Days {
		if !run.Running() && d.Date > workday.DateOf(run.Stop, office.Zone) {
			break
		}
		if d.Provisional {
			undecreed = itoa(d.Date.Year())
		}
		kind := kindOf(office, d)
		if kind == dayRest {
			weekend = true
			continue
		}
		same := kind == block.kind && (kind == dayCounts || kind == dayPaused ||
			block.holiday.Name == d.Holiday.Name && block.holiday.Decree == d.Holiday.Decree)
		if !same {
			flush()
			block = dayBlock{kind: kind, from: d.Date, first: d.Number, holiday: d.Holiday}
		}
		block.to, block.last = d.Date, d.Number
		if d.Counts() && d.Holiday.Name != "" { // joint leave that is worked
			flush()
			add("track.worked", formatDay(lang, start(d.Date)), clip(d.Holiday.Name, 60), clip(d.Holiday.Decree, 80))
		}
	}
	flush()
	if run.Paused() {
		add("track.paused_since", dayAndYear(lang, run.Pauses[len(run.Pauses)-1].From.In(office.Zone), run.Start))
	}
	if weekend {
		add(either(office.Calendar.Settings().SixDays, "track.sundays", "track.weekends"))
	}
	if undecreed != "" {
		add("track.undecreed", undecreed)
	}
	return lines
}

// dayBlock are days of one kind that follow one another.
type dayBlock struct {
	kind        string
	from, to    workday.Date
	first, last int // numbers of days that count
	holiday     workday.Holiday
}

// The kinds of days in an explanation; those of holidays are their phrases.
const (
	dayCounts  = "run"
	dayPaused  = "paused"
	dayRest    = "rest"
	dayHoliday = "track.off_public"
	dayLeave   = "track.off_joint"
)

func kindOf(office deadline.Office, d deadline.Day) string {
	switch {
	case d.Paused:
		return dayPaused
	case d.Counts():
		return dayCounts
	case restDay(office, d.Date):
		return dayRest
	case d.Why == workday.WhyJointLeave:
		return dayLeave
	}
	return dayHoliday
}

// dayAndYear is the day of at, with its year where that is not the one of now.
func dayAndYear(lang string, at, now time.Time) string {
	if day := formatDay(lang, at); at.Year() == now.In(at.Location()).Year() {
		return day
	}
	return formatDay(lang, at) + " " + itoa(at.Year())
}

// dayRange is a row of days in few words: "23–27 November", "30 November–4 Desember".
func dayRange(lang string, from, to, now time.Time) string {
	last := dayAndYear(lang, to, now)
	switch {
	case formatDate(lang, from) == formatDate(lang, to):
		return last
	case from.Year() == to.Year() && from.Month() == to.Month():
		return itoa(from.Day()) + "–" + last
	case from.Year() == to.Year():
		return formatDay(lang, from) + "–" + last
	}
	return strings.Join([]string{dayAndYear(lang, from, now), last}, "–")
}
