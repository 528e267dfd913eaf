package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// command takes a text that begins with a slash. It reports whether it was one;
// an unknown one with words behind it is a text like any other.
func (t *turn) command(text string) bool {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "/") {
		return false
	}
	name, rest, _ := strings.Cut(text, " ")
	if i := strings.IndexAny(name, "\n\t"); i >= 0 {
		name, rest = text[:i], text[i:]
	}
	name, _, _ = strings.Cut(name, "@")
	rest = strings.TrimSpace(rest)
	if len(name) > 32 {
		return false
	}
	switch strings.ToLower(name) {
	case "/start":
		t.start(rest)
	case "/lapor", "/report":
		t.report(rest)
	case "/bantuan", "/help":
		t.help()
	case "/status":
		t.status(rest)
	case "/bahasa", "/language":
		t.language(rest)
	case "/batal", "/cancel":
		t.cancel()
	case "/kembali", "/back":
		t.goBack()
	case "/antrean", "/rekap":
		t.endBurst()
		switch {
		case !t.official():
			t.say("unknown_command")
			t.resume()
		case strings.EqualFold(name, "/rekap"):
			t.do(Recap{})
		default:
			t.do(ListQueue{})
		}
	case "/laporan":
		t.officialShow(rest, showCard)
	case "/jejak":
		t.officialShow(rest, showTrack)
	case "/dataku":
		t.notYet("notyet.data")
	case "/hapus":
		t.notYet("notyet.erase")
	case "/cabut":
		t.withdraw(rest)
	default:
		if rest != "" {
			return false
		}
		t.say("unknown_command")
		t.resume()
	}
	return true
}

// start begins a conversation, or says where it stands. What comes with the
// link decides: an invitation of an official, or a keyword from a poster.
func (t *turn) start(with string) {
	if code, ok := cutFold(with, "i_"); ok && code != "" && len(code) <= 64 {
		t.do(Redeem{Code: with})
		return
	}
	t.endBurst()
	if word, ok := cutFold(with, "k_"); ok {
		if word = normalise(word); t.m.keywords[word] != "" {
			t.keyword(word)
			return
		}
	}
	if t.s.Telling.holds() || t.s.Asked.work() {
		if t.prompt == silent {
			t.resume()
		}
		return
	}
	t.say("hello")
	t.invite()
}

// report takes what stands behind /lapor as something told, whatever the open
// question is.
func (t *turn) report(text string) {
	switch {
	case text == "":
		t.start("")
	case t.s.Asked.work():
		t.say("work.first")
		t.repeat()
	case t.telling():
		if len(t.openThreads()) > 0 {
			t.endBurst()
			t.begin()
			t.notThread() // they say so
		}
		t.collect(text)
	default:
		t.endBurst()
		if t.tooMuch(len(text)) {
			t.say("story.full", itoa(maxStory>>10))
			t.resume()
			return
		}
		t.moreTold([]reports.Passage{{Text: maskIdentity(text), Ref: t.e.Ref}})
	}
}

// keyword takes word as if it stood before the story.
func (t *turn) keyword(word string) {
	d := &t.s.Telling.Draft
	if !t.s.Telling.holds() {
		t.s.Keyword = word
		t.invite()
		return
	}
	if d.Agency == "" && d.AgencyWords == "" {
		before := t.zone()
		d.Keyword, d.Agency = word, t.m.keywords[word]
		t.retime(before)
		t.say("keyword", t.m.agency(d.Agency).Name)
	}
	if t.s.Asked == asksReview {
		t.proceed()
		return
	}
	t.resume()
}

func cutFold(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return "", false
	}
	return text[len(prefix):], true
}

func (t *turn) help() {
	t.say("help")
	if !t.s.Telling.holds() && t.s.BurstEnd.IsZero() && t.s.Asked == asksNothing {
		t.say("start.any")
		return
	}
	t.resume()
}

// language changes the language, or asks for it.
func (t *turn) language(wish string) {
	t.endBurst()
	if t.s.Asked != asksLanguage {
		if !t.s.Asked.side() {
			t.s.Under = t.s.Asked
		}
		editing := t.s.Telling.Editing
		t.ask(asksLanguage)
		t.s.Telling.Editing = editing
	}
	if wish != "" && len(wish) <= maxChoosing {
		for _, c := range t.m.languages {
			if c.name == "" {
				continue
			}
			if id, ok := match(wish, []option{{ID: c.id, Labels: t.m.names[c.name]}}); ok {
				t.pickLanguage(id)
				return
			}
		}
	}
	t.repeat()
}

// englishWishes ask for English.
var englishWishes = newPhraseSet(`english
	english please
	in english
	in english please
	english pls
	do you speak english
	can i report in english
	can i write in english
	can we speak english
	i speak english
	i dont speak indonesian
	i do not speak indonesian
	bahasa inggris`)

// wantsEnglish takes the plain wish for English. It reports whether text was
// that.
func (t *turn) wantsEnglish(text string) bool {
	if len(text) > maxChoosing || !t.s.BurstEnd.IsZero() || !slices.Contains(t.m.config.Phrases.Languages(), "en") {
		return false
	}
	plain := plainWords(text)
	for len(plain) > 0 && openers[firstWord(plain)] {
		plain = strings.TrimPrefix(plain[len(firstWord(plain)):], " ")
	}
	if plain == "" || englishWishes.at(plain) != len(plain) {
		return false
	}
	t.language("en")
	return true
}

// notYet says truthfully what chat cannot do yet, and how else it is done.
func (t *turn) notYet(key string) {
	t.say(key)
	t.resume()
}

// status asks for the person's reports, or for one of them.
func (t *turn) status(which string) {
	if which == "" {
		t.do(ListReports{})
		return
	}
	t.endBurst()
	t.show(which, showStatus)
}

// officialShow shows a report to an official; who is none is told how their own
// report stands.
func (t *turn) officialShow(which string, what show) {
	t.endBurst()
	switch {
	case !t.official():
		t.status(which)
	case which == "":
		t.say("show.which")
		t.resume()
	default:
		t.show(which, what)
	}
}

// statusShown is how many reports a list names.
const statusShown = 10

// listed answers /status.
func (t *turn) listed(list []Summary) {
	if len(list) == 0 {
		t.say("status.none")
	} else {
		t.say("status.list", itoa(len(list)))
		for i, r := range list {
			if i == statusShown {
				t.line("status.more", itoa(len(list)-statusShown))
				break
			}
			t.summary(r)
		}
		t.say("status.how", string(list[0].TrackingID))
	}
	t.resume()
	if !t.s.Telling.holds() {
		t.prompt = silent
	}
}

func (t *turn) summary(r Summary) {
	t.line("status.report", string(r.TrackingID), formatDate(t.s.Lang(), r.FiledAt.In(t.m.config.Zone)))
	switch r.State {
	case reports.Dispatched:
		if r.Agency != "" {
			t.line("state.dispatched", t.m.bodyName(r.Agency))
			return
		}
		t.line("state.dispatched_somewhere")
	case reports.Submitted, reports.NeedsInfo, reports.InProgress, reports.FollowedUp, reports.ReporterReplied,
		reports.Closed, reports.Archived, reports.Merged, reports.Withdrawn:
		t.line("state." + string(r.State))
	default:
		t.line("state.unknown")
	}
}

func (t *turn) codeIssued(in CodeIssued) {
	if !in.OK {
		t.say("code.not_yours", string(in.TrackingID))
	} else {
		t.say("code.new", string(in.TrackingID), string(in.AccessCode))
		t.copied = string(in.AccessCode)
	}
	if t.s.Telling.holds() || !t.s.BurstEnd.IsZero() {
		t.resume()
	}
}

func (t *turn) redeemed(in InviteRedeemed) {
	switch {
	case !in.Role.Valid():
		t.say("invite.invalid")
	case in.Agency == "":
		t.say("invite.done", t.m.config.Phrases.Text(t.s.Lang(), "role."+string(in.Role)))
	default:
		t.say("invite.done_agency", t.m.config.Phrases.Text(t.s.Lang(), "role."+string(in.Role)), clip(in.Agency, 120))
	}
	if t.s.Telling.holds() || !t.s.BurstEnd.IsZero() {
		t.resume()
	}
}

// queued answers /antrean in private.
func (t *turn) queued(in QueueListed) {
	for _, p := range t.m.queueLines(t.s.Lang(), in, func(reports.Report) bool { return true }) {
		t.add(p.Key, p.Tight, p.Args)
	}
	t.backToDraft()
}
