package seal

import (
	"bytes"
	"crypto/sha3"
	"encoding/hex"
	"testing"
)

func TestXAESGivesTheSpecificationsVectors(t *testing.T) {
	for _, v := range []struct {
		key                    byte
		plaintext, additional  string
		subkey, wantCiphertext string
	}{
		{
			0x01, "XAES-256-GCM", "", "e531954aca063d5b8d9c47a47d4cc6f0",
			"ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
		},
		{
			0x03, "XAES-256-GCM", "c2sp.org/XAES-256-GCM", "23810ec50edb99f374409466ed1f4b7b",
			"986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
		},
	} {
		x, err := newXAES(bytes.Repeat([]byte{v.key}, 32))
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(x.k1[:]); got != v.subkey {
			t.Errorf("key %x: K1 is %s, want %s", v.key, got, v.subkey)
		}
		nonce := []byte("ABCDEFGHIJKLMNOPQRSTUVWX")
		got, err := x.seal(nil, nonce, []byte(v.plaintext), []byte(v.additional))
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(got) != v.wantCiphertext {
			t.Errorf("key %x: ciphertext is %x, want %s", v.key, got, v.wantCiphertext)
		}
	}
}

func TestXAESGivesTheSpecificationsHashOfTenThousandRandomMessages(t *testing.T) {
	in, out := sha3.NewSHAKE128(), sha3.NewSHAKE128()
	read := func(n int) []byte {
		b := make([]byte, n)
		_, _ = in.Read(b)
		return b
	}
	for range 10_000 {
		key, nonce := read(32), read(xaesNonceSize)
		plaintext := read(int(read(1)[0]))
		additional := read(int(read(1)[0]))
		x, err := newXAES(key)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := x.seal(nil, nonce, plaintext, additional)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = out.Write(sealed)
		if opened, err := x.open(nil, nonce, sealed, additional); err != nil || !bytes.Equal(opened, plaintext) {
			t.Fatalf("it did not open: %v", err)
		}
	}
	sum := make([]byte, 32)
	_, _ = out.Read(sum)
	const want = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939"
	if got := hex.EncodeToString(sum); got != want {
		t.Errorf("hash is %s, want %s", got, want)
	}
}
