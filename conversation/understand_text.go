package conversation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// normalise returns text as answers are compared: small letters without
// accents, ASCII digits, single spaces, no emoji, no invisible characters, no
// apostrophes, and no punctuation at the ends of words. Text that is already
// so is returned as it is.
func normalise(text string) string {
	if isNormal(text) {
		return text
	}
	var short [128]byte
	buf := short[:0]
	if len(text) > len(short) {
		buf = make([]byte, 0, len(text)+8)
	}
	return string(appendNormal(buf, text, true))
}

// isNormal decides quickly whether text is plain words with single spaces.
func isNormal(text string) bool {
	space := true
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			space = false
		case c == ' ' && !space:
			space = true
		default:
			return false
		}
	}
	return !space || text == ""
}

// appendNormal appends text to dst as [normalise] describes. With fold false it
// keeps accents, for words that forgive nothing.
func appendNormal(dst []byte, text string, fold bool) []byte {
	start := len(dst)
	word := start // where the word that is being written begins
	end := start  // behind the last letter or digit of that word
	finish := func() {
		dst = dst[:end]
		if end > word {
			dst = append(dst, ' ')
		}
		word, end = len(dst), len(dst)
	}
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
				dst = append(dst, c)
				end = len(dst)
			case c >= 'A' && c <= 'Z':
				dst = append(dst, c+'a'-'A')
				end = len(dst)
			case c <= ' ' || c == 0x7f:
				finish()
			case c == '\'' || c == '`':
			case len(dst) > word: // punctuation stays only inside a word
				dst = append(dst, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch r = foldRune(r, fold); {
		case r == dropped, r == '\'', r == '`': // also in full width
		case r == broken:
			finish()
		case r == keycapTen:
			finish()
			dst = append(dst, '1', '0')
			end = len(dst)
			finish()
		case r > keycapTen && r <= keycapTen+20: // circled numbers
			finish()
			n := byte(r - keycapTen)
			if n >= 10 {
				dst = append(dst, '0'+n/10)
			}
			dst = append(dst, '0'+n%10)
			end = len(dst)
			finish()
		case isWordRune(r):
			dst = utf8.AppendRune(dst, r)
			end = len(dst)
		case len(dst) > word:
			dst = utf8.AppendRune(dst, r)
		}
	}
	finish()
	if n := len(dst); n > start && dst[n-1] == ' ' {
		dst = dst[:n-1]
	}
	return dst
}

// What foldRune answers for runes that stand for no single letter.
const (
	dropped   rune = -1 // nothing, not even the end of a word
	broken    rune = -2 // the end of a word
	keycapTen rune = unicode.MaxRune + 1
)

// foldRune maps a rune beyond ASCII to the one that it is compared as.
func foldRune(r rune, fold bool) rune {
	switch {
	case r == utf8.RuneError:
		return broken
	case r < 0x250:
		if r == 0xA0 || r == 0x85 {
			return broken
		}
		if r < 0xA0 || r == 0xAD || r == 0xB4 { // controls, soft hyphen, acute
			return dropped
		}
		r = unicode.ToLower(r)
		if fold && r >= 0xE0 && r <= 0x17F {
			return rune(unaccented[r-0xE0])
		}
		if unicode.Is(unicode.So, r) {
			return broken
		}
		return r
	case r >= 0x300 && r <= 0x36F: // combining accents
		if fold {
			return dropped
		}
		return r
	case r >= 0x2018 && r <= 0x201B, r == 0x2BC, r == 0x2BB, r == 0x2032: // apostrophes
		return dropped
	case r >= 0x2010 && r <= 0x2015, r == 0x2212: // dashes
		return '-'
	case r >= 0xFE00 && r <= 0xFE0F, r == 0x20E3: // variation selectors, keycap
		return dropped
	case r >= 0xFF01 && r <= 0xFF5E: // full width
		return unicode.ToLower(r - 0xFF01 + '!')
	case r >= 0x2460 && r <= 0x2473: // circled 1 to 20
		return keycapTen + 1 + (r - 0x2460)
	case r == 0x1F51F:
		return keycapTen
	case r >= 0x1D400 && r <= 0x1D6A3: // letters in fancy type
		return 'a' + (r-0x1D400)%26
	case unicode.IsLetter(r):
		return unicode.ToLower(r)
	case unicode.Is(unicode.Nd, r):
		return digitOf(r)
	case unicode.IsMark(r):
		return r
	case unicode.IsSpace(r), unicode.Is(unicode.So, r), unicode.Is(unicode.Sk, r):
		return broken
	case !unicode.IsGraphic(r): // format, private use, unassigned
		return dropped
	}
	return r
}

// unaccented has the plain letter of each of U+00E0 to U+017F; a rune that is
// no letter with an accent stands for itself where it can.
const unaccented = "aaaaaaaceeeeiiii" + "dnooooo/ouuuuyty" +
	"aaaaaaccccccccdd" + "ddeeeeeeeeeegggg" + "gggghhhhiiiiiiii" + "iiiijjkkklllllll" +
	"lllnnnnnnnnnoooo" + "oooorrrrrrssssss" + "ssttttttuuuuuuuu" + "uuuuwwyyyzzzzzzs"

// digitOf returns the ASCII digit of a decimal digit of any script. Unicode
// keeps those in runs of ten that begin with zero.
func digitOf(r rune) rune {
	for _, span := range unicode.Nd.R16 {
		if r <= rune(span.Hi) {
			return '0' + (r-rune(span.Lo))%10
		}
	}
	for _, span := range unicode.Nd.R32 {
		if r <= rune(span.Hi) {
			return '0' + (r-rune(span.Lo))%10
		}
	}
	return r
}

func isWordRune(r rune) bool {
	return (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') ||
		(r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)))
}

// wordSet makes a set of words that are separated by white space.
func wordSet(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for word := range strings.FieldsSeq(list) {
			set[word] = true
		}
	}
	return set
}

// phraseSet finds words and phrases in a long text in one pass: by the first
// word of each phrase, the ways in which it may go on.
type phraseSet map[string][]string

// newPhraseSet takes one phrase a line, normalised.
func newPhraseSet(lines string) phraseSet {
	set := phraseSet{}
	for line := range strings.SplitSeq(lines, "\n") {
		line = normalise(line)
		if line == "" {
			continue
		}
		first, rest, _ := strings.Cut(line, " ")
		set[first] = append(set[first], rest)
	}
	return set
}

// at returns how many bytes of plain, a text of [plainWords], the longest
// phrase takes that stands at its beginning; 0 where none does. The last word
// of a phrase may carry -nya, -lah, -kah or -pun.
func (s phraseSet) at(plain string) int {
	first := firstWord(plain)
	best := 0
	more := s[first]
	if slices.Contains(more, "") {
		best = len(first)
	} else if root := bare(first); len(root) < len(first) && slices.Contains(s[root], "") {
		best = len(first)
	}
	for _, rest := range more {
		if rest == "" || len(plain) <= len(first) || !strings.HasPrefix(plain[len(first)+1:], rest) {
			continue
		}
		n := len(first) + 1 + len(rest)
		if tail := firstWord(plain[n:]); tail == "" || isClitic(tail) {
			best = max(best, n+len(tail))
		}
	}
	return best
}

// in reports whether a phrase of the set stands in plain.
func (s phraseSet) in(plain string) bool {
	for i := 0; i < len(plain); {
		word := firstWord(plain[i:])
		if s.begins(word) && s.at(plain[i:]) > 0 {
			return true
		}
		i += len(word) + 1
	}
	return false
}

// begins reports whether a phrase may begin with word.
func (s phraseSet) begins(word string) bool {
	if s[word] != nil {
		return true
	}
	root := bare(word)
	return len(root) < len(word) && s[root] != nil
}

func firstWord(plain string) string {
	word, _, _ := strings.Cut(plain, " ")
	return word
}

func isClitic(s string) bool { return s == "nya" || s == "lah" || s == "kah" || s == "pun" }

// bare returns word without -nya, -lah, -kah or -pun and without the 2 that
// stands for saying it twice.
func bare(word string) string {
	if n := len(word); n > 4 && word[n-1] == '2' {
		word = word[:n-1]
	}
	if n := len(word); n > 6 && isClitic(word[n-3:]) && !rooted[word] {
		word = word[:n-3]
	}
	return word
}

// rooted are words that end like particles and have none.
var rooted = wordSet(`sekolah disekolah kesekolah bersekolah masalah bermasalah permasalah dimasalah bersalah kesalah disalah mengalah
	dikalah majalah makalah setelah sebelah disebelah kesebelah terbelah dibelah membelah istilah langkah selangkah melangkah
	dilangkah tingkah bertingkah serakah menikah dinikah dinafkah ditanya bertanya himpun dihimpun menghimpun terhimpun serumpun
	pengolah mengolah sepenggalah qabilah khilafah makanya`)

// plainWords returns text as words of small letters and digits only, separated
// by single spaces, for looking for phrases in it.
func plainWords(text string) string {
	if isNormal(text) {
		return text
	}
	dst := appendNormal(make([]byte, 0, len(text)+8), text, true)
	// What is left of punctuation stands inside words: "minta/uang", "uang-nya".
	n := 0
	for _, c := range dst {
		if c < utf8.RuneSelf && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			c = ' '
		}
		if c == ' ' && (n == 0 || dst[n-1] == ' ') {
			continue
		}
		dst[n] = c
		n++
	}
	return string(dst[:n])
}
