package telegramtest

import (
	"strings"
)

// markdownNames are the names of TDLib's own errors.
var markdownNames = map[string]string{
	"bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
	"spoiler": "Spoiler", "code": "Code", "pre": "Pre", "text_link": "TextUrl",
}

// markdownReader takes MarkdownV2 apart, except for quotes, custom emoji and
// times.
type markdownReader struct {
	src      string
	at       int
	text     strings.Builder
	units    int
	open     []markdownTag
	entities []Entity
}

type markdownTag struct {
	Entity

	at   int // byte offset of src
	from int // bytes of text before it
}

// parseMarkdown checks above all that what is reserved is escaped.
func parseMarkdown(src string) (string, []Entity, error) {
	r := &markdownReader{src: src}
	for r.at < len(src) {
		if err := r.step(); err != nil {
			return "", nil, err
		}
	}
	if n := len(r.open); n > 0 {
		last := r.open[n-1]
		return "", nil, detail("Can't find end of %s entity at byte offset %d", markdownNames[last.Type], last.at)
	}
	return r.text.String(), mergeEntities(r.entities), nil
}

func (r *markdownReader) inside() string {
	if n := len(r.open); n > 0 {
		return r.open[n-1].Type
	}
	return ""
}

func (r *markdownReader) step() error {
	rest := r.src[r.at:]
	if rest[0] == '\\' && len(rest) > 1 && rest[1] > 0 && rest[1] <= 126 {
		r.put(rest[1:2])
		r.at += 2
		return nil
	}
	reserved := "_*[]()~`>#+-=|{}.!"
	if in := r.inside(); in == "code" || in == "pre" {
		reserved = "`"
	}
	if strings.IndexByte(reserved, rest[0]) < 0 {
		for i := range rest + "." {
			if i > 0 {
				r.put(rest[:i])
				r.at += i
				return nil
			}
		}
	}
	for _, mark := range []struct{ mark, kind string }{
		{"```", "pre"},
		{"`", "code"},
		{"__", "underline"},
		{"_", "italic"},
		{"*", "bold"},
		{"~", "strikethrough"},
		{"||", "spoiler"},
		{"[", "text_link"},
		{"]", "text_link"},
	} {
		if !strings.HasPrefix(rest, mark.mark) || r.inside() == "code" && mark.kind != "code" {
			continue
		}
		switch {
		case mark.kind == r.inside() && mark.mark != "[":
			return r.end(len(mark.mark))
		case mark.mark == "]":
			continue
		}
		r.begin(mark.kind, len(mark.mark))
		return nil
	}
	return detail("Character '%c' is reserved and must be escaped with the preceding '\\'", rest[0])
}

func (r *markdownReader) put(s string) {
	r.text.WriteString(s)
	r.units += units(s)
}

func (r *markdownReader) begin(kind string, width int) {
	tag := markdownTag{Entity: Entity{Type: kind, Offset: r.units}, at: r.at, from: r.text.Len()}
	r.at += width
	if kind == "pre" {
		word := strings.IndexAny(r.src[r.at:]+" ", " \n\r`")
		if end := r.at + word; word > 0 && end < len(r.src) && r.src[end] != '`' {
			tag.Language, r.at = r.src[r.at:end], end
		}
		if strings.HasPrefix(r.src[r.at:], "\n") {
			r.at++
		}
	}
	r.open = append(r.open, tag)
}

func (r *markdownReader) end(width int) error {
	n := len(r.open) - 1
	tag := r.open[n]
	r.open = r.open[:n]
	r.at += width
	if tag.Type == "text_link" {
		tag.URL = r.text.String()[tag.from:]
		if strings.HasPrefix(r.src[r.at:], "(") {
			from := r.at + 1
			link, width, closed := markdownLink(r.src[from:])
			if !closed {
				return detail("Can't find end of a URL at byte offset %d", from)
			}
			tag.URL = link
			r.at = from + width
		}
		checked, err := checkURL(tag.URL)
		if err != nil {
			return nil //nolint:nilerr // a link that leads nowhere is text
		}
		tag.URL = checked
	}
	if tag.Length = r.units - tag.Offset; tag.Length > 0 {
		r.entities = append(r.entities, tag.Entity)
	}
	return nil
}

// markdownLink reads up to the bracket that ends a link.
func markdownLink(s string) (link string, width int, closed bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ')':
			return b.String(), i + 1, true
		case s[i] == '\\' && i+1 < len(s) && s[i+1] <= 126:
			i++
		}
		b.WriteByte(s[i])
	}
	return "", 0, false
}
