package conversation

import (
	"slices"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// Nudge is something of a report's that is due or late. It holds nothing that was
// told, so it may stand in any group.
type Nudge struct {
	Report     reports.ID         `json:"report"`
	TrackingID reports.TrackingID `json:"tracking_id"`
	Agency     string             `json:"agency,omitempty"`
	Clock      reports.Clock      `json:"clock"`
	// Since is the version of the report that started the clock: where another life
	// of it runs by now, or none, the nudge is overtaken.
	Since int           `json:"since"`
	Rung  deadline.Rung `json:"rung"`
	Due   Due           `json:"due"`
}

// NudgeNotices says who hears that a clock of r has come to a rung. It is the one
// place that decides this; what is restricted never reaches a group.
func NudgeNotices(clock reports.Clock, rung deadline.Rung, r reports.Report) []Notice {
	var list []Notice
	private := func(who ...Audience) {
		for _, a := range who {
			list = append(list, Notice{To: a})
		}
	}
	group := func(where Audience, otherwise Audience) {
		if g, ok := ForGroup(r); ok {
			list = append(list, Notice{To: where, Group: &g})
		} else {
			private(otherwise)
		}
	}
	owes := func() {
		if clock == reports.ClockVerify || r.Manual {
			group(AdminGroup, Verifier)
			return
		}
		group(BodyGroup, Named)
		if r.Claimant != 0 && !r.Restricted() {
			private(Claimant)
		}
	}
	concerns := clock == reports.ClockVerify || clock == reports.ClockAnswer || clock == reports.ClockAfterReply
	switch rung {
	case deadline.Soon, deadline.Today:
		owes()
	case deadline.Late:
		owes()
		if concerns {
			private(Reporter)
		}
	case deadline.Superior:
		private(Superiors)
	case deadline.Leader:
		if !r.Restricted() {
			private(Leaders)
		}
	case deadline.National:
		group(AdminGroup, NationalAdmins)
		private(NationalAdmins)
		if concerns {
			private(Reporter)
		}
	case deadline.Warn:
		private(Reporter)
	case deadline.Lapse: // a change of the report's own, see [Notices]
	}
	return list
}

// Nudged are the chats that a notice of a nudge goes to, groups and officials; of
// [Reporter] there are none: they are told by [Told]. Where a group is not bound,
// those who would work in it hear in private.
func (m *Machine) Nudged(n Notice, r reports.Report) []int64 {
	bound := func(code string) []int64 {
		var chats []int64
		for chat, agency := range m.config.Groups {
			if agency == code {
				chats = append(chats, chat)
			}
		}
		slices.Sort(chats)
		return chats
	}
	people := func(list []reports.PersonID) []int64 {
		chats := make([]int64, len(list))
		for i, p := range list {
			chats[i] = int64(p)
		}
		return chats
	}
	switch n.To {
	case AdminGroup:
		if code := m.VerifiedBy(r); code != "" {
			if chats := bound(code); len(chats) > 0 {
				return chats
			}
			return people(m.Verifiers(r, 0))
		}
		if chats := bound(""); len(chats) > 0 {
			return chats
		}
		return people(m.Admins())
	case BodyGroup:
		if chats := bound(r.Agency); len(chats) > 0 && r.Agency != "" {
			return chats
		}
		return people(m.Responsible(r, r))
	case Named:
		return people(m.Responsible(r, r))
	case Claimant:
		if r.Claimant != 0 && len(m.capacities(r.Claimant, r)) > 0 {
			return []int64{int64(r.Claimant)}
		}
	case Verifier:
		return people(m.Verifiers(r, 0))
	case NationalAdmins:
		return people(m.Admins())
	case Superiors:
		return people(m.holders(reports.AgencyAdmin, m.above(m.owing(r))))
	case Leaders:
		return people(m.holders(reports.Leader, m.above(m.owing(r))))
	case Reporter, Follower, Watcher:
	}
	return nil
}

// owing is the body that owes r something: the one in charge, else the one that
// verifies it.
func (m *Machine) owing(r reports.Report) string {
	if r.AtBody() {
		return r.Agency
	}
	return m.VerifiedBy(r)
}

// holders are those who hold role at one of these bodies.
func (m *Machine) holders(role reports.Role, bodies []string) []reports.PersonID {
	var list []reports.PersonID
	for person, held := range m.config.Officials {
		if slices.ContainsFunc(held, func(a reports.Appointment) bool {
			return a.Role == role && slices.Contains(bodies, a.Agency)
		}) {
			list = append(list, person)
		}
	}
	slices.Sort(list)
	return list
}
