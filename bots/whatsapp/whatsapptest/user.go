package whatsapptest

import (
	"fmt"
	"slices"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/util/optional"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// user is somebody registered: a citizen or the bot's account.
type user struct {
	s       *Server
	name    string
	lid, pn types.JID
	devices map[uint16]*device
	next    uint16 // number of the next companion
	person  *Person
	account *Account
}

// device is one device of a user. Number 0 is the phone, the rest are its
// companions. Either this package plays it (handset) or a client does (noise).
type device struct {
	user         *user
	number       uint16
	identity     []byte
	registration uint32
	signed       oneKey
	once         []oneKey // keys for first messages, each handed out once
	handset      *handset
	noise        []byte
	line         *conn
	queue        []*stanza
	held         bool // nothing of the queue is sent, see Account.HoldDelivery
	asked        bool // it was told that few keys are left
	signature    []byte
}

// oneKey is the public half of a pre-key.
type oneKey struct {
	id        uint32
	pub       [32]byte
	signature []byte
}

func (s *Server) register(name, number string) *user {
	u := &user{
		s:       s,
		name:    name,
		pn:      types.NewJID(number, types.DefaultUserServer),
		lid:     types.NewJID(fmt.Sprintf("1%014d", 70_000_000_000+s.number()), types.HiddenUserServer),
		devices: map[uint16]*device{},
		next:    1,
	}
	s.users[u.pn.String()] = u
	s.users[u.lid.String()] = u
	d := newHandset(u, 0)
	u.devices[0] = d

	return u
}

// user finds whom j names, in either form.
func (s *Server) user(j types.JID) *user { return s.users[j.ToNonAD().String()] }

// device finds the device that j names.
func (s *Server) device(j types.JID) *device {
	u := s.user(j)
	if u == nil {
		return nil
	}

	return u.devices[j.Device]
}

// numbers are the user's devices in order.
func (u *user) sorted() []*device {
	var ds []*device
	for _, d := range u.devices {
		ds = append(ds, d)
	}
	slices.SortFunc(ds, func(a, b *device) int { return int(a.number) - int(b.number) })

	return ds
}

func (d *device) lid() types.JID {
	j := d.user.lid
	j.Device = d.number

	return j
}

func (d *device) pn() types.JID {
	j := d.user.pn
	j.Device = d.number

	return j
}

// pop hands out a one-time key, if one is left.
func (d *device) pop() *oneKey {
	if d.handset != nil {
		k := d.handset.store.oneKey()

		return &k
	}
	if len(d.once) == 0 {
		return nil
	}
	k := d.once[0]
	d.once = d.once[1:]
	if len(d.once) < 5 && !d.asked {
		d.asked = true
		d.queueFewKeys()
	}

	return &k
}

// bundle is what somebody needs to write to d first.
func (d *device) bundle() *prekey.Bundle {
	id := identity.NewKey(ecc.NewDjbECPublicKey([32]byte(d.identity)))
	signed := ecc.NewDjbECPublicKey(d.signed.pub)
	signature := [64]byte(d.signed.signature)
	if k := d.pop(); k != nil {
		return prekey.NewBundle(d.registration, uint32(d.number), optional.NewOptionalUint32(k.id), d.signed.id,
			ecc.NewDjbECPublicKey(k.pub), signed, signature, id)
	}

	return prekey.NewBundle(d.registration, uint32(d.number), optional.NewEmptyUint32(), d.signed.id, nil, signed, signature, id)
}

func publicKey(k *keys.PreKey) oneKey {
	o := oneKey{id: k.KeyID, pub: *k.Pub}
	if k.Signature != nil {
		o.signature = k.Signature[:]
	}

	return o
}
