package seal

import (
	"crypto/aes"
	"crypto/cipher"
)

const (
	xaesNonceSize = 24
	tagSize       = 16
)

// xaes is XAES-256-GCM (https://c2sp.org/XAES-256-GCM): the first half of a 192-bit
// nonce derives a key for this message, the second half is the nonce of an ordinary
// AES-256-GCM. With 96-bit random nonces under one key the risk of a repeated nonce,
// which gives plaintexts away, is felt after 2^32 messages; with these after 2^80.
type xaes struct {
	block cipher.Block
	k1    [aes.BlockSize]byte // the CMAC subkey K1 of SP 800-38B
}

func newXAES(key []byte) (*xaes, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	x := &xaes{block: block}
	block.Encrypt(x.k1[:], x.k1[:])
	// Doubling in GF(2^128), without a branch on the secret.
	var carry byte
	for i := len(x.k1) - 1; i >= 0; i-- {
		b := x.k1[i]
		x.k1[i], carry = b<<1|carry, b>>7
	}
	x.k1[len(x.k1)-1] ^= carry * 0b10000111
	return x, nil
}

// gcm returns the cipher for one message, whose nonce is nonce[12:].
func (x *xaes) gcm(nonce []byte) (cipher.AEAD, error) {
	key := make([]byte, 2*aes.BlockSize)
	for i := range 2 {
		half := key[i*aes.BlockSize:][:aes.BlockSize]
		copy(half, []byte{0, byte(i + 1), 'X', 0})
		copy(half[4:], nonce[:12])
		for j := range half {
			half[j] ^= x.k1[j]
		}
		x.block.Encrypt(half, half)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (x *xaes) seal(dst, nonce, plaintext, additional []byte) ([]byte, error) {
	gcm, err := x.gcm(nonce)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(dst, nonce[12:], plaintext, additional), nil
}

func (x *xaes) open(dst, nonce, ciphertext, additional []byte) ([]byte, error) {
	gcm, err := x.gcm(nonce)
	if err != nil {
		return nil, err
	}
	return gcm.Open(dst, nonce[12:], ciphertext, additional)
}
