package evidence

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newVault(t testing.TB) *Vault {
	t.Helper()
	return openVault(t, t.TempDir())
}

func openVault(t testing.TB, dir string) *Vault {
	t.Helper()
	v, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// files returns the names of all files in the vault's folder, whatever they are.
func files(t testing.TB, v *Vault) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(v.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func put(t testing.TB, v *Vault, content []byte) Stored {
	t.Helper()
	s, err := v.Put(t.Context(), bytes.NewReader(content), Limits{Bytes: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func contentOf(t testing.TB, v *Vault, d Digest) []byte {
	t.Helper()
	f, err := v.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestOpenedVaultFindsWhatAnEarlierOneStored(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "evidence")
	v, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	stored := put(t, v, png("a"))
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if got := contentOf(t, openVault(t, dir), stored.SHA256); !bytes.Equal(got, png("a")) {
		t.Errorf("got %q", got)
	}
}

func TestOpenSaysThatAFileIsInItsPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "evidence")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if v, err := Open(file); err == nil {
		_ = v.Close()
		t.Error("Open took a file for a folder")
	}
}

func TestRefusalsNameTheirReasonToOperators(t *testing.T) {
	for want, refusal := range map[string]*Refusal{
		"evidence refused: the file is empty":                    {Reason: Empty},
		"evidence refused: the file has more than 50 bytes":      {Reason: TooLarge, Limit: 50},
		"evidence refused: its content is text/html":             {Reason: NotAccepted, Type: "text/html"},
		"evidence refused: a reason that is not in the list yet": {Reason: "a reason that is not in the list yet"},
	} {
		if got := refusal.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRemoveErasesAndIsContentWithNothing(t *testing.T) {
	v := newVault(t)
	stored := put(t, v, png("a"))
	for range 2 {
		if err := v.Remove(stored.SHA256); err != nil {
			t.Fatal(err)
		}
	}
	if ok, err := v.Has(stored.SHA256); ok || err != nil {
		t.Errorf("Has after Remove: %t, %v", ok, err)
	}
	if _, err := v.Open(stored.SHA256); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open after Remove: %v, want fs.ErrNotExist", err)
	}
	if left := files(t, v); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestWalkFindsEveryFileOnceAndNothingElse(t *testing.T) {
	v := newVault(t)
	var want []string
	for i := range 20 {
		want = append(want, put(t, v, jpeg(fmt.Sprint(i))).SHA256.String())
	}
	slices.Sort(want)
	for _, stray := range []string{"ab", "ab/notes.txt", "readme.txt"} {
		var err error
		if filepath.Ext(stray) == "" {
			if err = v.root.Mkdir(stray, 0o700); errors.Is(err, fs.ErrExist) {
				err = nil
			}
		} else {
			err = v.root.WriteFile(stray, []byte("stray"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := v.Walk(t.Context(), func(d Digest, info fs.FileInfo) error {
		if info.Size() < 13 {
			t.Errorf("%s has %d bytes", d, info.Size())
		}
		got = append(got, d.String())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stop := errors.New("stop")
	if err := v.Walk(t.Context(), func(Digest, fs.FileInfo) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Walk returned %v", err)
	}
}

// A process that dies in the middle of a Put leaves its temporary file.
func TestSweepRemovesOldLeftoversOnly(t *testing.T) {
	v := newVault(t)
	stored := put(t, v, jpeg("a"))
	cutoff := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	write := func(name string, at time.Time) {
		t.Helper()
		if err := v.root.WriteFile(name, []byte("half of it"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := v.root.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write("incoming/OLD", cutoff.Add(-time.Second))
	write("incoming/NEW", cutoff)
	write("staged/0123abcd", cutoff.Add(-time.Hour))
	if err := v.root.Chtimes(stored.SHA256.path(), cutoff.Add(-time.Hour), cutoff.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}

	if n, err := v.Sweep(t.Context(), cutoff); n != 1 || err != nil {
		t.Errorf("Sweep removed %d, %v", n, err)
	}
	want := []string{stored.SHA256.path(), "incoming/NEW", "staged/0123abcd"}
	slices.Sort(want)
	if diff := cmp.Diff(want, files(t, v)); diff != "" {
		t.Errorf("after Sweep (-want +got):\n%s", diff)
	}
	if n, err := v.SweepStaged(t.Context(), cutoff); n != 1 || err != nil {
		t.Errorf("SweepStaged removed %d, %v", n, err)
	}
	want = slices.DeleteFunc(want, func(name string) bool { return name == "staged/0123abcd" })
	if diff := cmp.Diff(want, files(t, v)); diff != "" {
		t.Errorf("after SweepStaged (-want +got):\n%s", diff)
	}
}

func TestCheckLeavesNothing(t *testing.T) {
	v := newVault(t)
	if err := v.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := files(t, v); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCheckNoticesAFolderThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	v := openVault(t, dir)
	if err := os.Remove(filepath.Join(dir, incomingFolder)); err != nil {
		t.Fatal(err)
	}
	if err := v.Check(t.Context()); err == nil {
		t.Error("Check is content")
	}
}

func TestNothingInTheVaultIsReadableByOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // it has no such modes
	}
	dir := filepath.Join(t.TempDir(), "evidence")
	v := openVault(t, dir)
	put(t, v, jpeg("a"))
	stage(t, v, "0123abcd", []byte("a"))
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSymbolicLinksDoNotLeadOut(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // making links needs rights there
	}
	outside := t.TempDir()
	dir := t.TempDir()
	v := openVault(t, dir)
	d := Digest(sha256.Sum256(jpeg("a")))
	shard, file, _ := strings.Cut(d.path(), "/")
	if err := os.WriteFile(filepath.Join(outside, file), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, shard)); err != nil {
		t.Fatal(err)
	}
	if f, err := v.Open(d); err == nil {
		f.Close()
		t.Error("Open went through the link")
	}
	if _, err := v.Put(t.Context(), bytes.NewReader(jpeg("a")), Limits{Bytes: 100}); err == nil {
		t.Error("Put went through the link")
	}
	if err := v.Remove(d); err == nil {
		t.Error("Remove went through the link")
	}
	if got, err := os.ReadFile(filepath.Join(outside, file)); err != nil || string(got) != "secret" {
		t.Errorf("outside is now %q, %v", got, err)
	}
}
