package region

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// findLimit is how many characters of a text Find reads: the most that a message of any channel holds.
const findLimit = 65536

// Find returns the regions whose names the text contains, word by word: case, punctuation and the number of spaces do
// not matter, spelling does. Of names that overlap the longest counts ("Papua Barat Daya" is not "Papua Barat").
//
// A word for the kind before a name, such as "kab.", "kabupaten", "kota" or "provinsi", decides between regions of
// one name. Without it all of them are returned: "Banjar" is both the regency and the city, "Gorontalo" a province as
// well. If there is no region of that kind and name, the word is ignored. A name that is also an ordinary word (batu,
// batang, malang) is found wherever the word stands, so ask before relying on an answer.
//
// The longest match comes first, its words for the kind included; equally long ones come in the order of the text, and
// regions of one name by code. Each region comes once. Find reads the first 65,536 characters, takes time in
// proportion to them and allocates little more than what it returns.
func Find(text string) []Region {
	all := load()
	var short [64]token // enough for what people write, so that a text without regions costs no allocation
	tokens := all.names.tokens(short[:0], text)

	var hits []hit
	var at [1024]int16 // by region: its place in hits, from 1
	for i := 0; i < len(tokens); {
		m := all.names.match(tokens[i:])
		for _, named := range m.regions {
			if m.kinds != 0 && m.kinds&named.kind == 0 {
				continue
			}
			switch place := at[named.region]; {
			case place == 0:
				hits = append(hits, hit{named.region, m.length, i})
				at[named.region] = int16(len(hits))
			case m.length > hits[place-1].length:
				hits[place-1] = hit{named.region, m.length, i}
			}
		}
		i += m.tokens
	}
	if len(hits) == 0 {
		return nil
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.length, a.length), cmp.Compare(a.position, b.position), cmp.Compare(a.region, b.region))
	})
	found := make([]Region, len(hits))
	for i, h := range hits {
		found[i] = all.regions[h.region]
	}
	return found
}

type hit struct{ region, length, position int }

// kind is a set of the three kinds of region.
type kind uint8

const (
	isProvince kind = 1 << iota
	isRegency
	isCity
)

func kindOf(c Code) kind {
	switch {
	case len(c) == 2:
		return isProvince
	case c[3] < '7':
		return isRegency
	}
	return isCity
}

// kindWords are what people write before a name. The government's short names stand for the region itself.
var kindWords = map[string]kind{
	"provinsi": isProvince, "propinsi": isProvince, "prov": isProvince, "pemprov": isProvince,
	"kabupaten": isRegency, "kab": isRegency, "pemkab": isRegency,
	"kota": isCity, "kotamadya": isCity, "kodya": isCity, "pemkot": isCity, "pemko": isCity,
}

// fillWords may stand between the kind and the name, as in "Kota Administrasi Jakarta Pusat".
var fillWords = []string{"administrasi", "adm"}

// names is every name as a tree of words, built once and only read after that.
type names struct {
	words   map[string]word
	longest int   // no word has more bytes
	roots   []int // by word: the node that it leads to from the start of a name, 0 if none
	nodes   []node
	kinds   []kind // by word: the kind it stands for, if it does
	fills   []bool // by word: whether it is a fill word
}

type word uint16 // 0 is any word that occurs in no name

type node struct {
	next    []edge
	regions []named // those whose name ends here
}

type edge struct {
	word word
	node int
}

type named struct {
	region int
	kind   kind
}

// token is a known word of a text, or, as word 0, a stretch of unknown ones.
type token struct {
	word   word
	length uint8
}

type match struct {
	regions []named // none if no name starts here
	kinds   kind    // those of regions that the words before the name ask for; 0 if they decide nothing
	tokens  int     // how many to go on by, at least 1
	length  int     // of the words and one space between them, in bytes
}

func newNames() *names {
	n := &names{words: make(map[string]word), roots: make([]int, 1), nodes: make([]node, 1), kinds: make([]kind, 1), fills: make([]bool, 1)}
	for text, k := range kindWords {
		n.kinds[n.word(text)] = k
	}
	for _, text := range fillWords {
		n.fills[n.word(text)] = true
	}
	return n
}

// word returns the number of a word, a new one if need be.
func (n *names) word(text string) word {
	w, ok := n.words[text]
	if !ok {
		w = word(len(n.roots))
		n.words[text] = w
		n.roots, n.kinds, n.fills = append(n.roots, 0), append(n.kinds, 0), append(n.fills, false)
		n.longest = max(n.longest, len(text))
	}
	return w
}

// add enters a name for a region. An empty name is none.
func (n *names) add(name string, region int, k kind) {
	at, first := 0, true
	words := scanner{text: name, longest: len(name)}
	for text, ok := words.next(); ok; text, ok = words.next() {
		w := n.word(string(text))
		next := n.step(at, first, w)
		if next == 0 {
			next = len(n.nodes)
			n.nodes = append(n.nodes, node{})
			if first {
				n.roots[w] = next
			} else {
				n.nodes[at].next = append(n.nodes[at].next, edge{w, next})
			}
		}
		at, first = next, false
	}
	if !first {
		n.nodes[at].regions = append(n.nodes[at].regions, named{region, k})
	}
}

// step returns the node that w leads to, 0 if none.
func (n *names) step(at int, first bool, w word) int {
	if first {
		return n.roots[w]
	}
	for _, e := range n.nodes[at].next {
		if e.word == w {
			return e.node
		}
	}
	return 0
}

// tokens appends the words of text to buf.
func (n *names) tokens(buf []token, text string) []token {
	words := scanner{text: text, longest: n.longest}
	for text, ok := words.next(); ok; text, ok = words.next() {
		w := n.words[string(text)]
		if w == 0 && len(buf) > 0 && buf[len(buf)-1].word == 0 {
			continue
		}
		buf = append(buf, token{w, uint8(len(text))})
	}
	return buf
}

// match returns the longest name at the start of the tokens, with the words for its kind before it.
func (n *names) match(tokens []token) match {
	var asked kind
	i, length := 0, 0
	for i < len(tokens) && (n.kinds[tokens[i].word] != 0 || i > 0 && n.fills[tokens[i].word]) {
		asked |= n.kinds[tokens[i].word]
		length += int(tokens[i].length) + 1
		i++
	}
	// No name begins with one of these words. Going on behind them keeps "kota kota kota …" from costing its square.
	m := match{tokens: max(i, 1)}
	for at, first := 0, true; i < len(tokens); first = false {
		if at = n.step(at, first, tokens[i].word); at == 0 {
			break
		}
		length += int(tokens[i].length)
		i++
		if regions := n.nodes[at].regions; len(regions) > 0 {
			m = match{regions: regions, tokens: i, length: length}
		}
		length++
	}
	for _, r := range m.regions {
		m.kinds |= r.kind & asked
	}
	return m
}

// scanner takes a text apart into words: letters and digits make words, in lower case. It reads up to findLimit
// characters and leaves out a word that this limit cuts.
type scanner struct {
	text    string
	longest int // of a longer word it keeps no more than a few bytes too many
	at      int // in bytes
	read    int // in characters
	buf     [64]byte
}

// next returns the next word, which is good until the call after, or false at the end.
func (s *scanner) next() ([]byte, bool) {
	word := s.buf[:0]
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		s.at += size
		s.read++
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
			r = unicode.ToLower(r)
		default:
			if len(word) > 0 {
				return word, true
			}
			if s.read > findLimit {
				return nil, false
			}
			continue
		}
		if s.read > findLimit {
			return nil, false
		}
		if len(word) <= s.longest {
			word = utf8.AppendRune(word, r)
		}
	}
	return word, len(word) > 0
}
