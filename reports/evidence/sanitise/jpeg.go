package sanitise

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"io"
)

// Markers of JPEG (ITU-T T.81, table B.1), the byte after 0xff.
const (
	markerSOF0  = 0xc0 // baseline
	markerSOF2  = 0xc2 // progressive
	markerDHT   = 0xc4
	markerDAC   = 0xcc
	markerSOF15 = 0xcf
	markerRST0  = 0xd0
	markerRST7  = 0xd7
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDRI   = 0xdd
	markerAPP0  = 0xe0
	markerAPP1  = 0xe1
	markerAPP14 = 0xee
)

// jpegWalk goes over the segments of a JPEG.
type jpegWalk struct {
	r      *bufio.Reader
	at     int64 // where r is in the file
	found  survey
	keep   spans
	frame  bool
	exif   bool
	failed error
}

// surveyJPEG finds the segments that make the picture, up to its end: other application
// segments and comments are dropped here already, and with them thumbnails; so are
// second pictures behind the first.
func surveyJPEG(src *source) (survey, error) {
	w := &jpegWalk{r: src.whole(), found: survey{orientation: upright, decode: jpeg.Decode}}
	if soi := w.take(2); len(soi) < 2 || soi[0] != 0xff || soi[1] != markerSOI {
		return survey{}, damaged("no JPEG")
	}
	w.keepFrom(0)
	for w.failed == nil {
		marker := w.marker()
		if w.failed != nil {
			break
		}
		from := w.at - 2
		if marker == markerEOI {
			w.keepFrom(from)
			break
		}
		w.segment(marker, from)
	}
	if w.failed != nil {
		return survey{}, w.failed
	}
	if !w.frame {
		return survey{}, damaged("a JPEG without a frame")
	}
	w.found.content = src.reader(w.keep...)
	return w.found, nil
}

// marker goes to the next marker and returns its second byte. Bytes between segments,
// which some cameras leave, and restart marks are skipped.
func (w *jpegWalk) marker() byte {
	for {
		w.skipTo(0xff)
		b := byte(0xff)
		for b == 0xff && w.failed == nil {
			b = w.one()
		}
		if w.failed != nil {
			return 0
		}
		if b > 1 && (b < markerRST0 || b > markerSOI) {
			return b
		}
	}
}

// segment reads the segment that begins at from.
func (w *jpegWalk) segment(marker byte, from int64) {
	length := w.take(2)
	if w.failed != nil {
		return
	}
	n := int(binary.BigEndian.Uint16(length)) - 2
	if n < 0 {
		w.failed = damaged("a segment without length")
		return
	}
	body := w.take(n)
	if w.failed != nil {
		return
	}
	switch {
	case marker == markerAPP1 && !w.exif && bytes.HasPrefix(body, []byte(exifPrefix)):
		w.exif = true
		w.found.orientation = orientation(body)
		return
	case marker == markerAPP0 && bytes.HasPrefix(body, []byte("JFIF\x00")),
		marker == markerAPP14 && bytes.HasPrefix(body, []byte("Adobe")):
		// They tell in which colours the components are.
	case marker == markerDHT, marker == markerDQT, marker == markerDRI:
	case marker == markerSOS:
		w.found.passes++
	case marker >= markerSOF0 && marker <= markerSOF2:
		w.start(body, marker == markerSOF2)
	case marker > markerSOF2 && marker <= markerSOF15 || marker == markerDAC:
		w.failed = unsupported("a rare kind of JPEG")
		return
	default:
		return
	}
	// Whatever a decoder that reads a broken file otherwise may take for a scan counts
	// as one: no scan begins without these bytes.
	w.found.passes += int64(bytes.Count(body, []byte{0xff, markerSOS}))
	w.keepFrom(from)
	if marker == markerSOS {
		scan := w.at
		w.entropy()
		if w.failed == nil {
			w.failed = w.keep.add(scan, w.at)
		}
	}
}

// start reads a frame header (T.81, B.2.2) and from it what decoding will take.
func (w *jpegWalk) start(body []byte, progressive bool) {
	const header, perComponent = 6, 3
	if w.frame || len(body) < header || len(body) < header+perComponent*int(body[5]) || body[5] == 0 {
		w.failed = damaged("a frame that is none")
		return
	}
	w.frame = true
	w.found.height = int(binary.BigEndian.Uint16(body[1:]))
	w.found.width = int(binary.BigEndian.Uint16(body[3:]))
	components := int(body[5])
	var widest, highest, samples int64 = 1, 1, 0
	for i := range components {
		factors := int64(body[header+perComponent*i+1])
		widest, highest = max(widest, factors>>4), max(highest, factors&15)
		samples += (factors >> 4) * (factors & 15)
	}
	// Sides are rounded up to whole units of up to four blocks.
	area := int64(w.found.width+31) * int64(w.found.height+31)
	bytesPerSample := int64(1)
	if progressive {
		bytesPerSample += 4 // coefficients are kept until the end
	}
	w.found.memory = area * samples * bytesPerSample / (widest * highest)
	if components == 4 {
		w.found.memory += 4 * area // CMYK is put together in a picture of its own
	}
}

// entropy skips coded data, up to the next marker.
func (w *jpegWalk) entropy() {
	for {
		w.skipTo(0xff)
		if w.failed != nil {
			return
		}
		_ = w.r.UnreadByte() // it was just read
		w.at--
		b, err := w.r.Peek(2)
		if err != nil {
			w.failed = damaged("it ends too early")
			return
		}
		if b[1] != 0 && b[1] != 0xff && (b[1] < markerRST0 || b[1] > markerRST7) {
			return
		}
		w.one()
	}
}

func (w *jpegWalk) keepFrom(from int64) {
	if w.failed == nil {
		w.failed = w.keep.add(from, w.at)
	}
}

// skipTo reads up to and with the byte c.
func (w *jpegWalk) skipTo(c byte) {
	for w.failed == nil {
		b, err := w.r.ReadSlice(c)
		w.at += int64(len(b))
		if err == nil {
			return
		}
		if err != bufio.ErrBufferFull {
			w.failed = damaged("it ends too early")
		}
	}
}

func (w *jpegWalk) one() byte {
	b, err := w.r.ReadByte()
	if err != nil {
		w.failed = damaged("it ends too early")
		return 0
	}
	w.at++
	return b
}

// take reads n bytes, at most 64 kB.
func (w *jpegWalk) take(n int) []byte {
	b := make([]byte, n)
	read, err := io.ReadFull(w.r, b)
	w.at += int64(read)
	if err != nil {
		w.failed = damaged("it ends too early")
	}
	return b
}
