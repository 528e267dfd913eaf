package workday

import "time"

// Why says why a day counts or not.
type Why string

const (
	// WhyWorkday marks a day that counts.
	WhyWorkday Why = "workday"
	// WhyWeekend marks a Saturday or Sunday that is off and no holiday.
	WhyWeekend Why = "weekend"
	// WhyPublicHoliday marks a public holiday, also one on a weekend.
	WhyPublicHoliday Why = "public_holiday"
	// WhyJointLeave marks joint leave that is off, also on a weekend.
	WhyJointLeave Why = "joint_leave"
)

// Day is one day of an explanation.
type Day struct {
	Date        Date
	Why         Why
	Number      int     // which working day it is, from 1; 0 if it does not count
	Holiday     Holiday // what the table says of the day, also if it is joint leave that is worked; zero if nothing
	Provisional bool    // the year has no table, so this may yet become a holiday
}

// Counts reports whether the day is a working day.
func (d Day) Counts() bool { return d.Why == WhyWorkday }

// explainLimit bounds what Explain allocates. No limit of the service is near it.
const explainLimit = 1000

// Explain returns every day from the one after from to the n-th working day after it, which is the due day that
// [Calendar.Add] returns, each with the reason why it counts or not. With n below 1 there are none, and more than
// 1,000 working days are not explained to their end.
func (c *Calendar) Explain(from Date, n int) []Day {
	n = min(n, explainLimit)
	due, _ := c.Add(from, n)
	if due <= from {
		return nil
	}
	days := make([]Day, 0, due-from)
	number := 0
	for d := from; d < due; {
		d++
		day := c.Day(d)
		if day.Counts() {
			number++
			day.Number = number
		}
		days = append(days, day)
	}
	return days
}

// Day returns what the calendar knows of one day. Its Number is 0, as it is counted from nowhere.
func (c *Calendar) Day(d Date) Day {
	return Day{Date: d, Why: c.why(d), Holiday: c.holidays[d], Provisional: !c.Covers(d)}
}

func (c *Calendar) why(d Date) Why {
	switch h := c.holidays[d]; {
	case h.Kind == PublicHoliday:
		return WhyPublicHoliday
	case h.Kind == JointLeave && !c.settings.JointLeaveWorked:
		return WhyJointLeave
	}
	switch weekday := d.Weekday(); {
	case weekday == time.Sunday, weekday == time.Saturday && !c.settings.SixDays:
		return WhyWeekend
	}
	return WhyWorkday
}
