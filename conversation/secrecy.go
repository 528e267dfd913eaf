package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

func (t *turn) pickSecrecy(id string) {
	d := &t.s.Telling
	d.Secrecy, d.PrivacyChosen = secrecyDone, true
	if id == "yes" {
		d.Draft.Anonymous, d.Draft.Confidential = true, true
		t.say("secrecy.on")
	} else {
		if d.Proposed == reports.Whistleblowing {
			d.Proposed = ""
		}
		t.say("secrecy.off")
	}
	t.proceed()
}

// wishes for secrecy, as people answer whether they want it.
var secrecyWishes = newPhraseSet(`jangan kasih tau
	jangan kasih tahu
	jangan beri tahu
	jangan bilang
	jangan sebut
	jangan disebut
	jangan disebutkan
	jangan disebar
	jangan dibuka
	jangan dibocorkan
	jangan bocor
	jangan sampai ketahuan
	jangan sampai tau
	jangan sampai tahu
	jangan sampai bocor
	rahasiakan
	dirahasiakan
	rahasia
	takut
	anonim
	keep it secret
	dont tell
	afraid`)

// askedForSecrecy takes other words than yes for it: "jangan kasih tau guru ya".
// It reports whether text was that.
func (t *turn) askedForSecrecy(text string) bool {
	if t.s.Asked != asksSecrecy || !t.s.BurstEnd.IsZero() || len(text) > maxChoosing || strings.ContainsAny(text, "?") {
		return false
	}
	plain := plainWords(text)
	if !secrecyWishes.in(plain) || strings.Count(plain, " ") >= maxRemark {
		return false
	}
	if slices.ContainsFunc(strings.Fields(plain), func(word string) bool { return negations[word] && word != "jangan" && word != "jgn" && word != "dont" }) {
		return false // "tidak perlu rahasia"
	}
	t.pickSecrecy("yes")
	return true
}
