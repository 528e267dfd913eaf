package conversation

import (
	"regexp"
	"strconv"
	"strings"

	"kentongan/reports/region"
)

// maxCoordinates is how many bytes of a text are searched for coordinates.
const maxCoordinates = 4000

// Coordinates in links of map services: the pin before the middle of the map
// that happened to be shown.
var mapLinks = []*regexp.Regexp{
	regexp.MustCompile(`!3d(-?\d{1,2}\.\d+)!4d(-?\d{1,3}\.\d+)`),
	regexp.MustCompile(`[?&](?:q|query|ll|sll|daddr|saddr|destination|coordinate|center|mlat)=(?:loc:)?(-?\d{1,2}\.\d+)(?:,|%2C|&mlon=)(?:\+|%20)?(-?\d{1,3}\.\d+)`),
	regexp.MustCompile(`geo:(-?\d{1,2}\.\d+),(-?\d{1,3}\.\d+)`),
	regexp.MustCompile(`/maps/(?:place|search|dir)/(?:[^/\s]*/)?(-?\d{1,2}\.\d+),(?:\+|%20)?(-?\d{1,3}\.\d+)`),
	regexp.MustCompile(`/@(-?\d{1,2}\.\d+),(-?\d{1,3}\.\d+)`),
	regexp.MustCompile(`#map=\d+(?:\.\d+)?/(-?\d{1,2}\.\d+)/(-?\d{1,3}\.\d+)`),
}

var (
	// plainPair finds two decimal numbers with at least two decimals each.
	plainPair = regexp.MustCompile(`(-?\d{1,3}\.\d{2,})°?\s*[,; ]\s*(-?\d{1,3}\.\d{2,})°?`)
	// commaPair finds such numbers as Indonesian writes them, with a comma: -2,58333 115,38333.
	commaPair = regexp.MustCompile(`(-?\d{1,2}),(\d{4,})°?\s*[,; ]\s*(-?\d{1,3}),(\d{4,})°?`)
	// quarters finds 2.58333 LS, 115.38333 BT.
	quarters = regexp.MustCompile(`(\d{1,2}[.,]\d{2,})°?\s*(S|N|LS|LU)[\s,;]+(\d{1,3}[.,]\d{2,})°?\s*(E|W|BT|BB|T)\b`)
	// degrees finds 2°35'12.3"S 115°22'47.1"E, also with LS, LU and BT.
	degrees = regexp.MustCompile(`(\d{1,2})°\s*(\d{1,2})['′’]\s*(\d{1,2}(?:\.\d+)?)(?:"|″|”|'')\s*(S|N|LS|LU)[\s,]+` +
		`(\d{1,3})°\s*(\d{1,2})['′’]\s*(\d{1,2}(?:\.\d+)?)(?:"|″|”|'')\s*(E|W|BT|BB|T)\b`)
)

// coordinates is the [point] of a text that names no region in words beside it. A
// story that tells both is for [turn.placeFrom].
func coordinates(text string) (lat, lon float64, ok bool) {
	lat, lon, ok = point(text)
	if !ok {
		return 0, 0, false
	}
	words, found := findPlace(text)
	if !found {
		return lat, lon, true
	}
	why := region.Read(words).Why
	return lat, lon, why == region.WhyUnknown || why == region.WhyUnsure
}

// point finds a latitude and longitude in degrees: in the link of a map
// service, or as a plain pair such as "-2.58, 115.38". A plain pair counts only
// where it lies in Indonesia, for prices and measures come in pairs too. Links
// that hide their coordinates behind a short name give nothing.
func point(text string) (lat, lon float64, ok bool) {
	text = head(text, maxCoordinates)
	if lat, lon, ok := plusCode(text); ok {
		return lat, lon, true
	}
	if m := quarters.FindStringSubmatch(text); m != nil {
		lat, lon = decimal(strings.Replace(m[1], ",", ".", 1)), decimal(strings.Replace(m[3], ",", ".", 1))
		if m[2] == "S" || m[2] == "LS" {
			lat = -lat
		}
		if m[4] == "W" || m[4] == "BB" {
			lon = -lon
		}
		if onEarth(lat, lon) {
			return lat, lon, true
		}
	}
	if m := commaPair.FindStringSubmatch(text); m != nil {
		lat, lon = decimal(m[1]+"."+m[2]), decimal(m[3]+"."+m[4])
		if inIndonesia(lat, lon) {
			return lat, lon, true
		}
	}
	if decimals(text) == 0 && !strings.Contains(text, "°") {
		return 0, 0, false
	}
	for _, link := range mapLinks {
		if m := link.FindStringSubmatch(text); m != nil {
			lat, lon = decimal(m[1]), decimal(m[2])
			if onEarth(lat, lon) {
				return lat, lon, true
			}
		}
	}
	if m := degrees.FindStringSubmatch(text); m != nil {
		lat, lon = sexagesimal(m[1:4]), sexagesimal(m[5:8])
		if m[4] == "S" || m[4] == "LS" {
			lat = -lat
		}
		if m[8] == "W" || m[8] == "BB" {
			lon = -lon
		}
		if onEarth(lat, lon) {
			return lat, lon, true
		}
	}
	if decimals(text) < 2 {
		return 0, 0, false
	}
	found := false
	for _, at := range plainPair.FindAllStringSubmatchIndex(text, 16) {
		a, b := text[at[2]:at[3]], text[at[4]:at[5]]
		if joined(text, at[0], at[1]) || thousands(a, b) || money(text[:at[0]]) {
			continue
		}
		y, x := decimal(a), decimal(b)
		if inIndonesia(x, y) { // longitude first; no latitude is that large
			y, x = x, y
		}
		if !inIndonesia(y, x) {
			continue
		}
		if found && (y != lat || x != lon) {
			return 0, 0, false // two places: which one is not ours to guess
		}
		lat, lon, found = y, x, true
	}
	return lat, lon, found
}

// decimals counts the points that digits follow, up to 2: without them the slow
// search is in vain.
func decimals(text string) int {
	n := 0
	for i := 0; i+1 < len(text) && n < 2; i++ {
		if text[i] == '.' && text[i+1] >= '0' && text[i+1] <= '9' {
			n++
		}
	}
	return n
}

func decimal(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 999 // on no globe
	}
	return f
}

func sexagesimal(parts []string) float64 {
	m, s := decimal(parts[1]), decimal(parts[2])
	if m >= 60 || s >= 60 {
		return 999
	}
	return decimal(parts[0]) + m/60 + s/3600
}

func onEarth(lat, lon float64) bool {
	return lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 && (lat != 0 || lon != 0)
}

// inIndonesia reports whether a point lies in the rectangle around Indonesia,
// with its sea.
func inIndonesia(lat, lon float64) bool {
	return lat >= -11.5 && lat <= 6.5 && lon >= 94.5 && lon <= 141.5
}

// joined reports whether the pair is cut out of something longer: 1.234,5.678,9.
func joined(text string, from, to int) bool {
	near := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] == '.' || text[i] == '-')
	}
	if from > 0 && near(from-1) {
		return true
	}
	// A full stop ends a sentence unless digits follow it.
	if to < len(text) && text[to] == '.' {
		return near(to + 1)
	}
	return near(to) || (to+1 < len(text) && text[to] == ',' && near(to+1))
}

// thousands reports whether both numbers look like 1.500, 115.000: what other
// languages write 1,500.
func thousands(a, b string) bool {
	three := func(s string) bool { return !strings.HasPrefix(s, "-") && len(s)-strings.IndexByte(s, '.') == 4 }
	return three(a) && three(b)
}

// money reports whether what stands before the pair says that it is a price.
func money(before string) bool {
	before = strings.ToLower(strings.TrimRight(before, " ."))
	return strings.HasSuffix(before, "rp") || strings.HasSuffix(before, "idr") || strings.HasSuffix(before, "$")
}

// pointed finds what of a text shows a point to machines only: links and pairs
// of numbers with decimals.
var pointed = regexp.MustCompile(`\S*(?:://|goo\.gl)\S*|-?\d{1,3}\.\d{3,}°?\s*[,; ]\s*-?\d{1,3}\.\d{3,}°?`)

// withoutLinks returns text with a line break and spaces in the place of links and
// coordinates, so that the other words stand where they stood.
func withoutLinks(text string) string {
	if !strings.Contains(text, "://") && !strings.Contains(text, "goo.gl") && decimals(text) < 2 {
		return text
	}
	return pointed.ReplaceAllStringFunc(text, func(link string) string {
		return "\n" + strings.Repeat(" ", len(link)-1)
	})
}
