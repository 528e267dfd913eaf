// Package bots is the shell around the conversation: it takes in what channels
// deliver, commits it before they are told so, steps the pure machine under
// the lock of one person's session, files and records in the same
// transaction, and sends what was said. A [Channel] translates for one network
// and does nothing else.
package bots

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"kentongan/conversation"
)

// Address is where a channel reaches a chat: a phone number, a chat id, the
// hash of a browser's token. It is personal data: it is stored sealed, looked
// up by keyed hash, and never printed.
type Address string

// LogValue prints how long a is and nothing of it.
func (a Address) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("address(%d)", len(a)))
}

// String prints what LogValue does, so that no format verb shows an address.
func (a Address) String() string { return a.LogValue().String() }

// GoString is String, for %#v.
func (a Address) GoString() string { return a.String() }

// Incoming is one event as a channel received it, not decoded yet.
type Incoming struct {
	Chat  Address // the private chat or the group
	Group bool
	From  Address // who, in a group; empty in private
	// Key makes the event unique in its channel and account: the same key again
	// is the same event delivered twice.
	Key string
	// Order is the channel's own order of a chat's events where it has one; 0
	// means the order of arrival.
	Order int64
	Body  []byte // what Decode reads; stored sealed, erased when its turn is done
	// Hold is how long the event, and with it what comes after it in its chat, is to
	// wait for what it may have overtaken: events with a lower Order that come
	// meanwhile are done first. [Ingress.Release] ends it sooner.
	Hold time.Duration
	// Moved is the address that the chat has from now on; empty: it keeps its own.
	Moved Address
}

// Decoded is what [Channel.Decode] makes of a body.
type Decoded struct {
	Input   conversation.Input // nil: nothing to answer
	Ref     string             // the channel's id of the message
	Profile Profile
	Media   []byte // with an Attachment: what Fetch needs
	// ReplyTo is the channel's id of the message that this one answers; empty: none.
	ReplyTo string
	// Press is what an [Answerer] needs to answer the press of a button; empty
	// where it is none.
	Press string
}

// Profile is what a channel tells of a sender. It is kept, sealed, only once
// the person agreed.
type Profile struct {
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
	Number   string `json:"number,omitempty"`
}

// Outgoing is one message to send.
type Outgoing struct {
	// ID was fixed when the message was written: a channel that knows idempotent
	// sends uses it, so that a message sent twice is shown once.
	ID       string
	Message  conversation.Message
	Replaces string // the channel's reference of the message to edit; empty: a new one
	// Files go with the message, in this order; a message with files is never edited.
	Files []File
	// Answers is the channel's reference of the message that this one quotes or
	// answers, where it still exists; empty: none.
	Answers string
	// Topic is the forum topic to post into; see [Topics]. Empty: none.
	Topic string
}

// File is a file to send. What leaves the vault for a group is a sanitised copy.
type File struct {
	Kind  string // photo, video, audio, document
	Name  string // neutral, with the extension that fits
	Type  string // MIME
	Bytes int64
	Open  func() (io.ReadCloser, error) // may be called again for another try
}

// Limits is what a network allows. Zero means no limit, or not known.
type Limits struct {
	Text       int           // UTF-16 units of one message; a channel splits what is longer
	Buttons    bool          // false: choices are laid out as numbered lines
	EditWindow time.Duration // how long a sent message may be edited; 0: never, <0: always
	PerSecond  float64       // messages a second over all chats
	PerChat    float64       // messages a second in one private chat
	PerGroup   float64       // messages a minute in one group
	// KeepKeys is how long the network may deliver one event again.
	KeepKeys time.Duration
	// SingleOwner says that one process at a time may hold the connection.
	SingleOwner bool
}

// Ingress takes in what channels receive.
type Ingress interface {
	// Accept stores the events and returns nil once they are committed: only then
	// may the network be told so. Their turns are done by then too, unless
	// another process holds the person or the turn failed. After an error the
	// network should deliver them again; the same event twice is one event.
	Accept(ctx context.Context, channel Channel, events ...Incoming) error
	// Knows reports which of these keys of events were accepted before, and are
	// still remembered; see [Limits.KeepKeys].
	Knows(ctx context.Context, channel Channel, keys ...string) ([]bool, error)
	// Release has an event done that was accepted with a Hold. What is not held is
	// left as it is.
	Release(ctx context.Context, channel Channel, key string) error
}

// Channel is one account on one network. Its methods are safe for concurrent
// use.
type Channel interface {
	// Name is the network's short name, such as "webchat"; with Account it
	// identifies the channel in the database for good.
	Name() string
	Account() string
	Via() conversation.Via
	Limits() Limits
	// Decode is pure. An error means that the body can never be read.
	Decode(body []byte) (Decoded, error)
	// Send delivers m and returns the network's reference of it, by which it can
	// be edited. Errors are a [SendError], or anything else for "outcome unknown,
	// try again".
	Send(ctx context.Context, to Address, m Outgoing) (ref string, err error)
	// Fetch opens the file that Decoded.Media refers to; the caller closes it.
	// [ErrMediaGone] means that the network no longer has it, [ErrMediaTooLarge]
	// that it gives out none of that size.
	Fetch(ctx context.Context, media []byte) (io.ReadCloser, error)
	// Run receives until ctx ends, and then returns nil once nothing is being
	// accepted any more.
	Run(ctx context.Context, in Ingress) error
}

// Reporter is a [Channel] that knows how its connection fares.
type Reporter interface {
	// Health returns nil where nothing is wrong, or where the connection is not this
	// process's to hold, and otherwise, best as a [HealthError], what operators are
	// to know and do.
	Health() error
}

// HealthError is what is wrong with a channel's connection.
type HealthError struct {
	// Code names the cause, such as "logged_out"; it stays the same while that does.
	// National admins are told in the words of the phrase alarm.CHANNEL.CODE.
	Code string
	Says string // a sentence for whoever runs the service, with what to do
}

func (e *HealthError) Error() string { return e.Says }

// Typer is a [Channel] that can show that an answer is coming.
type Typer interface {
	Typing(ctx context.Context, to Address) error
}

// Answerer is a [Channel] that can tell the one who pressed a button something
// that nobody else sees.
type Answerer interface {
	// Answer answers the press that Decoded.Press names, once; later calls do
	// nothing. It is worth one try: a press that is not answered harms nobody.
	Answer(ctx context.Context, press, text string) error
}

// Leaver is a [Channel] that can leave a group.
type Leaver interface {
	Leave(ctx context.Context, group Address) error
}

// Topics is a [Channel] with groups that keep each matter in a topic of its own.
type Topics interface {
	// OpenTopic makes a topic and returns its reference; "" where the group has no
	// topics, or the bot may make none there.
	OpenTopic(ctx context.Context, group Address, name string) (topic string, err error)
	// CloseTopic closes a topic, or opens it again. A topic that is gone is no error.
	CloseTopic(ctx context.Context, group Address, topic string, closed bool) error
	// NameTopic gives a topic another name. A topic that is gone is no error.
	NameTopic(ctx context.Context, group Address, topic, name string) error
	// TopicRight says whether a group keeps topics at all, and whether the bot may
	// make them there.
	TopicRight(ctx context.Context, group Address) (TopicRight, error)
}

// TopicRight is what a bot may do about the topics of a group. It rests in the
// table groups.
type TopicRight string

// What a bot may do about topics.
const (
	TopicsUnknown   TopicRight = "unknown"
	NoTopics        TopicRight = "none" // the group keeps none
	TopicsAllowed   TopicRight = "allowed"
	TopicsForbidden TopicRight = "forbidden" // it keeps some, and lets the bot make none
)

// Discarder is a [Channel] whose network lets go of a file once it is fetched.
type Discarder interface {
	Discard(ctx context.Context, media []byte) error
}
