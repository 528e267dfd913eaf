package bots

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/conversation"
	"kentongan/reports"
)

// cardBatch is how many cards are claimed at once. They are sent one after the
// other, so that none waits longer than its lease.
const cardBatch = 8

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
}

// showCards brings cards that lag behind their reports up to date, as far as
// the chats' budgets allow, and returns how many it tried. A card is state and
// no queue: however often a report changed, its newest version is shown once.
func (s *Sender) showCards(ctx context.Context) (int, error) {
	now := s.cfg.Now()
	rows, err := s.cfg.Pool.Query(ctx, `with due as (
			select c.report, c.chat from cards c join identities i on i.chat = c.chat
			where c.shown < c.wanted and i.channel = $1 and i.account = $2 and i.unreachable_at is null
				and (c.retry_at is null or c.retry_at <= $3) and (c.lease_until is null or c.lease_until <= $3)
			order by c.report limit $4 for update of c skip locked
		), taken as (
			update cards c set lease_until = $5, tries = c.tries + 1 from due where c.report = due.report and c.chat = due.chat
			returning c.report, c.chat, c.message_id, c.sent_ref, c.sent_at, c.tries
		)
		select t.report, t.chat, i.kind, t.message_id, t.sent_ref, t.sent_at, t.tries, i.address_hash, i.sealed
		from taken t join identities i on i.chat = t.chat order by t.report`,
		s.cfg.Channel.Name(), s.cfg.Channel.Account(), now, cardBatch, now.Add(sendLease))
	if err != nil {
		return 0, fmt.Errorf("claim cards: %w", err)
	}
	cards, err := pgx.CollectRows(rows, pgx.RowToStructByPos[card])
	if err != nil {
		return 0, fmt.Errorf("claim cards: %w", err)
	}
	for _, c := range cards {
		if err := s.showCard(ctx, c, now); err != nil {
			return len(cards), err
		}
	}
	return len(cards), nil
}

func (s *Sender) showCard(ctx context.Context, c card, now time.Time) error {
	report, err := s.cfg.Register.Report(ctx, c.Report)
	if err != nil {
		return err
	}
	message, may := s.cardMessage(c, report)
	o := outcome{parcel: parcel{ID: int64(c.Report), Chat: c.Chat, Tries: c.Tries}, state: "failed"}
	if may {
		o = s.sendCard(ctx, c, report, message, now)
	} else {
		s.cfg.Log.Error("a restricted report has a card in a group; it is not shown", "report", c.Report, "chat", c.Chat)
	}
	s.cfg.Metrics.cards.WithLabelValues(s.cfg.Channel.Name(), o.state).Inc()
	shown := 0
	var retry *time.Time
	switch o.state {
	case "sent", "failed": // what is refused for good is tried again with the report's next version
		shown = report.Version
	default:
		retry = &o.retry
	}
	_, err = s.cfg.Pool.Exec(context.WithoutCancel(ctx), `update cards set shown = greatest(shown, $3), lease_until = null, retry_at = $4,
			sent_ref = coalesce(nullif($5, ''), sent_ref), sent_at = coalesce(sent_at, case when $5 <> '' then $6::timestamptz end),
			tries = case when $3 > 0 then 0 else tries end
		where report = $1 and chat = $2`, c.Report, c.Chat, shown, retry, o.ref, now)
	if err != nil {
		return fmt.Errorf("note a card of report %d: %w", c.Report, err)
	}
	return nil
}

// cardMessage renders what the card's chat may see: a group sees what cannot
// hold an identity, and nothing at all of a restricted report.
func (s *Sender) cardMessage(c card, report reports.Report) (conversation.Message, bool) {
	machine := s.cfg.Machine()
	if c.Kind == "group" {
		visible, may := conversation.ForGroup(report)
		if !may {
			return conversation.Message{}, false
		}
		return machine.Card("id", visible), true
	}
	return machine.PrivateCard("id", report), true
}

func (s *Sender) sendCard(ctx context.Context, c card, report reports.Report, message conversation.Message, now time.Time) outcome {
	o := outcome{parcel: parcel{ID: int64(c.Report), Chat: c.Chat, Tries: c.Tries}}
	limits := s.cfg.Channel.Limits()
	address, err := s.cfg.Identities.OpenAddress(c.AddressHash, c.Sealed)
	if err != nil {
		s.cfg.Log.Error("open the address of a card", "chat", c.Chat, "error", err)
		o.state, o.retry = "waiting", now.Add(backoff(c.Tries))
		return o
	}
	if wait := s.budget(c.Chat, c.Kind, limits, now); wait > 0 {
		o.state, o.retry = "waiting", now.Add(wait)
		return o
	}
	// The id is fixed for each version, so that a card sent twice around a crash
	// shows once where the network knows ids.
	out := Outgoing{ID: fmt.Sprintf("%s-%d", c.MessageID, report.Version), Message: message}
	if c.SentRef != nil && c.SentAt != nil && editable(limits, now.Sub(*c.SentAt)) {
		out.Replaces = *c.SentRef
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	o.ref, err = s.cfg.Channel.Send(ctx, Address(address), out)
	var problem *SendError
	if errors.As(err, &problem) && problem.Problem == EditExpired {
		out.Replaces = ""
		o.ref, err = s.cfg.Channel.Send(ctx, Address(address), out)
	}
	return s.judge(ctx, o, err, now)
}
