package conversation

import (
	"regexp"
	"strings"
)

// plusDigits are the digits of plus codes (Open Location Code), in order.
const plusDigits = "23456789CFGHJMPQRVWX"

// fullPlusCode finds a plus code that needs no place beside it, such as
// 6P58QR2X+2V, also in a link. Shorter ones are words.
var fullPlusCode = regexp.MustCompile(`(?i)(?:^|[^0-9a-z+])([23456789CFGHJMPQRVWX]{8})(?:\+|%2B)([23456789CFGHJMPQRVWX]{2,7})(?:$|[^0-9a-z+])`)

// plusCode finds a full plus code in Indonesia and returns the middle of its
// area in degrees.
func plusCode(text string) (lat, lon float64, ok bool) {
	if !strings.ContainsAny(text, "+%") {
		return 0, 0, false
	}
	m := fullPlusCode.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	code := strings.ToUpper(m[1] + m[2])
	high, wide := 400.0, 400.0 // of the area, in degrees
	lat, lon = -90, -180
	for i := 0; i < 10; i += 2 { // pairs: each divides by twenty
		high, wide = high/20, wide/20
		lat += high * float64(strings.IndexByte(plusDigits, code[i]))
		lon += wide * float64(strings.IndexByte(plusDigits, code[i+1]))
	}
	for _, digit := range []byte(code[10:]) { // then one digit for five rows of four
		high, wide = high/5, wide/4
		at := strings.IndexByte(plusDigits, digit)
		lat += high * float64(at/4)
		lon += wide * float64(at%4)
	}
	lat, lon = lat+high/2, lon+wide/2
	return lat, lon, inIndonesia(lat, lon)
}
