package evidence

import (
	"bytes"
	"encoding/binary"
	"io"
	"mime"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/gabriel-vasile/mimetype"
)

// Kind is what a file is to people.
type Kind string

// The kinds. Everything that is stored has one of them.
const (
	Photo    Kind = "photo"
	Video    Kind = "video"
	Audio    Kind = "audio"
	Document Kind = "document"
)

// headSize is how much of the beginning decides about the type: as much as
// mimetype looks at.
const headSize = 4096

const (
	unknownType = "application/octet-stream"
	plainText   = "text/plain"
)

// accepted is all that is taken. Everything else is refused, above all programs,
// archives, and what a browser would run: HTML, SVG, scripts.
var accepted = map[string]struct {
	kind      Kind
	extension string
}{
	"image/jpeg":          {Photo, ".jpg"},
	"image/png":           {Photo, ".png"},
	"image/apng":          {Photo, ".png"},
	"image/webp":          {Photo, ".webp"},
	"image/gif":           {Photo, ".gif"},
	"image/heic":          {Photo, ".heic"},
	"image/heic-sequence": {Photo, ".heic"},
	"image/heif":          {Photo, ".heif"},
	"image/heif-sequence": {Photo, ".heif"},
	"image/avif":          {Photo, ".avif"},
	"image/bmp":           {Photo, ".bmp"},
	"image/tiff":          {Photo, ".tiff"},

	"video/mp4":        {Video, ".mp4"},
	"video/x-m4v":      {Video, ".m4v"},
	"video/quicktime":  {Video, ".mov"},
	"video/3gpp":       {Video, ".3gp"},
	"video/3gpp2":      {Video, ".3g2"},
	"video/webm":       {Video, ".webm"},
	"video/matroska":   {Video, ".mkv"},
	"video/x-msvideo":  {Video, ".avi"},
	"video/ogg":        {Video, ".ogv"},
	"audio/ogg":        {Audio, ".ogg"},
	"audio/mpeg":       {Audio, ".mp3"},
	"audio/mp4":        {Audio, ".m4a"},
	"audio/x-m4a":      {Audio, ".m4a"},
	"audio/3gpp":       {Audio, ".3gp"},
	"audio/webm":       {Audio, ".webm"},
	"audio/aac":        {Audio, ".aac"},
	"audio/amr":        {Audio, ".amr"},
	"audio/wav":        {Audio, ".wav"},
	"application/pdf":  {Document, ".pdf"},
	wordType:           {Document, ".doc"},
	excelType:          {Document, ".xls"},
	powerPointType:     {Document, ".ppt"},
	wordXMLType:        {Document, ".docx"},
	excelXMLType:       {Document, ".xlsx"},
	powerPointXMLType:  {Document, ".pptx"},
	odfPrefix + "text": {Document, ".odt"},

	odfPrefix + "spreadsheet":   {Document, ".ods"},
	odfPrefix + "presentation":  {Document, ".odp"},
	"text/rtf":                  {Document, ".rtf"},
	plainText:                   {Document, ".txt"},
	"text/csv":                  {Document, ".csv"},
	"text/tab-separated-values": {Document, ".tsv"},
}

// asPlainText are texts that nothing runs, told apart by their content: a chat saved
// as text may well begin like an e-mail. They are kept as plain text.
var asPlainText = map[string]bool{
	"application/json": true, "application/geo+json": true, "application/x-ndjson": true,
	"message/rfc822": true, "text/vcard": true, "text/calendar": true,
	"application/x-subrip": true, "text/vtt": true, "text/vnd.familysearch.gedcom": true,
}

// sniff returns the type that the first headSize bytes show, and whether the whole
// file must be looked at before anything is decided.
func sniff(head []byte) (mimeType string, undecided bool) {
	m := mimetype.Detect(head)
	for family := m; family != nil; family = family.Parent() {
		switch {
		case family.Is("application/zip"), family.Is("application/x-ole-storage"), family.Is("video/mp4"), family.Is("video/quicktime"):
			undecided = true
		case family.Is(plainText):
			return sniffText(head, base(m)), false
		}
	}
	t := base(m)
	// What mimetype alone would believe too easily: it finds these signatures also in
	// the midst of something else.
	switch t {
	case "application/pdf":
		if !bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8BOM)), " \t\r\n\f\x00"), []byte("%PDF-")) {
			return unknownType, false
		}
	case "audio/mpeg":
		b := bytes.TrimLeft(head, "\x00")
		if !bytes.HasPrefix(b, []byte("ID3")) && (len(b) < 2 || b[0] != 0xff || b[1]&0xe0 != 0xe0) {
			return unknownType, false
		}
	case "audio/amr":
		if !bytes.HasPrefix(head, []byte("#!AMR\n")) && !bytes.HasPrefix(head, []byte("#!AMR-WB\n")) {
			return unknownType, false
		}
	case "video/webm":
		// A browser's recorder writes voice as WebM; its tracks stand at the beginning.
		if containsCodec(head, "A_") && !containsCodec(head, "V_") {
			return "audio/webm", false
		}
	}
	return t, undecided
}

// inspect returns the type of a whole file of which sniff said sniffed. It looks at
// directories only; nothing is ever decompressed, so nothing can blow up.
func inspect(sniffed string, head []byte, r io.ReaderAt, size int64) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return zipType(r, size)
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return oleType(r, size)
	}
	if kind := accepted[sniffed].kind; kind == Video && audioOnly(r, size) {
		if strings.HasPrefix(sniffed, "video/3gpp") {
			return "audio/3gpp"
		}
		return "audio/mp4"
	}
	return sniffed
}

func base(m *mimetype.MIME) string {
	t, _, err := mime.ParseMediaType(m.String())
	if err != nil {
		return unknownType
	}
	return t
}

// containsCodec finds a Matroska CodecID element (0x86, its length, its name).
func containsCodec(head []byte, prefix string) bool {
	for rest := head; ; {
		i := bytes.IndexByte(rest, 0x86)
		if i < 0 || len(rest) < i+2+len(prefix) {
			return false
		}
		if rest[i+1]&0x80 != 0 && bytes.HasPrefix(rest[i+2:], []byte(prefix)) {
			return true
		}
		rest = rest[i+1:]
	}
}

const utf8BOM = "\ufeff"

// sniffText decides about what mimetype takes for text. mimetype believes in a byte
// order mark whatever follows, and knows only some of the ways in which markup and
// scripts begin.
func sniffText(head []byte, detected string) string {
	if !accepts(detected) && !asPlainText[detected] {
		return detected
	}
	if detected == "text/rtf" {
		return detected
	}
	text, ok := decodeText(head)
	if !ok {
		return unknownType
	}
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	if len(text) >= 2 && text[0] == '<' && (strings.IndexByte("!?/", text[1]) >= 0 || 'a' <= text[1]|0x20 && text[1]|0x20 <= 'z') {
		return "text/html"
	}
	if strings.HasPrefix(text, "#!") {
		return "text/x-script"
	}
	if asPlainText[detected] {
		return plainText
	}
	return detected
}

func accepts(mimeType string) bool {
	_, ok := accepted[mimeType]
	return ok
}

// decodeText returns the text that head begins, without its byte order mark, and
// false if it holds what no text holds. Letters beyond ASCII do not matter here.
func decodeText(head []byte) (string, bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	}
	text := string(bytes.TrimPrefix(head, []byte(utf8BOM)))
	if order != nil {
		units := make([]uint16, 0, len(head)/2)
		for b := head[2:]; len(b) >= 2; b = b[2:] {
			units = append(units, order.Uint16(b))
		}
		text = string(utf16.Decode(units))
	}
	// The binary data bytes of https://mimesniff.spec.whatwg.org/#binary-data-byte
	binaryByte := func(c rune) bool {
		return c <= 0x08 || c == 0x0b || 0x0e <= c && c <= 0x1a || 0x1c <= c && c <= 0x1f
	}
	return text, !strings.ContainsFunc(text, binaryByte)
}
