package sanitise

import (
	"bytes"
	"encoding/binary"
	"slices"
)

func movieChunk(kind, content string) []byte {
	var w writer
	w.box(kind, func() { w.text(content) })
	return w.b
}

// fullBox is a box with version and flags 0 and rows of 32 bits.
func fullBox(kind string, rows ...uint32) []byte {
	var w writer
	w.full(kind, 0, 0, func() { w.u32(rows...) })
	return w.b
}

// unit is a NAL unit with its length in four bytes.
func unit(content ...byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(content))), content...)
}

// A picture in H.264, and what stands beside it that must go: a message as x264 writes
// it, filling, and a unit of a kind that is left to others.
func avcSample(n byte, telling bool) (original, copied []byte) {
	slice := unit(append([]byte{0x65, n}, bytes.Repeat([]byte{n, 0x11, 0x22}, 40)...)...)
	recovery := unit(0x06, 6, 1, 0xc4, 0x80)
	if !telling {
		return slice, slice
	}
	message := append([]byte{0x06, 5, byte(16 + len(everySecret))}, make([]byte, 16)...)
	message = append(append(message, everySecret...), 0x80)
	return slices.Concat(
		unit(message...), recovery, unit(append([]byte{0x06, 4, 3}, everySecret...)...),
		slice, unit(append([]byte{0x0c}, everySecret...)...), unit(append([]byte{0x1e}, everySecret...)...),
		unit(append([]byte{0x06, 6, 1, 0xc4, 0x80}, everySecret...)...),
	), slices.Concat(recovery, slice)
}

// The same in H.265.
func hevcSample(n byte, telling bool) (original, copied []byte) {
	slice := unit(append([]byte{19 << 1, 1, n}, bytes.Repeat([]byte{n, 0x33}, 40)...)...)
	if !telling {
		return slice, slice
	}
	return slices.Concat(
		unit(append([]byte{39 << 1, 1, 5, byte(len(everySecret))}, everySecret+"\x80"...)...),
		unit(append([]byte{40 << 1, 1, 132, 4}, everySecret...)...),
		slice, unit(append([]byte{62 << 1, 1}, everySecret...)...), unit(append([]byte{1 << 1, 9}, everySecret...)...),
	), slice
}

// visual is an entry of stsd whose encoder's name is a secret.
func visual(kind string, inner ...[]byte) []byte {
	var w writer
	w.box(kind, func() {
		w.zeros(6)
		w.u16(1)
		w.text(everySecret[:16]) // vendor and qualities in QuickTime
		w.u16(320)
		w.u16(240)
		w.zeros(14)
		w.u8(byte(len(secrets[0])))
		w.text((secrets[0] + string(make([]byte, 31)))[:31])
		w.zeros(4)
		w.u8(slices.Concat(inner...)...)
		w.u8(movieChunk("colr", "prof"+everySecret)...)
		w.u8(movieChunk("colr", "nclc\x00\x01\x00\x01\x00\x01")...)
		w.u8(movieChunk("pasp", "\x00\x00\x00\x01\x00\x00\x00\x01"+everySecret)...)
		w.u8(movieChunk("uuid", everySecret)...)
	})
	return w.b
}

func avcEntry() []byte {
	return visual("avc1", movieChunk("avcC", "\x01\x64\x00\x1f\xff\xe1\x00\x04\x67\x64\x00\x1f\x01\x00\x03\x68\xee\x3c\xfd\xf8\xf8\x00"+everySecret))
}

func hevcEntry() []byte {
	array := func(kind byte, set string) string {
		return string([]byte{0x80 | kind, 0, 1, 0, byte(len(set))}) + set
	}
	fixed := "\x01" + string(make([]byte, 20)) + "\x0f"
	return visual("hvc1", movieChunk("hvcC", fixed+"\x04"+array(32, "\x40\x01\x0c")+array(33, "\x42\x01\x01")+array(34, "\x44\x01\xc0")+
		array(39, "\x4e\x01\x05"+everySecret)))
}

func esds(config string) []byte {
	var w writer
	w.full("esds", 0, 0, func() {
		w.descriptor(tagES, func(w *writer) {
			w.u16(1)
			w.u8(0x40, byte(len(secrets[0]))) // with an address
			w.text(secrets[0])
			w.descriptor(tagDecoder, func(w *writer) {
				w.u8(0x40, 0x15, 0, 0, 0)
				w.u32(64000, 64000)
				w.descriptor(tagDecoderConfig, func(w *writer) { w.text(config) })
			})
			w.descriptor(tagSL, func(w *writer) { w.u8(2) })
		})
		w.text(everySecret)
	})
	return w.b
}

const lowComplexity = "\x12\x10" // 44.1 kHz, two channels

// soundEntry is one as QuickTime has it where it is asked for.
func soundEntry(quickTime bool) []byte {
	var w writer
	w.box("mp4a", func() {
		w.zeros(6)
		w.u16(1)
		if quickTime {
			w.u16(1)
			w.u16(0)
			w.text("KANA") // vendor
		} else {
			w.zeros(8)
		}
		w.u16(2)
		w.u16(16)
		w.zeros(4)
		w.u32(44100 << 16)
		if quickTime {
			w.u32(1024, 0, 0, 2)
			w.u8(movieChunk("wave", string(slices.Concat(movieChunk("frma", "mp4a"), movieChunk("mp4a", "\x00\x00\x00\x00"), esds(lowComplexity), movieChunk("\x00\x00\x00\x00", ""))))...)
		} else {
			w.u8(esds(lowComplexity)...)
		}
		w.u8(movieChunk("uuid", everySecret)...)
	})
	return w.b
}

// filmTrack is a track of a made-up movie.
type filmTrack struct {
	handler  string
	entry    []byte
	samples  [][]byte
	perChunk int
	off      bool // not enabled
	external bool
	more     []byte // boxes in its stbl
}

type film struct {
	brand  string
	tracks []filmTrack
	before []byte // behind ftyp
	inMoov []byte
	large  bool // 64-bit sizes and places
	endless,
	moovFirst bool
}

// bytes lays the chunks of all tracks out in turn, with secrets between them.
func (f *film) bytes() []byte {
	blank := make([][]uint64, len(f.tracks))
	for i, t := range f.tracks {
		blank[i] = make([]uint64, (len(t.samples)+t.perChunk-1)/t.perChunk)
	}
	moov := f.moov(blank)
	ftyp := movieChunk("ftyp", f.brand+"\x20\x24\x07\x01"+f.brand+"KANA")
	media := slices.Concat(ftyp, movieChunk("free", everySecret), movieChunk("wide", ""), f.before)
	if f.moovFirst {
		media = append(media, moov...)
	}
	at := len(media)
	header := []byte("\x00\x00\x00\x00mdat")
	if f.large {
		header = []byte("\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x00")
	}
	media = append(append(media, header...), everySecret...)
	places := make([][]uint64, len(f.tracks))
	for round, more := 0, true; more; round++ {
		more = false
		for i, t := range f.tracks {
			if from := round * t.perChunk; from < len(t.samples) {
				more = true
				places[i] = append(places[i], uint64(len(media)))
				media = append(media, slices.Concat(t.samples[from:min(from+t.perChunk, len(t.samples))]...)...)
				media = append(media, everySecret...) // a hole
			}
		}
	}
	switch size := len(media) - at; {
	case f.endless:
	case f.large:
		binary.BigEndian.PutUint64(media[at+8:], uint64(size))
	default:
		binary.BigEndian.PutUint32(media[at:], uint32(size))
	}
	moov = f.moov(places)
	if f.moovFirst {
		copy(media[at-len(moov):], moov)
		if f.endless {
			return media
		}
		moov = nil
	}
	return slices.Concat(media, moov, movieChunk("uuid", everySecret), movieChunk("free", everySecret), []byte(everySecret))
}

func (f *film) moov(places [][]uint64) []byte {
	var w writer
	w.box("moov", func() {
		w.u8(fullBox("mvhd", append([]uint32{
			0xdd112233, 0xdd112233, 1000, 5000, 1 << 16, 0x01000000, 0, 0,
			1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30,
		}, 1, 2, 3, 4, 5, 6, 99)...)...)
		for i, t := range f.tracks {
			w.u8(t.box(uint32(i+7), places[i], f.large)...)
		}
		w.u8(movieChunk("udta", string(movieChunk("\xa9xyz", everySecret))+string(movieChunk("loci", everySecret)))...)
		w.u8(movieChunk("meta", string(movieChunk("keys", "mdtacom.apple.quicktime.location.ISO6709"))+string(movieChunk("ilst", everySecret)))...)
		w.u8(movieChunk("uuid", everySecret)...)
		w.u8(movieChunk("KANA", everySecret)...)
		w.u8(f.inMoov...)
	})
	return w.b
}

func (t *filmTrack) box(number uint32, places []uint64, large bool) []byte {
	var w writer
	w.box("trak", func() {
		head := fullBox("tkhd", append([]uint32{0xdd112233, 0xdd112233, number, 0, 5000, 0, 0, 0, 0x01000000},
			0, 1<<16, 0, 0xffff0000, 0, 0, 240<<16, 0, 1<<30, 320<<16, 240<<16)...)
		if !t.off {
			head[11] = 3
		}
		w.u8(head...)
		w.u8(movieChunk("edts", string(fullBox("elst", 2, 100, 0xffffffff, 1<<16, 4900, 512, 1<<16)))...)
		w.u8(movieChunk("tref", string(movieChunk("cdsc", "\x00\x00\x00\x01")))...)
		w.u8(movieChunk("udta", string(movieChunk("name", everySecret)))...)
		w.u8(movieChunk("meta", everySecret)...)
		w.box("mdia", func() {
			w.u8(fullBox("mdhd", 0xdd112233, 0xdd112233, 30000, uint32(1001*len(t.samples)), 0x15c70000)...)
			w.u8(movieChunk("hdlr", "\x00\x00\x00\x00mhlr"+t.handler+"KANA\x00\x00\x00\x00\x00\x00\x00\x00"+everySecret)...)
			w.box("minf", func() {
				w.u8(movieChunk("hdlr", "\x00\x00\x00\x00dhlralis"+everySecret)...)
				reference := movieChunk("alis", "\x00\x00\x00\x01"+everySecret)
				if t.external {
					reference = movieChunk("url ", "\x00\x00\x00\x00file:///"+everySecret)
				}
				w.u8(movieChunk("dinf", string(movieChunk("dref", "\x00\x00\x00\x00\x00\x00\x00\x01"+string(reference))))...)
				w.box("stbl", func() { t.tables(&w, places, large) })
			})
		})
	})
	return w.b
}

func (t *filmTrack) tables(w *writer, places []uint64, large bool) {
	w.u8(movieChunk("stsd", "\x00\x00\x00\x00\x00\x00\x00\x01"+string(t.entry))...)
	n := uint32(len(t.samples))
	w.u8(fullBox("stts", 1, n, 1001)...)
	if t.handler == pictures {
		w.u8(fullBox("ctts", 1, n, 2002)...)
		w.u8(fullBox("stss", 1, 1)...)
	}
	runs := []uint32{1, 1, uint32(t.perChunk), 1}
	if rest := len(t.samples) % t.perChunk; rest > 0 {
		runs = append(runs, uint32(len(t.samples)/t.perChunk+1), uint32(rest), 1)
		runs[0]++
	}
	w.u8(fullBox("stsc", runs...)...)
	sizes := []uint32{0, n}
	for _, s := range t.samples {
		sizes = append(sizes, uint32(len(s)))
	}
	w.u8(fullBox("stsz", sizes...)...)
	if large {
		w.full("co64", 0, 0, func() {
			w.u32(uint32(len(places)))
			for _, at := range places {
				w.u64(at)
			}
		})
	} else {
		rows := []uint32{uint32(len(places))}
		for _, at := range places {
			rows = append(rows, uint32(at))
		}
		w.u8(fullBox("stco", rows...)...)
	}
	w.u8(movieChunk("sgpd", everySecret)...)
	w.u8(movieChunk("sdtp", everySecret)...)
	w.u8(t.more...)
}
