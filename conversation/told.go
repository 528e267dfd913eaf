package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
)

// told passes on what was done to a report. What is not for the night waits for
// the morning.
func (t *turn) told(in Told) {
	until, night := t.night(in)
	if !night {
		if len(t.s.Held) == 0 {
			t.tell(in)
			return
		}
		until = t.at // it comes behind what waits, which need not wait any longer
	}
	for _, at := range []*time.Time{&in.At, &in.Until, &in.Due} {
		if !at.IsZero() {
			*at = instant(*at)
		}
	}
	held := slices.Clone(t.s.Held)
	same := func(h Told) bool { return h.Report == in.Report && h.Own == in.Own && h.As == in.As }
	switch {
	case in.Correction:
		if i := slices.IndexFunc(held, func(h Told) bool { return same(h) && h.Version == in.Version }); i >= 0 {
			held[i].Words = in.Words
			t.s.Held = held
			return
		}
	case in.Action == reports.WithdrawAsk:
		// Nobody has to hear in the morning of a question that nobody asks any more.
		if i := slices.IndexFunc(held, func(h Told) bool { return same(h) && h.Action == reports.RequestInfo }); i >= 0 {
			t.s.Held = without(held, i)
			if len(t.s.Held) == 0 {
				t.s.Morning = time.Time{}
			}
			return
		}
	default:
	}
	if len(held) >= maxHeld {
		held = without(held, 0)
	}
	t.s.Held = with(held, in)
	t.s.Morning = until
}

// maxHeld is how many pushes wait for one morning.
const maxHeld = 50

// awake is how long after somebody wrote they are surely not asleep.
const awake = 30 * time.Minute

// night reports whether nobody should be woken now, and when the morning comes:
// in the zone of the report's place, and for officials of its body.
func (t *turn) night(in Told) (until time.Time, night bool) {
	q := t.m.config.Quiet
	if q.From == q.To || t.at.Sub(t.s.Touched) < awake {
		return time.Time{}, false
	}
	zone := t.m.config.Zone
	if r, found := t.known(in.Report); found {
		if zone = t.m.placeZone(r); in.As != Reporter && in.As != Follower {
			zone = t.m.zone(r.Agency)
		}
	}
	local := t.at.In(zone)
	now := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	start := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	switch {
	case q.From < q.To && (now < q.From || now >= q.To), q.From > q.To && now < q.From && now >= q.To:
		return time.Time{}, false
	case now >= q.To: // before midnight
		start = start.AddDate(0, 0, 1)
	}
	return start.Add(q.To).UTC(), true
}

// morning passes on the oldest of what waited for the morning.
func (t *turn) morning() {
	in := t.s.Held[0]
	t.s.Held = without(t.s.Held, 0)
	if len(t.s.Held) == 0 {
		t.s.Morning = time.Time{}
	}
	t.tell(in)
}

// tell says it now.
func (t *turn) tell(in Told) {
	switch in.As {
	case Reporter:
		t.push(in)
	case Follower:
		t.pushFollower(in)
	default:
		t.ping(in)
	}
}

// ping tells an official in private what happened to a report of theirs.
func (t *turn) ping(in Told) {
	r, found := t.known(in.Report)
	if !found || !t.official() {
		return
	}
	main := r
	if in.Own != 0 { // of one that was merged into it
		if r, found = t.known(in.Own); !found || r.State != reports.Merged || !t.m.MaySee(t.e.Person, r) {
			return
		}
	}
	capacities := t.m.capacities(t.e.Person, r)
	switch in.Action {
	case reports.TakeBack, reports.Withdraw: // they had it, and hear why they have it no more
	default:
		if len(capacities) == 0 && !t.m.MayRead(t.e.Person, r) {
			return
		}
	}
	id := string(r.TrackingID)
	words := t.m.unmask(t.s.Lang(), redact(clip(clean(in.Words), maxWorkWords)))
	switch in.Action {
	case reports.ProvideInfo:
		t.say("ping.answered", id, words)
		if r.Dispatched && r.AtBody() {
			t.line("ping.clocks_on")
		}
	case reports.Reply:
		t.say("ping.replied", id, words)
	case reports.AttachEvidence:
		t.say("ping.files", id)
	case reports.Confirm:
		t.say("ping.confirmed", id)
	case reports.Withdraw:
		if in.Own != 0 {
			t.say("ping.main_withdrawn", id, string(main.TrackingID))
		} else {
			t.say("ping.withdrawn", id)
		}
	case reports.LapseAsk:
		t.say("ping.lapsed", id)
		if r.AtBody() {
			t.line("ping.clocks_on")
		}
	case reports.TakeBack:
		t.say("ping.taken_back", id, words)
	case reports.Write:
		t.say("ping.written", id, words)
	case reports.NotOurs:
		t.say("ping.not_ours", id, t.m.bodyName(in.Agency), words)
		if r.Returns >= reports.MaxReturns {
			t.line("ping.you_decide")
		}
	case reports.RequestReopen:
		t.say(either(r.Reopening, "ping.reopen", "ping.reopened"), id)
	case reports.GrantReopen:
		t.say("ping.granted", id)
	case reports.Escalate:
		t.say("ping.escalated", id, words)
		t.line("ping.escalated_how", id)
	default:
		return
	}
	t.about = r.ID
	t.offerDeeds(r, capacities)
}

// offerDeeds offers what somebody with these capacities can do to r.
func (t *turn) offerDeeds(r reports.Report, capacities []reports.ActorKind) {
	for _, d := range t.m.deedsFor(r, capacities) {
		row, _ := deedOf(d)
		t.offers = append(t.offers, Choice{ID: workToken(d, r.ID), Label: Phrase{Key: "deed." + string(d)}, Primary: row.primary})
	}
}
