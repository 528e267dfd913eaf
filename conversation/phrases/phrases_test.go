package phrases

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T, files map[string]string) *Catalogue {
	t.Helper()
	c, err := Load(mapFS(files))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mapFS(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func TestEmbeddedCatalogueIsCompleteInEveryLanguage(t *testing.T) {
	c := Default()
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if langs := c.Languages(); len(langs) < 2 || langs[0] != "id" {
		t.Errorf("languages %v, want Indonesian first and others behind it", langs)
	}
}

func TestTextIsRenderedAsTheFileSays(t *testing.T) {
	c := load(t, map[string]string{"id.txt": "# catatan\n\n" +
		"[plain]\nHalo.\n" +
		"[paragraphs]\n\nSatu.\n\n# catatan di tengah\nDua.\n\n\n" +
		"[places]\n{2:nama} dan {1}, lagi {2}\n" +
		"[bold]\nTekan *Setuju* atau *{1}*.\n" +
		"[escapes]\n\\# 2 \\* 3 \\{x\\} \\\\ \\[kurung]\n\\[y]\n" +
		"[spaces]\n  menjorok   \n"})
	for _, tt := range []struct {
		key  string
		args []string
		want string
	}{
		{"plain", nil, "Halo."},
		{"plain", []string{"unused"}, "Halo."},
		{"paragraphs", nil, "Satu.\n\nDua."},
		{"places", []string{"a", "b"}, "b dan a, lagi b"},
		{"places", []string{"a"}, " dan a, lagi "},
		{"places", nil, " dan , lagi "},
		{"bold", []string{"x"}, "Tekan \x02Setuju\x03 atau \x02x\x03."},
		{"escapes", nil, "# 2 * 3 {x} \\ [kurung]\n[y]"},
		{"spaces", nil, "  menjorok"},
		{"missing.key", []string{"x"}, "missing.key"},
	} {
		if got := c.Text("id", tt.key, tt.args...); got != tt.want {
			t.Errorf("%s %q:\n got %q\nwant %q", tt.key, tt.args, got, tt.want)
		}
	}
}

func TestFileWithByteOrderMarkAndCarriageReturnsIsRead(t *testing.T) {
	c := load(t, map[string]string{"id.txt": "\uFEFF[a]\r\nSatu\r\nDua\r\n"})
	if got := c.Text("id", "a"); got != "Satu\nDua" {
		t.Errorf("got %q", got)
	}
}

func TestMissingTextFallsBackToIndonesian(t *testing.T) {
	c := load(t, map[string]string{
		"id.txt": "[a]\nsatu\n[b]\ndua\n",
		"en.txt": "[a]\none\n[c]\nthree\n",
	})
	for _, tt := range []struct{ lang, key, want string }{
		{"en", "a", "one"},
		{"en", "b", "dua"},
		{"xx", "a", "satu"},
		{"", "a", "satu"},
		{"id", "c", "c"},
		{"xx", "c", "c"},
	} {
		if got := c.Text(tt.lang, tt.key); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.lang, tt.key, got, tt.want)
		}
	}
	if diff := cmp.Diff([]string{"a", "c"}, c.Keys("en")); diff != "" {
		t.Error(diff)
	}
	if got := (&Catalogue{}).Text("id", "a"); got != "a" {
		t.Errorf("empty catalogue answers %q", got)
	}
}

func TestArgumentsCannotForgeMarks(t *testing.T) {
	c := load(t, map[string]string{"id.txt": "[a]\n<{1}>\n"})
	for _, tt := range []struct{ arg, want string }{
		{"polos saja", "<polos saja>"},
		{"\x02tebal\x03", "<tebal>"},
		{"baris\nbaru\ttab\r\n", "<baris\nbaru\ttab\n>"},
		{"\x00\x1b[31m\x7f", "<[31m>"},
		{"a\u202Eb\u202Cc\u2066d\u2069e", "<abcde>"},
		{"السلام עברית \u200F", "<السلام עברית \u200F>"},
		{"é 👨‍👩‍👧 道路", "<é 👨‍👩‍👧 道路>"},
		{"a\xffb\xe2\x80", "<a\uFFFDb\uFFFD\uFFFD>"},
		{"{1} *x*", "<{1} *x*>"},
		{"", "<>"},
	} {
		if got := c.Text("id", "a", tt.arg); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.arg, got, tt.want)
		}
	}
}

func TestDefectsOfAFileAreToldWithTheirLine(t *testing.T) {
	for _, tt := range []struct{ name, content, want string }{
		{"text before a key", "halo\n", "id.txt:1: this text has no [key]"},
		{"bad key", "[A b]\nx\n", "id.txt:1: \"[A b]\" is no key"},
		{"open key", "[a\nx\n", "id.txt:1:"},
		{"twice", "[a]\nx\n[a]\ny\n", "id.txt:3: [a] is here twice"},
		{"empty", "[a]\n\n[b]\nx\n", "id.txt:1: [a] has no text"},
		{"empty at the end", "[a]\nx\n[b]\n", "id.txt:3: [b] has no text"},
		{"open bold", "[a]\nx\ny *z\nw* v\n", "id.txt:3: [a]: bold is not closed"},
		{"empty bold", "[a]\nx **y**\n", "nothing stands between"},
		{"bullet", "[a]\n* x *\n", "without a space"},
		{"open place", "[a]\n{1\n", "is not closed"},
		{"place zero", "[a]\n{0}\n", "{0} is no place"},
		{"place too high", "[a]\n{21}\n", "{21} is no place"},
		{"place with words", "[a]\n{nama}\n", "{nama} is no place"},
		{"place without digits", "[a]\n{}\n", "{} is no place"},
		{"place with an empty name", "[a]\n{1:}\n", "{1:} is no place"},
		{"leading zero", "[a]\n{01}\n", "{01} is no place"},
		{"stray brace", "[a]\nx}\n", "without its {"},
		{"unknown escape", "[a]\nx\\n\n", "a backslash"},
		{"backslash at the end", "[a]\nx\\\n", "a backslash"},
		{"control", "[a]\nx\x02y\n", "control character"},
		{"broken bytes", "[a]\nx\xff\n", "no UTF-8"},
	} {
		_, err := Load(mapFS(map[string]string{"id.txt": tt.content}))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q in it", tt.name, err, tt.want)
		}
	}
	for _, files := range []map[string]string{
		{},
		{"en.txt": "[a]\nx\n"},
		{"id.txt": "[a]\nx\n", "catatan.txt": "x"},
	} {
		if _, err := Load(mapFS(files)); err == nil {
			t.Errorf("files %v were loaded", files)
		}
	}
}

func TestCheckFindsWhatLanguagesDisagreeAbout(t *testing.T) {
	c := load(t, map[string]string{
		"id.txt":  "[lang.name]\nIndonesia\n[a]\n{1} {2}\n[b]\nx\n",
		"en.txt":  "[lang.name]\nEnglish\n[a]\n{1}\n[c]\nx\n",
		"bjn.txt": "[a]\n{2:dua} {1}\n[b]\nx\n[c]\nx\n",
	})
	err := c.Check()
	if err == nil {
		t.Fatal("no error")
	}
	want := "[a] has the places {1}{2} in id.txt and {1} in en.txt\n" +
		"en.txt lacks [b]\n" +
		"id.txt lacks [c]\n" +
		"bjn.txt lacks [lang.name]"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"id", "bjn", "en"}, c.Languages()); diff != "" {
		t.Error(diff)
	}
	if err := load(t, map[string]string{"id.txt": "[a]\nx\n"}).Check(); err == nil {
		t.Error("a language without a name passed")
	}
}

func TestAppendAllocatesNothingBeyondItsDestination(t *testing.T) {
	c := load(t, map[string]string{"id.txt": "[a]\nTercatat: {1}. *{2}*\n"})
	dst := make([]byte, 0, 256)
	args := []string{"jalan rusak di depan pasar", "Jumat"}
	if n := testing.AllocsPerRun(100, func() { dst = c.Append(dst[:0], "id", "a", args) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzLoadNeverPanicsAndKeepsMarksPaired(f *testing.F) {
	f.Add("[a]\nx *{1:nama}* \\* y\n\n[b.c]\n# n\nz", "arg\x02")
	f.Add("\uFEFF[a]\r\n{20}}\\", "\u202e")
	f.Add("[", "\xff")
	f.Fuzz(func(t *testing.T, content, arg string) {
		c, err := Load(mapFS(map[string]string{"id.txt": content}))
		if err != nil {
			return
		}
		_ = c.Check()
		for _, key := range c.Keys("id") {
			got := c.Text("en", key, arg, arg)
			if !utf8.ValidString(got) {
				t.Fatalf("[%s] renders broken bytes: %q", key, got)
			}
			open := false
			for _, r := range got {
				switch {
				case r == boldOn && !open:
					open = true
				case r == boldOff && open:
					open = false
				case r == boldOn, r == boldOff, r < ' ' && r != '\n' && r != '\t':
					t.Fatalf("[%s] renders unpaired marks or controls: %q", key, got)
				}
			}
			if open {
				t.Fatalf("[%s] leaves bold open: %q", key, got)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	c, err := Load(mapFS(map[string]string{
		"id.txt": "[a]\nSudah kami catat: {1}. Kapan kejadiannya? *{2}*\n",
		"en.txt": "[a]\nNoted: {1}. When did it happen? *{2}*\n",
	}))
	if err != nil {
		b.Fatal(err)
	}
	args := []string{"jalan rusak di depan pasar Barabai sejak dua minggu lalu", "Lewati"}
	dst := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		dst = c.Append(dst[:0], "en", "a", args)
	}
}
