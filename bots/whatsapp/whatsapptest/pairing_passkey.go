package whatsapptest

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waCompanionReg"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// codeAlphabet is that of pairing codes, without letters that look alike.
var codeAlphabet = base32.NewEncoding("123456789ABCDEFGHJKLMNPQRSTVWXYZ")

// passkeyPairing is a pairing whose owner must prove a passkey in a browser.
type passkeyPairing struct {
	own    *keys.KeyPair
	nonce  []byte
	ident  []byte // of the client, to which it committed
	commit []byte
	theirs []byte
	ref    string
	device waCompanionReg.DeviceProps_PlatformType
	code   string // what the phone shows
}

// RequirePasskey has the account ask for a passkey whenever a device is paired,
// as a growing part of accounts does.
func (a *Account) RequirePasskey(ask bool) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.passkey = ask
}

// askPasskey sends the client the challenge for a browser.
func (p *pairing) askPasskey() {
	challenge := make([]byte, 32)
	_, _ = rand.Read(challenge)
	options, err := json.Marshal(types.WebAuthnPublicKey{Challenge: challenge, RelyingPartID: "whatsapp.com", UserVerification: "required"})
	if err != nil {
		panic(err)
	}
	p.key = &passkeyPairing{own: keys.NewKeyPair(), nonce: make([]byte, 32)}
	_, _ = rand.Read(p.key.nonce)
	p.c.send(waBinary.Node{
		Tag:     "notification",
		Attrs:   waBinary.Attrs{"id": p.c.s.stanzaID(), "type": "passkey_prologue_request", "from": types.ServerJID, "t": seconds(now())},
		Content: []waBinary.Node{textNode("passkey_request_options", options)},
	})
}

// prologue takes the browser's proof, which this package does not check, and the
// client's commitment to its key.
func (p *pairing) prologue(n, child *waBinary.Node) {
	raw, _ := bytesOf(child, "prologue_payload")
	var payload waCompanionReg.ProloguePayload
	var ident waCompanionReg.CompanionEphemeralIdentity
	if p.key == nil || proto.Unmarshal(raw, &payload) != nil || proto.Unmarshal(payload.GetCompanionEphemeralIdentity(), &ident) != nil {
		p.c.refuse(n, 400, "bad-request")

		return
	}
	k := p.key
	k.ident, k.commit = payload.GetCompanionEphemeralIdentity(), payload.GetCommitment().GetHash()
	k.theirs, k.ref, k.device = ident.GetPublicKey(), ident.GetRef(), ident.GetDeviceType()
	p.c.result(n)
	own, err := proto.Marshal(&waCompanionReg.PrimaryEphemeralIdentity{PublicKey: k.own.Pub[:], Nonce: k.nonce})
	if err != nil {
		panic(err)
	}
	p.c.send(waBinary.Node{
		Tag:     "notification",
		Attrs:   waBinary.Attrs{"id": p.c.s.stanzaID(), "type": "crsc_continuation", "from": types.ServerJID, "t": seconds(now())},
		Content: []waBinary.Node{textNode("primary_ephemeral_identity", own)},
	})
}

// committed opens the commitment; from here on the phone shows the same code as the client.
func (p *pairing) committed(n, child *waBinary.Node) {
	nonce, _ := child.Content.([]byte)
	if p.key == nil || len(nonce) != 32 {
		p.c.refuse(n, 400, "bad-request")

		return
	}
	k := p.key
	sum := sha256.Sum256(append(append([]byte(nil), k.ident...), nonce...))
	if string(sum[:]) != string(k.commit) {
		p.c.s.complainf("a client whose nonce is not the one that it committed to")
		p.c.refuse(n, 400, "bad-request")

		return
	}
	digest := sha256.Sum256(append(nonce, k.own.Pub[:]...))
	var code [5]byte
	for i := range code {
		code[i] = k.nonce[i] ^ digest[i]
	}
	k.code = codeAlphabet.EncodeToString(code[:])
	p.c.result(n)
}

// pairingRequest takes what the QR code would have carried, and ends the pairing.
func (p *pairing) pairingRequest(n, child *waBinary.Node) {
	secret, err := p.openRequest(child)
	if err != nil {
		p.err = err
		p.c.refuse(n, 400, "bad-request")

		return
	}
	p.c.result(n)
	p.succeed(secret)
}

func (p *pairing) openRequest(child *waBinary.Node) ([]byte, error) {
	raw, _ := child.Content.([]byte)
	var wrapped waCompanionReg.EncryptedPairingRequest
	if p.key == nil || p.key.code == "" || proto.Unmarshal(raw, &wrapped) != nil {
		return nil, errors.New("the client sends a request out of turn")
	}
	secret, err := shared(p.key.own, p.key.theirs)
	if err != nil {
		return nil, err
	}
	salt := fmt.Sprintf("Companion Pairing %d with ref %s", p.key.device, p.key.ref)
	key, err := hkdf.Key(sha256.New, secret, []byte(salt), "Pairing Information Encryption Key", 32)
	if err != nil {
		return nil, err
	}
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, wrapped.GetIV(), wrapped.GetEncryptedPayload(), nil)
	if err != nil {
		return nil, fmt.Errorf("the client's request: %w", err)
	}
	var r waCompanionReg.PairingRequest
	if err := proto.Unmarshal(plain, &r); err != nil {
		return nil, fmt.Errorf("the client's request: %w", err)
	}
	if string(r.GetCompanionIdentityKey()) != string(p.identity) || string(r.GetCompanionPublicKey()) != string(p.noise) {
		return nil, errors.New("the client's request has other keys")
	}

	return r.GetAdvSecret(), nil
}

// PasskeyCode waits for the code that the phone shows during a pairing with
// passkey, in two halves as clients show it.
func (a *Account) PasskeyCode(ctx context.Context) (string, error) {
	var code string
	err := a.s.await(ctx, "the code on the phone", func() bool {
		for c := range a.s.conns {
			if p := c.pairing; p != nil && p.account == a && p.key != nil && p.key.code != "" {
				code = p.key.code[:4] + "-" + p.key.code[4:]
			}
		}

		return code != ""
	})

	return code, err
}
