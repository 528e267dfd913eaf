// Package evidence is the vault: it keeps what citizens send as proof, each file once
// under the SHA-256 of its content, never changed after it was taken. It decides by
// content alone what may come in; names and types that a sender or a network declares
// are not even asked for.
//
// Originals lie here as they came, with whatever they say about their sender (places,
// cameras, authors). Nothing in this package makes them fit to be passed on.
//
// Absent on purpose: decoding pictures and unpacking archives, so that no file can be
// larger inside than outside; the clock, which callers pass in; who a file belongs to,
// which is the register's knowledge. Uploads that wait for consent are kept apart and
// sealed, see Stage.
//
// A folder may be shared by several processes and machines; every change in it is an
// atomic rename or removal.
package evidence

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"sync/atomic"
	"time"
)

const (
	incomingFolder = "incoming"
	stagedFolder   = "staged"
)

// Vault is an open evidence folder. It is safe for concurrent use. Whoever opened it
// closes it.
type Vault struct {
	root *os.Root
	// durable marks the folders 00 to ff that this process has created, or found, and
	// put on disk.
	durable [256]atomic.Bool
}

// Open opens the vault in dir, which it creates with mode 0700 where it is missing.
// The names in it cannot lead out of it, not even by symbolic links.
func Open(dir string) (*Vault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the evidence folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the evidence folder: %w", err)
	}
	v := &Vault{root: root}
	for _, name := range []string{incomingFolder, stagedFolder} {
		if err := v.makeFolder(name); err != nil {
			_ = root.Close()
			return nil, fmt.Errorf("open the evidence folder %s: %w", dir, err)
		}
	}
	return v, nil
}

// Close releases the folder. Files that were opened from it stay readable.
func (v *Vault) Close() error { return v.root.Close() }

// Limits say how much Put takes.
type Limits struct {
	Bytes int64 // at most; must be positive
}

// Stored is what Put knows of a file.
type Stored struct {
	SHA256 Digest `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Type   string `json:"type"` // MIME type by content, without parameters
	Kind   Kind   `json:"kind"`
}

// Extension returns the file name extension that fits a type that is kept, such as
// ".jpg", and "" for others.
func Extension(mimeType string) string { return accepted[mimeType].extension }

// Extension returns the file name extension that fits the type, such as ".jpg", for
// handing the file on; "" for a type that the vault does not take.
func (s Stored) Extension() string { return accepted[s.Type].extension }

// Put stores what r holds and returns what it was. When it returns without an error
// the file is on disk and stays there over a power failure. The same content is kept
// once, however often and by however many processes it is put.
//
// Errors: a *Refusal is final and meant for the sender; ErrIncomplete says that r
// failed and that another try may succeed; a cancelled ctx comes back as its error.
// After these nothing is left behind. Anything else is the vault's own trouble, such
// as a full disk, and an operator's business. Put cannot interrupt a Read that blocks:
// r should obey ctx too. It reads no more than the limit and one byte, and does not
// close r.
func (v *Vault) Put(ctx context.Context, r io.Reader, limits Limits) (Stored, error) {
	if limits.Bytes <= 0 {
		return Stored{}, errors.New("put evidence: no limit is set")
	}
	src := &source{ctx: ctx, r: r, limit: limits.Bytes}
	head := make([]byte, headSize)
	n, err := io.ReadFull(src, head)
	head = head[:n]
	switch err {
	case nil, io.ErrUnexpectedEOF:
	case io.EOF:
		return Stored{}, &Refusal{Reason: Empty}
	default:
		return Stored{}, err
	}
	mimeType, undecided := sniff(head)
	if !undecided && !accepts(mimeType) {
		return Stored{}, &Refusal{Reason: NotAccepted, Type: mimeType}
	}

	stored := Stored{Type: mimeType}
	err = v.write(ctx, func(f *os.File) (string, error) {
		hash := sha256.New()
		if err := src.copyTo(io.MultiWriter(f, hash), head); err != nil {
			return "", err
		}
		stored.Bytes = src.read
		if undecided {
			stored.Type = inspect(mimeType, head, f, stored.Bytes)
		}
		if !accepts(stored.Type) {
			return "", &Refusal{Reason: NotAccepted, Type: stored.Type}
		}
		stored.Kind = accepted[stored.Type].kind
		hash.Sum(stored.SHA256[:0])
		return stored.SHA256.path(), v.makeShard(stored.SHA256)
	})
	if err != nil {
		return Stored{}, err
	}
	return stored, nil
}

// Open returns the file with this content for reading; the caller closes it. Where
// there is none errors.Is(err, fs.ErrNotExist).
func (v *Vault) Open(d Digest) (*os.File, error) {
	f, err := v.root.Open(d.path())
	if err != nil {
		return nil, fmt.Errorf("open evidence: %w", err)
	}
	return f, nil
}

// Has reports whether there is a file with this content.
func (v *Vault) Has(d Digest) (bool, error) {
	_, err := v.root.Stat(d.path())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for evidence: %w", err)
	}
	return true, nil
}

// Remove erases the file with this content, for good when it returns without an
// error; that there was none is none. The vault does not know who refers to a file:
// as content is kept once, the caller makes sure that no other report needs it and
// that nobody is just putting it.
func (v *Vault) Remove(d Digest) error {
	return v.remove(d.path())
}

// Walk calls f for every file in the vault, in order of digests, until f returns an
// error, which Walk returns, or ctx is done. Files come and go meanwhile. It serves
// to find what no report refers to, such as what was put just before a crash.
func (v *Vault) Walk(ctx context.Context, f func(d Digest, info fs.FileInfo) error) error {
	for i := range len(v.durable) {
		shard := fmt.Sprintf("%02x", i)
		err := v.each(ctx, shard, func(info fs.FileInfo) error {
			d, err := ParseDigest(shard + info.Name())
			if err != nil {
				return nil //nolint:nilerr // a name that is no digest is no file of ours
			}
			return f(d, info)
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Sweep removes what interrupted processes left half written, where nothing has been
// written since olderThan, and returns how many files it removed. An hour back is a
// good time: a download that stalls for longer is given up. Several may sweep at once.
func (v *Vault) Sweep(ctx context.Context, olderThan time.Time) (int, error) {
	return v.sweep(ctx, incomingFolder, olderThan)
}

// Check proves that the folder works: it writes a file, flushes it, renames it as Put
// does, reads it back and removes it. The error says what failed.
func (v *Vault) Check(ctx context.Context) error {
	want := []byte(rand.Text())
	name := path.Join(incomingFolder, "check-"+rand.Text())
	err := v.write(ctx, func(f *os.File) (string, error) {
		_, err := f.Write(want)
		return name, err
	})
	if err != nil {
		return fmt.Errorf("check the evidence folder: is it writable, and is there room? %w", err)
	}
	got, err := v.root.ReadFile(name)
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("what was written reads back differently")
	}
	if err = errors.Join(err, v.remove(name)); err != nil {
		return fmt.Errorf("check the evidence folder: %w", err)
	}
	return nil
}

// write makes a new file, lets fill fill it and say where it belongs, and puts it
// there, durably. On an error nothing of it remains.
func (v *Vault) write(ctx context.Context, fill func(*os.File) (name string, err error)) error {
	temporary := path.Join(incomingFolder, rand.Text())
	f, err := v.root.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write evidence: %w", err)
	}
	name, err := fill(f)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = f.Close()
		_ = v.root.Remove(temporary) // what cannot be removed now is swept later
		return err
	}
	if err = errors.Join(f.Sync(), f.Close()); err == nil {
		// A file of this name has the same content, or is an older try of the same
		// upload. It is replaced without looking: somebody may be removing it just now.
		err = v.root.Rename(temporary, name)
	}
	if err != nil {
		_ = v.root.Remove(temporary)
		return fmt.Errorf("write evidence: %w", err)
	}
	return v.syncFolder(path.Dir(name))
}

func (v *Vault) remove(name string) error {
	err := v.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove evidence: %w", err)
	}
	return v.syncFolder(path.Dir(name))
}

func (v *Vault) sweep(ctx context.Context, folder string, olderThan time.Time) (int, error) {
	removed := 0
	err := v.each(ctx, folder, func(info fs.FileInfo) error {
		if !info.ModTime().Before(olderThan) {
			return nil
		}
		err := v.root.Remove(path.Join(folder, info.Name()))
		if err == nil {
			removed++
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if removed > 0 {
		err = errors.Join(err, v.syncFolder(folder))
	}
	return removed, err
}

// each calls f for the regular files of a folder, until it returns an error.
func (v *Vault) each(ctx context.Context, folder string, f func(fs.FileInfo) error) error {
	entries, err := fs.ReadDir(v.root.FS(), folder)
	if err != nil {
		return fmt.Errorf("list evidence: %w", err)
	}
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || (err == nil && !info.Mode().IsRegular()) {
			continue
		}
		if err != nil {
			return fmt.Errorf("list evidence: %w", err)
		}
		if err := f(info); err != nil {
			return err
		}
	}
	return nil
}

func (v *Vault) makeShard(d Digest) error {
	if v.durable[d[0]].Load() {
		return nil
	}
	if err := v.makeFolder(path.Dir(d.path())); err != nil {
		return err
	}
	v.durable[d[0]].Store(true)
	return nil
}

// makeFolder makes sure that a folder is there and on disk. One that exists may have
// been made a moment ago by a process that has not come to flushing it.
func (v *Vault) makeFolder(name string) error {
	if err := v.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return v.syncFolder(".")
}

// syncFolder makes what was created, renamed or removed in a folder survive a power
// failure.
func (v *Vault) syncFolder(name string) error {
	if runtime.GOOS == "windows" {
		return nil // it has no such operation
	}
	f, err := v.root.Open(name)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("flush the evidence folder: %w", err)
	}
	return nil
}
