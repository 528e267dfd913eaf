package evidence

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports/seal"
)

var testKey = seal.NewKey()

func newSealer(t testing.TB, key seal.Key) *seal.Sealer {
	t.Helper()
	s, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func stage(t testing.TB, v *Vault, id string, content []byte) {
	t.Helper()
	n, err := v.Stage(t.Context(), id, newSealer(t, testKey), bytes.NewReader(content), 1<<20)
	if err != nil || n != int64(len(content)) {
		t.Fatalf("Stage took %d bytes of %d, %v", n, len(content), err)
	}
}

const uploadID = "6f1d3a52-0b0e-4c39-9a4e-2f6f0f3c8a11"

func TestStagedUploadComesBackAfterConsentAndGoes(t *testing.T) {
	v := newVault(t)
	content := jpeg(strings.Repeat("rahasia ", 30_000))
	stage(t, v, uploadID, content)

	r, err := v.OpenStaged(uploadID, newSealer(t, testKey))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := v.Put(t.Context(), r, Limits{Bytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(contentOf(t, v, stored.SHA256), content) {
		t.Error("other content came back")
	}
	for range 2 {
		if err := v.Unstage(uploadID); err != nil {
			t.Error(err)
		}
	}
	if _, err := v.OpenStaged(uploadID, newSealer(t, testKey)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after Unstage: %v, want fs.ErrNotExist", err)
	}
}

func TestStagedUploadIsUnreadableOnDisk(t *testing.T) {
	v := newVault(t)
	stage(t, v, uploadID, jpeg("kuitansi kepala desa"))
	raw, err := v.root.ReadFile(path.Join(stagedFolder, uploadID))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("kuitansi")) || bytes.Contains(raw, []byte("JFIF")) {
		t.Error("the content is readable")
	}
}

func TestStagedUploadOpensOnlyUnderItsIDAndKey(t *testing.T) {
	v := newVault(t)
	stage(t, v, uploadID, jpeg("satu"))
	const other = "00000000-0b0e-4c39-9a4e-2f6f0f3c8a11"
	if err := v.root.Link(path.Join(stagedFolder, uploadID), path.Join(stagedFolder, other)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		id   string
		key  seal.Key
		want error
	}{
		"another id":  {other, testKey, seal.ErrDamaged},
		"another key": {uploadID, seal.NewKey(), seal.ErrKey},
	} {
		r, err := v.OpenStaged(c.id, newSealer(t, c.key))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); !errors.Is(err, c.want) || len(got) > 0 {
			t.Errorf("%s: %q, %v, want %v", name, got, err, c.want)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestStagingAgainReplaces(t *testing.T) {
	v := newVault(t)
	stage(t, v, uploadID, []byte("pertama"))
	stage(t, v, uploadID, []byte("kedua"))
	r, err := v.OpenStaged(uploadID, newSealer(t, testKey))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "kedua" {
		t.Errorf("got %q, %v", got, err)
	}
	if got := files(t, v); len(got) != 1 {
		t.Errorf("files: %v", got)
	}
}

func TestStageRefusesAndFailsAsPutDoes(t *testing.T) {
	v := newVault(t)
	sealer := newSealer(t, testKey)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	broken := errors.New("connection reset by peer")

	stage := func(ctx context.Context, r io.Reader) error {
		_, err := v.Stage(ctx, uploadID, sealer, r, 100_000)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want *Refusal
	}{
		"empty":     {stage(t.Context(), strings.NewReader("")), &Refusal{Reason: Empty}},
		"too large": {stage(t.Context(), strings.NewReader(strings.Repeat("x", 100_001))), &Refusal{Reason: TooLarge, Limit: 100_000}},
	} {
		var got *Refusal
		if !errors.As(c.err, &got) || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.err, c.want)
		}
	}
	if err := stage(cancelled, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	half := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))
	if err := stage(t.Context(), half); !errors.Is(err, ErrIncomplete) || !errors.Is(err, broken) {
		t.Errorf("broken: %v, want ErrIncomplete", err)
	}
	if _, err := v.Stage(t.Context(), uploadID, sealer, strings.NewReader("x"), 0); err == nil {
		t.Error("Stage without a limit took an upload")
	}
	if left := files(t, v); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if n, err := v.Stage(t.Context(), uploadID, sealer, strings.NewReader(strings.Repeat("x", 100_000)), 100_000); n != 100_000 || err != nil {
		t.Errorf("exactly the limit: %d, %v", n, err)
	}
}

func TestUploadIDsThatLeadElsewhereAreRefused(t *testing.T) {
	v := newVault(t)
	sealer := newSealer(t, testKey)
	for _, id := range []string{
		"", ".", "..", "abc", "../../etc/passwd", "/etc/passwd", "abcdef01/..", "abcdef01/x", `abcdef01\x`,
		"ABCDEF01", "abcdefgh", "abcdef01\x00", "abcdef01.", "abcdef01 ", "abcdef01:x", "abcdéf01",
		strings.Repeat("a", 65), "%2e%2e%2f%2e%2e", "con", "~abcdef01",
	} {
		if _, err := v.Stage(t.Context(), id, sealer, strings.NewReader("x"), 10); !errors.Is(err, ErrUploadID) {
			t.Errorf("Stage(%q): %v, want ErrUploadID", id, err)
		}
		if _, err := v.OpenStaged(id, sealer); !errors.Is(err, ErrUploadID) {
			t.Errorf("OpenStaged(%q): %v, want ErrUploadID", id, err)
		}
		if err := v.Unstage(id); !errors.Is(err, ErrUploadID) {
			t.Errorf("Unstage(%q): %v, want ErrUploadID", id, err)
		}
	}
}

func FuzzUploadIDsStayInTheirFolder(f *testing.F) {
	for _, seed := range []string{"", "..", "../x", uploadID, "abcdef01", "abcdef01/../../x", "--------"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		name, err := stagedName(id)
		if err != nil {
			return
		}
		if folder, file := path.Split(name); folder != stagedFolder+"/" || file != id {
			t.Errorf("%q became %q", id, name)
		}
		if !fs.ValidPath(name) || strings.ContainsAny(id, `/\.:`) || strings.ToLower(id) != id {
			t.Errorf("%q became %q", id, name)
		}
	})
}
