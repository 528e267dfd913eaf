package conversation

import (
	"slices"
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
		code := t.m.findBody(words)
		if code == "" {
			t.say("work.no_such_body")
			t.repeat()
			return
		}
		t.pickWorkBody(code)
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
	case main.MergedInto != 0 || !main.State.Open():
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

// bodiesFor lists the bodies to propose for r: the one that the reporter or a
// colleague proposed first, then those below the verifier's, or at the top.
func (m *Machine) bodiesFor(r reports.Report, as reports.ActorKind) []string {
	var list []string
	add := func(code string) {
		if code != "" && m.agency(code) != nil && len(list) < maxOffered && !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	root := m.verifier(r)
	if as == reports.ByAgencyAdmin {
		root = r.Agency
	} else {
		add(r.Agency)
		if r.AgencyWords != "" {
			add(m.byName[normalise(r.AgencyWords)])
		}
		// Where a government is proposed, its offices are what is wanted.
		for i := range m.config.Agencies {
			if a := &m.config.Agencies[i]; a.Parent == r.Agency && r.Agency != "" {
				add(a.Code)
			}
		}
		if proposed := m.agency(r.Agency); proposed != nil && proposed.Parent != "" {
			for _, code := range m.otherBodies(r) {
				add(code)
			}
		}
	}
	for i := range m.config.Agencies {
		if a := &m.config.Agencies[i]; a.Parent == root {
			add(a.Code)
		}
	}
	for _, code := range m.offered {
		if as != reports.ByAgencyAdmin {
			add(code)
		}
	}
	return list
}

// otherBodies are those to propose in the place of the one that says it is not theirs.
func (m *Machine) otherBodies(r reports.Report) []string {
	var list []string
	own := m.agency(r.Agency)
	for i := range m.config.Agencies {
		a := &m.config.Agencies[i]
		if own != nil && a.Code != r.Agency && a.Parent == own.Parent && len(list) < maxOffered {
			list = append(list, a.Code)
		}
	}
	return list
}

// mayHandOn reports whether person may hand r, which their body has, to the body
// with this code: one inside the body whose agency admin they are.
func (m *Machine) mayHandOn(person reports.PersonID, r reports.Report, code string) bool {
	from, to := m.above(r.Agency), m.above(code)
	return code != r.Agency && slices.ContainsFunc(m.config.Officials[person], func(a reports.Appointment) bool {
		return a.Role == reports.AgencyAdmin && slices.Contains(from, a.Agency) && slices.Contains(to, a.Agency)
	})
}

// findBody returns the code of the body that words name, or "".
func (m *Machine) findBody(words string) string {
	plain := normalise(words)
	if code := m.byName[plain]; code != "" {
		return code
	}
	if code := m.keywords[plain]; code != "" {
		return code
	}
	if a := m.agency(strings.ToUpper(strings.TrimSpace(words))); a != nil {
		return a.Code
	}
	return ""
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
