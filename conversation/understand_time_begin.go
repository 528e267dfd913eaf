package conversation

// begins reports whether a time that is taken from a story may begin at i.
func (s *storyTimes) begins(i int) bool {
	t, next := s.tokens[i], s.behind(i, 1)
	if feastTriggers(s.tokens, i) {
		return true
	}
	r := timeReader{tokens: s.tokens, i: i}
	_, numeral := r.number()
	if lasting[t.word] {
		n := 1
		for k := r.at(n); n < 4 && (k.kind == kAbout || k.kind == kPast || k.word == "dari" || k.word == "mau"); k = r.at(n) {
			n++
		}
		if k := r.at(n); k.kind == kOneUnit || k.kind == kNumber || k.count == 1 || k.kind == kFew || k.kind == kHalf && r.at(n+1).unit() >= unitMonth {
			return true
		}
	}
	switch t.kind {
	case kYesterday, kToday, kLastNight, kOneUnit, kSince:
		return true
	case kEarlier:
		return next.kind == kPart || next.kind == kPrayer || next.kind == kDini || next.kind == kAfter || next.unit() == unitHour || next.kind == kClock || next.kind == kAbout
	case kHari:
		return next.kind == kThis || next.kind == kWeekday || next.also == kWeekday || next.kind == kYesterday
	case kDate:
		return next.count > 0
	case kWeekday:
		return next.count > 0 || next.kind == kAgo || next.kind == kYang || next.kind == kYesterday || next.kind == kPart || next.kind == kDate || next.kind == kUnit || next.kind == kPasaran || next.kind == kDini || next.kind == kPrayer || next.kind == kClock || next.kind == kAbout || pointing[s.before(i, 1).word]
	case kNumber:
		return r.at(numeral).unit() >= 0 || r.at(numeral).kind == kPart && r.ago(numeral+1) > 0
	case kFew:
		return next.unit() >= 0
	case kBaru:
		return next.kind == kSaja
	case kJustNow:
		return s.goingOn(i) || t.word != "sekarang" && t.word != "now" && t.word != "kini" && t.word != "skrg" && t.word != "skrng"
	case kUnit, kClock:
		return s.unitBegins(i)
	case kLast:
		return next.word == "night" || next.unit() == unitWeek || next.unit() == unitMonth || next.kind == kWeekday
	case kLatest:
		return t.word == "belakangan" && next.kind == kThis
	case kThird:
		return t.twice && next.kind == kThis || next.kind == kMonth || next.unit() >= unitWeek || next.word == "pekan" || next.kind == kPart
	case kWeekend:
		return r.ago(1) > 0
	case kHalf:
		return next.unit() >= unitHour
	case kPart, kDini, kPrayer:
		return !s.greets(i)
	case kThis:
		return t.word == "this" && (next.kind == kPart || next.unit() == unitWeek || next.unit() == unitMonth)
	case kMonth:
		return r.ago(1) > 0 || next.count == 1 && (next.widths[0] == 4 || r.at(2).count == 1 && r.at(2).widths[0] == 4)
	default:
	}
	switch t.count {
	case 1:
		return next.kind == kMonth || next.unit() >= 0 || next.kind == kPart && r.ago(2) > 0
	case 3:
		return true
	}
	return false
}

// goingOn reports whether "sedang" stands before token i: it happens now.
func (s *storyTimes) goingOn(i int) bool {
	for n := 1; n <= 8; n++ {
		if w := s.before(i, n).word; w == "sedang" || w == "sdg" || w == "sdang" {
			return true
		}
	}
	return false
}

// unitBegins is begins for "minggu lalu", "bulan Oktober", "jam 3".
func (s *storyTimes) unitBegins(i int) bool {
	t, next := s.tokens[i], s.behind(i, 1)
	r := timeReader{tokens: s.tokens, i: i}
	switch {
	case t.kind == kClock, t.unit() == unitHour:
		return t.word != "at" && (next.count > 0 || next.kind == kNumber || next.kind == kHalf || next.kind == kAbout)
	case t.also == kWeekday && next.kind == kPart:
		return true
	case t.unit() == unitYear && r.ago(1) > 0:
		return true
	case t.unit() == unitYear: // dana desa tahun 2025
		return next.count == 1 && next.widths[0] == 4 && (funds[s.before(i, 1).word] || funds[s.before(i, 2).word] || funds[s.before(i, 3).word] || s.before(i, 1).word == "pada")
	case t.unit() == unitMonth && next.kind == kMonth:
		return true
	}
	return (t.unit() == unitWeek || t.unit() == unitMonth) && (r.ago(1) > 0 || next.kind == kThis)
}

// greets reports whether the part of the day at i is a greeting: "selamat pagi",
// "Sore pak".
func (s *storyTimes) greets(i int) bool {
	before, next := s.before(i, 1), s.behind(i, 1)
	switch before.word {
	case "selamat", "met", "good", "slamat", "selmat":
		return true
	}
	if before.word != "" || next.word == "" {
		return next.kind == kFiller
	}
	return next.kind == kFiller || s.tokens[i+1].from > s.tokens[i].to+1
}

// feastTriggers reports whether a feast begins at i of which it is said that it
// has been: "waktu lebaran kemarin", "malam tahun baru lalu".
func feastTriggers(tokens []timeToken, i int) bool {
	r := timeReader{tokens: tokens, i: i}
	n := btoi(tokens[i].kind == kPart || tokens[i].kind == kLeave || tokens[i].kind == kHDay)
	f, took := r.feastAt(n)
	if f < 0 && r.at(n).kind == kFeast {
		took = 1 // takbiran
	}
	return took > 0 && (r.ago(n+took) > 0 || r.at(n+took).unit() == unitYear && r.ago(n+took+1) > 0)
}
