package conversation

import "time"

// said is what the words of a time say, before it is worked out which days and
// hours they mean.
type said struct {
	since, lasting, about, earlier, today, yesterday, justNow, later bool

	ahead            int // days from today
	count, unit      int // "dua minggu lalu"; count 0: not said
	relUnit, rel     int // "minggu lalu": the unit and -1; relUnit -1: not said
	day, month, year int // 0: not said
	yearRel          int // "tahun lalu" beside a date: -1; yearUnsaid
	weekday          int // -1: not said
	weekdayRel       int // -1 lalu, +1 depan, 2 ini, 0: not said
	eve              bool
	part, prayer     int // -1: not said
	after            bool
	hour, minute     int  // -1: not said
	exact            bool // the hour can be of the 24 only
	marked           bool // "jam" or "pukul" said that it is a clock
	zone             *time.Location
	things           int // how many of these were said
}

const yearUnsaid = 99

func nothingSaid() said {
	return said{relUnit: -1, yearRel: yearUnsaid, weekday: -1, part: -1, prayer: -1, hour: -1, minute: -1}
}

// timeReader reads the tokens of a time one after the other.
type timeReader struct {
	tokens []timeToken
	i      int
	said
}

// at returns the token n behind the next one, or one that is nothing. A
// sentence's end between hides what is behind it.
func (r *timeReader) at(n int) timeToken {
	if r.i+n >= len(r.tokens) {
		return timeToken{}
	}
	for k := 1; k <= n; k++ {
		if r.tokens[r.i+k].stop {
			return timeToken{}
		}
	}
	return r.tokens[r.i+n]
}

// take notes that n tokens say something.
func (r *timeReader) take(n int) bool {
	r.i += n
	r.things++
	return true
}

// ago reports whether "[yang] lalu" stands n tokens ahead, and how many tokens
// it takes. "Kemarin" counts behind a unit or a day: "minggu kemarin".
func (r *timeReader) ago(n int) int {
	took := 0
	if r.at(n).kind == kYang {
		took = 1
	}
	switch r.at(n + took).kind {
	case kAgo:
		return took + 1
	case kYesterday:
		if took == 0 {
			return 1
		}
		return 0
	default:
		return 0
	}
}

// relation reads lalu, ini or depan behind a unit or a weekday.
func (r *timeReader) relation(n int) (rel, took int) {
	if took = r.ago(n); took > 0 {
		return -1, took
	}
	switch r.at(n).kind {
	case kThis:
		return 2, 1
	case kNext:
		return 1, 1
	default:
		return 0, 0
	}
}

// step reads one thing. It returns false where the next token is none, or says
// something again.
func (r *timeReader) step() bool {
	t := r.at(0)
	if t.count > 0 {
		return r.numbers()
	}
	switch t.kind {
	case kFiller:
		r.i++
		return true
	case kAbout:
		r.about = true
		r.i++
		return true
	case kLess: // kurang lebih
		if r.at(1).word != "lebih" {
			return false
		}
		r.about = true
		r.i += 2
		return true
	case kHari:
		return r.hariWord()
	case kDate:
		return r.dateWord()
	case kThis:
		return r.thisWord()
	case kYesterday:
		return r.yesterdayWord()
	case kToday:
		return r.setToday(1)
	case kEarlier:
		if r.earlier || r.yesterday || r.later {
			return false
		}
		r.earlier = true
		return r.take(1)
	case kLastNight:
		if r.earlier || r.yesterday || r.part >= 0 {
			return false
		}
		r.earlier, r.part = true, partNight
		return r.take(1)
	case kJustNow:
		r.justNow = true
		return r.take(1)
	case kBaru:
		if r.at(1).kind != kSaja && r.at(1).also != kSaja { // baru kemarin
			r.i++
			return r.things == 0
		}
		r.justNow = true
		return r.take(2)
	case kAhead:
		if r.ahead != 0 {
			return false
		}
		r.ahead = t.value
		return r.take(1)
	case kLater:
		r.later = true
		return r.take(1)
	case kSince, kLasting:
		if r.things > 0 {
			return false
		}
		if t.kind == kSince {
			r.since = true
		} else {
			r.lasting = true
		}
		return r.take(1)
	case kPart, kDini:
		return r.partWord()
	case kPrayer:
		return r.prayerWord(1)
	case kAfter:
		if r.at(1).kind != kPrayer {
			return false
		}
		r.after = true
		r.i++
		return r.prayerWord(1)
	case kMonth:
		return r.monthWord()
	case kWeekday:
		return r.weekdayWord(t.value)
	case kUnit:
		return r.unitWord()
	case kOneUnit:
		return r.length(1, t.value, 1)
	case kNumber:
		return r.numbers()
	case kHalf: // setengah jam lalu
		if r.at(1).unit() == unitHour && r.ago(2) > 0 {
			return r.length(30, unitMinute, 2)
		}
		return false
	case kClock:
		return r.clockWord(1)
	case kZone:
		if r.hour < 0 || r.zone != nil {
			return false
		}
		r.zone = time.FixedZone("", t.value*3600)
		r.i++
		return true
	case kLast:
		return r.lastWord()
	default:
		return false
	}
}

// hariWord reads "hari ini", and "hari" before the name of a day.
func (r *timeReader) hariWord() bool {
	next := r.at(1)
	switch {
	case next.kind == kThis:
		return r.setToday(2)
	case next.kind == kYesterday, next.kind == kWeekday, next.kind == kPart && r.things == 0:
		r.i++
		return true
	case next.also == kWeekday: // hari Minggu
		r.i++
		return r.weekdayWord(next.alsoIs)
	case r.part >= 0: // malam hari
		r.i++
		return true
	}
	return false
}

func (r *timeReader) setToday(took int) bool {
	if r.today || r.yesterday {
		return false
	}
	r.today = true
	return r.take(took)
}

// thisWord reads "ini" behind a part of the day, and the English "this".
func (r *timeReader) thisWord() bool {
	next := r.at(1)
	switch {
	case r.part >= 0 && !r.today && r.tokens[r.i-1].kind == kPart: // pagi ini
		return r.setToday(1)
	case r.at(0).word == "this" && next.kind == kPart:
		return r.setToday(1)
	case r.at(0).word == "this" && next.unit() >= 0:
		return r.relative(next.unit(), 2, 2)
	case r.i > 0 && r.tokens[r.i-1].word == "saat": // saat ini
		r.justNow = true
		return r.take(1)
	}
	return false
}

// lastWord reads the English "last night", "last week", "last Monday".
func (r *timeReader) lastWord() bool {
	next := r.at(1)
	switch {
	case next.word == "night" && r.part < 0:
		r.earlier, r.part = true, partNight
		return r.take(2)
	case next.kind == kUnit && next.value >= unitWeek:
		return r.relative(next.value, -1, 2)
	case next.kind == kWeekday && r.weekday < 0:
		r.weekday, r.weekdayRel = next.value, -1
		return r.take(2)
	}
	return false
}

func (r *timeReader) yesterdayWord() bool {
	next := r.at(1)
	if r.yesterday || r.earlier || r.today || next.kind == kAhead || next.word == "dulu" || next.kind == kYesterday {
		return false // kemarin lusa, kemarin dulu
	}
	r.yesterday = true
	return r.take(1)
}

func (r *timeReader) weekdayWord(day int) bool {
	if r.weekday >= 0 {
		return false
	}
	r.weekday = day
	rel, took := r.relation(1)
	r.weekdayRel = rel
	return r.take(1 + took)
}

// unitWord reads "minggu lalu", "bulan Agustus", "tahun 2026", and "minggu" as
// the name of the day.
func (r *timeReader) unitWord() bool {
	t, next := r.at(0), r.at(1)
	if t.value == unitHour {
		return r.clockWord(1)
	}
	rel, took := r.relation(1)
	switch {
	case t.value == unitWeek && rel != 0:
		if r.weekday >= 0 && r.weekdayRel == 0 { // Senin minggu lalu
			r.relUnit, r.rel = unitWeek, rel
			return r.take(1 + took)
		}
		return r.relative(unitWeek, rel, 1+took)
	case t.also == kWeekday:
		return r.weekdayWord(t.alsoIs)
	case t.value == unitMonth && next.kind == kMonth:
		r.i++
		return r.monthWord()
	case t.value == unitMonth && next.count == 1 && next.numbers[0] >= 1 && next.numbers[0] <= 12 && r.month == 0:
		r.month = next.numbers[0]
		return r.take(2)
	case t.value == unitMonth && rel != 0:
		return r.relative(unitMonth, rel, 1+took)
	case t.value == unitYear && next.count == 1 && next.widths[0] == 4 && r.year == 0:
		r.year = next.numbers[0]
		return r.take(2)
	case t.value == unitYear && rel != 0 && r.month > 0 && r.year == 0 && r.yearRel == yearUnsaid:
		r.yearRel = rel
		return r.take(1 + took)
	case t.value == unitYear && rel != 0:
		return r.relative(unitYear, rel, 1+took)
	}
	return false
}

func (r *timeReader) relative(unit, rel, took int) bool {
	if r.relUnit >= 0 || unit < unitWeek {
		return false
	}
	r.relUnit, r.rel = unit, rel
	return r.take(took)
}

// length reads what follows a count of units: "[yang] lalu", "terakhir", or
// nothing behind "sudah".
func (r *timeReader) length(n, unit, took int) bool {
	if r.count > 0 || n < 1 || n > 1000 {
		return false
	}
	next := r.at(took)
	switch ago := r.ago(took); {
	case ago > 0 && next.kind != kYesterday:
		took += ago
	case next.kind == kLatest, next.kind == kThis && (r.lasting || r.since):
		r.lasting = true
		took++
	case r.lasting || r.since:
		r.lasting = true
		if next.kind == kPast { // sudah 2 bulan lebih
			return false
		}
	default:
		return false
	}
	r.count, r.unit = n, unit
	return r.take(took)
}

// dateWord reads "tanggal" with the number of a day, or with a date in numbers.
func (r *timeReader) dateWord() bool {
	next := r.at(1)
	switch {
	case next.count == 1 && next.widths[0] <= 2 && r.day == 0:
		if after := r.at(2); after.kind == kUntil || (after.unit() >= 0 && after.unit() < unitMonth) {
			return false
		}
		r.i++
		return r.dayNumber(next.numbers[0], 1)
	case next.count == 2 && next.sep == '.':
		r.i++
		return r.dayMonth(next)
	case next.kind == kNumber:
		r.i++
		if n, took := r.number(); r.day == 0 {
			return r.dayNumber(n, took)
		}
		return false
	}
	r.i++
	return next.count > 1
}

func (r *timeReader) dayNumber(n, took int) bool {
	if n < 1 || n > 31 || r.nightBefore() {
		return false
	}
	r.day = n
	return r.take(took)
}

// nightBefore reports whether "malam" stands before a date: "malam 17 Agustus"
// is the evening before it for many, and that of the day for others.
func (r *timeReader) nightBefore() bool { return r.part == partNight && r.hour < 0 && !r.yesterday }

func (r *timeReader) dayMonth(t timeToken) bool {
	if r.day != 0 || r.month != 0 || r.nightBefore() || t.numbers[1] < 1 || t.numbers[1] > 12 || t.numbers[0] < 1 || t.numbers[0] > 31 {
		return false
	}
	r.day, r.month = t.numbers[0], t.numbers[1]
	return r.take(1)
}

// monthWord reads the name of a month with the year behind it, if any.
func (r *timeReader) monthWord() bool {
	if r.month != 0 {
		return false
	}
	r.month = r.at(0).value
	next := r.at(1)
	switch {
	case next.count != 1:
	case next.widths[0] == 4:
		r.year = next.numbers[0]
		return r.take(2)
	case r.day == 0: // August 17, 2026; without the year behind it, 17 may be one
		year := r.at(2)
		if year.count != 1 || year.widths[0] != 4 || next.numbers[0] < 1 || next.numbers[0] > 31 {
			return false
		}
		r.day, r.year = next.numbers[0], year.numbers[0]
		return r.take(3)
	case r.at(2).kind != kMeridiem:
		return false
	}
	if ago := r.ago(1); ago > 0 { // Agustus lalu
		return r.take(1 + ago)
	}
	return r.take(1)
}

// numbers reads what begins with a number: a date, a clock, a length of time or
// a day of a month.
func (r *timeReader) numbers() bool {
	t := r.at(0)
	switch t.count {
	case 3:
		return r.fullDate(t)
	case 2:
		switch {
		case t.sep == '/' || t.sep == '-':
			if u := r.at(1); u.unit() >= 0 || u.kind == kMonth {
				return false // 3-4 hari lalu, 17-19 Agustus
			}
			return t.sep == '/' && r.dayMonth(t)
		case t.widths[0] <= 2 && t.widths[1] == 2:
			return r.clockWord(0)
		}
		return false
	}
	n, took := r.number()
	if took == 0 {
		return false
	}
	next := r.at(took)
	switch {
	case next.unit() >= 0:
		return r.length(n, next.unit(), took+1)
	case next.kind == kMonth && r.day == 0 && r.month == 0:
		return r.dayNumber(n, took)
	case next.kind == kMeridiem:
		return r.clockWord(0)
	}
	return false
}

// fullDate reads 17/8/2026, 17-08-26 and 2026-08-17.
func (r *timeReader) fullDate(t timeToken) bool {
	if r.day != 0 || r.month != 0 || r.year != 0 || t.sep == ':' || r.nightBefore() {
		return false
	}
	d, m, y, w := t.numbers[0], t.numbers[1], t.numbers[2], t.widths[2]
	if t.widths[0] == 4 {
		d, y, w = y, d, 4
	}
	if m < 1 || m > 12 || d < 1 || d > 31 || (w != 4 && w != 2) {
		return false
	}
	if w == 2 {
		y += 2000
	}
	r.day, r.month, r.year = d, m, y
	return r.take(1)
}
