package region_test

import (
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
	region.Read("Bandung").Candidates[0] = "changed"
	if region.Read("Bandung").Candidates[0] == "changed" || slices.ContainsFunc(everything(), func(r region.Region) bool { return r.Name == "changed" }) {
		t.Error("it can")
	}
}
