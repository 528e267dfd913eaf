package conversation

import (
	"slices"
	"strings"
	"time"

	"kentongan/reports"
)

// GroupSession is what is remembered of one person's doings in a group: when
// the bot leaves a group that nobody binds. It survives JSON.
type GroupSession struct {
	Wake time.Time `json:"w,omitzero"`
}

// unboundLife is how long the bot stays in a group that nobody binds.
const unboundLife = 30 * time.Minute

// StepGroup answers what happens in a group. Groups are told things and their
// officials press buttons; what is said there besides is nobody's report and is
// not answered. Like [Machine.Step] it is pure and never panics.
func (m *Machine) StepGroup(s GroupSession, e Event) (GroupSession, []Effect) {
	g := groupTurn{m: m, s: s, e: e}
	g.agency, g.bound = m.config.Groups[e.Chat]
	switch in := e.Input.(type) {
	case Joined:
		g.joined()
	case Tick:
		g.tick()
	case RightsChanged:
		g.do(LookAtGroup{})
	case TopicOpened:
		id, _, _ := strings.Cut(in.Name, " ")
		if id, err := reports.ParseTrackingID(id); err == nil {
			g.do(AdoptTopic{TrackingID: id, Topic: in.Topic, Name: in.Name})
		}
	case GroupBound:
		g.boundNow(in)
	case Press:
		g.press(in.Token)
	case Text:
		g.text(clean(in.Text))
	case Attachment:
		// What is posted in a group is no evidence: nobody there was asked for it.
		g.do(Drop{Files: []int64{e.ID}})
		g.answered(clean(in.Caption), 1)
	case QueueListed:
		g.queue(in)
	case ReportShown:
		g.shown(in)
	case Recapped:
		g.do(Say{Paragraphs: g.m.recapLines(defaultLanguage, in)})
	case ActRefused:
		g.refused(in)
	case Nudged:
		g.nudged()
	default: // talk among people
	}
	return g.s, g.effects
}

type groupTurn struct {
	m       *Machine
	s       GroupSession
	e       Event
	agency  string
	bound   bool
	effects []Effect
}

func (g *groupTurn) do(e Effect) { g.effects = append(g.effects, e) }

func (g *groupTurn) say(key string, args ...string) {
	g.do(Say{Paragraphs: []Phrase{{Key: key, Args: args}}})
}

// alert tells only the one who pressed.
func (g *groupTurn) alert(key string, args ...string) {
	g.do(Alert{Phrase: Phrase{Key: key, Args: args}})
}

func (g *groupTurn) joined() {
	if g.bound {
		return
	}
	g.say("group.hello")
	g.s.Wake = instant(g.e.At.Add(unboundLife))
}

func (g *groupTurn) tick() {
	if g.s.Wake.IsZero() || g.e.At.Before(g.s.Wake) {
		return
	}
	g.s.Wake = time.Time{}
	if !g.bound {
		g.say("group.goodbye")
		g.do(Leave{})
	}
}

func (g *groupTurn) text(text string) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "/") {
		g.answered(text, 0)
		return
	}
	name, rest, _ := strings.Cut(text, " ")
	name, _, _ = strings.Cut(name, "@")
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(name) {
	case "/hubungkan":
		if rest == "" {
			g.say("group.code_missing")
			return
		}
		g.do(BindGroup{Code: clip(rest, 80)})
	case "/start":
		if rest != "" { // the link that adds the bot to a group
			g.do(BindGroup{Code: clip(rest, 80)})
		} else if !g.bound {
			g.joined()
		}
	case "/antrean", "/rekap", "/laporan", "/jejak":
		g.office(strings.ToLower(name), rest)
	case "/bantuan", "/help":
		g.say(either(g.bound, "group.help", "group.hello"))
	}
}

func (g *groupTurn) boundNow(in GroupBound) {
	switch {
	case in.Outcome == "bound" && in.Agency == "":
		g.say("group.bound_admin")
	case in.Outcome == "bound":
		g.say("group.bound", clip(in.Agency, 120))
	case in.Outcome == "not_by_you":
		g.say("group.not_by_you")
	default:
		g.say("group.wrong_code")
	}
	if in.Outcome == "bound" {
		g.s.Wake = time.Time{}
	}
}

// press takes a button of a card. What needs words goes on in private, so that
// drafts make no noise in the group.
func (g *groupTurn) press(token string) {
	d, id, ok := parseWorkToken(token)
	if !ok {
		g.alert("desk.gone")
		return
	}
	r, found := g.e.report(id)
	if found && r.Restricted() {
		g.alert("desk.restricted")
		return
	}
	as, why := g.m.mayDo(g.e.Person, d, r, found, g.e.At)
	if why != "" {
		g.alert(why, string(r.TrackingID), g.m.stateName(defaultLanguage, r.State))
		return
	}
	row, _ := deedOf(d)
	if row.own || row.private {
		g.alert("desk.gone")
		return
	}
	if row.asks != asksNothing {
		g.do(Hand{Person: g.e.Person, Handed: Handed{Report: id, Deed: d}})
		g.alert("desk.in_private", string(r.TrackingID))
		return
	}
	g.do(Act{Report: id, Change: reports.Change{
		Action: row.action, Actor: reports.Actor{Kind: as, Person: g.e.Person}, At: instant(g.e.At),
	}})
	g.alert("done."+string(d), string(r.TrackingID))
}

// refused answers a press that came too late. The report may be as it was when
// the press was looked at: an appointment may have ended since.
func (g *groupTurn) refused(in ActRefused) {
	if r, found := g.e.report(in.Report); found {
		g.alert("desk.state", string(r.TrackingID), g.m.stateName(defaultLanguage, r.State))
		return
	}
	g.alert("desk.gone")
}

// office answers the commands of officials. To others they are silent: a group
// is not told what somebody may not do.
func (g *groupTurn) office(name, rest string) {
	if !g.bound || !g.m.isOfficial(g.e.Person) {
		return
	}
	switch name {
	case "/antrean":
		g.do(ListQueue{})
		return
	case "/rekap":
		g.do(Recap{})
		return
	}
	id, err := reports.ParseTrackingID(rest)
	switch {
	case rest == "":
		g.say("show.which")
	case err != nil:
		g.say("desk.bad_id", clip(rest, 40))
	default:
		what := showCard
		if name == "/jejak" {
			what = showTrack
		}
		g.do(ShowReport{TrackingID: id, For: what})
	}
}

// shown answers /laporan and /jejak: what the group has, or had, a card of, and
// nothing of what is restricted.
func (g *groupTurn) shown(in ReportShown) {
	r := in.Report
	card, tells := g.m.groupSay(defaultLanguage, r, g.e.Chat)
	switch {
	case !in.Found || !tells:
		g.say("show.not_here", string(in.TrackingID))
	case in.For == showTrack:
		g.do(Say{Paragraphs: g.m.track(defaultLanguage, r, in.History, instant(g.e.At)), About: r.ID})
	default:
		card.Paragraphs = append(card.Paragraphs, g.m.threadLines(defaultLanguage, r, in)...)
		g.do(card)
	}
}

// answered takes what an official wrote in answer to a card: one of its choices,
// or words. Words never go to the reporter by themselves: their author is asked in
// private what they are. "Siap, pak" is talk among colleagues.
func (g *groupTurn) answered(text string, files int) {
	r, found := g.e.report(g.e.About)
	if g.e.Person == 0 && found && g.bound && !r.Restricted() && (tells(text) || files > 0) {
		g.nameless(r)
		return
	}
	if !found || !g.bound || r.Restricted() || len(g.m.capacities(g.e.Person, r)) == 0 {
		return
	}
	if d, is := g.m.deedIn(text, r, g.e.Person); is && files == 0 {
		// What comes of it is said in private: there is no button to answer.
		g.do(Hand{Person: g.e.Person, Handed: Handed{Report: r.ID, Deed: d}})
		return
	}
	if !tells(text) && files == 0 {
		return
	}
	g.do(Hand{Person: g.e.Person, Handed: Handed{Report: r.ID, Words: clip(impersonal(text), maxWorkWords), Files: files}})
}

// nameless answers an admin who writes as the group: nobody knows who that is. A
// press tells, also theirs.
func (g *groupTurn) nameless(r reports.Report) {
	card, tells := g.m.groupSay(defaultLanguage, r, g.e.Chat)
	if !tells {
		return
	}
	say := Say{Paragraphs: []Phrase{{Key: "group.nameless", Args: []string{string(r.TrackingID)}}}, About: r.ID}
	for _, c := range card.Choices {
		if d, _, ok := parseWorkToken(c.ID); ok && slices.Contains(answerDeeds, d) {
			say.Choices = append(say.Choices, c)
		}
	}
	if len(say.Choices) > 0 {
		g.do(say)
	}
}

// queue answers /antrean.
func (g *groupTurn) queue(in QueueListed) {
	paras := g.m.queueLines("id", in, func(r reports.Report) bool { return !r.Restricted() })
	g.do(Say{Paragraphs: paras})
}

// queueLines are the lines of a queue.
func (m *Machine) queueLines(lang string, in QueueListed, show func(reports.Report) bool) []Phrase {
	if len(in.Reports) == 0 {
		return []Phrase{{Key: "queue.none"}}
	}
	paras := []Phrase{{Key: "queue.head", Args: []string{itoa(len(in.Reports) + in.More)}}}
	for _, r := range in.Reports {
		if !show(r) {
			continue
		}
		state := m.stateName(lang, r.State)
		key := either(slices.Contains(in.Late, r.ID), "queue.item_late", "queue.item")
		paras = append(paras, Phrase{Key: key, Tight: true, Args: []string{
			string(r.TrackingID), state, formatDate(lang, r.FiledAt.In(m.config.Zone)), m.unmask(lang, redact(clip(r.Location.Words, 60))),
		}})
	}
	if in.More > 0 {
		paras = append(paras, Phrase{Key: "queue.more", Tight: true, Args: []string{itoa(in.More)}})
	}
	return append(paras, Phrase{Key: "queue.how", Args: []string{string(in.Reports[0].TrackingID)}})
}
