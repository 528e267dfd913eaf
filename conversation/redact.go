package conversation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mask stands in the place of what was redacted, until a language is known.
const mask = "\uFFFC"

// redact hides what a person could be reached or looked up by: telephone
// numbers, NIK and other runs of eight digits and more, e-mail addresses and
// user names. It hides rather too much than too little: an account number is no
// loss on a card, and the whole text is in the register.
func redact(text string) string {
	text = redactDigits(text)
	if !strings.Contains(text, "@") && !strings.ContainsAny(text, "＠") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for len(text) > 0 {
		end := strings.IndexFunc(text, unicode.IsSpace)
		if end == 0 {
			_, n := utf8.DecodeRuneInString(text)
			b.WriteString(text[:n])
			text = text[n:]
			continue
		}
		if end < 0 {
			end = len(text)
		}
		word := text[:end]
		if at := strings.IndexAny(word, "@＠"); at >= 0 && hasWords(word[at:]) {
			b.WriteString(mask)
		} else {
			b.WriteString(word)
		}
		text = text[end:]
	}
	return b.String()
}

// redactDigits hides runs of digits that are long enough to be a telephone
// number, also where they are broken up: "0812 3456-7890", "+62 (812) 3456".
func redactDigits(text string) string {
	var b strings.Builder
	kept := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsDigit(r) && !(r == '+' && i+1 < len(text) && isASCIIDigit(text[i+1])) {
			i += size
			continue
		}
		digits, from, end := 0, i, i
		gap, dots := 0, 0
		for j := i; j < len(text); {
			c, n := utf8.DecodeRuneInString(text[j:])
			if unicode.IsDigit(c) {
				digits, gap = digits+1, 0
				j += n
				end = j
				continue
			}
			if !breaksNumber(c) || gap == 3 {
				break
			}
			if c == '.' || c == '/' || c == ':' || c == ',' {
				dots++
			}
			gap++
			j += n
		}
		// Dates and sums of money have few digits; nobody's number has fewer than eight.
		if digits >= 8 && !isDateOrSum(text[from:end]) {
			b.WriteString(text[kept:from])
			b.WriteString(mask)
			kept = end
		}
		_ = dots
		i = max(end, i+size)
	}
	if kept == 0 {
		return text
	}
	b.WriteString(text[kept:])
	return b.String()
}
