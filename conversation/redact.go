package conversation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mask stands in the place of what was redacted, until a language is known.
const mask = "\uFFFC"

// redact hides what a person could be reached or looked up by: telephone
// numbers, NIK and other runs of eight digits and more, e-mail addresses, user
// names and links to somebody's page. It hides rather too much than too little: an account number is no
// loss on a card, and the whole text is in the register.
func redact(text string) string {
	text = redactPages(text)
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

// pages begin links that lead to somebody's page or to a chat with them.
var pages = []string{
	"t.me/", "telegram.me/", "telegram.dog/", "tg:/", "wa.me/", "wa.link/", "whatsapp.com/", "whatsapp:/", "m.me/", "fb.me/", "fb.com/",
	"facebook.com/", "instagram.com/", "instagr.am/", "tiktok.com/", "twitter.com/", "x.com/", "threads.net/", "line.me/", "linkedin.com/",
}

// redactPages hides links to pages of people, whole words at a time.
func redactPages(text string) string {
	if !strings.Contains(text, "/") {
		return text
	}
	var b strings.Builder
	kept := 0
	for i := 0; i < len(text); {
		end := strings.IndexFunc(text[i:], unicode.IsSpace)
		if end < 0 {
			end = len(text) - i
		}
		if leadsToSomebody(text[i : i+end]) {
			b.WriteString(text[kept:i])
			b.WriteString(mask)
			kept = i + end
		}
		i += end
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	if kept == 0 {
		return text
	}
	b.WriteString(text[kept:])
	return b.String()
}

// leadsToSomebody reports whether a word holds a link to somebody's page: the name
// of the site stands alone or behind what is none of its letters.
func leadsToSomebody(word string) bool {
	word = strings.ToLower(word)
	for _, page := range pages {
		for from := 0; ; {
			at := strings.Index(word[from:], page)
			if at < 0 {
				break
			}
			at += from
			before, _ := utf8.DecodeLastRuneInString(word[:at])
			if at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '-' {
				return true
			}
			from = at + len(page)
		}
	}
	return false
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
		gap := 0
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
			gap++
			j += n
		}
		if digits >= 8 && !isPlain(text[:from], text[from:end]) {
			b.WriteString(text[kept:from])
			b.WriteString(mask)
			kept = end
		}
		i = max(end, i+size)
	}
	if kept == 0 {
		return text
	}
	b.WriteString(text[kept:])
	return b.String()
}

func isASCIIDigit(c byte) bool { return c >= '0' && c <= '9' }

// breaksNumber reports whether people put r between the digits of one number.
func breaksNumber(r rune) bool {
	switch r {
	case ' ', '\u00A0', '-', '.', ',', '/', '(', ')', '+', '_', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014':
		return true
	}
	return r > unicode.MaxASCII && !unicode.IsGraphic(r) // zero-width
}

// isPlain reports whether digits, which follow before, are a date, a span of
// hours or a sum of rupiahs.
func isPlain(before, digits string) bool {
	parts := strings.FieldsFunc(digits, func(r rune) bool { return !unicode.IsDigit(r) })
	at := func(i, low, high int) bool {
		if len(parts[i]) > 4 {
			return false
		}
		n := 0
		for _, c := range []byte(parts[i]) {
			n = n*10 + int(c-'0')
		}
		return n >= low && n <= high
	}
	switch {
	case len(parts) == 3 && len(parts[2]) == 4 && at(0, 1, 31) && at(1, 1, 12) && at(2, 1900, 2100),
		len(parts) == 3 && len(parts[0]) == 4 && at(0, 1900, 2100) && at(1, 1, 12) && at(2, 1, 31):
		return true
	case len(parts) == 4 && at(0, 0, 24) && at(1, 0, 59) && at(2, 0, 24) && at(3, 0, 59) && len(digits) <= 16:
		return len(parts[0]) <= 2 && len(parts[1]) == 2 && len(parts[3]) == 2
	}
	before = strings.ToLower(strings.TrimRight(before[max(0, len(before)-4):], " ."))
	if !strings.HasSuffix(before, "rp") && !strings.HasSuffix(before, "idr") || len(parts) == 0 || len(parts[0]) > 3 {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 && len(p) != 2 {
			return false
		}
	}
	return true
}

// unmask writes what was redacted in the words of lang.
func (m *Machine) unmask(lang, text string) string {
	return strings.ReplaceAll(text, mask, m.config.Phrases.Text(lang, "card.redacted"))
}
