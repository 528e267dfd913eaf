// Package phrases holds what the bot says: one text file a language, which
// people who do not program can read and translate.
//
// A file is named for its language (id.txt, en.txt). In it, a line such as
//
//	[consent.ask]
//
// begins a text, which stands on the lines below, up to the next key; it may
// have blank lines inside, and loses those at its ends. Lines that begin with
// # are notes. {1} and {2} are places that get filled in, and may carry a name
// for the reader: {1:date}. *Words between stars* are bold, within one line. A
// backslash takes the meaning from one of \ * { } # [ after it.
package phrases

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// fallback is the language that stands in where another lacks a text.
const fallback = "id"

// nameKey is the key of a language's own name.
const nameKey = "lang.name"

// Marks around bold words in compiled texts; the same as conversation.BoldOn
// and conversation.BoldOff.
const (
	boldOn  = '\x02'
	boldOff = '\x03'
)

// MaxPlaces is the highest number that a place can have.
const MaxPlaces = 20

//go:embed *.txt
var files embed.FS

// Catalogue holds the texts of all languages. It never changes once loaded and
// is safe for concurrent use. The zero value has no texts: every key is
// answered with itself.
type Catalogue struct {
	languages []string          // fallback first, then by name
	texts     map[string][]text // by key, then as in languages
}

// text is a compiled text: head, and behind it each place with what follows.
// The zero value is a text that the language lacks.
type text struct {
	present bool
	places  uint32 // bit n: {n} occurs
	head    string
	parts   []part
}

type part struct {
	place int // from 0
	after string
}

// Load compiles every *.txt file at the root of fsys. Its error names each
// defect with file and line. It requires id.txt, and does not ask that the
// languages agree; see [Catalogue.Check].
func Load(fsys fs.FS) (*Catalogue, error) {
	names, err := fs.Glob(fsys, "*.txt")
	if err != nil {
		return nil, fmt.Errorf("list phrase files: %w", err)
	}
	c := &Catalogue{texts: map[string][]text{}}
	for _, name := range names {
		lang := strings.TrimSuffix(name, ".txt")
		if !validLanguage(lang) {
			return nil, fmt.Errorf("%s: a phrase file is named for its language, such as id.txt", name)
		}
		c.languages = append(c.languages, lang)
	}
	slices.SortFunc(c.languages, func(a, b string) int {
		if (a == fallback) != (b == fallback) {
			if a == fallback {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	if len(c.languages) == 0 || c.languages[0] != fallback {
		return nil, fmt.Errorf("%s.txt is missing; it stands in for what other languages lack", fallback)
	}
	var defects []error
	for i, lang := range c.languages {
		name := lang + ".txt"
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read phrases: %w", err)
		}
		texts, err := parse(name, string(content))
		if err != nil {
			defects = append(defects, err)
			continue
		}
		for key, t := range texts {
			if c.texts[key] == nil {
				c.texts[key] = make([]text, len(c.languages))
			}
			c.texts[key][i] = t
		}
	}
	if len(defects) > 0 {
		return nil, errors.Join(defects...)
	}
	return c, nil
}

var loadDefault = sync.OnceValue(func() *Catalogue {
	c, err := Load(files)
	if err != nil {
		panic("embedded phrases: " + err.Error())
	}
	return c
})

// Default returns the embedded catalogue, compiled at the first call. It
// panics where the embedded files have a defect, which the package's test
// finds before a release does.
func Default() *Catalogue { return loadDefault() }

// Languages returns the codes of all languages: Indonesian first, the others
// by code. The caller may keep the slice.
func (c *Catalogue) Languages() []string { return slices.Clone(c.languages) }

// Keys returns the keys that lang itself has, sorted; none for a language that
// is not there.
func (c *Catalogue) Keys(lang string) []string {
	i := slices.Index(c.languages, lang)
	if i < 0 {
		return nil
	}
	keys := make([]string, 0, len(c.texts))
	for key, texts := range c.texts {
		if texts[i].present {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Append appends the text of key in lang to dst and fills its places with
// args, the first of which goes into {1}. It allocates nothing beyond dst.
//
// A text that lang lacks is taken from Indonesian, and a key that nobody has is
// answered with itself. A place without an argument stays empty, arguments
// without a place are left out. Arguments are texts of people: they lose
// control characters, so that they cannot forge bold, and the controls that
// turn the direction of writing, so that they cannot make a sentence of the bot
// read otherwise. Bytes that are no UTF-8 become U+FFFD.
func (c *Catalogue) Append(dst []byte, lang, key string, args []string) []byte {
	t := c.find(lang, key)
	if t == nil {
		return append(dst, key...)
	}
	dst = append(dst, t.head...)
	for i := range t.parts {
		p := &t.parts[i]
		if p.place < len(args) {
			dst = appendArgument(dst, args[p.place])
		}
		dst = append(dst, p.after...)
	}
	return dst
}

// Text returns what [Catalogue.Append] appends.
func (c *Catalogue) Text(lang, key string, args ...string) string {
	if t := c.find(lang, key); t != nil && len(t.parts) == 0 {
		return t.head
	}
	return string(c.Append(nil, lang, key, args))
}

// Has reports whether key has a text in lang, or at least in Indonesian.
func (c *Catalogue) Has(lang, key string) bool { return c.find(lang, key) != nil }

func (c *Catalogue) find(lang, key string) *text {
	texts := c.texts[key]
	if texts == nil {
		return nil
	}
	for i, l := range c.languages {
		if l == lang && texts[i].present {
			return &texts[i]
		}
	}
	if texts[0].present {
		return &texts[0]
	}
	return nil
}

// Check reports, joined into one error, every key that one language has and
// another lacks, every key whose places differ between languages, and every
// language that does not tell its name (lang.name).
func (c *Catalogue) Check() error {
	var defects []error
	keys := make([]string, 0, len(c.texts))
	for key := range c.texts {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	if !slices.Contains(keys, nameKey) {
		defects = append(defects, fmt.Errorf("no language tells its name with [%s]", nameKey))
	}
	for _, key := range keys {
		var first *text
		var of string
		for i, lang := range c.languages {
			t := &c.texts[key][i]
			switch {
			case !t.present:
				defects = append(defects, fmt.Errorf("%s.txt lacks [%s]", lang, key))
			case first == nil:
				first, of = t, lang
			case t.places != first.places:
				defects = append(defects, fmt.Errorf("[%s] has the places %s in %s.txt and %s in %s.txt",
					key, listPlaces(first.places), of, listPlaces(t.places), lang))
			}
		}
	}
	return errors.Join(defects...)
}

func listPlaces(places uint32) string {
	if places == 0 {
		return "none"
	}
	var b strings.Builder
	for places != 0 {
		fmt.Fprintf(&b, "{%d}", bits.TrailingZeros32(places))
		places &= places - 1
	}
	return b.String()
}

// appendArgument appends what a person wrote, less what could forge the bot's
// own marks.
func appendArgument(dst []byte, arg string) []byte {
	kept := 0 // arg[:kept] is in dst or dropped
	for i := 0; i < len(arg); {
		c := arg[i]
		if c < utf8.RuneSelf {
			if (c < ' ' && c != '\n' && c != '\t') || c == 0x7f {
				dst = append(dst, arg[kept:i]...)
				kept = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(arg[i:])
		if broken := r == utf8.RuneError && size == 1; broken || turnsDirection(r) {
			dst = append(dst, arg[kept:i]...)
			if broken {
				dst = append(dst, "\uFFFD"...)
			}
			kept = i + size
		}
		i += size
	}
	return append(dst, arg[kept:]...)
}

// turnsDirection reports whether r embeds, overrides or isolates a direction
// of writing. Letters that are written from right to left are none of these.
func turnsDirection(r rune) bool {
	return (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}
