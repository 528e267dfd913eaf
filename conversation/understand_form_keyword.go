package conversation

import (
	"strings"
	"unicode"
)

// formWords are the keywords of the services that took complaints by short
// message ("LAPOR#...", "ADUAN <spasi> ..."). Own compilation.
var formWords = wordSet(`lapor aduan pengaduan adu keluhan sms laporan`)

// formKeyword returns the length of the keyword before a message with the sign
// behind it; 0 where none is. With a space alone behind it the keyword has to
// be written large and not to begin a sentence: "LAPOR jalan rusak", and neither
// "Lapor pak" nor "ADUAN SAYA BELUM DIJAWAB".
func formKeyword(text string) int {
	lead := len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	n := lead
	for n < len(text) && n-lead < 12 && (text[n]|0x20) >= 'a' && (text[n]|0x20) <= 'z' {
		n++
	}
	word := text[lead:n]
	if !formWords[strings.ToLower(word)] {
		return 0
	}
	rest := strings.TrimLeft(text[n:], " \t")
	at := len(text) - len(rest)
	for _, spelled := range []string{"<spasi>", "(spasi)", "[spasi]", "{spasi}", "spasi ", "#", "|", ";", "/"} {
		if spelled == "/" && word != strings.ToUpper(word) {
			break // "lapor/aduan saya ditolak"
		}
		if behind, ok := cutFold(rest, spelled); ok && hasWords(behind) {
			return len(text) - len(strings.TrimLeft(behind, " \t#|;/"))
		}
	}
	next := strings.Fields(head(rest, 2*maxLabel))
	if at == n || len(next) < 2 || word != strings.ToUpper(word) || strings.EqualFold(word, "laporan") || strings.EqualFold(word, "sms") {
		return 0
	}
	first := plainWords(next[0])
	if small[first] || openers[first] || first == "" || rest == strings.ToUpper(rest) {
		return 0
	}
	return at
}

// keywordForm reads a message behind a keyword that has no other fields. What
// is not a number of the writer's is the story.
func keywordForm(text string) (form, bool) {
	at := formKeyword(text)
	if at == 0 {
		return form{}, false
	}
	var f form
	var told []string
	for piece := range strings.SplitSeq(strings.TrimRight(text[at:], " \r\n\t#"), "#") {
		piece = strings.TrimSpace(piece)
		switch {
		case piece == "":
		case nikLike(piece):
			f.NIK = true
		case len(piece) < maxPiece && len(phones(piece)) > 0 && !hasLetters(piece):
			f.Phone = true
		default:
			told = append(told, maskNIKs(piece))
		}
	}
	if len(told) == 0 {
		return form{}, false
	}
	f.Story = strings.Join(told, ", ")
	return f, true
}

// hasLetters reports whether text has a letter.
func hasLetters(text string) bool {
	return strings.ContainsFunc(text, unicode.IsLetter)
}
