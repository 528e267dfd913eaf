package conversation

import (
	"time"

	"kentongan/reports"
)

func formatDate(lang string, t time.Time) string { return "" }

func formatOccurred(lang string, o reports.OccurredAt, zone *time.Location) string { return o.Words }

func formatBytes(n int64) string { return "" }

func clip(text string, runes int) string { return text }
