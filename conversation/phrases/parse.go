package phrases

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDefects is how many defects of one file are told at a time.
const maxDefects = 20

// parse compiles one file. Its error tells the file and line of every defect,
// up to maxDefects.
func parse(name, content string) (map[string]text, error) {
	texts := map[string]text{}
	var defects []error
	defect := func(line int, format string, args ...any) {
		if len(defects) < maxDefects {
			defects = append(defects, fmt.Errorf("%s:%d: %s", name, line, fmt.Sprintf(format, args...)))
		}
	}

	key, begun := "", 0
	var body []string // the lines of key's text
	var at []int      // their numbers in the file
	finish := func() {
		for len(body) > 0 && body[0] == "" {
			body, at = body[1:], at[1:]
		}
		for len(body) > 0 && body[len(body)-1] == "" {
			body, at = body[:len(body)-1], at[:len(at)-1]
		}
		switch {
		case key == "" && len(body) > 0:
			defect(at[0], "this text has no [key] above it")
		case key == "":
		case len(body) == 0:
			defect(begun, "[%s] has no text", key)
		default:
			t, where, err := compile(body)
			if err != nil {
				defect(at[where], "[%s]: %v", key, err)
			}
			texts[key] = t
		}
		body, at = body[:0], at[:0]
	}

	content = strings.TrimPrefix(content, "\uFEFF")
	number := 0
	for line := range strings.SplitSeq(content, "\n") {
		number++
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			finish()
			k, ok := strings.CutSuffix(line[1:], "]")
			if !ok || !validKey(k) {
				defect(number, "%q is no key; a key is written [like.this], and a text that begins with [ is written \\[", line)
				k = "?"
			} else if _, twice := texts[k]; twice {
				defect(number, "[%s] is here twice", k)
			}
			key, begun = k, number
		default:
			body, at = append(body, line), append(at, number)
		}
	}
	finish()
	if len(defects) > 0 {
		return nil, errors.Join(defects...)
	}
	return texts, nil
}

// compile turns the lines of a text into segments. With an error it returns
// the index of the line that has the defect.
func compile(lines []string) (t text, line int, err error) {
	t.present = true
	var segment []byte
	flush := func() {
		if len(t.parts) == 0 {
			t.head = string(segment)
		} else {
			t.parts[len(t.parts)-1].after = string(segment)
		}
		segment = segment[:0]
	}
	for i, line := range lines {
		if i > 0 {
			segment = append(segment, '\n')
		}
		if err := compileLine(&t, &segment, flush, line); err != nil {
			return text{}, i, err
		}
	}
	flush()
	return t, 0, nil
}

func compileLine(t *text, segment *[]byte, flush func(), line string) error {
	if !utf8.ValidString(line) {
		return errors.New("these bytes are no UTF-8")
	}
	bold, since := false, 0
	for j := 0; j < len(line); {
		switch c := line[j]; {
		case c == '\\':
			if j+1 >= len(line) || !strings.ContainsRune(`\*{}#[`, rune(line[j+1])) {
				return errors.New(`a backslash stands only before one of \ * { } # [`)
			}
			*segment = append(*segment, line[j+1])
			j += 2
		case c == '*':
			if err := checkStar(line, j, bold, since); err != nil {
				return err
			}
			bold, since = !bold, j+1
			if bold {
				*segment = append(*segment, boldOn)
			} else {
				*segment = append(*segment, boldOff)
			}
			j++
		case c == '{':
			end := strings.IndexByte(line[j:], '}')
			if end < 0 {
				return errors.New("a { is not closed; a plain one is written \\{")
			}
			place, err := parsePlace(line[j+1 : j+end])
			if err != nil {
				return err
			}
			flush()
			t.places |= 1 << place
			t.parts = append(t.parts, part{place: place - 1})
			j += end + 1
		case c == '}':
			return errors.New("a } without its {; a plain one is written \\}")
		case (c < ' ' && c != '\t') || c == 0x7f:
			return fmt.Errorf("a control character (%#x)", c)
		default:
			*segment = append(*segment, c)
			j++
		}
	}
	if bold {
		return errors.New("bold is not closed on its line; a plain star is written \\*")
	}
	return nil
}

// checkStar refuses bold that the networks would show as plain stars: empty, or
// with a space just inside.
func checkStar(line string, j int, bold bool, since int) error {
	space := func(i int) bool { return i < len(line) && (line[i] == ' ' || line[i] == '\t') }
	switch {
	case bold && j == since:
		return errors.New("nothing stands between two stars")
	case bold && space(j-1), !bold && space(j+1):
		return errors.New("bold begins and ends at a word, without a space; a plain star is written \\*")
	}
	return nil
}

// parsePlace reads what stands between { and }.
func parsePlace(s string) (int, error) {
	digits, name, named := strings.Cut(s, ":")
	n := 0
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' || n > MaxPlaces {
			n = 0
			break
		}
		n = n*10 + int(c-'0')
	}
	if n < 1 || n > MaxPlaces || digits[0] == '0' || (named && strings.TrimSpace(name) == "") || strings.ContainsAny(name, "{*\\") {
		return 0, fmt.Errorf("{%s} is no place; a place is {1} to {%d}, or with a name {1:date}", s, MaxPlaces)
	}
	return n, nil
}

// validKey accepts small letters, digits, _ and -, in groups joined by dots.
func validKey(k string) bool {
	joint := true // at the beginning of a group
	for _, c := range []byte(k) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '-':
			joint = false
		case c == '.' && !joint:
			joint = true
		default:
			return false
		}
	}
	return !joint
}

// validLanguage accepts codes such as id, bjn and en-gb.
func validLanguage(lang string) bool {
	base, rest, more := strings.Cut(lang, "-")
	if len(base) < 2 || len(base) > 3 || (more && rest == "") {
		return false
	}
	for _, c := range []byte(base + rest) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
