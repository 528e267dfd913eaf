package conversation

import (
	"net/url"
	"regexp"
	"strings"

	"kentongan/reports/region"
)

// PlaceReading is what the machine makes of a text that tells a place.
type PlaceReading struct {
	// Regency and Province are codes, empty where they are not certain. A
	// province may be certain where its regency is not.
	Regency, Province region.Code
	// Lat and Lon are in degrees; meaningful only where Pin is set. No region is
	// read from them: there is no open table of borders that is small and right.
	Lat, Lon float64
	Pin      bool
	// Ask tells that the citizen would be asked between the Candidates, the
	// likeliest first, or which of the province's regencies is meant. Without either
	// the words are all that there is.
	Ask        bool
	Candidates []region.Code
	// Why is one of region's words for it, "pin" where there is only a point,
	// "short_link" for a link that hides where it leads, or "province" where nothing
	// smaller was told.
	Why string
	// Reading is the region as the bot says it back: "Kabupaten Hulu Sungai
	// Tengah, Kalimantan Selatan". Empty where none is certain.
	Reading string
}

// whyShortLink: only the map service knows where the link leads.
const whyShortLink = "short_link"

const (
	whyPin      = "pin"
	whyProvince = "province"
)

// ReadPlace reads text as an answer to "where did it happen?": coordinates,
// links of map services that show them, and the words, of which it reads the
// first 65,536 characters. It contacts nobody.
func ReadPlace(text string) PlaceReading {
	var p PlaceReading
	if lat, lon, ok := point(text); ok && onEarth(lat, lon) {
		p.Lat, p.Lon, p.Pin = lat, lon, true
	}
	words := text
	hidden := false
	if strings.Contains(text, "://") || strings.Contains(text, "goo.gl") {
		words, hidden = linked(text)
	}
	r := region.Read(words)
	p.Regency, p.Province, p.Ask, p.Candidates, p.Why = r.Regency, r.Province, r.Ask, r.Candidates, r.Why
	p.Reading = regionName(p.region())
	if p.Province != "" && p.Regency == "" && !p.Ask && !p.Pin {
		p.Ask, p.Why = true, whyProvince
	}
	if p.Pin && p.region() == "" && !p.Ask {
		p.Why = whyPin
	}
	if hidden && !p.Pin && p.region() == "" && !p.Ask {
		p.Why = whyShortLink
	}
	return p
}

// region is the regency, else the province, that is certain.
func (p *PlaceReading) region() region.Code {
	if p.Regency != "" {
		return p.Regency
	}
	return p.Province
}

// regionName is a region with its province, as official names have it.
func regionName(c region.Code) string {
	r, ok := region.Lookup(c)
	if !ok {
		return ""
	}
	if r.IsProvince() {
		return r.Name
	}
	p, _ := region.Lookup(r.Province)
	return r.Name + ", " + p.Name
}

// maxLinks is how many links of a text are looked into.
const maxLinks = 16

var (
	shortLink = regexp.MustCompile(`(?i)\b(?:maps\.app\.goo\.gl|goo\.gl/maps|goo\.gl/\w|g\.co/kgs|maps\.apple/p|waze\.com/ul/h)`)
	// linkPlace finds the name of a place in a link: /place/Pasar+Keramat/, ?q=Barabai.
	linkPlace = regexp.MustCompile(`/maps/(?:place|search)/([^/@?]+)|[?&](?:q|query|daddr|destination|address)=([^&]+)`)
)

// linked returns text with every link replaced by the place that it names, for
// the rest of a link is no words. Hidden: a link among them tells its place to
// its map service only.
func linked(text string) (words string, hidden bool) {
	var b strings.Builder
	b.Grow(len(text))
	links := 0
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		b.WriteByte(' ')
		if !strings.Contains(part, "://") && !strings.Contains(part, "goo.gl") {
			b.WriteString(part)
			continue
		}
		if links++; links > maxLinks {
			continue
		}
		hidden = hidden || shortLink.MatchString(part)
		if m := linkPlace.FindStringSubmatch(part); m != nil {
			if name, err := url.QueryUnescape(m[1] + m[2]); err == nil {
				b.WriteString(", " + name + ",")
			}
		}
	}
	return b.String(), hidden
}

// placeOnly is words without the links and coordinates among them, which stand in the
// point of the place, or as they are where nothing else remains.
func placeOnly(words string) string {
	if !strings.Contains(words, "://") && !strings.Contains(words, "goo.gl") {
		return words
	}
	parts := strings.FieldsFunc(withoutLinks(words), func(r rune) bool { return r == '\n' })
	kept := parts[:0]
	for _, part := range parts {
		if part = strings.Trim(part, " ,.;:-()"); hasWords(part) {
			kept = append(kept, part)
		}
	}
	if len(kept) == 0 {
		return words
	}
	return strings.Join(kept, ", ")
}
