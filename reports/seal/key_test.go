package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// secretKey is a key whose bytes are recognised in any print-out.
func secretKey() Key {
	return keyOf((*[KeySize]byte)([]byte("an easily recognised test secret")))
}

func TestParseKeyTakesEveryWayBase64IsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), KeySize, KeySize).Draw(t, "raw")
		raw[0] |= 1
		encoding := rapid.SampledFrom([]*base64.Encoding{
			base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding,
		}).Draw(t, "encoding")
		space := rapid.SampledFrom([]string{"", " ", "\n", "\r\n", "\t "})
		text := space.Draw(t, "before") + encoding.EncodeToString(raw) + space.Draw(t, "after")

		key, err := ParseKey(text)
		if err != nil {
			t.Fatalf("ParseKey(%q): %v", text, err)
		}
		if !bytes.Equal(key.bytes(), raw) {
			t.Fatalf("ParseKey(%q) gave another key", text)
		}
	})
}

func TestParseKeyRefusesWhatIsNoKeyAndDoesNotRepeatIt(t *testing.T) {
	good := secretKey().Encode()
	for name, text := range map[string]string{
		"nothing":            "",
		"white space":        " \n",
		"too short":          base64.StdEncoding.EncodeToString([]byte("only thirty-one bytes are here!")),
		"too long":           base64.StdEncoding.EncodeToString([]byte("thirty-three bytes are in here!!!")),
		"hexadecimal":        hex.EncodeToString(secretKey().bytes()),
		"a strange letter":   "!" + good[1:],
		"space in the midst": good[:20] + " " + good[20:],
		"a wrong last digit": good[:42] + "1=",
		"zeros":              base64.StdEncoding.EncodeToString(make([]byte, KeySize)),
	} {
		key, err := ParseKey(text)
		if err == nil {
			t.Errorf("%s: ParseKey took %q", name, text)
			continue
		}
		if !key.IsZero() {
			t.Errorf("%s: a key came with the error", name)
		}
		if len(text) > 5 && strings.Contains(err.Error(), text[1:6]) {
			t.Errorf("%s: the error repeats the key: %v", name, err)
		}
	}
}

func TestEncodeGivesWhatParseKeyReads(t *testing.T) {
	key := NewKey()
	again, err := ParseKey(key.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if !key.Equal(again) {
		t.Error("the key changed on its way through Encode and ParseKey")
	}
	if key.Equal(NewKey()) {
		t.Error("two new keys are the same")
	}
	if key.Equal(Key{}) || (Key{}).Equal(key) || !(Key{}).Equal(Key{}) {
		t.Error("the zero key equals others, or not itself")
	}
	if got := (Key{}).Encode(); got != "" {
		t.Errorf("the zero key encodes as %q", got)
	}
}

func TestKeysAndSealersNeverPrintTheirSecret(t *testing.T) {
	key := secretKey()
	sealer, err := New(key)
	if err != nil {
		t.Fatal(err)
	}
	type settings struct {
		Exported   Key
		unexported Key
		Sealer     *Sealer
		hidden     *Sealer
	}
	holder := settings{key, key, sealer, sealer}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%p", "%t", "%08b"} {
		for _, value := range []any{key, &key, sealer, holder, &holder, []Key{key}, map[string]Key{"k": key}} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	fmt.Fprintln(&out, key, key.GoString(), fmt.Errorf("oh: %v", key))
	for _, handler := range []slog.Handler{
		slog.NewTextHandler(&out, nil),
		slog.NewJSONHandler(&out, nil),
	} {
		slog.New(handler).Info("start", "key", key, "pointer", &key, "sealer", sealer, "settings", holder)
	}
	data, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(data)

	if !strings.Contains(out.String(), redacted) {
		t.Error("nothing says REDACTED")
	}
	inMemory := []([]byte){key.bytes(), sealer.keys[0].stream, sealer.keys[0].lookup}
	for _, secret := range inMemory {
		for _, form := range []string{
			string(secret[:8]),
			hex.EncodeToString(secret[:8]),
			strings.ToUpper(hex.EncodeToString(secret[:8])),
			base64.StdEncoding.EncodeToString(secret[:9]),
			strings.Trim(fmt.Sprintf("%d", secret[:6]), "[]"),
			strings.Trim(fmt.Sprintf("%#v", secret[:6]), "[]byte{}"),
			strings.Trim(fmt.Sprintf("%c", secret[:6]), "[]"),
			strings.Trim(fmt.Sprintf("%08b", secret[:6]), "[]"),
		} {
			if strings.Contains(out.String(), form) {
				t.Errorf("the secret is printed as %q", form)
			}
		}
	}
}
