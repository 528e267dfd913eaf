package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"time"

	"kentongan/reports/seal"
)

// ErrUploadID says that something is no id of an upload.
var ErrUploadID = errors.New("an upload id has 8 to 64 of the characters 0-9, a-f and -")

// Stage keeps an upload of the web chat until its sender has consented: sealed, so
// that nobody sees it, under an id of the caller's choosing such as a lower-case UUID.
// It returns the number of bytes taken. Staging under the same id again replaces the
// upload. What kind of file it is only Put judges, after consent.
//
// Errors are those of Put without NotAccepted, and ErrUploadID.
func (v *Vault) Stage(ctx context.Context, id string, sealer *seal.Sealer, r io.Reader, limit int64) (int64, error) {
	name, err := stagedName(id)
	if err != nil {
		return 0, err
	}
	if limit <= 0 {
		return 0, errors.New("stage an upload: no limit is set")
	}
	src := &source{ctx: ctx, r: r, limit: limit}
	err = v.write(ctx, func(f *os.File) (string, error) {
		w := sealer.NewWriter(f, stagedContext(id))
		if err := src.copyTo(w, nil); err != nil {
			return "", err
		}
		if src.read == 0 {
			return "", &Refusal{Reason: Empty}
		}
		return name, w.Close()
	})
	if err != nil {
		return 0, err
	}
	return src.read, nil
}

// OpenStaged returns a staged upload for reading, as for Put; the caller closes it.
// Where there is none errors.Is(err, fs.ErrNotExist). Reading gives seal.ErrKey or
// seal.ErrDamaged where the upload was sealed with another key or changed; Put wraps
// them in ErrIncomplete, though no other try will help.
func (v *Vault) OpenStaged(id string, sealer *seal.Sealer) (io.ReadCloser, error) {
	name, err := stagedName(id)
	if err != nil {
		return nil, err
	}
	f, err := v.root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open a staged upload: %w", err)
	}
	return struct {
		io.Reader
		io.Closer
	}{sealer.NewReader(f, stagedContext(id)), f}, nil
}

// Unstage erases a staged upload; that there was none is no error.
func (v *Vault) Unstage(id string) error {
	name, err := stagedName(id)
	if err != nil {
		return err
	}
	return v.remove(name)
}

// SweepStaged erases the uploads that were staged before olderThan, whose senders
// never consented, and returns how many they were.
func (v *Vault) SweepStaged(ctx context.Context, olderThan time.Time) (int, error) {
	return v.sweep(ctx, stagedFolder, olderThan)
}

// stagedContext binds the sealed content to its id.
func stagedContext(id string) string { return "upload:" + id }

// stagedName returns the file for an id. The characters of a UUID make no name that
// any system treats specially, and upper case would be a second id for the same file
// where file names ignore case.
func stagedName(id string) (string, error) {
	if len(id) < 8 || len(id) > 64 {
		return "", ErrUploadID
	}
	for _, c := range []byte(id) {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || c == '-') {
			return "", ErrUploadID
		}
	}
	return path.Join(stagedFolder, id), nil
}
