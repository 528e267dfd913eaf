package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

const sealedChunkSize = chunkSize + tagSize

func sealStream(t interface{ Fatal(...any) }, s *Sealer, plaintext []byte, context string) []byte {
	var out bytes.Buffer
	w := s.NewWriter(&out, context)
	if _, err := w.Write(plaintext); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func openStream(s *Sealer, sealed []byte, context string) ([]byte, error) {
	return io.ReadAll(s.NewReader(bytes.NewReader(sealed), context))
}

// numbered is content in which every piece differs from every other.
func numbered(n int) []byte {
	b := make([]byte, 0, n+16)
	for i := 0; len(b) < n; i++ {
		b = fmt.Appendf(b, "%08d", i)
	}
	return b[:n]
}

func TestReaderReturnsWhatWriterTook(t *testing.T) {
	s := mustNew(t, NewKey())
	content := numbered(4 * chunkSize)
	borders := rapid.SampledFrom([]int{
		0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 2*chunkSize - 1, 2 * chunkSize, 2*chunkSize + 1, 3 * chunkSize,
	})
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(borders, rapid.IntRange(0, len(content))).Draw(t, "size")
		var out bytes.Buffer
		w := s.NewWriter(&out, "upload:7")
		for rest := content[:size]; len(rest) > 0; {
			n := rapid.IntRange(1, max(1, min(len(rest), 100_000))).Draw(t, "written at once")
			if written, err := w.Write(rest[:n]); err != nil || written != n {
				t.Fatalf("Write returned %d, %v for %d", written, err, n)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		chunks := max(1, (size+chunkSize-1)/chunkSize)
		if want := streamHeaderSize + size + chunks*tagSize; out.Len() != want {
			t.Fatalf("%d bytes were sealed as %d, want %d", size, out.Len(), want)
		}

		var source io.Reader = &out
		source = rapid.SampledFrom([]func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.HalfReader, iotest.DataErrReader,
		}).Draw(t, "source")(source)
		got, err := io.ReadAll(s.NewReader(source, "upload:7"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, content[:size]) {
			t.Fatalf("%d bytes came back as %d others", size, len(got))
		}
	})
}

func TestReaderBehavesAsAReader(t *testing.T) {
	s := mustNew(t, NewKey())
	content := numbered(2*chunkSize + 5)
	if err := iotest.TestReader(s.NewReader(bytes.NewReader(sealStream(t, s, content, "c")), "c"), content); err != nil {
		t.Error(err)
	}
}

func TestReaderRefusesEveryChangedByteOfASmallStream(t *testing.T) {
	s := mustNew(t, NewKey())
	sealed := sealStream(t, s, []byte("Foto kuitansi"), "upload:7")
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		got, err := openStream(s, changed, "upload:7")
		want := ErrDamaged
		if 1 <= i && i < prefixSize {
			want = ErrKey
		}
		if !errors.Is(err, want) || len(got) > 0 {
			t.Errorf("byte %d changed: got %q, %v, want %v", i, got, err, want)
		}
	}
}

func TestReaderRefusesEveryTruncation(t *testing.T) {
	s := mustNew(t, NewKey())
	for _, size := range []int{0, 1, 40} {
		sealed := sealStream(t, s, numbered(size), "upload:7")
		for n := range sealed {
			if _, err := openStream(s, sealed[:n], "upload:7"); !errors.Is(err, ErrDamaged) {
				t.Errorf("%d bytes of content, cut to %d: %v, want ErrDamaged", size, n, err)
			}
		}
	}
	// At the borders of chunks a cut leaves nothing but whole, well sealed chunks.
	sealed := sealStream(t, s, numbered(3*chunkSize), "upload:7")
	for chunks := range 3 {
		border := streamHeaderSize + chunks*sealedChunkSize
		for _, n := range []int{border - 1, border, border + 1, border + tagSize, border + chunkSize} {
			got, err := openStream(s, sealed[:n], "upload:7")
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("three chunks, cut to %d: %d bytes, %v, want ErrDamaged", n, len(got), err)
			}
		}
	}
}

func TestReaderRefusesAnUnfinishedStream(t *testing.T) {
	s := mustNew(t, NewKey())
	var out bytes.Buffer
	w := s.NewWriter(&out, "c")
	if _, err := w.Write(numbered(2*chunkSize + 1)); err != nil {
		t.Fatal(err)
	}
	if got, err := openStream(s, out.Bytes(), "c"); !errors.Is(err, ErrDamaged) {
		t.Errorf("a stream never closed gave %d bytes, %v", len(got), err)
	}
}

func TestReaderRefusesMovedRepeatedAndAddedChunks(t *testing.T) {
	s := mustNew(t, NewKey())
	one := sealStream(t, s, numbered(3*chunkSize), "upload:7")
	two := sealStream(t, s, numbered(3*chunkSize), "upload:7")
	header := func(stream []byte) []byte { return stream[:streamHeaderSize] }
	chunk := func(stream []byte, i int) []byte {
		return stream[streamHeaderSize+i*sealedChunkSize:][:sealedChunkSize]
	}
	if got, err := openStream(s, bytes.Join([][]byte{header(one), chunk(one, 0), chunk(one, 1), chunk(one, 2)}, nil), "upload:7"); err != nil || len(got) != 3*chunkSize {
		t.Fatalf("put together as it was: %d bytes, %v", len(got), err)
	}
	for name, parts := range map[string][][]byte{
		"swapped":           {header(one), chunk(one, 1), chunk(one, 0), chunk(one, 2)},
		"repeated":          {header(one), chunk(one, 0), chunk(one, 0), chunk(one, 1), chunk(one, 2)},
		"left out":          {header(one), chunk(one, 0), chunk(one, 2)},
		"last one twice":    {header(one), chunk(one, 0), chunk(one, 1), chunk(one, 2), chunk(one, 2)},
		"from another":      {header(one), chunk(one, 0), chunk(two, 1), chunk(one, 2)},
		"another's header":  {header(two), chunk(one, 0), chunk(one, 1), chunk(one, 2)},
		"one byte more":     {one, {0}},
		"another after it":  {one, two},
		"a message's bytes": {s.Seal(nil, numbered(100), "upload:7")},
	} {
		if got, err := openStream(s, bytes.Join(parts, nil), "upload:7"); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %d bytes, %v, want ErrDamaged", name, len(got), err)
		}
	}
	if _, err := s.Open(nil, one, "upload:7"); !errors.Is(err, ErrDamaged) {
		t.Errorf("a stream passed for a message: %v", err)
	}
}

// The last chunk may be empty only when it is the only one: otherwise one content
// would have two sealed forms. No Writer makes the other form, so it is made here.
func TestReaderRefusesAnEmptyChunkAfterAnother(t *testing.T) {
	s := mustNew(t, NewKey())
	var out bytes.Buffer
	w := s.NewWriter(&out, "c")
	_, _ = w.Write(numbered(chunkSize))
	w.flush(false)
	w.flush(true)
	if w.err != nil {
		t.Fatal(w.err)
	}
	if got, err := openStream(s, out.Bytes(), "c"); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %d bytes, %v, want ErrDamaged", len(got), err)
	}
}

func TestReaderRefusesAnotherContextAndKey(t *testing.T) {
	key := NewKey()
	s := mustNew(t, key)
	sealed := sealStream(t, s, numbered(100), "upload:7")
	if _, err := openStream(s, sealed, "upload:8"); !errors.Is(err, ErrDamaged) {
		t.Errorf("another context: %v, want ErrDamaged", err)
	}
	if _, err := openStream(mustNew(t, NewKey()), sealed, "upload:7"); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v, want ErrKey", err)
	}
	if got, err := openStream(mustNew(t, NewKey(), key), sealed, "upload:7"); err != nil || len(got) != 100 {
		t.Errorf("an older key: %d bytes, %v", len(got), err)
	}
}

func TestReaderPassesTheSourcesErrorsOn(t *testing.T) {
	s := mustNew(t, NewKey())
	sealed := sealStream(t, s, numbered(2*chunkSize), "c")
	broken := errors.New("the disk is gone")
	for _, n := range []int{0, 10, streamHeaderSize, streamHeaderSize + 5, len(sealed) - 1, len(sealed)} {
		r := s.NewReader(io.MultiReader(bytes.NewReader(sealed[:n]), iotest.ErrReader(broken)), "c")
		if _, err := io.ReadAll(r); !errors.Is(err, broken) || errors.Is(err, ErrDamaged) {
			t.Errorf("after %d bytes: %v, want the source's error", n, err)
		}
		if _, err := r.Read(make([]byte, 1)); !errors.Is(err, broken) {
			t.Errorf("after %d bytes the error did not stay: %v", n, err)
		}
	}
}

type failingWriter struct{ room int }

var errFull = errors.New("no space left")

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.room -= len(p); w.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriterKeepsItsFirstError(t *testing.T) {
	s := mustNew(t, NewKey())
	w := s.NewWriter(&failingWriter{room: chunkSize}, "c")
	if _, err := w.Write(numbered(chunkSize + 1)); !errors.Is(err, errFull) {
		t.Errorf("Write: %v", err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, errFull) {
		t.Errorf("Write again: %v", err)
	}
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close: %v", err)
	}

	w = s.NewWriter(&failingWriter{}, "c")
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close of an empty stream: %v", err)
	}
}

func TestWriterIsDoneAfterClose(t *testing.T) {
	s := mustNew(t, NewKey())
	var out bytes.Buffer
	w := s.NewWriter(&out, "c")
	for range 2 {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write([]byte("x")); err == nil {
		t.Error("Write after Close was taken")
	}
	if got, err := openStream(s, out.Bytes(), "c"); err != nil || len(got) != 0 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestStreamFormatOfVersionOneStillOpens(t *testing.T) {
	sealed, err := hex.DecodeString(goldenStream)
	if err != nil {
		t.Fatal(err)
	}
	got, err := openStream(mustNew(t, secretKey()), sealed, "upload:7")
	if err != nil || string(got) != "Kentongan berbunyi." {
		t.Errorf("opened %q, %v", got, err)
	}
}

func FuzzReaderNeverPanicsAndOpensNothingForged(f *testing.F) {
	s := mustNew(f, secretKey())
	f.Add([]byte{}, "c")
	f.Add(sealStream(f, s, []byte("benih"), "c"), "c2")
	f.Add(append(append([]byte{formatStream}, s.keys[0].id[:]...), make([]byte, 100)...), "c")
	f.Fuzz(func(t *testing.T, sealed []byte, context string) {
		if got, err := openStream(s, sealed, context); err == nil && (string(got) != "benih" || context != "c") {
			t.Fatalf("a forgery opened as %q", got)
		}
	})
}

func BenchmarkStream(b *testing.B) {
	s := mustNew(b, NewKey())
	content := numbered(10 << 20)
	sealed := sealStream(b, s, content, "c")
	b.Run("write 10 MB", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for b.Loop() {
			w := s.NewWriter(io.Discard, "c")
			_, _ = w.Write(content)
			_ = w.Close()
		}
	})
	b.Run("read 10 MB", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := io.Copy(io.Discard, s.NewReader(bytes.NewReader(sealed), "c")); err != nil {
				b.Fatal(err)
			}
		}
	})
}
