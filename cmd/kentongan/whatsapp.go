package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"rsc.io/qr"

	"kentongan/bots/whatsapp"
)

type whatsappCommands struct {
	Pair   whatsappPair   `cmd:"" help:"Link the office's phone: by a QR code, or by a code that is typed on it."`
	Status whatsappStatus `cmd:"" help:"Say how the connection fares, and what to do."`
}

// openWhatsApp makes the channel of the office's phone. Where none is linked yet
// it waits for one.
func (v *service) openWhatsApp(p *program) (*whatsapp.Client, error) {
	return whatsapp.New(whatsapp.Config{
		Pool: v.db.pool, Sealer: v.sealer, Log: v.log, Now: v.machine, Transport: p.whatsapp, Metrics: v.metrics,
	})
}

// withWhatsApp runs a short command beside whoever holds the connection.
func (p *program) withWhatsApp(ctx context.Context, do func(settings, *whatsapp.Client) error) error {
	machine := p.now // WhatsApp knows nothing of a demo's clock
	return p.with(ctx, func(s settings, pool *pgxpool.Pool) error {
		sealer, err := s.sealer()
		if err != nil {
			return err
		}
		if err := checkKey(ctx, pool, sealer); err != nil {
			return err
		}
		c, err := whatsapp.New(whatsapp.Config{Pool: pool, Sealer: sealer, Log: p.logger(s.log), Now: machine, Transport: p.whatsapp})
		if err != nil {
			return err
		}
		return do(s, c)
	})
}

type whatsappPair struct {
	Phone string `help:"The phone's number with its country; a code to type is shown instead of a picture." placeholder:"NUMBER"`
}

// Run shows what the phone has to see until it is linked.
func (c *whatsappPair) Run(ctx context.Context, p *program) error {
	return p.withWhatsApp(ctx, func(_ settings, client *whatsapp.Client) error {
		err := client.Pair(ctx, c.Phone, func(step whatsapp.PairingStep) { showPairing(p.stdout, step) })
		if errors.Is(err, whatsapp.ErrPairingNumber) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, "The phone is linked. 'kentongan serve' uses it within seconds; keep the phone online at least every ten days.")
		return nil
	})
}

// showPairing prints a step for a terminal.
func showPairing(out io.Writer, step whatsapp.PairingStep) {
	switch step.Kind {
	case whatsapp.PairQR:
		if picture, err := terminalQR(step.Code); err == nil {
			fmt.Fprint(out, picture)
		} else {
			fmt.Fprintln(out, step.Code)
		}
	case whatsapp.PairTyped:
		fmt.Fprintf(out, "\n    %s\n\n", step.Code)
	}
	fmt.Fprintln(out, printable(step.Say))
}

// terminalQR draws a QR code with half blocks, dark on light whatever the
// terminal's colours are, with the quiet zone that cameras need.
func terminalQR(text string) (string, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	const quiet = 2
	var b strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		b.WriteString("\x1b[30;47m")
		for x := -quiet; x < code.Size+quiet; x++ {
			switch upper, lower := code.Black(x, y), code.Black(x, y+1); {
			case upper && lower:
				b.WriteRune('█')
			case upper:
				b.WriteRune('▀')
			case lower:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String(), nil
}

type whatsappStatus struct{ output }

// Run prints what the process that holds the connection noted last.
func (c *whatsappStatus) Run(ctx context.Context, p *program) error {
	return p.withWhatsApp(ctx, func(s settings, client *whatsapp.Client) error {
		status, err := client.Report(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return c.json(p, status)
		}
		return fields(p, []field{
			{"state", string(status.State)},
			{"means", status.What},
			{"to do", status.Do},
			{"since", when(status.Since, s.zone)},
			{"until", when(status.Until, s.zone)},
			{"last connected", when(status.Connected, s.zone)},
			{"phone last heard of", when(status.PhoneSeen, s.zone)},
			{"client version", status.Version},
		})
	})
}
