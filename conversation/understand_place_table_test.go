package conversation

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/region"
)

// placeTable reads lines of "text => what | words", less comments.
func placeTable(t *testing.T, name string) [][3]string {
	t.Helper()
	data, err := os.ReadFile("testdata/places/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var lines [][3]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, want, ok := strings.Cut(line, " => ")
		if !ok {
			t.Fatalf("%s: %q has no arrow", name, line)
		}
		what, words, _ := strings.Cut(want, " | ")
		lines = append(lines, [3]string{text, what, words})
	}
	return lines
}

// sayRegion is a reading as the tables have it: the region, "?" and those that it
// asks between, or "-".
func sayRegion(p PlaceReading) string {
	name := func(c region.Code) string {
		r, _ := region.Lookup(c)
		return r.Name
	}
	switch {
	case p.Ask && len(p.Candidates) > 0:
		var names []string
		for _, c := range p.Candidates {
			names = append(names, name(c))
		}
		slices.Sort(names)
		return "? " + strings.Join(names, ", ")
	case p.region() != "":
		return name(p.region())
	}
	return "-"
}

func TestPlacesAreFoundInStories(t *testing.T) {
	m := reportMachine(t)
	for _, line := range placeTable(t, "stories.txt") {
		r := m.ReadReport(line[0], friday, time.UTC)
		if got := sayRegion(r.Place); got != line[1] || r.PlaceWords != line[2] {
			t.Errorf("%s\n got %s | %s\nwant %s | %s", line[0], got, r.PlaceWords, line[1], line[2])
		}
	}
}

func TestAnswersThatAreNoPlaceAreKnown(t *testing.T) {
	for _, line := range placeTable(t, "answers.txt") {
		is, words := readPlaceAnswer(line[0])
		if is == saysPlace {
			words = ""
		}
		if string(is) != line[1] || words != line[2] {
			t.Errorf("%s: %s | %s, want %s | %s", line[0], is, words, line[1], line[2])
		}
	}
}

// Nothing that is called a place by the decree is refused as one.
func TestNoRegionIsTakenForARemark(t *testing.T) {
	for _, province := range region.Provinces() {
		for _, r := range append(region.Regencies(province.Code), province) {
			name := strings.ToLower(r.Name)
			_, bare, _ := strings.Cut(name, " ")
			for _, text := range []string{name, bare, "di " + bare, "nggak tau " + bare + " bukan ya"} {
				if is, _ := readPlaceAnswer(text); bare != "" && !compass[bare] && is != saysPlace {
					t.Errorf("%s: %s", text, is)
				}
			}
		}
	}
}

// answering is a turn in which the question for the place is open.
func answering(t *testing.T) turn {
	t.Helper()
	tn := turn{m: reportMachine(t)}
	tn.s.Asked = asksPlace
	tn.s.Telling.Number = 1
	tn.s.Telling.Draft.Chronology = []reports.Passage{{Text: "air mati"}}
	return tn
}

func TestWhatIsNoPlaceIsAskedOnceMore(t *testing.T) {
	tn := answering(t)
	tn.setPlace(reports.Location{Words: "ga tau kali apa namanya"})
	if l := tn.s.Telling.Draft.Location; l.Known() || len(tn.paras) != 1 || tn.paras[0].Key != "place.unknown" {
		t.Fatalf("%+v, said %v", l, tn.paras)
	}
	tn.s.Telling.PlaceRef = "m3" // as the answer leaves it
	tn.setPlace(reports.Location{Words: "terserah"})
	if l := tn.s.Telling.Draft.Location; l.Words != "terserah" {
		t.Errorf("the second answer is not kept: %+v", l)
	}
}

func TestAStoryForAPlaceJoinsTheStory(t *testing.T) {
	tn := answering(t)
	tn.setPlace(reports.Location{Words: "petugasnya minta uang 300 ribu terus bilang kalau ga bayar ga diproses, itu di kantor camat Pleret"})
	d := tn.s.Telling.Draft
	if d.Location.Words != "kantor camat Pleret" || len(d.Chronology) != 2 || !strings.HasPrefix(d.Chronology[1].Text, "petugasnya") {
		t.Errorf("%+v", d)
	}
}

func TestARemarkLeavesTheKnownPlace(t *testing.T) {
	tn := answering(t)
	tn.s.Telling.Draft.Location = reports.Location{Words: "Pasar Barabai", Region: "63.07"}
	tn.setPlace(reports.Location{Words: "ga jadi deh"})
	if l := tn.s.Telling.Draft.Location; l.Words != "Pasar Barabai" || l.Region != "63.07" || len(tn.paras) > 0 {
		t.Errorf("%+v, said %v", l, tn.paras)
	}
}

func TestLinksLeaveTheWordsOfAPlace(t *testing.T) {
	for _, test := range [][2]string{
		{"Jalan Merdeka, Kandangan, https://maps.app.goo.gl/abc123", "Jalan Merdeka, Kandangan"},
		{"https://maps.app.goo.gl/abc123 depan pasar", "depan pasar"},
		{"https://maps.app.goo.gl/abc123", "https://maps.app.goo.gl/abc123"},
		{"Pasar Barabai", "Pasar Barabai"},
	} {
		tn := answering(t)
		tn.setPlace(reports.Location{Words: test[0]})
		if got := tn.s.Telling.Draft.Location.Words; got != test[1] {
			t.Errorf("%s: %q, want %q", test[0], got, test[1])
		}
	}
}

func TestAStoryKeepsPointAndWords(t *testing.T) {
	r := reportMachine(t).ReadReport("pohon mau roboh di Jl Ijen Kota Malang -7.9666, 112.6326 tolong", friday, time.UTC)
	if !r.Place.Pin || r.Place.Lat != -7.9666 || r.PlaceWords != "Jl Ijen Kota Malang" || r.Place.Regency != "35.73" {
		t.Errorf("%+v %q", r.Place, r.PlaceWords)
	}
}

func TestParticlesAreNotCutFromRoots(t *testing.T) {
	for word, want := range map[string]string{
		"sekolah": "sekolah", "masalah": "masalah", "bertanya": "bertanya", "setelah": "setelah",
		"sekolahnya": "sekolah", "lampunya": "lampu", "kotanya": "kota", "mintalah": "minta", "malampun": "malam",
	} {
		if got := bare(word); got != want {
			t.Errorf("bare(%q) = %q, want %q", word, got, want)
		}
	}
}

// hostilePlaces are texts that keep a finder of places busy.
var hostilePlaces = map[string]string{
	"names": "di jalan raya Kuta, Sanur Barabai ", "sites": "pasar jalan desa kantor ", "unknown": "di xq zzv pasar wwa ",
	"dots": "1.5,2.5 -7.95555, 112.655 ", "links": "http://a.b/c ", "denials": "tidak ga gak tau ", "capitals": "Di Jalan A B C Bandung - Garut ",
}

func BenchmarkPlacesInHostileTexts(b *testing.B) {
	for name, part := range hostilePlaces {
		text := strings.Repeat(part, 65536/len(part))
		for does, read := range map[string]func(){
			"find":   func() { _, _ = findPlace(text) },
			"answer": func() { _, _ = readPlaceAnswer(text) },
			"read":   func() { _ = ReadPlace(text) },
		} {
			b.Run(name+"/"+does, func(b *testing.B) {
				for b.Loop() {
					read()
				}
			})
		}
	}
}
