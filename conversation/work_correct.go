package conversation

import (
	"strconv"
	"time"

	"kentongan/reports"
)

// Sent is the follow-up that an official sent last, which they may put in better
// words for a while.
type Sent struct {
	Report     reports.ID         `json:"r"`
	TrackingID reports.TrackingID `json:"t"`
	Version    int                `json:"v"` // of the report, that it led to
	At         time.Time          `json:"a,omitzero"`
}

// correctTime is how long a follow-up may be corrected.
const correctTime = 10 * time.Minute

// correctable offers to correct the follow-up that is being sent.
func (t *turn) correctable(w Work, r reports.Report, c reports.Change) {
	t.s.Sent = &Sent{Report: r.ID, TrackingID: r.TrackingID, Version: r.Version + 1, At: c.At}
	t.say("done.correctable", itoa(int(correctTime/time.Minute)))
	t.offers = append(t.offers, Choice{ID: workToken(deedFix, w.Report), Label: Phrase{Key: "deed." + string(deedFix)}})
}

// mayCorrect returns why the follow-up that was sent last cannot be corrected, ""
// where it can. Once anything else has happened the reporter may have answered
// to the old words, and these stay.
func (t *turn) mayCorrect(id reports.ID, r reports.Report, found bool) string {
	sent := t.s.Sent
	switch {
	case sent == nil || !found || sent.Report != id:
		return "desk.gone"
	case t.at.Sub(sent.At) > correctTime:
		return "fix.late"
	case r.Version != sent.Version || r.State != reports.FollowedUp:
		return "fix.moved"
	case !t.m.MaySee(t.e.Person, r):
		return "desk.not_yours"
	}
	return ""
}

// correctWork begins a correction.
func (t *turn) correctWork(id reports.ID) {
	r, found := t.known(id)
	if why := t.mayCorrect(id, r, found); why != "" {
		t.sayWhy(why, r)
		t.again()
		return
	}
	t.work(Work{Report: id, TrackingID: r.TrackingID, Deed: deedFix}, r, "")
}

// sendCorrection replaces the words of the follow-up.
func (t *turn) sendCorrection(w *Work, r reports.Report, found bool) {
	if why := t.mayCorrect(w.Report, r, found); why != "" {
		t.refuseWork(why, r)
		return
	}
	as, can := deedRow{by: []reports.ActorKind{reports.ByLiaison, reports.ByAdmin}, action: reports.FollowUp}.as(r, t.m.capacities(t.e.Person, r))
	if !can {
		t.refuseWork("desk.role", r)
		return
	}
	t.do(Act{
		Report: r.ID, Words: w.Words, Corrects: t.s.Sent.Version,
		Change: reports.Change{Actor: reports.Actor{Kind: as, Person: t.e.Person}, At: t.at},
	})
	t.endWork()
	t.say("done.fix", string(r.TrackingID))
	t.surface()
}

// tellSlot names the message that tells the reporter of a version of a report,
// so that a correction takes its place.
func tellSlot(id reports.ID, version int) string {
	return "told." + strconv.FormatInt(int64(id), 36) + "." + itoa(version)
}
