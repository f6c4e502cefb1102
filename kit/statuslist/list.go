package statuslist

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

// Status is what a list says of a token (§7.1).
type Status uint8

// The registered statuses. The others are for applications; a list of 1 bit knows the
// first two alone.
const (
	Valid     Status = 0
	Invalid   Status = 1 // revoked, for good
	Suspended Status = 2 // for now
)

// Bits is how many bits each token has.
type Bits uint8

// ErrBits tells that a list has another number of bits than 1, 2, 4 and 8.
var ErrBits = errors.New("bits of a status list are 1, 2, 4 or 8")

// ErrIndex tells that a token has a number outside the list.
var ErrIndex = errors.New("index outside the status list")

// ErrStatus tells that a status does not fit in the bits of the list.
var ErrStatus = errors.New("status does not fit in the list")

// ErrPacked tells that a compressed list cannot be read.
var ErrPacked = errors.New("status list cannot be unpacked")

// ErrTooLarge tells that a list is larger than its reader permits.
var ErrTooLarge = errors.New("status list too large")

// List is the statuses of many tokens. Many may read it at once; Set is for its owner
// alone.
type List struct {
	bits Bits
	data []byte
}

func (b Bits) check() error {
	switch b {
	case 1, 2, 4, 8:
		return nil
	}
	return fmt.Errorf("%d: %w", b, ErrBits)
}

// New makes a list in which at least n tokens are valid; whole bytes are filled.
func New(bits Bits, n int) (*List, error) {
	if err := bits.check(); err != nil {
		return nil, err
	}
	per := 8 / int(bits)
	return &List{bits, make([]byte, (max(n, 0)+per-1)/per)}, nil
}

// Of is a list over packed bytes, which it keeps.
func Of(bits Bits, data []byte) (*List, error) {
	if err := bits.check(); err != nil {
		return nil, err
	}
	return &List{bits, data}, nil
}

// Bits is how many bits each token has; Len how many tokens have a place; Bytes the
// packed statuses, which are not to be changed.
func (l *List) Bits() Bits    { return l.bits }
func (l *List) Len() int      { return len(l.data) * 8 / int(l.bits) }
func (l *List) Bytes() []byte { return l.data }

// At is the status of a token. A token outside the list has none: ErrIndex, which a
// verifier must take as not valid (§8.3).
func (l *List) At(index int) (Status, error) {
	if index < 0 || index >= l.Len() {
		return 0, fmt.Errorf("%d of %d: %w", index, l.Len(), ErrIndex)
	}
	bit := index * int(l.bits)
	return Status(l.data[bit>>3] >> (bit & 7) & l.mask()), nil
}

// Set changes the status of a token.
func (l *List) Set(index int, s Status) error {
	switch {
	case index < 0 || index >= l.Len():
		return fmt.Errorf("%d of %d: %w", index, l.Len(), ErrIndex)
	case byte(s)&^l.mask() != 0:
		return fmt.Errorf("%d in %d bits: %w", s, l.bits, ErrStatus)
	}
	bit := index * int(l.bits)
	b := &l.data[bit>>3]
	*b = *b&^(l.mask()<<(bit&7)) | byte(s)<<(bit&7)
	return nil
}

func (l *List) mask() byte { return byte(1<<l.bits - 1) }

// Count is how many tokens of the list have each status.
func (l *List) Count() (of [256]int) {
	for i := range l.Len() {
		s, _ := l.At(i)
		of[s]++
	}
	return of
}

// Pack compresses the list (§4.1), as small as zlib makes it.
func (l *List) Pack() []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
	_, _ = w.Write(l.data) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// Unpack reads a compressed list of at most so many bytes. What follows the end of the
// compressed data is an error: two readers must not see two lists.
func Unpack(bits Bits, packed []byte, most int) (*List, error) {
	if err := bits.check(); err != nil {
		return nil, err
	}
	in := bytes.NewReader(packed)
	r, err := zlib.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPacked, err)
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrPacked, err)
	case len(data) > most:
		return nil, fmt.Errorf("more than %d bytes: %w", most, ErrTooLarge)
	case in.Len() > 0:
		return nil, fmt.Errorf("%d bytes after its end: %w", in.Len(), ErrPacked)
	}
	return &List{bits, data}, nil
}
