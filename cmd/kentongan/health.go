package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

type healthCommand struct{}

// healthTimeout is how long the service may take to say that it is alive.
const healthTimeout = 3 * time.Second

// Run asks the service at KENTONGAN_LISTEN for /healthz, for container images
// that have no other program to ask with.
func (c *healthCommand) Run(ctx context.Context, p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	url := "http://" + localAddress(s.listen) + "/healthz"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no service answers at %s: %w", url, err)
	}
	defer func() { _ = response.Body.Close() }() // nothing was read from it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the service at %s answers %s", url, response.Status)
	}
	fmt.Fprintln(p.stdout, "alive")
	return nil
}

// localAddress is where a service that listens at address is reached from its
// own machine.
func localAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
