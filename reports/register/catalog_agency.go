package register

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// Defaults of a body that is added without saying.
const (
	defaultWeek  = 5
	defaultHours = "08:00-16:00"
	maxName      = 200 // characters of a name
)

var (
	agencyCode = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*$`)
	officeDay  = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`)
)

// zones are the three that people know by name.
var zones = map[string]string{"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}

// Agencies lists every body by code, each with its keywords.
func (c *Catalog) Agencies(ctx context.Context) ([]reports.Agency, error) {
	list, err := agencies(ctx, c.pool)
	if err != nil {
		return nil, fmt.Errorf("list agencies: %w", err)
	}
	return list, nil
}

func agencies(ctx context.Context, db DB) ([]reports.Agency, error) {
	rows, err := db.Query(ctx, `
		select a.code, a.name, coalesce(a.parent, '') as parent, a.zone, a.level, a.week, a.hours,
		       a.joint_leave_worked, a.region,
		       coalesce(array_agg(k.word order by k.word) filter (where k.word is not null), '{}') as keywords
		from agencies a left join keywords k on k.agency = a.code
		group by a.code order by a.code collate "C"`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[reports.Agency])
}

// AddAgency adds a body with its keywords, all or nothing, and returns it as
// stored. Code, name and level are required by the register; what a leaves
// out is filled in: a level (unit under a parent, else regency), the parent's
// zone and region, a week of five days, office hours 08:00-16:00. A zone may
// also be WIB, WITA or WIT. Errors wrap [ErrInvalid], [ErrExists] or, for the parent,
// [ErrUnknown].
func (c *Catalog) AddAgency(ctx context.Context, a reports.Agency) (reports.Agency, error) {
	a, err := tidyAgency(a)
	if err != nil {
		return reports.Agency{}, fmt.Errorf("add agency %s: %w", a.Code, err)
	}
	err = pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		if err := placeAgency(ctx, tx, &a); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into agencies (code, name, parent, zone, level, week, hours, joint_leave_worked, region)
			values (@code, @name, nullif(@parent, ''), @zone, @level, @week, @hours, @joint_leave_worked, @region)`,
			pgx.StrictNamedArgs{
				"code": a.Code, "name": a.Name, "parent": a.Parent, "zone": a.Zone,
				"level": a.Level, "week": a.Week, "hours": a.Hours,
				"joint_leave_worked": a.JointLeaveWorked, "region": a.Region,
			})
		if err != nil {
			return agencyError(err, a)
		}
		for _, word := range a.Keywords {
			if err := addKeyword(ctx, tx, word, a.Code); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return reports.Agency{}, fmt.Errorf("add agency %s: %w", a.Code, err)
	}
	return a, nil
}

// AgencyChange is what of a body is to be changed; what is nil stays.
type AgencyChange struct {
	Name             *string
	Zone             *string // empty: the service's own
	Week             *int
	Hours            *string
	JointLeaveWorked *bool
	Region           *string // empty: national holidays only
}

// ChangeAgency changes the body of this code and returns it as it then is. Errors
// wrap [ErrInvalid] or [ErrUnknown].
func (c *Catalog) ChangeAgency(ctx context.Context, code string, change AgencyChange) (reports.Agency, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	var a reports.Agency
	err := pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select from agencies where code = $1 for update`, code); err != nil {
			return err
		}
		list, err := agencies(ctx, tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(a reports.Agency) bool { return a.Code == code })
		if i < 0 {
			return unknownAgency(code)
		}
		if a, err = change.apply(list[i]); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update agencies set name = @name, zone = @zone, week = @week, hours = @hours,
				joint_leave_worked = @joint_leave_worked, region = @region
			where code = @code`,
			pgx.StrictNamedArgs{
				"code": a.Code, "name": a.Name, "zone": a.Zone, "week": a.Week, "hours": a.Hours,
				"joint_leave_worked": a.JointLeaveWorked, "region": a.Region,
			})
		if err != nil {
			return agencyError(err, a)
		}
		// Its clocks are counted again by the scheduler's next pass: 0 is no calendar's.
		_, err = tx.Exec(ctx, `update clocks set counted = 0
			where clock = 'verify' or report in (select id from reports where agency = $1)`, code)
		return err
	})
	if err != nil {
		return reports.Agency{}, fmt.Errorf("change agency %s: %w", code, err)
	}
	return a, nil
}

func (c AgencyChange) apply(a reports.Agency) (reports.Agency, error) {
	for _, text := range []struct{ to, from *string }{{&a.Name, c.Name}, {&a.Zone, c.Zone}, {&a.Hours, c.Hours}, {&a.Region, c.Region}} {
		if text.from != nil {
			*text.to = *text.from
		}
	}
	if c.Week != nil {
		if *c.Week == 0 { // which a new body may leave out
			return a, fmt.Errorf("%w week of 0 days: 5 or 6", ErrInvalid)
		}
		a.Week = *c.Week
	}
	if c.JointLeaveWorked != nil {
		a.JointLeaveWorked = *c.JointLeaveWorked
	}
	return tidyAgency(a)
}

// agencyError puts the rule that a row broke into a sentence.
func agencyError(err error, a reports.Agency) error {
	switch violated(err) {
	case "agencies_pkey":
		return fmt.Errorf("the code %w: choose another, see 'kentongan agency list'", ErrExists)
	case "agencies_parent":
		return unknownAgency(a.Parent)
	case "agencies_level", "agencies_week", "agencies_name":
		return fmt.Errorf("%w: the database refuses it by its rule %s", ErrInvalid, violated(err))
	default:
		return err
	}
}

func unknownAgency(code string) error {
	return fmt.Errorf("%w agency %q: see 'kentongan agency list', or add it first", ErrUnknown, code)
}

// placeAgency fills in what follows from the parent, and refuses a body that
// stands above its own parent.
func placeAgency(ctx context.Context, tx DB, a *reports.Agency) error {
	if a.Parent == "" {
		if a.Level == "" {
			a.Level = reports.Regency
		}
		return nil
	}
	var zone, region string
	var level reports.Level
	err := tx.QueryRow(ctx, `select zone, region, level from agencies where code = $1`, a.Parent).Scan(&zone, &region, &level)
	if errors.Is(err, pgx.ErrNoRows) {
		return unknownAgency(a.Parent)
	}
	if err != nil {
		return err
	}
	if a.Zone == "" {
		a.Zone = zone
	}
	if a.Region == "" {
		a.Region = region
	}
	if a.Level == "" {
		a.Level = reports.Unit
	}
	if slices.Index(reports.Levels(), a.Level) < slices.Index(reports.Levels(), level) {
		return fmt.Errorf("%w: level %s cannot stand below %s, which is a %s", ErrInvalid, a.Level, a.Parent, level)
	}
	return nil
}

// tidyAgency checks what can be checked without the database.
func tidyAgency(a reports.Agency) (reports.Agency, error) {
	a.Code = strings.ToUpper(strings.TrimSpace(a.Code))
	a.Parent = strings.ToUpper(strings.TrimSpace(a.Parent))
	if len(a.Code) > 32 || !agencyCode.MatchString(a.Code) {
		return a, fmt.Errorf("%w code: write at most 32 letters, digits and hyphens, such as HST-PUPR", ErrInvalid)
	}
	var err error
	if a.Name, err = tidyName(a.Name); err != nil {
		return a, err
	}
	if a.Zone, err = tidyZone(a.Zone); err != nil {
		return a, err
	}
	if a.Level != "" && !slices.Contains(reports.Levels(), a.Level) {
		return a, fmt.Errorf("%w level %q: one of %s", ErrInvalid, a.Level, join(reports.Levels()))
	}
	if a.Week == 0 {
		a.Week = defaultWeek
	}
	if a.Week != 5 && a.Week != 6 {
		return a, fmt.Errorf("%w week of %d days: 5 or 6", ErrInvalid, a.Week)
	}
	if a.Hours == "" {
		a.Hours = defaultHours
	}
	// Times of equal width compare as they follow each other.
	if !officeDay.MatchString(a.Hours) || a.Hours[:5] >= a.Hours[6:] {
		return a, fmt.Errorf("%w hours %q: write them like %s", ErrInvalid, a.Hours, defaultHours)
	}
	a.Region = strings.TrimSpace(a.Region)
	if a.Region != "" {
		if _, err := workday.ParseSettings("5@" + a.Region); err != nil {
			return a, fmt.Errorf("%w region %q: write Kemendagri's code of a province or regency, such as 63 or 63.07", ErrInvalid, a.Region)
		}
	}
	words := make([]string, 0, len(a.Keywords))
	for _, k := range a.Keywords {
		word, err := tidyKeyword(k)
		if err != nil {
			return a, err
		}
		words = append(words, word)
	}
	slices.Sort(words)
	a.Keywords = slices.Compact(words)
	return a, nil
}

func tidyName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		return "", fmt.Errorf("%w: the name is empty", ErrInvalid)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", fmt.Errorf("%w: the name holds characters that cannot be printed", ErrInvalid)
	case utf8.RuneCountInString(name) > maxName:
		return "", fmt.Errorf("%w: the name is longer than %d characters", ErrInvalid, maxName)
	}
	return name, nil
}

func tidyZone(zone string) (string, error) {
	zone = strings.TrimSpace(zone)
	if zone == "" {
		return "", nil
	}
	if named, ok := zones[strings.ToUpper(zone)]; ok {
		return named, nil
	}
	// "Local" would mean something else on every machine.
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return "", fmt.Errorf("%w zone %q: WIB, WITA, WIT, or an IANA name such as Asia/Makassar", ErrInvalid, zone)
	}
	return zone, nil
}

func join[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}
