package whatsapp

import (
	"context"
	"errors"
	"strings"
	"testing"

	"kentongan/bots/channeltest"
)

func TestAPhoneIsLinkedWithItsCamera(t *testing.T) {
	t.Parallel()
	r := newRig(t, channeltest.NewWorld(t))
	r.run(r.c, &box{}) // the service runs meanwhile
	r.state(r.c, StateUnpaired)
	elsewhere := r.client() // the command is another process
	var steps []PairingStep
	err := elsewhere.Pair(r.within(20e9), "", func(s PairingStep) {
		steps = append(steps, s)
		if s.Kind == PairQR {
			go func() { _ = r.office.ScanQR(r.t.Context(), s.Code) }()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) != 1 || !strings.HasPrefix(steps[0].Code, "https://wa.me/") || steps[0].Say == "" || steps[0].Until.IsZero() {
		t.Errorf("%+v", steps)
	}
	r.state(r.c, StateConnected)
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "halo"))
	if err := elsewhere.Pair(r.within(10e9), "", func(PairingStep) {}); !errors.Is(err, ErrPaired) {
		t.Errorf("a second phone: %v", err)
	}
}

func TestAPhoneIsLinkedWithACode(t *testing.T) {
	t.Parallel()
	r := newRig(t, channeltest.NewWorld(t))
	r.run(r.c, &box{})
	err := r.c.Pair(r.within(20e9), "+62 811-1000-111", func(s PairingStep) {
		if s.Kind != PairTyped || len(s.Code) != 9 {
			t.Errorf("%+v", s)
		}
		go func() { _ = r.office.EnterCode(r.t.Context(), s.Code) }()
	})
	if err != nil {
		t.Fatal(err)
	}
	r.state(r.c, StateConnected)
}

func TestPairingSaysWhyNot(t *testing.T) {
	t.Parallel()
	r := newRig(t, channeltest.NewWorld(t))
	if err := r.c.Pair(r.within(10e9), "0811", func(PairingStep) {}); !errors.Is(err, ErrPairingNumber) {
		t.Errorf("a number without its country: %v", err)
	}
	r.office.RequirePasskey(true)
	err := r.c.Pair(r.within(10e9), "", func(s PairingStep) { go func() { _ = r.office.ScanQR(r.t.Context(), s.Code) }() })
	if !errors.Is(err, ErrPasskey) {
		t.Errorf("an account with a passkey: %v", err)
	}
	r.office.RequirePasskey(false)
	r.server.RefuseConnections(1, 503)
	if err := r.c.Pair(r.within(10e9), "", func(PairingStep) {}); err == nil || !strings.Contains(err.Error(), "out of reach") {
		t.Errorf("no network: %v", err)
	}
	// Two who link at once.
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{})
	ended := make(chan error, 1)
	go func() { ended <- r.c.Pair(ctx, "", func(PairingStep) { close(begun) }) }()
	<-begun
	if err := r.client().Pair(r.within(10e9), "", func(PairingStep) {}); !errors.Is(err, ErrPairingBusy) {
		t.Errorf("a second one: %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}
