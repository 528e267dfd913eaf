package conversation

import (
	"time"

	"kentongan/reports"
)

func readTime(text string, now time.Time, zone *time.Location) (t reports.OccurredAt, future, ok bool) {
	return t, false, false
}

func findTime(text string, now time.Time, zone *time.Location) (reports.OccurredAt, bool) {
	return reports.OccurredAt{}, false
}
