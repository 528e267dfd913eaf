package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

// forgetful keeps no names of contacts and no settings of chats: nobody here
// asks for them.
type forgetful struct{ store.NoopStore }

// PutPushName reports that nothing changed, so that no event follows.
func (forgetful) PutPushName(context.Context, types.JID, string) (changed bool, before string, err error) {
	return false, "", nil
}

// PutBusinessName is PutPushName for names of companies.
func (forgetful) PutBusinessName(context.Context, types.JID, string) (changed bool, before string, err error) {
	return false, "", nil
}

// kept is something that one message needs of another, sealed, for keepFor.
const (
	keptSecret = "secret" // of a message, with which edits of it are encrypted
	keptBetter = "better" // the reference of a better copy of a file
)

// keepFor is how long such things are kept: an edit is possible for some
// minutes, and may wait for the service.
const keepFor = 72 * time.Hour

// keep stores a thing; the first one counts.
func (c *Client) keep(ctx context.Context, kind string, body []byte, key ...string) error {
	k := hash(c.cfg.Sealer, kind, key...)
	if _, err := c.cfg.Pool.Exec(ctx, `insert into whatsapp.kept (kind, key, body, at) values ($1, $2, $3, $4)
		on conflict on constraint kept_pkey do nothing`, kind, k, c.seal(body, kind, k), c.cfg.Now()); err != nil {
		return fmt.Errorf("keep a %s: %w", kind, err)
	}
	return nil
}

// keptThing returns what was kept; nil where there is nothing.
func (c *Client) keptThing(ctx context.Context, kind string, key ...string) ([]byte, error) {
	var k, sealed []byte
	err := c.cfg.Pool.QueryRow(ctx, `select key, body from whatsapp.kept where kind = $1 and key = any($2)`,
		kind, hashes(c.cfg.Sealer, kind, key...)).Scan(&k, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for a %s: %w", kind, err)
	}
	return c.open(sealed, kind, k)
}

// secrets keeps the secrets of messages, sealed and for a few days: the
// library would keep them for ever, beside the ids of who wrote to whom.
type secrets struct {
	client *Client
	fault  func(error)
}

func (s *secrets) PutMessageSecrets(ctx context.Context, inserts []store.MessageSecretInsert) error {
	for _, i := range inserts {
		if err := s.PutMessageSecret(ctx, i.Chat, i.Sender, i.ID, i.Secret); err != nil {
			return err
		}
	}
	return nil
}

// PutMessageSecret keeps the sender beside the secret, because keys are made of
// both. The library only logs an error.
func (s *secrets) PutMessageSecret(ctx context.Context, chat, sender types.JID, id types.MessageID, secret []byte) error {
	body := append([]byte(sender.ToNonAD().String()+"\n"), secret...)
	err := s.client.keep(ctx, keptSecret, body, s.client.lids.canonical(ctx, chat), s.client.lids.canonical(ctx, sender), id)
	if err != nil {
		s.fault(err)
	}
	return err
}

func (s *secrets) GetMessageSecret(ctx context.Context, chat, sender types.JID, id types.MessageID) ([]byte, types.JID, error) {
	body, err := s.client.keptThing(ctx, keptSecret, s.client.lids.canonical(ctx, chat), s.client.lids.canonical(ctx, sender), id)
	if err != nil || body == nil {
		return nil, types.JID{}, err
	}
	from, secret, _ := strings.Cut(string(body), "\n")
	jid, err := types.ParseJID(from)
	return []byte(secret), jid, err
}

// lids knows which hidden id belongs to which number, where WhatsApp told it.
// The library would keep both readably, side by side.
type lids struct {
	client *Client

	mu    sync.Mutex
	toLID map[string]string // by number; "" where none is known
	toPN  map[string]string // by hidden id; "" where none is known
	// stored are the pairs that this process wrote down.
	stored map[string]string
}

// lidsSize is how many are remembered; others are looked up again.
const lidsSize = 20_000

func newLIDs(c *Client) *lids {
	return &lids{client: c, toLID: map[string]string{}, toPN: map[string]string{}, stored: map[string]string{}}
}

// canonical is the hidden id of a person where it is known, and else who it is.
func (s *lids) canonical(ctx context.Context, who types.JID) string {
	who = who.ToNonAD()
	if who.Server == types.DefaultUserServer {
		if lid, err := s.GetLIDForPN(ctx, who); err == nil && !lid.IsEmpty() {
			return lid.ToNonAD().String()
		}
	}
	return who.String()
}

func (s *lids) remember(lid, pn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.toLID) > lidsSize || len(s.toPN) > lidsSize {
		clear(s.toLID)
		clear(s.toPN)
		clear(s.stored)
	}
	if pn != "" {
		s.toLID[pn] = lid
	}
	if lid != "" {
		s.toPN[lid] = pn
	}
}

func (s *lids) PutLIDMapping(ctx context.Context, lid, pn types.JID) error {
	if lid.Server != types.HiddenUserServer || pn.Server != types.DefaultUserServer {
		return errors.New("no pair of a hidden id and a number")
	}
	s.mu.Lock()
	there := s.stored[lid.User] == pn.User
	s.mu.Unlock()
	if there {
		return nil
	}
	c := s.client
	l, p := hash(c.cfg.Sealer, "lid", lid.User), hash(c.cfg.Sealer, "pn", pn.User)
	err := pgx.BeginFunc(ctx, c.cfg.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from whatsapp.lids where pn = any($1) and lid <> $2`, hashes(c.cfg.Sealer, "pn", pn.User), l); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into whatsapp.lids (lid, pn, sealed, at) values ($1, $2, $3, $4)
			on conflict (lid) do update set pn = excluded.pn, sealed = excluded.sealed, at = excluded.at`,
			l, p, c.seal([]byte(lid.User+" "+pn.User), "lid", l), c.cfg.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("note a hidden id: %w", err)
	}
	s.remember(lid.User, pn.User)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored[lid.User] = pn.User
	return nil
}

// PutManyLIDMappings remembers pairs and stores none of them: they are of
// members of groups, or of everybody whom the office's phone ever wrote with.
// Whoever writes to the service brings the pair along.
func (s *lids) PutManyLIDMappings(_ context.Context, mappings []store.LIDMapping) error {
	for _, m := range mappings {
		if m.LID.Server == types.HiddenUserServer && m.PN.Server == types.DefaultUserServer {
			s.remember(m.LID.User, m.PN.User)
		}
	}
	return nil
}

func (s *lids) GetPNForLID(ctx context.Context, lid types.JID) (types.JID, error) {
	s.mu.Lock()
	pn, known := s.toPN[lid.User]
	s.mu.Unlock()
	if !known {
		var err error
		if _, pn, err = s.look(ctx, "lid", lid.User); err != nil {
			return types.JID{}, err
		}
		s.remember(lid.User, pn)
	}
	if pn == "" {
		return types.JID{}, nil
	}
	return types.JID{User: pn, Device: lid.Device, Server: types.DefaultUserServer}, nil
}

func (s *lids) GetLIDForPN(ctx context.Context, pn types.JID) (types.JID, error) {
	s.mu.Lock()
	lid, known := s.toLID[pn.User]
	s.mu.Unlock()
	if !known {
		var err error
		if lid, _, err = s.look(ctx, "pn", pn.User); err != nil {
			return types.JID{}, err
		}
		s.remember(lid, pn.User)
	}
	if lid == "" {
		return types.JID{}, nil
	}
	return types.JID{User: lid, Device: pn.Device, Server: types.HiddenUserServer}, nil
}

func (s *lids) GetManyLIDsForPNs(ctx context.Context, pns []types.JID) (map[types.JID]types.JID, error) {
	found := make(map[types.JID]types.JID, len(pns))
	for _, pn := range pns {
		if pn.Server != types.DefaultUserServer {
			continue
		}
		lid, err := s.GetLIDForPN(ctx, pn)
		if err != nil {
			return nil, err
		}
		if !lid.IsEmpty() {
			found[pn] = lid
		}
	}
	return found, nil
}

// look reads a pair by one of its halves, "lid" or "pn".
func (s *lids) look(ctx context.Context, half, user string) (lid, pn string, err error) {
	query := `select lid, sealed from whatsapp.lids where lid = any($1)`
	if half == "pn" {
		query = `select lid, sealed from whatsapp.lids where pn = any($1)`
	}
	var key, sealed []byte
	err = s.client.cfg.Pool.QueryRow(ctx, query, hashes(s.client.cfg.Sealer, half, user)).Scan(&key, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", nil
	}
	if err == nil {
		var pair []byte
		if pair, err = s.client.open(sealed, "lid", key); err == nil {
			lid, pn, _ = strings.Cut(string(pair), " ")
			return lid, pn, nil
		}
	}
	return "", "", fmt.Errorf("look a hidden id up: %w", err)
}
