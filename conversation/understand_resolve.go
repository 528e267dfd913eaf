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

// within reports whether s is less than a day.
func (s span) within() bool {
	return s.precision == reports.Minute || s.precision == reports.Hour || s.precision == reports.PartOfDay
}

// resolve works out what was said, at now in the zone that it was said in. It
// returns false where the words are unclear or contradict each other.
func (s *said) resolve(now time.Time) (at span, future, ok bool) {
	if s.zone != nil {
		now = now.In(s.zone)
	}
	at, ok = s.moment(now)
	if !ok || (s.lasting && s.count == 0) {
		return span{}, false, false
	}
	future = at.from.After(now)
	switch {
	case future && s.earlier, !future && s.later:
		return span{}, false, false
	case s.since || s.lasting:
		at.to, at.precision = time.Time{}, reports.Range
	}
	return at, future, true
}

// moment returns the time without regard to "sejak".
func (s *said) moment(now time.Time) (span, bool) {
	today := midnight(now)
	timed := s.part >= 0 || s.prayer >= 0 || s.hour >= 0
	// Each of these alone names the day; two of them only where they agree.
	named := 0
	for _, is := range []bool{
		s.justNow, s.count > 0, s.relUnit >= 0, s.day+s.month+s.year > 0, s.weekday >= 0,
		s.yesterday, s.today, s.earlier, s.ahead > 0, s.later,
	} {
		if is {
			named++
		}
	}
	switch {
	case s.justNow:
		minute := now.Truncate(time.Minute)
		return span{minute.Add(-15 * time.Minute), minute.Add(time.Minute), reports.Hour}, named == 1 && !timed
	case s.count > 0:
		return s.longAgo(now, named == 1)
	case s.weekday >= 0:
		day, ok := s.weekdayDate(today, named, now)
		if !ok {
			return span{}, false
		}
		return s.inDay(day, now, true)
	case s.relUnit >= 0:
		return s.relativeSpan(today, now, named, timed)
	case s.day > 0:
		day, ok := s.date(today)
		if !ok || named > 2 || (named == 2 && !s.yesterday && !(s.today && day.Equal(today))) {
			return span{}, false
		}
		return s.inDay(day, now, true)
	case s.month > 0 || s.year > 0:
		at, ok := s.monthOrYear(today)
		return at, ok && named == 1 && !timed
	case named > 1 && !(named == 2 && s.today && (s.earlier || s.later)):
		return span{}, false
	case s.yesterday:
		return s.inDay(today.AddDate(0, 0, -1), now, true)
	case s.ahead > 0:
		return s.inDay(today.AddDate(0, 0, s.ahead), now, true)
	case s.earlier:
		return s.earlierToday(today, now)
	case s.later:
		if !timed {
			return span{}, false
		}
		return s.inDay(today, now, true)
	case s.today:
		return s.inDay(today, now, true)
	case s.hour >= 0 && (s.part >= 0 || s.prayer >= 0 || (s.marked && s.exact)), s.since && s.part >= 0:
		// Without a day: today, if it can have been.
		at, ok := s.inDay(today, now, false)
		return at, ok && !at.from.After(now)
	}
	return span{}, false
}

// longAgo works out "dua minggu lalu".
func (s *said) longAgo(now time.Time, alone bool) (span, bool) {
	today := midnight(now)
	open := s.since || s.lasting
	if !alone || (s.unit != unitDay && (s.part >= 0 || s.prayer >= 0 || s.hour >= 0)) {
		return span{}, false
	}
	switch s.unit {
	case unitMinute, unitHour:
		length := time.Minute
		if s.unit == unitHour {
			length = time.Hour
		}
		from := now.Add(-time.Duration(s.count) * length).Truncate(time.Minute)
		to := from.Add(time.Hour)
		if to.After(now) {
			to = now.Truncate(time.Minute).Add(time.Minute)
		}
		return span{from, to, reports.Hour}, true
	case unitDay:
		return s.inDay(today.AddDate(0, 0, -s.count), now, true)
	case unitWeek:
		day := today.AddDate(0, 0, -7*s.count)
		if open {
			return dayOf(day), true
		}
		return weekOf(day), true
	case unitMonth:
		if open {
			return dayOf(monthsBefore(today, s.count)), true
		}
		return monthOf(today.Year(), int(today.Month())-s.count, today.Location()), true
	case unitYear:
		if s.count > 100 {
			return span{}, false
		}
		if open {
			return dayOf(monthsBefore(today, 12*s.count)), true
		}
		return yearOf(today.Year()-s.count, today.Location()), true
	}
	return span{}, false
}

// relativeSpan works out "minggu lalu", "tanggal 5 bulan ini".
func (s *said) relativeSpan(today, now time.Time, named int, timed bool) (span, bool) {
	n := s.rel
	if n == 2 {
		n = 0
	}
	if s.relUnit == unitMonth && s.day > 0 && s.month == 0 && s.year == 0 && named == 2 {
		first := monthOf(today.Year(), int(today.Month())+n, today.Location()).from
		day := first.AddDate(0, 0, s.day-1)
		if day.Month() != first.Month() {
			return span{}, false
		}
		return s.inDay(day, now, true)
	}
	if named > 1 || timed {
		return span{}, false
	}
	switch s.relUnit {
	case unitWeek:
		return weekOf(today.AddDate(0, 0, 7*n)), true
	case unitMonth:
		return monthOf(today.Year(), int(today.Month())+n, today.Location()), true
	case unitYear:
		return yearOf(today.Year()+n, today.Location()), true
	}
	return span{}, false
}

// weekdayDate works out which Monday is meant.
func (s *said) weekdayDate(today time.Time, named int, now time.Time) (time.Time, bool) {
	back := (int(today.Weekday()) - s.weekday + 7) % 7 // days since it last was, 0 today
	switch {
	case s.eve:
		back = (int(today.Weekday()) - s.weekday + 8) % 7
		if (named > 1 && !(named == 2 && s.yesterday && back != 2)) || s.weekdayRel > 0 || (back == 0 && now.Hour() >= dayParts[partNight][0]) {
			return time.Time{}, false
		}
		if back == 0 {
			back = 7
		}
	case s.day > 0: // Jumat 20 November
		day, ok := s.date(today)
		return day, ok && named == 2 && int(day.Weekday()) == s.weekday
	case s.relUnit == unitWeek && named == 2: // Senin minggu lalu
		n := s.rel
		if n == 2 {
			n = 0
		}
		return weekOf(today.AddDate(0, 0, 7*n)).from.AddDate(0, 0, (s.weekday+6)%7), true
	case s.today && named == 2:
		return today, back == 0 && s.weekdayRel == 0
	case named > 1 && !(named == 2 && s.yesterday):
		return time.Time{}, false
	case s.weekdayRel == 2: // Senin ini
		return weekOf(today).from.AddDate(0, 0, (s.weekday+6)%7), true
	case s.weekdayRel == 1:
		return today.AddDate(0, 0, 7-back), true
	case back == 0 && s.weekdayRel == 0 && !s.yesterday:
		return time.Time{}, false // today, or a week ago?
	case back == 0:
		back = 7
	}
	return today.AddDate(0, 0, -back), true
}

// date works out a day of a month: the nearest past one where the year or the
// month was not said. A day that does not exist is unclear.
func (s *said) date(today time.Time) (time.Time, bool) {
	at := func(year, month int) (time.Time, bool) {
		d := time.Date(year, time.Month(month), s.day, 0, 0, 0, 0, today.Location())
		return d, d.Day() == s.day
	}
	switch {
	case s.month > 0 && s.year > 0:
		if s.year < 1900 || s.year > 2200 {
			return time.Time{}, false
		}
		return at(s.year, s.month)
	case s.month > 0 && s.yearRel != yearUnsaid:
		n := s.yearRel
		if n == 2 {
			n = 0
		}
		return at(today.Year()+n, s.month)
	case s.month > 0:
		d, ok := at(today.Year(), s.month)
		if d.After(today) || !ok {
			d, ok = at(today.Year()-1, s.month)
		}
		return d, ok
	case s.year > 0:
		return time.Time{}, false
	}
	if s.day <= today.Day() {
		return at(today.Year(), int(today.Month()))
	}
	month := monthOf(today.Year(), int(today.Month())-1, today.Location()).from
	return at(month.Year(), int(month.Month()))
}

// monthOrYear works out "Agustus", "Agustus 2026" and "tahun 2026".
func (s *said) monthOrYear(today time.Time) (span, bool) {
	year := s.year
	switch {
	case year != 0 && (year < 1900 || year > 2200):
		return span{}, false
	case s.month == 0:
		return yearOf(year, today.Location()), true
	case year == 0 && s.yearRel != yearUnsaid:
		year = today.Year() + s.yearRel
		if s.yearRel == 2 {
			year = today.Year()
		}
	case year == 0:
		year = today.Year()
		if s.month > int(today.Month()) {
			year--
		}
	}
	return monthOf(year, s.month, today.Location()), true
}

// earlierToday works out "tadi pagi". "Tadi malam" is the last evening; late in
// an evening it is unclear which.
func (s *said) earlierToday(today, now time.Time) (span, bool) {
	yesterday := today.AddDate(0, 0, -1)
	late := now.Hour() < dayParts[partBeforeDawn][1] // still up: what was earlier was yesterday
	switch {
	case s.part == partNight:
		if now.Hour() >= 21 {
			return span{}, false
		}
		return s.inDay(yesterday, now, true)
	case s.part < 0 && s.prayer < 0 && s.hour < 0 && late:
		return span{}, false
	case late && s.part != partBeforeDawn && (s.part >= 0 || s.prayer >= 0):
		return s.inDay(yesterday, now, true)
	}
	return s.inDay(today, now, true)
}

// inDay narrows day down to the part or the hour that was said. An hour that
// could be of the morning and of the evening is settled by what has passed, or
// else left out, where the day is certain.
func (s *said) inDay(day, now time.Time, certain bool) (span, bool) {
	part := s.part
	if part < 0 && s.prayer >= 0 {
		part = prayers[s.prayer].part
	}
	at := func(hour, minute int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, day.Location())
	}
	hour := s.hour
	switch {
	case hour == 24:
		return span{}, false
	case hour < 0 && s.prayer >= 0:
		window := prayers[s.prayer].at
		if s.after {
			window = prayers[s.prayer].after
		}
		return span{at(window[0], 0), at(window[1], 0), reports.PartOfDay}, true
	case hour < 0 && part >= 0:
		return span{at(dayParts[part][0], 0), at(dayParts[part][1], 0), reports.PartOfDay}, true
	case hour < 0:
		return dayOf(day), true
	case part >= 0:
		h, ok := hourIn(part, hour)
		if !ok {
			return span{}, false
		}
		hour = h
	case !s.exact:
		minute := max(s.minute, 0)
		early, late := at(hour%12, minute), at(hour%12+12, minute)
		switch {
		case !day.Equal(midnight(now)) || !late.After(now):
			return dayOf(day), certain
		case early.After(now) && hour == 12:
			hour = 12
		default:
			hour %= 12
		}
	}
	from := at(hour, max(s.minute, 0))
	if s.minute >= 0 && !s.about {
		return span{from, from.Add(time.Minute), reports.Minute}, true
	}
	return span{from, from.Add(time.Hour), reports.Hour}, true
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func dayOf(day time.Time) span { return span{day, day.AddDate(0, 0, 1), reports.Day} }

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
