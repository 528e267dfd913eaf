package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgconn"
	"go.mau.fi/libsignal/logger"
	"go.mau.fi/whatsmeow"
	waLog "go.mau.fi/whatsmeow/util/log"
)

// quiet is the log of the client library. What it would say holds ids, numbers
// and whole messages: of all that only the sentence around it is logged.
type quiet struct{ log *slog.Logger }

func (q quiet) Errorf(sentence string, _ ...any) {
	q.log.Warn("whatsapp: the client library", "sentence", sentence)
}

func (q quiet) Warnf(sentence string, _ ...any) {
	q.log.Debug("whatsapp: the client library", "sentence", sentence)
}
func (quiet) Infof(string, ...any)      {}
func (quiet) Debugf(string, ...any)     {}
func (q quiet) Sub(string) waLog.Logger { return q }

// silence is the log of the library that encrypts, which would print to the
// standard output.
type silence struct{}

func (silence) Debug(string, string)   {}
func (silence) Info(string, string)    {}
func (silence) Warning(string, string) {}
func (silence) Error(string, string)   {}
func (silence) Configure(string)       {}

func init() {
	var l logger.Loggable = silence{}
	logger.Setup(&l)
}

// class says of an error what may be logged: what kind it is. Errors of the
// library hold ids of people and of messages.
func class(err error) string {
	var pg *pgconn.PgError
	var query *whatsmeow.IQError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &pg):
		return "database " + pg.Code
	case errors.As(err, &query):
		return fmt.Sprintf("query refused with %d", query.Code)
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, context.Canceled):
		return "given up"
	}
	for _, known := range []error{
		whatsmeow.ErrNotConnected, whatsmeow.ErrNotLoggedIn, whatsmeow.ErrMessageTimedOut, whatsmeow.ErrIQTimedOut,
		whatsmeow.ErrInvalidMediaEncSHA256, whatsmeow.ErrInvalidMediaSHA256, whatsmeow.ErrInvalidMediaHMAC, whatsmeow.ErrTooShortFile,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return fmt.Sprintf("%T", err)
		}
		err = inner
	}
}
