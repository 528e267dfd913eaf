package region

import (
	"cmp"
	"math/bits"
	"slices"
)

// maxMended is how many unknown words of a text are looked up for typing errors: an answer has fewer, and a longer
// text stays linear.
const maxMended = 200

// spelling finds the word that a typing error was made in.
type spelling struct {
	words  []string // by length, then alphabet
	masks  []uint32
	length [40]int // where the words of a length begin
}

func newSpelling(vocabulary map[string]bool) *spelling {
	s := &spelling{}
	for word := range vocabulary {
		if len(word) >= 5 && len(word) < len(s.length)-1 && letters(word) {
			s.words = append(s.words, word)
		}
	}
	slices.SortFunc(s.words, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	s.masks = make([]uint32, len(s.words))
	for i, word := range s.words {
		s.masks[i] = mask(word)
	}
	at := 0
	for n := range s.length {
		for at < len(s.words) && len(s.words[at]) < n {
			at++
		}
		s.length[n] = at
	}
	return s
}

// mend returns the word that is nearest to a misspelt one, or nothing where none is near, or two
// that are not the same. Up to eight
// letters forgive one error, longer words two; the first letter is right unless a long word has no other error.
func (s *spelling) mend(word string, same func(a, b string) bool) string {
	allowed := 1
	switch n := len(word); {
	case n < 5 || n > 34:
		return ""
	case n > 8:
		allowed = 2
	}
	m := mask(word)
	best, nearest, alike, twice := "", allowed+1, false, false
	for i := s.length[len(word)-allowed]; i < s.length[len(word)+allowed+1]; i++ {
		if bits.OnesCount32(m^s.masks[i]) > 2*allowed {
			continue
		}
		candidate := s.words[i]
		d := distance(word, candidate, allowed)
		if candidate[0] != word[0] {
			if d > 1 || len(word) < 7 {
				continue
			}
			d++
		}
		if d > allowed+1 || d > allowed && candidate[0] == word[0] {
			continue
		}
		skeleton := consonant(word, candidate)
		switch {
		case d < nearest || best == "" || (d == nearest && skeleton && !alike):
			best, nearest, alike, twice = candidate, d, skeleton, false
		case d == nearest && skeleton == alike && !same(best, candidate):
			twice = true
		}
	}
	if twice {
		return ""
	}
	return best
}

// consonant reports whether a and b have the same consonants: people leave out vowels more than anything else.
func consonant(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && vowel(a[i]) {
			i++
		}
		for j < len(b) && vowel(b[j]) {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if a[i] != b[j] {
			return false
		}
		i++
		j++
	}
}

func vowel(c byte) bool { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' }

func letters(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return true
}

func mask(word string) uint32 {
	var m uint32
	for i := range len(word) {
		m |= 1 << (word[i] & 31)
	}
	return m
}

// distance counts the letters that are left out, added, mistaken or swapped with their neighbour between a and b,
// both of fewer than 40. Beyond limit it is not exact.
func distance(a, b string, limit int) int {
	var row [3][40]uint8
	two, one, now := &row[0], &row[1], &row[2]
	for j := range len(b) + 1 {
		one[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		now[0] = uint8(i)
		least := now[0]
		for j := 1; j <= len(b); j++ {
			d := one[j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, one[j]+1, now[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, two[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if int(least) > limit {
			return limit + 1
		}
		two, one, now = one, now, two
	}
	return int(one[len(b)])
}
