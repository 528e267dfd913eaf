package workday

import (
	"fmt"
	"math"
	"time"
)

// Date is a calendar day without a zone, as the number of days since 1970-01-01. It is comparable and ordered with
// <, and d+7 is a week later. The zero value is 1970-01-01, on which no event of this service falls. It is written as
// 2006-01-02 in text and JSON. Results that would lie beyond an int32 stay at its limits.
type Date int32

const (
	layout     = "2006-01-02"
	secondsDay = 24 * 60 * 60
)

// NewDate returns the day with these numbers; numbers out of range are carried over as by [time.Date].
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

// DateOf returns the day that calendars in loc show at the instant t. Like [time.Time.In] it panics if loc is nil.
func DateOf(t time.Time, loc *time.Location) Date {
	// A location keeps the rule in force near today at hand, so asking it for the offset costs a few nanoseconds,
	// while In(loc).Date() would work out year and month only to be turned back into days.
	_, offset := t.In(loc).Zone()
	days, _ := floorDiv(t.Unix()+int64(offset), secondsDay)
	return clamp(days)
}

// ParseDate reads a day written as 2006-01-02 and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return 0, fmt.Errorf("date %q is not a day written like %s", shorten(s), layout)
	}
	return DateOf(t, time.UTC), nil
}

// Time returns the day's midnight in UTC, which is how database drivers carry a date. DateOf(d.Time(), time.UTC) is d.
func (d Date) Time() time.Time { return time.Unix(int64(d)*secondsDay, 0).UTC() }

// Start returns the first instant of the day in loc. Where clocks are set forward at midnight that is not 00:00, and
// where a zone left a day out altogether it is the first instant after the gap.
func (d Date) Start(loc *time.Location) time.Time {
	midnight := d.Time()
	// No zone on Earth is further than 26 hours from UTC, so at this instant it is still an earlier day there. Walk on
	// from one change of offset to the next; in Indonesia there is none any more, and the first round returns.
	for at := midnight.Add(-36 * time.Hour).In(loc); ; {
		_, offset := at.Zone()
		since, until := at.ZoneBounds()
		start := midnight.Add(-time.Duration(offset) * time.Second)
		if !since.IsZero() && start.Before(since) {
			start = since
		}
		if until.IsZero() || start.Before(until) {
			return start.In(loc)
		}
		at = until
	}
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	// 1970-01-01 was a Thursday.
	return time.Weekday((int64(d)%7 + 7 + int64(time.Thursday)) % 7)
}

// Year returns the year the day lies in.
func (d Date) Year() int { return d.Time().Year() }

// String returns the day as 2006-01-02.
func (d Date) String() string { return d.Time().Format(layout) }

// MarshalText writes the day as 2006-01-02. It fails outside the years 0 to 9999, which that form cannot hold.
func (d Date) MarshalText() ([]byte, error) {
	if year := d.Year(); year < 0 || year > 9999 {
		return nil, fmt.Errorf("date in year %d has no form like %s", year, layout)
	}
	return d.Time().AppendFormat(nil, layout), nil
}

// UnmarshalText reads a day written as 2006-01-02.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func clamp(days int64) Date { return Date(max(math.MinInt32, min(days, math.MaxInt32))) }
