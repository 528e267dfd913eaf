package conversation

import "kentongan/reports"

// push tells the reporter.
func (t *turn) push(in Told) {
	r, found := t.known(in.Report)
	if !found || r.Reporter != t.e.Person {
		return
	}
	switch {
	case in.Action == reports.RequestInfo && r.State != reports.NeedsInfo,
		in.Action == reports.Release && (r.State != reports.Submitted || !r.HeldUntil.IsZero()):
		return // it was answered, or went on, while they slept
	}
	say := t.news
	if in.Rung != "" {
		say = t.timePassed
	}
	awaits, offers, known := say(in, r, string(r.TrackingID))
	if !known {
		return
	}
	t.shifted(r)
	t.about = r.ID
	t.offer(r.ID, offers)
	t.thread(r, awaits)
}

// pushFollower tells somebody whose report was merged into another what happens
// to that one. It asks nothing of them: they have no say over it.
func (t *turn) pushFollower(in Told) {
	r, found := t.known(in.Report)
	own, mine := t.known(in.Own)
	if !found || !mine || own.Reporter != t.e.Person || own.State != reports.Merged {
		return
	}
	if r.Restricted() && in.Action != reports.Withdraw { // what is said there is for its own reporter
		t.say("push.follower_state", string(own.TrackingID))
		t.line("state." + stateKey(r))
		t.about = own.ID
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
			t.line(key, t.m.dated(lang, due))
		}
	}
	switch in.Action {
	case reports.Dispatch:
		if due, ok := t.answerDay(in, r); ok {
			t.say("push.dispatch_by", id, body, t.m.dated(lang, due))
		} else {
			t.say("push.dispatch", id, body)
		}
	case reports.Claim:
		t.say("push.claim", id, body)
	case reports.Respond:
		t.say("push.respond", id, body, words)
	case reports.FollowUp:
		t.say(either(in.Correction, "push.follow_up_again", "push.follow_up"), id, body, words)
		t.slot = tellSlot(in.Report, in.Version)
		if own {
			t.proof = Begun(in.Version)
		}
	case reports.RequestInfo:
		t.say("push.ask", id, words)
		by("push.ask_by", reports.ClockComplete)
		awaits, t.proof = awaitsAnswer, Begun(in.Version)
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
		t.say(either(in.Unreachable, "push.silence_unreachable", "push.silence"), id)
	case reports.Release:
		t.say("push.release", id)
		if due, ok := t.m.due(r, reports.ClockVerify); ok && t.m.config.Desk.Verifier {
			t.line("next.verify", t.m.dated(lang, due))
		}
	case reports.GrantReopen:
		t.say("push.granted", id)
		by("push.next_by", reports.ClockAfterReply)
	case reports.RefuseReopen:
		t.say("push.refused", id, words)
	case reports.Withdraw:
		if own {
			return "", nil, false
		}
		t.say("push.main_withdrawn", id)
	case reports.Merge:
		t.say("push.merge", id)
	case reports.Unmerge:
		t.say("push.unmerge", id)
	case reports.MarkOversight:
		t.say("push.oversight", id)
		if due, ok := t.answerDay(in, r); ok {
			t.line("next.answer", t.m.dated(lang, due))
		}
	case reports.MarkFormal:
		t.say("push.formal", id)
		if due, ok := t.answerDay(in, r); ok {
			t.line("next.answer", t.m.dated(lang, due))
		}
	case reports.Extend:
		t.say("push.extend", id, body, words)
		if due, ok := t.answerDay(in, r); ok {
			t.line("push.extend_by", t.m.dated(lang, due))
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
			t.say("push.follow_up_ask", t.m.dated(t.s.Lang(), due))
		} else {
			t.say("push.follow_up_ask_open")
		}
		return awaitsDone, doneOffers
	case r.State == reports.Archived && (in.Action == reports.Archive || in.Action == reports.LapseAsk):
		t.say("push.reopen_how")
		return awaitsReopen, reopenOffers
	case r.State == reports.Closed && in.Action == reports.Silence && in.Unreachable:
		t.say("push.reopen_how")
		return awaitsReopen, reopenOffers
	case r.State == reports.Closed && (in.Action == reports.Close || in.Action == reports.Silence):
		t.say("rate.ask")
		t.line("push.reopen_how")
		return awaitsRating, ratingOffers
	}
	return "", nil
}
