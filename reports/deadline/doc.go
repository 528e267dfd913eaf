// Package deadline says by when something is owed to a report, who may wait for
// it how long, and what happens when the time is over: the clocks of package
// reports, counted by the calendars of package workday under the limits in force.
// It is pure: equal inputs give equal dates.
package deadline
