package register_test

import (
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// rules are those of a register without bodies.
func rules(tb testing.TB) *deadline.Rules {
	tb.Helper()
	made, err := deadline.New(deadline.Config{Holidays: workday.Default(), Zone: time.UTC, Limits: reports.DefaultLimits})
	if err != nil {
		tb.Fatal(err)
	}
	return made
}
