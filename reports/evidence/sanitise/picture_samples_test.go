package sanitise

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
)

// corners has another colour in each quarter: red and green above, blue and white below.
func corners(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, cornerColour(2*x/w, 2*y/h))
		}
	}
	return m
}

func cornerColour(right, below int) color.RGBA {
	return []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}[right+2*below]
}

// exifWith is an Exif block with an orientation, secrets in tags, and a thumbnail.
func exifWith(orientation int) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x03")
	entry := func(tag, kind uint16, count, value uint32) {
		b = binary.BigEndian.AppendUint16(b, tag)
		b = binary.BigEndian.AppendUint16(b, kind)
		b = binary.BigEndian.AppendUint32(b, count)
		b = binary.BigEndian.AppendUint32(b, value)
	}
	entry(0x010e, 2, uint32(len(everySecret)), 50) // description
	entry(0x0112, 3, 1, uint32(orientation)<<16)
	entry(0x9286, 7, 100, 50) // the user's comment
	b = append(b, 0, 0, 0, 0)
	b = append(b, everySecret...)
	b = append(b, utf16Of(binary.LittleEndian, everySecret)...)
	thumbnail := jpegOf(corners(16, 16))
	thumbnail = append(thumbnail[:2:2], append(segment(markerSOI+0x26, everySecret), thumbnail[2:]...)...)
	return append(b, thumbnail...)
}

func jpegOf(m image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func segment(marker byte, content string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(content)+2)), content...)
}

// tellingJPEG is a JPEG with secrets in every place that is known for them.
func tellingJPEG(m image.Image, orientation int) []byte {
	plain := jpegOf(m)
	var b bytes.Buffer
	b.Write(plain[:2])
	for _, s := range [][]byte{
		segment(markerAPP0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"+everySecret),
		segment(markerAPP0, "JFXX\x00\x10"+string(jpegOf(corners(8, 8)))+everySecret),
		segment(markerAPP1, exifPrefix+string(exifWith(orientation))),
		segment(markerAPP1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+everySecret+"</x:xmpmeta>"),
		segment(markerAPP1, "http://ns.adobe.com/xmp/extension/\x00"+base64.StdEncoding.EncodeToString([]byte(everySecret))),
		segment(0xe2, "ICC_PROFILE\x00\x01\x01"+string(utf16Of(binary.BigEndian, everySecret))),
		segment(0xe2, "MPF\x00"+everySecret),
		segment(0xed, "Photoshop 3.0\x008BIM\x04\x04\x00\x00"+everySecret),
		segment(0xef, string(deflated(everySecret))),
		segment(0xfe, everySecret),
		[]byte(everySecret), // between segments
	} {
		b.Write(s)
	}
	b.Write(plain[2 : len(plain)-2])
	b.Write(segment(0xfe, everySecret))
	b.Write(plain[len(plain)-2:])
	b.WriteString(everySecret)
	b.Write(plain) // a second picture, as motion photos and depth maps
	b.Write(movieChunk("udta", everySecret))
	return b.Bytes()
}

// cmykJPEG is a JPEG of four components, each in a scan of its own, made of grey ones.
// Adobe's programs write them inverted.
func cmykJPEG(w, h int, c, m, y, k uint8) []byte {
	var scans, tables []byte
	for i, v := range []uint8{c, m, y, k} {
		grey := image.NewGray(image.Rect(0, 0, w, h))
		for p := range grey.Pix {
			grey.Pix[p] = 255 - v
		}
		plain := jpegOf(grey)
		sof := bytes.Index(plain, []byte{0xff, markerSOF0})
		sos := bytes.Index(plain, []byte{0xff, markerSOS})
		if i == 0 {
			sofLength := 2 + int(binary.BigEndian.Uint16(plain[sof+2:]))
			tables = append(slices.Clone(plain[2:sof]), plain[sof+sofLength:sos]...)
		}
		scan := slices.Clone(plain[sos : len(plain)-2])
		scan[5] = byte(i + 1) // component
		scans = append(scans, scan...)
	}
	frame := "\x08" + string(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, uint16(h)), uint16(w))) + "\x04"
	for i := range 4 {
		frame += string([]byte{byte(i + 1), 0x11, 0})
	}
	return slices.Concat([]byte{0xff, markerSOI}, segment(markerAPP14, "Adobe\x00\x64\x00\x00\x00\x00\x00"),
		segment(markerSOF0, frame), tables, scans, []byte{0xff, markerEOI})
}

// progressiveJPEG is a grey one of two blocks with one value each, of which only the
// first scan is there: that of averages. Its codes: 0 is "no difference", 10 "two bits
// follow"; 110 is "seven bits follow".
func progressiveJPEG() []byte {
	quantisation := "\x00" + strings.Repeat("\x08", 64) // so that 1 is one step of brightness
	huffman := "\x00\x01\x01\x01" + strings.Repeat("\x00", 13) + "\x00\x02\x07"
	// From 0 to +100: 110 and 1100100; from 100 to 100: 0. Then ones to fill up.
	return slices.Concat([]byte{0xff, markerSOI}, segment(markerDQT, quantisation),
		segment(markerSOF2, "\x08\x00\x08\x00\x10\x01\x01\x11\x00"), segment(markerDHT, huffman),
		segment(markerSOS, "\x01\x01\x00\x00\x00\x00"), []byte{0b11011001, 0b00011111}, []byte{0xff, markerEOI})
}

func pngOf(m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngChunk(kind, content string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	b = append(append(b, kind...), content...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// tellingPNG is an animated PNG with secrets in every place that is known for them.
func tellingPNG(m image.Image, orientation int) []byte {
	plain := pngOf(m)
	const afterHeader = 8 + 25
	return slices.Concat(plain[:afterHeader],
		pngChunk("acTL", "\x00\x00\x00\x01\x00\x00\x00\x00"),
		pngChunk("tEXt", "Author\x00"+everySecret),
		pngChunk("zTXt", "Comment\x00\x00"+string(deflated(everySecret))),
		pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+everySecret),
		pngChunk("iCCP", "Kanaria\x00\x00"+string(deflated(everySecret))),
		pngChunk("eXIf", string(exifWith(orientation))),
		pngChunk("tIME", "\x07\xf9\x01\x02\x03\x04\x05"),
		pngChunk("prVt", everySecret),
		plain[afterHeader:len(plain)-12],
		pngChunk("fdAT", "\x00\x00\x00\x01"+string(deflated(everySecret))),
		pngChunk("tEXt", "Source\x00"+everySecret),
		plain[len(plain)-12:], []byte(everySecret), []byte(base64.StdEncoding.EncodeToString([]byte(everySecret))))
}

// What a browser made of corners(24, 16): the data of the chunks.
var (
	webpLossy    = unbase64("cAMAnQEqGAAQAC5NNptNoSQkJAQATEtQBOiP/9xABNgC/95AAP72h7+bX/6tq/+JIv/zYH//SD2+Tp//6XB+0P/ywNsz//S4L7/9skOBL82zOuQQhZZwAA==")
	webpLossless = unbase64("LxfAAwAfIBBI3h86jfkXEBT8H938R2QPgDDbaJKTPMn9jyCi/7FNfQLVMQ==")
	webpHalf     = unbase64("AQ/wwP+IiCAkIPxf64FqQkT/J4DfJg==") // alpha: the last quarter at a half
)

func unbase64(s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func riffChunk(kind, content string) string {
	n := string(binary.LittleEndian.AppendUint32(nil, uint32(len(content))))
	return kind + n + content + strings.Repeat("\x00", len(content)%2)
}

func webpOf(chunks ...string) []byte {
	all := strings.Join(chunks, "")
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(all)+4))) + "WEBP" + all)
}

// canvas is the header of a WebP of w by h pixels.
func canvas(w, h int) string {
	return riffChunk("VP8X", "\x3e\x00\x00\x00"+string(appendUint24(appendUint24(nil, uint32(w-1)), uint32(h-1))))
}

// animated is a frame at the given place.
func animated(x, y, w, h int, chunks ...string) string {
	var head []byte
	for _, v := range []int{x / 2, y / 2, w - 1, h - 1, 100} {
		head = appendUint24(head, uint32(v))
	}
	return riffChunk("ANMF", string(head)+"\x00"+strings.Join(chunks, ""))
}

func tellingWebP(orientation int, picture ...string) []byte {
	chunks := []string{canvas(24, 16), riffChunk("ICCP", everySecret)}
	chunks = append(chunks, picture...)
	chunks = append(chunks, riffChunk("EXIF", string(exifWith(orientation))), riffChunk("XMP ", everySecret), riffChunk("KANA", everySecret))
	return append(webpOf(chunks...), everySecret...)
}

func gifOf(frames ...*image.Paletted) []byte {
	var b bytes.Buffer
	g := &gif.GIF{Image: frames, Delay: make([]int, len(frames)), Config: image.Config{Width: 24, Height: 16, ColorModel: frames[0].Palette}}
	if err := gif.EncodeAll(&b, g); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func paletted(m image.Image) *image.Paletted {
	p := color.Palette{color.Transparent, cornerColour(0, 0), cornerColour(1, 0), cornerColour(0, 1), cornerColour(1, 1)}
	out := image.NewPaletted(m.Bounds(), p)
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			out.Set(x, y, m.At(x, y))
		}
	}
	return out
}

// tellingGIF has secrets in extensions before the first frame, between and behind.
func tellingGIF(m image.Image) []byte {
	plain := gifOf(paletted(m), paletted(m))
	extension := func(kind string) []byte {
		return []byte("!" + kind + string([]byte{byte(len(everySecret))}) + everySecret + "\x00")
	}
	const header = 13 + 3*8 // and eight colours
	return slices.Concat(plain[:header], extension("\xfe"), []byte("!\x01\x0c123456789012"+string([]byte{byte(len(everySecret))})+everySecret+"\x00"), []byte("!\xff\x0bXMP DataXMP"), []byte{byte(len(everySecret))}, []byte(everySecret+"\x00"),
		plain[header:len(plain)-1], extension("\xfe"), []byte(";"), []byte(everySecret))
}
