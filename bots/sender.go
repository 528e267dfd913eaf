package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/time/rate"

	"kentongan/conversation"
	"kentongan/reports/evidence"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// Replies to people who wait go out before anything else.
const (
	priorityReply = 0
)

// Limits of sending.
const (
	sendAtOnce  = 256              // messages under way at a time, each to another chat
	limitedSend = 8                // the same where the network limits the rate
	noteBatch   = 256              // outcomes noted in one statement
	sendTimeout = 10 * time.Second // of one message
	// sendLease is how long a message belongs to the process that took it. When
	// that process dies in between, somebody else sends it after this time.
	sendLease = sendTimeout + 2*time.Second
	// sendStale is after how long a message that came straight from its turn is
	// no longer sent on the strength of it: its lease would not outlast the sending.
	sendStale = sendLease - sendTimeout - time.Second
	// sendGrace is how long sending may last after the service was told to stop.
	sendGrace = 800 * time.Millisecond
	// statementTimeout ends what a database does not answer at all.
	statementTimeout = 15 * time.Second
	// keepUndelivered is after how long a body that could not be delivered is erased.
	keepUndelivered = 14 * 24 * time.Hour
	// overallBurst is the part of a second's messages that may go out at once: with
	// more, the first second would hold nearly twice what the network allows.
	overallBurst = 5
	// budgetEvery is how soon a backlog is looked at again when limit or slots are
	// used up.
	budgetEvery = 50 * time.Millisecond
	// watchedRetry is within which time a message that has to wait is woken to the
	// moment, and not found by the next poll.
	watchedRetry = 2 * time.Second
)

// SenderConfig is what [NewSender] needs.
type SenderConfig struct {
	Pool       *pgxpool.Pool
	Identities *register.Identities
	Register   *register.Register
	Sealer     *seal.Sealer
	Machine    func() *conversation.Machine
	Log        *slog.Logger
	Now        func() time.Time
	// Network is the clock that the network goes by, of budgets and pauses; nil: the
	// machine's. A demo's clock, set forward, gives nobody more than the network allows.
	Network func() time.Time
	Channel Channel
	Metrics *Metrics
	Vault   *evidence.Vault // nil: no files are sent
}

// Sender sends what one channel's outbox holds: per chat one after the other,
// in the order in which it was written, within the network's limits. Several
// processes may run one each.
type Sender struct {
	cfg      SenderConfig
	signal   chan struct{}
	cards    chan struct{} // a card may be out of date
	exhibits chan struct{} // files may wait
	asked    atomic.Bool   // whether the signal is to look into the outbox
	overall  *rate.Limiter

	began time.Time

	mu      sync.Mutex
	perChat map[int64]*rate.Limiter
	parked  time.Time // nothing goes out before, by the network's clock
	direct  []parcel  // straight from their turns
}

// NewSender returns a Sender that does nothing until [Sender.Run].
func NewSender(cfg SenderConfig) *Sender {
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	if cfg.Network == nil {
		cfg.Network = time.Now
	}
	s := &Sender{cfg: cfg, signal: make(chan struct{}, 1), cards: make(chan struct{}, 1), exhibits: make(chan struct{}, 1), perChat: map[int64]*rate.Limiter{}}
	if perSecond := cfg.Channel.Limits().PerSecond; perSecond > 0 {
		s.overall = rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond/overallBurst)))
	}
	return s
}

// Wake has the outbox and the cards looked at now. It never blocks.
func (s *Sender) Wake() {
	s.asked.Store(true)
	s.nudge()
	for _, c := range []chan struct{}{s.cards, s.exhibits} {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (s *Sender) nudge() {
	select {
	case s.signal <- struct{}{}:
	default:
	}
}

// hand gives the sender a message that its turn has leased to this process, so
// that it need not be looked for. What the sender does not get to in time is
// found by its lease like everything else.
func (s *Sender) hand(p parcel) {
	s.mu.Lock()
	s.direct = append(s.direct, p)
	s.mu.Unlock()
	s.nudge()
}

// Run sends until ctx ends, and returns once what was under way is noted. A
// recipient who is slow keeps nobody else waiting.
func (s *Sender) Run(ctx context.Context) {
	s.began = s.cfg.Now()
	outcomes := make(chan outcome, noteBatch)
	var noting, sending sync.WaitGroup
	defer noting.Wait()
	defer close(outcomes)

	// What is under way when the service stops may end in peace for a moment: cut
	// off, nobody would know whether it arrived.
	underWay, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	context.AfterFunc(ctx, func() {
		pause(underWay, sendGrace)
		cutOff()
	})
	defer sending.Wait()
	sending.Go(func() { s.runCards(ctx, underWay) })
	sending.Go(func() { s.runExhibits(ctx) })

	// A message is under way until its outcome is noted: what is, when the process
	// is killed, is sent once more. Few are enough for a network that takes few.
	slots := make(chan struct{}, sendAtOnce)
	if s.overall != nil {
		slots = make(chan struct{}, limitedSend)
	}
	noting.Go(func() { s.noteAll(context.WithoutCancel(ctx), outcomes, slots) })
	launch := func(p parcel) {
		slots <- struct{}{}
		sending.Go(func() {
			o := s.send(underWay, p)
			s.cfg.Metrics.sent.WithLabelValues(s.cfg.Channel.Name(), o.state).Inc()
			outcomes <- o
		})
	}
	defer func() {
		for _, p := range s.takeDirect() { // others may send it at once
			slots <- struct{}{}
			outcomes <- outcome{parcel: p, state: "waiting", why: notTried, retry: s.cfg.Now()}
		}
	}()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	look := true // whether the outbox has to be asked: nobody hands us what others left
	behind := false
	for ctx.Err() == nil {
		for _, p := range s.takeDirect() {
			launch(p)
		}
		if look {
			n := s.affordable(cap(slots) - len(slots))
			more, err := s.lookAround(ctx, n, launch)
			if err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("send", "channel", s.cfg.Channel.Name(), "error", err)
				pause(ctx, time.Second)
			}
			behind = more || n <= 0
			if more {
				continue
			}
		}
		look = false
		var budget <-chan time.Time // more may wait than can go at once
		if behind {
			budget = time.After(budgetEvery)
		}
		select {
		case <-ctx.Done():
		case <-s.signal:
			look = s.asked.Swap(false)
		case <-tick.C:
			look = true
		case <-budget:
			look = true
		}
	}
}

// affordable is how many of n messages the overall limit allows now, so that
// no more are claimed.
func (s *Sender) affordable(n int) int {
	if s.overall != nil {
		n = min(n, int(s.overall.TokensAt(s.cfg.Network())))
	}
	return n
}

// lookAround sends up to n messages that wait in the outbox, and reports
// whether there may be more.
func (s *Sender) lookAround(ctx context.Context, n int, launch func(parcel)) (more bool, err error) {
	if n <= 0 || s.parkedFor() > 0 {
		return false, nil
	}
	parcels, err := s.claim(ctx, n)
	if err != nil {
		return false, err
	}
	for _, p := range parcels {
		launch(p)
	}
	return len(parcels) == n, nil
}

func (s *Sender) takeDirect() []parcel {
	s.mu.Lock()
	defer s.mu.Unlock()
	direct := s.direct
	s.direct = nil
	return direct
}

// noteAll notes outcomes as they come, those that wait together in one
// statement, and frees their slots.
func (s *Sender) noteAll(ctx context.Context, outcomes <-chan outcome, slots <-chan struct{}) {
	for o := range outcomes {
		batch := []outcome{o}
		for more := true; more && len(batch) < noteBatch; {
			select {
			case o, open := <-outcomes:
				if more = open; open {
					batch = append(batch, o)
				}
			default:
				more = false
			}
		}
		more, err := s.note(ctx, batch)
		for range batch {
			<-slots
		}
		if err != nil {
			// The leases run out, and the messages are sent once more.
			s.cfg.Log.Error("note what was sent", "channel", s.cfg.Channel.Name(), "error", err)
		}
		if more { // the next message of a chat waited for this one
			s.Wake()
		}
		s.wakeFor(batch)
	}
}

// wakeFor has the outbox looked at when the first of these that has to wait
// only shortly may go.
func (s *Sender) wakeFor(batch []outcome) {
	now := s.cfg.Now()
	soonest := watchedRetry
	for _, o := range batch {
		if o.state == "waiting" {
			soonest = min(soonest, o.retry.Sub(now))
		}
	}
	if soonest < watchedRetry {
		time.AfterFunc(max(soonest, 0)+time.Millisecond, s.Wake)
	}
}

// parcel is one row of the outbox, claimed.
type parcel struct {
	ID          int64
	Chat        int64
	Kind        string
	MessageID   string
	Slot        *string
	Tries       int
	CreatedAt   time.Time
	Body        []byte
	AddressHash []byte
	Sealed      []byte
	Away        bool    // they could not be written to the last time, and have not written since
	Topic       *string // that the report has in a group which it tells of
	SlotRef     *string
	SlotSentAt  *time.Time
	lease       time.Time // by the database's clock; what is noted under another is not ours
	handed      time.Time // when we got it, by our own clock
}

// claim takes the oldest unsent message of every chat that may go now. A chat
// of which one is under way, or has to wait, has nothing else to send; a push
// that is held for the morning holds nothing back.
func (s *Sender) claim(ctx context.Context, n int) ([]parcel, error) {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	now := time.Now()
	rows, err := s.cfg.Pool.Query(ctx, `with due as (
			select o.id from outbox o
			where o.channel = $1 and o.account = $2 and o.state = 'waiting'
				and (o.hold_until is null or o.hold_until <= $3)
				and (o.retry_at is null or o.retry_at <= $3)
				and (o.lease_until is null or o.lease_until <= clock_timestamp())
				and not exists (select 1 from outbox p where p.chat = o.chat and p.state = 'waiting' and p.id < o.id
					and (p.hold_until is null or p.hold_until <= $3))
			order by o.priority, o.id limit $4 for update of o skip locked
		), taken as (
			update outbox o set lease_until = clock_timestamp() + $5::bigint * interval '1 millisecond', tries = o.tries + 1
			from due where o.id = due.id
			returning o.id, o.chat, o.message_id, o.slot, o.tries, o.created_at, o.body, o.lease_until, o.report
		)
		select t.id, t.chat, i.kind, t.message_id, t.slot, t.tries, t.created_at, t.body, i.address_hash, i.sealed, i.unreachable_at is not null,
			(select c.topic from cards c where i.kind = 'group' and c.report = t.report and c.chat = t.chat), b.sent_ref, b.sent_at, t.lease_until
		from taken t join identities i on i.chat = t.chat
		left join lateral (select sent_ref, sent_at from outbox e where t.slot is not null and e.chat = t.chat and e.slot = t.slot
			and e.id < t.id and e.state = 'sent' and e.sent_ref is not null order by e.id desc limit 1) b on true
		order by t.id`,
		s.cfg.Channel.Name(), s.cfg.Channel.Account(), s.cfg.Now(), n, sendLease.Milliseconds())
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	parcels, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (parcel, error) {
		p := parcel{handed: now}
		err := row.Scan(&p.ID, &p.Chat, &p.Kind, &p.MessageID, &p.Slot, &p.Tries, &p.CreatedAt, &p.Body,
			&p.AddressHash, &p.Sealed, &p.Away, &p.Topic, &p.SlotRef, &p.SlotSentAt, &p.lease)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return parcels, nil
}

// Reasons that are noted with a message and mean something to note itself.
const (
	notTried   = "budget"     // no try is counted
	unreadable = "unreadable" // the body is kept although it failed
)

// outcome is what became of a parcel.
type outcome struct {
	parcel
	ref   string
	state string // sent, failed, waiting to be tried again, or held until they write
	retry time.Time
	why   string
}

func (s *Sender) send(ctx context.Context, p parcel) (o outcome) {
	now := s.cfg.Now()
	o = outcome{parcel: p}
	defer func() {
		if r := recover(); r != nil {
			s.cfg.Log.Error("sending panicked", "outbox", p.ID, "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			o.state, o.why, o.retry = "waiting", "panic", now.Add(backoff(p.Tries))
		}
	}()
	if time.Since(p.handed) > sendStale || s.parkedFor() > 0 {
		o.state, o.why, o.retry = "waiting", notTried, now
		return o
	}
	if p.Away { // tried once and no more: it is handed over when they write
		o.state, o.why = "held", string(RecipientGone)
		return o
	}
	plain, err := s.cfg.Sealer.Open(nil, p.Body, outboxContext(p.MessageID))
	out := Outgoing{ID: p.MessageID}
	if err == nil {
		err = json.Unmarshal(plain, &out.Message)
	}
	var address string
	if err == nil {
		address, err = s.cfg.Identities.OpenAddress(p.AddressHash, p.Sealed)
	}
	if err != nil {
		// Its body is kept, for whoever finds the key that it was sealed with.
		s.cfg.Log.Error("open a message", "outbox", p.ID, "error", err)
		o.state, o.why = "failed", unreadable
		return o
	}
	out.Topic = deref(p.Topic)
	limits := s.cfg.Channel.Limits()
	if p.SlotRef != nil && p.SlotSentAt != nil && editable(limits, now.Sub(*p.SlotSentAt)) {
		out.Replaces = *p.SlotRef
	}
	if wait := s.budget(p.Chat, p.Kind, 0, limits); wait > 0 {
		o.state, o.why, o.retry = "waiting", notTried, now.Add(wait)
		return o
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

// judge turns what a channel answered into what is noted.
func (s *Sender) judge(ctx context.Context, o outcome, err error, now time.Time) outcome {
	if err == nil {
		o.state = "sent"
		return o
	}
	var problem *SendError
	if !errors.As(err, &problem) {
		// An outage may last: the message is given up by its age, see Tidy.
		o.state, o.why, o.retry = "waiting", "unknown", now.Add(backoff(o.Tries))
		s.cfg.Log.Warn("send a message", "outbox", o.ID, "chat", o.Chat, "tries", o.Tries, "error", scrub(err))
		return o
	}
	o.why = string(problem.Problem)
	switch problem.Problem {
	case RetryLater, Throttled, EditExpired:
		o.state, o.retry = "waiting", now.Add(max(problem.Wait, time.Second))
		if problem.Pause > 0 {
			s.park(s.cfg.Network().Add(problem.Pause))
		}
	case RecipientGone:
		o.state = "held"
		if err := s.cfg.Identities.MarkUnreachable(context.WithoutCancel(ctx), o.Chat, now); err != nil {
			s.cfg.Log.Error("note that a person is unreachable", "chat", o.Chat, "error", err)
		}
	case ChatMoved:
		o.state, o.retry = "waiting", now
		if err := s.cfg.Identities.Move(context.WithoutCancel(ctx), o.Chat, string(problem.NewAddress)); err != nil {
			s.cfg.Log.Error("move a chat", "chat", o.Chat, "error", err)
			o.retry = now.Add(backoff(o.Tries))
		}
	case TooLarge, Refused:
		o.state = "failed"
		s.cfg.Log.Error("a message was refused for good", "outbox", o.ID, "chat", o.Chat, "problem", problem.Problem)
	}
	return o
}

// note records outcomes under the leases that they were had by: what somebody
// else has taken over meanwhile is theirs to note. The body of what is done with is erased. It reports
// whether any of these chats has something else to send.
func (s *Sender) note(ctx context.Context, outcomes []outcome) (more bool, err error) {
	var ids []int64
	var states, refs, whys []string
	var retries []*time.Time
	var leases []time.Time
	for _, o := range outcomes {
		ids, states = append(ids, o.ID), append(states, o.state)
		refs, whys = append(refs, o.ref), append(whys, o.why)
		var retry *time.Time
		if o.state == "waiting" {
			retry = &o.retry
		}
		retries, leases = append(retries, retry), append(leases, o.lease)
	}
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	for try := range 5 {
		// Nobody waits for the disk: what is lost with the database's machine was sent,
		// and is sent once more. Until it is noted a killed process would do the same.
		var b pgx.Batch
		b.Queue(`begin`)
		b.Queue(`set local synchronous_commit = off`)
		b.Queue(`with noted as (
				update outbox o set state = k.state, sent_ref = nullif(k.ref, ''), failure = nullif(k.why, ''),
					retry_at = k.retry_at, lease_until = null,
					sent_at = case when k.state = 'sent' then $6::timestamptz end,
					body = case when k.state in ('waiting', 'held') or k.why = $8 then o.body end,
					tries = case when k.why = $7 then o.tries - 1 else o.tries end
				from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $9::timestamptz[])
					as k (id, state, ref, why, retry_at, lease)
				where o.id = k.id and o.state = 'waiting' and o.lease_until = k.lease
				returning o.id, o.chat, o.state, o.report, o.proof
			), proved as (
				insert into heard (report, proof, at) select distinct report, proof, $6::timestamptz from noted
				where state = 'sent' and proof is not null and report is not null
				on conflict do nothing
			)
			select exists (select 1 from noted n join outbox w on w.chat = n.chat and w.state = 'waiting' and w.id <> n.id)`,
			ids, states, refs, whys, retries, s.cfg.Now(), notTried, unreadable, leases).QueryRow(func(row pgx.Row) error { return row.Scan(&more) })
		b.Queue(`commit`)
		err = s.cfg.Pool.SendBatch(ctx, &b).Close()
		if err == nil || !register.Retryable(err) {
			break
		}
		pause(ctx, time.Duration(try+1)*200*time.Millisecond)
	}
	if err != nil {
		return false, fmt.Errorf("note what was sent: %w", err)
	}
	return more, nil
}

func editable(l Limits, age time.Duration) bool {
	return l.EditWindow < 0 || age < l.EditWindow
}

// budget takes a token for a message to chat, and otherwise returns how long
// to wait for one. In a group it leaves spare of them untouched. No goroutine
// waits meanwhile.
func (s *Sender) budget(chat int64, kind string, spare float64, l Limits) time.Duration {
	now := s.cfg.Network()
	perSecond, burst := l.PerChat, 3
	if kind == register.Group {
		perSecond, burst = l.PerGroup/60, max(1, int(l.PerGroup/3))
	}
	var limiters []*rate.Limiter
	if s.overall != nil {
		limiters = append(limiters, s.overall)
	}
	if perSecond > 0 {
		s.mu.Lock()
		if len(s.perChat) > 20_000 {
			clear(s.perChat) // forgetting budgets is harmless: the network's own answer counts
		}
		if s.perChat[chat] == nil {
			s.perChat[chat] = rate.NewLimiter(rate.Limit(perSecond), burst)
		}
		limiters = append(limiters, s.perChat[chat])
		tokens := s.perChat[chat].TokensAt(now)
		s.mu.Unlock()
		if missing := min(spare, float64(burst-1)) + 1 - tokens; kind == register.Group && missing > 0 && spare > 0 {
			return time.Duration(missing / perSecond * float64(time.Second))
		}
	}
	var wait time.Duration
	var taken []*rate.Reservation
	for _, limiter := range limiters {
		r := limiter.ReserveN(now, 1)
		taken = append(taken, r)
		wait = max(wait, r.DelayFrom(now))
	}
	if wait > 0 {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}
	return wait
}

func (s *Sender) park(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until.After(s.parked) {
		s.parked = until
	}
}

func (s *Sender) parkedFor() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parked.Sub(s.cfg.Network())
}

// backoff grows from one second to five minutes, with jitter.
func backoff(tries int) time.Duration {
	d := time.Second << min(max(tries-1, 0), 8)
	d = min(d, 5*time.Minute)
	return d/2 + rand.N(d/2+1)
}

// scrub keeps the kind of a network's error and drops its text, which may hold
// an address or a token.
func scrub(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return strings.TrimPrefix(fmt.Sprintf("%T", err), "*")
		}
		err = inner
	}
}
