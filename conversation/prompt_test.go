package conversation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatAQuestionIsThereForComesFirstAndKeepsItsNumber(t *testing.T) {
	p := drafted(t, made(t, config(t)))
	msg := p.m.Render("", firstSay(t, p))
	type button struct {
		number  int
		label   string
		primary bool
	}
	var got []button
	for _, b := range msg.Choices {
		got = append(got, button{b.Number, b.Label, b.Primary})
	}
	want := []button{
		{8, "Kirim", true},
		{1, "Kejadian", false},
		{2, "Tempat", false},
		{3, "Waktu", false},
		{4, "Bukti", false},
		{5, "Jenis", false},
		{6, "Tujuan", false},
		{7, "Privasi", false},
		{9, "Ubah", false},
		{10, "Batal", false},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(button{})); diff != "" {
		t.Errorf("the review (-want +got)\n%s", diff)
	}
	p.does(Press{Token: msg.Choices[0].Token})
	if _, ok := find[FileReport](p.effects); !ok {
		t.Errorf("Kirim does not send: %s", p.reads())
	}

	p = newPerson(t, p.m)
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap")
	for i, b := range p.m.Render("", firstSay(t, p)).Choices {
		if b.Primary != (b.Label == "Setuju") || b.Number != i+1 {
			t.Errorf("consent: %+v", b)
		}
	}
}

func TestEveryButtonIsTheChoiceOfItsNumber(t *testing.T) {
	p := drafted(t, made(t, config(t)))
	for _, b := range p.m.Render("", firstSay(t, p)).Choices {
		pressed, typed := *p, *p
		pressed.does(Press{Token: b.Token})
		typed.does(Text{Text: itoa(b.Number)})
		if diff := cmp.Diff(typed.reads(), pressed.reads()); diff != "" {
			t.Errorf("%d. %s (-typed +pressed)\n%s", b.Number, b.Label, diff)
		}
		if typed.reads() == p.reads() {
			t.Errorf("%d. %s does nothing", b.Number, b.Label)
		}
	}
}
