package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports"
	"kentongan/reports/deadline"
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
	Workdays  int            `json:"workdays,omitempty"` // with what it was extended by
	Extended  int            `json:"extended_by,omitempty"`
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
		snapshot, err := register.NewCatalog(pool, nil).Snapshot(ctx)
		if err != nil {
			return err
		}
		machine, err := s.machine(snapshot)
		if err != nil {
			return err
		}
		explained, err := machine.Rules().Explain(report, history, p.now())
		if err != nil {
			return fmt.Errorf("explain report %s: %w", report.TrackingID, err)
		}
		clocks := make([]clockJSON, len(explained))
		for i, x := range explained {
			clocks[i] = clockOf(x)
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

func clockOf(x deadline.Explained) clockJSON {
	run, zone := x.Run, x.Office.Zone
	clock := clockJSON{
		Clock: run.Clock, StartedAt: run.Start.In(zone), Calendar: x.Office.Calendar.Settings().Code(), Zone: zone.String(),
		Workdays: x.Limit.Workdays, Extended: x.Extra, Hours: x.Limit.Hours, Basis: x.Limit.Basis, Valid: x.Limit.From,
		Used: x.Used, Overdue: x.Overdue, StoppedAt: instant(run.Stop, zone), StoppedBy: run.Stopped,
	}
	for _, pause := range run.Pauses {
		clock.Pauses = append(clock.Pauses, pauseJSON{pause.From.In(zone), instant(pause.To, zone)})
	}
	for _, d := range x.Days {
		line := dayJSON{Date: d.Date.String(), Why: string(d.Why), Number: d.Number, Holiday: d.Holiday.Name, Decree: d.Holiday.Decree}
		if d.Paused {
			line.Why = pausedDay
		}
		clock.Unsure = clock.Unsure || d.Provisional
		clock.Days = append(clock.Days, line)
	}
	switch {
	case !x.Owed:
	case !x.Due.At.IsZero():
		clock.DueAt = instant(x.Due.At, zone)
	default:
		clock.DueOn = x.Due.On.String()
		clock.Unsure = clock.Unsure || x.Due.Provisional
	}
	return clock
}

// pausedDay is beside the reasons of package workday: the clock stood still.
const pausedDay = "paused"

func instant(t time.Time, zone *time.Location) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(zone)
	return &t
}

func (c *clockJSON) print(p *program) {
	zone := c.StartedAt.Location()
	limit := "no limit"
	switch {
	case c.Workdays > 0:
		limit = fmt.Sprintf("%d working days", c.Workdays)
		if c.Extended > 0 {
			limit = fmt.Sprintf("%d + %d working days, extended once", c.Workdays-c.Extended, c.Extended)
		}
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
