package telegramtest

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	awake       = 10 * time.Second // without success for longer, a webhook gets no second connection
	redial      = 2 * time.Second  // and a first one only every so often
	longestWait = 60               // s between tries; up to twice that, at random
	goneFor     = 23 * time.Hour   // answers of 410 end the webhook after it
)

// webhook delivers updates as the server's WebhookActor does: what shares a
// lane goes one by one, other lanes side by side. The server's lock guards it.
type webhook struct {
	s               *Server
	address, secret string
	most            int // requests at once
	client          *http.Client
	ctx             context.Context
	cancel          context.CancelFunc

	lanes    map[int64]*lane
	ready    laneHeap // those of lanes that have no request out
	loaded   int64    // updates before this id are in lanes, or were
	unlaned  int64    // lanes made up for updates that belong to none
	inFlight int
	open     int // connections, those of inFlight included
	timer    *time.Timer

	lastOK, dialAfter, goneSince time.Time
	lastError                    string
	lastErrorAt                  time.Time
}

// lane is what goes one after the other.
type lane struct {
	key   int64
	waits []*delivery
	at    time.Time // not before
	turn  int64     // order of lanes that may go at the same time
}

// delivery is one update on its way.
type delivery struct {
	*update

	delay, fails int // s; tries that failed
	repeated     bool
}

func newWebhook(s *Server, address, secret string, connections int) *webhook {
	ctx, cancel := context.WithCancel(s.life)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	return &webhook{
		s: s, address: address, secret: secret, most: connections, ctx: ctx, cancel: cancel, lanes: map[int64]*lane{},
		client: &http.Client{
			Transport: &http.Transport{MaxIdleConnsPerHost: connections},
			Timeout:   s.opt.WebhookTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
	}
}

// close ends the webhook. What is on its way stays unconfirmed, whatever the
// bot answers.
func (h *webhook) close() {
	h.cancel()
	if h.timer != nil {
		h.timer.Stop()
	}
	h.client.CloseIdleConnections()
}

func (h *webhook) closed() bool { return h.ctx.Err() != nil }

// kick sends what may go now.
func (h *webhook) kick() {
	if h.closed() {
		return
	}
	h.load()
	now := time.Now()
	asleep := now.Sub(h.lastOK) > h.s.scaled(awake)
	for h.inFlight < h.most && len(h.ready) > 0 {
		at, dial := h.ready[0].at, h.inFlight == h.open
		if dial && asleep {
			if h.open > 0 {
				return
			}
			if h.dialAfter.After(at) {
				at = h.dialAfter
			}
		}
		if wait := at.Sub(now); wait > 0 {
			h.later(wait)
			return
		}
		if dial {
			h.open++
			h.dialAfter = now.Add(h.s.scaled(redial))
		}
		l := heap.Pop(&h.ready).(*lane)
		h.inFlight++
		go h.deliver(l, l.waits[0])
	}
}

func (h *webhook) later(wait time.Duration) {
	if h.timer != nil {
		h.timer.Stop()
	}
	h.timer = time.AfterFunc(wait, func() {
		h.s.mu.Lock()
		defer h.s.mu.Unlock()
		h.kick()
	})
}

// load puts waiting updates into lanes. There are at most twice as many lanes
// as connections: lanes that keep failing can keep all others out.
func (h *webhook) load() {
	pending, now := h.s.queue.pending, h.s.now()
	from, _ := slices.BinarySearchFunc(pending, h.loaded, func(u *update, id int64) int { return int(u.id - id) })
	for _, u := range pending[from:] {
		if len(h.lanes) >= 2*h.most {
			return
		}
		h.loaded = u.id + 1
		if !u.gone && !u.expires.Before(now) {
			h.enqueue(&delivery{update: u, delay: 1})
		}
	}
}

func (h *webhook) enqueue(d *delivery) {
	key := d.lane
	if key == 0 {
		h.unlaned++
		key = -1<<62 + h.unlaned
	}
	l := h.lanes[key]
	if l == nil {
		l = &lane{key: key, turn: d.id}
		h.lanes[key] = l
		heap.Push(&h.ready, l)
	}
	l.waits = append(l.waits, d)
}

// repeat delivers u once more, behind what its lane holds.
func (h *webhook) repeat(u *update) {
	h.enqueue(&delivery{update: u, delay: 1, repeated: true})
}

// deliver makes one request and takes the answer.
func (h *webhook) deliver(l *lane, d *delivery) {
	status, reason, response := h.post(d.body)
	if status >= 200 && status < 300 {
		h.answer(response)
	}
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	if h.closed() {
		return
	}
	h.inFlight--
	switch {
	case status >= 200 && status < 300:
		h.lastOK, h.goneSince = time.Now(), time.Time{}
		h.done(l, d)
	case status == 0:
		h.open--
		h.fault(reason)
		h.again(l, d, 0)
	default:
		h.fault("Wrong response from the webhook: " + reason)
		if h.ended(status) {
			h.close()
			h.s.hook = nil
			return
		}
		h.again(l, d, int(leadingInt(response.header.Get("Retry-After"))))
	}
	h.kick()
}

func (h *webhook) fault(text string) { h.lastError, h.lastErrorAt = text, h.s.now() }

// ended reports whether the bot has said for a day that the webhook is gone.
func (h *webhook) ended(status int) bool {
	switch {
	case status != http.StatusGone:
		h.goneSince = time.Time{}
	case h.goneSince.IsZero():
		h.goneSince = h.s.now()
	default:
		return h.s.now().Sub(h.goneSince) > goneFor
	}
	return false
}

// done takes the first delivery from its lane, which is confirmed.
func (h *webhook) done(l *lane, d *delivery) {
	h.advance(l)
	if !d.repeated {
		h.s.confirm(d.update)
	}
}

// advance has the next of the lane go, or ends the lane.
func (h *webhook) advance(l *lane) {
	l.waits = l.waits[1:]
	if len(l.waits) == 0 {
		delete(h.lanes, l.key)
		return
	}
	l.turn, l.at = l.waits[0].id, time.Time{}
	heap.Push(&h.ready, l)
}

// again says when a delivery that failed is tried next: at once, then after 2,
// 4, 8 s and so on up to one or two minutes, or when the bot asked to, until
// the update has expired.
func (h *webhook) again(l *lane, d *delivery, retryAfter int) {
	wait := max(0, min(3600, retryAfter))
	if wait == 0 && d.fails > 0 {
		d.delay = min(2*d.delay, longestWait+h.s.rng.IntN(longestWait+1))
		wait = d.delay
	}
	if h.s.now().Add(time.Duration(wait) * time.Second).After(d.expires) {
		h.s.queue.drop(d.update)
		h.advance(l)
		return
	}
	d.fails++
	l.at = time.Now().Add(h.s.scaled(time.Duration(wait) * time.Second))
	heap.Push(&h.ready, l)
}

// post makes one request. Status 0 is no answer, for a reason.
func (h *webhook) post(body []byte) (status int, reason string, answer *hookAnswer) {
	request, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.address, bytes.NewReader(body))
	if err != nil {
		return 0, "URL is too long", nil
	}
	request.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		request.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	response, err := h.client.Do(request)
	if err != nil {
		return 0, why(err), nil
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return 0, why(err), nil
	}
	return response.StatusCode, response.Status, &hookAnswer{header: response.Header, body: raw}
}

type hookAnswer struct {
	header http.Header
	body   []byte
}

// why words an error of the network; how the server's own network code does
// is known from reports only.
func why(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Connection refused"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "Read timeout expired"
	}
	return "Webhook connection closed"
}

// answer does the call that the bot may have put into its answer. What it
// gets for it nobody learns.
func (h *webhook) answer(response *hookAnswer) {
	kind, _, err := mime.ParseMediaType(response.header.Get("Content-Type"))
	if err != nil || kind != "application/json" && kind != "application/x-www-form-urlencoded" {
		return
	}
	q := &query{args: map[string]string{}, files: map[string]upload{}}
	if q.body(kind, response.body) != nil {
		return
	}
	q.method = strings.ToLower(q.arg("method"))
	switch {
	case q.method == "", strings.HasPrefix(q.method, "get"),
		slices.Contains([]string{"setwebhook", "deletewebhook", "close", "logout"}, q.method):
		return
	}
	a := h.s.execute(h.ctx, q)
	for _, f := range a.after {
		f()
	}
	h.s.note(q, a.status, "")
}

// laneHeap has the lane in front that may go first.
type laneHeap []*lane

func (l laneHeap) Len() int { return len(l) }

func (l laneHeap) Less(i, j int) bool {
	if !l[i].at.Equal(l[j].at) {
		return l[i].at.Before(l[j].at)
	}
	return l[i].turn < l[j].turn
}

func (l laneHeap) Swap(i, j int) { l[i], l[j] = l[j], l[i] }

// Push implements [heap.Interface].
func (l *laneHeap) Push(x any) { *l = append(*l, x.(*lane)) }

// Pop implements [heap.Interface].
func (l *laneHeap) Pop() any {
	last := (*l)[len(*l)-1]
	*l = (*l)[:len(*l)-1]
	return last
}
