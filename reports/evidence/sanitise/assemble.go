package sanitise

import "math"

// undetermined is the language "und", in three times five bits.
const undetermined = 0x55c4

// head returns all that stands before the media in the copy, whose size in bytes it is
// told.
func (m *movie) head(media int64) []byte {
	var w writer
	w.box("ftyp", func() {
		w.text("isom")
		w.u32(0x200)
		w.text("isomiso2mp41")
	})
	before := len(w.b)
	large := media > math.MaxUint32-2*maxMoov
	mediaHeader := boxHeader
	if large {
		mediaHeader = largeHeader
	}
	// Where the media begin depends on how long the tables are, and they are as long
	// whatever stands in them.
	m.write(&w, 0, large)
	base := int64(len(w.b) + mediaHeader)
	w.b = w.b[:before]
	m.write(&w, base, large)
	if large {
		w.u32(1)
		w.text("mdat")
		w.u64(uint64(media) + largeHeader)
	} else {
		w.u32(uint32(media) + boxHeader)
		w.text("mdat")
	}
	return w.b
}

func (m *movie) write(w *writer, base int64, large bool) {
	var duration uint64
	for _, t := range m.tracks {
		if t.duration != math.MaxUint64 {
			duration = max(duration, t.duration)
		}
	}
	w.box("moov", func() {
		w.full("mvhd", 1, 0, func() {
			w.zeros(16) // made, changed
			w.u32(m.timescale)
			w.u64(duration)
			w.u32(m.rate)
			w.u16(m.volume)
			w.zeros(10)
			w.u8(m.matrix...)
			w.zeros(24)
			w.u32(uint32(len(m.tracks) + 1)) // the next track's number
		})
		for i, t := range m.tracks {
			w.box("trak", func() { t.write(w, uint32(i+1), base, large) })
		}
	})
}

func (t *track) write(w *writer, number uint32, base int64, large bool) {
	const enabled, inMovie = 1, 2
	w.full("tkhd", 1, enabled|inMovie, func() {
		w.zeros(16) // made, changed
		w.u32(number, 0)
		w.u64(t.duration)
		w.zeros(8)
		w.u16(t.layer)
		w.u16(t.group)
		w.u16(t.volume)
		w.u16(0)
		w.u8(t.matrix...)
		w.u32(t.width, t.height)
	})
	if len(t.edits) > 0 {
		w.box("edts", func() {
			w.full("elst", 1, 0, func() {
				w.u32(uint32(len(t.edits)))
				for _, e := range t.edits {
					w.u64(e.duration)
					w.u64(e.from)
					w.u32(e.rate)
				}
			})
		})
	}
	w.box("mdia", func() {
		w.full("mdhd", 1, 0, func() {
			w.zeros(16) // made, changed
			w.u32(t.timescale)
			w.u64(t.mediaDuration)
			w.u16(undetermined)
			w.u16(0)
		})
		w.full("hdlr", 0, 0, func() {
			w.u32(0)
			w.text(t.handler)
			w.zeros(12 + 1) // a name, which is empty
		})
		w.box("minf", func() {
			if t.handler == pictures {
				w.full("vmhd", 0, 1, func() { w.zeros(8) })
			} else {
				w.full("smhd", 0, 0, func() { w.zeros(4) })
			}
			w.box("dinf", func() {
				w.full("dref", 0, 0, func() {
					w.u32(1)
					w.full("url ", 0, 1, func() {}) // this file
				})
			})
			w.box("stbl", func() { t.writeTables(w, base, large) })
		})
	})
}

func (t *track) writeTables(w *writer, base int64, large bool) {
	w.full("stsd", 0, 0, func() {
		w.u32(uint32(len(t.descriptions)))
		for _, d := range t.descriptions {
			w.u8(d.entry...)
		}
	})
	table := func(kind string, version byte, rows []byte, width int) {
		w.full(kind, version, 0, func() {
			w.u32(uint32(len(rows) / width))
			w.u8(rows...)
		})
	}
	table("stts", 0, t.durations, 8)
	if len(t.compositions) > 0 {
		table("ctts", t.signed, t.compositions, 8)
	}
	if !t.allSync {
		table("stss", 0, t.sync, 4)
	}
	table("stsc", 0, t.runs, 12)
	w.full("stsz", 0, 0, func() {
		w.u32(0, uint32(len(t.sizes)))
		w.u32(t.sizes...)
	})
	kind := "stco"
	if large {
		kind = "co64"
	}
	w.full(kind, 0, 0, func() {
		w.u32(uint32(len(t.offsets)))
		for _, at := range t.offsets {
			if large {
				w.u64(uint64(base + at))
			} else {
				w.u32(uint32(base + at))
			}
		}
	})
}
