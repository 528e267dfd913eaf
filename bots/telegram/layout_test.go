package telegram

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-telegram/bot/models"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kentongan/conversation"
)

const on, off = conversation.BoldOn, conversation.BoldOff

// bolds returns the bold words of a part as Telegram counts them.
func bolds(p part) []string {
	var words []string
	text := utf16.Encode([]rune(p.text))
	for _, e := range p.bold {
		words = append(words, string(utf16.Decode(text[e.Offset:e.Offset+e.Length])))
	}
	return words
}

func TestBoldWordsAreNamedByTheirPlace(t *testing.T) {
	for text, want := range map[string][]string{
		"tanpa":            nil,
		on + "semua" + off: {"semua"},
		"😀 dan " + on + "tebal 👍" + off + " lalu <b>&amp;</b> " + on + "lagi" + off: {"tebal 👍", "lagi"},
		"  di depan " + on + "ini" + off + "  ":                                     {"ini"},
		on + "tidak ditutup":                                                        {"tidak ditutup"},
		off + "dibuka salah" + on + off:                                             nil,
	} {
		parts := layOut(text)
		if len(parts) != 1 {
			t.Errorf("%q became %d parts", text, len(parts))
			continue
		}
		if diff := cmp.Diff(want, bolds(parts[0])); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

func TestALongTextIsCutWhereItHurtsLeast(t *testing.T) {
	long := strings.Repeat("a", 3000)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"at a paragraph": {long + "\nb\n\nc\nd " + long, []string{long + "\nb", "c\nd " + long}},
		"at a line":      {long + " b\nc d " + long, []string{long + " b", "c d " + long}},
		"at a word":      {long + " bb " + long, []string{long + " bb", long}},
		"nowhere":        {strings.Repeat("a", 5000), []string{strings.Repeat("a", 4096), strings.Repeat("a", 904)}},
		"not in a character of several": {
			strings.Repeat("a", 4095) + "e\u0301" + "x", []string{strings.Repeat("a", 4095), "e\u0301x"},
		},
		"not in a family": {
			strings.Repeat("a", 4090) + "👨‍👩‍👧‍👦", []string{strings.Repeat("a", 4090), "👨‍👩‍👧‍👦"},
		},
		"white space alone": {" \n\n ", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range layOut(c.text) {
				got = append(got, p.text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("cut otherwise (-want +got)\n%s", diff)
			}
		})
	}
}

// Whatever a text is: no part is too long, no word gets lost, and what was bold
// is bold.
func TestLayingOutLosesNothing(t *testing.T) {
	word := rapid.SampledFrom([]string{
		"jalan", "rusak", "👨‍👩‍👧‍👦", "e\u0301", "نص", "\u200b", "\n", "\n\n", " ", on, off, strings.Repeat("x", 700), strings.Repeat("😀", 900),
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 0, 60).Draw(t, "words"), "")
		want, bold := unmark(text)
		wantBold := ""
		for _, b := range bold {
			wantBold += want[b[0]:b[1]]
		}
		got, gotBold := "", ""
		for _, p := range layOut(text) {
			if n := units(p.text); n > maxText || n == 0 {
				t.Fatalf("a part has %d units", n)
			}
			got += p.text
			gotBold += strings.Join(bolds(p), "")
		}
		if squeeze(got) != squeeze(want) || squeeze(gotBold) != squeeze(wantBold) {
			t.Fatalf("%q (bold %q) became %q (bold %q)", want, wantBold, got, gotBold)
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestButtons(t *testing.T) {
	m := conversation.Message{
		Copy: "KTG-AAAA-BBBB",
		Choices: []conversation.Button{
			{Number: 3, Token: "1.2.send", Label: "Kirim", Primary: true},
			{Number: 1, Token: "1.2.a", Label: "Kejadian", Listed: true},
			{Number: 2, Token: "1.2.b", Label: "Tempat", Listed: true},
			{Number: 4, Token: "1.2.c", Label: "Waktu"},
			{Number: 5, Token: "1.2.d", Label: "Instansi yang namanya panjang sekali"},
			{Number: 6, Token: strings.Repeat("x", 65), Label: "tidak muat"},
		},
	}
	want := &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{
		{{Text: "Kirim", CallbackData: "1.2.send", Style: "primary"}},
		{{Text: "Kejadian", CallbackData: "1.2.a"}, {Text: "Tempat", CallbackData: "1.2.b"}, {Text: "Waktu", CallbackData: "1.2.c"}},
		{{Text: "Instansi yang namanya panjang sekali", CallbackData: "1.2.d"}},
		{{Text: "📋 KTG-AAAA-BBBB", CopyText: &models.CopyTextButton{Text: "KTG-AAAA-BBBB"}}},
	}}
	if diff := cmp.Diff(models.ReplyMarkup(want), markup(m, true)); diff != "" {
		t.Errorf("buttons (-want +got)\n%s", diff)
	}
	if got := markup(conversation.Message{Text: "a"}, true); got != nil {
		t.Errorf("buttons below nothing to choose: %+v", got)
	}
}

func TestALocationIsSharedInPrivateOnly(t *testing.T) {
	m := conversation.Message{
		AskLocation: true, Share: "Kirim lokasi saya",
		Choices: []conversation.Button{{Number: 1, Token: "1.2.skip", Label: "Lewati"}, {Number: 2, Token: "1.2.back", Label: "Kembali"}},
	}
	want := &models.ReplyKeyboardMarkup{
		Keyboard: [][]models.KeyboardButton{
			{{Text: "📍 Kirim lokasi saya", RequestLocation: true}}, {{Text: "Lewati"}, {Text: "Kembali"}},
		},
		ResizeKeyboard: true, OneTimeKeyboard: true,
	}
	if diff := cmp.Diff(models.ReplyMarkup(want), markup(m, true)); diff != "" {
		t.Errorf("keyboard (-want +got)\n%s", diff)
	}
	if _, inline := markup(m, false).(*models.InlineKeyboardMarkup); !inline {
		t.Error("a group was asked for a location")
	}
}
