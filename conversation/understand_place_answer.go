package conversation

import (
	"slices"
	"strings"

	"kentongan/reports/region"
)

// placeSaying is what an answer to "where did it happen?" is. There are no
// others: what may be a place is one.
type placeSaying string

const (
	saysPlace   placeSaying = "place"
	saysUnknown placeSaying = "unknown" // they do not know it, or will not tell
	saysRemark  placeSaying = "remark"  // a greeting, "later", an insult, "as I said"
	saysStory   placeSaying = "story"   // more of what happened
)

const (
	// minStory is how many words without a place are a story.
	minStory = 4
	// minStoryAround is how many words are a story although they tell a place.
	minStoryAround = 12
)

// readPlaceAnswer tells what an answer to "where did it happen?" is. Words are
// the place: the whole answer, or the place that a story tells, empty where it
// tells none.
func readPlaceAnswer(text string) (is placeSaying, words string) {
	text = strings.TrimSpace(text)
	if _, _, ok := point(text); ok || strings.Contains(text, "://") || strings.Contains(text, "goo.gl") {
		return saysPlace, text
	}
	if is, ok := notAPlace(text); ok {
		return is, ""
	}
	f := newPlaceFinder(head(text, maxPlaceSearch))
	told := f.tellingWords()
	switch landmark, opens := f.landmark(); {
	case !landmark:
		if len(f.tokens) >= minStory && told >= 3 && region.Read(head(text, maxPlaceSearch)).Why == region.WhyUnknown {
			return saysStory, ""
		}
	case !opens && len(f.tokens) >= minStoryAround && told >= 3:
		if words, found := findPlace(text); found && strings.Contains(words, " ") {
			return saysStory, words
		}
		return saysStory, ""
	}
	return saysPlace, text
}

// notAPlace tells which remark a text is that has no word that could belong to a
// place. It returns false for every other. One small word that it does not know
// is forgiven where several others make the remark.
func notAPlace(text string) (is placeSaying, ok bool) {
	if len(text) > maxAnswer {
		return "", false
	}
	plain := plainWords(text)
	words, strange := 0, 0
	before := ""
	for i := 0; i < len(plain); {
		word := firstWord(plain[i:])
		n := unknowns.at(plain[i:])
		if n == 0 {
			n = deniesKnowing(plain[i:])
		}
		switch {
		case n > 0:
			is = saysUnknown
		case asides.at(plain[i:]) > 0:
			n = asides.at(plain[i:])
			if is == "" {
				is = saysRemark
			}
		default:
			if n = len(word); !placeless[word] && !placeless[squeezed(word)] && !laughs(word) {
				if strange++; placed[before] || closeBy[before] || !strings.Contains(text, word) {
					return "", false // "di X", or with a capital
				}
			}
		}
		before = word
		words++
		i += n + 1
	}
	if is == "" || strange == 0 {
		return is, is != ""
	}
	// "ga tau, Cikupa kayaknya" is a guess at a place.
	guesses := strings.Contains(text, ",") || slices.ContainsFunc(strings.Fields(plain), func(word string) bool { return hedges[word] })
	return is, strange == 1 && words >= 3 && !guesses && region.Read(text).Why == region.WhyUnknown
}

// deniesKnowing returns how many bytes of plain say that something is not known, or not
// wanted: "gak terlalu merhatiin".
func deniesKnowing(plain string) int {
	word := firstWord(plain)
	if !negations[word] && !denials[word] {
		return 0
	}
	n := len(word)
	for range 3 {
		if n+1 >= len(plain) {
			return 0
		}
		word = firstWord(plain[n+1:])
		n += 1 + len(word)
		if knowing[word] {
			return n
		}
		if !placeless[word] {
			return 0
		}
	}
	return 0
}

// landmark reports whether a place may be named in the text, and whether the text
// begins with it.
func (f *placeFinder) landmark() (found, opens bool) {
	opening := true
	for i := range f.tokens {
		t := &f.tokens[i]
		if t.name > 0 || t.site() && !f.calls(i-1) || beside[t.low] && t.low != "dalam" && t.low != "atas" {
			return true, opening
		}
		opening = opening && (placeless[t.low] || placed[t.low] || precisely[t.low])
	}
	return false, false
}

// calls reports whether word i is what somebody is called by: "pak RT".
func (f *placeFinder) calls(i int) bool {
	if i < 0 || f.tokens[i+1].stop {
		return false
	}
	switch f.tokens[i].low {
	case "pak", "bu", "bapak", "ibu", "ketua", "anak":
		return true
	}
	return false
}

// tellingWords counts words with which people tell what happened.
func (f *placeFinder) tellingWords() int {
	n := 0
	for i := range f.tokens {
		if low := f.tokens[i].low; placeEnds[low] || verbal(low) {
			n++
		}
	}
	return n
}
