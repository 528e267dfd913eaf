package conversation

import (
	"slices"
	"strings"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// Dossier is the file about r that its reporter may take to the Ombudsman: what
// was told, what was done when, every limit with the days that count, and what was
// said by whom. It names bodies and never an official, nor the reporter, who adds
// that themselves. It is plain UTF-8 text, which every phone opens and every kiosk
// prints.
func (m *Machine) Dossier(lang string, r reports.Report, history []reports.Entry, thread []Spoken, now time.Time) (name string, body []byte) {
	d := dossier{m: m, lang: lang, zone: m.placeZone(r), now: now}
	d.line("dossier.title", string(r.TrackingID))
	d.line("dossier.made", d.day(now))
	d.line("dossier.identity")

	d.head("dossier.report")
	d.told(r)
	d.head("dossier.course")
	d.course(r, history)
	d.head("dossier.limits")
	d.limits(r, history)
	d.head("dossier.said")
	d.said(r, history, thread)
	return "berkas-" + string(r.TrackingID) + ".txt", []byte(d.b.String())
}

// dossier is a file that is being written.
type dossier struct {
	m    *Machine
	lang string
	zone *time.Location // of the place that the report tells of
	now  time.Time
	b    strings.Builder
}

func (d *dossier) text(key string, args ...string) string {
	plain := d.m.config.Phrases.Text(d.lang, key, args...)
	return strings.NewReplacer(BoldOn, "", BoldOff, "").Replace(plain)
}

func (d *dossier) line(key string, args ...string) { d.b.WriteString(d.text(key, args...) + "\n") }

func (d *dossier) head(key string) { d.b.WriteString("\n" + strings.ToUpper(d.text(key)) + "\n\n") }

func (d *dossier) day(at time.Time) string { return formatDate(d.lang, at.In(d.zone)) }

// told writes what the report itself says.
func (d *dossier) told(r reports.Report) {
	none := d.text("dossier.none")
	or := func(text string) string {
		if text = clean(text); !hasWords(text) {
			return none
		}
		return text
	}
	place := r.Location.Words
	if r.Location.Pin {
		place = strings.TrimSpace(place + "\n" + d.text("place.pin", coordinate(r.Location.Lat), coordinate(r.Location.Lon)))
	}
	d.line("dossier.kind", d.text("kind."+string(r.Kind)))
	body := d.m.bodyName(r.Agency)
	if body == "" {
		body = r.AgencyWords
	}
	d.line("dossier.body", or(body))
	d.line("dossier.filed", d.day(r.FiledAt))
	d.line("dossier.place", or(place))
	d.line("dossier.when", or(formatOccurred(d.lang, r.OccurredAt, d.zone)))
	if r.OccurredAt.Words != "" {
		d.line("dossier.when_words", or(r.OccurredAt.Words))
	}
	d.line("dossier.files", itoa(r.Evidence))
	d.line("dossier.state", d.m.stateName(d.lang, r.State))
	d.line("dossier.story", or(r.Chronology))
}

// course writes what was done, day by day.
func (d *dossier) course(r reports.Report, history []reports.Entry) {
	bodies := d.m.bodiesAt(r, history)
	d.line("dossier.step", d.day(r.FiledAt), d.text("did.file"))
	for _, e := range history {
		did := d.text("did." + string(e.Change.Action))
		switch e.Change.Action {
		case reports.File, reports.AttachEvidence, reports.Escalate:
			continue
		case reports.Dispatch, reports.HandOn, reports.Claim, reports.Respond, reports.FollowUp, reports.Extend:
			if body := d.m.bodyName(bodies(e.Version)); body != "" {
				d.line("dossier.step_of", d.day(e.Change.At), did, body)
				continue
			}
		default:
		}
		d.line("dossier.step", d.day(e.Change.At), did)
	}
}

// limits writes every clock with its days, and how late it was.
func (d *dossier) limits(r reports.Report, history []reports.Entry) {
	list, err := d.m.rules.Explain(r, history, d.now)
	if err != nil {
		return
	}
	first := true
	for _, x := range list {
		if x.Limit.Workdays+x.Limit.Hours == 0 || x.Run.Clock == reports.ClockClose || x.Run.Clock == reports.ClockComplete {
			continue // what the reporter owes nobody
		}
		if !first {
			d.b.WriteByte('\n')
		}
		first = false
		for _, p := range d.m.trackRun(d.lang, x, d.m.days(d.lang, x), d.now) {
			d.line(p.Key, p.Args...)
		}
		if x.Overdue && x.Limit.Hours == 0 {
			d.late(x)
		}
		if x.Limit.Basis != "" && !x.Limit.Formal { // which says it itself
			d.line("dossier.basis", x.Limit.Basis)
		}
	}
}

// late writes the days that x took beyond its limit.
func (d *dossier) late(x deadline.Explained) {
	until := d.now
	if !x.Run.Running() {
		until = x.Run.Stop
	}
	last, zone := x.Due.On, x.Office.Zone
	n, _ := x.Office.Calendar.Between(last, workday.DateOf(until, zone))
	d.line("dossier.late", itoa(n))
	beyond := deadline.Explained{Office: x.Office, Run: reports.Run{Start: last.Start(zone), Stop: until}}
	for _, day := range x.Office.Calendar.Explain(last, n) {
		beyond.Days = append(beyond.Days, deadline.Day{Day: day})
	}
	for _, p := range d.m.days(d.lang, beyond) {
		d.line(p.Key, p.Args...)
	}
}

// said writes the thread, but for what officials noted for themselves.
func (d *dossier) said(r reports.Report, history []reports.Entry, thread []Spoken) {
	bodies := d.m.bodiesAt(r, history)
	said := slices.DeleteFunc(slices.Clone(thread), func(s Spoken) bool { return s.Office })
	for _, s := range corrected(said) {
		who := d.text("said.admin")
		switch s.By {
		case reports.ByReporter:
			who = d.text("said.reporter")
		case reports.ByLiaison, reports.ByOperator:
			who = d.m.bodyName(bodies(s.Version))
		case reports.ByAdmin, reports.ByAgencyAdmin, reports.ByClock:
		}
		d.line("said.by", d.day(s.At), clean(s.Words), who)
		if s.Files > 0 {
			d.line("said.files", itoa(s.Files))
		}
	}
	if len(said) == 0 {
		d.line("dossier.none")
	}
}
