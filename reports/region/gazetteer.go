package region

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed capitals.csv
var capitalsData string

//go:embed aliases.csv
var aliasesData string

//go:embed districts.csv
var districtsData string

//go:embed words.csv
var wordsData string

//go:embed ordinary.txt
var ordinaryData string

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

// care says how far a name is to be trusted that is an ordinary word as well.
type care uint8

const (
	sure     care = iota
	doubtful      // malang, medan: needs a word such as "di" before it, or a part of the text to itself
	ordinary      // batu, tanjung: needs the kind before it, or another name beside it
)

// entry is all that one spelling may mean.
type entry struct {
	regions   []Code // whose name or short name it is
	own       int    // how many of them, the first, bear it officially
	places    []Code // in which a capital or well-known town of that name lies
	districts []Code // in which a district of that name lies
	alone     bool   // the district may be named without the word for it
	shared    bool   // it may, but other districts or villages bear the name as well
	care      care
	words     int
	capital   bool // a town of that name is a regency's capital
}

// elsewhere reports whether districts outside of the towns' regions bear the
// name: a village of that name may lie anywhere.
func (e *entry) elsewhere() bool {
	return slices.ContainsFunc(e.districts, func(c Code) bool { return !slices.Contains(e.places, c) })
}

// gazetteer is every name, by its words without the spaces between them.
type gazetteer struct {
	entries    map[string]*entry
	vocabulary map[string]bool // every word of the names of regions, capitals and towns
	known      map[string]bool // every word of every name, and ordinary words that are a typing error away from one
	near       *spelling       // words of regions, capitals and towns
	nearAll    *spelling       // and those of districts
	longest    int             // bytes of the longest key
	begins     [1 << 15]bool   // by start: whether a key begins so, for most words of a text begin no name
}

var names = sync.OnceValue(func() *gazetteer {
	g, err := readNames()
	if err != nil {
		panic("region: embedded names: " + err.Error()) // a test reads them, so no build that passed can get here
	}
	return g
})

func rows(data string) ([][]string, error) {
	rows, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	if err != nil {
		return nil, err
	}
	return rows[1:], nil
}

func readNames() (*gazetteer, error) {
	g := &gazetteer{entries: make(map[string]*entry, 10000), known: make(map[string]bool, 24000)}
	vocabulary, local := make(map[string]bool), make(map[string]bool)

	for _, r := range load().regions {
		for _, name := range r.spellings {
			e := g.name(name, vocabulary, r.Code)
			e.own = len(e.regions)
		}
	}
	aliases, err := rows(aliasesData)
	if err != nil {
		return nil, err
	}
	shared := make(map[string]bool)
	for _, row := range aliases {
		codes, err := codes(row[1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", row[0], err)
		}
		switch row[2] {
		case "short", "area":
			g.name(row[0], vocabulary, codes...)
		case "town", "shared":
			e := g.place(row[0], vocabulary, codes...)
			shared[e] = row[2] == "shared"
		default:
			return nil, fmt.Errorf("%s: unknown kind %q", row[0], row[2])
		}
	}
	capitals, err := rows(capitalsData)
	if err != nil {
		return nil, err
	}
	for _, row := range capitals {
		for _, name := range append(strings.Split(row[2], ";"), row[1]) {
			if name != "" {
				g.entries[g.place(name, vocabulary, Code(row[0]))].capital = true
			}
		}
	}
	if err := g.districts(local, shared); err != nil {
		return nil, err
	}
	cares, err := rows(wordsData)
	if err != nil {
		return nil, err
	}
	for _, row := range cares {
		e := g.entry(row[0], nil)
		e.care = doubtful
		if row[1] == "hard" {
			e.care = ordinary
		}
	}
	g.near, g.vocabulary = newSpelling(vocabulary), vocabulary
	for word := range vocabulary {
		local[word] = true
		g.known[word] = true
	}
	for word := range local {
		g.known[word] = true
	}
	g.nearAll = newSpelling(local)
	for word := range strings.FieldsSeq(ordinaryData) {
		g.known[word] = true
	}
	return g, nil
}

func (g *gazetteer) districts(local, shared map[string]bool) error {
	districts, err := rows(districtsData)
	if err != nil {
		return err
	}
	for _, row := range districts {
		if len(row[0]) != 8 {
			return fmt.Errorf("%s is no code of a district", row[0])
		}
		code := Code(row[0][:5])
		e := g.entry(row[1], local)
		if !slices.Contains(e.districts, code) {
			e.districts = append(e.districts, code)
		}
		e.alone, e.shared = row[2] == "yes", row[2] == "shared"
		if k, _ := key(row[1]); shared[k] && !slices.Contains(e.places, code) {
			e.places = append(e.places, code)
		}
	}
	return nil
}

// entry returns what a name means, so that more can be added, and notes its words.
func (g *gazetteer) entry(name string, vocabulary map[string]bool) *entry {
	joined, count := key(name)
	e := g.entries[joined]
	if e == nil {
		e = &entry{words: count}
		g.entries[joined] = e
		g.longest = max(g.longest, len(joined))
		if len(joined) >= 3 {
			g.begins[start([]byte(joined))] = true
		}
	}
	e.words = max(e.words, count)
	if vocabulary != nil {
		vocabulary[joined] = true
		for _, t := range words(name) {
			vocabulary[t.text] = true
		}
	}
	return e
}

// start is a number for the first three bytes of a key, the same for few others.
func start(key []byte) int {
	return int(key[0]&31)<<10 | int(key[1]&31)<<5 | int(key[2]&31)
}

func (g *gazetteer) name(name string, vocabulary map[string]bool, codes ...Code) *entry {
	e := g.entry(name, vocabulary)
	for _, c := range codes {
		if !slices.Contains(e.regions, c) {
			e.regions = append(e.regions, c)
		}
	}
	return e
}

func (g *gazetteer) place(name string, vocabulary map[string]bool, codes ...Code) string {
	e := g.entry(name, vocabulary)
	for _, c := range codes {
		if !slices.Contains(e.places, c) {
			e.places = append(e.places, c)
		}
	}
	joined, _ := key(name)
	return joined
}

func codes(list string) ([]Code, error) {
	var all []Code
	for c := range strings.SplitSeq(list, ";") {
		if _, ok := Lookup(Code(c)); !ok {
			return nil, fmt.Errorf("no region has the code %q", c)
		}
		all = append(all, Code(c))
	}
	return all, nil
}
