package sanitise

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// grids are files that say they are large and hold nothing.
func grids() map[string]struct {
	mimeType string
	content  []byte
} {
	type file = struct {
		mimeType string
		content  []byte
	}
	png := func(w, h uint32, kind string) []byte {
		size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
		return slices.Concat([]byte(pngSignature), pngChunk("IHDR", string(size)+kind), pngChunk("IDAT", string(deflated("x"))), pngChunk("IEND", ""))
	}
	frame := func(marker byte, w, h uint16, components string) []byte {
		size := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, h), w)
		return slices.Concat([]byte{0xff, markerSOI}, segment(marker, string(size)+components), []byte{0xff, markerEOI})
	}
	const grey, colour = "\x01\x01\x11\x00", "\x03\x01\x22\x00\x02\x11\x00\x03\x11\x00"
	lossless := binary.LittleEndian.AppendUint32([]byte{0x2f}, 0x3fff|0x3fff<<14)
	moov := slices.Concat(make([]byte, 4), []byte("moov"), make([]byte, maxMoov))
	binary.BigEndian.PutUint32(moov, uint32(len(moov)))
	return map[string]file{
		"PNG of 30,000 by 30,000":  {"image/png", png(30000, 30000, "\x08\x02\x00\x00\x00")},
		"PNG with 16 bits":         {"image/png", png(8000, 8000, "\x10\x06\x00\x00\x00")},
		"interlaced PNG":           {"image/png", png(8000, 8000, "\x08\x06\x00\x00\x01")},
		"PNG of one line":          {"image/png", png(1<<31-1, 1, "\x01\x00\x00\x00\x00")},
		"JPEG of 65,535 by 65,535": {"image/jpeg", frame(markerSOF0, 65535, 65535, colour)},
		"progressive JPEG":         {"image/jpeg", frame(markerSOF2, 7000, 7000, colour)},
		"JPEG of many scans": {"image/jpeg", slices.Concat([]byte{0xff, markerSOI}, segment(markerSOF2, "\x08\x10\x00\x10\x00"+grey),
			bytes.Repeat(segment(markerSOS, "\x01\x01\x00\x00\x00\x00"), 100), []byte{0xff, markerEOI})},
		"JPEG of hidden scans": {"image/jpeg", slices.Concat([]byte{0xff, markerSOI}, segment(markerSOF2, "\x08\x10\x00\x10\x00"+grey),
			segment(markerDHT, strings.Repeat("\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00", 100)), []byte{0xff, markerEOI})},
		"JPEG of many parts": {"image/jpeg", slices.Concat([]byte{0xff, markerSOI},
			bytes.Repeat(slices.Concat(segment(0xfe, "x"), segment(markerDRI, "\x00\x00")), maxSpans), []byte{0xff, markerEOI})},
		"GIF of 65,535 by 65,535":       {"image/gif", []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")},
		"WebP of 16,384 by 16,384":      {"image/webp", webpOf(riffChunk("VP8L", string(lossless)+everySecret))},
		"a small frame in a large WebP": {"image/webp", webpOf(canvas(1<<24, 1<<24), animated(0, 0, 24, 16, riffChunk("VP8L", webpLossless)))},
		"WebP of many chunks":           {"image/webp", webpOf(strings.Repeat(riffChunk("KANA", ""), maxWebPChunk+1))},
		"MP4 of tables":                 {"video/mp4", moov},
	}
}

func TestCopyRefusesTheLargeBeforeTakingMemory(t *testing.T) {
	for name, c := range grids() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := refusal(t, c.mimeType, c.content)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 4<<20 {
			t.Errorf("%s: %d bytes were taken", name, taken)
		}
	}
}

// Tables of a few bytes may speak of any number of samples.
func TestCopyOfMovieIsBoundedByTheFile(t *testing.T) {
	tables := func(change func(*filmTrack)) []byte {
		f, _, _ := tellingFilm(false)
		f.tracks = f.tracks[1:2]
		change(&f.tracks[0])
		return f.bytes()
	}
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"samples without end": {tables(func(t *filmTrack) { t.more = fullBox("stsz", 1, 0xffffffff) }), ErrTooLarge},
		"the same again and again": {tables(func(t *filmTrack) {
			// Every chunk is the first one. The tables stand behind the media, so that
			// what is added to them moves nothing.
			sample, _ := avcSample(1, false)
			t.samples, t.perChunk = slices.Repeat([][]byte{sample}, 10), 1
			f := film{brand: "qt  ", tracks: []filmTrack{*t}}
			rows := slices.Repeat([]uint32{uint32(bytes.Index(f.bytes(), sample))}, 10000)
			t.more = slices.Concat(fullBox("stco", append([]uint32{10000}, rows...)...), fullBox("stsz", uint32(len(sample)), 10000))
		}), ErrDamaged},
		"many tracks":       {(&film{brand: "qt  ", inMoov: bytes.Repeat(movieChunk("trak", ""), maxBoxes+1)}).bytes(), ErrTooLarge},
		"many descriptions": {tables(func(t *filmTrack) { t.entry = bytes.Repeat(t.entry, maxDescriptions+1) }), ErrUnsupported},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := refusal(t, "video/mp4", c.content)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 16<<20 {
			t.Errorf("%s: %d bytes were taken", name, taken)
		}
	}
}

// whole are small files of every kind that can be copied.
func whole() map[string]struct {
	mimeType string
	content  []byte
} {
	all := copiedPictures(6)
	type file = struct {
		mimeType string
		content  []byte
	}
	movie, _, _ := tellingFilm(false)
	all["movie"] = file{"video/quicktime", movie.bytes()}
	all["GIF"] = file{"image/gif", tellingGIF(corners(24, 16))}
	all["CMYK"] = file{"image/jpeg", cmykJPEG(16, 8, 0, 255, 255, 0)}
	return all
}

func closed(err error) bool {
	return err == nil || errors.Is(err, ErrDamaged) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrTooLarge)
}

func TestCopyOfATruncatedFile(t *testing.T) {
	for name, c := range whole() {
		for n := range len(c.content) {
			if n > 4096 && n%61 != 0 {
				continue
			}
			if err := refusal(t, c.mimeType, c.content[:n]); !closed(err) {
				t.Fatalf("%s: %d of %d bytes: %v", name, n, len(c.content), err)
			}
		}
		if err := refusal(t, c.mimeType, c.content[:len(c.content)/3]); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: a third of it: %v", name, err)
		}
	}
}

func TestCopyOfTheWrongType(t *testing.T) {
	for name, c := range whole() {
		for mimeType := range copiers {
			if mimeType == c.mimeType || strings.HasPrefix(c.mimeType, "video/") && strings.HasPrefix(mimeType, "video/") ||
				strings.HasSuffix(c.mimeType, "png") && strings.HasSuffix(mimeType, "png") {
				continue
			}
			if err := refusal(t, mimeType, c.content); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s as %s: %v", name, mimeType, err)
			}
		}
	}
	for mimeType := range copiers {
		if err := refusal(t, mimeType, nil); !errors.Is(err, ErrDamaged) {
			t.Errorf("nothing as %s: %v", mimeType, err)
		}
	}
}

// failing reads and writes until a number of calls, then fails.
type failing struct {
	b     []byte
	calls int
	fail  func() error
}

func (f *failing) call() error {
	if f.calls--; f.calls < 0 {
		return f.fail()
	}
	return nil
}

func (f *failing) ReadAt(p []byte, from int64) (int, error) {
	if err := f.call(); err != nil {
		return 0, err
	}
	return bytes.NewReader(f.b).ReadAt(p, from)
}

func (f *failing) Write(p []byte) (int, error) { return len(p), f.call() }

func TestTroubleOfTheDiskIsNotTheFiles(t *testing.T) {
	trouble := errors.New("the disk is on fire")
	fail := func() error { return trouble }
	for name, c := range whole() {
		for calls := range 1000 {
			_, err := Copy(t.Context(), io.Discard, &failing{b: c.content, calls: calls, fail: fail}, int64(len(c.content)), c.mimeType)
			if err == nil {
				break
			}
			if !errors.Is(err, trouble) || closed(err) {
				t.Fatalf("%s: read %d fails: %v", name, calls, err)
			}
		}
		for calls := range 2 {
			_, err := Copy(t.Context(), &failing{calls: calls, fail: fail}, bytes.NewReader(c.content), int64(len(c.content)), c.mimeType)
			if err == nil && calls > 0 {
				break
			}
			if !errors.Is(err, trouble) || closed(err) {
				t.Fatalf("%s: write %d fails: %v", name, calls, err)
			}
		}
	}
}

func TestCopyStopsWithItsContext(t *testing.T) {
	for name, c := range whole() {
		for calls := range 2 {
			ctx, cancel := context.WithCancel(t.Context())
			late := 0
			src := &failing{b: c.content, calls: calls, fail: func() error { cancel(); late++; return nil }}
			_, err := Copy(ctx, io.Discard, src, int64(len(c.content)), c.mimeType)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: cancelled in read %d: %v", name, calls, err)
			}
			if late > 1 {
				t.Errorf("%s: cancelled in read %d, and %d more", name, calls, late-1)
			}
			cancel()
		}
	}
}

// FuzzCopy: any file ends with a copy without secrets, or with one of the three reasons.
func FuzzCopy(f *testing.F) {
	types := Types()
	surveys := map[string]func(*source) (survey, error){
		"image/jpeg": surveyJPEG, "image/png": surveyPNG, "image/apng": surveyPNG, "image/webp": surveyWebP, "image/gif": surveyGIF,
	}
	for _, c := range whole() {
		f.Add(uint8(slices.Index(types, c.mimeType)), c.content)
	}
	for _, c := range grids() {
		if len(c.content) < 1<<20 {
			f.Add(uint8(slices.Index(types, c.mimeType)), c.content)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, content []byte) {
		var out bytes.Buffer
		mimeType := types[int(kind)%len(types)]
		if look := surveys[mimeType]; look != nil {
			// A hundred bytes may rightly be 100 megapixels, which take seconds.
			p, err := look(&source{ctx: t.Context(), r: bytes.NewReader(content), size: int64(len(content))})
			if err == nil && p.check() == nil && p.passes*int64(p.width)*int64(p.height) > 1<<20 {
				t.Skip()
			}
		}
		r, err := Copy(t.Context(), &out, bytes.NewReader(content), int64(len(content)), mimeType)
		if !closed(err) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if r.Bytes != int64(out.Len()) || r.Bytes == 0 {
			t.Errorf("%+v for %d bytes", r, out.Len())
		}
		if strings.HasPrefix(mimeType, "video/") {
			if _, err := Copy(t.Context(), io.Discard, bytes.NewReader(out.Bytes()), r.Bytes, r.Type); err != nil {
				t.Errorf("a copy cannot be copied: %v", err)
			}
		}
	})
}

func BenchmarkCopy(b *testing.B) {
	m := corners(4000, 3000)
	for i := range m.Pix {
		m.Pix[i] ^= uint8(i*i>>7) & 31 * uint8(min(i%4, 2)/2)
	}
	f, _, _ := tellingFilm(false)
	track := &f.tracks[1]
	track.perChunk, track.samples = 30, nil
	for i := range 3000 {
		slice := unit(append([]byte{0x65}, bytes.Repeat([]byte{byte(i), 1, 2, 3}, 4200)...)...)
		track.samples = append(track.samples, slice)
	}
	for name, c := range map[string]struct {
		mimeType string
		content  []byte
	}{
		"JPEG of 12 megapixels": {"image/jpeg", jpegOf(m)},
		"PNG of 12 megapixels":  {"image/png", pngOf(m)},
		"movie of 50 MB":        {"video/mp4", f.bytes()},
	} {
		b.Run(fmt.Sprintf("%s, %d kB", name, len(c.content)>>10), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Copy(b.Context(), io.Discard, bytes.NewReader(c.content), int64(len(c.content)), c.mimeType); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
