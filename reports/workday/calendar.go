package workday

import (
	"fmt"
	"slices"
	"time"
)

// Calendar is one table under one office's settings. It is immutable and safe for concurrent use: when a decree is
// amended, make another and swap it. The zero value knows no holidays, so all its answers are provisional.
//
// Every method that counts returns ok beside its answer, see "Years without a table" at the top of the package.
type Calendar struct {
	settings Settings
	years    []int
	holidays map[Date]Holiday // those that apply; of several on one day the one that weighs most

	// What follows covers the whole years from the table's first day to its last. Before and after, a formula for
	// weekends answers.
	first Date      // a 1 January
	upTo  []counted // by day since first
	nth   []Date    // nth[k] is the day on which upTo's worked first reached k; nth[0] is not used
}

// counted is what lies between the table's first day and this one, both included.
type counted struct {
	worked    int32 // working days
	undecreed int32 // days of years without a table
}

// Calendar returns the calendar of an office with these settings. It fails only if s.Region is no code. It costs tens of
// microseconds a year, so keep what it returns.
func (t Table) Calendar(s Settings) (*Calendar, error) {
	if s.Region != "" && !isRegion(s.Region) {
		return nil, fmt.Errorf("calendar: region %q is no code like 63 or 63.07", shorten(s.Region))
	}
	c := &Calendar{settings: s, years: t.Years(), holidays: make(map[Date]Holiday)}
	for _, h := range t.days {
		if !s.applies(h.Region) {
			continue
		}
		// A public holiday outweighs joint leave, which may be worked. Otherwise the first row stays: the national one.
		if other, ok := c.holidays[h.Date]; !ok || other.Kind == JointLeave && h.Kind == PublicHoliday {
			c.holidays[h.Date] = h
		}
	}
	if len(t.days) == 0 {
		return c, nil
	}

	c.first = NewDate(t.days[0].Date.Year(), time.January, 1)
	last := NewDate(t.days[len(t.days)-1].Date.Year(), time.December, 31)
	c.upTo = make([]counted, 0, last-c.first+1)
	c.nth = make([]Date, 1, last-c.first+2)
	var sum counted
	for d := c.first; d <= last; d++ {
		if c.why(d) == WhyWorkday {
			sum.worked++
			c.nth = append(c.nth, d)
		}
		if !c.Covers(d) {
			sum.undecreed++
		}
		c.upTo = append(c.upTo, sum)
	}
	return c, nil
}

// Settings returns what the calendar was made with.
func (c *Calendar) Settings() Settings { return c.settings }

// Years returns the years that have a table, in order, as [Table.Years] does. The slice is the caller's.
func (c *Calendar) Years() []int { return slices.Clone(c.years) }

// Covers reports whether d lies in a year that has a table.
func (c *Calendar) Covers(d Date) bool {
	_, found := slices.BinarySearch(c.years, d.Year())
	return found
}

// Add returns the n-th working day after from, whose own day never counts: the due day of a limit of n working days
// that starts on from. With n below 1 it is from itself. It takes a few nanoseconds and allocates nothing.
func (c *Calendar) Add(from Date, n int) (due Date, ok bool) {
	// A day before the table wraps round to a large number and falls through too.
	if i := uint32(from - c.first); n > 0 && uint64(i) < uint64(len(c.upTo)) {
		start := c.upTo[i]
		if k := uint(start.worked) + uint(n); k < uint(len(c.nth)) {
			due = c.nth[k]
			return due, c.upTo[due-c.first].undecreed == start.undecreed
		}
	}
	return c.addBeyond(from, n)
}

func (c *Calendar) addBeyond(from Date, n int) (Date, bool) {
	if n < 1 {
		return from, true
	}
	due := c.day(c.worked(from) + bounded(n))
	return clamp(due), c.undecreed(due) == c.undecreed(int64(from))
}

// DueAfter is [Calendar.Add] from the day that it is at t in loc.
func (c *Calendar) DueAfter(t time.Time, loc *time.Location, n int) (due Date, ok bool) {
	return c.Add(DateOf(t, loc), n)
}

// OverdueFrom returns the first instant at which something due on that day is overdue: the beginning, in loc, of the
// next working day. Due on a Friday is still in time all weekend.
func (c *Calendar) OverdueFrom(due Date, loc *time.Location) (start time.Time, ok bool) {
	next, ok := c.Add(due, 1)
	return next.Start(loc), ok
}

// Between returns the working days after a up to and including b: what a limit that started on a has used by the end
// of b. If b lies before a it is -Between(b, a).
func (c *Calendar) Between(a, b Date) (n int, ok bool) {
	return int(c.worked(b) - c.worked(a)), c.undecreed(int64(a)) == c.undecreed(int64(b))
}

// Reached returns the latest day whose n-th working day after it is today or earlier. So, on today,
//
//	anchor <= Reached(today, n)  if and only if  Add(anchor, n) <= today
//
// which selects the clocks that have come to their n-th working day: a warning on the seventh day is Reached(today, 7).
// On a day off it is what it was on the working day before. With n below 1 it is today, as Add then returns the anchor.
func (c *Calendar) Reached(today Date, n int) (anchor Date, ok bool) {
	if n < 1 {
		return today, true
	}
	return c.reached(today, bounded(n))
}

func (c *Calendar) reached(today Date, n int64) (Date, bool) {
	// The latest day with at most this many working days up to it is the one before the next working day.
	anchor := c.day(c.worked(today)-n+1) - 1
	return clamp(anchor), c.undecreed(anchor) == c.undecreed(int64(today))
}

// Cutoff returns the latest day from which a limit of n working days is overdue on today. So, on today,
//
//	anchor <= Cutoff(today, n)  if and only if  OverdueFrom(Add(anchor, n)) has come
//
// that is, if today is at or after the first working day after the due day: closing on the first working day after
// the tenth is Cutoff(today, 10). It is Reached(today, n+1), for n below 0 as for 0. On a working day this is the same
// as asking whether the due day lies before today; on a Saturday it is not, for what was due on Friday is overdue only
// on Monday. As today moves on, the cutoff never moves back.
func (c *Calendar) Cutoff(today Date, n int) (anchor Date, ok bool) {
	return c.reached(today, bounded(max(n, 0))+1)
}

// worked returns the working days from the table's first day to d, both included; before it, minus those in between.
func (c *Calendar) worked(d Date) int64 {
	i := int64(d) - int64(c.first)
	switch {
	case i < 0:
		return c.weekdays(int64(d)) - c.weekdays(int64(c.first)-1)
	case i < int64(len(c.upTo)):
		return int64(c.upTo[i].worked)
	}
	last, total := c.end()
	return total + c.weekdays(int64(d)) - c.weekdays(last)
}

// day is the inverse of worked: the day on which it first reached k. It may lie beyond what a Date holds.
func (c *Calendar) day(k int64) int64 {
	last, total := c.end()
	switch {
	case k < 1:
		return c.weekday(k + c.weekdays(int64(c.first)-1))
	case k <= total:
		return int64(c.nth[k])
	}
	return c.weekday(k - total + c.weekdays(last))
}

// undecreed returns the days of years without a table, counted like worked.
func (c *Calendar) undecreed(d int64) int64 {
	i := d - int64(c.first)
	switch {
	case i < 0:
		return i + 1
	case i < int64(len(c.upTo)):
		return int64(c.upTo[i].undecreed)
	case len(c.upTo) == 0:
		return i + 1
	}
	return int64(c.upTo[len(c.upTo)-1].undecreed) + i + 1 - int64(len(c.upTo))
}

// end returns the last day that the table covers, the one before first if it is empty, and the working days up to it.
func (c *Calendar) end() (last, worked int64) {
	return int64(c.first) + int64(len(c.upTo)) - 1, int64(max(len(c.nth), 1)) - 1
}

// weekdays returns how many days of the office's week there are from Monday 1969-12-29 to day d, both included;
// before it, minus those in between.
func (c *Calendar) weekdays(d int64) int64 {
	weeks, weekday := floorDiv(d+3, 7)
	return weeks*c.week() + min(weekday+1, c.week())
}

// weekday is the inverse of weekdays: the day on which it first reached k.
func (c *Calendar) weekday(k int64) int64 {
	weeks, weekday := floorDiv(k-1, c.week())
	return weeks*7 + weekday - 3
}

func (c *Calendar) week() int64 {
	if c.settings.SixDays {
		return 6
	}
	return 5
}

// bounded keeps a number of working days where sums cannot overflow. It is more than an int32 of days can hold.
func bounded(n int) int64 { return min(int64(n), 1<<33) }

func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}
