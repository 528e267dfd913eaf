package conversation

import (
	"slices"
	"strings"

	"kentongan/reports/region"
)

// mention reads the place that begins at word from, and returns the word behind it.
func (f *placeFinder) mention(from int) (m placeMention, end int) {
	r := placeReader{placeFinder: f, from: from, end: from}
	for r.end < len(f.tokens) && r.end-from < maxPlaceWords && r.step() {
	}
	r.trim()
	if r.end == from {
		return placeMention{}, from + 1
	}
	if !r.known && !r.site && !r.named && !f.tokens[from].proper {
		return placeMention{}, r.end // "di lembur": a district somewhere, but hardly meant
	}
	m.words = strings.TrimSpace(f.text[f.tokens[from].from:f.tokens[r.end-1].to])
	read := region.Read(m.words)
	switch {
	case read.Regency != "":
		m.score = 4
	case read.Ask && len(read.Candidates) > 0, read.Province != "":
		m.score = 3
	}
	if r.named {
		m.score += 2
	}
	if r.site {
		m.score++
	}
	m.kind = r.site || r.named
	return m, r.end
}

// placeReader reads one place, word by word.
type placeReader struct {
	*placeFinder
	from, end int
	// settled: a region's name has come, after which only what belongs to a place
	// can follow.
	settled     bool
	known       bool // a region's name is in it
	road        bool // it leads from one place to another
	unknown     int  // words since the last that is known to belong to a place
	site, named bool
}

// step takes the next word, or returns false where the place is over.
func (r *placeReader) step() bool {
	t, next := r.tokens[r.end], r.at(r.end+1)
	first := r.end == r.from
	switch {
	case t.stop && !first:
		return false
	case t.name > 0:
		if !first && t.comma && !t.proper && !t.sure {
			return false
		}
		r.named = r.named || villages[t.low] && t.name > 1
		r.site = r.site || sites[t.low]
		r.road = r.road || roads[t.place()]
		r.end += t.name
		r.settled, r.known, r.unknown = true, true, 0
		return true
	case linking[t.low] || t.low == "dan":
		if !first && !(r.road && (next.name > 0 || next.site() || next.proper && !placeEnds[next.low]) && (t.low != "dan" || r.joins())) {
			return false
		}
		if !first {
			r.settled = false
		}
		r.road = true
	case r.hyphenated():
		r.settled = false
	case !first && (t.low == "di" || t.low == "in" || precisely[t.low]):
		if next.low == "" || placeEnds[next.low] || noPlaces[next.low] {
			return false
		}
		if next.name == 0 && !next.site() && !beside[next.low] && !next.proper && next.low != "di" {
			return false
		}
		r.settled = false
	case t.site():
		if !r.takesSite(t, next, first) {
			return false
		}
	case beside[t.low]:
		if next.low == "" || placeEnds[next.low] || noPlaces[next.low] ||
			!next.site() && next.name == 0 && !next.proper && next.low != "the" && !(closeBy[t.low] && !first && !verbal(next.low)) {
			return false
		}
		r.road = r.road || roads[t.low]
		r.settled, r.unknown = false, 0
	case whose[t.low] && !first && next.name > 0 && r.tokens[r.end-1].site():
	case t.low == "the" && !first && beside[r.tokens[r.end-1].low]:
	case first:
		return r.take()
	default:
		return r.takesUnknown(t)
	}
	r.end++
	return true
}

// take takes a word of which nothing is known.
func (r *placeReader) take() bool {
	r.unknown++
	r.end++
	return true
}

// takesSite tells whether a word for a place goes on with the one that is read.
func (r *placeReader) takesSite(t, next placeToken, first bool) bool {
	low := t.place()
	bareSite := next.low == "" || placeEnds[next.low] || noPlaces[next.low] || beside[next.low] || verbal(next.low) && !next.proper
	tied := r.end > r.from && (beside[r.tokens[r.end-1].low] || r.tokens[r.end-1].low == "di" || r.tokens[r.end-1].low == "the")
	if !first && !tied && next.name == 0 {
		switch {
		case bareSite && (r.settled || t.comma || sitesNamed[low] || low == "kali"),
			t.comma && !t.proper && !next.proper,
			r.settled && generic[low] && !next.proper:
			return false
		}
	}
	r.road = r.road || roads[low]
	r.site = r.site || sites[low]
	r.named = r.named || sitesNamed[low] && !bareSite
	r.settled, r.unknown = false, 0
	return true
}

// takesUnknown tells whether a word belongs to a place of which nothing is known.
func (r *placeReader) takesUnknown(t placeToken) bool {
	prev := r.tokens[r.end-1]
	headed := (prev.site() || grand[prev.low]) && !t.comma // the first word of a name
	switch {
	case placeEnds[t.low], noPlaces[t.low]:
		return false
	case compass[t.low] && !t.comma:
	case r.settled && !(t.proper && isNumber(t.low) && prev.site()):
		// Only a town may still come: "Bukit Indah Purwakarta", "Kaliwungu, Boja, Kendal".
		if t.comma && !t.proper || verbal(t.low) && !t.proper || !r.nameAhead(3) {
			return false
		}
	case t.comma && !t.proper && !r.nameAhead(2):
		return false
	case !t.proper && !headed && verbal(t.low) && !(r.unknown == 0 && prev.site()):
		return false
	case !t.proper && !grand[t.low] && r.unknown >= maxUnknown:
		return false
	case isNumber(t.low) && !prev.site() && (placeEnds[r.at(r.end+1).low] || isNumber(prev.low)):
		return false // "8 jam"
	}
	if !grand[t.low] && t.low != "no" && t.low != "nomor" {
		r.unknown++
	}
	r.end++
	return true
}

// nameAhead reports whether a region's name stands within the next words.
func (r *placeReader) nameAhead(words int) bool {
	for n := 1; n <= words; n++ {
		if t := r.at(r.end + n); t.name > 0 {
			return true
		} else if t.low == "" || placeEnds[t.low] {
			return false
		}
	}
	return false
}

// joins reports whether the place lies between two: "antara A dan B".
func (r *placeReader) joins() bool {
	return slices.ContainsFunc(r.tokens[r.from:r.end], func(t placeToken) bool {
		switch t.low {
		case "antara", "perbatasan", "batas", "penghubung":
			return true
		}
		return false
	})
}

// hyphenated reports whether a dash joins the next word to a road: "Purwodadi - Blora".
func (r *placeReader) hyphenated() bool {
	t := r.tokens[r.end]
	return r.end > r.from && r.road && t.hyphen && t.name == 0 && t.proper && !placeEnds[t.low]
}

// trim takes from the end what does not end a place.
func (r *placeReader) trim() {
	for r.end > r.from {
		t := r.tokens[r.end-1]
		if t.low != "di" && t.low != "in" && t.low != "the" && t.low != "dan" && !precisely[t.low] && !beside[t.low] && !linking[t.low] && t.low != "no" {
			return
		}
		if r.end-1 > r.from && r.tokens[r.end-2].name > 1 {
			return
		}
		r.end--
	}
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
