package evidence

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"
	"unicode/utf16"
)

// What stands here reads the tables of contents of container formats, no more: where
// mimetype's first 4096 bytes do not tell an office document from an archive, or a
// voice memo from a video. Every loop has a bound, because the files are strangers'.

const (
	wordType          = "application/msword"
	excelType         = "application/vnd.ms-excel"
	powerPointType    = "application/vnd.ms-powerpoint"
	wordXMLType       = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	excelXMLType      = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	powerPointXMLType = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	odfPrefix         = "application/vnd.oasis.opendocument."

	zipArchiveType = "application/zip"
	oleStorageType = "application/x-ole-storage"
	// macrosType is our name for an office document that holds a program.
	macrosType = "application/vnd.ms-office.macros"
)

// maxZipDirectory bounds the memory that a table of contents may take, in bytes; a
// thousand slides need a tenth of it.
const maxZipDirectory = 2 << 20

// zipType returns the type of an office document, or that of an archive. What counts
// is the directory at the end, because that is what programs open by; the entries at
// the beginning, by which mimetype judges, may be a disguise.
func zipType(r io.ReaderAt, size int64) string {
	names, ok := zipNames(r, size)
	if !ok {
		return zipArchiveType
	}
	all := make(map[string]bool, len(names))
	folders := make(map[string]bool)
	for _, name := range names {
		all[name] = true
		if folder, _, ok := strings.Cut(name, "/"); ok {
			folders[folder] = true
		}
		if strings.EqualFold(path.Base(name), "vbaProject.bin") {
			return macrosType
		}
	}
	if all["AndroidManifest.xml"] || all["classes.dex"] || all["META-INF/MANIFEST.MF"] {
		return zipArchiveType
	}
	if all["[Content_Types].xml"] {
		switch {
		case folders["word"]:
			return wordXMLType
		case folders["xl"]:
			return excelXMLType
		case folders["ppt"]:
			return powerPointXMLType
		}
	}
	if all["content.xml"] && all["META-INF/manifest.xml"] {
		if folders["Basic"] || folders["Scripts"] {
			return macrosType
		}
		return odfType(r)
	}
	return zipArchiveType
}

// odfType reads the first entry of an OpenDocument file: a stored, never compressed
// file named mimetype that holds nothing else (OpenDocument 1.3, part 2, section 3.3).
func odfType(r io.ReaderAt) string {
	head := make([]byte, 30+len("mimetype")+128)
	n, _ := r.ReadAt(head, 0)
	head = head[:n]
	if len(head) < 38 || !bytes.HasPrefix(head, []byte("PK\x03\x04")) || string(head[30:38]) != "mimetype" {
		return zipArchiveType
	}
	length := binary.LittleEndian.Uint32(head[22:])
	extra := binary.LittleEndian.Uint16(head[28:])
	content := head[38:]
	if extra != 0 || length > uint32(len(content)) || !bytes.HasPrefix(content, []byte(odfPrefix)) {
		return zipArchiveType
	}
	return string(content[:length])
}

// zipNames returns the names in the central directory, and false if there is none
// that a small, ordinary archive would have. archive/zip is not used, because it
// takes memory in proportion to what a hostile file claims to hold.
func zipNames(r io.ReaderAt, size int64) ([]string, bool) {
	const endSize, maxComment, entrySize = 22, 1<<16 - 1, 46
	tail := make([]byte, min(size, endSize+maxComment))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return nil, false
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < endSize {
		return nil, false
	}
	end := tail[at:]
	length := int64(binary.LittleEndian.Uint32(end[12:]))
	from := int64(binary.LittleEndian.Uint32(end[16:]))
	if length > maxZipDirectory || from+length > size {
		return nil, false
	}
	directory := make([]byte, length)
	if _, err := r.ReadAt(directory, from); err != nil && err != io.EOF {
		return nil, false
	}
	var names []string
	for len(directory) >= entrySize && bytes.HasPrefix(directory, []byte("PK\x01\x02")) {
		name := int(binary.LittleEndian.Uint16(directory[28:]))
		whole := entrySize + name + int(binary.LittleEndian.Uint16(directory[30:])) + int(binary.LittleEndian.Uint16(directory[32:]))
		if whole > len(directory) {
			return nil, false
		}
		names = append(names, string(directory[entrySize:][:name]))
		directory = directory[whole:]
	}
	return names, len(names) > 0 && len(directory) == 0
}

const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// oleType returns the type of an office document of 1997 to 2003, or that of its
// container. The directory of such a file ("MS-CFB") may lie anywhere in it.
func oleType(r io.ReaderAt, size int64) string {
	entries := oleDirectory(r, size)
	if len(entries) == 0 {
		return oleStorageType
	}
	for _, e := range entries {
		if e.name == "_VBA_PROJECT" {
			return macrosType
		}
	}
	// Only what hangs directly under the root counts: a document may hold others.
	result := oleStorageType
	seen := make([]bool, len(entries))
	for waiting := []uint32{entries[0].child}; len(waiting) > 0; {
		i := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if i >= uint32(len(entries)) || seen[i] {
			continue
		}
		seen[i] = true
		waiting = append(waiting, entries[i].left, entries[i].right)
		switch entries[i].name {
		case "WordDocument":
			result = wordType
		case "Workbook", "Book":
			result = excelType
		case "PowerPoint Document":
			result = powerPointType
		}
	}
	return result
}

type oleEntry struct {
	name               string
	left, right, child uint32
}

// oleDirectory returns the entries of the directory as far as they can be read, the
// root first.
func oleDirectory(r io.ReaderAt, size int64) []oleEntry {
	const (
		headerSize = 512
		entrySize  = 128
		inHeader   = 109 // allocation tables that the header lists
		lastSector = 0xfffffffa
		endOfChain = 0xfffffffe
		maxSectors = 1024 // of the directory: 4096 entries at least
		maxLists   = 64   // enough for half a gigabyte
	)
	header := make([]byte, headerSize)
	if n, _ := r.ReadAt(header, 0); n < headerSize {
		return nil
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return nil
	}
	sectorSize := int64(1) << shift
	perSector := uint32(sectorSize / 4)
	// number reads entry i of a sector of numbers; where it cannot, the end of a chain.
	number := func(sector, i uint32) uint32 {
		var b [4]byte
		at := (int64(sector)+1)*sectorSize + int64(i)*4
		if sector > lastSector || at+4 > size {
			return endOfChain
		}
		if n, _ := r.ReadAt(b[:], at); n < len(b) {
			return endOfChain
		}
		return binary.LittleEndian.Uint32(b[:])
	}
	// next follows the allocation table, whose own sectors are listed in the header and,
	// in large files, in a chain of further lists.
	next := func(sector uint32) uint32 {
		table := sector / perSector
		if table < inHeader {
			return number(binary.LittleEndian.Uint32(header[76+4*table:]), sector%perSector)
		}
		table -= inHeader
		list := binary.LittleEndian.Uint32(header[68:])
		for range min(table/(perSector-1), maxLists) {
			list = number(list, perSector-1)
		}
		return number(number(list, table%(perSector-1)), sector%perSector)
	}

	var entries []oleEntry
	sector := binary.LittleEndian.Uint32(header[48:])
	content := make([]byte, sectorSize)
	for range maxSectors {
		if sector > lastSector {
			break
		}
		if n, _ := r.ReadAt(content, (int64(sector)+1)*sectorSize); int64(n) < sectorSize {
			break
		}
		for e := content; len(e) >= entrySize; e = e[entrySize:] {
			units := make([]uint16, 0, 32)
			for i := 0; i+1 < min(int(binary.LittleEndian.Uint16(e[64:])), 64)-1; i += 2 {
				units = append(units, binary.LittleEndian.Uint16(e[i:]))
			}
			entries = append(entries, oleEntry{
				name:  string(utf16.Decode(units)),
				left:  binary.LittleEndian.Uint32(e[68:]),
				right: binary.LittleEndian.Uint32(e[72:]),
				child: binary.LittleEndian.Uint32(e[76:]),
			})
		}
		sector = next(sector)
	}
	return entries
}

// audioOnly reports whether a file of the MP4 family (ISO 14496-12, QuickTime) has
// tracks of sound and none of pictures: telephones write voice memos so.
func audioOnly(r io.ReaderAt, size int64) bool {
	sound, picture := false, false
	budget := 1000 // boxes
	var walk func(boxes []string, from, to int64)
	walk = func(boxes []string, from, to int64) {
		for budget > 0 && to-from >= 8 {
			budget--
			var b [16]byte
			if n, _ := r.ReadAt(b[:], from); n < 8 {
				return
			}
			header, length := int64(8), int64(binary.BigEndian.Uint32(b[:]))
			switch length {
			case 0:
				length = to - from
			case 1:
				header, length = 16, int64(binary.BigEndian.Uint64(b[8:]))
			}
			if length < header || length > to-from {
				return
			}
			if string(b[4:8]) == boxes[0] {
				if len(boxes) > 1 {
					walk(boxes[1:], from+header, from+length)
				} else if n, _ := r.ReadAt(b[:12], from+header); n == 12 {
					sound = sound || string(b[8:12]) == "soun"
					picture = picture || string(b[8:12]) == "vide"
				}
			}
			from += length
		}
	}
	walk([]string{"moov", "trak", "mdia", "hdlr"}, 0, size)
	return sound && !picture
}
