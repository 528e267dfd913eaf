package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"
)

// The kinds of a [PairingStep].
const (
	PairQR    = "qr"    // Code is to be shown as a QR code
	PairTyped = "code"  // Code is to be typed on the phone
	PairPhone = "phone" // the phone has to be changed first; the same code still counts
)

// PairingStep is something to show while a phone is being linked.
type PairingStep struct {
	Kind  string    `json:"kind"`
	Code  string    `json:"code,omitempty"`
	Until time.Time `json:"until,omitzero"` // after which the code is worth nothing
	Say   string    `json:"say"`            // what to do with it, a sentence for operators
}

// What [Client.Pair] answers where no phone was linked; the sentences are for operators.
var (
	ErrPaired        = errors.New("a phone is linked already: unlink this device on the phone first (Settings, Linked devices)")
	ErrPairingBusy   = errors.New("somebody else is linking a phone just now: let them finish")
	ErrPairingLate   = errors.New("nobody linked a phone in time: start again")
	ErrPairingNumber = errors.New("write the phone's number with its country, such as +62 811 2345 6789")
	// ErrPasskey is for accounts that WhatsApp links with a passkey only, which a
	// browser on web.whatsapp.com has to ask for.
	ErrPasskey = errors.New("WhatsApp asks for the passkey of this account, which this program cannot give: " +
		"on the phone open Settings, Account, Passkeys and remove it, link again, and make a new one afterwards")
	ErrPairingOutdated = errors.New("WhatsApp refuses this version of the program: install the newest release of kentongan")
)

const (
	pairingBusy    = 3 * time.Second // for a process that only looks for a device
	pairingFirst   = 60 * time.Second
	pairingNext    = 20 * time.Second
	pairingConfirm = 5 * time.Second
	pairingConnect = 30 * time.Second
)

// What the linked device is called on the phone.
func init() {
	store.DeviceProps.Os = new("Kentongan")
	store.DeviceProps.RequireFullSync = new(false)
}

// Pair links a phone: with a code that its camera reads or, with the phone's
// number, one that is typed on it. It calls show with what is to be shown, one
// step after the other, and returns nil once the phone is linked. Whoever runs
// the channel, in this process or another, takes the new device over within
// seconds.
func (c *Client) Pair(ctx context.Context, phone string, show func(PairingStep)) error {
	waiting, cancel := context.WithTimeout(ctx, pairingBusy)
	unlock, err := c.advisory(waiting, pairingLock)
	cancel()
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return ErrPairingBusy
	}
	if err != nil {
		return fmt.Errorf("link a phone: %w", err)
	}
	defer unlock()
	s, err := c.openStorage(ctx)
	if err != nil {
		return fmt.Errorf("link a phone: %w", err)
	}
	defer s.close()
	devices, err := s.container.GetAllDevices(ctx)
	if err != nil {
		return fmt.Errorf("link a phone: %w", err)
	}
	if len(devices) > 0 {
		return ErrPaired
	}
	return c.pair(ctx, s.container.NewDevice(), phone, show)
}

func (c *Client) pair(ctx context.Context, d *store.Device, phone string, show func(PairingStep)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wa := whatsmeow.NewClient(d, c.library)
	c.lead(wa)
	wa.BackgroundEventCtx = ctx
	wa.EnableAutoReconnect = false
	wa.DisableLoginAutoReconnect = true // whoever runs the channel connects
	happened := make(chan any, 64)
	wa.AddEventHandler(func(evt any) {
		select {
		case happened <- evt:
		default:
		}
	})
	c.askVersion(ctx)
	if err := wa.ConnectContext(ctx); err != nil {
		return fmt.Errorf("WhatsApp is out of reach: %s", class(err))
	}
	defer hangUp(wa)
	p := pairing{client: c, wa: wa, phone: phone, show: show, next: time.NewTimer(pairingConnect)}
	defer p.next.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.next.C:
			if !p.another() {
				return ErrPairingLate
			}
		case evt := <-happened:
			done, err := p.step(ctx, evt)
			if err != nil {
				return err
			}
			if done {
				p.confirmed(ctx, happened)
				return c.notePaired(ctx)
			}
		}
	}
}

// pairing is one try to link a phone.
type pairing struct {
	client *Client
	wa     *whatsmeow.Client
	phone  string
	show   func(PairingStep)
	codes  []string // not shown yet
	first  bool
	next   *time.Timer // until the code that is shown is worth nothing
}

// step takes one event in. It reports true once the phone is linked.
func (p *pairing) step(ctx context.Context, evt any) (done bool, err error) {
	switch e := evt.(type) {
	case *events.QR:
		p.codes, p.first = e.Codes, true
		if p.phone != "" {
			return false, p.typed(ctx, len(e.Codes))
		}
		if !p.another() {
			return false, ErrPairingLate
		}
	case *events.QRScannedWithoutMultidevice:
		p.show(PairingStep{Kind: PairPhone, Say: "bring WhatsApp on the phone up to date, then scan the same code again"})
	case *events.PairPasskeyRequest, *events.PairPasskeyError, *events.PairPasskeyConfirmation:
		return false, ErrPasskey
	case *events.PairSuccess:
		return true, nil
	case *events.PairError:
		return false, fmt.Errorf("the phone's answer could not be used (%s): start again", class(e.Error))
	case *events.ClientOutdated:
		return false, ErrPairingOutdated
	case *events.Disconnected, *events.LoggedOut, *events.TemporaryBan, *events.ConnectFailure, *events.StreamError:
		return false, ErrPairingLate
	}
	return false, nil
}

// another shows the next code. It reports false where there is none.
func (p *pairing) another() bool {
	if p.phone != "" || len(p.codes) == 0 {
		return false
	}
	life := pairingNext
	if p.first {
		life = pairingFirst
	}
	code := p.codes[0]
	p.codes, p.first = p.codes[1:], false
	p.next.Reset(life)
	p.show(PairingStep{
		Kind: PairQR, Code: code, Until: p.client.cfg.Now().Add(life),
		Say: "on the phone open WhatsApp, Settings, Linked devices, Link a device, and hold it before this code",
	})
	return true
}

// typed asks for a code to be typed on the phone with this number.
func (p *pairing) typed(ctx context.Context, codes int) error {
	code, err := p.wa.PairPhone(ctx, p.phone, true, whatsmeow.PairClientChrome, "Chrome (Linux)")
	switch {
	case errors.Is(err, whatsmeow.ErrPhoneNumberTooShort), errors.Is(err, whatsmeow.ErrPhoneNumberIsNotInternational):
		return ErrPairingNumber
	case err != nil:
		return fmt.Errorf("WhatsApp gives no code for this number (%s): look whether it is right, or link with the camera", class(err))
	}
	life := pairingFirst + time.Duration(max(codes-1, 0))*pairingNext
	p.next.Reset(life)
	p.show(PairingStep{
		Kind: PairTyped, Code: code, Until: p.client.cfg.Now().Add(life),
		Say: "on the phone open WhatsApp, Settings, Linked devices, Link with phone number, and type this code",
	})
	return nil
}

// confirmed waits until WhatsApp has the answer of the new device: it ends the
// connection then.
func (p *pairing) confirmed(ctx context.Context, happened <-chan any) {
	timer := time.NewTimer(pairingConfirm)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case evt := <-happened:
			switch evt.(type) {
			case *events.ManualLoginReconnect, *events.Disconnected:
				return
			}
		}
	}
}

// notePaired stores that there is a device now.
func (c *Client) notePaired(ctx context.Context) error {
	now := c.cfg.Now()
	_, err := c.cfg.Pool.Exec(context.WithoutCancel(ctx), `insert into whatsapp.accounts (name, state, since, paired_at, phone_seen_at) values ($1, $2, $3, $3, $3)
		on conflict (name) do update set state = excluded.state, since = excluded.since, until = null,
			paired_at = coalesce(accounts.paired_at, excluded.paired_at), phone_seen_at = excluded.phone_seen_at`,
		accountName, string(StateConnecting), now)
	if err != nil {
		return fmt.Errorf("note that a phone is linked: %w", err)
	}
	return nil
}
