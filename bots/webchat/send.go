package webchat

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/bots"
	"kentongan/conversation"
)

// outgoing is a row of webchat_messages, as it lies sealed in it.
type outgoing struct {
	ID       string               `json:"id"`
	Replaces string               `json:"replaces,omitempty"`
	Message  conversation.Message `json:"message"`
	Answers  string               `json:"answers,omitempty"`
	Files    []sentFile           `json:"files,omitempty"`
	// Withdrawn takes the message back that Replaces names.
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// message is an outgoing as the page reads it.
type message struct {
	seq int64
	At  time.Time `json:"at"`
	outgoing
}

// Send stores m for the page to fetch, and wakes the page if it listens in this
// process. The same m again is stored once; one that the page has erased since
// is stored again, and the page knows it by its id. The reference is the id of
// the message first shown.
//
// Of the edits of one message the newest is kept: a page that was away needs no
// others.
//
// Files are stored first, sealed, for the page to ask for: a message is never
// seen before its files. They stay for as long as uploads do.
func (c *Channel) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	if !validAddress(to) || m.ID == "" {
		return "", &bots.SendError{Problem: bots.Refused, Err: errors.New("not an address of the web chat, or no id")}
	}
	files, err := c.keepFiles(ctx, to, m)
	if err != nil {
		return "", err
	}
	out := outgoing{ID: m.ID, Replaces: m.Replaces, Message: m.Message, Answers: m.Answers, Files: files}
	if err := c.store(ctx, to, out, nil); err != nil {
		return "", err
	}
	if m.Replaces != "" {
		return m.Replaces, nil
	}
	return m.ID, nil
}

// Withdraw takes back the message that Send returned ref of, with its files:
// what nobody has fetched yet is erased, and the page that has it removes it.
// That there was none is no error.
func (c *Channel) Withdraw(ctx context.Context, to bots.Address, ref string) error {
	if !validAddress(to) || ref == "" {
		return &bots.SendError{Problem: bots.Refused, Err: errors.New("not an address of the web chat, or no reference")}
	}
	if err := c.forgetFiles(to, ref); err != nil {
		return err
	}
	return c.store(ctx, to, outgoing{ID: ref, Replaces: ref, Withdrawn: true}, []string{ref})
}

// store inserts out for the page, an edit in the place of earlier edits of the
// same message, and erases the chat's rows with the ids gone.
func (c *Channel) store(ctx context.Context, to bots.Address, out outgoing, gone []string) error {
	body, err := json.Marshal(out)
	if err != nil {
		return &bots.SendError{Problem: bots.Refused, Err: fmt.Errorf("encode message: %w", err)}
	}
	row, conflict := out.ID, "do nothing"
	if out.Replaces != "" {
		row = out.Replaces + "#edit"
		conflict = `do update set seq = default, created_at = excluded.created_at, body = excluded.body
			where webchat_messages.address_hash = excluded.address_hash`
	}
	hash := c.addressHash(to)
	sealed := c.cfg.Sealer.Seal(nil, body, rowContext(hash, row))

	// All in one transaction, which a batch is. The lock makes the rows of one
	// chat visible in the order of their numbers, even if two senders are at
	// work: a stream that has read number 7 never looks for 6 again.
	var b pgx.Batch
	b.Queue("select pg_advisory_xact_lock($1)", int64(binary.BigEndian.Uint64(hash)))
	if len(gone) > 0 {
		b.Queue("delete from webchat_messages where address_hash = any($1) and message_id = any($2)", c.addressHashes(to), gone)
	}
	b.Queue(`insert into webchat_messages (address_hash, message_id, created_at, body) values ($1, $2, $3, $4)
		on conflict (message_id) `+conflict, hash, row, c.cfg.Now(), sealed)
	if err := c.cfg.Pool.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("store message for the page: %w", err)
	}
	c.hub.wake(to)
	return nil
}

// Typing tells the pages of this chat that listen in this process that an
// answer is coming. The error is always nil.
func (c *Channel) Typing(_ context.Context, to bots.Address) error {
	c.hub.typing(to)
	return nil
}

// Sweep erases the messages stored before a time of the service's own clock,
// fetched or not, and returns how many there were. A demo's stay until it
// forgets everything: months may pass in its minute, before any page was open.
func (c *Channel) Sweep(ctx context.Context, before time.Time) (int64, error) {
	if c.cfg.Demo {
		return 0, nil
	}
	tag, err := c.cfg.Pool.Exec(ctx, "delete from webchat_messages where created_at < $1", before)
	if err != nil {
		return 0, fmt.Errorf("sweep web chat messages: %w", err)
	}
	return tag.RowsAffected(), nil
}

// waiting returns up to limit messages of a chat with a number above after, in
// order.
func (c *Channel) waiting(ctx context.Context, to bots.Address, after int64, limit int) ([]message, error) {
	rows, err := c.cfg.Pool.Query(ctx, `select seq, address_hash, message_id, created_at, body from webchat_messages
		where address_hash = any($1) and seq > $2 order by seq limit $3`, c.addressHashes(to), after, limit)
	if err != nil {
		return nil, fmt.Errorf("read web chat messages: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (message, error) {
		var (
			m            message
			hash, sealed []byte
			id           string
		)
		if err := row.Scan(&m.seq, &hash, &id, &m.At, &sealed); err != nil {
			return m, err
		}
		m.At = m.At.UTC()
		body, err := c.cfg.Sealer.Open(nil, sealed, rowContext(hash, id))
		if err == nil {
			err = json.Unmarshal(body, &m.outgoing)
		}
		if err != nil {
			// What cannot be read must not keep back what can. The page passes over a
			// message without an id.
			c.cfg.Log.Error("web chat: stored message unreadable", "seq", m.seq, "error", err)
			m.outgoing = outgoing{}
		}
		return m, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read web chat messages: %w", err)
	}
	return found, nil
}

// newest returns the highest number in use by anybody; 0 if there is none.
func (c *Channel) newest(ctx context.Context) (seq int64, err error) {
	if err := c.cfg.Pool.QueryRow(ctx, "select coalesce(max(seq), 0) from webchat_messages").Scan(&seq); err != nil {
		return 0, fmt.Errorf("read web chat messages: %w", err)
	}
	return seq, nil
}

// erase deletes a chat's messages up to a number.
func (c *Channel) erase(ctx context.Context, of bots.Address, upto int64) error {
	_, err := c.cfg.Pool.Exec(ctx, "delete from webchat_messages where address_hash = any($1) and seq <= $2",
		c.addressHashes(of), upto)
	if err != nil {
		return fmt.Errorf("erase web chat messages: %w", err)
	}
	return nil
}

const hashPurpose = "webchat address"

func (c *Channel) addressHash(a bots.Address) []byte {
	return c.cfg.Sealer.Hash(hashPurpose, []byte(a))
}

// addressHashes are those under every key, for rows older than the newest key.
func (c *Channel) addressHashes(a bots.Address) [][]byte {
	return c.cfg.Sealer.Hashes(hashPurpose, []byte(a))
}

// rowContext binds a sealed body to its chat and message: in another row it
// does not open.
func rowContext(hash []byte, messageID string) string {
	return "webchat:" + hex.EncodeToString(hash) + ":" + messageID
}
