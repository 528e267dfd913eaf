package workday

import (
	"cmp"
	"slices"
	"time"
)

// Mentions returns every year that t has a day of, in order, also one without decree.
func (t Table) Mentions() []int {
	var years []int
	for _, h := range t.days { // they are by date
		if year := h.Date.Year(); len(years) == 0 || years[len(years)-1] != year {
			years = append(years, year)
		}
	}
	return years
}

// Replace returns t with each year that other mentions as other has it, as an amended decree is read.
func (t Table) Replace(other Table) Table {
	days := t.without(other.Mentions())
	return sorted(append(days, other.days...))
}

// without returns the days of all years but these.
func (t Table) without(years []int) []Holiday {
	return slices.DeleteFunc(t.Days(), func(h Holiday) bool { return slices.Contains(years, h.Date.Year()) })
}

// Amendment is a day that one table has and another has not, or has otherwise.
type Amendment struct {
	Was Holiday // zero: it was added
	Is  Holiday // zero: it was removed
}

// Day returns the row that the amendment is about, as it is, or as it was if it was removed.
func (a Amendment) Day() Holiday {
	if a.Is == (Holiday{}) {
		return a.Was
	}
	return a.Is
}

// Amend is [Table.Replace], and says by date and region what that changes.
func (t Table) Amend(other Table) (amended Table, changes []Amendment) {
	amended = t.Replace(other)
	was := make(map[dayKey]Holiday, len(t.days))
	for _, h := range t.days {
		was[h.key()] = h
	}
	for _, h := range amended.days {
		if before := was[h.key()]; before != h {
			changes = append(changes, Amendment{Was: before, Is: h})
		}
		delete(was, h.key())
	}
	for _, h := range was {
		changes = append(changes, Amendment{Was: h})
	}
	slices.SortFunc(changes, func(a, b Amendment) int {
		x, y := a.Day(), b.Day()
		return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Region, y.Region))
	})
	return amended, changes
}

// fewest is how many public holidays the shortest year may have. Every joint decree of the last ten years has 15 to 17,
// so with fewer a file holds a part of one.
const fewest = 12

// Partial returns the years in which other, if it replaced those of t, would turn decreed days into working days
// because it holds only a part of a decree: it lacks 1 January or most public holidays of the whole country. Single
// days ahead of a year's decree (an election, say) are no part of one, as long as t has no table of that year either.
func (t Table) Partial(other Table) []int {
	decreed, known := other.Years(), t.Years()
	var partial []int
	for _, year := range other.Mentions() {
		national := 0
		for _, h := range other.days {
			if h.Date.Year() == year && h.Region == "" && h.Kind == PublicHoliday {
				national++
			}
		}
		if whole := slices.Contains(decreed, year); whole && national < fewest || !whole && slices.Contains(known, year) {
			partial = append(partial, year)
		}
	}
	return partial
}

// Missing returns the years without a table that dates are needed of on today: that year, and from 1 October on the
// next, whose decree is out by then in an ordinary year.
func (t Table) Missing(today Date) []int {
	years := []int{today.Year()}
	if today.Time().Month() >= time.October {
		years = append(years, years[0]+1)
	}
	known := t.Years()
	return slices.DeleteFunc(years, func(year int) bool { return slices.Contains(known, year) })
}
