package region_test

import (
	"cmp"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kentongan/reports/region"
)

// reference is every name, in lower case with single spaces, and the regions that bear it.
var reference = sync.OnceValue(func() map[string][]region.Region {
	file, err := os.Open("regions.csv")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		panic(err)
	}
	names := make(map[string][]region.Region)
	for _, row := range rows[1:] {
		r, _ := region.Lookup(region.Code(row[0]))
		bare := row[1]
		for _, kind := range []string{"Kabupaten ", "Kota ", "Administrasi "} {
			bare = strings.TrimPrefix(bare, kind)
		}
		for _, name := range append(strings.Split(row[3], ";"), bare) {
			if name != "" {
				key := strings.Join(fields(name), " ")
				names[key] = append(names[key], r)
			}
		}
	}
	return names
})

func fields(text string) []string {
	return strings.FieldsFunc(strings.Map(unicode.ToLower, text), func(r rune) bool {
		return r == unicode.ReplacementChar || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

var kinds = map[string]string{
	"provinsi": "p", "propinsi": "p", "prov": "p", "pemprov": "p",
	"kabupaten": "r", "kab": "r", "pemkab": "r",
	"kota": "c", "kotamadya": "c", "kodya": "c", "pemkot": "c", "pemko": "c",
}

func kindOf(r region.Region) string {
	switch {
	case r.IsProvince():
		return "p"
	case strings.HasPrefix(r.Name, "Kabupaten "):
		return "r"
	}
	return "c"
}

// find does what Find's documentation says, trying every name at every word.
func find(text string) []string {
	type hit struct {
		code             string
		length, position int
	}
	var hits []hit
	words := fields(text)
	for i := 0; i < len(words); {
		j, asked := i, ""
		for j < len(words) && (kinds[words[j]] != "" || j > i && (words[j] == "adm" || words[j] == "administrasi")) {
			asked += kinds[words[j]]
			j++
		}
		next := max(j, i+1)
		for n := min(len(words)-j, 6); n > 0; n-- {
			regions := reference()[strings.Join(words[j:j+n], " ")]
			if regions == nil {
				continue
			}
			of := func(r region.Region) bool { return strings.Contains(asked, kindOf(r)) }
			if slices.ContainsFunc(regions, of) {
				regions = slices.DeleteFunc(slices.Clone(regions), func(r region.Region) bool { return !of(r) })
			}
			for _, r := range regions {
				hits = append(hits, hit{string(r.Code), len(strings.Join(words[i:j+n], " ")), i})
			}
			next = j + n
			break
		}
		i = next
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.length, a.length), cmp.Compare(a.position, b.position), cmp.Compare(a.code, b.code))
	})
	codes := []string{}
	for _, h := range hits {
		if !slices.Contains(codes, h.code) {
			codes = append(codes, h.code)
		}
	}
	return codes
}

func TestFindAgreesWithTryingEveryNameAtEveryWord(t *testing.T) {
	var vocabulary []string
	for name := range reference() {
		vocabulary = append(vocabulary, name)
		vocabulary = append(vocabulary, strings.Fields(name)...) // parts of names
	}
	for kind := range kinds {
		vocabulary = append(vocabulary, slices.Repeat([]string{kind}, 60)...)
	}
	vocabulary = append(vocabulary, slices.Repeat([]string{"adm", "administrasi", "jalan", "di", "rusak"}, 60)...)
	slices.Sort(vocabulary)

	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 30).Draw(t, "words")
		text := strings.Join(words, rapid.SampledFrom([]string{" ", ". ", "/", "\n", " — "}).Draw(t, "between"))
		if rapid.Bool().Draw(t, "capitals") {
			text = strings.ToUpper(text)
		}
		if diff := gocmp.Diff(find(text), codes(region.Find(text))); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", text, diff)
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add("Kab. Banjar, Kalimantan Selatan")
	f.Add("kota kota kabupaten/kota adm. administrasi solok")
	f.Add("hulu sungai hulu sungai tengah")
	f.Add("D.I. Yogyakarta, Lima Puluh Kota Solok")
	f.Add("\xff\u0301İ\u200eBANJAR\x00masin")
	f.Fuzz(func(t *testing.T, text string) {
		if diff := gocmp.Diff(find(text), codes(region.Find(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	})
}
