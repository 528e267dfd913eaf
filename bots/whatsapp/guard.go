package whatsapp

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.mau.fi/whatsmeow/store"

	"kentongan/reports/seal"
)

// guard stands between the client library and its buffer of decrypted
// messages. A message is decrypted, its ratchet moved on and its plaintext
// kept in one transaction, so that a process that dies in between, or an inbox
// that refuses, loses nothing.
//
// The library takes every error for a fault of the message, asks the sender
// for it once more and confirms it, but for context.Canceled, after which it
// does nothing at all: the message comes again with the next connection. So a
// database that fails, and a connection that is refusing or no longer this
// process's to hold, answer with that.
type guard struct {
	store.EventBuffer

	link   *link
	sealer *seal.Sealer
}

// errRefusing says that this connection takes nothing in any more.
var errRefusing = fmt.Errorf("this connection takes nothing in any more: %w", context.Canceled)

func (g *guard) GetBufferedEvent(ctx context.Context, hash [32]byte) (*store.BufferedEvent, error) {
	if g.link.refuses() {
		return nil, errRefusing
	}
	e, err := g.EventBuffer.GetBufferedEvent(ctx, hash)
	if err != nil || e == nil || e.Plaintext == nil {
		return e, g.judge(err)
	}
	if e.Plaintext, err = g.sealer.Open(nil, e.Plaintext, sealContext("buffer", hash[:])); err != nil {
		return nil, fmt.Errorf("open a buffered message: %w", err)
	}
	return e, nil
}

func (g *guard) PutBufferedEvent(ctx context.Context, hash [32]byte, plaintext []byte, at time.Time) error {
	sealed := g.sealer.Seal(nil, plaintext, sealContext("buffer", hash[:]))
	return g.judge(g.EventBuffer.PutBufferedEvent(ctx, hash, sealed, at))
}

// DoDecryptionTxn has nobody send meanwhile: sending and decrypting read and
// write the same session without a lock of their own.
func (g *guard) DoDecryptionTxn(ctx context.Context, decrypt func(context.Context) error) error {
	if g.link.refuses() {
		return errRefusing
	}
	unlock, err := g.link.takeTurn(ctx)
	if err != nil {
		return errRefusing
	}
	defer unlock()
	if g.link.refuses() {
		return errRefusing
	}
	return g.judge(g.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) (err error) {
		// Where decrypting panics the library would confirm the message: as an error it
		// is asked for once more.
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("decrypting panicked: %T", p)
			}
		}()
		return decrypt(ctx)
	}))
}

// judge turns faults of the database into what the library leaves alone, and
// has the connection begin anew.
func (g *guard) judge(err error) error {
	if err == nil || g.link.client.without.guard || !away(err) {
		return err
	}
	g.link.fault(err)
	return fmt.Errorf("%w: %w", context.Canceled, err)
}

// away reports whether err is the database's, and not about a message.
func away(err error) bool {
	var pg *pgconn.PgError
	var broken net.Error
	var unreached *pgconn.ConnectError
	return errors.As(err, &pg) || errors.As(err, &broken) || errors.As(err, &unreached) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, sql.ErrTxDone) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || isClosed(err)
}

// isClosed knows the one error of database/sql that has no name.
func isClosed(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if text := err.Error(); text == "sql: database is closed" || text == "conn closed" {
			return true
		}
	}
	return false
}

// senderKeys are the library's keys of groups. It only logs where one cannot
// be stored, and confirms the message that brought it.
type senderKeys struct {
	store.SenderKeyStore

	fault func(error)
}

func (s *senderKeys) PutSenderKey(ctx context.Context, group, user string, session []byte) error {
	err := s.SenderKeyStore.PutSenderKey(ctx, group, user, session)
	if err != nil {
		s.fault(err)
	}
	return err
}

// identities are the library's keys of devices. Where one cannot be read or
// stored while a message is encrypted, the library leaves that device out and
// sends the message to the others, if any: whoever sends has to know.
type identities struct {
	store.IdentityStore

	faults *atomic.Int64
}

func (i *identities) PutIdentity(ctx context.Context, address string, key [32]byte) error {
	err := i.IdentityStore.PutIdentity(ctx, address, key)
	if err != nil {
		i.faults.Add(1)
	}
	return err
}

func (i *identities) IsTrustedIdentity(ctx context.Context, address string, key [32]byte) (bool, error) {
	trusted, err := i.IdentityStore.IsTrustedIdentity(ctx, address, key)
	if err != nil {
		i.faults.Add(1)
	}
	return trusted, err
}
