package conversation

import (
	"slices"
	"strings"
	"time"

	"kentongan/reports"
)

// maxTime is the length in bytes beyond which a text is no answer to "when?".
const maxTime = 300

// maxTimeSearch is how many bytes of a story are searched for a time: 2,000
// characters of Latin letters.
const maxTimeSearch = 2000

// readTime reads an answer to "when did it happen?", said at now in zone. It
// returns false where the words are unclear: where two days could be meant,
// where they contradict each other, and where one of them is not known; the
// caller keeps them as they are. Future says that the time lies ahead of now.
//
// A day that names no year or week is the nearest past one. An hour without a
// part of the day, such as "kemarin jam 3", is only read where the other one
// cannot be meant; otherwise the reading is the day. Times are in UTC.
func readTime(text string, now time.Time, zone *time.Location) (t reports.OccurredAt, future, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxTime {
		return t, false, false
	}
	now = now.In(zone)
	tokens := lexTime(text)
	for i := range tokens {
		tokens[i].stop = false
	}
	t.Words = text
	if recurring(tokens) {
		t.Precision = reports.Recurring
		if at, began := beginning(tokens, now); began {
			t.From = at.UTC()
		}
		return t, false, true
	}
	at, future, ok := readSpan(tokens, now)
	if !ok {
		return reports.OccurredAt{}, false, false
	}
	return occurredAt(text, at), future, true
}

func occurredAt(words string, at span) reports.OccurredAt {
	o := reports.OccurredAt{Words: words, From: at.from.UTC(), Precision: at.precision}
	if !at.to.IsZero() {
		o.To = at.to.UTC()
	}
	return o
}

// recurring reports whether tokens begin with "setiap", "hampir setiap".
func recurring(tokens []timeToken) bool {
	for i, t := range tokens {
		switch {
		case t.kind == kEvery:
			return true
		case i > 2, t.kind != kFiller && t.kind != kSaja && t.word != "hampir" && t.word != "almost":
			return false
		}
	}
	return false
}

// beginning returns what "sejak" says in tokens.
func beginning(tokens []timeToken, now time.Time) (time.Time, bool) {
	i := slices.IndexFunc(tokens, func(t timeToken) bool { return t.kind == kSince })
	if i < 0 {
		return time.Time{}, false
	}
	at, future, ok := readSpan(tokens[i:], now)
	return at.from, ok && !future
}

// readSpan reads tokens, all of them.
func readSpan(tokens []timeToken, now time.Time) (at span, future, ok bool) {
	if i := slices.IndexFunc(tokens, func(t timeToken) bool { return t.kind == kUntil }); i >= 0 {
		return readRange(tokens[:i], tokens[i+1:], now)
	}
	r := timeReader{tokens: tokens, said: nothingSaid()}
	for r.i < len(tokens) {
		if !r.step() {
			if !r.aside() {
				return span{}, false, false
			}
			break
		}
	}
	if r.things == 0 {
		return span{}, false, false
	}
	return r.resolve(now)
}

// readRange reads "dari Senin sampai Rabu" and "sejak Senin sampai sekarang".
func readRange(left, right []timeToken, now time.Time) (at span, future, ok bool) {
	at, future, ok = readSpan(left, now)
	if !ok || slices.ContainsFunc(right, func(t timeToken) bool { return t.kind == kUntil || t.kind == kSince }) {
		return span{}, false, false
	}
	end, endFuture, ok := readSpan(right, now)
	switch {
	case !ok || endFuture && !future:
		return span{}, false, false
	case len(right) <= 2 && (right[0].kind == kJustNow || right[0].kind == kToday || right[0].kind == kHari || right[0].word == "saat"):
		return span{from: at.from, precision: reports.Range}, future, at.from.Before(end.from)
	case !at.from.Before(end.from), at.within(), end.within():
		return span{}, false, false
	}
	return span{at.from, end.to, reports.Range}, future, true
}

// aside reports whether what follows only says where it was or what else
// happened then, in words that cannot change the time: "kemarin sore, di depan
// rumah". "Kemarin" alone is not enough for that: people call any past day so.
func (r *timeReader) aside() bool {
	t := r.at(0)
	firm := r.part >= 0 || r.hour >= 0 || r.day > 0 || r.today || r.count > 0
	switch {
	case r.things == 0 || len(r.tokens)-r.i > 10:
		return false
	case t.word == "di" || t.word == "dekat":
	case firm && (t.word == "pas" || t.word == "ketika" || t.word == "sepulang" || t.word == "karena"):
	default:
		return false
	}
	for i, t := range r.tokens[r.i:] {
		inFront := t.kind == kNext && i > 0 && r.tokens[r.i+i-1].word == "di" // di depan rumah
		if (t.kind > kFiller && !inFront) || t.count > 0 || feasts[t.word] {
			return false
		}
	}
	return true
}

// feasts are words that name a day of their own.
var feasts = wordSet(`lebaran puasa ramadhan ramadan sahur buka berbuka natal paskah imlek nyepi waisak galungan idul fitri adha iduladha idulfitri
	kurban maulid isra muharram suro kemerdekaan agustusan hut pemilu pilkada pilpres pilkades coblosan kampanye baru besok
	sebelum sesudah setelah lusa`)

// findTime finds a time in a longer story, such as a first message, and returns
// it with the words that say it. It takes only phrases that cannot be
// mistaken: a date, "kemarin", "tadi pagi", "hari ini", "dua minggu lalu". It
// returns false where the story holds none, two different ones, one that lies
// ahead, or one that belongs to something else, such as a letter's date.
func findTime(text string, now time.Time, zone *time.Location) (reports.OccurredAt, bool) {
	text = head(text, maxTimeSearch)
	now = now.In(zone)
	tokens := lexTime(text)
	var found span
	words, have := "", false
	for i := 0; i < len(tokens); {
		if !triggers(tokens, i) {
			i++
			continue
		}
		at, n, verdict := findSpan(tokens, i, now)
		switch {
		case verdict == unclear:
			return reports.OccurredAt{}, false
		case verdict == irrelevant:
			i += n
			continue
		case have && !(at.from.Equal(found.from) && at.to.Equal(found.to)):
			return reports.OccurredAt{}, false
		case !have:
			found, have = at, true
			words = text[tokens[i].from:tokens[i+n-1].to]
		}
		i += n
	}
	if !have {
		return reports.OccurredAt{}, false
	}
	return occurredAt(words, found), true
}

// What findSpan makes of a phrase.
const (
	certain = iota
	unclear
	irrelevant
)

// triggers reports whether a phrase that findTime takes may begin at i.
func triggers(tokens []timeToken, i int) bool {
	t := tokens[i]
	next := timeToken{}
	if i+1 < len(tokens) && !tokens[i+1].stop {
		next = tokens[i+1]
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

// findSpan reads the longest phrase that begins at i and tells how many tokens
// it takes.
func findSpan(tokens []timeToken, i int, now time.Time) (at span, n int, verdict int) {
	r := timeReader{tokens: tokens[i:], said: nothingSaid()}
	before, after := timeToken{}, timeToken{}
	if i > 0 && !tokens[i].stop {
		before = tokens[i-1]
	}
	future := false
	for r.i < len(r.tokens) && (r.i == 0 || !r.tokens[r.i].stop) {
		mark, kind := r.i, r.tokens[r.i].kind
		saved := r.said
		if !r.step() {
			r.i, r.said = mark, saved
			break
		}
		if kind == kFiller || kind == kAbout || (kind == kLess && r.things == saved.things) {
			continue
		}
		got, ahead, ok := r.resolve(now)
		if ok {
			at, n, future = got, r.i, ahead
		}
	}
	if n == 0 {
		if r.since || r.lasting || r.tokens[0].count > 0 || r.tokens[0].kind == kNumber || r.tokens[0].kind == kOneUnit {
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
	case future, before.kind == kEvery, before.kind == kSince && r.tokens[0].kind != kSince, before.kind == kLasting:
		return at, n, unclear
	case after.changes():
		return at, n, unclear
	case r.said.reported(tokens[i+n:]):
		return at, n, irrelevant
	case at.from.Before(now.AddDate(-2, 0, 0)):
		return at, n, irrelevant // births, laws, old letters
	}
	return at, n, certain
}

// notThen are words before a time that say that it is the time of something
// else.
var notThen = wordSet(`sebelum sblm lahir kelahiran ttl surat nomor no nmr sk perda perbup perwali uu perpres undangan kuitansi kwitansi faktur
	nota stnk ktp sim jatuh tempo berlaku janji dijanjikan rencana rencananya before until born dated letter invoice bukan not`)

// streets are words before the name of a place that is a date: Jalan 17 Agustus.
var streets = wordSet(`jalan jl jln gang gg lapangan stadion gedung sekolah sd smp sma desa taman monumen universitas street`)

// changes reports whether a word behind a phrase could change what it means:
// "kemarin lusa", "jam 3 sampai", "17 Agustus 45".
func (t timeToken) changes() bool {
	switch t.kind {
	case kUnknown:
		return t.count > 0 && t.count < 3 || t.word == "dulu" || t.word == "lagi" || t.word == "/"
	case kFiller, kAbout, kSaja, kLasting, kSince, kHari, kThis, kEvery, kAn, kNumber, kJustNow, kBaru:
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
