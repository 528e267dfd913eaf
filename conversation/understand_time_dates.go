package conversation

// length reads what follows a count of units: "[yang] lalu", "terakhir", or
// nothing behind "sudah". More is the higher number of "3-4 hari", or n.
func (r *timeReader) length(n, more, unit, took int) bool {
	if r.count > 0 || r.few || n < 1 || n > 1000 || more > 1000 {
		return false
	}
	next := r.at(took)
	if next.kind == kPast || next.also == kPast || next.kind == kAn { // 2 bulan lebih
		took++
		next = r.at(took)
	}
	switch ago := r.ago(took); {
	case ago > 0 && next.kind == kYesterday && unit <= unitWeek && r.at(took).word != "" && !r.lasting && !r.since:
		if !r.answer {
			return false
		}
		r.countOr = true // 3 hari kemarin: these three days, or three days ago?
		took += ago
	case ago > 0:
		took += ago
		r.lasting = r.lasting && unit > unitHour
	case next.word == "earlier", next.word == "back":
		took++
	case (next.kind == kBefore || next.kind == kAfter) && r.feastBehind(took+1): // dua hari setelah lebaran
		if unit != unitDay && unit != unitWeek {
			return false
		}
		if unit == unitWeek {
			n *= 7
		}
		r.offset, r.hasOffset, r.counted = n, true, true
		if next.kind == kBefore {
			r.offset = -n
		}
		return r.take(took + 1)
	case next.kind == kLatest, next.kind == kThis:
		r.lasting = true
		took++
		if r.at(took).kind == kThis { // belakangan ini
			took++
		}
	case next.word == "berturut" || next.word == "berturut2" || next.word == "beruntun" || next.word == "nonstop":
		r.lasting = true
		took++
	case r.lasting || r.since:
		r.lasting = true
	case !r.answer && unit >= unitDay && r.last().word == "hampir": // rusak hampir lima tahun
		r.lasting = true
	case r.answer && r.things == 0 && next.word == "" && next.count == 0:
		if r.last().word == "hampir" { // hampir sebulan
			r.lasting = true
		}
		r.countOr = !r.lasting
	default:
		return false
	}
	r.count, r.unit = n, unit
	if more > n {
		r.atMost = more
	}
	return r.take(took)
}

// feastBehind reports whether a feast stands n tokens ahead.
func (r *timeReader) feastBehind(n int) bool {
	if k := r.at(n).kind; k == kHari || k == kFiller {
		n++
	}
	f, _ := r.feastAt(n)
	return f >= 0
}

// fewWord reads "beberapa hari lalu".
func (r *timeReader) fewWord() bool {
	took := 1
	if r.at(1).kind == kOrdinal || r.at(1).kind == kTimes {
		return false
	}
	unit := r.at(took).unit()
	if unit < 0 || r.count > 0 || r.few {
		return false
	}
	took++
	next := r.at(took)
	switch ago := r.ago(took); {
	case ago > 0:
		took += ago
	case next.kind == kLatest, next.kind == kThis:
		r.lasting = true
		took++
		if r.at(took).kind == kThis {
			took++
		}
	case r.since || r.lasting:
		r.lasting = true
	default:
		return false
	}
	r.few, r.unit = true, unit
	return r.take(took)
}

// dateWord reads "tanggal" with the number of a day, or with a date in numbers.
func (r *timeReader) dateWord() bool {
	next := r.at(1)
	switch {
	case r.at(1).kind == kFiller || r.at(1).kind == kAbout:
		r.about = r.about || r.at(1).kind == kAbout
		return r.pass(1)
	case next.count == 1 && next.widths[0] <= 2 && r.day == 0:
		if r.at(2).kind == kUnit && r.at(2).unit() == unitDay && r.at(3).word == "" {
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
	if n < 1 || n > 31 {
		return false
	}
	if suffix := r.at(took); suffix.word == "th" || suffix.word == "st" || suffix.word == "nd" || suffix.word == "rd" {
		took++
	}
	r.nightBefore()
	r.day = n
	return r.take(took)
}

// nightBefore notes where "malam" stands before a date: "malam 17 Agustus" is
// the evening before it for many, and that of the day for others.
func (r *timeReader) nightBefore() {
	last := r.last()
	if last.kind == kDate && r.i >= 2 {
		last = r.tokens[r.i-2]
	}
	if last.kind == kPart && last.value == partNight && r.hour < 0 && !r.yesterday && r.weekday < 0 && !r.today {
		r.nightDay = true
	}
}

func (r *timeReader) dayMonth(t timeToken) bool {
	if r.day != 0 || r.month != 0 {
		return false
	}
	d, m := t.numbers[0], t.numbers[1]
	if m > 12 && d <= 12 { // 11/25: the American order is the only one left
		d, m = m, d
	}
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return false
	}
	r.nightBefore()
	r.day, r.month = d, m
	return r.take(1)
}

// monthWord reads the name of a month with the year behind it, if any.
func (r *timeReader) monthWord() bool {
	if r.month != 0 {
		return r.month == r.at(0).value && r.pass(1)
	}
	r.month = r.at(0).value
	english := englishMonths[r.at(0).word] || englishWords[r.last().word]
	next := r.at(1)
	switch {
	case next.count == 1 && next.widths[0] == 4:
		r.year = next.numbers[0]
		return r.take(2)
	case next.count == 1 && !next.pause && next.sep == 0 && r.day != 0 && next.widths[0] == 2 && next.numbers[0] >= 20 && next.numbers[0] <= 40 && !r.clockBehind(2):
		r.year = 2000 + next.numbers[0] // 5 Nov 26
		return r.take(2)
	case next.count == 1 && !next.pause && r.day == 0 && next.numbers[0] >= 1 && next.numbers[0] <= 31:
		// August 17, 2026; without the year or "th" behind it, 17 may be one
		switch year := r.at(2); {
		case year.count == 1 && year.widths[0] == 4:
			r.day, r.year = next.numbers[0], year.numbers[0]
			return r.take(3)
		case year.word == "th" || year.word == "st" || year.word == "nd" || year.word == "rd":
			r.day = next.numbers[0]
			return r.take(3)
		case english && year.kind != kMeridiem:
			r.day = next.numbers[0]
			return r.take(2)
		case r.answer && year.word == "" && year.count == 0: // November 5
			r.day, r.unsure = next.numbers[0], true
			return r.take(2)
		}
		if r.at(2).kind != kMeridiem && r.at(2).kind != kPart {
			return false
		}
	}
	if rel, took := r.relation(1); rel == -1 || rel == 2 { // Agustus lalu
		return r.take(1 + took)
	}
	return r.take(1)
}

var englishMonths = wordSet("january february march may june july august october december")

var englishWords = wordSet("on since from until till after before by")

// clockBehind reports whether the number before is an hour.
func (r *timeReader) clockBehind(n int) bool {
	t := r.at(n)
	return t.kind == kPart || t.kind == kMeridiem || t.kind == kAn || t.unit() == unitMinute
}

// numbers reads what begins with a number: a date, a clock, a length of time or
// a day of a month.
func (r *timeReader) numbers() bool {
	t := r.at(0)
	switch t.count {
	case 3:
		return r.fullDate(t)
	case 2:
		return r.twoNumbers(t)
	}
	n, took := r.number()
	if took == 0 {
		return false
	}
	next := r.at(took)
	if next.kind == kHalf && r.at(took+1).unit() == unitHour { // satu setengah jam lalu
		return r.length(n*60+30, 0, unitMinute, took+2)
	}
	if next.kind == kAn && next.kind != kNumber || next.also == kAn && next.kind != kNumber {
		next = r.at(took + 1)
		if next.unit() >= 0 {
			took++
		}
	}
	m, mTook := r.numberAt(took) // dua tiga hari lalu
	switch {
	case t.word == "a" && (next.kind == kFew || next.word == "couple"):
		return r.pass(1)
	case t.word == "couple" && next.word == "of" && r.at(took+1).unit() >= 0:
		return r.length(n, n, r.at(took+1).unit(), took+2)
	case t.count == 1 && next.from == t.to && next.word == "th" && r.day == 0 && n <= 31 && (r.at(2).kind == kMonth || r.at(2).word == "of"):
		return r.dayNumber(n, took)
	case next.kind == kPart && next.value == partNight && r.part < 0 && r.ago(took+1) > 0 && n <= 31: // dua malam lalu
		r.part = partNight
		return r.length(n, n, unitDay, took+1)
	case next.unit() >= 0 && r.at(took+1).kind == kHalf && next.unit() == unitHour:
		return r.length(n*60+30, 0, unitMinute, took+2)
	case next.unit() >= 0:
		return r.length(n, n, next.unit(), took+1)
	case mTook > 0 && m == n+1 && r.at(took+mTook).unit() >= 0 && t.count == 0:
		return r.length(n, m, r.at(took+mTook).unit(), took+mTook+1)
	case next.kind == kMonth && r.day == 0:
		return r.dayNumber(n, took)
	case (next.word == "th" || next.word == "st" || next.word == "nd" || next.word == "rd") && r.day == 0 && t.count == 1:
		return r.dayNumber(n, took)
	case next.kind == kMeridiem, next.kind == kPart && n <= 12 && r.hour < 0 && (r.part < 0 || r.part == next.value):
		return r.clockWord(0)
	case next.word == "in" && r.at(took+1).word == "the" && r.at(took+2).kind == kPart && n <= 12 && r.hour < 0 && r.part < 0:
		return r.clockWord(0)
	case t.count == 1 && t.widths[0] <= 2 && next.count == 1 && next.widths[0] <= 2 && r.at(2).count == 1 && r.at(2).widths[0] == 4 && r.day == 0: // 5 11 2026
		return r.fullDate(timeToken{count: 3, numbers: [3]int{n, next.numbers[0], r.at(2).numbers[0]}, widths: [3]int{2, 2, 4}}) && r.pass(2)
	case t.count == 1 && t.widths[0] == 4 && n >= 1945 && n <= 2100 && r.year == 0 && (r.things == 0 || r.since || r.month > 0 || r.third > 0 || r.feast > 0):
		r.year = n
		return r.take(1)
	case r.answer && r.part >= 0 && r.hour < 0 && r.last().kind == kAbout && n >= 1 && n <= 12 && (next.word == "" && next.count == 0): // kemarin sore sekitar 4
		return r.clockWord(0)
	case r.bare && r.hour < 0 && r.day == 0 && n >= 1 && n <= 31:
		r.day, r.marked = n, false
		return r.take(took)
	case n >= 1 && n <= 31 && r.day == 0 && r.weekday >= 0 && r.last().kind == kWeekday && next.word == "" && next.count == 0: // Senin 16
		return r.dayNumber(n, took)
	}
	return false
}

// twoNumbers reads 17/8, 14.30, 3-4 hari lalu and 1,5 jam lalu.
func (r *timeReader) twoNumbers(t timeToken) bool {
	next := r.at(1)
	switch {
	case next.unit() >= 0 && t.sep == '-' && t.numbers[0] < t.numbers[1]:
		return r.length(t.numbers[0], t.numbers[1], next.unit(), 2)
	case next.unit() == unitHour && (t.sep == ',' || t.sep == '.') && t.numbers[1] == 5 && t.widths[1] == 1:
		return r.length(t.numbers[0]*60+30, 0, unitMinute, 2)
	case next.unit() >= 0 && next.unit() != unitHour && next.unit() != unitYear || next.kind == kMonth && t.sep == '/':
		return false
	case t.sep == '/' || t.sep == '-' && t.widths[0] <= 2 && t.widths[1] <= 2 && r.last().kind == kDate:
		return r.dayMonth(t)
	case t.sep == '-' || t.sep == ',':
		return false
	case t.widths[0] <= 2 && t.widths[1] == 2:
		return r.clockWord(0)
	}
	return false
}

// fullDate reads 17/8/2026, 17-08-26 and 2026-08-17.
func (r *timeReader) fullDate(t timeToken) bool {
	if r.day != 0 || r.month != 0 || r.year != 0 || t.sep == ':' || t.sep == ',' {
		return false
	}
	d, m, y, w := t.numbers[0], t.numbers[1], t.numbers[2], t.widths[2]
	if t.widths[0] == 4 {
		d, y, w = y, d, 4
	}
	if m > 12 && d <= 12 && t.widths[0] != 4 {
		d, m = m, d
	}
	if m < 1 || m > 12 || d < 1 || d > 31 || (w != 4 && w != 2) {
		return false
	}
	if w == 2 {
		y += 2000
	}
	r.nightBefore()
	r.day, r.month, r.year = d, m, y
	return r.take(1)
}
