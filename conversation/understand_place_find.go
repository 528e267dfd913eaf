package conversation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kentongan/reports/region"
)

const (
	// maxPlaceWords is how many words a place in a story has at most.
	maxPlaceWords = 24
	// maxUnknown is how many small words in a row belong to a place although
	// nothing is known of them.
	maxUnknown = 4
	// maxPlaceSearch is how much of a story is searched for its place, in bytes:
	// people say where it is near the beginning.
	maxPlaceSearch = 4096
	// maxPlaceTries is how many places of a story are weighed.
	maxPlaceTries = 64
)

// placeMention is a place in a story.
type placeMention struct {
	words string
	score int
	kind  bool // it has a word for a place, such as "pasar"
}

// findPlace finds what a story says about where it happened: the words as they
// stand there, from "di", "dekat" or "jalan" to where something else begins. Only
// a place that has a word for one ("pasar", "jalan Merdeka") or names a region
// counts; of several the one that says most.
func findPlace(text string) (words string, found bool) {
	f := newPlaceFinder(head(text, maxPlaceSearch))
	best := placeMention{}
	tries := 0
	for i := 0; i < len(f.tokens) && tries < maxPlaceTries; i++ {
		from, ok := f.begins(i)
		if !ok {
			continue
		}
		tries++
		m, end := f.mention(from)
		if f.thither(from) {
			m.score -= 3
			if !m.kind {
				continue // a town alone
			}
		}
		if m.score > best.score {
			best = m
		}
		i = max(i, end-1)
	}
	return best.words, best.score > 0
}

// placeToken is a word of a text with where it stands.
type placeToken struct {
	low      string // in small letters, without full stops
	from, to int
	proper   bool // begins with a capital or a digit
	comma    bool // a comma or the like stands before it
	hyphen   bool // a dash stands before it
	stop     bool // a sentence or a line ends before it
	name     int  // how many words the region's name has that begins here; 0 where none does
	sure     bool // that name says where
	times    bool // a number stands before it: "tiga kali" is no river
}

// site reports whether the word is one for a place.
func (t *placeToken) site() bool {
	return !t.times && (sites[t.place()] || sitesNamed[t.place()])
}

// place is the word without the "di" that hangs on to it: "dipasar".
func (t *placeToken) place() string {
	if low, ok := strings.CutPrefix(t.low, "di"); ok && (sites[low] || sitesNamed[low]) {
		return low
	}
	return t.low
}

// placeFinder looks for places in one text.
type placeFinder struct {
	text   string
	tokens []placeToken
}

func newPlaceFinder(text string) *placeFinder {
	plain := withoutLinks(text)
	f := &placeFinder{text: text, tokens: placeTokens(plain)}
	names := region.Names(plain)
	at := 0
	for _, n := range names {
		for at < len(f.tokens) && f.tokens[at].from < n.From {
			at++
		}
		first := at
		for at < len(f.tokens) && f.tokens[at].to <= n.To {
			at++
		}
		if at > first && (at > first+1 || n.Sure || !commonPlaceWord(&f.tokens[first])) {
			f.tokens[first].name, f.tokens[first].sure = at-first, n.Sure
		}
	}
	return f
}

// commonPlaceWord reports whether a word that is a name somewhere is mostly none:
// "tambang", "taman", "tugu".
func commonPlaceWord(t *placeToken) bool {
	return t.site() || placeEnds[t.low] || noPlaces[t.low] || beside[t.low] || linking[t.low]
}

// at returns word i, or none where the text or the sentence from word i-1 on is over.
func (f *placeFinder) at(i int) placeToken {
	if i < 0 || i >= len(f.tokens) || f.tokens[i].stop {
		return placeToken{}
	}
	return f.tokens[i]
}

func placeTokens(text string) []placeToken {
	var tokens []placeToken
	comma, hyphen, stop := false, false, false
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			switch {
			case strings.ContainsRune(",/()", r):
				comma = true
			case r == '-' || r == '–':
				hyphen = true
			case strings.ContainsRune(".!?;:\n", r):
				stop = stop || r == '\n' || !abbreviated(tokens)
			}
			i += n
			continue
		}
		end := i
		for end < len(text) {
			r, n := utf8.DecodeRuneInString(text[end:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && (r != '-' || !doubled(text[i:end], text[end+1:])) {
				break
			}
			end += n
		}
		word := strings.TrimRight(text[i:end], "'")
		tokens = append(tokens, placeToken{
			low: strings.ToLower(word), from: i, to: i + len(word),
			proper: unicode.IsUpper(r) || unicode.IsDigit(r), comma: comma, hyphen: hyphen, stop: stop,
			times: strings.EqualFold(word, "kali") && counted(tokens),
		})
		comma, hyphen, stop = false, false, false
		i = end
	}
	return tokens
}

// counted reports whether the last word is a number, or asks for one.
func counted(tokens []placeToken) bool {
	if len(tokens) == 0 {
		return false
	}
	switch last := tokens[len(tokens)-1].low; last {
	case "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "puluhan", "ratusan",
		"berapa", "beberapa", "banyak", "sering", "berkali", "tiap", "setiap", "pertama", "kedua", "ketiga", "sekian":
		return true
	default:
		return isNumber(last)
	}
}

// doubled reports whether a hyphen joins one word: "alun-alun", "mana-mana". Between
// others it may join two towns.
func doubled(before, after string) bool {
	return len(before) > 1 && len(after) >= len(before) && strings.EqualFold(before, after[:len(before)])
}

// abbreviated reports whether the full stop behind the last word ends no sentence.
func abbreviated(tokens []placeToken) bool {
	if len(tokens) == 0 {
		return false
	}
	switch last := tokens[len(tokens)-1].low; last {
	case "jl", "jln", "gg", "kel", "kec", "kab", "kp", "ds", "dsn", "no", "rt", "rw", "prov", "perum", "komp", "km", "st", "dr", "ir", "jend", "kh", "prof":
		return true
	default:
		return len(last) == 1
	}
}

// begins reports whether a place begins at word i, and with which word.
func (f *placeFinder) begins(i int) (from int, ok bool) {
	t, n := f.tokens[i], f.at(i+1)
	switch {
	case t.low == "di" || t.low == "d" || t.low == "in" || t.low == "at":
		if n.low == "the" {
			n, i = f.at(i+2), i+1
		}
		return i + 1, n.low != "" && !n.hyphen && !noPlaces[n.low] && !placeEnds[n.low]
	case placed[t.low] || t.low == "ti" || t.low == "dari":
		if t.low == "dari" && sitesNamed[n.low] { // "warga dari desa X": by the word itself
			return 0, false
		}
		return i + 1, n.name > 0 && n.sure && (t.low != "dari" || f.at(i+1+n.name).name > 0 && !f.at(i+1+n.name).comma)
	case t.name > 0 && !t.site():
		// Two names together are a place; one may be only where somebody comes from.
		next := f.at(i + t.name)
		return i, t.sure && next.name > 0 && !next.comma && next.low != t.low
	case strings.HasPrefix(t.low, "di") && t.site(): // "dipasar", "dijalan"
		return i, true
	case beside[t.low]:
		return i, n.site() || n.name > 0 || (n.proper && !placeEnds[n.low]) || n.low == "the"
	case t.site():
		if f.within(i) || beside[n.low] && !closeBy[n.low] && !(roads[t.low] && roads[n.low]) {
			return 0, false // "jalan di Talisayan": the place comes there
		}
		return i, n.proper && !placeEnds[n.low] || f.named(i)
	}
	return 0, false
}

// within reports whether word i only says what is at the place that comes behind
// it: "jalan di Talisayan", "jembatan gantung di dusun Sumberjo".
func (f *placeFinder) within(i int) bool {
	for n := 1; n <= 3; n++ {
		t := f.at(i + n)
		if placed[t.low] {
			next := f.at(i + n + 1)
			return n == 1 || generic[f.tokens[i].low] || next.site()
		}
		if t.low == "" || t.proper && len(t.low) > 1 || t.name > 0 && t.sure || t.site() {
			return false
		}
	}
	return false
}

// named reports whether a region's name belongs to the place that begins at word i.
func (f *placeFinder) named(i int) bool {
	if f.tokens[i].name > 0 {
		return true
	}
	road, names := roads[f.tokens[i].place()], 0
	for n := 1; n <= 8; n++ {
		t := f.at(i + n)
		switch {
		case t.low == "", n == 1 && t.comma:
			return false
		case t.name > 0:
			if names++; t.sure || t.proper || names > 1 || n == 1 && !generic[f.tokens[i].low] {
				return true
			}
		case linking[t.low] && road || t.low == "di" || t.site() || beside[t.low] || whose[t.low] && n == 1:
		case placed[t.low], n > 1 && f.ends(i+n), placeEnds[t.low], t.comma && !t.proper:
			return false
		}
	}
	return false
}

// thither reports whether what begins at word i is where somebody goes or comes from.
func (f *placeFinder) thither(i int) bool {
	return i > 0 && !f.tokens[i].stop && thither[f.tokens[i-1].low]
}

// ends reports whether word i cannot belong to a place.
func (f *placeFinder) ends(i int) bool {
	t := f.tokens[i]
	return t.stop || placeEnds[t.low] || noPlaces[t.low] || !t.proper && verbal(t.low)
}

// verbal reports whether a word in small letters looks like a verb, or like a
// thing that belongs to something: "menolak", "dipakai", "baunya".
func verbal(low string) bool {
	if len(low) < 6 || properEndings[low] {
		return false
	}
	for _, front := range []string{"mem", "men", "mel", "mer", "ber", "ter", "di"} {
		if strings.HasPrefix(low, front) {
			return true
		}
	}
	return strings.HasSuffix(low, "nya") || strings.HasSuffix(low, "kan")
}
