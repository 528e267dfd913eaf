package region_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports/region"
)

// How many regencies and cities each province has, as the decree sums them up.
var counts = map[region.Code]int{
	"11": 23, "12": 33, "13": 19, "14": 12, "15": 11, "16": 17, "17": 10, "18": 15, "19": 7, "21": 7,
	"31": 6, "32": 27, "33": 35, "34": 5, "35": 38, "36": 8,
	"51": 9, "52": 10, "53": 22,
	"61": 14, "62": 14, "63": 13, "64": 10, "65": 5,
	"71": 15, "72": 13, "73": 24, "74": 17, "75": 6, "76": 6,
	"81": 11, "82": 10,
	"91": 9, "92": 7, "93": 4, "94": 8, "95": 8, "96": 6,
}

func everything() []region.Region {
	var all []region.Region
	for _, p := range region.Provinces() {
		all = append(append(all, p), region.Regencies(p.Code)...)
	}
	return all
}

func TestThereAre38ProvincesAnd514RegenciesAndCities(t *testing.T) {
	got := make(map[region.Code]int)
	regencies, cities := 0, 0
	for _, p := range region.Provinces() {
		for _, r := range region.Regencies(p.Code) {
			got[p.Code]++
			switch {
			case strings.HasPrefix(r.Name, "Kabupaten ") && r.Code[3:] >= "01" && r.Code[3:] <= "69":
				regencies++
			case strings.HasPrefix(r.Name, "Kota ") && r.Code[3:] >= "71" && r.Code[3:] <= "99":
				cities++
			default:
				t.Errorf("%s %q is neither by name and code", r.Code, r.Name)
			}
		}
	}
	if diff := cmp.Diff(counts, got); diff != "" {
		t.Errorf("in each province (-want +got):\n%s", diff)
	}
	if len(counts) != 38 || regencies != 416 || cities != 98 {
		t.Errorf("%d provinces, %d regencies, %d cities; want 38, 416, 98", len(counts), regencies, cities)
	}
}

func TestCodesAndNamesAreUniqueAndLeadBackToTheirRegion(t *testing.T) {
	all := everything()
	names := make(map[string]region.Code)
	for i, r := range all {
		if i > 0 && all[i-1].Code >= r.Code {
			t.Errorf("%s does not come after %s", r.Code, all[i-1].Code)
		}
		// A province may share its name with a regency, but those say Kabupaten or Kota before it.
		if other, twice := names[r.Name]; twice {
			t.Errorf("%s and %s are both %q", other, r.Code, r.Name)
		}
		names[r.Name] = r.Code
		if got, ok := region.Lookup(r.Code); !ok || got != r {
			t.Errorf("Lookup(%s) = %+v, %t; want %+v", r.Code, got, ok, r)
		}
		if _, ok := counts[r.Province]; !ok || r.Province != r.Code[:2] || r.Code.Province() != r.Province {
			t.Errorf("%+v has no province of its own code", r)
		}
		if r.IsProvince() != (len(r.Code) == 2) {
			t.Errorf("%s is a province: %t", r.Code, r.IsProvince())
		}
		if r.Name != strings.Join(strings.Fields(r.Name), " ") || strings.Contains(r.Name, ".") {
			t.Errorf("%s: the name %q has stray spaces or an abbreviation", r.Code, r.Name)
		}
	}
	if len(all) != 38+514 {
		t.Errorf("%d regions", len(all))
	}
}

func TestLookupKnowsTheOfficialNames(t *testing.T) {
	for code, name := range map[region.Code]string{
		"11.09": "Kabupaten Simeulue",
		"12.12": "Kabupaten Toba",
		"13.07": "Kabupaten Lima Puluh Kota",
		"15.04": "Kabupaten Batang Hari",
		"16.12": "Kabupaten Penukal Abab Lematang Ilir",
		"19":    "Kepulauan Bangka Belitung",
		"31":    "Daerah Khusus Ibukota Jakarta",
		"31.01": "Kabupaten Administrasi Kepulauan Seribu",
		"31.74": "Kota Administrasi Jakarta Selatan",
		"32.79": "Kota Banjar",
		"33.72": "Kota Surakarta",
		"34":    "Daerah Istimewa Yogyakarta",
		"63":    "Kalimantan Selatan",
		"63.03": "Kabupaten Banjar",
		"63.07": "Kabupaten Hulu Sungai Tengah",
		"63.71": "Kota Banjarmasin",
		"64.11": "Kabupaten Mahakam Ulu",
		"71.09": "Kabupaten Kepulauan Siau Tagulandang Biaro",
		"72.04": "Kabupaten Toli-Toli",
		"76.01": "Kabupaten Pasangkayu",
		"81.03": "Kabupaten Kepulauan Tanimbar",
		"91.03": "Kabupaten Jayapura",
		"95":    "Papua Pegunungan",
		"96.71": "Kota Sorong",
	} {
		if r, ok := region.Lookup(code); !ok || r.Name != name {
			t.Errorf("Lookup(%s) = %q, %t; want %q", code, r.Name, ok, name)
		}
	}
}

func TestEveryRegionHasTheZoneOfTheDomain(t *testing.T) {
	type rule struct {
		from, to    region.Code
		zone, label string
		hours       int
	}
	// domain.md, "Working days".
	rules := []rule{
		{"11", "19", "Asia/Jakarta", "WIB", 7},
		{"21", "21", "Asia/Jakarta", "WIB", 7},
		{"31", "36", "Asia/Jakarta", "WIB", 7},
		{"61", "62", "Asia/Pontianak", "WIB", 7},
		{"51", "53", "Asia/Makassar", "WITA", 8},
		{"63", "65", "Asia/Makassar", "WITA", 8},
		{"71", "76", "Asia/Makassar", "WITA", 8},
		{"81", "82", "Asia/Jayapura", "WIT", 9},
		{"91", "96", "Asia/Jayapura", "WIT", 9},
	}
	for _, r := range everything() {
		i := slices.IndexFunc(rules, func(x rule) bool { return x.from <= r.Province && r.Province <= x.to })
		if i < 0 {
			t.Errorf("%s is in no zone of the domain", r.Code)
			continue
		}
		want := rules[i]
		loc, ok := region.Zone(r.Code)
		if !ok || loc.String() != want.zone || r.Zone != want.zone || region.Label(r.Code) != want.label {
			t.Errorf("%s %s: zone %v, %t, %s, label %s; want %s, %s", r.Code, r.Name, loc, ok, r.Zone, region.Label(r.Code), want.zone, want.label)
			continue
		}
		for _, month := range []time.Month{time.January, time.July} {
			name, offset := time.Date(2026, month, 1, 0, 0, 0, 0, loc).Zone()
			if name != want.label || offset != want.hours*3600 {
				t.Errorf("%s in %s: %s %+d s, want %s %+d h", r.Code, month, name, offset, want.label, want.hours)
			}
		}
	}
}

func TestZoneTakesCodesOfDistrictsAndVillages(t *testing.T) {
	for _, code := range []region.Code{"63", "63.07", "63.07.05", "63.07.05.2003", "63.99"} {
		if loc, ok := region.Zone(code); !ok || loc.String() != "Asia/Makassar" {
			t.Errorf("Zone(%s) = %v, %t", code, loc, ok)
		}
	}
}

func TestWhatIsNoCodeIsRefused(t *testing.T) {
	for _, code := range []region.Code{"", "6", "99", "00", "ab", "6307", "63-07", "063", " 63", "６３", "Kalimantan Selatan"} {
		if r, ok := region.Lookup(code); ok {
			t.Errorf("Lookup(%q) = %+v", code, r)
		}
		if loc, ok := region.Zone(code); ok || loc != nil {
			t.Errorf("Zone(%q) = %v, %t", code, loc, ok)
		}
		if label := region.Label(code); label != "" {
			t.Errorf("Label(%q) = %s", code, label)
		}
		if all := region.Regencies(code); all != nil {
			t.Errorf("Regencies(%q) = %v", code, all)
		}
	}
	for _, code := range []region.Code{"63.99", "63.", "63.07.05", "63.7"} {
		if r, ok := region.Lookup(code); ok {
			t.Errorf("Lookup(%q) = %+v", code, r)
		}
		if all := region.Regencies(code); all != nil {
			t.Errorf("Regencies(%q) = %v", code, all)
		}
	}
}

func TestTheDataCannotBeChangedThroughWhatItHandsOut(t *testing.T) {
	region.Provinces()[0].Name = "changed"
	region.Regencies("63")[0].Name = "changed"
	region.Find("Banjarmasin")[0].Name = "changed"
	if slices.ContainsFunc(everything(), func(r region.Region) bool { return r.Name == "changed" }) {
		t.Error("it can")
	}
}

func codes(regions []region.Region) []string {
	found := []string{}
	for _, r := range regions {
		found = append(found, string(r.Code))
	}
	return found
}

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"no region", "Lampu jalan mati sejak kemarin, mohon diperbaiki.", nil},
		{"a whole name", "Kabupaten Hulu Sungai Tengah", []string{"63.07"}},
		{"a name in a sentence", "Jalan rusak di Hulu Sungai Tengah sejak Senin", []string{"63.07"}},
		{"any case", "di KAB HULU sungai TENGAH", []string{"63.07"}},
		{"any spaces and punctuation", "(hulu   sungai\n\ttengah)", []string{"63.07"}},
		{"kab. without a space", "Kab.Banjar", []string{"63.03"}},
		{"a hyphen in the name", "Toli-Toli", []string{"72.04"}},
		{"a space for the hyphen", "toli toli", []string{"72.04"}},

		{"a regency and a city of one name", "Banjar", []string{"32.79", "63.03"}},
		{"the regency", "kab. banjar", []string{"63.03"}},
		{"the city", "kota banjar", []string{"32.79"}},
		{"either, said so", "kabupaten/kota Bima", []string{"52.06", "52.72"}},
		{"solok", "Solok", []string{"13.02", "13.72"}},
		{"kota solok", "Kota Solok", []string{"13.72"}},
		{"solok selatan", "Solok Selatan", []string{"13.11"}},
		{"a province, a regency and a city", "Gorontalo", []string{"75", "75.01", "75.71"}},
		{"the province", "Provinsi Gorontalo", []string{"75"}},
		{"its government", "pemkot gorontalo", []string{"75.71"}},
		{"a kind that there is not", "Kota Hulu Sungai Tengah", []string{"63.07"}},
		{"a kind that there is not, and two", "provinsi banjar", []string{"32.79", "63.03"}},
		{"a kind twice", "kota kotamadya solok", []string{"13.72"}},
		{"a kind and no name", "di kota ini, kabupaten ini", nil},
		{"kota within a name", "Lima Puluh Kota", []string{"13.07"}},
		{"kota within a name and after it", "lima puluh kota solok", []string{"13.07", "13.02", "13.72"}},

		{"the longest of names that overlap", "Papua Barat Daya", []string{"96"}},
		{"the longer of two", "Papua Barat", []string{"92"}},
		{"a city's district that begins like a city", "Kota Bandung Barat", []string{"32.17"}},
		{"a province within a province's name", "Kepulauan Riau", []string{"21"}},
		{"islands that are regencies too", "Bangka Belitung", []string{"19"}},
		{"four words", "Kabupaten Kepulauan Siau Tagulandang Biaro", []string{"71.09"}},
		{"a name broken off", "hulu sungai", nil},
		{"a name broken off before another", "hulu sungai banjarmasin", []string{"63.71"}},
		{"a name within a word", "banjarmasinan, subanjar", nil},

		{"several, the longest match first", "dari Solok ke Kota Padang, Sumatera Barat", []string{"13", "13.71", "13.02", "13.72"}},
		{"equally long ones in the order of the text", "Kudus, Blora", []string{"33.19", "33.16"}},
		{"a region once", "Banjar ... maksud saya Kab. Banjar", []string{"63.03", "32.79"}},

		{"Jakarta's cities", "Jakarta Selatan", []string{"31.74"}},
		{"Jakarta's cities in full", "Kota Administrasi Jakarta Selatan", []string{"31.74"}},
		{"Jakarta's cities abbreviated", "kota adm. jakarta selatan", []string{"31.74"}},
		{"Jakarta", "Jakarta", []string{"31"}},
		{"DKI", "DKI Jakarta", []string{"31"}},
		{"its new name", "Daerah Khusus Jakarta", []string{"31"}},
		{"the thousand islands", "Kepulauan Seribu", []string{"31.01"}},
		{"Yogyakarta", "Yogyakarta", []string{"34", "34.71"}},
		{"in Yogyakarta", "di Yogyakarta", []string{"34", "34.71"}}, // so DI cannot be taken for the province's title
		{"Yogyakarta's title", "Daerah Istimewa Yogyakarta", []string{"34"}},
		{"the decree's spelling", "Batanghari", []string{"15.04"}},
		{"the court's spelling", "Batang Hari", []string{"15.04"}},
		{"the city's own spelling", "Kota Palangka Raya", []string{"62.71"}},

		{"a capital that is not ASCII", "BANJARMASİN", []string{"63.71"}},
		{"bytes that are no text", "\xff\xfeBanjarmasin\xff", []string{"63.71"}},
		{"an invisible mark before it", "\u200eBanjarmasin", []string{"63.71"}},
	} {
		want := test.want
		if want == nil {
			want = []string{}
		}
		if diff := cmp.Diff(want, codes(region.Find(test.text))); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", test.name, test.text, diff)
		}
	}
}

func TestFindFindsEveryRegionByItsFullName(t *testing.T) {
	for _, r := range everything() {
		found := region.Find("Laporan dari " + strings.ToUpper(r.Name) + ".")
		if r.IsProvince() {
			// Without the word a province may share its name.
			found = region.Find("laporan dari provinsi " + strings.ToLower(r.Name))
		}
		if diff := cmp.Diff([]region.Region{r}, found); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.Name, diff)
		}
	}
}

func TestFindReturnsAllRegionsOfOneName(t *testing.T) {
	shared := make(map[string][]string)
	for _, r := range everything() {
		name := r.Name
		if !r.IsProvince() {
			_, name, _ = strings.Cut(r.Name, " ")
		}
		shared[name] = append(shared[name], string(r.Code))
	}
	maps.DeleteFunc(shared, func(_ string, codes []string) bool { return len(codes) == 1 })
	if len(shared) != 28 {
		t.Errorf("%d names are shared, want 28", len(shared))
	}
	for name, want := range shared {
		if diff := cmp.Diff(want, codes(region.Find(name))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFindReadsNoMoreThan65536Characters(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{strings.Repeat("é", 65536-12) + " Banjarmasin", []string{"63.71"}},
		{strings.Repeat("é", 65536-12) + " Banjarmasin, Kudus", []string{"63.71"}},
		{strings.Repeat("é", 65536-7) + " Banjarmasin", []string{}}, // not what is left of it
	} {
		if diff := cmp.Diff(test.want, codes(region.Find(test.text))); diff != "" {
			t.Errorf("%d characters, ending %q (-want +got):\n%s", len([]rune(test.text)), test.text[len(test.text)-24:], diff)
		}
	}
}
