package sanitise

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
	"math"

	"golang.org/x/image/webp"
)

const (
	riffHeader   = 12 // "RIFF", size, "WEBP"
	chunkHeader  = 8
	frameHeader  = 16 // of an animation's frame: place, size, duration, flags
	maxWebPChunk = 10_000
)

// webpStill is a picture in a WebP: where its chunks' data lie. Empty spans are absent.
type webpStill struct {
	alpha, lossy, lossless span
}

// surveyWebP finds the first picture and builds a file of nothing else around it
// (RFC 9649, section 2). The decoder knows no animations.
func surveyWebP(src *source) (survey, error) {
	head, err := src.bytes(0, min(src.size, riffHeader))
	if err != nil || len(head) < riffHeader || string(head[:4]) != "RIFF" || string(head[8:]) != "WEBP" {
		return survey{}, damaged("no WebP")
	}
	end := min(src.size, chunkHeader+int64(binary.LittleEndian.Uint32(head[4:])))
	p := survey{orientation: upright, passes: 1, decode: decodeWebP}
	var still webpStill
	err = webpChunks(src, riffHeader, end, func(kind string, data span) error {
		found := still != webpStill{}
		switch {
		case kind == "VP8X" && p.width == 0:
			b, err := src.bytes(data.from, min(data.to-data.from, 10))
			if err != nil || len(b) < 10 {
				return damaged("a header that is none")
			}
			p.width, p.height = 1+int(uint24(b[4:])), 1+int(uint24(b[7:]))
		case kind == "EXIF":
			b, err := src.bytes(data.from, min(data.to-data.from, maxExif))
			p.orientation = orientation(b)
			return err
		case kind == "ANMF" && !found:
			b, err := src.bytes(data.from, min(data.to-data.from, frameHeader))
			if err != nil || len(b) < frameHeader {
				return damaged("a frame that is none")
			}
			p.at = image.Pt(2*int(uint24(b)), 2*int(uint24(b[3:])))
			return webpChunks(src, data.from+frameHeader, data.to, func(kind string, data span) error {
				still.note(kind, data)
				return nil
			})
		case kind != "ANMF" && (!found || still.lossy == span{} && still.lossless == span{}):
			still.note(kind, data)
		}
		return nil
	})
	if err != nil {
		return survey{}, err
	}
	err = p.build(src, still)
	return p, err
}

func (s *webpStill) note(kind string, data span) {
	done := s.lossy != span{} || s.lossless != span{}
	switch {
	case kind == "ALPH" && !done:
		s.alpha = data
	case kind == "VP8 " && !done:
		s.lossy = data
	case kind == "VP8L" && !done:
		s.lossless = data
	}
}

// build makes the content of a still picture.
func (p *survey) build(src *source, still webpStill) error {
	const lossyHead, losslessHead = 10, 5
	var head bytes.Buffer
	var parts []io.Reader
	chunk := func(kind string, data span) {
		n := data.to - data.from
		head.WriteString(kind)
		head.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
		parts = append(parts, bytes.NewReader(bytes.Clone(head.Bytes())), src.reader(data))
		head.Reset()
		if n%2 == 1 {
			head.WriteByte(0)
		}
	}
	var w, h int
	var perPixel int64
	switch {
	case still.lossless != span{}:
		b, err := src.bytes(still.lossless.from, min(still.lossless.to-still.lossless.from, losslessHead))
		if err != nil || len(b) < losslessHead {
			return damaged("a picture that is none")
		}
		size := binary.LittleEndian.Uint32(b[1:])
		w, h = 1+int(size&0x3fff), 1+int(size>>14&0x3fff)
		p.lossless, perPixel = true, 8
		chunk("VP8L", still.lossless)
	case still.lossy != span{}:
		b, err := src.bytes(still.lossy.from, min(still.lossy.to-still.lossy.from, lossyHead))
		if err != nil || len(b) < lossyHead {
			return damaged("a picture that is none")
		}
		w, h = int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff)
		perPixel = 2
		if still.alpha != (span{}) && w > 0 && h > 0 {
			perPixel = 8
			const hasAlpha = 1 << 4
			head.WriteString("VP8X\x0a\x00\x00\x00")
			head.Write([]byte{hasAlpha, 0, 0, 0})
			head.Write(appendUint24(appendUint24(nil, uint32(w-1)), uint32(h-1)))
			chunk("ALPH", still.alpha)
		}
		chunk("VP8 ", still.lossy)
	default:
		return damaged("a WebP without a picture")
	}
	if p.width == 0 {
		p.width, p.height = w, h
	}
	if p.at.X+w > p.width || p.at.Y+h > p.height {
		return damaged("a frame outside its picture")
	}
	p.memory = perPixel * int64(w) * int64(h)
	parts = append(parts, bytes.NewReader(head.Bytes())) // what pads the last chunk
	// The decoder holds every chunk against this size, not the size against the file.
	const anySize = 1<<31 - 2
	start := binary.LittleEndian.AppendUint32([]byte("RIFF"), anySize)
	parts = append([]io.Reader{bytes.NewReader(append(start, "WEBP"...))}, parts...)
	p.content = io.MultiReader(parts...)
	return nil
}

// decodeWebP decodes a picture. Lossy ones have the narrow range of video (RFC 9649,
// section 3; BT.601), but the decoder hands them on as if they had that of JPEG, which
// shows them pale: golang.org/issue/40173.
func decodeWebP(r io.Reader) (image.Image, error) {
	m, err := webp.Decode(r)
	switch m := m.(type) {
	case *image.YCbCr:
		widen(m)
	case *image.NYCbCrA:
		widen(&m.YCbCr)
	}
	return m, err
}

// widen stretches brightness from 16..235 and colours from 16..240 to 0..255.
func widen(m *image.YCbCr) {
	var brightness, colour [256]uint8
	for i := range 256 {
		brightness[i] = stretch(i, 16, 0, 219)
		colour[i] = stretch(i, 128, 128, 224)
	}
	for _, plane := range []struct {
		pix   []uint8
		table *[256]uint8
	}{{m.Y, &brightness}, {m.Cb, &colour}, {m.Cr, &colour}} {
		for i, v := range plane.pix {
			plane.pix[i] = plane.table[v]
		}
	}
}

func stretch(v, from, to, width int) uint8 {
	return uint8(min(255, max(0, math.Round(float64(v-from)*255/float64(width))+float64(to))))
}

// webpChunks calls f for the chunks between two places of the file.
func webpChunks(src *source, from, to int64, f func(kind string, data span) error) error {
	for range maxWebPChunk {
		if to-from < chunkHeader {
			return nil
		}
		head, err := src.bytes(from, chunkHeader)
		if err != nil {
			return err
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		data := span{from + chunkHeader, from + chunkHeader + length}
		if data.to > to {
			return damaged("it ends too early")
		}
		if err := f(string(head[:4]), data); err != nil {
			return err
		}
		from = data.to + length%2
	}
	return tooLarge("too many chunks")
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

func appendUint24(b []byte, v uint32) []byte { return append(b, byte(v), byte(v>>8), byte(v>>16)) }
