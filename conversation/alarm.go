package conversation

import (
	"strings"
	"time"
)

// Alarm tells national admins that the network via has been in trouble since,
// for a cause that the channel calls code, and what to do. A cause without words
// of its own is told in general ones.
func (m *Machine) Alarm(lang string, via Via, code string, since time.Time) Message {
	key := "alarm." + via.Channel + "." + code
	if !m.config.Phrases.Has(lang, key) {
		key = "alarm.trouble"
	}
	return m.Render(lang, Say{Paragraphs: []Phrase{
		{Key: "alarm", Args: []string{via.Network, m.moment(lang, since)}},
		{Key: key, Tight: true},
	}})
}

// AlarmOver tells them that it works again.
func (m *Machine) AlarmOver(lang string, via Via, since time.Time) Message {
	return m.Render(lang, Say{Paragraphs: []Phrase{{Key: "alarm.over", Args: []string{via.Network, m.moment(lang, since)}}}})
}

// DeskAlarm tells the admins' group that a report waits that nobody may be shown, as
// a restricted one without a national admin, or that none does any more. It says
// nothing of the report.
func (m *Machine) DeskAlarm(lang string, waits bool) Message {
	return m.Render(lang, Say{Paragraphs: []Phrase{{Key: either(waits, "alarm.desk", "alarm.desk_over")}}})
}

// CalendarAlarm tells national admins that dates in these years are provisional,
// because no decree of their holidays has been imported.
func (m *Machine) CalendarAlarm(lang string, years []int) Message {
	words := make([]string, len(years))
	for i, year := range years {
		words[i] = itoa(year)
	}
	list := strings.Join(words, ", ")
	return m.Render(lang, Say{Paragraphs: []Phrase{
		{Key: "alarm.calendar", Args: []string{list}},
		{Key: "alarm.calendar_mend", Args: []string{list}, Tight: true},
	}})
}

// Local is now as clocks show it in the service's own zone.
func (m *Machine) Local(now time.Time) time.Time { return now.In(m.config.Zone) }

// moment is a point in time in the service's own zone.
func (m *Machine) moment(lang string, at time.Time) string {
	at = at.In(m.config.Zone)
	return formatDate(lang, at) + " " + at.Format("15.04 MST")
}
