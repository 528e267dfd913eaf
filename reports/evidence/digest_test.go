package evidence

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDigestSurvivesTextJSONAndSQL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d Digest
		copy(d[:], rapid.SliceOfN(rapid.Byte(), len(d), len(d)).Draw(t, "digest"))

		if d.IsZero() != (d == Digest{}) {
			t.Fatalf("IsZero of %v is %t", d, d.IsZero())
		}
		text, err := ParseDigest(d.String())
		if err != nil || text != d {
			t.Fatalf("through text: %v, %v", text, err)
		}
		data, err := json.Marshal(map[string]Digest{"sha256": d})
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"sha256":"` + d.String() + `"}`; string(data) != want {
			t.Fatalf("JSON is %s, want %s", data, want)
		}
		var back map[string]Digest
		if err := json.Unmarshal(data, &back); err != nil || back["sha256"] != d {
			t.Fatalf("through JSON: %v, %v", back, err)
		}
		value, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		var scanned Digest
		if err := scanned.Scan(value); err != nil || scanned != d {
			t.Fatalf("through SQL: %v, %v", scanned, err)
		}
	})
}

func TestDigestRefusesEverythingElse(t *testing.T) {
	good := strings.Repeat("ab", 32)
	for _, s := range []string{"", good[1:], good + "0", "g" + good[1:], " " + good[1:], "../" + good[3:]} {
		before := Digest{1}
		if err := before.UnmarshalText([]byte(s)); err == nil || before != (Digest{1}) {
			t.Errorf("%q was read as %v, %v", s, before, err)
		}
	}
	for _, v := range []any{nil, "", good, []byte(nil), make([]byte, 31), make([]byte, 33), 7} {
		before := Digest{1}
		if err := before.Scan(v); err == nil || before != (Digest{1}) {
			t.Errorf("%#v was scanned as %v, %v", v, before, err)
		}
	}
	if upper, err := ParseDigest(strings.ToUpper(good)); err != nil || upper.String() != good {
		t.Errorf("upper case: %v, %v", upper, err)
	}
}
