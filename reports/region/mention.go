package region

import "slices"

// level is how a mention names its region.
type level uint8

const (
	byName     level = iota // its name or a short one
	byPlace                 // its capital or a well-known town
	byDistrict              // one of its districts
)

// trust is what a mention is good for.
type trust uint8

const (
	nothing trust = iota // a street, a dish, an ordinary word
	beside               // it may narrow what others say
	hinted               // worth asking
	heard                // it says where
)

// mention is a name in a text.
type mention struct {
	lead, from, to int // tokens: with the words for its kind before it, the name itself, the one behind it
	codes          []Code
	level          level
	trust          trust
	kind           kind // that the words beside it ask for
	district       bool // such as "kec." stands before it
	village        bool // such as "desa" stands before it
	mended         bool
	at             bool // "di" stands before it
	agreed         int  // how many others it has been narrowed by
	away           bool // somebody goes there, or comes from there
	entry          *entry
}

// maxMentions is how many names of a text are looked at. Who writes more has not answered where it was.
const maxMentions = 500

// maxWords is how many words a name has at most.
const maxWords = 5

// match returns the longest name that begins at the first token, and how many tokens it takes.
func (g *gazetteer) match(tokens []token) (found *entry, taken int) {
	var joined [64]byte
	size, short := 0, false
	for n := range min(maxWords, len(tokens)) {
		if n > 0 && tokens[n].before == broken {
			break
		}
		word := tokens[n].word()
		if size+len(word) > g.longest || size+len(word) > len(joined) {
			break
		}
		before := size
		size += copy(joined[size:], word)
		if before < 3 && size >= 3 && !g.begins[start(joined[:])] {
			break
		}
		short = short || len(word) < 3
		e := g.entries[string(joined[:size])]
		if e == nil {
			continue
		}
		// Words that only together make a name of one word are mostly chance: "ba tu".
		if n > 0 && e.words < n+1 && (short || size < 7) {
			continue
		}
		found, taken = e, n+1
	}
	return found, taken
}

// mentions finds every name in the tokens, with what the words beside it make of it.
func (g *gazetteer) mentions(tokens []token) []mention {
	var all []mention
	tries := maxMended
	for i := 0; i < len(tokens) && len(all) < maxMentions; {
		m, next := g.mention(tokens, i, &tries)
		if m.entry != nil {
			all = append(all, m)
		}
		i = next
	}
	return all
}

// mention reads what begins at token i and returns where to go on. Its entry is nil where that is no name.
func (g *gazetteer) mention(tokens []token, i int, tries *int) (mention, int) {
	m := mention{lead: i}
	m.from = m.before(tokens, i)
	e, taken := g.entryAt(tokens, m.from)
	for at := i; at < m.from; at++ {
		// A word for the kind may be part of the name: Kabupaten Kotabaru, Kota Agung.
		whole, n := g.match(tokens[at:])
		if whole != nil && n > m.from-at && (e == nil || m.district || len(whole.regions) > 0 || len(e.regions) == 0) {
			m = mention{lead: i, from: at}
			for _, t := range tokens[i:at] {
				m.hear(leads[t.text])
			}
			e, taken = whole, n
			break
		}
	}
	if longer, n := g.nearly(tokens[min(m.from, len(tokens)):], taken, tries); longer != nil {
		e, taken, m.mended = longer, n, true
	}
	if e == nil {
		return mention{}, max(m.from, i+1)
	}
	m.entry, m.to = e, m.from+taken
	for _, t := range tokens[m.from:m.to] {
		m.mended = m.mended || t.mended != ""
	}
	m.after(tokens)
	m.choose()
	if taken == 1 && directions[tokens[m.from].text] && !m.district {
		return mention{}, m.to // also a district's name, but rarely meant
	}
	return m, m.to
}

func (g *gazetteer) entryAt(tokens []token, at int) (*entry, int) {
	if at >= len(tokens) {
		return nil, 0
	}
	return g.match(tokens[at:])
}

// before reads the words for the kind from token at on and returns where the name begins.
func (m *mention) before(tokens []token, at int) int {
	for i := at; i < len(tokens) && (i == at || tokens[i].before != broken); i++ {
		t := &tokens[i]
		lead, ok := leads[t.text]
		switch {
		case !ok && !(t.text == "i" && i > at), lead.filler && i == at:
			return i
		case t.text == "d" || t.text == "i" || t.text == "di":
			if !titled(tokens[i:]) {
				return i
			}
			m.kind |= isProvince
		}
		m.hear(lead)
	}
	i := at
	for i < len(tokens) && (i == at || tokens[i].before != broken) && leads[tokens[i].text] != (lead{}) {
		i++
	}
	return i
}

func (m *mention) hear(lead lead) {
	m.kind |= lead.kind
	m.district = m.district || lead.district
	m.village = m.village || lead.village
}

// nearly finds a name of several words that a letter is wrong in where the words by themselves are none, or another
// name: Tana Grogot, Manggarai Brat. It takes more words than the name that is known already.
func (g *gazetteer) nearly(tokens []token, known int, tries *int) (found *entry, taken int) {
	var joined []byte
	for n := 1; n <= min(known+2, 4, len(tokens)); n++ {
		t := &tokens[n-1]
		if n > 1 && t.before == broken || n == 1 && !g.vocabulary[t.word()] || leads[t.text] != (lead{}) || fillers[t.text] {
			return nil, 0
		}
		joined = append(joined, t.text...)
		if n <= max(known, 1) || len(joined) < 8 || *tries == 0 || !g.begins[start(joined)] {
			continue
		}
		*tries--
		word := g.near.mend(string(joined), g.same)
		if word == "" || distance(string(joined), word, 1) > 1 {
			continue
		}
		if e := g.entries[word]; e != nil && len(e.regions)+len(e.places) > 0 {
			return e, n
		}
	}
	return nil, 0
}

// titled reports whether the title of Yogyakarta begins a text, or ends there: D.I. Yogyakarta, DI Yogyakarta.
func titled(tokens []token) bool {
	switch next := tokens[min(1, len(tokens)-1)]; tokens[0].text {
	case "d":
		return next.text == "i"
	case "di":
		return tokens[0].all && !next.all
	}
	return true
}

// after reads a word for the kind behind the name: Bogor Kota, Malang Kab.
func (m *mention) after(tokens []token) {
	if m.to >= len(tokens) || tokens[m.to].before == broken || m.kind != 0 {
		return
	}
	k, ok := kindsBehind[tokens[m.to].text]
	if !ok {
		return
	}
	if last := m.to+1 == len(tokens) || tokens[m.to+1].before == broken; last || english[tokens[m.to].text] {
		m.kind = k
	}
}

// choose takes the meanings that the words beside the name allow.
func (m *mention) choose() {
	e := m.entry
	switch {
	case m.district && len(e.districts) > 0:
		m.level, m.codes = byDistrict, e.districts
		if known := common(e.places, e.districts); len(known) > 0 && len(e.places) == 1 { // the best known is the likeliest
			m.codes = slices.Concat(known, slices.DeleteFunc(slices.Clone(e.districts), func(c Code) bool { return slices.Contains(known, c) }))
		}
	case len(e.regions) > 0:
		m.level, m.codes = byName, e.regions
		if e.own == 0 && len(e.places) > 0 {
			m.codes = append(slices.Clone(e.regions), e.places...)
		}
		if m.kind != 0 {
			other := func(c Code) bool { return kindOf(c)&m.kind == 0 }
			of := slices.DeleteFunc(slices.Clone(e.regions[:e.own]), other)
			if len(of) == 0 {
				of = slices.DeleteFunc(slices.Clone(e.regions), other)
			}
			if len(of) > 0 {
				m.codes = of
			}
		}
	case len(e.places) > 0:
		m.level, m.codes = byPlace, e.places
	default:
		m.level, m.codes = byDistrict, e.districts
	}
}

func common(a, b []Code) []Code {
	var both []Code
	for _, c := range a {
		if slices.Contains(b, c) {
			both = append(both, c)
		}
	}
	return both
}
