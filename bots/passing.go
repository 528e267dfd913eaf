package bots

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/deadline"
)

// Passing tells people what happened because time passed. Whom, it asks
// [conversation.Notices] and [conversation.NudgeNotices]; what it tells travels
// through the inboxes of their chats, so that it is told once, in its place.
type Passing struct{ shell *Shell }

// Passing is what the scheduler tells people through.
func (s *Shell) Passing() *Passing { return &Passing{s} }

// Told implements the scheduler's Teller.
func (p *Passing) Told() {
	p.shell.wakeSenders()
}

// Tell implements the scheduler's Teller: reporters and what was done to reports at
// once, what groups and officials owe when it is gathered.
func (p *Passing) Tell(ctx context.Context, tx pgx.Tx, now time.Time, list []deadline.Passed) error {
	m := p.shell.machine.Load()
	followers, err := p.followers(ctx, tx, list)
	if err != nil {
		return err
	}
	questions, err := p.questions(ctx, tx, list)
	if err != nil {
		return err
	}
	var arrivals []arrival
	var nudges []nudgeFor
	tell := func(chat reports.PersonID, told conversation.Told) error {
		if chat == 0 {
			return nil
		}
		a, err := p.arrival(int64(chat), now, internalEvent{Told: &told}, passedKey(told, chat))
		arrivals = append(arrivals, a)
		return err
	}
	for _, x := range list {
		if x.Entry.Version != 0 && x.Entry.Change.Action != reports.Escalate {
			if err := p.done(m, x, followers[x.After.ID], tell); err != nil {
				return err
			}
			continue
		}
		if x.Overtaken {
			continue
		}
		for _, n := range conversation.NudgeNotices(x.Run.Clock, x.Rung, x.After) {
			if n.To == conversation.Reporter {
				if !x.Last {
					continue // they hear what matters now
				}
				told := toldRung(x, now)
				told.Words = questions[x.After.ID]
				if err := tell(x.After.Reporter, told); err != nil {
					return err
				}
				continue
			}
			for _, chat := range m.Nudged(n, x.After) {
				if next := (nudgeFor{chat, nudgeOf(x)}); !slices.Contains(nudges, next) { // somebody may hold two roles
					nudges = append(nudges, next)
				}
			}
		}
	}
	return p.queue(ctx, tx, now, arrivals, nudges)
}

// nudgeFor is a nudge and who gets it.
type nudgeFor struct {
	chat  int64
	nudge conversation.Nudge
}

// done tells those whom a transition concerns that time has brought.
func (p *Passing) done(m *conversation.Machine, x deadline.Passed, followers []reports.Report, tell func(reports.PersonID, conversation.Told) error) error {
	change := x.Entry.Change
	told := conversation.Told{
		Report: x.After.ID, Version: x.After.Version, Action: change.Action, By: reports.ByClock, From: x.Before.State,
		At: change.At, Agency: x.After.Agency, Unreachable: x.Unreachable,
	}
	for _, n := range conversation.Notices(change, x.After) {
		told.As, told.Own = n.To, 0
		var chats []reports.PersonID
		switch n.To {
		case conversation.Reporter:
			chats = []reports.PersonID{x.After.Reporter}
		case conversation.Claimant:
			chats = m.Responsible(x.Before, x.After)
		case conversation.Verifier:
			chats = m.Verifiers(x.After, 0)
		case conversation.Follower:
			for _, f := range followers {
				told.Own = f.ID
				if err := tell(f.Reporter, told); err != nil {
					return err
				}
			}
		default: // who sees a card
		}
		for _, chat := range chats {
			if err := tell(chat, told); err != nil {
				return err
			}
		}
	}
	return nil
}

// followers are the reports that were merged into those of list.
func (p *Passing) followers(ctx context.Context, tx pgx.Tx, list []deadline.Passed) (map[reports.ID][]reports.Report, error) {
	var ids []reports.ID
	for _, x := range list {
		if x.Entry.Version != 0 {
			ids = append(ids, x.After.ID)
		}
	}
	return p.shell.register.Merged(ctx, tx, ids...)
}

// questions are what the reporters of list are reminded of who were asked something.
func (p *Passing) questions(ctx context.Context, tx pgx.Tx, list []deadline.Passed) (map[reports.ID]string, error) {
	var ids []reports.ID
	var versions []int
	for _, x := range list {
		if x.Run.Clock == reports.ClockComplete && x.Rung == deadline.Warn {
			ids, versions = append(ids, x.After.ID), append(versions, x.Run.Since)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return p.shell.register.Said(ctx, tx, ids, versions)
}

func toldRung(x deadline.Passed, now time.Time) conversation.Told {
	return conversation.Told{
		As: conversation.Reporter, Report: x.After.ID, Version: x.Run.Since, By: reports.ByClock, Agency: x.After.Agency,
		At: now, Due: x.Due.Date(), Clock: x.Run.Clock, Rung: x.Rung,
	}
}

func nudgeOf(x deadline.Passed) conversation.Nudge {
	return conversation.Nudge{
		Report: x.After.ID, TrackingID: x.After.TrackingID, Agency: x.After.Agency, Clock: x.Run.Clock, Since: x.Run.Since,
		Rung: x.Rung, Due: conversation.Due{Clock: x.Run.Clock, On: x.Due.Date(), Hours: !x.Due.At.IsZero(), Provisional: x.Due.Provisional},
	}
}

// passedKey is toldKey of what time brought: a rung is another thing than what its
// version did.
func passedKey(told conversation.Told, chat reports.PersonID) string {
	key := toldKey(told, chat)
	if told.Rung != "" {
		key += fmt.Sprintf(" %s %s %s", told.Clock, told.Rung, told.Due.UTC().Format(time.DateOnly))
	}
	if told.Own != 0 {
		key += fmt.Sprint(" own ", told.Own)
	}
	return key
}

func (p *Passing) arrival(chat int64, now time.Time, e internalEvent, name string) (arrival, error) {
	plain, err := json.Marshal(e)
	if err != nil {
		return arrival{}, fmt.Errorf("encode what is told: %w", err)
	}
	sealer := p.shell.cfg.Sealer
	id := sealer.Hash("event", nil, nil, []byte(name))[:16]
	return arrival{key: key{chat: chat}, eventKey: id, at: now, body: sealer.Seal(nil, plain, inboxContext(id))}, nil
}

// queue writes what is told, and keeps what is to be gathered.
func (p *Passing) queue(ctx context.Context, tx pgx.Tx, now time.Time, arrivals []arrival, nudges []nudgeFor) error {
	var b pgx.Batch
	if len(arrivals) > 0 {
		queueArrivals(&b, arrivals, map[int64]bool{})
	}
	if n := len(nudges); n > 0 {
		chats, ids := make([]int64, n), make([]reports.ID, n)
		bodies := make([]conversation.Nudge, n)
		for i, x := range nudges {
			chats[i], ids[i], bodies[i] = x.chat, x.nudge.Report, x.nudge
		}
		b.Queue(`insert into gathered (chat, report, body, at)
			select chat, report, body, $4 from unnest($1::bigint[], $2::bigint[], $3::jsonb[]) as g (chat, report, body)`, chats, ids, bodies, now)
	}
	if b.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, &b).Close()
}

// maxGathered is how many nudges one message is made of; the rest follows in
// another.
const maxGathered = 500

// Gather implements the scheduler's Teller.
func (p *Passing) Gather(ctx context.Context, tx pgx.Tx, now time.Time) (int, error) {
	rows, err := tx.Query(ctx, `delete from gathered where id in (select id from gathered order by chat, id limit 10000) returning id, chat, body`)
	if err != nil {
		return 0, err
	}
	type kept struct {
		ID   int64
		Chat int64
		Body conversation.Nudge
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[kept])
	if err != nil {
		return 0, err
	}
	slices.SortFunc(list, func(a, b kept) int {
		if a.Chat != b.Chat {
			return int(a.Chat - b.Chat)
		}
		return int(a.ID - b.ID)
	})
	var arrivals []arrival
	for len(list) > 0 {
		n := 1
		for n < len(list) && n < maxGathered && list[n].Chat == list[0].Chat {
			n++
		}
		items := make([]conversation.Nudge, n)
		for i := range items {
			items[i] = list[i].Body
		}
		a, err := p.arrival(list[0].Chat, now, internalEvent{Nudged: &conversation.Nudged{Items: items}}, fmt.Sprint("gathered ", list[0].ID))
		if err != nil {
			return 0, err
		}
		arrivals, list = append(arrivals, a), list[n:]
	}
	return len(arrivals), p.queue(ctx, tx, now, arrivals, nil)
}
