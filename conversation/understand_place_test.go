package conversation

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/region"
)

func TestReadPlaceFindsPoints(t *testing.T) {
	for text, want := range map[string]string{
		"-2.583333, 115.383333":                         "-2.58333 115.38333",
		"2.58333 LS, 115.38333 BT":                      "-2.58333 115.38333",
		"3,5952 LU 98,6722 BT":                          "3.59520 98.67220",
		"-2,583333 115,383333":                          "-2.58333 115.38333",
		"2°35'12.3\"S 115°22'47.1\"E":                   "-2.58675 115.37975",
		"geo:-2.58,115.38?z=17":                         "-2.58000 115.38000",
		"https://www.google.com/maps/@-2.58,115.38,17z": "-2.58000 115.38000",
		"https://www.google.com/maps/place/Pasar/@-2.5,115.3,17z!3d-2.58!4d115.38": "-2.58000 115.38000",
		"https://maps.google.com/?q=-2.58,115.38":                                  "-2.58000 115.38000",
		"https://maps.google.com/maps?daddr=-2.58,115.38":                          "-2.58000 115.38000",
		"https://www.google.com/maps/search/?api=1&query=-2.58%2C115.38":           "-2.58000 115.38000",
		"https://maps.apple.com/?ll=-2.58,115.38&q=Pasar":                          "-2.58000 115.38000",
		"https://maps.apple.com/place?coordinate=-2.58,115.38":                     "-2.58000 115.38000",
		"https://www.openstreetmap.org/#map=17/-2.58/115.38":                       "-2.58000 115.38000",
		"6P58QR2X+2V":                       "-6.24994 106.84969",
		"di 6p58qr2x+2v dekat stasiun":      "-6.24994 106.84969",
		"https://plus.codes/6P58QR2X%2B2V":  "-6.24994 106.84969",
		"8FVC9G8F+6X":                       "-", // Zürich
		"QR2X+2V Jakarta":                   "-", // needs a map
		"Rp 1,500000 dan 20,000000":         "-",
		"https://maps.app.goo.gl/AbCd12345": "-",
		"rumah nomor 12, RT 3":              "-",
	} {
		got := "-"
		if p := ReadPlace(text); p.Pin {
			got = fmt.Sprintf("%.5f %.5f", p.Lat, p.Lon)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestReadPlaceReadsWordsBesidePoints(t *testing.T) {
	for _, test := range []struct {
		text    string
		regency region.Code
		pin     bool
		why     string
		reading string
	}{
		{"-2.58, 115.38 Barabai", "63.07", true, region.WhyTown, "Kabupaten Hulu Sungai Tengah, Kalimantan Selatan"},
		{"https://www.google.com/maps/place/Pasar+Keramat+Barabai/@-2.58,115.38,17z", "63.07", true, region.WhyTown, "Kabupaten Hulu Sungai Tengah, Kalimantan Selatan"},
		{"https://maps.google.com/?q=Kabupaten+Kudus", "33.19", false, region.WhyName, "Kabupaten Kudus, Jawa Tengah"},
		{"https://maps.app.goo.gl/bantul depan pasar", "", false, whyShortLink, ""},
		{"https://maps.app.goo.gl/abc Barabai", "63.07", false, region.WhyTown, "Kabupaten Hulu Sungai Tengah, Kalimantan Selatan"},
		{"https://example.org/malang/kota-malang rusak", "", false, region.WhyUnknown, ""},
		{"-2.58, 115.38", "", true, whyPin, ""},
		{"DKI Jakarta", "", false, whyProvince, "Daerah Khusus Ibukota Jakarta"},
	} {
		p := ReadPlace(test.text)
		if p.Ask != (test.why == whyProvince) || p.Regency != test.regency || p.Pin != test.pin || p.Why != test.why || p.Reading != test.reading {
			t.Errorf("%s: %+v", test.text, p)
		}
	}
}

func TestPlacesAreSaidWithTheirRegion(t *testing.T) {
	for _, test := range [][2]string{
		{"Pasar Keramat, Barabai", "Pasar Keramat, Barabai, Kabupaten Hulu Sungai Tengah"},
		{"Hantakan, Hulu Sungai Tengah", "Hantakan, Hulu Sungai Tengah"},
		{"Kota Bogor", "Kota Bogor"},
		{"Jakarta", "Jakarta, Daerah Khusus Ibukota Jakarta"},
		{"depan rumah", "depan rumah"},
	} {
		tn := turn{m: &Machine{config: Config{Zone: time.UTC}}}
		tn.setPlace(reports.Location{Words: test[0]})
		if got := placeWords(tn.s.Telling.Draft.Location, 120); got != test[1] {
			t.Errorf("%q is said as %q, want %q", test[0], got, test[1])
		}
	}
}

func FuzzReadPlace(f *testing.F) {
	f.Add("https://www.google.com/maps/place/Pasar+Keramat/@-2.58,115.38,17z")
	f.Add("6P58QR2X+2V Barabai")
	f.Add("2.58333 LS, 115.38333 BT")
	f.Add("https://maps.google.com/?q=%zz kota Banjar")
	f.Fuzz(func(t *testing.T, text string) {
		p := ReadPlace(text)
		if p.Pin && !onEarth(p.Lat, p.Lon) || math.IsNaN(p.Lat) || math.IsNaN(p.Lon) {
			t.Errorf("%q: %v %v", text, p.Lat, p.Lon)
		}
		if p.Why == "" {
			t.Errorf("%q is read without a reason", text)
		}
	})
}

func BenchmarkReadPlaceInLinks(b *testing.B) {
	text := strings.Repeat("https://maps.google.com/?q=Barabai ", 65536/35)
	for b.Loop() {
		ReadPlace(text)
	}
}
