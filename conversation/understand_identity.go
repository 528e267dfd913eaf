package conversation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands in the place of a number that no complaint needs. The words are
// kept in the text, so they are in the service's first language.
const (
	maskNIK   = "[NIK]"
	maskKK    = "[nomor KK]"
	maskPhone = "[nomor HP]"
	maskEmail = "[email]"
)

// maskIdentity hides identity numbers in text: NIK and family card numbers
// wherever they stand, and the writer's own telephone number and e-mail address
// in the fields of a form and wherever they are repeated. Everything else stays
// as it is, also a telephone or account number in a story, which may be the
// evidence: "minta uang lewat 0812...". What goes to a group is hidden further;
// see [redact].
func maskIdentity(text string) string {
	if !hasDigits(text, 8) && !strings.Contains(text, "@") {
		return text
	}
	return maskNIKs(maskOwn(text))
}

// hasDigits reports whether text has n digits or more.
func hasDigits(text string, n int) bool {
	for _, r := range text {
		if r >= '0' && r <= '9' || r >= utf8.RuneSelf && unicode.IsDigit(r) {
			if n--; n == 0 {
				return true
			}
		}
	}
	return false
}

// digitGroup is a run of digits in a number that may be broken up.
type digitGroup struct {
	from, to int // in the text
	count    int
	sep      rune // what stands before it; a space where only spaces do
}

// digitGroups reads the number that begins at text[i], a digit, with what
// breaks it up, and returns where it ends.
func digitGroups(text string, i int, breaks func(rune) bool) (groups []digitGroup, end int) {
	gap, sep := 0, rune(0)
	end = i
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsDigit(r) {
			if len(groups) == 0 || sep != 0 {
				groups = append(groups, digitGroup{from: i, sep: sep})
			}
			g := &groups[len(groups)-1]
			i += size
			g.to, g.count, end = i, g.count+1, i
			gap, sep = 0, 0
			continue
		}
		if !breaks(r) || gap == 3 {
			break
		}
		gap++
		switch {
		case unicode.IsSpace(r):
			if sep == 0 {
				sep = ' '
			}
		case unicode.IsGraphic(r):
			sep = r
		}
		i += size
	}
	return groups, end
}

// digitsIn appends the digits of text to dst, as ASCII, until dst is full.
func digitsIn(dst []byte, text string) []byte {
	for _, r := range text {
		if len(dst) == cap(dst) {
			break
		}
		if unicode.IsDigit(r) {
			dst = append(dst, byte(digitOf(r)))
		}
	}
	return dst
}

// breaksIdentity reports whether people put r between the digits of one
// identity number. A slash or a comma stands between two.
func breaksIdentity(r rune) bool {
	return breaksNumber(r) && !strings.ContainsRune(",/()+", r)
}

// maskNIKs hides NIK and family card numbers.
func maskNIKs(text string) string {
	var b strings.Builder
	kept, link := 0, 0 // text[:link] is of words that were looked at
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		if i >= link {
			link = wordEnd(text, i)
			if strings.Contains(text[i:link], "://") {
				i = link // the numbers in links lead somewhere
				continue
			}
		}
		if !unicode.IsDigit(r) {
			i += size
			continue
		}
		groups, end := digitGroups(text, i, breaksIdentity)
		digits := 0
		for _, g := range groups {
			digits += g.count
		}
		if digits < fewestDigits {
			i = end
			continue
		}
		named := namedNumber(text[:i])
		for len(groups) > 0 {
			n, mask := identityNumber(text, groups, named)
			named = ""
			if n > 0 {
				b.WriteString(text[kept:groups[0].from])
				b.WriteString(mask)
				kept = groups[n-1].to
			}
			groups = groups[max(n, 1):]
		}
		i = end
	}
	if kept == 0 {
		return text
	}
	b.WriteString(text[kept:])
	return b.String()
}

// wordEnd returns where the white space behind text[from:] begins.
func wordEnd(text string, from int) int {
	if n := strings.IndexFunc(text[from:], unicode.IsSpace); n >= 0 {
		return from + n
	}
	return len(text)
}

// fewestDigits are the digits of a NIK of which some were forgotten.
const fewestDigits = 12

// identityNumber returns of how many groups the identity number consists that
// begins with the first, and what stands in its place; 0 where none does. Named
// is what the words before it call it.
func identityNumber(text string, groups []digitGroup, named string) (n int, mask string) {
	if named == numberOther {
		return 0, ""
	}
	mask = maskNIK
	if named == numberKK {
		mask = maskKK
	}
	total, even := 0, true
	for i, g := range groups {
		if i > 16 || total+g.count > 20 || total >= 16 {
			break
		}
		total += g.count
		even = even && (i < 2 || g.sep == groups[1].sep)
		if total == 16 && (named != "" || (even && regular(groups[:i+1]))) && plausibleNIK(text[groups[0].from:g.to]) {
			return i + 1, mask
		}
		n = i + 1
	}
	// What is called a NIK is one, with a digit too few or too many.
	if named != "" && total >= fewestDigits && !(total <= 13 && strings.HasPrefix(text[groups[0].from:], "08")) {
		return n, mask
	}
	return 0, ""
}

// regular reports whether a number of sixteen digits is broken where people
// break a NIK: between its parts, or into groups of one size. A decimal number
// and a sum of money are not.
func regular(groups []digitGroup) bool {
	if len(groups) == 1 {
		return true
	}
	at, parts, size := 0, true, groups[0].count
	same := groups[len(groups)-1].count <= size
	for i, g := range groups[:len(groups)-1] {
		at += g.count
		parts = parts && at%2 == 0 && at <= 12 && (at > 2 || len(groups) > 2)
		same = same && (g.count == size || i == 0)
	}
	return parts || (same && (size > 2 || at >= 14))
}

// plausibleNIK reports whether sixteen digits can be a NIK or the number of a
// family card: province 11 to 96, regency, district, day (plus forty for
// women), month, year, serial number (Permendagri 83/2021 has the layout).
func plausibleNIK(number string) bool {
	var room [16]byte
	d := digitsIn(room[:0], number)
	if len(d) < len(room) {
		return false
	}
	two := func(i int) int { return int(d[i]-'0')*10 + int(d[i+1]-'0') }
	province, day, month := two(0), two(6), two(8)
	if day > 40 {
		day -= 40
	}
	return province >= 11 && province <= 96 && two(2) > 0 && two(4) > 0 &&
		day >= 1 && day <= 31 && month >= 1 && month <= 12 && (two(12) > 0 || two(14) > 0)
}

// What the words before a number call it.
const (
	numberNIK   = "nik"
	numberKK    = "kk"
	numberOther = "other" // an account, a parcel, money: it stays
)

var (
	calledNIK = wordSet(`nik ktp niknya ktpnya nikktp ktpnik kependudukan identitas`)
	calledKK  = wordSet(`kk kknya nokk keluarga`)
	// calledOther are the numbers of sixteen digits that people write down as evidence.
	calledOther = wordSet(`rp idr rekening rek norek rekeningnya va virtual account kredit debit atm resi invoice order pesanan
		transaksi referensi ref reff meter meteran pelanggan idpel imei polis tiket laporan register registrasi faktur kuitansi kwitansi
		bca bri bni mandiri bsi btn token voucher saldo kartu`)
	// between may stand between a number and what it is called.
	between = wordSet(`no nomor nomer nmr number saya sy aku ini itu adalah yaitu pelapor pengadu induk kependudukan sesuai atas`)
)

// namedNumber tells what the words at the end of before call the number behind
// them; empty where they do not say.
func namedNumber(before string) string {
	cut := max(0, len(before)-48)
	for cut < len(before) && cut > 0 && !utf8.RuneStart(before[cut]) {
		cut++
	}
	words := strings.Fields(plainWords(before[cut:]))
	for len(words) > 0 {
		last := words[len(words)-1]
		switch {
		case calledNIK[last] && !(len(words) > 1 && calledKK[words[len(words)-2]]):
			return numberNIK
		case calledKK[last]:
			return numberKK
		case calledOther[last]:
			return numberOther
		case !between[last]:
			return ""
		}
		words = words[:len(words)-1]
	}
	return ""
}

// maskOwn hides the writer's telephone number and address where text is a form
// that has fields for them.
func maskOwn(text string) string {
	parts, ok := formParts(text)
	if !ok {
		return text
	}
	var own []string
	var b strings.Builder
	kept := 0
	for _, p := range parts {
		if !p.is.identifies() || p.is == itemNIK {
			continue
		}
		value := maskNIKs(text[p.value:p.to])
		own = append(own, phones(value)...)
		b.WriteString(text[kept:p.value])
		b.WriteString(maskPhones(maskEmails(value), nil))
		kept = p.to
	}
	if kept == 0 {
		return text
	}
	b.WriteString(text[kept:])
	return maskOwnPhones(b.String(), own)
}

// maxOwn is how many telephone numbers of the writer are looked for elsewhere.
const maxOwn = 8

// maskOwnPhones hides the writer's numbers, which own has, wherever they stand.
func maskOwnPhones(text string, own []string) string {
	if len(own) == 0 {
		return text
	}
	return maskPhones(text, own[:min(len(own), maxOwn)])
}

// phones returns the telephone numbers in value without the zero or country
// code at their front.
func phones(value string) []string {
	var found []string
	eachPhone(value, func(_, _ int, number string) { found = append(found, number) })
	return found
}

// maskPhones hides the telephone numbers of text, or those among own.
func maskPhones(text string, own []string) string {
	var b strings.Builder
	kept := 0
	eachPhone(text, func(from, to int, number string) {
		if own != nil && !slices.Contains(own, number) {
			return
		}
		b.WriteString(strings.TrimSuffix(text[kept:from], "+"))
		b.WriteString(maskPhone)
		kept = to
	})
	if kept == 0 {
		return text
	}
	b.WriteString(text[kept:])
	return b.String()
}

// eachPhone calls found with every number of 8 to 15 digits in text.
func eachPhone(text string, found func(from, to int, number string)) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsDigit(r) {
			i += size
			continue
		}
		groups, end := digitGroups(text, i, func(r rune) bool { return breaksNumber(r) && r != '/' && r != ',' })
		from, count := 0, 0 // a second number begins with 0 and has no room in the first
		tell := func(to int) {
			if count >= 8 && count <= 15 {
				var room [15]byte
				number := string(digitsIn(room[:0], text[groups[from].from:groups[to-1].to]))
				number = strings.TrimPrefix(strings.TrimLeft(number, "0"), "62")
				found(groups[from].from, groups[to-1].to, strings.TrimLeft(number, "0"))
			}
			from, count = to, 0
		}
		for k, g := range groups {
			if count >= 8 && (count+g.count > 15 || text[g.from] == '0' && g.count >= 4) {
				tell(k)
			}
			count += g.count
		}
		tell(len(groups))
		i = end
	}
}

// maskEmails hides the words of text that have an @ inside.
func maskEmails(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		end := wordEnd(text, 0)
		if at := strings.IndexByte(text[:end], '@'); at > 0 && hasWords(text[at:end]) {
			b.WriteString(maskEmail)
		} else {
			b.WriteString(text[:end])
		}
		if text = text[end:]; text != "" {
			_, size := utf8.DecodeRuneInString(text)
			b.WriteString(text[:size])
			text = text[size:]
		}
	}
	return b.String()
}
