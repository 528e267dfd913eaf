package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports/seal"
)

// The kinds of chat that an identity may be.
const (
	Person = "person"
	Group  = "group"
)

// ErrNoIdentity says that a chat's identity was erased.
var ErrNoIdentity = errors.New("no identity has this number")

// Identities is the one table that knows who is behind a number. Addresses and
// profiles are sealed; addresses are found by keyed hash. It is safe for
// concurrent use.
type Identities struct {
	pool   *pgxpool.Pool
	sealer *seal.Sealer

	mu         sync.Mutex
	young, old map[string]int64 // hash to chat: two generations of at most cacheSize
	begun      time.Time        // when young began
}

// An address is looked up anew after three hours at the latest: its number
// may have been forgotten meanwhile, though never so soon after a message.
const (
	cacheSize = 50_000
	cacheLife = time.Hour // of a generation
)

// NewIdentities returns the identities in the database of pool. It does no IO.
func NewIdentities(pool *pgxpool.Pool, sealer *seal.Sealer) *Identities {
	return &Identities{pool: pool, sealer: sealer, young: map[string]int64{}}
}

func (i *Identities) hashes(channel, account, address string) [][]byte {
	return i.sealer.Hashes("address", []byte(channel), []byte(account), []byte(address))
}

// Resolve returns the number of the chat at address, which it gives out at the
// first sight of it.
func (i *Identities) Resolve(ctx context.Context, channel, account, kind, address string, now time.Time) (int64, error) {
	hashes := i.hashes(channel, account, address)
	if chat, known := i.cached(string(hashes[0]), now); known {
		return chat, nil
	}
	chat, err := i.find(ctx, channel, account, hashes)
	if errors.Is(err, pgx.ErrNoRows) {
		_, err = i.pool.Exec(ctx, `insert into identities (channel, account, kind, address_hash, sealed, created_at)
			values ($1, $2, $3, $4, $5, $6) on conflict on constraint identities_address do nothing`,
			channel, account, kind, hashes[0], i.sealer.Seal(nil, []byte(address), addressContext(hashes[0])), now)
		if err == nil {
			chat, err = i.find(ctx, channel, account, hashes)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("resolve a chat of %s: %w", channel, err)
	}
	i.remember(string(hashes[0]), chat, now)
	return chat, nil
}

func (i *Identities) find(ctx context.Context, channel, account string, hashes [][]byte) (chat int64, err error) {
	err = i.pool.QueryRow(ctx, `select chat from identities where channel = $1 and account = $2 and address_hash = any($3)`,
		channel, account, hashes).Scan(&chat)
	return chat, err
}

// Forget drops what this process remembers of an address, after [ErrNoIdentity].
func (i *Identities) Forget(channel, account, address string) {
	key := string(i.hashes(channel, account, address)[0])
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.young, key)
	delete(i.old, key)
}

func (i *Identities) cached(key string, now time.Time) (int64, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.age(now)
	if chat, known := i.young[key]; known {
		return chat, true
	}
	chat, known := i.old[key]
	return chat, known
}

func (i *Identities) remember(key string, chat int64, now time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.age(now)
	i.young[key] = chat
}

// age begins a new generation where the young one is full or old; i.mu is held.
func (i *Identities) age(now time.Time) {
	switch life := now.Sub(i.begun); {
	case life >= 2*cacheLife:
		i.young, i.old, i.begun = map[string]int64{}, nil, now
	case life >= cacheLife, len(i.young) >= cacheSize:
		i.young, i.old, i.begun = map[string]int64{}, i.young, now
	}
}

// OpenAddress unseals the address of a row of identities; it is for whoever
// has to reach that chat and for nobody else.
func (i *Identities) OpenAddress(hash, sealed []byte) (string, error) {
	address, err := i.sealer.Open(nil, sealed, addressContext(hash))
	if err != nil {
		return "", fmt.Errorf("open an address: %w", err)
	}
	return string(address), nil
}

func addressContext(hash []byte) string { return fmt.Sprintf("address:%x", hash) }

// QueueProfile adds the statement to b that keeps what a channel tells of a
// person who agreed, sealed. profile is anything that encodes to JSON.
func (i *Identities) QueueProfile(b *pgx.Batch, chat int64, profile any) error {
	plain, err := json.Marshal(profile)
	if err != nil {
		return fmt.Errorf("encode a profile: %w", err)
	}
	b.Queue(`update identities set profile = $2 where chat = $1`, chat, i.sealer.Seal(nil, plain, fmt.Sprintf("profile:%d", chat)))
	return nil
}

// QueueReachable adds the statement to b that notes that these people can be
// written to: they wrote.
func (i *Identities) QueueReachable(b *pgx.Batch, chats []int64) {
	b.Queue(`update identities set unreachable_at = null where chat = any($1) and unreachable_at is not null`, chats)
	b.Queue(`update outbox set state = 'waiting', failure = null, retry_at = null where chat = any($1) and state = 'held'`, chats)
}

// MarkUnreachable notes that the person behind chat can no longer be written to.
func (i *Identities) MarkUnreachable(ctx context.Context, chat int64, now time.Time) error {
	if _, err := i.pool.Exec(ctx, `update identities set unreachable_at = $2 where chat = $1 and unreachable_at is null`, chat, now); err != nil {
		return fmt.Errorf("mark chat %d unreachable: %w", chat, err)
	}
	return nil
}
