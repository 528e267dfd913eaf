package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustNew(t testing.TB, primary Key, older ...Key) *Sealer {
	t.Helper()
	s, err := New(primary, older...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOpenReturnsWhatSealTook(t *testing.T) {
	s := mustNew(t, NewKey())
	rapid.Check(t, func(t *rapid.T) {
		plaintext := rapid.SliceOfN(rapid.Byte(), 0, 2000).Draw(t, "plaintext")
		context := rapid.String().Draw(t, "context")
		before := rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "before")

		sealed := s.Seal(bytes.Clone(before), plaintext, context)
		if !bytes.HasPrefix(sealed, before) {
			t.Fatal("Seal did not append")
		}
		sealed = sealed[len(before):]
		if len(sealed) != len(plaintext)+Overhead {
			t.Fatalf("%d bytes became %d", len(plaintext), len(sealed))
		}
		if len(plaintext) >= 8 && bytes.Contains(sealed, plaintext) {
			t.Fatal("the plaintext is readable")
		}
		opened, err := s.Open(bytes.Clone(before), sealed, context)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(opened, append(bytes.Clone(before), plaintext...)) {
			t.Fatalf("opened %q, sealed %q after %q", opened, plaintext, before)
		}
	})
}

func TestSealingTwiceGivesDifferentResults(t *testing.T) {
	s := mustNew(t, NewKey())
	if bytes.Equal(s.Seal(nil, []byte("sama"), "c"), s.Seal(nil, []byte("sama"), "c")) {
		t.Error("equal messages can be told from what is stored")
	}
}

func TestOpenRefusesEveryChangedByte(t *testing.T) {
	s := mustNew(t, NewKey())
	sealed := s.Seal(nil, []byte("Kepala desa meminta uang."), "session:12:0")
	for i := range sealed {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			changed := bytes.Clone(sealed)
			changed[i] ^= flip
			got, err := s.Open(nil, changed, "session:12:0")
			want := ErrDamaged
			if 1 <= i && i < prefixSize {
				want = ErrKey
			}
			if !errors.Is(err, want) || got != nil {
				t.Errorf("byte %d changed: got %q, %v, want %v", i, got, err, want)
			}
		}
	}
}

func TestOpenRefusesEveryOtherLength(t *testing.T) {
	s := mustNew(t, NewKey())
	sealed := s.Seal(nil, []byte("Jalan rusak"), "session:12:0")
	for n := range sealed {
		if _, err := s.Open(nil, sealed[:n], "session:12:0"); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d bytes: %v, want ErrDamaged", n, err)
		}
	}
	if _, err := s.Open(nil, append(sealed, 0), "session:12:0"); !errors.Is(err, ErrDamaged) {
		t.Errorf("one byte more: %v, want ErrDamaged", err)
	}
}

func TestOpenRefusesAnotherContext(t *testing.T) {
	s := mustNew(t, NewKey())
	rapid.Check(t, func(t *rapid.T) {
		sealed := rapid.String().Draw(t, "sealed in")
		opened := rapid.String().Filter(func(c string) bool { return c != sealed }).Draw(t, "opened in")
		if _, err := s.Open(nil, s.Seal(nil, []byte("rahasia"), sealed), opened); !errors.Is(err, ErrDamaged) {
			t.Fatalf("sealed in %q, opened in %q: %v, want ErrDamaged", sealed, opened, err)
		}
	})
}

func TestOpenSaysThatAnotherKeyIsNeeded(t *testing.T) {
	sealed := mustNew(t, NewKey()).Seal(nil, []byte("rahasia"), "c")
	if _, err := mustNew(t, NewKey(), NewKey()).Open(nil, sealed, "c"); !errors.Is(err, ErrKey) {
		t.Errorf("got %v, want ErrKey", err)
	}
}

func TestRotationOpensOldAndSealsNew(t *testing.T) {
	oldKey, newKey := NewKey(), NewKey()
	before, during, after := mustNew(t, oldKey), mustNew(t, newKey, oldKey), mustNew(t, newKey)

	sealedBefore := before.Seal(nil, []byte("lama"), "c")
	if got, err := during.Open(nil, sealedBefore, "c"); err != nil || string(got) != "lama" {
		t.Errorf("what the old key sealed opens as %q, %v", got, err)
	}
	sealedDuring := during.Seal(nil, []byte("baru"), "c")
	if got, err := after.Open(nil, sealedDuring, "c"); err != nil || string(got) != "baru" {
		t.Errorf("what was sealed during rotation opens as %q, %v", got, err)
	}
	if _, err := after.Open(nil, sealedBefore, "c"); !errors.Is(err, ErrKey) {
		t.Errorf("without the old key: %v, want ErrKey", err)
	}

	address := []byte("+62 812 0000 0000")
	want := [][]byte{after.Hash("address", address), before.Hash("address", address)}
	if diff := cmp.Diff(want, during.Hashes("address", address)); diff != "" {
		t.Errorf("Hashes are not new, old (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[0], during.Hash("address", address)); diff != "" {
		t.Errorf("Hash is not that of the new key (-want +got):\n%s", diff)
	}
}

func TestNewRefusesAMissingKeyAndTakesARepeatedOneOnce(t *testing.T) {
	key := NewKey()
	if _, err := New(Key{}); err == nil {
		t.Error("a Sealer was made without a key")
	}
	if _, err := New(key, Key{}); err == nil {
		t.Error("a Sealer was made with a missing older key")
	}
	if got := mustNew(t, key, key, key).Hashes("p"); len(got) != 1 {
		t.Errorf("a key listed three times gives %d hashes", len(got))
	}
}

func TestHashKeepsTheBordersOfPartsAndPurposes(t *testing.T) {
	s := mustNew(t, NewKey())
	type input struct {
		purpose string
		parts   []string
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab\x00")), 0, 3, -1)
		draw := func(name string) input {
			return input{text.Draw(t, name+" purpose"), rapid.SliceOfN(text, 0, 3).Draw(t, name)}
		}
		hash := func(in input) string {
			var parts [][]byte
			for _, p := range in.parts {
				parts = append(parts, []byte(p))
			}
			return hex.EncodeToString(s.Hash(in.purpose, parts...))
		}
		a, b := draw("a"), draw("b")
		same := fmt.Sprintf("%q", a) == fmt.Sprintf("%q", b)
		if (hash(a) == hash(b)) != same {
			t.Fatalf("%q and %q: equal input %t, equal hash %t", a, b, same, !same)
		}
	})
	if cmp.Equal(s.Hash("p", []byte("a")), mustNew(t, NewKey()).Hash("p", []byte("a"))) {
		t.Error("the hash does not depend on the key")
	}
}

// Made with secretKey by the first version of the formats. They never change: what is
// stored today must open in ten years.
const (
	goldenSealed = "01c6034a3a62ac42cb25e56456b06395803f0bd315045f790ad4c5840f4966b2" +
		"afe7b813148ec1fa149d2b0c2c14bf5d926ed3b0d62c8729bc2804cfabdf41ba"
	goldenHash   = "9a2504159195ca74446e2f574956c157672cda5f72e5d93ce50a417df87bdb81"
	goldenStream = "02c6034a3aac89ecd245e64d853ac1c6277dbcc8349334f72a89e6ec7a7768b315a0a46f" +
		"4c15119516f9a001fc9bb33cd86cab449ea89c480853329da364701b749ab5e523507bf9"
)

func TestFormatOfVersionOneStillOpens(t *testing.T) {
	s := mustNew(t, secretKey())
	sealed, err := hex.DecodeString(goldenSealed)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Open(nil, sealed, "session:12:0")
	if err != nil || string(got) != "Kentongan berbunyi." {
		t.Errorf("opened %q, %v", got, err)
	}
	if got := hex.EncodeToString(s.Hash("address", []byte("telegram"), []byte("42"))); got != goldenHash {
		t.Errorf("the hash became %s", got)
	}
}

func TestSealerServesManyAtOnce(t *testing.T) {
	s := mustNew(t, NewKey(), NewKey())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			message := bytes.Repeat([]byte{byte(i)}, 100*i)
			context := fmt.Sprint("session:", i)
			for range 200 {
				got, err := s.Open(nil, s.Seal(nil, message, context), context)
				if err != nil || !bytes.Equal(got, message) {
					t.Errorf("goroutine %d opened %q, %v", i, got, err)
				}
				s.Hashes("address", message)
			}
		})
	}
	wg.Wait()
}

func FuzzOpenNeverPanicsAndOpensNothingForged(f *testing.F) {
	s := mustNew(f, secretKey())
	f.Add([]byte{}, "")
	f.Add(s.Seal(nil, []byte("benih"), "c"), "c2")
	f.Add(append([]byte{formatMessage}, s.keys[0].id[:]...), "c")
	f.Fuzz(func(t *testing.T, sealed []byte, context string) {
		if context == "session:12:0" {
			return
		}
		if got, err := s.Open(nil, sealed, context); err == nil {
			// The only things that open are the seeds, in their own context.
			if !bytes.Equal(got, []byte("benih")) || context != "c" {
				t.Fatalf("a forgery opened as %q", got)
			}
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	s := mustNew(b, NewKey())
	for _, size := range []int{64, 1 << 10, 16 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			plaintext := make([]byte, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				dst = s.Seal(dst[:0], plaintext, "session:12:0")
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	s := mustNew(b, NewKey())
	sealed := s.Seal(nil, make([]byte, 1<<10), "session:12:0")
	b.SetBytes(1 << 10)
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		var err error
		if dst, err = s.Open(dst[:0], sealed, "session:12:0"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	s := mustNew(b, NewKey())
	channel, address := []byte("whatsapp"), []byte("6281200000000@s.whatsapp.net")
	b.ReportAllocs()
	for b.Loop() {
		s.Hash("address", channel, address)
	}
}
