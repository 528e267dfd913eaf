package conversation

import (
	"strings"
	"time"
	"unicode/utf8"

	"kentongan/reports"
)

// maxHold is how many days a report may be held.
const maxHold = 60

// workTold takes the words that a question about work was answered with.
func (t *turn) workTold(burst []reports.Passage) {
	w := *t.s.Work
	words := storyOf(burst)
	if !hasWords(words) {
		t.say("work.empty")
		t.repeat()
		return
	}
	switch t.s.Asked {
	case asksWorkWords:
		if utf8.RuneCountInString(words) > maxWorkWords {
			t.say("work.long", itoa(maxWorkWords))
			t.repeat()
			return
		}
		w.Words = words
		t.s.Work = &w
		t.over(t.afterWords())
	case asksWorkBody:
		t.bodyTold(words)
	case asksWorkDate:
		t.workDate(words)
	case asksWorkMain:
		id, err := reports.ParseTrackingID(words)
		if err != nil {
			t.say("desk.bad_id", clip(words, 40))
			t.repeat()
			return
		}
		w.MainID = id
		t.s.Work = &w
		t.do(FindReport{TrackingID: id})
	default:
		t.repeat()
	}
}

// afterWords is what follows the words of a deed.
func (t *turn) afterWords() question {
	w := t.s.Work
	if w.Deed != deedNotOurs || w.Body != "" || w.NoBody {
		return asksWorkSend
	}
	r, _ := t.known(w.Report)
	fresh := *w
	fresh.Options = t.m.otherBodies(r)
	t.s.Work = &fresh
	return asksWorkBody
}

// workDate reads the day on which a hold ends.
func (t *turn) workDate(words string) {
	zone := t.m.config.Zone
	today := t.at.In(zone)
	var day time.Time
	if m := readTime(words, t.present()); m.known() {
		day = m.at.from.In(zone)
	}
	if n, ok := number(strings.TrimSpace(strings.TrimSuffix(normalise(words), "hari"))); ok && n > 0 && n <= maxHold {
		day = today.AddDate(0, 0, n)
	}
	if day.IsZero() || !day.After(today) || day.After(today.AddDate(0, 0, maxHold)) {
		t.say("work.date", itoa(maxHold))
		t.repeat()
		return
	}
	w := *t.s.Work
	w.Until = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).UTC()
	t.s.Work = &w
	t.over(asksWorkWords)
}

// mergeable reports whether another may be merged into the report with this id.
// What is restricted nobody else's reporter is to hear of.
func (t *turn) mergeable(id reports.ID) bool {
	main, found := t.known(id)
	return found && main.MergedInto == 0 && main.State.Open() && !main.Restricted() && !t.informal(main)
}

// informal reports whether main lacks what the law gives the one that is to be merged
// into it: the clocks of a formal request.
func (t *turn) informal(main reports.Report) bool {
	if t.s.Work == nil {
		return false
	}
	r, found := t.known(t.s.Work.Report)
	return found && r.Formal && !main.Formal
}

// found takes the main report that another is to be merged into.
func (t *turn) found(in ReportFound) {
	w := t.s.Work
	if w == nil || t.s.Asked != asksWorkMain || w.MainID != in.TrackingID {
		return
	}
	main, known := t.known(in.Report)
	switch {
	case !in.Found || !known:
		t.say("work.no_such_report", string(in.TrackingID))
	case main.ID == w.Report:
		t.say("work.itself")
	case main.Restricted():
		t.say("work.main_restricted", string(in.TrackingID))
	case t.informal(main):
		t.say("work.main_informal", string(in.TrackingID))
	case !t.mergeable(main.ID):
		t.say("work.main_over", string(in.TrackingID))
	default:
		fresh := *w
		fresh.Main = in.Report
		t.s.Work = &fresh
		t.over(asksWorkSend)
		return
	}
	t.repeat()
}

func (t *turn) pickWorkBody(code string) {
	w := *t.s.Work
	r, found := t.known(w.Report)
	switch {
	case w.Deed == deedHandOn && found && !t.m.mayHandOn(t.e.Person, r, code):
		t.say("work.not_below", t.m.bodyName(r.Agency))
		t.repeat()
		return
	case w.Deed == deedNotOurs && found && code == r.Agency:
		t.say("work.same_body")
		t.repeat()
		return
	}
	w.Body = code
	t.s.Work = &w
	t.over(asksWorkSend)
}
