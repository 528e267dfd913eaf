package conversation

import "strings"

// mended returns tokens with the words that are almost one of those that times
// are told with: "kemrain", "Setpember".
func mended(tokens []timeToken) []timeToken {
	for i, t := range tokens {
		if t.kind == kUnknown && t.count == 0 && len(t.word) > 3 && len(t.word) <= 30 {
			if short := squeezed(t.word); short != t.word && timeVocabulary[short].kind != kUnknown { // tadiii
				tokens[i].put(short)
				continue
			}
		}
		if t.kind == kUnknown && t.count == 0 {
			if word := vowelled(t.word); word != "" {
				tokens[i].put(word)
				continue
			}
		}
		if t.kind != kUnknown || t.count > 0 || len(t.word) < 6 || len(t.word) > 12 || soundWords[t.word] {
			continue
		}
		if word := nearest(t.word); word != "" {
			tokens[i].put(word)
		}
	}
	return tokens
}

// put makes t say what word says.
func (t *timeToken) put(word string) {
	v := timeVocabulary[word]
	t.kind, t.value, t.also, t.alsoIs, t.word = v.kind, v.value, v.also, v.alsoIs, word
}

// nearest returns the only one of mendable that is one slip away from word and
// begins like it.
func nearest(word string) string {
	found := ""
	for _, m := range mendable {
		if m[0] == word[0] && slips(m, word) {
			if found != "" && timeVocabulary[found] != timeVocabulary[m] {
				return ""
			}
			found = m
		}
	}
	return found
}

// vowelled returns the only one of mendable of which word is short by vowels, as in
// "stngah"; one with fewer than four consonants is too near to other words.
func vowelled(word string) string {
	for sound := range soundWords {
		if len(word) < len(sound) && sound[0] == word[0] && lacksVowels(sound, word) {
			return ""
		}
	}
	found := ""
	for _, m := range mendable {
		if len(word) >= 4 && len(word) < len(m) && m[0] == word[0] && lacksVowels(m, word) {
			if found != "" && timeVocabulary[found] != timeVocabulary[m] {
				return ""
			}
			found = m
		}
	}
	return found
}

// lacksVowels reports whether short is whole without some of its vowels.
func lacksVowels(whole, short string) bool {
	at, consonants := 0, 0
	for i := range len(whole) {
		vowel := strings.IndexByte("aeiou", whole[i]) >= 0
		if !vowel {
			consonants++
		}
		switch {
		case at < len(short) && short[at] == whole[i]:
			at++
		case !vowel:
			return false
		}
	}
	return at == len(short) && consonants >= 4
}

// slips reports whether b is a with one letter more, less, other or two
// neighbours swapped.
func slips(a, b string) bool {
	if d := len(a) - len(b); d < -1 || d > 1 {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	j, k := len(a), len(b)
	for j > i && k > i && a[j-1] == b[k-1] {
		j--
		k--
	}
	switch {
	case j-i <= 1 && k-i <= 1:
		return true
	case j-i == 2 && k-i == 2:
		return a[i] == b[i+1] && a[i+1] == b[i]
	}
	return false
}

// mendable are the words in which slips are mended. Shorter ones are too near
// to other words.
var mendable = []string{
	"kemarin", "kemaren", "tanggal", "minggu", "seminggu", "sebulan", "setahun", "senin", "selasa", "kamis", "sabtu", "jumat", "januari", "februari",
	"agustus", "september", "oktober", "november", "desember", "barusan", "semalam", "setiap", "terakhir", "belakangan", "sekarang", "setengah",
	"sekitar", "beberapa", "maghrib", "magrib", "dzuhur", "malam", "sampai", "semenjak", "menjelang", "kejadian", "kejadiannya", "pertengahan",
	"ramadhan", "lebaran", "yesterday", "tuesday", "wednesday", "thursday", "saturday", "delapan", "sembilan", "sebelas",
}

// soundWords are words of their own that are one slip away from one of mendable.
var soundWords = wordSet(`tinggal tunggal lembaran sampah sampan sampai semalaman liburan barisan mangga sektor selasar selama sembilu menengah sekita sekitarnya lebarnya kemari
	setiai sedekah seminar sebulat setara semangat minggir minyak kemaluan pelebaran tertinggal malaman semalang setuju sambilan belakang melarang sebelah`)
