package conversation

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	consentOptions = []option{
		{ID: "agree", Number: 1, Labels: []string{"✅ Setuju", "I agree"}, Strict: true, ByNumber: true},
		{ID: "refuse", Number: 2, Labels: []string{"Tidak setuju", "I do not agree", "tidak", "menolak"}, ByNumber: true},
	}
	privacyOptions = []option{
		{ID: "normal", Number: 1, Labels: []string{"Biasa", "Normal"}, ByNumber: true},
		{ID: "anonymous", Number: 2, Labels: []string{"Anonim", "Anonymous"}, ByNumber: true},
		{ID: "confidential", Number: 3, Labels: []string{"Rahasia", "Confidential"}, ByNumber: true},
		{ID: "both", Number: 4, Labels: []string{"Anonim dan rahasia", "Anonymous and confidential"}, ByNumber: true},
	}
	reviewOptions = []option{
		{ID: "send", Number: 1, Labels: []string{"Kirim", "Send"}, Strict: true, ByNumber: true},
		{ID: "change", Number: 2, Labels: []string{"Ubah", "Change", "ganti"}, ByNumber: true},
		{ID: "cancel", Labels: []string{"Batal", "Cancel"}},
		{ID: "erase", Labels: []string{"hapus"}, Strict: true},
	}
	doneOptions = []option{
		{ID: "done", Labels: []string{"Sudah beres", "SUDAH", "Done"}},
		{ID: "not", Labels: []string{"Belum", "Not yet"}},
	}
	askOptions = []option{
		{ID: "skip", Number: 1, Labels: []string{"Lewati ⏭", "Skip"}, ByNumber: true},
		{ID: "finish", Number: 2, Labels: []string{"Selesai", "Done"}, ByNumber: true},
		{ID: "back", Labels: []string{"Kembali", "Back"}},
	}
	yesOptions = []option{
		{ID: "yes", Number: 1, Labels: []string{"Ya", "iya", "Yes"}, ByNumber: true},
		{ID: "no", Number: 2, Labels: []string{"Tidak", "enggak", "No"}, ByNumber: true},
	}
)

func TestNormaliseKeepsOnlyWhatAnAnswerSays(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"   ", ""},
		{"biasa saja", "biasa saja"},
		{"  Biasa\n\tSaja!! ", "biasa saja"},
		{"✅ Setuju", "setuju"},
		{"Setuju 👍🏽", "setuju"},
		{"setuju🙏🙏ya", "setuju ya"},
		{"2️⃣", "2"},
		{"1️⃣0️⃣", "10"},
		{"🔟", "10"},
		{"②", "2"},
		{"⑫", "12"},
		{"⑳", "20"},
		{"２", "2"},
		{"٢", "2"},
		{"۳", "3"},
		{"२", "2"},
		{"꧒", "2"},
		{"𝟐", "2"},
		{"ＳＥＴＵＪＵ", "setuju"},
		{"𝗦𝗲𝘁𝘂𝗷𝘂", "setuju"},
		{"se\u200btu\u200dju\ufeff", "setuju"},
		{"be\u0301res", "beres"},
		{"béres Übel čaj", "beres ubel caj"},
		{"*Lewati*", "lewati"},
		{"“Lewati”", "lewati"},
		{"(2)", "2"},
		{"2.", "2"},
		{"2)", "2"},
		{"#2", "2"},
		{"- 2", "2"},
		{"Jum’at", "jumat"},
		{"don't", "dont"},
		{"ya, pak.", "ya pak"},
		{"ke-2", "ke-2"},
		{"ke–2", "ke-2"},
		{"no.2", "no.2"},
		{"2.5", "2.5"},
		{"👨‍👩‍👧‍👦", ""},
		{"🇮🇩 Merdeka 🇮🇩", "merdeka"},
		{"?!...", ""},
		{"道路坏了。", "道路坏了"},
		{"السلام عليكم", "السلام عليكم"},
		{"हिन्दी", "हिन्दी"},
		{"a\xffb", "a b"},
		{"a\u00a0b", "a b"},
	} {
		if got := normalise(tt.text); got != tt.want {
			t.Errorf("normalise(%q) = %q, want %q", tt.text, got, tt.want)
		}
		if again := normalise(normalise(tt.text)); again != tt.want {
			t.Errorf("normalise is not stable: %q becomes %q", tt.want, again)
		}
	}
}

func TestNumberIsReadAsPeopleWriteIt(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int
	}{
		{"2", 2},
		{" 2 ", 2},
		{"2.", 2},
		{"2)", 2},
		{"(2)", 2},
		{"#2", 2},
		{"2️⃣", 2},
		{"02", 2},
		{"no 2", 2},
		{"No. 2", 2},
		{"no.2", 2},
		{"nomor 2", 2},
		{"nomor dua", 2},
		{"nmr dua", 2},
		{"nomor2", 2},
		{"dua", 2},
		{"Dua.", 2},
		{"dua ya pak", 2},
		{"yg kedua", 2},
		{"yang kedua aja min", 2},
		{"pilih 2", 2},
		{"saya pilih nomor 2 ya kak", 2},
		{"opsi 3", 3},
		{"pilihan ke-3", 3},
		{"ke 3", 3},
		{"ke3", 3},
		{"sepuluh", 10},
		{"sebelas", 11},
		{"dua belas", 12},
		{"sembilan belas", 19},
		{"dua puluh", 20},
		{"20", 20},
		{"pertama", 1},
		{"satu", 1},
		{"👉 1", 1},
		{"2 🙏", 2},
		{"٢", 2},
		{"２", 2},
		{"🔟", 10},
		{"1️⃣2️⃣", 12},
		{"two", 2},
		{"number two", 2},
		{"the second one", 2},
		{"option 2 please", 2},
		{"twelve", 12},
		{"", 0},
		{"0", 0},
		{"21", 0},
		{"dua puluh satu", 0},
		{"123", 0},
		{"1 dan 2", 0},
		{"1 2", 0},
		{"1/2", 0},
		{"1-2", 0},
		{"satu atau dua", 0},
		{"2 orang", 0},
		{"jam 2", 0},
		{"2 hari lalu", 0},
		{"bukan 2", 0},
		{"dua ratus", 0},
		{"setuju", 0},
		{"no", 0},
		{"nomor", 0},
		{"2?", 0},
		{"❌ 2", 0},
		{"2.5", 0},
		{"2,5", 0},
		{"ada 2 lubang di jalan", 0},
		{"2x", 0},
		{strings.Repeat("2 ", 10_000), 0},
	} {
		got, ok := number(tt.text)
		if got != tt.want || ok != (tt.want > 0) {
			t.Errorf("number(%q) = %d, %v, want %d", tt.text[:min(len(tt.text), 40)], got, ok, tt.want)
		}
	}
}

func TestMatchFindsTheOptionThatPeopleMean(t *testing.T) {
	for _, tt := range []struct {
		options []option
		text    string
		want    string
	}{
		{consentOptions, "Setuju", "agree"},
		{consentOptions, "  SETUJU  ", "agree"},
		{consentOptions, "setuju.", "agree"},
		{consentOptions, "✅ Setuju", "agree"},
		{consentOptions, "i AGREE", "agree"},
		{consentOptions, "1", "agree"},
		{consentOptions, "satu", "agree"},
		{consentOptions, "1️⃣", "agree"},
		{consentOptions, "1. Setuju", "agree"},
		{consentOptions, "2. tidak setuju", "refuse"},
		{consentOptions, "Tidak Setuju", "refuse"},
		{consentOptions, "tidak setuju pak", "refuse"},
		{consentOptions, "saya tidak setuju", "refuse"},
		{consentOptions, "tidak setju", "refuse"},
		{consentOptions, "tdak setuju", "refuse"},
		{consentOptions, "i do not agree", "refuse"},
		{consentOptions, "2", "refuse"},
		{consentOptions, "tidak", "refuse"},
		{consentOptions, "menolak", "refuse"},

		{privacyOptions, "biasa", "normal"},
		{privacyOptions, "biasa saja", "normal"},
		{privacyOptions, "Biasa aja deh min 🙏", "normal"},
		{privacyOptions, "yang biasa", "normal"},
		{privacyOptions, "biasaa", "normal"},
		{privacyOptions, "bissa", "normal"},
		{privacyOptions, "anonim", "anonymous"},
		{privacyOptions, "anonin", "anonymous"},
		{privacyOptions, "anonmi", "anonymous"},
		{privacyOptions, "saya pilih rahasia ya pak", "confidential"},
		{privacyOptions, "rahasai", "confidential"},
		{privacyOptions, "rahsia aja", "confidential"},
		{privacyOptions, "anonim dan rahasia", "both"},
		{privacyOptions, "anonin dan rahasai", "both"},
		{privacyOptions, "yg ke 4", "both"},
		{privacyOptions, "4. Anonim dan rahasia", "both"},

		{reviewOptions, "kirim", "send"},
		{reviewOptions, "Kirim!", "send"},
		{reviewOptions, "1", "send"},
		{reviewOptions, "ubah", "change"},
		{reviewOptions, "mau ubah dulu pak", "change"},
		{reviewOptions, "uabh", "change"},
		{reviewOptions, "batal aja", "cancel"},
		{reviewOptions, "HAPUS", "erase"},

		{doneOptions, "sudah beres pak terima kasih banyak", "done"},
		{doneOptions, "sdh beres", "done"},
		{doneOptions, "SUDAH", "done"},
		{doneOptions, "belum pak", "not"},
		{doneOptions, "blum", "not"},
		{doneOptions, "belom", "not"},

		{askOptions, "lewati", "skip"},
		{askOptions, "lewati saja", "skip"},
		{askOptions, "LEWATI ⏭", "skip"},
		{askOptions, "lewti", "skip"},
		{askOptions, "selesai", "finish"},
		{askOptions, "ok selesai", "finish"},
		{askOptions, "kembli", "back"},

		{yesOptions, "ya", "yes"},
		{yesOptions, "ya pak", "yes"},
		{yesOptions, "iya min", "yes"},
		{yesOptions, "tidak kok", "no"},
		{yesOptions, "engak", "no"},
		{yesOptions, "no", "no"},
		{yesOptions, "no 1", "yes"},
	} {
		if got, ok := match(tt.text, tt.options); got != tt.want || !ok {
			t.Errorf("match(%q) = %q, %v, want %q", tt.text, got, ok, tt.want)
		}
	}
}

func TestMatchRefusesWhatIsNotClearlyAnAnswer(t *testing.T) {
	for _, tt := range []struct {
		options []option
		text    string
		why     string
	}{
		{consentOptions, "", "nothing"},
		{consentOptions, "setju", "a typing error never agrees"},
		{consentOptions, "setujuu", "a typing error never agrees"},
		{consentOptions, "sétuju", "an accent is a typing error too"},
		{consentOptions, "ok setuju", "strict: nothing beside the label"},
		{consentOptions, "setuju pak", "strict: nothing beside the label"},
		{consentOptions, "setuju?", "a question"},
		{consentOptions, "setuju ❌", "taken back"},
		{consentOptions, "1?", "a question"},
		{consentOptions, "2. setuju", "the number contradicts the label"},
		{consentOptions, "1. tidak setuju", "the number contradicts the label"},
		{consentOptions, "kurang setuju", "not listed"},
		{consentOptions, "jangan setuju", "not listed"},
		{consentOptions, "setuju tidak setuju", "both"},
		{consentOptions, "setuju tidak", "both"},
		{consentOptions, "ya", "no synonyms for consent"},
		{consentOptions, "oke", "no synonyms for consent"},
		{consentOptions, "3", "no such number"},
		{consentOptions, "👍", "no words"},
		{privacyOptions, "bisa", "a word of its own"},
		{privacyOptions, "biaya", "a word of its own"},
		{privacyOptions, "tidak biasa", "negated"},
		{privacyOptions, "jangan rahasia", "negated"},
		{privacyOptions, "anonim atau rahasia", "between two"},
		{privacyOptions, "rahasia nama saya tolong dijaga", "says more"},
		{reviewOptions, "kirm", "a typing error never sends"},
		{reviewOptions, "kirim dong", "strict"},
		{reviewOptions, "hapuss", "strict"},
		{reviewOptions, "upah", "a word of its own"},
		{reviewOptions, "udah", "a word of its own"},
		{reviewOptions, "3", "Batal has no number"},
		{reviewOptions, "batal berangkat karena jalan rusak", "a story"},
		{doneOptions, "belum, jalannya masih berlubang", "says more"},
		{doneOptions, "sudah belum", "both"},
		{doneOptions, "susah", "a word of its own"},
		{doneOptions, "1", "asks for words"},
		{askOptions, "lewati jembatan lama ada lubang", "a story"},
		{askOptions, "kembali banjir lagi", "a story"},
		{yesOptions, "y", "too short for a typing error"},
		{yesOptions, "tidak ya", "both"},
		{yesOptions, strings.Repeat("ya ", 200), "a long text"},
		{yesOptions, strings.Repeat("a", 65_536), "a long text"},
		{nil, "ya", "no options"},
		{[]option{{ID: "a", Labels: []string{"Ada foto"}}}, "g ada foto", "negated, though near"},
		{[]option{{ID: "a", Labels: []string{"Tanda"}}, {ID: "b", Labels: []string{"Tanga"}}}, "tana", "two are equally near"},
		{[]option{{ID: "a", Labels: []string{"Sama"}}, {ID: "b", Labels: []string{"sama"}}}, "sama", "two have the label"},
		{[]option{{ID: "a", Labels: []string{"Kirim"}, Strict: true}, {ID: "b", Labels: []string{"Kirimi"}}}, "kirin", "nearest is strict"},
	} {
		if got, ok := match(tt.text, tt.options); ok || got != "" {
			t.Errorf("match(%q) = %q, want none: %s", tt.text[:min(len(tt.text), 40)], got, tt.why)
		}
	}
}

func TestTypingErrorsNeverAgree(t *testing.T) {
	alphabet := "abcdefghijklmnopqrstuvwxyz "
	for _, text := range []string{"setuju", "i agree"} {
		for i := range len(text) + 1 {
			for _, c := range alphabet {
				try := []string{text[:i] + string(c) + text[i:]}
				if i < len(text) {
					try = append(try, text[:i]+text[i+1:], text[:i]+string(c)+text[i+1:])
				}
				for _, wrong := range try {
					if strings.Join(strings.Fields(wrong), " ") == text {
						continue
					}
					if got, _ := match(wrong, consentOptions); got == "agree" {
						t.Errorf("%q agrees", wrong)
					}
				}
			}
		}
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	for _, text := range []string{"2", "biasa saja min", "rahasai", "jalan rusak di depan pasar", strings.Repeat("panjang ", 8192)} {
		if n := testing.AllocsPerRun(100, func() { match(text, privacyOptions) }); n != 0 {
			t.Errorf("match(%.20q): %v allocations", text, n)
		}
	}
}

func FuzzAnswersAreReadWithoutPanic(f *testing.F) {
	for _, s := range []string{"setuju", "2️⃣", "yg ke-2", "İ\u0307", "\xff", "𝟐𝗦", "ya ya ya tidak", "no.", "ke", "🔟⑳"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := normalise(text)
		if !utf8.ValidString(n) {
			t.Fatalf("normalise(%q) is no UTF-8: %q", text, n)
		}
		if again := normalise(n); again != n {
			t.Fatalf("normalise is not stable on %q: %q, then %q", text, n, again)
		}
		if k, ok := number(text); ok && (k < 1 || k > 20) {
			t.Fatalf("number(%q) = %d", text, k)
		}
		for _, options := range [][]option{consentOptions, privacyOptions, reviewOptions, doneOptions, askOptions, yesOptions} {
			id, ok := match(text, options)
			if (id != "") != ok {
				t.Fatalf("match(%q) = %q, %v", text, id, ok)
			}
		}
		if id, _ := match(text, consentOptions); id == "agree" {
			if k, _ := number(text); k != 1 && !strings.Contains(n, "setuju") && !strings.Contains(n, "i agree") {
				t.Fatalf("%q agrees", text)
			}
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"number", "2"},
		{"label", "Rahasia"},
		{"polite", "biasa saja ya pak"},
		{"typo", "rahasai"},
		{"story", "jalan di depan pasar rusak parah sejak dua minggu"},
		{"long", strings.Repeat("jalan rusak ", 5400)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				match(bb.text, privacyOptions)
			}
		})
	}
}

func BenchmarkNormalise(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"clean", "biasa saja"},
		{"dirty", "  ✅ Setuju, Pak! 🙏"},
		{"long", strings.Repeat("Jalan rusak, Pak! ", 3600)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				normalise(bb.text)
			}
		})
	}
}
