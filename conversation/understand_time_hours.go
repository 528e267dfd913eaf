package conversation

import (
	"time"

	"kentongan/reports"
)

// near is how long ago an hour of a twelve-hour clock may be for its being the
// one that is meant, whatever the other would be.
const near = 3 * time.Hour

// earlierToday works out "tadi pagi". "Tadi malam" is the last evening; late in
// an evening it is unclear which.
func (s *said) earlierToday(today, now time.Time) meaning {
	yesterday := today.AddDate(0, 0, -1)
	late := now.Hour() < dayParts[partBeforeDawn][1] // still up: what was earlier was yesterday
	night := s.part >= 0 && (s.part == partNight || s.part == partLateNight || s.part == partMidnight)
	switch {
	case night && s.hour >= 0 && (!s.lastNight || s.justNow): // tadi jam 8 malam
		if m := s.inDay(today, now, true); !m.known() || !m.at.from.After(now) {
			return m
		}
		return s.inDay(yesterday, now, true)
	case s.exact && late:
		if m := s.inDay(today, now, true); !m.known() || !m.at.from.After(now) {
			return m
		}
		return s.inDay(yesterday, now, true)
	case night && now.Hour() >= 21 && s.part != partMidnight:
		lastNight := *s
		lastNight.earlier = true
		return s.oneOf(now, lastNight.inDay(today, now, true), lastNight.inDay(yesterday, now, true))
	case night:
		m := s.inDay(yesterday, now, true)
		if m.why == "" && m.at.from.After(now) && s.hour >= 0 { // "tadi malam jam 2" at one o'clock
			m = s.inDay(yesterday.AddDate(0, 0, -1), now, true)
			return meaning{at: m.at, why: whyAmbiguous, others: []span{m.at}}
		}
		return m
	case s.part < 0 && s.prayer < 0 && s.hour < 0 && late:
		return oneLeft(now, whyAmbiguous, dayOf(today), dayOf(yesterday))
	case s.part < 0 && s.prayer < 0 && s.hour < 0 && s.justNow:
		minute := now.Truncate(time.Minute)
		return sure(span{minute.Add(-15 * time.Minute), minute.Add(time.Minute), reports.Hour})
	case s.part < 0 && s.prayer < 0 && s.hour >= 0 && late:
		return s.unsaidDay(today, now)
	case s.prayer == prayerIsya || s.prayer == prayerTarawih || s.prayer == prayerMagrib || s.prayer == prayerBuka:
		m := s.inDay(today, now, true)
		if m.at.from.After(now) && now.Hour() < 12 {
			return s.inDay(yesterday, now, true) // "tadi habis isya", in the morning
		}
		return m
	case late && s.part != partBeforeDawn && s.part != partDawn && (s.part >= 0 || s.prayer >= 0 && s.prayer != prayerSahur):
		return s.inDay(yesterday, now, true)
	}
	return s.inDay(today, now, true)
}

// unsaidDay works out a time of day without a day: the last one, which is sure
// only if it was today.
func (s *said) unsaidDay(today, now time.Time) meaning {
	yesterday := today.AddDate(0, 0, -1)
	if s.hour > 0 && s.minute > 0 && s.minute <= 12 && !s.marked && s.part < 0 && s.prayer < 0 && s.zone == nil && !s.about { // 17.08: a clock, or a date?
		plain := *s
		plain.day, plain.month, plain.hour, plain.minute, plain.marked = s.hour, s.minute, -1, -1, true
		clock := *s
		clock.marked = true
		m := clock.unsaidDay(today, now)
		if date, ok := plain.date(today); ok && m.known() {
			return meaning{at: m.at, why: whyAmbiguous, others: []span{m.at, dayOf(date)}}
		}
	}
	if s.hour >= 0 && s.part < 0 && s.prayer < 0 && !s.exact {
		var past []span
		minute := max(s.minute, 0)
		for _, day := range []time.Time{today, yesterday} {
			for _, hour := range []int{s.hour%12 + 12, s.hour % 12} {
				if at := s.clockSpan(day, hour, minute); !at.from.After(now) && len(past) < 2 {
					past = append(past, at)
				}
			}
		}
		if len(past) > 0 && now.Sub(past[0].from) < near {
			return sure(past[0])
		}
		if len(past) == 0 {
			return asked(whyClock)
		}
		return meaning{at: past[0], why: whyClock, others: past}
	}
	m := s.inDay(today, now, false)
	if m.why == whyContradiction || m.why == whyNoSuchDay {
		return m
	}
	if before := s.inDay(yesterday, now, false); m.at.from.After(now) || s.hour >= 0 && before.at.from.After(today.Add(-1)) && !before.at.from.After(now) {
		// "Jam 1 malam" is of last night, which began yesterday.
		if before.known() && !before.at.from.Before(today) {
			return sure(before.at)
		}
		if !before.known() {
			return asked(whyDay)
		}
		return meaning{at: before.at, why: whyDay, others: []span{before.at}}
	}
	if s.hour < 0 && s.prayer < 0 && !s.since && s.part != partBeforeDawn && s.part != partDawn && s.part != partMidnight {
		return meaning{at: m.at, why: whyDay, others: []span{m.at}} // "pagi" greets too
	}
	return m
}

func partSpan(day time.Time, hours [2]int) span {
	return span{
		time.Date(day.Year(), day.Month(), day.Day(), hours[0], 0, 0, 0, day.Location()),
		time.Date(day.Year(), day.Month(), day.Day(), hours[1], 0, 0, 0, day.Location()), reports.PartOfDay,
	}
}

func (s *said) clockSpan(day time.Time, hour, minute int) span {
	from := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, day.Location())
	if s.minute >= 0 && !s.about {
		return span{from, from.Add(time.Minute), reports.Minute}
	}
	return span{from, from.Add(time.Hour), reports.Hour}
}

// inDay narrows day down to the part or the hour that was said. An hour that
// could be of the morning and of the evening is settled by what has passed, or
// asked for; the day is known even so, where certain.
func (s *said) inDay(day, now time.Time, certain bool) meaning {
	part := s.part
	if part >= 0 {
		part = clockParts[part]
	} else if s.prayer >= 0 {
		part = prayers[s.prayer].part
	}
	minute := max(s.minute, 0)
	hour := s.hour
	switch {
	case hour < 0 && s.prayer >= 0:
		window := prayers[s.prayer].at
		if s.after {
			window = prayers[s.prayer].after
		} else if s.before {
			window = prayers[s.prayer].before
		}
		return sure(partSpan(day, window))
	case hour < 0 && s.part == partMidnight && certain && !s.earlier && !s.eve && !s.today:
		return s.oneOf(now, sure(partSpan(day, dayParts[s.part])), sure(partSpan(day.AddDate(0, 0, -1), dayParts[s.part])))
	case hour < 0 && s.part >= 0:
		return sure(partSpan(day, dayParts[s.part]))
	case hour < 0:
		return sure(dayOf(day))
	case part >= 0:
		h, ok := hourIn(part, hour)
		if s.prayer >= 0 && s.part < 0 && !ok {
			h, ok = hourIn(partNight, hour)
		}
		if !ok {
			return meaning{at: dayOf(day), why: whyContradiction}
		}
		if h >= 24 && certain && !s.earlier && !s.eve {
			// The small hours of "Senin malam": those after Monday's evening, or Monday's own?
			return s.oneOf(now, sure(s.clockSpan(day, h, minute)), sure(s.clockSpan(day, h-24, minute)))
		}
		return sure(s.clockSpan(day, h, minute))
	case !s.exact:
		return s.halfDay(day, now, minute, certain)
	}
	return sure(s.clockSpan(day, hour, minute))
}

// halfDay works out an hour of a twelve-hour clock on day.
func (s *said) halfDay(day, now time.Time, minute int, certain bool) meaning {
	early, late := s.clockSpan(day, s.hour%12, minute), s.clockSpan(day, s.hour%12+12, minute)
	today := day.Equal(midnight(now))
	switch {
	case !certain:
		return asked(whyClock)
	case today && early.from.After(now):
		if s.hour == 12 {
			return sure(late)
		}
		return sure(early) // it lies ahead, and is asked about
	case today && late.from.After(now):
		return sure(early)
	case today && now.Sub(late.from) < near:
		return sure(late)
	}
	return meaning{at: dayOf(day), why: whyClock, others: []span{early, late}}
}
