package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/workday"
)

// timePassed tells the reporter what a day that has come means for r, like
// [turn.news]. It says nothing of a clock that has ended since, or stands still.
func (t *turn) timePassed(in Told, r reports.Report, id string) (awaits string, offers []choice, known bool) {
	run, runs := r.Clocked(in.Clock)
	due, owed := t.m.rules.Due(r, run)
	if !runs || !owed || run.Since != in.Version || in.As != Reporter {
		return "", nil, false
	}
	switch in.Rung {
	case deadline.Warn:
		return t.warn(in, r, run, due, id)
	case deadline.Late, deadline.National:
		if !concerns(in.Clock) || t.at.Before(due.Late) {
			return "", nil, false
		}
		offers = t.late(in, r, due, id)
		return t.awaited(r), offers, true
	case deadline.Soon, deadline.Today, deadline.Superior, deadline.Leader, deadline.Lapse:
	}
	return "", nil, false
}

// late says honestly that r should be further, what was done about it, and what
// the reporter can do.
func (t *turn) late(in Told, r reports.Report, due deadline.Due, id string) []choice {
	day, _ := dueOf(in.Clock, due, true)
	key := "push.late." + string(in.Clock)
	switch {
	case in.Clock == reports.ClockVerify && r.Reopening:
		key = "push.late.reopen"
	case in.Clock != reports.ClockVerify && !r.AtBody(): // it was given back
		key = "push.late.nowhere"
	}
	t.say(key, id, t.m.dated(t.s.Lang(), day), t.m.bodyName(r.Agency))
	if in.Clock == reports.ClockAnswer {
		t.promise(r, day)
	}
	if in.Rung == deadline.Late {
		t.line("push.late_reminded")
		t.say("push.late_you")
		return nil
	}
	t.line("push.late_national")
	t.say("push.ombudsman")
	return dossierOffer
}

// warn says what will happen if the reporter stays silent, and after which day.
func (t *turn) warn(in Told, r reports.Report, run reports.Run, due deadline.Due, id string) (awaits string, offers []choice, known bool) {
	last := t.m.lastDay(r, run, in, due, t.at)
	switch {
	case in.Clock == reports.ClockClose && r.State == reports.FollowedUp:
		t.say("push.warn_close", id, t.m.dated(t.s.Lang(), last))
		t.say("push.warn_close_ask")
		awaits, offers = awaitsDone, doneOffers
	case in.Clock == reports.ClockComplete && r.State == reports.NeedsInfo:
		t.say("push.warn_ask", id)
		if words := clip(clean(in.Words), maxWorkWords); words != "" {
			t.line("push.warn_ask_words", words)
		}
		t.say(either(r.Origin == reports.Submitted, "push.warn_ask_archive", "push.warn_ask_lapse"), t.m.dated(t.s.Lang(), last))
		awaits = awaitsAnswer
	default:
		return "", nil, false
	}
	t.proof = Warned(in.Version)
	return awaits, offers, true
}

// lastDay is the last on which an answer of the reporter's is in time: that of the
// limit, or the one that leaves them their days since the warning.
func (m *Machine) lastDay(r reports.Report, run reports.Run, in Told, due deadline.Due, now time.Time) Due {
	day, _ := dueOf(run.Clock, due, true)
	office := m.rules.Office(r, run)
	if !in.Due.IsZero() {
		day.On = in.Due.In(office.Zone)
	}
	warned := run.Warned
	if warned.IsZero() {
		warned = now
	}
	since, _ := office.Calendar.Add(workday.DateOf(warned, office.Zone), deadline.WarnDays)
	if on := since.Start(office.Zone); on.After(day.On) {
		day.On = on
	}
	return day
}

// awaited is what the thread of r waits for already.
func (t *turn) awaited(r reports.Report) string {
	if i := slices.IndexFunc(t.s.Threads, func(th Thread) bool { return th.Report == r.ID }); i >= 0 {
		return t.s.Threads[i].Awaits
	}
	return ""
}

// answerDay is the last day of the clock answer: as it is now, or where it does
// not run any more as it was when in took place. That the reporter is told of it is
// noted.
func (t *turn) answerDay(in Told, r reports.Report) (Due, bool) {
	if due, ok := t.m.due(r, reports.ClockAnswer); ok {
		if in.As == Reporter {
			t.promise(r, due)
		}
		return due, true
	}
	return Due{Clock: reports.ClockAnswer, On: in.Due.In(t.m.zone(r.Agency))}, !in.Due.IsZero()
}

// promise notes by which day the reporter is told to expect an answer.
func (t *turn) promise(r reports.Report, due Due) {
	t.dayTold = true
	if on := due.On.Format(time.DateOnly); on != r.Promised {
		t.do(Promise{Report: r.ID, On: on})
	}
}

// shifted tells the reporter that an answer is due on another day than they were
// told, as with an amended decree or after a question that held it up.
func (t *turn) shifted(r reports.Report) {
	due, ok := t.m.due(r, reports.ClockAnswer)
	if !ok || !r.State.Open() || r.Promised == "" || due.On.Format(time.DateOnly) == r.Promised {
		return
	}
	if slices.ContainsFunc(t.s.Held, func(in Told) bool { return in.Report == r.ID && in.Action.Dates() }) {
		return // why follows
	}
	before, err := time.ParseInLocation(time.DateOnly, r.Promised, due.On.Location())
	if err != nil || t.dayTold {
		return
	}
	lang := t.s.Lang()
	args := []string{t.m.dated(lang, due), formatDate(lang, before)}
	if day, found := t.m.newHoliday(r, before, due.On); found {
		t.say("push.shifted_holiday", append(args, formatDay(lang, day.Date.Start(due.On.Location())), clip(day.Holiday.Name, 60))...)
	} else {
		t.say("push.shifted", args...)
	}
	t.promise(r, due)
}

// newHoliday is the day off that moved the end of the clock answer on by a working
// day, where it is certain which: there is but one, and the clock never stood still.
func (m *Machine) newHoliday(r reports.Report, before, after time.Time) (workday.Day, bool) {
	run, _ := r.Clocked(reports.ClockAnswer)
	office := m.rules.Office(r, run)
	from, until := workday.DateOf(before, office.Zone), workday.DateOf(after, office.Zone)
	if n, _ := office.Calendar.Between(from, until); n != 1 || len(run.Pauses) > 0 || r.Extended {
		return workday.Day{}, false
	}
	var found []workday.Day
	for d := workday.DateOf(run.Start, office.Zone) + 1; d <= until; d++ {
		if day := office.Calendar.Day(d); day.Holiday.Name != "" && !day.Counts() && !restDay(office, d) {
			found = append(found, day)
		}
	}
	if len(found) != 1 {
		return workday.Day{}, false
	}
	return found[0], true
}

// restDay reports whether o is closed on the weekday of d, holiday or not.
func restDay(o deadline.Office, d workday.Date) bool {
	weekday := d.Weekday()
	return weekday == time.Sunday || weekday == time.Saturday && !o.Calendar.Settings().SixDays
}
