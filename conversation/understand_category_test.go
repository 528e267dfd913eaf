package conversation

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestTheAreaOfAStoryIsProposed reads the stories of testdata/categories, which
// have lines such as "infrastruktur = jalan rusak di depan pasar".
func TestTheAreaOfAStoryIsProposed(t *testing.T) {
	codes := areaCodes(t)
	stories, err := os.ReadFile("testdata/categories/stories.txt")
	if err != nil {
		t.Fatal(err)
	}
	total, right, wrong := 0, 0, 0
	for line := range strings.SplitSeq(string(stories), "\n") {
		want, text, isStory := strings.Cut(line, " = ")
		if !isStory {
			continue
		}
		if want == "-" {
			want = ""
		} else if !slices.Contains(codes, want) {
			t.Fatalf("%q is no code", want)
		}
		total++
		switch got := suggestCategory(text); got {
		case want:
			right++
		case "":
			t.Logf("none for %q, want %s", text, want)
		default:
			wrong++
			t.Logf("%s for %q, want %q", got, text, want)
		}
	}
	t.Logf("of %d stories %d are right, %d wrong, %d left open", total, right, wrong, total-right-wrong)
	if total < 120 || right*100 < total*90 || wrong*100 > total*4 {
		t.Errorf("of %d stories %d are right and %d wrong", total, right, wrong)
	}
}

func TestAreasAreProposedTheLikeliestFirst(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"truk galian C bikin jalan rusak, jalan rusak, jalan rusak", "infrastruktur sumber-daya-alam perhubungan"},
		{"siswa dan guru di sekolah, jalan depannya macet", "pendidikan perhubungan"},
		{"guru guru guru guru, angkot di terminal", "perhubungan pendidikan"},
		{"PDAMnya kapan nyala, trotoarnya rusak", "infrastruktur"},
		{"jln rsk", "infrastruktur"},
		{"dirumahsakit, dipuskesmas", "kesehatan"},
		{"depan sekolah dekat puskesmas", ""},
		{"", ""},
	} {
		if got := strings.Join(suggestCategories(tt.text), " "); got != tt.want {
			t.Errorf("%q may be about %s, want %s", tt.text, got, tt.want)
		}
	}
	if tie := "jembatan dan narkoba"; suggestCategory(tie) != "" || len(suggestCategories(tie)) != 2 {
		t.Errorf("%q is about %q, of %v", tie, suggestCategory(tie), suggestCategories(tie))
	}
	all := ""
	for _, a := range areas {
		sure, _, _ := strings.Cut(a.sure, ",")
		all += sure + ". "
	}
	if got := suggestCategories(all); len(got) != maxAreas {
		t.Errorf("%d areas are proposed, want %d: %v", len(got), maxAreas, got)
	}
}

func TestTheWordsOfAreasAreInOrder(t *testing.T) {
	codes := areaCodes(t)
	for _, a := range areas {
		if a.code != "" && !slices.Contains(codes, a.code) {
			t.Errorf("%q is no code of a category", a.code)
		}
		seen := map[string]bool{}
		for phrase := range strings.SplitSeq(a.sure+","+a.usual+","+a.slight, ",") {
			phrase = strings.Join(strings.Fields(phrase), " ")
			if phrase != "" && seen[phrase] {
				t.Errorf("%s has %q twice", a.code, phrase)
			}
			seen[phrase] = true
			if words := strings.Join(areaWordsOf(phrase), " "); words != phrase {
				t.Errorf("%s: %q is never found, for people's words are read as %q", a.code, phrase, words)
			}
		}
	}
}

func FuzzCategoriesAreProposedWithoutPanic(f *testing.F) {
	f.Add("jalan rusak di depan sekolah")
	f.Add("dijalan\xff")
	f.Fuzz(func(t *testing.T, text string) {
		best, all := suggestCategory(text), suggestCategories(text)
		if len(all) > maxAreas || (best != "" && best != all[0]) {
			t.Errorf("%q: %q of %q", text, best, all)
		}
	})
}

func BenchmarkSuggestCategory(b *testing.B) {
	story := "Selamat pagi pak, saya mau lapor jalan berlubang di depan pasar Barabai sejak dua minggu lalu, sudah banyak motor jatuh. "
	for _, bb := range []struct{ name, text string }{{"story", story}, {"longest", strings.Repeat(story, 65_536/len(story))}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				suggestCategory(bb.text)
			}
		})
	}
}

// areaCodes are the codes that a register starts with.
func areaCodes(t *testing.T) []string {
	t.Helper()
	sql, err := os.ReadFile("../migrations/sql/00002_categories.sql")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for line := range strings.Lines(string(sql)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "('"); ok {
			code, _, _ := strings.Cut(rest, "'")
			codes = append(codes, code)
		}
	}
	return codes
}
