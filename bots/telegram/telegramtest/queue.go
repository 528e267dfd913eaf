package telegramtest

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

const (
	keepUpdates = 24 * time.Hour
	keepPresses = 150 * time.Second

	longestPoll = 50      // s
	mostUpdates = 100     // of one getUpdates
	mostBytes   = 1 << 22 // of its answer

	largestUpdate = 1 << 19
)

// update is one event that waits for the bot, as JSON from the moment at which
// it was made.
type update struct {
	id      int64
	kind    string
	body    json.RawMessage
	lane    int64 // webhook: what shares a lane goes one after the other
	expires time.Time
	gone    bool
}

// queue holds what the bot has not confirmed.
type queue struct {
	pending []*update // by id; gone ones are skipped
	live    int       // of pending
	next    int64
	byKind  map[string]bool // what is made; nil: the default
	done    []*update       // confirmed, newest last
	again   []*update       // confirmed, and yet to be delivered once more

	poll         *poll
	lastOffset   int64
	lastPoll     time.Time
	nextConflict time.Time
}

// keepDone is how many confirmed updates Redeliver can reach back.
const keepDone = 1000

func (q *queue) start(id int64) { q.next, q.lastOffset = id, -1 }

// firstUpdateID is where Telegram starts counting after a week of silence: at
// random, high above what it forgets.
func (s *Server) firstUpdateID() int64 { return 2_000_001 + s.rng.Int64N(900_000_000) }

// updateKinds are those of the server that was read; what is none of them can
// only come from a newer one and is never filtered.
var updateKinds = func() map[string]bool {
	kinds := map[string]bool{}
	for kind := range strings.FieldsSeq(`message edited_message channel_post edited_channel_post inline_query
		chosen_inline_result callback_query custom_event custom_query shipping_query pre_checkout_query poll
		poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost message_reaction
		message_reaction_count business_connection business_message edited_business_message
		deleted_business_messages purchased_paid_media managed_bot guest_message`) {
		kinds[kind] = true
	}
	return kinds
}()

// made reports whether updates of this kind are made at all.
func (q *queue) made(kind string) bool {
	switch {
	case !updateKinds[kind]:
		return true
	case q.byKind != nil:
		return q.byKind[kind]
	}
	return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
}

// allow takes allowed_updates as the server does: nothing, or what it cannot
// read, changes nothing; an array without one known kind is the default.
func (q *queue) allow(raw string) {
	var names []string
	if raw == "" || json.Unmarshal([]byte(raw), &names) != nil || names == nil {
		return
	}
	byKind := map[string]bool{}
	for _, name := range names {
		if name = strings.ToLower(name); updateKinds[name] {
			byKind[name] = true
		}
	}
	if len(byKind) == 0 {
		byKind = nil
	}
	q.byKind = byKind
}

// push makes an update that is kept for keep.
func (s *Server) push(kind string, payload any, lane int64, keep time.Duration) {
	s.pushAll(kind, object{kind: payload}, lane, keep)
}

func (s *Server) pushAll(kind string, body object, lane int64, keep time.Duration) {
	q := &s.queue
	if !q.made(kind) {
		return
	}
	u := &update{id: q.next, kind: kind, lane: lane, expires: s.now().Add(keep)}
	body["update_id"] = u.id
	if u.body = encode(body); len(u.body) > largestUpdate {
		return // nobody is told
	}
	q.next++
	q.pending = append(q.pending, u)
	q.live++
	s.wake()
}

// wake tells whoever delivers that there is something.
func (s *Server) wake() {
	if s.hook != nil {
		s.hook.kick()
		return
	}
	p := s.queue.poll
	if p == nil || p.woken {
		return
	}
	// The server waits a moment, so that what comes together goes together.
	p.woken = true
	time.AfterFunc(time.Millisecond, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.queue.poll == p {
			s.queue.poll = nil
			p.end(s.takeUpdates(p.offset, p.limit))
		}
	})
}

// drop takes u from what waits.
func (q *queue) drop(u *update) {
	if u.gone {
		return
	}
	u.gone = true
	q.live--
	for len(q.pending) > 0 && q.pending[0].gone {
		q.pending[0] = nil
		q.pending = q.pending[1:]
	}
	if len(q.pending) > 64 && q.live < len(q.pending)/2 {
		kept := make([]*update, 0, q.live)
		for _, u := range q.pending {
			if !u.gone {
				kept = append(kept, u)
			}
		}
		q.pending = kept
	}
}

// confirm drops u because the bot has it.
func (s *Server) confirm(u *update) {
	q := &s.queue
	q.drop(u)
	if len(q.done) >= 2*keepDone {
		q.done = append(q.done[:0], q.done[keepDone:]...)
	}
	q.done = append(q.done, u)
	if s.chance(s.faultsOf("redelivery").Redeliver) {
		s.redeliver(u)
	}
}

func (s *Server) redeliver(u *update) {
	if s.hook != nil {
		s.hook.repeat(u)
		return
	}
	s.queue.again = append(s.queue.again, u)
}

func (q *queue) head() int64 {
	if len(q.pending) > 0 {
		return q.pending[0].id
	}
	return q.next
}

// forgetExpired drops what nobody fetched in time.
func (s *Server) forgetExpired() {
	now := s.now()
	for _, u := range append([]*update(nil), s.queue.pending...) {
		if !u.gone && u.expires.Before(now) {
			s.queue.drop(u)
		}
	}
}

// takeUpdates confirms everything below offset and returns what follows.
func (s *Server) takeUpdates(offset, limit int64) []json.RawMessage {
	q := &s.queue
	if offset < 0 {
		for q.live > int(-offset) {
			s.confirm(q.pending[0])
		}
	}
	// The future is ignored, as is the far past.
	if offset <= 0 || offset > q.next+10 {
		offset = q.head()
	}
	for len(q.pending) > 0 && q.pending[0].id < offset {
		s.confirm(q.pending[0])
	}
	result := []json.RawMessage{}
	bytes, now := mostBytes, s.now()
	again := q.again
	q.again = nil
	for i, u := range again {
		if int64(len(result)) == limit {
			q.again = again[i:]
			break
		}
		result = append(result, u.body)
	}
	var expired []*update
	for _, u := range q.pending {
		if u.gone {
			continue
		}
		if u.expires.Before(now) {
			expired = append(expired, u)
			continue
		}
		if bytes -= 50 + len(u.body); int64(len(result)) == limit || bytes <= 0 {
			break
		}
		result = append(result, u.body)
	}
	for _, u := range expired {
		q.drop(u)
	}
	return result
}

// poll is a getUpdates that waits.
type poll struct {
	offset, limit int64
	woken         bool
	ended         chan answer // buffered: one answer
}

func (p *poll) end(updates []json.RawMessage) { p.ended <- success(updates, "") }

// conflict words a 409. One that follows another within three seconds is held
// for three.
func (s *Server) conflict(text string) (answer, time.Duration) {
	a := failure(&apiError{code: http.StatusConflict, text: "Conflict: " + text})
	now := time.Now()
	if now.Before(s.queue.nextConflict) {
		return a, s.scaled(3 * time.Second)
	}
	s.queue.nextConflict = now.Add(s.scaled(3 * time.Second))
	return a, 0
}

// abortPoll ends a getUpdates that waits.
func (s *Server) abortPoll(text string) {
	p := s.queue.poll
	if p == nil {
		return
	}
	s.queue.poll = nil
	a, wait := s.conflict(text)
	time.AfterFunc(wait, func() { p.ended <- a })
}

func (s *Server) getUpdates(ctx context.Context, q *query) answer {
	s.mu.Lock()
	if s.hook != nil {
		a, wait := s.conflict("can't use getUpdates method while webhook is active; " +
			"use deleteWebhook to delete the webhook first")
		s.mu.Unlock()
		sleep(ctx, wait)
		return a
	}
	offset := q.integer("offset", 0, -1<<31, 1<<31-1)
	limit := q.integer("limit", mostUpdates, 1, mostUpdates)
	timeout := time.Duration(q.integer("timeout", 0, 0, longestPoll)) * time.Second
	s.queue.allow(q.arg("allowed_updates"))
	// A poll that comes again for the same is slowed down.
	again, now := offset == s.queue.lastOffset, time.Now()
	since := now.Sub(s.queue.lastPoll)
	if again && timeout < 3*time.Second && since < s.scaled(3*time.Second) {
		timeout = s.scaled(3 * time.Second)
	}
	if again && since < s.scaled(500*time.Millisecond) {
		limit = 1
	}
	s.queue.lastOffset, s.queue.lastPoll = offset, now
	updates := s.takeUpdates(offset, limit)
	if len(updates) > 0 || timeout == 0 {
		s.mu.Unlock()
		return success(updates, "")
	}
	s.abortPoll("terminated by other getUpdates request; make sure that only one bot instance is running")
	p := &poll{offset: offset, limit: limit, ended: make(chan answer, 1)}
	s.queue.poll = p
	s.mu.Unlock()
	return s.await(ctx, p, timeout)
}

// await answers p when somebody ends it, or after timeout with what there is.
func (s *Server) await(ctx context.Context, p *poll, timeout time.Duration) answer {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case a := <-p.ended:
		return a
	case <-ctx.Done():
	case <-timer.C:
	}
	updates := []json.RawMessage{}
	s.mu.Lock()
	mine := s.queue.poll == p
	if mine {
		s.queue.poll = nil
		if ctx.Err() == nil {
			updates = s.takeUpdates(p.offset, p.limit)
		}
	}
	s.mu.Unlock()
	if !mine {
		select { // it is ended, but its answer may be held
		case a := <-p.ended:
			return a
		case <-ctx.Done():
		}
	}
	return success(updates, "") // where ctx is done nobody reads it
}

// Polling reports whether a getUpdates waits for something to happen.
func (s *Server) Polling() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.poll != nil
}

// Silence lets a week pass without updates: what waits expires, and ids begin
// anew at a lower number, which Telegram draws at random.
func (s *Server) Silence() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew += 8 * 24 * time.Hour
	s.clearQueue()
	s.queue.pending, s.queue.again = nil, nil
	s.queue.next = 1_000_001 + s.rng.Int64N(1_000_000)
	if s.hook != nil {
		s.hook.loaded = 0
	}
}
