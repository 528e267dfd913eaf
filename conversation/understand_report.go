package conversation

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/region"
)

// ReportReading is what the machine fills in by itself of a report whose first
// message is a text.
type ReportReading struct {
	// Kind is a complaint where the words ask for nothing else, and otherwise what
	// the dialogue proposes in the review, which the person may change.
	Kind reports.Kind
	// Keyword is the registered keyword that the text began with, in small
	// letters; empty where it began with none.
	Keyword string
	// Time is when it happened, in words that stand in TimeWords. Both are empty
	// where the text tells no time that cannot be mistaken: the dialogue asks.
	Time      TimeReading
	TimeWords string
	// Place is where it happened, in words that stand in PlaceWords, or a point
	// without any. Both are empty where the dialogue asks; where only the region is
	// open, Place.Ask is set as in [ReadPlace].
	Place      PlaceReading
	PlaceWords string
	// Category is the code of the area that it belongs to, one of those that a
	// register starts with; empty where that is not clear.
	Category string
	// Secrecy: the words accuse officials, so that secrecy is proposed.
	Secrecy bool
	// Danger: somebody is in danger now and is told whom to call.
	Danger bool
}

// ReadReport lets somebody who has never written send text as a first message,
// at now, and reads from the draft what need not be asked any more. Times are
// meant in the zone of the place that the text tells, else in that of the
// keyword's government, else in zone; nil is the machine's own. What tells nothing, such as a greeting,
// is a complaint of which nothing is known. It is pure, and safe for concurrent
// use.
func (m *Machine) ReadReport(text string, now time.Time, zone *time.Location) ReportReading {
	here := *m // what it points to is never written
	if zone != nil {
		here.config.Zone = zone
	}
	text = clean(text) // as every step does
	s, _ := here.Step(Session{}, Event{ID: 1, At: now, Input: Text{Text: text}})
	if end := s.BurstEnd; !end.IsZero() {
		s, _ = here.Step(s, Event{ID: 2, At: end, Input: Tick{}})
	}
	t := turn{m: &here, s: s}
	r := ReportReading{Kind: s.Telling.kind(), Keyword: s.Telling.Draft.Keyword, Danger: danger(text)}
	if r.Keyword == "" {
		r.Keyword = s.Keyword // and nothing else
	}
	r.Secrecy = s.Telling.Secrecy == secrecyDue
	story := s.Telling.Draft.Story()
	r.Category = suggestCategory(story)
	r.Time, r.TimeWords = t.timeRead()
	r.Place, r.PlaceWords = t.placeRead(text)
	return r
}

// timeRead is what the draft knows of the time.
func (t *turn) timeRead() (r TimeReading, words string) {
	d := &t.s.Telling
	o := d.Draft.OccurredAt
	if !o.Known() {
		return TimeReading{}, ""
	}
	r = TimeReading{From: o.From, To: o.To, Precision: o.Precision, Ask: d.Unclear != "", Why: d.Unclear}
	if d.Future {
		r.Ask, r.Why = true, whyFuture
	}
	if o.Precision == reports.Recurring {
		r.Recurs = readTime(o.Words, t.present()).recurs
	}
	if o.Precision != "" {
		r.Reading = formatOccurred(defaultLanguage, o, t.zone())
	}
	return r, o.Words
}

// placeRead is what the draft knows of the place that was read from text.
func (t *turn) placeRead(text string) (p PlaceReading, words string) {
	l := t.s.Telling.Draft.Location
	if !l.Known() {
		return PlaceReading{}, ""
	}
	p = PlaceReading{Why: whyPin}
	if l.Words != "" {
		p = ReadPlace(l.Words)
	}
	if kept := region.Code(l.Region); kept != p.region() { // the words beside those of the place told it
		p = PlaceReading{Province: kept.Province(), Why: ReadPlace(text).Why, Reading: regionName(kept)}
		if kept != p.Province {
			p.Regency = kept
		}
	}
	p.Lat, p.Lon, p.Pin = l.Lat, l.Lon, l.Pin
	return p, l.Words
}
