package bots

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
)

// runCards brings cards up to date until ctx ends, one after the other: groups
// are written to slowly anyway, and no reply waits for a card.
func (s *Sender) runCards(ctx, underWay context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		s.lookAtForums(ctx)
		shown, err := s.showNextCard(ctx, underWay)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("show a card", "channel", s.cfg.Channel.Name(), "error", class(err))
			pause(ctx, time.Second)
		}
		if shown {
			continue
		}
		select {
		case <-ctx.Done():
		case <-s.cards:
		case <-tick.C:
		}
	}
}

// card is a claimed row of cards.
type card struct {
	Report      reports.ID
	Chat        int64
	Kind        string
	MessageID   string
	SentRef     *string
	SentAt      *time.Time
	Tries       int
	AddressHash []byte
	Sealed      []byte
	Lease       time.Time
	topicOf
}

// showNextCard brings one card that lags behind its report up to date, if its
// chat's budget allows, and reports whether there was one. A card is state and
// no queue: however often a report changed, its newest version is shown once.
func (s *Sender) showNextCard(ctx, underWay context.Context) (bool, error) {
	if s.parkedFor() > 0 {
		return false, nil
	}
	claiming, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	now := s.cfg.Now()
	rows, err := s.cfg.Pool.Query(claiming, `with due as (
			select c.report, c.chat from cards c join identities i on i.chat = c.chat
			where c.shown < c.wanted and i.channel = $1 and i.account = $2 and i.unreachable_at is null
				and (c.retry_at is null or c.retry_at <= $3) and (c.lease_until is null or c.lease_until <= clock_timestamp())
			order by c.behind_since limit 1 for update of c skip locked
		), taken as (
			update cards c set lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond', tries = c.tries + 1
			from due where c.report = due.report and c.chat = due.chat
			returning c.report, c.chat, c.message_id, c.sent_ref, c.sent_at, c.tries, c.lease_until, c.topic, c.topic_asked_at, c.topic_name, c.topic_closed
		)
		select t.report, t.chat, i.kind, t.message_id, t.sent_ref, t.sent_at, t.tries, i.address_hash, i.sealed, t.lease_until,
			t.topic, t.topic_asked_at, t.topic_name, t.topic_closed, coalesce(g.topics, 'unknown'), g.topics_at is not null
		from taken t join identities i on i.chat = t.chat left join groups g on g.chat = t.chat`,
		s.cfg.Channel.Name(), s.cfg.Channel.Account(), now, sendLease.Milliseconds())
	if err != nil {
		return false, fmt.Errorf("claim a card: %w", err)
	}
	cards, err := pgx.CollectRows(rows, pgx.RowToStructByPos[card])
	if err != nil {
		return false, fmt.Errorf("claim a card: %w", err)
	}
	for _, c := range cards {
		if err := s.showCard(underWay, c, now); err != nil {
			return true, err
		}
	}
	return len(cards) > 0, nil
}

func (s *Sender) showCard(ctx context.Context, c card, now time.Time) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.cfg.Log.Error("showing a card panicked", "report", c.Report, "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = panicError{kind: fmt.Sprintf("%T", r)} // its lease runs out, and it is tried again
		}
	}()
	report, err := s.cfg.Register.Report(ctx, c.Report)
	if err != nil {
		return err
	}
	// Where a card stood before the report became restricted, or of what somebody held
	// before, it is taken back.
	message, visible := s.cfg.Machine().CardFor("id", report, c.Chat, c.Kind == register.Group)
	o := outcome{parcel: parcel{ID: int64(c.Report), Chat: c.Chat, Tries: c.Tries}, state: "sent"}
	switch {
	case s.topicMissing(c, visible):
		return s.makeTopic(ctx, c, report, now)
	case visible || c.SentRef != nil:
		o = s.sendCard(ctx, c, report, message, visible, now)
	case c.Tries <= catalogTries:
		// This process may not have heard yet of whoever was appointed or bound just now.
		o.state, o.retry = "waiting", now.Add(backoff(c.Tries))
	}
	s.cfg.Metrics.cards.WithLabelValues(s.cfg.Channel.Name(), o.state).Inc()
	shown := 0
	var retry *time.Time
	switch {
	case o.state == "waiting":
		retry = &o.retry
	case o.why == string(RecipientGone): // nobody saw it: it waits until they can be reached again
	default: // what is refused for good is tried again with the report's next version
		shown = report.Version
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	_, err = s.cfg.Pool.Exec(noting, `update cards set shown = greatest(shown, $3), lease_until = null, retry_at = $4,
			sent_ref = coalesce(nullif($5, ''), sent_ref),
			sent_at = case when $5 <> '' and $5 is distinct from sent_ref then $6 else sent_at end,
			tries = case when $3 > 0 then 0 else tries end, behind_since = case when $3 > 0 then now() else behind_since end
		where report = $1 and chat = $2 and lease_until = $7`, c.Report, c.Chat, shown, retry, o.ref, now, c.Lease)
	if err == nil && o.state == "sent" {
		err = s.owe(noting, c, report, visible)
	}
	if err != nil {
		return fmt.Errorf("note a card of report %d: %w", c.Report, err)
	}
	return nil
}

// catalogTries is how often a card that tells its chat nothing is looked at again,
// for about half a minute: the catalogue is read every few seconds.
const catalogTries = 5

func (s *Sender) sendCard(ctx context.Context, c card, report reports.Report, message conversation.Message, visible bool, now time.Time) outcome {
	o := outcome{parcel: parcel{ID: int64(c.Report), Chat: c.Chat, Tries: c.Tries}}
	limits := s.cfg.Channel.Limits()
	address, err := s.cfg.Identities.OpenAddress(c.AddressHash, c.Sealed)
	if err != nil {
		s.cfg.Log.Error("open the address of a card", "chat", c.Chat, "error", err)
		o.state, o.retry = "waiting", now.Add(backoff(c.Tries))
		return o
	}
	if wait := s.budget(c.Chat, c.Kind, 0, limits); wait > 0 {
		o.state, o.retry = "waiting", now.Add(wait)
		return o
	}
	// The id is fixed for each version, so that a card sent twice around a crash
	// shows once where the network knows ids.
	out := Outgoing{ID: fmt.Sprintf("%s-%d", c.MessageID, report.Version), Message: message, Topic: deref(c.Topic)}
	if c.SentRef != nil && (!visible || c.SentAt != nil && editable(limits, now.Sub(*c.SentAt))) {
		out.Replaces = *c.SentRef
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	o.ref, err = s.cfg.Channel.Send(ctx, Address(address), out)
	var problem *SendError
	if errors.As(err, &problem) && problem.Problem == EditExpired {
		if !visible {
			return s.withdrawCard(ctx, c, o, Address(address), now)
		}
		out.Replaces = ""
		o.ref, err = s.cfg.Channel.Send(ctx, Address(address), out)
	}
	if err == nil && out.Replaces == "" && c.SentRef != nil && *c.SentRef != o.ref {
		s.supersede(ctx, c, Address(address))
	}
	if err == nil {
		if failed := s.tendTopic(ctx, c, report, Address(address)); failed != nil {
			ref := o.ref
			o = s.judge(ctx, o, failed, now)
			o.ref = ref
		}
	}
	return s.judge(ctx, o, err, now)
}

// supersede takes the card back in whose place a newer one stands now because it
// could no longer be edited: the chat is to show one card of a report, and of one that
// becomes restricted none. It is worth one try.
func (s *Sender) supersede(ctx context.Context, c card, to Address) {
	w, can := s.cfg.Channel.(Withdrawer)
	if !can {
		return
	}
	if err := w.Withdraw(ctx, to, *c.SentRef); err != nil {
		s.cfg.Log.Warn("an older card still stands beside the newest", "report", c.Report, "chat", c.Chat, "error", scrub(err))
	}
}

// withdrawCard takes a card back that can no longer be made to read otherwise.
func (s *Sender) withdrawCard(ctx context.Context, c card, o outcome, to Address, now time.Time) outcome {
	if w, can := s.cfg.Channel.(Withdrawer); can {
		o = s.judge(ctx, o, w.Withdraw(ctx, to, *c.SentRef), now)
	} else {
		o.state = "failed"
	}
	if o.state == "failed" {
		s.cfg.Log.Error("a restricted report's card can no longer be taken back; delete it by hand", "report", c.Report, "chat", c.Chat)
	}
	return o
}
