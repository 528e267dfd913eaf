package telegramtest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	longestText    = 4096 // UTF-16 units, formatting parsed
	longestCaption = 1024
)

// units is how long s is in UTF-16 units, in which Telegram counts.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// tidy does to a text what TDLib does before it is sent (fix_formatted_text):
// entities are checked against it, control characters go, white space around
// it goes, though never from before the first entity.
func tidy(text string, entities []Entity) (string, []Entity, error) {
	if !utf8.ValidString(text) {
		return "", nil, badRequest("Strings must be encoded in UTF-8")
	}
	for _, e := range entities {
		if e.Offset < 0 || e.Offset > 1_000_000 {
			return "", nil, badRequest("Receive an entity with incorrect offset %d", e.Offset)
		}
		if e.Length < 0 || e.Length > 1_000_000 {
			return "", nil, badRequest("Receive an entity with incorrect length %d", e.Length)
		}
	}
	clean, moved := cleanText(text)
	entities, err := moveEntities(mergeEntities(entities), moved)
	if err != nil {
		return "", nil, err
	}
	entities = mergeEntities(entities)
	trimmed := strings.TrimRight(clean, " \n")
	if isBlank(trimmed) {
		return "", nil, badRequest("Text must be non-empty")
	}
	end := units(trimmed)
	kept := entities[:0]
	for _, e := range entities {
		if e.Length = min(e.Length, end-e.Offset); e.Length > 0 {
			kept = append(kept, e)
		}
	}
	lead := len(trimmed) - len(strings.TrimLeft(trimmed, " \n"))
	if len(kept) > 0 {
		lead = min(lead, kept[0].Offset)
	}
	for i := range kept {
		kept[i].Offset -= lead
	}
	return trimmed[lead:], kept, nil
}

// cleanText takes out what Telegram takes out. moved tells for each UTF-16
// offset of text which one it is afterwards, and is -1 in the middle of a
// character.
func cleanText(text string) (clean string, moved []int) {
	var b strings.Builder
	at := 0
	for _, r := range text {
		moved = append(moved, at)
		width := utf16.RuneLen(r)
		if width == 2 {
			moved = append(moved, -1)
		}
		switch {
		case r == '\r', r >= 0x2028 && r <= 0x202e, r == 0x333, r == 0x33f, r == 0x30a:
			continue
		case r < ' ' && r != '\n':
			r = ' '
		}
		b.WriteRune(r)
		at += width
	}
	return b.String(), append(moved, at)
}

func moveEntities(entities []Entity, moved []int) ([]Entity, error) {
	end := len(moved) - 1
	for _, e := range entities {
		if e.Offset > end {
			return nil, badRequest("Entity begins after the end of the text at UTF-16 offset %d", e.Offset)
		}
		if e.Offset+e.Length > end {
			return nil, badRequest("Entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d",
				e.Offset, e.Offset+e.Length)
		}
	}
	result := make([]Entity, 0, len(entities))
	for _, e := range entities {
		from, to := moved[e.Offset], moved[e.Offset+e.Length]
		if from < 0 {
			return nil, badRequest("Entity begins in a middle of a UTF-16 symbol at UTF-16 offset %d", e.Offset)
		}
		if to < 0 {
			return nil, badRequest("Entity beginning at UTF-16 offset %d ends in a middle of a UTF-16 symbol", e.Offset)
		}
		if to > from {
			e.Offset, e.Length = from, to-from
			result = append(result, e)
		}
	}
	return result, nil
}

// mergeEntities sorts entities, joins equal ones that touch, and drops empty
// ones.
func mergeEntities(entities []Entity) []Entity {
	sorted := make([]Entity, 0, len(entities))
	for _, e := range entities {
		if e.Length > 0 {
			sorted = append(sorted, e)
		}
	}
	slices.SortStableFunc(sorted, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length), cmp.Compare(a.Type, b.Type))
	})
	last := map[string]int{}
	merged := sorted[:0]
	for _, e := range sorted {
		switch e.Type {
		case "bold", "italic", "underline", "strikethrough", "spoiler":
			if i, seen := last[e.Type]; seen && merged[i].Offset+merged[i].Length >= e.Offset {
				merged[i].Length = max(merged[i].Length, e.Offset+e.Length-merged[i].Offset)
				continue
			}
		}
		last[e.Type] = len(merged)
		merged = append(merged, e)
	}
	return merged
}

// isBlank reports whether nobody could see anything of s: spaces and what has
// no width.
func isBlank(s string) bool {
	for _, r := range s {
		switch {
		case r == ' ', r == '\n', r == 0xa0, r == 0xfeff, r >= 0x200b && r <= 0x200f, r == 0x202e:
		case r == 0x1680, r == 0x180e, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x2800, r == 0x3000,
			r == 0xfffc:
		default:
			return false
		}
	}
	return true
}

// commandsIn finds the bot commands of a text: a slash that no word, slash or
// angle bracket touches, up to 64 letters, and perhaps @ and a bot's name.
func commandsIn(text string) []Entity {
	var found []Entity
	word := func(b byte) bool {
		return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= utf8.RuneSelf
	}
	run := func(i int) int {
		n := 0
		for i+n < len(text) && word(text[i+n]) && text[i+n] < utf8.RuneSelf {
			n++
		}
		return n
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '/' || i > 0 && (word(text[i-1]) || strings.IndexByte("/<>", text[i-1]) >= 0) {
			continue
		}
		name := run(i + 1)
		if name < 1 || name > 64 {
			continue
		}
		end := i + 1 + name
		if end < len(text) && text[end] == '@' {
			bot := run(end + 1)
			if bot < 3 || bot > 32 {
				continue
			}
			end += 1 + bot
		}
		if end < len(text) && (word(text[end]) || strings.IndexByte("/<>", text[end]) >= 0) {
			continue
		}
		found = append(found, Entity{Type: "bot_command", Offset: units(text[:i]), Length: end - i})
		i = end - 1
	}
	return found
}
