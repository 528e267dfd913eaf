package conversation

import (
	"slices"
	"strconv"
	"strings"
)

// habitWords are the words of what happens again and again, by how often.
var habitWords = [...]string{
	"sering seringnya sring kerap seringkali acapkali often usually biasanya",
	"kadang kadang2 terkadang kdg kadangkala sometimes jarang",
	"selalu slalu terus trus terusan terusmenerus menerus always melulu",
	"berkali berulang berulangkali berkali2 berulang2 berkalikali repeatedly",
	"rutin regularly berkala",
	"sehari2 keseharian daily",
	"mingguan weekly",
}

const habitDaily = 5

// habits are what those words say in [TimeReading.Recurs].
var habits = [...]string{"often", "sometimes", "always", "often", "often", "daily", "weekly"}

// readHabit reads what happens again and again: "setiap Jumat malam", "dua hari
// sekali", "sering". Behind "sejak" stands when it began.
func readHabit(tokens []timeToken, p present) (meaning, bool) {
	recurs, from, to := habitIn(tokens)
	if recurs == "" {
		return meaning{}, false
	}
	m := meaning{recurs: recurs}
	if slices.ContainsFunc(tokens, func(t timeToken) bool { return t.kind == kNot }) { // setiap hari kecuali Minggu
		m.why = whyUnsure
		return m, true
	}
	rest := append(append([]timeToken{}, tokens[:from]...), tokens[to:]...)
	rest = slices.DeleteFunc(rest, func(t timeToken) bool { return t.kind == kHabit }) // berulang tiap bulan
	r, ok := readSaid(rest, false)
	if !ok || r.things == 0 || !(r.since || r.lasting) {
		if ok && r.things > 0 && r.month+r.year > 0 {
			if began := r.resolve(p); began.why == "" {
				m.at = began.at.open()
			}
		}
		return m, true
	}
	if began := r.resolve(p); began.why == "" && r.saysDay() {
		m.at = began.at.open()
	}
	return m, true
}

// habitIn finds what says how often in tokens, and which of them say it.
func habitIn(tokens []timeToken) (recurs string, from, to int) {
	if i := slices.IndexFunc(tokens, func(t timeToken) bool { return t.kind == kEvery }); i >= 0 {
		h := habitReader{timeReader: timeReader{tokens: tokens, i: i + 1, said: nothingSaid()}}
		recurs = h.every()
		if recurs == "weekly" { // Selasa dan Kamis setiap minggu
			for n := i - 1; n >= 0 && (tokens[n].weekday() >= 0 || tokens[n].kind == kAnd || tokens[n].kind == kHari); n-- {
				if day := tokens[n].weekday(); day >= 0 {
					h.addDay(day)
				}
			}
			recurs = h.every()
		}
		return recurs, i, h.i
	}
	r := timeReader{tokens: tokens, said: nothingSaid()}
	for i := range tokens {
		r.i = i
		if recurs, n := r.perUnit(); n > 0 {
			return recurs, i, i + n
		}
	}
	i := slices.IndexFunc(tokens, func(t timeToken) bool { return t.kind == kHabit })
	if i < 0 {
		return occasion(tokens)
	}
	n := i + 1
	for n < len(tokens) && (tokens[n].kind == kTimes || tokens[n].kind == kHabit || tokens[n].kind == kOnce) {
		n++
	}
	if t := tokens[i]; (t.value == 2 || t.value == 1 && t.word == "jarang") && timeIn(tokens, i) {
		return "", 0, 0 // "kemarin sore terus banjir": and then
	}
	return habits[tokens[i].value], i, n
}

// occasion finds "kalau hujan" in tokens that say no other time.
func occasion(tokens []timeToken) (recurs string, from, to int) {
	for i, t := range tokens {
		switch t.word {
		case "kalau", "kalo", "klo", "klu", "bila", "jika", "apabila", "whenever":
			if i+1 < len(tokens) && tokens[i+1].kind == kUnknown && tokens[i+1].count == 0 && !negators[tokens[i+1].word] && !timeIn(tokens, i) {
				return "on occasion", i, i + 2
			}
		}
	}
	return "", 0, 0
}

// timeIn reports whether tokens, but for the one at i, say a day of their own.
func timeIn(tokens []timeToken, i int) bool {
	r, _ := readSaid(append(append([]timeToken{}, tokens[:i]...), tokens[i+1:]...), false)
	return r.things > 0 && !r.since && !r.lasting
}

// perUnit reads "dua hari sekali", "seminggu dua kali", "2x seminggu" and
// "sebulan sekali", and how many tokens they take.
func (r *timeReader) perUnit() (recurs string, n int) {
	counted := func(times, count, unit int) string {
		name := unitNames[unit]
		switch {
		case times == 1 && count == 1:
			return onceA[unit]
		case times == 1:
			return "every " + strconv.Itoa(count) + " " + name + "s"
		case count == 1:
			return strconv.Itoa(times) + " per " + name
		}
		return strconv.Itoa(times) + " per " + strconv.Itoa(count) + " " + name + "s"
	}
	// A length of time, and how often behind it.
	count, took := r.number()
	unit := r.at(took).unit()
	switch {
	case r.at(0).kind == kOneUnit:
		count, unit, took = 1, r.at(0).value, 0
	case took == 0 || unit < 0:
		unit = -1
	}
	if unit >= unitHour && count > 0 && count < 1000 {
		if w := r.at(took + 1).word; w == "bisa" || w == "cuma" || w == "hanya" || w == "sekitar" || w == "bs" {
			took++
		}
		next := r.at(took + 1)
		times, more := r.numberAt(took + 1)
		switch {
		case next.kind == kOnce || next.kind == kTimes && next.word == "kali" && r.at(took).kind == kUnknown:
			return counted(1, count, unit), took + 2
		case next.kind == kFew && r.at(took+2).kind == kTimes:
			return "often", took + 3
		case more > 0 && r.at(took+1+more).kind == kTimes && times > 0 && times < 1000:
			return counted(times, count, unit), took + 2 + more
		}
	}
	// How often, and the length behind it.
	times, took := r.number()
	if took > 0 && times > 0 && times < 1000 && r.at(took).kind == kTimes || r.at(0).kind == kOnce && r.i == 0 {
		if r.at(0).kind == kOnce {
			times, took = 1, 0
		}
		n := took + 1
		if w := r.at(n).word; w == "dalam" || w == "per" || w == "tiap" || w == "setiap" || w == "dlm" {
			n++
		}
		if t := r.at(n); t.kind == kOneUnit && t.value >= unitHour {
			return counted(times, 1, t.value), n + 1
		}
	}
	return "", 0
}

var (
	unitNames = [...]string{"minute", "hour", "day", "week", "month", "year"}
	onceA     = [...]string{"every minute", "hourly", "daily", "weekly", "monthly", "yearly"}
)

// habitReader reads what stands behind "setiap".
type habitReader struct {
	timeReader

	days  []string
	times []string
	unit  string
}

// Names of days and parts of the day as [TimeReading.Recurs] has them.
var (
	weekdayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	partNames    = [...]string{"before dawn", "morning", "midday", "afternoon", "evening", "afternoon", "midnight", "dawn", "dusk", "noon", "night", "forenoon"}
	prayerNames  = [...]string{"subuh", "dzuhur", "ashar", "magrib", "isya", "dhuha", "sahur", "buka puasa", "tarawih", "friday prayer"}
)

// every returns the repetition; "on occasion" where it is tied to an event:
// "setiap hujan".
func (h *habitReader) every() string {
	for h.i < len(h.tokens) && h.everyWord() {
	}
	slices.Sort(h.days)
	out := h.unit
	switch {
	case len(h.days) > 0:
		out = "weekly"
		for i := range h.days {
			out += " " + h.days[i][1:]
		}
	case out == "" && len(h.times) > 0:
		out = "daily"
	case out == "":
		return "on occasion"
	}
	// The part of the day before the clock.
	slices.SortStableFunc(h.times, func(a, b string) int { return btoi(a[0] <= '9') - btoi(b[0] <= '9') })
	for _, t := range h.times {
		out += " " + t
	}
	return out
}

func (h *habitReader) addDay(day int) {
	// Monday first: the number sorts, and is dropped.
	if name := strconv.Itoa((day+6)%7) + weekdayNames[day]; !slices.Contains(h.days, name) {
		h.days = append(h.days, name)
	}
}

// everyWord reads one more word of what stands behind "setiap".
func (h *habitReader) everyWord() bool {
	t, next := h.at(0), h.at(1)
	n, took := h.number()
	switch {
	case (t.kind == kHari || t.unit() == unitDay) && (next.word == "kerja" || next.word == "sekolah" || next.word == "biasa"):
		h.unit = "workdays"
		return h.pass(2)
	case (t.kind == kHari || t.unit() == unitDay) && next.word == "libur":
		h.unit = "days off"
		return h.pass(2)
	case (t.kind == kHari) && next.weekday() >= 0 && len(h.days) == 0:
		return h.pass(1)
	case t.kind == kHari && h.unit == "" && len(h.days) == 0:
		h.unit = "daily"
		return h.pass(1)
	case t.word == "other" && next.unit() >= unitHour && h.unit == "":
		h.unit = "every 2 " + unitNames[next.unit()] + "s"
		return h.pass(2)
	case t.kind == kDate && h.i+1 < len(h.tokens):
		h.i++
		n, took = h.number()
		if took == 0 || n < 1 || n > 31 {
			return h.at(0).word == "muda" && h.pass(0) || false
		}
		h.unit = "monthly " + strconv.Itoa(n)
		return h.pass(took)
	case t.kind == kPart && t.value == partNight && h.eveDay(1) >= 0 && t.word != "night": // malam Jumat
		day := h.eveDay(1)
		h.addDay((day + 6) % 7)
		h.times = append(h.times, "evening")
		return h.pass(2 + btoi(next.kind == kHari))
	case t.kind == kPart, t.kind == kDini:
		name := partNames[partBeforeDawn]
		if t.kind == kPart {
			name = partNames[t.value]
		}
		if !slices.Contains(h.times, name) {
			h.times = append(h.times, name)
		}
		return h.pass(1 + btoi(t.word == "dini" && next.word == "hari") + btoi(t.kind == kPart && next.kind == kHari))
	case t.kind == kPrayer:
		h.times = append(h.times, prayerNames[t.value])
		return h.pass(1)
	case (t.kind == kAfter || t.kind == kBefore) && next.kind == kPrayer:
		h.times = append(h.times, map[bool]string{true: "after", false: "before"}[t.kind == kAfter])
		return h.pass(1)
	case t.weekday() >= 0 && (t.kind == kWeekday || len(h.days) > 0 || h.last().kind == kHari || next.kind == kPart):
		h.addDay(t.weekday())
		return h.pass(1)
	case t.kind == kPasaran && len(h.days) > 0: // Jumat Kliwon
		h.days, h.unit = nil, "every 35 days"
		return h.pass(1)
	case t.kind == kAnd && strings.HasPrefix(h.unit, "monthly ") && (next.kind == kDate && h.at(2).count == 1 || next.count == 1 && next.numbers[0] >= 1 && next.numbers[0] <= 31):
		h.i += 1 + btoi(next.kind == kDate)
		h.unit += " " + strconv.Itoa(h.at(0).numbers[0])
		return h.pass(1)
	case t.kind == kWeekend:
		h.days = append(h.days, "5saturday", "6sunday")
		return h.pass(1)
	case t.kind == kThird && t.value == 3 && (next.word == "pekan" || next.unit() == unitWeek):
		h.days = append(h.days, "5saturday", "6sunday")
		return h.pass(2)
	case t.kind == kThird && next.unit() >= unitMonth:
		h.unit = onceA[next.unit()] + [...]string{"", " start", " middle", " end"}[t.value]
		return h.pass(2)
	case (t.kind == kAnd || t.kind == kDash || t.word == "sama" || t.word == "&") && len(h.days) > 0 && next.weekday() >= 0:
		h.between(t)
		return h.pass(1)
	case t.kind == kUntil && len(h.days) == 1 && next.weekday() >= 0:
		h.between(timeToken{kind: kDash})
		return h.pass(1)
	case t.kind == kClock, t.unit() == unitHour && (next.count > 0 || next.kind == kNumber || next.kind == kHalf):
		if !h.clockWord(1) {
			return false
		}
		h.clockTime()
		return true
	case took > 0 && h.at(took).unit() > unitHour && h.unit == "":
		unit := h.at(took).unit()
		h.unit = "every " + strconv.Itoa(n) + " " + unitNames[unit] + "s"
		h.i += took + 1
		if h.at(0).kind == kOnce {
			h.i++
		}
		return true
	case t.unit() >= unitHour && h.unit == "" && len(h.days) == 0:
		h.unit = onceA[t.unit()]
		return h.pass(1)
	case t.kind == kUntil && len(h.times) > 0 && next.kind == kPart: // tiap malam sampai pagi
		return h.pass(2)
	case t.kind == kAnd && len(h.times) > 0 && (next.kind == kPart || next.kind == kDini):
		return h.pass(1)
	case t.kind == kFiller, t.kind == kSaja, t.kind == kAbout, t.kind == kOnce && h.unit != "", t.kind == kHari:
		return h.pass(1)
	}
	return false
}

// between adds the days between two, where a dash stands between them.
func (h *habitReader) between(by timeToken) {
	if by.kind != kDash {
		return
	}
	last := h.days[len(h.days)-1]
	day := slices.Index(weekdayNames[:], last[1:])
	end := h.at(1).weekday()
	for day = (day + 1) % 7; day != end && len(h.days) < 7; day = (day + 1) % 7 {
		h.addDay(day)
	}
}

// clockTime adds the hour that was read.
func (h *habitReader) clockTime() {
	hour, minute := h.hour, max(h.minute, 0)
	if !h.exact {
		for i, name := range partNames {
			if slices.Contains(h.times, name) || h.at(0).kind == kPart && h.at(0).value == i {
				if in, ok := hourIn(clockParts[i], hour); ok {
					hour, h.exact = in%24, true
					break
				}
			}
		}
	}
	two := func(n int) string { return strings.Repeat("0", btoi(n < 10)) + strconv.Itoa(n) }
	if h.exact {
		h.times = append(h.times, two(hour)+":"+two(minute))
	}
}
