package sanitise

import (
	"encoding/binary"
)

// Handlers of tracks that are kept.
const (
	pictures = "vide"
	sound    = "soun"
)

const matrixSize = 36 // nine numbers, which turn and place a picture

// maxEdits bounds an edit list; a trimmed recording has one or two entries.
const maxEdits = 1000

// track is what is taken of a track. Tables point into the original's moov.
type track struct {
	handler string
	enabled bool
	unknown error // why its samples cannot be copied

	layer, group  uint16
	volume        uint16
	matrix        []byte
	width, height uint32 // 16.16
	duration      uint64 // in the movie's time
	edits         []edit

	timescale     uint32 // of the samples
	mediaDuration uint64

	descriptions []description
	durations    []byte // stts: count, duration
	compositions []byte // ctts: count, offset
	signed       byte   // version of ctts: 1 where offsets have signs
	sync         []byte // stss: numbers of samples
	allSync      bool   // there is no stss
	runs         []byte // stsc: first chunk, samples a chunk, description
	places       []byte // stco or co64
	placeWidth   int    // bytes of each
	samples      int
	fixedSize    uint32 // of every sample, or 0 and
	sizeTable    []byte // stsz

	// Of the copy.
	offsets []int64  // of chunks, from the beginning of the media
	sizes   []uint32 // of samples
}

type edit struct {
	duration uint64
	from     uint64 // all ones where nothing is shown
	rate     uint32
}

// readTrack reads a trak. Tracks that are not kept come back with their handler only.
func readTrack(body []byte) (*track, error) {
	t := &track{allSync: true}
	var media []byte
	err := boxes(body, func(kind string, body []byte) error {
		switch kind {
		case "tkhd":
			return t.header(body)
		case "edts":
			return boxes(body, func(kind string, body []byte) error {
				if kind == "elst" {
					return t.readEdits(body)
				}
				return nil
			})
		case "mdia":
			media = body
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var information []byte
	err = boxes(media, func(kind string, body []byte) error {
		switch kind {
		case "mdhd":
			f := fields{b: body}
			version, _ := f.version()
			f.time(version)
			f.time(version)
			t.timescale = f.u32()
			t.mediaDuration = f.time(version)
			if f.short {
				return damaged("a media header that is none")
			}
		case "hdlr":
			f := fields{b: body}
			f.skip(8)
			t.handler = string(f.bytes(4))
		case "minf":
			information = body
		}
		return nil
	})
	if err != nil || t.handler != pictures && t.handler != sound {
		return t, err
	}
	if t.matrix == nil || t.timescale == 0 {
		return nil, damaged("a track without header")
	}
	return t, boxes(information, func(kind string, body []byte) error {
		switch kind {
		case "dinf":
			return boxes(body, func(kind string, body []byte) error {
				if kind == "dref" {
					return t.references(body)
				}
				return nil
			})
		case "stbl":
			return t.tables(body)
		}
		return nil
	})
}

func (t *track) header(body []byte) error {
	f := fields{b: body}
	version, flags := f.version()
	t.enabled = flags&1 != 0
	f.time(version)
	f.time(version)
	f.skip(8)
	t.duration = f.time(version)
	f.skip(8)
	t.layer, t.group, t.volume = f.u16(), f.u16(), f.u16()
	f.skip(2)
	t.matrix = f.bytes(matrixSize)
	t.width, t.height = f.u32(), f.u32()
	if f.short {
		return damaged("a track header that is none")
	}
	return nil
}

func (t *track) readEdits(body []byte) error {
	f := fields{b: body}
	version, _ := f.version()
	n := f.u32()
	if n > maxEdits {
		return tooLarge("too many edits")
	}
	for range n {
		t.edits = append(t.edits, edit{duration: f.time(version), from: f.time(version), rate: f.u32()})
	}
	if f.short {
		return damaged("an edit list that is none")
	}
	return nil
}

// references makes sure that the samples lie in this file: an entry names another file
// unless its first flag is set.
func (t *track) references(body []byte) error {
	f := fields{b: body}
	f.skip(8)
	return boxes(f.b, func(_ string, body []byte) error {
		f := fields{b: body}
		if _, flags := f.version(); flags&1 == 0 {
			t.unknown = unsupported("samples in other files")
		}
		return nil
	})
}

// tables reads what says where the samples are, and when.
func (t *track) tables(body []byte) error {
	return boxes(body, func(kind string, body []byte) error {
		f := fields{b: body}
		if kind == "stsd" {
			var err error
			if t.descriptions, err = readDescriptions(t.handler, body); err != nil {
				t.unknown = err
			}
			return nil
		}
		version, _ := f.version()
		switch kind {
		case "stts":
			t.durations = f.table(8)
		case "ctts":
			t.compositions, t.signed = f.table(8), min(version, 1)
		case "stss":
			t.sync, t.allSync = f.table(4), false
		case "stsc":
			t.runs = f.table(12)
		case "stco":
			t.places, t.placeWidth = f.table(4), 4
		case "co64":
			t.places, t.placeWidth = f.table(8), 8
		case "stsz":
			if t.fixedSize = f.u32(); t.fixedSize != 0 {
				t.samples = int(f.u32())
				break
			}
			t.sizeTable = f.table(4)
			t.samples = len(t.sizeTable) / 4
		case "stz2":
			t.unknown = unsupported("a compact table of sizes")
		}
		if f.short {
			return damaged("a table that is none")
		}
		return nil
	})
}

// size returns how large a sample of the original is, in bytes.
func (t *track) size(sample int) int64 {
	if t.fixedSize != 0 {
		return int64(t.fixedSize)
	}
	return int64(binary.BigEndian.Uint32(t.sizeTable[4*sample:]))
}

func (t *track) chunks() int {
	if t.placeWidth == 0 {
		return 0
	}
	return len(t.places) / t.placeWidth
}

// layout returns the chunks in the order of the samples, if all tables agree. It leaves
// those runs only that have chunks.
func (t *track) layout() ([]chunk, error) {
	chunks := make([]chunk, 0, t.chunks())
	run := fields{b: t.runs}
	var perChunk uint32
	var from uint64 // the first chunk, from 1, of the run that comes next
	description, sample := 0, 0
	var runs writer
	if len(run.b) > 0 {
		from = uint64(run.u32())
	}
	for i := range t.chunks() {
		if uint64(i)+1 == from {
			runs.u32(uint32(from))
			runs.b = append(runs.b, run.b[:min(8, len(run.b))]...)
			perChunk, description = run.u32(), int(run.u32())-1
			from = 0
			if len(run.b) > 0 {
				from = uint64(run.u32())
			}
		}
		if perChunk == 0 || uint64(perChunk) > uint64(t.samples-sample) || description < 0 || description >= len(t.descriptions) {
			return nil, damaged("chunks that do not fit the samples")
		}
		c := chunk{track: t, number: i, first: sample, n: int(perChunk), description: description}
		if t.placeWidth == 4 {
			c.from = int64(binary.BigEndian.Uint32(t.places[4*i:]))
		} else {
			c.from = int64(binary.BigEndian.Uint64(t.places[8*i:]))
		}
		for range perChunk {
			c.bytes += t.size(sample)
			sample++
		}
		chunks = append(chunks, c)
	}
	if sample != t.samples {
		return nil, damaged("chunks that do not fit the samples")
	}
	t.runs = runs.b
	return chunks, t.check()
}

// check bounds what the tables of time say by the samples there are.
func (t *track) check() error {
	for _, table := range [][]byte{t.durations, t.compositions} {
		var n uint64
		for f := (fields{b: table}); len(f.b) > 0; {
			n += uint64(f.u32())
			f.skip(4)
		}
		if n > uint64(t.samples) {
			return damaged("times of samples that are not there")
		}
	}
	last := uint32(0)
	for f := (fields{b: t.sync}); len(f.b) > 0; {
		n := f.u32()
		if n <= last || n > uint32(t.samples) {
			return damaged("key pictures that are not there")
		}
		last = n
	}
	return nil
}
