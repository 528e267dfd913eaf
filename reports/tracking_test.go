package reports_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kentongan/reports"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func anyTrackingID() *rapid.Generator[reports.TrackingID] {
	return rapid.Custom(func(t *rapid.T) reports.TrackingID {
		return reports.NewTrackingID(rapid.Uint64().Draw(t, "random"))
	})
}

func TestTrackingIDsLookAsPromisedAndParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := anyTrackingID().Draw(t, "id")
		s := string(id)
		if len(s) != 13 || s[:4] != "KTG-" || s[8] != '-' || strings.ContainsAny(s[4:], "ILOU") {
			t.Fatalf("%s does not look like KTG-XXXX-XXXX", s)
		}
		typed := []string{s, strings.ToLower(s), s[4:], strings.ReplaceAll(s, "-", ""), " ktg " + s[4:8] + " " + s[9:], strings.ReplaceAll(s, "0", "o")}
		for _, text := range typed {
			if got, err := reports.ParseTrackingID(text); err != nil || got != id {
				t.Fatalf("%q parsed to %s, %v; want %s", text, got, err, id)
			}
		}
	})
}

func TestEveryWrongCharacterInATrackingIDIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := []byte(anyTrackingID().Draw(t, "id"))
		for at := 4; at < len(id); at++ {
			if id[at] == '-' {
				continue
			}
			right := id[at]
			for i := range len(alphabet) {
				if alphabet[i] == right {
					continue
				}
				id[at] = alphabet[i]
				if _, err := reports.ParseTrackingID(string(id)); !errors.Is(err, reports.ErrTrackingID) {
					t.Fatalf("%s, with %c for %c, passed", id, alphabet[i], right)
				}
			}
			id[at] = right
		}
	})
}

func TestEverySwapOfTwoCharactersInATrackingIDIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := []byte(anyTrackingID().Draw(t, "id"))
		places := []int{4, 5, 6, 7, 9, 10, 11, 12}
		for i, a := range places {
			for _, b := range places[i+1:] {
				if id[a] == id[b] {
					continue
				}
				id[a], id[b] = id[b], id[a]
				if _, err := reports.ParseTrackingID(string(id)); err == nil {
					t.Fatalf("%s passed with places %d and %d swapped", id, a, b)
				}
				id[a], id[b] = id[b], id[a]
			}
		}
	})
}

func TestAccessCodesHaveSixDigits(t *testing.T) {
	for random, want := range map[uint64]reports.AccessCode{0: "000000", 7: "000007", 999_999: "999999", 1_234_567: "234567"} {
		if got := reports.NewAccessCode(random); got != want {
			t.Errorf("NewAccessCode(%d) = %s, want %s", random, got, want)
		}
	}
}

func FuzzParseTrackingID(f *testing.F) {
	f.Add("KTG-7F3K-29QX")
	f.Add("ktg 0000 0000")
	f.Add("KTGKTGKTGKTG")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := reports.ParseTrackingID(text)
		if err != nil {
			return
		}
		if again, err := reports.ParseTrackingID(string(id)); err != nil || again != id {
			t.Errorf("%q parsed to %q, which parses to %q, %v", text, id, again, err)
		}
	})
}
