package deadline

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// Config is what [Rules] are made of.
type Config struct {
	Holidays workday.Table
	Zone     *time.Location // the service's own
	Agencies []reports.Agency
	Limits   []reports.Limit
	// Verifier is the code of the body that verifies a report, "" where the national
	// admin does; nil: the national admin always.
	Verifier func(reports.Report) string
}

// Rules are the limits, calendars and offices in force. They are immutable and
// safe for concurrent use; where one of them changes, make others.
type Rules struct {
	zone     *time.Location
	limits   []reports.Limit
	parents  map[string]string
	offices  map[string]Office // by code of the body; "" is the service's own
	verifier func(reports.Report) string
	epoch    int64
}

// Office is where days are counted: which days are worked, where it is, and at
// which hours. The hours matter for nudges only, never for counting.
type Office struct {
	Calendar *workday.Calendar
	Zone     *time.Location
	Hours    Hours
}

// Hours is a part of the day, from one time of day to another. The zero value is
// the whole day.
type Hours struct{ From, To time.Duration }

// serviceHours are the office hours of the service itself.
var serviceHours = Hours{8 * time.Hour, 16 * time.Hour}

// ParseHours reads office hours such as "08:00-16:00".
func ParseHours(text string) (Hours, error) {
	var h, m, toH, toM int
	if n, err := fmt.Sscanf(text, "%02d:%02d-%02d:%02d", &h, &m, &toH, &toM); err != nil || n != 4 {
		return Hours{}, fmt.Errorf("office hours %q: expected such as 08:00-16:00", text)
	}
	at := func(h, m int) time.Duration { return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute }
	return Hours{at(h, m), at(toH, toM)}, nil
}

// String writes h as [ParseHours] reads it, and "" for the whole day.
func (h Hours) String() string {
	if h == (Hours{}) {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", int(h.From.Hours()), int(h.From.Minutes())%60, int(h.To.Hours()), int(h.To.Minutes())%60)
}

// New makes the rules of c. It fails where an agency's zone, region or hours are
// unknown.
func New(c Config) (*Rules, error) {
	r := &Rules{
		zone: c.Zone, limits: slices.Clone(c.Limits), verifier: c.Verifier,
		parents: make(map[string]string, len(c.Agencies)), offices: make(map[string]Office, len(c.Agencies)+1),
	}
	if r.verifier == nil {
		r.verifier = func(reports.Report) string { return "" }
	}
	sum := fnv.New64a()
	for _, h := range c.Holidays.Days() {
		fmt.Fprintf(sum, "%d %s %s;", h.Date, h.Kind, h.Region)
	}
	r.epoch = int64(sum.Sum64() >> 1)
	calendars := map[workday.Settings]*workday.Calendar{}
	calendar := func(s workday.Settings) (*workday.Calendar, error) {
		if calendars[s] == nil {
			made, err := c.Holidays.Calendar(s)
			if err != nil {
				return nil, err
			}
			calendars[s] = made
		}
		return calendars[s], nil
	}
	own, err := calendar(workday.Settings{})
	if err != nil {
		return nil, err
	}
	r.offices[""] = Office{Calendar: own, Zone: c.Zone, Hours: serviceHours}
	for _, a := range c.Agencies {
		r.parents[a.Code] = a.Parent
		o := Office{Zone: c.Zone, Hours: serviceHours}
		if o.Calendar, err = calendar(SettingsOf(a)); err != nil {
			return nil, fmt.Errorf("agency %s: %w", a.Code, err)
		}
		if a.Zone != "" {
			if o.Zone, err = time.LoadLocation(a.Zone); err != nil {
				return nil, fmt.Errorf("zone of agency %s: %w", a.Code, err)
			}
		}
		if a.Hours != "" {
			if o.Hours, err = ParseHours(a.Hours); err != nil {
				return nil, fmt.Errorf("agency %s: %w", a.Code, err)
			}
		}
		r.offices[a.Code] = o
	}
	return r, nil
}

// SettingsOf says which days a body works.
func SettingsOf(a reports.Agency) workday.Settings {
	return workday.Settings{SixDays: a.Week == 6, JointLeaveWorked: a.JointLeaveWorked, Region: a.Region}
}

// Zone is the service's own.
func (r *Rules) Zone() *time.Location { return r.zone }

// Own is the service's own office: that of whoever verifies where no body does.
func (r *Rules) Own() Office { return r.offices[""] }

// OfficeOf is the office of a body, the service's own where nobody knows it.
func (r *Rules) OfficeOf(code string) Office {
	if o, known := r.offices[code]; known {
		return o
	}
	return r.offices[""]
}

// Office is where run is counted for p: at the body in charge; before a dispatch,
// and after a return, at whoever verifies.
func (r *Rules) Office(p reports.Report, run reports.Run) Office {
	switch {
	case run.Clock == reports.ClockVerify, !p.Dispatched:
		return r.OfficeOf(r.verifier(p))
	case p.AtBody():
		return r.OfficeOf(p.Agency)
	case run.Clock == reports.ClockComplete:
		return r.OfficeOf(r.verifier(p))
	}
	return r.OfficeOf(run.Body) // the reporter's clock goes on while nobody has it
}

// Limit is how long run may last for p, with what it was extended by. A clock keeps
// the limit that was in force when it started; only the element of oversight, and
// being a formal request, give it another.
func (r *Rules) Limit(p reports.Report, run reports.Run) (reports.Limit, bool) {
	body := run.Body
	if run.Clock == reports.ClockVerify {
		body = r.verifier(p)
	}
	start := workday.DateOf(run.Start, r.Office(p, run).Zone)
	limit, found := reports.LimitFor(r.limits, run.Clock, p, r.above(body), run.Start, start.String())
	limit.Workdays += extension(p, limit)
	return limit, found
}

// extension is by how many working days limit was extended for p.
func extension(p reports.Report, limit reports.Limit) int {
	if !p.Extended || limit.Clock != reports.ClockAnswer || limit.Workdays == 0 {
		return 0
	}
	return limit.Extra
}

// Extended is when the answer to p would be due if its time were extended now. It
// is false where that would give nobody a day.
func (r *Rules) Extended(p reports.Report) (Due, bool) {
	run, runs := p.Clocked(reports.ClockAnswer)
	if !runs || p.Extended {
		return Due{}, false
	}
	p.Extended = true
	limit, _ := r.Limit(p, run)
	due, owed := r.Due(p, run)
	return due, owed && extension(p, limit) > 0
}

// above lists code and the codes of the bodies above it, the nearest first.
func (r *Rules) above(code string) []string {
	var list []string
	for code != "" && !slices.Contains(list, code) {
		list = append(list, code)
		code = r.parents[code]
	}
	return list
}

// Key names an office in a database column: which days it works, where, and when.
// Offices with equal keys count alike.
func (o Office) Key() string {
	return strings.TrimSpace(o.Calendar.Settings().Code() + " " + o.Zone.String() + " " + o.Hours.String())
}

// Offices are all that there are, by their keys: those with hours, and the same
// without, where clocks that wait for the reporter are counted.
func (r *Rules) Offices() map[string]Office {
	all := make(map[string]Office, 2*len(r.offices))
	for _, o := range r.offices {
		all[o.Key()] = o
		o.Hours = Hours{}
		all[o.Key()] = o
	}
	return all
}

// Epoch names the holidays that the rules count by: what was counted under another
// epoch, and cannot be counted from facts alone, has to be counted again.
func (r *Rules) Epoch() int64 { return r.epoch }

// Paused reports whether run ever stood still, so that what is left of it was
// counted by the calendar.
func Paused(run reports.Run) bool { return len(run.Pauses) > 0 }
