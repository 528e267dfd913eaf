package conversation

import (
	"strings"
	"unicode/utf8"
)

// timeToken is a word or a group of numbers in what people say about a time.
type timeToken struct {
	word     string // normalised; empty for numbers
	numbers  [3]int // 17, 8 and 2026 of 17/8/2026
	widths   [3]int // digits of each
	count    int    // how many numbers; 0 for a word
	sep      byte   // what stands between the numbers
	from, to int    // where it stands in the text
	stop     bool   // the end of a sentence or line stands before it
	pause    bool   // a comma stands before it
	twice    bool   // said twice: pagi-pagi, hari2
	kind     kind   // of the word
	value    int    // what kind says
	also     kind   // a second meaning: "minggu" is a week and a day, "jam" an hour and a clock
	alsoIs   int    // what also says
}

// maxTimeTokens bounds how much of a text is looked at.
const maxTimeTokens = 600

// lexTime cuts text into words and numbers.
func lexTime(text string) []timeToken {
	tokens := make([]timeToken, 0, 16)
	stop, pause := false, false
	put := func(t timeToken, from, to int) {
		t.from, t.to, t.stop, t.pause, stop, pause = from, to, stop, pause, false, false
		tokens = append(tokens, t)
	}
	for i := 0; i < len(text) && len(tokens) < maxTimeTokens; {
		c := text[i]
		if c >= '0' && c <= '9' {
			t := lexNumbers(text, i)
			put(t, i, t.to)
			i = t.to
			continue
		}
		if c < utf8.RuneSelf && (c|0x20 < 'a' || c|0x20 > 'z') {
			switch c {
			case ',':
				pause = true
			case '.', '!', '?', '\n', ';', ':', '(', ')', '"':
				stop = stop || c != '.' || !abbreviates(tokens)
			case '-':
				put(timeToken{word: "-", kind: kDash}, i, i+1)
			case '/', '+', '=', '%', '$', '#', '@', '&', '<', '>', '~':
				put(timeToken{word: text[i : i+1], kind: timeVocabulary[text[i:i+1]].kind}, i, i+1)
			}
			i++
			continue
		}
		if (c == 's' || c == 'S') && strings.HasPrefix(text[i+1:], "/d") { // s/d: sampai dengan
			put(timeToken{word: "sd", kind: kUntil}, i, i+3)
			i += 3
			continue
		}
		if n := len("s.d"); len(text) > i+n && (text[i:i+n] == "s.d" || text[i:i+n] == "S.d") && (text[i+n] == '.' || text[i+n] == ' ') {
			put(timeToken{word: "sd", kind: kUntil}, i, i+n)
			i += n + btoi(text[i+n] == '.')
			continue
		}
		if day, n := lexFeastDay(text[i:]); n > 0 {
			put(timeToken{word: "h", kind: kHDay, value: day}, i, i+n)
			i += n
			continue
		}
		to, is := lexWord(text, i)
		switch is {
		case aWord:
			word := normalise(text[i:to])
			t := timeVocabulary[word]
			t.word = word
			put(t, i, to)
		case aDash:
			put(timeToken{word: "-", kind: kDash}, i, to)
		case aSign:
			put(timeToken{word: "±", kind: kAbout}, i, to)
		}
		i = to
	}
	return localized(folded(tokens))
}

// What lexWord finds.
const (
	nothing = iota
	aWord
	aDash
	aSign
)

// lexWord returns where the word ends that begins at from.
func lexWord(text string, from int) (to, is int) {
	for to = from; to < len(text); {
		r, size := utf8.DecodeRuneInString(text[to:])
		if r < utf8.RuneSelf && (r|0x20 < 'a' || r|0x20 > 'z') && r != '\'' && r != '`' {
			break
		}
		folded := r
		if r >= utf8.RuneSelf {
			folded = foldRune(r, true)
			alone := nothing
			switch {
			case folded == '-':
				alone = aDash
			case r == '±':
				alone = aSign
			case folded == broken, folded > keycapTen, folded >= '0' && folded <= '9':
			default:
				alone = aWord
			}
			if alone != aWord {
				if to == from {
					return to + size, alone
				}
				break
			}
		}
		if isWordRune(folded) || (r >= 'A' && r <= 'Z') {
			is = aWord
		}
		to += size
	}
	return to, is
}

// lexFeastDay reads H-3 and H+2 at the beginning of text, and how long it is.
func lexFeastDay(text string) (day, n int) {
	if len(text) < 3 || text[0]|0x20 != 'h' || (text[1] != '-' && text[1] != '+') || text[2] < '0' || text[2] > '9' {
		return 0, 0
	}
	for n = 2; n < len(text) && n < 4 && text[n] >= '0' && text[n] <= '9'; n++ {
		day = day*10 + int(text[n]-'0')
	}
	if text[1] == '-' {
		day = -day
	}
	return day, n
}

// abbreviates reports whether a full stop behind the last token belongs to it:
// "tgl. 17", "pkl. 15".
func abbreviates(tokens []timeToken) bool {
	if len(tokens) == 0 {
		return false
	}
	switch tokens[len(tokens)-1].word {
	case "tgl", "pkl", "jl", "no", "hr", "agt", "jan", "feb", "mar", "apr", "jun", "jul", "ags", "sep", "sept", "okt", "nov", "des", "mlm", "kmrn", "dr", "drs", "hj", "ir", "kab", "kec", "kel", "pak", "bpk", "jln", "rp":
		return true
	}
	return false
}

// lexNumbers reads 17, 14.30, 17/8/2026: up to three numbers with one kind of
// separator directly between them.
func lexNumbers(text string, from int) timeToken {
	t := timeToken{from: from}
	i := from
	for {
		n, start := 0, i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			if n = n*10 + int(text[i]-'0'); n > 1_000_000 {
				n = 1_000_000
			}
			i++
		}
		if t.count < len(t.numbers) {
			t.numbers[t.count], t.widths[t.count] = n, i-start
		}
		t.count++
		if i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' && strings.IndexByte(".:/-,", text[i]) >= 0 &&
			(t.sep == 0 || t.sep == text[i]) {
			t.sep = text[i]
			i++
			continue
		}
		break
	}
	t.to = i
	if t.count > len(t.numbers) {
		return timeToken{word: "#", from: from, to: i}
	}
	return t
}

// moments are the words of kEvent behind which a time may stand as well.
var moments = wordSet("pas ketika sewaktu saatnya")

// folded puts together what belongs together: pagi-pagi, hari2, ke-3, 7-an.
// Dashes that cannot mean "sampai" are dropped.
func folded(tokens []timeToken) []timeToken {
	out := tokens[:0]
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		last := timeToken{}
		if len(out) > 0 {
			last = out[len(out)-1]
		}
		next := timeToken{}
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		glued := len(out) > 0 && last.to == t.from
		switch {
		case t.kind == kDash && last.word == "sehari" && next.word == "hari": // sehari-hari
			out[len(out)-1].kind, out[len(out)-1].value, out[len(out)-1].to = kHabit, habitDaily, next.to
			i++
		case t.kind == kOr && i > 0 && !t.stop && consecutive(last, next) && i+2 < len(tokens):
			// 2 atau 3 hari lalu, jam 2 atau 3 sore
			behind := tokens[i+2]
			switch {
			case behind.unit() >= 0 && behind.unit() != unitHour || behind.unit() == unitHour && i+3 < len(tokens) && tokens[i+3].kind != kPart:
				o := &out[len(out)-1]
				*o = timeToken{count: 2, sep: '-', numbers: [3]int{single(last), single(next)}, widths: [3]int{1, 1}, from: last.from, to: next.to, stop: last.stop}
				i++
			case behind.kind == kPart || behind.kind == kAn:
				out = append(out, timeToken{word: "-", kind: kDash, from: t.from, to: t.to})
			default:
				out = append(out, t)
			}
		case moments[t.word] && (next.kind == kAfter || next.kind == kBefore) && i+2 < len(tokens) && tokens[i+2].kind == kPrayer: // pas habis magrib
			t.kind = kFiller
			out = append(out, t)
		case t.kind == kDash && glued && next.from == t.to && next.word != "" && next.word == last.word: // pagi-pagi
			out[len(out)-1].twice, out[len(out)-1].to = true, next.to
			i++
		case t.kind == kDash && glued && next.from == t.to && next.kind == kNumber && next.also == kAn: // 7-an
		case t.kind == kDash && next.from == t.to && last.word == "ke":
		case t.kind == kDash && (!ends(last) || !ends(next)):
		case glued && t.count == 1 && t.numbers[0] == 2 && t.widths[0] == 1 && last.word != "" && doubles(last): // hari2
			out[len(out)-1].twice, out[len(out)-1].to = true, t.to
		case t.count == 1 && last.word == "ke" && t.widths[0] <= 2: // ke-3
			o := &out[len(out)-1]
			o.kind, o.value, o.to, o.word = kOrdinal, t.numbers[0], t.to, "ke#"
		default:
			out = append(out, t)
		}
	}
	return out
}

// single returns the number that t alone is, or 0.
func single(t timeToken) int {
	switch {
	case t.count == 1:
		return t.numbers[0]
	case t.kind == kNumber:
		return t.value
	}
	return 0
}

// consecutive reports whether b is the number after a.
func consecutive(a, b timeToken) bool { return single(a) > 0 && single(b) == single(a)+1 }

// ends reports whether t can be an end of a range.
func ends(t timeToken) bool {
	switch t.kind {
	case kWeekday, kMonth, kNumber, kPart, kDate, kClock, kMeridiem, kZone, kAn, kAgo, kYesterday, kToday, kEarlier, kJustNow:
		return true
	case kUnit:
		return t.also == kWeekday || t.value == unitHour
	default:
		return t.count > 0
	}
}

// doubles reports whether a 2 behind t says that it is said twice.
func doubles(t timeToken) bool {
	switch t.kind {
	case kPart, kPrayer, kHari, kYesterday, kThird, kFiller, kAbout, kUnsure:
		return true
	case kUnit:
		return t.value != unitHour
	default:
		return t.kind == kUnknown && len(t.word) >= 4
	}
}

// unit returns the unit that t names, or -1.
func (t timeToken) unit() int {
	switch {
	case t.kind == kUnit:
		return t.value
	case t.also == kUnit:
		return t.alsoIs
	}
	return -1
}

// weekday returns the day that t names, or -1.
func (t timeToken) weekday() int {
	switch {
	case t.kind == kWeekday:
		return t.value
	case t.also == kWeekday:
		return t.alsoIs
	}
	return -1
}

// number returns what a single number or a numeral says, with how many tokens
// it takes; 0 takes none.
func (r *timeReader) number() (n, took int) { return r.numberAt(0) }

func (r *timeReader) numberAt(i int) (n, took int) {
	t := r.at(i)
	switch {
	case t.count == 1:
		return t.numbers[0], 1
	case t.kind != kNumber:
		return 0, 0
	}
	switch next := r.at(i + 1); {
	case next.word == "belas" && t.value < 10:
		return t.value + 10, 2
	case next.word == "puluh" && t.value < 10:
		if last := r.at(i + 2); last.kind == kNumber && last.value < 10 {
			return t.value*10 + last.value, 3
		}
		return t.value * 10, 2
	}
	return t.value, 1
}
