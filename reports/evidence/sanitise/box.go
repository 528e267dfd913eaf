package sanitise

import (
	"encoding/binary"
	"math"
)

// Boxes are the parts of files of the MP4 family (ISO/IEC 14496-12, section 4.2, and the
// atoms of QuickTime): a length, a type of four letters, content.

const (
	boxHeader   = 8
	largeHeader = 16
)

// boxes calls f for each box in b. Up to 7 bytes behind the last, as QuickTime has them,
// are passed over.
func boxes(b []byte, f func(kind string, body []byte) error) error {
	for len(b) >= boxHeader {
		header, length := uint64(boxHeader), uint64(binary.BigEndian.Uint32(b))
		switch length {
		case 0:
			length = uint64(len(b))
		case 1:
			if len(b) < largeHeader {
				return damaged("a box that is none")
			}
			header, length = largeHeader, binary.BigEndian.Uint64(b[boxHeader:])
		}
		if length < header || length > uint64(len(b)) {
			return damaged("a box beyond what it is in")
		}
		if err := f(string(b[4:8]), b[header:length]); err != nil {
			return err
		}
		b = b[length:]
	}
	return nil
}

// fields reads numbers from the front of a box. Once it has run out, all that follow are
// 0 and short is set.
type fields struct {
	b     []byte
	short bool
}

func (f *fields) bytes(n int) []byte {
	if n > len(f.b) {
		f.b, f.short = nil, true
		return make([]byte, min(n, largeHeader))
	}
	b := f.b[:n]
	f.b = f.b[n:]
	return b
}

func (f *fields) skip(n int)  { f.bytes(n) }
func (f *fields) u8() byte    { return f.bytes(1)[0] }
func (f *fields) u16() uint16 { return binary.BigEndian.Uint16(f.bytes(2)) }
func (f *fields) u32() uint32 { return binary.BigEndian.Uint32(f.bytes(4)) }
func (f *fields) u64() uint64 { return binary.BigEndian.Uint64(f.bytes(8)) }

// version reads what full boxes begin with, and leaves the flags.
func (f *fields) version() (version byte, flags uint32) {
	v := f.u32()
	return byte(v >> 24), v & 0xffffff
}

// time reads a time or duration, which version 1 boxes have in 64 bits. What is unknown,
// all ones, is so in 64 bits.
func (f *fields) time(version byte) uint64 {
	if version == 1 {
		return f.u64()
	}
	if v := f.u32(); v != math.MaxUint32 {
		return uint64(v)
	}
	return math.MaxUint64
}

// table reads a count and so many rows of the given width in bytes; nil and short where
// there are fewer. The count is therefore bounded by the box.
func (f *fields) table(width int) []byte {
	n := uint64(f.u32()) * uint64(width)
	if n > uint64(len(f.b)) {
		f.b, f.short = nil, true
		return nil
	}
	return f.bytes(int(n))
}

// writer builds boxes.
type writer struct{ b []byte }

func (w *writer) u8(v ...byte)    { w.b = append(w.b, v...) }
func (w *writer) text(s string)   { w.b = append(w.b, s...) }
func (w *writer) u16(v uint16)    { w.b = binary.BigEndian.AppendUint16(w.b, v) }
func (w *writer) u32(v ...uint32) { w.b = appendAll(w.b, v) }
func (w *writer) u64(v uint64)    { w.b = binary.BigEndian.AppendUint64(w.b, v) }
func (w *writer) zeros(n int)     { w.b = append(w.b, make([]byte, n)...) }

func appendAll(b []byte, all []uint32) []byte {
	for _, v := range all {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

// box writes a box around what content writes.
func (w *writer) box(kind string, content func()) {
	from := len(w.b)
	w.u32(0)
	w.b = append(w.b, kind...)
	content()
	binary.BigEndian.PutUint32(w.b[from:], uint32(len(w.b)-from))
}

// full writes a box that has a version and flags.
func (w *writer) full(kind string, version byte, flags uint32, content func()) {
	w.box(kind, func() {
		w.u32(uint32(version)<<24 | flags)
		content()
	})
}
