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
	kind     kind   // of the word
	value    int    // what kind says
	also     kind   // a second meaning: "minggu" is a week and a day, "jam" an hour and a clock
	alsoIs   int    // what also says
}

// kind is the part that a word plays in a time.
type kind int

const (
	kUnknown kind = iota
	kFiller       // says nothing
	kAbout        // sekitar
	kHari         // hari: a day follows
	kDate         // tanggal: a number of a day follows
	kPart         // value: index of dayParts
	kPrayer       // value: index of prayers
	kAfter        // habis, ba'da
	kMonth        // value: 1 to 12
	kWeekday      // value: from 0, Sunday
	kUnit         // value: one of the units
	kOneUnit      // seminggu: the unit with 1
	kNumber       // value: the number
	kAgo          // lalu
	kYang         // yang, before lalu
	kThis         // ini
	kNext         // depan
	kLatest       // terakhir
	kYesterday
	kToday
	kEarlier // tadi
	kLastNight
	kJustNow
	kAhead    // value: days from today
	kLater    // nanti
	kSince    // sejak
	kLasting  // sudah, selama
	kUntil    // sampai
	kClock    // jam, pukul
	kHalf     // setengah
	kPast     // lewat, lebih
	kLess     // kurang
	kQuarter  // seperempat
	kMeridiem // value: 0 am, 12 pm
	kZone     // value: hours east of Greenwich
	kBaru     // baru, with saja behind it
	kSaja
	kEvery
	kLast // last, before English units and days
	kDini
	kAn // jam 3-an
)

// Units of "dua minggu lalu".
const (
	unitMinute = iota
	unitHour
	unitDay
	unitWeek
	unitMonth
	unitYear
)

// timeVocabulary has the part of each word. Words that it lacks make a time
// unclear.
var timeVocabulary = func() map[string]timeToken {
	v := map[string]timeToken{}
	add := func(k kind, value int, words string) {
		for word := range strings.FieldsSeq(words) {
			t := v[word]
			if t.kind == kUnknown {
				t.kind, t.value = k, value
			} else {
				t.also, t.alsoIs = k, value
			}
			v[word] = t
		}
	}
	add(kFiller, 0, `pada kejadian kejadiannya kejadianya terjadi terjadinya itu pak bapak bu ibu min kak bang mas mbak ya nih sih lah deh dong
		tepatnya persis waktu waktunya saat peristiwa wkt nya kira2
		on in the it was happened oclock o clock of`)
	add(kAbout, 0, "sekitar sekitaran sekira sekiranya kira kurleb skitar skitr kisaran about around approximately")
	add(kHari, 0, "hari hr")
	add(kDate, 0, "tanggal tgl tggl tanggalnya")
	for i, words := range []string{"", "pagi pg paginya morning", "siang siangnya", "sore sorenya petang", "malam mlm malem mlam malamnya night evening", "afternoon"} {
		add(kPart, i, words)
	}
	for i, words := range []string{"subuh shubuh", "dzuhur zuhur duhur dhuhur zuhur lohor", "ashar asar azhar", "magrib maghrib mahgrib", "isya isyak isa"} {
		add(kPrayer, i, words)
	}
	add(kAfter, 0, "habis abis setelah sesudah bakda bada selepas usai after")
	for i, words := range []string{
		"januari jan january januwari", "februari feb pebruari febuari february febuary", "maret mar march", "april apr", "mei may",
		"juni jun june", "juli jul july", "agustus agt agu ags agust agst august aug", "september sep sept",
		"oktober okt october oct", "november nov nopember nop", "desember des december dec",
	} {
		add(kMonth, i+1, words)
	}
	for i, words := range []string{
		"ahad sunday", "senin senen monday", "selasa tuesday", "rabu rebo wednesday", "kamis kemis thursday",
		"jumat jumaat friday", "sabtu saturday",
	} {
		add(kWeekday, i, words)
	}
	for i, words := range []string{
		"menit mnt minute minutes", "jam hour hours", "hari hr day days", "minggu mgg pekan week weeks", "bulan bln month months",
		"tahun thn th year years",
	} {
		add(kUnit, i, words)
	}
	for i, words := range []string{"semenit", "sejam", "sehari", "seminggu sepekan", "sebulan", "setahun"} {
		add(kOneUnit, i, words)
	}
	add(kWeekday, 0, "minggu")
	add(kClock, 0, "jam jm pukul pkl at")
	for word, n := range numerals {
		if n <= 10 && !strings.HasPrefix(word, "ke") && word != "pertama" {
			add(kNumber, n, word)
		}
	}
	add(kNumber, 11, "sebelas")
	add(kNumber, 1, "a an")
	add(kAgo, 0, "lalu silam ago lampau")
	add(kYang, 0, "yang yg")
	add(kThis, 0, "ini this")
	add(kNext, 0, "depan mendatang next")
	add(kLatest, 0, "terakhir belakangan")
	add(kYesterday, 0, "kemarin kmrn kemaren kmaren kemren kmarin kemarinnya yesterday")
	add(kToday, 0, "today")
	add(kEarlier, 0, "tadi td")
	add(kLastNight, 0, "semalam smalam semlm semalem tadimalam")
	add(kJustNow, 0, "barusan barusn brusan sekarang skrg skrng now kini")
	add(kAhead, 1, "besok bsk besuk esok tomorrow")
	add(kAhead, 2, "lusa")
	add(kLater, 0, "nanti ntar nnti")
	add(kSince, 0, "sejak semenjak sjk dari dr mulai since from")
	add(kLasting, 0, "sudah udah sdh udh selama slama telah for")
	add(kUntil, 0, "sampai sampe smp hingga sd until till to")
	add(kHalf, 0, "setengah stengah half")
	add(kPast, 0, "lewat lebih past")
	add(kLess, 0, "kurang")
	add(kQuarter, 0, "seperempat")
	add(kMeridiem, 0, "am")
	add(kMeridiem, 12, "pm")
	add(kZone, 7, "wib")
	add(kZone, 8, "wita")
	add(kZone, 9, "wit")
	add(kBaru, 0, "baru just")
	add(kSaja, 0, "saja aja sj now")
	add(kEvery, 0, "setiap tiap tiap2 saban every sering selalu")
	add(kLast, 0, "last")
	add(kDini, 0, "dini dinihari")
	add(kAn, 0, "an")
	return v
}()

// maxTimeTokens bounds how much of a text is looked at.
const maxTimeTokens = 600

// lexTime cuts text into words and numbers.
func lexTime(text string) []timeToken {
	tokens := make([]timeToken, 0, 16)
	stop := false
	for i := 0; i < len(text) && len(tokens) < maxTimeTokens; {
		c := text[i]
		switch {
		case c >= '0' && c <= '9':
			t := lexNumbers(text, i)
			t.stop, stop = stop, false
			tokens = append(tokens, t)
			i = t.to
			continue
		case c < utf8.RuneSelf && (c|0x20 < 'a' || c|0x20 > 'z'):
			switch c {
			case '.', '!', '?', '\n', ';', ':', '(', ')', '"':
				stop = stop || c != '.' || !abbreviates(tokens)
			case '/', '+', '=', '%', '$', '#', '@', '&', '<', '>':
				tokens = append(tokens, timeToken{word: text[i : i+1], from: i, to: i + 1, stop: stop})
				stop = false
			}
			i++
			continue
		}
		if (c == 's' || c == 'S') && strings.HasPrefix(text[i+1:], "/d") { // s/d: sampai dengan
			tokens = append(tokens, timeToken{word: "sd", kind: kUntil, from: i, to: i + 3, stop: stop})
			stop = false
			i += 3
			continue
		}
		to := i
		letters := false
		for to < len(text) {
			r, size := utf8.DecodeRuneInString(text[to:])
			if r < utf8.RuneSelf && (r|0x20 < 'a' || r|0x20 > 'z') && r != '\'' && r != '`' {
				break
			}
			folded := r
			if r >= utf8.RuneSelf {
				if folded = foldRune(r, true); folded == '-' || folded == broken || folded > keycapTen || (folded >= '0' && folded <= '9') {
					if to == i {
						to += size
					}
					break
				}
			}
			letters = letters || isWordRune(folded) || (r >= 'A' && r <= 'Z')
			to += size
		}
		if letters {
			t := timeVocabulary[normalise(text[i:to])]
			t.word, t.from, t.to, t.stop = normalise(text[i:to]), i, to, stop
			tokens = append(tokens, t)
			stop = false
		}
		i = to
	}
	return tokens
}

// abbreviates reports whether a full stop behind the last token belongs to it:
// "tgl. 17", "pkl. 15".
func abbreviates(tokens []timeToken) bool {
	if len(tokens) == 0 {
		return false
	}
	switch tokens[len(tokens)-1].word {
	case "tgl", "pkl", "jl", "no", "hr", "agt", "jan", "feb", "mar", "apr", "jun", "jul", "ags", "sep", "sept", "okt", "nov", "des", "mlm", "kmrn":
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
		if i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' && strings.IndexByte(".:/-", text[i]) >= 0 &&
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
func (r *timeReader) number() (n, took int) {
	t := r.at(0)
	switch {
	case t.count == 1:
		return t.numbers[0], 1
	case t.kind != kNumber:
		return 0, 0
	}
	switch next := r.at(1); {
	case next.word == "belas" && t.value < 10:
		return t.value + 10, 2
	case next.word == "puluh" && t.value < 10:
		if last := r.at(2); last.kind == kNumber && last.value < 10 {
			return t.value*10 + last.value, 3
		}
		return t.value * 10, 2
	}
	return t.value, 1
}
