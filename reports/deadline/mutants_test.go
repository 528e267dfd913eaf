package deadline_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var mutants = flag.Bool("mutants", false, "run the tests with each seeded bug, and expect them to fail")

// mutant is a bug in a rule: a passage of a file that stands there once, and what
// is put in its place.
type mutant struct {
	name  string
	file  string // beside this package
	edits []string
}

const (
	clockGo  = "../clock.go"
	changeGo = "../change.go"
)

var seeded = []mutant{
	{"a reply does not end the closing clock", clockGo, []string{"Stops:  []Action{Reply, Write},", "Stops:  []Action{Write},"}},
	{"the administrator's words do not end it", clockGo, []string{"Stops:  []Action{Reply, Write},", "Stops:  []Action{Reply},"}},
	{"an initial response starts the closing clock", clockGo, []string{"Starts: on(FollowUp),", "Starts: on(FollowUp, Respond),"}},
	{"a second follow-up does not start it anew", clockGo, []string{"Starts: on(FollowUp),", "Starts: on(FollowUp), Keeps: true,"}},
	{"an initial response answers", clockGo, []string{
		"return e.Change.Action == Dispatch && !before.Dispatched\n\t\t},\n\t\tStops:  []Action{FollowUp},",
		"return e.Change.Action == Dispatch && !before.Dispatched\n\t\t},\n\t\tStops:  []Action{FollowUp, Respond},",
	}},
	{"not ours starts the reporter's clock anew", clockGo, []string{"e.Change.Action == Dispatch && !before.Dispatched", "e.Change.Action == Dispatch"}},
	{"not ours ends the reporter's clock", clockGo, []string{
		"return e.Change.Action == Dispatch && !before.Dispatched\n\t\t},\n\t\tStops:  []Action{FollowUp},",
		"return e.Change.Action == Dispatch && !before.Dispatched\n\t\t},\n\t\tStops:  []Action{FollowUp, NotOurs},",
	}},
	{"who answers has still to hand it on", clockGo, []string{"Claim, Respond, FollowUp, NotOurs, TakeBack}", "Claim, NotOurs, TakeBack}"}},
	{"handing on starts respond anew", clockGo, []string{"Starts: on(Dispatch),", "Starts: on(Dispatch, HandOn),"}},
	{"a second reply gives the body more time", clockGo, []string{"Keeps:  true,", "Keeps:  false,"}},
	{"a third question pauses", clockGo, []string{"r.Asks <= MaxAsks)", "r.Asks <= MaxAsks+1)"}},
	{"a question pauses nothing", clockGo, []string{"return r.State == NeedsInfo && (", "return r.State == Merged && ("}},
	{"a verifier's question counts among a body's", clockGo, []string{"(r.Origin == Submitted || r.Asks <= MaxAsks)", "(r.Asks <= MaxAsks)"}},
	{"a hold does not pause verify", clockGo, []string{" || !r.HeldUntil.IsZero() }", " }"}},
	{"an answer starts the clocks anew", clockGo, []string{"before.State != s && !resumes(e.Change.Action)", "before.State != s"}},
	{"rungs come again after a pause", clockGo, []string{"r.Pauses[len(r.Pauses)-1].To = at", "r.Pauses[len(r.Pauses)-1].To = at\n\tr.Rungs = 0"}},
	{"the limit for oversight is not taken", clockGo, []string{"rank += 2", "rank -= 2"}},
	{"the limit of formal requests is not taken", clockGo, []string{"rank += 4", "rank -= 4"}},
	{"the limit of formal requests is everybody's", clockGo, []string{" || l.Formal && !r.Formal {", " {"}},
	{"a limit entered later changes what runs", clockGo, []string{"l.From > day || l.Set.After(start) ||", "l.From > day ||"}},
	{"of equal limits the oldest counts", clockGo, []string{"(l.From > best.From ||", "(l.From < best.From ||"}},
	{"extended twice", changeGo, []string{"case r.Extended:", "case r.Extended && r.Manual:"}},
	{"extended though nobody asked formally", changeGo, []string{"case !r.Formal:", "case !r.Formal && r.Manual:"}},
	{"extended though the answer was given", changeGo, []string{"case !runs || run.Paused():", "case !runs && r.Manual || run.Paused():"}},
	{"a third return", changeGo, []string{"MaxReturns = 2", "MaxReturns = 3"}},
	{"a lapsed question before dispatch leaves it open", changeGo, []string{"if r.Origin == Submitted {\n\t\t\tr.State = Archived", "if r.Origin == Archived {\n\t\t\tr.State = Archived"}},

	{"closed without a warning", "ladder.go", []string{"{{rung: Warn, days: -WarnDays}, {rung: Lapse, days: 1}}", "{{rung: Lapse, days: 1}}"}},
	{"warned two days before", "ladder.go", []string{"const WarnDays = 3", "const WarnDays = 2"}},
	{"closed on the tenth day", "ladder.go", []string{
		"{rung: Lapse, days: 1}}", "{rung: Lapse, days: 0}}", "heard, _ := office.day(since, WarnDays+1)", "heard, _ := office.day(since, WarnDays)",
	}},
	{"closed two days after a late warning", "ladder.go", []string{"heard, _ := office.day(since, WarnDays+1)", "heard, _ := office.day(since, WarnDays)"}},
	{"outages since the warning count", "ladder.go", []string{"if p.To.IsZero() || p.To.After(run.Warned) {", "if p.To.IsZero() {"}},
	{"soon is told a day early", "ladder.go", []string{"{rung: Soon, days: -1,", "{rung: Soon, days: -2,"}},
	{"late is told a day early", "ladder.go", []string{"{rung: Late, days: 1}", "{rung: Late}"}},
	{"the last rung comes a day late", "ladder.go", []string{"{rung: National, days: 7,", "{rung: National, days: 8,"}},
	{"a limit in hours is told late a day later", "ladder.go", []string{"{rung: Late, days: 1}", "{rung: Late, days: 1, hours: 24 * time.Hour}"}},
	{"rungs of the old limit count for the new", "ladder.go", []string{"if run.Of != number(limit) {", "if run.Of == 0 {"}},
	{"a hold does not end", "ladder.go", []string{"if p.HeldUntil.IsZero() {", "if p.HeldUntil.Year() < 9000 {"}},
	{"a hold ends early", "ladder.go", []string{"if now.Before(run.Start) {\n\t\t\treturn nil", "if now.Before(run.Start.AddDate(0, 0, -1)) {\n\t\t\treturn nil"}},
	{"the index is asked a day late", "ladder.go", []string{"look.Office.anchor(run, limit.Workdays+s.days)", "look.Office.anchor(run, limit.Workdays+s.days+1)"}},
	{"the index forgets the warning", "ladder.go", []string{"since >= day {", "since < day {"}},

	{"the day of resumption counts", "due.go", []string{"anchor = workday.DateOf(p.To, o.Zone)", "anchor = workday.DateOf(p.To, o.Zone) - 1"}},
	{"the day of a pause does not count", "due.go", []string{"used, known := o.Calendar.Between(anchor, from)", "used, known := o.Calendar.Between(anchor, from-1)"}},
	{"only the first pause counts", "due.go", []string{"anchor = workday.DateOf(p.To, o.Zone)\n\t\t}", "anchor = workday.DateOf(p.To, o.Zone)\n\t\t}\n\t\tbreak"}},
	{"late on the day on which a clock goes on", "due.go", []string{"late, sureNext := office.day(run, limit.Workdays+1)", "late, sureNext := office.Calendar.Add(on, 1)"}},
	{"pauses count for limits in hours", "due.go", []string{"if p.To.IsZero() || !p.From.Before(at) {", "if p.To.After(p.From) {"}},

	{"an outage counts", "pass.go", []string{"still.Pauses = heard.Outages", "_ = heard.Outages"}},
	{"closed though the follow-up was not heard", "pass.go", []string{"unheard := heard.Begun.IsZero()", "unheard := heard.Begun.IsZero() && now.IsZero()"}},
	{"closed though the warning was not heard", "pass.go", []string{"if heard.Warned.IsZero() && !heard.Away {", "if heard.Warned.IsZero() && now.IsZero() {"}},
	{"a question that nobody could hear lapses", "pass.go", []string{"if unheard && (!heard.Away || run.Clock == reports.ClockComplete) {", "if unheard && !heard.Away {"}},
	{"never closed where nobody can be reached", "pass.go", []string{"if unheard && (!heard.Away || run.Clock == reports.ClockComplete) {", "if unheard {"}},
	{"days count from a warning, not from hearing it", "pass.go", []string{"if heard.Warned.After(run.Warned) &&", "if heard.Warned.Before(run.Warned) &&"}},
	{"a message on its way is not waited for", "pass.go", []string{"case heard.Waiting:", "case heard.Waiting && now.IsZero():"}},
	{"closed by days of a year without a table", "pass.go", []string{"tomorrow-1); !sure {", "tomorrow-1); !sure && now.IsZero() {"}},
	{"unreachable is not the reason given", "pass.go", []string{".Unreachable = unheard || heard.Warned.IsZero()", ".Unreachable = false"}},
	{"what a long absence left behind is all told", "pass.go", []string{"overtaken := i+1 < len(rungs) && (", "overtaken := i > len(rungs) && ("}},
	{"the last rung does not escalate", "pass.go", []string{"rungs[len(rungs)-1] != National", "rungs[len(rungs)-1] == National"}},

	{"an import changes nothing", "rules.go", []string{"made, err := c.Holidays.Calendar(s)", "made, err := workday.Default().Calendar(s)"}},
	{"an import is not noticed", "rules.go", []string{"for _, h := range c.Holidays.Days() {", "for _, h := range c.Holidays.Days()[:0] {"}},
	{"every week has five days", "rules.go", []string{"SixDays: a.Week == 6", "SixDays: a.Week == 60"}},
	{"every body is in the service's zone", "rules.go", []string{"if o.Zone, err = time.LoadLocation(a.Zone); err != nil {", "if _, err = time.LoadLocation(a.Zone); err != nil {"}},
	{"an extension gives nothing", "rules.go", []string{"limit.Workdays += extension(p, limit)", "_ = extension(p, limit)"}},
	{"an extension holds for every clock", "rules.go", []string{"limit.Clock != reports.ClockAnswer ||", ""}},
	{"an extension is offered twice", "rules.go", []string{"if !runs || p.Extended {", "if !runs {"}},
	{"limits of the bodies above do not hold", "rules.go", []string{"code = r.parents[code]", "code = \"\""}},
	{"explained as if it never stood still", "explain.go", []string{"Paused: paused}", "Paused: paused && still}"}},
}

// Each bug stands where it can be put, always; with -mutants ('make mutants') the
// tests of the rules run with each in turn, and have to fail.
func TestSeededBugsAreCaught(t *testing.T) {
	failed := regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)
	for _, m := range seeded {
		path, err := filepath.Abs(m.file)
		if err != nil {
			t.Fatal(err)
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(source)
		for i := 0; i < len(m.edits); i += 2 {
			if n := strings.Count(text, m.edits[i]); n != 1 {
				t.Errorf("%s: %s has %q %d times", m.name, m.file, m.edits[i], n)
			}
			text = strings.Replace(text, m.edits[i], m.edits[i+1], 1)
		}
		if !*mutants || t.Failed() {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			dir := t.TempDir()
			changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
			replace, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string][]byte{changed: []byte(text), overlay: replace} {
				if err := os.WriteFile(name, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var by []string
			for _, args := range [][]string{{"kentongan/reports"}, {"kentongan/reports/deadline", "-skip", "SeededBugs", "-rapid.nofailfile"}} {
				run := exec.CommandContext(t.Context(), "go", append([]string{"test", "-count=1", "-overlay", overlay}, args...)...)
				out, err := run.CombinedOutput()
				if err == nil {
					continue
				}
				names := failed.FindAllStringSubmatch(string(out), -1)
				if len(names) == 0 {
					t.Fatalf("it fails otherwise than in a test:\n%s", out)
				}
				for _, name := range names {
					by = append(by, name[1])
				}
			}
			if len(by) == 0 {
				t.Error("no test fails")
			}
			t.Logf("%s tests fail: %s", strconv.Itoa(len(by)), strings.Join(by, ", "))
		})
	}
}
