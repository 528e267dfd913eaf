package conversation

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"kentongan/reports"
)

// dateWords are the words of dates in one language.
type dateWords struct {
	weekdays [7]string // from Sunday, as [time.Weekday] counts
	months   [12]string
	parts    [5]string // the parts of the day from midnight: see partOf
	clock    byte      // between hours and minutes
	around   string    // before a time of day that is known by the hour
	since    string
	to       string // between the ends of a range
	year     string // before the number of a year
}

var indonesianDates = dateWords{
	weekdays: [7]string{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
	months: [12]string{
		"Januari", "Februari", "Maret", "April", "Mei", "Juni",
		"Juli", "Agustus", "September", "Oktober", "November", "Desember",
	},
	parts: [5]string{"dini hari", "pagi", "siang", "sore", "malam"},
	clock: '.', around: "sekitar ", since: "sejak ", to: " sampai ", year: "tahun ",
}

var englishDates = dateWords{
	weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	months: [12]string{
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	},
	parts: [5]string{"before dawn", "morning", "midday", "afternoon", "evening"},
	clock: ':', around: "around ", since: "since ", to: " to ", year: "the year ",
}

// datesIn returns the words of lang; Indonesian where it has none of its own.
func datesIn(lang string) *dateWords {
	if lang == "en" {
		return &englishDates
	}
	return &indonesianDates
}

// formatDate returns the day of t in t's own zone: "Jumat 20 November 2026".
func formatDate(lang string, t time.Time) string {
	return string(appendDate(nil, datesIn(lang), t))
}

func appendDate(dst []byte, w *dateWords, t time.Time) []byte {
	year, month, day := t.Date()
	dst = append(dst, w.weekdays[t.Weekday()]...)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, int64(day), 10)
	dst = append(dst, ' ')
	return appendMonth(dst, w, year, month)
}

func appendMonth(dst []byte, w *dateWords, year int, month time.Month) []byte {
	dst = append(dst, w.months[month-1]...)
	dst = append(dst, ' ')
	return strconv.AppendInt(dst, int64(year), 10)
}

func appendClock(dst []byte, w *dateWords, t time.Time) []byte {
	two := func(n int) { dst = append(dst, byte('0'+n/10), byte('0'+n%10)) }
	hour, minute, _ := t.Clock()
	two(hour)
	dst = append(dst, w.clock)
	two(minute)
	dst = append(dst, ' ')
	return append(dst, zoneName(t)...)
}

// zoneName returns WIB, WITA or WIT, and the offset elsewhere.
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	switch {
	case offset == 7*3600:
		return "WIB"
	case offset == 8*3600:
		return "WITA"
	case offset == 9*3600:
		return "WIT"
	case name == "":
		return t.Format("UTC-07:00")
	}
	return name
}

// partOf returns which part of the day the hour belongs to, as an index of
// dateWords.parts: dini hari to 4, pagi to 10, siang to 15, sore to 18, malam.
func partOf(hour int) int {
	switch {
	case hour < 4:
		return 0
	case hour < 10:
		return 1
	case hour < 15:
		return 2
	case hour < 18:
		return 3
	}
	return 4
}

// formatOccurred says what was understood of o, as exactly as it is known, in
// zone: "Jumat 20 November 2026, sekitar 15.00 WITA". Where nothing was
// understood, and for what happens again and again, it returns o's own words.
func formatOccurred(lang string, o reports.OccurredAt, zone *time.Location) string {
	if o.From.IsZero() {
		return o.Words
	}
	w := datesIn(lang)
	from := o.From.In(zone)
	last := from // the last instant
	if !o.To.IsZero() {
		last = o.To.In(zone).Add(-1)
	}
	clock := o.Words == "" || saysClock(o.Words)
	b := make([]byte, 0, 80)
	switch o.Precision {
	case reports.Minute, reports.Hour:
		b = append(appendDate(b, w, from), ", "...)
		if o.Precision == reports.Hour {
			b = append(b, w.around...)
		}
		b = appendClock(b, w, from)
	case reports.PartOfDay:
		b = append(appendDate(b, w, from), ", "...)
		b = append(b, w.parts[partOf(from.Hour())]...)
	case reports.Day:
		b = appendDate(b, w, from)
	case reports.Month:
		year, month, _ := from.Date()
		b = appendMonth(b, w, year, month)
	case reports.Week:
		b = appendDate(b, w, from)
		b = append(b, w.to...)
		b = appendDate(b, w, last)
	case reports.Range:
		switch {
		case o.To.IsZero():
			b = append(b, w.since...)
			b = appendMoment(b, w, from, clock)
		case wholeYear(from, o.To.In(zone)):
			b = append(b, w.year...)
			b = strconv.AppendInt(b, int64(from.Year()), 10)
		default:
			b = appendMoment(b, w, from, clock)
			b = append(b, w.to...)
			b = appendMoment(b, w, last, clock)
		}
	case reports.Recurring:
		b = append(b, o.Words...)
		b = append(b, " ("...)
		b = append(b, w.since...)
		b = append(appendMoment(b, w, from, clock), ')')
	default:
		return o.Words
	}
	return string(b)
}

// appendMoment appends one end of a range: the day, and the time of day where
// it is not midnight; by the clock only where the words were so exact.
func appendMoment(dst []byte, w *dateWords, t time.Time, clock bool) []byte {
	dst = appendDate(dst, w, t)
	if (t.Hour() == 0 && t.Minute() == 0) || (t.Hour() == 23 && t.Minute() == 59) {
		return dst
	}
	dst = append(dst, ", "...)
	if !clock {
		return append(dst, w.parts[partOf(t.Hour())]...)
	}
	return appendClock(dst, w, t)
}

// clockWords stand in words that tell an hour, with or without a number.
var clockWords = wordSet(`jam jm pukul pkl pk sejam menit mnt semenit setengah hour hours minute minutes oclock am pm noon barusan`)

// saysClock reports whether words tell an hour rather than a part of the day:
// "sejak jam 3", "19.30", and not "sejak kemarin pagi".
func saysClock(words string) bool {
	plain := plainWords(words)
	for word := range strings.SplitSeq(plain, " ") {
		if clockWords[word] {
			return true
		}
		if n := len(word); n > 2 && isDigit(word[0]) && (strings.HasSuffix(word, "am") || strings.HasSuffix(word, "pm") || strings.HasSuffix(word, "jam")) {
			return true
		}
	}
	for i := 1; i+2 < len(words); i++ { // 19.30, 7:15
		if (words[i] == '.' || words[i] == ':') && isDigit(words[i-1]) && isDigit(words[i+1]) && isDigit(words[i+2]) {
			return true
		}
	}
	return false
}

func wholeYear(from, to time.Time) bool {
	return from.YearDay() == 1 && to.YearDay() == 1 && to.Year() == from.Year()+1 &&
		from.Hour() == 0 && to.Hour() == 0
}

// formatBytes returns n bytes in the largest unit in which nothing, or little,
// gets lost, rounded down so that a limit is never promised too high: "20 MB".
// Units are binary, except where only the decimal ones are round.
func formatBytes(n int64) string {
	if n < 0 {
		n = 0
	}
	units := []string{"B", "kB", "MB", "GB", "TB"}
	base, at := int64(1024), 0
	if n >= 1_000_000 && n%1_000_000 == 0 && n%(1<<20) != 0 {
		base = 1000
	}
	for at+1 < len(units) && (n >= 10*base || (n >= base && n%base == 0)) {
		n /= base
		at++
	}
	return strconv.FormatInt(n, 10) + " " + units[at]
}

// clip returns text where it has at most runes characters, and otherwise its
// beginning with "…", together at most that long. It never cuts between a
// letter and its accents, nor inside an emoji that is made of several.
func clip(text string, runes int) string {
	switch {
	case runes < 1:
		return ""
	case len(text) <= runes:
		return text
	}
	// cut is the last place where the text may end and leave room for "…".
	cut, n := 0, 0
	last := rune(-1)
	flags := 0 // regional indicators that stand directly before
	for i, r := range text {
		if n < runes && mayCut(last, r, flags) {
			cut = i
		}
		if n == runes {
			return strings.TrimRightFunc(text[:cut], unicode.IsSpace) + "…"
		}
		n++
		if isFlag(r) {
			flags++
		} else {
			flags = 0
		}
		last = r
	}
	return text
}

// mayCut reports whether a text may be cut between two runes, where flags
// regional indicators stand before the cut.
func mayCut(before, after rune, flags int) bool {
	const joiner = 0x200D
	switch {
	case before < 0:
		return true
	case before == joiner, after == joiner, before == '\r' && after == '\n':
		return false
	case unicode.IsMark(after), after >= 0xFE00 && after <= 0xFE0F, after >= 0x1F3FB && after <= 0x1F3FF,
		after >= 0xE0020 && after <= 0xE007F:
		return false
	case isFlag(after) && flags%2 == 1:
		return false
	case isJamo(before) && isJamo(after):
		return false
	}
	return true
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

func isJamo(r rune) bool { return r >= 0x1100 && r <= 0x11FF }
