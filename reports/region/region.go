// Package region knows Indonesia's 38 provinces and 514 regencies and cities: their codes, names and zones, and which
// of them a text places something in.
//
// Where its tables come from:
//
//   - regions.csv: codes and names of the Minister of Home Affairs' decree on codes and data of government regions,
//     Kepmendagri 300.2.2-2138/2025, as two public transcriptions of it give them alike, with abbreviations written
//     out. One name differs: Kabupaten Batang Hari is written apart, as the Constitutional Court ruled of UU 37/2024 on
//     27 May 2025, a month after the decree. The column also has other official spellings.
//   - districts.csv: the 7,285 districts of the same decree, from the transcription github.com/cahyadsn/wilayah (MIT,
//     © Cahya DSN). The column alone is computed from its list of villages: "yes" for a name that no other district
//     and at most two villages elsewhere bear, "shared" for one that more do, empty for one of ordinary words.
//   - capitals.csv: the capital of each of the 416 regencies, compiled for this project from public knowledge. All but
//     some forty are the name, or part of the name, of the regency, a district or a village of it in the decree, which
//     is how they were checked; the others, such as Maumere and Batusangkar, are towns that the decree does not list.
//   - aliases.csv: short and former names, abbreviations and some 850 well-known towns and quarters, compiled for this
//     project; nine in ten of the towns were found in the decree likewise. Its kinds: "short" is another name of the region, "area" a
//     larger one, "town" lies in the region, "shared" is a town whose name districts elsewhere bear too.
//   - words.csv: names that are ordinary words or abbreviations as well: "soft" ones need a word such as "di" before
//     them or a part of the text to themselves, "hard" ones more. Compiled for this project.
//   - ordinary.txt: ordinary words that are a typing error away from a name, and so are none: root words of the list of
//     github.com/sastrawi/sastrawi (MIT, © Andy Librian) with the common affixes, and some that reports are full of.
//
// Zones are those of Keppres 41/1987: WIB, WITA and WIT, without daylight saving. They follow provinces. Regions have
// no borders here: no open table of them is both small and right, so coordinates give no region.
package region

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zones must be right on a machine that has no zone database
)

// Code is Kemendagri's code of a region: "63" a province, "63.07" a regency (01 to 69) or city (71 to 99) in it.
type Code string

// Province returns the code of the province that c lies in, which for a province is c itself. It looks at the form
// only, takes the codes of districts and villages ("63.07.01.2003") too, and is empty if c has not that form.
func (c Code) Province() Code {
	if len(c) < 2 || !isDigit(c[0]) || !isDigit(c[1]) || len(c) > 2 && c[2] != '.' {
		return ""
	}
	return c[:2]
}

// Region is a province, regency or city.
type Region struct {
	Code     Code
	Name     string // in full: "Kalimantan Selatan", "Kabupaten Hulu Sungai Tengah", "Kota Banjarmasin"
	Province Code   // for a province its own code
	Zone     string // for time.LoadLocation: "Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar" or "Asia/Jayapura"
}

// IsProvince reports whether r is a province and not a regency or city.
func (r Region) IsProvince() bool { return r.Code == r.Province }

// Provinces returns the provinces by code. The slice is the caller's.
func Provinces() []Region {
	all := load()
	provinces := make([]Region, len(all.provinces))
	for i, p := range all.provinces {
		provinces[i] = all.regions[p.first].Region
	}
	return provinces
}

// Regencies returns the regencies and cities of a province by code, which puts regencies first. There are none if the
// code is not that of a province. The slice is the caller's.
func Regencies(province Code) []Region {
	all := load()
	p, ok := all.province(province)
	if !ok || p.code != province {
		return nil
	}
	regencies := make([]Region, 0, p.end-p.first-1)
	for _, r := range all.regions[p.first+1 : p.end] {
		regencies = append(regencies, r.Region)
	}
	return regencies
}

// Lookup returns the region with this code.
func Lookup(c Code) (Region, bool) {
	all := load()
	if i, ok := all.find(c); ok {
		return all.regions[i].Region, true
	}
	return Region{}, false
}

// Zone returns the zone of the province that c lies in; see [Code.Province] for which codes it takes. It is nil and
// false if there is no such province.
func Zone(c Code) (*time.Location, bool) {
	if p, ok := load().province(c); ok {
		return p.zone, true
	}
	return nil, false
}

// Label returns what people call the zone of c, "WIB", "WITA" or "WIT", and is empty where [Zone] is false.
func Label(c Code) string {
	if p, ok := load().province(c); ok {
		return p.label
	}
	return ""
}

// zones are the four that Indonesia has. The offset serves if the zone database cannot be read: complaints must not
// stop for that, and since 1988 nothing has changed.
var zones = map[string]struct {
	label string
	hours int
}{
	"Asia/Jakarta":   {"WIB", 7},
	"Asia/Pontianak": {"WIB", 7},
	"Asia/Makassar":  {"WITA", 8},
	"Asia/Jayapura":  {"WIT", 9},
}

//go:embed regions.csv
var data string

// atlas is everything, read once.
type atlas struct {
	regions   []named // by code, so that a province comes before its regencies
	provinces []province
	byCode    [10][10]int // by the two digits of its code: a province's place in provinces, from 1
}

// named is a region with every spelling of its name, without the word for its kind.
type named struct {
	Region
	spellings []string
}

type province struct {
	code       Code
	first, end int // its own place in regions, and the end of its regencies
	zone       *time.Location
	label      string
}

var load = sync.OnceValue(func() *atlas {
	all, err := read(data)
	if err != nil {
		panic("region: embedded data: " + err.Error()) // a test reads it, so no build that passed can get here
	}
	return all
})

func read(data string) (*atlas, error) {
	rows, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	if err != nil {
		return nil, err
	}
	all := &atlas{}
	for i, row := range rows[1:] { // the header
		code, name, zone, also := Code(row[0]), row[1], row[2], row[3]
		if i > 0 && all.regions[i-1].Code >= code {
			return nil, fmt.Errorf("%s is not in order", code)
		}
		bare := name
		switch within := code.Province(); {
		case within == code:
			known, ok := zones[zone]
			if !ok {
				return nil, fmt.Errorf("%s: unknown zone %q", code, zone)
			}
			loc, err := time.LoadLocation(zone)
			if err != nil {
				loc = time.FixedZone(known.label, known.hours*60*60)
			}
			all.provinces = append(all.provinces, province{code: code, first: i, zone: loc, label: known.label})
			all.byCode[code[0]-'0'][code[1]-'0'] = len(all.provinces)
		case within == "" || len(all.provinces) == 0 || all.provinces[len(all.provinces)-1].code != within:
			return nil, fmt.Errorf("%s does not follow its province", code)
		default:
			zone = all.regions[all.provinces[len(all.provinces)-1].first].Zone
			if _, bare, _ = strings.Cut(name, " "); bare == "" {
				return nil, fmt.Errorf("%s: %q does not say whether it is a regency or a city", code, name)
			}
			bare = strings.TrimPrefix(bare, "Administrasi ") // in Jakarta
		}
		all.provinces[len(all.provinces)-1].end = i + 1
		spellings := []string{bare}
		if also != "" {
			spellings = append(spellings, strings.Split(also, ";")...)
		}
		all.regions = append(all.regions, named{Region{Code: code, Name: name, Province: code.Province(), Zone: zone}, spellings})
	}
	return all, nil
}

// province returns the province that c lies in.
func (all *atlas) province(c Code) (province, bool) {
	c = c.Province()
	if c == "" {
		return province{}, false
	}
	i := all.byCode[c[0]-'0'][c[1]-'0']
	if i == 0 {
		return province{}, false
	}
	return all.provinces[i-1], true
}

func (all *atlas) find(c Code) (int, bool) {
	return slices.BinarySearchFunc(all.regions, c, func(r named, c Code) int {
		return strings.Compare(string(r.Code), string(c))
	})
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
