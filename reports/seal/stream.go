package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A sealed stream is a header (format, key id, 32 random bytes) and chunks of 64 KiB,
// each with its tag. The header and the context derive the key of this one stream;
// the nonce of a chunk is its number and whether it is the last (the STREAM
// construction, as age uses it), so chunks can be neither cut off, nor swapped, nor
// taken from another stream.
const (
	chunkSize        = 64 << 10
	streamSaltSize   = 32
	streamHeaderSize = prefixSize + streamSaltSize
)

var errWriterClosed = errors.New("seal: write to a closed Writer")

func (k *subkeys) streamCipher(header []byte, context string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, k.stream, header, "kentongan/seal v1 stream of "+context, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// chunkNonce is used once for each number: the key belongs to this stream alone.
func chunkNonce(number uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:], number)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// Writer seals a stream, without holding more than a chunk of it. Make one with
// NewWriter. It is not safe for concurrent use.
type Writer struct {
	w      io.Writer
	gcm    cipher.AEAD
	header []byte // until it is written
	chunk  []byte // plaintext that waits
	sealed []byte // reused for each chunk
	number uint64
	err    error
}

// NewWriter returns a Writer that seals what is written to it into w, bound to
// context. Nothing reaches w before the first full chunk or Close. The caller must
// Close it: only then is the stream whole, and a stream that was not closed does not
// read back. Close leaves w open.
func (s *Sealer) NewWriter(w io.Writer, context string) *Writer {
	k := s.keys[0]
	header := make([]byte, streamHeaderSize)
	header[0] = formatStream
	copy(header[1:], k.id[:])
	rand.Read(header[prefixSize:])
	gcm, err := k.streamCipher(header, context)
	return &Writer{w: w, gcm: gcm, header: header, chunk: make([]byte, 0, chunkSize), err: err}
}

// Write seals p. After an error every further call returns it.
func (w *Writer) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 && w.err == nil {
		// A full chunk waits for the next byte, because it may be the last.
		if len(w.chunk) == chunkSize {
			w.flush(false)
			continue
		}
		n := min(chunkSize-len(w.chunk), len(p))
		w.chunk = append(w.chunk, p[:n]...)
		p = p[n:]
		written += n
	}
	return written, w.err
}

// Close seals the last chunk. It does not close the underlying writer.
func (w *Writer) Close() error {
	if w.err != nil {
		if errors.Is(w.err, errWriterClosed) {
			return nil
		}
		return w.err
	}
	if w.flush(true); w.err != nil {
		return w.err
	}
	w.err = errWriterClosed
	return nil
}

func (w *Writer) flush(last bool) {
	w.sealed = append(w.sealed[:0], w.header...)
	w.sealed = w.gcm.Seal(w.sealed, chunkNonce(w.number, last), w.chunk, nil)
	w.header = nil
	w.chunk = w.chunk[:0]
	w.number++
	n, err := w.w.Write(w.sealed)
	if err == nil && n < len(w.sealed) {
		err = io.ErrShortWrite
	}
	w.err = err
}

// Reader opens a sealed stream. Make one with NewReader. It is not safe for
// concurrent use.
type Reader struct {
	s       *Sealer
	r       io.Reader
	context string
	gcm     cipher.AEAD // nil until the header is read
	sealed  []byte      // a sealed chunk, opened in place, and one byte of the next
	chunk   []byte      // opened, not yet handed out
	number  uint64
	err     error // what Read returns once chunk is empty
}

// NewReader returns a Reader of what a Writer wrote with the same context. It hands
// out only what has been authenticated, chunk by chunk; that the stream is whole is
// known no sooner than at io.EOF. Errors are ErrKey, ErrDamaged and those of r. It
// does not close r.
func (s *Sealer) NewReader(r io.Reader, context string) *Reader {
	return &Reader{s: s, r: r, context: context}
}

// Read reads opened bytes. After an error every further call returns it.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(r.chunk) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.next()
	}
	n := copy(p, r.chunk)
	r.chunk = r.chunk[n:]
	return n, nil
}

func (r *Reader) next() {
	if r.gcm == nil {
		if r.err = r.start(); r.err != nil {
			return
		}
	}
	// One byte more than a chunk is read: without it this chunk is the last. That byte
	// waits at the end until the chunk before it has been handed out.
	have := 0
	if r.number > 0 {
		r.sealed[0] = r.sealed[len(r.sealed)-1]
		have = 1
	}
	n, err := io.ReadFull(r.r, r.sealed[have:])
	n += have
	last := false
	switch err {
	case nil:
		n--
	case io.EOF, io.ErrUnexpectedEOF:
		last = true
	default:
		r.err = fmt.Errorf("read sealed %s: %w", r.context, err)
		return
	}
	chunk, err := r.gcm.Open(r.sealed[:0], chunkNonce(r.number, last), r.sealed[:n], nil)
	// Only a stream of nothing ends with an empty chunk; otherwise the same content
	// would have two forms.
	if err != nil || (last && len(chunk) == 0 && r.number > 0) {
		r.err = fmt.Errorf("read sealed %s: %w", r.context, ErrDamaged)
		return
	}
	r.chunk = chunk
	r.number++
	if last {
		r.err = io.EOF
	}
}

// start reads the header and finds the key.
func (r *Reader) start() error {
	header := make([]byte, streamHeaderSize)
	switch _, err := io.ReadFull(r.r, header); err {
	case nil:
	case io.EOF, io.ErrUnexpectedEOF:
		return fmt.Errorf("read sealed %s: %w", r.context, ErrDamaged)
	default:
		return fmt.Errorf("read sealed %s: %w", r.context, err)
	}
	if header[0] != formatStream {
		return fmt.Errorf("read sealed %s: %w", r.context, ErrDamaged)
	}
	k := r.s.find(header[1:prefixSize])
	if k == nil {
		return fmt.Errorf("read sealed %s: %w", r.context, ErrKey)
	}
	gcm, err := k.streamCipher(header, r.context)
	if err != nil {
		return fmt.Errorf("read sealed %s: %w", r.context, err)
	}
	r.gcm = gcm
	r.sealed = make([]byte, chunkSize+tagSize+1)
	return nil
}
