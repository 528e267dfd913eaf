package conversation

// The parts of the day, as indexes of dayParts.
const (
	partBeforeDawn = iota
	partMorning
	partMidday
	partLateDay
	partNight
	partAfternoon // English: midday and lateDay
)

// dayParts are the hours of each part of the day, the last exclusive.
var dayParts = [...][2]int{{0, 4}, {4, 10}, {10, 15}, {15, 18}, {18, 24}, {12, 18}}

// prayers are the hours around each prayer, those after it, and the part of the
// day that it belongs to. They are wide enough for every month and zone of
// Indonesia.
var prayers = [...]struct {
	at, after [2]int
	part      int
}{
	{[2]int{4, 6}, [2]int{5, 7}, partMorning},
	{[2]int{11, 13}, [2]int{12, 14}, partMidday},
	{[2]int{15, 16}, [2]int{15, 17}, partLateDay},
	{[2]int{17, 19}, [2]int{18, 20}, partNight},
	{[2]int{18, 21}, [2]int{19, 21}, partNight},
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
	if r.part >= 0 {
		if r.part != part || r.tokens[r.i-1].kind != kPart {
			return false
		}
		r.i += took // pagi-pagi
		return true
	}
	if r.prayer >= 0 && prayers[r.prayer].part != part {
		return false
	}
	r.part = part
	if day := next.weekday(); day >= 0 && part == partNight && t.word != "night" && t.word != "evening" && r.weekday < 0 && !r.earlier {
		if r.hour >= 0 {
			return false // jam 9 malam Senin: of Monday, or of the evening before it?
		}
		r.eve = true
		r.things++
		r.i += took
		return r.weekdayWord(day)
	}
	return r.take(took)
}

func (r *timeReader) prayerWord(took int) bool {
	t := r.at(0)
	if r.prayer >= 0 || (r.part >= 0 && prayers[t.value].part != r.part) {
		return false
	}
	r.prayer = t.value
	return r.take(took)
}

// clockWord reads a time of day, behind "jam" where skip is 1.
func (r *timeReader) clockWord(skip int) bool {
	if r.hour >= 0 {
		return false
	}
	r.marked = skip > 0
	r.i += skip
	if r.at(0).kind == kHalf { // setengah empat: half past three
		r.i++
		n, took := r.number()
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
	if t.count == 2 {
		h, m := t.numbers[0], t.numbers[1]
		if (t.sep != '.' && t.sep != ':') || t.widths[0] > 2 || t.widths[1] != 2 || m > 59 || h > 24 || (h == 24 && m > 0) {
			return false
		}
		r.hour, r.minute = h, m
		r.exact = h > 12 || h == 0 || (t.widths[0] == 2 && t.numbers[0] < 10)
		return r.afterClock(1)
	}
	n, took := r.number()
	if took == 0 || n > 24 || (n == 0 && t.count == 0) || (t.count == 1 && t.widths[0] > 2) {
		return false
	}
	r.hour = n
	r.exact = n > 12 || n == 0 || (t.count == 1 && t.widths[0] == 2 && n < 10)
	return r.afterClock(took)
}

// afterClock reads what may follow an hour: lewat 10, kurang seperempat, -an,
// pm. An hour that more numbers follow is unclear.
func (r *timeReader) afterClock(took int) bool {
	r.i += took
	r.things++
	if k := r.at(0).kind; (k == kPast || k == kLess) && r.minute < 0 {
		sign := 1
		if k == kLess {
			sign = -1
		}
		r.i++
		n, took := r.number()
		if r.at(0).kind == kQuarter {
			n, took = 15, 1
		}
		if took == 0 || n < 1 || n > 59 {
			return false
		}
		r.i += took
		if r.at(0).unit() == unitMinute {
			r.i++
		}
		r.minute = n
		if sign < 0 {
			r.minute = 60 - n
			if r.hour--; r.hour == 0 {
				r.hour = 12
			}
			if r.hour < 0 {
				return false
			}
		}
	}
	if r.at(0).kind == kAn || r.at(0).also == kAn { // jam 3-an
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
	case t.unit() == unitMinute, t.kind == kQuarter, t.kind == kHalf:
		return false
	}
	return true
}

// hourIn returns which hour of the day people mean by h of a twelve-hour clock
// in part. Hours that two days could claim, such as jam 12 malam, are unclear.
func hourIn(part, h int) (int, bool) {
	switch part {
	case partBeforeDawn:
		if h == 12 {
			return 0, true
		}
		return h, h < 5
	case partMorning:
		return h, h >= 1 && h <= 11
	case partMidday:
		if h >= 1 && h <= 3 {
			return h + 12, true
		}
		return h, h >= 10 && h <= 15
	case partLateDay:
		if h >= 2 && h <= 6 {
			return h + 12, true
		}
		return h, h >= 14 && h <= 18
	case partNight:
		if h >= 6 && h <= 11 {
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
