package conversation_test

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"kentongan/conversation"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
)

// feat is an action with who would do it.
type feat struct {
	action reports.Action
	by     reports.ActorKind
	who    *rehearsal.Person // nil: the clock
}

// deedsOf are the buttons of what officials do.
var deedsOf = map[reports.Action]string{
	reports.Dispatch: "dispatch", reports.HandOn: "handon", reports.Claim: "claim", reports.Respond: "respond", reports.FollowUp: "followup",
	reports.RequestInfo: "ask", reports.WithdrawAsk: "unask", reports.NotOurs: "notours", reports.TakeBack: "takeback", reports.Write: "write",
	reports.Close: "close", reports.GrantReopen: "grant", reports.RefuseReopen: "refuse", reports.Hold: "hold", reports.Release: "release",
	reports.Archive: "archive", reports.Merge: "merge", reports.Unmerge: "unmerge", reports.MarkOversight: "oversight", reports.Escalate: "escalate",
	reports.MarkFormal: "formal", reports.Extend: "extend",
}

// goals are the actions of the table, each once.
var goals = func() []reports.Action {
	var list []reports.Action
	for _, row := range reports.Transitions {
		if !slices.Contains(list, row.Action) {
			list = append(list, row.Action)
		}
	}
	return list
}()

// reach has people do what leads to an action of the table, and that action:
// left alone, walks seldom come to the rare ones.
func (w *caseWalk) reach() {
	goal := one(w.t, "goal", append(slices.Clip(goals), reports.Release, reports.Release, reports.Release, reports.Unmerge, reports.Archive, reports.Extend, reports.Extend, reports.Extend))
	f := one(w.t, "report", w.c.Reports())
	for _, p := range w.officials {
		if w.c.Session(p).Work != nil { // so that it is open to what comes
			w.send(p, nil, conversation.Text{Text: "batal"}, 0)
			w.c.Settle()
		}
	}
	for range 8 {
		way := w.way(f.Report, goal)
		if len(way) == 0 {
			return
		}
		version := f.Report.Version
		w.perform(f, way[0], goal)
		if f.Report.Version == version || f.History[len(f.History)-1].Change.Action == goal {
			return // done, or something else is open in their talk
		}
	}
}

// way is the shortest one from r to goal that the table has, at most six actions.
func (w *caseWalk) way(r reports.Report, goal reports.Action) []feat {
	type node struct {
		r   reports.Report
		way []feat
	}
	key := func(r reports.Report) string {
		r.Version, r.Asks, r.Evidence, r.Claimant = 0, 0, 0, min(r.Claimant, 1)
		return fmt.Sprintf("%+v", r)
	}
	queue, seen := []node{{r: r}}, map[string]bool{key(r): true}
	for len(queue) > 0 && len(queue[0].way) < 6 {
		at := queue[0]
		queue = queue[1:]
		for _, row := range reports.Transitions {
			for _, by := range row.By {
				f := feat{row.Action, by, w.whoIs(by, at.r)}
				if f.who == nil && by != reports.ByClock || by == reports.ByClock && f.action == reports.Escalate {
					continue
				}
				change := reports.Change{Action: f.action, Actor: reports.Actor{Kind: by}, At: w.c.Now(), Agency: agencyFor(goal), Until: w.c.Now().Add(time.Hour), Into: 99}
				if f.who != nil {
					change.Actor.Person = f.who.ID
				}
				after, _, err := reports.Apply(at.r, change)
				switch {
				case err != nil:
				case f.action == goal:
					return append(slices.Clip(at.way), f)
				case !seen[key(after)]:
					seen[key(after)] = true
					queue = append(queue, node{after, append(slices.Clip(at.way), f)})
				}
			}
		}
	}
	return nil
}

// agencyFor is where a report goes on the way to goal.
func agencyFor(goal reports.Action) string {
	if goal == reports.HandOn {
		return "HST"
	}
	return "HST-PUPR"
}

// whoIs is the first who acts on r in a capacity.
func (w *caseWalk) whoIs(by reports.ActorKind, r reports.Report) *rehearsal.Person {
	for _, p := range w.reporters {
		if by == reports.ByReporter && p.ID == r.Reporter {
			return p
		}
	}
	for _, p := range w.officials {
		if slices.Contains(w.c.Machine().Capacities(w.held[p], r), by) {
			return p
		}
	}
	return nil
}

// perform has somebody do f to a report, as they would: by buttons and in words.
func (w *caseWalk) perform(filing *rehearsal.Filing, f feat, goal reports.Action) {
	id := filing.Report.ID
	number := string(filing.Report.TrackingID)
	say := func(text string, about reports.ID) {
		w.send(f.who, nil, conversation.Text{Text: text}, about)
		w.c.Settle()
	}
	press := func(prefix, what string) {
		w.send(f.who, nil, conversation.Press{Token: prefix + strconv.FormatInt(int64(id), 36) + "." + what}, 0)
		w.c.Settle()
	}
	switch {
	case f.by == reports.ByClock:
		if err := w.c.Clock(id, f.action); err != nil {
			w.t.Fatal(err)
		}
	case f.action == reports.Confirm:
		press("p.", "done")
	case f.action == reports.RequestReopen:
		press("p.", "reopen")
	case f.action == reports.Withdraw:
		say("/cabut "+number, 0)
		say("cabut", 0)
	case f.action == reports.AttachEvidence:
		w.send(f.who, nil, conversation.Attachment{Kind: "photo", Bytes: 5}, id)
	case f.by == reports.ByReporter:
		say("tambahan tentang hal itu, "+planted, id)
	default:
		name := deedsOf[f.action]
		if f.action == reports.RequestInfo && filing.Report.State == reports.Submitted {
			name = "askmore"
		}
		press("k.", name)
		for range 6 {
			work := w.c.Session(f.who).Work
			if work == nil || work.Report != id {
				return
			}
			say(w.rightAnswer(f.who, id, goal), 0)
		}
	}
}

// rightAnswer answers what an official is asked, on the way to goal.
func (w *caseWalk) rightAnswer(p *rehearsal.Person, id reports.ID, goal reports.Action) string {
	switch string(w.c.Session(p).Asked) {
	case "work_body":
		if r := w.c.Reports()[id-1].Report; goal == reports.HandOn && r.Agency != "HST" {
			return "Pemkab Hulu Sungai Tengah"
		}
		return "Dinas PUPR"
	case "work_date":
		return "3 hari"
	case "work_main":
		for _, f := range w.c.Reports() {
			if f.Report.ID != id && f.Report.State.Open() {
				return string(f.Report.TrackingID)
			}
		}
		return "batal"
	case "work_sure":
		return "ya"
	case "work_send":
		return "Kirim"
	default:
		return "Sudah kami kerjakan dan hasilnya baik menurut warga sekitar."
	}
}
