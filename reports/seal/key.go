package seal

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// KeySize is the length of a key in bytes, before base64.
const KeySize = 32

const redacted = "REDACTED"

// Key is the secret that everything else is derived from. However it is printed,
// formatted, logged or marshalled it says REDACTED or nothing; only Encode gives
// it away. The zero value is no key, and New refuses it. A Key is immutable and
// safe for concurrent use.
type Key struct {
	// A pointer to a pointer, because fmt asks no method of what sits in another
	// struct's unexported field: of an array there it prints the bytes, and with an
	// unfitting verb of a pointer to an array too; of this only an address.
	secret **[KeySize]byte
}

func keyOf(secret *[KeySize]byte) Key { return Key{secret: &secret} }

// bytes must not be called on the zero value.
func (k Key) bytes() []byte { return (*k.secret)[:] }

// NewKey makes a random key.
func NewKey() Key {
	k := keyOf(new([KeySize]byte))
	rand.Read(k.bytes()) // never fails: it ends the process where there is no randomness
	return k
}

// ParseKey reads a key as Encode writes it: 32 bytes in base64. It also takes the
// URL alphabet, missing padding and white space around it, because keys are pasted
// by hand into files and settings. Errors say what to do and never repeat s.
func ParseKey(s string) (Key, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Key{}, errors.New("the key is empty: make one with `openssl rand -base64 32`")
	}
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	raw, err := base64.RawStdEncoding.Strict().DecodeString(s)
	if err != nil {
		return Key{}, errors.New("the key is not base64: make one with `openssl rand -base64 32`")
	}
	if len(raw) != KeySize {
		return Key{}, fmt.Errorf("the key has %d bytes in place of %d: make one with `openssl rand -base64 32`", len(raw), KeySize)
	}
	k := keyOf((*[KeySize]byte)(raw))
	if k.Equal(keyOf(new([KeySize]byte))) {
		return Key{}, errors.New("the key is nothing but zeros: make one with `openssl rand -base64 32`")
	}
	return k, nil
}

// Encode returns the key in padded standard base64, 44 characters, for the key file
// and nowhere else. Of the zero value it returns "".
func (k Key) Encode() string {
	if k.IsZero() {
		return ""
	}
	return base64.StdEncoding.EncodeToString(k.bytes())
}

// IsZero reports whether k is the zero value, which is no key.
func (k Key) IsZero() bool { return k.secret == nil }

// Equal reports whether both are the same key, in constant time. Two zero values
// are equal.
func (k Key) Equal(other Key) bool {
	if k.IsZero() || other.IsZero() {
		return k.IsZero() == other.IsZero()
	}
	return subtle.ConstantTimeCompare(k.bytes(), other.bytes()) == 1
}

// String returns REDACTED.
func (k Key) String() string { return redacted }

// GoString returns REDACTED.
func (k Key) GoString() string { return redacted }

// Format writes REDACTED for every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns REDACTED.
func (k Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns REDACTED, so that a key that slips into JSON stays secret.
// There is no UnmarshalText: a key is read by ParseKey.
func (k Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }
