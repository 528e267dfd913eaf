// Package seal keeps secrets at rest: it seals what is stored (identities, message
// bodies, drafts, uploads that wait for consent) and hashes what must be found again
// without being readable (addresses, event keys). One key stands behind it all;
// every use has a subkey of its own, derived with HKDF-SHA-256.
//
// What is sealed is bound to its place by a context such as "session:12:0", naming
// purpose and row: a ciphertext copied to another row does not open there. Contexts
// are not secret and are repeated in errors, so they hold no personal data. Whoever
// holds the key and the database can read everything; without the key neither
// reading, nor changing unnoticed, nor guessing addresses by hashing them is possible.
// What stays visible is how long a thing is and which rows have the same hash.
//
// Absent on purpose: compression before sealing, because the length would betray the
// content, and any way to seal without a context.
package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
)

// What Open and Reader answer to what they cannot open. They are wrapped: compare
// with errors.Is.
var (
	// ErrKey says that it was sealed with a key that this Sealer does not have.
	ErrKey = errors.New("sealed with another key")
	// ErrDamaged says that it was changed, cut short, or belongs to another context.
	ErrDamaged = errors.New("sealed data is damaged or out of its place")
)

// The first byte of everything sealed. The message and stream formats also have
// different subkeys, so neither can pass for the other.
const (
	formatMessage = 1
	formatStream  = 2
)

const (
	keyIDSize  = 4
	prefixSize = 1 + keyIDSize
)

// Overhead is by how many bytes the result of Seal is longer than the plaintext:
// format, key id, nonce and authentication tag.
const Overhead = prefixSize + xaesNonceSize + tagSize

// Sealer seals and hashes with one key and opens with that or any older one. It is
// immutable and safe for concurrent use. Make one with New.
type Sealer struct {
	keys []*subkeys // the first one seals
}

type subkeys struct {
	id      [keyIDSize]byte
	message *xaes
	stream  []byte
	lookup  []byte
}

// New returns a Sealer that seals with primary and opens what was sealed with it or
// with any of older, as rotation needs. A key that is listed twice counts once. The
// error is about the keys: one of them is the zero value, or two have the same id
// (one chance in four billion; make another).
func New(primary Key, older ...Key) (*Sealer, error) {
	s := &Sealer{}
	var known []Key
	for _, key := range append([]Key{primary}, older...) {
		if key.IsZero() {
			return nil, errors.New("seal: a key is missing")
		}
		if slices.ContainsFunc(known, key.Equal) {
			continue
		}
		k, err := derive(key)
		if err != nil {
			return nil, fmt.Errorf("seal: derive keys: %w", err)
		}
		if s.find(k.id[:]) != nil {
			return nil, errors.New("seal: two keys have the same id: make another key")
		}
		known = append(known, key)
		s.keys = append(s.keys, k)
	}
	return s, nil
}

// derive makes the subkeys. The names are part of the format: changing one makes
// everything that is stored unreadable.
func derive(key Key) (*subkeys, error) {
	root, err := hkdf.Extract(sha256.New, key.bytes(), []byte("kentongan/seal"))
	if err != nil {
		return nil, err
	}
	var failed error
	expand := func(purpose string, length int) []byte {
		out, err := hkdf.Expand(sha256.New, root, "kentongan/seal v1 "+purpose, length)
		failed = errors.Join(failed, err)
		return out
	}
	k := &subkeys{
		stream: expand("stream", 32),
		lookup: expand("lookup", 32),
	}
	copy(k.id[:], expand("key id", keyIDSize))
	message := expand("message", 32)
	if failed != nil {
		return nil, failed
	}
	k.message, err = newXAES(message)
	return k, err
}

func (s *Sealer) find(id []byte) *subkeys {
	for _, k := range s.keys {
		if string(k.id[:]) == string(id) {
			return k
		}
	}
	return nil
}

// Seal appends the sealed plaintext to dst and returns it, Overhead bytes longer than
// the plaintext. Sealing twice gives different results. dst may be nil and must not
// overlap plaintext.
func (s *Sealer) Seal(dst, plaintext []byte, context string) []byte {
	k := s.keys[0]
	start := len(dst)
	dst = slices.Grow(dst, Overhead+len(plaintext))
	dst = append(dst, formatMessage)
	dst = append(dst, k.id[:]...)
	dst = dst[:len(dst)+xaesNonceSize]
	nonce := dst[start+prefixSize:]
	rand.Read(nonce)
	out, err := k.message.seal(dst, nonce, plaintext, additional(dst[start:][:prefixSize], context))
	if err != nil {
		// AES-256 with a key of 32 bytes and GCM with its own nonce size cannot be
		// refused; a process whose cryptography does it must store nothing.
		panic("seal: " + err.Error())
	}
	return out
}

// Open appends the plaintext to dst and returns it. context must be the one it was
// sealed with. Errors are ErrKey and ErrDamaged, with nothing of the plaintext
// returned. dst may be nil and must not overlap sealed.
func (s *Sealer) Open(dst, sealed []byte, context string) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != formatMessage {
		return nil, fmt.Errorf("open %s: %w", context, ErrDamaged)
	}
	prefix, nonce, ciphertext := sealed[:prefixSize], sealed[prefixSize:][:xaesNonceSize], sealed[prefixSize+xaesNonceSize:]
	k := s.find(prefix[1:])
	if k == nil {
		return nil, fmt.Errorf("open %s: %w", context, ErrKey)
	}
	plaintext, err := k.message.open(dst, nonce, ciphertext, additional(prefix, context))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", context, ErrDamaged)
	}
	return plaintext, nil
}

// additional is what the tag covers beside the message. The prefix has a fixed
// length, so no two pairs give the same bytes.
func additional(prefix []byte, context string) []byte {
	return append(append(make([]byte, 0, prefixSize+len(context)), prefix...), context...)
}

// Hash returns a keyed hash of data for looking things up without storing them
// readably: 32 bytes of HMAC-SHA-256. Equal purpose and data give an equal hash, on
// every instance with this key. Parts keep their borders: ("a","bc") and ("ab","c")
// differ.
func (s *Sealer) Hash(purpose string, data ...[]byte) []byte {
	return s.keys[0].hash(purpose, data)
}

// Hashes returns the hash under each key, that of Hash first, for finding rows
// that were written before the key was changed.
func (s *Sealer) Hashes(purpose string, data ...[]byte) [][]byte {
	hashes := make([][]byte, len(s.keys))
	for i, k := range s.keys {
		hashes[i] = k.hash(purpose, data)
	}
	return hashes
}

func (k *subkeys) hash(purpose string, data [][]byte) []byte {
	message := make([]byte, 0, 128)
	message = binary.BigEndian.AppendUint64(message, uint64(len(purpose)))
	message = append(message, purpose...)
	for _, part := range data {
		message = binary.BigEndian.AppendUint64(message, uint64(len(part)))
		message = append(message, part...)
	}
	mac := hmac.New(sha256.New, k.lookup)
	mac.Write(message)
	return mac.Sum(nil)
}

// Format writes REDACTED for every verb: the subkeys are as secret as the key.
func (s *Sealer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns REDACTED.
func (s *Sealer) LogValue() slog.Value { return slog.StringValue(redacted) }
