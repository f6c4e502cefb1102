package raster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Error is damage at a byte of the file.
type Error struct {
	Offset int64
	Err    error
}

func (e *Error) Error() string { return fmt.Sprintf("at byte %d: %v", e.Offset, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// UnsupportedError names what a sound file has that is not read here.
type UnsupportedError struct{ What string }

func (e *UnsupportedError) Error() string { return "not read here: " + e.What }

func unsupported(format string, args ...any) error {
	return &UnsupportedError{fmt.Sprintf(format, args...)}
}

// ErrNotTIFF tells that a file begins like no TIFF.
var ErrNotTIFF = errors.New("not a TIFF file")

// The tags that are read (TIFF 6.0; GeoTIFF 1.1; GDAL).
const (
	tagWidth          = 256
	tagHeight         = 257
	tagBits           = 258
	tagCompression    = 259
	tagFillOrder      = 266
	tagStripOffsets   = 273
	tagSamples        = 277
	tagRowsPerStrip   = 278
	tagStripCounts    = 279
	tagPlanar         = 284
	tagPredictor      = 317
	tagTileWidth      = 322
	tagTileHeight     = 323
	tagTileOffsets    = 324
	tagTileCounts     = 325
	tagSampleFormat   = 339
	tagPixelScale     = 33550
	tagTiepoint       = 33922
	tagTransformation = 34264
	tagGeoKeys        = 34735
	tagMetadata       = 42112
	tagNoData         = 42113
)

// sizes of the field types in bytes; 0 for those that do not exist.
var sizes = [19]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8}

const (
	typeASCII  = 2
	typeFloat  = 11
	typeDouble = 12
)

// Bounds of what a directory may hold.
const (
	maxEntries = 1 << 16
	maxBlocks  = 4 << 20
	maxValues  = 1 << 16 // of every other tag
)

// entry is a tag of the directory; its values lie at an offset.
type entry struct {
	kind   uint16
	count  uint64
	offset int64
}

// directory is the first image of the file.
type directory struct {
	r     io.ReaderAt
	size  int64
	order binary.ByteOrder
	tags  map[uint16]entry
}

// bytes reads a stretch of the file that must lie in it.
func (d *directory) bytes(offset, n int64) ([]byte, error) {
	if offset < 0 || n < 0 || offset > d.size || n > d.size-offset {
		return nil, &Error{offset, fmt.Errorf("%d bytes reach beyond the end of the file at %d", n, d.size)}
	}
	b := make([]byte, n)
	if k, err := d.r.ReadAt(b, offset); int64(k) < n {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, &Error{offset + int64(k), err}
	}
	return b, nil
}

// open reads header and directory.
func open(r io.ReaderAt, size int64) (*directory, error) {
	d := &directory{r: r, size: size, order: binary.LittleEndian, tags: map[uint16]entry{}}
	head, err := d.bytes(0, min(max(size, 0), 16))
	if err != nil {
		return nil, err
	}
	if len(head) < 8 || string(head[:2]) != "II" && string(head[:2]) != "MM" {
		return nil, &Error{0, ErrNotTIFF}
	}
	if head[0] == 'M' {
		d.order = binary.BigEndian
	}
	switch d.order.Uint16(head[2:]) {
	case 42:
		return d, d.classic(int64(d.order.Uint32(head[4:])))
	case 43:
		if len(head) < 16 || d.order.Uint16(head[4:]) != 8 || d.order.Uint16(head[6:]) != 0 {
			return nil, &Error{4, errors.New("a BigTIFF header that is not one")}
		}
		return d, d.big(d.order.Uint64(head[8:]))
	}
	return nil, &Error{2, ErrNotTIFF}
}

func (d *directory) classic(at int64) error {
	b, err := d.bytes(at, 2)
	if err != nil {
		return err
	}
	n := int64(d.order.Uint16(b))
	if b, err = d.bytes(at+2, 12*n); err != nil {
		return err
	}
	for i := range n {
		e := b[12*i:]
		v := entry{d.order.Uint16(e[2:]), uint64(d.order.Uint32(e[4:])), at + 2 + 12*i + 8}
		if !v.fits(4) {
			v.offset = int64(d.order.Uint32(e[8:]))
		}
		d.tags[d.order.Uint16(e)] = v
	}
	return nil
}

func (d *directory) big(where uint64) error {
	at := int64(min(where, math.MaxInt64))
	b, err := d.bytes(at, 8)
	if err != nil {
		return err
	}
	n := d.order.Uint64(b)
	if n > maxEntries {
		return &Error{at, fmt.Errorf("a directory of %d entries", n)}
	}
	if b, err = d.bytes(at+8, 20*int64(n)); err != nil {
		return err
	}
	for i := range int64(n) {
		e := b[20*i:]
		v := entry{d.order.Uint16(e[2:]), d.order.Uint64(e[4:]), at + 8 + 20*i + 12}
		if !v.fits(8) {
			v.offset = int64(min(d.order.Uint64(e[12:]), math.MaxInt64))
		}
		d.tags[d.order.Uint16(e)] = v
	}
	return nil
}

// fits tells whether the values stand in the entry itself.
func (e entry) fits(room uint64) bool {
	return int(e.kind) < len(sizes) && e.count <= room && e.count*uint64(sizes[e.kind]) <= room
}

// raw gives the bytes of a tag and the size of an element; nil if there is none.
func (d *directory) raw(tag uint16, limit uint64) ([]byte, entry, int64, error) {
	e, ok := d.tags[tag]
	if !ok || e.count == 0 {
		return nil, e, 1, nil
	}
	if int(e.kind) >= len(sizes) || sizes[e.kind] == 0 || e.count > limit {
		return nil, e, 1, &Error{e.offset, fmt.Errorf("tag %d has %d values of type %d", tag, e.count, e.kind)}
	}
	n := sizes[e.kind]
	b, err := d.bytes(e.offset, n*int64(e.count))
	return b, e, n, err
}

// wholes reads a tag of whole numbers without sign.
func (d *directory) wholes(tag uint16, limit uint64) ([]uint64, error) {
	b, e, n, err := d.raw(tag, limit)
	if err != nil || b == nil {
		return nil, err
	}
	out := make([]uint64, e.count)
	for i := range out {
		v := b[int64(i)*n:]
		switch e.kind {
		case 1, 7:
			out[i] = uint64(v[0])
		case 3:
			out[i] = uint64(d.order.Uint16(v))
		case 4, 13:
			out[i] = uint64(d.order.Uint32(v))
		case 16, 18:
			out[i] = d.order.Uint64(v)
		default:
			return nil, &Error{e.offset, fmt.Errorf("tag %d is of type %d, not whole numbers", tag, e.kind)}
		}
	}
	return out, nil
}

// whole reads a single whole number, or the first of several.
func (d *directory) whole(tag uint16, otherwise uint64) (uint64, error) {
	v, err := d.wholes(tag, maxValues)
	if err != nil || len(v) == 0 {
		return otherwise, err
	}
	return v[0], nil
}

func (d *directory) floats(tag uint16) ([]float64, error) {
	b, e, n, err := d.raw(tag, maxValues)
	if err != nil || b == nil {
		return nil, err
	}
	out := make([]float64, e.count)
	for i := range out {
		switch v := b[int64(i)*n:]; e.kind {
		case typeDouble:
			out[i] = math.Float64frombits(d.order.Uint64(v))
		case typeFloat:
			out[i] = float64(math.Float32frombits(d.order.Uint32(v)))
		default:
			return nil, &Error{e.offset, fmt.Errorf("tag %d is of type %d, not floating point", tag, e.kind)}
		}
		if math.IsNaN(out[i]) || math.IsInf(out[i], 0) {
			return nil, &Error{e.offset, fmt.Errorf("tag %d holds %v", tag, out[i])}
		}
	}
	return out, nil
}

func (d *directory) ascii(tag uint16) (string, error) {
	b, e, _, err := d.raw(tag, 1<<20)
	if err != nil || b == nil {
		return "", err
	}
	if e.kind != typeASCII {
		return "", &Error{e.offset, fmt.Errorf("tag %d is of type %d, not text", tag, e.kind)}
	}
	for i, c := range b {
		if c == 0 {
			b = b[:i]
			break
		}
	}
	return string(b), nil
}
