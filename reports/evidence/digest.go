package evidence

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
)

// Digest is the SHA-256 of a file's content and its name in the vault. In JSON and
// in text it is 64 lower-case hexadecimal digits, in SQL a bytea of 32 bytes. The
// zero value names no file.
type Digest [sha256.Size]byte

// ParseDigest reads what String writes; upper-case digits are taken too.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	err := d.UnmarshalText([]byte(s))
	return d, err
}

// String returns 64 lower-case hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether d is the zero value.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText returns what String returns.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 64 hexadecimal digits. On an error d is left as it was.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(d)) {
		return fmt.Errorf("a digest has %d hexadecimal digits, not %d characters", hex.EncodedLen(len(d)), len(text))
	}
	var parsed Digest
	if _, err := hex.Decode(parsed[:], text); err != nil {
		return fmt.Errorf("a digest has hexadecimal digits only: %w", err)
	}
	*d = parsed
	return nil
}

// Value returns the 32 bytes, for a bytea column.
func (d Digest) Value() (driver.Value, error) { return d[:], nil }

// Scan reads the 32 bytes of a bytea column. For a column that may be null, scan
// into a *Digest.
func (d *Digest) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok || len(b) != len(d) {
		return fmt.Errorf("a digest is read from %d bytes, not from a %T of length %d", len(d), src, len(b))
	}
	copy(d[:], b)
	return nil
}

// path is where the content lies: 256 folders keep each of them small.
func (d Digest) path() string {
	s := d.String()
	return s[:2] + "/" + s[2:]
}
