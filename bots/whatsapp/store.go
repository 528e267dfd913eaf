package whatsapp

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"

	"kentongan/reports/seal"
)

// schema is where everything of this channel lies in the database.
const schema = "whatsapp"

// storageConns is how many connections the client library may have: it does one
// thing after the other, apart from what it does beside the messages.
const storageConns = 8

// storageTimeout ends what a database does not answer: the message in hand would
// wait for ever.
const storageTimeout = 30 * time.Second

// lockPoll is how often a lock is asked for that somebody else holds.
const lockPoll = 100 * time.Millisecond

// Names of advisory locks.
const (
	upgradeLock = "kentongan whatsapp upgrade"
	pairingLock = "kentongan whatsapp pairing"
)

// storage is the client library's own database.
type storage struct {
	db        *sql.DB
	container *sqlstore.Container
}

// openStorage opens the library's tables and brings them up to date, one
// process at a time.
func (c *Client) openStorage(ctx context.Context) (*storage, error) {
	config := c.cfg.Pool.Config().ConnConfig.Copy()
	config.RuntimeParams["search_path"] = schema
	config.RuntimeParams["application_name"] = "kentongan whatsapp"
	config.RuntimeParams["statement_timeout"] = strconv.FormatInt(storageTimeout.Milliseconds(), 10)
	unlock, err := c.advisory(ctx, upgradeLock)
	if err != nil {
		return nil, fmt.Errorf("wait for others who upgrade: %w", err)
	}
	defer unlock()
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(storageConns)
	db.SetMaxIdleConns(storageConns)
	s := &storage{db: db, container: sqlstore.NewWithDB(db, "pgx", c.library)}
	if err := s.container.Upgrade(ctx); err != nil {
		s.close()
		return nil, fmt.Errorf("upgrade the library's tables: %w", err)
	}
	return s, nil
}

func (s *storage) close() { _ = s.db.Close() } // what is under way fails, as when the process ends

// advisory waits for a lock and takes it, on a connection of its own, until
// unlock is called.
func (c *Client) advisory(ctx context.Context, name string) (unlock func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, c.cfg.Pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	closeIt := func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ending) // the lock goes with the session
	}
	for {
		var had bool
		if err = conn.QueryRow(ctx, `select pg_try_advisory_lock(hashtextextended($1, 11))`, name).Scan(&had); err == nil && had {
			return closeIt, nil
		}
		if err == nil {
			pause(ctx, lockPoll)
			err = ctx.Err()
		}
		if err != nil {
			closeIt()
			return nil, err
		}
	}
}

// device returns the device that is paired; nil where there is none, or where
// it is only just being paired.
func (c *Client) device(ctx context.Context, s *storage) (d *store.Device, err error) {
	err = pgx.BeginFunc(ctx, c.cfg.Pool, func(tx pgx.Tx) error {
		var free bool
		err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock(hashtextextended($1, 11))`, pairingLock).Scan(&free)
		if err != nil || !free {
			return err
		}
		devices, err := s.container.GetAllDevices(ctx)
		if len(devices) > 0 {
			d = devices[0]
		}
		return err
	})
	return d, err
}

// dress puts this channel's own stores into a device, in place of those of the
// library that would keep more than is needed, or keep it readably.
func (c *Client) dress(d *store.Device, l *link) {
	d.Container = keeper{d.Container}
	d.Contacts = &forgetful{}
	d.ChatSettings = &forgetful{}
	d.MsgSecrets = &secrets{client: c, fault: l.fault}
	d.LIDs = c.lids
	d.Identities = &identities{IdentityStore: d.Identities, faults: &l.leftOut}
	d.SenderKeys = &senderKeys{SenderKeyStore: d.SenderKeys, fault: l.fault}
	d.EventBuffer = &guard{EventBuffer: d.EventBuffer, link: l, sealer: c.cfg.Sealer}
}

// keeper lets the library save a device but not erase it: it would take the
// stores away from what it does beside, without waiting for it. Devices that were
// unlinked are erased by link.forgetDevice.
type keeper struct{ store.DeviceContainer }

var errKept = errors.New("the device is erased when its connection is closed")

// DeleteDevice implements [store.DeviceContainer].
func (keeper) DeleteDevice(context.Context, *store.Device) error { return errKept }

// open unseals what this channel sealed, under a context of its own.
func (c *Client) open(sealed []byte, kind string, key []byte) ([]byte, error) {
	return c.cfg.Sealer.Open(nil, sealed, sealContext(kind, key))
}

func (c *Client) seal(plain []byte, kind string, key []byte) []byte {
	return c.cfg.Sealer.Seal(nil, plain, sealContext(kind, key))
}

func sealContext(kind string, key []byte) string { return fmt.Sprintf("whatsapp %s:%x", kind, key) }

// hash finds things without storing them readably.
func hash(s *seal.Sealer, kind string, parts ...string) []byte {
	return s.Hash("whatsapp "+kind, split(parts)...)[:16]
}

// hashes are those of all keys that things may have been stored under.
func hashes(s *seal.Sealer, kind string, parts ...string) [][]byte {
	all := s.Hashes("whatsapp "+kind, split(parts)...)
	for i := range all {
		all[i] = all[i][:16]
	}
	return all
}

func split(parts []string) [][]byte {
	data := make([][]byte, len(parts))
	for i, p := range parts {
		data[i] = []byte(p)
	}
	return data
}
