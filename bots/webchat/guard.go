package webchat

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kentongan/bots"
)

// contentPolicy lets the page load its own files and talk to its own server,
// and nothing else. No script can be written into it: neither inline, nor by
// assigning markup, which Trusted Types forbid.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src blob:; " +
	"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// Guard protects other pages of the demo as its own: only this machine's
// browser reaches them, and only from pages of their own.
func (c *Channel) Guard(next http.Handler) http.Handler { return c.guard(next) }

// guard sets the headers that protect the page and turns away what does not
// come from it.
func (c *Channel) guard(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
		if c.cfg.Demo && !ownHost(r.Host) {
			// The demo's page holds tokens. A foreign name that was made to point at this
			// machine would let that name's pages read them.
			refuse(w, http.StatusForbidden, "host", "Halaman peragaan hanya dapat dibuka lewat alamat komputer ini.")
			return
		}
		if err := crossOrigin.Check(r); err != nil {
			refuse(w, http.StatusForbidden, "origin", "Permintaan ini datang dari halaman lain.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownHost tells whether host, as the browser wrote it, can only mean this
// machine: a loopback name, or any address in digits, which no foreign name
// server has a say in.
func ownHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// chat opens a chat by the request's token.
func (c *Channel) chat(serve func(http.ResponseWriter, *http.Request, bots.Address)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		// Reading a stream changes nothing, so the check of origins lets it pass.
		if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
			refuse(w, http.StatusForbidden, "origin", "Permintaan ini datang dari halaman lain.")
			return
		}
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || !validToken(token) {
			refuse(w, http.StatusUnauthorized, "token", "Percakapan ini tidak dikenali. Muat ulang halaman.")
			return
		}
		serve(w, r, AddressOf(token))
	})
}

// actingAs is the header that says who acts in a group: the token of a pane
// that [Pane.As] of the group's names.
const actingAs = "Chat-As"

// author returns who writes to chat: in a group the official whom the request
// names, in private the empty address. It answers 403 and returns false where a
// group does not know them, or where a private chat's owner claims to be
// somebody else.
func (c *Channel) author(w http.ResponseWriter, r *http.Request, chat bots.Address) (person bots.Address, ok bool) {
	token := r.Header.Get(actingAs)
	members, group := c.groups[chat]
	switch {
	case !group && token == "":
		return "", true
	case group && token != "" && slices.Contains(members, AddressOf(token)):
		return AddressOf(token), true
	case group && len(members) == 0:
		refuse(w, http.StatusForbidden, "read_only", "Grup ini hanya dapat dibaca di sini.")
	default:
		refuse(w, http.StatusForbidden, "not_a_member", "Anda bukan anggota percakapan ini.")
	}
	return "", false
}

// private answers 403 and returns false for a group: what it was shown is read
// by others too, and files are sent in private.
func (c *Channel) private(w http.ResponseWriter, chat bots.Address) bool {
	if _, group := c.groups[chat]; !group {
		return true
	}
	refuse(w, http.StatusForbidden, "group", "Hal ini tidak dapat dilakukan di grup.")
	return false
}

// mayGoOn takes cost from one of the chat's budgets, or answers 429 and returns
// false.
func mayGoOn(w http.ResponseWriter, budget *rates, from bots.Address, cost float64) bool {
	wait := budget.take(from, cost, time.Now())
	if wait <= 0 {
		return true
	}
	retryAfter(w, wait)
	refuse(w, http.StatusTooManyRequests, "too_many", "Terlalu banyak sekaligus. Halaman ini melanjutkan sendiri sebentar lagi.")
	return false
}

// unavailable answers 503: the page tries again.
func unavailable(w http.ResponseWriter, wait time.Duration) {
	retryAfter(w, wait)
	refuse(w, http.StatusServiceUnavailable, "unavailable", "Layanan belum dapat menerima pesan. Halaman ini mencoba lagi sendiri.")
}

func retryAfter(w http.ResponseWriter, wait time.Duration) {
	seconds := max(1, int64((wait+time.Second-1)/time.Second))
	w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
}

// problem is the JSON of every answer that is not 200.
type problem struct {
	Error   string `json:"error"`   // for the page
	Message string `json:"message"` // for a person
	Detail  string `json:"detail,omitempty"`
	Limit   int64  `json:"limit,omitempty"` // bytes, with too_large
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, problem{Error: code, Message: message})
}

func answer(w http.ResponseWriter, status int, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		status, encoded = http.StatusInternalServerError, []byte(`{"error":"internal"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(encoded) // whoever left does not hear it
}

// maxBudgets is over how many chats rates keeps count.
const maxBudgets = 50_000

// rates is a budget for each chat: burst at once, and refill a second. It is a
// courtesy to the others, not a wall: whoever makes new tokens has new budgets,
// and meets the limits over all chats.
type rates struct {
	burst, refill float64

	mu    sync.Mutex
	chats map[bots.Address]budget
}

type budget struct {
	left float64
	at   time.Time
}

// take returns 0 if cost could be taken, else after how long to ask again. A
// cost above burst is never taken.
func (r *rates) take(from bots.Address, cost float64, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.chats == nil {
		r.chats = map[bots.Address]budget{}
	}
	b, ok := r.chats[from]
	if !ok {
		r.forget(now)
		b = budget{left: r.burst, at: now}
	}
	b = budget{left: r.after(b, now), at: now}
	wait := time.Duration(0)
	if b.left >= cost {
		b.left -= cost
	} else {
		wait = time.Duration((cost - b.left) / r.refill * float64(time.Second))
	}
	r.chats[from] = b
	return wait
}

// after is what b has grown to.
func (r *rates) after(b budget, now time.Time) float64 {
	return min(r.burst, b.left+r.refill*max(0, now.Sub(b.at).Seconds()))
}

// forget makes room: a full budget is the same as none.
func (r *rates) forget(now time.Time) {
	if len(r.chats) < maxBudgets {
		return
	}
	for from, b := range r.chats {
		if r.after(b, now) >= r.burst {
			delete(r.chats, from)
		}
	}
	// Half empty, or this would be done for each of the next ones too.
	if len(r.chats) > maxBudgets/2 {
		clear(r.chats) // a flood: better generous than out of memory
	}
}
