package conversation

import "strings"

// goesOn are words after which a sentence is not over.
var goesOn = wordSet(`dan lalu terus trs karena krn karna yang yg di ke dari untuk utk dengan dgn tapi tetapi atau sehingga
	bahwa kalau kalo jika saat ketika waktu pada oleh serta juga adalah ada and but because then the`)

// unfinished reports whether somebody who wrote text will hardly leave it at
// that: it ends with a comma, a colon or a word that leads on.
func unfinished(text string) bool {
	text = strings.TrimRight(text, " \n\t")
	if text == "" {
		return false
	}
	if strings.HasSuffix(text, ",") || strings.HasSuffix(text, ":") || strings.HasSuffix(text, "...") || strings.HasSuffix(text, "…") {
		return true
	}
	last := text[strings.LastIndexAny(text, " \n\t")+1:]
	return len(last) <= 12 && goesOn[strings.ToLower(last)]
}
