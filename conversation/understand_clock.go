package conversation

// The parts of the day, as indexes of dayParts.
const (
	partBeforeDawn = iota
	partMorning
	partMidday
	partLateDay
	partNight
	partAfternoon // English: midday and lateDay
	partMidnight
	partDawn
	partDusk
	partNoon
	partLateNight
	partForenoon
)

// dayParts are the hours of each part of the day, the last exclusive; beyond 24
// they are of the next day.
var dayParts = [...][2]int{{0, 4}, {4, 10}, {10, 15}, {15, 18}, {18, 24}, {12, 18}, {23, 25}, {3, 6}, {17, 19}, {11, 13}, {22, 24}, {9, 11}}

// clockParts are the parts in which the hours of each part are meant.
var clockParts = [...]int{
	partBeforeDawn, partMorning, partMidday, partLateDay, partNight, partAfternoon, partNight, partMorning,
	partLateDay, partMidday, partNight, partMorning,
}

// eves are the parts that are meant by "menjelang".
var eves = map[int]int{partMorning: partDawn, partMidday: partForenoon, partLateDay: partMidday, partNight: partDusk, partDawn: partDawn, partDusk: partLateDay}

// The prayers, and what else a day is told by, as indexes of prayers.
const (
	prayerSubuh = iota
	prayerDzuhur
	prayerAshar
	prayerMagrib
	prayerIsya
	prayerDhuha
	prayerSahur
	prayerBuka
	prayerTarawih
	prayerJumatan
)

// prayers are the hours around each prayer, those after and before it, and the
// part of the day that it belongs to. They are wide enough for every month and
// zone of Indonesia.
var prayers = [...]struct {
	at, after, before [2]int
	part              int
}{
	{[2]int{4, 6}, [2]int{5, 7}, [2]int{3, 5}, partMorning},
	{[2]int{11, 13}, [2]int{12, 14}, [2]int{10, 12}, partMidday},
	{[2]int{15, 16}, [2]int{15, 17}, [2]int{14, 16}, partLateDay},
	{[2]int{17, 19}, [2]int{18, 20}, [2]int{16, 18}, partNight},
	{[2]int{18, 21}, [2]int{19, 21}, [2]int{18, 19}, partNight},
	{[2]int{7, 11}, [2]int{9, 11}, [2]int{6, 8}, partMorning},
	{[2]int{2, 5}, [2]int{3, 5}, [2]int{1, 3}, partBeforeDawn},
	{[2]int{17, 19}, [2]int{18, 20}, [2]int{16, 18}, partNight},
	{[2]int{19, 21}, [2]int{20, 22}, [2]int{18, 20}, partNight},
	{[2]int{11, 13}, [2]int{12, 14}, [2]int{10, 12}, partMidday},
}

// partWord reads a part of the day, and "malam Minggu", the evening before
// Sunday.
func (r *timeReader) partWord() bool {
	t, next := r.at(0), r.at(1)
	part, took := t.value, 1
	if t.kind == kDini {
		part = partBeforeDawn
		if t.word == "dini" {
			if next.word != "hari" {
				return false
			}
			took = 2
		}
	}
	switch next.word {
	case "buta": // pagi buta
		part, took = partDawn, 2
	case "bolong", "bolongnya", "terik":
		took = 2
	case "larut":
		part, took = partLateNight, 2
	}
	if r.part >= 0 {
		if clockParts[r.part] != clockParts[part] && part != partBeforeDawn {
			return false
		}
		if part == partBeforeDawn && r.part == partNight { // malam dini hari
			r.part = part
		}
		return r.pass(took)
	}
	if r.prayer >= 0 && prayers[r.prayer].part != part {
		if r.prayer == prayerSahur || part == partNight || part == partLateDay && prayers[r.prayer].part == partNight {
			return r.pass(took) // sahur pagi, sore menjelang magrib
		}
		return false
	}
	if _, feast := r.feastAt(1); feast > 0 && part == partNight && t.word != "night" {
		r.eveOfFeast = true
		return r.pass(1)
	}
	if next.word == "takbiran" || next.word == "takbir" {
		return r.pass(1)
	}
	r.part = part
	r.lastNight = r.last().kind == kEarlier || next.kind == kEarlier
	if day := r.eveDay(1); day >= 0 && part == partNight && t.word != "night" && t.word != "evening" && !r.earlier {
		if r.weekday >= 0 { // Kamis malam Jumat
			return day == (r.weekday+1)%7 && r.take(took+1)
		}
		r.eveOr = r.hour >= 0 || r.yesterday // jam 9 malam Senin
		r.eve = true
		r.things++
		r.i += took
		if r.at(0).kind == kHari {
			r.i++
		}
		return r.weekdayWord(day)
	}
	return r.take(took)
}

// eveDay returns the weekday that stands n tokens ahead, or -1. "Malam minggu
// lalu" names one too.
func (r *timeReader) eveDay(n int) int {
	if r.at(n).kind == kHari {
		n++
	}
	return r.at(n).weekday()
}

func (r *timeReader) setPart(part, took int) bool {
	if r.part >= 0 && clockParts[r.part] != clockParts[part] || r.prayer >= 0 {
		return false
	}
	r.part = part
	return r.take(took)
}

func (r *timeReader) prayerWord(took int) bool {
	t := r.at(0)
	prayer := t.value
	switch {
	case t.word == "buka":
		prayer, took = prayerBuka, 1+btoi(r.at(1).word != "")
	case worship[t.word]: // sholat Jumat
		prayer, took = prayerJumatan, 2
	}
	if r.at(took).kind == kFeast && (prayer == prayerSahur || prayer == prayerBuka || prayer == prayerTarawih) { // sahur puasa
		took++
	}
	switch {
	case r.prayer == prayer:
		return r.pass(took)
	case r.prayer >= 0:
		return false
	case r.part >= 0 && clockParts[r.part] != prayers[prayer].part && prayer != prayerSubuh && prayer != prayerMagrib && prayer != prayerSahur && prayer != prayerBuka:
		return false
	}
	r.prayer = prayer
	return r.take(took)
}

// clockWord reads a time of day, behind "jam" where skip is 1.
func (r *timeReader) clockWord(skip int) bool {
	start := r.i
	r.i += skip
	for skip > 0 && (r.at(0).kind == kAbout || r.at(0).kind == kFiller || r.at(0).kind == kClock) {
		r.about = r.about || r.at(0).kind == kAbout
		r.i++
	}
	hour, minute, exact := r.hour, r.minute, r.exact
	r.hour, r.minute, r.exact = -1, -1, false
	if !r.readClock(skip > 0) {
		r.i = start
		return false
	}
	if hour < 0 {
		return true
	}
	// Said twice: "jam 3, jam 15.00".
	if same := hour%12 == r.hour%12 && (exact == r.exact && hour == r.hour || exact != r.exact); !same {
		return false
	}
	if exact {
		r.hour, r.exact = hour, true
	}
	r.minute = max(r.minute, minute)
	r.things--
	return true
}

func (r *timeReader) readClock(marked bool) bool {
	r.marked = marked
	if r.at(0).kind == kHalf { // setengah empat: half past three
		r.i++
		n, took := r.number()
		r.about = r.about || roundNumbers[r.at(0).word] > 0
		if took == 0 || n < 1 || n > 12 || r.at(0).count > 1 {
			return false
		}
		r.hour, r.minute = (n+11)%12, 30
		if r.hour == 0 {
			r.hour = 12
		}
		return r.afterClock(took)
	}
	t := r.at(0)
	if t.count == 2 || t.count == 3 && t.sep == ':' {
		h, m := t.numbers[0], t.numbers[1]
		if (t.sep != '.' && t.sep != ':') || t.widths[0] > 2 || t.widths[1] != 2 || m > 59 || h > 24 || (h == 24 && m > 0) {
			return false
		}
		r.hour, r.minute = h, m
		// Two digits are of the clock of 24 hours, as it is written.
		r.exact = h > 12 || h == 0 || t.widths[0] == 2
		r.marked = marked || t.sep == ':' || m > 12
		return r.afterClock(1)
	}
	n, took := r.number()
	if took == 0 || n > 24 || (n == 0 && t.count == 0) || (t.count == 1 && t.widths[0] > 2) {
		return false
	}
	r.hour = n
	r.about = r.about || roundNumbers[t.word] > 0
	r.exact = n > 12 || n == 0 || (t.count == 1 && t.widths[0] == 2 && n < 10)
	return r.afterClock(took)
}

// afterClock reads what may follow an hour: lewat 10, kurang seperempat, -an,
// pm. An hour that more numbers follow is unclear.
func (r *timeReader) afterClock(took int) bool {
	r.i += took
	r.things++
	if k := r.at(0).kind; (k == kPast || k == kLess) && r.minute < 0 && !r.minutesRead() {
		return false
	}
	if (r.at(0).kind == kNumber && r.at(0).also == kAn || r.at(0).kind == kAn) && r.at(0).word == "an" { // jam 3-an
		r.about = true
		r.i++
	}
	switch t := r.at(0); {
	case t.kind == kMeridiem:
		if r.hour < 1 || r.hour > 12 {
			return false
		}
		r.hour, r.exact = r.hour%12+t.value, true
		r.i++
	case t.count > 0 && t.count < 3 && t.sep != '/':
		// jam 3 17 ...: a date in numbers may follow, anything else may not
		if next := r.at(1); t.count != 1 || next.kind != kMonth {
			return false
		}
	case t.unit() == unitMinute && t.word != "min", t.kind == kQuarter, t.kind == kHalf:
		return false
	}
	return true
}

// minutesRead reads "lewat 10", "kurang seperempat" and "kurang" alone.
func (r *timeReader) minutesRead() bool {
	less := r.at(0).kind == kLess
	r.i++
	n, took := r.number()
	if r.at(0).kind == kQuarter {
		n, took = 15, 1
	}
	if took == 0 { // jam 3 lewat, jam 3 kurang dikit
		r.about = true
		if w := r.at(0).word; w == "dikit" || w == "sedikit" || w == "sdkt" || w == "lebih" {
			r.i++
		}
		if less && r.last().word != "lebih" {
			r.hour, r.minute = r.hour-1, 45
			if r.hour <= 0 {
				r.hour += 12
			}
		}
		return true
	}
	if n < 1 || n > 59 {
		return false
	}
	r.i += took
	if r.at(0).unit() == unitMinute {
		r.i++
	}
	r.minute = n
	if less {
		r.minute = 60 - n
		if r.hour--; r.hour == 0 {
			r.hour = 12
		}
	}
	return r.hour >= 0
}

// hourIn returns which hour of the day people mean by h of a twelve-hour clock
// in part; beyond 24 it is of the next day. Night's small hours are such.
func hourIn(part, h int) (int, bool) {
	switch part {
	case partBeforeDawn:
		if h == 12 || h == 24 {
			return 0, true
		}
		return h, h < 5
	case partMorning:
		return h, h >= 1 && h <= 11
	case partMidday:
		if h >= 1 && h <= 4 {
			return h + 12, true
		}
		return h, h >= 9 && h <= 16
	case partLateDay:
		if h >= 2 && h <= 7 {
			return h + 12, true
		}
		return h, h >= 14 && h <= 19
	case partNight:
		switch {
		case h == 12 || h == 24 || h == 0:
			return 24, true
		case h <= 4:
			return 24 + h, true
		case h >= 6 && h <= 11:
			return h + 12, true
		}
		return h, h >= 18 && h <= 23
	case partAfternoon:
		if h >= 1 && h <= 6 {
			return h + 12, true
		}
		return h, h >= 12 && h <= 18
	}
	return 0, false
}
