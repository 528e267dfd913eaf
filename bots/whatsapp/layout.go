package whatsapp

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"kentongan/conversation"
)

// layOut returns the texts of a message as WhatsApp takes them, each of at
// most [maxText] UTF-16 units: choices as numbered lines,
// those without numbers as their words, bold words between
// stars. What cannot stand in one message is cut at the end of a paragraph, a
// line, a sentence or a word.
func layOut(m conversation.Message) []string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(m.Text))
	first := true
	for _, c := range m.Choices {
		if c.Listed {
			continue
		}
		if first {
			b.WriteString("\n")
			if m.Pick != "" {
				b.WriteString("\n" + m.Pick)
			}
			first = false
		}
		if c.Number == 0 { // its words are the answer
			b.WriteString("\n• " + c.Label)
			continue
		}
		fmt.Fprintf(&b, "\n%d. %s", c.Number, c.Label)
	}
	var parts []string
	bold := false
	for rest := b.String(); rest != ""; {
		// Stars for bold words come in pairs, so the marks count for as much.
		end := cut(rest, maxText)
		piece := rest[:end]
		rest = rest[end:]
		if bold {
			piece = conversation.BoldOn + piece
		}
		bold = strings.LastIndex(piece, conversation.BoldOn) > strings.LastIndex(piece, conversation.BoldOff)
		if piece = strings.TrimSpace(format(piece)); piece != "" {
			parts = append(parts, piece)
		}
	}
	return parts
}

// cut returns how many bytes of text to take so that they have at most limit
// UTF-16 units, with room for the marks that a cut bold passage needs.
func cut(text string, limit int) int {
	limit -= 2
	units, hard := 0, len(text)
	paragraph, line, sentence, word := 0, 0, 0, 0
	var before rune
	for i, r := range text {
		n := utf16.RuneLen(r)
		if units+n > limit {
			hard = i
			break
		}
		units += n
		if unicode.IsSpace(r) {
			switch {
			case r == '\n' && before == '\n':
				paragraph = i + 1
			case r == '\n':
				line = i + 1
			case strings.ContainsRune(".!?…", before):
				sentence = i + utf8.RuneLen(r)
			}
			word = i + utf8.RuneLen(r)
		}
		before = r
	}
	if hard == len(text) {
		return hard
	}
	for _, soft := range []int{paragraph, line, sentence, word} {
		if soft > hard/2 {
			return soft
		}
	}
	// In the middle of a word, but of no character that is made of several.
	for at := hard; at > hard-64 && at > 0; {
		r, _ := utf8.DecodeRuneInString(text[at:])
		last, n := utf8.DecodeLastRuneInString(text[:at])
		if !joins(r) && last != zeroWidthJoiner {
			return at
		}
		at -= n
	}
	return hard
}

const zeroWidthJoiner = '\u200d'

// joins reports whether r belongs to the character before it.
func joins(r rune) bool {
	return r == zeroWidthJoiner || unicode.Is(unicode.M, r) || 0xfe00 <= r && r <= 0xfe0f || 0x1f3fb <= r && r <= 0x1f3ff
}

// format writes one message in WhatsApp's marks. WhatsApp has no way to escape
// a mark, so what would format by accident is replaced by a sign that looks the
// same.
func format(text string) string {
	var out strings.Builder
	bold := false
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		bold = formatLine(&out, line, bold)
	}
	return out.String()
}

// formatLine writes a line; bold words end with it, because WhatsApp's marks do,
// and go on in the next.
func formatLine(out *strings.Builder, line string, bold bool) bool {
	for line != "" {
		i := strings.IndexAny(line, conversation.BoldOn+conversation.BoldOff)
		passage := line
		if i >= 0 {
			passage, line = line[:i], line[i:]
		} else {
			line = ""
		}
		after := strings.TrimLeft(line, conversation.BoldOn+conversation.BoldOff)
		writePassage(out, passage, bold, after)
		if line != "" {
			bold = line[:1] == conversation.BoldOn
			line = line[1:]
		}
	}
	return bold
}

func writePassage(out *strings.Builder, passage string, bold bool, after string) {
	words := strings.TrimSpace(passage)
	if !bold || words == "" {
		out.WriteString(literal(passage))
		return
	}
	lead, trail, _ := strings.Cut(passage, words)
	out.WriteString(lead)
	last, _ := utf8.DecodeLastRuneInString(out.String())
	next, _ := utf8.DecodeRuneInString(trail + after)
	if joinsWord(last) || joinsWord(next) { // stars would be shown as stars
		out.WriteString(literal(words))
	} else {
		out.WriteByte('*')
		out.WriteString(strings.ReplaceAll(literal(words), "*", "∗"))
		out.WriteByte('*')
	}
	out.WriteString(trail)
}

func joinsWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// lookalikes replace WhatsApp's marks.
var lookalikes = map[rune]rune{'*': '∗', '_': 'ˍ', '~': '∼', '`': 'ˋ'}

// literal replaces the marks in text that would format it: a mark that begins
// where no word is under way and has a partner later in the line. Addresses of
// pages are left alone, as WhatsApp leaves them.
func literal(text string) string {
	if !strings.ContainsAny(text, "*_~`") {
		return text
	}
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		if address := pageAddress(runes[i:]); address > 0 && (i == 0 || unicode.IsSpace(runes[i-1])) {
			i += address - 1
			continue
		}
		plain, mark := lookalikes[runes[i]]
		if !mark || i > 0 && joinsWord(runes[i-1]) || i+1 < len(runes) && unicode.IsSpace(runes[i+1]) {
			continue
		}
		if end := partner(runes, i); end > 0 {
			runes[i], runes[end] = plain, plain
		}
	}
	return string(runes)
}

// partner returns where the passage that the mark at i opens would end; 0: nowhere.
func partner(runes []rune, i int) int {
	for j := i + 1; j < len(runes); j++ {
		if runes[j] == runes[i] && j > i+1 && !unicode.IsSpace(runes[j-1]) && (j+1 == len(runes) || !joinsWord(runes[j+1])) {
			return j
		}
	}
	return 0
}

// pageAddress returns how long the address of a page is that text begins with.
func pageAddress(text []rune) int {
	n := 0
	for n < len(text) && !unicode.IsSpace(text[n]) {
		n++
	}
	word := strings.ToLower(string(text[:n]))
	if strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "www.") {
		return n
	}
	return 0
}
