package sanitise

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A reader of movies that shares nothing with the one under test.

type atom struct {
	kind    string
	content string
}

func atoms(t *testing.T, b string) []atom {
	t.Helper()
	var all []atom
	for len(b) > 0 {
		if len(b) < 8 {
			t.Fatalf("%d bytes behind the last box", len(b))
		}
		n, head := uint64(binary.BigEndian.Uint32([]byte(b))), uint64(8)
		if n == 1 {
			n, head = binary.BigEndian.Uint64([]byte(b[8:])), 16
		}
		if n < head || n > uint64(len(b)) {
			t.Fatalf("box %q of %d bytes in %d", b[4:8], n, len(b))
		}
		all = append(all, atom{b[4:8], b[head:n]})
		b = b[n:]
	}
	return all
}

// at returns the contents of the boxes at a path.
func at(t *testing.T, b, path string) []string {
	t.Helper()
	kind, rest, more := strings.Cut(path, "/")
	var all []string
	for _, a := range atoms(t, b) {
		switch {
		case a.kind != kind:
		case more:
			all = append(all, at(t, a.content, rest)...)
		default:
			all = append(all, a.content)
		}
	}
	return all
}

func numbers(s string) []uint32 {
	var all []uint32
	for ; len(s) >= 4; s = s[4:] {
		all = append(all, binary.BigEndian.Uint32([]byte(s)))
	}
	return all
}

// played returns the samples of the tracks with a handler, in order of time.
func played(t *testing.T, file, handler string) [][]string {
	t.Helper()
	var tracks [][]string
	for _, media := range at(t, file, "moov/trak/mdia") {
		if at(t, media, "hdlr")[0][8:12] != handler {
			continue
		}
		table := func(kind string) []uint32 { return numbers(at(t, media, "minf/stbl/"+kind)[0]) }
		sizes, runs, places := table("stsz")[3:], table("stsc")[2:], table("stco")[2:]
		var samples []string
		for i, place := range places {
			n := uint32(0)
			for r := 0; r < len(runs); r += 3 {
				if runs[r] <= uint32(i+1) {
					n = runs[r+1]
				}
			}
			for range n {
				samples = append(samples, file[place:place+sizes[0]])
				place, sizes = place+sizes[0], sizes[1:]
			}
		}
		tracks = append(tracks, samples)
	}
	return tracks
}

// tellingFilm has pictures, sound, and tracks that are not seen, with secrets everywhere;
// copied are the samples that may remain.
func tellingFilm(hevc bool) (f *film, seen, heard []string) {
	sample, entry := avcSample, avcEntry()
	if hevc {
		sample, entry = hevcSample, hevcEntry()
	}
	var shown, spoken, told [][]byte
	for i := range byte(10) {
		original, copied := sample(i, i%3 != 1)
		shown, seen = append(shown, original), append(seen, string(copied))
		voice := []byte(fmt.Sprintf("\x21\x10sound %d", i))
		spoken, heard = append(spoken, voice), append(heard, string(voice))
		told = append(told, []byte(everySecret))
	}
	return &film{brand: "qt  ", tracks: []filmTrack{
		{handler: "meta", entry: movieChunk("mebx", everySecret), samples: told, perChunk: 1},
		{handler: pictures, entry: entry, samples: shown, perChunk: 3},
		{handler: sound, entry: soundEntry(true), samples: spoken, perChunk: 4},
		{handler: "text", entry: movieChunk("text", everySecret), samples: told, perChunk: 2},
		{handler: "tmcd", entry: movieChunk("tmcd", everySecret), samples: told[:1], perChunk: 1},
		{handler: pictures, entry: visual("jpeg"), samples: told, perChunk: 5}, // a track of thumbnails
		{handler: pictures, entry: avcEntry(), samples: told, perChunk: 5, off: true},
		{handler: sound, entry: movieChunk("apac", everySecret), samples: told, perChunk: 5},
	}}, seen, heard
}

func TestCopyOfMoviePlaysTheSameAndHoldsNoSecret(t *testing.T) {
	for name, c := range map[string]struct {
		mimeType string
		hevc     bool
		change   func(*film)
	}{
		"QuickTime H.264":   {"video/quicktime", false, func(*film) {}},
		"QuickTime H.265":   {"video/quicktime", true, func(*film) {}},
		"MP4":               {"video/mp4", false, func(f *film) { f.brand = "mp42"; f.tracks[2].entry = soundEntry(false) }},
		"tables first":      {"video/mp4", false, func(f *film) { f.moovFirst = true }},
		"64 bits":           {"video/x-m4v", false, func(f *film) { f.large = true }},
		"media to the end":  {"video/mp4", false, func(f *film) { f.moovFirst, f.endless = true, true }},
		"all switched off":  {"video/mp4", false, func(f *film) { f.tracks = f.tracks[:3]; f.tracks[1].off, f.tracks[2].off = true, true }},
		"one chunk":         {"video/mp4", false, func(f *film) { f.tracks[1].perChunk = 10 }},
		"a sample, a chunk": {"video/mp4", true, func(f *film) { f.tracks[1].perChunk = 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			f, seen, heard := tellingFilm(c.hevc)
			c.change(f)
			original := f.bytes()
			b, r := copyOf(t, c.mimeType, original)
			silent(t, original, b)
			if diff := cmp.Diff([][]string{seen}, played(t, string(b), pictures)); diff != "" {
				t.Errorf("other pictures (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([][]string{heard}, played(t, string(b), sound)); diff != "" {
				t.Errorf("other sound (-want +got):\n%s", diff)
			}
			if want := (Result{Type: "video/mp4", Ext: ".mp4", Bytes: int64(len(b)), Width: 240, Height: 320}); r != want {
				t.Errorf("%+v, want %+v: it lies on its side", r, want)
			}
			onlyKnownBoxes(t, string(b))
			if again, _ := copyOf(t, "video/mp4", b); string(again) != string(b) {
				t.Error("a copy of the copy differs")
			}
		})
	}
}

// onlyKnownBoxes fails on any box and any byte that a copy has no use for.
func onlyKnownBoxes(t *testing.T, file string) {
	t.Helper()
	want := map[string]string{
		"": "ftyp moov mdat", "moov": "mvhd trak trak", "moov/trak": "tkhd edts mdia", "moov/trak/edts": "elst",
		"moov/trak/mdia": "mdhd hdlr minf", "moov/trak/mdia/minf/dinf": "dref",
		"moov/trak/mdia/minf": "vmhd dinf stbl", "moov/trak/mdia/minf/stbl": "stsd stts ctts stss stsc stsz stco",
	}
	for path, boxes := range want {
		inside := []string{file}
		if path != "" {
			inside = at(t, file, path)
		}
		for i, b := range inside {
			var got []string
			for _, a := range atoms(t, b) {
				got = append(got, a.kind)
			}
			expected := boxes
			if i == 1 { // sound
				expected = strings.NewReplacer("vmhd", "smhd", " ctts stss", "").Replace(boxes)
			}
			if strings.Join(got, " ") != expected {
				t.Errorf("%s has %v, want %s", path, got, expected)
			}
		}
	}
	samples := 0
	for _, handler := range []string{pictures, sound} {
		for _, track := range played(t, file, handler) {
			samples += len(strings.Join(track, ""))
		}
	}
	if media := at(t, file, "mdat")[0]; len(media) != samples {
		t.Errorf("%d bytes of media, %d of samples", len(media), samples)
	}
}

func TestCopyOfMovieKeepsTimeAndForgetsWhen(t *testing.T) {
	f, _, _ := tellingFilm(false)
	b, _ := copyOf(t, "video/quicktime", f.bytes())
	file := string(b)
	head := at(t, file, "moov/mvhd")[0]
	if head[4:20] != strings.Repeat("\x00", 16) {
		t.Errorf("the movie knows when it was made: %x", head[4:20])
	}
	for _, box := range slices.Concat(at(t, file, "moov/trak/tkhd"), at(t, file, "moov/trak/mdia/mdhd")) {
		if box[4:20] != strings.Repeat("\x00", 16) {
			t.Errorf("a track knows when it was made: %x", box[4:20])
		}
	}
	for _, box := range at(t, file, "moov/trak/mdia/mdhd") {
		if box[20:24] != "\x00\x00\x75\x30" || box[32:34] != "\x55\xc4" {
			t.Errorf("media header %x", box)
		}
	}
	picture := at(t, file, "moov/trak/mdia/minf/stbl")[0]
	for kind, want := range map[string][]uint32{"stts": {0, 1, 10, 1001}, "ctts": {0, 1, 10, 2002}, "stss": {0, 1, 1}} {
		if got := numbers(at(t, picture, kind)[0]); !slices.Equal(got, want) {
			t.Errorf("%s %v, want %v", kind, got, want)
		}
	}
	edits := numbers(at(t, file, "moov/trak/edts/elst")[0])
	if want := []uint32{1 << 24, 2, 0, 100, 0xffffffff, 0xffffffff, 1 << 16, 0, 4900, 0, 512, 1 << 16}; !slices.Equal(edits, want) {
		t.Errorf("edits %x, want %x", edits, want)
	}
}

func TestCopyOfMovieDescribesItsCodings(t *testing.T) {
	for hevc, want := range map[bool]string{
		false: "avcC\x01\x64\x00\x1f\xff\xe1\x00\x04\x67\x64\x00\x1f\x01\x00\x03\x68\xee\x3c\xfd\xf8\xf8\x00",
		true:  "\x0f\x03\xa0\x00\x01\x00\x03\x40\x01\x0c\xa1\x00\x01\x00\x03\x42\x01\x01\xa2\x00\x01\x00\x03\x44\x01\xc0",
	} {
		f, _, _ := tellingFilm(hevc)
		b, _ := copyOf(t, "video/quicktime", f.bytes())
		entries := at(t, string(b), "moov/trak/mdia/minf/stbl/stsd")
		want += "\x00\x00\x00\x13colrnclx\x00\x01\x00\x01\x00\x01\x00\x00\x00\x00\x10pasp\x00\x00\x00\x01\x00\x00\x00\x01"
		if !strings.HasSuffix(entries[0], want) {
			t.Errorf("%q does not end with %q", entries[0], want)
		}
		if !strings.HasSuffix(entries[1], "\x04\x11\x40\x15\x00\x00\x00\x00\x00\xfa\x00\x00\x00\xfa\x00\x05\x02"+lowComplexity+"\x06\x01\x02") {
			t.Errorf("sound is %q", entries[1])
		}
	}
}

func TestCopyRefusesMoviesThatItCannotCopy(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*film)
		want   error
	}{
		"fragmented":           {func(f *film) { f.inMoov = movieChunk("mvex", "") }, ErrUnsupported},
		"fragments":            {func(f *film) { f.before = movieChunk("moof", "") }, ErrUnsupported},
		"compressed":           {func(f *film) { f.inMoov = movieChunk("cmov", "") }, ErrUnsupported},
		"encrypted":            {func(f *film) { f.tracks[1].entry = visual("encv") }, ErrUnsupported},
		"unknown pictures":     {func(f *film) { f.tracks[1].entry = visual("mp4v") }, ErrUnsupported},
		"unknown sound":        {func(f *film) { f.tracks = f.tracks[:3]; f.tracks[2].entry = movieChunk("sowt", everySecret) }, ErrUnsupported},
		"sound with a comment": {func(f *film) { f.tracks = f.tracks[:3]; f.tracks[2].entry = fileEntry("\x12\x00" + everySecret[:20]) }, ErrUnsupported},
		"no pictures":          {func(f *film) { f.tracks = f.tracks[2:3] }, ErrUnsupported},
		"samples elsewhere":    {func(f *film) { f.tracks[1].external = true }, ErrUnsupported},
		"empty pictures":       {func(f *film) { f.tracks[1].samples = nil }, ErrDamaged},
		"a message alone":      {func(f *film) { f.tracks[1].samples[0] = unit(0x06, 5, 1, 0, 0x80) }, ErrDamaged},
		"a unit too long":      {func(f *film) { f.tracks[1].samples[0][3] += 200 }, ErrDamaged},
		"a length cut short":   {func(f *film) { f.tracks[1].samples[2] = append(f.tracks[1].samples[2], 0, 0) }, ErrDamaged},
		"two tables":           {func(f *film) { f.before = movieChunk("moov", "") }, ErrDamaged},
		"other times":          {func(f *film) { f.tracks[1].more = fullBox("stts", 1, 11, 1) }, ErrDamaged},
		"other key pictures":   {func(f *film) { f.tracks[1].more = fullBox("stss", 2, 3, 3) }, ErrDamaged},
		"other chunks":         {func(f *film) { f.tracks[1].more = fullBox("stsc", 1, 1, 4, 1) }, ErrDamaged},
		"no description":       {func(f *film) { f.tracks[1].more = fullBox("stsc", 1, 1, 3, 2) }, ErrDamaged},
		"places outside":       {func(f *film) { f.tracks[1].more = fullBox("stco", 4, 1, 2, 3, 4) }, ErrDamaged},
		"places beyond":        {func(f *film) { f.tracks[1].more = fullBox("stco", 4, 1<<31, 1<<31, 1<<31, 1<<31) }, ErrDamaged},
		"sound from elsewhere": {func(f *film) { f.tracks[2].more = fullBox("stco", 3, 8, 8, 8) }, ErrDamaged},
		"a short table":        {func(f *film) { f.tracks[1].more = fullBox("ctts", 1<<31, 2) }, ErrDamaged},
		"a box too long":       {func(f *film) { f.tracks[1].more = []byte("\x7f\x00\x00\x00stts") }, ErrDamaged},
	} {
		f, _, _ := tellingFilm(false)
		c.change(f)
		err := refusal(t, "video/mp4", f.bytes())
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && len(found([]byte(err.Error()))) > 0 {
			t.Errorf("%s: the error quotes the file: %v", name, err)
		}
	}
}

// fileEntry is sound as MP4 has it, with the given configuration.
func fileEntry(config string) []byte {
	var w writer
	w.box("mp4a", func() {
		w.zeros(28)
		w.u8(esds(config)...)
	})
	return w.b
}

func TestMessagesThatChangeWhatIsSeenStay(t *testing.T) {
	for name, c := range map[string]struct {
		unit string
		want bool
	}{
		"recovery point":     {"\x06\x06\x01\xc4\x80", true},
		"screen's colours":   {"\x06\x89\x18" + strings.Repeat("\x12", 24) + "\x80", true},
		"two that stay":      {"\x06\x06\x01\xc4\x93\x01\x12\x80", true},
		"emulation byte":     {"\x06\x90\x04\x00\x00\x03\x01\x02\x80", true},
		"one that goes":      {"\x06\x06\x01\xc4\x05\x01\x12\x80", false},
		"time of day":        {"\x06\x01\x04\x12\x34\x56\x78\x80", false},
		"something behind":   {"\x06\x06\x01\xc4\x80Kanaria", false},
		"no end":             {"\x06\x06\x01\xc4", false},
		"longer than it is":  {"\x06\x06\x7f\xc4\x80", false},
		"a large one":        {"\x06\x06\x3c" + strings.Repeat("\x12", 60) + "\x80", false},
		"of a large kind":    {"\x06\xff\x06\x01\xc4\x80", false},
		"nothing":            {"\x06", false},
		"a slice":            {"\x65\x88", true},
		"alpha":              {"\x13\x88", false},
		"a second eye":       {"\x74\x88", false},
		"none of the kinds":  {"\x00", false},
		"what is left alone": {"\x18", false},
	} {
		if got := keepAVC([]byte(c.unit)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, c := range map[string]struct {
		unit string
		want bool
	}{
		"light":        {"\x4e\x01\x90\x04\x01\x02\x03\x04\x80", true},
		"time":         {"\x4e\x01\x88\x04\x01\x02\x03\x04\x80", false},
		"suffix":       {"\x50\x01\x84\x01\x01\x80", false},
		"slice":        {"\x26\x01\xaf", true},
		"second layer": {"\x26\x09\xaf", false},
		"Dolby's":      {"\x7c\x01\xaf", false},
		"one byte":     {"\x26", false},
	} {
		if got := keepHEVC([]byte(c.unit)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
