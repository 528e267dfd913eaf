package conversation

import (
	"slices"
	"strings"
)

// remark is what a text says aside: a question about the service, thanks, an
// insult. It is neither an answer nor a story. The bot's reply is the phrase
// "side." and the remark.
type remark string

const (
	remarkWhen    remark = "when"    // when will it be handled, how long does it take
	remarkCost    remark = "cost"    // is it free
	remarkReaders remark = "readers" // who reads it
	remarkSecret  remark = "secret"  // is my name safe, may I be anonymous
	remarkNIK     remark = "nik"     // do you need my NIK, my real name
	remarkBot     remark = "bot"     // who are you, are you a robot
	remarkHuman   remark = "human"   // may I talk to somebody
	remarkFiles   remark = "files"   // how do I send a photo
	remarkNumber  remark = "number"  // what is the number of my report, its access code
	remarkStatus  remark = "status"  // did my report arrive, how far is it
	remarkHow     remark = "how"     // what do I have to do
	remarkCancel  remark = "cancel"  // never mind: no remark but the wish to cancel
	remarkInsult  remark = "insult"  // swearing, and that it is useless anyway
	remarkWait    remark = "wait"    // a moment, I will go on later
	remarkMistake remark = "mistake" // that was for somebody else, sorry
	remarkThanks  remark = "thanks"
	remarkOK      remark = "ok"
	remarkHere    remark = "here" // hello? is somebody there?

	remarkOfficial remark = "official" // is this official, is it a fraud
	remarkWhy      remark = "why"      // why do you ask all this
	remarkPhone    remark = "phone"    // can I report by telephone
	remarkOffice   remark = "office"   // where is your office
	remarkLanguage remark = "language" // may I write in my own language
	remarkContact  remark = "contact"  // who will call me, how do I hear of it
	remarkWithdraw remark = "withdraw" // can I take it back
	remarkChange   remark = "change"   // can I change it later
	remarkAgain    remark = "again"    // what? what was the question?
)

// maxRemark is how many words a remark can have.
const maxRemark = 12

// sideRemark tells whether text is only a remark, and of what kind. Every word
// of it must belong to that kind or mean nothing, so that a text which tells
// something besides is none: "petugas bilang gratis tapi minta uang", "sudah
// bayar tapi tidak diproses". What is unclear is none either.
//
// Ask it only for a text that chose no answer of the open question and is no
// command, while a report is being written: "ok" and "batal" may be answers,
// and a first "halo" is a greeting. Say the phrase of the remark and put the
// open question again; [remarkCancel] is /batal, and [remarkHow] /bantuan.
func sideRemark(text string) (remark, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxChoosing {
		return "", false
	}
	s, ok := listen(text)
	if !ok {
		return "", false
	}
	if len(s.words) == 0 {
		return gesture(text)
	}
	if s.asks && !slices.ContainsFunc(s.words, func(word string) bool { return !addressed[word] }) {
		return remarkHere, true // "min?"
	}
	for _, d := range sides {
		if d.heard(&s) {
			return d.is, true
		}
	}
	return "", false
}

// gesture is the remark that a text without words makes.
func gesture(text string) (remark, bool) {
	switch {
	case hasWords(text):
		return "", false // in a script that we do not read
	case strings.ContainsAny(text, "🙏🤝❤💕💖😍🥰😘🫶"):
		return remarkThanks, true
	case strings.ContainsAny(text, "🖕🤬😡👿💩"):
		return remarkInsult, true
	case strings.ContainsAny(text, "👍👌🆗😊🙂😀😁😂🤣😅👏💪"):
		return remarkOK, true
	case strings.ContainsAny(text, "?？"):
		return remarkHere, true
	}
	return "", false
}

// sentence is a short text as remarks are looked for in it.
type sentence struct {
	words []string // plain, in one spelling
	plain string   // the words with spaces between
	asks  bool     // it bears a sign that it is a question
	wants bool     // it bears a sign that it is a wish
	no    bool     // it denies something, and does not end with "or not?"
}

// listen brings text into one spelling. It returns false where it has too many
// words for a remark.
func listen(text string) (sentence, bool) {
	var s sentence
	s.asks = strings.ContainsAny(text, "?？")
	for word := range strings.SplitSeq(plainWords(text), " ") {
		if word == "" {
			continue
		}
		word, asks := spelled(word)
		s.asks = s.asks || asks
		if word != "" {
			s.words = append(s.words, strings.Fields(word)...)
		}
	}
	if len(s.words) > maxRemark {
		return s, false
	}
	s.plain = strings.Join(s.words, " ")
	last := len(s.words) - 1
	for last > 0 && (addressed[s.words[last]] || softening[s.words[last]]) {
		s.asks = s.asks || s.words[last] == "ya"
		last--
	}
	for i, word := range s.words {
		switch {
		case asking[word]:
			s.asks = true
		case wanting[word]:
			s.wants = true
		case i == last && i > 0 && (denying[word] || word == "kan"),
			word == "belum" && slices.Contains(s.words[:i], "sudah"):
			s.asks = true // "or not?"
		case denying[word]:
			s.no = true
		}
	}
	return s, true
}

// spelled returns word as the lists have it, without what hangs on to it, and
// whether it asks. Letters that are drawn out do not matter.
func spelled(word string) (plain string, asks bool) {
	if to, ok := spellings[word]; ok {
		return to, false
	}
	if remarkWords[word] {
		return word, false
	}
	for _, word := range []string{word, squeezed(word)} {
		if to, ok := spellings[word]; ok {
			return to, false
		}
		if remarkWords[word] {
			return word, false
		}
		for _, end := range []string{"nya", "kah", "lah", "pun"} {
			stem, ok := strings.CutSuffix(word, end)
			if to, found := spellings[stem]; found {
				stem = to
			}
			if ok && len(stem) > 2 && remarkWords[stem] {
				return stem, end == "kah"
			}
		}
	}
	if laughs(word) {
		return "haha", false
	}
	return word, false
}

// side is one kind of remark: what makes it, and the words that may stand
// beside that.
type side struct {
	is remark
	// says are phrases that make it, questions or not.
	says phraseSet
	// asks are groups of words: one of each together make it, if it is a question
	// or, with wants, a wish.
	asks  [][]map[string]bool
	wants bool
	// denies: it may deny something.
	denies bool
	// words are all that may stand in it, besides those that mean nothing.
	words map[string]bool
}

// heard reports whether the sentence is a remark of this kind and nothing else.
func (d *side) heard(s *sentence) bool {
	made := d.says.in(s.plain)
	if !made && (s.asks || d.wants && s.wants) {
		made = slices.ContainsFunc(d.asks, func(groups []map[string]bool) bool {
			for _, group := range groups {
				if !slices.ContainsFunc(s.words, func(word string) bool { return group[word] }) {
					return false
				}
			}
			return true
		})
	}
	if !made {
		return false
	}
	for i := 0; i < len(s.plain); {
		n := d.says.at(s.plain[i:])
		if word := firstWord(s.plain[i:]); n == 0 {
			if !d.words[word] && !aside[word] {
				return false
			}
			if denying[word] && s.no && !d.denies {
				return false
			}
			n = len(word)
		}
		i += n + 1
	}
	return true
}
