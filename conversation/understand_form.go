package conversation

import (
	"slices"
	"strings"
	"unicode"
)

// form is what a text says that somebody wrote into a form which an office
// published: with labels ("Nama: ... NIK: ..."), as a line in a fixed order
// ("Siti/6307.../Kalsel/HST/Batu Benawa/Pagat/jembatan rusak"), or behind the
// keyword of a short message ("LAPOR#jembatan rusak").
type form struct {
	// Story is what happened, in the citizen's words, with what other fields tell
	// about it. It is empty where that field was left out.
	Story string
	// Place is put together from the smallest to the largest: "Desa Pagat, Kec.
	// Batu Benawa, Kab. HST, Kalsel".
	Place  string
	When   string
	Agency string
	// Name, NIK, Phone and Email tell that the writer gave them. Their values go
	// nowhere: a complaint needs none of them.
	Name, NIK, Phone, Email bool
}

// readForm reads text as a form, and returns false where it is none: then all
// of it is what its writer wants to say. It drops what tells who the writer is
// and nothing else: a field that it does not know stays in the story.
//
// Use it where a story is expected, before the words are kept: keep Story in
// the place of the text, give Place and When to their readers, and ask for what
// is empty. Do not read Story as a form again: who is complained of in it would
// be taken for its writer; see [form.written]. For texts that are no form there
// is [maskIdentity]; Story has been through it.
func readForm(text string) (form, bool) {
	if f, ok := readWritten(text); ok {
		return f, true
	}
	parts, ok := formParts(text)
	if !ok {
		return keywordForm(text)
	}
	parts = theirs(text, parts)
	var f form
	var own []string
	for i, p := range parts {
		if !p.is.identifies() {
			continue
		}
		value := p.text(text)
		if p.is == itemNIK { // also one with a digit too few
			value = strings.TrimPrefix(maskNIKs("NIK "+value), "NIK ")
		} else {
			value = maskNIKs(value)
			own = append(own, phones(head(value, maxGreeting))...)
		}
		value = maskPhones(maskEmails(value), nil)
		f.identify(p.is, value)
		parts[i].rest = besidesIdentity(p.is, value)
	}
	spot := slices.ContainsFunc(parts, func(p formPart) bool { return p.is == itemSpot && hasWords(p.text(text)) })
	if spot {
		// Where both are told, an address is the writer's.
		parts = slices.DeleteFunc(parts, func(p formPart) bool { return p.is == itemStreet && !isStreet(p.label) })
	}
	f.Story = formStory(text, parts)
	if f.Story == "" {
		f.Story = spilled(text, parts)
	}
	f.Place = formPlace(text, parts)
	f.When = formWhen(text, parts)
	f.Agency = fieldsOf(text, parts, itemAgency, ", ")
	for _, s := range []*string{&f.Story, &f.Place, &f.When, &f.Agency} {
		*s = maskOwnPhones(maskNIKs(*s), own)
		if s != &f.Story {
			*s = oneField(*s)
		}
	}
	return f, true
}

// identify notes what value, where numbers and addresses are masked already,
// tells about the writer.
func (f *form) identify(is item, value string) {
	nik := strings.Contains(value, maskNIK) || strings.Contains(value, maskKK)
	f.NIK = f.NIK || nik || (is == itemNIK && hasDigits(value, 8))
	f.Phone = f.Phone || (is != itemNIK && strings.Contains(value, maskPhone))
	f.Email = f.Email || strings.Contains(value, maskEmail)
	f.Name = f.Name || (is == itemName && !strings.HasPrefix(value, "[") && tells(value))
}

// besidesIdentity returns what the masked value of a field that tells who the
// writer is says besides, for people write on in the last field: "NIK: 6307...
// jembatan rusak".
func besidesIdentity(is item, value string) string {
	switch is {
	case itemName:
		_, after, found := strings.Cut(value, ". ")
		switch {
		case found && telling3(after):
			return strings.TrimSpace(after)
		case strings.Count(strings.TrimSpace(value), " ") >= 8:
			return value
		}
	case itemNIK, itemPhone, itemEmail:
		rest := value[strings.LastIndexByte(value, ']')+1:]
		if telling3(rest) {
			return strings.TrimLeft(rest, " .,;/|#-–")
		}
	default:
	}
	return ""
}

// telling3 reports whether text has three words or more that tell something.
func telling3(text string) bool { return tellingWords(text, 3) >= 3 }

// tellingWords counts the words at the beginning of text that may carry content,
// up to limit.
func tellingWords(text string, limit int) int {
	n := 0
	for word := range strings.SplitSeq(plainWords(head(text, maxGreeting)), " ") {
		if word != "" && telling(word) && !openers[word] {
			if n++; n == limit {
				break
			}
		}
	}
	return n
}

// formStory puts together what the form tells, in the order in which it does.
func formStory(text string, parts []formPart) string {
	var lines []string
	add := func(s string) {
		if s = strings.Trim(s, " \t\r\n/|#;*_"); hasWords(s) {
			lines = append(lines, s)
		}
	}
	for _, p := range parts {
		switch p.is {
		case itemStory, itemTitle:
			add(p.text(text))
		case itemOther:
			if hasWords(p.text(text)) || p.kept {
				add(text[p.from:p.to])
			}
		default:
			add(p.rest)
		}
	}
	return strings.Join(lines, "\n")
}

// spilled returns what was written on behind the last field of place or time,
// where the form has no field for the story, and takes it from there.
func spilled(text string, parts []formPart) string {
	if len(parts) == 0 {
		return ""
	}
	last := &parts[len(parts)-1]
	if !last.is.place() && !last.is.when() {
		return ""
	}
	value := last.text(text)
	for i := 0; ; {
		n := strings.Index(value[i:], ". ")
		if n < 0 {
			return ""
		}
		i += n + 2
		rest := plainWords(value[i:])
		if telling3(rest) && (last.is.when() || !levels[firstWord(rest)] || grievances.in(rest)) {
			last.to = last.value + i - 2
			return strings.TrimSpace(value[i:])
		}
	}
}

// formPlace puts the place together, from the smallest to the largest.
func formPlace(text string, parts []formPart) string {
	var places []string
	for is := itemSpot; is <= itemProvince; is++ {
		for _, p := range parts {
			if p.is != is {
				continue
			}
			value := fieldValue(p.text(text))
			if value == "" {
				continue
			}
			value = strings.Join(strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' }), ", ")
			if value = placePrefix(p, value) + value; !slices.Contains(places, value) {
				places = append(places, value)
			}
		}
	}
	return strings.Join(places, ", ")
}

// fieldValue is the text of a short field: without signs around it, and empty
// where it was left open with dots or dashes.
func fieldValue(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;/|#*_–—-=:~.", r) })
	if !hasWords(s) || strings.Trim(strings.ToLower(s), "x") == "" {
		return ""
	}
	return s
}

// isStreet reports whether the label asks for a street and no whole address.
func isStreet(label string) bool {
	switch firstWord(plainWords(label)) {
	case "jalan", "jl", "jln":
		return true
	}
	return false
}

// placePrefix is what has to stand before the value of a place's field, so that
// it is understood without its label.
func placePrefix(p formPart, value string) string {
	label := plainWords(p.label)
	first := firstWord(plainWords(head(value, maxLabel)))
	if first == firstWord(label) || levels[first] {
		return ""
	}
	switch p.is {
	case itemStreet:
		if isStreet(p.label) {
			return "Jl. "
		}
	case itemHamlet:
		return strings.TrimRight(strings.TrimSpace(p.label), ".") + " "
	case itemVillage:
		switch label {
		case "kel", "kelurahan":
			return "Kel. "
		case "nagari", "gampong", "pekon":
			return strings.ToUpper(label[:1]) + label[1:] + " "
		case "desa", "ds", "nama desa", "village", "":
			return "Desa "
		}
	case itemDistrict:
		if label == "distrik" {
			return "Distrik "
		}
		return "Kec. "
	case itemRegency:
		switch label {
		case "kota", "kotamadya", "city":
			return "Kota "
		case "kab", "kabupaten", "kabupten", "regency", "":
			return "Kab. "
		}
	default:
	}
	return ""
}

// levels are the words with which a place says of itself what it is.
var levels = wordSet(`desa ds kel kelurahan nagari gampong pekon kampung kp dusun dsn kec kecamatan distrik kapanewon
	kab kabupaten kota kotamadya prov provinsi propinsi rt rw jl jalan jln gang gg komplek kompleks perumahan dki di`)

// formWhen joins day and hour.
func formWhen(text string, parts []formPart) string {
	var times []string
	for _, p := range parts {
		value := fieldValue(p.text(text))
		if !p.is.when() || value == "" {
			continue
		}
		if p.is == itemHour && value[0] >= '0' && value[0] <= '9' {
			value = "jam " + value
		}
		if first := firstWord(plainWords(p.label)); first == "sejak" {
			value = "sejak " + value
		}
		times = append(times, value)
	}
	return strings.Join(times, " ")
}

// fieldsOf returns the values of all parts of a kind.
func fieldsOf(text string, parts []formPart, is item, between string) string {
	var values []string
	for _, p := range parts {
		if value := fieldValue(p.text(text)); p.is == is && value != "" {
			values = append(values, value)
		}
	}
	return strings.Join(values, between)
}
