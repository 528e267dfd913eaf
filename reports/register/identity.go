package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/reports/seal"
)

type commandTag = pgconn.CommandTag

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
}

const cacheSize = 50_000

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
	if chat, known := i.cached(string(hashes[0])); known {
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
	i.remember(string(hashes[0]), chat)
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

func (i *Identities) cached(key string) (int64, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if chat, known := i.young[key]; known {
		return chat, true
	}
	chat, known := i.old[key]
	return chat, known
}

func (i *Identities) remember(key string, chat int64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.young) >= cacheSize {
		i.young, i.old = make(map[string]int64, cacheSize), i.young
	}
	i.young[key] = chat
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

// MarkUnreachable notes that the person behind chat can no longer be written to.
func (i *Identities) MarkUnreachable(ctx context.Context, chat int64, now time.Time) error {
	if _, err := i.pool.Exec(ctx, `update identities set unreachable_at = $2 where chat = $1 and unreachable_at is null`, chat, now); err != nil {
		return fmt.Errorf("mark chat %d unreachable: %w", chat, err)
	}
	return nil
}

// ForgetStrangers erases identities and sessions of people who never agreed to
// anything, filed nothing and are owed no message, once they were silent since
// before. It returns how many.
func (i *Identities) ForgetStrangers(ctx context.Context, before time.Time) (int64, error) {
	tag, err := i.pool.Exec(ctx, `with stranger as (
			select s.chat from sessions s join identities i on i.chat = s.chat
			where i.kind = 'person' and i.created_at < $1 and s.person = 0 and s.wake_at is null
				and not exists (select 1 from consents c where c.chat = s.chat and c.granted)
				and not exists (select 1 from reports r where r.reporter = s.chat)
				and not exists (select 1 from officials o where o.chat = s.chat)
				and not exists (select 1 from inbox n where n.chat = s.chat and n.received_at >= $1)
				and not exists (select 1 from inbox n where n.chat = s.chat and n.state = 'waiting')
				and not exists (select 1 from outbox b where b.chat = s.chat and b.state = 'waiting')
			limit 1000 for update of s skip locked
		), refused as (
			delete from consents where chat in (select chat from stranger)
		), silent as (
			delete from sessions where (chat, person) in (select chat, 0 from stranger)
		)
		delete from identities where chat in (select chat from stranger)`, before)
	if err != nil {
		return 0, fmt.Errorf("forget strangers: %w", err)
	}
	return tag.RowsAffected(), nil
}

// Move notes that the chat has another address by now, as when a group
// becomes a supergroup. Its number stays.
func (i *Identities) Move(ctx context.Context, chat int64, address string) error {
	var channel, account string
	if err := i.pool.QueryRow(ctx, `select channel, account from identities where chat = $1`, chat).Scan(&channel, &account); err != nil {
		return fmt.Errorf("move chat %d: %w", chat, err)
	}
	hash := i.hashes(channel, account, address)[0]
	if _, err := i.pool.Exec(ctx, `update identities set address_hash = $2, sealed = $3 where chat = $1`,
		chat, hash, i.sealer.Seal(nil, []byte(address), addressContext(hash))); err != nil {
		return fmt.Errorf("move chat %d: %w", chat, err)
	}
	return nil
}
