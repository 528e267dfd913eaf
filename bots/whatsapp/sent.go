package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"kentongan/bots"
)

// keepSent is how long sent messages are kept for devices that could not read
// them: a phone that is off for longer is unlinked.
const keepSent = 14 * 24 * time.Hour

// noteSending stores a message before it goes out, and returns when WhatsApp
// took it; zero: it has not, as far as anybody knows.
func (c *Client) noteSending(ctx context.Context, id string, chat types.JID, m *waE2E.Message) (taken time.Time, err error) {
	body, err := proto.Marshal(m)
	if err != nil {
		return taken, fmt.Errorf("encode a message: %w", err)
	}
	var at *time.Time
	err = c.cfg.Pool.QueryRow(ctx, `insert into whatsapp.sent (id, address, body, created_at) values ($1, $2, $3, $4)
		on conflict on constraint sent_pkey do update set id = excluded.id returning taken_at`,
		id, c.seal([]byte(addressOf(chat)), "sent to", []byte(id)), c.seal(body, "sent", []byte(id)), c.cfg.Now()).Scan(&at)
	if err != nil {
		return taken, fmt.Errorf("note a message: %w", err)
	}
	if at != nil {
		taken = *at
	}
	return taken, nil
}

// noteTaken stores that WhatsApp has a message. Where that fails it is sent
// once more, and shown once.
func (c *Client) noteTaken(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	if _, err := c.cfg.Pool.Exec(ctx, `update whatsapp.sent set taken_at = $2 where id = $1 and taken_at is null`, id, c.cfg.Now()); err != nil {
		return fmt.Errorf("note that a message was taken: %w", err)
	}
	return nil
}

// takenAt is when WhatsApp took a message; zero: it never did.
func (c *Client) takenAt(ctx context.Context, id string) (taken time.Time, err error) {
	var at *time.Time
	err = c.cfg.Pool.QueryRow(ctx, `select taken_at from whatsapp.sent where id = $1`, id).Scan(&at)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return taken, fmt.Errorf("look a message up: %w", err)
	}
	if at != nil {
		taken = *at
	}
	return taken, nil
}

// stored returns a sent message and where it went; nil where it is kept no more.
func (c *Client) stored(ctx context.Context, id string) (chat types.JID, m *waE2E.Message, err error) {
	var address, body []byte
	err = c.cfg.Pool.QueryRow(ctx, `select address, body from whatsapp.sent where id = $1`, id).Scan(&address, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return chat, nil, nil
	}
	if err == nil {
		address, err = c.open(address, "sent to", []byte(id))
	}
	if err == nil {
		body, err = c.open(body, "sent", []byte(id))
	}
	if err == nil {
		m = &waE2E.Message{}
		err = proto.Unmarshal(body, m)
	}
	if err != nil {
		return chat, nil, fmt.Errorf("read a sent message: %w", err)
	}
	chat, _ = jidOf(bots.Address(address))
	return chat, m, nil
}

// messageForRetry answers the library when a device asks for a message that it
// could not read, and this process did not send.
func (l *link) messageForRetry(_, _ types.JID, id types.MessageID) *waE2E.Message {
	ctx, cancel := context.WithTimeout(l.ctx, storeWithin)
	defer cancel()
	_, m, err := l.client.stored(ctx, id)
	if err != nil {
		l.client.cfg.Log.Warn("whatsapp: look for a message that a device asks for", "error", class(err))
	}
	return m
}

// retryTurn is how long sessions are left to the library when it answers a
// device that asked for a message: it does not say when it is done.
const retryTurn = 150 * time.Millisecond

// beforeRetry lets the library answer such a device while nobody else uses
// sessions.
func (l *link) beforeRetry(*events.Receipt, types.MessageID, int, *waE2E.Message) bool {
	unlock, err := l.takeTurn(l.ctx)
	if err != nil || l.refuses() {
		if err == nil {
			unlock()
		}
		return false
	}
	time.AfterFunc(retryTurn, unlock)
	return true
}

// receipt notes what devices say about messages.
func (l *link) receipt(ctx context.Context, e *events.Receipt) error {
	c := l.client
	if e.IsFromMe {
		if e.Sender.Device == 0 {
			c.phoneSeen(e.Timestamp)
		}
		return nil
	}
	now := c.cfg.Now()
	device := l.deviceHash(ctx, e.Sender)
	switch e.Type {
	case types.ReceiptTypeRetry:
		c.metrics.retries.Inc()
		_, err := c.cfg.Pool.Exec(ctx, `insert into whatsapp.retries (id, device, asked_at)
			select id, $2, $3 from whatsapp.sent where id = any($1)
			on conflict on constraint retries_pkey do update set asked_at = excluded.asked_at`, e.MessageIDs, device, now)
		return err
	case types.ReceiptTypeDelivered, types.ReceiptTypeInactive, types.ReceiptTypeRead, types.ReceiptTypePlayed:
		read := e.Type == types.ReceiptTypeRead || e.Type == types.ReceiptTypePlayed
		var b pgx.Batch
		b.Queue(`update whatsapp.sent set delivered_at = coalesce(delivered_at, $2),
				read_at = case when $3 then coalesce(read_at, $2) else read_at end
			where id = any($1) and (delivered_at is null or $3 and read_at is null)`, e.MessageIDs, now, read)
		b.Queue(`delete from whatsapp.retries where id = any($1) and device = $2`, e.MessageIDs, device)
		return c.cfg.Pool.SendBatch(ctx, &b).Close()
	default:
		return nil
	}
}

// deviceHash knows a device again without naming it.
func (l *link) deviceHash(ctx context.Context, device types.JID) []byte {
	return hash(l.client.cfg.Sealer, "device", l.client.lids.canonical(ctx, device), fmt.Sprint(device.Device))
}

// resendTries is how often a message is sent again for one device.
const resendTries = 3

// resendAll sends messages again that a device asked for and has not confirmed
// since: the library answers once, and its answer may be lost.
func (l *link) resendAll(ctx context.Context) {
	tick := time.NewTicker(max(l.client.timing.resend/2, 10*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if l.refuses() || !l.wa.IsLoggedIn() {
			continue
		}
		if err := l.resend(ctx); err != nil && ctx.Err() == nil {
			l.client.cfg.Log.Warn("whatsapp: send messages again", "error", class(err))
		}
	}
}

func (l *link) resend(ctx context.Context) error {
	c := l.client
	rows, err := c.cfg.Pool.Query(ctx, `update whatsapp.retries r set tries = r.tries + 1, asked_at = $1
		where (r.id, r.device) in (select id, device from whatsapp.retries where asked_at < $2 and tries < $3 order by asked_at limit 20)
		returning r.id`, c.cfg.Now(), c.cfg.Now().Add(-c.timing.resend), resendTries)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, id := range ids {
		if done[id] {
			continue
		}
		done[id] = true
		chat, m, err := c.stored(ctx, id)
		if err != nil || m == nil {
			continue
		}
		sending, cancel := context.WithTimeout(ctx, answerWithin)
		err = l.send(sending, chat, id, m)
		cancel()
		if err != nil {
			c.cfg.Log.Warn("whatsapp: send a message again", "error", class(err))
		}
	}
	return nil
}

// pruneEvery is how often what was kept long enough is erased.
const pruneEvery = time.Hour

// prune erases what was kept long enough.
func (l *link) prune(ctx context.Context) {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		if err := l.client.Prune(ctx); err != nil && ctx.Err() == nil {
			l.client.cfg.Log.Warn("whatsapp: erase what is old", "error", class(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Prune erases sent messages, secrets and hashes of those who are long gone,
// by the client's clock. [Client.Run] does it every hour.
func (c *Client) Prune(ctx context.Context) error {
	now := c.cfg.Now()
	var failed error
	for _, old := range []struct {
		sql    string
		before time.Time
	}{
		{`delete from whatsapp.sent where created_at < $1`, now.Add(-keepSent)},
		{`delete from whatsapp.retries where asked_at < $1`, now.Add(-keepSent)},
		{`delete from whatsapp.kept where at < $1`, now.Add(-keepFor)},
		{`delete from whatsapp.lids where at < $1`, now.Add(-keepKeys)},
		{`delete from whatsapp.heard h where h.at < $1 and not exists (select 1 from identities i where i.address_hash = h.chat)`, now.Add(-keepSent)},
	} {
		if _, err := c.cfg.Pool.Exec(ctx, old.sql, old.before); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// SentState is what is known of a message that was sent.
type SentState struct{ Taken, Delivered, Read time.Time }

// Sent tells what is known of the message ref that [Client.Send] returned.
func (c *Client) Sent(ctx context.Context, ref string) (SentState, error) {
	var taken, delivered, read *time.Time
	err := c.cfg.Pool.QueryRow(ctx, `select taken_at, delivered_at, read_at from whatsapp.sent where id = $1`,
		ref).Scan(&taken, &delivered, &read)
	if err != nil {
		return SentState{}, fmt.Errorf("look a message up: %w", err)
	}
	var s SentState
	for _, t := range []struct {
		from *time.Time
		to   *time.Time
	}{{taken, &s.Taken}, {delivered, &s.Delivered}, {read, &s.Read}} {
		if t.from != nil {
			*t.to = *t.from
		}
	}
	return s, nil
}
