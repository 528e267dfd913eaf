package reports

// State is where a report stands.
type State string

// The states of a report. The zero value is a report that was never filed.
const (
	Submitted       State = "submitted"
	NeedsInfo       State = "needs_info"
	Dispatched      State = "dispatched"
	InProgress      State = "in_progress"
	FollowedUp      State = "followed_up"
	ReporterReplied State = "reporter_replied"
	Closed          State = "closed"
	Archived        State = "archived"
	Merged          State = "merged"
	Withdrawn       State = "withdrawn"
)

// States lists every state.
func States() []State {
	return []State{
		Submitted, NeedsInfo, Dispatched, InProgress, FollowedUp,
		ReporterReplied, Closed, Archived, Merged, Withdrawn,
	}
}

// Open reports whether somebody still owes the report something.
func (s State) Open() bool {
	switch s {
	case Submitted, NeedsInfo, Dispatched, InProgress, FollowedUp, ReporterReplied:
		return true
	case Closed, Archived, Merged, Withdrawn:
	}
	return false
}

// Action is something that is done to a report.
type Action string

// The actions. File comes first in every history; what is in no row of
// [Transitions] is refused.
const (
	File           Action = "file"
	Dispatch       Action = "dispatch"
	HandOn         Action = "hand_on"
	Claim          Action = "claim"
	Respond        Action = "initial_response"
	FollowUp       Action = "follow_up"
	RequestInfo    Action = "request_info"
	ProvideInfo    Action = "provide_info" // the reporter answered
	WithdrawAsk    Action = "withdraw_ask" // the asker took the question back
	LapseAsk       Action = "lapse_ask"    // the clock complete ran out
	NotOurs        Action = "not_ours"     // bukan wewenang
	TakeBack       Action = "take_back"    // tarik kembali
	Reply          Action = "reply"        // the reporter wrote, or said Belum
	Write          Action = "write"        // the administrator wrote into the thread
	Confirm        Action = "confirm"      // sudah beres
	Close          Action = "close"        // by the admin, with a reason
	Silence        Action = "silence"      // ten working days after a follow-up
	RequestReopen  Action = "request_reopen"
	GrantReopen    Action = "grant_reopen"
	RefuseReopen   Action = "refuse_reopen"
	Hold           Action = "hold"
	Release        Action = "release" // a hold ended by itself
	Archive        Action = "archive"
	Merge          Action = "merge"
	Unmerge        Action = "unmerge"
	Withdraw       Action = "withdraw"
	MarkOversight  Action = "mark_oversight"
	MarkFormal     Action = "mark_formal" // permohonan resmi (PPID)
	Extend         Action = "extend"      // perpanjang waktu
	Escalate       Action = "escalate"
	AttachEvidence Action = "attach_evidence" // a file that came after filing
)

// Dates reports whether a gives a report's answer a day that its reporter is told.
func (a Action) Dates() bool {
	return a == Dispatch || a == MarkOversight || a == MarkFormal || a == Extend
}

// ActorKind is in which capacity somebody acts; a person may have several.
type ActorKind string

// The capacities. Admin is the verifier in charge: the national admin or the
// agency admin of the government that the report began with.
const (
	ByReporter    ActorKind = "reporter"
	ByAdmin       ActorKind = "admin"
	ByAgencyAdmin ActorKind = "agency_admin"
	ByLiaison     ActorKind = "liaison"
	ByOperator    ActorKind = "operator"
	ByClock       ActorKind = "clock"
)

// Actor is who did something and in which capacity. Person is zero for the clock.
type Actor struct {
	Kind   ActorKind
	Person PersonID
}

// Transition is one row of the table of actions.
type Transition struct {
	Action Action
	From   []State
	To     State // empty: the state stays as it is, or is decided by the action (needs_info returns to its origin)
	By     []ActorKind
	// Manual rows are open to these capacities only while the body in charge is
	// not connected (the admin acts for it).
	Manual bool
	// ThreadOnly marks rows that add to the thread and change no state.
	ThreadOnly bool
}

var (
	openStates       = []State{Submitted, NeedsInfo, Dispatched, InProgress, FollowedUp, ReporterReplied}
	openButAnswered  = []State{Submitted, NeedsInfo, Dispatched, InProgress, ReporterReplied}
	openBeforeAnswer = []State{Submitted, NeedsInfo, Dispatched, InProgress}
)

// Transitions is the whole table: what is not in it is refused. The first row
// that fits action, state and actor decides.
var Transitions = []Transition{
	{Action: Dispatch, From: []State{Submitted}, To: Dispatched, By: []ActorKind{ByAdmin}},
	{Action: HandOn, From: []State{Dispatched}, To: Dispatched, By: []ActorKind{ByAgencyAdmin}},
	{Action: Claim, From: []State{Dispatched, ReporterReplied, InProgress}, To: InProgress, By: []ActorKind{ByLiaison, ByOperator}},
	{Action: Respond, From: []State{Dispatched, InProgress}, To: InProgress, By: []ActorKind{ByLiaison}},
	{Action: Respond, From: []State{Dispatched, InProgress}, To: InProgress, By: []ActorKind{ByAdmin}, Manual: true},
	{Action: FollowUp, From: []State{Dispatched, InProgress, FollowedUp, ReporterReplied, NeedsInfo}, To: FollowedUp, By: []ActorKind{ByLiaison}},
	{Action: FollowUp, From: []State{Dispatched, InProgress, FollowedUp, ReporterReplied, NeedsInfo}, To: FollowedUp, By: []ActorKind{ByAdmin}, Manual: true},
	{Action: RequestInfo, From: []State{Submitted}, To: NeedsInfo, By: []ActorKind{ByAdmin}},
	{Action: RequestInfo, From: []State{Dispatched, InProgress, ReporterReplied}, To: NeedsInfo, By: []ActorKind{ByLiaison, ByAdmin}},
	{Action: ProvideInfo, From: []State{NeedsInfo}, By: []ActorKind{ByReporter}},
	{Action: WithdrawAsk, From: []State{NeedsInfo}, By: []ActorKind{ByAdmin, ByLiaison}},
	{Action: LapseAsk, From: []State{NeedsInfo}, By: []ActorKind{ByClock}},
	{Action: NotOurs, From: []State{Dispatched, InProgress}, To: Submitted, By: []ActorKind{ByLiaison}},
	{Action: TakeBack, From: []State{Dispatched, InProgress, ReporterReplied}, To: Submitted, By: []ActorKind{ByAdmin}},
	{Action: Reply, From: []State{FollowedUp}, To: ReporterReplied, By: []ActorKind{ByReporter}},
	{Action: Reply, From: openButAnswered, By: []ActorKind{ByReporter}, ThreadOnly: true},
	{Action: Write, From: []State{FollowedUp, ReporterReplied}, To: InProgress, By: []ActorKind{ByAdmin}},
	{Action: Write, From: openBeforeAnswer, By: []ActorKind{ByAdmin}, ThreadOnly: true},
	{Action: Confirm, From: openStates, To: Closed, By: []ActorKind{ByReporter}},
	{Action: Close, From: []State{FollowedUp}, To: Closed, By: []ActorKind{ByAdmin}},
	{Action: Silence, From: []State{FollowedUp}, To: Closed, By: []ActorKind{ByClock}},
	{Action: RequestReopen, From: []State{Archived}, To: Submitted, By: []ActorKind{ByReporter}},
	{Action: RequestReopen, From: []State{Closed}, By: []ActorKind{ByReporter}},
	{Action: GrantReopen, From: []State{Closed}, To: InProgress, By: []ActorKind{ByAdmin}},
	{Action: RefuseReopen, From: []State{Closed}, By: []ActorKind{ByAdmin}},
	{Action: Hold, From: []State{Submitted}, By: []ActorKind{ByAdmin}},
	{Action: Release, From: []State{Submitted}, By: []ActorKind{ByClock, ByAdmin}},
	{Action: Archive, From: []State{Submitted}, To: Archived, By: []ActorKind{ByAdmin}},
	{Action: Merge, From: []State{Submitted}, To: Merged, By: []ActorKind{ByAdmin}},
	{Action: Unmerge, From: []State{Merged}, To: Submitted, By: []ActorKind{ByAdmin}},
	{Action: Withdraw, From: openStates, To: Withdrawn, By: []ActorKind{ByReporter}},
	{Action: MarkOversight, From: openStates, By: []ActorKind{ByAdmin}},
	{Action: MarkFormal, From: openStates, By: []ActorKind{ByAdmin}},
	{Action: Extend, From: []State{Dispatched, InProgress, ReporterReplied}, By: []ActorKind{ByLiaison}},
	{Action: Extend, From: []State{Dispatched, InProgress, ReporterReplied}, By: []ActorKind{ByAdmin}, Manual: true},
	{Action: Escalate, From: openStates, By: []ActorKind{ByClock, ByAdmin}},
	{Action: AttachEvidence, From: States(), By: []ActorKind{ByReporter}, ThreadOnly: true},
}
