package conversation

import "strings"

var (
	// accusedWords head the fields about whoever is complained of.
	accusedWords = wordSet(`terlapor pelaku oknum penipu teradu tersangka dilaporkan diadukan korban saksi`)
	// writerWords head the fields about the writer again.
	writerWords = wordSet(`pelapor pengadu pengirim saya`)
	// officialWords are labels that only somebody complained of has.
	officialWords = wordSet(`jabatan nip pangkat golongan rekening rek norek bank nopol plat akun username toko perusahaan`)
)

// theirs finds the fields that look like the writer's and are those of somebody
// else: under a heading such as "Terlapor", beside an office or an account
// number, or a second name. They are part of the story.
func theirs(text string, parts []formPart) []formPart {
	accused, official, writers := false, false, false
	for _, p := range parts {
		writers = writers || p.is == itemNIK || anyWord(p.label, writerWords) || p.from < p.value && anyWord(p.label, accusedWords)
		official = official || p.is == itemOther && p.from < p.value && anyWord(p.label, officialWords)
	}
	official = official && !writers
	var seen [itemNothing + 1]bool
	for i := range parts {
		p := &parts[i]
		switch {
		case p.is == itemOther || p.is == itemStory && p.from == p.value:
			heading := text[p.from:p.to]
			if p.from < p.value {
				heading = p.label
			}
			if len(heading) > maxLabel || strings.Count(strings.TrimSpace(heading), " ") > 3 {
				break
			}
			if anyWord(heading, accusedWords) {
				accused = true
				p.kept = true
			} else if anyWord(heading, writerWords) {
				accused = false
			}
		case p.is == itemStory || p.is.place() || p.is.when():
			accused = accused && p.is == itemStreet
		case p.is.identifies():
			if anyWord(p.label, writerWords) {
				accused = false
			}
			again := p.is == itemName && seen[itemName]
			if accused || again || (official && p.is != itemPerson && p.is != itemHome) {
				p.is = itemOther
				break
			}
			seen[p.is] = seen[p.is] || hasWords(p.text(text))
		default:
		}
		if accused && p.is == itemStreet {
			p.is = itemOther
		}
	}
	return parts
}

func anyWord(label string, words map[string]bool) bool {
	for word := range strings.SplitSeq(plainWords(label), " ") {
		if words[word] {
			return true
		}
	}
	return false
}
