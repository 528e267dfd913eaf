package whatsapptest

import (
	"context"
	"fmt"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Account is the bot's account with its main phone, which this package plays.
// Clients are its companions.
type Account struct {
	s    *Server
	user *user

	// Guarded by Server.mu.
	mediaGone  bool
	passkey    bool
	answers    bool // placeholder requests
	noReceipts bool
	failure    *Failure // what whoever logs in is told
	logins     int
	typing     []Typing
	requests   []types.MessageID // for copies of messages that could not be read
	issues     []types.JID       // whom privacy tokens were issued to
	available  bool
}

// Account is the account with that number, digits only, made if there is none.
func (s *Server) Account(number string) *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	number = trimPlus(number)
	if u := s.users[types.NewJID(number, types.DefaultUserServer).String()]; u != nil {
		return u.account
	}
	u := s.register("Kentongan", number)
	u.account = &Account{s: s, user: u}

	return u.account
}

// PN is the account as a number.
func (a *Account) PN() types.JID { return a.user.pn }

// LID is the account as people address it.
func (a *Account) LID() types.JID { return a.user.lid }

func (a *Account) chat() types.JID { return a.user.lid }

// PairedDevice puts a companion that is already paired into the container, with
// keys that the server knows. It logs in at once, where a real one would first
// upload 812 keys.
func (a *Account) PairedDevice(ctx context.Context, container *sqlstore.Container) (*store.Device, error) {
	a.s.mu.Lock()
	d := a.user.companion()
	phone := a.user.devices[0]
	a.s.mu.Unlock()

	client := container.NewDevice()
	jid := d.pn()
	client.ID, client.LID = &jid, d.lid()
	client.PushName, client.Platform = a.user.name, "android"
	account := phone.handset.vouchFor(client.IdentityKey.Pub[:], d.number)
	account.DeviceSignature = sign(client.IdentityKey, []byte{6, 1}, account.GetDetails(), client.IdentityKey.Pub[:], account.GetAccountSignatureKey())
	client.Account = account
	if err := client.Save(ctx); err != nil {
		return nil, fmt.Errorf("save the device: %w", err)
	}
	main := a.user.lid
	if err := client.Identities.PutIdentity(ctx, main.SignalAddress().String(), [32]byte(phone.identity)); err != nil {
		return nil, fmt.Errorf("keep the phone's identity: %w", err)
	}
	if err := container.LIDMap.PutLIDMapping(ctx, a.user.lid, a.user.pn); err != nil {
		return nil, fmt.Errorf("keep the account's LID: %w", err)
	}
	once, err := client.PreKeys.GetOrGenPreKeys(ctx, 50)
	if err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	if err := client.PreKeys.MarkPreKeysAsUploaded(ctx, once[len(once)-1].KeyID); err != nil {
		return nil, fmt.Errorf("note the keys: %w", err)
	}

	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	d.noise, d.identity, d.registration = client.NoiseKey.Pub[:], client.IdentityKey.Pub[:], client.RegistrationID
	d.signed = publicKey(client.SignedPreKey)
	for _, k := range once {
		d.once = append(d.once, publicKey(k))
	}
	d.signature = companionIdentity(account)
	a.user.devices[d.number] = d
	a.s.change()

	return client, nil
}

// companion makes the next companion device. It is not the user's until it is
// put among the devices.
func (u *user) companion() *device {
	d := &device{user: u, number: u.next}
	u.next++

	return d
}

// vouchFor is the phone's statement that the identity is a companion of its.
func (h *handset) vouchFor(identity []byte, number uint16) *waAdv.ADVSignedDeviceIdentity {
	details, err := proto.Marshal(&waAdv.ADVDeviceIdentity{
		RawID: new(h.signal.RegistrationID), Timestamp: new(uint64(now().Unix())), KeyIndex: new(uint32(number)),
	})
	if err != nil {
		panic(err)
	}
	key := h.signal.IdentityKey

	return &waAdv.ADVSignedDeviceIdentity{
		Details:             details,
		AccountSignatureKey: key.Pub[:],
		AccountSignature:    sign(key, []byte{6, 0}, details, identity),
	}
}

// companionIdentity is what others get to see of it: without the phone's key.
func companionIdentity(a *waAdv.ADVSignedDeviceIdentity) []byte {
	b, err := proto.Marshal(&waAdv.ADVSignedDeviceIdentity{
		Details: a.GetDetails(), AccountSignature: a.GetAccountSignature(), DeviceSignature: a.GetDeviceSignature(),
	})
	if err != nil {
		panic(err)
	}

	return b
}

// checkIdentity complains unless raw says that d is a companion of its user's
// phone.
func (d *device) checkIdentity(raw []byte) {
	s := d.user.s
	var a waAdv.ADVSignedDeviceIdentity
	if err := proto.Unmarshal(raw, &a); err != nil {
		s.complainf("%s: a device identity that cannot be read: %v", d.lid(), err)

		return
	}
	phone := d.user.devices[0].identity
	if !signed(phone, a.GetAccountSignature(), []byte{6, 0}, a.GetDetails(), d.identity) {
		s.complainf("%s: the phone has not signed this device identity", d.lid())
	}
	if !signed(d.identity, a.GetDeviceSignature(), []byte{6, 1}, a.GetDetails(), d.identity, phone) {
		s.complainf("%s: the device has not signed its identity", d.lid())
	}
}

// Devices are the companions that are linked now.
func (a *Account) Devices() []types.JID {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	var js []types.JID
	for _, d := range a.user.sorted() {
		if d.number != 0 {
			js = append(js, d.pn())
		}
	}

	return js
}

// AwaitOnline waits until a companion of the account is logged in and receives.
func (a *Account) AwaitOnline(ctx context.Context) error {
	return a.s.await(ctx, "a companion of "+a.user.pn.User, func() bool { return a.online() })
}

// Online reports whether a companion of the account is logged in and receives.
func (a *Account) Online() bool {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()

	return a.online()
}

func (a *Account) online() bool {
	for _, d := range a.user.devices {
		if d.line != nil && d.line.active {
			return true
		}
	}

	return false
}

// Logins counts how often a companion logged in.
func (a *Account) Logins() int {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()

	return a.logins
}

// Waiting counts the stanzas that companions have not confirmed.
func (a *Account) Waiting() int {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	n := 0
	for _, d := range a.user.devices {
		n += len(d.queue)
	}

	return n
}

// AwaitDrained waits until companions have confirmed everything.
func (a *Account) AwaitDrained(ctx context.Context) error {
	return a.s.await(ctx, "confirmation of everything", func() bool {
		for _, d := range a.user.devices {
			if len(d.queue) > 0 {
				return false
			}
		}

		return true
	})
}

// HideReadReceipts turns off that people see what the account has read.
func (a *Account) HideReadReceipts(hide bool) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.noReceipts = hide
}

func (a *Account) readReceipts() string {
	if a.noReceipts {
		return "none"
	}

	return "all"
}

// Unlink removes all companions, as the phone's owner does under linked devices.
// Those who are logged in are told at once, the rest when they come.
func (a *Account) Unlink() {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	for _, d := range a.user.sorted() {
		if d.number == 0 {
			continue
		}
		if d.line != nil {
			d.line.streamError(waBinary.Attrs{"code": "401"}, waBinary.Node{Tag: "conflict", Attrs: waBinary.Attrs{"type": "device_removed"}})
		}
		a.removeDevice(d)
	}
}

func (a *Account) removeDevice(d *device) {
	delete(a.user.devices, d.number)
	a.s.change()
}

// each calls f for every companion that a client plays.
func (u *user) eachClient(f func(d *device)) {
	for _, d := range u.sorted() {
		if d.handset == nil {
			f(d)
		}
	}
}
