package reports

import "time"

// ID numbers a report inside the register. People never see it; they see a [TrackingID].
type ID int64

// PersonID is the number by which everything but the sealed identity table
// knows a person: the number of their private chat. Zero is nobody.
type PersonID int64

// Precision says how exactly an [OccurredAt] is known.
type Precision string

// The precisions of a time of occurrence, from fine to coarse. Recurring has
// no single instant: From is its beginning where known.
const (
	Minute    Precision = "minute"
	Hour      Precision = "hour"
	PartOfDay Precision = "part_of_day"
	Day       Precision = "day"
	Week      Precision = "week"
	Month     Precision = "month"
	Range     Precision = "range"
	Recurring Precision = "recurring"
)

// OccurredAt is when it happened: the reporter's own words always, and beside
// them what was understood, if anything. The zero value is "not said".
type OccurredAt struct {
	Words     string    `json:"words,omitempty"`
	From      time.Time `json:"from,omitzero"`
	To        time.Time `json:"to,omitzero"` // exclusive; zero where From is all that is known
	Precision Precision `json:"precision,omitempty"`
	// Zone is the name of the zone in which the words are meant, that of the place;
	// empty while nothing is filed.
	Zone string `json:"zone,omitempty"`
}

// Known reports whether anything was said about the time.
func (o OccurredAt) Known() bool { return o.Words != "" || !o.From.IsZero() }

// Location is where it happened: the reporter's words, a pin, or both. The
// zero value is "not said".
type Location struct {
	Words  string  `json:"words,omitempty"`
	Region string  `json:"region,omitempty"` // code of a regency or province, where known
	Lat    float64 `json:"lat,omitempty"`    // degrees; meaningful only where Pin is set
	Lon    float64 `json:"lon,omitempty"`
	Pin    bool    `json:"pin,omitempty"`
}

// Known reports whether anything was said about the place.
func (l Location) Known() bool { return l.Words != "" || l.Pin }

// EvidenceStatus is how far a file has come on its way into the vault.
type EvidenceStatus string

// The statuses of a piece of evidence.
const (
	EvidenceFetching EvidenceStatus = "fetching"
	EvidenceStored   EvidenceStatus = "stored"
	EvidenceRefused  EvidenceStatus = "refused"
)

// Evidence names one file of a draft. File is the number that the shell gave
// it when it arrived; it holds no file name, for names of files name people.
type Evidence struct {
	File   int64          `json:"file"`
	Kind   string         `json:"kind"` // photo, video, audio, voice, document
	Status EvidenceStatus `json:"status"`
	Album  string         `json:"album,omitempty"` // the channel's album id, where it has one
	Ref    string         `json:"ref,omitempty"`   // the channel's id of the message that brought it
}

// Passage is one message of a chronology. Ref is the channel's id of that
// message, so that an edit of it replaces the passage and adds none.
type Passage struct {
	Text string `json:"text"`
	Ref  string `json:"ref,omitempty"`
}

// Draft is a report that is still being told. It survives JSON.
type Draft struct {
	Kind         Kind       `json:"kind,omitempty"` // empty: not chosen, filed as Complaint
	Chronology   []Passage  `json:"chronology,omitempty"`
	OccurredAt   OccurredAt `json:"occurred_at,omitzero"`
	Location     Location   `json:"location,omitzero"`
	Evidence     []Evidence `json:"evidence,omitempty"`
	Agency       string     `json:"agency,omitempty"` // code of the proposed body, where one is registered
	AgencyWords  string     `json:"agency_words,omitempty"`
	Keyword      string     `json:"keyword,omitempty"` // the registered keyword that the report began with
	Anonymous    bool       `json:"anonymous,omitempty"`
	Confidential bool       `json:"confidential,omitempty"`
}

// Story is the whole chronology, one passage a paragraph.
func (d Draft) Story() string {
	switch len(d.Chronology) {
	case 0:
		return ""
	case 1:
		return d.Chronology[0].Text
	}
	n := len(d.Chronology)
	for _, p := range d.Chronology {
		n += len(p.Text)
	}
	story := make([]byte, 0, n)
	for i, p := range d.Chronology {
		if i > 0 {
			story = append(story, '\n')
		}
		story = append(story, p.Text...)
	}
	return string(story)
}

// Report is a filed report as the register holds it. It names its reporter
// only by number.
type Report struct {
	ID           ID
	TrackingID   TrackingID
	Version      int // counts changes from 1; the register refuses a change made to an older one
	Kind         Kind
	State        State
	Origin       State // the state that needs_info came from; empty elsewhere
	AskedBy      ActorKind
	Reporter     PersonID
	Source       string // the channel that it came over
	Chronology   string
	OccurredAt   OccurredAt
	Location     Location
	Agency       string // the body in charge; before dispatch the one proposed
	AgencyWords  string
	Keyword      string
	Anonymous    bool
	Confidential bool
	Evidence     int // files attached so far
	FiledAt      time.Time

	Claimant    PersonID
	Dispatched  bool // was handed to a body at least once
	FollowedUp  bool // has had a substantive follow-up since it was last opened
	Returns     int  // how often bodies said bukan wewenang
	Asks        int  // how often the body in charge asked the reporter, which pauses its clocks
	HeldUntil   time.Time
	Reopening   bool // the reporter asked for reopening; an admin decides
	Escalated   bool
	Oversight   bool // berkadar pengawasan
	Formal      bool // a formal request for public information (UU 14/2008), with the PPID's clocks
	Extended    bool // the time for its answer was extended, which happens once
	Manual      bool // the body is not connected: the admin acts for it
	MergedInto  ID
	Closing     Closing
	ClosingNote string

	// Clocks are those that run or stand still now, in the order in which they
	// started: facts, from which dates are computed when they are looked at.
	Clocks []Run
	// Promised is the day, 2006-01-02, by which the reporter was last told to expect
	// an answer.
	Promised string
}

// Restricted reports whether r may never be posted to a group: its content
// goes to named people in private only.
func (r Report) Restricted() bool {
	return r.Confidential || r.Oversight || r.Kind == Whistleblowing
}

// Closing is how a report ended.
type Closing string

// The ways in which a report is closed.
const (
	ClosedBySilence Closing = "silence"
	ClosedConfirmed Closing = "confirmed"
	ClosedByAdmin   Closing = "admin"
)

// Open turns a draft into the report that is filed at now: privacy and kind
// get their defaults, and whistleblowing sets both switches.
func (d Draft) Open(reporter PersonID, source string, now time.Time) Report {
	r := Report{
		Version: 1, Kind: d.Kind, State: Submitted, Reporter: reporter, Source: source,
		Chronology: d.Story(), OccurredAt: d.OccurredAt, Location: d.Location,
		Agency: d.Agency, AgencyWords: d.AgencyWords, Keyword: d.Keyword,
		Anonymous: d.Anonymous, Confidential: d.Confidential, FiledAt: now,
	}
	if r.Kind == "" {
		r.Kind = Complaint
	}
	if r.Kind == Whistleblowing {
		r.Anonymous, r.Confidential = true, true
	}
	r.Clocks = filedClocks(r)
	return r
}

// AsFiled returns r as it was when it was filed, as far as [Apply] changes
// anything, so that its history can be replayed on it.
func (r Report) AsFiled() Report {
	filed := Report{
		ID: r.ID, TrackingID: r.TrackingID, Version: 1, Kind: r.Kind, State: Submitted, Keyword: r.Keyword,
		Reporter: r.Reporter, Source: r.Source, Confidential: r.Confidential, Anonymous: r.Anonymous, FiledAt: r.FiledAt,
	}
	filed.Clocks = filedClocks(filed)
	return filed
}
