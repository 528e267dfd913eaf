package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
)

// readRange reads "dari Senin sampai Rabu", "antara jam 2 dan jam 4" and "sejak
// Senin sampai sekarang". It returns false where tokens say no range.
func readRange(tokens []timeToken, p present) (meaning, bool) {
	tokens = spread(tokens)
	i := slices.IndexFunc(tokens, func(t timeToken) bool { return t.kind == kUntil || t.kind == kDash })
	if b := slices.IndexFunc(tokens, func(t timeToken) bool { return t.kind == kBetween }); b >= 0 {
		and := slices.IndexFunc(tokens[b:], func(t timeToken) bool { return t.kind == kAnd || t.kind == kUntil || t.kind == kDash })
		if and > 1 {
			i = b + and
			tokens = append(append([]timeToken{}, tokens[:b]...), tokens[b+1:]...)
			i--
		}
	}
	if i < 0 {
		return meaning{}, false
	}
	behind := i + 1
	for behind < len(tokens) && (tokens[behind].word == "dengan" || tokens[behind].word == "dgn" || tokens[behind].kind == kUntil) {
		behind++
	}
	if behind >= len(tokens) {
		return meaning{}, false
	}
	end := tokens[behind:]
	if end[0].count == 1 && slices.ContainsFunc(tokens[:i], func(t timeToken) bool { return t.kind == kDate }) {
		end = append([]timeToken{{kind: kDate}}, end...) // tanggal 10-12 bulan lalu
	}
	right, ok := readSaid(end, true)
	if !ok {
		return asked(whyContradiction), true
	}
	if right.things == 0 { // sampai banjir: what came of it
		return meaning{}, false
	}
	left, ok := readSaid(tokens[:i], true)
	switch {
	case !ok:
		return asked(whyContradiction), true
	case left.things == 0 && tokens[i].kind == kDash:
		return meaning{}, false
	case tokens[i].kind == kDash && right.onlyClock() && left.saysDay() && !left.timed(): // 19/11/2026 - 15.30
		return meaning{}, false
	case left.things == 0: // since when?
		return asked(whyVague), true
	}
	m := rangeOf(left, right, p)
	if m.known() && !m.at.to.IsZero() && !m.at.from.Before(m.at.to) {
		return asked(whyContradiction), true
	}
	if m.why == "" && m.at.from.After(p.now) {
		m.why = whyFuture
	}
	return m, true
}

// spread returns tokens with a number like 5-7 taken apart where it is the ends
// of a range: before a month, a part of the day, behind "tanggal" or "jam".
func spread(tokens []timeToken) []timeToken {
	for i, t := range tokens {
		if t.count != 2 || t.sep != '-' {
			continue
		}
		last, next := timeToken{}, timeToken{}
		if i > 0 {
			last = tokens[i-1]
		}
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		years := t.widths[0] == 4 && t.widths[1] == 4
		if next.unit() >= 0 && next.unit() != unitMonth && last.kind != kClock && last.unit() != unitHour || !years && last.kind != kDate && last.kind != kClock && last.unit() != unitHour &&
			next.kind != kMonth && next.kind != kPart && next.kind != kAn && next.kind != kMeridiem {
			continue
		}
		if last.kind == kDate && t.numbers[1] <= 12 && t.numbers[1] <= t.numbers[0] && next.kind != kMonth && next.unit() != unitMonth {
			continue // tgl 5-3: of March
		}
		a, b := t, t
		a.count, b.count = 1, 1
		b.numbers[0], b.widths[0] = t.numbers[1], t.widths[1]
		out := make([]timeToken, 0, len(tokens)+2)
		out = append(out, tokens[:i]...)
		out = append(out, a, timeToken{word: "-", kind: kDash, from: t.from, to: t.to}, b)
		return append(out, tokens[i+1:]...)
	}
	return tokens
}

// rangeOf works out a range from its ends, each of which may leave to the other
// what both share: "dari jam 2 sampai jam 4 sore".
func rangeOf(left, right timeReader, p present) meaning {
	if right.justNow || right.today && !right.timed() { // sampai sekarang
		left.since = true
		m := left.resolve(p)
		if m.why == "" && !m.at.from.Before(p.now) {
			return asked(whyContradiction)
		}
		return m
	}
	left.began = left.since
	dayless := !right.saysDay()
	left.since, left.lasting, right.since, right.lasting = false, false, false, false
	fill(&left.said, &right.said)
	a := left.resolve(p)
	if left.hour >= 0 || right.hour >= 0 {
		if m, ok := clockRange(left.said, right.said, p); ok {
			return m
		}
	}
	b := right.resolve(p)
	if right.weekday >= 0 && left.weekday >= 0 && right.relUnit < 0 && a.known() && right.day == 0 {
		// The first such day behind the other end.
		day := midnight(a.at.from)
		day = day.AddDate(0, 0, (right.weekday-int(day.Weekday())+7)%7)
		b = right.inDay(day, p.now, true)
		if a.why == whyAmbiguous && left.weekday == int(p.now.Weekday()) {
			a.why = ""
			if day.After(p.now) {
				a.at.from = a.at.from.AddDate(0, 0, -7)
				b = right.inDay(day.AddDate(0, 0, -7), p.now, true)
			}
		} else if left.relUnit < 0 && b.known() && b.at.from.After(p.now) && right.weekdayRel <= 0 {
			a = a.each(func(s span) span {
				return span{s.from.AddDate(0, 0, -7), later(s.to, -7), s.precision}
			})
			b = right.inDay(day.AddDate(0, 0, -7), p.now, true)
		}
	}
	if dayless && a.known() && b.known() && !b.at.from.After(a.at.from) { // kemarin malam sampai subuh
		b = b.each(func(s span) span { return span{s.from.AddDate(0, 0, 1), later(s.to, 1), s.precision} })
		if b.at.from.After(p.now) {
			b.why = whyFuture
		}
	}
	switch {
	case !a.known() || !b.known(), a.why != "" && a.why != whyFuture:
		if a.why != "" {
			return asked(a.why)
		}
		return asked(whyContradiction)
	case b.why == whyFuture && a.why == "":
		return meaning{at: span{a.at.from, b.at.to, reports.Range}, why: whyContradiction}
	case b.why != "" && b.why != whyFuture:
		return asked(b.why)
	}
	to := b.at.to
	if b.at.precision == reports.Hour || b.at.precision == reports.Minute {
		to = b.at.from
	}
	if !a.at.from.Before(to) {
		return asked(whyContradiction)
	}
	if left.weekday == int(time.Monday) && right.weekday >= int(time.Friday) && a.why == "" && left.plainDay() && right.plainDay() {
		// Senin-Jumat: those days, or every week?
		whole := span{a.at.from, to, reports.Range}
		return meaning{at: whole, why: whyAmbiguous, others: []span{whole}}
	}
	return meaning{at: span{a.at.from, to, reports.Range}, why: a.why}
}

// fill gives each end what the other says and it leaves out.
func fill(left, right *said) {
	leftDay, rightDay := left.saysDay(), right.saysDay()
	if left.bareNumber() && right.hour >= 0 || left.bareNumber() && right.part >= 0 && right.day == 0 {
		left.day, left.hour = 0, left.day
		leftDay = false
	}
	if right.bareNumber() && left.hour >= 0 && left.day == 0 {
		right.day, right.hour = 0, right.day
		rightDay = false
	}
	switch {
	case !leftDay && rightDay:
		copyDay(left, right)
	case leftDay && !rightDay:
		copyDay(right, left)
	}
	share := func(a, b *said) {
		if a.day > 0 && a.month == 0 && a.relUnit < 0 {
			a.month = b.month
			if b.relUnit == unitMonth {
				a.relUnit, a.rel = b.relUnit, b.rel
			}
		}
		if a.month > 0 && a.year == 0 && a.yearRel == yearUnsaid {
			a.year, a.yearRel = b.year, b.yearRel
		}
		if a.weekday >= 0 && a.relUnit < 0 && b.relUnit == unitWeek {
			a.relUnit, a.rel = b.relUnit, b.rel
		}
		if a.weekday >= 0 && b.yesterday {
			a.yesterday = true
		}
	}
	share(left, right)
	share(right, left)
	if left.month > 0 && right.month > 0 && left.year > 0 && left.year == right.year && left.month > right.month && right.year > 0 && left.day > 0 {
		left.year--
	}
	if left.zone == nil {
		left.zone = right.zone
	}
	if right.zone == nil {
		right.zone = left.zone
	}
	left.unsure = left.unsure || right.unsure
}

func (s *said) bareNumber() bool {
	return s.day > 0 && s.month == 0 && s.year == 0 && s.things == 1 && s.hour < 0
}

// saysDay reports whether s names a day, week or month of its own.
func (s *said) saysDay() bool {
	return s.day > 0 || s.month > 0 || s.year > 0 || s.weekday >= 0 || s.relUnit >= 0 || s.count > 0 || s.few || s.yesterday || s.today ||
		s.earlier || s.ahead > 0 || s.later || s.feast > 0 || s.weekend
}

// plainDay reports whether s says a weekday and nothing else.
func (s *said) plainDay() bool { return s.things == 1 && s.weekdayRel == 0 && !s.timed() && !s.began }

func copyDay(to, from *said) {
	timed := *to
	*to = *from
	to.part, to.prayer, to.after, to.before, to.hour, to.minute = timed.part, timed.prayer, timed.after, timed.before, timed.hour, timed.minute
	to.exact, to.marked, to.about, to.zone = timed.exact, timed.marked, timed.about, timed.zone
	if to.part < 0 && to.prayer < 0 && to.hour < 0 {
		to.part, to.prayer = from.part, from.prayer
	}
}

// clockRange works out "jam 10 sampai jam 2 siang" where both hours are of one
// day or of one night.
func clockRange(left, right said, p present) (meaning, bool) {
	if left.hour < 0 || right.hour < 0 {
		return meaning{}, false
	}
	if left.zone != nil {
		p.now = p.now.In(left.zone)
	}
	hours := func(s *said) []int {
		switch {
		case s.part >= 0:
			if h, ok := hourIn(clockParts[s.part], s.hour); ok {
				return []int{h}
			}
			return nil
		case s.exact:
			return []int{s.hour}
		}
		return []int{s.hour % 12, s.hour%12 + 12}
	}
	a, b := hours(&left), hours(&right)
	best, bestFrom := 25*60, -1
	ties := 0
	for _, x := range a {
		for _, y := range b {
			from, to := x*60+max(left.minute, 0), y*60+max(right.minute, 0)
			if to <= from {
				to += 24 * 60
			}
			switch d := to - from; {
			case d < best:
				best, bestFrom, ties = d, from, 1
			case d == best && from != bestFrom:
				ties++
			}
		}
	}
	if bestFrom < 0 {
		return asked(whyContradiction), true
	}
	plain := left
	plain.hour, plain.part, plain.prayer, plain.minute, plain.since = -1, -1, -1, -1, false
	if plain.part = -1; left.earlier && left.part == partNight {
		plain.earlier, plain.yesterday = false, true
	}
	day := meaning{at: dayOf(midnight(p.now))}
	dayless := !plain.saysDay()
	if !dayless {
		if plain.earlier && !plain.yesterday {
			plain.earlier, plain.today = false, true
		}
		day = plain.resolve(p)
	}
	if !day.known() || day.why != "" && day.why != whyFuture || day.at.precision != reports.Day {
		return meaning{}, false
	}
	at := func(minutes int, day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, day.Location())
	}
	shift := func(from int, day time.Time) span {
		return span{at(from, day), at(from+best, day), reports.Range}
	}
	m := sure(shift(bestFrom, day.at.from))
	if ties > 1 {
		x, y := shift(bestFrom, day.at.from), shift((bestFrom+12*60)%(24*60), day.at.from)
		if x.from.After(y.from) {
			x, y = y, x
		}
		m = oneLeft(p.now, whyClock, x, y)
	}
	switch {
	case dayless && m.at.to.After(p.now):
		before := shift(bestFrom, midnight(p.now).AddDate(0, 0, -1))
		return meaning{at: before, why: whyDay, others: []span{before}}, true
	case m.why == "" && m.at.from.After(p.now):
		m.why = whyFuture
	case m.why == "" && left.unsure:
		m.why, m.others = whyUnsure, []span{m.at}
	}
	return m, true
}
