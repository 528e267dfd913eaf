package whatsapp

import (
	"strings"
	"testing"
	"unicode/utf16"

	"kentongan/conversation"
)

const on, off = conversation.BoldOn, conversation.BoldOff

func TestLayOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"plain":                     {"Lampu mati.", "Lampu mati."},
		"bold":                      {"Apakah " + on + "Anda" + off + " setuju?", "Apakah *Anda* setuju?"},
		"spaces in bold":            {"a" + on + " b " + off + "c", "a *b* c"},
		"bold over lines":           {on + "satu\ndua" + off, "*satu*\n*dua*"},
		"bold within a word":        {"me" + on + "nu" + off + "lis", "menulis"},
		"a star in bold":            {on + "2*3" + off, "*2∗3*"},
		"an accident":               {"*penting* sekali", "∗penting∗ sekali"},
		"a product":                 {"2*3*4", "2*3*4"},
		"a lone star":               {"harga * dan", "harga * dan"},
		"underlined by accident":    {"nama _file_ ini", "nama ˍfileˍ ini"},
		"a name with lines":         {"IMG_2024_01.jpg", "IMG_2024_01.jpg"},
		"struck out by accident":    {"~batal~", "∼batal∼"},
		"code by accident":          {"`x`", "ˋxˋ"},
		"the address of a page":     {"lihat https://x.id/_a_ ya", "lihat https://x.id/_a_ ya"},
		"not over lines":            {"*satu\ndua*", "*satu\ndua*"},
		"nothing but marks of bold": {on + off + "x", "x"},
		"white space around":        {"  x \n", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := layOut(conversation.Message{Text: c.text})
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestChoicesAreNumberedLines(t *testing.T) {
	t.Parallel()
	got := layOut(conversation.Message{Text: "Setuju?", Choices: []conversation.Button{
		{Number: 1, Label: "Ya"}, {Number: 2, Label: "Sudah di atas", Listed: true}, {Number: 3, Label: "Tidak"},
	}})
	if want := "Setuju?\n\n1. Ya\n3. Tidak"; len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLongTextsAreCutAtSentencesAndBoldGoesOn(t *testing.T) {
	t.Parallel()
	sentence := "Ini kalimat yang cukup panjang untuk dipotong. "
	parts := layOut(conversation.Message{Text: on + strings.Repeat(sentence, 200) + off})
	if len(parts) < 3 {
		t.Fatalf("%d parts", len(parts))
	}
	for i, p := range parts {
		if n := len(utf16.Encode([]rune(p))); n > maxText {
			t.Errorf("part %d has %d units", i, n)
		}
		if !strings.HasPrefix(p, "*Ini") || !strings.HasSuffix(p, ".*") {
			t.Errorf("part %d is %.20q…%q", i, p, p[len(p)-10:])
		}
	}
}

func TestNoCharacterIsCutInTwo(t *testing.T) {
	t.Parallel()
	family := "👨‍👩‍👧"
	for _, p := range layOut(conversation.Message{Text: strings.Repeat(family, 2000)}) {
		if strings.ReplaceAll(p, family, "") != "" {
			t.Fatalf("cut: %q", strings.ReplaceAll(p, family, ""))
		}
	}
}
