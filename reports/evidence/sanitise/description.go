package sanitise

import (
	"bufio"
	"io"
	"slices"
)

// maxDescriptions bounds how many descriptions a track has; one or two are usual.
const maxDescriptions = 64

// description says how samples are coded: an entry of stsd, written anew. Names of
// encoders and vendors, colour profiles and unknown boxes in it are not taken.
type description struct {
	entry []byte // a whole box
	// Of H.264 and H.265: the bytes of each length before a NAL unit, and which units stay.
	lengthSize int
	keep       func(unit []byte) bool
}

// readDescriptions reads stsd. An error says that something in it is not known, and
// matters only if the track is needed.
func readDescriptions(handler string, body []byte) ([]description, error) {
	f := fields{b: body}
	version, _ := f.version()
	f.skip(4)
	var all []description
	err := boxes(f.b, func(kind string, body []byte) error {
		if len(all) == maxDescriptions {
			return tooLarge("too many descriptions")
		}
		var d description
		var err error
		if handler == pictures {
			d, err = readVisual(kind, body)
		} else {
			d, err = readSound(kind, body, version == 0)
		}
		all = append(all, d)
		return err
	})
	return all, err
}

// readVisual reads a VisualSampleEntry (14496-12, 12.1.3).
func readVisual(kind string, body []byte) (description, error) {
	const head = 78
	f := fields{b: body}
	f.skip(24)
	width, height := f.u16(), f.u16()
	f.skip(head - 28)
	if f.short {
		return description{}, damaged("a description that is none")
	}
	var d description
	var inner writer
	err := boxes(f.b, func(name string, body []byte) error {
		f := fields{b: body}
		switch {
		case name == "avcC" && slices.Contains([]string{"avc1", "avc3"}, kind):
			return d.avc(&inner, &f)
		case name == "hvcC" && slices.Contains([]string{"hvc1", "hev1"}, kind):
			return d.hevc(&inner, &f)
		case name == "pasp" && len(body) >= 8: // pixels that are not square
			inner.box(name, func() { inner.u8(body[:8]...) })
		case name == "clap" && len(body) >= 32: // what part is shown
			inner.box(name, func() { inner.u8(body[:32]...) })
		case name == "colr":
			colours(&inner, &f)
		}
		return nil
	})
	if err != nil {
		return description{}, err
	}
	if d.keep == nil {
		return description{}, unsupported("pictures in a coding that is not known")
	}
	var w writer
	w.box(kind, func() {
		w.zeros(6)
		w.u16(1) // data reference
		w.zeros(16)
		w.u16(width)
		w.u16(height)
		w.u32(72<<16, 72<<16, 0) // resolution
		w.u16(1)                 // pictures a sample
		w.zeros(32)              // name of the encoder
		w.u16(24)                // depth: colour without alpha
		w.u16(0xffff)
		w.u8(inner.b...)
	})
	d.entry = w.b
	return d, nil
}

// colours takes numbers that name a colour space, and no profile. QuickTime's form lacks
// the range of values.
func colours(w *writer, f *fields) {
	form := string(f.bytes(4))
	numbers := f.bytes(6)
	if f.short || form != "nclx" && form != "nclc" {
		return
	}
	full := byte(0)
	if form == "nclx" {
		full = f.u8() & 0x80
	}
	w.box("colr", func() {
		w.text("nclx")
		w.u8(numbers...)
		w.u8(full)
	})
}

// readSound reads an AudioSampleEntry (14496-12, 12.2.3), or QuickTime's, whose version 1
// has 16 bytes more and may hide the configuration in a box named wave.
func readSound(kind string, body []byte, quickTime bool) (description, error) {
	f := fields{b: body}
	f.skip(8)
	version := f.u16()
	f.skip(6)
	channels := f.u16()
	f.skip(6)
	rate := f.u32()
	switch {
	case kind != "mp4a" || quickTime && version > 1:
		return description{}, unsupported("sound in a coding that is not known")
	case quickTime && version == 1:
		f.skip(16)
	}
	if f.short {
		return description{}, damaged("a description that is none")
	}
	inner := f.b
	var configuration []byte
	for range 2 { // the second time in what wave holds
		var wave []byte
		if err := boxes(inner, func(name string, body []byte) error {
			switch name {
			case "esds":
				configuration = body
			case "wave":
				wave = body
			}
			return nil
		}); err != nil {
			return description{}, err
		}
		inner = wave
	}
	esds, err := readESDS(configuration)
	if err != nil {
		return description{}, err
	}
	var w writer
	w.box(kind, func() {
		w.zeros(6)
		w.u16(1) // data reference
		w.zeros(8)
		w.u16(channels)
		w.u16(16) // bits of a sample, always
		w.zeros(4)
		w.u32(rate)
		w.full("esds", 0, 0, func() { w.u8(esds...) })
	})
	return description{entry: w.b}, nil
}

// Descriptors of ISO/IEC 14496-1, section 7.2.
const (
	tagES            = 3
	tagDecoder       = 4
	tagDecoderConfig = 5
	tagSL            = 6
)

// readESDS takes the coding of sound and its configuration, and writes them anew.
func readESDS(body []byte) ([]byte, error) {
	const (
		aac, firstAAC, lastAAC = 0x40, 0x66, 0x68
		mp3Low, mp3            = 0x69, 0x6b
		maxConfig              = 64 // bytes; five are usual
	)
	f := fields{b: body}
	f.skip(4)
	es := f.descriptor(tagES)
	es.skip(2)
	flags := es.u8()
	if flags&0x80 != 0 {
		es.skip(2)
	}
	if flags&0x40 != 0 {
		es.skip(int(es.u8()))
	}
	if flags&0x20 != 0 {
		es.skip(2)
	}
	decoder := es.descriptor(tagDecoder)
	coding := decoder.u8()
	decoder.skip(1)
	bufferSize := decoder.bytes(3)
	most, average := decoder.u32(), decoder.u32()
	if f.short || es.short || decoder.short {
		return nil, damaged("a description that is none")
	}
	var config []byte
	if len(decoder.b) > 0 {
		specific := decoder.descriptor(tagDecoderConfig)
		config = specific.b
	}
	switch {
	case coding == mp3 || coding == mp3Low:
		config = nil
	case (coding == aac || coding >= firstAAC && coding <= lastAAC) && len(config) <= maxConfig && plainAAC(config):
	default:
		return nil, unsupported("sound in a coding that is not known")
	}
	var w writer
	w.descriptor(tagES, func(w *writer) {
		w.zeros(3)
		w.descriptor(tagDecoder, func(w *writer) {
			const audioStream = 5<<2 | 1
			w.u8(coding, audioStream)
			w.u8(bufferSize...)
			w.u32(most, average)
			if config != nil {
				w.descriptor(tagDecoderConfig, func(w *writer) { w.u8(config...) })
			}
		})
		w.descriptor(tagSL, func(w *writer) { w.u8(2) })
	})
	return w.b, nil
}

// plainAAC reports whether an AudioSpecificConfig (14496-3, 1.6.2.1) names one of the
// usual arrangements of loudspeakers. Otherwise it describes its own, with a comment.
func plainAAC(config []byte) bool {
	if len(config) < 2 {
		return false
	}
	bits := uint32(config[0])<<8 | uint32(config[1])
	object, rate, channels := bits>>11, bits>>7&15, bits>>3&15
	const escape, ownRate = 31, 15
	return object != escape && rate != ownRate && channels != 0
}

// descriptor reads a descriptor of the given kind, whose length is in up to four bytes
// of seven bits.
func (f *fields) descriptor(tag byte) fields {
	if f.u8() != tag {
		f.short = true
	}
	n := 0
	for range 4 {
		b := f.u8()
		n = n<<7 | int(b&0x7f)
		if b&0x80 == 0 {
			break
		}
	}
	if n > len(f.b) {
		f.short = true
	}
	if f.short {
		return fields{short: true}
	}
	return fields{b: f.bytes(n)}
}

// descriptor writes one, whose content is short.
func (w *writer) descriptor(tag byte, content func(*writer)) {
	var inner writer
	content(&inner)
	w.u8(tag, byte(len(inner.b)))
	w.u8(inner.b...)
}

// copySample copies a sample, less what it may not hold, and returns its new size.
func (d *description) copySample(w io.Writer, r *bufio.Reader, size int64) (int64, error) {
	if d.keep != nil {
		return copyUnits(w, r, size, d.lengthSize, d.keep)
	}
	return size, pipe(w, r, size)
}

// pipe copies n bytes, or skips them where nobody reads them.
func pipe(w io.Writer, r *bufio.Reader, n int64) error {
	var err error
	if w == io.Discard {
		_, err = r.Discard(int(n))
	} else {
		_, err = io.CopyN(w, r, n)
	}
	if err == io.EOF {
		return damaged("it ends too early")
	}
	return err
}
