package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/bots"
	"kentongan/reports/register"
)

type deadletterCommands struct {
	List  deadletterList  `cmd:"" help:"List what was set aside, newest first."`
	Show  deadletterShow  `cmd:"" help:"Show one, without what was written."`
	Retry deadletterRetry `cmd:"" help:"Have it tried again, once the cause is mended."`
}

// deadletterJSON is a dead letter as scripts read it.
type deadletterJSON struct {
	ID         int64     `json:"id"`
	Channel    string    `json:"channel"`
	Account    string    `json:"account,omitempty"`
	Chat       int64     `json:"chat"`
	Person     int64     `json:"person,omitempty"`
	Tries      int       `json:"tries"`
	ReceivedAt time.Time `json:"received_at"`
	SetAsideAt time.Time `json:"set_aside_at"`
	Failure    string    `json:"failure"`
	Bytes      int       `json:"bytes"`
	Body       *string   `json:"body,omitempty"`
}

func encodeDeadletter(l bots.DeadLetter) deadletterJSON {
	return deadletterJSON{
		ID: l.ID, Channel: channelName(l.Channel), Account: l.Account, Chat: l.Chat, Person: l.Person, Tries: l.Tries,
		ReceivedAt: l.ReceivedAt.UTC(), SetAsideAt: l.SetAsideAt.UTC(), Failure: l.Failure, Bytes: l.Bytes,
	}
}

// channelName names also what the service tells itself.
func channelName(name string) string {
	if name == "" {
		return "internal"
	}
	return name
}

type deadletterList struct {
	Limit int `help:"At most so many." default:"100"`
	output
}

// Run lists dead letters.
func (c *deadletterList) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(s settings, pool *pgxpool.Pool) error {
		list, err := bots.NewDeadLetters(pool).List(ctx, max(c.Limit, 1))
		if err != nil {
			return err
		}
		encoded := make([]deadletterJSON, 0, len(list))
		rows := make([][]string, 0, len(list))
		for _, l := range list {
			encoded = append(encoded, encodeDeadletter(l))
			rows = append(rows, []string{
				strconv.FormatInt(l.ID, 10), when(l.ReceivedAt, s.zone), channelName(l.Channel), strconv.Itoa(l.Tries), l.Failure,
			})
		}
		return c.list(p, encoded, "no dead letters", []string{"id", "received", "channel", "tries", "failure"}, rows)
	})
}

type deadletterShow struct {
	ID   int64  `arg:"" help:"Number, from 'kentongan deadletter list'."`
	Body bool   `help:"Open what was written, too. It is personal data: who opened it, and why, is recorded." and:"opening"`
	Why  string `help:"Why it has to be opened." placeholder:"TEXT" and:"opening"`
	output
}

// Run shows one dead letter.
func (c *deadletterShow) Run(ctx context.Context, p *program) error {
	if c.Why = strings.TrimSpace(c.Why); c.Body && c.Why == "" {
		return usageError{errors.New("--why must say why the message has to be opened")}
	}
	return p.with(ctx, func(s settings, pool *pgxpool.Pool) error {
		letters := bots.NewDeadLetters(pool)
		l, err := letters.DeadLetter(ctx, c.ID)
		if err != nil {
			return missingDeadletter(err)
		}
		encoded := encodeDeadletter(l)
		if c.Body {
			body, err := c.open(ctx, p, s, letters)
			if err != nil {
				return err
			}
			encoded.Body = &body
		}
		if c.JSON {
			return c.json(p, encoded)
		}
		list := []field{
			{"id", strconv.FormatInt(l.ID, 10)},
			{"channel", channelName(l.Channel)},
			{"account", l.Account},
			{"chat", strconv.FormatInt(l.Chat, 10)},
			{"person", yes(l.Person != 0, strconv.FormatInt(l.Person, 10))},
			{"received", when(l.ReceivedAt, s.zone)},
			{"set aside", when(l.SetAsideAt, s.zone)},
			{"tries", strconv.Itoa(l.Tries)},
			{"failure", l.Failure},
			{"sealed bytes", strconv.Itoa(l.Bytes)},
		}
		if encoded.Body != nil {
			list = append(list, field{"body", *encoded.Body})
		}
		return fields(p, list)
	})
}

// open opens the body. That is recorded before it is shown, so that nothing is
// seen unrecorded: in the database, and in the log.
func (c *deadletterShow) open(ctx context.Context, p *program, s settings, letters *bots.DeadLetters) (string, error) {
	sealer, err := s.sealer()
	if err != nil {
		return "", err
	}
	by := operator()
	p.logger(slog.LevelInfo).Warn("the body of a dead letter is opened", "inbox", c.ID, "by", by)
	body, err := letters.Open(ctx, sealer, c.ID, bots.Opening{By: by, Why: c.Why, At: p.now()})
	if err != nil {
		return "", missingDeadletter(err)
	}
	if !utf8.Valid(body) {
		return "base64:" + base64.StdEncoding.EncodeToString(body), nil
	}
	return string(body), nil
}

// operator is the name of whoever types, as the machine knows it.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "uid " + strconv.Itoa(os.Getuid())
}

type deadletterRetry struct {
	ID int64 `arg:"" help:"Number, from 'kentongan deadletter list'."`
}

// Run puts a dead letter back into its place.
func (c *deadletterRetry) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(_ settings, pool *pgxpool.Pool) error {
		if err := bots.NewDeadLetters(pool).Retry(ctx, c.ID); err != nil {
			return missingDeadletter(err)
		}
		fmt.Fprintf(p.stdout, "%d will be tried again by the running service\n", c.ID)
		return nil
	})
}

func missingDeadletter(err error) error {
	switch {
	case errors.Is(err, bots.ErrNoDeadLetter):
		return fmt.Errorf("%w: see 'kentongan deadletter list'", err)
	case errors.Is(err, register.ErrNoIdentity):
		return fmt.Errorf("%w: whoever wrote it was forgotten and cannot be answered", err)
	}
	return err
}
