package conversation

import (
	"strings"

	"kentongan/reports/region"
)

// usualRow is the order of the line that SiPemandu Desa published.
var usualRow = []item{itemName, itemNIK, itemProvince, itemRegency, itemDistrict, itemVillage, itemStory}

const (
	// maxLead is in how many lines at the front of a text a row is looked for.
	maxLead = 8
	// maxPiece is the length in bytes of a field in a row, the last apart.
	maxPiece = 80
)

// rowSigns are what people put between the fields of a row.
var rowSigns = []string{"/", "#", ";", "|", "*", "\t", "\n", ",", " - ", "–", "+", "~", "_", "-"}

// rowParts reads fields without labels, in a fixed order: that of a heading
// which stands before them ("Nama/NIK/Aduan: Siti/6307.../..."), or the usual one.
func rowParts(text string) ([]formPart, bool) {
	at := 0
	for range maxLead {
		parts, ok := rowUnder(text, at)
		if !ok {
			parts, ok = usualParts(text, at)
		}
		if ok {
			if tells(text[:at]) {
				parts = append([]formPart{{is: itemStory, to: at}}, parts...)
			}
			return parts, true
		}
		if at = lineEnd(text, at) + 1; at >= len(text) {
			break
		}
	}
	return nil, false
}

// pieces cuts text[at:] at sign into n fields at most, and returns nil where one
// but the last is too long.
func pieces(text string, at int, sign string, n int) []formPart {
	var list []formPart
	for len(list) < n-1 {
		i := strings.Index(text[at:min(len(text), at+maxPiece+len(sign))], sign)
		if i < 0 || sign != "\n" && strings.IndexByte(text[at:at+i], '\n') >= 0 {
			break
		}
		from := at
		if sign == "\n" {
			from = skipSigns(text, at, at+i) // "2. 6307..."
		}
		list = append(list, formPart{from: from, value: from, to: at + i})
		at += i + len(sign)
	}
	if len(list) < n-1 && len(text)-at > maxPiece && strings.Contains(text[at:], sign) {
		return nil
	}
	if sign == "\n" {
		at = skipSigns(text, at, len(text))
	}
	return append(list, formPart{from: at, value: at, to: len(text)})
}

// usualParts reads a row in the usual order. What shows that it is one is a NIK
// in its place, or a province with its regency in theirs.
func usualParts(text string, at int) ([]formPart, bool) {
	for _, sign := range rowSigns {
		list := pieces(text, at, sign, len(usualRow))
		if len(list) < 3 || sign == "\n" && beginsBare(list[0].text(text)) {
			continue
		}
		one, two := list[0].text(text), list[1].text(text)
		switch {
		case isName(one) && nikLike(two):
		case nikLike(one) && isName(two) && len(list) == len(usualRow):
			list[0].is, list[1].is = itemNIK, itemName
		case len(list) == len(usualRow) && isName(one) && !hasDigits(two, 1) && len(two) < 16 && sign != "\n" && within(list[3].text(text), list[2].text(text)):
		default:
			// Without a field for the NIK there is one less.
			list = pieces(text, at, sign, len(usualRow)-1)
			if len(list) != len(usualRow)-1 || !isName(one) || sign == "\n" || !within(list[2].text(text), two) {
				continue
			}
			fillRow(text, list, append([]item{itemName}, usualRow[2:]...))
			return list, true
		}
		if list[0].is != itemNIK {
			list[0].is, list[1].is = itemName, itemNIK
		}
		short := true
		for _, p := range list[2 : len(list)-1] {
			short = short && strings.Count(p.text(text), " ") < 6
		}
		if !short {
			continue
		}
		if !fillRow(text, list[2:], usualRow[2:]) {
			continue
		}
		return list, true
	}
	return nil, false
}

// beginsBare reports whether a line begins with a label: then it is a form
// with labels and no row.
func beginsBare(line string) bool {
	_, n := longestLabel(plainWords(line), bareLabels)
	return n > 0
}

// fillRow says what the fields of list are. Where some are missing the last is
// the story if it tells one, and the others are places, whose levels are known
// only where the first is a province. It returns false where there is neither a
// story nor a province: then who knows what these words are.
func fillRow(text string, list []formPart, order []item) bool {
	if len(list) == len(order) {
		for i := range list {
			list[i].is = order[i]
		}
		return true
	}
	levelled := region.Read(head(list[0].text(text), maxPiece)).Province != "" && order[0] == itemProvince
	story := false
	for i := range list {
		switch field := list[i].text(text); {
		case i == len(list)-1 && (telling3(field) || grievances.in(plainWords(field)) || secrecy.in(plainWords(field))):
			list[i].is, story = itemStory, true
		case len(phones(field)) > 0:
			list[i].is = itemPhone
		case levelled:
			list[i].is = order[i]
		default:
			list[i].is = itemSpot
		}
	}
	return story || levelled
}

// within reports whether regency is one of province, both as people write them.
func within(regency, province string) bool {
	if len(regency) > maxPiece || len(province) > maxPiece || !hasWords(regency) {
		return false
	}
	p := region.Read(province)
	if p.Province == "" || p.Regency != "" {
		return false
	}
	r := region.Read(regency + ", " + province)
	return r.Regency != "" && r.Province == p.Province
}

// isName reports whether s can be a name: a few words without digits that
// complain of nothing.
func isName(s string) bool {
	if len(s) > maxPiece || !hasWords(s) || hasDigits(s, 1) || strings.Count(s, " ") >= 6 || strings.ContainsAny(s, ":=?!") {
		return false
	}
	plain := plainWords(s)
	return !grievances.in(plain) && !secrecy.in(plain)
}

// nikLike reports whether s is a number such as stands where a NIK is asked for,
// also one with a digit too few or too many.
func nikLike(s string) bool {
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(s), "nik"), ":"))
	if s == "" || len(s) > maxPiece || s[0] < '0' || s[0] > '9' {
		return false
	}
	groups, end := digitGroups(s, 0, breaksIdentity)
	count := 0
	for _, g := range groups {
		count += g.count
	}
	if count == 16 && plausibleNIK(s) {
		return end == len(s)
	}
	return end == len(s) && count >= 13 && count <= 18
}

// rowUnder reads a row under the heading that begins at text[at].
func rowUnder(text string, at int) ([]formPart, bool) {
	order, sign, body := heading(text, at)
	if len(order) == 0 {
		return nil, false
	}
	if !hasWords(text[body:]) {
		return nil, true // nothing is filled in
	}
	if parts, ok := labelledParts(text[body:]); ok {
		for i := range parts {
			parts[i].from, parts[i].value, parts[i].to = parts[i].from+body, parts[i].value+body, parts[i].to+body
		}
		return parts, true
	}
	for _, s := range append([]string{sign}, rowSigns...) {
		list := pieces(text, body, s, len(order))
		aligned := len(list) == len(order)
		for i := range list {
			list[i].is = order[i]
			if order[i] == itemNIK {
				aligned = aligned && !isName(list[i].text(text)) || nikLike(list[i].text(text))
			}
		}
		if aligned && len(list) > 1 {
			return list, true
		}
	}
	return []formPart{{is: itemStory, from: body, value: body, to: len(text)}}, true
}

// heading reads a list of labels at text[at:], such as "Nama/NIK/Aduan:", and
// returns their order, what stands between them, and where the values begin.
func heading(text string, at int) (order []item, sign string, body int) {
	end := lineEnd(text, at)
	end = signAt(text, at, end)
	if i := strings.LastIndexByte(text[at:end], '('); i >= 0 && strings.HasSuffix(strings.TrimSpace(text[at:end]), ")") {
		end = at + i
	}
	line := text[at:end]
	if is, ok := labelled(line); ok && is == itemNothing && end < len(text) { // "Format: Nama/NIK/Aduan"
		at = afterSign(text, end, len(text))
		end = signAt(text, at, lineEnd(text, at))
		line = text[at:end]
	}
	if len(line) > 4*maxLabel {
		return nil, "", 0
	}
	for _, sign = range rowSigns {
		fields := strings.Split(line, sign)
		if len(fields) < 3 || sign == "\n" {
			continue
		}
		order = order[:0]
		told, story := false, false
		for i, field := range fields {
			if i == 0 {
				field = strings.TrimPrefix(strings.ToLower(field), "format")
			}
			is, ok := labelled(field)
			if !ok {
				break
			}
			order = append(order, is)
			told, story = told || is == itemName || is == itemNIK, story || is == itemStory
		}
		if len(order) == len(fields) && (told || story) {
			return order, sign, afterSign(text, end, len(text))
		}
	}
	return nil, "", 0
}
