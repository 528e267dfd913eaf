package conversation

import (
	"strings"
	"unicode/utf8"

	"kentongan/reports"
)

// maxGreeting is the length in bytes beyond which a text is no mere greeting.
const maxGreeting = 400

// greeting reports whether text only greets, knocks or says that somebody wants
// to report: "p", "halo min", "min saya mau lapor dong", "👋". It tells nothing
// that would have to be kept.
func greeting(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxGreeting {
		return false
	}
	plain := plainWords(text)
	if plain == "" {
		return strings.ContainsAny(text, "👋🙏🙋🤝?")
	}
	opens := false
	for word := range strings.SplitSeq(plain, " ") {
		switch {
		case openers[word] || openers[squeezed(word)]:
			opens = true
		case !telling(word):
		default:
			return false
		}
	}
	return opens
}

// tells reports whether text has a word, in any script, that is more than a
// greeting, thanks, a yes or no, or the wish to report. One word, such as
// "jalan", is little and counts.
func tells(text string) bool {
	if len(text) > maxGreeting {
		text = head(text, 4*maxGreeting)
	}
	for word := range strings.SplitSeq(plainWords(text), " ") {
		if word != "" && telling(word) && !openers[word] && !openers[squeezed(word)] {
			return true
		}
	}
	return false
}

// telling reports whether word may carry content: it has letters, more than one
// where it is Latin, and is none of the small words.
func telling(word string) bool {
	letters, latin := 0, true
	for _, r := range word {
		switch {
		case r >= 'a' && r <= 'z':
			letters++
		case r >= utf8.RuneSelf && isWordRune(r):
			letters++
			latin = false
		}
	}
	if letters == 0 || (latin && letters == 1) {
		return false
	}
	return !small[word] && !small[squeezed(word)] && !laughs(word)
}

// squeezed returns word with every run of one letter written once: "halooo"
// becomes "halo".
func squeezed(word string) string {
	runs := false
	for i := 1; i < len(word); i++ {
		runs = runs || word[i] == word[i-1]
	}
	if !runs {
		return word
	}
	out := make([]byte, 0, 32)
	for i := range len(word) {
		if (i == 0 || word[i] != word[i-1]) && len(out) < 32 {
			out = append(out, word[i])
		}
	}
	return string(out)
}

// laughs reports whether word is laughter or a groan: "wkwkwk", "hahaha", "hmm".
func laughs(word string) bool {
	return len(word) >= 2 && (strings.Trim(word, "wk") == "" || strings.Trim(word, "ha") == "" ||
		strings.Trim(word, "he") == "" || strings.Trim(word, "hi") == "" || strings.Trim(word, "hm") == "")
}

// head returns at most n bytes of text, cut between runes.
func head(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// suggestKind returns the kind that the words of text ask for, [reports.Aspiration]
// or [reports.InformationRequest], and "" where they ask for none, for both, or
// where something in them is a grievance.
func suggestKind(text string) reports.Kind {
	plain := plainWords(text)
	if kind := askedKind(plain); kind != "" && !accuses(plain) {
		return kind
	}
	return ""
}

// askedKind is [suggestKind] for a text of [plainWords] that accuses nobody.
func askedKind(plain string) reports.Kind {
	wish, question := wishes.in(plain), questions.in(plain)
	if wish == question || grievances.in(plain) {
		return ""
	}
	if wish {
		return reports.Aspiration
	}
	return reports.InformationRequest
}

// smallIndonesian are small words by which Indonesian is known.
var smallIndonesian = wordSet("yang yg dan di ke dari tidak tdk gak nggak saya kami ada ini itu sudah udah untuk dengan karena jalan pak bu min tolong mohon")

// inEnglish reports whether text is surely written in English: by several of
// its small words, and hardly any of Indonesian's, such as the "jalan" of an
// address.
func inEnglish(text string) bool {
	english, indonesian, words := 0, 0, 0
	for word := range strings.FieldsSeq(plainWords(head(text, maxThin))) {
		words++
		switch {
		case smallIndonesian[word]:
			indonesian++
		case smallEnglish[word]:
			english++
		}
	}
	return english >= 3 && english*5 >= words && indonesian*5 <= english
}
