package conversation

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/region"
)

// ReportReading is what the machine fills in by itself of a report whose first
// message is a text.
type ReportReading struct {
	// Kind is a complaint where the words ask for nothing else. Whistleblowing is
	// read where somebody tells of the own office, or calls it so; the dialogue asks
	// whether to keep such a report secret and leaves the kind to the person.
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
	if r.Kind == reports.Complaint && blowsWhistle(story) {
		r.Kind, r.Secrecy = reports.Whistleblowing, true
	}
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

// insiders are words of somebody who tells of the own office, and whistles
// those that call it so. An own compilation.
var (
	insiders = newPhraseSet(`atasan saya
		atasan kami
		pimpinan saya
		pimpinan kami
		kepala dinas saya
		kepala kantor saya
		kepala sekolah saya
		bendahara kantor saya
		rekan kerja saya
		teman kantor saya
		di kantor saya
		di kantor kami
		di dinas saya
		di dinas kami
		di instansi saya
		di instansi kami
		di unit kerja saya
		di unit kerja kami
		di tempat kerja saya
		di tempat saya bekerja
		tempat saya kerja
		saya pegawai
		saya pegawe
		saya karyawan
		saya staf
		saya staff
		saya asn
		saya pns
		saya pppk
		saya honorer
		saya tenaga honorer
		saya perangkat desa
		saya bendahara
		saya bekerja di
		saya kerja di
		saya orang dalam
		kami pegawai
		kami para pegawai
		kami staf
		my boss
		my superior
		i work at
		i work for`)
	whistles = newPhraseSet(`whistleblowing
		whistle blowing
		whistleblower
		whistle blower
		whistleblowing system
		pelaporan pelanggaran
		pelapor pelanggaran
		melaporkan pelanggaran pegawai`)
)

// blowsWhistle reports whether a story tells of wrongs in the writer's own
// office, or calls itself whistleblowing.
func blowsWhistle(story string) bool {
	plain := plainWords(story)
	return whistles.in(plain) || (insiders.in(plain) && secrecy.in(plain))
}
