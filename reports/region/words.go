package region

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// readLimit is how many characters of a text [Read] reads: the most that a message of any channel holds.
const readLimit = 65536

// gap is what stands between a word and the one before it.
type gap uint8

const (
	space  gap = iota
	hyphen     // joins: Medan-Jakarta, Toli-Toli
	slash
	broken // a comma, a full stop, a line break: what follows is a part of its own
)

// token is a word of a text: letters and digits, in lower case.
type token struct {
	text    string
	mended  string // the word that a typing error was made in, else empty
	before  gap
	capital bool // begins with a capital letter
	all     bool // is of capital letters only

	from, to  int32 // in the text in lower case
	at, until int32 // in the text as it was written
}

// word is what t is compared as.
func (t *token) word() string {
	if t.mended != "" {
		return t.mended
	}
	return t.text
}

// shortened are words that people write short inside names.
var shortened = map[string]string{
	"tj": "tanjung", "tjg": "tanjung", "tjung": "tanjung", "tg": "tanjung", "tanjong": "tanjung",
	"kep": "kepulauan", "kepl": "kepulauan", "kpl": "kepulauan",
	"sei": "sungai", "sungei": "sungai", "gn": "gunung", "gunong": "gunung",
	"brt": "barat", "tmr": "timur", "tim": "timur", "sltn": "selatan", "slt": "selatan", "sel": "selatan", "utr": "utara",
	"tgh": "tengah", "teng": "tengah", "pst": "pusat", "jkt": "jakarta", "jak": "jakarta", "kalimatan": "kalimantan",
	"sumatra": "sumatera", "sumtra": "sumatera",
	"kabupten": "kabupaten", "kabuapten": "kabupaten", "kabupatn": "kabupaten", "kabupaen": "kabupaten", "kapubaten": "kabupaten",
	"kcmtn": "kecamatan", "kecmatan": "kecamatan", "kecamtan": "kecamatan", "provnsi": "provinsi",
}

// stopless are the words behind which a full stop ends no sentence.
var stopless = set(`jl jln jend jen letjen mayjen brigjen kol kapt let dr drs ir prof kh h hj r rd rm st gg no kab kec kel
	kep prov prop tj tjg tg sei gn s p m d i ds dsn dk kp kmp perum komp kompl blk bpk tgl adm jak sum kal sul sel`)

// words takes a text apart. It leaves out a word that the limit cuts.
func words(text string) []token {
	lower := make([]byte, 0, min(len(text), 2*readLimit))
	tokens := make([]token, 0, min(len(text)/5+1, readLimit/5))
	before, open, seen := broken, false, 0
	var t token
	start, last := 0, 0
	end := func() {
		if open {
			t.from, t.to, t.until = int32(start), int32(len(lower)), int32(last)
			tokens = append(tokens, t)
			before, open = space, false
		}
	}
	for i := 0; i < len(text); {
		if seen++; seen > readLimit {
			r, _ := utf8.DecodeRuneInString(text[i:])
			open = open && !unicode.IsLetter(r) && !unicode.IsDigit(r)
			break
		}
		if c := text[i]; c >= 'a' && c <= 'z' && open { // most of a text
			lower = append(lower, c)
			t.all = false
			i++
			last = i
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			upper := unicode.IsUpper(r)
			if !open {
				t, open, start = token{before: before, capital: upper, all: true, at: int32(i - size)}, true, len(lower)
			}
			last = i
			t.all = t.all && upper
			lower = utf8.AppendRune(lower, unicode.ToLower(r))
			continue
		}
		switch {
		case r == '\'' || r == '`' || r == '’' || unicode.IsMark(r): // Ba'a, Jum'at, İ
		case r == '.':
			abbreviates := open && stopless[string(lower[start:])]
			end()
			if !abbreviates {
				before = broken
			}
		case r == '-' || r == '–' || r == '—':
			end()
			before = max(before, hyphen)
		case r == '/' || r == '&':
			end()
			before = max(before, slash)
		case r == '\n', r == '\r':
			end()
			before = broken
		case unicode.IsSpace(r), r == '_', !unicode.IsGraphic(r):
			end()
		default:
			end()
			before = broken
		}
	}
	end()
	all := string(lower)
	for i := range tokens {
		t := &tokens[i]
		t.text = all[t.from:t.to]
		if t.to-t.from > 10 {
			continue
		}
		if long, ok := shortened[t.text]; ok {
			t.text = long
		}
	}
	return tokens
}

// key joins the words of a name, for people write them together and apart: "Kulon Progo", "Kulonprogo".
func key(name string) (joined string, count int) {
	tokens := words(name)
	parts := make([]string, len(tokens))
	for i, t := range tokens {
		parts[i] = t.text
	}
	return strings.Join(parts, ""), len(parts)
}

// set makes a set of words that white space separates.
func set(lists ...string) map[string]bool {
	all := make(map[string]bool)
	for _, list := range lists {
		for word := range strings.FieldsSeq(list) {
			all[word] = true
		}
	}
	return all
}
