package sanitise

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"io"
	"slices"
	"sort"
)

// A movie is written anew: ftyp, moov and one mdat. Of the original's tables only the
// numbers are taken that playing needs; names, times of making, languages, references
// and every box that is not known are not even read. Samples are copied chunk by chunk
// in the original's order; what no kept track refers to is not copied.
//
// Kept are pictures and sound that play: tracks of any other kind, those that are
// switched off, and those in codings that are not known fall away, unless no other of
// the kind is left; then the movie is refused.
//
// Refused are fragmented, compressed and encrypted movies, and those whose samples lie in
// other files.

const (
	// maxMoov bounds the tables of a movie, in bytes; an hour takes some 2 MB.
	maxMoov = 16 << 20
	// maxBoxes bounds how many boxes and tracks a file may have on the upper levels.
	maxBoxes = 4096
	// maxSamples and maxChunks bound what is kept of them in memory, for all tracks: ten
	// hours with sound.
	maxSamples = 3 << 20
	maxChunks  = 1 << 19
)

// movie is what is known of a movie.
type movie struct {
	moov      []byte
	media     spans // contents of mdat
	timescale uint32
	rate      uint32
	volume    uint16
	matrix    []byte
	tracks    []*track
	chunks    []chunk // of all tracks, in the order of the file
}

// chunk is a run of samples of one track that lie one behind the other.
type chunk struct {
	from, bytes int64 // in the original
	to          int64 // in the copy, from the beginning of the media
	track       *track
	number      int // among the chunks of the track, from 0
	first, n    int // samples
	description int // index into track.descriptions
}

func copyMovie(dst *sink, src *source) (Result, error) {
	m, err := readMovie(src)
	if err != nil {
		return Result{}, err
	}
	media, err := m.measure(src)
	if err != nil {
		return Result{}, err
	}
	out := bufio.NewWriterSize(dst, 64<<10)
	if _, err := out.Write(m.head(media)); err != nil {
		return Result{}, err
	}
	if err := m.pass(src, func(c *chunk, i int, r *bufio.Reader) error {
		_, err := c.track.descriptions[c.description].copySample(out, r, c.track.size(i))
		return err
	}); err != nil {
		return Result{}, err
	}
	if err := out.Flush(); err != nil {
		return Result{}, err
	}
	w, h := m.shown()
	return Result{Type: "video/mp4", Ext: ".mp4", Width: w, Height: h}, nil
}

// readMovie reads and checks all tables.
func readMovie(src *source) (*movie, error) {
	m := &movie{}
	if err := m.survey(src); err != nil {
		return nil, err
	}
	var all []*track
	err := boxes(m.moov, func(kind string, body []byte) error {
		switch kind {
		case "mvhd":
			return m.header(body)
		case "trak":
			if len(all) == maxBoxes {
				return tooLarge("too many tracks")
			}
			t, err := readTrack(body)
			all = append(all, t)
			return err
		case "mvex":
			return unsupported("a fragmented movie")
		case "cmov":
			return unsupported("a compressed movie")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if m.timescale == 0 {
		return nil, damaged("a movie without header")
	}
	if err := m.choose(all); err != nil {
		return nil, err
	}
	if m.tracks[0].samples == 0 {
		return nil, damaged("a movie without pictures")
	}
	if err := m.arrange(); err != nil {
		return nil, err
	}
	return m, nil
}

// survey finds the boxes of the uppermost level. What is no box ends them: cameras hang
// things of their own behind the last.
func (m *movie) survey(src *source) error {
	at := int64(0)
	for range maxBoxes {
		if src.size-at < boxHeader {
			break
		}
		head := make([]byte, largeHeader)
		if n, _ := src.ReadAt(head, at); n < boxHeader {
			return damaged("it ends too early")
		}
		header, length := int64(boxHeader), int64(binary.BigEndian.Uint32(head))
		switch length {
		case 0:
			length = src.size - at
		case 1:
			header, length = largeHeader, int64(binary.BigEndian.Uint64(head[boxHeader:]))
		}
		if length < header {
			break
		}
		length = min(length, src.size-at)
		switch string(head[4:8]) {
		case "mdat":
			if err := m.media.add(at+header, max(at+header, at+length)); err != nil {
				return err
			}
		case "moof":
			return unsupported("a fragmented movie")
		case "moov":
			if m.moov != nil {
				return damaged("two tables of contents")
			}
			if length > maxMoov {
				return tooLarge("its tables")
			}
			moov, err := src.bytes(at, length)
			if err != nil {
				return err
			}
			m.moov = moov[header:]
		}
		at += length
	}
	if m.moov == nil {
		return damaged("no table of contents")
	}
	return nil
}

func (m *movie) header(body []byte) error {
	f := fields{b: body}
	version, _ := f.version()
	f.time(version)
	f.time(version)
	m.timescale = f.u32()
	f.time(version)
	m.rate = f.u32()
	m.volume = f.u16()
	f.skip(10)
	m.matrix = f.bytes(matrixSize)
	if f.short || m.timescale == 0 {
		return damaged("a movie header that is none")
	}
	return nil
}

// choose keeps the tracks that are seen or heard.
func (m *movie) choose(all []*track) error {
	for _, handler := range []string{pictures, sound} {
		var kept, enabled, known []*track
		for _, t := range all {
			if t.handler == handler {
				kept = append(kept, t)
			}
		}
		for _, t := range kept {
			if t.enabled {
				enabled = append(enabled, t)
			}
		}
		if len(enabled) > 0 { // where all are off, players play them all the same
			kept = enabled
		}
		for _, t := range kept {
			if t.unknown == nil && len(t.descriptions) > 0 {
				known = append(known, t)
			}
		}
		if len(known) == 0 && (len(kept) > 0 || handler == pictures) {
			return unsupported("pictures or sound in a coding that is not known")
		}
		m.tracks = append(m.tracks, known...)
	}
	return nil
}

// arrange lists the chunks, and makes sure that they lie in the media and together are
// not more than it, so that no sample is copied so often that a copy takes forever.
func (m *movie) arrange() error {
	samples := 0
	for _, t := range m.tracks {
		samples += t.samples
		if samples > maxSamples || len(m.chunks)+t.chunks() > maxChunks {
			return tooLarge("too many samples")
		}
		chunks, err := t.layout()
		if err != nil {
			return err
		}
		m.chunks = append(m.chunks, chunks...)
	}
	var room, used int64
	for _, s := range m.media {
		room += s.to - s.from
	}
	for _, c := range m.chunks {
		i := sort.Search(len(m.media), func(i int) bool { return m.media[i].from > c.from }) - 1
		if i < 0 || c.bytes > m.media[i].to-c.from {
			return damaged("samples outside the media")
		}
		used += c.bytes
	}
	if used > room {
		return damaged("more samples than media")
	}
	slices.SortStableFunc(m.chunks, func(a, b chunk) int { return cmp.Compare(a.from, b.from) })
	return nil
}

// measure finds out how large each sample will be, and where in the copy its chunk will
// lie; it returns the size of all.
func (m *movie) measure(src *source) (int64, error) {
	var total int64
	for _, t := range m.tracks {
		t.offsets = make([]int64, t.chunks())
		t.sizes = make([]uint32, t.samples)
	}
	err := m.pass(src, func(c *chunk, i int, r *bufio.Reader) error {
		if i == c.first {
			c.to = total
			c.track.offsets[c.number] = total
		}
		size := c.track.size(i)
		n, err := c.track.descriptions[c.description].copySample(io.Discard, r, size)
		if err == nil && n == 0 && size > 0 {
			err = damaged("a sample without pictures")
		}
		c.track.sizes[i] = uint32(n)
		total += n
		return err
	})
	return total, err
}

// pass goes over all samples in the order of the file, and calls f with a reader of each.
func (m *movie) pass(src *source, f func(c *chunk, sample int, r *bufio.Reader) error) error {
	r := bufio.NewReaderSize(nil, 64<<10)
	for k := range m.chunks {
		c := &m.chunks[k]
		r.Reset(io.NewSectionReader(src, c.from, c.bytes))
		for i := c.first; i < c.first+c.n; i++ {
			if err := f(c, i, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// shown returns the size of the first pictures as a player shows them, turned.
func (m *movie) shown() (width, height int) {
	t := m.tracks[0]
	w, h := int(t.width>>16), int(t.height>>16)
	// The matrix begins with a and b; a quarter turn has a = 0 (14496-12, 6.2.2).
	if binary.BigEndian.Uint32(t.matrix) == 0 && binary.BigEndian.Uint32(t.matrix[4:]) != 0 {
		return h, w
	}
	return w, h
}
