package sanitise

import (
	"bufio"
	"context"
	"io"
)

// source reads the original. It ends with its context, and remembers what the reader
// below failed with, so that a bad disk is not taken for a bad file.
type source struct {
	ctx  context.Context
	r    io.ReaderAt
	size int64
	err  error
}

func (s *source) ReadAt(p []byte, from int64) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.r.ReadAt(p, from)
	if n == len(p) {
		return n, nil
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// span is a part of a file, in bytes.
type span struct{ from, to int64 }

// maxSpans bounds how many pieces a picture may be in. Ordinary ones have a handful, a
// picture with much metadata some hundreds.
const maxSpans = 4096

// spans are the parts of a file that a decoder gets to see.
type spans []span

// add appends a part; one that follows right after the last is joined to it.
func (s *spans) add(from, to int64) error {
	if last := len(*s) - 1; last >= 0 && (*s)[last].to == from {
		(*s)[last].to = to
		return nil
	}
	if len(*s) == maxSpans {
		return tooLarge("too many parts")
	}
	*s = append(*s, span{from, to})
	return nil
}

// reader reads parts of the original one after the other.
func (s *source) reader(parts ...span) *bufio.Reader {
	readers := make([]io.Reader, len(parts))
	for i, p := range parts {
		readers[i] = io.NewSectionReader(s, p.from, p.to-p.from)
	}
	return bufio.NewReaderSize(io.MultiReader(readers...), 32<<10)
}

// whole reads all of the original.
func (s *source) whole() *bufio.Reader { return s.reader(span{0, s.size}) }

// bytes reads n bytes, which the caller has bounded.
func (s *source) bytes(from, n int64) ([]byte, error) {
	b := make([]byte, n)
	if _, err := s.ReadAt(b, from); err != nil {
		return nil, damaged("it ends too early")
	}
	return b, nil
}

// sink counts what is written, and remembers why it could not be.
type sink struct {
	ctx context.Context
	w   io.Writer
	n   int64
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	s.n += int64(n)
	s.err = err
	return n, err
}
