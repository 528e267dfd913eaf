package conversation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// formPart is a field of a form: its label begins at from, its value is
// text[value:to]. One without a label has from == value.
type formPart struct {
	is              item
	from, value, to int
	label           string
	rest            string // what an identity's field says besides
	loose           bool   // in the middle of a line, behind words
	bare            bool   // nothing stands between label and value
	kept            bool   // a heading that gives sense to what follows
}

func (p formPart) text(text string) string { return strings.TrimSpace(text[p.value:p.to]) }

// formParts cuts a form into its fields, in the order of the text, and returns
// false where it is none.
func formParts(text string) ([]formPart, bool) {
	base := 0
	if n := formKeyword(text); n > 0 {
		base = n
	}
	if !parted(text[base:]) {
		return nil, false
	}
	parts, ok := rowParts(text[base:])
	if !ok {
		parts, ok = labelledParts(text[base:])
	}
	if !ok {
		return nil, false
	}
	for i := range parts {
		parts[i].from += base
		parts[i].value += base
		parts[i].to += base
	}
	return parts, true
}

// parted reports whether text has a sign that may stand between fields.
func parted(text string) bool {
	return strings.ContainsAny(text, ":=#/|;,-+~*_\n\t") ||
		strings.Contains(text, "：") || strings.Contains(text, "–") || strings.Contains(text, "—")
}

// labelledParts reads fields with labels. It looks for labels that stand bare
// before their values too, and without those where they make no form.
func labelledParts(text string) ([]formPart, bool) {
	for _, bare := range []bool{true, false} {
		parts := cutLabels(text, bare)
		if isForm(text, parts) {
			return parts, true
		}
	}
	return nil, false
}

// isForm reports whether parts are a form: two different fields that forms
// have, beginning where a line or the text begins, and not somebody's name and
// number alone, who need not be the writer. Bare labels alone must be three.
func isForm(text string, parts []formPart) bool {
	var kinds [itemNothing + 1]bool
	signs, bares, n := 0, 0, 0
	first := true
	for _, p := range parts {
		if p.from == p.value || p.is == itemOther || p.is == itemAgency || p.is == itemNothing {
			continue
		}
		if first && p.loose && tells(text[:p.from]) {
			return false // "petugas bertanya nama: ..."
		}
		first = false
		if p.bare {
			bares++
		} else {
			signs++
		}
		if !kinds[p.is] {
			kinds[p.is] = true
			n++
		}
	}
	if bares > 0 {
		return n >= 3 && (kinds[itemName] || kinds[itemNIK])
	}
	identityOnly := true
	for is, has := range kinds {
		identityOnly = identityOnly && (!has || item(is).identifies())
	}
	return signs >= 2 && n >= 2 && (!identityOnly || kinds[itemNIK])
}

// maxTries is how many labels of a text are looked up. A form has forty fields
// at most.
const maxTries = 600

// labeller looks for labels in text.
type labeller struct {
	text  string
	bare  bool
	tries int
}

// is returns what text[from:to] is for, if it is a label.
func (l *labeller) is(from, to int) (item, bool) {
	if to-from > maxLabel || to <= from || l.tries >= maxTries {
		return itemOther, false
	}
	l.tries++
	return labelled(l.text[from:to])
}

// cutLabels cuts text at the labels in it. What stands before the first, and
// lines that carry on no field, become parts of the story.
func cutLabels(text string, bare bool) []formPart {
	l := labeller{text: text, bare: bare}
	var parts []formPart
	gap := false
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		marks := l.line(at, end, parts)
		lead := end
		if len(marks) > 0 {
			lead = marks[0].from
		}
		switch {
		case strings.TrimSpace(text[at:lead]) == "":
			gap = gap || len(marks) == 0
		default:
			if s := skipSigns(text, at, lead); s < lead {
				parts = carryOn(text, parts, s, lead, gap)
			}
			gap = false
		}
		if len(marks) > 0 {
			gap = false
		}
		for i := range marks {
			marks[i].to = end
			if i+1 < len(marks) {
				marks[i].to = marks[i+1].from
			}
		}
		parts = append(parts, marks...)
		at = min(end+1, len(text))
		if end == len(text) {
			break
		}
	}
	return parts
}

// carryOn gives a line without a label to the field before it, or to the story.
func carryOn(text string, parts []formPart, from, to int, gap bool) []formPart {
	line := text[from:to]
	story := formPart{is: itemStory, from: from, value: from, to: to}
	if len(parts) == 0 {
		if !tells(line) {
			return parts // a greeting
		}
		return append(parts, story)
	}
	last := &parts[len(parts)-1]
	switch {
	case last.is == itemStory || last.is == itemOther && !last.kept:
		last.to = to
	case !hasWords(text[last.value:last.to]) && !last.kept:
		last.value, last.to = from, to
	case last.is.place() && !gap && placeLine(line):
		last.to = to
	case last.is == itemPhone && !telling3(line):
		last.to = to
	case last.is.identifies() && hasDigits(line, 8) && !telling3(line):
		return append(parts, formPart{is: itemPhone, from: from, value: from, to: to})
	default:
		return append(parts, story)
	}
	return parts
}

// placeLine reports whether a line carries on an address.
func placeLine(line string) bool {
	return levels[firstWord(plainWords(head(line, maxLabel)))] && strings.Count(strings.TrimSpace(line), " ") < 8
}

// lineEnd returns where the line ends that text[at] is in.
func lineEnd(text string, at int) int {
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(text)
}

// skipSigns skips what people put before a field: bullets, stars, a number, a
// letter.
func skipSigns(text string, at, end int) int {
	sign := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '(' && r != '+' && r != '"' && r != '“'
	}
	at += len(text[at:end]) - len(strings.TrimLeftFunc(text[at:end], sign))
	n := at
	for n < end && n < at+2 && isASCIIDigit(text[n]) {
		n++
	}
	if n == at && n < end && (text[n]|0x20) >= 'a' && (text[n]|0x20) <= 'z' {
		n++
	}
	if n > at && n < end && (text[n] == '.' || text[n] == ')') && !(n+1 < end && isASCIIDigit(text[n+1])) {
		at = n + 1
		at += len(text[at:end]) - len(strings.TrimLeftFunc(text[at:end], sign))
	}
	return at
}

// line finds the labels in text[at:end], a line. Parts are the fields before it.
func (l *labeller) line(at, end int, parts []formPart) []formPart {
	if l.tries >= maxTries {
		return nil
	}
	start := skipSigns(l.text, at, end)
	var marks []formPart
	mark := func(is item, from, to, value int) {
		marks = append(marks, formPart{is: is, from: from, value: value, label: strings.Trim(l.text[from:to], " \t*_")})
	}
	telling := func(is item) bool { return is == itemStory || is == itemOther || is == itemTitle }
	inStory := len(parts) == 0 || telling(parts[len(parts)-1].is)
	colon := signAt(l.text, start, end)
	if is, ok := l.is(start, colon); ok && colon < end {
		mark(is, start, colon, afterSign(l.text, colon, end))
	} else if to, is, ok := l.signed(start, end); ok {
		mark(is, start, to, afterSign(l.text, skipSpaces(l.text, to, end), end))
	} else if to, is, ok := l.unsigned(start, end); ok && (!inStory || len(parts) == 0 || shortLine(l.text[to:end])) {
		mark(is, start, to, to)
		marks[0].bare = true
	} else if colon < end && unknownLabel(l.text[start:colon]) {
		mark(itemOther, start, colon, afterSign(l.text, colon, end))
	}
	from := start
	if len(marks) > 0 {
		from, inStory = marks[0].value, telling(marks[0].is)
	}
	for sign := signAt(l.text, from, end); sign < end && l.tries < maxTries; sign = signAt(l.text, sign+1, end) {
		label, is, ok := l.before(from, sign, inStory)
		if !ok {
			continue
		}
		mark(is, label, sign, afterSign(l.text, sign, end))
		m := &marks[len(marks)-1]
		m.loose = label > start && !strings.ContainsRune(",;/|#.", rune(lastSign(l.text[at:label])))
		from, inStory = m.value, telling(is)
	}
	return marks
}

// unknownLabel reports whether s, which stands before a colon, looks like a
// label that is not ours.
func unknownLabel(s string) bool {
	if len(s) > maxLabel || strings.ContainsAny(s, ",!?") || strings.Index(s, ". ") > 4 {
		return false
	}
	n := len(strings.Fields(s))
	return n > 0 && n <= 4
}

// shortLine reports whether a value is of three words at most.
func shortLine(value string) bool { return len(strings.Fields(value)) <= 3 }

// lastSign returns the last byte of s that is no space.
func lastSign(s string) byte {
	if s = strings.TrimRight(s, " \t"); s != "" {
		return s[len(s)-1]
	}
	return '\n'
}

// signAt returns where in text[at:end] the first colon or equals sign stands
// that may end a label: not those of hours and links. It returns end where none
// does.
func signAt(text string, at, end int) int {
	for i := at; i < end; i++ {
		switch c := text[i]; {
		case c == ':' && i+2 < end && text[i+1] == '/' && text[i+2] == '/':
		case c == ':' && i > at && isASCIIDigit(text[i-1]) && i+1 < end && isASCIIDigit(text[i+1]):
		case c == ':', c == '=':
			return i
		case c == 0xEF && strings.HasPrefix(text[i:end], "："):
			return i
		}
	}
	return end
}

// afterSign returns where the value begins behind the sign at text[at].
func afterSign(text string, at, end int) int {
	for at < end {
		r, size := utf8.DecodeRuneInString(text[at:end])
		if !unicode.IsSpace(r) && !strings.ContainsRune(":：=-–—#|;>~*_", r) {
			break
		}
		at += size
	}
	return at
}

func skipSpaces(text string, at, end int) int {
	for at < end && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	return at
}

// signed finds a label at the beginning of a line with another sign behind it
// than a colon: "Nama - Siti", "Desa | Pagat". It returns where it ends.
func (l *labeller) signed(at, end int) (to int, is item, ok bool) {
	near := min(end, at+maxLabel)
	for i := at; i < near; i++ {
		if strings.IndexByte("-#|;>~\t", l.text[i]) < 0 && !strings.HasPrefix(l.text[i:end], "–") && !strings.HasPrefix(l.text[i:end], "—") {
			continue
		}
		if found, yes := l.is(at, i); yes {
			to, is, ok = i, found, true
		}
	}
	return to, is, ok
}

// unsigned finds a label at the beginning of a line with nothing behind it but
// a space or the end of the line, if those are looked for.
func (l *labeller) unsigned(at, end int) (to int, is item, ok bool) {
	if !l.bare {
		return 0, itemOther, false
	}
	for i, words := at, 0; i < end && words < 3 && l.tries < maxTries; words++ {
		near := min(end, i+maxLabel)
		i += wordEnd(l.text[i:near], 0)
		if i == near && near < end {
			break
		}
		l.tries++
		if found, yes := bareLabels[plainWords(l.text[at:i])]; yes {
			to, is, ok = i, found, true
		}
		i = skipSpaces(l.text, i, end)
	}
	return to, is, ok
}

// before finds the longest label that ends at the sign at text[at] and begins
// behind from. In a story it has to begin behind a sign, or to be one that asks
// who or where and is written large, for words such as "waktu" stand before
// colons there too.
func (l *labeller) before(from, at int, inStory bool) (label int, is item, ok bool) {
	begin := max(from, at-maxLabel)
	var starts [5]int // of the last words
	n := 0
	for i := at - 1; i >= begin && n < len(starts); i-- {
		boundary := i == from || i > 0 && strings.IndexByte(" \t,;/|#.-*_(", l.text[i-1]) >= 0
		if boundary && (l.text[i]|0x20) >= 'a' && (l.text[i]|0x20) <= 'z' {
			starts[n] = i
			n++
		}
	}
	for _, i := range slices.Backward(starts[:n]) {
		l.tries++
		is, found := formLabels[plainWords(l.text[i:at])]
		if !found && strings.IndexByte(l.text[i:at], '/') >= 0 {
			is, found = l.is(i, at)
		}
		if !found || precedes[lastWord(l.text[begin:i])] {
			continue
		}
		large := l.text[i] >= 'A' && l.text[i] <= 'Z' && (is.identifies() || is.place())
		if !inStory || large || strings.IndexByte("/|#;", lastSign(l.text[from:i])) >= 0 {
			return i, is, true
		}
	}
	return 0, itemOther, false
}

func lastWord(s string) string {
	words := strings.Fields(plainWords(s))
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// precedes are the words that make another label of the one behind them: "jenis
// laporan", "tanggal pengaduan".
var precedes = wordSet(`jenis nomor no tanggal tgl kategori status bukti nama isi judul kode foto lampiran jumlah bidang sumber`)
