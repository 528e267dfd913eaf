package whatsapp

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"
)

// errUnreadable is all that is said of a body that cannot be read: its own
// words could hold somebody's.
var errUnreadable = errors.New("not a message that can be read")

// envelopeVersion is the first byte of a body: bodies that wait outlive a new
// version of the program.
const envelopeVersion = 1

// envelope is what is stored of a message: what [Client.Decode] needs and no
// more.
type envelope struct {
	ID     string `json:"id"`
	Chat   string `json:"chat"`
	Sender string `json:"sender,omitempty"` // in a group
	Number string `json:"number,omitempty"` // digits, where WhatsApp tells it
	Name   string `json:"name,omitempty"`
	// ViewOnce says that the message may be looked at once, and on the phone only.
	ViewOnce bool `json:"view_once,omitempty"`
	// Unreadable says that the message could not be decrypted.
	Unreadable bool `json:"unreadable,omitempty"`
	// Better says that this is the better copy of a picture whose first one never came.
	Better string `json:"better,omitempty"`

	// Office says that the account's owner wrote it, to whom Chat names.
	Office bool `json:"office,omitempty"`

	message *waE2E.Message // nil: there was nothing to read
}

// pack encodes e: version, length of the header, header, message.
func (e envelope) pack() ([]byte, error) {
	header, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	body := append([]byte{envelopeVersion}, binary.AppendUvarint(nil, uint64(len(header)))...)
	body = append(body, header...)
	if e.message == nil {
		return body, nil
	}
	if body, err = (proto.MarshalOptions{}).MarshalAppend(body, e.message); err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return body, nil
}

func unpack(body []byte) (envelope, error) {
	var e envelope
	if len(body) < 2 || body[0] != envelopeVersion {
		return e, errUnreadable
	}
	length, n := binary.Uvarint(body[1:])
	rest := body[1+max(n, 0):]
	if n <= 0 || length > uint64(len(rest)) {
		return e, errUnreadable
	}
	if err := json.Unmarshal(rest[:length], &e); err != nil || e.ID == "" || e.Chat == "" {
		return e, errUnreadable
	}
	e.message = &waE2E.Message{}
	if err := proto.Unmarshal(rest[length:], e.message); err != nil {
		return e, errUnreadable
	}
	return e, nil
}
