package region

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// table reads lines of "text => what", less comments.
func table(t testing.TB, name string) [][2]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var lines [][2]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, want, ok := strings.Cut(line, " => ")
		if !ok {
			t.Fatalf("%s: %q has no arrow", name, line)
		}
		lines = append(lines, [2]string{text, want})
	}
	return lines
}

// said is a reading as the table has it.
func said(r Reading) string {
	name := func(c Code) string {
		region, ok := Lookup(c)
		if !ok {
			return "unknown " + string(c)
		}
		return region.Name
	}
	switch {
	case r.Ask:
		names := make([]string, len(r.Candidates))
		for i, c := range r.Candidates {
			names[i] = name(c)
		}
		slices.Sort(names)
		return strings.TrimSpace("? " + strings.Join(names, " | "))
	case r.Regency != "":
		return name(r.Regency)
	case r.Province != "":
		return name(r.Province)
	}
	return "-"
}

func TestTheTableOfPlacesHolds(t *testing.T) {
	lines := table(t, "testdata/places.txt")
	if len(lines) < 900 {
		t.Errorf("%d places, want 900 or more", len(lines))
	}
	for _, line := range lines {
		if got := said(Read(line[0])); got != line[1] {
			t.Errorf("%q: %s, want %s", line[0], got, line[1])
		}
	}
}

func TestReadKnowsEveryRegionByItsFullName(t *testing.T) {
	for _, r := range load().regions {
		name := r.Name
		if r.IsProvince() {
			name = "Provinsi " + name
		}
		for _, text := range []string{name, "Laporan dari " + strings.ToLower(name) + ".", strings.ToUpper(name)} {
			if got := said(Read(text)); got != r.Name {
				t.Errorf("%q: %s", text, got)
			}
		}
	}
}

// A city and a regency of one name are never chosen between without a word for it.
func TestReadAsksBetweenAllRegionsOfOneName(t *testing.T) {
	shared := make(map[string][]Code)
	for _, r := range load().regions {
		k, _ := key(r.spellings[0])
		shared[k] = append(shared[k], r.Code)
	}
	n := 0
	for name, codes := range shared {
		if len(codes) == 1 {
			continue
		}
		n++
		r := Read(name)
		if !r.Ask || r.Regency != "" || r.Why != WhyAmbiguous {
			t.Errorf("%s: %+v", name, r)
		}
		for _, c := range codes {
			if !slices.Contains(r.Candidates, c) {
				t.Errorf("%s: %s is no candidate", name, c)
			}
		}
	}
	if n != 28 {
		t.Errorf("%d names are shared, want 28", n)
	}
}

func TestReadKnowsEveryCapitalWithItsProvince(t *testing.T) {
	capitals, err := rows(capitalsData)
	if err != nil {
		t.Fatal(err)
	}
	if len(capitals) != 416 {
		t.Errorf("%d capitals, want one of every regency", len(capitals))
	}
	for _, row := range capitals {
		province, _ := Lookup(Code(row[0]).Province())
		if row[1] == "Banggai" {
			continue // as the whole island is called, and the regency on the other one
		}
		if r := Read(row[1] + ", " + province.Name); r.Regency != Code(row[0]) && !slices.Contains(r.Candidates, Code(row[0])) {
			t.Errorf("%s, %s: %s, want %s", row[1], province.Name, said(r), row[0])
		}
	}
}

func TestReadKnowsEveryDistrictWithItsRegency(t *testing.T) {
	districts, err := rows(districtsData)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range districts {
		r, _ := Lookup(Code(row[0][:5]))
		if got := Read("Kec. " + row[1] + ", " + r.Name); got.Regency != r.Code {
			t.Errorf("Kec. %s, %s: %s", row[1], r.Name, said(got))
		}
	}
}

func TestReadForgivesAnErrorInEveryLongName(t *testing.T) {
	wrong, unread, all := 0, 0, 0
	for _, r := range load().regions {
		name := strings.ToLower(r.spellings[0])
		if r.IsProvince() || len(name) < 6 || strings.Contains(name, " ") {
			continue
		}
		for i := 1; i < len(name); i++ { // a letter left out
			all++
			got := Read(name[:i] + name[i+1:])
			switch {
			case got.Regency == r.Code || slices.Contains(got.Candidates, r.Code):
			case got.Regency != "":
				wrong++
				t.Log(name[:i]+name[i+1:], said(got))
			default:
				unread++
			}
		}
	}
	// What is left over is another name or an ordinary word: Bintan, Bantul.
	if wrong*100 > all || unread*8 > all {
		t.Errorf("of %d, %d led to another region, %d to none", all, wrong, unread)
	}
	t.Logf("of %d, %d led to another region, %d to none", all, wrong, unread)
}

// Ordinary words lead nowhere, whatever is wrong with them.
func TestReadTakesNoOrdinaryWordForAMisspeltName(t *testing.T) {
	for word := range strings.FieldsSeq(ordinaryData) {
		if r := Read("ada " + word + " saja"); r.Ask || r.Province != "" {
			t.Errorf("%s: %s", word, said(r))
		}
	}
}

func TestReadReadsNoMoreThan65536Characters(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{strings.Repeat("é", 65536-12) + " Banjarmasin", "Kota Banjarmasin"},
		{strings.Repeat("é", 65536-12) + " Banjarmasin, Kudus", "Kota Banjarmasin"},
		{strings.Repeat("é", 65536-7) + " Banjarmasin", "-"}, // not what is left of it
	} {
		if got := said(Read(test.text)); got != test.want {
			t.Errorf("%d characters, ending %q: %s, want %s", len([]rune(test.text)), test.text[len(test.text)-24:], got, test.want)
		}
	}
}

func TestReadDoesNotMindOddCharacters(t *testing.T) {
	for text, want := range map[string]string{
		"BANJARMASİN":               "Kota Banjarmasin",
		"\xff\xfeBanjarmasin\xff":   "Kota Banjarmasin",
		"\u200eBanjarmasin":         "Kota Banjarmasin",
		"Ba’a":                      "Kabupaten Rote Ndao",
		"(hulu   sungai\ttengah)":   "Kabupaten Hulu Sungai Tengah",
		"📍Barabai!!!":               "Kabupaten Hulu Sungai Tengah",
		"Kab.Banjar":                "Kabupaten Banjar",
		"toli-toli":                 "Kabupaten Toli-Toli",
		"Pulang\nPisau":             "-",
		"":                          "-",
		"Sawahlunto/Sijunjung":      "Kabupaten Sijunjung",
		"Kabupaten/Kota Bima":       "? Kabupaten Bima | Kota Bima",
		"Tanjungkarang-Telukbetung": "Kota Bandar Lampung",
	} {
		if got := said(Read(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestReadingsSayWhy(t *testing.T) {
	for text, want := range map[string]string{
		"Kab. HST": WhyName, "Barabai": WhyTown, "Kec. Batang Alai Timur": WhyDistrict, "Bogor": WhyAmbiguous,
		"Kota Padang, Jawa Timur": WhyContradiction, "arah Barabai": WhyUnsure, "di rumah": WhyUnknown,
	} {
		if r := Read(text); r.Why != want {
			t.Errorf("%s: %s, want %s", text, r.Why, want)
		}
	}
}

// The work for one text is bounded by its words: every word begins at most maxWords look-ups, and what costs more has a
// limit of its own.
func TestReadLimitsWhatCostsMore(t *testing.T) {
	g := names()
	for name, text := range hostile {
		tokens := words(text)
		g.mend(tokens)
		mended := 0
		for _, token := range tokens {
			if token.mended != "" {
				mended++
			}
		}
		if mentions := g.mentions(tokens); mended > maxMended || len(mentions) > maxMentions {
			t.Errorf("%s: %d words mended, %d names looked at", name, mended, len(mentions))
		}
		half := text[:len(text)/2]
		short := testing.AllocsPerRun(3, func() { Read(half) })
		if long := testing.AllocsPerRun(3, func() { Read(text) }); long > 2*short+64 {
			t.Errorf("%s: %v allocations, %v for half of it", name, long, short)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, line := range table(f, "testdata/places.txt")[:40] {
		f.Add(line[0])
	}
	f.Add("kota kota kabupaten/kota adm. administrasi solok")
	f.Add("\xff\u0301İ\u200eBANJAR\x00masin")
	f.Fuzz(func(t *testing.T, text string) {
		r := Read(text)
		if r.Ask && r.Regency != "" {
			t.Errorf("%q: asks although it is certain: %+v", text, r)
		}
		if r.Regency != "" && (r.Regency.Province() != r.Province || len(r.Regency) != 5) {
			t.Errorf("%q: %+v", text, r)
		}
		for _, c := range append(r.Candidates, r.Province) {
			if _, ok := Lookup(c); !ok && c != "" {
				t.Errorf("%q: no region has the code %s", text, c)
			}
		}
		if diff := cmp.Diff(r, Read(text)); diff != "" {
			t.Errorf("%q is read in two ways:\n%s", text, diff)
		}
	})
}

// The texts that cost most, each 65,536 characters.
var hostile = map[string]string{
	"kinds":     full("kota "),
	"leads":     full("kab kec desa "),
	"short":     full("a "),
	"names":     full("banjar "),
	"begun":     full("hulu sungai "),
	"districts": full("cisarua, bogor, "),
	"streets":   full("jalan a b c "),
	"routes":    full("medan-jakarta "),
	"misspelt":  full("banjxrmasxn sidoxrjo makxssar "),
	"one word":  full("x"),
	"garbage":   full("\xff"),
	"story":     full("jalan rusak parah di barabai sudah lama tidak diperbaiki oleh dinas "),
}

func full(s string) string {
	return strings.Repeat(s, 65536/len([]rune(s))+1)
}

func BenchmarkReadAnAnswer(b *testing.B) { benchmarkRead(b, "Kec. Batu Benawa, HST") }
func BenchmarkReadNothing(b *testing.B) {
	benchmarkRead(b, "Lampu jalan di depan rumah saya mati sejak kemarin malam, mohon diperbaiki.")
}

func BenchmarkReadHostileTexts(b *testing.B) {
	for name, text := range hostile {
		b.Run(name, func(b *testing.B) { benchmarkRead(b, text) })
	}
}

func benchmarkRead(b *testing.B, text string) {
	Read("")
	b.ReportAllocs()
	for b.Loop() {
		Read(text)
	}
}
