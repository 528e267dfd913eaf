package sanitise

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"unicode/utf16"
)

// secrets are planted wherever a file has room. None may be in a copy.
var secrets = []string{
	"Siti Rahmawati Kanaria", "+6281234567890", "-06.2087+106.8456/", "IMG_kanaria_2041.jpg",
	gpsRationals, // degrees, minutes, seconds as Exif has them
}

var gpsRationals = string(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, 6<<32|1), 123456<<32|1000))

// everySecret is text with all of them.
var everySecret = strings.Join(secrets, "|")

func utf16Of(order binary.AppendByteOrder, s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// forms are the ways in which a secret may be written.
func forms(s string) map[string][]byte {
	all := map[string][]byte{
		"plain":     []byte(s),
		"UTF-16 LE": utf16Of(binary.LittleEndian, s),
		"UTF-16 BE": utf16Of(binary.BigEndian, s),
		"hex":       []byte(hex.EncodeToString([]byte(s))),
		"HEX":       []byte(strings.ToUpper(hex.EncodeToString([]byte(s)))),
	}
	// Base 64 looks different at each of three positions; its edges hold neighbours' bits.
	for shift, name := range []string{"base64", "base64+1", "base64+2"} {
		b := base64.StdEncoding.EncodeToString(append(make([]byte, shift), s...))
		all[name] = []byte(b[4 : len(b)-4])
	}
	return all
}

func deflated(s string) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		panic(err)
	}
	w.Close()
	return b.Bytes()
}

// found returns the secrets in b, and in whatever can be inflated from any place in it.
func found(b []byte) []string {
	var hits []string
	search := func(b []byte, where string) {
		for _, s := range secrets {
			for form, needle := range forms(s) {
				if bytes.Contains(b, needle) {
					hits = append(hits, where+form+" "+s)
				}
			}
		}
	}
	search(b, "")
	if len(b) > 1<<20 {
		return hits
	}
	for i := range b {
		// A zlib header's two bytes are a multiple of 31; raw streams are taken behind it.
		if i+2 > len(b) || b[i]&15 != 8 || (uint(b[i])<<8|uint(b[i+1]))%31 != 0 {
			continue
		}
		inside, _ := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b[i+2:])), 1<<16))
		search(inside, "inflated ")
	}
	return hits
}

// copyOf copies a file that has to be copied.
func copyOf(t *testing.T, mimeType string, original []byte) ([]byte, Result) {
	t.Helper()
	var out bytes.Buffer
	r, err := Copy(t.Context(), &out, bytes.NewReader(original), int64(len(original)), mimeType)
	if err != nil {
		t.Fatalf("copy of %s: %v", mimeType, err)
	}
	if r.Bytes != int64(out.Len()) {
		t.Errorf("it says %d bytes and wrote %d", r.Bytes, out.Len())
	}
	return out.Bytes(), r
}

// refusal returns the error for a file that is not copied.
func refusal(t *testing.T, mimeType string, original []byte) error {
	t.Helper()
	_, err := Copy(t.Context(), io.Discard, bytes.NewReader(original), int64(len(original)), mimeType)
	return err
}

// silent fails if a copy holds a secret, or the original does not hold all of them.
func silent(t *testing.T, original, copied []byte) {
	t.Helper()
	for _, s := range secrets {
		if !strings.Contains(strings.Join(found(original), "\n"), s) {
			t.Errorf("the original lacks %q: the test is worth nothing", s)
		}
	}
	for _, hit := range found(copied) {
		t.Errorf("the copy holds %s", hit)
	}
}

func TestSearchFindsSecretsInEveryForm(t *testing.T) {
	for _, s := range secrets {
		for form, b := range forms(s) {
			if len(found(append([]byte("before"), b...))) == 0 {
				t.Errorf("%q is not found as %s", s, form)
			}
		}
	}
	if len(found(append([]byte("before"), deflated(everySecret)...))) < len(secrets) {
		t.Error("what is compressed is not found")
	}
}

func TestSupportsWhatCopyKnows(t *testing.T) {
	for _, known := range Types() {
		if !Supports(known) || len(Types()) != len(copiers) {
			t.Errorf("%s is listed and not supported", known)
		}
	}
	for _, known := range []string{"image/jpeg", "image/png", "image/apng", "image/webp", "image/gif", "video/mp4", "video/quicktime"} {
		if !Supports(known) {
			t.Errorf("%s is not supported", known)
		}
	}
	for _, other := range []string{"", "image/heic", "application/pdf", "audio/ogg", "video/webm", "video/3gpp", "text/plain"} {
		if Supports(other) {
			t.Errorf("%s is supported", other)
		}
		if _, err := Copy(context.Background(), io.Discard, strings.NewReader("x"), 1, other); err != ErrUnsupported {
			t.Errorf("%s: %v", other, err)
		}
	}
}
