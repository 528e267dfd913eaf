package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// addition is what a reporter has to say to a filed report.
type addition struct {
	words   string
	stored  []int64    // files that lie in the vault
	waiting []fetching // files that are on their way
	albums  []string   // whose later files belong to it too
}

func (a *addition) add(words string) {
	a.words = strings.TrimSpace(a.words + "\n" + words)
}

func (a *addition) files() int { return len(a.stored) + len(a.waiting) }

// reply passes on what a reporter has to say to a filed report. Files that are
// still on their way follow by themselves.
func (t *turn) reply(r reports.Report, a addition) {
	by := reports.Actor{Kind: reports.ByReporter, Person: t.e.Person}
	allowed := reports.Allowed(r, by)
	action := reports.Reply
	if slices.Contains(allowed, reports.ProvideInfo) {
		action = reports.ProvideInfo
	}
	if !slices.Contains(allowed, action) {
		t.notPassedOn(r, a)
		return
	}
	if len(a.waiting) > 0 {
		t.s.Filed = recent(with(t.s.Filed, Filed{ID: r.ID, TrackingID: r.TrackingID, At: t.at, Albums: a.albums, Fetching: a.waiting}))
	}
	words := clip(a.words, maxReply)
	// A picture is an answer too: it ends the clock that would close the report.
	answers := action == reports.ProvideInfo || r.State == reports.FollowedUp
	if !hasWords(words) {
		words = t.m.config.Phrases.Text(defaultLanguage, "thread.only_files")
	}
	if answers || hasWords(a.words) || len(a.stored) > 0 {
		t.do(Act{Report: r.ID, Words: words, Files: a.stored, Change: reports.Change{Action: action, Actor: by, At: t.at}})
	}
	id := string(r.TrackingID)
	t.about = r.ID
	t.say(either(r.AtBody() || !r.Dispatched, "thread.passed_on", "thread.passed_on_admin"), id)
	if n := a.files(); n > 0 {
		t.line("thread.files", itoa(n))
	}
	if r.State == reports.FollowedUp {
		if due, ok := t.m.dueFrom(r, reports.ClockAfterReply, t.at); ok {
			t.line("push.next_by", t.m.dated(t.s.Lang(), due))
		}
	}
	t.thread(r, "")
	t.backToDraft()
}

// maxReply is how many characters of one reply reach the officials.
const maxReply = 8000

// notPassedOn says that a report is over, and how it can be opened again.
func (t *turn) notPassedOn(r reports.Report, a addition) {
	files := slices.Clone(a.stored)
	for _, f := range a.waiting {
		files = append(files, f.File)
	}
	if len(files) > 0 {
		t.do(Drop{Files: files})
	}
	t.about = r.ID
	id := string(r.TrackingID)
	switch {
	case r.State == reports.Merged:
		t.say("thread.merged", id)
	case r.Reopening:
		t.say("thread.deciding", id)
	case slices.Contains(reports.Allowed(r, reports.Actor{Kind: reports.ByReporter}), reports.RequestReopen):
		t.say("thread.over", id)
		t.line("push.reopen_how")
		t.offer(r.ID, reopenOffers)
	default:
		t.say("thread.over", id)
	}
	t.backToDraft()
}

// quoted takes a message that answers one of ours about a filed report: of the
// reporter, or of an official in private. It reports whether it was one.
func (t *turn) quoted() bool {
	r, found := t.known(t.e.About)
	if !found || t.e.Group || t.e.Person == 0 {
		return false
	}
	text, isText := t.e.Input.(Text)
	words := clean(text.Text)
	if isText && (strings.HasPrefix(strings.TrimSpace(words), "/") || !hasWords(words)) {
		return false
	}
	if r.Reporter != t.e.Person {
		return t.quotedByOfficial(r, words)
	}
	if isText && !t.s.Danger && danger(words) {
		t.s.Danger = true
		t.say("danger")
	}
	switch in := t.e.Input.(type) {
	case Text:
		if t.s.Asked == asksThread || !t.quotedChoice(r, words) {
			t.reply(r, addition{words: impersonal(words)})
		}
	case Attachment:
		t.quotedFile(r, in)
	case Pin:
		if !onEarth(in.Lat, in.Lon) {
			return false
		}
		t.reply(r, addition{words: pinned(in.Lat, in.Lon, in.Name)})
	default:
		return false
	}
	return true
}

// quotedChoice takes "sudah beres", "buka kembali" or a rating that answers a
// push, or the reason for a low rating.
func (t *turn) quotedChoice(r reports.Report, words string) bool {
	if what := t.pushWords(words); what != "" && t.mayPush(r, what) {
		t.answerPush(r, what)
		return true
	}
	if r.State != reports.Closed {
		return false
	}
	if n, is := number(words); is && n >= 1 && n <= 5 {
		t.answerPush(r, "r"+itoa(n))
		return true
	}
	i := slices.IndexFunc(t.s.Threads, func(th Thread) bool { return th.Report == r.ID && th.Awaits == awaitsReason })
	if i < 0 {
		return false
	}
	t.do(Rate{Report: r.ID, Stars: t.s.Threads[i].Stars, Words: clip(impersonal(words), maxReply)})
	t.thread(r, awaitsReopen)
	t.say("thread.reason_kept")
	t.backToDraft()
	return true
}

// quotedFile takes a file that answers a push. The rest of its album follows it.
func (t *turn) quotedFile(r reports.Report, a Attachment) {
	a.Kind, a.Name, a.Album = clean(a.Kind), clip(clean(a.Name), 60), clip(clean(a.Album), 100)
	for i := range t.s.Filed {
		if f := &t.s.Filed[i]; f.ID == r.ID && f.sibling(a.Album, t.at) && t.takable(a) {
			t.lateSibling(i, a, "")
			return
		}
	}
	if !t.takable(a) {
		t.refuseFile(a)
		t.backToDraft()
		return
	}
	more := addition{words: impersonal(clean(a.Caption)), waiting: []fetching{{File: t.e.ID, Name: a.Name, Kind: a.Kind}}}
	if a.Album != "" {
		more.albums = []string{a.Album}
	}
	if slices.Contains(reports.Allowed(r, reports.Actor{Kind: reports.ByReporter}), reports.Reply) {
		t.do(Fetch{File: t.e.ID})
	}
	t.reply(r, more)
}

// quotedByOfficial takes an official's answer to a card or a notice in private.
func (t *turn) quotedByOfficial(r reports.Report, words string) bool {
	if !t.m.MaySee(t.e.Person, r) {
		if !t.official() {
			return false
		}
		t.endBurst()
		if _, file := t.e.Input.(Attachment); file {
			t.do(Drop{Files: []int64{t.e.ID}})
		}
		t.say(either(t.m.MayRead(t.e.Person, r), "work.read_only", "desk.not_yours"), string(r.TrackingID))
		t.backToDraft()
		return true
	}
	switch in := t.e.Input.(type) {
	case Text:
		if d, is := t.m.deedIn(words, r, t.e.Person); is {
			t.workPress(d, r.ID)
			return true
		}
		t.endBurst()
		t.answeredCard(r, true, clip(impersonal(words), maxWorkWords), nil)
	case Attachment:
		t.endBurst()
		if !t.takable(in) {
			t.refuseFile(in)
			t.backToDraft()
			return true
		}
		t.do(Fetch{File: t.e.ID})
		t.answeredCard(r, true, clip(impersonal(clean(in.Caption)), maxWorkWords), []reports.Evidence{
			{File: t.e.ID, Kind: clean(in.Kind), Status: reports.EvidenceFetching, Ref: t.e.Ref},
		})
	default:
		return false
	}
	return true
}
