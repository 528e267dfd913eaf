package conversation

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxAnswer is the length in bytes beyond which a text is no answer to a
// question with options: it tells something, and must not be swallowed.
const maxAnswer = 400

// option is one way to answer the open question.
type option struct {
	ID     string
	Number int // what people may type instead, where ByNumber is set
	// Labels are the label in every language and its synonyms. Those of a Strict
	// option are its labels only: it has no synonyms.
	Labels []string
	// Strict forgives no typing error, no synonym and no word beside the label:
	// case, spaces, emoji and a full stop alone do not matter.
	Strict bool
	// Exact forgives no typing error: what it leads to cannot be undone.
	Exact    bool
	ByNumber bool
}

// match finds the option that text chooses: by its number, by its label or a
// synonym, with polite words around it, or with a typing error. It returns
// false where text says more than that, for what it says besides must not get
// lost, and where two options are equally near. A typing error never leads to
// a Strict option.
func match(text string, options []option) (id string, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxAnswer || len(options) == 0 {
		return "", false
	}
	var buf, strictBuf [128]byte
	a, ok := split(appendNormal(buf[:0], text, true))
	if !ok {
		return "", false
	}
	m := matcher{options: options, raw: text, answer: a, strict: appendNormal(strictBuf[:0], text, false)}

	if n := m.answer.number(); n > 0 && !m.doubtful("") {
		if i := m.numbered(n); i >= 0 {
			return options[i].ID, true
		}
	}
	if i, found := m.exactly(m.answer.all, m.strict); found {
		return m.id(i)
	}
	// "2. Tidak setuju", copied from the list: both must say the same.
	if n, rest, strictRest := m.answer.copied(m.strict); n > 0 {
		if i, found := m.exactly(rest, strictRest); found && i >= 0 && i == m.numbered(n) {
			return options[i].ID, true
		}
		return "", false
	}
	if i, found := m.politely(); found {
		return m.id(i)
	}
	return m.id(m.nearly())
}

// answer is a short normalised text, cut into words. It points into the buffer
// that it was split from.
type answer struct {
	all   []byte
	words [maxWords][]byte
	n     int
}

// maxWords is how many words an answer can have.
const maxWords = 12

// split returns false where normal has no word, or too many to be an answer.
func split(normal []byte) (a answer, ok bool) {
	a.all = normal
	for len(normal) > 0 {
		if a.n == maxWords {
			return a, false
		}
		word := normal
		if i := bytes.IndexByte(normal, ' '); i >= 0 {
			word, normal = normal[:i], normal[i+1:]
		} else {
			normal = nil
		}
		a.words[a.n] = word
		a.n++
	}
	return a, a.n > 0
}

// span returns the words from i up to j as they stand in the text.
func (a *answer) span(i, j int) []byte {
	from, to := 0, 0
	for k := range j {
		if k == i {
			from = to
		}
		to += len(a.words[k]) + 1
	}
	return a.all[from : to-1]
}

// copied splits a number from the label behind it, for an answer that was
// copied from a list.
func (a *answer) copied(strict []byte) (n int, rest, strictRest []byte) {
	if a.n < 2 || len(a.words[0]) > 2 || a.words[0][0] < '0' || a.words[0][0] > '9' {
		return 0, nil, nil
	}
	n, _ = numeral(a.words[:1])
	_, strictRest, _ = bytes.Cut(strict, []byte{' '})
	return n, a.span(1, a.n), strictRest
}

// polite are words that may stand around an answer and change nothing in it.
// What says no is not among them, nor what tells something.
var polite = wordSet(`saja aja sj aj dong deh ya yah iya yaa nih sih lah kok dulu pak bapak bpk bu ibu min admin mimin
	kak kakak kaka bang abang mas mbak mba gan sis om tante bos boss bot
	ok oke okay okey baik siap sip terima kasih makasih trims trimakasih terimakasih tks thanks thx thank you banyak sekali
	mohon tolong silakan silahkan please pls just only sir maam`)

// before are words that may stand before an answer, besides the polite ones.
var before = wordSet(`saya aku kami gue gw mau ingin pengen pilih memilih milih pilihan yang yg jadi jawab jawaban opsi
	itu i want choose the it is its sudahlah udahlah klik tekan pencet`)

// negations turn an answer into its opposite.
var negations = wordSet(`tidak tdk tak ga gak nggak ngga enggak engga gk g kagak bukan jangan jgn belum blm tanpa kurang
	no not dont never without`)

// matcher holds one answer while its option is looked for.
type matcher struct {
	options []option
	answer  answer
	strict  []byte // the answer with its accents
	raw     string
	label   [128]byte
}

// none and ambiguous stand in the place of an index of options.
const (
	none      = -1
	ambiguous = -2
)

func (m *matcher) id(i int) (string, bool) {
	if i < 0 {
		return "", false
	}
	return m.options[i].ID, true
}

// numbered returns the option with number n, or none.
func (m *matcher) numbered(n int) int {
	for i := range m.options {
		if m.options[i].ByNumber && m.options[i].Number == n {
			return i
		}
	}
	return none
}

// exactly returns the option with a label like words, compared as strict for
// strict options. Found is true also where two options have it.
func (m *matcher) exactly(words, strict []byte) (i int, found bool) {
	i = none
	for j := range m.options {
		o := &m.options[j]
		for _, label := range o.Labels {
			var same bool
			if o.Strict {
				l := appendNormal(m.label[:0], label, false)
				same = len(l) > 0 && bytes.Equal(l, strict) && !m.doubtful(label)
			} else {
				l := appendNormal(m.label[:0], label, true)
				same = len(l) > 0 && bytes.Equal(l, words)
			}
			if same {
				if i >= 0 {
					return ambiguous, true
				}
				i = j
				break
			}
		}
	}
	return i, i >= 0
}

// doubts are signs that take an answer back or make a question of it:
// "setuju?", "setuju ❌".
const doubts = "?？¿؟❌✖✗✘❎👎🚫⛔🙅❓❔🤔"

// doubtful reports whether the answer bears a sign of doubt that label does not.
func (m *matcher) doubtful(label string) bool {
	return strings.ContainsAny(m.raw, doubts) && !strings.ContainsAny(label, doubts)
}

// mayPrecede and mayFollow report whether word means nothing before and behind
// a label.
func (m *matcher) mayPrecede(word []byte) bool {
	return (polite[string(word)] || before[string(word)]) && !m.isLabel(word)
}

func (m *matcher) mayFollow(word []byte) bool {
	return polite[string(word)] && !m.isLabel(word)
}

// isLabel reports whether word is by itself a label of an option; then it is
// never merely polite.
func (m *matcher) isLabel(word []byte) bool {
	for j := range m.options {
		for _, label := range m.options[j].Labels {
			if bytes.Equal(appendNormal(m.label[:0], label, true), word) {
				return true
			}
		}
	}
	return false
}

// politely looks for a label with nothing but polite words around it.
func (m *matcher) politely() (i int, found bool) {
	a := &m.answer
	i = none
	for from := range a.n {
		if from > 0 && !m.mayPrecede(a.words[from-1]) {
			break
		}
		for to := a.n; to > from; to-- {
			if to < a.n && !m.mayFollow(a.words[to]) {
				break
			}
			j, same := m.exactly(a.span(from, to), nil)
			switch {
			case !same:
			case j == ambiguous, i >= 0 && i != j:
				return ambiguous, true
			default:
				i = j
			}
		}
	}
	return i, i >= 0
}

// nearly looks for the one label that the answer is with a typing error, also
// behind and before polite words. It returns none where a strict option or two
// options are nearest.
func (m *matcher) nearly() int {
	a := &m.answer
	from, to := 0, a.n
	for from < to-1 && m.mayPrecede(a.words[from]) {
		from++
	}
	for to-1 > from && m.mayFollow(a.words[to-1]) {
		to--
	}
	best, distance := m.nearest(a.all)
	if from > 0 || to < a.n {
		core, d := m.nearest(a.span(from, to))
		if core != none && (best == none || d < distance) {
			best = core
		} else if core != none && d == distance && core != best {
			return none
		}
	}
	if best < 0 || m.options[best].Strict || m.options[best].Exact {
		return none
	}
	return best
}

// nearest returns the option whose label is a typing error away from words,
// with the distance; ambiguous where two are.
func (m *matcher) nearest(words []byte) (best, distance int) {
	best, distance = none, 99
	if realWords[string(words)] {
		return none, distance
	}
	for j := range m.options {
		for _, label := range m.options[j].Labels {
			l := appendNormal(m.label[:0], label, true)
			d, near := typo(words, l)
			if !near || negatesOtherwise(words, l) {
				continue
			}
			switch {
			case d < distance:
				best, distance = j, d
			case d == distance && best != j:
				best = ambiguous
			}
		}
	}
	return best, distance
}

// negatesOtherwise reports whether words says no where label does not.
func negatesOtherwise(words, label []byte) bool {
	return negates(words) && !negates(label)
}

func negates(words []byte) bool {
	for len(words) > 0 {
		word := words
		if i := bytes.IndexByte(words, ' '); i >= 0 {
			word, words = words[:i], words[i+1:]
		} else {
			words = nil
		}
		if negations[string(word)] {
			return true
		}
	}
	return false
}

// realWords are words of their own that look like a typing error in a label.
var realWords = wordSet(`bisa bias basa batas bakal batak baca bata usah udah sudah susah rubuh ulah tanda bunda benda
	bukan buku muka suka bunga ganda tunai tutur tutul kembar kembang lewat lewah lanjut catat tanya tenang
	lain lainya biaya biasanya sedang belut salah besar benar besok baik baru batuk barat berat selesa
		upah tindak natal fatal gatal antonim inspirasi respirasi pengadaan pengajuan pengaturan haruskan tangkapi
	please send sand sent lend kid skip ship slip yes yet yep next text near late later other mother anonymous`)

// maxTypo is how many letters of a label are compared for typing errors.
const maxTypo = 48

// typo returns the Damerau-Levenshtein distance of two normalised texts and
// whether it is small enough for a typing error: 1 from four letters on, 2
// from eight.
func typo(a, b []byte) (distance int, near bool) {
	var x, y [maxTypo]rune
	n, m := runes(&x, a), runes(&y, b)
	if n < 0 || m < 0 {
		return 0, false
	}
	var allowed int
	switch {
	case m >= 8 && n >= 7:
		allowed = 2
	case m >= 4 && n >= 3:
		allowed = 1
	default:
		return 0, false
	}
	if n-m > allowed || m-n > allowed {
		return 0, false
	}
	// Three rows: a swap of neighbours looks two rows back.
	var rows [3][maxTypo + 1]uint8
	for j := range m + 1 {
		rows[0][j] = uint8(j)
	}
	for i := 1; i <= n; i++ {
		row, above, higher := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = uint8(i)
		for j := 1; j <= m; j++ {
			cost := uint8(1)
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] { //nolint:gosec // runes leaves n and m within both arrays
				d = min(d, higher[j-2]+1)
			}
			row[j] = d
		}
	}
	d := int(rows[n%3][m])
	return d, d <= allowed
}

// runes puts the runes of s into dst and returns how many; -1 where they do not
// fit.
func runes(dst *[maxTypo]rune, s []byte) int {
	n := 0
	for len(s) > 0 {
		if n == maxTypo {
			return -1
		}
		r, size := utf8.DecodeRune(s)
		dst[n] = r
		n++
		s = s[size:]
	}
	return n
}
