package whatsapptest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.mau.fi/libsignal/groups"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/libsignal/session"
	"go.mau.fi/libsignal/signalerror"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// handset is a device that this package plays: its Signal sessions, what it sent
// and what it shows.
type handset struct {
	device  *device
	store   *memory
	signal  *store.Device // the adapter between store and the Signal library
	sent    map[types.MessageID]*said
	screens map[types.JID]*screen
	tries   map[types.MessageID]int       // how often a message was asked for again
	given   map[types.JID]map[string]bool // by group: devices that have the sender key
	offline bool
	held    []func() // what comes in while it is offline
}

func newHandset(u *user, number uint16) *device {
	m := newMemory()
	h := &handset{
		store:   m,
		sent:    map[types.MessageID]*said{},
		screens: map[types.JID]*screen{},
		tries:   map[types.MessageID]int{},
		given:   map[types.JID]map[string]bool{},
	}
	h.signal = &store.Device{
		IdentityKey:    keys.NewKeyPair(),
		RegistrationID: rand.Uint32()&0x3fff + 1,
		Identities:     m, Sessions: m, PreKeys: m, SenderKeys: m,
	}
	h.signal.SignedPreKey = h.signal.IdentityKey.CreateSignedPreKey(1)
	d := &device{
		user: u, number: number, handset: h,
		identity:     h.signal.IdentityKey.Pub[:],
		registration: h.signal.RegistrationID,
		signed:       publicKey(h.signal.SignedPreKey),
	}
	h.device = d

	return d
}

// seal encrypts for one device, opening a session where none is or where bundle
// is given.
func (h *handset) seal(to *device, plaintext []byte, bundle *prekey.Bundle) (kind string, sealed []byte, err error) {
	defer caught(&err)
	ctx := context.Background()
	address := to.lid().SignalAddress()
	builder := session.NewBuilderFromSignal(h.signal, address, store.SignalProtobufSerializer)
	if has, _ := h.store.HasSession(ctx, address.String()); !has && bundle == nil {
		bundle = to.bundle()
	}
	if bundle != nil {
		err := builder.ProcessBundle(ctx, bundle)
		if errors.Is(err, signalerror.ErrUntrustedIdentity) {
			h.store.forget(address.String())
			err = builder.ProcessBundle(ctx, bundle)
		}
		if err != nil {
			return "", nil, fmt.Errorf("open a session with %s: %w", to.lid(), err)
		}
	}
	m, err := session.NewCipher(builder, address).Encrypt(ctx, pad(plaintext))
	if err != nil {
		return "", nil, fmt.Errorf("encrypt for %s: %w", to.lid(), err)
	}
	if m.Type() == protocol.PREKEY_TYPE {
		return "pkmsg", m.Serialize(), nil
	}

	return "msg", m.Serialize(), nil
}

// open decrypts what from wrote to this device alone. The identity is that of a
// first message.
func (h *handset) open(from *device, kind string, sealed []byte) (plaintext, identity []byte, err error) {
	defer caught(&err)
	ctx := context.Background()
	address := from.lid().SignalAddress()
	pb := store.SignalProtobufSerializer
	cipher := session.NewCipher(session.NewBuilderFromSignal(h.signal, address, pb), address)
	switch kind {
	case "pkmsg":
		m, err := protocol.NewPreKeySignalMessageFromBytes(sealed, pb.PreKeySignalMessage, pb.SignalMessage)
		if err != nil {
			return nil, nil, err
		}
		id := m.IdentityKey().PublicKey().PublicKey()
		identity = id[:]
		plaintext, err = cipher.DecryptMessage(ctx, m)
		if errors.Is(err, signalerror.ErrUntrustedIdentity) {
			h.store.forget(address.String())
			plaintext, err = cipher.DecryptMessage(ctx, m)
		}
		if err != nil {
			return nil, nil, err
		}
	case "msg":
		m, err := protocol.NewSignalMessageFromBytes(sealed, pb.SignalMessage)
		if err != nil {
			return nil, nil, err
		}
		if plaintext, err = cipher.Decrypt(ctx, m); err != nil {
			return nil, nil, err
		}
	default:
		return nil, nil, fmt.Errorf("a message of kind %q", kind)
	}
	plaintext, err = unpad(plaintext)

	return plaintext, identity, err
}

// sealGroup encrypts for everybody who has this device's sender key of g.
func (h *handset) sealGroup(g types.JID, plaintext []byte) (sealed []byte, err error) {
	defer caught(&err)
	builder := groups.NewGroupSessionBuilder(h.signal, store.SignalProtobufSerializer)
	name := protocol.NewSenderKeyName(g.String(), h.device.lid().SignalAddress())
	m, err := groups.NewGroupCipher(builder, name, h.signal).Encrypt(context.Background(), pad(plaintext))
	if err != nil {
		return nil, err
	}

	return m.SignedSerialize(), nil
}

// senderKey is this device's key of g for those who have not got it, made if
// there is none. It opens what is encrypted after.
func (h *handset) senderKey(g types.JID) (_ *waE2E.SenderKeyDistributionMessage, err error) {
	defer caught(&err)
	name := protocol.NewSenderKeyName(g.String(), h.device.lid().SignalAddress())
	k, err := groups.NewGroupSessionBuilder(h.signal, store.SignalProtobufSerializer).Create(context.Background(), name)
	if err != nil {
		return nil, err
	}

	return &waE2E.SenderKeyDistributionMessage{
		GroupID: new(g.String()), AxolotlSenderKeyDistributionMessage: k.Serialize(),
	}, nil
}

func (h *handset) openGroup(g types.JID, from *device, sealed []byte) (plaintext []byte, err error) {
	defer caught(&err)
	ctx := context.Background()
	pb := store.SignalProtobufSerializer
	builder := groups.NewGroupSessionBuilder(h.signal, pb)
	name := protocol.NewSenderKeyName(g.String(), from.lid().SignalAddress())
	m, err := protocol.NewSenderKeyMessageFromBytes(sealed, pb.SenderKeyMessage)
	if err != nil {
		return nil, err
	}
	if plaintext, err = groups.NewGroupCipher(builder, name, h.signal).Decrypt(ctx, m); err != nil {
		return nil, err
	}

	return unpad(plaintext)
}

// learn takes the sender key that from uses in g.
func (h *handset) learn(g types.JID, from *device, key []byte) (err error) {
	defer caught(&err)
	pb := store.SignalProtobufSerializer
	m, err := protocol.NewSenderKeyDistributionMessageFromBytes(key, pb.SenderKeyDistributionMessage)
	if err != nil {
		return err
	}
	name := protocol.NewSenderKeyName(g.String(), from.lid().SignalAddress())

	return groups.NewGroupSessionBuilder(h.signal, pb).Process(context.Background(), name, m)
}

// age makes all that is shown older.
func (h *handset) age(d time.Duration) {
	for _, s := range h.screens {
		for _, m := range s.messages {
			m.At = m.At.Add(-d)
		}
	}
}

// caught turns a panic of the Signal library, which damaged sessions can cause,
// into an error.
func caught(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the Signal library panicked: %v", r)
	}
}

// pad hides the length, as all clients do: n bytes of value n.
func pad(plaintext []byte) []byte {
	n := 1 + rand.IntN(15)
	padded := append([]byte(nil), plaintext...)
	for range n {
		padded = append(padded, byte(n))
	}

	return padded
}

func unpad(padded []byte) ([]byte, error) {
	if len(padded) == 0 {
		return nil, errors.New("an empty message")
	}
	n := int(padded[len(padded)-1])
	if n == 0 || n > len(padded) {
		return nil, errors.New("wrong padding")
	}
	for _, b := range padded[len(padded)-n:] {
		if int(b) != n {
			return nil, errors.New("wrong padding")
		}
	}

	return padded[:len(padded)-n], nil
}
