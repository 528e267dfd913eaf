package conversation

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// weekdaySpan works out which Monday is meant.
func (s *said) weekdaySpan(today time.Time, named int, now time.Time) meaning {
	back := (int(today.Weekday()) - s.weekday + 7) % 7 // days since it last was, 0 today
	if s.eve {
		return s.eveSpan(today, named, now)
	}
	switch {
	case s.dayBefore && back != 2:
		return asked(whyContradiction)
	case s.pasaran >= 0:
		return s.pasaranSpan(today, now, named)
	case s.day > 0: // Jumat 20 November
		m := s.dateSpan(today, now, 1)
		if m.known() && (named > 2 || int(m.at.from.Weekday()) != s.weekday) {
			if s.month == 0 && s.year == 0 { // Senin tanggal 16: of which month?
				return s.weekdayDate(today, now)
			}
			return meaning{at: m.at, why: whyContradiction}
		}
		return m
	case s.relUnit == unitWeek && (named == 2 || named == 3 && s.yesterday): // Senin minggu lalu
		return s.inDay(weekOf(today.AddDate(0, 0, 7*relative(s.rel))).from.AddDate(0, 0, (s.weekday+6)%7), now, true)
	case s.today && named == 2:
		if back != 0 || s.weekdayRel != 0 && s.weekdayRel != 2 {
			return meaning{at: dayOf(today), why: whyContradiction}
		}
		return s.inDay(today, now, true)
	case s.earlier && named == 2 && back == 0: // tadi pagi hari Jumat
		return s.earlierToday(today, now)
	case s.yesterday && named == 2:
		if back == 0 {
			back = 7
		}
		return s.inDay(today.AddDate(0, 0, -back), now, true)
	case named > 1:
		return asked(whyContradiction)
	case s.weekdayRel == 2: // Senin ini
		return s.inDay(weekOf(today).from.AddDate(0, 0, (s.weekday+6)%7), now, true)
	case s.weekdayRel == 1:
		return s.inDay(today.AddDate(0, 0, 7-back), now, true)
	case back == 0 && s.weekdayRel == 0: // today, or a week ago?
		return s.oneOf(now, s.inDay(today, now, true), s.inDay(today.AddDate(0, 0, -7), now, true))
	case back == 0:
		back = 7
	}
	return s.inDay(today.AddDate(0, 0, -back), now, true)
}

// oneOf returns which of several meanings it is, if only one can be.
func (s *said) oneOf(now time.Time, all ...meaning) meaning {
	spans := make([]span, 0, len(all))
	for _, m := range all {
		switch {
		case !m.known():
			return m
		case m.why != "" && m.why != whyFuture:
			return m
		}
		spans = append(spans, m.at)
	}
	return oneLeft(now, whyAmbiguous, spans...)
}

// weekdayDate finds the last month in which the day that was said fell on the
// weekday that was said.
func (s *said) weekdayDate(today, now time.Time) meaning {
	for n := range 3 {
		first := monthOf(today.Year(), int(today.Month())-n, today.Location()).from
		day := first.AddDate(0, 0, s.day-1)
		if day.Month() == first.Month() && int(day.Weekday()) == s.weekday && !day.After(today) {
			m := s.inDay(day, now, true)
			if m.why == "" && n > 1 {
				m.why, m.others = whyUnsure, []span{m.at}
			}
			return m
		}
	}
	return asked(whyContradiction)
}

// eveSpan works out "malam Minggu", the evening before Sunday.
func (s *said) eveSpan(today time.Time, named int, now time.Time) meaning {
	back := (int(today.Weekday()) - s.weekday + 8) % 7 // days since that evening
	if s.eveOr {                                       // jam 9 malam Senin
		plain := *s
		plain.eve, plain.eveOr, plain.yesterday = false, false, false
		whole := (int(today.Weekday()) - s.weekday + 7) % 7
		if s.yesterday && whole != 1 {
			s.eveOr = false
			return s.eveSpan(today, named, now)
		}
		day := today.AddDate(0, 0, -whole)
		return s.oneOf(now, plain.inDay(day, now, true), plain.inDay(day.AddDate(0, 0, -1), now, true))
	}
	switch {
	case s.day > 0: // malam Sabtu tanggal 13: of either day
		plain := *s
		plain.eve, plain.part, plain.hour, plain.nightDay = false, -1, -1, false
		m := plain.dateSpan(today, now, 1)
		if !m.known() {
			return m
		}
		switch int(m.at.from.Weekday()) {
		case s.weekday:
			return s.inDay(m.at.from.AddDate(0, 0, -1), now, true)
		case (s.weekday + 6) % 7:
			return s.inDay(m.at.from, now, true)
		}
		return meaning{at: m.at, why: whyContradiction}
	case s.pasaran >= 0:
		day := s.pasaranDay(today)
		if day.Equal(today.AddDate(0, 0, 1)) && now.Hour() < dayParts[partNight][0] {
			day = day.AddDate(0, 0, -35)
		}
		return s.inDay(day.AddDate(0, 0, -1), now, true)
	case s.relUnit == unitWeek && named == 2:
		day := weekOf(today.AddDate(0, 0, 7*relative(s.rel))).from.AddDate(0, 0, (s.weekday+6)%7)
		return s.inDay(day.AddDate(0, 0, -1), now, true)
	case s.earlier && back == 1 && named == 2, s.today && back == 0 && named == 2:
		return s.inDay(today.AddDate(0, 0, -back), now, true)
	case named > 1 && !(named == 2 && s.yesterday), s.weekdayRel > 0 && back != 0 && !(s.weekdayRel == 2 && back < 6):
		return asked(whyContradiction)
	case s.weekdayRel == 1:
		return s.inDay(today.AddDate(0, 0, 7-back), now, true)
	case back == 0 && now.Hour() >= dayParts[partNight][0] && s.weekdayRel == 0 && !s.yesterday: // this evening, or a week ago?
		return s.oneOf(now, s.inDay(today, now, true), s.inDay(today.AddDate(0, 0, -7), now, true))
	case back == 0 && s.weekdayRel != 2:
		back = 7
	}
	return s.inDay(today.AddDate(0, 0, -back), now, true)
}

// legi is a day Legi of the Javanese week of five days.
var legi = workday.NewDate(1945, time.August, 17)

// pasaranDay returns the last day, tomorrow at most, that was a weekday of the
// Javanese week too: Jumat Kliwon.
func (s *said) pasaranDay(today time.Time) time.Time {
	for n := -1; n < 35; n++ {
		day := today.AddDate(0, 0, -n)
		d := workday.DateOf(day, day.Location())
		if int(day.Weekday()) == s.weekday && ((int(d-legi)%5)+5)%5 == s.pasaran {
			return day
		}
	}
	return today
}

func (s *said) pasaranSpan(today, now time.Time, named int) meaning {
	day := s.pasaranDay(today)
	if day.After(today) || day.Equal(today) && (s.weekdayRel == -1 || s.yesterday) {
		day = day.AddDate(0, 0, -35)
	}
	if named > 1 && !s.yesterday {
		return asked(whyContradiction)
	}
	return s.inDay(day, now, true)
}

// fridayPrayer works out "habis Jumatan".
func (s *said) fridayPrayer(today, now time.Time, named int) meaning {
	back := (int(today.Weekday()) - int(time.Friday) + 7) % 7
	switch {
	case s.day > 0 || s.relUnit >= 0 || s.count > 0:
		s.weekday = int(time.Friday)
		return s.weekdaySpan(today, named+1, now)
	case s.earlier && back != 0, s.today && back != 0, s.yesterday && back == 0 && named > 1 && s.earlier:
		return asked(whyContradiction)
	}
	m := s.inDay(today.AddDate(0, 0, -back), now, true)
	if m.known() && m.at.from.After(now) && !s.today || back == 0 && s.yesterday {
		return s.inDay(today.AddDate(0, 0, -back-7), now, true)
	}
	return m
}

// dateSpan works out a date with what else was said of the day.
func (s *said) dateSpan(today, now time.Time, named int) meaning {
	if s.month == 0 && s.year == 0 && s.day > today.Day() {
		prior := monthOf(today.Year(), int(today.Month())-1, today.Location()).from
		if day := prior.AddDate(0, 0, s.day-1); day.Month() != prior.Month() {
			return asked(whyNoSuchDay)
		}
	}
	day, ok := s.date(today)
	switch {
	case !ok:
		return asked(whyNoSuchDay)
	case named > 2, named == 2 && !s.yesterday && !((s.today || s.earlier) && day.Equal(today)):
		return meaning{at: dayOf(day), why: whyContradiction}
	}
	if s.yesterday && !s.today && s.month == 0 && day.Equal(today) { // "tanggal 20 kemarin" on the 20th
		prior, ok := dateIn(today.Year(), int(today.Month())-1, s.day, today.Location())
		if !ok {
			return asked(whyNoSuchDay)
		}
		m := s.onDate(prior, now)
		return meaning{at: m.at, why: whyAmbiguous, others: []span{m.at, s.onDate(day, now).at}}
	}
	m := s.onDate(day, now)
	if m.why == "" && s.year == 0 && s.month > 0 && s.yearRel == yearUnsaid && !s.yesterday {
		// A date that comes within days is not surely the one of last year.
		if next, ok := dateIn(today.Year()+1-btoi(day.Year() < today.Year()), s.month, s.day, today.Location()); ok && next.After(today) && next.Sub(today) <= 14*24*time.Hour {
			m.why, m.others = whyAmbiguous, []span{m.at, s.onDate(next, now).at}
		}
	}
	return m
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// onDate narrows a date down; "malam 17 Agustus" can be two evenings.
func (s *said) onDate(day, now time.Time) meaning {
	if !s.nightDay {
		return s.inDay(day, now, true)
	}
	plain := *s
	plain.nightDay = false
	return s.oneOf(now, plain.inDay(day, now, true), plain.inDay(day.AddDate(0, 0, -1), now, true))
}

func dateIn(year, month, day int, zone *time.Location) (time.Time, bool) {
	d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone)
	return d, d.Day() == day
}

// date works out a day of a month: the nearest past one where the year or the
// month was not said. A day that does not exist is unclear.
func (s *said) date(today time.Time) (time.Time, bool) {
	zone := today.Location()
	switch {
	case s.month > 0 && s.year > 0:
		if s.year < 1900 || s.year > 2200 {
			return time.Time{}, false
		}
		return dateIn(s.year, s.month, s.day, zone)
	case s.month > 0 && s.yearRel != yearUnsaid:
		return dateIn(today.Year()+relative(s.yearRel), s.month, s.day, zone)
	case s.month > 0:
		d, ok := dateIn(today.Year(), s.month, s.day, zone)
		for n := 1; (d.After(today) || !ok) && n <= 4; n++ { // 29 February is every fourth year
			if d, ok = dateIn(today.Year()-n, s.month, s.day, zone); s.month != 2 || s.day != 29 {
				break
			}
		}
		return d, ok
	case s.year > 0:
		return time.Time{}, false
	}
	if s.day <= today.Day() {
		return dateIn(today.Year(), int(today.Month()), s.day, zone)
	}
	month := monthOf(today.Year(), int(today.Month())-1, zone).from
	return dateIn(month.Year(), int(month.Month()), s.day, zone)
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
		year = today.Year() + relative(s.yearRel)
	case year == 0:
		year = today.Year()
		if s.month > int(today.Month()) {
			year--
		}
	}
	return monthOf(year, s.month, today.Location()), true
}

// yesterdaySpan works out "kemarin" and "kemarin dulu".
func (s *said) yesterdaySpan(today, now time.Time) meaning {
	if s.dayBefore {
		return s.inDay(today.AddDate(0, 0, -2), now, true)
	}
	return s.inDay(today.AddDate(0, 0, -1), now, true)
}

// weekendSpan works out "akhir pekan kemarin".
func (s *said) weekendSpan(today, now time.Time) meaning {
	week := weekOf(today).from
	saturday := week.AddDate(0, 0, 5)
	switch {
	case s.weekdayRel == 2:
	case s.weekdayRel == 1:
		saturday = saturday.AddDate(0, 0, 7)
	case s.weekdayRel == -1 || s.yesterday || saturday.After(now):
		saturday = saturday.AddDate(0, 0, -7)
	}
	return sure(span{saturday, saturday.AddDate(0, 0, 2), reports.Range})
}

// thirdSpan works out "awal bulan lalu" and "minggu kedua Oktober".
func (s *said) thirdSpan(now time.Time, named int, timed bool) meaning {
	whole := *s
	whole.third, whole.nth, whole.firstDay, whole.weekday, whole.weekdayRel, whole.part, whole.prayer, whole.hour = 0, 0, false, -1, 0, -1, -1, -1
	if s.weekday >= 0 {
		named--
	}
	m := whole.moment(present{now: now, feasts: &almanac{}})
	if !m.known() || m.why != "" && m.why != whyFuture || timed && s.weekday < 0 || s.since && s.nth != 0 {
		return asked(whyContradiction)
	}
	from, to := m.at.from, m.at.to
	if s.nth != 0 {
		return s.nthSpan(from, to, now)
	}
	bare := s.relUnit >= 0 && s.rel == 2 && named == 1
	var cut [4]time.Time
	switch {
	case m.at.precision == reports.Month:
		cut = [4]time.Time{from, from.AddDate(0, 0, 10), from.AddDate(0, 0, 20), to}
	case m.at.precision == reports.Week:
		cut = [4]time.Time{from, from.AddDate(0, 0, 2), from.AddDate(0, 0, 4), to}
	case m.at.precision == reports.Range && s.day == 0:
		cut = [4]time.Time{from, from.AddDate(0, 3, 0), from.AddDate(0, 9, 0), to}
	default:
		return asked(whyContradiction)
	}
	at := span{cut[s.third-1], cut[s.third], reports.Range}
	if bare && at.from.After(now) { // "akhir bulan" in the middle of one
		back := -1
		if s.relUnit == unitYear {
			back = -12
		}
		if s.relUnit != unitWeek {
			first := monthOf(from.Year(), int(from.Month())+back, from.Location()).from
			at.from = first.AddDate(0, 0, 20)
			if s.relUnit == unitYear {
				at.from = first.AddDate(0, 9, 0)
			}
			if s.third == 2 {
				return asked(whyFuture)
			}
			at.to = from
			return meaning{at: at, why: whyAmbiguous, others: []span{at}}
		}
	}
	return sure(at)
}

// nthSpan works out "minggu kedua Oktober" and "Jumat pertama bulan ini".
func (s *said) nthSpan(from, to, now time.Time) meaning {
	if s.nth > 5 {
		return asked(whyContradiction)
	}
	if s.weekday >= 0 {
		day := from.AddDate(0, 0, (s.weekday-int(from.Weekday())+7)%7+7*(s.nth-1))
		if s.nth < 0 {
			day = to.AddDate(0, 0, -1)
			day = day.AddDate(0, 0, -(int(day.Weekday())-s.weekday+7)%7)
		}
		if !day.Before(to) {
			return asked(whyNoSuchDay)
		}
		return s.inDay(day, now, true)
	}
	week := span{from.AddDate(0, 0, 7*(s.nth-1)), from.AddDate(0, 0, 7*s.nth), reports.Week}
	if s.nth < 0 {
		week.from, week.to = to.AddDate(0, 0, -7), to
	}
	if week.to.After(to) {
		week.to = to
	}
	if !week.from.Before(week.to) {
		return asked(whyNoSuchDay)
	}
	return sure(week)
}
