package sanitise

import (
	"bufio"
	"bytes"
	"io"
)

// NAL units are the parts of a coded picture of H.264 and H.265. Those that make the
// picture stay as they are. Filling, units that the standards leave to others (Dolby's
// among them), second eyes and layers, and messages to the player (SEI) fall away, but for
// the few messages that change what is seen.

const (
	// unitHead is how much of a unit is looked at, in bytes.
	unitHead = 64
	// maxMessages is how long messages that stay may be, well below unitHead.
	maxMessages = 48
)

// harmless are the messages that stay if a unit holds nothing else. They have the same
// numbers in both standards (ITU-T H.264, annex D; H.265, annex D), a few numbers inside,
// and no text or time.
var harmless = map[byte]bool{
	6:   true, // where pictures are whole again after a jump
	45:  true, // how two pictures are packed in one
	47:  true, // how to turn the picture
	137: true, // colours of the screen it was made on
	144: true, // how bright it is
	147: true, // which light curve to prefer
}

// keepAVC decides about a unit of H.264 by its beginning (H.264, table 7-1): slices,
// parameter sets, delimiters and ends.
func keepAVC(unit []byte) bool {
	switch kind := unit[0] & 0x1f; kind {
	case 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13:
		return true
	case 6:
		return keepMessages(unit[1:])
	default:
		return false
	}
}

// keepHEVC is the same for H.265 (table 7-1), whose head has two bytes, the layer in the
// middle.
func keepHEVC(unit []byte) bool {
	if len(unit) < 2 || unit[0]&1 != 0 || unit[1]>>3 != 0 {
		return false
	}
	switch kind := unit[0] >> 1 & 0x3f; {
	case kind <= 9, kind >= 16 && kind <= 21, kind >= 32 && kind <= 37:
		return true
	case kind == 39:
		return keepMessages(unit[2:])
	default:
		return false
	}
}

// keepMessages reports whether there are only harmless messages, and nothing behind them.
func keepMessages(payload []byte) bool {
	const stop = 0x80
	if len(payload) > maxMessages {
		return false
	}
	// 3 after two zeros is no content; it keeps them from looking like a start.
	for rest := bytes.ReplaceAll(payload, []byte{0, 0, 3}, []byte{0, 0}); ; {
		if len(rest) < 2 || !harmless[rest[0]] || int(rest[1]) >= len(rest)-2 {
			return false
		}
		rest = rest[2+int(rest[1]):]
		if len(rest) == 1 {
			return rest[0] == stop
		}
	}
}

// copyUnits copies the units of a sample that keep wants, and returns how many bytes
// they are with their lengths.
func copyUnits(w io.Writer, r *bufio.Reader, size int64, lengthSize int, keep func([]byte) bool) (int64, error) {
	var written int64
	for size > 0 {
		head, err := r.Peek(lengthSize)
		if err != nil || size < int64(lengthSize) {
			return 0, damaged("a sample that is none")
		}
		var length int64
		for _, b := range head {
			length = length<<8 | int64(b)
		}
		whole := int64(lengthSize) + length
		if whole > size {
			return 0, damaged("a sample that is none")
		}
		unit, err := r.Peek(int(min(whole, int64(lengthSize)+unitHead)))
		if err != nil {
			return 0, damaged("it ends too early")
		}
		size -= whole
		to := io.Discard
		if length > 0 && keep(unit[lengthSize:]) {
			to = w
			written += whole
		}
		if err := pipe(to, r, whole); err != nil {
			return 0, err
		}
	}
	return written, nil
}

// avc takes H.264's configuration (14496-15, 5.3.3) and the parameter sets in it.
func (d *description) avc(w *writer, f *fields) error {
	const sequence, picture, extension = 7, 8, 13
	head := f.bytes(4)
	lengthSize := f.u8()&3 + 1
	var out writer
	out.u8(1, head[1], head[2], head[3], 0xfc|(lengthSize-1))
	sets := func(mask byte, kind byte) {
		n := f.u8()
		out.u8(n | ^mask)
		for range n & mask {
			set := f.bytes(int(f.u16()))
			f.short = f.short || len(set) == 0 || set[0]&0x1f != kind
			out.u16(uint16(len(set)))
			out.u8(set...)
		}
	}
	sets(0x1f, sequence)
	sets(0xff, picture)
	switch profile := head[1]; profile {
	case 66, 77, 88:
	default:
		if len(f.b) >= 4 { // many writers leave it out
			out.u8(f.u8()|0xfc, f.u8()|0xf8, f.u8()|0xf8)
			sets(0xff, extension)
		}
	}
	if f.short || lengthSize == 3 {
		return damaged("a configuration that is none")
	}
	d.lengthSize, d.keep = int(lengthSize), keepAVC
	w.box("avcC", func() { w.u8(out.b...) })
	return nil
}

// hevc takes H.265's configuration (14496-15, 8.3.3) and the parameter sets in it; some
// encoders put their name and settings beside them.
func (d *description) hevc(w *writer, f *fields) error {
	const head, first, last = 22, 32, 34
	var fixed [head]byte
	copy(fixed[:], f.bytes(head))
	lengthSize := fixed[21]&3 + 1
	arrays := 0
	var out writer
	for range f.u8() {
		what := f.u8()
		kind := what & 0x3f
		n := f.u16()
		keep := kind >= first && kind <= last
		if keep {
			arrays++
			out.u8(what)
			out.u16(n)
		}
		for range n {
			set := f.bytes(int(f.u16()))
			if f.short {
				break
			}
			if keep {
				f.short = len(set) < 2 || set[0]>>1&0x3f != kind
				out.u16(uint16(len(set)))
				out.u8(set...)
			}
		}
		if f.short {
			break
		}
	}
	if f.short || lengthSize == 3 {
		return damaged("a configuration that is none")
	}
	d.lengthSize, d.keep = int(lengthSize), keepHEVC
	w.box("hvcC", func() {
		w.u8(fixed[:]...)
		w.u8(byte(arrays))
		w.u8(out.b...)
	})
	return nil
}
