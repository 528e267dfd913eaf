package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Small files of every type, made by hand: as much of each as detection looks at.

func jpeg(content string) []byte {
	return []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + content)
}

func png(content string) []byte {
	return []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + content)
}

// zipped makes an archive of empty stored files, but for a first one named mimetype.
func zipped(names ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		name, content, _ := strings.Cut(name, "=")
		// CreateRaw, because Create leaves the sizes to a record after the content, which
		// an OpenDocument's mimetype must not have.
		f, err := w.CreateRaw(&zip.FileHeader{
			Name: name, CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)),
		})
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func odf(kind string, more ...string) []byte {
	return zipped(append([]string{"mimetype=" + odfPrefix + kind, "content.xml", "META-INF/manifest.xml"}, more...)...)
}

// ole makes a compound file: entries under the root as a chain of right siblings, and
// under the first of them those whose names begin with "/". The directory begins at
// the given sector.
func ole(sector int, names ...string) []byte {
	const sectorSize, none, endOfChain = 512, 0xffffffff, 0xfffffffe
	entries := append([]string{"Root Entry"}, names...)
	directorySectors := (len(entries) + 3) / 4
	sectors := sector + directorySectors
	tables := sectors/128 + 2
	lists := 0
	if tables > 109 {
		lists = 1
	}
	file := make([]byte, sectorSize*(1+sectors+tables+lists))
	at := func(sector int) []byte { return file[sectorSize*(1+sector):][:sectorSize] }
	put := binary.LittleEndian.PutUint32

	copy(file, oleMagic)
	binary.LittleEndian.PutUint16(file[30:], 9)
	put(file[48:], uint32(sector))
	put(file[68:], endOfChain)
	for i := range 109 {
		put(file[76+4*i:], none)
	}
	if lists > 0 {
		put(file[68:], uint32(sectors+tables))
	}
	for i := range tables {
		if i < 109 {
			put(file[76+4*i:], uint32(sectors+i))
		} else {
			put(at(sectors + tables)[4*(i-109):], uint32(sectors+i))
		}
	}
	for i := range directorySectors {
		next := uint32(sector + i + 1)
		if i == directorySectors-1 {
			next = endOfChain
		}
		s := sector + i
		put(at(sectors + s/128)[4*(s%128):], next)
	}
	entry := func(i int) []byte { return at(sector + i/4)[128*(i%4):][:128] }
	var top, below []int
	for i, name := range entries {
		e := entry(i)
		units := utf16.Encode([]rune(strings.TrimPrefix(name, "/")))
		for j, u := range units {
			binary.LittleEndian.PutUint16(e[2*j:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)+2))
		put(e[68:], none)
		put(e[72:], none)
		put(e[76:], none)
		switch {
		case i == 0:
		case strings.HasPrefix(name, "/"):
			below = append(below, i)
		default:
			top = append(top, i)
		}
	}
	for parent, children := range map[int][]int{0: top, 1: below} {
		for j, child := range children {
			if j == 0 {
				put(entry(parent)[76:], uint32(child))
			} else {
				put(entry(children[j-1])[72:], uint32(child))
			}
		}
	}
	return file
}

func box(name string, content ...[]byte) []byte {
	all := bytes.Join(content, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(all))), name...), all...)
}

// track is a track of an MP4 whose handler is "vide", "soun" or another.
func track(handler string) []byte {
	return box("trak", box("tkhd", make([]byte, 20)), box("mdia", box("mdhd"), box("hdlr", make([]byte, 8), []byte(handler), make([]byte, 12))))
}

func mp4(brand string, tracks ...[]byte) []byte {
	return bytes.Join([][]byte{
		box("ftyp", []byte(brand+"\x00\x00\x00\x00")),
		box("mdat", make([]byte, 5000)),
		box("moov", append([][]byte{box("mvhd", make([]byte, 30))}, tracks...)...),
	}, nil)
}

func riff(kind string) []byte {
	return []byte("RIFF\x00\x01\x00\x00" + kind + "\x10\x00\x00\x00more of it")
}

func ogg(codec string) []byte {
	return []byte("OggS\x00" + strings.Repeat("\x00", 23) + codec + strings.Repeat("\x00", 10))
}

func matroska(docType string, codecs ...string) []byte {
	b := []byte("\x1a\x45\xdf\xa3\x9f\x42\x82" + string(rune(0)) + docType)
	b[7] = 0x80 | byte(len(docType))
	for _, codec := range codecs {
		b = append(append(b, 0x86, 0x80|byte(len(codec))), codec...)
	}
	return append(b, make([]byte, 50)...)
}

func mp3Frames() []byte {
	frame := make([]byte, 417) // MPEG 1 layer III, 128 kbit/s, 44.1 kHz
	copy(frame, "\xff\xfb\x90\x00")
	return bytes.Repeat(frame, 4)
}

func utf16le(text string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}
