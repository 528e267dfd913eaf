package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// show is what a report is shown for.
type show string

const (
	showCard   show = "card"   // /laporan, to officials
	showTrack  show = "track"  // /jejak
	showStatus show = "status" // /status, to the reporter
	showLeave  show = "leave"  // /cabut
)

// How much of what was said is shown.
const (
	spokenShown = 8
	spokenRunes = 280
)

// show asks for the report that words name.
func (t *turn) show(words string, what show) {
	first, code, _ := strings.Cut(words, " ")
	id, err := reports.ParseTrackingID(words)
	if err != nil {
		id, err = reports.ParseTrackingID(first)
	} else {
		code = ""
	}
	if err != nil {
		t.say("status.bad", clip(words, 40))
		t.resume()
		return
	}
	t.do(ShowReport{TrackingID: id, Code: clip(strings.TrimSpace(code), 20), For: what})
}

// shown answers [ShowReport] in private.
func (t *turn) shown(in ReportShown) {
	r := in.Report
	switch in.For {
	case showLeave:
		t.askLeave(in)
		return
	case showCard, showTrack:
		if in.Found && t.m.MayRead(t.e.Person, r) {
			t.showOfficial(in)
			return
		}
	case showStatus:
	}
	mine := in.Found && r.Reporter == t.e.Person && t.e.Person != 0
	switch {
	case !mine && !(in.Found && in.ByCode):
		t.say(either(in.For != showStatus && t.official(), "work.no_such_report", "status.unknown"), string(in.TrackingID))
		t.resume()
		return
	default:
		t.showReporter(in)
	}
	if !mine {
		t.backToDraft()
		return
	}
	t.about = r.ID
	t.resume()
	t.s.Extra, t.extra = r.TrackingID, true
	t.repeat()
}

// showReporter says how a report stands, what was said of it, and what comes next.
func (t *turn) showReporter(in ReportShown) {
	r, lang := in.Report, t.s.Lang()
	t.say("status.report", string(r.TrackingID), formatDate(lang, r.FiledAt.In(t.m.config.Zone)))
	if r.State == reports.Dispatched {
		t.line("state.dispatched", t.m.bodyName(r.Agency))
	} else {
		t.line("state." + string(r.State))
	}
	if due, key, ok := t.m.nextForReporter(r); ok {
		t.line(key, t.m.dated(lang, due))
	}
	said := slices.DeleteFunc(slices.Clone(in.Thread), func(s Spoken) bool { return s.Office })
	bodies := t.m.bodiesAt(r, in.History)
	for i, s := range recentSpoken(said) {
		key := "said.you"
		who := ""
		switch s.By {
		case reports.ByReporter:
		case reports.ByAdmin, reports.ByAgencyAdmin, reports.ByClock:
			key, who = "said.by", t.m.config.Phrases.Text(lang, "said.admin")
		default:
			key, who = "said.by", t.m.bodyName(bodies(s.Version))
		}
		if in.Report.Reporter != t.e.Person && key == "said.you" {
			key, who = "said.by", t.m.config.Phrases.Text(lang, "said.reporter")
		}
		args := []string{formatDay(lang, s.At.In(t.m.placeZone(r))), clip(s.Words, spokenRunes)}
		if who != "" {
			args = append(args, who)
		}
		t.add(key, i > 0, args)
		if s.Files > 0 {
			t.line("said.files", itoa(s.Files))
		}
	}
}

// recentSpoken is the end of a thread, as much of it as one message holds.
func recentSpoken(said []Spoken) []Spoken {
	said = corrected(said)
	return said[max(0, len(said)-spokenShown):]
}

// corrected is a thread without the words that others have replaced.
func corrected(said []Spoken) []Spoken {
	said = slices.Clone(said)
	for i := len(said) - 1; i >= 0; i-- {
		if version := said[i].Corrects; version != 0 {
			said = slices.DeleteFunc(said, func(s Spoken) bool {
				return s.Version == version && s.At.Before(said[i].At) && !s.Office && s.By != reports.ByReporter
			})
			i = min(i, len(said))
		}
	}
	return said
}

// nextForReporter is the next date that concerns the reporter.
func (m *Machine) nextForReporter(r reports.Report) (due Due, key string, ok bool) {
	switch r.State {
	case reports.Submitted:
		due, ok = m.due(r, reports.ClockVerify)
		if !r.HeldUntil.IsZero() {
			return Due{On: r.HeldUntil.In(m.config.Zone)}, "next.held", true
		}
		return due, "next.verify", ok && m.config.Desk.Verifier
	case reports.NeedsInfo:
		due, ok = m.due(r, reports.ClockComplete)
		return due, "next.complete", ok
	case reports.Dispatched, reports.InProgress, reports.ReporterReplied:
		if due, ok = m.due(r, reports.ClockAnswer); ok {
			return due, "next.answer", true
		}
		due, ok = m.due(r, reports.ClockAfterReply)
		return due, "next.answer", ok
	case reports.FollowedUp:
		due, ok = m.due(r, reports.ClockClose)
		return due, "next.close", ok
	case reports.Closed, reports.Archived, reports.Merged, reports.Withdrawn:
	}
	return Due{}, "", false
}

// bodiesAt tells which body was in charge at a version of r, by its history.
func (m *Machine) bodiesAt(r reports.Report, history []reports.Entry) func(version int) string {
	at := map[int]string{}
	now := r.AsFiled()
	for _, e := range history {
		if e.Change.Action == reports.File {
			continue
		}
		after, _, err := reports.Apply(now, e.Change)
		if err != nil {
			break
		}
		now = after
		at[e.Version] = now.Agency
	}
	return func(version int) string {
		if code := at[version]; code != "" {
			return code
		}
		return r.Agency
	}
}

// showOfficial shows a report to somebody who works on it.
func (t *turn) showOfficial(in ReportShown) {
	r := in.Report
	if !t.m.MaySee(t.e.Person, r) {
		in.Thread = toWatchers(in)
	}
	if in.For == showTrack {
		for _, p := range t.m.track(t.s.Lang(), r, in.History, t.at) {
			t.add(p.Key, p.Tight, p.Args)
		}
		t.about = r.ID
		t.backToDraft()
		return
	}
	say := t.m.privateSay(t.s.Lang(), r, t.e.Person)
	t.paras = append(t.paras, say.Paragraphs...)
	t.paras = append(t.paras, t.m.threadLines(t.s.Lang(), r, in)...)
	t.offers = append(t.offers, say.Choices...)
	t.copied, t.about = string(r.TrackingID), r.ID
}

// toWatchers is what those read who merely watch: nothing of what officials noted
// among themselves but why it was escalated.
func toWatchers(in ReportShown) []Spoken {
	return slices.DeleteFunc(slices.Clone(in.Thread), func(s Spoken) bool {
		return s.Office && !slices.ContainsFunc(in.History, func(e reports.Entry) bool {
			return e.Version == s.Version && e.Change.Action == reports.Escalate
		})
	})
}

// threadLines are what was said of a report, as officials read it: nobody's name
// and no number by which somebody could be reached.
func (m *Machine) threadLines(lang string, r reports.Report, in ReportShown) []Phrase {
	bodies := m.bodiesAt(r, in.History)
	list := make([]Phrase, 0, spokenShown)
	for i, s := range recentSpoken(in.Thread) {
		who := m.config.Phrases.Text(lang, "said.admin")
		switch s.By {
		case reports.ByReporter:
			who = m.config.Phrases.Text(lang, "said.reporter")
		case reports.ByLiaison, reports.ByOperator:
			who = m.bodyName(bodies(s.Version))
		case reports.ByAdmin, reports.ByAgencyAdmin, reports.ByClock:
		}
		key := "said.by"
		if s.Office {
			key = "said.note"
		}
		words := m.unmask(lang, redact(clip(s.Words, 2*spokenRunes)))
		list = append(list, Phrase{Key: key, Tight: i > 0, Args: []string{formatDay(lang, s.At.In(m.zone(r.Agency))), clip(words, spokenRunes), who}})
	}
	return list
}
