package whatsapptest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/socket"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// noise is the state of a Noise XX handshake, on the side that answers.
type noise struct {
	hash, chain []byte
	aead        cipher.AEAD
	counter     uint32
}

func newNoise(header []byte) (*noise, error) {
	n := &noise{hash: []byte(socket.NoiseStartPattern)} // 32 bytes: taken as they are
	n.chain = n.hash
	aead, err := gcm(n.hash)
	if err != nil {
		return nil, err
	}
	n.aead = aead
	n.mixHash(header)

	return n, nil
}

func (n *noise) mixHash(data []byte) {
	sum := sha256.Sum256(append(append([]byte(nil), n.hash...), data...))
	n.hash = sum[:]
}

func (n *noise) mixKey(own *keys.KeyPair, theirs []byte) error {
	secret, err := shared(own, theirs)
	if err != nil {
		return err
	}
	chain, key, err := n.split(secret)
	if err != nil {
		return err
	}
	n.chain, n.counter = chain, 0
	n.aead, err = gcm(key)

	return err
}

func (n *noise) split(secret []byte) (first, second []byte, err error) {
	both, err := hkdf.Key(sha256.New, secret, n.chain, "", 64)
	if err != nil {
		return nil, nil, err
	}

	return both[:32], both[32:], nil
}

func (n *noise) seal(plaintext []byte) []byte {
	sealed := n.aead.Seal(nil, nonce(n.counter), plaintext, n.hash)
	n.counter++
	n.mixHash(sealed)

	return sealed
}

func (n *noise) open(sealed []byte) ([]byte, error) {
	plaintext, err := n.aead.Open(nil, nonce(n.counter), sealed, n.hash)
	if err != nil {
		return nil, err
	}
	n.counter++
	n.mixHash(sealed)

	return plaintext, nil
}

// hello answers a client's first frame and reads its second. It returns the
// client's static key and what it wants, and sets the line's keys.
func (c *conn) hello(ctx context.Context) (client []byte, payload *waWa6.ClientPayload, err error) {
	first, err := c.frame(ctx)
	if err != nil {
		return nil, nil, err
	}
	var m waWa6.HandshakeMessage
	if err := proto.Unmarshal(first, &m); err != nil {
		return nil, nil, fmt.Errorf("client hello: %w", err)
	}
	theirs := m.GetClientHello().GetEphemeral()
	n, err := newNoise(socket.WAConnHeader)
	if err != nil {
		return nil, nil, err
	}
	n.mixHash(theirs)

	ephemeral := keys.NewKeyPair()
	n.mixHash(ephemeral.Pub[:])
	if err := n.mixKey(ephemeral, theirs); err != nil {
		return nil, nil, fmt.Errorf("client's ephemeral key: %w", err)
	}
	static := n.seal(c.s.static.Pub[:])
	if err := n.mixKey(c.s.static, theirs); err != nil {
		return nil, nil, err
	}
	answer, err := proto.Marshal(&waWa6.HandshakeMessage{ServerHello: &waWa6.HandshakeMessage_ServerHello{
		Ephemeral: ephemeral.Pub[:], Static: static, Payload: n.seal(c.s.chain),
	}})
	if err != nil {
		return nil, nil, err
	}
	if err := c.writeFrame(ctx, answer); err != nil {
		return nil, nil, err
	}

	second, err := c.frame(ctx)
	if err != nil {
		return nil, nil, err
	}
	m.Reset()
	if err := proto.Unmarshal(second, &m); err != nil {
		return nil, nil, fmt.Errorf("client finish: %w", err)
	}
	if client, err = n.open(m.GetClientFinish().GetStatic()); err != nil {
		return nil, nil, fmt.Errorf("client's static key: %w", err)
	}
	if err := n.mixKey(ephemeral, client); err != nil {
		return nil, nil, fmt.Errorf("client's static key: %w", err)
	}
	raw, err := n.open(m.GetClientFinish().GetPayload())
	if err != nil {
		return nil, nil, fmt.Errorf("client payload: %w", err)
	}
	payload = &waWa6.ClientPayload{}
	if err := proto.Unmarshal(raw, payload); err != nil {
		return nil, nil, fmt.Errorf("client payload: %w", err)
	}

	read, write, err := n.split(nil)
	if err != nil {
		return nil, nil, err
	}
	if c.read, err = gcm(read); err != nil {
		return nil, nil, err
	}
	c.write, err = gcm(write)

	return client, payload, err
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}

	return cipher.NewGCM(block)
}

func nonce(counter uint32) []byte {
	iv := make([]byte, 12)
	binary.BigEndian.PutUint32(iv[8:], counter)

	return iv
}

// shared is the secret of own and theirs, by X25519.
func shared(own *keys.KeyPair, theirs []byte) ([]byte, error) {
	private, err := ecdh.X25519().NewPrivateKey(own.Priv[:])
	if err != nil {
		return nil, err
	}
	public, err := ecdh.X25519().NewPublicKey(theirs)
	if err != nil {
		return nil, errors.New("this is no key")
	}

	return private.ECDH(public)
}
