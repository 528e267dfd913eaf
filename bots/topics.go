package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
)

// topicOf is what is known of the forum topic that a card stands in.
type topicOf struct {
	Topic   *string // nil: none was made yet; empty: it stands where everything does
	AskedAt *time.Time
	Name    *string
	Closed  bool
	Right   TopicRight // in the group
	Looked  bool       // at what Right is
}

const (
	// topicsEvery is how often it is looked at whether a group keeps topics: nobody
	// says that it became a forum.
	topicsEvery = 10 * time.Minute
	// adoptWithin is how long the network has to tell of a topic that may have been
	// made although nobody heard so, before another is made.
	adoptWithin = 20 * time.Second
	// topicsRetry is when a group that could not be looked at is looked at again.
	topicsRetry = 5 * time.Second
)

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// topicMissing reports whether a card has to wait for a topic of its own. One that
// stands already stays where it is.
func (s *Sender) topicMissing(c card, visible bool) bool {
	if _, can := s.cfg.Channel.(Topics); !can || c.Kind != register.Group || !visible || c.Topic != nil || c.SentRef != nil {
		return false
	}
	return c.Right == TopicsAllowed || c.Right == TopicsUnknown && !c.Looked || c.AskedAt != nil
}

// makeTopic makes the topic of a card, which is shown in it at the next look.
// Telegram has no ids for what is to be made. So that one is asked for is committed first,
// and after a crash, or where its answer got lost, the message by which the network tells
// everybody of the topic is waited for: it makes the topic the card's own, see
// [conversation.AdoptTopic]. Only where none comes another one is made.
func (s *Sender) makeTopic(ctx context.Context, c card, report reports.Report, now time.Time) error {
	topics, _ := s.cfg.Channel.(Topics)
	address, err := s.cfg.Identities.OpenAddress(c.AddressHash, c.Sealed)
	if err != nil {
		return s.noteTopic(ctx, c, now.Add(backoff(c.Tries)), `topic = topic`)
	}
	if c.Right == TopicsUnknown && !c.Looked && c.AskedAt == nil {
		return s.noteTopic(ctx, c, now.Add(time.Second), `topic = topic`) // it is being looked at
	}
	if c.AskedAt != nil {
		since := *c.AskedAt
		if s.began.After(since) { // what was told meanwhile has still to be taken in
			since = s.began
		}
		if until := since.Add(adoptWithin); until.After(now) {
			return s.noteTopic(ctx, c, until, `topic = topic`)
		}
	}
	if wait := s.budget(c.Chat, c.Kind, 0, s.cfg.Channel.Limits()); wait > 0 {
		return s.noteTopic(ctx, c, now.Add(wait), `topic = topic`)
	}
	tag, err := s.cfg.Pool.Exec(ctx, `update cards set topic_asked_at = $3 where report = $1 and chat = $2 and lease_until = $4 and topic is null`,
		c.Report, c.Chat, now, c.Lease)
	if err != nil || tag.RowsAffected() == 0 {
		return err // somebody else has it, or it was adopted just now
	}
	name := s.cfg.Machine().TopicName("id", report)
	making, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	topic, err := topics.OpenTopic(making, Address(address), name)
	var known *SendError
	switch {
	case err == nil && topic == "": // as a group that is no forum any more
		if _, err := s.cfg.Pool.Exec(ctx, `update groups set topics_at = null where chat = $1`, c.Chat); err != nil {
			return fmt.Errorf("note the topics of a group: %w", err)
		}
		return s.noteTopic(ctx, c, now, `topic = ''`)
	case err == nil:
		return s.noteTopic(ctx, c, now, `topic = coalesce(topic, $5), topic_name = coalesce(topic_name, $6)`, topic, name)
	case errors.As(err, &known): // nothing was made
		o := s.judge(ctx, outcome{parcel: parcel{ID: int64(c.Report), Chat: c.Chat, Tries: c.Tries}}, err, now)
		if o.state == "failed" { // it is refused in words that nobody knows
			return s.noteTopic(ctx, c, now, `topic = ''`)
		}
		if o.retry.IsZero() {
			o.retry = now.Add(backoff(c.Tries))
		}
		return s.noteTopic(ctx, c, o.retry, `topic_asked_at = null`)
	default:
		s.cfg.Log.Warn("make a topic", "report", c.Report, "chat", c.Chat, "error", scrub(err))
		return s.noteTopic(ctx, c, now.Add(adoptWithin), `topic = topic`)
	}
}

// noteTopic notes what is known of a card's topic and lets go of the card.
func (s *Sender) noteTopic(ctx context.Context, c card, retry time.Time, set string, args ...any) error {
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	_, err := s.cfg.Pool.Exec(noting, `update cards set lease_until = null, retry_at = $4, tries = tries - 1, `+set+
		` where report = $1 and chat = $2 and lease_until = $3`, append([]any{c.Report, c.Chat, c.Lease, retry}, args...)...)
	if err != nil {
		return fmt.Errorf("note the topic of report %d: %w", c.Report, err)
	}
	return nil
}

// tendTopic has the topic of a card that was just shown be named and closed, or
// open, as its report is.
func (s *Sender) tendTopic(ctx context.Context, c card, report reports.Report, group Address) error {
	topics, can := s.cfg.Channel.(Topics)
	topic := deref(c.Topic)
	if !can || topic == "" {
		return nil
	}
	name, over := s.cfg.Machine().TopicName("id", report), s.cfg.Machine().TopicOver(report, c.Chat)
	if name == deref(c.Name) && over == c.Closed {
		return nil
	}
	if name != deref(c.Name) {
		if err := topics.NameTopic(ctx, group, topic, name); err != nil {
			return err
		}
	}
	if err := topics.CloseTopic(ctx, group, topic, over); err != nil {
		return err
	}
	_, err := s.cfg.Pool.Exec(context.WithoutCancel(ctx), `update cards set topic_name = $3, topic_closed = $4 where report = $1 and chat = $2`,
		c.Report, c.Chat, name, over)
	return err
}

// queueTopics notes what a turn of a group heard of its topics.
func (a *attempt) queueTopics(b *pgx.Batch, t *turn) {
	if t.look {
		b.Queue(`update groups set topics_at = null where chat = $1`, t.key.chat)
	}
	for _, e := range t.adopted {
		b.Queue(`update cards c set topic = $3, topic_name = $4, retry_at = null from reports r
			where r.tracking_id = $1 and c.report = r.id and c.chat = $2 and c.topic is null and c.topic_asked_at is not null`,
			e.TrackingID, t.key.chat, e.Topic, e.Name)
	}
}

// lookAtForums looks at groups of which it is not known, or was not looked at for
// a while, whether they keep topics. A group that keeps some and lets the bot make
// none is told so, once: the change and the message are one transaction.
func (s *Sender) lookAtForums(ctx context.Context) {
	topics, can := s.cfg.Channel.(Topics)
	if !can || s.parkedFor() > 0 {
		return
	}
	for range 16 {
		more, err := s.lookAtForum(ctx, topics)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("look at the topics of a group", "channel", s.cfg.Channel.Name(), "error", class(err))
		}
		if !more || err != nil {
			return
		}
	}
}

// errNoForum says that there is no group to look at.
var errNoForum = errors.New("no group to look at")

func (s *Sender) lookAtForum(ctx context.Context, topics Topics) (more bool, err error) {
	now := s.cfg.Now()
	var chat int64
	var hash, sealed []byte
	// Claimed by its time, so that no transaction is open while the network answers.
	err = s.cfg.Pool.QueryRow(ctx, `with due as (
			select g.chat from groups g join identities i on i.chat = g.chat
			where i.channel = $1 and i.account = $2 and i.unreachable_at is null and (g.topics_at is null or g.topics_at <= $3)
			order by g.chat limit 1 for update of g skip locked
		)
		update groups g set topics_at = $4 from due, identities i where g.chat = due.chat and i.chat = g.chat
		returning g.chat, i.address_hash, i.sealed`,
		s.cfg.Channel.Name(), s.cfg.Channel.Account(), now.Add(-topicsEvery), now.Add(topicsRetry-topicsEvery)).Scan(&chat, &hash, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	address, err := s.cfg.Identities.OpenAddress(hash, sealed)
	if err != nil {
		return true, err
	}
	asking, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	right, err := topics.TopicRight(asking, Address(address))
	if err != nil {
		s.judge(ctx, outcome{parcel: parcel{Chat: chat, Tries: 1}}, err, now)
		return true, nil
	}
	return true, s.noteForum(ctx, chat, right, now)
}

func (s *Sender) noteForum(ctx context.Context, chat int64, right TopicRight, now time.Time) error {
	var said bool
	err := pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
		var before TopicRight
		err := tx.QueryRow(ctx, `select topics from groups where chat = $1 for update`, chat).Scan(&before)
		if errors.Is(err, pgx.ErrNoRows) {
			return errNoForum
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update groups set topics = $2, topics_at = $3 where chat = $1`, chat, right, now); err != nil {
			return err
		}
		if right != TopicsForbidden || before == right {
			return nil
		}
		said = true
		id, message := newMessageID(), s.cfg.Machine().TopicsForbidden("id")
		return s.queueMessage(ctx, tx, chat, id, message, now)
	})
	if errors.Is(err, errNoForum) {
		return nil // nobody's group by now
	}
	if said {
		s.Wake()
	}
	return err
}

// queueMessage puts a message into the outbox of this channel.
func (s *Sender) queueMessage(ctx context.Context, tx pgx.Tx, chat int64, id string, m conversation.Message, now time.Time) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into outbox (channel, account, chat, priority, message_id, created_at, body) values ($1, $2, $3, $4, $5, $6, $7)`,
		s.cfg.Channel.Name(), s.cfg.Channel.Account(), chat, priorityReply, id, now, s.cfg.Sealer.Seal(nil, body, outboxContext(id)))
	return err
}
