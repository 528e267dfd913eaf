package reports

import (
	"errors"
	"strings"
)

// TrackingID is what people know a report by, such as KTG-7F3K-29QX: seven
// random characters and a check, upper case, without I, L, O and U. It is not
// sequential and no secret; looking a report up takes its access code as well.
type TrackingID string

// ErrTrackingID says that a text is no tracking id, or one with a slip in it.
var ErrTrackingID = errors.New("not a tracking id")

const (
	trackingAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	trackingPrefix   = "KTG"
	// TrackingEntropy is how many random bits NewTrackingID takes.
	TrackingEntropy = 35
)

// The check is a weighted sum over GF(32), built on x^5+x^2+1: the eight
// characters, weighted by distinct powers of the generator, sum to zero. A
// wrong character changes one term, a swap of two characters changes the sum
// by the difference of their weights times that of the characters: neither is
// ever zero.
var (
	gfExp [62]byte
	gfLog [32]byte
	// trackingValue maps a byte to its value, or 0xFF.
	trackingValue [256]byte
)

func init() {
	x := byte(1)
	for i := range 31 {
		gfExp[i], gfExp[i+31] = x, x
		gfLog[x] = byte(i)
		x <<= 1
		if x&0x20 != 0 {
			x ^= 0x25
		}
	}
	for i := range trackingValue {
		trackingValue[i] = 0xFF
	}
	for i := range len(trackingAlphabet) {
		c := trackingAlphabet[i]
		trackingValue[c] = byte(i)
		if c >= 'A' {
			trackingValue[c+'a'-'A'] = byte(i)
		}
	}
}

// weigh multiplies v by the generator to the power of its place.
func weigh(v byte, place int) byte {
	if v == 0 {
		return 0
	}
	return gfExp[(int(gfLog[v])+place)%31]
}

// NewTrackingID makes the id of random, of which the lowest TrackingEntropy
// bits count. Equal input gives equal ids: the caller brings the randomness
// and the register refuses a number that is taken.
func NewTrackingID(random uint64) TrackingID {
	var digits [8]byte
	sum := byte(0)
	for i := range 7 {
		digits[i] = byte(random & 31)
		random >>= 5
		sum ^= weigh(digits[i], i+1)
	}
	digits[7] = sum // its weight is the generator to the power of 0
	var b [len(trackingPrefix) + 10]byte
	copy(b[:], trackingPrefix)
	b[3], b[8] = '-', '-'
	for i, d := range digits {
		at := 4 + i
		if i >= 4 {
			at++
		}
		b[at] = trackingAlphabet[d]
	}
	return TrackingID(b[:])
}

// ParseTrackingID reads an id as people type it: any case, with or without
// the prefix, dashes and spaces, with O for 0 and I or L for 1. It returns
// [ErrTrackingID] where the check does not hold.
func ParseTrackingID(text string) (TrackingID, error) {
	if len(text) > 64 {
		return "", ErrTrackingID
	}
	var kept [16]byte
	n := 0
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '-' || c == ' ' || c == '.' || c == '_':
			continue
		case n == len(kept):
			return "", ErrTrackingID
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		}
		kept[n] = c
		n++
	}
	body := string(kept[:n])
	if n == 8+len(trackingPrefix) {
		var prefixed bool
		if body, prefixed = strings.CutPrefix(body, trackingPrefix); !prefixed {
			return "", ErrTrackingID
		}
	}
	if len(body) != 8 {
		return "", ErrTrackingID
	}
	sum, random := byte(0), uint64(0)
	for i := range 8 {
		v := trackingValue[lookalike(body[i])]
		if v == 0xFF {
			return "", ErrTrackingID
		}
		if i == 7 {
			sum ^= v
			break
		}
		sum ^= weigh(v, i+1)
		random |= uint64(v) << (5 * i)
	}
	if sum != 0 {
		return "", ErrTrackingID
	}
	return NewTrackingID(random), nil
}

func lookalike(c byte) byte {
	switch c {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return c
}

// AccessCode is the second secret of a report: six digits, shown once and
// stored only as a keyed hash.
type AccessCode string

// NewAccessCode makes the code of random, which the caller draws uniformly.
func NewAccessCode(random uint64) AccessCode {
	var b [6]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + random%10)
		random /= 10
	}
	return AccessCode(b[:])
}
