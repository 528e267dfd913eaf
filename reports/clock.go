package reports

import (
	"slices"
	"time"
)

// Clock names a limit that a report runs under.
type Clock string

// The clocks of a report.
const (
	ClockVerify     Clock = "verify"
	ClockHandOn     Clock = "hand_on"
	ClockRespond    Clock = "respond"
	ClockAnswer     Clock = "answer"
	ClockAfterReply Clock = "after_reply"
	ClockClose      Clock = "close"
	ClockComplete   Clock = "complete"
)

// Clocks lists every clock.
func Clocks() []Clock {
	return []Clock{
		ClockVerify, ClockHandOn, ClockRespond, ClockAnswer,
		ClockAfterReply, ClockClose, ClockComplete,
	}
}

// Limit is how long a clock may run. Exactly one of Workdays and Hours is set:
// working days are counted by the decreed calendar from the day after the
// start, hours run through nights and holidays.
type Limit struct {
	Clock     Clock
	Kind      Kind   // empty: every kind
	Oversight bool   // only for reports with an oversight element
	Formal    bool   // only for formal requests for information
	Agency    string // empty: every body
	Workdays  int
	Hours     int
	Extra     int    // working days by which it may be extended, once
	Basis     string // the rule that says so
	From      string // valid for clocks that start on or after this date, 2006-01-02
	// Set is when it was entered; zero: built in. A clock that had started by then
	// keeps its rule, whatever From says.
	Set time.Time
}

// DefaultLimits are the limits that a new register starts with.
var DefaultLimits = []Limit{
	{Clock: ClockVerify, Workdays: 3, Basis: "PermenPANRB 5/2025", From: "2025-01-01"},
	{Clock: ClockHandOn, Workdays: 3, Basis: "PermenPANRB 5/2025", From: "2025-01-01"},
	{Clock: ClockRespond, Workdays: 5, Basis: "PermenPANRB 5/2025", From: "2025-01-01"},
	{Clock: ClockAnswer, Kind: Complaint, Workdays: 14, Basis: "PermenPANRB 5/2025", From: "2025-01-01"},
	{Clock: ClockAnswer, Kind: Complaint, Oversight: true, Workdays: 60, Basis: "PermenPANRB 5/2025", From: "2025-01-01"},
	{Clock: ClockAnswer, Kind: InformationRequest, Workdays: 5, Basis: "PermenPANRB 5/2025", From: "2025-01-01"},
	{
		Clock: ClockAnswer, Kind: InformationRequest, Formal: true, Workdays: 10, Extra: 7,
		Basis: "UU 14/2008 pasal 22", From: "2025-01-01",
	},
	{Clock: ClockAnswer, Kind: Aspiration, Workdays: 5, Basis: "praktik SP4N-LAPOR!", From: "2025-01-01"},
	{Clock: ClockAnswer, Kind: Whistleblowing, Workdays: 60, Basis: "praktik SP4N-LAPOR!", From: "2025-01-01"},
	{Clock: ClockAfterReply, Workdays: 5, Basis: "praktik SP4N-LAPOR!", From: "2025-01-01"},
	{Clock: ClockClose, Workdays: 10, Basis: "PermenPANRB 5/2025", From: "2025-01-01"},
	{Clock: ClockComplete, Workdays: 10, Basis: "praktik SP4N-LAPOR!", From: "2025-01-01"},
}

// LimitFor picks the limit of clock for r, of those that were entered by the
// instant start at which it starts and are valid on that day (2006-01-02). The
// bodies are the one in charge and those above it, nearest first; a limit of any
// of them is before one of every body, the nearest one's first. Then a formal
// request outweighs oversight, oversight kind, and kind nothing; of those equally
// specific the newest From wins, then the newest Set. It returns false where none
// applies.
func LimitFor(limits []Limit, clock Clock, r Report, bodies []string, start time.Time, day string) (Limit, bool) {
	best, most := Limit{}, -1
	for _, l := range limits {
		if l.Clock != clock || l.From > day || l.Set.After(start) ||
			l.Kind != "" && l.Kind != r.Kind || l.Oversight && !r.Oversight || l.Formal && !r.Formal {
			continue
		}
		rank := 0
		if l.Agency != "" {
			above := slices.Index(bodies, l.Agency)
			if above < 0 {
				continue
			}
			rank = 8 * (len(bodies) - above)
		}
		if l.Formal {
			rank += 4
		}
		if l.Oversight {
			rank += 2
		}
		if l.Kind != "" || l.Formal { // which is of one kind
			rank++
		}
		if rank > most || rank == most && (l.From > best.From || l.From == best.From && l.Set.After(best.Set)) {
			best, most = l, rank
		}
	}
	return best, most >= 0
}

// ClockRule is a row of the table of clocks: what starts, stops and pauses one.
type ClockRule struct {
	Clock Clock
	// Starts decides whether the entry starts the clock anew.
	Starts func(before, after Report, e Entry) bool
	// Keeps marks a clock that a further start leaves running as it is.
	Keeps bool
	// Stops lists the actions that end it. Every clock also ends with the report.
	Stops []Action
	// Pauses decides whether the clock stands still while the report is like r.
	Pauses func(r Report) bool
}

// An agency's questions pause its clocks at most MaxAsks times, and never
// longer than the question is open. Those of whoever verifies do not count.
func asked(r Report) bool {
	return r.State == NeedsInfo && (r.Origin == Submitted || r.Asks <= MaxAsks)
}

func never(Report) bool { return false }

func became(s State) func(before, after Report, e Entry) bool {
	return func(before, after Report, e Entry) bool {
		return after.State == s && before.State != s && !resumes(e.Change.Action)
	}
}

// resumes reports whether a is the end of a question: the report returns to
// where it was, and its clocks go on rather than start anew.
func resumes(a Action) bool { return a == ProvideInfo || a == WithdrawAsk || a == LapseAsk }

func on(actions ...Action) func(before, after Report, e Entry) bool {
	return func(_, _ Report, e Entry) bool { return slices.Contains(actions, e.Change.Action) }
}

// ClockRules is the table of clocks.
var ClockRules = []ClockRule{
	{
		Clock: ClockVerify,
		Starts: func(before, after Report, e Entry) bool {
			return became(Submitted)(before, after, e) || (after.Reopening && !before.Reopening)
		},
		Stops:  []Action{Dispatch, Archive, Merge, GrantReopen, RefuseReopen},
		Pauses: func(r Report) bool { return r.State == NeedsInfo || !r.HeldUntil.IsZero() },
	},
	{
		Clock:  ClockHandOn,
		Starts: func(_, _ Report, e Entry) bool { return e.Change.Action == Dispatch && e.Change.Units },
		Stops:  []Action{HandOn, Claim, Respond, FollowUp, NotOurs, TakeBack}, // who answers has taken it on
		Pauses: asked,
	},
	{
		Clock:  ClockRespond,
		Starts: on(Dispatch),
		Stops:  []Action{Respond, FollowUp, NotOurs, TakeBack},
		Pauses: asked,
	},
	{
		Clock: ClockAnswer, // the reporter's: only the first dispatch starts it
		Starts: func(before, _ Report, e Entry) bool {
			return e.Change.Action == Dispatch && !before.Dispatched
		},
		Stops:  []Action{FollowUp},
		Pauses: asked,
	},
	{
		Clock: ClockAfterReply,
		Starts: func(before, _ Report, e Entry) bool {
			switch e.Change.Action {
			case Reply, Write:
				return before.State == FollowedUp || before.State == ReporterReplied
			case GrantReopen:
				return true
			default:
				return false
			}
		},
		Keeps:  true,
		Stops:  []Action{FollowUp},
		Pauses: asked,
	},
	{
		Clock:  ClockClose,
		Starts: on(FollowUp),
		Stops:  []Action{Reply, Write},
		Pauses: never, // what keeps the reporter from hearing is no matter of the report's
	},
	{
		Clock:  ClockComplete,
		Starts: on(RequestInfo),
		Stops:  []Action{ProvideInfo, WithdrawAsk, LapseAsk, FollowUp},
		Pauses: never,
	},
}

// Run is one life of a clock: facts, from which due dates are computed when
// they are looked at, so that an amended calendar rewrites nothing.
type Run struct {
	Clock Clock `json:"clock"`
	// Since is the version of the report that started it; with the clock it names
	// this life among all of the report's.
	Since  int       `json:"since"`
	Start  time.Time `json:"start"`
	Body   string    `json:"body,omitempty"` // that was in charge when it started
	Pauses []Pause   `json:"pauses,omitempty"`

	// Rungs counts what was done because this clock came to a certain day: steps of
	// the ladder of nudges, the warning before a close. Of is the limit that they
	// were counted for, in working days or hours: another begins anew.
	Rungs int `json:"rungs,omitempty"`
	Of    int `json:"of,omitempty"`
	// Warned is when the reporter was told what will happen if they stay silent.
	Warned time.Time `json:"warned,omitzero"`

	Stop    time.Time `json:"-"` // zero while it runs
	Stopped Action    `json:"-"` // what ended it
}

// Pause is an interval in which a clock stood still; To is zero while it lasts.
type Pause struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Running reports whether the clock still runs or is merely paused.
func (r Run) Running() bool { return r.Stop.IsZero() }

// Paused reports whether the clock stands still now.
func (r Run) Paused() bool {
	return r.Running() && len(r.Pauses) > 0 && r.Pauses[len(r.Pauses)-1].To.IsZero()
}

// pause returns r standing still from at on; r itself stays as it is.
func (r Run) pause(at time.Time) Run {
	r.Pauses = append(slices.Clip(r.Pauses), Pause{From: at})
	return r
}

// resume returns r going on at at; r itself stays as it is.
func (r Run) resume(at time.Time) Run {
	r.Pauses = slices.Clone(r.Pauses)
	r.Pauses[len(r.Pauses)-1].To = at
	return r
}

// stop returns r as it ended.
func (r Run) stop(at time.Time, by Action) Run {
	if r.Paused() {
		r = r.resume(at)
	}
	r.Stop, r.Stopped = at, by
	return r
}

// Clocked returns the running clock of r with this name.
func (r Report) Clocked(c Clock) (Run, bool) {
	for _, run := range r.Clocks {
		if run.Clock == c {
			return run, true
		}
	}
	return Run{}, false
}

// SetClock returns r with what run says of the life that it names; where that has
// ended meanwhile r is returned as it is.
func (r Report) SetClock(run Run) Report {
	for i, old := range r.Clocks {
		if old.Clock == run.Clock && old.Since == run.Since {
			r.Clocks = slices.Clone(r.Clocks)
			r.Clocks[i] = run
			break
		}
	}
	return r
}

// filedClocks are those that run from the filing on.
func filedClocks(r Report) []Run {
	return []Run{{Clock: ClockVerify, Since: 1, Start: r.FiledAt}}
}

// wind returns the clocks that run after e, and those that it ended.
func wind(before, after Report, e Entry) (running, ended []Run) {
	running = slices.Clone(before.Clocks)
	at := e.Change.At
	for _, rule := range ClockRules {
		find := func() int { return slices.IndexFunc(running, func(r Run) bool { return r.Clock == rule.Clock }) }
		end := func() {
			if i := find(); i >= 0 {
				ended = append(ended, running[i].stop(at, e.Change.Action))
				running = slices.Delete(running, i, i+1)
			}
		}
		if slices.Contains(rule.Stops, e.Change.Action) {
			end()
		}
		if rule.Starts(before, after, e) && (!rule.Keeps || find() < 0) {
			end()
			running = append(running, Run{Clock: rule.Clock, Since: e.Version, Start: at, Body: after.Agency})
		}
		// A closed report of which reopening is asked runs verify, and nothing else.
		if !after.State.Open() && (rule.Clock != ClockVerify || !after.Reopening) {
			end()
		}
		i := find()
		if i < 0 {
			continue
		}
		switch still := rule.Pauses(after); {
		case still && !running[i].Paused():
			running[i] = running[i].pause(at)
		case !still && running[i].Paused():
			running[i] = running[i].resume(at)
		}
	}
	return running, ended
}

// Runs replays a report's history, beginning with the report as filed, and
// returns every life of every clock in the order in which they started. It
// fails where the history does not follow the table of actions. What was done
// because time passed is no part of it: Rungs and Warned are zero.
func Runs(filed Report, history []Entry) ([]Run, error) {
	lives := slices.Clone(filed.Clocks)
	keep := func(r Run) {
		if i := slices.IndexFunc(lives, func(l Run) bool { return l.Clock == r.Clock && l.Since == r.Since }); i >= 0 {
			lives[i] = r
		} else {
			lives = append(lives, r)
		}
	}
	r := filed
	for _, e := range history {
		if e.Change.Action == File {
			continue
		}
		after, applied, err := Apply(r, e.Change)
		if err != nil {
			return nil, err
		}
		running, ended := wind(r, after, applied)
		for _, run := range ended {
			keep(run)
		}
		for _, run := range running {
			keep(run)
		}
		r = after
	}
	return lives, nil
}
