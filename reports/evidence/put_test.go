package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

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
			if strings.Contains(err.Error(), "write") {
				t.Errorf("failing after %d bytes: %v blames the vault", n, err)
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
	// A download that obeys the same context fails with it: that is no broken source.
	ctx, cancel := context.WithCancel(t.Context())
	_, err := v.Put(ctx, readerFunc(func([]byte) (int, error) {
		cancel()
		return 0, errors.New("read tcp: operation was canceled")
	}), Limits{Bytes: 1 << 20})
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrIncomplete) {
		t.Errorf("cancelled within a read: %v, want context.Canceled", err)
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
