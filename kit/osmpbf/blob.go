package osmpbf

import (
	"errors"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// method is how a blob is packed: the number of its field in Blob.
type method uint32

const (
	packRaw   method = 1
	packZlib  method = 3
	packLzma  method = 4
	packBzip2 method = 5
	packLz4   method = 6
	packZstd  method = 7
)

func (m method) String() string {
	return [...]string{"nothing", "raw", "", "zlib", "lzma", "bzip2", "lz4", "zstd"}[m]
}

// growth is how many times its own length a packing can give at most, which
// makes a claim of more a lie before anything is allocated for it. Deflate codes
// 258 bytes in two bits at best; an lz4 length byte stands for 255 bytes; a zstd
// block of four bytes repeats one byte 128 Ki times.
var growth = map[method]int{packZlib: 1032, packLz4: 255, packZstd: 32 << 10}

// pack is a Blob message taken apart.
type pack struct {
	method method
	data   []byte
	size   int // of the content
}

func (p *pack) parse(blob []byte) error {
	m := message{b: blob}
	size := int64(-1)
	for m.next() {
		switch f := method(m.num); f {
		case 2:
			size = int64(m.int32())
		case packRaw, packZlib, packLzma, packBzip2, packLz4, packZstd:
			if p.method != 0 {
				m.fail("blob is packed as %s and as %s", p.method, f)
			}
			p.method, p.data = f, m.bytes()
		}
	}
	if m.err != nil {
		return m.err
	}
	if p.method == packRaw && size < 0 {
		size = int64(len(p.data))
	}
	switch {
	case p.method == 0:
		return corrupt(blob, "blob without data")
	case p.method == packLzma || p.method == packBzip2:
		return &fault{cap(p.data), ErrCompression, p.method.String()}
	case size < 0:
		return corrupt(blob, "%s blob without the size of its content, or a negative one", p.method)
	case size >= maxBlob:
		return &fault{cap(blob), ErrTooLarge, fmt.Sprintf("content of %d bytes, must be less than %d", size, maxBlob)}
	case p.method == packRaw && size != int64(len(p.data)):
		return corrupt(p.data, "raw blob of %d bytes that claims %d", len(p.data), size)
	case p.method != packRaw && size > int64(len(p.data))*int64(growth[p.method]):
		return corrupt(p.data, "%d bytes of %s cannot hold the %d claimed", len(p.data), p.method, size)
	}
	p.size = int(size)
	return nil
}

// unpacker owns the state of the decompressors, which is large, and is used by
// one goroutine.
type unpacker struct {
	inflater
	zstd *zstd.Decoder
}

// close lets go of what zstd holds.
func (u *unpacker) close() {
	if u.zstd != nil {
		u.zstd.Close()
	}
}

// unpack gives the content of the blob, in j.raw or as part of j.blob.
func (u *unpacker) unpack(j *job) ([]byte, error) {
	p := &j.pack
	if p.method == packRaw {
		return p.data, nil
	}
	if cap(j.raw) < p.size {
		j.raw = slices.Grow(j.raw[:0], p.size)
	}
	j.raw = j.raw[:p.size]
	var err error
	switch p.method {
	case packZlib:
		err = u.zlib(j.raw, p.data)
	case packZstd:
		err = u.unzstd(j.raw, p.data)
	case packLz4:
		err = unlz4(j.raw, p.data)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s blob of %d bytes for %d: %w", ErrCorrupt, p.method, len(p.data), p.size, err)
	}
	return j.raw, nil
}

// unzstd fills dst, no more and no less, from data (RFC 8878).
func (u *unpacker) unzstd(dst, data []byte) error {
	if u.zstd == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlob),
			zstd.WithDecoderMaxWindow(maxBlob), zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			return err
		}
		u.zstd = d
	}
	out, err := u.zstd.DecodeAll(data, dst[:0:len(dst)])
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return errLonger
	case err != nil:
		return err
	case len(out) < len(dst):
		return errShorter
	case len(out) > 0 && &out[0] != &dst[0]: // never seen, but not promised
		copy(dst, out)
	}
	return nil
}
