package sanitise

import (
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
)

const (
	// maxSide is the longest side of an original, in pixels: what JPEG can express.
	maxSide = 1<<16 - 1
	// maxPixels bounds time: phones take up to 108 megapixels, and save 200 as such only
	// when told to.
	maxPixels = 110_000_000
	// maxDecoded bounds what a decoder takes, in bytes.
	maxDecoded = 256 << 20
	// maxWork bounds how many pixels a decoder visits. A JPEG may go over the whole
	// picture again for a few bytes.
	maxWork = 1_000_000_000
	// quality of JPEG copies; at 85 small print stays sharp.
	quality = 85
)

// survey is what is known of a picture before anything of it is decoded.
type survey struct {
	width, height int         // of the canvas, before turning
	at            image.Point // how far on it the decoded picture is to be moved
	orientation   int
	memory        int64 // that decoding takes, in bytes
	passes        int64 // over all pixels
	lossless      bool  // how it was coded

	// content is the picture without anything that decoding does not need.
	content io.Reader
	decode  func(io.Reader) (image.Image, error)
}

func (p *survey) check() error {
	switch {
	case p.width <= 0 || p.height <= 0:
		return damaged("a picture without extent")
	case p.width > maxSide || p.height > maxSide || int64(p.width)*int64(p.height) > maxPixels:
		return tooLarge("too many pixels")
	case p.memory > maxDecoded:
		return tooLarge("decoding it takes too much memory")
	case p.passes*int64(p.width)*int64(p.height) > maxWork:
		return tooLarge("decoding it takes too long")
	}
	return nil
}

// picture makes the copier of the pictures that look understands.
func picture(look func(*source) (survey, error)) copier {
	return func(dst *sink, src *source) (Result, error) {
		p, err := look(src)
		if err != nil {
			return Result{}, err
		}
		if err := p.check(); err != nil {
			return Result{}, err
		}
		m, err := decode(&p)
		if err != nil {
			return Result{}, err
		}
		if err := src.ctx.Err(); err != nil {
			return Result{}, err
		}
		out := turn(render(m, p.at, p.width, p.height), p.orientation)
		return encode(dst, out, p.lossless)
	}
}

// decode runs a decoder of others on a stranger's file: a panic in it is one more way of
// finding the file damaged.
func decode(p *survey) (m image.Image, err error) {
	defer func() {
		if recover() != nil {
			m, err = nil, damaged("its decoder gave up")
		}
	}()
	m, err = p.decode(p.content)
	var jpegLacks jpeg.UnsupportedError
	var pngLacks png.UnsupportedError
	switch {
	case errors.As(err, &jpegLacks), errors.As(err, &pngLacks):
		return nil, unsupported("a rare kind of picture")
	case err != nil:
		return nil, damaged("it cannot be decoded")
	}
	return m, nil
}

// encode writes PNG where JPEG would lose something: transparency, and the sharp edges
// of what was drawn by a program, such as screenshots. Both encoders write pixels only.
func encode(dst io.Writer, m *image.RGBA, lossless bool) (Result, error) {
	result := Result{Type: "image/jpeg", Ext: ".jpg", Width: m.Rect.Dx(), Height: m.Rect.Dy()}
	if !m.Opaque() || lossless && flat(m) {
		result.Type, result.Ext = "image/png", ".png"
		return result, png.Encode(dst, m)
	}
	return result, jpeg.Encode(dst, m, &jpeg.Options{Quality: quality})
}

// flat reports whether most pixels equal their neighbour, as in what programs draw. In
// photos, which are noisy, few do.
func flat(m *image.RGBA) bool {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	same := 0
	for y := range h {
		line := m.Pix[y*m.Stride:][:4*w]
		for i := 4; i < len(line); i += 4 {
			if [4]uint8(line[i:]) == [4]uint8(line[i-4:]) {
				same++
			}
		}
	}
	return same > h*(w-1)/2
}
