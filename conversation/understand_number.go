package conversation

import (
	"bytes"
	"strings"
)

// maxNumber is the highest number that people answer with.
const maxNumber = 20

// number reads a number from 1 to 20 as people answer with it: "2", "2.",
// "no 2", "yang kedua", "2️⃣". Anything else in the text makes it no number, a
// question mark too.
func number(text string) (int, bool) {
	if text = strings.TrimSpace(text); text == "" || len(text) > maxAnswer {
		return 0, false
	}
	if n, ok := digits(text); ok {
		return n, n > 0
	}
	var buf [128]byte
	a, ok := split(appendNormal(buf[:0], text, true))
	if !ok || strings.ContainsAny(text, doubts) {
		return 0, false
	}
	n := a.number()
	return n, n > 0
}

// digits reads what most people type: one or two digits and nothing else. A
// number that nothing is chosen with is read as 0.
func digits(text string) (n int, ok bool) {
	if len(text) > 2 {
		return 0, false
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if n > maxNumber {
		n = 0
	}
	return n, true
}

// numerals are the numbers in words. Tens and teens are composed.
var numerals = map[string]int{
	"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
	"sepuluh": 10, "sebelas": 11, "duapuluh": 20,
	"pertama": 1, "kesatu": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "keenam": 6, "ketujuh": 7,
	"kedelapan": 8, "kesembilan": 9, "kesepuluh": 10, "kesebelas": 11, "keduapuluh": 20,
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20,
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
	"ninth": 9, "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
	"stu": 1, "duwa": 2, "tga": 3, "lma": 5, "nam": 6, "tuju": 7, "lapan": 8,
}

// around are words that may stand beside a number and mean nothing there.
var aroundNumber = wordSet(`no nomor nomer nmr nmor nomornya number num option opsi pilih pilihan pilihannya
	milih yang yg ke angka the i choose one saya aku pilihnya jawab jawaban jawabannya`)

// number returns the number that a is, or 0.
func (a *answer) number() int {
	found := 0
	for i := 0; i < a.n; i++ {
		word := a.words[i]
		n, took := numeral(a.words[i:a.n])
		switch {
		case n > 0 && found == 0:
			found = n
			i += took - 1
		case aroundNumber[string(word)], polite[string(word)]:
			// "the second one": a word that is both comes here once there is a number
		default:
			return 0
		}
	}
	return found
}

// numeral reads a number at the beginning of words and tells how many it takes.
func numeral(words [][]byte) (n, took int) {
	first := words[0]
	for _, prefix := range []string{"ke-", "ke", "no.", "no", "nomor.", "nomor"} {
		if rest, cut := bytes.CutPrefix(first, []byte(prefix)); cut && len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
			first = rest
			break
		}
	}
	if len(first) <= 2 && first[0] >= '0' && first[0] <= '9' {
		for _, c := range first {
			if c < '0' || c > '9' {
				return 0, 0
			}
			n = n*10 + int(c-'0')
		}
		if n < 1 || n > maxNumber {
			return 0, 0
		}
		return n, 1
	}
	n = numerals[string(first)]
	if n == 0 || len(words) == 1 {
		return n, 1
	}
	switch next := string(words[1]); {
	case n < 10 && next == "belas":
		return n + 10, 2
	case n == 2 && next == "puluh":
		return 20, 2
	}
	return n, 1
}
