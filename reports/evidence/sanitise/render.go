package sanitise

import (
	"image"
	"image/draw"
)

// longestSide is how long a copy may be, in pixels: enough to read a number plate that
// could be read in the original's middle distance, and what Telegram shows at most.
const longestSide = 2560

// fit returns the size of the copy of a picture.
func fit(w, h int) (int, int) {
	longest := max(w, h)
	if longest <= longestSide {
		return w, h
	}
	scale := func(n int) int { return max(1, (n*longestSide+longest/2)/longest) }
	return scale(w), scale(h)
}

// render draws m, moved by at, on a canvas of w by h pixels, in the size of the copy.
// What m does not cover is transparent.
//
// Each pixel of the copy is the mean of what it covers, computed line by line: the
// scalers of x/image take 32 bytes for each pixel of a copy as high as the original.
func render(m image.Image, at image.Point, w, h int) *image.RGBA {
	dw, dh := fit(w, h)
	out := image.NewRGBA(image.Rect(0, 0, dw, dh))
	bounds := m.Bounds()
	place := bounds.Add(at)
	if dw == w && dh == h {
		draw.Draw(out, place, m, bounds.Min, draw.Src)
		return out
	}

	line := image.NewRGBA(image.Rect(0, 0, w, 1))
	narrow := make([]uint32, 4*dw)
	sum := make([]uint64, 4*dw)
	for y := range h {
		line.Rect = image.Rect(0, y, w, y+1)
		clear(line.Pix)
		draw.Draw(line, place, m, bounds.Min, draw.Src)
		shrinkLine(narrow, line.Pix, w, dw)

		// A line of the original is dh units high, one of the copy h.
		row, top := y*dh/h, y*dh
		below := top + dh - (row+1)*h // units that belong to the next row
		add(sum, narrow, dh-max(0, below))
		if below >= 0 {
			store(out.Pix[row*out.Stride:], sum, uint64(w)*uint64(h))
			clear(sum)
			add(sum, narrow, below)
		}
	}
	return out
}

// shrinkLine adds up the w pixels of a line in dw places. A pixel of the original is dw
// units wide, one of the copy w; no sum exceeds 255 times maxSide.
func shrinkLine(narrow []uint32, pix []uint8, w, dw int) {
	clear(narrow)
	to, edge := narrow, w
	for x := range w {
		p := pix[4*x:][:4:4]
		over := (x+1)*dw - edge // units beyond the right edge
		left := uint32(dw - max(0, over))
		for i, v := range p {
			to[i] += uint32(v) * left
		}
		if over < 0 {
			continue
		}
		to, edge = to[4:], edge+w
		for i := range min(len(to), 4) {
			to[i] += uint32(p[i]) * uint32(over)
		}
	}
}

func add(sum []uint64, line []uint32, weight int) {
	for i, v := range line {
		sum[i] += uint64(v) * uint64(weight)
	}
}

func store(pix []uint8, sum []uint64, area uint64) {
	for i, v := range sum {
		pix[i] = uint8((v + area/2) / area)
	}
}
