package bots

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"runtime/debug"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
)

// turn is what one transaction does for one conversation.
type turn struct {
	*attempt
	key     key
	held    locked
	waiting []waiting // what this turn does
	channel Channel
	via     conversation.Via
	session conversation.Session
	group   bool
	mine    conversation.GroupSession // in a group
	kept    []byte                    // the session as JSON, as it is before the next row; nil: not encoded yet
	stepped bool                      // the session may have changed
	rows    []*event
	reports map[reports.ID]reports.Report

	done   []int64 // rows whose turn is done
	said   []outMessage
	filing []register.Filing
	saves  []save
	ops    []mediaOp
	aside  []aside // rows that failed or are set aside
	agreed []consent
	// What is said about reports, and to whom it is told.
	thread   []register.ThreadEntry
	external []external
	rated    []conversation.Rate
	promises []conversation.Promise
	tells    []tell
	exhibits []owed
	opened   []opened
	alerts   []alert
	adopted  []conversation.AdoptTopic
	leave    bool // the group
	look     bool // anew at what the bot may do in the group
	typing   bool
	left     bool // rows were left for a next turn
	unnoted  bool // rows wait until it is noted what they answer
	// postpone puts the timer off without touching the session.
	postpone bool
	direct   bool // wrote something already: undoing it takes a rollback
}

// event is a waiting row, decoded.
type event struct {
	waiting
	in  conversation.Event
	dec Decoded
	err error // it can never be read
}

type (
	outMessage struct {
		id, slot string
		body     []byte
		report   reports.ID // that it tells of
		proof    string     // what sending it proves
	}
	save struct {
		after reports.Report
		entry reports.Entry
	}
	consent struct {
		version string
		granted bool
		profile Profile
		at      time.Time
	}
	external struct {
		report reports.ID
		number string
	}
	// alert is what only the one who pressed a button is to see.
	alert struct{ press, text string }
	aside struct {
		id    int64
		dead  bool
		tries int
		why   string
	}
	mediaOp struct {
		kind   opKind
		id     int64
		ref    []byte // hold
		report reports.ID
	}
	opKind int
)

const (
	holdMedia opKind = iota
	wantMedia
	dropMedia
	attachMedia
)

// newTurn decodes a session and what waits for it. It returns nil where
// nothing can be done now.
func newTurn(a *attempt, l locked, rows []waiting) *turn {
	channel := a.turns.channels[channelKey{*l.channel, *l.account}]
	if channel == nil {
		return nil // a channel that this process does not serve: its rows wait for one that does
	}
	t := &turn{attempt: a, key: l.key, held: l, channel: channel, via: channel.Via()}
	due := l.wakeAt != nil && !l.wakeAt.After(a.now)
	// The place of what has to wait is kept: neither what came later nor a timer
	// overtakes it.
	if i := slices.IndexFunc(rows, func(w waiting) bool { return w.retryAt != nil && w.retryAt.After(a.now) }); i >= 0 {
		rows, due = rows[:i], due && i > 0
	}
	if len(rows) == 0 && !due {
		return nil
	}
	// What failed before is tried by itself, and so is what is redone: what comes
	// after it is not to blame.
	if len(rows) > 1 && (a.first || rows[0].tries > 0) {
		rows, t.left = rows[:1], true
	}
	t.waiting = rows
	t.group = *l.kind == register.Group
	if len(l.body) > 0 {
		plain, err := a.turns.cfg.Sealer.Open(nil, l.body, sessionContext(l.key))
		if err == nil {
			err = t.restore(plain)
		}
		if err != nil {
			t.unreadable(rows, err)
			return t
		}
		t.kept = plain
	} else {
		t.kept = []byte("{}")
	}
	for _, w := range rows {
		t.rows = append(t.rows, t.decode(w))
	}
	return t
}

// restore reads a session as it rests.
func (t *turn) restore(plain []byte) error {
	t.session, t.mine = conversation.Session{}, conversation.GroupSession{}
	if t.group {
		return json.Unmarshal(plain, &t.mine)
	}
	return json.Unmarshal(plain, &t.session)
}

// rest writes a session as it rests.
func (t *turn) rest() ([]byte, error) {
	if t.group {
		return json.Marshal(t.mine)
	}
	return json.Marshal(t.session)
}

// wake is when the machine wants to be woken.
func (t *turn) wake() time.Time {
	if t.group {
		return t.mine.Wake
	}
	return t.session.Wake
}

// unreadable keeps everything as it is where a session cannot be opened, as
// with a wrong key: nothing may be overwritten, an operator has to look.
func (t *turn) unreadable(rows []waiting, err error) {
	t.turns.cfg.Log.Error("open a session", "chat", t.key.chat, "error", err)
	for _, w := range rows {
		t.aside = append(t.aside, aside{id: w.id, tries: 8, why: "session"}) // the longest wait
	}
	t.waiting, t.postpone = nil, true
}

func (t *turn) decode(w waiting) *event {
	e := &event{waiting: w}
	body, err := t.turns.cfg.Sealer.Open(nil, w.body, inboxContext(w.eventKey))
	if err != nil {
		e.err = fmt.Errorf("open the body: %w", err)
		return e
	}
	if w.channel == "" {
		e.dec.Input, e.err = decodeInternal(body)
	} else {
		func() {
			defer func() {
				if p := recover(); p != nil {
					e.err = fmt.Errorf("decoding panicked: %T", p)
				}
			}()
			e.dec, e.err = t.channel.Decode(body)
		}()
	}
	e.in = conversation.Event{
		ID: w.id, At: w.receivedAt, Ref: e.dec.Ref, Via: t.via, Input: e.dec.Input,
		Person: t.actor(), Chat: t.key.chat, Group: t.group,
	}
	return e
}

// heard reports whether the person did something, so that they can be reached.
// What the office wrote to them says nothing of it.
func (t *turn) heard() bool {
	return slices.ContainsFunc(t.rows, func(e *event) bool {
		_, fromOffice := e.dec.Input.(conversation.FromOffice)
		return e.channel != "" && !fromOffice
	})
}

// names lists the filed reports that this turn may touch.
func (t *turn) names() []reports.ID {
	var ids []reports.ID
	for _, e := range t.rows {
		if e.err == nil && e.dec.Input != nil {
			ids = append(ids, t.namesOf(e.in)...)
		}
	}
	if wake := t.wake(); !wake.IsZero() && !wake.After(t.now) {
		ids = append(ids, t.namesOf(conversation.Event{Input: conversation.Tick{}})...)
	}
	return ids
}

// run steps everything that waits, and the timer where it is due. An error
// means that the whole transaction has to be undone.
func (t *turn) run(ctx context.Context) error {
	for i, e := range t.rows {
		if ok, err := t.try(ctx, e); err != nil {
			return err
		} else if !ok {
			t.left = t.left || i+1 < len(t.rows)
			return nil
		}
	}
	if wake := t.wake(); wake.IsZero() || wake.After(t.now) || t.unnoted {
		return nil
	}
	failed, err := t.guarded(func() error { return t.ticks(ctx, t.now) })
	if failed != nil {
		// A timer that always fails must not be tried in a loop; the next message tries it again.
		t.session.Wake, t.mine.Wake = t.now.Add(time.Hour), t.now.Add(time.Hour)
		t.kept, t.stepped = nil, true
	}
	return err
}

// ticks steps the timer, as often as it is due by now; a machine that asks to
// be woken in the past again and again is left for the next look.
func (t *turn) ticks(ctx context.Context, by time.Time) error {
	for range 8 {
		wake := t.wake()
		if wake.IsZero() || wake.After(by) {
			return nil
		}
		if err := t.stepOnce(ctx, t.own(by, conversation.Tick{}), nil); err != nil {
			return err
		}
	}
	return nil
}

// try does one row. It reports false where the row failed and later ones must wait.
func (t *turn) try(ctx context.Context, e *event) (bool, error) {
	if e.err != nil {
		t.turns.cfg.Log.Error("set an event aside that cannot be read", "inbox", e.id, "channel", e.channel, "error", e.err)
		return true, t.setAside(ctx, e, "undecodable")
	}
	if e.tries > maxTries {
		t.turns.cfg.Log.Error("set an event aside after several tries", "inbox", e.id, "channel", e.channel, "tries", e.tries)
		return true, t.setAside(ctx, e, "tries")
	}
	failed, err := t.guarded(func() error {
		if e.dec.Input == nil {
			return nil
		}
		if err := t.ticks(ctx, e.receivedAt); err != nil {
			return err
		}
		if _, file := e.dec.Input.(conversation.Attachment); file && len(e.dec.Media) > 0 {
			t.ops = append(t.ops, mediaOp{kind: holdMedia, id: e.id, ref: e.dec.Media})
		}
		return t.stepOnce(ctx, e.in, e)
	})
	switch {
	case err != nil:
		return false, err
	case failed == nil:
		t.done = append(t.done, e.id)
		return true, nil
	case e.tries >= maxTries:
		return true, t.setAside(ctx, e, class(failed))
	}
	t.aside = append(t.aside, aside{id: e.id, tries: max(e.tries, 1), why: class(failed)})
	return false, nil
}

// setAside makes a dead letter of a row and tells the person so.
func (t *turn) setAside(ctx context.Context, e *event, why string) error {
	t.aside = append(t.aside, aside{id: e.id, dead: true, tries: e.tries, why: why})
	t.turns.cfg.Metrics.deadLetters.Inc()
	_, err := t.guarded(func() error {
		return t.stepOnce(ctx, t.own(e.receivedAt, conversation.Failed{}), e)
	})
	return err
}

// guarded runs f and puts the turn back as it was where f fails or panics. The
// second error is one that cannot be undone here: the transaction is lost.
func (t *turn) guarded(f func() error) (failed, lost error) {
	if t.kept == nil {
		var err error
		if t.kept, err = t.rest(); err != nil {
			return nil, fmt.Errorf("keep the session: %w", err)
		}
	}
	saved := *t
	saved.done, saved.said = slices.Clip(t.done), slices.Clip(t.said)
	saved.filing, saved.saves = slices.Clip(t.filing), slices.Clip(t.saves)
	saved.ops, saved.aside, saved.agreed = slices.Clip(t.ops), slices.Clip(t.aside), slices.Clip(t.agreed)
	saved.thread, saved.external, saved.rated = slices.Clip(t.thread), slices.Clip(t.external), slices.Clip(t.rated)
	saved.tells, saved.alerts, saved.exhibits = slices.Clip(t.tells), slices.Clip(t.alerts), slices.Clip(t.exhibits)
	saved.opened = slices.Clip(t.opened)
	saved.adopted = slices.Clip(t.adopted)
	func() {
		defer func() {
			if p := recover(); p != nil {
				failed = panicError{kind: fmt.Sprintf("%T", p)}
				t.turns.cfg.Log.Error("a turn panicked", "chat", t.key.chat, "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			}
		}()
		failed = f()
	}()
	if failed == nil {
		t.kept, t.stepped = nil, true
		return nil, nil
	}
	if t.direct || errors.As(failed, new(*pgconn.PgError)) || register.Retryable(failed) && !errors.As(failed, new(panicError)) {
		return nil, failed
	}
	*t = saved
	if err := t.restore(t.kept); err != nil {
		return nil, fmt.Errorf("restore the session: %w", err)
	}
	return failed, nil
}

type panicError struct{ kind string }

func (p panicError) Error() string { return "panic of type " + p.kind }

// class says of an error what may be stored and shown to operators: its kind,
// never its text, which could hold what somebody wrote.
func class(err error) string {
	var pg *pgconn.PgError
	var p panicError
	switch {
	case errors.As(err, &p):
		return "panic"
	case errors.As(err, &pg):
		if pg.ConstraintName != "" {
			return "database " + pg.Code + " " + pg.ConstraintName
		}
		return "database " + pg.Code
	case register.IsStale(err):
		return "stale"
	default:
		return "error"
	}
}

// own is an event of the service's own in this conversation.
func (t *turn) own(at time.Time, in conversation.Input) conversation.Event {
	return conversation.Event{At: at, Via: t.via, Input: in, Person: t.actor(), Chat: t.key.chat, Group: t.group}
}

// actor is whose doing an event of this conversation is.
func (t *turn) actor() reports.PersonID {
	if t.group {
		return reports.PersonID(t.key.person)
	}
	return reports.PersonID(t.key.chat)
}

func (t *turn) namesOf(in conversation.Event) []reports.ID {
	if t.group {
		return conversation.NamesInGroup(in)
	}
	return t.session.Names(in)
}

// stepOnce steps the machine and carries its effects out. e is the row behind
// the event, nil for a timer.
func (t *turn) stepOnce(ctx context.Context, in conversation.Event, e *event) error {
	in.Reports = nil
	for _, id := range append(t.namesOf(in), in.About) {
		if r, held := t.reports[id]; held && !slices.ContainsFunc(in.Reports, func(o reports.Report) bool { return o.ID == id }) {
			in.Reports = append(in.Reports, r)
		}
	}
	var effects []conversation.Effect
	before, beforeGroup := t.session, t.mine
	if t.group {
		t.mine, effects = t.machine.StepGroup(t.mine, in)
	} else {
		t.session, effects = t.machine.Step(t.session, in)
	}
	// What is done to reports comes first: where it is refused, nothing of the step
	// took place.
	for _, effect := range effects {
		act, is := effect.(conversation.Act)
		if !is {
			continue
		}
		err := t.act(ctx, act)
		if errors.Is(err, errRefusedAct) {
			t.session, t.mine = before, beforeGroup
			return t.stepOnce(ctx, t.own(in.At, conversation.ActRefused{Report: act.Report, Late: act.Late}), e)
		}
		if err != nil {
			return err
		}
	}
	for _, effect := range effects {
		result, err := t.carryOut(ctx, effect, in, e)
		if err != nil {
			return err
		}
		if result != nil {
			next := t.own(in.At, result)
			next.ID, next.About = in.ID, in.About
			if err := t.stepOnce(ctx, next, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// carryOut does what an effect asks for, and returns what the machine is to be
// told of it, if anything.
func (t *turn) carryOut(ctx context.Context, effect conversation.Effect, in conversation.Event, e *event) (conversation.Input, error) {
	switch eff := effect.(type) {
	case conversation.Say:
		return nil, t.say(eff)
	case conversation.Typing:
		t.typing = true
	case conversation.Fetch:
		t.ops = append(t.ops, mediaOp{kind: wantMedia, id: eff.File})
	case conversation.Drop:
		for _, id := range eff.Files {
			t.ops = append(t.ops, mediaOp{kind: dropMedia, id: id})
		}
	case conversation.RecordConsent:
		c := consent{version: eff.Version, granted: eff.Granted, at: in.At}
		if e != nil {
			c.profile = e.dec.Profile
		}
		t.agreed = append(t.agreed, c)
	case conversation.FileReport:
		return t.file(ctx, eff, in.At)
	case conversation.Attach:
		return nil, t.attach(ctx, eff, in.At)
	case conversation.ListReports:
		return t.list(ctx)
	case conversation.IssueCode:
		code := newAccessCode()
		t.direct = true
		ok, err := t.turns.cfg.Register.SetAccessCode(ctx, t.db, eff.TrackingID, t.person(), code)
		return conversation.CodeIssued{TrackingID: eff.TrackingID, AccessCode: code, OK: ok}, err
	case conversation.Act: // done already
	case conversation.Rate:
		if r, err := t.hold(ctx, eff.Report); err != nil || r.Reporter != t.person() {
			return nil, err
		}
		t.rated = append(t.rated, eff)
	case conversation.Promise:
		r, err := t.hold(ctx, eff.Report)
		if err != nil {
			return nil, err
		}
		r.Promised = eff.On
		t.keep(r)
		t.promises = append(t.promises, eff)
	case conversation.Dossier:
		if r, err := t.hold(ctx, eff.Report); err != nil || r.Reporter != t.person() {
			return nil, err
		}
		t.exhibits = append(t.exhibits, owed{chat: t.key.chat, report: eff.Report, dossier: t.session.Lang()})
	case conversation.Hand:
		return nil, t.tell(int64(eff.Person), internalEvent{Handed: &eff.Handed}, fmt.Sprintf("handed %d", in.ID))
	case conversation.Alert:
		if e != nil && e.dec.Press != "" {
			text := t.machine.Render("id", conversation.Say{Paragraphs: []conversation.Phrase{eff.Phrase}}).Text
			t.alerts = append(t.alerts, alert{press: e.dec.Press, text: text})
		}
	case conversation.FindReport:
		return t.find(ctx, eff.TrackingID)
	case conversation.BindGroup:
		return t.bind(ctx, eff)
	case conversation.ListQueue:
		return t.queue(ctx)
	case conversation.ShowReport:
		return t.show(ctx, eff)
	case conversation.Recap:
		return t.recap(ctx)
	case conversation.Leave:
		t.leave = true
	case conversation.LookAtGroup:
		t.look = true
	case conversation.AdoptTopic:
		t.adopted = append(t.adopted, eff)
	case conversation.Redeem:
		t.direct, t.catalog = true, true
		role, agency, ok, err := t.turns.cfg.Catalog.RedeemInvite(ctx, t.db, eff.Code, int64(t.person()), in.At)
		if !ok {
			role, agency = "", ""
		}
		return conversation.InviteRedeemed{Role: role, Agency: agency}, err
	}
	return nil, nil
}

// person is whose conversation this is: in private the chat itself.
func (t *turn) person() reports.PersonID {
	if t.key.person != 0 {
		return reports.PersonID(t.key.person)
	}
	return reports.PersonID(t.key.chat)
}

func (t *turn) say(s conversation.Say) error {
	lang := "id"
	if !t.group {
		lang = t.session.Lang()
	}
	message := t.machine.Render(lang, s)
	body, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("encode an answer: %w", err)
	}
	id := newMessageID()
	t.said = append(t.said, outMessage{id: id, slot: message.Slot, report: message.About, proof: message.Proof, body: t.turns.cfg.Sealer.Seal(nil, body, outboxContext(id))})
	return nil
}

func (t *turn) file(ctx context.Context, eff conversation.FileReport, at time.Time) (conversation.Input, error) {
	id, err := t.turns.cfg.Register.NextID(ctx)
	if err != nil {
		return nil, err
	}
	var files []int64
	for _, e := range eff.Draft.Evidence {
		if e.Status == reports.EvidenceStored {
			files = append(files, e.File)
		}
	}
	r := eff.Draft.Open(t.person(), t.channel.Name(), at)
	r.ID, r.TrackingID = id, reports.NewTrackingID(randomBits())
	code := newAccessCode()
	private := true
	for _, n := range conversation.Notices(reports.Change{Action: reports.File, At: at}, r) {
		private = private && n.To != conversation.AdminGroup
	}
	t.filing = append(t.filing, register.Filing{
		Report: r, Draft: int64(eff.Number), AccessCode: code, Files: files, Private: private,
		Verifiers: t.machine.VerifyingBodies(r),
	})
	return conversation.ReportFiled{Report: id, TrackingID: r.TrackingID, AccessCode: code}, nil
}

// attach adds files to a report that is filed already, this turn or earlier.
func (t *turn) attach(ctx context.Context, eff conversation.Attach, at time.Time) error {
	for i := range t.filing {
		if t.filing[i].Report.ID == eff.Report {
			t.filing[i].Files = append(t.filing[i].Files, eff.Files...)
			return nil
		}
	}
	r, err := t.hold(ctx, eff.Report)
	if err != nil {
		return err
	}
	change := reports.Change{
		Action: reports.AttachEvidence, At: at, Files: len(eff.Files),
		Actor: reports.Actor{Kind: reports.ByReporter, Person: t.person()},
	}
	after, entry, err := reports.Apply(r, change)
	if err != nil {
		return err
	}
	t.keep(after)
	t.saves = append(t.saves, save{after: after, entry: entry})
	for _, id := range eff.Files {
		t.ops = append(t.ops, mediaOp{kind: attachMedia, id: id, report: eff.Report})
	}
	if !after.Dispatched {
		return nil
	}
	return t.notify(ctx, change, r, after, conversation.Told{
		Report: eff.Report, Version: after.Version, Action: change.Action, By: change.Actor.Kind, From: r.State,
		Files: len(eff.Files), At: at, Agency: after.Agency,
	})
}

func (t *turn) list(ctx context.Context) (conversation.Input, error) {
	mine, err := t.turns.cfg.Register.ListIn(ctx, t.db, register.Filter{Reporter: t.person(), Limit: 10})
	if err != nil {
		return nil, err
	}
	listed := conversation.ReportsListed{}
	for _, r := range mine {
		listed.Reports = append(listed.Reports, conversation.Summary{TrackingID: r.TrackingID, State: r.State, FiledAt: r.FiledAt, Agency: r.Agency})
	}
	return listed, nil
}

func randomBits() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:])
}

func newAccessCode() reports.AccessCode {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("crypto/rand failed") // documented never to happen
	}
	return reports.NewAccessCode(n.Uint64())
}
