package whatsapptest

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// companionHello is a client that shows a code to type on the phone.
type companionHello struct {
	ref     string
	wrapped []byte // its ephemeral key under the code
	own     *keys.KeyPair
	code    string
}

// linkCode takes both steps of a client that pairs by code.
func (p *pairing) linkCode(n, child *waBinary.Node) {
	c := p.c
	a := child.AttrGetter()
	u := c.s.user(a.JID("jid"))
	if u == nil || u.account == nil {
		c.refuse(n, 404, "item-not-found")

		return
	}
	switch a.String("stage") {
	case "companion_hello":
		wrapped, _ := bytesOf(child, "link_code_pairing_wrapped_companion_ephemeral_pub")
		if len(wrapped) != 80 {
			c.s.complainf("a code's key of %d bytes", len(wrapped))
			c.refuse(n, 400, "bad-request")

			return
		}
		p.hello = &companionHello{ref: p.newRef(), wrapped: wrapped}
		p.hello.own = keys.NewKeyPair()
		p.account = u.account
		c.result(n, waBinary.Node{
			Tag: "link_code_companion_reg", Attrs: waBinary.Attrs{"stage": "companion_hello"},
			Content: []waBinary.Node{textNode("link_code_pairing_ref", []byte(p.hello.ref))},
		})
	case "companion_finish":
		c.result(n)
		secret, err := p.finish(child)
		if err != nil {
			p.err = err

			return
		}
		p.succeed(secret)
	default:
		c.refuse(n, 400, "bad-request")
	}
}

// EnterCode has the phone's owner type the code that a client shows for this
// account, with or without hyphen. It returns when the client is paired;
// ErrWrongCode if the code is another.
func (a *Account) EnterCode(ctx context.Context, code string) error {
	code = strings.ToUpper(strings.ReplaceAll(code, "-", ""))
	s := a.s
	s.mu.Lock()
	var p *pairing
	for c := range s.conns {
		if q := c.pairing; q != nil && q.hello != nil && q.account == a && !q.done {
			p = q
		}
	}
	if p == nil {
		s.mu.Unlock()

		return ErrNoSuchCode
	}
	p.err = nil
	p.hello.code = code
	err := p.primaryHello()
	s.mu.Unlock()
	if err != nil {
		return err
	}

	return p.wait(ctx)
}

// primaryHello sends the phone's ephemeral key, under the code, to the client.
func (p *pairing) primaryHello() error {
	salt, start := make([]byte, 32), make([]byte, 16)
	_, _ = rand.Read(salt)
	_, _ = rand.Read(start)
	wrapped, err := underCode(p.hello.code, salt, start, p.hello.own.Pub[:])
	if err != nil {
		return err
	}
	phone := p.account.user.devices[0]
	p.c.send(waBinary.Node{
		Tag:   "notification",
		Attrs: waBinary.Attrs{"id": p.c.s.stanzaID(), "type": "link_code_companion_reg", "from": types.ServerJID, "t": seconds(now())},
		Content: []waBinary.Node{{
			Tag: "link_code_companion_reg", Attrs: waBinary.Attrs{"stage": "primary_hello"},
			Content: []waBinary.Node{
				textNode("link_code_pairing_wrapped_primary_ephemeral_pub", bytes.Join([][]byte{salt, start, wrapped}, nil)),
				textNode("primary_identity_pub", phone.identity),
				textNode("link_code_pairing_ref", []byte(p.hello.ref)),
			},
		}},
	})

	return nil
}

// finish opens the client's bundle of keys. That succeeds only if both know the same
// code.
func (p *pairing) finish(child *waBinary.Node) ([]byte, error) {
	if p.hello == nil || p.hello.code == "" {
		return nil, errors.New("the client finishes what nobody began")
	}
	bundle, _ := bytesOf(child, "link_code_pairing_wrapped_key_bundle")
	identity, _ := bytesOf(child, "companion_identity_public")
	if len(bundle) < 32+12+96 || string(identity) != string(p.identity) {
		return nil, errors.New("the client finishes with keys that are not whole")
	}
	w := p.hello.wrapped
	ephemeral, err := underCode(p.hello.code, w[:32], w[32:48], w[48:])
	if err != nil {
		return nil, err
	}
	secret, err := shared(p.hello.own, ephemeral)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWrongCode, err)
	}
	key, err := hkdf.Key(sha256.New, secret, bundle[:32], "link_code_pairing_key_bundle_encryption_key", 32)
	if err != nil {
		return nil, err
	}
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, bundle[32:44], bundle[44:], nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWrongCode, err)
	}
	phone := p.account.user.devices[0]
	if len(plain) != 96 || string(plain[:32]) != string(p.identity) || string(plain[32:64]) != string(phone.identity) {
		return nil, errors.New("the client's bundle has other identities")
	}
	identities, err := shared(phone.handset.signal.IdentityKey, p.identity)
	if err != nil {
		return nil, err
	}
	input := append(append(append([]byte(nil), secret...), identities...), plain[64:]...)

	return hkdf.Key(sha256.New, input, nil, "adv_secret", 32)
}

// underCode wraps or unwraps a key: both are the same step.
func underCode(code string, salt, start, key []byte) ([]byte, error) {
	k, err := pbkdf2.Key(sha256.New, code, salt, 2<<16, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(key))
	cipher.NewCTR(block, start).XORKeyStream(out, key)

	return out, nil
}
