package conversation

import (
	"cmp"
	"slices"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// maxNudges is how many reports one message names.
const maxNudges = 15

// severity orders the rungs by how much they hurt.
var severity = map[deadline.Rung]int{
	deadline.Soon: 1, deadline.Today: 2, deadline.Late: 3, deadline.Superior: 4, deadline.Leader: 5, deadline.National: 6,
}

// escalated reports whether a rung is told to somebody above whoever owes it.
func escalated(rung deadline.Rung) bool { return severity[rung] >= severity[deadline.Superior] }

// concerns reports whether the reporter waits for what c counts.
func concerns(c reports.Clock) bool {
	return c == reports.ClockVerify || c == reports.ClockAnswer || c == reports.ClockAfterReply
}

// owed is a nudge that still holds, with what it is about as it is now.
type owed struct {
	Nudge
	r    reports.Report
	due  Due
	late time.Time // the first instant that is too late
}

// pressing are those of items that still hold, one a report, the worst first. What
// is overtaken is left out: a clock that has ended or stands still, a report that
// nobody handed in or that show refuses.
func (m *Machine) pressing(e *Event, show func(Nudge, reports.Report) bool) []owed {
	in, _ := e.Input.(Nudged)
	var list []owed
	for _, n := range in.Items {
		r, found := e.report(n.Report)
		run, runs := r.Clocked(n.Clock)
		if !found || !runs || run.Since != n.Since || !show(n, r) {
			continue
		}
		due, isOwed := m.rules.Due(r, run)
		day, _ := dueOf(n.Clock, due, isOwed)
		if isOwed {
			list = append(list, owed{n, r, day, due.Late})
		}
	}
	slices.SortStableFunc(list, func(a, b owed) int {
		return cmp.Or(
			cmp.Compare(severity[b.Rung], severity[a.Rung]), a.due.On.Compare(b.due.On), cmp.Compare(a.Report, b.Report),
			cmp.Compare(rank(a.Clock), rank(b.Clock)),
		)
	})
	seen := map[reports.ID]int{}
	kept := list[:0]
	for _, o := range list {
		i, named := seen[o.Report]
		switch {
		case !named:
			seen[o.Report] = len(kept)
			kept = append(kept, o)
		case severity[kept[i].Rung] == severity[o.Rung] && rank(o.Clock) < rank(kept[i].Clock):
			kept[i] = o // as bad, and the reporter waits for it
		}
	}
	return kept
}

// rank puts the clocks that the reporter waits for before others.
func rank(c reports.Clock) int {
	if concerns(c) {
		return 0
	}
	return 1
}

// nudgeLines say what is due and late, each report in a line: its number, what is
// owed and by when, and to those above whoever owes it also the body. They hold
// nothing that was told.
func (m *Machine) nudgeLines(lang string, list []owed, now time.Time) []Phrase {
	head := "nudge.head"
	if !slices.ContainsFunc(list, func(o owed) bool { return !escalated(o.Rung) }) {
		head = "nudge.head_late"
	}
	lines := []Phrase{{Key: head, Args: []string{itoa(len(list))}}}
	for i, o := range list {
		if i == maxNudges {
			lines = append(lines, Phrase{Key: "nudge.more", Tight: true, Args: []string{itoa(len(list) - i)}})
			break
		}
		what := m.config.Phrases.Text(lang, either(o.r.Reopening, "owes.reopen", "owes."+string(o.Clock)))
		body := ""
		if escalated(o.Rung) && !o.r.Restricted() {
			body = m.bodyName(m.owedBy(o.Clock, o.r))
		}
		args := []string{string(o.r.TrackingID), what, m.dueIn(lang, o, now)}
		key := "nudge.item"
		if body != "" {
			key, args = "nudge.item_of", append(args, body)
		}
		lines = append(lines, Phrase{Key: key, Tight: true, Args: args})
	}
	return lines
}

// owedBy is the code of the body that owes r what c counts, "" the national admin.
func (m *Machine) owedBy(c reports.Clock, r reports.Report) string {
	if c == reports.ClockVerify {
		return m.VerifiedBy(r)
	}
	return m.owing(r)
}

// dueIn says how far o's last day is from now.
func (m *Machine) dueIn(lang string, o owed, now time.Time) string {
	zone := o.due.On.Location()
	today, last := workday.DateOf(now, zone), workday.DateOf(o.due.On, zone)
	text := func(key string, args ...string) string { return m.config.Phrases.Text(lang, key, args...) }
	day := formatDay(lang, o.due.On)
	if o.due.On.Year() != now.In(zone).Year() {
		day = formatDay(lang, o.due.On) + " " + itoa(o.due.On.Year())
	}
	if o.due.Hours {
		day += ", " + string(appendClock(nil, datesIn(lang), o.due.On))
	}
	if o.due.Provisional {
		day = text("due.provisional", day)
	}
	switch {
	case !now.Before(o.late) && o.due.Hours:
		if hours := int(now.Sub(o.due.On).Hours()); hours < 48 {
			return text("nudge.late_hours", itoa(max(hours, 1)), day)
		}
		return text("nudge.late_days", itoa(int(now.Sub(o.due.On).Hours())/24), day)
	case !now.Before(o.late):
		if n := m.daysLate(o.r, o.Clock, last, today); n > 1 {
			return text("nudge.late", itoa(n), day)
		}
		return text("nudge.late_one", day)
	case last == today:
		return text("nudge.today", day)
	case last == today+1:
		return text("nudge.tomorrow", day)
	}
	return text("nudge.until", datesIn(lang).weekdays[o.due.On.Weekday()]+", "+day)
}

// daysLate is how many working days of whoever owes it lie behind the last day.
func (m *Machine) daysLate(r reports.Report, c reports.Clock, last, today workday.Date) int {
	run, _ := r.Clocked(c)
	n, _ := m.rules.Office(r, run).Calendar.Between(last, today)
	return n
}

// nudged tells a group what is due and late. What has become restricted since, or
// went to another body, is none of its business.
func (g *groupTurn) nudged() {
	list := g.m.pressing(&g.e, func(n Nudge, r reports.Report) bool {
		ours := g.agency == "" || g.agency == g.m.owedBy(n.Clock, r) || g.agency == g.m.VerifiedBy(r)
		return g.bound && ours && !r.Restricted()
	})
	if len(list) == 0 {
		return
	}
	say := Say{Paragraphs: g.m.nudgeLines(defaultLanguage, list, g.e.At)}
	if len(list) == 1 {
		say.About = list[0].Report
	}
	g.do(say)
}

// nudged tells an official in private what is due and late, as far as they still
// have to do with it. Of a single report they are offered what they can do.
func (t *turn) nudged() {
	list := t.m.pressing(&t.e, t.concernsMe)
	if len(list) == 0 {
		return
	}
	for _, p := range t.m.nudgeLines(t.s.Lang(), list, t.at) {
		t.add(p.Key, p.Tight, p.Args)
	}
	if len(list) == 1 {
		r := list[0].r
		t.about = r.ID
		t.offerDeeds(r, t.m.capacities(t.e.Person, r))
	}
}

// concernsMe reports whether the person still has to hear of n: they work on r, or
// are above those who do.
func (t *turn) concernsMe(n Nudge, r reports.Report) bool {
	if !t.official() {
		return false
	}
	if t.m.MaySee(t.e.Person, r) {
		return true
	}
	if r.Restricted() {
		return false
	}
	above := t.m.above(t.m.owedBy(n.Clock, r))
	return slices.ContainsFunc(t.m.config.Officials[t.e.Person], func(a reports.Appointment) bool {
		switch n.Rung {
		case deadline.Superior:
			return a.Role == reports.AgencyAdmin && slices.Contains(above, a.Agency)
		case deadline.Leader:
			return a.Role == reports.Leader && slices.Contains(above, a.Agency)
		case deadline.Soon, deadline.Today, deadline.Late, deadline.National, deadline.Warn, deadline.Lapse:
		}
		return false
	})
}
