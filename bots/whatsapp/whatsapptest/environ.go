package whatsapptest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"os"

	"go.mau.fi/whatsmeow"
)

// environ is the variable that leads another process to a Server.
const environ = "WHATSAPPTEST_SERVER"

// leading is what it holds.
type leading struct {
	Address     string   `json:"address"`
	Certificate []byte   `json:"certificate"` // DER
	Root        [32]byte `json:"root"`        // of trust for the connection
}

// Environ is a variable for the environment of another process, where it leads
// FromEnviron here.
func (s *Server) Environ() string {
	value, err := json.Marshal(leading{s.http.Listener.Addr().String(), certificate().certificate.Certificate[0], *root.Pub})
	if err != nil {
		panic(err)
	}

	return environ + "=" + base64.StdEncoding.EncodeToString(value)
}

// FromEnviron is for all three of a client's doors in a process that was given
// what Environ says, nil where it was not. It dials that Server and nothing else, and has all
// clients of the process trust that Server alone; call it before anybody dials.
func FromEnviron() *http.Client {
	var to leading
	value, err := base64.StdEncoding.DecodeString(os.Getenv(environ))
	if err != nil || json.Unmarshal(value, &to) != nil {
		return nil
	}
	parsed, err := x509.ParseCertificate(to.Certificate)
	if err != nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	whatsmeow.WACertPubKey = to.Root

	return httpClient(to.Address, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13})
}

func httpClient(address string, trust *tls.Config) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
		TLSClientConfig: trust,
	}}
}
