package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/workday"
)

type reportExplain struct {
	ID reportID `arg:"" help:"Tracking id or number."`
	output
}

// clockJSON explains one life of a clock.
type clockJSON struct {
	Clock     reports.Clock  `json:"clock"`
	StartedAt time.Time      `json:"started_at"`
	Workdays  int            `json:"workdays,omitempty"`
	Hours     int            `json:"hours,omitempty"`
	Basis     string         `json:"basis,omitempty"`
	Valid     string         `json:"valid_from,omitempty"`
	Calendar  string         `json:"calendar"`
	Zone      string         `json:"zone"`
	Pauses    []pauseJSON    `json:"pauses,omitempty"`
	Days      []dayJSON      `json:"days,omitempty"`
	Used      int            `json:"used,omitempty"` // working days up to today, or to where it stopped
	DueOn     string         `json:"due_on,omitempty"`
	DueAt     *time.Time     `json:"due_at,omitempty"`
	Overdue   bool           `json:"overdue"`
	Unsure    bool           `json:"provisional,omitempty"` // a year without decree is among the days
	StoppedAt *time.Time     `json:"stopped_at,omitempty"`
	StoppedBy reports.Action `json:"stopped_by,omitempty"`
}

type pauseJSON struct {
	From time.Time  `json:"from"`
	To   *time.Time `json:"to,omitempty"`
}

type dayJSON struct {
	Date    string `json:"date"`
	Why     string `json:"why"`
	Number  int    `json:"number,omitempty"`
	Holiday string `json:"holiday,omitempty"`
	Decree  string `json:"decree,omitempty"`
}

// Run explains every clock of a report.
func (c *reportExplain) Run(ctx context.Context, p *program) error {
	return p.withReport(ctx, c.ID, func(s settings, pool *pgxpool.Pool, r *register.Register, report reports.Report) error {
		history, err := r.History(ctx, report.ID)
		if err != nil {
			return err
		}
		rules, err := register.NewCatalog(pool, nil).Snapshot(ctx)
		if err != nil {
			return err
		}
		clocks, err := explain(report, history, rules, s.zone, p.now())
		if err != nil {
			return fmt.Errorf("explain report %s: %w", report.TrackingID, err)
		}
		if c.JSON {
			return c.json(p, struct {
				TrackingID reports.TrackingID `json:"tracking_id"`
				State      reports.State      `json:"state"`
				Clocks     []clockJSON        `json:"clocks"`
			}{report.TrackingID, report.State, clocks})
		}
		fmt.Fprintf(p.stdout, "%s, %s, filed %s\n", report.TrackingID, report.State, when(report.FiledAt, s.zone))
		for _, clock := range clocks {
			clock.print(p)
		}
		return nil
	})
}

// explain computes every clock that ever ran, in the order of their starts.
func explain(report reports.Report, history []reports.Entry, rules register.Snapshot, service *time.Location, now time.Time) ([]clockJSON, error) {
	filed := report.AsFiled()
	runs, err := reports.Runs(filed, history)
	if err != nil {
		return nil, err
	}
	clocks := make([]clockJSON, 0, len(runs))
	for _, run := range runs {
		at := replay(filed, history, run.Start)
		// The element of oversight gives a clock its new limit from the same start.
		until := run.Stop
		if run.Running() {
			until = now
		}
		at.Oversight = replay(filed, history, until).Oversight
		calendar, zone, err := office(run.Clock, at, rules, service)
		if err != nil {
			return nil, err
		}
		limit, found := reports.LimitFor(rules.Limits, run.Clock, at, bodies(at.Agency, rules.Agencies),
			run.Start, workday.DateOf(run.Start, zone).String())
		clock := clockJSON{
			Clock: run.Clock, StartedAt: run.Start.In(zone), Calendar: calendar.Settings().Code(), Zone: zone.String(),
			Workdays: limit.Workdays, Hours: limit.Hours, Basis: limit.Basis, Valid: limit.From, StoppedBy: run.Stopped,
		}
		for _, pause := range run.Pauses {
			clock.Pauses = append(clock.Pauses, pauseJSON{pause.From.In(zone), instant(pause.To, zone)})
		}
		clock.StoppedAt = instant(run.Stop, zone)
		switch {
		case !found: // nothing is due
		case limit.Hours > 0:
			clock.hours(run, until)
		default:
			clock.workdays(run, calendar, zone, until)
		}
		clocks = append(clocks, clock)
	}
	return clocks, nil
}

func instant(t time.Time, zone *time.Location) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(zone)
	return &t
}

// replay returns the report as it was once everything up to at was done.
func replay(filed reports.Report, history []reports.Entry, at time.Time) reports.Report {
	r := filed
	for _, e := range history {
		if e.Change.Action == reports.File || e.Change.At.After(at) {
			continue
		}
		if after, _, err := reports.Apply(r, e.Change); err == nil { // Runs has refused a wrong history
			r = after
		}
	}
	return r
}

// office returns the days and the zone that a clock is counted in: those of
// the body in charge, and before dispatch those of the service, which verifies.
func office(clock reports.Clock, r reports.Report, rules register.Snapshot, service *time.Location) (*workday.Calendar, *time.Location, error) {
	settings, zone := workday.Settings{}, service
	for _, a := range rules.Agencies {
		if a.Code != r.Agency || clock == reports.ClockVerify || !r.Dispatched {
			continue
		}
		settings = calendarOf(a)
		if a.Zone != "" {
			var err error
			if zone, err = time.LoadLocation(a.Zone); err != nil {
				return nil, nil, fmt.Errorf("zone of agency %s: %w", a.Code, err)
			}
		}
	}
	calendar, err := rules.Holidays.Calendar(settings)
	return calendar, zone, err
}

// bodies lists code and the codes of the bodies above it.
func bodies(code string, agencies []reports.Agency) []string {
	var list []string
	for code != "" && !slices.Contains(list, code) {
		i := slices.IndexFunc(agencies, func(a reports.Agency) bool { return a.Code == code })
		if i < 0 {
			break
		}
		list = append(list, code)
		code = agencies[i].Parent
	}
	return list
}

// hours counts through nights and holidays, but not through pauses.
func (c *clockJSON) hours(run reports.Run, until time.Time) {
	due := run.Start.Add(time.Duration(c.Hours) * time.Hour)
	for _, pause := range run.Pauses {
		if !pause.From.Before(due) {
			break
		}
		if pause.To.IsZero() {
			return // it stands still: nothing is due until it goes on
		}
		due = due.Add(pause.To.Sub(pause.From))
	}
	c.DueAt = instant(due, c.StartedAt.Location())
	c.Overdue = until.After(due)
}

// pausedDay is beside the reasons of package workday: the clock stood still.
const pausedDay = "paused"

// explainDays bounds a clock that stands still for years.
const explainDays = 1500

// workdays counts from the day after the start. A clock that is paused on one
// day and goes on upon another has used the first, and goes on with the day
// after the second.
func (c *clockJSON) workdays(run reports.Run, calendar *workday.Calendar, zone *time.Location, until time.Time) {
	today := workday.DateOf(until, zone)
	number := 0
	for d := workday.DateOf(run.Start, zone) + 1; number < c.Workdays && len(c.Days) < explainDays; d++ {
		day := calendar.Day(d)
		line := dayJSON{Date: d.String(), Why: string(day.Why), Holiday: day.Holiday.Name, Decree: day.Holiday.Decree}
		paused, still := standsStill(run.Pauses, d, zone)
		switch {
		case still && d > today:
			return // it stands still now: nothing is due until it goes on
		case paused:
			line.Why = pausedDay
		case day.Counts():
			number++
			line.Number = number
			if d <= today {
				c.Used = number
			}
		}
		c.Unsure = c.Unsure || day.Provisional
		c.Days = append(c.Days, line)
		if number == c.Workdays {
			c.DueOn = d.String()
			overdue, sure := calendar.OverdueFrom(d, zone)
			c.Overdue = !until.Before(overdue)
			c.Unsure = c.Unsure || !sure
		}
	}
}

// standsStill reports whether d lies in a pause, and whether in one that lasts.
func standsStill(pauses []reports.Pause, d workday.Date, zone *time.Location) (paused, still bool) {
	for _, pause := range pauses {
		if d <= workday.DateOf(pause.From, zone) {
			continue
		}
		if pause.To.IsZero() {
			return true, true
		}
		if d <= workday.DateOf(pause.To, zone) {
			return true, false
		}
	}
	return false, false
}

func (c *clockJSON) print(p *program) {
	zone := c.StartedAt.Location()
	limit := "no limit"
	switch {
	case c.Workdays > 0:
		limit = fmt.Sprintf("%d working days", c.Workdays)
	case c.Hours > 0:
		limit = fmt.Sprintf("%d hours", c.Hours)
	}
	if c.Basis != "" {
		limit += fmt.Sprintf(" (%s, valid from %s)", c.Basis, c.Valid)
	}
	fmt.Fprintf(p.stdout, "\n%s: %s, calendar %s, started %s\n", c.Clock, limit, c.Calendar, when(c.StartedAt, zone))
	for _, d := range c.Days {
		date, _ := workday.ParseDate(d.Date)
		why := map[string]string{
			string(workday.WhyWeekend): "weekend", string(workday.WhyPublicHoliday): "public holiday",
			string(workday.WhyJointLeave): "joint leave", pausedDay: "paused", string(workday.WhyWorkday): fmt.Sprintf("day %d", d.Number),
		}[d.Why]
		if d.Holiday != "" {
			why += ": " + d.Holiday + ", " + d.Decree
		}
		fmt.Fprintf(p.stdout, "  %s %s  %s\n", d.Date, date.Weekday().String()[:3], why)
	}
	for _, pause := range c.Pauses {
		if pause.To == nil {
			fmt.Fprintf(p.stdout, "  paused since %s\n", when(pause.From, zone))
		} else {
			fmt.Fprintf(p.stdout, "  paused from %s to %s\n", when(pause.From, zone), when(*pause.To, zone))
		}
	}
	switch {
	case c.DueAt != nil:
		fmt.Fprintf(p.stdout, "  due %s\n", when(*c.DueAt, zone))
	case c.DueOn != "":
		fmt.Fprintf(p.stdout, "  due %s, by the end of the day (%s)%s\n", c.DueOn, zone, yes(c.Unsure, ", provisional: a year without decree is among the days"))
	}
	late := yes(c.Overdue, ", late")
	if c.StoppedAt != nil {
		fmt.Fprintf(p.stdout, "  stopped %s by %s%s\n", when(*c.StoppedAt, zone), c.StoppedBy, late)
	} else {
		fmt.Fprintf(p.stdout, "  running%s\n", late)
	}
}
