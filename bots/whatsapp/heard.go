package whatsapp

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
)

// heard remembers who wrote to the account, so that the database need not be
// asked with every message. The database is the truth.
type heard struct {
	mu      sync.Mutex
	noted   map[string]time.Time // by number and chat, when they last wrote
	settled map[string]bool      // addresses that nobody wrote from, or moved from
}

const heardSize = 50_000

func (h *heard) at(key string) (time.Time, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, there := h.noted[key]
	return t, there
}

func (h *heard) note(key string, t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.noted == nil || len(h.noted) > heardSize {
		h.noted = map[string]time.Time{}
	}
	h.noted[key] = t
}

func (h *heard) isSettled(key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.settled[key]
}

func (h *heard) settle(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.settled == nil || len(h.settled) > heardSize {
		h.settled = map[string]bool{}
	}
	h.settled[key] = true
}

// heardAgain is after which silence it is noted once more that somebody wrote:
// they may have been forgotten meanwhile.
const heardAgain = 24 * time.Hour

// addressHashes are the hashes under which register.Identities finds an
// address: who is forgotten there is forgotten here.
func (c *Client) addressHashes(address string) [][]byte {
	return c.cfg.Sealer.Hashes("address", []byte(c.Name()), []byte(accountName), []byte(address))
}

// noteHeard notes that a chat wrote to the account with this number, before
// anything is answered. Where the person is known by another address so far,
// because WhatsApp told their number only, it returns that address.
func (c *Client) noteHeard(ctx context.Context, number string, env envelope, info *types.MessageInfo) (before bots.Address, err error) {
	key := number + " " + env.Chat
	now := c.cfg.Now()
	if last, there := c.heard.at(key); !there || now.Sub(last) > heardAgain {
		if _, err := c.cfg.Pool.Exec(ctx, `insert into whatsapp.heard (number, chat, at) values ($1, $2, $3)
			on conflict on constraint heard_pkey do update set at = excluded.at, moved = false`,
			hash(c.cfg.Sealer, "number", number), c.addressHashes(env.Chat)[0], now); err != nil {
			return "", fmt.Errorf("note who wrote: %w", err)
		}
	}
	c.heard.note(key, now)
	if info.Chat.Server == types.GroupServer || env.Number == "" {
		return "", nil
	}
	pn := types.JID{User: env.Number, Server: types.DefaultUserServer}
	old := addressOf(pn)
	if old == bots.Address(env.Chat) || c.heard.isSettled(number+" "+string(old)) {
		return "", nil
	}
	wrote, err := c.wrote(ctx, number, old)
	if err != nil {
		return "", err
	}
	if !wrote {
		c.heard.settle(number + " " + string(old))
		return "", nil
	}
	return old, nil
}

// noteMoved notes that a person is known by another address from now on.
func (c *Client) noteMoved(ctx context.Context, number string, old bots.Address) error {
	if _, err := c.cfg.Pool.Exec(ctx, `update whatsapp.heard set moved = true where number = any($1) and chat = any($2)`,
		hashes(c.cfg.Sealer, "number", number), c.addressHashes(string(old))); err != nil {
		return fmt.Errorf("note that a person has another address: %w", err)
	}
	c.heard.settle(number + " " + string(old))
	return nil
}

// wrote reports whether a chat ever wrote to the account with this number.
func (c *Client) wrote(ctx context.Context, number string, chat bots.Address) (wrote bool, err error) {
	err = c.cfg.Pool.QueryRow(ctx, `select exists (select 1 from whatsapp.heard where number = any($1) and chat = any($2) and not moved)`,
		hashes(c.cfg.Sealer, "number", number), c.addressHashes(string(chat))).Scan(&wrote)
	if err != nil {
		return false, fmt.Errorf("look whether somebody wrote: %w", err)
	}
	return wrote, nil
}

// mayWrite reports whether the account may write to a chat, and when that last
// wrote, as far as this process knows.
func (c *Client) mayWrite(ctx context.Context, number string, chat bots.Address) (may bool, last time.Time, err error) {
	key := number + " " + string(chat)
	if last, there := c.heard.at(key); there {
		return true, last, nil
	}
	may, err = c.wrote(ctx, number, chat)
	if may {
		c.heard.note(key, time.Time{})
	}
	return may, time.Time{}, err
}
