package region

import "testing"

func TestNamesStandWhereTheTextHasThem(t *testing.T) {
	const text = "İ, di Kec. Pulosari, Kab. Pandeglang dan soto lamongan; Bogor Kota"
	want := []string{"Kec. Pulosari", "Kab. Pandeglang", "Bogor Kota"}
	names := Names(text)
	if len(names) != len(want) {
		t.Fatalf("%v", names)
	}
	for i, n := range names {
		if got := text[n.From:n.To]; got != want[i] || !n.Sure {
			t.Errorf("%q, want %q for sure", got, want[i])
		}
	}
}
