package conversation

import "strings"

// maxTimeSearch is how many bytes of a story are searched for a time: 2,000
// characters of Latin letters.
const maxTimeSearch = 2000

// findTime finds a time in a longer story, such as a first message, and returns
// it with the words that say it. It takes only phrases that cannot be
// mistaken: a date, "kemarin", "tadi pagi", "hari ini", "dua minggu lalu". It
// returns false where the story holds none, two different ones, one that lies
// ahead, or one that belongs to something else, such as a letter's date.
func findTime(text string, p present) (words string, at span, ok bool) {
	text = head(text, maxTimeSearch)
	tokens := lexTime(text)
	for i := 0; i < len(tokens); {
		if !triggers(tokens, i) {
			i++
			continue
		}
		got, n, verdict := findSpan(tokens, i, p)
		switch {
		case verdict == unclear:
			return "", span{}, false
		case verdict == irrelevant:
			i += n
			continue
		case ok && !(got.from.Equal(at.from) && got.to.Equal(at.to)):
			return "", span{}, false
		case !ok:
			at, ok = got, true
			words = text[tokens[i].from:tokens[i+n-1].to]
		}
		i += n
	}
	return words, at, ok
}

// What findSpan makes of a phrase.
const (
	certain = iota
	unclear
	irrelevant
)

// lasting are words before how long something has been going on.
var lasting = wordSet("sudah udah sdh udh dah selama hampir")

// triggers reports whether a phrase that findTime takes may begin at i.
func triggers(tokens []timeToken, i int) bool {
	t := tokens[i]
	next := timeToken{}
	if i+1 < len(tokens) && !tokens[i+1].stop {
		next = tokens[i+1]
	}
	if feastTriggers(tokens, i) {
		return true
	}
	if lasting[t.word] && (next.kind == kOneUnit || next.kind == kNumber || next.count == 1) {
		return true
	}
	switch t.kind {
	case kYesterday, kToday, kLastNight, kOneUnit, kSince:
		return true
	case kEarlier:
		return next.kind == kPart || next.kind == kPrayer || next.kind == kDini || next.kind == kAfter || next.unit() == unitHour || next.kind == kClock
	case kHari:
		return next.kind == kThis || next.kind == kWeekday || next.also == kWeekday || next.kind == kYesterday
	case kDate:
		return next.count > 0
	case kWeekday:
		return next.count > 0 || next.kind == kAgo || next.kind == kYang || next.kind == kYesterday || next.kind == kPart
	case kNumber:
		return next.unit() >= 0
	case kBaru:
		return next.kind == kSaja
	case kJustNow:
		return t.word != "sekarang" && t.word != "now" && t.word != "kini" && t.word != "skrg" && t.word != "skrng"
	case kUnit:
		return (t.value == unitWeek || t.value == unitMonth) && (next.kind == kAgo || next.kind == kYang || next.kind == kYesterday)
	case kLast:
		return next.word == "night" || next.unit() == unitWeek
	default:
	}
	switch t.count {
	case 1:
		return next.kind == kMonth || next.unit() >= 0
	case 3:
		return true
	}
	return false
}

// feastTriggers reports whether a feast begins at i of which it is said that it
// has been: "waktu lebaran kemarin", "malam tahun baru lalu".
func feastTriggers(tokens []timeToken, i int) bool {
	r := timeReader{tokens: tokens, i: i}
	n := btoi(tokens[i].kind == kPart)
	f, took := r.feastAt(n)
	if f < 0 && r.at(n).kind == kFeast {
		took = 1 // takbiran
	}
	return took > 0 && (r.ago(n+took) > 0 || r.at(n+took).unit() == unitYear && r.ago(n+took+1) > 0)
}

// findSpan reads the longest phrase that begins at i and tells how many tokens
// it takes.
func findSpan(tokens []timeToken, i int, p present) (at span, n, verdict int) {
	r := timeReader{tokens: tokens[i:], said: nothingSaid()}
	before, after := timeToken{}, timeToken{}
	if i > 0 && !tokens[i].stop {
		before = tokens[i-1]
	}
	why := ""
	for r.i < len(r.tokens) && (r.i == 0 || !r.tokens[r.i].stop) {
		mark, kind := r.i, r.tokens[r.i].kind
		saved := r.said
		if !r.step() {
			r.i, r.said = mark, saved
			break
		}
		if kind == kFiller || kind == kAbout || ((kind == kLess || kind == kPast || kind == kVague || kind == kUnsure || kind == kSaja || kind == kOnce || kind == kLasting) && r.things == saved.things) {
			continue
		}
		if m := r.resolve(p); m.known() {
			at, n, why = m.at, r.i, m.why
		}
	}
	if n == 0 {
		if r.since || r.lasting || r.tokens[0].count > 0 || r.tokens[0].kind == kNumber || r.tokens[0].kind == kOneUnit || r.tokens[0].kind == kSince && r.things < 2 {
			return at, 1, irrelevant // "dari kelurahan", "3 hari": about something else
		}
		return at, 1, unclear
	}
	if i+n < len(tokens) && !tokens[i+n].stop {
		after = tokens[i+n]
	}
	switch {
	case before.kind == kUntil, notThen[before.word], r.day > 0 && r.year == 0 && streets[before.word]:
		return at, n, irrelevant
	case i >= 2 && notThen[tokens[i-2].word] && !tokens[i-1].stop && !tokens[i].stop && (r.day > 0 || before.kind == kDate):
		return at, n, irrelevant
	case why != "", repeated(tokens, i), before.kind == kSince && r.tokens[0].kind != kSince, before.kind == kLasting, before.kind == kUnsure:
		return at, n, unclear
	case after.changes():
		return at, n, unclear
	case r.said.reported(tokens[i+n:]):
		return at, n, irrelevant
	case at.from.Before(p.now.AddDate(-2, 0, 0)):
		return at, n, irrelevant // births, laws, old letters
	}
	return at, n, certain
}

// repeated reports whether "setiap" stands shortly before token i.
func repeated(tokens []timeToken, i int) bool {
	for n := i - 1; n >= 0 && n >= i-4 && !tokens[n+1].stop; n-- {
		if tokens[n].kind == kEvery {
			return true
		}
	}
	return false
}

// notThen are words before a time that say that it is the time of something
// else.
var notThen = wordSet(`sebelum sblm lahir kelahiran ttl surat nomor no nmr sk perda perbup perwali uu perpres undangan kuitansi kwitansi faktur
	nota stnk ktp sim tempo berlaku janji dijanjikan rencana rencananya before until born dated letter invoice bukan not`)

// streets are words before the name of a place that is a date: Jalan 17 Agustus.
var streets = wordSet(`jalan jl jln gang gg lapangan stadion gedung sekolah sd smp sma desa taman monumen universitas street`)

// changes reports whether a word behind a phrase could change what it means:
// "kemarin lusa", "jam 3 sampai", "17 Agustus 45".
func (t timeToken) changes() bool {
	switch t.kind {
	case kUnknown:
		return t.count > 0 && t.count < 3 || t.word == "dulu" || t.word == "lagi" || t.word == "/"
	case kFiller, kAbout, kSaja, kLasting, kSince, kHari, kThis, kEvery, kAn, kNumber, kJustNow, kBaru,
		kPlace, kEvent, kYang, kHabit, kTimes, kOnce, kAnd, kVague, kFeast, kFew, kPast, kLess, kNot, kUnsure:
		return t.kind == kEvery
	default:
		return true
	}
}

// reported reports whether "kemarin" only says when somebody reported it:
// "kemarin saya sudah lapor".
func (s *said) reported(behind []timeToken) bool {
	if !s.yesterday || s.part >= 0 || s.hour >= 0 {
		return false
	}
	for i, t := range behind {
		if i == 4 || t.stop {
			return false
		}
		if strings.Contains(t.word, "lapor") || strings.Contains(t.word, "adu") || t.word == "report" || t.word == "reported" {
			return true
		}
	}
	return false
}
