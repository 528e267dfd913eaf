package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Reason is why a file is refused: the whole list of what a conversation has to have
// words for.
type Reason string

// The reasons.
const (
	Empty       Reason = "empty"             // 0 bytes
	TooLarge    Reason = "too_large"         // more than Refusal.Limit
	NotAccepted Reason = "type_not_accepted" // Refusal.Type is not on the list
)

// Refusal is the error for a file that the vault will not take, however often it is
// tried.
type Refusal struct {
	Reason Reason
	Limit  int64  // in bytes, if it is too large
	Type   string // MIME type by content, if it is not accepted
}

// Error is for operators; what the sender reads is the conversation's affair.
func (r *Refusal) Error() string {
	switch r.Reason {
	case Empty:
		return "evidence refused: the file is empty"
	case TooLarge:
		return fmt.Sprintf("evidence refused: the file has more than %d bytes", r.Limit)
	case NotAccepted:
		return fmt.Sprintf("evidence refused: its content is %s", r.Type)
	default:
		return fmt.Sprintf("evidence refused: %s", r.Reason)
	}
}

// ErrIncomplete says that the file did not arrive whole because its source failed. It
// wraps the source's error; trying again may succeed.
var ErrIncomplete = errors.New("the file did not arrive whole")

// source reads r up to a limit and sorts its errors: a context's own, *Refusal, or
// ErrIncomplete. io.EOF stays io.EOF.
type source struct {
	ctx   context.Context
	r     io.Reader
	limit int64
	read  int64
	err   error // stays, because some readers report an error only once
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	// The one byte too many tells a file of exactly the limit from a larger one.
	if room := s.limit - s.read; int64(len(p)) > room {
		p = p[:room+1]
	}
	n, err := s.r.Read(p)
	s.read += int64(n)
	switch {
	case s.read > s.limit:
		s.err = &Refusal{Reason: TooLarge, Limit: s.limit}
	case err == nil || err == io.EOF:
		s.err = err
	case s.ctx.Err() != nil:
		s.err = s.ctx.Err()
	default:
		s.err = fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	return n, s.err
}

var buffers = sync.Pool{New: func() any { return new(make([]byte, 128<<10)) }}

// copyTo writes head, which has been read already, and all that follows it.
func (s *source) copyTo(w io.Writer, head []byte) error {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	_, err := w.Write(head)
	if err == nil {
		_, err = io.CopyBuffer(w, s, *buffer)
	}
	if err != nil && err != s.err {
		return fmt.Errorf("write evidence: %w", err)
	}
	return err
}
