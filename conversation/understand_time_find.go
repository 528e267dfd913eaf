package conversation

import (
	"slices"
	"strings"
	"time"

	"kentongan/reports"
)

// maxTimeSearch is how many bytes of a story are searched for a time: 2,000
// characters of Latin letters.
const maxTimeSearch = 2000

// findTime is [findMeaning] as a span, which is of the precision
// [reports.Recurring] for what happens again and again: how often stands in the
// words, and from may be zero. Of an unclear hour it is the day.
func findTime(text string, p present) (words string, at span, ok bool) {
	words, m, ok := findMeaning(text, p)
	if m.recurs != "" {
		m.at = span{from: m.at.from, precision: reports.Recurring}
	}
	return words, m.at, ok
}

// findMeaning finds when it happened in a longer story, such as a first
// message, and returns it with the words that say it: those that stand
// together in the text, or two or more pieces of it with commas between. It
// takes only phrases that cannot be mistaken: a date, "kemarin", "tadi pagi",
// "dua minggu lalu", "tiap malam". It returns false where the story holds none,
// some that cannot all be its time, or only those of something else, such as a
// letter's date. Where the day is sure and the hour is not, as in "kemarin jam
// 10", m asks for the hour.
func findMeaning(text string, p present) (words string, m meaning, ok bool) {
	text = head(text, maxTimeSearch)
	s := storyTimes{text: text, tokens: spread(lexTime(text)), p: p}
	s.unschooled()
	s.collect()
	s.attachClocks()
	chosen, m, ok := s.choose()
	if !ok {
		return "", meaning{}, false
	}
	return s.words(chosen), m, true
}

// storyTimes are the times that a story tells.
type storyTimes struct {
	text     string
	tokens   []timeToken
	p        present
	mentions []mention
}

// mention is one time in a story.
type mention struct {
	from, to int  // its tokens; to is exclusive
	said     said // as it stands; of a range the first end
	end      *said
	meaning  meaning
	about    standing
	last     bool // "terakhir" stands before it
	pieces   [][2]int
}

// standing is what a mention has to do with what happened.
type standing int

const (
	ofEvent  standing = iota
	ofClock           // a time of day without a day
	weakly            // taken where nothing better is told: "bulan Oktober"
	elsewise          // the time of something else
	openly            // of the event, and unclear
)

// open reports whether what began then goes on.
func (m *mention) open() bool {
	return m.meaning.recurs == "" && m.meaning.known() && m.meaning.at.to.IsZero()
}

func (m *mention) habit() bool { return m.meaning.recurs != "" }

// collect gathers the mentions from the beginning to the end.
func (s *storyTimes) collect() {
	for i := 0; i < len(s.tokens); {
		m, ok := s.habitAt(i)
		if !ok {
			m, ok = s.timeAt(i)
		}
		switch {
		case m.to <= i:
			i++
		case ok:
			s.mentions = append(s.mentions, m)
			fallthrough
		default:
			i = m.to
		}
	}
}

// maxClockAway is how many words may stand between a day and its hour.
const maxClockAway = 12

// attachClocks gives the hours that stand apart to their days: "kemarin saya ke
// puskesmas jam 8 pagi". A day for which two are told stays a day.
func (s *storyTimes) attachClocks() {
	hours := make(map[int]int, 2)
	for c := range s.mentions {
		if s.mentions[c].about != ofClock {
			continue
		}
		if d := s.dayOf(c); d >= 0 {
			if _, second := hours[d]; second {
				c = -1
			}
			hours[d] = c
		}
	}
	for d, c := range hours {
		if c >= 0 {
			s.attach(&s.mentions[d], &s.mentions[c])
		}
	}
	s.mentions = slices.DeleteFunc(s.mentions, func(m mention) bool { return m.about == ofClock })
}

// dayOf returns which mention is the day of the hour c: the one before it in the
// same sentence, or else behind it; -1 where there is none.
func (s *storyTimes) dayOf(c int) int {
	clock := &s.mentions[c]
	for _, d := range []int{c - 1, c + 1} {
		if d < 0 || d >= len(s.mentions) {
			continue
		}
		day := &s.mentions[d]
		from, to := day.to, clock.from
		if d > c {
			from, to = clock.to, day.from
		}
		if day.about != ofEvent || day.said.hour >= 0 || day.habit() || day.open() || to-from > maxClockAway || s.parted(from, to) {
			continue
		}
		if p := day.meaning.at.precision; p == reports.Day || p == reports.PartOfDay {
			return d
		}
	}
	return -1
}

// parted reports whether a sentence ends between two tokens, or a word stands
// there behind which something else is told.
func (s *storyTimes) parted(from, to int) bool {
	for i := from; i < to; i++ {
		if s.tokens[i].stop || i < to && contrasts[s.tokens[i].word] {
			return true
		}
	}
	return to < len(s.tokens) && s.tokens[to].stop
}

// attach narrows day down to the hour of clock, where that is clear.
func (s *storyTimes) attach(day, clock *mention) {
	left := clock.said
	withDay(&left, &day.said)
	var m meaning
	if clock.end != nil {
		right := *clock.end
		withDay(&right, &day.said)
		m = rangeOf(timeReader{said: left}, timeReader{said: right}, s.p)
	} else {
		m = left.resolve(s.p)
	}
	if m.why != "" || !m.known() {
		return
	}
	day.meaning = m
	day.pieces = [][2]int{{day.from, day.to}, {clock.from, clock.to}}
	if clock.from < day.from {
		slices.Reverse(day.pieces)
	}
}

// withDay gives a time of day the day that another says.
func withDay(to, from *said) {
	part, prayer := to.part, to.prayer
	copyDay(to, from)
	if part < 0 && prayer < 0 {
		to.part, to.prayer = from.part, from.prayer
	}
	to.things = from.things + 1
}

// choose tells which mention is the time of the story; two where it is told how
// often and since when.
func (s *storyTimes) choose() (chosen []*mention, m meaning, ok bool) {
	var points, opens, habits, weak []*mention
	for i := range s.mentions {
		m := &s.mentions[i]
		switch {
		case m.about == openly:
			return nil, meaning{}, false
		case m.about == elsewise:
		case m.last && !m.open() && !m.habit(): // the last of several
			return []*mention{m}, m.meaning, true
		case m.about == weakly:
			weak = append(weak, m)
		case m.habit():
			habits = append(habits, m)
		case m.open():
			opens = append(opens, m)
		default:
			points = append(points, m)
		}
	}
	if len(points)+len(opens) == 0 && len(habits) > 0 {
		opens = slices.DeleteFunc(weak, func(m *mention) bool { return !m.open() })
	}
	if len(points)+len(opens)+len(habits) == 0 {
		points = weak
		if len(points) == 1 {
			return points, points[0].meaning, true
		}
	}
	point, pointsAgree := finest(points)
	open, opensAgree := earliest(opens)
	habit, habitsAgree := fullest(habits)
	switch {
	case !pointsAgree || !opensAgree || !habitsAgree:
		return nil, meaning{}, false
	case habit != nil && point != nil:
		return nil, meaning{}, false
	case habit != nil && open != nil:
		m = meaning{at: open.meaning.at, recurs: habit.meaning.recurs}
		if chosen = []*mention{habit, open}; open.from < habit.from {
			slices.Reverse(chosen)
		}
		return chosen, m, true
	case habit != nil:
		return []*mention{habit}, habit.meaning, true
	case open != nil && point != nil:
		// What has been going on, and one time of it.
		if open.from > point.from || point.meaning.at.from.Before(open.meaning.at.from) {
			return nil, meaning{}, false
		}
		return []*mention{open}, open.meaning, true
	case open != nil:
		return []*mention{open}, open.meaning, true
	case point != nil && s.goesOn(point):
		return []*mention{point}, point.meaning.opened(), true
	case point != nil:
		return []*mention{point}, point.meaning, true
	}
	return nil, meaning{}, false
}

// goesOn reports whether it is told of what has been since m: "sejak itu".
func (s *storyTimes) goesOn(m *mention) bool {
	for i := m.to; i < len(s.tokens); i++ {
		if t := s.tokens[i]; (t.word == "sejak" || t.word == "semenjak") && (s.behind(i, 1).word == "itu" || s.behind(i, 2).word == "itu") {
			return true
		}
	}
	return false
}

// finest returns the one of several that is within all the others; false where
// they contradict each other.
func finest(all []*mention) (best *mention, agree bool) {
	for _, m := range all {
		switch {
		case best == nil || m.meaning.at != best.meaning.at && partOfSpan(m.meaning.at, best.meaning.at):
			best = m
		case !partOfSpan(best.meaning.at, m.meaning.at):
			return nil, false
		}
	}
	return best, true
}

// partOfSpan reports whether a is b or a part of that day.
func partOfSpan(a, b span) bool {
	if a.from.Equal(b.from) && a.to.Equal(b.to) {
		return true
	}
	return b.to.Sub(b.from) <= 25*time.Hour && !a.from.Before(b.from) && !a.to.After(b.to)
}

// earliest returns the one beginning that all of several tell.
func earliest(all []*mention) (first *mention, agree bool) {
	for _, m := range all {
		if first != nil && !m.meaning.at.from.Equal(first.meaning.at.from) {
			return nil, false
		}
		if first == nil {
			first = m
		}
	}
	return first, true
}

// fullest returns the repetition that says all that the others say: "daily
// evening" beside "daily".
func fullest(all []*mention) (best *mention, agree bool) {
	says := func(a, b string) bool { return a == b || len(a) > len(b) && a[:len(b)] == b && a[len(b)] == ' ' }
	for _, m := range all {
		switch {
		case best == nil || !says(best.meaning.recurs, m.meaning.recurs) && says(m.meaning.recurs, best.meaning.recurs):
			best = m
		case !says(best.meaning.recurs, m.meaning.recurs):
			return nil, false
		}
	}
	return best, true
}

// words are the words that say the mentions, in the order of the text.
func (s *storyTimes) words(chosen []*mention) string {
	pieces := make([][2]int, 0, 3)
	for _, m := range chosen {
		if m.pieces != nil {
			pieces = append(pieces, m.pieces...)
		} else {
			pieces = append(pieces, [2]int{m.from, m.to})
		}
	}
	var out strings.Builder
	for i, piece := range pieces {
		from, to := piece[0], piece[1]
		switch {
		case i == 0:
		case from <= pieces[i-1][1] && !s.tokens[from].stop: // side by side
			out.WriteString(s.text[s.tokens[pieces[i-1][1]-1].to:s.tokens[from].from])
		default:
			out.WriteString(", ")
		}
		out.WriteString(s.text[s.tokens[from].from:s.tokens[to-1].to])
	}
	return out.String()
}
