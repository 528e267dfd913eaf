package conversation

import "strings"

// judge works out what m is the time of.
func (s *storyTimes) judge(m *mention) {
	if s.lastOf(m) {
		m.last = true
	}
	switch {
	case s.seasonal(m):
		m.about = openly
	case m.about == ofClock:
		if s.elsewhere(m) || setHours[s.before(m.from, 1).word] || setHours[s.before(m.from, 2).word] || m.said.since && m.end == nil {
			m.about = elsewise
		}
	case s.elsewhere(m):
		m.about = elsewise
	case m.habit():
		if s.custom(m) {
			m.about = elsewise
		}
	case m.meaning.why == whyFuture, !m.open() && m.meaning.known() && m.meaning.at.to.Before(s.p.now.AddDate(-2, 0, 0)): // births, laws, old letters
		m.about = elsewise
	case m.meaning.keeps() && m.meaning.why == whyClock: // the day is sure, and the hour is asked for
		if s.doubtful(m) {
			m.about = openly
		}
	case m.meaning.why == "":
		switch {
		case s.doubtful(m):
			m.about = openly
		case s.weak(m):
			m.about = weakly
		}
	default:
		m.about = openly
	}
}

// seasonal reports whether m is a bare "kemarin" behind a season or a yearly
// event, where it says "the last one": "musim hujan kemarin".
func (s *storyTimes) seasonal(m *mention) bool {
	switch s.tokens[m.from].word {
	case "kemarin", "kemaren", "kmrn", "kmren", "kemrin":
	default:
		return false
	}
	return m.to == m.from+1 && (seasons[s.before(m.from, 1).word] || seasons[s.before(m.from, 2).word])
}

// lastOf reports whether m is said to be the last time of several: "terakhir
// kemarin".
func (s *storyTimes) lastOf(m *mention) bool {
	for n := 1; n <= 3; n++ {
		switch t := s.before(m.from, n); {
		case t.kind == kLatest && t.word != "belakangan", t.word == "terbaru", t.word == "terahir", t.kind == kLast:
			return true
		case t.kind != kFiller && t.kind != kTimes:
			return false
		}
	}
	return false
}

// lastGood reports whether m is when something was still done: "terakhir
// diangkut 2 minggu lalu".
func (s *storyTimes) lastGood(m *mention) bool {
	for n := 2; n <= 3; n++ {
		if s.before(m.from, n-1).kind != kUnknown || s.comma(m.from-n) {
			return false
		}
		if t := s.before(m.from, n); t.kind == kLatest && t.word != "belakangan" {
			return true
		}
	}
	return false
}

// stands reports whether a word of set stands among the n tokens before m.
func (s *storyTimes) stands(m *mention, n int, set map[string]bool) bool {
	for k := 1; k <= n; k++ {
		if set[s.before(m.from, k).word] {
			return true
		}
		if m.from-k >= 0 && s.comma(m.from-k) {
			return false
		}
	}
	return false
}

// comma reports whether a comma stands behind token i.
func (s *storyTimes) comma(i int) bool {
	return i >= 0 && i+1 < len(s.tokens) && s.tokens[i+1].pause
}

// follows returns how many tokens behind m the first word of set stands, up to
// n; 0 where none does.
func (s *storyTimes) follows(m *mention, n int, set map[string]bool) int {
	for k := 1; k <= n; k++ {
		t := s.behind(m.to-1, k)
		switch {
		case t.to == 0 || s.comma(m.to-2+k):
			return 0
		case set[t.word]:
			return k
		case contrasts[t.word]:
			return 0
		}
	}
	return 0
}

// elsewhere reports whether m is the time of something else than what happened.
func (s *storyTimes) elsewhere(m *mention) bool {
	d := &m.said
	before := s.before(m.from, 1)
	dated := d.day > 0 || before.kind == kDate
	switch {
	case before.kind == kUntil, before.kind != kUnknown && before.kind != kFiller && notThen[before.word], notThen[before.word], s.tokens[m.from].count > 0 && d.day > 0 && d.year == 0 && streets[before.word]:
		return true
	case dated && (notThen[s.before(m.from, 2).word] || before.word != "pada" && s.stands(m, 4, papers)):
		return true
	case (dated || s.weak(m)) && s.stands(m, 2, hearsay), s.lastGood(m), s.weak(m) && s.stands(m, 4, ahead):
		return true
	case d.count > 0 && d.unit >= unitMonth && !m.open() && s.stands(m, 2, turns):
		return true
	case !m.open() && !m.habit() && (d.count > 0 && d.unit == unitYear || d.relUnit == unitYear && d.month+d.day+d.feast == 0):
		return true
	case s.stands(m, 4, due), s.follows(m, 3, due) > 0 && !m.open():
		return true
	case s.stands(m, 2, ages), m.open() && s.follows(m, 2, ages) > 0:
		return true
	case d.count > 0 && !m.open() && waits[before.word], !m.open() && !m.habit() && s.follows(m, 1, stills) > 0:
		return true
	case !m.open() && !m.habit() && s.afterDone(m):
		return true
	case d.lasting && d.count > 0 && d.unit <= unitHour && s.tokens[m.from].kind == kLasting && (s.tokens[m.from].word == "selama" || s.tokens[m.from].word == "slama" || s.tokens[m.from].word == "for"):
		return true
	case m.open() && (s.stands(m, 3, lives) || s.follows(m, 3, lives) > 0) && (s.stands(m, 5, selves) || s.follows(m, 3, selves) > 0):
		return true
	}
	return s.reported(m)
}

// afterDone reports whether m is when something was built or repaired.
func (s *storyTimes) afterDone(m *mention) bool {
	for k := 1; k <= 2; k++ {
		if done[s.before(m.from, k).word] && !s.denies(m.from-k) {
			return true
		}
		if done[s.behind(m.to-1, k).word] && !s.denies(m.to-1+k) {
			return true
		}
	}
	return s.before(m.from, 1).word == "" && done[s.behind(m.to-1, 3).word] && !s.denies(m.to+2)
}

// denies reports whether what stands at token i is denied: "belum diperbaiki".
func (s *storyTimes) denies(i int) bool {
	for k := 1; k <= 2; k++ {
		if w := s.before(i, k).word; negators[w] || w == "belum" || w == "blm" || w == "pernah" {
			return true
		}
	}
	return false
}

// reported reports whether m is when somebody told the authorities.
func (s *storyTimes) reported(m *mention) bool {
	for k := 1; k <= 3; k++ {
		if !complaints[s.before(m.from, k).word] {
			continue
		}
		switch s.before(m.from, k).word {
		case "reported", "complained", "dilaporkan":
			return true
		case "pengaduan", "aduan", "laporan":
			if m.said.day > 0 {
				return true
			}
		}
		for n := k + 1; n <= k+2; n++ {
			switch w := s.before(m.from, n); {
			case announcing[w.word]:
				return false
			case lasting[w.word] || w.word == "pernah" || w.word == "sempat":
				return true
			}
		}
	}
	k := s.follows(m, 4, complaints)
	if k == 0 || m.open() || m.habit() {
		return false
	}
	for n := 1; n <= 2 && n < k; n++ {
		if announcing[s.behind(m.to-1, k-n).word] {
			return false
		}
	}
	return true
}

// custom reports whether m is how often somebody does what is not complained
// about: pays, or drives along a road.
func (s *storyTimes) custom(m *mention) bool {
	if k := s.follows(m, 3, payments); k > 0 && !forced[s.behind(m.to-1, k-1).word] {
		return true
	}
	before := s.before(m.from, 1).word
	own := before == "saya" || before == "sy" || before == "aku" || before == "kami" || before == "i" || payments[before] || before == "buka" && strings.HasPrefix(m.meaning.recurs, "w")
	k := s.follows(m, 3, ways)
	return own || k > 0 && k < 3 && (s.stands(m, 4, selves) || s.follows(m, k, selves) > 0)
}

// doubtful reports whether words around m could change it, or say that it is a
// guess.
func (s *storyTimes) doubtful(m *mention) bool {
	for k := 1; k <= 3; k++ {
		if t := s.before(m.from, k); t.kind == kUnsure && !m.said.lasting || k == 1 && (t.kind == kLasting && !m.open() && t.word != "selama" || t.kind == kSince && s.tokens[m.from].kind != kSince) {
			return true
		}
	}
	after := s.behind(m.to-1, 1)
	if after.kind == kEvent || after.kind == kFiller { // kemarin pas tahun baru
		r := timeReader{tokens: s.tokens, i: m.to}
		if f, _ := r.feastAt(1); f >= 0 {
			return true
		}
	}
	if last := s.before(m.from, 1); m.said.feast > 0 && (last.kind == kAfter || last.kind == kBefore) {
		return true
	} else if other := s.before(m.from, 2); (last.kind == kAnd || last.kind == kOr) && (other.weekday() >= 0 || other.kind == kYesterday || other.kind == kPart) { // Sabtu dan Minggu kemarin
		return true
	}
	if next := s.behind(m.to-1, 2); (after.kind == kAnd || after.kind == kOr) && (next.kind == kMonth || next.weekday() >= 0 || next.kind == kYesterday || next.kind == kDate || next.count == 1 && s.behind(m.to-1, 3).kind == kMonth) {
		return true
	} else if after.unit() == unitHour && next.kind == kUnknown && next.count == 0 { // jam pulang sekolah
		return false
	}
	if after.kind == kNext && m.said.timed() { // tadi siang depan polsek
		return false
	}
	if (after.kind == kAfter || after.kind == kBefore) && s.behind(m.to-1, 2).kind == kUnknown { // habis hujan
		return false
	}
	if counted := s.behind(m.to-1, 2); s.tokens[m.to-1].kind == kUntil || m.said.end() || after.count > 0 && counted.kind == kUnknown && len(counted.word) > 1 {
		return false
	}
	return after.changes()
}

// end reports whether nothing can follow what was said.
func (s *said) end() bool { return s.year > 0 && s.day > 0 }

// changes reports whether a word behind a phrase could change what it means:
// "kemarin lusa", "jam 3 sampai", "17 Agustus 45".
func (t timeToken) changes() bool {
	switch t.kind {
	case kUnknown:
		return t.count > 0 && t.count < 3 || t.word == "dulu" || t.word == "lagi" || t.word == "/"
	case kFiller, kAbout, kSaja, kLasting, kSince, kHari, kThis, kEvery, kAn, kNumber, kJustNow, kBaru,
		kPlace, kEvent, kYang, kHabit, kTimes, kOnce, kAnd, kVague, kFeast, kFew, kPast, kLess, kNot, kUnsure, kUntil, kPart, kPrayer, kClock, kBetween:
		return false
	default:
		return true
	}
}
