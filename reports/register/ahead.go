package register

import (
	"context"
	"fmt"
	"time"

	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// Ahead is the first instant after now at which a look may find something due, in
// the hours of the offices; zero where no clock waits for a day. What is due already
// and waits for nothing, as what somebody else holds, is looked at a minute later.
// It reads the first row of every place where clocks wait, and all that were put off.
func (r *Register) Ahead(ctx context.Context, db DB, rules *deadline.Rules, now time.Time) (time.Time, error) {
	waiting, err := places(ctx, db)
	if err != nil {
		return time.Time{}, fmt.Errorf("look where clocks wait: %w", err)
	}
	names, nexts := make([]string, len(waiting)), make([]int, len(waiting))
	for i, w := range waiting {
		names[i], nexts[i] = w.office, w.next
	}
	rows, err := db.Query(ctx, `
		select p.office, c.next_at, c.anchor_on, null::timestamptz, null::timestamptz from unnest($1::text[], $2::integer[]) as p (office, next_at)
			cross join lateral (select next_at, anchor_on from clocks where office = p.office and next_at = p.next_at
				and (later_at is null or later_at <= $3) order by anchor_on limit 1) c
		union all
		select p.office, null, null, c.due_at, null from unnest($1::text[], $2::integer[]) as p (office, next_at)
			cross join lateral (select due_at from clocks where p.next_at = $4 and office = p.office and due_at is not null
				and (later_at is null or later_at <= $3) order by due_at limit 1) c
		union all
		select office, next_at, anchor_on, due_at, later_at from clocks where later_at > $3`, names, nexts, now, inHours)
	if err != nil {
		return time.Time{}, fmt.Errorf("look what is ahead: %w", err)
	}
	defer rows.Close()
	offices := rules.Offices()
	var first time.Time
	for rows.Next() {
		var office string
		var next *int
		var anchor, due, later *time.Time
		if err := rows.Scan(&office, &next, &anchor, &due, &later); err != nil {
			return time.Time{}, fmt.Errorf("look what is ahead: %w", err)
		}
		o, known := offices[office]
		if !known {
			continue // to be counted again, see Stale
		}
		var at time.Time
		if due != nil {
			at = *due
		} else {
			at = firstDay(o, workday.DateOf(*anchor, time.UTC), *next).Start(o.Zone)
		}
		if later != nil && later.After(at) {
			at = *later
		}
		if !at.After(now) {
			if at = now; o.Open(now) {
				at = now.Add(time.Minute)
			}
		}
		if at = o.Opens(at); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	if err := rows.Err(); err != nil {
		return time.Time{}, fmt.Errorf("look what is ahead: %w", err)
	}
	return first, nil
}

// firstDay is the first day on which a clock is looked at that waits for the next-th
// working day after anchor: the one before which [workday.Calendar.Reached] does not
// come to anchor.
func firstDay(o deadline.Office, anchor workday.Date, next int) workday.Date {
	if next < 1 {
		return anchor
	}
	day, _ := o.Calendar.Add(anchor, next)
	return day
}

// PutOff are the clocks that somebody should look at, by why they are put off again
// and again: how many reports they are of.
func (r *Register) PutOff(ctx context.Context, db DB) (map[deadline.Obstacle]int, error) {
	rows, err := db.Query(ctx, `select why, count(distinct report) from clocks where later_at is not null and tries > $1 group by why`, fewTries)
	if err != nil {
		return nil, fmt.Errorf("count clocks that are put off: %w", err)
	}
	defer rows.Close()
	by := map[deadline.Obstacle]int{}
	for rows.Next() {
		var why deadline.Obstacle
		var n int
		if err := rows.Scan(&why, &n); err != nil {
			return nil, fmt.Errorf("count clocks that are put off: %w", err)
		}
		by[why] = n
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count clocks that are put off: %w", err)
	}
	return by, nil
}

// fewTries is how often something may be put off before somebody should look.
const fewTries = 3
