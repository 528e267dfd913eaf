package conversation

import "kentongan/reports"

// Effect is something that the shell has to do because of a step. All effects
// of a step take hold in one transaction or not at all; [Typing] alone is sent
// at once and may get lost.
//
//sumtype:decl
type Effect interface{ effect() }

type (
	// Say is an answer, not yet rendered; see [Machine.Render].
	Say struct {
		Paragraphs []Phrase
		// Choices are what the open question offers, in the order in which they are
		// shown. Talks share them: nobody changes them.
		Choices []Choice
		// Question begins the token of each choice: the number of the question and
		// that of the draft, so that an old button is recognised.
		Question string
		// Slot names a message that is replaced rather than repeated: a Say with the
		// slot of an earlier one edits that one where the channel can.
		Slot string
		// Copy is a text that people will want to copy, such as the tracking id.
		Copy string
		// About is the filed report that this tells of, so that an answer to this
		// message finds it; 0: none.
		About reports.ID
		// Proof is noted for About once this has reached the channel, see [Begun].
		Proof string
		// AskLocation offers to share a location where the channel can.
		AskLocation bool
	}
	// Typing shows that an answer is coming.
	Typing struct{}
	// Fetch has the file of the event with this number fetched into the vault.
	// It is not emitted before consent.
	Fetch struct{ File int64 }
	// Drop forgets files that were fetched, or would have been.
	Drop struct{ Files []int64 }
	// FileReport files the draft; the shell feeds [ReportFiled] back in before
	// the transaction ends. Number is the draft's number in this conversation:
	// the register files each at most once.
	FileReport struct {
		Number int
		Draft  reports.Draft
	}
	// Attach adds a file that came, or came in, after filing to the report.
	Attach struct {
		Report reports.ID
		Files  []int64
	}
	// RecordConsent logs what was decided about which version of the text. With
	// Granted the shell also keeps the sender's profile, sealed.
	RecordConsent struct {
		Version string
		Granted bool
	}
	// ListReports asks for [ReportsListed].
	ListReports struct{}
	// IssueCode asks for [CodeIssued].
	IssueCode struct{ TrackingID reports.TrackingID }
	// Redeem asks for [InviteRedeemed].
	Redeem struct{ Code string }

	// Act does something to a report, which the shell has handed in with the event
	// and still holds: it applies Change, keeps Words and Files in the report's
	// thread, and tells whom [Notices] names. Change.Action is empty where only the
	// thread grows: by a note, by the number that the report has in LAPOR!, or by
	// other words for what was said.
	Act struct {
		Report   reports.ID
		Change   reports.Change
		Words    string
		Files    []int64
		Note     bool // the reporter never sees Words
		External string
		// Corrects is the report's version that a follow-up led to whose words Words
		// replace. The reporter is told, with [Told.Correction]. 0: none.
		Corrects int
		// ByPhone says that the office wrote Words to the reporter by itself: who it was
		// nobody knows, so no appointment is asked for, and nobody is told.
		ByPhone bool
		// Evidence hands the reporter's files to whoever acts, in private, and has it
		// recorded that they opened them. Nothing else is done then.
		Evidence bool
		// Late: it was confirmed earlier and waited for its files.
		Late bool
	}
	// Hand passes Handed on to the person's private talk.
	Hand struct {
		Person reports.PersonID
		Handed Handed
	}
	// Alert tells the one who pressed a button something that nobody else sees.
	Alert struct{ Phrase Phrase }
	// Rate keeps how content the reporter is, from 1 to 5, and why where they said
	// so. The latest counts.
	Rate struct {
		Report reports.ID
		Stars  int
		Words  string
	}
	// Promise keeps the day, 2006-01-02, by which the reporter is told to expect an
	// answer: the shell sets [reports.Report.Promised]. It is no change of the report.
	Promise struct {
		Report reports.ID
		On     string
	}
	// Dossier sends the reporter the file that [Machine.Dossier] makes.
	Dossier struct{ Report reports.ID }
	// ShowReport asks for [ReportShown]. Code is the access code that came with the
	// number, if any: the shell checks it, and counts wrong ones.
	ShowReport struct {
		TrackingID reports.TrackingID
		Code       string
		For        show
	}
	// Recap asks for [Recapped]: how the reports of the group's body stand, or those
	// of the bodies that the person has an appointment in.
	Recap struct{}
	// FindReport asks for [ReportFound].
	FindReport struct{ TrackingID reports.TrackingID }
	// BindGroup asks for [GroupBound].
	BindGroup struct{ Code string }
	// ListQueue asks for [QueueListed]: what waits for the person, or for the group.
	ListQueue struct{}
	// Leave has the bot leave the group.
	Leave struct{}
	// LookAtGroup has the shell look anew at what the bot may do in the group.
	LookAtGroup struct{}
	// AdoptTopic says that a topic is the one that was being made for a report's
	// card, in case that whoever made it was never told.
	AdoptTopic struct {
		TrackingID reports.TrackingID
		Topic      string
		Name       string
	}
)

func (Say) effect()           {}
func (Typing) effect()        {}
func (Fetch) effect()         {}
func (Drop) effect()          {}
func (FileReport) effect()    {}
func (Attach) effect()        {}
func (RecordConsent) effect() {}
func (ListReports) effect()   {}
func (IssueCode) effect()     {}
func (Redeem) effect()        {}
func (Act) effect()           {}
func (Hand) effect()          {}
func (Alert) effect()         {}
func (Rate) effect()          {}
func (Promise) effect()       {}
func (Dossier) effect()       {}
func (FindReport) effect()    {}
func (BindGroup) effect()     {}
func (ListQueue) effect()     {}
func (Leave) effect()         {}
func (LookAtGroup) effect()   {}
func (AdoptTopic) effect()    {}
func (ShowReport) effect()    {}
func (Recap) effect()         {}

// Phrase is a key of the catalogue with what goes into its places, in order.
// Arguments are texts of people or formatted values, never keys.
type Phrase struct {
	Key   string
	Args  []string
	Tight bool // stands right below the phrase before it, without an empty line
}

// Choice is one possible answer.
type Choice struct {
	Number  int    // what people may type instead; 0: its words only
	ID      string // ends the token, behind [Say.Question]
	Label   Phrase
	Listed  bool // the text already shows the number, a channel without buttons need not list it again
	Primary bool // what the question is there for; a channel with buttons makes it stand out
}

// Message is a rendered answer, the same for every network; a channel only
// lays it out. Text marks bold with [BoldOn] and [BoldOff], which occur in no
// text that a person wrote.
type Message struct {
	Text        string     `json:"text"`
	Choices     []Button   `json:"choices,omitempty"`
	Slot        string     `json:"slot,omitempty"`
	Copy        string     `json:"copy,omitempty"`
	About       reports.ID `json:"about,omitempty"` // the filed report that it tells of
	Proof       string     `json:"proof,omitempty"` // of About: what is proved once this was sent
	AskLocation bool       `json:"ask_location,omitempty"`
	Share       string     `json:"share,omitempty"` // with AskLocation: the label of what shares it
	// Pick says, for a channel without buttons, how to choose where choices have no
	// numbers: their words are understood in an answer to this message.
	Pick string `json:"pick,omitempty"`
}

// Button is a rendered [Choice]. Token comes back in a [Press]; it stays below
// 40 bytes of ASCII.
type Button struct {
	Number  int    `json:"number"` // 0: it has none, see [Message.Pick]
	Token   string `json:"token"`
	Label   string `json:"label"`
	Listed  bool   `json:"listed,omitempty"`
	Primary bool   `json:"primary,omitempty"`
}

// Marks around bold words in [Message.Text].
const (
	BoldOn  = "\x02"
	BoldOff = "\x03"
)
