package conversation

import (
	"strings"
	"time"

	"kentongan/reports"
)

// recapLines say how the reports of a body stand.
func (m *Machine) recapLines(lang string, in Recapped) []Phrase {
	name := m.bodyName(in.Agency)
	if name == "" {
		name = m.config.Phrases.Text(lang, "recap.all")
	}
	lines := []Phrase{{Key: "recap", Args: []string{name}}}
	open, over := 0, 0
	counts := map[reports.State]int{}
	for _, c := range in.States {
		counts[c.State] += c.Count
	}
	for _, state := range reports.States() {
		n := counts[state]
		if state.Open() {
			open += n
		} else {
			over += n
		}
		if n == 0 {
			continue
		}
		lines = append(lines, Phrase{Key: "recap.state", Tight: true, Args: []string{m.stateName(lang, state), itoa(n)}})
	}
	lines = append(lines, Phrase{Key: "recap.sum", Args: []string{itoa(open), itoa(over)}})
	if in.Late > 0 {
		lines = append(lines, Phrase{Key: "recap.late", Tight: true, Args: []string{itoa(in.Late)}})
	}
	if open > 0 && !in.Oldest.IsZero() {
		lines = append(lines, Phrase{Key: "recap.oldest", Tight: true, Args: []string{formatDate(lang, in.Oldest.In(m.zone(in.Agency)))}})
	}
	return lines
}

// stateName is a state's label, without the word that goes before it elsewhere.
func (m *Machine) stateName(lang string, state reports.State) string {
	text := m.config.Phrases.Text(lang, "state."+stateKey(reports.Report{State: state}))
	if _, name, labelled := strings.Cut(text, ": "); labelled {
		return name
	}
	return text
}

// recapped answers /rekap in private.
func (t *turn) recapped(in Recapped) {
	for _, p := range t.m.recapLines(t.s.Lang(), in) {
		t.add(p.Key, p.Tight, p.Args)
	}
	t.backToDraft()
}

// formatDay is the day of t without its year: "20 November".
func formatDay(lang string, t time.Time) string {
	return itoa(t.Day()) + " " + datesIn(lang).months[t.Month()-1]
}
