package conversation

import (
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
)

// Via tells the machine what the network that an event came over can do. The
// shell fills it in; the machine never asks which network it is.
type Via struct {
	Channel string // "telegram", "whatsapp", "webchat", "terminal"
	Network string // what people call it, such as "WhatsApp"; used in sentences
	Abroad  bool   // messages are stored outside the country, which the consent text says
	MaxFile int64  // bytes of the largest file that can be taken; 0: no files at all
}

// Event is something that happened to one person's conversation. Its zero
// fields are "not known"; At is always set.
type Event struct {
	ID    int64     // the number of the inbox row; files are known by it. 0 for ticks and results
	At    time.Time // when the service took it in
	Ref   string    // the channel's id of the message, for edits and quotes; holds no address
	Via   Via
	Input Input

	// Person is whose event it is; in a group who did it, 0 where nobody knows.
	Person reports.PersonID
	Chat   int64 // the chat's number
	Group  bool  // it happened in a group: for [Machine.StepGroup]
	// About is the report that the answered message told of; 0: none. With
	// [FromOffice] it is else the person's newest open report.
	About reports.ID
	// Reports are those that [Session.Names] and About name, as they are now.
	Reports []reports.Report
}

// Input is what an [Event] brings.
//
//sumtype:decl
type Input interface{ input() }

// What people send.
type (
	// Text is a written message. Forwarded marks one that was passed on.
	Text struct {
		Text      string `json:"text"`
		Forwarded bool   `json:"forwarded,omitempty"`
	}
	// Press is a button; Token is the [Button.Token] that the button was sent with,
	// or anything at all from somebody who forges one.
	Press struct {
		Token string `json:"token"`
	}
	// Attachment is a file that the channel holds and nobody has fetched yet.
	// Name, Type and Bytes are what the sender claims.
	Attachment struct {
		Kind    string `json:"kind"` // photo, video, audio, voice, document
		Name    string `json:"name,omitempty"`
		Type    string `json:"type,omitempty"`
		Bytes   int64  `json:"bytes,omitempty"` // -1: not known
		Caption string `json:"caption,omitempty"`
		Album   string `json:"album,omitempty"`
	}
	// Pin is a place on a map.
	Pin struct {
		Lat     float64 `json:"lat"`
		Lon     float64 `json:"lon"`
		Name    string  `json:"name,omitempty"` // of a venue
		Address string  `json:"address,omitempty"`
		Live    bool    `json:"live,omitempty"`
	}
	// Unsupported is something that cannot be part of a report: "sticker",
	// "contact", "poll", "view_once", "unknown".
	Unsupported struct {
		What string `json:"what"`
	}
	// Edited says that the message Ref now reads Text.
	Edited struct {
		Ref  string `json:"ref"`
		Text string `json:"text"`
	}
	// Deleted says that the sender took the message Ref back.
	Deleted struct {
		Ref string `json:"ref"`
	}
	// Joined says that the sender let the bot into this group.
	Joined struct{}
	// FromOffice is what somebody of the office wrote to this person by themself, in
	// the same chat and past the service, as on the phone that an account belongs to.
	FromOffice struct {
		Text string `json:"text,omitempty"` // or what stands below the file
		File bool   `json:"file,omitempty"` // a file went with it, which nobody fetches
	}
	// RightsChanged says that the bot may do more or less in this group than before.
	RightsChanged struct{}
	// TopicOpened says that the bot has made a topic in this group.
	TopicOpened struct {
		Topic string `json:"topic"` // the channel's reference
		Name  string `json:"name"`
	}
)

// What the shell brings.
type (
	// Tick says that [Session.Wake] has come.
	Tick struct{}
	// FileStored says that a fetched file lies in the vault.
	FileStored struct {
		File int64  `json:"file"`
		Kind string `json:"kind"` // as detected: photo, video, audio, document
	}
	// FileRefused says why a file could not be taken: "empty", "too_large",
	// "type", "gone" (the channel no longer has it) or "failed".
	FileRefused struct {
		File  int64  `json:"file"`
		Why   string `json:"why"`
		Limit int64  `json:"limit,omitempty"` // bytes, with too_large
	}
	// ReportFiled answers [FileReport], in the same transaction.
	ReportFiled struct {
		Report     reports.ID         `json:"report"`
		TrackingID reports.TrackingID `json:"tracking_id"`
		AccessCode reports.AccessCode `json:"access_code"`
	}
	// ReportsListed answers [ListReports]: the person's reports, newest first.
	ReportsListed struct {
		Reports []Summary `json:"reports"`
	}
	// CodeIssued answers [IssueCode]. OK is false where the report is not this person's.
	CodeIssued struct {
		TrackingID reports.TrackingID `json:"tracking_id"`
		AccessCode reports.AccessCode `json:"access_code"`
		OK         bool               `json:"ok"`
	}
	// InviteRedeemed answers [Redeem]. Role is empty where the code is wrong, used or expired.
	InviteRedeemed struct {
		Role   reports.Role `json:"role"`
		Agency string       `json:"agency,omitempty"` // the body's name
	}
	// Told says what was done to a report, to somebody who is to hear of it.
	Told struct {
		As      Audience          `json:"as"`
		Report  reports.ID        `json:"report"`
		Version int               `json:"version"` // of the report, that the change led to
		Action  reports.Action    `json:"action"`
		By      reports.ActorKind `json:"by"`
		From    reports.State     `json:"from,omitempty"`
		Words   string            `json:"words,omitempty"`
		Agency  string            `json:"agency,omitempty"` // code of the body in charge before or after, as the action needs
		Until   time.Time         `json:"until,omitzero"`
		Files   int               `json:"files,omitempty"`
		At      time.Time         `json:"at"`
		// Due is the last day of the clock answer, as [Machine.Due] has it after the
		// change; zero where none runs. Only what may move it has to carry it:
		// dispatch, the marks of oversight and of a formal request, and an extension.
		Due time.Time `json:"due,omitzero"`
		// Own is the report of a [Follower]; Report is the one that it was merged into.
		Own reports.ID `json:"own,omitempty"`
		// Correction: Words replace those of the follow-up that led to Version.
		Correction bool `json:"correction,omitempty"`
		// Clock and Rung are set where it is told that time has passed: Action is ""
		// then, Version that of the report which started the clock, and Due the last
		// day of it; of a [deadline.Warn] what is warned of comes after Due.
		Clock reports.Clock `json:"clock,omitempty"`
		Rung  deadline.Rung `json:"rung,omitempty"`
		// Unreachable: of [reports.Silence], that the reporter could not be reached.
		Unreachable bool `json:"unreachable,omitempty"`
	}
	// Nudged tells a group, or an official in private, what is due or late: all that
	// there is to say at one time, in one message.
	Nudged struct {
		Items []Nudge `json:"items"`
	}
	// Handed passes on to somebody's private talk what they began in a group.
	// Deed is empty where they answered a card in words.
	Handed struct {
		Report reports.ID `json:"report"`
		Deed   deed       `json:"deed,omitempty"`
		Words  string     `json:"words,omitempty"`
		Files  int        `json:"files,omitempty"` // that came with the words, and stay where they are
	}
	// ReportFound answers [FindReport].
	ReportFound struct {
		TrackingID reports.TrackingID `json:"tracking_id"`
		Report     reports.ID         `json:"report,omitempty"`
		Found      bool               `json:"found,omitempty"`
	}
	// ActRefused says that an [Act] could not be done any more, and that nothing of
	// the step that wanted it took place.
	ActRefused struct {
		Report reports.ID
		Late   bool // as in the [Act]
	}
	// GroupBound answers [BindGroup].
	GroupBound struct {
		Outcome string `json:"outcome"` // "bound", "wrong_code", "not_by_you"
		Agency  string `json:"agency,omitempty"`
	}
	// ReportShown answers [ShowReport]. Found is false where there is no such report
	// or a wrong code came with it; whether the person may see it is decided here.
	ReportShown struct {
		For        show
		TrackingID reports.TrackingID
		Found      bool
		ByCode     bool // the access code was right
		Report     reports.Report
		History    []reports.Entry
		Thread     []Spoken // oldest first
	}
	// Recapped answers [Recap].
	Recapped struct {
		Agency string // code of the body; "": all of them
		States []StateCount
		Late   int       // open reports of which something is overdue
		Oldest time.Time // when the oldest open report was filed
	}
	// QueueListed answers [ListQueue].
	QueueListed struct {
		Reports []reports.Report `json:"reports"`
		More    int              `json:"more,omitempty"`
		Late    []reports.ID     `json:"late,omitempty"` // those of which something is overdue
	}
	// Failed says that a message of this person was set aside after several
	// tries; the session is as it was before that message.
	Failed struct{}
)

// Spoken is something that was said about a report.
type Spoken struct {
	Version int // of the report at that time
	By      reports.ActorKind
	At      time.Time
	Words   string
	Files   int
	Office  bool // the reporter never sees it
	// Corrects is the version of the follow-up whose words these replace; 0: none.
	Corrects int
}

// StateCount is how many reports are in a state.
type StateCount struct {
	State reports.State
	Count int
}

// Summary is a line of /status.
type Summary struct {
	TrackingID reports.TrackingID
	State      reports.State
	FiledAt    time.Time
	Agency     string // name of the body in charge, if any
}

func (Text) input()           {}
func (Press) input()          {}
func (Attachment) input()     {}
func (Pin) input()            {}
func (Unsupported) input()    {}
func (Edited) input()         {}
func (Deleted) input()        {}
func (Joined) input()         {}
func (FromOffice) input()     {}
func (RightsChanged) input()  {}
func (TopicOpened) input()    {}
func (Tick) input()           {}
func (FileStored) input()     {}
func (FileRefused) input()    {}
func (ReportFiled) input()    {}
func (ReportsListed) input()  {}
func (CodeIssued) input()     {}
func (InviteRedeemed) input() {}
func (Failed) input()         {}
func (Told) input()           {}
func (Nudged) input()         {}
func (Handed) input()         {}
func (ReportFound) input()    {}
func (ActRefused) input()     {}
func (GroupBound) input()     {}
func (QueueListed) input()    {}
func (ReportShown) input()    {}
func (Recapped) input()       {}
