package whatsapptest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Errors of pairing, as the phone's owner sees them.
var (
	// ErrNoSuchCode: no client shows this QR text or waits for this code any more.
	ErrNoSuchCode = errors.New("this code is not valid, or not any more")
	// ErrWrongCode: the typed code is not the one that the client shows.
	ErrWrongCode = errors.New("wrong code")
)

// pairing is a client that is not yet anybody's companion.
type pairing struct {
	c            *conn
	noise        []byte
	identity     []byte
	registration uint32
	signed       oneKey
	refs         []string

	hello   *companionHello // of pairing by code
	key     *passkeyPairing
	account *Account // whose phone has taken it
	device  *device  // what it becomes
	adv     *waAdv.ADVSignedDeviceIdentity
	request string // id of the pair-success
	done    bool
	err     error
	ended   bool // its line
}

// offer shows a client refs for its QR codes.
func (c *conn) offer(static []byte, r *waWa6.ClientPayload_DevicePairingRegistrationData) {
	s := c.s
	p := &pairing{c: c, noise: static, identity: r.GetEIdent()}
	if len(r.GetERegid()) != 4 || len(p.identity) != 32 || len(r.GetESkeyID()) != 3 || len(r.GetESkeyVal()) != 32 {
		s.complainf("a registration that is not whole")
		c.fail(Failure{Reason: 400})

		return
	}
	p.registration = binary.BigEndian.Uint32(r.GetERegid())
	p.signed = oneKey{
		id:        binary.BigEndian.Uint32(append([]byte{0}, r.GetESkeyID()...)),
		pub:       [32]byte(r.GetESkeyVal()),
		signature: r.GetESkeySig(),
	}
	if !checkSigned(p.identity, p.signed) {
		s.complainf("a registration whose signed key does not fit its identity")
		c.fail(Failure{Reason: 400})

		return
	}
	c.pairing = p
	var refs []waBinary.Node
	for range 6 {
		refs = append(refs, textNode("ref", []byte(p.newRef())))
	}
	c.send(waBinary.Node{
		Tag:     "iq",
		Attrs:   waBinary.Attrs{"id": s.stanzaID(), "type": "set", "xmlns": "md", "from": types.ServerJID},
		Content: []waBinary.Node{{Tag: "pair-device", Content: refs}},
	})
}

func (p *pairing) newRef() string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, p.c.s.number()))
	ref := "2@" + base64.StdEncoding.EncodeToString(sum[:])
	p.refs = append(p.refs, ref)
	p.c.s.pairings[ref] = p

	return ref
}

// forget ends it with its line.
func (p *pairing) forget() {
	for _, ref := range p.refs {
		delete(p.c.s.pairings, ref)
	}
	p.ended = true
}

// ScanQR has the phone scan the text that a client shows as QR code, in the form
// of today's builds or in the older one without address. It returns when the client is
// paired. If the account asks for a passkey it waits for that too.
func (a *Account) ScanQR(ctx context.Context, code string) error {
	if _, after, ok := strings.Cut(code, "#"); ok {
		code = after
	}
	parts := strings.Split(code, ",")
	if len(parts) < 4 {
		return fmt.Errorf("%w: %d parts", ErrNoSuchCode, len(parts))
	}
	var decoded [3][]byte
	for i := range decoded {
		b, err := base64.StdEncoding.DecodeString(parts[i+1])
		if err != nil {
			return fmt.Errorf("%w: part %d: %w", ErrNoSuchCode, i+2, err)
		}
		decoded[i] = b
	}

	s := a.s
	s.mu.Lock()
	p := s.pairings[parts[0]]
	if p == nil || p.device != nil || p.key != nil {
		s.mu.Unlock()

		return ErrNoSuchCode
	}
	if string(decoded[0]) != string(p.noise) || string(decoded[1]) != string(p.identity) {
		s.mu.Unlock()

		return fmt.Errorf("%w: its keys are not those of the client that shows it", ErrNoSuchCode)
	}
	p.account = a
	if a.passkey {
		p.askPasskey()
	} else {
		p.succeed(decoded[2])
	}
	s.mu.Unlock()

	return p.wait(ctx)
}

// wait returns when the client has taken its new identity.
func (p *pairing) wait(ctx context.Context) error {
	err := p.c.s.await(ctx, "pairing", func() bool { return p.done || p.err != nil || p.ended })
	if err != nil {
		return err
	}
	p.c.s.mu.Lock()
	defer p.c.s.mu.Unlock()
	if p.err == nil && !p.done {
		return errors.New("the client went before it was paired")
	}

	return p.err
}

// succeed tells the client who it is now. The secret is what client and phone share.
func (p *pairing) succeed(secret []byte) {
	a, s := p.account, p.c.s
	phone := a.user.devices[0]
	p.device = a.user.companion()
	p.adv = phone.handset.vouchFor(p.identity, p.device.number)
	details, err := proto.Marshal(p.adv)
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(details)
	container, err := proto.Marshal(&waAdv.ADVSignedDeviceIdentityHMAC{Details: details, HMAC: mac.Sum(nil)})
	if err != nil {
		panic(err)
	}
	p.request = s.stanzaID()
	p.c.send(waBinary.Node{
		Tag:   "iq",
		Attrs: waBinary.Attrs{"id": p.request, "type": "set", "xmlns": "md", "from": types.ServerJID, "t": seconds(now())},
		Content: []waBinary.Node{{Tag: "pair-success", Content: []waBinary.Node{
			textNode("device-identity", container),
			{Tag: "biz", Attrs: waBinary.Attrs{"name": a.user.name}},
			{Tag: "device", Attrs: waBinary.Attrs{"jid": p.device.pn(), "lid": p.device.lid()}},
			{Tag: "platform", Attrs: waBinary.Attrs{"name": "android"}},
		}}},
	})
}

// answered takes the client's own signature, or its refusal.
func (p *pairing) answered(n *waBinary.Node) {
	if p.request == "" || n.Attrs["id"] != p.request {
		return
	}
	if e, ok := n.GetOptionalChildByTag("error"); ok {
		a := e.AttrGetter()
		p.err = fmt.Errorf("the client refuses: %d %s", a.OptionalInt("code"), a.OptionalString("text"))

		return
	}
	raw, ok := bytesOf(n, "pair-device-sign", "device-identity")
	var signature waAdv.ADVSignedDeviceIdentity
	if !ok || proto.Unmarshal(raw, &signature) != nil {
		p.err = errors.New("the client does not sign its identity")

		return
	}
	d := p.device
	if !signed(p.identity, signature.GetDeviceSignature(), []byte{6, 1}, p.adv.GetDetails(), p.identity, p.adv.GetAccountSignatureKey()) {
		p.err = errors.New("the client signs another identity")

		return
	}
	p.adv.DeviceSignature = signature.GetDeviceSignature()
	d.noise, d.identity, d.registration, d.signed = p.noise, p.identity, p.registration, p.signed
	d.signature = companionIdentity(p.adv)
	p.account.user.devices[d.number] = d
	p.done = true
	// The client comes back by itself, as who it is now.
	p.c.streamError(waBinary.Attrs{"code": "515"})
}

// pairingQuery answers an <iq> of a client that is not paired.
func (c *conn) pairingQuery(n *waBinary.Node, space string, child *waBinary.Node) {
	p := c.pairing
	if p == nil {
		c.refuse(n, 401, "not-authorized")

		return
	}
	switch space + " " + child.Tag {
	case "w:p ":
		c.result(n)
	case "md link_code_companion_reg":
		p.linkCode(n, child)
	case "md ref":
		c.result(n, textNode("ref", []byte(p.newRef())))
	case "md passkey_prologue":
		p.prologue(n, child)
	case "md companion_nonce":
		p.committed(n, child)
	case "md encrypted_pairing_request":
		p.pairingRequest(n, child)
	default:
		c.refuse(n, 501, "feature-not-implemented")
	}
}
