package conversation

import (
	"strconv"
	"time"

	"kentongan/reports"
)

// maxOfferedTimes is how many readings of an unclear time are offered.
const maxOfferedTimes = 3

// timeIDs are the choices behind [Telling.Times].
var timeIDs = [maxOfferedTimes]string{"w1", "w2", "w3"}

// timeTold takes the answer to when it happened. What is unclear in it is asked
// about once.
func (t *turn) timeTold(burst []reports.Passage) {
	d := &t.s.Telling
	words, ok := t.timeWords(burst)
	if !ok {
		return
	}
	m := answeredTime(words, t.present())
	if t.s.Asked == asksWhich {
		words, m = t.settled(words, m)
	}
	d.Draft.OccurredAt, d.TimeRef = storable(occurredAt(words, m)), burst[0].Ref
	d.Future, d.NoTime = m.why == whyFuture, false
	if !m.certain() && !d.Future && t.s.Asked != asksWhich {
		t.unclear(m)
	} else {
		d.Unclear, d.Times = "", nil
	}
	if t.next() != asksReview && !d.Future && d.Unclear == "" {
		t.ackTime(words, m)
	}
	t.proceed()
}

// timeWords returns the words of an answer, unless they are none.
func (t *turn) timeWords(burst []reports.Passage) (words string, ok bool) {
	words = oneLine(burst, " ")
	switch {
	case t.long(words):
		t.absorb(burst)
		t.say("when.long")
		t.repeat()
		return "", false
	case !hasWords(words):
		t.say("when.empty")
		t.repeat()
		return "", false
	}
	return words, true
}

// settled is what the answer to "which?" makes of the time: with the words
// before it, alone, or, where it says no more, all the words as they are.
func (t *turn) settled(words string, alone meaning) (all string, m meaning) {
	before := t.s.Telling.Draft.OccurredAt
	all = before.Words + ", " + words
	if m = readTime(all, t.present()); m.certain() {
		return all, m
	}
	if alone.certain() || alone.why == whyFuture {
		return words, alone
	}
	if m.why == whyFuture || !m.keeps() {
		m = meaning{why: whyNotUnderstood}
		if before.Precision == reports.Day { // the day was sure, and stays
			m = meaning{at: span{before.From, before.To, before.Precision}}
		}
	}
	return all, m
}

// unclear keeps what has to be asked about.
func (t *turn) unclear(m meaning) {
	d := &t.s.Telling
	d.Unclear, d.Times = m.why, nil
	for _, o := range m.others {
		if len(d.Times) < maxOfferedTimes {
			d.Times = append(d.Times, storable(occurredAt(d.Draft.OccurredAt.Words, sure(o))))
		}
	}
}

func (t *turn) ackTime(words string, m meaning) {
	if m.certain() || t.s.Telling.Draft.OccurredAt.Precision != "" {
		t.say("ack.when", t.when())
	} else {
		t.say("ack.when_words", clip(words, 120))
	}
}

// whichChoices are the readings of an unclear time, and to leave it so.
func (t *turn) whichChoices() []choice {
	d := &t.s.Telling
	choices := make([]choice, 0, maxOfferedTimes+2)
	if len(d.Times) == 1 {
		return append(choices, choice{id: timeIDs[0], label: "choice.right", also: "also.yes"}, asWritten, back)
	}
	for i, o := range d.Times[:min(len(d.Times), maxOfferedTimes)] {
		choices = append(choices, choice{id: timeIDs[i], label: "choice.plain", name: briefTime(t.s.Lang(), o, t.s.Touched.In(t.zone()))})
	}
	return append(choices, asWritten, back)
}

func (t *turn) pickWhich(id string) {
	d := &t.s.Telling
	for i, o := range d.Times {
		if i < len(timeIDs) && timeIDs[i] == id {
			d.Draft.OccurredAt = o
		}
	}
	d.Unclear, d.Times = "", nil
	if t.next() != asksReview {
		t.ackTime(d.Draft.OccurredAt.Words, sure(span{from: d.Draft.OccurredAt.From}))
	}
	t.proceed()
}

// settles reports whether plain, such as "sore", makes the time sure that is
// asked about.
func (t *turn) settles(plain string) bool {
	_, m := t.settled(plain, readTime(plain, t.present()))
	return t.s.Asked == asksWhich && m.certain()
}

// putWhich asks what is unclear in the time.
func (t *turn) putWhich() {
	d := &t.s.Telling
	zone := t.zone()
	switch n := len(d.Times); {
	case d.Unclear == whyClock && n == 2 && d.Times[0].From.In(zone).Hour()%12 == d.Times[1].From.In(zone).Hour()%12:
		a, b := d.Times[0].From.In(zone), d.Times[1].From.In(zone)
		if a.Hour() > b.Hour() {
			a, b = b, a
		}
		parts := datesIn(t.s.Lang()).parts
		t.say("ask.which.clock", hourName(a), parts[partOf(a.Hour())], parts[partOf(b.Hour())])
	case n == 1:
		t.say("ask.which.one", clip(formatOccurred(t.s.Lang(), d.Times[0], zone), 200))
	case n > 1:
		t.say("ask.which")
	default:
		t.say("ask.which.open")
	}
}

// hourName is the hour of t on a clock of twelve: 3, or 3.30.
func hourName(t time.Time) string {
	name := strconv.Itoa((t.Hour()+11)%12 + 1)
	if m := t.Minute(); m > 0 {
		name += "." + string(rune('0'+m/10)) + string(rune('0'+m%10))
	}
	return name
}

// briefTime is o as short as a button needs: "Kamis 19 Nov, 15.00".
func briefTime(lang string, o reports.OccurredAt, now time.Time) string {
	w := datesIn(lang)
	from := o.From.In(now.Location())
	day := func(at time.Time) string {
		s := w.weekdays[at.Weekday()] + " " + strconv.Itoa(at.Day()) + " " + w.months[at.Month()-1][:3]
		if at.Year() != now.Year() {
			s += " " + strconv.Itoa(at.Year())
		}
		return s
	}
	clock := func(at time.Time) string {
		return at.Format("15" + string(w.clock) + "04")
	}
	switch o.Precision {
	case reports.Minute, reports.Hour:
		return day(from) + ", " + clock(from)
	case reports.PartOfDay:
		return day(from) + ", " + w.parts[partOf(from.Hour())]
	case reports.Day:
		return day(from)
	case reports.Month:
		return w.months[from.Month()-1] + " " + strconv.Itoa(from.Year())
	default:
	}
	if o.To.IsZero() {
		return w.since + day(from)
	}
	to := o.To.In(now.Location())
	if to.Sub(from) < 24*time.Hour {
		return day(from) + ", " + clock(from) + "–" + clock(to)
	}
	return day(from) + " – " + day(to.Add(-1))
}
