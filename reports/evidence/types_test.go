package evidence

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPutTellsTheTypeFromTheContent(t *testing.T) {
	v := newVault(t)
	bmp := append([]byte("BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"), make([]byte, 60)...)
	for name, c := range map[string]struct {
		content []byte
		want    string
		kind    Kind
		ext     string
	}{
		"JPEG":                          {jpeg(""), "image/jpeg", Photo, ".jpg"},
		"PNG":                           {png(""), "image/png", Photo, ".png"},
		"WebP":                          {[]byte("RIFF\x00\x01\x00\x00WEBPVP8 \x00\x00\x00\x00"), "image/webp", Photo, ".webp"},
		"GIF":                           {[]byte("GIF89a\x01\x00\x01\x00"), "image/gif", Photo, ".gif"},
		"HEIC":                          {box("ftyp", []byte("heic\x00\x00\x00\x00mif1heic")), "image/heic", Photo, ".heic"},
		"HEIF":                          {box("ftyp", []byte("mif1\x00\x00\x00\x00mif1heic")), "image/heif", Photo, ".heif"},
		"AVIF":                          {box("ftyp", []byte("avif\x00\x00\x00\x00")), "image/avif", Photo, ".avif"},
		"BMP":                           {bmp, "image/bmp", Photo, ".bmp"},
		"TIFF":                          {[]byte("II*\x00\x08\x00\x00\x00"), "image/tiff", Photo, ".tiff"},
		"MP4":                           {mp4("isom", track("soun"), track("vide")), "video/mp4", Video, ".mp4"},
		"MP4 without a table of tracks": {box("ftyp", []byte("isom\x00\x00\x00\x00")), "video/mp4", Video, ".mp4"},
		"M4V":                           {mp4("M4V ", track("vide")), "video/x-m4v", Video, ".m4v"},
		"MOV":                           {mp4("qt  ", track("vide"), track("soun")), "video/quicktime", Video, ".mov"},
		"3GP":                           {mp4("3gp5", track("vide")), "video/3gpp", Video, ".3gp"},
		"WebM":                          {matroska("webm", "V_VP9", "A_OPUS"), "video/webm", Video, ".webm"},
		"MKV":                           {matroska("matroska", "V_MPEG4/ISO/AVC"), "video/matroska", Video, ".mkv"},
		"AVI":                           {riff("AVI LIST"), "video/x-msvideo", Video, ".avi"},
		"Theora":                        {ogg("\x80theora"), "video/ogg", Video, ".ogv"},
		"a voice note":                  {ogg("OpusHead"), "audio/ogg", Audio, ".ogg"},
		"a browser's voice note":        {matroska("webm", "A_OPUS"), "audio/webm", Audio, ".webm"},
		"a phone's voice memo":          {mp4("mp42", track("soun"), track("meta")), "audio/mp4", Audio, ".m4a"},
		"an old phone's voice memo":     {mp4("3gp4", track("soun")), "audio/3gpp", Audio, ".3gp"},
		"M4A":                           {mp4("M4A ", track("soun")), "audio/x-m4a", Audio, ".m4a"},
		"MP3 with a tag":                {append([]byte("ID3\x03\x00\x00\x00\x00\x00\x0a"), make([]byte, 20)...), "audio/mpeg", Audio, ".mp3"},
		"MP3 without one":               {mp3Frames(), "audio/mpeg", Audio, ".mp3"},
		"AAC":                           {[]byte("\xff\xf1\x50\x80\x00\x1f\xfc\x00"), "audio/aac", Audio, ".aac"},
		"AMR":                           {[]byte("#!AMR\n\x3c\x91\x17\x16"), "audio/amr", Audio, ".amr"},
		"AMR wide":                      {[]byte("#!AMR-WB\n\x3c\x91"), "audio/amr", Audio, ".amr"},
		"WAV":                           {riff("WAVEfmt "), "audio/wav", Audio, ".wav"},
		"PDF":                           {[]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "application/pdf", Document, ".pdf"},
		"PDF after an empty line":       {[]byte("\r\n%PDF-1.4\n"), "application/pdf", Document, ".pdf"},
		"DOC":                           {ole(1, "1Table", "WordDocument", "\x05SummaryInformation"), wordType, Document, ".doc"},
		"DOC far into it":               {ole(500, "a", "b", "c", "d", "e", "f", "WordDocument"), wordType, Document, ".doc"},
		"DOC with a sheet in it":        {ole(1, "ObjectPool", "WordDocument", "/Workbook"), wordType, Document, ".doc"},
		"XLS":                           {ole(1, "Workbook"), excelType, Document, ".xls"},
		"XLS with a letter in it":       {ole(1, "MBD0001", "Workbook", "/WordDocument"), excelType, Document, ".xls"},
		"PPT larger than seven MB":      {ole(14200, "a", "b", "c", "d", "PowerPoint Document"), powerPointType, Document, ".ppt"},
		"DOCX":                          {zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), wordXMLType, Document, ".docx"},
		"DOCX in another order":         {zipped("customXml/item1.xml", "word/document.xml", "[Content_Types].xml"), wordXMLType, Document, ".docx"},
		"DOCX with a big picture first": {zipped("docProps/thumbnail.jpeg="+strings.Repeat("x", 9000), "[Content_Types].xml", "word/document.xml"), wordXMLType, Document, ".docx"},
		"XLSX":                          {zipped("[Content_Types].xml", "xl/workbook.xml"), excelXMLType, Document, ".xlsx"},
		"PPTX":                          {zipped("[Content_Types].xml", "ppt/presentation.xml"), powerPointXMLType, Document, ".pptx"},
		"ODT":                           {odf("text"), odfPrefix + "text", Document, ".odt"},
		"ODS":                           {odf("spreadsheet"), odfPrefix + "spreadsheet", Document, ".ods"},
		"ODP":                           {odf("presentation"), odfPrefix + "presentation", Document, ".odp"},
		"RTF":                           {[]byte(`{\rtf1\ansi Halo}`), "text/rtf", Document, ".rtf"},
		"text":                          {[]byte("Jalan rusak di depan pasar.\n"), "text/plain", Document, ".txt"},
		"text in Windows letters":       {[]byte("Jalan rusak \x93parah\x94.\r\n"), "text/plain", Document, ".txt"},
		"text from Notepad":             {utf16le("Jalan rusak di depan pasar: 3 < 4\r\n"), "text/plain", Document, ".txt"},
		"a saved chat":                  {[]byte("[12/01/26 10.00.01] Pak Kades: bawa <uang> besok\n"), "text/plain", Document, ".txt"},
		"a saved e-mail":                {[]byte("From: a@example.go.id\nTo: b@example.go.id\nSubject: Dana\n\nHalo\n"), "text/plain", Document, ".txt"},
		"JSON":                          {[]byte(`{"chat": ["halo"]}`), "text/plain", Document, ".txt"},
		"CSV":                           {[]byte("tanggal,jumlah\n2026-01-02,100\n2026-01-03,200\n"), "text/csv", Document, ".csv"},
		"TSV":                           {[]byte("tanggal\tjumlah\n2026-01-02\t100\n2026-01-03\t200\n"), "text/tab-separated-values", Document, ".tsv"},
	} {
		got, err := v.Put(t.Context(), bytes.NewReader(c.content), Limits{Bytes: 1 << 24})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Type != c.want || got.Kind != c.kind || got.Extension() != c.ext {
			t.Errorf("%s: %s, %s, %s; want %s, %s, %s", name, got.Type, got.Kind, got.Extension(), c.want, c.kind, c.ext)
		}
	}
}

func TestPutRefusesWhatIsNotOnTheList(t *testing.T) {
	v := newVault(t)
	// Its directory breaks off before the entry that others may still find.
	torn := zipped("[Content_Types].xml", "word/document.xml", "virus.exe")
	copy(torn[bytes.LastIndex(torn, []byte("PK\x01\x02")):], "XX")
	for name, content := range map[string][]byte{
		"a Windows program":           append([]byte("MZ\x90\x00"), make([]byte, 100)...),
		"a Linux program":             []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00"),
		"a Mac program":               []byte("\xcf\xfa\xed\xfe\x07\x00\x00\x01"),
		"WebAssembly":                 []byte("\x00asm\x01\x00\x00\x00"),
		"a shortcut":                  []byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00"),
		"an installer":                ole(1, "\u4840\u3b3f"),
		"a shell script":              []byte("#!/bin/sh\nrm -rf /\n"),
		"a Python script":             []byte("#!/usr/bin/env python3\nprint()\n"),
		"any other script":            []byte("#!/opt/anything\nhalo\n"),
		"PHP":                         []byte("<?php system($_GET[0]); ?>"),
		"HTML":                        []byte("<!DOCTYPE html><html><script>alert(1)</script>"),
		"HTML after white space":      []byte("\xef\xbb\xbf \n\t<html>"),
		"HTML by an unusual element":  []byte("<img src=x onerror=alert(1)>"),
		"HTML in UTF-16":              utf16le("\n<script>alert(1)</script>"),
		"HTML after a comment":        []byte("<!-- halo --><script>"),
		"HTML that mentions PDF":      []byte("<html><!-- %PDF-1.4 --><script>alert(1)</script>"),
		"HTML that holds music":       append([]byte("<html><script>alert(1)</script>"), mp3Frames()...),
		"a program that is also PDF":  []byte("MZ\x90\x00\x00\x00%PDF-1.4\n"),
		"an AMR that is a script":     []byte("#!AMR/../bin/sh\n"),
		"SVG":                         []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`),
		"SVG as XML":                  []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>`),
		"XML":                         []byte(`<?xml version="1.0"?><a/>`),
		"ZIP":                         zipped("foto.jpg", "virus.exe"),
		"an empty ZIP":                zipped(),
		"a ZIP cut short":             zipped("[Content_Types].xml", "word/document.xml")[:80],
		"a ZIP in Word's clothes":     append(zipped("[Content_Types].xml", "word/document.xml"), zipped("virus.exe")...),
		"a ZIP with a torn directory": torn,
		"a ZIP in ODF's clothes":      zipped("mimetype="+odfPrefix+"text", "virus.exe"),
		"an Android package":          zipped("[Content_Types].xml", "word/x", "AndroidManifest.xml", "classes.dex"),
		"a Java archive":              zipped("META-INF/MANIFEST.MF", "A.class"),
		"an EPUB":                     zipped("mimetype=application/epub+zip", "META-INF/container.xml"),
		"an ODF drawing":              odf("graphics"),
		"a DOCX with macros":          zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
		"an ODT with macros":          odf("text", "Basic/Standard/Module1.xml"),
		"an XLS with macros":          ole(1, "_VBA_PROJECT_CUR", "Workbook", "/VBA", "/_VBA_PROJECT"),
		"an encrypted DOCX":           ole(1, "EncryptionInfo", "EncryptedPackage"),
		"a saved Outlook mail":        ole(1, "__properties_version1.0"),
		"RAR":                         []byte("Rar!\x1a\x07\x01\x00more"),
		"7z":                          []byte("7z\xbc\xaf\x27\x1c\x00\x04more"),
		"gzip":                        []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00more"),
		"xz":                          []byte("\xfd7zXZ\x00\x00\x04more"),
		"a disk image":                make([]byte, 5000),
		"Flash":                       []byte("FWS\x09\x00\x00\x00\x00more"),
		"PostScript":                  []byte("%!PS-Adobe-3.0\n"),
		"binary after a text's mark":  []byte("\xef\xbb\xbf\x00\x01\x02\x03"),
		"binary after UTF-16's mark":  []byte("\xff\xfe\x01\x00\x02\x00"),
		"text in UTF-32":              []byte("\xff\xfe\x00\x00a\x00\x00\x00"),
		"random bytes":                []byte("\x9c\x01\xfe\x83\x11\x02\xa0\x99\x05\x07"),
	} {
		got, err := v.Put(t.Context(), bytes.NewReader(content), Limits{Bytes: 1 << 20})
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason != NotAccepted || refusal.Type == "" {
			t.Errorf("%s: %+v, %v; want NotAccepted with a type", name, got, err)
		}
	}
	if left := files(t, v); len(left) > 0 {
		t.Errorf("something is left behind: %v", left)
	}
}

// What a name or a network says of a file is not asked: there is nowhere to say it.
// These are files that would lie.
func TestPutGoesByContentWhereTheNameLies(t *testing.T) {
	v := newVault(t)
	got, err := v.Put(t.Context(), bytes.NewReader(png("declared to be image/jpeg, foto.jpg")), Limits{Bytes: 1 << 20})
	if err != nil || got.Type != "image/png" {
		t.Errorf("a PNG named .jpg: %+v, %v", got, err)
	}
	_, err = v.Put(t.Context(), strings.NewReader("<html>foto.jpg</html>"), Limits{Bytes: 1 << 20})
	want := &Refusal{Reason: NotAccepted, Type: "text/html"}
	var refusal *Refusal
	if !errors.As(err, &refusal) || !cmp.Equal(refusal, want) {
		t.Errorf("HTML named .jpg: %v, want %v", err, want)
	}
}

func TestEveryAcceptedTypeHasAKindAndAnExtension(t *testing.T) {
	for mimeType, a := range accepted {
		switch a.kind {
		case Photo, Video, Audio, Document:
		default:
			t.Errorf("%s has the kind %q", mimeType, a.kind)
		}
		if len(a.extension) < 4 || a.extension[0] != '.' {
			t.Errorf("%s has the extension %q", mimeType, a.extension)
		}
	}
	for mimeType := range asPlainText {
		if accepts(mimeType) {
			t.Errorf("%s is on both lists", mimeType)
		}
	}
}

func TestHostileContainersAreBounded(t *testing.T) {
	directory := bytes.Repeat(append([]byte("PK\x01\x02"), make([]byte, 42)...), 2*maxZipDirectory/46)
	manyEntries := func(length uint32) []byte {
		b := append([]byte("PK\x03\x04"), directory...)
		end := make([]byte, 22)
		copy(end, "PK\x05\x06")
		binary.LittleEndian.PutUint32(end[12:], length)
		binary.LittleEndian.PutUint32(end[16:], 4)
		return append(b, end...)
	}
	circle := ole(1, "a", "b", "c", "d", "e")
	binary.LittleEndian.PutUint32(circle[512*(1+3)+4*2:], 1) // the directory's second sector leads to its first
	siblings := ole(1, "a", "b", "c")
	binary.LittleEndian.PutUint32(siblings[512*2+128*2+72:], 1) // b's right sibling is a
	deep := box("moov")
	for range 2000 {
		deep = box("moov", deep)
	}
	for name, content := range map[string][]byte{
		"a ZIP of many entries":             manyEntries(uint32(len(directory))),
		"a ZIP that claims four gigabytes":  manyEntries(0xffffffff),
		"a directory that goes in a circle": circle,
		"siblings that go in a circle":      siblings,
		"boxes within boxes":                append(box("ftyp", []byte("isom\x00\x00\x00\x00")), deep...),
		"boxes without end":                 append(box("ftyp", []byte("isom\x00\x00\x00\x00")), bytes.Repeat(box("free"), 100_000)...),
	} {
		r := &countingReaderAt{r: bytes.NewReader(content)}
		sniffed, undecided := sniff(content[:min(len(content), headSize)])
		if !undecided {
			t.Errorf("%s: decided to be %s without a look at the whole", name, sniffed)
		}
		inspect(sniffed, content, r, int64(len(content)))
		if r.calls > 5000 || r.bytes > maxZipDirectory+100_000 {
			t.Errorf("%s: %d reads of %d bytes in all", name, r.calls, r.bytes)
		}
	}
}

type countingReaderAt struct {
	r            *bytes.Reader
	calls, bytes int
}

func (c *countingReaderAt) ReadAt(p []byte, off int64) (int, error) {
	c.calls++
	c.bytes += len(p)
	return c.r.ReadAt(p, off)
}

func FuzzDetectionNeverPanics(f *testing.F) {
	for _, seed := range [][]byte{
		nil, jpeg(""), zipped("[Content_Types].xml", "word/document.xml"), odf("text"),
		ole(1, "WordDocument"), ole(20, "a", "b", "c", "d", "Workbook"), mp4("isom", track("soun")),
		matroska("webm", "A_OPUS"), utf16le("halo"), []byte("a,b\n1,2\n"), mp3Frames(),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		head := content[:min(len(content), headSize)]
		sniffed, undecided := sniff(head)
		if undecided {
			sniffed = inspect(sniffed, head, bytes.NewReader(content), int64(len(content)))
		}
		if sniffed == "" {
			t.Error("no type at all")
		}
		// Whatever mimetype makes of it, these must never get in.
		for _, program := range []string{"MZ", "\x7fELF", "#!/", "<html", "<script", "<?php", "<svg"} {
			if bytes.HasPrefix(content, []byte(program)) && accepts(sniffed) {
				t.Errorf("%q got in as %s", program, sniffed)
			}
		}
	})
}
