package conversation

import (
	"slices"
	"strings"
	"time"

	"kentongan/reports"
	"kentongan/reports/region"
)

// maxRegions is between how many regions the citizen is asked to choose.
const maxRegions = 4

// regionIDs are the choices behind [Session.Options] of [asksRegion].
var regionIDs = [maxRegions]string{"r1", "r2", "r3", "r4"}

// setPlace keeps a place as [turn.keepPlace] does, unless it is the first answer
// to the question where it happened and no place at all.
func (t *turn) setPlace(l reports.Location) {
	if t.s.Asked == asksPlace && !l.Pin && t.placeless(&l) {
		return
	}
	t.keepPlace(l)
}

// placeless says what an answer lacks that is no place, and reports whether it
// did. What a story tells besides its place joins the draft's story. It asks
// once more at most: a message that told none leaves its name in
// [Telling.PlaceRef], and behind that everything is kept. Where a place is known
// already, that stays.
func (t *turn) placeless(l *reports.Location) bool {
	d := &t.s.Telling
	again := d.PlaceRef != "" && !d.Draft.Location.Known()
	is, words := readPlaceAnswer(placeOnly(l.Words))
	switch {
	case is == saysPlace, again && words == "":
		return false
	case is == saysStory:
		t.absorb([]reports.Passage{{Text: l.Words}})
		t.say("story.added")
		if words != "" {
			l.Words = words
			return false
		}
		if !d.Draft.Location.Known() {
			t.say("place.not_in_story")
		}
	case d.Draft.Location.Known():
	case is == saysUnknown:
		t.say("place.unknown")
	default:
		t.say("place.remark")
	}
	return true
}

// keepPlace keeps a place with the region that its words name, or notes between
// which to ask. Links stay only where they are all that there is.
func (t *turn) keepPlace(l reports.Location) {
	d := &t.s.Telling
	if now := d.Draft.Location; l.Words == now.Words {
		l.Region = now.Region // a point came; what was said and chosen stays
		d.Wide = d.Wide && !l.Pin
		t.move(l)
		return
	}
	p := ReadPlace(l.Words)
	l.Region = string(p.region())
	if p.Pin && !l.Pin {
		l.Lat, l.Lon, l.Pin = p.Lat, p.Lon, true
	}
	l.Words = placeOnly(l.Words)
	d.Regions, d.NoPin = nil, p.Why == whyShortLink && !l.Pin
	d.Wide = p.Why == whyProvince && !l.Pin && !t.m.nearby(d.Draft)
	if p.Ask && len(p.Candidates) > 0 && len(p.Candidates) <= maxRegions {
		for _, c := range p.Candidates {
			d.Regions = append(d.Regions, string(c))
		}
	}
	t.move(l)
}

// placeFrom keeps the place that a story tells, where that is enough to find
// it: its region is known or can be asked for, or the story began with the
// keyword of a government. A point beside the words is kept with them.
func (t *turn) placeFrom(story string) {
	l, around := t.placeIn(story)
	if lat, lon, ok := point(story); ok {
		l.Lat, l.Lon, l.Pin = lat, lon, true
	}
	if !l.Known() {
		return
	}
	d := &t.s.Telling
	if l.Words == "" {
		d.Draft.Location = l
		return
	}
	t.keepPlace(l)
	if around != "" {
		l = d.Draft.Location
		l.Region, d.Regions, d.Wide = string(around), nil, false
		t.move(l)
	}
	d.PlaceRef = ""
}

// placeIn is the place in the words of a story, and its region where only the
// rest of the story tells it.
func (t *turn) placeIn(story string) (l reports.Location, around region.Code) {
	words, ok := findPlace(story)
	if !ok || t.long(words) {
		return l, ""
	}
	p := ReadPlace(words)
	if p.region() == "" {
		whole := ReadPlace(withoutLinks(head(story, maxPlaceSearch)))
		if !whole.Ask && (!p.Ask || slices.Contains(p.Candidates, whole.Regency)) {
			around = whole.Regency
		}
	}
	if p.region() == "" && around == "" && (!p.Ask || len(p.Candidates) == 0) && !t.m.nearby(t.s.Telling.Draft) {
		return l, ""
	}
	return reports.Location{Words: words}, around
}

// nearby reports whether a keyword chose a government so near that a place in
// it needs no region.
func (m *Machine) nearby(d reports.Draft) bool {
	a := m.agency(d.Agency)
	return d.Keyword != "" && a != nil && a.Level != reports.National && a.Level != reports.Province
}

// move puts l into the draft. What was read of the time moves with the zone of
// the place: "jam 8" is meant there.
func (t *turn) move(l reports.Location) {
	before := t.zone()
	t.s.Telling.Draft.Location = l
	t.retime(before)
}

// retime has the time that was read move with the zone in which it is meant, which
// was before.
func (t *turn) retime(before *time.Location) {
	d := &t.s.Telling.Draft
	after := t.zone()
	if o := &d.OccurredAt; !o.From.IsZero() && before.String() != after.String() {
		was, is := t.m.ReadTime(o.Words, t.s.Touched, before), t.m.ReadTime(o.Words, t.s.Touched, after)
		if was.From.IsZero() || is.From.IsZero() {
			return
		}
		moved := is.From.Sub(was.From) // nothing for "dua jam lalu"
		o.From = o.From.Add(moved)
		if !o.To.IsZero() {
			o.To = o.To.Add(moved)
		}
	}
}

// zone is where the draft's times are meant: in its place's region where that
// is known, else where the proposed body is.
func (t *turn) zone() *time.Location {
	d := &t.s.Telling.Draft
	if zone, ok := region.Zone(region.Code(d.Location.Region)); ok {
		return zone
	}
	return t.m.zone(d.Agency)
}

// regionTold takes words as the answer to which region is meant. One unclear
// answer is enough: the words of the place say what they say.
func (t *turn) regionTold(burst []reports.Passage) {
	d := &t.s.Telling
	words := oneLine(burst, ", ")
	if t.long(words) {
		t.absorb(burst)
		t.say("place.long")
		t.repeat()
		return
	}
	l := d.Draft.Location
	if is, _ := readPlaceAnswer(words); hasWords(words) && is != saysUnknown {
		joined := l.Words + ", " + words
		if d.Wide { // the smaller first
			joined = words + ", " + l.Words
		}
		if c := chooseRegion(words, d.Regions); c != "" {
			l.Region, joined = c, l.Words
		} else if p := ReadPlace(joined); !p.Ask && p.Regency != "" {
			l.Region = string(p.Regency)
		}
		if !t.long(joined) {
			l.Words = joined
		}
	}
	d.Regions, d.Wide = nil, false
	t.move(l)
	if t.next() != asksReview {
		t.ackPlace()
	}
	t.proceed()
}

// chooseRegion returns the only candidate that words can mean: by its name, or
// by its kind, as in "kabupaten".
func chooseRegion(words string, candidates []string) string {
	p := ReadPlace(words)
	plain := plainWords(words)
	found := ""
	for _, c := range candidates {
		r, _ := region.Lookup(region.Code(c))
		kind := firstWord(plainWords(r.Name))
		if c != string(p.Regency) && (kind != plain || r.IsProvince()) {
			continue
		}
		if found != "" {
			return ""
		}
		found = c
	}
	return found
}

// pickRegion takes one of the regions that were offered.
func (t *turn) pickRegion(id string) {
	d := &t.s.Telling
	for i, code := range d.Regions {
		if i < len(regionIDs) && regionIDs[i] == id {
			l := d.Draft.Location
			l.Region = code
			t.move(l)
		}
	}
	d.Regions, d.Wide = nil, false
	if t.next() != asksReview {
		t.ackPlace()
	}
	t.proceed()
}

// regionChoices offers the regions that the place may be in.
func (t *turn) regionChoices() []choice {
	if t.s.Telling.Wide {
		return openChoices
	}
	if len(t.s.Telling.Regions) == 1 {
		return oneRegionChoices
	}
	choices := make([]choice, 0, maxRegions+2)
	for i, code := range t.s.Telling.Regions[:min(maxRegions, len(t.s.Telling.Regions))] {
		r, ok := region.Lookup(region.Code(code))
		if !ok {
			r.Name = code
		}
		choices = append(choices, choice{id: regionIDs[i], label: "choice.plain", name: r.Name})
	}
	return append(choices, skip, back)
}

// oneRegionChoices are those where only one region is likely.
var oneRegionChoices = []choice{{id: regionIDs[0], label: "choice.yes", also: "also.yes"}, {id: skip.id, label: "choice.no", also: "also.no"}, back}

// putRegion asks which of the regions that bear the name is meant, or which of a
// province's.
func (t *turn) putRegion() {
	if t.s.Telling.Wide {
		t.say("ask.region.wide", regionName(region.Code(t.s.Telling.Draft.Location.Region)))
		return
	}
	if regions := t.s.Telling.Regions; len(regions) == 1 {
		t.say("ask.region.one", regionName(region.Code(regions[0])))
		return
	}
	t.say("ask.region")
}

// placeWords is a place in words, with its region where they do not say it.
func placeWords(l reports.Location, runes int) string {
	words := clip(l.Words, runes)
	r, ok := region.Lookup(region.Code(l.Region))
	if !ok || words == "" {
		return words
	}
	name := r.Name
	if !r.IsProvince() {
		_, name, _ = strings.Cut(r.Name, " ")
	}
	spaced := " " + plainWords(l.Words) + " "
	if strings.Contains(spaced, " "+plainWords(r.Name)+" ") || (strings.Contains(name, " ") && strings.Contains(spaced, " "+plainWords(name)+" ")) {
		return words
	}
	return words + ", " + r.Name
}

// noPlace forgets where it was.
func (t *turn) noPlace() {
	d := &t.s.Telling
	t.move(reports.Location{})
	d.PlaceRef, d.Regions, d.NoPin, d.Wide = "", nil, false, false
}
