package webchat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"kentongan/bots"
	"kentongan/conversation"
)

// Limits of what the page may post at once.
const (
	maxEvents  = 64
	maxRequest = 1 << 20 // bytes
	maxText    = 100_000 // characters of one text
	maxShort   = 256     // characters of a name, a token, a reference
	maxCaption = 4_096   // characters
)

// event is what the page posts. Type says which of the fields count:
//
//	text         text
//	press        token
//	upload       name, file_type, bytes, caption, album; its id is that of the uploaded file
//	pin          lat, lon, place
//	sticker      nothing
//	edit         ref, text
//	delete       ref
//	unsupported  what
//
// Reply is the id of the message that it answers, if any: what Send returned.
type event struct {
	ID       string   `json:"id"`
	Type     string   `json:"type"`
	Text     string   `json:"text,omitempty"`
	Token    string   `json:"token,omitempty"`
	Ref      string   `json:"ref,omitempty"`
	Name     string   `json:"name,omitempty"`
	FileType string   `json:"file_type,omitempty"`
	Bytes    int64    `json:"bytes,omitempty"`
	Caption  string   `json:"caption,omitempty"`
	Album    string   `json:"album,omitempty"`
	Lat      *float64 `json:"lat,omitempty"`
	Lon      *float64 `json:"lon,omitempty"`
	Place    string   `json:"place,omitempty"`
	What     string   `json:"what,omitempty"`
	Reply    string   `json:"reply,omitempty"`
}

// stored is the body that the shell keeps of an event. Staged is the file's
// name in the vault, made by the server from the sender's address: a page
// cannot name somebody else's. Press likewise names the request that a press
// came with.
type stored struct {
	Event  event  `json:"event"`
	Staged string `json:"staged,omitempty"`
	Press  string `json:"press,omitempty"`
}

// media is what Fetch needs.
type media struct {
	Staged string `json:"staged"`
}

// readEvents reads and checks what the page posted. The error is for a
// programmer: the page never causes one.
func readEvents(body []byte) ([]event, error) {
	var request struct {
		Events []event `json:"events"`
	}
	if err := decodeStrictly(body, &request); err != nil {
		return nil, err
	}
	if n := len(request.Events); n == 0 || n > maxEvents {
		return nil, fmt.Errorf("%d events; 1 to %d are taken at once", n, maxEvents)
	}
	for i, e := range request.Events {
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("event %d: %w", i, err)
		}
	}
	return request.Events, nil
}

// decodeStrictly reads one JSON value and nothing after it, without fields
// that into does not have.
func decodeStrictly(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		// The decoder's own words quote names and values of the body.
		return errors.New("not the JSON that is expected")
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the JSON")
	}
	return nil
}

// check tells what is wrong with e, repeating nothing of it.
func (e event) check() error {
	if !validUUID(e.ID) {
		return errors.New("id is not a UUID in lower case")
	}
	for _, f := range []struct {
		name, value string
		limit       int
	}{
		{"text", e.Text, maxText},
		{"token", e.Token, maxShort},
		{"ref", e.Ref, maxShort},
		{"name", e.Name, maxShort},
		{"file_type", e.FileType, maxShort},
		{"caption", e.Caption, maxCaption},
		{"album", e.Album, maxShort},
		{"place", e.Place, maxShort},
		{"what", e.What, maxShort},
		{"reply", e.Reply, maxShort},
	} {
		if utf8.RuneCountInString(f.value) > f.limit {
			return fmt.Errorf("%s is longer than %d characters", f.name, f.limit)
		}
	}
	switch e.Type {
	case "text", "sticker":
	case "press":
		if e.Token == "" {
			return errors.New("token is missing")
		}
	case "upload":
		if e.Bytes < -1 {
			return errors.New("bytes is negative")
		}
	case "pin":
		if e.Lat == nil || e.Lon == nil || !within(*e.Lat, 90) || !within(*e.Lon, 180) {
			return errors.New("lat or lon is missing or nowhere on earth")
		}
	case "edit", "delete":
		if !validUUID(e.Ref) {
			return errors.New("ref is not a UUID in lower case")
		}
	case "unsupported":
		if e.What == "" {
			return errors.New("what is missing")
		}
	default:
		return errors.New("type is not known")
	}
	return nil
}

func within(degrees, limit float64) bool {
	return !math.IsNaN(degrees) && math.Abs(degrees) <= limit
}

// validUUID tells whether s is a UUID of any version as text, in lower case.
func validUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range []byte(s) {
		switch i {
		case 8, 13, 18, 23:
			if r != '-' {
				return false
			}
		default:
			if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
				return false
			}
		}
	}
	return true
}

// Decode reads a body that the handler stored. It is pure.
func (c *Channel) Decode(body []byte) (bots.Decoded, error) { return decode(body) }

func decode(body []byte) (bots.Decoded, error) {
	var s stored
	if err := json.Unmarshal(body, &s); err != nil {
		return bots.Decoded{}, errors.New("decode web chat event: not the JSON that is expected")
	}
	e := s.Event
	if err := e.check(); err != nil {
		return bots.Decoded{}, fmt.Errorf("decode web chat event: %w", err)
	}
	d := bots.Decoded{Ref: e.ID, ReplyTo: e.Reply}
	switch e.Type {
	case "text":
		d.Input = conversation.Text{Text: plain(e.Text)}
	case "press":
		d.Input, d.Press = conversation.Press{Token: e.Token}, s.Press
	case "upload":
		d.Input = conversation.Attachment{
			Kind: attachmentKind(e.FileType), Name: plain(e.Name), Type: plain(e.FileType),
			Bytes: e.Bytes, Caption: plain(e.Caption), Album: e.Album,
		}
		ref, err := json.Marshal(media{Staged: s.Staged})
		if err != nil {
			return bots.Decoded{}, fmt.Errorf("decode web chat event: %w", err)
		}
		d.Media = ref
	case "pin":
		d.Input = conversation.Pin{Lat: *e.Lat, Lon: *e.Lon, Name: plain(e.Place)}
	case "sticker":
		d.Input = conversation.Unsupported{What: "sticker"}
	case "edit":
		d.Input = conversation.Edited{Ref: e.Ref, Text: plain(e.Text)}
	case "delete":
		d.Input = conversation.Deleted{Ref: e.Ref}
	case "unsupported":
		d.Input = conversation.Unsupported{What: unsupportedWhat(e.What)}
	}
	return d, nil
}

// plain takes the marks of bold words out of a text that a person wrote: only
// the bot makes them.
func plain(s string) string {
	return strings.NewReplacer(conversation.BoldOn, "", conversation.BoldOff, "").Replace(s)
}

// attachmentKind is the kind that a file claims to be by its type.
func attachmentKind(fileType string) string {
	major, _, _ := strings.Cut(fileType, "/")
	switch strings.ToLower(major) {
	case "image":
		return "photo"
	case "video":
		return "video"
	case "audio":
		return "audio"
	default:
		return "document"
	}
}

// unsupportedWhat keeps to the words that [conversation.Unsupported] knows.
func unsupportedWhat(what string) string {
	switch what {
	case "sticker", "contact", "poll", "view_once":
		return what
	default:
		return "unknown"
	}
}
