package conversation

import (
	"slices"
	"strings"
	"time"

	"kentongan/reports"
)

// Thread is a filed report that its reporter was told something of.
type Thread struct {
	Report     reports.ID         `json:"r"`
	TrackingID reports.TrackingID `json:"t"`
	Awaits     string             `json:"a,omitempty"` // one of the values below, or nothing certain
	Stars      int                `json:"s,omitempty"` // with awaitsReason: the rating
	At         time.Time          `json:"at,omitzero"`
}

// What a thread waits for.
const (
	awaitsDone   = "done"   // sudah beres, or belum
	awaitsAnswer = "answer" // to an official's question
	awaitsRating = "rating"
	awaitsReason = "reason" // for a low rating
	awaitsReopen = "reopen" // it was archived
)

// threadsKept is how many threads a session remembers, threadLife for how long
// after the last word what somebody writes may belong to one.
const (
	threadsKept = 8
	threadLife  = 45 * 24 * time.Hour
)

// Whether a draft was asked about as an answer to a filed report.
const (
	threadDue  = "due"
	threadDone = "done"
)

// thread remembers that r is talked about, and what it waits for.
func (t *turn) thread(r reports.Report, awaits string) {
	list := make([]Thread, 0, len(t.s.Threads)+1)
	for _, th := range t.s.Threads {
		if th.Report != r.ID && t.at.Sub(th.At) < threadLife {
			list = append(list, th)
		}
	}
	if r.State.Open() || awaits != "" {
		list = append(list, Thread{Report: r.ID, TrackingID: r.TrackingID, Awaits: awaits, At: t.at})
	}
	if len(list) > threadsKept {
		list = slices.Clone(list[len(list)-threadsKept:])
	}
	if len(list) == 0 {
		list = nil
	}
	t.s.Threads = list
}

// waiting lists the threads that wait for one of these, the newest last.
func (t *turn) waiting(awaits ...string) []Thread {
	var list []Thread
	for _, th := range t.s.Threads {
		if slices.Contains(awaits, th.Awaits) && t.at.Sub(th.At) < threadLife {
			list = append(list, th)
		}
	}
	return list
}

// openThreads lists the threads that words without a quote may belong to, the
// newest first.
func (t *turn) openThreads() []Thread {
	var list []Thread
	for _, th := range slices.Backward(t.s.Threads) {
		switch th.Awaits {
		case awaitsRating, awaitsReason, awaitsReopen: // it is over
		default:
			if t.at.Sub(th.At) < threadLife && len(list) < maxThreads {
				list = append(list, th)
			}
		}
	}
	return list
}

// maxThreads is how many reports are offered to choose from.
const maxThreads = 4

var threadNew = choice{id: "new", label: "choice.thread_new", also: "also.thread_new"}

// threadIDs are the choices behind [Telling.Threads].
var threadIDs = [maxThreads]string{"t1", "t2", "t3", "t4"}

func (t *turn) threadChoices() []choice {
	choices := make([]choice, 0, maxThreads+1)
	for i, th := range t.s.Telling.Threads {
		if i < len(threadIDs) {
			choices = append(choices, choice{id: threadIDs[i], label: "choice.thread", name: string(th.TrackingID)})
		}
	}
	return append(choices, threadNew)
}

// aboutThreads says in a few words what each of these reports is about: nobody
// knows their numbers by heart.
func (t *turn) aboutThreads(list []Thread) {
	for _, th := range list {
		if r, found := t.known(th.Report); found && r.Reporter == t.e.Person {
			t.line("thread.about", string(th.TrackingID), clip(strings.ReplaceAll(r.Chronology, "\n", " "), 60))
		}
	}
}

// doubtThread has it asked whether what is being told belongs to a report that
// is filed, where there is one that it may belong to.
func (t *turn) doubtThread() {
	if list := t.openThreads(); len(list) > 0 {
		t.s.Telling.Thread, t.s.Telling.Threads = threadDue, list
	}
}

// notThread makes what is told a report of its own.
func (t *turn) notThread() {
	t.s.Telling.Thread, t.s.Telling.Threads = threadDone, nil
}

// pickThread makes an answer to a filed report of what was told, or a report of
// its own.
func (t *turn) pickThread(id string) {
	d := &t.s.Telling
	i := slices.Index(threadIDs[:], id)
	if id == threadNew.id || i < 0 || i >= len(d.Threads) {
		t.notThread()
		t.proceed()
		return
	}
	r, found := t.known(d.Threads[i].Report)
	if !found || !slices.Contains(reports.Allowed(r, reports.Actor{Kind: reports.ByReporter}), reports.Reply) {
		t.say("thread.gone", string(d.Threads[i].TrackingID))
		t.notThread()
		t.proceed()
		return
	}
	a := addition{words: d.Draft.Story()}
	if l := d.Draft.Location; l.Pin {
		a.add(pinned(l.Lat, l.Lon, ""))
	}
	for _, e := range d.Draft.Evidence {
		if e.Album != "" && !slices.Contains(a.albums, e.Album) {
			a.albums = append(a.albums, e.Album)
		}
		if e.Status == reports.EvidenceStored {
			a.stored = append(a.stored, e.File)
		} else if f, _ := take(d.Fetching, e.File); f.File != 0 {
			a.waiting = append(a.waiting, f)
		}
	}
	t.forget()
	t.reply(r, a)
}
