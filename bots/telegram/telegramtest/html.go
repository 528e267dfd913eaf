package telegramtest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// htmlTags are the tags that the server knows, and what they stand for.
var htmlTags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
	"span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
	"tg-emoji": "custom_emoji", "tg-time": "date_time",
}

// htmlReader takes formatted text apart; errors and byte offsets are those of
// TDLib's parse_html.
type htmlReader struct {
	src      string
	at       int // bytes of src that are read
	text     strings.Builder
	units    int // UTF-16 units of text
	open     []htmlTag
	entities []Entity
}

type htmlTag struct {
	name, argument string
	unix           int64
	units, bytes   int // of text, where it begins
}

func parseHTML(src string) (string, []Entity, error) {
	r := &htmlReader{src: src}
	for r.at < len(src) {
		var err error
		switch {
		case strings.HasPrefix(src[r.at:], "</"):
			err = r.closeTag()
		case src[r.at] == '<':
			err = r.openTag()
		default:
			r.char()
		}
		if err != nil {
			return "", nil, err
		}
	}
	if n := len(r.open); n > 0 {
		return "", nil, detail("Can't find end tag corresponding to start tag \"%s\"", r.open[n-1].name)
	}
	return r.text.String(), mergeEntities(r.entities), nil
}

// char reads one character, or one that is written as &…;
func (r *htmlReader) char() {
	if code, width := htmlEscape(r.src[r.at:]); width > 0 {
		r.put(code)
		r.at += width
		return
	}
	for i, c := range r.src[r.at:] {
		if i > 0 {
			r.at += i
			return
		}
		r.put(c)
	}
	r.at = len(r.src)
}

func (r *htmlReader) put(c rune) {
	r.text.WriteRune(c)
	r.units++
	if c > 0xffff {
		r.units++
	}
}

// htmlEscape reads &lt; &gt; &amp; &quot; and numbers; anything else is text.
func htmlEscape(s string) (code rune, width int) {
	if s[0] != '&' {
		return 0, 0
	}
	end := 1
	for end < len(s) && (s[end] == '#' && end == 1 || isAlphanumeric(s[end])) {
		end++
	}
	name := s[1:end]
	if number, is := strings.CutPrefix(name, "#"); is {
		base := 10
		if hex, is := strings.CutPrefix(number, "x"); is {
			number, base = hex, 16
		}
		n, err := strconv.ParseUint(number, base, 32)
		if err != nil || n == 0 || n >= 0x10ffff || end >= 10 {
			return 0, 0
		}
		code = rune(n)
	} else {
		code = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}[name]
	}
	if code == 0 {
		return 0, 0
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	return code, end
}

func isAlphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// until reads on to a byte that stop wants, or to the end.
func (r *htmlReader) until(stop func(byte) bool) string {
	from := r.at
	for r.at < len(r.src) && !stop(r.src[r.at]) {
		r.at++
	}
	return r.src[from:r.at]
}

func (r *htmlReader) spaces() { r.until(func(b byte) bool { return !isSpace(b) }) }

func (r *htmlReader) ended() bool { return r.at >= len(r.src) }

func (r *htmlReader) openTag() error {
	begin := r.at
	r.at++
	name := strings.ToLower(r.until(func(b byte) bool { return isSpace(b) || b == '>' }))
	if r.ended() {
		return detail("Unclosed start tag at byte offset %d", begin)
	}
	if htmlTags[name] == "" {
		return detail("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	tag := htmlTag{name: name, units: r.units, bytes: r.text.Len()}
	for {
		r.spaces()
		if r.ended() {
			return detail("Unclosed start tag \"%s\" at byte offset %d", name, begin)
		}
		if r.src[r.at] == '>' {
			r.at++
			break
		}
		if err := r.attribute(&tag, begin); err != nil {
			return err
		}
	}
	if name == "span" && tag.argument != "spoiler" {
		return detail("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	r.open = append(r.open, tag)
	return nil
}

func (r *htmlReader) attribute(tag *htmlTag, begin int) error {
	name := r.until(func(b byte) bool { return isSpace(b) || strings.IndexByte(`=>/"'`, b) >= 0 })
	if name == "" {
		return detail("Empty attribute name in the tag \"%s\" at byte offset %d", tag.name, begin)
	}
	r.spaces()
	if r.ended() {
		return detail("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
	}
	value := ""
	if r.src[r.at] == '=' {
		r.at++
		r.spaces()
		if r.ended() {
			return detail("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
		}
		from, quoted := r.at, r.src[r.at] == '"' || r.src[r.at] == '\''
		value = r.value(quoted)
		if r.ended() {
			return detail("Unclosed start tag at byte offset %d", begin)
		}
		if !quoted && !isSpace(r.src[r.at]) && r.src[r.at] != '>' {
			return detail("Unexpected end of name token at byte offset %d", from)
		}
	}
	switch tag.name + " " + name {
	case "a href", "tg-emoji emoji-id", "tg-time format":
		tag.argument = value
	case "tg-time unix":
		tag.unix = leadingInt(value)
	case "code class":
		if language, is := strings.CutPrefix(value, "language-"); is {
			tag.argument = language
		}
	case "span class":
		if class, is := strings.CutPrefix(value, "tg-"); is {
			tag.argument = class
		}
	case "blockquote expandable":
		tag.argument = "1"
	}
	return nil
}

// value reads what an attribute is set to.
func (r *htmlReader) value(quoted bool) string {
	if !quoted {
		return strings.ToLower(r.until(func(b byte) bool { return !isAlphanumeric(b) && b != '.' && b != '-' }))
	}
	quote := r.src[r.at]
	r.at++
	var b strings.Builder
	for !r.ended() && r.src[r.at] != quote {
		if code, width := htmlEscape(r.src[r.at:]); width > 0 {
			b.WriteRune(code)
			r.at += width
			continue
		}
		b.WriteByte(r.src[r.at])
		r.at++
	}
	if !r.ended() {
		r.at++
	}
	return b.String()
}

func (r *htmlReader) closeTag() error {
	begin := r.at
	n := len(r.open) - 1
	if n < 0 {
		return detail("Unexpected end tag at byte offset %d", begin)
	}
	r.at += 2
	name := strings.ToLower(r.until(func(b byte) bool { return isSpace(b) || b == '>' }))
	r.spaces()
	if r.ended() || r.src[r.at] != '>' {
		return detail("Unclosed end tag at byte offset %d", begin)
	}
	r.at++
	tag := r.open[n]
	if name != "" && name != tag.name {
		return detail("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	r.open = r.open[:n]
	if r.units > tag.units {
		return r.entity(tag)
	}
	return nil
}

// entity adds what a tag stood for.
func (r *htmlReader) entity(tag htmlTag) error {
	e := Entity{Type: htmlTags[tag.name], Offset: tag.units, Length: r.units - tag.units}
	switch tag.name {
	case "a":
		link := tag.argument
		if link == "" {
			link = r.text.String()[tag.bytes:]
		}
		checked, err := checkURL(link)
		if err != nil && !strings.HasPrefix(link, "tg://") {
			return nil // a link that leads nowhere is text
		}
		e.URL = checked
	case "tg-emoji":
		if leadingInt(tag.argument) == 0 {
			return detail("Invalid custom emoji identifier specified")
		}
		e.Emoji = tag.argument
	case "tg-time":
		if tag.unix <= 0 {
			return nil
		}
		e.Unix, e.Format = tag.unix, tag.argument
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "pre", "code":
		// <pre><code class="language-…"> is one entity with a language.
		same := slices.IndexFunc(r.entities, func(o Entity) bool {
			return o.Offset == e.Offset && o.Length == e.Length && o.Type != e.Type && (o.Type == "code" || o.Type == "pre")
		})
		if tag.name == "code" {
			e.Language = tag.argument
		}
		if same >= 0 && r.entities[same].Language+e.Language != "" {
			e.Type, e.Language = "pre", r.entities[same].Language+e.Language
			r.entities = slices.Delete(r.entities, same, same+1)
		}
	}
	r.entities = append(r.entities, e)
	return nil
}

// checkURL accepts what could be a link: a host with a dot, or of this machine.
func checkURL(link string) (string, error) {
	full := link
	if !strings.Contains(full, "://") {
		full = "http://" + full
	}
	u, err := url.Parse(full)
	if err != nil || u.Host == "" || strings.ContainsAny(u.Host, " <>\"") {
		return link, fieldError("URL '" + link + "' is invalid: URL host is empty")
	}
	switch u.Scheme {
	case "http", "https", "tg", "ton", "tonsite":
	default:
		return link, fieldError("URL '" + link + "' is invalid: Unsupported URL protocol")
	}
	if host := u.Hostname(); u.Scheme[0] == 'h' && !strings.Contains(host, ".") && !strings.Contains(host, ":") {
		return link, fieldError("URL '" + link + "' is invalid: Wrong HTTP URL")
	}
	return full, nil
}
