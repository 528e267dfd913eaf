package conversation

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestAFileThatIsNotTakenIsLetGoOfAtOnce(t *testing.T) {
	m := made(t, config(t))
	stranger := func() *person { return newPerson(t, m) }
	asked := func() *person {
		p := newPerson(t, m)
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", "Jalan Merdeka", "kemarin")
		return p
	}
	full := func() *person {
		p := asked()
		for range maxFiles {
			p.does(Attachment{Kind: "photo", Bytes: 1000})
		}
		return p
	}
	sent := func() *person {
		p := asked()
		p.does(Attachment{Kind: "photo", Bytes: 1000, Album: "A"})
		p.writes("Selesai", "Kirim")
		p.does(ReportFiled{Report: 1, TrackingID: "KTG-FA49-Z2N3"})
		return p
	}
	huge := int64(1) << 40
	for _, tt := range []struct {
		name string
		p    *person
		max  int64
		file Attachment
	}{
		{"empty, as the first message", stranger(), 20 << 20, Attachment{Kind: "photo"}},
		{"empty, with a story", stranger(), 20 << 20, Attachment{Kind: "photo", Caption: "jalan rusak di depan pasar"}},
		{"too large, as the first message", stranger(), 20 << 20, Attachment{Kind: "video", Bytes: huge}},
		{"too large, among the evidence", asked(), 20 << 20, Attachment{Kind: "video", Bytes: huge}},
		{"empty, at the review", drafted(t, m), 20 << 20, Attachment{Kind: "photo"}},
		{"one too many", full(), 20 << 20, Attachment{Kind: "photo", Bytes: 1000}},
		{"on a network without files", asked(), 0, Attachment{Kind: "photo", Bytes: 1000}},
		{"too large, of an album that is filed", sent(), 20 << 20, Attachment{Kind: "photo", Bytes: huge, Album: "A"}},
	} {
		tt.p.via.MaxFile = tt.max
		before := len(tt.p.s.Telling.Draft.Evidence)
		tt.p.does(tt.file)
		if d, _ := find[Drop](tt.p.effects); !slices.Equal(d.Files, []int64{tt.p.id}) {
			t.Errorf("%s: dropped %v, want file %d", tt.name, d.Files, tt.p.id)
		}
		if _, ok := find[Fetch](tt.p.effects); ok || len(tt.p.s.Telling.Draft.Evidence) != before {
			t.Errorf("%s: kept", tt.name)
		}
		tt.p.mustRead("Mohon maaf")
	}
}

func TestADraftThatEndsLetsGoOfAllItsFiles(t *testing.T) {
	wait := func(p *person) {
		for p.s.Telling.holds() && !p.s.Wake.IsZero() {
			p.at = p.s.Wake
			p.does(Tick{})
		}
	}
	for _, tt := range []struct {
		name   string
		agreed bool
		end    func(*person)
	}{
		{"Tidak setuju", false, func(p *person) { p.writes("Tidak setuju") }},
		{"a day of silence before consent", false, wait},
		{"Batal before consent", false, func(p *person) { p.writes("/batal", "ya") }},
		{"Batal", true, func(p *person) { p.writes("/batal", "ya") }},
		{"weeks of silence", true, wait},
	} {
		p := newPerson(t, made(t, config(t)))
		p.writes("lampu jalan mati di depan pasar")
		if tt.agreed {
			p.writes("Setuju")
		}
		var files []int64
		for i := range 4 {
			p.does(Attachment{Kind: "photo", Bytes: 1000, Name: fmt.Sprintf("%d.jpg", i)})
			files = append(files, p.id)
		}
		if tt.agreed { // one safe, one refused, two on their way
			p.does(FileStored{File: files[0], Kind: "photo"})
			p.does(FileRefused{File: files[1], Why: "type"})
			files = slices.Delete(files, 1, 2)
		}
		p.at = p.at.Add(time.Minute)
		p.does(Tick{}) // ends the burst
		tt.end(p)
		if d, _ := find[Drop](p.effects); !slices.Equal(d.Files, files) || p.s.Telling.holds() {
			t.Errorf("%s: dropped %v, want %v; session %+v", tt.name, d.Files, files, p.s)
		}
	}
}

func TestFilesOfAFiledReportAreNeverDropped(t *testing.T) {
	p := drafted(t, made(t, config(t)))
	p.does(Attachment{Kind: "photo", Bytes: 1000})
	file := p.id
	p.does(FileStored{File: file, Kind: "photo"})
	p.writes("kirim")
	p.does(ReportFiled{Report: 1, TrackingID: "KTG-FA49-Z2N3"})
	for _, in := range []Input{FileStored{File: file}, FileRefused{File: file, Why: "gone"}, Deleted{Ref: fmt.Sprint("m", file)}} {
		p.does(in)
		if d, ok := find[Drop](p.effects); ok {
			t.Errorf("%+v drops %v", in, d.Files)
		}
	}
}
