package conversation

import (
	"slices"
	"strings"
	"unicode"
)

// correction is what somebody says to put an earlier word right: "eh bukan
// kemarin, kamis", "salah, jamnya 3 sore", "maksud saya Pasar Minggu".
type correction struct {
	about topic  // named by a word such as "jamnya"; else anything
	wrong string // what is said to be wrong, where it is said
	right string // what is meant
	// sure: a word says that this is a correction. "bukan kemarin tapi kamis" alone
	// is one only where "kemarin" was said before.
	sure bool
	// open: where the wrong words end and the right ones begin is not marked, as in
	// "eh bukan kemarin kamis"; both are in right.
	open bool
}

// topic is which value of a report a correction is about.
type topic byte

const (
	aboutAnything topic = iota
	aboutTime
	aboutPlace
)

const (
	// maxCorrection is the length in bytes beyond which a text is no correction.
	maxCorrection = 240
	// maxCorrected is how many words a correction can have.
	maxCorrected = 24
)

var (
	// startled are words that may open a correction and mean nothing; those of
	// whoever is spoken to may stand among them.
	startled = wordSet(`eh ehh eeh e oh ooh aduh waduh maaf maap mf sorry sori sory ups oops lho loh anu mohon lah`)
	// interrupting are those of them that are said when one corrects oneself.
	interrupting = wordSet(`eh ehh eeh ups oops`)
	// correcting are words that call what follows a correction; of two words the
	// second is the value.
	correcting = map[string]map[string]bool{
		"ralat": nil, "koreksi": nil, "revisi": nil, "diralat": nil, "correction": nil,
		"maksudnya": nil, "maksudku": nil, "maksutnya": nil, "maksdnya": nil, "harusnya": nil, "seharusnya": nil, "mestinya": nil,
		"maksud": wordSet("saya sy aku ku kami gue gua gw"), "maksut": wordSet("saya sy aku ku"),
		"yang": wordSet("benar bener betul"), "yg": wordSet("benar bener betul"), "i": wordSet("mean meant"),
	}
	// mistaken say that something was wrong; what follows is a correction only
	// behind a comma or where it goes on like one.
	mistaken  = wordSet(`salah keliru slh wrong typo`)
	goesRight = wordSet(`maksud maksudnya maksudku yang yg harusnya seharusnya mestinya bukan jam jamnya pukul tanggal tanggalnya tgl tglnya
		hari harinya waktunya tempatnya lokasinya alamatnya ketik tulis sebut`)
	// behindIt call what stands before them a correction: "kamis maksud saya".
	behindIt = wordSet(`ding deng maksudnya maksudku`)
	rather   = wordSet(`tapi tetapi tp melainkan namun but`)

	// named are words for what is corrected, and what of them belongs to the value.
	named = map[string]struct {
		about topic
		keeps string
	}{
		"jamnya": {aboutTime, "jam"}, "pukulnya": {aboutTime, "pukul"}, "tanggalnya": {aboutTime, "tanggal"}, "tglnya": {aboutTime, "tanggal"},
		"harinya": {aboutTime, "hari"}, "waktunya": {aboutTime, ""}, "kejadiannya": {aboutAnything, ""}, "tempatnya": {aboutPlace, ""},
		"lokasinya": {aboutPlace, ""}, "alamatnya": {aboutPlace, ""}, "jalannya": {aboutPlace, "jalan"}, "desanya": {aboutPlace, "desa"},
		"kecamatannya": {aboutPlace, "kecamatan"}, "kelurahannya": {aboutPlace, "kelurahan"}, "kabupatennya": {aboutPlace, "kabupaten"},
		"kotanya": {aboutPlace, "kota"},
	}
)

// correctedWord is a word of a correction with what stands behind it.
type correctedWord struct {
	plain    string
	from, to int
	pause    bool // a comma, a colon or a line's end follows
}

func correctedWords(text string) []correctedWord {
	var words []correctedWord
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
	for i := 0; i < len(text); {
		n := strings.IndexFunc(text[i:], isWord)
		if n < 0 {
			break
		}
		from := i + n
		if len(words) > 0 && strings.ContainsAny(text[i:from], ",:;!\n–") {
			words[len(words)-1].pause = true
		}
		to := len(text)
		if n := strings.IndexFunc(text[from:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",:;!", r) }); n >= 0 {
			to = from + n
		}
		// The colon of a clock is no pause.
		for to+1 < len(text) && text[to] == ':' && isDigit(text[to-1]) && isDigit(text[to+1]) {
			to++
			for to < len(text) && isDigit(text[to]) {
				to++
			}
		}
		words = append(words, correctedWord{plain: normalise(text[from:to]), from: from, to: to})
		i = to
		if len(words) > maxCorrected {
			return words
		}
	}
	return words
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// readCorrection reads text as a correction. What it corrects is for the
// caller to find out: only a text of which the right words read as a time or a
// place, or of which the wrong ones were said before, is one.
func readCorrection(text string) (c correction, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxCorrection || strings.Contains(text, "?") {
		return c, false
	}
	words := correctedWords(text)
	if len(words) == 0 || len(words) > maxCorrected {
		return c, false
	}
	interrupts := false
	for len(words) > 0 && (startled[words[0].plain] || addressed[words[0].plain]) {
		interrupts = interrupts || interrupting[words[0].plain]
		words = words[1:]
	}
	words, c.sure = c.marked(words)
	words, c.sure = c.trailed(words, c.sure)
	c.sure = c.sure || interrupts
	if len(words) == 0 {
		return c, false
	}
	words, keeps := c.names(words)
	if len(words) == 0 {
		return c, false
	}
	span := func(words []correctedWord) string {
		if len(words) == 0 {
			return ""
		}
		return strings.Trim(text[words[0].from:words[len(words)-1].to], " .\"“”")
	}
	no := slices.IndexFunc(words, func(w correctedWord) bool { return w.plain == "bukan" || w.plain == "bkn" || w.plain == "not" })
	switch {
	case no < 0:
		c.right = span(words)
	case no > 0: // "pasar minggu bukan pasar senen"
		c.right, c.wrong = span(words[:no]), span(words[no+1:])
	default:
		words = words[1:]
		end := slices.IndexFunc(words, func(w correctedWord) bool { return w.pause || rather[w.plain] })
		switch {
		case end < 0:
			c.right, c.open = span(words), true
		case rather[words[end].plain]:
			c.wrong, c.right = span(words[:end]), span(words[end+1:])
		default:
			behind := words[end+1:]
			if len(behind) > 0 && rather[behind[0].plain] {
				behind = behind[1:]
			}
			behind, _ = c.marked(behind)
			c.wrong, c.right = span(words[:end+1]), span(behind)
		}
	}
	if keeps != "" && c.right != "" {
		c.right = keeps + " " + c.right
	}
	return c, c.right != "" && (c.sure || c.wrong != "")
}

// marked goes over the words that call what follows a correction.
func (*correction) marked(words []correctedWord) (rest []correctedWord, found bool) {
	for len(words) > 1 {
		more, is := correcting[words[0].plain]
		switch {
		case is && more == nil:
			words = words[1:]
		case is && more[words[1].plain]:
			words = words[2:]
		case mistaken[words[0].plain] && (words[0].pause || goesRight[words[1].plain]):
			words = words[1:]
			for len(words) > 1 && (words[0].plain == "ketik" || words[0].plain == "tulis" || words[0].plain == "sebut") {
				words = words[1:]
			}
		default:
			return words, found
		}
		found = true
		for len(words) > 0 && (words[0].plain == "adalah" || words[0].plain == "itu" || addressed[words[0].plain]) {
			words = words[1:]
		}
	}
	return words, found
}

// trailed cuts the words that call what stands before them a correction, and
// those of politeness.
func (*correction) trailed(words []correctedWord, sure bool) ([]correctedWord, bool) {
	for n := len(words); n > 1; n = len(words) {
		last := words[n-1].plain
		switch {
		case behindIt[last]:
			words, sure = words[:n-1], true
		case n > 2 && correcting["maksud"][last] && (words[n-2].plain == "maksud" || words[n-2].plain == "maksut"):
			words, sure = words[:n-2], true
		case addressed[last] && addressed[words[n-2].plain]: // Pak Min
			return words, sure
		case softening[last], addressed[last], last == "maaf", last == "sorry":
			words = words[:n-1]
		default:
			return words, sure
		}
	}
	return words, sure
}

// names goes over the word for what is corrected and returns what of it belongs
// to the value.
func (c *correction) names(words []correctedWord) (rest []correctedWord, keeps string) {
	if n, is := named[words[0].plain]; is && len(words) > 1 {
		c.about = n.about
		return words[1:], n.keeps
	}
	return words, ""
}
