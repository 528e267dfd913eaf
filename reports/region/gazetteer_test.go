package region

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func mustRows(t *testing.T, data string) [][]string {
	t.Helper()
	all, err := rows(data)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryAliasPointsAtRegions(t *testing.T) {
	last := ""
	seen := make(map[string]string)
	for _, row := range mustRows(t, aliasesData) {
		name := row[0]
		if strings.ToLower(name) < last {
			t.Errorf("%s is not in order", name)
		}
		last = strings.ToLower(name)
		list, err := codes(row[1])
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if sorted := slices.Clone(list); len(slices.Compact(sorted)) != len(list) {
			t.Errorf("%s names a region twice", name)
		}
		k, _ := key(name)
		if other := seen[k]; other != "" {
			t.Errorf("%s and %s are one name", name, other)
		}
		seen[k] = name
	}
}

// What two regions claim is marked as ambiguous by naming both: reading it asks.
func TestNoNameIsClaimedByTwoRegionsSilently(t *testing.T) {
	for name, e := range names().entries {
		claims := e.regions
		if len(claims) == 0 {
			claims = e.places
		}
		if len(claims) < 2 {
			continue
		}
		if r := Read(name); !r.Ask {
			t.Errorf("%s is claimed by %v and read as %s", name, claims, said(r))
		}
	}
}

func TestEveryRegencyHasACapital(t *testing.T) {
	var with []Code
	for _, row := range mustRows(t, capitalsData) {
		with = append(with, Code(row[0]))
	}
	var regencies []Code
	for _, r := range load().regions {
		if kindOf(r.Code) == isRegency && !r.IsProvince() {
			regencies = append(regencies, r.Code)
		}
	}
	if !slices.Equal(with, regencies) {
		t.Errorf("capitals and regencies differ: %d and %d", len(with), len(regencies))
	}
}

func TestTheDistrictsAreThoseOfTheDecree(t *testing.T) {
	all := mustRows(t, districtsData)
	if len(all) != 7285 {
		t.Errorf("%d districts, want 7285", len(all))
	}
	perRegion := make(map[Code]int)
	for i, row := range all {
		if i > 0 && all[i-1][0] >= row[0] {
			t.Errorf("%s is not in order", row[0])
		}
		perRegion[Code(row[0][:5])]++
	}
	for code, want := range map[Code]int{"63.07": 11, "31.01": 2, "35.78": 31, "33.02": 27, "95.03": 51} {
		if perRegion[code] != want {
			t.Errorf("%s has %d districts, want %d", code, perRegion[code], want)
		}
	}
	for code := range maps.Keys(perRegion) {
		if _, ok := Lookup(code); !ok {
			t.Errorf("no region has the code %s", code)
		}
	}
	if len(perRegion) != 514 {
		t.Errorf("%d regions have districts, want 514", len(perRegion))
	}
}

func TestWordsAreNames(t *testing.T) {
	for _, row := range mustRows(t, wordsData) {
		e := names().entries[row[0]]
		if e == nil || len(e.regions)+len(e.places)+len(e.districts) == 0 {
			t.Errorf("%s is no name", row[0])
		}
		if row[1] != "soft" && row[1] != "hard" {
			t.Errorf("%s: unknown care %q", row[0], row[1])
		}
	}
}
