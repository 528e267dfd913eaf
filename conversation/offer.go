package conversation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kentongan/reports"
)

// Choices that a push offers. They carry no numbers: these belong to the open
// question. Their tokens name the report, and only its own reporter is heard.
var (
	doneOffers   = []choice{{id: "done", label: "choice.done_well", also: "also.done_well", primary: true}, {id: "notyet", label: "choice.not_yet", also: "also.not_yet"}}
	reopenOffers = []choice{{id: "reopen", label: "choice.reopen", also: "also.reopen"}}
	dossierOffer = []choice{{id: "dossier", label: "choice.dossier", also: "also.dossier"}}
	ratingOffers = []choice{{id: "r1", label: "choice.r1"}, {id: "r2", label: "choice.r2"}, {id: "r3", label: "choice.r3"}, {id: "r4", label: "choice.r4"}, {id: "r5", label: "choice.r5"}, {id: "reopen", label: "choice.reopen", also: "also.reopen"}}
)

// pushPrefix begins the tokens of what a push offers.
const pushPrefix = "p."

func pushToken(id reports.ID, what string) string {
	return pushPrefix + strconv.FormatInt(int64(id), 36) + "." + what
}

func (t *turn) offer(id reports.ID, choices []choice) {
	for _, c := range choices {
		t.offers = append(t.offers, Choice{ID: pushToken(id, c.id), Label: Phrase{Key: c.label}, Primary: c.primary})
	}
}

func parsePushToken(token string) (id reports.ID, what string, ok bool) {
	rest, ok := strings.CutPrefix(token, pushPrefix)
	if !ok || len(token) >= 40 {
		return 0, "", false
	}
	number, what, _ := strings.Cut(rest, ".")
	n, err := strconv.ParseInt(number, 36, 64)
	known := slices.ContainsFunc(slices.Concat(doneOffers, ratingOffers, dossierOffer), func(c choice) bool { return c.id == what })
	return reports.ID(n), what, err == nil && n > 0 && known
}

// pressPush takes a button of a push.
func (t *turn) pressPush(id reports.ID, what string) {
	r, found := t.known(id)
	if !found || r.Reporter != t.e.Person || t.e.Person == 0 {
		t.say("stale")
		t.again()
		return
	}
	t.endBurst()
	t.answerPush(r, what)
}

// mayPush reports whether what, of a push's choices, can be done to r now.
func (t *turn) mayPush(r reports.Report, what string) bool {
	allowed := reports.Allowed(r, reports.Actor{Kind: reports.ByReporter, Person: t.e.Person})
	switch what {
	case "done":
		return slices.Contains(allowed, reports.Confirm)
	case "notyet":
		return r.State == reports.FollowedUp
	case "reopen":
		return slices.Contains(allowed, reports.RequestReopen)
	case "dossier":
		return true
	default:
		return r.State == reports.Closed
	}
}

// answerPush does what a reporter chose below a push.
func (t *turn) answerPush(r reports.Report, what string) {
	id := string(r.TrackingID)
	act := func(a reports.Action, words string) {
		t.do(Act{Report: r.ID, Words: words, Change: reports.Change{
			Action: a, Actor: reports.Actor{Kind: reports.ByReporter, Person: t.e.Person}, At: t.at,
		}})
	}
	t.about = r.ID
	switch {
	case !t.mayPush(r, what):
		t.say("thread.no_more", id)
		t.line("state." + stateKey(r))
	case what == "done":
		act(reports.Confirm, "")
		t.say("thread.closed", id)
		t.say("rate.ask")
		t.offer(r.ID, ratingOffers)
		after := r
		after.State = reports.Closed
		t.thread(after, awaitsRating)
	case what == "notyet":
		act(reports.Reply, t.m.config.Phrases.Text(defaultLanguage, "choice.not_yet"))
		t.say("thread.not_yet", id)
		if due, ok := t.m.dueFrom(r, reports.ClockAfterReply, t.at); ok {
			t.line("push.next_by", t.m.dated(t.s.Lang(), due))
		}
		t.thread(r, awaitsAnswer)
	case what == "reopen":
		act(reports.RequestReopen, "")
		t.say(either(r.State == reports.Archived, "thread.reopened", "thread.reopen_asked"), id)
		after := r
		if r.State == reports.Archived {
			after.State = reports.Submitted
		}
		t.thread(after, "")
	case what == "dossier":
		t.do(Dossier{Report: r.ID})
		t.say("dossier.coming", id)
	default:
		t.rate(r, int(what[1]-'0'))
	}
	t.backToDraft()
}

// rate keeps the reporter's rating, and asks the discontent for a reason.
func (t *turn) rate(r reports.Report, stars int) {
	t.do(Rate{Report: r.ID, Stars: stars})
	t.offer(r.ID, reopenOffers)
	if stars > 3 {
		t.say("thread.rated")
		t.line("thread.reopen_how")
		t.thread(r, awaitsReopen)
		return
	}
	t.say("thread.rated_low")
	t.line("thread.reopen_how")
	t.thread(r, awaitsReason)
	last := len(t.s.Threads) - 1
	th := t.s.Threads[last]
	th.Stars = stars
	t.s.Threads = changed(t.s.Threads, last, th)
}

// backToDraft puts the open question again in short where a draft or an
// official's work waits.
func (t *turn) backToDraft() {
	if (t.s.Telling.holds() || t.s.Asked.work()) && t.s.BurstEnd.IsZero() && len(t.offers) == 0 {
		t.remind()
	}
}

func stateKey(r reports.Report) string {
	if r.State == reports.Dispatched {
		return "dispatched_somewhere"
	}
	return string(r.State)
}

// pushWords reads "sudah beres", "belum", "buka kembali" and "nilai 4", "" where
// text is none of these.
func (t *turn) pushWords(text string) string {
	if len(text) > maxChoosing {
		return ""
	}
	var options []option
	for _, c := range slices.Concat(doneOffers, reopenOffers, dossierOffer) {
		options = append(options, option{ID: c.id, Labels: t.m.labels[labelKey{t.s.Lang(), c.label, c.also}].loose})
	}
	if id, ok := match(text, options); ok {
		return id
	}
	word, figure, _ := strings.Cut(normalise(text), " ")
	if n, is := number(figure); is && n >= 1 && n <= 5 && slices.Contains(t.m.ratingWords, word) {
		return "r" + itoa(n)
	}
	return ""
}

// waitingAnswer takes what answers a push without quoting it, where it is
// certain which report is meant. It reports whether it did.
func (t *turn) waitingAnswer(text string) bool {
	if !t.s.BurstEnd.IsZero() || len(t.s.Threads) == 0 {
		return false
	}
	text, named := cutNumber(text)
	what := t.pushWords(text)
	var waiting []Thread
	switch what {
	case "":
		return named == "" && t.rated(text)
	case "done", "notyet":
		waiting = t.waiting(awaitsDone)
	case "dossier": // asked for, not waited for
	case "reopen":
		waiting = t.waiting(awaitsReopen, awaitsRating, awaitsReason)
	default:
		waiting = t.waiting(awaitsRating, awaitsReason)
	}
	if len(waiting) == 0 {
		waiting = t.possible(what)
	}
	if named != "" {
		waiting = slices.DeleteFunc(waiting, func(th Thread) bool { return th.TrackingID != named })
	}
	switch len(waiting) {
	case 0:
		return false
	case 1:
		r, found := t.known(waiting[0].Report)
		if found {
			t.answerPush(r, what)
		}
		return found
	}
	t.say("thread.which", strings.ToUpper(strings.TrimSpace(text)), string(waiting[len(waiting)-1].TrackingID))
	for _, th := range waiting {
		t.offers = append(t.offers, Choice{
			ID: pushToken(th.Report, what), Label: Phrase{Key: "choice.thread", Args: []string{string(th.TrackingID)}},
		})
	}
	t.aboutThreads(waiting)
	return true
}

// possible lists the threads of which nothing was asked but what can be done, such
// as to call a report settled that is being worked on again.
func (t *turn) possible(what string) []Thread {
	return slices.DeleteFunc(slices.Clone(t.s.Threads), func(th Thread) bool {
		r, found := t.known(th.Report)
		return !found || !t.mayPush(r, what)
	})
}

// nothingWaits answers "sudah beres" and the like where no report waits for it.
// It reports whether it did.
func (t *turn) nothingWaits(text string) bool {
	if t.s.Telling.holds() || t.s.Asked != asksNothing || !t.s.BurstEnd.IsZero() || t.lastFiled() == nil {
		return false
	}
	if text, _ = cutNumber(text); t.pushWords(text) == "" {
		return false
	}
	t.say("nothing_waits")
	return true
}

// cutNumber takes the number of a report from the end of text.
func cutNumber(text string) (rest string, id reports.TrackingID) {
	text = strings.TrimSpace(text)
	if i := strings.LastIndexByte(text, ' '); i > 0 && len(text) <= maxChoosing {
		if id, err := reports.ParseTrackingID(text[i+1:]); err == nil {
			return strings.TrimSpace(text[:i]), id
		}
	}
	return text, ""
}

// rated takes a bare 1 to 5 as the rating that was asked for last, where no
// question owns the numbers.
func (t *turn) rated(text string) bool {
	n, isNumber := number(text)
	if !isNumber || n < 1 || n > 5 || t.s.Asked != asksNothing {
		return false
	}
	th := t.s.Threads[len(t.s.Threads)-1]
	r, found := t.known(th.Report)
	if th.Awaits != awaitsRating || !found || t.at.Sub(th.At) > 7*24*time.Hour {
		return false
	}
	t.answerPush(r, "r"+itoa(n))
	return true
}
