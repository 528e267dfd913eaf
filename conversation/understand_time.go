package conversation

import (
	"slices"
	"strings"
	"time"

	"kentongan/reports"
)

// answerWords is how many words an answer has that tells a time and nothing else.
const answerWords = 8

// answeredTime reads what came in answer to "when?", which may be a whole story
// with a time in it. Of that only what [findMeaning] is sure of counts: read word
// by word, "terus" and "tiap" would make something that happens again and again
// of nearly every story.
func answeredTime(text string, p present) meaning {
	got := readTime(text, p)
	long := len(text) > maxTime || len(strings.Fields(text)) > answerWords
	if got.certain() && !long {
		return got
	}
	_, m, ok := findMeaning(text, p)
	switch {
	case ok && (long || m.certain()):
		return m
	case long && got.recurs != "":
		return asked(whyNotUnderstood)
	}
	return got
}

// maxTime is the length in bytes beyond which a text is no answer to "when?".
const maxTime = 300

// maxStrange is how many words that are not known an answer may have besides
// those that say the time; what has more is a story.
const maxStrange = 8

// readTime reads an answer to "when did it happen?", said at p.now in its zone.
// A day that names no year or week is the nearest past one. What is unclear is
// never decided: why says what has to be asked, and others what it could be.
// Where at is known besides, it is what is sure of it, such as the day of
// "kemarin jam 3", or the likeliest.
func readTime(text string, p present) meaning {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxTime {
		return asked(whyNotUnderstood)
	}
	tokens := mended(greeted(lexTime(text)))
	for i := range tokens {
		tokens[i].stop = false
	}
	m := readLatest(tokens, p)
	if len(tokens) > maxStrange && (m.why == whyContradiction || m.why == whyNotUnderstood) {
		if _, found, ok := findMeaning(text, p); ok { // a story, with other numbers in it
			return found
		}
	}
	if strings.ContainsRune(text, '?') && m.why == "" && m.known() {
		m.why, m.others = whyUnsure, []span{m.at}
	}
	return m
}

// readLatest reads tokens; where they tell the last time of several, that:
// "sering, terakhir kemarin".
func readLatest(tokens []timeToken, p present) meaning {
	for i, t := range tokens {
		newest := t.word == "paling" && i+1 < len(tokens) && (tokens[i+1].kind == kBaru || tokens[i+1].kind == kLatest)
		if t.kind != kLatest && !newest || t.word == "belakangan" || i > 0 && (tokens[i-1].unit() >= 0 || tokens[i-1].kind == kOneUnit || tokens[i-1].kind == kWeekday) {
			continue
		}
		n := i + 1 + btoi(newest)
		for n < len(tokens) && (tokens[n].kind == kFiller || tokens[n].kind == kTimes) {
			n++
		}
		if n == len(tokens) {
			break
		}
		if m := readTokens(tokens[n:], p); m.known() && m.recurs == "" {
			return m
		}
		break
	}
	return readTokens(tokens, p)
}

// readTokens reads all of tokens.
func readTokens(tokens []timeToken, p present) meaning {
	if m, ok := readHabit(tokens, p); ok {
		return m
	}
	if m, ok := readRange(tokens, p); ok {
		return m
	}
	if m, ok := readChoice(tokens, p); ok {
		return m
	}
	return readSpan(tokens, p)
}

// greeted returns tokens without a greeting before what is said.
func greeted(tokens []timeToken) []timeToken {
	i := 0
	for i < len(tokens) && (tokens[i].word == "selamat" || tokens[i].word == "met" || tokens[i].word == "good") {
		i++
	}
	greets := i > 0
	if i+1 < len(tokens) && tokens[i].kind == kPart {
		switch next := tokens[i+1].word; next {
		case "pak", "bapak", "bpk", "bu", "ibu", "min", "admin", "kak", "bang", "mas", "mbak", "mba", "semua":
			greets = true
			i += 2
		default:
			if greets {
				i++
			}
		}
		if greets && i < len(tokens) {
			return tokens[i:]
		}
	}
	return tokens
}

// readSpan reads one time.
func readSpan(tokens []timeToken, p present) meaning {
	r, ok := readSaid(tokens, false)
	switch {
	case !ok && r.things == 0:
		return asked(whyNotUnderstood)
	case !ok:
		return asked(whyContradiction)
	case r.things == 0 && r.vague:
		return asked(whyVague)
	case r.things == 0:
		return asked(whyNotUnderstood)
	}
	m := r.resolve(p)
	if r.vague && m.why == whyNotUnderstood {
		m.why = whyVague
	}
	if r.strange > maxStrange && m.why == "" {
		m.why, m.others = whyUnsure, []span{m.at}
	}
	return m
}

// readSaid reads what tokens say, going over words that are not known. It
// returns false where one of them, or what is said twice, could change the
// time.
func readSaid(tokens []timeToken, bare bool) (r timeReader, ok bool) {
	r = timeReader{tokens: tokens, bare: bare, answer: true, said: nothingSaid()}
	for r.i < len(r.tokens) {
		mark, saved := r.i, r.said
		if r.step() {
			continue
		}
		r.i, r.said = mark, saved
		if !r.strangeWord() {
			return r, false
		}
	}
	return r, true
}

// strangeWord goes over a word that says nothing of the time: what else
// happened, or where. It returns false where the word could change the time.
func (r *timeReader) strangeWord() bool {
	t := r.at(0)
	last := r.last()
	switch {
	case t.kind == kPlace || t.also == kPlace && last.word == "di":
		r.event = r.event || t.word != "di"
		n := 1
		for n <= 3 && r.at(n).count > 0 { // RT 3/RW 2
			n++
		}
		return r.pass(n)
	case t.kind == kEvent:
		r.event = true
		return r.pass(1)
	case t.count > 0, t.kind == kNumber: // 3 orang
		next := r.at(1)
		counts := next.kind == kUnknown && next.word != "" && len(next.word) > 1 || next.kind == kTimes || next.kind == kOrdinal
		return (counts || last.kind == kPlace || last.kind == kUnknown && r.i > 0 && places[last.word]) && r.pass(1)
	case twists[t.word]:
		return false
	case t.word == "lagi" && (last.unit() >= 0 || last.kind == kOneUnit || last.kind == kYesterday || last.kind == kWeekday): // 2 hari lagi
		return false
	case t.kind == kOrdinal && r.at(1).kind == kTimes: // pertama kali
		return r.pass(2)
	case t.kind == kUnknown, t.kind == kAnd, t.kind == kSaja, t.kind == kTimes, t.kind == kYang, t.kind == kOnce, t.kind == kAn, t.kind == kDash, t.kind == kPasaran, t.kind == kOr, t.kind == kThird, t.kind == kHDay && r.things > 0:
		r.strange++
		if t.kind == kUnknown && (last.word == "waktu" || last.kind == kEvent || last.word == "saat") {
			r.event = true
		}
		return r.pass(1)
	case t.kind == kUntil, t.kind == kBetween, t.kind == kUnit && t.value == unitHour && r.at(1).kind == kUnknown, t.kind == kClock && r.at(1).kind == kUnknown && r.at(1).count == 0:
		r.strange++
		return r.pass(1)
	case t.kind == kAfter || t.kind == kBefore: // habis hujan, sebelum pulang
		n := 1
		for r.at(n).kind == kFiller {
			n++
		}
		if next := r.at(n); next.kind != kUnknown || next.count > 0 || next.word == "" {
			return false
		}
		r.strange++
		r.event = true
		return r.pass(n + 1)
	case t.kind == kFeast || t.kind == kLeave:
		if f, _ := r.feastAt(0); f >= 0 {
			return false
		}
		r.strange++
		return r.pass(1)
	case t.kind == kThis && (last.kind == kUnknown || last.kind == 0), t.kind == kNext && last.kind == kPlace, t.kind == kSince, t.kind == kOneUnit && r.things > 0 && t.twice:
		r.strange++
		return r.pass(1)
	}
	return false
}

// twists are words that are not read and could change the time.
var twists = wordSet(`sebelumnya sesudahnya setelahnya berikutnya selanjutnya esoknya keesokan besoknya lusanya kemudian selang hingga
	kecuali selain bukannya sepekannya seminggunya h`)

// places are words before the number of a house.
var places = wordSet("no nomor nomer rt rw km blok gang gg jl jalan kamar lantai bus bis angkot rute loket pintu tps sd smp sma kelas")

// readChoice reads what is either of two: "kemarin atau hari ini". Both, said
// with "dan", are asked about too.
func readChoice(tokens []timeToken, p present) (meaning, bool) {
	i := slices.IndexFunc(tokens, func(t timeToken) bool { return t.kind == kOr || t.kind == kAnd })
	if i <= 0 || i == len(tokens)-1 {
		return meaning{}, false
	}
	left, leftOK := readSaid(tokens[:i], true)
	right, rightOK := readSaid(tokens[i+1:], true)
	if !leftOK || !rightOK || left.things == 0 || right.things == 0 || tokens[i].kind == kAnd && right.onlyClock() && !left.onlyClock() {
		return meaning{}, false
	}
	fill(&left.said, &right.said)
	a, b := left.resolve(p), right.resolve(p)
	if !a.known() || !b.known() || a.why != "" && a.why != whyFuture || b.why != "" && b.why != whyFuture {
		return asked(whySeveral), true
	}
	why := whyAmbiguous
	if tokens[i].kind == kAnd {
		why = whySeveral
	}
	m := meaning{at: a.at, why: why, others: []span{a.at, b.at}}
	if a.at == b.at {
		return a, true
	}
	return m, true
}

func (r *timeReader) onlyClock() bool {
	return r.timed() && r.day == 0 && r.weekday < 0 && !r.yesterday && !r.today && !r.earlier && r.count == 0 && r.feast == 0 && r.relUnit < 0
}

// occurredAt is what is kept of m beside the words: nothing where it was only
// guessed.
func occurredAt(words string, m meaning) reports.OccurredAt {
	o := reports.OccurredAt{Words: words}
	if m.recurs != "" || m.at.precision == reports.Recurring {
		o.Precision = reports.Recurring
	} else if !m.known() || !m.keeps() {
		return o
	}
	if m.known() {
		o.From = m.at.from.UTC()
		if o.Precision != reports.Recurring {
			o.Precision = m.at.precision
			if !m.at.to.IsZero() {
				o.To = m.at.to.UTC()
			}
		}
	}
	return o
}

// keeps reports whether m.at is true whatever the answer to what is unclear.
func (m meaning) keeps() bool {
	if m.why == "" || m.why == whyFuture {
		return true
	}
	if m.why != whyClock || m.at.precision != reports.Day {
		return false
	}
	return !slices.ContainsFunc(m.others, func(o span) bool { return o.from.Before(m.at.from) || !o.from.Before(m.at.to) })
}

// present is the moment at, in zone, with the feasts that the machine knows.
func (m *Machine) present(at time.Time, zone *time.Location) present {
	return present{now: at.In(zone), feasts: m.feasts}
}

// present is when the person wrote, in the zone of the place.
func (t *turn) present() present {
	return t.m.present(t.s.Touched, t.zone())
}
