package evidence

import (
	"bytes"
	"context"
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
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
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

func TestPutKeepsTheContentUnderItsHash(t *testing.T) {
	v := newVault(t)
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 300), rapid.SampledFrom([]int{
			headSize - 13, headSize - 12, headSize - 11, 128<<10 - 12, 128 << 10, 300_000,
		})).Draw(rt, "size")
		content := jpeg(strings.Repeat(string([]byte{rapid.Byte().Draw(rt, "filling")}), size))
		reader := rapid.SampledFrom([]func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.HalfReader, iotest.DataErrReader,
		}).Draw(rt, "reader")

		got, err := v.Put(t.Context(), reader(bytes.NewReader(content)), Limits{Bytes: 1 << 20})
		if err != nil {
			rt.Fatal(err)
		}
		want := Stored{SHA256: sha256.Sum256(content), Bytes: int64(len(content)), Type: "image/jpeg", Kind: Photo}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("Stored (-want +got):\n%s", diff)
		}
		if !bytes.Equal(contentOf(t, v, got.SHA256), content) {
			rt.Fatal("other content came back")
		}
	})
}

func TestPutKeepsEqualContentOnce(t *testing.T) {
	dir := t.TempDir()
	one, other := openVault(t, dir), openVault(t, dir)
	first := put(t, one, jpeg("sama"))
	if again := put(t, other, jpeg("sama")); again != first {
		t.Errorf("stored as %v, then as %v", first, again)
	}
	put(t, one, jpeg("lain"))
	if got := files(t, one); len(got) != 2 {
		t.Errorf("three puts of two contents left %v", got)
	}
}

func TestPutKeepsTheLimit(t *testing.T) {
	v := newVault(t)
	for _, limit := range []int{20, headSize - 1, headSize, headSize + 1, 200_000} {
		for _, size := range []int{limit - 1, limit, limit + 1, 3 * limit} {
			content := jpeg(strings.Repeat("x", size-len(jpeg(""))))
			for _, reader := range []func(io.Reader) io.Reader{iotest.HalfReader, iotest.DataErrReader} {
				got, err := v.Put(t.Context(), reader(bytes.NewReader(content)), Limits{Bytes: int64(limit)})
				if size <= limit {
					if err != nil || got.Bytes != int64(size) {
						t.Errorf("%d bytes of %d: %+v, %v", size, limit, got, err)
					}
					continue
				}
				var refusal *Refusal
				want := &Refusal{Reason: TooLarge, Limit: int64(limit)}
				if !errors.As(err, &refusal) || !cmp.Equal(refusal, want) {
					t.Errorf("%d bytes of %d: %+v, %v; want %v", size, limit, got, err, want)
				}
				if ok, _ := v.Has(sha256.Sum256(content)); ok {
					t.Errorf("%d bytes of %d were kept", size, limit)
				}
			}
		}
	}
	if _, err := v.Put(t.Context(), bytes.NewReader(jpeg("")), Limits{}); err == nil {
		t.Error("Put without a limit took a file")
	}
}

// endless is a file of two gigabytes that counts how much of it is read.
type endless struct {
	head       []byte
	size, read int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read == e.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.size-e.read))
	clear(p[:n])
	if e.read < int64(len(e.head)) {
		copy(p[:n], e.head[e.read:])
	}
	e.read += int64(n)
	return n, nil
}

func TestPutStopsReadingAtTheLimit(t *testing.T) {
	v := newVault(t)
	const limit = 5 << 20
	film := &endless{head: mp4("isom", track("vide")), size: 2 << 30}
	_, err := v.Put(t.Context(), film, Limits{Bytes: limit})
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Reason != TooLarge {
		t.Errorf("got %v, want TooLarge", err)
	}
	if film.read > limit+1 {
		t.Errorf("%d bytes were read for a limit of %d", film.read, limit)
	}
	if left := files(t, v); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestPutStopsReadingAtAProgram(t *testing.T) {
	v := newVault(t)
	program := &endless{head: []byte("MZ\x90\x00"), size: 2 << 30}
	if _, err := v.Put(t.Context(), program, Limits{Bytes: 1 << 30}); err == nil {
		t.Error("a program was taken")
	}
	if program.read > headSize {
		t.Errorf("%d bytes were read", program.read)
	}
}

func TestPutRefusesAnEmptyFile(t *testing.T) {
	v := newVault(t)
	for _, r := range []io.Reader{strings.NewReader(""), iotest.DataErrReader(strings.NewReader(""))} {
		_, err := v.Put(t.Context(), r, Limits{Bytes: 100})
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason != Empty || errors.Is(err, ErrIncomplete) {
			t.Errorf("got %v, want Empty", err)
		}
	}
}

func TestPutTellsABrokenSourceFromARefusal(t *testing.T) {
	v := newVault(t)
	content := jpeg(strings.Repeat("x", 200_000))
	broken := errors.New("connection reset by peer")
	for _, cause := range []error{broken, io.ErrUnexpectedEOF} {
		for _, n := range []int{0, 1, 100, headSize, headSize + 1, 150_000, len(content)} {
			r := io.MultiReader(bytes.NewReader(content[:n]), iotest.ErrReader(cause))
			_, err := v.Put(t.Context(), r, Limits{Bytes: 1 << 20})
			var refusal *Refusal
			if !errors.Is(err, ErrIncomplete) || !errors.Is(err, cause) || errors.As(err, &refusal) {
				t.Errorf("failing after %d bytes: %v, want ErrIncomplete because of %v", n, err, cause)
			}
		}
	}
	// Some readers bring their error along with the last bytes, and only once.
	_, err := v.Put(t.Context(), &failsOnce{data: content[:headSize], err: broken}, Limits{Bytes: 1 << 20})
	if !errors.Is(err, ErrIncomplete) {
		t.Errorf("failing once: %v, want ErrIncomplete", err)
	}
	if left := files(t, v); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

type failsOnce struct {
	data []byte
	err  error
}

func (f *failsOnce) Read(p []byte) (int, error) {
	n := copy(p, f.data)
	f.data = f.data[n:]
	err := io.EOF
	if len(f.data) == 0 && f.err != nil {
		err, f.err = f.err, nil
	}
	return n, err
}

func TestPutStopsWhenCancelledAndLeavesNothing(t *testing.T) {
	v := newVault(t)
	content := jpeg(strings.Repeat("x", 500_000))
	for _, after := range []int{0, 1, headSize, 300_000, len(content)} {
		ctx, cancel := context.WithCancel(t.Context())
		r := io.MultiReader(bytes.NewReader(content[:after]), readerFunc(func(p []byte) (int, error) {
			cancel()
			return bytes.NewReader(content[after:]).Read(p)
		}))
		_, err := v.Put(ctx, r, Limits{Bytes: 1 << 20})
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrIncomplete) {
			t.Errorf("cancelled after %d bytes: %v, want context.Canceled", after, err)
		}
		cancel()
	}
	if left := files(t, v); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestPutReportsTheVaultsOwnTroubleAsNeitherRefusalNorSource(t *testing.T) {
	v, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = v.Put(t.Context(), bytes.NewReader(jpeg("")), Limits{Bytes: 100})
	var refusal *Refusal
	if err == nil || errors.As(err, &refusal) || errors.Is(err, ErrIncomplete) {
		t.Errorf("got %v", err)
	}
	if err := v.Check(t.Context()); err == nil {
		t.Error("Check of a closed vault is content")
	}
}

func TestManyPutsAtOnceOfSeveralProcesses(t *testing.T) {
	dir := t.TempDir()
	vaults := []*Vault{openVault(t, dir), openVault(t, dir)}
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			content := jpeg(strings.Repeat(fmt.Sprint(i%4), 50_000))
			v := vaults[i%len(vaults)]
			got, err := v.Put(t.Context(), bytes.NewReader(content), Limits{Bytes: 1 << 20})
			if err != nil || got.SHA256 != sha256.Sum256(content) {
				t.Errorf("put %d: %+v, %v", i, got, err)
				return
			}
			f, err := v.Open(got.SHA256)
			if err != nil {
				t.Errorf("put %d: %v", i, err)
				return
			}
			defer f.Close()
			if back, err := io.ReadAll(f); err != nil || !bytes.Equal(back, content) {
				t.Errorf("put %d: other content came back, %v", i, err)
			}
		})
	}
	wg.Wait()
	if got := files(t, vaults[0]); len(got) != 4 {
		t.Errorf("four contents are kept as %v", got)
	}
}

// A put of content that is there already must not rely on the file that is there:
// somebody who knows nothing of this put may be removing it.
func TestPutOfKnownContentSurvivesARemovalBeforeIt(t *testing.T) {
	v := newVault(t)
	content := jpeg(strings.Repeat("x", 100_000))
	first := put(t, v, content)
	removed := false
	r := io.MultiReader(bytes.NewReader(content), readerFunc(func([]byte) (int, error) {
		if !removed {
			removed = true
			if err := v.Remove(first.SHA256); err != nil {
				t.Error(err)
			}
		}
		return 0, io.EOF
	}))
	if _, err := v.Put(t.Context(), r, Limits{Bytes: 1 << 20}); err != nil {
		t.Fatal(err)
	}
	if ok, err := v.Has(first.SHA256); !ok || err != nil {
		t.Errorf("the file is gone: %v", err)
	}
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

func BenchmarkPut(b *testing.B) {
	v := newVault(b)
	content := jpeg(strings.Repeat("0123456789", 1<<20))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Put(b.Context(), bytes.NewReader(content), Limits{Bytes: 1 << 30}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutSmall(b *testing.B) {
	v := newVault(b)
	content := jpeg(strings.Repeat("0123456789", 1<<10))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Put(b.Context(), bytes.NewReader(content), Limits{Bytes: 1 << 30}); err != nil {
			b.Fatal(err)
		}
	}
}
