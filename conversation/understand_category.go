package conversation

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// maxAreas is how many areas are proposed at most.
	maxAreas = 8
	// enoughPoints is how much must speak for an area: one word that says little
	// is not enough.
	enoughPoints = 2
)

// suggestCategory returns the code of the area that a story belongs to, one of
// those that a register starts with, and "" where its words do not say or say
// two equally. An operator may have retired the code: whoever stores it looks.
func suggestCategory(text string) string {
	ranked := rankAreas(text)
	if len(ranked) == 0 || (len(ranked) > 1 && ranked[1].points == ranked[0].points) {
		return ""
	}
	return ranked[0].code
}

// suggestCategories returns the codes of up to eight areas that a story may
// belong to, the likeliest first.
func suggestCategories(text string) []string {
	ranked := rankAreas(text)
	codes := make([]string, 0, maxAreas)
	for _, r := range ranked[:min(len(ranked), maxAreas)] {
		codes = append(codes, r.code)
	}
	return codes
}

// rankedArea is an area with what speaks for it.
type rankedArea struct {
	code   string
	points int
}

// rankAreas adds up what the words of text say about each area: every word of
// the lists once, however often it stands there, and none that only says where
// something is: "depan sekolah".
func rankAreas(text string) []rankedArea {
	words := areaWordsOf(text)
	said := make(map[*areaNode]bool)
	points := make([]int, len(areas))
	for i := 0; i < len(words); {
		node, n := areaTree.longest(words[i:])
		if n > 0 && !landmark(words, i) && !said[node] {
			said[node] = true
			for _, p := range node.points {
				points[p.area] += p.points
			}
		}
		i += max(n, 1)
	}
	var ranked []rankedArea
	for i, n := range points {
		if n >= enoughPoints && areas[i].code != "" {
			ranked = append(ranked, rankedArea{areas[i].code, n})
		}
	}
	slices.SortStableFunc(ranked, func(a, b rankedArea) int { return cmp.Compare(b.points, a.points) })
	return ranked
}

// areaWordsOf are the words of text as the lists have them: without -nya and
// the like, apart from "di", and with chat spelling written out.
func areaWordsOf(text string) []string {
	words := strings.Fields(plainWords(text))
	for i, w := range words {
		root := bare(w)
		joined, isJoined := strings.CutPrefix(root, "di")
		switch {
		case areaWords[w]: // "sekolah" has no -lah
		case chatSpelling[root] != "":
			words[i] = chatSpelling[root]
		case areaWords[root]:
			words[i] = root
		case isJoined && areaWords[joined]: // "disekolah"
			words[i] = joined
		}
	}
	return words
}

// landmark reports whether word i only says near what it is.
func landmark(words []string, i int) bool {
	if i > 0 && landmarkKinds[words[i-1]] {
		i--
	}
	return i > 0 && landmarks[words[i-1]]
}

var (
	landmarks     = wordSet(`depan didepan dekat didekat deket dkt samping disamping sebelah disebelah belakang dibelakang seberang diseberang sekitar menuju bawah dibawah`)
	landmarkKinds = wordSet(`kantor gedung gerbang gang pintu pagar halaman kompleks komplek lapangan`)
	// chatSpelling writes out how people shorten and misspell words of the lists.
	chatSpelling = map[string]string{
		"jl": "jalan", "jln": "jalan", "rsk": "rusak", "skolah": "sekolah", "skolh": "sekolah", "sklh": "sekolah", "sklah": "sekolah",
		"lmpu": "lampu", "listik": "listrik", "lisrik": "listrik", "bnjir": "banjir", "smpah": "sampah", "sampa": "sampah",
		"petgas": "petugas", "ptugas": "petugas", "pgawai": "pegawai",
		"puskes": "puskesmas", "pkm": "puskesmas", "rmh": "rumah", "pelayanaan": "pelayanan", "plyanan": "pelayanan",
		"macett": "macet", "mcet": "macet", "brlubang": "berlubang", "berlobang": "berlubang", "bolong": "berlubang", "jmbatan": "jembatan",
		"elpiji": "lpg", "nglubang": "berlubang",
	}
)

// areaNode is a place in the tree of the phrases of all areas, word by word.
type areaNode struct {
	next   map[string]*areaNode
	ends   bool // a phrase ends here
	points []areaPoints
}

type areaPoints struct{ area, points int }

// longest finds the longest phrase that stands at the beginning of words, and
// of how many words it is made: none where none does.
func (t *areaNode) longest(words []string) (found *areaNode, n int) {
	node := t
	for i, w := range words {
		if node = node.next[w]; node == nil {
			break
		}
		if node.ends {
			found, n = node, i+1
		}
	}
	return found, n
}

// areaTree holds the phrases of areas, and areaWords every word in them.
var areaTree, areaWords = newAreaTree()

func newAreaTree() (root *areaNode, words map[string]bool) {
	root, words = &areaNode{}, map[string]bool{}
	for i, a := range areas {
		for points, list := range []string{1: a.slight, 2: a.usual, 3: a.sure} {
			for phrase := range strings.SplitSeq(list, ",") {
				node := root
				for word := range strings.FieldsSeq(phrase) {
					words[word] = true
					if node.next[word] == nil {
						if node.next == nil {
							node.next = map[string]*areaNode{}
						}
						node.next[word] = &areaNode{}
					}
					node = node.next[word]
				}
				if node != root {
					node.ends = true
					node.points = append(node.points, areaPoints{i, points})
				}
			}
		}
	}
	return root, words
}
