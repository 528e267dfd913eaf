package conversation

import (
	"time"

	"kentongan/reports"
)

// span is a stretch of time that was understood; to is exclusive.
type span struct {
	from, to  time.Time
	precision reports.Precision
}

// open returns s without an end.
func (s span) open() span { return span{from: s.from, precision: reports.Range} }

// meaning is what words mean at one moment: sure where why is empty. Others are
// what they could mean, where that is few things.
type meaning struct {
	at     span
	why    string
	others []span
	recurs string
}

func sure(at span) meaning        { return meaning{at: at} }
func asked(why string) meaning    { return meaning{why: why} }
func (m meaning) known() bool     { return !m.at.from.IsZero() }
func (m meaning) certain() bool   { return m.why == "" && (m.known() || m.recurs != "") }
func (m meaning) opened() meaning { return m.each(span.open) }
func dayOf(day time.Time) span    { return span{day, day.AddDate(0, 0, 1), reports.Day} }
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// each returns m with f done to all that it could mean.
func (m meaning) each(f func(span) span) meaning {
	if m.known() {
		m.at = f(m.at)
	}
	others := make([]span, 0, len(m.others))
	for _, o := range m.others {
		others = append(others, f(o))
	}
	m.others = others
	return m
}

// oneLeft returns what is left of several meanings once those are dropped that
// lie ahead: sure where that is one, otherwise asked for why.
func oneLeft(now time.Time, why string, spans ...span) meaning {
	past := make([]span, 0, len(spans))
	for _, s := range spans {
		if !s.from.After(now) {
			past = append(past, s)
		}
	}
	switch len(past) {
	case 0:
		return meaning{at: spans[0], why: whyFuture}
	case 1:
		return sure(past[0])
	}
	return meaning{at: past[0], why: why, others: past}
}

// present is when and where something is said.
type present struct {
	now    time.Time
	feasts *almanac
}

// resolve works out what was said.
func (s *said) resolve(p present) meaning {
	if s.zone != nil {
		p.now = p.now.In(s.zone)
	}
	m := s.moment(p)
	if m.why == "" && !m.known() {
		return asked(whyContradiction)
	}
	if m.known() && (s.since || s.lasting) {
		m = m.opened()
	}
	if m.why != "" {
		return m
	}
	switch future := m.at.from.After(p.now); {
	case future && s.earlier:
		yesterday := m.each(func(at span) span {
			return span{at.from.AddDate(0, 0, -1), later(at.to, -1), at.precision}
		})
		return meaning{at: yesterday.at, why: whyContradiction, others: []span{yesterday.at}}
	case !future && s.later:
		return meaning{at: m.at, why: whyContradiction, others: []span{m.at}}
	case future:
		m.why = whyFuture
	case s.not:
		return asked(whyUnsure)
	case s.unsure:
		m.why, m.others = whyUnsure, []span{m.at}
	case s.yesterday && s.event && s.onlyYesterday():
		// "Kemarin waktu …": people call any past day so.
		m.why, m.others = whyUnsure, []span{m.at}
	case s.vague && !s.since && !s.lasting && s.month == 0 && s.year == 0 && s.feast == 0 && s.relUnit < unitMonth && s.count == 0:
		m.why, m.others = whyVague, []span{m.at}
	}
	return m
}

func later(t time.Time, days int) time.Time {
	if t.IsZero() {
		return t
	}
	return t.AddDate(0, 0, days)
}

// onlyYesterday reports whether "kemarin" is all that was said.
func (s *said) onlyYesterday() bool {
	return s.part < 0 && s.prayer < 0 && s.hour < 0 && s.day == 0 && s.weekday < 0 && s.feast == 0 && s.relUnit < 0 && s.month == 0
}

func (s *said) timed() bool { return s.part >= 0 || s.prayer >= 0 || s.hour >= 0 }

// moment returns the time without regard to "sejak".
func (s *said) moment(p present) meaning {
	now := p.now
	today := midnight(now)
	timed := s.timed()
	// Each of these alone names the day; two of them only where they agree.
	named := 0
	for _, is := range []bool{
		s.justNow, s.count > 0 || s.few, s.relUnit >= 0, s.day+s.month+s.year > 0, s.weekday >= 0 || s.weekend,
		s.yesterday, s.today, s.earlier, s.ahead > 0, s.later, s.feast > 0,
	} {
		if is {
			named++
		}
	}
	switch {
	case s.feast > 0:
		return s.feastSpan(p)
	case s.hasOffset || s.nth != 0 && s.relUnit < 0 && s.month == 0 && !(s.count > 0 && s.unit >= unitMonth):
		return asked(whyContradiction)
	case s.justNow && named == 1 && !timed:
		minute := now.Truncate(time.Minute)
		return sure(span{minute.Add(-15 * time.Minute), minute.Add(time.Minute), reports.Hour})
	case s.justNow && (s.earlier || timed) && named <= 2 && s.count == 0 && s.weekday < 0 && s.day == 0 && !s.yesterday:
		return s.earlierToday(today, now)
	case s.justNow && s.today && named == 2:
		return s.inDay(today, now, true)
	case s.justNow && s.count > 0 && named == 2:
		return s.longAgo(now, true)
	case s.justNow && s.yesterday && named == 2:
		return s.inDay(today.AddDate(0, 0, -1), now, true)
	case s.justNow:
		return asked(whyContradiction)
	case s.few:
		if named > 1 || timed {
			return asked(whyContradiction)
		}
		return s.fewAgo(now)
	case s.prayer == prayerJumatan && s.weekday < 0:
		return s.fridayPrayer(today, now, named)
	case s.weekend:
		if named > 1 && !(named == 2 && s.yesterday) || timed {
			return asked(whyContradiction)
		}
		return s.weekendSpan(today, now)
	case s.third > 0 || s.nth != 0:
		return s.thirdSpan(now, named, timed)
	case s.countOr:
		ago, since := *s, *s
		ago.countOr, since.countOr, since.lasting = false, false, true
		a, b := ago.moment(p), since.moment(p)
		if !a.known() || !b.known() {
			return asked(whyContradiction)
		}
		return meaning{at: b.at.open(), why: whyAmbiguous, others: []span{b.at.open(), a.at}}
	case s.count > 0:
		return s.longAgo(now, named == 1 || named == 2 && (s.weekday >= 0 || s.day > 0 || s.month > 0 || s.earlier))
	case s.weekday >= 0:
		return s.weekdaySpan(today, named, now)
	case s.relUnit >= 0:
		return s.relativeSpan(today, now, named, timed)
	case s.day > 0:
		return s.dateSpan(today, now, named)
	case s.month > 0 || s.year > 0:
		at, ok := s.monthOrYear(today)
		if !ok || named > 2 || named == 2 && !s.yesterday {
			return asked(whyContradiction)
		}
		if timed {
			return meaning{at: at, why: whyVague}
		}
		return sure(at)
	case s.yesterday && (named == 1 || named == 2 && (s.ahead == 0 && s.earlier)):
		return s.yesterdaySpan(today, now)
	case named > 1 && !(named == 2 && s.today && (s.earlier || s.later)):
		return asked(whyContradiction)
	case s.ahead > 0:
		return s.inDay(today.AddDate(0, 0, s.ahead), now, true)
	case s.earlier:
		return s.earlierToday(today, now)
	case s.later:
		if !timed {
			return asked(whyFuture)
		}
		return s.inDay(today, now, true)
	case s.today:
		if s.part == partNight && s.hour < 0 && s.prayer < 0 && now.Hour() < dayParts[partBeforeDawn][1] { // malam ini, after midnight
			return oneLeft(now, whyAmbiguous, partSpan(today.AddDate(0, 0, -1), dayParts[partNight]), partSpan(today, dayParts[partBeforeDawn]))
		}
		return s.inDay(today, now, true)
	case timed:
		return s.unsaidDay(today, now)
	}
	return asked(whyNotUnderstood)
}

// longAgo works out "dua minggu lalu".
func (s *said) longAgo(now time.Time, alone bool) meaning {
	today := midnight(now)
	open := s.since || s.lasting
	timed := s.timed()
	if !alone || timed && s.unit != unitDay && s.weekday < 0 && s.day == 0 {
		return asked(whyContradiction)
	}
	if s.atMost > 0 && !open && s.unit > unitHour { // 3-4 hari lalu
		near, far := s.back(today, s.count), s.back(today, s.atMost)
		return sure(span{far.from, near.to, reports.Range})
	}
	n := max(s.count, s.atMost)
	switch {
	case s.unit <= unitHour:
		length := time.Minute
		if s.unit == unitHour {
			length = time.Hour
		}
		from := now.Add(-time.Duration(n) * length).Truncate(time.Minute)
		to := from.Add(time.Hour)
		if to.After(now) {
			to = now.Truncate(time.Minute).Add(time.Minute)
		}
		return sure(span{from, to, reports.Hour})
	case s.unit == unitDay:
		day := today.AddDate(0, 0, -n)
		if s.weekday >= 0 && int(day.Weekday()) != s.weekday {
			return meaning{at: dayOf(day), why: whyContradiction}
		}
		if s.day > 0 && day.Day() != s.day {
			return meaning{at: dayOf(day), why: whyContradiction}
		}
		return s.inDay(day, now, true)
	case s.unit == unitWeek && s.weekday >= 0:
		return s.inDay(weekOf(today.AddDate(0, 0, -7*n)).from.AddDate(0, 0, (s.weekday+6)%7), now, true)
	case s.unit == unitMonth && s.day > 0 && s.month == 0 && s.year == 0 && !open:
		return s.dayOfMonth(monthOf(today.Year(), int(today.Month())-n, today.Location()).from, now)
	case s.unit == unitYear && s.month > 0 && s.day == 0 && s.year == 0 && !timed && !open:
		return sure(monthOf(today.Year()-n, s.month, today.Location()))
	case s.weekday >= 0 || s.day > 0 || s.month > 0 || s.year > 0:
		return asked(whyContradiction)
	case s.unit == unitYear && n > 100:
		return asked(whyContradiction)
	case open && s.unit == unitWeek:
		return sure(dayOf(today.AddDate(0, 0, -7*n)))
	case open && s.unit == unitMonth:
		return sure(dayOf(monthsBefore(today, n)))
	case open:
		return sure(dayOf(monthsBefore(today, 12*n)))
	}
	return sure(s.back(today, n))
}

// back returns the day, week, month or year that lies n of them back.
func (s *said) back(today time.Time, n int) span {
	switch s.unit {
	case unitDay:
		return dayOf(today.AddDate(0, 0, -n))
	case unitWeek:
		return weekOf(today.AddDate(0, 0, -7*n))
	case unitMonth:
		return monthOf(today.Year(), int(today.Month())-n, today.Location())
	default:
		return yearOf(today.Year()-n, today.Location())
	}
}

// fewAgo works out "beberapa hari lalu" and "akhir-akhir ini": from as far back
// as people mean by it.
func (s *said) fewAgo(now time.Time) meaning {
	today := midnight(now)
	open := s.since || s.lasting
	var from, to time.Time
	switch s.unit {
	case unitMinute:
		to = now.Truncate(time.Minute).Add(time.Minute)
		return sure(span{to.Add(-16 * time.Minute), to, reports.Hour})
	case unitHour:
		minute := now.Truncate(time.Minute)
		from, to = minute.Add(-6*time.Hour), minute.Add(-time.Hour)
	case unitDay:
		from, to = today.AddDate(0, 0, -7), today
	case unitWeek:
		from, to = today.AddDate(0, 0, -42), today.AddDate(0, 0, -6)
	case unitMonth:
		if s.atMost > 0 { // akhir-akhir ini
			from = monthsBefore(today, s.atMost)
		} else {
			from, to = monthsBefore(today, 6), monthOf(today.Year(), int(today.Month()), today.Location()).from
		}
	default:
		return asked(whyVague)
	}
	if open {
		to = time.Time{}
	}
	return sure(span{from, to, reports.Range})
}

// relativeSpan works out "minggu lalu", "tanggal 5 bulan ini".
func (s *said) relativeSpan(today, now time.Time, named int, timed bool) meaning {
	n := relative(s.rel)
	if s.yesterday {
		named--
	}
	if s.relUnit == unitMonth && s.day > 0 && s.month == 0 && s.year == 0 && named == 2 {
		return s.dayOfMonth(monthOf(today.Year(), int(today.Month())+n, today.Location()).from, now)
	}
	if s.relUnit == unitYear && (s.month > 0 || s.day > 0) && s.year == 0 && named == 2 {
		s.yearRel, s.relUnit = s.rel, -1
		if s.day > 0 {
			return s.dateSpan(today, now, 1)
		}
		at, ok := s.monthOrYear(today)
		if !ok || timed {
			return asked(whyContradiction)
		}
		return sure(at)
	}
	if named > 1 || timed {
		return asked(whyContradiction)
	}
	switch s.relUnit {
	case unitWeek:
		return sure(weekOf(today.AddDate(0, 0, 7*n)))
	case unitMonth:
		return sure(monthOf(today.Year(), int(today.Month())+n, today.Location()))
	default:
		return sure(yearOf(today.Year()+n, today.Location()))
	}
}

// dayOfMonth is the day that was said in the month that begins at first.
func (s *said) dayOfMonth(first, now time.Time) meaning {
	day := first.AddDate(0, 0, s.day-1)
	if day.Month() != first.Month() {
		return asked(whyNoSuchDay)
	}
	return s.onDate(day, now)
}

// weekOf returns the week of day, from Monday.
func weekOf(day time.Time) span {
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	return span{monday, monday.AddDate(0, 0, 7), reports.Week}
}

// monthOf returns a month; months below 1 and above 12 are of other years.
func monthOf(year, month int, zone *time.Location) span {
	first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, zone)
	return span{first, first.AddDate(0, 1, 0), reports.Month}
}

func yearOf(year int, zone *time.Location) span {
	first := time.Date(year, 1, 1, 0, 0, 0, 0, zone)
	return span{first, first.AddDate(1, 0, 0), reports.Range}
}

// monthsBefore returns the same day n months before, or the last of that month.
func monthsBefore(day time.Time, n int) time.Time {
	month := monthOf(day.Year(), int(day.Month())-n, day.Location())
	d := month.from.AddDate(0, 0, day.Day()-1)
	if !d.Before(month.to) {
		return month.to.AddDate(0, 0, -1)
	}
	return d
}
