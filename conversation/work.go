package conversation

import (
	"time"

	"kentongan/reports"
)

// Work is what an official is about to do to a report, as far as it has been
// told. It waits in their private talk, above whatever they report themselves.
type Work struct {
	Report     reports.ID         `json:"r"`
	TrackingID reports.TrackingID `json:"t"`
	Deed       deed               `json:"d,omitempty"` // empty: what was written in the group is still to be named
	Asked      question           `json:"q,omitempty"` // what it waits for, also while another question lies over it
	Words      string             `json:"w,omitempty"`
	Body       string             `json:"b,omitempty"` // code of the body
	NoBody     bool               `json:"nb,omitempty"`
	Until      time.Time          `json:"u,omitzero"`
	Main       reports.ID         `json:"m,omitempty"`
	MainID     reports.TrackingID `json:"mi,omitempty"`
	Options    []string           `json:"o,omitempty"` // codes of the bodies, or the deeds, behind the numbers
	Files      []reports.Evidence `json:"f,omitempty"`
	Since      time.Time          `json:"s,omitzero"`  // when it was last asked about
	Seen       reports.State      `json:"v,omitempty"` // the report's state when it was begun
	Lost       bool               `json:"l,omitempty"` // confirmed, and has lost a file since
}

const (
	// minAnswer is how many characters a follow-up has that says anything.
	minAnswer = 25
	// maxWorkWords is how many characters an official's answer may have.
	maxWorkWords = 3000
	maxWorkFiles = 10
	// workLife is how long work that nobody goes on with waits. What somebody
	// writes later is hardly meant for it.
	workLife = 12 * time.Hour
)

// workPress begins what a card's button is for, in private.
func (t *turn) workPress(d deed, id reports.ID) {
	t.endBurst()
	if d == deedFix {
		t.correctWork(id)
		return
	}
	r, found := t.known(id)
	as, why := t.m.mayDo(t.e.Person, d, r, found, t.at)
	if why != "" {
		t.sayWhy(why, r)
		t.again()
		return
	}
	t.work(Work{Report: id, TrackingID: r.TrackingID, Deed: d, Seen: r.State}, r, as)
}

// handed takes over what the person began in a group.
func (t *turn) handed(in Handed) {
	t.endBurst()
	r, found := t.known(in.Report)
	if in.Deed == "" {
		t.answeredCard(r, found, clip(clean(in.Words), maxWorkWords), nil)
		if in.Files > 0 {
			t.say("work.group_file")
		}
		return
	}
	as, why := t.m.mayDo(t.e.Person, in.Deed, r, found, t.at)
	if why != "" {
		t.sayWhy(why, r)
		t.backToDraft()
		return
	}
	t.work(Work{Report: r.ID, TrackingID: r.TrackingID, Deed: in.Deed, Seen: r.State}, r, as)
}

// sayWhy says why something cannot be done to r.
func (t *turn) sayWhy(why string, r reports.Report) {
	t.say(why, string(r.TrackingID), t.m.stateName(t.s.Lang(), r.State))
}

// answerDeeds are what an answer to a card may be meant as, the likeliest first.
var answerDeeds = []deed{deedFollowUp, deedRespond, deedAsk, deedWrite, deedAskMore, deedNote}

// answeredCard asks what an official's answer to a card is meant as.
func (t *turn) answeredCard(r reports.Report, found bool, words string, files []reports.Evidence) {
	capacities := t.m.capacities(t.e.Person, r)
	var options []string
	for _, d := range answerDeeds {
		row, _ := deedOf(d)
		if _, can := row.as(r, capacities); can && found {
			options = append(options, string(d))
		}
	}
	if len(options) == 0 {
		t.dropFiles(files)
		t.sayWhy(either(found && len(capacities) > 0, "desk.over", "desk.gone"), r)
		t.backToDraft()
		return
	}
	t.replaceWork()
	t.s.Work = &Work{Report: r.ID, TrackingID: r.TrackingID, Words: words, Files: files, Options: options, Seen: r.State}
	t.over(asksWorkAs)
}

// work asks what the deed needs, or does it where it needs nothing.
func (t *turn) work(w Work, r reports.Report, as reports.ActorKind) {
	row, _ := deedOf(w.Deed)
	if row.asks == asksNothing {
		t.carryOut(w, r, as)
		t.backToDraft()
		return
	}
	w.Options = nil
	if row.asks == asksWorkBody {
		w.Options = t.m.bodiesFor(t.e.Person, r, as)
	}
	t.replaceWork()
	t.s.Work = &w
	if w.Words != "" && row.asks == asksWorkWords {
		t.over(t.afterWords())
		return
	}
	t.over(row.asks)
}

// over lays a question about work over whatever is open.
func (t *turn) over(q question) {
	if !t.s.Asked.side() {
		t.s.Under = t.s.Asked
	}
	w := *t.s.Work
	w.Asked, w.Since = q, t.at
	t.s.Work = &w
	editing := t.s.Telling.Editing
	t.ask(q)
	t.s.Telling.Editing = editing
}

// replaceWork ends what was open because something else has been begun. What
// was written for it is said back, so that nobody has to write it again.
func (t *turn) replaceWork() {
	w := t.s.Work
	if w == nil {
		return
	}
	if w.Words != "" || len(w.Files) > 0 {
		t.say("work.replaced", string(w.TrackingID))
		t.sayBack(w)
	}
	t.endWork()
}

// sayBack repeats the words of w.
func (t *turn) sayBack(w *Work) {
	if w.Words != "" {
		t.say("work.your_words", clip(w.Words, maxWorkWords))
	}
}

// endWork forgets what was open, and its files.
func (t *turn) endWork() {
	if t.s.Work != nil {
		t.dropFiles(t.s.Work.Files)
	}
	t.s.Work = nil
}

func (t *turn) dropFiles(files []reports.Evidence) {
	if len(files) == 0 {
		return
	}
	numbers := make([]int64, len(files))
	for i, e := range files {
		numbers[i] = e.File
	}
	t.do(Drop{Files: numbers})
}

// dropWork ends what was open because the person wants it so.
func (t *turn) dropWork() {
	t.endWork()
	t.say("work.dropped")
	t.surface()
}

// expireWork ends what has been left lying, before what the person does now is
// taken for an answer to it.
func (t *turn) expireWork() {
	w := t.s.Work
	if w == nil || !t.byPerson() || w.Since.IsZero() || t.at.Sub(w.Since) < workLife {
		return
	}
	t.endWork()
	t.say("work.expired", string(w.TrackingID))
	t.sayBack(w)
	if t.s.Asked.work() {
		t.s.Asked, t.s.Under = t.s.Under, asksNothing
	}
}

// workText takes what an official writes while a question about work is open.
// Remarks and small talk are theirs to send: nothing of it is answered.
func (t *turn) workText(text string) {
	switch {
	case t.command(text), t.answer(text):
	case t.s.Asked.words():
		t.collect(text)
	default:
		t.say(either(t.s.Asked == asksWorkSend, "work.not_sent", "choose"))
		t.remind()
	}
}

// workPin takes a place on a map for what an official is about to send.
func (t *turn) workPin(in Pin) {
	if t.s.Asked != asksWorkWords || !onEarth(in.Lat, in.Lon) {
		t.say("work.no_files")
		t.repeat()
		return
	}
	t.collect(pinned(in.Lat, in.Lon, in.Name))
}

// pinned writes a place on a map in words.
func pinned(lat, lon float64, name string) string {
	text := "📍 " + coordinate(lat) + ", " + coordinate(lon)
	if name = clip(clean(name), 100); hasWords(name) {
		text += " " + name
	}
	return text
}
