package conversation

import "kentongan/reports"

// maxPhrase is how many tokens one time in a story takes at most.
const maxPhrase = 16

// behind returns the token n behind i, or one that is nothing where a sentence
// ends between.
func (s *storyTimes) behind(i, n int) timeToken {
	r := timeReader{tokens: s.tokens, i: i}
	return r.at(n)
}

// before returns the token n before i, or one that is nothing where a sentence
// ends between.
func (s *storyTimes) before(i, n int) timeToken {
	if i-n < 0 {
		return timeToken{}
	}
	for k := i; k > i-n; k-- {
		if k < len(s.tokens) && s.tokens[k].stop {
			return timeToken{}
		}
	}
	return s.tokens[i-n]
}

// sentenceEnd returns where the sentence of token i ends, or a phrase's length
// behind i.
func (s *storyTimes) sentenceEnd(i int) int {
	end := min(len(s.tokens), i+maxPhrase)
	for k := i + 1; k < end; k++ {
		if s.tokens[k].stop {
			return k
		}
	}
	return end
}

// schools are words before a school's short name, which "sampai dengan" shares.
var schools = wordSet("di ke dari guru masuk anak depan murid siswa kelas sekolah belakang samping dekat halaman")

// unschooled makes names of what is written like "sampai dengan": SD 3.
func (s *storyTimes) unschooled() {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.word == "sd" && (s.text[t.from:t.to] == "SD" || schools[s.before(i, 1).word]) {
			t.kind = kUnknown
		}
	}
}

// timeAt reads the time that begins at token i. Without one m.to is what to go
// on behind, if anything.
func (s *storyTimes) timeAt(i int) (m mention, ok bool) {
	tokens, skipped := s.tokens[i:s.sentenceEnd(i)], 0
	switch {
	case s.begins(i):
	case lasting[s.tokens[i].word] && s.stateBehind(i) > 0: // sudah rusak 2 tahun
		skipped = s.stateBehind(i)
		tokens = append([]timeToken{s.tokens[i]}, tokens[1+skipped:]...)
	default:
		return mention{}, false
	}
	r, n := readPhrase(tokens, false, s.p)
	if n == 0 {
		return mention{to: i + 1}, false
	}
	m = mention{from: i, to: i + n + skipped, said: r.said}
	m.meaning = m.said.resolve(s.p)
	if m.said.timed() && !m.said.saysDay() && !m.said.justNow {
		m.about = ofClock
	}
	s.readEnd(&m, r)
	if m.about == ofClock && m.said.hour < 0 { // "selamat pagi", "sore hari"
		return mention{to: i + n}, false
	}
	s.sinceWhat(&m)
	s.judge(&m)
	return m, true
}

// readPhrase reads the longest time that tokens begin with, and tells how many
// it takes.
func readPhrase(tokens []timeToken, bare bool, p present) (best timeReader, n int) {
	r := timeReader{tokens: tokens, said: nothingSaid(), bare: bare}
	for r.i < len(tokens) && (r.i == 0 || !tokens[r.i].stop) {
		mark, saved, t := r.i, r.said, r.at(0)
		if !r.step() {
			r.i, r.said = mark, saved
			break
		}
		if t.kind == kFiller || t.kind == kAbout || t.kind == kHari && r.things == saved.things ||
			(t.kind == kLess || t.kind == kPast || t.kind == kVague || t.kind == kUnsure || t.kind == kSaja || t.kind == kOnce || t.kind == kLasting) && r.things == saved.things {
			continue
		}
		if t.kind == kLasting && saved.things > 0 || mark > 0 && t.pause && t.unit() == unitYear { // jam 2 pagi, sudah 3 bulan
			r.i, r.said = mark, saved
			break
		}
		said := r.said
		if said == saved {
			continue
		}
		if m := said.resolve(p); m.known() || r.hour >= 0 && !r.saysDay() || bare && r.things > 0 {
			best, n = r, r.i
		}
	}
	return best, n
}

// readEnd reads the other end of a range: "sampai jam 1 siang".
func (s *storyTimes) readEnd(m *mention, left timeReader) {
	i := m.to
	for n := 0; n < 2 && s.behind(m.to-1, i-m.to+1).kind == kFiller; n++ {
		i++
	}
	by := s.behind(m.to-1, i-m.to+1)
	if by.kind != kUntil && by.kind != kDash && !(by.kind == kAnd && s.before(m.from, 1).kind == kBetween) {
		return
	}
	i++
	for i < len(s.tokens) && (s.tokens[i].word == "dengan" || s.tokens[i].word == "dgn") {
		i++
	}
	if i >= len(s.tokens) || s.tokens[i].stop {
		return
	}
	right, n := readPhrase(s.tokens[i:s.sentenceEnd(i)], true, s.p)
	if n == 0 || by.kind == kDash && right.onlyClock() && !left.timed() {
		return
	}
	whole := mention{from: m.from, to: i + n, said: m.said}
	switch {
	case right.justNow || right.today && !right.timed(): // sampai sekarang
		m.to = whole.to
		if m.about == ofClock && m.said.since && m.meaning.why == "" && m.open() { // dari jam 10 sampai sekarang
			m.about = ofEvent
		}
		return
	case m.about == ofClock && right.hour >= 0 && !right.saysDay():
		m.to, m.end = whole.to, &right.said
		m.said.since = false
		return
	case m.about == ofClock && !right.saysDay():
		return
	}
	whole.meaning = rangeOf(left, right, s.p)
	if at := whole.meaning.at; whole.meaning.known() && !at.to.IsZero() && !at.from.Before(at.to) {
		whole.meaning = asked(whyContradiction)
	}
	if right.saysDay() && whole.meaning.why != "" && !m.open() {
		if end := right.resolve(s.p); end.why == whyFuture || right.day > 0 { // what is open until then
			m.to, m.meaning = whole.to, meaning{at: m.meaning.at, why: whyFuture}
			return
		}
	}
	if whole.meaning.why == "" || m.meaning.why != "" || m.about == ofClock || m.open() {
		*m = whole
		return
	}
	m.to = whole.to // "tadi malam sampai jam 3": the evening is sure
}

// sinceWhat opens a time of which stands before it what has been since: "sejak
// banjir bulan lalu".
func (s *storyTimes) sinceWhat(m *mention) {
	if m.meaning.why != "" || !m.meaning.known() || m.open() || m.about != ofEvent {
		return
	}
	far := s.before(m.from, 1).kind == kAbout // sejak ganti manajer, kira-kira dua bulan lalu
	for n := 1; n <= 5+7*btoi(far); n++ {
		switch t := s.before(m.from, n); {
		case t.word == "sejak" || t.word == "semenjak" || t.word == "sjk" || t.word == "since":
			if n > 1 {
				m.said.since = true
				m.meaning = m.said.resolve(s.p)
				m.from -= n
			}
			return
		case t.word == "dr", t.kind == kBaru, t.kind == kFiller, far && t.word != "": // a doctor's name, a new office
		case t.kind != kUnknown && t.kind != kVague || t.word == "" || t.count > 0:
			return
		}
	}
}

// habitAt reads what happens again and again from token i: "tiap malam", "dua
// hari sekali".
func (s *storyTimes) habitAt(i int) (m mention, ok bool) {
	t := s.tokens[i]
	tokens := s.tokens[:s.sentenceEnd(i)]
	var (
		recurs string
		to     int
	)
	switch {
	case t.kind == kEvery:
		h := habitReader{timeReader: timeReader{tokens: tokens, i: i + 1, said: nothingSaid()}}
		recurs, to = h.every(), h.i
		if recurs == "on occasion" {
			if to = s.rain(i); to == 0 {
				return mention{to: i + 1}, false
			}
		}
		if next := s.behind(to-1, 1).word; h.unit == "monthly" && (next == "purnama" || next == "suro" || next == "haji") {
			return mention{to: to}, false
		}
		if h.unit == "hourly" && sessions[s.behind(to-1, 1).word] { // tiap jam pulang sekolah
			return mention{to: to}, false
		}
	case t.kind == kOneUnit || t.kind == kNumber || t.count == 1:
		r := timeReader{tokens: tokens, i: i, said: nothingSaid()}
		var n int
		if recurs, n = r.perUnit(); n == 0 {
			return mention{}, false
		}
		to = i + n
		before, next := s.before(i, 1), s.behind(to-1, 1)
		if before.kind == kLasting || lasting[before.word] || next.kind == kThis || next.kind == kLatest || s.ago(to) { // sudah 3 kali seminggu ini
			return mention{to: to}, false
		}
	default:
		return mention{}, false
	}
	for to > i+1 && trailing(tokens[to-1].kind) {
		to--
	}
	m = mention{from: i, to: to, said: nothingSaid(), meaning: meaning{recurs: recurs}}
	s.judge(&m)
	return m, true
}

func trailing(k kind) bool { return k == kFiller || k == kSaja || k == kAbout || k == kAnd }

func (s *storyTimes) ago(i int) bool {
	r := timeReader{tokens: s.tokens, i: i}
	return r.ago(0) > 0
}

// rain returns where "setiap hujan" ends that begins at i, or 0.
func (s *storyTimes) rain(i int) int {
	for n := 1; n <= 3; n++ {
		switch t := s.behind(i, n); {
		case weather[t.word]:
			if s.behind(i, n+1).word == "deras" {
				n++
			}
			return i + n + 1
		case t.kind != kTimes && t.word != "ada" && t.word != "turun" && t.word != "musim" && t.kind != kHari:
			return 0
		}
	}
	return 0
}

// stateBehind returns how many words about a lasting state stand between "sudah"
// at i and a length of time, or 0.
func (s *storyTimes) stateBehind(i int) int {
	n := 1
	if negators[s.behind(i, n).word] {
		n++
	}
	if !states[s.behind(i, n).word] {
		return 0
	}
	n++
	r := timeReader{tokens: s.tokens, i: i}
	between := n
	for k := r.at(n); n < between+3 && (k.kind == kAbout || k.kind == kLess || k.kind == kPast || lasting[k.word]); k = r.at(n) {
		n++
	}
	switch _, took := r.numberAt(n); {
	case r.at(n).kind == kOneUnit && r.at(n).value >= unitDay, took > 0 && r.at(n+took).unit() >= unitDay, r.at(n).kind == kFew:
		return between - 1
	}
	return 0
}

// weak reports whether m is a time only where a story tells no other: a month or
// a year by its name, a beginning long ago.
func (s *storyTimes) weak(m *mention) bool {
	if !m.meaning.known() || m.habit() {
		return false
	}
	old := m.meaning.at.from.Before(s.p.now.AddDate(-2, 0, 0))
	d := &m.said
	return m.open() && old || !m.open() && d.weekday < 0 && d.day == 0 && !d.yesterday && d.feast == 0 && d.count == 0 && !d.few &&
		(d.rel == 2 && d.relUnit >= unitWeek || (d.month > 0 || d.year > 0) && m.meaning.at.precision != reports.Day)
}
