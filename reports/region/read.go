package region

import (
	"cmp"
	"slices"
	"strings"
)

// Reading is what a text says about where something is.
type Reading struct {
	Regency    Code   // empty where it is not certain
	Province   Code   // empty where it is not certain either
	Ask        bool   // the text names regions, but not for certain which is meant
	Candidates []Code // between which to ask, the likeliest first; empty where there are more than asking is worth
	Why        string // one of the words below
}

// Why a text was read as it was.
const (
	WhyName          = "name"          // by the name of the region
	WhyTown          = "town"          // by its capital or a well-known town or part of it
	WhyDistrict      = "district"      // by a district in it
	WhyAmbiguous     = "ambiguous"     // asked: several regions bear the name
	WhyContradiction = "contradiction" // asked: the names do not go together
	WhyUnsure        = "unsure"        // asked: the name may mean something else here
	WhyUnknown       = "unknown"       // no region is named
)

// maxCandidates is how many regions are worth asking about.
const maxCandidates = 6

// Read finds out which region a text places something in: an answer such as "di Barabai", an address, or a sentence of
// a report. It knows provinces, regencies and cities with their short and old names, capitals, districts and
// well-known towns, forgives a typing error or two in a long word, and takes no street, dish or bus for a place. Case,
// punctuation and spaces within names do not matter.
//
// Names that stand together narrow each other: "Cisarua, Bogor" is the regency, for there the district lies. A word
// for the kind, such as "kab." or "kota", decides between regions of one name; without it [Reading.Ask] is set, as it
// is where names contradict each other and where a name is an ordinary word as well. Nothing is read from a name
// that tells nothing: where Ask is not set either, the text names no region that is known.
//
// Read reads the first 65,536 characters and takes time in proportion to them.
func Read(text string) Reading {
	g := names()
	r := reader{tokens: words(text)}
	g.mend(r.tokens)
	r.mentions = g.mentions(r.tokens)
	if len(r.mentions) == 0 {
		return Reading{Why: WhyUnknown}
	}
	r.weigh()
	return r.decide()
}

// mend corrects unknown words that are a typing error away from a name's.
func (g *gazetteer) mend(tokens []token) {
	tries := 0
	for i := range tokens {
		t := &tokens[i]
		if len(t.text) < 5 || g.known[t.text] || tries >= maxMended {
			continue
		}
		tries++
		by := g.near
		for back := 1; back <= 3 && back <= i && tokens[i-back+1].before != broken; back++ {
			if districtWords[tokens[i-back].text] {
				by = g.nearAll
			}
		}
		if letters(t.text) {
			t.mended = by.mend(t.text, g.same)
		}
	}
}

// same reports whether two spellings are names of the same regions.
func (g *gazetteer) same(a, b string) bool {
	x, y := g.entries[a], g.entries[b]
	return x != nil && y != nil && slices.Equal(x.regions, y.regions) && slices.Equal(x.places, y.places)
}

// formerly is the province that another was a part of, for people go on writing it.
var formerly = map[Code][]Code{
	"19": {"16"}, "21": {"14"}, "36": {"32"}, "65": {"64"}, "75": {"71"}, "76": {"73"}, "82": {"81"},
	"92": {"91"}, "93": {"91"}, "94": {"91"}, "95": {"91"}, "96": {"92", "91"},
}

// around are cities that people place in the neighbour that they were once part of or lie within.
var around = map[Code][]Code{
	"32.17": {"32.04", "32.73"}, "32.77": {"32.04", "32.73", "32.17"}, "32.76": {"32.01", "32.71", "31.74"}, "32.79": {"32.07"}, "32.18": {"32.07"},
	"35.79": {"35.07", "35.73"}, "36.74": {"36.03", "36.71", "31.74"}, "36.73": {"36.04"}, "63.72": {"63.71", "63.03"}, "52.08": {"52.01"},
	"34.01": {"34.71"}, "34.02": {"34.71"}, "34.03": {"34.71"}, "34.04": {"34.71"},
	"33.11": {"33.72"}, "35.15": {"35.78"}, "35.25": {"35.78"}, "33.22": {"33.74"}, "51.03": {"51.71"}, "73.73": {"73.17"}, "73.09": {"73.71"}, "73.06": {"73.71"},
	"15.72": {"15.01"}, "12.78": {"12.04"}, "82.72": {"82.71"}, "71.73": {"71.02"}, "96.71": {"96.01"}, "61.12": {"61.71"}, "12.07": {"12.71"},
	"36.03": {"36.74", "36.71"}, "32.16": {"32.75"}, "31.01": {"31.72"}, "74.72": {"74.04"}, "71.74": {"71.01"}, "16.10": {"16.02"}, "18.07": {"18.72"},
	"32.04": {"32.73"}, "32.01": {"32.71"}, "35.07": {"35.73"}, "11.06": {"11.71"}, "13.06": {"13.75"}, "33.08": {"33.71"}, "64.02": {"64.72"},
}

// decide lets the mentions narrow each other.
func (r *reader) decide() Reading {
	var strong, weak, side []*mention
	for i := range r.mentions {
		switch m := &r.mentions[i]; m.trust {
		case heard:
			strong = append(strong, m)
		case hinted:
			weak = append(weak, m)
		case beside:
			side = append(side, m)
		case nothing:
		}
	}
	if len(strong) == 0 && len(weak) == 0 {
		for _, m := range side { // a village mostly lies where the district of its name does
			if m.village && m.level != byName && m.entry.care == sure && (m.level == byPlace && !m.entry.elsewhere() || m.entry.alone) {
				strong = append(strong, m)
			}
		}
	}
	if len(strong) == 0 {
		return r.guess(weak, side)
	}
	// What is certain speaks first; it is not to be overruled by what is not.
	slices.SortStableFunc(strong, func(a, b *mention) int { return cmp.Compare(a.rank(), b.rank()) })
	first := *strong[0]
	var against []*mention
	for _, m := range strong[1:] {
		if !first.join(m) {
			against = append(against, m)
		}
	}
	if second, ok := r.overruled(&first, against); ok {
		first, against = second, nil
	}
	if parent, ok := r.namesake(&first, against); ok {
		first, against = *parent, nil
	}
	for _, m := range against {
		switch {
		case m.kind == 0 && len(narrow(first.codes, m.entry.districts)) > 0: // Kediri, Lombok Barat
			first.codes = narrow(first.codes, m.entry.districts)
			continue
		case first.agreed > 0 && m.kind == 0 && m.from < first.from, // a village's namesake stands first
			m.entry.care != sure && m.kind == 0 && r.goesOn(m):
			continue
		case m.level == byDistrict && !m.district, m.mended && !first.mended, first.at && !m.at && m.level == byName && m.kind == 0 && first.level != byDistrict:
			continue // a village's namesake, a chance likeness, where somebody comes from
		}
		if len(strong) == 2 && m.at && !first.at && first.kind == 0 {
			first = *m
			continue
		}
		return ask(WhyContradiction, append(slices.Clone(first.codes), m.codes...))
	}
	for _, m := range append(side, weak...) {
		if both := narrow(first.codes, m.codes); len(both) > 0 && !m.away {
			first.codes = both
			first.level = max(first.level, m.level)
		}
	}
	return first.reading()
}

// overruled returns what the others say where they agree against a first name that may be a namesake's: a village
// before its regency, a district, a part of an unknown name.
func (r *reader) overruled(first *mention, against []*mention) (mention, bool) {
	if first.kind != 0 || first.agreed > 0 || len(against) == 0 {
		return mention{}, false
	}
	second := *against[0]
	for _, m := range against[1:] {
		if !second.join(m) {
			return mention{}, false
		}
	}
	if both := narrow(second.codes, first.entry.districts); len(both) > 0 && second.level == byName {
		second.codes = both
		return second, true
	}
	villages := second.agreed > 0 && !slices.ContainsFunc(against, func(m *mention) bool { return m.from < first.from })
	partial := first.entry.care != sure && r.goesOn(first) && !r.goesOn(against[0])
	return second, villages || partial
}

// namesake returns the region of which the text says that a quarter lies in it although another of that name is known: a
// beach, a street's quarter, a part of a longer name. Capitals have no namesakes, so there the names contradict each other.
func (r *reader) namesake(first *mention, against []*mention) (*mention, bool) {
	if len(against) != 1 {
		return nil, false
	}
	quarter, parent := first, against[0]
	if quarter.from > parent.from {
		quarter, parent = parent, quarter
	}
	if parent.level != byName || quarter.kind != 0 || quarter.district ||
		quarter.entry.capital || quarter.agreed > 0 || quarter.mended || parent.mended || parent.away {
		return nil, false
	}
	if inside := append(narrow(parent.codes, quarter.entry.districts), lies(quarter.entry.districts, parent.codes)...); len(inside) > 0 {
		within := *parent
		within.codes = inside[:1]
		return &within, len(inside) == 1 && parent.lead == quarter.to
	}
	if quarter.level == byName {
		return nil, false
	}
	longer := r.goesOn(quarter) && parent.lead <= quarter.to+2 && r.tokens[parent.lead].before != broken
	return parent, parent.lead == quarter.to || longer
}

// goesOn reports whether the name that a mention is part of goes on with a word that no gazetteer knows.
func (r *reader) goesOn(m *mention) bool {
	next := r.next(m.to)
	return next != "" && !fillers[next] && !carriers[next] && leads[next] == (lead{})
}

// guess asks about names that may mean a place.
func (r *reader) guess(weak, side []*mention) Reading {
	if len(weak) == 0 {
		return Reading{Why: WhyUnknown}
	}
	first := *weak[0]
	var all []Code
	for _, m := range weak {
		if !first.join(m) {
			all = append(all, m.codes...)
		}
	}
	for _, m := range side {
		if both := narrow(first.codes, m.codes); len(both) > 0 {
			first.codes = both
		}
	}
	return ask(WhyUnsure, append(slices.Clone(first.codes), all...))
}

// rank orders mentions by how much they decide.
func (m *mention) rank() int {
	rank := 4 * int(m.level)
	if m.kind != 0 || m.district {
		rank -= 2
	}
	if m.mended {
		rank += 16
	}
	if m.entry.care != sure {
		rank++
	}
	return rank
}

// join narrows m by o and reports whether the two can be meant together.
func (m *mention) join(o *mention) bool {
	if both := narrow(m.codes, o.codes); len(both) > 0 {
		m.codes = both
		m.agreed++
		m.from = max(m.from, o.from)
		m.level = max(m.level, o.level)
		m.at = m.at || o.at
		m.mended = m.mended && o.mended
		return true
	}
	// "Lembang, Bandung" is in Bandung Barat, "Batam, Riau" in the younger province.
	if inside := lies(o.codes, m.codes); len(inside) > 0 && (m.kind == 0 || m.kind == isProvince) {
		m.codes, m.level, m.kind = inside, o.level, o.kind
		return true
	}
	if inside := lies(m.codes, o.codes); len(inside) > 0 && (o.kind == 0 || o.kind == isProvince) {
		m.codes = inside
		return true
	}
	return false
}

// lies returns those of the inner regions that people may place in an outer one though they are not in it.
func lies(inner, outer []Code) []Code {
	var all []Code
	for _, c := range inner {
		loose := slices.ContainsFunc(around[c], func(o Code) bool { return slices.Contains(outer, o) }) ||
			slices.ContainsFunc(formerly[c.Province()], func(o Code) bool { return slices.Contains(outer, o) }) ||
			slices.ContainsFunc(outer, func(o Code) bool { return within(c, o) })
		if loose {
			all = append(all, c)
		}
	}
	return all
}

// within reports whether a region's name begins with another's: Luwu Utara, Luwu.
func within(c, o Code) bool {
	if len(c) == 2 || len(o) == 2 || c.Province() != o.Province() {
		return false
	}
	a, _ := Lookup(c)
	b, _ := Lookup(o)
	return strings.HasPrefix(bare(a.Name), bare(b.Name)+" ")
}

func bare(name string) string {
	_, name, _ = strings.Cut(name, " ")
	return name
}

// reading says what came out.
func (m *mention) reading() Reading {
	if len(m.codes) > 1 {
		return ask(WhyAmbiguous, m.codes)
	}
	why := [...]string{byName: WhyName, byPlace: WhyTown, byDistrict: WhyDistrict}[m.level]
	c := m.codes[0]
	if len(c) == 2 {
		return Reading{Province: c, Why: why}
	}
	return Reading{Regency: c, Province: c.Province(), Why: why}
}

// ask is the reading of what is not certain. The province is certain where all are in it.
func ask(why string, codes []Code) Reading {
	var distinct []Code
	for _, c := range codes {
		if !slices.Contains(distinct, c) {
			distinct = append(distinct, c)
		}
	}
	r := Reading{Ask: true, Why: why, Province: distinct[0].Province()}
	for _, c := range distinct {
		if c.Province() != r.Province {
			r.Province = ""
		}
	}
	if why != WhyAmbiguous {
		r.Province = ""
	}
	if len(distinct) <= maxCandidates {
		r.Candidates = distinct
	}
	return r
}
