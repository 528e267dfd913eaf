package conversation

import "time"

// step reads one thing. It returns false where the next token is none, or says
// something again.
func (r *timeReader) step() bool {
	t := r.at(0)
	if t.count > 0 {
		return r.feastWord() || r.numbers()
	}
	if t.kind != kUnknown && t.kind != kYesterday && r.feastWord() {
		return true
	}
	switch t.kind {
	case kUnknown:
		return r.unknownWord()
	case kFiller:
		if worship[t.word] && r.at(1).weekday() == int(time.Friday) {
			return r.prayerWord(2)
		}
		return r.pass(1)
	case kLeave:
		return false
	case kLatest: // belakangan ini
		if r.few || r.count > 0 || r.at(1).kind != kThis {
			return false
		}
		r.few, r.unit, r.atMost, r.lasting = true, unitMonth, 1, true
		return r.take(2)
	case kAbout:
		r.about = true
		return r.pass(1)
	case kUnsure:
		if next := r.at(1); (t.word == "lupa" || t.word == "lp") && (next.word == "harinya" || next.word == "jamnya") {
			return r.pass(2)
		}
		r.unsure = true
		return r.pass(1)
	case kVague:
		r.vague = true
		return r.pass(1)
	case kNot:
		r.not = true
		return r.pass(1)
	case kLess: // kurang lebih
		return r.moreOrLess()
	case kPast: // lebih kurang, lebih dari seminggu
		return r.moreOrLess()
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
		return r.earlierWord()
	case kLastNight:
		return r.lastNightWord()
	case kJustNow:
		if r.justNow {
			return r.pass(1)
		}
		r.justNow = true
		return r.take(1)
	case kBaru:
		return r.justWord()
	case kAhead:
		return r.aheadWord()
	case kLater:
		r.later = true
		return r.take(1)
	case kSince, kLasting:
		return r.sinceWord()
	case kPart, kDini:
		return r.partWord()
	case kPrayer:
		return r.prayerWord(1)
	case kAfter, kBefore:
		return r.aroundWord()
	case kMonth:
		return r.monthWord()
	case kWeekday:
		return r.weekdayWord(t.value)
	case kWeekend:
		rel, took := r.relation(1)
		r.weekend = true
		if r.weekdayRel = rel; r.last().kind == kLast {
			r.weekdayRel = -1
		}
		return r.take(1 + took)
	case kUnit:
		return r.unitWord()
	case kOneUnit:
		return r.oneUnitWord()
	case kOrdinal:
		return r.ordinalWord()
	case kNumber:
		return r.numbers()
	case kFew:
		return r.fewWord()
	case kThird:
		return r.thirdWord()
	case kHalf:
		return r.halfWord()
	case kQuarter: // seperempat jam lalu
		return r.at(1).unit() == unitHour && r.length(15, 0, unitMinute, 2)
	case kClock:
		return r.clockWord(1)
	case kZone:
		return r.zoneWord()
	case kLast:
		return r.lastWord()
	case kHDay:
		if r.hasOffset || r.feast > 0 && r.offset != 0 {
			return false
		}
		r.hasOffset, r.offset = true, t.value
		return r.take(1)
	case kOnce: // pagi sekali
		return (r.part >= 0 || r.vague) && r.pass(1)
	case kSaja:
		return r.things > 0 && r.pass(1)
	default:
		return false
	}
}

// unknownWord reads what only together with its neighbours says something.
func (r *timeReader) unknownWord() bool {
	t, next := r.at(0), r.at(1)
	if f, took := r.feastAt(0); f >= 0 && took > 1 && r.feastWord() { // long weekend
		return true
	}
	switch {
	case t.word == "buka" && (next.word == "puasa" || next.word == "bersama"):
		return r.prayerWord(2)
	case t.word == "larut" && next.kind == kPart && next.value == partNight:
		return r.setPart(partLateNight, 2)
	case negators[t.word] && doubted[next.word] && r.at(2).kind == kDate && r.at(3).count == 0: // tidak ingat tanggalnya
		return r.pass(3)
	case negators[t.word] && doubted[next.word]: // kalau tidak salah
		r.unsure = true
		return r.pass(2)
	}
	return false
}

var (
	worship  = wordSet("sholat shalat solat salat sembahyang")
	negators = wordSet("tidak tdk tak ga gak nggak ngga enggak engga gk g ndak nda kurang tra tara not")
	doubted  = wordSet("salah slh yakin tahu tau ingat inget pasti jelas sure")
)

// moreOrLess reads "kurang lebih", and "lebih dari" before a length of time.
func (r *timeReader) moreOrLess() bool {
	next := r.at(1)
	switch {
	case r.at(0).kind == kLess && (next.kind == kPast || next.also == kPast), r.at(0).kind == kPast && next.kind == kLess:
		r.about = true
		return r.pass(2)
	case next.word == "dari" || next.word == "dr":
		r.lasting = r.lasting || !r.since
		return r.pass(2)
	case r.hour >= 0 || r.count > 0: // jam 3 lebih
		r.about = true
		return r.pass(1)
	}
	return false
}

func (r *timeReader) earlierWord() bool {
	if r.yesterday || r.later {
		return false
	}
	if r.earlier {
		return r.pass(1)
	}
	r.earlier = true
	return r.take(1)
}

// lastNightWord reads "semalam"; before another part of the day it is yesterday
// for many outside Java: semalam sore.
func (r *timeReader) lastNightWord() bool {
	if r.earlier || r.yesterday {
		return false
	}
	if next := r.at(1); next.kind == kPart && next.value != partNight && next.value != partMidnight && r.part < 0 {
		r.yesterday = true
		return r.take(1)
	}
	if r.part >= 0 && r.part != partNight && r.part != partBeforeDawn {
		return false
	}
	if r.part < 0 {
		r.part = partNight
	}
	r.earlier, r.lastNight = true, true
	return r.take(1)
}

func (r *timeReader) justWord() bool {
	if r.at(1).kind != kSaja && r.at(1).also != kSaja { // baru kemarin
		return r.pass(1)
	}
	r.justNow = true
	return r.take(2)
}

func (r *timeReader) aheadWord() bool {
	if r.ahead != 0 || r.dayBefore {
		return false
	}
	if r.at(0).word == "lusa" && r.at(1).kind == kYesterday { // lusa kemarin
		r.yesterday, r.dayBefore = true, true
		return r.take(2)
	}
	if r.at(0).word == "lusa" && r.things == 0 && r.ago(1) > 0 { // lusa lalu
		r.yesterday, r.dayBefore = true, true
		return r.take(1 + r.ago(1))
	}
	r.ahead = r.at(0).value
	return r.take(1)
}

// sinceWord reads "sejak" and "sudah". Before what is no time they say nothing
// of it: "dari rumah", "sudah gelap".
func (r *timeReader) sinceWord() bool {
	t, next := r.at(0), r.at(1)
	if t.kind == kLasting {
		n := 1
		for r.at(n).kind == kAbout || r.at(n).kind == kPast || r.at(n).kind == kLess || r.at(n).word == "dari" || r.at(n).kind == kFiller || r.at(n).word == "masuk" || r.at(n).word == "jalan" || r.at(n).word == "mau" || r.at(n).word == "mo" {
			n++
		}
		if k := r.at(n).kind; k != kNumber && k != kOneUnit && k != kFew && k != kHalf && (r.at(n).count == 0 || r.at(n+1).unit() < 0) {
			return r.pass(1)
		}
		r.lasting = true
		return r.take(1)
	}
	switch {
	case next.word == "kapan" && r.answer: // dari kapan ya, Januari
		r.since = true
		return r.pass(2)
	case next.kind == kUnknown && next.count == 0, next.kind == kPlace:
		r.vague = r.vague || t.word == "sejak" || t.word == "semenjak" || t.word == "since"
		return r.pass(1)
	case r.things > 0 && !r.lasting:
		return false
	case next.kind == kVague:
		r.vague = true
	}
	r.since = true
	return r.take(1)
}

func (r *timeReader) oneUnitWord() bool {
	t := r.at(0)
	unit := t.value
	switch {
	case r.at(1).kind == kHalf && unit == unitHour: // sejam setengah
		return r.length(90, 0, unitMinute, 2)
	case t.twice:
		return false
	}
	return r.length(1, 1, unit, 1)
}

func (r *timeReader) ordinalWord() bool {
	if r.nth != 0 || (r.feast == 0 && r.relUnit != unitWeek && r.weekday < 0 && r.weekdayRel == 0) {
		return false
	}
	r.nth, r.firstDay = r.at(0).value, true
	return r.take(1)
}

// halfWord reads "setengah jam lalu", "setengah tahun lalu" and "setengah empat".
func (r *timeReader) halfWord() bool {
	switch next := r.at(1); {
	case next.unit() == unitHour && next.count == 0 && r.at(2).count == 0:
		return r.length(30, 0, unitMinute, 2)
	case next.word == "an" && r.at(2).unit() == unitHour, next.kind == kNumber && next.also == kAn && r.at(2).unit() == unitHour: // half an hour ago
		return r.length(30, 0, unitMinute, 3)
	case next.unit() == unitYear:
		return r.length(6, 0, unitMonth, 2)
	case next.unit() == unitMonth:
		return r.length(2, 0, unitWeek, 2)
	}
	return r.clockWord(0)
}

func (r *timeReader) zoneWord() bool {
	if r.hour < 0 && r.part < 0 && r.prayer < 0 || r.zone != nil {
		return false
	}
	r.zone = time.FixedZone("", r.at(0).value*3600)
	return r.pass(1)
}

// aroundWord reads "habis isya", "menjelang magrib", "setelah lebaran".
func (r *timeReader) aroundWord() bool {
	after := r.at(0).kind == kAfter
	n := 1
	for r.at(n).kind == kFiller {
		n++
	}
	next := r.at(n)
	switch {
	case worship[r.at(n-1).word] && next.weekday() == int(time.Friday):
		n--
		fallthrough
	case next.kind == kPrayer, next.word == "buka" && (r.at(n+1).word == "puasa" || r.at(n+1).word == ""):
		r.after, r.before = after, !after
		r.i += n
		return r.prayerWord(1 + btoi(worship[r.at(0).word]))
	}
	if f, _ := r.feastAt(n); f >= 0 && r.feast == 0 {
		r.afterFeast, r.beforeFeast = after, !after
		return r.pass(n)
	}
	if !after && next.kind == kPart && r.at(0).word != "sebelum" && r.part < 0 { // menjelang malam
		if part, ok := eves[next.value]; ok {
			r.i += n
			return r.setPart(part, 1)
		}
	}
	if !after && next.kind == kPart && next.value == partMidday && r.part < 0 { // sebelum siang
		r.i += n
		return r.setPart(partMorning, 1)
	}
	return false
}

// feastWord reads the name of a feast with what stands before or behind it.
func (r *timeReader) feastWord() bool {
	n := 0
	leave := false
	if f, _ := r.feastAt(0); r.at(0).kind == kLeave && f < 0 {
		n, leave = 1, true
		if r.at(n).kind == kFiller || r.at(n).kind == kEvent {
			n++
		}
	}
	if r.at(n).word == "hari" && r.at(n+1).word == "h" {
		n += 2
	}
	if r.at(n).word == "buka" {
		return false
	}
	f, took := r.feastAt(n)
	if r.at(n).word == "takbiran" || r.at(n).word == "takbir" {
		f, took = 0, 1
		if other, more := r.feastAt(n + 1); other >= 0 {
			f, took = other, 1+more
		}
		r.eveOfFeast = true
	}
	if f < 0 || r.feast > 0 && r.feast != f+1 || r.day > 0 {
		return false
	}
	if feasts[f].way == yetUnknown && (r.at(n).kind == kPlace || r.things > 0 && n == 0 && r.at(0).kind != kFeast) {
		return false
	}
	last := r.last()
	if last.kind == kPart && last.value == partNight && !r.yesterday && !r.earlier { // malam tahun baru
		r.eveOfFeast = true
	}
	r.leave = r.leave || leave
	r.feast = f + 1
	n += took
	if rel, more := r.relation(n); rel == -1 || rel == 2 {
		r.weekdayRel = rel
		n += more
	} else if rel == 1 {
		r.weekdayRel = 1
		n += more
	}
	if r.at(n).kind == kHDay && !r.hasOffset {
		r.hasOffset, r.offset = true, r.at(n).value
		n++
	}
	if r.at(n).kind == kOrdinal && r.nth == 0 { // lebaran kedua
		r.nth, r.firstDay = r.at(n).value, true
		n++
	}
	return r.take(n)
}
