package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/bots"
)

// State is how the connection fares: a closed vocabulary.
type State string

// The states of the connection.
const (
	StateIdle        State = "idle"        // another process holds the connection, or none does
	StateUnpaired    State = "unpaired"    // no phone is linked
	StateConnecting  State = "connecting"  // on the way
	StateConnected   State = "connected"   // all is well
	StateUnreachable State = "unreachable" // the network or WhatsApp's servers
	StateDatabase    State = "database"    // ours
	StateReplaced    State = "replaced"    // somebody else connected with the same device
	StateLoggedOut   State = "logged_out"  // the phone, or WhatsApp, unlinked the device
	StateBanned      State = "banned"      // for a while
	StateLocked      State = "locked"      // may not write to people for a while
	StateOutdated    State = "outdated"    // this program is too old for WhatsApp
	StateRefused     State = "refused"     // WhatsApp gives a reason that nobody knows
)

// sentences tell operators what each state is and what to do about it.
var sentences = map[State]struct{ what, do string }{
	StateIdle:        {"nobody holds the connection, or another process does", ""},
	StateUnpaired:    {"no phone is linked", "link one with 'kentongan whatsapp pair'"},
	StateConnecting:  {"connecting", ""},
	StateConnected:   {"connected", ""},
	StateUnreachable: {"WhatsApp is out of reach; trying again", "look whether this machine reaches web.whatsapp.com"},
	StateDatabase:    {"the database does not take messages in, and WhatsApp holds them back; trying again", "look after the database"},
	StateReplaced: {
		"somebody else connected with this device's keys; trying again",
		"stop whatever else uses a copy of this database",
	},
	StateLoggedOut: {
		"the phone unlinked this device, or WhatsApp did; nothing is received any more",
		"look at the phone, then link it anew with 'kentongan whatsapp pair'",
	},
	StateBanned: {
		"WhatsApp banned the account for a while; nothing is received or sent until then",
		"wait until it ends, do not link again meanwhile, and look what was sent to many",
	},
	StateLocked: {
		"WhatsApp keeps the account from writing to people for a while; answers wait",
		"wait until it ends, and point people to another channel",
	},
	StateOutdated: {"WhatsApp refuses this version of the program", "install the newest release of kentongan"},
	StateRefused: {
		"WhatsApp refuses the connection without a reason that is known; trying again",
		"look at the phone; if it lasts, install the newest release of kentongan",
	},
}

// phoneSilent is after how long a phone that showed no sign counts as in
// danger of being unlinked, which WhatsApp does after fourteen days.
const phoneSilent = 10 * 24 * time.Hour

// Status tells how an account fares.
type Status struct {
	State State     `json:"state"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"` // of a ban or a lock; zero: not known
	What  string    `json:"what"`           // a sentence
	Do    string    `json:"do,omitempty"`   // what an operator does about it

	Paired    time.Time `json:"paired,omitzero"`     // when a phone was first linked; zero: never
	Connected time.Time `json:"connected,omitzero"`  // the last time
	PhoneSeen time.Time `json:"phone_seen,omitzero"` // the last sign of the phone itself
	Version   string    `json:"version,omitempty"`   // that the client says it is
}

// explain fills in the sentences.
func (s Status) explain() Status {
	sentence := sentences[s.State]
	s.What, s.Do = sentence.what, sentence.do
	return s
}

// silent reports whether the phone was not heard of for too long.
func (s Status) silent(now time.Time) bool {
	return !s.PhoneSeen.IsZero() && now.Sub(s.PhoneSeen) > phoneSilent && s.State != StateUnpaired && s.State != StateIdle
}

// Err is nil where all is well, and where nobody ever linked a phone, and else
// one line that says what is wrong and what to do. now is for what lasts too long.
func (s Status) Err(now time.Time) error {
	sentence := sentences[s.State]
	switch {
	case s.State == StateUnpaired && s.Paired.IsZero(), s.State == StateIdle:
		return nil
	case s.State == StateConnecting, s.State == StateUnreachable, s.State == StateDatabase:
		if now.Sub(s.Since) < patience {
			return nil
		}
	case s.State == StateConnected:
		if !s.silent(now) {
			return nil
		}
		return &bots.HealthError{Code: "phone_silent", Says: fmt.Sprintf("whatsapp: the phone was not heard of for %d days, and is unlinked after 14: "+
			"switch it on and bring it to the network", int(now.Sub(s.PhoneSeen)/(24*time.Hour)))}
	}
	text := "whatsapp: " + sentence.what
	if !s.Until.IsZero() && s.State != StateReplaced && s.State != StateRefused && s.State != StateOutdated {
		text += " (until " + s.Until.UTC().Format("2006-01-02 15:04 MST") + ")"
	}
	if sentence.do != "" {
		text += ": " + sentence.do
	}
	return &bots.HealthError{Code: string(s.State), Says: text}
}

// patience is how long trouble may last before the service counts as not
// ready: networks hiccup.
const patience = 30 * time.Second

// status is what this process knows of the connection.
type status struct {
	now func() time.Time

	mu     sync.Mutex
	s      Status
	locked time.Time // nobody may be written to until then
}

// Status tells how the connection of this process fares. Without I/O.
func (c *Client) Status() Status {
	c.status.mu.Lock()
	defer c.status.mu.Unlock()
	s := c.status.s
	if s.State == "" {
		s.State = StateIdle
	}
	if now := c.cfg.Now(); s.State == StateConnected && c.status.locked.After(now) {
		s.State, s.Until = StateLocked, c.status.locked
	}
	return s.explain()
}

// Health implements [bots.Reporter].
func (c *Client) Health() error { return c.Status().Err(c.cfg.Now()) }

// set notes a new state, and stores it for those who do not hold the connection.
func (st *status) set(c *Client, s Status) {
	now := c.cfg.Now()
	st.mu.Lock()
	before := st.s
	s.Since, s.Paired, s.Connected, s.PhoneSeen, s.Version = before.Since, before.Paired, before.Connected, before.PhoneSeen, before.Version
	// Trying to connect is part of the trouble that made it necessary.
	if s.State == StateConnecting && before.State != "" && before.State != StateUnpaired && before.State != StateIdle {
		st.mu.Unlock()
		return
	}
	if s.State != before.State {
		s.Since = now
	}
	if before.State == StateConnected {
		s.Connected = now // until now
	}
	if s.State == StateConnected {
		s.Connected = now
		if s.Paired.IsZero() {
			s.Paired = now
		}
		if s.PhoneSeen.IsZero() {
			s.PhoneSeen = now
		}
	}
	st.s = s
	st.mu.Unlock()
	c.metrics.state(s.State)
	if s.State == before.State {
		return
	}
	if s.State != StateConnecting {
		c.cfg.Log.Info("whatsapp: another state", "state", string(s.State), "what", s.explain().What)
	}
	c.store(s)
}

// unpaired notes that no phone is linked; that it was unlinked is remembered.
func (st *status) unpaired(c *Client) {
	st.mu.Lock()
	state := st.s.State
	st.mu.Unlock()
	if state != StateLoggedOut && state != StateUnpaired {
		st.set(c, Status{State: StateUnpaired})
	}
}

// leave notes that the connection is no longer this process's. In the database
// it does so only where nobody else has noted anything since.
func (st *status) leave(c *Client) {
	st.mu.Lock()
	before := st.s
	st.s = Status{State: StateIdle}
	st.mu.Unlock()
	c.metrics.state(StateIdle)
	if before.State == StateLoggedOut || before.State == StateUnpaired {
		return // it stays so, whoever looks
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
	defer cancel()
	_, _ = c.cfg.Pool.Exec(ctx, `update whatsapp.accounts set state = $2, since = $3, until = null where name = $1 and state = $4 and since = $5`,
		accountName, string(StateIdle), c.cfg.Now(), string(before.State), before.Since) // nothing depends on it
}

// leaveWithin is how long the end of a process waits for that note.
const leaveWithin = time.Second

// storeWithin is how long noting the state may last: nothing depends on it.
const storeWithin = 3 * time.Second

func (c *Client) store(s Status) {
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	_, err := c.cfg.Pool.Exec(ctx, `insert into whatsapp.accounts (name, state, since, until, paired_at, connected_at, phone_seen_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (name) do update set state = excluded.state, since = excluded.since, until = excluded.until,
			paired_at = coalesce(accounts.paired_at, excluded.paired_at), connected_at = coalesce(excluded.connected_at, accounts.connected_at),
			phone_seen_at = greatest(accounts.phone_seen_at, excluded.phone_seen_at),
			version = case when excluded.version <> '' then excluded.version else accounts.version end`,
		accountName, string(s.State), s.Since, instant(s.Until), instant(s.Paired), instant(s.Connected), instant(s.PhoneSeen), s.Version)
	if err != nil && s.State != StateDatabase {
		c.cfg.Log.Warn("whatsapp: note the state", "error", class(err))
	}
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Report reads what the process that holds the connection noted last: for
// commands, which hold none themselves. Where nothing was noted nobody ever
// linked a phone.
func (c *Client) Report(ctx context.Context) (Status, error) {
	s := Status{State: StateUnpaired}
	var until, paired, connected, seen *time.Time
	err := c.cfg.Pool.QueryRow(ctx, `select state, since, until, paired_at, connected_at, phone_seen_at, version from whatsapp.accounts where name = $1`,
		accountName).Scan(&s.State, &s.Since, &until, &paired, &connected, &seen, &s.Version)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Status{}, fmt.Errorf("read the state of WhatsApp: %w", err)
	}
	for _, t := range []struct {
		from *time.Time
		to   *time.Time
	}{{until, &s.Until}, {paired, &s.Paired}, {connected, &s.Connected}, {seen, &s.PhoneSeen}} {
		if t.from != nil {
			*t.to = *t.from
		}
	}
	if s.State == StateConnected && c.cfg.Now().Sub(s.Connected) > 3*beatEvery {
		s.State = StateIdle // whoever was connected did not say goodbye
	}
	return s.explain(), nil
}

// recall takes over what earlier processes noted.
func (c *Client) recall(ctx context.Context) error {
	s, err := c.Report(ctx)
	if err != nil {
		return err
	}
	c.status.mu.Lock()
	defer c.status.mu.Unlock()
	now := &c.status.s
	now.Paired, now.Connected, now.PhoneSeen, now.Version = s.Paired, s.Connected, s.PhoneSeen, s.Version
	if s.State == StateLoggedOut {
		now.State, now.Since = s.State, s.Since
	}
	return nil
}

// noteConnected stores that the account is connected now: whoever asks later
// sees how old the word is, and what the phone's history holds from before then
// was seen.
func (c *Client) noteConnected() {
	c.status.mu.Lock()
	if c.status.s.State == StateConnected {
		c.status.s.Connected = c.cfg.Now()
	}
	s := c.status.s
	c.status.mu.Unlock()
	if s.State == StateConnected {
		c.store(s)
	}
}

// phoneEvery is how often a sign of the phone is written down.
const phoneEvery = 10 * time.Minute

// phoneSeen notes a sign of life of the phone itself.
func (c *Client) phoneSeen(at time.Time) {
	c.status.mu.Lock()
	before := c.status.s.PhoneSeen
	if at.After(before) {
		c.status.s.PhoneSeen = at
	}
	s := c.status.s
	c.status.mu.Unlock()
	if at.Sub(before) > phoneEvery {
		c.store(s)
	}
}

// lock notes until when WhatsApp keeps the account from writing to people.
func (c *Client) lock(until time.Time) {
	c.status.mu.Lock()
	defer c.status.mu.Unlock()
	c.status.locked = until
}

// lockedFor is how long nobody may be written to.
func (c *Client) lockedFor() time.Duration {
	c.status.mu.Lock()
	defer c.status.mu.Unlock()
	return c.status.locked.Sub(c.cfg.Now())
}
