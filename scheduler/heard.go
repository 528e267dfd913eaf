package scheduler

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
)

// heardOf is what is known of whether a reporter heard what run waits for.
func heardOf(run reports.Run, h register.Hearing, outages []register.Outage) deadline.Heard {
	return deadline.Heard{
		Begun: h.Proofs[deadline.ProofBegun(run.Since)], Warned: h.Proofs[deadline.ProofWarned(run.Since)],
		Away: h.Away, Waiting: h.Unread || h.Queued, Outages: awayFor(run.Start, h, outages),
	}
}

// awayFor are the outages of where somebody is, and of the whole service, since
// start: in order, and none within another.
func awayFor(start time.Time, h register.Hearing, outages []register.Outage) []reports.Pause {
	var list []reports.Pause
	for _, o := range outages {
		if o.Channel != "" && (o.Channel != h.Channel || o.Account != h.Account) || !o.Until.IsZero() && !o.Until.After(start) {
			continue
		}
		p := reports.Pause{From: o.Since, To: o.Until}
		if p.From.Before(start) {
			p.From = start
		}
		if n := len(list); n > 0 && (list[n-1].To.IsZero() || !p.From.After(list[n-1].To)) {
			if !list[n-1].To.IsZero() && (p.To.IsZero() || p.To.After(list[n-1].To)) {
				list[n-1].To = p.To
			}
			continue
		}
		list = append(list, p)
	}
	return list
}
