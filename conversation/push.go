package conversation

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// push tells the reporter.
func (t *turn) push(in Told) {
	r, found := t.known(in.Report)
	if !found || r.Reporter != t.e.Person {
		return
	}
	if in.Action == reports.RequestInfo && r.State != reports.NeedsInfo {
		return // it was answered, or taken back, while they slept
	}
	awaits, offers, known := t.news(in, r, string(r.TrackingID))
	if !known {
		return
	}
	t.about = r.ID
	t.offer(r.ID, offers)
	t.thread(r, awaits)
}

// pushFollower tells somebody whose report was merged into another what happens
// to that one. It asks nothing of them: they have no say over it.
func (t *turn) pushFollower(in Told) {
	r, found := t.known(in.Report)
	own, mine := t.known(in.Own)
	if !found || !mine || own.Reporter != t.e.Person || own.MergedInto != r.ID {
		return
	}
	if _, _, known := t.news(in, r, string(own.TrackingID)); known {
		t.line("push.follower")
		t.about = own.ID
	}
}

// news says what was done to r, which the person knows by id, and returns what
// it waits for and what it offers. Known is false where there is nothing to say.
func (t *turn) news(in Told, r reports.Report, id string) (awaits string, offers []choice, known bool) {
	words, lang := clip(clean(in.Words), maxWorkWords), t.s.Lang()
	body := t.m.bodyName(in.Agency)
	if body == "" {
		body = t.m.config.Phrases.Text(lang, "push.somebody")
	}
	own := in.As == Reporter
	by := func(key string, clock reports.Clock) {
		if due, ok := t.m.dueFrom(r, clock, in.At); ok {
			t.line(key, formatDate(lang, due))
		}
	}
	switch in.Action {
	case reports.Dispatch:
		if in.Due.IsZero() {
			t.say("push.dispatch", id, body)
		} else {
			t.say("push.dispatch_by", id, body, formatDate(lang, in.Due.In(t.m.zone(r.Agency))))
		}
	case reports.Claim:
		t.say("push.claim", id, body)
	case reports.Respond:
		t.say("push.respond", id, body, words)
	case reports.FollowUp:
		t.say(either(in.Correction, "push.follow_up_again", "push.follow_up"), id, body, words)
		t.slot = tellSlot(in.Report, in.Version)
	case reports.RequestInfo:
		t.say("push.ask", id, words)
		by("push.ask_by", reports.ClockComplete)
		awaits = awaitsAnswer
	case reports.WithdrawAsk:
		t.say("push.unask", id)
	case reports.LapseAsk:
		t.say(either(r.State == reports.Archived, "push.lapsed_archived", "push.lapsed"), id)
	case reports.NotOurs, reports.TakeBack:
		t.say("push.elsewhere", id)
	case reports.Write:
		t.say("push.write", id, words)
		if in.From == reports.FollowedUp { // the body has to follow up once more
			by("push.next_by", reports.ClockAfterReply)
		}
	case reports.Hold:
		t.say("push.hold", id, formatDate(lang, in.Until.In(t.m.config.Zone)), words)
	case reports.Archive:
		t.say("push.archive", id, words)
	case reports.Confirm:
		t.say("push.confirmed", id)
	case reports.Close:
		t.say("push.close", id, words)
	case reports.Silence:
		t.say("push.silence", id)
	case reports.GrantReopen:
		t.say("push.granted", id)
		by("push.next_by", reports.ClockAfterReply)
	case reports.RefuseReopen:
		t.say("push.refused", id, words)
	case reports.Merge:
		t.say("push.merge", id)
	case reports.Unmerge:
		t.say("push.unmerge", id)
	case reports.MarkOversight:
		t.say("push.oversight", id)
		if !in.Due.IsZero() {
			t.line("next.answer", formatDate(lang, in.Due.In(t.m.zone(r.Agency))))
		}
	default:
		return "", nil, false
	}
	if in.Files > 0 {
		t.line("push.files", itoa(in.Files))
	}
	if own && awaits == "" {
		awaits, offers = t.asksReporter(in, r)
	}
	return awaits, offers, true
}

// asksReporter says what the reporter may do about the news, where that is more
// than to answer.
func (t *turn) asksReporter(in Told, r reports.Report) (awaits string, offers []choice) {
	switch {
	case in.Action == reports.FollowUp && r.State == reports.FollowedUp:
		if due, ok := t.m.dueFrom(r, reports.ClockClose, in.At); ok {
			t.say("push.follow_up_ask", formatDate(t.s.Lang(), due))
		} else {
			t.say("push.follow_up_ask_open")
		}
		return awaitsDone, doneOffers
	case r.State == reports.Archived && (in.Action == reports.Archive || in.Action == reports.LapseAsk):
		t.say("push.reopen_how")
		return awaitsReopen, reopenOffers
	case r.State == reports.Closed && (in.Action == reports.Close || in.Action == reports.Silence):
		t.say("rate.ask")
		t.line("push.reopen_how")
		return awaitsRating, ratingOffers
	}
	return "", nil
}

// dueFrom is the last day of a clock of r that started at at and has not stood
// still since, where a limit applies and the calendar reaches that far.
func (m *Machine) dueFrom(r reports.Report, clock reports.Clock, at time.Time) (time.Time, bool) {
	zone := m.config.Zone
	if r.Dispatched {
		zone = m.zone(r.Agency)
	}
	limit, ok := reports.LimitFor(m.config.Limits, clock, r, m.above(r.Agency), at, at.In(zone).Format(time.DateOnly))
	switch {
	case !ok:
		return time.Time{}, false
	case limit.Hours > 0:
		return at.Add(time.Duration(limit.Hours) * time.Hour).In(zone), true
	}
	day, ok := m.config.Calendar.Add(workday.DateOf(at, zone), limit.Workdays)
	return day.Start(zone), ok
}
