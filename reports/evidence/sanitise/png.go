package sanitise

import (
	"encoding/binary"
	"image/gif"
	"image/png"
)

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	// pngFrame is what stands around the data of a chunk: length, type, checksum.
	pngFrame = 12
)

// surveyPNG finds the chunks that make the picture (PNG, third edition, section 11). Of
// an animated one that is its still image, which is the first frame as a rule.
func surveyPNG(src *source) (survey, error) {
	p := survey{orientation: upright, passes: 1, lossless: true, decode: png.Decode}
	var keep spans
	at := int64(len(pngSignature))
	if head, err := src.bytes(0, at); err != nil || string(head) != pngSignature {
		return survey{}, damaged("no PNG")
	}
	if err := keep.add(0, at); err != nil {
		return survey{}, err
	}
	r := src.reader(span{at, src.size})
	for kind := ""; kind != "IEND"; {
		head, err := r.Peek(8)
		if err != nil {
			return survey{}, damaged("it ends too early")
		}
		length := int64(binary.BigEndian.Uint32(head))
		kind = string(head[4:])
		end := at + length + pngFrame
		if end > src.size {
			return survey{}, damaged("it ends too early")
		}
		if p.width == 0 && kind != "IHDR" {
			return survey{}, damaged("a PNG without header")
		}
		switch kind {
		case "IHDR":
			if length != 13 || p.width != 0 {
				return survey{}, damaged("a header that is none")
			}
			header, err := src.bytes(at+8, length)
			if err != nil {
				return survey{}, err
			}
			p.header(header)
		case "eXIf":
			exif, err := src.bytes(at+8, min(length, maxExif))
			if err != nil {
				return survey{}, err
			}
			p.orientation = orientation(exif)
		}
		switch kind {
		case "IHDR", "PLTE", "tRNS", "IDAT", "IEND":
			if err := keep.add(at, end); err != nil {
				return survey{}, err
			}
		}
		if _, err := r.Discard(int(end - at)); err != nil {
			return survey{}, damaged("it ends too early")
		}
		at = end
	}
	p.content = src.reader(keep...)
	return p, nil
}

// header reads the 13 bytes of IHDR.
func (p *survey) header(b []byte) {
	w, h := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	p.width, p.height = int(min(w, maxSide+1)), int(min(h, maxSide+1))
	p.memory = 4 * int64(p.width) * int64(p.height)
	if b[8] == 16 {
		p.memory *= 2
	}
	if b[12] != 0 {
		p.memory *= 2 // interlaced: every pass is a picture
	}
}

// surveyGIF has little to find: the decoder stops behind the first frame, and what it
// skips before takes no memory.
func surveyGIF(src *source) (survey, error) {
	head, err := gif.DecodeConfig(src.whole())
	if err != nil {
		return survey{}, damaged("no GIF")
	}
	return survey{
		width: head.Width, height: head.Height,
		orientation: upright,
		memory:      2 * int64(head.Width) * int64(head.Height),
		passes:      1,
		lossless:    true,
		content:     src.whole(),
		decode:      gif.Decode,
	}, nil
}
