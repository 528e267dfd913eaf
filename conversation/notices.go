package conversation

import (
	"time"

	"kentongan/reports"
)

// Audience is who hears of a change.
type Audience string

// The audiences of a [Notice].
const (
	// AdminGroup is the group of the admins; it may hold people whom nobody knows.
	AdminGroup Audience = "admin_group"
	// NationalAdmins are the national admins, each in private.
	NationalAdmins Audience = "national_admins"
	// BodyGroup is the group of the body in charge.
	BodyGroup Audience = "body_group"
	// Named are the officials who may answer a restricted report for the body in
	// charge, each in private.
	Named Audience = "named"
	// Reporter is whoever told it.
	Reporter Audience = "reporter"
	// Follower are those whose report was merged into this one.
	Follower Audience = "follower"
	// Claimant is the official who took it on, in private.
	Claimant Audience = "claimant"
	// Watcher are the leaders and the Ombudsman who may read it, each in private.
	Watcher Audience = "watcher"
	// Verifier is the admin who handed it to the body, in private.
	Verifier Audience = "verifier"
	// Superiors are the agency admins of the body that owes something and of those
	// above it, Leaders their leaders, each in private.
	Superiors Audience = "superiors"
	Leaders   Audience = "leaders"
)

// Notice tells one audience of a change. Group is set where the audience is a
// group, and then is all that may be posted there; where it is nil people are
// told in private: reporters and officials by [Told], others by a card of
// [Machine.CardFor].
type Notice struct {
	To    Audience
	Group *GroupReport
}

// Notices says who hears of change, which has made r what it is. It is the one
// place that decides this: a restricted report never yields a notice to a group.
//
// Cards are state: whoever has one sees it change, without a sound. A notice is
// what makes one, or what reaches somebody in private.
func Notices(change reports.Change, r reports.Report) []Notice {
	var list []Notice
	private := func(who ...Audience) {
		for _, a := range who {
			list = append(list, Notice{To: a})
		}
	}
	card := func(group, named Audience) {
		if g, ok := ForGroup(r); ok {
			list = append(list, Notice{To: group, Group: &g})
		} else {
			private(named)
		}
	}
	switch change.Action {
	case reports.File:
		card(AdminGroup, NationalAdmins)
	case reports.Dispatch:
		card(BodyGroup, Named)
		private(Reporter, Follower)
	case reports.HandOn:
		card(BodyGroup, Named)
	case reports.Claim, reports.Hold, reports.Release, reports.RefuseReopen, reports.Merge, reports.Unmerge, reports.RequestInfo, reports.WithdrawAsk:
		private(Reporter)
	case reports.Respond, reports.FollowUp, reports.Archive, reports.Close, reports.Silence, reports.MarkFormal, reports.Extend:
		private(Reporter, Follower)
	case reports.Confirm:
		private(Claimant, Follower)
	case reports.Withdraw:
		private(Claimant, Follower)
	case reports.ProvideInfo, reports.Reply, reports.AttachEvidence:
		private(Claimant)
	case reports.LapseAsk, reports.TakeBack, reports.Write:
		private(Reporter, Claimant)
	case reports.GrantReopen:
		private(Reporter, Claimant, Follower)
	case reports.NotOurs:
		private(Reporter, Verifier)
	case reports.RequestReopen:
		private(Verifier)
	case reports.MarkOversight:
		private(Named, Reporter)
	case reports.Escalate:
		if change.Actor.Kind == reports.ByAdmin { // the scheduler's nudges say theirs
			private(Claimant, Watcher)
		}
	}
	return list
}

// GroupReport is what a group may see of a report. It has no place for an
// identity, nor for a file: whoever wants to post to a group has nothing else
// to post.
type GroupReport struct {
	TrackingID reports.TrackingID
	Kind       reports.Kind
	State      reports.State
	Agency     string // code of the body in charge or proposed
	Wanted     string // the body in the reporter's words, where none is registered; redacted
	Place      string // redacted words
	OccurredAt reports.OccurredAt
	Story      string // redacted and clipped
	Evidence   int
	FiledAt    time.Time

	ID       reports.ID // for the buttons
	Claimed  bool
	Held     time.Time // until when it is put off
	Returns  int
	Formal   bool // a formal request, with the PPID's clocks
	Extended bool
	Raised   bool // escalated
	Reopen   bool // the reporter asked for reopening
	Manual   bool
	Oversees bool   // the card stands at the verifier's, not at the body in charge
	Dues     []Due  // what is owed next
	Deeds    []deed // what the card offers
}

// Due is the last day on which something is in time.
type Due struct {
	Clock reports.Clock `json:"clock"`
	On    time.Time     `json:"on"`              // the day's first instant in the zone of who owes it, or the very instant
	Hours bool          `json:"hours,omitempty"` // On is an instant
	// Provisional says that a year without a decree is among the days: the date may
	// yet move.
	Provisional bool `json:"provisional,omitempty"`
}

// storyOnCard is how many characters of a chronology a card shows.
const storyOnCard = 900

// ForGroup returns what a group may see of r. It returns false, and nothing,
// where r is restricted.
func ForGroup(r reports.Report) (GroupReport, bool) {
	if r.Restricted() {
		return GroupReport{}, false
	}
	return shown(r), true
}

// shown is r as officials see it on a card: without anything by which its
// reporter could be reached. A card in private shows no more than this.
func shown(r reports.Report) GroupReport {
	o := r.OccurredAt
	o.Words = redact(clip(o.Words, 150))
	return GroupReport{
		TrackingID: r.TrackingID, Kind: r.Kind, State: r.State, Agency: r.Agency,
		Wanted: redact(clip(r.AgencyWords, 120)), Place: redact(clip(r.Location.Words, 300)), OccurredAt: o,
		// Redacted before clipped, so that no half of a number is left over; what is
		// read is bounded, for a chronology may be long.
		Story:    clip(redact(clip(r.Chronology, 2*storyOnCard)), storyOnCard),
		Evidence: r.Evidence, FiledAt: r.FiledAt,
		ID: r.ID, Claimed: r.Claimant != 0, Held: r.HeldUntil, Returns: r.Returns,
		Formal: r.Formal, Extended: r.Extended, Raised: r.Escalated, Reopen: r.Reopening, Manual: r.Manual,
	}
}
