package conversation

import (
	"time"

	"kentongan/reports"
)

// TimeReading is what the machine makes of a text that tells a time.
type TimeReading struct {
	// From and To are in UTC; To is exclusive, and zero where it is not over or
	// not known. Both are zero where nothing was understood. Where Ask is set
	// they are what is sure in spite of it, or else the likeliest reading.
	From, To time.Time
	// Precision is empty where nothing was understood.
	Precision reports.Precision
	// Recurs is how often it happens, in a small form: "daily", "daily evening
	// 19:00", "workdays", "weekly monday thursday", "weekly thursday evening",
	// "monthly 10", "monthly end", "hourly", "yearly", "every 2 days", "3 per
	// week", and where no more is known "often", "always", "sometimes", or "on
	// occasion" for what is tied to an event, such as rain. Empty: once.
	Recurs string
	// Ask tells that the citizen would be asked, and Why for what:
	// "not_understood", "too_vague", "ambiguous" (two readings),
	// "clock_without_part" (of the morning or of the evening?), "day_unsaid",
	// "contradiction", "no_such_date", "unsure" (the citizen is), "several"
	// (more than one time), "calendar" (a feast whose day no calendar of ours has
	// for sure) or "future".
	Ask bool
	Why string
	// Reading is the time as the bot says it back, in Indonesian: "Jumat 20
	// November 2026, sekitar 15.00 WITA". Empty where nothing was understood.
	Reading string
}

// Why a time is asked about. See [TimeReading].
const (
	whyNotUnderstood = "not_understood"
	whyVague         = "too_vague"
	whyAmbiguous     = "ambiguous"
	whyClock         = "clock_without_part"
	whyDay           = "day_unsaid"
	whyContradiction = "contradiction"
	whyNoSuchDay     = "no_such_date"
	whyUnsure        = "unsure"
	whySeveral       = "several"
	whyCalendar      = "calendar"
	whyFuture        = "future"
)

// ReadTime reads text as an answer to "when did it happen?", given at now by
// somebody in zone. A text of whole sentences is searched for a time like a
// story. It is pure, and safe for concurrent use.
func (m *Machine) ReadTime(text string, now time.Time, zone *time.Location) TimeReading {
	p := m.present(now, zone)
	got := answeredTime(text, p)
	r := TimeReading{Recurs: got.recurs, Ask: got.why != "", Why: got.why}
	o := occurredAt(text, meaning{at: got.at, recurs: got.recurs})
	r.From, r.To, r.Precision = o.From, o.To, o.Precision
	if r.Precision != "" {
		r.Reading = formatOccurred(defaultLanguage, o, zone)
	}
	return r
}
