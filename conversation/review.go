package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
	"kentongan/reports/region"
)

// unsure reports whether the review has something to choose besides its fields:
// the first words told it all, and of the place or the time there is more than
// one reading.
func (t *Telling) unsure() bool {
	return t.Whole && (len(t.Regions) > 1 || t.Unclear != "" && len(t.Times) > 0)
}

// reviewChoices are the review's own choices, and behind them the readings of
// what is unclear.
func (t *turn) reviewChoices() []choice {
	d := &t.s.Telling
	if !d.unsure() {
		return reviewChoices
	}
	choices := slices.Clone(reviewChoices)
	if len(d.Regions) > 1 {
		for i, code := range d.Regions[:min(maxRegions, len(d.Regions))] {
			choices = append(choices, choice{id: regionIDs[i], label: "choice.plain", name: shortRegion(code)})
		}
	}
	if d.Unclear != "" {
		for i, o := range d.Times[:min(maxOfferedTimes, len(d.Times))] {
			choices = append(choices, choice{id: timeIDs[i], label: "choice.plain", name: t.brief(o)})
		}
	}
	return choices
}

// adoptRegion takes the one region that a place is likely in: the review says
// that this is our reading, and times are meant there.
func (t *turn) adoptRegion() {
	d := &t.s.Telling
	if l := d.Draft.Location; len(d.Regions) == 1 && l.Region != d.Regions[0] {
		l.Region = d.Regions[0]
		t.move(l)
	}
}

// putPlaceField is the review's line for the place.
func (t *turn) putPlaceField() {
	d := &t.s.Telling
	switch {
	case !d.Draft.Location.Known():
		t.line("review.place_none")
	case len(d.Regions) == 0:
		t.line("review.place", t.place(300))
	case len(d.Regions) == 1:
		t.line("review.place_guess", t.place(300))
	default:
		names := make([]string, 0, maxRegions)
		for _, code := range d.Regions[:min(maxRegions, len(d.Regions))] {
			names = append(names, shortRegion(code))
		}
		t.line("review.place_which", t.place(300), strings.Join(names, t.or()))
	}
}

// or stands between choices.
func (t *turn) or() string { return either(t.s.Lang() == "en", " or ", " atau ") }

// putWhenField is the review's line for a time that is known.
func (t *turn) putWhenField() {
	d := &t.s.Telling
	if d.Unclear == "" || len(d.Times) == 0 {
		t.line("review.when", t.when())
		return
	}
	names := make([]string, 0, maxOfferedTimes)
	for _, o := range d.Times[:min(maxOfferedTimes, len(d.Times))] {
		names = append(names, t.brief(o))
	}
	t.line("review.when_which", clip(d.Draft.OccurredAt.Words, 120), strings.Join(names, t.or()))
}

// brief is o as a button has it.
func (t *turn) brief(o reports.OccurredAt) string {
	return briefTime(t.s.Lang(), o, t.s.Touched.In(t.zone()))
}

// shortRegion is the name of a region without its province.
func shortRegion(code string) string {
	if r, ok := region.Lookup(region.Code(code)); ok {
		return r.Name
	}
	return code
}
