package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports"
	"kentongan/reports/register"
)

type reportCommands struct {
	List    reportList    `cmd:"" help:"List reports, newest first."`
	Show    reportShow    `cmd:"" help:"Show a report and what was done to it."`
	Explain reportExplain `cmd:"" help:"Show each clock: when it started, which days counted and why, when it is due."`
}

// reportID is an argument: a tracking id, or the register's number.
type reportID string

// find returns the report that id names. The register's number is digits only;
// a tracking id needs its check character to fit, so the two cannot be confused.
func (id reportID) find(ctx context.Context, r *register.Register) (reports.Report, error) {
	var found reports.Report
	var err error
	number, numeric := strconv.ParseInt(strings.TrimPrefix(string(id), "#"), 10, 64)
	tracking, wrong := reports.ParseTrackingID(string(id))
	switch {
	case numeric == nil && len(id) < 8:
		found, err = r.Report(ctx, reports.ID(number))
	case wrong == nil:
		found, err = r.ByTrackingID(ctx, tracking)
	case numeric == nil:
		found, err = r.Report(ctx, reports.ID(number))
	default:
		return found, usageError{fmt.Errorf("%q is neither a tracking id such as KTG-7F3K-29QX nor a number; or it has a slip in it", id)}
	}
	if errors.Is(err, register.ErrNotFound) {
		return found, fmt.Errorf("no report %s: see 'kentongan report list'", id)
	}
	return found, err
}

// withReport is with, for commands about one report.
func (p *program) withReport(ctx context.Context, id reportID, do func(settings, *pgxpool.Pool, *register.Register, reports.Report) error) error {
	return p.with(ctx, func(s settings, pool *pgxpool.Pool) error {
		r := register.New(pool, nil)
		report, err := id.find(ctx, r)
		if err != nil {
			return err
		}
		return do(s, pool, r, report)
	})
}

// summaryJSON is a line of the list as scripts read it: nothing of what was
// told, and of nobody.
type summaryJSON struct {
	Number     reports.ID         `json:"number"`
	TrackingID reports.TrackingID `json:"tracking_id"`
	Kind       reports.Kind       `json:"kind"`
	State      reports.State      `json:"state"`
	Agency     string             `json:"agency,omitempty"`
	Source     string             `json:"source"`
	Restricted bool               `json:"restricted"`
	Evidence   int                `json:"evidence"`
	FiledAt    time.Time          `json:"filed_at"`
	Version    int                `json:"version"`
}

func encodeSummary(r reports.Report) summaryJSON {
	return summaryJSON{
		Number: r.ID, TrackingID: r.TrackingID, Kind: r.Kind, State: r.State, Agency: r.Agency, Source: r.Source,
		Restricted: r.Restricted(), Evidence: r.Evidence, FiledAt: r.FiledAt.UTC(), Version: r.Version,
	}
}

type reportList struct {
	State  reports.State `help:"Only reports in this state, such as submitted." placeholder:"STATE"`
	Agency string        `help:"Only reports of this body." placeholder:"CODE"`
	Before reports.ID    `help:"Only what is listed after this number, for the next page." placeholder:"NUMBER"`
	Limit  int           `help:"At most so many." default:"100"`
	output
}

// Run lists reports.
func (c *reportList) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	return p.with(ctx, func(s settings, pool *pgxpool.Pool) error {
		list, err := register.New(pool, nil).List(ctx, register.Filter{
			State: c.State, Agency: strings.ToUpper(c.Agency), Before: c.Before, Limit: c.Limit,
		})
		if err != nil {
			return err
		}
		encoded := make([]summaryJSON, 0, len(list))
		rows := make([][]string, 0, len(list))
		for _, r := range list {
			encoded = append(encoded, encodeSummary(r))
			rows = append(rows, []string{
				strconv.FormatInt(int64(r.ID), 10), string(r.TrackingID), string(r.Kind), string(r.State),
				r.Agency, when(r.FiledAt, s.zone), yes(r.Restricted(), "restricted"),
			})
		}
		return c.list(p, encoded, "no reports", []string{"number", "tracking id", "kind", "state", "agency", "filed", ""}, rows)
	})
}

func (c *reportList) check() error {
	if c.State == "" || slices.Contains(reports.States(), c.State) {
		return nil
	}
	return usageError{fmt.Errorf("%q is no state: one of %s", c.State, joined(reports.States()))}
}

func joined[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}

// entryJSON is a line of a report's history.
type entryJSON struct {
	Version int               `json:"version"`
	Action  reports.Action    `json:"action"`
	Actor   reports.ActorKind `json:"actor"`
	Person  reports.PersonID  `json:"person,omitempty"`
	From    reports.State     `json:"from,omitempty"`
	To      reports.State     `json:"to"`
	At      time.Time         `json:"at"`
}

// contentJSON is what a report tells. Reporters are numbers only.
type contentJSON struct {
	Chronology   string             `json:"chronology"`
	OccurredAt   reports.OccurredAt `json:"occurred_at"`
	Location     reports.Location   `json:"location"`
	AgencyWords  string             `json:"agency_words,omitempty"`
	Anonymous    bool               `json:"anonymous"`
	Confidential bool               `json:"confidential"`
}

type reportShow struct {
	ID         reportID `arg:"" help:"Tracking id or number."`
	Restricted bool     `help:"Show the content of a restricted report, too: the log records that it was read."`
	output
}

// Run shows a report. What a restricted one tells is shown on demand only.
func (c *reportShow) Run(ctx context.Context, p *program) error {
	return p.withReport(ctx, c.ID, func(s settings, _ *pgxpool.Pool, register *register.Register, r reports.Report) error {
		history, err := register.History(ctx, r.ID)
		if err != nil {
			return err
		}
		var content *contentJSON
		if !r.Restricted() || c.Restricted {
			if r.Restricted() {
				p.logger(slog.LevelInfo).Warn("the content of a restricted report is shown", "report", int64(r.ID))
			}
			content = &contentJSON{
				Chronology: r.Chronology, OccurredAt: r.OccurredAt, Location: r.Location,
				AgencyWords: r.AgencyWords, Anonymous: r.Anonymous, Confidential: r.Confidential,
			}
		}
		if c.JSON {
			return c.encode(p, r, content, history)
		}
		return c.print(p, s.zone, r, content, history)
	})
}

func (c *reportShow) encode(p *program, r reports.Report, content *contentJSON, history []reports.Entry) error {
	entries := make([]entryJSON, 0, len(history))
	for _, e := range history {
		entries = append(entries, entryJSON{
			Version: e.Version, Action: e.Change.Action, Actor: e.Change.Actor.Kind, Person: e.Change.Actor.Person,
			From: e.From, To: e.To, At: e.Change.At.UTC(),
		})
	}
	return c.json(p, struct {
		summaryJSON
		Reporter reports.PersonID `json:"reporter"`
		Claimant reports.PersonID `json:"claimant,omitempty"`
		Flags    []string         `json:"flags"`
		Content  *contentJSON     `json:"content,omitempty"`
		History  []entryJSON      `json:"history"`
	}{encodeSummary(r), r.Reporter, r.Claimant, flags(r), content, entries})
}

// flags are what stands beside the state.
func flags(r reports.Report) []string {
	list := []string{}
	for name, set := range map[string]bool{
		"held": !r.HeldUntil.IsZero(), "reopen_requested": r.Reopening, "escalated": r.Escalated,
		"oversight": r.Oversight, "formal": r.Formal, "extended": r.Extended, "manual": r.Manual,
	} {
		if set {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func (c *reportShow) print(p *program, zone *time.Location, r reports.Report, content *contentJSON, history []reports.Entry) error {
	list := []field{
		{"tracking id", string(r.TrackingID)},
		{"number", strconv.FormatInt(int64(r.ID), 10)},
		{"kind", string(r.Kind)},
		{"state", strings.Join(append([]string{string(r.State)}, flags(r)...), ", ")},
		{"agency", r.Agency},
		{"filed", when(r.FiledAt, zone) + " over " + r.Source},
		{"reporter", "person " + strconv.FormatInt(int64(r.Reporter), 10)},
		{"claimed by", yes(r.Claimant != 0, "person "+strconv.FormatInt(int64(r.Claimant), 10))},
		{"evidence", strconv.Itoa(r.Evidence) + " files"},
	}
	if content == nil {
		list = append(list, field{"content", "restricted; --restricted shows it, and that is recorded"})
	} else {
		list = append(
			list,
			field{"place", place(r.Location)},
			field{"time", occurred(r.OccurredAt, zone)},
			field{"meant for", r.AgencyWords},
			field{"privacy", strings.Trim(yes(r.Anonymous, "anonymous")+" "+yes(r.Confidential, "confidential"), " ")},
			field{"chronology", r.Chronology},
		)
	}
	if err := fields(p, list); err != nil {
		return err
	}
	rows := make([][]string, 0, len(history))
	for _, e := range history {
		rows = append(rows, []string{
			when(e.Change.At, zone), string(e.Change.Action), string(e.Change.Actor.Kind),
			yes(e.Change.Actor.Person != 0, strconv.FormatInt(int64(e.Change.Actor.Person), 10)), string(e.To),
		})
	}
	fmt.Fprintln(p.stdout)
	return c.list(p, nil, "no history", []string{"when", "action", "by", "person", "state"}, rows)
}

func place(l reports.Location) string {
	parts := []string{}
	if l.Words != "" {
		parts = append(parts, l.Words)
	}
	if l.Region != "" {
		parts = append(parts, "region "+l.Region)
	}
	if l.Pin {
		parts = append(parts, fmt.Sprintf("%.5f, %.5f", l.Lat, l.Lon))
	}
	return strings.Join(parts, "; ")
}

func occurred(o reports.OccurredAt, zone *time.Location) string {
	parts := []string{}
	if o.Words != "" {
		parts = append(parts, strconv.Quote(o.Words))
	}
	if !o.From.IsZero() {
		parts = append(parts, "from "+when(o.From, zone))
	}
	if !o.To.IsZero() {
		parts = append(parts, "to "+when(o.To, zone))
	}
	if o.Precision != "" {
		parts = append(parts, "by the "+string(o.Precision))
	}
	return strings.Join(parts, ", ")
}
