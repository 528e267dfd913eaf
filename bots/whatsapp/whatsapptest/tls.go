package whatsapptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCert"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// root signs the certificates of all servers of this process. A client knows one
// root only, in a variable that must not change once anybody dials.
var root = keys.NewKeyPair()

func init() { whatsmeow.WACertPubKey = *root.Pub }

// pair is a TLS certificate and who trusts it.
type pair struct {
	certificate tls.Certificate
	pool        *x509.CertPool
}

// certificate is made once: making it takes longer than many tests do.
var certificate = sync.OnceValue(func() pair {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "whatsapptest"},
		DNSNames:              []string{webHost, mediaHost},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)

	return pair{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}, pool}
})

func serverTLS() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{certificate().certificate}, MinVersion: tls.VersionTLS13}
}

func clientTLS() *tls.Config {
	return &tls.Config{RootCAs: certificate().pool, MinVersion: tls.VersionTLS13}
}

// certificates vouch for a server's Noise key: root, intermediate, leaf.
func certificates(static *keys.KeyPair) []byte {
	now := uint64(time.Now().Unix())
	intermediate := keys.NewKeyPair()
	chain, err := proto.Marshal(&waCert.CertChain{
		Intermediate: vouch(root, &waCert.CertChain_NoiseCertificate_Details{
			Serial: proto.Uint32(1), IssuerSerial: proto.Uint32(whatsmeow.WACertIssuerSerial), Key: intermediate.Pub[:],
			NotBefore: new(now - 3600), NotAfter: new(now + 86400),
		}),
		Leaf: vouch(intermediate, &waCert.CertChain_NoiseCertificate_Details{
			Serial: proto.Uint32(2), IssuerSerial: proto.Uint32(1), Key: static.Pub[:],
			NotBefore: new(now - 3600), NotAfter: new(now + 86400),
		}),
	})
	if err != nil {
		panic(err)
	}

	return chain
}

func vouch(by *keys.KeyPair, d *waCert.CertChain_NoiseCertificate_Details) *waCert.CertChain_NoiseCertificate {
	details, err := proto.Marshal(d)
	if err != nil {
		panic(err)
	}
	signature := sign(by, details)

	return &waCert.CertChain_NoiseCertificate{Details: details, Signature: signature}
}

func sign(by *keys.KeyPair, parts ...[]byte) []byte {
	var message []byte
	for _, p := range parts {
		message = append(message, p...)
	}
	signature := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*by.Priv), message)

	return signature[:]
}

func signed(by, signature []byte, parts ...[]byte) bool {
	if len(by) != 32 || len(signature) != 64 {
		return false
	}
	var message []byte
	for _, p := range parts {
		message = append(message, p...)
	}

	return ecc.VerifySignature(ecc.NewDjbECPublicKey([32]byte(by)), message, [64]byte(signature))
}
