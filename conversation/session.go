package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
)

// Session is everything that the machine remembers of one person's private
// talk. The zero value is somebody who has never written. It survives JSON
// exactly and is sealed by the shell wherever it rests, for before consent it
// holds what nobody may read.
type Session struct {
	// Wake is when the machine wants a [Tick]; zero: never. A tick that comes
	// early, late or twice does no harm.
	Wake time.Time `json:"w,omitzero"`
	// Language is the code that the person chose; empty: Indonesian.
	Language string `json:"l,omitempty"`
	// Consent is the version of the consent text that the person agreed to.
	Consent string `json:"c,omitempty"`

	// Asked is the one open question. Serial numbers it, counts up over the whole
	// life of the session and tells an old button from a current one.
	Asked  question `json:"q,omitempty"`
	Serial int      `json:"s,omitempty"`
	// Under is the question that waits below a side question.
	Under question `json:"u,omitempty"`
	// Options are the codes of the bodies behind the numbers of [asksAgency].
	Options []string `json:"o,omitempty"`
	// Extra is the report whose access code the open question also offers.
	Extra reports.TrackingID `json:"x,omitempty"`

	// Drafts counts the drafts of this conversation; the register files each number once.
	Drafts  int     `json:"n,omitempty"`
	Telling Telling `json:"d,omitzero"`
	// Keyword came with a poster's link, for the story that is still to come.
	Keyword string `json:"k,omitempty"`
	// Danger: the emergency numbers have been given for what is being told.
	Danger bool `json:"e,omitempty"`

	// Burst are messages of a burst that is not over before BurstEnd.
	Burst    []reports.Passage `json:"b,omitempty"`
	BurstEnd time.Time         `json:"be,omitzero"`
	// Pace is the longest pause within the burst so far, and Heard when its newest
	// message came.
	Pace  time.Duration `json:"bp,omitempty"`
	Heard time.Time     `json:"bh,omitzero"`

	// Touched is when the person last wrote, or we last asked, whichever was later.
	Touched  time.Time `json:"t,omitzero"`
	Reminded bool      `json:"r,omitempty"`

	// Filed are the latest reports, newest last, as far as chat still touches them.
	Filed []Filed `json:"f,omitempty"`

	// Threads are the reports that the person was told something of that they may
	// answer, the newest last.
	Threads []Thread `json:"th,omitempty"`
	// Held is what they are told in the morning.
	Held    []Told    `json:"hd,omitempty"`
	Morning time.Time `json:"hm,omitzero"`
	// Work is what an official is about to do, Sent what they may still correct.
	Work *Work `json:"wk,omitempty"`
	Sent *Sent `json:"ws,omitempty"`
	// Sending is what was confirmed and is done as soon as its files are in.
	Sending []Work `json:"wq,omitempty"`
	// Leaving is the report that the person is asked whether to withdraw.
	Leaving   reports.ID         `json:"lv,omitempty"`
	LeavingID reports.TrackingID `json:"li,omitempty"`
}

// Telling is the draft in the making with what the conversation about it has
// to remember. Number is zero where there is none.
type Telling struct {
	Number int           `json:"n,omitempty"`
	Draft  reports.Draft `json:"r,omitzero"`

	// Agreed: the person had agreed to the consent text of the time when this was
	// told, so that silence does not erase it within a day.
	Agreed   bool         `json:"a,omitempty"`
	NoPlace  bool         `json:"np,omitempty"` // the question was answered with nothing
	NoTime   bool         `json:"nt,omitempty"`
	NoMore   bool         `json:"ne,omitempty"` // the question for evidence is done with
	Whole    bool         `json:"wh,omitempty"` // the first words told everything: files are invited in the review
	Secrecy  string       `json:"s,omitempty"`  // "", secrecyDue or secrecyDone
	Coach    string       `json:"co,omitempty"` // what to ask of a thin story; coached: it was asked
	Proposed reports.Kind `json:"k,omitempty"`  // the kind that the words suggest
	Future   bool         `json:"f,omitempty"`  // the time lies ahead and nobody has confirmed it
	Unclear  string       `json:"u,omitempty"`  // why the time is asked about once more; see [TimeReading]
	CostTold bool         `json:"c,omitempty"`  // what skipping costs has been said
	Editing  bool         `json:"e,omitempty"`  // a field is being changed from the review
	Rewrite  bool         `json:"w,omitempty"`  // the next words replace the story
	FreshPin bool         `json:"fp,omitempty"` // the pin came in answer to the open question
	NoPin    bool         `json:"sl,omitempty"` // the place is a link that hides where it leads
	Wide     bool         `json:"wd,omitempty"` // of the place only the province is known, and which regency is asked
	Regions  []string     `json:"rg,omitempty"` // codes of the regions that the place may be in; asked once
	PlaceRef string       `json:"pr,omitempty"` // the message that gave the place
	TimeRef  string       `json:"tr,omitempty"`
	// Times are the readings that an unclear time can have.
	Times    []reports.OccurredAt `json:"tm,omitempty"`
	Fetching []fetching           `json:"g,omitempty"` // names of files that are neither stored nor refused
	// Thread tells whether it was asked if this belongs to a report that is filed.
	Thread string `json:"td,omitempty"`
	// Threads are the reports that it may belong to.
	Threads []Thread `json:"ts,omitempty"`
	// PrivacyChosen: the person decided, so no proposal overrules it.
	PrivacyChosen bool `json:"p,omitempty"`
}

const (
	secrecyDue  = "due"
	secrecyDone = "done"
)

// coached says that the story's one question was asked.
const coached = "done"

// fetching names a file until it is stored or refused.
type fetching struct {
	File int64  `json:"f"`
	Name string `json:"n,omitempty"`
	Kind string `json:"k,omitempty"`
}

// Filed is a report that was sent from this conversation, as far as late files
// and a second press still have to find it. ID is zero between [FileReport]
// and [ReportFiled], which are one transaction.
type Filed struct {
	Number     int                `json:"n"`
	ID         reports.ID         `json:"i,omitempty"`
	TrackingID reports.TrackingID `json:"t,omitempty"`
	At         time.Time          `json:"a,omitzero"`
	Albums     []string           `json:"al,omitempty"`
	Fetching   []fetching         `json:"g,omitempty"`
	// Promise is what the receipt needs; it is dropped once that is said.
	Promise *promise `json:"p,omitempty"`
}

type promise struct {
	Kind       reports.Kind `json:"k,omitempty"`
	Agency     string       `json:"a,omitempty"`
	Keyword    string       `json:"w,omitempty"`
	Restricted bool         `json:"r,omitempty"`
}

// filedKept is how many filed reports a session remembers at most; one that
// still waits for files is not dropped before others.
const filedKept = 4

// Lang returns the code of the language to render in.
func (s Session) Lang() string {
	if s.Language == "" {
		return defaultLanguage
	}
	return s.Language
}

const defaultLanguage = "id"

// Names returns the filed reports that e may change or tell of, so that the
// shell can lock their rows before stepping. What e.About names comes besides.
func (s Session) Names(e Event) []reports.ID {
	var ids []reports.ID
	add := func(id reports.ID) {
		if id != 0 {
			ids = append(ids, id)
		}
	}
	for i := range s.Filed {
		f := &s.Filed[i]
		touched := false
		switch in := e.Input.(type) {
		case FileStored:
			touched = f.waitsFor(in.File)
		case FileRefused:
			touched = f.waitsFor(in.File)
		case Attachment:
			touched = f.sibling(in.Album, e.At)
		default:
		}
		if touched {
			add(f.ID)
		}
	}
	for i := range s.Sending {
		switch in := e.Input.(type) {
		case FileStored:
			if s.Sending[i].waitsFor(in.File) {
				add(s.Sending[i].Report)
			}
		case FileRefused:
			if s.Sending[i].waitsFor(in.File) {
				add(s.Sending[i].Report)
			}
		default:
		}
	}
	switch in := e.Input.(type) {
	case Press:
		if _, id, ok := parseWorkToken(in.Token); ok {
			add(id)
		} else if id, _, ok := parsePushToken(in.Token); ok {
			add(id)
		}
	case Told:
		add(in.Report)
		add(in.Own)
	case Nudged:
		for _, n := range in.Items {
			add(n.Report)
		}
	case Handed:
		add(in.Report)
	case ReportFound:
		add(in.Report)
	case ActRefused:
		add(in.Report)
	default:
	}
	switch e.Input.(type) {
	case Text, Press, Attachment, Pin, Tick, ReportFound:
		for i := range s.Threads {
			add(s.Threads[i].Report)
		}
		for i := range s.Telling.Threads {
			add(s.Telling.Threads[i].Report)
		}
		for i := range s.Held {
			add(s.Held[i].Report)
			add(s.Held[i].Own)
		}
		if s.Work != nil {
			add(s.Work.Report)
			add(s.Work.Main)
		}
		add(s.Leaving)
	default:
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// NamesInGroup is [Session.Names] for what happens in a group.
func NamesInGroup(e Event) []reports.ID {
	switch in := e.Input.(type) {
	case Press:
		if _, id, ok := parseWorkToken(in.Token); ok {
			return []reports.ID{id}
		}
	case ActRefused:
		return []reports.ID{in.Report}
	case Nudged:
		ids := make([]reports.ID, len(in.Items))
		for i, n := range in.Items {
			ids[i] = n.Report
		}
		return ids
	default:
	}
	return nil
}

// slot names the message that counts the files that come after f was sent.
func (f *Filed) slot() string {
	if f.Number == 0 { // what was added to a report later
		return "late.r" + itoa(int(f.ID)) + "." + itoa(int(f.At.Unix()))
	}
	return "late." + itoa(f.Number)
}

func (f *Filed) waitsFor(file int64) bool {
	return slices.ContainsFunc(f.Fetching, func(w fetching) bool { return w.File == file })
}

// siblingTime is how long after filing a file of the same album still belongs
// to the report.
const siblingTime = time.Minute

func (f *Filed) sibling(album string, at time.Time) bool {
	return album != "" && slices.Contains(f.Albums, album) && at.Sub(f.At) <= siblingTime
}

// spoken reports whether a voice message is among the files.
func (t *Telling) spoken() bool {
	return slices.ContainsFunc(t.Draft.Evidence, func(e reports.Evidence) bool { return e.Kind == "voice" })
}

// holds reports whether there is a draft.
func (t *Telling) holds() bool { return t.Number != 0 }

func (t *Telling) file(number int64) int {
	return slices.IndexFunc(t.Draft.Evidence, func(e reports.Evidence) bool { return e.File == number })
}

// take removes the file's name from list and returns it.
func take(list []fetching, file int64) (fetching, []fetching) {
	i := slices.IndexFunc(list, func(f fetching) bool { return f.File == file })
	if i < 0 {
		return fetching{}, list
	}
	return list[i], without(list, i)
}

// without returns list without its i-th element, in memory of its own: a step
// never writes into the session that it was given. It is nil rather than empty.
func without[E any](list []E, i int) []E {
	if len(list) <= 1 {
		return nil
	}
	rest := make([]E, 0, len(list)-1)
	rest = append(rest, list[:i]...)
	return append(rest, list[i+1:]...)
}

// with returns list and one more, in memory of its own where it has to grow.
func with[E any](list []E, e E) []E { return append(slices.Clip(list), e) }

// changed returns list with its i-th element replaced, in memory of its own.
func changed[E any](list []E, i int, e E) []E {
	list = slices.Clone(list)
	list[i] = e
	return list
}
