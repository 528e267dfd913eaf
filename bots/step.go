package bots

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
	kept    []byte // the session as JSON, as it is before the next row; nil: not encoded yet
	stepped bool   // the session may have changed
	rows    []*event
	reports map[reports.ID]reports.Report

	done   []int64 // rows whose turn is done
	said   []outMessage
	filing []register.Filing
	saves  []save
	ops    []mediaOp
	aside  []aside // rows that failed or are set aside
	agreed []consent
	typing bool
	left   bool // rows were left for a next turn
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
	if *l.kind == register.Group {
		t.listen(rows)
		return t
	}
	if len(l.body) > 0 {
		plain, err := a.turns.cfg.Sealer.Open(nil, l.body, sessionContext(l.key))
		if err == nil {
			err = json.Unmarshal(plain, &t.session)
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

// listen takes what happened in a group. Groups are told things; what is said
// there is nobody's report. What nobody can read is kept for an operator.
func (t *turn) listen(rows []waiting) {
	for _, w := range rows {
		e := t.decode(w)
		if e.err == nil {
			t.done = append(t.done, w.id)
			continue
		}
		t.turns.cfg.Log.Error("set an event aside that cannot be read", "inbox", w.id, "channel", w.channel, "error", class(e.err))
		t.aside = append(t.aside, aside{id: w.id, dead: true, tries: w.tries, why: "undecodable"})
		t.turns.cfg.Metrics.deadLetters.Inc()
	}
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
	e.in = conversation.Event{ID: w.id, At: w.receivedAt, Ref: e.dec.Ref, Via: t.via, Input: e.dec.Input}
	return e
}

// names lists the filed reports that this turn may touch.
func (t *turn) names() []reports.ID {
	var ids []reports.ID
	for _, e := range t.rows {
		if e.err == nil && e.dec.Input != nil {
			ids = append(ids, t.session.Names(e.in)...)
		}
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
	if wake := t.session.Wake; wake.IsZero() || wake.After(t.now) {
		return nil
	}
	failed, err := t.guarded(func() error { return t.ticks(ctx, t.now) })
	if failed != nil {
		// A timer that always fails must not be tried in a loop; the next message tries it again.
		t.session.Wake = t.now.Add(time.Hour)
		t.kept, t.stepped = nil, true
	}
	return err
}

// ticks steps the timer, as often as it is due by now; a machine that asks to
// be woken in the past again and again is left for the next look.
func (t *turn) ticks(ctx context.Context, by time.Time) error {
	for range 8 {
		wake := t.session.Wake
		if wake.IsZero() || wake.After(by) {
			return nil
		}
		if err := t.stepOnce(ctx, conversation.Event{At: by, Via: t.via, Input: conversation.Tick{}}, nil); err != nil {
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
		return t.stepOnce(ctx, conversation.Event{At: e.receivedAt, Via: t.via, Input: conversation.Failed{}}, e)
	})
	return err
}

// guarded runs f and puts the turn back as it was where f fails or panics. The
// second error is one that cannot be undone here: the transaction is lost.
func (t *turn) guarded(f func() error) (failed, lost error) {
	if t.kept == nil {
		var err error
		if t.kept, err = json.Marshal(t.session); err != nil {
			return nil, fmt.Errorf("keep the session: %w", err)
		}
	}
	saved := *t
	saved.done, saved.said = slices.Clip(t.done), slices.Clip(t.said)
	saved.filing, saved.saves = slices.Clip(t.filing), slices.Clip(t.saves)
	saved.ops, saved.aside, saved.agreed = slices.Clip(t.ops), slices.Clip(t.aside), slices.Clip(t.agreed)
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
	t.session = conversation.Session{}
	if err := json.Unmarshal(t.kept, &t.session); err != nil {
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

// stepOnce steps the machine and carries its effects out. e is the row behind
// the event, nil for a timer.
func (t *turn) stepOnce(ctx context.Context, in conversation.Event, e *event) error {
	session, effects := t.machine.Step(t.session, in)
	t.session = session
	for _, effect := range effects {
		result, err := t.carryOut(ctx, effect, in, e)
		if err != nil {
			return err
		}
		if result != nil {
			if err := t.stepOnce(ctx, conversation.Event{ID: in.ID, At: in.At, Via: t.via, Input: result}, e); err != nil {
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
	case conversation.Redeem:
		t.direct = true
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
	message := t.machine.Render(t.session.Lang(), s)
	body, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("encode an answer: %w", err)
	}
	id := newMessageID()
	t.said = append(t.said, outMessage{id: id, slot: message.Slot, body: t.turns.cfg.Sealer.Seal(nil, body, outboxContext(id))})
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
	r, held := t.reports[eff.Report]
	if !held {
		more, err := t.turns.cfg.Register.Lock(ctx, t.db, []reports.ID{eff.Report})
		if err != nil {
			return err
		}
		if r, held = more[eff.Report]; !held {
			return fmt.Errorf("attach to report %d: %w", eff.Report, register.ErrNotFound)
		}
	}
	after, entry, err := reports.Apply(r, reports.Change{
		Action: reports.AttachEvidence, At: at, Files: len(eff.Files),
		Actor: reports.Actor{Kind: reports.ByReporter, Person: t.person()},
	})
	if err != nil {
		return err
	}
	// A copy: the map is every turn's, and this turn may be undone.
	mine := make(map[reports.ID]reports.Report, len(t.reports)+1)
	maps.Copy(mine, t.reports)
	mine[eff.Report] = after
	t.reports = mine
	t.saves = append(t.saves, save{after: after, entry: entry})
	for _, id := range eff.Files {
		t.ops = append(t.ops, mediaOp{kind: attachMedia, id: id, report: eff.Report})
	}
	return nil
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
