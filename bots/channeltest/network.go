// Package channeltest holds what every channel owes: a conformance suite that
// each passes over the other side of its real network or a double of it, and a
// double that has the limits of the poorest network.
package channeltest

import (
	"context"
	"time"

	"kentongan/bots"
)

// Action is one thing that a person does on a network. Exactly one field of
// the second group is set.
type Action struct {
	ID string // the network's id of the message; the same id again is the same message delivered twice
	// Answers is the reference of the message of the service that this one answers;
	// empty: none.
	Answers string

	Text    string
	Press   string // label of a button of the newest message that has it
	Upload  *Upload
	Pin     *[2]float64
	Sticker bool
	Edit    *Edit // of an earlier message
}

// Upload is a file that a person sends.
type Upload struct {
	Name, Type string
	Body       []byte
	Caption    string
}

// Edit says that the message with this id reads otherwise now.
type Edit struct{ ID, Text string }

// Shown is one message as a person sees it now.
type Shown struct {
	Text    string
	Buttons []string // labels, where the network has buttons
	Edited  bool
}

// Network is the other side of a channel.
type Network interface {
	// Deliver has the person do a, and returns nil once the network was told that
	// the service has it. After an error it may be delivered again.
	Deliver(ctx context.Context, person string, a Action) error
	// Shown is what the person sees, oldest first, edits applied and parts of one
	// split message as messages of their own.
	Shown(person string) []Shown
	// Address is how the channel reaches the person.
	Address(person string) bots.Address
	// Answered is, for each message of Shown, the reference of the person's message
	// that it answers; "" where it answers none.
	Answered(person string) []string
	// Received are the files that the person got, oldest first.
	Received(person string) []Received
	// Upload puts a file where the channel's Fetch finds it, and returns what
	// Decoded.Media would be.
	Upload(person string, u Upload) []byte
	// Age makes everything sent so far older, as far as editing goes. It reports
	// false where edits do not depend on age.
	Age(d time.Duration) bool
}

// Received is a file that a person got.
type Received struct {
	Name string // empty where the network tells none of this kind of file
	Body []byte
}
