package sanitise

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func decoded(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("the copy cannot be decoded: %v", err)
	}
	return m
}

// near reports whether two colours look the same after JPEG.
func near(a, b color.Color, tolerance int) bool {
	x, y := color.RGBAModel.Convert(a).(color.RGBA), color.RGBAModel.Convert(b).(color.RGBA)
	for _, d := range []int{int(x.R) - int(y.R), int(x.G) - int(y.G), int(x.B) - int(y.B), int(x.A) - int(y.A)} {
		if max(d, -d) > tolerance {
			return false
		}
	}
	return true
}

// showsCorners fails unless the four quarters have the colours of corners where an
// orientation puts them.
func showsCorners(t *testing.T, m image.Image, orientation int) {
	t.Helper()
	// Where red and green, above in what is stored, are to be seen: right, below.
	places := map[int][2][2]int{
		1: {{0, 0}, {1, 0}}, 2: {{1, 0}, {0, 0}}, 3: {{1, 1}, {0, 1}}, 4: {{0, 1}, {1, 1}},
		5: {{0, 0}, {0, 1}}, 6: {{1, 0}, {1, 1}}, 7: {{1, 1}, {1, 0}}, 8: {{0, 1}, {0, 0}},
	}[orientation]
	red, green := places[0], places[1]
	for _, c := range []struct {
		at     [2]int
		colour color.RGBA
	}{
		{red, cornerColour(0, 0)},
		{green, cornerColour(1, 0)},
		{[2]int{1 - green[0], 1 - green[1]}, cornerColour(0, 1)},
		{[2]int{1 - red[0], 1 - red[1]}, cornerColour(1, 1)},
	} {
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		x, y := w/4+c.at[0]*w/2, h/4+c.at[1]*h/2
		if got := m.At(x, y); !near(got, c.colour, 40) {
			t.Errorf("orientation %d: %v at right %d, below %d, want %v", orientation, got, c.at[0], c.at[1], c.colour)
		}
	}
}

// copiedPictures are originals that hold every secret and show corners.
func copiedPictures(orientation int) map[string]struct {
	mimeType string
	content  []byte
} {
	m := corners(24, 16)
	type original = struct {
		mimeType string
		content  []byte
	}
	return map[string]original{
		"JPEG":          {"image/jpeg", tellingJPEG(m, orientation)},
		"PNG":           {"image/png", tellingPNG(m, orientation)},
		"APNG":          {"image/apng", tellingPNG(m, orientation)},
		"lossy WebP":    {"image/webp", tellingWebP(orientation, riffChunk("VP8 ", webpLossy))},
		"lossless WebP": {"image/webp", tellingWebP(orientation, riffChunk("VP8L", webpLossless))},
		"animated WebP": {"image/webp", tellingWebP(
			orientation,
			riffChunk("ANIM", "\x00\x00\x00\x00\x00\x00"),
			animated(0, 0, 24, 16, riffChunk("KANA", everySecret), riffChunk("VP8 ", webpLossy)),
			animated(0, 0, 24, 16, riffChunk("VP8L", everySecret)),
		)},
	}
}

func TestCopyOfPictureShowsTheSameAndHoldsNoSecret(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		for name, original := range copiedPictures(orientation) {
			t.Run(fmt.Sprint(name, orientation), func(t *testing.T) {
				b, r := copyOf(t, original.mimeType, original.content)
				silent(t, original.content, b)
				m := decoded(t, b)
				showsCorners(t, m, orientation)
				want := image.Pt(24, 16)
				if orientation >= 5 {
					want = image.Pt(16, 24)
				}
				if m.Bounds().Size() != want || r.Width != want.X || r.Height != want.Y {
					t.Errorf("%v, and it says %d by %d, want %v", m.Bounds(), r.Width, r.Height, want)
				}
			})
		}
	}
}

func TestCopyOfGIFIsItsFirstFrame(t *testing.T) {
	original := tellingGIF(corners(24, 16))
	b, r := copyOf(t, "image/gif", original)
	silent(t, original, b)
	showsCorners(t, decoded(t, b), 1)
	if r.Type != "image/png" || r.Ext != ".png" {
		t.Errorf("a drawing became %s", r.Type)
	}
}

// Nothing but what the two encoders need: a file with one byte more is caught.
func TestCopyOfPictureHasNoOtherParts(t *testing.T) {
	b, _ := copyOf(t, "image/jpeg", tellingJPEG(corners(24, 16), 6))
	var markers []byte
	for at := 2; at < len(b); {
		markers = append(markers, b[at+1])
		if b[at+1] == markerSOS {
			break
		}
		at += 2 + int(b[at+2])<<8 + int(b[at+3])
	}
	for _, m := range markers {
		if m != markerDQT && m != markerSOF0 && m != markerDHT && m != markerSOS {
			t.Errorf("the copy has a segment %x", m)
		}
	}
	if end := bytes.Index(b, []byte{0xff, markerEOI}); end != len(b)-2 {
		t.Errorf("the copy goes on behind its end: %d of %d", end, len(b))
	}

	b, _ = copyOf(t, "image/png", tellingPNG(corners(24, 16), 6))
	for at := 8; at < len(b); {
		length, kind := int(b[at])<<24+int(b[at+1])<<16+int(b[at+2])<<8+int(b[at+3]), string(b[at+4:at+8])
		if !slices.Contains([]string{"IHDR", "IDAT", "IEND"}, kind) {
			t.Errorf("the copy has a chunk %s", kind)
		}
		at += length + 12
	}
}

func TestCopyChoosesTheEncoding(t *testing.T) {
	noise := image.NewRGBA(image.Rect(0, 0, 64, 64))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(random.Uint32()) | uint8(i%4/3*255)
	}
	glass := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for i := range glass.Pix {
		glass.Pix[i] = uint8(random.Uint32()) / 2
	}
	for _, c := range []struct {
		name, mimeType string
		content        []byte
		want           string
	}{
		{"photo", "image/jpeg", jpegOf(noise), ".jpg"},
		{"flat JPEG", "image/jpeg", jpegOf(corners(64, 64)), ".jpg"},
		{"photo as PNG", "image/png", pngOf(noise), ".jpg"},
		{"screenshot", "image/png", pngOf(corners(64, 64)), ".png"},
		{"transparent", "image/png", pngOf(glass), ".png"},
	} {
		if _, r := copyOf(t, c.mimeType, c.content); r.Ext != c.want {
			t.Errorf("%s: %s, want %s", c.name, r.Ext, c.want)
		}
	}
}

// Editors make parts of a picture transparent and leave in what was there.
func TestCopyForgetsColoursThatAreFullyTransparent(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 24, 16))
	for i := range m.Pix {
		m.Pix[i] = uint8(i % 4 * 60 % 240) // alpha 180 but for
	}
	hidden := m.PixOffset(5, 5)
	copy(m.Pix[hidden:], []uint8{200, 100, 50, 0})
	b, _ := copyOf(t, "image/png", pngOf(m))
	got := decoded(t, b).(*image.NRGBA)
	if p := got.Pix[got.PixOffset(5, 5):][:4]; !slices.Equal(p, []uint8{0, 0, 0, 0}) {
		t.Errorf("what was hidden is there: %v", p)
	}
	if p := got.NRGBAAt(6, 6); !near(p, m.NRGBAAt(6, 6), 2) {
		t.Errorf("what was seen through is %v", p)
	}
}

func TestCopyReadsRareKinds(t *testing.T) {
	deep := image.NewNRGBA64(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			deep.Set(x, y, cornerColour(2*x/24, 2*y/16))
		}
	}
	for _, c := range []struct {
		name, mimeType string
		content        []byte
		at             image.Point
		want           color.Color
	}{
		{"16 bits", "image/png", pngOf(deep), image.Pt(3, 12), color.RGBA{0, 0, 255, 255}},
		{"palette", "image/png", pngOf(paletted(corners(24, 16))), image.Pt(3, 12), color.RGBA{0, 0, 255, 255}},
		{"CMYK", "image/jpeg", cmykJPEG(16, 8, 0, 255, 255, 0), image.Pt(4, 4), color.RGBA{255, 0, 0, 255}},
		{"progressive", "image/jpeg", progressiveJPEG(), image.Pt(12, 4), color.Gray{228}},
		{"half transparent WebP", "image/webp", webpOf(canvas(24, 16), riffChunk("ALPH", webpHalf), riffChunk("VP8 ", webpLossy)), image.Pt(18, 12), color.RGBA{128, 128, 128, 128}},
		{"frame in a larger WebP", "image/webp", webpOf(canvas(64, 64), animated(20, 10, 24, 16, riffChunk("VP8L", webpLossless))), image.Pt(20+18, 10+4), color.RGBA{0, 255, 0, 255}},
		{"beside that frame", "image/webp", webpOf(canvas(64, 64), animated(20, 10, 24, 16, riffChunk("VP8L", webpLossless))), image.Pt(18, 12), color.RGBA{}},
		{"frame in a larger GIF", "image/gif", gifOf(paletted(corners(24, 16).SubImage(image.Rect(12, 0, 24, 8)))), image.Pt(18, 4), color.RGBA{0, 255, 0, 255}},
		{"beside that frame", "image/gif", gifOf(paletted(corners(24, 16).SubImage(image.Rect(12, 0, 24, 8)))), image.Pt(4, 4), color.RGBA{}},
		{"white of a lossy WebP", "image/webp", webpOf(riffChunk("VP8 ", webpLossy)), image.Pt(20, 13), color.RGBA{255, 255, 255, 255}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, _ := copyOf(t, c.mimeType, c.content)
			if got := decoded(t, b).At(c.at.X, c.at.Y); !near(got, c.want, 6) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestCopyShrinksWithoutLosingPlaceOrBrightness(t *testing.T) {
	const w, h = 3000, 1001
	m := corners(w, h)
	b, r := copyOf(t, "image/png", pngOf(m))
	if r.Width != longestSide || r.Height != 854 {
		t.Errorf("%d by %d", r.Width, r.Height)
	}
	showsCorners(t, decoded(t, b), 1)

	// Lines of one pixel become grey, and no line weighs more than another.
	striped := image.NewGray(image.Rect(0, 0, 2*longestSide, 64))
	for i := range striped.Pix {
		striped.Pix[i] = uint8(i % 2 * 255)
	}
	out := render(striped, image.Point{}, 2*longestSide, 64)
	for i, v := range out.Pix {
		if i%4 != 3 && v != 128 {
			t.Fatalf("byte %d is %d", i, v)
		}
	}
	plain := image.NewUniform(color.RGBA{77, 78, 79, 255})
	for _, size := range []image.Point{{2561, 1}, {1, 2561}, {65535, 1}, {2999, 2563}} {
		at := &crop{plain, image.Rectangle{Max: size}}
		out := render(at, image.Point{}, size.X, size.Y)
		for i := 0; i < len(out.Pix); i += 4 {
			if [4]uint8(out.Pix[i:]) != [4]uint8{77, 78, 79, 255} {
				t.Fatalf("%v: pixel %d is %v", size, i/4, out.Pix[i:][:4])
			}
		}
	}
}

// crop is a part of a picture without end.
type crop struct {
	image.Image
	bounds image.Rectangle
}

func (c *crop) Bounds() image.Rectangle { return c.bounds }

func TestOrientationIsUprightWhereItCannotBeRead(t *testing.T) {
	good := exifWith(6)
	if got := orientation(good); got != 6 {
		t.Fatalf("orientation %d of Exif with 6", got)
	}
	if got := orientation(append([]byte(exifPrefix), good...)); got != 6 {
		t.Errorf("orientation %d behind a prefix", got)
	}
	little := "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00"
	if got := orientation([]byte(little)); got != 8 {
		t.Errorf("orientation %d of little-endian Exif with 8", got)
	}
	for name, exif := range map[string]string{
		"nothing":          "",
		"no header":        strings.Repeat("x", 100),
		"directory beyond": "MM\x00*\xff\xff\xff\xff",
		"entries beyond":   "MM\x00*\x00\x00\x00\x08\xff\xff",
		"value 0":          string(exifWith(0)),
		"value 9":          string(exifWith(9)),
		"cut":              little[:15],
		"other kind":       strings.Replace(little, "\x12\x01\x03", "\x12\x01\x04", 1),
	} {
		if got := orientation([]byte(exif)); got != upright {
			t.Errorf("%s: %d", name, got)
		}
	}
}
