package bots

import (
	"encoding/json"
	"errors"

	"kentongan/conversation"
)

// What the service tells a conversation itself travels through the inbox like
// everything else, so that it keeps its order and survives a crash.
type internalEvent struct {
	Stored  *conversation.FileStored  `json:"stored,omitempty"`
	Refused *conversation.FileRefused `json:"refused,omitempty"`
	Told    *conversation.Told        `json:"told,omitempty"`
	Handed  *conversation.Handed      `json:"handed,omitempty"`
	Nudged  *conversation.Nudged      `json:"nudged,omitempty"`
}

func decodeInternal(body []byte) (conversation.Input, error) {
	var e internalEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, err
	}
	switch {
	case e.Stored != nil:
		return *e.Stored, nil
	case e.Refused != nil:
		return *e.Refused, nil
	}
	switch {
	case e.Told != nil:
		return *e.Told, nil
	case e.Handed != nil:
		return *e.Handed, nil
	case e.Nudged != nil:
		return *e.Nudged, nil
	}
	return nil, errors.New("an internal event of no kind")
}
