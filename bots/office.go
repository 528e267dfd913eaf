package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
)

// tell is an event for somebody's private talk that another one causes. It
// travels through the inbox, so that it is told once, in its place, however the
// processes die.
type tell struct {
	chat int64
	key  []byte
	body []byte
}

// owed are files that somebody is to get.
type owed struct {
	chat    int64
	report  reports.ID
	files   []int64
	dossier string // language of the reporter's own file; "": the files
}

// opened is that an official wanted the reporter's files.
type opened struct {
	report   reports.ID
	by       reports.Actor
	original bool // they get also what has no copy
}

// errRefusedAct says that an official may not do what they were about to, by what
// the transaction sees: their appointment has ended, or the report has moved on.
var errRefusedAct = errors.New("not allowed any more")

// act does something to a report, keeps what was said and tells whom it concerns.
func (t *turn) act(ctx context.Context, eff conversation.Act) error {
	r, err := t.hold(ctx, eff.Report)
	if err != nil {
		return err
	}
	by := eff.Change.Actor
	var held []reports.Appointment
	if !eff.ByPhone {
		if held, err = t.stillMay(ctx, by, r); err != nil {
			return err
		}
	}
	if eff.Evidence {
		t.opened = append(t.opened, opened{report: r.ID, by: by, original: reports.MayIdentify(held, r)})
		return nil
	}
	after := r
	change := eff.Change
	if change.Action != "" {
		var entry reports.Entry
		if after, entry, err = reports.Apply(r, change); err != nil {
			return fmt.Errorf("%w: %w", errRefusedAct, err)
		}
		if len(eff.Files) > 0 && by.Kind == reports.ByReporter {
			after.Evidence += len(eff.Files)
		}
		t.keep(after)
		t.saves = append(t.saves, save{after: after, entry: entry})
	}
	version := after.Version
	if eff.External != "" {
		t.external = append(t.external, external{eff.Report, eff.External})
	} else if eff.Words != "" || len(eff.Files) > 0 {
		t.thread = append(t.thread, register.ThreadEntry{
			Report: eff.Report, Version: version, Speaker: by.Kind, Person: by.Person, Office: eff.Note,
			At: change.At, Words: eff.Words, Files: eff.Files, Corrects: eff.Corrects,
		})
	}
	if len(eff.Files) > 0 && !eff.Note && by.Kind != reports.ByReporter {
		t.exhibits = append(t.exhibits, owed{chat: int64(after.Reporter), report: after.ID, files: eff.Files})
	}
	if change.Action == "" && eff.Corrects == 0 || eff.ByPhone {
		return nil
	}
	told := conversation.Told{
		Report: eff.Report, Version: after.Version, Action: change.Action, By: by.Kind, From: r.State,
		Words: eff.Words, Files: len(eff.Files), Until: change.Until, At: change.At, Agency: after.Agency,
	}
	switch {
	case eff.Corrects != 0:
		change.Action, told.Action = reports.FollowUp, reports.FollowUp
		told.Version, told.Correction = eff.Corrects, true
	case change.Action == reports.NotOurs:
		told.Agency = r.Agency
	case change.Action.Dates():
		told.Due, _ = t.machine.Due(after, reports.ClockAnswer)
	}
	return t.notify(ctx, change, r, after, told)
}

// stillMay asks the database whether an official still holds what they act by:
// the machine's snapshot may be seconds old. It returns what they hold.
func (t *turn) stillMay(ctx context.Context, by reports.Actor, r reports.Report) ([]reports.Appointment, error) {
	switch by.Kind {
	case reports.ByClock:
		return nil, nil
	case reports.ByReporter:
		if r.Reporter != by.Person {
			return nil, fmt.Errorf("%w: another's report", errRefusedAct)
		}
		return nil, nil
	case reports.ByAdmin, reports.ByAgencyAdmin, reports.ByLiaison, reports.ByOperator:
	}
	held, err := t.turns.cfg.Catalog.Appointments(ctx, t.db, by.Person)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(t.machine.Capacities(held, r), by.Kind) {
		return nil, fmt.Errorf("%w: no such appointment", errRefusedAct)
	}
	return held, nil
}

// hold returns a report as this transaction has it, locked.
func (t *turn) hold(ctx context.Context, id reports.ID) (reports.Report, error) {
	if r, held := t.reports[id]; held {
		return r, nil
	}
	more, err := t.turns.cfg.Register.Lock(ctx, t.db, []reports.ID{id})
	if err != nil {
		return reports.Report{}, err
	}
	r, found := more[id]
	if !found {
		return reports.Report{}, fmt.Errorf("report %d: %w", id, register.ErrNotFound)
	}
	t.keep(r)
	return r, nil
}

// keep has later events of this turn see r. It writes into a map of its own:
// the other is every turn's, and this turn may be undone.
func (t *turn) keep(r reports.Report) {
	mine := make(map[reports.ID]reports.Report, len(t.reports)+1)
	maps.Copy(mine, t.reports)
	mine[r.ID] = r
	t.reports = mine
}

// notify queues what [conversation.Notices] says of a change for everybody who
// is told in private. Cards follow their reports by themselves.
func (t *turn) notify(ctx context.Context, change reports.Change, before, after reports.Report, told conversation.Told) error {
	for _, n := range conversation.Notices(change, after) {
		var chats []reports.PersonID
		told.As, told.Own = n.To, 0
		switch n.To {
		case conversation.Reporter:
			chats = []reports.PersonID{after.Reporter}
		case conversation.Follower:
			if err := t.tellFollowers(ctx, after.ID, told); err != nil {
				return err
			}
		case conversation.Claimant:
			if !told.Correction {
				chats = t.machine.Responsible(before, after)
			}
		case conversation.Verifier:
			who, err := t.turns.cfg.Register.LastBy(ctx, t.db, after.ID, reports.Dispatch)
			if err != nil {
				return err
			}
			chats = t.machine.Verifiers(after, who)
		case conversation.Watcher:
			chats = t.machine.Watchers(after)
		case conversation.AdminGroup, conversation.NationalAdmins, conversation.BodyGroup, conversation.Named, // who sees a card
			conversation.Superiors, conversation.Leaders: // who hears of what is late
			continue
		}
		for _, chat := range chats {
			if chat == 0 || chat == change.Actor.Person && n.To != conversation.Reporter {
				continue
			}
			if err := t.tell(int64(chat), internalEvent{Told: &told}, toldKey(told, chat)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellFollowers tells those whose reports were merged into one.
func (t *turn) tellFollowers(ctx context.Context, id reports.ID, told conversation.Told) error {
	followers, err := t.turns.cfg.Register.Merged(ctx, t.db, id)
	if err != nil {
		return err
	}
	for _, f := range followers[id] {
		told.Own = f.ID
		if err := t.tell(int64(f.Reporter), internalEvent{Told: &told}, toldKey(told, f.Reporter)+fmt.Sprint(" own ", f.ID)); err != nil {
			return err
		}
		if told.Action != reports.Withdraw {
			continue
		}
		// Nobody works on theirs any more, unless somebody decides so.
		admins := told
		admins.As = conversation.Verifier
		for _, chat := range t.machine.Verifiers(f, 0) {
			if err := t.tell(int64(chat), internalEvent{Told: &admins}, toldKey(admins, chat)+fmt.Sprint(" own ", f.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

// toldKey names what somebody is told: a correction is another thing than what it
// corrects.
func toldKey(told conversation.Told, chat reports.PersonID) string {
	key := fmt.Sprintf("told %d %d %d %s", told.Report, told.Version, chat, told.As)
	if told.Correction {
		key += " " + told.At.UTC().Format("2006-01-02T15:04:05.999999999")
	}
	return key
}

// tell queues an event for somebody's private talk. The same key is the same event.
func (t *turn) tell(chat int64, e internalEvent, key string) error {
	plain, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode what is told: %w", err)
	}
	id := t.turns.cfg.Sealer.Hash("event", nil, nil, []byte(key))[:16]
	t.tells = append(t.tells, tell{chat: chat, key: id, body: t.turns.cfg.Sealer.Seal(nil, plain, inboxContext(id))})
	return nil
}

// queueOffice writes what turns said about reports and to whom they told it.
func (a *attempt) queueOffice(b *pgx.Batch) {
	var arrivals []arrival
	for _, t := range a.turned {
		for _, e := range t.thread {
			a.turns.cfg.Register.QueueThread(b, e)
		}
		for _, e := range t.external {
			a.turns.cfg.Register.QueueExternal(b, e.report, e.number)
		}
		for _, e := range t.rated {
			a.turns.cfg.Register.QueueRating(b, e.Report, e.Stars, e.Words, a.now)
		}
		for _, e := range t.exhibits {
			b.Queue(`insert into exhibits (channel, account, chat, report, files, original, message_id, created_at, dossier)
				select channel, account, chat, $2, coalesce($3, '{}'::bigint[]), false, upper(replace(gen_random_uuid()::text, '-', '')), $4, nullif($5, '')
				from identities where chat = $1`, e.chat, e.report, e.files, a.now, e.dossier)
		}
		for _, e := range t.promises {
			a.turns.cfg.Register.QueuePromise(b, e.Report, e.On)
		}
		for _, o := range t.opened {
			a.queueOpened(b, o)
		}
		a.queueTopics(b, t)
		for _, e := range t.tells {
			arrivals = append(arrivals, arrival{key: key{chat: e.chat}, eventKey: e.key, at: a.now, body: e.body})
		}
	}
	if len(arrivals) > 0 {
		queueArrivals(b, arrivals, map[int64]bool{})
	}
}

// queueOpened has the reporter's files sent to an official in private, and records
// it. Who presses again before they are there gets them once.
func (a *attempt) queueOpened(b *pgx.Batch, o opened) {
	b.Queue(`insert into openings (at, what, ref, by, why) values ($1, 'evidence', $2, $3, $4)`,
		a.now, o.report, fmt.Sprintf("person %d", o.by.Person), "as "+string(o.by.Kind)+", in chat")
	b.Queue(`with theirs as (
			select m.id, (row_number() over (order by m.id) - 1) / $5 as part from media m
			where m.report = $2 and m.state = 'stored'
				and not exists (select 1 from thread t where t.report = $2 and t.speaker <> 'reporter' and m.id = any(t.files))
		), parts as (
			select part, array_agg(id order by id) as files from theirs group by part
		)
		insert into exhibits (channel, account, chat, report, files, original, message_id, created_at)
		select i.channel, i.account, i.chat, $2, p.files, $3, upper(replace(gen_random_uuid()::text, '-', '')), $4
		from identities i, parts p where i.chat = $1 and i.kind = 'person'
			and not exists (select 1 from exhibits e where e.chat = $1 and e.report = $2 and e.state = 'waiting')
		order by p.part`,
		o.by.Person, o.report, o.original, a.now, exhibitFiles)
}

// noteWait is how long an answer waits until it is noted under which name the
// message went out that it may answer: until a sender that was killed in
// between has lost its lease, and another has looked.
const noteWait = 2 * sendLease

// noteLook is how soon such an answer is looked at again.
const noteLook = 100 * time.Millisecond

// about finds the reports that the messages tell of which these turns' messages
// answer, and of what the office wrote by itself the report that it is taken
// to be about. Somebody may answer sooner than the sending is noted: what
// answers a message that is not known waits while such a one is under way, with
// all that came after it.
func (a *attempt) about(ctx context.Context, t *turn) ([]reports.ID, error) {
	var ids []reports.ID
	for i, e := range t.rows {
		_, fromOffice := e.dec.Input.(conversation.FromOffice)
		if e.err != nil || e.dec.ReplyTo == "" && !fromOffice {
			continue
		}
		id, err := reports.ID(0), error(nil)
		if e.dec.ReplyTo != "" {
			var telling bool
			id, telling, err = a.turns.cfg.Register.About(ctx, a.db, t.key.chat, e.dec.ReplyTo)
			if telling && a.now.Before(e.receivedAt.Add(noteWait)) {
				t.rows, t.waiting, t.unnoted = t.rows[:i], t.waiting[:i], true
				return ids, nil
			}
		}
		if err == nil && id == 0 && fromOffice {
			id, err = a.turns.cfg.Register.NewestOpen(ctx, a.db, t.person())
		}
		if err != nil {
			return nil, err
		}
		if id != 0 {
			e.in.About = id
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// queue answers what somebody's queue holds.
func (t *turn) queue(ctx context.Context) (conversation.Input, error) {
	desk := register.Desk{Public: t.group}
	var held []reports.Appointment
	if t.group {
		agency, bound := t.machine.Group(t.key.chat)
		desk.Verifies = bound && agency == ""
		if agency != "" {
			desk.Agencies, desk.Keywords = []string{agency}, t.machine.Keywords(agency, true)
		}
	} else {
		var err error
		if held, err = t.turns.cfg.Catalog.Appointments(ctx, t.db, t.person()); err != nil {
			return nil, err
		}
		for _, a := range held {
			switch a.Role {
			case reports.NationalAdmin:
				desk.Verifies = true
			case reports.AgencyAdmin:
				desk.Agencies = append(desk.Agencies, t.machine.Below(a.Agency)...)
				desk.Keywords = append(desk.Keywords, t.machine.Keywords(a.Agency, false)...)
			case reports.Liaison:
				desk.Agencies = append(desk.Agencies, a.Agency)
			case reports.Operator:
				desk.Watches = append(desk.Watches, a.Agency)
			case reports.Leader:
				desk.Watches = append(desk.Watches, t.machine.Below(a.Agency)...)
			case reports.Inspectorate:
				desk.Alleging = append(desk.Alleging, t.machine.Below(a.Agency)...)
			case reports.PPID:
				desk.Asking = append(desk.Asking, t.machine.Below(a.Agency)...)
			case reports.Ombudsman:
				desk.Escalated = true
			}
		}
	}
	list, more, err := t.turns.cfg.Register.Queue(ctx, t.db, desk, queueShown)
	if err != nil {
		return nil, err
	}
	if !t.group { // nobody reads of what they may not read
		list = slices.DeleteFunc(list, func(r reports.Report) bool { return !t.machine.MayReadAs(held, r) })
	}
	queued := conversation.QueueListed{Reports: list, More: more}
	for _, r := range list {
		if t.machine.Late(r, t.now) {
			queued.Late = append(queued.Late, r.ID)
		}
	}
	return queued, nil
}

// queueShown is how many reports a queue lists.
const queueShown = 15

// find answers which report has a tracking id, for an official who may see it.
func (t *turn) find(ctx context.Context, id reports.TrackingID) (conversation.Input, error) {
	r, err := t.turns.cfg.Register.ByTracking(ctx, t.db, id)
	if errors.Is(err, register.ErrNotFound) {
		return conversation.ReportFound{TrackingID: id}, nil
	}
	if err != nil {
		return nil, err
	}
	held, err := t.turns.cfg.Catalog.Appointments(ctx, t.db, t.person())
	if err != nil {
		return nil, err
	}
	// Locked, so that it is handed in with what follows.
	if r, err = t.hold(ctx, r.ID); err != nil {
		return nil, err
	}
	return conversation.ReportFound{TrackingID: id, Report: r.ID, Found: len(t.machine.Capacities(held, r)) > 0}, nil
}

// show answers what is known of a report, to whoever asks for it. Whether they
// may see it the machine decides; with an access code it is this that decides,
// and too many wrong ones lock the report for a while.
func (t *turn) show(ctx context.Context, eff conversation.ShowReport) (conversation.Input, error) {
	shown := conversation.ReportShown{For: eff.For, TrackingID: eff.TrackingID}
	reg := t.turns.cfg.Register
	r, err := reg.ByTracking(ctx, t.db, eff.TrackingID)
	if errors.Is(err, register.ErrNotFound) {
		return shown, nil
	}
	if err != nil {
		return nil, err
	}
	if shown.Found = eff.Code == "" || r.Reporter == t.person(); !shown.Found {
		t.direct = true
		if shown.ByCode, err = reg.OpenWithCode(ctx, t.db, r.ID, reports.AccessCode(eff.Code), t.now); err != nil {
			return nil, err
		}
		shown.Found = shown.ByCode
	}
	if !shown.Found {
		return shown, nil
	}
	shown.Report = r
	if shown.History, err = reg.HistoryIn(ctx, t.db, r.ID); err != nil {
		return nil, err
	}
	thread, err := reg.ThreadIn(ctx, t.db, r.ID)
	if err != nil {
		return nil, err
	}
	shown.Thread = spoken(thread)
	return shown, nil
}

// spoken is a thread as the machine reads it.
func spoken(thread []register.ThreadEntry) []conversation.Spoken {
	list := make([]conversation.Spoken, len(thread))
	for i, e := range thread {
		list[i] = conversation.Spoken{
			Version: e.Version, By: e.Speaker, At: e.At, Words: e.Words, Files: len(e.Files), Office: e.Office, Corrects: e.Corrects,
		}
	}
	return list
}

// recap answers how the reports of a group's body stand, or of somebody's.
func (t *turn) recap(ctx context.Context) (conversation.Input, error) {
	recap := conversation.Recapped{}
	all, below := false, false
	if t.group {
		agency, bound := t.machine.Group(t.key.chat)
		if recap.Agency = agency; !bound {
			return recap, nil
		}
	} else {
		held, err := t.turns.cfg.Catalog.Appointments(ctx, t.db, t.person())
		if err != nil {
			return nil, err
		}
		for _, a := range held {
			all = all || a.Role == reports.NationalAdmin || a.Role == reports.Ombudsman
			if recap.Agency == "" {
				recap.Agency = a.Agency
			}
			below = below || a.Agency == recap.Agency && (a.Role == reports.Leader || a.Role == reports.AgencyAdmin)
		}
		if all {
			recap.Agency = ""
		}
		if !all && recap.Agency == "" {
			return recap, nil
		}
	}
	bodies := []string{recap.Agency}
	switch {
	case recap.Agency == "":
		bodies = nil
	case below:
		bodies = t.machine.Below(recap.Agency)
	}
	tally, err := t.turns.cfg.Register.Tally(ctx, t.db, t.machine.Rules(), bodies, t.now)
	if err != nil {
		return nil, err
	}
	for _, s := range reports.States() {
		recap.States = append(recap.States, conversation.StateCount{State: s, Count: tally.States[s]})
	}
	recap.Oldest, recap.Late = tally.Oldest, tally.Late
	return recap, nil
}

// bind connects a group, or says why not.
func (t *turn) bind(ctx context.Context, eff conversation.BindGroup) (conversation.Input, error) {
	t.direct, t.catalog = true, true
	outcome, agency, err := t.turns.cfg.Catalog.RedeemGroup(ctx, t.db, eff.Code, t.key.chat, t.person(), t.now)
	if err != nil {
		return nil, err
	}
	return conversation.GroupBound{Outcome: string(outcome), Agency: agency}, nil
}

// answerPresses tells those who pressed a button what nobody else sees, and
// leaves groups that nobody bound. Both are worth one try.
func (a *attempt) answerPresses(ctx context.Context) {
	for _, t := range a.turned {
		if answerer, can := t.channel.(Answerer); can {
			for _, alert := range t.alerts {
				answering, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
				if err := answerer.Answer(answering, alert.press, alert.text); err != nil {
					t.turns.cfg.Log.Warn("answer a press", "channel", t.channel.Name(), "error", scrub(err))
				}
				cancel()
			}
		}
		leaver, can := t.channel.(Leaver)
		if !t.leave || !can {
			continue
		}
		address, err := t.turns.cfg.Identities.OpenAddress(t.held.hash, t.held.sealed)
		if err != nil {
			continue
		}
		go func() {
			leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveAfter+sendTimeout)
			defer cancel()
			pause(leaving, leaveAfter) // the goodbye goes first
			if err := leaver.Leave(leaving, Address(address)); err != nil {
				t.turns.cfg.Log.Warn("leave a group", "channel", t.channel.Name(), "error", scrub(err))
			}
		}()
	}
}

// answerTimeout bounds the answer to a press: others wait for the turn's end.
const (
	answerTimeout = 2 * time.Second
	leaveAfter    = 3 * time.Second
)
