package conversation

import (
	"strings"
	"time"
)

// said is what the words of a time say, before it is worked out which days and
// hours they mean.
type said struct {
	since, lasting, about, earlier, today, yesterday, justNow, later bool

	ahead            int // days from today
	dayBefore        bool
	count, unit      int // "dua minggu lalu"; count 0: not said
	atMost           int // of "3-4 hari lalu" the 4
	few              bool
	countOr          bool // "3 hari": for that long, or that long ago?
	relUnit, rel     int  // "minggu lalu": the unit and -1; relUnit -1: not said
	day, month, year int  // 0: not said
	yearRel          int  // "tahun lalu" beside a date: -1; yearUnsaid
	weekday          int  // -1: not said
	weekdayRel       int  // -1 lalu, +1 depan, 2 ini, 0: not said
	pasaran          int  // -1: not said
	eve              bool
	lastNight        bool // "tadi malam", and not "tadi jam 8 malam"
	eveOr            bool // "jam 9 malam Senin": of Monday, or of the evening before it
	nightDay         bool // "malam 17 Agustus": of the day, or of the evening before it
	part, prayer     int  // -1: not said
	after, before    bool
	hour, minute     int  // -1: not said
	exact            bool // the hour can be of the 24 only
	marked           bool // "jam" or "pukul" said that it is a clock
	third            int  // awal, pertengahan, akhir: 1 to 3
	nth              int  // "minggu kedua"; -1 the last
	weekend          bool
	zone             *time.Location

	feast                   int // 1 + index of feasts
	eveOfFeast, leave       bool
	beforeFeast, afterFeast bool
	firstDay                bool
	hasOffset, counted      bool // H-3; counted in words: "dua hari setelah lebaran"
	offset                  int

	unsure, vague, not, event bool
	began                     bool // "dari" stood before a range
	things                    int  // how many of these were said
	strange                   int  // words that are not known
}

const yearUnsaid = 99

func nothingSaid() said {
	return said{relUnit: -1, yearRel: yearUnsaid, weekday: -1, pasaran: -1, part: -1, prayer: -1, hour: -1, minute: -1}
}

// timeReader reads the tokens of a time one after the other.
type timeReader struct {
	tokens []timeToken
	i      int
	bare   bool // an end of a range: a number alone may be a day or an hour
	answer bool // all that somebody said, not a story
	said
}

// at returns the token n behind the next one, or one that is nothing. A
// sentence's end between hides what is behind it.
func (r *timeReader) at(n int) timeToken {
	if r.i+n >= len(r.tokens) || r.i+n < 0 {
		return timeToken{}
	}
	for k := 1; k <= n; k++ {
		if r.tokens[r.i+k].stop {
			return timeToken{}
		}
	}
	return r.tokens[r.i+n]
}

// last returns the token before the next one.
func (r *timeReader) last() timeToken {
	if r.i == 0 {
		return timeToken{}
	}
	return r.tokens[r.i-1]
}

// take notes that n tokens say something.
func (r *timeReader) take(n int) bool {
	r.i += n
	r.things++
	return true
}

// pass goes over n tokens that say nothing.
func (r *timeReader) pass(n int) bool {
	r.i += n
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
		if took == 0 && r.at(n).word != "samalam" {
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
	if r.at(n).kind == kYang && r.at(n+1).kind == kNext {
		return 1, 2
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

// hariWord reads "hari ini", and "hari" before the name of a day.
func (r *timeReader) hariWord() bool {
	next := r.at(1)
	switch {
	case r.at(0).twice && next.kind == kThis: // hari-hari ini
		r.few, r.unit, r.lasting = true, unitDay, true
		return r.take(2)
	case next.kind == kThis:
		return r.setToday(2)
	case next.kind == kOrdinal && next.value > 0: // hari kedua lebaran
		if r.nth != 0 {
			return false
		}
		r.nth, r.firstDay = next.value, true
		return r.take(2)
	case next.kind == kYesterday, next.kind == kWeekday, next.kind == kPart && r.things == 0:
		return r.pass(1)
	case next.also == kWeekday: // hari Minggu
		r.i++
		return r.weekdayWord(next.alsoIs)
	case r.part >= 0, r.last().kind == kVague: // malam hari, berhari-hari
		return r.pass(1)
	case next.kind == kFiller, next.kind == kDate, next.word == "h", next.kind == kAbout:
		return r.pass(1)
	}
	if f, _ := r.feastAt(1); f >= 0 {
		return r.pass(1)
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
	case r.part >= 0 && !r.today && r.last().kind == kPart: // pagi ini
		return r.setToday(1)
	case r.at(0).word == "this" && next.kind == kPart:
		return r.setToday(1)
	case r.at(0).word == "this" && next.unit() >= 0:
		return r.relative(next.unit(), 2, 2)
	case r.at(0).word == "this" && next.kind == kWeekday && r.weekday < 0:
		r.weekday, r.weekdayRel = next.value, 2
		return r.take(2)
	case r.last().word == "saat", r.last().word == "detik": // saat ini
		r.justNow = true
		return r.take(1)
	case r.last().kind == kMonth, r.last().kind == kEarlier, r.feast > 0, r.last().kind == kLatest, r.last().kind == kFiller, r.last().kind == kJustNow:
		return r.pass(1)
	}
	return false
}

// lastWord reads the English "last night", "last week", "last Monday".
func (r *timeReader) lastWord() bool {
	next := r.at(1)
	switch {
	case next.word == "night" && r.part < 0:
		r.earlier, r.part, r.lastNight = true, partNight, true
		return r.take(2)
	case next.kind == kUnit && next.value >= unitWeek:
		return r.relative(next.value, -1, 2)
	case next.kind == kWeekday && r.weekday < 0:
		r.weekday, r.weekdayRel = next.value, -1
		return r.take(2)
	case next.kind == kMonth, next.kind == kWeekend:
		return r.pass(1)
	case next.count == 1 || next.kind == kNumber || next.kind == kFew: // the last three days
		r.lasting = true
		return r.pass(1)
	}
	return false
}

// yesterdayWord reads "kemarin", and "kemarin dulu", the day before it.
func (r *timeReader) yesterdayWord() bool {
	next := r.at(1)
	if r.at(0).twice { // kemarin-kemarin
		r.vague = true
		return r.pass(1)
	}
	if r.yesterday || r.today {
		return false
	}
	if r.earlier && r.part >= 0 {
		return false
	}
	r.yesterday = true
	if next.word == "lusa" || next.word == "dulu" || next.word == "dulunya" || next.word == "dlu" {
		r.dayBefore = true
		return r.take(2)
	}
	return next.kind != kYesterday && r.take(1)
}

func (r *timeReader) weekdayWord(day int) bool {
	if r.weekday >= 0 {
		return r.weekday == day && r.last().kind != kWeekday && r.pass(1)
	}
	r.weekday = day
	n := 1
	if p := r.at(n); p.kind == kPasaran {
		r.pasaran = p.value
		n++
	}
	if o := r.at(n); o.kind == kOrdinal && r.nth == 0 { // Jumat pertama bulan ini
		r.nth = o.value
		n++
	}
	rel, took := r.relation(n)
	if r.at(n).kind == kThis && r.part >= 0 && r.last().kind == kPart {
		rel, took = 2, 1
	}
	if rel != 0 {
		r.weekdayRel = rel
	}
	return r.take(n + took)
}

// unitWord reads "minggu lalu", "bulan Agustus", "tahun 2026", and "minggu" as
// the name of the day.
func (r *timeReader) unitWord() bool {
	t, next := r.at(0), r.at(1)
	if t.unit() == unitHour || t.unit() == unitMinute {
		return t.kind == kUnit && t.unit() == unitHour && r.clockWord(1)
	}
	unit := t.unit()
	if r.last().kind == kVague && strings.HasPrefix(r.last().word, "ber") {
		return r.pass(1)
	}
	rel, took := r.relation(1)
	switch {
	case t.twice && (rel != 0 || next.kind == kLatest): // minggu-minggu ini
		r.few, r.unit = true, unit
		if rel != -1 {
			r.lasting = true
		}
		return r.take(1 + max(took, 1))
	case unit == unitWeek && next.kind == kOrdinal && r.nth == 0: // minggu kedua Oktober
		r.nth = next.value
		return r.take(2)
	case unit == unitWeek && next.kind == kLatest && r.at(2).kind == kMonth, unit == unitWeek && next.kind == kLatest && r.at(2).unit() == unitMonth:
		r.nth = -1
		return r.take(2)
	case unit == unitWeek && rel != 0 && r.sundayMeant(took):
		return r.weekdayWord(t.alsoIs)
	case unit == unitWeek && rel != 0:
		if r.weekday >= 0 && r.weekdayRel == 0 { // Senin minggu lalu
			r.relUnit, r.rel = unitWeek, rel
			return r.take(1 + took)
		}
		return r.relative(unitWeek, rel, 1+took)
	case t.also == kWeekday && r.weekday >= 0 && r.third == 0, unit == unitWeek && r.third > 0:
		return unit == unitWeek && r.third > 0 && r.relative(unitWeek, 2, 1)
	case t.also == kWeekday:
		return r.weekdayWord(t.alsoIs)
	case t.word == "day" && next.kind == kBefore && r.at(2).kind == kYesterday && !r.yesterday:
		r.yesterday, r.dayBefore = true, true
		return r.take(3)
	case unit == unitMonth && next.kind == kMonth:
		r.i++
		return r.monthWord()
	case unit == unitMonth && r.month == 0 && r.isMonthNumber(1):
		n, numbers := r.numberAt(1)
		r.month = n
		return r.take(1 + numbers)
	case unit == unitMonth && rel != 0:
		return r.relative(unitMonth, rel, 1+took)
	case unit == unitMonth && (r.third > 0 || r.nth != 0) && r.month == 0:
		return r.relative(unitMonth, 2, 1)
	case unit == unitYear && next.count == 1 && next.widths[0] == 4 && r.year == 0:
		r.year = next.numbers[0]
		return r.take(2)
	case unit == unitYear && next.count == 1 && next.widths[0] == 2 && r.year == 0 && r.month > 0:
		r.year = 2000 + next.numbers[0]
		return r.take(2)
	case unit == unitYear && rel != 0 && (r.month > 0 || r.feast > 0) && r.year == 0 && r.yearRel == yearUnsaid:
		r.yearRel = rel
		return r.take(1 + took)
	case unit == unitYear && rel != 0:
		return r.relative(unitYear, rel, 1+took)
	case unit == unitYear && r.third > 0:
		return r.relative(unitYear, 2, 1)
	}
	return false
}

// sundayMeant reports whether "minggu lalu" is the day, for a time of day
// follows or stands before it.
func (r *timeReader) sundayMeant(took int) bool {
	if r.at(0).also != kWeekday || r.weekday >= 0 {
		return false
	}
	if r.last().kind == kHari || r.last().kind == kPart || r.hour >= 0 || r.part >= 0 {
		return true
	}
	next := r.at(1 + took)
	return next.kind == kPart || next.kind == kDini || next.kind == kPrayer || next.kind == kClock || next.unit() == unitHour
}

func (r *timeReader) isMonthNumber(n int) bool {
	month, took := r.numberAt(n)
	return took > 0 && month >= 1 && month <= 12 && (r.at(n).count == 0 || r.at(n).widths[0] <= 2)
}

func (r *timeReader) relative(unit, rel, took int) bool {
	if r.relUnit >= 0 || unit < unitWeek {
		return false
	}
	r.relUnit, r.rel = unit, rel
	return r.take(took)
}

// thirdWord reads "awal bulan lalu", "akhir pekan", "akhir-akhir ini".
func (r *timeReader) thirdWord() bool {
	t, next := r.at(0), r.at(1)
	switch {
	case t.twice && next.kind == kThis: // akhir-akhir ini
		r.few, r.unit, r.lasting = true, unitMonth, true
		r.atMost = 1
		return r.take(2)
	case t.value == 2 && next.kind == kPart && next.value == partNight:
		return r.setPart(partMidnight, 2)
	case t.value == 2 && next.kind == kHari:
		return r.setPart(partNoon, 2)
	case r.third > 0:
		return false
	case t.value == 3 && (next.word == "pekan" || next.unit() == unitWeek):
		r.weekend = true
		rel, took := r.relation(2)
		r.weekdayRel = rel
		return r.take(2 + took)
	}
	following := r.at(1)
	if following.word == "this" && r.at(2).unit() >= unitWeek { // early this month
		r.third = t.value
		return r.pass(1)
	}
	if following.word == "puasa" || following.kind == kMonth || following.unit() >= unitWeek || following.kind == kFeast || following.count == 1 && following.widths[0] == 4 {
		r.third = t.value
		return r.pass(1)
	}
	return false
}
