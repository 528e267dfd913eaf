package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kentongan/reports"
	"kentongan/reports/register"
)

type limitCommands struct {
	List limitList `cmd:"" help:"List the limits: those built in, and those that were set."`
	Set  limitSet  `cmd:"" help:"Set a limit for clocks that start from now on; those that run keep theirs."`
}

// limitJSON is a limit as scripts read it.
type limitJSON struct {
	Clock     reports.Clock `json:"clock"`
	Kind      reports.Kind  `json:"kind,omitempty"`
	Oversight bool          `json:"oversight"`
	Formal    bool          `json:"formal"`
	Agency    string        `json:"agency,omitempty"`
	Workdays  int           `json:"workdays,omitempty"`
	Hours     int           `json:"hours,omitempty"`
	Extra     int           `json:"extra,omitempty"`
	Basis     string        `json:"basis"`
	ValidFrom string        `json:"valid_from"`
	SetAt     *time.Time    `json:"set_at,omitempty"` // absent: built in
}

func encodeLimit(l reports.Limit) limitJSON {
	return limitJSON{
		l.Clock, l.Kind, l.Oversight, l.Formal, l.Agency, l.Workdays, l.Hours, l.Extra, l.Basis, l.From, instant(l.Set, time.UTC),
	}
}

// length is how long a limit is, for people.
func length(l reports.Limit) string {
	if l.Hours > 0 {
		return fmt.Sprintf("%d hours", l.Hours)
	}
	return fmt.Sprintf("%d working days", l.Workdays) + yes(l.Extra > 0, fmt.Sprintf(", once %d more", l.Extra))
}

// applies is to which reports a limit applies, for people.
func applies(l reports.Limit) string {
	var words []string
	if l.Agency != "" {
		words = append(words, l.Agency+" and below")
	}
	if l.Kind != "" {
		words = append(words, string(l.Kind))
	}
	if l.Oversight {
		words = append(words, "oversight")
	}
	if l.Formal {
		words = append(words, "formal")
	}
	if len(words) == 0 {
		return "all"
	}
	return strings.Join(words, ", ")
}

type limitList struct{ output }

// Run lists the limits clock by clock, the newest last.
func (c *limitList) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		list, err := catalog.Limits(ctx)
		if err != nil {
			return err
		}
		slices.SortStableFunc(list, func(a, b reports.Limit) int {
			return slices.Index(reports.Clocks(), a.Clock) - slices.Index(reports.Clocks(), b.Clock)
		})
		encoded := make([]limitJSON, 0, len(list))
		rows := make([][]string, 0, len(list))
		for _, l := range list {
			set := "built in"
			if !l.Set.IsZero() {
				set = when(l.Set, time.UTC)
			}
			encoded = append(encoded, encodeLimit(l))
			rows = append(rows, []string{string(l.Clock), applies(l), length(l), l.From, set, l.Basis})
		}
		return c.list(p, encoded, "no limits", []string{"clock", "applies to", "limit", "valid from", "set", "basis"}, rows)
	})
}

type limitSet struct {
	Clock     reports.Clock `arg:"" help:"verify, hand_on, respond, answer, after_reply, close or complete."`
	Kind      reports.Kind  `help:"Only for complaint, aspiration, information_request or whistleblowing." placeholder:"KIND"`
	Oversight bool          `help:"Only for reports with an oversight element (berkadar pengawasan)."`
	Formal    bool          `help:"Only for formal requests for information (permohonan resmi, PPID)."`
	Agency    string        `help:"Only for this body and those below it." placeholder:"CODE"`
	Workdays  int           `help:"Working days of the decreed calendar." xor:"length" required:"" placeholder:"N"`
	Hours     int           `help:"Hours that run through nights and holidays." xor:"length" required:"" placeholder:"N"`
	Extra     int           `help:"Working days by which the answer to a formal request may be extended, once." placeholder:"N"`
	Basis     string        `help:"The rule that says so, as people read it." required:"" placeholder:"TEXT"`
	From      string        `help:"First day of clocks that it holds for, such as 2027-01-01." required:"" placeholder:"DATE"`
	output
}

// Run sets the limit.
func (c *limitSet) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		l, err := catalog.SetLimit(ctx, reports.Limit{
			Clock: c.Clock, Kind: c.Kind, Oversight: c.Oversight, Formal: c.Formal, Agency: c.Agency,
			Workdays: c.Workdays, Hours: c.Hours, Extra: c.Extra, Basis: c.Basis, From: c.From,
		}, p.now())
		if err != nil {
			return err
		}
		if c.JSON {
			return c.json(p, encodeLimit(l))
		}
		fmt.Fprintf(p.stdout, "set %s of %s: %s (%s), for clocks that start from now and from %s on\n", l.Clock, applies(l), length(l), l.Basis, l.From)
		return nil
	})
}
