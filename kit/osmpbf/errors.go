package osmpbf

import (
	"errors"
	"fmt"
)

// What can be wrong with a file. Every *Error wraps one of these, or the error
// of the reader it was read from.
var (
	// ErrNotPBF: it does not begin as an OSM PBF file does.
	ErrNotPBF = errors.New("not an OSM PBF file")
	// ErrTruncated: it ends inside a block.
	ErrTruncated = errors.New("the file ends inside a block")
	// ErrTooLarge: a length is over the limit of the format.
	ErrTooLarge = errors.New("over the limit of the format")
	// ErrFeature: it requires something that this package does not do.
	ErrFeature = errors.New("required feature not supported")
	// ErrCompression: a blob is packed in a way that is not supported.
	ErrCompression = errors.New("compression not supported")
	// ErrCorrupt: its content contradicts the format or itself.
	ErrCorrupt = errors.New("corrupt")
	// ErrUnsorted: it claims an order that it does not keep, and parts of it
	// were passed over because of that claim (see Options.Unsorted).
	ErrUnsorted = errors.New("not sorted as its header claims")
)

// Error is a fault and where it lies.
type Error struct {
	Block  int   // number of the file block, the header being 0
	Offset int64 // byte of the file: of the fault, or of the block whose content is at fault
	Inside int64 // byte of the block's unpacked content, -1 where the fault is not in it
	Err    error
}

func (e *Error) Error() string {
	if e.Inside >= 0 {
		return fmt.Sprintf("osm pbf block %d at byte %d, byte %d of its content: %v", e.Block, e.Offset, e.Inside, e.Err)
	}
	return fmt.Sprintf("osm pbf block %d at byte %d: %v", e.Block, e.Offset, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// fault is an error at a place in a buffer, not yet in a file. The place is kept
// as the capacity left behind it: sub-slices keep the end of their buffer, so no
// position has to be carried through the decoder.
type fault struct {
	left int
	is   error // a sentinel
	text string
}

func (f *fault) Error() string { return f.is.Error() + ": " + f.text }
func (f *fault) Unwrap() error { return f.is }

// corrupt is a fault at the start of b.
func corrupt(b []byte, format string, args ...any) error {
	return &fault{cap(b), ErrCorrupt, fmt.Sprintf(format, args...)}
}

// in names the element whose decoding failed.
func in(kind Kind, id int64, err error) error {
	if f, ok := err.(*fault); ok {
		f.text = fmt.Sprintf("%s %d: %s", kind, id, f.text)
	}
	return err
}

// place turns what the decoder of content found into an *Error.
func place(j *job, content []byte, err error) error {
	e := &Error{Block: j.number, Offset: j.offset, Inside: -1, Err: err}
	if f, ok := err.(*fault); ok {
		e.Inside = int64(cap(content) - f.left)
	}
	return e
}
